//! The window's side of the door: thin commands over [`Host`].

use outpost_app::questions::{Question, Told};
use outpost_app::{Action, Caller, Failure, FailureCode, Field, FilePurpose, Frame, Frames, Given, Host, StoredFile};
use outpost_domain::Command;
use outpost_scan::{LabelSheet, ReadOptions, Reading, draw_labels, read_picture};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use tauri::State;
use tauri::ipc::{InvokeBody, Request, Response};

type Answer<T> = Result<T, Failure>;

fn parse<T: DeserializeOwned>(value: Value) -> Answer<T> {
    serde_json::from_value(value).map_err(|error| Failure::new(FailureCode::NotUnderstood, error))
}

/// Runs what may take a while away from the window's thread.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Failure::new(FailureCode::Internal, error)),
    }
}

fn bytes(request: &Request<'_>) -> Answer<Vec<u8>> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(bytes.clone()),
        InvokeBody::Json(_) => Err(Failure::new(FailureCode::NotUnderstood, "bytes are expected")),
    }
}

fn header<'r>(request: &'r Request<'_>, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn number(request: &Request<'_>, name: &str) -> Answer<u32> {
    let number = header(request, name).and_then(|value| value.parse().ok());
    number.ok_or_else(|| Failure::new(FailureCode::NotUnderstood, format!("{name} is missing")))
}

#[tauri::command]
pub async fn query(field: State<'_, Arc<Field>>, question: Value) -> Answer<Told> {
    let question: Question = parse(question)?;
    let field = Arc::clone(&field);
    aside(move || field.query(&Caller::default(), &question)).await
}

#[tauri::command]
pub async fn command(field: State<'_, Arc<Field>>, command: Value) -> Answer<Given> {
    let command: Command = parse(command)?;
    let field = Arc::clone(&field);
    aside(move || field.command(&Caller::default(), command)).await
}

#[tauri::command]
pub async fn action(field: State<'_, Arc<Field>>, action: Value) -> Answer<Value> {
    let action: Action = parse(action)?;
    let field = Arc::clone(&field);
    field.action(Caller::default(), action).await.map(|answered| answered.value)
}

#[tauri::command]
pub async fn store_file(field: State<'_, Arc<Field>>, request: Request<'_>) -> Answer<StoredFile> {
    let purpose = FilePurpose::from_word(header(&request, "purpose").unwrap_or("file"))?;
    let bytes = bytes(&request)?;
    let field = Arc::clone(&field);
    aside(move || field.store_file(&Caller::default(), purpose, &bytes)).await
}

#[tauri::command]
pub async fn read_file(field: State<'_, Arc<Field>>, sha256: String) -> Answer<Response> {
    let field = Arc::clone(&field);
    field.read_file(Caller::default(), sha256).await.map(Response::new)
}

#[tauri::command]
pub async fn scan_picture(request: Request<'_>) -> Answer<Reading> {
    let bytes = bytes(&request)?;
    aside(move || Ok(read_picture(&bytes, &ReadOptions::still())?)).await
}

#[tauri::command]
pub async fn scan_frame(frames: State<'_, Frames>, request: Request<'_>) -> Answer<Reading> {
    let frame = Frame {
        width: number(&request, "width")?,
        height: number(&request, "height")?,
        camera: header(&request, "camera").unwrap_or_default().to_owned(),
        number: number(&request, "number")?,
    };
    let bytes = bytes(&request)?;
    let Some(reading) = frames.begin(frame)? else { return Ok(Reading::default()) };
    aside(move || reading.read(&bytes)).await
}

#[tauri::command]
pub async fn labels(sheet: Value) -> Answer<Response> {
    let sheet: LabelSheet = parse(sheet)?;
    aside(move || Ok(Response::new(draw_labels(&sheet)?.bytes))).await
}

//! The shell: one window over the field replica. Every command hands on to [`outpost_app::Host`]; nothing is decided here.

mod door;

use outpost_app::Field;
use std::path::PathBuf;
use std::sync::Arc;
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Emitter, Manager, WebviewUrl, WebviewWindowBuilder};

/// Runs the app until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    outpost_sync::install_crypto();
    let filter = tracing_subscriber::EnvFilter::try_from_env("OUTPOST_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            door::query,
            door::command,
            door::action,
            door::store_file,
            door::read_file,
            door::scan_picture,
            door::scan_frame,
            door::labels
        ])
        .setup(|app| {
            let folder = match replica_argument() {
                Some(folder) => folder,
                None => app.path().app_data_dir()?.join("replica"),
            };
            let field = match Field::open(&folder) {
                Ok(field) => field,
                Err(failure) => cannot_start(&format!("{}: {failure}", folder.display())),
            };
            app.manage(Arc::clone(&field));
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Outpost")
                .inner_size(1280.0, 860.0)
                .min_inner_size(320.0, 480.0)
                .on_permission_request(|_, kind| match kind {
                    // The page is our own: it may look through the camera and ask where it is.
                    PermissionKind::Camera | PermissionKind::Geolocation => PermissionResponse::Allow,
                    _ => PermissionResponse::Deny,
                })
                .build()?;
            hand_on_notices(app.handle().clone(), &field);
            tauri::async_runtime::spawn(Arc::clone(&field).keep_in_touch());
            std::thread::spawn(move || field.check());
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = app {
        cannot_start(&error.to_string());
    }
}

fn cannot_start(why: &str) -> ! {
    eprintln!("Outpost cannot start: {why}. Your data was not touched.");
    std::process::exit(1);
}

/// `--replica FOLDER`, for more than one person on a desktop, and for tests.
fn replica_argument() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    arguments.find(|argument| argument == "--replica")?;
    arguments.next().map(PathBuf::from)
}

/// Hands each notice on to the page.
fn hand_on_notices(app: tauri::AppHandle, field: &Arc<Field>) {
    let mut notices = field.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            let notice = match notices.recv().await {
                Ok(notice) => notice,
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {
                    outpost_app::Notice::Changed { kinds: outpost_domain::Kind::ALL.to_vec() }
                }
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            };
            if let Err(error) = app.emit("notice", &notice) {
                tracing::warn!(%error, "a notice did not reach the window");
            }
        }
    });
}

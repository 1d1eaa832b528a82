//! The shell: one window over the field replica. Every command hands on to [`outpost_app::Host`]; nothing is decided here.

mod door;
#[cfg(target_os = "linux")]
mod line;

use outpost_app::{Field, KeyPlace};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tauri::webview::{DownloadEvent, PermissionKind, PermissionResponse};
use tauri::{Emitter, Manager, WebviewUrl, WebviewWindowBuilder};

/// How long after the start the database is looked through for damage.
const CHECK_AFTER: Duration = Duration::from_secs(15);

/// Asked for as soon as there is a document, while the program of the page is still being read: who is here, and what
/// most people start with. `ui/src/lib/door/tauri.ts` takes the answers.
const EARLY: &str = r#"
  window.__OUTPOST_EARLY__ = {};
  for (const question of [{ name: "AskSession", ask: {} }, { name: "AskToday", ask: { position: null } }])
    window.__OUTPOST_EARLY__[JSON.stringify(question)] = window.__TAURI_INTERNALS__.invoke("query", { question });
"#;

/// Runs the app until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    outpost_app::private();
    outpost_sync::install_crypto();
    let filter = tracing_subscriber::EnvFilter::try_from_env("OUTPOST_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let app = tauri::Builder::default()
        // Telephone numbers, maps and other addresses open in the system's own programs.
        .plugin(tauri_plugin_opener::init())
        .manage(outpost_app::Frames::default())
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
            // The data is opened while the window is being made; the page asks for nothing before this function ends.
            let place = folder.display().to_string();
            let opening = std::thread::spawn(move || Field::open(&folder, key_place()));
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Outpost")
                .initialization_script(EARLY)
                .inner_size(1280.0, 860.0)
                .min_inner_size(320.0, 480.0)
                .on_permission_request(|_, kind| match kind {
                    // The page is our own: it may look through the camera and ask where it is.
                    PermissionKind::Camera | PermissionKind::Geolocation => PermissionResponse::Allow,
                    _ => PermissionResponse::Deny,
                })
                .on_download(|webview, event| {
                    if let DownloadEvent::Requested { destination, .. } = event {
                        // An export goes where the person looks for it, and never over another file.
                        if let Ok(folder) = webview.path().download_dir() {
                            *destination = free_name(&folder, destination);
                        }
                    }
                    true
                })
                .build()?;
            let field = match opening.join() {
                Ok(Ok(field)) => field,
                Ok(Err(failure)) => cannot_start(&format!("{place}: {failure}")),
                Err(_) => cannot_start(&format!("{place}: it could not be opened")),
            };
            app.manage(Arc::clone(&field));
            hand_on_notices(app.handle().clone(), &field);
            #[cfg(target_os = "linux")]
            line::report(&field);
            tauri::async_runtime::spawn(Arc::clone(&field).keep_in_touch());
            std::thread::spawn(move || {
                // Reading everything would take from the first screen what it needs.
                std::thread::sleep(CHECK_AFTER);
                field.check();
            });
            Ok(())
        })
        .run(tauri::generate_context!());
    if let Err(error) = app {
        cannot_start(&error.to_string());
    }
}

/// A path in `folder` with the name that was suggested, counted up if it is taken.
fn free_name(folder: &Path, suggested: &Path) -> PathBuf {
    let stem = suggested.file_stem().unwrap_or_default().to_string_lossy();
    let ending = suggested.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let named = |count: u32| match count {
        0 => folder.join(format!("{stem}{ending}")),
        count => folder.join(format!("{stem}-{count}{ending}")),
    };
    (0..).map(named).find(|path| !path.exists()).unwrap_or_else(|| folder.join(&*stem))
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

/// `OUTPOST_KEY=file` keeps the key of a new replica beside its data instead of in the system's key store, as the option
/// `--key` of `outpost field` does.
fn key_place() -> KeyPlace {
    match std::env::var("OUTPOST_KEY").map(|word| word.parse()) {
        Ok(Ok(place)) => place,
        Ok(Err(why)) => cannot_start(&format!("OUTPOST_KEY: {why}")),
        Err(_) => KeyPlace::default(),
    }
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

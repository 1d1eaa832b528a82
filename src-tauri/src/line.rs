//! What Linux says of the line, for its web view says nothing. Elsewhere the page reports it, or nobody knows.

use gio::NetworkMonitor;
use gio::prelude::NetworkMonitorExt;
use outpost_app::{Action, Caller, Field, Host};
use std::sync::Arc;

/// Reports whether the line is metered, now and whenever that changes. To be called in the window's thread, whose loop
/// brings the changes.
pub(crate) fn report(field: &Arc<Field>) {
    let monitor = NetworkMonitor::default();
    tell(Arc::clone(field), monitor.is_network_metered());
    let field = Arc::clone(field);
    monitor.connect_network_metered_notify(move |monitor| tell(Arc::clone(&field), monitor.is_network_metered()));
}

fn tell(field: Arc<Field>, metered: bool) {
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = field.action(Caller::default(), Action::ReportConnection { metered }).await {
            tracing::warn!(%failure, "whether the line is metered could not be noted");
        }
    });
}

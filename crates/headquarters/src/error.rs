//! What can go wrong at headquarters.

use outpost_store::StoreError;
use outpost_sync::protocol::Denial;

/// What can go wrong at headquarters.
#[derive(Debug, thiserror::Error)]
pub enum HeadquartersError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder or a file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something that was stored cannot be read.
    #[error("what was stored cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// What was asked is not done.
    #[error("{}", .0.detail)]
    Denied(Denial),
    /// The system did not do its part: no random numbers, a password that cannot be hashed, a task that broke off.
    #[error("{0}")]
    System(String),
}

impl HeadquartersError {
    pub(crate) fn denied(code: &str, detail: impl Into<String>) -> HeadquartersError {
        HeadquartersError::Denied(Denial { code: code.to_owned(), detail: detail.into(), order: None })
    }

    /// A device of which nobody here knows.
    pub(crate) fn not_known() -> HeadquartersError {
        HeadquartersError::denied("token_unknown", "this device is not known here")
    }
}

impl From<outpost_sync::NotUnderstood> for HeadquartersError {
    fn from(error: outpost_sync::NotUnderstood) -> Self {
        HeadquartersError::System(error.to_string())
    }
}

impl From<outpost_store::rusqlite::Error> for HeadquartersError {
    fn from(error: outpost_store::rusqlite::Error) -> Self {
        HeadquartersError::Store(error.into())
    }
}

//! What a screen is told when something could not be done at all.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a screen branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The thing that was asked for is not here.
    NotHere,
    /// What was sent is not understood.
    NotUnderstood,
    /// Nobody is signed in.
    SignedOut,
    /// The sign-in or the password is not right.
    WrongPassword,
    /// Too many wrong answers; the one number in the detail says for how many seconds to wait.
    TooMany,
    /// This seat or this role cannot do that.
    NotAllowed,
    /// The page was not opened by the address that the program has printed.
    WrongAddress,
    /// The invitation was used, has expired, or is not one.
    InvitationInvalid,
    /// The address is one by which others on the way could read and change what is sent.
    Plain,
    /// Headquarters cannot be reached.
    Unreachable,
    /// The picture cannot be read.
    PictureUnreadable,
    /// Pictures that were begun before have not come back. A frame is dropped; a picture can be tried again.
    Busy,
    /// The file or the picture is too large.
    TooLarge,
    /// The disk of this device is full. What was saved before is safe.
    DiskFull,
    /// The database of this device is damaged. Nothing was overwritten.
    Damaged,
    /// The key store of this device does not give the key of the data. Nothing is lost.
    Locked,
    /// Unsent work stands in the way.
    OutboxNotEmpty,
    /// Something in this program; the detail says more.
    Internal,
}

/// Why something could not be done at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// Where a screen branches.
    pub code: FailureCode,
    /// For the technically minded, in English.
    pub detail: String,
}

impl Failure {
    /// A failure with a detail.
    pub fn new(code: FailureCode, detail: impl ToString) -> Failure {
        Failure { code, detail: detail.to_string() }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Failure::new(FailureCode::Internal, error)
    }
}

impl From<outpost_store::StoreError> for Failure {
    fn from(error: outpost_store::StoreError) -> Self {
        use outpost_store::StoreError;
        let code = match error {
            StoreError::Damaged(_) => FailureCode::Damaged,
            StoreError::DiskFull => FailureCode::DiskFull,
            StoreError::TakesTooLong => FailureCode::Busy,
            _ => FailureCode::Internal,
        };
        Failure::new(code, error)
    }
}

impl From<outpost_sync::ReplicaError> for Failure {
    fn from(error: outpost_sync::ReplicaError) -> Self {
        use outpost_sync::ReplicaError;
        match error {
            ReplicaError::Store(error) => error.into(),
            ReplicaError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                Failure::new(FailureCode::DiskFull, error)
            }
            ReplicaError::NotEnrolled | ReplicaError::AlreadyEnrolled => Failure::new(FailureCode::NotAllowed, error),
            error => Failure::new(FailureCode::Internal, error),
        }
    }
}

impl From<outpost_sync::RoundError> for Failure {
    fn from(error: outpost_sync::RoundError) -> Self {
        use outpost_sync::RoundError;
        let code = match &error {
            RoundError::Denied(denial) if denial.code == "invitation_invalid" => FailureCode::InvitationInvalid,
            RoundError::Denied(_) => FailureCode::NotAllowed,
            RoundError::Plain(_) => FailureCode::Plain,
            RoundError::Here(_) => FailureCode::Internal,
            _ => FailureCode::Unreachable,
        };
        Failure::new(code, error)
    }
}

impl From<outpost_scan::ScanError> for Failure {
    fn from(error: outpost_scan::ScanError) -> Self {
        let code = match error {
            outpost_scan::ScanError::TooLarge { .. } => FailureCode::TooLarge,
            outpost_scan::ScanError::Busy => FailureCode::Busy,
            _ => FailureCode::PictureUnreadable,
        };
        Failure::new(code, error)
    }
}

impl From<outpost_scan::LabelError> for Failure {
    fn from(error: outpost_scan::LabelError) -> Self {
        Failure::new(FailureCode::NotUnderstood, error)
    }
}

//! What can be wrong with a picture.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a picture could not be looked at. A picture without a code is not an error: it has no codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum ScanError {
    /// The bytes are no picture of a kind that is read here.
    #[error("not a picture: PNG, JPEG, WebP, BMP and GIF can be read")]
    NotAPicture,
    /// The picture is larger than is safe to unpack.
    #[error("the picture is too large: {width} x {height} pixels")]
    TooLarge {
        /// As its header says.
        width: u32,
        /// As its header says.
        height: u32,
    },
    /// The picture begins well and then breaks off or contradicts itself.
    #[error("the picture is damaged: {reason}")]
    Damaged {
        /// What the decoder said.
        reason: String,
    },
    /// Pictures that were begun before have not come back, and there are too many of them.
    #[error("too many pictures are still being read; try again, or restart the program")]
    Busy,
    /// A frame's bytes do not match its size.
    #[error("a frame of {expected} bytes was announced, {given} came")]
    WrongLength {
        /// Width times height.
        #[ts(type = "number")]
        expected: u64,
        /// How many bytes there are.
        #[ts(type = "number")]
        given: u64,
    },
}

//! The libraries that decode, behind one small trait.

mod binarise;
mod mask;
mod rqrr;
mod rxing;

pub(crate) use self::rqrr::Rqrr;
pub(crate) use self::rxing::Rxing;

use crate::CodeFormat;
use image::GrayImage;

/// Formats that one detector finds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// QR and Micro QR.
    Qr,
    /// Data Matrix.
    DataMatrix,
    /// Everything made of bars.
    Bars,
    /// PDF417.
    Pdf417,
}

impl Family {
    /// Which family finds a format.
    pub(crate) fn of(format: CodeFormat) -> Self {
        match format {
            CodeFormat::QrCode | CodeFormat::MicroQrCode => Self::Qr,
            CodeFormat::DataMatrix => Self::DataMatrix,
            CodeFormat::Pdf417 => Self::Pdf417,
            _ => Self::Bars,
        }
    }
}

/// How grey becomes black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// Blocks of 8 x 8 pixels, each with its own.
    Blocks,
    /// One for the whole picture, from its histogram.
    Histogram,
    /// The picture is black and white already.
    Done,
}

/// What an engine shall do.
pub(crate) struct Task<'a> {
    /// The picture.
    pub(crate) picture: &'a GrayImage,
    /// How grey becomes black and white; an engine with a method of its own ignores it.
    pub(crate) threshold: Threshold,
    /// Which detector.
    pub(crate) family: Family,
    /// The formats asked for, all of that family.
    pub(crate) formats: &'a [CodeFormat],
    /// Whether to look on after the first code.
    pub(crate) all: bool,
}

/// A code as an engine saw it, in pixels of the task's picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sighting {
    pub(crate) format: CodeFormat,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) corners: [[f32; 2]; 4],
}

/// A library that decodes.
pub(crate) trait Engine {
    /// Everything it finds.
    fn read(&self, task: &Task<'_>) -> Vec<Sighting>;
}

/// Runs an engine so that a fault in it counts as nothing found: pictures come from outside, and the libraries index
/// into them without checks of ours.
pub(crate) fn read_guarded(engine: &dyn Engine, task: &Task<'_>) -> Vec<Sighting> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| engine.read(task))).unwrap_or_default()
}

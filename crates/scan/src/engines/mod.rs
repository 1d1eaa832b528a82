//! The libraries that decode, behind one small trait.

mod bent;
mod rqrr;
mod zxing;

pub(crate) use self::bent::Bent;
pub(crate) use self::rqrr::Rqrr;
pub(crate) use self::zxing::Zxing;

use crate::CodeFormat;
use image::GrayImage;

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
    /// The formats to look for. An engine leaves out those that it does not know.
    pub(crate) formats: &'a [CodeFormat],
    /// Whether to look at every line of pixels. Bars and Data Matrix need that more than QR codes do.
    pub(crate) closely: bool,
    /// Whether to look for white codes on black, and on smaller copies too, where the engine can.
    pub(crate) thorough: bool,
}

/// A code as an engine saw it, in pixels of the task's picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sighting {
    pub(crate) format: CodeFormat,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) corners: [[f32; 2]; 4],
    pub(crate) is_gs1: bool,
}

/// A library that decodes.
pub(crate) trait Engine {
    /// Everything it finds.
    fn read(&self, task: &Task<'_>) -> Vec<Sighting>;
}

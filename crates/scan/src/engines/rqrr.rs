//! rqrr: slower, and sees some QR codes that the other engine does not. A second opinion.

use super::{Engine, Sighting, Task};
use crate::CodeFormat;

/// The engine. It has a threshold of its own.
pub(crate) struct Rqrr;

impl Engine for Rqrr {
    fn read(&self, task: &Task<'_>) -> Vec<Sighting> {
        if !task.formats.contains(&CodeFormat::QrCode) {
            return Vec::new();
        }
        let (width, height) = (task.picture.width() as usize, task.picture.height() as usize);
        let pixels = task.picture.as_raw();
        let mut prepared = ::rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let mut found = Vec::new();
        for grid in prepared.detect_grids() {
            // Not `decode`, which drops payloads that are not UTF-8.
            let mut bytes = Vec::new();
            if grid.decode_to(&mut bytes).is_err() || bytes.is_empty() {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let corners = grid.bounds.map(|corner| [corner.x as f32, corner.y as f32]);
            found.push(Sighting { format: CodeFormat::QrCode, text, bytes, corners, is_gs1: false });
        }
        found
    }
}

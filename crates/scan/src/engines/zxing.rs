//! zxing-cpp, built in: fast, and reads every kind that we look for. Formats are always named, so that a kind with a weak
//! check is never seen where it was not asked for.

use super::{Engine, Sighting, Task, Threshold};
use crate::CodeFormat;
use zxingcpp::{Barcode, BarcodeFormat, BarcodeReader, Binarizer, ContentType, ImageFormat, ImageView, TextMode};

/// The engine.
pub(crate) struct Zxing;

/// How many lines of pixels have to say the same before bars are believed. Texture and other codes look like an
/// EAN-13 in up to three.
const LINES: i32 = 4;

impl Zxing {
    /// The corners of the QR codes that were found and could not be read, from the upper left one clockwise.
    pub(crate) fn suspects(&self, task: &Task<'_>) -> Vec<[[f32; 2]; 4]> {
        let (width, height) = task.picture.dimensions();
        let Ok(view) = ImageView::from_slice(task.picture.as_raw(), width, height, ImageFormat::Lum) else {
            return Vec::new();
        };
        let reader = reader(task).formats([BarcodeFormat::QRCodeModel2]).return_errors(true);
        reader.from(view).unwrap_or_default().iter().filter(|code| !code.is_valid()).map(corners).collect()
    }
}

impl Engine for Zxing {
    fn read(&self, task: &Task<'_>) -> Vec<Sighting> {
        let (width, height) = task.picture.dimensions();
        let Ok(view) = ImageView::from_slice(task.picture.as_raw(), width, height, ImageFormat::Lum) else {
            return Vec::new();
        };
        let formats: Vec<BarcodeFormat> = task.formats.iter().flat_map(|format| theirs(*format)).copied().collect();
        let codes = reader(task).formats(&formats).from(view).unwrap_or_default();
        let seen = codes.iter().filter_map(|code| Some((sighting(code)?, code.line_count())));
        let seen: Vec<_> = seen.filter(|(sighting, _)| task.formats.contains(&sighting.format)).collect();
        let is_believed = |one: &(Sighting, i32)| !seen.iter().any(|other| contradicts(other, one));
        seen.iter().filter(|one| is_believed(one)).map(|(sighting, _)| sighting.clone()).collect()
    }
}

fn reader(task: &Task<'_>) -> BarcodeReader {
    BarcodeReader::new()
        .try_harder(task.closely)
        .try_rotate(true)
        .try_invert(task.thorough)
        .try_downscale(task.thorough)
        .binarizer(match task.threshold {
            Threshold::Blocks => Binarizer::LocalAverage,
            Threshold::Histogram => Binarizer::GlobalHistogram,
            Threshold::Done => Binarizer::FixedThreshold,
        })
        .text_mode(TextMode::Plain)
        .min_line_count(LINES)
        // No limit: nought stands for all.
        .max_number_of_symbols(0)
}

fn corners(code: &Barcode) -> [[f32; 2]; 4] {
    let at = code.position();
    [at.top_left, at.top_right, at.bottom_right, at.bottom_left].map(|at| [at.x as f32, at.y as f32])
}

/// Whether one article number, read in more lines of pixels, is what the other was misread from: one half is the same,
/// and it stands where the same bars go on.
fn contradicts((one, lines): &(Sighting, i32), (other, fewer): &(Sighting, i32)) -> bool {
    let is_article = |sighting: &Sighting| matches!(sighting.format, CodeFormat::Ean13 | CodeFormat::UpcA);
    if !is_article(one) || !is_article(other) || one.bytes == other.bytes || lines <= fewer {
        return false;
    }
    // Six digits stand right of the middle, six left of it.
    let (one_half, other_half) = (one.bytes.split_last_chunk::<6>(), other.bytes.split_last_chunk::<6>());
    let shared = one_half.zip(other_half).filter(|(one, other)| one.0 == other.0 || one.1 == other.1);
    let span = |sighting: &Sighting, axis: usize| {
        let places = sighting.corners.map(|corner| corner[axis]);
        (places.into_iter().fold(f32::MAX, f32::min), places.into_iter().fold(f32::MIN, f32::max))
    };
    let length = |(least, most): (f32, f32)| most - least;
    // Bars are about as high as they are long together; what was read of them need not touch.
    let reach = length(span(one, 0)).max(length(span(one, 1))) / 2.0;
    shared.is_some()
        && (0..2).all(|axis| {
            let ((least, most), (from, to)) = (span(one, axis), span(other, axis));
            least <= to + reach && from <= most + reach
        })
}

fn sighting(code: &Barcode) -> Option<Sighting> {
    let format = format(code)?;
    let mut bytes = code.bytes();
    // A text is handed over up to its first nought; and what is UTF-8 needs no guess.
    let mut text = String::from_utf8(bytes.clone()).unwrap_or_else(|_| match bytes.contains(&0) {
        true => String::from_utf8_lossy(&bytes).into_owned(),
        false => code.text(),
    });
    if format == CodeFormat::UpcA && text.len() == 13 {
        // Printed below the bars are 12 digits; the thirteenth comes from seeing it as an EAN-13.
        text.remove(0);
        bytes.remove(0);
    }
    let corners = corners(code);
    let is_gs1 = code.content_type() == ContentType::GS1;
    (code.is_valid() && !bytes.is_empty()).then_some(Sighting { format, text, bytes, corners, is_gs1 })
}

/// The variant is asked for only where the wrapper knows every one that can come: it would take an unknown number for
/// one of its own.
fn format(code: &Barcode) -> Option<CodeFormat> {
    match code.symbology() {
        BarcodeFormat::QRCode => match code.format() {
            BarcodeFormat::MicroQRCode => Some(CodeFormat::MicroQrCode),
            BarcodeFormat::RMQRCode => None,
            _ => Some(CodeFormat::QrCode),
        },
        BarcodeFormat::EANUPC => match code.format() {
            BarcodeFormat::EAN13 | BarcodeFormat::ISBN => Some(CodeFormat::Ean13),
            BarcodeFormat::UPCA => Some(CodeFormat::UpcA),
            BarcodeFormat::EAN8 => Some(CodeFormat::Ean8),
            BarcodeFormat::UPCE => Some(CodeFormat::UpcE),
            _ => None,
        },
        BarcodeFormat::DataMatrix => Some(CodeFormat::DataMatrix),
        BarcodeFormat::PDF417 => Some(CodeFormat::Pdf417),
        BarcodeFormat::Code128 => Some(CodeFormat::Code128),
        BarcodeFormat::Code39 => Some(CodeFormat::Code39),
        BarcodeFormat::Code93 => Some(CodeFormat::Code93),
        BarcodeFormat::Codabar => Some(CodeFormat::Codabar),
        BarcodeFormat::ITF => Some(CodeFormat::Itf),
        _ => None,
    }
}

fn theirs(format: CodeFormat) -> &'static [BarcodeFormat] {
    match format {
        CodeFormat::QrCode => &[BarcodeFormat::QRCodeModel2, BarcodeFormat::QRCodeModel1],
        CodeFormat::MicroQrCode => &[BarcodeFormat::MicroQRCode],
        CodeFormat::DataMatrix => &[BarcodeFormat::DataMatrix],
        CodeFormat::Pdf417 => &[BarcodeFormat::PDF417],
        CodeFormat::Code128 => &[BarcodeFormat::Code128],
        CodeFormat::Code39 => &[BarcodeFormat::Code39],
        CodeFormat::Code93 => &[BarcodeFormat::Code93],
        CodeFormat::Codabar => &[BarcodeFormat::Codabar],
        CodeFormat::Ean13 => &[BarcodeFormat::EAN13],
        CodeFormat::UpcA => &[BarcodeFormat::UPCA],
        CodeFormat::Itf => &[BarcodeFormat::ITF],
        CodeFormat::Ean8 => &[BarcodeFormat::EAN8],
        CodeFormat::UpcE => &[BarcodeFormat::UPCE],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str, left: f32, lines: i32) -> (Sighting, i32) {
        let corners = [[left, 400.0], [left, 70.0], [left + 20.0, 70.0], [left + 20.0, 400.0]];
        let (text, bytes) = (text.to_owned(), text.as_bytes().to_vec());
        (Sighting { format: CodeFormat::Ean13, text, bytes, corners, is_gs1: false }, lines)
    }

    #[test]
    fn of_two_readings_of_the_same_bars_the_one_with_more_lines_is_believed() {
        let (right, wrong) = (article("5030159003930", 102.0, 90), article("7034759003930", 70.0, 5));
        assert!(contradicts(&right, &wrong) && !contradicts(&wrong, &right) && !contradicts(&right, &right));
        assert!(!contradicts(&right, &article("7034759003930", 900.0, 5)), "on the next label");
        assert!(!contradicts(&right, &article("4006381333931", 130.0, 5)), "another article");
    }
}

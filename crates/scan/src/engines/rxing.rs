//! rxing: the first engine, for everything. Formats are always named; MaxiCode is not even compiled in, since its
//! reader is known to hang.

use super::binarise::AsIs;
use super::mask::paint_over;
use super::{Engine, Family, Sighting, Task, Threshold};
use crate::CodeFormat;
use ::rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use ::rxing::datamatrix::DataMatrixReader;
use ::rxing::multi::MultipleBarcodeReader;
use ::rxing::oned::MultiFormatOneDReader;
use ::rxing::pdf417::PDF417Reader;
use ::rxing::qrcode::cpp_port::QrReader;
use ::rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, Point, RXingResult, Reader};
use image::GrayImage;
use std::collections::HashSet;

/// The engine.
pub(crate) struct Rxing;

/// How many codes are looked for one after another, with those that were found painted over.
const MOST_IN_TURN: usize = 12;

impl Engine for Rxing {
    fn read(&self, task: &Task<'_>) -> Vec<Sighting> {
        let hints = hints(task.formats);
        if task.family == Family::Qr || !task.all {
            return look(task.picture, task, &hints);
        }
        let mut found = Vec::new();
        let mut picture = task.picture.clone();
        while found.len() < MOST_IN_TURN {
            let Some(next) = look(&picture, task, &hints).into_iter().next() else { break };
            paint_over(&mut picture, &next.corners, task.family == Family::Bars);
            found.push(next);
        }
        found
    }
}

fn look(picture: &GrayImage, task: &Task<'_>, hints: &DecodeHints) -> Vec<Sighting> {
    let Ok(source) = Luma8Source::new_with_slice(picture.as_raw(), picture.width(), picture.height()) else {
        return Vec::new();
    };
    let results = match task.threshold {
        Threshold::Blocks => run(HybridBinarizer::new(source), task, hints),
        Threshold::Histogram => run(GlobalHistogramBinarizer::new(source), task, hints),
        Threshold::Done => run(AsIs::new(source), task, hints),
    };
    let sightings = results.iter().filter_map(|result| sighting(result, task.formats));
    sightings.filter(|sighting| task.family != Family::Bars || is_confirmed(picture, sighting, hints)).collect()
}

/// How many lines of pixels to each side may confirm a bar code.
const STRIP: u32 = 12;

/// Bars have weak checks, and texture sometimes looks like them in one line of pixels. A real code says the same in the
/// lines beside it.
fn is_confirmed(picture: &GrayImage, sighting: &Sighting, hints: &DecodeHints) -> bool {
    if sighting.text.len() < 2 {
        return false;
    }
    let [first, second, ..] = sighting.corners;
    let upright = (first[0] - second[0]).abs() >= (first[1] - second[1]).abs();
    let (line, length) = if upright { (first[1], picture.height()) } else { (first[0], picture.width()) };
    let line = (line.max(0.0) as u32).min(length - 1);
    let strips = [(line.saturating_sub(STRIP), line), (line + 1, (line + 1 + STRIP).min(length))];
    strips.into_iter().filter(|(from, to)| from < to).any(|(from, to)| {
        let strip = if upright {
            image::imageops::crop_imm(picture, 0, from, picture.width(), to - from).to_image()
        } else {
            image::imageops::crop_imm(picture, from, 0, to - from, picture.height()).to_image()
        };
        let Ok(source) = Luma8Source::new_with_slice(strip.as_raw(), strip.width(), strip.height()) else {
            return false;
        };
        let mut bitmap = BinaryBitmap::new(GlobalHistogramBinarizer::new(source));
        let result = MultiFormatOneDReader::new(hints).decode_with_hints(&mut bitmap, hints);
        result.is_ok_and(|result| result.getText() == sighting.text)
    })
}

fn run<B: Binarizer>(binarizer: B, task: &Task<'_>, hints: &DecodeHints) -> Vec<RXingResult> {
    let mut bitmap = BinaryBitmap::new(binarizer);
    let one = match task.family {
        Family::Qr if task.all => return QrReader.decode_multiple_with_hints(&mut bitmap, hints).unwrap_or_default(),
        Family::Qr => QrReader.decode_with_hints(&mut bitmap, hints),
        Family::DataMatrix => DataMatrixReader.decode_with_hints(&mut bitmap, hints),
        Family::Bars => MultiFormatOneDReader::new(hints).decode_with_hints(&mut bitmap, hints),
        Family::Pdf417 => PDF417Reader.decode_with_hints(&mut bitmap, hints),
    };
    one.into_iter().collect()
}

fn hints(formats: &[CodeFormat]) -> DecodeHints {
    let formats: HashSet<BarcodeFormat> = formats.iter().map(|format| theirs(*format)).collect();
    DecodeHints { PossibleFormats: Some(formats), TryHarder: Some(true), ..DecodeHints::default() }
}

fn sighting(result: &RXingResult, formats: &[CodeFormat]) -> Option<Sighting> {
    let format = ours(*result.getBarcodeFormat()).filter(|format| formats.contains(format))?;
    let raw = result.getRawBytes();
    // Only for QR are the raw bytes the payload; elsewhere they are code words.
    let (text, bytes) = match (Family::of(format), std::str::from_utf8(raw)) {
        (Family::Qr, Ok(text)) => (text.to_owned(), raw.to_vec()),
        (Family::Qr, Err(_)) => (result.getText().to_owned(), raw.to_vec()),
        _ => (result.getText().to_owned(), result.getText().as_bytes().to_vec()),
    };
    (!bytes.is_empty()).then(|| Sighting { format, text, bytes, corners: corners(format, result.getPoints()) })
}

fn corners(format: CodeFormat, points: &[Point]) -> [[f32; 2]; 4] {
    let at = |index: usize| points.get(index).map_or([0.0, 0.0], |point| [point.x, point.y]);
    match (Family::of(format), points.len()) {
        (_, 0) => [[0.0; 2]; 4],
        (_, 1) => [at(0); 4],
        // Row by row, as it comes.
        (Family::Qr, 4..) => [at(0), at(1), at(3), at(2)],
        (_, 4..) => clockwise([at(0), at(1), at(2), at(3)]),
        _ => [at(0), at(1), at(1), at(0)],
    }
}

/// Clockwise on the screen, from the corner nearest to the upper left.
fn clockwise(mut corners: [[f32; 2]; 4]) -> [[f32; 2]; 4] {
    let middle = |axis: usize| corners.iter().map(|corner| corner[axis]).sum::<f32>() / 4.0;
    let (x, y) = (middle(0), middle(1));
    let angle = |corner: &[f32; 2]| (corner[1] - y).atan2(corner[0] - x);
    corners.sort_by(|one, other| angle(one).total_cmp(&angle(other)));
    let nearest = |one: &&[f32; 2], other: &&[f32; 2]| (one[0] + one[1]).total_cmp(&(other[0] + other[1]));
    let first = corners.iter().min_by(nearest).and_then(|least| corners.iter().position(|corner| corner == least));
    corners.rotate_left(first.unwrap_or(0));
    corners
}

fn theirs(format: CodeFormat) -> BarcodeFormat {
    match format {
        CodeFormat::QrCode => BarcodeFormat::QR_CODE,
        CodeFormat::MicroQrCode => BarcodeFormat::MICRO_QR_CODE,
        CodeFormat::DataMatrix => BarcodeFormat::DATA_MATRIX,
        CodeFormat::Pdf417 => BarcodeFormat::PDF_417,
        CodeFormat::Code128 => BarcodeFormat::CODE_128,
        CodeFormat::Code39 => BarcodeFormat::CODE_39,
        CodeFormat::Code93 => BarcodeFormat::CODE_93,
        CodeFormat::Codabar => BarcodeFormat::CODABAR,
        CodeFormat::Ean13 => BarcodeFormat::EAN_13,
        CodeFormat::UpcA => BarcodeFormat::UPC_A,
        CodeFormat::Itf => BarcodeFormat::ITF,
        CodeFormat::Ean8 => BarcodeFormat::EAN_8,
        CodeFormat::UpcE => BarcodeFormat::UPC_E,
    }
}

fn ours(format: BarcodeFormat) -> Option<CodeFormat> {
    CodeFormat::ALL.into_iter().find(|candidate| theirs(*candidate) == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_round_from_the_upper_left() {
        let expected = [[1.0, 1.0], [9.0, 2.0], [8.0, 9.0], [0.0, 8.0]];
        assert_eq!(clockwise([[8.0, 9.0], [1.0, 1.0], [0.0, 8.0], [9.0, 2.0]]), expected);
    }
}

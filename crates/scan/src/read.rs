//! Walks the stages over a picture until there is an answer or the time is up.

use crate::change::{Change, shrink};
use crate::engines::{Family, Sighting, Task, read_guarded};
use crate::stages::{Size, Stage, plan};
use crate::{CodeFormat, FoundCode, ReadMode, ReadOptions, Reading, ScanError, picture};
use base64::Engine as _;
use image::GrayImage;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Reads a picture file: PNG, JPEG, WebP, BMP or GIF (its first frame).
///
/// The budget is for looking; unpacking comes before it and is bounded by size.
///
/// # Errors
/// When the bytes are no such picture, a damaged one, or one too large to unpack safely.
pub fn read_picture(bytes: &[u8], options: &ReadOptions) -> Result<Reading, ScanError> {
    let start = Instant::now();
    let picture = picture::unpack(bytes)?;
    let codes = look(&picture, options);
    Ok(Reading { codes, millis: millis_since(start) })
}

/// Reads one frame of a camera: rows of grey pixels without padding.
///
/// # Errors
/// When the length does not match the size, or the size is empty or too large.
pub fn read_luma(luma: &[u8], width: u32, height: u32, options: &ReadOptions) -> Result<Reading, ScanError> {
    let start = Instant::now();
    picture::check_size(width, height)?;
    let (expected, given) = (u64::from(width) * u64::from(height), luma.len() as u64);
    let picture = (expected == given)
        .then(|| GrayImage::from_raw(width, height, luma.to_vec()))
        .flatten()
        .ok_or(ScanError::WrongLength { expected, given })?;
    let codes = look(&picture, options);
    Ok(Reading { codes, millis: millis_since(start) })
}

fn millis_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

fn look(picture: &GrayImage, options: &ReadOptions) -> Vec<FoundCode> {
    let start = Instant::now();
    let budget = Duration::from_millis(options.budget_millis.into());
    let formats = if options.formats.is_empty() { &CodeFormat::USUAL[..] } else { &options.formats };
    let wanted = |family: Family| formats.iter().any(|format| Family::of(*format) == family);
    let mut copies = Copies { picture, smaller: BTreeMap::new() };
    let mut found = Vec::new();
    for (index, stage) in plan(options.mode, options.frame, wanted).into_iter().enumerate() {
        if index > 0 && start.elapsed() >= budget {
            break;
        }
        if !stage.runs_after(found.len()) {
            continue;
        }
        run(stage, &mut copies, formats, options.mode, &mut found);
    }
    found
}

fn run(stage: &Stage, copies: &mut Copies<'_>, formats: &[CodeFormat], mode: ReadMode, found: &mut Vec<FoundCode>) {
    let whole = copies.picture.dimensions();
    let Some(copy) = copies.of(stage.size) else { return };
    let scale = [whole.0 as f32 / copy.width() as f32, whole.1 as f32 / copy.height() as f32];
    let changed = (stage.change != Change::None).then(|| stage.change.apply(copy));
    let formats: Vec<CodeFormat> =
        formats.iter().copied().filter(|format| Family::of(*format) == stage.family).collect();
    let task = Task {
        picture: changed.as_ref().unwrap_or(copy),
        threshold: stage.threshold,
        family: stage.family,
        formats: &formats,
        all: mode == ReadMode::Still || stage.family == Family::Qr,
    };
    for sighting in read_guarded(stage.engine, &task) {
        let code = found_code(sighting, scale, stage.name);
        if !found.iter().any(|known| is_same(known, &code)) {
            found.push(code);
        }
    }
}

fn found_code(sighting: Sighting, scale: [f32; 2], stage: &str) -> FoundCode {
    FoundCode {
        format: sighting.format,
        text: sighting.text,
        bytes_base64: base64::engine::general_purpose::STANDARD.encode(&sighting.bytes),
        corners: sighting.corners.map(|[x, y]| [x * scale[0], y * scale[1]]),
        stage: stage.to_owned(),
    }
}

/// Two stages that saw one code. The same text elsewhere in the picture is another label with the same code.
fn is_same(one: &FoundCode, other: &FoundCode) -> bool {
    if one.format != other.format || one.bytes_base64 != other.bytes_base64 {
        return false;
    }
    let middle = |code: &FoundCode, axis: usize| code.corners.iter().map(|corner| corner[axis]).sum::<f32>() / 4.0;
    let reach = |code: &FoundCode| {
        let [a, _, c, _] = code.corners;
        (a[0] - c[0]).hypot(a[1] - c[1])
    };
    let distance = (middle(one, 0) - middle(other, 0)).hypot(middle(one, 1) - middle(other, 1));
    distance < 0.5 * reach(one).max(reach(other)).max(8.0)
}

/// Smaller copies, made when a stage first asks for them.
struct Copies<'a> {
    picture: &'a GrayImage,
    smaller: BTreeMap<u32, Option<GrayImage>>,
}

impl Copies<'_> {
    fn of(&mut self, size: Size) -> Option<&GrayImage> {
        match size {
            Size::WholeIfOver(longest) => {
                (self.picture.width().max(self.picture.height()) > longest).then_some(self.picture)
            }
            Size::Only(longest) => self.at_most(longest),
            Size::AtMost(longest) => {
                let picture = self.picture;
                Some(self.at_most(longest).unwrap_or(picture))
            }
        }
    }

    fn at_most(&mut self, longest: u32) -> Option<&GrayImage> {
        let picture = self.picture;
        self.smaller.entry(longest).or_insert_with(|| shrink(picture, longest)).as_ref()
    }
}

//! Walks the stages over a picture until there is an answer or the time is up.

use crate::change::{Change, double, shrink};
use crate::engines::{Sighting, Task};
use crate::shown::shown;
use crate::stages::{Size, Stage, plan};
use crate::watch::{Cancel, Steps, watch};
use crate::{CodeFormat, FoundCode, ReadOptions, Reading, ScanError, picture};
use base64::Engine as _;
use image::GrayImage;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Reads a picture file: PNG, JPEG, WebP, BMP or GIF (its first frame).
///
/// The budget is for looking; unpacking comes before it and is bounded by size.
///
/// # Errors
/// When the bytes are no such picture, a damaged one, or one too large to unpack safely; or when too much that was begun
/// before has not come back.
pub fn read_picture(bytes: &[u8], options: &ReadOptions) -> Result<Reading, ScanError> {
    read_picture_until(bytes, options, &Cancel::default())
}

/// As [`read_picture`], until it is cancelled: then the answer is what was found until then.
///
/// # Errors
/// As for [`read_picture`].
pub fn read_picture_until(bytes: &[u8], options: &ReadOptions, cancel: &Cancel) -> Result<Reading, ScanError> {
    let start = Instant::now();
    let picture = picture::unpack(bytes)?;
    look(picture, options, cancel, start)
}

/// Reads one frame of a camera: rows of grey pixels without padding.
///
/// # Errors
/// When the length does not match the size, or the size is empty or too large; or when too much that was begun before has
/// not come back.
pub fn read_luma(luma: &[u8], width: u32, height: u32, options: &ReadOptions) -> Result<Reading, ScanError> {
    read_luma_until(luma, width, height, options, &Cancel::default())
}

/// As [`read_luma`], until it is cancelled: then the answer is what was found until then.
///
/// # Errors
/// As for [`read_luma`].
pub fn read_luma_until(
    luma: &[u8],
    width: u32,
    height: u32,
    options: &ReadOptions,
    cancel: &Cancel,
) -> Result<Reading, ScanError> {
    let start = Instant::now();
    picture::check_size(width, height)?;
    let (expected, given) = (u64::from(width) * u64::from(height), luma.len() as u64);
    let picture = (expected == given)
        .then(|| GrayImage::from_raw(width, height, luma.to_vec()))
        .flatten()
        .ok_or(ScanError::WrongLength { expected, given })?;
    look(picture, options, cancel, start)
}

fn look(picture: GrayImage, options: &ReadOptions, cancel: &Cancel, start: Instant) -> Result<Reading, ScanError> {
    let formats = if options.formats.is_empty() { CodeFormat::USUAL.to_vec() } else { options.formats.clone() };
    let walk = Walk {
        stages: plan(options.mode, options.frame, &formats),
        copies: Copies { picture: Arc::new(picture), smaller: Mutex::default() },
        formats,
        start: Instant::now(),
        budget: Duration::from_millis(options.budget_millis.into()),
        longest: AtomicU64::new(0),
        cancel: cancel.clone(),
    };
    let codes = watch(walk, Duration::from_millis(options.overrun_millis.into()), cancel)?;
    Ok(Reading { codes, millis: start.elapsed().as_secs_f64() * 1000.0 })
}

/// A longer text is no name of anything; the rest is in `text`.
const MOST_SHOWN: usize = 200;

/// The stages' way over one picture.
struct Walk {
    stages: Vec<&'static Stage>,
    copies: Copies,
    formats: Vec<CodeFormat>,
    start: Instant,
    budget: Duration,
    /// In microseconds: how long a stage may take, going by those before it.
    longest: AtomicU64,
    cancel: Cancel,
}

impl Steps for Walk {
    type Given = FoundCode;

    fn count(&self) -> usize {
        self.stages.len()
    }

    fn step(&self, index: usize, so_far: &[FoundCode]) -> Option<Vec<FoundCode>> {
        let stage = self.stages[index];
        let start = self.start.elapsed();
        let longest = Duration::from_micros(self.longest.load(Ordering::Relaxed));
        if self.cancel.is_cancelled() || index > 0 && start + longest / 2 >= self.budget {
            return None;
        }
        if !stage.runs_after(so_far.len()) {
            return Some(Vec::new());
        }
        let found = self.run(stage, so_far);
        let took = (self.start.elapsed() - start).as_micros();
        self.longest.fetch_max(u64::try_from(took).unwrap_or(u64::MAX), Ordering::Relaxed);
        Some(found)
    }
}

impl Walk {
    fn run(&self, stage: &Stage, so_far: &[FoundCode]) -> Vec<FoundCode> {
        let whole = self.copies.picture.dimensions();
        let Some(copy) = self.copies.of(stage.size) else { return Vec::new() };
        let scale = [whole.0 as f32 / copy.width() as f32, whole.1 as f32 / copy.height() as f32];
        let changed = (stage.change != Change::None).then(|| stage.change.apply(&copy));
        let formats: Vec<CodeFormat> =
            self.formats.iter().copied().filter(|format| stage.kinds.contains(format)).collect();
        let task = Task {
            picture: changed.as_ref().unwrap_or(&copy),
            threshold: stage.threshold,
            formats: &formats,
            closely: stage.closely,
            thorough: stage.thorough,
        };
        let mut found: Vec<FoundCode> = Vec::new();
        for sighting in stage.engine.read(&task) {
            let code = found_code(sighting, scale, stage.name);
            if !so_far.iter().chain(&found).any(|known| is_same(known, &code)) {
                found.push(code);
            }
        }
        found
    }
}

fn found_code(sighting: Sighting, scale: [f32; 2], stage: &str) -> FoundCode {
    FoundCode {
        format: sighting.format,
        shown: shown(&sighting.text, MOST_SHOWN),
        text: sighting.text,
        bytes_base64: base64::engine::general_purpose::STANDARD.encode(&sighting.bytes),
        is_gs1: sighting.is_gs1,
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

/// The picture and copies of other sizes, which are made when a stage first asks for them.
struct Copies {
    picture: Arc<GrayImage>,
    smaller: Mutex<BTreeMap<u32, Option<Arc<GrayImage>>>>,
}

impl Copies {
    fn of(&self, size: Size) -> Option<Arc<GrayImage>> {
        let longer_side = self.picture.width().max(self.picture.height());
        match size {
            Size::WholeIfOver(longest) => (longer_side > longest).then(|| Arc::clone(&self.picture)),
            Size::Double(longest) => self.double(longest),
            Size::Only(longest) => self.at_most(longest),
            Size::AtMost(longest) => Some(self.at_most(longest).unwrap_or_else(|| Arc::clone(&self.picture))),
        }
    }

    fn at_most(&self, longest: u32) -> Option<Arc<GrayImage>> {
        let mut smaller = self.smaller.lock().unwrap_or_else(PoisonError::into_inner);
        smaller.entry(longest).or_insert_with(|| shrink(&self.picture, longest).map(Arc::new)).clone()
    }

    fn double(&self, longest: u32) -> Option<Arc<GrayImage>> {
        let (width, height) = (self.picture.width() * 2, self.picture.height() * 2);
        (width.max(height) <= longest).then(|| Arc::new(double(&self.picture)))
    }
}

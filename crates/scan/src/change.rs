//! Cheap changes to a picture that make a code readable which was not. Pure, on grey pixels.

use image::{GrayImage, Luma};

/// What is done to a picture before an engine looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// Black where darker than the mean around it: shadows, folds.
    LocalMean,
    /// The darkest of 3x3: thin, broken or faded modules grow together.
    Darkest,
    /// The lightest of 3x3: modules that have bled come apart.
    Lightest,
    /// The background made even: gradients, glare.
    Flatten,
    /// Contrast stretched tile by tile, with a limit: fog and dusk.
    Equalise,
    /// Strong sharpening: blur.
    Sharpen,
    /// The opposite of a Gaussian blur with this deviation, in tenths of a pixel: out of focus, moved.
    Deblur(u16),
    /// 3x3 mean: noise.
    Mean,
    /// 3x3 mean, then a local threshold: noise and darkness.
    Smooth,
    /// 3x3 mean twice, then contrast stretched tile by tile: faint codes in the dark.
    EqualiseSmooth,
    /// 3x3 mean, then strong sharpening: blur with noise.
    SharpenSmooth,
}

impl Change {
    /// The changed picture.
    pub(crate) fn apply(self, picture: &GrayImage) -> GrayImage {
        match self {
            Self::None => picture.clone(),
            Self::LocalMean => local_mean(picture, side(picture) / 16),
            Self::Darkest => extreme(picture, u8::min),
            Self::Lightest => extreme(picture, u8::max),
            Self::Flatten => flatten(picture),
            Self::Equalise => equalise(picture),
            Self::Sharpen => with_mean(picture, 3, |pixel, mean| pixel + 3 * (pixel - mean)),
            Self::Deblur(tenths) => deblur(picture, f32::from(tenths) / 10.0),
            Self::Mean => mean(picture),
            Self::Smooth => local_mean(&mean(picture), side(picture) / 16),
            Self::EqualiseSmooth => equalise(&mean(&mean(picture))),
            Self::SharpenSmooth => Self::Sharpen.apply(&mean(picture)),
        }
    }
}

/// A copy whose longer side is `longest`, or nothing if the picture is not larger.
pub(crate) fn shrink(picture: &GrayImage, longest: u32) -> Option<GrayImage> {
    let (width, height) = picture.dimensions();
    let side = width.max(height);
    if side <= longest {
        return None;
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(longest) / u64::from(side);
        u32::try_from(length).unwrap_or(1).max(1)
    };
    let (width, height) = (scaled(width), scaled(height));
    if picture.len() > LARGE {
        // Whole steps first, so that the exact but slow way has little left to do.
        let step = (side / longest / 2).max(1) as usize;
        return Some(image::imageops::thumbnail(&reduce(picture, step), width, height));
    }
    Some(image::imageops::thumbnail(picture, width, height))
}

/// So many pixels take too long to shrink in one go.
const LARGE: usize = 16_000_000;

/// The means of squares with this side; what is left over at the edges is left out.
fn reduce(picture: &GrayImage, side: usize) -> GrayImage {
    let width = picture.width() as usize;
    let mut sums = vec![0_u32; width / side];
    let mut pixels = Vec::with_capacity(picture.len() / side / side);
    for rows in picture.as_raw().chunks_exact(width * side) {
        sums.fill(0);
        for row in rows.chunks_exact(width) {
            for (sum, square) in sums.iter_mut().zip(row.chunks_exact(side)) {
                *sum += square.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
            }
        }
        pixels.extend(sums.iter().map(|sum| (*sum as usize / (side * side)) as u8));
    }
    let height = picture.height() / side as u32;
    GrayImage::from_raw(picture.width() / side as u32, height, pixels).unwrap_or_default()
}

/// A copy twice as long and wide, by straight lines between the pixels.
pub(crate) fn double(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let raw = picture.as_raw();
    let mut pixels = vec![0_u8; width * height * 4];
    let mut line = vec![0_u16; width];
    for (y, to) in pixels.chunks_exact_mut(width * 2).enumerate() {
        // Three parts of the row that this one lies in, and one of the next on its side.
        let from = y / 2;
        let beside = if y % 2 == 0 { from.saturating_sub(1) } else { (from + 1).min(height - 1) };
        let (near, far) = (&raw[from * width..][..width], &raw[beside * width..][..width]);
        for (to, (near, far)) in line.iter_mut().zip(near.iter().zip(far)) {
            *to = 3 * u16::from(*near) + u16::from(*far);
        }
        for (x, pair) in to.chunks_exact_mut(2).enumerate() {
            let (left, right) = (line[x.saturating_sub(1)], line[(x + 1).min(width - 1)]);
            pair[0] = ((3 * line[x] + left + 8) >> 4) as u8;
            pair[1] = ((3 * line[x] + right + 8) >> 4) as u8;
        }
    }
    GrayImage::from_raw(picture.width() * 2, picture.height() * 2, pixels).unwrap_or_default()
}

fn side(picture: &GrayImage) -> u32 {
    picture.width().max(picture.height())
}

/// Sums of all pixels above and left, with a border of zeros, so that the sum of any box costs four reads.
struct Sums {
    sums: Vec<u32>,
    width: usize,
    height: usize,
}

impl Sums {
    /// A 32-bit sum holds 16.8 million white pixels; stages work on copies of at most 1408 x 1408, and on larger
    /// pictures the wrapping subtraction below stays right as long as one *box* holds fewer than that.
    fn of(picture: &GrayImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let stride = width + 1;
        let mut sums = vec![0_u32; stride * (height + 1)];
        for (y, row) in picture.as_raw().chunks_exact(width).enumerate() {
            let (above, below) = sums.split_at_mut((y + 1) * stride);
            let above = &above[y * stride..];
            let mut line = 0_u32;
            for (x, &pixel) in row.iter().enumerate() {
                line = line.wrapping_add(u32::from(pixel));
                below[x + 1] = above[x + 1].wrapping_add(line);
            }
        }
        Self { sums, width, height }
    }

    /// Calls `each` with every row's number and the means of its boxes.
    fn rows(&self, radius: usize, mut each: impl FnMut(usize, &[u8])) {
        let (stride, width) = (self.width + 1, self.width);
        let mut means = vec![0_u8; width];
        // From here to there the boxes do not meet the edge: one count for all, and no branch in the loop.
        let (inner, end) = (radius.min(width), width.saturating_sub(radius).max(radius.min(width)));
        for y in 0..self.height {
            let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(self.height));
            let (upper, lower) = (&self.sums[top * stride..][..stride], &self.sums[bottom * stride..][..stride]);
            let one = |x: usize| {
                let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
                let sum = lower[right].wrapping_sub(lower[left]).wrapping_sub(upper[right]).wrapping_add(upper[left]);
                (sum as usize / ((right - left) * (bottom - top))) as u8
            };
            for x in (0..inner).chain(end..width) {
                means[x] = one(x);
            }
            if inner < end {
                let part = reciprocal((2 * radius + 1) * (bottom - top));
                let left = upper[..end - inner].iter().zip(&lower[..end - inner]);
                let right = upper[2 * radius + 1..].iter().zip(&lower[2 * radius + 1..]);
                for (mean, (left, right)) in means[inner..end].iter_mut().zip(left.zip(right)) {
                    let sum = right.1.wrapping_sub(*left.1).wrapping_sub(*right.0).wrapping_add(*left.0);
                    *mean = ((u64::from(sum) * part) >> 32) as u8;
                }
            }
            each(y, &means);
        }
    }
}

/// One divided by a count, in 2^-32, rounded up so that a whole quotient stays whole.
fn reciprocal(count: usize) -> u64 {
    ((1_u64 << 32) / count.max(1) as u64) + 1
}

/// Applies `combine(pixel, mean around it)` to every pixel.
fn with_mean(picture: &GrayImage, radius: u32, combine: impl Fn(i32, i32) -> i32) -> GrayImage {
    let mut changed = picture.clone();
    let width = picture.width() as usize;
    Sums::of(picture).rows(radius as usize, |y, means| {
        for (pixel, &mean) in changed.as_mut()[y * width..][..width].iter_mut().zip(means) {
            *pixel = combine(i32::from(*pixel), i32::from(mean)).clamp(0, 255) as u8;
        }
    });
    changed
}

/// The mean of each 3x3 neighbourhood. Without sums over the whole picture, which would cost more than three reads.
fn mean(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let raw = picture.as_raw();
    let mut pixels = vec![0_u8; raw.len()];
    let mut down = vec![0_u16; width];
    for (y, to) in pixels.chunks_exact_mut(width).enumerate() {
        let row = |y: usize| &raw[y * width..][..width];
        let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1)));
        for (sum, (above, (here, below))) in down.iter_mut().zip(above.iter().zip(here.iter().zip(below))) {
            *sum = u16::from(*above) + u16::from(*here) + u16::from(*below);
        }
        for (x, pixel) in to.iter_mut().enumerate() {
            let sum = down[x.saturating_sub(1)] + down[x] + down[(x + 1).min(width - 1)];
            *pixel = (sum / 9) as u8;
        }
    }
    GrayImage::from_raw(picture.width(), picture.height(), pixels).unwrap_or_default()
}

/// A little below the mean, so that the grain of an even surface stays white.
const BELOW_MEAN: i32 = 3;

fn local_mean(picture: &GrayImage, radius: u32) -> GrayImage {
    with_mean(picture, radius.max(3), |pixel, mean| if pixel + BELOW_MEAN < mean { 0 } else { 255 })
}

/// How often the guess is put right.
const ROUNDS: usize = 6;
/// How far; two would no longer settle.
const STEP: f32 = 1.6;

/// Looks for the picture that would look like this one if it were blurred: blurs a guess, and adds to it what is missing.
fn deblur(picture: &GrayImage, deviation: f32) -> GrayImage {
    let width = picture.width() as usize;
    let seen: Vec<f32> = picture.iter().map(|pixel| f32::from(*pixel)).collect();
    let mut guess = seen.clone();
    for _ in 0..ROUNDS {
        let blurred = blur(&guess, width, deviation);
        for (guess, (seen, blurred)) in guess.iter_mut().zip(seen.iter().zip(&blurred)) {
            *guess = (*guess + STEP * (seen - blurred)).clamp(-20.0, 275.0);
        }
    }
    let pixels = guess.iter().map(|guess| guess.clamp(0.0, 255.0) as u8).collect();
    GrayImage::from_raw(picture.width(), picture.height(), pixels).unwrap_or_default()
}

fn blur(greys: &[f32], width: usize, deviation: f32) -> Vec<f32> {
    let reach = (2.0 * deviation).ceil() as usize;
    let weight = |at: usize| (-(at as f32 - reach as f32).powi(2) / (2.0 * deviation * deviation)).exp();
    let weights: Vec<f32> = (0..=2 * reach).map(weight).collect();
    let whole: f32 = weights.iter().sum();
    let height = greys.len() / width.max(1);
    let near = |place: usize, at: usize, length: usize| (place + at).saturating_sub(reach).min(length - 1);
    let mut across = vec![0.0; greys.len()];
    for (to, from) in across.chunks_exact_mut(width).zip(greys.chunks_exact(width)) {
        for (x, grey) in to.iter_mut().enumerate() {
            let parts = weights.iter().enumerate().map(|(at, weight)| weight * from[near(x, at, width)]);
            *grey = parts.sum::<f32>() / whole;
        }
    }
    let mut blurred = vec![0.0; greys.len()];
    for (y, to) in blurred.chunks_exact_mut(width).enumerate() {
        for (at, weight) in weights.iter().enumerate() {
            let from = &across[near(y, at, height) * width..][..width];
            to.iter_mut().zip(from).for_each(|(to, from)| *to += weight / whole * from);
        }
    }
    blurred
}

fn flatten(picture: &GrayImage) -> GrayImage {
    let factors: Vec<i32> = (0..256).map(|mean| 170 * 256 / mean.max(1)).collect();
    with_mean(picture, side(picture) / 8, |pixel, mean| (pixel * factors[mean as usize & 255]) >> 8)
}

/// The extreme of each 3x3 neighbourhood, rows first, then columns.
fn extreme(picture: &GrayImage, pick: fn(u8, u8) -> u8) -> GrayImage {
    let (width, height) = picture.dimensions();
    let across = GrayImage::from_fn(width, height, |x, y| {
        let at = |x: u32| picture.get_pixel(x, y).0[0];
        Luma([pick(pick(at(x.saturating_sub(1)), at(x)), at((x + 1).min(width - 1)))])
    });
    GrayImage::from_fn(width, height, |x, y| {
        let at = |y: u32| across.get_pixel(x, y).0[0];
        Luma([pick(pick(at(y.saturating_sub(1)), at(y)), at((y + 1).min(height - 1)))])
    })
}

const TILES: usize = 8;

/// No grey may take more than this multiple of its even share, so that noise in flat areas is not blown up.
const CLIP: u32 = 3;

/// Equalises the histogram of 8 x 8 tiles and blends between the tiles.
fn equalise(picture: &GrayImage) -> GrayImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (tile_width, tile_height) = (width.div_ceil(TILES), height.div_ceil(TILES));
    let tables: Vec<[u8; 256]> = (0..TILES * TILES)
        .map(|tile| {
            tile_table(picture, (tile % TILES) * tile_width, (tile / TILES) * tile_height, tile_width, tile_height)
        })
        .collect();
    let columns: Vec<(usize, usize, u32)> = (0..width).map(|x| between(x, tile_width)).collect();
    let mut changed = picture.clone();
    // Blending the tables of a row once leaves two reads for each pixel.
    let mut row_tables = [[0_u32; 256]; TILES];
    for (y, row) in changed.as_mut().chunks_exact_mut(width).enumerate() {
        let (upper, lower, down) = between(y, tile_height);
        for (column, table) in row_tables.iter_mut().enumerate() {
            let (above, below) = (&tables[upper * TILES + column], &tables[lower * TILES + column]);
            for (to, (above, below)) in table.iter_mut().zip(above.iter().zip(below)) {
                *to = u32::from(*above) * (256 - down) + u32::from(*below) * down;
            }
        }
        for (pixel, &(left, right, across)) in row.iter_mut().zip(&columns) {
            let at = |column: usize| row_tables[column % TILES][usize::from(*pixel)];
            *pixel = ((at(left) * (256 - across) + at(right) * across) >> 16) as u8;
        }
    }
    changed
}

/// The tiles whose centres lie around a place, and how far it is from the first to the second, in 256ths.
fn between(place: usize, tile: usize) -> (usize, usize, u32) {
    let doubled = (2 * place + 1).saturating_sub(tile);
    let first = (doubled / (2 * tile)).min(TILES - 1);
    let part = (doubled.saturating_sub(first * 2 * tile) * 256 / (2 * tile)).min(256);
    (first, (first + 1).min(TILES - 1), u32::try_from(part).unwrap_or(256))
}

fn tile_table(picture: &GrayImage, left: usize, top: usize, width: usize, height: usize) -> [u8; 256] {
    let stride = picture.width() as usize;
    let (right, bottom) = ((left + width).min(stride), (top + height).min(picture.height() as usize));
    let mut counts = [0_u32; 256];
    for y in top.min(bottom)..bottom {
        for &pixel in &picture.as_raw()[y * stride + left.min(right)..y * stride + right] {
            counts[usize::from(pixel)] += 1;
        }
    }
    let total: u32 = counts.iter().sum();
    if total == 0 {
        return std::array::from_fn(|grey| u8::try_from(grey).unwrap_or(255));
    }
    let most = (CLIP * total / 256).max(1);
    let spare: u32 = counts.iter().map(|count| count.saturating_sub(most)).sum();
    let mut sum = 0_u64;
    counts.map(|count| {
        // Everything is counted 256-fold, so that the spare is shared out without a remainder.
        sum += u64::from(count.min(most)) * 256 + u64::from(spare);
        u8::try_from(sum * 255 / (u64::from(total) * 256)).unwrap_or(255)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Change; 12] = [
        Change::None,
        Change::Mean,
        Change::Deblur(13),
        Change::LocalMean,
        Change::Darkest,
        Change::Lightest,
        Change::Flatten,
        Change::Equalise,
        Change::Sharpen,
        Change::Smooth,
        Change::EqualiseSmooth,
        Change::SharpenSmooth,
    ];

    #[test]
    fn every_change_takes_every_shape() {
        for (width, height) in [(1, 1), (1, 9), (7, 1), (2, 3), (33, 5), (100, 61)] {
            let picture = GrayImage::from_fn(width, height, |x, y| Luma([(x * 31 + y * 17) as u8]));
            for change in ALL {
                assert_eq!(change.apply(&picture).dimensions(), (width, height), "{change:?}");
            }
        }
    }

    #[test]
    fn boxes_are_averaged_at_the_edge_too() {
        let picture = GrayImage::from_raw(3, 2, vec![0, 30, 60, 90, 120, 150]).unwrap();
        assert_eq!(with_mean(&picture, 1, |_, mean| mean).into_raw(), [60, 75, 90, 60, 75, 90]);
        let even = GrayImage::from_fn(40, 30, |x, _| Luma([x as u8 * 3]));
        let means = with_mean(&even, 5, |_, mean| mean);
        assert!((5..35).all(|x| means.get_pixel(x, 20).0[0] == x as u8 * 3));
    }

    #[test]
    fn an_even_surface_stays_white_under_a_local_threshold() {
        let picture = GrayImage::from_fn(64, 64, |x, y| Luma([100 + ((x * 7 + y * 5) % 3) as u8]));
        assert!(local_mean(&picture, 8).pixels().all(|pixel| pixel.0[0] == 255));
    }

    #[test]
    fn equalising_widens_a_narrow_range() {
        let picture = GrayImage::from_fn(128, 128, |x, y| Luma([if (x / 4 + y / 4) % 2 == 0 { 100 } else { 120 }]));
        let changed = equalise(&picture);
        let (low, high) = (changed.iter().min().unwrap(), changed.iter().max().unwrap());
        assert!(high - low > 20, "{low} {high}");
    }

    #[test]
    fn the_mean_of_three_by_three_and_doubling_keep_an_even_slope() {
        let slope = GrayImage::from_fn(40, 30, |x, y| Luma([(x * 4 + y) as u8]));
        let means = mean(&slope);
        assert!((1..39).all(|x| means.get_pixel(x, 7) == slope.get_pixel(x, 7)));
        let twice = double(&slope);
        assert_eq!(twice.dimensions(), (80, 60));
        assert!((1..78).all(|x| twice.get_pixel(x, 9).0[0] < twice.get_pixel(x + 1, 9).0[0]));
    }

    #[test]
    fn shrinking_keeps_the_shape_and_never_enlarges() {
        assert_eq!(shrink(&GrayImage::new(1000, 500), 214).unwrap().dimensions(), (214, 107));
        assert_eq!(shrink(&GrayImage::new(5000, 1), 640).unwrap().dimensions(), (640, 1));
        assert!(shrink(&GrayImage::new(640, 100), 640).is_none());
        let large = GrayImage::from_fn(6000, 3001, |x, _| Luma([if x < 3000 { 40 } else { 200 }]));
        let small = shrink(&large, 600).unwrap();
        assert_eq!(small.dimensions(), (600, 300));
        assert_eq!((small.get_pixel(100, 299).0, small.get_pixel(400, 0).0), ([40], [200]));
    }
}

//! Cheap changes to a picture that make a code readable which was not. Pure, on grey pixels.

use image::{GrayImage, Luma};

/// What is done to a picture before an engine looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// White where it was black: engraved and illuminated codes.
    Invert,
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
    /// Strong sharpening, then a local threshold: blur.
    Sharpen,
    /// 3x3 mean, then a local threshold: noise and darkness.
    Smooth,
}

impl Change {
    /// The changed picture.
    pub(crate) fn apply(self, picture: &GrayImage) -> GrayImage {
        match self {
            Self::None => picture.clone(),
            Self::Invert => map(picture, |pixel| 255 - pixel),
            Self::LocalMean => local_mean(picture, side(picture) / 16),
            Self::Darkest => extreme(picture, u8::min),
            Self::Lightest => extreme(picture, u8::max),
            Self::Flatten => flatten(picture),
            Self::Equalise => equalise(picture),
            Self::Sharpen => local_mean(&sharpen(picture), side(picture) / 32),
            Self::Smooth => local_mean(&mean(picture, 1), side(picture) / 16),
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
    Some(image::imageops::thumbnail(picture, scaled(width), scaled(height)))
}

fn side(picture: &GrayImage) -> u32 {
    picture.width().max(picture.height())
}

fn map(picture: &GrayImage, change: impl Fn(u8) -> u8) -> GrayImage {
    let mut picture = picture.clone();
    picture.iter_mut().for_each(|pixel| *pixel = change(*pixel));
    picture
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
        let stride = self.width + 1;
        let mut means = vec![0_u8; self.width];
        for y in 0..self.height {
            let (top, bottom) = (y.saturating_sub(radius), (y + radius + 1).min(self.height));
            let (upper, lower) = (&self.sums[top * stride..][..stride], &self.sums[bottom * stride..][..stride]);
            for (x, mean) in means.iter_mut().enumerate() {
                let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                let sum = lower[right].wrapping_sub(lower[left]).wrapping_sub(upper[right]).wrapping_add(upper[left]);
                let count = (right - left) * (bottom - top);
                *mean = u8::try_from(sum as usize / count).unwrap_or(255);
            }
            each(y, &means);
        }
    }
}

/// Applies `combine(pixel, mean around it)` to every pixel.
fn with_mean(picture: &GrayImage, radius: u32, combine: impl Fn(i32, i32) -> i32) -> GrayImage {
    let mut changed = picture.clone();
    let width = picture.width() as usize;
    Sums::of(picture).rows(radius as usize, |y, means| {
        for (pixel, &mean) in changed.as_mut()[y * width..][..width].iter_mut().zip(means) {
            *pixel = u8::try_from(combine(i32::from(*pixel), i32::from(mean)).clamp(0, 255)).unwrap_or(255);
        }
    });
    changed
}

fn mean(picture: &GrayImage, radius: u32) -> GrayImage {
    with_mean(picture, radius, |_, mean| mean)
}

/// A little below the mean, so that the grain of an even surface stays white.
const BELOW_MEAN: i32 = 3;

fn local_mean(picture: &GrayImage, radius: u32) -> GrayImage {
    with_mean(picture, radius.max(3), |pixel, mean| if pixel + BELOW_MEAN < mean { 0 } else { 255 })
}

fn sharpen(picture: &GrayImage) -> GrayImage {
    with_mean(picture, 2, |pixel, mean| pixel + 4 * (pixel - mean))
}

fn flatten(picture: &GrayImage) -> GrayImage {
    with_mean(picture, side(picture) / 8, |pixel, mean| pixel * 170 / mean.max(1))
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
    for (y, row) in changed.as_mut().chunks_exact_mut(width).enumerate() {
        let (upper, lower, down) = between(y, tile_height);
        for (pixel, &(left, right, across)) in row.iter_mut().zip(&columns) {
            let grey = usize::from(*pixel);
            let at = |row: usize, column: usize| u32::from(tables[row * TILES + column][grey]);
            let above = at(upper, left) * (256 - across) + at(upper, right) * across;
            let below = at(lower, left) * (256 - across) + at(lower, right) * across;
            *pixel = u8::try_from((above * (256 - down) + below * down) >> 16).unwrap_or(255);
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

    const ALL: [Change; 9] = [
        Change::None,
        Change::Invert,
        Change::LocalMean,
        Change::Darkest,
        Change::Lightest,
        Change::Flatten,
        Change::Equalise,
        Change::Sharpen,
        Change::Smooth,
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
        assert_eq!(mean(&picture, 1).into_raw(), [60, 75, 90, 60, 75, 90]);
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
    fn shrinking_keeps_the_shape_and_never_enlarges() {
        assert_eq!(shrink(&GrayImage::new(1000, 500), 214).unwrap().dimensions(), (214, 107));
        assert_eq!(shrink(&GrayImage::new(5000, 1), 640).unwrap().dimensions(), (640, 1));
        assert!(shrink(&GrayImage::new(640, 100), 640).is_none());
    }
}

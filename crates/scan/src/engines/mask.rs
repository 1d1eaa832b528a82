//! Paints a code that was read white, so that a detector which answers with one code can be asked for the next.

use image::{GrayImage, Luma};

/// Paints over the box around the corners. Bars are read along a line, so their box grows to both sides for as long
/// as the same bars go on.
pub(super) fn paint_over(picture: &mut GrayImage, corners: &[[f32; 2]; 4], bars: bool) {
    let (width, height) = picture.dimensions();
    let across = corners.map(|corner| corner[0]);
    let down = corners.map(|corner| corner[1]);
    let (mut left, mut right) = span(&across, width);
    let (mut top, mut bottom) = span(&down, height);
    if bars && right - left >= bottom - top {
        (top, bottom) = grow(top, height, |y| dark_runs((left..=right).map(|x| picture.get_pixel(x, y).0[0])));
    } else if bars {
        (left, right) = grow(left, width, |x| dark_runs((top..=bottom).map(|y| picture.get_pixel(x, y).0[0])));
    }
    for y in top..=bottom {
        for x in left..=right {
            picture.put_pixel(x, y, Luma([255]));
        }
    }
}

fn span(places: &[f32; 4], length: u32) -> (u32, u32) {
    let last = length.saturating_sub(1) as f32;
    let least = places.iter().copied().fold(f32::INFINITY, f32::min).clamp(0.0, last);
    let most = places.iter().copied().fold(0.0, f32::max).clamp(least, last);
    (least.floor() as u32, most.ceil().min(last) as u32)
}

/// The lines around `start` that have at least half as many dark runs as it has.
fn grow(start: u32, length: u32, runs: impl Fn(u32) -> usize) -> (u32, u32) {
    let enough = (runs(start) / 2).max(2);
    let first = (0..start).rev().take_while(|&line| runs(line) >= enough).last().unwrap_or(start);
    let last = (start + 1..length).take_while(|&line| runs(line) >= enough).last().unwrap_or(start);
    (first, last)
}

fn dark_runs(pixels: impl Iterator<Item = u8> + Clone) -> usize {
    let (least, most) = pixels.clone().fold((255, 0), |(least, most), pixel| (pixel.min(least), pixel.max(most)));
    if most - least < 24 {
        return 0;
    }
    let middle = least + (most - least) / 2;
    let mut dark = false;
    pixels.filter(|&pixel| (pixel < middle) != std::mem::replace(&mut dark, pixel < middle) && dark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_painted_from_top_to_bottom_and_nothing_else() {
        let bars = |x: u32, y: u32| (10..60).contains(&x) && (5..40).contains(&y) && (x / 3).is_multiple_of(2);
        let mut picture = GrayImage::from_fn(80, 60, |x, y| Luma([if bars(x, y) || y > 50 { 0 } else { 255 }]));
        paint_over(&mut picture, &[[10.0, 20.0], [60.0, 20.0], [60.0, 20.0], [10.0, 20.0]], true);
        assert!((0..50).all(|y| (0..80).all(|x| picture.get_pixel(x, y).0[0] == 255)));
        assert_eq!(picture.get_pixel(30, 55).0[0], 0);
    }
}

//! What light, lens and sensor do to a scene.

use super::numbers::Numbers;
use super::{DRAWN_SIZE, Trouble};
use image::GrayImage;

const WIDTH: usize = DRAWN_SIZE.0 as usize;
const HEIGHT: usize = DRAWN_SIZE.1 as usize;

/// The picture that a camera takes of the greys of a scene.
pub(super) fn photograph(
    mut greys: Vec<f32>,
    module: f32,
    trouble: Trouble,
    severity: f32,
    numbers: &mut Numbers,
) -> GrayImage {
    match trouble {
        Trouble::Gradient => shade(&mut greys, severity, numbers),
        Trouble::Glare => glare(&mut greys, severity, numbers),
        Trouble::Contrast => {
            let (span, base) = (0.30 - 0.27 * severity, numbers.between(0.15, 0.6));
            greys.iter_mut().for_each(|grey| *grey = base + *grey * span);
        }
        Trouble::LowLight => greys.iter_mut().for_each(|grey| *grey *= 0.22 - 0.17 * severity),
        _ => {}
    }
    // No lens is quite sharp; what is out of focus is so in relation to the modules.
    let blur = match trouble {
        Trouble::Blur => module * (0.40 + 0.65 * severity),
        _ => numbers.between(0.35, 0.7),
    };
    soften(&mut greys, blur);
    if trouble == Trouble::Motion {
        greys = smear(&greys, module * (0.7 + 1.9 * severity), numbers.between(0.0, std::f32::consts::PI));
    }
    let noise = match trouble {
        Trouble::Noise => 0.08 + 0.28 * severity,
        Trouble::LowLight => 0.012 + 0.022 * severity,
        Trouble::Contrast => 0.008,
        _ => 0.015,
    };
    let pixels = greys.iter().map(|grey| ((grey + noise * numbers.normal()) * 255.0).clamp(0.0, 255.0) as u8);
    GrayImage::from_raw(DRAWN_SIZE.0, DRAWN_SIZE.1, pixels.collect()).unwrap_or_default()
}

fn each(greys: &mut [f32], change: impl Fn(f32, f32, f32) -> f32) {
    for (y, row) in greys.chunks_exact_mut(WIDTH).enumerate() {
        for (x, grey) in row.iter_mut().enumerate() {
            *grey = change(*grey, x as f32 / WIDTH as f32, y as f32 / HEIGHT as f32);
        }
    }
}

/// A soft or hard shadow over a part of the picture.
fn shade(greys: &mut [f32], severity: f32, numbers: &mut Numbers) {
    let (sin, cos) = numbers.between(0.0, std::f32::consts::TAU).sin_cos();
    let (middle, width) = (numbers.between(-0.15, 0.15), numbers.between(0.01, 0.5));
    let darkest = 0.30 - 0.25 * severity;
    each(greys, |grey, x, y| {
        let across = (x - 0.5) * cos + (y - 0.5) * sin - middle;
        let part = (across / width + 0.5).clamp(0.0, 1.0);
        grey * (darkest + (1.0 - darkest) * part)
    });
}

/// Lamps in the foil: what they add hides what is below.
fn glare(greys: &mut [f32], severity: f32, numbers: &mut Numbers) {
    for _ in 0..1 + numbers.below(3) {
        let (left, top) = (numbers.between(0.1, 0.9), numbers.between(0.1, 0.9));
        let reach = numbers.between(0.05, 0.16) * (1.0 + severity);
        let strength = 0.8 + 1.4 * severity;
        each(greys, |grey, x, y| {
            let distance = ((x - left).powi(2) + (y - top).powi(2)) / (reach * reach);
            (grey + strength * (-distance).exp()).min(1.0)
        });
    }
}

/// A Gaussian blur, rows first, then columns.
fn soften(greys: &mut [f32], deviation: f32) {
    let reach = (3.0 * deviation).ceil() as isize;
    let weights: Vec<f32> =
        (-reach..=reach).map(|at| (-(at as f32).powi(2) / (2.0 * deviation * deviation)).exp()).collect();
    let whole: f32 = weights.iter().sum();
    let mut across = vec![0.0; greys.len()];
    for (to, from) in across.chunks_exact_mut(WIDTH).zip(greys.chunks_exact(WIDTH)) {
        for (x, grey) in to.iter_mut().enumerate() {
            let sum = (-reach..).zip(&weights).map(|(at, weight)| from[near(x, at, WIDTH)] * weight).sum::<f32>();
            *grey = sum / whole;
        }
    }
    for (y, to) in greys.chunks_exact_mut(WIDTH).enumerate() {
        to.fill(0.0);
        for (at, weight) in (-reach..).zip(&weights) {
            let row = near(y, at, HEIGHT);
            let from = &across[row * WIDTH..][..WIDTH];
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from * weight / whole);
        }
    }
}

/// The mean along a line of this many pixels.
fn smear(greys: &[f32], length: f32, angle: f32) -> Vec<f32> {
    let (sin, cos) = angle.sin_cos();
    let steps = (length.ceil() as usize * 2).max(2);
    let places: Vec<(isize, isize)> = (0..steps)
        .map(|step| (step as f32 / (steps - 1) as f32 - 0.5) * length)
        .map(|at| ((at * cos).round() as isize, (at * sin).round() as isize))
        .collect();
    let mut smeared = Vec::with_capacity(greys.len());
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let sum: f32 =
                places.iter().map(|(dx, dy)| greys[near(y, *dy, HEIGHT) * WIDTH + near(x, *dx, WIDTH)]).sum();
            smeared.push(sum / steps as f32);
        }
    }
    smeared
}

/// A place some steps away, at the edge if it would be outside.
fn near(place: usize, steps: isize, length: usize) -> usize {
    place.saturating_add_signed(steps).min(length - 1)
}

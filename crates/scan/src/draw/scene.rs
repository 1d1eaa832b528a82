//! Where the label is and what lies around it: geometry, before any light falls on it.

use super::numbers::Numbers;
use super::{DRAWN_SIZE, Trouble};
use qrcode::{Color, QrCode};

/// White paper around the code, in modules.
const QUIET: f32 = 4.0;
/// Each pixel is the mean of this many times as many places.
const FINER: u32 = 4;

pub(super) struct Scene {
    dark: Vec<bool>,
    width: usize,
    module: f32,
    middle: [f32; 2],
    turn: (f32, f32),
    /// How much nearer one side is, and to which side.
    tilt: [f32; 2],
    /// The half width of the pipe in modules; nothing for a flat label.
    pipe: Option<f32>,
    covers: Vec<Cover>,
    around: Around,
}

/// Something on the label, in modules of the code.
struct Cover {
    middle: [f32; 2],
    reach: [f32; 2],
    turn: (f32, f32),
    grey: f32,
}

/// What the label is glued to.
struct Around {
    grey: f32,
    boxes: Vec<([f32; 4], f32)>,
}

impl Scene {
    pub(super) fn new(
        code: Option<&QrCode>,
        module: f32,
        trouble: Trouble,
        severity: f32,
        numbers: &mut Numbers,
    ) -> Self {
        let dark: Vec<bool> =
            code.map(|code| code.to_colors().iter().map(|color| *color == Color::Dark).collect()).unwrap_or_default();
        let width = code.map_or(0, QrCode::width);
        let side = width as f32;
        // The whole label stays in the picture however it is turned.
        let module = module.min(DRAWN_SIZE.1 as f32 * 0.66 / (side + 2.0 * QUIET));
        let reach = (side + 2.0 * QUIET) * module * 0.72;
        let place = |length: u32, numbers: &mut Numbers| {
            let length = length as f32;
            if 2.0 * reach < length { numbers.between(reach, length - reach) } else { length / 2.0 }
        };
        let middle = [place(DRAWN_SIZE.0, numbers), place(DRAWN_SIZE.1, numbers)];
        let tilt = if trouble == Trouble::Tilt { 0.25 + 0.5 * severity } else { 0.08 };
        let direction = numbers.between(0.0, std::f32::consts::TAU).sin_cos();
        let turned = match numbers.below(3) {
            // Most people hold the device roughly upright.
            0 => numbers.between(0.0, std::f32::consts::TAU),
            _ => numbers.between(-0.25, 0.25),
        };
        Self {
            pipe: (trouble == Trouble::Cylinder).then(|| (side / 2.0 + QUIET) * (1.45 - 0.4 * severity)),
            covers: if trouble == Trouble::Occlusion { covers(side, severity, numbers) } else { Vec::new() },
            around: Around::new(numbers),
            dark,
            width,
            module,
            middle,
            turn: turned.sin_cos(),
            tilt: [direction.0 * tilt / (side + 2.0 * QUIET), direction.1 * tilt / (side + 2.0 * QUIET)],
        }
    }

    pub(super) fn module(&self) -> f32 {
        self.module
    }

    /// Greys from 0 (black) to 1 (white paper), row by row.
    pub(super) fn paint(&self) -> Vec<f32> {
        let (width, height) = DRAWN_SIZE;
        let step = 1.0 / FINER as f32;
        let mut greys = Vec::with_capacity((width * height) as usize);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for part in 0..FINER * FINER {
                    let place = [
                        x as f32 + ((part % FINER) as f32 + 0.5) * step,
                        y as f32 + ((part / FINER) as f32 + 0.5) * step,
                    ];
                    let Some(grey) = self.label(place) else {
                        // What lies around is drawn as coarsely as the picture is.
                        sum = self.around.grey(place) * (FINER * FINER) as f32;
                        break;
                    };
                    sum += grey;
                }
                greys.push(sum / (FINER * FINER) as f32);
            }
        }
        greys
    }

    /// The label's grey at a place of the picture, if the label is there.
    fn label(&self, [x, y]: [f32; 2]) -> Option<f32> {
        let (x, y) = (x - self.middle[0], y - self.middle[1]);
        let (sin, cos) = self.turn;
        let (u, v) = ((x * cos + y * sin) / self.module, (y * cos - x * sin) / self.module);
        let near = 1.0 + u * self.tilt[0] + v * self.tilt[1];
        let (mut u, v) = (u / near, v / near);
        if let Some(pipe) = self.pipe {
            let part = u / pipe;
            if part.abs() >= 1.0 {
                return None;
            }
            u = part.asin() * pipe;
        }
        let half = self.width as f32 / 2.0;
        if u.abs() > half + QUIET || v.abs() > half + QUIET {
            return None;
        }
        if let Some(cover) = self.covers.iter().find(|cover| cover.is_at(u, v)) {
            return Some(cover.grey);
        }
        let (column, row) = ((u + half).floor(), (v + half).floor());
        let inside = |number: f32| (number >= 0.0 && number < self.width as f32).then_some(number as usize);
        let is_dark = inside(column).zip(inside(row)).is_some_and(|(column, row)| self.dark[row * self.width + column]);
        Some(if is_dark { 0.08 } else { 0.92 })
    }
}

impl Cover {
    fn is_at(&self, u: f32, v: f32) -> bool {
        let (u, v) = (u - self.middle[0], v - self.middle[1]);
        let (sin, cos) = self.turn;
        (u * cos + v * sin).abs() < self.reach[0] && (v * cos - u * sin).abs() < self.reach[1]
    }
}

/// A spot of dirt or tape, and scratches through everything.
fn covers(side: f32, severity: f32, numbers: &mut Numbers) -> Vec<Cover> {
    let mut covers = Vec::new();
    let spot = side * (0.05 + 0.11 * severity);
    for _ in 0..1 + numbers.below(2) {
        covers.push(Cover {
            middle: [numbers.between(-0.5, 0.5) * side, numbers.between(-0.5, 0.5) * side],
            reach: [spot * numbers.between(0.7, 1.4), spot * numbers.between(0.7, 1.4)],
            turn: numbers.between(0.0, 3.0).sin_cos(),
            grey: if numbers.below(2) == 0 { 0.15 } else { 0.8 },
        });
    }
    for _ in 0..numbers.below(4) {
        covers.push(Cover {
            middle: [numbers.between(-0.4, 0.4) * side, numbers.between(-0.4, 0.4) * side],
            reach: [side, 0.15 + 0.4 * severity],
            turn: numbers.between(0.0, 3.0).sin_cos(),
            grey: if numbers.below(3) == 0 { 0.1 } else { 0.85 },
        });
    }
    covers
}

impl Around {
    fn new(numbers: &mut Numbers) -> Self {
        let boxes = (0..12 + numbers.below(20))
            .map(|_| {
                let (left, top) = (numbers.between(-40.0, 640.0), numbers.between(-40.0, 480.0));
                let (width, height) = (numbers.between(4.0, 160.0), numbers.between(3.0, 90.0));
                ([left, top, left + width, top + height], numbers.between(0.05, 0.95))
            })
            .collect();
        Self { grey: numbers.between(0.15, 0.8), boxes }
    }

    fn grey(&self, [x, y]: [f32; 2]) -> f32 {
        let hit = self
            .boxes
            .iter()
            .rev()
            .find(|([left, top, right, bottom], _)| (*left..*right).contains(&x) && (*top..*bottom).contains(&y));
        hit.map_or(self.grey, |(_, grey)| *grey)
    }
}

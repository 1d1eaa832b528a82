//! QR codes on something bent: cloth, a cable, a bottle. The other engine finds such a code and reads it wrongly, for it
//! looks for the modules on a flat grid. Here the grid is bent until its modules are as black or as white as can be; what
//! it shows is drawn flat, and read by the same engine, which checks it as always.

use super::zxing::Zxing;
use super::{Engine, Sighting, Task, Threshold};
use crate::CodeFormat;
use image::{GrayImage, Luma};

/// The engine.
pub(crate) struct Bent;

/// How many suspects are looked at closely.
const MOST_SUSPECTS: usize = 3;
/// How well the known parts of a suspect must match where they are expected, from -1 to 1.
const LEAST_MATCH: f32 = 0.35;
/// Modules along a side of the largest code that is tried.
const LARGEST: usize = 57;
/// How many cells the grid has along a side, one level after the other; a bend is found from the coarse to the fine.
const LEVELS: [usize; 5] = [1, 2, 3, 4, 6];
/// How far a knot is moved, in modules, one pass after the other.
const MOVES: [f32; 5] = [0.5, 0.25, 0.25, 0.12, 0.12];
/// Pixels of a module, and modules of the margin, of the code drawn flat.
const MODULE: u32 = 4;
const MARGIN: u32 = 4;

impl Engine for Bent {
    fn read(&self, task: &Task<'_>) -> Vec<Sighting> {
        if !task.formats.contains(&CodeFormat::QrCode) {
            return Vec::new();
        }
        let suspects = Zxing.suspects(task);
        let mut grids: Vec<Grid> = suspects.iter().filter_map(|corners| Grid::on(task.picture, *corners)).collect();
        grids.sort_by(|one, other| other.matched.total_cmp(&one.matched));
        grids.truncate(MOST_SUSPECTS);
        grids.into_iter().filter_map(Grid::read).collect()
    }
}

/// A grid of modules over a part of a picture.
struct Grid {
    tones: Tones,
    corners: [[f32; 2]; 4],
    /// From a module to its pixel, were everything flat.
    flat: Perspective,
    /// Modules along a side.
    size: usize,
    /// What is known of the modules: dark 1, light -1, unknown 0.
    known: Vec<f32>,
    /// How well the known ones match while nothing is bent.
    matched: f32,
    /// Cells along a side, and where the knots between them are moved to, in modules.
    cells: usize,
    knots: Vec<[f32; 2]>,
}

impl Grid {
    /// The grid whose known modules match best, if any do.
    fn on(picture: &GrayImage, corners: [[f32; 2]; 4]) -> Option<Grid> {
        let side = (distance(corners[0], corners[1]) + distance(corners[0], corners[3])) / 2.0;
        let mut grid = Grid {
            tones: Tones::of(picture, corners, side / 33.0),
            corners,
            flat: Perspective::onto(corners, 1.0)?,
            size: 0,
            known: Vec::new(),
            matched: 0.0,
            cells: 1,
            knots: vec![[0.0; 2]; 4],
        };
        let mut best = (LEAST_MATCH, 0);
        // Modules of less than 1.5 pixels cannot be told apart, whatever is done.
        for size in (21..=LARGEST).step_by(4).take_while(|size| side / *size as f32 >= 1.5) {
            grid.begin(size)?;
            if grid.matched > best.0 {
                best = (grid.matched, size);
            }
        }
        if best.1 == 0 {
            return None;
        }
        grid.begin(best.1)?;
        grid.tones = Tones::of(picture, corners, side / best.1 as f32);
        Some(grid)
    }

    /// Takes a size, with nothing bent.
    fn begin(&mut self, size: usize) -> Option<()> {
        (self.size, self.known) = (size, known(size));
        self.flat = Perspective::onto(self.corners, size as f32)?;
        self.matched = self.matches();
        Some(())
    }

    fn matches(&self) -> f32 {
        let (mut sum, mut count) = (0.0, 0);
        for (index, known) in self.known.iter().enumerate().filter(|(_, known)| **known != 0.0) {
            sum += known * self.tone(index % self.size, index / self.size);
            count += 1;
        }
        sum / count.max(1) as f32
    }

    fn read(mut self) -> Option<Sighting> {
        for cells in LEVELS {
            self.refine(cells);
            for by in MOVES {
                if !self.pass(by) && by < 0.2 {
                    break;
                }
            }
            if cells >= 2
                && let Some(read) = self.drawn_and_read()
            {
                return Some(read);
            }
        }
        None
    }

    /// Gives the grid more knots, where the old ones put them.
    fn refine(&mut self, cells: usize) {
        let size = self.size as f32;
        let at = |knot: usize| knot as f32 * size / cells as f32;
        let knots = (0..=cells).flat_map(|y| (0..=cells).map(move |x| (x, y)));
        self.knots = knots.map(|(x, y)| self.bend([at(x), at(y)])).collect();
        self.cells = cells;
    }

    /// How far a place is moved, between its knots.
    fn bend(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let scale = self.cells as f32 / self.size as f32;
        let part = |at: f32| {
            let cell = (at * scale).floor().clamp(0.0, self.cells as f32 - 1.0);
            (cell as usize, at * scale - cell)
        };
        let ((left, right_part), (top, low_part)) = (part(x), part(y));
        let knot = |x: usize, y: usize| self.knots[y * (self.cells + 1) + x];
        let corners = [knot(left, top), knot(left + 1, top), knot(left, top + 1), knot(left + 1, top + 1)];
        [0, 1].map(|axis| {
            let upper = corners[0][axis] * (1.0 - right_part) + corners[1][axis] * right_part;
            let lower = corners[2][axis] * (1.0 - right_part) + corners[3][axis] * right_part;
            upper * (1.0 - low_part) + lower * low_part
        })
    }

    /// How dark a module is, from -1 to 1.
    fn tone(&self, x: usize, y: usize) -> f32 {
        const AROUND: [[f32; 2]; 5] = [[0.0, 0.0], [0.22, 0.0], [-0.22, 0.0], [0.0, 0.22], [0.0, -0.22]];
        let middle = [x as f32 + 0.5, y as f32 + 0.5];
        let moved = self.bend(middle);
        let sum: f32 = AROUND
            .iter()
            .map(|off| self.tones.at(self.flat.map([middle[0] + moved[0] + off[0], middle[1] + moved[1] + off[1]])))
            .sum();
        sum / AROUND.len() as f32
    }

    /// How good the modules around a knot are.
    fn worth(&self, knot: [usize; 2]) -> f32 {
        let cell = self.size as f32 / self.cells as f32;
        let span = |knot: usize| {
            let least = ((knot as f32 - 1.0) * cell).floor().max(0.0) as usize;
            least..(((knot as f32 + 1.0) * cell).ceil() as usize).min(self.size)
        };
        let (mut worth, mut count) = (0.0, 0);
        for y in span(knot[1]) {
            for x in span(knot[0]) {
                let (tone, known) = (self.tone(x, y), self.known[y * self.size + x]);
                worth += if known == 0.0 { tone * tone } else { 2.0 * known * tone };
                count += 1;
            }
        }
        worth / count.max(1) as f32 - self.strain(knot)
    }

    /// What it costs that a knot is not where its neighbours would have it.
    fn strain(&self, [x, y]: [usize; 2]) -> f32 {
        let knot = |x: usize, y: usize| self.knots[y * (self.cells + 1) + x];
        let mut strain = 0.0;
        let here = knot(x, y);
        for (near, is_there) in [
            ([x.wrapping_sub(1), y], x > 0),
            ([x + 1, y], x < self.cells),
            ([x, y.wrapping_sub(1)], y > 0),
            ([x, y + 1], y < self.cells),
        ] {
            if is_there {
                strain += distance(here, knot(near[0], near[1])).powi(2);
            }
        }
        strain * 0.02
    }

    /// Moves each knot to where it is better, if it is anywhere; whether one was.
    fn pass(&mut self, by: f32) -> bool {
        let mut moved = false;
        for y in 0..=self.cells {
            for x in 0..=self.cells {
                let index = y * (self.cells + 1) + x;
                let mut best = (self.worth([x, y]), self.knots[index]);
                let from = self.knots[index];
                for [right, down] in [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]] {
                    self.knots[index] = [from[0] + right * by, from[1] + down * by];
                    let worth = self.worth([x, y]);
                    if worth > best.0 {
                        best = (worth, self.knots[index]);
                    }
                }
                moved |= self.knots[index] != best.1;
                self.knots[index] = best.1;
            }
        }
        moved
    }

    fn drawn_and_read(&self) -> Option<Sighting> {
        let side = (self.size as u32 + 2 * MARGIN) * MODULE;
        let mut drawn = GrayImage::from_pixel(side, side, Luma([255]));
        for y in 0..self.size {
            for x in 0..self.size {
                let known = self.known[y * self.size + x];
                let is_dark = if known == 0.0 { self.tone(x, y) > 0.0 } else { known > 0.0 };
                if is_dark {
                    let (left, top) = ((x as u32 + MARGIN) * MODULE, (y as u32 + MARGIN) * MODULE);
                    for (x, y) in (0..MODULE * MODULE).map(|n| (left + n % MODULE, top + n / MODULE)) {
                        drawn.put_pixel(x, y, Luma([0]));
                    }
                }
            }
        }
        let formats = [CodeFormat::QrCode];
        let (threshold, closely, thorough) = (Threshold::Done, false, false);
        let found = Zxing.read(&Task { picture: &drawn, threshold, formats: &formats, closely, thorough });
        found.into_iter().next().map(|sighting| Sighting { corners: self.corners, ..sighting })
    }
}

/// What every QR code of a size has where: dark 1, light -1, and 0 where codes differ.
fn known(size: usize) -> Vec<f32> {
    let mut known = vec![0.0; size * size];
    let mut set = |x: usize, y: usize, is_dark: bool| {
        if x < size && y < size {
            known[y * size + x] = if is_dark { 1.0 } else { -1.0 };
        }
    };
    for n in 8..size - 8 {
        set(n, 6, n % 2 == 0);
        set(6, n, n % 2 == 0);
    }
    for [right, low] in [[3, 3], [size - 4, 3], [3, size - 4]] {
        // One further than the pattern on each side is light.
        for y in low.saturating_sub(4)..=low + 4 {
            for x in right.saturating_sub(4)..=right + 4 {
                let ring = x.abs_diff(right).max(y.abs_diff(low));
                set(x, y, ring != 2 && ring != 4);
            }
        }
    }
    // The one alignment pattern that every code but the smallest has.
    if size > 21 {
        let middle = size - 7;
        for y in middle - 2..=middle + 2 {
            for x in middle - 2..=middle + 2 {
                set(x, y, x.abs_diff(middle).max(y.abs_diff(middle)) != 1);
            }
        }
    }
    known
}

/// How dark each pixel is beside those around it.
struct Tones {
    left: f32,
    top: f32,
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Tones {
    /// Of the part of a picture that a code covers, bent or not, with modules of so many pixels.
    fn of(picture: &GrayImage, corners: [[f32; 2]; 4], module: f32) -> Tones {
        let around = 4.0 * module;
        let edge = |axis: usize, length: u32| {
            let places = corners.map(|corner| corner[axis]);
            let least = places.into_iter().fold(f32::MAX, f32::min) - around;
            let most = places.into_iter().fold(f32::MIN, f32::max) + around;
            let least = least.clamp(0.0, length as f32 - 1.0) as usize;
            (least, (most.clamp(0.0, length as f32 - 1.0) as usize).max(least) + 1)
        };
        let ((left, right), (top, bottom)) = (edge(0, picture.width()), edge(1, picture.height()));
        let (width, height) = (right - left, bottom - top);
        let (mut sums, mut squares) =
            (vec![0.0_f64; (width + 1) * (height + 1)], vec![0.0_f64; (width + 1) * (height + 1)]);
        let pixel = |x: usize, y: usize| f64::from(picture.get_pixel((left + x) as u32, (top + y) as u32).0[0]);
        for y in 0..height {
            let (mut sum, mut square) = (0.0, 0.0);
            for x in 0..width {
                let grey = pixel(x, y);
                (sum, square) = (sum + grey, square + grey * grey);
                let (above, here) = (y * (width + 1) + x + 1, (y + 1) * (width + 1) + x + 1);
                sums[here] = sums[above] + sum;
                squares[here] = squares[above] + square;
            }
        }
        let reach = (3.5 * module).ceil() as usize;
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (x0, x1) = (x.saturating_sub(reach), (x + reach + 1).min(width));
                let (y0, y1) = (y.saturating_sub(reach), (y + reach + 1).min(height));
                let sum = |of: &[f64]| {
                    of[y1 * (width + 1) + x1] - of[y0 * (width + 1) + x1] - of[y1 * (width + 1) + x0]
                        + of[y0 * (width + 1) + x0]
                };
                let count = ((x1 - x0) * (y1 - y0)) as f64;
                let mean = sum(&sums) / count;
                let spread = (sum(&squares) / count - mean * mean).max(0.0).sqrt();
                values.push(((mean - pixel(x, y)) / spread.max(4.0)).clamp(-1.0, 1.0) as f32);
            }
        }
        Tones { left: left as f32, top: top as f32, width, height, values }
    }

    /// Between pixels; light outside.
    fn at(&self, [x, y]: [f32; 2]) -> f32 {
        let (x, y) = (x - self.left - 0.5, y - self.top - 0.5);
        let (left, top) = (x.floor(), y.floor());
        if left < 0.0 || top < 0.0 || left as usize + 1 >= self.width || top as usize + 1 >= self.height {
            return -1.0;
        }
        let (right_part, low_part) = (x - left, y - top);
        let first = top as usize * self.width + left as usize;
        let of = |index: usize| self.values[index];
        let upper = of(first) * (1.0 - right_part) + of(first + 1) * right_part;
        let lower = of(first + self.width) * (1.0 - right_part) + of(first + self.width + 1) * right_part;
        upper * (1.0 - low_part) + lower * low_part
    }
}

/// From a square onto four corners.
struct Perspective([f32; 8]);

impl Perspective {
    /// From the square of that side; nothing if the corners are no quadrangle.
    fn onto(corners: [[f32; 2]; 4], side: f32) -> Option<Perspective> {
        let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let determinant = dx1 * dy2 - dx2 * dy1;
        if determinant.abs() < 1e-3 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        Some(Perspective([
            (x1 - x0 + g * x1) / side,
            (x3 - x0 + h * x3) / side,
            x0,
            (y1 - y0 + g * y1) / side,
            (y3 - y0 + h * y3) / side,
            y0,
            g / side,
            h / side,
        ]))
    }

    fn map(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * x + h * y + 1.0;
        [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth]
    }
}

fn distance([x, y]: [f32; 2], [u, v]: [f32; 2]) -> f32 {
    (x - u).hypot(y - v)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code as it looks on cloth: each row and column is moved by a wave, by up to so many modules.
    fn on_cloth(text: &str, modules: f32) -> GrayImage {
        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
        let (width, colors) = (code.width() as f32, code.to_colors());
        let module = 6.0;
        let side = ((width + 12.0) * module) as u32;
        GrayImage::from_fn(side, side, |x, y| {
            let (x, y) = (x as f32 / module - 6.0, y as f32 / module - 6.0);
            let wave = |along: f32, across: f32| modules * (along * 0.22).sin() * (across * 0.11).cos();
            let (x, y) = (x + wave(y, x), y + wave(x, y));
            let inside = (0.0..width).contains(&x) && (0.0..width).contains(&y);
            let dark = inside && colors[(y as usize) * code.width() + x as usize] == qrcode::Color::Dark;
            Luma([if dark { 40 } else { 210 }])
        })
    }

    fn read(engine: &dyn Engine, picture: &GrayImage) -> Vec<String> {
        let (threshold, closely, thorough) = (Threshold::Blocks, false, false);
        let task = Task { picture, threshold, formats: &[CodeFormat::QrCode], closely, thorough };
        engine.read(&task).into_iter().map(|sighting| sighting.text).collect()
    }

    #[test]
    fn a_code_on_cloth_is_read() {
        let text = "https://example.org/d/7K3M-99QX-LIFT-3";
        let picture = on_cloth(text, 0.7);
        assert!(read(&Zxing, &picture).is_empty(), "the flat grid is enough");
        assert_eq!(read(&Bent, &picture), [text]);
    }

    #[test]
    fn what_is_no_code_is_none() {
        let mut state = 7_u32;
        let noise = GrayImage::from_fn(200, 200, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Luma([(state >> 24) as u8])
        });
        assert!(read(&Bent, &noise).is_empty());
        assert!(read(&Bent, &GrayImage::new(1, 1)).is_empty());
    }

    #[test]
    fn corners_map_onto_corners() {
        let corners = [[10.0, 12.0], [200.0, 20.0], [190.0, 230.0], [5.0, 180.0]];
        let flat = Perspective::onto(corners, 29.0).unwrap();
        for (from, to) in [[0.0, 0.0], [29.0, 0.0], [29.0, 29.0], [0.0, 29.0]].into_iter().zip(corners) {
            assert!(distance(flat.map(from), to) < 0.01);
        }
        assert!(Perspective::onto([[3.0, 3.0]; 4], 29.0).is_none());
    }
}

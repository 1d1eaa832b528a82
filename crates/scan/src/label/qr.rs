//! The code itself: how large its modules are, and the outline of its dark areas.

use super::layout::Raster;
use qrcode::{Color, EcLevel, QrCode};
use std::collections::BTreeMap;

/// White modules around a code, as the standard demands.
const QUIET: u32 = 4;

/// Finer modules than this are read badly from a printed label.
const GOOD_MODULE_MM: f32 = 0.42;

/// Finer modules than this are not printed at all.
const LEAST_MODULE_MM: f32 = 0.25;

/// A code with its quiet zone.
pub(super) struct Qr {
    dark: Vec<bool>,
    /// Modules from side to side, without the quiet zone.
    modules: u32,
    /// Dots from side to side of one module.
    module: u32,
}

impl Qr {
    /// The code that fits into `side` dots, its quiet zone included. A quarter of it may be scratched off as long as its
    /// modules stay large; long codes rather get larger modules.
    pub(super) fn fit(text: &str, side: u32, raster: Raster) -> Option<Self> {
        let (good, least) = (raster.whole(GOOD_MODULE_MM), raster.whole(LEAST_MODULE_MM));
        let careful = Self::with_level(text, side, EcLevel::Q);
        let best = match careful {
            Some(qr) if qr.module >= good => Some(qr),
            careful => {
                let plain = Self::with_level(text, side, EcLevel::M);
                if careful.as_ref().map(|qr| qr.module) >= plain.as_ref().map(|qr| qr.module) { careful } else { plain }
            }
        };
        best.filter(|qr| qr.module >= least)
    }

    fn with_level(text: &str, side: u32, level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text.as_bytes(), level).ok()?;
        let modules = u32::try_from(code.width()).ok()?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { dark, modules, module: side / (modules + 2 * QUIET) })
    }

    /// Dots from side to side, the quiet zone included.
    pub(super) fn side(&self) -> u32 {
        (self.modules + 2 * QUIET) * self.module
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        x < self.modules && y < self.modules && self.dark[(y * self.modules + x) as usize]
    }

    /// The dark modules as squares, in dots from the upper left corner of the quiet zone.
    pub(super) fn squares(&self) -> impl Iterator<Item = [u32; 3]> + '_ {
        (0..self.modules).flat_map(move |y| {
            let place = |module: u32| (module + QUIET) * self.module;
            (0..self.modules).filter(move |&x| self.is_dark(x, y)).map(move |x| [place(x), place(y), self.module])
        })
    }

    /// The borders of the dark areas as closed lines, to be filled by the even-odd rule. Drawn this way no viewer shows
    /// hairlines between modules, as it would between squares.
    pub(super) fn outlines(&self) -> Vec<Vec<(u32, u32)>> {
        let mut edges: BTreeMap<(u32, u32), Vec<(u32, u32)>> = BTreeMap::new();
        let mut edge = |from, to| edges.entry(from).or_default().push(to);
        for y in 0..self.modules {
            for x in (0..self.modules).filter(|&x| self.is_dark(x, y)) {
                // Clockwise around each module, wherever the neighbour is light; below 0 wraps to "light".
                if !self.is_dark(x, y.wrapping_sub(1)) {
                    edge((x, y), (x + 1, y));
                }
                if !self.is_dark(x + 1, y) {
                    edge((x + 1, y), (x + 1, y + 1));
                }
                if !self.is_dark(x, y + 1) {
                    edge((x + 1, y + 1), (x, y + 1));
                }
                if !self.is_dark(x.wrapping_sub(1), y) {
                    edge((x, y + 1), (x, y));
                }
            }
        }
        let mut outlines = Vec::new();
        while let Some(start) = edges.keys().next().copied() {
            outlines.push(self.trace(&mut edges, start));
        }
        outlines
    }

    /// Follows the edges from `start` until they close, using them up; points on straight lines are left out.
    fn trace(&self, edges: &mut BTreeMap<(u32, u32), Vec<(u32, u32)>>, start: (u32, u32)) -> Vec<(u32, u32)> {
        let place = |(x, y): (u32, u32)| ((x + QUIET) * self.module, (y + QUIET) * self.module);
        let mut line: Vec<(u32, u32)> = vec![start];
        let mut at = start;
        while let Some(ends) = edges.get_mut(&at) {
            let Some(next) = ends.pop() else { break };
            if ends.is_empty() {
                edges.remove(&at);
            }
            if let [.., before, last] = line[..]
                && ((before.0 == last.0 && last.0 == next.0) || (before.1 == last.1 && last.1 == next.1))
            {
                line.pop();
            }
            if next == start {
                break;
            }
            line.push(next);
            at = next;
        }
        line.into_iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the area inside closed lines, holes counted off.
    fn doubled_area(lines: &[Vec<(u32, u32)>]) -> i64 {
        let area = |line: &Vec<(u32, u32)>| -> i64 {
            let next = line.iter().cycle().skip(1);
            line.iter().zip(next).map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)).sum()
        };
        lines.iter().map(area).sum()
    }

    #[test]
    fn the_outlines_enclose_just_the_dark_modules() {
        let qr = Qr::fit("outpost:device:0190a1b2", 400, Raster::FINE).unwrap();
        let dark = i64::try_from(qr.squares().count()).unwrap();
        assert_eq!(doubled_area(&qr.outlines()), 2 * dark * i64::from(qr.module * qr.module));
    }

    #[test]
    fn long_codes_get_larger_modules_and_too_long_ones_none() {
        let short = Qr::fit("P-000123", 190, Raster::FINE).unwrap();
        assert!(short.module >= 5 && short.side() <= 190);
        let long = Qr::fit(&"x".repeat(90), 190, Raster::FINE).unwrap();
        assert!(long.module >= 3 && long.side() <= 190);
        let coarse = Qr::fit("P-000123", 130, Raster::COARSE).unwrap();
        assert!(coarse.module >= 4 && coarse.side() <= 130);
        assert_eq!([Raster::FINE, Raster::COARSE].map(|raster| raster.whole(LEAST_MODULE_MM)), [3, 2]);
        assert!(Qr::fit(&"x".repeat(900), 190, Raster::FINE).is_none());
    }
}

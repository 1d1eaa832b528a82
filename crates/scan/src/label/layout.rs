//! Where everything stands, in dots.

use super::font::{Fonts, Hand, Letter};
use super::qr::Qr;
use super::text::{Words, lines, width};
use super::{Label, LabelError, Paper};

/// How fine the paper is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Raster {
    dots_per_mm: f32,
}

impl Raster {
    /// 300 dots an inch: what papers and pictures are laid out in.
    pub(super) const FINE: Self = Self { dots_per_mm: 300.0 / 25.4 };
    /// 203 dots an inch: most label printers.
    pub(super) const COARSE: Self = Self { dots_per_mm: 203.0 / 25.4 };

    fn dots(self, mm: f32) -> f32 {
        mm * self.dots_per_mm
    }

    /// A length in whole dots, at least as long.
    pub(super) fn whole(self, mm: f32) -> u32 {
        // What is a hair over a dot is that dot.
        (self.dots(mm) - 0.05).ceil() as u32
    }
}

/// A page and the labels on it, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    page: [f32; 2],
    label: [f32; 2],
    count: [usize; 2],
    margin: [f32; 2],
    pitch: [f32; 2],
    /// White at the right of a label: text that reaches the edge of the sheet is not printed.
    right_edge: f32,
    raster: Raster,
}

impl Geometry {
    /// The geometry of a paper, or of one label of it alone.
    pub(super) fn of(paper: Paper, single: bool, raster: Raster) -> Self {
        let (page, label, count, pitch, right_edge) = match paper {
            Paper::A4Of24 => ([210.0, 297.0], [70.0, 37.0], [3, 8], [70.0, 37.0], 4.0),
            Paper::A4Of65 => ([210.0, 297.0], [38.1, 21.2], [5, 13], [40.6, 21.2], EDGE_MM),
            Paper::Roll62 => ([62.0, 29.0], [62.0, 29.0], [1, 1], [62.0, 29.0], 2.0),
        };
        if single {
            return Self { page: label, label, count: [1, 1], margin: [0.0, 0.0], pitch, right_edge, raster };
        }
        let margin = [0, 1].map(|axis| {
            let used = pitch[axis] * (count[axis] - 1) as f32 + label[axis];
            (page[axis] - used) / 2.0
        });
        Self { page, label, count, margin, pitch, right_edge, raster }
    }

    pub(super) fn labels_per_page(&self) -> usize {
        self.count[0] * self.count[1]
    }

    /// Width and height of the page in millimetres.
    pub(super) fn page_mm(&self) -> [f32; 2] {
        self.page
    }

    /// Width and height of the page in dots.
    pub(super) fn page_dots(&self) -> [u32; 2] {
        self.page.map(|mm| self.raster.dots(mm).round() as u32)
    }

    /// The upper left corner of the label at a place of its page, on whole dots.
    fn corner(&self, place: usize) -> [f32; 2] {
        let at = [place % self.count[0], place / self.count[0]];
        [0, 1].map(|axis| self.raster.dots(self.margin[axis] + self.pitch[axis] * at[axis] as f32).round())
    }
}

/// What is drawn on a page.
pub(super) struct Page {
    pub(super) codes: Vec<PlacedCode>,
    pub(super) lines: Vec<PlacedLine>,
}

/// A code and the upper left corner of its quiet zone.
pub(super) struct PlacedCode {
    pub(super) qr: Qr,
    pub(super) left: u32,
    pub(super) top: u32,
}

/// A line of letters.
pub(super) struct PlacedLine {
    pub(super) letters: Vec<Letter>,
    pub(super) left: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
}

/// Lays out all labels, page by page.
pub(super) fn pages(
    geometry: &Geometry,
    labels: &[Label],
    words: &[Words],
    fonts: &Fonts<'_>,
) -> Result<Vec<Page>, LabelError> {
    let per_page = geometry.labels_per_page();
    let mut pages: Vec<Page> = Vec::new();
    for (index, (label, words)) in labels.iter().zip(words).enumerate() {
        if index % per_page == 0 {
            pages.push(Page { codes: Vec::new(), lines: Vec::new() });
        }
        let Some(page) = pages.last_mut() else { continue };
        place(geometry, index, label, words, fonts, page)?;
    }
    Ok(pages)
}

/// White at the edges of a label, where the cut may be off.
const EDGE_MM: f32 = 1.2;

/// How much of the width the code may take.
const CODE_SHARE: f32 = 0.44;

fn place(
    geometry: &Geometry,
    index: usize,
    label: &Label,
    words: &Words,
    fonts: &Fonts<'_>,
    page: &mut Page,
) -> Result<(), LabelError> {
    let number = index + 1;
    if label.code.is_empty() {
        return Err(LabelError::EmptyCode { number });
    }
    let [left, top] = geometry.corner(index % geometry.labels_per_page());
    let raster = geometry.raster;
    let [across, down] = geometry.label.map(|mm| raster.dots(mm));
    let edge = raster.dots(EDGE_MM);
    let largest = (down - 2.0 * edge).min(across * CODE_SHARE);
    let qr = Qr::fit(&label.code, largest as u32, raster).ok_or(LabelError::CodeTooLong { number })?;
    let side = qr.side() as f32;
    let code_top = top + ((down - side) / 2.0).floor();
    let text_left = left + edge.floor() + side;
    let room = [across - edge.floor() - side - raster.dots(geometry.right_edge), down - 2.0 * edge];
    let mut lines = text_block(words, fonts, room, raster.dots(SMALLEST_MM));
    let height: f32 = lines.iter().map(|(_, size)| size * LINE).sum();
    let mut line_top = top + (down - height) / 2.0;
    for (letters, size) in lines.drain(..) {
        let baseline = line_top + size * BASELINE;
        page.lines.push(PlacedLine { letters, left: text_left, baseline, size });
        line_top += size * LINE;
    }
    page.codes.push(PlacedCode { qr, left: (left + edge.floor()) as u32, top: code_top as u32 });
    Ok(())
}

/// From line to line, as a multiple of the size.
const LINE: f32 = 1.25;
/// From the top of a line to its baseline.
const BASELINE: f32 = 0.98;
/// Smaller letters than this are not read without glasses (5.5 points).
const SMALLEST_MM: f32 = 1.947;
/// A title of more lines is a text.
const MOST_TITLE_LINES: usize = 4;

/// The lines beside the code with their sizes: title, detail, the code in letters. The title may take half of the
/// height, what is left is the detail's.
fn text_block(words: &Words, fonts: &Fonts<'_>, [across, down]: [f32; 2], smallest: f32) -> Vec<(Vec<Letter>, f32)> {
    let large = (down * 0.13).max(smallest);
    let small = (large * 0.72).max(smallest);
    let mut block = Vec::new();
    let mut left = down;
    let code = fonts.letters(&words.code, Hand::Regular);
    let code = Some(code).filter(|code| !code.is_empty() && width(code) * small <= across);
    if code.is_some() {
        left -= small * LINE;
    }
    let most = if words.detail.is_empty() { left } else { left / 2.0 };
    let title_lines = ((most / (large * LINE)) as usize).min(MOST_TITLE_LINES);
    for line in lines(fonts, &words.title, Hand::Bold, across / large, title_lines) {
        left -= large * LINE;
        block.push((line, large));
    }
    for line in lines(fonts, &words.detail, Hand::Regular, across / small, (left / (small * LINE)) as usize) {
        block.push((line, small));
    }
    block.extend(code.map(|code| (code, small)));
    block
}

//! The sheet as PDF: codes as filled outlines, letters as text with just the used glyphs of their fonts inside.

use super::LabelError;
use super::font::Fonts;
use super::layout::{Geometry, Page, PlacedCode, PlacedLine};
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

const POINTS_PER_DOT: f32 = 72.0 / 300.0;
const POINTS_PER_MM: f32 = 72.0 / 25.4;

pub(super) fn draw(geometry: &Geometry, pages: &[Page], fonts: &Fonts<'_>) -> Result<Vec<u8>, LabelError> {
    let wrong = |reason: &str| LabelError::Drawing { reason: reason.to_owned() };
    let embedded: Vec<Font> = fonts
        .faces
        .iter()
        .map(|face| Font::new(face.data.clone().into(), face.index))
        .collect::<Option<_>>()
        .ok_or_else(|| wrong("a font of this system cannot be put into a PDF"))?;
    let [width, height] = geometry.page_mm().map(|mm| mm * POINTS_PER_MM);
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title("Outpost labels".to_owned()).creator("Outpost".to_owned()));
    for page in pages {
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| wrong("the page has no size"))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.set_fill(Some(Fill { paint: luma::Color::black().into(), rule: FillRule::EvenOdd, ..Fill::default() }));
        for code in &page.codes {
            if let Some(path) = path(code) {
                surface.draw_path(&path);
            }
        }
        for line in &page.lines {
            write(&mut surface, line, &embedded);
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| wrong(&format!("{error:?}")))
}

fn path(code: &PlacedCode) -> Option<Path> {
    let place = |(x, y): (u32, u32)| ((code.left + x) as f32 * POINTS_PER_DOT, (code.top + y) as f32 * POINTS_PER_DOT);
    let mut builder = PathBuilder::new();
    for outline in code.qr.outlines() {
        for (index, point) in outline.into_iter().enumerate() {
            let (x, y) = place(point);
            if index == 0 {
                builder.move_to(x, y);
            } else {
                builder.line_to(x, y);
            }
        }
        builder.close();
    }
    builder.finish()
}

/// Writes a line, one run after another for as long as the font stays the same.
fn write(surface: &mut Surface<'_>, line: &PlacedLine, embedded: &[Font]) {
    let mut left = line.left;
    for run in line.letters.chunk_by(|one, other| one.face == other.face) {
        let mut text = String::new();
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .map(|letter| {
                let start = text.len();
                text.push(letter.character);
                let id = GlyphId::new(letter.glyph.0.into());
                KrillaGlyph::new(id, letter.advance, 0.0, 0.0, 0.0, start..text.len(), None)
            })
            .collect();
        let start = Point::from_xy(left * POINTS_PER_DOT, line.baseline * POINTS_PER_DOT);
        let font = embedded[run[0].face].clone();
        surface.draw_glyphs(start, &glyphs, font, &text, line.size * POINTS_PER_DOT, false);
        left += super::text::width(run) * line.size;
    }
}

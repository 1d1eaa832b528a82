//! One page as SVG. Letters are outlines, each drawn once and used many times, so that the file looks alike everywhere.

use super::font::{Face, Fonts};
use super::layout::{Geometry, Page};
use ab_glyph::{Font as _, GlyphId, OutlineCurve, Point};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(super) fn draw(geometry: &Geometry, page: &Page, fonts: &Fonts<'_>) -> String {
    let ([width, height], [across, down]) = (geometry.page_mm(), geometry.page_dots());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {across} {down}\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<defs>\n"
    );
    let letters = page.lines.iter().flat_map(|line| &line.letters).filter(|letter| letter.character != ' ');
    let used: BTreeSet<(usize, u16)> = letters.map(|letter| (letter.face, letter.glyph.0)).collect();
    for (face, glyph) in used {
        put(
            &mut svg,
            format_args!("<path id=\"g{face}-{glyph}\" d=\"{}\"/>\n", outline(&fonts.faces[face], GlyphId(glyph))),
        );
    }
    svg.push_str("</defs>\n");
    for code in &page.codes {
        put(
            &mut svg,
            format_args!("<path fill-rule=\"evenodd\" transform=\"translate({} {})\" d=\"", code.left, code.top),
        );
        for line in code.qr.outlines() {
            for (index, (x, y)) in line.into_iter().enumerate() {
                put(&mut svg, format_args!("{}{x} {y}", if index == 0 { 'M' } else { 'L' }));
            }
            svg.push('Z');
        }
        svg.push_str("\"/>\n");
    }
    for line in &page.lines {
        let mut left = line.left;
        for letter in &line.letters {
            if letter.character != ' ' {
                let scale = line.size / fonts.faces[letter.face].units;
                put(
                    &mut svg,
                    format_args!(
                        "<use href=\"#g{}-{}\" transform=\"translate({left:.2} {:.2}) scale({scale:.5} -{scale:.5})\"/>\n",
                        letter.face, letter.glyph.0, line.baseline
                    ),
                );
            }
            left += letter.advance * line.size;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Writing to a string cannot fail.
fn put(svg: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = svg.write_fmt(what);
}

fn outline(face: &Face<'_>, glyph: GlyphId) -> String {
    let mut path = String::new();
    let mut end: Option<Point> = None;
    for curve in face.font.outline(glyph).map(|outline| outline.curves).unwrap_or_default() {
        let (start, next) = match &curve {
            OutlineCurve::Line(start, end) => (*start, *end),
            OutlineCurve::Quad(start, _, end) => (*start, *end),
            OutlineCurve::Cubic(start, _, _, end) => (*start, *end),
        };
        if end != Some(start) {
            put(&mut path, format_args!("M{} {}", start.x, start.y));
        }
        match curve {
            OutlineCurve::Line(_, to) => put(&mut path, format_args!("L{} {}", to.x, to.y)),
            OutlineCurve::Quad(_, a, to) => put(&mut path, format_args!("Q{} {} {} {}", a.x, a.y, to.x, to.y)),
            OutlineCurve::Cubic(_, a, b, to) => {
                put(&mut path, format_args!("C{} {} {} {} {} {}", a.x, a.y, b.x, b.y, to.x, to.y));
            }
        }
        end = Some(next);
    }
    path
}

//! One page as PNG, grey, at 300 dots an inch.

use super::LabelError;
use super::font::Fonts;
use super::layout::{Geometry, Page, PlacedLine};
use ::png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};
use ab_glyph::{Font as _, Glyph, PxScale, point};

/// 300 dots an inch, in dots a metre.
const DOTS_PER_METRE: u32 = 11_811;

pub(super) fn draw(geometry: &Geometry, page: &Page, fonts: &Fonts<'_>) -> Result<Vec<u8>, LabelError> {
    let pixels = Pixels::of(geometry, page, fonts);
    let (width, height) = (pixels.width, pixels.height);
    let wrong = |error: ::png::EncodingError| LabelError::Drawing { reason: error.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: DOTS_PER_METRE, yppu: DOTS_PER_METRE, unit: Unit::Meter }));
    let mut writer = encoder.write_header().map_err(wrong)?;
    writer.write_image_data(&pixels.grey).map_err(wrong)?;
    writer.finish().map_err(wrong)?;
    Ok(bytes)
}

/// A page in grey, dot by dot.
pub(super) struct Pixels {
    grey: Vec<u8>,
    width: u32,
    height: u32,
}

impl Pixels {
    /// Draws a page.
    pub(super) fn of(geometry: &Geometry, page: &Page, fonts: &Fonts<'_>) -> Self {
        let [width, height] = geometry.page_dots();
        let mut pixels = Self { grey: vec![255; width as usize * height as usize], width, height };
        for code in &page.codes {
            for [x, y, side] in code.qr.squares() {
                pixels.square(code.left + x, code.top + y, side);
            }
        }
        for line in &page.lines {
            pixels.write(line, fonts);
        }
        pixels
    }

    /// From above.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.grey.chunks(self.width as usize)
    }

    fn at(&mut self, x: u32, y: u32) -> Option<&mut u8> {
        let is_inside = x < self.width && y < self.height;
        is_inside.then(|| &mut self.grey[y as usize * self.width as usize + x as usize])
    }

    fn square(&mut self, left: u32, top: u32, side: u32) {
        for y in top..top + side {
            for x in left..left + side {
                if let Some(pixel) = self.at(x, y) {
                    *pixel = 0;
                }
            }
        }
    }

    fn write(&mut self, line: &PlacedLine, fonts: &Fonts<'_>) {
        let mut left = line.left;
        for letter in &line.letters {
            let face = &fonts.faces[letter.face];
            // The library measures letters from the highest to the lowest; we measure the em.
            let scale = PxScale::from(line.size * face.font.height_unscaled() / face.units);
            let glyph = Glyph { id: letter.glyph, scale, position: point(left, line.baseline) };
            if let Some(outline) = face.font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|x, y, cover| {
                    let (x, y) = (corner.x + x as f32, corner.y + y as f32);
                    if x >= 0.0
                        && y >= 0.0
                        && let Some(pixel) = self.at(x as u32, y as u32)
                    {
                        *pixel = (f32::from(*pixel) * (1.0 - cover.clamp(0.0, 1.0))) as u8;
                    }
                });
            }
            left += letter.advance * line.size;
        }
    }
}

//! A few drawn pictures that stand for the photos and signatures of the history.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};
use sha2::{Digest, Sha256};

/// A picture with what `AttachFile` says of it.
pub(crate) struct Picture {
    pub(crate) sha256: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// All pictures of the demo.
pub(crate) struct Pictures {
    /// Of lifts and escalators.
    pub(crate) lift: Vec<Picture>,
    /// Of air conditioning.
    pub(crate) cooling: Vec<Picture>,
    /// Of kitchen equipment.
    pub(crate) kitchen: Vec<Picture>,
    pub(crate) signature: Picture,
}

impl Pictures {
    pub(crate) fn draw() -> Pictures {
        Pictures {
            lift: vec![encode(&lift_door()), encode(&cabinet())],
            cooling: vec![encode(&outdoor_unit()), encode(&gauge())],
            kitchen: vec![encode(&oven()), encode(&gauge())],
            signature: encode(&signature()),
        }
    }

    /// The photos that fit a category of devices.
    pub(crate) fn of(&self, category: &str) -> &[Picture] {
        match category {
            "lift" => &self.lift,
            "kitchen" => &self.kitchen,
            _ => &self.cooling,
        }
    }

    /// Every different file once, by its hash.
    pub(crate) fn files(self) -> Vec<(String, Vec<u8>)> {
        let all = self.lift.into_iter().chain(self.cooling).chain(self.kitchen).chain([self.signature]);
        let files: std::collections::BTreeMap<_, _> = all.map(|picture| (picture.sha256, picture.bytes)).collect();
        files.into_iter().collect()
    }
}

fn encode(picture: &RgbImage) -> Picture {
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    // Writing to memory fails only when the size does not fit the buffer, which it does by construction.
    if encoder.write_image(picture, width, height, ExtendedColorType::Rgb8).is_err() {
        bytes.clear();
    }
    Picture { sha256: hex::encode(Sha256::digest(&bytes)), bytes, width, height }
}

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;

/// A wall that is lighter at the top, with a floor.
fn room(wall: [u8; 3], floor: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |_, y| {
        let base = if y < 400 { wall } else { floor };
        let shade = (y / 8) as u8;
        Rgb(base.map(|part| part.saturating_sub(shade)))
    })
}

fn block(picture: &mut RgbImage, left: i32, top: i32, width: i32, height: i32, colour: [u8; 3]) {
    for y in top..top + height {
        for x in left..left + width {
            dot(picture, x, y, colour);
        }
    }
}

fn disc(picture: &mut RgbImage, centre: (i32, i32), radius: i32, colour: [u8; 3]) {
    for y in -radius..=radius {
        for x in -radius..=radius {
            if x * x + y * y <= radius * radius {
                dot(picture, centre.0 + x, centre.1 + y, colour);
            }
        }
    }
}

fn stroke(picture: &mut RgbImage, from: (i32, i32), to: (i32, i32), radius: i32, colour: [u8; 3]) {
    let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
    for step in 0..=steps {
        let at = |start: i32, end: i32| start + (end - start) * step / steps;
        disc(picture, (at(from.0, to.0), at(from.1, to.1)), radius, colour);
    }
}

fn dot(picture: &mut RgbImage, x: i32, y: i32, colour: [u8; 3]) {
    if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
        && let Some(pixel) = picture.get_pixel_mut_checked(x, y)
    {
        *pixel = Rgb(colour);
    }
}

fn lift_door() -> RgbImage {
    let mut picture = room([206, 200, 190], [120, 112, 104]);
    block(&mut picture, 190, 70, 260, 334, [92, 96, 102]);
    block(&mut picture, 202, 82, 116, 322, [168, 174, 182]);
    block(&mut picture, 326, 82, 112, 322, [160, 166, 174]);
    // The gap: the leaves do not close.
    block(&mut picture, 318, 82, 8, 322, [28, 28, 30]);
    for line in 0..6 {
        block(&mut picture, 216 + line * 16, 90, 2, 306, [184, 190, 196]);
        block(&mut picture, 340 + line * 16, 90, 2, 306, [178, 184, 190]);
    }
    block(&mut picture, 276, 30, 88, 30, [24, 24, 28]);
    block(&mut picture, 296, 36, 6, 18, [232, 64, 48]);
    block(&mut picture, 314, 36, 22, 4, [232, 64, 48]);
    block(&mut picture, 330, 36, 6, 18, [232, 64, 48]);
    block(&mut picture, 500, 200, 34, 90, [140, 144, 150]);
    disc(&mut picture, (517, 224), 10, [246, 214, 120]);
    disc(&mut picture, (517, 264), 10, [226, 228, 230]);
    picture
}

fn cabinet() -> RgbImage {
    let mut picture = room([150, 154, 158], [92, 90, 88]);
    block(&mut picture, 110, 40, 420, 390, [198, 200, 196]);
    block(&mut picture, 126, 56, 388, 358, [226, 226, 220]);
    for row in 0..3 {
        let top = 84 + row * 110;
        block(&mut picture, 142, top + 24, 356, 8, [170, 172, 174]);
        for column in 0..9 {
            let left = 150 + column * 38;
            block(&mut picture, left, top, 30, 56, if row == 1 { [52, 58, 66] } else { [240, 240, 236] });
            let lever = if row == 0 && column == 5 { [214, 60, 44] } else { [66, 110, 168] };
            block(&mut picture, left + 10, top + 18, 10, 18, lever);
        }
        for wire in 0..9 {
            let colours = [[196, 58, 48], [44, 92, 170], [58, 140, 78]];
            let left = 165 + wire * 38;
            stroke(&mut picture, (left, top + 56), (left + 14, top + 100), 2, colours[wire as usize % 3]);
        }
    }
    picture
}

fn outdoor_unit() -> RgbImage {
    let mut picture = room([186, 208, 226], [150, 146, 138]);
    block(&mut picture, 90, 130, 460, 280, [222, 222, 216]);
    block(&mut picture, 90, 130, 460, 10, [196, 196, 190]);
    for centre in [220, 420] {
        disc(&mut picture, (centre, 262), 92, [58, 62, 66]);
        for blade in 0..6 {
            let angle = f64::from(blade) * std::f64::consts::FRAC_PI_3;
            let tip = (centre + (angle.cos() * 84.0) as i32, 262 + (angle.sin() * 84.0) as i32);
            stroke(&mut picture, (centre, 262), tip, 7, [98, 104, 110]);
        }
        disc(&mut picture, (centre, 262), 18, [190, 192, 194]);
        for ring in [40, 66] {
            block(&mut picture, centre - 92, 262 - ring, 184, 2, [206, 208, 208]);
            block(&mut picture, centre - 92, 262 + ring, 184, 2, [206, 208, 208]);
        }
    }
    stroke(&mut picture, (550, 350), (612, 380), 9, [184, 112, 66]);
    stroke(&mut picture, (550, 376), (612, 404), 6, [184, 112, 66]);
    picture
}

fn gauge() -> RgbImage {
    let mut picture = room([112, 118, 124], [70, 72, 76]);
    stroke(&mut picture, (320, 330), (320, 470), 18, [176, 142, 74]);
    disc(&mut picture, (320, 220), 170, [44, 46, 50]);
    disc(&mut picture, (320, 220), 154, [246, 246, 242]);
    for mark in 0..=10 {
        let angle = (135.0 + 27.0 * f64::from(mark)).to_radians();
        let at = |radius: f64| (320 + (angle.cos() * radius) as i32, 220 + (angle.sin() * radius) as i32);
        let colour = if mark > 7 { [204, 48, 40] } else { [40, 42, 46] };
        stroke(&mut picture, at(122.0), at(144.0), if mark % 5 == 0 { 4 } else { 2 }, colour);
    }
    stroke(&mut picture, (320, 220), (418, 158), 4, [204, 48, 40]);
    disc(&mut picture, (320, 220), 12, [40, 42, 46]);
    picture
}

fn oven() -> RgbImage {
    let mut picture = room([216, 214, 208], [116, 120, 124]);
    block(&mut picture, 130, 40, 380, 380, [188, 192, 196]);
    block(&mut picture, 146, 130, 270, 272, [54, 56, 60]);
    block(&mut picture, 164, 150, 234, 232, [88, 64, 44]);
    for shelf in 0..4 {
        block(&mut picture, 164, 190 + shelf * 48, 234, 3, [170, 160, 150]);
    }
    // The torn seal at the lower edge of the door.
    stroke(&mut picture, (150, 398), (236, 404), 4, [26, 26, 28]);
    stroke(&mut picture, (236, 404), (252, 428), 4, [26, 26, 28]);
    block(&mut picture, 420, 150, 12, 220, [220, 222, 224]);
    block(&mut picture, 146, 56, 348, 60, [34, 36, 40]);
    block(&mut picture, 164, 70, 110, 32, [64, 172, 120]);
    for knob in 0..3 {
        disc(&mut picture, (330 + knob * 60, 86), 18, [200, 202, 204]);
        stroke(&mut picture, (330 + knob * 60, 86), (330 + knob * 60 + 8, 72), 2, [40, 42, 44]);
    }
    picture
}

fn signature() -> RgbImage {
    let mut picture = RgbImage::from_pixel(480, 180, Rgb([255, 255, 255]));
    let mut before = (50, 110);
    // Loops that lean forward and grow flatter, as a hand makes them.
    for step in 1..=260 {
        let along = f64::from(step) / 260.0;
        let turn = along * 34.0;
        let height = 52.0 * (1.0 - along * 0.72) * (0.55 + 0.45 * (along * 9.0).sin());
        let at = (
            50 + (along * 360.0 + turn.sin() * 15.0) as i32,
            100 + (turn.cos() * height + (along * 5.0).sin() * 10.0) as i32,
        );
        stroke(&mut picture, before, at, 2, [24, 30, 66]);
        before = at;
    }
    stroke(&mut picture, before, (452, 62), 2, [24, 30, 66]);
    stroke(&mut picture, (84, 150), (400, 136), 1, [24, 30, 66]);
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_small_and_can_be_read() {
        let files = Pictures::draw().files();
        assert_eq!(files.len(), 6);
        for (sha256, bytes) in files {
            assert_eq!(hex::encode(Sha256::digest(&bytes)), sha256);
            assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
            assert!(image::load_from_memory(&bytes).is_ok());
        }
    }
}

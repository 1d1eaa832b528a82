//! Pictures for tests, drawn from nothing.

use image::imageops::{overlay, replace};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use outpost_scan::{ReadOptions, Reading, read_picture};
use qrcode::{Color, EcLevel, QrCode};
use std::io::Cursor;
use zxingcpp::BarcodeFormat;

/// A QR code with a white border of four modules.
pub fn qr(payload: &[u8], module: u32) -> GrayImage {
    qr_at(payload, module, EcLevel::M)
}

pub fn qr_at(payload: &[u8], module: u32, level: EcLevel) -> GrayImage {
    let code = QrCode::with_error_correction_level(payload, level).unwrap();
    let width = code.width() as u32;
    let colors = code.to_colors();
    GrayImage::from_fn((width + 8) * module, (width + 8) * module, |x, y| {
        let (x, y) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
        let is_dark = x < width && y < width && colors[(y * width + x) as usize] == Color::Dark;
        Luma([if is_dark { 0 } else { 255 }])
    })
}

/// A code of another kind, about as wide as asked for, on white.
pub fn other(text: &str, format: BarcodeFormat, width: u32) -> GrayImage {
    let code = zxingcpp::create(format).from_str(text).unwrap();
    let draw = |scale: i32| {
        let image = code.to_image_with(&zxingcpp::write().scale(scale)).unwrap();
        GrayImage::from_raw(image.width() as u32, image.height() as u32, image.data()).unwrap()
    };
    let code = draw((width / draw(1).width()).max(1) as i32);
    let mut picture = paper(code.width() + 80, code.height() + 80);
    overlay(&mut picture, &code, 40, 40);
    picture
}

pub fn paper(width: u32, height: u32) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([255]))
}

/// Puts pictures beside one another, each in its own square.
pub fn beside(pictures: &[GrayImage], columns: u32) -> GrayImage {
    let side = pictures.iter().map(|picture| picture.width().max(picture.height())).max().unwrap() + 20;
    let rows = (pictures.len() as u32).div_ceil(columns);
    let mut all = paper(side * columns, side * rows);
    for (index, picture) in (0_u32..).zip(pictures) {
        replace(&mut all, picture, i64::from(index % columns * side + 10), i64::from(index / columns * side + 10));
    }
    all
}

/// Turned by an angle around its middle, on a canvas that holds it.
pub fn turned(picture: &GrayImage, degrees: f32) -> GrayImage {
    let side = (picture.width().max(picture.height()) as f32 * 1.45) as u32;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (from, to) = (picture.width() as f32 / 2.0, side as f32 / 2.0);
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 + 0.5 - to, y as f32 + 0.5 - to);
        let (x, y) = (from + x * cos + y * sin, from - x * sin + y * cos);
        let is_inside = x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
        if is_inside { *picture.get_pixel(x as u32, y as u32) } else { Luma([255]) }
    })
}

/// Every pixel changed by its place and value.
pub fn changed(picture: &GrayImage, change: impl Fn(u32, u32, f32) -> f32) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        Luma([change(x, y, f32::from(picture.get_pixel(x, y).0[0])).clamp(0.0, 255.0) as u8])
    })
}

pub fn file(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(picture.clone());
    // GIF and WebP know no grey.
    let picture =
        if matches!(format, ImageFormat::Gif | ImageFormat::WebP) { picture.to_rgba8().into() } else { picture };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(picture: &GrayImage) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

/// Options that no slow machine can make fail.
pub fn patient() -> ReadOptions {
    ReadOptions { budget_millis: 60_000, overrun_millis: 60_000, ..ReadOptions::still() }
}

pub fn read(picture: &GrayImage) -> Reading {
    read_picture(&png(picture), &patient()).unwrap()
}

pub fn texts(reading: &Reading) -> Vec<&str> {
    let mut texts: Vec<&str> = reading.codes.iter().map(|code| code.text.as_str()).collect();
    texts.sort_unstable();
    texts
}

/// A small generator of numbers, so that every run sees the same pictures.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

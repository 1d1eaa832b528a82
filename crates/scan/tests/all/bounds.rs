//! What is large, many, deep or odd, but a picture: bounded time, and the right answer.

use crate::draw::{beside, paper, patient, png, qr, qr_at, read, texts};
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma};
use outpost_scan::{
    Cancel, ReadOptions, ShortLink, host_of, parse_gs1, read_luma, read_luma_until, read_picture, shown,
};
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn a_hundred_megapixels_are_looked_at() {
    let mut picture = paper(10_000, 10_000);
    image::imageops::replace(&mut picture, &qr(b"far away", 60), 3000, 3000);
    let start = Instant::now();
    let reading = read_luma(picture.as_raw(), 10_000, 10_000, &patient()).unwrap();
    assert_eq!(texts(&reading), ["far away"]);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_small_file_that_unpacks_to_much() {
    let bytes = png(&paper(9_900, 9_900));
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let start = Instant::now();
    assert_eq!(texts(&read_picture(&bytes, &ReadOptions::still()).unwrap()), [""; 0]);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn a_comment_that_unpacks_to_much_is_left_alone() {
    let picture = qr(b"with a comment", 4);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_ztxt_chunk("Comment".into(), "0".repeat(64 << 20)).unwrap();
    encoder.write_header().unwrap().write_image_data(picture.as_raw()).unwrap();
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let start = Instant::now();
    assert_eq!(texts(&read_picture(&bytes, &patient()).unwrap()), ["with a comment"]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_thousand_codes_on_one_picture() {
    let names: Vec<String> = (0..1000).map(|number| format!("N{number:04}")).collect();
    let codes: Vec<GrayImage> = names.iter().map(|name| qr(name.as_bytes(), 3)).collect();
    let picture = beside(&codes, 40);
    let start = Instant::now();
    let reading = read(&picture);
    let found: std::collections::BTreeSet<&str> = texts(&reading).into_iter().collect();
    assert!(found.iter().all(|text| names.iter().any(|name| name == text)));
    // The engine itself gives up after some hundreds.
    assert!(found.len() >= 300, "{}", found.len());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn a_shelf_of_forty_labels() {
    let names: Vec<String> = (1..=40).map(|number| format!("outpost:part:SHELF-{number:03}")).collect();
    let codes: Vec<GrayImage> = names.iter().map(|name| qr(name.as_bytes(), 4)).collect();
    // As many megapixels as a photograph has, so that the codes are small in it.
    let shelf = beside(&codes, 8);
    let mut photograph = GrayImage::from_pixel(1600, 1200, Luma([150]));
    image::imageops::replace(&mut photograph, &shelf, 60, 80);
    let luma = image::imageops::blur(&photograph, 0.8);
    let reading = read_luma(luma.as_raw(), 1600, 1200, &ReadOptions::still()).unwrap();
    assert_eq!(texts(&reading), names);
}

#[test]
fn sixteen_bits_and_colours_and_palettes() {
    let picture = qr(b"deep", 5);
    let deep = ImageBuffer::from_fn(picture.width(), picture.height(), |x, y| {
        Luma([u16::from(picture.get_pixel(x, y).0[0]) * 257])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageLuma16(deep).write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(texts(&read_picture(&bytes.into_inner(), &patient()).unwrap()), ["deep"]);

    let cmyk =
        std::fs::read(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/pictures/cmyk.jpg"))
            .unwrap();
    assert_eq!(texts(&read_picture(&cmyk, &patient()).unwrap()), ["outpost:device:LIFT-0042"]);
}

#[test]
fn what_is_drawn_on_nothing_lies_on_white() {
    let code = qr(b"drawn on nothing", 5);
    let picture = image::RgbaImage::from_fn(code.width(), code.height(), |x, y| {
        let dark = code.get_pixel(x, y).0[0] == 0;
        // The colour of what cannot be seen is black as well, as many programs write it.
        image::Rgba([0, 0, 0, if dark { 255 } else { 0 }])
    });
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(picture.clone()).write_to(&mut bytes, format).unwrap();
        assert_eq!(texts(&read_picture(&bytes.into_inner(), &patient()).unwrap()), ["drawn on nothing"]);
    }
}

#[test]
fn of_an_animation_the_first_picture() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for text in ["first", "later"] {
            let frame = DynamicImage::ImageLuma8(qr(text.as_bytes(), 5)).into_rgba8();
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    assert_eq!(texts(&read_picture(&bytes, &patient()).unwrap()), ["first"]);
}

#[test]
fn seven_kilobytes_in_one_code() {
    let text: String = (0..7000).map(|at| char::from(b'0' + (at * 7 % 10) as u8)).collect();
    let reading = read(&qr_at(text.as_bytes(), 4, qrcode::EcLevel::L));
    assert_eq!(texts(&reading), [text.as_str()]);
    assert!(reading.codes[0].shown.chars().count() < 250);
    assert!(parse_gs1(&text, 2026).is_err());
}

#[test]
fn control_characters_and_marks_of_direction_stay_in_the_bytes_only() {
    let text = "https://bank\u{202e}gro.elpmaxe\u{0}\u{1b}[2J\u{1d}";
    let code = read(&qr(text.as_bytes(), 4)).codes.remove(0);
    assert_eq!(code.bytes().unwrap(), text.as_bytes());
    assert_eq!(code.text, text);
    assert_eq!(code.shown, "https://bank⟨202E⟩gro.elpmaxe⟨00⟩⟨1B⟩[2J⟨1D⟩");

    let no_text = [0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80];
    let code = read(&qr(&no_text, 5)).codes.remove(0);
    assert_eq!(code.bytes().unwrap(), no_text);
    assert!(code.shown.chars().all(|letter| !letter.is_control()));
}

#[test]
fn a_cancelled_frame_stops_at_once() {
    let cancel = Cancel::default();
    cancel.cancel();
    let picture = qr(b"too late", 5);
    let (width, height) = picture.dimensions();
    let reading = read_luma_until(picture.as_raw(), width, height, &patient(), &cancel).unwrap();
    assert_eq!(texts(&reading), [""; 0]);
}

/// What fuzzing starts from also runs as it is, without a nightly compiler.
#[test]
fn the_corpus_of_the_fuzz_targets() {
    let corpus = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("fuzz/corpus");
    let files = |name: &str| {
        let entries = std::fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>()
    };
    let (pictures, texts) = (files("picture"), files("gs1"));
    assert!(pictures.len() > 10 && texts.len() > 5);
    for bytes in pictures {
        let _ = read_picture(&bytes, &ReadOptions::still());
        let _ = read_picture(&bytes, &ReadOptions::live(bytes.len() as u32));
    }
    for bytes in texts {
        let text = String::from_utf8_lossy(&bytes);
        assert!(shown(&text, 50).chars().all(|letter| !letter.is_control()));
        let _ = parse_gs1(&text, 2026);
    }
    let links = files("link");
    assert!(links.len() > 4);
    let read = links.iter().filter_map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        assert!(host_of(&text).is_none_or(|host| !host.is_empty() && !host.contains(['/', '\\', '@'])));
        ShortLink::parse(&text)
    });
    let read: Vec<ShortLink> = read.collect();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0], read[1], "upper case and lower case say the same");
}

#[test]
fn every_way_to_hold_the_camera() {
    let mut upright = paper(300, 200);
    image::imageops::replace(&mut upright, &qr(b"held", 3), 10, 10);
    for orientation in 1..=8_u8 {
        let exif = [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        image::ImageEncoder::set_exif_metadata(&mut encoder, exif).unwrap();
        image::ImageEncoder::write_image(encoder, upright.as_raw(), 300, 200, image::ExtendedColorType::L8).unwrap();
        let reading = read_picture(&bytes, &patient()).unwrap();
        assert_eq!(texts(&reading), ["held"], "{orientation}");
        let most = if orientation < 5 { [300.0, 200.0] } else { [200.0, 300.0] };
        assert!(reading.codes[0].corners.iter().all(|at| at[0] <= most[0] && at[1] <= most[1]), "{orientation}");
    }
}

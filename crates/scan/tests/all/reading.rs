//! What is drawn is read back.

use crate::draw::{Numbers, beside, changed, file, other, paper, patient, png, qr, read, texts, turned};
use base64::Engine as _;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayAlphaImage, GrayImage, ImageEncoder, ImageFormat, LumaA};
use outpost_scan::{CodeFormat, ReadOptions, ScanError, read_luma, read_picture};
use zxingcpp::BarcodeFormat;

const TEXT: &str = "outpost:device:LIFT-0042 上海";

#[track_caller]
fn check(picture: &GrayImage) {
    assert_eq!(texts(&read(picture)), [TEXT]);
}

#[test]
fn a_plain_code_in_every_kind_of_file() {
    let picture = qr(TEXT.as_bytes(), 5);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif] {
        let reading = read_picture(&file(&picture, format), &patient()).unwrap();
        assert_eq!(texts(&reading), [TEXT], "{format:?}");
        assert_eq!(reading.codes[0].format, CodeFormat::QrCode);
        assert!(reading.millis > 0.0);
    }
}

#[test]
fn a_turned_code() {
    for degrees in [17.0, 45.0, 90.0, 180.0, 261.0] {
        check(&turned(&qr(TEXT.as_bytes(), 6), degrees));
    }
}

#[test]
fn a_blurred_code() {
    check(&image::imageops::blur(&qr(TEXT.as_bytes(), 6), 3.0));
}

#[test]
fn a_faint_code() {
    check(&changed(&qr(TEXT.as_bytes(), 6), |_, _, grey| 110.0 + grey / 255.0 * 14.0));
}

#[test]
fn an_inverted_code() {
    check(&changed(&qr(TEXT.as_bytes(), 6), |_, _, grey| 255.0 - grey));
}

#[test]
fn a_code_half_in_shadow() {
    check(&changed(&qr(TEXT.as_bytes(), 6), |x, y, grey| grey * if x > y { 0.25 } else { 1.0 }));
}

#[test]
fn a_code_in_noise() {
    let picture = qr(TEXT.as_bytes(), 6);
    let mut numbers = Numbers(7);
    let noise: Vec<f32> = picture.pixels().map(|_| numbers.below(160) as f32 - 80.0).collect();
    check(&changed(&picture, |x, y, grey| 64.0 + grey / 2.0 + noise[(y * picture.width() + x) as usize]));
}

#[test]
fn a_code_on_glass_is_on_white() {
    let picture = qr(TEXT.as_bytes(), 5);
    let clear = GrayAlphaImage::from_fn(picture.width(), picture.height(), |x, y| {
        LumaA([0, 255 - picture.get_pixel(x, y).0[0]])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    clear.write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(texts(&read_picture(&bytes.into_inner(), &patient()).unwrap()), [TEXT]);
}

#[test]
fn corners_are_in_the_upright_picture() {
    let mut picture = paper(400, 300);
    image::imageops::overlay(&mut picture, &qr(b"corner", 4), 0, 0);
    let found = read(&picture).codes.remove(0);
    // 21 modules of 4 pixels after a quiet zone of 16.
    for (corner, expected) in found.corners.iter().zip([[16.0, 16.0], [100.0, 16.0], [100.0, 100.0], [16.0, 100.0]]) {
        assert!((corner[0] - expected[0]).abs() < 4.0 && (corner[1] - expected[1]).abs() < 4.0, "{:?}", found.corners);
    }

    // Orientation 6: the camera lay on its side, the picture is to be turned clockwise.
    let exif = [b"MM\0\x2a\0\0\0\x08\0\x01".as_slice(), b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"].concat();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(picture.as_raw(), 400, 300, image::ExtendedColorType::L8).unwrap();
    let found = read_picture(&bytes, &patient()).unwrap().codes.remove(0);
    assert!((found.corners[0][0] - (300.0 - 16.0)).abs() < 5.0, "{:?}", found.corners);
    assert!((found.corners[0][1] - 16.0).abs() < 5.0, "{:?}", found.corners);
}

#[test]
fn several_codes_in_one_picture_even_alike() {
    let names = ["P-1", "P-2", "P-3", "P-4", "P-5", "P-5"];
    let pictures: Vec<GrayImage> = names.iter().map(|name| qr(name.as_bytes(), 5)).collect();
    assert_eq!(texts(&read(&beside(&pictures, 3))), names);
}

#[test]
fn several_codes_of_several_kinds() {
    let pictures = [
        qr(b"qr", 5),
        other("SERIAL-4711", BarcodeFormat::Code128, 400),
        other("4006381333931", BarcodeFormat::EAN13, 380),
        other("matrix one", BarcodeFormat::DataMatrix, 120),
        other("matrix two", BarcodeFormat::DataMatrix, 120),
    ];
    let reading = read(&beside(&pictures, 2));
    assert_eq!(texts(&reading), ["4006381333931", "SERIAL-4711", "matrix one", "matrix two", "qr"]);
}

#[test]
fn each_kind_of_code() {
    let cases = [
        (CodeFormat::DataMatrix, BarcodeFormat::DataMatrix, "DM 12345", 150),
        (CodeFormat::Code128, BarcodeFormat::Code128, "Serial 12345", 400),
        (CodeFormat::Code39, BarcodeFormat::Code39, "SERIAL 12345", 600),
        (CodeFormat::Ean13, BarcodeFormat::EAN13, "4006381333931", 400),
        (CodeFormat::Itf, BarcodeFormat::ITF, "30712345000010", 400),
        (CodeFormat::Pdf417, BarcodeFormat::PDF417, "delivery note 12345", 400),
    ];
    for (ours, theirs, text, width) in cases {
        for degrees in [0.0, 90.0] {
            let reading = read(&turned(&other(text, theirs, width), degrees));
            let found: Vec<_> = reading.codes.iter().map(|code| (code.format, code.text.as_str())).collect();
            assert_eq!(found, [(ours, text)], "turned by {degrees}");
        }
    }
}

#[test]
fn a_payload_that_is_no_text_survives() {
    let payload: Vec<u8> = (0..=255).collect();
    let found = read(&qr(&payload, 4)).codes.remove(0);
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(found.bytes_base64).unwrap(), payload);
}

#[test]
fn no_code_is_no_error() {
    let mut numbers = Numbers(3);
    let noise = changed(&paper(300, 200), |_, _, grey| grey);
    let noise = GrayImage::from_raw(300, 200, noise.iter().map(|_| numbers.next() as u8).collect()).unwrap();
    let stripes = changed(&paper(300, 200), |x, _, _| if x % 12 < 5 { 0.0 } else { 255.0 });
    for picture in [paper(300, 200), noise, stripes] {
        assert_eq!(texts(&read(&picture)), [""; 0]);
    }
}

#[test]
fn only_what_is_asked_for_is_found() {
    let picture = beside(&[qr(b"qr", 5), other("4006381333931", BarcodeFormat::EAN13, 380)], 2);
    let options = ReadOptions { formats: vec![CodeFormat::Ean13], ..patient() };
    assert_eq!(texts(&read_picture(&png(&picture), &options).unwrap()), ["4006381333931"]);
    let weak = other("96385074", BarcodeFormat::EAN8, 300);
    assert_eq!(texts(&read(&weak)), [""; 0]);
    let options = ReadOptions { formats: vec![CodeFormat::Ean8], ..patient() };
    assert_eq!(texts(&read_picture(&png(&weak), &options).unwrap()), ["96385074"]);
}

#[test]
fn the_budget_stops_between_stages_and_the_first_always_runs() {
    let picture = qr(TEXT.as_bytes(), 6);
    let (width, height) = picture.dimensions();
    let found = |picture: &GrayImage, frame, budget_millis| {
        let options = ReadOptions { budget_millis, ..ReadOptions::live(frame) };
        !read_luma(picture.as_raw(), width, height, &options).unwrap().codes.is_empty()
    };
    assert!(found(&picture, 0, 0));
    // Only one of the stages that take turns looks for white codes on black.
    let inverted = changed(&picture, |_, _, grey| 255.0 - grey);
    assert!((0..20).any(|frame| found(&inverted, frame, 60_000)));
    assert!(!(0..20).any(|frame| found(&inverted, frame, 0)));
}

#[test]
fn frames_take_turns_with_the_costly_stages() {
    let mut picture = paper(1280, 720);
    image::imageops::overlay(&mut picture, &qr(TEXT.as_bytes(), 6), 500, 200);
    let live = |picture: &GrayImage, frame| {
        let options = ReadOptions { budget_millis: 60_000, ..ReadOptions::live(frame) };
        read_luma(picture.as_raw(), 1280, 720, &options).unwrap().codes.len()
    };
    assert_eq!(live(&picture, 0), 1);
    let inverted = changed(&picture, |_, _, grey| 255.0 - grey);
    let hits: usize = (0..20).map(|frame| live(&inverted, frame)).sum();
    assert!((1..10).contains(&hits), "{hits}");
}

#[test]
fn a_frame_must_have_the_bytes_it_announces() {
    let options = ReadOptions::live(0);
    assert_eq!(read_luma(&[0; 11], 4, 3, &options), Err(ScanError::WrongLength { expected: 12, given: 11 }));
    assert!(matches!(read_luma(&[], 0, 3, &options), Err(ScanError::Damaged { .. })));
    assert!(matches!(read_luma(&[], u32::MAX, u32::MAX, &options), Err(ScanError::TooLarge { .. })));
}

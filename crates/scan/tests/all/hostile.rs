//! Files from outside: broken, cut off, lying, random.

use crate::draw::{Numbers, file, paper, patient, png, qr};
use image::ImageFormat;
use outpost_scan::{ReadOptions, ScanError, read_luma, read_picture};
use std::time::{Duration, Instant};

const FORMATS: [ImageFormat; 5] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif];

#[test]
fn what_is_no_picture_is_called_so() {
    for bytes in [b"".as_slice(), b"<!doctype html><title>502</title>", b"%PDF-1.7", &[0; 4096], b"\x89PN"] {
        assert_eq!(read_picture(bytes, &patient()), Err(ScanError::NotAPicture));
    }
}

#[test]
fn a_picture_that_breaks_off_is_damaged() {
    let whole = png(&qr(b"broken off", 5));
    for part in [30, 60, whole.len() / 2, whole.len() - 20] {
        let answer = read_picture(&whole[..part], &patient());
        assert!(matches!(answer, Err(ScanError::Damaged { .. })), "{part}: {answer:?}");
    }
    for format in FORMATS {
        let whole = file(&qr(b"broken off", 3), format);
        for part in (0..whole.len()).step_by(97) {
            // A decoder may show what there is of a picture; it must not crash.
            let _ = read_picture(&whole[..part], &ReadOptions::still());
        }
    }
}

#[test]
fn a_header_that_lies_about_the_size_allocates_nothing() {
    let mut lying = png(&paper(8, 8));
    for (width, height) in [(60_000_u32, 60_000_u32), (u32::MAX >> 1, 1), (12_000, 12_000)] {
        lying[16..20].copy_from_slice(&width.to_be_bytes());
        lying[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = checksum(&lying[12..29]);
        lying[29..33].copy_from_slice(&sum.to_be_bytes());
        let start = Instant::now();
        let answer = read_picture(&lying, &patient());
        assert!(matches!(answer, Err(ScanError::TooLarge { .. })), "{width} x {height}: {answer:?}");
        assert!(start.elapsed() < Duration::from_millis(500));
    }
    // Within the limits, but with next to no pixels behind it.
    lying[16..20].copy_from_slice(&9_000_u32.to_be_bytes());
    lying[20..24].copy_from_slice(&9_000_u32.to_be_bytes());
    let sum = checksum(&lying[12..29]);
    lying[29..33].copy_from_slice(&sum.to_be_bytes());
    assert!(matches!(read_picture(&lying, &patient()), Err(ScanError::Damaged { .. })));
}

/// The CRC-32 of PNG.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[test]
fn the_smallest_and_the_oddest_shapes_have_no_code() {
    for (width, height) in [(1, 1), (1, 2), (2, 1), (3, 3), (1, 3000), (3000, 1), (9, 2000), (40, 40)] {
        for format in FORMATS {
            let reading = read_picture(&file(&paper(width, height), format), &patient());
            assert_eq!(reading.unwrap().codes, [], "{width} x {height} {format:?}");
        }
    }
}

#[test]
fn changed_bytes_never_crash_the_reader() {
    let mut numbers = Numbers(20_260_101);
    for format in FORMATS {
        let whole = file(&qr(b"mutation", 3), format);
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..=numbers.below(8) {
                let at = numbers.below(bytes.len());
                match numbers.below(4) {
                    0 => bytes[at] = numbers.next() as u8,
                    1 => bytes[at] ^= 1 << numbers.below(8),
                    2 => bytes.truncate(at.max(1)),
                    _ => {
                        let end = (at + numbers.below(40)).min(bytes.len());
                        let part = bytes[at..end].to_vec();
                        let to = numbers.below(bytes.len());
                        bytes.splice(to..to, part);
                    }
                }
            }
            let start = Instant::now();
            let _ = read_picture(&bytes, &ReadOptions::still());
            assert!(start.elapsed() < Duration::from_secs(20), "{format:?}");
        }
    }
}

#[test]
fn random_frames_never_crash_the_reader() {
    let mut numbers = Numbers(99);
    for frame in 0..60 {
        let (width, height) = (1 + numbers.below(160), 1 + numbers.below(160));
        // Coarse blocks look more like modules than single pixels do.
        let block = 1 + numbers.below(6);
        let bits: Vec<u8> = (0..width * height).map(|_| numbers.next() as u8).collect();
        let luma: Vec<u8> = (0..width * height)
            .map(|at| bits[at / width / block * width + at % width / block])
            .map(|bit| if bit & 1 == 0 { 0 } else { 255 })
            .collect();
        for options in [ReadOptions::still(), ReadOptions::live(frame)] {
            read_luma(&luma, width as u32, height as u32, &options).unwrap();
        }
    }
}

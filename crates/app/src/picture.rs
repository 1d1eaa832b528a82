//! Photos, made small enough to travel.

use crate::limits::FILE_BYTES;
use crate::{Failure, FailureCode, FilePurpose, StoredFile};
use exif::{In, Tag};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use outpost_domain::Instant;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

/// The longer side of a photo as it is kept, in pixels.
const PHOTO_SIDE: u32 = 1600;
const JPEG_QUALITY: u8 = 80;
/// The longer side of a thumbnail, in pixels: what a list shows, on a sharp screen too.
const THUMBNAIL_SIDE: u32 = 320;
const THUMBNAIL_QUALITY: u8 = 70;
/// The longest side that a picture may have, and what it may need in memory: a small file can unpack to gigabytes.
const MOST_SIDE: u32 = 20_000;
const DECODED_BYTES: u64 = 384 << 20;
const BESIDES_BYTES: u64 = 16 << 20;

/// A file as it is to be kept.
#[derive(Debug)]
pub struct Prepared {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The bytes of its thumbnail; none if it is no photo, or no larger than one.
    pub thumbnail: Option<Vec<u8>>,
    /// What a command says of it.
    pub stored: StoredFile,
}

/// A file as it is to be kept.
///
/// # Errors
/// When it is too large, or a picture that cannot be read.
pub fn prepare(purpose: FilePurpose, bytes: &[u8]) -> Result<Prepared, Failure> {
    if bytes.len() > FILE_BYTES {
        return Err(Failure::new(FailureCode::TooLarge, "a file may have 40 MB"));
    }
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::PictureUnreadable, "the file is empty"));
    }
    // A panic while it was held left nothing half done.
    let _one = (purpose != FilePurpose::File).then(|| ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner));
    // The camera's own words, before they are shrunk away.
    let seen = if purpose == FilePurpose::Photo { Seen::of(bytes) } else { Seen::default() };
    let mut thumbnail = None;
    let (bytes, media_type, width, height) = match purpose {
        // What a telephone wrote in a form that is not read here is evidence all the same.
        FilePurpose::Photo if unread(bytes).is_some() => {
            (bytes.to_vec(), unread(bytes).unwrap_or("application/octet-stream"), 0, 0)
        }
        FilePurpose::Photo => {
            let picture = shrunk(decode(bytes)?);
            if longer_side(&picture) > THUMBNAIL_SIDE {
                thumbnail = Some(jpeg(&picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE), THUMBNAIL_QUALITY)?);
            }
            (jpeg(&picture, JPEG_QUALITY)?, "image/jpeg", picture.width(), picture.height())
        }
        FilePurpose::Signature => {
            let picture = decode(bytes)?;
            let mut png = Vec::new();
            picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).map_err(unreadable)?;
            (png, "image/png", picture.width(), picture.height())
        }
        FilePurpose::File => (bytes.to_vec(), "application/octet-stream", 0, 0),
    };
    let stored = StoredFile {
        sha256: outpost_sync::sha256_hex(&bytes),
        thumbnail_sha256: thumbnail.as_deref().map(outpost_sync::sha256_hex).unwrap_or_default(),
        media_type: media_type.to_owned(),
        size_bytes: bytes.len() as u32,
        width,
        height,
        taken_at: seen.taken_at,
        latitude: seen.latitude,
        longitude: seen.longitude,
    };
    Ok(Prepared { bytes, thumbnail, stored })
}

/// A photo no larger than it is kept. What is much larger is first halved and halved again without a copy in floats, which
/// would need sixteen bytes for each of its pixels.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    if longer_side(&picture) <= PHOTO_SIDE {
        return picture;
    }
    let side = 2 * PHOTO_SIDE;
    let picture = if longer_side(&picture) > 2 * side { picture.thumbnail(side, side) } else { picture };
    picture.resize(PHOTO_SIDE, PHOTO_SIDE, image::imageops::FilterType::CatmullRom)
}

fn longer_side(picture: &DynamicImage) -> u32 {
    picture.width().max(picture.height())
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&DynamicImage::ImageRgb8(picture.to_rgb8()))
        .map_err(unreadable)?;
    Ok(bytes)
}

/// What kind of file bytes are, for a browser.
pub fn media_type(bytes: &[u8]) -> &'static str {
    match image::guess_format(bytes) {
        Ok(image::ImageFormat::Jpeg) => "image/jpeg",
        Ok(image::ImageFormat::Png) => "image/png",
        Ok(image::ImageFormat::WebP) => "image/webp",
        _ => "application/octet-stream",
    }
}

/// The media type of a picture that telephones write and that is not read here: kept as it is, and shown where the system can.
fn unread(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) != Some(b"ftyp") {
        return None;
    }
    match bytes.get(8..12)? {
        b"avif" | b"avis" => Some("image/avif"),
        b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some("image/heic"),
        _ => None,
    }
}

/// One picture at a time, until it is small: each may need as much memory as all else together.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn decode(bytes: &[u8]) -> Result<DynamicImage, Failure> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(unreadable)?;
    if reader.format() == Some(image::ImageFormat::Jpeg) && !is_whole_jpeg(bytes) {
        return Err(unreadable("the picture is not whole: its end is missing. Take it again, or send it again"));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    // What a PNG has besides the picture is packed as well; the picture itself is looked at below.
    let is_png = reader.format() == Some(image::ImageFormat::Png);
    limits.max_alloc = Some(if is_png { BESIDES_BYTES } else { DECODED_BYTES });
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(beyond_limits)?;
    if decoder.total_bytes() > DECODED_BYTES {
        let (width, height) = decoder.dimensions();
        return Err(Failure::new(FailureCode::TooLarge, format!("a picture of {width} x {height} is too large")));
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(beyond_limits)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether a JPEG file has its end (ITU-T T.81, annex B): decoders paint what is missing grey, and say nothing.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const END: u8 = 0xd9;
    const SCAN: u8 = 0xda;
    let mut at = 2;
    let mut in_scan = false;
    while let (Some(&first), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        if first != 0xff {
            // Between markers there is only what a scan holds, or what some cameras leave.
            at += 1;
        } else if marker == END {
            return true;
        } else if marker == 0xff {
            at += 1;
        } else if in_scan && (marker == 0 || (0xd0..=0xd7).contains(&marker)) || marker == 0x01 {
            at += 2;
        } else {
            let Some(length) = bytes.get(at + 2..at + 4) else { return false };
            in_scan = marker == SCAN;
            at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        }
    }
    false
}

/// What a camera says of a photo besides the picture (EXIF 2.32).
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Seen {
    taken_at: Option<Instant>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Seen {
    /// Whatever can be read of it; a camera that says nothing, or nonsense, is no fault of the photo.
    fn of(bytes: &[u8]) -> Seen {
        let Ok(exif) = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else { return Seen::default() };
        let text = |tag: Tag| match &exif.get_field(tag, In::PRIMARY)?.value {
            exif::Value::Ascii(texts) => Some(String::from_utf8_lossy(texts.first()?).trim().to_owned()),
            _ => None,
        };
        let degrees = |tag: Tag, of: Tag, negative: &str, most: f64| {
            let exif::Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
            let [degrees, minutes, seconds] = parts.get(..3)? else { return None };
            let angle = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3600.0;
            let angle = if text(of)?.eq_ignore_ascii_case(negative) { -angle } else { angle };
            (angle.is_finite() && angle.abs() <= most).then_some(angle)
        };
        let place = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, "S", 90.0).zip(degrees(
            Tag::GPSLongitude,
            Tag::GPSLongitudeRef,
            "W",
            180.0,
        ));
        let taken = || {
            let civil = jiff::civil::DateTime::strptime("%Y:%m:%d %H:%M:%S", text(Tag::DateTimeOriginal)?).ok()?;
            let offset = text(Tag::OffsetTimeOriginal)
                .and_then(|offset| jiff::fmt::strtime::parse("%:z", offset).ok()?.offset());
            // Without an offset it is the time of where we are.
            let zone = offset.map_or_else(jiff::tz::TimeZone::system, jiff::tz::TimeZone::fixed);
            Some(civil.to_zoned(zone).ok()?.timestamp().as_millisecond())
        };
        Seen { taken_at: taken(), latitude: place.map(|place| place.0), longitude: place.map(|place| place.1) }
    }
}

fn beyond_limits(error: image::ImageError) -> Failure {
    match error {
        image::ImageError::Limits(error) => Failure::new(FailureCode::TooLarge, error),
        error => unreadable(error),
    }
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::new(FailureCode::PictureUnreadable, error)
}

#[cfg(test)]
mod tests {
    use super::prepare;
    use crate::{FailureCode, FilePurpose};
    use image::codecs::jpeg::JpegEncoder;
    use image::metadata::Orientation;
    use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Rgb, RgbImage};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba8(width, height).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    /// A photo as a camera writes it that is held upright: lying on its side, and EXIF says how to turn it. What is up has
    /// a red band.
    fn held_upright(width: u32, height: u32) -> Vec<u8> {
        let lying = RgbImage::from_fn(width, height, |x, y| {
            let grain = (x * 7 + y * 13) as u8 & 31;
            if x < width / 4 { Rgb([230, 20, 20]) } else { Rgb([90 + grain, 110 + grain, 120]) }
        });
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        // One entry of the little-endian IFD: the orientation (0x0112, a short) is 6, to be turned by 90° clockwise.
        let exif = [&b"II*\0\x08\0\0\0"[..], b"\x01\0", b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", b"\0\0\0\0"].concat();
        encoder.set_exif_metadata(exif).unwrap();
        encoder.encode_image(&DynamicImage::ImageRgb8(lying)).unwrap();
        bytes
    }

    #[test]
    fn a_photo_is_shrunk_to_its_longer_side_and_never_grown() {
        let large = prepare(FilePurpose::Photo, &png(4000, 1000)).unwrap().stored;
        assert_eq!((large.width, large.height, large.media_type.as_str()), (1600, 400, "image/jpeg"));
        let small = prepare(FilePurpose::Photo, &png(30, 20)).unwrap().stored;
        assert_eq!((small.width, small.height), (30, 20));
    }

    #[test]
    fn a_thumbnail_is_upright_and_small() {
        let photo = prepare(FilePurpose::Photo, &held_upright(2400, 1800)).unwrap();
        assert_eq!((photo.stored.width, photo.stored.height), (1200, 1600));
        let bytes = photo.thumbnail.unwrap();
        assert_eq!(photo.stored.thumbnail_sha256, outpost_sync::sha256_hex(&bytes));
        assert!(bytes.len() < 25_000, "{} bytes", bytes.len());
        let thumbnail = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap().to_rgb8();
        assert_eq!(thumbnail.dimensions(), (240, 320));
        // What lay at the left of the picture is its upper edge; nothing says any more that it is to be turned.
        assert!(thumbnail.get_pixel(120, 20).0[0] > 200, "{:?}", thumbnail.get_pixel(120, 20));
        assert!(thumbnail.get_pixel(20, 200).0[0] < 160, "{:?}", thumbnail.get_pixel(20, 200));
        let mut decoder = ImageReader::with_format(Cursor::new(&bytes), ImageFormat::Jpeg).into_decoder().unwrap();
        assert_eq!(decoder.orientation().unwrap(), Orientation::NoTransforms);
    }

    #[test]
    fn what_is_small_or_no_photo_has_no_thumbnail() {
        let has = |purpose, bytes: &[u8]| {
            let prepared = prepare(purpose, bytes).unwrap();
            assert_eq!(prepared.thumbnail.is_none(), prepared.stored.thumbnail_sha256.is_empty());
            prepared.thumbnail.is_some()
        };
        assert!(!has(FilePurpose::Photo, &png(1, 1)));
        assert!(!has(FilePurpose::Photo, &png(320, 200)));
        assert!(has(FilePurpose::Photo, &png(321, 1)), "a thin one as well");
        assert!(!has(FilePurpose::Signature, &png(900, 300)));
        assert!(!has(FilePurpose::File, &png(900, 300)));
    }

    #[test]
    fn a_photo_that_is_cut_off_or_empty_is_no_photo() {
        let whole = held_upright(640, 480);
        assert!(prepare(FilePurpose::Photo, &whole).is_ok());
        for length in [whole.len() / 4, whole.len() / 2, whole.len() - 3] {
            let refused = prepare(FilePurpose::Photo, &whole[..length]).unwrap_err();
            assert_eq!(refused.code, FailureCode::PictureUnreadable, "{length} of {}", whole.len());
        }
        // What telephones put behind the picture does not belong to it.
        let moving = [&whole[..], b"ftypmp42"].concat();
        assert!(prepare(FilePurpose::Photo, &moving).is_ok());
        for purpose in [FilePurpose::Photo, FilePurpose::Signature, FilePurpose::File] {
            assert_eq!(prepare(purpose, b"").unwrap_err().code, FailureCode::PictureUnreadable);
        }
    }

    #[test]
    fn a_picture_that_would_unpack_to_gigabytes_is_not_unpacked() {
        // The head of a small picture says that it is 20,000 by 3,000, with sixteen bits for each of four channels.
        let mut bytes = png(1, 1);
        bytes[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&3_000_u32.to_be_bytes());
        bytes[24] = 16;
        let bit = |sum: u32| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        let crc =
            bytes[12..29].iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum)));
        bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
        let refused = prepare(FilePurpose::Photo, &bytes).unwrap_err();
        assert_eq!(refused.code, FailureCode::TooLarge, "{}", refused.detail);
    }

    #[test]
    fn when_and_where_a_photo_was_taken_stays_known_and_telephones_forms_are_kept() {
        let field = |tag, value| exif::Field { tag, ifd_num: exif::In::PRIMARY, value };
        let ascii = |text: &str| exif::Value::Ascii(vec![text.as_bytes().to_vec()]);
        let whole = |parts: [u32; 3]| exif::Value::Rational(parts.map(|num| exif::Rational { num, denom: 1 }).to_vec());
        let fields = [
            field(exif::Tag::DateTimeOriginal, ascii("2026:11:27 14:30:00")),
            field(exif::Tag::OffsetTimeOriginal, ascii("+08:00")),
            field(exif::Tag::GPSLatitude, whole([33, 30, 0])),
            field(exif::Tag::GPSLatitudeRef, ascii("S")),
            field(exif::Tag::GPSLongitude, whole([116, 15, 36])),
            field(exif::Tag::GPSLongitudeRef, ascii("E")),
        ];
        let mut writer = exif::experimental::Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut said = Cursor::new(Vec::new());
        writer.write(&mut said, false).unwrap();
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_exif_metadata(said.into_inner()).unwrap();
        encoder.encode_image(&DynamicImage::new_rgb8(2000, 100)).unwrap();
        let stored = prepare(FilePurpose::Photo, &bytes).unwrap().stored;
        assert_eq!((stored.width, stored.taken_at), (1600, Some(1_795_761_000_000)));
        assert_eq!((stored.latitude, stored.longitude), (Some(-33.5), Some(116.26)));
        let plain = prepare(FilePurpose::Photo, &png(400, 400)).unwrap().stored;
        assert_eq!((plain.taken_at, plain.latitude), (None, None));
        let heic = [&b"\0\0\0\x18ftypheic"[..], &[0; 40]].concat();
        let kept = prepare(FilePurpose::Photo, &heic).unwrap();
        assert_eq!((kept.bytes, kept.stored.media_type.as_str()), (heic, "image/heic"));
    }

    #[test]
    fn what_is_no_picture_is_said() {
        for bytes in [&b""[..], b"hello", &png(30, 20)[..40]] {
            assert_eq!(prepare(FilePurpose::Photo, bytes).unwrap_err().code, FailureCode::PictureUnreadable);
        }
    }
}

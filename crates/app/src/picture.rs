//! Photos, made small enough to travel.

use crate::{Failure, FailureCode, FilePurpose, StoredFile};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;

/// The longer side of a photo as it is kept, in pixels.
const PHOTO_SIDE: u32 = 1600;
const JPEG_QUALITY: u8 = 80;
/// The longer side of a thumbnail, in pixels: what a list shows, on a sharp screen too.
const THUMBNAIL_SIDE: u32 = 320;
const THUMBNAIL_QUALITY: u8 = 70;
/// What a file that comes in may have at most.
pub const FILE_BYTES: usize = 40 << 20;

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
    let mut thumbnail = None;
    let (bytes, media_type, width, height) = match purpose {
        FilePurpose::Photo => {
            let picture = decode(bytes)?;
            let picture = if longer_side(&picture) > PHOTO_SIDE {
                picture.resize(PHOTO_SIDE, PHOTO_SIDE, image::imageops::FilterType::CatmullRom)
            } else {
                picture
            };
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
    };
    Ok(Prepared { bytes, thumbnail, stored })
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

fn decode(bytes: &[u8]) -> Result<DynamicImage, Failure> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(unreadable)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(512 << 20);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
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
    fn what_is_no_picture_is_said() {
        for bytes in [&b""[..], b"hello", &png(30, 20)[..40]] {
            assert_eq!(prepare(FilePurpose::Photo, bytes).unwrap_err().code, FailureCode::PictureUnreadable);
        }
    }
}

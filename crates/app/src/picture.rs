//! Photos, made small enough to travel.

use crate::{Failure, FailureCode, FilePurpose, StoredFile};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;

/// The longer side of a photo as it is kept, in pixels.
const PHOTO_SIDE: u32 = 1600;
const JPEG_QUALITY: u8 = 80;
/// What a file that comes in may have at most.
pub const FILE_BYTES: usize = 40 << 20;

/// A file as it is to be kept, and what a command says of it, but for its hash.
pub fn prepare(purpose: FilePurpose, bytes: &[u8]) -> Result<(Vec<u8>, StoredFile), Failure> {
    if bytes.len() > FILE_BYTES {
        return Err(Failure::new(FailureCode::TooLarge, "a file may have 40 MB"));
    }
    let (bytes, media_type, width, height) = match purpose {
        FilePurpose::Photo => {
            let picture = decode(bytes)?;
            let picture = if picture.width().max(picture.height()) > PHOTO_SIDE {
                picture.resize(PHOTO_SIDE, PHOTO_SIDE, image::imageops::FilterType::CatmullRom)
            } else {
                picture
            };
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
                .encode_image(&DynamicImage::ImageRgb8(picture.to_rgb8()))
                .map_err(unreadable)?;
            (jpeg, "image/jpeg", picture.width(), picture.height())
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
        media_type: media_type.to_owned(),
        size_bytes: bytes.len() as u32,
        width,
        height,
    };
    Ok((bytes, stored))
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
    use image::{DynamicImage, ImageFormat};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba8(width, height).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_photo_is_shrunk_to_its_longer_side_and_never_grown() {
        let (_, large) = prepare(FilePurpose::Photo, &png(4000, 1000)).unwrap();
        assert_eq!((large.width, large.height, large.media_type.as_str()), (1600, 400, "image/jpeg"));
        let (_, small) = prepare(FilePurpose::Photo, &png(30, 20)).unwrap();
        assert_eq!((small.width, small.height), (30, 20));
    }

    #[test]
    fn what_is_no_picture_is_said() {
        for bytes in [&b""[..], b"hello", &png(30, 20)[..40]] {
            assert_eq!(prepare(FilePurpose::Photo, bytes).unwrap_err().code, FailureCode::PictureUnreadable);
        }
    }
}

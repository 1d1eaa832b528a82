//! From the bytes of a file to upright grey pixels, under limits.

use crate::ScanError;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// The largest picture that is unpacked; its header tells before anything is allocated.
pub const MAX_PIXELS: u64 = 100_000_000;

/// What a picture may need when it is unpacked, whatever the header says: a hundred megapixels in colour.
const MAX_BYTES: u64 = 320 * 1024 * 1024;

/// What a PNG may need besides, for its profile and its texts, which are packed as well.
const MAX_BESIDES: u64 = 16 * 1024 * 1024;

/// A longer side than this is a broken header or an attack, even if the product is small.
const MAX_SIDE: u32 = 65_535;

/// Unpacks a picture, upright, in grey.
pub(crate) fn unpack(bytes: &[u8]) -> Result<GrayImage, ScanError> {
    let format = image::guess_format(bytes).map_err(|_| ScanError::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Bmp | ImageFormat::Gif)
    {
        return Err(ScanError::NotAPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(format));
    let mut decoder = reader.into_decoder().map_err(|error| failure(&error, (0, 0)))?;
    let size = decoder.dimensions();
    check_size(size.0, size.1)?;
    decoder.set_limits(limits(format)).map_err(|error| failure(&error, size))?;
    if decoder.total_bytes() > MAX_BYTES {
        return Err(ScanError::TooLarge { width: size.0, height: size.1 });
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| failure(&error, size))?;
    // Turning the grey copy touches a quarter of the memory that turning the colours would.
    let mut grey = DynamicImage::ImageLuma8(grey(picture));
    grey.apply_orientation(orientation);
    Ok(grey.into_luma8())
}

/// Refuses sizes that are not safe to unpack.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), ScanError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE {
        return Err(ScanError::TooLarge { width, height });
    }
    if pixels == 0 {
        return Err(ScanError::Damaged { reason: "it has no pixels".into() });
    }
    Ok(())
}

fn limits(format: ImageFormat) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(if format == ImageFormat::Png { MAX_BESIDES } else { MAX_BYTES });
    limits
}

fn failure(error: &ImageError, (width, height): (u32, u32)) -> ScanError {
    match error {
        ImageError::Limits(_) => ScanError::TooLarge { width, height },
        ImageError::Unsupported(_) => ScanError::NotAPicture,
        _ => ScanError::Damaged { reason: error.to_string() },
    }
}

/// A code drawn on nothing is meant to lie on white, so transparency becomes white.
fn grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [luma, alpha] = picture.get_pixel(x, y).0;
        let (luma, alpha) = (u32::from(luma), u32::from(alpha));
        image::Luma([u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)])
    })
}

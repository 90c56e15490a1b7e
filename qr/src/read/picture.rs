//! A PNG or JPEG file as shades of grey.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, Limits, Transformations};
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::ReadError;

/// How many pixels are looked at. A camera's twelve million are fewer.
pub const MAX_PIXELS: usize = 16 * 1024 * 1024;
/// How wide or high a picture may be.
pub const MAX_SIDE: usize = 16 * 1024;

/// What a decoder may take beside the picture itself.
const MEMORY: usize = 8 * 1024 * 1024;
/// Parts of a progressive JPEG; each goes through all pixels once more.
const SCANS: usize = 24;
/// Smaller copies show nothing.
const SMALLEST: usize = 64;

/// A picture in shades of grey, row after row.
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// Reads a file, by what it begins with.
pub(super) fn decode(file: &[u8]) -> Result<Grey, ReadError> {
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        from_png(file)
    } else if file.starts_with(b"\xff\xd8\xff") {
        from_jpeg(file)
    } else {
        Err(ReadError::Other)
    }
}

/// The number of pixels, when they are not too many.
fn bounded(width: usize, height: usize) -> Result<usize, ReadError> {
    let all = width.checked_mul(height);
    all.filter(|all| *all <= MAX_PIXELS && width <= MAX_SIDE && height <= MAX_SIDE)
        .ok_or(ReadError::TooLarge { width, height })
}

fn from_png(file: &[u8]) -> Result<Grey, ReadError> {
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(file),
        Limits {
            bytes: MAX_PIXELS * 4 + MEMORY,
        },
    );
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let damaged = |_: DecodingError| ReadError::Damaged;
    let size = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (size(header.width), size(header.height));
    bounded(width, height)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let bytes = reader.output_buffer_size().ok_or(ReadError::Damaged)?;
    let mut buffer = vec![0; bytes];
    let frame = reader.next_frame(&mut buffer).map_err(damaged)?;
    // The first picture of an animation may be smaller than the whole.
    if (size(frame.width), size(frame.height)) != (width, height) {
        return Err(ReadError::Damaged);
    }
    let pixels = match frame.color_type {
        ColorType::Grayscale => buffer,
        ColorType::GrayscaleAlpha => shades(&buffer, |[grey, alpha]| on_white(grey, alpha)),
        ColorType::Rgb => shades(&buffer, |[red, green, blue]| luma(red, green, blue)),
        ColorType::Rgba => shades(&buffer, |[red, green, blue, alpha]| {
            on_white(luma(red, green, blue), alpha)
        }),
        // Expanded to one of those above.
        ColorType::Indexed => return Err(ReadError::Damaged),
    };
    Grey::new(width, height, pixels)
}

fn from_jpeg(file: &[u8]) -> Result<Grey, ReadError> {
    let options = DecoderOptions::new_safe()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(SCANS);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
    decoder.decode_headers().map_err(|_| ReadError::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(ReadError::Damaged)?;
    bounded(width, height)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let space = if grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let buffer = decoder.decode().map_err(|_| ReadError::Damaged)?;
    let pixels = if grey {
        buffer
    } else {
        shades(&buffer, |[red, green, blue]| luma(red, green, blue))
    };
    Grey::new(width, height, pixels)
}

fn shades<const N: usize>(buffer: &[u8], shade: impl Fn([u8; N]) -> u8) -> Vec<u8> {
    let (pixels, _) = buffer.as_chunks::<N>();
    pixels.iter().map(|pixel| shade(*pixel)).collect()
}

/// How light a color looks (ITU-R BT.601).
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

/// What can be seen through is seen on white.
fn on_white(shade: u8, alpha: u8) -> u8 {
    let sum = u32::from(shade) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    u8::try_from(sum / 255).unwrap_or(u8::MAX)
}

impl Grey {
    /// As many rows of this width as there are.
    pub(super) fn of_rows(width: usize, pixels: &[u8]) -> Result<Self, ReadError> {
        let height = pixels.len().checked_div(width).unwrap_or(0);
        Self::new(width, height, pixels.to_vec())
    }

    fn new(width: usize, height: usize, mut pixels: Vec<u8>) -> Result<Self, ReadError> {
        let all = bounded(width, height)?;
        if pixels.len() < all {
            return Err(ReadError::Damaged);
        }
        pixels.truncate(all);
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Half as wide and high, each pixel the mean of four; nothing when that is too small to show a code.
    pub(super) fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < SMALLEST || height < SMALLEST {
            return None;
        }
        let mut pixels = Vec::with_capacity(width * height);
        let mut rows = self.pixels.chunks_exact(self.width);
        while let (Some(upper), Some(lower)) = (rows.next(), rows.next()) {
            let ((upper, _), (lower, _)) = (upper.as_chunks::<2>(), lower.as_chunks::<2>());
            pixels.extend(upper.iter().zip(lower).map(|([a, b], [c, d])| {
                let sum = [a, b, c, d]
                    .into_iter()
                    .map(|one| u16::from(*one))
                    .sum::<u16>();
                u8::try_from(sum / 4).unwrap_or(u8::MAX)
            }));
        }
        Some(Self {
            width,
            height,
            pixels,
        })
    }
}

//! Pictures: what they are and how large, from their headers alone. Nothing is unpacked.
//!
//! Run on every picture of a model before anybody decodes it (AST-09). Source: PNG (W3C, third
//! edition) section 5, JPEG (ITU-T T.81) annex B.

use schemas::asset::ImageType;

use crate::error::{AssetError, Place};
use crate::limits::Limits;

const PNG_SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// Chunks of a PNG, segments of a JPEG: real pictures have a few, large ones some thousands.
const MAX_SEGMENTS: u32 = 65_536;

/// What the header of a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) media_type: ImageType,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Header {
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// Reads the header and holds it against the limits.
pub(crate) fn header(bytes: &[u8], limits: &Limits, place: Place) -> Result<Header, AssetError> {
    let (header, metadata) = if bytes.starts_with(&PNG_SIGNATURE) {
        png(bytes, place)?
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        (jpeg(bytes, place)?, 0)
    } else {
        // WebP, KTX2 and the rest come by way of extensions that are not read.
        return Err(AssetError::Extension { place });
    };
    let bomb = |what, limit, found| {
        Err(AssetError::ImageBomb {
            place,
            what,
            limit,
            found,
        })
    };
    let side = header.width.max(header.height);
    if side > limits.image_side {
        return bomb("pixels wide or high", limits.image_side.into(), side.into());
    }
    if header.width == 0 || header.height == 0 {
        return Err(AssetError::format(place, "a picture of at least one pixel"));
    }
    if metadata > limits.image_metadata {
        return bomb(
            "bytes of compressed text or profile",
            limits.image_metadata,
            metadata,
        );
    }
    Ok(header)
}

/// The header, and how many compressed bytes of text and color profile stand before the pixels.
fn png(bytes: &[u8], place: Place) -> Result<(Header, u64), AssetError> {
    let broken = || AssetError::format(place, "a PNG picture");
    let mut rest = bytes.get(PNG_SIGNATURE.len()..).ok_or_else(broken)?;
    let mut header = None;
    let mut metadata = 0_u64;
    for _ in 0..MAX_SEGMENTS {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
        let (kind, after) = after.split_first_chunk::<4>().ok_or_else(broken)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| broken())?;
        let (data, after) = after.split_at_checked(length).ok_or_else(broken)?;
        match (kind, header) {
            (b"IHDR", None) => header = Some(ihdr(data).ok_or_else(broken)?),
            (b"IHDR", Some(_)) | (_, None) => return Err(broken()),
            // Texts may follow the pixels as well, so the walk goes on to the end.
            (b"iCCP" | b"zTXt", Some(_)) => metadata += data.len() as u64,
            (b"iTXt", Some(_)) if is_compressed_text(data) => metadata += data.len() as u64,
            (b"IEND", Some(header)) => return Ok((header, metadata)),
            _ => {}
        }
        // The checksum; a picture cut off after its pixels is still a picture.
        rest = after.get(4..).ok_or_else(broken)?;
    }
    Err(too_many_segments(place))
}

/// `iTXt`: keyword, zero, compression flag.
fn is_compressed_text(data: &[u8]) -> bool {
    const LONGEST_KEYWORD: usize = 79;
    let mut start = data.iter().take(LONGEST_KEYWORD + 1);
    match start.position(|byte| *byte == 0) {
        Some(end) => data.get(end + 1) == Some(&1),
        // No keyword ends here, so nothing says that it is not compressed.
        None => true,
    }
}

const fn too_many_segments(place: Place) -> AssetError {
    let limit = MAX_SEGMENTS as u64;
    AssetError::ImageBomb {
        place,
        what: "segments",
        limit,
        found: limit + 1,
    }
}

fn ihdr(data: &[u8]) -> Option<Header> {
    let (width, after) = data.split_first_chunk::<4>()?;
    let (height, after) = after.split_first_chunk::<4>()?;
    (after.len() == 5).then_some(Header {
        media_type: ImageType::Png,
        width: u32::from_be_bytes(*width),
        height: u32::from_be_bytes(*height),
    })
}

fn jpeg(bytes: &[u8], place: Place) -> Result<Header, AssetError> {
    let broken = || AssetError::format(place, "a JPEG picture");
    let mut rest = bytes.get(2..).ok_or_else(broken)?;
    let mut fill = 0;
    for _ in 0..MAX_SEGMENTS {
        // A marker: 0xFF, fill bytes 0xFF, a code. Many pictures may be of the same bytes, so that
        // millions of fill bytes would be walked through again and again.
        let (first, mut after) = rest.split_first().ok_or_else(broken)?;
        if *first != 0xFF {
            return Err(broken());
        }
        let code = loop {
            let (code, next) = after.split_first().ok_or_else(broken)?;
            after = next;
            if *code != 0xFF {
                break *code;
            }
            fill += 1;
            if fill > MAX_SEGMENTS {
                return Err(too_many_segments(place));
            }
        };
        // Markers that stand alone: TEM and restarts.
        if matches!(code, 0x01 | 0xD0..=0xD7) {
            rest = after;
            continue;
        }
        let (length, _) = after.split_first_chunk::<2>().ok_or_else(broken)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (segment, next) = after.split_at_checked(length).ok_or_else(broken)?;
        let data = segment.get(2..).ok_or_else(broken)?;
        match code {
            // Frames of every coding process, except DHT (C4), JPG (C8) and DAC (CC).
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return frame(data).ok_or_else(broken);
            }
            // Scan or end before any frame.
            0x00 | 0xD8 | 0xD9 | 0xDA => return Err(broken()),
            _ => rest = next,
        }
    }
    Err(too_many_segments(place))
}

fn frame(data: &[u8]) -> Option<Header> {
    let (_precision, after) = data.split_first()?;
    let (height, after) = after.split_first_chunk::<2>()?;
    let (width, _) = after.split_first_chunk::<2>()?;
    Some(Header {
        media_type: ImageType::Jpeg,
        width: u16::from_be_bytes(*width).into(),
        height: u16::from_be_bytes(*height).into(),
    })
}

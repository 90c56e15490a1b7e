//! Bytes of the model: buffers and the views into them. Source: glTF 2.0 section 3.6.1.

use std::borrow::Cow;

use schemas::asset::FindingKind;
use schemas::encoding::base64;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::item::{Item, as_u64};

/// The bytes of each buffer. Only data URIs are unpacked; the BIN chunk is borrowed.
pub(crate) fn buffers<'a>(
    root: &Item<'a>,
    bin: Option<&'a [u8]>,
    findings: &mut Findings,
) -> Result<Vec<Cow<'a, [u8]>>, AssetError> {
    let mut buffers = Vec::new();
    let mut bin_used = 0;
    for (index, value) in root.list("buffers")?.iter().enumerate() {
        let place = Place::at("buffers", index);
        let buffer = Item::new(value, place)?;
        let length = buffer.required_count("byteLength")?;
        let bytes = match buffer.text("uri")? {
            Some(uri) => Cow::Owned(data_uri(uri, place)?.1),
            None if index == 0 => {
                bin_used = length;
                Cow::Borrowed(bin.unwrap_or_default())
            }
            None => Cow::Borrowed(&[][..]),
        };
        if as_u64(bytes.len()) < length {
            return Err(AssetError::bounds(place, as_u64(bytes.len()), length));
        }
        buffers.push(match (bytes, usize::try_from(length)) {
            (Cow::Borrowed(bytes), Ok(length)) => {
                Cow::Borrowed(bytes.get(..length).unwrap_or(bytes))
            }
            (bytes, _) => bytes,
        });
    }
    // Up to three bytes are padding.
    if bin.is_some_and(|bin| as_u64(bin.len()) > bin_used.saturating_add(3)) {
        findings.note(FindingKind::UnusedBytes, Place::of("chunk"));
    }
    Ok(buffers)
}

/// The media type and the bytes of a `data:` URI in base64. Every other address is refused.
pub(crate) fn data_uri(uri: &str, place: Place) -> Result<(&str, Vec<u8>), AssetError> {
    let rest = uri
        .strip_prefix("data:")
        .ok_or(AssetError::ExternalUri { place })?;
    let broken = AssetError::format(place, "a data URI in base64");
    let (media_type, text) = rest.split_once(";base64,").ok_or(broken)?;
    let bytes = base64::decode(text).ok_or(broken)?;
    Ok((media_type, bytes))
}

/// A stretch of a buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where it starts in its buffer.
    pub(crate) offset: u64,
    pub(crate) stride: Option<u64>,
}

/// The buffer views, each within its buffer.
pub(crate) fn views<'a>(
    root: &Item<'_>,
    buffers: &'a [Cow<'_, [u8]>],
    findings: &mut Findings,
) -> Result<Vec<View<'a>>, AssetError> {
    let list = root.list("bufferViews")?;
    let mut views = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let place = Place::at("bufferViews", index);
        let item = Item::new(value, place)?;
        refuse_compression(&item)?;
        let missing = AssetError::format(place.member("buffer"), "an index: a whole number from 0");
        let buffer = item.index("buffer", buffers.len())?.ok_or(missing)?;
        let buffer = buffers.get(buffer).map(AsRef::as_ref).unwrap_or_default();
        let offset = item.count("byteOffset")?.unwrap_or(0);
        let length = item.required_count("byteLength")?;
        let bytes = slice(buffer, offset, length).ok_or(AssetError::bounds(
            place,
            as_u64(buffer.len()),
            end(offset, length),
        ))?;
        let stride = item.count("byteStride")?;
        if let Some(stride) = stride {
            if !(4..=252).contains(&stride) {
                return Err(AssetError::bounds(place.member("byteStride"), 252, stride));
            }
            if !stride.is_multiple_of(4) {
                findings.note(FindingKind::Misaligned, place.member("byteStride"));
            }
        }
        views.push(View {
            bytes,
            offset,
            stride,
        });
    }
    Ok(views)
}

/// Compressed data can unpack to anything, and may disagree with what stands beside it.
fn refuse_compression(view: &Item<'_>) -> Result<(), AssetError> {
    for name in ["EXT_meshopt_compression", "KHR_meshopt_compression"] {
        if view
            .child("extensions")?
            .is_some_and(|extensions| extensions.get(name).is_some())
        {
            return Err(AssetError::Extension { place: view.place });
        }
    }
    Ok(())
}

/// Part of some bytes; `None` when it reaches outside.
pub(crate) fn slice(bytes: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    bytes.get(start..end)
}

/// Where a stretch ends; the largest number when it cannot be counted.
pub(crate) const fn end(offset: u64, length: u64) -> u64 {
    offset.saturating_add(length)
}

//! The binary container: a header, the JSON chunk, the BIN chunk. Slices only, nothing is copied
//! and nothing is allocated by a length that the file claims. Source: glTF 2.0 section 4.4.

use schemas::asset::FindingKind;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::limits::Limits;

const MAGIC: u32 = 0x4654_6C67;
const VERSION: u32 = 2;
const JSON: u32 = 0x4E4F_534A;
const BIN: u32 = 0x004E_4942;

const HEADER: Place = Place::of("header");
const CHUNK: Place = Place::of("chunk");

/// The two chunks that glTF defines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Container<'a> {
    pub(crate) json: &'a [u8],
    pub(crate) bin: Option<&'a [u8]>,
}

/// Splits a file into its chunks.
///
/// Zero padding after the JSON text (spaces are prescribed, old exporters write zeros) is cut off
/// and found, up to three bytes. Chunks of unknown types after the known ones are skipped, found,
/// and bounded in number.
pub(crate) fn split<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Container<'a>, AssetError> {
    let mut rest = bytes;
    let expect = |found: Option<u32>, wanted: u32, what| {
        if found == Some(wanted) {
            Ok(())
        } else {
            Err(AssetError::format(HEADER, what))
        }
    };
    expect(take_u32(&mut rest), MAGIC, "a binary glTF file")?;
    expect(take_u32(&mut rest), VERSION, "version 2")?;
    let claimed = take_u32(&mut rest).map(u64::from);
    if claimed != u64::try_from(bytes.len()).ok() {
        // Shorter is a truncated file, longer has something else appended to it.
        return Err(AssetError::format(HEADER, "the length of the file"));
    }

    let (kind, json) = take_chunk(&mut rest)?;
    if kind != JSON {
        return Err(AssetError::format(CHUNK, "the JSON chunk first"));
    }
    let mut container = Container {
        json: cut_padding(json, findings),
        bin: None,
    };
    let mut seen = 0;
    while !rest.is_empty() {
        let (kind, data) = take_chunk(&mut rest)?;
        match kind {
            BIN if seen == 0 => container.bin = Some(data),
            JSON | BIN => {
                return Err(AssetError::format(
                    CHUNK,
                    "one JSON chunk, then at most one BIN chunk",
                ));
            }
            _ => findings.note(FindingKind::ExtraChunk, CHUNK),
        }
        seen += 1;
        if seen > limits.extra_chunks.saturating_add(1) {
            let limit = limits.extra_chunks.into();
            return Err(AssetError::TooLarge {
                place: CHUNK,
                limit,
                found: seen.into(),
            });
        }
    }
    Ok(container)
}

/// Puts chunks into a container; `None` when the whole is longer than its header can say.
pub(crate) fn join(json: &[u8], bin: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(json.len() + bin.len() + 32);
    for (kind, data, padding) in [(JSON, json, b' '), (BIN, bin, 0)] {
        if kind == BIN && data.is_empty() {
            continue;
        }
        let padded = data.len().next_multiple_of(4);
        body.extend_from_slice(&u32::try_from(padded).ok()?.to_le_bytes());
        body.extend_from_slice(&kind.to_le_bytes());
        body.extend_from_slice(data);
        body.resize(body.len() + padded - data.len(), padding);
    }
    let total = u32::try_from(body.len() + 12).ok()?;
    let mut file = Vec::with_capacity(body.len() + 12);
    for word in [MAGIC, VERSION, total] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(&body);
    Some(file)
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (word, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_le_bytes(*word))
}

fn take_chunk<'a>(rest: &mut &'a [u8]) -> Result<(u32, &'a [u8]), AssetError> {
    let short = AssetError::format(CHUNK, "a chunk header of 8 bytes");
    let length = take_u32(rest).ok_or(short)?;
    let kind = take_u32(rest).ok_or(short)?;
    if !length.is_multiple_of(4) {
        return Err(AssetError::format(
            CHUNK,
            "a length that is a multiple of 4",
        ));
    }
    let data = usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(AssetError::format(
            CHUNK,
            "as many bytes as its header says",
        ))?;
    *rest = data.1;
    Ok((kind, data.0))
}

fn cut_padding<'a>(json: &'a [u8], findings: &mut Findings) -> &'a [u8] {
    let zeros = json
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| **byte == 0)
        .count();
    if zeros > 0 {
        findings.note(FindingKind::JsonPadding, CHUNK);
    }
    json.get(..json.len() - zeros).unwrap_or(json)
}

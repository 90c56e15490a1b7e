//! What a model is: bounded reading of `.glb` and `.vrm` into facts that others judge.
//!
//! Run by wallets and worlds on files from anybody. Pure: bytes and limits in, facts out.
//!
//! ```text
//! bytes ── glb ──▶ JSON, BIN ── gltf ──▶ sound structure ── vrm ──▶ terms, credit, thumbnail
//!                                                                       │
//!                                     AssetFacts, with the SHA-256 ◀────┘
//! ```
//!
//! *Well-formed* means safe to load and with one meaning only: every index and offset is in range,
//! nodes form a forest, nothing outside of the file is named, pictures are of bearable size, terms
//! are stated once. Deviations from the standards that cannot hurt anybody are findings.
//! Sources: glTF 2.0, VRM 0.x, VRM 1.0; security.md AST-03 to AST-15.

mod error;
mod findings;
mod glb;
mod gltf;
mod image;
mod limits;
pub mod make;
mod vrm;

use std::borrow::Cow;

use schemas::asset::{AssetFacts, Format, ImageType, ModelFacts, Shape, ThumbnailFacts};
use schemas::digest::Sha256Digest;
use schemas::json;
use schemas::license::LicenseTerms;

pub use error::{AssetError, Place};
pub use limits::Limits;

use findings::Findings;
use gltf::item::{as_u64, at_most};
use gltf::{Lists, Picture};

/// A thumbnail with its encoded bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// What kind of picture.
    pub media_type: ImageType,
    /// Width in pixels, as its header says.
    pub width: u32,
    /// Height in pixels, as its header says.
    pub height: u32,
    /// The picture as it stands in the file. Decode it with limits.
    pub bytes: Vec<u8>,
}

/// Reads a model.
///
/// # Errors
/// [`AssetError`] with its reason when the file is not well-formed or beyond the limits.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<AssetFacts, AssetError> {
    let reading = read(bytes, limits, |picture| ThumbnailFacts {
        media_type: picture.header.media_type,
        width: picture.header.width,
        height: picture.header.height,
        sha256: Sha256Digest::of(&picture.bytes),
    })?;
    let model = ModelFacts {
        thumbnail: reading.thumbnail,
        ..reading.model
    };
    Ok(AssetFacts {
        sha256: Sha256Digest::of(bytes),
        byte_length: as_u64(bytes.len()),
        shape: Shape::WellFormed(model),
        findings: reading.findings.into_list(),
    })
}

/// The facts of any bytes: those of [`inspect`], or digest, length and the reason of the refusal.
#[must_use]
pub fn facts(bytes: &[u8], limits: &Limits) -> AssetFacts {
    inspect(bytes, limits).unwrap_or_else(|error| {
        AssetFacts::refused(Sha256Digest::of(bytes), as_u64(bytes.len()), error.reason())
    })
}

/// Takes the thumbnail out of a model; `None` when it has none.
///
/// # Errors
/// As [`inspect`]: nothing is taken out of a file that is not well-formed.
pub fn thumbnail(bytes: &[u8], limits: &Limits) -> Result<Option<Thumbnail>, AssetError> {
    let reading = read(bytes, limits, |picture| Thumbnail {
        media_type: picture.header.media_type,
        width: picture.header.width,
        height: picture.header.height,
        bytes: picture.bytes.to_vec(),
    })?;
    Ok(reading.thumbnail)
}

/// Everything but the digest; the thumbnail as the caller wants it.
struct Reading<T> {
    model: ModelFacts,
    thumbnail: Option<T>,
    findings: Findings,
}

fn read<T>(
    bytes: &[u8],
    limits: &Limits,
    thumbnail: impl FnOnce(&Picture<'_>) -> T,
) -> Result<Reading<T>, AssetError> {
    at_most(Place::of("file"), limits.file_bytes, as_u64(bytes.len()))?;
    let mut findings = Findings::default();
    let container = glb::split(bytes, limits, &mut findings)?;
    let json = json::read(container.json, &limits.json)?;
    let root = gltf::begin(&json, &mut findings)?;
    let lists = Lists::read(&root, limits)?;
    let buffers: Vec<Cow<'_, [u8]>> = gltf::buffers(&root, container.bin, &mut findings)?;
    let model = gltf::read(&root, &lists, &buffers, limits, &mut findings)?;
    let vrm = vrm::read(&root, &lists, &model, limits, &mut findings)?;
    let (format, terms, picture) = match vrm {
        Some(vrm) => (vrm.format, Some(vrm.terms), vrm.thumbnail),
        None => (Format::Glb, None, None),
    };
    let facts = ModelFacts {
        format,
        title: terms.as_ref().and_then(|terms| terms.name.clone()),
        authors: terms.as_ref().map(authors).unwrap_or_default(),
        license: terms,
        thumbnail: None,
        counts: model.counts,
    };
    let thumbnail = picture
        .and_then(|picture| model.pictures.get(picture))
        .map(thumbnail);
    Ok(Reading {
        model: facts,
        thumbnail,
        findings,
    })
}

fn authors(terms: &LicenseTerms) -> Vec<String> {
    terms.authors.clone()
}

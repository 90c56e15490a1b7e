//! The VRM part of a model: which version, whose work, under which terms, with which thumbnail.
//!
//! Run after the structure is known to be sound. One version only: a file that states its terms
//! twice could mean either (AST-14). Source: VRM 0.x `VRM`, VRM 1.0 `VRMC_vrm`.

mod bones;
mod hub;
mod meta0;
mod meta1;
mod springs;

use schemas::asset::{FindingKind, Format};
use schemas::license::LicenseTerms;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::item::{Item, as_u64, at_most};
use crate::gltf::{Lists, Model};
use crate::limits::Limits;

pub(crate) use meta1::LICENSE_URL;

/// What the VRM part says.
#[derive(Debug)]
pub(crate) struct Vrm {
    pub(crate) format: Format,
    pub(crate) terms: LicenseTerms,
    /// The picture that is the thumbnail.
    pub(crate) thumbnail: Option<usize>,
}

const VRM0: Place = Place::of("VRM");
const VRM1: Place = Place::of("VRMC_vrm");

/// Reads the VRM part; `None` for a model that has none.
pub(crate) fn read(
    root: &Item<'_>,
    lists: &Lists<'_>,
    model: &Model<'_>,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Option<Vrm>, AssetError> {
    let Some(extensions) = root.child("extensions")? else {
        return Ok(None);
    };
    let (zero, one) = (extensions.get("VRM"), extensions.get("VRMC_vrm"));
    if zero.is_some() && one.is_some() {
        return Err(AssetError::TwoMetas);
    }
    let nodes = lists.nodes.len();
    springs::springs1(root, nodes)?;
    if let Some(value) = one {
        let item = Item::new(value, VRM1)?;
        spec_version(&item, &["1.0"], findings)?;
        bones::bones1(&item, nodes, findings)?;
        let meta = meta1::read(&item, limits, findings)?;
        let thumbnail = pick(meta.thumbnail, model.pictures.len(), VRM1, findings);
        return Ok(Some(Vrm {
            format: Format::Vrm1,
            terms: meta.terms,
            thumbnail,
        }));
    }
    let Some(value) = zero else { return Ok(None) };
    let item = Item::new(value, VRM0)?;
    spec_version(&item, &["0.0"], findings)?;
    bones::bones0(&item, nodes, findings)?;
    springs::springs0(&item, nodes)?;
    let meta = meta0::read(&item, limits, findings)?;
    let thumbnail = pick(meta.thumbnail, model.textures.len(), VRM0, findings)
        .and_then(|texture| model.textures.get(texture).copied().flatten());
    Ok(Some(Vrm {
        format: Format::Vrm0,
        terms: meta.terms,
        thumbnail,
    }))
}

/// The terms and the index of the thumbnail as the file states them.
struct Meta {
    terms: LicenseTerms,
    thumbnail: Option<i64>,
}

fn spec_version(
    item: &Item<'_>,
    known: &[&str],
    findings: &mut Findings,
) -> Result<(), AssetError> {
    // VRM 0.x files before 2019 state none.
    if item
        .text("specVersion")?
        .is_some_and(|version| !known.contains(&version))
    {
        findings.note(FindingKind::SpecVersion, item.place.member("specVersion"));
    }
    Ok(())
}

/// An index that may be off: -1 is how old exporters say "none", anything else is odd.
fn pick(index: Option<i64>, length: usize, place: Place, findings: &mut Findings) -> Option<usize> {
    let index = index.filter(|index| *index != -1)?;
    let found = usize::try_from(index).ok().filter(|index| *index < length);
    if found.is_none() {
        findings.note(FindingKind::ThumbnailMissing, place.member("meta"));
    }
    found
}

/// A text of `meta`, within the limit; an empty one says nothing.
fn text(
    meta: &Item<'_>,
    name: &'static str,
    limits: &Limits,
) -> Result<Option<String>, AssetError> {
    let Some(text) = meta.text(name)? else {
        return Ok(None);
    };
    at_most(
        meta.place.member(name),
        as_u64(limits.text_bytes),
        as_u64(text.len()),
    )?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

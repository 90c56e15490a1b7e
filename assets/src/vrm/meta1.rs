//! VRM 1.0 `VRMC_vrm.meta`: the terms have their names here already.

use schemas::asset::FindingKind;
use schemas::json::Value;
use schemas::license::{Field, LicenseTerms, Problem};

use crate::error::AssetError;
use crate::findings::Findings;
use crate::gltf::item::{Item, as_u64, at_most};
use crate::limits::Limits;
use crate::vrm::Meta;

/// The license document that VRM 1.0 prescribes.
pub(crate) const LICENSE_URL: &str = "https://vrm.dev/licenses/1.0/";

/// Reads the terms. A value that VRM does not define leaves the term unsaid, so that it is judged
/// as the strictest; a value of the wrong type is refused, because readers disagree about it.
pub(super) fn read(
    vrm: &Item<'_>,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Meta, AssetError> {
    let mut terms = LicenseTerms::default();
    let Some(meta) = vrm.child("meta")? else {
        findings.note(FindingKind::MetaMissing, vrm.place.member("meta"));
        return Ok(Meta {
            terms,
            thumbnail: None,
        });
    };
    for field in Field::ALL {
        let Some(value) = meta.get(field.name()) else {
            continue;
        };
        let place = vrm.place.member(field.name());
        let texts = match value {
            Value::Array(elements) => elements.as_slice(),
            other => std::slice::from_ref(other),
        };
        // A list counts as a whole, and its empty texts count too.
        let bytes: usize = texts
            .iter()
            .map(|text| text.as_str().map_or(1, |t| t.len() + 1))
            .sum();
        at_most(place, as_u64(limits.text_bytes), as_u64(bytes))?;
        let stated = match value {
            // Real files hold empty names among authors and references: they say nothing.
            Value::Array(elements) => Value::Array(
                elements
                    .iter()
                    .filter(|element| element.as_str() != Some(""))
                    .cloned()
                    .collect(),
            ),
            other => other.clone(),
        };
        match terms.set(field, &stated) {
            Ok(()) | Err(Problem::Empty) => {}
            Err(Problem::UnknownValue) => findings.note(FindingKind::MetaUnknownValue, place),
            Err(_) => return Err(AssetError::format(place, "the type that VRM 1.0 defines")),
        }
    }
    if terms.name.is_none() || terms.authors.is_empty() || terms.license_url.is_none() {
        findings.note(FindingKind::MetaMissing, vrm.place.member("meta"));
    }
    let prescribed = terms
        .license_url
        .as_deref()
        .is_none_or(|url| url == LICENSE_URL);
    if !prescribed || terms.other_license_url.is_some() {
        findings.note(FindingKind::OtherTerms, vrm.place.member("meta"));
    }
    if terms.contact_information.is_some() {
        let place = vrm.place.member(Field::ContactInformation.name());
        findings.note(FindingKind::ContactInformation, place);
    }
    let thumbnail = meta.get("thumbnailImage").and_then(Value::as_i64);
    Ok(Meta { terms, thumbnail })
}

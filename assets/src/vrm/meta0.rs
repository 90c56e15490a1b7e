//! VRM 0.x `VRM.meta` in the terms of VRM 1.0. What 0.x does not say stays unsaid, so it is judged
//! as the strictest. The names misspelt `Ussage` are the ones that 0.x defines.
//!
//! | 0.x | becomes |
//! |---|---|
//! | `title`, `version`, `author`, `contactInformation`, `reference` | `name`, `version`, `authors`, `contactInformation`, `references` |
//! | `allowedUserName` | `avatarPermission` |
//! | `violentUssageName`, `sexualUssageName` | `allowExcessivelyViolentUsage`, `allowExcessivelySexualUsage` |
//! | `commercialUssageName`: `Allow` | `commercialUsage`: `personalProfit`, as UniVRM migrates it: 0.x does not speak of corporations |
//! | `licenseName`: `CC0` | redistribution, modification and its redistribution; no credit |
//! | `CC_BY`, `CC_BY_SA` | the same with credit |
//! | `CC_BY_NC`, `CC_BY_NC_SA` | the same with credit, `personalNonProfit` |
//! | `CC_BY_ND`, `CC_BY_NC_ND` | redistribution with credit, no modification |
//! | `Redistribution_Prohibited` | neither redistribution nor modification, credit |
//! | `Other`, anything else | not said; VRoid Hub terms may say it |
//! | `otherLicenseUrl`, else `otherPermissionUrl`, else the page of the Creative Commons license | `otherLicenseUrl` |
//!
//! Terms of VRoid Hub in the query of `otherPermissionUrl` or `otherLicenseUrl` are read as well;
//! where they and the fields differ, the stricter wins.

use schemas::asset::FindingKind;
use schemas::json::Value;
use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, LicenseTerms, Modification,
};

use crate::error::AssetError;
use crate::findings::Findings;
use crate::gltf::item::Item;
use crate::limits::Limits;
use crate::vrm::{Meta, hub, text};

/// Reads the terms.
pub(super) fn read(
    vrm: &Item<'_>,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Meta, AssetError> {
    let mut terms = LicenseTerms::default();
    let place = vrm.place.member("meta");
    let Some(meta) = vrm.child("meta")? else {
        findings.note(FindingKind::MetaMissing, place);
        return Ok(Meta {
            terms,
            thumbnail: None,
        });
    };
    terms.name = text(&meta, "title", limits)?;
    terms.version = text(&meta, "version", limits)?;
    terms.authors = text(&meta, "author", limits)?.into_iter().collect();
    terms.contact_information = text(&meta, "contactInformation", limits)?;
    terms.references = text(&meta, "reference", limits)?.into_iter().collect();
    if terms.name.is_none() || terms.authors.is_empty() {
        findings.note(FindingKind::MetaMissing, place);
    }
    if terms.contact_information.is_some() {
        findings.note(FindingKind::ContactInformation, place);
    }

    let mut unknown = false;
    terms.avatar_permission = match text(&meta, "allowedUserName", limits)?.as_deref() {
        Some("OnlyAuthor") => Some(AvatarPermission::OnlyAuthor),
        Some("ExplicitlyLicensedPerson") => Some(AvatarPermission::OnlySeparatelyLicensedPerson),
        Some("Everyone") => Some(AvatarPermission::Everyone),
        other => not_said(other, &mut unknown),
    };
    let mut allowance = |name| {
        Ok::<_, AssetError>(match text(&meta, name, limits)?.as_deref() {
            Some("Allow") => Some(Allowance::Allowed),
            Some("Disallow") => Some(Allowance::Denied),
            other => not_said(other, &mut unknown),
        })
    };
    terms.allow_excessively_violent_usage = allowance("violentUssageName")?;
    terms.allow_excessively_sexual_usage = allowance("sexualUssageName")?;
    terms.commercial_usage = allowance("commercialUssageName")?.map(|given| match given {
        Allowance::Allowed => CommercialUsage::PersonalProfit,
        Allowance::Denied => CommercialUsage::PersonalNonProfit,
    });
    let license = text(&meta, "licenseName", limits)?;
    let page = license
        .as_deref()
        .and_then(|license| apply(license, &mut terms, &mut unknown));
    if unknown {
        findings.note(FindingKind::MetaUnknownValue, place);
    }

    let permission_url = text(&meta, "otherPermissionUrl", limits)?;
    let license_url = text(&meta, "otherLicenseUrl", limits)?;
    let mut elsewhere = false;
    for url in [&permission_url, &license_url].into_iter().flatten() {
        match hub::terms(url) {
            Some(hub) => hub.narrow(&mut terms),
            None => elsewhere = true,
        }
    }
    if elsewhere {
        findings.note(FindingKind::OtherTerms, place);
    }
    terms.other_license_url = license_url
        .or(permission_url)
        .or_else(|| page.map(str::to_owned));
    let thumbnail = meta.get("texture").and_then(Value::as_i64);
    Ok(Meta { terms, thumbnail })
}

fn not_said<T>(stated: Option<&str>, unknown: &mut bool) -> Option<T> {
    *unknown |= stated.is_some();
    None
}

/// What `licenseName` grants, and the page of its text.
fn apply(license: &str, terms: &mut LicenseTerms, unknown: &mut bool) -> Option<&'static str> {
    let (redistribution, modification, page) = match license {
        "CC0" => (
            true,
            true,
            Some("https://creativecommons.org/publicdomain/zero/1.0/"),
        ),
        "CC_BY" => (
            true,
            true,
            Some("https://creativecommons.org/licenses/by/4.0/"),
        ),
        "CC_BY_SA" => (
            true,
            true,
            Some("https://creativecommons.org/licenses/by-sa/4.0/"),
        ),
        "CC_BY_NC" => (
            true,
            true,
            Some("https://creativecommons.org/licenses/by-nc/4.0/"),
        ),
        "CC_BY_NC_SA" => (
            true,
            true,
            Some("https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ),
        "CC_BY_ND" => (
            true,
            false,
            Some("https://creativecommons.org/licenses/by-nd/4.0/"),
        ),
        "CC_BY_NC_ND" => (
            true,
            false,
            Some("https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ),
        "Redistribution_Prohibited" => (false, false, None),
        "Other" => return None,
        _ => {
            *unknown = true;
            return None;
        }
    };
    terms.allow_redistribution = Some(redistribution.into());
    terms.modification = Some(if modification {
        Modification::AllowModificationRedistribution
    } else {
        Modification::Prohibited
    });
    terms.credit_notation = Some(match license {
        "CC0" => CreditNotation::Unnecessary,
        _ => CreditNotation::Required,
    });
    if license.contains("_NC") {
        terms.commercial_usage = Some(CommercialUsage::PersonalNonProfit);
    }
    page
}

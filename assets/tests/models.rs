//! Real models of real exporters: all well-formed ones are read, and read right.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::Write as _;
use std::path::PathBuf;

use assets::{Limits, inspect, thumbnail};
use schemas::asset::{AssetFacts, FindingKind, Format, ImageType};
use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, Modification,
};
use schemas::reason::Reason;

/// Files of a folder of the shared models; `None`, said aloud, when they are not on this machine.
fn models(folder: &str, ending: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let shared = std::env::var_os("OMOTE_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("models").join(folder);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        // Not `eprintln!`, which a test that passes swallows.
        let line = format!("skipped: no models in {}\n", folder.display());
        let _ = std::io::stderr().write_all(line.as_bytes());
        return None;
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    Some(files)
}

fn one(name: &str) -> Option<(AssetFacts, Vec<u8>)> {
    let (_, bytes) = models("vrm", "vrm")?
        .into_iter()
        .find(|(file, _)| file == name)?;
    Some((inspect(&bytes, &Limits::default()).unwrap(), bytes))
}

#[test]
fn every_avatar_is_read() {
    for (name, bytes) in models("vrm", "vrm").unwrap_or_default() {
        let facts =
            inspect(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let model = facts.model().unwrap();
        assert_ne!(model.format, Format::Glb, "{name}");
        assert!(model.title.is_some() && !model.authors.is_empty(), "{name}");
        assert!(
            model.license.is_some() && model.counts.triangles > 0,
            "{name}"
        );
    }
}

#[test]
fn props_are_read_unless_their_picture_lies_elsewhere() {
    for (name, bytes) in models("glb", "glb").unwrap_or_default() {
        let facts = inspect(&bytes, &Limits::default());
        if name.starts_with("kenney_") {
            assert_eq!(
                facts.unwrap_err().reason(),
                Reason::AssetExternalUri,
                "{name}"
            );
            continue;
        }
        let facts = facts.unwrap_or_else(|error| panic!("{name}: {error}"));
        let model = facts.model().unwrap();
        assert_eq!(
            (model.format, &model.license),
            (Format::Glb, &None),
            "{name}"
        );
        assert!(
            model.counts.vertices > 0 && model.counts.triangles > 0,
            "{name}"
        );
    }
}

#[test]
fn vrm_1_terms_are_taken_over() {
    let Some((facts, _)) = one("VRMC_materials_mtoon_UV_Animation_Test.vrm") else {
        return;
    };
    let model = facts.model().unwrap();
    assert_eq!(model.format, Format::Vrm1);
    assert_eq!(model.authors, ["pixiv Inc."]);
    let terms = model.license.as_ref().unwrap();
    assert_eq!(
        terms.license_url.as_deref(),
        Some("https://vrm.dev/licenses/1.0/")
    );
    assert_eq!(terms.version.as_deref(), Some("v1.0.0"));
    let effective = terms.effective();
    assert_eq!(effective.avatar_permission, AvatarPermission::Everyone);
    assert_eq!(effective.allow_antisocial_or_hate_usage, Allowance::Denied);
    assert_eq!(
        effective.allow_political_or_religious_usage,
        Allowance::Allowed
    );
    assert_eq!(effective.commercial_usage, CommercialUsage::Corporation);
    assert_eq!(effective.credit_notation, CreditNotation::Unnecessary);
    assert_eq!(
        effective.modification,
        Modification::AllowModificationRedistribution
    );
}

#[test]
fn vrm_0_terms_and_thumbnail_are_mapped() {
    let Some((facts, bytes)) = one("Godette_vrm_v4.vrm") else {
        return;
    };
    let model = facts.model().unwrap();
    assert_eq!(model.format, Format::Vrm0);
    assert_eq!(model.title.as_deref(), Some("Low-Poly Godette"));
    let terms = model.license.as_ref().unwrap();
    assert_eq!(terms.references, ["Adapted to VRM by Lyuma"]);
    assert_eq!(
        terms.allow_political_or_religious_usage, None,
        "0.x does not speak of it"
    );
    let effective = terms.effective();
    assert_eq!(effective.avatar_permission, AvatarPermission::Everyone);
    assert_eq!(
        effective.allow_excessively_violent_usage,
        Allowance::Allowed
    );
    assert_eq!(effective.commercial_usage, CommercialUsage::PersonalProfit);
    assert_eq!(effective.credit_notation, CreditNotation::Required, "CC_BY");
    assert_eq!(effective.allow_redistribution, Allowance::Allowed);
    assert!(facts.has_finding(FindingKind::ContactInformation));

    let picture = thumbnail(&bytes, &Limits::default()).unwrap().unwrap();
    let fact = model.thumbnail.unwrap();
    assert_eq!(
        (picture.media_type, picture.width, picture.height),
        (fact.media_type, fact.width, fact.height)
    );
    assert_eq!(
        schemas::digest::Sha256Digest::of(&picture.bytes),
        fact.sha256
    );
}

#[test]
fn vroid_hub_terms_are_read() {
    let Some((facts, _)) = one("cryptovoxels.vrm") else {
        return;
    };
    let terms = facts.model().unwrap().license.clone().unwrap();
    // licenseName is `Other`: only the query grants these.
    assert_eq!(terms.allow_redistribution, Some(Allowance::Allowed));
    assert_eq!(terms.modification, Some(Modification::AllowModification));
    assert_eq!(terms.credit_notation, Some(CreditNotation::Unnecessary));
    assert!(!facts.has_finding(FindingKind::OtherTerms));
}

#[test]
fn exporter_defaults_are_the_strictest_terms() {
    for name in [
        "blenderaddon_custom_normal_b52.vrm",
        "blenderaddon_Example.vrm",
    ] {
        let Some((facts, _)) = one(name) else { return };
        let terms = facts.model().unwrap().license.clone().unwrap();
        assert_eq!(
            terms.effective(),
            schemas::license::Permissions::default(),
            "{name}"
        );
    }
}

#[test]
fn jpeg_pictures_are_measured() {
    let Some(files) = models("vrm", "vrm") else {
        return;
    };
    let kinds: Vec<_> = files
        .iter()
        .filter_map(|(_, bytes)| thumbnail(bytes, &Limits::default()).unwrap())
        .map(|picture| picture.media_type)
        .collect();
    assert!(kinds.contains(&ImageType::Png) || kinds.contains(&ImageType::Jpeg));
}

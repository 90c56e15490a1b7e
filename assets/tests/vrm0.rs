//! How every value of VRM 0.x `meta` becomes terms of VRM 1.0.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use assets::make::{Recipe, container, vrm1};
use assets::{Limits, inspect};
use schemas::asset::{AssetFacts, FindingKind, Format};
use schemas::json::{self, Object, Value};
use schemas::license::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, LicenseTerms, Modification,
    Permissions,
};
use schemas::object;
use schemas::reason::Reason;

/// The made avatar as VRM 0.x with this block.
fn file(vrm: Object) -> Vec<u8> {
    let file = vrm1(&Recipe::new(LicenseTerms::default()));
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    let model = json::read(&file[20..20 + length], &json::Limits::model()).unwrap();
    let mut model = model.as_object().unwrap().clone();
    model.insert("extensions", object! { "VRM" => vrm });
    model.insert("textures", [object! { "source" => 0 }]);
    container(
        Value::from(model).to_string().as_bytes(),
        &file[20 + length + 8..],
    )
}

fn facts(meta: Object) -> AssetFacts {
    inspect(
        &file(object! { "specVersion" => "0.0", "meta" => meta }),
        &Limits::default(),
    )
    .unwrap()
}

fn terms(meta: Object) -> LicenseTerms {
    facts(meta).model().unwrap().license.clone().unwrap()
}

#[test]
fn an_empty_meta_allows_nothing() {
    let facts = facts(Object::new());
    let model = facts.model().unwrap();
    assert_eq!((model.format, &model.title), (Format::Vrm0, &None));
    assert_eq!(model.license, Some(LicenseTerms::default()));
    assert_eq!(
        model.license.as_ref().unwrap().effective(),
        Permissions::default()
    );
    assert!(facts.has_finding(FindingKind::MetaMissing));
    let none = inspect(&file(Object::new()), &Limits::default()).unwrap();
    assert_eq!(none.model().unwrap().license, Some(LicenseTerms::default()));
}

#[test]
fn credit() {
    let terms = terms(object! {
        "title" => "a", "version" => "b", "author" => "c", "contactInformation" => "d",
        "reference" => "e", "otherLicenseUrl" => "",
    });
    let expected = LicenseTerms {
        name: Some("a".to_owned()),
        version: Some("b".to_owned()),
        authors: vec!["c".to_owned()],
        contact_information: Some("d".to_owned()),
        references: vec!["e".to_owned()],
        ..LicenseTerms::default()
    };
    assert_eq!(terms, expected);
}

#[test]
fn who_may_wear_it() {
    for (stated, expected) in [
        ("OnlyAuthor", Some(AvatarPermission::OnlyAuthor)),
        (
            "ExplicitlyLicensedPerson",
            Some(AvatarPermission::OnlySeparatelyLicensedPerson),
        ),
        ("Everyone", Some(AvatarPermission::Everyone)),
        ("everyone", None),
        ("", None),
    ] {
        let facts = facts(object! { "allowedUserName" => stated });
        let terms = facts.model().unwrap().license.as_ref().unwrap();
        assert_eq!(terms.avatar_permission, expected, "{stated}");
        let unknown = facts.has_finding(FindingKind::MetaUnknownValue);
        assert_eq!(unknown, stated == "everyone", "{stated}");
    }
}

#[test]
fn allow_and_disallow() {
    let (allowed, denied) = (Some(Allowance::Allowed), Some(Allowance::Denied));
    for (stated, expected) in [("Allow", allowed), ("Disallow", denied), ("allow", None)] {
        let violent = terms(object! { "violentUssageName" => stated });
        assert_eq!(
            violent.allow_excessively_violent_usage, expected,
            "{stated}"
        );
        let sexual = terms(object! { "sexualUssageName" => stated });
        assert_eq!(sexual.allow_excessively_sexual_usage, expected, "{stated}");
        let commercial = terms(object! { "commercialUssageName" => stated }).commercial_usage;
        let expected = expected.map(|given| match given {
            Allowance::Allowed => CommercialUsage::PersonalProfit,
            Allowance::Denied => CommercialUsage::PersonalNonProfit,
        });
        assert_eq!(commercial, expected, "{stated}");
    }
    // Spelt right it is another name, and says nothing.
    let right = terms(object! { "violentUsageName" => "Allow", "commercialUsageName" => "Allow" });
    assert_eq!(right, LicenseTerms::default());
}

#[test]
fn licenses() {
    let loose = Modification::AllowModificationRedistribution;
    for (name, redistribution, modification, credit, non_profit, page) in [
        (
            "CC0",
            true,
            loose,
            CreditNotation::Unnecessary,
            false,
            "publicdomain/zero/1.0",
        ),
        (
            "CC_BY",
            true,
            loose,
            CreditNotation::Required,
            false,
            "licenses/by/4.0",
        ),
        (
            "CC_BY_SA",
            true,
            loose,
            CreditNotation::Required,
            false,
            "licenses/by-sa/4.0",
        ),
        (
            "CC_BY_NC",
            true,
            loose,
            CreditNotation::Required,
            true,
            "licenses/by-nc/4.0",
        ),
        (
            "CC_BY_NC_SA",
            true,
            loose,
            CreditNotation::Required,
            true,
            "licenses/by-nc-sa/4.0",
        ),
        (
            "CC_BY_ND",
            true,
            Modification::Prohibited,
            CreditNotation::Required,
            false,
            "licenses/by-nd/4.0",
        ),
        (
            "CC_BY_NC_ND",
            true,
            Modification::Prohibited,
            CreditNotation::Required,
            true,
            "licenses/by-nc-nd/4.0",
        ),
        (
            "Redistribution_Prohibited",
            false,
            Modification::Prohibited,
            CreditNotation::Required,
            false,
            "",
        ),
    ] {
        let terms = terms(object! { "licenseName" => name, "commercialUssageName" => "Allow" });
        assert_eq!(
            terms.allow_redistribution,
            Some(redistribution.into()),
            "{name}"
        );
        assert_eq!(terms.modification, Some(modification), "{name}");
        assert_eq!(terms.credit_notation, Some(credit), "{name}");
        let commercial = match non_profit {
            true => CommercialUsage::PersonalNonProfit,
            false => CommercialUsage::PersonalProfit,
        };
        assert_eq!(terms.commercial_usage, Some(commercial), "{name}");
        let expected = (!page.is_empty()).then(|| format!("https://creativecommons.org/{page}/"));
        assert_eq!(terms.other_license_url, expected, "{name}");
        assert_eq!(terms.license_url, None, "the VRM Public License is of 1.0");
    }
    assert_eq!(
        terms(object! { "licenseName" => "Other" }),
        LicenseTerms::default()
    );
    let facts = facts(object! { "licenseName" => "WTFPL" });
    assert_eq!(
        facts.model().unwrap().license,
        Some(LicenseTerms::default())
    );
    assert!(facts.has_finding(FindingKind::MetaUnknownValue));
}

#[test]
fn addresses() {
    let hub = "https://hub.vroid.com/license?redistribution=allow&modification=allow";
    let other = facts(object! { "licenseName" => "Other", "otherPermissionUrl" => hub });
    assert!(!other.has_finding(FindingKind::OtherTerms));
    let terms_of = |facts: &AssetFacts| facts.model().unwrap().license.clone().unwrap();
    assert_eq!(
        terms_of(&other).modification,
        Some(Modification::AllowModification)
    );
    assert_eq!(terms_of(&other).other_license_url.as_deref(), Some(hub));
    // The stricter of field and address wins.
    let both = facts(object! {
        "licenseName" => "Redistribution_Prohibited", "otherPermissionUrl" => hub,
    });
    assert_eq!(
        terms_of(&both).allow_redistribution,
        Some(Allowance::Denied)
    );
    assert_eq!(terms_of(&both).modification, Some(Modification::Prohibited));
    let elsewhere = facts(object! {
        "otherPermissionUrl" => "https://a.example/permission",
        "otherLicenseUrl" => "https://a.example/license",
    });
    assert!(elsewhere.has_finding(FindingKind::OtherTerms));
    let url = terms_of(&elsewhere).other_license_url;
    assert_eq!(url.as_deref(), Some("https://a.example/license"));
}

#[test]
fn thumbnails_are_textures() {
    for (texture, there, odd) in [(0, true, false), (-1, false, false), (5, false, true)] {
        let facts = facts(object! { "texture" => texture });
        assert_eq!(
            facts.model().unwrap().thumbnail.is_some(),
            there,
            "{texture}"
        );
        assert_eq!(
            facts.has_finding(FindingKind::ThumbnailMissing),
            odd,
            "{texture}"
        );
    }
}

#[test]
fn types_and_indexes_are_held() {
    let reason = |vrm: Object| {
        inspect(&file(vrm), &Limits::default())
            .unwrap_err()
            .reason()
    };
    let meta = |meta: Object| object! { "meta" => meta };
    assert_eq!(reason(meta(object! { "title" => 1 })), Reason::AssetFormat);
    assert_eq!(
        reason(meta(object! { "violentUssageName" => true })),
        Reason::AssetFormat
    );
    assert_eq!(reason(object! { "meta" => "x" }), Reason::AssetFormat);
    let bone = |node: i32| {
        let bones = [object! { "bone" => "hips", "node" => node }];
        object! { "humanoid" => object! { "humanBones" => bones } }
    };
    assert_eq!(reason(bone(16)), Reason::AssetBounds);
    let springs = |group: Object| {
        object! { "secondaryAnimation" => object! { "boneGroups" => [group] } }
    };
    assert_eq!(
        reason(springs(object! { "bones" => [16] })),
        Reason::AssetBounds
    );
    assert_eq!(
        reason(springs(object! { "colliderGroups" => [0] })),
        Reason::AssetBounds
    );
    let nowhere = [
        bone(-1),
        springs(object! { "bones" => [0], "center" => -1 }),
    ];
    for vrm in nowhere {
        assert!(inspect(&file(vrm), &Limits::default()).is_ok());
    }
}

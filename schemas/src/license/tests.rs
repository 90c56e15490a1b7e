//! The whole truth table of every term, and the strictness of the wire form.

use super::{
    Allowance, AvatarPermission, CommercialUsage, CreditNotation, Field, LicenseTerms, Looser,
    Modification, Problem, Use, Wearer,
};
use crate::json::{Object, Value};
use crate::object;
use crate::reason::Reason;

const PERMISSIONS: [Field; 9] = [
    Field::AvatarPermission,
    Field::AllowExcessivelyViolentUsage,
    Field::AllowExcessivelySexualUsage,
    Field::CommercialUsage,
    Field::AllowPoliticalOrReligiousUsage,
    Field::AllowAntisocialOrHateUsage,
    Field::CreditNotation,
    Field::AllowRedistribution,
    Field::Modification,
];

/// The scale of each permission written out by hand, strictest first.
fn scale(field: Field) -> Vec<Value> {
    match field {
        Field::AvatarPermission => {
            vec![
                "onlyAuthor".into(),
                "onlySeparatelyLicensedPerson".into(),
                "everyone".into(),
            ]
        }
        Field::CommercialUsage => {
            vec![
                "personalNonProfit".into(),
                "personalProfit".into(),
                "corporation".into(),
            ]
        }
        Field::CreditNotation => vec!["required".into(), "unnecessary".into()],
        Field::Modification => vec![
            "prohibited".into(),
            "allowModification".into(),
            "allowModificationRedistribution".into(),
        ],
        _ => vec![false.into(), true.into()],
    }
}

fn only(field: Field, value: Option<&Value>) -> LicenseTerms {
    let mut object = Object::new();
    if let Some(value) = value {
        object.insert(field.name(), value.clone());
    }
    LicenseTerms::from_value(&object.into()).unwrap()
}

#[test]
fn every_pair_of_values_of_every_permission() {
    for field in PERMISSIONS {
        // "not said" stands in the place of the strictest value.
        let mut values: Vec<(usize, Option<Value>)> = vec![(0, None)];
        values.extend(
            scale(field)
                .into_iter()
                .enumerate()
                .map(|(at, value)| (at, Some(value))),
        );
        for (child_at, child) in &values {
            for (parent_at, parent) in &values {
                let verdict =
                    only(field, child.as_ref()).not_looser_than(&only(field, parent.as_ref()));
                if child_at <= parent_at {
                    assert_eq!(verdict, Ok(()), "{field}: {child:?} under {parent:?}");
                } else {
                    let looser = verdict.unwrap_err();
                    assert_eq!(looser.field, field, "{child:?} under {parent:?}");
                    let word = |value: &Value| {
                        value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned)
                    };
                    assert_eq!(looser.child, word(&scale(field)[*child_at]));
                    assert_eq!(looser.parent, word(&scale(field)[*parent_at]));
                }
            }
        }
    }
}

#[test]
fn one_looser_term_among_strict_ones_is_found() {
    let loosest = PERMISSIONS
        .into_iter()
        .fold(LicenseTerms::default(), |mut terms, field| {
            terms.set(field, scale(field).last().unwrap()).unwrap();
            terms
        });
    for field in PERMISSIONS {
        let mut parent = loosest.clone();
        parent.set(field, scale(field).first().unwrap()).unwrap();
        assert_eq!(loosest.not_looser_than(&parent).unwrap_err().field, field);
        assert_eq!(parent.not_looser_than(&loosest), Ok(()));
        assert_eq!(loosest.first_difference(&parent), Some(field));
    }
    assert_eq!(loosest.first_difference(&loosest), None);
}

#[test]
fn every_pair_of_license_addresses_and_texts() {
    let same = |child: Option<&str>, parent: Option<&str>| match (child, parent) {
        (_, None) => None,
        (None, Some(_)) => Some("absent"),
        (Some(child), Some(parent)) => (child != parent).then_some("changed"),
    };
    let values = [
        None,
        Some("https://a.example/1"),
        Some("https://a.example/12"),
    ];
    for field in [Field::LicenseUrl, Field::OtherLicenseUrl] {
        for child in values {
            for parent in values {
                let child_terms = only(field, child.map(Value::from).as_ref());
                let parent_terms = only(field, parent.map(Value::from).as_ref());
                let expected = match same(child, parent) {
                    None => Ok(()),
                    Some(child) => Err(Looser {
                        field,
                        parent: "stated",
                        child,
                    }),
                };
                assert_eq!(
                    child_terms.not_looser_than(&parent_terms),
                    expected,
                    "{field}"
                );
            }
        }
    }
    let field = Field::ThirdPartyLicenses;
    let texts = [
        None,
        Some("MIT by A"),
        Some("MIT by A\nCC0 by B"),
        Some("CC0 by B"),
    ];
    for child in texts {
        for parent in texts {
            let expected = match (child, parent) {
                (_, None) => Ok(()),
                (None, Some(_)) => Err(Looser {
                    field,
                    parent: "stated",
                    child: "absent",
                }),
                (Some(child), Some(parent)) if child.contains(parent) => Ok(()),
                _ => Err(Looser {
                    field,
                    parent: "stated",
                    child: "changed",
                }),
            };
            let verdict = only(field, child.map(Value::from).as_ref())
                .not_looser_than(&only(field, parent.map(Value::from).as_ref()));
            assert_eq!(verdict, expected, "{child:?} under {parent:?}");
        }
    }
}

#[test]
fn credit_may_change_and_is_no_permission() {
    let mut child = LicenseTerms::default();
    child.set(Field::Name, &"remake".into()).unwrap();
    child.set(Field::Authors, &Value::from(["b"])).unwrap();
    let mut parent = LicenseTerms::default();
    parent.set(Field::Name, &"original".into()).unwrap();
    assert_eq!(child.not_looser_than(&parent), Ok(()));
    assert_eq!(child.first_difference(&parent), Some(Field::Name));
}

#[test]
fn the_strictest_value_is_what_absence_means() {
    let permissions = LicenseTerms::default().effective();
    assert_eq!(permissions.avatar_permission, AvatarPermission::OnlyAuthor);
    assert_eq!(
        permissions.commercial_usage,
        CommercialUsage::PersonalNonProfit
    );
    assert_eq!(permissions.credit_notation, CreditNotation::Required);
    assert_eq!(permissions.modification, Modification::Prohibited);
    assert_eq!(permissions.allow_redistribution, Allowance::Denied);
    // Said and not said are judged alike, and kept apart on the wire.
    let said = only(Field::AllowRedistribution, Some(&false.into()));
    assert_eq!(said.effective(), permissions);
    assert_ne!(said, LicenseTerms::default());
    assert_eq!(said.to_object().len(), 1);
}

#[test]
fn every_term_comes_back_from_the_wire() {
    let all = object! {
        "name" => "Test", "version" => "1", "authors" => ["a", "b"],
        "copyrightInformation" => "c", "contactInformation" => "d", "references" => ["e"],
        "thirdPartyLicenses" => "f", "licenseUrl" => "https://vrm.dev/licenses/1.0/",
        "otherLicenseUrl" => "https://a.example", "avatarPermission" => "everyone",
        "allowExcessivelyViolentUsage" => true, "allowExcessivelySexualUsage" => false,
        "commercialUsage" => "corporation", "allowPoliticalOrReligiousUsage" => true,
        "allowAntisocialOrHateUsage" => false, "creditNotation" => "unnecessary",
        "allowRedistribution" => true, "modification" => "allowModification",
    };
    assert_eq!(all.len(), Field::ALL.len());
    let terms = LicenseTerms::from_value(&all.clone().into()).unwrap();
    assert_eq!(terms.to_object(), all);
    assert!(
        all.keys().eq(Field::ALL.map(Field::name)),
        "order of the VRM 1.0 document"
    );
    assert_eq!(LicenseTerms::default().to_object(), Object::new());
}

#[test]
fn the_type_of_terms_may_be_said() {
    let typed = |kind: Value| {
        let object = crate::object! { "name" => "Mika", "type" => kind };
        LicenseTerms::from_value(&object.into())
    };
    for kind in ["LicenseTerms".into(), Value::from(["LicenseTerms"])] {
        let terms = typed(kind).unwrap();
        assert_eq!(terms.to_object(), crate::object! { "name" => "Mika" });
    }
    for kind in [
        "Asset".into(),
        "licenseTerms".into(),
        Value::from(["LicenseTerms", "Asset"]),
        Value::from(["LicenseTerms", "LicenseTerms"]),
        Value::Array(vec![]),
        Value::Null,
        7.into(),
    ] {
        let error = typed(kind.clone()).unwrap_err();
        assert_eq!(error.reason(), Reason::CredType, "{kind}");
    }
}

#[test]
fn what_is_not_a_term_is_refused() {
    let refuse = |name: &str, value: Value| {
        let mut object = Object::new();
        object.insert(name, value);
        let error = LicenseTerms::from_value(&object.into()).unwrap_err();
        (error.reason(), error.problem())
    };
    assert_eq!(
        refuse("thumbnailImage", 0.into()),
        (Reason::TermUndefined, Problem::UnknownMember),
        "a file index, not a term"
    );
    assert_eq!(refuse("Name", "x".into()).0, Reason::TermUndefined);
    assert_eq!(
        refuse("avatarPermission", "Everyone".into()),
        (Reason::CredMalformed, Problem::UnknownValue)
    );
    assert_eq!(
        refuse("allowRedistribution", "true".into()),
        (
            Reason::CredMalformed,
            Problem::Type {
                expected: "boolean",
                found: "string"
            }
        )
    );
    assert_eq!(
        refuse("allowRedistribution", Value::Null).0,
        Reason::CredMalformed
    );
    assert_eq!(
        refuse("name", "".into()),
        (Reason::CredMalformed, Problem::Empty)
    );
    assert_eq!(refuse("authors", Value::Array(vec![])).1, Problem::Empty);
    assert_eq!(
        refuse("authors", Value::from(vec!["a"; 257])).1,
        Problem::TooMany
    );
    assert_eq!(refuse("authors", Value::from(["a", ""])).1, Problem::Empty);
    assert_eq!(
        refuse("authors", "a".into()).1,
        Problem::Type {
            expected: "array",
            found: "string"
        }
    );
    for field in PERMISSIONS {
        let error = refuse(field.name(), Value::Array(vec![]));
        assert!(
            matches!(error, (Reason::CredMalformed, Problem::Type { .. })),
            "{field}"
        );
    }
    let error = LicenseTerms::from_value(&Value::Null).unwrap_err();
    assert_eq!(
        (error.reason(), error.field()),
        (Reason::CredMalformed, None)
    );
}

#[test]
fn uses_follow_the_permissions() {
    let strict = LicenseTerms::default().effective();
    let loose = PERMISSIONS
        .into_iter()
        .fold(LicenseTerms::default(), |mut terms, field| {
            terms.set(field, scale(field).last().unwrap()).unwrap();
            terms
        });
    let loose = loose.effective();
    let uses = [
        Use::Wear(Wearer::SeparatelyLicensedPerson),
        Use::Wear(Wearer::Anyone),
        Use::ExcessiveViolence,
        Use::ExcessiveSexuality,
        Use::PoliticalOrReligious,
        Use::AntisocialOrHate,
        Use::PersonalProfit,
        Use::Corporation,
        Use::WithoutCredit,
        Use::Redistribute,
        Use::Modify,
        Use::RedistributeModified,
    ];
    for wanted in uses {
        assert_eq!(strict.permit(wanted), Allowance::Denied, "{wanted:?}");
        assert_eq!(loose.permit(wanted), Allowance::Allowed, "{wanted:?}");
    }
    assert_eq!(strict.permit(Use::Wear(Wearer::Author)), Allowance::Allowed);

    let mut middle = LicenseTerms::default();
    middle
        .set(
            Field::AvatarPermission,
            &"onlySeparatelyLicensedPerson".into(),
        )
        .unwrap();
    middle
        .set(Field::CommercialUsage, &"personalProfit".into())
        .unwrap();
    middle
        .set(Field::Modification, &"allowModification".into())
        .unwrap();
    let middle = middle.effective();
    for (wanted, expected) in [
        (
            Use::Wear(Wearer::SeparatelyLicensedPerson),
            Allowance::Allowed,
        ),
        (Use::Wear(Wearer::Anyone), Allowance::Denied),
        (Use::PersonalProfit, Allowance::Allowed),
        (Use::Corporation, Allowance::Denied),
        (Use::Modify, Allowance::Allowed),
        (Use::RedistributeModified, Allowance::Denied),
    ] {
        assert_eq!(middle.permit(wanted), expected, "{wanted:?}");
    }
}

//! Whatever the bytes are, reading ends with facts or a reason; what is made reads back as ordered.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::sync::LazyLock;

use assets::make::{Prop, Recipe, container, glb, vrm1};
use assets::{Limits, facts, inspect, thumbnail};
use proptest::prelude::{Just, Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use schemas::asset::{Format, Shape};
use schemas::json::{self, Number, Object, Value};
use schemas::license::{Field, LicenseTerms};

static AVATAR: LazyLock<Vec<u8>> = LazyLock::new(|| vrm1(&Recipe::new(LicenseTerms::default())));
static PROP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    glb(&Prop {
        name: "lantern".to_owned(),
        color: [200, 60, 40],
    })
});

fn json_of(file: &[u8]) -> (Value, &[u8]) {
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    let model = json::read(&file[20..20 + length], &json::Limits::model()).unwrap();
    (model, &file[20 + length + 8..])
}

/// Reading ends, twice alike, and the two doors agree.
fn ends(bytes: &[u8]) {
    let limits = Limits::default();
    let first = inspect(bytes, &limits);
    assert_eq!(first, inspect(bytes, &limits));
    match (first, facts(bytes, &limits).shape) {
        (Ok(_), Shape::WellFormed(_)) => assert!(thumbnail(bytes, &limits).is_ok()),
        (Err(error), Shape::Refused(reason)) => {
            assert_eq!(error.reason(), reason);
            assert_eq!(thumbnail(bytes, &limits), Err(error));
        }
        (first, shape) => panic!("{first:?} but {shape:?}"),
    }
}

/// Values that break readers.
fn odd() -> impl Strategy<Value = Value> {
    let number = |number: f64| Value::from(Number::from_f64(number).unwrap());
    prop_oneof![
        Just(Value::Null),
        Just(Value::from("")),
        Just(Value::from(true)),
        Just(Value::Array(vec![])),
        Just(Value::from(Object::new())),
        Just(number(-1.0)),
        Just(number(0.5)),
        Just(number(1e300)),
        Just(number(4_294_967_295.0)),
        Just(number(4_294_967_296.0)),
        Just(number(9_007_199_254_740_991.0)),
        (0_u32..40).prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
    ]
}

/// Replaces the value that is the n-th in a walk over all of them.
fn replace(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(elements) => elements
            .iter_mut()
            .any(|element| replace(element, left, with)),
        Value::Object(object) => {
            let names: Vec<String> = object.keys().map(str::to_owned).collect();
            names
                .iter()
                .any(|name| replace(object.get_mut(name).unwrap(), left, with))
        }
        _ => false,
    }
}

fn values(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(values).sum(),
        Value::Object(object) => object.iter().map(|(_, value)| values(value)).sum(),
        _ => 0,
    }
}

/// Terms with a random choice for each term, "not said" among them.
fn terms() -> impl Strategy<Value = LicenseTerms> {
    let text = || prop_oneof![Just(Value::Null), "\\PC{1,12}".prop_map(Value::from)];
    let texts = || {
        prop_oneof![
            Just(Value::Null),
            prop::collection::vec("\\PC{1,12}", 1..3).prop_map(Value::from)
        ]
    };
    let words = |words: &'static [&'static str]| {
        prop::sample::select(words).prop_map(|word| match word {
            "" => Value::Null,
            "true" => true.into(),
            "false" => false.into(),
            word => word.into(),
        })
    };
    let of = move |field: Field| match field {
        Field::Authors | Field::References => texts().boxed(),
        Field::AvatarPermission => {
            words(&["", "onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"]).boxed()
        }
        Field::CommercialUsage => {
            words(&["", "personalNonProfit", "personalProfit", "corporation"]).boxed()
        }
        Field::CreditNotation => words(&["", "required", "unnecessary"]).boxed(),
        Field::Modification => {
            let all = [
                "",
                "prohibited",
                "allowModification",
                "allowModificationRedistribution",
            ];
            prop::sample::select(all.to_vec())
                .prop_map(|word| {
                    if word.is_empty() {
                        Value::Null
                    } else {
                        word.into()
                    }
                })
                .boxed()
        }
        Field::AllowExcessivelyViolentUsage
        | Field::AllowExcessivelySexualUsage
        | Field::AllowPoliticalOrReligiousUsage
        | Field::AllowAntisocialOrHateUsage
        | Field::AllowRedistribution => words(&["", "true", "false"]).boxed(),
        _ => text().boxed(),
    };
    Field::ALL.map(of).to_vec().prop_map(|values| {
        let mut terms = LicenseTerms::default();
        for (field, value) in Field::ALL.into_iter().zip(values) {
            if value != Value::Null {
                terms.set(field, &value).unwrap();
            }
        }
        terms
    })
}

proptest! {
    #[test]
    fn flipped_bytes_end(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        for file in [&*AVATAR, &*PROP] {
            let mut file = file.clone();
            for (at, flip) in &flips {
                let at = at.index(file.len());
                file[at] ^= flip;
            }
            ends(&file);
        }
    }

    #[test]
    fn cut_files_end(at in any::<prop::sample::Index>()) {
        for file in [&*AVATAR, &*PROP] {
            let cut = &file[..at.index(file.len())];
            ends(cut);
            prop_assert!(inspect(cut, &Limits::default()).is_err());
            // Cut, but with a header that says so.
            if cut.len() > 12 {
                let mut cut = cut.to_vec();
                let length = u32::try_from(cut.len()).unwrap();
                cut[8..12].copy_from_slice(&length.to_le_bytes());
                ends(&cut);
            }
        }
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        ends(&bytes);
        ends(&container(&bytes, &bytes));
    }

    #[test]
    fn odd_values_end(
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..4),
    ) {
        for file in [&*AVATAR, &*PROP] {
            let (mut model, bin) = json_of(file);
            for (at, with) in &changes {
                let mut left = at.index(values(&model));
                prop_assert!(replace(&mut model, &mut left, with));
            }
            ends(&container(model.to_string().as_bytes(), bin));
        }
    }

    #[test]
    fn an_avatar_reads_back(
        terms in terms(),
        height in 100_u16..3000,
        colors in any::<[[u8; 3]; 3]>(),
    ) {
        let [skin, hair, clothes] = colors;
        let recipe = Recipe { terms, height, skin, hair, clothes };
        let file = vrm1(&recipe);
        prop_assert_eq!(&file, &vrm1(&recipe), "equal recipes give equal bytes");
        let facts = inspect(&file, &Limits::default()).unwrap();
        let model = facts.model().unwrap();
        prop_assert_eq!(model.format, Format::Vrm1);
        let mut expected = recipe.terms;
        expected.name.get_or_insert_with(|| "avatar".to_owned());
        if expected.authors.is_empty() {
            expected.authors.push("anonymous".to_owned());
        }
        expected.license_url.get_or_insert_with(|| "https://vrm.dev/licenses/1.0/".to_owned());
        prop_assert_eq!(model.license.as_ref(), Some(&expected));
        prop_assert_eq!(&model.title, &expected.name);
        let picture = thumbnail(&file, &Limits::default()).unwrap().unwrap();
        prop_assert_eq!((picture.width, picture.height), (128, 128));
    }

    #[test]
    fn a_prop_reads_back(name in "\\PC{0,20}", color in any::<[u8; 3]>()) {
        let file = glb(&Prop { name, color });
        let facts = inspect(&file, &Limits::default()).unwrap();
        let model = facts.model().unwrap();
        prop_assert_eq!(model.format, Format::Glb);
        prop_assert_eq!((model.counts.vertices, model.counts.triangles), (72, 36));
        prop_assert!(facts.findings.is_empty() && model.license.is_none());
    }
}

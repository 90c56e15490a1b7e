//! What holds for every document, not for a list of them: a changed bit is refused, a changed member
//! is refused, what is written is read again, and no bytes make the verifier panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use schemas::canonical;
use schemas::check::Verdict;
use schemas::credential::CredentialType;
use schemas::json::{Limits, Number, Object, Value, read};
use schemas::presentation::UnverifiedPresentation;
use schemas::suite::Cryptosuite;
use schemas::terms::Contexts;
use tests::scene::{Scene, token};
use verifier::{Asked, AssetAsked, CredentialAsked, Evidence, Holder, Policy, Question, verify};

/// The golden documents: what is asked, and bytes that are accepted.
fn golden() -> Vec<(&'static str, Scene, Asked, Vec<u8>)> {
    let mut golden = Vec::new();
    for (title, suite) in [
        ("jcs", Cryptosuite::EddsaJcs2022),
        ("rdfc", Cryptosuite::EddsaRdfc2022),
    ] {
        let scene = Scene::with_suite(suite);
        let bytes = canonical::object_to_bytes(&scene.avatar());
        let asked = scene.asked_by_wallet();
        golden.push((title, scene, asked, bytes));
    }
    let scene = Scene::new();
    let bytes = token(&scene.presentation());
    let asked = scene.asked_for(CredentialType::Avatar);
    golden.push(("presentation", scene, asked, bytes));
    golden
}

#[test]
fn a_changed_bit_is_refused() {
    for (title, scene, asked, good) in golden() {
        assert_eq!(
            scene.judge_bytes(&asked, &good).verdict(),
            Verdict::Accepted
        );
        let bits = good.len() * 8;
        // A stride that is prime to eight, so that every bit of a byte has its turn.
        let mut refused = 0;
        for bit in (0..bits).step_by(if title == "jcs" { 11 } else { 23 }) {
            let mut changed = good.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let report = scene.judge_bytes(&asked, &changed);
            if report.verdict() == Verdict::Accepted {
                // Then it says the same: another spelling of an escape, or white space.
                let value = read(&changed, &Limits::document()).unwrap();
                assert_eq!(canonical::to_bytes(&value), good, "{title}: bit {bit}");
            } else {
                assert!(report.accepted().is_none());
                assert!(report.reason().is_some(), "{title}: bit {bit}");
                refused += 1;
            }
        }
        assert!(refused > 500, "{title}");
    }
}

/// The same for bytes that are cut, doubled or swapped.
#[test]
fn a_changed_stretch_is_refused() {
    for (title, scene, asked, good) in golden() {
        let half = good.len() / 2;
        for at in (0..good.len()).step_by(61) {
            let end = (at + 7).min(good.len());
            let cut = [&good[..at], &good[end..]].concat();
            let doubled = [&good[..end], &good[at..]].concat();
            let mut swapped = good.clone();
            swapped.swap(at, half);
            for changed in [good[..at].to_vec(), cut, doubled, swapped] {
                let report = scene.judge_bytes(&asked, &changed);
                assert!(
                    changed == good || report.accepted().is_none(),
                    "{title}: at {at}"
                );
            }
        }
    }
}

/// Every document that differs from this one in one place: a member taken out, given twice under a
/// name that looks alike, or of another type; an element taken out or given twice.
fn mutants(value: &Value) -> Vec<(String, Value)> {
    let others = |value: &Value| -> Vec<Value> {
        [
            Value::Null,
            Value::Bool(true),
            7.into(),
            "x".into(),
            Value::Array(vec![]),
            Value::Array(vec![value.clone(), value.clone()]),
            Value::Object(Object::new()),
            Value::Array(vec![Value::Array(vec![value.clone()])]),
        ]
        .into_iter()
        .filter(|other| other != value)
        .collect()
    };
    let mut mutants: Vec<(String, Value)> = Vec::new();
    match value {
        Value::Object(object) => {
            for (name, inner) in object.iter() {
                let mut less = object.clone();
                less.remove(name);
                mutants.push((format!("/{name} taken out"), less.into()));
                for twin in [
                    format!("{name} "),
                    name.to_uppercase(),
                    format!("{name}\u{200b}"),
                ] {
                    let mut more = object.clone();
                    if more.insert(twin, inner.clone()).is_none() {
                        mutants.push((format!("/{name} given twice"), more.into()));
                    }
                }
                for other in others(inner) {
                    let mut retyped = object.clone();
                    retyped.insert(name, other.clone());
                    mutants.push((format!("/{name} = {other}"), retyped.into()));
                }
                for (place, changed) in self::mutants(inner) {
                    let mut whole = object.clone();
                    whole.insert(name, changed);
                    mutants.push((format!("/{name}{place}"), whole.into()));
                }
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                let mut less = elements.clone();
                less.remove(index);
                mutants.push((format!("/{index} taken out"), less.into()));
                let mut more = elements.clone();
                more.insert(index, inner.clone());
                mutants.push((format!("/{index} given twice"), more.into()));
                for (place, changed) in self::mutants(inner) {
                    let mut whole = elements.clone();
                    whole[index] = changed;
                    mutants.push((format!("/{index}{place}"), whole.into()));
                }
            }
        }
        _ => {}
    }
    mutants
}

#[test]
fn a_changed_member_is_refused() {
    for (title, scene, asked, good) in golden() {
        let value = read(&good, &Limits::document()).unwrap();
        let mutants = mutants(&value);
        assert!(mutants.len() > 400, "{title}: {}", mutants.len());
        let stride = if title == "jcs" { 1 } else { 3 };
        for (place, mutant) in mutants.iter().step_by(stride) {
            let report = scene.judge_bytes(&asked, &canonical::to_bytes(mutant));
            // The same proof in a list or twice is no other one. Under the graph suite a thing in a
            // list of one is that thing. Nothing else may pass.
            if report.accepted().is_some() {
                let mutant = one_proof(mutant);
                let graph = scene.a.suite == Cryptosuite::EddsaRdfc2022;
                let spelled_otherwise = if graph {
                    nearly_same(&value, &mutant)
                } else {
                    value == mutant
                };
                assert!(spelled_otherwise, "{title}: {place} was accepted");
            }
        }
    }
}

/// The document with the copies of one proof taken together.
fn one_proof(value: &Value) -> Value {
    let Value::Object(object) = value else {
        return value.clone();
    };
    let mut object = object.clone();
    if let Some(Value::Array(proofs)) = object.get("proof").cloned()
        && let [first, rest @ ..] = proofs.as_slice()
        && rest.iter().all(|proof| proof == first)
    {
        object.insert("proof", first.clone());
    }
    if let Some(Value::Array(shown)) = object.get("avatar").cloned() {
        let shown: Vec<Value> = shown.iter().map(one_proof).collect();
        object.insert("avatar", shown);
    }
    if let Some(Value::Array(credentials)) = object.get("verifiableCredential").cloned() {
        let credentials: Vec<Value> = credentials.iter().map(one_proof).collect();
        object.insert("verifiableCredential", credentials);
    }
    object.into()
}

/// Whether two documents differ only in that a thing stands alone or in a list of one.
fn nearly_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(list), single) | (single, Value::Array(list))
            if list.len() == 1 && single.as_array().is_none() =>
        {
            nearly_same(&list[0], single)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| nearly_same(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, a)| other.get(name).is_some_and(|b| nearly_same(a, b)))
        }
        (one, other) => one == other,
    }
}

#[test]
fn members_in_another_order_say_the_same() {
    for (title, scene, asked, good) in golden() {
        let value = read(&good, &Limits::document()).unwrap();
        let turned = value_turned(&value);
        let text = serde_json::to_string(&Unsorted(&turned)).unwrap();
        assert_ne!(text.as_bytes(), good);
        assert_eq!(canonical::to_bytes(&turned), good, "{title}");
        let report = scene.judge_bytes(&asked, text.as_bytes());
        assert_eq!(report.verdict(), Verdict::Accepted, "{title}");
        let pretty: serde_json::Value = serde_json::from_slice(&good).unwrap();
        let pretty = serde_json::to_string_pretty(&pretty).unwrap();
        let report = scene.judge_bytes(&asked, pretty.as_bytes());
        assert_eq!(report.verdict(), Verdict::Accepted, "{title}");
    }
}

/// JSON with its members in their own order; the house itself writes them sorted only.
struct Unsorted<'a>(&'a Value);

impl serde::Serialize for Unsorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                serializer.collect_map(object.iter().map(|(name, inner)| (name, Unsorted(inner))))
            }
            Value::Array(elements) => serializer.collect_seq(elements.iter().map(Unsorted)),
            Value::String(text) => serializer.serialize_str(text),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Null => serializer.serialize_unit(),
            Value::Number(_) => match self.0.as_i64() {
                Some(number) => serializer.serialize_i64(number),
                None => Err(serde::ser::Error::custom("an integer")),
            },
        }
    }
}

fn value_turned(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut turned = Object::new();
            let mut members: Vec<_> = object.iter().collect();
            members.reverse();
            for (name, inner) in members {
                turned.insert(name, value_turned(inner));
            }
            turned.into()
        }
        Value::Array(elements) => Value::Array(elements.iter().map(value_turned).collect()),
        other => other.clone(),
    }
}

#[test]
fn what_was_read_is_written_again() {
    let scene = Scene::new();
    let shown = scene.presentation();
    let contexts = Contexts::pinned();
    let parsed = UnverifiedPresentation::parse(&shown.clone().into(), &contexts).unwrap();
    assert_eq!(parsed.object(), &shown);
    assert_eq!(parsed.credentials()[0].object(), &scene.avatar());
    let bytes = canonical::object_to_bytes(&shown);
    let again = read(&bytes, &Limits::document()).unwrap();
    assert_eq!(canonical::to_bytes(&again), bytes);
    let report = scene.judge(&shown);
    let accepted = report.accepted().unwrap();
    assert_eq!(accepted.credentials()[0].object(), &scene.avatar());
}

/// Every question that can be asked, with and without knowing anything.
fn judge_everywhere(bytes: &[u8]) {
    let scene = Scene::new();
    let anyone = Asked::Credential(CredentialAsked {
        types: CredentialType::ALL.to_vec(),
        holder: Holder::Anyone,
    });
    let file = AssetAsked::Given(Box::new(assets::facts(bytes, &assets::Limits::default())));
    for asked in [
        scene.asked_by_wallet(),
        anyone,
        scene.asked_for(CredentialType::Avatar),
        scene.asked_for(CredentialType::AssetProvenance),
    ] {
        for (policy, evidence) in [
            (&scene.policy, &scene.evidence),
            (&Policy::nobody(), &Evidence::new()),
        ] {
            for asset in [&AssetAsked::NotAsked, &file] {
                let question = Question {
                    asked: &asked,
                    asset,
                    policy,
                };
                let report = verify(&question, bytes, evidence, scene.now);
                assert_eq!(
                    report.accepted().is_some(),
                    report.verdict() == Verdict::Accepted
                );
                assert_eq!(
                    report.reason().is_none(),
                    report.verdict() == Verdict::Accepted
                );
                let again = verify(&question, bytes, evidence, scene.now);
                assert_eq!(report.to_object(), again.to_object());
                let text = Value::Object(report.to_object()).to_string();
                assert!(text.len() < 200_000, "a report of {} bytes", text.len());
            }
        }
    }
}

/// Names that documents have, and texts that they have in them.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(vec![
            "@context", "type", "id", "issuer", "holder", "credentialSubject", "validFrom",
            "validUntil", "proof", "verifiableCredential", "provenance", "license", "avatar",
            "proofValue", "verificationMethod", "cryptosuite", "proofPurpose", "created",
            "challenge", "domain", "previousProof", "@value", "@language", "description",
            "credentialStatus", "personaName", "authors", "derivedFrom", "name",
            "VerifiableCredential", "VerifiablePresentation", "AvatarCredential",
            "DataIntegrityProof", "eddsa-jcs-2022", "eddsa-rdfc-2022", "assertionMethod",
            "https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1",
            "did:web:a.example", "did:web:a.example#key-1", "2026-11-21T12:00:00Z", "_:b0", "z",
        ]).prop_map(str::to_owned),
        1 => ".{0,12}",
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        word().prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Number::from_i64(i64::from(number)).into()),
        any::<f64>().prop_filter_map("finite", |number| {
            Number::from_f64(number).map(Value::from)
        }),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::vec((word(), inner), 0..8).prop_map(|members| {
                let mut object = Object::new();
                for (name, value) in members {
                    object.insert(name, value);
                }
                object.into()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 48, ..Default::default() })]

    #[test]
    fn no_bytes_make_the_verifier_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        judge_everywhere(&bytes);
    }

    #[test]
    fn no_json_makes_the_verifier_panic(tree in tree()) {
        judge_everywhere(tree.to_string().as_bytes());
    }

    /// A sound document with some other tree anywhere in it.
    #[test]
    fn no_grafted_tree_makes_the_verifier_panic(tree in tree(), at in any::<proptest::sample::Index>()) {
        let scene = Scene::new();
        let whole = read(&token(&scene.presentation()), &Limits::document()).unwrap();
        let mut places = Vec::new();
        pointers(&whole, String::new(), &mut places);
        let grafted = graft(&whole, &places[at.index(places.len())], &tree);
        let bytes = canonical::to_bytes(&grafted);
        let report = scene.judge_token(&bytes);
        assert!(grafted == whole || report.accepted().is_none());
        if let Some(credential) = grafted
            .get("avatar")
            .and_then(|list| list.as_array()?.first()?.get("verifiableCredential")?.as_array()?.first())
        {
            judge_everywhere(&canonical::to_bytes(credential));
        }
    }
}

fn pointers(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object.iter() {
                pointers(inner, format!("{at}\n{name}"), places);
            }
        }
        Value::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                pointers(inner, format!("{at}\n{index}"), places);
            }
        }
        _ => {}
    }
    places.push(at);
}

fn graft(value: &Value, place: &str, tree: &Value) -> Value {
    let Some(rest) = place.strip_prefix('\n') else {
        return tree.clone();
    };
    let (step, rest) = match rest.split_once('\n') {
        Some((step, _)) => (step, &rest[step.len()..]),
        None => (rest, ""),
    };
    match value {
        Value::Object(object) => {
            let mut object = object.clone();
            let inner = graft(object.get(step).unwrap(), rest, tree);
            object.insert(step, inner);
            object.into()
        }
        Value::Array(elements) => {
            let mut elements = elements.clone();
            let index: usize = step.parse().unwrap();
            elements[index] = graft(&elements[index], rest, tree);
            Value::Array(elements)
        }
        other => other.clone(),
    }
}

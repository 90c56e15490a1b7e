//! Bytes and trees that nobody would write: a report for each, and acceptance of none.

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use schemas::canonical;
use schemas::check::Verdict;
use schemas::credential::CredentialType;
use schemas::json::{Limits, Number, Object, Value, read};
use tests::scene::{Scene, token};
use verifier::{
    Asked, AssetAsked, CredentialAsked, Evidence, Holder, Policy, Question, StatusAsked, verify,
};

/// Every question that can be asked, with and without knowing anything.
fn judge_everywhere(bytes: &[u8]) {
    let scene = Scene::new();
    let anyone = Asked::Credential(CredentialAsked {
        types: CredentialType::ALL.to_vec(),
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
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

//! The same documents through `oxjsonld` and `oxrdf`, written by other people.

use std::collections::BTreeSet;

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::Dataset as OxDataset;
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::{Config, TestCaseError};
use schemas::canonical;
use schemas::json::{Number, Object, Value};
use schemas::object;
use schemas::terms::{Context, Contexts, OwnProof, context_document};

use crate::rdf::tests::{parse, presentation_of_twins};
use crate::rdf::{WorkLimit, to_canonical_nquads};
use crate::rdfc::tests::{parse as parse_nquads, shared};
use crate::rdfc::{HashAlgorithm, canonicalize};

const RDFC10: CanonicalizationAlgorithm = CanonicalizationAlgorithm::Rdfc10 {
    hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
};

/// The contexts that the oracle reads. `None` without the shared folder: ours needs none of them.
fn oracle_contexts() -> Option<Vec<(&'static str, Vec<u8>)>> {
    let v2 = shared("vectors/contexts/credentials-v2.jsonld")?;
    Some(vec![
        (Context::CredentialsV2.url(), v2.into_bytes()),
        (
            Context::OmoteV1.url(),
            canonical::to_bytes(&context_document()),
        ),
    ])
}

fn oracle(document: &Object, contexts: &[(&'static str, Vec<u8>)]) -> OxDataset {
    let contexts = contexts.to_vec();
    let text = canonical::object_to_bytes(document);
    JsonLdParser::new()
        .for_slice(&text)
        .with_load_document_callback(move |url, _| {
            let (url, bytes) = contexts.iter().find(|(known, _)| *known == url).unwrap();
            Ok(JsonLdRemoteDocument {
                document: bytes.clone(),
                document_url: (*url).to_owned(),
            })
        })
        .collect::<Result<OxDataset, _>>()
        .unwrap()
}

fn lines(dataset: &OxDataset) -> String {
    let lines: BTreeSet<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.into_iter().collect()
}

fn ours(document: &Object) -> String {
    let contexts = Contexts::pinned();
    to_canonical_nquads(document, &contexts, OwnProof::Told, WorkLimit::document()).unwrap()
}

/// Their reading of the document, in our canonical form, is our reading. Their canonical form is
/// ours too, unless blank nodes look alike: `oxrdf` keeps related blank nodes as a set, where the
/// specification and the other implementations keep a list.
fn agree(document: &Object, contexts: &[(&'static str, Vec<u8>)]) -> Result<(), TestCaseError> {
    let mut theirs = oracle(document, contexts);
    let (dataset, _) = parse_nquads(&lines(&theirs));
    let read = canonicalize(
        &dataset,
        HashAlgorithm::Sha256,
        WorkLimit::document().steps(),
    );
    let found = ours(document);
    let read = read.unwrap();
    proptest::prop_assert_eq!(found.as_str(), read.nquads());
    if canonicalize(&dataset, HashAlgorithm::Sha256, 0).is_ok() {
        theirs.canonicalize(RDFC10);
        proptest::prop_assert_eq!(&found, &lines(&theirs));
    }
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        ".{0,12}",
        Just("\u{0}\u{7f}\"\\\r\n".to_owned())
    ]
}

fn iri() -> impl Strategy<Value = String> {
    prop_oneof![
        "did:key:z[1-9a-km-z]{3}",
        "urn:uuid:[0-9a-f]{4}",
        "https://[a-z]{1,5}\\.example/[a-z0-9]{0,3}(#[a-z]{1,3})?",
        "_:[a-z]",
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-1_000_000_i64..1_000_000).prop_map(|n| Number::from_i64(n).unwrap().into()),
        (-1_000_000_i32..1_000_000)
            .prop_map(|n| Number::from_f64(f64::from(n) / 64.0).unwrap().into()),
        Just(Number::from_f64(1e21).unwrap().into()),
        Just(Number::from_f64(1.5e-9).unwrap().into()),
    ]
}

/// Members, each there or not.
fn members(
    choices: Vec<(&'static str, proptest::strategy::BoxedStrategy<Value>)>,
) -> impl Strategy<Value = Object> {
    let choices: Vec<_> = choices
        .into_iter()
        .map(|(name, value)| option::of(value).prop_map(move |value| (name, value)))
        .collect();
    choices.prop_map(|members| {
        let told = members.into_iter();
        told.filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    })
}

fn distinct(values: Vec<String>) -> Value {
    let values: BTreeSet<String> = values.into_iter().collect();
    Value::Array(values.into_iter().map(Value::from).collect())
}

fn name() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        (text(), text()).prop_map(|(left, right)| {
            let left = object! { "@value" => left, "@language" => "en-US" };
            let right = object! { "@value" => right, "@language" => "ja" };
            Value::from(vec![left, right])
        }),
        text().prop_map(|text| object! { "@value" => text }.into()),
    ]
}

fn license() -> impl Strategy<Value = Value> {
    members(vec![
        ("type", Just(Value::from("LicenseTerms")).boxed()),
        ("name", text().prop_map(Value::from).boxed()),
        ("version", text().prop_map(Value::from).boxed()),
        ("authors", vec(text(), 0..4).prop_map(Value::from).boxed()),
        ("references", vec(text(), 1..4).prop_map(distinct).boxed()),
        (
            "licenseUrl",
            Just(Value::from("https://vrm.dev/licenses/1.0/")).boxed(),
        ),
        ("avatarPermission", Just(Value::from("everyone")).boxed()),
        (
            "allowRedistribution",
            any::<bool>().prop_map(Value::from).boxed(),
        ),
        ("commercialUsage", text().prop_map(Value::from).boxed()),
    ])
    .prop_map(Value::from)
}

fn asset() -> impl Strategy<Value = Value> {
    members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        ("type", Just(Value::from("Asset")).boxed()),
        ("digestMultibase", text().prop_map(Value::from).boxed()),
        ("digestSRI", text().prop_map(Value::from).boxed()),
        ("mediaType", text().prop_map(Value::from).boxed()),
        ("byteLength", number().boxed()),
        ("name", name().boxed()),
        ("creator", iri().prop_map(Value::from).boxed()),
        ("license", license().boxed()),
        ("derivedFrom", vec(iri(), 1..4).prop_map(distinct).boxed()),
    ])
    .prop_map(Value::from)
}

fn proof() -> impl Strategy<Value = Value> {
    members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        ("cryptosuite", Just(Value::from("eddsa-rdfc-2022")).boxed()),
        ("created", Just(Value::from("2026-11-21T18:00:00Z")).boxed()),
        ("challenge", text().prop_map(Value::from).boxed()),
        ("domain", vec(text(), 1..3).prop_map(distinct).boxed()),
        ("previousProof", vec(iri(), 1..3).prop_map(distinct).boxed()),
        (
            "proofPurpose",
            prop_oneof![
                Just("assertionMethod"),
                Just("authentication"),
                Just("capabilityInvocation"),
                Just("https://a.example/purpose")
            ]
            .prop_map(Value::from)
            .boxed(),
        ),
        ("verificationMethod", iri().prop_map(Value::from).boxed()),
        ("proofValue", text().prop_map(Value::from).boxed()),
        (
            "@context",
            Just(Value::from(["https://www.w3.org/ns/credentials/v2"])).boxed(),
        ),
    ])
    .prop_map(|mut proof| {
        proof.insert("type", "DataIntegrityProof");
        proof.into()
    })
}

fn status() -> impl Strategy<Value = Value> {
    members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        ("statusPurpose", text().prop_map(Value::from).boxed()),
        ("statusListIndex", text().prop_map(Value::from).boxed()),
        ("statusListCredential", iri().prop_map(Value::from).boxed()),
        ("statusSize", number().boxed()),
        (
            "statusMessage",
            text()
                .prop_map(|text| object! { "status" => "0x0", "message" => text }.into())
                .boxed(),
        ),
    ])
    .prop_map(|mut status| {
        status.insert("type", "BitstringStatusListEntry");
        status.into()
    })
}

/// A credential of one of our types around a subject.
fn credential(
    kind: &'static str,
    subject: impl Strategy<Value = Object> + 'static,
) -> impl Strategy<Value = Object> {
    let subject = subject.prop_map(Value::from);
    members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        (
            "issuer",
            prop_oneof![
                iri().prop_map(Value::from),
                (iri(), name()).prop_map(|(id, name)| object! { "id" => id, "name" => name }.into())
            ]
            .boxed(),
        ),
        ("name", name().boxed()),
        ("description", name().boxed()),
        ("validFrom", Just(Value::from("2026-11-21T18:00:00Z")).boxed()),
        ("credentialStatus", status().boxed()),
        ("credentialSubject", subject.boxed()),
        (
            "termsOfUse",
            Just(Value::from(object! { "type" => "JsonSchema", "jsonSchema" => object! { "b" => 1, "a" => "\"" } }))
                .boxed(),
        ),
        ("proof", prop_oneof![proof(), vec(proof(), 1..3).prop_map(Value::from)].boxed()),
    ])
    .prop_map(move |mut credential| {
        // The oracle refuses the data integrity context beside the credentials context: it compares
        // their equal definitions of one term as texts.
        let contexts = [Context::CredentialsV2, Context::OmoteV1];
        credential.insert("@context", contexts.map(Context::url));
        credential.insert("type", ["VerifiableCredential", kind]);
        credential
    })
}

fn provenance() -> impl Strategy<Value = Object> {
    let subject = asset().prop_map(|asset| asset.as_object().cloned().unwrap_or_default());
    credential("AssetProvenance", subject)
}

fn avatar() -> impl Strategy<Value = Object> {
    let subject = members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        ("personaName", text().prop_map(Value::from).boxed()),
        ("asset", asset().boxed()),
        ("license", license().boxed()),
        ("provenance", provenance().prop_map(Value::from).boxed()),
    ]);
    credential("AvatarCredential", subject)
}

fn item() -> impl Strategy<Value = Object> {
    let subject = members(vec![
        ("id", iri().prop_map(Value::from).boxed()),
        ("itemClass", text().prop_map(Value::from).boxed()),
        (
            "serial",
            prop_oneof![number(), text().prop_map(Value::from)].boxed(),
        ),
        ("asset", vec(asset(), 1..3).prop_map(Value::from).boxed()),
    ]);
    credential("ItemCredential", subject)
}

fn presentation() -> impl Strategy<Value = Object> {
    let credentials = vec(prop_oneof![avatar(), item()], 1..3);
    (credentials, iri(), option::of(proof())).prop_map(|(credentials, holder, proof)| {
        let mut presentation = object! {
            "@context" => [Context::CredentialsV2.url()],
            "type" => "VerifiablePresentation",
            "holder" => holder,
            "verifiableCredential" => credentials,
        };
        if let Some(proof) = proof {
            presentation.insert("proof", proof);
        }
        presentation
    })
}

#[test]
fn documents_are_read_as_others_read_them() {
    let Some(contexts) = oracle_contexts() else {
        return;
    };
    let config = Config {
        cases: 192,
        failure_persistence: None,
        ..Config::default()
    };
    let strategy = prop_oneof![provenance(), avatar(), item(), presentation()];
    proptest!(config, |(document in strategy)| {
        agree(&document, &contexts)?;
    });
}

#[test]
fn twins_are_read_as_others_read_them() {
    let Some(contexts) = oracle_contexts() else {
        return;
    };
    agree(&presentation_of_twins(3), &contexts).unwrap();
}

/// Our own context served to strangers means to them what it means to us.
#[test]
fn a_plain_avatar_is_the_same_to_others() {
    let Some(contexts) = oracle_contexts() else {
        return;
    };
    let avatar = parse(
        r#"{"@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/omote/v1"],
        "type": ["VerifiableCredential", "AvatarCredential"],
        "issuer": "did:web:a.example",
        "credentialSubject": {"id": "did:key:z1", "personaName": "x",
            "license": {"authors": ["A", "B"], "modification": "prohibited"},
            "asset": {"type": "Asset", "byteLength": 7}}}"#,
    );
    agree(&avatar, &contexts).unwrap();
}

#[test]
fn small_graphs_have_the_canonical_form_that_others_give() {
    let config = Config {
        cases: 512,
        failure_persistence: None,
        ..Config::default()
    };
    let edge = (0..5_u8, 0..2_u8, 0..6_u8);
    proptest!(config, |(edges in vec(edge, 1..9))| {
        let text: String = edges
            .iter()
            .map(|(from, by, to)| match to {
                5 => format!("_:n{from} <urn:p{by}> \"x\" .\n"),
                to => format!("_:n{from} <urn:p{by}> _:n{to} .\n"),
            })
            .collect();
        let (dataset, _) = parse_nquads(&text);
        let found = canonicalize(&dataset, HashAlgorithm::Sha256, 1_000_000).unwrap();
        let mut theirs = OxDataset::new();
        for (from, by, to) in &edges {
            let node = |n: &u8| oxrdf::BlankNode::new(format!("n{n}")).unwrap();
            let by = oxrdf::NamedNode::new(format!("urn:p{by}")).unwrap();
            let to: oxrdf::Term = match to {
                5 => oxrdf::Literal::new_simple_literal("x").into(),
                to => node(to).into(),
            };
            let graph = oxrdf::GraphName::DefaultGraph;
            theirs.insert(&oxrdf::Quad::new(node(from), by, to, graph));
        }
        theirs.canonicalize(RDFC10);
        proptest::prop_assert_eq!(found.nquads(), lines(&theirs));
    });
}

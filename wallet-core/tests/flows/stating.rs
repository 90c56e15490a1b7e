//! A creator states where a model is from.

use schemas::asset::AssetFacts;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::license::{Allowance, LicenseTerms};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use wallet_core::PersonaIndex;
use wallet_core::provenance::{Statement, Terms, creator_did, sign};

use crate::fixture::{Person, facts, model, now, terms};

fn statement<'a>(facts: &'a AssetFacts, terms: Terms<'a>) -> Statement<'a> {
    Statement {
        facts,
        name: "Mika",
        terms,
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    }
}

#[test]
fn a_statement_is_by_the_personas_creator_key_about_this_file() {
    let mut person = Person::new();
    let facts = facts(&model());
    let signed = sign(
        &person.wallet,
        PersonaIndex::FIRST,
        &statement(&facts, Terms::OfTheFile),
        now(),
    )
    .unwrap();
    let did = creator_did(&person.wallet, PersonaIndex::FIRST);
    assert_eq!(
        signed.get("issuer").and_then(Value::as_str),
        Some(did.as_str())
    );
    let subject = signed.get("credentialSubject").unwrap();
    let digest = facts.sha256.to_string();
    assert_eq!(
        subject.get("digestMultibase").and_then(Value::as_str),
        Some(digest.as_str())
    );
    assert_eq!(
        subject.get("byteLength").and_then(Value::as_u64),
        Some(facts.byte_length)
    );
    let license = subject.get("license").unwrap();
    assert_eq!(license.get("name").and_then(Value::as_str), Some("Mika"));
    let other = person
        .wallet
        .add_persona(&"other".parse().unwrap(), now())
        .unwrap();
    assert_ne!(creator_did(&person.wallet, other.index), did);
}

#[test]
fn terms_may_be_stricter_than_the_file_and_never_looser() {
    let person = Person::new();
    let facts = facts(&model());
    let signed = |terms: &LicenseTerms| {
        let statement = statement(&facts, Terms::Stated(terms));
        sign(&person.wallet, PersonaIndex::FIRST, &statement, now())
    };
    signed(&terms()).unwrap();
    let looser = LicenseTerms {
        allow_redistribution: Some(Allowance::Allowed),
        ..terms()
    };
    let error = signed(&looser).unwrap_err();
    assert_eq!(error.reason(), Reason::LicenseLooser);
}

#[test]
fn nothing_is_stated_about_a_broken_file() {
    let person = Person::new();
    let refused = AssetFacts::refused(Sha256Digest::of(b"x"), 1, Reason::AssetFormat);
    let error = sign(
        &person.wallet,
        PersonaIndex::FIRST,
        &statement(&refused, Terms::OfTheFile),
        now(),
    )
    .unwrap_err();
    assert_eq!(error.reason(), Reason::AssetFormat);
}

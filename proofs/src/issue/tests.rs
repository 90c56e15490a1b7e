//! Issuing: what comes out verifies, and what would not never comes out.

use schemas::asset::MediaType;
use schemas::credential::{
    Asset, AssetProvenance, AvatarCredential, ItemCredential, UnsignedCredential,
    UnverifiedCredential, Validity,
};
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object};
use schemas::license::LicenseTerms;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::Contexts;
use schemas::time::Timestamp;

use super::{Expected, IssueError, Issuer, SelfCheck};
use crate::data_integrity::{ProofOptions, ProofPurpose, UnverifiedProof, sign};
use crate::keys::SigningKey;
use crate::rdf::WorkLimit;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_284_000)
}

fn world() -> Did {
    "did:web:a.example".parse().unwrap()
}

fn world_key() -> DidUrl {
    world().with_fragment("key-1").unwrap()
}

fn issuer(suite: Cryptosuite) -> Issuer {
    Issuer::new(world_key(), key(1).verifying_key(), key(1), suite)
}

pub(crate) fn license() -> LicenseTerms {
    let text = r#"{"name":"Mika","authors":["Aoi"],"licenseUrl":"https://vrm.dev/licenses/1.0/"}"#;
    LicenseTerms::from_value(&json::read(text.as_bytes(), &Limits::document()).unwrap()).unwrap()
}

pub(crate) fn provenance(suite: Cryptosuite) -> Object {
    let creator = Issuer::of_key(key(5), suite);
    let unsigned = AssetProvenance {
        creator: creator.did().clone(),
        validity: Validity::starting(now()),
        asset: Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(b"model"),
            media_type: MediaType::GltfBinary,
            byte_length: 5,
            derived_from: vec![Sha256Digest::of(b"older")],
        },
        license: license(),
    };
    creator
        .issue(&unsigned.unsigned(), now())
        .unwrap()
        .into_object()
}

fn unsigned_avatar(provenance: Object, name: &str) -> UnsignedCredential {
    AvatarCredential {
        issuer: world(),
        holder: key(9).did_key(),
        validity: Validity::between(now(), now().plus_seconds(86_400)),
        persona_name: name.to_owned(),
        license: license(),
        provenance,
    }
    .unsigned()
}

/// An avatar credential of the holder whose seed is 9.
pub(crate) fn avatar(suite: Cryptosuite) -> Object {
    issuer(suite)
        .issue(&unsigned_avatar(provenance(suite), "Mika"), now())
        .unwrap()
        .into_object()
}

#[test]
fn what_is_issued_is_read_and_verified() {
    for suite in Cryptosuite::ED25519 {
        let item = ItemCredential {
            issuer: world(),
            holder: key(9).did_key(),
            validity: Validity::between(now(), now().plus_seconds(86_400)),
            item_class: "sword".to_owned(),
            serial: 42,
            license: license(),
            provenance: provenance(suite),
            ledger_entry: None,
        };
        let item = issuer(suite).issue(&item.unsigned(), now()).unwrap();
        for document in [avatar(suite), item.object().clone()] {
            let read =
                UnverifiedCredential::parse(&document.clone().into(), &Contexts::pinned()).unwrap();
            assert_eq!(read.unverified_issuer(), &world());
            let proof = &UnverifiedProof::all_of(&document).unwrap()[0];
            assert_eq!(proof.verification_method(), &world_key());
            let verified = proof
                .verify(&document, &key(1).verifying_key(), WorkLimit::document())
                .unwrap();
            assert_eq!(
                (verified.purpose(), verified.created()),
                (ProofPurpose::AssertionMethod, Some(now()))
            );
            // The creator's statement is whole inside of it.
            let creator = read.subject().provenance().unwrap();
            let proof = &UnverifiedProof::all_of(creator.object()).unwrap()[0];
            let found = proof.verify(
                creator.object(),
                &key(5).verifying_key(),
                WorkLimit::document(),
            );
            assert!(found.is_ok());
        }
    }
}

/// A world or a creator may have a P-256 key; its suites go with it.
#[test]
fn a_p256_key_issues_with_its_suites() {
    let key = || SigningKey::from_p256_scalar(&[1; 32]).unwrap();
    let public = key().verifying_key();
    let unsigned = unsigned_avatar(provenance(Cryptosuite::EddsaJcs2022), "Mika");
    for suite in Cryptosuite::ALL {
        let issued = Issuer::new(world_key(), public.clone(), key(), suite).issue(&unsigned, now());
        if suite.key_type() == public.key_type() {
            let issued = issued.unwrap();
            let proof = &UnverifiedProof::all_of(issued.object()).unwrap()[0];
            assert_eq!(proof.suite(), suite);
            let verified = proof.verify(issued.object(), &public, WorkLimit::document());
            assert_eq!(verified.unwrap().key(), &public);
        } else {
            assert_eq!(issued.unwrap_err().reason(), Reason::KeyTypeMismatch);
        }
    }
}

/// SIG-28: the secret does not belong to the key that strangers find.
#[test]
fn a_damaged_key_issues_nothing() {
    for suite in Cryptosuite::ED25519 {
        let mut seed = [1; 32];
        seed[7] ^= 4;
        let damaged = Issuer::new(
            world_key(),
            key(1).verifying_key(),
            SigningKey::from_seed(&seed),
            suite,
        );
        let error = damaged
            .issue(&unsigned_avatar(provenance(suite), "Mika"), now())
            .unwrap_err();
        assert_eq!(error, IssueError::SelfCheck(SelfCheck::Signature));
        assert_eq!(error.reason(), Reason::IssueSelfCheckFailed);
    }
}

#[test]
fn the_self_check_sees_every_difference() {
    let suite = Cryptosuite::EddsaJcs2022;
    let unsigned = unsigned_avatar(provenance(suite), "Mika");
    let options = ProofOptions::assertion(suite, world_key(), now());
    let good = sign(unsigned.object(), &options, &key(1)).unwrap();
    let check = |document: &Object, method: &DidUrl, purpose| {
        Expected {
            unsigned: unsigned.object(),
            method,
            purpose,
            key: &key(1).verifying_key(),
        }
        .check(document)
    };
    let assertion = ProofPurpose::AssertionMethod;
    assert_eq!(check(&good, &world_key(), assertion), Ok(()));
    let other = world().with_fragment("key-2").unwrap();
    assert_eq!(check(&good, &other, assertion), Err(SelfCheck::Proof));
    assert_eq!(
        check(&good, &world_key(), ProofPurpose::Authentication),
        Err(SelfCheck::Proof)
    );
    assert_eq!(
        check(unsigned.object(), &world_key(), assertion),
        Err(SelfCheck::Proof)
    );
    // Well signed, and another document than the one that was to be signed.
    let other = unsigned_avatar(provenance(suite), "Mallory");
    let other = sign(other.object(), &options, &key(1)).unwrap();
    assert_eq!(
        check(&other, &world_key(), assertion),
        Err(SelfCheck::Document)
    );
}

/// DI-26.
#[test]
fn only_templates_of_this_issuer_with_good_slots() {
    let suite = Cryptosuite::EddsaJcs2022;
    let reason = |issuer: &Issuer, credential: &UnsignedCredential| {
        issuer.issue(credential, now()).unwrap_err().reason()
    };
    let other = Issuer::of_key(key(1), suite);
    assert_eq!(
        reason(&other, &unsigned_avatar(provenance(suite), "Mika")),
        Reason::IssueTemplateViolation
    );
    // The provenance is a slot that a stranger fills.
    for filling in [
        Object::new(),
        object! { "type" => "VerifiableCredential" },
        {
            let mut provenance = provenance(suite);
            provenance.insert("isAdmin", true);
            provenance
        },
        {
            let mut provenance = provenance(suite);
            provenance.insert("@context", ["https://evil.example/ctx"]);
            provenance
        },
    ] {
        assert_eq!(
            reason(&issuer(suite), &unsigned_avatar(filling, "Mika")),
            Reason::IssueTemplateViolation
        );
    }
}

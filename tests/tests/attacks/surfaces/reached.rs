//! The map of checks and reasons (`schemas::reason`, `REASONS.md`) names nothing that no report says.
//!
//! Each report that these tests make notes what it gave. Most of the map is reached by attacks that are
//! soon done; what none of those gives is asked for here.

use std::collections::BTreeSet;

use proofs::data_integrity::ProofOptions;
use schemas::asset::Shape;
use schemas::check::CheckId;
use schemas::credential::{CredentialType, Validity};
use schemas::json::{Object, Value};
use schemas::license::{AvatarPermission, LicenseTerms};
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use schemas::suite::Cryptosuite;
use tests::actors::{World, json, terms};
use tests::fixed::now;
use tests::forge::{edited, resigned};
use tests::lists::{bytes, entry, reference, rule, status_list, trust_list, trusted};
use tests::scene::{Scene, reached};
use verifier::names::{KnownName, NameKind};
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Evidence, Holder, NameRules, OnLookAlike, Policy,
    Rule, StatusAsked,
};

use super::rows::ROWS;
use crate::{key_history, ledger};

/// Rows that are soon done and together give most of the map.
const SOON: &[&str] = &[
    "AST-01", "AST-06", "AST-09", "AST-10", "AST-11", "AST-13", "AST-14", "AST-15", "AST-17",
    "DI-05", "DI-06", "DI-15", "DI-22", "DI-25", "DID-02", "DID-06", "DID-07", "DID-13", "DID-16",
    "DID-19", "DID-21", "JSON-02", "JSON-04", "JSON-06", "JSON-07", "JSON-11", "JSON-19",
    "JSON-21", "LD-12", "LD-18", "SDJ-01", "SDJ-05", "SDJ-07", "SDJ-10", "SDJ-11", "SDJ-14",
    "SDJ-15", "SDJ-16", "SDJ-18", "SDJ-20", "SDJ-26", "SIG-03", "SIG-08", "SIG-15", "SIG-16",
    "SIG-17", "SIG-18", "SIG-24", "SIG-29", "STS-01", "STS-18", "VP-03", "VP-04", "VP-09", "VP-12",
    "VP-14", "VP-19",
];

/// What came of fetching a document.
fn documents() {
    let mut scene = Scene::new();
    for reason in [
        Reason::DidDocumentInvalid,
        Reason::DidIdMismatch,
        Reason::DidPort,
        Reason::DidRedirect,
        Reason::DidTooLarge,
        Reason::KeyWeak,
    ] {
        scene.evidence = Evidence::new().without_document(scene.a.did(), reason, now());
        let _ = scene.judge_both(&scene.avatar());
    }
}

/// One member of an avatar, signed again where it can be.
fn members() {
    let scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let avatar = scene.avatar_with(&[entry(&list, 7)]);
    for (path, value) in [
        ("credentialSubject/@context", r#"["urn:x"]"#),
        ("credentialStatus/statusListIndex", "7"),
        (
            "credentialStatus/statusListCredential",
            r#""http://a.example/x""#,
        ),
        ("credentialStatus/statusPurpose", r#""x""#),
        ("credentialStatus/statusSize", "2"),
        ("credentialStatus/type", r#""x""#),
        ("credentialStatus/name", r#""x""#),
        ("issuer", r#""did:example:1""#),
        ("validUntil", r#""x""#),
    ] {
        let odd = scene.reissue_or_stale(&avatar, path, Some(json(value)));
        let _ = scene.judge_both(&odd);
    }
    for (path, value) in [
        ("holder", Some(r#""did:web:a.example""#)),
        ("proof/previousProof", Some(r#""urn:x""#)),
        ("proof/name", Some(r#""x""#)),
        ("verifiableCredential/0/credentialSubject/provenance", None),
    ] {
        let shown = scene.presentation();
        let _ = scene.judge(&edited(&shown, path, value.map(json)));
    }
    let ended = ProofOptions {
        expires: Some(now()),
        ..scene.vp_options()
    };
    let _ = scene.judge(&resigned(&scene.presentation(), &ended, &scene.holder()));
    let loose = LicenseTerms {
        avatar_permission: Some(AvatarPermission::Everyone),
        ..terms()
    };
    let loose = Some(loose.to_object().into());
    let _ = scene.judge_both(&scene.reissue(&avatar, "credentialSubject/license", loose));
}

/// What came of fetching lists.
fn lists() {
    for reason in [
        Reason::StatusExpired,
        Reason::StatusIssuer,
        Reason::StatusRollback,
    ] {
        let mut scene = Scene::new();
        let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        scene.learns_status(&reference(&list), Err(reason), now());
        let _ = scene.judge_status(&[entry(&list, 7)]);
    }
    let scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Suspension, &[7]);
    let _ = scene.knowing(&list).judge_status(&[entry(&list, 7)]);

    let home = World::new("federation.example");
    let mut scene = Scene::new().knowing_world(&home);
    let list = trust_list(&home, vec![trusted(&scene.a.did())]);
    let by_the_list = || Policy::nobody().with_trust_list(rule(&list));
    let types = vec![CredentialType::Avatar];
    let for_no_creator = Creators::Listed(Vec::new());
    let beside_a_rule = by_the_list().with_issuer(scene.a.did(), types, for_no_creator);
    for policy in [by_the_list(), beside_a_rule] {
        scene.policy = policy;
        for reason in [Reason::TrustListUnavailable, Reason::TrustListInvalid] {
            scene.learns_trust(&rule(&list).list, Err(reason), now());
            let _ = scene.judge_both(&scene.avatar());
        }
    }
}

fn names() {
    let mut scene = Scene::new();
    let known = KnownName {
        name: "Mіka".to_owned(),
        who: None,
        kind: NameKind::Persona,
    };
    scene.policy = scene.policy.with_names(NameRules {
        on_lookalike: OnLookAlike::Refuse,
        known: vec![known],
    });
    for name in ["Mika", "Pаypal", "Mi\u{200b}ka"] {
        let path = "credentialSubject/personaName";
        let avatar = scene.reissue(&scene.avatar(), path, Some(name.into()));
        let _ = scene.judge_both(&avatar);
    }
}

/// What reading a model found.
fn models() {
    let mut scene = Scene::new();
    for reason in [
        Reason::AssetExternalUri,
        Reason::AssetTooLarge,
        Reason::InputTooLarge,
        Reason::JsonInvalidUtf8,
    ] {
        let mut facts = scene.creator.facts();
        facts.shape = Shape::Refused(reason);
        scene.asset = AssetAsked::Given(Box::new(facts));
        let _ = scene.judge_both(&scene.avatar());
    }
}

/// A credential of a type that is none of ours: about no model, and with any number.
fn others() {
    const TICKET: &str = "https://shop.example/ns#Ticket";
    let mut scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    scene.policy = Policy::nobody().with_rule(Rule {
        did: scene.a.did(),
        types: vec![TICKET.to_owned()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    });
    scene.asset = AssetAsked::Given(Box::new(scene.creator.facts()));
    let asked = Asked::Credential(CredentialAsked {
        types: vec![CredentialType::Other],
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    });
    let mut ticket = scene.avatar();
    ticket.insert("type", ["VerifiableCredential", TICKET]);
    for name in ["\"Row 7\"", "0.30000000000000004"] {
        let subject = schemas::object! { "name" => json(name) };
        let ticket: Object = edited(&ticket, "credentialSubject", Some(Value::Object(subject)));
        let _ = scene.judge_bytes(&asked, &bytes(&ticket));
    }
}

#[test]
fn every_pair_of_the_map_is_in_some_report() {
    let soon = ROWS.iter().filter(|(id, _)| SOON.contains(id));
    let soon: Vec<fn()> = soon.map(|(_, test)| *test).collect();
    let others: [fn(); 8] = [
        documents,
        members,
        lists,
        names,
        models,
        others,
        ledger::every_answer,
        key_history::did_22_a_domain_in_other_hands_is_another_world,
    ];
    let all: Vec<fn()> = others.into_iter().chain(soon).collect();
    let found: BTreeSet<(CheckId, Reason)> = std::thread::scope(|scope| {
        let parts: Vec<_> = all
            .chunks(all.len().div_ceil(2))
            .map(|part| {
                scope.spawn(|| {
                    part.iter().for_each(|test| test());
                    reached()
                })
            })
            .collect();
        let found = parts.into_iter().map(|part| part.join().unwrap());
        found.flatten().collect()
    });
    let pairs = Reason::ALL
        .iter()
        .flat_map(|reason| reason.checks().iter().map(|check| (*check, *reason)));
    let silent: Vec<String> = pairs
        .filter(|pair| !found.contains(pair))
        .map(|(check, reason)| format!("{check} {reason}"))
        .collect();
    assert!(
        silent.is_empty(),
        "the map has what nothing here gives: {silent:#?}"
    );
}

//! What the verifier says: the honest case in every form, every check tripped alone, and faults that
//! must not hide behind each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::type_complexity,
    reason = "test code"
)]

#[path = "verdicts/changed_keys.rs"]
mod changed_keys;
#[path = "verdicts/hands.rs"]
mod hands;
#[path = "verdicts/leases.rs"]
mod leases;
#[path = "verdicts/ledger.rs"]
mod ledger;
#[path = "verdicts/names.rs"]
mod names;
#[path = "verdicts/sd_jwt.rs"]
mod sd_jwt;
#[path = "verdicts/status.rs"]
mod status;
#[path = "verdicts/together.rs"]
mod together;
#[path = "verdicts/trust.rs"]
mod trust;

use std::collections::BTreeSet;

use proofs::data_integrity::{ProofOptions, ProofPurpose};
use schemas::canonical;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::CredentialType;
use schemas::json::{Object, Value};
use schemas::license::{AvatarPermission, LicenseTerms};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{Creator, NONCE, World, json, key, present, query, terms};
use tests::fixed::now;
use tests::forge::{edited, reproved, resigned};
use tests::scene::assert_placed;
use verifier::names::{KnownName, NameKind};
use verifier::{
    Asked, AssetAsked, Audience, Challenge, Creators, CredentialAsked, Evidence, Holder, Missing,
    NameRules, OnLookAlike, Policy, PresentationAsked, Question, Report, StatusAsked, verify,
};

/// World A issued an avatar; the person stands before world B.
struct Scene {
    a: World,
    b: World,
    creator: Creator,
    policy: Policy,
    evidence: Evidence,
    asset: AssetAsked,
}

impl Scene {
    fn new() -> Self {
        Self::with_suite(Cryptosuite::EddsaJcs2022)
    }

    fn with_suite(suite: Cryptosuite) -> Self {
        let a = World::new("a.example").with_suite(suite);
        let policy = Policy::nobody().with_issuer(
            a.did(),
            vec![CredentialType::Avatar, CredentialType::Item],
            Creators::Any,
        );
        let evidence = Evidence::new().with_document(a.document(), now());
        Self {
            b: World::new("b.example"),
            creator: Creator::new("aoi"),
            policy,
            evidence,
            asset: AssetAsked::NotAsked,
            a,
        }
    }

    fn avatar(&self) -> Object {
        let holder = key("mika-1").did_key();
        self.a
            .issue(&self.a.avatar(&holder, self.creator.provenance()).unsigned())
    }

    fn presentation(&self) -> Object {
        present(&key("mika-1"), vec![self.avatar()], &self.b)
    }

    fn asked(&self) -> Asked {
        Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(NONCE).unwrap(),
            audience: Audience::new(self.b.client_id()),
            query: query(&[("avatar", CredentialType::Avatar.iri())]),
            transaction_data: Vec::new(),
        })
    }

    fn judge_bytes(&self, asked: &Asked, bytes: &[u8]) -> Report {
        let question = Question {
            asked,
            asset: &self.asset,
            policy: &self.policy,
        };
        let report = verify(&question, bytes, &self.evidence, now());
        assert_placed(&report);
        report
    }

    fn judge_token(&self, token: Object) -> Report {
        self.judge_bytes(&self.asked(), &canonical::object_to_bytes(&token))
    }

    fn judge(&self, presentation: Object) -> Report {
        self.judge_token(schemas::object! { "avatar" => vec![presentation] })
    }

    /// The avatar changed and signed again by world A, presented by its holder.
    fn reissued(&self, path: &str, value: Option<Value>) -> Report {
        let avatar = edited(&self.avatar(), path, value);
        self.judge(present_unchecked(&self.resign(&avatar), self))
    }

    fn resign(&self, credential: &Object) -> Object {
        let options = ProofOptions::assertion(self.a.suite, self.a.method(), now());
        resigned(credential, &options, &self.a.key())
    }
}

/// What the context has a word for may be said, in either form.
#[test]
fn terms_may_name_their_type() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for kind in [json(r#""LicenseTerms""#), json(r#"["LicenseTerms"]"#)] {
            let report = scene.reissued("credentialSubject/license/type", Some(kind));
            assert_eq!(report.headline(), None, "{:?}", report.details());
            assert_eq!(report.verdict(), Verdict::Accepted);
        }
        let other = scene.reissued("credentialSubject/license/type", Some(json(r#""Asset""#)));
        assert_eq!(other.headline(), Some((CheckId::Shape, Reason::CredType)));
    }
}

/// A presentation around anything at all, with a good proof.
fn present_unchecked(credential: &Object, scene: &Scene) -> Object {
    let holder = key("mika-1");
    let presentation = schemas::object! {
        "@context" => schemas::credential::CONTEXTS,
        "type" => ["VerifiablePresentation"],
        "holder" => &holder.did_key(),
        "verifiableCredential" => vec![credential.clone()],
    };
    resigned(&presentation, &vp_options(scene), &holder)
}

fn vp_options(scene: &Scene) -> ProofOptions {
    ProofOptions {
        suite: Cryptosuite::EddsaJcs2022,
        verification_method: key("mika-1").verification_method(),
        purpose: ProofPurpose::Authentication,
        created: now(),
        expires: None,
        challenge: Some(NONCE.to_owned()),
        domain: Some(scene.b.client_id()),
    }
}

#[test]
fn an_honest_presentation_is_accepted_with_either_suite() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        scene.asset = AssetAsked::Given(Box::new(scene.creator.facts()));
        let report = scene.judge(scene.presentation());
        assert_eq!(
            report.verdict(),
            Verdict::Accepted,
            "{:#?}",
            report.details()
        );
        for (check, outcome) in report.outcomes() {
            // Names are compared without being asked for, and then refuse nothing.
            let expected = match check {
                CheckId::Hands | CheckId::Name => Outcome::NotAsked,
                _ => Outcome::Passed,
            };
            assert_eq!(outcome, expected, "{check}");
        }
        let accepted = report.accepted().unwrap().credentials();
        assert_eq!(accepted.len(), 1);
        assert_eq!(accepted[0].query_id(), Some("avatar"));
        assert_eq!(accepted[0].issuer(), &scene.a.did());
        assert_eq!(accepted[0].holder(), Some(&key("mika-1").did_key()));
    }
}

#[test]
fn avatar_and_item_are_shown_with_a_key_each() {
    let scene = Scene::new();
    let item = scene
        .a
        .item(&key("mika-2").did_key(), scene.creator.provenance());
    let item = present(
        &key("mika-2"),
        vec![scene.a.issue(&item.unsigned())],
        &scene.b,
    );
    let asked = Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).unwrap(),
        audience: Audience::new(scene.b.client_id()),
        query: query(&[
            ("avatar", CredentialType::Avatar.iri()),
            ("item", CredentialType::Item.iri()),
        ]),
        transaction_data: Vec::new(),
    });
    let token = schemas::object! {
        "avatar" => vec![scene.presentation()],
        "item" => vec![item],
    };
    let report = scene.judge_bytes(&asked, &canonical::object_to_bytes(&token));
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
    assert_eq!(report.accepted().unwrap().credentials().len(), 2);
}

#[test]
fn a_document_is_fetched_only_after_trust() {
    let mut scene = Scene::new();
    scene.evidence = Evidence::new();
    let report = scene.judge(scene.presentation());
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(report.missing(), [Missing::DidDocument(scene.a.did())]);
    assert!(report.accepted().is_none());

    scene.policy = Policy::nobody();
    let report = scene.judge(scene.presentation());
    assert_eq!(
        report.headline(),
        Some((CheckId::Trust, Reason::CredIssuerUntrusted))
    );
    assert!(report.missing().is_empty());
}

#[test]
fn old_evidence_is_fetched_again_and_a_failed_fetch_decides_nothing() {
    let mut scene = Scene::new();
    let old = now().plus_seconds(-301);
    scene.evidence = Evidence::new().with_document(scene.a.document(), old);
    assert_eq!(scene.judge(scene.presentation()).missing().len(), 1);

    let failed = |reason| Evidence::new().without_document(scene.a.did(), reason, now());
    let unreachable = failed(Reason::DidResolutionFailed);
    let blocked = failed(Reason::DidResolutionBlocked);
    scene.evidence = unreachable;
    let report = scene.judge(scene.presentation());
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(
        report.headline(),
        Some((CheckId::Key, Reason::DidResolutionFailed))
    );
    assert!(report.missing().is_empty());
    scene.evidence = blocked;
    let report = scene.judge(scene.presentation());
    assert_eq!(
        report.headline(),
        Some((CheckId::Key, Reason::DidResolutionBlocked))
    );
    assert_eq!(report.verdict(), Verdict::Rejected);
}

/// One fault a case. Every check that can fail has one that trips it and it alone.
fn faults() -> Vec<(&'static str, CheckId, Reason, Report)> {
    let scene = Scene::new();
    let good = scene.presentation();
    let token = |object: &Object| {
        canonical::object_to_bytes(&schemas::object! { "avatar" => vec![object.clone()] })
    };
    let asked = scene.asked();
    let mut doubled = token(&good);
    doubled.splice(1..1, br#""avatar":[],"#.iter().copied());
    let stranger = key("mallory");
    let stolen = {
        let mut presentation = schemas::object! {
            "@context" => schemas::credential::CONTEXTS,
            "type" => ["VerifiablePresentation"],
            "verifiableCredential" => vec![scene.avatar()],
        };
        presentation.insert("holder", &stranger.did_key());
        let options = ProofOptions {
            verification_method: stranger.verification_method(),
            ..vp_options(&scene)
        };
        resigned(&presentation, &options, &stranger)
    };
    let vp = |options: ProofOptions| resigned(&good, &options, &key("mika-1"));
    let relayed = vp(ProofOptions {
        domain: Some(scene.a.client_id()),
        ..vp_options(&scene)
    });
    let homeless = vp(ProofOptions {
        domain: None,
        ..vp_options(&scene)
    });
    let replayed = vp(ProofOptions {
        challenge: Some("another-nonce-of-someone".to_owned()),
        ..vp_options(&scene)
    });
    let stale = vp(ProofOptions {
        created: now().plus_seconds(-301),
        ..vp_options(&scene)
    });
    let ahead = vp(ProofOptions {
        created: now().plus_seconds(121),
        ..vp_options(&scene)
    });
    let ended = vp(ProofOptions {
        expires: Some(now()),
        ..vp_options(&scene)
    });
    let for_claims = vp(ProofOptions {
        purpose: ProofPurpose::AssertionMethod,
        ..vp_options(&scene)
    });
    let unsigned = edited(&good, "proof", None);
    let first = "verifiableCredential/0";
    let inside = |path: &str, value| {
        // The presentation is signed around a credential that was edited after its own signing.
        present_unchecked(&edited(&scene.avatar(), path, value), &scene)
    };
    let loose = LicenseTerms {
        avatar_permission: Some(AvatarPermission::Everyone),
        ..terms()
    };
    let other_world = World::new("c.example");
    let from_elsewhere = other_world.issue(
        &other_world
            .avatar(&key("mika-1").did_key(), scene.creator.provenance())
            .unsigned(),
    );
    let second_key = edited(
        &scene.avatar(),
        "proof/verificationMethod",
        json(r#""did:web:a.example#key-2""#).into(),
    );
    let foreign_key = edited(
        &scene.avatar(),
        "proof/verificationMethod",
        json(r#""did:web:c.example#key-1""#).into(),
    );
    let mut untrusted_creator = Scene::new();
    untrusted_creator.policy = Policy::nobody().with_issuer(
        scene.a.did(),
        vec![CredentialType::Avatar],
        Creators::Listed(vec![key("somebody-else").did_key()]),
    );
    let mut other_file = Scene::new();
    other_file.asset = AssetAsked::Given(Box::new({
        let mut facts = scene.creator.facts();
        facts.sha256 = schemas::digest::Sha256Digest::of(b"another file");
        facts
    }));
    let mut imitated = Scene::new();
    imitated.policy = imitated.policy.with_names(NameRules {
        on_lookalike: OnLookAlike::Refuse,
        known: vec![KnownName {
            name: "Mіka".to_owned(),
            who: None,
            kind: NameKind::Persona,
        }],
    });
    let two = Value::from(vec![good.clone(), good.clone()]);
    let status = json(
        r#"{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://a.example/status/1"}"#,
    );
    vec![
        (
            "too large",
            CheckId::Size,
            Reason::InputTooLarge,
            scene.judge_bytes(&asked, &vec![b' '; 2 << 20]),
        ),
        (
            "too deep",
            CheckId::Size,
            Reason::InputTooDeep,
            scene.judge_bytes(&asked, "[".repeat(99).as_bytes()),
        ),
        (
            "a name twice",
            CheckId::Json,
            Reason::JsonDuplicateKey,
            scene.judge_bytes(&asked, &doubled),
        ),
        (
            "not JSON",
            CheckId::Json,
            Reason::ParseError,
            scene.judge_bytes(&asked, b"{'a':1}"),
        ),
        (
            "not an object",
            CheckId::Shape,
            Reason::VpMalformed,
            scene.judge_bytes(&asked, b"[]"),
        ),
        (
            "unknown query id",
            CheckId::Shape,
            Reason::VpMalformed,
            scene.judge_token(schemas::object! { "x" => vec![good.clone()] }),
        ),
        (
            "empty array",
            CheckId::Shape,
            Reason::VpMalformed,
            scene.judge_token(schemas::object! { "avatar" => Vec::<Value>::new() }),
        ),
        (
            "not an array",
            CheckId::Shape,
            Reason::VpMalformed,
            scene.judge_token(schemas::object! { "avatar" => good.clone() }),
        ),
        (
            "an undefined term",
            CheckId::Shape,
            Reason::TermUndefined,
            scene.judge(edited(
                &good,
                &format!("{first}/role"),
                Some("admin".into()),
            )),
        ),
        (
            "an unknown context",
            CheckId::Shape,
            Reason::CtxUnknown,
            scene.judge(edited(
                &good,
                "@context",
                Some(json(
                    r#"["https://www.w3.org/ns/credentials/v2","https://evil.example/v1"]"#,
                )),
            )),
        ),
        (
            "another type",
            CheckId::Shape,
            Reason::CredType,
            scene.judge(edited(
                &good,
                &format!("{first}/type"),
                Some(json(
                    r#"["VerifiableCredential","AvatarCredential","ItemCredential"]"#,
                )),
            )),
        ),
        (
            "an issuer nobody named",
            CheckId::Trust,
            Reason::CredIssuerUntrusted,
            scene.judge(present_unchecked(&from_elsewhere, &scene)),
        ),
        (
            "a key that is not there",
            CheckId::Key,
            Reason::VmNotFound,
            scene.judge(present_unchecked(&second_key, &scene)),
        ),
        (
            "a key of another world",
            CheckId::Key,
            Reason::IssuerKeyMismatch,
            scene.judge(present_unchecked(&foreign_key, &scene)),
        ),
        (
            "an empty set of proofs",
            CheckId::Proof,
            Reason::ProofMissing,
            scene.judge(edited(&good, "proof", Some(Value::Array(Vec::new())))),
        ),
        (
            "no proof",
            CheckId::Proof,
            Reason::ProofMissing,
            scene.judge(unsigned),
        ),
        (
            "license terms edited",
            CheckId::Proof,
            Reason::SigInvalid,
            scene.judge(inside(
                "credentialSubject/license/avatarPermission",
                Some("onlyAuthor".into()),
            )),
        ),
        (
            "a name edited in the provenance",
            CheckId::Proof,
            Reason::SigInvalid,
            scene.reissued(
                "credentialSubject/provenance/credentialSubject/name",
                Some("Mika2".into()),
            ),
        ),
        (
            "signed for claims",
            CheckId::Proof,
            Reason::ProofPurpose,
            scene.judge(for_claims),
        ),
        (
            "expired",
            CheckId::Time,
            Reason::CredExpired,
            scene.reissued("validUntil", Some(now().into())),
        ),
        (
            "not yet valid",
            CheckId::Time,
            Reason::CredExpired,
            scene.reissued("validFrom", Some(now().plus_seconds(121).into())),
        ),
        ("stale", CheckId::Time, Reason::VpStale, scene.judge(stale)),
        (
            "from the future",
            CheckId::Time,
            Reason::ProofCreatedFuture,
            scene.judge(ahead),
        ),
        (
            "a proof that has ended",
            CheckId::Time,
            Reason::ProofExpired,
            scene.judge(ended),
        ),
        (
            "another key presents",
            CheckId::Holder,
            Reason::VpHolderMismatch,
            scene.judge(stolen),
        ),
        (
            "nobody holds it",
            CheckId::Holder,
            Reason::HolderBindingMissing,
            scene.judge(edited(
                &good,
                &format!("{first}/credentialSubject/id"),
                None,
            )),
        ),
        (
            "another challenge",
            CheckId::Challenge,
            Reason::ProofChallenge,
            scene.judge(replayed),
        ),
        (
            "for another world",
            CheckId::Audience,
            Reason::VpAudience,
            scene.judge(relayed),
        ),
        (
            "for nobody",
            CheckId::Audience,
            Reason::ProofDomain,
            scene.judge(homeless),
        ),
        (
            "nothing shown",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            scene.judge_bytes(&asked, b"{}"),
        ),
        (
            "two where one was asked for",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            scene.judge_token(schemas::object! { "avatar" => two }),
        ),
        (
            "a status that cannot be asked",
            CheckId::Status,
            Reason::StatusUnavailable,
            scene.reissued("credentialStatus", Some(status)),
        ),
        (
            "an item that its ledger's credential does not name",
            CheckId::Ledger,
            Reason::LedgerEntryMissing,
            ledger::nameless(),
        ),
        (
            "an item of whose life a step is missing",
            CheckId::Hands,
            Reason::LedgerChainBroken,
            hands::broken(),
        ),
        (
            "a creator nobody named",
            CheckId::Provenance,
            Reason::AssetProvenanceUntrusted,
            untrusted_creator.judge(good.clone()),
        ),
        (
            "no provenance",
            CheckId::Provenance,
            Reason::ProvenanceMissing,
            scene.judge(edited(
                &good,
                &format!("{first}/credentialSubject/provenance"),
                None,
            )),
        ),
        (
            "looser terms",
            CheckId::License,
            Reason::LicenseLooser,
            scene.reissued("credentialSubject/license", Some(loose.to_object().into())),
        ),
        (
            "a name like a known one",
            CheckId::Name,
            Reason::NameLookalike,
            imitated.judge(good.clone()),
        ),
        (
            "another file",
            CheckId::Asset,
            Reason::AssetHashMismatch,
            other_file.judge(good.clone()),
        ),
    ]
}

#[test]
fn every_check_has_a_case_that_trips_it_alone() {
    let mut tripped = BTreeSet::new();
    for (title, check, reason, report) in faults() {
        assert_eq!(
            report.headline(),
            Some((check, reason)),
            "{title}: {:#?}",
            report.details()
        );
        assert!(report.accepted().is_none(), "{title}");
        let failed: BTreeSet<_> = report.details().iter().map(|detail| detail.check).collect();
        assert_eq!(
            failed,
            BTreeSet::from([check]),
            "{title}: {:#?}",
            report.details()
        );
        tripped.insert(check);
    }
    for check in CheckId::ALL {
        assert!(tripped.contains(&check), "nothing trips {check}");
    }
}

#[test]
fn the_headline_does_not_depend_on_which_fault_comes_first() {
    let scene = Scene::new();
    let avatar = edited(
        &scene.avatar(),
        "validUntil",
        Some(now().plus_seconds(-5).into()),
    );
    let options = ProofOptions {
        domain: Some("decentralized_identifier:did:web:evil.example".to_owned()),
        challenge: Some("another-nonce-of-someone".to_owned()),
        ..vp_options(&scene)
    };
    let presentation = resigned(
        &present_unchecked(&avatar, &scene),
        &options,
        &key("mika-1"),
    );
    let report = scene.judge(presentation);
    assert_eq!(
        report.headline(),
        Some((CheckId::Proof, Reason::SigInvalid))
    );
    let reasons: Vec<_> = report
        .details()
        .iter()
        .map(|detail| detail.reason)
        .collect();
    assert_eq!(
        reasons,
        [
            Reason::SigInvalid,
            Reason::CredExpired,
            Reason::ProofChallenge,
            Reason::VpAudience
        ]
    );
}

#[test]
fn validity_is_judged_on_the_second() {
    let scene = Scene::new();
    for (member, seconds, accepted) in [
        ("validUntil", 1, true),
        ("validUntil", 0, false),
        ("validFrom", 120, true),
        ("validFrom", 121, false),
    ] {
        let report = scene.reissued(member, Some(now().plus_seconds(seconds).into()));
        assert_eq!(report.accepted().is_some(), accepted, "{member} {seconds}");
    }
}

#[test]
fn a_set_of_proofs_stands_or_falls_together() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    let good = avatar.get("proof").unwrap().clone();
    let bad = edited(good.as_object().unwrap(), "created", Some(now().into()));
    let other = World::new("c.example");
    let options = ProofOptions::assertion(Cryptosuite::EddsaJcs2022, other.method(), now());
    let foreign = resigned(&avatar, &options, &other.key())
        .get("proof")
        .unwrap()
        .clone();
    for (set, reason) in [
        (vec![good.clone(), good.clone()], None),
        (
            vec![good.clone(), bad.clone().into()],
            Some(Reason::ProofSetPolicy),
        ),
        (vec![bad.into(), good.clone()], Some(Reason::ProofSetPolicy)),
        (vec![good.clone(), foreign], Some(Reason::ProofSetPolicy)),
    ] {
        let credential = edited(&avatar, "proof", Some(Value::Array(set)));
        let report = scene.judge(present_unchecked(&credential, &scene));
        assert_eq!(report.reason(), reason, "{:#?}", report.details());
    }
}

/// A verdict must not depend on what happened to be known: cold and warm differ in doubt alone.
#[test]
fn a_set_of_proofs_whose_document_is_not_known_yet_is_open_and_not_refused() {
    let mut scene = Scene::new();
    let avatar = scene.avatar();
    let good = avatar.get("proof").unwrap().clone();
    let credential = edited(
        &avatar,
        "proof",
        Some(Value::Array(vec![good.clone(), good])),
    );
    let presentation = present_unchecked(&credential, &scene);
    assert_eq!(
        scene.judge(presentation.clone()).verdict(),
        Verdict::Accepted
    );
    scene.evidence = Evidence::new();
    let report = scene.judge(presentation);
    assert_eq!(
        report.verdict(),
        Verdict::Indeterminate,
        "{:#?}",
        report.details()
    );
    assert_eq!(report.missing(), [Missing::DidDocument(scene.a.did())]);
}

/// A credential with two faults: the first reason is the same whether the key is known or fetched.
#[test]
fn the_first_reason_does_not_depend_on_what_is_known() {
    let mut scene = Scene::new();
    let loose = LicenseTerms {
        avatar_permission: Some(AvatarPermission::Everyone),
        ..terms()
    };
    let avatar = edited(
        &scene.avatar(),
        "credentialSubject/license",
        Some(loose.to_object().into()),
    );
    let presentation = present_unchecked(&avatar, &scene);
    let warm = scene.judge(presentation.clone());
    assert_eq!(warm.headline(), Some((CheckId::Proof, Reason::SigInvalid)));
    let known = std::mem::take(&mut scene.evidence);
    let cold = scene.judge(presentation.clone());
    assert_eq!(cold.verdict(), Verdict::Rejected);
    assert_eq!(cold.missing(), [Missing::DidDocument(scene.a.did())]);
    scene.evidence = known;
    assert_eq!(scene.judge(presentation).headline(), warm.headline());
}

/// What an issuer writes into a proof, every world sees and no person is shown. A nonce is random,
/// and too short for much of a message.
#[test]
fn an_issuer_s_proof_carries_no_messages() {
    let scene = Scene::new();
    let with = |name: &str, value: &str| {
        let avatar = reproved(&scene.avatar(), name, value.into(), &scene.a.key());
        scene.judge(present_unchecked(&avatar, &scene))
    };
    for (name, value) in [
        ("challenge", "this is Bob"),
        ("domain", "this is Bob"),
        ("nonce", &"b".repeat(97)),
    ] {
        assert_eq!(
            with(name, value).headline(),
            Some((CheckId::Proof, Reason::ProofMalformed)),
            "{name}"
        );
    }
    let report = with("nonce", &"b".repeat(96));
    assert_eq!(report.verdict(), Verdict::Accepted);
}

/// Two statements about one file, the second looser than the file: both are judged.
#[test]
fn every_credential_about_a_file_is_judged_with_it() {
    let mut scene = Scene::new();
    scene.asset = AssetAsked::Given(Box::new(scene.creator.facts()));
    let mut loose = scene.creator.statement();
    loose.license.avatar_permission = Some(AvatarPermission::Everyone);
    let loose = scene.creator.sign(&loose.unsigned());
    let holder = key("mika-2");
    let item = scene
        .a
        .issue(&scene.a.item(&holder.did_key(), loose).unsigned());
    let asked = Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).unwrap(),
        audience: Audience::new(scene.b.client_id()),
        query: query(&[
            ("avatar", CredentialType::Avatar.iri()),
            ("item", CredentialType::Item.iri()),
        ]),
        transaction_data: Vec::new(),
    });
    let token = schemas::object! {
        "avatar" => vec![scene.presentation()],
        "item" => vec![present(&holder, vec![item], &scene.b)],
    };
    let report = scene.judge_bytes(&asked, &canonical::object_to_bytes(&token));
    assert_eq!(
        report.headline(),
        Some((CheckId::Asset, Reason::AssetMetaMismatch))
    );
}

#[test]
fn nothing_answers_no_query_not_even_one_of_options() {
    let scene = Scene::new();
    let query = json(
        r#"{"credentials":[{"id":"avatar","format":"ldp_vc","meta":{}}],
            "credential_sets":[{"options":[["avatar"]],"required":false}]}"#,
    );
    let asked = Asked::Presentation(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge: Challenge::new(NONCE).unwrap(),
        audience: Audience::new(scene.b.client_id()),
        query: schemas::message::Message::from_value(&query).unwrap(),
        transaction_data: Vec::new(),
    });
    let report = scene.judge_bytes(&asked, b"{}");
    assert_eq!(
        report.headline(),
        Some((CheckId::Query, Reason::VpQueryUnsatisfied))
    );
}

#[test]
fn a_single_credential_is_judged_against_the_key_that_should_hold_it() {
    let scene = Scene::new();
    let bytes = canonical::object_to_bytes(&scene.avatar());
    let asked = |types: &[CredentialType], holder| {
        Asked::Credential(CredentialAsked {
            types: types.to_vec(),
            holder,
            status: StatusAsked::Asked,
        })
    };
    let avatar = [CredentialType::Avatar];
    let mine = Holder::Key(key("mika-1").did_key());
    let report = scene.judge_bytes(&asked(&avatar, mine), &bytes);
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
    assert_eq!(report.outcome(CheckId::Challenge), Outcome::NotAsked);
    let report = scene.judge_bytes(&asked(&avatar, Holder::Anyone), &bytes);
    assert_eq!(report.verdict(), Verdict::Accepted);
    assert_eq!(report.outcome(CheckId::Holder), Outcome::NotAsked);
    let theirs = Holder::Key(key("mallory").did_key());
    let report = scene.judge_bytes(&asked(&avatar, theirs), &bytes);
    assert_eq!(
        report.headline(),
        Some((CheckId::Holder, Reason::VpHolderMismatch))
    );
    let report = scene.judge_bytes(&asked(&[CredentialType::Item], Holder::Anyone), &bytes);
    assert_eq!(report.headline(), Some((CheckId::Shape, Reason::CredType)));
}

#[test]
fn a_stranger_s_document_is_never_asked_for() {
    // The holder names a did:web, and so does the creator inside a forged credential.
    let scene = Scene::new();
    let web_holder = edited(
        &scene.presentation(),
        "holder",
        Some("did:web:evil.example".into()),
    );
    let report = scene.judge(web_holder);
    assert!(report.missing().is_empty());
    assert_eq!(
        report.outcome(CheckId::Key),
        Outcome::Failed(Reason::DidMethodUnsupported)
    );
    let forged = edited(
        &scene.avatar(),
        "credentialSubject/provenance/issuer",
        Some("did:web:evil.example".into()),
    );
    let report = scene.judge(present_unchecked(&forged, &scene));
    assert!(report.missing().is_empty(), "{:#?}", report.missing());
    assert_eq!(report.verdict(), Verdict::Rejected);
}

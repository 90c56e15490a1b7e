//! SD-JWT credentials: the honest case in every form, every check tripped alone, and what follows from
//! the question and from nothing else.

use std::collections::BTreeSet;

use proofs::did_document::{DidDocument, build, key_history_service};
use proofs::jws::{KeyRef, Typ, sign};
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::{CredentialType, Format, Subject, Validity};
use schemas::dcql::DcqlQuery;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Number, Object, Value};
use schemas::key_history::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use schemas::license::{AvatarPermission, LicenseTerms};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{World, json, key, terms};
use tests::fixed::now;
use tests::scene::Scene;
use tests::sd_jwt::{AVATAR_CLAIMS, Forged, ITEM_CLAIMS, sd_query, sd_token};
use verifier::names::{KnownName, NameKind};
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Evidence, Holder, Missing, NameRules,
    OnLookAlike, Policy, PresentationAsked, Report, Rule, StatusAsked, VerifiedKeyHistory,
};

const AVATAR: &str = CredentialType::Avatar.iri();

/// A type that is none of ours, and that the policy names.
const PASS: &str = "https://t.example/Pass";

fn seconds(ahead: i64) -> Option<Value> {
    Number::from_i64(now().plus_seconds(ahead).unix()).map(Value::Number)
}

/// World B also believes world A for passes.
fn with_passes(mut scene: Scene) -> Scene {
    scene.policy = scene.policy.with_rule(Rule {
        did: scene.a.did(),
        types: vec![PASS.to_owned()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    });
    scene
}

/// The same token for a pass, with one claim that is disclosed.
fn pass(scene: &Scene) -> Forged {
    let mut parts = Forged::of(&scene.sd_avatar());
    parts.disclosures.clear();
    parts
        .claiming("_sd", None)
        .claiming("vct", Some(PASS.into()))
        .disclosing("room", "7")
}

#[track_caller]
fn accepted(report: &Report) {
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
}

#[track_caller]
fn failed(report: &Report, check: CheckId, reason: Reason) {
    assert_eq!(
        report.headline(),
        Some((check, reason)),
        "{:#?}",
        report.details()
    );
    assert_eq!(report.verdict(), Verdict::Rejected);
    assert!(report.accepted().is_none());
}

fn query(text: &str) -> DcqlQuery {
    DcqlQuery::from_value(&json(text)).unwrap()
}

#[test]
fn an_honest_presentation_is_accepted_with_either_key_type() {
    for suite in [Cryptosuite::EddsaJcs2022, Cryptosuite::EcdsaJcs2019] {
        let mut scene = Scene::with_suite(suite);
        scene.asset = AssetAsked::Given(Box::new(scene.creator.facts()));
        let report = scene.judge_sd(&scene.sd_bound(&scene.sd_avatar()));
        accepted(&report);
        for (check, outcome) in report.outcomes() {
            let expected = match check {
                CheckId::Hands | CheckId::Name => Outcome::NotAsked,
                _ => Outcome::Passed,
            };
            assert_eq!(outcome, expected, "{check}");
        }
        let credentials = report.accepted().unwrap().credentials();
        assert_eq!(credentials.len(), 1);
        let credential = &credentials[0];
        assert_eq!(credential.query_id(), Some("avatar"));
        assert_eq!(credential.format(), Format::DcSdJwt);
        assert_eq!(credential.kind(), CredentialType::Avatar);
        assert_eq!(credential.issuer(), &scene.a.did());
        assert_eq!(credential.holder(), Some(&scene.holder().did_key()));
        let Subject::Avatar(avatar) = credential.subject() else {
            panic!("everything was disclosed");
        };
        assert_eq!(avatar.persona_name, "Mika");
        assert_eq!(avatar.license, terms());
        // Digests are gone, and what they were of is there.
        assert!(!credential.object().contains_key("_sd"));
        assert!(credential.object().contains_key("provenance"));

        let asked = scene.sd_asked_for(sd_query(CredentialType::Item.iri(), &ITEM_CLAIMS));
        let shown = scene.sd_bound(&scene.sd_item());
        let report = scene.judge_bytes(&asked, &sd_token(&shown));
        accepted(&report);
        let credentials = report.accepted().unwrap().credentials();
        assert!(matches!(credentials[0].subject(), Subject::Item(item) if item.serial == 42));
    }
}

#[test]
fn a_wallet_judges_what_it_receives() {
    let scene = Scene::new();
    let asked = scene.asked_by_wallet();
    let report = scene.judge_bytes(&asked, scene.sd_avatar().as_bytes());
    accepted(&report);
    for (check, outcome) in report.outcomes() {
        let expected = match check {
            CheckId::Challenge | CheckId::Audience | CheckId::Query => Outcome::NotAsked,
            CheckId::Hands | CheckId::Name | CheckId::Asset => Outcome::NotAsked,
            _ => Outcome::Passed,
        };
        assert_eq!(outcome, expected, "{check}");
    }
    // White space around a text in a file is none of it.
    let in_a_file = format!(" {}\n", scene.sd_avatar());
    accepted(&scene.judge_bytes(&asked, in_a_file.as_bytes()));

    let stranger = Asked::Credential(CredentialAsked {
        types: vec![CredentialType::Avatar],
        holder: Holder::Key(key("mallory").did_key()),
        status: StatusAsked::Asked,
    });
    let report = scene.judge_bytes(&stranger, scene.sd_avatar().as_bytes());
    failed(&report, CheckId::Holder, Reason::VpHolderMismatch);
    let report = scene.judge_bytes(&asked, scene.sd_bound(&scene.sd_avatar()).as_bytes());
    failed(&report, CheckId::Shape, Reason::SdHolderReject);
    for claim in AVATAR_CLAIMS {
        let text = scene.sd_forged(|parts| parts.keeping_back(claim));
        let report = scene.judge_bytes(&asked, text.as_bytes());
        failed(&report, CheckId::Shape, Reason::SdHolderReject);
    }
}

/// One fault a case. Every check that can fail has one that trips it and it alone.
fn faults() -> Vec<(&'static str, CheckId, Reason, Report)> {
    let scene = Scene::new();
    let good = scene.sd_avatar();
    let shown = scene.sd_bound(&good);
    let forged = |change: &dyn Fn(Forged) -> Forged| {
        let text = scene.sd_forged(change);
        scene.judge_sd(&scene.sd_bound(&text))
    };
    let with = |name: &'static str, value: Option<Value>| {
        forged(&move |parts| parts.claiming(name, value.clone()))
    };
    let headed = |name: &'static str, value: Option<Value>| {
        forged(&move |parts| parts.headed(name, value.clone()))
    };
    let bound = |name: &str, value: Option<Value>| {
        let binding = scene.sd_binding().claiming(name, value);
        scene.judge_sd(&binding.attach(&good, &scene.holder()))
    };
    let asking = |text: &str| {
        let asked = scene.sd_asked_for(query(text));
        scene.judge_bytes(&asked, &sd_token(&shown))
    };
    let loose = LicenseTerms {
        avatar_permission: Some(AvatarPermission::Everyone),
        ..terms()
    };
    let loose = Value::from(loose.to_object());
    let mut untrusted_creator = Scene::new();
    untrusted_creator.policy = Policy::nobody().with_issuer(
        scene.a.did(),
        vec![CredentialType::Avatar],
        Creators::Listed(vec![key("somebody-else").did_key()]),
    );
    let mut other_file = Scene::new();
    other_file.asset = AssetAsked::Given(Box::new({
        let mut facts = scene.creator.facts();
        facts.sha256 = Sha256Digest::of(b"another file");
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
    let mut nobody = Scene::new();
    nobody.policy = Policy::nobody();
    let deep = (0..70).fold(Value::Null, |value, _| Value::Array(vec![value]));
    let twice = {
        // No honest writer can write it.
        let payload = r#"{"iss":"did:web:a.example","iss":"did:web:b.example"}"#;
        let header = shown.split('.').next().unwrap();
        format!(
            "{header}.{}.{}~",
            base64url::encode(payload.as_bytes()),
            "A".repeat(86)
        )
    };
    let edited = {
        let parts = Forged::of(&good).claiming("exp", seconds(2 * 86_400));
        let signature = good.split('~').next().unwrap().rsplit_once('.').unwrap().1;
        let text = parts.text(&scene.a.key());
        let (token, rest) = text.split_once('~').unwrap();
        let signed = token.rsplit_once('.').unwrap().0;
        format!("{signed}.{signature}~{rest}")
    };
    vec![
        (
            "too deep",
            CheckId::Size,
            Reason::InputTooDeep,
            forged(&|parts| parts.claiming("x", Some(deep.clone()))),
        ),
        (
            "a name twice",
            CheckId::Json,
            Reason::JsonDuplicateKey,
            scene.judge_sd(&twice),
        ),
        (
            "no text",
            CheckId::Shape,
            Reason::VpMalformed,
            scene.judge_bytes(&scene.sd_asked(), br#"{"avatar":[1]}"#),
        ),
        (
            "no SD-JWT",
            CheckId::Shape,
            Reason::SdMalformed,
            scene.judge_sd("a.b.c"),
        ),
        (
            "a token of another slot",
            CheckId::Shape,
            Reason::JwtTyp,
            headed("typ", Some("JWT".into())),
        ),
        (
            "an expiry as text",
            CheckId::Shape,
            Reason::ClaimType,
            with("exp", Some("4102444800".into())),
        ),
        (
            "an extension",
            CheckId::Shape,
            Reason::UnknownExtension,
            with("role", Some("admin".into())),
        ),
        (
            "a type that nobody named",
            CheckId::Shape,
            Reason::CredType,
            with("vct", Some("https://t.example/Pass".into())),
        ),
        (
            "an issuer nobody named",
            CheckId::Trust,
            Reason::CredIssuerUntrusted,
            nobody.judge_sd(&shown),
        ),
        (
            "a key that is not there",
            CheckId::Key,
            Reason::VmNotFound,
            headed("kid", Some("did:web:a.example#key-2".into())),
        ),
        (
            "a key of another world",
            CheckId::Key,
            Reason::IssuerKeyMismatch,
            headed("kid", Some("did:web:c.example#key-1".into())),
        ),
        (
            "no name of a key",
            CheckId::Key,
            Reason::IssuerKeyMismatch,
            headed("kid", None),
        ),
        (
            "an issuer that is no DID",
            CheckId::Key,
            Reason::IssuerKeyMismatch,
            with("iss", Some("https://a.example".into())),
        ),
        (
            "edited",
            CheckId::Proof,
            Reason::SigInvalid,
            scene.judge_sd(&scene.sd_bound(&edited)),
        ),
        (
            "another key binds it",
            CheckId::Proof,
            Reason::SigInvalid,
            scene.judge_sd(&scene.sd_binding().attach(&good, &key("mallory"))),
        ),
        (
            "bound to other disclosures",
            CheckId::Proof,
            Reason::KbSdHash,
            bound("sd_hash", Some("AAAA".into())),
        ),
        (
            "a binding of another type",
            CheckId::Proof,
            Reason::KbTyp,
            scene.judge_sd(
                &scene
                    .sd_binding()
                    .headed("typ", Some("JWT".into()))
                    .attach(&good, &scene.holder()),
            ),
        ),
        (
            "expired",
            CheckId::Time,
            Reason::CredExpired,
            with("exp", seconds(0)),
        ),
        (
            "not yet valid",
            CheckId::Time,
            Reason::CredExpired,
            with("nbf", seconds(121)),
        ),
        (
            "made in the future",
            CheckId::Time,
            Reason::ProofCreatedFuture,
            with("iat", seconds(121)),
        ),
        (
            "a date beyond all dates",
            CheckId::Time,
            Reason::DateMalformed,
            with("exp", Some(json("9007199254740991"))),
        ),
        (
            "a stale binding",
            CheckId::Time,
            Reason::KbIat,
            bound("iat", seconds(-301)),
        ),
        (
            "a binding from the future",
            CheckId::Time,
            Reason::KbIat,
            bound("iat", seconds(121)),
        ),
        (
            "a binding without a date",
            CheckId::Time,
            Reason::KbIat,
            bound("iat", None),
        ),
        (
            "not bound",
            CheckId::Holder,
            Reason::KbMissing,
            scene.judge_sd(&good),
        ),
        (
            "bound to nobody",
            CheckId::Holder,
            Reason::HolderBindingMissing,
            with("cnf", None),
        ),
        (
            "bound in a way that nobody reads",
            CheckId::Holder,
            Reason::CnfUnsupported,
            with("cnf", Some(json(r#"{"jku":"https://a.example/keys"}"#))),
        ),
        (
            "another challenge",
            CheckId::Challenge,
            Reason::KbAud,
            bound("nonce", Some("another-nonce-of-someone".into())),
        ),
        (
            "no challenge",
            CheckId::Challenge,
            Reason::KbAud,
            bound("nonce", None),
        ),
        (
            "for another world",
            CheckId::Audience,
            Reason::KbAud,
            bound("aud", Some(scene.a.client_id().into())),
        ),
        (
            "for several",
            CheckId::Audience,
            Reason::KbAud,
            bound("aud", Some(vec![scene.b.client_id()].into())),
        ),
        (
            "another type than was asked for",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            asking(
                r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{"vct_values":["https://w3id.org/omote/v1#ItemCredential"]}}]}"#,
            ),
        ),
        (
            "a claim that is not there",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            asking(
                r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{},"claims":[{"path":["age"]}]}]}"#,
            ),
        ),
        (
            "another value",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            asking(
                r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{},"claims":[{"path":["personaName"],"values":["Aoi"]}]}]}"#,
            ),
        ),
        (
            "an authority that nobody is",
            CheckId::Query,
            Reason::VpQueryUnsatisfied,
            asking(
                r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{},"trusted_authorities":[{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]}]}"#,
            ),
        ),
        (
            "a transaction that nobody asked for",
            CheckId::Query,
            Reason::KbTransactionData,
            scene.judge_sd(
                &scene
                    .sd_binding()
                    .authorizing(&["AAAA"])
                    .attach(&good, &scene.holder()),
            ),
        ),
        (
            "a status of another kind",
            CheckId::Status,
            Reason::StatusType,
            with("status", Some(json(r#"{"identifier_list":{"id":"1"}}"#))),
        ),
        (
            "an item that has moved on",
            CheckId::Ledger,
            Reason::ItemMoved,
            crate::ledger::moved_token(),
        ),
        (
            "an item of whose life a step is missing",
            CheckId::Hands,
            Reason::LedgerChainBroken,
            crate::hands::broken_token(),
        ),
        (
            "a creator nobody named",
            CheckId::Provenance,
            Reason::AssetProvenanceUntrusted,
            untrusted_creator.judge_sd(&shown),
        ),
        (
            "looser terms",
            CheckId::License,
            Reason::LicenseLooser,
            forged(&|parts| {
                parts
                    .keeping_back("license")
                    .disclosing("license", loose.clone())
            }),
        ),
        (
            "a name like a known one",
            CheckId::Name,
            Reason::NameLookalike,
            imitated.judge_sd(&shown),
        ),
        (
            "another file",
            CheckId::Asset,
            Reason::AssetHashMismatch,
            other_file.judge_sd(&shown),
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
fn times_are_judged_on_the_second() {
    let scene = Scene::new();
    for (claim, ahead, good) in [
        ("exp", 1, true),
        ("exp", 0, false),
        ("nbf", 120, true),
        ("nbf", 121, false),
        ("iat", 120, true),
        ("iat", 121, false),
    ] {
        let text = scene.sd_forged(|parts| parts.claiming(claim, seconds(ahead)));
        let report = scene.judge_sd(&scene.sd_bound(&text));
        assert_eq!(report.accepted().is_some(), good, "{claim} {ahead}");
    }
    for (ahead, good) in [(-300, true), (-301, false), (120, true), (121, false)] {
        let binding = scene.sd_binding().claiming("iat", seconds(ahead));
        let shown = binding.attach(&scene.sd_avatar(), &scene.holder());
        assert_eq!(
            scene.judge_sd(&shown).accepted().is_some(),
            good,
            "kb {ahead}"
        );
    }
    // A number need not be whole.
    let whole = now().plus_seconds(1).unix();
    let exp = json(&format!("{whole}.5"));
    let text = scene.sd_forged(|parts| parts.claiming("exp", Some(exp)));
    accepted(&scene.judge_sd(&scene.sd_bound(&text)));
}

/// What is asked follows from the query: a claim that was asked for and is kept back refuses, one that
/// was not asked for is nobody's business.
#[test]
fn provenance_and_license_are_asked_when_the_query_asks_for_them() {
    let scene = Scene::new();
    let shown_without = |kept: &[&str]| {
        let text = scene.sd_forged(|parts| {
            kept.iter()
                .fold(parts, |parts, claim| parts.keeping_back(claim))
        });
        sd_token(&scene.sd_bound(&text))
    };
    let outcomes = |asked: &[&str], kept: &[&str]| {
        let asked = scene.sd_asked_for(sd_query(AVATAR, asked));
        let report = scene.judge_bytes(&asked, &shown_without(kept));
        let of = |check| report.outcome(check);
        (
            report.verdict(),
            of(CheckId::Provenance),
            of(CheckId::License),
        )
    };
    let (passed, not_asked) = (Outcome::Passed, Outcome::NotAsked);
    let missing = Outcome::Failed(Reason::ProvenanceMissing);
    let blocked = Outcome::Blocked(CheckId::Query);
    let both = ["license", "provenance"];
    for (asked, kept, expected) in [
        (&both[..], &[][..], (Verdict::Accepted, passed, passed)),
        (&both, &["license"], (Verdict::Rejected, passed, blocked)),
        (
            &both,
            &["provenance"],
            (Verdict::Rejected, missing, blocked),
        ),
        // One of the two alone: there is nothing to compare.
        (
            &["provenance"],
            &["license"],
            (Verdict::Accepted, passed, not_asked),
        ),
        (
            &["license"],
            &["provenance"],
            (Verdict::Accepted, not_asked, not_asked),
        ),
        (
            &["personaName"],
            &both,
            (Verdict::Accepted, not_asked, not_asked),
        ),
        (
            &[],
            &AVATAR_CLAIMS,
            (Verdict::Accepted, not_asked, not_asked),
        ),
    ] {
        assert_eq!(outcomes(asked, kept), expected, "{asked:?} {kept:?}");
    }
    // Disclosed without being asked for: judged all the same.
    let mut strict = Scene::new();
    strict.policy = Policy::nobody().with_issuer(
        strict.a.did(),
        vec![CredentialType::Avatar],
        Creators::Listed(Vec::new()),
    );
    let asked = strict.sd_asked_for(sd_query(AVATAR, &["personaName"]));
    let shown = sd_token(&strict.sd_bound(&strict.sd_avatar()));
    let report = strict.judge_bytes(&asked, &shown);
    failed(
        &report,
        CheckId::Provenance,
        Reason::AssetProvenanceUntrusted,
    );
}

#[test]
fn what_is_disclosed_in_part_is_told_in_part() {
    let scene = Scene::new();
    let asked = scene.sd_asked_for(sd_query(AVATAR, &["personaName"]));
    let text = scene.sd_forged(|parts| parts.keeping_back("license").keeping_back("provenance"));
    let report = scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)));
    accepted(&report);
    let credential = &report.accepted().unwrap().credentials()[0];
    assert_eq!(credential.kind(), CredentialType::Avatar);
    let Subject::Partial(partial) = credential.subject() else {
        panic!("not all of it was disclosed");
    };
    assert_eq!(partial.persona_name.as_deref(), Some("Mika"));
    assert_eq!(partial.holder, scene.holder().did_key());
    assert_eq!(partial.license, None);
    assert_eq!(partial.provenance, None);
    assert_eq!(credential.subject().license(), None);
    // A file cannot be the one of a credential that names none.
    let mut scene = Scene::new();
    scene.asset = AssetAsked::Given(Box::new(scene.creator.facts()));
    let report = scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)));
    failed(&report, CheckId::Asset, Reason::ProvenanceMissing);
}

#[test]
fn a_binding_is_asked_for_unless_the_query_says_that_none_is() {
    let scene = Scene::new();
    let bearer = scene.sd_asked_for(query(&format!(
        r#"{{"credentials":[{{"id":"avatar","format":"dc+sd-jwt","meta":{{"vct_values":["{AVATAR}"]}},
            "require_cryptographic_holder_binding":false}}]}}"#
    )));
    let good = scene.sd_avatar();
    let report = scene.judge_bytes(&bearer, &sd_token(&good));
    accepted(&report);
    for check in [CheckId::Holder, CheckId::Challenge, CheckId::Audience] {
        assert_eq!(report.outcome(check), Outcome::NotAsked, "{check}");
    }
    // One that is there is judged.
    accepted(&scene.judge_bytes(&bearer, &sd_token(&scene.sd_bound(&good))));
    let stolen = scene.sd_binding().attach(&good, &key("mallory"));
    let report = scene.judge_bytes(&bearer, &sd_token(&stolen));
    failed(&report, CheckId::Proof, Reason::SigInvalid);
    let elsewhere = scene
        .sd_binding()
        .claiming("aud", Some("https://c.example".into()));
    let report = scene.judge_bytes(
        &bearer,
        &sd_token(&elsewhere.attach(&good, &scene.holder())),
    );
    failed(&report, CheckId::Audience, Reason::KbAud);

    // A document by itself, likewise, and only then.
    let document = |binding: &str| {
        scene.sd_asked_for(query(&format!(
            r#"{{"credentials":[{{"id":"avatar","format":"ldp_vc","meta":{{}}{binding}}}]}}"#
        )))
    };
    let bare = canonical::object_to_bytes(&schemas::object! { "avatar" => [scene.avatar()] });
    let free = document(r#","require_cryptographic_holder_binding":false"#);
    accepted(&scene.judge_bytes(&free, &bare));
    let report = scene.judge_bytes(&document(""), &bare);
    failed(&report, CheckId::Shape, Reason::VpMalformed);
    // Beside a part that asks for one, the other is not spared.
    let two = scene.sd_asked_for(query(
        r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{}},
            {"id":"item","format":"dc+sd-jwt","meta":{},"require_cryptographic_holder_binding":false}]}"#,
    ));
    let token = |avatar: &str| {
        let token = schemas::object! { "avatar" => [avatar], "item" => [scene.sd_item()] };
        canonical::object_to_bytes(&token)
    };
    accepted(&scene.judge_bytes(&two, &token(&scene.sd_bound(&good))));
    let report = scene.judge_bytes(&two, &token(&good));
    failed(&report, CheckId::Holder, Reason::KbMissing);
}

fn statement(ids: &[&str], text: &str) -> String {
    let object: Object = schemas::object! {
        "type" => "https://w3id.org/omote/v1#Statement",
        "credential_ids" => ids.to_vec(),
        "transaction_data_hashes_alg" => ["sha-256"],
        "text" => text,
    };
    base64url::encode(&canonical::object_to_bytes(&object))
}

#[test]
fn every_transaction_is_authorized_in_order_and_no_other() {
    let scene = Scene::new();
    let [first, second, elsewhere] = [
        statement(&["avatar"], "Pay 1"),
        statement(&["avatar", "item"], "Pay 2"),
        statement(&["item"], "Pay 3"),
    ];
    let parts = |sent: &[&String]| {
        let Asked::Presentation(asked) = scene.sd_asked_for(query(
            r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{}},{"id":"item","format":"dc+sd-jwt","meta":{}}]}"#,
        )) else {
            unreachable!("a presentation is asked for");
        };
        Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            transaction_data: sent.iter().map(|text| (*text).clone()).collect(),
            ..asked
        })
    };
    let report = |sent: &[&String], by_avatar: &[&String], by_item: &[&String]| {
        let bound = |text: &str, authorized: &[&String]| {
            let binding = scene.sd_binding();
            let texts: Vec<&str> = authorized.iter().map(|text| text.as_str()).collect();
            let binding = match texts.as_slice() {
                [] => binding,
                texts => binding.authorizing(texts),
            };
            binding.attach(text, &scene.holder())
        };
        let token = schemas::object! {
            "avatar" => [bound(&scene.sd_avatar(), by_avatar)],
            "item" => [bound(&scene.sd_item(), by_item)],
        };
        scene.judge_bytes(&parts(sent), &canonical::object_to_bytes(&token))
    };
    accepted(&report(&[], &[], &[]));
    accepted(&report(&[&first], &[&first], &[]));
    accepted(&report(&[&first, &second], &[&first, &second], &[]));
    accepted(&report(&[&first, &second], &[&first], &[&second]));
    accepted(&report(
        &[&first, &second, &elsewhere],
        &[&first],
        &[&second, &elsewhere],
    ));
    let other = statement(&["avatar"], "Pay 9");
    for (title, sent, by_avatar, by_item) in [
        ("missing", vec![&first], vec![], vec![]),
        ("one missing", vec![&first, &second], vec![&first], vec![]),
        ("extra", vec![&first], vec![&first, &other], vec![]),
        ("nobody asked", vec![], vec![&first], vec![]),
        ("another", vec![&first], vec![&other], vec![]),
        (
            "reordered",
            vec![&first, &second],
            vec![&second, &first],
            vec![],
        ),
        ("twice", vec![&first], vec![&first, &first], vec![]),
        ("by another credential", vec![&first], vec![], vec![&first]),
    ] {
        let report = report(&sent, &by_avatar, &by_item);
        assert_eq!(
            report.headline(),
            Some((CheckId::Query, Reason::KbTransactionData)),
            "{title}"
        );
    }
    // A text that cannot be read is authorized by nobody.
    let report = report(&[&"AAAA".to_owned()], &[&"AAAA".to_owned()], &[]);
    failed(&report, CheckId::Query, Reason::KbTransactionData);
    // Where digests are named, the answer names its own; and it has to be texts.
    for (name, value) in [
        ("transaction_data_hashes_alg", None),
        ("transaction_data_hashes_alg", Some("sha-512".into())),
        ("transaction_data_hashes", Some(json("\"x\""))),
        ("transaction_data_hashes", Some(json("[1]"))),
    ] {
        let Asked::Presentation(asked) = scene.sd_asked() else {
            unreachable!("a presentation is asked for");
        };
        let asked = Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            transaction_data: vec![first.clone()],
            ..asked
        });
        let binding = scene.sd_binding().authorizing(&[&first]);
        let shown = binding
            .claiming(name, value)
            .attach(&scene.sd_avatar(), &scene.holder());
        let report = scene.judge_bytes(&asked, &sd_token(&shown));
        failed(&report, CheckId::Query, Reason::KbTransactionData);
    }
}

#[test]
fn the_issuer_is_whoever_its_did_says() {
    let scene = Scene::new();
    // A fragment is one of the issuer's document.
    let text = scene.sd_forged(|parts| parts.headed("kid", Some("#key-1".into())));
    accepted(&scene.judge_sd(&scene.sd_bound(&text)));
    for (kid, reason) in [
        ("#", Reason::VmMalformed),
        ("key-1", Reason::IssuerKeyMismatch),
        ("https://a.example/keys#1", Reason::IssuerKeyMismatch),
        ("did:web:a.example", Reason::VmMalformed),
        (
            "did:web:a.example.evil.example#key-1",
            Reason::IssuerKeyMismatch,
        ),
    ] {
        let text = scene.sd_forged(|parts| parts.headed("kid", Some(kid.into())));
        let report = scene.judge_sd(&scene.sd_bound(&text));
        assert_eq!(report.headline(), Some((CheckId::Key, reason)), "{kid}");
    }
    // A DID that is its key needs no name for it.
    for encode in [proofs::did_key::encode, proofs::did_jwk::encode] {
        let mut scene = Scene::new();
        let issuer = encode(&scene.a.key().verifying_key());
        scene.policy = Policy::nobody().with_issuer(
            issuer.clone(),
            vec![CredentialType::Avatar],
            Creators::Any,
        );
        scene.evidence = Evidence::new();
        let text = scene.sd_forged(|parts| {
            parts
                .headed("kid", None)
                .claiming("iss", Some((&issuer).into()))
        });
        accepted(&scene.judge_sd(&scene.sd_bound(&text)));
        let other = scene.sd_forged(|parts| {
            let method = key("mallory").verification_method();
            parts
                .headed("kid", Some(method.as_str().into()))
                .claiming("iss", Some((&issuer).into()))
        });
        let report = scene.judge_sd(&scene.sd_bound(&other));
        failed(&report, CheckId::Key, Reason::IssuerKeyMismatch);
    }
    // Nothing is fetched before trust, and then only what is asked about.
    let mut scene = Scene::new();
    let shown = scene.sd_bound(&scene.sd_avatar());
    scene.evidence = Evidence::new();
    let report = scene.judge_sd(&shown);
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert_eq!(report.missing(), [Missing::DidDocument(scene.a.did())]);
    scene.policy = Policy::nobody();
    assert!(scene.judge_sd(&shown).missing().is_empty());
}

#[test]
fn another_type_is_read_where_the_policy_names_it() {
    let scene = with_passes(Scene::new());
    let asked = scene.sd_asked_for(sd_query(PASS, &["room"]));
    let judge = |parts: Forged| {
        let text = parts.text(&scene.a.key());
        scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)))
    };
    let report = judge(pass(&scene));
    accepted(&report);
    let credential = &report.accepted().unwrap().credentials()[0];
    assert_eq!(credential.kind(), CredentialType::Other);
    assert_eq!(credential.type_name(), PASS);
    assert_eq!(credential.holder(), Some(&scene.holder().did_key()));
    let Subject::Other(other) = credential.subject() else {
        panic!("no type of ours");
    };
    assert_eq!(other.claims.get("room").and_then(Value::as_str), Some("7"));
    // Bound to nobody, it is shown by anybody.
    let report = judge(pass(&scene).claiming("cnf", None));
    failed(&report, CheckId::Holder, Reason::HolderBindingMissing);
    // No short name of ours stands for it, and no statement of a creator has this form.
    let provenance = CredentialType::AssetProvenance.iri();
    for vct in ["AvatarCredential", "AssetProvenance", provenance] {
        let report = judge(pass(&scene).claiming("vct", Some(vct.into())));
        failed(&report, CheckId::Shape, Reason::CredType);
    }
    // A credential within it is the same one, or none.
    let inner = |issuer: &str, subject: &str| {
        json(&format!(
            r#"{{"issuer":"{issuer}","credentialSubject":{{"id":"{subject}"}}}}"#
        ))
    };
    let (issuer, holder) = (scene.a.did(), scene.holder().did_key());
    let with = |vc: Value| judge(pass(&scene).claiming("vc", Some(vc)));
    accepted(&with(inner(issuer.as_str(), holder.as_str())));
    let report = with(inner("did:web:good.example", holder.as_str()));
    failed(&report, CheckId::Key, Reason::IssuerKeyMismatch);
    let report = with(inner(issuer.as_str(), "did:web:alice.example"));
    failed(&report, CheckId::Holder, Reason::VpHolderMismatch);
}

#[test]
fn a_part_is_answered_in_its_format() {
    let scene = Scene::new();
    let options = scene.sd_asked_for(query(&format!(
        r#"{{"credentials":[
            {{"id":"sd","format":"dc+sd-jwt","meta":{{"vct_values":["{AVATAR}"]}},"claims":[{{"path":["personaName"]}}]}},
            {{"id":"ld","format":"ldp_vc","meta":{{"type_values":[["{AVATAR}"]]}}}}],
          "credential_sets":[{{"options":[["sd"],["ld"]]}}]}}"#
    )));
    let text = Value::from(scene.sd_bound(&scene.sd_avatar()));
    let document = Value::from(scene.presentation());
    let judge = |id: &str, value: &Value| {
        let mut token = Object::new();
        token.insert(id, vec![value.clone()]);
        scene.judge_bytes(&options, &canonical::object_to_bytes(&token))
    };
    accepted(&judge("sd", &text));
    accepted(&judge("ld", &document));
    failed(&judge("sd", &document), CheckId::Shape, Reason::VpMalformed);
    failed(&judge("ld", &text), CheckId::Shape, Reason::VpMalformed);
    // Where an alternative is shown whole, provenance is asked; of the other nobody asked for it.
    let bare = scene.sd_forged(|parts| parts.keeping_back("license").keeping_back("provenance"));
    let report = judge("sd", &Value::from(scene.sd_bound(&bare)));
    accepted(&report);
    assert_eq!(report.outcome(CheckId::Provenance), Outcome::Passed);
}

#[test]
fn any_claim_set_will_do_and_several_are_several() {
    let scene = Scene::new();
    let sets = scene.sd_asked_for(query(
        r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{},
            "claims":[{"id":"a","path":["personaName"]},{"id":"b","path":["license"]},{"id":"c","path":["age"]}],
            "claim_sets":[["a","c"],["b"],["a"]]}]}"#,
    ));
    let shown = |kept: &[&str]| {
        let text = scene.sd_forged(|parts| {
            kept.iter()
                .fold(parts, |parts, claim| parts.keeping_back(claim))
        });
        sd_token(&scene.sd_bound(&text))
    };
    for kept in [
        &["provenance"][..],
        &["provenance", "personaName"],
        &["provenance", "license"],
    ] {
        accepted(&scene.judge_bytes(&sets, &shown(kept)));
    }
    let report = scene.judge_bytes(&sets, &shown(&AVATAR_CLAIMS));
    failed(&report, CheckId::Query, Reason::VpQueryUnsatisfied);

    let two = |multiple: &str| {
        let asked = scene.sd_asked_for(query(&format!(
            r#"{{"credentials":[{{"id":"avatar","format":"dc+sd-jwt","meta":{{}}{multiple}}}]}}"#
        )));
        let [avatar, item] = [scene.sd_avatar(), scene.sd_item()].map(|text| scene.sd_bound(&text));
        let token = schemas::object! { "avatar" => [avatar, item] };
        scene.judge_bytes(&asked, &canonical::object_to_bytes(&token))
    };
    accepted(&two(r#","multiple":true"#));
    failed(&two(""), CheckId::Query, Reason::VpQueryUnsatisfied);
    // As many as of any other form.
    let many = |count: usize| {
        let asked = scene.sd_asked_for(query(
            r#"{"credentials":[{"id":"avatar","format":"dc+sd-jwt","meta":{},"multiple":true}]}"#,
        ));
        let texts = vec![scene.sd_bound(&scene.sd_avatar()); count];
        let token = schemas::object! { "avatar" => texts };
        scene.judge_bytes(&asked, &canonical::object_to_bytes(&token))
    };
    accepted(&many(16));
    failed(&many(17), CheckId::Shape, Reason::VpTooMany);
}

#[test]
fn a_world_of_another_name_is_another_world() {
    let scene = Scene::new();
    let other = World::new("c.example");
    let text = Forged::of(&scene.sd_avatar()).text(&other.key());
    let report = scene.judge_sd(&scene.sd_bound(&text));
    failed(&report, CheckId::Proof, Reason::SigInvalid);
}

/// A key that its world has retired vouches for what says that it was made in its time.
#[test]
fn a_retired_key_vouches_for_its_time() {
    let scene = Scene::new();
    let (world, old) = (&scene.a, scene.a.key());
    let new = key("the next key of world A");
    let at = |ahead: i64| now().plus_seconds(ahead);
    let listed = |name: &str, key: &SigningKey, state: KeyState| KeyHistoryKey {
        id: world.did().with_fragment(name).unwrap(),
        multikey: key.verifying_key().multikey(),
        state,
    };
    let signed = |entry: &KeyHistoryEntry| {
        let method = world.method();
        sign(
            Typ::KeyHistory,
            KeyRef::Kid(&method),
            &entry.to_object(),
            &old,
        )
    };
    let evidence = |state: KeyState| {
        let first = signed(&KeyHistoryEntry {
            did: world.did(),
            number: 1,
            from: at(-1_000_000),
            keys: vec![listed("key-1", &old, KeyState::Current)],
            previous: None,
        });
        let second = signed(&KeyHistoryEntry {
            did: world.did(),
            number: 2,
            from: at(-1000),
            keys: vec![
                listed("key-1", &old, state),
                listed("key-2", &new, KeyState::Current),
            ],
            previous: Some(Sha256Digest::of(first.as_bytes())),
        });
        let entries = vec![first, second];
        let bytes = KeyHistoryDocument { entries }.to_bytes();
        let history = VerifiedKeyHistory::verify(&world.did(), &bytes, now()).unwrap();
        let service = key_history_service(&"https://a.example".parse().unwrap());
        let keys = [("key-2", &new.verifying_key())];
        let document = build(&world.did(), &keys, &[service]).unwrap();
        let document = DidDocument::parse(&document.into(), &world.did()).unwrap();
        Evidence::new()
            .with_document(document, now())
            .with_key_history(history, now())
    };
    let judge = |state: KeyState, iat: Option<Value>, nbf: Option<Value>| {
        let text = scene.sd_forged(|parts| parts.claiming("iat", iat).claiming("nbf", nbf));
        let scene = Scene {
            evidence: evidence(state),
            ..Scene::new()
        };
        scene.judge_sd(&scene.sd_bound(&text))
    };
    let retired = || KeyState::Retired(at(-1000));
    accepted(&judge(retired(), None, seconds(-3600)));
    accepted(&judge(retired(), None, seconds(-1000)));
    // A node that hears of the change ten minutes late.
    accepted(&judge(retired(), None, seconds(-400)));
    accepted(&judge(retired(), seconds(-3600), None));
    // It says when it was made, whenever it begins to be valid.
    accepted(&judge(retired(), seconds(-3600), seconds(-10)));
    for (iat, nbf) in [
        (None, seconds(-399)),
        (None, seconds(-2_000_000)),
        (seconds(-399), seconds(-3600)),
        (None, None),
    ] {
        let report = judge(retired(), iat, nbf);
        failed(&report, CheckId::Key, Reason::VmNotFound);
    }
    let report = judge(KeyState::Compromised(at(-1000)), None, seconds(-3600));
    failed(&report, CheckId::Key, Reason::KeyRevoked);
}

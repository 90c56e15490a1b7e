//! Trust: rules with dates, trust lists, and types that only a policy knows.

use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use schemas::suite::Cryptosuite;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use tests::actors::{World, json, key};
use tests::fixed::now;
use tests::forge::edited;
use tests::lists::{bytes, entry, reference, rule, status_list, trust_list, trusted};
use tests::scene::Scene;
use verifier::trust::{Answer, Decision, RuleName, verify_list};
use verifier::{
    Asked, Creators, CredentialAsked, Evidence, Holder, ListRef, Missing, Policy, Report, Rule,
    StatusAsked,
};

#[track_caller]
fn headline(title: &str, report: &Report, expected: Option<(CheckId, Reason)>) {
    assert_eq!(
        report.headline(),
        expected,
        "{title}: {:#?}",
        report.details()
    );
    if expected.is_none() {
        assert_eq!(report.verdict(), Verdict::Accepted, "{title}");
    }
}

#[track_caller]
fn judged(title: &str, scene: &Scene, credential: &Object, expected: Option<(CheckId, Reason)>) {
    for report in scene.judge_both(credential) {
        headline(title, &report, expected);
    }
}

const UNTRUSTED: Option<(CheckId, Reason)> = Some((CheckId::Trust, Reason::CredIssuerUntrusted));
const INVALID: Option<(CheckId, Reason)> = Some((CheckId::Trust, Reason::TrustListInvalid));
const UNAVAILABLE: Option<(CheckId, Reason)> = Some((CheckId::Trust, Reason::TrustListUnavailable));

fn dates(from: Option<i64>, until: Option<i64>) -> Validity {
    let date = |seconds: Option<i64>| seconds.map(|seconds| now().plus_seconds(seconds));
    Validity {
        from: date(from),
        until: date(until),
    }
}

/// Spans of time around now, and whether they hold.
const WINDOWS: [(Option<i64>, Option<i64>, Result<(), Answer>); 8] = [
    (None, None, Ok(())),
    (Some(0), None, Ok(())),
    (Some(1), None, Err(Answer::NotYet)),
    (None, Some(1), Ok(())),
    (None, Some(0), Err(Answer::Over)),
    (Some(-9), Some(9), Ok(())),
    (Some(5), Some(9), Err(Answer::NotYet)),
    (Some(-9), Some(-5), Err(Answer::Over)),
];

#[test]
fn a_rule_holds_from_its_first_second_to_its_last() {
    for (from, until, holds) in WINDOWS {
        let mut scene = Scene::new();
        let avatar = scene.avatar();
        scene.policy = Policy::nobody().with_rule(Rule {
            did: scene.a.did(),
            types: vec!["AvatarCredential".to_owned()],
            creators: Creators::Any,
            validity: dates(from, until),
        });
        let expected = if holds.is_ok() { None } else { UNTRUSTED };
        judged(&format!("{from:?} {until:?}"), &scene, &avatar, expected);
        let told = scene.policy.explain(
            &scene.a.did(),
            "AvatarCredential",
            &scene.evidence,
            scene.now,
        );
        let answer = holds.err().unwrap_or(Answer::Believes);
        assert_eq!(told.rules, [(RuleName::Issuer(1), answer)]);
    }
}

/// A world that nobody named, and a federation that did.
struct Federation {
    scene: Scene,
    home: World,
}

impl Federation {
    fn new() -> Self {
        Self::with_suite(Cryptosuite::EddsaJcs2022)
    }

    fn with_suite(suite: Cryptosuite) -> Self {
        let home = World::new("federation.example").with_suite(suite);
        let scene = Scene::with_suite(suite).knowing_world(&home);
        Self { scene, home }
    }

    fn list(&self, trusted: Vec<TrustedIssuer>) -> TrustListCredential {
        trust_list(&self.home, trusted)
    }

    fn entry(&self) -> TrustedIssuer {
        trusted(&self.scene.a.did())
    }

    /// World B believes the list, and has just fetched it.
    fn publishing(mut self, list: &TrustListCredential) -> Self {
        let published = self.home.issue(&list.unsigned());
        self.scene.policy = Policy::nobody().with_trust_list(rule(list));
        self.fetched(list, Ok(&published));
        self
    }

    fn fetched(&mut self, list: &TrustListCredential, published: Result<&Object, Reason>) {
        let fetched = published.map(bytes);
        self.scene.learns_trust(&rule(list).list, fetched, now());
    }

    #[track_caller]
    fn judged(&self, title: &str, expected: Option<(CheckId, Reason)>) {
        judged(title, &self.scene, &self.scene.avatar(), expected);
    }
}

#[test]
fn an_issuer_is_believed_through_a_list_with_every_suite() {
    for suite in Cryptosuite::ALL {
        let federation = Federation::with_suite(suite);
        let list = federation.list(vec![trusted(&key("x").did_key()), federation.entry()]);
        let federation = federation.publishing(&list);
        federation.judged("listed", None);
        let report = federation.scene.judge(&federation.scene.presentation());
        let [explanation] = report.explanations() else {
            panic!("{:?}", report.explanations());
        };
        let believed = RuleName::TrustList { list: 1, entry: 2 };
        assert_eq!(explanation.decision, Decision::Believed(believed.clone()));
        assert_eq!(explanation.rules, [(believed, Answer::Believes)]);
        let told = report.to_object();
        let told = told.get("trust").and_then(Value::as_array).unwrap();
        let rule = told[0].get("rule").and_then(Value::as_str);
        assert_eq!(rule, Some("[[trust_list]] 1, entry 2"));
    }
}

#[test]
fn an_entry_holds_from_its_first_second_to_its_last() {
    for (from, until, holds) in WINDOWS {
        let federation = Federation::new();
        let mut entry = federation.entry();
        entry.validity = dates(from, until);
        let list = federation.list(vec![entry]);
        let expected = if holds.is_ok() { None } else { UNTRUSTED };
        let title = format!("{from:?} {until:?}");
        federation.publishing(&list).judged(&title, expected);
    }
}

#[test]
fn both_the_policy_and_the_list_name_the_type() {
    let types = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    for (by_policy, by_list, expected) in [
        (vec!["AvatarCredential"], vec!["AvatarCredential"], None),
        (vec!["AvatarCredential"], vec!["ItemCredential"], UNTRUSTED),
        (vec!["ItemCredential"], vec!["AvatarCredential"], UNTRUSTED),
        (vec![], vec!["AvatarCredential"], UNTRUSTED),
        (
            vec!["AvatarCredential"],
            vec!["avatarcredential"],
            UNTRUSTED,
        ),
    ] {
        let federation = Federation::new();
        let mut entry = federation.entry();
        entry.types = types(&by_list);
        let list = federation.list(vec![entry]);
        let mut federation = federation.publishing(&list);
        let mut rule = rule(&list);
        rule.types = types(&by_policy);
        federation.scene.policy = Policy::nobody().with_trust_list(rule);
        federation.judged(&format!("{by_policy:?} {by_list:?}"), expected);
    }
}

#[test]
fn nobody_is_believed_who_is_not_on_the_list() {
    let federation = Federation::new();
    let list = federation.list(vec![trusted(&key("x").did_key())]);
    federation.publishing(&list).judged("not listed", UNTRUSTED);
    // Whoever is listed may not vouch for others: the list has one publisher.
    let federation = Federation::new();
    let list = federation.list(vec![trusted(&federation.home.did())]);
    federation
        .publishing(&list)
        .judged("the publisher", UNTRUSTED);
}

#[test]
fn creators_are_those_of_the_entry() {
    let unnamed = Some((CheckId::Provenance, Reason::AssetProvenanceUntrusted));
    let aoi = key("aoi").did_key();
    for (creators, expected) in [
        (TrustedCreators::Any, None),
        (TrustedCreators::Listed(vec![key("x").did_key(), aoi]), None),
        (TrustedCreators::Listed(vec![key("x").did_key()]), unnamed),
        (TrustedCreators::Listed(Vec::new()), unnamed),
    ] {
        let federation = Federation::new();
        let mut entry = federation.entry();
        entry.creators = creators.clone();
        let list = federation.list(vec![entry]);
        let title = format!("{creators:?}");
        federation.publishing(&list).judged(&title, expected);
    }
    // A rule that believes the world and not the creator, and a list that believes both.
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let mut federation = federation.publishing(&list);
    let world = federation.scene.a.did();
    let strict = |did: Did| {
        Policy::nobody().with_issuer(
            did,
            vec![CredentialType::Avatar],
            Creators::Listed(Vec::new()),
        )
    };
    federation.scene.policy = strict(world.clone());
    federation.judged("the rule alone", unnamed);
    federation.scene.policy = strict(world).with_trust_list(rule(&list));
    federation.judged("the rule and the list", None);
    // What the list says of the creator is not known: open, asked for, and no refusal.
    let open = Some((CheckId::Provenance, Reason::TrustListUnavailable));
    federation.fetched(&list, Err(Reason::TrustListUnavailable));
    federation.judged("the list is away", open);
    let scene = &mut federation.scene;
    scene.evidence = Evidence::new()
        .with_document(scene.a.document(), now())
        .with_document(federation.home.document(), now());
    let avatar = scene.avatar();
    for report in scene.judge_both(&avatar) {
        headline("the list is not known", &report, open);
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        assert_eq!(report.missing(), [Missing::TrustList(rule(&list).list)]);
    }
    federation.fetched(&list, Err(Reason::TrustListInvalid));
    let invalid = Some((CheckId::Provenance, Reason::TrustListInvalid));
    federation.judged("the list is none", invalid);
}

#[test]
fn a_list_that_is_not_known_is_fetched_with_the_key_that_it_is_judged_with() {
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let mut federation = federation.publishing(&list);
    let named = Missing::TrustList(rule(&list).list);
    let home = Missing::DidDocument(federation.home.did());
    let scene = &mut federation.scene;
    scene.evidence = Evidence::new();
    let avatar = scene.avatar();
    for report in scene.judge_both(&avatar) {
        headline("nothing is known", &report, UNAVAILABLE);
        assert_eq!(report.verdict(), Verdict::Indeterminate);
        // Nothing of the credential's choice: whom it names is not believed yet.
        assert_eq!(report.missing(), [home.clone(), named.clone()]);
    }
    scene.evidence = Evidence::new().with_document(federation.home.document(), now());
    for report in scene.judge_both(&avatar) {
        assert_eq!(report.missing(), std::slice::from_ref(&named));
        assert_eq!(
            report.outcome(CheckId::Key),
            Outcome::Blocked(CheckId::Trust)
        );
    }
    // A list by a did:key needs no document.
    let mut list = list;
    list.issuer = key("federation").did_key();
    scene.policy = Policy::nobody().with_trust_list(rule(&list));
    scene.evidence = Evidence::new();
    for report in scene.judge_both(&avatar) {
        assert_eq!(report.missing(), [Missing::TrustList(rule(&list).list)]);
    }
    // Who is believed by name is not asked about elsewhere.
    scene.policy = scene.policy.clone().with_issuer(
        scene.a.did(),
        vec![CredentialType::Avatar],
        Creators::Any,
    );
    scene.evidence = Evidence::new().with_document(scene.a.document(), now());
    judged("named", scene, &avatar, None);
}

#[test]
fn a_list_that_cannot_be_had_is_open_and_a_broken_one_refuses() {
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let mut federation = federation.publishing(&list);
    federation.fetched(&list, Err(Reason::TrustListUnavailable));
    federation.judged("away", UNAVAILABLE);
    let report = federation.scene.judge(&federation.scene.presentation());
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert!(report.missing().is_empty());
    federation.fetched(&list, Err(Reason::TrustListInvalid));
    federation.judged("refused", INVALID);
    let report = federation.scene.judge(&federation.scene.presentation());
    assert_eq!(report.verdict(), Verdict::Rejected);
    // One that is away beside one that says no: still open.
    let mut other = federation.list(vec![trusted(&key("x").did_key())]);
    other.url = "https://federation.example/other".parse().unwrap();
    let published = federation.home.issue(&other.unsigned());
    federation.fetched(&other, Ok(&published));
    federation.fetched(&list, Err(Reason::TrustListUnavailable));
    federation.scene.policy = Policy::nobody()
        .with_trust_list(rule(&other))
        .with_trust_list(rule(&list));
    federation.judged("one says no, one is away", UNAVAILABLE);
}

#[test]
fn every_fault_of_a_trust_list_refuses() {
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let honest = federation.home.issue(&list.unsigned());
    let mut by_home = Scene::new();
    by_home.a = World::new("federation.example");
    let with = |path: &str, value: Option<Value>| by_home.reissue_or_stale(&honest, path, value);
    let evil = World::new("evil.example");
    let theirs = evil.issue(
        &TrustListCredential {
            issuer: evil.did(),
            ..list.clone()
        }
        .unsigned(),
    );
    let dated = |validity: Validity| {
        federation.home.issue(
            &TrustListCredential {
                validity,
                ..list.clone()
            }
            .unsigned(),
        )
    };
    let entry = |text: &str| with("credentialSubject/trustedIssuer/0", Some(json(text)));
    let twice = federation.list(vec![federation.entry(), federation.entry()]);
    let twice = federation.home.issue(&twice.unsigned());
    let status = status_list(&federation.home, StatusPurpose::Revocation, &[]);
    let cases: Vec<(&str, Object, Option<(CheckId, Reason)>)> = vec![
        ("honest", honest.clone(), None),
        ("no dates", dated(dates(None, None)), None),
        ("a lagging clock", dated(dates(Some(120), None)), None),
        ("in the future", dated(dates(Some(121), None)), INVALID),
        ("its last second", dated(dates(None, Some(1))), None),
        ("over", dated(dates(None, Some(0))), INVALID),
        ("another's", theirs, INVALID),
        ("unsigned", edited(&honest, "proof", None), INVALID),
        (
            "edited",
            edited(
                &honest,
                "credentialSubject/trustedIssuer/0/credentialType/1",
                Some("AssetProvenance".into()),
            ),
            INVALID,
        ),
        (
            "another address",
            with("id", Some("https://federation.example/b".into())),
            INVALID,
        ),
        ("no address", with("id", None), INVALID),
        ("a status list", federation.home.publish(&status), INVALID),
        (
            "another type",
            with(
                "type",
                Some(vec!["VerifiableCredential", "AvatarCredential"].into()),
            ),
            INVALID,
        ),
        (
            "a status of its own",
            with(
                "credentialStatus",
                Some(Value::Object(tests::lists::entry(&status, 1).to_object())),
            ),
            INVALID,
        ),
        ("an issuer twice", twice, INVALID),
        ("no entry", entry(r#""did:web:a.example""#), INVALID),
        ("no types", entry(r#"{"id":"did:web:a.example"}"#), INVALID),
        (
            "creators in two ways",
            entry(
                r#"{"id":"did:web:a.example","credentialType":["AvatarCredential"],"anyCreator":true,"creator":["did:web:x.example"]}"#,
            ),
            INVALID,
        ),
        (
            "any creator, denied",
            entry(
                r#"{"id":"did:web:a.example","credentialType":["AvatarCredential"],"anyCreator":false}"#,
            ),
            INVALID,
        ),
        (
            "words of others",
            entry(r#"{"id":"did:web:a.example","credentialType":["AvatarCredential"],"name":"A"}"#),
            INVALID,
        ),
    ];
    for (title, published, expected) in cases {
        let mut federation = Federation::new();
        federation.scene.policy = Policy::nobody().with_trust_list(rule(&list));
        federation.fetched(&list, Ok(&published));
        federation.judged(title, expected);
    }
}

#[test]
fn a_trust_list_never_outlives_its_age_and_does_not_go_back() {
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let mut federation = federation.publishing(&list);
    let mut limits = federation.scene.policy.limits();
    limits.max_document_age = 86_400;
    let avatar = federation.scene.avatar();
    for (most, until, life) in [(3600, 86_400, 3600), (86_400, 90, 89), (0, 86_400, 0)] {
        limits.max_trust_list_age = most;
        let list = TrustListCredential {
            validity: dates(Some(-3600), Some(until)),
            ..list.clone()
        };
        let published = federation.home.issue(&list.unsigned());
        federation.fetched(&list, Ok(&published));
        federation.scene.policy = Policy::nobody()
            .with_limits(limits)
            .with_trust_list(rule(&list));
        for (age, expected) in [(0, None), (life, None), (life + 1, UNAVAILABLE)] {
            federation.scene.now = now().plus_seconds(age);
            let report = federation.scene.judge_credential(&avatar);
            headline(&format!("{most} {until} at {age}"), &report, expected);
            assert_eq!(report.missing().is_empty(), expected.is_none());
        }
    }
    federation.scene.now = now();
    let dated = |seconds| TrustListCredential {
        validity: dates(Some(seconds), None),
        ..list.clone()
    };
    let (old, new) = (dated(-3600), dated(-60));
    for (order, expected) in [
        (vec![&old], None),
        (vec![&old, &new], None),
        (vec![&new, &old], INVALID),
    ] {
        let mut federation = Federation::new();
        federation.scene.policy = Policy::nobody().with_trust_list(rule(&list));
        for list in order {
            let published = federation.home.issue(&list.unsigned());
            federation.fetched(list, Ok(&published));
        }
        federation.judged("in this order", expected);
    }
}

#[test]
fn the_key_of_a_federation_that_is_not_known_is_nothing_that_the_list_did() {
    let federation = Federation::new();
    let list = federation.list(vec![federation.entry()]);
    let published = bytes(&federation.home.issue(&list.unsigned()));
    let ListRef { url, issuer } = rule(&list).list;
    let named = ListRef { url, issuer };
    let policy = Policy::nobody().with_trust_list(rule(&list));
    let fault = verify_list(&named, &published, &policy, &Evidence::new(), now()).unwrap_err();
    assert_eq!(fault.reason(), Reason::TrustListUnavailable);
    assert!(fault.is_doubt());
    let known = Evidence::new().with_document(federation.home.document(), now());
    let known = verify_list(&named, &published, &policy, &known, now()).unwrap();
    assert_eq!(known.trusted(), list.trusted);
}

const TICKET: &str = "https://shop.example/types#Ticket";

fn ticket(world: &World, holder: &Did, type_name: &str) -> Object {
    let mut avatar = world
        .avatar(holder, tests::actors::Creator::new("aoi").provenance())
        .unsigned()
        .object()
        .clone();
    avatar.insert("type", vec!["VerifiableCredential", type_name]);
    let subject = schemas::object! { "id" => holder, "name" => "Row 7" };
    avatar.insert("credentialSubject", subject);
    let options =
        proofs::data_integrity::ProofOptions::assertion(world.suite, world.method(), now());
    tests::forge::resigned(&avatar, &options, &world.key())
}

/// A type that is none of ours is believed where a rule names it, for that issuer.
#[test]
fn a_type_of_others_is_believed_by_its_name_for_its_issuer_alone() {
    let scene_with = |types: &[&str], others: &[&str]| {
        let mut scene = Scene::new();
        let rule = |did: Did, types: &[&str]| Rule {
            did,
            types: types.iter().map(|name| (*name).to_owned()).collect(),
            creators: Creators::Listed(Vec::new()),
            validity: dates(None, None),
        };
        scene.policy = Policy::nobody()
            .with_rule(rule(scene.a.did(), types))
            .with_rule(rule(World::new("c.example").did(), others));
        scene
    };
    let judge = |scene: &Scene, credential: &Object| {
        let asked = Asked::Credential(CredentialAsked {
            types: vec![CredentialType::Other],
            holder: Holder::Key(scene.holder().did_key()),
            status: StatusAsked::Asked,
        });
        scene.judge_bytes(&asked, &bytes(credential))
    };
    let scene = scene_with(&[TICKET], &[]);
    let good = ticket(&scene.a, &scene.holder().did_key(), TICKET);
    let report = judge(&scene, &good);
    headline("named", &report, None);
    let accepted = report.accepted().unwrap().credentials();
    assert_eq!(accepted[0].type_name(), TICKET);
    let unknown = Some((CheckId::Shape, Reason::CredType));
    for (title, types, others, expected) in [
        ("named by nobody", vec!["AvatarCredential"], vec![], unknown),
        (
            "named for another",
            vec!["AvatarCredential"],
            vec![TICKET],
            UNTRUSTED,
        ),
        (
            "a longer name",
            vec!["https://shop.example/types#Tickets"],
            vec![],
            unknown,
        ),
        (
            "another case",
            vec!["https://shop.example/types#ticket"],
            vec![],
            unknown,
        ),
    ] {
        let scene = scene_with(&types, &others);
        headline(title, &judge(&scene, &good), expected);
    }
    // A short name means nothing without a context that says what.
    let scene = scene_with(&["Ticket"], &[]);
    let short = {
        let mut short = good.clone();
        short.insert("type", vec!["VerifiableCredential", "Ticket"]);
        short
    };
    headline("short", &judge(&scene, &short), unknown);
    // Whoever asks for ours does not get others.
    let scene = scene_with(&[TICKET], &[]);
    headline("not asked for", &scene.judge_credential(&good), unknown);
    // The status of a type of others is asked like any.
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[5]);
    let scene = scene.knowing(&list);
    let revoked = scene.reissue(
        &good,
        "credentialStatus",
        Some(Value::Object(entry(&list, 5).to_object())),
    );
    headline(
        "revoked",
        &judge(&scene, &revoked),
        Some((CheckId::Status, Reason::Revoked)),
    );
    assert_eq!(reference(&list).issuer, scene.a.did());
}

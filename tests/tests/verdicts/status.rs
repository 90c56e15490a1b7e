//! Status lists: what each bit says, what is asked when, and that no list is ever believed for being
//! absent, late, somebody else's or broken.

use schemas::check::{CheckId, Outcome, Verdict};
use schemas::credential::Validity;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::{
    Bits, MIN_BITS, StatusEntry, StatusListCredential, StatusMessage, StatusPurpose,
};
use schemas::suite::Cryptosuite;
use tests::actors::{World, key};
use tests::fixed::now;
use tests::forge::edited;
use tests::lists::{bytes, entry, reference, status_list};
use tests::scene::Scene;
use verifier::status::verify_list;
use verifier::{
    Asked, CredentialAsked, Evidence, Fetched, Finding, Holder, Learned, Missing, Policy, Report,
    Rounds, StatusAsked,
};

const SERIAL: u64 = 94_567;

#[track_caller]
fn says(title: &str, report: &Report, outcome: Outcome) {
    let found = report.outcome(CheckId::Status);
    assert_eq!(found, outcome, "{title}: {:#?}", report.details());
    let others = report
        .details()
        .iter()
        .all(|detail| detail.check == CheckId::Status);
    assert!(others, "{title}: {:#?}", report.details());
    let verdict = match outcome {
        Outcome::Passed => Verdict::Accepted,
        Outcome::Undecided(_) => Verdict::Indeterminate,
        _ => Verdict::Rejected,
    };
    assert_eq!(report.verdict(), verdict, "{title}");
}

#[track_caller]
fn fails(title: &str, report: &Report, reason: Reason) {
    says(title, report, Outcome::Failed(reason));
    assert!(report.missing().is_empty(), "{title}: it wants to fetch");
}

/// The scene, and what its world says of one credential.
fn listed(purpose: StatusPurpose, set: &[u64]) -> (Scene, StatusEntry) {
    let scene = Scene::new();
    let list = status_list(&scene.a, purpose, set);
    let entry = entry(&list, SERIAL);
    (scene.knowing(&list), entry)
}

#[test]
fn each_purpose_says_its_own_with_every_suite() {
    for suite in Cryptosuite::ALL {
        for purpose in StatusPurpose::ALL {
            for set in [false, true] {
                let scene = Scene::with_suite(suite);
                let bits = if set {
                    vec![SERIAL]
                } else {
                    vec![SERIAL - 1, SERIAL + 1]
                };
                let list = status_list(&scene.a, purpose, &bits);
                let scene = scene.knowing(&list);
                let report = scene.judge_status(&[entry(&list, SERIAL)]);
                let title = format!("{suite}, {purpose}, {set}");
                let outcome = match (purpose, set) {
                    (StatusPurpose::Revocation, true) => Outcome::Failed(Reason::Revoked),
                    (StatusPurpose::Suspension, true) => Outcome::Failed(Reason::Suspended),
                    _ => Outcome::Passed,
                };
                says(&title, &report, outcome);
                let found: Vec<Finding> = report.findings().to_vec();
                let expected = match (purpose, set) {
                    (StatusPurpose::Refresh, true) => vec![Finding::NewerCredential],
                    (StatusPurpose::Message, true) => vec![Finding::StatusMessage {
                        set: true,
                        message: None,
                    }],
                    _ => Vec::new(),
                };
                assert_eq!(found, expected, "{title}");
            }
        }
    }
}

#[test]
fn a_message_is_told_for_either_value_and_never_refuses() {
    for set in [false, true] {
        let bits = if set { vec![SERIAL] } else { Vec::new() };
        let (scene, entry) = listed(StatusPurpose::Message, &bits);
        let words = ["in good order", "in repair"].map(|message| StatusMessage {
            message: message.to_owned(),
        });
        let entry = StatusEntry {
            messages: Some(words.clone()),
            ..entry
        };
        let report = scene.judge_status(&[entry]);
        says("a message", &report, Outcome::Passed);
        let message = Some(words[usize::from(set)].message.clone());
        assert_eq!(report.findings(), [Finding::StatusMessage { set, message }]);
        let json = Value::Object(report.to_object()).to_string();
        assert!(json.contains(if set { "in repair" } else { "in good order" }));
    }
}

#[test]
fn the_first_and_the_last_bit_are_bits_and_the_next_is_none() {
    for index in [0, 7, 8, MIN_BITS - 1] {
        let scene = Scene::new();
        let list = status_list(&scene.a, StatusPurpose::Revocation, &[index]);
        let scene = scene.knowing(&list);
        fails(
            "set",
            &scene.judge_status(&[entry(&list, index)]),
            Reason::Revoked,
        );
        for other in [0, 1, 6, 7, 8, 9, 15, 16, MIN_BITS - 8, MIN_BITS - 1] {
            if other != index {
                let report = scene.judge_status(&[entry(&list, other)]);
                says("a neighbor", &report, Outcome::Passed);
            }
        }
        for beyond in [MIN_BITS, MIN_BITS + 1, 1 << 31, 1 << 32, 1 << 63, u64::MAX] {
            let report = scene.judge_status(&[entry(&list, beyond)]);
            fails("beyond", &report, Reason::StatusIndexRange);
        }
    }
}

#[test]
fn a_list_serves_the_purposes_that_it_names_and_no_other() {
    for wrong in StatusPurpose::ALL {
        for named in StatusPurpose::ALL {
            if wrong == named {
                continue;
            }
            let (scene, entry) = listed(named, &[SERIAL]);
            let other = StatusEntry {
                purpose: wrong,
                ..entry
            };
            fails(
                "another purpose",
                &scene.judge_status(&[other]),
                Reason::StatusPurpose,
            );
        }
    }
    // Several purposes for one list of bits, one of them nobody's here.
    let mut scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[SERIAL]);
    let purposes = |names: &[&str]| Some(Value::from(names.to_vec()));
    let put = |scene: &mut Scene, names: Option<Value>| {
        let bare = scene.a.publish(&list);
        let published = scene.reissue(&bare, "credentialSubject/statusPurpose", names);
        scene.learns_status(&reference(&list), Ok(bytes(&published)), now());
    };
    put(
        &mut scene,
        purposes(&["suspension", "revocation", "withdrawal"]),
    );
    let [revoked, suspended] =
        [StatusPurpose::Revocation, StatusPurpose::Suspension].map(|purpose| StatusEntry {
            purpose,
            ..entry(&list, SERIAL)
        });
    fails(
        "one of several",
        &scene.judge_status(std::slice::from_ref(&revoked)),
        Reason::Revoked,
    );
    fails(
        "the other",
        &scene.judge_status(&[suspended]),
        Reason::Suspended,
    );
    put(&mut scene, purposes(&["withdrawal"]));
    fails(
        "none of ours",
        &scene.judge_status(&[revoked]),
        Reason::StatusPurpose,
    );
}

#[test]
fn of_several_entries_each_is_asked_and_the_worst_decides() {
    let scene = Scene::new();
    let revocation = status_list(&scene.a, StatusPurpose::Revocation, &[1]);
    let suspension = status_list(&scene.a, StatusPurpose::Suspension, &[2]);
    let scene = scene.knowing(&revocation).knowing(&suspension);
    let judge = |revoked, suspended| {
        scene.judge_status(&[entry(&revocation, revoked), entry(&suspension, suspended)])
    };
    says("neither", &judge(3, 3), Outcome::Passed);
    fails("the first", &judge(1, 3), Reason::Revoked);
    fails("the second", &judge(3, 2), Reason::Suspended);
    fails("both", &judge(1, 2), Reason::Revoked);
    let places: Vec<String> = judge(1, 2)
        .details()
        .iter()
        .map(|detail| detail.pointer.clone())
        .collect();
    assert_eq!(
        places,
        [0, 1].map(|index| format!("/avatar/0/verifiableCredential/0/credentialStatus/{index}"))
    );
    // One that is known and set refuses, whatever cannot be had beside it.
    let elsewhere = StatusListCredential {
        url: "https://a.example/status/9".parse().unwrap(),
        ..revocation.clone()
    };
    let report = scene.judge_status(&[entry(&elsewhere, 1), entry(&suspension, 2)]);
    assert_eq!(report.verdict(), Verdict::Rejected);
    assert_eq!(report.reason(), Some(Reason::Suspended));
    let report = scene.judge_status(&[entry(&elsewhere, 1), entry(&suspension, 3)]);
    says(
        "one is open",
        &report,
        Outcome::Undecided(Reason::StatusUnavailable),
    );
    assert_eq!(
        report.missing(),
        [Missing::StatusList(reference(&elsewhere))]
    );
}

#[test]
fn a_list_is_named_only_once_trust_and_signature_stand() {
    let mut scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let named = Missing::StatusList(reference(&list));
    let report = scene.judge_status(&[entry(&list, SERIAL)]);
    says(
        "not known",
        &report,
        Outcome::Undecided(Reason::StatusUnavailable),
    );
    assert_eq!(report.missing(), std::slice::from_ref(&named));

    // The key first: nothing that a credential says is believed before its signature stands.
    let known = std::mem::take(&mut scene.evidence);
    let report = scene.judge_status(&[entry(&list, SERIAL)]);
    assert_eq!(report.missing(), [Missing::DidDocument(scene.a.did())]);
    assert_eq!(
        report.outcome(CheckId::Status),
        Outcome::Blocked(CheckId::Proof)
    );
    scene.evidence = known;

    let avatar = scene.avatar_with(&[entry(&list, SERIAL)]);
    let moved = edited(
        &avatar,
        "credentialStatus/statusListCredential",
        Some("https://evil.example/status/1".into()),
    );
    for report in scene.judge_both(&moved) {
        assert_eq!(
            report.headline(),
            Some((CheckId::Proof, Reason::SigInvalid))
        );
        assert_eq!(
            report.outcome(CheckId::Status),
            Outcome::Blocked(CheckId::Proof)
        );
        assert!(report.missing().is_empty());
    }
    scene.policy = Policy::nobody();
    for report in scene.judge_both(&avatar) {
        assert_eq!(
            report.headline(),
            Some((CheckId::Trust, Reason::CredIssuerUntrusted))
        );
        assert!(report.missing().is_empty());
    }
}

#[test]
fn what_cannot_be_had_is_open_and_what_is_refused_is_refused() {
    let (mut scene, entry) = listed(StatusPurpose::Revocation, &[]);
    let list = reference(&status_list(&scene.a, StatusPurpose::Revocation, &[]));
    says(
        "known",
        &scene.judge_status(std::slice::from_ref(&entry)),
        Outcome::Passed,
    );
    scene.learns_status(&list, Err(Reason::StatusUnavailable), now());
    let report = scene.judge_status(std::slice::from_ref(&entry));
    says(
        "away",
        &report,
        Outcome::Undecided(Reason::StatusUnavailable),
    );
    // It was asked for already: it is not asked for again and again.
    assert!(report.missing().is_empty());
    for reason in [
        Reason::StatusFetchBlocked,
        Reason::StatusTooLarge,
        Reason::StatusInvalid,
        Reason::StatusIssuer,
        Reason::StatusExpired,
        Reason::StatusLength,
    ] {
        scene.learns_status(&list, Err(reason), now());
        fails(
            "refused",
            &scene.judge_status(std::slice::from_ref(&entry)),
            reason,
        );
    }
}

/// A copy is asked no longer than the list, the policy and its validity allow: the shortest counts.
#[test]
fn a_copy_never_outlives_its_age() {
    for (ttl, most, until, life) in [
        (600, 300, 86_400, 300),
        (60, 300, 86_400, 60),
        (600, 300, 90, 89),
        (0, 300, 86_400, 0),
        (600, 0, 86_400, 0),
    ] {
        let mut scene = Scene::new();
        let mut limits = scene.policy.limits();
        limits.max_status_age = most;
        limits.max_document_age = 86_400;
        scene.policy = scene.policy.clone().with_limits(limits);
        scene.evidence = Evidence::new().with_document(scene.a.document(), now());
        let mut list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        list.ttl_seconds = ttl;
        list.validity.until = Some(now().plus_seconds(until));
        let mut scene = scene.knowing(&list);
        let avatar = scene.avatar_with(&[entry(&list, SERIAL)]);
        for (age, fresh) in [(0, true), (life, true), (life + 1, false)] {
            scene.now = now().plus_seconds(age);
            let report = scene.judge_credential(&avatar);
            let title = format!("{ttl} {most} {until} at {age}");
            if fresh {
                says(&title, &report, Outcome::Passed);
            } else {
                says(
                    &title,
                    &report,
                    Outcome::Undecided(Reason::StatusUnavailable),
                );
                assert_eq!(report.missing(), [Missing::StatusList(reference(&list))]);
            }
        }
    }
    // Without a ttl the policy alone says how long.
    let mut scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let published = scene.reissue(&scene.a.publish(&list), "credentialSubject/ttl", None);
    scene.learns_status(&reference(&list), Ok(bytes(&published)), now());
    let avatar = scene.avatar_with(&[entry(&list, SERIAL)]);
    for (age, missing) in [(300, 0), (301, 2)] {
        scene.now = now().plus_seconds(age);
        let report = scene.judge_credential(&avatar);
        // The document is as old as the list by then; the list comes once the key is known.
        assert_eq!(report.missing().len(), missing.min(1), "{age}");
    }
}

/// What a list has to be itself, each fault alone.
#[test]
fn every_fault_of_a_list_refuses_with_its_reason() {
    let scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let honest = scene.a.publish(&list);
    let with = |path: &str, value: Option<Value>| scene.reissue_or_stale(&honest, path, value);
    let subject =
        |name: &str, value: Option<Value>| with(&format!("credentialSubject/{name}"), value);
    let evil = World::new("evil.example");
    let theirs = evil.publish(&StatusListCredential {
        issuer: evil.did(),
        ..list.clone()
    });
    let short = |bytes: u64| {
        let mut short = list.clone();
        short.bits = Bits::unset(bytes);
        short
    };
    let dated = |from: Option<i64>, until: Option<i64>| {
        let date = |seconds: Option<i64>| seconds.map(|seconds| now().plus_seconds(seconds));
        scene.a.publish(&StatusListCredential {
            validity: Validity {
                from: date(from),
                until: date(until),
            },
            ..list.clone()
        })
    };
    let text = |text: &str| Some(Value::from(text));
    let none: Option<Reason> = None;
    let cases: Vec<(&str, Object, Option<Reason>)> = vec![
        ("honest", honest.clone(), none),
        ("the next size", scene.a.publish(&short(MIN_BITS + 8)), none),
        ("no dates", dated(None, None), none),
        ("a lagging clock", dated(Some(120), None), none),
        ("its last second", dated(None, Some(1)), none),
        (
            "in the future",
            dated(Some(121), None),
            Some(Reason::StatusExpired),
        ),
        ("over", dated(None, Some(0)), Some(Reason::StatusExpired)),
        (
            "long over",
            dated(Some(-99), Some(-9)),
            Some(Reason::StatusExpired),
        ),
        ("another's", theirs, Some(Reason::StatusIssuer)),
        (
            "unsigned",
            edited(&honest, "proof", None),
            Some(Reason::StatusInvalid),
        ),
        (
            "edited",
            edited(&honest, "credentialSubject/ttl", Some(600_000.into())),
            Some(Reason::StatusInvalid),
        ),
        (
            "another address",
            with("id", text("https://a.example/status/2")),
            Some(Reason::StatusInvalid),
        ),
        ("no address", with("id", None), Some(Reason::StatusInvalid)),
        (
            "another type",
            with(
                "type",
                Some(vec!["VerifiableCredential", "AvatarCredential"].into()),
            ),
            Some(Reason::StatusInvalid),
        ),
        ("no type", with("type", None), Some(Reason::StatusInvalid)),
        (
            "a subject of another type",
            subject("type", text("StatusList2021")),
            Some(Reason::StatusInvalid),
        ),
        (
            "no purpose",
            subject("statusPurpose", None),
            Some(Reason::StatusInvalid),
        ),
        (
            "no bits",
            subject("encodedList", None),
            Some(Reason::StatusInvalid),
        ),
        (
            "empty bits",
            subject("encodedList", text("u")),
            Some(Reason::StatusInvalid),
        ),
        (
            "a ttl of text",
            subject("ttl", text("300000")),
            Some(Reason::StatusInvalid),
        ),
        (
            "a ttl below nothing",
            subject("ttl", Some((-1).into())),
            Some(Reason::StatusInvalid),
        ),
        (
            "a status of its own",
            with(
                "credentialStatus",
                Some(Value::Object(entry(&list, 1).to_object())),
            ),
            Some(Reason::StatusInvalid),
        ),
    ];
    for (title, published, reason) in cases {
        let mut scene = Scene::new();
        scene.learns_status(&reference(&list), Ok(bytes(&published)), now());
        let report = scene.judge_status(&[entry(&list, SERIAL)]);
        match reason {
            None => says(title, &report, Outcome::Passed),
            Some(reason) => fails(title, &report, reason),
        }
    }
}

/// What is wrong with a list is told to whoever fetched it, more exactly than the report can.
#[test]
fn a_fault_of_a_list_has_a_cause() {
    let scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let honest = scene.a.publish(&list);
    let judge = |bytes: &[u8], evidence: &Evidence| {
        verify_list(&reference(&list), bytes, &scene.policy, evidence, now())
    };
    let known = judge(&bytes(&honest), &scene.evidence).unwrap();
    assert_eq!(known.list(), &reference(&list));
    assert_eq!(known.valid_from(), list.validity.from);
    assert_eq!(known.fetched_at(), now());
    for (bad, reason, cause) in [
        (
            b"{".to_vec(),
            Reason::StatusInvalid,
            Some(Reason::ParseError),
        ),
        (
            b"[]".to_vec(),
            Reason::StatusInvalid,
            Some(Reason::CredMalformed),
        ),
        (
            bytes(&edited(&honest, "proof", None)),
            Reason::StatusInvalid,
            Some(Reason::ProofMissing),
        ),
        (
            bytes(&edited(&honest, "validFrom", Some(now().into()))),
            Reason::StatusInvalid,
            Some(Reason::SigInvalid),
        ),
        (
            bytes(&scene.reissue(&honest, "id", None)),
            Reason::StatusInvalid,
            Some(Reason::IdMalformed),
        ),
    ] {
        let fault = judge(&bad, &scene.evidence).unwrap_err();
        assert_eq!((fault.reason(), fault.cause()), (reason, cause));
        assert!(!fault.is_doubt());
    }
    // Nobody knows the issuer's key: that is nothing that the list did.
    let fault = judge(&bytes(&honest), &Evidence::new()).unwrap_err();
    assert_eq!(fault.reason(), Reason::StatusUnavailable);
    assert!(fault.is_doubt());
}

/// Yesterday's list still stands by itself; whoever has seen today's does not take it.
#[test]
fn an_older_list_is_a_replay() {
    let at = |seconds: i64, set: &[u64]| {
        let scene = Scene::new();
        let mut list = status_list(&scene.a, StatusPurpose::Revocation, set);
        list.validity.from = Some(now().plus_seconds(seconds));
        list
    };
    let (old, new) = (at(-3600, &[]), at(-60, &[SERIAL]));
    let judge = |lists: &[&StatusListCredential]| {
        let scene = Scene::new();
        let known = lists.iter().fold(scene, |scene, list| scene.knowing(list));
        known.judge_status(&[entry(&old, SERIAL)])
    };
    says("the old one alone", &judge(&[&old]), Outcome::Passed);
    fails("the new one", &judge(&[&old, &new]), Reason::Revoked);
    fails(
        "back to the old one",
        &judge(&[&new, &old]),
        Reason::StatusRollback,
    );
    fails("the same again", &judge(&[&new, &new]), Reason::Revoked);
    fails("and on", &judge(&[&new, &old, &new]), Reason::Revoked);
    let undated = StatusListCredential {
        validity: Validity {
            from: None,
            until: None,
        },
        ..old.clone()
    };
    fails(
        "one without a date",
        &judge(&[&new, &undated]),
        Reason::StatusRollback,
    );
    // Also when only the date is remembered, over a restart.
    let mut scene = Scene::new();
    scene.evidence = scene
        .evidence
        .with_newest(reference(&old), new.validity.from.unwrap());
    let report = scene.knowing(&old).judge_status(&[entry(&old, SERIAL)]);
    fails("remembered", &report, Reason::StatusRollback);
}

#[test]
fn a_list_that_did_not_change_lives_on() {
    let mut scene = Scene::new();
    let mut limits = scene.policy.limits();
    limits.max_document_age = 86_400;
    scene.policy = scene.policy.clone().with_limits(limits);
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let mut scene = scene.knowing(&list);
    let avatar = scene.avatar_with(&[entry(&list, SERIAL)]);
    let later = now().plus_seconds(400);
    scene.now = later;
    assert_eq!(scene.judge_credential(&avatar).missing().len(), 1);
    let known = scene
        .evidence
        .last_status_list(&reference(&list))
        .cloned()
        .unwrap();
    for (age, fresh) in [
        (0, true),
        (300, true),
        (301, false),
        (i64::MAX, false),
        (-9, true),
    ] {
        scene.learns(
            Learned::StatusListUnchanged(Box::new(known.clone()), age),
            later,
        );
        let report = scene.judge_credential(&avatar);
        if fresh {
            says("unchanged", &report, Outcome::Passed);
        } else {
            says(
                "kept too long",
                &report,
                Outcome::Undecided(Reason::StatusUnavailable),
            );
        }
    }
}

/// What somebody in between had kept is as old as it is, however lately it arrived.
#[test]
fn a_list_is_as_old_as_whoever_kept_it_says() {
    for (age, fresh) in [
        (0, true),
        (299, true),
        (300, true),
        (301, false),
        (i64::MAX, false),
    ] {
        let mut scene = Scene::new();
        let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        let fetched = Fetched {
            bytes: bytes(&scene.a.publish(&list)),
            age_seconds: age,
        };
        scene.learns(Learned::StatusList(reference(&list), Ok(fetched)), now());
        let report = scene.judge_status(&[entry(&list, SERIAL)]);
        let outcome = if fresh {
            Outcome::Passed
        } else {
            Outcome::Undecided(Reason::StatusUnavailable)
        };
        says(&format!("{age}"), &report, outcome);
    }
}

/// The creator's statement has a status of its own, in a list of the creator's.
#[test]
fn provenance_may_be_taken_back_by_its_creator() {
    let creator = key("aoi");
    let list_of = |set: &[u64]| {
        let mut list = status_list(&World::new("aoi.example"), StatusPurpose::Revocation, set);
        list.issuer = creator.did_key();
        list
    };
    let avatar_of = |scene: &Scene, entries: &[StatusEntry]| {
        let statement = scene.creator.statement().unsigned().with_status(entries);
        let statement = scene.creator.sign(&statement);
        let avatar = scene.a.avatar(&scene.holder().did_key(), statement);
        scene.a.issue(&avatar.unsigned())
    };
    for set in [false, true] {
        let mut scene = Scene::new();
        let list = list_of(if set { &[7] } else { &[] });
        let avatar = avatar_of(&scene, &[entry(&list, 7)]);
        let named = [Missing::StatusList(reference(&list))];
        for report in scene.judge_both(&avatar) {
            says(
                "open",
                &report,
                Outcome::Undecided(Reason::StatusUnavailable),
            );
            assert_eq!(report.missing(), named);
        }
        let published = bytes(&scene.creator.sign(&list.unsigned()));
        scene.learns_status(&reference(&list), Ok(published), now());
        for report in scene.judge_both(&avatar) {
            if set {
                fails("taken back", &report, Reason::Revoked);
                let at = &report.details()[0].pointer;
                assert!(
                    at.ends_with("/credentialSubject/provenance/credentialStatus"),
                    "{at}"
                );
            } else {
                says("stands", &report, Outcome::Passed);
            }
        }
        // Once more by itself, as a creator hands it out.
        let statement = scene.creator.statement().unsigned();
        let statement = scene
            .creator
            .sign(&statement.with_status(&[entry(&list, 7)]));
        scene.policy = scene.policy.with_issuer(
            creator.did_key(),
            vec![schemas::credential::CredentialType::AssetProvenance],
            verifier::Creators::Any,
        );
        let asked = Asked::Credential(CredentialAsked {
            types: vec![schemas::credential::CredentialType::AssetProvenance],
            holder: Holder::Anyone,
            status: StatusAsked::Asked,
        });
        let report = scene.judge_bytes(&asked, &bytes(&statement));
        let outcome = if set {
            Outcome::Failed(Reason::Revoked)
        } else {
            Outcome::Passed
        };
        says("by itself", &report, outcome);
    }
    // A list of the world's says nothing about the creator's statement.
    let scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let avatar = avatar_of(&scene, &[entry(&list, 7)]);
    let scene = scene.knowing(&list);
    for report in scene.judge_both(&avatar) {
        says(
            "whose",
            &report,
            Outcome::Undecided(Reason::StatusUnavailable),
        );
        let missing = report.missing().to_vec();
        let [Missing::StatusList(named)] = missing.as_slice() else {
            panic!("{missing:?}");
        };
        assert_eq!(named.issuer, creator.did_key());
    }
}

/// A holder who chooses what to show does not tell the issuer by asking.
#[test]
fn what_is_not_asked_is_not_fetched() {
    let (mut scene, entry) = listed(StatusPurpose::Revocation, &[SERIAL]);
    let asked = |status| {
        Asked::Credential(CredentialAsked {
            types: vec![schemas::credential::CredentialType::Avatar],
            holder: Holder::Key(scene.holder().did_key()),
            status,
        })
    };
    let (with, without) = (asked(StatusAsked::Asked), asked(StatusAsked::NotAsked));
    let avatar = bytes(&scene.avatar_with(&[entry]));
    fails("asked", &scene.judge_bytes(&with, &avatar), Reason::Revoked);
    let not_asked = |scene: &Scene| {
        let report = scene.judge_bytes(&without, &avatar);
        assert_eq!(report.verdict(), Verdict::Accepted);
        assert_eq!(report.outcome(CheckId::Status), Outcome::NotAsked);
        assert!(report.missing().is_empty());
    };
    not_asked(&scene);
    scene.evidence = Evidence::new().with_document(scene.a.document(), now());
    not_asked(&scene);
}

/// Each round may name something new; there are eight, and nothing is asked for twice.
#[test]
fn eight_rounds_and_nothing_twice() {
    let mut scene = Scene::new();
    let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let avatar = bytes(&scene.avatar_with(&[entry(&list, SERIAL)]));
    let asked = scene.asked_by_wallet();
    scene.evidence = Evidence::new();
    let mut rounds = Rounds::new(Evidence::new(), now());
    let ask = |scene: &mut Scene, rounds: &Rounds| {
        scene.evidence = rounds.evidence().clone();
        scene.judge_bytes(&asked, &avatar)
    };
    let first = ask(&mut scene, &rounds);
    assert_eq!(rounds.wanted(&first), [Missing::DidDocument(scene.a.did())]);
    // Asked for already, and not asked for again.
    assert_eq!(rounds.wanted(&first), []);
    let document = Box::new(scene.a.document());
    rounds.learn(
        Learned::Document(scene.a.did(), Ok(document)),
        &scene.policy,
    );
    let second = ask(&mut scene, &rounds);
    let wanted = rounds.wanted(&second);
    assert_eq!(wanted, [Missing::StatusList(reference(&list))]);
    let published = bytes(&scene.a.publish(&list));
    let learned = Learned::StatusList(reference(&list), Ok(Fetched::now(published)));
    rounds.learn(learned, &scene.policy);
    says("settled", &ask(&mut scene, &rounds), Outcome::Passed);

    // A fresh question, of which every round misses something else.
    let mut rounds = Rounds::new(Evidence::new(), now());
    let mut given = 0;
    for number in 0..9 {
        let world = World::new(&format!("w{number}.example"));
        let holder = scene.holder().did_key();
        let avatar = world.issue(&world.avatar(&holder, scene.creator.provenance()).unsigned());
        scene.policy = scene.policy.clone().with_issuer(
            world.did(),
            vec![schemas::credential::CredentialType::Avatar],
            verifier::Creators::Any,
        );
        scene.evidence = Evidence::new();
        given += rounds.wanted(&scene.judge_credential(&avatar)).len();
    }
    assert_eq!(given, verifier::MAX_ROUNDS);
}

//! What is remembered changes no verdict: of two who look at the same time, one may be shown what was
//! good yesterday, and what has ended has ended for a copy too.

use proofs::data_integrity::ProofOptions;
use proofs::did_document::build;
use schemas::credential::Validity;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::{StatusListCredential, StatusPurpose};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use tests::actors::World;
use tests::fixed::now;
use tests::forge::{reproved, resigned};
use tests::lists::{bytes, entry, reference, rule, status_list, trust_list, trusted};
use tests::scene::Scene;
use verifier::{Evidence, Learned, Policy};

use crate::{accepted, accepted_both, refused, refused_both};

/// What somebody knows who was shown this list of world A at a moment.
fn shown(scene: &Scene, list: &StatusListCredential, at: Timestamp) -> Evidence {
    let mut scene = Scene {
        evidence: scene.evidence.clone(),
        ..Scene::with_suite(scene.a.suite)
    };
    let published = scene.a.publish(list);
    scene.learns_status(&reference(list), Ok(bytes(&published)), at);
    scene.evidence
}

/// Two verifications begin at once. One gets the list of now, the other that of yesterday, a moment
/// later; the world remembers what both have learned.
#[test]
fn what_two_have_learned_is_the_newer_list() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let clean = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        let mut taken_back = status_list(&scene.a, StatusPurpose::Revocation, &[7]);
        taken_back.validity.from = Some(now().plus_seconds(-60));
        for later in [0, 1] {
            let newer = shown(&scene, &taken_back, now());
            let older = shown(&scene, &clean, now().plus_seconds(later));
            for merged in [
                newer.clone().merged(older.clone()),
                older.clone().merged(newer.clone()),
                newer.clone().found().merged(older.clone().found()),
            ] {
                let mut scene = Scene::with_suite(suite);
                scene.evidence = merged;
                let avatar = scene.avatar_with(&[entry(&clean, 7)]);
                refused_both("the copy was revoked", &scene, &avatar, Reason::Revoked);
            }
            // Of whom only the date is known, the older list is still a replay.
            for merged in [
                newer.dates().merged(older.clone()),
                older.merged(newer.dates()),
            ] {
                let mut scene = Scene::with_suite(suite);
                scene.evidence = merged.with_document(scene.a.document(), now());
                let avatar = scene.avatar_with(&[entry(&clean, 7)]);
                refused_both("a replay", &scene, &avatar, Reason::StatusRollback);
            }
        }
    }
}

#[test]
fn what_two_have_learned_is_the_newer_trust_list() {
    let home = World::new("federation.example");
    let scene = Scene::new().knowing_world(&home);
    let believing = trust_list(&home, vec![trusted(&scene.a.did())]);
    let mut no_longer = trust_list(&home, vec![trusted(&home.did())]);
    no_longer.validity.from = Some(now().plus_seconds(-60));
    let policy = Policy::nobody().with_trust_list(rule(&believing));
    let learned = |list: &schemas::trust_list::TrustListCredential, later: i64| {
        let mut scene = Scene::new().knowing_world(&home);
        let published = bytes(&home.issue(&list.unsigned()));
        let at = now().plus_seconds(later);
        scene.learns_trust(&rule(list).list, Ok(published), at);
        scene.evidence
    };
    let (older, newer) = (learned(&believing, 1), learned(&no_longer, 0));
    for merged in [
        newer.clone().merged(older.clone()),
        older.clone().merged(newer.clone()),
    ] {
        let mut scene = Scene::new();
        scene.policy = policy.clone();
        scene.evidence = merged;
        let avatar = scene.avatar();
        refused_both("dropped", &scene, &avatar, Reason::CredIssuerUntrusted);
    }
}

/// The list with a proof that ends at a moment.
fn ending(scene: &Scene, list: &Object, at: Timestamp) -> Object {
    let key = scene.a.key();
    reproved(list, "expires", Value::from(at.to_string().as_str()), &key)
}

/// A proof that has ended vouches for nothing, also when it had not when its document was fetched.
#[test]
fn a_list_ends_with_its_proof() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        let end = now().plus_seconds(60);
        let published = bytes(&ending(&scene, &scene.a.publish(&list), end));
        let avatar = scene.avatar_with(&[entry(&list, 7)]);
        for (seconds, holds) in [(0, true), (59, true), (60, false), (61, false)] {
            let mut scene = Scene::with_suite(suite);
            scene.learns_status(&reference(&list), Ok(published.clone()), now());
            scene.now = now().plus_seconds(seconds);
            let report = scene.judge_credential(&avatar);
            if holds {
                accepted("before its end", &report);
            } else {
                let reason = Some(Reason::StatusUnavailable);
                assert_eq!(report.reason(), reason, "{seconds}: {:?}", report.details());
                assert!(report.accepted().is_none() && !report.missing().is_empty());
            }
        }
        // Who fetches it then is told the same with another word.
        let mut late = Scene::with_suite(suite);
        late.now = end;
        late.learns_status(&reference(&list), Ok(published), end);
        let report = late.judge_credential(&avatar);
        refused("fetched at its end", &report, Reason::StatusInvalid);
    }
}

#[test]
fn a_trust_list_ends_with_its_proof() {
    let home = World::new("federation.example");
    let list = trust_list(&home, vec![trusted(&Scene::new().a.did())]);
    let end = Value::from(now().plus_seconds(60).to_string().as_str());
    let published = reproved(&home.issue(&list.unsigned()), "expires", end, &home.key());
    for (seconds, holds) in [(59, true), (60, false)] {
        let mut scene = Scene::new().knowing_world(&home);
        scene.policy = Policy::nobody().with_trust_list(rule(&list));
        scene.learns_trust(&rule(&list).list, Ok(bytes(&published)), now());
        scene.now = now().plus_seconds(seconds);
        let report = scene.judge_credential(&scene.avatar());
        if holds {
            accepted("before its end", &report);
        } else {
            assert_eq!(report.reason(), Some(Reason::TrustListUnavailable));
            assert!(report.accepted().is_none() && !report.missing().is_empty());
        }
    }
}

/// "Not modified" says that the bytes are those of before, and nothing of whether they count.
#[test]
fn a_list_that_did_not_change_is_judged_by_the_keys_and_the_time_of_now() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let mut list = status_list(&scene.a, StatusPurpose::Revocation, &[]);
        list.validity = Validity::between(now().plus_seconds(-60), now().plus_seconds(60));
        let known = shown(&scene, &list, now());
        let known = known.last_status_list(&reference(&list)).unwrap().clone();
        let unchanged = |evidence: Evidence, seconds: i64| {
            let mut scene = Scene::with_suite(suite);
            scene.evidence = evidence;
            scene.now = now().plus_seconds(seconds);
            let learned = Learned::StatusListUnchanged(Box::new(known.clone()), 0);
            scene.learns(learned, scene.now);
            scene
        };
        let avatar = scene.avatar_with(&[entry(&list, 7)]);
        let honest = unchanged(scene.evidence.clone(), 30);
        accepted_both("unchanged", &honest, &avatar);
        let ended = unchanged(scene.evidence.clone(), 60);
        refused_both("ended", &ended, &avatar, Reason::StatusExpired);

        // The world has another key under the same name, and signs with it what is shown.
        let key = tests::actors::key_for("another key of world A", suite);
        let keys = [("key-1", &key.verifying_key())];
        let document = build(&scene.a.did(), &keys, &[]).unwrap();
        let rotated = Scene::with_suite(suite).publishing(&document);
        let options = ProofOptions::assertion(suite, scene.a.method(), now());
        let avatar = resigned(&avatar, &options, &key);
        let other = unchanged(rotated.evidence.clone(), 30);
        refused_both("another key", &other, &avatar, Reason::StatusInvalid);
        // And a key that is called another name.
        let keys = [("key-2", &key.verifying_key())];
        let document = build(&scene.a.did(), &keys, &[]).unwrap();
        let rotated = Scene::with_suite(suite).publishing(&document);
        let method = scene.a.did().with_fragment("key-2").unwrap();
        let avatar = resigned(
            &avatar,
            &ProofOptions {
                verification_method: method,
                ..options
            },
            &key,
        );
        let other = unchanged(rotated.evidence.clone(), 30);
        refused_both("no such key", &other, &avatar, Reason::StatusInvalid);
    }
}

/// A clock was a year ahead for a moment. What was learned then is not young for a year.
#[test]
fn what_was_learned_in_the_future_is_not_known() {
    const YEAR: i64 = 31_536_000;
    let base = Scene::new();
    let mut list = status_list(&base.a, StatusPurpose::Revocation, &[]);
    list.validity.until = Some(now().plus_seconds(2 * YEAR));
    let avatar = base.avatar_with(&[entry(&list, 7)]);
    let published = bytes(&base.a.publish(&list));
    for (ahead, known) in [(0, true), (600, true), (601, false), (YEAR, false)] {
        let then = now().plus_seconds(ahead);
        let mut lists = Scene::new();
        lists.learns_status(&reference(&list), Ok(published.clone()), now());
        let mut documents = Scene {
            evidence: lists.evidence.clone(),
            ..Scene::new()
        };
        let document = documents.a.document();
        documents.evidence = documents.evidence.with_document(document, then);
        lists.evidence = base.evidence.clone().with_document(base.a.document(), then);
        lists.learns_status(&reference(&list), Ok(published.clone()), then);
        lists.evidence = lists.evidence.with_document(lists.a.document(), now());
        for (scene, reason) in [
            (documents, Reason::DidResolutionFailed),
            (lists, Reason::StatusUnavailable),
        ] {
            let report = scene.judge_credential(&avatar);
            if known {
                accepted("a little ahead", &report);
            } else {
                assert_eq!(report.reason(), Some(reason), "{:?}", report.details());
                assert!(report.accepted().is_none() && !report.missing().is_empty());
            }
        }
    }
}

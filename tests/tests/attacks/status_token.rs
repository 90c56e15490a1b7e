//! Token Status Lists: sizes of values, what swells, lies about its place, is somebody else's or
//! yesterday's. Source: draft-ietf-oauth-status-list.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use schemas::check::{CheckId, Verdict};
use schemas::credential::Validity;
use schemas::encoding::base64url;
use schemas::json::{Number, Object, Value};
use schemas::reason::Reason;
use schemas::status::{StatusListToken, StatusPurpose, StatusValues, ValueSize};
use tests::actors::{World, json};
use tests::fixed::now;
use tests::lists::{bytes, status_list};
use tests::scene::Scene;
use tests::token_lists::{token_entry, token_list, token_reference};
use verifier::status::verify_list;
use verifier::{Learned, ListRef, Missing};

use crate::{accepted, refused};

/// What both sides say of the avatar that names value 7 of the list, where these bytes were fetched in
/// its place.
#[track_caller]
fn refused_with(title: &str, scene: &Scene, fetched: &[u8], reason: Reason) {
    let list = token_list(&scene.a, &[]);
    let reference = token_reference(&scene.a, &list);
    let fault = verify_list(&reference, fetched, &scene.policy, &scene.evidence, now());
    let fault = fault.unwrap_err();
    assert_eq!(fault.reason(), reason, "{title}: {:?}", fault.cause());
    let mut scene = Scene::with_suite(scene.a.suite);
    scene.learns_status(&reference, Ok(fetched.to_vec()), now());
    refused_text(
        title,
        &scene,
        &scene.sd_avatar_with(&token_entry(&list, 7)),
        reason,
    );
}

#[track_caller]
fn refused_text(title: &str, scene: &Scene, text: &str, reason: Reason) {
    for (way, report) in ["received", "shown"].iter().zip(scene.judge_sd_both(text)) {
        refused(&format!("{title}, {way}"), &report, reason);
        let (check, _) = report.headline().unwrap();
        assert_eq!(check, CheckId::Status, "{title}");
    }
}

#[track_caller]
fn accepted_text(title: &str, scene: &Scene, text: &str) {
    for report in scene.judge_sd_both(text) {
        accepted(title, &report);
    }
}

/// The claims of the honest list, changed.
fn claims(scene: &Scene, change: impl FnOnce(&mut Object)) -> Object {
    let mut claims = token_list(&scene.a, &[]).claims();
    change(&mut claims);
    claims
}

/// With another member of `status_list`, or without it.
fn listing(scene: &Scene, name: &str, value: Option<Value>) -> Object {
    claims(scene, |claims| {
        let list = claims.get_mut("status_list").and_then(Value::as_object_mut);
        let list = list.unwrap();
        match value {
            Some(value) => list.insert(name, value),
            None => list.remove(name),
        };
    })
}

fn zlib(values: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(values).unwrap();
    base64url::encode(&encoder.finish().unwrap())
}

#[test]
pub(crate) fn sts_22_values_of_every_size_say_what_they_say() {
    let base = Scene::new();
    for size in ValueSize::ALL {
        for (value, reason) in [
            (0, None),
            (1, Some(Reason::Revoked)),
            (2, Some(Reason::Suspended)),
            (3, Some(Reason::StatusInvalid)),
            (0x0F, Some(Reason::StatusInvalid)),
            (0xFF, Some(Reason::StatusInvalid)),
        ] {
            let mut list = token_list(&base.a, &[]);
            list.values = StatusValues::zero(1000, size);
            if !list.values.set(7, value) {
                // It has more bits than these values.
                continue;
            }
            let title = format!("{value} of {} bits", size.bits());
            let scene = Scene::new().knowing_token(&list);
            let avatar = |index| scene.sd_avatar_with(&token_entry(&list, index));
            match reason {
                None => accepted_text(&title, &scene, &avatar(7)),
                Some(reason) => refused_text(&title, &scene, &avatar(7), reason),
            }
            // Its neighbours are others, and beyond the end there is nobody.
            accepted_text(&title, &scene, &avatar(6));
            accepted_text(&title, &scene, &avatar(8));
            refused_text(
                &title,
                &scene,
                &avatar(list.values.len()),
                Reason::StatusIndexRange,
            );
        }
    }
}

#[test]
pub(crate) fn sts_22_a_token_list_is_one_of_its_form() {
    let scene = Scene::new();
    let sign = |claims: &Object| scene.a.sign_token(claims, |_| {});
    for bits in [
        "0", "3", "5", "6", "7", "9", "16", "-1", "1.5", "\"1\"", "[1]", "null",
    ] {
        let odd = listing(&scene, "bits", Some(json(bits)));
        refused_with(
            &format!("bits {bits}"),
            &scene,
            &sign(&odd),
            Reason::StatusInvalid,
        );
    }
    for name in ["bits", "lst"] {
        let odd = listing(&scene, name, None);
        refused_with(
            &format!("no {name}"),
            &scene,
            &sign(&odd),
            Reason::StatusInvalid,
        );
    }
    let mut two = zlib(&[0; 4096]);
    two.push_str(&zlib(&[0; 4096]));
    for (title, text) in [
        ("a bomb", zlib(&vec![0; 64 << 20])),
        ("a bomb by one byte", zlib(&vec![0; (4 << 20) + 1])),
        ("no base64url", "*".to_owned()),
        ("padding", "eNrbuRgAAhcBXQ==".to_owned()),
        (
            "gzip",
            status_list(&scene.a, StatusPurpose::Revocation, &[])
                .bits
                .encode(),
        ),
        ("a wrong sum", "eNrbuRgAAhcBXg".to_owned()),
        ("cut off", zlib(&[0; 4096])[..10].to_owned()),
        ("two streams", two),
        ("nothing", String::new()),
    ] {
        let odd = listing(&scene, "lst", Some(text.into()));
        refused_with(title, &scene, &sign(&odd), Reason::StatusInvalid);
    }
    for (name, value) in [
        ("sub", None),
        ("sub", Some("https://a.example/status-token/2")),
        ("sub", Some("https://a.example/status-token/1#x")),
        ("sub", Some("https://a.example/status-token/1/")),
        ("iat", None),
        ("ttl", Some("")),
        ("status_list", None),
        ("status_list", Some("")),
        ("aud", Some("https://b.example")),
    ] {
        let odd = claims(&scene, |claims| {
            match value {
                Some(value) => claims.insert(name, value),
                None => claims.remove(name),
            };
        });
        refused_with(
            &format!("{name} {value:?}"),
            &scene,
            &sign(&odd),
            Reason::StatusInvalid,
        );
    }
    for (name, value) in [
        ("ttl", "0"),
        ("ttl", "-1"),
        ("iat", "\"1\""),
        ("exp", "\"1\""),
        ("exp", "null"),
    ] {
        let odd = claims(&scene, |claims| drop(claims.insert(name, json(value))));
        refused_with(
            &format!("{name} {value}"),
            &scene,
            &sign(&odd),
            Reason::StatusInvalid,
        );
    }
    // Members that say nothing to us are nobody's fault.
    let more = claims(&scene, |claims| {
        drop(claims.insert("aggregation", "x"));
        drop(claims.insert("iss", &scene.a.did()));
    });
    let list = token_list(&scene.a, &[]);
    let mut known = Scene::new();
    known.learns_status(&token_reference(&scene.a, &list), Ok(sign(&more)), now());
    accepted_text(
        "more members",
        &known,
        &known.sd_avatar_with(&token_entry(&list, 7)),
    );
}

#[test]
pub(crate) fn sts_22_a_token_list_is_signed_by_the_issuer() {
    let scene = Scene::new();
    let list = token_list(&scene.a, &[]);
    let honest = list.claims();
    let evil = World::new("evil.example");
    for (title, fetched, reason) in [
        (
            "of another world",
            evil.publish_token(&list),
            Reason::StatusIssuer,
        ),
        (
            "of another world, under our name",
            evil.sign_token(&honest, |header| {
                drop(header.insert("kid", &scene.a.method()));
            }),
            Reason::StatusInvalid,
        ),
        (
            "under a name that nobody has",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("kid", "#key-9"))),
            Reason::StatusInvalid,
        ),
        (
            "under no name",
            scene
                .a
                .sign_token(&honest, |header| drop(header.remove("kid"))),
            Reason::StatusIssuer,
        ),
        (
            "under a word",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("kid", "key-1"))),
            Reason::StatusInvalid,
        ),
        (
            "with its key",
            scene.a.sign_token(&honest, |header| {
                drop(header.insert("jwk", scene.a.key().verifying_key().jwk()));
            }),
            Reason::StatusInvalid,
        ),
        (
            "with certificates",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("x5c", ["MII"]))),
            Reason::StatusInvalid,
        ),
        (
            "of another type",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("typ", "JWT"))),
            Reason::StatusInvalid,
        ),
        (
            "of none",
            scene
                .a
                .sign_token(&honest, |header| drop(header.remove("typ"))),
            Reason::StatusInvalid,
        ),
        (
            "unsigned",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("alg", "none"))),
            Reason::StatusInvalid,
        ),
        (
            "that demands more",
            scene
                .a
                .sign_token(&honest, |header| drop(header.insert("crit", ["x"]))),
            Reason::StatusInvalid,
        ),
        (
            "that says it is somebody else's",
            scene.a.sign_token(
                &claims(&scene, |claims| drop(claims.insert("iss", &evil.did()))),
                |_| {},
            ),
            Reason::StatusIssuer,
        ),
        (
            "cut off",
            scene.a.publish_token(&list)[..200].to_vec(),
            Reason::StatusInvalid,
        ),
        ("no list", b"eyJ".to_vec(), Reason::StatusInvalid),
    ] {
        refused_with(title, &scene, &fetched, reason);
    }
    let mut changed = scene.a.publish_token(&list);
    let place = changed.len() - 10;
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    refused_with("changed", &scene, &changed, Reason::StatusInvalid);
    // A fragment alone is one of the issuer's.
    let short = scene
        .a
        .sign_token(&honest, |header| drop(header.insert("kid", "#key-1")));
    let mut known = Scene::new();
    known.learns_status(&token_reference(&scene.a, &list), Ok(short), now());
    accepted_text(
        "a fragment",
        &known,
        &known.sd_avatar_with(&token_entry(&list, 7)),
    );
}

#[test]
pub(crate) fn sts_22_a_list_of_the_other_form_says_nothing() {
    let scene = Scene::new();
    // A list of bits where a token is meant.
    let list = token_list(&scene.a, &[]);
    let mut bits = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    bits.url = list.url.clone();
    let mut known = Scene::new();
    let published = bytes(&scene.a.publish(&bits));
    known.learns_status(&token_reference(&scene.a, &list), Ok(published), now());
    let avatar = known.sd_avatar_with(&token_entry(&list, 7));
    refused_text("bits for a token", &known, &avatar, Reason::StatusInvalid);
    // And the other way round.
    let bits = status_list(&scene.a, StatusPurpose::Revocation, &[]);
    let mut list = token_list(&scene.a, &[]);
    list.url = bits.url.clone();
    let known = Scene::new().knowing_token(&list);
    let avatar = known.avatar_with(&[tests::lists::entry(&bits, 7)]);
    for report in known.judge_both(&avatar) {
        refused("a token for bits", &report, Reason::StatusInvalid);
    }
}

#[test]
pub(crate) fn sts_22_entries_are_held_to_their_form() {
    let scene = Scene::new().knowing_token(&token_list(&Scene::new().a, &[]));
    let with = |status: &str| scene.sd_forged(|parts| parts.claiming("status", Some(json(status))));
    let uri = r#""uri":"https://a.example/status-token/1""#;
    for (status, reason) in [
        ("{}".to_owned(), Reason::StatusType),
        (r#"{"status_assertion":{}}"#.to_owned(), Reason::StatusType),
        (
            format!(r#"{{"status_list":{{"idx":7,{uri}}},"other":{{}}}}"#),
            Reason::StatusType,
        ),
        (r#"{"status_list":[]}"#.to_owned(), Reason::ClaimType),
        (
            format!(r#"{{"status_list":{{{uri}}}}}"#),
            Reason::CredMalformed,
        ),
        (
            format!(r#"{{"status_list":{{"idx":"7",{uri}}}}}"#),
            Reason::ClaimType,
        ),
        (
            format!(r#"{{"status_list":{{"idx":-1,{uri}}}}}"#),
            Reason::StatusIndexRange,
        ),
        (
            format!(r#"{{"status_list":{{"idx":1.5,{uri}}}}}"#),
            Reason::StatusIndexRange,
        ),
        (
            format!(r#"{{"status_list":{{"idx":9007199254740991,{uri}}}}}"#),
            Reason::StatusIndexRange,
        ),
        (
            r#"{"status_list":{"idx":7}}"#.to_owned(),
            Reason::CredMalformed,
        ),
        (
            r#"{"status_list":{"idx":7,"uri":7}}"#.to_owned(),
            Reason::ClaimType,
        ),
        (
            r#"{"status_list":{"idx":7,"uri":"http://a.example/x"}}"#.to_owned(),
            Reason::StatusFetchBlocked,
        ),
        (
            r#"{"status_list":{"idx":7,"uri":"file:///x"}}"#.to_owned(),
            Reason::StatusFetchBlocked,
        ),
        (
            r#"{"status_list":{"idx":7,"uri":"https://127.0.0.1/x"}}"#.to_owned(),
            Reason::StatusFetchBlocked,
        ),
        (
            r#"{"status_list":{"idx":7,"uri":"https://a.example/x#y"}}"#.to_owned(),
            Reason::StatusFetchBlocked,
        ),
    ] {
        refused_text(&status, &scene, &with(&status), reason);
    }
}

#[test]
pub(crate) fn sts_22_yesterday_s_token_list_is_a_replay() {
    let made = |before: i64| StatusListToken {
        validity: Validity::between(now().plus_seconds(-before), now().plus_seconds(86_400)),
        ..token_list(&Scene::new().a, &[])
    };
    let mut revoked = made(60);
    assert!(revoked.values.set(7, 1));
    let mut scene = Scene::new().knowing_token(&revoked);
    let avatar = scene.sd_avatar_with(&token_entry(&revoked, 7));
    refused_text("revoked", &scene, &avatar, Reason::Revoked);
    let old = scene.a.publish_token(&made(3600));
    scene.learns_status(&token_reference(&scene.a, &revoked), Ok(old), now());
    refused_text("an older one", &scene, &avatar, Reason::StatusRollback);
    // The one that was seen already is no replay.
    let again = scene.a.publish_token(&revoked);
    scene.learns_status(&token_reference(&scene.a, &revoked), Ok(again), now());
    refused_text("the same again", &scene, &avatar, Reason::Revoked);
}

#[test]
fn a_token_list_is_asked_for_while_it_is_fresh_and_again_when_it_is_not() {
    let list = token_list(&Scene::new().a, &[]);
    let mut scene = Scene::new();
    let avatar = scene.sd_avatar_with(&token_entry(&list, 7));
    let missing = |scene: &Scene| {
        let [received, shown] = scene.judge_sd_both(&avatar);
        assert_eq!(received.missing(), shown.missing());
        assert_eq!(received.verdict(), shown.verdict());
        (shown.verdict(), shown.missing().to_vec())
    };
    let reference: ListRef = token_reference(&scene.a, &list);
    let wanted = vec![Missing::StatusList(reference.clone())];
    assert_eq!(missing(&scene), (Verdict::Indeterminate, wanted.clone()));
    let published = scene.a.publish_token(&list);
    scene.learns_status(&reference, Ok(published), now());
    assert_eq!(missing(&scene), (Verdict::Accepted, Vec::new()));
    // Its publisher says that it is the same: its keys are asked again.
    let known = scene.evidence.last_status_list(&reference).unwrap().clone();
    scene.learns(
        Learned::StatusListUnchanged(Box::new(known.clone()), 0),
        now(),
    );
    assert_eq!(missing(&scene), (Verdict::Accepted, Vec::new()));
    assert_eq!(known.valid_from(), list.validity.from);
    // Too old by its own `ttl`, by the policy, and by its end.
    let later = now().plus_seconds(301);
    assert_eq!(known.own_end(), Some(later));
    scene.now = later;
    scene.evidence = scene.evidence.with_document(scene.a.document(), later);
    // What was shown is too old by then, what was received is not.
    let received = scene.judge_bytes(&scene.asked_by_wallet(), avatar.as_bytes());
    assert_eq!(received.missing(), wanted);
    for (until, reason) in [(0, Reason::StatusExpired), (-5, Reason::StatusExpired)] {
        let ended = StatusListToken {
            validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(until)),
            ..token_list(&Scene::new().a, &[])
        };
        let ended = Scene::new().a.publish_token(&ended);
        refused_with("ended", &Scene::new(), &ended, reason);
    }
    let early = claims(&Scene::new(), |claims| {
        let soon = Number::from_i64(now().plus_seconds(3600).unix());
        drop(claims.insert("iat", soon));
    });
    let early = Scene::new().a.sign_token(&early, |_| {});
    refused_with("of tomorrow", &Scene::new(), &early, Reason::StatusExpired);
}

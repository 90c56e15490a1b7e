//! A bundle is a way for evidence to travel: everything that somebody on the way, or its maker, could
//! have put into it.

use proofs::did_document;
use proofs::issue::Issuer;
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use schemas::bundle::{BundleClaims, BundledDocument, BundledList, MAX_BUNDLE_BYTES};
use schemas::credential::Validity;
use schemas::did::{Did, DidUrl};
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::status::{
    Bits, MIN_BITS, StatusEntry, StatusListCredential, StatusPlace, StatusPurpose,
};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};

use super::{Unpacked, UnpackedKind, VerifiedBundle};
use crate::evidence::Evidence;
use crate::policy::{Limits, Policy};
use crate::status::{Answer, ask};

const DAY: i64 = 86_400;
const LIST: &str = "https://a.example/status/1";
const TRUST: &str = "https://a.example/trust";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + seconds)
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn world() -> Did {
    "did:web:a.example".parse().unwrap()
}

/// The world as an issuer, signing with the key of this number.
fn issuer(number: u8) -> Issuer {
    let method = world().with_fragment("key-1").unwrap();
    let published = key(number).verifying_key();
    Issuer::new(method, published, key(number), Cryptosuite::EddsaJcs2022)
}

fn document(number: u8) -> BundledDocument {
    let public = key(number).verifying_key();
    let document = did_document::build(&world(), &[("key-1", &public)], &[]).unwrap();
    BundledDocument {
        did: world(),
        fetched: at(0),
        document: Value::Object(document),
    }
}

/// A list of the world, signed with the key of this number, with this bit set, made at a moment.
fn status(number: u8, set: Option<u64>, from: i64) -> BundledList {
    let mut bits = Bits::unset(MIN_BITS);
    if let Some(index) = set {
        assert!(bits.set(index, true));
    }
    let list = StatusListCredential {
        url: LIST.parse().unwrap(),
        issuer: world(),
        validity: Validity::between(at(from), at(2 * DAY)),
        purpose: StatusPurpose::Revocation,
        bits,
        ttl_seconds: 43_200,
    };
    // Also one that is to hold later is signed before.
    let issued = issuer(number).issue(&list.unsigned(), at(from.min(0)));
    let issued = issued.unwrap();
    bundled(LIST, issued.into_object())
}

fn trust(number: u8) -> BundledList {
    let trusted = vec![TrustedIssuer {
        did: "did:web:b.example".parse().unwrap(),
        types: vec!["AvatarCredential".to_owned()],
        creators: TrustedCreators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    }];
    let list = TrustListCredential {
        url: TRUST.parse().unwrap(),
        issuer: world(),
        validity: Validity::between(at(-10), at(DAY)),
        trusted,
    };
    let issued = issuer(number).issue(&list.unsigned(), at(-10)).unwrap();
    bundled(TRUST, issued.into_object())
}

fn bundled(url: &str, credential: Object) -> BundledList {
    BundledList {
        url: url.parse().unwrap(),
        issuer: world(),
        fetched: at(0),
        credential: Value::Object(credential),
    }
}

fn claims() -> BundleClaims {
    BundleClaims {
        made: at(0),
        until: at(7 * DAY),
        documents: vec![document(1)],
        key_histories: Vec::new(),
        trust_lists: vec![trust(1)],
        status_lists: vec![status(1, Some(7), -5)],
    }
}

fn signed_by(claims: &BundleClaims, method: &DidUrl, maker: &SigningKey) -> String {
    let Value::Object(claims) = claims.to_value() else {
        panic!("claims");
    };
    jws::sign(Typ::Bundle, KeyRef::Kid(method), &claims, maker)
}

fn bundle(claims: &BundleClaims) -> String {
    signed_by(claims, &key(9).verification_method(), &key(9))
}

/// Believes bundles of key 9, and what is in them for a day.
fn policy() -> Policy {
    let limits = Limits {
        max_document_age: DAY,
        max_status_age: DAY,
        max_trust_list_age: DAY,
        ..Limits::default()
    };
    let policy = Policy::nobody().with_limits(limits);
    policy.with_bundle_maker(key(9).did_key())
}

fn refused(text: &str, policy: &Policy, now: Timestamp) -> Reason {
    VerifiedBundle::verify(text, policy, now)
        .unwrap_err()
        .reason()
}

fn opened(claims: &BundleClaims) -> (Evidence, Vec<Unpacked>) {
    let verified = VerifiedBundle::verify(&bundle(claims), &policy(), at(10)).unwrap();
    assert_eq!(verified.maker(), &key(9).did_key());
    assert_eq!(verified.claims(), claims);
    verified.unpack(&policy())
}

fn outcomes(claims: &BundleClaims) -> Vec<Result<(), Reason>> {
    opened(claims).1.iter().map(|one| one.outcome).collect()
}

fn entry(index: u64) -> StatusPlace {
    StatusPlace::Bit(StatusEntry {
        purpose: StatusPurpose::Revocation,
        index,
        list: LIST.parse().unwrap(),
        messages: None,
    })
}

#[test]
fn what_is_inside_is_used_until_its_first_end() {
    let (evidence, unpacked) = opened(&claims());
    assert_eq!(outcomes(&claims()), [Ok(()); 3]);
    let kinds: Vec<_> = unpacked.iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            UnpackedKind::Document,
            UnpackedKind::TrustList,
            UnpackedKind::StatusList
        ]
    );
    // The age of the policy, the end of the list, its `ttl`.
    let ends: Vec<_> = unpacked.iter().map(|one| one.until).collect();
    assert_eq!(ends, [at(DAY + 1), at(DAY), at(43_201)]);
    let told = |index, now| ask(&entry(index), &world(), &policy(), &evidence, now);
    for (now, set, unset) in [
        (at(43_200), Answer::Set, Answer::Unset),
        (at(43_201), Answer::Missing, Answer::Missing),
    ] {
        assert_eq!((told(7, now), told(8, now)), (set, unset));
        // The verifier and the table say the same.
        let usable = unpacked[2].usable(now).is_ok();
        assert_eq!(usable, told(8, now) == Answer::Unset);
    }
    let strict = policy().with_limits(Limits::default());
    let verified = VerifiedBundle::verify(&bundle(&claims()), &strict, at(10)).unwrap();
    let (_, unpacked) = verified.unpack(&strict);
    assert_eq!(unpacked[0].usable(at(300)), Ok(()));
    let reasons: Vec<_> = unpacked.iter().map(|one| one.usable(at(3601))).collect();
    assert_eq!(
        reasons,
        [
            Err(Reason::DidResolutionFailed),
            Err(Reason::TrustListUnavailable),
            Err(Reason::StatusUnavailable)
        ]
    );
    // The maker's word is an end too.
    let short = BundleClaims {
        until: at(60),
        ..claims()
    };
    let (_, unpacked) = opened(&short);
    assert!(unpacked.iter().all(|one| one.until == at(60)));
}

#[test]
fn a_bundle_is_of_a_maker_whom_the_policy_names_and_who_signed_it() {
    let text = bundle(&claims());
    let untrusted = Reason::BundleUntrusted;
    assert_eq!(refused(&text, &Policy::nobody(), at(10)), untrusted);
    let other = Policy::nobody().with_bundle_maker(key(8).did_key());
    assert_eq!(refused(&text, &other, at(10)), untrusted);
    // Another's signature under the maker's name.
    let forged = signed_by(&claims(), &key(9).verification_method(), &key(8));
    assert_eq!(refused(&forged, &policy(), at(10)), untrusted);
    // A method that the maker does not have.
    let method = key(9).did_key().with_fragment("key-1").unwrap();
    let strange = signed_by(&claims(), &method, &key(9));
    assert_eq!(refused(&strange, &policy(), at(10)), untrusted);
    // Somebody who would have to be asked who they are.
    let web = policy().with_bundle_maker(world());
    let method = world().with_fragment("key-1").unwrap();
    let text = signed_by(&claims(), &method, &key(1));
    assert_eq!(refused(&text, &web, at(10)), untrusted);
    // A P-256 key is a maker like any other.
    let maker = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    let text = signed_by(&claims(), &maker.verification_method(), &maker);
    let known = policy().with_bundle_maker(maker.did_key());
    assert!(VerifiedBundle::verify(&text, &known, at(10)).is_ok());
}

#[test]
fn a_bundle_has_its_time() {
    let text = bundle(&claims());
    let skew = policy().limits().clock_skew;
    for (now, fits) in [
        (at(-skew), true),
        (at(-skew - 1), false),
        (at(7 * DAY - 1), true),
        (at(7 * DAY), false),
    ] {
        let found = VerifiedBundle::verify(&text, &policy(), now);
        assert_eq!(found.is_ok(), fits, "{now}");
        if let Err(error) = found {
            assert_eq!(error.reason(), Reason::BundleExpired);
        }
    }
}

#[test]
fn what_is_no_bundle_is_refused() {
    let text = bundle(&claims());
    let [header, payload, signature] = text.split('.').collect::<Vec<_>>().try_into().unwrap();
    let claims_text = String::from_utf8(base64url::decode(payload).unwrap()).unwrap();
    let signed = |claims: &str| {
        let input = format!("{header}.{}", base64url::encode(claims.as_bytes()));
        let signature = key(9).sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", base64url::encode(&signature))
    };
    // Signing by hand is signing: only what is said is wrong below.
    assert_eq!(signed(&claims_text), text);
    let end = claims_text.len() - 1;
    let method = key(9).verification_method();
    let receipt = jws::sign(Typ::Receipt, KeyRef::Kid(&method), &Object::new(), &key(9));
    let nothing = jws::sign(Typ::Bundle, KeyRef::Kid(&method), &Object::new(), &key(9));
    let too_long = format!("{text}{}", "A".repeat(MAX_BUNDLE_BYTES));
    for (name, text) in [
        ("empty", String::new()),
        ("two parts", format!("{header}.{payload}")),
        ("padded", format!("{header}.{payload}=.{signature}")),
        ("another slot", receipt),
        ("no claims", nothing),
        ("too long", too_long),
        (
            "a name twice",
            signed(&format!("{},\"v\":1}}", &claims_text[..end])),
        ),
        (
            "a stranger",
            signed(&format!("{},\"x\":1}}", &claims_text[..end])),
        ),
        (
            "version 2",
            signed(&claims_text.replace("\"v\":1", "\"v\":2")),
        ),
    ] {
        let found = refused(&text, &policy(), at(10));
        assert_eq!(found, Reason::BundleInvalid, "{name}");
    }
}

/// Every bit counts: of what is said, and of who says it.
#[test]
fn a_changed_bundle_is_refused() {
    let text = bundle(&claims());
    let step = text.len() / 97;
    for place in (0..text.len()).step_by(step.max(1)) {
        let mut bytes = text.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let text = String::from_utf8(bytes).unwrap();
        let reason = refused(&text, &policy(), at(10));
        let refusals = [Reason::BundleInvalid, Reason::BundleUntrusted];
        assert!(refusals.contains(&reason), "byte {place}: {reason}");
    }
}

#[test]
fn a_maker_does_not_make_true_what_others_have_to_sign() {
    // Signed by somebody else than the world.
    let with = |status: BundledList| BundleClaims {
        status_lists: vec![status],
        trust_lists: Vec::new(),
        ..claims()
    };
    let forged = outcomes(&with(status(2, None, -5)));
    assert_eq!(forged, [Ok(()), Err(Reason::StatusInvalid)]);
    let trusted = BundleClaims {
        trust_lists: vec![trust(2)],
        status_lists: Vec::new(),
        ..claims()
    };
    assert_eq!(outcomes(&trusted), [Ok(()), Err(Reason::TrustListInvalid)]);
    // Somebody else's list in the place of the world's.
    let other = BundledList {
        issuer: "did:web:b.example".parse().unwrap(),
        ..status(1, None, -5)
    };
    assert_eq!(outcomes(&with(other))[1], Err(Reason::StatusIssuer));
    // A list under another address.
    let moved = BundledList {
        url: "https://a.example/status/2".parse().unwrap(),
        ..status(1, None, -5)
    };
    assert_eq!(outcomes(&with(moved))[1], Err(Reason::StatusInvalid));
    // A list that was over, or had not begun, when it was fetched.
    let late = BundleClaims {
        made: at(3 * DAY),
        status_lists: vec![BundledList {
            fetched: at(2 * DAY),
            ..status(1, None, -5)
        }],
        documents: vec![BundledDocument {
            fetched: at(2 * DAY),
            ..document(1)
        }],
        trust_lists: Vec::new(),
        ..claims()
    };
    let verified = VerifiedBundle::verify(&bundle(&late), &policy(), at(3 * DAY)).unwrap();
    let (_, unpacked) = verified.unpack(&policy());
    assert_eq!(unpacked[1].outcome, Err(Reason::StatusExpired));
    let early = outcomes(&with(status(1, None, 500)));
    assert_eq!(early[1], Err(Reason::StatusExpired));
    // Without the document of its issuer nobody can say whose a list is.
    let alone = BundleClaims {
        documents: Vec::new(),
        ..claims()
    };
    assert_eq!(
        outcomes(&alone),
        [
            Err(Reason::TrustListUnavailable),
            Err(Reason::StatusUnavailable)
        ]
    );
    // The document of somebody else under the name of the world.
    let swapped = BundleClaims {
        documents: vec![BundledDocument {
            did: "did:web:b.example".parse().unwrap(),
            ..document(1)
        }],
        ..claims()
    };
    let found = outcomes(&swapped);
    assert_eq!(found[0], Err(Reason::DidIdMismatch));
    let (evidence, _) = opened(&swapped);
    assert_eq!(evidence.dids().count(), 0);
}

#[test]
fn a_list_that_is_older_than_one_that_was_seen_is_a_replay() {
    let old = bundle(&claims());
    let newer = BundleClaims {
        status_lists: vec![status(1, Some(7), -4)],
        ..claims()
    };
    let (seen, _) = opened(&newer);
    let verified = VerifiedBundle::verify(&old, &policy(), at(10)).unwrap();
    let (evidence, unpacked) = verified.unpack_after(&seen, &policy());
    let outcomes: Vec<_> = unpacked.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Ok(()), Ok(()), Err(Reason::StatusRollback)]);
    let told = ask(&entry(8), &world(), &policy(), &evidence, at(10));
    assert_eq!(told, Answer::Refused(Reason::StatusRollback));
    // Of what was seen before only the dates count.
    let empty = BundleClaims {
        documents: Vec::new(),
        trust_lists: Vec::new(),
        status_lists: Vec::new(),
        ..claims()
    };
    let verified = VerifiedBundle::verify(&bundle(&empty), &policy(), at(10)).unwrap();
    let (evidence, _) = verified.unpack_after(&seen, &policy());
    assert_eq!(evidence.dids().count(), 0);
    let told = ask(&entry(8), &world(), &policy(), &evidence, at(10));
    assert_eq!(told, Answer::Missing);
}

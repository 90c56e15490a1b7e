//! Receipts and tokens: type and JSON Schema judge alike, every refusal with its reason.

use proptest::prelude::proptest;

use super::{
    AdmissionTokenClaims, CompactJws, ConfirmationKey, InstanceId, ReceiptClaims, ReceiptOutcome,
    UniqueId,
};
use crate::check::Verdict;
use crate::digest::Sha256Digest;
use crate::json::Value;
use crate::message::Message;
use crate::message::judged::require_same_judgment;
use crate::reason::Reason;
use crate::time::Timestamp;

fn receipt(outcome: ReceiptOutcome) -> ReceiptClaims {
    ReceiptClaims {
        issuer: "https://arena.example".parse().unwrap(),
        issued_at: Timestamp::from_unix(1_795_251_600),
        id: UniqueId::of_random(&[7; 16]),
        nonce_digest: Sha256Digest::of(b"nonce"),
        presentation_digest: Sha256Digest::of(b"presentation"),
        outcome,
        instance: InstanceId::new("arena-7").unwrap(),
    }
}

fn token() -> AdmissionTokenClaims {
    AdmissionTokenClaims {
        issuer: "http://localhost:8080".parse().unwrap(),
        subject: Some(
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
                .parse()
                .unwrap(),
        ),
        confirmation: ConfirmationKey::Ed25519([9; 32]),
        id: UniqueId::of_random(&[8; 16]),
        instance: InstanceId::new("arena-7").unwrap(),
        issued_at: Timestamp::from_unix(1_795_251_600),
        expires_at: Timestamp::from_unix(1_795_251_900),
    }
}

#[test]
fn receipts_are_read_as_they_were_written() {
    for (outcome, verdict, reason) in [
        (ReceiptOutcome::Accepted, Verdict::Accepted, None),
        (
            ReceiptOutcome::Rejected(Reason::VpReplay),
            Verdict::Rejected,
            Some(Reason::VpReplay),
        ),
        (
            ReceiptOutcome::Indeterminate(Reason::DidResolutionFailed),
            Verdict::Indeterminate,
            Some(Reason::DidResolutionFailed),
        ),
    ] {
        let receipt = receipt(outcome);
        assert_eq!((outcome.verdict(), outcome.reason()), (verdict, reason));
        assert_eq!(
            ReceiptClaims::read(&receipt.to_bytes()),
            Ok(receipt.clone())
        );
        let value = receipt.to_value();
        assert_eq!(
            value.get("iss"),
            Some(&Value::from("did:web:arena.example"))
        );
        require_same_judgment::<ReceiptClaims>("receipt", &value, true);
    }
}

#[test]
fn tokens_are_read_as_they_were_written() {
    let mut token = token();
    for subject in [token.subject.clone(), None] {
        token.subject = subject;
        assert_eq!(
            AdmissionTokenClaims::read(&token.to_bytes()),
            Ok(token.clone())
        );
        require_same_judgment::<AdmissionTokenClaims>("admission-token", &token.to_value(), true);
    }
}

/// Replaces text in the canonical form of a message.
fn changed(message: &impl Message, from: &str, to: &str) -> Value {
    let text = String::from_utf8(message.to_bytes()).unwrap();
    let other = text.replacen(from, to, 1);
    assert_ne!(text, other, "{from}");
    crate::json::read(other.as_bytes(), &crate::json::Limits::message()).unwrap()
}

#[test]
fn each_fault_of_a_receipt_is_seen_by_type_and_schema() {
    let rejected = receipt(ReceiptOutcome::Rejected(Reason::VpReplay));
    let accepted = receipt(ReceiptOutcome::Accepted);
    for (message, from, to, member, reason) in [
        (
            &accepted,
            "did:web:arena.example",
            "did:key:z6Mk",
            "iss",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "did:web:arena.example",
            "did:web:arena.example:a",
            "iss",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"did:web:arena.example\"",
            "1",
            "iss",
            Reason::ClaimType,
        ),
        (
            &accepted,
            "1795251600",
            "\"2026\"",
            "iat",
            Reason::ClaimType,
        ),
        (&accepted, "1795251600", "-1", "iat", Reason::CredMalformed),
        (
            &accepted,
            "\"iat\":1795251600,",
            "",
            "iat",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "BwcHBwcHBwcHBwcHBwcHBw",
            "BwcHBwcHBwcHBwcHBwcHB",
            "jti",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"nonce_digest\":\"uEi",
            "\"nonce_digest\":\"zEi",
            "nonce_digest",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"presentation_digest\":\"uEi",
            "\"presentation_digest\":\"",
            "presentation_digest",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"accepted\"",
            "\"rejected\"",
            "reason",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"accepted\"",
            "\"fine\"",
            "outcome",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "\"accepted\"",
            "true",
            "outcome",
            Reason::ClaimType,
        ),
        (
            &rejected,
            "\"rejected\"",
            "\"accepted\"",
            "reason",
            Reason::CredMalformed,
        ),
        (
            &rejected,
            "\"vp_replay\"",
            "null",
            "reason",
            Reason::ClaimType,
        ),
        (
            &rejected,
            "\"vp_replay\"",
            "\"Weil\"",
            "reason",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "arena-7",
            "arena 7",
            "instance",
            Reason::CredMalformed,
        ),
        (
            &accepted,
            "{",
            "{\"sub\":\"did:key:z6Mk\",",
            "",
            Reason::CredMalformed,
        ),
    ] {
        let value = changed(message, from, to);
        let error = ReceiptClaims::from_value(&value).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{to}");
        require_same_judgment::<ReceiptClaims>("receipt", &value, false);
    }
}

#[test]
fn each_fault_of_a_token_is_seen_by_type_and_schema() {
    for (from, to, member, reason) in [
        (
            "did:web:localhost%3A8080",
            "did:web:localhost%3a8080",
            "iss",
            Reason::CredMalformed,
        ),
        ("\"iat\":1795251600,", "", "iat", Reason::CredMalformed),
        ("1795251900", "\"soon\"", "exp", Reason::ClaimType),
        ("did:key:", "did:ion:", "sub", Reason::CredMalformed),
        ("{\"jwk\":{", "{\"kid\":{", "cnf", Reason::CnfUnsupported),
        (
            "{\"jwk\":{",
            "{\"x5t\":\"a\",\"jwk\":{",
            "cnf",
            Reason::CnfUnsupported,
        ),
        ("\"Ed25519\"", "\"X25519\"", "jwk", Reason::CnfUnsupported),
        ("\"OKP\"", "\"EC\"", "jwk", Reason::CnfUnsupported),
        (
            "\"kty\"",
            "\"d\":\"AA\",\"kty\"",
            "jwk",
            Reason::CnfUnsupported,
        ),
        ("\"CQkJ", "\"CQk", "x", Reason::CredMalformed),
        ("CQkJCQk\"", "CQkJCQl\"", "x", Reason::CredMalformed),
        ("\"CQkJ", "\"+QkJ", "x", Reason::CredMalformed),
        ("\"jti\"", "\"id\"", "", Reason::CredMalformed),
        ("arena-7", "arena/7", "instance", Reason::CredMalformed),
    ] {
        let value = changed(&token(), from, to);
        let error = AdmissionTokenClaims::from_value(&value).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{to}");
        require_same_judgment::<AdmissionTokenClaims>("admission-token", &value, false);
    }
}

#[test]
fn a_token_is_bound_to_a_key_of_p256_or_to_none() {
    let mut token = token();
    token.confirmation = ConfirmationKey::P256 {
        x: [9; 32],
        y: [8; 32],
    };
    assert_eq!(
        AdmissionTokenClaims::read(&token.to_bytes()),
        Ok(token.clone())
    );
    for (from, to, member, reason) in [
        ("\"P-256\"", "\"P-384\"", "jwk", Reason::CnfUnsupported),
        ("\"P-256\"", "\"Ed25519\"", "jwk", Reason::CnfUnsupported),
        ("\"EC\"", "\"OKP\"", "jwk", Reason::CnfUnsupported),
        (
            "\"kty\"",
            "\"d\":\"AA\",\"kty\"",
            "jwk",
            Reason::CnfUnsupported,
        ),
        ("\"y\"", "\"z\"", "jwk", Reason::CnfUnsupported),
        ("\"y\":\"CAgI", "\"y\":\"CAg", "y", Reason::CredMalformed),
        ("\"x\":\"CQkJ", "\"x\":\"CQk", "x", Reason::CredMalformed),
    ] {
        let value = changed(&token, from, to);
        let error = AdmissionTokenClaims::from_value(&value).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{to}");
        require_same_judgment::<AdmissionTokenClaims>("admission-token", &value, false);
    }
    // A key of the one type that says it is of the other.
    let jwk = crate::object! { "kty" => "EC", "crv" => "P-256", "x" => "A".repeat(43) };
    assert_eq!(ConfirmationKey::of_jwk(&jwk), None);
}

#[test]
fn a_token_lives_for_five_minutes_at_most() {
    let mut token = token();
    for (seconds, fine) in [
        (1, true),
        (300, true),
        (0, false),
        (-1, false),
        (301, false),
    ] {
        token.expires_at = token.issued_at.plus_seconds(seconds);
        let read = AdmissionTokenClaims::read(&token.to_bytes());
        assert_eq!(read.is_ok(), fine, "{seconds}");
    }
}

#[test]
fn a_compact_jws_has_three_whole_parts() {
    assert!(CompactJws::new("e30.e30.AAAA").is_some());
    for text in [
        "",
        "..",
        "e30.e30",
        "e30.e30.",
        "e30.e30.AA==",
        "e30.e30.AB",
        "e30.e30.AA.AA",
        "e30 .e30.AA",
    ] {
        assert_eq!(CompactJws::new(text), None, "{text}");
    }
    assert_eq!(
        CompactJws::new(format!("e30.e30.{}", "AAAA".repeat(20_000))),
        None
    );
}

proptest! {
    #[test]
    fn tokens_round_trip(x: [u8; 32], y: [u8; 32], ec: bool, id: [u8; 16], iat in 0_i64..200_000_000_000, life in 1_i64..=300) {
        let mut token = token();
        token.confirmation = match ec {
            true => ConfirmationKey::P256 { x, y },
            false => ConfirmationKey::Ed25519(x),
        };
        assert_eq!(ConfirmationKey::of_jwk(&token.confirmation.jwk()), Some(token.confirmation));
        token.id = UniqueId::of_random(&id);
        token.issued_at = Timestamp::from_unix(iat);
        token.expires_at = token.issued_at.plus_seconds(life);
        assert_eq!(AdmissionTokenClaims::read(&token.to_bytes()), Ok(token.clone()));
        require_same_judgment::<AdmissionTokenClaims>("admission-token", &token.to_value(), true);
    }
}

//! A reason code crosses the wire: whatever a world refuses with, the wallet reads the same reason,
//! and of a stranger who sends only an OAuth code, the nearest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use schemas::message::Message as _;
use schemas::oauth::{ErrorCode, ErrorResponse};
use schemas::oid4vci::error::{at_credential, at_notification, at_token, reason_of};
use schemas::reason::Reason;

#[test]
fn every_reason_arrives_as_it_was_sent() {
    for reason in Reason::ALL {
        for refuse in [at_token, at_credential, at_notification] {
            let refusal = refuse(*reason);
            let read = ErrorResponse::read(&refusal.to_bytes()).unwrap();
            assert_eq!(reason_of(&read), *reason);
            assert_eq!(read.code, refusal.code);
        }
    }
}

#[test]
fn a_stranger_s_code_has_its_nearest_reason() {
    for (sent, code, nearest) in [
        (
            Reason::NonceReused,
            ErrorCode::InvalidNonce,
            Reason::CNonceInvalid,
        ),
        (
            Reason::CNonceInvalid,
            ErrorCode::InvalidNonce,
            Reason::CNonceInvalid,
        ),
        (
            Reason::EncRequired,
            ErrorCode::InvalidEncryptionParameters,
            Reason::EncRequired,
        ),
        (
            Reason::EncUnsupported,
            ErrorCode::InvalidEncryptionParameters,
            Reason::EncRequired,
        ),
        (
            Reason::Unauthorized,
            ErrorCode::InvalidToken,
            Reason::Unauthorized,
        ),
        (
            Reason::Overloaded,
            ErrorCode::TemporarilyUnavailable,
            Reason::Overloaded,
        ),
    ] {
        let mut refusal = at_credential(sent);
        assert_eq!(refusal.code, code, "{sent}");
        refusal.reason = None;
        assert_eq!(reason_of(&refusal), nearest, "{sent}");
    }
}

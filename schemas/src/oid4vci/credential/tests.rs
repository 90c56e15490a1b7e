//! Credential requests and responses: both kinds, every refusal, round trips.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::{CredentialRequest, CredentialResponse, CredentialSelector, MAX_PROOFS, Proofs};
use crate::json::Object;
use crate::ledger::Commitment;
use crate::message::{Message, WireDocument};
use crate::oid4vci::issuer_metadata::ProofType;
use crate::reason::Reason;

#[test]
fn who_is_to_hold_an_item_is_said_in_one_spelling() {
    let read = |holder: &str| {
        let body = format!(r#"{{"credential_identifier":"a","omote_holder":{holder}}}"#);
        CredentialRequest::read(body.as_bytes()).map(|request| request.omote_holder)
    };
    let holder = Commitment::from_bytes([7; 32]);
    assert_eq!(read(&format!("\"{holder}\"")), Ok(Some(holder)));
    for wrong in ["\"\"", "\"AAAA\"", "7", "null", &format!("\"{holder}=\"")] {
        assert_eq!(
            read(wrong).unwrap_err().reason(),
            Reason::BadRequest,
            "{wrong}"
        );
    }
}

#[test]
fn a_request_for_several_copies() {
    let body = br#"{"credential_configuration_id":"avatar","proofs":{"jwt":["a.b.c","d.e.f"]}}"#;
    let request = CredentialRequest::read(body).unwrap();
    assert_eq!(
        request.selector,
        CredentialSelector::Configuration("avatar".to_owned())
    );
    let proofs = request.proofs.unwrap();
    assert_eq!((proofs.proof_type(), proofs.len()), (ProofType::Jwt, 2));
    assert!(!proofs.is_empty());
    let body = br#"{"credential_identifier":"mika-1","proofs":{"di_vp":[{"holder":"x"}]}}"#;
    let request = CredentialRequest::read(body).unwrap();
    assert_eq!(
        request.selector,
        CredentialSelector::Identifier("mika-1".to_owned())
    );
    assert_eq!(request.proofs.unwrap().proof_type(), ProofType::DiVp);
}

#[test]
fn a_request_is_refused_with_its_reason() {
    let many = format!(
        r#"{{"credential_configuration_id":"a","proofs":{{"jwt":[{}]}}}}"#,
        ["\"a.b.c\""; MAX_PROOFS + 1].join(",")
    );
    for (body, member, reason) in [
        ("[]", "", Reason::BadRequest),
        ("{}", "credential_configuration_id", Reason::BadRequest),
        (
            r#"{"credential_configuration_id":"a","credential_identifier":"b"}"#,
            "credential_configuration_id",
            Reason::BadRequest,
        ),
        (
            r#"{"credential_configuration_id":null,"credential_identifier":"b"}"#,
            "credential_configuration_id",
            Reason::BadRequest,
        ),
        (
            r#"{"credential_configuration_id":"a","proof":{"proof_type":"jwt","jwt":"a.b.c"}}"#,
            "proof",
            Reason::BadRequest,
        ),
        (
            r#"{"credential_configuration_id":"a","credential_response_encryption":{}}"#,
            "credential_response_encryption",
            Reason::EncUnsupported,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":[]}"#,
            "proofs",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":null}"#,
            "proofs",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{}}"#,
            "proofs",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"jwt":["a.b.c"],"di_vp":[{}]}}"#,
            "proofs",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"attestation":["a.b.c"]}}"#,
            "proofs",
            Reason::ProofTypeUnsupported,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"jwt":[]}}"#,
            "jwt",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"jwt":"a.b.c"}}"#,
            "jwt",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"jwt":[{}]}}"#,
            "jwt",
            Reason::InvalidProof,
        ),
        (
            r#"{"credential_configuration_id":"a","proofs":{"di_vp":["a.b.c"]}}"#,
            "di_vp",
            Reason::InvalidProof,
        ),
        (&many, "jwt", Reason::InputTooLarge),
    ] {
        let error = CredentialRequest::read(body.as_bytes()).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{body}");
    }
}

#[test]
fn responses_of_both_kinds_are_read() {
    let body = br#"{"credentials":[{"credential":{"type":"x"}},{"credential":"a~b"}],"notification_id":"3f","more":1}"#;
    let documents = vec![
        WireDocument::Object(crate::object! { "type" => "x" }),
        WireDocument::Text("a~b".to_owned()),
    ];
    assert_eq!(documents[0].to_bytes(), br#"{"type":"x"}"#);
    assert_eq!(documents[1].to_bytes(), b"a~b");
    assert_eq!(
        CredentialResponse::read(body),
        Ok(CredentialResponse::Issued {
            credentials: documents,
            notification_id: Some("3f".to_owned())
        })
    );
    let body = br#"{"transaction_id":"8x","interval":3600}"#;
    assert_eq!(
        CredentialResponse::read(body),
        Ok(CredentialResponse::Deferred {
            transaction_id: "8x".to_owned(),
            interval: 3600
        })
    );
}

#[test]
fn a_response_is_refused_with_its_reason() {
    let many = format!(
        r#"{{"credentials":[{}]}}"#,
        vec![r#"{"credential":"a"}"#; 33].join(",")
    );
    for (body, member) in [
        ("{}", "credentials"),
        (r#"{"credentials":[]}"#, "credentials"),
        (r#"{"credentials":{}}"#, "credentials"),
        (r#"{"credentials":["a"]}"#, "credentials"),
        (r#"{"credentials":[{}]}"#, "credential"),
        (r#"{"credentials":[{"credential":1}]}"#, "credential"),
        (r#"{"credentials":[{"credential":""}]}"#, "credential"),
        (r#"{"credentials":[{"credential":{}}]}"#, "credential"),
        (r#"{"credential":"a"}"#, "credentials"),
        (
            r#"{"credentials":[{"credential":"a"}],"transaction_id":"b","interval":1}"#,
            "credentials",
        ),
        (
            r#"{"credentials":[{"credential":"a"}],"notification_id":1}"#,
            "notification_id",
        ),
        (r#"{"transaction_id":"a"}"#, "interval"),
        (r#"{"transaction_id":"a","interval":"1"}"#, "interval"),
        (r#"{"transaction_id":"a b","interval":1}"#, "transaction_id"),
        (r#"{"transaction_id":7,"interval":1}"#, "transaction_id"),
        (&many, "credentials"),
    ] {
        let error = CredentialResponse::read(body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, Reason::ImportRejected),
            "{body}"
        );
    }
}

fn object() -> impl Strategy<Value = Object> {
    (".{0,5}", any::<i32>()).prop_map(|(name, number)| crate::object! { name => number })
}

proptest! {
    #[test]
    fn requests_round_trip(
        by_identifier in any::<bool>(),
        id in ".{1,12}",
        proofs in option::of(prop_oneof![
            vec(object(), 1..=MAX_PROOFS).prop_map(Proofs::DiVp),
            vec(".{1,12}", 1..=MAX_PROOFS).prop_map(Proofs::Jwt),
        ]),
        holder in option::of(any::<[u8; 32]>()),
    ) {
        let selector = if by_identifier {
            CredentialSelector::Identifier(id)
        } else {
            CredentialSelector::Configuration(id)
        };
        let omote_holder = holder.map(Commitment::from_bytes);
        let request = CredentialRequest {
            selector,
            proofs,
            omote_holder,
        };
        assert_eq!(CredentialRequest::read(&request.to_bytes()), Ok(request));
    }

    #[test]
    fn responses_round_trip(
        credentials in vec(prop_oneof![
            object().prop_map(WireDocument::Object),
            ".{1,12}".prop_map(WireDocument::Text),
        ], 1..6),
        notification_id in option::of("[!#-\\[\\]-~]{1,12}"),
        interval in 0_u64..(1 << 53),
    ) {
        let issued = CredentialResponse::Issued { credentials, notification_id };
        assert_eq!(CredentialResponse::read(&issued.to_bytes()), Ok(issued));
        let deferred = CredentialResponse::Deferred { transaction_id: "a".to_owned(), interval };
        assert_eq!(CredentialResponse::read(&deferred.to_bytes()), Ok(deferred));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..64)) {
        let _ = CredentialRequest::read(&bytes);
        let _ = CredentialResponse::read(&bytes);
    }
}

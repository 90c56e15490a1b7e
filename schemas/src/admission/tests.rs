//! Admission messages: type and JSON Schema judge alike, every refusal with its reason.

use proptest::option;
use proptest::prelude::proptest;

use super::{AdmissionCreated, AdmissionRequest, AdmissionState, Admitted, Ask};
use crate::dcql::DcqlQuery;
use crate::json::{Limits, Value, read};
use crate::message::judged::require_same_judgment;
use crate::message::{Confidential, Message};
use crate::oid4vp::link::{RequestLink, RequestUriMethod};
use crate::reason::Reason;
use crate::receipt::{CompactJws, InstanceId, UniqueId};
use crate::time::Timestamp;

fn request(ask: Ask) -> AdmissionRequest {
    AdmissionRequest {
        ask,
        by: "Sky Arena".to_owned(),
        instance: InstanceId::new("arena-7").unwrap(),
        purpose: Some("名札に表示します".to_owned()),
    }
}

fn created() -> AdmissionCreated {
    AdmissionCreated {
        id: UniqueId::of_random(&[1; 16]),
        request_link: RequestLink {
            client_id: "decentralized_identifier:did:web:localhost%3A8080"
                .parse()
                .unwrap(),
            request_uri: "http://localhost:8080/r/1".parse().unwrap(),
            method: RequestUriMethod::Post,
        },
        poll_url: "http://localhost:8080/admissions/AQEB".parse().unwrap(),
        expires_at: Timestamp::from_unix(1_795_251_900),
    }
}

fn answered() -> AdmissionState {
    let jws = CompactJws::new("e30.e30.AAAA").unwrap();
    AdmissionState::Answered {
        report: Some(crate::object! { "verdict" => "accepted" }),
        admitted: Some(Admitted {
            admission_token: Confidential::new(jws.as_str()),
            receipt: jws,
        }),
    }
}

#[test]
fn messages_are_read_as_they_were_written() {
    let query = br#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{}}]}"#;
    let query = DcqlQuery::read(query).unwrap();
    for ask in [Ask::Avatar, Ask::Item, Ask::Query(query)] {
        let request = request(ask);
        assert_eq!(
            AdmissionRequest::read(&request.to_bytes()),
            Ok(request.clone())
        );
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
    let mut created = created();
    assert_eq!(
        AdmissionCreated::read(&created.to_bytes()),
        Ok(created.clone())
    );
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    created.request_link.method = RequestUriMethod::Get;
    require_same_judgment::<AdmissionCreated>("admission-created", &created.to_value(), true);
    for state in [
        AdmissionState::Pending,
        AdmissionState::Expired,
        answered(),
        AdmissionState::Answered {
            report: None,
            admitted: None,
        },
    ] {
        assert_eq!(AdmissionState::read(&state.to_bytes()), Ok(state.clone()));
        require_same_judgment::<AdmissionState>("admission-state", &state.to_value(), true);
    }
}

/// Reads a message with a change; the type refuses it here, and the schema too.
fn refused<M: Message + std::fmt::Debug>(
    schema: &str,
    message: &M,
    from: &str,
    to: &str,
) -> (&'static str, Reason) {
    let text = String::from_utf8(message.to_bytes()).unwrap();
    let other = text.replacen(from, to, 1);
    assert_ne!(text, other, "{from}");
    let value: Value = read(other.as_bytes(), &Limits::message()).unwrap();
    require_same_judgment::<M>(schema, &value, false);
    let error = M::from_value(&value).unwrap_err();
    (error.member(), error.reason())
}

#[test]
fn each_fault_of_a_request_is_seen_by_type_and_schema() {
    let long = format!("\"{}\"", "あ".repeat(101));
    let longer = format!("\"{}\"", "あ".repeat(301));
    for (from, to, member) in [
        ("\"preset\":\"avatar\"", "\"preset\":\"house\"", "preset"),
        ("\"preset\":\"avatar\"", "\"preset\":null", "preset"),
        ("\"preset\":\"avatar\",", "", "preset"),
        (
            "{",
            "{\"dcql_query\":{\"credentials\":[{\"id\":\"a\",\"format\":\"b\",\"meta\":{}}]},",
            "preset",
        ),
        ("\"Sky Arena\"", "\"\"", "by"),
        ("\"Sky Arena\"", "[]", "by"),
        ("\"Sky Arena\"", &long, "by"),
        ("\"by\"", "\"from\"", ""),
        ("arena-7", "arena 7", "instance"),
        ("arena-7", "", "instance"),
        ("\"名札に表示します\"", &longer, "purpose"),
        ("\"名札に表示します\"", "{}", "purpose"),
        ("{", "{\"purposes\":[],", ""),
    ] {
        let refused = refused("admission-request", &request(Ask::Avatar), from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
    let body = br#"{"dcql_query":{"credentials":[]},"by":"a","instance":"b"}"#;
    let error = AdmissionRequest::read(body).unwrap_err();
    assert_eq!(error.reason(), Reason::QueryInvalid);
}

#[test]
fn each_fault_of_the_answers_is_seen_by_type_and_schema() {
    for (from, to, member, reason) in [
        ("AQEBAQEBAQEBAQEBAQEBAQ", "1", "id", Reason::BadRequest),
        (
            "decentralized_identifier",
            "x509_san_dns",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        ("openid4vp://", "mailto://", "", Reason::BadRequest),
        (
            "http://localhost:8080/admissions",
            "http://world.example/admissions",
            "poll_url",
            Reason::BadRequest,
        ),
        ("2026-", "26-", "expires_at", Reason::BadRequest),
        ("{", "{\"secret\":1,", "", Reason::BadRequest),
    ] {
        let refused = refused("admission-created", &created(), from, to);
        assert_eq!(refused, (member, reason), "{to}");
    }
    for (from, to, member) in [
        ("\"answered\"", "\"pending\"", ""),
        ("\"answered\"", "\"expired\"", ""),
        ("\"answered\"", "\"won\"", "state"),
        ("\"answered\"", "1", "state"),
        (
            "\"report\":{\"verdict\":\"accepted\"}",
            "\"report\":\"accepted\"",
            "report",
        ),
        (
            "\"report\":{\"verdict\":\"accepted\"}",
            "\"report\":null",
            "report",
        ),
        ("\"receipt\":\"e30.e30.AAAA\",", "", "receipt"),
        (
            "\"admission_token\":\"e30.e30.AAAA\",",
            "",
            "admission_token",
        ),
        ("e30.e30.AAAA", "e30.e30", "admission_token"),
        ("{", "{\"verdict\":\"accepted\",", ""),
    ] {
        let refused = refused("admission-state", &answered(), from, to);
        assert_eq!(refused, (member, Reason::BadRequest), "{to}");
    }
}

#[test]
fn tokens_are_not_shown_in_logs() {
    assert!(!format!("{:?}", answered()).contains("e30"));
}

proptest! {
    #[test]
    fn requests_round_trip(
        by in ".{1,100}",
        instance in "[A-Za-z0-9._~-]{1,128}",
        purpose in option::of(".{1,300}"),
    ) {
        let request = AdmissionRequest {
            ask: Ask::Item,
            by,
            instance: InstanceId::new(instance).unwrap(),
            purpose,
        };
        assert_eq!(AdmissionRequest::read(&request.to_bytes()), Ok(request.clone()));
        require_same_judgment::<AdmissionRequest>("admission-request", &request.to_value(), true);
    }
}

//! Responses and answers: shapes of vp_token, every refusal with its reason, round trips.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{any, prop_oneof, proptest};
use proptest::strategy::Strategy;

use super::{
    AuthorizationResponse, DirectPostAnswer, MAX_RESPONSE_BYTES, ResponseOutcome, VpToken, refusal,
};
use crate::admission::Decided;
use crate::dcql::{DcqlQuery, QueryId};
use crate::digest::Sha256Digest;
use crate::form::Form;
use crate::message::{Confidential, Message, Problem, WireDocument};
use crate::oauth::{Description, ErrorCode, ErrorResponse};
use crate::oid4vp::State;
use crate::reason::Reason;
use crate::receipt::CompactJws;

fn body(token: &str) -> String {
    Form::new().with("vp_token", token).to_text()
}

#[test]
fn presentations_are_read() {
    let body = Form::new()
        .with(
            "vp_token",
            r#"{"avatar":[{"type":"VerifiablePresentation"}],"pass":["a~b","c~d"]}"#,
        )
        .with("state", "eyJhb")
        .with("presentation_submission", "{}")
        .to_text();
    let response = AuthorizationResponse::read(body.as_bytes()).unwrap();
    assert_eq!(response.state, State::new("eyJhb"));
    let ResponseOutcome::Presented(token) = response.outcome else {
        panic!("presentations");
    };
    let id = |text| QueryId::new(text).unwrap();
    assert_eq!(token.entries().len(), 2);
    assert_eq!(token.presentations(&id("pass")).len(), 2);
    assert_eq!(token.presentations(&id("sword")), []);
    let canonical = br#"{"avatar":[{"type":"VerifiablePresentation"}],"pass":["a~b","c~d"]}"#;
    assert_eq!(token.digest(), Sha256Digest::of(canonical));
}

#[test]
fn another_shape_is_refused_with_its_reason() {
    let many = format!(
        "{{{}}}",
        (0..21)
            .map(|n| format!("\"q{n}\":[\"a\"]"))
            .collect::<Vec<_>>()
            .join(",")
    );
    let crowd = format!("{{\"q\":[{}]}}", vec!["\"a\""; 33].join(","));
    for (token, reason) in [
        ("\"a\"", Reason::VpMalformed),
        ("[]", Reason::VpMalformed),
        ("{}", Reason::VpMalformed),
        (r#"{"a":[]}"#, Reason::VpMalformed),
        (r#"{"a":"b"}"#, Reason::VpMalformed),
        (r#"{"a":{}}"#, Reason::VpMalformed),
        (r#"{"a":null}"#, Reason::VpMalformed),
        (r#"{"a":[1]}"#, Reason::VpMalformed),
        (r#"{"a":[""]}"#, Reason::VpMalformed),
        (r#"{"a":[{}]}"#, Reason::VpMalformed),
        (r#"{"a":[["b"]]}"#, Reason::VpMalformed),
        (r#"{"a b":["c"]}"#, Reason::VpMalformed),
        (r#"{"":["c"]}"#, Reason::VpMalformed),
        ("a~b", Reason::ParseError),
        ("", Reason::ParseError),
        (r#"{"a":["b"],"a":["c"]}"#, Reason::JsonDuplicateKey),
        (&many, Reason::VpTooMany),
        (&crowd, Reason::VpTooMany),
    ] {
        let error = AuthorizationResponse::read(body(token).as_bytes()).unwrap_err();
        assert_eq!(error.reason(), reason, "{token}");
    }
    for (body, member, reason) in [
        ("", "vp_token", Reason::VpMalformed),
        ("state=a", "vp_token", Reason::VpMalformed),
        ("response=eyJ.a.b", "response", Reason::EncUnsupported),
        (
            "response=eyJ.a.b&vp_token=%7B%7D",
            "response",
            Reason::EncUnsupported,
        ),
        (
            "error=access_denied&vp_token=%7B%7D",
            "vp_token",
            Reason::VpMalformed,
        ),
        (
            "error=access_denied&state=a+b",
            "state",
            Reason::StateMismatch,
        ),
        ("error=access_denied&state=", "state", Reason::StateMismatch),
        (
            "error=access_denied&state=a&state=b",
            "",
            Reason::BadRequest,
        ),
    ] {
        let error = AuthorizationResponse::read(body.as_bytes()).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{body}");
    }
    let error = AuthorizationResponse::read(&vec![b'a'; MAX_RESPONSE_BYTES + 1]).unwrap_err();
    assert_eq!(error.reason(), Reason::InputTooLarge);
}

#[test]
fn only_what_was_asked_is_answered() {
    let query = DcqlQuery::read(
        br#"{"credentials":[
            {"id":"one","format":"ldp_vc","meta":{}},
            {"id":"many","format":"ldp_vc","meta":{},"multiple":true}
        ]}"#,
    )
    .unwrap();
    let entry = |id, count| {
        let document = WireDocument::Text("a".to_owned());
        (QueryId::new(id).unwrap(), vec![document; count])
    };
    for (entries, outcome) in [
        (vec![entry("one", 1)], Ok(())),
        (vec![entry("many", 3), entry("one", 1)], Ok(())),
        (vec![entry("one", 2)], Err(Reason::VpTooMany)),
        (
            vec![entry("one", 1), entry("sword", 1)],
            Err(Reason::VpMalformed),
        ),
    ] {
        let token = VpToken::new(entries).unwrap();
        let answer = token.require_answer_to(&query);
        assert_eq!(answer.map_err(|error| error.reason()), outcome);
    }
    for (entries, reason) in [
        (Vec::new(), Reason::VpMalformed),
        (vec![entry("one", 0)], Reason::VpMalformed),
        (vec![entry("one", 1), entry("one", 1)], Reason::VpMalformed),
        (vec![entry("one", 33)], Reason::VpTooMany),
    ] {
        let error = VpToken::new(entries).unwrap_err();
        assert_eq!(error.reason(), reason);
    }
}

#[test]
fn declining_tells_nothing() {
    let response = AuthorizationResponse::declined(State::new("a"));
    assert_eq!(response.to_form().to_text(), "error=access_denied&state=a");
    let read = AuthorizationResponse::read(response.to_form().to_text().as_bytes());
    assert_eq!(read, Ok(response));
    let response = AuthorizationResponse::refused(
        ErrorCode::VpFormatsNotSupported,
        Description::of("mso_mdoc only"),
        None,
    );
    let read = AuthorizationResponse::read(response.to_form().to_text().as_bytes());
    assert_eq!(read, Ok(response));
}

#[test]
fn answers_are_read_as_they_were_written() {
    let jws = CompactJws::new("eyJhbGciOiJFZDI1NTE5In0.e30.AAAA").unwrap();
    let answer = DirectPostAnswer {
        redirect_uri: Some(
            "https://world.example/in#response_code=091535f6"
                .parse()
                .unwrap(),
        ),
        receipt: Some(jws.clone()),
        admission_token: Some(Confidential::new(jws.as_str())),
        admission: Some(Decided::Admit),
    };
    assert_eq!(
        DirectPostAnswer::read(&answer.to_bytes()),
        Ok(answer.clone())
    );
    assert!(!format!("{answer:?}").contains("eyJ"));
    let least = DirectPostAnswer::read(br#"{"more":1}"#);
    assert_eq!(least, Ok(DirectPostAnswer::default()));
    for (body, member) in [
        ("[]", ""),
        (r#"{"redirect_uri":null}"#, "redirect_uri"),
        (r#"{"redirect_uri":"javascript:alert(1)"}"#, "redirect_uri"),
        (r#"{"omote_receipt":{}}"#, "omote_receipt"),
        (r#"{"omote_receipt":"a.b"}"#, "omote_receipt"),
        (r#"{"omote_receipt":"a.b.c.d"}"#, "omote_receipt"),
        (
            r#"{"omote_admission_token":"e30.e30."}"#,
            "omote_admission_token",
        ),
        (r#"{"omote_admission":"welcome"}"#, "omote_admission"),
        (r#"{"error":"invalid_request"}"#, "error"),
    ] {
        let error = DirectPostAnswer::read(body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, Reason::BadRequest),
            "{body}"
        );
    }
    let refused = refusal(Reason::VpReplay);
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert_eq!(ErrorResponse::read(&refused.to_bytes()), Ok(refused));
}

#[test]
fn faults_are_told_without_values() {
    let error = AuthorizationResponse::read(body(r#"{"secret name":["x"]}"#).as_bytes());
    let text = error.unwrap_err().to_string();
    assert_eq!(text, "vp_token: not identifiers of a query");
    let error = AuthorizationResponse::read(body(r#"{"a":[true]}"#).as_bytes()).unwrap_err();
    let problem = Problem::Type {
        expected: "string or object",
        found: "boolean",
    };
    assert_eq!(error.problem(), problem);
}

proptest! {
    #[test]
    fn responses_round_trip(
        entries in vec(vec(prop_oneof![
            ".{1,20}".prop_map(WireDocument::Text),
            (".{0,4}", ".{0,8}").prop_map(|(name, text)| WireDocument::Object(crate::object! { name => text })),
        ], 1..4), 1..6),
        state in option::of("[A-Za-z0-9._~-]{1,40}"),
    ) {
        let entries = entries
            .into_iter()
            .enumerate()
            .map(|(n, documents)| (QueryId::new(format!("q{n}")).unwrap(), documents))
            .collect();
        let response = AuthorizationResponse {
            outcome: ResponseOutcome::Presented(VpToken::new(entries).unwrap()),
            state: state.and_then(State::new),
        };
        let body = response.to_form().to_text();
        assert_eq!(AuthorizationResponse::read(body.as_bytes()), Ok(response));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..64), text in any::<String>()) {
        let _ = AuthorizationResponse::read(&bytes);
        let _ = AuthorizationResponse::read(body(&text).as_bytes());
        let _ = DirectPostAnswer::read(&bytes);
    }
}

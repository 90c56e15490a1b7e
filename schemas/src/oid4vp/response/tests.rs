//! Responses and answers: shapes of vp_token, every refusal with its reason, round trips.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{any, prop_oneof, proptest};
use proptest::strategy::Strategy;

use super::{
    AuthorizationResponse, CompactJwe, DirectPostAnswer, MAX_RESPONSE_BYTES, PostedResponse,
    ResponseOutcome, VpToken, refusal,
};
use crate::admission::Decided;
use crate::dcql::{DcqlQuery, QueryId};
use crate::digest::Sha256Digest;
use crate::form::Form;
use crate::ledger::{
    Commitment, Event, HeadDocument, HeadReceiptClaims, ItemTag, LeafClaims, LedgerSignature,
    State as ItemState, TermsDigest, UnverifiedHeadReceipt, UnverifiedLeaf,
};
use crate::message::{Confidential, Message, Problem, WireDocument};
use crate::oauth::{Description, ErrorCode, ErrorResponse};
use crate::oid4vp::State;
use crate::reason::Reason;
use crate::receipt::CompactJws;
use crate::time::Timestamp;
use crate::world::WorldId;

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
            "response=e30..AAAA.AAAA.AAAA",
            "response",
            Reason::EncUnsupported,
        ),
        (
            "response=e30..AAAA.AAAA.AAAA&vp_token=%7B%7D",
            "vp_token",
            Reason::VpMalformed,
        ),
        (
            "response=e30..AAAA.AAAA.AAAA&error=access_denied",
            "vp_token",
            Reason::VpMalformed,
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
fn an_encrypted_response_is_told_from_a_plain_one() {
    let text = "e30..AAAA.AAAA.AAAA";
    let posted = PostedResponse::Encrypted(CompactJwe::new(text).unwrap());
    let body = posted.to_form().to_text();
    assert_eq!(body, format!("response={text}"));
    assert_eq!(PostedResponse::read(body.as_bytes()), Ok(posted.clone()));
    // What stands outside is not authenticated and says nothing.
    let more = format!("{body}&state=other&theme=dark");
    assert_eq!(PostedResponse::read(more.as_bytes()), Ok(posted));
    assert!(!format!("{:?}", CompactJwe::new(text)).contains("AAAA"));
    for text in [
        "",
        "a.b.c",
        "e30.AAAA.AAAA.AAAA",
        ".AAAA.AAAA.AAAA.AAAA",
        "e30..AAAA.AAAA.",
        "e30..AAAA.AAAA.AAAA.",
        "e30..AAAA.A+AA.AAAA",
        r#"{"protected":"e30"}"#,
    ] {
        assert_eq!(CompactJwe::new(text), None, "{text}");
        let body = Form::new().with("response", text).to_text();
        let error = PostedResponse::read(body.as_bytes()).unwrap_err();
        assert_eq!(error.reason(), Reason::EncUnsupported, "{text}");
    }
    let plain = AuthorizationResponse::declined(State::new("a"));
    let body = plain.to_form().to_text();
    assert_eq!(
        PostedResponse::read(body.as_bytes()),
        Ok(PostedResponse::Plain(plain))
    );
}

#[test]
fn what_was_decrypted_has_the_same_rules() {
    for (text, member, reason) in [
        ("[]", "", Reason::VpMalformed),
        ("{}", "vp_token", Reason::VpMalformed),
        (r#"{"vp_token":"{}"}"#, "", Reason::VpMalformed),
        (r#"{"vp_token":{"a":[]}}"#, "", Reason::VpMalformed),
        (
            r#"{"vp_token":{"a":["b"]},"error":"access_denied"}"#,
            "vp_token",
            Reason::VpMalformed,
        ),
        (r#"{"error":1}"#, "error", Reason::VpMalformed),
        (
            r#"{"error":"access_denied","state":"a b"}"#,
            "state",
            Reason::StateMismatch,
        ),
        (
            r#"{"error":"access_denied","state":1}"#,
            "state",
            Reason::StateMismatch,
        ),
        (
            r#"{"vp_token":{"a":["b"]},"vp_token":{"a":["b"]}}"#,
            "",
            Reason::JsonDuplicateKey,
        ),
        ("x", "", Reason::ParseError),
    ] {
        let error = AuthorizationResponse::read_decrypted(text.as_bytes()).unwrap_err();
        assert_eq!((error.member(), error.reason()), (member, reason), "{text}");
    }
    let more = br#"{"vp_token":{"a":["b"]},"state":"a","aud":"x","exp":1}"#;
    let read = AuthorizationResponse::read_decrypted(more).unwrap();
    assert_eq!(read.state, State::new("a"));
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
    // Section 8.2: an address that nobody here follows takes nothing from an answer that was accepted.
    for address in [
        "null",
        "7",
        r#""""#,
        r#""myapp://cb?response_code=x""#,
        r#""https://203.0.113.7/cb#response_code=x""#,
        r#""http://world.example/in""#,
        r#""javascript:alert(1)""#,
        &format!("\"https://world.example/{}\"", "a".repeat(100_000)),
    ] {
        let body = format!(
            r#"{{"redirect_uri":{address},"omote_receipt":"{}"}}"#,
            jws.as_str()
        );
        let read = DirectPostAnswer::read(body.as_bytes()).unwrap();
        assert_eq!(
            (read.redirect_uri, read.receipt.as_ref()),
            (None, Some(&jws)),
            "{address:.80}"
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
            ledger_evidence: Vec::new(),
        };
        let body = response.to_form().to_text();
        assert_eq!(AuthorizationResponse::read(body.as_bytes()), Ok(response.clone()));
        let claims = crate::canonical::object_to_bytes(&response.to_claims());
        assert_eq!(AuthorizationResponse::read_decrypted(&claims), Ok(response));
    }

    #[test]
    fn refusals_round_trip(code in ".{0,20}", description in option::of(".{0,200}"), reason in option::of("[a-z_]{0,12}")) {
        let form = Form::new().with("error", code);
        let form = match description {
            Some(text) => form.with("error_description", text),
            None => form,
        };
        let form = match reason {
            Some(text) => form.with("reason", text),
            None => form,
        };
        if let Ok(response) = AuthorizationResponse::read(form.to_text().as_bytes()) {
            let body = response.to_form().to_text();
            assert_eq!(AuthorizationResponse::read(body.as_bytes()), Ok(response.clone()));
            let claims = crate::canonical::object_to_bytes(&response.to_claims());
            assert_eq!(AuthorizationResponse::read_decrypted(&claims), Ok(response));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..64), text in any::<String>()) {
        let _ = AuthorizationResponse::read(&bytes);
        let _ = AuthorizationResponse::read_decrypted(&bytes);
        let _ = AuthorizationResponse::read(body(&text).as_bytes());
        let _ = DirectPostAnswer::read(&bytes);
    }
}

#[test]
fn heads_beside_a_presentation_go_through_and_others_count_as_none() {
    let response = AuthorizationResponse {
        ledger_evidence: vec![head()],
        ..AuthorizationResponse::declined(None)
    };
    let body = response.to_form().to_text();
    assert_eq!(
        AuthorizationResponse::read(body.as_bytes()),
        Ok(response.clone())
    );
    let claims = crate::canonical::object_to_bytes(&response.to_claims());
    assert_eq!(AuthorizationResponse::read_decrypted(&claims), Ok(response));
    for other in ["x", "{}", "[]", "[1]"] {
        let body = format!(
            "error=access_denied&ledger_evidence={}",
            crate::form::percent_encode(other)
        );
        let read = AuthorizationResponse::read(body.as_bytes()).unwrap();
        assert!(read.ledger_evidence.is_empty(), "{other}");
    }
}

fn head() -> HeadDocument {
    let ledger = WorldId::of_url("https://a.example").unwrap();
    let at = Timestamp::from_unix(1_790_000_000);
    let kid = ledger.did().with_fragment("key-1").unwrap();
    let signature = LedgerSignature::from_bytes([1; 64]);
    let leaf = LeafClaims {
        ledger: ledger.clone(),
        item: ItemTag::from_bytes([2; 32]),
        seq: 0,
        previous: None,
        event: Event::Mint,
        state: ItemState::Held,
        holder: Commitment::from_bytes([3; 32]),
        terms: TermsDigest::from_bytes([4; 32]),
        transfers: 0,
        at,
        offer: None,
        lease: None,
        reason: None,
        swap: None,
        by: None,
    };
    let leaf = UnverifiedLeaf::new(&leaf, &kid, signature).unwrap();
    let receipt = HeadReceiptClaims {
        ledger,
        item: leaf.claims().item,
        seq: 0,
        leaf: leaf.hash(),
        issued: at,
        not_after: at.plus_seconds(600),
    };
    HeadDocument {
        receipt: UnverifiedHeadReceipt::new(&receipt, &kid, signature).unwrap(),
        leaf,
        proof: None,
        lease_salt: None,
    }
}

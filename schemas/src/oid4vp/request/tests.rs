//! Request objects: round trips, every refusal with its reason, what binds them to a link.

use proptest::option;
use proptest::prelude::{any, proptest};

use super::{AUDIENCE, ClientMetadata, LdpVcSupport, RequestObject, ResponseMode, VpFormats};
use crate::dcql::DcqlQuery;
use crate::lang::Lang;
use crate::message::{MAX_PURPOSE, Message, Problem};
use crate::oid4vp::link::{RequestLink, RequestUriMethod};
use crate::oid4vp::{Nonce, State, WalletNonce};
use crate::reason::Reason;
use crate::time::Timestamp;
use crate::world::WorldId;

fn request() -> RequestObject {
    let query = br#"{"credentials":[{"id":"avatar","format":"ldp_vc","meta":{}}]}"#;
    RequestObject {
        client_id: "decentralized_identifier:did:web:world.example"
            .parse()
            .unwrap(),
        response_mode: ResponseMode::DirectPost,
        response_uri: "https://world.example/openid4vp/response/5Kx"
            .parse()
            .unwrap(),
        nonce: Nonce::new("n-0S6_WzA2Mj1AbCdEfGhIjK").unwrap(),
        state: State::new("eyJhb"),
        client_metadata: ClientMetadata {
            client_name: Some("Neo Kyoto".to_owned()),
            localized_names: vec![("ja-Jpan-JP".to_owned(), "ネオ京都".to_owned())],
            logo_uri: Some("https://world.example/logo.png".parse().unwrap()),
            vp_formats: VpFormats {
                ldp_vc: Some(LdpVcSupport {
                    proof_types: vec!["DataIntegrityProof".to_owned()],
                    cryptosuites: vec!["eddsa-rdfc-2022".to_owned()],
                }),
                others: vec![(
                    "dc+sd-jwt".to_owned(),
                    crate::object! { "kb-jwt_alg_values" => ["Ed25519"] },
                )],
            },
        },
        dcql_query: DcqlQuery::read(query).unwrap(),
        wallet_nonce: WalletNonce::new("qPmxiNFCR3QTm19POc8u"),
        issued_at: Some(Timestamp::from_unix(1_795_251_600)),
        expires_at: Some(Timestamp::from_unix(1_795_251_900)),
        purpose: Some("Show your name tag".to_owned()),
    }
}

fn text() -> String {
    String::from_utf8(request().to_bytes()).unwrap()
}

#[test]
fn is_read_as_it_was_written() {
    assert_eq!(RequestObject::read(&request().to_bytes()), Ok(request()));
    // what others add is ignored, and `iss` too
    let more = text().replacen('{', r#"{"iss":"did:web:evil.example","jti":"1","#, 1);
    assert_eq!(RequestObject::read(more.as_bytes()), Ok(request()));
}

#[test]
fn the_name_is_chosen_by_language() {
    let metadata = request().client_metadata;
    assert_eq!(metadata.name(Lang::Ja), Some("ネオ京都"));
    assert_eq!(metadata.name(Lang::En), Some("Neo Kyoto"));
    assert_eq!(ClientMetadata::default().name(Lang::En), None);
}

#[test]
fn each_fault_has_its_reason() {
    let long = format!("\"{}\"", "あ".repeat(MAX_PURPOSE + 1));
    for (from, to, member, reason) in [
        (
            "decentralized_identifier:did:web",
            "x509_san_dns",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        (
            "\"decentralized_identifier:did:web:world.example\"",
            "[]",
            "client_id",
            Reason::ClaimType,
        ),
        (
            "\"client_id\"",
            "\"client\"",
            "client_id",
            Reason::BadRequest,
        ),
        (
            AUDIENCE,
            "https://other.example",
            "aud",
            Reason::ClientAuthFailed,
        ),
        ("\"aud\"", "\"odd\"", "aud", Reason::ClientAuthFailed),
        (
            "\"https://self-issued.me/v2\"",
            "[\"https://self-issued.me/v2\"]",
            "aud",
            Reason::ClaimType,
        ),
        (
            "\"vp_token\"",
            "\"id_token\"",
            "response_type",
            Reason::BadRequest,
        ),
        (
            "\"vp_token\"",
            "\"vp_token id_token\"",
            "response_type",
            Reason::BadRequest,
        ),
        ("\"vp_token\"", "null", "response_type", Reason::ClaimType),
        (
            "\"direct_post\"",
            "\"direct_post.jwt\"",
            "response_mode",
            Reason::EncUnsupported,
        ),
        (
            "\"direct_post\"",
            "\"fragment\"",
            "response_mode",
            Reason::BadRequest,
        ),
        (
            "\"response_mode\"",
            "\"mode\"",
            "response_mode",
            Reason::BadRequest,
        ),
        (
            "https://world.example/openid4vp",
            "http://world.example/openid4vp",
            "response_uri",
            Reason::BadRequest,
        ),
        (
            "\"response_uri\"",
            "\"redirect_uri\"",
            "redirect_uri",
            Reason::BadRequest,
        ),
        (
            "{",
            "{\"redirect_uri\":\"https://world.example\",",
            "redirect_uri",
            Reason::BadRequest,
        ),
        ("{", "{\"scope\":\"avatar\",", "scope", Reason::BadRequest),
        (
            "{",
            "{\"transaction_data\":[\"eyJ\"],",
            "transaction_data",
            Reason::TransactionDataUnsupported,
        ),
        (
            "{",
            "{\"transaction_data\":[],",
            "transaction_data",
            Reason::TransactionDataUnsupported,
        ),
        (
            "n-0S6_WzA2Mj1AbCdEfGhIjK",
            "short",
            "nonce",
            Reason::BadRequest,
        ),
        (
            "n-0S6_WzA2Mj1AbCdEfGhIjK",
            "n 0S6_WzA2Mj1AbCdEfGhIjK",
            "nonce",
            Reason::BadRequest,
        ),
        (
            "\"n-0S6_WzA2Mj1AbCdEfGhIjK\"",
            "123",
            "nonce",
            Reason::ClaimType,
        ),
        ("\"nonce\"", "\"once\"", "nonce", Reason::BadRequest),
        ("\"eyJhb\"", "\"a b\"", "state", Reason::BadRequest),
        ("\"eyJhb\"", "null", "state", Reason::ClaimType),
        ("\"Neo Kyoto\"", "{}", "client_name", Reason::ClaimType),
        ("\"ネオ京都\"", "{}", "client_name", Reason::ClaimType),
        (
            "https://world.example/logo.png",
            "javascript:a",
            "logo_uri",
            Reason::BadRequest,
        ),
        (
            "[\"eddsa-rdfc-2022\"]",
            "\"eddsa-rdfc-2022\"",
            "cryptosuite_values",
            Reason::ClaimType,
        ),
        (
            "{\"kb-jwt_alg_values\":[\"Ed25519\"]}",
            "[]",
            "vp_formats_supported",
            Reason::ClaimType,
        ),
        (
            "\"dcql_query\"",
            "\"presentation_definition\"",
            "dcql_query",
            Reason::BadRequest,
        ),
        ("\"format\":\"ldp_vc\",", "", "format", Reason::QueryInvalid),
        ("1795251600", "\"1795251600\"", "iat", Reason::ClaimType),
        ("1795251600", "1795251600.5", "iat", Reason::BadRequest),
        ("1795251600", "-1", "iat", Reason::BadRequest),
        ("1795251900", "null", "exp", Reason::ClaimType),
        ("1795251900", "9007199254740991", "exp", Reason::BadRequest),
        (
            "\"qPmxiNFCR3QTm19POc8u\"",
            "\"\"",
            "wallet_nonce",
            Reason::BadRequest,
        ),
        (
            "\"qPmxiNFCR3QTm19POc8u\"",
            "\"a b\"",
            "wallet_nonce",
            Reason::BadRequest,
        ),
        (
            "\"Show your name tag\"",
            &long,
            "omote_purpose",
            Reason::BadRequest,
        ),
        (
            "\"Show your name tag\"",
            "1",
            "omote_purpose",
            Reason::ClaimType,
        ),
    ] {
        let body = text().replacen(from, to, 1);
        assert_ne!(body, text(), "{from}");
        let error = RequestObject::read(body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, reason),
            "{from} → {to}"
        );
    }
}

#[test]
fn the_request_is_the_one_of_the_link() {
    let request = request();
    let mut link = RequestLink {
        client_id: request.client_id.clone(),
        request_uri: "https://world.example/r/1".parse().unwrap(),
        method: RequestUriMethod::Post,
    };
    let nonce = WalletNonce::new("qPmxiNFCR3QTm19POc8u");
    assert_eq!(request.require_answer_to(&link, nonce.as_ref()), Ok(()));
    assert_eq!(request.require_answer_to(&link, None), Ok(()));
    let other = WalletNonce::new("other");
    let error = request
        .require_answer_to(&link, other.as_ref())
        .unwrap_err();
    assert_eq!(
        (error.member(), error.reason()),
        ("wallet_nonce", Reason::ClientAuthFailed)
    );
    let mut silent = request.clone();
    silent.wallet_nonce = None;
    assert!(silent.require_answer_to(&link, other.as_ref()).is_err());
    link.client_id = "decentralized_identifier:did:web:evil.example"
        .parse()
        .unwrap();
    let error = request
        .require_answer_to(&link, nonce.as_ref())
        .unwrap_err();
    assert_eq!(
        (error.member(), error.reason()),
        ("client_id", Reason::ClientAuthFailed)
    );
}

#[test]
fn the_response_stays_in_the_world() {
    let request = request();
    let world: WorldId = "https://world.example".parse().unwrap();
    assert_eq!(request.require_response_within(&world), Ok(()));
    let other: WorldId = "https://world.example:8443".parse().unwrap();
    let error = request.require_response_within(&other).unwrap_err();
    assert_eq!(error.reason(), Reason::ResponseUriMismatch);
    assert!(matches!(error.problem(), Problem::Mismatch { .. }));
}

/// Found by fuzzing: another order of members was another request.
#[test]
fn members_of_the_metadata_have_no_order() {
    let read = |formats: &str, names: &str| {
        let text = text()
            .replacen(
                r#""vp_formats_supported":{"#,
                &format!(r#""vp_formats_supported":{{{formats}"#),
                1,
            )
            .replacen(
                r#""client_metadata":{"#,
                &format!(r#""client_metadata":{{{names}"#),
                1,
            );
        RequestObject::read(text.as_bytes()).unwrap()
    };
    let (a, b) = (r#""a_vc":{},"#, r#""z_vc":{},"#);
    let (en, ja) = (
        r#""client_name#en":"Neo Kyoto","#,
        r#""client_name#ja":"新京都","#,
    );
    let one = read(&format!("{a}{b}"), &format!("{en}{ja}"));
    assert_eq!(one, read(&format!("{b}{a}"), &format!("{ja}{en}")));
    assert_eq!(RequestObject::read(&one.to_bytes()), Ok(one));
}

proptest! {
    #[test]
    fn requests_round_trip(
        state in option::of("[A-Za-z0-9._~-]{1,40}"),
        nonce in "[A-Za-z0-9._~-]{22,60}",
        name in option::of(".{1,20}"),
        purpose in option::of(".{1,300}"),
        iat in option::of(0_i64..253_402_300_799),
    ) {
        let mut request = request();
        request.state = state.and_then(State::new);
        request.nonce = Nonce::new(nonce).unwrap();
        request.client_metadata.client_name = name;
        request.purpose = purpose;
        request.issued_at = iat.map(Timestamp::from_unix);
        assert_eq!(RequestObject::read(&request.to_bytes()), Ok(request));
    }

    #[test]
    fn a_changed_byte_is_read_or_refused(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = request().to_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(request) = RequestObject::read(&bytes) {
            assert_eq!(RequestObject::read(&request.to_bytes()), Ok(request));
        }
    }
}

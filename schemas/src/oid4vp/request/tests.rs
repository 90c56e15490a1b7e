//! Request objects: round trips, every refusal with its reason, what binds them to a link.

use proptest::option;
use proptest::prelude::{any, proptest};

use super::{
    AUDIENCE, ClientMetadata, EncryptionKey, LdpVcSupport, RequestObject, ResponseMode,
    SdJwtSupport, VpFormats, parameters,
};
use crate::dcql::DcqlQuery;
use crate::form::Form;
use crate::json::Value;
use crate::lang::Lang;
use crate::ledger::{LeaseRequest, Salt};
use crate::message::{MAX_PURPOSE, Message, Problem};
use crate::oid4vp::link::{LinkedRequest, RequestLink, RequestUriMethod};
use crate::oid4vp::{Nonce, State, TransactionData, WalletNonce};
use crate::reason::Reason;
use crate::suite::ContentEncryption;
use crate::time::Timestamp;
use crate::world::WorldId;

fn request() -> RequestObject {
    let query = br#"{"credentials":[
        {"id":"avatar","format":"ldp_vc","meta":{}},
        {"id":"avatar_sd_jwt","format":"dc+sd-jwt","meta":{}}
    ]}"#;
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
                dc_sd_jwt: Some(SdJwtSupport {
                    sd_jwt_algs: vec!["Ed25519".to_owned(), "ES256".to_owned()],
                    kb_jwt_algs: vec!["EdDSA".to_owned()],
                }),
                others: vec![(
                    "mso_mdoc".to_owned(),
                    crate::object! { "issuerauth_alg_values" => [-7] },
                )],
            },
            keys: vec![EncryptionKey::for_ecdh_es(
                crate::object! { "kty" => "EC", "crv" => "P-256", "x" => "a", "y" => "b" },
                "k1",
            )],
            response_encryptions: vec!["A256GCM".to_owned()],
        },
        dcql_query: DcqlQuery::read(query).unwrap(),
        transaction_data: vec![
            TransactionData::statement(
                "I enter the tournament.",
                &[crate::dcql::QueryId::new("avatar_sd_jwt").unwrap()],
            )
            .unwrap(),
        ],
        wallet_nonce: WalletNonce::new("qPmxiNFCR3QTm19POc8u"),
        issued_at: Some(Timestamp::from_unix(1_795_251_600)),
        expires_at: Some(Timestamp::from_unix(1_795_251_900)),
        purpose: Some("Show your name tag".to_owned()),
        lease: Some(LeaseRequest {
            salt: Salt::from_bytes([7; 32]),
            seconds: 1800,
        }),
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
        ("1800", "3601", "seconds", Reason::BadRequest),
        ("1800", "59", "seconds", Reason::BadRequest),
        (",\"seconds\":1800", "", "seconds", Reason::BadRequest),
        ("BwcHBwc", "BwcHBw", "salt", Reason::BadRequest),
        (
            "decentralized_identifier:did:web",
            "origin:https",
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
            "[\"https://self-issued.me/v2\",\"https://other.example\"]",
            "aud",
            Reason::ClaimType,
        ),
        (
            "\"https://self-issued.me/v2\"",
            "[\"https://other.example\"]",
            "aud",
            Reason::ClientAuthFailed,
        ),
        (
            "\"https://self-issued.me/v2\"",
            "[[\"https://self-issued.me/v2\"]]",
            "aud",
            Reason::ClaimType,
        ),
        (
            "\"https://self-issued.me/v2\"",
            "[]",
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
            "decentralized_identifier:did:web:world.example",
            "redirect_uri:https://world.example/openid4vp/response/5Kx",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        (
            "\"direct_post\"",
            "\"dc_api.jwt\"",
            "response_mode",
            Reason::BadRequest,
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
            "\"transaction_data\":[",
            "\"transaction_data\":[\"eyJ\",",
            "",
            Reason::TransactionDataUnsupported,
        ),
        (
            "\"avatar_sd_jwt\"",
            "\"avatar_sd\"",
            "credential_ids",
            Reason::TransactionDataUnsupported,
        ),
        ("\"keys\":[", "\"keys\":[1,", "jwks", Reason::ClaimType),
        (
            "\"keys\":[",
            "\"keys\":[{\"kid\":\"k1\"},",
            "kid",
            Reason::BadRequest,
        ),
        ("\"keys\"", "\"key\"", "keys", Reason::BadRequest),
        ("\"k1\"", "1", "kid", Reason::ClaimType),
        (
            "[\"A256GCM\"]",
            "\"A256GCM\"",
            "encrypted_response_enc_values_supported",
            Reason::ClaimType,
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
            "[\"eddsa-rdfc-2022\"]",
            "\"eddsa-rdfc-2022\"",
            "cryptosuite_values",
            Reason::ClaimType,
        ),
        (
            "{\"issuerauth_alg_values\":[-7]}",
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
        (
            "[\"EdDSA\"]",
            "[\"EdDSA\",\"EdDSA\"]",
            "kb-jwt_alg_values",
            Reason::BadRequest,
        ),
        ("1795251600", "\"1795251600\"", "iat", Reason::ClaimType),
        ("1795251600", "true", "iat", Reason::ClaimType),
        ("1795251600", "-1", "iat", Reason::BadRequest),
        ("1795251600", "-0.5", "iat", Reason::BadRequest),
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
    let uri = "https://world.example/r/1".parse().unwrap();
    let mut link = RequestLink::to(request.client_id.clone(), uri, RequestUriMethod::Post);
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

#[test]
fn a_named_host_is_answered_at_any_port_of_it() {
    let mut request = request();
    request.client_id = "x509_san_dns:world.example".parse().unwrap();
    request.response_uri = "https://world.example:8443/r".parse().unwrap();
    let world: WorldId = "https://world.example".parse().unwrap();
    assert_eq!(request.require_response_within(&world), Ok(()));
    for elsewhere in ["https://www.world.example/r", "https://evil.example/r"] {
        request.response_uri = elsewhere.parse().unwrap();
        let error = request.require_response_within(&world).unwrap_err();
        assert_eq!(error.reason(), Reason::ResponseUriMismatch);
    }
    request.client_id = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk"
        .parse()
        .unwrap();
    request.response_uri = "https://world.example:8443/r".parse().unwrap();
    assert!(request.require_response_within(&world).is_err());
}

/// RFC 7519 section 2: a date may have a fraction.
#[test]
fn dates_with_a_fraction_are_read_to_the_second() {
    let text = String::from_utf8(request().to_bytes()).unwrap();
    let text = text.replacen("1795251600", "1795251600.5", 1);
    let text = text.replacen("1795251900", "1795251900.999", 1);
    assert_eq!(RequestObject::read(text.as_bytes()), Ok(request()));
}

#[test]
fn a_picture_that_is_not_looked_at_is_left_out() {
    let text = String::from_utf8(request().to_bytes()).unwrap();
    let mut plain = request();
    plain.client_metadata.logo_uri = None;
    for other in [
        "\"javascript:a\"",
        "\"http://world.example/logo.png\"",
        "\"https://203.0.113.7/logo.png\"",
        "\"data:image/png;base64,AAAA\"",
        "\"\"",
        "{}",
        "null",
    ] {
        let body = text.replacen("\"https://world.example/logo.png\"", other, 1);
        assert_ne!(body, text);
        assert_eq!(
            RequestObject::read(body.as_bytes()),
            Ok(plain.clone()),
            "{other}"
        );
    }
}

#[test]
fn a_request_that_nobody_signs_is_read_from_its_link() {
    let mut unsigned = request();
    unsigned.client_id = "redirect_uri:https://world.example/openid4vp/response/5Kx"
        .parse()
        .unwrap();
    unsigned.wallet_nonce = None;
    let link = RequestLink {
        client_id: unsigned.client_id.clone(),
        request: LinkedRequest::Unsigned(unsigned.to_parameters()),
    };
    let LinkedRequest::Unsigned(form) = RequestLink::parse(&link.to_link()).unwrap().request else {
        panic!("parameters");
    };
    assert_eq!(RequestObject::from_parameters(&form), Ok(unsigned.clone()));
    assert_eq!(unsigned.require_answer_to(&link, None), Ok(()));
    let more = form.clone().with("theme", "dark").with("aud", AUDIENCE);
    assert_eq!(RequestObject::from_parameters(&more), Ok(unsigned.clone()));
    // Section 5.9.3: the name says where the answer goes.
    let fields = form.iter().filter(|(name, _)| *name != "response_uri");
    let short = fields.fold(Form::new(), |form, (name, text)| form.with(name, text));
    assert_eq!(short.field("response_uri"), None);
    assert_eq!(RequestObject::from_parameters(&short), Ok(unsigned.clone()));
    for (name, text, member, reason) in [
        (
            "client_id",
            "x509_san_dns:world.example",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        (
            "client_id",
            "decentralized_identifier:did:web:world.example",
            "client_id",
            Reason::ClientIdPrefix,
        ),
        (
            "response_uri",
            "https://world.example/openid4vp/response/5ky",
            "response_uri",
            Reason::ResponseUriMismatch,
        ),
        (
            "response_uri",
            "https://evil.example/openid4vp/response/5Kx",
            "response_uri",
            Reason::ResponseUriMismatch,
        ),
        (
            "aud",
            "https://other.example",
            "aud",
            Reason::ClientAuthFailed,
        ),
        (
            "redirect_uri",
            "https://world.example/cb",
            "redirect_uri",
            Reason::BadRequest,
        ),
        (
            "dcql_query",
            "credentials",
            "dcql_query",
            Reason::ParseError,
        ),
        ("dcql_query", "\"{}\"", "", Reason::QueryInvalid),
        (
            "client_metadata",
            "{",
            "client_metadata",
            Reason::ParseError,
        ),
        ("exp", "tomorrow", "exp", Reason::ParseError),
        ("nonce", "1", "nonce", Reason::BadRequest),
    ] {
        let error = RequestObject::from_parameters(&form.clone().with(name, text)).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, reason),
            "{name}={text}"
        );
    }
    assert_eq!(parameters(&form).unwrap().get("aud"), None);
}

#[test]
fn a_set_without_keys_is_no_fault() {
    let mut object = request().to_object();
    let Some(Value::Object(metadata)) = object.get_mut("client_metadata") else {
        panic!("metadata");
    };
    let none = Value::Array(Vec::new());
    metadata.insert("jwks", crate::object! { "keys" => none });
    let read = RequestObject::from_value(&object.into()).unwrap();
    assert!(read.client_metadata.keys.is_empty());
}

#[test]
fn the_content_encryption_is_the_first_that_is_understood() {
    let mut metadata = ClientMetadata::default();
    assert_eq!(
        metadata.content_encryption(),
        Some(ContentEncryption::A128Gcm)
    );
    for (values, chosen) in [
        (vec!["A256GCM", "A128GCM"], Some(ContentEncryption::A256Gcm)),
        (
            vec!["A128CBC-HS256", "A128GCM"],
            Some(ContentEncryption::A128Gcm),
        ),
        (vec!["A128CBC-HS256"], None),
    ] {
        metadata.response_encryptions = values.into_iter().map(str::to_owned).collect();
        assert_eq!(metadata.content_encryption(), chosen);
    }
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

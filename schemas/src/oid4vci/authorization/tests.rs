//! Pushed requests and what comes back: shapes, every refusal, round trips.

use super::{
    AuthorizationDetails, AuthorizationResponse, CodeVerifier, PushedRequest, PushedResponse,
    RedirectUri,
};
use crate::form::Form;
use crate::message::{Confidential, Message, Problem};
use crate::oauth::ErrorCode;
use crate::reason::Reason;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn request() -> PushedRequest {
    PushedRequest {
        client_id: "https://wallet.example".to_owned(),
        redirect_uri: "http://127.0.0.1:49152/back?x=1".parse().unwrap(),
        state: Some(Confidential::new("af0ifjsldkj")),
        challenge: CodeVerifier::new(VERIFIER).unwrap().challenge(),
        scopes: vec!["avatar".to_owned(), "item".to_owned()],
        details: AuthorizationDetails {
            configuration_ids: vec!["avatar_sd_jwt".to_owned()],
            location: None,
        },
        issuer_state: Some(Confidential::new("eyJhbGciOiJSU0")),
    }
}

#[test]
fn a_request_is_read_as_it_was_written() {
    let request = request();
    assert_eq!(request.challenge.as_str(), CHALLENGE);
    let body = request.to_form().to_text();
    assert_eq!(PushedRequest::read(body.as_bytes()), Ok(request.clone()));
    let least = PushedRequest {
        state: None,
        scopes: Vec::new(),
        details: AuthorizationDetails::default(),
        issuer_state: None,
        ..request
    };
    let form = least.to_form().with("resource", "x");
    let body = form.with("response_mode", "query").to_text();
    assert_eq!(PushedRequest::read(body.as_bytes()), Ok(least));
}

/// OpenID4VCI section 5.1.1: to a server that is for several issuers, a request says for which it is.
#[test]
fn details_say_for_which_issuer_they_are() {
    let mut request = request();
    request.details.location = Some("https://world.example/a".parse().unwrap());
    let form = request.to_form();
    let details = form.field(AuthorizationDetails::FIELD).unwrap();
    assert_eq!(
        details,
        r#"[{"credential_configuration_id":"avatar_sd_jwt","locations":["https://world.example/a"],"type":"openid_credential"}]"#
    );
    // A world is the only issuer of its server.
    let read = PushedRequest::read(form.to_text().as_bytes()).unwrap();
    assert_eq!(read.details.configuration_ids, ["avatar_sd_jwt"]);
}

#[test]
fn a_request_is_refused_with_its_reason() {
    for (name, value, reason) in [
        ("response_type", "token", Reason::BadRequest),
        ("response_type", "", Reason::BadRequest),
        ("response_mode", "fragment", Reason::BadRequest),
        ("response_mode", "form_post", Reason::BadRequest),
        ("response_mode", "query.jwt", Reason::BadRequest),
        ("response_mode", "", Reason::BadRequest),
        ("code_challenge_method", "plain", Reason::BadRequest),
        ("code_challenge", "short", Reason::BadRequest),
        ("code_challenge", VERIFIER_BAD, Reason::BadRequest),
        ("client_id", "", Reason::BadRequest),
        ("client_id", "a b", Reason::BadRequest),
        ("state", "a\nb", Reason::BadRequest),
        (
            "redirect_uri",
            "http://evil.example/",
            Reason::RedirectUriRefused,
        ),
        ("request", "e30", Reason::BadRequest),
        ("request_uri", "urn:x", Reason::BadRequest),
        ("authorization_details", "{}", Reason::BadRequest),
        ("authorization_details", "[]", Reason::BadRequest),
        (
            "authorization_details",
            "[{\"type\":\"payment\"}]",
            Reason::BadRequest,
        ),
        (
            "authorization_details",
            "[{\"type\":\"openid_credential\"}]",
            Reason::BadRequest,
        ),
    ] {
        let form = request().to_form().with(name, value);
        let error = PushedRequest::from_form(&form).unwrap_err();
        assert_eq!(error.reason(), reason, "{name} {value}");
    }
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "code_challenge",
    ] {
        let form = request().to_form();
        let without = form.iter().filter(|(field, _)| *field != name);
        let without = without.fold(Form::new(), |form, (name, value)| form.with(name, value));
        let error = PushedRequest::from_form(&without).unwrap_err();
        assert_eq!((error.member(), error.problem()), (name, Problem::Missing));
    }
    // Without a method it would be `plain`.
    let form = request().to_form();
    let fields = form
        .iter()
        .filter(|(name, _)| *name != "code_challenge_method");
    let plain = fields.fold(Form::new(), |form, (name, value)| form.with(name, value));
    let error = PushedRequest::from_form(&plain).unwrap_err();
    assert_eq!(error.member(), "code_challenge_method");
}

const VERIFIER_BAD: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=";

#[test]
fn codes_are_sent_to_the_own_machine_or_by_https() {
    for (text, loopback) in [
        ("http://127.0.0.1/", true),
        ("http://127.0.0.1:1/a", true),
        ("http://[::1]:49152", true),
        ("http://localhost:8080/back", true),
        ("https://wallet.example/back?a=b", false),
    ] {
        let uri: RedirectUri = text.parse().unwrap();
        assert_eq!((uri.as_str(), uri.is_loopback()), (text, loopback));
    }
    for text in [
        "",
        "wallet://back",
        "http://wallet.example/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://localhost.evil.example/",
        "http://[::1]evil/",
        "http://127.0.0.1\\@evil.example/",
        "https://wallet.example/#a",
        "http://127.0.0.1/#a",
        "https://user@wallet.example/",
        "https://10.0.0.1/",
        "https://wallet.example/a b",
        "javascript:alert(1)",
    ] {
        assert!(text.parse::<RedirectUri>().is_err(), "{text}");
    }
}

#[test]
fn a_verifier_has_its_form_and_does_not_print() {
    let verifier = CodeVerifier::new(VERIFIER).unwrap();
    assert!(!format!("{verifier:?}").contains("dBjf"));
    for text in ["", &"a".repeat(42), &"a".repeat(129), &"あ".repeat(20)] {
        assert!(CodeVerifier::new(text).is_none());
    }
}

#[test]
fn what_comes_back_is_read_as_it_was_written() {
    let issuer = || "https://world.example".parse().unwrap();
    let uri: RedirectUri = "https://wallet.example/back?a=b".parse().unwrap();
    for response in [
        AuthorizationResponse::Code {
            code: Confidential::new("SplxlOBeZQQYbYS6WxSbIA"),
            state: Some(Confidential::new("x y&z")),
            issuer: issuer(),
        },
        AuthorizationResponse::Refused {
            code: ErrorCode::AccessDenied,
            state: None,
            issuer: issuer(),
        },
    ] {
        let link = uri.with(&response.to_form());
        let form = Form::of_link(&link).unwrap();
        assert_eq!(form.field("a"), Some("b"));
        assert_eq!(AuthorizationResponse::from_form(&form), Ok(response));
    }
    let fields = |list: &[(&str, &str)]| {
        let fields = list.iter();
        fields.fold(Form::new(), |form, (name, value)| form.with(name, *value))
    };
    for (form, member) in [
        (fields(&[("code", "a")]), "iss"),
        (fields(&[("code", "a"), ("iss", "http://a.example")]), "iss"),
        (fields(&[("iss", "https://a.example")]), "code"),
        (
            fields(&[("iss", "https://a.example"), ("code", "")]),
            "code",
        ),
        (
            fields(&[("iss", "https://a.example"), ("code", "a"), ("error", "b")]),
            "code",
        ),
    ] {
        let error = AuthorizationResponse::from_form(&form).unwrap_err();
        assert_eq!(error.member(), member);
    }
}

#[test]
fn the_answer_to_a_pushed_request_leads_the_browser() {
    let response = PushedResponse {
        request_uri: Confidential::new("urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14"),
        expires_in: 60,
    };
    assert_eq!(
        PushedResponse::read(&response.to_bytes()),
        Ok(response.clone())
    );
    let endpoint = "https://world.example/authorize".parse().unwrap();
    let link = response.browser_link(&endpoint, "https://wallet.example");
    let form = Form::of_link(&link).unwrap();
    assert_eq!(form.field("client_id"), Some("https://wallet.example"));
    assert_eq!(
        form.field("request_uri"),
        Some(response.request_uri.reveal())
    );
    for (body, member) in [
        (r#"{"expires_in":60}"#, "request_uri"),
        (r#"{"request_uri":"a b","expires_in":60}"#, "request_uri"),
        (r#"{"request_uri":"a"}"#, "expires_in"),
        (r#"{"request_uri":"a","expires_in":"60"}"#, "expires_in"),
    ] {
        let error = PushedResponse::read(body.as_bytes()).unwrap_err();
        assert_eq!(error.member(), member);
    }
}

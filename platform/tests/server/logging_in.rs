//! Authorization code with pushed requests and PKCE, at a world that has accounts.

use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::message::Message;
use schemas::offering::OfferFlow;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization::CodeVerifier;
use schemas::oid4vci::authorization_server::AuthorizationServerMetadata;
use schemas::oid4vci::offer::CredentialOffer;

use crate::holder::{Tokens, ask_for, claims, credential_body, key, key_proof, nonce, sd_jwts};
use crate::http::{Answer, get, post_form, post_json, send};
use crate::town::{Town, provenance};

const LOGIN: &str = "[issuing]\nlogin_uri = \"http://localhost:9/login?lang=ja\"\n\
    redirect_uris = [\"https://wallet.example/back\"]\n";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const BACK: &str = "http://127.0.0.1:49152/back";
const CLIENT: &str = "omote";

async fn town() -> Town {
    Town::with(&[], LOGIN).await
}

fn pushed() -> Form {
    Form::new()
        .with("response_type", "code")
        .with("client_id", CLIENT)
        .with("redirect_uri", BACK)
        .with("state", "af0ifjsldkj")
        .with(
            "code_challenge",
            CodeVerifier::new(VERIFIER).unwrap().challenge().as_str(),
        )
        .with("code_challenge_method", "S256")
}

async fn push(town: &Town, form: &Form) -> Answer {
    post_form(town.port, "/par", form).await
}

fn authorize_path(client: &str, request_uri: &str) -> String {
    let form = Form::new()
        .with("client_id", client)
        .with("request_uri", request_uri);
    format!("/authorize?{}", form.to_text())
}

/// The ticket with which the browser comes to the login page.
async fn log_in(town: &Town, form: &Form) -> String {
    let answer = push(town, form).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (201, Some("no-store"))
    );
    let request_uri = answer.word("request_uri");
    assert!(request_uri.starts_with("urn:ietf:params:oauth:request_uri:"));
    let path = authorize_path(CLIENT, &request_uri);
    let sent = get(town.port, &path).await;
    assert_eq!(sent.status, 302);
    let address = sent.header("location").unwrap();
    assert!(
        address.starts_with("http://localhost:9/login?lang=ja&ticket="),
        "{address}"
    );
    // A page that is loaded again is the same page, and nobody else's.
    let again = get(town.port, &path).await;
    assert_eq!(again.header("location"), Some(address));
    get(town.port, &authorize_path("another", &request_uri))
        .await
        .refuses(400, "invalid_request", "not_found");
    let page = Form::of_link(address).unwrap();
    page.field("ticket").unwrap().to_owned()
}

async fn decide(town: &Town, ticket: &str, decision: &Object) -> Answer {
    let path = format!("/authorizations/{ticket}");
    post_json(town.port, &path, &town.token, decision).await
}

fn terms() -> Object {
    schemas::object! { "right" => "avatar", "persona" => "Mika", "provenance" => provenance() }
}

fn granting() -> Object {
    schemas::object! { "decision" => "grant", "offer" => terms() }
}

/// What the browser brings back.
fn brought(answer: &Answer) -> Form {
    assert_eq!(answer.status, 200, "{}", answer.text());
    crate::http::assert_valid("authorization-decided", &answer.body);
    let address = answer.word("redirect_to");
    assert!(address.starts_with(BACK), "{address}");
    Form::of_link(&address).unwrap()
}

fn token_form(code: &str) -> Form {
    Form::new()
        .with("grant_type", "authorization_code")
        .with("code", code)
        .with("client_id", CLIENT)
        .with("redirect_uri", BACK)
        .with("code_verifier", VERIFIER)
}

#[tokio::test]
async fn whoever_logs_in_receives_what_the_world_grants() {
    let town = town().await;
    let issuer: IssuerUrl = town.id().origin().parse().unwrap();
    let metadata = get(town.port, "/.well-known/oauth-authorization-server").await;
    for member in [
        "require_pushed_authorization_requests",
        "authorization_response_iss_parameter_supported",
    ] {
        assert_eq!(metadata.json().get(member).unwrap().as_bool(), Some(true));
    }
    let metadata = AuthorizationServerMetadata::read_for(&issuer, &metadata.body).unwrap();
    assert!(
        metadata
            .code_flow
            .unwrap()
            .push_endpoint
            .as_str()
            .ends_with("/par")
    );
    // Scopes of others are ignored (OpenID4VCI section 5.1.2).
    let form = pushed().with("scope", "openid avatar_sd_jwt passport");
    let ticket = log_in(&town, &form).await;
    let asked = town.admin(&format!("/authorizations/{ticket}")).await;
    crate::http::assert_valid("authorization-asked", &asked.body);
    assert_eq!(
        (asked.word("client_id"), asked.word("redirect_uri")),
        (CLIENT.to_owned(), BACK.to_owned())
    );
    let wanted = asked.json().get("configurations").unwrap().clone();
    assert_eq!(wanted.strings().unwrap(), ["avatar_sd_jwt"]);
    // Who is no server of the world decides nothing.
    let path = format!("/authorizations/{ticket}");
    post_json(town.port, &path, &"A".repeat(43), &granting())
        .await
        .refuses(401, "unauthorized", "unauthorized");
    let decided = decide(&town, &ticket, &granting()).await;
    let back = brought(&decided);
    assert_eq!(back.field("state"), Some("af0ifjsldkj"));
    assert_eq!(back.field("iss"), Some(town.id().origin()));
    assert_eq!(decided.word("grant"), town.last_grant().await);
    decide(&town, &ticket, &granting())
        .await
        .refuses(404, "not_found", "not_found");
    let code = back.field("code").unwrap();
    let answer = post_form(town.port, "/token", &token_form(code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = answer.word("access_token");
    assert_eq!(
        sd_jwts(&ask_for(&town, &token, "avatar_sd_jwt", &[key(1)]).await).len(),
        1
    );
    // No more than was asked for.
    ask_for(&town, &token, "avatar", &[key(2)]).await.refuses(
        400,
        "credential_request_denied",
        "credential_not_authorized",
    );
    // On the disk there is no code, no ticket, no state, and not who asked.
    let store = town.store_bytes().await;
    for secret in [code, ticket.as_str(), "af0ifjsldkj", BACK, VERIFIER] {
        let secret = secret.as_bytes();
        assert!(!store.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn a_code_is_for_whoever_asked_and_for_once() {
    let town = town().await;
    let ticket = log_in(&town, &pushed().with("scope", "avatar")).await;
    let back = brought(&decide(&town, &ticket, &granting()).await);
    let code = back.field("code").unwrap();
    let post = async |form: Form| post_form(town.port, "/token", &form).await;
    for (name, value) in [
        ("client_id", "another"),
        ("redirect_uri", "http://127.0.0.1:49152/back/"),
        ("redirect_uri", "http://127.0.0.1:49153/back"),
        (
            "code_verifier",
            "EBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        ),
    ] {
        post(token_form(code).with(name, value)).await.refuses(
            400,
            "invalid_grant",
            "auth_code_mismatch",
        );
    }
    let without = |name: &str| {
        let form = token_form(code);
        let fields = form.iter().filter(|(field, _)| *field != name);
        fields.fold(Form::new(), |form, (name, value)| form.with(name, value))
    };
    for name in ["code", "client_id", "redirect_uri", "code_verifier"] {
        post(without(name))
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
    for code in ["x", &"A".repeat(43)] {
        post(token_form(code))
            .await
            .refuses(400, "invalid_grant", "not_found");
    }
    // None of that has used it up.
    assert_eq!(post(token_form(code)).await.status, 200);
    post(token_form(code))
        .await
        .refuses(400, "invalid_grant", "auth_code_used");
    // It is no pre-authorized code, and it is short-lived.
    post(crate::holder::token_form(code))
        .await
        .refuses(400, "invalid_grant", "not_found");
    let ticket = log_in(&town, &pushed().with("scope", "avatar")).await;
    let back = brought(&decide(&town, &ticket, &granting()).await);
    town.pass(60);
    post(token_form(back.field("code").unwrap()))
        .await
        .refuses(400, "invalid_grant", "not_found");
}

#[tokio::test]
async fn a_wallet_that_came_from_an_offer_receives_that_offer() {
    let town = town().await;
    let (path, offered) = town
        .offer_like(|terms| terms.flow = OfferFlow::Authorization)
        .await;
    let offer = CredentialOffer::read(&get(town.port, &path).await.body).unwrap();
    assert!(offer.pre_authorized().is_err());
    let state = offer.authorization_code.unwrap().issuer_state.unwrap();
    // What begins a login is no code.
    post_form(
        town.port,
        "/token",
        &crate::holder::token_form(state.reveal()),
    )
    .await
    .refuses(400, "invalid_grant", "not_found");
    let form = pushed().with("issuer_state", state.reveal());
    let ticket = log_in(&town, &form).await;
    let late = log_in(&town, &form).await;
    let asked = town.admin(&format!("/authorizations/{ticket}")).await;
    assert_eq!(asked.word("grant"), offered.grant.as_str());
    let wanted = asked.json().get("configurations").unwrap().clone();
    assert_eq!(wanted.strings().unwrap(), ["avatar_sd_jwt", "avatar"]);
    let yes = schemas::object! { "decision" => "grant" };
    decide(&town, &ticket, &granting())
        .await
        .refuses(400, "invalid_request", "bad_request");
    let decided = decide(&town, &ticket, &yes).await;
    assert_eq!(decided.word("grant"), offered.grant.as_str());
    let back = brought(&decided);
    let answer = post_form(
        town.port,
        "/token",
        &token_form(back.field("code").unwrap()),
    )
    .await;
    let token = answer.word("access_token");
    assert_eq!(
        sd_jwts(&ask_for(&town, &token, "avatar_sd_jwt", &[key(1)]).await).len(),
        1
    );
    // The offer is gone, for whoever began before and for whoever begins now.
    decide(&town, &late, &yes)
        .await
        .refuses(404, "not_found", "not_found");
    push(&town, &form)
        .await
        .refuses(400, "invalid_request", "not_found");
    get(town.port, &path)
        .await
        .refuses(404, "not_found", "not_found");
}

/// The tokens of somebody who has logged in, and the code that brought them.
async fn logged_in(town: &Town) -> (String, Tokens) {
    let ticket = log_in(town, &pushed().with("scope", "avatar")).await;
    let back = brought(&decide(town, &ticket, &granting()).await);
    let code = back.field("code").unwrap().to_owned();
    let answer = post_form(town.port, "/token", &token_form(&code)).await;
    (code, Tokens::of(&answer))
}

/// Appendix F.1: after a login a proof may say whose it is, and then it has to be the client.
#[tokio::test]
async fn a_proof_may_name_the_client_that_has_logged_in() {
    let town = town().await;
    let (_, tokens) = logged_in(&town).await;
    let ask = async |name: &str, value: Value| {
        let mut claims = claims(&town, &nonce(&town).await);
        claims.insert(name, value);
        let body = credential_body("avatar", vec![key_proof(&key(1), &claims)]);
        post_json(town.port, "/credential", &tokens.access, &body).await
    };
    for other in [
        "another".into(),
        "".into(),
        Value::Null,
        vec![CLIENT].into(),
    ] {
        ask("iss", other)
            .await
            .refuses(400, "invalid_proof", "invalid_proof");
    }
    assert_eq!(ask("iss", CLIENT.into()).await.status, 200);
    // A NumericDate need not be whole (RFC 7519 section 2).
    let half =
        schemas::json::Number::from_f64(f64::from(i32::try_from(town.now().unix()).unwrap()) + 0.5)
            .unwrap();
    assert_eq!(ask("iat", Value::Number(half)).await.status, 200);
    let number = |seconds: i64| {
        let at = town.now().plus_seconds(seconds).unix();
        Value::Number(schemas::json::Number::from_i64(at).unwrap())
    };
    assert_eq!(ask("exp", number(1)).await.status, 200);
    assert_eq!(ask("nbf", number(120)).await.status, 200);
}

/// RFC 6749 section 10.4
#[tokio::test]
async fn a_refresh_token_is_for_the_client_that_has_logged_in() {
    let town = town().await;
    let (_, tokens) = logged_in(&town).await;
    let form = Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", tokens.refresh.as_str());
    for other in [
        form.clone(),
        form.clone().with("client_id", ""),
        form.clone().with("client_id", "another"),
    ] {
        post_form(town.port, "/token", &other)
            .await
            .refuses(400, "invalid_grant", "not_found");
    }
    let form = form.with("client_id", CLIENT);
    let next = Tokens::of(&post_form(town.port, "/token", &form).await);
    let keys = [key(1)];
    assert_eq!(
        ask_for(&town, &next.access, "avatar", &keys).await.status,
        200
    );
}

/// RFC 6749 section 4.1.2: somebody else has the code too.
#[tokio::test]
async fn a_code_that_comes_back_ends_what_came_of_it() {
    let town = town().await;
    let (code, tokens) = logged_in(&town).await;
    let refresh = Form::new()
        .with("grant_type", "refresh_token")
        .with("refresh_token", tokens.refresh.as_str())
        .with("client_id", CLIENT);
    let next = Tokens::of(&post_form(town.port, "/token", &refresh).await);
    // Whoever has no verifier ends nothing.
    let other = token_form(&code).with("code_verifier", "E".repeat(43));
    post_form(town.port, "/token", &other).await.refuses(
        400,
        "invalid_grant",
        "auth_code_mismatch",
    );
    let first = [key(1)];
    assert_eq!(
        ask_for(&town, &next.access, "avatar", &first).await.status,
        200
    );
    town.pass(70);
    post_form(town.port, "/token", &token_form(&code))
        .await
        .refuses(400, "invalid_grant", "auth_code_used");
    ask_for(&town, &next.access, "avatar", &[key(2)])
        .await
        .refuses(401, "invalid_token", "unauthorized");
    let refresh = refresh.with("refresh_token", next.refresh.as_str());
    post_form(town.port, "/token", &refresh)
        .await
        .refuses(400, "invalid_grant", "not_found");
}

#[tokio::test]
async fn details_are_answered_with_identifiers() {
    let town = town().await;
    let details = r#"[{"type":"openid_credential","credential_configuration_id":"avatar"}]"#;
    let form = pushed().with("authorization_details", details);
    let ticket = log_in(&town, &form).await;
    let back = brought(&decide(&town, &ticket, &granting()).await);
    let answer = post_form(
        town.port,
        "/token",
        &token_form(back.field("code").unwrap()),
    )
    .await;
    let details = answer.json().get("authorization_details").unwrap().clone();
    let details = details.as_array().unwrap();
    let id = details[0]
        .get("credential_configuration_id")
        .and_then(Value::as_str);
    assert_eq!((details.len(), id), (1, Some("avatar")));
    ask_for(&town, &answer.word("access_token"), "avatar", &[key(1)])
        .await
        .refuses(400, "invalid_credential_request", "bad_request");
}

#[tokio::test]
async fn the_world_may_say_no() {
    let town = town().await;
    let ticket = log_in(&town, &pushed().with("scope", "item")).await;
    // Nothing of what is granted was asked for.
    decide(&town, &ticket, &granting()).await.refuses(
        400,
        "invalid_request",
        "credential_not_authorized",
    );
    for decision in [
        schemas::object! { "decision" => "maybe" },
        schemas::object! { "decision" => "grant" },
        schemas::object! { "decision" => "refuse", "offer" => terms() },
    ] {
        decide(&town, &ticket, &decision)
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
    let no = schemas::object! { "decision" => "refuse" };
    let back = brought(&decide(&town, &ticket, &no).await);
    assert_eq!(back.field("error"), Some("access_denied"));
    assert_eq!(
        (back.field("code"), back.field("state")),
        (None, Some("af0ifjsldkj"))
    );
    decide(&town, &ticket, &no)
        .await
        .refuses(404, "not_found", "not_found");
    assert!(town.world().grants().await.unwrap().grants.is_empty());
}

#[tokio::test]
async fn requests_are_refused_with_their_reason() {
    let town = town().await;
    let scoped = || pushed().with("scope", "avatar");
    for (form, error, reason) in [
        (
            scoped().with("redirect_uri", "https://evil.example/"),
            "invalid_request",
            "redirect_uri_refused",
        ),
        (
            scoped().with("redirect_uri", "https://wallet.example/back/"),
            "invalid_request",
            "redirect_uri_refused",
        ),
        (
            scoped().with("redirect_uri", "wallet://back"),
            "invalid_request",
            "redirect_uri_refused",
        ),
        (
            scoped().with("code_challenge_method", "plain"),
            "invalid_request",
            "bad_request",
        ),
        (
            scoped().with("code_challenge", "short"),
            "invalid_request",
            "bad_request",
        ),
        (
            scoped().with("response_type", "token"),
            "unsupported_response_type",
            "bad_request",
        ),
        (
            scoped().with("response_mode", "fragment"),
            "invalid_request",
            "bad_request",
        ),
        (
            scoped().with("request_uri", "urn:x"),
            "invalid_request",
            "bad_request",
        ),
        (pushed(), "invalid_scope", "bad_request"),
        (
            pushed().with("scope", "passport openid"),
            "invalid_scope",
            "bad_request",
        ),
        (
            pushed().with("issuer_state", "guess"),
            "invalid_request",
            "not_found",
        ),
        (
            pushed().with(
                "authorization_details",
                "[{\"type\":\"openid_credential\",\"credential_configuration_id\":\"x\"}]",
            ),
            "invalid_authorization_details",
            "credential_not_authorized",
        ),
        (
            pushed().with("authorization_details", "[]"),
            "invalid_authorization_details",
            "bad_request",
        ),
    ] {
        push(&town, &form).await.refuses(400, error, reason);
    }
    assert_eq!(
        push(
            &town,
            &scoped().with("redirect_uri", "https://wallet.example/back")
        )
        .await
        .status,
        201
    );
    // Requests are pushed; nobody is sent anywhere otherwise.
    for path in [
        "/authorize".to_owned(),
        format!("/authorize?client_id={CLIENT}"),
        format!("/authorize?{}", scoped().to_text()),
    ] {
        get(town.port, &path)
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
    let request_uri = push(&town, &scoped()).await.word("request_uri");
    for (client, uri) in [
        ("another", request_uri.as_str()),
        (CLIENT, "urn:ietf:params:oauth:request_uri:AAAA"),
        (CLIENT, "https://evil.example/request"),
    ] {
        get(town.port, &authorize_path(client, uri)).await.refuses(
            400,
            "invalid_request",
            "not_found",
        );
    }
    town.pass(300);
    get(town.port, &authorize_path(CLIENT, &request_uri))
        .await
        .refuses(400, "invalid_request", "not_found");
    town.admin(&format!("/authorizations/{}", "A".repeat(43)))
        .await
        .refuses(404, "not_found", "not_found");
}

/// Who begins logins without end uses up a share, and not everybody's.
#[tokio::test]
async fn nobody_takes_the_logins_of_others() {
    let limits = "[limits]\nlogins_per_client = 3\n";
    let town = Town::with(&[], &format!("{LOGIN}{limits}")).await;
    let body = pushed().with("scope", "avatar").to_text();
    let push_from = async |address: [u8; 4], header: &str| {
        let request = format!(
            "POST /par HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\n{header}\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            crate::http::FORM,
            body.len()
        );
        crate::http::raw_from(address, town.port, request.as_bytes()).await
    };
    let stranger = [127, 0, 0, 1];
    for _ in 0..3 {
        assert_eq!(push_from(stranger, "").await.status, 201);
    }
    // Nobody has said that a proxy stands in front, so nobody's word about the address counts.
    for header in [
        "",
        "X-Forwarded-For: 192.0.2.1\r\n",
        "X-Real-IP: 192.0.2.1\r\n",
    ] {
        let answer = push_from(stranger, header).await;
        answer.refuses(429, "temporarily_unavailable", "overloaded");
        assert_eq!(answer.header("retry-after"), Some("60"));
    }
    assert_eq!(push_from([127, 0, 0, 2], "").await.status, 201);
    // What is malformed takes nothing of a share.
    for _ in 0..4 {
        let answer = push(&town, &pushed()).await;
        answer.refuses(400, "invalid_scope", "bad_request");
    }
    town.pass(1200);
    assert_eq!(push_from(stranger, "").await.status, 201);
}

#[tokio::test]
async fn a_world_without_accounts_has_none_of_it() {
    let town = Town::new().await;
    push(&town, &pushed().with("scope", "avatar"))
        .await
        .refuses(404, "not_found", "not_found");
    get(town.port, &authorize_path(CLIENT, "urn:x"))
        .await
        .refuses(404, "not_found", "not_found");
    let metadata = get(town.port, "/.well-known/oauth-authorization-server").await;
    assert!(!metadata.json().contains_key("authorization_endpoint"));
    let mut body = terms();
    body.insert("flow", "authorization_code");
    post_json(town.port, "/offers", &town.token, &body)
        .await
        .refuses(400, "invalid_request", "bad_request");
    let with_accounts = self::town().await;
    body.insert("tx_code", true);
    post_json(with_accounts.port, "/offers", &with_accounts.token, &body)
        .await
        .refuses(400, "invalid_request", "bad_request");
    let answer = send(town.port, "POST", "/par", &[], b"").await;
    answer.refuses(404, "not_found", "not_found");
}

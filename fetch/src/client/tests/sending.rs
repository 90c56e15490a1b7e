//! What is posted, what may come back, and what is never printed.

use schemas::json::Value;
use schemas::reason::Reason;

use super::server::{Answer, Server, json_reply, reply};
use super::world::client_for;
use crate::error::Cause;
use crate::{Bearer, BearerError, IdempotencyKey, Purpose};

#[tokio::test]
async fn a_form_and_json_arrive_as_they_were_given() {
    let server = Server::start(|_| json_reply(r#"{"ok":true}"#)).await;
    let client = client_for(&[&server]);
    let fields = [("grant_type", "a:b"), ("code", "x y&z=é")];
    let response = client
        .post_form(Purpose::Token, &server.url("/token"), &fields)
        .await
        .unwrap();
    assert_eq!((response.status(), response.is_success()), (200, true));
    assert_eq!(
        response.json().unwrap().get("ok").and_then(Value::as_bool),
        Some(true)
    );
    let value = Value::from(schemas::object! { "b" => 1, "a" => "two" });
    let bearer = Bearer::new("abc.DEF-123".to_owned()).unwrap();
    client
        .post_json(
            Purpose::Credential,
            &server.url("/c"),
            &value,
            Some(&bearer),
        )
        .await
        .unwrap();

    let requests = server.requests();
    assert!(requests[0].starts_with("POST /token HTTP/1.1\r\n"));
    assert!(requests[0].contains("content-type: application/x-www-form-urlencoded\r\n"));
    assert!(requests[0].ends_with("\r\n\r\ngrant_type=a%3Ab&code=x+y%26z%3D%C3%A9"));
    assert!(!requests[0].contains("authorization"));
    assert!(requests[1].contains("authorization: Bearer abc.DEF-123\r\n"));
    assert!(requests[1].contains("content-type: application/json\r\n"));
    assert!(requests[1].ends_with("\r\n\r\n{\"a\":\"two\",\"b\":1}"));
}

#[tokio::test]
async fn what_is_done_once_names_itself_in_a_header_and_is_never_printed() {
    let server = Server::start(|_| json_reply("{}")).await;
    let client = client_for(&[&server]);
    let key = IdempotencyKey::of_bytes(&[7; 32]);
    let value = Value::from(schemas::object! { "a" => 1 });
    client
        .post_json_once(Purpose::World, &server.url("/s"), &value, &key)
        .await
        .unwrap();
    let requests = server.requests();
    let header = "idempotency-key: BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\r\n";
    assert!(requests[0].contains(header), "{}", requests[0]);
    assert!(requests[0].ends_with("\r\n\r\n{\"a\":1}"));
    assert_eq!(format!("{key:?}"), "IdempotencyKey { .. }");
}

#[tokio::test]
async fn a_failure_that_is_explained_comes_back() {
    let server = Server::start(|request| match request.split(' ').nth(1) {
        Some("/json") => reply(
            400,
            &["content-type: application/json"],
            br#"{"error":"invalid_grant"}"#,
        ),
        Some("/problem") => reply(
            409,
            &["content-type: application/problem+json"],
            br#"{"title":"x"}"#,
        ),
        Some("/html") => reply(502, &["content-type: text/html"], b"<p>gateway"),
        Some("/gzip") => reply(
            500,
            &["content-type: application/json", "content-encoding: gzip"],
            b"\x1f\x8b",
        ),
        _ => reply(
            400,
            &["content-type: application/json"],
            &[b' '; 300 * 1024],
        ),
    })
    .await;
    let client = client_for(&[&server]);
    for (path, status, body) in [
        ("/json", 400, &br#"{"error":"invalid_grant"}"#[..]),
        ("/problem", 409, br#"{"title":"x"}"#),
        ("/html", 502, b""),
        ("/gzip", 500, b""),
    ] {
        let found = client
            .post_form(Purpose::Token, &server.url(path), &[])
            .await
            .unwrap();
        assert_eq!((found.status(), found.body()), (status, body), "{path}");
        assert!(!found.is_success());
    }
    let error = client
        .post_form(Purpose::Token, &server.url("/big"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &Cause::TooLarge { limit: 256 * 1024 });
}

#[tokio::test]
async fn a_success_may_be_empty_and_must_otherwise_be_of_the_right_type() {
    let server = Server::start(|request| match request.split(' ').nth(1) {
        Some("/204") => Answer::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        Some("/empty") => reply(200, &[], b""),
        Some("/bare") => reply(200, &[], b"{}"),
        _ => reply(200, &["content-type: text/html"], b"<p>"),
    })
    .await;
    let client = client_for(&[&server]);
    for path in ["/204", "/empty"] {
        let found = client
            .post_form(Purpose::Notification, &server.url(path), &[])
            .await
            .unwrap();
        assert!(found.is_success() && found.body().is_empty(), "{path}");
    }
    for path in ["/bare", "/html"] {
        let error = client
            .post_form(Purpose::Token, &server.url(path), &[])
            .await
            .unwrap_err();
        assert!(matches!(error.cause(), Cause::ContentType { .. }), "{path}");
        assert_eq!(error.reason(), Reason::WorldUnreachable);
    }
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    const SECRET: &str = "s3cr3t";
    let server = Server::start(|request| match request.split(' ').nth(1) {
        Some("/say/s3cr3t") => json_reply(r#"{"access_token":"s3cr3t"}"#),
        Some("/lead/s3cr3t") => reply(307, &["location: https://world.example/s3cr3t"], b""),
        Some("/type/s3cr3t") => reply(200, &["content-type: text/html"], b"s3cr3t"),
        _ => Answer::Reset,
    })
    .await;
    let client = client_for(&[&server]);
    let bearer = Bearer::new(SECRET.to_owned()).unwrap();
    let value = Value::from(SECRET);
    let mut printed = format!("{bearer:?}");
    for path in ["say", "lead", "type", "reset"] {
        let url = server.url(&format!("/{path}/{SECRET}"));
        let form = client
            .post_form(Purpose::Token, &url, &[("code", SECRET)])
            .await;
        let json = client
            .post_json(Purpose::Token, &url, &value, Some(&bearer))
            .await;
        for result in [form, json] {
            printed.push_str(&format!("{result:?}"));
            if let Err(error) = result {
                printed.push_str(&format!("{error}"));
            }
        }
    }
    for url in [
        "https://u:s3cr3t@world.example/",
        "https://10.0.0.1/s3cr3t",
        "https://s3cr3t/",
    ] {
        let error = client.json(Purpose::World, url).await.unwrap_err();
        printed.push_str(&format!("{error} {error:?}"));
    }
    assert!(
        printed.contains("Redirect") && printed.contains("Broken"),
        "{printed}"
    );
    assert!(!printed.contains(SECRET), "{printed}");
}

#[test]
fn a_bearer_token_cannot_write_headers() {
    for text in ["", "a b", "a\r\nx: y", "é", "a,b", &"a".repeat(20_000)] {
        assert_eq!(
            Bearer::new(text.to_owned()).err(),
            Some(BearerError),
            "{text:?}"
        );
    }
    assert!(Bearer::new("AZaz09-._~+/=".to_owned()).is_ok());
}

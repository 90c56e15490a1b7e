//! `did:web` documents: what is returned, and each code of refusal.

use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::server::{Answer, Server, json_reply, reply};
use super::world::{Answers, SHORT, client_for, hasty_client_for};
use crate::purpose::Times;
use crate::{Client, Policy};

fn did_of(server: &Server) -> Did {
    format!("did:web:localhost%3A{}", server.port())
        .parse()
        .unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

async fn refusal(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Reason {
    let server = Server::start(answer).await;
    client_for(&[&server])
        .resolve(&did_of(&server), now())
        .await
        .unwrap_err()
        .reason()
}

async fn hasty_refusal(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Reason {
    let server = Server::start(answer).await;
    hasty_client_for(&[&server])
        .resolve(&did_of(&server), now())
        .await
        .unwrap_err()
        .reason()
}

/// Answers with the DID of the server that was asked, taken from the request's `Host`.
fn own_did(request: &str) -> String {
    let port = request
        .split("localhost:")
        .nth(1)
        .unwrap()
        .split("\r\n")
        .next()
        .unwrap();
    format!("did:web:localhost%3A{port}")
}

#[tokio::test]
async fn the_bytes_of_the_document_arrive_with_the_time_given() {
    for content_type in [
        "application/did+json",
        "application/did+ld+json",
        "application/json; charset=utf-8",
    ] {
        let server = Server::start(move |request| {
            let body = format!("{{ \"id\": \"{}\" }}\n", own_did(request));
            reply(
                200,
                &[&format!("content-type: {content_type}")],
                body.as_bytes(),
            )
        })
        .await;
        let found = client_for(&[&server])
            .resolve(&did_of(&server), now())
            .await
            .unwrap();
        assert_eq!(found.fetched_at, now());
        let text = format!("{{ \"id\": \"{}\" }}\n", did_of(&server));
        assert_eq!(found.value, text.as_bytes());
        assert!(server.requests()[0].starts_with("GET /.well-known/did.json HTTP/1.1\r\n"));
    }
}

#[tokio::test]
async fn a_document_of_another_did_is_refused() {
    for (before, after) in [
        ("", "#"),
        ("", "/"),
        ("", ":x"),
        (" ", ""),
        ("did:web:", ""),
    ] {
        let reason = refusal(move |request| {
            json_reply(&format!(
                "{{\"id\":\"{before}{}{after}\"}}",
                own_did(request)
            ))
        });
        assert_eq!(reason.await, Reason::DidIdMismatch, "{before}…{after}");
    }
    for body in [
        "{}",
        r#"{"id":null}"#,
        r#"{"id":"did:web:world.example"}"#,
        "[]",
        "\"x\"",
    ] {
        assert_eq!(
            refusal(move |_| json_reply(body)).await,
            Reason::DidIdMismatch,
            "{body}"
        );
    }
    let list = |request: &str| json_reply(&format!("{{\"id\":[\"{}\"]}}", own_did(request)));
    assert_eq!(refusal(list).await, Reason::DidIdMismatch);
    let lower = |request: &str| {
        json_reply(&format!(
            "{{\"id\":\"{}\"}}",
            own_did(request).replace("%3A", "%3a")
        ))
    };
    assert_eq!(refusal(lower).await, Reason::DidIdMismatch);
}

#[tokio::test]
async fn huge_slow_encoded_and_deep_documents_are_too_large() {
    let big = |request: &str| {
        let padding = " ".repeat(64 * 1024);
        json_reply(&format!("{{\"id\":\"{}\"}}{padding}", own_did(request)))
    };
    assert_eq!(refusal(big).await, Reason::DidTooLarge);
    let deep = |request: &str| {
        let (open, close) = ("[".repeat(129), "]".repeat(129));
        json_reply(&format!(
            "{{\"id\":\"{}\",\"x\":{open}{close}}}",
            own_did(request)
        ))
    };
    assert_eq!(refusal(deep).await, Reason::DidTooLarge);
    let encoded = |_: &str| {
        reply(
            200,
            &[
                "content-type: application/did+json",
                "content-encoding: gzip",
            ],
            b"\x1f\x8b",
        )
    };
    assert_eq!(refusal(encoded).await, Reason::DidTooLarge);
    let slow = |_: &str| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/did+json\r\n\r\n".to_vec();
        Answer::Drip(head, SHORT.connect / 40)
    };
    assert_eq!(hasty_refusal(slow).await, Reason::DidTooLarge);
}

#[tokio::test]
async fn what_is_no_document_is_refused() {
    for (body, reason) in [
        (r#"{"id":"a","id":"b"}"#, Reason::DidDocumentInvalid),
        ("<html>", Reason::DidDocumentInvalid),
        ("", Reason::DidDocumentInvalid),
    ] {
        assert_eq!(refusal(move |_| json_reply(body)).await, reason, "{body}");
    }
    let failed = Reason::DidResolutionFailed;
    assert_eq!(refusal(|_| reply(404, &[], b"")).await, failed);
    assert_eq!(refusal(|_| reply(500, &[], b"")).await, failed);
    assert_eq!(
        refusal(|_| reply(200, &["content-type: text/html"], b"{}")).await,
        failed
    );
    assert_eq!(refusal(|_| Answer::Reset).await, failed);
    assert_eq!(hasty_refusal(|_| Answer::Silence).await, failed);
    assert_eq!(
        refusal(|_| reply(302, &["location: /did.json"], b"")).await,
        Reason::DidRedirect
    );
}

#[tokio::test]
async fn dids_that_lead_where_nobody_may_go_are_not_contacted() {
    let server = Server::start(|_| json_reply("{}")).await;
    let policy = Policy::public()
        .allow_loopback("http://localhost:1")
        .unwrap();
    for (did, reason) in [
        (did_of(&server).to_string(), Reason::DidResolutionBlocked),
        ("did:web:localhost".to_owned(), Reason::DidResolutionBlocked),
        (
            "did:web:printer.local".to_owned(),
            Reason::DidResolutionBlocked,
        ),
        ("did:web:intranet".to_owned(), Reason::DidResolutionBlocked),
        (
            "did:web:rebound.example".to_owned(),
            Reason::DidResolutionBlocked,
        ),
        (
            format!("did:web:world.example%3A{}", server.port()),
            Reason::DidPort,
        ),
        ("did:web:world.example%3A22".to_owned(), Reason::DidPort),
        ("did:web:world.example%3A443".to_owned(), Reason::DidPort),
        (
            "did:jwk:eyJrdHkiOiJPS1AifQ".to_owned(),
            Reason::DidMethodUnsupported,
        ),
    ] {
        let names = Answers::new(&[&["93.184.215.14", "127.0.0.1"]]);
        let client = Client::configured(policy.clone(), Times::default(), names);
        let error = client
            .resolve(&did.parse().unwrap(), now())
            .await
            .unwrap_err();
        assert_eq!(error.reason(), reason, "{did}");
        let text = error.to_string();
        assert!(
            !text.contains("example") && !text.contains("did:web:"),
            "{text}"
        );
    }
    assert_eq!(server.accepted(), 0);
}

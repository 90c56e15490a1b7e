//! Answers that are too large, too slow, of a wrong type, or no answers.

use std::time::{Duration, Instant};

use schemas::json::Value;
use schemas::reason::Reason;
use tokio::net::TcpListener;

use super::server::{Answer, Server, json_reply, raw, reply};
use super::world::{client_for, hasty_client_for};
use crate::error::{Cause, FetchError, Stage};
use crate::{Client, Policy, Purpose, Redirects};

const JSON: &str = "content-type: application/json";

async fn cause(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Cause {
    let server = Server::start(answer).await;
    get(&client_for(&[&server]), &server)
        .await
        .unwrap_err()
        .cause()
        .clone()
}

async fn get(client: &Client, server: &Server) -> Result<Value, FetchError> {
    client.json(Purpose::World, &server.url("/x?y=z")).await
}

#[tokio::test]
async fn json_arrives_and_the_request_says_nothing_of_its_own() {
    let server = Server::start(|_| json_reply(r#"{"a":[1,2]}"#)).await;
    let client = client_for(&[&server]);
    let value = get(&client, &server).await.unwrap();
    assert_eq!(
        value.get("a").and_then(Value::as_array).map(<[Value]>::len),
        Some(2)
    );
    let request = server.requests()[0].to_ascii_lowercase();
    let host = format!("host: localhost:{}", server.port());
    let mut lines: Vec<&str> = request.trim_end().lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["accept: application/json", "get /x?y=z http/1.1", &host]
    );
    // Each request has a connection of its own.
    get(&client, &server).await.unwrap();
    assert_eq!(server.accepted(), 2);
}

#[tokio::test]
async fn a_body_of_the_limit_arrives_and_one_byte_more_does_not() {
    const LIMIT: usize = 5000;
    for (length, passes) in [(LIMIT, true), (LIMIT + 1, false), (1 << 20, false)] {
        for declared in [true, false] {
            let server = Server::start(move |_| {
                let body = vec![b'x'; length];
                if declared {
                    reply(200, &[JSON], &body)
                } else {
                    raw(200, &[JSON], &body)
                }
            })
            .await;
            let found = client_for(&[&server])
                .bytes(
                    Purpose::World,
                    &server.url("/"),
                    &["application/json"],
                    LIMIT,
                    Redirects::Forbidden,
                )
                .await;
            match found {
                Ok(response) => assert_eq!((passes, response.body().len()), (true, length)),
                Err(error) => {
                    assert!(!passes, "{error}");
                    assert_eq!(error.cause(), &Cause::TooLarge { limit: LIMIT });
                    assert_eq!(error.reason(), Reason::InputTooLarge);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_in_chunks_too() {
    let server = Server::start(|_| {
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        raw(
            200,
            &[JSON, "transfer-encoding: chunked"],
            chunk.repeat(6).as_bytes(),
        )
    })
    .await;
    let error = get(&client_for(&[&server]), &server).await.unwrap_err();
    assert_eq!(error.cause(), &Cause::TooLarge { limit: 256 * 1024 });
}

#[tokio::test]
async fn a_lie_about_a_huge_body_is_not_waited_for() {
    let found = cause(|_| raw(200, &[JSON, "content-length: 99999999999"], b"{")).await;
    assert_eq!(found, Cause::TooLarge { limit: 256 * 1024 });
    assert_eq!(
        cause(|_| raw(200, &[JSON, "content-length: 18446744073709551616"], b"{")).await,
        Cause::Broken
    );
}

#[tokio::test]
async fn what_drips_or_stays_silent_ends_in_time() {
    let drip = Duration::from_millis(20);
    let body = format!("HTTP/1.1 200 OK\r\n{JSON}\r\n\r\n");
    for (answer, stage) in [
        ((body.as_str(), true), Stage::Body),
        (("HTTP/1.1 200 OK\r\nx: ", true), Stage::Answer),
        (("HTTP/1.1 200 OK\r\n", true), Stage::Answer),
        (("", true), Stage::Answer),
        (("", false), Stage::Answer),
    ] {
        let (head, drips) = (answer.0.to_owned(), answer.1);
        let server = Server::start(move |_| {
            if drips {
                Answer::Drip(head.clone().into_bytes(), drip)
            } else {
                Answer::Silence
            }
        })
        .await;
        let started = Instant::now();
        let error = get(&hasty_client_for(&[&server]), &server)
            .await
            .unwrap_err();
        if !(answer.0.is_empty() && drips) {
            assert_eq!(error.cause(), &Cause::Slow { stage }, "{answer:?}");
        }
        assert!(started.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn encoded_bodies_are_refused() {
    for encoding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "x-unknown",
        "identity, gzip",
        "",
    ] {
        let header = format!("content-encoding: {encoding}");
        let found = cause(move |_| reply(200, &[JSON, &header], b"{}")).await;
        assert_eq!(found, Cause::ContentEncoding, "{encoding}");
    }
    let server = Server::start(|_| reply(200, &[JSON, "content-encoding: identity"], b"{}")).await;
    assert!(get(&client_for(&[&server]), &server).await.is_ok());
}

#[tokio::test]
async fn only_accepted_types_are_read() {
    let expected = Purpose::World.accept();
    for (header, shown) in [
        ("content-type: text/html", Some("text/html")),
        ("content-type: text/json", Some("text/json")),
        ("content-type: application/jsonx", Some("application/jsonx")),
        (
            "content-type: application/json, text/html",
            Some("application/json, text/html"),
        ),
        ("content-type:", Some("")),
        ("x-other: y", None),
        (
            "content-type: application/json\r\ncontent-type: text/html",
            None,
        ),
        ("content-type: application/j\u{e9}", None),
    ] {
        let found = cause(move |_| reply(200, &[header], b"{}")).await;
        let found_type = shown.map(str::to_owned);
        assert_eq!(
            found,
            Cause::ContentType {
                expected,
                found: found_type
            },
            "{header}"
        );
    }
    for header in [
        "content-type: Application/JSON",
        "content-type: application/json ; charset=utf-8",
    ] {
        let server = Server::start(move |_| reply(200, &[header], b"{}")).await;
        assert!(
            get(&client_for(&[&server]), &server).await.is_ok(),
            "{header}"
        );
    }
}

#[tokio::test]
async fn only_200_answers_a_get() {
    for (status, reason) in [
        (404, Reason::NotFound),
        (410, Reason::NotFound),
        (401, Reason::Unauthorized),
        (403, Reason::Unauthorized),
        (429, Reason::Overloaded),
        (503, Reason::Overloaded),
        (500, Reason::WorldUnreachable),
        (201, Reason::WorldUnreachable),
        (206, Reason::WorldUnreachable),
    ] {
        let server = Server::start(move |_| reply(status, &[JSON], b"{}")).await;
        let error = get(&client_for(&[&server]), &server).await.unwrap_err();
        assert_eq!(error.cause(), &Cause::Status { found: status });
        assert_eq!(error.reason(), reason, "{status}");
        assert_eq!(error.origin(), Some(server.origin().as_str()));
    }
}

#[tokio::test]
async fn broken_connections_are_named() {
    assert_eq!(cause(|_| Answer::Reset).await, Cause::Broken);
    assert_eq!(cause(|_| Answer::Bytes(Vec::new())).await, Cause::Broken);
    assert_eq!(
        cause(|_| Answer::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec())).await,
        Cause::Broken
    );
    assert_eq!(
        cause(|_| raw(200, &[JSON, "content-length: 9"], b"{}")).await,
        Cause::Broken
    );
    let chunked = &[JSON, "transfer-encoding: chunked"];
    assert_eq!(
        cause(|_| raw(200, chunked, b"5\r\n{}")).await,
        Cause::Broken
    );
    let flood: Vec<String> = (0..500).map(|number| format!("x-{number}: y")).collect();
    let found = cause(move |_| {
        raw(
            200,
            &flood.iter().map(String::as_str).collect::<Vec<_>>(),
            b"{}",
        )
    });
    assert_eq!(found.await, Cause::Broken);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    drop(listener);
    let client = Client::new(Policy::public().allow_loopback(&origin).unwrap());
    let error = client.json(Purpose::Token, &origin).await.unwrap_err();
    assert_eq!(
        (error.cause(), error.reason()),
        (&Cause::Connect, Reason::WorldUnreachable)
    );
}

#[tokio::test]
async fn json_is_read_strictly() {
    for (body, reason) in [
        (r#"{"a":1,"a":2}"#, Reason::JsonDuplicateKey),
        (r#"{"a":1} x"#, Reason::ParseError),
        ("", Reason::ParseError),
    ] {
        assert_eq!(
            cause(move |_| json_reply(body)).await,
            Cause::Json(reason),
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    const TAG: &str = "\"one\"";
    let server = Server::start(|request| {
        let known = request.to_ascii_lowercase();
        if known.contains("if-none-match: \"one\"") {
            return reply(304, &["etag: \"one\"", "age: 7"], b"");
        }
        reply(200, &[JSON, "etag: \"two\"", "age: 9"], b"{}")
    })
    .await;
    let client = client_for(&[&server]);
    let url = server.url("/");
    let ask = async |etag| {
        let answer = client.get_if_changed(Purpose::StatusList, &url, etag).await;
        answer.unwrap()
    };
    let same = ask(TAG).await;
    assert!(same.is_unchanged() && same.body().is_empty());
    assert_eq!((same.etag(), same.age_seconds()), (Some(TAG), 7));
    let other = ask("\"zero\"").await;
    assert!(!other.is_unchanged());
    assert_eq!((other.etag(), other.age_seconds()), (Some("\"two\""), 9));
    assert_eq!(other.body(), b"{}");
    // Whoever asked for all of it is not told that nothing changed.
    let server = Server::start(|_| reply(304, &[], b"")).await;
    let client = client_for(&[&server]);
    let error = client
        .get(Purpose::StatusList, &server.url("/"))
        .await
        .unwrap_err();
    assert_eq!(*error.cause(), Cause::Redirect { status: 304 });
}

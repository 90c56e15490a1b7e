//! Answers that lead elsewhere.

use schemas::reason::Reason;

use super::server::{Answer, Server, json_reply, reply};
use super::world::client_for;
use crate::error::{Cause, FetchError};
use crate::guard::{Range, Refusal};
use crate::{Client, Purpose, Redirects, Response};

const STATUSES: [u16; 7] = [300, 301, 302, 303, 304, 307, 308];

fn lead(status: u16, to: &str) -> Answer {
    reply(status, &[&format!("location: {to}")], b"")
}

async fn follow(client: &Client, url: &str, max: u8) -> Result<Response, FetchError> {
    let redirects = Redirects::Checked { max };
    client
        .bytes(Purpose::World, url, &["application/json"], 1000, redirects)
        .await
}

#[tokio::test]
async fn a_purpose_that_forbids_redirects_goes_nowhere_else() {
    let elsewhere = Server::start(|_| json_reply("{}")).await;
    for status in STATUSES {
        let to = elsewhere.url("/");
        let server = Server::start(move |_| lead(status, &to)).await;
        let client = client_for(&[&server, &elsewhere]);
        for (purpose, reason) in [
            (Purpose::DidDocument, Reason::DidRedirect),
            (Purpose::RequestObject, Reason::RequestUriBlocked),
            (Purpose::StatusList, Reason::StatusFetchBlocked),
            (Purpose::Offer, Reason::OfferRejected),
            (Purpose::World, Reason::RedirectRefused),
        ] {
            let error = client.json(purpose, &server.url("/")).await.unwrap_err();
            assert_eq!(error.cause(), &Cause::Redirect { status }, "{purpose:?}");
            assert_eq!(error.reason(), reason, "{purpose:?} {status}");
        }
    }
    assert_eq!(elsewhere.accepted(), 0);
}

#[tokio::test]
async fn what_is_posted_is_posted_once() {
    let elsewhere = Server::start(|_| json_reply("{}")).await;
    for status in STATUSES {
        for to in [elsewhere.url("/take"), "/again".to_owned()] {
            let server = Server::start(move |_| lead(status, &to)).await;
            let client = client_for(&[&server, &elsewhere]);
            let fields = [("vp_token", "secret-presentation")];
            let error = client
                .post_form(Purpose::PresentationResponse, &server.url("/r"), &fields)
                .await
                .unwrap_err();
            assert_eq!(error.reason(), Reason::RedirectRefused, "{status}");
            let value = schemas::json::Value::from(schemas::object! { "a" => 1 });
            let error = client
                .post_json(Purpose::Credential, &server.url("/r"), &value, None)
                .await
                .unwrap_err();
            assert_eq!(error.cause(), &Cause::Redirect { status });
            assert_eq!(server.accepted(), 2);
        }
    }
    assert_eq!(elsewhere.accepted(), 0);
}

#[tokio::test]
async fn a_checked_redirect_is_followed_to_where_one_may_go() {
    let other = Server::start(|_| json_reply(r#"{"from":"other"}"#)).await;
    let away = other.url("/c");
    let server = Server::start(move |request| match request.split(' ').nth(1) {
        Some("/a") => lead(302, "b?x=1"),
        Some("/b?x=1") => lead(307, &away),
        _ => reply(404, &[], b""),
    })
    .await;
    let client = client_for(&[&server, &other]);
    let response = follow(&client, &server.url("/a"), 3).await.unwrap();
    assert_eq!(response.body(), br#"{"from":"other"}"#);
    assert_eq!((server.accepted(), other.accepted()), (2, 1));
    // A redirect says nothing about where one came from.
    assert!(!other.requests()[0].to_ascii_lowercase().contains("referer"));
}

#[tokio::test]
async fn metadata_is_followed_inside_its_origin_only() {
    let other = Server::start(|_| json_reply("{}")).await;
    let away = other.url("/a");
    let server = Server::start(move |request| match request.split(' ').nth(1) {
        Some("/stay") => lead(308, "/there"),
        Some("/there") => json_reply("{}"),
        _ => lead(308, &away),
    })
    .await;
    let client = client_for(&[&server, &other]);
    assert!(
        client
            .json(Purpose::IssuerMetadata, &server.url("/stay"))
            .await
            .is_ok()
    );
    let error = client
        .json(Purpose::IssuerMetadata, &server.url("/go"))
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &Cause::Redirect { status: 308 });
    assert_eq!(error.reason(), Reason::RedirectRefused);
    assert_eq!(other.accepted(), 0);
}

#[tokio::test]
async fn every_hop_is_judged() {
    let closed = Server::start(|_| json_reply("{}")).await;
    let port = closed.port();
    for (to, refusal) in [
        (format!("http://localhost:{port}/"), Refusal::LocalName),
        (
            format!("http://127.0.0.1:{port}/"),
            Refusal::Address(Range::Loopback),
        ),
        (
            format!("//127.0.0.1:{port}/"),
            Refusal::Address(Range::Loopback),
        ),
        (
            format!("http://2130706433:{port}/"),
            Refusal::Address(Range::Loopback),
        ),
        (
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            Refusal::Address(Range::Ipv4Mapped),
        ),
        (
            "https://169.254.169.254/latest".to_owned(),
            Refusal::Address(Range::LinkLocal),
        ),
        ("https://exa%6dple.com/".to_owned(), Refusal::HostSpelling),
        ("https://user@world.example/".to_owned(), Refusal::Userinfo),
        (
            "https://world.example:22/".to_owned(),
            Refusal::Port { found: 22 },
        ),
        ("http://world.example/".to_owned(), Refusal::Scheme),
        ("file:///etc/passwd".to_owned(), Refusal::Scheme),
        ("data:application/json,{}".to_owned(), Refusal::Scheme),
        ("\\\\127.0.0.1\\x".to_owned(), Refusal::Backslash),
        ("/a b".to_owned(), Refusal::Character),
        ("/a#b".to_owned(), Refusal::Fragment),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let location = to.clone();
            let server = Server::start(move |_| lead(status, &location)).await;
            let error = follow(&client_for(&[&server]), &server.url("/"), 3)
                .await
                .unwrap_err();
            assert_eq!(error.cause(), &Cause::Refused(refusal), "{status} to {to}");
            assert_eq!(server.accepted(), 1, "{to}");
        }
    }
    assert_eq!(closed.accepted(), 0);
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::start(|_| lead(302, "/again")).await;
    let client = client_for(&[&server]);
    for (max, connections) in [(0, 1), (1, 2), (3, 4)] {
        let before = server.accepted();
        let error = follow(&client, &server.url("/"), max).await.unwrap_err();
        assert_eq!(error.cause(), &Cause::Redirect { status: 302 });
        assert_eq!(server.accepted() - before, connections);
    }
}

#[tokio::test]
async fn a_redirect_without_one_clear_place_is_refused() {
    for headers in [
        &[][..],
        &["location: /a", "location: /b"][..],
        &["location: /\u{e9}"][..],
    ] {
        let headers: Vec<String> = headers.iter().map(|text| (*text).to_owned()).collect();
        let server = Server::start(move |_| {
            reply(
                302,
                &headers.iter().map(String::as_str).collect::<Vec<_>>(),
                b"",
            )
        })
        .await;
        let error = follow(&client_for(&[&server]), &server.url("/"), 3)
            .await
            .unwrap_err();
        assert_eq!(error.cause(), &Cause::Redirect { status: 302 });
    }
}

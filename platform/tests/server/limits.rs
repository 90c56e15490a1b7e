//! Too large, too slow, too many, and the wrong kind.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::holder::{ask_avatar, token};
use crate::http::{FORM, JSON, get, raw, read_answer, send};
use crate::town::Town;

#[tokio::test]
async fn bodies_are_judged_before_they_are_read() {
    let town = Town::with(&[], "[limits]\nbody_bytes = 4096\n").await;
    let large = vec![b'a'; 4097];
    send(
        town.port,
        "POST",
        "/token",
        &[("Content-Type", FORM)],
        &large,
    )
    .await
    .refuses(413, "invalid_request", "body_too_large");
    send(town.port, "POST", "/nonce", &[], &large)
        .await
        .refuses(413, "invalid_request", "body_too_large");
    // A length that lies below the truth, and one that is not said at all.
    let chunked = format!(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n1001\r\n{}\r\n0\r\n\r\n",
        "a".repeat(4097)
    );
    raw(town.port, chunked.as_bytes())
        .await
        .refuses(413, "invalid_request", "body_too_large");
    for headers in [
        &[("Content-Type", JSON)][..],
        &[],
        &[(
            "Content-Type",
            "application/x-www-form-urlencoded; charset=utf-7",
        )],
        &[("Content-Type", FORM), ("Content-Encoding", "gzip")],
    ] {
        send(town.port, "POST", "/token", headers, b"a=b")
            .await
            .refuses(415, "invalid_request", "media_type_unsupported");
    }
    let parameter = [(
        "Content-Type",
        "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
    )];
    send(town.port, "POST", "/token", &parameter, b"a=b")
        .await
        .refuses(400, "invalid_request", "bad_request");
    for body in [&b"a=%"[..], b"a=1&a=2", b"a=\xff", b"a b"] {
        send(town.port, "POST", "/token", &[("Content-Type", FORM)], body)
            .await
            .refuses(400, "invalid_request", "bad_request");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let town = Town::new().await;
    for path in [
        "/",
        "/x",
        "/offers/../token",
        "/.well-known",
        "/offers/",
        "/schemas/x",
    ] {
        let answer = get(town.port, path).await;
        answer.refuses(404, "not_found", "not_found");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    send(town.port, "DELETE", "/token", &[], b"").await.refuses(
        405,
        "invalid_request",
        "bad_request",
    );
    let answer = raw(town.port, b"nonsense\r\n\r\n").await;
    assert_eq!(answer.status, 400);
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    let answer = raw(town.port, head.as_bytes()).await;
    assert!(matches!(answer.status, 0 | 431), "{}", answer.status);
}

#[tokio::test]
async fn slow_clients_are_let_go() {
    let town = Town::with(
        &[],
        "[limits]\nheader_seconds = 1\nbody_seconds = 1\nidle_seconds = 2\n",
    )
    .await;
    let slow = async |start: &[u8], drip: &[u8]| {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", town.port)).await.unwrap();
        stream.write_all(start).await.unwrap();
        let (mut reading, mut writing) = stream.into_split();
        let drip = drip.to_vec();
        let dripping = tokio::spawn(async move {
            while !drip.is_empty() && writing.write_all(&drip).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            std::future::pending::<()>().await;
        });
        let mut answer = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut reading, &mut answer).await;
        dripping.abort();
        (
            begun.elapsed(),
            String::from_utf8_lossy(&answer).into_owned(),
        )
    };
    let body = format!(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 99\r\n\r\n"
    );
    let whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let ((nothing, _), (header, _), (version, _), (body, answer), (idle, _), (h2, _)) = tokio::join!(
        slow(b"", b""),
        slow(b"GET / HTTP/1.1\r\nX: ", b"a"),
        slow(b"PRI * HT", b""),
        slow(body.as_bytes(), b"a"),
        slow(whole, b""),
        slow(preface, b""),
    );
    for (name, time) in [
        ("nothing", nothing),
        ("header", header),
        ("version", version),
        ("body", body),
        ("idle", idle),
        ("h2", h2),
    ] {
        assert!(time < Duration::from_secs(4), "{name} {time:?}");
    }
    assert!(
        answer.contains(" 408 ") && answer.contains("slow_client"),
        "{answer}"
    );
}

#[tokio::test]
async fn too_many_requests_are_shed_and_health_is_answered() {
    let town = Town::with(&[], "[limits]\nrequests = 1\nbody_seconds = 5\n").await;
    let mut slow = TcpStream::connect(("127.0.0.1", town.port)).await.unwrap();
    let head = format!(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 3\r\n\
         Connection: close\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let shed = loop {
        let answer = get(town.port, "/.well-known/did.json").await;
        if answer.status == 503 {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    shed.refuses(503, "temporarily_unavailable", "overloaded");
    assert_eq!(shed.header("retry-after"), Some("1"));
    assert_eq!(get(town.port, "/healthz").await.status, 204);
    slow.write_all(b"a=b").await.unwrap();
    read_answer(&mut slow)
        .await
        .refuses(400, "invalid_request", "bad_request");
    assert_eq!(get(town.port, "/.well-known/did.json").await.status, 200);
    let metrics = town.metrics().await;
    assert!(
        !metrics.text().contains("omote_shed_total 0"),
        "{}",
        metrics.text()
    );
}

#[tokio::test]
async fn too_many_connections_are_told_so() {
    let town = Town::with(&[], "[limits]\nconnections = 2\n").await;
    let held = [
        TcpStream::connect(("127.0.0.1", town.port)).await.unwrap(),
        TcpStream::connect(("127.0.0.1", town.port)).await.unwrap(),
    ];
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = get(town.port, "/healthz").await;
    assert_eq!(refused.status, 503);
    assert_eq!(
        (refused.word("reason"), refused.header("retry-after")),
        ("overloaded".to_owned(), Some("1"))
    );
    drop(held);
    for _ in 0..100 {
        if get(town.port, "/healthz").await.status == 204 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("places are not given back");
}

#[tokio::test]
async fn stopping_lets_answers_under_way_end() {
    let mut town = Town::new().await;
    let mut slow = TcpStream::connect(("127.0.0.1", town.port)).await.unwrap();
    let head = format!(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 3\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let serving = town.serving.take().unwrap();
    let stopping = tokio::spawn(serving.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    slow.write_all(b"a=b").await.unwrap();
    read_answer(&mut slow)
        .await
        .refuses(400, "invalid_request", "bad_request");
    stopping.await.unwrap();
    assert!(TcpStream::connect(("127.0.0.1", town.port)).await.is_err());
}

/// Every entrance answers nonsense with a refusal: never a fault of its own, never silence.
#[tokio::test]
async fn nonsense_is_refused_everywhere() {
    let town = Town::new().await;
    let asked = ask_avatar(&town).await;
    let token = token(&town, &town.offer_avatar().await).await;
    let (admin, access) = (format!("Bearer {}", town.token), format!("Bearer {token}"));
    let mut state = 1_u64;
    let mut chance = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap()
    };
    let seeds = [
        r#"{"right":"avatar","persona":"x","provenance":{"@context":[],"type":[]}}"#,
        r#"{"credential_configuration_id":"avatar","proofs":{"jwt":["a.b.c"]}}"#,
        r#"{"preset":"avatar","by":"x","instance":"y","dcql_query":{"credentials":[{"id":1}]}}"#,
        r#"{"notification_id":"AAAAAAAAAAAAAAAAAAAAAA","event":"credential_accepted"}"#,
        "vp_token=%7B%22avatar%22%3A%5B%7B%22a%22%3A1%7D%5D%7D&state=x&error=y",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth&pre-authorized_code=x&wallet_nonce=%00",
        "--xx\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nglTF\r\n--xx--",
    ];
    for (path, kind, bearer) in [
        ("/offers", JSON, &admin),
        ("/admissions", JSON, &admin),
        ("/token", FORM, &admin),
        ("/credential", JSON, &access),
        ("/notification", JSON, &access),
        (asked.response_path(), FORM, &admin),
        ("/assets/check", "multipart/form-data; boundary=xx", &admin),
    ] {
        for round in 0..40 {
            let mut body = seeds[chance() % seeds.len()].as_bytes().to_vec();
            for _ in 0..round % 5 {
                let (at, bit) = (chance() % body.len(), chance() % 8);
                match chance() % 3 {
                    0 => body[at] ^= 1 << bit,
                    1 => body.truncate(at + 1),
                    _ => body.extend_from_within(at..),
                }
            }
            let headers = [("Content-Type", kind), ("Authorization", bearer.as_str())];
            let answer = send(town.port, "POST", path, &headers, &body).await;
            assert!(
                (200..500).contains(&answer.status),
                "{path} {}",
                answer.text()
            );
            if answer.status >= 400 {
                assert!(
                    !answer.word("reason").is_empty(),
                    "{path} {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(get(town.port, "/healthz").await.status, 204);
}

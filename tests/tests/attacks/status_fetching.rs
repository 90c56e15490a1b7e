//! Status lists over the wire: what a publisher on this machine does, and what the verification says
//! then. Slow publishers, names and certificates are in `fetch/src/client/tests`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use fetch::settle::settle;
use fetch::{Client, Policy as Reach};
use schemas::canonical;
use schemas::check::Verdict;
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use schemas::suite::Cryptosuite;
use schemas::world::WorldId;
use tests::actors::World;
use tests::fixed::now;
use tests::lists::{bytes, entry, status_list};
use tests::scene::Scene;
use tests::token_lists::{token_entry, token_list};
use verifier::{AssetAsked, Creators, Evidence, Question, Report};

type Answer = Arc<dyn Fn() -> Vec<u8> + Send + Sync>;

/// A publisher that answers every request so; its port.
fn publisher(answer: Answer) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&answer());
        }
    });
    port
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.into_bytes(), body.to_vec()].concat()
}

const VC: &str = "Content-Type: application/vc\r\n";

/// World A lives on this port, and its avatar names its list: what world B says, having asked.
fn settled(port: u16, allowed: bool, set: &[u64]) -> (Report, Scene) {
    settled_with(port, allowed, |scene| {
        let list = status_list(&scene.a, StatusPurpose::Revocation, set);
        canonical::object_to_bytes(&scene.avatar_with(&[entry(&list, 7)]))
    })
}

/// The same of any credential.
fn settled_with(
    port: u16,
    allowed: bool,
    credential: impl FnOnce(&Scene) -> Vec<u8>,
) -> (Report, Scene) {
    let mut scene = Scene::new();
    scene.a = World {
        id: WorldId::loopback(port),
        suite: Cryptosuite::EddsaJcs2022,
    };
    let types = vec![schemas::credential::CredentialType::Avatar];
    scene.policy = verifier::Policy::nobody().with_issuer(scene.a.did(), types, Creators::Any);
    scene.evidence = Evidence::new().with_document(scene.a.document(), now());
    let avatar = credential(&scene);
    let asked = scene.asked_by_wallet();
    let question = Question {
        asked: &asked,
        asset: &AssetAsked::NotAsked,
        policy: &scene.policy,
    };
    let reach = if allowed {
        Reach::public().allow_world(&scene.a.id).unwrap()
    } else {
        Reach::public()
    };
    let client = Client::new(reach);
    let settling = settle(&client, &question, &avatar, scene.evidence.clone(), now());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let (report, _) = runtime.unwrap().block_on(settling);
    (report, scene)
}

/// The list that the world on this port publishes.
fn published(port: u16, set: &[u64]) -> Vec<u8> {
    let world = World {
        id: WorldId::loopback(port),
        suite: Cryptosuite::EddsaJcs2022,
    };
    bytes(&world.publish(&status_list(&world, StatusPurpose::Revocation, set)))
}

/// A publisher that gives its own list, inside this answer.
fn honest(set: &'static [u64], around: fn(&[u8]) -> Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let list = published(port, set);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&around(&list));
        }
    });
    port
}

#[test]
pub(crate) fn sts_12_ways_to_fail_on_the_way() {
    let port = honest(&[], |list| answer("200 OK", VC, list));
    let (report, _) = settled(port, true, &[]);
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
    let port = honest(&[7], |list| answer("200 OK", VC, list));
    let (report, _) = settled(port, true, &[7]);
    crate::refused("revoked", &report, Reason::Revoked);

    let list = || published(1, &[]);
    let ways: Vec<(&str, Answer)> = vec![
        ("404", Arc::new(|| answer("404 Not Found", VC, b"{}"))),
        ("410", Arc::new(|| answer("410 Gone", "", b""))),
        ("401", Arc::new(|| answer("401 Unauthorized", "", b""))),
        ("429", Arc::new(|| answer("429 Too Many Requests", "", b""))),
        (
            "500",
            Arc::new(|| answer("500 Internal Server Error", VC, b"{}")),
        ),
        (
            "503",
            Arc::new(|| answer("503 Service Unavailable", "Retry-After: 1\r\n", b"")),
        ),
        ("204", Arc::new(|| answer("204 No Content", "", b""))),
        ("an empty body", Arc::new(|| answer("200 OK", VC, b""))),
        ("nothing at all", Arc::new(Vec::new)),
        (
            "half a head",
            Arc::new(|| b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec()),
        ),
        (
            "no HTTP",
            Arc::new(|| b"220 mail.example ESMTP\r\n".to_vec()),
        ),
        (
            "half a body",
            Arc::new(move || {
                let whole = answer("200 OK", VC, &list());
                whole[..whole.len() - 200].to_vec()
            }),
        ),
    ];
    for (title, way) in ways {
        let (report, _) = settled(publisher(way), true, &[]);
        assert_eq!(report.reason(), Some(Reason::StatusUnavailable), "{title}");
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{title}");
        assert!(
            report.accepted().is_none() && report.missing().is_empty(),
            "{title}"
        );
    }
    // Nobody listens.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (report, _) = settled(port, true, &[]);
    assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    // An answer that came and is no list is the publisher's fault.
    for body in ["{}", "<html></html>", "null", "[]"] {
        let way: Answer = Arc::new(move || answer("200 OK", VC, body.as_bytes()));
        let (report, _) = settled(publisher(way), true, &[]);
        crate::refused(body, &report, Reason::StatusInvalid);
    }
    // More than is read, told before or found out.
    for told in [true, false] {
        let way: Answer = Arc::new(move || {
            let body = vec![b' '; 2 << 20];
            if told {
                return answer("200 OK", VC, &body);
            }
            let head = format!("HTTP/1.1 200 OK\r\n{VC}Connection: close\r\n\r\n");
            [head.into_bytes(), body].concat()
        });
        let (report, _) = settled(publisher(way), true, &[]);
        crate::refused("too large", &report, Reason::StatusTooLarge);
    }
}

#[test]
fn a_list_of_tokens_is_fetched_like_any_other() {
    let credential = |scene: &Scene| {
        let entry = token_entry(&token_list(&scene.a, &[]), 7);
        scene.sd_avatar_with(&entry).into_bytes()
    };
    let serve = |value: u8, kind: &'static str| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let world = World {
            id: WorldId::loopback(port),
            suite: Cryptosuite::EddsaJcs2022,
        };
        let list = world.publish_token(&token_list(&world, &[(7, value)]));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..read]).to_lowercase();
                let accepted = request.lines().find(|line| line.starts_with("accept:"));
                assert!(accepted.unwrap().contains("application/statuslist+jwt"));
                let _ = stream.write_all(&answer("200 OK", kind, &list));
            }
        });
        port
    };
    const TOKEN: &str = "Content-Type: application/statuslist+jwt\r\n";
    let (report, scene) = settled_with(serve(0, TOKEN), true, credential);
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
    drop(scene);
    for (value, reason) in [(1, Reason::Revoked), (2, Reason::Suspended)] {
        let (report, _) = settled_with(serve(value, TOKEN), true, credential);
        crate::refused("taken back", &report, reason);
    }
    // Another form of the same, which nobody here reads.
    let other = "Content-Type: application/statuslist+cwt\r\n";
    let (report, _) = settled_with(serve(0, other), true, credential);
    assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
    let gone: Answer = Arc::new(|| answer("404 Not Found", "", b""));
    let (report, _) = settled_with(publisher(gone), true, credential);
    assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
    assert_eq!(report.verdict(), Verdict::Indeterminate);
}

#[test]
pub(crate) fn sts_21_nobody_leads_a_verifier_elsewhere() {
    let inner = honest(&[], |list| answer("200 OK", VC, list));
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for to in [
            format!("http://localhost:{inner}/status/revocation"),
            "http://127.0.0.1:5432/".to_owned(),
            "file:///etc/passwd".to_owned(),
            "/status/other".to_owned(),
        ] {
            let status = status.to_owned();
            let title = format!("{status} to {to}");
            let way: Answer =
                Arc::new(move || answer(&status, &format!("Location: {to}\r\n"), b""));
            let (report, _) = settled(publisher(way), true, &[]);
            crate::refused(&title, &report, Reason::StatusFetchBlocked);
        }
    }
    // A world on this machine that nobody allowed is not contacted.
    let asked: Answer = Arc::new(|| panic!("it was contacted"));
    let (report, _) = settled(publisher(asked), false, &[]);
    crate::refused("not allowed", &report, Reason::StatusFetchBlocked);
}

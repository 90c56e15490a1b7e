//! DID resolution: DID-02 to DID-22.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fetch::{Client, Lookup, Policy as FetchPolicy, Resolver, Times};
use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::encoding::{base58btc, base64url};
use schemas::json::Value;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{json, key};
use tests::fixed::now;
use tests::forge::{edited, resigned};
use tests::scene::Scene;
use verifier::{Evidence, Missing};

use crate::{accepted_both, json_of, refused, refused_both};

/// A name service that answers what a test says, each time the next, and counts.
#[derive(Debug)]
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Names {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|ip| ip.parse().unwrap()).collect())
            .collect();
        Arc::new(Self {
            answers,
            asked: AtomicUsize::new(0),
        })
    }
}

impl Resolver for Names {
    fn lookup<'a>(&'a self, _name: &'a str) -> Lookup<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn.min(self.answers.len() - 1)].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

/// Why a DID's document is not had from where these names lead.
fn unresolved(did: &str, names: &Arc<Names>) -> Reason {
    let did: Did = did.parse().unwrap();
    let client = Client::configured(
        FetchPolicy::public(),
        Times::default(),
        Arc::clone(names) as _,
    );
    run(client.resolve(&did, now()))
        .map(|_| ())
        .unwrap_err()
        .reason()
}

/// A world of this machine that answers one thing to everybody.
struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn answering(answer: impl Fn(u16) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let Ok(mut connection) = connection else {
                    return;
                };
                let mut head = [0; 4096];
                let length = connection.read(&mut head).unwrap_or(0);
                let line = String::from_utf8_lossy(&head[..length]).into_owned();
                seen.lock().unwrap().push(line);
                let _ = connection.write_all(&answer(port));
            }
        });
        Self { port, requests }
    }

    fn did(&self) -> Did {
        format!("did:web:localhost%3A{}", self.port)
            .parse()
            .unwrap()
    }

    fn resolve(&self) -> Result<(), Reason> {
        let policy = FetchPolicy::public()
            .allow_loopback(&format!("http://localhost:{}", self.port))
            .unwrap();
        let times = Times {
            did_document: Duration::from_millis(800),
            ..Times::default()
        };
        let names = Names::new(&[&["127.0.0.1"]]);
        let client = Client::configured(policy, times, names);
        run(client.resolve(&self.did(), now()))
            .map(|_| ())
            .map_err(|error| error.reason())
    }
}

fn http(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for header in headers {
        answer.push_str(&format!("{header}\r\n"));
    }
    answer.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    [answer.as_bytes(), body].concat()
}

const JSON: &str = "Content-Type: application/did+json";

#[test]
pub(crate) fn did_02_only_public_addresses() {
    for address in [
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001::1",
        "100::1",
    ] {
        let names = Names::new(&[&[address]]);
        let reason = unresolved("did:web:world.example", &names);
        assert_eq!(reason, Reason::DidResolutionBlocked, "{address}");
        assert_eq!(names.asked.load(Ordering::SeqCst), 1);
        // Among good ones too: every answer is looked at.
        for answer in [["93.184.215.14", address], [address, "93.184.215.14"]] {
            let names = Names::new(&[&answer]);
            let reason = unresolved("did:web:world.example:users:a", &names);
            assert_eq!(reason, Reason::DidResolutionBlocked, "{answer:?}");
        }
    }
    // Names that never are public ones are not even asked for.
    for name in [
        "localhost",
        "localhost%3A8080",
        "printer.local",
        "db.internal",
        "intranet",
    ] {
        let names = Names::new(&[&["93.184.215.14"]]);
        let reason = unresolved(&format!("did:web:{name}"), &names);
        assert_eq!(reason, Reason::DidResolutionBlocked, "{name}");
        assert_eq!(names.asked.load(Ordering::SeqCst), 0, "{name}");
    }
    // The report says it, and refuses: it is no doubt that a later try would lift.
    let scene = Scene::new();
    let avatar = scene.avatar();
    let scene = Scene {
        evidence: Evidence::new().without_document(
            scene.a.did(),
            Reason::DidResolutionBlocked,
            now(),
        ),
        ..scene
    };
    refused_both("blocked", &scene, &avatar, Reason::DidResolutionBlocked);
}

#[test]
pub(crate) fn did_03_documents_stand_where_the_did_says() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        for place in [
            "http://127.0.0.1:1/",
            "https://b.example/did.json",
            "/other.json",
            "//b.example/",
        ] {
            let location = format!("Location: {place}");
            let server =
                Server::answering(move |_| http(status, &[location.as_str(), JSON], b"{}"));
            assert_eq!(
                server.resolve(),
                Err(Reason::DidRedirect),
                "{status} {place}"
            );
            assert_eq!(server.requests.lock().unwrap().len(), 1, "asked once");
        }
    }
    // Ways to lead elsewhere that are none: they are not followed, and what came is judged.
    let server = Server::answering(|_| {
        let page = b"<meta http-equiv=refresh content='0;url=http://127.0.0.1:1/'>";
        http(
            "200 OK",
            &["Content-Type: text/html", "Refresh: 0;url=/x"],
            page,
        )
    });
    assert_eq!(server.resolve(), Err(Reason::DidResolutionFailed));
    let server = Server::answering(|port| {
        let document = format!(r#"{{"id":"did:web:localhost%3A{port}"}}"#);
        let elsewhere = "Alt-Svc: h2=\"127.0.0.1:1\"";
        http(
            "200 OK",
            &[JSON, elsewhere, "Content-Location: /x"],
            document.as_bytes(),
        )
    });
    assert_eq!(server.resolve(), Ok(()));
    assert_eq!(server.requests.lock().unwrap().len(), 1);
}

#[test]
pub(crate) fn did_06_ports_are_those_that_are_open_to_dids() {
    for did in [
        "a.com%3a443",
        "a.com:443",
        "a.com%3A99999",
        "a.com%3A0",
        "a.com%3A",
        "a.com%3A0443",
        "a.com%3A+1",
        "a.com%3A22x",
    ] {
        let error = format!("did:web:{did}").parse::<Did>().unwrap_err();
        assert_eq!(error.reason(), Reason::DidPort, "{did}");
    }
    for port in [1, 22, 25, 80, 443, 5432, 6379, 8443, 65_535] {
        let names = Names::new(&[&["93.184.215.14"]]);
        let reason = unresolved(&format!("did:web:a.com%3A{port}"), &names);
        assert_eq!(reason, Reason::DidPort, "{port}");
        assert_eq!(names.asked.load(Ordering::SeqCst), 0, "{port}");
    }
    // In a document.
    let scene = Scene::new();
    for did in [
        "did:web:a.example%3a443",
        "did:web:a.example:443",
        "did:web:a.example%3A99999",
    ] {
        let avatar = edited(&scene.avatar(), "issuer", Some(did.into()));
        refused_both(did, &scene, &avatar, Reason::DidPort);
    }
}

#[test]
pub(crate) fn did_07_a_host_has_one_spelling() {
    let scene = Scene::new();
    for id in [
        "user%40evil",
        "user:pass%40evil",
        "user@evil.example",
        "a.com%5C@evil",
        "a.com\\@evil",
        "exa%6dple.com",
        "%65xample.com",
        "a%2Ecom",
        "a.com%2Fx",
        "a.com%23x",
        "a.com%3Fx",
        "A.example",
        "a.Example",
        "a..example",
        ".a.example",
        "a.example.",
        "-a.example",
        "a_b.example",
        "bücher.example",
        "a.example ",
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[%3A%3A1]",
        "%5B%3A%3A1%5D",
        "a.example:..",
        "a.example:%2e%2e",
        "a.example:a/b",
        "",
        ":a",
        "a.example::b",
    ] {
        let did = format!("did:web:{id}");
        let Err(error) = did.parse::<Did>() else {
            panic!("{did} was read")
        };
        assert_eq!(error.reason(), Reason::DidMalformed, "{did}");
        let avatar = edited(&scene.avatar(), "issuer", Some(did.as_str().into()));
        refused_both(&did, &scene, &avatar, Reason::DidMalformed);
    }
    // A control character is named for what it is.
    for id in ["a%00b", "a.example%0a"] {
        let avatar = edited(
            &scene.avatar(),
            "issuer",
            Some(format!("did:web:{id}").into()),
        );
        refused_both(id, &scene, &avatar, Reason::DidMalformed);
    }
    let avatar = edited(&scene.avatar(), "issuer", Some("did:web:a\0b".into()));
    refused_both("NUL", &scene, &avatar, Reason::IdMalformed);
}

#[test]
pub(crate) fn did_09_documents_are_small_and_soon_there() {
    let own = |port: u16, more: &str| format!(r#"{{"id":"did:web:localhost%3A{port}"{more}}}"#);
    let reason = |answer: Box<dyn Fn(u16) -> Vec<u8> + Send>| Server::answering(answer).resolve();
    let large = Err(Reason::DidTooLarge);
    let padded = move |port| own(port, &format!(r#","x":"{}""#, "a".repeat(1 << 20)));
    assert_eq!(
        reason(Box::new(move |port| http(
            "200 OK",
            &[JSON],
            padded(port).as_bytes()
        ))),
        large
    );
    let lie = b"HTTP/1.1 200 OK\r\nContent-Type: application/did+json\r\nContent-Length: 1073741824\r\n\r\n{";
    assert_eq!(reason(Box::new(move |_| lie.to_vec())), large);
    let packed = move |port| {
        let body = own(port, "");
        http("200 OK", &[JSON, "Content-Encoding: gzip"], body.as_bytes())
    };
    assert_eq!(reason(Box::new(packed)), large);
    let deep = move |port| {
        let nested = format!(r#","x":{}1{}"#, "[".repeat(129), "]".repeat(129));
        http("200 OK", &[JSON], own(port, &nested).as_bytes())
    };
    assert_eq!(reason(Box::new(deep)), large);
    // Never the end of it: the connection stays silent after the head.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server {
        port: listener.local_addr().unwrap().port(),
        requests: Arc::default(),
    };
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let _ = connection.read(&mut [0; 4096]);
        let head =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/did+json\r\nContent-Length: 9\r\n\r\n";
        let _ = connection.write_all(head);
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(150));
            if connection.write_all(b" ").is_err() {
                return;
            }
        }
    });
    assert_eq!(server.resolve(), large);

    // Ten thousand methods, in a document that somebody has at hand.
    let scene = Scene::new();
    let mut document = scene.a.document_object();
    let methods: Vec<Value> = (0..10_000)
        .map(|n| object! { "id" => format!("#{n}"), "type" => "Multikey" }.into())
        .collect();
    document.insert("verificationMethod", methods);
    let error = DidDocument::parse(&document.into(), &scene.a.did()).unwrap_err();
    assert_eq!(error.reason(), Reason::DidTooLarge);
}

#[test]
pub(crate) fn did_10_the_document_is_that_of_the_did() {
    let scene = Scene::new();
    let did = scene.a.did();
    for id in [
        r#""did:web:b.example""#,
        r#""did:web:A.example""#,
        r#""did:web:a.example#""#,
        r##""did:web:a.example#key-1""##,
        r#""did:web:a.example/""#,
        r#""did:web:a.example:path""#,
        r#""did:web:a.example%3A443""#,
        r#""did:web:a.example ""#,
        r#""https://a.example""#,
        r#""""#,
        r#"["did:web:a.example"]"#,
        r#"{"id":"did:web:a.example"}"#,
        "null",
        "7",
    ] {
        let document = edited(&scene.a.document_object(), "id", json_of(id));
        let error = DidDocument::parse(&document.clone().into(), &did).unwrap_err();
        assert_eq!(error.reason(), Reason::DidIdMismatch, "{id}");
        let body = Value::from(document).to_string();
        let server = Server::answering(move |_| http("200 OK", &[JSON], body.as_bytes()));
        assert_eq!(server.resolve(), Err(Reason::DidIdMismatch), "{id}");
    }
    let none = edited(&scene.a.document_object(), "id", None);
    let error = DidDocument::parse(&none.into(), &did).unwrap_err();
    assert_eq!(error.reason(), Reason::DidIdMismatch);
    // Two of them are no JSON.
    let server = Server::answering(|port| {
        let did = format!("did:web:localhost%3A{port}");
        let body = format!(r#"{{"id":"{did}","id":"{did}"}}"#);
        http("200 OK", &[JSON], body.as_bytes())
    });
    assert_eq!(server.resolve(), Err(Reason::DidDocumentInvalid));
}

/// A credential and a presentation in which somebody has this DID.
#[track_caller]
pub(crate) fn refused_as_holder_and_creator(scene: &Scene, did: &str, reason: Reason) {
    let method = format!("{did}#{}", did.rsplit(':').next().unwrap());
    let shown = edited(&scene.presentation(), "holder", Some(did.into()));
    let shown = edited(
        &shown,
        "proof/verificationMethod",
        Some(method.as_str().into()),
    );
    let report = scene.judge(&shown);
    let key_fault = report
        .details()
        .iter()
        .find(|detail| detail.check == schemas::check::CheckId::Key)
        .or(report.details().first());
    assert_eq!(
        key_fault.map(|detail| detail.reason),
        Some(reason),
        "{did}: {:#?}",
        report.details()
    );
    assert!(report.accepted().is_none());
    // As the creator of the model, in a statement that a trusted world embedded.
    let path = "credentialSubject/provenance";
    let avatar = scene.avatar();
    let statement = avatar
        .get("credentialSubject")
        .unwrap()
        .get("provenance")
        .unwrap();
    let statement = edited(statement.as_object().unwrap(), "issuer", Some(did.into()));
    let statement = edited(&statement, "proof/verificationMethod", Some(method.into()));
    let avatar = scene.reissue(&avatar, path, Some(statement.into()));
    refused_both(did, scene, &avatar, reason);
}

#[test]
pub(crate) fn did_13_a_did_key_of_another_kind() {
    let bytes = key("mika-1").verifying_key().to_bytes();
    for codec in [
        &[0xec, 0x01][..],
        &[0xe7, 0x01],
        &[0x80, 0x24],
        &[0x81, 0x24],
        &[0x12, 0x00],
        &[0x85, 0x24],
        &[0xeb, 0x01],
        &[0xff, 0xff, 0x03],
        &[0xed],
        &[0x00],
        &[0xed, 0x81, 0x00],
    ] {
        for suite in Cryptosuite::ALL {
            let scene = Scene::with_suite(suite);
            let did = format!("did:key:z{}", base58btc::encode(&[codec, &bytes].concat()));
            refused_as_holder_and_creator(&scene, &did, Reason::DidKeyCodec);
        }
    }
}

#[test]
pub(crate) fn did_16_a_did_jwk_is_one_tight_text() {
    let public = key("mika-1").verifying_key();
    let x = base64url::encode(&public.to_bytes());
    let good = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    let of = |text: &str| format!("did:jwk:{}", base64url::encode(text.as_bytes()));
    let decoded = |did: &str| {
        let did: Did = did
            .parse()
            .map_err(|error: schemas::did::DidError| error.reason())?;
        proofs::did_jwk::decode(&did).map_err(|error| error.reason())
    };
    assert_eq!(decoded(&of(&good)), Ok(public.clone()));
    for did in [
        format!("{}=", of(&good)),
        format!("{}\n", of(&good)),
        format!("did:jwk:{good}"),
        of(&good.replace(':', ": ")),
        of(&format!("{good}\n")),
        of(&format!(" {good}")),
        of(&good.replace(r#""kty":"OKP""#, r#""kty":"OKP","kty":"OKP""#)),
        of(&good.replace(r#""kty":"OKP""#, r#""kty":"OKP","k\u0074y":"OKP""#)),
        of(&good.replace('}', r#","d":"AAAA"}"#)),
        of(&good.replace('}', r#","y":"AAAA"}"#)),
        of(&good.replace('}', r#","use":"enc"}"#)),
        of(&good.replace('}', r#","key_ops":["deriveKey"]}"#)),
        of(&good.replace('}', r#","alg":"ES256"}"#)),
        of(&good.replace("Ed25519", "Ed25518")),
        of(&good.replace("Ed25519", "X25519")),
        of(&good.replace("OKP", "EC")),
        of(&good.replace(&x, &x[..42])),
        of(&good.replace(&x, &format!("{x}="))),
        of(&good.replace(&x, "")),
        of("{}"),
        of("[]"),
        of(""),
        of("null"),
        of(&format!("{good}{good}")),
        "did:jwk:".to_owned(),
        "did:jwk:e30=".to_owned(),
        "did:jwk:+/".to_owned(),
        // Loose bits at the end: another text for the same bytes.
        "did:jwk:e31".to_owned(),
    ] {
        assert_eq!(decoded(&did), Err(Reason::DidMalformed), "{did}");
        if did.parse::<Did>().is_ok() {
            let scene = Scene::new();
            let shown = edited(&scene.presentation(), "holder", Some(did.as_str().into()));
            let path = "proof/verificationMethod";
            let shown = edited(&shown, path, Some(format!("{did}#0").into()));
            let report = scene.judge(&shown);
            assert!(report.accepted().is_none());
            assert!(
                report
                    .details()
                    .iter()
                    .any(|detail| detail.reason == Reason::DidMalformed),
                "{did}"
            );
        }
    }
    // Another order of members is another text: the same key, and nobody takes it for the same DID.
    let turned = of(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#));
    assert_eq!(decoded(&turned), Ok(public));
    assert_ne!(
        turned.parse::<Did>().unwrap(),
        of(&good).parse::<Did>().unwrap()
    );
    let scene = Scene::new();
    let bound = scene.reissue(
        &scene.avatar(),
        "credentialSubject/id",
        Some(of(&good).into()),
    );
    let bare = scene.unsigned_presentation(vec![bound]);
    let bare = edited(&bare, "holder", Some(turned.as_str().into()));
    let options = proofs::data_integrity::ProofOptions {
        verification_method: format!("{turned}#0").parse().unwrap(),
        ..scene.vp_options()
    };
    let shown = resigned(&bare, &options, &scene.holder());
    refused(
        "another text",
        &scene.judge(&shown),
        Reason::VpHolderMismatch,
    );
}

#[test]
pub(crate) fn did_18_three_methods_and_no_others() {
    for did in [
        "did:evil:x",
        "did:peer:2.Ez6LS",
        "did:ion:EiA",
        "did:webvh:Qm:a.example",
        "did:ethr:0xb9c5",
        "did:pkh:eip155:1:0xb9c5",
        "did:keyy:z6Mk",
        "did:web2:a.example",
        "https://a.example",
        "https://a.example/issuer",
        "http://a.example",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "mailto:a@a.example",
        "DID:web:a.example",
    ] {
        for suite in Cryptosuite::ALL {
            let scene = Scene::with_suite(suite);
            for path in [
                "issuer",
                "credentialSubject/id",
                "credentialSubject/provenance/issuer",
            ] {
                let changed = edited(&scene.avatar(), path, Some(did.into()));
                refused_both(
                    &format!("{path} {did}"),
                    &scene,
                    &changed,
                    Reason::DidMethodUnsupported,
                );
            }
            let shown = edited(&scene.presentation(), "holder", Some(did.into()));
            refused(did, &scene.judge(&shown), Reason::DidMethodUnsupported);
        }
    }
    // A presenter's own web site is not asked.
    let scene = Scene::new();
    let shown = edited(
        &scene.presentation(),
        "holder",
        Some("did:web:evil.example".into()),
    );
    let report = scene.judge(&shown);
    refused("did:web as holder", &report, Reason::DidMethodUnsupported);
}

#[test]
pub(crate) fn did_19_what_is_known_grows_old() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    let known_since = |scene: &Scene, document, age: i64| {
        Evidence::new().with_document(document, scene.now.plus_seconds(-age))
    };
    // As old as that it is still believed; older it is fetched again before anything is said.
    for (age, enough) in [(0, true), (300, true), (301, false), (86_400, false)] {
        let scene = Scene {
            evidence: known_since(&scene, scene.a.document(), age),
            ..Scene::new()
        };
        let report = scene.judge_credential(&avatar);
        assert_eq!(report.accepted().is_some(), enough, "{age} s");
        let missing = if enough {
            vec![]
        } else {
            vec![Missing::DidDocument(scene.a.did())]
        };
        assert_eq!(report.missing(), missing, "{age} s");
    }
    // Rotated: the new document says that the old key has ended, or does not have it.
    let mut revoked = scene.a.document_object();
    revoked = edited(
        &revoked,
        "verificationMethod/0/revoked",
        Some(now().plus_seconds(-60).into()),
    );
    let scene = Scene::new().publishing(&revoked);
    refused_both("revoked", &scene, &avatar, Reason::KeyRevoked);
    let rotated = proofs::did_document::build(
        &scene.a.did(),
        &[("key-2", &key("new key").verifying_key())],
        &[],
    );
    let scene = Scene::new().publishing(&rotated.unwrap());
    refused_both("taken out", &scene, &avatar, Reason::VmNotFound);
    // The old name with a new key: what the old one signed falls.
    let reused = proofs::did_document::build(
        &scene.a.did(),
        &[("key-1", &key("new key").verifying_key())],
        &[],
    );
    let scene = Scene::new().publishing(&reused.unwrap());
    refused_both("name used again", &scene, &avatar, Reason::SigInvalid);
    // That nothing could be had is known as long, and not longer.
    for (age, fetched_again) in [(0, false), (300, false), (301, true)] {
        let at = now().plus_seconds(-age);
        let scene = Scene {
            evidence: Evidence::new().without_document(
                Scene::new().a.did(),
                Reason::DidResolutionFailed,
                at,
            ),
            ..Scene::new()
        };
        let report = scene.judge_credential(&avatar);
        assert!(report.accepted().is_none());
        assert_eq!(!report.missing().is_empty(), fetched_again, "{age} s");
    }
}

#[test]
pub(crate) fn did_21_what_a_document_says_of_others_decides_nothing() {
    let scene = Scene::new();
    let evil = tests::actors::World::new("evil.example");
    let provenance = scene.creator.provenance();
    let theirs = evil.issue(
        &evil
            .avatar(&scene.holder().did_key(), provenance)
            .unsigned(),
    );
    let claims = [
        ("alsoKnownAs", r#"["did:web:a.example"]"#),
        ("controller", r#""did:web:a.example""#),
        (
            "controller",
            r#"["did:web:a.example","did:web:evil.example"]"#,
        ),
        ("equivalentId", r#"["did:web:a.example"]"#),
        ("canonicalId", r#""did:web:a.example""#),
        (
            "service",
            r##"[{"id":"#s","type":"LinkedDomains","serviceEndpoint":"https://a.example"}]"##,
        ),
    ];
    for (member, value) in claims {
        let mut document = evil.document_object();
        document.insert(member, json(value));
        let document = DidDocument::parse(&document.into(), &evil.did()).unwrap();
        let scene = Scene {
            evidence: Evidence::new()
                .with_document(document, now())
                .with_document(scene.a.document(), now()),
            ..Scene::new()
        };
        refused_both(member, &scene, &theirs, Reason::CredIssuerUntrusted);
        // In the good one's name, with the evil one's key.
        let options =
            proofs::data_integrity::ProofOptions::assertion(scene.a.suite, evil.method(), now());
        let forged = resigned(&scene.avatar(), &options, &evil.key());
        refused_both(member, &scene, &forged, Reason::IssuerKeyMismatch);
        // And in the good one's own document it changes nothing either.
        let mut document = scene.a.document_object();
        document.insert(member, json(&value.replace("a.example", "evil.example")));
        let scene = Scene::new().publishing(&document);
        accepted_both(member, &scene, &scene.avatar());
    }
    // A key that somebody else controls is theirs.
    let document = edited(
        &scene.a.document_object(),
        "verificationMethod/0/controller",
        Some("did:web:evil.example".into()),
    );
    let avatar = scene.avatar();
    let scene = scene.publishing(&document);
    refused_both("controller", &scene, &avatar, Reason::VmController);
}

//! A real world under attack: `omote-world serve` in a process of its own, as it is built.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use schemas::json::Value;
use tests::scene::Scene;

use crate::surfaces::binaries;
use crate::surfaces::object;
use crate::surfaces::world::{Worlds, send};

fn reason(answer: &[u8]) -> Option<String> {
    let object = object(answer)?;
    Some(object.get("reason").and_then(Value::as_str)?.to_owned())
}

fn healthy(port: u16) -> bool {
    send(port, "GET", "/healthz", &[], b"").is_some_and(|(status, _)| status == 204)
}

/// A frame of HTTP/2 (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Rapid resets, endless headers, empty frames and settings: each is cut off, and the world lives.
#[test]
fn svc_02_floods_of_http_2_are_cut_off() {
    let Some(binaries) = binaries() else { return };
    let worlds = Worlds::new(&binaries);
    let world = worlds.found("version = 1\n", "flooded", "");
    // GET, http, / and an authority, from the static table (RFC 7541).
    let get = [0x82, 0x86, 0x84, 0x41, 0x01, b'x'];
    let flood = |title: &str, piece: &dyn Fn(u32) -> Vec<u8>| {
        let mut stream = TcpStream::connect(("127.0.0.1", world.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
            .set_write_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        stream.write_all(&frame(4, 0, 0, &[])).unwrap();
        let mut reading = stream.try_clone().unwrap();
        let drained = std::thread::spawn(move || {
            let mut drained = Vec::new();
            let _ = reading.read_to_end(&mut drained);
            drained
        });
        let begun = Instant::now();
        let mut sent = 0_u32;
        let cut = (0..200_000_u32).any(|number| {
            sent = number;
            stream.write_all(&piece(number)).is_err() || begun.elapsed() > Duration::from_secs(30)
        });
        assert!(
            cut && begun.elapsed() < Duration::from_secs(30),
            "{title}: {sent} were taken"
        );
        let _ = stream.shutdown(std::net::Shutdown::Both);
        let said = drained.join().unwrap();
        // GOAWAY, where it could still be said.
        let away = said
            .windows(9)
            .any(|head| head[3] == 7 && head[..2] == [0, 0]);
        println!("{title}: cut off after {sent}, said so: {away}");
        assert!(healthy(world.port), "{title}");
    };
    flood("rapid reset", &|number| {
        let stream = 2 * number + 1;
        let mut both = frame(1, 0x5, stream, &get);
        both.extend(frame(3, 0, stream, &8_u32.to_be_bytes()));
        both
    });
    flood("endless headers", &|number| {
        let filler = [[0x00, 0x01, b'a', 0x01, b'b'].as_slice(); 200].concat();
        match number {
            0 => frame(1, 0, 1, &get),
            _ => frame(9, 0, 1, &filler),
        }
    });
    flood("data for nobody", &|_| frame(0, 0, 1, &[]));
}

#[test]
fn svc_06_bodies_are_bounded_and_of_their_type() {
    let Some(binaries) = binaries() else { return };
    let worlds = Worlds::new(&binaries);
    let world = worlds.found("version = 1\n", "fed", "");
    let bearer = format!("Bearer {}", world.token);
    let post = |path: &str, kind: &str, more: &[(&str, &str)], body: &[u8]| {
        let mut headers = vec![("Authorization", bearer.as_str()), ("Content-Type", kind)];
        headers.extend_from_slice(more);
        let (status, answer) = send(world.port, "POST", path, &headers, body).unwrap();
        (status, reason(&answer))
    };
    let says = |status: u16, reason: &str| (status, Some(reason.to_owned()));
    let large = vec![b' '; 3 << 20];
    assert_eq!(
        post("/check", "application/vc", &[], &large),
        says(413, "body_too_large")
    );
    for kind in [
        "text/html",
        "application/vc; charset=utf-7",
        "application/vc+jwt",
        "multipart/form-data",
        "",
    ] {
        let (status, _) = post("/check", kind, &[], b"{}");
        assert_eq!(status, 415, "{kind}");
    }
    for encoding in ["gzip", "br", "deflate", "gzip, gzip"] {
        let more = [("Content-Encoding", encoding)];
        let (status, _) = post("/check", "application/vc", &more, b"{}");
        assert_eq!(status, 415, "{encoding}");
    }
    // A million parts, in as many bytes as a file may have.
    let parts = "--b\r\n\r\n\r\n".repeat(1_000_000);
    let begun = Instant::now();
    let (status, told) = post(
        "/assets/check",
        "multipart/form-data; boundary=b",
        &[],
        parts.as_bytes(),
    );
    assert!(matches!(status, 400 | 413), "{status} {told:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(healthy(world.port));
}

#[test]
fn svc_08_the_administration_needs_its_token() {
    let Some(binaries) = binaries() else { return };
    let worlds = Worlds::new(&binaries);
    let world = worlds.found("version = 1\n", "mine", "");
    let other = worlds.found("version = 1\n", "theirs", "");
    let token = &world.token;
    let wrong = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(token.clone()),
        Some(format!("Basic {token}")),
        Some(format!("Bearer {}", other.token)),
        Some(format!("Bearer {token}x")),
        Some(format!("Bearer {}", &token[..token.len() - 1])),
        Some(format!("Bearer {}", token.to_uppercase())),
        Some(format!("Bearer {token} {token}")),
        Some(format!("Bearer {token}, Bearer {token}")),
        Some("Bearer null".to_owned()),
    ];
    for (method, path) in [
        ("POST", "/check"),
        ("POST", "/assets/check"),
        ("POST", "/offers"),
        ("POST", "/admissions"),
        ("GET", "/grants"),
        ("GET", "/grants/x"),
        ("POST", "/grants/x/status"),
        (
            "GET",
            "/policy/explain?issuer=did:web:a.example&type=AvatarCredential",
        ),
        ("GET", "/decisions"),
        ("GET", "/metrics"),
    ] {
        for bearer in &wrong {
            let mut headers = vec![("Content-Type", "application/json")];
            if let Some(bearer) = bearer {
                headers.push(("Authorization", bearer));
            }
            let (status, answer) = send(world.port, method, path, &headers, b"{}").unwrap();
            let told = (status, reason(&answer));
            assert_eq!(
                told,
                (401, Some("unauthorized".to_owned())),
                "{method} {path} {bearer:?}"
            );
        }
    }
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str())];
    let (status, _) = send(world.port, "GET", "/decisions", &headers, b"").unwrap();
    assert_eq!(status, 200);
}

/// With half a GiB of memory and everything that is made to cost much, many at a time, the world
/// answers each and lives.
#[test]
fn svc_11_a_world_keeps_within_its_memory() {
    let Some(binaries) = binaries() else { return };
    let worlds = Worlds::new(&binaries);
    let scene = Scene::new();
    let world = worlds.found(&scene.policy.to_toml(), "small", "ulimit -d 524288; ");
    let bearer = format!("Bearer {}", world.token);
    let nested =
        |open: &str, close: &str| format!("{}{}", open.repeat(400_000), close.repeat(400_000));
    let wide = format!("{{\"a\":[{}0]}}", "{},".repeat(300_000));
    let digits = format!("{{\"a\":{}}}", "9".repeat(900_000));
    let names: String = (0..90_000)
        .map(|number| format!("\"n{number}\":1,"))
        .collect();
    let hostile: Vec<Vec<u8>> = vec![
        nested("[", "]").into_bytes(),
        nested("{\"a\":", "}").into_bytes(),
        wide.into_bytes(),
        digits.into_bytes(),
        format!("{{{names}\"z\":1}}").into_bytes(),
        vec![b' '; 1 << 20],
        vec![0xff; 1 << 20],
        vec![b'"'; 1 << 20],
    ];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..3 {
                    for body in &hostile {
                        let headers = [
                            ("Authorization", bearer.as_str()),
                            ("Content-Type", "application/vc"),
                        ];
                        let (status, answer) =
                            send(world.port, "POST", "/check", &headers, body).unwrap();
                        let told = reason(&answer);
                        assert!(matches!(status, 413 | 422 | 503), "{status} {told:?}");
                        assert!(told.is_some(), "{status}");
                    }
                }
            });
        }
    });
    assert!(healthy(world.port));
}

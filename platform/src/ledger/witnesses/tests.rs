//! Witnesses that say too much, too little, something old, or that they are further: what a log makes of
//! it, and when it asks again.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use proofs::keys::SigningKey;
use proofs::tlog::checkpoint::{Checkpoint, UnverifiedCheckpoint, VerifiedCheckpoint};
use proofs::tlog::merkle::{TreeHead, leaf_hash};
use proofs::tlog::note::{KeyKind, KeyName, NoteKey, NoteSigner};
use proofs::tlog::request::AddCheckpoint;
use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use tokio::net::TcpListener;

use super::{Prove, Witnesses};

const ORIGIN: &str = "log.example/a";
const WITNESS: &str = "witness.example/w1";

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_262_400)
}

fn later(seconds: i64) -> Timestamp {
    now().plus_seconds(seconds)
}

fn signed(size: u64) -> VerifiedCheckpoint {
    let key = SigningKey::from_seed(&[1; 32]);
    let name: KeyName = ORIGIN.parse().unwrap();
    let signer = NoteSigner::new(name.clone(), KeyKind::Note, &key).unwrap();
    let root = leaf_hash(&size.to_be_bytes());
    let signed = Checkpoint::new(&name, TreeHead { size, root })
        .sign(&signer)
        .unwrap();
    signed.verify(ORIGIN, &[signer.public().clone()]).unwrap()
}

fn witness_key(seed: u8) -> NoteKey {
    let key = SigningKey::from_seed(&[seed; 32]);
    let signer = NoteSigner::new(WITNESS.parse().unwrap(), KeyKind::Cosignature, &key);
    signer.unwrap().public().clone()
}

fn line(checkpoint: &VerifiedCheckpoint, seed: u8, at: Timestamp) -> String {
    let key = SigningKey::from_seed(&[seed; 32]);
    let signer = NoteSigner::new(WITNESS.parse().unwrap(), KeyKind::Cosignature, &key).unwrap();
    checkpoint.cosign(at, &signer).unwrap().to_string()
}

/// A log of which every proof is believed: what is judged here is when it is asked for.
struct Log;

impl Prove for Log {
    async fn consistency(&self, _: u64, _: u64) -> Option<Vec<Sha256Digest>> {
        Some(Vec::new())
    }
}

/// What a witness says, by the old size and the checkpoint that it is asked with.
type Says = Box<dyn FnMut(u64, &VerifiedCheckpoint) -> (u16, String) + Send>;

#[derive(Clone)]
struct Played {
    says: Arc<Mutex<Says>>,
    /// The old and the new size of each request.
    asked: Arc<Mutex<Vec<(u64, u64)>>>,
}

impl Played {
    fn says(&self, says: impl FnMut(u64, &VerifiedCheckpoint) -> (u16, String) + Send + 'static) {
        *self.says.lock().unwrap() = Box::new(says);
    }

    /// How it was asked since this was asked last.
    fn asked(&self) -> Vec<(u64, u64)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn answer(State(played): State<Played>, body: String) -> Response {
    let request = AddCheckpoint::read(&body).unwrap();
    let size = request.checkpoint.unverified().head().size;
    let checkpoint = signed(size);
    played.asked.lock().unwrap().push((request.old, size));
    let (status, text) = (played.says.lock().unwrap())(request.old, &checkpoint);
    let kind = match status {
        409 => "text/x.tlog.size",
        // Of any type.
        _ => "application/vnd.example.lines",
    };
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(CONTENT_TYPE, kind)], text).into_response()
}

/// One witness that is played, and the log's side of it.
async fn played() -> (Played, Witnesses) {
    let played = Played {
        says: Arc::new(Mutex::new(Box::new(|_, _| (503, String::new())))),
        asked: Arc::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = axum::Router::new()
        .route("/add-checkpoint", axum::routing::post(answer))
        .with_state(played.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let place = format!("http://localhost:{port}").parse().unwrap();
    (played, Witnesses::new([(place, witness_key(5))]))
}

fn read_again(checkpoint: &VerifiedCheckpoint, lines: &str) -> Vec<Timestamp> {
    let read = UnverifiedCheckpoint::read(&format!("{checkpoint}{lines}")).unwrap();
    let key = SigningKey::from_seed(&[1; 32]);
    let log = NoteSigner::new(ORIGIN.parse().unwrap(), KeyKind::Note, &key).unwrap();
    let read = read.verify(ORIGIN, &[log.public().clone()]).unwrap();
    let said = read.cosignatures(&[witness_key(5)]).unwrap();
    said.iter().map(|line| line.at()).collect()
}

#[tokio::test]
async fn of_many_lines_the_newest_is_kept() {
    let (played, witnesses) = played().await;
    played.says(|_, checkpoint| {
        let lines = (0..64).map(|age| line(checkpoint, 5, later(-age)));
        (200, lines.collect())
    });
    let checkpoint = signed(7);
    let lines = witnesses.cosign(&checkpoint, "", &Log, now()).await;
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(read_again(&checkpoint, &lines), [now()]);
    // Lines of others are not handed on, and one that is not what it says spoils the answer.
    played.says(|_, checkpoint| {
        let lines = [line(checkpoint, 6, now()), line(checkpoint, 5, now())];
        (200, lines.concat())
    });
    let checkpoint = signed(8);
    let lines = witnesses.cosign(&checkpoint, "", &Log, now()).await;
    assert_eq!(lines, line(&checkpoint, 5, now()));
    played.says(|_, checkpoint| {
        let lines = [line(&signed(8), 5, now()), line(checkpoint, 5, now())];
        (200, lines.concat())
    });
    assert_eq!(witnesses.cosign(&signed(9), "", &Log, now()).await, "");
}

#[tokio::test]
async fn what_is_kept_is_renewed_in_time() {
    let (played, witnesses) = played().await;
    let checkpoint = signed(7);
    let at = Arc::new(Mutex::new(now()));
    let clock = Arc::clone(&at);
    played.says(move |_, checkpoint| (200, line(checkpoint, 5, *clock.lock().unwrap())));
    let lines = witnesses.cosign(&checkpoint, "", &Log, now()).await;
    assert_eq!(played.asked(), [(0, 7)]);
    // Young enough: it is handed back as it was.
    for seconds in [0, 1, 3599] {
        let again = witnesses
            .cosign(&checkpoint, &lines, &Log, later(seconds))
            .await;
        assert_eq!(again, lines);
    }
    assert_eq!(played.asked(), []);
    *at.lock().unwrap() = later(3600);
    let newer = witnesses
        .cosign(&checkpoint, &lines, &Log, later(3600))
        .await;
    assert_eq!(played.asked(), [(7, 7)]);
    assert_eq!(read_again(&checkpoint, &newer), [later(3600)]);
    // One that is away leaves the line that there is.
    played.says(|_, _| (503, String::new()));
    let kept = witnesses
        .cosign(&checkpoint, &newer, &Log, later(7200))
        .await;
    assert_eq!(kept, newer);
    assert_eq!(played.asked().len(), 1);
    // Lines of whoever is no witness any more go, and so does what is none.
    let strangers = line(&checkpoint, 6, now());
    for (kept, left) in [
        (strangers.clone(), String::new()),
        (format!("{strangers}{newer}"), newer.clone()),
        ("nothing\n".to_owned(), String::new()),
        (line(&signed(8), 5, now()), String::new()),
    ] {
        let lines = witnesses
            .cosign(&checkpoint, &kept, &Log, later(7200))
            .await;
        assert_eq!(lines, left);
    }
    assert_eq!(played.asked(), [], "it rests");
}

/// One that fails is asked again after twenty seconds, forty, and so on, at most 640.
#[tokio::test]
async fn one_that_fails_is_asked_again_less_and_less() {
    let (played, witnesses) = played().await;
    let checkpoint = signed(7);
    let mut at = now();
    for rest in [20, 40, 80, 160, 320, 640, 640, 640] {
        assert_eq!(witnesses.cosign(&checkpoint, "", &Log, at).await, "");
        assert_eq!(played.asked().len(), 1, "{rest}");
        let before = at.plus_seconds(rest - 1);
        assert_eq!(witnesses.cosign(&checkpoint, "", &Log, before).await, "");
        assert_eq!(played.asked(), [], "{rest}");
        at = at.plus_seconds(rest);
    }
    let then = at;
    played.says(move |_, checkpoint| (200, line(checkpoint, 5, then)));
    let lines = witnesses.cosign(&checkpoint, "", &Log, at).await;
    assert_eq!(read_again(&checkpoint, &lines), [at]);
    // From the beginning.
    played.says(|_, _| (404, String::new()));
    let _ = witnesses.cosign(&signed(8), "", &Log, at).await;
    played.asked();
    let _ = witnesses
        .cosign(&signed(8), "", &Log, at.plus_seconds(20))
        .await;
    assert_eq!(played.asked().len(), 1);
    // One whose clock is wrong has said something old or from tomorrow: it is not asked all the time.
    for wrong in [-7200, 7200] {
        let (played, witnesses) = self::played().await;
        played.says(move |_, checkpoint| (200, line(checkpoint, 5, later(wrong))));
        let lines = witnesses.cosign(&checkpoint, "", &Log, now()).await;
        assert_eq!(read_again(&checkpoint, &lines), [later(wrong)]);
        let _ = witnesses.cosign(&checkpoint, &lines, &Log, later(19)).await;
        assert_eq!(played.asked().len(), 1);
        let _ = witnesses.cosign(&checkpoint, &lines, &Log, later(20)).await;
        assert_eq!(played.asked().len(), 1);
    }
}

/// A witness that has seen a larger tree of this log, by another process, is asked for the next one.
#[tokio::test]
async fn one_that_is_further_does_not_rest() {
    let (played, witnesses) = played().await;
    played.says(|old, checkpoint| match old {
        9 => (200, line(checkpoint, 5, now())),
        _ => (409, "9\n".to_owned()),
    });
    assert_eq!(witnesses.cosign(&signed(7), "", &Log, now()).await, "");
    assert_eq!(played.asked(), [(0, 7)]);
    // It is not asked for what it will not cosign.
    assert_eq!(witnesses.cosign(&signed(8), "", &Log, now()).await, "");
    assert_eq!(played.asked(), []);
    for size in [9, 10] {
        let checkpoint = signed(size);
        let lines = witnesses.cosign(&checkpoint, "", &Log, now()).await;
        assert_eq!(read_again(&checkpoint, &lines), [now()]);
        played.says(|_, checkpoint| (200, line(checkpoint, 5, now())));
    }
    assert_eq!(played.asked(), [(9, 9), (9, 10)]);
    // One that went back names a smaller size, and is asked from there.
    played.says(|old, checkpoint| match old {
        3 => (200, line(checkpoint, 5, now())),
        _ => (409, "3\n".to_owned()),
    });
    let lines = witnesses.cosign(&signed(11), "", &Log, now()).await;
    assert_eq!(read_again(&signed(11), &lines), [now()]);
    assert_eq!(played.asked(), [(10, 11), (3, 11)]);
    // Each time another size is no reason to rest; what is no size is.
    let mut size = 3;
    played.says(move |_, _| {
        size += 1;
        (409, format!("{size}\n"))
    });
    for _ in 0..2 {
        let _ = witnesses.cosign(&signed(12), "", &Log, now()).await;
        assert_eq!(played.asked().len(), 3);
    }
    played.says(|_, _| (409, "many\n".to_owned()));
    let _ = witnesses.cosign(&signed(12), "", &Log, now()).await;
    played.asked();
    let _ = witnesses.cosign(&signed(13), "", &Log, now()).await;
    assert_eq!(played.asked(), []);
}

/// One that has another tree of the size that it is asked about says so by that size.
#[tokio::test]
async fn one_that_has_another_tree_rests() {
    let (played, witnesses) = played().await;
    played.says(|old, checkpoint| match old {
        0 => (200, line(checkpoint, 5, now())),
        _ => (409, format!("{old}\n")),
    });
    let lines = witnesses.cosign(&signed(7), "", &Log, now()).await;
    assert_eq!(read_again(&signed(7), &lines), [now()]);
    played.asked();
    for size in [7, 8] {
        let _ = witnesses.cosign(&signed(size), "", &Log, later(1)).await;
    }
    assert_eq!(played.asked(), [(7, 7)]);
}

//! A witness among logs that are slow, forked, forged and in a hurry.

mod worlds;

use std::path::Path;
use std::sync::Arc;

use fetch::{Client, Policy, Purpose};
use proofs::keys::SigningKey;
use proofs::tlog::checkpoint::{Checkpoint, VerifiedCheckpoint};
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Plan, TreeHead, leaf_hash};
use proofs::tlog::note::{KeyKind, KeyName, NoteSigner};
use proofs::tlog::request::AddCheckpoint;
use proofs::tlog::tile::Tiles;
use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use tokio::net::TcpListener;

use super::{Refused, Witness, WitnessConfig, WitnessNew, WitnessServing};
use crate::clock::Clock;
use crate::ledger::witnesses::{Prove, Witnesses};

const ORIGIN: &str = "log.example/a";

/// A log: the same first leaves in all forks, and others from `fork` on.
struct Log {
    key: SigningKey,
    fork: u64,
    mark: &'static str,
}

impl Log {
    fn plain() -> Self {
        Self {
            key: SigningKey::from_seed(&[1; 32]),
            fork: u64::MAX,
            mark: "",
        }
    }

    fn forked(at: u64, mark: &'static str) -> Self {
        Self {
            fork: at,
            mark,
            ..Self::plain()
        }
    }

    fn tree(&self, size: u64) -> (Edge, Tiles) {
        let (mut edge, mut tiles) = (Edge::new(), Vec::new());
        for index in 0..size {
            let mark = if index < self.fork { "" } else { self.mark };
            edge.append(leaf_hash(format!("{index}{mark}").as_bytes()), &mut tiles)
                .unwrap();
        }
        let open = edge.open_tiles();
        (edge, tiles.into_iter().chain(open).collect())
    }

    fn signer(&self) -> NoteSigner<'_> {
        NoteSigner::new(ORIGIN.parse().unwrap(), KeyKind::Note, &self.key).unwrap()
    }

    fn sign(&self, head: TreeHead) -> VerifiedCheckpoint {
        let signer = self.signer();
        let name: KeyName = ORIGIN.parse().unwrap();
        let signed = Checkpoint::new(&name, head).sign(&signer).unwrap();
        signed.verify(ORIGIN, &[signer.public().clone()]).unwrap()
    }

    fn checkpoint(&self, size: u64) -> VerifiedCheckpoint {
        self.sign(self.tree(size).0.head())
    }

    fn path(&self, old: u64, new: u64) -> Vec<Sha256Digest> {
        Plan::consistency(old, new)
            .unwrap()
            .make(&self.tree(new).1)
            .unwrap()
    }

    fn request(&self, old: u64, new: u64) -> String {
        AddCheckpoint::new(old, self.path(old, new), &self.checkpoint(new)).to_string()
    }
}

impl Prove for Log {
    async fn consistency(&self, old: u64, new: u64) -> Option<Vec<Sha256Digest>> {
        Some(self.path(old, new))
    }
}

fn config(folder: &Path, name: &str) -> WitnessConfig {
    let new = WitnessNew {
        name: name.parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
    };
    WitnessConfig::found(folder, &new).unwrap();
    let file = folder.join("witness.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let log = Log::plain();
    let key = log.signer().public().to_string();
    std::fs::write(&file, format!("{text}\n[[logs]]\nvkey = \"{key}\"\n")).unwrap();
    WitnessConfig::read(folder).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_262_400)
}

async fn witness(folder: &Path) -> Arc<Witness> {
    Witness::open(config(folder, "witness.example/w1"), Clock::fixed(now()))
        .await
        .unwrap()
}

/// Whether lines are a cosignature of a checkpoint by this witness.
fn is_cosigned(witness: &Witness, checkpoint: &VerifiedCheckpoint, lines: &str) -> bool {
    let key = witness.vkey().unwrap();
    let mut cosigned = checkpoint.clone();
    cosigned.add_cosignatures(lines, &key).is_ok()
        && cosigned.cosignatures(&[key]).unwrap()[0].at() == now()
}

#[tokio::test]
async fn what_grows_is_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let witness = witness(folder.path()).await;
    let log = Log::plain();
    for (old, new) in [(0, 0), (0, 3), (3, 3), (3, 7), (7, 300), (300, 301)] {
        let lines = witness.add(&log.request(old, new)).await.unwrap();
        assert!(
            is_cosigned(&witness, &log.checkpoint(new), &lines),
            "{old} to {new}"
        );
    }
    // For monitors: the newest, with the log's signature and the witness's.
    let id = Sha256Digest::of(ORIGIN.as_bytes());
    let note = witness.newest(id.as_bytes()).await.unwrap().unwrap();
    let front = log.checkpoint(301).to_string();
    assert!(note.starts_with(&front), "{note}");
    assert!(is_cosigned(
        &witness,
        &log.checkpoint(301),
        &note[front.len()..]
    ));
    assert_eq!(witness.newest(&[0; 32]).await.unwrap(), None);
    // What it cosigned it knows after a restart.
    let size = Refused::Conflict(301);
    witness.state.close().await;
    let again = Witness::open(
        WitnessConfig::read(folder.path()).unwrap(),
        Clock::fixed(now()),
    );
    let again = again.await.unwrap();
    assert_eq!(again.add(&log.request(0, 301)).await, Err(size));
    assert!(again.add(&log.request(301, 302)).await.is_ok());
}

#[tokio::test]
async fn nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let witness = witness(folder.path()).await;
    let log = Log::plain();
    witness.add(&log.request(0, 7)).await.unwrap();
    let refused = async |text: String| witness.add(&text).await.unwrap_err().status().as_u16();
    assert_eq!(refused("old 7\n".to_owned()).await, 400);
    assert_eq!(
        refused(log.request(5, 7).replacen("old 5", "old 8", 1)).await,
        400
    );
    assert_eq!(
        witness.add(&log.request(0, 9)).await,
        Err(Refused::Conflict(7))
    );
    assert_eq!(
        witness.add(&log.request(5, 9)).await,
        Err(Refused::Conflict(7))
    );
    // An older tree, and the same size with another root.
    assert_eq!(refused(log.request(3, 5)).await, 409);
    assert_eq!(refused(Log::forked(2, "b").request(7, 7)).await, 422);
    // Another tree, with a proof that holds in it.
    assert_eq!(refused(Log::forked(2, "b").request(7, 9)).await, 422);
    // The right tree, with a proof that is none, one that is missing and one too many.
    let checkpoint = log.checkpoint(9);
    let path = log.path(7, 9);
    for path in [
        vec![],
        vec![path[0]; path.len()],
        [path.clone(), path].concat(),
    ] {
        let request = AddCheckpoint::new(7, path, &checkpoint).to_string();
        assert_eq!(refused(request).await, 422);
    }
    // Somebody else's log, and this one with another key.
    let other = log.request(7, 9).replace(ORIGIN, "log.example/b");
    assert_eq!(refused(other).await, 404);
    let forger = Log {
        key: SigningKey::from_seed(&[2; 32]),
        ..Log::plain()
    };
    assert_eq!(refused(forger.request(7, 9)).await, 403);
    // A line in the log's name that is not the log's spoils the note, beside one that is.
    let signature = log.checkpoint(8).to_string();
    let stray = signature.lines().last().unwrap();
    assert_eq!(
        refused(format!("{}{stray}\n", log.request(7, 9))).await,
        403
    );
    // Lines of strangers are passed over, and not handed on.
    let stranger = forger.checkpoint(8).to_string();
    let stranger = stranger.lines().last().unwrap();
    let request = format!("{}{stranger}\n", log.request(7, 8));
    witness.add(&request).await.unwrap();
    let id = Sha256Digest::of(ORIGIN.as_bytes());
    let note = witness.newest(id.as_bytes()).await.unwrap().unwrap();
    assert!(note.lines().all(|line| line != stranger), "{note}");
    // None of what was refused has moved anything.
    assert!(witness.add(&log.request(8, 9)).await.is_ok());
    // The empty tree has one root.
    let folder = tempfile::tempdir().unwrap();
    let witness = self::witness(folder.path()).await;
    let odd = log.sign(TreeHead {
        size: 0,
        root: leaf_hash(b""),
    });
    let request = AddCheckpoint::new(0, Vec::new(), &odd).to_string();
    assert_eq!(
        witness.add(&request).await.unwrap_err().status().as_u16(),
        422
    );
    let request = AddCheckpoint::new(0, log.path(3, 7), &log.checkpoint(7)).to_string();
    assert_eq!(
        witness.add(&request).await.unwrap_err().status().as_u16(),
        422
    );
}

/// Forks in a race, at two processes with one state: one tree wins, and no two roots are cosigned.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_race_has_one_winner() {
    let folder = tempfile::tempdir().unwrap();
    let first = witness(folder.path()).await;
    let config = WitnessConfig::read(folder.path()).unwrap();
    let second = Witness::open(config, Clock::fixed(now())).await.unwrap();
    first.add(&Log::plain().request(0, 4)).await.unwrap();
    let marks = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let tasks: Vec<_> = marks
        .into_iter()
        .zip([first.clone(), second.clone()].into_iter().cycle())
        .map(|(mark, witness)| {
            let request = Log::forked(4, mark).request(4, 9);
            tokio::spawn(async move { (mark, witness.add(&request).await) })
        })
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            (mark, Ok(_)) => won.push(mark),
            (_, Err(refused)) => assert_eq!(refused, Refused::Conflict(9)),
        }
    }
    let [winner] = won.as_slice() else {
        panic!("{won:?} were cosigned");
    };
    let log = Log::forked(4, winner);
    assert!(second.add(&log.request(9, 12)).await.is_ok());
    assert_eq!(
        first.add(&log.request(9, 12)).await,
        Err(Refused::Conflict(12))
    );
}

async fn served(witness: Arc<Witness>) -> (WitnessServing, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (
        WitnessServing::start(witness, listener),
        format!("http://localhost:{port}"),
    )
}

#[tokio::test]
async fn over_http_as_the_protocol_says() {
    let folder = tempfile::tempdir().unwrap();
    let witness = witness(folder.path()).await;
    let (serving, url) = served(witness.clone()).await;
    let client = Client::new(Policy::public().allow_loopback(&url).unwrap());
    let add = format!("{url}/add-checkpoint");
    let log = Log::plain();
    let post = async |text: String| client.post_text(Purpose::Log, &add, text).await.unwrap();
    let answer = post(log.request(0, 5)).await;
    assert_eq!(
        (answer.status(), answer.content_type()),
        (200, Some("text/plain"))
    );
    let lines = std::str::from_utf8(answer.body()).unwrap();
    assert!(is_cosigned(&witness, &log.checkpoint(5), lines));
    let answer = post(log.request(0, 9)).await;
    assert_eq!(
        (answer.status(), answer.content_type()),
        (409, Some("text/x.tlog.size"))
    );
    assert_eq!(answer.body(), b"5\n");
    assert_eq!(post("old 1".to_owned()).await.status(), 400);
    // Refused before it is read, so that the rest of it may not find anybody.
    let large = client
        .post_text(Purpose::Log, &add, "a".repeat(1 << 20))
        .await;
    assert!(large.is_err() || large.is_ok_and(|answer| answer.status() == 413));
    assert_eq!(post(Log::forked(1, "x").request(5, 9)).await.status(), 422);
    let answer = client
        .get(Purpose::Log, &format!("{url}/vkey"))
        .await
        .unwrap();
    assert_eq!(
        answer.body(),
        format!("{}\n", witness.vkey().unwrap()).as_bytes()
    );
    let id = Sha256Digest::of(ORIGIN.as_bytes()).hex();
    let answer = client
        .get(Purpose::Log, &format!("{url}/{id}/checkpoint"))
        .await
        .unwrap();
    assert!(
        answer
            .body()
            .starts_with(log.checkpoint(5).to_string().as_bytes())
    );
    for path in ["ABC/checkpoint", "sign-subtree", ""] {
        assert!(
            client
                .get(Purpose::Log, &format!("{url}/{path}"))
                .await
                .is_err(),
            "{path}"
        );
    }
    serving.stop().await;
}

/// A log asks three witnesses: one that answers, one that is far behind and one that is not there.
#[tokio::test]
async fn logs_collect_what_comes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = Log::plain();
    let first = witness(one.path()).await;
    let config = config(two.path(), "witness.example/w2");
    let second = Witness::open(config, Clock::fixed(now())).await.unwrap();
    second.add(&log.request(0, 3)).await.unwrap();
    let keys = [first.vkey().unwrap(), second.vkey().unwrap()];
    let (first, first_url) = served(first).await;
    let (second, second_url) = served(second).await;
    // Nobody listens there any more.
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = format!("http://localhost:{nobody}");
    let key = SigningKey::from_seed(&[9; 32]);
    let name: KeyName = "witness.example/w3".parse().unwrap();
    let third = NoteSigner::new(name, KeyKind::Cosignature, &key)
        .unwrap()
        .public()
        .clone();
    let places = [
        (first_url.parse().unwrap(), keys[0].clone()),
        (second_url.parse().unwrap(), keys[1].clone()),
        (nobody.parse().unwrap(), third.clone()),
        // A witness that signs with another key than was agreed on.
        (first_url.parse().unwrap(), third),
    ];
    let witnesses = Witnesses::new(places);
    assert!(!witnesses.is_empty());
    for size in [5, 6, 9] {
        let checkpoint = log.checkpoint(size);
        let lines = witnesses.cosign(&checkpoint, "", &log, now()).await;
        let note = format!("{checkpoint}{lines}");
        let read = proofs::tlog::checkpoint::UnverifiedCheckpoint::read(&note).unwrap();
        let read = read
            .verify(ORIGIN, &[log.signer().public().clone()])
            .unwrap();
        assert_eq!(read.note().signatures().len(), 3, "{note}");
        assert_eq!(read.cosignatures(&keys).unwrap().len(), 2);
    }
    // A log that went back gets nothing more of those that know.
    let fork = Log::forked(2, "z");
    let lines = witnesses
        .cosign(&fork.checkpoint(7), "", &fork, now())
        .await;
    assert_eq!(lines, "");
    first.stop().await;
    second.stop().await;
}

#[test]
fn configurations_are_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    config(folder, "witness.example/w1");
    let new = WitnessNew {
        name: "a".parse().unwrap(),
        listen: "127.0.0.1:0".parse().unwrap(),
    };
    assert!(
        WitnessConfig::found(folder, &new).is_err(),
        "nothing is overwritten"
    );
    let file = folder.join("witness.toml");
    let sound = std::fs::read_to_string(&file).unwrap();
    let key = Log::plain().signer().public().to_string();
    for (added, sound_too) in [
        (
            "[[logs]]\nworld = \"https://world.example\"\n".to_owned(),
            true,
        ),
        (
            "[[logs]]\nworld = \"did:web:world.example\"\n".to_owned(),
            true,
        ),
        (
            format!("[[logs]]\nvkey = \"{key}\"\norigin = \"another name\"\n"),
            true,
        ),
        (format!("[[logs]]\nvkey = \"{key}\"\n"), false),
        ("[[logs]]\nworld = \"world.example\"\n".to_owned(), false),
        (
            format!("[[logs]]\nworld = \"https://world.example\"\nvkey = \"{key}\"\n"),
            false,
        ),
        ("[[logs]]\norigin = \"a\"\n".to_owned(), false),
        ("[[logs]]\n".to_owned(), false),
        (
            format!("[[logs]]\nvkey = \"{key}\"\norigin = \"\"\n"),
            false,
        ),
        ("[[logs]]\nvkey = \"a+b+c\"\n".to_owned(), false),
        ("colour = 1\n".to_owned(), false),
    ] {
        std::fs::write(&file, format!("{sound}\n{added}")).unwrap();
        assert_eq!(WitnessConfig::read(folder).is_ok(), sound_too, "{added}");
    }
    let text = sound.replace("version = 1", "version = 2");
    std::fs::write(&file, text).unwrap();
    assert!(WitnessConfig::read(folder).is_err());
}

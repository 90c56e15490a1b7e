//! Strangers who watch the ledger: a monitor that reads all of it, and a witness that cosigns it.

use std::time::Duration;

use platform::{
    Clock, HeadsAsked, Monitor, Pass, Witness, WitnessConfig, WitnessNew, WitnessServing,
};
use proofs::tlog::checkpoint::UnverifiedCheckpoint;
use proofs::tlog::note::NoteKey;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::hand::{Hand, Seen, minted, send_step};
use super::towns;
use crate::http::get;
use crate::town::Town;

/// Passes until the log has so many leaves. Nothing is ever found.
async fn watched(monitor: &mut Monitor, size: u64) -> Pass {
    for _ in 0..200 {
        // A key that was just changed has signed no checkpoint yet.
        if let Ok(pass) = monitor.pass(HeadsAsked::All, &mut |_, _| {}).await {
            assert!(pass.findings.is_empty(), "{:?}", pass.findings);
            if pass.size >= size {
                return pass;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the log stands still");
}

#[tokio::test]
async fn a_monitor_finds_nothing_at_a_truthful_ledger() {
    for town in towns().await {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("monitor.sqlite");
        let clock = Clock::fixed(town.now());
        let mut monitor = Monitor::open(&town.id(), &state, clock.clone())
            .await
            .unwrap();
        let (mika, aoi) = (Hand::new(1), Hand::new(2));
        let mut seen = Vec::new();
        for serial in 0..4 {
            seen.push(minted(&town, serial, &mika).await);
        }
        let pass = watched(&mut monitor, 4).await;
        assert_eq!((pass.size, pass.heads), (4, 4));
        let until = town.now().plus_seconds(600);
        for (number, item) in seen.iter_mut().enumerate() {
            let sent = mika.sends(item.offer(&aoi, until));
            *item = Seen::after(&send_step(&town, &sent, &format!("watched-{number}")).await);
        }
        assert_eq!(watched(&mut monitor, 8).await.size, 8);
        monitor.close().await;
        let mut monitor = Monitor::open(&town.id(), &state, clock.clone())
            .await
            .unwrap();
        assert_eq!(watched(&mut monitor, 8).await.taken, 0);
        monitor.close().await;
    }
}

/// What older keys signed stands by the history of the keys.
#[tokio::test]
async fn a_monitor_follows_a_changed_key() {
    let town = Town::new().await;
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(town.now());
    let state = folder.path().join("monitor.sqlite");
    let mut monitor = Monitor::open(&town.id(), &state, clock.clone())
        .await
        .unwrap();
    minted(&town, 1, &Hand::new(1)).await;
    watched(&mut monitor, 1).await;
    town.pass(60);
    clock.set(town.now());
    town.rotate(platform::KeyEnd::Retired).await;
    minted(&town, 2, &Hand::new(1)).await;
    assert_eq!(watched(&mut monitor, 2).await.heads, 2);
    // One that begins today reads it all.
    let fresh = folder.path().join("fresh.sqlite");
    let mut fresh = Monitor::open(&town.id(), &fresh, clock).await.unwrap();
    assert_eq!(watched(&mut fresh, 2).await.taken, 2);
}

/// A town that asks a witness: where that is founded and would listen, and its key.
async fn with_witness() -> (Town, TempDir, TcpListener, NoteKey) {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = listener.local_addr().unwrap();
    let new = WitnessNew {
        name: "witness.example/w1".parse().unwrap(),
        listen,
    };
    let config = WitnessConfig::found(folder.path(), &new).unwrap();
    let key: NoteKey = config.vkey().unwrap();
    let more = format!(
        "[[ledger.witnesses]]\nurl = \"http://localhost:{}\"\nvkey = \"{key}\"\n",
        listen.port()
    );
    let town = Town::with(&[], &more).await;
    (town, folder, listener, key)
}

#[tokio::test]
async fn checkpoints_are_cosigned_by_a_witness() {
    let (town, folder, listener, key) = with_witness().await;
    let file = folder.path().join("witness.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = format!(
        "{text}\n[[logs]]\nworld = \"http://localhost:{}\"\n",
        town.port
    );
    std::fs::write(&file, text).unwrap();
    let config = WitnessConfig::read(folder.path()).unwrap();
    let witness = Witness::open(config, Clock::fixed(town.now()))
        .await
        .unwrap();
    let serving = WitnessServing::start(witness, listener);
    // It was not there when the first checkpoint was signed, and was left alone for a while.
    town.pass(60);
    let origin = format!("localhost:{}/ledger", town.port);
    for number in 1..=3 {
        minted(&town, number, &Hand::new(1)).await;
        let mut cosigned = false;
        for _ in 0..200 {
            let log: NoteKey = get(town.port, "/ledger/vkey")
                .await
                .text()
                .trim_end()
                .parse()
                .unwrap();
            let note = get(town.port, "/ledger/checkpoint").await;
            if note.status == 404 {
                // Before the first pass of whoever writes the log.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
            let read = UnverifiedCheckpoint::read(note.text()).unwrap();
            let read = read.verify(&origin, &[log]).unwrap();
            let of_witness = read.cosignatures(std::slice::from_ref(&key)).unwrap();
            if read.head().size >= number && !of_witness.is_empty() {
                cosigned = true;
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(cosigned, "checkpoint {number}");
    }
    serving.stop().await;
}

/// A log that has just begun is read while its witness is asked for the first time and says nothing.
#[tokio::test]
async fn the_first_checkpoint_waits_for_no_witness() {
    let (town, _folder, listener, key) = with_witness().await;
    minted(&town, 1, &Hand::new(1)).await;
    let _asked = listener.accept().await.unwrap();
    let note = get(town.port, "/ledger/checkpoint").await;
    assert_eq!(note.status, 200, "{}", note.text());
    let read = UnverifiedCheckpoint::read(note.text()).unwrap();
    let log = get(town.port, "/ledger/vkey").await;
    let log: NoteKey = log.text().trim_end().parse().unwrap();
    let origin = format!("localhost:{}/ledger", town.port);
    let read = read.verify(&origin, &[log]).unwrap();
    assert!(read.head().size <= 1);
    assert!(read.cosignatures(&[key]).unwrap().is_empty());
}

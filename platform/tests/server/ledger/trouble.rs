//! Trouble: answers that get lost, a full queue, a database that is held by somebody else.

use std::os::unix::fs::PermissionsExt;

use schemas::ledger::Event;
use schemas::message::Message;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::hand::{Hand, head, idempotency, minted, send_step, send_to, taken};
use super::held::Held;
use super::towns;
use crate::town::Town;

/// Whoever hangs up before the answer comes has moved the item once or not at all, and asks again.
#[tokio::test]
async fn a_step_whose_answer_nobody_heard_is_taken_once() {
    for town in towns().await {
        let mika = Hand::new(1);
        let until = town.now().plus_seconds(600);
        for serial in 0..8 {
            let item = minted(&town, serial, &mika).await;
            let sent = mika.sends(item.offer(&Hand::new(2), until));
            let key = format!("lost-{serial}");
            let body = sent.to_bytes();
            let request = format!(
                "POST /items/{}/steps HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                 Idempotency-Key: {}\r\nContent-Length: {}\r\n\r\n",
                item.tag(),
                idempotency(&key),
                body.len()
            );
            for _ in 0..serial {
                let mut stream = TcpStream::connect(("127.0.0.1", town.port)).await.unwrap();
                stream
                    .write_all(&[request.as_bytes(), &body].concat())
                    .await
                    .unwrap();
            }
            let answer = taken(&send_step(&town, &sent, &key).await);
            assert_eq!(answer.leaf.claims().seq, 1);
            let again = taken(&send_step(&town, &sent, &key).await);
            assert_eq!(again, answer);
            assert_eq!(head(&town, item.tag()).await.leaf, answer.leaf);
        }
    }
}

/// The same after the process was replaced.
#[tokio::test]
async fn a_step_is_answered_the_same_by_the_next_process() {
    let mut town = Town::new().await;
    let mika = Hand::new(1);
    let item = minted(&town, 1, &mika).await;
    let sent = mika.sends(item.offer(&Hand::new(2), town.now().plus_seconds(600)));
    let first = taken(&send_step(&town, &sent, "key").await);
    assert_eq!(first.leaf.claims().event, Event::Offer);
    town.restart().await;
    assert_eq!(taken(&send_step(&town, &sent, "key").await), first);
}

/// A key is for one step: of two that come with it in the same moment one is taken.
#[tokio::test]
async fn one_key_takes_one_of_two_steps() {
    for town in towns().await {
        let mika = Hand::new(1);
        let until = town.now().plus_seconds(600);
        for round in 0..4 {
            let mut asked = Vec::new();
            for serial in [2 * round, 2 * round + 1] {
                let item = minted(&town, serial, &mika).await;
                let sent = mika.sends(item.offer(&Hand::new(2), until));
                let (port, tag, body) = (town.port, item.tag(), sent.to_bytes());
                asked.push((port, tag, body, format!("one-{round}")));
            }
            let asked = asked.into_iter().map(|(port, tag, body, key)| {
                tokio::spawn(async move { send_to(port, tag, &body, &key).await })
            });
            let mut taken = 0;
            for answer in asked.collect::<Vec<_>>() {
                let answer = answer.await.unwrap();
                match answer.status {
                    200 => taken += 1,
                    _ => answer.refuses(409, "conflict", "idempotency_conflict"),
                }
            }
            assert_eq!(taken, 1);
        }
    }
}

#[tokio::test]
async fn a_full_queue_is_said_at_once_and_loses_nothing() {
    let town = Town::with(&[], "[ledger]\nqueue = 1\n").await;
    let mika = Hand::new(1);
    let until = town.now().plus_seconds(600);
    let mut items = Vec::new();
    for serial in 0..12 {
        items.push(minted(&town, serial, &mika).await);
    }
    let mut held = Held::of(&town).await;
    let (port, mut waiting, mut refused) = (town.port, Vec::new(), Vec::new());
    for (number, item) in items.iter().enumerate() {
        let sent = mika.sends(item.offer(&Hand::new(2), until));
        let (tag, body) = (item.tag(), sent.to_bytes());
        let key = format!("full-{number}");
        let asked = tokio::spawn(async move { send_to(port, tag, &body, &key).await });
        waiting.push((number, asked));
    }
    // Somebody is refused while the others still wait for the database.
    let somebody_is_refused = async {
        while !waiting.iter().any(|(_, asked)| asked.is_finished()) {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(60);
    let waited = tokio::time::timeout(patience, somebody_is_refused).await;
    waited.expect("a full queue is said while others wait");
    held.let_go().await;
    for (number, asked) in waiting {
        let answer = asked.await.unwrap();
        match answer.status {
            200 => drop(taken(&answer)),
            _ => {
                answer.refuses(503, "temporarily_unavailable", "overloaded");
                refused.push(number);
            }
        }
    }
    assert!(!refused.is_empty());
    // Whoever was refused asks again.
    for number in refused {
        let sent = mika.sends(items[number].offer(&Hand::new(2), until));
        taken(&send_step(&town, &sent, &format!("full-{number}")).await);
    }
}

#[tokio::test]
async fn a_file_that_somebody_else_holds_is_told_and_nothing_is_half_done() {
    let town = Town::new().await;
    let mika = Hand::new(1);
    let item = minted(&town, 1, &mika).await;
    let sent = mika.sends(item.offer(&Hand::new(2), town.now().plus_seconds(600)));
    let mut held = Held::of(&town).await;
    let refused = send_step(&town, &sent, "key").await;
    refused.refuses(503, "temporarily_unavailable", "db_unavailable");
    held.let_go().await;
    assert_eq!(head(&town, item.tag()).await.leaf, item.leaf);
    taken(&send_step(&town, &sent, "key").await);
}

/// REG-21: the file without its write-ahead log is the store as it was at some time: whole.
#[tokio::test]
async fn a_copy_of_the_file_alone_is_an_older_store() {
    let mut town = Town::new().await;
    let mika = Hand::new(1);
    let until = town.now().plus_seconds(600);
    let before = minted(&town, 1, &mika).await;
    // What was written so far is moved into the file.
    town.restart().await;
    let sent = mika.sends(before.offer(&Hand::new(2), until));
    taken(&send_step(&town, &sent, "later").await);
    let after = minted(&town, 2, &mika).await;

    let copy = tempfile::tempdir().unwrap();
    let (from, to) = (town.folder.path().join("world"), copy.path().join("world"));
    std::fs::create_dir_all(to.join("data")).unwrap();
    let nobody_else = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(to.join("data"), nobody_else).unwrap();
    for folder in ["", "data"] {
        for file in std::fs::read_dir(from.join(folder)).unwrap() {
            let (path, name) = file.map(|file| (file.path(), file.file_name())).unwrap();
            let beside = name.to_string_lossy().starts_with("world.db-");
            if path.is_file() && !beside {
                std::fs::copy(path, to.join(folder).join(name)).unwrap();
            }
        }
    }
    let config = platform::Config::read(&to.join(platform::config::FILE_NAME)).unwrap();
    let older = platform::World::open(config, town.clock.clone())
        .await
        .unwrap();
    // How far it was moved into the file meanwhile is SQLite's own: up to one of the writes, and nothing
    // of a later one.
    let (first, chain) = older.item(before.tag()).await.unwrap();
    let seqs: Vec<u64> = chain.iter().map(|leaf| leaf.claims().seq).collect();
    assert_eq!(seqs, Vec::from_iter(0..=first.head.seq));
    match older.item(after.tag()).await {
        Ok(_) => assert_eq!(first.head.seq, 1),
        Err(error) => assert_eq!(error.reason().code(), "item_unknown"),
    }
}

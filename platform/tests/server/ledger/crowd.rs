//! More than a store can serve at a time: everybody hears so at once or is served, and nothing is lost.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use schemas::message::Message;

use super::hand::{Hand, head, minted, send_to, taken};
use super::held::Held;
use super::towns;
use crate::http::{Answer, get};
use crate::town::Town;

/// That somebody is served later.
#[track_caller]
fn is_put_off(answer: &Answer) {
    let reason = answer.word("reason");
    assert!(
        ["overloaded", "db_unavailable"].contains(&reason.as_str()),
        "{reason}"
    );
    answer.refuses(503, "temporarily_unavailable", &reason);
}

/// REG-21: sixty-four who write, and one more who has the file again and again.
#[tokio::test]
async fn many_who_write_to_a_busy_file_are_each_served_once() {
    let town = Town::new().await;
    let mika = Hand::new(1);
    let until = town.now().plus_seconds(600);
    let mut held = Held::of(&town).await;
    held.let_go().await;
    let mut items = Vec::new();
    for serial in 0..64 {
        items.push(minted(&town, serial, &mika).await);
    }
    let writing = items.clone().into_iter().enumerate().map(|(number, item)| {
        let body = mika.sends(item.offer(&Hand::new(2), until)).to_bytes();
        let (port, tag, key) = (town.port, item.tag(), format!("storm-{number}"));
        tokio::spawn(async move {
            loop {
                let answer = send_to(port, tag, &body, &key).await;
                if answer.status == 200 {
                    return answer;
                }
                is_put_off(&answer);
            }
        })
    });
    let writing: Vec<_> = writing.collect();
    while writing.iter().any(|one| !one.is_finished()) {
        held.again().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        held.let_go().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for (item, answer) in items.iter().zip(writing) {
        let answer = taken(&answer.await.unwrap());
        assert_eq!(answer.leaf.claims().seq, 1);
        assert_eq!(head(&town, item.tag()).await.leaf, answer.leaf);
    }
}

/// REG-22: a thousand who ask while no connection comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_hear_at_once_that_there_are_too_many() {
    // Both ends of each connection are of this process.
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
    for town in towns().await {
        let mika = Hand::new(1);
        let item = minted(&town, 1, &mika).await;
        let until = town.now().plus_seconds(600);
        let body = mika.sends(item.offer(&Hand::new(2), until)).to_bytes();
        let mut held = Held::of(&town).await;
        let asked = (0..1000).map(|number| {
            let (port, tag, body) = (town.port, item.tag(), body.clone());
            let key = format!("crowd-{number}");
            tokio::spawn(async move { send_to(port, tag, &body, &key).await })
        });
        let asked: Vec<_> = asked.collect();
        // Whoever asks whether it lives is answered meanwhile.
        assert_eq!(get(town.port, "/healthz").await.status, 204);
        let patience = Duration::from_secs(60);
        let some_are_refused = async {
            while !asked.iter().any(|one| one.is_finished()) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = tokio::time::timeout(patience, some_are_refused).await;
        waited.expect("too many are refused while others wait");
        held.let_go().await;
        let (mut taken_by, mut overloaded) = (0, 0);
        for answer in asked {
            let answer = answer.await.unwrap();
            match answer.status {
                200 => taken_by += 1,
                // The same step under another key.
                409 => answer.refuses(409, "conflict", "transfer_replay"),
                _ => {
                    is_put_off(&answer);
                    overloaded += usize::from(answer.word("reason") == "overloaded");
                }
            }
        }
        assert!(taken_by <= 1);
        assert!(overloaded > 0);
        // Afterwards all is as ever, and the step was taken once.
        let answer = send_to(town.port, item.tag(), &body, "crowd-after").await;
        match taken_by {
            0 => drop(taken(&answer)),
            _ => answer.refuses(409, "conflict", "transfer_replay"),
        }
        assert_eq!(head(&town, item.tag()).await.leaf.claims().seq, 1);
    }
}

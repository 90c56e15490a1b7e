//! Leaves that are written together, each where its item still is.

use std::collections::BTreeSet;

use schemas::ledger::{Commitment, ItemTag, LeafHash};

use super::{Database, Home, at, id, named, on_both};
use crate::store::database::statement::query;
use crate::store::ledger::{Beside, Code, Handing, Keyed, Move};

on_both! {
    a_key_that_was_used_holds_nobody_else_up,
    a_leaf_goes_only_where_its_item_still_is,
    items_are_read_page_by_page,
    leaves_of_before_are_numbered_as_they_came,
    offers_to_an_address_are_read_page_by_page,
}

fn tag(number: u8) -> ItemTag {
    ItemTag::from_bytes([number; 32])
}

fn hash(name: &str) -> LeafHash {
    LeafHash::from_bytes(*named(name).as_bytes())
}

/// Items that have only begun.
async fn begin(store: &Database, numbers: &[u8]) {
    for number in numbers {
        query("INSERT INTO item_heads (item_tag, seq, hash) VALUES ($1, 0, $2)")
            .bind(tag(*number).as_bytes().as_slice())
            .bind(hash("mint").as_bytes().as_slice())
            .execute(store)
            .await
            .unwrap();
    }
}

/// The first step of an item, under a key.
fn step(number: u8, key: &str) -> Move {
    Move {
        tag: tag(number),
        seq: 1,
        before: hash("mint"),
        hash: hash("step"),
        leaf: b"a leaf".to_vec(),
        beside: Beside::Nothing,
        keyed: Some(Keyed {
            key: named(key),
            request: named("a request"),
            expires: at(100),
        }),
    }
}

fn offered(number: u8, key: &str) -> Move {
    Move {
        beside: Beside::Offered {
            to: Commitment::from_bytes([7; 32]),
            until: at(50),
        },
        ..step(number, key)
    }
}

fn accepted(number: u8, key: &str) -> Move {
    Move {
        beside: Beside::Accepted(Box::new(Handing {
            grant: id(&format!("grant-{number}")),
            holder: Commitment::from_bytes([8; 32]),
            code: Code {
                offer: named(&format!("offer {number}")),
                code: named(&format!("code {number}")),
            },
            template: "{}".to_owned(),
            copies: 1,
            configurations: "item".to_owned(),
            made: at(0),
            expires: at(100),
        })),
        ..step(number, key)
    }
}

fn tags(numbers: &[u8]) -> BTreeSet<ItemTag> {
    numbers.iter().map(|number| tag(*number)).collect()
}

async fn rows(store: &Database, text: &'static str) -> i64 {
    let row = query(text).fetch_one(store).await.unwrap();
    row.try_get(0).unwrap()
}

/// Whoever brings the key of an earlier step with another one is alone with that.
async fn a_key_that_was_used_holds_nobody_else_up(home: Home) {
    let store = home.open().await;
    begin(&store, &[1, 2, 3, 4, 5]).await;
    let first = store.write_leaves(&[step(1, "used")]).await.unwrap();
    assert_eq!(first, tags(&[1]));
    // Of each kind, with others of its kind beside it.
    let mixed = [
        accepted(2, "used"),
        accepted(3, "three"),
        offered(4, "used"),
        offered(5, "five"),
    ];
    assert_eq!(store.write_leaves(&mixed).await.unwrap(), tags(&[3, 5]));
    // Nothing of those that did not go stands anywhere.
    for (text, expected) in [
        ("SELECT COUNT(*) FROM item_leaves", 3),
        ("SELECT COUNT(*) FROM item_waiting", 3),
        ("SELECT COUNT(*) FROM item_answers", 3),
        ("SELECT COUNT(*) FROM item_inbox", 1),
        ("SELECT COUNT(*) FROM item_grants", 1),
        ("SELECT COUNT(*) FROM offers", 1),
    ] {
        assert_eq!(rows(&store, text).await, expected, "{text}");
    }
    let answered = store.item_answers(&[named("used")]).await.unwrap();
    assert_eq!(answered[&named("used")].tag, tag(1));
    // Under a key of their own they go.
    let mixed = [accepted(2, "two"), offered(4, "four")];
    assert_eq!(store.write_leaves(&mixed).await.unwrap(), tags(&[2, 4]));
}

/// Tables as they were before leaves had numbers: two leaves in the log, two that wait.
async fn leaves_of_before_are_numbered_as_they_came(home: Home) {
    let store = home.open().await;
    let mut transaction = store.begin().await.unwrap();
    let script = transaction.script(
        "DROP TABLE item_leaves; DROP TABLE item_waiting; DROP TABLE item_log; \
         CREATE TABLE item_leaves (item_tag BLOB NOT NULL, seq INTEGER NOT NULL, leaf BLOB NOT NULL, \
         PRIMARY KEY (item_tag, seq)) STRICT; \
         CREATE TABLE item_waiting (number INTEGER PRIMARY KEY AUTOINCREMENT, item_tag BLOB NOT NULL, \
         seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT; \
         CREATE TABLE item_log (log_index INTEGER PRIMARY KEY NOT NULL, item_tag BLOB NOT NULL, \
         seq INTEGER NOT NULL, UNIQUE (item_tag, seq)) STRICT; \
         DELETE FROM schema_versions WHERE version > 10",
        "DROP TABLE item_leaves; DROP TABLE item_waiting; DROP TABLE item_log; \
         CREATE TABLE item_leaves (item_tag BYTEA NOT NULL, seq BIGINT NOT NULL, leaf BYTEA NOT NULL, \
         PRIMARY KEY (item_tag, seq)); \
         CREATE TABLE item_waiting (number BIGINT PRIMARY KEY, item_tag BYTEA NOT NULL, \
         seq BIGINT NOT NULL, hash BYTEA NOT NULL); \
         CREATE TABLE item_log (log_index BIGINT PRIMARY KEY, item_tag BYTEA NOT NULL, \
         seq BIGINT NOT NULL, UNIQUE (item_tag, seq)); \
         DELETE FROM schema_versions WHERE version > 10",
    );
    script.await.unwrap();
    for number in [1, 2, 3, 4] {
        query("INSERT INTO item_leaves (item_tag, seq, leaf) VALUES ($1, 0, $2)")
            .bind(tag(number).as_bytes().as_slice())
            .bind([number].as_slice())
            .execute(&mut transaction)
            .await
            .unwrap();
    }
    for (text, number, place) in [
        (
            "INSERT INTO item_log (item_tag, seq, log_index) VALUES ($1, 0, $2)",
            3,
            0_i64,
        ),
        (
            "INSERT INTO item_log (item_tag, seq, log_index) VALUES ($1, 0, $2)",
            1,
            1,
        ),
        (
            "INSERT INTO item_waiting (item_tag, seq, hash, number) VALUES ($1, 0, $1, $2)",
            2,
            9,
        ),
        (
            "INSERT INTO item_waiting (item_tag, seq, hash, number) VALUES ($1, 0, $1, $2)",
            4,
            8,
        ),
    ] {
        query(text)
            .bind(tag(number).as_bytes().as_slice())
            .bind(place)
            .execute(&mut transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    store.shut().await;

    let store = home.open().await;
    assert_eq!(store.entries(0, 9).await.unwrap(), [[3], [1]]);
    let mut places = Vec::new();
    for number in [1, 2, 3, 4] {
        places.push(store.log_index((tag(number), 0)).await.unwrap());
    }
    assert_eq!(places, [Some(1), None, Some(0), None]);
    begin(&store, &[5]).await;
    store.write_leaves(&[step(5, "new")]).await.unwrap();
    let text = "SELECT item_leaves.item_tag, item_waiting.hash FROM item_waiting \
         JOIN item_leaves ON item_leaves.number = item_waiting.number ORDER BY item_waiting.number";
    let waiting = query(text).fetch_all(&store).await.unwrap();
    let waiting: Vec<(Vec<u8>, Vec<u8>)> = waiting
        .iter()
        .map(|row| (row.try_get(0).unwrap(), row.try_get(1).unwrap()))
        .collect();
    let of = |number| tag(number).as_bytes().to_vec();
    let step_hash = hash("step").as_bytes().to_vec();
    assert_eq!(
        waiting,
        [(of(4), of(4)), (of(2), of(2)), (of(5), step_hash)]
    );
}

async fn a_leaf_goes_only_where_its_item_still_is(home: Home) {
    let store = home.open().await;
    begin(&store, &[1, 2]).await;
    store.write_leaves(&[step(1, "one")]).await.unwrap();
    let steps = [step(1, "again"), step(2, "two"), step(3, "none")];
    assert_eq!(store.write_leaves(&steps).await.unwrap(), tags(&[2]));
    // A key under which nothing was done is free.
    assert_eq!(rows(&store, "SELECT COUNT(*) FROM item_answers").await, 2);
}

async fn items_are_read_page_by_page(home: Home) {
    let store = home.open().await;
    for number in 0..7_u8 {
        // Two of a second, of two classes each.
        query(
            "INSERT INTO items (item_tag, class, serial, template, terms, minted_at) \
             VALUES ($1, $2, $3, '{}', '{}', $4)",
        )
        .bind(tag(number).as_bytes().as_slice())
        .bind(["lantern", "sword"][usize::from(number % 2)])
        .bind(i64::from(number))
        .bind(at(i64::from(number / 3)).unix())
        .execute(&store)
        .await
        .unwrap();
    }
    let whole = store.items(None, 100).await.unwrap();
    assert_eq!(whole.len(), 7);
    for most in [1, 2, 3, 7] {
        let (mut read, mut last) = (Vec::new(), None);
        loop {
            let page = store.items(last.as_ref(), most).await.unwrap();
            let Some(end) = page.last() else {
                break;
            };
            last = Some(end.clone());
            read.extend(page);
        }
        assert_eq!(read, whole);
    }
}

async fn offers_to_an_address_are_read_page_by_page(home: Home) {
    let store = home.open().await;
    begin(&store, &[1, 2, 3, 4, 5]).await;
    let steps: Vec<Move> = (1..=5)
        .map(|number| offered(number, &format!("key {number}")))
        .collect();
    store.write_leaves(&steps).await.unwrap();
    let asked = [
        Commitment::from_bytes([7; 32]),
        Commitment::from_bytes([6; 32]),
    ];
    let (mut read, mut last) = (Vec::new(), None);
    loop {
        let page = store.item_inbox(&asked, last, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(end) = page.last() else {
            break;
        };
        last = Some(*end);
        read.extend(page.iter().map(|(_, tag)| *tag));
    }
    assert_eq!(read, (1..=5).map(tag).collect::<Vec<_>>());
    let others = [Commitment::from_bytes([9; 32])];
    assert_eq!(store.item_inbox(&others, None, 9).await.unwrap(), []);
}

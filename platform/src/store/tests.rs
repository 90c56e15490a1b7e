//! What every backend has to keep. Each test takes any [`Records`]; today there is one.

mod status;
mod together;

use schemas::admission::Decided;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

use super::{
    AdmissionState, Closing, DecisionRecord, Lot, NewAdmission, NewOffer, NewToken, RecordKind,
    RecordVerdict, Records, Redeemed, Spending, Sqlite, StoreError, Taken,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + seconds)
}

fn named(name: &str) -> Sha256Digest {
    Sha256Digest::of(name.as_bytes())
}

fn id(name: &str) -> UniqueId {
    UniqueId::new(format!("{name:-<22}")).unwrap()
}

/// Every byte on disk: the file, and what SQLite keeps beside it.
fn on_disk(folder: &tempfile::TempDir, text: &str) -> bool {
    let names = ["world.db-wal", "world.db-shm", "world.db"];
    let bytes = names.map(|name| std::fs::read(folder.path().join(name)).unwrap_or_default());
    let held = |bytes: &Vec<u8>| {
        let mut windows = bytes.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    bytes.iter().any(held)
}

async fn sqlite(folder: &tempfile::TempDir) -> Sqlite {
    let path = folder.path().join("world.db");
    if !path.exists() {
        std::fs::write(&path, "").unwrap();
    }
    Sqlite::open(&path, at(0)).await.unwrap()
}

async fn with_token(store: &impl Records) {
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        grant: id("g1"),
        made: at(0),
        configuration: "avatar",
        template: "{}".to_owned(),
        copies: 3,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let token = NewToken {
        token: named("token"),
        expires: at(200),
    };
    let redeemed = store.redeem(named("code"), &token, at(1)).await.unwrap();
    assert_eq!(redeemed, Redeemed::Done);
}

fn spending(copies: u32, nonce: &str) -> Spending {
    Spending {
        token: named("token"),
        copies,
        nonce: named(nonce),
        nonce_expires: at(50),
        notification: named(&format!("notification {nonce}")),
        valid_until: at(1000),
        lot: Lot::draw(copies).unwrap(),
    }
}

fn decision(name: &str, seconds: i64) -> DecisionRecord {
    DecisionRecord {
        id: id(name),
        admission: Some(id("a1")),
        kind: RecordKind::Admission,
        at: at(seconds),
        input: named("response"),
        verdict: RecordVerdict::Rejected,
        reasons: vec![Reason::CredExpired, Reason::VpStale],
        outcome: Some(Decided::Deny),
        receipt: None,
    }
}

fn admission() -> NewAdmission {
    NewAdmission {
        id: id("a1"),
        request: named("request"),
        response: named("response path"),
        poll: named("poll"),
        asked: "{}".to_owned(),
        created: at(0),
        expires: at(60),
    }
}

#[tokio::test]
async fn a_code_is_redeemed_once_however_many_ask() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        grant: id("g1"),
        made: at(0),
        configuration: "item",
        template: "{}".to_owned(),
        copies: 1,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let open = store.open_offer(named("offer"), at(1)).await.unwrap();
    assert_eq!(open.as_deref(), Some("item"));
    assert_eq!(
        store.open_offer(named("offer"), at(100)).await.unwrap(),
        None
    );
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let token = NewToken {
                    token: named(&number.to_string()),
                    expires: at(200),
                };
                store.redeem(named("code"), &token, at(1)).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Redeemed::Done => done += 1,
            other => assert_eq!(other, Redeemed::Used),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(store.open_offer(named("offer"), at(1)).await.unwrap(), None);
    let token = NewToken {
        token: named("x"),
        expires: at(9),
    };
    let unknown = store.redeem(named("other"), &token, at(1)).await.unwrap();
    assert_eq!(unknown, Redeemed::Unknown);
}

#[tokio::test]
async fn an_offer_runs_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        grant: id("g1"),
        made: at(0),
        configuration: "item",
        template: "{}".to_owned(),
        copies: 1,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let token = NewToken {
        token: named("x"),
        expires: at(300),
    };
    let late = store.redeem(named("code"), &token, at(100)).await.unwrap();
    assert_eq!(late, Redeemed::Unknown);
}

#[tokio::test]
async fn nonce_and_copies_are_spent_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    with_token(&store).await;
    let spend = async |copies, nonce: &str, seconds| {
        store
            .spend(&spending(copies, nonce), at(seconds))
            .await
            .unwrap()
    };
    assert_eq!(spend(4, "n1", 2).await, Taken::TooMany);
    // The refusal above spent nothing: the nonce is still good.
    assert!(matches!(spend(2, "n1", 2).await, Taken::Done(places) if places.len() == 2));
    assert_eq!(spend(1, "n1", 2).await, Taken::NonceSpent);
    assert_eq!(spend(1, "n2", 200).await, Taken::TooMany);
    assert!(matches!(spend(1, "n2", 2).await, Taken::Done(places) if places.len() == 1));
    let grant = store.grant(named("token"), at(2)).await.unwrap().unwrap();
    assert_eq!((grant.configuration.as_str(), grant.copies), ("avatar", 0));
    assert!(
        store
            .grant(named("token"), at(200))
            .await
            .unwrap()
            .is_none()
    );
    let note = async |id: &str, token: &str| {
        let noted = store.note(named(id), named(token), "credential_accepted");
        noted.await.unwrap()
    };
    assert!(note("notification n1", "token").await);
    assert!(!note("notification n1", "another token").await);
    assert!(!note("notification n9", "token").await);
}

#[tokio::test]
async fn an_admission_is_closed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.add_admission(&admission()).await.unwrap();
    let found = store.admission_by_request(named("request")).await.unwrap();
    assert_eq!(found.unwrap().state, AdmissionState::Open);
    let closing = |id: &str| Closing {
        state: AdmissionState::Admitted,
        result: b"sealed".to_vec(),
        decision: decision(id, 5),
    };
    assert!(store.close(&closing("d1")).await.unwrap());
    assert!(!store.close(&closing("d2")).await.unwrap());
    // What did not close it left no record.
    let decisions = store.decisions(10).await.unwrap();
    assert_eq!(decisions, [decision("d1", 5)]);
    for found in [
        store.admission_by_poll(named("poll")).await.unwrap(),
        store
            .admission_by_response(named("response path"))
            .await
            .unwrap(),
        store.admission_by_id(id("a1").as_str()).await.unwrap(),
    ] {
        let found = found.unwrap();
        assert_eq!(found.state, AdmissionState::Admitted);
        assert_eq!(found.result.as_deref(), Some(b"sealed".as_slice()));
        assert_eq!(found.closed, Some(at(5)));
    }
    // None of the secrets finds it in another's place.
    assert!(
        store
            .admission_by_poll(named("request"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.admission_by_id("request").await.unwrap().is_none());
    // The result goes first; that it was answered stays as long as somebody could answer again.
    store.sweep(at(59), at(4)).await.unwrap();
    let found = store.admission_by_poll(named("poll")).await.unwrap();
    assert!(found.unwrap().result.is_some());
    store.sweep(at(59), at(5)).await.unwrap();
    let found = store.admission_by_poll(named("poll")).await.unwrap();
    let found = found.unwrap();
    assert_eq!(
        (found.state, found.result),
        (AdmissionState::Admitted, None)
    );
    assert!(
        store
            .admission_by_id(id("a1").as_str())
            .await
            .unwrap()
            .is_some()
    );
    store.sweep(at(60), at(60)).await.unwrap();
    assert!(
        store
            .admission_by_id(id("a1").as_str())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_flood_of_wrong_answers_leaves_few_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    for number in 0..40 {
        let kept = store
            .add_decision(&decision(&format!("d{number}"), 1))
            .await;
        assert_eq!(kept.unwrap(), number < 16);
    }
    assert_eq!(store.decisions(100).await.unwrap().len(), 16);
}

#[tokio::test]
async fn a_purge_deletes_what_is_old_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    for (id, seconds) in [("d1", 10), ("d2", 20), ("d3", 30)] {
        store.add_decision(&decision(id, seconds)).await.unwrap();
    }
    assert_eq!(store.oldest_decision().await.unwrap(), Some(at(10)));
    let purge = store.purge(at(30), at(99)).await.unwrap();
    assert_eq!(purge.removed, 2);
    assert_eq!(purge.window, Some((at(10), at(20))));
    let again = store.purge(at(30), at(100)).await.unwrap();
    assert_eq!((again.removed, again.window), (0, None));
    assert_eq!(store.purges(10).await.unwrap(), [again, purge]);
    assert_eq!(store.decisions(10).await.unwrap(), [decision("d3", 30)]);
}

#[tokio::test]
async fn what_is_stored_is_there_after_a_restart_and_a_newer_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    with_token(&store).await;
    store.close_file().await;
    let store = sqlite(&folder).await;
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_some());
    store.sweep(at(200), at(200)).await.unwrap();
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_none());
    sqlx::query("INSERT INTO schema_versions (version, applied_at) VALUES (99, 0)")
        .execute(&store.writer_for_tests())
        .await
        .unwrap();
    store.close_file().await;
    let newer = Sqlite::open(&folder.path().join("world.db"), at(0)).await;
    assert!(matches!(
        newer,
        Err(StoreError::Newer {
            found: 99,
            known: 5
        })
    ));
}

#[tokio::test]
async fn every_kind_of_record_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let mut records = Vec::new();
    let outcomes = Decided::ALL.map(Some).into_iter().chain([None]);
    for (number, outcome) in outcomes.enumerate() {
        for kind in RecordKind::ALL {
            for verdict in RecordVerdict::ALL {
                records.push(DecisionRecord {
                    id: id(&format!("{number}-{kind}-{verdict}")),
                    admission: None,
                    kind,
                    verdict,
                    outcome,
                    ..decision("d", 1)
                });
            }
        }
    }
    for record in &records {
        assert!(store.add_decision(record).await.unwrap());
    }
    let mut read = store.decisions(1000).await.unwrap();
    for list in [&mut read, &mut records] {
        list.sort_by(|one, other| one.id.cmp(&other.id));
    }
    assert_eq!(read, records);
}

/// What was deleted cannot be found on the disk: `secure_delete` in the file, and an empty log.
#[tokio::test]
async fn what_was_purged_or_swept_is_not_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let (purged, kept) = ("canary-of-a-purge-canary", "canary-that-stays-canary");
    store.add_decision(&decision(purged, 10)).await.unwrap();
    store.add_decision(&decision(kept, 30)).await.unwrap();
    assert!(on_disk(&folder, purged));
    assert_eq!(store.purge(at(20), at(99)).await.unwrap().removed, 1);
    assert!(!on_disk(&folder, purged) && on_disk(&folder, kept));

    let asked = NewAdmission {
        asked: "canary of an admission".to_owned(),
        ..admission()
    };
    store.add_admission(&asked).await.unwrap();
    let closing = Closing {
        state: AdmissionState::Admitted,
        result: b"canary of a result".to_vec(),
        decision: decision("d1", 5),
    };
    assert!(store.close(&closing).await.unwrap());
    assert!(on_disk(&folder, "canary of a result"));
    store.sweep(at(59), at(5)).await.unwrap();
    assert!(!on_disk(&folder, "canary of a result"));
    assert!(on_disk(&folder, "canary of an admission"));
    store.sweep(at(60), at(60)).await.unwrap();
    assert!(!on_disk(&folder, "canary of an admission"));
}

/// A store of the first version: results in clear, which do not come along.
#[tokio::test]
async fn a_store_of_the_first_version_is_brought_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.db");
    std::fs::write(&path, "").unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let old = sqlx::sqlite::SqlitePool::connect_with(options)
        .await
        .unwrap();
    let first = include_str!("sqlite/migrations/0001_first.sql");
    sqlx::raw_sql(first).execute(&old).await.unwrap();
    sqlx::raw_sql(
        "CREATE TABLE schema_versions (version INTEGER PRIMARY KEY NOT NULL, \
         applied_at INTEGER NOT NULL) STRICT; INSERT INTO schema_versions VALUES (1, 0);",
    )
    .execute(&old)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO admissions VALUES ($1, $2, $3, $4, '{}', 1800000000, 1800000060, \
         'admitted', '{\"admission_token\":\"canary of a token\"}', 1800000005)",
    )
    .bind(id("a1").as_str())
    .bind(named("request").as_bytes().to_vec())
    .bind(named("response path").as_bytes().to_vec())
    .bind(named("poll").as_bytes().to_vec())
    .execute(&old)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO decisions VALUES ($1, NULL, 'asset_check', 1800000005, $2, 'accepted', '', \
         'accepted', NULL)",
    )
    .bind(id("d1").as_str())
    .bind(named("response").as_bytes().to_vec())
    .execute(&old)
    .await
    .unwrap();
    sqlx::query("INSERT INTO offers VALUES ($1, $2, 'avatar', '{}', 1, 1800000100, NULL)")
        .bind(named("offer").as_bytes().to_vec())
        .bind(named("code").as_bytes().to_vec())
        .execute(&old)
        .await
        .unwrap();
    old.close().await;
    assert!(on_disk(&folder, "canary of a token"));

    let store = sqlite(&folder).await;
    let found = store
        .admission_by_poll(named("poll"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.state, found.result),
        (AdmissionState::Admitted, None)
    );
    let decisions = store.decisions(9).await.unwrap();
    assert_eq!((decisions.len(), decisions[0].outcome), (1, None));
    // An offer that stood open can be taken up, and what comes of it can be taken back.
    let grants = store.grants(9).await.unwrap();
    assert_eq!(
        (grants.len(), grants[0].configuration.as_str()),
        (1, "avatar")
    );
    let token = NewToken {
        token: named("token"),
        expires: at(200),
    };
    store.redeem(named("code"), &token, at(1)).await.unwrap();
    let taken = store.spend(&spending(1, "n"), at(2)).await.unwrap();
    assert!(matches!(taken, Taken::Done(_)));
    assert!(!on_disk(&folder, "canary of a token"));
}

#[tokio::test]
async fn the_newest_decision_comes_first_also_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let names = ["m", "a", "z", "k", "b"];
    for name in names {
        store.add_decision(&decision(name, 1)).await.unwrap();
    }
    let read = store.decisions(10).await.unwrap();
    let newest: Vec<_> = names.iter().rev().map(|name| id(name)).collect();
    let read: Vec<_> = read.into_iter().map(|record| record.id).collect();
    assert_eq!(read, newest);
}

/// How far a history had come, after a restart too; never back.
#[tokio::test]
async fn a_longer_history_replaces_a_shorter_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let key = |seed| proofs::keys::SigningKey::from_seed(&[seed; 32]).verifying_key();
    let head = |number, name: &str, seed| {
        let keys = [("did:web:a.example#key-1".to_owned(), key(seed))];
        verifier::KeyHistoryHead::new(number, named(name), keys)
    };
    let did: schemas::did::Did = "did:web:a.example".parse().unwrap();
    for (head, at_second) in [
        (head(2, "second", 2), 1),
        (head(1, "first", 1), 2),
        (head(2, "another second", 3), 3),
        (head(3, "third", 4), 4),
    ] {
        store
            .mark_history(&did, &head, at(at_second))
            .await
            .unwrap();
        store.sweep(at(5), at(5)).await.unwrap();
        let known = store.marked_histories().await.unwrap();
        assert_eq!(known.len(), 1);
        let (number, seed) = if at_second < 4 { (2, 2) } else { (3, 4) };
        let keys: Vec<_> = known[0].1.keys().map(|(_, key)| key.clone()).collect();
        assert_eq!((known[0].1.number(), keys), (number, vec![key(seed)]));
    }
    store.close_file().await;
    let store = sqlite(&folder).await;
    let known = store.marked_histories().await.unwrap();
    assert_eq!((&known[0].0, known[0].1.digest()), (&did, &named("third")));
}

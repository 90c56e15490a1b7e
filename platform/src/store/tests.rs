//! What every database has to keep: each test runs on a file and, where there is PostgreSQL, on a server.

mod issuing;
mod ledger;
mod outages;
mod status;
mod telling;
mod together;

use schemas::admission::Decided;
use schemas::digest::Sha256Digest;
use schemas::offering::OfferFlow;
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

use super::Database;
use super::database::statement::query;
use super::{
    AdmissionState, Closing, DecisionRecord, Lot, NewAdmission, RecordKind, RecordVerdict, Records,
    StoreError,
};
use crate::store::offers::{
    Issuance, NewOffer, NewRefresh, NewToken, Offers, Redeemed, Redeeming, Spending, Taken,
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

async fn sqlite(folder: &tempfile::TempDir) -> Database {
    let path = folder.path().join("world.db");
    if !path.exists() {
        std::fs::write(&path, "").unwrap();
    }
    Database::file(&path, at(0)).await.unwrap()
}

/// Where the store of a test is.
enum Home {
    File(tempfile::TempDir),
    /// The URL of a database.
    Server(String),
}

impl Home {
    fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// None where PostgreSQL is not installed.
    fn server() -> Option<Self> {
        let cluster = test_postgres::shared()?;
        Some(Self::Server(cluster.database()))
    }

    /// Another of the same kind, with nothing in it.
    fn another(&self) -> Self {
        match self {
            Self::File(_) => Self::file(),
            Self::Server(_) => Self::server().unwrap(),
        }
    }

    /// Opens the store, as another process would.
    async fn open(&self) -> Database {
        self.try_open().await.unwrap()
    }

    async fn try_open(&self) -> Result<Database, StoreError> {
        match self {
            Self::File(folder) => {
                let path = folder.path().join("world.db");
                if !path.exists() {
                    std::fs::write(&path, "").unwrap();
                }
                Database::file(&path, at(0)).await
            }
            Self::Server(url) => Database::server(url.parse().unwrap(), 8, at(0)).await,
        }
    }

    /// Whether a text stands in the file. What a server keeps on its disk is its own matter.
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::File(folder) => on_disk(folder, text),
            Self::Server(_) => false,
        }
    }
}

/// Each of these, a function of a [`Home`], runs on a file and on a server.
macro_rules! on_both {
    ($($name:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(super::Home::file()).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                if let Some(home) = super::Home::server() {
                    super::$name(home).await;
                }
            })*
        }
    };
}
use on_both;

on_both! {
    nonce_and_copies_are_spent_together_or_not_at_all,
    an_admission_is_closed_once,
    a_flood_of_wrong_answers_leaves_few_records,
    a_purge_deletes_what_is_old_and_says_so,
    what_is_stored_is_there_after_a_restart_and_a_newer_store_is_refused,
    every_kind_of_record_is_read_as_it_was_written,
    an_outcome_is_told_once_to_whoever_brings_the_code,
    the_newest_decision_comes_first_also_within_a_second,
    a_longer_history_replaces_a_shorter_one,
}

async fn with_token(store: &impl Offers) {
    store.add_offer(&offer(3)).await.unwrap();
    let redeemed = store.redeem(&redeeming("token", None), at(1)).await;
    assert!(matches!(redeemed.unwrap(), Redeemed::Done(_)));
}

fn offer(copies: u32) -> NewOffer {
    NewOffer {
        offer: named("offer"),
        code: named("code"),
        flow: OfferFlow::PreAuthorized,
        tx_code: None,
        grant: id("g1"),
        approval: None,
        made: at(0),
        kind: "avatar",
        configurations: vec!["avatar_sd_jwt".to_owned(), "avatar".to_owned()],
        template: "{}".to_owned(),
        copies,
        expires: at(100),
    }
}

fn token(name: &str, refresh: Option<&str>) -> NewToken {
    NewToken {
        token: named(name),
        expires: at(200),
        expires_waiting: at(2000),
        refresh: refresh.map(|name| NewRefresh {
            token: named(name),
            expires: at(5000),
        }),
        asked: Vec::new(),
        client: None,
    }
}

fn redeeming(name: &str, tx_code: Option<&str>) -> Redeeming {
    Redeeming {
        code: named("code"),
        tx_code: tx_code.map(named),
        token: token(name, None),
    }
}

fn spending(copies: u32, nonce: &str) -> Spending {
    Spending {
        token: named("token"),
        copies,
        nonce: named(nonce),
        nonce_expires: at(50),
    }
}

fn issuance(copies: u32, nonce: &str) -> Issuance {
    Issuance {
        notification: named(&format!("notification {nonce}")),
        valid_until: at(1000),
        lot: Lot::draw(copies).unwrap(),
        mint: None,
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
        client_id: "decentralized_identifier:did:web:world.example".to_owned(),
        decryption: None,
        created: at(0),
        expires: at(60),
    }
}

async fn nonce_and_copies_are_spent_together_or_not_at_all(home: Home) {
    let store = home.open().await;
    with_token(&store).await;
    let spend = async |copies, nonce: &str, seconds| {
        store
            .spend(
                &spending(copies, nonce),
                &issuance(copies, nonce),
                at(seconds),
            )
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
    assert_eq!(grant.configurations, ["avatar_sd_jwt", "avatar"]);
    assert_eq!(grant.copies, 0);
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

async fn an_admission_is_closed_once(home: Home) {
    let store = home.open().await;
    store.add_admission(&admission()).await.unwrap();
    let found = store.admission_by_request(named("request")).await.unwrap();
    assert_eq!(found.unwrap().state, AdmissionState::Open);
    let closing = |id: &str| Closing {
        state: AdmissionState::Admitted,
        result: b"sealed".to_vec(),
        response_code: None,
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

async fn a_flood_of_wrong_answers_leaves_few_records(home: Home) {
    let store = home.open().await;
    for number in 0..40 {
        let kept = store
            .add_decision(&decision(&format!("d{number}"), 1))
            .await;
        assert_eq!(kept.unwrap(), number < 16);
    }
    assert_eq!(store.decisions(100).await.unwrap().len(), 16);
}

async fn a_purge_deletes_what_is_old_and_says_so(home: Home) {
    let store = home.open().await;
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

async fn what_is_stored_is_there_after_a_restart_and_a_newer_store_is_refused(home: Home) {
    let store = home.open().await;
    with_token(&store).await;
    store.shut().await;
    let store = home.open().await;
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_some());
    store.sweep(at(200), at(200)).await.unwrap();
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_none());
    query("INSERT INTO schema_versions (version, applied_at) VALUES (99, 0)")
        .execute(&store)
        .await
        .unwrap();
    store.shut().await;
    let newer = home.try_open().await;
    assert!(matches!(newer, Err(StoreError::Newer { found: 99, .. })));
}

async fn every_kind_of_record_is_read_as_it_was_written(home: Home) {
    let store = home.open().await;
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

/// An outcome that is for one browser is told once, to whoever has the code; the key of the answer is
/// gone with it.
async fn an_outcome_is_told_once_to_whoever_brings_the_code(home: Home) {
    let store = home.open().await;
    let asked = NewAdmission {
        decryption: Some(b"canary of a key".to_vec()),
        ..admission()
    };
    store.add_admission(&asked).await.unwrap();
    let found = async || {
        store
            .admission_by_id(id("a1").as_str())
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(found().await.decryption, asked.decryption);
    let closing = Closing {
        state: AdmissionState::Admitted,
        result: b"sealed".to_vec(),
        response_code: Some(named("code")),
        decision: decision("d1", 5),
    };
    assert!(
        !store
            .tell_once(id("a1").as_str(), named("code"))
            .await
            .unwrap()
    );
    assert!(store.close(&closing).await.unwrap());
    let closed = found().await;
    assert_eq!(
        (closed.decryption, closed.response_code),
        (None, Some(named("code")))
    );
    for (name, code) in [("a1", "other"), ("a2", "code")] {
        assert!(
            !store
                .tell_once(id(name).as_str(), named(code))
                .await
                .unwrap()
        );
    }
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .tell_once(id("a1").as_str(), named("code"))
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut told = 0;
    for task in tasks {
        told += usize::from(task.await.unwrap());
    }
    assert_eq!(told, 1);
    let over = found().await;
    assert_eq!((over.result, over.response_code), (None, None));

    // A request that nobody answered loses its key when it has run out.
    let open = NewAdmission {
        id: id("a2"),
        request: named("request 2"),
        response: named("response path 2"),
        poll: named("poll 2"),
        ..asked
    };
    store.add_admission(&open).await.unwrap();
    store.sweep(at(60), at(0)).await.unwrap();
    let left = store
        .admission_by_id(id("a2").as_str())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((left.state, left.decryption), (AdmissionState::Open, None));
    assert!(!home.holds("canary of a key"));
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
        response_code: None,
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
    let redeemed = store.redeem(&redeeming("token", None), at(1)).await;
    let Redeemed::Done(given) = redeemed.unwrap() else {
        panic!("the offer is open");
    };
    // In the one format that there was.
    assert_eq!(given.configurations, ["avatar"]);
    let taken = store
        .spend(&spending(1, "n"), &issuance(1, "n"), at(2))
        .await;
    assert!(matches!(taken.unwrap(), Taken::Done(_)));
    assert!(!on_disk(&folder, "canary of a token"));
}

async fn the_newest_decision_comes_first_also_within_a_second(home: Home) {
    let store = home.open().await;
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
async fn a_longer_history_replaces_a_shorter_one(home: Home) {
    let store = home.open().await;
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
    store.shut().await;
    let store = home.open().await;
    let known = store.marked_histories().await.unwrap();
    assert_eq!((&known[0].0, known[0].1.digest()), (&did, &named("third")));
}

//! Databases that are away, full, busy or hostile. Whoever waits hears so within a time limit, and
//! nothing panics.

use std::time::{Duration, Instant};

use schemas::reason::Reason;
use test_postgres::Cluster;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use super::{Home, at, id, named, on_both, sqlite};
use crate::store::database::statement::query;
use crate::store::database::transaction::{Transaction, in_transaction};
use crate::store::offers::Offers;
use crate::store::{Answer, Database, Records, StoreError};

on_both! {
    a_store_is_one_worlds,
    processes_that_start_at_once_make_the_tables_once,
}

/// Longer than any single limit of the store, and far shorter than for ever.
const PATIENCE: Duration = Duration::from_secs(30);

async fn in_time<T>(act: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, act).await.unwrap()
}

#[track_caller]
fn is_away<T: std::fmt::Debug>(answer: Answer<T>) {
    let error = answer.unwrap_err();
    assert_eq!(error.reason(), Reason::DbUnavailable, "{error}");
}

async fn a_store_is_one_worlds(home: Home) {
    let store = home.open().await;
    let (one, other) = ("did:web:one.example", "did:web:other.example");
    let founded = named("its first entry");
    for _ in 0..2 {
        store
            .belongs_to(&one.parse().unwrap(), &founded)
            .await
            .unwrap();
    }
    let refused = store.belongs_to(&other.parse().unwrap(), &founded).await;
    let error = refused.unwrap_err();
    assert_eq!(error.reason(), Reason::ConfigMalformed);
    assert!(error.to_string().contains(one), "{error}");
    // A file stands beside the keys; a server may be found with keys of another founding.
    let others = store
        .belongs_to(&one.parse().unwrap(), &named("another"))
        .await;
    assert_eq!(others.is_ok(), matches!(home, Home::File(_)));
}

async fn processes_that_start_at_once_make_the_tables_once(home: Home) {
    let home = std::sync::Arc::new(home);
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let home = std::sync::Arc::clone(&home);
            tokio::spawn(async move { home.try_open().await })
        })
        .collect();
    let mut stores = Vec::new();
    for started in starting {
        stores.push(started.await.unwrap().unwrap());
    }
    let rows = query("SELECT version FROM schema_versions ORDER BY version")
        .fetch_all(&stores[0])
        .await
        .unwrap();
    let versions: Vec<i64> = rows.iter().map(|row| row.try_get(0).unwrap()).collect();
    let last = i64::try_from(versions.len()).unwrap();
    assert_eq!(versions, (1..=last).collect::<Vec<_>>());
    for store in stores {
        assert!(store.decisions(1).await.unwrap().is_empty());
        store.shut().await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be_and_found_again() {
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let url = cluster.database();
    let store = Database::server(url.parse().unwrap(), 4, at(0))
        .await
        .unwrap();
    store.add_offer(&super::offer(1)).await.unwrap();
    for stop in [Cluster::stop, Cluster::kill] {
        stop(&cluster);
        // Those who served for a server that was killed may answer once more.
        let since = Instant::now();
        while in_time(store.decisions(1)).await.is_ok() {
            assert!(since.elapsed() < Duration::from_secs(5));
        }
        for _ in 0..20 {
            is_away(in_time(store.decisions(1)).await);
            is_away(in_time(store.redeem(&super::redeeming("t", None), at(1))).await);
        }
        is_away(in_time(Database::server(url.parse().unwrap(), 4, at(0))).await);
        cluster.begin();
        let since = Instant::now();
        while store.decisions(1).await.is_err() {
            assert!(since.elapsed() < Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let redeemed = store.redeem(&super::redeeming("token", None), at(1)).await;
    drop(redeemed.unwrap());
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn too_many_who_wait_for_a_connection_hear_so() {
    let Some(Home::Server(url)) = Home::server() else {
        return;
    };
    let store = Database::server(url.parse().unwrap(), 2, at(0))
        .await
        .unwrap();
    let held = [store.begin().await.unwrap(), store.begin().await.unwrap()];
    let asking: Vec<_> = (0..1000)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.decisions(1).await })
        })
        .collect();
    for asked in asking {
        let error = in_time(asked).await.unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Overloaded), "{error}");
        assert_eq!(error.reason(), Reason::Overloaded);
    }
    drop(held);
    // Those who let go without a commit did nothing, and others go on.
    for _ in 0..10 {
        assert!(in_time(store.decisions(1)).await.unwrap().is_empty());
    }
}

/// Two who each hold what the other wants: the server ends one of them, and that one begins again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_whom_the_server_ends_for_others_begin_again() {
    let Some(home) = Home::server() else {
        return;
    };
    let store = home.open().await;
    let (one, other) = ("offer one", "offer other");
    for name in [one, other] {
        let offer = crate::store::offers::NewOffer {
            offer: named(name),
            code: named(&format!("code of {name}")),
            grant: id(&name.replace(' ', "-")),
            ..super::offer(1)
        };
        store.add_offer(&offer).await.unwrap();
    }
    async fn both(mut open: Transaction, names: [&'static str; 2]) -> Answer<()> {
        for name in names {
            query("UPDATE offers SET copies = copies + 1 WHERE offer = $1")
                .bind(named(name).as_bytes().to_vec())
                .execute(&mut open)
                .await?;
            // The other has its first meanwhile, as a rule.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        open.commit().await
    }
    let tasks = [[one, other], [other, one]].map(|names| {
        let store = store.clone();
        tokio::spawn(async move { in_transaction!(store, open => both(open, names)) })
    });
    for task in tasks {
        in_time(task).await.unwrap().unwrap();
    }
    let row = query("SELECT MIN(copies), MAX(copies) FROM offers");
    let row = row.fetch_one(&store).await.unwrap();
    let copies: (i64, i64) = (row.try_get(0).unwrap(), row.try_get(1).unwrap());
    assert_eq!(copies, (3, 3));
}

/// What a hostile server does with a connection.
#[derive(Clone, Copy, Debug)]
enum Manners {
    HangsUp,
    SaysNothing,
    SaysNonsense,
    /// SCRAM with two thousand million rounds.
    WantsWork,
    /// A message of four gigabytes that does not come.
    Promises,
}

async fn hostile(manners: Manners) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, manners));
        }
    });
    format!("postgres://omote:secret@127.0.0.1:{port}/world?sslmode=disable")
}

async fn behave(mut stream: TcpStream, manners: Manners) {
    let mut asked = vec![0; 4096];
    let Ok(1..) = stream.read(&mut asked).await else {
        return;
    };
    let message = |kind: u8, content: &[u8]| {
        let length = u32::try_from(content.len() + 4).unwrap();
        [&[kind], &length.to_be_bytes()[..], content].concat()
    };
    match manners {
        Manners::HangsUp => return,
        Manners::SaysNothing => {}
        Manners::SaysNonsense => {
            let _ = stream.write_all(&[0xff; 4096]).await;
        }
        Manners::Promises => {
            let _ = stream.write_all(b"R\xff\xff\xff\xffabc").await;
        }
        Manners::WantsWork => {
            let ask = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
            let _ = stream.write_all(&ask).await;
            let read = stream.read(&mut asked).await.unwrap_or_default();
            let said = String::from_utf8_lossy(&asked[..read]).into_owned();
            let nonce = said.split("r=").nth(1).unwrap_or_default();
            let more = format!("\0\0\0\x0br={nonce}more,s=QSXCR+Q6sek8bf92,i=2000000000");
            let _ = stream.write_all(&message(b'R', more.as_bytes())).await;
        }
    }
    // It keeps the line open.
    while let Ok(1..) = stream.read(&mut asked).await {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_server_keeps_nobody_waiting() {
    for manners in [
        Manners::HangsUp,
        Manners::SaysNothing,
        Manners::SaysNonsense,
        Manners::WantsWork,
        Manners::Promises,
    ] {
        let url = hostile(manners).await;
        is_away(in_time(Database::server(url.parse().unwrap(), 4, at(0))).await);
    }
}

/// Passes what a client and the server of a socket say to each other; of what the server says, only so
/// many bytes, or with each row changed.
#[derive(Clone, Copy, Debug)]
enum Damage {
    CutsAfter(usize),
    /// A row that says it has so many columns, whatever it has.
    Columns(u16),
    /// A row that ends in its middle.
    ShortRow,
    /// A column that is said to be longer than the row.
    LongColumn,
}

async fn damaging(socket: std::path::PathBuf, damage: Damage) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(socket.join(".s.PGSQL.5432"))
                .await
                .unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (from_server, mut to_server) = server.into_split();
            tokio::spawn(async move {
                let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
            });
            tokio::spawn(async move {
                match damage {
                    Damage::CutsAfter(bytes) => {
                        let mut some = from_server.take(u64::try_from(bytes).unwrap());
                        let _ = tokio::io::copy(&mut some, &mut to_client).await;
                    }
                    _ => {
                        let _ = damage_rows(from_server, to_client, damage).await;
                    }
                }
            });
        }
    });
    port
}

async fn damage_rows(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    damage: Damage,
) -> std::io::Result<()> {
    loop {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await?;
        let mut content = vec![0; usize::try_from(length).unwrap() - 4];
        from.read_exact(&mut content).await?;
        if kind == b'D' {
            match damage {
                Damage::Columns(count) => content[..2].copy_from_slice(&count.to_be_bytes()),
                Damage::ShortRow => content.truncate(3),
                Damage::LongColumn => content[2..6].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff]),
                Damage::CutsAfter(_) => {}
            }
        }
        to.write_u8(kind).await?;
        to.write_u32(u32::try_from(content.len() + 4).unwrap())
            .await?;
        to.write_all(&content).await?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_no_rows_are_no_answers() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    let url = cluster.database();
    let store = Database::server(url.parse().unwrap(), 2, at(0))
        .await
        .unwrap();
    let database = url.split(['/', '?']).nth(3).unwrap();
    for damage in [
        Damage::Columns(0),
        Damage::Columns(1),
        Damage::Columns(u16::MAX),
        Damage::ShortRow,
        Damage::LongColumn,
    ] {
        let port = damaging(cluster.socket().to_owned(), damage).await;
        let url = format!("postgres://omote@127.0.0.1:{port}/{database}?sslmode=disable");
        let damaged = in_time(Database::server(url.parse().unwrap(), 2, at(0))).await;
        assert!(
            damaged.is_err() || matches!(damage, Damage::Columns(1)),
            "{damage:?}"
        );
        if let Ok(damaged) = damaged {
            store.add_decision(&super::decision("d1", 1)).await.unwrap();
            is_away(in_time(damaged.decisions(9)).await);
        }
    }
}

/// Wherever the line breaks: what was answered happened, and nothing else is said than that it is away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_anywhere_breaks_one_answer() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    let url = cluster.database();
    let sound = Database::server(url.parse().unwrap(), 2, at(0))
        .await
        .unwrap();
    let database = url.split(['/', '?']).nth(3).unwrap();
    let mut whole = 0;
    for (number, bytes) in (0..4000).step_by(61).enumerate() {
        let port = damaging(cluster.socket().to_owned(), Damage::CutsAfter(bytes)).await;
        let url = format!("postgres://omote@127.0.0.1:{port}/{database}?sslmode=disable");
        let name = format!("n{number}");
        let offer = crate::store::offers::NewOffer {
            offer: named(&name),
            code: named(&format!("code {name}")),
            grant: id(&name),
            ..super::offer(1)
        };
        let added = in_time(async {
            let store = Database::server(url.parse().unwrap(), 2, at(0)).await?;
            store.add_offer(&offer).await
        });
        let added = added.await;
        let there = sound
            .open_offer(offer.offer, at(1))
            .await
            .unwrap()
            .is_some();
        match added {
            Ok(()) => {
                assert!(there, "{bytes}");
                whole += 1;
            }
            Err(StoreError::Unsure(_)) => {}
            Err(error) => {
                assert_eq!(error.reason(), Reason::DbUnavailable, "{error}");
                assert!(!there, "{bytes}: {error}");
            }
        }
    }
    assert!(whole > 0);
}

/// REG-21: a full disk, a file that cannot be written, one that another keeps busy, a log that is gone.
#[tokio::test]
async fn a_file_that_cannot_be_written_is_away_and_then_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let set = async |text: &'static str| {
        let writer = store.writer_for_tests();
        sqlx::raw_sql(text).execute(&writer).await.unwrap();
    };
    let write = async |name: &str| {
        let offer = crate::store::offers::NewOffer {
            offer: named(name),
            code: named(&format!("code {name}")),
            grant: id(name),
            template: "x".repeat(100_000),
            ..super::offer(1)
        };
        in_time(store.add_offer(&offer)).await
    };
    write("first").await.unwrap();
    for (fault, mended) in [
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        (
            "PRAGMA max_page_count = 1",
            "PRAGMA max_page_count = 1073741823",
        ),
    ] {
        set(fault).await;
        is_away(write("second").await);
        let asked = crate::store::NewAdmission {
            asked: "x".repeat(100_000),
            ..super::admission()
        };
        is_away(in_time(store.add_admission(&asked)).await);
        set(mended).await;
        assert!(
            store
                .open_offer(named("second"), at(1))
                .await
                .unwrap()
                .is_none()
        );
    }
    write("second").await.unwrap();

    // Another process has it for longer than anybody waits.
    let other = sqlite(&folder).await;
    let busy = other.begin().await.unwrap();
    is_away(write("third").await);
    drop(busy);
    write("third").await.unwrap();

    // Whoever has the file open goes on in the log that it has; nothing panics.
    std::fs::remove_file(folder.path().join("world.db-wal")).unwrap();
    match write("fourth").await {
        Ok(()) => assert!(
            store
                .open_offer(named("fourth"), at(1))
                .await
                .unwrap()
                .is_some()
        ),
        Err(error) => assert_eq!(error.reason(), Reason::DbUnavailable),
    }
}

//! What a store says, to logs and to people.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level};

use super::at;
use crate::store::{Database, Records};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// However long it takes: a slow statement is logged with all of its text.
#[tokio::test]
async fn the_tables_of_a_server_are_made_in_silence() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let logged = tracing::subscriber::set_default(subscriber);
    // While there is one subscriber alone, a place that logs is asked about by the thread that
    // first comes to it, be it one of another test that listens to nothing, and stays silent for
    // all. With a second one every place asks both, whoever comes first.
    let second = Dispatch::new(NoSubscriber::new());
    let options: PgConnectOptions = cluster.database().parse().unwrap();
    let store = Database::server(options, 2, at(0)).await.unwrap();
    store.decisions(9).await.unwrap();
    drop(logged);
    drop(second);
    let said = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(!said.contains("CREATE TABLE"), "{said}");
    // What comes after is told as ever.
    assert!(said.contains("sqlx::query"), "{said}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_a_line_of_the_servers_source() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    let options: PgConnectOptions = cluster.database().parse().unwrap();
    let missing = Database::server(options.database("nodb"), 2, at(0)).await;
    let said = missing.unwrap_err().to_string();
    assert_eq!(
        said,
        "the store did not answer: database \"nodb\" does not exist"
    );
}

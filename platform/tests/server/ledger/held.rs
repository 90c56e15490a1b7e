//! Somebody else who has the database.

use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};

use crate::town::Town;

/// Keeps everybody else from the steps of a store, until it is dropped.
pub(crate) enum Held {
    File(SqliteConnection),
    Server(PgConnection),
}

impl Held {
    pub(crate) async fn of(town: &Town) -> Self {
        let mut held = match town.server() {
            None => {
                let path = town.folder.path().join("world/data/world.db");
                let options = SqliteConnectOptions::from_str(path.to_str().unwrap()).unwrap();
                Self::File(options.connect().await.unwrap())
            }
            Some(url) => Self::Server(PgConnection::connect(url).await.unwrap()),
        };
        held.again().await;
        held
    }

    pub(crate) async fn again(&mut self) {
        match self {
            Self::File(file) => drop(file.execute("BEGIN IMMEDIATE").await.unwrap()),
            Self::Server(server) => {
                server.execute("BEGIN").await.unwrap();
                server
                    .execute("LOCK TABLE item_leaves IN ACCESS EXCLUSIVE MODE")
                    .await
                    .unwrap();
            }
        }
    }

    pub(crate) async fn let_go(&mut self) {
        match self {
            Self::File(file) => drop(file.execute("ROLLBACK").await.unwrap()),
            Self::Server(server) => drop(server.execute("ROLLBACK").await.unwrap()),
        }
    }
}

//! The item ledger: items come to be, change hands once, and everybody can see how. On a file, and on a
//! PostgreSQL that two processes of the world share.

mod chains;
mod clocks;
mod crowd;
mod hand;
mod held;
mod holding;
mod log;
mod offers;
mod page;
mod racing;
mod replayed;
mod reused;
mod terms;
mod told;
mod trouble;
mod watching;

use crate::town::Town;

/// A world with its store in a file, and one of two processes on a server where PostgreSQL is installed.
async fn towns() -> Vec<Town> {
    let mut towns = vec![Town::new().await];
    if let Some(cluster) = test_postgres::shared() {
        towns.push(Town::sharing(&cluster.database(), &[]).await);
    }
    towns
}

//! The newest dates of lists of others, kept longer than the memory of a running world.

use schemas::time::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use verifier::ListRef;

use crate::store::{Answer, StoreError};

/// Most lists of which the newest date is kept: the lists of issuers that this world believes.
const MOST: i64 = 4096;

pub(super) async fn mark(
    pool: &SqlitePool,
    list: &ListRef,
    newest: Timestamp,
    now: Timestamp,
) -> Answer<()> {
    sqlx::query(
        "INSERT INTO seen_lists (url, issuer, newest, seen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (url, issuer) DO UPDATE SET \
         newest = MAX(newest, excluded.newest), seen_at = MAX(seen_at, excluded.seen_at)",
    )
    .bind(list.url.as_str())
    .bind(list.issuer.as_str())
    .bind(newest.unix_micros())
    .bind(now.unix())
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn all(pool: &SqlitePool) -> Answer<Vec<(ListRef, Timestamp)>> {
    let rows = sqlx::query("SELECT url, issuer, newest FROM seen_lists ORDER BY url, issuer")
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| {
            let (url, issuer): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let broken = StoreError::Corrupt("a list that was seen");
            let (Ok(url), Ok(issuer)) = (url.parse(), issuer.parse()) else {
                return Err(broken);
            };
            let newest = Timestamp::from_unix_micros(row.try_get(2)?);
            Ok((ListRef { url, issuer }, newest))
        })
        .collect()
}

pub(super) async fn sweep(transaction: &mut Transaction<'static, Sqlite>) -> Answer<()> {
    sqlx::query(
        "DELETE FROM seen_lists WHERE (url, issuer) NOT IN \
         (SELECT url, issuer FROM seen_lists ORDER BY seen_at DESC LIMIT $1)",
    )
    .bind(MOST)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

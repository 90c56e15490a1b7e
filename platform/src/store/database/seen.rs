//! The newest dates of lists of others and how far their key histories had come, kept longer than the memory of a running world.

use proofs::keys::VerifyingKey;
use schemas::canonical;
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Object, Value, read};
use schemas::time::Timestamp;
use verifier::{KeyHistoryHead, ListRef};

use super::statement::query;
use super::transaction::Transaction;
use super::{Database, digest, read_digest};
use crate::store::{Answer, ListKind, SeenList, StoreError};

/// Most lists of which the newest date is kept, and most histories of which the head is: those of issuers
/// that this world believes.
const MOST: i64 = 4096;

/// What was a trust list once stays one: whoever has only its date does not know.
pub(super) async fn mark(store: &Database, seen: &SeenList, now: Timestamp) -> Answer<()> {
    query(
        "INSERT INTO seen_lists (url, issuer, newest, seen_at, kind) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (url, issuer) DO UPDATE SET \
         newest = CASE WHEN seen_lists.newest > excluded.newest \
         THEN seen_lists.newest ELSE excluded.newest END, \
         seen_at = CASE WHEN seen_lists.seen_at > excluded.seen_at \
         THEN seen_lists.seen_at ELSE excluded.seen_at END, \
         kind = CASE WHEN seen_lists.kind > excluded.kind \
         THEN seen_lists.kind ELSE excluded.kind END",
    )
    .bind(seen.list.url.as_str())
    .bind(seen.list.issuer.as_str())
    .bind(seen.newest.unix_micros())
    .bind(now.unix())
    .bind(seen.kind.id())
    .execute(store)
    .await?;
    Ok(())
}

pub(super) async fn all(store: &Database) -> Answer<Vec<SeenList>> {
    let rows = query("SELECT url, issuer, newest, kind FROM seen_lists ORDER BY url, issuer")
        .fetch_all(store)
        .await?;
    rows.iter()
        .map(|row| {
            let (url, issuer): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let broken = StoreError::Corrupt("a list that was seen");
            let kind = ListKind::from_id(&row.try_get::<String, _>(3)?);
            let (Ok(url), Ok(issuer), Some(kind)) = (url.parse(), issuer.parse(), kind) else {
                return Err(broken);
            };
            Ok(SeenList {
                list: ListRef { url, issuer },
                kind,
                newest: Timestamp::from_unix_micros(row.try_get(2)?),
            })
        })
        .collect()
}

/// One that is no longer than what is known changes nothing.
pub(super) async fn mark_history(
    store: &Database,
    did: &Did,
    head: &KeyHistoryHead,
    now: Timestamp,
) -> Answer<()> {
    let mut keys = Object::new();
    for (method, key) in head.keys() {
        keys.insert(method, key.multikey());
    }
    query(
        "INSERT INTO seen_histories (did, number, digest, keys, seen_at) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (did) DO UPDATE SET number = excluded.number, digest = excluded.digest, \
         keys = excluded.keys, seen_at = excluded.seen_at WHERE excluded.number > seen_histories.number",
    )
    .bind(did.as_str())
    .bind(i64::try_from(head.number()).unwrap_or(i64::MAX))
    .bind(digest(head.digest()))
    .bind(canonical::to_text(&Value::Object(keys)))
    .bind(now.unix())
    .execute(store)
    .await?;
    Ok(())
}

pub(super) async fn histories(store: &Database) -> Answer<Vec<(Did, KeyHistoryHead)>> {
    let rows = query("SELECT did, number, digest, keys FROM seen_histories ORDER BY did")
        .fetch_all(store)
        .await?;
    rows.iter()
        .map(|row| {
            let (did, keys): (String, String) = (row.try_get(0)?, row.try_get(3)?);
            let head = read_head(row.try_get(1)?, read_digest(row.try_get(2)?)?, &keys);
            let broken = StoreError::Corrupt("a key history that was seen");
            match (did.parse(), head) {
                (Ok(did), Some(head)) => Ok((did, head)),
                _ => Err(broken),
            }
        })
        .collect()
}

fn read_head(number: i64, digest: Sha256Digest, keys: &str) -> Option<KeyHistoryHead> {
    let number = usize::try_from(number).ok()?;
    let Ok(Value::Object(keys)) = read(keys.as_bytes(), &Limits::message()) else {
        return None;
    };
    let keys = keys.iter().map(|(method, key)| {
        let key = VerifyingKey::from_multikey(key.as_str()?).ok()?;
        Some((method.to_owned(), key))
    });
    let keys: Vec<_> = keys.collect::<Option<_>>()?;
    Some(KeyHistoryHead::new(number, digest, keys))
}

pub(super) async fn sweep(transaction: &mut Transaction) -> Answer<()> {
    query(
        "DELETE FROM seen_histories WHERE did NOT IN \
         (SELECT did FROM seen_histories ORDER BY seen_at DESC LIMIT $1)",
    )
    .bind(MOST)
    .execute(&mut *transaction)
    .await?;
    query(
        "DELETE FROM seen_lists WHERE (url, issuer) NOT IN \
         (SELECT url, issuer FROM seen_lists ORDER BY seen_at DESC LIMIT $1)",
    )
    .bind(MOST)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

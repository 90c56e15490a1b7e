//! Decision records and the records of their deletion.

use schemas::admission::Decided;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::statement::{Query, Row, query};
use super::transaction::Transaction;
use super::{Database, digest, read_digest, read_id};
use crate::store::{Answer, DecisionRecord, PurgeRecord, RecordKind, RecordVerdict, StoreError};

/// Failed responses that are recorded for one admission: a flood must not fill the disk.
const ATTEMPTS: i64 = 16;

pub(in crate::store) fn bind(query: Query, decision: &DecisionRecord) -> Query {
    let reasons: Vec<_> = decision
        .reasons
        .iter()
        .map(|reason| reason.code())
        .collect();
    query
        .bind(decision.id.as_str().to_owned())
        .bind(admission_of(decision))
        .bind(decision.kind.id())
        .bind(decision.at.unix())
        .bind(digest(&decision.input))
        .bind(decision.verdict.id())
        .bind(reasons.join(" "))
        .bind(decision.outcome.map_or("", Decided::id))
        .bind(decision.receipt.as_ref().map(digest))
}

/// How many there may be of one admission. What belongs to none has no such share.
pub(in crate::store) fn bind_share(query: Query, decision: &DecisionRecord) -> Query {
    query.bind(admission_of(decision)).bind(ATTEMPTS)
}

fn admission_of(decision: &DecisionRecord) -> Option<String> {
    let admission = decision.admission.as_ref();
    admission.map(|admission| admission.as_str().to_owned())
}

pub(super) async fn insert(transaction: &mut Transaction, decision: &DecisionRecord) -> Answer<()> {
    let insert = query(
        "INSERT INTO decisions (id, admission, kind, decided_at, input, verdict, reasons, outcome, \
         receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    bind(insert, decision).execute(transaction).await.map(drop)
}

/// Records a decision that closes nothing, when its admission has not had its share. In a file many are
/// written together instead.
pub(super) async fn add(mut transaction: Transaction, decision: &DecisionRecord) -> Answer<bool> {
    let Some(admission) = admission_of(decision) else {
        insert(&mut transaction, decision).await?;
        transaction.commit().await?;
        return Ok(true);
    };
    // Two that come at a time are counted one after the other.
    transaction
        .lock(query("SELECT 1 FROM admissions WHERE id = $1 FOR UPDATE").bind(admission.as_str()))
        .await?;
    let row = query("SELECT COUNT(*) FROM decisions WHERE admission = $1")
        .bind(admission)
        .fetch_one(&mut transaction)
        .await?;
    if row.try_get::<i64, _>(0)? >= ATTEMPTS {
        return Ok(false);
    }
    insert(&mut transaction, decision).await?;
    transaction.commit().await?;
    Ok(true)
}

pub(super) async fn newest(store: &Database, most: u32) -> Answer<Vec<DecisionRecord>> {
    let rows = query("SELECT * FROM decisions ORDER BY decided_at DESC, rowid DESC LIMIT $1")
        .bind(i64::from(most))
        .fetch_all(store)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Answer<DecisionRecord> {
    let reasons: String = row.try_get("reasons")?;
    let (kind, verdict): (String, String) = (row.try_get("kind")?, row.try_get("verdict")?);
    let outcome: String = row.try_get("outcome")?;
    Ok(DecisionRecord {
        id: read_id(row.try_get("id")?)?,
        admission: row
            .try_get::<Option<String>, _>("admission")?
            .map(read_id)
            .transpose()?,
        kind: RecordKind::from_id(&kind).ok_or(StoreError::Corrupt("the kind of a decision"))?,
        at: Timestamp::from_unix(row.try_get("decided_at")?),
        input: read_digest(row.try_get("input")?)?,
        verdict: RecordVerdict::from_id(&verdict)
            .ok_or(StoreError::Corrupt("the verdict of a decision"))?,
        reasons: reasons
            .split_ascii_whitespace()
            .map(str::parse::<Reason>)
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Corrupt("the reasons of a decision"))?,
        outcome: match outcome.as_str() {
            // A check of a file asks no policy.
            "" => None,
            word => Some(
                Decided::from_id(word).ok_or(StoreError::Corrupt("the outcome of a decision"))?,
            ),
        },
        receipt: row
            .try_get::<Option<Vec<u8>>, _>("receipt")?
            .map(read_digest)
            .transpose()?,
    })
}

pub(super) async fn oldest(store: &Database) -> Answer<Option<Timestamp>> {
    let row = query("SELECT MIN(decided_at) FROM decisions")
        .fetch_one(store)
        .await?;
    let oldest: Option<i64> = row.try_get(0)?;
    Ok(oldest.map(Timestamp::from_unix))
}

pub(super) async fn purge(
    mut transaction: Transaction,
    before: Timestamp,
    now: Timestamp,
) -> Answer<PurgeRecord> {
    let row = query("SELECT MIN(decided_at), MAX(decided_at) FROM decisions WHERE decided_at < $1")
        .bind(before.unix())
        .fetch_one(&mut transaction)
        .await?;
    let (oldest, newest): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let removed = query("DELETE FROM decisions WHERE decided_at < $1")
        .bind(before.unix())
        .execute(&mut transaction)
        .await?;
    query(
        "INSERT INTO purges (purged_at, before, removed, oldest, newest) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(now.unix())
    .bind(before.unix())
    .bind(i64::try_from(removed).unwrap_or(i64::MAX))
    .bind(oldest)
    .bind(newest)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await?;
    Ok(PurgeRecord {
        at: now,
        before,
        removed,
        window: window(oldest, newest),
    })
}

pub(super) async fn purges(store: &Database, most: u32) -> Answer<Vec<PurgeRecord>> {
    let rows = query("SELECT * FROM purges ORDER BY number DESC LIMIT $1")
        .bind(i64::from(most))
        .fetch_all(store)
        .await?;
    rows.iter()
        .map(|row| {
            let removed: i64 = row.try_get("removed")?;
            Ok(PurgeRecord {
                at: Timestamp::from_unix(row.try_get("purged_at")?),
                before: Timestamp::from_unix(row.try_get("before")?),
                removed: u64::try_from(removed).map_err(|_| StoreError::Corrupt("a count"))?,
                window: window(row.try_get("oldest")?, row.try_get("newest")?),
            })
        })
        .collect()
}

fn window(oldest: Option<i64>, newest: Option<i64>) -> Option<(Timestamp, Timestamp)> {
    Some((Timestamp::from_unix(oldest?), Timestamp::from_unix(newest?)))
}

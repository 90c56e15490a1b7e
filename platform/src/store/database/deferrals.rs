//! Batches that wait for one of the world's people.

use schemas::digest::Sha256Digest;
use schemas::records::{Approval, GrantStatus};
use schemas::time::Timestamp;

use super::offers::{Used, put_in_place, read_approval, use_up};
use super::statement::query;
use super::transaction::Transaction;
use super::{Database, digest, read_count, status};
use crate::store::offers::{
    Approved, Collected, Deferral, Deferred, Issuance, NewDeferral, Spending, Taken,
};
use crate::store::{Answer, StoreError};

pub(super) async fn defer(
    mut transaction: Transaction,
    spending: &Spending,
    deferral: &NewDeferral,
    now: Timestamp,
) -> Answer<Deferred> {
    match use_up(&mut transaction, spending, now).await? {
        Used::Done => {}
        Used::NonceSpent => return Ok(Deferred::NonceSpent),
        Used::TooMany => return Ok(Deferred::TooMany),
    }
    // It waits as long as the token is good with which it is asked for again.
    let kept = query(
        "INSERT INTO deferrals (deferral, token, configuration, holders, copies, expires_at) \
         SELECT $1, tokens.token, $3, $4, $5, tokens.expires_at FROM tokens \
         JOIN offers ON offers.offer = tokens.offer JOIN grants ON grants.id = offers.grant_id \
         WHERE tokens.token = $2 AND grants.status = 'active' \
         AND grants.approval IN ('pending', 'approved')",
    )
    .bind(digest(&deferral.transaction))
    .bind(digest(&spending.token))
    .bind(deferral.configuration.as_str())
    .bind(deferral.holders.as_slice())
    .bind(i64::from(spending.copies))
    .execute(&mut transaction)
    .await?;
    if kept == 0 {
        return Ok(Deferred::Withdrawn);
    }
    transaction.commit().await?;
    Ok(Deferred::Waits)
}

pub(super) async fn find(
    store: &Database,
    transaction: Sha256Digest,
    token: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<Deferral>> {
    let row = query(
        "SELECT deferrals.configuration, deferrals.holders, deferrals.copies, offers.template, \
         grants.approval, grants.status FROM deferrals \
         JOIN tokens ON tokens.token = deferrals.token \
         JOIN offers ON offers.offer = tokens.offer \
         JOIN grants ON grants.id = offers.grant_id \
         WHERE deferrals.deferral = $1 AND deferrals.token = $2 AND deferrals.expires_at > $3",
    )
    .bind(digest(&transaction))
    .bind(digest(&token))
    .bind(now.unix())
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        let status: String = row.try_get(5)?;
        Ok(Deferral {
            configuration: row.try_get(0)?,
            holders: row.try_get(1)?,
            copies: read_count(row.try_get(2)?)?,
            template: row.try_get(3)?,
            approval: read_approval(row.try_get(4)?)?,
            status: GrantStatus::from_id(&status).ok_or(StoreError::Corrupt("a status"))?,
        })
    })
    .transpose()
}

pub(super) async fn collect(
    mut transaction: Transaction,
    deferral: Sha256Digest,
    token: Sha256Digest,
    issuance: &Issuance,
    now: Timestamp,
) -> Answer<Collected> {
    let row = query(
        "DELETE FROM deferrals WHERE deferral = $1 AND token = $2 AND expires_at > $3 \
         RETURNING copies",
    )
    .bind(digest(&deferral))
    .bind(digest(&token))
    .bind(now.unix())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(row) = row else {
        return Ok(Collected::Gone);
    };
    let copies = read_count(row.try_get(0)?)?;
    // Only of a grant that is in force and approved; otherwise nothing is committed, and it waits on.
    match put_in_place(&mut transaction, token, copies, issuance, now).await? {
        Taken::Done(places) => {
            transaction.commit().await?;
            Ok(Collected::Done(places))
        }
        Taken::Crowded => Ok(Collected::Crowded),
        Taken::Minted => Ok(Collected::Minted),
        Taken::ItemExists => Ok(Collected::ItemExists),
        Taken::Withdrawn | Taken::NonceSpent | Taken::TooMany => Ok(Collected::Gone),
    }
}

pub(super) async fn approve(
    mut transaction: Transaction,
    grant: &str,
    approval: Approval,
) -> Answer<Approved> {
    query("UPDATE grants SET approval = $2 WHERE id = $1 AND approval = 'pending'")
        .bind(grant)
        .bind(approval.id())
        .execute(&mut transaction)
        .await?;
    let Some(record) = status::find(&mut transaction, grant).await? else {
        return Ok(Approved::Unknown);
    };
    transaction.commit().await?;
    Ok(match record.approval {
        None => Approved::NotAsked,
        Some(found) if found == approval => Approved::Done(record),
        Some(_) => Approved::Otherwise,
    })
}

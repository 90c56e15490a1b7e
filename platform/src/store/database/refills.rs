//! Refresh tokens: one more batch each, not too often.

use schemas::digest::Sha256Digest;
use schemas::records::GrantStatus;
use schemas::time::Timestamp;

use super::offers::{
    Permitted, Source, add_token, end_tokens, read_approval, read_list, read_naming,
};
use super::statement::query;
use super::transaction::Transaction;
use super::{digest, read_digest};
use crate::store::offers::{Given, Refreshed, Refreshing};
use crate::store::{Answer, StoreError};
use schemas::records::Approval;

/// The line of a refresh token.
struct Line {
    offer: Vec<u8>,
    token: Sha256Digest,
    batch_at: i64,
    /// Of a whole batch.
    copies: i64,
    /// What is left of the last one.
    left: i64,
    permitted: Permitted,
    status: GrantStatus,
    approval: Option<Approval>,
    client: Option<Sha256Digest>,
    newest: Sha256Digest,
}

async fn find(
    transaction: &mut Transaction,
    refresh: &Sha256Digest,
    now: Timestamp,
) -> Answer<Option<Line>> {
    let row = query(
        "SELECT refills.offer, refills.token, refills.batch_at, offers.copies, tokens.copies, \
         COALESCE(tokens.configurations, offers.configurations), tokens.naming, \
         grants.status, grants.approval, tokens.client, refills.newest FROM refills \
         JOIN offers ON offers.offer = refills.offer \
         JOIN tokens ON tokens.token = refills.token \
         JOIN grants ON grants.id = offers.grant_id \
         WHERE (refills.newest = $1 OR refills.before = $1) AND refills.expires_at > $2",
    )
    .bind(digest(refresh))
    .bind(now.unix())
    .fetch_optional(&mut *transaction)
    .await?;
    row.map(|row| {
        let status: String = row.try_get(7)?;
        Ok(Line {
            offer: row.try_get(0)?,
            token: read_digest(row.try_get(1)?)?,
            batch_at: row.try_get(2)?,
            copies: row.try_get(3)?,
            left: row.try_get(4)?,
            permitted: Permitted {
                configurations: read_list(&row.try_get::<String, _>(5)?),
                naming: read_naming(&row.try_get::<String, _>(6)?)?,
            },
            status: GrantStatus::from_id(&status).ok_or(StoreError::Corrupt("a status"))?,
            approval: read_approval(row.try_get(8)?)?,
            client: row
                .try_get::<Option<Vec<u8>>, _>(9)?
                .map(read_digest)
                .transpose()?,
            newest: read_digest(row.try_get(10)?)?,
        })
    })
    .transpose()
}

/// A token that was replaced, and is none of the last two, was copied: by whom, nobody knows. All tokens
/// of its line end (RFC 9700 section 4.14.2).
async fn end_line(
    mut transaction: Transaction,
    refresh: &Sha256Digest,
    now: Timestamp,
) -> Answer<()> {
    let row = query("SELECT offer FROM replaced WHERE refresh = $1")
        .bind(digest(refresh))
        .fetch_optional(&mut transaction)
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    end_tokens(&mut transaction, &row.try_get::<Vec<u8>, _>(0)?, now).await?;
    transaction.commit().await
}

/// Another access token: with what is left of the last batch, or with a whole one when it is time.
pub(super) async fn refresh(
    mut transaction: Transaction,
    refreshing: &Refreshing,
    now: Timestamp,
) -> Answer<Refreshed> {
    let Some(new) = &refreshing.token.refresh else {
        return Ok(Refreshed::Unknown);
    };
    let known = "SELECT 1 FROM refills WHERE newest = $1 OR before = $1 FOR UPDATE";
    let known = query(known).bind(digest(&refreshing.refresh));
    transaction.lock(known).await?;
    // As it stands now that nobody else can rotate it; what is left of its batch stays as it is, too.
    let left = "SELECT 1 FROM tokens WHERE token IN \
                (SELECT token FROM refills WHERE newest = $1 OR before = $1) FOR UPDATE";
    let left = query(left).bind(digest(&refreshing.refresh));
    transaction.lock(left).await?;
    let Some(line) = find(&mut transaction, &refreshing.refresh, now).await? else {
        end_line(transaction, &refreshing.refresh, now).await?;
        return Ok(Refreshed::Unknown);
    };
    // RFC 6749 section 10.4: for whoever was given it.
    if line.client != refreshing.token.client {
        return Ok(Refreshed::Unknown);
    }
    match (line.status, line.approval) {
        (GrantStatus::Revoked, _) => return Ok(Refreshed::Revoked),
        (GrantStatus::Suspended, _) | (_, Some(Approval::Denied)) => {
            return Ok(Refreshed::Withdrawn);
        }
        (GrantStatus::Active, _) => {}
    }
    let next = line.batch_at.saturating_add(refreshing.after);
    // While nobody has approved the first batch there is no second.
    let due = now.unix() >= next && line.approval != Some(Approval::Pending);
    let (copies, batch_at) = match (due, line.left) {
        (true, _) => (line.copies, now.unix()),
        (false, left @ 1..) => (left, line.batch_at),
        (false, _) => {
            let at = Timestamp::from_unix(next);
            return Ok(Refreshed::TooEarly { at });
        }
    };
    let expires = match line.approval {
        Some(Approval::Pending) => refreshing.token.expires_waiting,
        _ => refreshing.token.expires,
    };
    let source = Source {
        offer: &line.offer,
        approval: line.approval,
        copies,
    };
    let (token, permitted) = (refreshing.token.token, &line.permitted);
    let given = (token, line.client);
    add_token(&mut transaction, &source, permitted, given, expires).await?;
    // What was left has moved; nobody has it twice.
    query("UPDATE tokens SET copies = 0 WHERE token = $1")
        .bind(digest(&line.token))
        .execute(&mut transaction)
        .await?;
    for replaced in [&refreshing.refresh, &line.newest] {
        query(
            "INSERT INTO replaced (refresh, offer, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        )
        .bind(digest(replaced))
        .bind(&line.offer)
        .bind(new.expires.unix())
        .execute(&mut transaction)
        .await?;
    }
    let rotated = query(
        "UPDATE refills SET before = $2, newest = $3, token = $4, batch_at = $5, expires_at = $6 \
         WHERE offer = $1 AND (newest = $2 OR before = $2)",
    )
    .bind(&line.offer)
    .bind(digest(&refreshing.refresh))
    .bind(digest(&new.token))
    .bind(digest(&token))
    .bind(batch_at)
    .bind(new.expires.unix())
    .execute(&mut transaction)
    .await?;
    if rotated == 0 {
        return Ok(Refreshed::Unknown);
    }
    transaction.commit().await?;
    Ok(Refreshed::Done(Given {
        expires,
        configurations: line.permitted.configurations,
        naming: line.permitted.naming,
    }))
}

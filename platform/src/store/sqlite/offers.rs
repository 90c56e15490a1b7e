//! Offers, codes, access tokens, nonces and notifications.

use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use sqlx::sqlite::SqlitePool;
use sqlx::{Row, Sqlite, Transaction};

use super::{digest, read_count, status};
use crate::store::{Answer, Grant, NewOffer, NewToken, Redeemed, Spending, Taken};

pub(super) async fn add(
    mut transaction: Transaction<'static, Sqlite>,
    offer: &NewOffer,
) -> Answer<()> {
    sqlx::query("INSERT INTO grants (id, configuration, offered_at) VALUES ($1, $2, $3)")
        .bind(offer.grant.as_str())
        .bind(offer.configuration)
        .bind(offer.made.unix())
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(digest(&offer.offer))
    .bind(digest(&offer.code))
    .bind(offer.configuration)
    .bind(offer.template.as_str())
    .bind(i64::from(offer.copies))
    .bind(offer.expires.unix())
    .bind(offer.grant.as_str())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn open(
    pool: &SqlitePool,
    offer: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<String>> {
    let row = sqlx::query(
        "SELECT configuration FROM offers \
         WHERE offer = $1 AND redeemed_at IS NULL AND expires_at > $2",
    )
    .bind(digest(&offer))
    .bind(now.unix())
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn redeem(
    mut transaction: Transaction<'static, Sqlite>,
    code: Sha256Digest,
    token: &NewToken,
    now: Timestamp,
) -> Answer<Redeemed> {
    let row = sqlx::query(
        "UPDATE offers SET redeemed_at = $2 \
         WHERE code = $1 AND redeemed_at IS NULL AND expires_at > $2 RETURNING offer, copies",
    )
    .bind(digest(&code))
    .bind(now.unix())
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(row) = row else {
        let used = sqlx::query("SELECT 1 FROM offers WHERE code = $1 AND redeemed_at IS NOT NULL")
            .bind(digest(&code))
            .fetch_optional(&mut *transaction)
            .await?;
        return Ok(match used {
            Some(_) => Redeemed::Used,
            None => Redeemed::Unknown,
        });
    };
    sqlx::query("INSERT INTO tokens (token, offer, copies, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(digest(&token.token))
        .bind(row.try_get::<Vec<u8>, _>(0)?)
        .bind(row.try_get::<i64, _>(1)?)
        .bind(token.expires.unix())
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Redeemed::Done)
}

pub(super) async fn grant(
    pool: &SqlitePool,
    token: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<Grant>> {
    let row = sqlx::query(
        "SELECT offers.configuration, offers.template, tokens.copies \
         FROM tokens JOIN offers ON offers.offer = tokens.offer \
         WHERE tokens.token = $1 AND tokens.expires_at > $2",
    )
    .bind(digest(&token))
    .bind(now.unix())
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Grant {
            configuration: row.try_get(0)?,
            template: row.try_get(1)?,
            copies: read_count(row.try_get(2)?)?,
        })
    })
    .transpose()
}

pub(super) async fn spend(
    mut transaction: Transaction<'static, Sqlite>,
    spending: &Spending,
    now: Timestamp,
) -> Answer<Taken> {
    let fresh = sqlx::query(
        "INSERT INTO spent_nonces (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(digest(&spending.nonce))
    .bind(spending.nonce_expires.unix())
    .execute(&mut *transaction)
    .await?;
    if fresh.rows_affected() == 0 {
        return Ok(Taken::NonceSpent);
    }
    let taken = sqlx::query(
        "UPDATE tokens SET copies = copies - $2 \
         WHERE token = $1 AND copies >= $2 AND expires_at > $3",
    )
    .bind(digest(&spending.token))
    .bind(i64::from(spending.copies))
    .bind(now.unix())
    .execute(&mut *transaction)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(Taken::TooMany);
    }
    let grant = sqlx::query(
        "UPDATE grants SET copies = copies + $2, \
         valid_until = MAX(COALESCE(valid_until, $3), $3) \
         WHERE status = 'active' AND id = (SELECT offers.grant_id FROM tokens \
         JOIN offers ON offers.offer = tokens.offer WHERE tokens.token = $1) RETURNING id",
    )
    .bind(digest(&spending.token))
    .bind(i64::from(spending.copies))
    .bind(spending.valid_until.unix())
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(grant) = grant else {
        return Ok(Taken::Withdrawn);
    };
    let grant: String = grant.try_get(0)?;
    let (copies, lot) = (spending.copies, &spending.lot);
    let places = status::take_places(&mut transaction, &grant, copies, lot, now).await?;
    let Some(places) = places else {
        return Ok(Taken::Crowded);
    };
    sqlx::query("INSERT INTO notifications (notification, token) VALUES ($1, $2)")
        .bind(digest(&spending.notification))
        .bind(digest(&spending.token))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Taken::Done(places))
}

pub(super) async fn note(
    pool: &SqlitePool,
    notification: Sha256Digest,
    token: Sha256Digest,
    event: &'static str,
) -> Answer<bool> {
    let noted =
        sqlx::query("UPDATE notifications SET event = $3 WHERE notification = $1 AND token = $2")
            .bind(digest(&notification))
            .bind(digest(&token))
            .bind(event)
            .execute(pool)
            .await?;
    Ok(noted.rows_affected() > 0)
}

/// A redeemed offer stays as long as it would have been good, so that its code keeps answering that
/// it was used.
pub(super) async fn sweep(
    transaction: &mut Transaction<'static, Sqlite>,
    now: Timestamp,
) -> Answer<()> {
    for statement in [
        "DELETE FROM spent_nonces WHERE expires_at <= $1",
        "DELETE FROM notifications WHERE token IN \
         (SELECT token FROM tokens WHERE expires_at <= $1)",
        "DELETE FROM tokens WHERE expires_at <= $1",
        "DELETE FROM offers WHERE expires_at <= $1 \
         AND offer NOT IN (SELECT offer FROM tokens)",
    ] {
        sqlx::query(statement)
            .bind(now.unix())
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

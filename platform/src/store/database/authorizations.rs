//! Logins that are under way: pushed, shown to the person, granted or refused, redeemed. Each step is
//! one conditional statement.

use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use subtle::ConstantTimeEq;

use super::offers::{
    Permitted, Source, Standing, end_tokens, give, insert, read_approval, read_list, read_naming,
};
use super::statement::{Row, query};
use super::transaction::Transaction;
use super::{Database, digest, read_digest, read_id};
use crate::store::Answer;
use crate::store::offers::{
    Authorization, CodeRedeemed, CodeRedeeming, LoginOffer, Naming, NewAuthorization, NewCode,
};

pub(super) async fn login_offer(
    store: &Database,
    issuer_state: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<LoginOffer>> {
    let row = query(
        "SELECT offer, configurations, grant_id FROM offers WHERE code = $1 \
         AND flow = 'authorization_code' AND redeemed_at IS NULL AND expires_at > $2",
    )
    .bind(digest(&issuer_state))
    .bind(now.unix())
    .fetch_optional(store)
    .await?;
    row.map(|row| read_offer(&row)).transpose()
}

fn read_offer(row: &Row) -> Answer<LoginOffer> {
    Ok(LoginOffer {
        offer: read_digest(row.try_get(0)?)?,
        configurations: read_list(&row.try_get::<String, _>(1)?),
        grant: read_id(row.try_get(2)?)?,
    })
}

/// Anybody may push a request, so there is room for so many at a time and no more.
pub(super) async fn add(store: &Database, new: &NewAuthorization, most: u32) -> Answer<bool> {
    let added = query(
        "INSERT INTO authorizations \
         (request, ticket, client, redirect, challenge, asked, offer, naming, expires_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
         WHERE (SELECT COUNT(*) FROM authorizations WHERE state <> 'redeemed') < $10",
    )
    .bind(digest(&new.request))
    .bind(digest(&new.ticket))
    .bind(digest(&new.client))
    .bind(digest(&new.redirect))
    .bind(digest(&new.challenge))
    .bind(new.asked.as_slice())
    .bind(new.offer.as_ref().map(digest))
    .bind(new.naming.id())
    .bind(new.expires.unix())
    .bind(i64::from(most))
    .execute(store)
    .await?;
    Ok(added > 0)
}

pub(super) async fn show(
    store: &Database,
    request: Sha256Digest,
    client: Sha256Digest,
    until: Timestamp,
    now: Timestamp,
) -> Answer<bool> {
    let shown = query(
        // Who loads the page again stays where they are, with the time that is left (RFC 9126 section 4).
        "UPDATE authorizations SET \
         expires_at = CASE state WHEN 'pushed' THEN $3 ELSE expires_at END, state = 'shown' \
         WHERE request = $1 AND client = $2 AND state IN ('pushed', 'shown') AND expires_at > $4",
    )
    .bind(digest(&request))
    .bind(digest(&client))
    .bind(until.unix())
    .bind(now.unix())
    .execute(store)
    .await?;
    Ok(shown > 0)
}

pub(super) async fn find(
    store: &Database,
    ticket: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<Authorization>> {
    let row = query(
        "SELECT offers.offer, offers.configurations, offers.grant_id, authorizations.asked, \
         authorizations.expires_at FROM authorizations \
         LEFT JOIN offers ON offers.offer = authorizations.offer \
         WHERE authorizations.ticket = $1 AND authorizations.state = 'shown' \
         AND authorizations.expires_at > $2",
    )
    .bind(digest(&ticket))
    .bind(now.unix())
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        let offer = match row.try_get::<Option<Vec<u8>>, _>(0)? {
            Some(_) => Some(read_offer(&row)?),
            None => None,
        };
        Ok(Authorization {
            asked: row.try_get(3)?,
            offer,
            expires: Timestamp::from_unix(row.try_get(4)?),
        })
    })
    .transpose()
}

pub(super) async fn grant(
    mut transaction: Transaction,
    new: &NewCode,
    now: Timestamp,
) -> Answer<bool> {
    let row = query(
        "UPDATE authorizations SET state = 'granted', code = $2, configurations = $3, \
         offer = COALESCE($4, offer), expires_at = $5 \
         WHERE ticket = $1 AND state = 'shown' AND expires_at > $6 RETURNING offer",
    )
    .bind(digest(&new.ticket))
    .bind(digest(&new.code))
    .bind(new.configurations.join(" "))
    .bind(new.offer.as_ref().map(|offer| digest(&offer.offer)))
    .bind(new.expires.unix())
    .bind(now.unix())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(row) = row else {
        return Ok(false);
    };
    match &new.offer {
        Some(offer) => insert(&mut transaction, offer, Standing::TakenUp).await?,
        None => {
            let taken = query(
                "UPDATE offers SET redeemed_at = $2 WHERE offer = $1 \
                 AND flow = 'authorization_code' AND redeemed_at IS NULL AND expires_at > $2",
            )
            .bind(row.try_get::<Option<Vec<u8>>, _>(0)?)
            .bind(now.unix())
            .execute(&mut transaction)
            .await?;
            if taken == 0 {
                return Ok(false);
            }
        }
    }
    transaction.commit().await?;
    Ok(true)
}

pub(super) async fn refuse(store: &Database, ticket: Sha256Digest, now: Timestamp) -> Answer<bool> {
    let refused = query(
        "UPDATE authorizations SET state = 'refused' \
         WHERE ticket = $1 AND state = 'shown' AND expires_at > $2",
    )
    .bind(digest(&ticket))
    .bind(now.unix())
    .execute(store)
    .await?;
    Ok(refused > 0)
}

/// A code that was redeemed says so only to whoever has the verifier: nobody else learns that it was
/// one, and nobody else can use it up. Redeemed twice, it was copied, and what came of it ends
/// (RFC 6749 section 4.1.2): it is remembered for as long as that may be good.
pub(super) async fn redeem(
    mut transaction: Transaction,
    redeeming: &CodeRedeeming,
    now: Timestamp,
) -> Answer<CodeRedeemed> {
    let row = query(
        "SELECT authorizations.client, authorizations.redirect, authorizations.challenge, \
         authorizations.state, authorizations.configurations, authorizations.naming, \
         offers.offer, grants.approval, offers.copies FROM authorizations \
         JOIN offers ON offers.offer = authorizations.offer \
         JOIN grants ON grants.id = offers.grant_id \
         WHERE authorizations.code = $1 AND authorizations.expires_at > $2",
    )
    .bind(digest(&redeeming.code))
    .bind(now.unix())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(row) = row else {
        return Ok(CodeRedeemed::Unknown);
    };
    let expected = [redeeming.client, redeeming.redirect, redeeming.challenge];
    let mut same = subtle::Choice::from(1);
    for (index, expected) in expected.iter().enumerate() {
        let found = read_digest(row.try_get(index)?)?;
        same &= found.as_bytes().ct_eq(expected.as_bytes());
    }
    if !bool::from(same) {
        return Ok(CodeRedeemed::Mismatch);
    }
    let granted = read_list(&row.try_get::<String, _>(4)?);
    let Some(mut permitted) = Permitted::of(&granted, &redeeming.token.asked) else {
        return Ok(CodeRedeemed::NotOffered);
    };
    if read_naming(&row.try_get::<String, _>(5)?)? == Naming::Identifier {
        permitted.naming = Naming::Identifier;
    }
    let taken = query(
        "UPDATE authorizations SET state = 'redeemed', expires_at = $3 \
         WHERE code = $1 AND state = 'granted' AND expires_at > $2",
    )
    .bind(digest(&redeeming.code))
    .bind(now.unix())
    .bind(redeeming.token.lives_until().unix())
    .execute(&mut transaction)
    .await?;
    let offer: Vec<u8> = row.try_get(6)?;
    if taken == 0 {
        end_tokens(&mut transaction, &offer, now).await?;
        transaction.commit().await?;
        return Ok(CodeRedeemed::Used);
    }
    let source = Source {
        offer: &offer,
        approval: read_approval(row.try_get(7)?)?,
        copies: row.try_get(8)?,
    };
    let given = give(&mut transaction, &source, permitted, &redeeming.token, now).await?;
    transaction.commit().await?;
    Ok(CodeRedeemed::Done(given))
}

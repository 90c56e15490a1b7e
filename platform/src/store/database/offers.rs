//! Offers, codes, access tokens, nonces and notifications.

use schemas::digest::Sha256Digest;
use schemas::offering::OfferFlow;
use schemas::oid4vci::offer::InputMode;
use schemas::records::Approval;
use schemas::time::Timestamp;
use subtle::ConstantTimeEq;

use super::statement::{Row, query};
use super::transaction::Transaction;
use super::{Database, digest, read_count, read_digest, read_id, status};
use crate::store::ledger::{Minted, mint};
use crate::store::offers::{
    Given, Grant, Issuance, KeptTxCode, MAX_WRONG, Naming, NewOffer, NewToken, OpenOffer, Redeemed,
    Redeeming, Spending, Taken,
};
use crate::store::{Answer, StoreError};

pub(super) async fn add(mut transaction: Transaction, offer: &NewOffer) -> Answer<()> {
    insert(&mut transaction, offer, Standing::Open).await?;
    transaction.commit().await?;
    Ok(())
}

/// Whether an offer can be taken up, or was the moment it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Open,
    TakenUp,
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    offer: &NewOffer,
    standing: Standing,
) -> Answer<()> {
    query("INSERT INTO grants (id, configuration, offered_at, approval) VALUES ($1, $2, $3, $4)")
        .bind(offer.grant.as_str())
        .bind(offer.kind)
        .bind(offer.made.unix())
        .bind(offer.approval.map(Approval::id))
        .execute(&mut *transaction)
        .await?;
    query(
        "INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
         configurations, flow, tx_mode, tx_code, redeemed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(digest(&offer.offer))
    .bind(digest(&offer.code))
    .bind(offer.kind)
    .bind(offer.template.as_str())
    .bind(i64::from(offer.copies))
    .bind(offer.expires.unix())
    .bind(offer.grant.as_str())
    .bind(offer.configurations.join(" "))
    .bind(offer.flow.id())
    .bind(offer.tx_code.map(|kept| mode_id(kept.mode)))
    .bind(offer.tx_code.map(|kept| digest(&kept.digest)))
    .bind((standing == Standing::TakenUp).then_some(offer.made.unix()))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

const fn mode_id(mode: InputMode) -> &'static str {
    match mode {
        InputMode::Numeric => "numeric",
        InputMode::Text => "text",
    }
}

fn read_mode(id: &str) -> Answer<InputMode> {
    match id {
        "numeric" => Ok(InputMode::Numeric),
        "text" => Ok(InputMode::Text),
        _ => Err(StoreError::Corrupt("the characters of a code")),
    }
}

pub(super) fn read_list(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn read_naming(id: &str) -> Answer<Naming> {
    Naming::from_id(id).ok_or(StoreError::Corrupt("how credentials are named"))
}

pub(super) fn read_approval(id: Option<String>) -> Answer<Option<Approval>> {
    id.map(|id| Approval::from_id(&id).ok_or(StoreError::Corrupt("an approval")))
        .transpose()
}

pub(super) async fn open(
    store: &Database,
    offer: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<OpenOffer>> {
    let row = query(
        "SELECT configurations, flow, tx_mode FROM offers \
         WHERE offer = $1 AND redeemed_at IS NULL AND expires_at > $2 AND tx_tries < $3",
    )
    .bind(digest(&offer))
    .bind(now.unix())
    .bind(i64::from(MAX_WRONG))
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        let flow: String = row.try_get(1)?;
        let mode: Option<String> = row.try_get(2)?;
        Ok(OpenOffer {
            configurations: read_list(&row.try_get::<String, _>(0)?),
            flow: OfferFlow::from_id(&flow).ok_or(StoreError::Corrupt("a flow"))?,
            tx_code: mode.as_deref().map(read_mode).transpose()?,
        })
    })
    .transpose()
}

/// An offer whose code came back.
struct Found {
    offer: Vec<u8>,
    configurations: Vec<String>,
    tx_code: Option<KeptTxCode>,
    approval: Option<Approval>,
    copies: i64,
}

fn read_found(row: &Row) -> Answer<Found> {
    let mode: Option<String> = row.try_get(2)?;
    let kept: Option<Vec<u8>> = row.try_get(3)?;
    let tx_code = match (mode, kept) {
        (Some(mode), Some(kept)) => Some(KeptTxCode {
            mode: read_mode(&mode)?,
            digest: read_digest(kept)?,
        }),
        (None, None) => None,
        _ => return Err(StoreError::Corrupt("a transaction code")),
    };
    Ok(Found {
        offer: row.try_get(0)?,
        configurations: read_list(&row.try_get::<String, _>(1)?),
        tx_code,
        approval: read_approval(row.try_get(4)?)?,
        copies: row.try_get(5)?,
    })
}

pub(super) async fn redeem(
    mut transaction: Transaction,
    redeeming: &Redeeming,
    now: Timestamp,
) -> Answer<Redeemed> {
    let row = query(
        "SELECT offers.offer, offers.configurations, offers.tx_mode, offers.tx_code, \
         grants.approval, offers.copies FROM offers JOIN grants ON grants.id = offers.grant_id \
         WHERE offers.code = $1 AND offers.flow = 'pre-authorized_code' \
         AND offers.redeemed_at IS NULL AND offers.expires_at > $2",
    )
    .bind(digest(&redeeming.code))
    .bind(now.unix())
    .fetch_optional(&mut transaction)
    .await?;
    let Some(row) = row else {
        let used = query(
            "SELECT 1 FROM offers WHERE code = $1 AND flow = 'pre-authorized_code' \
             AND redeemed_at IS NOT NULL",
        )
        .bind(digest(&redeeming.code))
        .fetch_optional(&mut transaction)
        .await?;
        return Ok(match used {
            Some(_) => Redeemed::Used,
            None => Redeemed::Unknown,
        });
    };
    let found = read_found(&row)?;
    let Some(permitted) = Permitted::of(&found.configurations, &redeeming.token.asked) else {
        return Ok(Redeemed::NotOffered);
    };
    match (&found.tx_code, &redeeming.tx_code) {
        (None, None) => {}
        (Some(_), None) => return Ok(Redeemed::CodeMissing),
        (None, Some(_)) => return Ok(Redeemed::CodeUnexpected),
        (Some(kept), Some(sent)) => {
            if !count_try(&mut transaction, &redeeming.code).await? {
                return Ok(Redeemed::CodeLocked);
            }
            if !bool::from(kept.digest.as_bytes().ct_eq(sent.as_bytes())) {
                // What was counted stays counted.
                transaction.commit().await?;
                return Ok(Redeemed::CodeWrong);
            }
        }
    }
    let taken = query(
        "UPDATE offers SET redeemed_at = $2 \
         WHERE code = $1 AND redeemed_at IS NULL AND expires_at > $2",
    )
    .bind(digest(&redeeming.code))
    .bind(now.unix())
    .execute(&mut transaction)
    .await?;
    if taken == 0 {
        return Ok(Redeemed::Used);
    }
    let source = Source {
        offer: &found.offer,
        approval: found.approval,
        copies: found.copies,
    };
    let given = give(&mut transaction, &source, permitted, &redeeming.token, now).await?;
    transaction.commit().await?;
    Ok(Redeemed::Done(given))
}

/// Takes one of the tries that an offer has. One statement: however many come at a time, no more than
/// these are looked at.
async fn count_try(transaction: &mut Transaction, code: &Sha256Digest) -> Answer<bool> {
    let counted =
        query("UPDATE offers SET tx_tries = tx_tries + 1 WHERE code = $1 AND tx_tries < $2")
            .bind(digest(code))
            .bind(i64::from(MAX_WRONG))
            .execute(&mut *transaction)
            .await?;
    Ok(counted > 0)
}

/// What a token permits, and how that is named.
#[derive(Clone, Debug)]
pub(super) struct Permitted {
    pub(super) configurations: Vec<String>,
    pub(super) naming: Naming,
}

impl Permitted {
    /// All of an offer, or what `authorization_details` asked for; `None` when that is not offered.
    pub(super) fn of(offered: &[String], asked: &[String]) -> Option<Self> {
        if asked.is_empty() {
            return Some(Self {
                configurations: offered.to_vec(),
                naming: Naming::Configuration,
            });
        }
        let all = asked.iter().all(|id| offered.contains(id));
        all.then(|| Self {
            configurations: asked.to_vec(),
            naming: Naming::Identifier,
        })
    }
}

/// On what a token stands.
pub(super) struct Source<'a> {
    pub(super) offer: &'a [u8],
    pub(super) approval: Option<Approval>,
    pub(super) copies: i64,
}

/// Keeps an access token, and the refresh token that goes with it.
pub(super) async fn give(
    transaction: &mut Transaction,
    source: &Source<'_>,
    permitted: Permitted,
    token: &NewToken,
    now: Timestamp,
) -> Answer<Given> {
    let expires = match source.approval {
        Some(_) => token.expires_waiting,
        None => token.expires,
    };
    let client = token.client;
    add_token(
        transaction,
        source,
        &permitted,
        (token.token, client),
        expires,
    )
    .await?;
    if let Some(refresh) = &token.refresh {
        query(
            "INSERT INTO refills (offer, newest, token, batch_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(source.offer)
        .bind(digest(&refresh.token))
        .bind(digest(&token.token))
        .bind(now.unix())
        .bind(refresh.expires.unix())
        .execute(&mut *transaction)
        .await?;
    }
    Ok(Given {
        expires,
        configurations: permitted.configurations,
        naming: permitted.naming,
    })
}

pub(super) async fn add_token(
    transaction: &mut Transaction,
    source: &Source<'_>,
    permitted: &Permitted,
    (token, client): (Sha256Digest, Option<Sha256Digest>),
    expires: Timestamp,
) -> Answer<()> {
    query(
        "INSERT INTO tokens (token, offer, copies, expires_at, configurations, naming, client) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(digest(&token))
    .bind(source.offer)
    .bind(source.copies)
    .bind(expires.unix())
    .bind(permitted.configurations.join(" "))
    .bind(permitted.naming.id())
    .bind(client.as_ref().map(digest))
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Ends all tokens that came of an offer: somebody has a copy of what brought them.
pub(super) async fn end_tokens(
    transaction: &mut Transaction,
    offer: &[u8],
    now: Timestamp,
) -> Answer<()> {
    query("DELETE FROM refills WHERE offer = $1")
        .bind(offer)
        .execute(&mut *transaction)
        .await?;
    query("UPDATE tokens SET expires_at = $2 WHERE offer = $1 AND expires_at > $2")
        .bind(offer)
        .bind(now.unix())
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

pub(super) async fn grant(
    store: &Database,
    token: Sha256Digest,
    now: Timestamp,
) -> Answer<Option<Grant>> {
    let row = query(
        "SELECT COALESCE(tokens.configurations, offers.configurations), tokens.naming, \
         offers.template, tokens.copies, grants.approval, tokens.client \
         FROM tokens JOIN offers ON offers.offer = tokens.offer \
         JOIN grants ON grants.id = offers.grant_id \
         WHERE tokens.token = $1 AND tokens.expires_at > $2",
    )
    .bind(digest(&token))
    .bind(now.unix())
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        Ok(Grant {
            configurations: read_list(&row.try_get::<String, _>(0)?),
            naming: read_naming(&row.try_get::<String, _>(1)?)?,
            template: row.try_get(2)?,
            copies: read_count(row.try_get(3)?)?,
            approval: read_approval(row.try_get(4)?)?,
            client: row
                .try_get::<Option<Vec<u8>>, _>(5)?
                .map(read_digest)
                .transpose()?,
        })
    })
    .transpose()
}

/// What became of nonce and copies.
pub(super) enum Used {
    Done,
    NonceSpent,
    TooMany,
}

/// Spends a nonce and copies of a token.
pub(super) async fn use_up(
    transaction: &mut Transaction,
    spending: &Spending,
    now: Timestamp,
) -> Answer<Used> {
    let fresh = query(
        "INSERT INTO spent_nonces (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(digest(&spending.nonce))
    .bind(spending.nonce_expires.unix())
    .execute(&mut *transaction)
    .await?;
    if fresh == 0 {
        return Ok(Used::NonceSpent);
    }
    // The answer with this token arrived, and with it the next refresh token.
    query("UPDATE refills SET before = NULL WHERE token = $1")
        .bind(digest(&spending.token))
        .execute(&mut *transaction)
        .await?;
    let taken = query(
        "UPDATE tokens SET copies = copies - $2 \
         WHERE token = $1 AND copies >= $2 AND expires_at > $3",
    )
    .bind(digest(&spending.token))
    .bind(i64::from(spending.copies))
    .bind(now.unix())
    .execute(&mut *transaction)
    .await?;
    if taken == 0 {
        return Ok(Used::TooMany);
    }
    Ok(Used::Done)
}

pub(super) async fn spend(
    mut transaction: Transaction,
    spending: &Spending,
    issuance: &Issuance,
    now: Timestamp,
) -> Answer<Taken> {
    match use_up(&mut transaction, spending, now).await? {
        Used::Done => {}
        Used::NonceSpent => return Ok(Taken::NonceSpent),
        Used::TooMany => return Ok(Taken::TooMany),
    }
    let token = spending.token;
    let taken = put_in_place(&mut transaction, token, spending.copies, issuance, now).await?;
    if matches!(taken, Taken::Done(_)) {
        transaction.commit().await?;
    }
    Ok(taken)
}

/// Counts the copies of a batch to the grant of a token, gives each its place, and opens the address
/// for what becomes of them. Nothing may be committed when it is not done.
pub(super) async fn put_in_place(
    transaction: &mut Transaction,
    token: Sha256Digest,
    copies: u32,
    issuance: &Issuance,
    now: Timestamp,
) -> Answer<Taken> {
    let grant = query(
        "UPDATE grants SET copies = copies + $2, \
         valid_until = CASE WHEN valid_until > $3 THEN valid_until ELSE $3 END \
         WHERE status = 'active' AND COALESCE(approval, 'approved') = 'approved' \
         AND id = (SELECT offers.grant_id FROM tokens \
         JOIN offers ON offers.offer = tokens.offer WHERE tokens.token = $1) RETURNING id",
    )
    .bind(digest(&token))
    .bind(i64::from(copies))
    .bind(issuance.valid_until.unix())
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(grant) = grant else {
        return Ok(Taken::Withdrawn);
    };
    let grant: String = grant.try_get(0)?;
    if let Some(new) = &issuance.mint {
        match mint(transaction, &read_id(grant.clone())?, new).await? {
            Minted::Done => {}
            Minted::Already => return Ok(Taken::Minted),
            Minted::Exists => return Ok(Taken::ItemExists),
        }
    }
    let places = status::take_places(transaction, &grant, copies, &issuance.lot, now).await?;
    let Some(places) = places else {
        return Ok(Taken::Crowded);
    };
    query("INSERT INTO notifications (notification, token) VALUES ($1, $2)")
        .bind(digest(&issuance.notification))
        .bind(digest(&token))
        .execute(&mut *transaction)
        .await?;
    Ok(Taken::Done(places))
}

pub(super) async fn note(
    store: &Database,
    notification: Sha256Digest,
    token: Sha256Digest,
    event: &'static str,
) -> Answer<bool> {
    let noted = query("UPDATE notifications SET event = $3 WHERE notification = $1 AND token = $2")
        .bind(digest(&notification))
        .bind(digest(&token))
        .bind(event)
        .execute(store)
        .await?;
    Ok(noted > 0)
}

/// A redeemed offer stays as long as it would have been good, so that its code keeps answering that
/// it was used, and as long as it can be refilled.
pub(super) async fn sweep(transaction: &mut Transaction, now: Timestamp) -> Answer<()> {
    for statement in [
        "DELETE FROM spent_nonces WHERE expires_at <= $1",
        "DELETE FROM authorizations WHERE expires_at <= $1",
        "DELETE FROM deferrals WHERE expires_at <= $1 OR token IN \
         (SELECT token FROM tokens WHERE expires_at <= $1)",
        "DELETE FROM refills WHERE expires_at <= $1 OR offer IN \
         (SELECT offers.offer FROM offers JOIN grants ON grants.id = offers.grant_id \
         WHERE grants.status = 'revoked' OR grants.approval = 'denied')",
        "DELETE FROM replaced WHERE expires_at <= $1 OR offer NOT IN (SELECT offer FROM refills)",
        "DELETE FROM notifications WHERE token IN \
         (SELECT token FROM tokens WHERE expires_at <= $1)",
        // What is left of a batch can be had by refreshing.
        "DELETE FROM tokens WHERE expires_at <= $1 AND token NOT IN (SELECT token FROM refills)",
        "DELETE FROM offers WHERE expires_at <= $1 AND offer NOT IN (SELECT offer FROM tokens) \
         AND offer NOT IN (SELECT offer FROM authorizations WHERE offer IS NOT NULL)",
    ] {
        query(statement)
            .bind(now.unix())
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

//! What the holder of an item is handed: a grant of its credential, and a code with which to fetch it.

use schemas::digest::Sha256Digest;
use schemas::ledger::{Commitment, ItemTag};
use schemas::offering::OfferFlow;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

use super::{GrantId, read_32};
use crate::store::database::statement::query;
use crate::store::database::transaction::{Transaction, in_transaction};
use crate::store::{Answer, Database, StoreError};

/// A grant of an item's credential to its holder, and an offer of it.
#[derive(Clone, Debug)]
pub(crate) struct Handing {
    pub(crate) grant: UniqueId,
    /// For whom, as the ledger has it.
    pub(crate) holder: Commitment,
    /// With which code the offer is taken up.
    pub(crate) code: Code,
    /// What is issued, as in offers.
    pub(crate) template: String,
    /// How many copies in a batch.
    pub(crate) copies: u32,
    /// The configurations that a wallet may use, separated by spaces.
    pub(crate) configurations: String,
    pub(crate) made: Timestamp,
    /// From when on the offer is worth nothing.
    pub(crate) expires: Timestamp,
}

/// A pre-authorized code and the name of its offer, as the store keeps them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) offer: Sha256Digest,
    pub(crate) code: Sha256Digest,
}

/// What became of handing an item over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    /// The code at this place is good.
    Good(usize),
    /// All of them were used.
    UsedUp,
    /// What was granted is suspended or taken back.
    Withdrawn,
}

pub(super) async fn of_token(
    store: &Database,
    token: Sha256Digest,
) -> Answer<Option<(ItemTag, Commitment)>> {
    let row = query(
        "SELECT item_grants.item_tag, item_grants.holder FROM tokens \
         JOIN offers ON offers.offer = tokens.offer \
         JOIN item_grants ON item_grants.grant_id = offers.grant_id WHERE tokens.token = $1",
    )
    .bind(token.as_bytes().as_slice())
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        Ok((
            ItemTag::from_bytes(read_32(row.try_get(0)?)?),
            Commitment::from_bytes(read_32(row.try_get(1)?)?),
        ))
    })
    .transpose()
}

/// Makes the grant, and opens the offer, in a transaction of its own.
pub(super) async fn give_alone(store: &Database, tag: ItemTag, handing: &Handing) -> Answer<()> {
    in_transaction!(store, open => async {
        let mut open = open;
        give(&mut open, tag, handing).await?;
        open.commit().await
    })
}

/// Makes the grant, and opens the offer.
pub(super) async fn give(
    transaction: &mut Transaction,
    tag: ItemTag,
    handing: &Handing,
) -> Answer<()> {
    query("INSERT INTO grants (id, configuration, offered_at) VALUES ($1, 'item', $2)")
        .bind(handing.grant.as_str())
        .bind(handing.made.unix())
        .execute(&mut *transaction)
        .await?;
    bind_to_item(transaction, &handing.grant, tag, handing.holder).await?;
    open_offer(transaction, handing, &handing.grant, handing.code).await
}

/// Says for which item and holder a grant is. False when it was said before.
pub(super) async fn bind_to_item(
    transaction: &mut Transaction,
    grant: &GrantId,
    tag: ItemTag,
    holder: Commitment,
) -> Answer<bool> {
    let bound = query(
        "INSERT INTO item_grants (grant_id, item_tag, holder) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING",
    )
    .bind(grant.as_str())
    .bind(tag.as_bytes().as_slice())
    .bind(holder.as_bytes().as_slice())
    .execute(&mut *transaction)
    .await?;
    Ok(bound == 1)
}

async fn open_offer(
    transaction: &mut Transaction,
    handing: &Handing,
    grant: &GrantId,
    code: Code,
) -> Answer<()> {
    query(
        "INSERT INTO offers (offer, code, configuration, template, copies, expires_at, grant_id, \
         configurations, flow) VALUES ($1, $2, 'item', $3, $4, $5, $6, $7, $8)",
    )
    .bind(code.offer.as_bytes().as_slice())
    .bind(code.code.as_bytes().as_slice())
    .bind(handing.template.as_str())
    .bind(i64::from(handing.copies))
    .bind(handing.expires.unix())
    .bind(grant.as_str())
    .bind(handing.configurations.as_str())
    .bind(OfferFlow::PreAuthorized.id())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

pub(super) async fn hand_over(
    store: &Database,
    tag: ItemTag,
    handing: &Handing,
    codes: &[Code],
    now: Timestamp,
) -> Answer<Handed> {
    in_transaction!(store, open => hand(open, tag, handing, codes, now))
}

async fn hand(
    mut transaction: Transaction,
    tag: ItemTag,
    handing: &Handing,
    codes: &[Code],
    now: Timestamp,
) -> Answer<Handed> {
    // Two who ask at once: one waits for the other here.
    let head = "SELECT 1 FROM item_heads WHERE item_tag = $1 FOR UPDATE";
    let head = query(head).bind(tag.as_bytes().as_slice());
    transaction.lock(head).await?;
    let row = query(
        "SELECT grants.id, grants.status FROM item_grants JOIN grants ON grants.id = item_grants.grant_id \
         WHERE item_grants.item_tag = $1 AND item_grants.holder = $2 \
         ORDER BY grants.offered_at, grants.id LIMIT 1",
    )
    .bind(tag.as_bytes().as_slice())
    .bind(handing.holder.as_bytes().as_slice())
    .fetch_optional(&mut transaction)
    .await?;
    let grant = match row {
        Some(row) if row.try_get::<String, _>(1)? != "active" => return Ok(Handed::Withdrawn),
        Some(row) => {
            let id: String = row.try_get(0)?;
            UniqueId::new(id).ok_or(StoreError::Corrupt("the name of a grant"))?
        }
        // It ran out, and was forgotten.
        None => {
            query("INSERT INTO grants (id, configuration, offered_at) VALUES ($1, 'item', $2)")
                .bind(handing.grant.as_str())
                .bind(handing.made.unix())
                .execute(&mut transaction)
                .await?;
            bind_to_item(&mut transaction, &handing.grant, tag, handing.holder).await?;
            handing.grant.clone()
        }
    };
    for (place, code) in codes.iter().enumerate() {
        let row = query("SELECT redeemed_at, expires_at FROM offers WHERE code = $1")
            .bind(code.code.as_bytes().as_slice())
            .fetch_optional(&mut transaction)
            .await?;
        match row {
            Some(row) => {
                let redeemed: Option<i64> = row.try_get(0)?;
                if redeemed.is_none() && row.try_get::<i64, _>(1)? > now.unix() {
                    transaction.commit().await?;
                    return Ok(Handed::Good(place));
                }
            }
            None => {
                open_offer(&mut transaction, handing, &grant, *code).await?;
                transaction.commit().await?;
                return Ok(Handed::Good(place));
            }
        }
    }
    Ok(Handed::UsedUp)
}

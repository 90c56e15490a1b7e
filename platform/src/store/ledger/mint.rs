//! An item comes to be: in the transaction in which its first credential is issued.

use schemas::ledger::{Commitment, ItemTag, LeafHash};
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

use super::{WAITS, grants, number};
use crate::store::Answer;
use crate::store::database::statement::query;
use crate::store::database::transaction::Transaction;

/// A new item.
#[derive(Clone, Debug)]
pub(crate) struct Mint {
    pub(crate) tag: ItemTag,
    pub(crate) holder: Commitment,
    pub(crate) class: String,
    pub(crate) serial: u64,
    /// What is issued, as in offers.
    pub(crate) template: String,
    /// `ItemTerms`, as JSON.
    pub(crate) terms: String,
    pub(crate) hash: LeafHash,
    /// The first leaf.
    pub(crate) leaf: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// What became of a new item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Minted {
    /// It is there.
    Done,
    /// The grant has its item by now.
    Already,
    /// There is an item of this class and number.
    Exists,
}

/// Writes a new item for a grant, whose row this transaction has changed. Nothing may be committed
/// when it is not done.
pub(in crate::store) async fn mint(
    transaction: &mut Transaction,
    grant: &UniqueId,
    mint: &Mint,
) -> Answer<Minted> {
    if !grants::bind_to_item(transaction, grant, mint.tag, mint.holder).await? {
        return Ok(Minted::Already);
    }
    let tag = mint.tag.as_bytes().as_slice();
    let new = query(
        "INSERT INTO items (item_tag, class, serial, template, terms, minted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(tag)
    .bind(mint.class.as_str())
    .bind(number(mint.serial))
    .bind(mint.template.as_str())
    .bind(mint.terms.as_str())
    .bind(mint.at.unix())
    .execute(&mut *transaction)
    .await?;
    if new != 1 {
        return Ok(Minted::Exists);
    }
    query("INSERT INTO item_heads (item_tag, seq, hash) VALUES ($1, 0, $2)")
        .bind(tag)
        .bind(mint.hash.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
    query("INSERT INTO item_leaves (item_tag, seq, leaf) VALUES ($1, 0, $2)")
        .bind(tag)
        .bind(&mint.leaf)
        .execute(&mut *transaction)
        .await?;
    query(WAITS)
        .bind(tag)
        .bind(0_i64)
        .bind(mint.hash.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
    Ok(Minted::Done)
}

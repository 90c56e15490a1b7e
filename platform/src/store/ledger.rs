//! What a world remembers of the items that it issued: their chains, the log of all leaves, and what
//! was answered to whom. Nothing here judges; the ledger does (`crate::ledger`).
//!
//! What keeps a chain one chain is here: a head is moved only from the leaf on which a step was judged,
//! in the statement that writes the new leaf, and there is one leaf at each place
//! (`PRIMARY KEY (item_tag, seq)`; in a file `UNIQUE`, as the number of the leaf is the row's name
//! there). That holds with any number of processes on one database.

mod commit;
mod grants;
mod log;
mod mint;
mod rows;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};

use schemas::digest::Sha256Digest;
use schemas::ledger::{Commitment, ItemTag, LeafHash};
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

pub(crate) use grants::{Code, Handed, Handing};
pub(crate) use log::{Appended, Appending, KeptTile, NewLog, SignedCheckpoint};
pub(in crate::store) use mint::mint;
pub(crate) use mint::{Mint, Minted};
pub(crate) use rows::Item;

use super::{Answer, Database, StoreError};

/// Lets a leaf that was just written wait for the log, by its number.
const WAITS: &str = "INSERT INTO item_waiting (number, hash) \
     SELECT number, $3 FROM item_leaves WHERE item_tag = $1 AND seq = $2";

/// A leaf to write, and what is written with it.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) tag: ItemTag,
    /// Of the leaf; the head has one less.
    pub(crate) seq: u64,
    /// The head on which it was judged.
    pub(crate) before: LeafHash,
    /// Of the leaf.
    pub(crate) hash: LeafHash,
    /// Its canonical bytes.
    pub(crate) leaf: Vec<u8>,
    /// What else comes of it.
    pub(crate) beside: Beside,
    /// Under which key it is answered again.
    pub(crate) keyed: Option<Keyed>,
}

/// What is written with a leaf.
#[derive(Clone, Debug)]
pub(crate) enum Beside {
    Nothing,
    /// The address finds the offer.
    Offered {
        to: Commitment,
        until: Timestamp,
    },
    /// The new holder may fetch the credential.
    Accepted(Box<Handing>),
}

/// An idempotency key and what was sent with it, both as digests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed {
    pub(crate) key: Sha256Digest,
    pub(crate) request: Sha256Digest,
    /// Until when the answer is kept.
    pub(crate) expires: Timestamp,
}

/// What was done under an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) request: Sha256Digest,
    pub(crate) tag: ItemTag,
    pub(crate) seq: u64,
}

/// A place in a chain.
pub(crate) type Spot = (ItemTag, u64);
/// An address, and an item that was offered to it.
pub(crate) type Addressed = (Commitment, ItemTag);

impl Database {
    /// The newest leaf of each item that there is, as it was signed.
    pub(crate) async fn item_heads(&self, tags: &[ItemTag]) -> Answer<BTreeMap<ItemTag, Vec<u8>>> {
        rows::heads(self, tags).await
    }

    /// The terms of these items in clear, as JSON.
    pub(crate) async fn item_terms(&self, tags: &[ItemTag]) -> Answer<BTreeMap<ItemTag, String>> {
        rows::terms(self, tags).await
    }

    /// The leaves at these places, as far as there are any.
    pub(crate) async fn item_leaves(&self, spots: &[Spot]) -> Answer<BTreeMap<Spot, Vec<u8>>> {
        rows::leaves(self, spots).await
    }

    /// The leaves of an item from a place on, in their order.
    pub(crate) async fn item_chain(
        &self,
        tag: ItemTag,
        from: u64,
        most: u32,
    ) -> Answer<Vec<Vec<u8>>> {
        rows::chain(self, tag, from, most).await
    }

    /// What was done under these idempotency keys.
    pub(crate) async fn item_answers(
        &self,
        keys: &[Sha256Digest],
    ) -> Answer<BTreeMap<Sha256Digest, Answered>> {
        rows::answers(self, keys).await
    }

    /// What is issued of an item.
    pub(crate) async fn item(&self, tag: ItemTag) -> Answer<Option<Item>> {
        rows::item(self, tag).await
    }

    /// The item of this class and number.
    pub(crate) async fn item_named(&self, class: &str, serial: u64) -> Answer<Option<ItemTag>> {
        rows::named(self, class, serial).await
    }

    /// Items, the newest first: from the first on, or those after one.
    pub(crate) async fn items(&self, after: Option<&Item>, most: u32) -> Answer<Vec<Item>> {
        rows::newest(self, after, most).await
    }

    /// What was offered to these addresses, whatever became of it, in an order that stays: from the
    /// first on, or what comes after one.
    pub(crate) async fn item_inbox(
        &self,
        addresses: &[Commitment],
        after: Option<Addressed>,
        most: u32,
    ) -> Answer<Vec<Addressed>> {
        rows::inbox(self, addresses, after, most).await
    }

    /// Items with an offer that ended at or before a moment, whatever became of it.
    pub(crate) async fn items_due(&self, now: Timestamp, most: u32) -> Answer<Vec<ItemTag>> {
        rows::due(self, now, most).await
    }

    /// Forgets that an item was offered to addresses, where the time for that is over.
    pub(crate) async fn forget_offers(&self, tag: ItemTag, now: Timestamp) -> Answer<()> {
        sweep::forget(self, tag, now).await
    }

    /// Writes leaves together, in one transaction; each goes only where the head is still the one on
    /// which it was judged. The items of which it went.
    ///
    /// # Errors
    /// When none was written for certain; [`StoreError::Unsure`] and errors
    /// of a connection leave open whether all were.
    pub(crate) async fn write_leaves(&self, moves: &[Move]) -> Answer<BTreeSet<ItemTag>> {
        commit::together(self, moves).await
    }

    /// Writes leaves of several items in one transaction: all of them or none. False when a head is
    /// another by now.
    pub(crate) async fn write_leaves_as_one(&self, moves: &[Move]) -> Answer<bool> {
        commit::as_one(self, moves).await
    }

    /// For which item, and which of its holders, the grant of an access token is.
    pub(crate) async fn item_of_token(
        &self,
        token: Sha256Digest,
    ) -> Answer<Option<(ItemTag, Commitment)>> {
        grants::of_token(self, token).await
    }

    /// Makes a grant of an item's credential, and opens an offer of it.
    pub(crate) async fn give_item(&self, tag: ItemTag, handing: &Handing) -> Answer<()> {
        grants::give_alone(self, tag, handing).await
    }

    /// A code with which the holder of an item fetches its credential: the first of these that is still
    /// good or was never given.
    pub(crate) async fn hand_over(
        &self,
        tag: ItemTag,
        handing: &Handing,
        codes: &[Code],
        now: Timestamp,
    ) -> Answer<Handed> {
        grants::hand_over(self, tag, handing, codes, now).await
    }

    /// The newest checkpoint that was signed.
    pub(crate) async fn newest_checkpoint(&self) -> Answer<Option<SignedCheckpoint>> {
        log::newest(self, log::Shown::Any).await
    }

    /// The newest checkpoint that is shown.
    pub(crate) async fn published_checkpoint(&self) -> Answer<Option<SignedCheckpoint>> {
        log::newest(self, log::Shown::Published).await
    }

    /// Shows a checkpoint with what witnesses say of it, in the place of what they said before. Nothing
    /// changes where another process has heard more of them since.
    pub(crate) async fn publish_checkpoint(
        &self,
        shown: &SignedCheckpoint,
        before: Option<&str>,
    ) -> Answer<()> {
        log::publish(self, shown, before).await
    }

    /// Takes waiting leaves into the log, at most so many, in one transaction. `extend` computes the
    /// tiles and signs the checkpoint.
    pub(crate) async fn append(
        &self,
        most: u32,
        now: Timestamp,
        extend: &(dyn Fn(Appending<'_>) -> Answer<NewLog> + Send + Sync),
    ) -> Answer<Appended> {
        log::append(self, most, now, extend).await
    }

    /// Tiles of hashes.
    pub(crate) async fn tiles(&self, places: &[(u8, u64)]) -> Answer<Vec<KeptTile>> {
        log::tiles(self, places).await
    }

    /// The entries of the log from one on, as they were signed.
    pub(crate) async fn entries(&self, from: u64, most: u32) -> Answer<Vec<Vec<u8>>> {
        log::entries(self, from, most).await
    }

    /// Which entry of the log a leaf is.
    pub(crate) async fn log_index(&self, spot: Spot) -> Answer<Option<u64>> {
        log::index(self, spot).await
    }

    /// Deletes what has had its time: answers, offers to addresses that ended, old checkpoints, and
    /// what belonged to grants that are gone.
    pub(crate) async fn sweep_ledger(&self, now: Timestamp) -> Answer<()> {
        sweep::sweep(self, now).await
    }
}

/// Whether nothing was written because a key or a place was taken by somebody else in the same moment.
pub(crate) fn is_taken(error: &StoreError) -> bool {
    let StoreError::Database(sqlx::Error::Database(error)) = error else {
        return false;
    };
    error.is_unique_violation()
}

/// A tag, hash or commitment as it is read.
fn read_32(bytes: Vec<u8>) -> Answer<[u8; 32]> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt("32 bytes of the ledger"))
}

fn read_number(number: i64) -> Answer<u64> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt("a number of the ledger"))
}

/// Numbers of the ledger are far below 2^63: JSON names none beyond 2^53.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An identifier that is used in records of the store.
type GrantId = UniqueId;

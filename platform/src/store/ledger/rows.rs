//! Reading chains and what stands beside them.

use std::collections::{BTreeMap, BTreeSet};

use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::encoding::hex;
use schemas::json::{Number, Value};
use schemas::ledger::{Commitment, ItemTag};
use schemas::time::Timestamp;

use sqlx::{Decode, Postgres, Sqlite, Type};

use super::{Addressed, Answered, Spot, number, read_32, read_number};
use crate::store::database::statement::{Query, Row, differing, query};
use crate::store::{Answer, Database};

/// An item and what is issued of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) tag: ItemTag,
    pub(crate) class: String,
    pub(crate) serial: u64,
    /// What is issued, as in offers.
    pub(crate) template: String,
    pub(crate) minted: Timestamp,
}

/// Several of a kind go to either database as one JSON text: `["hex", …]`.
fn list<'a>(names: impl Iterator<Item = &'a [u8; 32]>) -> String {
    let names: Vec<Value> = names.map(|name| Value::String(hex::encode(name))).collect();
    canonical::to_text(&Value::Array(names))
}

/// What a statement says of each of these items: its rows are a tag, and what is said of it.
async fn by_tag<T>(store: &Database, tags: &[ItemTag], query: Query) -> Answer<BTreeMap<ItemTag, T>>
where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    let rows = query.bind(list(tags.iter().map(ItemTag::as_bytes)));
    let rows = rows.fetch_all(store).await?;
    rows.iter()
        .map(|row| {
            let tag = ItemTag::from_bytes(read_32(row.try_get(0)?)?);
            Ok((tag, row.try_get(1)?))
        })
        .collect()
}

pub(super) async fn heads(
    store: &Database,
    tags: &[ItemTag],
) -> Answer<BTreeMap<ItemTag, Vec<u8>>> {
    let heads = differing(
        "SELECT item_leaves.item_tag, item_leaves.leaf FROM json_each($1) AS asked \
         JOIN item_heads ON item_heads.item_tag = unhex(asked.value) \
         JOIN item_leaves ON item_leaves.item_tag = item_heads.item_tag \
         AND item_leaves.seq = item_heads.seq",
        "SELECT item_leaves.item_tag, item_leaves.leaf \
         FROM json_array_elements_text($1::text::json) AS asked (tag) \
         JOIN item_heads ON item_heads.item_tag = decode(asked.tag, 'hex') \
         JOIN item_leaves ON item_leaves.item_tag = item_heads.item_tag \
         AND item_leaves.seq = item_heads.seq",
    );
    by_tag(store, tags, heads).await
}

pub(super) async fn terms(store: &Database, tags: &[ItemTag]) -> Answer<BTreeMap<ItemTag, String>> {
    let terms = differing(
        "SELECT items.item_tag, items.terms FROM json_each($1) AS asked \
         JOIN items ON items.item_tag = unhex(asked.value)",
        "SELECT items.item_tag, items.terms \
         FROM json_array_elements_text($1::text::json) AS asked (tag) \
         JOIN items ON items.item_tag = decode(asked.tag, 'hex')",
    );
    by_tag(store, tags, terms).await
}

pub(super) async fn leaves(store: &Database, spots: &[Spot]) -> Answer<BTreeMap<Spot, Vec<u8>>> {
    let asked = spots.iter().map(|(tag, seq)| {
        Value::Array(vec![
            Value::String(hex::encode(tag.as_bytes())),
            Value::Number(Number::from_u64_saturating(*seq)),
        ])
    });
    let asked = canonical::to_text(&Value::Array(asked.collect()));
    let rows = differing(
        "SELECT item_tag, seq, leaf FROM json_each($1) AS asked \
         JOIN item_leaves ON item_tag = unhex(asked.value ->> 0) AND seq = asked.value ->> 1",
        "SELECT item_tag, seq, leaf FROM json_array_elements($1::text::json) AS asked (spot) \
         JOIN item_leaves ON item_tag = decode(asked.spot ->> 0, 'hex') \
         AND seq = (asked.spot ->> 1)::bigint",
    )
    .bind(asked)
    .fetch_all(store)
    .await?;
    rows.iter()
        .map(|row| {
            let tag = ItemTag::from_bytes(read_32(row.try_get(0)?)?);
            Ok(((tag, read_number(row.try_get(1)?)?), row.try_get(2)?))
        })
        .collect()
}

pub(super) async fn chain(
    store: &Database,
    tag: ItemTag,
    from: u64,
    most: u32,
) -> Answer<Vec<Vec<u8>>> {
    let rows = query(
        "SELECT leaf FROM item_leaves WHERE item_tag = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
    )
    .bind(tag.as_bytes().as_slice())
    .bind(number(from))
    .bind(i64::from(most))
    .fetch_all(store)
    .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

pub(super) async fn answers(
    store: &Database,
    keys: &[Sha256Digest],
) -> Answer<BTreeMap<Sha256Digest, Answered>> {
    let rows = differing(
        "SELECT item_answers.key, request, item_tag, seq FROM json_each($1) AS asked \
         JOIN item_answers ON item_answers.key = unhex(asked.value)",
        "SELECT key, request, item_tag, seq \
         FROM json_array_elements_text($1::text::json) AS asked (digest) \
         JOIN item_answers ON key = decode(asked.digest, 'hex')",
    )
    .bind(list(keys.iter().map(Sha256Digest::as_bytes)))
    .fetch_all(store)
    .await?;
    rows.iter()
        .map(|row| {
            let answered = Answered {
                request: Sha256Digest::from_bytes(read_32(row.try_get(1)?)?),
                tag: ItemTag::from_bytes(read_32(row.try_get(2)?)?),
                seq: read_number(row.try_get(3)?)?,
            };
            Ok((
                Sha256Digest::from_bytes(read_32(row.try_get(0)?)?),
                answered,
            ))
        })
        .collect()
}

fn read_item(row: &Row) -> Answer<Item> {
    Ok(Item {
        tag: ItemTag::from_bytes(read_32(row.try_get(0)?)?),
        class: row.try_get(1)?,
        serial: read_number(row.try_get(2)?)?,
        template: row.try_get(3)?,
        minted: Timestamp::from_unix(row.try_get(4)?),
    })
}

pub(super) async fn item(store: &Database, tag: ItemTag) -> Answer<Option<Item>> {
    let row =
        query("SELECT item_tag, class, serial, template, minted_at FROM items WHERE item_tag = $1")
            .bind(tag.as_bytes().as_slice())
            .fetch_optional(store)
            .await?;
    row.as_ref().map(read_item).transpose()
}

pub(super) async fn named(store: &Database, class: &str, serial: u64) -> Answer<Option<ItemTag>> {
    let row = query("SELECT item_tag FROM items WHERE class = $1 AND serial = $2")
        .bind(class)
        .bind(number(serial))
        .fetch_optional(store)
        .await?;
    row.map(|row| Ok(ItemTag::from_bytes(read_32(row.try_get(0)?)?)))
        .transpose()
}

pub(super) async fn newest(store: &Database, after: Option<&Item>, most: u32) -> Answer<Vec<Item>> {
    let rows = match after {
        None => query(
            "SELECT item_tag, class, serial, template, minted_at FROM items \
             ORDER BY minted_at DESC, class, serial LIMIT $1",
        )
        .bind(i64::from(most)),
        Some(after) => query(
            "SELECT item_tag, class, serial, template, minted_at FROM items \
             WHERE minted_at < $2 OR minted_at = $2 AND (class, serial) > ($3, $4) \
             ORDER BY minted_at DESC, class, serial LIMIT $1",
        )
        .bind(i64::from(most))
        .bind(after.minted.unix())
        .bind(after.class.as_str())
        .bind(number(after.serial)),
    };
    let rows = rows.fetch_all(store).await?;
    rows.iter().map(read_item).collect()
}

pub(super) async fn inbox(
    store: &Database,
    addresses: &[Commitment],
    after: Option<Addressed>,
    most: u32,
) -> Answer<Vec<Addressed>> {
    let (recipient, tag) = match &after {
        Some((recipient, tag)) => (recipient.as_bytes().as_slice(), tag.as_bytes().as_slice()),
        None => (&[][..], &[][..]),
    };
    let rows = differing(
        "SELECT recipient, item_tag FROM json_each($1) AS asked \
         JOIN item_inbox ON recipient = unhex(asked.value) \
         WHERE (recipient, item_tag) > ($2, $3) ORDER BY recipient, item_tag LIMIT $4",
        "SELECT recipient, item_tag \
         FROM json_array_elements_text($1::text::json) AS asked (address) \
         JOIN item_inbox ON recipient = decode(asked.address, 'hex') \
         WHERE (recipient, item_tag) > ($2, $3) ORDER BY recipient, item_tag LIMIT $4",
    )
    .bind(list(addresses.iter().map(Commitment::as_bytes)))
    .bind(recipient)
    .bind(tag)
    .bind(i64::from(most))
    .fetch_all(store)
    .await?;
    rows.iter()
        .map(|row| {
            let recipient = Commitment::from_bytes(read_32(row.try_get(0)?)?);
            Ok((recipient, ItemTag::from_bytes(read_32(row.try_get(1)?)?)))
        })
        .collect()
}

pub(super) async fn due(store: &Database, now: Timestamp, most: u32) -> Answer<Vec<ItemTag>> {
    let rows = query("SELECT item_tag FROM item_inbox WHERE until <= $1 ORDER BY until LIMIT $2")
        .bind(now.unix())
        .bind(i64::from(most))
        .fetch_all(store)
        .await?;
    let tags = rows.iter().map(|row| {
        let tag = read_32(row.try_get(0)?)?;
        Ok(ItemTag::from_bytes(tag))
    });
    let tags: BTreeSet<ItemTag> = tags.collect::<Answer<_>>()?;
    Ok(tags.into_iter().collect())
}

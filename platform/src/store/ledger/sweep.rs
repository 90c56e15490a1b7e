//! What has had its time.

use schemas::ledger::ItemTag;
use schemas::time::Timestamp;

use crate::store::database::statement::query;
use crate::store::{Answer, Database};

/// How long checkpoints are kept that are not the newest, in seconds. Leaves and tiles stay for ever.
const CHECKPOINTS: i64 = 30 * 86_400;

pub(super) async fn sweep(store: &Database, now: Timestamp) -> Answer<()> {
    query("DELETE FROM item_answers WHERE expires_at <= $1")
        .bind(now.unix())
        .execute(store)
        .await?;
    query(
        "DELETE FROM item_grants WHERE NOT EXISTS \
         (SELECT 1 FROM grants WHERE grants.id = item_grants.grant_id)",
    )
    .execute(store)
    .await?;
    query(
        "DELETE FROM log_checkpoints WHERE signed_at <= $1 AND size < \
         (SELECT MAX(size) FROM log_checkpoints WHERE cosigned IS NOT NULL)",
    )
    .bind(now.plus_seconds(-CHECKPOINTS).unix())
    .execute(store)
    .await
    .map(drop)
}

/// Forgets that an item was offered, where the time for that is over.
pub(super) async fn forget(store: &Database, tag: ItemTag, now: Timestamp) -> Answer<()> {
    query("DELETE FROM item_inbox WHERE item_tag = $1 AND until <= $2")
        .bind(tag.as_bytes().as_slice())
        .bind(now.unix())
        .execute(store)
        .await
        .map(drop)
}

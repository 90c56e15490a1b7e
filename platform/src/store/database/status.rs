//! Grants, and the places of their copies in status lists.

use schemas::records::{GrantRecord, GrantStatus};
use schemas::status::StatusPurpose;
use schemas::time::Timestamp;

use super::statement::{Row, Runs, query};
use super::transaction::Transaction;
use super::{Database, read_count, read_id};
use crate::issuing::template::Template;
use crate::store::{
    Answer, Changed, ListContent, ListName, Lot, Place, SHELF_MOST, StoreError, TokenListContent,
};

/// Gives a place to each copy of a batch, all on one shelf. `None` when the lot held too few free
/// ones: then nothing may be committed.
pub(super) async fn take_places(
    transaction: &mut Transaction,
    grant: &str,
    copies: u32,
    lot: &Lot,
    now: Timestamp,
) -> Answer<Option<Vec<Place>>> {
    let (shelf, revocation, suspension) = shelf_for(transaction, copies, lot, now).await?;
    let mut places = Vec::new();
    for candidate in &lot.candidates {
        if u32::try_from(places.len()).unwrap_or(u32::MAX) == copies {
            break;
        }
        let taken = query(
            "INSERT INTO status_places (shelf, place, grant_id) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        )
        .bind(shelf)
        .bind(i64::from(*candidate))
        .bind(grant)
        .execute(&mut *transaction)
        .await?;
        if taken > 0 {
            places.push(Place {
                revocation: revocation.clone(),
                suspension: suspension.clone(),
                index: *candidate,
            });
        }
    }
    let enough = u32::try_from(places.len()).is_ok_and(|count| count == copies);
    Ok(enough.then_some(places))
}

/// A shelf with room for a batch; a new one when there is none.
async fn shelf_for(
    transaction: &mut Transaction,
    copies: u32,
    lot: &Lot,
    now: Timestamp,
) -> Answer<(i64, ListName, ListName)> {
    let found = query(
        "UPDATE status_shelves SET taken = taken + $1 WHERE number = \
         (SELECT MAX(number) FROM status_shelves) AND taken + $1 <= $2 \
         RETURNING number, revocation, suspension",
    )
    .bind(i64::from(copies))
    .bind(i64::from(SHELF_MOST))
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(row) = found {
        return Ok((
            row.try_get(0)?,
            read_list(row.try_get(1)?)?,
            read_list(row.try_get(2)?)?,
        ));
    }
    let [revocation, suspension] = lot.names.clone();
    let row = query(
        "INSERT INTO status_shelves \
         (revocation, suspension, taken, revocation_changed, suspension_changed) \
         VALUES ($1, $2, $3, $4, $4) RETURNING number",
    )
    .bind(revocation.as_str())
    .bind(suspension.as_str())
    .bind(i64::from(copies))
    .bind(now.unix_micros())
    .fetch_one(&mut *transaction)
    .await?;
    Ok((row.try_get(0)?, revocation, suspension))
}

/// All lists, two a shelf.
pub(super) async fn names(store: &Database) -> Answer<Vec<ListName>> {
    let rows = query("SELECT revocation, suspension FROM status_shelves ORDER BY number")
        .fetch_all(store)
        .await?;
    let mut names = Vec::new();
    for row in rows {
        names.push(read_list(row.try_get(0)?)?);
        names.push(read_list(row.try_get(1)?)?);
    }
    Ok(names)
}

fn read_list(name: String) -> Answer<ListName> {
    ListName::new(&name).ok_or(StoreError::Corrupt("the name of a list"))
}

/// Sets the status of a grant and the bits of all its copies, in one transaction.
pub(super) async fn change(
    mut transaction: Transaction,
    grant: &str,
    status: GrantStatus,
    now: Timestamp,
) -> Answer<Changed> {
    // Conditional: what is revoked is never anything else again.
    let changed = query(
        "UPDATE grants SET status = $2, changed_at = $3 \
         WHERE id = $1 AND status <> $2 AND status <> 'revoked'",
    )
    .bind(grant)
    .bind(status.id())
    .bind(now.unix())
    .execute(&mut transaction)
    .await?;
    let Some(record) = find(&mut transaction, grant).await? else {
        return Ok(Changed::Unknown);
    };
    if record.status != status {
        return Ok(Changed::Revoked);
    }
    if changed == 0 {
        return Ok(Changed::Done(record));
    }
    let suspended = i64::from(status == GrantStatus::Suspended);
    match status {
        GrantStatus::Revoked => {
            set_bits(&mut transaction, grant, StatusPurpose::Revocation, 1, now).await?;
        }
        GrantStatus::Suspended | GrantStatus::Active => {
            let purpose = StatusPurpose::Suspension;
            set_bits(&mut transaction, grant, purpose, suspended, now).await?;
        }
    }
    transaction.commit().await?;
    Ok(Changed::Done(record))
}

async fn set_bits(
    transaction: &mut Transaction,
    grant: &str,
    purpose: StatusPurpose,
    value: i64,
    now: Timestamp,
) -> Answer<()> {
    let statements = statements(purpose);
    query(statements.mark)
        .bind(grant)
        .bind(now.unix_micros())
        .bind(value)
        .execute(&mut *transaction)
        .await?;
    query(statements.set)
        .bind(grant)
        .bind(value)
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

/// What a purpose is asked and told by.
struct Statements {
    /// That the lists of a grant change: later than before, whatever the clock says.
    mark: &'static str,
    /// The bits of a grant.
    set: &'static str,
    /// The bits of a list that are set. One statement sees one state of the file.
    read: &'static str,
}

macro_rules! statements {
    ($list:literal, $bit:literal) => {
        Statements {
            mark: concat!(
                "UPDATE status_shelves SET ",
                $list,
                "_changed = CASE WHEN ",
                $list,
                "_changed < $2 THEN $2 ELSE ",
                $list,
                "_changed + 1 END WHERE number IN \
                 (SELECT shelf FROM status_places WHERE grant_id = $1 AND ",
                $bit,
                " <> $3)"
            ),
            set: concat!(
                "UPDATE status_places SET ",
                $bit,
                " = $2 WHERE grant_id = $1"
            ),
            read: concat!(
                "SELECT shelves.",
                $list,
                "_changed, places.place FROM status_shelves AS shelves \
                 LEFT JOIN status_places AS places \
                 ON places.shelf = shelves.number AND places.",
                $bit,
                " = 1 WHERE shelves.",
                $list,
                " = $1"
            ),
        }
    };
}

const REVOCATION: Statements = statements!("revocation", "revoked");
const SUSPENSION: Statements = statements!("suspension", "suspended");

const fn statements(purpose: StatusPurpose) -> &'static Statements {
    match purpose {
        StatusPurpose::Suspension => &SUSPENSION,
        _ => &REVOCATION,
    }
}

/// What a list is for, and when it changed last.
pub(super) async fn version(
    store: &Database,
    list: &ListName,
) -> Answer<Option<(StatusPurpose, Timestamp)>> {
    let row = query(
        "SELECT 'revocation', revocation_changed FROM status_shelves WHERE revocation = $1 \
         UNION ALL \
         SELECT 'suspension', suspension_changed FROM status_shelves WHERE suspension = $1",
    )
    .bind(list.as_str())
    .fetch_optional(store)
    .await?;
    row.map(|row| {
        let purpose: StatusPurpose = row
            .try_get::<String, _>(0)?
            .parse()
            .map_err(|_| StoreError::Corrupt("the purpose of a list"))?;
        Ok((purpose, Timestamp::from_unix_micros(row.try_get(1)?)))
    })
    .transpose()
}

/// The bits of a list that are set, as of one moment.
pub(super) async fn content(
    store: &Database,
    list: &ListName,
    purpose: StatusPurpose,
) -> Answer<Option<ListContent>> {
    let rows = query(statements(purpose).read)
        .bind(list.as_str())
        .fetch_all(store)
        .await?;
    let mut content: Option<ListContent> = None;
    for row in rows {
        let content = content.get_or_insert(ListContent {
            changed: Timestamp::from_unix_micros(row.try_get(0)?),
            set: Vec::new(),
        });
        if let Some(place) = row.try_get::<Option<i64>, _>(1)? {
            content.set.push(read_count(place)?);
        }
    }
    Ok(content)
}

/// When either list of a shelf changed last.
pub(super) async fn token_version(store: &Database, list: &ListName) -> Answer<Option<Timestamp>> {
    let row = query(
        "SELECT CASE WHEN revocation_changed > suspension_changed \
         THEN revocation_changed ELSE suspension_changed END FROM status_shelves \
         WHERE revocation = $1",
    )
    .bind(list.as_str())
    .fetch_optional(store)
    .await?;
    row.map(|row| Ok(Timestamp::from_unix_micros(row.try_get(0)?)))
        .transpose()
}

/// The places of a shelf that are revoked or suspended, as of one moment.
pub(super) async fn token_content(
    store: &Database,
    list: &ListName,
) -> Answer<Option<TokenListContent>> {
    let rows = query(
        "SELECT CASE WHEN shelves.revocation_changed > shelves.suspension_changed \
         THEN shelves.revocation_changed ELSE shelves.suspension_changed END, \
         places.place, places.revoked, places.suspended FROM status_shelves AS shelves \
         LEFT JOIN status_places AS places ON places.shelf = shelves.number \
         AND (places.revoked = 1 OR places.suspended = 1) WHERE shelves.revocation = $1",
    )
    .bind(list.as_str())
    .fetch_all(store)
    .await?;
    let mut content: Option<TokenListContent> = None;
    for row in rows {
        let content = content.get_or_insert(TokenListContent {
            changed: Timestamp::from_unix_micros(row.try_get(0)?),
            revoked: Vec::new(),
            suspended: Vec::new(),
        });
        let Some(place) = row.try_get::<Option<i64>, _>(1)? else {
            continue;
        };
        let place = read_count(place)?;
        if row.try_get::<i64, _>(2)? != 0 {
            content.revoked.push(place);
        }
        if row.try_get::<i64, _>(3)? != 0 {
            content.suspended.push(place);
        }
    }
    Ok(content)
}

/// A statement that reads grants, each with the template of what it is of: the item's, or that of the
/// offer while it is kept.
macro_rules! select_grants {
    ($which:literal) => {
        concat!(
            "SELECT id, configuration, offered_at, copies, valid_until, status, changed_at, approval, \
             COALESCE((SELECT items.template FROM item_grants JOIN items \
             ON items.item_tag = item_grants.item_tag WHERE item_grants.grant_id = grants.id), \
             (SELECT MIN(offers.template) FROM offers WHERE offers.grant_id = grants.id)) \
             FROM grants ",
            $which
        )
    };
}

fn read_grant(row: &Row) -> Answer<GrantRecord> {
    let status: String = row.try_get(5)?;
    let template: Option<String> = row.try_get(8)?;
    Ok(GrantRecord {
        id: read_id(row.try_get(0)?)?,
        configuration: row.try_get(1)?,
        name: template.and_then(|text| Some(Template::read(&text).ok()?.name())),
        offered: Timestamp::from_unix(row.try_get(2)?),
        copies: read_count(row.try_get(3)?)?,
        valid_until: row.try_get::<Option<i64>, _>(4)?.map(Timestamp::from_unix),
        status: GrantStatus::from_id(&status).ok_or(StoreError::Corrupt("a status"))?,
        changed: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_unix),
        approval: super::offers::read_approval(row.try_get(7)?)?,
    })
}

/// One grant.
pub(super) async fn find(from: impl Runs, grant: &str) -> Answer<Option<GrantRecord>> {
    let row = query(select_grants!("WHERE id = $1"))
        .bind(grant)
        .fetch_optional(from)
        .await?;
    row.map(|row| read_grant(&row)).transpose()
}

/// The newest grants.
pub(super) async fn newest(store: &Database, most: u32) -> Answer<Vec<GrantRecord>> {
    let rows = query(select_grants!(
        "ORDER BY offered_at DESC, rowid DESC LIMIT $1"
    ))
    .bind(i64::from(most))
    .fetch_all(store)
    .await?;
    rows.iter().map(read_grant).collect()
}

/// Forgets grants whose copies have all run out, and those of offers that nobody took up. Their
/// places stay given away, with the bits that they have.
pub(super) async fn sweep(transaction: &mut Transaction, now: Timestamp) -> Answer<()> {
    let forgotten = query(
        "DELETE FROM grants WHERE COALESCE(valid_until, $1) <= $1 \
         AND id NOT IN (SELECT grant_id FROM offers WHERE grant_id IS NOT NULL)",
    )
    .bind(now.unix())
    .execute(&mut *transaction)
    .await?;
    if forgotten > 0 {
        query(
            "UPDATE status_places SET grant_id = NULL WHERE grant_id IS NOT NULL \
             AND grant_id NOT IN (SELECT id FROM grants)",
        )
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

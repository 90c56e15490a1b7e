//! Admissions: asked, answered once, swept.

use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;

use super::statement::{Query, Row, query};
use super::transaction::Transaction;
use super::{Database, decisions, digest, read_digest, read_id};
use crate::store::{Admission, AdmissionState, Answer, Closing, NewAdmission, StoreError};

/// By what an admission is found.
pub(super) enum Key {
    Id(String),
    Poll(Sha256Digest),
    Request(Sha256Digest),
    Response(Sha256Digest),
}

pub(in crate::store) fn bind_new(query: Query, admission: &NewAdmission) -> Query {
    query
        .bind(admission.id.as_str().to_owned())
        .bind(digest(&admission.request))
        .bind(digest(&admission.response))
        .bind(digest(&admission.poll))
        .bind(admission.asked.clone())
        .bind(admission.client_id.clone())
        .bind(admission.decryption.clone())
        .bind(admission.created.unix())
        .bind(admission.expires.unix())
        .bind(AdmissionState::Open.name())
}

/// The end of an admission; its decision is bound next.
pub(in crate::store) fn bind_closing(query: Query, closing: &Closing) -> Query {
    let admission = closing.decision.admission.as_ref();
    query
        .bind(closing.state.name())
        .bind(closing.result.clone())
        .bind(closing.response_code.as_ref().map(digest))
        .bind(closing.decision.at.unix())
        .bind(admission.map(|admission| admission.as_str().to_owned()))
}

/// Keeps an admission. In a file many are written together instead.
pub(super) async fn add(store: &Database, admission: &NewAdmission) -> Answer<()> {
    let add = query(
        "INSERT INTO admissions (id, request, response, poll, asked, client_id, decryption, \
         created_at, expires_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    bind_new(add, admission).execute(store).await.map(drop)
}

/// Closes an admission with its decision. What does not close it leaves no record.
pub(super) async fn close(mut transaction: Transaction, closing: &Closing) -> Answer<bool> {
    let close = query(
        "UPDATE admissions SET state = $1, result = $2, response_code = $3, decryption = NULL, \
         closed_at = $4 WHERE id = $5 AND state = 'open'",
    );
    let closed = bind_closing(close, closing)
        .execute(&mut transaction)
        .await?;
    if closed == 0 {
        return Ok(false);
    }
    decisions::insert(&mut transaction, &closing.decision).await?;
    transaction.commit().await?;
    Ok(true)
}

macro_rules! select {
    ($column:literal) => {
        concat!(
            "SELECT id, asked, client_id, decryption, created_at, expires_at, state, closed_at, \
             result, response_code FROM admissions WHERE ",
            $column,
            " = $1"
        )
    };
}

pub(super) async fn find(store: &Database, key: Key) -> Answer<Option<Admission>> {
    let query = match key {
        Key::Id(id) => query(select!("id")).bind(id),
        Key::Poll(poll) => query(select!("poll")).bind(digest(&poll)),
        Key::Request(request) => query(select!("request")).bind(digest(&request)),
        Key::Response(response) => query(select!("response")).bind(digest(&response)),
    };
    let row = query.fetch_optional(store).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Answer<Admission> {
    let state: String = row.try_get("state")?;
    Ok(Admission {
        id: read_id(row.try_get("id")?)?,
        asked: row.try_get("asked")?,
        client_id: row.try_get("client_id")?,
        decryption: row.try_get("decryption")?,
        created: Timestamp::from_unix(row.try_get("created_at")?),
        expires: Timestamp::from_unix(row.try_get("expires_at")?),
        state: AdmissionState::from_name(&state)
            .ok_or(StoreError::Corrupt("the state of an admission"))?,
        closed: row
            .try_get::<Option<i64>, _>("closed_at")?
            .map(Timestamp::from_unix),
        result: row.try_get("result")?,
        response_code: row
            .try_get::<Option<Vec<u8>>, _>("response_code")?
            .map(read_digest)
            .transpose()?,
    })
}

/// What was told is gone with this statement, so that nobody is told twice.
pub(super) async fn tell_once(
    store: &Database,
    id: &str,
    response_code: Sha256Digest,
) -> Answer<bool> {
    let told = query(
        "UPDATE admissions SET result = NULL, response_code = NULL \
         WHERE id = $1 AND response_code = $2 AND result IS NOT NULL",
    )
    .bind(id)
    .bind(digest(&response_code))
    .execute(store)
    .await?;
    Ok(told == 1)
}

/// A closed admission stays until its request would have run out, so that a second response is
/// still known as one. Its result goes when its time is over.
pub(super) async fn sweep(
    transaction: &mut Transaction,
    now: Timestamp,
    results_before: Timestamp,
) -> Answer<()> {
    query(
        "UPDATE admissions SET result = NULL, response_code = NULL \
         WHERE result IS NOT NULL AND closed_at <= $1",
    )
    .bind(results_before.unix())
    .execute(&mut *transaction)
    .await?;
    query(
        "UPDATE admissions SET decryption = NULL \
         WHERE decryption IS NOT NULL AND expires_at <= $1",
    )
    .bind(now.unix())
    .execute(&mut *transaction)
    .await?;
    query(
        "DELETE FROM admissions WHERE expires_at <= $1 \
         AND COALESCE(closed_at, expires_at) <= $2",
    )
    .bind(now.unix())
    .bind(results_before.unix())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

//! Admissions: asked, answered once, swept.

use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use super::together::Bound;
use super::{digest, read_id};
use crate::store::{Admission, AdmissionState, Answer, Closing, NewAdmission, StoreError};

/// By what an admission is found.
pub(super) enum Key {
    Id(String),
    Poll(Sha256Digest),
    Request(Sha256Digest),
    Response(Sha256Digest),
}

pub(super) fn bind_new<'q>(query: Bound<'q>, admission: &NewAdmission) -> Bound<'q> {
    query
        .bind(admission.id.as_str().to_owned())
        .bind(digest(&admission.request))
        .bind(digest(&admission.response))
        .bind(digest(&admission.poll))
        .bind(admission.asked.clone())
        .bind(admission.created.unix())
        .bind(admission.expires.unix())
        .bind(AdmissionState::Open.name())
}

/// The end of an admission; its decision is bound next.
pub(super) fn bind_closing<'q>(query: Bound<'q>, closing: &Closing) -> Bound<'q> {
    let admission = closing.decision.admission.as_ref();
    query
        .bind(closing.state.name())
        .bind(closing.result.clone())
        .bind(closing.decision.at.unix())
        .bind(admission.map(|admission| admission.as_str().to_owned()))
}

macro_rules! select {
    ($column:literal) => {
        concat!(
            "SELECT id, asked, created_at, expires_at, state, closed_at, result \
             FROM admissions WHERE ",
            $column,
            " = $1"
        )
    };
}

pub(super) async fn find(pool: &SqlitePool, key: Key) -> Answer<Option<Admission>> {
    let query = match key {
        Key::Id(id) => sqlx::query(select!("id")).bind(id),
        Key::Poll(poll) => sqlx::query(select!("poll")).bind(digest(&poll)),
        Key::Request(request) => sqlx::query(select!("request")).bind(digest(&request)),
        Key::Response(response) => sqlx::query(select!("response")).bind(digest(&response)),
    };
    let row = query.fetch_optional(pool).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &SqliteRow) -> Answer<Admission> {
    let state: String = row.try_get("state")?;
    Ok(Admission {
        id: read_id(row.try_get("id")?)?,
        asked: row.try_get("asked")?,
        created: Timestamp::from_unix(row.try_get("created_at")?),
        expires: Timestamp::from_unix(row.try_get("expires_at")?),
        state: AdmissionState::from_name(&state)
            .ok_or(StoreError::Corrupt("the state of an admission"))?,
        closed: row
            .try_get::<Option<i64>, _>("closed_at")?
            .map(Timestamp::from_unix),
        result: row.try_get("result")?,
    })
}

/// A closed admission stays until its request would have run out, so that a second response is
/// still known as one. Its result goes when its time is over.
pub(super) async fn sweep(
    transaction: &mut Transaction<'static, Sqlite>,
    now: Timestamp,
    results_before: Timestamp,
) -> Answer<()> {
    sqlx::query("UPDATE admissions SET result = NULL WHERE result IS NOT NULL AND closed_at <= $1")
        .bind(results_before.unix())
        .execute(&mut **transaction)
        .await?;
    sqlx::query(
        "DELETE FROM admissions WHERE expires_at <= $1 \
         AND COALESCE(closed_at, expires_at) <= $2",
    )
    .bind(now.unix())
    .bind(results_before.unix())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

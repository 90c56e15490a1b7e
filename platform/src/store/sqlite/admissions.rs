//! Admissions: asked, answered once, swept.

use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use super::{decisions, digest};
use crate::store::{Admission, AdmissionState, Answer, Closing, NewAdmission, StoreError};

/// By what an admission is found.
pub(super) enum Key {
    Id(String),
    Poll(Sha256Digest),
    Request(Sha256Digest),
    Response(Sha256Digest),
}

pub(super) async fn add(pool: &SqlitePool, admission: &NewAdmission) -> Answer<()> {
    sqlx::query(
        "INSERT INTO admissions (id, request, response, poll, asked, \
         created_at, expires_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(admission.id.as_str())
    .bind(digest(&admission.request))
    .bind(digest(&admission.response))
    .bind(digest(&admission.poll))
    .bind(admission.asked.as_str())
    .bind(admission.created.unix())
    .bind(admission.expires.unix())
    .bind(AdmissionState::Open.name())
    .execute(pool)
    .await?;
    Ok(())
}

macro_rules! select {
    ($column:literal) => {
        concat!(
            "SELECT id, asked, created_at, expires_at, state, result \
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
        id: row.try_get("id")?,
        asked: row.try_get("asked")?,
        created: Timestamp::from_unix(row.try_get("created_at")?),
        expires: Timestamp::from_unix(row.try_get("expires_at")?),
        state: AdmissionState::from_name(&state)
            .ok_or(StoreError::Corrupt("the state of an admission"))?,
        result: row.try_get("result")?,
    })
}

pub(super) async fn close(
    mut transaction: Transaction<'static, Sqlite>,
    closing: &Closing,
) -> Answer<bool> {
    let closed = sqlx::query(
        "UPDATE admissions SET state = $2, result = $3, closed_at = $4 \
         WHERE id = $1 AND state = 'open'",
    )
    .bind(closing.decision.admission.as_deref())
    .bind(closing.state.name())
    .bind(closing.result.as_str())
    .bind(closing.decision.at.unix())
    .execute(&mut *transaction)
    .await?;
    if closed.rows_affected() == 0 {
        return Ok(false);
    }
    decisions::add(&mut transaction, &closing.decision).await?;
    transaction.commit().await?;
    Ok(true)
}

/// A closed admission stays until its request would have run out, so that a second response is
/// still known as one.
pub(super) async fn sweep(
    transaction: &mut Transaction<'static, Sqlite>,
    now: Timestamp,
    results_before: Timestamp,
) -> Answer<()> {
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

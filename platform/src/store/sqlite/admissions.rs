//! Admissions: asked, answered once, swept.

use schemas::digest::Sha256Digest;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use super::{decisions, digest, read_id};
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

pub(super) async fn close(
    mut transaction: Transaction<'static, Sqlite>,
    closing: &Closing,
) -> Answer<bool> {
    let closed = sqlx::query(
        "UPDATE admissions SET state = $2, result = $3, closed_at = $4 \
         WHERE id = $1 AND state = 'open'",
    )
    .bind(closing.decision.admission.as_ref().map(UniqueId::as_str))
    .bind(closing.state.name())
    .bind(closing.result.as_slice())
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

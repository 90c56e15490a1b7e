//! The tables of the store and how they came to be, version by version. The holder's side runs it.
//!
//! Tables are compared with these texts on every opening: a trigger or view that was put into the
//! file would run inside our own statements.

use rusqlite::Connection;

use crate::error::{Fault, StoreError};

/// `omot`, as SQLite's application id.
pub(crate) const APPLICATION_ID: u32 = 0x6f6d_6f74;

/// One step forward. Steps are never changed once released; a new one is added behind.
pub(crate) type Migration = &'static [(&'static str, &'static str)];

/// Each step lists the tables as they are afterwards: name and text.
pub(crate) const MIGRATIONS: &[Migration] = &[&[
    (
        "header",
        "CREATE TABLE header (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) \
         WITHOUT ROWID, STRICT",
    ),
    (
        "manifest",
        "CREATE TABLE manifest (only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1), \
         counter INTEGER NOT NULL, nonce BLOB NOT NULL, body BLOB NOT NULL) STRICT",
    ),
    (
        "record",
        "CREATE TABLE record (kind INTEGER NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, \
         nonce BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID, STRICT",
    ),
]];

/// The newest version that this program writes.
pub(crate) fn latest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The version of the file, refused when this program is older.
pub(crate) fn version(conn: &Connection) -> Result<u32, StoreError> {
    let application: u32 = pragma(conn, "application_id")?;
    let found: u32 = pragma(conn, "user_version")?;
    if application != APPLICATION_ID || found == 0 {
        return Err(StoreError::Corrupt(Fault::Header));
    }
    if found > latest() {
        return Err(StoreError::FormatVersion {
            found,
            supported: latest(),
        });
    }
    Ok(found)
}

/// Takes the tables forward from `from` to the end of `steps`, inside the caller's transaction.
pub(crate) fn migrate(conn: &Connection, steps: &[Migration], from: u32) -> Result<(), StoreError> {
    let mut version = from;
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    for step in steps.get(done..).unwrap_or_default() {
        for (name, text) in *step {
            let present: bool = conn.query_row(
                "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1)",
                [name],
                |row| row.get(0),
            )?;
            if !present {
                conn.execute_batch(text)?;
            }
        }
        version = version.saturating_add(1);
    }
    conn.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};"
    ))?;
    Ok(())
}

/// Compares the file's tables with those of `version`.
pub(crate) fn check(
    conn: &Connection,
    steps: &[Migration],
    version: u32,
) -> Result<(), StoreError> {
    let wrong = StoreError::Corrupt(Fault::Schema);
    let step = usize::try_from(version)
        .ok()
        .and_then(|version| version.checked_sub(1));
    let tables = step.and_then(|step| steps.get(step)).ok_or(wrong.clone())?;
    let mut statement =
        conn.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut expected = tables.iter();
    while let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        let (table, text): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        let Some((expected_name, expected_text)) = expected.next() else {
            return Err(wrong);
        };
        if kind != "table"
            || name != *expected_name
            || table != name
            || text.as_deref() != Some(*expected_text)
        {
            return Err(wrong);
        }
    }
    if expected.next().is_some() {
        Err(wrong)
    } else {
        Ok(())
    }
}

fn pragma(conn: &Connection, name: &str) -> Result<u32, StoreError> {
    let value: i64 = conn.pragma_query_value(None, name, |row| row.get(0))?;
    // SQLite keeps 32 bits and shows them signed.
    u32::try_from(value & 0xffff_ffff).map_err(|_| StoreError::Corrupt(Fault::Header))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = &[("a", "CREATE TABLE a (x INTEGER)")];
    const TWO: Migration = &[
        ("a", "CREATE TABLE a (x INTEGER)"),
        ("b", "CREATE TABLE b (y INTEGER)"),
    ];

    #[test]
    fn runs_forward_and_keeps_what_is_there() {
        let conn = Connection::open_in_memory().unwrap();
        migrate(&conn, &[ONE], 0).unwrap();
        conn.execute_batch("INSERT INTO a VALUES (7)").unwrap();
        assert_eq!(version(&conn).unwrap(), 1);
        migrate(&conn, &[ONE, TWO], 1).unwrap();
        check(&conn, &[ONE, TWO], 2).unwrap();
        let kept: i64 = conn
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 7);
    }

    #[test]
    fn foreign_tables_triggers_and_versions_are_refused() {
        let wrong = Err(StoreError::Corrupt(Fault::Schema));
        let conn = Connection::open_in_memory().unwrap();
        assert_eq!(version(&conn), Err(StoreError::Corrupt(Fault::Header)));
        migrate(&conn, MIGRATIONS, 0).unwrap();
        check(&conn, MIGRATIONS, latest()).unwrap();
        conn.execute_batch("CREATE TRIGGER t AFTER UPDATE ON record BEGIN DELETE FROM record; END")
            .unwrap();
        assert_eq!(check(&conn, MIGRATIONS, latest()), wrong);
        conn.execute_batch("DROP TRIGGER t; DROP TABLE manifest")
            .unwrap();
        assert_eq!(check(&conn, MIGRATIONS, latest()), wrong);
        conn.execute_batch("PRAGMA user_version = 2").unwrap();
        assert_eq!(
            version(&conn),
            Err(StoreError::FormatVersion {
                found: 2,
                supported: 1
            })
        );
    }
}

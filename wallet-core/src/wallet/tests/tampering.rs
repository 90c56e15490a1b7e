//! The store in hands that do not have its key.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::{Fault, Finding, Rollback, StoreError, Wallet};
use rusqlite::Connection;
use schemas::reason::Reason;

use super::fixture::{PASSPHRASE, Place, add_avatar, at, entropy, passphrase, persona, world};

/// Everything that a person can see in a wallet.
fn contents(wallet: &Wallet) -> String {
    let holdings = wallet.holdings().unwrap();
    let copies: Vec<_> = holdings
        .iter()
        .map(|holding| wallet.copies(&holding.id).unwrap())
        .collect();
    let credentials: Vec<_> = copies
        .iter()
        .flatten()
        .map(|copy| wallet.credential(&copy.id).unwrap())
        .collect();
    format!(
        "{holdings:?} {copies:?} {credentials:?} {:?} {:?} {:?}",
        wallet.personas().unwrap(),
        wallet.pins().unwrap(),
        wallet.history().unwrap()
    )
}

fn filled(place: &Place) -> String {
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 2);
    add_avatar(&mut wallet, "two", 1);
    wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
    wallet.confirm_world(&world("a"), at(1)).unwrap();
    contents(&wallet)
}

fn expect_same_or_error(
    opened: Result<Wallet, StoreError>,
    expected: &str,
    allowed: &[Reason],
    what: &str,
) -> bool {
    match opened.and_then(|wallet| wallet.check().map(|_| wallet)) {
        Ok(wallet) => {
            assert_eq!(contents(&wallet), expected, "{what}: other plaintext");
            false
        }
        Err(error) => {
            assert!(allowed.contains(&error.reason()), "{what}: {error:?}");
            true
        }
    }
}

#[test]
fn every_flipped_byte_is_an_error_or_harmless() {
    let place = Place::new();
    let expected = filled(&place);
    let clean = fs::read(place.database()).unwrap();
    // Before the key is known nothing can be vouched for: a row that a flip hides is simply not there.
    let allowed = [
        Reason::WalletCorrupt,
        Reason::WalletFormatVersion,
        Reason::KeychainUnavailable,
    ];
    let mut refused = 0;
    let mut tried = 0;
    for at in 0..clean.len() {
        let zeros = clean[at.saturating_sub(8)..(at + 8).min(clean.len())]
            .iter()
            .all(|b| *b == 0);
        // Free space inside pages is nearly all zeros; a sample of it is enough.
        if zeros && at % 61 != 0 {
            continue;
        }
        tried += 1;
        let mut bytes = clean.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(place.database(), &bytes).unwrap();
        let what = format!("byte {at}");
        refused += usize::from(expect_same_or_error(
            place.open(),
            &expected,
            &allowed,
            &what,
        ));
        for name in [
            "wallet.sqlite-journal",
            "wallet.sqlite-wal",
            "wallet.sqlite-shm",
        ] {
            let _ = fs::remove_file(place.file(name));
        }
    }
    // Nearly every byte that means something is a byte of ciphertext.
    assert!(refused * 10 > tried * 8, "{refused} of {tried}");
    fs::write(place.database(), &clean).unwrap();
    assert_eq!(contents(&place.open().unwrap()), expected);
}

#[test]
fn every_truncation_is_an_error() {
    let place = Place::new();
    let expected = filled(&place);
    let clean = fs::read(place.database()).unwrap();
    for length in (0..clean.len())
        .step_by(499)
        .chain([1, 100, 4096, clean.len() - 1])
    {
        fs::write(place.database(), &clean[..length]).unwrap();
        let allowed = [Reason::WalletCorrupt];
        let refused = expect_same_or_error(place.open(), &expected, &allowed, &format!("{length}"));
        assert!(refused, "cut to {length} bytes and still opened");
    }
}

#[test]
fn a_flipped_passphrase_slot_is_a_wrong_passphrase_or_refused_cost() {
    let place = Place::new();
    filled(&place);
    let sql = Connection::open(place.database()).unwrap();
    let slot: Vec<u8> = sql
        .query_row(
            "SELECT value FROM header WHERE name = 'slot.passphrase'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for at in [0, 1, 5, 20, 40, slot.len() - 1] {
        let mut changed = slot.clone();
        changed[at] ^= 0x40;
        sql.execute(
            "UPDATE header SET value = ?1 WHERE name = 'slot.passphrase'",
            [&changed],
        )
        .unwrap();
        let text = passphrase(PASSPHRASE);
        let unlock = crate::Unlock::Passphrase(&text);
        let error = Wallet::open(&place.home(), unlock, entropy()).unwrap_err();
        let expected = if at == 1 || at == 5 {
            Reason::WalletKdfParams
        } else {
            Reason::WalletWrongPassphrase
        };
        assert_eq!(error.reason(), expected, "byte {at}");
        // The other slot still opens the key, and the header is vouched for all the same.
        assert_eq!(
            place.open().unwrap_err(),
            StoreError::Corrupt(Fault::Header)
        );
    }
}

fn tamper(statement: &str) -> StoreError {
    let place = Place::new();
    filled(&place);
    let sql = Connection::open(place.database()).unwrap();
    sql.execute_batch(statement).unwrap();
    drop(sql);
    let opened = place.open();
    opened
        .and_then(|wallet| wallet.check())
        .expect_err(statement)
}

#[test]
fn rows_cannot_be_swapped_removed_or_added() {
    let set = StoreError::Corrupt(Fault::RecordSet);
    for statement in [
        "DELETE FROM record WHERE kind = 8",
        "DELETE FROM record WHERE kind = 9 AND id = (SELECT max(id) FROM record WHERE kind = 9)",
        "UPDATE record SET version = version + 1 WHERE kind = 8",
        "UPDATE record SET kind = 7 WHERE kind = 8",
        "INSERT INTO record SELECT kind, randomblob(16), version, nonce, body FROM record \
         WHERE kind = 6",
        "UPDATE record SET nonce = randomblob(24) WHERE kind = 6",
    ] {
        assert_eq!(tamper(statement), set, "{statement}");
    }
    // Nonces and bodies of two credentials changed places.
    let swap = "CREATE TEMP TABLE two AS SELECT id, nonce, body, row_number() OVER () AS n \
                FROM record WHERE kind = 7 LIMIT 2; \
                UPDATE record SET body = (SELECT body FROM two WHERE two.id <> record.id LIMIT 1), \
                nonce = (SELECT nonce FROM two WHERE two.id <> record.id LIMIT 1) \
                WHERE kind = 7 AND id IN (SELECT id FROM two);";
    assert_eq!(tamper(swap), set);
    let bodies = swap.replace(
        "nonce = (SELECT nonce FROM two WHERE two.id <> record.id LIMIT 1) ",
        "version = version ",
    );
    assert_eq!(tamper(&bodies), StoreError::Corrupt(Fault::Record));
}

#[test]
fn tables_triggers_and_header_rows_cannot_be_changed() {
    let schema = StoreError::Corrupt(Fault::Schema);
    let header = StoreError::Corrupt(Fault::Header);
    for (statement, expected) in [
        ("CREATE TABLE extra (x)", &schema),
        (
            "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record WHERE kind = 8; END",
            &schema,
        ),
        ("CREATE VIEW v AS SELECT * FROM record", &schema),
        ("CREATE INDEX i ON record (version)", &schema),
        ("INSERT INTO header VALUES ('slot.other', x'00')", &header),
        ("DELETE FROM header WHERE name = 'slot.passphrase'", &header),
        (
            "UPDATE header SET value = x'00' WHERE name = 'wallet'",
            &header,
        ),
        ("PRAGMA application_id = 1", &header),
        ("PRAGMA user_version = 0", &header),
        (
            "UPDATE header SET value = randomblob(16) WHERE name = 'wallet'",
            &StoreError::Corrupt(Fault::KeychainSlot),
        ),
        (
            "UPDATE manifest SET counter = counter + 1",
            &StoreError::Corrupt(Fault::Manifest),
        ),
        (
            "DELETE FROM manifest",
            &StoreError::Corrupt(Fault::Manifest),
        ),
    ] {
        assert_eq!(&tamper(statement), expected, "{statement}");
    }
    let newer = tamper("PRAGMA user_version = 77");
    assert_eq!(
        newer,
        StoreError::FormatVersion {
            found: 77,
            supported: 1
        }
    );
    assert_eq!(newer.reason(), Reason::WalletFormatVersion);
}

#[test]
fn an_older_row_put_back_is_noticed_by_a_wallet_that_is_open_too() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 1);
    let sql = Connection::open(place.database()).unwrap();
    sql.execute_batch("CREATE TEMP TABLE old AS SELECT * FROM record WHERE kind = 6")
        .unwrap();
    wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
    sql.execute_batch("REPLACE INTO record SELECT * FROM old")
        .unwrap();
    let set = StoreError::Corrupt(Fault::RecordSet);
    assert_eq!(place.open().unwrap_err(), set);
    // The wallet that is open looks again as soon as somebody else has written.
    let other = sql.execute_batch("UPDATE manifest SET counter = counter + 1");
    other.unwrap();
    assert!(matches!(
        wallet.holdings().unwrap_err(),
        StoreError::Corrupt(_)
    ));
}

fn copy(from: &Path, to: &Path) {
    fs::write(to, fs::read(from).unwrap()).unwrap();
}

#[test]
fn yesterdays_store_is_noticed_and_nothing_is_spent_until_it_is_accepted() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 2);
    copy(&place.database(), &place.path("yesterday"));
    wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
    let before = wallet
        .allocate_keys(crate::PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    drop(wallet);
    copy(&place.path("yesterday"), &place.database());

    let mut wallet = place.open().unwrap();
    let rollback = wallet.rolled_back().unwrap();
    assert_eq!(wallet.findings(), [Finding::RolledBack(rollback)]);
    assert_eq!(
        rollback,
        Rollback {
            store: rollback.seen - 2,
            seen: rollback.seen
        }
    );
    assert_eq!(wallet.holdings().unwrap().len(), 1);
    let refused = wallet
        .spend_copy(&holding.copies[0], &world("c"))
        .unwrap_err();
    assert_eq!(refused.reason(), Reason::WalletRollback);
    let refused = wallet.add_persona(&persona("more"), at(9)).unwrap_err();
    assert_eq!(refused.reason(), Reason::WalletRollback);

    wallet.accept_rollback(at(10)).unwrap();
    assert_eq!(wallet.rolled_back(), None);
    let choice = wallet
        .choose_copy(&holding.id, &world("c"), &super::fixture::ldp())
        .unwrap();
    assert_eq!(choice.certainty, crate::Certainty::Doubtful);
    let after = wallet
        .allocate_keys(crate::PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    assert_ne!(
        wallet.copy_seed(&before[0]).expose(),
        wallet.copy_seed(&after[0]).expose()
    );
    drop(wallet);
    let wallet = place.open().unwrap();
    assert_eq!(wallet.findings(), []);
    wallet.check().unwrap();
}

/// One wallet on two machines, and both go on: every nonce is drawn, none is counted.
#[test]
fn two_forks_of_a_wallet_share_no_nonce() {
    let (one, two) = (Place::new(), Place::new());
    drop(one.create());
    drop(two.create());
    for name in ["wallet.sqlite", "wallet.counter"] {
        copy(&one.file(name), &two.file(name));
    }
    copy(&one.path("keychain"), &two.path("keychain"));
    let mut drawn: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
    let mut sealed = 0;
    for place in [&one, &two] {
        let mut wallet = place.open().unwrap();
        let holding = add_avatar(&mut wallet, "after", 2);
        wallet.add_persona(&persona("more"), at(9)).unwrap();
        wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
        drop(wallet);
        let sql = Connection::open(place.database()).unwrap();
        let all = "SELECT nonce, body FROM record UNION ALL SELECT nonce, body FROM manifest";
        let mut all = sql.prepare(all).unwrap();
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        for row in rows.unwrap() {
            let (nonce, body): (Vec<u8>, Vec<u8>) = row.unwrap();
            assert_eq!(nonce.len(), 24);
            // What was there before the fork is the same row in both.
            let known = drawn.entry(nonce).or_insert_with(|| body.clone());
            assert_eq!(*known, body, "one nonce for two texts");
            sealed += 1;
        }
    }
    assert!(drawn.len() > sealed / 2, "{} of {sealed}", drawn.len());
}

#[test]
fn a_wallet_that_is_open_notices_that_its_store_went_back() {
    let place = Place::new();
    let mut wallet = place.create();
    copy(&place.database(), &place.path("yesterday"));
    add_avatar(&mut wallet, "one", 1);
    copy(&place.path("yesterday"), &place.database());
    assert!(wallet.holdings().is_err());
}

#[test]
fn a_counter_that_is_gone_or_changed_is_a_finding() {
    let place = Place::new();
    drop(place.create());
    let clean = fs::read(place.file("wallet.counter")).unwrap();
    for at in 0..clean.len() {
        let mut bytes = clean.clone();
        bytes[at] ^= 4;
        fs::write(place.file("wallet.counter"), &bytes).unwrap();
        assert_eq!(
            place.open().unwrap().findings(),
            [Finding::CounterUnreadable],
            "byte {at}"
        );
    }
    fs::remove_file(place.file("wallet.counter")).unwrap();
    let mut wallet = place.open().unwrap();
    assert_eq!(wallet.findings(), [Finding::CounterMissing]);
    add_avatar(&mut wallet, "one", 1);
    assert_eq!(place.open().unwrap().findings(), []);
}

#[test]
fn another_wallets_rows_and_counter_do_not_fit() {
    let (one, two) = (Place::new(), Place::new());
    filled(&one);
    filled(&two);
    copy(&one.file("wallet.counter"), &two.file("wallet.counter"));
    assert_eq!(two.open().unwrap().findings(), [Finding::CounterUnreadable]);
    let sql = Connection::open(two.database()).unwrap();
    let path = one.database();
    sql.execute("ATTACH ?1 AS one", [path.to_str().unwrap()])
        .unwrap();
    sql.execute_batch("DELETE FROM record; INSERT INTO record SELECT * FROM one.record")
        .unwrap();
    assert_eq!(
        two.open().unwrap_err(),
        StoreError::Corrupt(Fault::RecordSet)
    );
}

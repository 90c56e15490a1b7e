//! Whose files they are, that they are files, and that nothing in them can be read.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use crate::{SeedOrigin, StoreError};
use schemas::reason::Reason;

use super::fixture::{PASSPHRASE, Place, SEED, add_avatar, at, persona, world};

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn folder_and_files_are_for_their_user_alone() {
    let place = Place::new();
    let mut wallet = place.create();
    add_avatar(&mut wallet, "one", 1);
    assert_eq!(mode(&place.home()), 0o700);
    for entry in fs::read_dir(place.home()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn wider_permissions_are_refused() {
    for (name, mode, narrow) in [
        ("", 0o755, 0o700),
        ("", 0o701, 0o700),
        ("wallet.sqlite", 0o640, 0o600),
        ("wallet.sqlite", 0o606, 0o600),
        ("wallet.counter", 0o644, 0o600),
    ] {
        let place = Place::new();
        drop(place.create());
        chmod(&place.file(name), mode);
        let error = place.open().unwrap_err();
        assert_eq!(error.reason(), Reason::WalletPermissions, "{name} {mode:o}");
        chmod(&place.file(name), narrow);
        place.open().unwrap();
    }
}

#[test]
fn wide_leftovers_beside_the_database_are_refused() {
    for name in [
        "wallet.sqlite-journal",
        "wallet.sqlite-wal",
        "wallet.sqlite-shm",
    ] {
        let place = Place::new();
        drop(place.create());
        fs::write(place.file(name), b"").unwrap();
        chmod(&place.file(name), 0o666);
        assert_eq!(
            place.open().unwrap_err().reason(),
            Reason::WalletPermissions,
            "{name}"
        );
    }
}

#[test]
fn a_folder_that_others_can_write_takes_no_wallet() {
    let place = Place::new();
    fs::create_dir(place.home()).unwrap();
    chmod(&place.home(), 0o777);
    let error = place.try_create(SeedOrigin::New).unwrap_err();
    assert_eq!(error.reason(), Reason::WalletPermissions);
    assert_eq!(fs::read_dir(place.home()).unwrap().count(), 0);
}

#[test]
fn links_pipes_and_folders_are_not_followed() {
    for name in [
        "wallet.sqlite",
        "wallet.counter",
        "wallet.counter.new",
        "wallet.sqlite-journal",
        "wallet.sqlite-wal",
    ] {
        let aside = |place: &Place| {
            let _ = fs::rename(place.file(name), place.path("aside"));
        };
        let refused = |place: &Place| {
            assert_eq!(
                place.open().unwrap_err().reason(),
                Reason::WalletSymlink,
                "{name}"
            );
        };
        let place = Place::new();
        drop(place.create());
        aside(&place);
        symlink(place.path("aside"), place.file(name)).unwrap();
        refused(&place);
        fs::remove_file(place.file(name)).unwrap();

        symlink("/nowhere/at/all", place.file(name)).unwrap();
        refused(&place);
        fs::remove_file(place.file(name)).unwrap();

        fs::create_dir(place.file(name)).unwrap();
        refused(&place);
        fs::remove_dir(place.file(name)).unwrap();

        let made = std::process::Command::new("mkfifo")
            .arg(place.file(name))
            .status()
            .unwrap();
        assert!(made.success());
        refused(&place);
        fs::remove_file(place.file(name)).unwrap();

        fs::write(place.path("other"), b"").unwrap();
        chmod(&place.path("other"), 0o600);
        fs::hard_link(place.path("other"), place.file(name)).unwrap();
        refused(&place);
    }
}

#[test]
fn a_linked_home_is_not_followed() {
    let place = Place::new();
    drop(place.create());
    fs::rename(place.home(), place.path("real")).unwrap();
    symlink(place.path("real"), place.home()).unwrap();
    assert_eq!(place.open().unwrap_err().reason(), Reason::WalletSymlink);
    let error = place.try_create(SeedOrigin::New).unwrap_err();
    assert_eq!(error.reason(), Reason::WalletSymlink);
    fs::remove_file(place.home()).unwrap();
    fs::write(place.home(), b"").unwrap();
    assert_eq!(place.open().unwrap_err().reason(), Reason::WalletSymlink);
}

#[test]
fn a_wallet_is_never_written_over() {
    let place = Place::new();
    let mut wallet = place.create();
    add_avatar(&mut wallet, "precious", 1);
    drop(wallet);
    let before = fs::read(place.database()).unwrap();
    assert_eq!(
        place.try_create(SeedOrigin::New).unwrap_err(),
        StoreError::Exists
    );
    assert_eq!(fs::read(place.database()).unwrap(), before);
    assert_eq!(fs::read_dir(place.home()).unwrap().count(), 2);
}

#[test]
fn no_wallet_is_said_plainly() {
    let place = Place::new();
    assert_eq!(place.open().unwrap_err(), StoreError::Missing);
    drop(place.create());
    fs::remove_file(place.database()).unwrap();
    assert_eq!(place.open().unwrap_err().reason(), Reason::NotFound);
}

#[test]
fn nothing_in_the_folder_can_be_read() {
    let place = Place::new();
    let mut wallet = place.create();
    wallet
        .add_persona(&persona("CanaryPersona"), at(0))
        .unwrap();
    wallet.confirm_world(&world("canaryworld"), at(0)).unwrap();
    let holding = add_avatar(&mut wallet, "CanaryName", 3);
    wallet
        .spend_copy(&holding.copies[0], &world("canarytarget"))
        .unwrap();
    wallet
        .create_backup(&place.file("backup.omote"), at(3))
        .unwrap();
    drop(wallet);

    let secrets: [&[u8]; 10] = [
        b"CanaryPersona",
        b"canaryworld",
        b"CanaryName",
        b"canarytarget",
        b"a.example",
        b"credential",
        b"AvatarCredential",
        PASSPHRASE.as_bytes(),
        &SEED,
        &SEED[..16],
    ];
    let mut files = 0;
    for entry in fs::read_dir(place.home()).unwrap() {
        files += 1;
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for secret in secrets {
            let shown = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!shown, "{}", String::from_utf8_lossy(secret));
        }
    }
    assert_eq!(files, 3);
}

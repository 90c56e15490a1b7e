//! What stands in the folder of a world's keys, after every step and after a crash between two.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use std::path::Path;

use schemas::did::Did;
use schemas::key_history::{KEY_HISTORY_PATH, KeyState, MAX_HISTORY_ENTRIES};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{KeyEnd, Keys, KeysError, WorldKeys};
use crate::clock::Clock;
use crate::config::Config;
use crate::files::FileError;
use crate::seal::Sealed;
use crate::world::Founding;

fn did() -> Did {
    "did:web:a.example".parse().unwrap()
}

#[test]
fn the_token_in_the_file_is_the_one_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Keys::make(&data, &did()).unwrap();
    let keys = Keys::read(&data, &did()).unwrap();
    let token = fs::read_to_string(Keys::token_file(&data)).unwrap();
    assert!(keys.is_admin(token.trim_end()));
    assert!(!keys.is_admin(""));
    assert!(!keys.is_admin(&token));
    assert!(!keys.is_admin(&"A".repeat(43)));
    assert_eq!(format!("{keys:?}"), "Keys { .. }");
    let mode = |name: &str| fs::metadata(data.join(name)).unwrap().permissions().mode();
    for name in [
        "world.key",
        "did-history.json",
        "admin.token",
        "admin.sha256",
    ] {
        assert_eq!(mode(name) & 0o777, 0o600, "{name}");
    }
    assert_eq!(mode("") & 0o777, 0o700);
    // Nothing is overwritten.
    assert!(matches!(
        Keys::make(&data, &did()),
        Err(KeysError::File(FileError::Exists(_)))
    ));
}

#[test]
fn files_that_others_read_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Keys::make(&data, &did()).unwrap();
    let key = data.join("world.key");
    fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    assert_eq!(
        Keys::read(&data, &did()).unwrap_err().reason(),
        Reason::ConfigInsecure
    );
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    Keys::read(&data, &did()).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        Keys::read(&data, &did()).unwrap_err().reason(),
        Reason::ConfigInsecure
    );
    fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
    fs::rename(&key, data.join("elsewhere")).unwrap();
    symlink(data.join("elsewhere"), &key).unwrap();
    assert!(matches!(
        Keys::read(&data, &did()),
        Err(KeysError::File(FileError::Symlink(_)))
    ));
    fs::remove_file(&key).unwrap();
    fs::copy(data.join("elsewhere"), &key).unwrap();
    fs::write(&key, "not a key").unwrap();
    assert_eq!(
        Keys::read(&data, &did()).unwrap_err().reason(),
        Reason::ConfigMalformed
    );
}

const NOW: i64 = 1_800_000_000;

fn founded(folder: &tempfile::TempDir) -> Config {
    let founding = Founding::loopback(4999, "Arena");
    founding.found(&folder.path().join("w")).unwrap()
}

fn rotate(config: &Config, end: KeyEnd, at: i64) -> WorldKeys {
    let clock = Clock::fixed(Timestamp::from_unix(at));
    config.rotate_key(end, &clock).unwrap()
}

fn states(keys: &WorldKeys) -> Vec<(&str, KeyState)> {
    let keys = keys.keys.iter();
    keys.map(|key| (key.id.fragment(), key.state)).collect()
}

/// The key that is used is the one that the history names.
#[track_caller]
fn stands(config: &Config, fragment: &str) -> Keys {
    let keys = Keys::read(config.data(), &config.world().did()).unwrap();
    let current = keys.history.current().unwrap();
    assert_eq!(current.id.fragment(), fragment);
    assert_eq!(keys.signing.verifying_key().multikey(), current.multikey);
    assert_eq!(keys.issuing().did_key(), keys.signing.did_key());
    keys
}

#[test]
fn each_key_ends_when_the_next_begins() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let at = Timestamp::from_unix;
    assert_eq!(
        states(&config.keys().unwrap()),
        [("key-1", KeyState::Current)]
    );
    let first = stands(&config, "key-1").signing.did_key();
    let keys = rotate(&config, KeyEnd::Retired, NOW);
    let retired = KeyState::Retired(at(NOW));
    assert_eq!(
        states(&keys),
        [("key-1", retired), ("key-2", KeyState::Current)]
    );
    assert_ne!(stands(&config, "key-2").signing.did_key(), first);
    // A clock that was set back does not turn the order round.
    let keys = rotate(&config, KeyEnd::Compromised, NOW - 100);
    let compromised = KeyState::Compromised(at(NOW));
    let told = [
        ("key-1", retired),
        ("key-2", compromised),
        ("key-3", KeyState::Current),
    ];
    assert_eq!(states(&keys), told);
    let keys = stands(&config, "key-3");
    assert!(keys.history.was_compromised(at(NOW)) && !keys.history.was_compromised(at(NOW - 1)));
    // What somebody else may have is not kept; what was retired is, until its time is over.
    let data = config.data();
    assert!(!data.join("world-2.key").exists() && data.join("world.key").exists());
    keys.history.drop_ended(data, at(NOW - 1)).unwrap();
    assert!(data.join("world.key").exists());
    keys.history.drop_ended(data, at(NOW)).unwrap();
    assert!(!data.join("world.key").exists() && data.join("world-3.key").exists());
    stands(&config, "key-3");
    assert!(KEY_HISTORY_PATH.ends_with("/did-history.json"));
}

/// A nonce and a result from before are good after a change, and nothing of a key that somebody else
/// may have.
#[test]
fn what_was_sealed_before_is_opened_until_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let before = stands(&config, "key-1");
    let (nonce, result) = (
        before.nonce_seal(b"n"),
        before.seal(Sealed::Result, "a", b"Mika").unwrap(),
    );
    let opens = |keys: &Keys| {
        let nonces: Vec<_> = keys.nonce_seals(b"n").collect();
        (
            nonces.contains(&nonce),
            keys.open(Sealed::Result, "a", &result).is_some(),
        )
    };
    assert_eq!(opens(&before), (true, true));
    rotate(&config, KeyEnd::Retired, NOW);
    let after = stands(&config, "key-2");
    assert_eq!(opens(&after), (true, true));
    assert_ne!(after.nonce_seal(b"n"), nonce);
    rotate(&config, KeyEnd::Retired, NOW);
    assert_eq!(opens(&stands(&config, "key-3")), (true, true));
    let data = config.data();
    let ended = Timestamp::from_unix(NOW);
    stands(&config, "key-3")
        .history
        .drop_ended(data, ended)
        .unwrap();
    assert_eq!(opens(&stands(&config, "key-3")), (false, false));

    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let before = stands(&config, "key-1");
    let result = before.seal(Sealed::Result, "a", b"Mika").unwrap();
    rotate(&config, KeyEnd::Compromised, NOW);
    assert!(
        stands(&config, "key-2")
            .open(Sealed::Result, "a", &result)
            .is_none()
    );
}

/// A world from before there were histories: what it signed then stands after a change.
#[test]
fn a_world_without_a_history_gets_its_first_entry() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let file = config.data().join("did-history.json");
    let entry = fs::read(&file).unwrap();
    for next in ["start", "change"] {
        fs::remove_file(&file).unwrap();
        let shown = config.keys().unwrap();
        // To look changes nothing.
        assert!(!file.exists());
        assert!(shown.keys[0].from < Timestamp::from_unix(NOW - 100_000_000));
        if next == "start" {
            stands(&config, "key-1");
            assert_eq!(fs::read(&file).unwrap(), entry);
        } else {
            rotate(&config, KeyEnd::Retired, NOW);
            stands(&config, "key-2");
        }
    }
    // Once there was another key, nobody guesses which one is in use.
    fs::remove_file(&file).unwrap();
    let clock = Clock::fixed(Timestamp::from_unix(NOW));
    for error in [
        Keys::read(config.data(), &config.world().did()).unwrap_err(),
        config.keys().unwrap_err(),
        config.rotate_key(KeyEnd::Retired, &clock).unwrap_err(),
    ] {
        assert_eq!(error, KeysError::HistoryLost(file.clone()));
        assert_eq!(error.reason(), Reason::ConfigMalformed);
    }
}

fn copy(from: &Path, to: &Path, names: &[&str]) {
    for name in names {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// The folder as it stands when the machine stops between two steps of a change: the key in use is in
/// the history and its seed beside it, and the change can be made anew.
#[test]
fn a_change_that_was_cut_short_is_made_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let data = config.data().to_owned();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    for end in [KeyEnd::Retired, KeyEnd::Compromised] {
        let names = ["world.key", "did-history.json"];
        for snapshot in [&before, &after] {
            fs::create_dir_all(snapshot).unwrap();
        }
        copy(&data, &before, &names);
        rotate(&config, end, NOW);
        copy(&data, &after, &["world-2.key", "did-history.json"]);
        let private = Permissions::from_mode(0o600);
        // Each with what stands there, and which key is in use.
        type Step = (&'static str, &'static str, fn(&Path, &Path));
        let steps: [Step; 7] = [
            ("the seed is half written", "key-1", |data, _| {
                fs::write(data.join("world-2.key.new"), "omote-world-k").unwrap();
            }),
            (
                "the seed is written beside its place",
                "key-1",
                |data, after| {
                    fs::copy(after.join("world-2.key"), data.join("world-2.key.new")).unwrap();
                },
            ),
            ("the seed is in its place", "key-1", |data, after| {
                copy(after, data, &["world-2.key"]);
            }),
            ("the history is half written", "key-1", |data, after| {
                copy(after, data, &["world-2.key"]);
                fs::write(data.join("did-history.json.new"), "{\"entr").unwrap();
            }),
            (
                "the history is written beside its place",
                "key-1",
                |data, after| {
                    copy(after, data, &["world-2.key"]);
                    let beside = data.join("did-history.json.new");
                    fs::copy(after.join("did-history.json"), beside).unwrap();
                },
            ),
            ("the history is in its place", "key-2", |data, after| {
                copy(after, data, &["world-2.key", "did-history.json"]);
            }),
            ("the old seed is deleted", "key-2", |data, after| {
                copy(after, data, &["world-2.key", "did-history.json"]);
                fs::remove_file(data.join("world.key")).unwrap();
            }),
        ];
        for (title, fragment, step) in steps {
            for entry in fs::read_dir(&data).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                if name.starts_with("world") || name.starts_with("did-history") {
                    fs::remove_file(data.join(name)).unwrap();
                }
            }
            copy(&before, &data, &names);
            step(&data, &after);
            for entry in fs::read_dir(&data).unwrap() {
                fs::set_permissions(entry.unwrap().path(), private.clone()).unwrap();
            }
            let known = stands(&config, fragment).history.bytes().to_vec();
            let kept = stands(&config, fragment);
            kept.history
                .drop_ended(&data, Timestamp::from_unix(0))
                .unwrap();
            assert_eq!(stands(&config, fragment).history.bytes(), known, "{title}");
            let keys = rotate(&config, end, NOW + 1);
            let next = keys.keys.last().unwrap().id.fragment().to_owned();
            assert!(
                stands(&config, &next).history.goes_on_from(&kept.history),
                "{title}"
            );
        }
        // For the other end.
        for name in ["world-2.key", "world-3.key"] {
            let _ = fs::remove_file(data.join(name));
        }
        copy(&before, &data, &names);
    }
}

#[test]
fn a_file_that_is_not_what_the_history_says_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let data = config.data();
    let refused = || Keys::read(data, &config.world().did()).unwrap_err();
    // Another world's history, and another origin's.
    let elsewhere = Keys::read(data, &did()).unwrap_err();
    assert!(
        matches!(elsewhere, KeysError::History { .. }),
        "{elsewhere}"
    );
    let other = tempfile::tempdir().unwrap();
    let others = founded(&other);
    fs::copy(others.data().join("world.key"), data.join("world.key")).unwrap();
    assert!(matches!(refused(), KeysError::OtherKey { .. }));
    fs::copy(
        others.data().join("did-history.json"),
        data.join("did-history.json"),
    )
    .unwrap();
    stands(&config, "key-1");
    for text in ["", "{}", "{\"v\":1,\"entries\":[\"e30.e30.e30\"]}"] {
        fs::write(data.join("did-history.json"), text).unwrap();
        let error = refused();
        assert!(matches!(error, KeysError::History { .. }), "{error}");
        assert_eq!(error.reason(), Reason::ConfigMalformed);
    }
}

/// The last places are for keys that somebody else may have.
#[test]
fn a_history_ends_and_says_so_before() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let clock = Clock::fixed(Timestamp::from_unix(NOW));
    let mut left = config.keys().unwrap().changes_left;
    while left > 0 {
        left = rotate(&config, KeyEnd::Retired, NOW).changes_left;
    }
    let full = config.rotate_key(KeyEnd::Retired, &clock).unwrap_err();
    assert_eq!(full.reason(), Reason::InputTooLarge);
    let mut keys = config.keys().unwrap();
    while let Ok(next) = config.rotate_key(KeyEnd::Compromised, &clock) {
        keys = next;
    }
    assert_eq!(keys.keys.len(), MAX_HISTORY_ENTRIES);
    stands(&config, &format!("key-{MAX_HISTORY_ENTRIES}"));
}

/// That somebody else may have a key is sometimes learned when it is not in use any more.
#[test]
fn a_key_that_ended_is_distrusted_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let config = founded(&folder);
    let clock = Clock::fixed(Timestamp::from_unix(NOW + 50));
    rotate(&config, KeyEnd::Retired, NOW);
    for (name, reason) in [("key-2", Reason::BadRequest), ("key-3", Reason::NotFound)] {
        let error = config.distrust_key(name, &clock).unwrap_err();
        assert_eq!(error.reason(), reason, "{name}");
    }
    let keys = config.distrust_key("key-1", &clock).unwrap();
    // It ended when it ended.
    let compromised = KeyState::Compromised(Timestamp::from_unix(NOW));
    let told = [("key-1", compromised), ("key-2", KeyState::Current)];
    assert_eq!(states(&keys), told);
    assert!(!config.data().join("world.key").exists());
    let known = stands(&config, "key-2").history.bytes().to_vec();
    // Said once.
    assert_eq!(config.distrust_key("key-1", &clock).unwrap(), keys);
    assert_eq!(stands(&config, "key-2").history.bytes(), known);
    rotate(&config, KeyEnd::Retired, NOW + 60);
    stands(&config, "key-3");
}

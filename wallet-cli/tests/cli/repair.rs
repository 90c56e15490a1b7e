//! What goes wrong on a machine: `doctor` finds it, says what helps, and what helps does help.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::envelope::Judge;
use crate::runner::{Machine, Run};

/// What the doctor finds wrong, by what it looked at.
fn failures(run: &Run) -> Vec<(String, String)> {
    let json = run.json();
    json["data"]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["finds"] == "fail")
        .map(|check| {
            let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            (text("look"), text("command"))
        })
        .collect()
}

#[test]
fn a_sound_wallet_has_nothing_wrong() {
    let machine = Machine::with_wallet();
    assert_eq!(machine.open(&["backup", "create", "a.omote"]).code, 0);
    let run = machine.open(&["doctor", "--json"]);
    assert_eq!((run.code, failures(&run)), (0, Vec::new()));
    assert_eq!(Judge::new().take(&run)["data"]["worst"], "ok");
}

#[test]
fn a_folder_that_others_can_see_is_closed_by_the_named_command() {
    let machine = Machine::with_wallet();
    let home = machine.home();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = machine.open(&["list", "--json"]);
    assert_eq!(
        (refused.code, refused.reason().as_str()),
        (1, "wallet_permissions")
    );
    let run = machine.open(&["doctor", "--json"]);
    assert_eq!(run.code, 1);
    let command = format!("chmod -R go= {}", home.display());
    for (_, helps) in failures(&run) {
        assert_eq!(helps, command);
    }
    let mut words = command.split(' ');
    let status = std::process::Command::new(words.next().unwrap())
        .args(words)
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(machine.open(&["doctor"]).code, 0);
}

/// Nothing that a wallet writes is for others, however careless the machine is.
#[test]
fn what_is_written_is_private_whatever_the_umask() {
    let machine = Machine::new();
    for args in [
        &["init", "--no-keychain", "--words-out", "words"][..],
        &["persona", "add", "Night"],
        &["backup", "create", "a.omote"],
        &["history", "--export", "history.jsonl"],
    ] {
        let status = std::process::Command::new("sh")
            .args(["-c", "umask 000; exec \"$0\" \"$@\""])
            .arg(env!("CARGO_BIN_EXE_omote"))
            .args(args)
            .current_dir(machine.path())
            .env_clear()
            .env("HOME", machine.path())
            .env("OMOTE_HOME", machine.home())
            .env("OMOTE_PASSPHRASE_FILE", "pass")
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{args:?}");
    }
    let mut files = 0;
    for folder in [machine.path(), &machine.home()] {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?} {mode:o}", entry.path());
            files += 1;
        }
    }
    assert!(files >= 7, "{files}");
}

#[test]
fn an_older_file_is_noticed_and_accepted_in_words_only() {
    let machine = Machine::with_wallet();
    let database = machine.home().join("wallet.sqlite");
    let before = fs::read(&database).unwrap();
    assert_eq!(machine.open(&["persona", "add", "Night"]).code, 0);
    fs::write(&database, before).unwrap();
    let read = machine.open(&["persona", "list"]);
    assert_eq!(read.code, 0);
    assert!(
        read.stderr.contains("--accept-older-store"),
        "{}",
        read.stderr
    );
    let write = machine.open(&["persona", "add", "Dawn", "--json"]);
    assert_eq!(
        (write.code, write.reason().as_str()),
        (1, "wallet_rollback")
    );
    let run = machine.open(&["doctor", "--json"]);
    let expected = (
        "counter".to_owned(),
        "omote doctor --accept-older-store".to_owned(),
    );
    assert_eq!((run.code, failures(&run)), (1, vec![expected]));
    assert_eq!(machine.open(&["doctor", "--accept-older-store"]).code, 0);
    assert_eq!(machine.open(&["persona", "add", "Dawn"]).code, 0);
    assert_eq!(machine.open(&["doctor"]).code, 0);
}

#[test]
fn a_damaged_file_is_an_answer_and_no_panic() {
    let machine = Machine::with_wallet();
    let database = machine.home().join("wallet.sqlite");
    let whole = fs::read(&database).unwrap();
    for at in [0, 20, 100, whole.len() / 2, whole.len() - 40] {
        let mut damaged = whole.clone();
        for byte in &mut damaged[at..at + 32] {
            *byte ^= 0xa5;
        }
        fs::write(&database, damaged).unwrap();
        for args in [&["list", "--json"][..], &["doctor", "--json"]] {
            let run = machine.open(args);
            assert!((0..=8).contains(&run.code), "{at}: {}", run.stderr);
            assert!(!run.stderr.contains("panicked"), "{at}: {}", run.stderr);
            Judge::new().take(&run);
        }
    }
    fs::write(&database, whole).unwrap();
    assert_eq!(machine.open(&["doctor"]).code, 0);
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let machine = Machine::with_wallet();
    assert_eq!(machine.open(&["backup", "create", "a.omote"]).code, 0);
    let path = machine.path().join("a.omote");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let verify = machine.open(&["backup", "verify", "a.omote", "--json"]);
    assert_eq!(
        (verify.code, verify.reason().as_str()),
        (1, "wallet_corrupt")
    );
    let restore = [
        "--home",
        "two",
        "backup",
        "restore",
        "a.omote",
        "--words-file",
        "words",
        "--json",
    ];
    assert_eq!(machine.open(&restore).reason(), "wallet_corrupt");
    assert!(!machine.path().join("two").exists());
}

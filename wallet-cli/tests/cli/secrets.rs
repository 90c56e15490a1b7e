//! Secrets: never asked for without a terminal, never from open files, never in any output.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::runner::{Machine, PASSPHRASE};

#[test]
fn nothing_is_asked_without_a_terminal() {
    let machine = Machine::new();
    for lang in ["en", "ja"] {
        let run = machine.run(&["--lang", lang, "init"]);
        assert_eq!(run.code, 4, "{}", run.stderr);
        assert!(run.stderr.contains("--words-out FILE"), "{}", run.stderr);
        let run = machine.run(&["--lang", lang, "init", "--restore"]);
        assert_eq!(run.code, 4);
        assert!(run.stderr.contains("--words-file FILE"), "{}", run.stderr);
        let run = machine.run(&["--lang", lang, "init", "--words-out", "words"]);
        assert_eq!(run.code, 4);
        assert!(run.stderr.contains("--passphrase-file"), "{}", run.stderr);
    }
    assert!(!machine.home().exists());
    assert!(!machine.path().join("words").exists());
    let machine = Machine::with_wallet();
    for args in [
        &["list"][..],
        &["show", "x"],
        &["doctor"],
        &["persona", "list"],
        &["trust", "list"],
        &["history"],
        &["backup", "create", "b"],
    ] {
        let run = machine.run(args);
        assert_eq!(run.code, 4, "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains("--passphrase-file"), "{}", run.stderr);
        // The doctor says what can be seen from outside.
        assert!(run.stdout.is_empty() || args == ["doctor"], "{args:?}");
    }
}

#[test]
fn stdin_is_no_terminal_even_when_it_says_yes() {
    let machine = Machine::with_wallet();
    let link = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example%2Fo%2F1";
    let env = [("OMOTE_PASSPHRASE_FILE", "pass")];
    let run = machine.run_with(&["receive", link], &env, "y\ny\ny\n");
    assert_eq!(run.code, 4, "{}", run.stderr);
    let trusted = machine.open(&["trust", "list", "--json"]);
    assert_eq!(
        trusted.json()["data"]["worlds"].as_array().unwrap().len(),
        0
    );
}

#[test]
fn open_files_of_secrets_are_refused() {
    let machine = Machine::with_wallet();
    for mode in [0o644, 0o640, 0o660, 0o606] {
        let pass = machine.path().join("pass");
        fs::set_permissions(&pass, fs::Permissions::from_mode(mode)).unwrap();
        let run = machine.open(&["list", "--json"]);
        assert_eq!(run.reason(), "cli_file_insecure", "{mode:o}");
        assert_eq!(run.code, 1);
    }
}

#[test]
fn passphrases_are_one_line_in_any_form() {
    let machine = Machine::new();
    machine.secret("pass", "p\u{e4}ss w\u{f6}rd\n");
    let made = machine.open(&["init", "--no-keychain", "--words-out", "words"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    // Another normal form, another line ending.
    machine.secret("pass", "pa\u{308}ss wo\u{308}rd\r\n");
    assert_eq!(machine.open(&["list"]).code, 0);
    for (text, reason) in [
        ("", "wallet_wrong_passphrase"),
        ("\n", "wallet_wrong_passphrase"),
        ("wrong passphrase", "wallet_wrong_passphrase"),
        ("with\0nul", "wallet_wrong_passphrase"),
        (&*"a".repeat(4000), "wallet_wrong_passphrase"),
        (&*"a".repeat(1 << 20), "cli_file_too_large"),
    ] {
        machine.secret("pass", text);
        let run = machine.open(&["list", "--json"]);
        assert_eq!(run.reason(), reason, "{} bytes", text.len());
    }
}

#[test]
fn a_new_passphrase_has_a_least_length() {
    let machine = Machine::new();
    machine.secret("pass", "short");
    let run = machine.open(&["init", "--no-keychain", "--words-out", "words", "--json"]);
    assert_eq!(run.reason(), "cli_passphrase_short");
    assert!(!machine.home().exists() && !machine.path().join("words").exists());
}

#[test]
fn words_bring_the_wallet_back_and_are_in_no_output() {
    for lang in ["en", "ja"] {
        let machine = Machine::new();
        let init = [
            "init",
            "--no-keychain",
            "--words-out",
            "words",
            "--words-lang",
            lang,
            "--json",
        ];
        let mut said = machine.open(&init);
        assert_eq!(said.code, 0);
        let words = fs::read_to_string(machine.path().join("words")).unwrap();
        let mode = machine
            .path()
            .join("words")
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(words.split_whitespace().count(), 24);
        let mut output = said.stdout.clone() + &said.stderr;
        for args in [
            &["status"][..],
            &["doctor"],
            &["history", "--json"],
            &["backup", "create", "a.omote"],
            &["backup", "verify", "a.omote", "--words-file", "words"],
            &[
                "--home",
                "two",
                "init",
                "--restore",
                "--no-keychain",
                "--words-file",
                "words",
            ],
        ] {
            said = machine.open(args);
            assert_eq!(said.code, 0, "{args:?}: {}", said.stderr);
            output.push_str(&said.stdout);
            output.push_str(&said.stderr);
        }
        assert!(!output.contains(PASSPHRASE));
        let pairs: Vec<&str> = words.split_whitespace().collect();
        for pair in pairs.windows(2) {
            assert!(!output.contains(&pair.join(" ")) && !output.contains(&pair.join("\u{3000}")));
        }
    }
}

#[test]
fn wrong_words_say_where_and_never_what() {
    let machine = Machine::with_wallet();
    let words = fs::read_to_string(machine.path().join("words")).unwrap();
    let mut words: Vec<&str> = words.split_whitespace().collect();
    words[6] = "canaryword";
    machine.secret("bad", &words.join(" "));
    let args = [
        "--home",
        "two",
        "init",
        "--restore",
        "--no-keychain",
        "--words-file",
        "bad",
    ];
    let run = machine.open(&args);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains('7') && !run.stderr.contains("canaryword"),
        "{}",
        run.stderr
    );
    assert!(!machine.path().join("two").exists());
}

#[test]
fn nothing_is_overwritten() {
    let machine = Machine::with_wallet();
    machine.secret("there", "mine");
    std::os::unix::fs::symlink("nowhere", machine.path().join("link")).unwrap();
    for args in [
        &[
            "--home",
            "two",
            "init",
            "--no-keychain",
            "--words-out",
            "there",
        ][..],
        &["backup", "create", "there"],
        &["history", "--export", "there"],
        &["provenance", "pass", "--out", "there"],
        &["history", "--export", "link"],
        &["provenance", "pass", "--out", "link"],
    ] {
        let mut args = args.to_vec();
        args.push("--json");
        let run = machine.open(&args);
        assert_eq!(
            (run.code, run.reason().as_str()),
            (1, "cli_file_exists"),
            "{args:?}"
        );
    }
    assert_eq!(
        fs::read_to_string(machine.path().join("there")).unwrap(),
        "mine"
    );
    assert!(!machine.path().join("nowhere").exists());
    assert!(!machine.path().join("two").exists());
}

#[test]
fn no_option_takes_a_secret() {
    let machine = Machine::new();
    let mut pages = String::new();
    for page in [
        &["--help"][..],
        &["init", "--help"],
        &["receive", "--help"],
        &["backup", "restore", "--help"],
    ] {
        pages.push_str(&machine.run(page).stdout);
    }
    for word in [
        "--passphrase ",
        "--words ",
        "--password",
        "--code ",
        "--pin",
        "--seed",
        "--yes",
    ] {
        assert!(!pages.contains(word), "{word}");
    }
}

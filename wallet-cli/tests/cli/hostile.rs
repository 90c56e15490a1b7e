//! Names that want to act on a terminal: every byte of stdout and stderr is looked at. WAL-13,
//! WAL-15.

use std::path::Path;

use schemas::object;
use schemas::time::Timestamp;
use wallet_core::hazmat::{Unverified, hold_unverified};
use wallet_core::{OsEntropy, Passphrase, Unlock, Wallet};

use crate::runner::{Machine, PASSPHRASE, Run};

/// A title, a cleared screen, a clipboard, a link, an overwritten line, C1, a tab, reversed text,
/// nothing to see, separators, and quotes for JSON.
const HOSTILE: &str = "Mika\u{1b}]0;x\u{7}\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{1b}]8;;https://evil.example\u{1b}\\\
\r\n\t\u{9b}31m\u{202e}gpj\u{2066}\u{200b}\u{200d}\u{feff}\u{2028}\u{2029}\u{e0041}\u{7f}\"},{\"x\":\"=cmd()";

/// Refuses output in which a character acts.
pub(crate) fn clean(what: &str, run: &Run) {
    for (name, stream) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        for (at, c) in stream.char_indices() {
            let acts = (c.is_control() && c != '\n')
                || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                    | '\u{e0000}'..='\u{e007f}');
            assert!(!acts, "{what}: {name} has {c:?} at {at}: {stream:?}");
        }
    }
}

/// Puts a holding with a hostile name into the machine's wallet, as if a world had issued it.
fn hold(home: &Path, name: &str) -> String {
    let passphrase = Passphrase::new(PASSPHRASE).unwrap();
    let unlock = Unlock::Passphrase(&passphrase);
    let mut wallet = Wallet::open(home, unlock, Box::new(OsEntropy)).unwrap();
    let issuer: schemas::world::WorldId = "https://neokyoto.example".parse().unwrap();
    let credential = object! {
        "credentialSubject" => object! {
            "personaName" => name,
            "license" => object! { "name" => name, "authors" => [name], "avatarPermission" => "everyone" },
            "provenance" => object! {
                "issuer" => name,
                "credentialSubject" => object! { "name" => name, "digestMultibase" => name },
            },
        },
    };
    let new = Unverified {
        name,
        issuer: &issuer,
        credential: &credential,
        copies: 2,
    };
    let now = Timestamp::from_unix(1_790_000_000);
    hold_unverified(&mut wallet, &new, now)
        .unwrap()
        .id
        .to_string()
}

#[test]
fn names_from_outside_never_act() {
    let machine = Machine::with_wallet();
    let id = hold(&machine.home(), HOSTILE);
    for lang in ["en", "ja"] {
        for args in [
            &["list"][..],
            &["show", &id[..8]],
            &["history"],
            &["status"],
            &["doctor"],
            &["persona", "list"],
        ] {
            for json in [false, true] {
                let mut args = [&["--lang", lang], args].concat();
                if json {
                    args.push("--json");
                }
                let run = machine.open(&args);
                assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
                clean(&format!("{args:?}"), &run);
            }
        }
    }
    let shown = machine.open(&["show", &id]).stdout;
    assert!(
        shown.contains("\\u{1b}[2J") && shown.contains("\\u{202e}gpj"),
        "{shown}"
    );
    // Programs get the name letter by letter, and nothing that it injects.
    let json = machine.open(&["list", "--json"]).json();
    assert_eq!(json["data"]["holdings"][0]["name"], HOSTILE);
    assert_eq!(json["data"]["holdings"].as_array().unwrap().len(), 1);
}

#[test]
fn long_names_are_cut() {
    let machine = Machine::with_wallet();
    let id = hold(&machine.home(), &"長".repeat(10_000));
    let shown = machine.open(&["show", &id]).stdout;
    let longest = shown
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap();
    assert!(longest < 400, "{longest}");
    assert!(shown.contains("(+9700)"));
}

#[test]
fn arguments_and_files_never_act_either() {
    let machine = Machine::with_wallet();
    std::fs::write(
        machine.path().join("x.json"),
        format!("{{\"type\":\"{}\"}}", "\u{202e}"),
    )
    .unwrap();
    std::fs::write(machine.path().join("policy.toml"), "\u{1b}[2J = \u{202e}").unwrap();
    let act = "\u{1b}[2J\u{202e}\u{9b}";
    for args in [
        &[act][..],
        &["show", act],
        &["receive", act],
        &["present", act],
        &["trust", "add", act],
        &["persona", "add", act],
        &["check", act],
        &["check", "x.json", "--explain"],
        &["check", "x.json", "--policy", "policy.toml"],
        &["present", "x", "--choose", act],
        &["man", act],
        &["backup", "verify", act],
    ] {
        for json in [false, true] {
            let mut args = args.to_vec();
            if json {
                args.push("--json");
            }
            let run = machine.open(&args);
            assert_ne!(run.code, 0, "{args:?}");
            clean(&format!("{args:?}"), &run);
        }
    }
}

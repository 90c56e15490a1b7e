//! What the command tells the person who types it: options and settings by their names, in lines that
//! a terminal of 80 columns does not break.

use std::fs;
use std::path::Path;
use std::process::Output;

use schemas::json::Value;

use crate::program::{ends, fails, json, run, text};
use crate::town::model;

const AVATAR: [&str; 6] = [
    "offer",
    "avatar",
    "--persona",
    "Mika",
    "--model",
    "mika.vrm",
];

fn world(at: &Path) {
    assert!(
        run(at, &["init", "--dir", "a/longer/path/to/a/world"])
            .status
            .success()
    );
    fs::write(at.join("mika.vrm"), model()).unwrap();
}

fn run_there(at: &Path, arguments: &[&str]) -> Output {
    let config = "a/longer/path/to/a/world/omote-world.toml";
    run(at, &[&["--config", config], arguments].concat())
}

#[test]
fn a_remedy_names_the_option_or_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    world(at);
    let long = "a".repeat(1001);
    let offer = |more: &[&str]| run_there(at, &[&AVATAR[..], more].concat());
    let ask = |more: &[&str]| run_there(at, &[&["ask", "avatar"], more].concat());
    let of_model = [
        "offer",
        "avatar",
        "--persona",
        "Mika",
        "--provenance",
        "mika.vrm",
    ];
    for (output, named) in [
        (offer(&["--login"]), "login_uri"),
        (offer(&["--copies", "100"]), "--copies 1 to 10"),
        (run_there(at, &of_model), "--model mika.vrm"),
        (
            ask(&["--return-to", "https://evil.example/"]),
            "return_origins",
        ),
        (
            ask(&["--return-to", "http://localhost:9/a#b"]),
            "--return-to",
        ),
        (ask(&["--statement", &long]), "--statement"),
        (ask(&["--purpose", &long]), "--purpose"),
        (ask(&["--instance", "a/b"]), "--instance"),
        (ask(&["--format", "ldp_vc", "--statement", "a"]), "--format"),
    ] {
        ends(&output, 2, named);
        let said = text(&output.stderr);
        assert!(said.contains("help: "), "{said}");
        for elsewhere in ["openapi", "The caller", "The holder"] {
            assert!(!said.contains(elsewhere), "{said}");
        }
    }
}

#[test]
fn a_terminal_breaks_no_line_but_links() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    world(at);
    let said_whole = |arguments: &[&str]| {
        let output = run_there(at, arguments);
        let said = text(&output.stderr).to_owned();
        for line in said.lines() {
            assert!(columns(line) <= 80, "{}: {line}", columns(line));
        }
        (output, said)
    };
    let (_, said) = said_whole(&[&AVATAR[..], &["--tx-code", "--deferred"]].concat());
    let (_, command) = said.split_once("omote-world approve ").unwrap();
    // As it stands on the screen it can be typed.
    let typed = command
        .split_once("\nA code")
        .unwrap()
        .0
        .replace(" \\\n", " ");
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (approved, _) = said_whole(&["approve", words[2]]);
    assert!(approved.status.success(), "{typed}");
    assert_eq!(words[1], "a/longer/path/to/a/world/omote-world.toml");
    said_whole(&["ask", "avatar"]);
    said_whole(&[
        "ask",
        "avatar",
        "--return-to",
        "http://localhost:4001/enter",
    ]);
    said_whole(&["suspend", words[2]]);
    let (listed, said) = said_whole(&["grants"]);
    assert_eq!(said, "");
    for line in text(&listed.stdout).lines() {
        assert!(columns(line) <= 80, "{line}");
    }
    let (shown, _) = said_whole(&["key", "show"]);
    assert!(columns(text(&shown.stdout).trim_end()) <= 80);
    for help in [
        &["help"][..],
        &["help", "ask"],
        &["help", "offer", "avatar"],
        &["help", "bundle", "make"],
        &["help", "key", "rotate"],
    ] {
        let output = run(at, help);
        for line in text(&output.stdout).lines() {
            assert!(columns(line) <= 80, "{help:?}: {line}");
        }
    }
}

#[test]
fn a_grant_stands_in_one_word() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    world(at);
    let offered = json(&run_there(
        at,
        &[&AVATAR[..], &["--deferred", "--json"]].concat(),
    ));
    let grant = offered.get("grant").unwrap().as_str().unwrap();
    let listed = || text(&run_there(at, &["grants"]).stdout).to_owned();
    let holds = |word: &str| {
        let line = listed();
        let words = ["active", "waiting", "denied", "revoked"];
        let found: Vec<&str> = words.into_iter().filter(|one| line.contains(one)).collect();
        assert_eq!(found, [word], "{line}");
    };
    holds("waiting");
    assert!(run_there(at, &["deny", grant]).status.success());
    holds("denied");
    assert!(run_there(at, &["revoke", grant]).status.success());
    holds("revoked");
}

/// Nothing is there to be listed, so nothing is printed; and what a comment names is there.
#[test]
fn what_is_not_there_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    world(at);
    for verb in ["grants", "decisions"] {
        assert_eq!(text(&run_there(at, &[verb]).stdout), "");
    }
    let shown = json(&run_there(at, &["key", "show", "--json"]));
    let keys = shown.get("keys").unwrap().as_array().unwrap();
    assert_eq!(keys[0].get("from"), Some(&Value::Null));
    let config = fs::read_to_string(at.join("a/longer/path/to/a/world/omote-world.toml")).unwrap();
    assert!(config.contains(" /schemas/omote-world "), "{config}");
    fails(&run(at, &["grants"]), 2, "world_io");
}

/// What help and completions list is what is taken.
#[test]
fn formats_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for help in [&["help", "ask"][..], &["help", "offer", "avatar"]] {
        ends_with_values(&run(at, help));
    }
    let completions = run(at, &["completions", "bash"]);
    let completions = text(&completions.stdout);
    for value in ["dc+sd-jwt ldp_vc", "direct_post direct_post.jwt"] {
        assert!(completions.contains(value), "{value}");
    }
}

fn ends_with_values(help: &Output) {
    let help = text(&help.stdout);
    let said: Vec<&str> = help.split_whitespace().collect();
    assert!(
        said.join(" ")
            .contains("[possible values: dc+sd-jwt, ldp_vc]"),
        "{help}"
    );
}

/// Nothing wide is said.
fn columns(line: &str) -> usize {
    line.chars().count()
}

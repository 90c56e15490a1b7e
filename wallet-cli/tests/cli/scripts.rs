//! What is made for shells and `man`: it parses where the shell is at hand, and names every command.

use std::process::Command;

use crate::runner::Machine;

const COMMANDS: [&str; 16] = [
    "init",
    "status",
    "doctor",
    "persona",
    "receive",
    "list",
    "show",
    "present",
    "check",
    "history",
    "trust",
    "backup",
    "provenance",
    "completions",
    "man",
    "help",
];

#[test]
fn completions_name_every_command_and_parse() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish"] {
        let run = machine.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{shell}: {command}");
        }
        let path = machine.secret(shell, &run.stdout);
        match Command::new(shell).arg("-n").arg(&path).status() {
            Ok(status) => assert!(status.success(), "{shell} does not parse it"),
            Err(_) => println!("skipped: {shell} is not installed"),
        }
    }
}

#[test]
fn manual_pages_are_made_for_every_command_in_both_languages() {
    let machine = Machine::new();
    for lang in ["en", "ja"] {
        for command in COMMANDS {
            let run = machine.run(&["--lang", lang, "man", command]);
            assert_eq!(run.code, 0, "{command}");
            let title = format!(".TH OMOTE-{} 1  \"omote ", command.to_uppercase());
            assert!(run.stdout.contains(&title), "{command}: {}", run.stdout);
        }
    }
    assert_eq!(machine.run(&["man", "nothing"]).code, 2);
}

#[test]
fn help_shows_what_the_flag_shows() {
    let machine = Machine::new();
    for lang in ["en", "ja"] {
        for words in [&[][..], &["check"], &["backup", "create"], &["help"]] {
            let asked = machine.run(&[&["--lang", lang, "help"], words].concat());
            let flagged = machine.run(&[&["--lang", lang], words, &["--help"]].concat());
            assert_eq!((asked.code, flagged.code), (0, 0), "{words:?}");
            assert_eq!(
                asked.stdout.trim_end(),
                flagged.stdout.trim_end(),
                "{words:?}"
            );
        }
    }
    assert_eq!(machine.run(&["help", "nothing"]).code, 2);
}

#[test]
fn the_language_comes_from_the_flag_or_the_locale() {
    let machine = Machine::new();
    for (args, env, japanese) in [
        (&["--help"][..], &[("LC_ALL", "ja_JP.UTF-8")][..], true),
        (&["--help"], &[("LANG", "ja_JP.UTF-8")], true),
        (
            &["--help"],
            &[("LC_ALL", "C"), ("LANG", "ja_JP.UTF-8")],
            false,
        ),
        (
            &["--help"],
            &[("OMOTE_LANG", "ja"), ("LC_ALL", "en_US.UTF-8")],
            true,
        ),
        (
            &["--lang", "en", "--help"],
            &[("LC_ALL", "ja_JP.UTF-8")],
            false,
        ),
        (&["--help", "--lang=ja"], &[], true),
        (&["--help"], &[], false),
    ] {
        let run = machine.run_with(args, env, "");
        assert_eq!(run.code, 0);
        assert_eq!(run.stdout.contains("使い方"), japanese, "{args:?} {env:?}");
    }
}

#[test]
fn color_is_a_choice() {
    let machine = Machine::with_wallet();
    let colored = |args: &[&str], env: &[(&str, &str)]| {
        let mut env = env.to_vec();
        env.push(("OMOTE_PASSPHRASE_FILE", "pass"));
        machine.run_with(args, &env, "").stdout.contains('\u{1b}')
    };
    assert!(!colored(&["status"], &[]));
    assert!(colored(&["status", "--color", "always"], &[]));
    assert!(colored(&["status"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(
        &["status"],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!colored(
        &["status", "--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
}

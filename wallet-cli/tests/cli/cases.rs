//! Whole sessions, letter by letter: `tests/cases/*.case`, read by a person before they are kept.
//!
//! ```text
//! = LC_ALL=ja_JP.UTF-8      the environment from here on
//! $ omote lst               a command; words are split at spaces
//! ? 2                       its exit code
//! out …                     a line of stdout
//! err …                     a line of stderr
//! ```
//! What differs from run to run stands as `[TIME]`, `[ID]`, `[HERE]`. With `OMOTE_WRITE_CASES=1` the
//! files are written anew, to be read in the difference.

use std::fs;
use std::path::Path;

use crate::runner::{Machine, Run};

#[test]
fn sessions_are_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 6, "only {} cases", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let written = fs::read_to_string(&path).unwrap();
        let found = play(&written);
        if std::env::var_os("OMOTE_WRITE_CASES").is_some() {
            fs::write(&path, &found).unwrap();
        } else if found != written {
            wrong.push(format!(
                "{}:\n{}",
                path.display(),
                difference(&written, &found)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the commands of a session and writes down what came.
fn play(session: &str) -> String {
    let machine = Machine::new();
    let mut env: Vec<(String, String)> = Vec::new();
    let mut found = String::new();
    for line in session.lines() {
        match line.split_once(' ') {
            Some(("$", command)) => {
                let mut words = command.split(' ');
                assert_eq!(words.next(), Some("omote"));
                let args: Vec<&str> = words.collect();
                let env: Vec<(&str, &str)> = env
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let run = machine.run_with(&args, &env, "");
                found.push_str(&format!("$ {command}\n{}", shown(&run, &machine)));
            }
            Some(("=", setting)) => {
                let (name, value) = setting.split_once('=').unwrap();
                env.push((name.to_owned(), value.to_owned()));
                found.push_str(&format!("{line}\n"));
            }
            Some(("?" | "out" | "err", _)) => {}
            _ if line == "out" || line == "err" => {}
            _ => found.push_str(&format!("{line}\n")),
        }
    }
    found
}

fn shown(run: &Run, machine: &Machine) -> String {
    let mut text = format!("? {}\n", run.code);
    for (name, stream) in [("out", &run.stdout), ("err", &run.stderr)] {
        for line in stream.lines() {
            text.push_str(format!("{name} {}", steady(line, machine)).trim_end());
            text.push('\n');
        }
    }
    text
}

/// The line with what differs from run to run taken out.
fn steady(line: &str, machine: &Machine) -> String {
    let here = machine.path().display().to_string();
    let line = line
        .replace(&here, "[HERE]")
        .replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some(taken) = time(rest) {
            out.push_str("[TIME]");
            rest = &rest[taken..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of a time at the beginning of a text.
fn time(text: &str) -> Option<usize> {
    let shape = "0000-00-00T00:00:00Z";
    let head = text.get(..shape.len())?;
    let fits = head
        .chars()
        .zip(shape.chars())
        .all(|(c, s)| if s == '0' { c.is_ascii_digit() } else { c == s });
    fits.then_some(shape.len())
}

fn difference(written: &str, found: &str) -> String {
    let (mut before, mut after) = (written.lines(), found.lines());
    loop {
        match (before.next(), after.next()) {
            (None, None) => return String::new(),
            (before, after) if before == after => {}
            (before, after) => {
                return format!(
                    "  written: {}\n  found:   {}",
                    before.unwrap_or("(end)"),
                    after.unwrap_or("(end)")
                );
            }
        }
    }
}

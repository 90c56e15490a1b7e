//! The walk over all reason codes: each that a room can give is asserted by some test, and each that
//! none gives says what it waits for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemas::check::CheckId;
use schemas::reason::Reason;

/// Codes that nothing gives yet, and the part that will.
const WAITING: &[(Reason, &str)] = &[
    (
        Reason::ApiUnrepresentable,
        "nobody: what cannot be written needs no refusal",
    ),
    (
        Reason::BackupWeak,
        "backups with a passphrase of the person's choice",
    ),
    (Reason::CiDenied, "nobody at run time: the pipeline says it"),
    (Reason::CtxHashMismatch, "contexts that are read from files"),
    (Reason::DpopInvalid, "DPoP"),
    (Reason::MandatoryMissing, "bbs"),
    (Reason::PluginName, "plugins"),
    (
        Reason::VpMixedHolders,
        "questions that ask for one holder of several credentials",
    ),
];

const ROOMS: [&str; 10] = [
    "schemas",
    "proofs",
    "assets",
    "verifier",
    "fetch",
    "qr",
    "wallet-core",
    "wallet-cli",
    "platform",
    "tests",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The text of a file without comments: a code that is only spoken of is not given.
fn code_of(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| match line.trim_start() {
        comment if comment.starts_with("//") => "",
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Where code ends and its tests begin, in a file of `src`.
fn split_at_tests(text: &str) -> (&str, &str) {
    // `mod tests;` alone has its tests in a file of its own.
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => text.split_at(at),
        None => (text, ""),
    }
}

/// Whether a file of `src` is all tests: `foo/tests.rs`, `foo/tests/…`.
fn is_test_file(file: &Path) -> bool {
    let name = |part: &std::ffi::OsStr| part == "tests" || part == "tests.rs";
    file.components().any(|part| name(part.as_os_str()))
}

/// The reasons that a text names, by variant (`Reason::SigInvalid`) and, in tests, by code.
fn named(text: &str, also_by_code: bool) -> BTreeSet<Reason> {
    let mut named = BTreeSet::new();
    let words = text
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| !word.is_empty());
    let words: BTreeSet<&str> = words.collect();
    for reason in Reason::ALL {
        let variant = format!("Reason::{reason:?}");
        let by_variant = text
            .match_indices(&variant)
            .any(|(at, _)| !continues(text, at + variant.len()));
        // A code of one word is also a word: it counts by its variant only.
        let by_code = also_by_code && reason.code().contains('_') && words.contains(reason.code());
        if by_variant || by_code {
            named.insert(*reason);
        }
    }
    named
}

fn continues(text: &str, at: usize) -> bool {
    let next = text.as_bytes().get(at);
    next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

struct Walk {
    /// What the sources give, with the first file that does.
    given: BTreeMap<Reason, PathBuf>,
    /// What some test asserts.
    asserted: BTreeSet<Reason>,
}

fn walk() -> Walk {
    let mut walk = Walk {
        given: BTreeMap::new(),
        asserted: BTreeSet::new(),
    };
    for room in ROOMS {
        let (mut sources, mut tests) = (Vec::new(), Vec::new());
        // The house of tests has its parties in `src`: they assert nothing and give nothing.
        if room != "tests" {
            below(&root().join(room).join("src"), &mut sources);
        }
        below(&root().join(room).join("tests"), &mut tests);
        for file in sources {
            // The list itself and this walk name everything.
            if file.ends_with("schemas/src/reason.rs") {
                continue;
            }
            let text = code_of(&file);
            // Only what follows the last of `src` in the path is a test by its name.
            let inside = file.strip_prefix(root().join(room).join("src")).unwrap();
            let (code, own_tests) = if is_test_file(inside) {
                ("", text.as_str())
            } else {
                split_at_tests(&text)
            };
            for reason in named(code, false) {
                walk.given.entry(reason).or_insert_with(|| file.clone());
            }
            walk.asserted.extend(named(own_tests, true));
        }
        for file in tests {
            let here = file.ends_with("tests/tests/reasons.rs");
            if !here && !file.components().any(|part| part.as_os_str() == "fuzz") {
                walk.asserted.extend(named(&code_of(&file), true));
            }
        }
    }
    assert!(walk.given.len() > 60, "the sources are not where they were");
    walk
}

#[test]
fn every_code_that_is_given_is_asserted_by_a_test() {
    let walk = walk();
    let missing: Vec<String> = walk
        .given
        .iter()
        .filter(|(reason, _)| !walk.asserted.contains(reason))
        .map(|(reason, file)| format!("{reason} ({})", file.display()))
        .collect();
    assert!(
        missing.is_empty(),
        "no test asserts\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_code_that_nothing_gives_says_what_it_waits_for() {
    let walk = walk();
    let waiting: BTreeMap<Reason, &str> = WAITING.iter().copied().collect();
    assert_eq!(waiting.len(), WAITING.len(), "one stands there twice");
    let mut faults = Vec::new();
    for reason in Reason::ALL {
        match (walk.given.get(reason), waiting.get(reason)) {
            (Some(file), Some(part)) => {
                faults.push(format!(
                    "{reason} waits for {part}, and {} gives it",
                    file.display()
                ));
            }
            (None, None) => faults.push(format!(
                "{reason} is given by nothing and waits for nothing"
            )),
            (Some(_), None) | (None, Some(_)) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every check is tripped by some case: the one list of `verdicts.rs` names them all.
#[test]
fn every_check_is_tripped_by_a_case() {
    let cases = code_of(&root().join("tests/tests/verdicts.rs"));
    for check in CheckId::ALL {
        let name = format!("CheckId::{check:?},");
        assert!(cases.contains(&name), "nothing trips {check}");
    }
}

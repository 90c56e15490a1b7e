//! Every attack on the verifier again, of the command `omote check` and of a world's `POST /check`:
//! the library, a person and a world give one answer, word for word.
//!
//! The questions are those that the tests beside this one ask of the library ([`record`]). The binaries
//! are those that cargo left beside this test; without them this says so and is skipped, and fails
//! where `OMOTE_MUST_RUN` names `surfaces`.

#[path = "surfaces/command.rs"]
mod command;
#[path = "surfaces/reached.rs"]
mod reached;
#[path = "surfaces/rows.rs"]
pub(crate) mod rows;
#[path = "surfaces/world.rs"]
pub(crate) mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemas::check::Verdict;
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Object, Value, read};
use tests::surfaces::{Case, record};
use verifier::{Asked, AssetAsked, Question, Report};

use rows::{LIBRARY, NOT_COMMAND, NOT_WORLD, ROWS};

/// What became of asking elsewhere.
pub(crate) enum Answered {
    /// The same, word for word.
    Same,
    /// It takes the thing for another kind of thing, or does not take it at all: it was not accepted.
    NotTaken,
    /// Something else: what, and what the library says.
    Other(String),
}

/// How often each surface answered, a row.
#[derive(Default)]
struct Tally {
    same: usize,
    not_taken: usize,
    unasked: usize,
}

/// How many questions of one kind and with one answer are asked again, of each test.
const ALIKE: usize = 3;

/// Asks on a surface what the tests asked, by two at a time.
fn ask_all(asked: impl Fn(&Case) -> Option<Answered> + Sync) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut wrong = Vec::new();
    // A test that speaks of documents ends early where everybody is their own key: no news here.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let rows: Vec<(&str, Vec<Case>)> = ROWS
        .iter()
        .map(|(id, test)| (*id, sampled(record(test))))
        .collect();
    std::panic::set_hook(hook);
    for (id, cases) in rows {
        let half = cases.len().div_ceil(2).max(1);
        let answers: Vec<Option<Answered>> = std::thread::scope(|scope| {
            let parts: Vec<_> = cases
                .chunks(half)
                .map(|part| scope.spawn(|| part.iter().map(&asked).collect::<Vec<_>>()))
                .collect();
            let answers = parts.into_iter().map(|part| part.join().unwrap());
            answers.flatten().collect()
        });
        let tally = tallies.entry(id).or_default();
        for (case, answer) in cases.iter().zip(answers) {
            match answer {
                None => tally.unasked += 1,
                Some(Answered::Same) => tally.same += 1,
                Some(Answered::NotTaken) => tally.not_taken += 1,
                Some(Answered::Other(what)) => {
                    let begin = String::from_utf8_lossy(&case.bytes);
                    let begin: String = begin.chars().take(300).collect();
                    let headline = case.report.headline();
                    wrong.push(format!("{id} {headline:?}: {what}\n{begin}"));
                }
            }
        }
    }
    let some: Vec<_> = wrong.iter().take(8).cloned().collect();
    let count = wrong.len();
    assert!(
        wrong.is_empty(),
        "{count} answers differ\n{}",
        some.join("\n\n")
    );
    tallies
}

/// Different questions, some of each kind with each answer.
fn sampled(mut cases: Vec<Case>) -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    cases.retain(|case| {
        let presented = matches!(case.asked, Asked::Presentation(_));
        let kind = format!(
            "{presented} {:?} {}",
            case.report.headline(),
            case.outside.is_some()
        );
        let same = format!("{} {:?}", Sha256Digest::of(&case.bytes), case.policy);
        if !seen.insert(same) {
            return false;
        }
        let count = alike.entry(kind).or_default();
        *count += 1;
        *count <= ALIKE
    });
    cases
}

/// Every row was asked about on a surface, but for those that say why not.
fn hold(title: &str, beside: &[&str], tallies: &BTreeMap<&'static str, Tally>) {
    for (id, tally) in tallies {
        println!(
            "{title} {id:8} the same {:4}, not taken {:3}, not asked {:3}",
            tally.same, tally.not_taken, tally.unasked
        );
    }
    let silent = tallies.iter().filter(|(_, tally)| tally.same == 0);
    let silent: BTreeSet<&str> = silent.map(|(id, _)| *id).collect();
    let known: BTreeSet<&str> = LIBRARY.iter().chain(beside).copied().collect();
    assert_eq!(silent, known, "{title}: asked nothing");
}

/// The library's answer to the question that the other surface asks.
pub(crate) fn library(case: &Case, asked: &Asked, now: schemas::time::Timestamp) -> Report {
    let question = Question {
        asked,
        asset: &AssetAsked::NotAsked,
        policy: &case.policy,
    };
    verifier::verify(&question, &case.bytes, &case.evidence, now)
}

/// Compares a report that came from elsewhere with the library's.
pub(crate) fn compare(ours: &Report, theirs: &Value) -> Answered {
    // The explanation of a policy names its rules; everything else of the report is in it too.
    if Value::Object(ours.to_object()) == *theirs {
        return Answered::Same;
    }
    Answered::Other(format!(
        "{theirs}\nthe library: {}",
        Value::Object(ours.to_object())
    ))
}

pub(crate) fn object(bytes: &[u8]) -> Option<Object> {
    match read(bytes, &Limits::document()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The folder where cargo leaves the binaries.
pub(crate) fn binaries() -> Option<PathBuf> {
    tests::programs::binaries("surfaces")
}

#[test]
fn the_command_answers_as_the_library_does() {
    let Some(binaries) = binaries() else { return };
    let command = command::Command::new(&binaries);
    let tallies = ask_all(|case| command.asks(case));
    hold("omote check", NOT_COMMAND, &tallies);
}

#[test]
fn a_world_answers_as_the_library_does() {
    let Some(binaries) = binaries() else { return };
    tests::surfaces::live_at(world::clock());
    let worlds = world::Worlds::new(&binaries);
    let tallies = ask_all(|case| worlds.asks(case));
    hold("POST /check", NOT_WORLD, &tallies);
}

/// Nothing is accepted elsewhere that the library refuses.
pub(crate) fn not_taken(case: &Case, accepted: bool) -> Answered {
    if accepted && case.report.verdict() != Verdict::Accepted {
        return Answered::Other("accepted".to_owned());
    }
    Answered::NotTaken
}

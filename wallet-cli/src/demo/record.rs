//! What happened, step by step: a line each for people, an object each for programs.

use std::future::Future;
use std::time::Instant;

use schemas::json::{Number, Object, Value};
use schemas::object;
use schemas::reason::Reason;

use crate::demo::Learned;
use crate::demo::kept::Keep;
use crate::terminal::{Mark, Terminal, pad, width};
use crate::texts::Value as Text;

/// The version of the JSON form.
const VERSION: u32 = 1;
/// A terminal is at least this wide; what does not fit goes on a line of its own.
const COLUMNS: usize = 80;
/// Where outcomes stand when there is room: refusals, which are longer, stand below.
const TITLE_COLUMNS: usize = 58;

/// The record of one run.
pub(super) struct Record<'t> {
    terminal: &'t mut Terminal,
    steps: Vec<Step>,
    learned: Learned,
}

struct Step {
    id: &'static str,
    title: String,
    expected: Expected,
    outcome: Outcome,
    ms: u128,
}

/// What a step should come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Accepted,
    Refused(Reason),
}

/// What it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Accepted,
    Refused(Reason),
}

impl Step {
    fn as_expected(&self) -> bool {
        match (self.expected, self.outcome) {
            (Expected::Accepted, Outcome::Accepted) => true,
            (Expected::Refused(expected), Outcome::Refused(found)) => expected == found,
            _ => false,
        }
    }

    fn to_object(&self) -> Object {
        let (outcome, reason) = match self.outcome {
            Outcome::Accepted => ("accepted", Value::Null),
            Outcome::Refused(reason) => ("refused", reason.code().into()),
        };
        let expected = match self.expected {
            Expected::Accepted => "accepted",
            Expected::Refused(reason) => reason.code(),
        };
        object! {
            "id" => self.id,
            "title" => self.title.as_str(),
            "expected" => expected,
            "outcome" => outcome,
            "reason" => reason,
            "ms" => Number::from_u64_saturating(u64::try_from(self.ms).unwrap_or(u64::MAX)),
        }
    }
}

impl<'t> Record<'t> {
    pub(super) fn new(terminal: &'t mut Terminal) -> Self {
        let mut record = Self {
            terminal,
            steps: Vec::new(),
            learned: Learned::new(),
        };
        record.chapter("demo-chapter-journey");
        record
    }

    /// A heading.
    pub(super) fn chapter(&mut self, id: &str) {
        let text = self.terminal.texts().text(id);
        self.terminal.data_heading(&text);
        self.flush();
    }

    /// Does an honest step. `None` when it failed.
    pub(super) async fn step<T>(
        &mut self,
        id: &'static str,
        act: impl Future<Output = Result<T, Reason>>,
    ) -> Option<T> {
        let started = Instant::now();
        let (outcome, value) = match act.await {
            Ok(value) => (Outcome::Accepted, Some(value)),
            Err(reason) => (Outcome::Refused(reason), None),
        };
        self.add(id, Expected::Accepted, outcome, started);
        value
    }

    /// Tries a forgery, which should be refused for this reason.
    pub(super) async fn forgery(
        &mut self,
        id: &'static str,
        expected: Reason,
        act: impl Future<Output = Result<(), Reason>>,
    ) {
        let started = Instant::now();
        let outcome = match act.await {
            Ok(()) => Outcome::Accepted,
            Err(reason) => Outcome::Refused(reason),
        };
        self.add(id, Expected::Refused(expected), outcome, started);
    }

    fn add(&mut self, id: &'static str, expected: Expected, outcome: Outcome, started: Instant) {
        let title = self.terminal.texts().text(&format!("demo-step-{id}"));
        let step = Step {
            id,
            title,
            expected,
            outcome,
            ms: started.elapsed().as_millis(),
        };
        self.say(&step);
        self.steps.push(step);
    }

    fn say(&mut self, step: &Step) {
        let texts = self.terminal.texts();
        let outcome = match step.outcome {
            Outcome::Accepted => texts.text("demo-accepted"),
            Outcome::Refused(reason) => {
                texts.with("demo-refused", &[("reason", Text::from(reason.code()))])
            }
        };
        let outcome = format!("{outcome}  {} ms", step.ms);
        let fits = width(&step.title).max(TITLE_COLUMNS) + width(&outcome) + 4 <= COLUMNS;
        let line = if fits {
            format!("{}  {outcome}", pad(&step.title, TITLE_COLUMNS))
        } else {
            step.title.clone()
        };
        let mark = if step.as_expected() {
            Mark::Good
        } else {
            Mark::Bad
        };
        self.terminal.data_mark(mark, &line);
        if !fits {
            self.terminal.data(&format!("    {outcome}"));
        }
        if !step.as_expected() {
            let expected = match step.expected {
                Expected::Accepted => texts_of(self.terminal, "demo-accepted"),
                Expected::Refused(reason) => reason.code().to_owned(),
            };
            let text = self
                .terminal
                .texts()
                .with("demo-expected", &[("outcome", expected.into())]);
            self.terminal.data(&format!("  {text}"));
        }
        self.flush();
    }

    /// A list under a heading: for people as lines, for programs as an array.
    pub(super) fn list(&mut self, member: &str, heading: &str, lines: Vec<String>) {
        let text = self.terminal.texts().text(heading);
        self.terminal.data(&format!("  {text}"));
        for line in &lines {
            self.terminal.prose(&format!("    {line}"));
        }
        self.learned.insert(member, lines);
        self.flush();
    }

    /// A text of the demo.
    pub(super) fn text(&self, id: &str) -> String {
        self.terminal.texts().text(id)
    }

    /// A text of the demo with one value.
    pub(super) fn text_with(&self, id: &str, name: &'static str, value: &str) -> String {
        self.terminal.texts().with(id, &[(name, Text::from(value))])
    }

    /// Lines appear as they happen. A reader that went away ends nothing.
    fn flush(&mut self) {
        let _ = self.terminal.finish();
    }

    pub(super) fn all_as_expected(&self) -> bool {
        self.steps.len() == STEPS && self.steps.iter().all(Step::as_expected)
    }

    /// The last line, and the JSON form.
    pub(super) fn finish(self, keep: &Keep) -> Object {
        let ok = self.all_as_expected();
        let total: u128 = self.steps.iter().map(|step| step.ms).sum();
        let (mark, id) = if ok {
            (Mark::Good, "demo-all-well")
        } else {
            (Mark::Bad, "demo-not-well")
        };
        let text = self.text(id);
        self.terminal.data("");
        self.terminal
            .data_mark(mark, &format!("{text}  {total} ms"));
        let steps: Vec<Object> = self.steps.iter().map(Step::to_object).collect();
        let mut object = object! { "v" => VERSION, "ok" => ok, "steps" => steps };
        for (member, value) in self.learned {
            object.insert(member, value);
        }
        if let Some(folder) = keep.chosen() {
            let shown = folder.display().to_string();
            let text = self
                .terminal
                .texts()
                .with("demo-kept", &[("folder", Text::from(shown.clone()))]);
            self.terminal.data(&text);
            object.insert("kept", shown);
        }
        object
    }
}

/// Honest steps and forgeries. A run that has fewer stopped on the way.
const STEPS: usize = 15;

fn texts_of(terminal: &Terminal, id: &str) -> String {
    terminal.texts().text(id)
}

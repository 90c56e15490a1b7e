//! Lines that are shown either as talk, before a question, or as data, for a dry run. The holder's
//! machine runs it.

use crate::sanitize;
use crate::terminal::{Mark, Terminal, pad, width};
use crate::texts::{Texts, Values};

/// Lines to be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet(Vec<Line>);

#[derive(Clone, Debug)]
enum Line {
    Heading(String),
    Text(String),
    Labelled(String, String),
    Careful(String),
}

impl Sheet {
    /// A heading.
    pub(crate) fn heading(&mut self, text: String) {
        self.0.push(Line::Heading(text));
    }

    /// A text by its id; it may have several lines.
    pub(crate) fn text(&mut self, texts: &Texts, id: &str, values: Values<'_, '_>) {
        let text = texts.with(id, values);
        self.0
            .extend(text.lines().map(|line| Line::Text(format!("  {line}"))));
    }

    /// A value behind its label; values stand one below the other. Both may be text from outside.
    pub(crate) fn value(&mut self, label: String, value: &str) {
        let label = sanitize::brief(&label);
        self.0.push(Line::Labelled(label, sanitize::brief(value)));
    }

    /// Something to look at twice.
    pub(crate) fn careful(&mut self, text: String) {
        self.0.push(Line::Careful(text));
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.0.push(Line::Text(String::new()));
    }

    /// Shows it as talk.
    pub(crate) fn tell(&self, terminal: &mut Terminal) {
        let widest = self.widest();
        for line in &self.0 {
            match line {
                Line::Heading(text) => terminal.say_heading(text),
                Line::Text(text) if text.is_empty() => terminal.say_text("\n"),
                Line::Text(text) => terminal.say_text(text),
                Line::Labelled(label, value) => terminal.say_text(&labelled(label, value, widest)),
                Line::Careful(text) => terminal.say_mark(Mark::Careful, text),
            }
        }
    }

    /// Shows it as data.
    pub(crate) fn give(&self, terminal: &mut Terminal) {
        let widest = self.widest();
        for line in &self.0 {
            match line {
                Line::Heading(text) => terminal.data_heading(text),
                Line::Text(text) if text.is_empty() => terminal.data(""),
                Line::Text(text) => terminal.prose(text),
                Line::Labelled(label, value) => terminal.data(&labelled(label, value, widest)),
                Line::Careful(text) => terminal.data_mark(Mark::Careful, text),
            }
        }
    }

    fn widest(&self) -> usize {
        let labels = self.0.iter().filter_map(|line| match line {
            Line::Labelled(label, _) => Some(width(label)),
            _ => None,
        });
        // One long label does not push all values out of sight.
        labels.filter(|width| *width <= 36).max().unwrap_or(0)
    }
}

fn labelled(label: &str, value: &str, widest: usize) -> String {
    format!("    {}  {value}", pad(label, widest))
}

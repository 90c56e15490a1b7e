//! Lines that are shown either as talk, before a question, or as data, for a dry run. The holder's
//! machine runs it.

use crate::sanitize;
use crate::terminal::{Mark, Terminal, pad, width, wrap};
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

    /// A text from outside that has to be seen whole, however long it is.
    pub(crate) fn whole(&mut self, text: &str) {
        let text = sanitize::visible(text);
        self.0.push(Line::Text(format!("  “{text}”")));
    }

    /// A line as it is, made safe.
    pub(crate) fn line(&mut self, text: &str) {
        let text = sanitize::visible(text);
        self.0.push(Line::Text(format!("    {text}")));
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
                Line::Labelled(label, value) => {
                    for line in beside(&before(label, widest), value, terminal.columns()) {
                        terminal.say_whole(&line);
                    }
                }
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
                Line::Labelled(label, value) => {
                    for line in beside(&before(label, widest), value, terminal.data_columns()) {
                        terminal.data(&line);
                    }
                }
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

fn before(label: &str, widest: usize) -> String {
    format!("    {}  ", pad(label, widest))
}

/// How far from the left a value stands that has a line of its own.
const INDENT: usize = 6;

/// A value behind its label, broken to fit a screen: its lines one below the other, and what is too
/// long for that, as keys and digests are, whole on a line of its own.
pub(crate) fn beside(label: &str, value: &str, columns: Option<usize>) -> Vec<String> {
    let place = width(label);
    let whole = format!("{label}{value}");
    let Some(columns) = columns.filter(|columns| width(&whole) > *columns) else {
        return vec![whole];
    };
    let room = columns.saturating_sub(place).max(1);
    let parts = wrap(value, room);
    if parts.iter().all(|part| width(part) <= room) {
        let mut label = label.to_owned();
        return parts
            .iter()
            .map(|part| std::mem::replace(&mut label, " ".repeat(place)) + part)
            .collect();
    }
    let room = columns.saturating_sub(INDENT).max(1);
    let parts = wrap(value, room);
    let parts = parts.iter().map(|part| " ".repeat(INDENT) + part);
    std::iter::once(label.trim_end().to_owned())
        .chain(parts)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::beside;
    use crate::terminal::width;

    #[test]
    fn values_stay_on_the_screen_and_keys_whole() {
        assert_eq!(beside("  Id  ", "3f9c", Some(80)), ["  Id  3f9c"]);
        let long = "ten words ".repeat(12);
        assert_eq!(beside("  Id  ", &long, None).len(), 1);
        let lines = beside("  Id  ", long.trim_end(), Some(40));
        assert!(lines.iter().all(|line| width(line) <= 40));
        assert!(lines[1].starts_with("      words"), "{lines:?}");
        let key = "z".repeat(56);
        let label = format!("    {}  ", "x".repeat(24));
        let lines = beside(&label, &key, Some(80));
        assert_eq!(lines, [label.trim_end().to_owned(), format!("      {key}")]);
        let said = "長い文章、とても長い。".repeat(9);
        for line in beside("  コピー  ", &said, Some(80)) {
            assert!(width(&line) <= 80 && !line.trim_start().starts_with('、'));
        }
    }
}

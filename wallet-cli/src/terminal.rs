//! The terminal: data on stdout, talk on stderr, nothing from outside unseen, color only where it is
//! wanted. The holder's machine runs it.
//!
//! Data is collected and written once at the end, so that a reader who goes away (`| head -1`) ends
//! nothing halfway.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;

use qr::draw::{Code, Style};
use unicode_width::UnicodeWidthStr;

use crate::sanitize;
use crate::texts::{Texts, Values};

/// The width of a screen that does not tell its own.
pub(crate) const USUAL: usize = 80;
/// A screen that says it is narrower does not know.
const NARROWEST: usize = 24;

/// Whether people or programs read stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Lines for people.
    Lines,
    /// One JSON envelope.
    Json,
}

/// When to use color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a mark in front of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It went well.
    Good,
    /// Look at this.
    Careful,
    /// It did not go well.
    Bad,
    /// It did not apply.
    Neutral,
}

impl Mark {
    const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Careful => "!",
            Self::Bad => "✗",
            Self::Neutral => "-",
        }
    }

    const fn color(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Careful => "33",
            Self::Bad => "31",
            Self::Neutral => "2",
        }
    }
}

#[derive(Clone, Copy)]
enum Paint {
    Color,
    Plain,
}

impl Paint {
    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Color => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}

/// Where the command speaks.
pub(crate) struct Terminal {
    texts: Texts,
    format: Format,
    out: String,
    paint_out: Paint,
    paint_err: Paint,
}

impl Terminal {
    /// The terminal of this process.
    pub(crate) fn new(texts: Texts, format: Format, color: Color) -> Self {
        Self {
            texts,
            format,
            out: String::new(),
            paint_out: paint(color, io::stdout().is_terminal()),
            paint_err: paint(color, io::stderr().is_terminal()),
        }
    }

    /// The texts.
    pub(crate) const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Whether people or programs read stdout.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Whether a person can be asked: what they type comes from a terminal, and they see the
    /// question.
    #[expect(clippy::unused_self, reason = "asking is an act of the terminal")]
    pub(crate) fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether talk reaches a screen.
    #[expect(clippy::unused_self, reason = "a property of the terminal")]
    pub(crate) fn is_screen(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// A line of data. Programs get the envelope instead.
    pub(crate) fn data(&mut self, line: &str) {
        if self.format == Format::Lines {
            self.out.push_str(&sanitize::visible(line));
            self.out.push('\n');
        }
    }

    /// A text as data; it may have several lines.
    pub(crate) fn data_text(&mut self, id: &str, values: Values<'_, '_>) {
        let text = self.texts.with(id, values);
        self.prose(&text);
    }

    /// Sentences as data: broken at words where a screen shows them.
    pub(crate) fn prose(&mut self, text: &str) {
        let columns = self.data_columns();
        for line in text.lines().flat_map(|line| fold(line, columns)) {
            self.data(&line);
        }
    }

    /// A heading in the data.
    pub(crate) fn data_heading(&mut self, text: &str) {
        if self.format == Format::Lines {
            let line = self.paint_out.wrap("1", &sanitize::visible(text));
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    /// A line of data behind a mark.
    pub(crate) fn data_mark(&mut self, mark: Mark, line: &str) {
        if self.format == Format::Lines {
            let columns = self.data_columns().map(|columns| columns.saturating_sub(2));
            let mut sign = self.paint_out.wrap(mark.color(), mark.sign());
            for line in fold(line, columns) {
                self.out
                    .push_str(&format!("{sign} {}\n", sanitize::visible(&line)));
                " ".clone_into(&mut sign);
            }
        }
    }

    /// Data that is no text for people, as it is: a completion script, a page for `man`, the
    /// envelope.
    pub(crate) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Says a text; it may have several lines.
    pub(crate) fn say(&mut self, id: &str, values: Values<'_, '_>) {
        let text = self.texts.with(id, values);
        self.say_text(&text);
    }

    /// Says lines that are ready.
    pub(crate) fn say_text(&mut self, text: &str) {
        let columns = self.columns();
        for line in text.lines().flat_map(|line| fold(line, columns)) {
            write_err(&format!("{}\n", sanitize::visible(&line)));
        }
    }

    /// Says a line that is not broken anywhere, since it is copied as a whole.
    #[expect(clippy::unused_self, reason = "saying is an act of the terminal")]
    pub(crate) fn say_whole(&mut self, line: &str) {
        write_err(&format!("{}\n", sanitize::visible(line)));
    }

    /// Draws a code as talk: what is drawn is ours, and steers the colors of the screen.
    pub(crate) fn draw(&mut self, code: &Code) {
        let style = match self.paint_err {
            Paint::Color => Style::Colors,
            Paint::Plain => Style::Plain,
        };
        write_err(&code.to_blocks(style));
    }

    /// Says a heading.
    pub(crate) fn say_heading(&mut self, text: &str) {
        write_err(&format!(
            "{}\n",
            self.paint_err.wrap("1", &sanitize::visible(text))
        ));
    }

    /// Says a text behind a mark.
    pub(crate) fn mark(&mut self, mark: Mark, id: &str, values: Values<'_, '_>) {
        let text = self.texts.with(id, values);
        self.say_mark(mark, &text);
    }

    /// Says lines that are ready behind a mark.
    pub(crate) fn say_mark(&mut self, mark: Mark, text: &str) {
        let columns = self.columns().map(|columns| columns.saturating_sub(2));
        let mut sign = self.paint_err.wrap(mark.color(), mark.sign());
        for line in text.lines().flat_map(|line| fold(line, columns)) {
            write_err(&format!("{sign} {}\n", sanitize::visible(&line)));
            " ".clone_into(&mut sign);
        }
    }

    /// Says a line that begins with a colored label.
    pub(crate) fn labelled(&mut self, mark: Mark, label: &str, text: &str) {
        let painted = self.paint_err.wrap(&format!("1;{}", mark.color()), label);
        // The first line has the label before it; a place as wide keeps it free.
        let columns = self.columns();
        let place = "_".repeat(width(label).saturating_add(1));
        let lines = fold(&format!("{place}{text}"), columns);
        let mut lines = lines.iter();
        let first = lines.next().map_or("", String::as_str);
        let first = first.get(place.len()..).unwrap_or_default();
        write_err(&format!("{painted} {}\n", sanitize::visible(first)));
        for line in lines {
            write_err(&format!("  {}\n", sanitize::visible(line)));
        }
    }

    /// Shows a question, without a line end.
    pub(crate) fn question(&mut self, text: &str) {
        write_err(&format!("{} ", sanitize::visible(text)));
    }

    /// How many columns talk may take; `None` where no screen shows it.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.is_screen().then(|| columns_of(io::stderr()))
    }

    /// How many columns data may take, likewise.
    #[expect(clippy::unused_self, reason = "a property of the terminal")]
    pub(crate) fn data_columns(&self) -> Option<usize> {
        io::stdout().is_terminal().then(|| columns_of(io::stdout()))
    }

    /// Takes the last lines off the screen, where there is one.
    pub(crate) fn erase(&mut self, lines: usize) {
        if self.is_screen() {
            write_err(&format!("\u{1b}[{lines}A\u{1b}[J"));
        }
    }

    /// Writes out what was collected.
    ///
    /// # Errors
    /// What the system answered, but for a reader who went away, which is no fault.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let out = std::mem::take(&mut self.out);
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(out.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Talk that nobody hears changes nothing.
fn write_err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn columns_of(screen: impl AsFd) -> usize {
    let told = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let window = || {
        Some(usize::from(
            rustix::termios::tcgetwinsize(screen).ok()?.ws_col,
        ))
    };
    told.or_else(window)
        .filter(|columns| *columns >= NARROWEST)
        .unwrap_or(USUAL)
}

fn paint(color: Color, terminal: bool) -> Paint {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto
            if set("CLICOLOR_FORCE") && env::var_os("CLICOLOR_FORCE").is_some_and(|v| v != "0") =>
        {
            true
        }
        Color::Auto => terminal && !dumb,
    };
    if wanted { Paint::Color } else { Paint::Plain }
}

/// How many columns a text takes; East Asian wide characters take two.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text with spaces up to a number of columns.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Rows with their cells one below the other. Every cell is made visible first, so that widths count
/// what is seen.
pub(crate) fn table(rows: &[Vec<String>]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| sanitize::brief(cell)).collect())
        .collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|cell| width(cell))
                .max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| pad(cell, *width))
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// Rows that fit a usual screen, as far as cutting the cells of these columns helps: the longest of
/// them give way first, down to eight columns each.
pub(crate) fn fitted(mut rows: Vec<Vec<String>>, cut: &[usize]) -> Vec<Vec<String>> {
    const LEAST: usize = 8;
    for row in &mut rows {
        for cell in row.iter_mut() {
            *cell = sanitize::brief(cell);
        }
    }
    let widest = |rows: &[Vec<String>], at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| width(cell)).max().unwrap_or(0)
    };
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    loop {
        let widths = (0..count).map(|at| widest(&rows, at).saturating_add(2));
        let whole = widths.sum::<usize>().saturating_sub(2);
        let longest = cut.iter().map(|at| (widest(&rows, *at), *at)).max();
        let Some((longest, at)) = longest.filter(|(longest, _)| whole > USUAL && *longest > LEAST)
        else {
            return rows;
        };
        let room = longest.saturating_sub(1);
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(at)) {
            *cell = cut_to(cell, room);
        }
    }
}

/// The beginning of a text, with a mark where it was cut.
pub(crate) fn cut_to(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.trim_end_matches('…').chars() {
        let mut bytes = [0; 4];
        let wider = width(&cut).saturating_add(width(c.encode_utf8(&mut bytes)));
        if wider.saturating_add(1) > columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// A line broken to fit, each part as far from the left as the line begins. A command that is to be
/// copied stays whole.
fn fold(line: &str, columns: Option<usize>) -> Vec<String> {
    let text = line.trim_start_matches(' ');
    let indent = line.len().saturating_sub(text.len());
    match columns {
        Some(columns) if !text.starts_with("omote ") && width(line) > columns => {
            let room = columns.saturating_sub(indent).max(NARROWEST);
            let parts = wrap(text, room);
            let place = " ".repeat(indent);
            parts.iter().map(|part| format!("{place}{part}")).collect()
        }
        _ => vec![line.to_owned()],
    }
}

/// Breaks a text into lines of at most `columns`: behind spaces, and in Japanese where a phrase
/// begins, but never in front of a closing mark.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut put = |line: &mut String, piece: &str| {
        let joined = width(line).saturating_add(width(piece.trim_end()));
        if !line.is_empty() && joined > columns {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(piece);
    };
    for piece in pieces(text, begins_phrase) {
        if width(piece.trim_end()) > columns {
            for part in pieces(piece, |before, c| !closes(c) && !opens(before)) {
                put(&mut line, part);
            }
        } else {
            put(&mut line, piece);
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The parts that stay together, each with the spaces behind it. `begins` says where wide text may
/// be cut.
fn pieces(text: &str, begins: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if let Some(before) = before {
            let after_space = before == ' ' && c != ' ';
            let wide = (is_wide(before) || is_wide(c)) && c != ' ' && before != ' ';
            if after_space || (wide && begins(before, c)) {
                cuts.push(at);
            }
        }
        before = Some(c);
    }
    cuts.push(text.len());
    cuts.windows(2)
        .filter_map(|cut| match cut {
            [from, to] => text.get(*from..*to),
            _ => None,
        })
        .collect()
}

/// Where a Japanese phrase begins, roughly: behind kana and marks, in front of anything else.
fn begins_phrase(before: char, c: char) -> bool {
    let kana = |c: char| ('ぁ'..='ゟ').contains(&c);
    !closes(c) && !opens(before) && (ends(before) || opens(c) || (kana(before) && !kana(c)))
}

fn is_wide(c: char) -> bool {
    let mut bytes = [0; 4];
    width(c.encode_utf8(&mut bytes)) == 2
}

const fn closes(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '，'
            | '．'
            | '」'
            | '』'
            | '）'
            | '］'
            | '】'
            | '・'
            | '：'
            | '；'
            | '？'
            | '！'
            | 'ー'
            | 'ァ'
            | 'ィ'
            | 'ゥ'
            | 'ェ'
            | 'ォ'
            | 'ッ'
            | 'ャ'
            | 'ュ'
            | 'ョ'
            | 'ゃ'
            | 'ゅ'
            | 'ょ'
            | 'っ'
            | ','
            | '.'
            | ')'
            | ']'
            | ':'
            | ';'
            | '?'
            | '!'
    )
}

const fn ends(c: char) -> bool {
    matches!(
        c,
        '、' | '。' | '，' | '．' | '」' | '』' | '）' | '］' | '】' | '：' | '；' | '？' | '！'
    )
}

const fn opens(c: char) -> bool {
    matches!(c, '「' | '『' | '（' | '［' | '【' | '(' | '[')
}

#[cfg(test)]
mod tests {
    use super::{fitted, fold, pad, table, width, wrap};

    #[test]
    fn names_give_way_to_the_width_of_a_screen() {
        let row = |name: &str, world: &str| -> Vec<String> {
            ["3f9c2b1a", name, world].map(str::to_owned).to_vec()
        };
        let world = "a-world-with-a-name-that-says-who-it-is.example";
        let rows = vec![
            row("一人の長い名前の人がここにいる人", world),
            row("Mika", world),
            row(&"x".repeat(60), world),
        ];
        let lines = table(&fitted(rows.clone(), &[1]));
        for line in &lines {
            assert!(width(line) <= 80, "{line}");
            assert!(line.ends_with(world));
        }
        assert!(lines[0].contains('…') && lines[1].contains("Mika  "));
        // What fits stays as it is, and what cannot be cut is not cut.
        let short = vec![row("Mika", "a.example")];
        assert_eq!(fitted(short.clone(), &[1]), short);
        let wide = vec![row("Mika", &"w".repeat(90))];
        assert_eq!(fitted(wide.clone(), &[1]), wide);
    }

    #[test]
    fn talk_is_broken_at_words_and_commands_are_not() {
        let long = format!("  {}", "twelve words ".repeat(12).trim_end());
        let lines = fold(&long, Some(40));
        assert!(lines.len() > 2 && lines.iter().all(|line| line.starts_with("  t")));
        assert!(lines.iter().all(|line| width(line) <= 40));
        assert_eq!(fold(&long, None), std::slice::from_ref(&long));
        let command = format!("      omote present LINK --consent {}", "u".repeat(60));
        assert_eq!(fold(&command, Some(40)), std::slice::from_ref(&command));
        assert_eq!(fold("", Some(40)), [""]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("表の顔"), 6);
        assert_eq!(pad("表", 4), "表  ");
        let rows = [
            vec!["表の顔".into(), "x".into()],
            vec!["Mika".into(), "y".into()],
        ];
        assert_eq!(table(&rows), ["表の顔  x", "Mika    y"]);
    }

    #[test]
    fn lines_break_where_readers_expect() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("鍵を渡します。", 12), ["鍵を", "渡します。"]);
        assert_eq!(
            wrap("確認済みのワールドだけに接続する", 20),
            ["確認済みの", "ワールドだけに", "接続する"]
        );
        for line in wrap(&"長い文章、とても長い。".repeat(20), 40) {
            assert!(width(&line) <= 40);
            assert!(!line.starts_with(['、', '。']));
        }
    }
}

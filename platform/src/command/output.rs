//! Where the command writes: data to stdout, talk to stderr, both stripped of what could steer a
//! terminal.

use std::io::{self, Write};

use schemas::canonical;
use schemas::json::{Object, Value};
use schemas::outside_text;

use super::failure::Failure;

/// So many of something, in words.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The two streams, and the form of the data.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// An answer: a line for people, or its JSON in the envelope.
    pub(crate) fn answer(&self, text: &str, mut object: Object) -> Result<(), Failure> {
        let line = if self.json {
            object.insert("v", 1);
            object.insert("ok", true);
            canonical::to_text(&Value::Object(object))
        } else if text.is_empty() {
            return Ok(());
        } else {
            clean(text)
        };
        self.bytes(format!("{line}\n").as_bytes())
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // A reader that went away, such as `head`, has what it wanted.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::io("stdout was not written", &error))
            }
            _ => Ok(()),
        }
    }

    /// A remark for people.
    pub(crate) fn talk(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{}", clean(text));
    }

    /// A picture for people, with the colors that it is drawn in. Nothing from outside is in it but what
    /// a code holds.
    pub(crate) fn drawing(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// A failure: for people, and as JSON on stdout when that was asked for.
    pub(crate) fn failure(&self, failure: &Failure) {
        for line in failure.lines() {
            self.talk(&line);
        }
        self.failure_object(failure);
    }

    /// A failure that people have been told of already: as JSON, when that was asked for.
    pub(crate) fn failure_object(&self, failure: &Failure) {
        if self.json {
            let text = canonical::to_text(&Value::Object(failure.to_object()));
            let _ = self.bytes(format!("{text}\n").as_bytes());
        }
    }
}

/// Without control characters (line ends excepted) and without those that change the direction of
/// text or are not seen.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter == '\n' || !outside_text::acts(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_steers_a_terminal_is_left_out() {
        assert_eq!(
            clean("a\u{1b}[2Jb\u{202e}c\u{200b}d\r\ne\u{9b}\u{3164}\u{e0041}"),
            "a[2Jbcd\ne"
        );
        assert_eq!(clean("ネオ京都"), "ネオ京都");
    }
}

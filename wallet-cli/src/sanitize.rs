//! Makes text from outside safe for a terminal: what could move the cursor, change the order of
//! letters or hide is shown as `\u{202e}`. The holder's machine runs it. `security.md` WAL-13.

use std::borrow::Cow;
use std::fmt::Write as _;

pub(crate) use schemas::outside_text::{acts, visible};

/// The longest text from outside that is shown in a line, in characters.
const LONGEST: usize = 300;

/// The text made [`visible`], and not longer than a few lines.
pub(crate) fn brief(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => visible(text).into_owned(),
        Some((end, _)) => {
            let rest = text.chars().count().saturating_sub(LONGEST);
            let head = text.get(..end).unwrap_or_default();
            format!("{}… (+{rest})", visible(head))
        }
    }
}

/// JSON text with the same characters as JSON escapes: they can stand in strings only.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    if !json.chars().any(acts) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len().saturating_add(16));
    let mut units = [0; 2];
    for c in json.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::{brief, escape_json, visible};

    #[test]
    fn what_acts_is_written_out() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(
            visible("x\r\ny\t\u{9b}31m"),
            "x\\u{d}\\u{a}y\\u{9}\\u{9b}31m"
        );
        assert_eq!(
            visible("\u{202e}gpj.\u{2066}\u{200b}"),
            "\\u{202e}gpj.\\u{2066}\\u{200b}"
        );
        assert_eq!(
            visible("\u{2028}\u{feff}\u{e0041}"),
            "\\u{2028}\\u{feff}\\u{e0041}"
        );
        assert_eq!(visible("表の顔 – Mika é 🦊"), "表の顔 – Mika é 🦊");
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let shown = brief(&"長".repeat(10_000));
        assert_eq!(shown.chars().filter(|c| *c == '長').count(), 300);
        assert!(shown.ends_with("… (+9700)"));
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json = "{\"a\":\"\u{202e}\u{9b}\u{e0041}\"}";
        let escaped = escape_json(json);
        assert_eq!(escaped, "{\"a\":\"\\u202e\\u009b\\udb40\\udc41\"}");
        let read: serde_json::Value = serde_json::from_str(&escaped).unwrap();
        assert_eq!(
            read,
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
    }
}

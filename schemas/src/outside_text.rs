//! Text that somebody else wrote, before a person sees it: which characters act in place of being
//! seen. Every party that shows or takes names runs it. `security.md` WAL-13.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character acts in place of being seen: it moves a cursor, ends a line, changes the order
/// of letters, or shows nothing at all.
///
/// Unicode's controls and format characters (Cc, Cf), line and paragraph separators (Zl, Zp), what
/// may be ignored by default (joiners, fillers, variation selectors, tags). A few letters of living
/// scripts ask for joiners or selectors; there they are written out, which is ugly and safe.
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control() || is_format(c) || is_unseen(c)
}

/// Cf, Zl and Zp of Unicode 16.
const fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}')
}

/// What may be ignored by default without being a format character, assigned or not.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The text with every character that [`acts`] written out, such as `\u{202e}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len().saturating_add(16));
    for c in text.chars() {
        if acts(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{acts, visible};

    #[test]
    fn what_acts_is_written_out() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("\u{202e}gpj.\u{200b}"), "\\u{202e}gpj.\\u{200b}");
        assert_eq!(visible("a\u{fe0f}\u{e0100}"), "a\\u{fe0f}\\u{e0100}");
    }

    #[test]
    fn what_is_seen_stays() {
        for text in [
            "表の顔 – Mika é 🦊",
            "ネオ京都",
            "한국",
            "مرحبا",
            "नमस्ते",
            " \u{a0}\u{3000}",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn each_kind_is_known() {
        for c in [
            '\0',
            '\n',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{34f}',
            '\u{600}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180b}',
            '\u{180e}',
            '\u{200b}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2065}',
            '\u{2066}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{110bd}',
            '\u{13430}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e01ef}',
        ] {
            assert!(acts(c), "{:x}", u32::from(c));
        }
        for c in [
            ' ', 'a', '~', '\u{a0}', '表', '🦊', '\u{200a}', '\u{2027}', '\u{202f}', '\u{fffd}',
        ] {
            assert!(!acts(c), "{:x}", u32::from(c));
        }
    }
}

//! Characters that are not seen, apart from those that a script or an emoji asks for. Worlds and
//! wallets run it. Source: UTS #39 section 3.1.1 (joining controls); UTS #51 section 2 (emoji).

use schemas::outside_text;
use unicode_normalization::char::canonical_combining_class;
use unicode_script::{Script, UnicodeScript};

/// The most different characters that are told.
const MAX_TOLD: usize = 16;
/// The letters of the longest flag's name, and what ends it.
const MAX_FLAG_LETTERS: u8 = 7;

/// Whether nothing is seen of a character that is no space.
pub(super) fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    // Signs that stand over the digits after them are format characters, and are seen.
    let seen = matches!(c,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{110bd}' | '\u{110cd}');
    // The empty Braille cell and the empty note head act as nothing and are seen as nothing.
    !seen && (outside_text::acts(c) || matches!(c, '\u{2800}' | '\u{1d159}'))
}

/// The hidden characters of a name that nothing asks for. `None`: there are none.
pub(super) fn characters(name: &str) -> Option<Vec<char>> {
    if !name.chars().any(is_hidden) {
        return None;
    }
    let mut found = Vec::new();
    let mut place = Place::default();
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        let hidden = is_hidden(c);
        let asked = hidden && is_asked_for(c, place, rest.as_str());
        if hidden && !asked && found.len() < MAX_TOLD && !found.contains(&c) {
            found.push(c);
        }
        place = place.after(c, asked);
    }
    (!found.is_empty()).then_some(found)
}

/// What stands before a character.
#[derive(Clone, Copy, Default)]
struct Place {
    before: Option<char>,
    /// A selector for what is before has been there: a second one selects nothing.
    selected: bool,
    /// The letters that the flag of a country's part may still have.
    flag_letters: u8,
}

impl Place {
    fn after(self, c: char, asked: bool) -> Self {
        // A selector changes the look of what is before it, which stays the neighbor of what follows.
        if asked && is_selector(c) {
            return Self {
                selected: true,
                ..self
            };
        }
        Self {
            before: Some(c),
            selected: false,
            flag_letters: match c {
                '\u{1f3f4}' => MAX_FLAG_LETTERS,
                '\u{e0020}'..='\u{e007e}' => self.flag_letters.saturating_sub(1),
                _ => 0,
            },
        }
    }
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
}

fn is_asked_for(c: char, place: Place, after: &str) -> bool {
    let Some(before) = place.before else {
        return false;
    };
    if place.selected && is_selector(c) {
        return false;
    }
    let next = after.chars().find(|c| !is_selector(*c));
    match c {
        // How an emoji or a sign is drawn; keycaps.
        '\u{fe0e}' | '\u{fe0f}' => is_picture(before) || after.starts_with('\u{20e3}'),
        // Which form of a Chinese character.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => before.script() == Script::Han,
        '\u{180b}'..='\u{180d}' | '\u{180f}' => before.script() == Script::Mongolian,
        '\u{200d}' => {
            let joined = is_picture(before) && next.is_some_and(is_picture);
            joined || is_virama(before)
        }
        '\u{200c}' => {
            let breaks = joins_onward(before) && next.is_some_and(joins_back);
            breaks || (is_virama(before) && next.is_some_and(char::is_alphabetic))
        }
        '\u{e0020}'..='\u{e007f}' => place.flag_letters > 0,
        _ => false,
    }
}

/// Signs, emoji and the colors of their skin: what is seen and is no letter, digit or space.
fn is_picture(c: char) -> bool {
    let plain = c.is_alphanumeric() || c.is_whitespace() || c.is_ascii() || is_hidden(c);
    !plain || matches!(c, '#' | '*') || is_lettered_picture(c)
}

/// Pictures that count as letters.
const fn is_lettered_picture(c: char) -> bool {
    matches!(
        c,
        '\u{24c2}' | '\u{2139}' | '\u{3297}' | '\u{3299}' | '\u{1f170}'..='\u{1f189}'
    )
}

fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

/// A letter that is written together with the one after it. Those that are not hide a non-joiner.
fn joins_onward(c: char) -> bool {
    let stands_alone = matches!(c,
        '\u{621}'..='\u{625}' | '\u{627}' | '\u{629}' | '\u{62f}'..='\u{632}' | '\u{648}'
        | '\u{671}'..='\u{677}' | '\u{688}'..='\u{699}' | '\u{6c0}' | '\u{6c3}'..='\u{6cb}'
        | '\u{6cd}' | '\u{6cf}' | '\u{6d2}'..='\u{6d3}' | '\u{6d5}' | '\u{6ee}'..='\u{6ef}');
    !stands_alone && joins_back(c)
}

fn joins_back(c: char) -> bool {
    let script = matches!(
        c.script(),
        Script::Arabic | Script::Syriac | Script::Mongolian | Script::Nko | Script::Adlam
    );
    script && c.is_alphabetic() && c != '\u{621}'
}

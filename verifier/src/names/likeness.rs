//! The keys of a name: two names are alike in a way when they share a key of that way. Worlds and
//! wallets run it. Source: UTS #39 section 4.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

use crate::names::Likeness;
use crate::names::hidden::is_hidden;
use crate::names::order::{Line, on_line, runs_left};
use crate::names::substitutes::{look_of, substituted};

/// The most characters of a name that are compared, without those that are not seen.
pub(super) const MAX_CHARS: usize = 1024;

/// Whether a character belongs to words, as letters, digits and marks do.
pub(super) fn is_of_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let encloses = matches!(c, '\u{20dd}'..='\u{20e0}' | '\u{20e2}'..='\u{20e4}');
    c.is_alphanumeric() || (is_combining_mark(c) && !encloses)
}

/// Whether nothing of a name is seen.
pub(super) fn is_blank(name: &str) -> bool {
    name.chars().all(|c| c.is_whitespace() || is_hidden(c))
}

/// The keys of a name, those of the closest likeness first. None for a name of which nothing is seen.
pub(super) fn keys(name: &str) -> BTreeSet<(Likeness, String)> {
    let mut keys = BTreeSet::new();
    if is_blank(name) {
        return keys;
    }
    let start = name.chars().take(MAX_CHARS);
    let same = if name.is_ascii() {
        start.collect()
    } else {
        start.nfc().collect()
    };
    keys.insert((Likeness::Same, same));
    let seen = seen(name);
    for key in foldings(&seen) {
        keys.insert((Likeness::Folded, key));
    }
    let mut known = Skeletons::default();
    for text in orders(&seen) {
        keys.insert((Likeness::Confusable, known.skeleton(&text)));
        let as_written = skeletons(&text, &mut known);
        let instead = substituted(&text);
        let as_meant = if instead == text {
            as_written.clone()
        } else {
            skeletons(&instead, &mut known)
        };
        keys.extend(
            as_written
                .into_iter()
                .map(|key| (Likeness::FoldedConfusable, key)),
        );
        for key in as_meant {
            let look = look_of(&key);
            let bare = without_accents(&look);
            if !bare.is_empty() {
                keys.insert((Likeness::Accents, bare));
            }
            keys.insert((Likeness::Substituted, look));
        }
    }
    keys
}

/// What is seen of a name, with single spaces.
fn seen(name: &str) -> String {
    let mut seen = String::new();
    let mut count = 0;
    let mut space = false;
    for c in name.chars().filter(|c| !is_hidden(*c)) {
        if c.is_whitespace() {
            space = !seen.is_empty();
            continue;
        }
        if space {
            seen.push(' ');
        }
        seen.push(c);
        space = false;
        count += 1;
        if count == MAX_CHARS {
            break;
        }
    }
    seen
}

/// The text as written and, where letters run to the left, as it stands on either line.
fn orders(text: &str) -> Vec<String> {
    let mut orders = vec![text.to_owned()];
    if text.chars().any(runs_left) {
        orders.push(on_line(text, Line::LeftToRight));
        orders.push(on_line(text, Line::RightToLeft));
        orders.dedup();
    }
    orders
}

/// The text in one width and one case, without what is of no word. Signs that are letters in disguise
/// (such as ™) are read both ways.
fn foldings(text: &str) -> Vec<String> {
    let mut foldings = vec![folded(&words(text))];
    if let Cow::Owned(compatible) = compatible(text) {
        foldings.push(folded(&words(&compatible)));
        foldings.dedup();
    }
    foldings
}

/// The skeletons of the folded text, of the folded skeleton and of the text in capitals: which letters
/// look alike depends on their case.
fn skeletons(text: &str, known: &mut Skeletons) -> BTreeSet<String> {
    let mut texts: BTreeSet<String> = foldings(text).into_iter().collect();
    texts.insert(folded(&known.skeleton(&words(text))));
    let capitals = words(&compatible(text));
    texts.insert(capitals.chars().flat_map(char::to_uppercase).collect());
    texts
        .iter()
        .map(|text| {
            let mut key = known.skeleton(text);
            // Some marks of scripts are quotation marks by their look, and those are of no word.
            key.retain(|c| !matches!(c, '\'' | '"'));
            key
        })
        .filter(|key| !key.is_empty())
        .collect()
}

/// The skeletons of one name's readings, many of which are the same text in scripts without case.
#[derive(Default)]
struct Skeletons(Vec<(String, String)>);

impl Skeletons {
    fn skeleton(&mut self, text: &str) -> String {
        // A skeleton is its own skeleton.
        let known = self.0.iter().find(|(of, is)| of == text || is == text);
        if let Some((_, skeleton)) = known {
            return skeleton.clone();
        }
        let skeleton = skeleton_of(text);
        self.0.push((text.to_owned(), skeleton.clone()));
        skeleton
    }
}

/// The skeleton of UTS #39, with a short way for what most names are made of.
fn skeleton_of(text: &str) -> String {
    static OF_ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
        ('\0'..='\u{7f}')
            .map(|c| skeleton(c.encode_utf8(&mut [0; 4])).collect())
            .collect()
    });
    if !text.is_ascii() {
        return skeleton(text).collect();
    }
    text.bytes()
        .filter_map(|byte| OF_ASCII.get(usize::from(byte)))
        .map(String::as_str)
        .collect()
}

fn compatible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// What is of words; all of a text that has none, such as one of emoji, or one letter only: there the
/// signs make the name, as in C++, or the letter is part of a drawn face.
fn words(text: &str) -> String {
    let words: String = text.chars().filter(|c| is_of_word(*c)).collect();
    let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
    if letters > 1 { words } else { text.to_owned() }
}

fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let small: String = compatible(text)
        .chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect();
    compatible(&small).into_owned()
}

/// The text without marks upon letters of Europe. Those upon others make other letters.
fn without_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut european = false;
    let mut bare = String::with_capacity(text.len());
    for c in text.chars() {
        if european && is_combining_mark(c) {
            continue;
        }
        european = matches!(c.script(), Script::Latin | Script::Greek | Script::Cyrillic);
        bare.push(c);
    }
    bare
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};
    use unicode_security::skeleton;

    use super::skeleton_of;

    proptest! {
        #[test]
        fn the_short_way_leads_to_the_same_skeleton(text in "[\\x00-\\x7f]{0,20}") {
            prop_assert_eq!(skeleton_of(&text), skeleton(&text).collect::<String>());
        }
    }
}

//! The short way for plain names, those of unaccented Latin letters, kana and Chinese characters: one
//! look that all their keys have, so that one question tells that nothing is like them. Worlds and
//! wallets run it.

use std::sync::LazyLock;

use unicode_normalization::{IsNormalized, is_nfkc_quick};
use unicode_security::skeleton;

use crate::names::substitutes::one_shape;

/// Longer names, in bytes, take the long way.
const MAX_BYTES: usize = 256;

/// The look of a plain name. `None` for any other.
///
/// Whoever shares a key with a plain name has one with this look: [`look`] of each key of a plain name
/// is the same.
pub(super) fn plain_look(name: &str) -> Option<String> {
    if name.len() > MAX_BYTES {
        return None;
    }
    let mut found = String::with_capacity(name.len().saturating_mul(2));
    let mut letters = 0_usize;
    for c in name.chars().filter(|c| *c != ' ') {
        if c.is_ascii_alphabetic() {
            push_letter(&mut found, c);
        } else {
            found.push(settled(c)?);
        }
        letters += 1;
    }
    // The signs of a name of one letter count, and spaces are signs.
    (letters > 1).then_some(found)
}

/// The look of a key.
pub(super) fn look(key: &str) -> String {
    let mut found = String::with_capacity(key.len());
    for c in key.chars().filter(|c| *c != ' ') {
        if c.is_ascii() {
            push_letter(&mut found, c);
        } else {
            found.push(settled(c).unwrap_or(c));
        }
    }
    found
}

fn push_letter(look: &mut String, c: char) {
    match c.to_ascii_lowercase() {
        'i' => look.push('l'),
        'm' => look.push_str("rn"),
        'w' => look.push_str("vv"),
        small => look.push(small),
    }
}

/// What a character of East Asia becomes, where every order of steps ends at the same one.
fn settled(c: char) -> Option<char> {
    static KANA: LazyLock<Vec<Option<char>>> =
        LazyLock::new(|| ('\u{3040}'..='\u{30ff}').map(settle).collect());
    let place = u32::from(c).checked_sub(0x3040)?;
    match usize::try_from(place)
        .ok()
        .and_then(|place| KANA.get(place))
    {
        Some(end) => *end,
        None => settle(c),
    }
}

fn settle(c: char) -> Option<char> {
    if !is_east_asian(c) || is_nfkc_quick(std::iter::once(c)) != IsNormalized::Yes {
        return None;
    }
    let prototype_of_c = prototype(c)?;
    let shape = one_shape(c);
    if prototype_of_c == c && shape == c {
        return Some(c);
    }
    let end = prototype(shape)?;
    let by_prototype = prototype(one_shape(prototype_of_c))?;
    let again = prototype(one_shape(end))?;
    (end == by_prototype && end == again && is_east_asian(end)).then_some(end)
}

const fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{4e00}'..='\u{9fff}')
}

/// The prototype, when it is one character.
fn prototype(c: char) -> Option<char> {
    let mut bytes = [0; 4];
    let mut prototype = skeleton(c.encode_utf8(&mut bytes));
    match (prototype.next(), prototype.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::{look, plain_look};
    use crate::names::likeness;

    #[test]
    fn which_names_are_plain() {
        for name in [
            "Mika",
            "Neo Kyoto",
            "ミカ",
            "ミーカ",
            "表の顔",
            "一郎",
            "Mika ちゃん",
            "カ力二ニ",
        ] {
            assert!(plain_look(name).is_some(), "{name}");
        }
        for name in [
            "",
            "M",
            "M1ka",
            "Мika",
            "Mi-ka",
            "ガ",
            "ノア",
            "José",
            "Mika🦊",
            "ｍｉｋａ",
        ] {
            assert_eq!(plain_look(name), None, "{name}");
        }
    }

    /// Every character that is plain, alone and in company.
    #[test]
    fn all_keys_of_plain_characters_have_their_look() {
        let mut plain = 0;
        for c in ('\u{3041}'..='\u{30ff}')
            .chain(('\u{4e00}'..='\u{9fff}').step_by(11))
            .chain('A'..='z')
        {
            for name in [format!("{c}{c}"), format!("カ{c} B")] {
                let Some(expected) = plain_look(&name) else {
                    continue;
                };
                plain += 1;
                for (likeness, key) in likeness::keys(&name) {
                    assert_eq!(look(&key), expected, "{name} {likeness:?}");
                }
            }
        }
        assert!(plain > 3_500, "{plain}");
    }

    proptest! {
        #[test]
        fn all_keys_of_a_plain_name_have_its_look(
            name in prop::collection::vec(
                prop::sample::select("MIiLlmwvrnaZ  カ力ーー一ニ二りリヵっつシツソン末未才オ三ミ表顔".chars().collect::<Vec<_>>()),
                0..12,
            )
        ) {
            let name: String = name.into_iter().collect();
            if let Some(expected) = plain_look(&name) {
                for (_, key) in likeness::keys(&name) {
                    prop_assert_eq!(look(&key), expected.as_str());
                }
            }
        }
    }
}

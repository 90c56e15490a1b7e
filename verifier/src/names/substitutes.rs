//! Letters that people put in place of others and that the table of UTS #39 does not tell: digits and
//! signs for letters, letters of one shape in Japanese, small capitals. Worlds and wallets run it.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

use crate::names::likeness::is_of_word;

/// The text with what stands for letters replaced by them.
pub(super) fn substituted(text: &str) -> String {
    let text: Vec<char> = if text.is_ascii() {
        text.chars().collect()
    } else {
        text.nfkc().collect()
    };
    let plain = !text.iter().any(|c| c.is_alphanumeric());
    let mut shown = String::with_capacity(text.len());
    for word in text.chunk_by(|a, b| is_of_run(*a) == is_of_run(*b)) {
        let lettered = word.iter().any(|c| c.is_alphabetic());
        let mut before: Option<char> = None;
        let mut rest = word.iter().copied().peekable();
        while let Some(c) = rest.next() {
            let inside = before.is_some_and(char::is_alphabetic)
                && rest.peek().is_some_and(|next| next.is_alphabetic());
            let instead = match c {
                _ if is_dash(c) && before.is_some_and(is_kana) => '一',
                _ if lettered && c.is_ascii() => of_ascii(c, inside),
                // Flags spell words where nothing else does.
                '\u{1f1e6}'..='\u{1f1ff}' if plain => nth_letter(c, '\u{1f1e6}'),
                _ => one_shape(c),
            };
            shown.push(instead);
            before = Some(c);
        }
    }
    shown
}

/// How a folded skeleton looks: small capitals as letters, and pairs that run together.
pub(super) fn look_of(skeleton: &str) -> String {
    let mut look = String::with_capacity(skeleton.len());
    for c in skeleton.chars() {
        match small_capital(c).unwrap_or(c).to_ascii_lowercase() {
            'i' => look.push('l'),
            'm' => look.push_str("rn"),
            'w' => look.push_str("vv"),
            other => look.push(other),
        }
    }
    look
}

/// What may belong to a word of which some letters are signs.
fn is_of_run(c: char) -> bool {
    is_of_word(c) || is_dash(c) || matches!(c, '|' | '!' | '¡' | '@' | '$' | '+' | '€' | '¥')
}

/// Digits stand for letters among letters, never in a number.
const fn of_ascii(c: char, inside: bool) -> char {
    match c {
        '0' => 'o',
        '1' | '|' => 'l',
        '2' => 'z',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        '!' if inside => 'i',
        '+' if inside => 't',
        other => other,
    }
}

const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{301c}' | '\u{30fc}'
    )
}

fn is_kana(c: char) -> bool {
    matches!(c.script(), Script::Hiragana | Script::Katakana)
}

/// `base` is the letter A of an alphabet.
fn nth_letter(c: char, base: char) -> char {
    let place = u32::from(c).saturating_sub(u32::from(base));
    char::from_u32(u32::from('a').saturating_add(place)).unwrap_or(c)
}

/// One character for all of one shape.
pub(super) fn one_shape(c: char) -> char {
    match c {
        '\u{1f150}'..='\u{1f169}' => nth_letter(c, '\u{1f150}'),
        '\u{1f170}'..='\u{1f189}' => nth_letter(c, '\u{1f170}'),
        '€' => 'e',
        '¥' => 'y',
        '¡' => 'i',
        'ー' | '㇐' | '㆒' => '一',
        'り' => 'リ',
        '才' => 'オ',
        '三' => 'ミ',
        '千' => 'チ',
        '〆' | '乂' => 'メ',
        '厶' => 'ム',
        '又' => 'ヌ',
        'ン' => 'ソ',
        'ツ' | 'ッ' => 'シ',
        '曰' => '日',
        '士' => '土',
        '末' => '未',
        '已' | '巳' => '己',
        _ => large_kana(c),
    }
}

const fn large_kana(c: char) -> char {
    match c {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        'ゕ' => 'か',
        'ゖ' => 'け',
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        other => other,
    }
}

/// The letter that a small capital stands for. Some Cyrillic letters are small capitals by their look.
const fn small_capital(c: char) -> Option<char> {
    Some(match c {
        'ᴀ' => 'a',
        'ʙ' | 'в' => 'b',
        'ᴅ' => 'd',
        'ꜰ' => 'f',
        'ɢ' => 'g',
        'ʜ' | 'н' => 'h',
        'ᴊ' => 'j',
        'ĸ' | 'ᴋ' | 'к' => 'k',
        'ʟ' => 'l',
        'ʍ' | 'ᴍ' | 'м' => 'm',
        'ɴ' => 'n',
        'ᴘ' => 'p',
        'ʀ' => 'r',
        'ᴛ' | 'т' => 't',
        _ => return None,
    })
}

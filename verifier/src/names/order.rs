//! Text in the order in which it stands on the line, since names with letters that run to the left
//! are confused by what is seen. Worlds and wallets run it.
//!
//! Source: UTS #39 section 4 (bidirectional skeletons); UAX #9, of which there is here what short
//! names need: no embeddings (their marks are hidden characters, and found as such), no pairing of
//! brackets. Letters run to the left where their script does.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// The direction of the line on which a name is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    LeftToRight,
    RightToLeft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Left,
    Right,
    Number,
    Separator,
    Terminator,
    Neutral,
}

/// A character and the marks upon it, which stay together.
struct Cluster {
    text: String,
    class: Class,
    level: u8,
}

/// Whether a character runs to the left.
pub(super) fn runs_left(c: char) -> bool {
    c > '\u{58f}'
        && c.is_alphabetic()
        && matches!(
            c.script(),
            Script::Adlam
                | Script::Arabic
                | Script::Avestan
                | Script::Chorasmian
                | Script::Cypriot
                | Script::Elymaic
                | Script::Garay
                | Script::Hanifi_Rohingya
                | Script::Hatran
                | Script::Hebrew
                | Script::Imperial_Aramaic
                | Script::Inscriptional_Pahlavi
                | Script::Inscriptional_Parthian
                | Script::Kharoshthi
                | Script::Lydian
                | Script::Mandaic
                | Script::Manichaean
                | Script::Mende_Kikakui
                | Script::Meroitic_Cursive
                | Script::Meroitic_Hieroglyphs
                | Script::Nabataean
                | Script::Nko
                | Script::Old_Hungarian
                | Script::Old_North_Arabian
                | Script::Old_Sogdian
                | Script::Old_South_Arabian
                | Script::Old_Turkic
                | Script::Old_Uyghur
                | Script::Palmyrene
                | Script::Phoenician
                | Script::Psalter_Pahlavi
                | Script::Samaritan
                | Script::Sogdian
                | Script::Syriac
                | Script::Thaana
                | Script::Yezidi
        )
}

/// The text from the left end of the line to its right end.
pub(super) fn on_line(text: &str, line: Line) -> String {
    let mut clusters = clusters(text);
    resolve_numbers(&mut clusters, line);
    resolve_neutrals(&mut clusters, line);
    let highest = level(&mut clusters, line);
    for level in (1..=highest).rev() {
        for run in clusters.chunk_by_mut(|a, b| (a.level >= level) == (b.level >= level)) {
            if run.first().is_some_and(|first| first.level >= level) {
                run.reverse();
            }
        }
    }
    clusters
        .iter()
        .flat_map(|cluster| {
            let odd = cluster.level % 2 == 1;
            cluster
                .text
                .chars()
                .map(move |c| if odd { mirrored(c) } else { c })
        })
        .collect()
}

fn clusters(text: &str) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for c in text.chars() {
        match clusters.last_mut() {
            Some(last) if is_combining_mark(c) => last.text.push(c),
            _ => clusters.push(Cluster {
                text: c.to_string(),
                class: class(c),
                level: 0,
            }),
        }
    }
    clusters
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Class::Number,
        '+' | '-' | ',' | '.' | '/' | ':' | '\u{a0}' => Class::Separator,
        '#' | '$' | '%' | '£' | '¥' | '€' | '°' => Class::Terminator,
        _ if runs_left(c) => Class::Right,
        _ if c.is_alphanumeric() => Class::Left,
        _ => Class::Neutral,
    }
}

/// W4, W5 and W7: what belongs to a number, and numbers among letters that run to the right.
fn resolve_numbers(clusters: &mut [Cluster], line: Line) {
    let classes: Vec<Class> = clusters.iter().map(|cluster| cluster.class).collect();
    let mut strong = strong_of(line);
    for (place, cluster) in clusters.iter_mut().enumerate() {
        let neighbor = |at: Option<usize>| at.and_then(|at| classes.get(at)).copied();
        let before = neighbor(place.checked_sub(1));
        let after = neighbor(place.checked_add(1));
        let numbers = [before, after].map(|class| class == Some(Class::Number));
        cluster.class = match cluster.class {
            Class::Separator if numbers == [true, true] => Class::Number,
            Class::Terminator if numbers != [false, false] => Class::Number,
            Class::Separator | Class::Terminator => Class::Neutral,
            other => other,
        };
        match cluster.class {
            Class::Left | Class::Right => strong = cluster.class,
            Class::Number if strong == Class::Left => cluster.class = Class::Left,
            _ => {}
        }
    }
}

/// N1 and N2: what lies between letters of one direction goes with them, else with the line.
fn resolve_neutrals(clusters: &mut [Cluster], line: Line) {
    let mut before = strong_of(line);
    let mut rest = clusters;
    while let Some(first) = rest.first() {
        if first.class != Class::Neutral {
            before = direction(first.class);
            rest = rest.get_mut(1..).unwrap_or_default();
            continue;
        }
        let length = rest
            .iter()
            .take_while(|cluster| cluster.class == Class::Neutral)
            .count();
        let (neutrals, following) = rest.split_at_mut(length);
        let after = following
            .first()
            .map_or(strong_of(line), |cluster| direction(cluster.class));
        let class = if before == after {
            before
        } else {
            strong_of(line)
        };
        neutrals
            .iter_mut()
            .for_each(|cluster| cluster.class = class);
        rest = following;
    }
}

/// I1 and I2. The highest level.
fn level(clusters: &mut [Cluster], line: Line) -> u8 {
    let mut highest = 0;
    for cluster in clusters {
        cluster.level = match (line, cluster.class) {
            (Line::LeftToRight, Class::Right) | (Line::RightToLeft, Class::Right) => 1,
            (Line::LeftToRight, Class::Number) | (Line::RightToLeft, Class::Number) => 2,
            (Line::LeftToRight, _) => 0,
            (Line::RightToLeft, _) => 2,
        };
        highest = highest.max(cluster.level);
    }
    highest
}

const fn strong_of(line: Line) -> Class {
    match line {
        Line::LeftToRight => Class::Left,
        Line::RightToLeft => Class::Right,
    }
}

const fn direction(class: Class) -> Class {
    match class {
        Class::Left => Class::Left,
        _ => Class::Right,
    }
}

const fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, on_line};

    #[test]
    fn letters_stand_where_they_are_seen() {
        for (text, left, right) in [
            ("Mika 3", "Mika 3", "Mika 3"),
            ("אבג", "גבא", "גבא"),
            ("1אב", "1בא", "בא1"),
            ("אב1", "1בא", "1בא"),
            ("אב 1.5", "1.5 בא", "1.5 בא"),
            ("a אב", "a בא", "בא a"),
            ("(אב)", "(בא)", "(בא)"),
            ("אב\u{5b0}ג", "גב\u{5b0}א", "גב\u{5b0}א"),
            ("", "", ""),
        ] {
            assert_eq!(on_line(text, Line::LeftToRight), left, "{text}");
            assert_eq!(on_line(text, Line::RightToLeft), right, "{text}");
        }
    }
}

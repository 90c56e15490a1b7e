//! Reads the sentences of reason codes. Everybody who refuses or is refused runs it.
//!
//! They are written in a part of Project Fluent that needs no interpreter: `id = text`, below it
//! `    .remedy = text`, comments and empty lines; each text on one line, without placeables. The
//! tests show that Fluent itself reads the same.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::lang::Lang;

/// What the files say of one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentences {
    /// What happened.
    pub(super) sentence: &'static str,
    /// What would change the outcome.
    pub(super) remedy: &'static str,
}

type Table = BTreeMap<&'static str, Sentences>;

const ENGLISH: &str = include_str!("../../i18n/en/reasons.ftl");
const JAPANESE: &str = include_str!("../../i18n/ja/reasons.ftl");

static ENGLISH_TABLE: LazyLock<Table> = LazyLock::new(|| table(ENGLISH));
static JAPANESE_TABLE: LazyLock<Table> = LazyLock::new(|| table(JAPANESE));

/// The sentences of `code`; empty ones for a code that has none, which a test finds.
pub(super) fn of(code: &str, lang: Lang) -> Sentences {
    let table = match lang {
        Lang::En => &*ENGLISH_TABLE,
        Lang::Ja => &*JAPANESE_TABLE,
    };
    table.get(code).copied().unwrap_or_default()
}

fn table(texts: &'static str) -> Table {
    let mut table = Table::new();
    let mut last = None;
    for line in texts.lines() {
        match line_of(line) {
            Line::Silent => {}
            Line::Message { id, text } => {
                last = Some(id);
                table.entry(id).or_default().sentence = text;
            }
            Line::Remedy(text) => {
                if let Some(id) = last {
                    table.entry(id).or_default().remedy = text;
                }
            }
        }
    }
    table
}

enum Line {
    /// Empty, a comment, or nothing that this reader knows.
    Silent,
    Message {
        id: &'static str,
        text: &'static str,
    },
    Remedy(&'static str),
}

fn line_of(line: &'static str) -> Line {
    if line.starts_with('#') {
        return Line::Silent;
    }
    let Some((name, text)) = line.split_once('=') else {
        return Line::Silent;
    };
    let text = text.trim_ascii();
    match name.strip_prefix(' ') {
        None => Line::Message {
            id: name.trim_ascii_end(),
            text,
        },
        Some(attribute) if attribute.trim_ascii() == ".remedy" => Line::Remedy(text),
        Some(_) => Line::Silent,
    }
}

#[cfg(test)]
mod tests {
    use fluent_bundle::{FluentBundle, FluentResource};

    use super::{ENGLISH, JAPANESE, table};
    use crate::lang::Lang;
    use crate::reason::Reason;

    const FILES: [(Lang, &str); 2] = [(Lang::En, ENGLISH), (Lang::Ja, JAPANESE)];

    #[test]
    fn fluent_itself_reads_the_same_texts() {
        for (lang, texts) in FILES {
            // With the test below: nothing stands in the file but the sentences of the codes.
            assert_eq!(table(texts).len(), Reason::ALL.len(), "{lang}");
            let resource = FluentResource::try_new(texts.to_owned()).expect("sound Fluent");
            let mut bundle = FluentBundle::new(vec![lang.tag().parse().expect("a language")]);
            bundle.add_resource(resource).expect("no message twice");
            for reason in Reason::ALL {
                let message = bundle.get_message(reason.code()).expect("a message");
                let read = |pattern| {
                    let mut errors = Vec::new();
                    let text = bundle.format_pattern(pattern, None, &mut errors);
                    assert!(errors.is_empty(), "{reason}: {errors:?}");
                    text.into_owned()
                };
                assert_eq!(
                    read(message.value().expect("a sentence")),
                    reason.sentence(lang)
                );
                let attributes: Vec<(&str, String)> = message
                    .attributes()
                    .map(|attribute| (attribute.id(), read(attribute.value())))
                    .collect();
                assert_eq!(attributes, [("remedy", reason.remedy(lang))]);
            }
        }
    }

    #[test]
    fn each_line_is_of_a_kind_that_is_known() {
        for (lang, texts) in FILES {
            assert!(!texts.contains(['{', '}']), "a placeable in {lang}");
            for line in texts.lines().filter(|line| !line.is_empty()) {
                let known = line.starts_with('#')
                    || line.starts_with("    .remedy = ")
                    || line
                        .split_once(" = ")
                        .is_some_and(|(id, _)| id.parse::<Reason>().is_ok());
                assert!(known, "{lang}: {line}");
            }
        }
    }
}

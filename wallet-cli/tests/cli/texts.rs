//! The texts: both languages have the same messages with the same values, every one is used, and
//! none speaks of property.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source(lang: &str) -> String {
    let file = |name| fs::read_to_string(root().join(format!("i18n/{lang}/{name}.ftl"))).unwrap();
    file("omote") + &file("demo")
}

/// Each message with the names of its values; `.remedy` stands as a message of its own.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut id = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =") {
            let name = name.trim();
            if let Some(attribute) = name.strip_prefix('.') {
                let message = id.split('.').next().unwrap_or_default();
                id = format!("{message}.{attribute}");
            } else if !line.starts_with(' ') {
                name.clone_into(&mut id);
            }
            if !line.starts_with(' ') || name.starts_with('.') {
                assert!(
                    found.insert(id.clone(), BTreeSet::new()).is_none(),
                    "{id} twice"
                );
            }
        }
        let values = found.entry(id.clone()).or_default();
        for part in line.split("{ $").skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            values.insert(name);
        }
    }
    found.remove("");
    found
}

fn rust_sources(folder: &Path, except: Option<&str>, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if except.is_some_and(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() {
            rust_sources(&path, except, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let (english, japanese) = (messages(&source("en")), messages(&source("ja")));
    assert!(english.len() > 300, "{}", english.len());
    let ids = |messages: &BTreeMap<String, BTreeSet<String>>| {
        messages.keys().cloned().collect::<BTreeSet<_>>()
    };
    let difference: Vec<_> = ids(&english)
        .symmetric_difference(&ids(&japanese))
        .cloned()
        .collect();
    assert!(
        difference.is_empty(),
        "in one language only: {difference:?}"
    );
    for (id, values) in &english {
        assert_eq!(values, &japanese[id], "{id}: other values in Japanese");
    }
}

#[test]
fn every_message_is_used_and_every_used_one_is_there() {
    let messages = messages(&source("en"));
    let mut code = String::new();
    rust_sources(&root().join("src"), None, &mut code);
    // Made of the name of a check, a term or a reason; unit tests walk all of them.
    let made = |id: &str| {
        ["license-", "check-", "demo-step-", "remedy-"]
            .iter()
            .any(|b| id.starts_with(b))
    };
    let unused: Vec<_> = messages
        .keys()
        .filter(|id| !id.contains('.') && !made(id))
        .filter(|id| !code.contains(&format!("\"{id}\"")))
        .collect();
    assert!(unused.is_empty(), "said nowhere: {unused:?}");
    // The steps of the demo have names of the same form; its unit tests know its messages.
    let mut code = String::new();
    rust_sources(&root().join("src"), Some("demo"), &mut code);
    let beginnings: BTreeSet<&str> = messages
        .keys()
        .filter_map(|id| id.split_once('-').map(|(beginning, _)| beginning))
        .collect();
    let missing: BTreeSet<&str> = code
        .split('"')
        .filter(|text| {
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
        .filter(|text| {
            text.split_once('-')
                .is_some_and(|(b, rest)| !rest.is_empty() && beginnings.contains(b))
        })
        .filter(|text| !text.ends_with('-') && !messages.contains_key(*text))
        .collect();
    let no_messages = BTreeSet::from(["avatar-1", "pre-authorized"]);
    let missing: Vec<_> = missing.difference(&no_messages).collect();
    assert!(missing.is_empty(), "no such message: {missing:?}");
}

#[test]
fn no_text_speaks_of_property() {
    for lang in ["en", "ja"] {
        for line in source(lang).lines().filter(|line| !line.starts_with('#')) {
            let words = line.to_lowercase();
            let mut words = words.split(|c: char| !c.is_alphabetic());
            let property = [
                "own",
                "owns",
                "owned",
                "owner",
                "owners",
                "ownership",
                "possess",
            ];
            assert!(
                !words.any(|word| property.contains(&word)),
                "{lang}: {line}"
            );
            assert!(
                !["所有", "持ち主", "オーナー"]
                    .iter()
                    .any(|word| line.contains(word)),
                "{line}"
            );
        }
    }
}

#[test]
fn every_error_has_a_remedy() {
    for lang in ["en", "ja"] {
        let messages = messages(&source(lang));
        for id in messages
            .keys()
            .filter(|id| id.starts_with("err-") && !id.contains('.'))
        {
            assert!(
                messages.contains_key(&format!("{id}.remedy")),
                "{lang}: {id}"
            );
        }
    }
}

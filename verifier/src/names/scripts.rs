//! Mixed scripts: letters that no language writes together. Worlds and wallets run it.
//!
//! Source: UTS #39 sections 5.1 (resolved script sets) and 5.2 (restriction levels): what is beyond
//! "moderately restrictive" is mixed. A name may have words of several languages, so each word is
//! judged by itself.

use std::collections::BTreeSet;

use unicode_script::{Script, UnicodeScript};
use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::skeleton;

use crate::names::hidden::is_hidden;
use crate::names::likeness::{MAX_CHARS, is_of_word};

/// The scripts of a name that mixes them. `None`: it does not.
pub(super) fn mixed(name: &str) -> Option<Vec<&'static str>> {
    if name.is_ascii() {
        return None;
    }
    let seen: String = name
        .chars()
        .filter(|c| !is_hidden(*c))
        .take(MAX_CHARS)
        .collect();
    let words: Vec<&str> = seen
        .split(|c| !is_of_word(c))
        .filter(|word| !word.is_empty())
        .collect();
    let latin = seen.chars().any(|c| c.script() == Script::Latin);
    let mut found = BTreeSet::new();
    for word in &words {
        if !is_moderately_restrictive(word) {
            found.extend(scripts_of(word));
        } else if latin && poses_as_latin(word) {
            found.extend(scripts_of(word));
            found.insert("Latin");
        }
    }
    (!found.is_empty()).then(|| found.into_iter().collect())
}

/// One script, one of the families of East Asia with Latin, or Latin with one script that is not
/// taken for it.
fn is_moderately_restrictive(word: &str) -> bool {
    let mut all = AugmentedScriptSet::default();
    let mut others = AugmentedScriptSet::default();
    for c in word.chars() {
        let set = AugmentedScriptSet::for_char(c);
        all.intersect_with(set);
        if !set.base.contains_script(Script::Latin) {
            others.intersect_with(set);
        }
    }
    if !all.is_empty() || others.hanb || others.jpan || others.kore {
        return true;
    }
    let mut scripts = others.base.iter();
    match (scripts.next(), scripts.next()) {
        (Some(script), None) => {
            script.is_recommended() && !matches!(script, Script::Cyrillic | Script::Greek)
        }
        _ => false,
    }
}

/// Whether a word of another script has only letters that are taken for Latin ones.
fn poses_as_latin(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let other = word.chars().all(|c| c.script() != Script::Latin);
    letters > 1
        && other
        && skeleton(word).all(|c| c.is_ascii_alphanumeric() || c.script() == Script::Inherited)
}

fn scripts_of(word: &str) -> BTreeSet<&'static str> {
    word.chars()
        .map(|c| c.script())
        .filter(|script| !matches!(script, Script::Common | Script::Inherited))
        .map(Script::full_name)
        .collect()
}

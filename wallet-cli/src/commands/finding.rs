//! What stands beside a verdict, in words: look-alike names, mixed scripts, hidden characters, what an
//! issuer says of its credential. The holder's machine runs it.

use schemas::did::Did;
use schemas::world::WorldId;
use verifier::Finding;
use verifier::names::{Likeness, NameFinding};

use crate::sheet::Sheet;
use crate::texts::Texts;

/// A finding in words. What comes from outside in it is made visible.
pub(crate) fn words(texts: &Texts, finding: &Finding) -> Option<String> {
    Some(match finding {
        Finding::Asset(finding) => texts.with(
            "model-finding",
            &[
                ("code", finding.kind.code().into()),
                ("place", (&finding.place).into()),
            ],
        ),
        Finding::Name { pointer, finding } => {
            let said = name_words(texts, finding)?;
            let at = pointer.as_str();
            texts.with("finding-at", &[("at", at.into()), ("said", said.into())])
        }
        Finding::ItemOffered => texts.text("finding-item-offered"),
        Finding::ItemActiveHere { until } => {
            let until = until.to_string();
            texts.with("finding-item-here", &[("until", until.into())])
        }
        Finding::ItemNotLeased => texts.text("finding-item-not-leased"),
        Finding::ItemActiveElsewhere { until } => {
            let until = until.to_string();
            texts.with("finding-item-elsewhere", &[("until", until.into())])
        }
        Finding::NewerCredential => texts.text("finding-newer"),
        Finding::StatusMessage {
            message: Some(message),
            ..
        } => texts.with("finding-message", &[("message", message.into())]),
        Finding::StatusMessage { set: true, .. } => texts.text("finding-message-untold"),
        _ => return None,
    })
}

/// What is odd about a name, in words.
pub(crate) fn name_words(texts: &Texts, finding: &NameFinding) -> Option<String> {
    Some(match finding {
        NameFinding::LookAlike {
            likeness,
            resembles,
        } => {
            let how = texts.text(likeness_text(*likeness));
            let name = (&resembles.name).into();
            match resembles.who.as_ref().map(shown) {
                Some(who) => texts.with(
                    "finding-look-alike",
                    &[("name", name), ("who", who.into()), ("how", how.into())],
                ),
                None => texts.with("finding-reserved", &[("name", name), ("how", how.into())]),
            }
        }
        NameFinding::MixedScripts { scripts } => {
            let scripts: Vec<String> = scripts.iter().map(|name| script(texts, name)).collect();
            let scripts = scripts.join(", ");
            texts.with("finding-mixed-scripts", &[("scripts", scripts.into())])
        }
        NameFinding::HiddenCharacters { characters } => {
            let point = |c: &char| format!("U+{:04X}", u32::from(*c));
            let points: Vec<String> = characters.iter().map(point).collect();
            let points = points.join(", ");
            texts.with("finding-hidden", &[("characters", points.into())])
        }
        _ => return None,
    })
}

/// Puts what is odd about the names of a world on a sheet.
pub(crate) fn names_on(texts: &Texts, sheet: &mut Sheet, findings: &[NameFinding]) {
    for finding in findings {
        if let Some(line) = name_words(texts, finding) {
            sheet.careful(line);
        }
    }
}

/// A world by its origin, anybody else by their DID.
fn shown(did: &Did) -> String {
    WorldId::of_did(did).map_or_else(|_| did.to_string(), |world| world.origin().to_owned())
}

const fn likeness_text(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Same => "likeness-same",
        Likeness::Folded => "likeness-folded",
        Likeness::Confusable => "likeness-confusable",
        Likeness::FoldedConfusable => "likeness-folded-confusable",
        Likeness::Substituted => "likeness-substituted",
        Likeness::Accents => "likeness-accents",
        _ => "likeness-other",
    }
}

/// The script in the person's language, as far as it has a name there.
fn script(texts: &Texts, name: &str) -> String {
    let id = match name {
        "Armenian" => "script-armenian",
        "Cherokee" => "script-cherokee",
        "Cyrillic" => "script-cyrillic",
        "Greek" => "script-greek",
        "Han" => "script-han",
        "Hangul" => "script-hangul",
        "Hiragana" => "script-hiragana",
        "Katakana" => "script-katakana",
        "Latin" => "script-latin",
        other => return other.to_owned(),
    };
    texts.text(id)
}

#[cfg(test)]
mod tests {
    use super::{likeness_text, words};
    use crate::texts::Texts;
    use schemas::lang::Lang;
    use verifier::Finding;
    use verifier::names::{KnownName, Likeness, NameFinding, NameKind};

    fn look_alike(likeness: Likeness, who: Option<&str>) -> Finding {
        Finding::Name {
            pointer: "/credentialSubject/personaName".to_owned(),
            finding: NameFinding::LookAlike {
                likeness,
                resembles: KnownName {
                    name: "Meadow\u{202e}".to_owned(),
                    who: who.map(|did| did.parse().unwrap()),
                    kind: NameKind::World,
                },
            },
        }
    }

    #[test]
    fn every_finding_is_said_in_both_languages() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            for likeness in Likeness::ALL {
                assert!(texts.has(likeness_text(likeness)), "{lang} {likeness:?}");
                for who in [Some("did:web:meadow.example"), Some("did:key:z6Mk"), None] {
                    let who = who.filter(|did| did.starts_with("did:web"));
                    let said = words(&texts, &look_alike(likeness, who)).unwrap();
                    assert!(said.contains("Meadow\\u{202e}"), "{said}");
                    assert!(!said.contains('\u{202e}'), "{said}");
                    let origin = said.contains("https://meadow.example");
                    assert_eq!(origin, who.is_some(), "{said}");
                }
            }
            for (finding, part) in [
                (
                    Finding::Name {
                        pointer: String::new(),
                        finding: NameFinding::MixedScripts {
                            scripts: vec!["Latin", "Thai"],
                        },
                    },
                    "Thai",
                ),
                (
                    Finding::Name {
                        pointer: String::new(),
                        finding: NameFinding::HiddenCharacters {
                            characters: vec!['\u{200b}'],
                        },
                    },
                    "U+200B",
                ),
                (
                    Finding::StatusMessage {
                        set: true,
                        message: Some("see\u{1b}[2J us".to_owned()),
                    },
                    "see\\u{1b}[2J us",
                ),
            ] {
                let said = words(&texts, &finding).unwrap();
                assert!(said.contains(part), "{lang}: {said}");
                assert!(!said.contains('\u{1b}'), "{lang}: {said}");
            }
            let bare = |set| Finding::StatusMessage { set, message: None };
            assert!(words(&texts, &bare(true)).is_some());
            // A bit that is not set and says nothing is nothing to tell.
            assert_eq!(words(&texts, &bare(false)), None);
            assert!(words(&texts, &Finding::NewerCredential).is_some());
            assert!(words(&texts, &Finding::ItemOffered).is_some());
            let until = schemas::time::Timestamp::from_unix(0);
            assert!(words(&texts, &Finding::ItemActiveElsewhere { until }).is_some());
        }
    }
}

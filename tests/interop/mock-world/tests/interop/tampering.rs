//! Credentials that were changed in one place after they were signed: refused by both, wherever it
//! was.

use schemas::canonical;
use serde_json::Value;

use crate::ours::{Judge, Ours, code, key};
use crate::theirs::Theirs;

/// Every text, number and truth value in a document, by its JSON pointer.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{at}/{}", name.replace('/', "~1")), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                leaves(element, &format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// The nearest thing that is another thing.
fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => (!truth).into(),
        Value::Number(number) => (number.as_u64().unwrap() ^ 1).into(),
        Value::String(text) => {
            let mut letters: Vec<char> = text.chars().collect();
            let at = letters.len() / 2;
            match letters.get_mut(at) {
                Some(letter) => *letter = if *letter == '1' { '2' } else { '1' },
                None => letters.push('1'),
            }
            letters.into_iter().collect::<String>().into()
        }
        other => panic!("no leaf: {other}"),
    }
}

#[tokio::test]
async fn a_change_anywhere_is_refused_by_both() {
    let (theirs, ours) = (Theirs::open().await, Ours::open().await);
    theirs.believe(ours.did()).await;
    let judge = Judge::of(&theirs).await;
    let holder = key().did_key();

    let avatar = theirs.issues("/avatars", holder.as_str()).await;
    let avatar: Value = serde_json::from_slice(&avatar).unwrap();
    let item = canonical::object_to_bytes(&ours.item(&holder));
    let item: Value = serde_json::from_slice(&item).unwrap();

    for document in [avatar, item] {
        let mut places = Vec::new();
        leaves(&document, "", &mut places);
        assert!(places.len() > 30, "{places:?}");
        for place in places {
            let mut document = document.clone();
            let leaf = document.pointer_mut(&place).unwrap();
            *leaf = changed(leaf);
            let bytes = serde_json::to_vec(&document).unwrap();
            let why = theirs.refuses("/credentials", &bytes).await;
            assert!(why.is_some(), "theirs accepts a change at {place}");
            assert_ne!(code(&judge.credential(&bytes)), "accepted", "{place}");
        }
    }
}

#[tokio::test]
async fn a_member_more_or_less_is_refused_by_both() {
    let theirs = Theirs::open().await;
    let judge = Judge::of(&theirs).await;
    let avatar = theirs.issues("/avatars", key().did_key().as_str()).await;
    let avatar: Value = serde_json::from_slice(&avatar).unwrap();
    let subject = |document: &Value| document["credentialSubject"].as_object().unwrap().clone();
    for name in subject(&avatar).keys() {
        let mut document = avatar.clone();
        document["credentialSubject"]
            .as_object_mut()
            .unwrap()
            .remove(name);
        let bytes = serde_json::to_vec(&document).unwrap();
        assert!(
            theirs.refuses("/credentials", &bytes).await.is_some(),
            "{name}"
        );
        assert_ne!(code(&judge.credential(&bytes)), "accepted", "{name}");
    }
    for (name, value) in [
        ("itemClass", "lantern"),
        ("description", "mine"),
        ("no-such-term", "1"),
    ] {
        let mut document = avatar.clone();
        document["credentialSubject"][name] = value.into();
        let bytes = serde_json::to_vec(&document).unwrap();
        assert!(
            theirs.refuses("/credentials", &bytes).await.is_some(),
            "{name}"
        );
        assert_ne!(code(&judge.credential(&bytes)), "accepted", "{name}");
    }
}

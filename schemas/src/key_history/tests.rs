use super::{KeyHistoryDocument, KeyHistoryEntry, KeyHistoryKey, KeyState};
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::message::Message as _;
use crate::reason::Reason;
use crate::time::Timestamp;

fn entry() -> KeyHistoryEntry {
    let key = |name: &str, multikey: &str, state| KeyHistoryKey {
        id: format!("did:web:a.example#{name}").parse().unwrap(),
        multikey: multikey.to_owned(),
        state,
    };
    let at = Timestamp::from_unix(1_800_000_000);
    KeyHistoryEntry {
        did: "did:web:a.example".parse().unwrap(),
        number: 2,
        from: at,
        keys: vec![
            key("key-1", "z1", KeyState::Compromised(at)),
            key("key-2", "z2", KeyState::Retired(at)),
            key("key-3", "z3", KeyState::Current),
        ],
        previous: Some(Sha256Digest::of(b"before")),
    }
}

fn changed(change: impl FnOnce(&mut Object)) -> Option<Reason> {
    let mut object = entry().to_object();
    change(&mut object);
    let read = KeyHistoryEntry::from_value(&Value::Object(object));
    read.err().map(|error| error.reason())
}

fn first_key(object: &mut Object, change: impl FnOnce(&mut Object)) {
    let Some(Value::Array(keys)) = object.get("keys").cloned() else {
        panic!("keys");
    };
    let mut keys = keys.clone();
    if let Value::Object(key) = &mut keys[0] {
        change(key);
    }
    object.insert("keys", keys);
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(
        KeyHistoryEntry::from_value(&entry().to_value()),
        Ok(entry())
    );
    let document = KeyHistoryDocument {
        entries: vec!["a.b.c".to_owned()],
    };
    assert_eq!(
        KeyHistoryDocument::from_value(&document.to_value()),
        Ok(document)
    );
}

#[test]
fn anything_else_is_refused() {
    let mismatch = Some(Reason::KeyHistoryMismatch);
    assert_eq!(changed(|_| {}), None);
    for name in ["v", "did", "number", "from", "previous"] {
        let removed = changed(|object| drop(object.remove(name)));
        assert_eq!(removed, mismatch, "without {name}");
        let typed = changed(|object| drop(object.insert(name, Vec::<Value>::new())));
        assert_eq!(typed, mismatch, "{name} of another type");
    }
    assert_eq!(changed(|o| drop(o.insert("more", 1))), mismatch);
    assert_eq!(changed(|o| drop(o.insert("number", 1))), mismatch);
    assert_eq!(changed(|o| drop(o.insert("number", 0))), mismatch);
    assert_eq!(changed(|o| drop(o.insert("v", 2))), mismatch);
    for name in ["id", "publicKeyMultibase", "until"] {
        let removed = changed(|object| first_key(object, |key| drop(key.remove(name))));
        assert_eq!(removed, mismatch, "a key without {name}");
    }
    let not = changed(|o| first_key(o, |key| drop(key.insert("compromised", false))));
    assert_eq!(not, mismatch);
    let same = changed(|o| first_key(o, |key| drop(key.insert("publicKeyMultibase", "z3"))));
    assert_eq!(same, mismatch);
    for text in [
        r#"{"v":1}"#,
        r#"{"v":1,"entries":[]}"#,
        r#"{"v":1,"entries":[1]}"#,
    ] {
        let refused = KeyHistoryDocument::read(text.as_bytes()).unwrap_err();
        assert_eq!(refused.reason(), Reason::KeyHistoryMismatch, "{text}");
    }
}

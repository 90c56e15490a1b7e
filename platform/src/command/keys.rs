//! `omote-world key show`, `omote-world key rotate` and `omote-world key distrust`

use std::path::Path;

use platform::{Clock, KeyEnd, WorldKey, WorldKeys};
use schemas::json::{Number, Object, Value};
use schemas::key_history::KeyState;

use super::arguments::Key;
use super::failure::Failure;
use super::output::Output;

pub(crate) fn run(path: &Path, asked: &Key, output: &Output) -> Result<(), Failure> {
    let config = super::read(path)?;
    let failed = |error| Failure::keys(path, &error);
    let keys = match asked {
        Key::Show => config.keys().map_err(failed)?,
        Key::Rotate { compromised } => {
            let end = match *compromised {
                true => KeyEnd::Compromised,
                false => KeyEnd::Retired,
            };
            let keys = config.rotate_key(end, &Clock::System).map_err(failed)?;
            say(&keys, end, output);
            keys
        }
        Key::Distrust { key } => {
            let keys = config.distrust_key(key, &Clock::System).map_err(failed)?;
            output.talk(&format!(
                "Nothing that {key} ever signed stands any more: issue again what is to hold."
            ));
            keys
        }
    };
    let lines: Vec<String> = keys.keys.iter().map(line).collect();
    let mut list: Vec<Object> = keys.keys.iter().map(to_object).collect();
    // The first key was the only one, whenever it signed: its date is no day of this world.
    if let Some(first) = list.first_mut() {
        first.insert("from", Value::Null);
    }
    let left = u64::try_from(keys.changes_left).unwrap_or(u64::MAX);
    let object = schemas::object! {
        "did" => &keys.did,
        "keys" => list,
        "changes_left" => Number::from_u64_saturating(left),
    };
    output.answer(&lines.join("\n"), object)
}

/// What a change of the key brings with it, for people.
fn say(keys: &WorldKeys, end: KeyEnd, output: &Output) {
    let fragment = |key: &WorldKey| key.id.fragment().to_owned();
    let [.., before, now] = keys.keys.as_slice() else {
        return;
    };
    output.talk(&match end {
        KeyEnd::Retired => format!(
            "{} is in use. What {} signed stands, and is verified by the key history.",
            fragment(now),
            fragment(before)
        ),
        KeyEnd::Compromised => format!(
            "{} is in use. Nothing that {} ever signed stands any more: issue again what is to hold.",
            fragment(now),
            fragment(before)
        ),
    });
    output.talk("A running server takes it up within two seconds; nothing has to be restarted.");
    output.talk(&format!(
        "Bundles of this world are signed by did:key:{} from now on: add it to `bundle_makers` where \
         they are believed.",
        now.multikey
    ));
    output.talk("Make a new backup of the data folder: the old one does not have this key.");
    if keys.changes_left < 4 {
        output.talk(&format!(
            "The history has room for {} more changes.",
            keys.changes_left
        ));
    }
}

/// The state of a key, in a word, and since when it is over.
const fn state(key: &WorldKey) -> (&'static str, Option<schemas::time::Timestamp>) {
    match key.state {
        KeyState::Current => ("in_use", None),
        KeyState::Retired(until) => ("retired", Some(until)),
        KeyState::Compromised(until) => ("compromised", Some(until)),
    }
}

fn line(key: &WorldKey) -> String {
    let (word, until) = state(key);
    let until = until.map_or_else(|| "-".to_owned(), |until| until.to_string());
    let day = until.split('T').next().unwrap_or_default();
    // Eighty columns: what a terminal breaks is copied in two.
    format!(
        "{:<6}  {word:<11}  {day:<10} {}",
        key.id.fragment(),
        key.multikey
    )
}

fn to_object(key: &WorldKey) -> Object {
    let (word, until) = state(key);
    schemas::object! {
        "id" => &key.id,
        "publicKeyMultibase" => key.multikey.as_str(),
        "state" => word,
        "from" => key.from,
        "until" => until.map_or(Value::Null, Value::from),
    }
}

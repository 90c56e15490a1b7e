//! Whoever compares what two parties saw: takes bytes apart as far as they go, and looks for what is in
//! both.

use std::collections::BTreeSet;

use schemas::digest::Sha256Digest;
use schemas::encoding::{base58btc, base64url, hex};
use schemas::form::Form;
use schemas::json::{self, Limits, Numbers, Value};
use schemas::time::Timestamp;

use crate::http::Server;

/// Shorter pieces are parts of too much.
const MIN_ENCODED: usize = 12;
/// Nothing is packed deeper.
const MAX_DEPTH: usize = 12;

/// Everything that a party saw of somebody: requests with their headers and bodies, and what it
/// answered.
#[derive(Clone, Debug)]
pub(super) struct Seen(Vec<Vec<u8>>);

impl Seen {
    pub(super) fn of(server: &Server) -> Self {
        let mut all = server.said();
        for asked in server.asked() {
            all.push(asked.method.into_bytes());
            all.push(asked.path.into_bytes());
            // The length follows from what was disclosed, and by one or two from how keys and signatures
            // happen to be spelled: equal lengths are chance, and the documents say that they show.
            let is_length = |name: &str| name.eq_ignore_ascii_case("content-length");
            for (name, value) in asked.headers {
                if is_length(&name) {
                    continue;
                }
                all.push(format!("{name}: {value}").into_bytes());
            }
            all.push(asked.body);
        }
        Self(all)
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.push(bytes.to_vec());
    }

    fn atoms(&self) -> Atoms {
        let mut atoms = Atoms::default();
        for bytes in &self.0 {
            atoms.take(bytes);
        }
        atoms
    }
}

/// What two parties have in common, without what pairs of strangers have in common too.
pub(super) fn joined(pair: (&Seen, &Seen), strangers: &[(&Seen, &Seen)]) -> Atoms {
    let mut common = pair.0.atoms().in_common_with(&pair.1.atoms());
    for (one, other) in strangers {
        let everybodys = one.atoms().in_common_with(&other.atoms());
        common = common.without(&everybodys);
    }
    common
}

/// The pieces that bytes are made of: texts as they are, bytes in hexadecimal digits, numbers with the
/// name of their member, dates as seconds, and the digest of each text.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms(BTreeSet<String>);

impl Atoms {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.bytes(bytes, 0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, atom: &str) -> bool {
        self.0.contains(atom)
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    fn in_common_with(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The pieces that are no digest of another.
    pub(super) fn texts(&self) -> Vec<&str> {
        let digests: BTreeSet<String> = self.0.iter().map(|text| digest(text)).collect();
        self.0
            .iter()
            .filter(|atom| !digests.contains(*atom) && !atom.starts_with('"'))
            .map(String::as_str)
            .collect()
    }

    fn bytes(&mut self, bytes: &[u8], depth: usize) {
        if bytes.is_empty() || depth > MAX_DEPTH {
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => {
                self.text(text.trim(), depth);
            }
            _ => {
                if bytes.len() >= 8 {
                    self.0.insert(hex::encode(bytes));
                }
                // A key behind its two bytes of multicodec is the same key.
                if bytes.len() > 32 {
                    self.0.insert(hex::encode(&bytes[bytes.len() - 32..]));
                }
            }
        }
    }

    fn text(&mut self, text: &str, depth: usize) {
        if text.is_empty() || depth > MAX_DEPTH || !self.is_new(text) {
            return;
        }
        self.0.insert(digest(text));
        if let Ok(value) = json::read(text.as_bytes(), &limits()) {
            self.value("", &value, depth + 1);
            if matches!(value, Value::Array(_) | Value::Object(_)) {
                return;
            }
        }
        if let Ok(date) = Timestamp::parse(text) {
            self.0.insert(format!("seconds={}", date.unix()));
        }
        if is_form(text)
            && let Ok(form) = Form::read(text.as_bytes(), 1 << 22)
        {
            for (name, value) in form.iter() {
                self.0.insert(format!("{name}={value}"));
                self.text(value, depth + 1);
            }
            return;
        }
        // Compact tokens, disclosures, paths, DIDs with their keys, addresses, headers.
        for separator in ['~', '.', '#', '/', '?', '&', ':', ';', ',', ' '] {
            if text.contains(separator) {
                for part in text.split(separator) {
                    self.text(part.trim(), depth + 1);
                }
            }
        }
        if text.len() >= MIN_ENCODED {
            if let Some(decoded) = base64url::decode(text) {
                self.0.insert(hex::encode(&decoded));
                self.bytes(&decoded, depth + 1);
            }
            let multibase = [
                text.strip_prefix('u').and_then(base64url::decode),
                text.strip_prefix('z').and_then(base58btc::decode),
            ];
            for decoded in multibase.into_iter().flatten() {
                self.0.insert(hex::encode(&decoded));
                if decoded.len() > 32 {
                    self.0.insert(hex::encode(&decoded[decoded.len() - 32..]));
                }
                self.bytes(&decoded, depth + 1);
            }
        }
    }

    fn value(&mut self, name: &str, value: &Value, depth: usize) {
        match value {
            Value::Null | Value::Bool(_) => {
                self.0
                    .insert(format!("{name}={}", schemas::canonical::to_text(value)));
            }
            Value::Number(_) => {
                let number = schemas::canonical::to_text(value);
                self.0.insert(format!("{name}={number}"));
                // A date in seconds is the date, whoever calls it what.
                if number.len() >= 6 {
                    self.0.insert(format!("seconds={number}"));
                }
            }
            Value::String(text) => self.text(text, depth),
            Value::Array(values) => {
                for value in values {
                    self.value(name, value, depth);
                }
            }
            Value::Object(object) => {
                for (name, value) in object.iter() {
                    self.0.insert(name.to_owned());
                    self.value(name, value, depth);
                }
                // As a whole, for members that are small by themselves.
                self.0.insert(digest(&schemas::canonical::to_text(value)));
            }
        }
    }

    fn is_new(&mut self, text: &str) -> bool {
        self.0.insert(text.to_owned())
    }
}

/// Fields and not an address with a query.
fn is_form(text: &str) -> bool {
    let name = text.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        !name.is_empty() && name.bytes().all(letter)
    })
}

fn digest(text: &str) -> String {
    Sha256Digest::of(text.as_bytes()).hex()
}

fn limits() -> Limits {
    Limits {
        max_bytes: 1 << 22,
        max_depth: 64,
        max_values: 1 << 20,
        numbers: Numbers::AnyFinite,
    }
}

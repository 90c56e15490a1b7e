//! What a credential says of its status: which bit of which list, read and written side by side.
//! Source: Bitstring Status List v1.0 section 2.1.

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::status::StatusPurpose;
use crate::terms::is_absolute_iri;
use crate::web_url::WebUrl;

/// Most lists that one credential may name.
const MAX_ENTRIES: usize = 8;
/// Longest message, in characters.
const MAX_MESSAGE: usize = 200;
/// Most decimal digits of an index: those of 2^64 − 1.
const MAX_DIGITS: usize = 20;

const TYPE: &str = "BitstringStatusListEntry";

const MEMBERS: [&str; 8] = [
    "id",
    "statusListCredential",
    "statusListIndex",
    "statusMessage",
    "statusPurpose",
    "statusReference",
    "statusSize",
    "type",
];

/// One bit of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// What the bit means.
    pub purpose: StatusPurpose,
    /// Which bit.
    pub index: u64,
    /// `statusListCredential`: where the list is.
    pub list: WebUrl,
    /// `statusMessage`: what the values of the bit say, when the entry tells it.
    pub messages: Option<[StatusMessage; 2]>,
}

/// What one value of a bit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMessage {
    /// The issuer's words. Shown to people only through `schemas::outside_text`.
    pub message: String,
}

impl StatusEntry {
    /// Reads one entry.
    ///
    /// # Errors
    /// `status_type` for another type, `status_purpose` for a purpose that is not understood,
    /// `status_index_range` for an index that is not a plain decimal number, `status_size_unsupported`
    /// for entries of more than one bit, `status_fetch_blocked` for an address that is none of a
    /// world, `claim_type` and `cred_malformed` for members of another form, `unknown_extension` for
    /// members that are not evaluated.
    pub fn parse(value: &Value) -> Result<Self, ShapeError> {
        let object = value.as_object();
        let members = Members(object.ok_or_else(|| ShapeError::new(Reason::ClaimType, ""))?);
        if members.types()? != [TYPE] {
            return Err(ShapeError::new(Reason::StatusType, "/type"));
        }
        members.only(&MEMBERS, Reason::UnknownExtension)?;
        let at = |reason, name: &str| ShapeError::new(reason, "").inside(name);
        let id = members.optional_text("id")?;
        let size = read_size(&members)?;
        if members
            .0
            .get("statusReference")
            .is_some_and(|value| !is_reference(value))
        {
            return Err(at(Reason::ClaimType, "statusReference"));
        }
        let purpose = members.text("statusPurpose")?.parse();
        let index = members.text("statusListIndex")?;
        let list = members.text("statusListCredential")?;
        // It names the entry and never the list (section 2.1).
        if id == Some(list) {
            return Err(at(Reason::CredMalformed, "id"));
        }
        Ok(Self {
            purpose: purpose.map_err(|_| at(Reason::StatusPurpose, "statusPurpose"))?,
            index: read_index(index)
                .ok_or_else(|| at(Reason::StatusIndexRange, "statusListIndex"))?,
            list: list
                .parse::<WebUrl>()
                .ok()
                .filter(|url| url.fragment().is_none())
                .ok_or_else(|| at(Reason::StatusFetchBlocked, "statusListCredential"))?,
            messages: read_messages(&members, size)?,
        })
    }

    /// The entry, as a credential carries it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = status_entry(self.purpose, self.index, self.list.as_str());
        if let Some(messages) = &self.messages {
            let written: Vec<Object> = messages
                .iter()
                .zip(["0x0", "0x1"])
                .map(|(one, status)| {
                    crate::object! { "status" => status, "message" => one.message.as_str() }
                })
                .collect();
            object.insert("statusMessage", written);
        }
        object
    }

    /// What the issuer says with this value of the bit.
    #[must_use]
    pub fn message(&self, set: bool) -> Option<&str> {
        let [unset_message, set_message] = self.messages.as_ref()?;
        let chosen = if set { set_message } else { unset_message };
        Some(&chosen.message)
    }
}

/// An entry for one bit of a list, as a credential carries it.
#[must_use]
pub fn status_entry(purpose: StatusPurpose, index: u64, list: &str) -> Object {
    crate::object! {
        "type" => TYPE,
        "statusPurpose" => purpose.name(),
        "statusListIndex" => index.to_string(),
        "statusListCredential" => list,
    }
}

/// All entries of a credential. Each is read or is its own error; that there are none where something
/// stands is an error of the whole.
pub(crate) fn read_entries(
    status: Option<&Value>,
) -> Result<Vec<Result<StatusEntry, ShapeError>>, ShapeError> {
    let Some(status) = status else {
        return Ok(Vec::new());
    };
    let wrong = || ShapeError::new(Reason::ClaimType, "/credentialStatus");
    let (entries, many) = match status {
        Value::Object(_) => (std::slice::from_ref(status), false),
        Value::Array(entries) if !entries.is_empty() && entries.len() <= MAX_ENTRIES => {
            (entries.as_slice(), true)
        }
        _ => return Err(wrong()),
    };
    if entries.iter().any(|entry| entry.as_object().is_none()) {
        return Err(wrong());
    }
    let place = |index: usize, error: ShapeError| {
        let error = if many { error.inside(index) } else { error };
        error.inside("credentialStatus")
    };
    let read = |index: usize, entry: &Value| {
        // Of one name there is one thing: where statements are signed, whoever holds the credential may
        // deal out the members of two as they like.
        let name = entry.get("id");
        let before = entries.get(..index).unwrap_or_default();
        if name.is_some() && before.iter().any(|other| other.get("id") == name) {
            return Err(ShapeError::new(Reason::CredMalformed, "/id"));
        }
        StatusEntry::parse(entry)
    };
    Ok(entries
        .iter()
        .enumerate()
        .map(|(index, entry)| read(index, entry).map_err(|error| place(index, error)))
        .collect())
}

/// What is wrong with a document of which not every word was understood: inside a status of another
/// type it is that type, which says more than the first of its words.
pub(crate) fn of_another_type(document: &Object, fault: ShapeError) -> ShapeError {
    match foreign_status(document, fault.pointer()) {
        Some(place) if fault.reason() == Reason::TermUndefined => {
            ShapeError::new(Reason::StatusType, place)
        }
        _ => fault,
    }
}

/// The type of the status in which a place is, as a place, when it is not the one that is understood.
fn foreign_status(document: &Object, pointer: &str) -> Option<String> {
    let (around, inside) = pointer.split_once("/credentialStatus/")?;
    let mut steps = around.split('/').skip(1).chain(["credentialStatus"]);
    let first = document.get(steps.next()?)?;
    let status = steps.try_fold(first, |value, step| match value {
        Value::Array(elements) => elements.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })?;
    let (entry, place) = match status {
        Value::Array(entries) => {
            let index = inside.split('/').next()?;
            (
                entries.get(index.parse::<usize>().ok()?)?,
                format!("/{index}"),
            )
        }
        entry => (entry, String::new()),
    };
    let types = entry.get("type")?.strings()?;
    (types != [TYPE]).then(|| format!("{around}/credentialStatus{place}/type"))
}

/// Digits alone: what another reader takes for a number is another number to somebody.
fn read_index(text: &str) -> Option<u64> {
    let digits = !text.is_empty()
        && text.len() <= MAX_DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    digits.then(|| text.parse().ok())?
}

/// A URL, or a list of them (section 2.1): where the issuer explains itself.
fn is_reference(value: &Value) -> bool {
    let urls = value.strings().unwrap_or_default();
    !urls.is_empty() && urls.into_iter().all(is_absolute_iri)
}

/// One bit: the only size that is understood (section 2.1 has an error for the others).
fn read_size(members: &Members<'_>) -> Result<u64, ShapeError> {
    match members.0.get("statusSize") {
        None => Ok(1),
        Some(size) if size.as_u64() == Some(1) => Ok(1),
        Some(_) => Err(ShapeError::new(
            Reason::StatusSizeUnsupported,
            "/statusSize",
        )),
    }
}

/// As many messages as the bit has values, each for its own value.
fn read_messages(
    members: &Members<'_>,
    size: u64,
) -> Result<Option<[StatusMessage; 2]>, ShapeError> {
    let Some(value) = members.0.get("statusMessage") else {
        return Ok(None);
    };
    let wrong = || ShapeError::new(Reason::StatusSizeUnsupported, "/statusMessage");
    let (Some([first, second]), 1) = (value.as_array(), size) else {
        return Err(wrong());
    };
    let read = |value: &Value, status: &str| {
        let one = Members::of(value).map_err(|error| error.inside("statusMessage"))?;
        one.only(&["message", "status"], Reason::UnknownExtension)
            .map_err(|error| error.inside("statusMessage"))?;
        let message = one.text("message").ok();
        let stated = one.text("status").ok();
        match message.filter(|text| (1..=MAX_MESSAGE).contains(&text.chars().count())) {
            Some(message) if stated == Some(status) => Ok(StatusMessage {
                message: message.to_owned(),
            }),
            _ => Err(wrong()),
        }
    };
    // The values may come in either order; each has to be there once.
    let in_order = read(first, "0x0").and_then(|one| Ok([one, read(second, "0x1")?]));
    in_order
        .or_else(|error| match (read(second, "0x0"), read(first, "0x1")) {
            (Ok(one), Ok(other)) => Ok([one, other]),
            _ => Err(error),
        })
        .map(Some)
}

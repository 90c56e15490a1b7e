//! `credentialStatus`. Source: VCDM 2.0 section 4.10; Bitstring Status List 1.0 section 2.1.

use crate::json::{Object, Value};
use crate::vcdm::common::{is_url, needed_type, objects};
use crate::vcdm::fault::{Faults, Rule, step};

/// The type whose members are known.
const ENTRY: &str = "BitstringStatusListEntry";

pub(super) fn check(document: &Object, at: &str, faults: &mut Faults) {
    for (status, at) in objects(document, "credentialStatus", Rule::Status, at, faults) {
        needed_type(status, &at, faults);
        let names = status.get("type").and_then(Value::strings);
        if names.is_some_and(|names| names.contains(&ENTRY)) {
            entry(status, &at, faults);
        }
    }
}

fn entry(entry: &Object, at: &str, faults: &mut Faults) {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let mut demand = |kept, name| faults.demand(kept, Rule::StatusEntry, step(at, name));
    demand(
        text("statusPurpose").is_some_and(|purpose| !purpose.is_empty()),
        "statusPurpose",
    );
    // An integer of any size, in base 10.
    demand(
        text("statusListIndex").is_some_and(|index| {
            !index.is_empty()
                && index.bytes().all(|byte| byte.is_ascii_digit())
                && (index == "0" || !index.starts_with('0'))
        }),
        "statusListIndex",
    );
    let list = text("statusListCredential");
    demand(list.is_some_and(is_url), "statusListCredential");
    // The id names the entry, never the list.
    demand(list.is_none() || list != text("id"), "id");
    let size = entry.get("statusSize").map_or(Some(1), Value::as_u64);
    demand(size.is_some_and(|size| size > 0), "statusSize");
    let messages = entry.get("statusMessage");
    let values = size
        .and_then(|size| u32::try_from(size).ok())
        .and_then(|size| 2_usize.checked_pow(size));
    let needed = size.is_some_and(|size| size > 1) || text("statusPurpose") == Some("message");
    demand(
        match messages {
            None => !needed,
            Some(messages) => messages.as_array().is_some_and(|messages| {
                values == Some(messages.len()) && messages.iter().all(is_message)
            }),
        },
        "statusMessage",
    );
    if let Some(reference) = entry.get("statusReference") {
        let urls = reference.strings().unwrap_or_default();
        let good = !urls.is_empty() && urls.iter().all(|url| is_url(url));
        demand(good, "statusReference");
    }
}

/// A value in hexadecimal, and what it says.
fn is_message(message: &Value) -> bool {
    let text = |name: &str| message.get(name).and_then(Value::as_str);
    let value = text("status").and_then(|status| status.strip_prefix("0x"));
    value.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    }) && text("message").is_some()
}

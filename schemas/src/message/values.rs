//! Values that several messages write in one way: dates, numbers, texts about a purpose.

use crate::json::{Number, Object, Value};
use crate::message::{Members, MessageError, Problem};
use crate::time::Timestamp;

/// Longer texts about a purpose are refused, in characters.
pub const MAX_PURPOSE: usize = 300;

/// Numbers that were read are within 2^53; one made in code that is not is left out.
pub(crate) fn natural(number: Option<u64>) -> Option<Number> {
    number
        .and_then(|number| i64::try_from(number).ok())
        .and_then(Number::from_i64)
}

/// A text about a purpose; at most [`MAX_PURPOSE`] characters.
pub(crate) fn read_purpose(
    members: &Members<'_>,
    name: &'static str,
) -> Result<Option<String>, MessageError> {
    let purpose = members.optional_text(name)?;
    let found = purpose.as_deref().map_or(0, |text| text.chars().count());
    members.kind.within(name, found, MAX_PURPOSE)?;
    Ok(purpose)
}

/// A NumericDate of whole seconds (RFC 7519 section 2).
pub(crate) fn read_date(
    members: &Members<'_>,
    name: &'static str,
) -> Result<Option<Timestamp>, MessageError> {
    let expected = "whole seconds of the years 1970 to 9999";
    let Some(seconds) = members.natural(name)? else {
        return Ok(None);
    };
    let date = i64::try_from(seconds)
        .ok()
        .map(|seconds| (seconds, Timestamp::from_unix(seconds)));
    match date {
        Some((seconds, date)) if date.unix() == seconds => Ok(Some(date)),
        _ => Err(members.fail(name, Problem::Value { expected })),
    }
}

/// A date that others write: whole or not (RFC 7519 section 2), of the years 1970 to 9999.
pub(crate) fn read_numeric_date(
    members: &Members<'_>,
    name: &'static str,
) -> Result<Option<Timestamp>, MessageError> {
    let expected = "seconds of the years 1970 to 9999";
    let Some(value) = members.optional(name) else {
        return Ok(None);
    };
    if !matches!(value, Value::Number(_)) {
        return Err(members.kind.wrong_type(name, "number", value));
    }
    match Timestamp::of_numeric_date(value) {
        Some(date) if date.unix() >= 0 => Ok(Some(date)),
        _ => Err(members.fail(name, Problem::Value { expected })),
    }
}

/// Dates before 1970 have no place in these messages.
pub(crate) fn write_date(object: &mut Object, name: &str, date: Option<Timestamp>) {
    let seconds = date.and_then(|date| u64::try_from(date.unix()).ok());
    if let Some(seconds) = natural(seconds) {
        object.insert(name, seconds);
    }
}

//! The canonical bytes of a JSON value: RFC 8785 (JSON Canonicalization Scheme).
//!
//! Run by whoever signs, hashes or checks. The only encoder of bytes that are signed or digested.

use crate::json::{Object, Value, plain_length};

/// Bytes that are set aside for a document: most grow past them once or never, and allocators have room
/// of this size at hand.
const FIRST: usize = 1 << 10;

/// The canonical bytes (RFC 8785): no white space, names ordered by UTF-16 code unit, ECMAScript
/// numbers.
#[must_use]
pub fn to_bytes(value: &Value) -> Vec<u8> {
    to_text(value).into_bytes()
}

/// The canonical text (RFC 8785).
#[must_use]
pub fn to_text(value: &Value) -> String {
    let mut out = match value {
        Value::Object(_) => String::with_capacity(FIRST),
        _ => String::new(),
    };
    write_value(value, &mut out);
    out
}

/// The canonical bytes of an object (RFC 8785).
#[must_use]
pub fn object_to_bytes(object: &Object) -> Vec<u8> {
    let mut out = String::with_capacity(FIRST);
    write_object(object, &mut out);
    out.into_bytes()
}

/// The canonical bytes (RFC 8785) of an object with these members, each name once: for whoever hashes
/// an object without some of its members and need not copy the rest.
#[must_use]
pub fn members_to_bytes<'v>(members: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Vec<u8> {
    let mut out = String::with_capacity(FIRST);
    write_members(members.into_iter().collect(), &mut out);
    out.into_bytes()
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            out.push_str(ryu_js::Buffer::new().format_finite(number.as_f64()));
        }
        Value::String(text) => write_string(text, out),
        Value::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(element, out);
            }
            out.push(']');
        }
        Value::Object(object) => write_object(object, out),
    }
}

fn write_object(object: &Object, out: &mut String) {
    write_members(object.iter().collect(), out);
}

fn write_members(mut members: Vec<(&str, &Value)>, out: &mut String) {
    // RFC 8785 section 3.2.3: by UTF-16 code units. Bytes order ASCII alike.
    if members.iter().all(|(name, _)| name.is_ascii()) {
        members.sort_unstable_by_key(|(name, _)| *name);
    } else {
        members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    }
    out.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write_value(value, out);
    }
    out.push('}');
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        // The quotation mark, the backslash and controls are ASCII: a boundary of characters.
        let (plain, more) = rest
            .split_at_checked(plain_length(rest.as_bytes()))
            .unwrap_or((rest, ""));
        out.push_str(plain);
        let Some(special) = more.chars().next() else {
            break;
        };
        write_escape(special, out);
        rest = more.get(special.len_utf8()..).unwrap_or_default();
    }
    out.push('"');
}

fn write_escape(special: char, out: &mut String) {
    let short = match special {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{C}' => "\\f",
        '\r' => "\\r",
        control => {
            let code = u32::from(control);
            out.push_str("\\u00");
            out.push(if code < 0x10 { '0' } else { '1' });
            out.push(char::from_digit(code & 0x0F, 16).unwrap_or('0'));
            return;
        }
    };
    out.push_str(short);
}

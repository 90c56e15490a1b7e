//! The strict reader. What it accepts has exactly one meaning for every peer.

use std::collections::HashSet;
use std::fmt;

use crate::json::{MAX_SAFE_INTEGER, Number, Object, Value};
use crate::reason::Reason;

/// How much a reader takes before it gives up, and how strict it is with number text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub max_bytes: usize,
    /// Nested arrays and objects.
    pub max_depth: usize,
    /// Values and members in all.
    pub max_values: usize,
    /// Which number texts are read.
    pub numbers: Numbers,
}

/// Which number texts are read. Integers beyond ±(2^53 − 1) and infinities never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Every finite number, rounded to a double: for files that others wrote (glTF).
    AnyFinite,
    /// Only the text that RFC 8785 would write again: for everything that is signed.
    CanonicalOnly,
}

impl Limits {
    /// A credential, a presentation, a DID document: 1 MiB, 64 deep.
    #[must_use]
    pub const fn document() -> Self {
        Self {
            max_bytes: 1 << 20,
            max_depth: 64,
            max_values: 100_000,
            numbers: Numbers::CanonicalOnly,
        }
    }

    /// A protocol message: 256 KiB, 64 deep.
    #[must_use]
    pub const fn message() -> Self {
        Self {
            max_bytes: 256 << 10,
            max_values: 50_000,
            ..Self::document()
        }
    }

    /// The JSON chunk of a model file: 16 MiB, numbers as exporters write them.
    #[must_use]
    pub const fn model() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_depth: 64,
            max_values: 4_000_000,
            numbers: Numbers::AnyFinite,
        }
    }
}

/// Why a text was not read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    reason: Reason,
    offset: usize,
}

impl ReadError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The byte at which reading stopped.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "JSON not read at byte {}: {}",
            self.offset, self.reason
        )
    }
}

impl std::error::Error for ReadError {}

/// Reads one JSON text.
///
/// # Errors
/// With the reason code and the byte offset when the text is too large or too deep, is not UTF-8,
/// names a member twice (compared after unescaping), holds a lone surrogate, a number out of range
/// or in a non-canonical spelling, or is not JSON from its first byte to its last.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Value, ReadError> {
    if bytes.len() > limits.max_bytes {
        return Err(ReadError {
            reason: Reason::InputTooLarge,
            offset: limits.max_bytes,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        // CESU-style surrogate bytes are named for what they are.
        let surrogate = bytes.get(offset) == Some(&0xED)
            && bytes
                .get(offset + 1)
                .is_some_and(|byte| (0xA0..=0xBF).contains(byte));
        let reason = if surrogate {
            Reason::JsonLoneSurrogate
        } else {
            Reason::JsonInvalidUtf8
        };
        ReadError { reason, offset }
    })?;
    let mut reader = Reader {
        text,
        bytes,
        at: 0,
        values: 0,
        elements: Vec::new(),
        members: Vec::new(),
        limits,
    };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    if reader.at == bytes.len() {
        Ok(value)
    } else {
        reader.fail(Reason::ParseError)
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    values: usize,
    /// What was read of the arrays that are open; each takes its part out when it is closed, so that
    /// what is kept is as large as it has to be, and was not moved to grow.
    elements: Vec<Value>,
    /// The same of the objects that are open.
    members: Vec<(String, Value)>,
    limits: &'a Limits,
}

/// Objects up to this size are searched for duplicates one by one; larger ones through a set.
const SMALL_OBJECT: usize = 16;

impl<'a> Reader<'a> {
    fn fail<T>(&self, reason: Reason) -> Result<T, ReadError> {
        Err(ReadError {
            reason,
            offset: self.at,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        self.fail(Reason::ParseError)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, ReadError> {
        if self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            self.at += word.len();
            return Ok(value);
        }
        self.fail(Reason::ParseError)
    }

    fn value(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.values += 1;
        if self.values > self.limits.max_values {
            return self.fail(Reason::InputTooLarge);
        }
        match self.peek() {
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::String),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            // Not JSON at all, but what people mean is clear.
            Some(b'N' | b'I') => match self.text.get(self.at..) {
                Some(rest) if rest.starts_with("NaN") || rest.starts_with("Infinity") => {
                    self.fail(Reason::JsonNumberOutOfRange)
                }
                _ => self.fail(Reason::ParseError),
            },
            _ => self.fail(Reason::ParseError),
        }
    }

    fn enter(&mut self, depth: usize) -> Result<(), ReadError> {
        if depth > self.limits.max_depth {
            return self.fail(Reason::InputTooDeep);
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.enter(depth)?;
        let first = self.elements.len();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(Vec::new()));
        }
        loop {
            let element = self.value(depth)?;
            self.elements.push(element);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(self.elements.drain(first..).collect()));
                }
                _ => return self.fail(Reason::ParseError),
            }
            self.space();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.enter(depth)?;
        let first = self.members.len();
        let mut names: HashSet<String> = HashSet::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(Object::new()));
        }
        loop {
            let start = self.at;
            let name = self.string()?;
            // All of them are of this object: those further in are closed.
            let members = self.members.get(first..).unwrap_or_default();
            let twice = if members.len() < SMALL_OBJECT {
                members.iter().any(|(known, _)| *known == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|(known, _)| known.clone()));
                }
                !names.insert(name.clone())
            };
            if twice {
                return Err(ReadError {
                    reason: Reason::JsonDuplicateKey,
                    offset: start,
                });
            }
            self.space();
            self.expect(b':')?;
            self.space();
            let value = self.value(depth)?;
            self.members.push((name, value));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    let members = self.members.drain(first..).collect();
                    return Ok(Value::Object(Object::from_unique(members)));
                }
                _ => return self.fail(Reason::ParseError),
            }
            self.space();
        }
    }

    fn string(&mut self) -> Result<String, ReadError> {
        self.expect(b'"')?;
        let mut text = self.plain().to_owned();
        // Nearly always that is all of it.
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return self.fail(Reason::ParseError),
            }
            text.push_str(self.plain());
        }
    }

    /// The part of a string up to its end or to an escape.
    fn plain(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = plain_length(rest.as_bytes());
        let plain = rest.get(..length).unwrap_or_default();
        self.at += plain.len();
        plain
    }

    fn escape(&mut self) -> Result<char, ReadError> {
        let Some(byte) = self.peek() else {
            return self.fail(Reason::ParseError);
        };
        let plain = match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return self.fail(Reason::ParseError),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char, ReadError> {
        let start = self.at;
        let lone = ReadError {
            reason: Reason::JsonLoneSurrogate,
            offset: start,
        };
        let first = self.hex4()?;
        if !(0xD800..0xE000).contains(&first) {
            return char::from_u32(first).ok_or(lone);
        }
        let low_follows = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with("\\u"));
        if first >= 0xDC00 || !low_follows {
            return Err(lone);
        }
        self.at += 2;
        let second = self.hex4()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(lone)
    }

    fn hex4(&mut self) -> Result<u32, ReadError> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let mut number = 0;
        for digit in digits {
            let Some(digit) = char::from(*digit).to_digit(16) else {
                return self.fail(Reason::ParseError);
            };
            number = number * 16 + digit;
        }
        if digits.len() != 4 {
            return self.fail(Reason::ParseError);
        }
        self.at += 4;
        Ok(number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Number, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
            if self.peek() == Some(b'I') {
                return self.fail(Reason::JsonNumberOutOfRange);
            }
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return self.fail(Reason::ParseError);
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return self.fail(Reason::ParseError);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fail(Reason::ParseError);
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        self.number_of(text, integer).map_err(|reason| ReadError {
            reason,
            offset: start,
        })
    }

    fn number_of(&self, text: &str, integer: bool) -> Result<Number, Reason> {
        let canonical_only = self.limits.numbers == Numbers::CanonicalOnly;
        if integer {
            // A text longer than the longest safe integer is refused before it is parsed.
            let number: i64 = text.parse().map_err(|_| Reason::JsonNumberOutOfRange)?;
            if canonical_only && text == "-0" {
                return Err(Reason::JsonNumberNonCanonical);
            }
            return Number::from_i64(number).ok_or(Reason::JsonNumberOutOfRange);
        }
        let number: f64 = text.parse().map_err(|_| Reason::ParseError)?;
        let number = Number::from_f64(number).ok_or(Reason::JsonNumberOutOfRange)?;
        if canonical_only {
            // Beyond 2^53 neighbours share a double: an edit there would keep the signed bytes.
            #[expect(clippy::cast_precision_loss, reason = "the bound is exact as a double")]
            if number.as_f64().abs() > MAX_SAFE_INTEGER as f64 {
                return Err(Reason::JsonNumberOutOfRange);
            }
            // A digit that rounds away to nothing is out of a double's range as well.
            let significand = text.split(['e', 'E']).next().unwrap_or_default();
            if number.as_f64() == 0.0 && significand.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
                return Err(Reason::JsonNumberOutOfRange);
            }
            if number.to_string() != text {
                return Err(Reason::JsonNumberNonCanonical);
            }
        }
        Ok(number)
    }
}

/// How many bytes stand before the first that ends a string or is written otherwise in one: a quotation
/// mark, a backslash, a control. Eight at a time.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let special = special_in(u64::from_le_bytes(*word));
        if special != 0 {
            // At most 7.
            return index * 8 + usize::try_from(special.trailing_zeros() / 8).unwrap_or_default();
        }
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let more = rest.iter().position(special);
    bytes.len() - rest.len() + more.unwrap_or(rest.len())
}

/// Eight bytes, the first one lowest: the lowest bit that is set is the highest of the first special
/// byte. A subtraction borrows from the bytes above it, so bits above the lowest one say nothing.
const fn special_in(bytes: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    const fn below(bytes: u64, limit: u64) -> u64 {
        bytes.wrapping_sub(ONES * limit) & !bytes
    }
    let quotation_mark = below(bytes ^ (ONES * 0x22), 1);
    let backslash = below(bytes ^ (ONES * 0x5C), 1);
    (quotation_mark | backslash | below(bytes, 0x20)) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::plain_length;

    proptest! {
        #[test]
        fn plain_is_what_stands_before_the_first_special_byte(
            bytes in prop::collection::vec(
                proptest::prop_oneof![any::<u8>(), 0x1E_u8..0x24, 0x5B_u8..0x5E],
                0..40,
            ),
        ) {
            let special = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
            let expected = bytes.iter().position(special).unwrap_or(bytes.len());
            assert_eq!(plain_length(&bytes), expected);
        }
    }
}

//! How the shelves of the index are written: numbers, texts, times and values, one behind the other. The
//! holder's side runs it.
//!
//! ```text
//! text = length, UTF-8           value = tag, content
//! ```
//! Bytes of our own making in a sealed record; read with bounds all the same.

use schemas::json::{Number, Object, Value};
use schemas::time::Timestamp;

pub(super) fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Seven bits a byte, the lowest first.
pub(super) fn write_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, length(text.len()));
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn write_time(out: &mut Vec<u8>, time: Option<Timestamp>) {
    match time {
        None => out.push(0),
        Some(time) => {
            out.push(1);
            out.extend_from_slice(&time.unix().to_be_bytes());
        }
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::Number(number) => {
            out.push(3);
            out.extend_from_slice(&number.as_f64().to_be_bytes());
        }
        Value::String(text) => {
            out.push(4);
            write_text(out, text);
        }
        Value::Array(list) => {
            out.push(5);
            write_number(out, length(list.len()));
            for value in list {
                write_value(out, value);
            }
        }
        Value::Object(object) => {
            out.push(6);
            write_object(out, object);
        }
    }
}

pub(super) fn write_object(out: &mut Vec<u8>, object: &Object) {
    write_number(out, length(object.len()));
    for (name, value) in object.iter() {
        write_text(out, name);
        write_value(out, value);
    }
}

/// Deeper values are not written.
const MAX_DEPTH: usize = 4;

/// Bytes that are read from their beginning; `None` is damage.
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl<'a> Rest<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for place in 0..9u32 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    #[expect(
        clippy::option_option,
        reason = "the outer one is damage, the inner one no time"
    )]
    pub(super) fn time(&mut self) -> Option<Option<Timestamp>> {
        match self.byte()? {
            0 => Some(None),
            1 => {
                let bytes: [u8; 8] = self.take(8)?.try_into().ok()?;
                Some(Some(Timestamp::from_unix(i64::from_be_bytes(bytes))))
            }
            _ => None,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        Some(match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => {
                let bytes: [u8; 8] = self.take(8)?.try_into().ok()?;
                Value::Number(Number::from_f64(f64::from_be_bytes(bytes))?)
            }
            4 => Value::String(self.text()?.to_owned()),
            5 if depth < MAX_DEPTH => {
                let count = usize::try_from(self.number()?).ok()?;
                let mut list = Vec::with_capacity(count.min(16));
                for _ in 0..count {
                    list.push(self.value(depth.saturating_add(1))?);
                }
                Value::Array(list)
            }
            6 if depth < MAX_DEPTH => Value::Object(self.object(depth.saturating_add(1))?),
            _ => return None,
        })
    }

    pub(super) fn object(&mut self, depth: usize) -> Option<Object> {
        self.members(depth, &|_| true)
    }

    /// Of an object the members of these names.
    pub(super) fn members(
        &mut self,
        depth: usize,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Option<Object> {
        let count = usize::try_from(self.number()?).ok()?;
        let mut object = Object::new();
        for _ in 0..count {
            let name = self.text()?;
            if wanted(name) {
                let name = name.to_owned();
                object.insert(name, self.value(depth)?);
            } else {
                self.pass(depth)?;
            }
        }
        Some(object)
    }

    /// Goes past a value.
    fn pass(&mut self, depth: usize) -> Option<()> {
        let deeper = depth.saturating_add(1);
        match self.byte()? {
            0..=2 => {}
            3 => drop(self.take(8)?),
            4 => self.pass_text()?,
            5 if depth < MAX_DEPTH => {
                for _ in 0..self.number()? {
                    self.pass(deeper)?;
                }
            }
            6 if depth < MAX_DEPTH => {
                for _ in 0..self.number()? {
                    self.pass_text()?;
                    self.pass(deeper)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn pass_text(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length).map(drop)
    }
}

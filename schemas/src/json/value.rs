//! The JSON value type: names are unique, numbers are finite, members keep their arrival order.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::json::MAX_SAFE_INTEGER;

/// One JSON value.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A finite number.
    Number(Number),
    /// A string of Unicode scalar values.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object with unique names.
    Object(Object),
}

/// A finite JSON number. Integers within ±(2^53 − 1) are exact; everything else is an IEEE double.
#[derive(Clone, Copy, PartialEq)]
pub struct Number(f64);

impl Number {
    /// A number from a double; `None` when it is not finite. Negative zero becomes zero.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        number
            .is_finite()
            .then_some(Self(if number == 0.0 { 0.0 } else { number }))
    }

    /// A number from an integer; `None` outside ±(2^53 − 1).
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact within the range just checked"
    )]
    pub fn from_i64(number: i64) -> Option<Self> {
        (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER)
            .contains(&number)
            .then_some(Self(number as f64))
    }

    /// A number from an unsigned integer; what is beyond 2^53 − 1 becomes 2^53 − 1.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact within the range it is clamped to"
    )]
    pub const fn from_u64_saturating(number: u64) -> Self {
        const MAX: u64 = MAX_SAFE_INTEGER.unsigned_abs();
        Self(if number < MAX { number } else { MAX } as f64)
    }

    /// The value as a double.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// The value as an integer, when it is one within ±(2^53 − 1).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and in range, both checked"
    )]
    #[expect(clippy::cast_precision_loss, reason = "the bound is exact as a double")]
    pub fn as_i64(self) -> Option<i64> {
        (self.0.fract() == 0.0 && self.0.abs() <= MAX_SAFE_INTEGER as f64).then_some(self.0 as i64)
    }
}

impl fmt::Display for Number {
    /// The canonical text of RFC 8785 section 3.2.2.3 (ECMAScript number to string).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(ryu_js::Buffer::new().format_finite(self.0))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A JSON object: unique names, members in the order in which they arrived.
///
/// Clones share the members until one of them is changed: documents are read once, and kept by all
/// who look at a part of them.
#[derive(Clone, Default)]
pub struct Object {
    /// `None` for no members, so that an empty object needs no memory.
    shared: Option<Arc<Vec<(String, Value)>>>,
}

impl Object {
    /// An empty object.
    #[must_use]
    pub const fn new() -> Self {
        Self { shared: None }
    }

    /// An empty object that has room for so many members.
    #[must_use]
    pub fn with_room(members: usize) -> Self {
        Self {
            shared: (members > 0).then(|| Arc::new(Vec::with_capacity(members))),
        }
    }

    fn members(&self) -> &[(String, Value)] {
        self.shared
            .as_ref()
            .map_or(&[], |members| members.as_slice())
    }

    /// The members, to change: what others share is copied first.
    fn members_mut(&mut self) -> &mut Vec<(String, Value)> {
        Arc::make_mut(self.shared.get_or_insert_default())
    }

    /// The member of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members()
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The member of this name, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        if !self.contains_key(name) {
            return None;
        }
        self.members_mut()
            .iter_mut()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// Sets a member; the value that stood there before comes back.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        if let Some(slot) = self.get_mut(&name) {
            return Some(std::mem::replace(slot, value));
        }
        self.members_mut().push((name, value));
        None
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.members().iter().position(|(key, _)| key == name)?;
        Some(self.members_mut().remove(index).1)
    }

    /// Whether a member of this name exists.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// The members in arrival order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + Clone {
        self.members()
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The names in arrival order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.members().iter().map(|(name, _)| name.as_str())
    }

    /// An object of these members, in work that grows with their number alone.
    ///
    /// # Errors
    /// The first name that is there twice.
    pub fn from_members(members: Vec<(String, Value)>) -> Result<Self, String> {
        let mut names = HashSet::with_capacity(members.len());
        let twice = members.iter().find(|(name, _)| !names.insert(name));
        match twice {
            Some((name, _)) => Err(name.clone()),
            None => Ok(Self::from_unique(members)),
        }
    }

    /// Only the reader calls this: it has proved already that the names are unique.
    pub(crate) fn from_unique(members: Vec<(String, Value)>) -> Self {
        Self {
            shared: (!members.is_empty()).then(|| Arc::new(members)),
        }
    }
}

impl PartialEq for Object {
    /// Order does not matter: two objects are equal when they have the same members.
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.shared, &other.shared) {
            (Some(mine), Some(others)) => Arc::ptr_eq(mine, others),
            _ => false,
        };
        same || self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl FromIterator<(String, Value)> for Object {
    /// A later member of one name replaces an earlier one, as [`Object::insert`] does.
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        let mut object = Self::new();
        for (name, value) in members {
            object.insert(name, value);
        }
        object
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        let members = self.shared.map(Arc::unwrap_or_clone);
        members.unwrap_or_default().into_iter()
    }
}

impl Value {
    /// The string, when this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, when this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The elements, when this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The object, when this is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, to change, when this is one.
    pub const fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The integer, when this is one within ±(2^53 − 1).
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The integer, when this is one from 0 to 2^53 − 1.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|number| u64::try_from(number).ok())
    }

    /// The double, when this is a number.
    #[must_use]
    pub const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.0),
            _ => None,
        }
    }

    /// The member of this name, when this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object().and_then(|object| object.get(name))
    }

    /// What kind of value this is, in the words of RFC 8259.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// One string, or the strings of an array: the forms that JSON-LD allows for many members.
    /// `None` when anything in it is not a string.
    #[must_use]
    pub fn strings(&self) -> Option<Vec<&str>> {
        match self {
            Self::String(text) => Some(vec![text]),
            Self::Array(elements) => elements.iter().map(Self::as_str).collect(),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(truth) => fmt::Debug::fmt(truth, formatter),
            Self::Number(number) => fmt::Debug::fmt(number, formatter),
            Self::String(text) => fmt::Debug::fmt(text, formatter),
            Self::Array(elements) => fmt::Debug::fmt(elements, formatter),
            Self::Object(object) => fmt::Debug::fmt(object, formatter),
        }
    }
}

impl fmt::Display for Value {
    /// The canonical text (RFC 8785).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&crate::canonical::to_text(self))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(Number(f64::from(number)))
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(Number(f64::from(number)))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(elements: [T; N]) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

//! Members of one object, taken by name and type.

use crate::json::{Object, Value};
use crate::message::{MessageError, Problem};
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// What is being read, and the reason codes of its faults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Its name in error texts.
    pub(crate) name: &'static str,
    /// Missing, not allowed, too much.
    pub(crate) malformed: Reason,
    /// Of another JSON type.
    pub(crate) mistyped: Reason,
}

impl Kind {
    /// A kind whose faults all have one reason code.
    pub(crate) const fn new(name: &'static str, reason: Reason) -> Self {
        Self {
            name,
            malformed: reason,
            mistyped: reason,
        }
    }

    /// A part of this, under its own name.
    pub(crate) const fn part(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(crate) const fn fail(self, member: &'static str, problem: Problem) -> MessageError {
        let reason = match problem {
            Problem::Type { .. } => self.mistyped,
            _ => self.malformed,
        };
        MessageError::new(self.name, member, problem, reason)
    }

    pub(crate) const fn fail_as(
        self,
        member: &'static str,
        problem: Problem,
        reason: Reason,
    ) -> MessageError {
        MessageError::new(self.name, member, problem, reason)
    }

    pub(crate) const fn wrong_type(
        self,
        member: &'static str,
        expected: &'static str,
        value: &Value,
    ) -> MessageError {
        let found = value.kind();
        self.fail(member, Problem::Type { expected, found })
    }

    /// A string that is not empty.
    pub(crate) fn text(self, member: &'static str, value: &Value) -> Result<String, MessageError> {
        let expected = "a text that is not empty";
        match value.as_str() {
            Some("") => Err(self.fail(member, Problem::Value { expected })),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong_type(member, "string", value)),
        }
    }

    pub(crate) fn url(self, member: &'static str, text: &str) -> Result<WebUrl, MessageError> {
        let expected = "an https URL";
        text.parse()
            .map_err(|_| self.fail(member, Problem::Value { expected }))
    }

    /// An array with at least one and at most `limit` elements.
    pub(crate) fn array<'a>(
        self,
        member: &'static str,
        value: &'a Value,
        limit: usize,
    ) -> Result<&'a [Value], MessageError> {
        let expected = "a list that is not empty";
        match value.as_array() {
            None => Err(self.wrong_type(member, "array", value)),
            Some([]) => Err(self.fail(member, Problem::Value { expected })),
            Some(elements) => {
                self.within(member, elements.len(), limit)?;
                Ok(elements)
            }
        }
    }

    pub(crate) fn within(
        self,
        member: &'static str,
        found: usize,
        limit: usize,
    ) -> Result<(), MessageError> {
        if found > limit {
            return Err(self.fail(member, Problem::TooLarge { limit, found }));
        }
        Ok(())
    }

    /// Texts that are not empty, each said once.
    pub(crate) fn texts(
        self,
        member: &'static str,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<String>, MessageError> {
        let mut texts: Vec<String> = Vec::new();
        for element in self.array(member, value, limit)? {
            let text = self.text(member, element)?;
            if texts.contains(&text) {
                return Err(self.fail(member, Problem::Repeated));
            }
            texts.push(text);
        }
        Ok(texts)
    }
}

/// An object whose members are taken by name and type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members<'a> {
    pub(crate) object: &'a Object,
    pub(crate) kind: Kind,
}

impl<'a> Members<'a> {
    pub(crate) fn of(kind: Kind, value: &'a Value) -> Result<Self, MessageError> {
        Self::of_member(kind, "", value)
    }

    /// Like `of`, for a part: a fault in the whole of it names the member that holds it.
    pub(crate) fn of_member(
        kind: Kind,
        member: &'static str,
        value: &'a Value,
    ) -> Result<Self, MessageError> {
        match value.as_object() {
            Some(object) => Ok(Self { object, kind }),
            None => Err(kind.wrong_type(member, "object", value)),
        }
    }

    pub(crate) fn optional(&self, name: &'static str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&'a Value, MessageError> {
        self.optional(name)
            .ok_or_else(|| self.kind.fail(name, Problem::Missing))
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<String, MessageError> {
        self.kind.text(name, self.required(name)?)
    }

    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<String>, MessageError> {
        let value = self.optional(name);
        value.map(|value| self.kind.text(name, value)).transpose()
    }

    pub(crate) fn texts(
        &self,
        name: &'static str,
        limit: usize,
    ) -> Result<Vec<String>, MessageError> {
        self.kind.texts(name, self.required(name)?, limit)
    }

    /// No texts when the member is absent.
    pub(crate) fn optional_texts(
        &self,
        name: &'static str,
        limit: usize,
    ) -> Result<Vec<String>, MessageError> {
        self.optional(name).map_or_else(
            || Ok(Vec::new()),
            |value| self.kind.texts(name, value, limit),
        )
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, MessageError> {
        let read = |value: &Value| {
            let flag = value.as_bool();
            flag.ok_or_else(|| self.kind.wrong_type(name, "boolean", value))
        };
        self.optional(name).map(read).transpose()
    }

    /// An integer from 0 to 2^53 − 1.
    pub(crate) fn natural(&self, name: &'static str) -> Result<Option<u64>, MessageError> {
        let expected = "a whole number that is not negative";
        let read = |value: &Value| match (value.as_u64(), value.as_f64()) {
            (Some(number), _) => Ok(number),
            (None, Some(_)) => Err(self.kind.fail(name, Problem::Value { expected })),
            (None, None) => Err(self.kind.wrong_type(name, "number", value)),
        };
        self.optional(name).map(read).transpose()
    }

    pub(crate) fn url(&self, name: &'static str) -> Result<WebUrl, MessageError> {
        self.kind.url(name, &self.text(name)?)
    }

    pub(crate) fn optional_url(&self, name: &'static str) -> Result<Option<WebUrl>, MessageError> {
        let text = self.optional_text(name)?;
        text.map(|text| self.kind.url(name, &text)).transpose()
    }

    /// An address that is good to have and whose absence harms nothing: none where it is not one.
    pub(crate) fn optional_address(&self, name: &str) -> Option<WebUrl> {
        self.optional_word(name)?.parse().ok()
    }

    /// A text that is good to have and whose absence harms nothing: none where it is not one.
    pub(crate) fn optional_word(&self, name: &str) -> Option<&'a str> {
        let text = self.object.get(name)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    pub(crate) fn array(
        &self,
        name: &'static str,
        limit: usize,
    ) -> Result<&'a [Value], MessageError> {
        self.kind.array(name, self.required(name)?, limit)
    }

    /// No elements when the member is absent.
    pub(crate) fn optional_array(
        &self,
        name: &'static str,
        limit: usize,
    ) -> Result<&'a [Value], MessageError> {
        self.optional(name)
            .map_or(Ok(&[]), |value| self.kind.array(name, value, limit))
    }

    /// The object that is a member, as a part with its own name.
    pub(crate) fn part(
        &self,
        name: &'static str,
        part: &'static str,
    ) -> Result<Option<Self>, MessageError> {
        let kind = self.kind.part(part);
        self.optional(name)
            .map(|value| Self::of_member(kind, name, value))
            .transpose()
    }

    /// Refuses members of other names: for messages of ours, where one is a mistake.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), MessageError> {
        if self.object.keys().all(|name| names.contains(&name)) {
            Ok(())
        } else {
            Err(self.kind.fail("", Problem::Unknown))
        }
    }

    pub(crate) const fn fail(&self, name: &'static str, problem: Problem) -> MessageError {
        self.kind.fail(name, problem)
    }
}

/// RFC 3986 unreserved characters, the "ASCII URL safe characters" of OpenID4VP section 5.2.
pub(crate) fn url_safe(text: &str) -> bool {
    let letter =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !text.is_empty() && text.bytes().all(letter)
}

/// Visible ASCII without space, quotation mark and backslash: opaque handles of others.
pub(crate) fn printable(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(letter)
}

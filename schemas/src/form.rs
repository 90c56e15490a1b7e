//! Forms and link queries: `application/x-www-form-urlencoded`, read strictly, and percent-coding.
//!
//! Run by both sides: token requests, answers to a world's request, links in QR codes.
//! Source: WHATWG URL section 5, RFC 3986 section 2.1, RFC 6749 appendix B (a parameter named twice
//! is refused, RFC 6749 section 3.2).

use std::fmt;

use crate::json::Limits;
use crate::reason::Reason;

/// More fields are refused.
const MAX_FIELDS: usize = 64;
/// Longer links are refused unread: a QR code holds 4296 characters, a shell line more.
const MAX_LINK: usize = 16 << 10;

/// Form fields in arrival order, each name once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
}

/// Why bytes are not a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// A character that has to be percent-encoded.
    Character,
    /// A name that stands there twice.
    Duplicate,
    /// A percent sign that two hexadecimal digits do not follow.
    Percent,
    /// More bytes or fields than are read.
    TooLarge {
        /// The most that is read.
        limit: usize,
        /// What was found.
        found: usize,
    },
    /// Not UTF-8 after decoding.
    Utf8,
}

impl FormError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::TooLarge { .. } => Reason::InputTooLarge,
            Self::Character | Self::Duplicate | Self::Percent | Self::Utf8 => Reason::BadRequest,
        }
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character => formatter.write_str("a character that must be percent-encoded"),
            Self::Duplicate => formatter.write_str("a field that stands there twice"),
            Self::Percent => formatter.write_str("a broken percent sequence"),
            Self::TooLarge { limit, found } => {
                write!(
                    formatter,
                    "{found} bytes or fields, at most {limit} are read"
                )
            }
            Self::Utf8 => formatter.write_str("text that is not UTF-8"),
        }
    }
}

impl std::error::Error for FormError {}

impl Form {
    /// A form without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Reads the body of a form of at most `max_bytes` bytes. Plus signs are spaces.
    ///
    /// # Errors
    /// [`FormError`] when it is too large, names a field twice (after decoding), has more than 64
    /// fields, a broken percent sequence, a raw control, space or non-ASCII byte, or is not UTF-8.
    pub fn read(bytes: &[u8], max_bytes: usize) -> Result<Self, FormError> {
        if bytes.len() > max_bytes {
            return Err(FormError::TooLarge {
                limit: max_bytes,
                found: bytes.len(),
            });
        }
        if bytes.iter().any(|byte| !byte.is_ascii_graphic()) {
            return Err(FormError::Character);
        }
        let mut form = Self::new();
        for field in bytes.split(|byte| *byte == b'&') {
            if field.is_empty() {
                continue;
            }
            let (name, value) = match field.iter().position(|byte| *byte == b'=') {
                Some(at) => field.split_at(at),
                None => (field, [].as_slice()),
            };
            let value = value.strip_prefix(b"=").unwrap_or_default();
            let name = percent_decode(name, Plus::Space)?;
            let value = percent_decode(value, Plus::Space)?;
            if form.field(&name).is_some() {
                return Err(FormError::Duplicate);
            }
            form.fields.push((name, value));
            if form.fields.len() > MAX_FIELDS {
                return Err(FormError::TooLarge {
                    limit: MAX_FIELDS,
                    found: form.fields.len(),
                });
            }
        }
        Ok(form)
    }

    /// Reads the body of a protocol form, as large as a JSON message may be.
    ///
    /// # Errors
    /// As [`Form::read`].
    pub fn read_message(bytes: &[u8]) -> Result<Self, FormError> {
        Self::read(bytes, Limits::message().max_bytes)
    }

    /// Reads the query of a link: what follows its first `?`.
    ///
    /// # Errors
    /// As [`Form::read`]; also for a link of more than 16 KiB, one with a fragment or without query.
    pub fn of_link(link: &str) -> Result<Self, FormError> {
        if link.len() > MAX_LINK {
            return Err(FormError::TooLarge {
                limit: MAX_LINK,
                found: link.len(),
            });
        }
        let (_, query) = link.split_once('?').ok_or(FormError::Character)?;
        if query.contains('#') {
            return Err(FormError::Character);
        }
        Self::read(query.as_bytes(), MAX_LINK)
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Adds a field, or sets the one that has this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, slot)) => *slot = value,
            None => self.fields.push((name.to_owned(), value)),
        }
        self
    }

    /// The body or query: names and values percent-encoded, spaces as `%20`, so that readers of
    /// forms and of links agree. Not `Display`: the values are codes and credentials.
    #[must_use]
    pub fn to_text(&self) -> String {
        let field = |(name, value)| format!("{}={}", percent_encode(name), percent_encode(value));
        self.iter().map(field).collect::<Vec<_>>().join("&")
    }

    /// The fields in arrival order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for Form {
    /// Names only: values are codes and credentials.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.fields.iter().map(|(name, _)| name))
            .finish()
    }
}

/// What a plus sign stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plus {
    /// Itself: paths, RFC 3986.
    Plus,
    /// A space: forms and queries.
    Space,
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 section 2.3.
#[must_use]
pub fn percent_encode(text: &str) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}

/// Decodes percent sequences.
///
/// # Errors
/// [`FormError::Percent`] for a broken sequence, [`FormError::Utf8`] when the result is not UTF-8.
pub fn percent_decode(bytes: &[u8], plus: Plus) -> Result<String, FormError> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    let hex = |byte: Option<u8>| {
        let digit = byte.and_then(|byte| char::from(byte).to_digit(16));
        digit
            .and_then(|digit| u8::try_from(digit).ok())
            .ok_or(FormError::Percent)
    };
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'%' => hex(rest.next())? * 16 + hex(rest.next())?,
            b'+' if plus == Plus::Space => b' ',
            other => other,
        });
    }
    String::from_utf8(out).map_err(|_| FormError::Utf8)
}

/// Whether a link has this scheme and a query. What stands between them says nothing: verifiers and
/// issuers write `//`, `///`, `//authorize`, `//credential_offer` or nothing there.
pub(crate) fn is_link_of(scheme: &str, link: &str) -> bool {
    let rest = link
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_prefix(':'));
    rest.and_then(|rest| rest.split_once('?'))
        .is_some_and(|(between, _)| {
            between
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte))
        })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    use super::{Form, FormError, Plus, percent_decode, percent_encode};
    use crate::reason::Reason;

    #[test]
    fn reads_what_peers_send() {
        let form = Form::read(b"a=1&b=%7B%22x%22%3A1%7D&c=x+y%2B&&d&e=a=b", 100).unwrap();
        let fields: Vec<_> = form.iter().collect();
        assert_eq!(
            fields,
            [
                ("a", "1"),
                ("b", "{\"x\":1}"),
                ("c", "x y+"),
                ("d", ""),
                ("e", "a=b")
            ]
        );
        assert_eq!(form.field("d"), Some(""));
        assert_eq!(form.field("z"), None);
        assert_eq!(format!("{form:?}"), r#"{"a", "b", "c", "d", "e"}"#);
    }

    #[test]
    fn refuses_with_the_reason() {
        for (body, error) in [
            ("a=1&a=2", FormError::Duplicate),
            ("a=1&%61=2", FormError::Duplicate),
            ("a=%", FormError::Percent),
            ("a=%2", FormError::Percent),
            ("a=%+1", FormError::Percent),
            ("a=%ff", FormError::Utf8),
            ("%c3=1", FormError::Utf8),
            ("a=b c", FormError::Character),
            ("a=\n", FormError::Character),
            ("a=\u{e9}", FormError::Character),
        ] {
            assert_eq!(Form::read(body.as_bytes(), 100), Err(error), "{body}");
            assert_eq!(error.reason(), Reason::BadRequest);
        }
        let large = FormError::TooLarge { limit: 4, found: 5 };
        assert_eq!(Form::read(b"a=123", 4), Err(large));
        assert_eq!(large.reason(), Reason::InputTooLarge);
        let many = (0..65).map(|n| format!("f{n}=1")).collect::<Vec<_>>();
        assert_eq!(
            Form::read_message(many.join("&").as_bytes()),
            Err(FormError::TooLarge {
                limit: 64,
                found: 65
            })
        );
    }

    #[test]
    fn reads_the_query_of_a_link() {
        let form = Form::of_link("openid4vp://?client_id=a%3Ab&request_uri=https://w/?x").unwrap();
        assert_eq!(form.field("client_id"), Some("a:b"));
        assert_eq!(form.field("request_uri"), Some("https://w/?x"));
        assert_eq!(Form::of_link("openid4vp://"), Err(FormError::Character));
        assert_eq!(Form::of_link("x:?a=1#b"), Err(FormError::Character));
        let long = format!("x:?a={}", "1".repeat(16 << 10));
        assert_eq!(
            Form::of_link(&long).map_err(FormError::reason),
            Err(Reason::InputTooLarge)
        );
    }

    #[test]
    fn a_plus_is_a_space_only_in_forms() {
        assert_eq!(percent_decode(b"a+b", Plus::Space), Ok("a b".to_owned()));
        assert_eq!(percent_decode(b"a+b", Plus::Plus), Ok("a+b".to_owned()));
        assert_eq!(percent_encode("a+b c/\u{3042}~"), "a%2Bb%20c%2F%E3%81%82~");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(fields in vec((".{0,8}", any::<String>()), 0..8)) {
            let form = fields.into_iter().fold(Form::new(), |form, (name, value)| {
                form.with(&format!("n{name}"), value)
            });
            let text = form.to_text();
            assert_eq!(Form::read(text.as_bytes(), 1 << 20), Ok(form));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..64)) {
            if let Ok(form) = Form::read(&bytes, 64) {
                assert_eq!(Form::read(form.to_text().as_bytes(), 1024), Ok(form));
            }
        }
    }
}

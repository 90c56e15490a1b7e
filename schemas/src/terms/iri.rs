//! IRIs in documents: absolute or refused. Nothing is resolved against a base.
//!
//! Used by everybody who reads or writes a document. Source: RFC 3987 section 2.2; blank node
//! labels as in N-Quads section 4.

use std::fmt;

/// An IRI made of a fixed part and a part of the document; the fixed part is nearly always empty
/// or all there is.
#[derive(Clone, Copy, Debug)]
pub struct Iri<'d> {
    prefix: &'static str,
    rest: &'d str,
}

impl<'d> Iri<'d> {
    /// An IRI that stands whole in one place.
    pub(super) const fn whole(text: &'d str) -> Self {
        Self {
            prefix: "",
            rest: text,
        }
    }

    /// A name appended to a vocabulary.
    pub(super) const fn joined(prefix: &'static str, rest: &'d str) -> Self {
        Self { prefix, rest }
    }

    /// The two parts; the IRI is one after the other.
    #[must_use]
    pub const fn parts(self) -> (&'static str, &'d str) {
        (self.prefix, self.rest)
    }
}

impl fmt::Display for Iri<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.prefix)?;
        formatter.write_str(self.rest)
    }
}

impl PartialEq for Iri<'_> {
    fn eq(&self, other: &Self) -> bool {
        self == &*other.to_string()
    }
}

impl Eq for Iri<'_> {}

impl PartialEq<str> for Iri<'_> {
    fn eq(&self, other: &str) -> bool {
        other.strip_prefix(self.prefix) == Some(self.rest)
    }
}

impl PartialEq<&str> for Iri<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// What an `id` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'d> {
    /// An absolute IRI.
    Iri(&'d str),
    /// A blank node; the label without `_:`.
    Blank(&'d str),
}

/// Why a text names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReferenceFault {
    /// A control or invisible character.
    Hidden,
    /// Relative, empty or not an IRI at all: JSON-LD would drop it.
    NotAbsolute,
}

/// Reads an `id`.
pub(super) fn reference(text: &str) -> Result<Reference<'_>, ReferenceFault> {
    if has_hidden(text) {
        return Err(ReferenceFault::Hidden);
    }
    if let Some(label) = text.strip_prefix("_:") {
        return if is_label(label) {
            Ok(Reference::Blank(label))
        } else {
            Err(ReferenceFault::NotAbsolute)
        };
    }
    if is_absolute(text) {
        Ok(Reference::Iri(text))
    } else {
        Err(ReferenceFault::NotAbsolute)
    }
}

fn has_hidden(text: &str) -> bool {
    let visible = |byte: u8| matches!(byte, b' '..=b'~');
    // Of ASCII the controls alone are; nearly all identifiers are ASCII.
    !text.bytes().all(visible) && text.chars().any(is_hidden)
}

/// Characters that make two identifiers look alike: controls, zero width, directional.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    label.bytes().next().is_some_and(inner)
        && label.bytes().last().is_some_and(|byte| byte != b'.')
        && label
            .bytes()
            .all(|byte| inner(byte) || byte == b'-' || byte == b'.')
}

fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !scheme_fits {
        return false;
    }
    let (body, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = body.split_once('?').unwrap_or((body, ""));
    let (authority, path) = match hierarchy.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            after.split_at_checked(end).unwrap_or((after, ""))
        }
        None => ("", hierarchy),
    };
    fits(authority, Brackets::Host)
        && fits(path, Brackets::Refused)
        && fits(query, Brackets::Refused)
        && fits(fragment, Brackets::Refused)
}

#[derive(Clone, Copy, PartialEq)]
enum Brackets {
    Host,
    Refused,
}

fn fits(part: &str, brackets: Brackets) -> bool {
    let simple =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
    if part.bytes().all(simple) {
        return true;
    }
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        let good = match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => true,
            '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';'
            | '=' | ':' | '@' => true,
            '/' | '?' => brackets == Brackets::Refused,
            '[' | ']' => brackets == Brackets::Host,
            '%' => {
                let mut digit = || characters.next().is_some_and(|c| c.is_ascii_hexdigit());
                digit() && digit()
            }
            other => is_international(other),
        };
        if !good {
            return false;
        }
    }
    true
}

/// `ucschar` of RFC 3987.
const fn is_international(character: char) -> bool {
    let code = character as u32;
    matches!(code, 0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF | 0x1_0000..=0xE_FFFD)
        && code & 0xFFFF < 0xFFFE
        && !matches!(code, 0xE_0000..=0xE_0FFF)
}

#[cfg(test)]
mod tests {
    use super::{Iri, Reference, ReferenceFault, reference};

    #[test]
    fn absolute_iris_are_read() {
        for text in [
            "did:web:world.example",
            "did:key:z6Mk#z6Mk",
            "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "https://user@[::1]:8443/a/b;c=1?q=/?#frag/?",
            "http:/example.com/p",
            "https://例え.example/%E3%81%82",
            "data:image/png;base64,iVBORw0KGgo=",
            "a:",
        ] {
            assert_eq!(reference(text), Ok(Reference::Iri(text)), "{text}");
        }
    }

    #[test]
    fn blank_nodes_are_read() {
        assert_eq!(reference("_:c14n0"), Ok(Reference::Blank("c14n0")));
        for text in ["_:", "_:a b", "_:a.", "_:-a", "_:#"] {
            assert_eq!(reference(text), Err(ReferenceFault::NotAbsolute), "{text}");
        }
    }

    #[test]
    fn relative_and_broken_iris_are_refused() {
        for text in [
            "",
            "#x",
            "item/1",
            "/path",
            "//host/path",
            "?q",
            "name",
            ":x",
            "1a:b",
            "http://a b",
            "urn:<x>",
            "urn:a\"b",
            "urn:a\\b",
            "urn:{x}",
            "urn:a|b",
            "urn:a^b",
            "urn:a`b",
            "urn:%zz",
            "urn:%4",
            "urn:a#b#c",
            "urn:[x]",
            "urn:\u{E000}",
            "urn:\u{FFFF}",
        ] {
            assert_eq!(reference(text), Err(ReferenceFault::NotAbsolute), "{text}");
        }
    }

    #[test]
    fn hidden_characters_are_told_apart() {
        for text in [
            "did:web:good.example\u{0}.evil",
            "urn:a\u{8}",
            "urn:a\u{202E}b",
            "urn:a\u{200B}b",
            "\n",
        ] {
            assert_eq!(reference(text), Err(ReferenceFault::Hidden), "{text:?}");
        }
    }

    #[test]
    fn iris_compare_as_texts() {
        assert_eq!(Iri::joined("https://a/", "b"), Iri::whole("https://a/b"));
        assert_ne!(Iri::joined("https://a/", "b"), Iri::whole("https://a/c"));
        assert!(Iri::joined("https://a/", "b") == "https://a/b");
    }
}

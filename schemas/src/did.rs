//! Decentralized identifiers, parsed once: `did:key`, `did:jwk`, `did:web`. Any other method is
//! refused here, so that nothing behind it has to think of one.
//!
//! Source: DID Core 1.0 section 3.1; did:web section 3.1; did:key section 3.1.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::reason::Reason;

/// Longer identifiers are refused unread.
const MAX_TEXT: usize = 2048;

/// The methods that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DidMethod {
    /// The identifier is the key, as JSON Web Key.
    Jwk,
    /// The identifier is the key, as Multikey.
    Key,
    /// The document stands on a web host.
    Web,
}

/// A DID of an understood method, well-formed for that method as far as text can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did {
    text: Arc<str>,
    method: DidMethod,
}

/// Why a text is not a DID or DID URL of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DidError {
    /// Not the grammar.
    Malformed,
    /// A method that is not understood.
    Method,
    /// `did:web` with a port that is no port, or spelled otherwise than `%3A`.
    Port,
    /// A DID URL without exactly one fragment, or with a path or query.
    Url,
}

impl DidError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Malformed => Reason::DidMalformed,
            Self::Method => Reason::DidMethodUnsupported,
            Self::Port => Reason::DidPort,
            Self::Url => Reason::VmMalformed,
        }
    }
}

impl fmt::Display for DidError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "not a DID",
            Self::Method => "a DID method other than key, jwk and web",
            Self::Port => "a did:web whose port is not written %3A and a number",
            Self::Url => "not a DID followed by one fragment",
        })
    }
}

impl std::error::Error for DidError {}

impl Did {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> DidMethod {
        self.method
    }

    /// What follows `did:METHOD:`.
    #[must_use]
    pub fn method_specific_id(&self) -> &str {
        self.text.splitn(3, ':').nth(2).unwrap_or_default()
    }

    /// The DID URL of this DID and a fragment.
    ///
    /// # Errors
    /// When the fragment has characters that no fragment has.
    pub fn with_fragment(&self, fragment: &str) -> Result<DidUrl, DidError> {
        format!("{}#{fragment}", self.text).parse()
    }
}

impl DidMethod {
    /// The method of a DID, if the text is one.
    fn of(text: &str) -> Result<Self, DidError> {
        if text.len() > MAX_TEXT {
            return Err(DidError::Malformed);
        }
        let rest = text.strip_prefix("did:").ok_or(DidError::Malformed)?;
        let (method, id) = rest.split_once(':').ok_or(DidError::Malformed)?;
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if method.is_empty() || !method.bytes().all(lower) {
            return Err(DidError::Malformed);
        }
        match method {
            "key" if is_key_id(id) => Ok(Self::Key),
            "jwk" if is_jwk_id(id) => Ok(Self::Jwk),
            "web" => check_web_id(id).map(|()| Self::Web),
            "key" | "jwk" => Err(DidError::Malformed),
            _ => Err(DidError::Method),
        }
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let method = DidMethod::of(text)?;
        Ok(Self {
            text: text.into(),
            method,
        })
    }
}

fn is_key_id(id: &str) -> bool {
    id.len() > 1 && id.starts_with('z') && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_jwk_id(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !id.is_empty() && id.bytes().all(letter)
}

/// `host[%3Aport][:segment]*`, lower-case host, nothing else percent-encoded: every host and every
/// path has one spelling.
fn check_web_id(id: &str) -> Result<(), DidError> {
    let mut parts = id.split(':');
    let authority = parts.next().unwrap_or_default();
    let (host, port) = match authority.split_once('%') {
        None => (authority, None),
        Some((host, encoded)) => match encoded.strip_prefix("3A") {
            Some(port) => (host, Some(port)),
            None if encoded.starts_with("3a") => return Err(DidError::Port),
            None => return Err(DidError::Malformed),
        },
    };
    if !is_host_name(host) {
        return Err(DidError::Malformed);
    }
    if port.is_some_and(|port| parse_port(port).is_none()) {
        return Err(DidError::Port);
    }
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let segments: Vec<&str> = parts.collect();
    // `host:443` alone looks like a port and is a path: nobody means that.
    if let [only] = segments.as_slice()
        && only.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(DidError::Port);
    }
    for segment in segments {
        let dots = segment.bytes().all(|byte| byte == b'.');
        if segment.is_empty() || dots || !segment.bytes().all(letter) {
            return Err(DidError::Malformed);
        }
    }
    Ok(())
}

/// Lower-case labels of letters, digits and hyphens; not an IP address in any spelling.
pub(crate) fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    // URL parsers take a host whose last label is a number for an IPv4 address.
    let last = host.rsplit('.').next().unwrap_or_default();
    let number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    host.len() <= 253 && host.split('.').all(label) && !number
}

/// A port from 1 to 65535 in its shortest spelling.
pub(crate) fn parse_port(text: &str) -> Option<u16> {
    let port: u16 = text.parse().ok()?;
    (port > 0 && port.to_string() == text).then_some(port)
}

/// A DID with one fragment: the name of a verification method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DidUrl {
    text: Arc<str>,
    did: Did,
}

impl DidUrl {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The DID before the fragment.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The fragment, without `#`.
    #[must_use]
    pub fn fragment(&self) -> &str {
        self.text
            .split_once('#')
            .map_or("", |(_, fragment)| fragment)
    }
}

impl DidUrl {
    /// Whether a text is a DID URL, and why not. The length of the DID and its method.
    fn look_at(text: &str) -> Result<(usize, DidMethod), DidError> {
        if text.len() > MAX_TEXT {
            return Err(DidError::Url);
        }
        let (did, fragment) = text.split_once('#').ok_or(DidError::Url)?;
        // No DID, a path or a query: the reader should hear that the URL is wrong.
        if did.is_empty() || did.contains(['/', '?']) {
            return Err(DidError::Url);
        }
        let method = DidMethod::of(did)?;
        let letter = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'=')
        };
        if fragment.is_empty() || !fragment.bytes().all(letter) {
            return Err(DidError::Url);
        }
        Ok((did.len(), method))
    }

    /// Whether a text is a DID URL, for those who do not keep it.
    ///
    /// # Errors
    /// As of reading one.
    pub(crate) fn check(text: &str) -> Result<(), DidError> {
        Self::look_at(text).map(|_| ())
    }
}

impl FromStr for DidUrl {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let (length, method) = Self::look_at(text)?;
        let did = text.get(..length).unwrap_or_default();
        Ok(Self {
            text: text.into(),
            did: Did {
                text: did.into(),
                method,
            },
        })
    }
}

macro_rules! text_form {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }

        impl From<&$name> for crate::json::Value {
            fn from(name: &$name) -> Self {
                Self::String(name.text.as_ref().to_owned())
            }
        }
    };
}

text_form!(Did);
text_form!(DidUrl);

#[cfg(test)]
mod tests {
    use super::{Did, DidError, DidMethod, DidUrl};

    #[test]
    fn reads_the_three_methods() {
        for (text, method) in [
            (
                "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                DidMethod::Key,
            ),
            ("did:jwk:eyJrdHkiOiJPS1AifQ", DidMethod::Jwk),
            ("did:web:example.com", DidMethod::Web),
            ("did:web:example.com%3A8443:users:alice", DidMethod::Web),
            ("did:web:demo.example.com:2021:07:08", DidMethod::Web),
            ("did:web:localhost%3A8080", DidMethod::Web),
            ("did:web:xn--bcher-kva.example", DidMethod::Web),
        ] {
            let did: Did = text.parse().unwrap();
            assert_eq!((did.method(), did.as_str()), (method, text));
            assert!(text.ends_with(did.method_specific_id()));
        }
    }

    #[test]
    fn refuses_everything_else() {
        for (text, error) in [
            ("", DidError::Malformed),
            ("did:", DidError::Malformed),
            ("did:web:", DidError::Malformed),
            ("DID:web:example.com", DidError::Malformed),
            ("did:WEB:example.com", DidError::Malformed),
            ("did:peer:0z", DidError::Method),
            ("did:evil:x", DidError::Method),
            ("did:key:", DidError::Malformed),
            ("did:key:z", DidError::Malformed),
            ("did:key:u6Mk", DidError::Malformed),
            ("did:key:z6Mk#a", DidError::Malformed),
            ("did:jwk:e30=", DidError::Malformed),
            ("did:web:Example.com", DidError::Malformed),
            ("did:web:user%40evil", DidError::Malformed),
            ("did:web:a.com%5C@evil", DidError::Malformed),
            ("did:web:exa%6dple.com", DidError::Malformed),
            ("did:web:a%00b", DidError::Malformed),
            ("did:web:a.com\0.evil", DidError::Malformed),
            ("did:web:127.0.0.1", DidError::Malformed),
            ("did:web:0x7f000001", DidError::Malformed),
            ("did:web:a.com%3A0", DidError::Port),
            ("did:web:a.com%3A99999", DidError::Port),
            ("did:web:a.com%3A0443", DidError::Port),
            ("did:web:a.com%3a443", DidError::Port),
            ("did:web:a.com%3A", DidError::Port),
            ("did:web:a.com:443", DidError::Port),
            ("did:web:a.com:", DidError::Port),
            ("did:web:a.com:..:b", DidError::Malformed),
            ("did:web:a.com:b%2Fc", DidError::Malformed),
            ("did:web:a..com", DidError::Malformed),
            ("did:web:a.com/b", DidError::Malformed),
            ("did:web:bücher.example", DidError::Malformed),
        ] {
            assert_eq!(text.parse::<Did>(), Err(error), "{text}");
        }
        assert!(
            format!("did:key:z{}", "A".repeat(3000))
                .parse::<Did>()
                .is_err()
        );
    }

    #[test]
    fn a_url_is_a_did_and_one_fragment() {
        let url: DidUrl = "did:web:example.com#key-1".parse().unwrap();
        assert_eq!(
            (url.did().as_str(), url.fragment()),
            ("did:web:example.com", "key-1")
        );
        for text in [
            "#key-1",
            "did:web:a.com",
            "did:web:a.com#",
            "did:web:a.com?x=1#k",
            "did:web:a.com/p#k",
            "did:web:a.com#k#k",
            "did:web:a.com#k%2D1",
            "did:web:a.com# k",
            "did:web:x?service=f#k",
        ] {
            assert_eq!(text.parse::<DidUrl>(), Err(DidError::Url), "{text}");
        }
    }
}

//! Texts by which the two sides recognize an exchange. All are fresh for each one.

use std::fmt;

use crate::digest::Sha256Digest;
use crate::json::Value;
use crate::message::{printable, url_safe};

/// 128 bits in base64url.
const MIN_NONCE: usize = 22;
const MAX_TEXT: usize = 512;

macro_rules! handle {
    ($(#[$doc:meta])+ $name:ident, $new:literal, $rule:expr) => {
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            #[doc = $new]
            #[must_use]
            pub fn new(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                let rule: fn(&str) -> bool = $rule;
                (text.len() <= MAX_TEXT && rule(&text)).then_some(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl From<&$name> for Value {
            fn from(handle: &$name) -> Self {
                Self::from(handle.as_str())
            }
        }
    };
}

handle! {
    /// The verifier's challenge (section 5.2): at least 128 bits, URL safe characters.
    Nonce,
    "A nonce; `None` when it is not 22 to 512 letters, digits, `-`, `.`, `_` and `~`: 22 of them hold
128 bits.",
    |text| text.len() >= MIN_NONCE && url_safe(text)
}

handle! {
    /// The verifier's name for the exchange (section 5.3), given back with the response.
    State,
    "A state; `None` when it is not 1 to 512 letters, digits, `-`, `.`, `_` and `~`.",
    url_safe
}

handle! {
    /// The wallet's challenge (section 5.10), given back within the signed request.
    WalletNonce,
    "A nonce; `None` when it is not 1 to 512 characters of visible ASCII without `\"` and `\\`.",
    printable
}

impl Nonce {
    /// SHA-256 of the text: how receipts name the request.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{Nonce, State, WalletNonce};

    #[test]
    fn lengths_and_letters() {
        assert!(Nonce::new("n".repeat(22)).is_some());
        assert!(Nonce::new("n".repeat(512)).is_some());
        for text in [
            String::new(),
            "n".repeat(21),
            "n".repeat(513),
            format!("{}=", "n".repeat(22)),
            format!("{}é", "n".repeat(22)),
            format!("{} ", "n".repeat(22)),
        ] {
            assert_eq!(Nonce::new(text), None);
        }
        assert!(State::new("a").is_some());
        assert_eq!(State::new("a+b"), None);
        assert!(WalletNonce::new("a+b/c==").is_some());
        assert_eq!(WalletNonce::new("a\"b"), None);
    }
}

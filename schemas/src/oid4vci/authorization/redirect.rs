//! Where a browser brings the code: the wallet's own machine, or an https address (RFC 8252 sections
//! 7.2 and 7.3). Addresses are compared letter by letter.

use std::fmt;
use std::str::FromStr;

use crate::form::Form;
use crate::message::printable;
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// Longer addresses are refused.
const MAX_LENGTH: usize = 2048;

/// A redirect address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    reach: Reach,
}

/// Who listens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The machine on which the browser runs.
    Loopback,
    /// Anybody: whoever has that host.
    Web,
}

/// A text that is no redirect address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectUriError;

impl RedirectUriError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::RedirectUriRefused
    }
}

impl fmt::Display for RedirectUriError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an https URL, nor http on a loopback address")
    }
}

impl std::error::Error for RedirectUriError {}

impl RedirectUri {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is on the machine of the browser, where no stranger listens from afar.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.reach == Reach::Loopback
    }

    /// The address with fields behind it.
    #[must_use]
    pub fn with(&self, fields: &Form) -> String {
        let joint = if self.text.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", self.text, fields.to_text())
    }
}

impl FromStr for RedirectUri {
    type Err = RedirectUriError;

    fn from_str(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_LENGTH || !printable(text) || text.contains('#') {
            return Err(RedirectUriError);
        }
        let reach = if is_loopback(text) {
            Reach::Loopback
        } else if text.starts_with("https://") && text.parse::<WebUrl>().is_ok() {
            Reach::Web
        } else {
            return Err(RedirectUriError);
        };
        Ok(Self {
            text: text.to_owned(),
            reach,
        })
    }
}

/// `http://127.0.0.1`, `http://[::1]` or `http://localhost`, with or without a port.
fn is_loopback(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    ["127.0.0.1", "[::1]", "localhost"].iter().any(|host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port| match port.strip_prefix(':') {
            Some(number) => {
                let digits = number.bytes().all(|byte| byte.is_ascii_digit());
                digits && number.parse::<u16>().is_ok_and(|number| number > 0)
            }
            None => port.is_empty(),
        })
    })
}

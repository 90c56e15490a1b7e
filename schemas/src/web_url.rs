//! URLs that messages name: https (or loopback http), with one reading, kept as they were written.
//!
//! Run by both sides. Protocols compare these texts letter by letter, so nothing is normalized; what
//! two parsers could read in two ways is refused instead. Source: RFC 3986.

use std::fmt;
use std::str::FromStr;

use crate::json::Value;
use crate::reason::Reason;
use crate::world::WorldId;

/// An absolute URL of a world: `https://host[:port]/…`, or `http://localhost:port/…`.
///
/// No user information, no IP address, no space or control, no dot segment, no broken percent
/// sequence. See [`WorldId::of_url`] for the origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl {
    text: String,
    world: WorldId,
}

/// A text that is not a URL of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebUrlError;

impl WebUrlError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::IdMalformed
    }
}

impl fmt::Display for WebUrlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an https URL with a host name, such as https://world.example/a")
    }
}

impl std::error::Error for WebUrlError {}

impl WebUrl {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The world in whose origin it lies.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }

    /// The path, query and fragment: everything behind the authority. May be empty.
    fn behind_authority(&self) -> &str {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        rest.find(['/', '?', '#'])
            .and_then(|start| rest.get(start..))
            .unwrap_or_default()
    }

    /// The path, empty or starting with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.behind_authority();
        rest.split(['?', '#']).next().unwrap_or_default()
    }

    /// The query, without its question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        let rest = self.behind_authority().split('#').next()?;
        rest.split_once('?').map(|(_, query)| query)
    }

    /// The fragment, without its hash.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.behind_authority()
            .split_once('#')
            .map(|(_, fragment)| fragment)
    }
}

impl FromStr for WebUrl {
    type Err = WebUrlError;

    fn from_str(text: &str) -> Result<Self, WebUrlError> {
        let world = WorldId::of_url(text).map_err(|_| WebUrlError)?;
        let url = Self {
            text: text.to_owned(),
            world,
        };
        // URL parsers fold these away, so that a path would be read in two ways.
        let dots = |segment: &str| {
            let plain = segment.to_ascii_lowercase().replace("%2e", ".");
            plain == "." || plain == ".."
        };
        if url.path().split('/').any(dots) || !percent_sequences_are_whole(text) {
            return Err(WebUrlError);
        }
        Ok(url)
    }
}

fn percent_sequences_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

impl fmt::Display for WebUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<&WebUrl> for Value {
    fn from(url: &WebUrl) -> Self {
        Self::String(url.text.clone())
    }
}

impl From<&WorldId> for WebUrl {
    /// The origin without a path.
    fn from(world: &WorldId) -> Self {
        Self {
            text: world.origin().to_owned(),
            world: world.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::WebUrl;

    #[test]
    fn takes_a_url_apart() {
        for (text, path, query, fragment) in [
            ("https://world.example", "", None, None),
            ("https://world.example/", "/", None, None),
            ("https://world.example?q", "", Some("q"), None),
            ("https://world.example#f?g", "", None, Some("f?g")),
            (
                "https://world.example:8443/a/b?c=d?e#f#g",
                "/a/b",
                Some("c=d?e"),
                Some("f#g"),
            ),
            (
                "http://localhost:8080/a%2Fb?c#",
                "/a%2Fb",
                Some("c"),
                Some(""),
            ),
        ] {
            let url: WebUrl = text.parse().unwrap();
            assert_eq!(
                (url.path(), url.query(), url.fragment()),
                (path, query, fragment),
                "{text}"
            );
            assert_eq!(url.as_str(), text);
        }
    }

    #[test]
    fn refuses_what_could_be_read_in_two_ways() {
        for text in [
            "",
            "http://world.example/",
            "file:///etc/passwd",
            "https://user@world.example/",
            "https://127.0.0.1/",
            "http://localhost/",
            "https://world.example/..",
            "https://world.example/a/./b",
            "https://world.example/a/%2e%2E/b",
            "https://world.example/%",
            "https://world.example/%2",
            "https://world.example/%zz",
            "https://world.example/a b",
            "https://world.example/a\nb",
            "https://world.example\\a",
            "https://world.example/\u{3042}",
        ] {
            assert!(text.parse::<WebUrl>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(tail in any::<String>()) {
            let text = format!("https://world.example{tail}");
            if let Ok(url) = text.parse::<WebUrl>() {
                assert_eq!(url.as_str(), text);
                let (path, query, fragment) = (url.path(), url.query(), url.fragment());
                let query = query.map(|query| format!("?{query}")).unwrap_or_default();
                let fragment = fragment.map(|text| format!("#{text}")).unwrap_or_default();
                assert_eq!(format!("{}{path}{query}{fragment}", url.world().origin()), text);
            }
        }
    }
}

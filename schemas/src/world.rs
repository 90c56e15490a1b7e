//! Worlds, each known by its https origin.
//!
//! Every name by which a protocol calls a world maps to one [`WorldId`]: its `did:web`, its issuer
//! URL, its client identifier. Worlds on loopback (tests, the demo) are `http://localhost:PORT`; who
//! talks to one has to name it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::did::{Did, DidMethod, is_host_name, parse_port};
use crate::reason::Reason;

/// The canonical origin of a world: `https://host[:port]`, or `http://localhost:port`.
///
/// Lower case, A-labels, no default port, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorldId {
    origin: Arc<str>,
    /// It follows from the origin, and is asked for with every leaf.
    did: Did,
}

/// A text that names no world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorldError;

impl WorldError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::IdMalformed
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not the origin of a world, such as https://world.example")
    }
}

impl std::error::Error for WorldError {}

impl WorldId {
    /// A world by its canonical origin.
    #[expect(
        clippy::expect_used,
        reason = "a host name and a port always make a did:web"
    )]
    fn of_origin(origin: String) -> Self {
        let authority = authority_of(&origin).replace(':', "%3A");
        let did = format!("did:web:{authority}").parse();
        Self {
            did: did.expect("an authority made of a host name and a port"),
            origin: origin.into(),
        }
    }

    /// The origin, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and port as in a URL.
    #[must_use]
    pub fn authority(&self) -> &str {
        authority_of(&self.origin)
    }

    /// The host name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority().split(':').next().unwrap_or_default()
    }

    /// Whether this is a world on this machine, which has to be named before it is contacted.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.origin.starts_with("http://")
    }

    /// A world on this machine.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self::of_origin(format!("http://localhost:{port}"))
    }

    /// The world in whose origin a URL lies.
    ///
    /// # Errors
    /// When the text is not an `https` URL (or `http://localhost:PORT`) with a plain host name:
    /// user information, IP addresses, other schemes, backslashes, spaces and controls are refused.
    pub fn of_url(url: &str) -> Result<Self, WorldError> {
        if url.len() > 4096 || url.bytes().any(|b| b <= b' ' || b == b'\\' || b >= 0x7F) {
            return Err(WorldError);
        }
        let (scheme, rest) = url.split_once("://").ok_or(WorldError)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(parse_port(port).ok_or(WorldError)?)),
            None => (authority, None),
        };
        if !is_host_name(host) {
            return Err(WorldError);
        }
        match (scheme, host, port) {
            ("http", "localhost", Some(port)) => Ok(Self::loopback(port)),
            (_, "localhost", _) => Err(WorldError),
            ("https", _, None | Some(443)) => Ok(Self::of_origin(format!("https://{host}"))),
            ("https", _, Some(port)) => Ok(Self::of_origin(format!("https://{host}:{port}"))),
            _ => Err(WorldError),
        }
    }

    /// The world whose `did:web` this is.
    ///
    /// # Errors
    /// When it is another method, or a `did:web` with a path: a world is a whole origin.
    pub fn of_did(did: &Did) -> Result<Self, WorldError> {
        let id = did.method_specific_id();
        if did.method() != DidMethod::Web || id.contains(':') {
            return Err(WorldError);
        }
        let scheme = if id.starts_with("localhost%3A") {
            "http"
        } else {
            "https"
        };
        let world = Self::of_url(&format!("{scheme}://{}", id.replace("%3A", ":")))?;
        // `host%3A443` would be a second name of `host`.
        if world.did == *did {
            Ok(world)
        } else {
            Err(WorldError)
        }
    }

    /// The `did:web` of this world.
    #[must_use]
    pub fn did(&self) -> Did {
        self.did.clone()
    }

    /// Whether a URL lies in this origin.
    #[must_use]
    pub fn holds(&self, url: &str) -> bool {
        Self::of_url(url).is_ok_and(|world| world == *self)
    }
}

/// Host and port of an origin.
fn authority_of(origin: &str) -> &str {
    origin
        .split_once("://")
        .map_or("", |(_, authority)| authority)
}

impl FromStr for WorldId {
    type Err = WorldError;

    /// An origin and nothing behind it; one slash at the end is forgiven.
    fn from_str(text: &str) -> Result<Self, WorldError> {
        let world = Self::of_url(text)?;
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        match rest.split_once('/') {
            None if !rest.contains(['?', '#']) => Ok(world),
            Some((_, "")) => Ok(world),
            _ => Err(WorldError),
        }
    }
}

impl fmt::Display for WorldId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.origin)
    }
}

impl Serialize for WorldId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.origin)
    }
}

impl<'de> Deserialize<'de> for WorldId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::WorldId;

    #[test]
    fn one_spelling_a_world() {
        for (url, origin, did) in [
            (
                "https://world.example",
                "https://world.example",
                "did:web:world.example",
            ),
            (
                "https://world.example:443/a?b#c",
                "https://world.example",
                "did:web:world.example",
            ),
            (
                "https://world.example:8443/",
                "https://world.example:8443",
                "did:web:world.example%3A8443",
            ),
            (
                "http://localhost:8080/x",
                "http://localhost:8080",
                "did:web:localhost%3A8080",
            ),
        ] {
            let world = WorldId::of_url(url).unwrap();
            assert_eq!(world.origin(), origin);
            assert_eq!(world.did().as_str(), did);
            assert!(world.authority().starts_with(world.host()) && !world.host().contains(':'));
            assert_eq!(WorldId::of_did(&world.did()), Ok(world.clone()));
            assert!(world.holds(url));
        }
    }

    #[test]
    fn refuses_what_could_be_read_in_two_ways() {
        for url in [
            "http://world.example",
            "https://user@world.example",
            "https://world.example\\@evil",
            "https://127.0.0.1",
            "https://[::1]",
            "https://localhost",
            "https://localhost:1",
            "http://localhost",
            "ftp://world.example",
            "https://WORLD.example",
            "https:///x",
            "https://world.example:0",
            "https://world.example:",
            "https://wörld.example",
            "https://world.example /",
            "https://0x7f000001",
            "https://2130706433",
            "world.example",
            "https://world.example.",
            "http://localhost:1@evil.example",
        ] {
            assert!(WorldId::of_url(url).is_err(), "{url}");
        }
        assert!("https://world.example/path".parse::<WorldId>().is_err());
        assert!("https://world.example/".parse::<WorldId>().is_ok());
        for did in [
            "did:web:world.example%3A443",
            "did:web:world.example:users:a",
            "did:web:localhost",
        ] {
            assert!(WorldId::of_did(&did.parse().unwrap()).is_err(), "{did}");
        }
    }
}

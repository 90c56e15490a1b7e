//! Client identifiers (section 5.9): how a verifier is named, and by which rules it proves the name.

use std::fmt;
use std::str::FromStr;

use crate::did::{Did, DidError};
use crate::json::Value;
use crate::reason::Reason;
use crate::world::WorldId;

/// Longer identifiers are refused unread.
const MAX_TEXT: usize = 2048;
const DECENTRALIZED: &str = "decentralized_identifier:";

/// The prefixes of section 5.9.3. Each has rules of its own; the name is never read by another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ClientIdPrefix {
    /// `decentralized_identifier`: a DID, whose key signs the request.
    DecentralizedIdentifier,
    /// `openid_federation`: an entity of a federation. Refused.
    OpenidFederation,
    /// `origin`: only the platform's API may say it, never a request. Always refused.
    Origin,
    /// No prefix, or one that is not known: a client that was registered before. Refused.
    PreRegistered,
    /// `redirect_uri`: unsigned requests. Refused.
    RedirectUri,
    /// `verifier_attestation`: a statement of a third party. Refused.
    VerifierAttestation,
    /// `x509_hash`: a certificate by its hash. Refused for now.
    X509Hash,
    /// `x509_san_dns`: a certificate by its DNS name. Refused for now.
    X509SanDns,
}

impl ClientIdPrefix {
    /// The prefix of an identifier.
    #[must_use]
    pub fn of(client_id: &str) -> Self {
        match client_id.split_once(':').map(|(prefix, _)| prefix) {
            Some("decentralized_identifier") => Self::DecentralizedIdentifier,
            Some("openid_federation") => Self::OpenidFederation,
            Some("origin") => Self::Origin,
            Some("redirect_uri") => Self::RedirectUri,
            Some("verifier_attestation") => Self::VerifierAttestation,
            Some("x509_hash") => Self::X509Hash,
            Some("x509_san_dns") => Self::X509SanDns,
            Some(_) | None => Self::PreRegistered,
        }
    }

    /// The prefix without its colon; empty for a pre-registered client.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DecentralizedIdentifier => "decentralized_identifier",
            Self::OpenidFederation => "openid_federation",
            Self::Origin => "origin",
            Self::PreRegistered => "",
            Self::RedirectUri => "redirect_uri",
            Self::VerifierAttestation => "verifier_attestation",
            Self::X509Hash => "x509_hash",
            Self::X509SanDns => "x509_san_dns",
        }
    }
}

/// A client identifier that is understood: `decentralized_identifier:` and the DID of a verifier.
///
/// Presentations are made for the full text (sections B.1.3.2 and B.3.6), never for the DID alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId {
    text: String,
    did: Did,
}

/// Why a client identifier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientIdError {
    /// What follows the prefix is not a DID of an understood method.
    Did(DidError),
    /// A prefix that is not supported.
    Prefix(ClientIdPrefix),
}

impl ClientIdError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Did(error) => error.reason(),
            Self::Prefix(_) => Reason::ClientIdPrefix,
        }
    }
}

impl fmt::Display for ClientIdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(error) => write!(formatter, "client_id: {error}"),
            Self::Prefix(ClientIdPrefix::PreRegistered) => formatter
                .write_str("client_id: no prefix that is known, expected decentralized_identifier"),
            Self::Prefix(prefix) => write!(
                formatter,
                "client_id: prefix {}, expected decentralized_identifier",
                prefix.name()
            ),
        }
    }
}

impl std::error::Error for ClientIdError {}

impl ClientId {
    /// The full text, with its prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The prefix.
    #[must_use]
    pub const fn prefix(&self) -> ClientIdPrefix {
        ClientIdPrefix::DecentralizedIdentifier
    }

    /// The DID whose `authentication` or other verification method signs the request.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The world that this is, when it is one: a `did:web` without path.
    #[must_use]
    pub fn world(&self) -> Option<WorldId> {
        WorldId::of_did(&self.did).ok()
    }
}

impl FromStr for ClientId {
    type Err = ClientIdError;

    fn from_str(text: &str) -> Result<Self, ClientIdError> {
        if text.len() > MAX_TEXT {
            return Err(ClientIdError::Did(DidError::Malformed));
        }
        match text.strip_prefix(DECENTRALIZED) {
            Some(did) => Ok(Self {
                text: text.to_owned(),
                did: did.parse().map_err(ClientIdError::Did)?,
            }),
            None => Err(ClientIdError::Prefix(ClientIdPrefix::of(text))),
        }
    }
}

impl From<&Did> for ClientId {
    fn from(did: &Did) -> Self {
        Self {
            text: format!("{DECENTRALIZED}{did}"),
            did: did.clone(),
        }
    }
}

impl From<&WorldId> for ClientId {
    fn from(world: &WorldId) -> Self {
        Self::from(&world.did())
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<&ClientId> for Value {
    fn from(client_id: &ClientId) -> Self {
        Self::from(client_id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{ClientId, ClientIdError, ClientIdPrefix};
    use crate::did::DidError;
    use crate::reason::Reason;
    use crate::world::WorldId;

    #[test]
    fn a_world_is_known_by_its_did() {
        let text = "decentralized_identifier:did:web:world.example";
        let client_id: ClientId = text.parse().unwrap();
        let world: WorldId = "https://world.example".parse().unwrap();
        assert_eq!(client_id.as_str(), text);
        assert_eq!(client_id.world(), Some(world.clone()));
        assert_eq!(ClientId::from(&world), client_id);
        assert_eq!(client_id.prefix().name(), "decentralized_identifier");
        let tenant = "decentralized_identifier:did:web:world.example:tenant";
        assert_eq!(tenant.parse::<ClientId>().unwrap().world(), None);
    }

    #[test]
    fn other_prefixes_are_refused_by_their_names() {
        for (text, prefix) in [
            ("x509_san_dns:world.example", ClientIdPrefix::X509SanDns),
            (
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
                ClientIdPrefix::X509Hash,
            ),
            (
                "redirect_uri:https://world.example/cb",
                ClientIdPrefix::RedirectUri,
            ),
            ("origin:https://world.example", ClientIdPrefix::Origin),
            (
                "openid_federation:https://world.example",
                ClientIdPrefix::OpenidFederation,
            ),
            (
                "verifier_attestation:world.example",
                ClientIdPrefix::VerifierAttestation,
            ),
            ("world.example", ClientIdPrefix::PreRegistered),
            ("did:web:world.example", ClientIdPrefix::PreRegistered),
            ("https://world.example", ClientIdPrefix::PreRegistered),
            (
                "Decentralized_Identifier:did:web:world.example",
                ClientIdPrefix::PreRegistered,
            ),
            (
                " decentralized_identifier:did:web:world.example",
                ClientIdPrefix::PreRegistered,
            ),
            ("", ClientIdPrefix::PreRegistered),
        ] {
            let error = text.parse::<ClientId>().unwrap_err();
            assert_eq!(error, ClientIdError::Prefix(prefix), "{text}");
            assert_eq!(error.reason(), Reason::ClientIdPrefix);
        }
    }

    #[test]
    fn what_follows_the_prefix_is_a_did() {
        for (did, error) in [
            ("", DidError::Malformed),
            ("world.example", DidError::Malformed),
            ("did:web:WORLD.example", DidError::Malformed),
            ("did:web:world.example#key-1", DidError::Malformed),
            ("did:ion:abc", DidError::Method),
            (
                "decentralized_identifier:did:web:world.example",
                DidError::Malformed,
            ),
        ] {
            let text = format!("decentralized_identifier:{did}");
            let refused = text.parse::<ClientId>().unwrap_err();
            assert_eq!(refused, ClientIdError::Did(error), "{text}");
            assert_eq!(refused.reason(), error.reason());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            for text in [text.clone(), format!("decentralized_identifier:{text}")] {
                if let Ok(client_id) = text.parse::<ClientId>() {
                    assert_eq!(client_id.as_str(), text);
                }
            }
        }
    }
}

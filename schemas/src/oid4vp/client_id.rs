//! Client identifiers (section 5.9): how a verifier is named, and by which rules it proves the name.

use std::fmt;
use std::str::FromStr;

use crate::did::{Did, DidError, is_host_name};
use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::json::Value;
use crate::reason::Reason;
use crate::web_url::WebUrl;
use crate::world::WorldId;

/// Longer identifiers are refused unread.
const MAX_TEXT: usize = 2048;

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
    /// `redirect_uri`: unsigned requests, answered at the address that is the name.
    RedirectUri,
    /// `verifier_attestation`: a statement of a third party. Refused.
    VerifierAttestation,
    /// `x509_hash`: a certificate by its hash.
    X509Hash,
    /// `x509_san_dns`: a certificate by its DNS name.
    X509SanDns,
}

impl ClientIdPrefix {
    /// The prefixes that are understood.
    pub const SUPPORTED: [Self; 4] = [
        Self::DecentralizedIdentifier,
        Self::X509SanDns,
        Self::X509Hash,
        Self::RedirectUri,
    ];

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

/// A client identifier that is understood, with its prefix.
///
/// Presentations are made for the full text (sections B.1.3.2 and B.3.6), never for what follows the
/// prefix alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId {
    text: String,
    client: Client,
}

/// What follows the prefix: who the client is, and so how a request of it is authenticated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Client {
    /// `decentralized_identifier`: a key of this DID signs the request.
    Did(Did),
    /// `redirect_uri`: nobody signs; the answer goes to this address and to no other.
    RedirectUri(WebUrl),
    /// `x509_hash`: the key of the certificate with this digest signs.
    X509Hash(Sha256Digest),
    /// `x509_san_dns`: the key of a certificate with this DNS name signs.
    X509SanDns(String),
}

/// Why a client identifier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientIdError {
    /// What follows the prefix is not a DID of an understood method.
    Did(DidError),
    /// What follows another prefix is not what it has to be.
    Malformed(ClientIdPrefix),
    /// A prefix that is not supported.
    Prefix(ClientIdPrefix),
}

impl ClientIdError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Did(error) => error.reason(),
            Self::Malformed(_) | Self::Prefix(_) => Reason::ClientIdPrefix,
        }
    }
}

impl fmt::Display for ClientIdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(error) => write!(formatter, "client_id: {error}"),
            Self::Malformed(prefix) => write!(
                formatter,
                "client_id: not what {} has to be followed by",
                prefix.name()
            ),
            Self::Prefix(ClientIdPrefix::PreRegistered) => {
                formatter.write_str("client_id: no prefix that is known")
            }
            Self::Prefix(prefix) => write!(
                formatter,
                "client_id: the prefix {} is not supported",
                prefix.name()
            ),
        }
    }
}

impl std::error::Error for ClientIdError {}

impl Client {
    /// The prefix.
    #[must_use]
    pub const fn prefix(&self) -> ClientIdPrefix {
        match self {
            Self::Did(_) => ClientIdPrefix::DecentralizedIdentifier,
            Self::RedirectUri(_) => ClientIdPrefix::RedirectUri,
            Self::X509Hash(_) => ClientIdPrefix::X509Hash,
            Self::X509SanDns(_) => ClientIdPrefix::X509SanDns,
        }
    }

    fn read(prefix: ClientIdPrefix, name: &str) -> Result<Self, ClientIdError> {
        let malformed = ClientIdError::Malformed(prefix);
        match prefix {
            ClientIdPrefix::DecentralizedIdentifier => {
                name.parse().map(Self::Did).map_err(ClientIdError::Did)
            }
            ClientIdPrefix::RedirectUri => match name.parse::<WebUrl>() {
                Ok(url) if url.fragment().is_none() => Ok(Self::RedirectUri(url)),
                _ => Err(malformed),
            },
            ClientIdPrefix::X509Hash => base64url::decode(name)
                .and_then(|bytes| bytes.try_into().ok())
                .map(|bytes| Self::X509Hash(Sha256Digest::from_bytes(bytes)))
                .ok_or(malformed),
            ClientIdPrefix::X509SanDns if is_host_name(name) => {
                Ok(Self::X509SanDns(name.to_owned()))
            }
            ClientIdPrefix::X509SanDns => Err(malformed),
            ClientIdPrefix::OpenidFederation
            | ClientIdPrefix::Origin
            | ClientIdPrefix::PreRegistered
            | ClientIdPrefix::VerifierAttestation => Err(ClientIdError::Prefix(prefix)),
        }
    }

    /// What follows the prefix, as it is written.
    fn name(&self) -> String {
        match self {
            Self::Did(did) => did.to_string(),
            Self::RedirectUri(url) => url.to_string(),
            Self::X509Hash(digest) => base64url::encode(digest.as_bytes()),
            Self::X509SanDns(name) => name.clone(),
        }
    }
}

impl ClientId {
    /// The full text, with its prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The prefix.
    #[must_use]
    pub const fn prefix(&self) -> ClientIdPrefix {
        self.client.prefix()
    }

    /// Who it is.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The DID whose `authentication` key signs the request, of a client that is a DID.
    #[must_use]
    pub const fn did(&self) -> Option<&Did> {
        match &self.client {
            Client::Did(did) => Some(did),
            _ => None,
        }
    }

    /// The client of a certificate with this DNS name.
    ///
    /// # Errors
    /// `client_id_prefix` for a text that is no host name in lower case.
    pub fn x509_san_dns(name: &str) -> Result<Self, ClientIdError> {
        Client::read(ClientIdPrefix::X509SanDns, name).map(Self::from)
    }

    /// The client of the certificate with this digest of its DER bytes.
    #[must_use]
    pub fn x509_hash(digest: Sha256Digest) -> Self {
        Self::from(Client::X509Hash(digest))
    }

    /// The client that nobody vouches for, and that is answered at this address.
    ///
    /// # Errors
    /// `client_id_prefix` for an address with a fragment.
    pub fn redirect_uri(url: &WebUrl) -> Result<Self, ClientIdError> {
        Client::read(ClientIdPrefix::RedirectUri, url.as_str()).map(Self::from)
    }

    /// The world that this is, as far as the identifier alone says: the origin of a `did:web` without
    /// path, `https://` and the DNS name, or the origin of the address. The hash of a certificate says
    /// nothing, and `localhost` has no port: there, the address of the answer says which world it is.
    #[must_use]
    pub fn world(&self) -> Option<WorldId> {
        match &self.client {
            Client::Did(did) => WorldId::of_did(did).ok(),
            Client::RedirectUri(url) => Some(url.world().clone()),
            Client::X509Hash(_) => None,
            Client::X509SanDns(name) => WorldId::of_url(&format!("https://{name}")).ok(),
        }
    }
}

impl FromStr for ClientId {
    type Err = ClientIdError;

    fn from_str(text: &str) -> Result<Self, ClientIdError> {
        let prefix = ClientIdPrefix::of(text);
        let name = text.split_once(':').map_or("", |(_, name)| name);
        if text.len() > MAX_TEXT {
            return Err(ClientIdError::Malformed(prefix));
        }
        Ok(Self {
            text: text.to_owned(),
            client: Client::read(prefix, name)?,
        })
    }
}

impl From<Client> for ClientId {
    fn from(client: Client) -> Self {
        Self {
            text: format!("{}:{}", client.prefix().name(), client.name()),
            client,
        }
    }
}

impl From<&Did> for ClientId {
    fn from(did: &Did) -> Self {
        Self::from(Client::Did(did.clone()))
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

    use super::{Client, ClientId, ClientIdError, ClientIdPrefix};
    use crate::did::DidError;
    use crate::digest::Sha256Digest;
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
        assert_eq!(client_id.did(), Some(&world.did()));
        assert_eq!(client_id.prefix().name(), "decentralized_identifier");
        let tenant = "decentralized_identifier:did:web:world.example:tenant";
        assert_eq!(tenant.parse::<ClientId>().unwrap().world(), None);
    }

    #[test]
    fn a_client_is_known_by_a_certificate_or_an_address() {
        let world: WorldId = "https://world.example".parse().unwrap();
        let named = ClientId::x509_san_dns("world.example").unwrap();
        assert_eq!(named.as_str(), "x509_san_dns:world.example");
        assert_eq!(named.world(), Some(world.clone()));
        let hash = "Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk";
        let hashed: ClientId = format!("x509_hash:{hash}").parse().unwrap();
        assert_eq!(hashed.world(), None);
        let Client::X509Hash(digest) = *hashed.client() else {
            panic!("a hash");
        };
        assert_eq!(ClientId::x509_hash(digest), hashed);
        let url = "https://world.example/cb?a=b".parse().unwrap();
        let open = ClientId::redirect_uri(&url).unwrap();
        assert_eq!(open.as_str(), "redirect_uri:https://world.example/cb?a=b");
        assert_eq!(open.world(), Some(world));
        // Which of the worlds on this machine it is, only its addresses say.
        let local = ClientId::x509_san_dns("localhost").unwrap();
        assert_eq!(local.world(), None);
        for client_id in [named, hashed, open, local] {
            assert_eq!(client_id.as_str().parse(), Ok(client_id.clone()));
            assert_eq!(client_id.did(), None);
        }
        assert_ne!(Sha256Digest::of(b""), digest);
    }

    #[test]
    fn other_prefixes_are_refused_by_their_names() {
        for (text, prefix) in [
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
                "x509_san_uri:https://world.example",
                ClientIdPrefix::PreRegistered,
            ),
            (
                "Decentralized_Identifier:did:web:world.example",
                ClientIdPrefix::PreRegistered,
            ),
            (
                " decentralized_identifier:did:web:world.example",
                ClientIdPrefix::PreRegistered,
            ),
            ("x509_san_dns", ClientIdPrefix::PreRegistered),
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

    #[test]
    fn each_prefix_has_rules_of_its_own() {
        let long = format!("x509_san_dns:{}", "a.".repeat(1100));
        for (text, prefix) in [
            ("x509_san_dns:", ClientIdPrefix::X509SanDns),
            ("x509_san_dns:World.example", ClientIdPrefix::X509SanDns),
            ("x509_san_dns:*.world.example", ClientIdPrefix::X509SanDns),
            ("x509_san_dns:world.example.", ClientIdPrefix::X509SanDns),
            (
                "x509_san_dns:world.example:8443",
                ClientIdPrefix::X509SanDns,
            ),
            ("x509_san_dns:192.0.2.1", ClientIdPrefix::X509SanDns),
            (
                "x509_san_dns:https://world.example",
                ClientIdPrefix::X509SanDns,
            ),
            (&long, ClientIdPrefix::X509SanDns),
            ("x509_hash:", ClientIdPrefix::X509Hash),
            ("x509_hash:world.example", ClientIdPrefix::X509Hash),
            (
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk=",
                ClientIdPrefix::X509Hash,
            ),
            (
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZsz",
                ClientIdPrefix::X509Hash,
            ),
            // loose bits behind the last byte: a second spelling
            (
                "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszl",
                ClientIdPrefix::X509Hash,
            ),
            ("redirect_uri:", ClientIdPrefix::RedirectUri),
            ("redirect_uri:world.example", ClientIdPrefix::RedirectUri),
            (
                "redirect_uri:http://world.example/cb",
                ClientIdPrefix::RedirectUri,
            ),
            (
                "redirect_uri:javascript:alert(1)",
                ClientIdPrefix::RedirectUri,
            ),
            (
                "redirect_uri:https://192.0.2.1/cb",
                ClientIdPrefix::RedirectUri,
            ),
            (
                "redirect_uri:https://world.example/cb#a",
                ClientIdPrefix::RedirectUri,
            ),
            (
                "redirect_uri:https%3A%2F%2Fworld.example",
                ClientIdPrefix::RedirectUri,
            ),
        ] {
            let error = text.parse::<ClientId>().unwrap_err();
            assert_eq!(error, ClientIdError::Malformed(prefix), "{text}");
            assert_eq!(error.reason(), Reason::ClientIdPrefix);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let texts = ClientIdPrefix::SUPPORTED.map(|prefix| format!("{}:{text}", prefix.name()));
            for text in texts.into_iter().chain([text]) {
                if let Ok(client_id) = text.parse::<ClientId>() {
                    assert_eq!(client_id.as_str(), text);
                    assert_eq!(ClientId::from(client_id.client().clone()), client_id);
                }
            }
        }
    }
}

//! Credential issuer metadata (section 12.2): what a world issues, where, and how it looks.
//!
//! Written by worlds at `/.well-known/openid-credential-issuer`, read by wallets.

mod configuration;
mod display;

#[cfg(test)]
mod tests;

pub use configuration::{
    CredentialConfiguration, CredentialDefinition, CredentialMetadata, FormatDetails, ProofType,
    ProofTypeSupport,
};
pub use display::{ClaimDescription, ClaimDisplay, ClaimPresence, Display, Logo, LogoUri};

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, natural};
use crate::oid4vci::IssuerUrl;
use crate::oid4vci::offer::parse_issuer;
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// More configurations are refused.
const MAX_CONFIGURATIONS: usize = 256;
/// More authorization servers are refused.
const MAX_SERVERS: usize = 16;

pub(crate) const METADATA: Kind = Kind::new("credential issuer metadata", Reason::OfferRejected);

/// Credential issuer metadata (section 12.2.4).
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialIssuerMetadata {
    /// `credential_issuer`
    pub credential_issuer: IssuerUrl,
    /// `authorization_servers`; none means that the issuer is its authorization server.
    pub authorization_servers: Vec<IssuerUrl>,
    /// `credential_endpoint`
    pub credential_endpoint: WebUrl,
    /// `nonce_endpoint`; none means that no nonce is needed.
    pub nonce_endpoint: Option<WebUrl>,
    /// `deferred_credential_endpoint`
    pub deferred_credential_endpoint: Option<WebUrl>,
    /// `notification_endpoint`
    pub notification_endpoint: Option<WebUrl>,
    /// `batch_credential_issuance.batch_size`: key proofs in one request, at least 2. None: one.
    pub batch_size: Option<u64>,
    /// `display`: how the issuer is called, by language. Outside text.
    pub display: Vec<Display>,
    /// `credential_configurations_supported`, by id, in the issuer's order.
    pub configurations: Vec<(String, CredentialConfiguration)>,
}

impl CredentialIssuerMetadata {
    /// Reads the metadata that was fetched for one issuer.
    ///
    /// # Errors
    /// `issuer_metadata_mismatch` when it names another issuer, by a single letter; else as
    /// [`Message::read`].
    pub fn read_for(issuer: &IssuerUrl, bytes: &[u8]) -> Result<Self, MessageError> {
        let metadata = Self::read(bytes)?;
        if metadata.credential_issuer == *issuer {
            Ok(metadata)
        } else {
            let expected = "the issuer of the offer";
            Err(METADATA.fail_as(
                "credential_issuer",
                Problem::Mismatch { expected },
                Reason::IssuerMetadataMismatch,
            ))
        }
    }

    /// The configuration of this id.
    #[must_use]
    pub fn configuration(&self, id: &str) -> Option<&CredentialConfiguration> {
        self.configurations
            .iter()
            .find(|(name, _)| name == id)
            .map(|(_, configuration)| configuration)
    }

    /// The authorization server to ask: the one that the offer names, or the first, or the issuer.
    ///
    /// # Errors
    /// `issuer_metadata_mismatch` when the offer names one that is not listed here.
    pub fn authorization_server<'a>(
        &'a self,
        named: Option<&'a IssuerUrl>,
    ) -> Result<&'a IssuerUrl, MessageError> {
        match (named, self.authorization_servers.as_slice()) {
            (None, []) => Ok(&self.credential_issuer),
            (None, [first, ..]) => Ok(first),
            (Some(server), servers) if servers.contains(server) => Ok(server),
            (Some(server), []) if *server == self.credential_issuer => Ok(server),
            (Some(_), _) => {
                let expected = "every authorization server of the issuer";
                Err(METADATA.fail_as(
                    "authorization_servers",
                    Problem::Mismatch { expected },
                    Reason::IssuerMetadataMismatch,
                ))
            }
        }
    }

    /// Refuses metadata that leads out of the issuer's origin, which is all that the person
    /// confirmed: an endpoint or an authorization server elsewhere.
    ///
    /// # Errors
    /// `issuer_metadata_mismatch`, with the member that leads out.
    pub fn require_one_origin(&self) -> Result<(), MessageError> {
        let world = self.credential_issuer.world();
        let endpoints = [
            ("credential_endpoint", Some(&self.credential_endpoint)),
            ("nonce_endpoint", self.nonce_endpoint.as_ref()),
            (
                "deferred_credential_endpoint",
                self.deferred_credential_endpoint.as_ref(),
            ),
            ("notification_endpoint", self.notification_endpoint.as_ref()),
        ];
        let outside = endpoints
            .into_iter()
            .find(|(_, url)| url.is_some_and(|url| url.world() != world))
            .map(|(member, _)| member);
        let server = self
            .authorization_servers
            .iter()
            .any(|server| server.world() != world)
            .then_some("authorization_servers");
        match outside.or(server) {
            None => Ok(()),
            Some(member) => {
                let expected = "the origin of the issuer";
                let problem = Problem::Mismatch { expected };
                Err(METADATA.fail_as(member, problem, Reason::IssuerMetadataMismatch))
            }
        }
    }
}

impl Message for CredentialIssuerMetadata {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(METADATA, value)?;
        let supported = members.required("credential_configurations_supported")?;
        let supported = Members::of_member(
            METADATA.part("supported credential configurations"),
            "credential_configurations_supported",
            supported,
        )?;
        METADATA.within(
            "credential_configurations_supported",
            supported.object.len(),
            MAX_CONFIGURATIONS,
        )?;
        let configurations = supported
            .object
            .iter()
            .map(|(id, value)| Ok((id.to_owned(), CredentialConfiguration::read(value)?)))
            .collect::<Result<_, MessageError>>()?;
        let servers = members
            .optional_texts("authorization_servers", MAX_SERVERS)?
            .iter()
            .map(|server| parse_issuer(&members, "authorization_servers", server))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            credential_issuer: parse_issuer(
                &members,
                "credential_issuer",
                &members.text("credential_issuer")?,
            )?,
            authorization_servers: servers,
            credential_endpoint: members.url("credential_endpoint")?,
            nonce_endpoint: members.optional_url("nonce_endpoint")?,
            deferred_credential_endpoint: members.optional_url("deferred_credential_endpoint")?,
            notification_endpoint: members.optional_url("notification_endpoint")?,
            batch_size: read_batch_size(&members)?,
            display: Display::read_all(&members)?,
            configurations,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "credential_issuer" => &self.credential_issuer };
        if !self.authorization_servers.is_empty() {
            let servers: Vec<Value> = self.authorization_servers.iter().map(Value::from).collect();
            object.insert("authorization_servers", servers);
        }
        for (name, url) in [
            ("credential_endpoint", Some(&self.credential_endpoint)),
            ("nonce_endpoint", self.nonce_endpoint.as_ref()),
            (
                "deferred_credential_endpoint",
                self.deferred_credential_endpoint.as_ref(),
            ),
            ("notification_endpoint", self.notification_endpoint.as_ref()),
        ] {
            if let Some(url) = url {
                object.insert(name, url);
            }
        }
        if let Some(size) = natural(self.batch_size) {
            object.insert(
                "batch_credential_issuance",
                crate::object! { "batch_size" => size },
            );
        }
        Display::write_all(&self.display, &mut object);
        let configurations: Object = self
            .configurations
            .iter()
            .map(|(id, configuration)| (id.clone(), Value::Object(configuration.to_object())))
            .collect();
        object.insert("credential_configurations_supported", configurations);
        object
    }
}

fn read_batch_size(members: &Members<'_>) -> Result<Option<u64>, MessageError> {
    let Some(batch) = members.part("batch_credential_issuance", "batch_credential_issuance")?
    else {
        return Ok(None);
    };
    match batch.natural("batch_size")? {
        Some(size) if size >= 2 => Ok(Some(size)),
        Some(_) => {
            let expected = "a number of at least 2";
            Err(batch.fail("batch_size", Problem::Value { expected }))
        }
        None => Err(batch.fail("batch_size", Problem::Missing)),
    }
}

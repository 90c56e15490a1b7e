//! What an issuer offers, as far as this wallet can hold it (OpenID4VCI 1.0 section 12.2.4). The
//! holder's side runs it.

use schemas::credential::CredentialType;
use schemas::dcql::ClaimPath;
use schemas::oid4vci::issuer_metadata::{
    ClaimPresence, CredentialConfiguration, CredentialIssuerMetadata, Display, FormatDetails,
    ProofType,
};
use schemas::suite::Cryptosuite;

use crate::holding::Format;

/// The names of the one algorithm that this wallet proves keys with.
const KEY_PROOF_ALGS: [&str; 2] = ["EdDSA", "Ed25519"];

/// A credential that is offered in a form that this wallet understands.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// The issuer's name for it.
    pub configuration_id: String,
    /// What it is.
    pub kind: CredentialType,
    /// How it is written.
    pub format: Format,
    /// Its type beside `VerifiableCredential`, or its `vct`. Outside text for types that are none of
    /// ours.
    pub type_name: String,
    /// How the issuer calls it, by language. Outside text.
    pub display: Vec<Display>,
    pub(super) proof: KeyProof,
    /// Claims that every such credential has, as the issuer says.
    pub(super) promised: Vec<ClaimPath>,
}

/// What has to be known of an offer when what it offers arrives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ordered {
    /// The issuer's name for it.
    pub(crate) configuration_id: String,
    /// What it is.
    pub(crate) kind: CredentialType,
    /// How it is written.
    pub(crate) format: Format,
    /// Its type, as in [`Offered::type_name`].
    pub(crate) type_name: String,
    /// How the issuer calls it, for types that are none of ours. Outside text.
    pub(crate) called: Option<String>,
    /// Claims that every such credential has, as the issuer says.
    pub(crate) promised: Vec<ClaimPath>,
}

/// How a key is proved to the issuer (appendix F).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyProof {
    /// A signed presentation.
    DiVp(Cryptosuite),
    /// A JWT that has the key itself in its header.
    JwtWithKey,
    /// A JWT that names the key by its `did:key`.
    JwtWithKid,
}

impl Offered {
    /// The configuration of this id, when it is one that this wallet can hold.
    pub(super) fn read(id: &str, metadata: &CredentialIssuerMetadata) -> Option<Self> {
        let configuration = metadata.configuration(id)?;
        let (format, kind, type_name) = what_it_is(configuration)?;
        let details = configuration.metadata.as_ref();
        let claims = details.iter().flat_map(|details| &details.claims);
        Some(Self {
            configuration_id: id.to_owned(),
            kind,
            format,
            type_name,
            proof: KeyProof::of(configuration)?,
            promised: claims
                .filter(|claim| claim.presence == ClaimPresence::Mandatory)
                .map(|claim| claim.path.clone())
                .collect(),
            display: details
                .map(|details| details.display.clone())
                .unwrap_or_default(),
        })
    }

    pub(super) fn ordered(&self) -> Ordered {
        let called = Display::choose(&self.display, "en");
        Ordered {
            configuration_id: self.configuration_id.clone(),
            kind: self.kind,
            format: self.format,
            type_name: self.type_name.clone(),
            called: called.and_then(|display| display.name.clone()),
            promised: self.promised.clone(),
        }
    }

    /// Whether two are the same thing, though in other formats.
    pub(super) fn is_same_thing(&self, other: &Self) -> bool {
        match (self.kind, other.kind) {
            (CredentialType::Other, CredentialType::Other) => self.type_name == other.type_name,
            (one, another) => one == another,
        }
    }
}

impl KeyProof {
    fn of(configuration: &CredentialConfiguration) -> Option<Self> {
        let binds = |method: &str| {
            configuration
                .binding_methods
                .iter()
                .any(|name| name == method)
        };
        let is_said = !configuration.binding_methods.is_empty();
        let by_did = !is_said || binds("did:key") || binds("did");
        let takes = |alg: &&str| configuration.takes_proof(ProofType::Jwt, alg);
        if KEY_PROOF_ALGS.iter().any(takes) {
            if by_did {
                return Some(Self::JwtWithKid);
            }
            if binds("jwk") {
                return Some(Self::JwtWithKey);
            }
        }
        // A presentation proves a key only where it can answer a challenge.
        let suite = Cryptosuite::ED25519
            .into_iter()
            .find(|suite| configuration.takes_proof(ProofType::DiVp, suite.name()));
        suite.filter(|_| by_did).map(Self::DiVp)
    }
}

/// What a configuration is, when it is something that is bound to a holder.
fn what_it_is(configuration: &CredentialConfiguration) -> Option<(Format, CredentialType, String)> {
    match &configuration.details {
        FormatDetails::DcSdJwt { vct, .. } => {
            let kind = CredentialType::ALL
                .into_iter()
                .find(|kind| kind.iri() == vct)
                .unwrap_or(CredentialType::Other);
            let name = match kind {
                CredentialType::Other => vct.as_str(),
                kind => kind.name(),
            };
            can_be_held(kind).then(|| (Format::DcSdJwt, kind, name.to_owned()))
        }
        FormatDetails::LdpVc { definition, .. } => {
            let mut others = definition
                .types
                .iter()
                .filter(|name| *name != "VerifiableCredential");
            let name = others.next()?;
            let kind: CredentialType = name.parse().unwrap_or(CredentialType::Other);
            let is_one = others.next().is_none() && can_be_held(kind);
            is_one.then(|| (Format::LdpVc, kind, name.clone()))
        }
        FormatDetails::Unread(_) => None,
    }
}

/// Statements about a model are bound to nobody.
const fn can_be_held(kind: CredentialType) -> bool {
    match kind {
        CredentialType::Avatar | CredentialType::Item | CredentialType::Other => true,
        CredentialType::AssetProvenance => false,
    }
}

//! The credential endpoint (section 8): key proofs become credentials.
//!
//! The wallet writes the request and reads the response; the world the reverse. Neither looks into
//! proofs or credentials here.

use crate::json::{Object, Value};
use crate::ledger::Commitment;
use crate::message::{
    Kind, Members, Message, MessageError, Problem, WireDocument, natural, printable,
};
use crate::oid4vci::issuer_metadata::ProofType;
use crate::reason::Reason;

#[cfg(test)]
mod tests;

/// More key proofs in one request are refused; a world announces this or less as `batch_size`.
pub const MAX_PROOFS: usize = 10;
/// More credentials in one response are refused.
const MAX_CREDENTIALS: usize = 32;

const REQUEST: Kind = Kind::new("credential request", Reason::BadRequest);
const RESPONSE: Kind = Kind::new("credential response", Reason::ImportRejected);

/// A credential request (section 8.2).
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialRequest {
    /// What is requested.
    pub selector: CredentialSelector,
    /// `proofs`; one credential is issued for each.
    pub proofs: Option<Proofs>,
    /// `omote_holder`, ours: who is to hold the item in its issuer's ledger. Other issuers do not know it.
    pub omote_holder: Option<Commitment>,
}

/// How a request names what it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSelector {
    /// `credential_configuration_id`: when the token response had no identifiers.
    Configuration(String),
    /// `credential_identifier`: one of the token response.
    Identifier(String),
}

/// Key proofs of one type, one a key; at least one, at most [`MAX_PROOFS`].
#[derive(Clone, Debug, PartialEq)]
pub enum Proofs {
    /// `di_vp` (appendix F.2): presentations.
    DiVp(Vec<Object>),
    /// `jwt` (appendix F.1): compact JWS.
    Jwt(Vec<String>),
}

impl Proofs {
    /// The type.
    #[must_use]
    pub const fn proof_type(&self) -> ProofType {
        match self {
            Self::DiVp(_) => ProofType::DiVp,
            Self::Jwt(_) => ProofType::Jwt,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::DiVp(proofs) => proofs.len(),
            Self::Jwt(proofs) => proofs.len(),
        }
    }

    /// Never, once read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every fault of this member is `invalid_proof`, but another type is `proof_type_unsupported` and
    /// too many are `input_too_large`.
    fn read(request: &Members<'_>) -> Result<Option<Self>, MessageError> {
        const PROOFS: Kind = Kind::new("key proofs", Reason::InvalidProof);
        let Some(value) = request.optional("proofs") else {
            return Ok(None);
        };
        let members = Members::of_member(PROOFS, "proofs", value)?;
        let (name, value) = match members.object.iter().next() {
            Some(member) if members.object.len() == 1 => member,
            _ => {
                let expected = "an object with exactly one proof type";
                return Err(PROOFS.fail("proofs", Problem::Value { expected }));
            }
        };
        let Some(proof_type) = ProofType::ALL.into_iter().find(|kind| kind.name() == name) else {
            let reason = Reason::ProofTypeUnsupported;
            return Err(PROOFS.fail_as("proofs", Problem::Unsupported, reason));
        };
        let member = proof_type.name();
        let proofs = PROOFS.array(member, value, MAX_PROOFS).map_err(too_large)?;
        Ok(Some(match proof_type {
            ProofType::DiVp => Self::DiVp(
                proofs
                    .iter()
                    .map(|proof| Ok(Members::of_member(PROOFS, member, proof)?.object.clone()))
                    .collect::<Result<_, MessageError>>()?,
            ),
            ProofType::Jwt => Self::Jwt(
                proofs
                    .iter()
                    .map(|proof| PROOFS.text(member, proof))
                    .collect::<Result<_, _>>()?,
            ),
        }))
    }

    fn to_object(&self) -> Object {
        match self {
            Self::DiVp(proofs) => crate::object! { ProofType::DiVp.name() => proofs.clone() },
            Self::Jwt(proofs) => crate::object! { ProofType::Jwt.name() => proofs.clone() },
        }
    }
}

fn too_large(error: MessageError) -> MessageError {
    let problem = error.problem();
    let reason = match problem {
        Problem::TooLarge { .. } => Reason::InputTooLarge,
        _ => error.reason(),
    };
    MessageError::new(error.message(), error.member(), problem, reason)
}

impl Message for CredentialRequest {
    /// Unknown members are ignored, but not those that would change the answer: `proof` of old
    /// drafts (`bad_request`), `credential_response_encryption` (`enc_unsupported`).
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let configuration = members.optional_text("credential_configuration_id")?;
        let identifier = members.optional_text("credential_identifier")?;
        let selector = match (configuration, identifier) {
            (Some(id), None) => CredentialSelector::Configuration(id),
            (None, Some(id)) => CredentialSelector::Identifier(id),
            (None, None) => {
                return Err(members.fail("credential_configuration_id", Problem::Missing));
            }
            (Some(_), Some(_)) => {
                let other = "credential_identifier";
                let problem = Problem::Excludes { other };
                return Err(members.fail("credential_configuration_id", problem));
            }
        };
        if members.optional("proof").is_some() {
            return Err(members.fail("proof", Problem::Unknown));
        }
        if members.optional("credential_response_encryption").is_some() {
            return Err(REQUEST.fail_as(
                "credential_response_encryption",
                Problem::Unsupported,
                Reason::EncUnsupported,
            ));
        }
        Ok(Self {
            selector,
            proofs: Proofs::read(&members)?,
            omote_holder: read_holder(&members)?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = match &self.selector {
            CredentialSelector::Configuration(id) => {
                crate::object! { "credential_configuration_id" => id.as_str() }
            }
            CredentialSelector::Identifier(id) => {
                crate::object! { "credential_identifier" => id.as_str() }
            }
        };
        if let Some(proofs) = &self.proofs {
            object.insert("proofs", proofs.to_object());
        }
        if let Some(holder) = self.omote_holder {
            object.insert("omote_holder", holder);
        }
        object
    }
}

/// A commitment of 32 bytes. Another value is refused: an item that is held by nobody could never be
/// passed on.
fn read_holder(members: &Members<'_>) -> Result<Option<Commitment>, MessageError> {
    let Some(holder) = members.optional_text("omote_holder")? else {
        return Ok(None);
    };
    let expected = "32 bytes in base64url";
    let fail = || members.fail("omote_holder", Problem::Value { expected });
    holder.parse().map(Some).map_err(|_| fail())
}

/// A credential response (section 8.3).
#[derive(Clone, Debug, PartialEq)]
pub enum CredentialResponse {
    /// 202: not yet; to be asked for again at the deferred endpoint (section 9).
    Deferred {
        /// `transaction_id`
        transaction_id: String,
        /// `interval`: seconds to wait at least.
        interval: u64,
    },
    /// 200
    Issued {
        /// `credentials`: at least one. None of them is verified yet.
        credentials: Vec<WireDocument>,
        /// `notification_id`
        notification_id: Option<String>,
    },
}

impl Message for CredentialResponse {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(RESPONSE, value)?;
        let transaction_id = read_handle(&members, "transaction_id")?;
        match (members.optional("credentials"), transaction_id) {
            (None, Some(transaction_id)) => Ok(Self::Deferred {
                transaction_id,
                interval: members
                    .natural("interval")?
                    .ok_or_else(|| members.fail("interval", Problem::Missing))?,
            }),
            (Some(credentials), None) => {
                let part = RESPONSE.part("issued credential");
                let credentials = RESPONSE
                    .array("credentials", credentials, MAX_CREDENTIALS)?
                    .iter()
                    .map(|entry| {
                        let entry = Members::of_member(part, "credentials", entry)?;
                        let credential = entry.required("credential")?;
                        WireDocument::from_value(part, "credential", credential)
                    })
                    .collect::<Result<_, _>>()?;
                Ok(Self::Issued {
                    credentials,
                    notification_id: read_handle(&members, "notification_id")?,
                })
            }
            (None, None) => Err(members.fail("credentials", Problem::Missing)),
            (Some(_), Some(_)) => {
                let other = "transaction_id";
                Err(members.fail("credentials", Problem::Excludes { other }))
            }
        }
    }

    fn to_object(&self) -> Object {
        match self {
            Self::Deferred {
                transaction_id,
                interval,
            } => {
                let mut object = crate::object! { "transaction_id" => transaction_id.as_str() };
                if let Some(seconds) = natural(Some(*interval)) {
                    object.insert("interval", seconds);
                }
                object
            }
            Self::Issued {
                credentials,
                notification_id,
            } => {
                let entry = |credential| crate::object! { "credential" => credential };
                let credentials: Vec<Object> = credentials.iter().map(entry).collect();
                let mut object = crate::object! { "credentials" => credentials };
                if let Some(id) = notification_id {
                    object.insert("notification_id", id.as_str());
                }
                object
            }
        }
    }
}

/// An opaque handle that comes back to whoever gave it.
pub(crate) fn read_handle(
    members: &Members<'_>,
    name: &'static str,
) -> Result<Option<String>, MessageError> {
    let handle = members.optional_text(name)?;
    if handle.as_deref().is_some_and(|text| !printable(text)) {
        let expected = "visible ASCII";
        return Err(members.fail(name, Problem::Value { expected }));
    }
    Ok(handle)
}

//! One kind of credential that an issuer issues (sections 12.2.4, A.1.2 and A.3).

use crate::json::{Object, Value};
use crate::message::{Members, MessageError};
use crate::oid4vci::CredentialFormat;
use crate::oid4vci::issuer_metadata::METADATA;
use crate::oid4vci::issuer_metadata::display::{ClaimDescription, Display};

/// More entries in one list are refused.
const MAX_LIST: usize = 64;

/// A member of `credential_configurations_supported`.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialConfiguration {
    /// `format`, with the members that belong to it.
    pub details: FormatDetails,
    /// `scope`
    pub scope: Option<String>,
    /// `cryptographic_binding_methods_supported`: `did:key`, `jwk`, …
    pub binding_methods: Vec<String>,
    /// `proof_types_supported`, without those that are not known and those that require somebody's
    /// attestation of a key (`key_attestations_required`).
    pub proof_types: Vec<ProofTypeSupport>,
    /// `credential_metadata`
    pub metadata: Option<CredentialMetadata>,
}

/// What a configuration says in the terms of its format.
#[derive(Clone, Debug, PartialEq)]
pub enum FormatDetails {
    /// `dc+sd-jwt`
    DcSdJwt {
        /// `vct`: the type, as credentials name it.
        vct: String,
        /// `credential_signing_alg_values_supported`: JOSE algorithms.
        signing_algs: Vec<String>,
    },
    /// `ldp_vc`
    LdpVc {
        /// `credential_definition`
        definition: CredentialDefinition,
        /// `credential_signing_alg_values_supported`: cryptosuites.
        signing_algs: Vec<String>,
    },
    /// A format that this version does not read, or a definition in it; never offered to the person.
    Unread(CredentialFormat),
}

/// `credential_definition` of `ldp_vc` (section A.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialDefinition {
    /// `@context`: addresses, in order. Never fetched.
    pub context: Vec<String>,
    /// `type`: the type names.
    pub types: Vec<String>,
}

/// A kind of key proof (appendix F).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofType {
    /// `di_vp`: a presentation with a Data Integrity proof (F.2).
    DiVp,
    /// `jwt` (F.1)
    Jwt,
}

impl ProofType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DiVp, Self::Jwt];

    /// The name in `proofs` and `proof_types_supported`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DiVp => "di_vp",
            Self::Jwt => "jwt",
        }
    }
}

/// A member of `proof_types_supported`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofTypeSupport {
    /// Its name. Kinds that are not known are passed over.
    pub proof_type: ProofType,
    /// `proof_signing_alg_values_supported`: JOSE algorithms or cryptosuites.
    pub signing_algs: Vec<String>,
}

/// `credential_metadata`: for people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CredentialMetadata {
    /// `display`, by language. Outside text.
    pub display: Vec<Display>,
    /// `claims`
    pub claims: Vec<ClaimDescription>,
}

impl CredentialConfiguration {
    /// The format.
    #[must_use]
    pub fn format(&self) -> CredentialFormat {
        match &self.details {
            FormatDetails::DcSdJwt { .. } => CredentialFormat::DcSdJwt,
            FormatDetails::LdpVc { .. } => CredentialFormat::LdpVc,
            FormatDetails::Unread(format) => format.clone(),
        }
    }

    /// Whether a key proof of this kind with this algorithm is taken.
    #[must_use]
    pub fn takes_proof(&self, proof_type: ProofType, alg: &str) -> bool {
        self.proof_types.iter().any(|support| {
            support.proof_type == proof_type && support.signing_algs.iter().any(|name| name == alg)
        })
    }

    pub(crate) fn read(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(METADATA.part("credential configuration"), value)?;
        let details = match CredentialFormat::from_name(&members.text("format")?) {
            CredentialFormat::LdpVc => match CredentialDefinition::read(&members) {
                Ok(definition) => FormatDetails::LdpVc {
                    definition,
                    signing_algs: members
                        .optional_texts("credential_signing_alg_values_supported", MAX_LIST)?,
                },
                // Contexts may be objects: one such kind of many is no reason to refuse an issuer.
                Err(_) => FormatDetails::Unread(CredentialFormat::LdpVc),
            },
            CredentialFormat::DcSdJwt => FormatDetails::DcSdJwt {
                vct: members.text("vct")?,
                signing_algs: members
                    .optional_texts("credential_signing_alg_values_supported", MAX_LIST)?,
            },
            other @ CredentialFormat::Other(_) => FormatDetails::Unread(other),
        };
        let metadata = members.part("credential_metadata", "credential_metadata")?;
        Ok(Self {
            details,
            scope: members.optional_text("scope")?,
            binding_methods: members
                .optional_texts("cryptographic_binding_methods_supported", MAX_LIST)?,
            proof_types: read_proof_types(&members)?,
            metadata: metadata
                .map(|part| {
                    Ok::<_, MessageError>(CredentialMetadata {
                        display: Display::read_all(&part)?,
                        claims: ClaimDescription::read_all(&part)?,
                    })
                })
                .transpose()?,
        })
    }

    pub(crate) fn to_object(&self) -> Object {
        let mut object = Object::new();
        match &self.details {
            FormatDetails::DcSdJwt { vct, signing_algs } => {
                object.insert("format", CredentialFormat::DcSdJwt.name());
                object.insert("vct", vct.as_str());
                insert_texts(
                    &mut object,
                    "credential_signing_alg_values_supported",
                    signing_algs,
                );
            }
            FormatDetails::LdpVc {
                definition,
                signing_algs,
            } => {
                object.insert("format", CredentialFormat::LdpVc.name());
                object.insert(
                    "credential_definition",
                    crate::object! {
                        "@context" => definition.context.clone(),
                        "type" => definition.types.clone(),
                    },
                );
                insert_texts(
                    &mut object,
                    "credential_signing_alg_values_supported",
                    signing_algs,
                );
            }
            FormatDetails::Unread(format) => {
                object.insert("format", format.name());
            }
        }
        if let Some(scope) = &self.scope {
            object.insert("scope", scope.as_str());
        }
        insert_texts(
            &mut object,
            "cryptographic_binding_methods_supported",
            &self.binding_methods,
        );
        if !self.proof_types.is_empty() {
            let supported: Object = self
                .proof_types
                .iter()
                .map(|support| {
                    let algs = support.signing_algs.clone();
                    let member = crate::object! { "proof_signing_alg_values_supported" => algs };
                    (support.proof_type.name().to_owned(), Value::Object(member))
                })
                .collect();
            object.insert("proof_types_supported", supported);
        }
        if let Some(metadata) = &self.metadata {
            let mut part = Object::new();
            Display::write_all(&metadata.display, &mut part);
            ClaimDescription::write_all(&metadata.claims, &mut part);
            object.insert("credential_metadata", part);
        }
        object
    }
}

impl CredentialDefinition {
    fn read(configuration: &Members<'_>) -> Result<Self, MessageError> {
        let value = configuration.required("credential_definition")?;
        let kind = configuration.kind.part("credential_definition");
        let members = Members::of_member(kind, "credential_definition", value)?;
        Ok(Self {
            context: members.texts("@context", MAX_LIST)?,
            types: members.texts("type", MAX_LIST)?,
        })
    }
}

fn read_proof_types(configuration: &Members<'_>) -> Result<Vec<ProofTypeSupport>, MessageError> {
    let Some(supported) =
        configuration.part("proof_types_supported", "supported key proof types")?
    else {
        return Ok(Vec::new());
    };
    let mut proof_types = Vec::new();
    for proof_type in ProofType::ALL {
        if let Some(part) = supported.part(proof_type.name(), "supported key proof type")? {
            // Nobody attests keys here: a proof without would be refused when the code is spent.
            if part.object.contains_key("key_attestations_required") {
                continue;
            }
            proof_types.push(ProofTypeSupport {
                proof_type,
                signing_algs: part.texts("proof_signing_alg_values_supported", MAX_LIST)?,
            });
        }
    }
    Ok(proof_types)
}

pub(crate) fn insert_texts(object: &mut Object, name: &str, texts: &[String]) {
    if !texts.is_empty() {
        object.insert(name, texts.to_vec());
    }
}

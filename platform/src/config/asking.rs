//! `[asking]`: how a world asks for presentations.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemas::admission::MAX_LEASE_MINUTES;
use schemas::credential::Format;
use schemas::oid4vp::request::ResponseMode;
use schemas::world::WorldId;
use serde::Deserialize;
use verifier::OnFindings;

use super::ConfigError;
use super::file::{DAY, read_origin, setting};

/// How presentations are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) request_life: Duration,
    pub(crate) result_life: Duration,
    pub(crate) token_life: Duration,
    pub(crate) findings: OnFindings,
    /// In which the presets ask, the most wanted first.
    pub(crate) formats: Vec<Format>,
    pub(crate) response_mode: ResponseMode,
    /// Beside its own origin: where a person's browser may be sent back to.
    pub(crate) return_origins: Vec<WorldId>,
    pub(crate) client: Client,
    /// For how long items that are shown are to be marked as active here, in minutes.
    pub(crate) lease_minutes: Option<u64>,
}

/// By which name a world asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Its DID; its own key signs.
    Did,
    /// A certificate, whose key signs.
    Certificate {
        kind: Certified,
        chain: PathBuf,
        key: PathBuf,
    },
}

/// What of a certificate is the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certified {
    /// Its hash.
    Hash,
    /// Its DNS name.
    SanDns,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AskingTable {
    request_seconds: Option<u64>,
    result_seconds: Option<u64>,
    admission_token_seconds: Option<u64>,
    findings: Option<FindingsName>,
    formats: Option<Vec<FormatName>>,
    response_mode: Option<ModeName>,
    return_origins: Vec<String>,
    client_id: Option<ClientName>,
    certificate: Option<PathBuf>,
    certificate_key: Option<PathBuf>,
    lease_minutes: Option<u64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum FindingsName {
    Report,
    Review,
}

#[derive(Deserialize, Clone, Copy)]
enum FormatName {
    #[serde(rename = "dc+sd-jwt")]
    DcSdJwt,
    #[serde(rename = "ldp_vc")]
    LdpVc,
}

#[derive(Deserialize, Clone, Copy)]
enum ModeName {
    #[serde(rename = "direct_post")]
    DirectPost,
    #[serde(rename = "direct_post.jwt")]
    DirectPostJwt,
}

#[derive(Deserialize, Clone, Copy)]
enum ClientName {
    #[serde(rename = "decentralized_identifier")]
    DecentralizedIdentifier,
    #[serde(rename = "x509_hash")]
    X509Hash,
    #[serde(rename = "x509_san_dns")]
    X509SanDns,
}

impl AskingTable {
    pub(super) fn read(&self, origin: &WorldId, folder: &Path) -> Result<Asking, ConfigError> {
        Ok(Asking {
            request_life: setting("asking.request_seconds", 600, 30, 3600)
                .seconds(self.request_seconds)?,
            result_life: setting("asking.result_seconds", 900, 30, DAY)
                .seconds(self.result_seconds)?,
            token_life: setting("asking.admission_token_seconds", 300, 10, 300)
                .seconds(self.admission_token_seconds)?,
            findings: match self.findings {
                Some(FindingsName::Review) => OnFindings::Review,
                Some(FindingsName::Report) | None => OnFindings::Report,
            },
            formats: self.formats()?,
            response_mode: match self.response_mode {
                Some(ModeName::DirectPostJwt) => ResponseMode::DirectPostJwt,
                Some(ModeName::DirectPost) | None => ResponseMode::DirectPost,
            },
            return_origins: self.return_origins(origin)?,
            client: self.client(folder)?,
            lease_minutes: self.lease()?,
        })
    }

    fn lease(&self) -> Result<Option<u64>, ConfigError> {
        match self.lease_minutes {
            None => Ok(None),
            Some(minutes) if (1..=MAX_LEASE_MINUTES).contains(&minutes) => Ok(Some(minutes)),
            Some(minutes) => Err(ConfigError::Malformed(format!(
                "asking.lease_minutes is {minutes}; it has 1 to {MAX_LEASE_MINUTES}"
            ))),
        }
    }

    fn formats(&self) -> Result<Vec<Format>, ConfigError> {
        let Some(names) = &self.formats else {
            return Ok(Format::ALL.to_vec());
        };
        let mut formats = Vec::new();
        for name in names {
            let format = match name {
                FormatName::DcSdJwt => Format::DcSdJwt,
                FormatName::LdpVc => Format::LdpVc,
            };
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        if formats.is_empty() || formats.len() != names.len() {
            return Err(ConfigError::Malformed(
                "asking.formats names dc+sd-jwt, ldp_vc or both, each once".to_owned(),
            ));
        }
        Ok(formats)
    }

    fn return_origins(&self, origin: &WorldId) -> Result<Vec<WorldId>, ConfigError> {
        let texts = self.return_origins.iter();
        let origins = texts.map(|text| read_origin("asking.return_origins", text));
        let origins = origins.collect::<Result<Vec<_>, _>>()?;
        // Whoever listens there on the person's machine would have the code.
        if !origin.is_loopback() && origins.iter().any(WorldId::is_loopback) {
            return Err(ConfigError::Insecure {
                setting: "asking.return_origins",
                fault: "only a world on localhost sends people back to localhost",
            });
        }
        Ok(origins)
    }

    fn client(&self, folder: &Path) -> Result<Client, ConfigError> {
        let kind = match self.client_id {
            None | Some(ClientName::DecentralizedIdentifier) => None,
            Some(ClientName::X509Hash) => Some(Certified::Hash),
            Some(ClientName::X509SanDns) => Some(Certified::SanDns),
        };
        match (kind, &self.certificate, &self.certificate_key) {
            (None, None, None) => Ok(Client::Did),
            (Some(kind), Some(chain), Some(key)) => Ok(Client::Certificate {
                kind,
                chain: folder.join(chain),
                key: folder.join(key),
            }),
            _ => Err(ConfigError::Malformed(
                "asking.certificate and asking.certificate_key go with asking.client_id = \
                 \"x509_san_dns\" or \"x509_hash\", and these with both"
                    .to_owned(),
            )),
        }
    }
}

//! What a wallet says that it can do when it posts to `request_uri` (OpenID4VP 1.0 sections 5.10 and
//! 10). What it cannot do is left out of the request where the world asks for either; else the request
//! is refused here, before a person looks at it.

use axum::http::StatusCode;
use schemas::credential::Format;
use schemas::json::{Object, Value};
use schemas::oid4vp::request::ResponseMode;
use schemas::reason::Reason;
use schemas::suite::{ContentEncryption, Cryptosuite, KeyType};

use crate::error::Refusal;

/// Longer lists of what a wallet can do are refused.
const MOST: usize = 128;
/// The algorithms of signatures that are taken, of issuers and of holders. Ed25519 has two names.
pub(super) const ALGORITHMS: [&str; 3] = ["Ed25519", "EdDSA", "ES256"];
/// The type of proofs that are taken in `ldp_vc`.
pub(super) const PROOF_TYPE: &str = "DataIntegrityProof";

/// `wallet_metadata`; none for a wallet that did not say. Members that are not known are ignored, and
/// one that is not there says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abilities<'a>(Option<&'a Object>);

/// What a request demands of its wallet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demands {
    pub(super) prefix: &'static str,
    pub(super) key_type: KeyType,
    pub(super) response_mode: ResponseMode,
}

impl<'a> Abilities<'a> {
    pub(super) const fn of(metadata: Option<&'a Object>) -> Self {
        Self(metadata)
    }

    /// Refuses a wallet that could not read the request, or not answer it.
    pub(super) fn require(self, demands: &Demands) -> Result<(), Refusal> {
        let signed: &[&str] = match demands.key_type {
            KeyType::Ed25519 => &["EdDSA", "Ed25519"],
            KeyType::P256 => &["ES256"],
        };
        let mode = demands.response_mode.name();
        for (name, some, reason) in [
            (
                "client_id_prefixes_supported",
                [demands.prefix].as_slice(),
                Reason::ClientIdPrefix,
            ),
            (
                "request_object_signing_alg_values_supported",
                signed,
                Reason::AlgNotAllowed,
            ),
            (
                "response_types_supported",
                &["vp_token"],
                Reason::BadRequest,
            ),
            ("response_modes_supported", &[mode], Reason::EncUnsupported),
        ] {
            if !self.has_one(name, some)? {
                return Err(cannot(name, reason));
            }
        }
        if demands.response_mode == ResponseMode::DirectPostJwt {
            let name = "authorization_encryption_alg_values_supported";
            if !self.has_one(name, &["ECDH-ES"])? {
                return Err(cannot(name, Reason::EncUnsupported));
            }
            self.encryptions()?;
        }
        Ok(())
    }

    /// The content encryptions that both sides understand.
    pub(super) fn encryptions(self) -> Result<Vec<ContentEncryption>, Refusal> {
        let name = "authorization_encryption_enc_values_supported";
        let named = self.list(name)?;
        let known = ContentEncryption::ALL.into_iter();
        let both = known.filter(|one| named.as_ref().is_none_or(|all| all.contains(&one.name())));
        let both: Vec<_> = both.collect();
        match both.is_empty() {
            true => Err(cannot(name, Reason::EncUnsupported)),
            false => Ok(both),
        }
    }

    /// Of these formats those that the wallet has, with a signature that is taken.
    pub(super) fn formats(self, asked: &[Format]) -> Result<Vec<Format>, Refusal> {
        let mut both = Vec::new();
        for format in asked {
            if self.has_format(*format)? {
                both.push(*format);
            }
        }
        match both.is_empty() {
            true => Err(no_format()),
            false => Ok(both),
        }
    }

    /// Refuses a wallet that has none of the formats of a query.
    pub(super) fn require_one_of<'f>(
        self,
        mut formats: impl Iterator<Item = &'f str>,
    ) -> Result<(), Refusal> {
        let Some(supported) = self.supported()? else {
            return Ok(());
        };
        match formats.any(|format| supported.contains_key(format)) {
            true => Ok(()),
            false => Err(no_format()),
        }
    }

    fn has_format(self, format: Format) -> Result<bool, Refusal> {
        let Some(supported) = self.supported()? else {
            return Ok(true);
        };
        let Some(parameters) = supported.get(format.name()) else {
            return Ok(false);
        };
        let parameters = parameters
            .as_object()
            .ok_or_else(|| malformed("vp_formats_supported"))?;
        let parameters = Self(Some(parameters));
        match format {
            Format::DcSdJwt => Ok(parameters.has_one("sd-jwt_alg_values", &ALGORITHMS)?
                && parameters.has_one("kb-jwt_alg_values", &ALGORITHMS)?),
            Format::LdpVc => {
                let suites = Cryptosuite::ALL.map(Cryptosuite::name);
                Ok(parameters.has_one("proof_type_values", &[PROOF_TYPE])?
                    && parameters.has_one("cryptosuite_values", &suites)?)
            }
        }
    }

    fn supported(self) -> Result<Option<&'a Object>, Refusal> {
        let name = "vp_formats_supported";
        let Some(value) = self.0.and_then(|metadata| metadata.get(name)) else {
            return Ok(None);
        };
        value.as_object().map(Some).ok_or_else(|| malformed(name))
    }

    fn has_one(self, name: &'static str, some: &[&str]) -> Result<bool, Refusal> {
        let named = self.list(name)?;
        Ok(named.is_none_or(|all| some.iter().any(|one| all.contains(one))))
    }

    fn list(self, name: &'static str) -> Result<Option<Vec<&'a str>>, Refusal> {
        let Some(value) = self.0.and_then(|metadata| metadata.get(name)) else {
            return Ok(None);
        };
        let values = value.as_array().filter(|values| values.len() <= MOST);
        let values = values.ok_or_else(|| malformed(name))?;
        let texts = values.iter().map(Value::as_str);
        texts
            .collect::<Option<Vec<_>>>()
            .map(Some)
            .ok_or_else(|| malformed(name))
    }
}

fn malformed(name: &'static str) -> Refusal {
    Refusal::bad("invalid_request", Reason::BadRequest)
        .because(format_args!("wallet_metadata, {name}"))
}

fn cannot(name: &'static str, reason: Reason) -> Refusal {
    Refusal::bad("invalid_request", reason).because(format_args!("wallet_metadata, {name}"))
}

fn no_format() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "vp_formats_not_supported",
        Reason::VpFormatUnsupported,
    )
}

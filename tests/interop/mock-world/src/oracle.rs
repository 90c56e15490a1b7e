//! What `ssi` says by itself, with nothing added: its claims and proof validation, no rule of ours.

use ssi::claims::VerificationParameters;
use ssi::claims::data_integrity::{AnyDataIntegrity, from_json_slice};
use ssi::claims::jws::JwsString;
use ssi::claims::vc::v2::syntax::{JsonCredential, JsonPresentation};
use ssi::dids::{AnyDidMethod, VerificationMethodDIDResolver};
use ssi::json_ld::ContextLoader;
use ssi::verification_methods::AnyMethod;

use crate::{Refused, contexts};

/// A credential of `ssi`.
pub type Credential = AnyDataIntegrity<JsonCredential>;
/// A presentation of `ssi`.
pub type Presentation = AnyDataIntegrity<JsonPresentation<Credential>>;
/// How `ssi` looks keys up: did:key by itself, did:web over HTTP.
pub type Resolver = VerificationMethodDIDResolver<AnyDidMethod, AnyMethod>;

/// `ssi`, ready to judge.
#[derive(Clone)]
pub struct Oracle {
    parameters: std::sync::Arc<VerificationParameters<Resolver, ContextLoader>>,
}

impl Oracle {
    /// With the clock of this machine.
    ///
    /// # Errors
    /// When `ssi` cannot read the context of omote.
    pub fn new() -> Result<Self, Refused> {
        let parameters = VerificationParameters::from_resolver(resolver())
            .with_json_ld_loader(contexts::loader()?);
        Ok(Self {
            parameters: std::sync::Arc::new(parameters),
        })
    }

    /// Reads and verifies a credential.
    ///
    /// # Errors
    /// When `ssi` refuses it.
    pub async fn credential(&self, bytes: &[u8]) -> Result<Credential, Refused> {
        let credential: Credential = from_json_slice(bytes).map_err(Refused::because)?;
        self.verify_credential(&credential).await?;
        Ok(credential)
    }

    async fn verify_credential(&self, credential: &Credential) -> Result<(), Refused> {
        credential
            .verify(&*self.parameters)
            .await
            .map_err(Refused::because)?
            .map_err(Refused::because)
    }

    /// Reads and verifies a token (JWS): its claims.
    ///
    /// # Errors
    /// When `ssi` refuses it.
    pub async fn token(&self, text: &str) -> Result<serde_json::Value, Refused> {
        let token = JwsString::from_string(text.to_owned()).map_err(Refused::because)?;
        token
            .verify(&*self.parameters)
            .await
            .map_err(Refused::because)?
            .map_err(Refused::because)?;
        let claims = token.decode().map_err(Refused::because)?;
        serde_json::from_slice(&claims.signing_bytes.payload).map_err(Refused::because)
    }

    /// Reads and verifies a presentation and every credential in it.
    ///
    /// # Errors
    /// When `ssi` refuses one of them.
    pub async fn presentation(&self, bytes: &[u8]) -> Result<Presentation, Refused> {
        let presentation: Presentation = from_json_slice(bytes).map_err(Refused::because)?;
        presentation
            .verify(&*self.parameters)
            .await
            .map_err(Refused::because)?
            .map_err(Refused::because)?;
        for credential in &presentation.verifiable_credentials {
            self.verify_credential(credential).await?;
        }
        Ok(presentation)
    }
}

/// A new resolver.
#[must_use]
pub fn resolver() -> Resolver {
    VerificationMethodDIDResolver::new(AnyDidMethod::default())
}

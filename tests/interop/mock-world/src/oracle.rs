//! What `ssi` says by itself, with nothing added: its claims and proof validation, no rule of ours.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use iref::{Iri, IriBuf};
use ssi::claims::VerificationParameters;
use ssi::claims::data_integrity::suites::EdDsaRdfc2022;
use ssi::claims::data_integrity::{DataIntegrity, from_json_slice};
use ssi::claims::jws::JwsString;
use ssi::claims::vc::v2::syntax::{JsonCredential, JsonPresentation};
use ssi::dids::{AnyDidMethod, VerificationMethodDIDResolver};
use ssi::json_ld::ContextLoader;
use ssi::verification_methods::{
    Multikey, ReferenceOrOwnedRef, ResolutionOptions, VerificationMethodResolutionError,
    VerificationMethodResolver,
};
use ssi::xsd::DateTimeStamp;

use crate::{Answer, Refused};

/// A credential of `ssi`.
pub type Credential = DataIntegrity<JsonCredential, EdDsaRdfc2022>;
/// A presentation of `ssi`.
pub type Presentation = DataIntegrity<JsonPresentation<Credential>, EdDsaRdfc2022>;

type Resolver = VerificationMethodDIDResolver<AnyDidMethod, Multikey>;
type Parameters = VerificationParameters<Keys, ContextLoader>;

/// The keys that are known, and how `ssi` looks others up: did:key by itself, did:web over HTTP.
struct Keys {
    known: HashMap<IriBuf, Multikey>,
    others: Resolver,
}

impl VerificationMethodResolver for Keys {
    type Method = Multikey;

    async fn resolve_verification_method_with(
        &self,
        issuer: Option<&Iri>,
        method: Option<ReferenceOrOwnedRef<'_, Multikey>>,
        options: ResolutionOptions,
    ) -> Result<Cow<'_, Multikey>, VerificationMethodResolutionError> {
        if let Some(ReferenceOrOwnedRef::Reference(name)) = &method
            && let Some(known) = self.known.get(*name)
        {
            return Ok(Cow::Borrowed(known));
        }
        let found = self
            .others
            .resolve_verification_method_with(issuer, method, options);
        found.await
    }
}

/// `ssi`, ready to judge.
#[derive(Clone)]
pub struct Oracle {
    parameters: Arc<Parameters>,
}

impl Oracle {
    /// With these contexts, at this time (or at that of this machine).
    #[must_use]
    pub fn with(contexts: ContextLoader, at: Option<DateTimeStamp>) -> Self {
        let keys = Keys {
            known: HashMap::new(),
            others: VerificationMethodDIDResolver::new(AnyDidMethod::default()),
        };
        let parameters = VerificationParameters::from_resolver(keys).with_json_ld_loader(contexts);
        Self {
            parameters: Arc::new(match at {
                Some(at) => parameters.with_date_time(at.into()),
                None => parameters,
            }),
        }
    }

    /// The same one, who has looked up the keys of these credentials and remembers them.
    ///
    /// # Errors
    /// When one is no credential, or a key of it is not found.
    pub fn knowing_keys_of<'a>(self, credentials: &'a [&'a str]) -> Answer<'a, Self> {
        Box::pin(async move {
            let mut known = HashMap::new();
            for text in credentials {
                let credential: Credential =
                    from_json_slice(text.as_bytes()).map_err(Refused::because)?;
                for proof in credential.proofs.iter() {
                    let name = proof.verification_method.id().to_owned();
                    let method = Some(ReferenceOrOwnedRef::Reference(&name));
                    let found = self
                        .parameters
                        .resolver
                        .resolve_verification_method(None, method);
                    let found = found.await.map_err(Refused::because)?.into_owned();
                    known.insert(name, found);
                }
            }
            let old = &self.parameters;
            let keys = Keys {
                known,
                others: VerificationMethodDIDResolver::new(AnyDidMethod::default()),
            };
            let mut parameters = VerificationParameters::from_resolver(keys)
                .with_json_ld_loader(old.json_ld_loader.clone());
            parameters.date_time = old.date_time;
            Ok(Self {
                parameters: Arc::new(parameters),
            })
        })
    }

    /// Reads and verifies a credential.
    ///
    /// # Errors
    /// When `ssi` refuses it.
    pub fn credential<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, Credential> {
        Box::pin(async move {
            let credential: Credential = from_json_slice(bytes).map_err(Refused::because)?;
            self.verify(&credential).await?;
            Ok(credential)
        })
    }

    fn verify<'a>(&'a self, credential: &'a Credential) -> Answer<'a, ()> {
        Box::pin(async move {
            credential
                .verify(&*self.parameters)
                .await
                .map_err(Refused::because)?
                .map_err(Refused::because)
        })
    }

    /// Reads and verifies a token (JWS): its claims.
    ///
    /// # Errors
    /// When `ssi` refuses it.
    pub fn token<'a>(&'a self, text: &'a str) -> Answer<'a, serde_json::Value> {
        Box::pin(async move {
            let token = JwsString::from_string(text.to_owned()).map_err(Refused::because)?;
            let parameters =
                VerificationParameters::from_resolver(&self.parameters.resolver.others);
            token
                .verify(parameters)
                .await
                .map_err(Refused::because)?
                .map_err(Refused::because)?;
            let claims = token.decode().map_err(Refused::because)?;
            serde_json::from_slice(&claims.signing_bytes.payload).map_err(Refused::because)
        })
    }

    /// Reads and verifies a presentation and every credential in it.
    ///
    /// # Errors
    /// When `ssi` refuses one of them.
    pub fn presentation<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, Presentation> {
        Box::pin(async move {
            let presentation: Presentation = from_json_slice(bytes).map_err(Refused::because)?;
            presentation
                .verify(&*self.parameters)
                .await
                .map_err(Refused::because)?
                .map_err(Refused::because)?;
            for credential in &presentation.verifiable_credentials {
                self.verify(credential).await?;
            }
            Ok(presentation)
        })
    }
}

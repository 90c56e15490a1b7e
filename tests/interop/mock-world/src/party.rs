//! Somebody with an Ed25519 key who signs with `ssi`: a world, a creator or a holder.

use std::collections::HashMap;

use iref::IriBuf;
use serde_json::{Value, json};
use ssi::JWK;
use ssi::claims::SignatureEnvironment;
use ssi::claims::data_integrity::suites::EdDsaRdfc2022;
use ssi::claims::data_integrity::{CryptographicSuite as _, DataIntegrityDocument, ProofOptions};
use ssi::claims::jws;
use ssi::dids::DIDKey;
use ssi::json_ld::ContextLoader;
use ssi::jwk::Algorithm;
use ssi::verification_methods::{Multikey, ProofPurpose, ReferenceOrOwned, SingleSecretSigner};

use crate::{Answer, Refused};

/// Why a document is signed.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// It is stated.
    Assertion,
    /// It answers this challenge, towards this world.
    Authentication {
        /// The challenge.
        challenge: &'a str,
        /// For whom the answer is.
        domain: &'a str,
    },
}

/// A key and its name.
#[derive(Clone, Debug)]
pub struct Party {
    did: String,
    method: IriBuf,
    multikey: String,
    key: JWK,
    contexts: ContextLoader,
}

impl Party {
    /// Somebody new, whose name is the key.
    ///
    /// # Errors
    /// When `ssi` cannot make a key.
    pub fn new(contexts: &ContextLoader) -> Result<Self, Refused> {
        Self::named(contexts, |multikey| {
            (format!("did:key:{multikey}"), multikey.to_owned())
        })
    }

    /// Somebody new, whose name is this origin on this machine.
    ///
    /// # Errors
    /// When `ssi` cannot make a key.
    pub fn on_port(contexts: &ContextLoader, port: u16) -> Result<Self, Refused> {
        Self::named(contexts, |_| {
            (format!("did:web:localhost%3A{port}"), "key-1".to_owned())
        })
    }

    fn named(
        contexts: &ContextLoader,
        name: impl FnOnce(&str) -> (String, String),
    ) -> Result<Self, Refused> {
        let key = JWK::generate_ed25519().map_err(Refused::because)?;
        let did_key = DIDKey::generate(&key).map_err(Refused::because)?;
        let multikey = did_key.method_specific_id().to_owned();
        let (did, fragment) = name(&multikey);
        let method = IriBuf::new(format!("{did}#{fragment}")).map_err(Refused::because)?;
        Ok(Self {
            did,
            method,
            multikey,
            key,
            contexts: contexts.clone(),
        })
    }

    /// Its DID.
    #[must_use]
    pub fn did(&self) -> &str {
        &self.did
    }

    /// The name of its key.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Its DID document.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "@context": [
                "https://www.w3.org/ns/did/v1",
                "https://w3id.org/security/multikey/v1",
            ],
            "id": self.did,
            "verificationMethod": [self.verification_method()],
            "assertionMethod": [self.method.as_str()],
            "authentication": [self.method.as_str()],
        })
    }

    fn verification_method(&self) -> Value {
        json!({
            "id": self.method.as_str(),
            "type": "Multikey",
            "controller": self.did,
            "publicKeyMultibase": self.multikey,
        })
    }

    /// What a proof of it says when it is made now.
    #[must_use]
    pub fn options(&self, purpose: Purpose<'_>) -> Options {
        let mut options: Options =
            ProofOptions::from_method(ReferenceOrOwned::Reference(self.method.clone()));
        if let Purpose::Authentication { challenge, domain } = purpose {
            options.proof_purpose = ProofPurpose::Authentication;
            options.challenge = Some(challenge.to_owned());
            options.domains = vec![domain.to_owned()];
        }
        options
    }

    /// Signs a document with `eddsa-rdfc-2022`, now.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub async fn sign(&self, document: &Value, purpose: Purpose<'_>) -> Result<Value, Refused> {
        self.sign_with(document, self.options(purpose)).await
    }

    /// Signs a document with a proof that says this.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub fn sign_with<'a>(&'a self, document: &'a Value, options: Options) -> Answer<'a, Value> {
        Box::pin(async move {
            let document: DataIntegrityDocument =
                serde_json::from_value(document.clone()).map_err(Refused::because)?;
            let environment = SignatureEnvironment {
                json_ld_loader: self.contexts.clone(),
                eip712_loader: (),
            };
            let signer = SingleSecretSigner::new(self.key.clone());
            let signed = EdDsaRdfc2022
                .sign_with(
                    environment,
                    document,
                    self.known_method()?,
                    signer,
                    options,
                    Default::default(),
                )
                .await
                .map_err(Refused::because)?;
            serde_json::to_value(&signed).map_err(Refused::because)
        })
    }

    /// A token (JWS) of this type with these claims, under the name of its key.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub fn token(&self, kind: &str, claims: &Value) -> Result<String, Refused> {
        let header = jws::Header {
            algorithm: Algorithm::EdDSA,
            type_: Some(kind.to_owned()),
            key_id: Some(self.method.to_string()),
            ..Default::default()
        };
        let bytes = header.encode_signing_bytes(claims.to_string().as_bytes());
        let signature =
            jws::sign_bytes_b64(Algorithm::EdDSA, &bytes, &self.key).map_err(Refused::because)?;
        let text = String::from_utf8(bytes).map_err(Refused::because)?;
        Ok(format!("{text}.{signature}"))
    }

    /// Its key under its name: whoever signs need not look itself up.
    fn known_method(&self) -> Result<HashMap<IriBuf, Multikey>, Refused> {
        let method: Multikey =
            serde_json::from_value(self.verification_method()).map_err(Refused::because)?;
        Ok(HashMap::from([(self.method.clone(), method)]))
    }
}

/// What a proof says, before it is made.
pub type Options = ssi::claims::data_integrity::suite::InputProofOptions<EdDsaRdfc2022>;

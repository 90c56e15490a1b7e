//! How `ssi` reads and writes did:key.

use serde_json::Value;
use ssi::JWK;
use ssi::dids::document::representation;
use ssi::dids::resolution::Options;
use ssi::dids::{DID, DIDKey, DIDResolver as _};
use ssi::multicodec::MultiEncodedBuf;

use crate::{Answer, Refused};

/// The did:key of a public key in its multicodec form.
///
/// # Errors
/// When `ssi` does not know such keys, or finds this one wrong.
pub fn of_bytes(multicodec: &[u8]) -> Result<String, Refused> {
    let encoded = MultiEncodedBuf::new(multicodec.to_vec()).map_err(Refused::because)?;
    let key = JWK::from_multicodec(&encoded).map_err(Refused::because)?;
    let did = DIDKey::generate(&key).map_err(Refused::because)?;
    Ok(did.to_string())
}

/// The public key of a did:key as JWK: `ssi` resolves it, with the key as `JsonWebKey2020`.
///
/// # Errors
/// When `ssi` does not resolve it.
pub async fn jwk(did: &str) -> Result<Value, Refused> {
    let mut options = Options::default();
    options.parameters.public_key_format = Some("JsonWebKey2020".to_owned());
    let document = resolve(did, options).await?;
    Ok(document["verificationMethod"][0]["publicKeyJwk"].clone())
}

/// The document of a did:key.
///
/// # Errors
/// When `ssi` does not resolve it.
pub async fn document(did: &str) -> Result<Value, Refused> {
    resolve(did, Options::default()).await
}

fn resolve(did: &str, mut options: Options) -> Answer<'_, Value> {
    Box::pin(async move {
        options.accept = Some(representation::MediaType::Json);
        let did = DID::new(did).map_err(Refused::because)?;
        let output = DIDKey
            .resolve_representation(did, options)
            .await
            .map_err(Refused::because)?;
        serde_json::from_slice(&output.document).map_err(Refused::because)
    })
}

//! What is kept beside a holding so that choosing needs neither its copies nor the network. The
//! holder's side runs it.
//!
//! ```text
//! Facts.claims = { "credential": the first copy without its proof,
//!                  "documents":  { issuer's DID: { "at", "document" } } }
//! ```
//! Made of a credential that was verified. What is chosen by it is verified again.

use schemas::json::{Object, Value};

use crate::error::{Fault, StoreError};
use crate::holding::Facts;
use crate::judge::Documents;

const CORRUPT: StoreError = StoreError::Corrupt(Fault::Record);

/// Writes the index of a credential.
pub(crate) fn write(credential: &Object, documents: &Documents) -> Value {
    let mut credential = credential.clone();
    credential.remove("proof");
    Value::Object(schemas::object! {
        "credential" => credential,
        "documents" => documents.to_object(),
    })
}

/// The credential that choosing looks at.
pub(crate) fn credential(facts: &Facts) -> Result<&Object, StoreError> {
    facts
        .claims
        .get("credential")
        .and_then(Value::as_object)
        .ok_or(CORRUPT)
}

/// The DID documents by which the credential was verified.
pub(crate) fn documents(facts: &Facts) -> Result<Documents, StoreError> {
    let documents = facts
        .claims
        .get("documents")
        .and_then(Value::as_object)
        .ok_or(CORRUPT)?;
    Documents::from_object(documents).ok_or(CORRUPT)
}

#[cfg(test)]
mod tests {
    use schemas::object;

    use super::{credential, documents, write};
    use crate::error::StoreError;
    use crate::holding::Facts;
    use crate::judge::Documents;

    #[test]
    fn keeps_the_claims_without_their_proof() {
        let signed = object! { "type" => ["A"], "proof" => object! { "proofValue" => "z1" } };
        let claims = write(&signed, &Documents::default());
        let facts = Facts {
            valid_from: None,
            valid_until: None,
            claims,
        };
        assert_eq!(credential(&facts), Ok(&object! { "type" => ["A"] }));
        assert_eq!(documents(&facts), Ok(Documents::default()));
    }

    #[test]
    fn another_shape_is_a_damaged_record() {
        let facts = Facts {
            valid_from: None,
            valid_until: None,
            claims: true.into(),
        };
        assert!(matches!(credential(&facts), Err(StoreError::Corrupt(_))));
        assert!(matches!(documents(&facts), Err(StoreError::Corrupt(_))));
    }
}

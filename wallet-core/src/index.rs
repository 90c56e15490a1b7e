//! What is kept beside a holding so that choosing needs neither its copies nor the network. The
//! holder's side runs it.
//!
//! ```text
//! Facts.claims = { "credential": the first copy without its proof; of an SD-JWT VC what it says,
//!                                with all that it can disclose,
//!                  "documents":  { issuer's DID: { "at", "document" } } }
//! ```
//! Made of a credential that was verified. What is chosen by it is verified again.
//!
//! [`Wallet::listed`](crate::Wallet::listed) reads the shelves (`shelf`), on which each holding is a
//! line (`line`): enough to list thousands and to find those that may answer a request.

mod bytes;
pub(crate) mod line;
pub(crate) mod outline;
pub(crate) mod shelf;

pub(crate) use line::ListedCopy;
pub use line::{Listed, Refillable, Taken};

use schemas::dcql::CredentialQuery;
use schemas::json::{Object, Value};

use crate::error::{Fault, StoreError};
use crate::holding::{Facts, Format};
use crate::judge::Documents;
use crate::wallet::Wallet;

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

impl Wallet {
    /// Whether a holding answers a part of a request, by its index. `answers` looks at a credential
    /// of this format, which has the members that the part asks about. The holding is opened only
    /// when the outline does not tell.
    pub(crate) fn is_answered_by(
        &self,
        part: &CredentialQuery,
        line: &Listed,
        answers: impl Fn(Format, &Object) -> bool,
    ) -> Result<bool, StoreError> {
        if part.meta.format() != line.format.into() {
            return Ok(false);
        }
        let outline = line.outline.asked_by(part).ok_or(CORRUPT)?;
        if outline::tells_all(&outline, part) {
            return Ok(answers(line.format, &outline));
        }
        let holding = self.holding(&line.id)?.ok_or(CORRUPT)?;
        Ok(answers(line.format, credential(&holding.facts)?))
    }
}

#[cfg(test)]
mod tests {
    use schemas::object;

    use super::{credential, documents, write};
    use crate::error::StoreError;
    use crate::holding::{Facts, Format};
    use crate::judge::Documents;

    #[test]
    fn keeps_the_claims_without_their_proof() {
        let signed = object! { "type" => ["A"], "proof" => object! { "proofValue" => "z1" } };
        let claims = write(&signed, &Documents::default());
        let facts = Facts {
            format: Format::LdpVc,
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
            format: Format::LdpVc,
            valid_from: None,
            valid_until: None,
            claims: true.into(),
        };
        assert!(matches!(credential(&facts), Err(StoreError::Corrupt(_))));
        assert!(matches!(documents(&facts), Err(StoreError::Corrupt(_))));
    }
}

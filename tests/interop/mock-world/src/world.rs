//! The world at its door: what `ssi` leaves to the application, it has to ask itself.

use std::sync::Mutex;

use serde_json::Value;
use ssi::claims::data_integrity;
use ssi::claims::data_integrity::suites::EdDsaRdfc2022;
use ssi::json_ld::ContextLoader;
use ssi::verification_methods::ProofPurpose;

use crate::documents::{Validity, avatar, item, provenance};
use crate::oracle::{Credential, Oracle};
use crate::party::{Party, Purpose};
use crate::{Refused, contexts};

/// A world with a key of its own and a creator who works for it.
pub struct World {
    /// It.
    pub party: Party,
    /// Who makes its models.
    pub creator: Party,
    /// What `ssi` says.
    pub oracle: Oracle,
    /// The context of omote, as this world was given it.
    pub context: String,
    contexts: ContextLoader,
    /// Whose credentials it believes, beside its own.
    believed: Mutex<Vec<String>>,
    /// Challenges that nobody has answered yet.
    open: Mutex<Vec<String>>,
}

impl World {
    /// A world on this port, which writes by this context of omote.
    ///
    /// # Errors
    /// When `ssi` cannot make its keys.
    pub fn on_port(port: u16, context: &str) -> Result<Self, Refused> {
        let contexts = contexts::with_omote(context)?;
        Ok(Self {
            party: Party::on_port(&contexts, port)?,
            creator: Party::new(&contexts)?,
            oracle: Oracle::with(contexts.clone(), None),
            context: context.to_owned(),
            contexts,
            believed: Mutex::default(),
            open: Mutex::default(),
        })
    }

    /// Somebody new, who holds what worlds give.
    ///
    /// # Errors
    /// When `ssi` cannot make a key.
    pub fn person(&self) -> Result<Party, Refused> {
        Party::new(&self.contexts)
    }

    /// From now on it believes this issuer.
    pub fn believe(&self, issuer: &str) {
        let mut believed = self.believed.lock().unwrap_or_else(|e| e.into_inner());
        believed.push(issuer.to_owned());
    }

    fn believes(&self, issuer: &str) -> bool {
        let believed = self.believed.lock().unwrap_or_else(|e| e.into_inner());
        issuer == self.party.did() || believed.iter().any(|did| did == issuer)
    }

    /// A new challenge, good for one answer.
    ///
    /// # Errors
    /// When no key can be made, from which it is taken.
    pub fn challenge(&self) -> Result<String, Refused> {
        let challenge = self.person()?.did().replace("did:key:", "");
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        open.push(challenge.clone());
        Ok(challenge)
    }

    fn takes(&self, challenge: &str) -> bool {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        let found = open.iter().position(|known| known == challenge);
        found.map(|at| open.swap_remove(at)).is_some()
    }

    /// The creator's statement.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub async fn provenance(&self, validity: &Validity) -> Result<Value, Refused> {
        let statement = provenance(self.creator.did(), validity);
        self.creator.sign(&statement, Purpose::Assertion).await
    }

    /// An avatar for a holder.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub async fn avatar(&self, holder: &str, validity: &Validity) -> Result<Value, Refused> {
        let statement = self.provenance(validity).await?;
        let document = avatar(self.party.did(), holder, validity, statement);
        self.party.sign(&document, Purpose::Assertion).await
    }

    /// An item for a holder.
    ///
    /// # Errors
    /// When `ssi` does not sign it.
    pub async fn item(&self, holder: &str, validity: &Validity) -> Result<Value, Refused> {
        let statement = self.provenance(validity).await?;
        let document = item(self.party.did(), holder, validity, statement);
        self.party.sign(&document, Purpose::Assertion).await
    }

    /// Judges a credential that somebody was given.
    ///
    /// # Errors
    /// Why it is not believed.
    pub async fn judge(&self, bytes: &[u8]) -> Result<(), Refused> {
        let credential = self.oracle.credential(bytes).await?;
        self.trust(&credential)
    }

    fn trust(&self, credential: &Credential) -> Result<(), Refused> {
        let issuer = credential.issuer.id().as_str();
        if !self.believes(issuer) {
            return Err(Refused::because("nobody whom this world believes"));
        }
        let proof = the_proof(&credential.proofs)?;
        if proof.proof_purpose != ProofPurpose::Assertion {
            return Err(Refused::because("a proof for another purpose"));
        }
        if signer_of(proof) != issuer {
            return Err(Refused::because("signed by somebody else"));
        }
        Ok(())
    }

    /// Judges a presentation at the door: who it is that stands there.
    ///
    /// # Errors
    /// Why nobody is let in.
    pub async fn admit(&self, bytes: &[u8]) -> Result<String, Refused> {
        let presentation = self.oracle.presentation(bytes).await?;
        let proof = the_proof(&presentation.proofs)?;
        if proof.proof_purpose != ProofPurpose::Authentication {
            return Err(Refused::because("a proof for another purpose"));
        }
        if proof.domains != [self.party.did()] {
            return Err(Refused::because("made for another world"));
        }
        if !proof
            .challenge
            .as_deref()
            .is_some_and(|text| self.takes(text))
        {
            return Err(Refused::because("no open challenge of this world"));
        }
        let holder = signer_of(proof);
        let [said] = presentation.holders.as_slice() else {
            return Err(Refused::because("not one holder"));
        };
        if said.id().as_str() != holder {
            return Err(Refused::because("signed by somebody else"));
        }
        if presentation.verifiable_credentials.is_empty() {
            return Err(Refused::because("nothing is shown"));
        }
        for credential in &presentation.verifiable_credentials {
            self.trust(credential)?;
            for subject in &credential.credential_subjects {
                let id = subject.get("id").next().and_then(|id| id.as_str());
                if id != Some(holder) {
                    return Err(Refused::because("about somebody else"));
                }
            }
        }
        Ok(holder.to_owned())
    }
}

type Proof = data_integrity::Proof<EdDsaRdfc2022>;

fn the_proof(proofs: &[Proof]) -> Result<&Proof, Refused> {
    match proofs {
        [proof] => Ok(proof),
        _ => Err(Refused::because("not one proof")),
    }
}

fn signer_of(proof: &Proof) -> &str {
    let method = proof.verification_method.id().as_str();
    method.split_once('#').map_or(method, |(did, _)| did)
}

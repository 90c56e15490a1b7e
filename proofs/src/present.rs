//! Presenting: a holder answers one challenge of one verifier. Wallets run it.
//!
//! The holder is the key's `did:key`, the proof says for whom and in answer to what, and what was
//! signed is checked before it leaves. Source: VCDM 2.0 section 4.13; OpenID4VP 1.0 appendix B.1.3.2.

use std::fmt;

use schemas::json::Object;
use schemas::presentation::UnsignedPresentation;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::data_integrity::{self, ProofOptions, ProofPurpose, SignError};
use crate::issue::{Expected, SelfCheck};
use crate::keys::SigningKey;

/// What a presentation is bound to. A presentation without these would be good for everybody, for
/// ever; so there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The verifier's nonce.
    pub challenge: &'a str,
    /// The verifier's full client identifier.
    pub domain: &'a str,
    /// Now.
    pub created: Timestamp,
    /// The cryptosuite.
    pub suite: Cryptosuite,
}

/// Signs a presentation with the holder's key.
///
/// # Errors
/// [`PresentError::Holder`] when the holder is not this key, [`PresentError::Sign`] when the
/// presentation cannot be signed or the binding is empty, [`PresentError::SelfCheck`] when what was
/// signed does not verify.
pub fn sign(
    presentation: &UnsignedPresentation,
    binding: &Binding<'_>,
    key: &SigningKey,
) -> Result<Object, PresentError> {
    let method = key.verification_method();
    if presentation.holder() != method.did() {
        return Err(PresentError::Holder);
    }
    let options = ProofOptions {
        suite: binding.suite,
        verification_method: method.clone(),
        purpose: ProofPurpose::Authentication,
        created: binding.created,
        expires: None,
        challenge: Some(binding.challenge.to_owned()),
        domain: Some(binding.domain.to_owned()),
    };
    let secured =
        data_integrity::sign(presentation.object(), &options, key).map_err(PresentError::Sign)?;
    let expected = Expected {
        unsigned: presentation.object(),
        method: &method,
        purpose: ProofPurpose::Authentication,
        key: &key.verifying_key(),
    };
    expected.check(&secured).map_err(PresentError::SelfCheck)?;
    Ok(secured)
}

/// Why nothing was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresentError {
    /// The holder of the presentation is not the key.
    Holder,
    /// It could not be signed.
    Sign(SignError),
    /// What was signed does not verify.
    SelfCheck(SelfCheck),
}

impl PresentError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Holder => Reason::VpHolderMismatch,
            Self::Sign(error) => error.reason(),
            Self::SelfCheck(_) => Reason::IssueSelfCheckFailed,
        }
    }
}

impl fmt::Display for PresentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holder => formatter.write_str("the holder of the presentation is another key"),
            Self::Sign(error) => write!(formatter, "not signed: {error}"),
            Self::SelfCheck(fault) => {
                write!(formatter, "signed, and refused by its own check: {fault}")
            }
        }
    }
}

impl std::error::Error for PresentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sign(error) => Some(error),
            Self::Holder | Self::SelfCheck(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use schemas::presentation::{UnsignedPresentation, UnverifiedPresentation};
    use schemas::reason::Reason;
    use schemas::suite::Cryptosuite;
    use schemas::terms::Contexts;
    use schemas::time::Timestamp;

    use super::{Binding, sign};
    use crate::data_integrity::{ProofPurpose, UnverifiedProof};
    use crate::issue::tests::avatar;
    use crate::keys::SigningKey;
    use crate::rdf::WorkLimit;

    fn binding(suite: Cryptosuite) -> Binding<'static> {
        Binding {
            challenge: "0kj3x8Wv",
            domain: "decentralized_identifier:did:web:b.example",
            created: Timestamp::from_unix(1_795_284_000),
            suite,
        }
    }

    #[test]
    fn a_presentation_is_bound_and_checked() {
        let key = SigningKey::from_seed(&[9; 32]);
        for suite in Cryptosuite::ED25519 {
            let credential = avatar(suite);
            let unsigned = UnsignedPresentation::new(&key.did_key(), vec![credential]);
            let signed = sign(&unsigned, &binding(suite), &key).unwrap();
            let read =
                UnverifiedPresentation::parse(&signed.clone().into(), &Contexts::pinned()).unwrap();
            assert_eq!(read.unverified_holder(), &key.did_key());
            let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
            let verified = proof
                .verify(&signed, &key.verifying_key(), WorkLimit::document())
                .unwrap();
            assert_eq!(verified.purpose(), ProofPurpose::Authentication);
            assert_eq!(verified.challenge(), Some("0kj3x8Wv"));
            assert_eq!(
                verified.domain(),
                Some("decentralized_identifier:did:web:b.example")
            );
        }
    }

    #[test]
    fn a_holder_with_a_p256_key_presents_with_its_suites() {
        let key = SigningKey::from_p256_scalar(&[9; 32]).unwrap();
        let credential = avatar(Cryptosuite::EddsaJcs2022);
        let unsigned = UnsignedPresentation::new(&key.did_key(), vec![credential]);
        for suite in Cryptosuite::ALL {
            let signed = sign(&unsigned, &binding(suite), &key);
            if suite.key_type() == key.key_type() {
                let signed = signed.unwrap();
                let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
                assert_eq!(proof.verification_method(), &key.verification_method());
            } else {
                assert_eq!(signed.unwrap_err().reason(), Reason::KeyTypeMismatch);
            }
        }
    }

    #[test]
    fn nothing_is_presented_unbound_or_for_somebody_else() {
        let suite = Cryptosuite::EddsaJcs2022;
        let key = SigningKey::from_seed(&[9; 32]);
        let unsigned = UnsignedPresentation::new(&key.did_key(), vec![avatar(suite)]);
        let reason =
            |binding: &Binding<'_>, key| sign(&unsigned, binding, key).unwrap_err().reason();
        let binding = binding(suite);
        for (challenge, domain) in [("", "domain"), ("challenge", "")] {
            let empty = Binding {
                challenge,
                domain,
                ..binding
            };
            assert_eq!(reason(&empty, &key), Reason::ProofMalformed);
        }
        let other = SigningKey::from_seed(&[8; 32]);
        assert_eq!(reason(&binding, &other), Reason::VpHolderMismatch);
    }
}

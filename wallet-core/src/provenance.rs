//! A creator's signed statement about a model file (`AssetProvenance`). Creators run it, with the
//! creator key of one of their personas.

use std::fmt;

use proofs::issue::{IssueError, Issuer};
use proofs::keys::SigningKey;
use proofs::ledger::{self, LedgerError};
use schemas::asset::{AssetFacts, Shape};
use schemas::credential::{Asset, AssetProvenance, Validity};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::{LedgerSignature, Step};
use schemas::license::{LicenseTerms, Looser};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::keys::{PersonaIndex, Purpose};
use crate::wallet::Wallet;

/// What a creator states about a file.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// What was read from the file, by `assets::inspect`.
    pub facts: &'a AssetFacts,
    /// What it is called.
    pub name: &'a str,
    /// The terms under which it is given out.
    pub terms: Terms<'a>,
    /// The files that it was made from.
    pub derived_from: &'a [Sha256Digest],
    /// Until when the statement holds; `None` for no end.
    pub until: Option<Timestamp>,
    /// How it is signed.
    pub suite: Cryptosuite,
}

/// Where the terms of a statement are from.
#[derive(Clone, Copy, Debug)]
pub enum Terms<'a> {
    /// From the file; the strictest when it states none.
    OfTheFile,
    /// These, which must not be looser than the file's.
    Stated(&'a LicenseTerms),
}

/// Signs a statement with the creator key of a persona, and checks what was signed.
///
/// # Errors
/// [`ProvenanceError`]; nothing is signed about a file that is not well-formed.
pub fn sign(
    wallet: &Wallet,
    persona: PersonaIndex,
    statement: &Statement<'_>,
    now: Timestamp,
) -> Result<Object, ProvenanceError> {
    sign_with(creator_key(wallet, persona), statement, now)
}

/// The DID under which a persona makes models known. It is the same everywhere: everybody who sees
/// two of its files knows that one creator made them.
#[must_use]
pub fn creator_did(wallet: &Wallet, persona: PersonaIndex) -> Did {
    creator_key(wallet, persona).did_key()
}

/// As [`sign`], with a key that is kept elsewhere.
///
/// # Errors
/// As [`sign`].
pub fn sign_with(
    key: SigningKey,
    statement: &Statement<'_>,
    now: Timestamp,
) -> Result<Object, ProvenanceError> {
    let Shape::WellFormed(model) = &statement.facts.shape else {
        let Shape::Refused(reason) = statement.facts.shape else {
            return Err(ProvenanceError::Model(Reason::InternalError));
        };
        return Err(ProvenanceError::Model(reason));
    };
    let license = match (statement.terms, &model.license) {
        (Terms::OfTheFile, file) => file.clone().unwrap_or_default(),
        (Terms::Stated(terms), Some(file)) => {
            terms
                .not_looser_than(file)
                .map_err(ProvenanceError::Looser)?;
            terms.clone()
        }
        (Terms::Stated(terms), None) => terms.clone(),
    };
    let provenance = AssetProvenance {
        creator: key.did_key(),
        validity: Validity {
            from: Some(now),
            until: statement.until,
        },
        asset: Asset {
            name: statement.name.to_owned(),
            digest: statement.facts.sha256,
            media_type: model.format.media_type(),
            byte_length: statement.facts.byte_length,
            derived_from: statement.derived_from.to_vec(),
        },
        license,
    };
    let issuer = Issuer::of_key(key, statement.suite);
    let issued = issuer
        .issue(&provenance.unsigned(), now)
        .map_err(ProvenanceError::Issue)?;
    Ok(issued.into_object())
}

/// A creator's consent to a step of an item, with the creator key of a persona.
pub(crate) fn consent_to(
    wallet: &Wallet,
    persona: PersonaIndex,
    step: &Step,
) -> Result<LedgerSignature, LedgerError> {
    ledger::sign_consent(step, &creator_key(wallet, persona))
}

fn creator_key(wallet: &Wallet, persona: PersonaIndex) -> SigningKey {
    SigningKey::from_seed(wallet.purpose_seed(persona, Purpose::Creator).expose())
}

/// Why no provenance was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvenanceError {
    /// It could not be signed, or does not pass its own check.
    Issue(IssueError),
    /// The terms give away more than the file does.
    Looser(Looser),
    /// The file is not well-formed, for this reason.
    Model(Reason),
}

impl ProvenanceError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Issue(error) => error.reason(),
            Self::Looser(_) => Reason::LicenseLooser,
            Self::Model(reason) => *reason,
        }
    }
}

impl fmt::Display for ProvenanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issue(error) => error.fmt(f),
            Self::Looser(looser) => write!(
                f,
                "the terms are looser than those in the file, in {}",
                looser.field.name()
            ),
            Self::Model(reason) => {
                write!(f, "the model file is not well-formed ({})", reason.code())
            }
        }
    }
}

impl std::error::Error for ProvenanceError {}

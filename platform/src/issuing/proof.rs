//! Key proofs (appendix F): each says that somebody has a secret key, now, for us. The subject of a
//! credential follows from the key that proved itself, never from a claim.

mod di_vp;
mod jwt;

use std::fmt;

use proofs::did_document::{DidDocument, Relationship};
use proofs::keys::VerifyingKey;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::oid4vci::credential::Proofs;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::nonce::{self, LiveNonce};
use crate::keys::Keys;

/// How old a proof may be.
const MAX_AGE: i64 = 300;
/// How far ahead of ours a wallet's clock may be.
const SKEW: i64 = 120;

/// What the proofs of one request have shown.
#[derive(Clone, Debug)]
pub(crate) struct Proven {
    /// The subjects of the copies, in the order of the proofs.
    pub(crate) holders: Vec<Did>,
    /// The nonce that all of them answered.
    pub(crate) nonce: LiveNonce,
}

/// Why a request's proofs were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProofRefused {
    pub(crate) reason: Reason,
    detail: &'static str,
}

impl fmt::Display for ProofRefused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.detail)
    }
}

const fn refused(reason: Reason, detail: &'static str) -> ProofRefused {
    ProofRefused { reason, detail }
}

/// What one proof has shown, whatever its kind.
struct Shown {
    holder: Did,
    key: VerifyingKey,
    /// The nonce that it answers.
    nonce: Option<String>,
}

/// By whom a proof is asked for, and of whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// This issuer.
    pub(crate) issuer: &'a str,
    /// To whom the access token was given; `None` for anonymous access.
    pub(crate) client: Option<Sha256Digest>,
}

/// Checks the proofs of one request.
pub(crate) fn check(
    proofs: &Proofs,
    asked: &Asked<'_>,
    keys: &Keys,
    now: Timestamp,
) -> Result<Proven, ProofRefused> {
    let mut all = All::default();
    match proofs {
        Proofs::DiVp(presentations) => {
            for presentation in presentations {
                all.add(di_vp::check(presentation, asked.issuer, now)?, keys, now)?;
            }
        }
        Proofs::Jwt(tokens) => {
            for token in tokens {
                all.add(jwt::check(token, asked, now)?, keys, now)?;
            }
        }
    }
    let nonce = all.answered;
    let nonce = nonce.ok_or(refused(Reason::ProofMissing, "no proof"))?;
    Ok(Proven {
        holders: all.holders,
        nonce,
    })
}

/// The proofs of a request so far: one nonce, and no key twice.
#[derive(Default)]
struct All {
    holders: Vec<Did>,
    known: Vec<VerifyingKey>,
    answered: Option<LiveNonce>,
}

impl All {
    fn add(&mut self, shown: Shown, keys: &Keys, now: Timestamp) -> Result<(), ProofRefused> {
        let live = shown
            .nonce
            .and_then(|text| nonce::read(keys, &text, now))
            .ok_or(refused(
                Reason::CNonceInvalid,
                "nonce is not a live one of this issuer",
            ))?;
        match self.answered {
            None => self.answered = Some(live),
            Some(first) if first == live => {}
            Some(_) => {
                return Err(refused(
                    Reason::CNonceInvalid,
                    "proofs with different nonces",
                ));
            }
        }
        // Two copies under one key could be joined by everybody who sees both.
        let key = shown.key.to_bytes();
        if self.known.iter().any(|other| other.to_bytes() == key) {
            return Err(refused(Reason::InvalidProof, "two proofs with one key"));
        }
        self.known.push(shown.key);
        self.holders.push(shown.holder);
        Ok(())
    }
}

/// Only DIDs that are their own document: nobody makes this world fetch anything.
fn key_of(method: &DidUrl, now: Timestamp) -> Result<(Did, VerifyingKey), ProofRefused> {
    let did = method.did();
    let document = DidDocument::of_static(did).ok_or(refused(
        Reason::DidMethodUnsupported,
        "the key is of did:key or did:jwk",
    ))?;
    let document = document.map_err(|error| refused(error.reason(), "that DID is no sound key"))?;
    let key = document
        .key(method, Relationship::Authentication, now)
        .map_err(|error| refused(error.reason(), "no key of that DID is named"))?;
    Ok((did.clone(), key.clone()))
}

/// The latest that is now for a wallet whose clock is ahead.
fn latest(now: Timestamp) -> Timestamp {
    now.plus_seconds(SKEW)
}

fn is_of_now(made: i64, now: Timestamp) -> bool {
    let age = now.unix().saturating_sub(made);
    (-SKEW..=MAX_AGE).contains(&age)
}

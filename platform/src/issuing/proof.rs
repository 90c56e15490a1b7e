//! Key proofs of type `jwt` (appendix F.1): each says that somebody has a secret key, now, for us.
//! The subject of a credential follows from the key that proved itself, never from a claim.

use std::fmt;

use proofs::did_document::{DidDocument, Relationship};
use proofs::did_key;
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use proofs::keys::VerifyingKey;
use schemas::did::{Did, DidUrl};
use schemas::json::{Object, Value};
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

/// Checks the proofs of one request.
pub(crate) fn check(
    proofs: &[String],
    issuer: &str,
    keys: &Keys,
    now: Timestamp,
) -> Result<Proven, ProofRefused> {
    let mut holders: Vec<Did> = Vec::with_capacity(proofs.len());
    let mut known: Vec<VerifyingKey> = Vec::with_capacity(proofs.len());
    let mut answered: Option<LiveNonce> = None;
    for proof in proofs {
        let (holder, key, claims) = open(proof, now)?;
        check_claims(&claims, issuer, now)?;
        let nonce = claims.get("nonce").and_then(Value::as_str);
        let live = nonce
            .and_then(|text| nonce::read(keys, text, now))
            .ok_or(refused(
                Reason::CNonceInvalid,
                "nonce is not a live one of this issuer",
            ))?;
        match answered {
            None => answered = Some(live),
            Some(first) if first == live => {}
            Some(_) => {
                return Err(refused(
                    Reason::CNonceInvalid,
                    "proofs with different nonces",
                ));
            }
        }
        // Two copies under one key could be joined by everybody who sees both.
        if known.iter().any(|other| other.to_bytes() == key.to_bytes()) {
            return Err(refused(Reason::InvalidProof, "two proofs with one key"));
        }
        known.push(key);
        holders.push(holder);
    }
    let nonce = answered.ok_or(refused(Reason::ProofMissing, "no proof"))?;
    Ok(Proven { holders, nonce })
}

fn open(proof: &str, now: Timestamp) -> Result<(Did, VerifyingKey, Object), ProofRefused> {
    let jws = UnverifiedJws::parse(proof, Typ::CredentialOfferProof)
        .map_err(|error| refused(error.reason(), "the proof is no JWS of this kind"))?;
    let (holder, key) = match jws.key_ref() {
        HeaderKey::Kid(method) => key_of(method, now)?,
        HeaderKey::Jwk(key) => (did_key::encode(key), key.clone()),
    };
    let verified = jws
        .verify(&key)
        .map_err(|error| refused(error.reason(), "the signature is not by that key"))?;
    Ok((holder, key, verified.into_claims()))
}

/// Only DIDs that are their own document: nobody makes this world fetch anything.
fn key_of(method: &DidUrl, now: Timestamp) -> Result<(Did, VerifyingKey), ProofRefused> {
    let did = method.did();
    let document = DidDocument::of_static(did).ok_or(refused(
        Reason::DidMethodUnsupported,
        "kid is of did:key or did:jwk",
    ))?;
    let document = document.map_err(|error| refused(error.reason(), "kid holds no sound key"))?;
    let key = document
        .key(method, Relationship::Authentication, now)
        .map_err(|error| refused(error.reason(), "kid names no key of its DID"))?;
    Ok((did.clone(), key.clone()))
}

fn check_claims(claims: &Object, issuer: &str, now: Timestamp) -> Result<(), ProofRefused> {
    if claims.get("aud").and_then(Value::as_str) != Some(issuer) {
        return Err(refused(Reason::InvalidProof, "aud is not this issuer"));
    }
    if claims.contains_key("iss") {
        // Appendix F.1: not where the client is anonymous.
        return Err(refused(Reason::InvalidProof, "iss in an anonymous proof"));
    }
    let issued = claims
        .get("iat")
        .and_then(Value::as_i64)
        .ok_or(refused(Reason::InvalidProof, "iat is missing"))?;
    let age = now.unix().saturating_sub(issued);
    if !(-SKEW..=MAX_AGE).contains(&age) {
        return Err(refused(Reason::InvalidProof, "iat is not of now"));
    }
    Ok(())
}

//! Key proofs of type `jwt` (appendix F.1).

use proofs::did_key;
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{Asked, ProofRefused, Shown, is_of_now, key_of, latest, refused};
use crate::issuing::authorization::client_digest;

pub(super) fn check(proof: &str, asked: &Asked<'_>, now: Timestamp) -> Result<Shown, ProofRefused> {
    let jws = UnverifiedJws::parse(proof, Typ::CredentialOfferProof)
        .map_err(|error| refused(error.reason(), "the proof is no JWS of this kind"))?;
    let (holder, key) = match jws.key_ref() {
        HeaderKey::Kid(method) => key_of(method, now)?,
        HeaderKey::Jwk(key) => (did_key::encode(key), key.clone()),
        HeaderKey::X5c(_) => {
            let what = "a certificate is no holder's key";
            return Err(refused(Reason::JwsHeaderForbidden, what));
        }
    };
    let verified = jws
        .verify(&key)
        .map_err(|error| refused(error.reason(), "the signature is not by that key"))?;
    let claims = verified.into_claims();
    check_claims(&claims, asked, now)?;
    let nonce = claims.get("nonce").and_then(Value::as_str);
    Ok(Shown {
        holder,
        key,
        nonce: nonce.map(str::to_owned),
    })
}

fn check_claims(claims: &Object, asked: &Asked<'_>, now: Timestamp) -> Result<(), ProofRefused> {
    let refuse = |what| Err(refused(Reason::InvalidProof, what));
    if claims.get("aud").and_then(Value::as_str) != Some(asked.issuer) {
        return refuse("aud is not this issuer");
    }
    if let Some(named) = claims.get("iss") {
        // Appendix F.1: not where the client is anonymous, and nobody else than the client.
        let Some(client) = asked.client else {
            return refuse("iss in an anonymous proof");
        };
        if named.as_str().map(client_digest) != Some(client) {
            return refuse("iss is not the client_id of the access token");
        }
    }
    let time = |name, no_date| match claims.get(name).map(Timestamp::of_numeric_date) {
        None => Ok(None),
        Some(Some(time)) => Ok(Some(time)),
        Some(None) => Err(refused(Reason::InvalidProof, no_date)),
    };
    let Some(issued) = time("iat", "iat is no NumericDate")? else {
        return refuse("iat is missing");
    };
    if !is_of_now(issued.unix(), now) {
        return refuse("iat is not of now");
    }
    let ends = time("exp", "exp is no NumericDate")?;
    if ends.is_some_and(|ends| ends <= now) {
        return refuse("exp is past");
    }
    let begins = time("nbf", "nbf is no NumericDate")?;
    if begins.is_some_and(|begins| begins > latest(now)) {
        return refuse("nbf is ahead");
    }
    Ok(())
}

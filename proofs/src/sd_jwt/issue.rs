//! Issuing an SD-JWT VC: salt, sign, check what was signed, release. Worlds run it.
//! Source: RFC 9901 sections 4.2 and 9.3.

use std::collections::HashSet;

use schemas::canonical;
use schemas::credential::UnsignedSdJwtVc;
use schemas::did::{Did, DidMethod, DidUrl};
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::object;

use crate::issue::{IssueError, SelfCheck};
use crate::jws::token;
use crate::keys::{SigningKey, VerifyingKey};
use crate::sd_jwt::{HASH_ALGORITHM, TYP, UnverifiedSdJwt, digest};
use crate::{did_jwk, did_key};

/// A salt: 128 bits of randomness that nobody else has, and that are used once.
pub type Salt = [u8; 16];

/// Signs an SD-JWT VC, and checks it as a stranger would. `salts` are as many as it has
/// [`digests`](UnsignedSdJwtVc::digests), each fresh: one that was used before would let a guess be
/// tried, or join two copies.
///
/// # Errors
/// [`IssueError::Template`] when the credential is another issuer's than the key's, or bound to nobody
/// who is a key, [`IssueError::SelfCheck`] when salts are too few or the same, or when what was signed
/// does not verify: then nothing gets out.
pub fn issue(
    credential: &UnsignedSdJwtVc,
    salts: &[Salt],
    key: &SigningKey,
    method: &DidUrl,
) -> Result<String, IssueError> {
    issue_checked(credential, salts, key, method, &key.verifying_key())
}

/// The same, with the public key that strangers will use.
pub(crate) fn issue_checked(
    credential: &UnsignedSdJwtVc,
    salts: &[Salt],
    key: &SigningKey,
    method: &DidUrl,
    published: &VerifyingKey,
) -> Result<String, IssueError> {
    if credential.issuer() != method.did() {
        return Err(IssueError::Template("iss"));
    }
    let holder = holder_key(credential.holder()).ok_or(IssueError::Template("cnf"))?;
    let different: HashSet<&Salt> = salts.iter().collect();
    if salts.len() != credential.digests() || different.len() != salts.len() {
        return Err(IssueError::SelfCheck(SelfCheck::Salts));
    }
    let mut salts = salts.iter().map(|salt| base64url::encode(salt));
    let disclosures: Vec<String> = credential
        .disclosable()
        .iter()
        .zip(salts.by_ref())
        .map(|((name, value), salt)| disclosure(&salt, name, value))
        .collect();
    // A decoy is the digest of what nobody has.
    let decoys: Vec<String> = salts.map(|salt| digest(&salt)).collect();
    let mut digests: Vec<String> = disclosures.iter().map(|text| digest(text)).collect();
    digests.extend(decoys);
    // In their own order, so that places say nothing about claims.
    digests.sort_unstable();
    let mut payload = credential.clear().clone();
    payload.insert("cnf", object! { "jwk" => holder.jwk() });
    let mut expected = payload.clone();
    payload.insert("_sd_alg", HASH_ALGORITHM);
    payload.insert("_sd", digests);
    let mut text = token::sign(TYP, Some(method), &payload, key);
    text.push('~');
    for disclosure in &disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    for (name, value) in credential.disclosable() {
        expected.insert(*name, value.clone());
    }
    check(&text, credential, &expected, published).map_err(IssueError::SelfCheck)?;
    Ok(text)
}

/// Reads what was issued as a stranger would.
fn check(
    text: &str,
    credential: &UnsignedSdJwtVc,
    expected: &Object,
    published: &VerifyingKey,
) -> Result<(), SelfCheck> {
    let read = UnverifiedSdJwt::parse(text).map_err(|_| SelfCheck::Document)?;
    read.verify(published).map_err(|_| SelfCheck::Signature)?;
    let (shown, hidden) = (read.disclosures().len(), read.undisclosed());
    if read.claims() == expected
        && shown == credential.disclosable().len()
        && shown + hidden == credential.digests()
    {
        Ok(())
    } else {
        Err(SelfCheck::Document)
    }
}

fn disclosure(salt: &str, name: &str, value: &Value) -> String {
    let parts = Value::Array(vec![salt.into(), name.into(), value.clone()]);
    base64url::encode(canonical::to_text(&parts).as_bytes())
}

/// Holders are named by their keys.
fn holder_key(holder: &Did) -> Option<VerifyingKey> {
    match holder.method() {
        DidMethod::Key => did_key::decode(holder).ok(),
        DidMethod::Jwk => did_jwk::decode(holder).ok(),
        DidMethod::Web => None,
    }
}

//! An issuer and a holder who write anything that they like.

use schemas::encoding::base64url;
use schemas::json::{self, Limits, Object, Value};
use schemas::object;

use crate::keys::SigningKey;
use crate::sd_jwt::{SdJwtError, UnverifiedSdJwt, digest};

pub(super) fn issuer() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

pub(super) fn holder() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

pub(super) fn json(text: &str) -> Value {
    json::read(text.as_bytes(), &Limits::document()).unwrap()
}

pub(super) fn object(text: &str) -> Object {
    json(text).as_object().unwrap().clone()
}

/// A disclosure of this text, whatever it is.
pub(super) fn disclosure(text: &str) -> String {
    base64url::encode(text.as_bytes())
}

pub(super) fn compact(header: &Object, payload: &str, key: &SigningKey) -> String {
    let header = Value::Object(header.clone()).to_string();
    let mut text = format!("{}.{}", disclosure(&header), disclosure(payload));
    let signature = key.sign(text.as_bytes()).to_bytes();
    text.push('.');
    text.push_str(&base64url::encode(&signature));
    text
}

/// A header that is as it should be.
pub(super) fn header() -> Object {
    object! {
        "alg" => "EdDSA",
        "typ" => "dc+sd-jwt",
        "kid" => &issuer().verification_method(),
    }
}

/// An SD-JWT of a payload: `$1`, `$2` in it stand for the digests of the disclosures.
pub(super) fn sd_jwt(payload: &str, disclosures: &[&str]) -> String {
    let disclosures: Vec<String> = disclosures.iter().map(|text| disclosure(text)).collect();
    of_encoded(payload, &disclosures)
}

/// The same of disclosures that are encoded already. `$1` in a payload is replaced.
pub(super) fn of_encoded(payload: &str, disclosures: &[String]) -> String {
    let mut payload = payload.to_owned();
    for (index, text) in disclosures.iter().enumerate().rev() {
        payload = payload.replace(&format!("${}", index + 1), &digest(text));
    }
    let mut text = compact(&header(), &payload, &issuer());
    text.push('~');
    for disclosure in disclosures {
        text.push_str(disclosure);
        text.push('~');
    }
    text
}

/// What reading one says: the claims, or the fault.
pub(super) fn read(text: &str) -> Result<Value, SdJwtError> {
    let read = UnverifiedSdJwt::parse(text)?;
    assert_eq!(read.text(), text);
    assert_eq!(read.verify(&issuer().verifying_key()), Ok(()));
    Ok(Value::Object(read.claims().clone()))
}

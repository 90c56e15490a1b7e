//! What kind of thing bytes are, told by their first letters and names alone. The holder's side runs
//! it.

use schemas::json::{self, Limits, Value};
use schemas::receipt::{CompactJws, RECEIPT_TYP};

use crate::check::CheckError;

/// What kind of thing something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// An avatar or item credential, or JSON that is none of the others.
    Credential,
    /// A model file (`.glb`, `.vrm`).
    Model,
    /// One presentation.
    Presentation,
    /// A creator's statement about a model file.
    Provenance,
    /// A world's signed receipt.
    Receipt,
    /// An answer to a request: presentations by the parts that they answer.
    VpToken,
}

/// Tells what something is. That it is so is not said: a thing that calls itself a credential is
/// judged as one.
///
/// # Errors
/// [`CheckError::Unrecognized`] when it is none of the sorts.
pub fn sort_of(bytes: &[u8]) -> Result<Sort, CheckError> {
    if bytes.starts_with(b"glTF") {
        return Ok(Sort::Model);
    }
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if start != Some(&b'{') {
        return sort_of_token(bytes);
    }
    // What cannot be read is judged as a credential, and refused with what is wrong.
    let Ok(value) = json::read(bytes, &Limits::document()) else {
        return Ok(Sort::Credential);
    };
    let types = value
        .get("type")
        .and_then(Value::strings)
        .unwrap_or_default();
    let all_arrays = value.as_object().is_some_and(|object| {
        !object.is_empty() && object.iter().all(|(_, value)| value.as_array().is_some())
    });
    Ok(if types.contains(&"VerifiablePresentation") {
        Sort::Presentation
    } else if types.contains(&"AssetProvenance") {
        Sort::Provenance
    } else if types.is_empty() && all_arrays {
        Sort::VpToken
    } else {
        Sort::Credential
    })
}

fn sort_of_token(bytes: &[u8]) -> Result<Sort, CheckError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| CheckError::Unrecognized)?
        .trim();
    let token = CompactJws::new(text).ok_or(CheckError::Unrecognized)?;
    let header = token.as_str().split('.').next().unwrap_or_default();
    let header = schemas::encoding::base64url::decode(header).ok_or(CheckError::Unrecognized)?;
    let header = json::read(&header, &Limits::message()).map_err(|_| CheckError::Unrecognized)?;
    match header.get("typ").and_then(Value::as_str) {
        Some(RECEIPT_TYP) => Ok(Sort::Receipt),
        _ => Err(CheckError::Unrecognized),
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, sort_of};
    use crate::check::CheckError;
    use schemas::reason::Reason;

    #[test]
    fn things_are_told_apart() {
        for (text, sort) in [
            ("glTF\u{2}\0\0\0", Sort::Model),
            (
                " {\"type\":[\"VerifiableCredential\",\"AvatarCredential\"]}",
                Sort::Credential,
            ),
            (
                "{\"type\":[\"VerifiableCredential\",\"AssetProvenance\"]}",
                Sort::Provenance,
            ),
            ("{\"type\":\"VerifiablePresentation\"}", Sort::Presentation),
            ("{\"avatar\":[{}],\"item\":[{}]}", Sort::VpToken),
            ("{\"avatar\":[{}],\"item\":{}}", Sort::Credential),
            ("{}", Sort::Credential),
            ("{\"a\":1,\"a\":2}", Sort::Credential),
            ("{", Sort::Credential),
        ] {
            assert_eq!(sort_of(text.as_bytes()), Ok(sort), "{text}");
        }
        let token = |typ: &str| {
            let header = format!("{{\"typ\":\"{typ}\"}}");
            format!(
                "{}.e30.AAAA\n",
                schemas::encoding::base64url::encode(header.as_bytes())
            )
        };
        assert_eq!(
            sort_of(token("omote-receipt+jwt").as_bytes()),
            Ok(Sort::Receipt)
        );
        for other in [
            token("oauth-authz-req+jwt"),
            "hello".to_owned(),
            String::new(),
        ] {
            let error = sort_of(other.as_bytes()).unwrap_err();
            assert_eq!(error, CheckError::Unrecognized);
            assert_eq!(error.reason(), Reason::ParseError);
        }
        assert_eq!(sort_of(&[0xff, 0xfe]), Err(CheckError::Unrecognized));
    }
}

//! `did:web` documents: from the DID to its URL, and from the URL to bytes that say they are it.
//! Run by whoever checks a signature of a world (did:web method specification, sections 3.1 and 3.2).

use schemas::did::{Did, DidMethod};
use schemas::json::{self, Limits};
use schemas::time::Timestamp;

use crate::client::Client;
use crate::error::{Cause, FetchError};
use crate::guard::{Origin, Policy};
use crate::purpose::Purpose;

/// Something that was fetched, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched<T> {
    /// What was fetched.
    pub value: T,
    /// The time that the caller gave.
    pub fetched_at: Timestamp,
}

/// The URL of a `did:web` document: `https`, or `http` when the DID is `did:web:localhost%3APORT` and
/// the policy names exactly that origin.
///
/// # Errors
/// [`Cause::DidMethod`] for other methods; [`Cause::DidPort`] for a port that says what no port says.
pub fn document_url(did: &Did, policy: &Policy) -> Result<String, Cause> {
    if did.method() != DidMethod::Web {
        return Err(Cause::DidMethod);
    }
    let mut parts = did.method_specific_id().split(':');
    let authority = parts.next().unwrap_or_default();
    let (host, port) = match authority.split_once("%3A") {
        None => (authority, None),
        Some((host, port)) => {
            // `Did` has read the port already, so that the fallback is never met.
            let port: u16 = port.parse().map_err(|_| Cause::DidPort { found: 0 })?;
            // The usual port has one spelling, or one world would have two names.
            if port == 443 {
                return Err(Cause::DidPort { found: port });
            }
            (host, Some(port))
        }
    };
    let named = port.is_some_and(|port| host == "localhost" && policy.names(&Origin::local(port)));
    let scheme = if named { "http" } else { "https" };
    let mut url = format!("{scheme}://{host}");
    if let Some(port) = port {
        url.push_str(&format!(":{port}"));
    }
    let path: Vec<&str> = parts.collect();
    if path.is_empty() {
        url.push_str("/.well-known");
    }
    for segment in path {
        url.push('/');
        url.push_str(segment);
    }
    url.push_str("/did.json");
    Ok(url)
}

impl Client {
    /// Fetches the document of a `did:web`. The bytes are JSON and their `id` is the DID; everything
    /// else about them is for `proofs` to judge. `now` is recorded, not compared.
    ///
    /// # Errors
    /// [`FetchError`], whose reason is one of the `did_*` codes.
    pub async fn resolve(&self, did: &Did, now: Timestamp) -> Result<Fetched<Vec<u8>>, FetchError> {
        let purpose = Purpose::DidDocument;
        let url = document_url(did, self.policy())
            .map_err(|cause| FetchError::new(purpose, cause, None))?;
        let response = self
            .bytes(
                purpose,
                &url,
                purpose.accept(),
                purpose.max_body(),
                purpose.redirects(),
            )
            .await?;
        let bytes = response.into_body();
        let limits = Limits {
            max_bytes: purpose.max_body(),
            ..Limits::document()
        };
        let document = json::read(&bytes, &limits)
            .map_err(|error| self.unusable(purpose, &url, Cause::Json(error.reason())))?;
        if document.get("id").and_then(json::Value::as_str) != Some(did.as_str()) {
            return Err(self.unusable(purpose, &url, Cause::IdMismatch));
        }
        Ok(Fetched {
            value: bytes,
            fetched_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(did: &str) -> Result<String, Cause> {
        let policy = Policy::public()
            .allow_loopback("http://localhost:8080")
            .unwrap();
        document_url(&did.parse().unwrap(), &policy)
    }

    #[test]
    fn a_did_has_one_url() {
        for (did, expected) in [
            (
                "did:web:world.example",
                "https://world.example/.well-known/did.json",
            ),
            (
                "did:web:world.example:users:alice",
                "https://world.example/users/alice/did.json",
            ),
            (
                "did:web:world.example%3A8443",
                "https://world.example:8443/.well-known/did.json",
            ),
            (
                "did:web:world.example%3A8443:a",
                "https://world.example:8443/a/did.json",
            ),
            (
                "did:web:localhost%3A8080",
                "http://localhost:8080/.well-known/did.json",
            ),
            (
                "did:web:localhost%3A8080:a",
                "http://localhost:8080/a/did.json",
            ),
            // not named, so it is treated as any host, and the guard refuses it
            (
                "did:web:localhost%3A8081",
                "https://localhost:8081/.well-known/did.json",
            ),
            (
                "did:web:localhost",
                "https://localhost/.well-known/did.json",
            ),
            (
                "did:web:world.example%3A8080",
                "https://world.example:8080/.well-known/did.json",
            ),
        ] {
            assert_eq!(url(did).as_deref(), Ok(expected), "{did}");
        }
    }

    #[test]
    fn the_usual_port_is_not_spelled_and_other_methods_have_no_url() {
        assert_eq!(
            url("did:web:world.example%3A443"),
            Err(Cause::DidPort { found: 443 })
        );
        assert_eq!(
            url("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
            Err(Cause::DidMethod)
        );
    }
}

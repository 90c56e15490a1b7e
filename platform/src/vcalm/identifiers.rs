//! `GET /identifiers/{did}`: the document of a DID that is its own document.
//! Source: DID Resolution 0.3, section 9 (HTTP binding); did:key 0.9; did:jwk.

use axum::http::StatusCode;
use proofs::{did_document, did_jwk, did_key};
use schemas::did::{Did, DidError, DidMethod};
use schemas::json::Object;
use schemas::object;

/// The forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The document alone.
    Document,
    /// The document with what resolving it has shown.
    Result,
}

impl Form {
    /// What a client wants, by its `Accept`.
    pub(crate) fn wanted(accept: &str) -> Self {
        let wants = |name: &str| accept.to_ascii_lowercase().contains(name);
        if !wants("did-resolution")
            && (wants("application/did+")
                || wants("application/did;")
                || wants("application/did,")
                || accept.trim().eq_ignore_ascii_case("application/did"))
        {
            Self::Document
        } else {
            Self::Result
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Document => "application/did+json",
            Self::Result => "application/did-resolution+json",
        }
    }
}

/// Resolves a DID.
pub(crate) fn resolve(text: &str, form: Form) -> (StatusCode, Object) {
    match document(text) {
        Ok(document) => match form {
            Form::Document => (StatusCode::OK, document),
            Form::Result => (
                StatusCode::OK,
                object! {
                    "didDocument" => document,
                    "didResolutionMetadata" => object! { "contentType" => "application/did+json" },
                    "didDocumentMetadata" => Object::new(),
                },
            ),
        },
        Err((status, error)) => (
            status,
            object! {
                "didDocument" => schemas::json::Value::Null,
                "didResolutionMetadata" => object! { "error" => error },
                "didDocumentMetadata" => Object::new(),
            },
        ),
    }
}

fn document(text: &str) -> Result<Object, (StatusCode, &'static str)> {
    const INVALID: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "invalidDid");
    const METHOD: (StatusCode, &str) = (StatusCode::NOT_IMPLEMENTED, "methodNotSupported");
    let did: Did = text.parse().map_err(|error| match error {
        DidError::Method => METHOD,
        _ => INVALID,
    })?;
    let (key, fragment) = match did.method() {
        DidMethod::Key => {
            let key = did_key::decode(&did).map_err(|_| INVALID)?;
            (key, did.method_specific_id().to_owned())
        }
        DidMethod::Jwk => (did_jwk::decode(&did).map_err(|_| INVALID)?, "0".to_owned()),
        DidMethod::Web => return Err(METHOD),
    };
    did_document::build(&did, &[(&fragment, &key)], &[]).map_err(|_| INVALID)
}

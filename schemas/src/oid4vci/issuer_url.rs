//! Identifiers of issuers and authorization servers, and where their metadata stands.

use std::fmt;
use std::str::FromStr;

use crate::json::Value;
use crate::reason::Reason;
use crate::web_url::WebUrl;
use crate::world::WorldId;

/// A credential issuer identifier (section 12.2.1) or authorization server issuer (RFC 8414 section
/// 2): a URL without query and fragment. Two are the same when they are letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuerUrl(WebUrl);

/// A text that is no issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerUrlError;

impl IssuerUrlError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::IdMalformed
    }
}

impl fmt::Display for IssuerUrlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an issuer identifier: an https URL without query and fragment")
    }
}

impl std::error::Error for IssuerUrlError {}

impl IssuerUrl {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The world in whose origin it lies.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        self.0.world()
    }

    /// Where the credential issuer metadata stands (section 12.2.2).
    #[must_use]
    pub fn credential_issuer_metadata(&self) -> String {
        self.well_known("openid-credential-issuer")
    }

    /// Where the authorization server metadata stands (RFC 8414 section 3.1).
    #[must_use]
    pub fn authorization_server_metadata(&self) -> String {
        self.well_known("oauth-authorization-server")
    }

    /// Between host and path; a slash at the end of the path goes.
    fn well_known(&self, name: &str) -> String {
        let path = self.0.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        format!("{}/.well-known/{name}{path}", self.world().origin())
    }
}

impl FromStr for IssuerUrl {
    type Err = IssuerUrlError;

    fn from_str(text: &str) -> Result<Self, IssuerUrlError> {
        let url: WebUrl = text.parse().map_err(|_| IssuerUrlError)?;
        let doubled = url.path().contains("//") || url.path().contains(';');
        if url.query().is_some() || url.fragment().is_some() || doubled {
            return Err(IssuerUrlError);
        }
        Ok(Self(url))
    }
}

impl From<&WorldId> for IssuerUrl {
    /// The whole world as one issuer.
    fn from(world: &WorldId) -> Self {
        Self(WebUrl::from(world))
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl From<&IssuerUrl> for Value {
    fn from(issuer: &IssuerUrl) -> Self {
        Self::from(issuer.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::IssuerUrl;

    #[test]
    fn metadata_stands_between_host_and_path() {
        for (issuer, metadata) in [
            (
                "https://world.example",
                "https://world.example/.well-known/openid-credential-issuer",
            ),
            (
                "https://world.example/",
                "https://world.example/.well-known/openid-credential-issuer",
            ),
            (
                "https://world.example/tenant/a",
                "https://world.example/.well-known/openid-credential-issuer/tenant/a",
            ),
            (
                "http://localhost:8080/tenant/",
                "http://localhost:8080/.well-known/openid-credential-issuer/tenant",
            ),
        ] {
            let issuer: IssuerUrl = issuer.parse().unwrap();
            assert_eq!(issuer.credential_issuer_metadata(), metadata);
            assert_eq!(
                issuer.authorization_server_metadata(),
                metadata.replace("openid-credential-issuer", "oauth-authorization-server")
            );
        }
    }

    #[test]
    fn path_tricks_are_no_identifiers() {
        for issuer in [
            "https://world.example?x",
            "https://world.example#x",
            "https://world.example/a/../b",
            "https://world.example/%2e%2e/b",
            "https://world.example//evil.example",
            "https://world.example/;evil",
            "https://world.example@evil.example",
            "http://world.example",
            "world.example",
        ] {
            assert!(issuer.parse::<IssuerUrl>().is_err(), "{issuer}");
        }
    }
}

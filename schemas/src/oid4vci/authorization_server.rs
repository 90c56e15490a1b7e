//! Authorization server metadata, as far as the pre-authorized code flow needs it.
//!
//! Written by worlds at `/.well-known/oauth-authorization-server`, read by wallets.
//! Source: RFC 8414 section 2; OpenID4VCI 1.0 section 12.3.

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::oid4vci::IssuerUrl;
use crate::oid4vci::offer::parse_issuer;
use crate::reason::Reason;
use crate::web_url::WebUrl;

const METADATA: Kind = Kind::new("authorization server metadata", Reason::OfferRejected);

/// Authorization server metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationServerMetadata {
    /// `issuer`
    pub issuer: IssuerUrl,
    /// `token_endpoint`
    pub token_endpoint: WebUrl,
    /// `pre-authorized_grant_anonymous_access_supported`
    pub anonymous_access: AnonymousAccess,
}

/// Whether a wallet may redeem a pre-authorized code without naming a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnonymousAccess {
    /// Not without a client identifier; the default.
    #[default]
    Refused,
    /// Yes.
    Supported,
}

impl AuthorizationServerMetadata {
    /// Reads the metadata that was fetched for one server.
    ///
    /// # Errors
    /// `issuer_metadata_mismatch` when it names another (RFC 8414 section 3.3) or its token endpoint
    /// lies in another origin; else as [`Message::read`].
    pub fn read_for(server: &IssuerUrl, bytes: &[u8]) -> Result<Self, MessageError> {
        let metadata = Self::read(bytes)?;
        let mismatch = |member, expected| {
            let problem = Problem::Mismatch { expected };
            Err(METADATA.fail_as(member, problem, Reason::IssuerMetadataMismatch))
        };
        if metadata.issuer != *server {
            return mismatch("issuer", "the server that was asked");
        }
        if metadata.token_endpoint.world() != server.world() {
            return mismatch("token_endpoint", "the origin of the server");
        }
        Ok(metadata)
    }
}

impl Message for AuthorizationServerMetadata {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(METADATA, value)?;
        let access = members.flag("pre-authorized_grant_anonymous_access_supported")?;
        Ok(Self {
            issuer: parse_issuer(&members, "issuer", &members.text("issuer")?)?,
            token_endpoint: members.url("token_endpoint")?,
            anonymous_access: match access {
                Some(true) => AnonymousAccess::Supported,
                Some(false) | None => AnonymousAccess::Refused,
            },
        })
    }

    /// With the lists that RFC 8414 requires of a server that has no authorization endpoint.
    fn to_object(&self) -> Object {
        let supported = self.anonymous_access == AnonymousAccess::Supported;
        crate::object! {
            "issuer" => &self.issuer,
            "token_endpoint" => &self.token_endpoint,
            "response_types_supported" => Vec::<Value>::new(),
            "grant_types_supported" => ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
            "token_endpoint_auth_methods_supported" => ["none"],
            "pre-authorized_grant_anonymous_access_supported" => supported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AnonymousAccess, AuthorizationServerMetadata};
    use crate::message::Message;
    use crate::oid4vci::IssuerUrl;
    use crate::reason::Reason;

    fn metadata() -> AuthorizationServerMetadata {
        AuthorizationServerMetadata {
            issuer: "https://world.example".parse().unwrap(),
            token_endpoint: "https://world.example/token".parse().unwrap(),
            anonymous_access: AnonymousAccess::Supported,
        }
    }

    #[test]
    fn is_read_as_it_was_written() {
        let metadata = metadata();
        let read = AuthorizationServerMetadata::read_for(&metadata.issuer, &metadata.to_bytes());
        assert_eq!(read, Ok(metadata));
        let least = br#"{"issuer":"https://a.example","token_endpoint":"https://b.example/t"}"#;
        let read = AuthorizationServerMetadata::read(least).unwrap();
        assert_eq!(read.anonymous_access, AnonymousAccess::Refused);
    }

    #[test]
    fn of_another_server_is_refused() {
        let other: IssuerUrl = "https://world.example/".parse().unwrap();
        let error = AuthorizationServerMetadata::read_for(&other, &metadata().to_bytes());
        let error = error.unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            ("issuer", Reason::IssuerMetadataMismatch)
        );
        let mut elsewhere = metadata();
        elsewhere.token_endpoint = "https://evil.example/token".parse().unwrap();
        let error = AuthorizationServerMetadata::read_for(&elsewhere.issuer, &elsewhere.to_bytes());
        let error = error.unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            ("token_endpoint", Reason::IssuerMetadataMismatch)
        );
    }

    #[test]
    fn wrong_types_are_not_absent() {
        for body in [
            "[]",
            r#"{"issuer":"https://a.example"}"#,
            r#"{"issuer":"https://a.example","token_endpoint":"http://a.example/t"}"#,
            r#"{"issuer":"https://a.example","token_endpoint":"https://a.example/t","pre-authorized_grant_anonymous_access_supported":"true"}"#,
            r#"{"issuer":"https://a.example","token_endpoint":"https://a.example/t","pre-authorized_grant_anonymous_access_supported":null}"#,
        ] {
            let error = AuthorizationServerMetadata::read(body.as_bytes()).unwrap_err();
            assert_eq!(error.reason(), Reason::OfferRejected, "{body}");
        }
    }
}

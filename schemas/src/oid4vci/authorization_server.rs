//! Authorization server metadata, as far as the flows of issuance need it.
//!
//! Written by worlds at `/.well-known/oauth-authorization-server`, read by wallets.
//! Source: RFC 8414 section 2; RFC 9126 section 5; RFC 9207 section 3; OpenID4VCI 1.0 section 12.3.

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::oid4vci::IssuerUrl;
use crate::oid4vci::offer::parse_issuer;
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// More grant types are refused.
const MAX_LIST: usize = 64;
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const REFRESH: &str = "refresh_token";

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
    /// Where authorization codes are had; `None` when this server gives none to us: it has none, takes
    /// no pushed requests, or not the challenge method S256.
    pub code_flow: Option<CodeFlow>,
    /// Whether `grant_types_supported` names `refresh_token`.
    pub refreshing: Refreshing,
}

/// Where authorization codes are had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFlow {
    /// `authorization_endpoint`: for the person's browser.
    pub authorization_endpoint: WebUrl,
    /// `pushed_authorization_request_endpoint`
    pub push_endpoint: WebUrl,
}

/// Whether there are refresh tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refreshing {
    /// Not that the server would say.
    #[default]
    Unsaid,
    /// Yes.
    Supported,
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
        if let Some(flow) = &metadata.code_flow {
            for (member, url) in [
                ("authorization_endpoint", &flow.authorization_endpoint),
                ("pushed_authorization_request_endpoint", &flow.push_endpoint),
            ] {
                if url.world() != server.world() {
                    return mismatch(member, "the origin of the server");
                }
            }
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
            code_flow: CodeFlow::read(&members)?,
            refreshing: if names(&members, "grant_types_supported", REFRESH)? {
                Refreshing::Supported
            } else {
                Refreshing::Unsaid
            },
        })
    }

    /// With the lists that RFC 8414 requires, which are empty for a server without code flow.
    fn to_object(&self) -> Object {
        let supported = self.anonymous_access == AnonymousAccess::Supported;
        let mut grants = vec![PRE_AUTHORIZED];
        let mut responses = Vec::new();
        if self.code_flow.is_some() {
            grants.push("authorization_code");
            responses.push("code");
        }
        if self.refreshing == Refreshing::Supported {
            grants.push(REFRESH);
        }
        let mut object = crate::object! {
            "issuer" => &self.issuer,
            "token_endpoint" => &self.token_endpoint,
            "response_types_supported" => responses,
            "grant_types_supported" => grants,
            "token_endpoint_auth_methods_supported" => ["none"],
            "pre-authorized_grant_anonymous_access_supported" => supported,
        };
        if let Some(flow) = &self.code_flow {
            flow.write(&mut object);
        }
        object
    }
}

/// Whether a list has a name. Servers write empty lists too.
fn names(members: &Members<'_>, member: &'static str, name: &str) -> Result<bool, MessageError> {
    let Some(value) = members.optional(member) else {
        return Ok(false);
    };
    if value.as_array().is_some_and(<[Value]>::is_empty) {
        return Ok(false);
    }
    let list = METADATA.texts(member, value, MAX_LIST)?;
    Ok(list.iter().any(|one| one == name))
}

impl CodeFlow {
    /// Of members that belong to a flow we cannot use, none is refused but those of a wrong type.
    fn read(members: &Members<'_>) -> Result<Option<Self>, MessageError> {
        let authorization_endpoint = members.optional_url("authorization_endpoint")?;
        let push_endpoint = members.optional_url("pushed_authorization_request_endpoint")?;
        let proves = names(members, "code_challenge_methods_supported", "S256")?;
        let (Some(authorization_endpoint), Some(push_endpoint)) =
            (authorization_endpoint, push_endpoint)
        else {
            return Ok(None);
        };
        Ok(proves.then_some(Self {
            authorization_endpoint,
            push_endpoint,
        }))
    }

    fn write(&self, object: &mut Object) {
        for (name, value) in crate::object! {
            "authorization_endpoint" => &self.authorization_endpoint,
            "pushed_authorization_request_endpoint" => &self.push_endpoint,
            "require_pushed_authorization_requests" => true,
            "code_challenge_methods_supported" => ["S256"],
            "authorization_response_iss_parameter_supported" => true,
            "authorization_details_types_supported" => ["openid_credential"],
        }
        .iter()
        {
            object.insert(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AnonymousAccess, AuthorizationServerMetadata, CodeFlow, Refreshing};
    use crate::message::Message;
    use crate::oid4vci::IssuerUrl;
    use crate::reason::Reason;

    fn metadata() -> AuthorizationServerMetadata {
        AuthorizationServerMetadata {
            issuer: "https://world.example".parse().unwrap(),
            token_endpoint: "https://world.example/token".parse().unwrap(),
            anonymous_access: AnonymousAccess::Supported,
            code_flow: Some(CodeFlow {
                authorization_endpoint: "https://world.example/authorize".parse().unwrap(),
                push_endpoint: "https://world.example/par".parse().unwrap(),
            }),
            refreshing: Refreshing::Supported,
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
        assert_eq!(
            (read.code_flow, read.refreshing),
            (None, Refreshing::Unsaid)
        );
        // Without S256, or with requests that are not pushed, there is no flow for us.
        let text = String::from_utf8(self::metadata().to_bytes()).unwrap();
        for (from, to) in [
            ("\"S256\"", "\"plain\""),
            ("pushed_authorization_request_endpoint", "par"),
            ("\"authorization_endpoint\"", "\"auth\""),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(text, other);
            let read = AuthorizationServerMetadata::read(other.as_bytes()).unwrap();
            assert_eq!(read.code_flow, None);
        }
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
        let evil: crate::web_url::WebUrl = "https://evil.example/x".parse().unwrap();
        for member in [
            "authorization_endpoint",
            "pushed_authorization_request_endpoint",
        ] {
            let mut elsewhere = metadata();
            let flow = elsewhere.code_flow.as_mut().unwrap();
            match member {
                "authorization_endpoint" => flow.authorization_endpoint = evil.clone(),
                _ => flow.push_endpoint = evil.clone(),
            }
            let bytes = elsewhere.to_bytes();
            let error = AuthorizationServerMetadata::read_for(&elsewhere.issuer, &bytes);
            assert_eq!(error.unwrap_err().member(), member);
        }
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

//! Refusals as OAuth 2.0 writes them, shared by issuance and presentation, with our reason code.
//!
//! Written by worlds (and by wallets in OpenID4VP), read by the other side. Source: RFC 6749 section
//! 5.2, RFC 6750 section 3.1, RFC 9396 section 5, OpenID4VCI 1.0 sections 6.3, 8.3.1.2, 9.3, 11.3,
//! OpenID4VP 1.0 section 8.5.

use std::fmt;

use crate::json::{Object, Value};
use crate::lang::Lang;
use crate::message::{Kind, Members, Message, MessageError};
use crate::reason::Reason;

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal,)+) => {
        /// The value of `error`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])+ $variant,)+
            /// A code of another specification: read, never written by us.
            Unrecognized,
        }

        impl ErrorCode {
            /// Every code that we know.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as it is written.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unrecognized => "server_error",
                }
            }
        }
    };
}

codes! {
    /// The person, or the wallet without asking, did not agree (OpenID4VP section 8.5).
    AccessDenied = "access_denied",
    /// The issuer does not issue, and will not on a second attempt (OpenID4VCI section 8.3.1.2).
    CredentialRequestDenied = "credential_request_denied",
    /// The token does not reach that far (RFC 6750 section 3.1).
    InsufficientScope = "insufficient_scope",
    /// `authorization_details` that name what this server does not have (RFC 9396 section 5).
    InvalidAuthorizationDetails = "invalid_authorization_details",
    /// The client is unknown or did not prove who it is.
    InvalidClient = "invalid_client",
    /// The credential request is malformed (OpenID4VCI section 8.3.1.2).
    InvalidCredentialRequest = "invalid_credential_request",
    /// The encryption asked for is missing or impossible (OpenID4VCI section 8.3.1.2).
    InvalidEncryptionParameters = "invalid_encryption_parameters",
    /// A wrong, used or expired code, or a wrong transaction code (OpenID4VCI section 6.3).
    InvalidGrant = "invalid_grant",
    /// A key proof without a current nonce of this issuer (OpenID4VCI section 8.3.1.2).
    InvalidNonce = "invalid_nonce",
    /// No such notification id (OpenID4VCI section 11.3).
    InvalidNotificationId = "invalid_notification_id",
    /// A malformed notification (OpenID4VCI section 11.3).
    InvalidNotificationRequest = "invalid_notification_request",
    /// A key proof that is missing or does not verify (OpenID4VCI section 8.3.1.2).
    InvalidProof = "invalid_proof",
    /// Malformed; also a transaction code that is missing or was not expected.
    InvalidRequest = "invalid_request",
    /// `request_uri_method` is neither `get` nor `post` (OpenID4VP section 8.5).
    InvalidRequestUriMethod = "invalid_request_uri_method",
    /// A scope that is unknown.
    InvalidScope = "invalid_scope",
    /// The access token is unknown, expired or used up (RFC 6750 section 3.1).
    InvalidToken = "invalid_token",
    /// No such deferred transaction, or none any more (OpenID4VCI section 9.3).
    InvalidTransactionId = "invalid_transaction_id",
    /// Transaction data that the wallet does not understand (OpenID4VP section 8.5).
    InvalidTransactionData = "invalid_transaction_data",
    /// Too busy for now (RFC 6749 section 4.1.2.1).
    TemporarilyUnavailable = "temporarily_unavailable",
    /// This client may not use this grant.
    UnauthorizedClient = "unauthorized_client",
    /// No such configuration (OpenID4VCI section 8.3.1.2).
    UnknownCredentialConfiguration = "unknown_credential_configuration",
    /// No such credential identifier (OpenID4VCI section 8.3.1.2).
    UnknownCredentialIdentifier = "unknown_credential_identifier",
    /// A grant type that the token endpoint does not know.
    UnsupportedGrantType = "unsupported_grant_type",
    /// A response type that the authorization endpoint does not have (RFC 6749 section 4.1.2.1).
    UnsupportedResponseType = "unsupported_response_type",
    /// The wallet has none of the formats (OpenID4VP section 8.5).
    VpFormatsNotSupported = "vp_formats_not_supported",
    /// The wallet could not be started (OpenID4VP section 8.5).
    WalletUnavailable = "wallet_unavailable",
}

impl ErrorCode {
    /// The code that has this name.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let known = Self::ALL.iter().copied().find(|known| known.code() == code);
        known.unwrap_or(Self::Unrecognized)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Text in the characters of `error_description`: ASCII without `"` and `\` (RFC 6749 section 5.2).
///
/// Texts in Japanese have no place in it; the reason code is what a client translates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(String);

/// Longer descriptions are cut.
const MAX_DESCRIPTION: usize = 500;

impl Description {
    /// Writes a question mark for every character that is not allowed, and cuts after 500.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let allowed = |letter: char| match letter {
            ' '..='!' | '#'..='[' | ']'..='~' => letter,
            '"' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => '\'',
            '\u{2013}' | '\u{2014}' => '-',
            _ => '?',
        };
        Self(text.chars().map(allowed).take(MAX_DESCRIPTION).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The body of a refusal: `{"error", "error_description", "reason"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// `error`
    pub code: ErrorCode,
    /// `error_description`
    pub description: Option<Description>,
    /// `reason`, a member of ours: why, in the spelling used everywhere. `None` from strangers.
    pub reason: Option<Reason>,
}

const KIND: Kind = Kind::new("error response", Reason::BadRequest);

impl ErrorResponse {
    /// A refusal that says why: the description is the English sentence of the reason.
    #[must_use]
    pub fn because(code: ErrorCode, reason: Reason) -> Self {
        Self {
            code,
            description: Some(Description::of(&reason.sentence(Lang::En))),
            reason: Some(reason),
        }
    }

    pub(crate) fn of_parts(code: &str, description: Option<&str>, reason: Option<&str>) -> Self {
        Self {
            code: ErrorCode::from_code(code),
            description: description.map(Description::of),
            // A code of a later version is none of ours, which is no reason to lose the refusal.
            reason: reason.and_then(|code| code.parse().ok()),
        }
    }
}

impl Message for ErrorResponse {
    /// Unknown members are ignored; an unknown code is [`ErrorCode::Unrecognized`].
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(KIND, value)?;
        let code = members.text("error")?;
        let description = members.optional_text("error_description")?;
        let reason = members.optional_text("reason")?;
        Ok(Self::of_parts(
            &code,
            description.as_deref(),
            reason.as_deref(),
        ))
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        object.insert("error", self.code.code());
        if let Some(description) = &self.description {
            object.insert("error_description", description.as_str());
        }
        if let Some(reason) = self.reason {
            object.insert("reason", reason.code());
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::{Description, ErrorCode, ErrorResponse};
    use crate::message::{Message, Problem};
    use crate::reason::Reason;

    #[test]
    fn every_code_reads_back() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_code(code.code()), *code);
        }
        assert_eq!(ErrorCode::from_code("slow_down"), ErrorCode::Unrecognized);
    }

    #[test]
    fn a_refusal_is_read_as_it_was_written() {
        for reason in Reason::ALL {
            let refusal = ErrorResponse::because(ErrorCode::InvalidGrant, *reason);
            assert_eq!(ErrorResponse::read(&refusal.to_bytes()), Ok(refusal));
        }
    }

    #[test]
    fn descriptions_are_ascii_whoever_wrote_them() {
        let body =
            "{\"error\":\"x\",\"error_description\":\"だめ \\u001b[31m \\\"no\\\"\",\"more\":1}";
        let refusal = ErrorResponse::read(body.as_bytes()).unwrap();
        assert_eq!(refusal.code, ErrorCode::Unrecognized);
        assert_eq!(refusal.reason, None);
        assert_eq!(refusal.description.unwrap().as_str(), "?? ?[31m 'no'");
        assert_eq!(Description::of(&"a".repeat(600)).as_str().len(), 500);
    }

    #[test]
    fn refuses_another_shape() {
        for (body, problem) in [
            ("{}", Problem::Missing),
            (
                r#"{"error":1}"#,
                Problem::Type {
                    expected: "string",
                    found: "number",
                },
            ),
            (
                r#"{"error":"x","reason":null}"#,
                Problem::Type {
                    expected: "string",
                    found: "null",
                },
            ),
        ] {
            let error = ErrorResponse::read(body.as_bytes()).unwrap_err();
            assert_eq!(
                (error.problem(), error.reason()),
                (problem, Reason::BadRequest)
            );
        }
    }
}

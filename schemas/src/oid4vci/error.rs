//! Which OAuth error code goes with which reason, endpoint by endpoint.
//!
//! Run by worlds. Source: sections 6.3 (token), 8.3.1 (credential), 9.3 (deferred), 11.3
//! (notification), RFC 9126 section 2.3 (pushed requests); the reason code travels beside the error code in [`ErrorResponse`].

use crate::message::{MessageError, Problem};
use crate::oauth::{ErrorCode, ErrorResponse};
use crate::oid4vci::authorization::AuthorizationDetails;
use crate::reason::Reason;

/// The refusal of a token request (section 6.3).
#[must_use]
pub fn at_token(reason: Reason) -> ErrorResponse {
    let code = match reason {
        Reason::AuthCodeMismatch
        | Reason::AuthCodeUsed
        | Reason::CredentialNotAuthorized
        | Reason::GrantRevoked
        | Reason::NotFound
        | Reason::PreAuthCodeUsed
        | Reason::TxCodeInvalid
        | Reason::TxCodeLocked => ErrorCode::InvalidGrant,
        Reason::ClientAuthFailed | Reason::Unauthorized => ErrorCode::InvalidClient,
        Reason::Overloaded | Reason::RefillTooEarly => ErrorCode::TemporarilyUnavailable,
        _ => ErrorCode::InvalidRequest,
    };
    ErrorResponse::because(code, reason)
}

/// The refusal of a token request that could not be read.
#[must_use]
pub fn at_token_unread(error: &MessageError) -> ErrorResponse {
    match (error.member(), error.problem()) {
        ("grant_type", Problem::Unsupported) => {
            ErrorResponse::because(ErrorCode::UnsupportedGrantType, error.reason())
        }
        _ if concerns_details(error) => {
            ErrorResponse::because(ErrorCode::InvalidAuthorizationDetails, error.reason())
        }
        // An empty transaction code is a malformed one and not a wrong guess.
        ("tx_code", _) => ErrorResponse::because(ErrorCode::InvalidRequest, error.reason()),
        _ => at_token(error.reason()),
    }
}

/// The refusal of a credential request whose key proofs are at fault.
#[must_use]
pub fn at_key_proof(reason: Reason) -> ErrorResponse {
    let code = match reason {
        Reason::CNonceInvalid | Reason::NonceReused => ErrorCode::InvalidNonce,
        _ => ErrorCode::InvalidProof,
    };
    ErrorResponse::because(code, reason)
}

/// The refusal of a pushed request that could not be read (RFC 9126 section 2.3).
#[must_use]
pub fn at_pushed_unread(error: &MessageError) -> ErrorResponse {
    let code = match (error.member(), error.problem()) {
        ("response_type", Problem::Unsupported) => ErrorCode::UnsupportedResponseType,
        ("scope", _) => ErrorCode::InvalidScope,
        _ if concerns_details(error) => ErrorCode::InvalidAuthorizationDetails,
        _ => ErrorCode::InvalidRequest,
    };
    ErrorResponse::because(code, error.reason())
}

fn concerns_details(error: &MessageError) -> bool {
    let members = [
        AuthorizationDetails::FIELD,
        "type",
        "credential_configuration_id",
    ];
    members.contains(&error.member())
}

/// The refusal of a deferred credential request (section 9.3); statuses as [`at_credential`].
#[must_use]
pub fn at_deferred(reason: Reason) -> ErrorResponse {
    match reason {
        Reason::NotFound => ErrorResponse::because(ErrorCode::InvalidTransactionId, reason),
        _ => at_credential(reason),
    }
}

/// The refusal of a credential request (section 8.3.1). `Unauthorized` goes with status 401 and
/// `WWW-Authenticate`, everything else with 400.
#[must_use]
pub fn at_credential(reason: Reason) -> ErrorResponse {
    let code = match reason {
        Reason::CNonceInvalid | Reason::NonceReused => ErrorCode::InvalidNonce,
        Reason::Unauthorized => ErrorCode::InvalidToken,
        Reason::EncRequired | Reason::EncUnsupported => ErrorCode::InvalidEncryptionParameters,
        Reason::CredentialNotAuthorized
        | Reason::GrantRevoked
        | Reason::IssuanceDenied
        | Reason::IssueTemplateViolation
        | Reason::IssueSelfCheckFailed
        | Reason::InternalError => ErrorCode::CredentialRequestDenied,
        Reason::Overloaded => ErrorCode::TemporarilyUnavailable,
        reason if concerns_a_key_proof(reason) => ErrorCode::InvalidProof,
        _ => ErrorCode::InvalidCredentialRequest,
    };
    ErrorResponse::because(code, reason)
}

/// The refusal of a notification (section 11.3).
#[must_use]
pub fn at_notification(reason: Reason) -> ErrorResponse {
    let code = match reason {
        Reason::NotFound => ErrorCode::InvalidNotificationId,
        Reason::Unauthorized => ErrorCode::InvalidToken,
        _ => ErrorCode::InvalidNotificationRequest,
    };
    ErrorResponse::because(code, reason)
}

/// What a wallet takes from a refusal: our reason when the world sent one, else the nearest.
#[must_use]
pub fn reason_of(refusal: &ErrorResponse) -> Reason {
    refusal.reason.unwrap_or(match refusal.code {
        ErrorCode::InvalidGrant => Reason::OfferRejected,
        ErrorCode::InvalidTransactionId => Reason::NotFound,
        ErrorCode::InvalidNonce => Reason::CNonceInvalid,
        ErrorCode::InvalidProof => Reason::InvalidProof,
        ErrorCode::InvalidToken | ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => {
            Reason::Unauthorized
        }
        ErrorCode::CredentialRequestDenied
        | ErrorCode::UnknownCredentialConfiguration
        | ErrorCode::UnknownCredentialIdentifier
        | ErrorCode::InsufficientScope => Reason::CredentialNotAuthorized,
        ErrorCode::InvalidEncryptionParameters => Reason::EncRequired,
        ErrorCode::TemporarilyUnavailable => Reason::Overloaded,
        _ => Reason::BadRequest,
    })
}

fn concerns_a_key_proof(reason: Reason) -> bool {
    let areas = [
        "alg_", "did_", "jws_", "jwt_", "key_", "proof_", "sig_", "vm_",
    ];
    reason == Reason::InvalidProof || areas.iter().any(|area| reason.code().starts_with(area))
}

#[cfg(test)]
mod tests {
    use super::{
        at_credential, at_deferred, at_key_proof, at_notification, at_pushed_unread, at_token,
        at_token_unread, reason_of,
    };
    use crate::form::Form;
    use crate::oauth::ErrorCode;
    use crate::oid4vci::authorization::PushedRequest;
    use crate::oid4vci::token::{DetailedTokenRequest, TokenRequest};
    use crate::reason::Reason;

    #[test]
    fn each_endpoint_has_its_codes() {
        for (reason, code) in [
            (Reason::PreAuthCodeUsed, ErrorCode::InvalidGrant),
            (Reason::TxCodeInvalid, ErrorCode::InvalidGrant),
            (Reason::TxCodeLocked, ErrorCode::InvalidGrant),
            (Reason::AuthCodeUsed, ErrorCode::InvalidGrant),
            (Reason::AuthCodeMismatch, ErrorCode::InvalidGrant),
            (Reason::NotFound, ErrorCode::InvalidGrant),
            (Reason::RefillTooEarly, ErrorCode::TemporarilyUnavailable),
            (Reason::BadRequest, ErrorCode::InvalidRequest),
        ] {
            assert_eq!(at_token(reason).code, code);
        }
        for (reason, code) in [
            (Reason::CNonceInvalid, ErrorCode::InvalidNonce),
            (Reason::InvalidProof, ErrorCode::InvalidProof),
            (Reason::SigInvalid, ErrorCode::InvalidProof),
            (Reason::JwtTyp, ErrorCode::InvalidProof),
            (Reason::KeyWeak, ErrorCode::InvalidProof),
            (Reason::Unauthorized, ErrorCode::InvalidToken),
            (
                Reason::EncUnsupported,
                ErrorCode::InvalidEncryptionParameters,
            ),
            (
                Reason::CredentialNotAuthorized,
                ErrorCode::CredentialRequestDenied,
            ),
            (Reason::BadRequest, ErrorCode::InvalidCredentialRequest),
            (Reason::InputTooLarge, ErrorCode::InvalidCredentialRequest),
        ] {
            assert_eq!(at_credential(reason).code, code, "{reason}");
        }
        for (reason, code) in [
            (Reason::CNonceInvalid, ErrorCode::InvalidNonce),
            (Reason::CtxUnknown, ErrorCode::InvalidProof),
            (Reason::SigInvalid, ErrorCode::InvalidProof),
        ] {
            assert_eq!(at_key_proof(reason).code, code, "{reason}");
        }
        for (reason, code) in [
            (Reason::NotFound, ErrorCode::InvalidTransactionId),
            (Reason::IssuanceDenied, ErrorCode::CredentialRequestDenied),
            (Reason::Unauthorized, ErrorCode::InvalidToken),
            (Reason::BadRequest, ErrorCode::InvalidCredentialRequest),
        ] {
            assert_eq!(at_deferred(reason).code, code, "{reason}");
        }
        assert_eq!(
            at_notification(Reason::NotFound).code,
            ErrorCode::InvalidNotificationId
        );
        assert_eq!(
            at_notification(Reason::BadRequest).code,
            ErrorCode::InvalidNotificationRequest
        );
    }

    #[test]
    fn an_unread_token_request_says_why() {
        for (body, code) in [
            ("grant_type=password", ErrorCode::UnsupportedGrantType),
            ("", ErrorCode::InvalidRequest),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code&pre-authorized_code=a&tx_code=",
                ErrorCode::InvalidRequest,
            ),
        ] {
            let error = TokenRequest::read(body.as_bytes()).unwrap_err();
            let refusal = at_token_unread(&error);
            assert_eq!((refusal.code, refusal.reason), (code, Some(error.reason())));
        }
    }

    #[test]
    fn an_unread_pushed_request_says_why() {
        for (body, code) in [
            ("response_type=token", ErrorCode::UnsupportedResponseType),
            ("", ErrorCode::InvalidRequest),
            ("response_type=code", ErrorCode::InvalidRequest),
        ] {
            let error = PushedRequest::read(body.as_bytes()).unwrap_err();
            assert_eq!(at_pushed_unread(&error).code, code);
        }
        for details in ["x", "[{}]", "[{\"type\":\"payment\"}]"] {
            let form = Form::new()
                .with("grant_type", "refresh_token")
                .with("refresh_token", "a")
                .with("authorization_details", details);
            let error = DetailedTokenRequest::read(form.to_text().as_bytes()).unwrap_err();
            let code = ErrorCode::InvalidAuthorizationDetails;
            assert_eq!(at_token_unread(&error).code, code);
        }
    }

    #[test]
    fn a_stranger_without_reason_gets_the_nearest() {
        let mut refusal = at_credential(Reason::CNonceInvalid);
        assert_eq!(reason_of(&refusal), Reason::CNonceInvalid);
        refusal.reason = None;
        assert_eq!(reason_of(&refusal), Reason::CNonceInvalid);
        refusal.code = ErrorCode::Unrecognized;
        assert_eq!(reason_of(&refusal), Reason::BadRequest);
    }
}

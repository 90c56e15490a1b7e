//! What goes in and out, as `/openapi.json` has it. The handlers read and write the messages of
//! `schemas`; nothing here is ever made.
#![expect(dead_code, reason = "declares shapes")]

use utoipa::{IntoResponses, ToSchema};

/// A refusal.
#[derive(ToSchema)]
pub(super) struct Refused {
    /// The protocol's word.
    error: String,
    /// The reason code of omote.
    reason: String,
    /// An English sentence in ASCII.
    error_description: String,
}

/// A token request (OpenID4VCI 1.0 section 6.1).
#[derive(ToSchema)]
pub(super) struct TokenForm {
    /// `urn:ietf:params:oauth:grant-type:pre-authorized_code`
    grant_type: String,
    /// The code of the offer.
    #[schema(rename = "pre-authorized_code")]
    pre_authorized_code: String,
}

/// A credential request (OpenID4VCI 1.0 section 8.2).
#[derive(ToSchema)]
pub(super) struct CredentialBody {
    /// `avatar` or `item`.
    credential_configuration_id: String,
    /// Key proofs, one a copy.
    proofs: ProofList,
}

/// Key proofs.
#[derive(ToSchema)]
pub(super) struct ProofList {
    /// JWS of type `openid4vci-proof+jwt`, each by another key.
    #[schema(min_items = 1, max_items = 10)]
    jwt: Vec<String>,
}

/// A notification (OpenID4VCI 1.0 section 11.1).
#[derive(ToSchema)]
pub(super) struct NotificationBody {
    /// Of the credential response.
    notification_id: String,
    /// `credential_accepted`, `credential_deleted` or `credential_failure`.
    event: String,
}

/// What to offer (schema: `/schemas/offer-request`).
#[derive(ToSchema)]
pub(super) struct OfferBody {
    /// `avatar` or `item`.
    right: String,
    /// With `avatar`: how the face is called.
    persona: Option<String>,
    /// With `item`: what kind of item.
    class: Option<String>,
    /// With `item`: which one of its class.
    serial: Option<u64>,
    /// The creator's signed `AssetProvenance`.
    #[schema(value_type = Object)]
    provenance: (),
    /// License terms by their names in VRM 1.0, not looser than the creator's.
    #[schema(value_type = Option<Object>)]
    license: (),
    /// How many copies.
    copies: Option<u32>,
}

/// An offer that was made.
#[derive(ToSchema)]
pub(super) struct OfferMade {
    /// `openid-credential-offer://…`
    offer_link: String,
    /// By which it is suspended and revoked.
    grant: String,
    copies: u32,
    expires_at: String,
}

/// What can be asked for by a word.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum Preset {
    Avatar,
    Item,
}

/// What to ask for (schema: `/schemas/admission-request`): a preset or a query, not both.
#[derive(ToSchema)]
pub(super) struct AdmissionBody {
    /// One credential; or `dcql_query`.
    preset: Option<Preset>,
    /// A DCQL query instead of a preset.
    #[schema(value_type = Option<Object>)]
    dcql_query: (),
    /// Who asks, as the person will read it.
    #[schema(min_length = 1, max_length = 100)]
    by: String,
    /// Where the person wants to enter.
    #[schema(pattern = "^[A-Za-z0-9._~-]{1,128}$")]
    instance: String,
    /// What it is for, as the person will read it.
    #[schema(min_length = 1, max_length = 300)]
    purpose: Option<String>,
}

/// An admission that was asked for.
#[derive(ToSchema)]
pub(super) struct AdmissionMade {
    id: String,
    /// `openid4vp://…`, for a link or a QR code.
    request_link: String,
    /// Where the outcome will stand; only for who asked.
    poll_url: String,
    expires_at: String,
}

/// How far an admission is.
#[derive(ToSchema)]
pub(super) struct AdmissionStanding {
    /// `pending`, `answered`, `review` or `expired` (schema: `/schemas/admission-state`).
    state: String,
    /// The verifier's report; absent when the person declined.
    #[schema(value_type = Option<Object>)]
    report: (),
    /// What the policy said, and what was shown; whenever there is a report.
    #[schema(value_type = Option<Object>)]
    decision: (),
    /// When the person may enter.
    admission_token: Option<String>,
    /// The one that the wallet has too.
    receipt: Option<String>,
}

/// A response (OpenID4VP 1.0 section 8.2).
#[derive(ToSchema)]
pub(super) struct ResponseForm {
    /// Presentations by the query that they answer, as JSON.
    vp_token: Option<String>,
    /// Instead of presentations.
    error: Option<String>,
    state: Option<String>,
}

/// What a wallet may post when it fetches a request.
#[derive(ToSchema)]
pub(super) struct RequestForm {
    wallet_metadata: Option<String>,
    wallet_nonce: Option<String>,
}

/// A presentation and what it has to answer.
#[derive(ToSchema)]
pub(super) struct CheckForm {
    /// Presentations by the query that they answer, as JSON.
    vp_token: String,
    /// The nonce that it has to sign.
    #[schema(min_length = 22)]
    challenge: String,
    /// The full client identifier for which it has to be made.
    audience: String,
    /// What was asked for: a DCQL query, as JSON.
    dcql_query: String,
}

/// Whether what was issued holds.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum Holds {
    Active,
    Suspended,
    Revoked,
}

/// What came of one offer (schema: `/schemas/grant`).
#[derive(ToSchema)]
pub(super) struct GrantShape {
    id: String,
    /// `avatar` or `item`.
    configuration: String,
    #[schema(format = DateTime)]
    offered_at: String,
    /// How many copies were issued.
    copies: u32,
    /// When the last copy runs out.
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    status: Holds,
    /// When the status changed last.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

/// What the status is to be (schema: `/schemas/grant-status`).
#[derive(ToSchema)]
pub(super) struct GrantChange {
    status: Holds,
}

/// A model file and a credential.
#[derive(ToSchema)]
pub(super) struct AssetForm {
    /// The credential, as JSON.
    credential: String,
    /// The file: VRM or GLB.
    #[schema(format = Binary, value_type = String)]
    file: (),
}

/// What was asked is not right.
#[derive(IntoResponses)]
#[response(status = 400, description = "Refused")]
pub(super) struct Bad(Refused);

/// The token of the world's people is needed.
#[derive(IntoResponses)]
#[response(status = 401, description = "Without the token")]
pub(super) struct WithoutToken(Refused);

/// The access token of a wallet is needed.
#[derive(IntoResponses)]
#[response(status = 401, description = "Without a live token")]
pub(super) struct WithoutAccess(Refused);

/// There is no such thing.
#[derive(IntoResponses)]
#[response(status = 404, description = "None, or none any more")]
pub(super) struct Gone(Refused);

/// More than is read.
#[derive(IntoResponses)]
#[response(status = 413, description = "Too large")]
pub(super) struct TooLarge(Refused);

/// Something else than is read.
#[derive(IntoResponses)]
#[response(status = 415, description = "Another media type")]
pub(super) struct OtherType(Refused);

/// Come again.
#[derive(IntoResponses)]
#[response(status = 503, description = "Busy, or the store does not answer")]
pub(super) struct Busy(Refused);

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
    /// `urn:ietf:params:oauth:grant-type:pre-authorized_code`, `authorization_code` or
    /// `refresh_token`.
    grant_type: String,
    /// The code of the offer.
    #[schema(rename = "pre-authorized_code")]
    pre_authorized_code: Option<String>,
    /// The second code, when the offer says that there is one.
    tx_code: Option<String>,
    /// With `authorization_code`: the code, and what was pushed with it.
    code: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    /// Of the token response before.
    refresh_token: Option<String>,
    /// JSON: the configurations that are to be named by identifiers.
    authorization_details: Option<String>,
}

/// A pushed authorization request (RFC 9126 section 2.1).
#[derive(ToSchema)]
pub(super) struct PushedForm {
    /// `code`
    response_type: String,
    /// How the wallet calls itself.
    client_id: String,
    /// On the person's machine, or listed by the world.
    redirect_uri: String,
    code_challenge: String,
    /// `S256`
    code_challenge_method: String,
    state: Option<String>,
    /// Credential configurations, separated by spaces; or `authorization_details`, or neither when
    /// there is an `issuer_state`.
    scope: Option<String>,
    /// JSON.
    authorization_details: Option<String>,
    /// Of the offer.
    issuer_state: Option<String>,
}

/// What came of a pushed request.
#[derive(ToSchema)]
pub(super) struct PushedMade {
    /// `urn:ietf:params:oauth:request_uri:…`
    request_uri: String,
    expires_in: u64,
}

/// Who asks for what (schema: `/schemas/authorization-asked`).
#[derive(ToSchema)]
pub(super) struct AuthorizationShape {
    /// Outside text, proven by nothing.
    client_id: String,
    /// Where the code will be brought.
    redirect_uri: String,
    configurations: Vec<String>,
    /// Of the offer from which the wallet came.
    grant: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// What is granted (schema: `/schemas/authorization-decision`).
#[derive(ToSchema)]
pub(super) struct AuthorizationChoice {
    /// `grant` or `refuse`.
    decision: String,
    /// What is granted; left out for a wallet that came from an offer.
    offer: Option<OfferBody>,
}

/// Where to send the browser (schema: `/schemas/authorization-decided`).
#[derive(ToSchema)]
pub(super) struct AuthorizationMade {
    redirect_to: String,
    /// Absent when it was refused.
    grant: Option<String>,
}

/// What to ask for again (OpenID4VCI 1.0 section 9.1).
#[derive(ToSchema)]
pub(super) struct DeferredBody {
    /// Of the credential response.
    transaction_id: String,
}

/// A credential request (OpenID4VCI 1.0 section 8.2).
#[derive(ToSchema)]
pub(super) struct CredentialBody {
    /// `avatar_sd_jwt`, `avatar`, `item_sd_jwt` or `item`.
    credential_configuration_id: Option<String>,
    /// Instead, when the token response named identifiers.
    credential_identifier: Option<String>,
    /// Key proofs, one a copy.
    proofs: ProofList,
    /// Of omote: the commitment that is to hold the item in this world's ledger.
    omote_holder: Option<String>,
}

/// Key proofs.
#[derive(ToSchema)]
pub(super) struct ProofList {
    /// JWS of type `openid4vci-proof+jwt`, each by another key.
    #[schema(min_items = 1, max_items = 10)]
    jwt: Option<Vec<String>>,
    /// Instead: presentations of nothing, with `authentication`, this issuer as `domain` and the nonce
    /// as `challenge`.
    #[schema(value_type = Option<Vec<Object>>, min_items = 1, max_items = 10)]
    di_vp: (),
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
    /// How many copies in a batch.
    copies: Option<u32>,
    /// `dc+sd-jwt`, `ldp_vc` or both.
    formats: Option<Vec<String>>,
    /// `pre-authorized_code` or `authorization_code`.
    flow: Option<String>,
    /// `true` or `numeric` for six digits, `text` for letters and digits.
    #[schema(value_type = Option<Object>)]
    tx_code: (),
    /// Whether one of the world's people has to approve.
    deferred: Option<bool>,
}

/// An offer that was made.
#[derive(ToSchema)]
pub(super) struct OfferMade {
    /// `openid-credential-offer://…`
    offer_link: String,
    /// By which it is suspended and revoked.
    grant: String,
    copies: u32,
    /// The second code, told here and never again.
    tx_code: Option<String>,
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
    /// In which a preset asks, the most wanted first.
    #[schema(min_items = 1, max_items = 2)]
    formats: Option<Vec<Format>>,
    /// Whether the answer is to be encrypted.
    response_mode: Option<Mode>,
    /// Where the person's browser goes on, on this same device. The outcome is then told only to whoever
    /// brings the response code that comes with it.
    return_to: Option<String>,
    /// A text that the holder confirms by presenting; with `dc+sd-jwt` only.
    #[schema(min_length = 1, max_length = 1000)]
    statement: Option<String>,
}

/// A format of credentials.
#[derive(ToSchema)]
pub(super) enum Format {
    #[schema(rename = "dc+sd-jwt")]
    DcSdJwt,
    #[schema(rename = "ldp_vc")]
    LdpVc,
}

/// How an answer travels.
#[derive(ToSchema)]
pub(super) enum Mode {
    #[schema(rename = "direct_post")]
    DirectPost,
    #[schema(rename = "direct_post.jwt")]
    DirectPostJwt,
}

/// What the person's browser brought back (schema: `/schemas/admission-return`).
#[derive(ToSchema)]
pub(super) struct ReturnBody {
    /// From the fragment of the address to which the wallet sent it.
    response_code: String,
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
    /// Two digits for the screen where the link stands; the wallet shows the same.
    match_code: Option<String>,
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
    /// Instead of both: the response as a JWE, when the request asks for that.
    response: Option<String>,
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
    /// The texts of `transaction_data` that were sent, as a JSON array.
    transaction_data: Option<String>,
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
    /// `pending`, `approved` or `denied`, when the offer is deferred.
    approval: Option<String>,
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

/// A signed step of an item (item-step-sent).
#[derive(ToSchema)]
pub(super) struct SentStepBody {
    /// What is to happen, at which place of which chain (item-step).
    #[schema(value_type = Object)]
    step: String,
    /// The `did:key` that signed.
    key: String,
    /// With it the key opens the commitment of the holder, or of the address.
    salt: String,
    signature: String,
    /// The creator's signature, where the terms ask for it.
    #[schema(value_type = Option<Object>)]
    creator: Option<String>,
    /// Of a swap: who gives the other item.
    #[schema(value_type = Option<Object>)]
    swap: Option<String>,
}

/// Who holds an item, and asks for its credential (item-credential-query).
#[derive(ToSchema)]
pub(super) struct HolderBody {
    /// When, of this ledger's clock within five minutes.
    at: String,
    /// The `did:key` that signed.
    key: String,
    /// With it the key opens the commitment of the holder.
    salt: String,
    /// Over the question: ledger, item, holder and time.
    signature: String,
}

/// Which offers are open (item-inbox-query).
#[derive(ToSchema)]
pub(super) struct InboxBody {
    /// When, of this ledger's clock within five minutes.
    at: String,
    /// Of each address what opens it, `key` and `salt`, and the `signature` of its key.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 64)]
    addresses: Vec<String>,
}

//! `/openapi.json`: the interface for people and generators, made from the declarations below.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::error::Refusal;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "omote-world",
        description = "A world's own server: issues avatars and items (OpenID4VCI 1.0), asks at the \
            door (OpenID4VP 1.0), admits. Refusals are JSON with `error`, `reason` (a reason code \
            of omote) and `error_description`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        did_json, key_history, issuer, authorization_server, make_offer, fetch_offer, token, nonce, credential,
        notification, make_admission, poll, request_object, request_object_post, respond, check,
        judge, status_list, grants, grant, change_grant, explain, decisions, context, schema, metrics, openapi, healthz,
    ),
    components(schemas(Refused)),
    modifiers(&Bearers),
    tags(
        (name = "strangers", description = "For everybody."),
        (name = "wallets", description = "For wallets."),
        (name = "administration", description = "With the bearer token that `omote-world init` made."),
    ),
)]
struct Interface;

struct Bearers;

impl Modify for Bearers {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        for name in ["admin", "access_token"] {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The JSON text.
pub(super) async fn document() -> Result<Response, Refusal> {
    let text = Interface::openapi()
        .to_json()
        .map_err(|_| Refusal::internal(schemas::reason::Reason::InternalError))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// A refusal.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct Refused {
    /// The protocol's word.
    error: String,
    /// The reason code of omote.
    reason: String,
    /// An English sentence in ASCII.
    error_description: String,
}

/// A token request (OpenID4VCI 1.0 section 6.1).
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct TokenForm {
    /// `urn:ietf:params:oauth:grant-type:pre-authorized_code`
    grant_type: String,
    /// The code of the offer.
    #[schema(rename = "pre-authorized_code")]
    pre_authorized_code: String,
}

/// A credential request (OpenID4VCI 1.0 section 8.2).
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct CredentialBody {
    /// `avatar` or `item`.
    credential_configuration_id: String,
    /// Key proofs, one a copy.
    proofs: ProofList,
}

/// Key proofs.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct ProofList {
    /// JWS of type `openid4vci-proof+jwt`, each by another key.
    #[schema(min_items = 1, max_items = 10)]
    jwt: Vec<String>,
}

/// A notification (OpenID4VCI 1.0 section 11.1).
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct NotificationBody {
    /// Of the credential response.
    notification_id: String,
    /// `credential_accepted`, `credential_deleted` or `credential_failure`.
    event: String,
}

/// What to offer (schema: `/schemas/offer-request`).
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct OfferBody {
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
#[expect(dead_code, reason = "declares a shape")]
struct OfferMade {
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
#[expect(dead_code, reason = "declares a shape")]
enum Preset {
    Avatar,
    Item,
}

/// What to ask for (schema: `/schemas/admission-request`): a preset or a query, not both.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct AdmissionBody {
    /// One credential; or `dcql_query`.
    preset: Option<Preset>,
    /// A DCQL query instead of a preset.
    #[schema(value_type = Option<Object>)]
    dcql_query: (),
    /// Who asks, as the person will read it.
    #[schema(min_length = 1, max_length = 100)]
    by: String,
    /// Where the person wants to enter.
    instance: String,
    /// What it is for, as the person will read it.
    #[schema(max_length = 300)]
    purpose: Option<String>,
}

/// An admission that was asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct AdmissionMade {
    id: String,
    /// `openid4vp://…`, for a link or a QR code.
    request_link: String,
    /// Where the outcome will stand; only for who asked.
    poll_url: String,
    expires_at: String,
}

/// How far an admission is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct AdmissionStanding {
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
#[expect(dead_code, reason = "declares a shape")]
struct ResponseForm {
    /// Presentations by the query that they answer, as JSON.
    vp_token: Option<String>,
    /// Instead of presentations.
    error: Option<String>,
    state: Option<String>,
}

/// What a wallet may post when it fetches a request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct RequestForm {
    wallet_metadata: Option<String>,
    wallet_nonce: Option<String>,
}

/// A presentation and what it has to answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct CheckForm {
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
#[expect(dead_code, reason = "declares a shape")]
enum Holds {
    Active,
    Suspended,
    Revoked,
}

/// What came of one offer (schema: `/schemas/grant`).
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct GrantShape {
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
#[expect(dead_code, reason = "declares a shape")]
struct GrantChange {
    status: Holds,
}

/// A model file and a credential.
#[derive(ToSchema)]
#[expect(dead_code, reason = "declares a shape")]
struct AssetForm {
    /// The credential, as JSON.
    credential: String,
    /// The file: VRM or GLB.
    #[schema(format = Binary, value_type = String)]
    file: (),
}

macro_rules! declare {
    ($name:ident, $($path:tt)+) => {
        #[utoipa::path($($path)+)]
        #[expect(dead_code, reason = "declares a path; the handler stands with its duty")]
        fn $name() {}
    };
}

declare!(
    key_history,
    get,
    path = "/.well-known/did-history.json",
    tag = "strangers",
    responses((
        status = 200,
        description = "Every key that the world has and had: a chain of JWSs, each signed by a key \
            in use just before",
        content_type = "application/json",
    )),
);
declare!(
    did_json,
    get,
    path = "/.well-known/did.json",
    tag = "strangers",
    responses((
        status = 200,
        description = "The DID document",
        content_type = "application/did+json"
    ))
);
declare!(
    issuer,
    get,
    path = "/.well-known/openid-credential-issuer",
    tag = "strangers",
    responses((
        status = 200,
        description = "Metadata of the issuer",
        content_type = "application/json"
    ))
);
declare!(
    authorization_server,
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "strangers",
    responses((
        status = 200,
        description = "Metadata of its authorization server",
        content_type = "application/json"
    ))
);
declare!(
    make_offer,
    post,
    path = "/offers",
    tag = "administration",
    security(("admin" = [])),
    request_body(content = OfferBody, content_type = "application/json"),
    responses(
        (status = 201, description = "Offered", body = OfferMade),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        )
    )
);
declare!(
    fetch_offer,
    get,
    path = "/offers/{offer}",
    tag = "wallets",
    params(("offer" = String, Path, description = "From the link")),
    responses(
        (
            status = 200,
            description = "The offer",
            content_type = "application/json"
        ),
        (
            status = 404,
            description = "None, or redeemed",
            body = Refused
        )
    )
);
declare!(
    token,
    post,
    path = "/token",
    tag = "wallets",
    request_body(
        content = TokenForm,
        content_type = "application/x-www-form-urlencoded"
    ),
    responses(
        (
            status = 200,
            description = "An access token",
            content_type = "application/json"
        ),
        (status = 400, description = "Refused", body = Refused)
    )
);
declare!(
    nonce,
    post,
    path = "/nonce",
    tag = "wallets",
    responses((
        status = 200,
        description = "A nonce",
        content_type = "application/json"
    ))
);
declare!(
    credential,
    post,
    path = "/credential",
    tag = "wallets",
    security(("access_token" = [])),
    request_body(content = CredentialBody, content_type = "application/json"),
    responses(
        (
            status = 200,
            description = "Copies",
            content_type = "application/json"
        ),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without a live token",
            body = Refused
        )
    )
);
declare!(
    notification,
    post,
    path = "/notification",
    tag = "wallets",
    security(("access_token" = [])),
    request_body(
        content = NotificationBody,
        content_type = "application/json"
    ),
    responses(
        (status = 204, description = "Noted"),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without a live token",
            body = Refused
        )
    )
);
declare!(
    make_admission,
    post,
    path = "/admissions",
    tag = "administration",
    security(("admin" = [])),
    request_body(content = AdmissionBody, content_type = "application/json"),
    responses(
        (status = 201, description = "Asked", body = AdmissionMade),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        ),
        (status = 413, description = "Too large", body = Refused),
        (
            status = 415,
            description = "Another media type",
            body = Refused
        ),
        (
            status = 503,
            description = "The store does not answer",
            body = Refused
        )
    )
);
declare!(
    poll,
    get,
    path = "/admissions/{admission}",
    tag = "administration",
    security((), ("admin" = [])),
    params((
        "admission" = String,
        Path,
        description = "From the poll URL; or the id, with the token"
    )),
    responses(
        (
            status = 200,
            description = "How far it is",
            body = AdmissionStanding
        ),
        (
            status = 401,
            description = "Neither poll URL nor token",
            body = Refused
        ),
        (status = 404, description = "None", body = Refused)
    )
);
declare!(
    request_object,
    get,
    path = "/openid4vp/request/{request}",
    tag = "wallets",
    params(("request" = String, Path, description = "From the link")),
    responses(
        (
            status = 200,
            description = "The signed request",
            content_type = "application/oauth-authz-req+jwt"
        ),
        (
            status = 404,
            description = "None, answered or expired",
            body = Refused
        )
    )
);
declare!(
    request_object_post,
    post,
    path = "/openid4vp/request/{request}",
    tag = "wallets",
    params(("request" = String, Path, description = "From the link")),
    request_body(
        content = RequestForm,
        content_type = "application/x-www-form-urlencoded"
    ),
    responses(
        (
            status = 200,
            description = "The signed request",
            content_type = "application/oauth-authz-req+jwt"
        ),
        (
            status = 404,
            description = "None, answered or expired",
            body = Refused
        )
    )
);
declare!(
    respond,
    post,
    path = "/openid4vp/response/{response}",
    tag = "wallets",
    params(("response" = String, Path, description = "From the request")),
    request_body(
        content = ResponseForm,
        content_type = "application/x-www-form-urlencoded"
    ),
    responses(
        (
            status = 200,
            description = "Receipt, and admission token when admitted; `omote_admission` says what \
                the policy said, such as `review`",
            content_type = "application/json"
        ),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 404,
            description = "No such request",
            body = Refused
        ),
        (status = 503, description = "Busy", body = Refused)
    )
);
declare!(
    check,
    post,
    path = "/assets/check",
    tag = "administration",
    security(("admin" = [])),
    request_body(content = AssetForm, content_type = "multipart/form-data"),
    responses(
        (
            status = 200,
            description = "The report, whatever its verdict",
            content_type = "application/json"
        ),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        ),
        (status = 413, description = "Too large", body = Refused)
    )
);
declare!(
    judge,
    post,
    path = "/check",
    tag = "administration",
    security(("admin" = [])),
    request_body(
        description = "A credential as it is (application/vc or application/json), or a form with a \
            presentation",
        content(
            (Object = "application/vc"),
            (Object = "application/json"),
            (CheckForm = "application/x-www-form-urlencoded"),
        )
    ),
    responses(
        (
            status = 200,
            description = "Accepted: the report (schema: /schemas/report)",
            content_type = "application/json"
        ),
        (
            status = 400,
            description = "No such question",
            body = Refused
        ),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        ),
        (status = 413, description = "Too large", body = Refused),
        (
            status = 415,
            description = "Another media type",
            body = Refused
        ),
        (
            status = 422,
            description = "Rejected: the report",
            content_type = "application/json"
        ),
        (
            status = 503,
            description = "Indeterminate: the report; without `verdict` a refusal, when busy",
            content_type = "application/json"
        )
    )
);
declare!(
    status_list,
    get,
    path = "/status/{list}",
    tag = "strangers",
    params((
        "list" = String,
        Path,
        description = "From `credentialStatus` of a credential"
    )),
    responses(
        (
            status = 200,
            description = "The status list credential; with ETag, and Cache-Control for its ttl",
            content_type = "application/vc"
        ),
        (status = 304, description = "The one of If-None-Match"),
        (status = 404, description = "None", body = Refused),
        (status = 503, description = "Busy", body = Refused)
    )
);
declare!(
    grants,
    get,
    path = "/grants",
    tag = "administration",
    security(("admin" = [])),
    responses(
        (
            status = 200,
            description = "Grants, the newest first (schema: /schemas/grant-list)",
            content_type = "application/json"
        ),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        )
    )
);
declare!(
    grant,
    get,
    path = "/grants/{grant}",
    tag = "administration",
    security(("admin" = [])),
    params((
        "grant" = String,
        Path,
        description = "From the answer to the offer"
    )),
    responses(
        (status = 200, description = "The grant", body = GrantShape),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        ),
        (
            status = 404,
            description = "None, or none any more",
            body = Refused
        )
    )
);
declare!(
    change_grant,
    post,
    path = "/grants/{grant}/status",
    tag = "administration",
    security(("admin" = [])),
    params((
        "grant" = String,
        Path,
        description = "From the answer to the offer"
    )),
    request_body(content = GrantChange, content_type = "application/json"),
    responses(
        (status = 200, description = "The grant", body = GrantShape),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        ),
        (
            status = 404,
            description = "None, or none any more",
            body = Refused
        ),
        (
            status = 409,
            description = "Revoked, which is for ever",
            body = Refused
        )
    )
);
declare!(
    explain,
    get,
    path = "/policy/explain",
    tag = "administration",
    security(("admin" = [])),
    params(
        (
            "issuer" = String,
            Query,
            description = "The DID of the issuer"
        ),
        (
            "type" = String,
            Query,
            description = "A type of ours by its name, another by its whole IRI"
        )
    ),
    responses(
        (
            status = 200,
            description = "Which rule decides (schema: /schemas/policy-explanation)",
            content_type = "application/json"
        ),
        (status = 400, description = "Refused", body = Refused),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        )
    )
);
declare!(
    decisions,
    get,
    path = "/decisions",
    tag = "administration",
    security(("admin" = [])),
    responses(
        (
            status = 200,
            description = "Decision records and purges (schema: /schemas/decision-list)",
            content_type = "application/json"
        ),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        )
    )
);
declare!(
    context,
    get,
    path = "/contexts/omote/v1",
    tag = "strangers",
    responses((
        status = 200,
        description = "The JSON-LD context",
        content_type = "application/ld+json"
    ))
);
declare!(
    schema,
    get,
    path = "/schemas/{name}",
    tag = "strangers",
    params((
        "name" = String,
        Path,
        description = "Such as avatar-credential"
    )),
    responses(
        (
            status = 200,
            description = "The JSON Schema",
            content_type = "application/schema+json"
        ),
        (
            status = 404,
            description = "None of that name",
            body = Refused
        )
    )
);
declare!(
    metrics,
    get,
    path = "/metrics",
    tag = "administration",
    security(("admin" = [])),
    responses(
        (
            status = 200,
            description = "For Prometheus",
            content_type = "text/plain"
        ),
        (
            status = 401,
            description = "Without the token",
            body = Refused
        )
    )
);
declare!(
    openapi,
    get,
    path = "/openapi.json",
    tag = "strangers",
    responses((
        status = 200,
        description = "This document",
        content_type = "application/json"
    ))
);
declare!(
    healthz,
    get,
    path = "/healthz",
    tag = "strangers",
    responses((status = 204, description = "Alive"))
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::json::{Limits, read};
    use utoipa::OpenApi;

    use super::Interface;
    use crate::server::routes;

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let text = Interface::openapi().to_json().unwrap();
        let document = read(text.as_bytes(), &Limits::document()).unwrap();
        let paths = document.get("paths").unwrap().as_object().unwrap();
        let documented: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap();
                methods
                    .keys()
                    .map(|method| (path.to_owned(), method.to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let served: BTreeSet<(String, String)> = routes::all()
            .map(|(path, method)| (path.to_owned(), method.to_owned()))
            .collect();
        assert_eq!(documented, served);
    }
}

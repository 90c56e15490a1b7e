//! The paths of `/openapi.json`, in the order of the tour: what strangers read, wallets do, the
//! world's people ask. A test holds them to the routes.

use super::shapes::{
    AdmissionBody, AdmissionMade, AdmissionStanding, AssetForm, Bad, Busy, CheckForm,
    CredentialBody, Gone, GrantChange, GrantShape, NotificationBody, OfferBody, OfferMade,
    OtherType, Refused, RequestForm, ResponseForm, TokenForm, TooLarge, WithoutAccess,
    WithoutToken,
};

macro_rules! declare {
    ($tag:literal $name:ident: $method:ident $path:literal; $($more:tt)*) => {
        #[utoipa::path($method, path = $path, tag = $tag, $($more)*)]
        #[expect(dead_code, reason = "declares a path; the handler stands with its duty")]
        pub(super) fn $name() {}
    };
}

/// With the token of the world's people, and what comes without it.
macro_rules! administer {
    ($name:ident: $method:ident $path:literal; [$($more:tt)*] $($response:tt)*) => {
        declare! { "administration" $name: $method $path;
            security(("admin" = [])), $($more)* responses($($response)*, WithoutToken) }
    };
}

declare! { "strangers" did_json: get "/.well-known/did.json";
responses((status = 200, description = "The DID document", content_type = "application/did+json")) }

declare! { "strangers" key_history: get "/.well-known/did-history.json";
responses((status = 200, content_type = "application/json", description = "Every key that the \
    world has and had: a chain of JWSs, each signed by a key in use just before")) }

declare! { "strangers" issuer: get "/.well-known/openid-credential-issuer";
responses((status = 200, description = "Metadata of the issuer", content_type = "application/json")) }

declare! { "strangers" authorization_server: get "/.well-known/oauth-authorization-server";
responses((status = 200, description = "Metadata of its authorization server",
    content_type = "application/json")) }

declare! { "strangers" status_list: get "/status/{list}";
params(("list" = String, Path, description = "From `credentialStatus` of a credential")),
responses(
    (status = 200, content_type = "application/vc",
        description = "The status list credential; with ETag, and Cache-Control for its ttl"),
    (status = 304, description = "The one of If-None-Match"),
    Gone, Busy) }

declare! { "strangers" context: get "/contexts/omote/v1";
responses((status = 200, description = "The JSON-LD context", content_type = "application/ld+json")) }

declare! { "strangers" schema: get "/schemas/{name}";
params(("name" = String, Path, description = "Such as avatar-credential")),
responses(
    (status = 200, description = "The JSON Schema", content_type = "application/schema+json"),
    Gone) }

declare! { "strangers" openapi: get "/openapi.json";
responses((status = 200, description = "This document", content_type = "application/json")) }

declare! { "strangers" healthz: get "/healthz";
responses((status = 204, description = "Alive")) }

declare! { "wallets" fetch_offer: get "/offers/{offer}";
params(("offer" = String, Path, description = "From the link")),
responses(
    (status = 200, description = "The offer", content_type = "application/json"),
    (status = 404, description = "None, or redeemed", body = Refused)) }

declare! { "wallets" token: post "/token";
request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
responses((status = 200, description = "An access token", content_type = "application/json"), Bad) }

declare! { "wallets" nonce: post "/nonce";
responses((status = 200, description = "A nonce", content_type = "application/json")) }

declare! { "wallets" credential: post "/credential";
security(("access_token" = [])),
request_body(content = CredentialBody, content_type = "application/json"),
responses(
    (status = 200, description = "Copies", content_type = "application/json"),
    Bad, WithoutAccess) }

declare! { "wallets" notification: post "/notification";
security(("access_token" = [])),
request_body(content = NotificationBody, content_type = "application/json"),
responses((status = 204, description = "Noted"), Bad, WithoutAccess) }

declare! { "wallets" request_object: get "/openid4vp/request/{request}";
params(("request" = String, Path, description = "From the link")),
responses(
    (status = 200, description = "The signed request",
        content_type = "application/oauth-authz-req+jwt"),
    (status = 404, description = "None, answered or expired", body = Refused)) }

declare! { "wallets" request_object_post: post "/openid4vp/request/{request}";
params(("request" = String, Path, description = "From the link")),
request_body(content = RequestForm, content_type = "application/x-www-form-urlencoded"),
responses(
    (status = 200, description = "The signed request",
        content_type = "application/oauth-authz-req+jwt"),
    (status = 404, description = "None, answered or expired", body = Refused)) }

declare! { "wallets" respond: post "/openid4vp/response/{response}";
params(("response" = String, Path, description = "From the request")),
request_body(content = ResponseForm, content_type = "application/x-www-form-urlencoded"),
responses(
    (status = 200, content_type = "application/json", description = "Receipt, and admission token \
        when admitted; `omote_admission` says what the policy said, such as `review`"),
    (status = 404, description = "No such request", body = Refused),
    Bad, Busy) }

administer! { make_offer: post "/offers";
[request_body(content = OfferBody, content_type = "application/json"),]
(status = 201, description = "Offered", body = OfferMade), Bad }

administer! { make_admission: post "/admissions";
[request_body(content = AdmissionBody, content_type = "application/json"),]
(status = 201, description = "Asked", body = AdmissionMade), Bad, TooLarge, OtherType, Busy }

declare! { "administration" poll: get "/admissions/{admission}";
security((), ("admin" = [])),
params(("admission" = String, Path,
    description = "From the poll URL; or the id, with the token")),
responses(
    (status = 200, description = "How far it is", body = AdmissionStanding),
    (status = 401, description = "Neither poll URL nor token", body = Refused),
    Gone) }

administer! { check: post "/assets/check";
[request_body(content = AssetForm, content_type = "multipart/form-data"),]
(status = 200, description = "The report, whatever its verdict", content_type = "application/json"),
Bad, TooLarge }

administer! { judge: post "/check";
[request_body(
    description = "A credential as it is (application/vc or application/json), or a form with a \
        presentation",
    content(
        (Object = "application/vc"),
        (Object = "application/json"),
        (CheckForm = "application/x-www-form-urlencoded"),
    )
),]
(status = 200, description = "Accepted: the report (schema: /schemas/report)",
    content_type = "application/json"),
(status = 400, description = "No such question", body = Refused),
(status = 422, description = "Rejected: the report", content_type = "application/json"),
(status = 503, description = "Indeterminate: the report; without `verdict` a refusal, when busy",
    content_type = "application/json"),
TooLarge, OtherType }

administer! { grants: get "/grants";
[]
(status = 200, description = "Grants, the newest first (schema: /schemas/grant-list)",
    content_type = "application/json") }

administer! { grant: get "/grants/{grant}";
[params(("grant" = String, Path, description = "From the answer to the offer")),]
(status = 200, description = "The grant", body = GrantShape), Gone }

administer! { change_grant: post "/grants/{grant}/status";
[params(("grant" = String, Path, description = "From the answer to the offer")),
request_body(content = GrantChange, content_type = "application/json"),]
(status = 200, description = "The grant", body = GrantShape),
(status = 409, description = "Revoked, which is for ever", body = Refused),
Bad, Gone }

administer! { explain: get "/policy/explain";
[params(
    ("issuer" = String, Query, description = "The DID of the issuer"),
    ("type" = String, Query,
        description = "A type of ours by its name, another by its whole IRI")
),]
(status = 200, description = "Which rule decides (schema: /schemas/policy-explanation)",
    content_type = "application/json"),
Bad }

administer! { decisions: get "/decisions";
[]
(status = 200, description = "Decision records and purges (schema: /schemas/decision-list)",
    content_type = "application/json") }

administer! { metrics: get "/metrics";
[]
(status = 200, description = "For Prometheus", content_type = "text/plain") }

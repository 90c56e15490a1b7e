//! The paths of `/openapi.json`, in the order of the tour: what strangers read, wallets do, the
//! world's people ask. A test holds them to the routes.

use super::shapes::{
    AdmissionBody, AdmissionMade, AdmissionStanding, AssetForm, AuthorizationChoice,
    AuthorizationMade, AuthorizationShape, Bad, Busy, CheckForm, CredentialBody, DeferredBody,
    Gone, GrantChange, GrantShape, HolderBody, InboxBody, NotificationBody, OfferBody, OfferMade,
    OtherType, PushedForm, PushedMade, Refused, RequestForm, ResponseForm, ReturnBody,
    SentStepBody, TokenForm, TooLarge, WithoutAccess, WithoutToken,
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

declare! { "strangers" status_token: get "/status-token/{list}";
params(("list" = String, Path, description = "From `status.status_list.uri` of a credential that is a token")),
responses(
    (status = 200, content_type = "application/statuslist+jwt",
        description = "The Token Status List; with ETag, and Cache-Control for its ttl"),
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

declare! { "strangers" readyz: get "/readyz";
responses((status = 204, description = "The store answers, and the ledger's log is written"), Busy) }

declare! { "strangers" item_head: get "/items/{tag}/head";
params(("tag" = String, Path, description = "From `ledgerEntry` of a credential, or from an offer")),
responses(
    (status = 200, content_type = "application/json", description = "The newest leaf of the item, a \
        receipt that it is the newest now, and the proof that the log has it (item-head)"),
    (status = 404, description = "`item_unknown`, or no ledger", body = Refused),
    Busy) }

declare! { "strangers" item_chain: get "/items/{tag}/chain";
params(("tag" = String, Path, description = "Likewise"),
    ("from" = Option<u64>, Query, description = "The first leaf of the page; 0 when left out")),
responses(
    (status = 200, content_type = "application/json",
        description = "Leaves, oldest first, and where the next page begins (item-chain)"),
    (status = 404, description = "`item_unknown`, or no ledger", body = Refused),
    Busy) }

declare! { "strangers" item_proof: get "/items/{tag}/proof/{seq}";
params(("tag" = String, Path, description = "Likewise"),
    ("seq" = u64, Path, description = "Which leaf of its chain")),
responses(
    (status = 200, content_type = "text/plain",
        description = "A tlog-proof (C2SP) of the leaf in the newest checkpoint"),
    (status = 404, description = "`item_unknown`, or not in the log yet", body = Refused),
    Busy) }

declare! { "strangers" ledger_checkpoint: get "/ledger/checkpoint";
responses(
    (status = 200, content_type = "text/plain",
        description = "The newest checkpoint (C2SP tlog-checkpoint), with what witnesses signed"),
    Gone, Busy) }

declare! { "strangers" ledger_vkey: get "/ledger/vkey";
responses(
    (status = 200, content_type = "text/plain",
        description = "The key that signs checkpoints (C2SP signed-note)"),
    Gone) }

declare! { "strangers" ledger_tile: get "/ledger/tile/{tile}";
params(("tile" = String, Path, description = "As C2SP tlog-tiles has it, such as `0/000.p/5`, \
    `1/x001/234` or `entries/000`")),
responses(
    (status = 200, content_type = "application/octet-stream",
        description = "A tile of hashes, or a bundle of leaves. A full one never changes."),
    Gone, Busy) }

declare! { "strangers" ledger_page: get "/ledger";
params(("item" = Option<String>, Query, description = "The tag of an item, to see its chain")),
responses(
    (status = 200, content_type = "text/html", description = "The log and a chain, for people"),
    Gone, Busy) }

declare! { "wallets" item_step: post "/items/{tag}/steps";
params(("tag" = String, Path, description = "Of the item"),
    ("Idempotency-Key" = String, Header, description = "22 to 64 letters of base64url, new for each \
        step and known to the wallet alone: with it a lost answer is given again")),
request_body(content = SentStepBody, content_type = "application/json"),
responses(
    (status = 200, content_type = "application/json", description = "The leaf that came of it, a \
        receipt, and after an accept the offer of the credential (item-step-answer)"),
    (status = 400, description = "It is no step, or not for this ledger or receiver", body = Refused),
    (status = 403, description = "`transfer_not_holder`", body = Refused),
    (status = 404, description = "`item_unknown`, or no ledger", body = Refused),
    (status = 409, description = "`transfer_conflict`, `transfer_replay`, `idempotency_conflict`, \
        `offer_changed`, `transfer_expired`, `transfer_not_allowed`, `item_revoked`, \
        `item_active_elsewhere`", body = Refused),
    OtherType, TooLarge, Busy) }

declare! { "wallets" item_credential: post "/items/{tag}/credential";
params(("tag" = String, Path, description = "Of the item")),
request_body(content = HolderBody, content_type = "application/json"),
responses(
    (status = 200, content_type = "application/json",
        description = "The offer of the item's credential (item-credential-answer)"),
    (status = 403, description = "`transfer_not_holder`: somebody else holds it", body = Refused),
    (status = 404, description = "`item_unknown`, or no ledger", body = Refused),
    (status = 409, description = "`item_revoked`", body = Refused),
    Bad, OtherType, TooLarge, Busy) }

declare! { "wallets" item_inbox: post "/items/inbox";
request_body(content = InboxBody, content_type = "application/json"),
responses(
    (status = 200, content_type = "application/json",
        description = "The open offers for these addresses, with what is offered (item-inbox)"),
    Bad, OtherType, TooLarge, Gone, Busy) }

declare! { "wallets" fetch_offer: get "/offers/{offer}";
params(("offer" = String, Path, description = "From the link")),
responses(
    (status = 200, description = "The offer", content_type = "application/json"),
    (status = 404, description = "None, or redeemed", body = Refused)) }

declare! { "wallets" push: post "/par";
request_body(content = PushedForm, content_type = "application/x-www-form-urlencoded"),
responses(
    (status = 201, description = "Pushed", body = PushedMade),
    (status = 404, description = "This world has no login page", body = Refused),
    (status = 429, description = "This client has begun too many logins; see Retry-After", body = Refused),
    Bad, Busy) }

declare! { "wallets" authorize: get "/authorize";
params(
    ("client_id" = String, Query, description = "As pushed"),
    ("request_uri" = String, Query, description = "From the answer to the pushed request")
),
responses(
    (status = 302, description = "To the world's login page, with a ticket"),
    (status = 404, description = "This world has no login page", body = Refused),
    Bad) }

declare! { "wallets" token: post "/token";
request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
responses(
    (status = 200, description = "An access token, and a refresh token for another batch",
        content_type = "application/json"),
    (status = 429, description = "Too early for another batch; see Retry-After", body = Refused),
    Bad) }

declare! { "wallets" nonce: post "/nonce";
responses((status = 200, description = "A nonce", content_type = "application/json")) }

declare! { "wallets" credential: post "/credential";
security(("access_token" = [])),
request_body(content = CredentialBody, content_type = "application/json"),
responses(
    (status = 200, description = "Copies", content_type = "application/json"),
    (status = 202, description = "Not yet: a transaction id and an interval",
        content_type = "application/json"),
    Bad, WithoutAccess) }

declare! { "wallets" deferred: post "/deferred_credential";
security(("access_token" = [])),
request_body(content = DeferredBody, content_type = "application/json"),
responses(
    (status = 200, description = "Copies", content_type = "application/json"),
    (status = 202, description = "Still not", content_type = "application/json"),
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
        when admitted; `omote_admission` says what the policy said, such as `review`; `redirect_uri` \
        where the person's browser goes on. A refusal that closes the request may have it too"),
    (status = 404, description = "No such request", body = Refused),
    Bad, Busy) }

administer! { make_offer: post "/offers";
[request_body(content = OfferBody, content_type = "application/json"),]
(status = 201, description = "Offered", body = OfferMade), Bad }

administer! { authorization: get "/authorizations/{ticket}";
[params(("ticket" = String, Path, description = "With which the browser came to the login page")),]
(status = 200, description = "Who asks for what", body = AuthorizationShape), Gone }

administer! { decide_authorization: post "/authorizations/{ticket}";
[params(("ticket" = String, Path, description = "With which the browser came to the login page")),
request_body(content = AuthorizationChoice, content_type = "application/json"),]
(status = 200, description = "Where to send the browser", body = AuthorizationMade), Bad, Gone }

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

declare! { "administration" returned: post "/admissions/{admission}";
params(("admission" = String, Path, description = "From the poll URL")),
request_body(content = ReturnBody, content_type = "application/json"),
responses(
    (status = 200, description = "The outcome, told once", body = AdmissionStanding),
    (status = 403, description = "Another code, another poll URL, or told already", body = Refused),
    Bad, TooLarge, OtherType) }

administer! { check: post "/assets/check";
[request_body(content = AssetForm, content_type = "multipart/form-data"),]
(status = 200, description = "The report, whatever its verdict", content_type = "application/json"),
Bad, TooLarge }

administer! { judge: post "/check";
[request_body(
    description = "A credential as it is (application/vc or application/json; the text of an SD-JWT \
        VC as application/dc+sd-jwt), or a form with a presentation",
    content(
        (Object = "application/vc"),
        (Object = "application/json"),
        (String = "application/dc+sd-jwt"),
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

administer! { approve: post "/grants/{grant}/approve";
[params(("grant" = String, Path, description = "From the answer to the offer")),]
(status = 200, description = "The grant", body = GrantShape),
(status = 409, description = "Denied before, or nobody has to approve it", body = Refused),
Gone }

administer! { deny: post "/grants/{grant}/deny";
[params(("grant" = String, Path, description = "From the answer to the offer")),]
(status = 200, description = "The grant", body = GrantShape),
(status = 409, description = "Approved before, or nobody has to approve it", body = Refused),
Gone }

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

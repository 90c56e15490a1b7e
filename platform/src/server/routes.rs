//! Every route, in one table from which the router is made. A test holds `/openapi.json` to it.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemas::key_history::KEY_HISTORY_PATH;

use super::{gate, openapi};
use crate::status::{grants, lists};
use crate::world::World;
use crate::{
    admitting, asking, checking, decisions, explaining, issuing, ledger, offering, publishing,
};

type Shared = Arc<World>;

/// A method, a path and what answers there.
type Route = (
    MethodFilter,
    &'static str,
    fn(MethodFilter) -> MethodRouter<Shared>,
);

const ROUTES: &[Route] = &[
    (MethodFilter::GET, "/.well-known/did.json", |verb| {
        on(verb, publishing::did_document)
    }),
    (MethodFilter::GET, KEY_HISTORY_PATH, |verb| {
        on(verb, publishing::key_history)
    }),
    (
        MethodFilter::GET,
        "/.well-known/openid-credential-issuer",
        |verb| on(verb, issuing::metadata::issuer),
    ),
    (
        MethodFilter::GET,
        "/.well-known/oauth-authorization-server",
        |verb| on(verb, issuing::metadata::authorization_server),
    ),
    (MethodFilter::POST, "/offers", |verb| {
        on(verb, offering::create)
    }),
    (MethodFilter::GET, "/offers/{offer}", |verb| {
        on(verb, offering::fetch)
    }),
    (MethodFilter::POST, "/par", |verb| {
        on(verb, issuing::authorization::push)
    }),
    (MethodFilter::GET, "/authorize", |verb| {
        on(verb, issuing::authorization::begin)
    }),
    (MethodFilter::GET, "/authorizations/{ticket}", |verb| {
        on(verb, issuing::authorization::show)
    }),
    (MethodFilter::POST, "/authorizations/{ticket}", |verb| {
        on(verb, issuing::authorization::decide)
    }),
    (MethodFilter::POST, "/token", |verb| {
        on(verb, issuing::token::exchange)
    }),
    (MethodFilter::POST, "/nonce", |verb| {
        on(verb, issuing::nonce::give)
    }),
    (MethodFilter::POST, "/credential", |verb| {
        on(verb, issuing::credential::issue)
    }),
    (MethodFilter::POST, "/deferred_credential", |verb| {
        on(verb, issuing::deferred::collect)
    }),
    (MethodFilter::POST, "/notification", |verb| {
        on(verb, issuing::notification::note)
    }),
    (MethodFilter::POST, "/admissions", |verb| {
        on(verb, asking::create)
    }),
    (MethodFilter::GET, "/admissions/{admission}", |verb| {
        on(verb, admitting::poll)
    }),
    (MethodFilter::POST, "/admissions/{admission}", |verb| {
        on(verb, admitting::returned)
    }),
    (MethodFilter::GET, "/openid4vp/request/{request}", |verb| {
        on(verb, asking::request_object)
    }),
    (MethodFilter::POST, "/openid4vp/request/{request}", |verb| {
        on(verb, asking::request_object)
    }),
    (
        MethodFilter::POST,
        "/openid4vp/response/{response}",
        |verb| on(verb, admitting::respond),
    ),
    (MethodFilter::POST, "/assets/check", |verb| {
        on(verb, checking::check)
    }),
    (MethodFilter::POST, "/check", |verb| {
        on(verb, checking::document::check)
    }),
    (MethodFilter::GET, "/status/{list}", |verb| {
        on(verb, lists::serve)
    }),
    (MethodFilter::GET, "/status-token/{list}", |verb| {
        on(verb, lists::serve)
    }),
    (MethodFilter::GET, "/grants", |verb| on(verb, grants::list)),
    (MethodFilter::GET, "/grants/{grant}", |verb| {
        on(verb, grants::show)
    }),
    (MethodFilter::POST, "/grants/{grant}/status", |verb| {
        on(verb, grants::change)
    }),
    (MethodFilter::POST, "/grants/{grant}/approve", |verb| {
        on(verb, grants::approve)
    }),
    (MethodFilter::POST, "/grants/{grant}/deny", |verb| {
        on(verb, grants::deny)
    }),
    (MethodFilter::POST, "/items/inbox", |verb| {
        on(verb, ledger::inbox::look)
    }),
    (MethodFilter::POST, "/items/{tag}/steps", |verb| {
        on(verb, ledger::steps::take)
    }),
    (MethodFilter::POST, "/items/{tag}/credential", |verb| {
        on(verb, ledger::holding::ask)
    }),
    (MethodFilter::GET, "/items/{tag}/head", |verb| {
        on(verb, ledger::reading::head)
    }),
    (MethodFilter::GET, "/items/{tag}/chain", |verb| {
        on(verb, ledger::reading::chain)
    }),
    (MethodFilter::GET, "/items/{tag}/proof/{seq}", |verb| {
        on(verb, ledger::tiles::proof)
    }),
    (MethodFilter::GET, "/ledger", |verb| {
        on(verb, ledger::page::page)
    }),
    (MethodFilter::GET, "/ledger/checkpoint", |verb| {
        on(verb, ledger::tiles::checkpoint)
    }),
    (MethodFilter::GET, "/ledger/vkey", |verb| {
        on(verb, ledger::tiles::vkey)
    }),
    (MethodFilter::GET, "/ledger/tile/{*tile}", |verb| {
        on(verb, ledger::tiles::tile)
    }),
    (MethodFilter::GET, "/policy/explain", |verb| {
        on(verb, explaining::explain)
    }),
    (MethodFilter::GET, "/decisions", |verb| {
        on(verb, decisions::list)
    }),
    (MethodFilter::GET, "/contexts/omote/v1", |verb| {
        on(verb, publishing::context)
    }),
    (MethodFilter::GET, "/schemas/{name}", |verb| {
        on(verb, publishing::schema)
    }),
    (MethodFilter::GET, "/metrics", |verb| {
        on(verb, publishing::metrics)
    }),
    (MethodFilter::GET, "/readyz", |verb| {
        on(verb, publishing::ready)
    }),
    (MethodFilter::GET, "/openapi.json", |verb| {
        on(verb, openapi::document)
    }),
];

const HEALTH: Route = (MethodFilter::GET, "/healthz", |verb| {
    on(verb, publishing::health)
});

/// The routes behind the gate.
pub(super) fn router() -> Router<Shared> {
    ROUTES
        .iter()
        .fold(Router::new(), |router, (verb, path, answer)| {
            router.route(path, answer(*verb))
        })
        .method_not_allowed_fallback(gate::no_such_method)
        .fallback(gate::nowhere)
}

/// The route that the gate lets pass.
pub(super) fn health() -> Router<Shared> {
    let (verb, path, answer) = HEALTH;
    Router::new().route(path, answer(verb))
}

/// Every path with its method in lower case.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES
        .iter()
        .chain([&HEALTH])
        .map(|(verb, path, _)| match *verb {
            MethodFilter::GET => (*path, "get"),
            _ => (*path, "post"),
        })
}

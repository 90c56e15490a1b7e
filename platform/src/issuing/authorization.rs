//! Logging in first (section 5; RFC 9126, RFC 7636, RFC 9207), for a world that has accounts.
//!
//! ```text
//! wallet  ─ POST /par ─▶ request_uri
//! browser ─ GET /authorize?client_id&request_uri ─▶ 302 to the world's login page, with a ticket
//! world's own server ─ GET /authorizations/{ticket} ─▶ who asks for what
//!                    ─ POST /authorizations/{ticket} ─▶ where to send the browser, with a code
//! wallet  ─ POST /token ─▶ access token
//! ```
//!
//! Wallets are not registered: how one calls itself is proven by nothing, and the login page shows it
//! to the person together with the address to which the code goes. That address is on the person's own
//! machine, or one that the configuration lists.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::form::{Form, percent_encode};
use schemas::json::{Limits, Object, Value, read};
use schemas::message::{Confidential, Message};
use schemas::oauth::ErrorCode;
use schemas::offering::{
    AuthorizationAsked, AuthorizationDecided, AuthorizationDecision, OfferTerms,
};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization::{
    AuthorizationResponse, PushedRequest, PushedResponse, RedirectUri,
};
use schemas::oid4vci::error::at_pushed_unread;
use schemas::reason::Reason;
use schemas::receipt::UniqueId;
use schemas::time::Timestamp;

use super::configuration::Configuration;
use crate::config::Login;
use crate::error::{self, Refusal};
use crate::seal::{SealKey, Sealed};
use crate::server::body::{self, Kind};
use crate::server::client::Client;
use crate::store::offers::{LoginOffer, Naming, NewAuthorization, NewCode, Offers};
use crate::ticket::{Purpose, Ticket};
use crate::world::World;

/// How long a pushed request can be begun, in seconds.
const PUSHED_LIFE: i64 = 300;
/// How long a person has for logging in and agreeing.
const LOGIN_LIFE: i64 = 900;
/// How long a code can be redeemed.
const CODE_LIFE: i64 = 60;
/// Longer queries are not read.
const MAX_QUERY: usize = 16 << 10;
const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// Under which a client's name is compared.
pub(super) fn client_digest(client_id: &str) -> Sha256Digest {
    Sha256Digest::of_parts(&[b"omote/client-id/v1\0", client_id.as_bytes()])
}

/// Under which a redirect address is compared: letter by letter.
pub(super) fn redirect_digest(redirect_uri: &str) -> Sha256Digest {
    Sha256Digest::of_parts(&[b"omote/redirect-uri/v1\0", redirect_uri.as_bytes()])
}

fn login(world: &World) -> Result<&Login, Refusal> {
    let login = world.config.issuing.login.as_ref();
    login.ok_or(Refusal::not_found())
}

/// `POST /par`
pub(crate) async fn push(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let login = login(&world)?;
    let client = Client::of(&world.config, &request);
    let bytes = body::message(&world, Kind::Form, request).await?;
    let asked = PushedRequest::read(&bytes).map_err(|error| {
        Refusal::of(StatusCode::BAD_REQUEST, &at_pushed_unread(&error)).because(error)
    })?;
    let redirect = asked.redirect_uri.as_str();
    if !asked.redirect_uri.is_loopback() && !login.redirects.iter().any(|one| one == redirect) {
        return Err(Refusal::bad("invalid_request", Reason::RedirectUriRefused));
    }
    let now = world.clock.now();
    let offer = match &asked.issuer_state {
        None => None,
        Some(state) => Some(offer_of(&world, state, now).await?),
    };
    let configurations = wanted(&asked, offer.as_ref())?;
    let request = Ticket::for_token()?;
    let ticket = request.derive(Purpose::Login);
    let remembered = Remembered {
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        state: asked.state.clone(),
        configurations,
    };
    let expires = now.plus_seconds(PUSHED_LIFE);
    let new = NewAuthorization {
        request: request.digest(),
        ticket: ticket.digest(),
        client: client_digest(&asked.client_id),
        redirect: redirect_digest(redirect),
        challenge: *asked.challenge.digest(),
        asked: remembered.seal(&ticket)?,
        offer: offer.map(|offer| offer.offer),
        naming: if asked.details.is_empty() {
            Naming::Configuration
        } else {
            Naming::Identifier
        },
        expires,
    };
    // What nobody is told apart by is bounded for all together, by the store.
    let share = world.config.limits.logins_per_client;
    let life = PUSHED_LIFE + LOGIN_LIFE;
    if client.is_some_and(|client| !world.logins.take(client, share, now, life)) {
        return Err(Refusal::too_many());
    }
    if !world.store.add_authorization(&new).await? {
        return Err(Refusal::overloaded());
    }
    let response = PushedResponse {
        request_uri: Confidential::new(format!("{REQUEST_URI}{}", request.expose())),
        expires_in: PUSHED_LIFE.unsigned_abs(),
    };
    let mut response = error::json(StatusCode::CREATED, &response.to_object());
    unstored(&mut response);
    Ok(response)
}

fn unstored(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

async fn offer_of(
    world: &World,
    state: &Confidential,
    now: Timestamp,
) -> Result<LoginOffer, Refusal> {
    let unknown = || Refusal::bad("invalid_request", Reason::NotFound).because("issuer_state");
    let state = Ticket::read(state.reveal()).ok_or_else(unknown)?;
    let offer = world.store.login_offer(state.digest(), now).await?;
    offer.ok_or_else(unknown)
}

/// What is asked for, by scope or by details; with neither, all of the offer. A scope that is none of
/// ours is ignored (section 5.1.2), so that it is as if nothing was asked for when there is no other.
fn wanted(asked: &PushedRequest, offer: Option<&LoginOffer>) -> Result<Vec<String>, Refusal> {
    let reason = Reason::CredentialNotAuthorized;
    let mut wanted: Vec<String> = Vec::new();
    let scopes = asked.scopes.iter();
    let scopes = scopes.filter(|id| Configuration::from_id(id).is_some());
    let scopes = scopes.map(|id| (id, "invalid_scope"));
    let details = asked.details.configuration_ids.iter();
    let details = details.map(|id| (id, "invalid_authorization_details"));
    for (id, refusal) in scopes.chain(details) {
        let offered = offer.is_none_or(|offer| offer.configurations.contains(id));
        if Configuration::from_id(id).is_none() || !offered {
            return Err(Refusal::bad(refusal, reason));
        }
        if !wanted.contains(id) {
            wanted.push(id.clone());
        }
    }
    match (wanted.is_empty(), offer) {
        (false, _) => Ok(wanted),
        (true, Some(offer)) => Ok(offer.configurations.clone()),
        (true, None) => Err(Refusal::bad("invalid_scope", Reason::BadRequest)
            .because("scope, authorization_details or issuer_state says what is asked for")),
    }
}

/// What the login page has to be told and what goes back to the wallet, until it is decided.
struct Remembered {
    client_id: String,
    redirect_uri: RedirectUri,
    state: Option<Confidential>,
    configurations: Vec<String>,
}

impl Remembered {
    fn seal(&self, ticket: &Ticket) -> Result<Vec<u8>, Refusal> {
        let mut object: Object = schemas::object! {
            "client_id" => self.client_id.as_str(),
            "redirect_uri" => self.redirect_uri.as_str(),
            "configurations" => self.configurations.clone(),
        };
        if let Some(state) = &self.state {
            object.insert("state", state.reveal());
        }
        let plain = canonical::object_to_bytes(&object);
        Ok(SealKey::of_ticket(ticket).seal(Sealed::Asked, "", &plain)?)
    }

    fn open(ticket: &Ticket, sealed: &[u8]) -> Option<Self> {
        let plain = SealKey::of_ticket(ticket).open(Sealed::Asked, "", sealed)?;
        let value = read(&plain, &Limits::message()).ok()?;
        let text = |name| value.get(name).and_then(Value::as_str);
        let configurations = value.get("configurations")?.strings()?;
        Some(Self {
            client_id: text("client_id")?.to_owned(),
            redirect_uri: text("redirect_uri")?.parse().ok()?,
            state: text("state").map(Confidential::new),
            configurations: configurations.into_iter().map(str::to_owned).collect(),
        })
    }
}

/// `GET /authorize`: nothing is answered to an address that nobody has pushed.
pub(crate) async fn begin(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let login = login(&world)?;
    let query = request.uri().query().unwrap_or_default();
    let form = Form::read(query.as_bytes(), MAX_QUERY)
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    let malformed =
        |what: &'static str| Refusal::bad("invalid_request", Reason::BadRequest).because(what);
    let client = form
        .field("client_id")
        .ok_or_else(|| malformed("client_id is missing"))?;
    let pushed = form
        .field("request_uri")
        .ok_or_else(|| malformed("requests are pushed first: request_uri is missing"))?;
    let unknown = || Refusal::bad("invalid_request", Reason::NotFound).because("request_uri");
    let pushed = pushed
        .strip_prefix(REQUEST_URI)
        .and_then(Ticket::read)
        .ok_or_else(unknown)?;
    let now = world.clock.now();
    let until = now.plus_seconds(LOGIN_LIFE);
    let client = client_digest(client);
    let begun = world
        .store
        .begin_login(pushed.digest(), client, until, now)
        .await?;
    if !begun {
        return Err(unknown());
    }
    let joint = if login.page.query().is_some() {
        '&'
    } else {
        '?'
    };
    let ticket = pushed.derive(Purpose::Login);
    let address = format!(
        "{}{joint}ticket={}",
        login.page,
        percent_encode(ticket.expose())
    );
    let address = HeaderValue::from_str(&address);
    let address = address.map_err(|_| Refusal::internal(Reason::InternalError))?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, address)]).into_response();
    unstored(&mut response);
    Ok(response)
}

/// A request that waits for the login page.
struct Waiting {
    ticket: Ticket,
    remembered: Remembered,
    offer: Option<LoginOffer>,
    expires: Timestamp,
}

async fn waiting(world: &World, ticket: &str, now: Timestamp) -> Result<Waiting, Refusal> {
    let ticket = Ticket::read(ticket).ok_or(Refusal::not_found())?;
    let found = world.store.authorization(ticket.digest(), now).await?;
    let found = found.ok_or(Refusal::not_found())?;
    let remembered = Remembered::open(&ticket, &found.asked);
    Ok(Waiting {
        remembered: remembered.ok_or(Refusal::internal(Reason::InternalError))?,
        ticket,
        offer: found.offer,
        expires: found.expires,
    })
}

/// `GET /authorizations/{ticket}`
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let ticket = body::last_segment(&request);
    let waiting = waiting(&world, ticket, world.clock.now()).await?;
    let asked = AuthorizationAsked {
        client_id: waiting.remembered.client_id,
        redirect_uri: waiting.remembered.redirect_uri,
        configurations: waiting.remembered.configurations,
        grant: waiting.offer.map(|offer| offer.grant),
        expires: waiting.expires,
    };
    Ok(error::json_unstored(&asked.to_object()))
}

/// `POST /authorizations/{ticket}`
pub(crate) async fn decide(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let now = world.clock.now();
    let waiting = waiting(&world, body::last_segment(&request), now).await?;
    let value = body::json(&world, &Limits::document(), request).await?;
    let (answer, grant) = match AuthorizationDecision::from_value(&value)? {
        AuthorizationDecision::Grant { offer } => {
            let (code, grant) = grant(&world, &waiting, offer.as_deref(), now).await?;
            let answer = AuthorizationResponse::Code {
                code: Confidential::new(code.expose()),
                state: waiting.remembered.state,
                issuer: IssuerUrl::from(world.config.world()),
            };
            (answer, Some(grant))
        }
        AuthorizationDecision::Refuse => {
            let ticket = waiting.ticket.digest();
            if !world.store.refuse_authorization(ticket, now).await? {
                return Err(Refusal::not_found());
            }
            let answer = AuthorizationResponse::Refused {
                code: ErrorCode::AccessDenied,
                state: waiting.remembered.state,
                issuer: IssuerUrl::from(world.config.world()),
            };
            (answer, None)
        }
    };
    let decided = AuthorizationDecided {
        redirect_to: waiting.remembered.redirect_uri.with(&answer.to_form()),
        grant,
    };
    Ok(error::json_unstored(&decided.to_object()))
}

/// Grants what was offered to the wallet before, or what the login page says.
async fn grant(
    world: &Arc<World>,
    waiting: &Waiting,
    terms: Option<&OfferTerms>,
    now: Timestamp,
) -> Result<(Ticket, UniqueId), Refusal> {
    let malformed =
        |what: &'static str| Refusal::bad("invalid_request", Reason::BadRequest).because(what);
    let (grant, granted, offer) = match (terms, &waiting.offer) {
        (None, Some(offer)) => (offer.grant.clone(), offer.configurations.clone(), None),
        (Some(terms), None) => {
            let (prepared, drawn) = world.prepare_offer(terms).await?;
            if drawn.is_some() {
                return Err(malformed("a transaction code goes with a code in an offer"));
            }
            let offer = prepared.offer;
            (
                offer.grant.clone(),
                offer.configurations.clone(),
                Some(offer),
            )
        }
        (None, None) => return Err(malformed("offer says what is granted")),
        (Some(_), Some(_)) => {
            return Err(malformed("the offer is the one from which the wallet came"));
        }
    };
    let mut configurations = waiting.remembered.configurations.clone();
    configurations.retain(|id| granted.contains(id));
    if configurations.is_empty() {
        let refusal = Refusal::bad("invalid_request", Reason::CredentialNotAuthorized);
        return Err(refusal.because("nothing of what is granted was asked for"));
    }
    let code = Ticket::for_token()?;
    let new = NewCode {
        ticket: waiting.ticket.digest(),
        code: code.digest(),
        configurations,
        offer,
        expires: now.plus_seconds(CODE_LIFE),
    };
    if world.store.grant_authorization(&new, now).await? {
        Ok((code, grant))
    } else {
        Err(Refusal::not_found())
    }
}

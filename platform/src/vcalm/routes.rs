//! The addresses of the interface.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::{Cryptosuite, UnknownSuite};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::body::{self, JSON, answer};
use crate::identifiers::Form;
use crate::problem::{Problem, Refusal};
use crate::service::{Answers, Service};
use crate::{derive, envelope, identifiers, issue, present, status, verify, verify_presentation};

/// Requests that are worked on at a time; the others are told to come again.
const REQUESTS: usize = 64;

const NOWHERE: &str = "there is nothing at this address";

type Shared = State<Arc<Service>>;

fn get<H, T>(handler: H) -> MethodRouter<Arc<Service>>
where
    H: axum::handler::Handler<T, Arc<Service>>,
    T: 'static,
{
    on(MethodFilter::GET, handler).fallback(no_such_method)
}

fn post<H, T>(handler: H) -> MethodRouter<Arc<Service>>
where
    H: axum::handler::Handler<T, Arc<Service>>,
    T: 'static,
{
    on(MethodFilter::POST, handler).fallback(no_such_method)
}

/// The router of everything. Where an address may name a suite, the handler is the same.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let places = Arc::new(Semaphore::new(REQUESTS));
    let routes = [
        ("/credentials/issue", post(issue_credential)),
        ("/suites/{suite}/credentials/issue", post(issue_credential)),
        ("/envelopes/{alg}/credentials/issue", post(issue_enveloped)),
        ("/credentials/verify", post(verify_credential)),
        (
            "/suites/{suite}/credentials/verify",
            post(verify_credential),
        ),
        ("/credentials/derive", post(derive_credential)),
        (
            "/suites/{suite}/credentials/derive",
            post(derive_credential),
        ),
        ("/credentials/status", post(update_status)),
        ("/presentations", post(create_presentation)),
        ("/suites/{suite}/presentations", post(create_presentation)),
        ("/presentations/verify", post(judge_presentation)),
        (
            "/suites/{suite}/presentations/verify",
            post(judge_presentation),
        ),
        ("/status-lists", post(create_list)),
        ("/suites/{suite}/status-lists", post(create_list)),
        ("/status-lists/{id}", get(serve_list)),
        ("/identifiers/{did}", get(resolve)),
        ("/", get(about)),
    ];
    let router = routes
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        });
    router
        .fallback(nowhere)
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| Refusal::fault().into_response(),
        ))
        .layer(from_fn_with_state(places, admit))
        .route("/health", get(health))
        .with_state(service)
}

async fn admit(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else {
        return Refusal::with(
            StatusCode::SERVICE_UNAVAILABLE,
            Problem::new(Reason::Overloaded, "too many requests at a time"),
        )
        .into_response();
    };
    next.run(request).await
}

async fn health() -> Response {
    answer(StatusCode::OK, JSON, object! { "status" => "ok" })
}

async fn about(State(service): Shared) -> Response {
    answer(StatusCode::OK, JSON, service.to_object())
}

async fn nowhere() -> Refusal {
    Refusal::not_found(Reason::NotFound, NOWHERE)
}

async fn no_such_method() -> Refusal {
    Refusal::with(
        StatusCode::METHOD_NOT_ALLOWED,
        Problem::new(Reason::BadRequest, "another method is needed here"),
    )
}

/// The suite that an address names; an address without one leaves it open.
struct Suite(Option<Cryptosuite>);

impl<S: Send + Sync> FromRequestParts<S> for Suite {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let named = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Ok(Path(named)) = named else {
            return Err(Refusal::not_found(Reason::NotFound, NOWHERE));
        };
        let suite = named.get("suite").map(|name| name.parse()).transpose();
        suite
            .map(Self)
            .map_err(|error: UnknownSuite| Refusal::not_found(error.reason(), error.to_string()))
    }
}

/// Work on a document takes milliseconds, which the threads that answer do not have.
async fn worked<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Refusal::fault()))
}

/// Makes a document of a request, and answers with it under its name.
async fn made(
    service: Arc<Service>,
    request: Request,
    name: &'static str,
    make: impl FnOnce(&Service, &Object) -> Result<Object, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let made = worked(move || Ok(service.answered(name, make(&service, &request)?)));
    Ok(answer(StatusCode::CREATED, JSON, made.await?))
}

async fn issue_credential(
    State(service): Shared,
    Suite(suite): Suite,
    request: Request,
) -> Result<Response, Refusal> {
    made(
        service,
        request,
        "verifiableCredential",
        move |service, request| issue::issue(service, suite, request),
    )
    .await
}

async fn issue_enveloped(
    State(service): Shared,
    Path(alg): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let suite = Cryptosuite::ALL
        .into_iter()
        .find(|suite| envelope::algorithm(suite.key_type()) == alg);
    let suite = suite.ok_or_else(|| {
        let detail = "an algorithm other than EdDSA and ES256";
        Refusal::not_found(Reason::AlgNotAllowed, detail)
    })?;
    made(
        service,
        request,
        "verifiableCredential",
        move |service, request| envelope::issue(service, suite, request),
    )
    .await
}

async fn create_presentation(
    State(service): Shared,
    Suite(suite): Suite,
    request: Request,
) -> Result<Response, Refusal> {
    made(
        service,
        request,
        "verifiablePresentation",
        move |service, request| present::create(service, suite, request),
    )
    .await
}

type Verify = fn(&Service, &Object) -> Result<(StatusCode, Object), Refusal>;

/// A refusal of a verification says that nothing was verified.
async fn verified(
    service: Arc<Service>,
    request: Request,
    verify: Verify,
) -> Result<Response, Refusal> {
    let judged = match body::read(request).await {
        Ok(request) => worked(move || verify(&service, &request)).await,
        Err(refusal) => Err(refusal),
    };
    let (status, object) = judged.unwrap_or_else(|refusal| {
        let mut object = refusal.to_object();
        object.insert("verified", false);
        (refusal.status, object)
    });
    Ok(answer(status, JSON, object))
}

async fn verify_credential(
    State(service): Shared,
    _: Suite,
    request: Request,
) -> Result<Response, Refusal> {
    verified(service, request, verify::verify).await
}

async fn judge_presentation(
    State(service): Shared,
    _: Suite,
    request: Request,
) -> Result<Response, Refusal> {
    verified(service, request, verify_presentation::verify).await
}

async fn derive_credential() -> Refusal {
    derive::refuse()
}

async fn update_status(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let done = status::update(&service, &request)?;
    Ok(answer(StatusCode::OK, JSON, done))
}

async fn create_list(
    State(service): Shared,
    Suite(suite): Suite,
    request: Request,
) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let made = worked(move || {
        let (url, credential) = status::create(&service, suite, &request)?;
        let mut object = service.answered("verifiableCredential", credential);
        if service.answers == Answers::Wrapped {
            object.insert("id", url.as_str());
        }
        Ok((url, object))
    });
    let (url, object) = made.await?;
    let mut response = answer(StatusCode::CREATED, JSON, object);
    if let Ok(location) = HeaderValue::from_str(&url) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

async fn serve_list(
    State(service): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let list = worked(move || status::serve(&service, &id)).await?;
    let digest = Sha256Digest::of(&canonical::object_to_bytes(&list));
    let tag = format!("\"{}\"", digest.hex());
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let known = text(header::IF_NONE_MATCH)
        .is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag));
    // Who does not ask for the type of credentials by name may know JSON alone.
    let asked = text(header::ACCEPT).is_some_and(|accept| {
        accept
            .split(',')
            .any(|one| one.split(';').next().unwrap_or_default().trim() == "application/vc")
    });
    let kind = if asked { "application/vc" } else { JSON };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer(StatusCode::OK, kind, list)
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=60"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn resolve(Path(did): Path<String>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT);
    let accept = accept
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let form = Form::wanted(accept);
    let (status, object) = identifiers::resolve(&did, form);
    let kind = if status == StatusCode::OK && accept.contains("application/did") {
        form.media_type()
    } else {
        JSON
    };
    answer(status, kind, object)
}

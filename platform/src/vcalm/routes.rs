//! The addresses of the interface.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::body::{self, JSON, answer};
use crate::identifiers::Form;
use crate::problem::{Problem, Refusal};
use crate::service::Service;
use crate::{derive, envelope, identifiers, issue, present, status, verify, verify_presentation};

/// Requests that are worked on at a time; the others are told to come again.
const REQUESTS: usize = 64;

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

/// The router of everything.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let places = Arc::new(Semaphore::new(REQUESTS));
    let plain = [
        ("/credentials/issue", post(issue_plain)),
        ("/credentials/verify", post(verify_plain)),
        ("/credentials/derive", post(derive_any)),
        ("/credentials/status", post(update_status)),
        ("/presentations", post(present_plain)),
        ("/presentations/verify", post(verify_presentation_plain)),
        ("/status-lists", post(create_list_plain)),
        ("/status-lists/{id}", get(serve_list)),
        ("/identifiers/{did}", get(resolve)),
        ("/suites/{suite}/credentials/issue", post(issue_suite)),
        ("/envelopes/{alg}/credentials/issue", post(issue_enveloped)),
        ("/suites/{suite}/credentials/verify", post(verify_suite)),
        ("/suites/{suite}/credentials/derive", post(derive_any)),
        ("/suites/{suite}/presentations", post(present_suite)),
        (
            "/suites/{suite}/presentations/verify",
            post(verify_presentation_suite),
        ),
        ("/suites/{suite}/status-lists", post(create_list_suite)),
        ("/", get(about)),
    ];
    let router = plain
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        });
    router
        .fallback(nowhere)
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                Refusal::with(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    Problem::new(Reason::InternalError, "a fault of this service"),
                )
                .into_response()
            },
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
    Refusal::with(
        StatusCode::NOT_FOUND,
        Problem::new(Reason::NotFound, "there is nothing at this address"),
    )
}

async fn no_such_method() -> Refusal {
    Refusal::with(
        StatusCode::METHOD_NOT_ALLOWED,
        Problem::new(Reason::BadRequest, "another method is needed here"),
    )
}

fn suite_of(name: &str) -> Result<Cryptosuite, Refusal> {
    name.parse().map_err(|error: schemas::suite::UnknownSuite| {
        Refusal::with(
            StatusCode::NOT_FOUND,
            Problem::new(error.reason(), error.to_string()),
        )
    })
}

/// Work on a document takes milliseconds, which the threads that answer do not have.
async fn worked<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Refusal::with(
            StatusCode::INTERNAL_SERVER_ERROR,
            Problem::new(Reason::InternalError, "a fault of this service"),
        ))
    })
}

async fn issued(
    service: Arc<Service>,
    suite: Option<Cryptosuite>,
    request: Request,
) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let made = worked(move || {
        let credential = issue::issue(&service, suite, &request)?;
        Ok(issue::answer(&service, "verifiableCredential", credential))
    });
    Ok(answer(StatusCode::CREATED, JSON, made.await?))
}

async fn issue_plain(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    issued(service, None, request).await
}

async fn issue_suite(
    State(service): Shared,
    Path(suite): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    issued(service, Some(suite_of(&suite)?), request).await
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
        Refusal::with(
            StatusCode::NOT_FOUND,
            Problem::new(
                Reason::AlgNotAllowed,
                "an algorithm other than EdDSA and ES256",
            ),
        )
    })?;
    let request = body::read(request).await?;
    let made = worked(move || {
        let enveloped = envelope::issue(&service, suite, &request)?;
        Ok(issue::answer(&service, "verifiableCredential", enveloped))
    });
    Ok(answer(StatusCode::CREATED, JSON, made.await?))
}

async fn presented(
    service: Arc<Service>,
    suite: Option<Cryptosuite>,
    request: Request,
) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let made = worked(move || {
        let presentation = present::create(&service, suite, &request)?;
        Ok(issue::answer(
            &service,
            "verifiablePresentation",
            presentation,
        ))
    });
    Ok(answer(StatusCode::CREATED, JSON, made.await?))
}

async fn present_plain(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    presented(service, None, request).await
}

async fn present_suite(
    State(service): Shared,
    Path(suite): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    presented(service, Some(suite_of(&suite)?), request).await
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

async fn verify_plain(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    verified(service, request, verify::verify).await
}

async fn verify_suite(
    State(service): Shared,
    Path(suite): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    suite_of(&suite)?;
    verified(service, request, verify::verify).await
}

async fn verify_presentation_plain(
    State(service): Shared,
    request: Request,
) -> Result<Response, Refusal> {
    verified(service, request, verify_presentation::verify).await
}

async fn verify_presentation_suite(
    State(service): Shared,
    Path(suite): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    suite_of(&suite)?;
    verified(service, request, verify_presentation::verify).await
}

async fn derive_any() -> Refusal {
    derive::refuse()
}

async fn update_status(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let done = status::update(&service, &request)?;
    Ok(answer(StatusCode::OK, JSON, done))
}

async fn created(
    service: Arc<Service>,
    suite: Option<Cryptosuite>,
    request: Request,
) -> Result<Response, Refusal> {
    let request = body::read(request).await?;
    let made = worked(move || {
        let (url, credential) = status::create(&service, suite, &request)?;
        let mut object = issue::answer(&service, "verifiableCredential", credential);
        if service.answers == crate::service::Answers::Wrapped {
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

async fn create_list_plain(State(service): Shared, request: Request) -> Result<Response, Refusal> {
    created(service, None, request).await
}

async fn create_list_suite(
    State(service): Shared,
    Path(suite): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    created(service, Some(suite_of(&suite)?), request).await
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

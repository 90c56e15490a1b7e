//! The mock world over HTTP.
//!
//! | method | path | body | answer |
//! |---|---|---|---|
//! | `GET` | `/.well-known/did.json` | | its DID document |
//! | `GET` | `/contexts/omote/v1` | | the context by which it writes |
//! | `POST` | `/believe` | a DID | from now on it believes that issuer |
//! | `POST` | `/avatars`, `/items` | `{"holder","validFrom","validUntil"}` | a credential |
//! | `POST` | `/provenances` | `{"validFrom"}` | a creator's statement |
//! | `POST` | `/credentials` | a credential | `{"accepted","why"}` |
//! | `POST` | `/challenges` | | `{"challenge","domain"}` |
//! | `POST` | `/presentations` | a presentation | `{"accepted","why"}` |
//! | `GET` | `/dids/{did}` | | the document of a did:key |
//! | `POST` | `/lists/encode` | the bytes of a list | `encodedList` |
//! | `POST` | `/lists/decode` | `encodedList` | the bytes of the list |
//!
//! What is refused is answered with 400.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::documents::Validity;
use crate::world::World;
use crate::{Refused, did_key, status};

/// The routes of a world.
pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/.well-known/did.json", get(document))
        .route("/contexts/omote/v1", get(context))
        .route("/believe", post(believe))
        .route("/provenances", post(provenance))
        .route("/avatars", post(avatar))
        .route("/items", post(item))
        .route("/credentials", post(credential))
        .route("/challenges", post(challenge))
        .route("/presentations", post(presentation))
        .route("/dids/{did}", get(did))
        .route("/lists/encode", post(encode_list))
        .route("/lists/decode", post(decode_list))
        .with_state(world)
}

type Shared = State<Arc<World>>;

fn answer(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, value.to_string()).into_response()
}

fn made(result: Result<Value, Refused>) -> Response {
    match result {
        Ok(value) => answer(StatusCode::OK, &value),
        Err(why) => answer(StatusCode::BAD_REQUEST, &json!({ "why": why.0 })),
    }
}

fn judged(result: Result<(), Refused>) -> Response {
    match result {
        Ok(()) => answer(StatusCode::OK, &json!({ "accepted": true })),
        Err(why) => {
            let said = json!({ "accepted": false, "why": why.0 });
            answer(StatusCode::BAD_REQUEST, &said)
        }
    }
}

fn text(body: &Bytes) -> String {
    String::from_utf8_lossy(body).into_owned()
}

/// What is to be issued, and to whom.
fn wanted(body: &Bytes) -> Result<(String, Validity), Refused> {
    let body: Value = serde_json::from_slice(body).map_err(Refused::because)?;
    let member = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let validity = Validity {
        from: member("validFrom"),
        until: member("validUntil"),
    };
    Ok((member("holder"), validity))
}

async fn document(State(world): Shared) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/did+json")];
    (kind, world.party.document().to_string()).into_response()
}

async fn context(State(world): Shared) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/ld+json")];
    (kind, world.context.clone()).into_response()
}

async fn believe(State(world): Shared, body: Bytes) -> StatusCode {
    world.believe(&text(&body));
    StatusCode::NO_CONTENT
}

async fn provenance(State(world): Shared, body: Bytes) -> Response {
    match wanted(&body) {
        Ok((_, validity)) => made(world.provenance(&validity).await),
        Err(why) => made(Err(why)),
    }
}

async fn avatar(State(world): Shared, body: Bytes) -> Response {
    match wanted(&body) {
        Ok((holder, validity)) => made(world.avatar(&holder, &validity).await),
        Err(why) => made(Err(why)),
    }
}

async fn item(State(world): Shared, body: Bytes) -> Response {
    match wanted(&body) {
        Ok((holder, validity)) => made(world.item(&holder, &validity).await),
        Err(why) => made(Err(why)),
    }
}

async fn credential(State(world): Shared, body: Bytes) -> Response {
    judged(world.judge(&body).await)
}

async fn challenge(State(world): Shared) -> Response {
    let domain = world.party.did();
    made(
        world
            .challenge()
            .map(|challenge| json!({ "challenge": challenge, "domain": domain })),
    )
}

async fn presentation(State(world): Shared, body: Bytes) -> Response {
    judged(world.admit(&body).await.map(|_| ()))
}

async fn did(Path(did): Path<String>) -> Response {
    made(did_key::document(&did).await)
}

async fn encode_list(body: Bytes) -> Response {
    match status::encode_bytes(body.to_vec()) {
        Ok(list) => list.into_response(),
        Err(why) => made(Err(why)),
    }
}

async fn decode_list(body: Bytes) -> Response {
    match status::decode(&text(&body)) {
        Ok(bytes) => bytes.into_response(),
        Err(why) => made(Err(why)),
    }
}

//! `POST /items/{tag}/steps`: a wallet moves an item on.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::Limits;
use schemas::ledger::SentStep;
use schemas::message::Message;
use schemas::reason::Reason;
use zeroize::Zeroizing;

use super::handing::Links;
use super::{answering, rules, tag_of};
use crate::error::Refusal;
use crate::server::body;
use crate::store::ledger::Keyed;
use crate::world::{World, seconds};

const KEY_HEADER: &str = "idempotency-key";
/// How long a key may be: at least 128 bits in base64url.
const KEY_LETTERS: std::ops::RangeInclusive<usize> = 22..=64;

/// `POST /items/{tag}/steps`
pub(crate) async fn take(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let answers = rules(&world)?.answers;
    let tag = tag_of(&request)?;
    let key = key_of(request.headers())?;
    let value = body::json(&world, &Limits::message(), request).await?;
    let sent = SentStep::from_value(&value)?;
    if sent.step.ledger != *world.config.world() {
        return Err(refusal(Reason::TransferAudience));
    }
    if sent.step.item != tag {
        return Err(Refusal::bad("invalid_request", Reason::BadRequest)
            .because("the step is for another item than the address"));
    }
    let keyed = Keyed {
        key: Sha256Digest::of_parts(&[b"omote/idempotency/v1\0", key.as_bytes()]),
        request: Sha256Digest::of(&canonical::to_bytes(&value)),
        expires: world.clock.now().plus_seconds(seconds(answers)),
    };
    // A key that is used again when its answer is forgotten makes no code a second time.
    let content = Zeroizing::new(format!("{}\0{}", key.as_str(), keyed.request.hex()));
    let links = Links::of(&content);
    let done = world.ledger.queue.take(sent, keyed, links.clone()).await?;
    answering::answer(&world, done, &links).await
}

/// The key under which a client is answered the same again. It keeps it to itself.
fn key_of(headers: &HeaderMap) -> Result<Zeroizing<String>, Refusal> {
    let mut keys = headers.get_all(KEY_HEADER).iter();
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) => key.to_str().ok(),
        _ => None,
    };
    let letter = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_';
    let sound = |key: &&str| KEY_LETTERS.contains(&key.len()) && key.bytes().all(letter);
    key.filter(sound)
        .map(|key| Zeroizing::new(key.to_owned()))
        .ok_or_else(|| {
            Refusal::bad("invalid_request", Reason::BadRequest)
                .because("one Idempotency-Key of 22 to 64 letters of base64url is needed")
        })
}

/// How a step is refused for a reason.
pub(super) fn refusal(reason: Reason) -> Refusal {
    let (status, error) = match reason {
        Reason::ItemUnknown => (StatusCode::NOT_FOUND, "not_found"),
        Reason::IdempotencyConflict
        | Reason::ItemActiveElsewhere
        | Reason::ItemExists
        | Reason::ItemRevoked
        | Reason::LedgerChainFull
        | Reason::OfferChanged
        | Reason::TransferConflict
        | Reason::TransferExpired
        | Reason::TransferNotAllowed
        | Reason::TransferReplay => (StatusCode::CONFLICT, "conflict"),
        Reason::TransferNotHolder => (StatusCode::FORBIDDEN, "access_denied"),
        Reason::InternalError | Reason::RngFailure => return Refusal::internal(reason),
        _ => (StatusCode::BAD_REQUEST, "invalid_request"),
    };
    Refusal::new(status, error, reason)
}

/// The store, or the way to it, is not there: nothing was taken for certain.
pub(super) const fn unavailable(reason: Reason) -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        reason,
    )
}

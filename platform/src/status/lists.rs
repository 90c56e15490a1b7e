//! The lists themselves: signed when they changed or when half of their validity is over, and kept
//! signed, so that a request costs one look into the store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::canonical;
use schemas::credential::Validity;
use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::status::{Bits, MIN_BITS, StatusEntry, StatusListCredential, StatusPurpose};
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use verifier::ListRef;

use crate::error::Refusal;
use crate::server::body;
use crate::store::{ListContent, ListName, Place, Records, StoreError};
use crate::world::{World, seconds};

const PATH: &str = "/status/";

/// The lists of a world, as far as they are signed.
#[derive(Default)]
pub(crate) struct Lists {
    kept: Mutex<BTreeMap<ListName, Arc<SignedList>>>,
    /// Whoever signs; the others wait and find it signed.
    signing: tokio::sync::Mutex<()>,
}

/// A list as it is served.
#[derive(Debug)]
pub(crate) struct SignedList {
    bytes: Bytes,
    /// Strong: of the bytes.
    etag: String,
    changed: Timestamp,
    /// The key by which it is signed.
    key: DidUrl,
    /// From when on it is signed anew.
    stale: Timestamp,
}

impl SignedList {
    /// The document.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The tag of the document.
    pub(crate) fn etag(&self) -> &str {
        &self.etag
    }
}

impl Lists {
    fn kept(&self, list: &ListName, due: Due<'_>) -> Option<Arc<SignedList>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = kept.get(list)?;
        let good = signed.changed == due.changed && signed.key == *due.key;
        (good && due.now < signed.stale).then(|| Arc::clone(signed))
    }

    fn keep(&self, list: &ListName, signed: &Arc<SignedList>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(list.clone(), Arc::clone(signed));
    }
}

/// What a list has to be that was signed before.
#[derive(Clone, Copy)]
struct Due<'a> {
    changed: Timestamp,
    key: &'a DidUrl,
    now: Timestamp,
}

/// What a copy says of its status: where the bits are that the world may set about it.
pub(crate) fn entries(world: &World, place: &Place) -> Option<[StatusEntry; 2]> {
    let entry = |purpose, list| {
        Some(StatusEntry {
            purpose,
            index: u64::from(place.index),
            list: address(world, list)?,
            messages: None,
        })
    };
    Some([
        entry(StatusPurpose::Revocation, &place.revocation)?,
        entry(StatusPurpose::Suspension, &place.suspension)?,
    ])
}

fn address(world: &World, list: &ListName) -> Option<WebUrl> {
    let address = world.config.address(&format!("{PATH}{}", list.as_str()));
    address.parse().ok()
}

impl World {
    /// A list of this world, signed. `None` when there is none of this name.
    pub(crate) async fn status_list(
        self: &Arc<Self>,
        list: &ListName,
    ) -> Result<Option<Arc<SignedList>>, Refusal> {
        // Another process may have revoked something: the store says it each time.
        let Some((purpose, changed)) = self.store.list_version(list).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let identity = self.identity();
        let key = identity.method();
        let due = Due { changed, key, now };
        if let Some(signed) = self.lists.kept(list, due) {
            return Ok(Some(signed));
        }
        let _alone = self.lists.signing.lock().await;
        if let Some(signed) = self.lists.kept(list, due) {
            return Ok(Some(signed));
        }
        let Some(content) = self.store.list_content(list, purpose).await? else {
            return Ok(None);
        };
        let name = list.clone();
        let signed = self
            .at_bench(move |world| sign(world, &name, purpose, &content, now))
            .await?;
        let signed = Arc::new(signed.ok_or(Refusal::internal(Reason::InternalError))?);
        self.lists.keep(list, &signed);
        Ok(Some(signed))
    }

    /// A list of this world, for its own verifications: a world need not ask the network for it.
    /// `None` when the list is somebody else's.
    pub(crate) async fn own_list(
        self: &Arc<Self>,
        list: &ListRef,
    ) -> Option<Result<Arc<SignedList>, Reason>> {
        if !self.is_own(list) {
            return None;
        }
        let name = list.url.path().strip_prefix(PATH).and_then(ListName::new);
        let Some(name) = name else {
            return Some(Err(Reason::StatusUnavailable));
        };
        Some(match self.status_list(&name).await {
            Ok(Some(signed)) => Ok(signed),
            Ok(None) | Err(_) => Err(Reason::StatusUnavailable),
        })
    }

    /// The document of a list of this world; `None` when the list is somebody else's.
    pub(crate) async fn own_list_bytes(
        self: &Arc<Self>,
        list: &ListRef,
    ) -> Option<Result<Vec<u8>, Reason>> {
        if !self.is_own(list) {
            return None;
        }
        let name = list.url.path().strip_prefix(PATH).and_then(ListName::new);
        let signed = match name {
            Some(name) => self.status_list(&name).await.ok().flatten(),
            None => None,
        };
        let bytes = signed.map(|signed| signed.bytes().to_vec());
        Some(bytes.ok_or(Reason::StatusUnavailable))
    }

    /// The lists that this world publishes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn own_lists(&self) -> Result<Vec<ListRef>, StoreError> {
        let names = self.store.list_names().await?;
        let issuer = self.did();
        let lists = names.iter().filter_map(|name| {
            Some(ListRef {
                url: address(self, name)?,
                issuer: issuer.clone(),
            })
        });
        Ok(lists.collect())
    }

    /// Whether a list is one that this world publishes.
    pub(crate) fn is_own(&self, list: &ListRef) -> bool {
        list.issuer == *self.did() && list.url.world() == self.config.world()
    }
}

fn sign(
    world: &World,
    list: &ListName,
    purpose: StatusPurpose,
    content: &ListContent,
    now: Timestamp,
) -> Option<SignedList> {
    let mut bits = Bits::unset(MIN_BITS);
    for index in &content.set {
        if !bits.set(u64::from(*index), true) {
            tracing::error!("a place beyond the end of a list");
            return None;
        }
    }
    let validity = seconds(world.config.status.validity);
    // A clock that was set back does not shorten it.
    let until = Timestamp::from_unix(now.max(content.changed).unix()).plus_seconds(validity);
    let credential = StatusListCredential {
        url: address(world, list)?,
        issuer: world.did().clone(),
        validity: Validity::between(content.changed, until),
        purpose,
        bits,
        ttl_seconds: u32::try_from(seconds(world.config.status.ttl)).ok()?,
    };
    let identity = world.identity();
    let issued = identity.issue(&credential.unsigned(), now);
    let issued = issued.map_err(|error| {
        tracing::error!(
            reason = error.reason().code(),
            "a status list is not signed"
        );
    });
    let bytes = canonical::object_to_bytes(issued.ok()?.object());
    let etag = format!("\"{}\"", Sha256Digest::of(&bytes));
    Some(SignedList {
        bytes: Bytes::from(bytes),
        etag,
        changed: content.changed,
        key: identity.method().clone(),
        stale: now.plus_seconds(validity / 2),
    })
}

/// `GET /status/{list}`
pub(crate) async fn serve(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let list = ListName::new(body::last_segment(&request)).ok_or(Refusal::not_found())?;
    let signed = world.status_list(&list).await?;
    let signed = signed.ok_or(Refusal::not_found())?;
    let mut response = if is_known(request.headers(), &signed.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, "application/vc")];
        (kind, signed.bytes.clone()).into_response()
    };
    let ttl = world.config.status.ttl.as_secs();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ETAG, signed.etag.clone()),
        (header::CACHE_CONTROL, format!("public, max-age={ttl}")),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

/// Whether who asks has these very bytes (RFC 9110 section 13.1.2).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::is_known;

    #[test]
    fn an_entity_tag_is_known_in_every_spelling_and_no_other_is() {
        let known = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_str(value).unwrap();
                headers.append(header::IF_NONE_MATCH, value);
            }
            is_known(&headers, "\"uEiA\"")
        };
        for values in [
            ["\"uEiA\"", "\"x\""],
            ["\"x\"", "W/\"uEiA\""],
            ["\"x\",\"uEiA\" , \"y\"", "\"z\""],
            ["*", "\"x\""],
        ] {
            assert!(known(&values), "{values:?}");
        }
        for values in [&[][..], &["uEiA"], &["\"uEiB\""], &["\"\""], &["\"uEiA"]] {
            assert!(!known(values), "{values:?}");
        }
    }
}

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
use schemas::status::{
    Bits, MIN_BITS, STATUS_LIST_MEDIA_TYPE, StatusEntry, StatusListCredential, StatusListToken,
    StatusPurpose, StatusValues, TokenStatusEntry, ValueSize,
};
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use verifier::ListRef;

use crate::error::Refusal;
use crate::store::{ListContent, ListName, Place, Records, StoreError, TokenListContent};
use crate::world::{World, seconds};

/// What is served under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// A Bitstring Status List, for credentials that are documents.
    Credential,
    /// A Token Status List, for credentials that are tokens. It says of each place what both lists of
    /// the shelf say, and is named as the list of revocations.
    Token,
}

impl Form {
    const ALL: [Self; 2] = [Self::Credential, Self::Token];

    const fn path(self) -> &'static str {
        match self {
            Self::Credential => "/status/",
            Self::Token => "/status-token/",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Credential => "application/vc",
            Self::Token => STATUS_LIST_MEDIA_TYPE,
        }
    }
}

/// Which list is served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Served {
    form: Form,
    name: ListName,
}

impl Served {
    /// The list at a path of this world; `None` where none could be.
    fn at(path: &str) -> Option<Self> {
        let named = |form: Form| {
            let name = ListName::new(path.strip_prefix(form.path())?)?;
            Some(Self { form, name })
        };
        Form::ALL.into_iter().find_map(named)
    }

    fn address(&self, world: &World) -> Option<WebUrl> {
        let path = format!("{}{}", self.form.path(), self.name.as_str());
        world.config.address(&path).parse().ok()
    }
}

/// The lists of a world, as far as they are signed.
#[derive(Default)]
pub(crate) struct Lists {
    kept: Mutex<BTreeMap<Served, Arc<SignedList>>>,
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
    fn kept(&self, list: &Served, due: Due<'_>) -> Option<Arc<SignedList>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = kept.get(list)?;
        let good = signed.changed == due.changed && signed.key == *due.key;
        (good && due.now < signed.stale).then(|| Arc::clone(signed))
    }

    fn keep(&self, list: &Served, signed: &Arc<SignedList>) {
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
            list: of_bits(list).address(world)?,
            messages: None,
        })
    };
    Some([
        entry(StatusPurpose::Revocation, &place.revocation)?,
        entry(StatusPurpose::Suspension, &place.suspension)?,
    ])
}

/// The same for a copy that is a token.
pub(crate) fn token_entry(world: &World, place: &Place) -> Option<TokenStatusEntry> {
    Some(TokenStatusEntry {
        index: u64::from(place.index),
        list: of_values(&place.revocation).address(world)?,
    })
}

fn of_bits(name: &ListName) -> Served {
    Served {
        form: Form::Credential,
        name: name.clone(),
    }
}

fn of_values(name: &ListName) -> Served {
    Served {
        form: Form::Token,
        name: name.clone(),
    }
}

/// What a list says, and when that changed last.
enum Content {
    Bits(StatusPurpose, ListContent),
    Values(TokenListContent),
}

impl Content {
    const fn changed(&self) -> Timestamp {
        match self {
            Self::Bits(_, content) => content.changed,
            Self::Values(content) => content.changed,
        }
    }
}

impl World {
    /// A list of this world, signed. `None` when there is none of this name.
    pub(crate) async fn status_list(
        self: &Arc<Self>,
        list: &Served,
    ) -> Result<Option<Arc<SignedList>>, Refusal> {
        // Another process may have revoked something: the store says it each time.
        let Some((purpose, changed)) = self.list_version(list).await? else {
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
        let content = match purpose {
            Some(purpose) => {
                let content = self.store.list_content(&list.name, purpose).await?;
                content.map(|content| Content::Bits(purpose, content))
            }
            None => {
                let content = self.store.token_list_content(&list.name).await?;
                content.map(Content::Values)
            }
        };
        let Some(content) = content else {
            return Ok(None);
        };
        let served = list.clone();
        let signed = self
            .at_bench(move |world| sign(world, &served, &content, now))
            .await?;
        let signed = Arc::new(signed.ok_or(Refusal::internal(Reason::InternalError))?);
        self.lists.keep(list, &signed);
        Ok(Some(signed))
    }

    /// When a list changed last, and what its bits are for when it has bits.
    async fn list_version(
        &self,
        list: &Served,
    ) -> Result<Option<(Option<StatusPurpose>, Timestamp)>, StoreError> {
        Ok(match list.form {
            Form::Credential => {
                let version = self.store.list_version(&list.name).await?;
                version.map(|(purpose, changed)| (Some(purpose), changed))
            }
            Form::Token => {
                let changed = self.store.token_list_version(&list.name).await?;
                changed.map(|changed| (None, changed))
            }
        })
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
        let Some(served) = Served::at(list.url.path()) else {
            return Some(Err(Reason::StatusUnavailable));
        };
        Some(match self.status_list(&served).await {
            Ok(Some(signed)) => Ok(signed),
            Ok(None) | Err(_) => Err(Reason::StatusUnavailable),
        })
    }

    /// The document of a list of this world; `None` when the list is somebody else's.
    pub(crate) async fn own_list_bytes(
        self: &Arc<Self>,
        list: &ListRef,
    ) -> Option<Result<Vec<u8>, Reason>> {
        let signed = self.own_list(list).await?;
        Some(signed.map(|signed| signed.bytes().to_vec()))
    }

    /// The lists that this world publishes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn own_lists(&self) -> Result<Vec<ListRef>, StoreError> {
        let names = self.store.list_names().await?;
        let issuer = self.did();
        // Two a shelf, the revocations first: their token is named as they are.
        let served = names.chunks(2).flat_map(|shelf| {
            let tokens = shelf.first().map(of_values);
            shelf.iter().map(of_bits).chain(tokens)
        });
        let lists = served.filter_map(|list| {
            Some(ListRef {
                url: list.address(self)?,
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

/// What a list says, and how it was said: the bytes, from when on they count, and until when.
fn sign(world: &World, list: &Served, content: &Content, now: Timestamp) -> Option<SignedList> {
    let changed = content.changed();
    let validity = seconds(world.config.status.validity);
    // Counted from the change and not from this moment: every process that shares the store says the
    // same bytes. A clock that was set back does not shorten it.
    let half = (validity / 2).max(1);
    let passed = now.unix().saturating_sub(changed.unix()).max(0);
    let from = Timestamp::from_unix(changed.unix()).plus_seconds(passed / half * half);
    let until = from.plus_seconds(validity);
    let frame = Frame {
        url: list.address(world)?,
        validity: Validity::between(changed, until),
        ttl_seconds: u32::try_from(seconds(world.config.status.ttl)).ok()?,
    };
    let bytes = match content {
        Content::Bits(purpose, content) => {
            sign_bits(world, frame, *purpose, content, from.max(changed))?
        }
        Content::Values(content) => sign_values(world, frame, content)?,
    };
    let etag = format!("\"{}\"", Sha256Digest::of(&bytes));
    Some(SignedList {
        bytes: Bytes::from(bytes),
        etag,
        changed,
        key: world.identity().method().clone(),
        stale: from.plus_seconds(half),
    })
}

/// What lists of both forms say of themselves.
struct Frame {
    url: WebUrl,
    validity: Validity,
    ttl_seconds: u32,
}

fn sign_bits(
    world: &World,
    frame: Frame,
    purpose: StatusPurpose,
    content: &ListContent,
    created: Timestamp,
) -> Option<Vec<u8>> {
    let mut bits = Bits::unset(MIN_BITS);
    for index in &content.set {
        within(bits.set(u64::from(*index), true))?;
    }
    let credential = StatusListCredential {
        url: frame.url,
        issuer: world.did().clone(),
        validity: frame.validity,
        purpose,
        bits,
        ttl_seconds: frame.ttl_seconds,
    };
    let issued = world.identity().issue(&credential.unsigned(), created);
    let issued = issued.map_err(|error| {
        tracing::error!(
            reason = error.reason().code(),
            "a status list is not signed"
        );
    });
    Some(canonical::object_to_bytes(issued.ok()?.object()))
}

fn sign_values(world: &World, frame: Frame, content: &TokenListContent) -> Option<Vec<u8>> {
    let mut values = StatusValues::zero(MIN_BITS, ValueSize::Two);
    // What is revoked is so whatever else it is.
    for (places, value) in [(&content.suspended, SUSPENDED), (&content.revoked, INVALID)] {
        for index in places {
            within(values.set(u64::from(*index), value))?;
        }
    }
    let list = StatusListToken {
        url: frame.url,
        validity: frame.validity,
        ttl_seconds: frame.ttl_seconds,
        values,
    };
    Some(world.identity().sign_status_list(list).into_bytes())
}

/// The values of draft-ietf-oauth-status-list section 7.1.
const INVALID: u8 = 1;
const SUSPENDED: u8 = 2;

fn within(set: bool) -> Option<()> {
    if !set {
        tracing::error!("a place beyond the end of a list");
    }
    set.then_some(())
}

/// `GET /status/{list}` and `GET /status-token/{list}`
pub(crate) async fn serve(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let list = Served::at(request.uri().path()).ok_or(Refusal::not_found())?;
    let signed = world.status_list(&list).await?;
    let signed = signed.ok_or(Refusal::not_found())?;
    let mut response = if is_known(request.headers(), &signed.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, list.form.media_type())];
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

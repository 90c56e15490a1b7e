//! `POST /nonce` (section 7). A nonce is sealed and not stored: asking for many costs the world
//! nothing. Only one that was answered is remembered, until its time is over.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::message::Message;
use schemas::oid4vci::nonce::{CNonce, NonceResponse};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use subtle::{Choice, ConstantTimeEq};

use crate::error::{Refusal, json_unstored};
use crate::keys::Keys;
use crate::server::body;
use crate::ticket::{self, NoChance};
use crate::world::World;

/// How long a nonce can be answered.
pub(crate) const LIFE: i64 = 300;
const TIME: usize = 8;
const CHANCE: usize = 16;
const SEAL: usize = 16;

/// A nonce of ours whose time is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiveNonce {
    /// Under which it is remembered once it was answered.
    pub(crate) digest: Sha256Digest,
    /// Until when.
    pub(crate) expires: Timestamp,
}

pub(crate) async fn give(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::nothing(&world, request).await?;
    let nonce = CNonce::new(draw(&world.identity().keys, world.clock.now())?)
        .ok_or(Refusal::internal(Reason::InternalError))?;
    Ok(json_unstored(&NonceResponse { c_nonce: nonce }.to_object()))
}

fn draw(keys: &Keys, now: Timestamp) -> Result<String, NoChance> {
    let mut chance = [0; CHANCE];
    ticket::draw(&mut chance)?;
    let mut bytes = now.plus_seconds(LIFE).unix().to_be_bytes().to_vec();
    bytes.extend(chance);
    let seal = keys.nonce_seal(&bytes);
    bytes.extend(seal.iter().take(SEAL));
    Ok(base64url::encode(&bytes))
}

/// Looks at a nonce that came back. `None` when it is not ours, or its time is over.
pub(crate) fn read(keys: &Keys, text: &str, now: Timestamp) -> Option<LiveNonce> {
    let bytes = base64url::decode(text)?;
    if bytes.len() != TIME + CHANCE + SEAL {
        return None;
    }
    let (content, seal) = bytes.split_at_checked(TIME + CHANCE)?;
    let ours = keys.nonce_seals(content);
    let ours = ours.fold(Choice::from(0), |found, expected| {
        let (expected, _) = expected.split_at(SEAL);
        found | expected.ct_eq(seal)
    });
    if !bool::from(ours) {
        return None;
    }
    let time = content.first_chunk::<TIME>()?;
    let expires = Timestamp::from_unix(i64::from_be_bytes(*time));
    (now < expires).then(|| LiveNonce {
        digest: Sha256Digest::of_parts(&[b"omote/spent-nonce/v1\0", &bytes]),
        expires,
    })
}

#[cfg(test)]
mod tests {
    use schemas::encoding::base64url;
    use schemas::time::Timestamp;

    use super::{draw, read};
    use crate::keys::Keys;

    #[test]
    fn only_ours_and_only_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (folder.path().join("a"), folder.path().join("b"));
        let did = "did:web:a.example".parse().unwrap();
        Keys::make(&ours, &did).unwrap();
        Keys::make(&theirs, &did).unwrap();
        let read_keys = |folder| Keys::read(folder, &did).unwrap();
        let (ours, theirs) = (read_keys(&ours), read_keys(&theirs));
        let now = Timestamp::from_unix(1_800_000_000);
        let nonce = draw(&ours, now).unwrap();
        assert_ne!(nonce, draw(&ours, now).unwrap());
        let live = read(&ours, &nonce, now.plus_seconds(299)).unwrap();
        assert_eq!(live, read(&ours, &nonce, now).unwrap());
        assert!(read(&ours, &nonce, now.plus_seconds(300)).is_none());
        assert!(read(&theirs, &nonce, now).is_none());
        assert!(read(&ours, "", now).is_none());
        for at in 0..40 {
            let mut bytes = base64url::decode(&nonce).unwrap();
            bytes[at] ^= 1;
            assert!(
                read(&ours, &base64url::encode(&bytes), now).is_none(),
                "{at}"
            );
        }
    }
}

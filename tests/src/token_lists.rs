//! Token Status Lists that worlds publish about credentials that are tokens.

use schemas::credential::Validity;
use schemas::json::Object;
use schemas::status::{
    MIN_BITS, STATUS_LIST_TYP, StatusListToken, StatusValues, TokenStatusEntry, ValueSize,
};
use verifier::ListRef;

use crate::actors::World;
use crate::fixed::now;
use crate::scene::Scene;
use crate::sd_jwt::token;

/// A list of a world, with these values.
///
/// # Panics
/// When a place is beyond the end: the test is wrong then.
#[must_use]
pub fn token_list(world: &World, values: &[(u64, u8)]) -> StatusListToken {
    let mut written = StatusValues::zero(MIN_BITS, ValueSize::Two);
    for (index, value) in values {
        assert!(written.set(*index, *value), "{index} is beyond the end");
    }
    StatusListToken {
        url: format!("{}/status-token/1", world.id.origin())
            .parse()
            .expect("an address"),
        validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(86_400)),
        ttl_seconds: 300,
        values: written,
    }
}

/// Which list that is, when it has to be this world's.
#[must_use]
pub fn token_reference(world: &World, list: &StatusListToken) -> ListRef {
    ListRef {
        url: list.url.clone(),
        issuer: world.did(),
    }
}

/// One value of a list, as a credential names it.
#[must_use]
pub fn token_entry(list: &StatusListToken, index: u64) -> TokenStatusEntry {
    TokenStatusEntry {
        index,
        list: list.url.clone(),
    }
}

impl World {
    /// A list, signed.
    #[must_use]
    pub fn publish_token(&self, list: &StatusListToken) -> Vec<u8> {
        self.sign_token(&list.claims(), |_| {})
    }

    /// Any claims of a list, signed under a header that may be changed before.
    #[must_use]
    pub fn sign_token(&self, claims: &Object, change: impl FnOnce(&mut Object)) -> Vec<u8> {
        let alg = match self.key().key_type() {
            schemas::suite::KeyType::Ed25519 => "EdDSA",
            schemas::suite::KeyType::P256 => "ES256",
        };
        let mut header = schemas::object! {
            "alg" => alg,
            "typ" => STATUS_LIST_TYP,
            "kid" => &self.method(),
        };
        change(&mut header);
        token(&header, claims, &self.key()).into_bytes()
    }
}

impl Scene {
    /// The person's avatar as an SD-JWT, with a status.
    #[must_use]
    pub fn sd_avatar_with(&self, entry: &TokenStatusEntry) -> String {
        let holder = self.holder().did_key();
        let avatar = self.a.avatar(&holder, self.creator.provenance());
        self.sd_issue(&avatar.unsigned_sd_jwt(Some(entry)))
    }

    /// The same scene, in which world A publishes the list and it has just been fetched.
    #[must_use]
    pub fn knowing_token(mut self, list: &StatusListToken) -> Self {
        let published = self.a.publish_token(list);
        let reference = token_reference(&self.a, list);
        self.learns_status(&reference, Ok(published), self.now);
        self
    }
}

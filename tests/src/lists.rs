//! Lists that worlds and federations publish, and the way in which they reach a verification.

use proofs::did_document::DidDocument;
use schemas::canonical;
use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;
use schemas::json::Object;
use schemas::reason::Reason;
use schemas::status::{Bits, MIN_BITS, StatusEntry, StatusListCredential, StatusPurpose};
use schemas::time::Timestamp;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use verifier::{Learned, ListRef, Report, Rounds, TrustListRule};

use crate::actors::World;
use crate::fixed::now;
use crate::scene::Scene;

/// A list that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Which.
    pub list: ListRef,
    /// Of which kind.
    pub kind: Kind,
    /// What came, where anything did.
    pub bytes: Result<Vec<u8>, Reason>,
    /// When.
    pub at: Timestamp,
}

/// A kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A status list.
    Status,
    /// A trust list.
    Trust,
}

/// A status list of a world, with these bits set.
///
/// # Panics
/// When a bit is beyond the end: the test is wrong then.
#[must_use]
pub fn status_list(world: &World, purpose: StatusPurpose, set: &[u64]) -> StatusListCredential {
    let mut bits = Bits::unset(MIN_BITS);
    for index in set {
        assert!(bits.set(*index, true), "{index} is beyond the end");
    }
    StatusListCredential {
        url: format!("{}/status/{}", world.id.origin(), purpose.name())
            .parse()
            .expect("an address"),
        issuer: world.did(),
        validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(86_400)),
        purpose,
        bits,
        ttl_seconds: 300,
    }
}

/// Which list that is.
#[must_use]
pub fn reference(list: &StatusListCredential) -> ListRef {
    ListRef {
        url: list.url.clone(),
        issuer: list.issuer.clone(),
    }
}

/// One bit of a list, as a credential names it.
#[must_use]
pub fn entry(list: &StatusListCredential, index: u64) -> StatusEntry {
    StatusEntry {
        purpose: list.purpose,
        index,
        list: list.url.clone(),
        messages: None,
    }
}

/// A trust list of a federation, which is a world like others.
///
/// # Panics
/// Never: the address of a world is one.
#[must_use]
pub fn trust_list(federation: &World, trusted: Vec<TrustedIssuer>) -> TrustListCredential {
    TrustListCredential {
        url: format!("{}/trust", federation.id.origin())
            .parse()
            .expect("an address"),
        issuer: federation.did(),
        validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(86_400)),
        trusted,
    }
}

/// An entry of one: an issuer of avatars and items, whoever made the models.
#[must_use]
pub fn trusted(did: &Did) -> TrustedIssuer {
    TrustedIssuer {
        did: did.clone(),
        types: [CredentialType::Avatar, CredentialType::Item]
            .map(|kind| kind.name().to_owned())
            .to_vec(),
        creators: TrustedCreators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    }
}

/// A rule of a policy that believes a trust list for avatars and items.
#[must_use]
pub fn rule(list: &TrustListCredential) -> TrustListRule {
    TrustListRule {
        list: ListRef {
            url: list.url.clone(),
            issuer: list.issuer.clone(),
        },
        types: [CredentialType::Avatar, CredentialType::Item]
            .map(|kind| kind.name().to_owned())
            .to_vec(),
    }
}

/// A list as it goes over the wire.
#[must_use]
pub fn bytes(list: &Object) -> Vec<u8> {
    canonical::object_to_bytes(list)
}

impl World {
    /// A status list, signed.
    #[must_use]
    pub fn publish(&self, list: &StatusListCredential) -> Object {
        self.issue(&list.unsigned())
    }
}

impl Scene {
    /// The person's avatar, with a status.
    #[must_use]
    pub fn avatar_with(&self, entries: &[StatusEntry]) -> Object {
        let avatar = self
            .a
            .avatar(&self.holder().did_key(), self.creator.provenance());
        self.a.issue(&avatar.unsigned().with_status(entries))
    }

    /// What became of fetching a status list at a moment.
    pub fn learns_status(
        &mut self,
        list: &ListRef,
        fetched: Result<Vec<u8>, Reason>,
        at: Timestamp,
    ) {
        self.learns_list(Kind::Status, list, fetched, at);
    }

    /// What became of fetching a trust list at a moment.
    pub fn learns_trust(
        &mut self,
        list: &ListRef,
        fetched: Result<Vec<u8>, Reason>,
        at: Timestamp,
    ) {
        self.learns_list(Kind::Trust, list, fetched, at);
    }

    fn learns_list(
        &mut self,
        kind: Kind,
        list: &ListRef,
        fetched: Result<Vec<u8>, Reason>,
        at: Timestamp,
    ) {
        self.lists.push(Fetched {
            list: list.clone(),
            kind,
            bytes: fetched.clone(),
            at,
        });
        let fetched = fetched.map(verifier::Fetched::now);
        let learned = match kind {
            Kind::Status => Learned::StatusList(list.clone(), fetched),
            Kind::Trust => Learned::TrustList(list.clone(), fetched),
        };
        self.learns(learned, at);
    }

    /// Anything that was fetched at a moment.
    pub fn learns(&mut self, learned: Learned, at: Timestamp) {
        let mut rounds = Rounds::new(std::mem::take(&mut self.evidence), at);
        rounds.learn(learned, &self.policy);
        self.evidence = rounds.into_evidence();
    }

    /// The same scene, in which the list is published and has just been fetched.
    #[must_use]
    pub fn knowing(mut self, list: &StatusListCredential) -> Self {
        let published = self.a.publish(list);
        self.learns_status(&reference(list), Ok(bytes(&published)), self.now);
        self
    }

    /// The same scene, in which this document of a world is known too.
    #[must_use]
    pub fn knowing_world(mut self, world: &World) -> Self {
        self.evidence = self.evidence.with_document(world.document(), self.now);
        self
    }

    /// What is left of a report when the status of the person's avatar is judged: the wallet's and
    /// world B's, which have to agree.
    ///
    /// # Panics
    /// When they do not.
    #[must_use]
    pub fn judge_status(&self, entries: &[StatusEntry]) -> Report {
        let [received, shown] = self.judge_both(&self.avatar_with(entries));
        assert_eq!(received.headline(), shown.headline());
        assert_eq!(received.missing(), shown.missing());
        assert_eq!(received.findings(), shown.findings());
        shown
    }
}

/// A document that a world publishes under another name, with what it calls itself.
///
/// # Panics
/// When the name is none: the test is wrong then.
#[must_use]
pub fn document_named(world: &World, name: &str) -> DidDocument {
    document_called(world, name, None)
}

/// The same, with what it calls itself in Japanese.
///
/// # Panics
/// When a name is none: the test is wrong then.
#[must_use]
pub fn document_called(world: &World, name: &str, japanese: Option<&str>) -> DidDocument {
    let profile = proofs::did_document::Profile::new(name, japanese).expect("a name");
    let key = world.key().verifying_key();
    let document =
        proofs::did_document::build(&world.did(), &[("key-1", &key)], &[profile.service()])
            .expect("a document");
    DidDocument::parse(&document.into(), &world.did()).expect("a document")
}

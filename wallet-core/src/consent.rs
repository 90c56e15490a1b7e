//! Consent as a value: what would happen, said in full, and a digest that accepts exactly that. The
//! holder's side runs it.
//!
//! The digest covers everything that decides what leaves and to whom. A person who agrees to one
//! digest has agreed to nothing else: a request with another nonce, address, copy or claim has
//! another digest.

use std::fmt;

use proofs::did_document::Profile;
use schemas::canonical;
use schemas::dcql::QueryId;
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::lang::Lang;
use schemas::oid4vp::request::ClientMetadata;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::names::NameFinding;

use crate::holding::{Certainty, CopyId, HoldingId, HoldingKind};
use crate::keys::PersonaIndex;

const LABEL: &[u8] = b"omote/consent/v1\0";

/// What is agreed to. The act is part of the digest, so that agreeing to one is never agreeing to
/// another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// To redeem an offer.
    Redeem,
    /// To keep what arrived.
    Keep,
    /// To show copies to a world.
    Present,
}

impl Act {
    const fn word(self) -> &'static str {
        match self {
            Self::Redeem => "redeem",
            Self::Keep => "keep",
            Self::Present => "present",
        }
    }
}

/// The digest of an act in all that matters of it.
pub(crate) fn digest(act: Act, what: Object) -> Sha256Digest {
    let object = schemas::object! { "act" => act.word(), "what" => what };
    Sha256Digest::of_parts(&[LABEL, &canonical::object_to_bytes(&object)])
}

/// The consent that was given is for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentMismatch {
    /// The digest of what is at hand.
    pub expected: Sha256Digest,
    /// The digest that was agreed to.
    pub found: Sha256Digest,
}

impl ConsentMismatch {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::ConsentMismatch
    }

    pub(crate) fn require(expected: Sha256Digest, found: &Sha256Digest) -> Result<(), Self> {
        if expected == *found {
            Ok(())
        } else {
            Err(Self {
                expected,
                found: *found,
            })
        }
    }
}

impl fmt::Display for ConsentMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the consent is for {}; this is {}",
            self.found, self.expected
        )
    }
}

impl std::error::Error for ConsentMismatch {}

/// What of the things that arrived may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepConsent {
    /// Exactly what has this digest, [`Arrived::digest`](crate::receive::Arrived::digest): somebody
    /// has seen its terms and its validity.
    Digest(Sha256Digest),
    /// Whatever arrives and verifies: of the kinds that were offered and chosen, by the offering
    /// world, bound to keys of this wallet, for the persona of the first consent. Under which terms
    /// and until when, nobody has seen beforehand. For callers that have nobody to ask.
    WhateverVerifies,
}

impl KeepConsent {
    pub(crate) fn require(&self, arrived: Sha256Digest) -> Result<(), ConsentMismatch> {
        match self {
            Self::Digest(digest) => ConsentMismatch::require(arrived, digest),
            Self::WhateverVerifies => Ok(()),
        }
    }
}

/// What a world would see, what it would not, and what could be joined afterwards. Names and values
/// in it are outside text.
#[derive(Clone, Debug, PartialEq)]
pub struct Disclosure {
    /// The world that asks, whose signature is on the request.
    pub world: WorldId,
    /// What it is called in its own document, which is authenticated.
    pub profile: Option<Profile>,
    /// What is odd about the names under which it shows itself, compared with those of the worlds
    /// that the person confirmed.
    pub names: Vec<NameFinding>,
    /// What it says about itself. Nobody vouches for that.
    pub claimed: ClientMetadata,
    /// What it says it asks for.
    pub purpose: Option<String>,
    /// Whether something was shown to it before.
    pub acquaintance: Acquaintance,
    /// What leaves.
    pub shown: Vec<ShownCopy>,
    /// What stays.
    pub stays: Stays,
    /// What could be joined afterwards.
    pub links: Vec<Link>,
    /// An earlier run that may have sent this very answer, and was interrupted before it could say so.
    pub interrupted: Option<Interrupted>,
    pub(crate) digest: Sha256Digest,
}

/// Whether something was shown to a world before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// Something was, by this wallet.
    MetBefore,
    /// Not by this wallet, as far as its history goes.
    New,
}

/// A copy that would be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCopy {
    /// The part of the request that it answers.
    pub query_id: QueryId,
    /// What it is a copy of.
    pub holding: HoldingId,
    /// The holding's name.
    pub name: String,
    /// Avatar or item.
    pub kind: HoldingKind,
    /// The world that issued it.
    pub issuer: WorldId,
    /// The copy.
    pub copy: CopyId,
    /// Which of the holding's copies it is, counted from 1.
    pub number: usize,
    /// How many copies the holding has.
    pub count: usize,
    /// Whether a world knows it.
    pub certainty: Certainty,
    /// Every claim in it. The whole credential is shown, so claims that nobody asked for are here
    /// too, and marked.
    pub claims: Vec<ShownClaim>,
    /// Other holdings that could be shown instead.
    pub alternatives: Vec<HoldingId>,
    pub(crate) credential: Sha256Digest,
}

/// One claim that would be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownClaim {
    /// Where it stands, as a JSON Pointer into the credential.
    pub pointer: String,
    /// Its value.
    pub value: Value,
    /// Whether the request asks for it.
    pub wish: Wish,
}

/// Whether a request asks for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It does.
    Asked,
    /// It does not; the claim comes along because the credential is one piece.
    ComesAlong,
}

/// What is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stays {
    /// The persona's other holdings.
    pub holdings: Vec<HoldingId>,
    /// How many other personas there are.
    pub personas: usize,
}

/// Something that could be joined with what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The world that issued a copy knows its key, and would recognize it if the two worlds compared.
    IssuerRecognizes {
        /// That world.
        issuer: WorldId,
        /// The holding.
        holding: HoldingId,
    },
    /// The asking world has seen this copy before and recognizes the persona. That is what it is for.
    KnownHere {
        /// The holding.
        holding: HoldingId,
    },
    /// Another world may have seen this very copy: it came from a backup or an older store.
    MaybeSeenElsewhere {
        /// The holding.
        holding: HoldingId,
    },
    /// The person made it: a creator signs with one key everywhere, so all that this persona made,
    /// whoever holds it, is known to be of one hand.
    CreatorIsYou {
        /// The holding.
        holding: HoldingId,
        /// The persona whose creator key it is, which need not be the one that is shown.
        persona: PersonaIndex,
    },
    /// Other worlds were shown the same values under another key: a name, an item's number, a model
    /// file, a creator.
    SameValues {
        /// The holding.
        holding: HoldingId,
        /// Those worlds.
        worlds: Vec<WorldId>,
    },
}

/// An earlier run that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// Its entry in the history.
    pub seq: u64,
    /// When it began.
    pub at: Timestamp,
}

impl Disclosure {
    /// What accepting it needs: the digest of the request with its nonce, of the address of the
    /// answer, and of the credentials that are shown.
    #[must_use]
    pub const fn digest(&self) -> &Sha256Digest {
        &self.digest
    }

    /// The name that the world gives itself. Outside text.
    #[must_use]
    pub fn claimed_name(&self, lang: Lang) -> Option<&str> {
        self.claimed.name(lang)
    }

    /// The JSON form, for `--json`. It has the values of claims in it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let shown: Vec<Object> = self.shown.iter().map(ShownCopy::to_object).collect();
        let links: Vec<Object> = self.links.iter().map(Link::to_object).collect();
        let stays: Vec<String> = self
            .stays
            .holdings
            .iter()
            .map(ToString::to_string)
            .collect();
        let met = self.acquaintance == Acquaintance::MetBefore;
        let mut object = schemas::object! {
            "world" => self.world.origin(),
            "name" => self.profile.as_ref().map(Profile::name).map(str::to_owned),
            "findings" => self.names.iter().map(NameFinding::to_object).collect::<Vec<_>>(),
            "claimed_name" => self.claimed.client_name.clone(),
            "purpose" => self.purpose.clone(),
            "met_before" => met,
            "will_see" => shown,
            "stays" => stays,
            "can_link" => links,
            "digest" => self.digest,
        };
        if let Some(interrupted) = &self.interrupted {
            object.insert("interrupted_at", interrupted.at);
        }
        object
    }
}

impl ShownCopy {
    fn to_object(&self) -> Object {
        let claim = |claim: &ShownClaim| {
            schemas::object! {
                "at" => claim.pointer.as_str(),
                "value" => claim.value.clone(),
                "asked" => claim.wish == Wish::Asked,
            }
        };
        let claims: Vec<Object> = self.claims.iter().map(claim).collect();
        schemas::object! {
            "query" => &self.query_id,
            "holding" => self.holding.to_string(),
            "name" => self.name.as_str(),
            "issuer" => self.issuer.origin(),
            "copy" => natural(self.number),
            "copies" => natural(self.count),
            "copy_is" => match self.certainty {
                Certainty::KnownToWorld => "known_to_world",
                Certainty::Fresh => "fresh",
                Certainty::Doubtful => "doubtful",
            },
            "claims" => claims,
        }
    }
}

impl Link {
    fn to_object(&self) -> Object {
        let (word, holding) = match self {
            Self::IssuerRecognizes { holding, .. } => ("issuer_recognizes", holding),
            Self::KnownHere { holding } => ("known_here", holding),
            Self::MaybeSeenElsewhere { holding } => ("maybe_seen_elsewhere", holding),
            Self::CreatorIsYou { holding, .. } => ("creator_is_you", holding),
            Self::SameValues { holding, .. } => ("same_values", holding),
        };
        let mut object = schemas::object! { "kind" => word, "holding" => holding.to_string() };
        match self {
            Self::IssuerRecognizes { issuer, .. } => {
                object.insert("worlds", [issuer.origin()]);
            }
            Self::SameValues { worlds, .. } => {
                object.insert(
                    "worlds",
                    worlds.iter().map(WorldId::origin).collect::<Vec<_>>(),
                );
            }
            Self::CreatorIsYou { .. }
            | Self::KnownHere { .. }
            | Self::MaybeSeenElsewhere { .. } => {}
        }
        object
    }
}

pub(crate) fn natural(number: usize) -> Value {
    schemas::json::Number::from_u64_saturating(u64::try_from(number).unwrap_or(u64::MAX)).into()
}

/// Every claim of a credential: the leaves of the document, without its proofs and contexts, which
/// say nothing about the person.
pub(crate) fn claims_of(credential: &Object, asked: impl Fn(&Value) -> bool) -> Vec<ShownClaim> {
    let mut claims = Vec::new();
    for (name, value) in credential.iter().filter(|(name, _)| says_something(name)) {
        leaves(
            value,
            &pointer("", name),
            &asked,
            Wish::ComesAlong,
            &mut claims,
        );
    }
    claims
}

fn says_something(name: &str) -> bool {
    !matches!(name, "@context" | "proof" | "type")
}

fn leaves(
    value: &Value,
    at: &str,
    asked: &impl Fn(&Value) -> bool,
    above: Wish,
    claims: &mut Vec<ShownClaim>,
) {
    let wish = if above == Wish::Asked || asked(value) {
        Wish::Asked
    } else {
        above
    };
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter().filter(|(name, _)| says_something(name)) {
                leaves(value, &pointer(at, name), asked, wish, claims);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), asked, wish, claims);
            }
        }
        leaf => {
            claims.push(ShownClaim {
                pointer: at.to_owned(),
                value: leaf.clone(),
                wish,
            });
        }
    }
}

/// RFC 6901.
fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use schemas::object;

    use super::{Act, ConsentMismatch, Wish, claims_of, digest};
    use schemas::reason::Reason;

    #[test]
    fn agreeing_to_one_act_is_agreeing_to_no_other() {
        let what = || object! { "a" => 1 };
        let digests = [Act::Redeem, Act::Keep, Act::Present].map(|act| digest(act, what()));
        assert_ne!(digests[0], digests[1]);
        assert_ne!(digests[1], digests[2]);
        assert_ne!(digests[0], digests[2]);
        assert_ne!(digest(Act::Keep, object! { "a" => 2 }), digests[1]);
        let refused = ConsentMismatch::require(digests[0], &digests[1]).unwrap_err();
        assert_eq!(refused.reason(), Reason::ConsentMismatch);
        assert_eq!(ConsentMismatch::require(digests[0], &digests[0]), Ok(()));
    }

    #[test]
    fn every_leaf_is_named_and_what_was_asked_is_marked() {
        let credential = object! {
            "@context" => ["x"],
            "issuer" => "did:web:a.example",
            "credentialSubject" => object! {
                "personaName" => "Mika",
                "license" => object! { "authors" => ["A", "B"], "a/b" => true },
            },
            "proof" => object! { "proofValue" => "z1" },
        };
        let claims = claims_of(&credential, |value| value.as_str() == Some("Mika"));
        let found: Vec<(&str, Wish)> = claims
            .iter()
            .map(|claim| (claim.pointer.as_str(), claim.wish))
            .collect();
        assert_eq!(
            found,
            [
                ("/issuer", Wish::ComesAlong),
                ("/credentialSubject/personaName", Wish::Asked),
                ("/credentialSubject/license/authors/0", Wish::ComesAlong),
                ("/credentialSubject/license/authors/1", Wish::ComesAlong),
                ("/credentialSubject/license/a~1b", Wish::ComesAlong),
            ]
        );
    }
}

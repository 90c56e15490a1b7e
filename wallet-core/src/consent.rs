//! Consent as a value: what would happen, said in full, and a digest that accepts exactly that. The
//! holder's side runs it.
//!
//! The digest covers everything that decides what leaves and to whom. A person who agrees to one
//! digest has agreed to nothing else: a request with another nonce, address, copy or claim has
//! another digest.

use std::fmt;

use proofs::did_document::Profile;
use schemas::canonical;
use schemas::dcql::{ClaimPath, PathElement, QueryId};
use schemas::digest::Sha256Digest;
use schemas::json::{Object, Value};
use schemas::lang::Lang;
use schemas::oid4vp::client_id::{Client, ClientId};
use schemas::oid4vp::request::{ClientMetadata, ResponseMode};
use schemas::oid4vp::{Transaction, TransactionData};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::names::NameFinding;

use crate::history::Claim;
use crate::holding::{Certainty, CopyId, Format, HoldingId, HoldingKind};
use crate::keys::PersonaIndex;
use crate::transfer::Leasing;

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
    /// To take a step of an item.
    Transfer,
}

impl Act {
    const fn word(self) -> &'static str {
        match self {
            Self::Redeem => "redeem",
            Self::Keep => "keep",
            Self::Present => "present",
            Self::Transfer => "transfer",
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
    /// The world that asks. Whether its signature is on the request is said by `asker`.
    pub world: WorldId,
    /// Under which name it asks, and so how it was authenticated.
    pub asker: ClientId,
    /// Two digits that the world shows too, when this is its request.
    pub match_code: u8,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// What the person agrees to with the answer beside showing something, in the order of the request.
    pub agreed: Vec<Agreed>,
    /// The items that would be marked as active in the world, each in its ledger.
    pub leases: Vec<Leasing>,
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
    /// What the world would also take, and is not shown unless the person chooses it.
    pub optional: Vec<Optional>,
    /// What stays.
    pub stays: Stays,
    /// What could be joined afterwards.
    pub links: Vec<Link>,
    /// An earlier run that may have sent this very answer, and was interrupted before it could say so.
    pub interrupted: Option<Interrupted>,
    pub(crate) digest: Sha256Digest,
}

/// How it is known who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication<'a> {
    /// A certificate for this DNS name stands behind the signature.
    Certificate(&'a str),
    /// A key of the DID document of its origin.
    Did,
    /// Nobody signed. The answer goes to the address that the link named, and to no other.
    Nobody,
}

/// A transaction of a request, which an answer agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The part of the request whose credential signs it.
    pub query_id: QueryId,
    /// What it is.
    pub data: TransactionData,
}

/// An optional set of a request that could be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Optional {
    /// Its parts.
    pub query_ids: Vec<QueryId>,
    /// The holding that would answer each, with its name.
    pub holdings: Vec<(HoldingId, String)>,
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
    /// How it is written: an SD-JWT VC shows what is asked for, a W3C credential is one piece.
    pub format: Format,
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
    /// How many copies that no world has seen are left afterwards.
    pub left: usize,
    /// Whether it is time to ask the issuer for more.
    pub refill: Refill,
    /// Every claim that leaves. A W3C credential is shown whole, so claims that nobody asked for are
    /// here too, and marked; so is what stands openly in every SD-JWT VC.
    pub claims: Vec<ShownClaim>,
    /// The claims of this very credential that stay, each by its place.
    pub withheld: Vec<String>,
    /// Other holdings that could be shown instead, by the index; they are verified when chosen.
    pub alternatives: Vec<HoldingId>,
    /// What goes along of its ledger; `None` when it stands in none, or that is not shown.
    pub ledger: Option<LedgerWord>,
    pub(crate) credential: Sha256Digest,
}

/// What goes along with an item so that nobody has to ask its ledger. Fetched beforehand: while
/// something is shown the ledger is not asked, as it would learn when that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerWord {
    /// Nothing was fetched; the world asks the ledger itself.
    None,
    /// The newest head, with a receipt that is good until then.
    Until(Timestamp),
}

/// Whether it is time to ask an issuer for more copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refill {
    /// There are enough, or the issuer gives no more.
    No,
    /// Few are left, and the issuer gives more. Never asked for while presenting: it would learn when
    /// its credentials are shown.
    Due,
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
    /// The persona's other holdings, with their names.
    pub holdings: Vec<(HoldingId, String)>,
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
    /// Values that few or no others have: whoever meets one of them twice has met the same face,
    /// whatever key is used.
    ByItself {
        /// The holding.
        holding: HoldingId,
        /// What they are.
        claims: Vec<Claim>,
    },
    /// Other worlds were shown the same values: a name, an item's number, a model file, a creator. What
    /// was withheld from them joins nothing.
    SameValues {
        /// The holding.
        holding: HoldingId,
        /// What the values are.
        claims: Vec<Claim>,
        /// Those worlds, which all saw all of them.
        worlds: Vec<WorldId>,
    },
    /// This world was shown the same values before, under another key: it recognizes the persona by
    /// them although the copy is another.
    SameValuesHere {
        /// The holding.
        holding: HoldingId,
        /// What the values are.
        claims: Vec<Claim>,
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

    /// How it is known who asks.
    #[must_use]
    pub fn authentication(&self) -> Authentication<'_> {
        match self.asker.client() {
            Client::X509SanDns(name) => Authentication::Certificate(name),
            Client::X509Hash(_) => Authentication::Certificate(self.world.host()),
            Client::RedirectUri(_) => Authentication::Nobody,
            _ => Authentication::Did,
        }
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
            .map(|(id, _)| id.to_string())
            .collect();
        let agreed: Vec<Object> = self.agreed.iter().map(Agreed::to_object).collect();
        let optional: Vec<Object> = self.optional.iter().map(Optional::to_object).collect();
        let met = self.acquaintance == Acquaintance::MetBefore;
        let mut object = schemas::object! {
            "world" => self.world.origin(),
            "client_id" => &self.asker,
            "authenticated_by" => self.authentication().name(),
            "match_code" => self.match_code.to_string(),
            "response_mode" => self.response_mode.name(),
            "name" => self.profile.as_ref().map(Profile::name).map(str::to_owned),
            "findings" => self.names.iter().map(NameFinding::to_object).collect::<Vec<_>>(),
            "claimed_name" => self.claimed.client_name.clone(),
            "purpose" => self.purpose.clone(),
            "met_before" => met,
            "agrees_to" => agreed,
            "leases" => self.leases.iter().map(Leasing::to_object).collect::<Vec<_>>(),
            "will_see" => shown,
            "optional" => optional,
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

impl Authentication<'_> {
    /// The word for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "certificate",
            Self::Did => "did",
            Self::Nobody => "nobody",
        }
    }
}

impl Agreed {
    fn to_object(&self) -> Object {
        let mut object = schemas::object! { "query" => &self.query_id };
        if let Transaction::Statement(text) = self.data.transaction() {
            object.insert("statement", text.as_str());
        }
        object
    }
}

impl Optional {
    fn to_object(&self) -> Object {
        let queries: Vec<&str> = self.query_ids.iter().map(QueryId::as_str).collect();
        let holdings: Vec<String> = self.holdings.iter().map(|(id, _)| id.to_string()).collect();
        schemas::object! { "queries" => queries, "holdings" => holdings }
    }
}

impl ShownCopy {
    /// What leaves, each claim by its place.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.claims
            .iter()
            .map(|claim| (claim.pointer.as_str(), &claim.value))
    }

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
            "format" => self.format.name(),
            "issuer" => self.issuer.origin(),
            "copy" => natural(self.number),
            "copies" => natural(self.count),
            "copies_left" => natural(self.left),
            "refill_due" => self.refill == Refill::Due,
            "copy_is" => match self.certainty {
                Certainty::KnownToWorld => "known_to_world",
                Certainty::Fresh => "fresh",
                Certainty::Doubtful => "doubtful",
            },
            "claims" => claims,
            "withheld" => self.withheld.clone(),
            "ledger_receipt_until" => match self.ledger {
                Some(LedgerWord::Until(until)) => Some(until),
                Some(LedgerWord::None) | None => None,
            },
            "alternatives" => self.alternatives.iter().map(ToString::to_string).collect::<Vec<_>>(),
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
            Self::ByItself { holding, .. } => ("by_itself", holding),
            Self::SameValues { holding, .. } => ("same_values", holding),
            Self::SameValuesHere { holding, .. } => ("same_values_here", holding),
        };
        let mut object = schemas::object! { "kind" => word, "holding" => holding.to_string() };
        if let Self::ByItself { claims, .. }
        | Self::SameValues { claims, .. }
        | Self::SameValuesHere { claims, .. } = self
        {
            let claims: Vec<&str> = claims.iter().map(Claim::as_str).collect();
            object.insert("claims", claims);
        }
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
            Self::ByItself { .. }
            | Self::CreatorIsYou { .. }
            | Self::KnownHere { .. }
            | Self::MaybeSeenElsewhere { .. }
            | Self::SameValuesHere { .. } => {}
        }
        object
    }
}

pub(crate) fn natural(number: usize) -> Value {
    schemas::json::Number::from_u64_saturating(u64::try_from(number).unwrap_or(u64::MAX)).into()
}

/// Every claim of a credential: the leaves of the document, without its proofs and contexts, which
/// say nothing about the person.
pub(crate) fn claims_of(
    credential: &Object,
    format: Format,
    asked: impl Fn(&Value) -> bool,
) -> Vec<ShownClaim> {
    let words = match format {
        Format::DcSdJwt => Words::OfTheIssuer,
        Format::LdpVc => Words::OfDocuments,
    };
    let mut shown = Shown {
        claims: Vec::new(),
        room: MAX_POINTERS,
    };
    members(credential, "", words, Wish::ComesAlong, &asked, &mut shown);
    shown.claims
}

/// How many bytes of names are written around values, in all of a credential.
const MAX_POINTERS: usize = 4 << 20;

/// Claims so far.
struct Shown {
    claims: Vec<ShownClaim>,
    room: usize,
}

impl Shown {
    /// Whether the parts of a value are told apart. Each has the way to it in its pointer: where that
    /// would be a long one a thousand times, the value is one claim with all that is in it.
    fn opens(&mut self, at: &str, parts: usize) -> bool {
        let left = self.room.checked_sub(at.len().saturating_mul(parts));
        self.room = left.unwrap_or(self.room);
        left.is_some()
    }
}

/// What member names mean: `type` and `proof` are no claims in a W3C document, which may stand inside
/// an SD-JWT VC.
#[derive(Clone, Copy)]
enum Words {
    OfDocuments,
    OfTheIssuer,
}

fn members(
    object: &Object,
    at: &str,
    words: Words,
    above: Wish,
    asked: &impl Fn(&Value) -> bool,
    shown: &mut Shown,
) {
    let words = match words {
        Words::OfTheIssuer if !object.contains_key("@context") => Words::OfTheIssuer,
        Words::OfDocuments | Words::OfTheIssuer => Words::OfDocuments,
    };
    let says_something = |name: &str| match words {
        Words::OfDocuments => !matches!(name, "@context" | "proof" | "type"),
        Words::OfTheIssuer => true,
    };
    for (name, value) in object.iter().filter(|(name, _)| says_something(name)) {
        leaves(value, &pointer(at, name), words, above, asked, shown);
    }
}

fn leaves(
    value: &Value,
    at: &str,
    words: Words,
    above: Wish,
    asked: &impl Fn(&Value) -> bool,
    shown: &mut Shown,
) {
    let wish = if above == Wish::Asked || asked(value) {
        Wish::Asked
    } else {
        above
    };
    match value {
        Value::Object(object) if !object.is_empty() && shown.opens(at, object.len()) => {
            members(object, at, words, wish, asked, shown);
        }
        Value::Array(elements) if !elements.is_empty() && shown.opens(at, elements.len()) => {
            for (index, value) in elements.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), words, wish, asked, shown);
            }
        }
        leaf => {
            shown.claims.push(ShownClaim {
                pointer: at.to_owned(),
                value: leaf.clone(),
                wish,
            });
        }
    }
}

/// A path of names and places as a JSON Pointer.
pub(crate) fn pointer_of(path: &ClaimPath) -> String {
    path.elements()
        .iter()
        .fold(String::new(), |at, element| match element {
            PathElement::Name(name) => pointer(&at, name),
            PathElement::Index(index) => format!("{at}/{index}"),
            PathElement::All => format!("{at}/*"),
        })
}

/// RFC 6901.
fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use schemas::object;

    use super::{Act, ConsentMismatch, Wish, claims_of, digest};
    use crate::holding::Format;
    use schemas::reason::Reason;

    #[test]
    fn long_names_are_not_written_out_for_each_of_many_values() {
        let name = "n".repeat(100_000);
        let claims = |count: i32| {
            let values: Vec<i32> = (0..count).collect();
            let credential = object! { "a" => 1, name.clone() => values };
            claims_of(&credential, Format::DcSdJwt, |_| false)
        };
        let few = claims(40);
        assert_eq!(few.len(), 41);
        assert_eq!(few[40].pointer, format!("/{name}/39"));
        // All of it is there, as one.
        let many = claims(50);
        assert_eq!(many.len(), 2);
        assert_eq!(many[1].pointer, format!("/{name}"));
        assert_eq!(many[1].value.as_array().unwrap().len(), 50);
    }

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
        let claims = claims_of(&credential, Format::LdpVc, |value| {
            value.as_str() == Some("Mika")
        });
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

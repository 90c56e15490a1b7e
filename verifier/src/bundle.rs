//! The offline bundle: what is known of the outside, in one file that somebody signed whom the policy
//! names. With it a world verifies without any network, within the ages that its policy allows.
//!
//! The bundle is a way for evidence to travel, not a reason to believe: lists in it are judged by
//! their own signatures, and everything in it is as old as it was when it was fetched.

#[cfg(test)]
mod tests;

use std::fmt;

use proofs::did_document::DidDocument;
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use schemas::bundle::{BundleClaims, BundledList};
use schemas::canonical;
use schemas::did::Did;
use schemas::json::Value;
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::evidence::Evidence;
use crate::key_history::VerifiedKeyHistory;
use crate::list::ListRef;
use crate::policy::Policy;
use crate::status::VerifiedStatusList;
use crate::trust::VerifiedTrustList;
use crate::{status, trust};

/// A bundle whose maker the policy names, and which its maker still stands by.
#[derive(Clone, Debug)]
pub struct VerifiedBundle {
    maker: Did,
    claims: BundleClaims,
}

/// Why a bundle is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleError {
    reason: Reason,
}

impl BundleError {
    const fn new(reason: Reason) -> Self {
        Self { reason }
    }

    /// The reason code: `bundle_untrusted` for a maker whom the policy does not name or a signature
    /// that is not theirs, `bundle_expired` before it was made or after its end, `bundle_invalid`
    /// for everything that is no bundle.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the bundle is not used: {}", self.reason)
    }
}

impl std::error::Error for BundleError {}

/// One thing in a bundle, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// A DID, or the address of a list.
    pub name: String,
    /// What it is.
    pub kind: UnpackedKind,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// From when on it is not used any more: the policy's age, what it says itself, and the end of the
    /// bundle, whichever comes first.
    pub until: Timestamp,
    /// Whether it was sound when it was fetched, and why not.
    pub outcome: Result<(), Reason>,
}

impl Unpacked {
    /// Whether it is used at a moment.
    ///
    /// # Errors
    /// Why not: what a report says for want of it, when it was sound and is too old by now.
    pub fn usable(&self, now: Timestamp) -> Result<(), Reason> {
        self.outcome?;
        if now < self.until {
            Ok(())
        } else {
            Err(self.kind.missing())
        }
    }
}

/// A kind of thing in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackedKind {
    /// A DID document.
    Document,
    /// The history of the keys of a DID.
    KeyHistory,
    /// A trust list.
    TrustList,
    /// A status list.
    StatusList,
}

impl UnpackedKind {
    /// The stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Document => "did_document",
            Self::KeyHistory => "key_history",
            Self::TrustList => "trust_list",
            Self::StatusList => "status_list",
        }
    }

    /// What a report says for want of one.
    #[must_use]
    pub const fn missing(self) -> Reason {
        match self {
            Self::Document | Self::KeyHistory => Reason::DidResolutionFailed,
            Self::TrustList => Reason::TrustListUnavailable,
            Self::StatusList => Reason::StatusUnavailable,
        }
    }
}

impl VerifiedBundle {
    /// Reads a bundle and checks its signature and dates. The maker is a DID that is its own key
    /// (`did:key` or `did:jwk`), so that nobody has to be asked, and the policy names it.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn verify(text: &str, policy: &Policy, now: Timestamp) -> Result<Self, BundleError> {
        let jws = UnverifiedJws::parse(text.trim_ascii(), Typ::Bundle)
            .map_err(|_| BundleError::new(Reason::BundleInvalid))?;
        let untrusted = BundleError::new(Reason::BundleUntrusted);
        let HeaderKey::Kid(method) = jws.key_ref() else {
            return Err(untrusted);
        };
        let maker = method.did().clone();
        if !policy.bundle_makers().contains(&maker) {
            return Err(untrusted);
        }
        let document = match DidDocument::of_static(&maker) {
            Some(Ok(document)) => document,
            _ => return Err(untrusted),
        };
        let relationship = proofs::did_document::Relationship::AssertionMethod;
        let key = document.key(method, relationship, now);
        let key = key.map_err(|_| untrusted)?;
        let verified = jws.verify(key).map_err(|_| untrusted)?;
        let claims = BundleClaims::from_value(&Value::Object(verified.claims().clone()))
            .map_err(|error| BundleError::new(error.reason()))?;
        let latest = now.plus_seconds(policy.limits().clock_skew);
        if claims.made > latest || claims.until <= now {
            return Err(BundleError::new(Reason::BundleExpired));
        }
        Ok(Self { maker, claims })
    }

    /// Who made it.
    #[must_use]
    pub const fn maker(&self) -> &Did {
        &self.maker
    }

    /// What is inside, as it was fetched.
    #[must_use]
    pub const fn claims(&self) -> &BundleClaims {
        &self.claims
    }

    /// What is inside as evidence, each thing as old as it is, and what came of each. A list is judged
    /// as it would have been at the moment at which it was fetched, with the keys of the bundle; its
    /// end and its age are asked again whenever it is used.
    #[must_use]
    pub fn unpack(&self, policy: &Policy) -> (Evidence, Vec<Unpacked>) {
        self.unpack_after(&Evidence::new(), policy)
    }

    /// The same for somebody who has seen lists before: of what was seen only the dates count, and a
    /// list in the bundle that is older than one of them is a replay.
    #[must_use]
    pub fn unpack_after(&self, seen: &Evidence, policy: &Policy) -> (Evidence, Vec<Unpacked>) {
        let mut evidence = seen.dates();
        let mut unpacked = Vec::new();
        for one in &self.claims.documents {
            let outcome = DidDocument::parse(&one.document, &one.did);
            let outcome = outcome
                .map(|document| {
                    let known = std::mem::take(&mut evidence);
                    evidence = known.with_document(document, one.fetched);
                })
                .map_err(|error| error.reason());
            unpacked.push(Unpacked {
                name: one.did.to_string(),
                kind: UnpackedKind::Document,
                fetched: one.fetched,
                until: self.end(one.fetched, policy.limits().max_document_age, None),
                outcome,
            });
        }
        for one in &self.claims.key_histories {
            let known = std::mem::take(&mut evidence);
            let latest = one.fetched.plus_seconds(policy.limits().clock_skew);
            let bytes = canonical::to_bytes(&one.history);
            evidence = match VerifiedKeyHistory::verify(&one.did, &bytes, latest) {
                Ok(history) => known.with_key_history(history, one.fetched),
                Err(fault) => {
                    known.without_key_history(one.did.clone(), fault.reason(), one.fetched)
                }
            };
            let heard = evidence.heard_of_key_history(&one.did);
            let missing = Err(Reason::DidResolutionFailed);
            unpacked.push(Unpacked {
                name: one.did.to_string(),
                kind: UnpackedKind::KeyHistory,
                fetched: one.fetched,
                until: self.end(one.fetched, policy.limits().max_document_age, None),
                outcome: heard.unwrap_or(missing).map(drop),
            });
        }
        for (kind, lists) in [
            (UnpackedKind::TrustList, &self.claims.trust_lists),
            (UnpackedKind::StatusList, &self.claims.status_lists),
        ] {
            for one in lists {
                let outcome = learn(kind, one, policy, &mut evidence);
                let max_age = match kind {
                    UnpackedKind::TrustList => policy.limits().max_trust_list_age,
                    _ => policy.limits().max_status_age,
                };
                unpacked.push(Unpacked {
                    name: one.url.as_str().to_owned(),
                    kind,
                    fetched: one.fetched,
                    until: self.end(one.fetched, max_age, outcome.ok().flatten()),
                    outcome: outcome.map(drop),
                });
            }
        }
        (evidence, unpacked)
    }

    /// From when on something in the bundle is not used any more.
    fn end(&self, fetched: Timestamp, max_age: i64, own: Option<Timestamp>) -> Timestamp {
        let old = fetched.plus_seconds(max_age.saturating_add(1));
        let end = old.min(self.claims.until);
        own.map_or(end, |own| own.min(end))
    }
}

/// Judges a list and takes it up; when it ends by what it says itself, or why it is not used.
fn learn(
    kind: UnpackedKind,
    one: &BundledList,
    policy: &Policy,
    evidence: &mut Evidence,
) -> Result<Option<Timestamp>, Reason> {
    let list = ListRef {
        url: one.url.clone(),
        issuer: one.issuer.clone(),
    };
    let bytes = match &one.credential {
        // A list that is a token is its text.
        Value::String(token) => token.clone().into_bytes(),
        document => canonical::to_bytes(document),
    };
    let known = std::mem::take(evidence);
    match kind {
        UnpackedKind::TrustList => {
            match trust::verify_list(&list, &bytes, policy, &known, one.fetched) {
                Ok(found) => *evidence = known.with_trust_list(found),
                Err(fault) => {
                    *evidence = known;
                    return Err(fault.reason());
                }
            }
            let heard = evidence.heard_of_trust_list(&list).transpose()?;
            Ok(heard.and_then(VerifiedTrustList::own_end))
        }
        _ => {
            match status::verify_list(&list, &bytes, policy, &known, one.fetched) {
                Ok(found) => *evidence = known.with_status_list(found),
                Err(fault) => {
                    *evidence = known;
                    return Err(fault.reason());
                }
            }
            let heard = evidence.heard_of_status_list(&list).transpose()?;
            Ok(heard.and_then(VerifiedStatusList::own_end))
        }
    }
}

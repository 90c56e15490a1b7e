//! A whole chain: every leaf signed by its ledger, every step allowed by the one before.
//!
//! Run by wallets before they accept something, by monitors, and by whoever wants to see where an item
//! comes from. The rules are those of [`apply`](super::apply): each leaf is written again from the one
//! before and the step that it holds, and has to come out the same.

use proofs::keys::VerifyingKey;
use proofs::ledger::{VerifiedLeaf, verify_leaf};
use schemas::did::DidUrl;
use schemas::ledger::{Event, ItemTerms, LeafClaims, State, TermsDigest, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::rules::{Binding, IssuerAct, LedgerLimits, Place, Taken};

/// Most leaves of a chain that is fetched or walked: twenty years of a visit to some world each day, in
/// about 16 MiB. Of a longer one nothing is said, neither that it holds nor that it does not.
pub const MAX_CHAIN: usize = 16_384;

/// A chain of which every leaf was checked.
#[derive(Clone, Debug)]
pub struct VerifiedChain {
    leaves: Vec<VerifiedLeaf>,
}

/// What a chain says of a leaf that was seen by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeafStanding {
    /// It is its newest leaf.
    Head,
    /// It has it, and leaves after it.
    Within,
    /// It ends before: somebody left out what came last.
    Short,
    /// It has another leaf there, which its ledger signed as well: two stories.
    Other(Box<UnverifiedLeaf>),
}

impl VerifiedChain {
    /// The leaves, oldest first: at least the mint.
    #[must_use]
    pub fn leaves(&self) -> &[VerifiedLeaf] {
        &self.leaves
    }

    /// The newest leaf that was handed in. Whether there is a newer one is for a receipt to say.
    #[must_use]
    pub fn head(&self) -> Option<&VerifiedLeaf> {
        self.leaves.last()
    }

    /// How a leaf of the same item stands in it.
    #[must_use]
    pub fn standing(&self, leaf: &VerifiedLeaf) -> LeafStanding {
        // A chain begins at its mint, so a number is a place.
        let place = usize::try_from(leaf.claims().seq).unwrap_or(usize::MAX);
        match self.leaves.get(place) {
            None => LeafStanding::Short,
            Some(other) if other.hash() != leaf.hash() => {
                LeafStanding::Other(Box::new(other.leaf().clone()))
            }
            Some(_) if place.saturating_add(1) == self.leaves.len() => LeafStanding::Head,
            Some(_) => LeafStanding::Within,
        }
    }
}

/// Where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which leaf, counted from 0 in what was handed in.
    pub at: usize,
    /// `key_revoked`, `did_resolution_failed` and the like for its key, `sig_invalid` for its
    /// signature, `ledger_chain_unavailable` for too many leaves, `ledger_creator_undisclosed`, else `ledger_chain_broken`.
    pub reason: Reason,
    /// What its step would have been refused for, where that is more exact.
    pub cause: Option<Reason>,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "leaf {}: {}", self.at, self.reason)?;
        match self.cause {
            Some(cause) => write!(formatter, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Broken {}

/// The key by which a ledger signed something at one time, or why there is none.
pub type KeyAt<'a> = dyn Fn(&DidUrl, Timestamp) -> Result<VerifyingKey, Reason> + 'a;

/// Walks a chain from its mint, with its terms in clear.
///
/// # Errors
/// [`Broken`] at the first leaf that is not signed by its ledger or does not follow from the one
/// before, or when there is none.
pub fn walk(
    leaves: &[UnverifiedLeaf],
    terms: &ItemTerms,
    key: &KeyAt<'_>,
) -> Result<VerifiedChain, Broken> {
    go(leaves, Some(terms.digest()), Some(Binding::of(terms)), key)
}

/// The same for whoever has the digest of the terms, and of those in clear what binds its steps.
///
/// # Errors
/// As of [`walk`]; `ledger_creator_undisclosed` at the first step to which the creator had to agree:
/// nobody can say then whether they did.
pub(super) fn walk_undisclosed(
    leaves: &[UnverifiedLeaf],
    terms: TermsDigest,
    binding: Binding<'_>,
    key: &KeyAt<'_>,
) -> Result<VerifiedChain, Broken> {
    go(leaves, Some(terms), Some(binding), key)
}

/// The same for whoever has seen the log alone: everything but whether the terms allow each transfer
/// and whether the creator agreed, as a leaf has only the digest of them.
///
/// # Errors
/// As of [`walk`].
pub fn walk_without_terms(
    leaves: &[UnverifiedLeaf],
    key: &KeyAt<'_>,
) -> Result<VerifiedChain, Broken> {
    go(leaves, None, None, key)
}

/// Whether one leaf may follow another, by the rules alone: signatures of the ledger are not looked at.
///
/// # Errors
/// What the step would have been refused for; `ledger_chain_broken` when something else came of it than
/// what the leaf says.
pub fn require_follows(before: &UnverifiedLeaf, leaf: &LeafClaims) -> Result<(), Reason> {
    follows(before, leaf, None)
}

fn go(
    leaves: &[UnverifiedLeaf],
    expected: Option<TermsDigest>,
    terms: Option<Binding<'_>>,
    key: &KeyAt<'_>,
) -> Result<VerifiedChain, Broken> {
    let broken = |at, reason, cause| Broken { at, reason, cause };
    if leaves.len() > MAX_CHAIN {
        return Err(broken(MAX_CHAIN, Reason::LedgerChainUnavailable, None));
    }
    let mut chain = VerifiedChain {
        leaves: Vec::with_capacity(leaves.len()),
    };
    for (at, leaf) in leaves.iter().enumerate() {
        let claims = leaf.claims();
        let rule = match at.checked_sub(1).and_then(|before| leaves.get(before)) {
            None => begins(claims, expected),
            Some(before) => follows(before, claims, terms),
        };
        rule.map_err(|cause| {
            if cause == Reason::LedgerCreatorUndisclosed {
                return broken(at, cause, None);
            }
            let cause = Some(cause).filter(|cause| *cause != Reason::LedgerChainBroken);
            broken(at, Reason::LedgerChainBroken, cause)
        })?;
        let key = key(leaf.kid(), claims.at).map_err(|reason| broken(at, reason, None))?;
        let verified =
            verify_leaf(leaf.clone(), &key).map_err(|error| broken(at, error.reason(), None))?;
        chain.leaves.push(verified);
    }
    match chain.leaves.is_empty() {
        true => Err(broken(0, Reason::LedgerChainBroken, None)),
        false => Ok(chain),
    }
}

/// A chain begins with a mint, of these terms when they are known.
fn begins(claims: &LeafClaims, terms: Option<TermsDigest>) -> Result<(), Reason> {
    let as_expected = terms.is_none_or(|terms| claims.terms == terms);
    let fresh = claims.event == Event::Mint && claims.state == State::Held;
    match fresh && as_expected {
        true => Ok(()),
        false => Err(Reason::LedgerChainBroken),
    }
}

fn follows(
    before: &UnverifiedLeaf,
    leaf: &LeafClaims,
    terms: Option<Binding<'_>>,
) -> Result<(), Reason> {
    let place = Place {
        head: before.claims(),
        hash: before.hash(),
        terms,
    };
    let alone = |act| {
        let reason = leaf.reason.as_deref().unwrap_or_default();
        place.alone(act, reason, leaf.at)
    };
    let again = match leaf.event {
        Event::Mint => return Err(Reason::LedgerChainBroken),
        Event::Expire => alone(IssuerAct::Expire)?,
        Event::Suspend => alone(IssuerAct::Suspend)?,
        Event::Resume => alone(IssuerAct::Resume)?,
        Event::End => alone(IssuerAct::End)?,
        _ => {
            let step = leaf.step().ok_or(Reason::LedgerChainBroken)?;
            let by = leaf.by.as_ref().ok_or(Reason::LedgerChainBroken)?;
            let taken = Taken {
                key: &by.key,
                salt: &by.salt,
                signature: by.signature,
                creator: by.creator,
            };
            match leaf.event {
                Event::Swap => place.give(&step, taken, leaf.at)?,
                _ => place.take(&step, taken, leaf.at, &LedgerLimits::NONE)?,
            }
        }
    };
    match again == *leaf {
        true => Ok(()),
        false => Err(Reason::LedgerChainBroken),
    }
}

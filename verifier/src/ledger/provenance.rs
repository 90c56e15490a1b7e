//! Where an item comes from: creator, mint, each hand, now. Commitments, no identities.

use proofs::ledger::VerifiedLeaf;
use schemas::credential::{Subject, UnverifiedCredential};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::{Number, Object};
use schemas::ledger::{
    Commitment, Event, ItemTerms, LeafHash, LedgerEntry, State, TransferTerms, UnverifiedLeaf,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::rules::Binding;
use super::walk::{Broken, KeyAt, VerifiedChain, walk, walk_undisclosed};

/// Where an item comes from, every link of it checked.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Who made the model.
    pub creator: Did,
    /// The digest of the model file.
    pub asset: Sha256Digest,
    /// What is fixed about the item.
    pub terms: ItemTerms,
    /// Every step, oldest first: the mint, each after it, the newest.
    pub steps: Vec<Passage>,
    /// What it is now.
    pub state: State,
    /// Whether the hand it is in now is the one of the credential.
    pub is_of_credential: bool,
    /// The chain.
    pub chain: VerifiedChain,
}

impl Provenance {
    /// The steps by which it came into somebody's hands, the mint first.
    pub fn hands(&self) -> impl Iterator<Item = &Passage> {
        self.steps.iter().filter(|step| step.is_hand())
    }
}

/// One step of an item's life, checked. Whose hands they are nobody can tell from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its number, from 0.
    pub seq: u64,
    /// What happened.
    pub event: Event,
    /// How the item stood afterwards.
    pub state: State,
    /// Who held it afterwards, for whoever can open it: a name for this item alone.
    pub holder: Commitment,
    /// When.
    pub at: Timestamp,
    /// Why the ledger acted alone. Outside text.
    pub reason: Option<String>,
    /// The leaf.
    pub leaf: LeafHash,
}

impl Passage {
    /// The step that a leaf tells of.
    #[must_use]
    pub fn of(leaf: &VerifiedLeaf) -> Self {
        let claims = leaf.claims();
        Self {
            seq: claims.seq,
            event: claims.event,
            state: claims.state,
            holder: claims.holder,
            at: claims.at,
            reason: claims.reason.clone(),
            leaf: leaf.hash(),
        }
    }

    /// Whether it brought the item into somebody's hands.
    #[must_use]
    pub const fn is_hand(&self) -> bool {
        matches!(self.event, Event::Mint | Event::Accept | Event::Swap)
    }

    /// The JSON form.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "seq" => Number::from_u64_saturating(self.seq),
            "event" => self.event.id(),
            "state" => self.state.id(),
            "holder" => self.holder,
            "at" => self.at,
            "reason" => self.reason.clone(),
            "leaf" => self.leaf,
        }
    }
}

/// Why there is no provenance to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoProvenance {
    /// The credential has no ledger entry, or not all of what its digest is of.
    NoEntry,
    /// The entry does not fit the credential, or the chain is of another item.
    Mismatch,
    /// The chain is broken.
    Broken(Broken),
}

impl NoProvenance {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NoEntry => Reason::LedgerEntryMissing,
            Self::Mismatch => Reason::LedgerEntryMismatch,
            Self::Broken(broken) => broken.reason,
        }
    }
}

impl std::fmt::Display for NoProvenance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoEntry => formatter.write_str("the credential names no item of a ledger"),
            Self::Mismatch => formatter.write_str("entry, credential and chain do not fit"),
            Self::Broken(broken) => write!(formatter, "the chain is broken at {broken}"),
        }
    }
}

impl std::error::Error for NoProvenance {}

/// What an item's ledger entry has the digest of, put together from its credential. `None` where not
/// all of it is there.
#[must_use]
pub fn terms_of(subject: &Subject, transfer: TransferTerms) -> Option<ItemTerms> {
    let (class, serial) = match subject {
        Subject::Item(item) => (&item.item_class, item.serial),
        Subject::Partial(partial) => (partial.item_class.as_ref()?, partial.serial?),
        Subject::Asset(_) | Subject::Avatar(_) | Subject::Other(_) => return None,
    };
    let provenance = subject.provenance()?;
    let Subject::Asset(made) = provenance.subject() else {
        return None;
    };
    Some(ItemTerms {
        class: class.clone(),
        serial,
        license: subject.license()?.clone(),
        transfer,
        creator: provenance.unverified_issuer().clone(),
        asset: made.asset.digest,
    })
}

/// Whether an entry is of this credential: its ledger is the issuer's, and its digest that of what the
/// credential says, where all of that is there.
///
/// # Errors
/// `ledger_entry_mismatch`.
pub fn require_entry_fits(
    entry: &LedgerEntry,
    credential: &UnverifiedCredential,
) -> Result<(), Reason> {
    let digest = terms_of(credential.subject(), entry.transfer).map(|terms| terms.digest());
    let fits = entry.ledger.did() == *credential.unverified_issuer()
        && digest.is_none_or(|digest| digest == entry.terms);
    match fits {
        true => Ok(()),
        false => Err(Reason::LedgerEntryMismatch),
    }
}

/// Walks an item's chain for the credential that names it: creator, mint, each hand, now.
///
/// The credential itself, with the creator's statement in it, is judged by
/// [`verify`](crate::verify); whether the chain's end is its head, by a receipt.
///
/// # Errors
/// [`NoProvenance`].
pub fn provenance(
    credential: &UnverifiedCredential,
    leaves: &[UnverifiedLeaf],
    key: &KeyAt<'_>,
) -> Result<Provenance, NoProvenance> {
    let subject = credential.subject();
    let entry = subject.ledger_entry().ok_or(NoProvenance::NoEntry)?;
    let terms = terms_of(subject, entry.transfer).ok_or(NoProvenance::NoEntry)?;
    let chain = chain_of(credential, leaves, key)?;
    let steps: Vec<Passage> = chain.leaves().iter().map(Passage::of).collect();
    let head = chain.head().ok_or(NoProvenance::Mismatch)?.claims();
    Ok(Provenance {
        creator: terms.creator.clone(),
        asset: terms.asset,
        state: head.state,
        is_of_credential: head.holder == entry.holder,
        terms,
        steps,
        chain,
    })
}

/// Walks an item's chain for the credential that names it. Whether its terms allow each transfer is always
/// seen, as they stand beside their digest; whether the creator agreed where they had to, only where the
/// creator is disclosed.
///
/// # Errors
/// [`NoProvenance`].
pub(super) fn chain_of(
    credential: &UnverifiedCredential,
    leaves: &[UnverifiedLeaf],
    key: &KeyAt<'_>,
) -> Result<VerifiedChain, NoProvenance> {
    let subject = credential.subject();
    let entry = subject.ledger_entry().ok_or(NoProvenance::NoEntry)?;
    require_entry_fits(entry, credential).map_err(|_| NoProvenance::Mismatch)?;
    let of_item = |leaf: &UnverifiedLeaf| {
        leaf.claims().ledger == entry.ledger && leaf.claims().item == entry.item
    };
    if !leaves.iter().all(of_item) {
        return Err(NoProvenance::Mismatch);
    }
    let walked = match terms_of(subject, entry.transfer) {
        Some(terms) => walk(leaves, &terms, key),
        None => {
            let creator = subject.provenance();
            let binding = Binding {
                transfer: entry.transfer,
                creator: creator.map(UnverifiedCredential::unverified_issuer),
            };
            walk_undisclosed(leaves, entry.terms, binding, key)
        }
    };
    let chain = walked.map_err(NoProvenance::Broken)?;
    let mut steps = chain.leaves().iter().map(Passage::of);
    let was_there = steps.any(|step| step.is_hand() && step.holder == entry.holder);
    let fits = |leaf: &VerifiedLeaf| leaf.claims().terms == entry.terms;
    match was_there && chain.leaves().iter().all(fits) {
        true => Ok(chain),
        false => Err(NoProvenance::Mismatch),
    }
}

//! What an evidence file proves: that a ledger signed two things that a truthful one never would. A
//! truthful ledger is never convicted, whatever anybody writes into such a file.

use proofs::keys::VerifyingKey;
use proofs::ledger::verify_leaf;
use proofs::tlog::TlogError;
use proofs::tlog::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint};
use proofs::tlog::merkle::{Node, verify_subtree};
use proofs::tlog::note::NoteKey;
use schemas::digest::Sha256Digest;
use schemas::ledger::{Event, EvidenceFile, Inclusion, LeafClaims, UnverifiedLeaf, log_origin};
use schemas::reason::Reason;
use schemas::world::WorldId;

use super::walk::KeyAt;

/// What a ledger has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convicted {
    /// It signed two leaves of which one denies the other: for one place of one chain, or for the two
    /// sides of one swap.
    TwoLeaves,
    /// It signed two checkpoints of one size with other roots.
    TwoCheckpoints,
    /// It signed two trees of which neither goes on from the other.
    TwoTrees,
}

impl Convicted {
    /// The stable name: the `kind` of the file.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TwoLeaves => "two_leaves",
            Self::TwoCheckpoints => "two_checkpoints",
            Self::TwoTrees => "two_trees",
        }
    }

    /// The reason code: `registry_equivocation`.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::RegistryEquivocation
    }
}

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotProven {
    /// There is no key of the ledger for one of the two.
    NoKey(Reason),
    /// The ledger did not sign one of the two.
    NotSigned(Reason),
    /// A leaf of another ledger.
    OtherLedger,
    /// The two are the same, or for different places: both may be true.
    Compatible,
    /// One of the nodes is not in its tree.
    Inclusion(Reason),
}

impl NotProven {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::NoKey(reason) | Self::NotSigned(reason) | Self::Inclusion(reason) => reason,
            Self::OtherLedger => Reason::TransferAudience,
            Self::Compatible => Reason::EvidenceInconclusive,
        }
    }
}

impl std::fmt::Display for NotProven {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoKey(reason) => write!(formatter, "no key of the ledger: {reason}"),
            Self::NotSigned(reason) => write!(formatter, "not signed by the ledger: {reason}"),
            Self::OtherLedger => formatter.write_str("a leaf of another ledger"),
            Self::Compatible => formatter.write_str("both may be true"),
            Self::Inclusion(reason) => write!(formatter, "a node outside its tree: {reason}"),
        }
    }
}

impl std::error::Error for NotProven {}

/// The keys with which a ledger is judged.
#[derive(Clone, Copy)]
pub struct LedgerKeys<'a> {
    /// The key by its name at a time, for leaves.
    pub at: &'a KeyAt<'a>,
    /// All that ever signed for the ledger and of which nobody else had hold: a checkpoint has no time,
    /// and that of a leaf is what a liar wrote.
    pub all: &'a [VerifyingKey],
}

impl std::fmt::Debug for LedgerKeys<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self.all.len();
        formatter
            .debug_struct("LedgerKeys")
            .field("all", &keys)
            .finish_non_exhaustive()
    }
}

/// Judges an evidence file, offline.
///
/// # Errors
/// [`NotProven`] for every file that does not convict.
pub fn judge_evidence(file: &EvidenceFile, keys: LedgerKeys<'_>) -> Result<Convicted, NotProven> {
    let signed = |leaf: &UnverifiedLeaf| {
        // A key of which nobody else had hold convicts whatever time the ledger wrote into its leaf: it
        // could date its lie to when the key does not count.
        if keys.all.iter().any(|key| is_signed(leaf, key).is_ok()) {
            return Ok(());
        }
        let key = (keys.at)(leaf.kid(), leaf.claims().at).map_err(NotProven::NoKey)?;
        is_signed(leaf, &key)
    };
    judge(file, keys.all, &signed)
}

fn is_signed(leaf: &UnverifiedLeaf, key: &VerifyingKey) -> Result<(), NotProven> {
    let checked = verify_leaf(leaf.clone(), key).map(drop);
    checked.map_err(|error| NotProven::NotSigned(error.reason()))
}

/// Judges an evidence file with keys of which somebody else said that they are the ledger's, whatever
/// they are called there: each of the two may be signed by any of them.
///
/// # Errors
/// [`NotProven`] for every file that does not convict.
pub fn judge_evidence_with(
    file: &EvidenceFile,
    keys: &[VerifyingKey],
) -> Result<Convicted, NotProven> {
    let signed = |leaf: &UnverifiedLeaf| {
        let mut last = NotProven::NoKey(Reason::VmNotFound);
        for key in keys {
            match is_signed(leaf, key) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    };
    judge(file, keys, &signed)
}

/// Whether a leaf is signed by the ledger.
type SignedBy<'a> = dyn Fn(&UnverifiedLeaf) -> Result<(), NotProven> + 'a;

fn judge(
    file: &EvidenceFile,
    all: &[VerifyingKey],
    is_signed: &SignedBy<'_>,
) -> Result<Convicted, NotProven> {
    match file {
        EvidenceFile::TwoLeaves { ledger, leaves } => {
            let [first, second] = leaves.as_ref();
            two_leaves(ledger, first, second, is_signed)
        }
        EvidenceFile::TwoCheckpoints {
            ledger,
            checkpoints,
        } => {
            let [first, second] = signed(ledger, checkpoints, all)?;
            let (first, second) = (first.head(), second.head());
            match first.size == second.size && first.root != second.root {
                true => Ok(Convicted::TwoCheckpoints),
                false => Err(NotProven::Compatible),
            }
        }
        EvidenceFile::TwoTrees {
            ledger,
            checkpoints,
            level,
            index,
            nodes,
        } => {
            let trees = signed(ledger, checkpoints, all)?;
            let outside = |error: TlogError| NotProven::Inclusion(error.reason());
            let node = Node::new(u32::from(*level), *index).map_err(outside)?;
            for (tree, said) in trees.iter().zip(nodes.iter()) {
                let head = tree.head();
                let (hash, path) = hashes(said);
                verify_subtree(node, &hash, head.size, &path, &head.root).map_err(outside)?;
            }
            let [first, second] = nodes.as_ref();
            match first.hash == second.hash {
                false => Ok(Convicted::TwoTrees),
                true => Err(NotProven::Compatible),
            }
        }
    }
}

fn hashes(said: &Inclusion) -> (Sha256Digest, Vec<Sha256Digest>) {
    let path = said.path.iter().copied().map(Sha256Digest::from_bytes);
    (Sha256Digest::from_bytes(said.hash), path.collect())
}

fn two_leaves(
    ledger: &WorldId,
    first: &UnverifiedLeaf,
    second: &UnverifiedLeaf,
    is_signed: &SignedBy<'_>,
) -> Result<Convicted, NotProven> {
    for leaf in [first, second] {
        if leaf.claims().ledger != *ledger {
            return Err(NotProven::OtherLedger);
        }
        is_signed(leaf)?;
    }
    match contradict(first, second) {
        true => Ok(Convicted::TwoLeaves),
        false => Err(NotProven::Compatible),
    }
}

/// Whether no truthful ledger has both of two of its leaves: two for one number of one item, two that go
/// on from one leaf, or one half of a swap beside something else than its other half. Signatures are not
/// looked at.
#[must_use]
pub fn contradict(first: &UnverifiedLeaf, second: &UnverifiedLeaf) -> bool {
    let (one, other) = (first.claims(), second.claims());
    let same_place = one.item == other.item && one.seq == other.seq;
    let same_root = one.previous.is_some() && one.previous == other.previous;
    // What a leaf says, and not its bytes: a ledger may sign the same leaf again with a newer key.
    let told_twice = (same_place || same_root) && one != other;
    told_twice || denies_half(first, second) || denies_half(second, first)
}

/// Whether a leaf stands where the other half of this one is, and is something else. A truthful ledger
/// writes both halves or neither ([`apply`](super::apply)), and each names the place of the other.
fn denies_half(half: &UnverifiedLeaf, found: &UnverifiedLeaf) -> bool {
    let Some(leg) = half.claims().swap else {
        return false;
    };
    let claims = found.claims();
    let of_item = claims.item == leg.item;
    if of_item && (claims.seq == leg.seq || claims.previous == Some(leg.previous)) {
        return !are_halves(half.claims(), claims);
    }
    // The leaf from which the other half goes on is of that item, and the one before it.
    let before = of_item && claims.seq.checked_add(1) == Some(leg.seq);
    found.hash() == leg.previous && !before
}

/// Whether two leaves are both that came of one swap: the accept of one item, and the item that was given
/// for it.
fn are_halves(one: &LeafClaims, other: &LeafClaims) -> bool {
    let events = [one.event, other.event];
    let fit = [[Event::Accept, Event::Swap], [Event::Swap, Event::Accept]].contains(&events);
    // The one step that was signed, put together from either.
    fit && one.step().is_some() && one.step() == other.step()
}

fn signed(
    ledger: &WorldId,
    checkpoints: &[String; 2],
    keys: &[VerifyingKey],
) -> Result<[VerifiedCheckpoint; 2], NotProven> {
    let origin = log_origin(ledger);
    let not_signed = |error: TlogError| NotProven::NotSigned(error.reason());
    let known = NoteKey::of_log(&origin, keys.iter().cloned()).map_err(not_signed)?;
    if known.is_empty() {
        return Err(NotProven::NoKey(Reason::VmNotFound));
    }
    let [first, second] = checkpoints;
    let verify = |note: &str| {
        let read = UnverifiedCheckpoint::read(note).map_err(not_signed)?;
        // Each key alone: beside a good line, a bad one in the name of another key frees nobody.
        let mut failed = NotProven::NoKey(Reason::VmNotFound);
        for key in &known {
            match read.clone().verify(&origin, std::slice::from_ref(key)) {
                Ok(verified) => return Ok(verified),
                Err(error) => failed = not_signed(error),
            }
        }
        Err(failed)
    };
    Ok([verify(first)?, verify(second)?])
}

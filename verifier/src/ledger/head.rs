//! The newest leaf of an item: judged once when its document arrives, asked for each time.
//!
//! Run by worlds on what is presented and by wallets on what they receive. The document may come from
//! the ledger or from whoever presents the item: the ledger's signatures decide, and how old the
//! receipt is. Bundles carry none, as receipts live for minutes.

use proofs::keys::VerifyingKey;
use proofs::ledger::{VerifiedHeadReceipt, VerifiedLeaf, verify_leaf, verify_receipt};
use proofs::tlog::TlogError;
use proofs::tlog::note::NoteKey;
use proofs::tlog::proof::UnverifiedTlogProof;
use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Object, read};
use schemas::ledger::{
    HeadDocument, HeadReceiptClaims, ItemTag, LeafClaims, LedgerEntry, Salt, UnverifiedLeaf,
    log_origin,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::keys::{checkpoint_keys, ledger_key};
use crate::evidence::{Evidence, Missing};
use crate::no_key::NoKey;
use crate::policy::Policy;

/// Which head is meant: whose ledger, and which item of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeadRef {
    /// The world that keeps the chain.
    pub ledger: WorldId,
    /// The item.
    pub item: ItemTag,
}

impl HeadRef {
    /// The head of the item that a credential names.
    #[must_use]
    pub fn of(entry: &LedgerEntry) -> Self {
        Self {
            ledger: entry.ledger.clone(),
            item: entry.item,
        }
    }

    /// The item of a leaf.
    #[must_use]
    pub fn of_leaf(leaf: &UnverifiedLeaf) -> Self {
        let claims = leaf.claims();
        Self {
            ledger: claims.ledger.clone(),
            item: claims.item,
        }
    }

    /// Where its document is served.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/items/{}/head", self.ledger.origin(), self.item)
    }

    /// Where all its leaves are served, page by page.
    #[must_use]
    pub fn chain_url(&self) -> String {
        format!("{}/items/{}/chain", self.ledger.origin(), self.item)
    }

    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! { "ledger" => &self.ledger.did(), "item" => self.item }
    }
}

/// A head of which the ledger signed leaf and receipt, and whose proof, if it has one, holds.
#[derive(Clone, Debug)]
pub struct VerifiedHead {
    head: HeadRef,
    leaf: VerifiedLeaf,
    receipt: VerifiedHeadReceipt,
    logged: Option<Logged>,
    lease_salt: Option<Salt>,
}

/// What the proof of a head shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Logged {
    /// Of the witnesses that the policy names, so many have signed the tree, lately enough.
    witnesses: usize,
    /// When the last of those that count signed.
    oldest: Option<Timestamp>,
}

impl VerifiedHead {
    /// Which head it is.
    #[must_use]
    pub const fn head(&self) -> &HeadRef {
        &self.head
    }

    /// The leaf.
    #[must_use]
    pub const fn leaf(&self) -> &VerifiedLeaf {
        &self.leaf
    }

    /// What the leaf says.
    #[must_use]
    pub const fn claims(&self) -> &LeafClaims {
        self.leaf.claims()
    }

    /// What the receipt says.
    #[must_use]
    pub const fn receipt(&self) -> &HeadReceiptClaims {
        self.receipt.claims()
    }

    /// Whether a proof came with it that the ledger's log holds the leaf.
    #[must_use]
    pub const fn is_logged(&self) -> bool {
        self.logged.is_some()
    }

    /// What opens the world of its lease, as the holder said.
    #[must_use]
    pub const fn lease_salt(&self) -> Option<&Salt> {
        self.lease_salt.as_ref()
    }

    /// The same head with what opens the world of its lease, where it came without.
    #[must_use]
    pub(crate) fn opened(mut self, salt: Option<Salt>) -> Self {
        self.lease_salt = self.lease_salt.or(salt);
        self
    }

    /// Whether anybody may still go by it: neither beyond the end that the ledger gave it, nor beyond
    /// the age that the policy allows.
    #[must_use]
    pub fn is_fresh(&self, policy: &Policy, now: Timestamp) -> bool {
        let receipt = self.receipt.claims();
        let most = policy.ledger().max_receipt_age;
        receipt.not_after > now && now.seconds_since(receipt.issued) <= most
    }

    /// Whether its proof is what the policy asks for: none where it names no witnesses, else one whose
    /// tree enough of them have signed, lately enough. A document that the ledger makes now may have what
    /// this one lacks.
    ///
    /// # Errors
    /// `log_proof_missing`, `log_witnesses_missing`.
    pub(super) fn require_witnessed(&self, policy: &Policy, now: Timestamp) -> Result<(), Reason> {
        let rules = policy.ledger();
        if rules.quorum == 0 {
            return Ok(());
        }
        let logged = self.logged.ok_or(Reason::LogProofMissing)?;
        let age = |oldest| now.seconds_since(oldest) <= rules.max_cosignature_age;
        match logged.witnesses >= rules.quorum && logged.oldest.is_some_and(age) {
            true => Ok(()),
            false => Err(Reason::LogWitnessesMissing),
        }
    }
}

/// Why a head is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadFault {
    reason: Reason,
    cause: Option<Reason>,
    missing: Option<Missing>,
}

impl HeadFault {
    const fn plain(reason: Reason) -> Self {
        Self {
            reason,
            cause: None,
            missing: None,
        }
    }

    const fn because(cause: Reason) -> Self {
        Self {
            reason: Reason::HeadInvalid,
            cause: Some(cause),
            missing: None,
        }
    }

    const fn doubt(cause: Reason, missing: Option<Missing>) -> Self {
        Self {
            reason: Reason::HeadUnavailable,
            cause: Some(cause),
            missing,
        }
    }

    /// The reason code: `head_unavailable` while it cannot be judged, `head_stale`, `key_revoked` for a
    /// key of which somebody else may have hold, `log_proof_invalid`, else `head_invalid`.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What is wrong in the document, where that is known more exactly.
    #[must_use]
    pub const fn cause(&self) -> Option<Reason> {
        self.cause
    }

    /// What would have to be known to judge it, such as the history of the ledger's keys.
    #[must_use]
    pub const fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref()
    }
}

impl std::fmt::Display for HeadFault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the head is not used: {}", self.reason)?;
        match self.cause {
            Some(cause) => write!(formatter, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for HeadFault {}

/// Judges the bytes of a head document.
///
/// # Errors
/// [`HeadFault`], as of [`judge_head`]; `head_unavailable` for no bytes, `head_invalid` for bytes that
/// are no head document.
pub fn judge_head_bytes(
    head: &HeadRef,
    bytes: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedHead, HeadFault> {
    if bytes.is_empty() {
        return Err(HeadFault {
            cause: Some(Reason::ParseError),
            ..HeadFault::plain(Reason::HeadUnavailable)
        });
    }
    let value =
        read(bytes, &Limits::message()).map_err(|error| HeadFault::because(error.reason()))?;
    let document =
        HeadDocument::from_value(&value).map_err(|error| HeadFault::because(error.reason()))?;
    judge_head(head, &document, policy, evidence, now)
}

/// Judges a head document: that it is of this item, that leaf and receipt are one and signed by the
/// ledger's keys of their time, that the receipt is fresh, and that a proof, if there is one, holds.
///
/// Who took the step is not looked at: whoever has only the head has not the commitment that it opens.
/// [`walk`](super::walk()) does.
///
/// `evidence` has to know the DID document of the ledger; it does when the credential that names the
/// item has just been judged with it.
///
/// # Errors
/// [`HeadFault`].
pub fn judge_head(
    head: &HeadRef,
    document: &HeadDocument,
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedHead, HeadFault> {
    let (leaf, receipt) = (document.leaf.claims(), document.receipt.claims());
    let of_item = leaf.ledger == head.ledger && leaf.item == head.item;
    let hash = document.leaf.hash();
    let of_leaf = receipt.ledger == leaf.ledger && receipt.speaks_of(&document.leaf);
    if !of_item || !of_leaf {
        return Err(HeadFault::plain(Reason::HeadInvalid));
    }
    if receipt.issued > now.plus_seconds(policy.limits().clock_skew) {
        return Err(HeadFault::plain(Reason::HeadInvalid));
    }
    let keys = Keys {
        ledger: &head.ledger,
        policy,
        evidence,
        now,
    };
    let sound = |error: proofs::ledger::LedgerError| HeadFault::because(error.reason());
    let key = keys.at(document.receipt.kid(), receipt.issued)?;
    let receipt = verify_receipt(document.receipt.clone(), &key).map_err(sound)?;
    let key = keys.at(document.leaf.kid(), leaf.at)?;
    let leaf = verify_leaf(document.leaf.clone(), &key).map_err(sound)?;
    let hash = Sha256Digest::from_bytes(*hash.as_bytes());
    let proof = document.proof.as_deref();
    let verified = VerifiedHead {
        head: head.clone(),
        leaf,
        receipt,
        logged: proof.map(|proof| keys.logged(&hash, proof)).transpose()?,
        lease_salt: document.lease_salt,
    };
    match verified.is_fresh(policy, now) {
        true => Ok(verified),
        false => Err(HeadFault::plain(Reason::HeadStale)),
    }
}

/// The keys of a ledger, as far as they are known.
struct Keys<'a> {
    ledger: &'a WorldId,
    policy: &'a Policy,
    evidence: &'a Evidence,
    now: Timestamp,
}

impl Keys<'_> {
    /// The key of a name at a time: a retired one vouches for what was signed in its time.
    fn at(&self, kid: &DidUrl, at: Timestamp) -> Result<VerifyingKey, HeadFault> {
        let found = ledger_key(self.ledger, kid, at, self.policy, self.evidence, self.now);
        found.map_err(|no_key| match no_key {
            NoKey::Failed(Reason::KeyRevoked) => HeadFault::plain(Reason::KeyRevoked),
            NoKey::Failed(cause) => HeadFault::because(cause),
            NoKey::Doubt(cause, missing) => HeadFault::doubt(cause, missing),
        })
    }

    /// That the log holds a leaf, by a checkpoint of the ledger: also one that an older key signed, as it
    /// stays until there is a newer one.
    fn logged(&self, leaf: &Sha256Digest, proof: &str) -> Result<Logged, HeadFault> {
        let invalid = |cause| HeadFault {
            reason: Reason::LogProofInvalid,
            cause: Some(cause),
            missing: None,
        };
        let failed = |error: TlogError| invalid(error.reason());
        let origin = log_origin(self.ledger);
        let known = checkpoint_keys(self.ledger, self.policy, self.evidence, self.now);
        let keys = NoteKey::of_log(&origin, known.keys).map_err(failed)?;
        let read = UnverifiedTlogProof::read(proof).map_err(failed)?;
        let verified = match (read.verify(leaf, &origin, &keys), known.lacks) {
            // By a key of which nothing is known yet.
            (Err(TlogError::Unsigned), Some(NoKey::Doubt(cause, missing))) => {
                return Err(HeadFault::doubt(cause, missing));
            }
            (verified, _) => verified.map_err(failed)?,
        };
        let rules = self.policy.ledger();
        let signed = verified.checkpoint().cosignatures(&rules.witnesses);
        let latest = self.now.plus_seconds(self.policy.limits().clock_skew);
        let mut at: Vec<Timestamp> = signed
            .map_err(failed)?
            .iter()
            .map(|signature| signature.at())
            .filter(|at| *at <= latest)
            .collect();
        // Of more than are needed the youngest count.
        at.sort_unstable_by(|one, other| other.cmp(one));
        let last = rules.quorum.checked_sub(1);
        Ok(Logged {
            witnesses: at.len(),
            oldest: last.and_then(|last| at.get(last)).copied(),
        })
    }
}

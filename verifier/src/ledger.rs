//! The rules by which items change hands: which step may follow which, what makes a chain, what proves
//! the newest leaf, and what convicts a ledger that told two stories.
//!
//! Ledgers run [`apply`] before they write, everybody else runs the same rules over what was written:
//! there is one set of them. No clock, no store, no network.
//!
//! ```text
//! head + SentStep ── apply ──▶ LeafClaims ── proofs::ledger::sign_leaf ──▶ the next head
//! head ── issue ──▶ LeafClaims            expire, suspend, resume, end: the ledger alone
//! leaves ── walk ──▶ VerifiedChain        every link, by the same rules
//! HeadDocument ── judge_head ──▶ VerifiedHead ── the check `ledger` of a report
//! credential + leaves ── provenance ──▶ Provenance
//! Evidence ── judge_evidence ──▶ Convicted
//! ```

mod check;
mod convict;
mod hands;
mod head;
mod keys;
mod mark;
mod provenance;
mod rules;
mod walk;

#[cfg(test)]
mod tests;

pub use crate::no_key::NoKey;
pub(crate) use check::check;
pub use convict::{
    Convicted, LedgerKeys, NotProven, contradict, judge_evidence, judge_evidence_with,
};
pub(crate) use hands::check as check_hands;
pub use head::{HeadFault, HeadRef, VerifiedHead, judge_head, judge_head_bytes};
pub use keys::{CheckpointKeys, checkpoint_keys, ledger_key};
pub use mark::HeadMark;
pub use provenance::{NoProvenance, Passage, Provenance, provenance, require_entry_fits, terms_of};
pub use rules::{
    Applied, Current, IssuerAct, LedgerLimits, NewItem, apply, apply_paired, issue, mint,
};
pub use walk::{
    Broken, KeyAt, LeafStanding, MAX_CHAIN, VerifiedChain, require_follows, walk,
    walk_without_terms,
};

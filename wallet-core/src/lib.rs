//! The wallet's own rooms: holding and saying, on the person's machine. The holder's side runs it.
//!
//! # The way the data goes
//! ```text
//! 24 words ── seed ── keys ─────────────── a key a copy ─┐
//!                      └ names of records                │
//! passphrase │ keychain ── store (sealed SQLite file) ── holding ── copies ── spent per world
//!                           ├ persona   faces; they never share keys
//!                           ├ trust     worlds that the person confirmed
//!                           ├ history   written before bytes leave, chained by hashes
//!                           └ backup    a file that the words open
//!
//! offer   ── receive ──▶ verified, then kept      request ── present ──▶ consent ──▶ sent, receipt kept
//! a model ── provenance ──▶ signed statement      something handed over ── check ──▶ report
//! ```
//! [`Wallet`] is the entrance. Time and randomness are arguments; files are touched in `store` and
//! `backup` alone; no secret has a text form, and each is wiped when dropped.
//!
//! # What this crate does not promise
//! A machine that is controlled by somebody else while the wallet is open. A whole folder that was
//! put back to an older state together with its counter. Erasing what a disk or file system keeps
//! of older contents, which are sealed.

mod anchor;
mod answer;
mod backup;
mod certificate;
pub mod check;
pub mod consent;
mod entropy;
mod error;
#[cfg(feature = "hazmat")]
pub mod hazmat;
mod history;
mod holding;
mod index;
mod judge;
mod kdf;
mod keychain;
mod keys;
mod names;
mod origin;
mod passphrase;
mod persona;
pub mod present;
pub mod provenance;
pub mod receive;
mod seed;
mod store;
pub mod transfer;
mod trust;
mod wallet;

pub use anchor::{Anchor, AnchorError, MAX_ANCHORS, MAX_PEM_BYTES};
pub use backup::{
    BackupError, BackupSummary, Loss, Restore, losses_of_words, restore_backup, verify_backup,
};
pub use certificate::{CertificateFault, Root};
pub use entropy::{Entropy, OsEntropy, RngError, draw};
pub use error::{Fault, Rollback, StoreError};
pub use history::{
    CameReceipt, Claim, Entry, EntryKind, EntryRef, HistoryError, HistoryHead, Outcome,
    ReceiptStanding, What, verify_lines,
};
pub use holding::{
    Certainty, Copy, CopyId, CopyState, Facts, Format, Freshness, Holding, HoldingError, HoldingId,
    HoldingKind, Withdrawal, Withdrawn,
};
pub use index::{Listed, Refillable, Taken};
pub use keychain::{Keychain, KeychainError, NoKeychain, OsKeychain, WrappingKey};
pub use keys::{Generation, KeyPath, KeyType, PersonaIndex};
pub use origin::{Confirmed, OriginError};
pub use passphrase::{MAX_PASSPHRASE_BYTES, Passphrase, PassphraseError};
pub use persona::{Persona, PersonaError, PersonaName, Standing};
pub use seed::{Seed, WordList, WordsError};
pub use store::{Finding, KdfParams, Unlock};
pub use trust::{Confirmation, Pin, Removal};
pub use wallet::{Inventory, NewWallet, SeedOrigin, Wallet};

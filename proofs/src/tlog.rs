//! Tiled transparency logs, as C2SP writes them: signed notes, checkpoints, cosignatures, Merkle trees
//! (RFC 6962), tiles and proofs.
//!
//! A ledger keeps such a log of the steps of its items; witnesses, monitors, wallets and verifiers check
//! it. Everything is made and checked here side by side, and nothing is read, written or fetched here.
//!
//! ```text
//! entry ── leaf_hash ──▶ Edge ── append ──▶ full Tiles, head ── Checkpoint::sign ──▶ text
//! old and new size ── Plan::consistency ── make (tiles) ──▶ path ── verify_consistency
//! index and size ── Plan::inclusion ── make (tiles) ──▶ path ──▶ tlog-proof ── verify ──▶ VerifiedTlogProof
//! VerifiedCheckpoint ── cosign ──▶ line ── add_cosignatures ──▶ cosignatures (witnesses)
//! ```
//!
//! - Names, keys and signatures: [`note`], [`checkpoint`], [`cosignature`]
//! - Trees: [`merkle`]; appending to one: [`edge`]; as files: [`tile`]
//! - What a wallet carries: [`proof`]; what a log asks a witness: [`request`]
//!
//! Source: C2SP signed-note 1.0.0, tlog-checkpoint 1.0.0, tlog-cosignature 1.1.0, tlog-tiles 0.1.0,
//! tlog-proof, tlog-witness 1.0.0; RFC 6962 section 2.1; RFC 9162 section 2.1.

pub mod checkpoint;
pub mod cosignature;
pub mod edge;
mod error;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod request;
pub mod tile;

pub use error::TlogError;

//! How things are signed: keys, DIDs and their documents, Data Integrity proofs, compact JWS.
//!
//! Issuers, holders and verifiers run it. No clock, no files, no network, no randomness: all of that
//! is handed in, so the same input gets the same answer everywhere.
//!
//! ```text
//! SigningKey + UnsignedCredential   ── issue ──▶ IssuedCredential ──▶ bytes
//! SigningKey + UnsignedPresentation ── present ──▶ bytes
//! bytes ── schemas ──▶ object ── UnverifiedProof::all_of ──▶ whose key? ── DidDocument ──▶ VerifyingKey
//! UnverifiedProof + object + VerifyingKey ── verify ──▶ VerifiedProof
//! ```
//!
//! - Keys and their names: [`keys`], [`did_key`], [`did_jwk`], [`did_document`]
//! - Documents: [`data_integrity`] with a file a cryptosuite, [`rdf`] and [`rdfc`] below one of them;
//!   [`issue`] and [`present`] sign and check what they signed
//! - Credentials of which parts can be shown: [`sd_jwt`]
//! - Lists of what was taken back: [`status_token`]
//! - Logs of what a ledger wrote: [`tlog`]
//! - Items that change hands: [`ledger`]
//! - Messages: [`jws`], and with the feature `jwe` encrypted ones
//!
//! What is verified here is that a key signed these bytes. Whether that key is the one to believe, at
//! that time and for that purpose, is for `verifier`.

pub mod data_integrity;
pub mod did_document;
pub mod did_jwk;
pub mod did_key;
pub mod issue;
#[cfg(feature = "jwe")]
pub mod jwe;
pub mod jws;
pub mod keys;
pub mod ledger;
pub mod present;
pub mod rdf;
pub mod rdfc;
pub mod sd_jwt;
pub mod status_token;
pub mod tlog;

#[cfg(test)]
mod shared;

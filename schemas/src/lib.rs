//! What is said between wallets and worlds: documents, messages, and the one way to read and write
//! them. No keys, no clock, no files, no network.
//!
//! ```text
//! bytes ── json::read ──▶ Value ── credential, presentation, oid4vci, oid4vp ──▶ types
//! types ──▶ Value ── canonical::to_bytes ──▶ the bytes that are signed and digested
//! ```
//!
//! - Reading and writing: [`json`], [`canonical`], [`encoding`]
//! - Documents: [`credential`], [`presentation`], [`status`], [`trust_list`]
//! - Names of things: [`did`], [`world`], [`digest`], [`time`]
//! - Items that change hands: [`ledger`]
//! - Messages: [`oid4vci`], [`oid4vp`], [`dcql`], [`oauth`], [`form`], [`web_url`], [`message`]; within
//!   one world: [`admission`], [`bundle`], [`offering`], [`records`]; what it signs: [`receipt`]
//! - What a verifier answers: [`check`], [`reason`], [`lang`]; how commands end: [`exit`]
//! - What others wrote, shown to people: [`outside_text`]

pub mod admission;
pub mod asset;
pub mod bundle;
pub mod canonical;
pub mod check;
pub mod credential;
pub mod dcql;
pub mod did;
pub mod digest;
pub mod encoding;
pub mod exit;
pub mod form;
pub mod json;
pub mod json_schemas;
pub mod key_history;
pub mod lang;
pub mod ledger;
pub mod license;
pub mod message;
pub mod oauth;
pub mod offering;
pub mod oid4vci;
pub mod oid4vp;
pub mod outside_text;
pub mod presentation;
pub mod reason;
pub mod receipt;
pub mod records;
mod shape;
pub mod status;
pub mod suite;
pub mod terms;
pub mod time;
pub mod trust_list;
pub mod vcdm;
pub mod web_url;
pub mod world;

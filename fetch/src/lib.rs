//! The one way out: every request that a wallet or a world sends goes through this crate, and nothing
//! else in the house opens a connection.
//!
//! ```text
//! URL ─ guard: its text ─ one name lookup ─ guard: every address ─ connection to those addresses only
//!                                                              ─ answer: status, type, size, time
//! ```
//!
//! - [`Policy`] says where a caller may go: the public internet over TLS on port 443, and what it named.
//! - [`Purpose`] says what is fetched: limits, types, redirects and the reason code follow from it.
//! - [`Client`] carries it out. No proxy or other setting is taken from the environment; there are no
//!   cookies, no referer, no compression, no shared connections and no resumed TLS sessions.
//! - [`Client::resolve`] fetches `did:web` documents.
//! - [`settle`] asks the verifier, fetches what its report misses, and asks again.
//!
//! Nothing here believes what it fetched: bytes are returned for `proofs` and `verifier` to judge.

mod client;
mod did_web;
mod error;
pub mod guard;
mod purpose;
mod resolver;
pub mod settle;
mod tls;

pub use client::{Bearer, BearerError, Client, IdempotencyKey, Response};
pub use did_web::{Fetched, document_url};
pub use error::{Cause, FetchError, Stage};
pub use guard::Policy;
pub use purpose::{Purpose, Redirects, Times};
pub use resolver::{Lookup, Resolver, SystemResolver};
pub use tls::leads_to_public_root;

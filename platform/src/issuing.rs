//! Issuing (OpenID4VCI 1.0): a code becomes a token, a token and key proofs become credentials. Run
//! by the world.
//!
//! ```text
//! offer ─ POST /token ─▶ access token ─ POST /nonce ─▶ nonce ─ POST /credential ─▶ copies
//!   │                        ▲                                │  └ POST /deferred_credential ─▶ copies
//!   └ POST /par ─ login ─────┘                                └ POST /notification ─▶ what became of them
//! ```

pub(crate) mod authorization;
pub(crate) mod configuration;
pub(crate) mod credential;
pub(crate) mod deferred;
mod language;
pub(crate) mod metadata;
pub(crate) mod nonce;
pub(crate) mod notification;
mod proof;
pub(crate) mod template;
pub(crate) mod token;
pub(crate) mod tx_code;

//! Issuing (OpenID4VCI 1.0): a code becomes a token, a token and key proofs become credentials. Run
//! by the world.
//!
//! ```text
//! offer ─ POST /token ─▶ access token ─ POST /nonce ─▶ nonce ─ POST /credential ─▶ copies
//!                                                            ─ POST /notification ─▶ what became of them
//! ```

pub(crate) mod credential;
pub(crate) mod metadata;
pub(crate) mod nonce;
pub(crate) mod notification;
mod proof;
pub(crate) mod template;
pub(crate) mod token;

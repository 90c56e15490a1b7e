//! Messages of OpenID for Verifiable Presentations 1.0: signed requests by reference, `direct_post`.
//!
//! ```text
//! world ── link::RequestLink ──▶ wallet                                     section 5.7, 5.10
//! wallet ── GET, or POST of link::RequestUriPost ──▶ world
//! world ── JWS of request::RequestObject ──▶ wallet                         section 5
//! wallet ── response::AuthorizationResponse ──▶ world                       section 8
//! world ── response::DirectPostAnswer, or oauth::ErrorResponse ──▶ wallet   section 8.2
//! ```
//!
//! Worlds write one half and read the other; wallets the reverse. Only what stands inside the signed
//! request counts; the link serves to find it.

pub mod client_id;
pub mod link;
pub mod request;
pub mod response;

mod handles;

pub use handles::{Nonce, State, WalletNonce};

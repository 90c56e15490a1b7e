//! Messages of OpenID for Verifiable Presentations 1.0: requests by reference or in a link,
//! `direct_post` and `direct_post.jwt`.
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
//! request counts; the link serves to find it. A request that nobody signs is the link itself, and
//! its client is the address where it is answered.

pub mod client_id;
pub mod link;
pub mod request;
pub mod response;

mod handles;
mod match_code;
mod transaction_data;

pub use handles::{Nonce, State, WalletNonce};
pub use match_code::match_code;
pub use transaction_data::{
    HASHES_ALG, MAX_STATEMENT, STATEMENT_TYPE, Transaction, TransactionData,
};

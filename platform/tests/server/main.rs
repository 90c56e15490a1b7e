//! Worlds on loopback with real databases, and a wallet made of the same bricks as the real one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the helpers of a test do not find, the test has failed at"
)]

mod admitting;
mod asking;
mod bundle;
mod checking;
mod command;
mod deferring;
mod explaining;
mod formats;
mod handed;
mod holder;
mod http;
mod issuing;
mod keeping;
mod leasing;
mod ledger;
mod limits;
mod logging_in;
mod program;
mod publisher;
mod publishing;
mod remembering;
mod returning;
mod rotating;
mod sharing;
mod status;
mod town;
mod tx_codes;
mod wording;

/// Where worlds of one process keep what they know. `tests/on_postgres` runs what does not depend on it
/// on a server too.
const STORE: town::Store = town::Store::File;

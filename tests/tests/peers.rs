//! Wallets, issuers and verifiers that we did not write, against ours: each a process on loopback. The
//! peers and how they are driven: `tests/peers`.
//!
//! Without Node, Python or the packages (`tests/peers/install`) these tests say that they were skipped;
//! where `OMOTE_MUST_RUN` has the word `peers`, that is a failure.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

#[path = "peers/hands.rs"]
mod hands;
#[path = "peers/ours.rs"]
mod ours;
#[path = "peers/process.rs"]
mod process;
#[path = "peers/wallet.rs"]
mod wallet;
#[path = "peers/world.rs"]
mod world;

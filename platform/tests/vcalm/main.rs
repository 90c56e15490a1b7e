//! The conformance interface: the real program on loopback, asked over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the helpers of a test do not find, the test has failed at"
)]

mod data_model;
mod envelopes;
mod identifiers;
mod issuing;
mod limits;
mod presentations;
mod program;
mod status;
mod verifying;

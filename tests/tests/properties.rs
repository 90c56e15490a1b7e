//! What holds for every document, not for a list of them: a changed bit is refused, a changed member
//! is refused, what is written is read again, the canonical form is the one that others compute, and
//! no bytes make the verifier panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

#[path = "properties/bits.rs"]
mod bits;
#[path = "properties/canonical.rs"]
mod canonical;
#[path = "properties/golden.rs"]
mod golden;
#[path = "properties/mutants.rs"]
mod mutants;
#[path = "properties/spelling.rs"]
mod spelling;
#[path = "properties/trees.rs"]
mod trees;

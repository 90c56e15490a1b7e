//! Parties, forgeries and fixed times for the tests of the whole house. Nobody imports this crate.
//!
//! - [`fixed`]: the time at which every test takes place
//! - [`actors`]: a creator, worlds and a person, each with keys of their own
//! - [`forge`]: documents changed in exactly one place
//! - [`hostile`]: documents of full size that were made to cost much
//! - [`http`]: a connection to a world that runs
//! - [`items`]: items that a world's ledger keeps, and how their heads reach a verification
//! - [`ledger`]: many who give items at once, while what serves them is killed
//! - [`lists`]: status lists and trust lists, and how they reach a verification
//! - [`log`]: a log of any size, for measuring
//! - [`programs`]: the binaries of the project, where they are built
//! - [`scene`]: two worlds, a person and a verification of what is shown
//! - [`sd_jwt`]: SD-JWT credentials, honest ones and any others
//! - [`shared`]: official vectors and real models, where they are
//! - [`surfaces`]: what a test asks, written down so that others can be asked the same

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "test code: a wrong test ends at once"
)]

pub mod actors;
pub mod fixed;
pub mod forge;
pub mod hostile;
pub mod http;
pub mod items;
#[cfg(feature = "ledger")]
pub mod ledger;
pub mod lists;
pub mod log;
pub mod programs;
pub mod scene;
pub mod sd_jwt;
pub mod shared;
pub mod surfaces;
pub mod token_lists;

/// Says that a test was skipped, and why: straight to the stream, as what `eprintln!` says in a test
/// that passes is swallowed.
pub fn say_skipped(why: &str) {
    use std::io::Write as _;
    let line = format!("skipped: {why}\n");
    // Nobody may be there to read it.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

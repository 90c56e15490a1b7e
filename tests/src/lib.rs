//! Parties, forgeries and fixed times for the tests of the whole house. Nobody imports this crate.
//!
//! - [`fixed`]: the time at which every test takes place
//! - [`actors`]: a creator, worlds and a person, each with keys of their own
//! - [`forge`]: documents changed in exactly one place
//! - [`hostile`]: documents of full size that were made to cost much
//! - [`lists`]: status lists and trust lists, and how they reach a verification
//! - [`programs`]: the binaries of the project, where they are built
//! - [`scene`]: two worlds, a person and a verification of what is shown
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
pub mod lists;
pub mod programs;
pub mod scene;
pub mod shared;
pub mod surfaces;

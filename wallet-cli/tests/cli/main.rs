//! The real binary, run as a person or a script runs it: arguments, exit codes, stdout, stderr.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails; helpers outside of test functions are tests too"
)]

mod cases;
mod checking;
mod envelope;
mod evidence;
mod hostile;
#[cfg(feature = "demo")]
mod leases;
mod pictures;
mod repair;
mod runner;
mod scripts;
mod secrets;
mod texts;
#[cfg(feature = "demo")]
mod transfers;
#[cfg(feature = "demo")]
mod worlds;

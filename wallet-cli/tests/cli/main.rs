//! The real binary, run as a person or a script runs it: arguments, exit codes, stdout, stderr.

mod cases;
mod envelope;
mod hostile;
mod runner;
mod scripts;
mod secrets;
mod texts;
#[cfg(feature = "demo")]
mod worlds;

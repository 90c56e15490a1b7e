//! omote and a world built on `ssi`, strangers to each other, over HTTP on this machine.
//!
//! - [`credentials`], [`presentations`]: made by one, judged by the other, both ways; and what was
//!   changed in one place
//! - [`disagreements`]: what one accepts and the other does not, held to the table in README.md
//! - [`did_keys`], [`lists`]: both read and write the same names and lists
//! - [`world`]: the real `omote-world`

#[path = "interop/credentials.rs"]
mod credentials;
#[path = "interop/did_keys.rs"]
mod did_keys;
#[path = "interop/disagreements.rs"]
mod disagreements;
#[path = "interop/lists.rs"]
mod lists;
#[path = "interop/ours.rs"]
mod ours;
#[path = "interop/presentations.rs"]
mod presentations;
#[path = "interop/tampering.rs"]
mod tampering;
#[path = "interop/theirs.rs"]
mod theirs;
#[path = "interop/world.rs"]
mod world;

//! Status: the world takes back, or back for a while, what it issued. Run by the world and its people
//! (Bitstring Status List v1.0).
//!
//! ```text
//! revoke, suspend, reinstate ── grant ─▶ the bits of all its copies ─▶ lists, signed anew ─▶ everybody
//! ```

pub(crate) mod grants;
pub(crate) mod lists;

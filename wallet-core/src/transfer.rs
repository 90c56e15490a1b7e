//! Items that change hands, through the ledger of the world that issued them. The holder's side runs
//! it.
//!
//! ```text
//! giver      prepare_give ── (agrees) ── carry_out ──▶ offer in the ledger ─┐
//! recipient  new_address                                   ask ◀────────────┘
//!            prepare_answer ── (agrees) ── carry_out ──▶ accept ──▶ credential kept
//! giver      look ──▶ passed on ──▶ collect: what came in return     prepare_withdraw, prepare_burn
//! ```
//! A holding in a ledger has a key of its own there, of a branch of the tree to itself; the ledger knows
//! its holder by a commitment and learns the key when a step is taken. What is signed is on disk before
//! it leaves, with the key under which the ledger answers it once (`step`, `finish`). The newest head
//! that was seen is kept; a ledger that does not go on from it is caught (`look`).
//!
//! Nobody is contacted but worlds that the person confirmed.

mod act;
mod address;
mod chain;
mod consenting;
mod ending;
pub(crate) mod entry;
mod error;
mod evidence;
mod finish;
mod handed;
mod inbox;
pub(crate) mod item;
mod judge;
mod key;
mod lease;
mod look;
pub(crate) mod step;
pub(crate) mod stored;
mod swap;
mod taken;
mod talk;

pub use act::{MOST_SECONDS, Prepared, USUAL_SECONDS, Until, prepare_answer, prepare_give};
pub use address::ADDRESS_DAYS;
pub(crate) use address::{KnownAddress, Lasting};
pub use chain::{Life, walk};
pub use consenting::{ConsentAsked, Consented, read_consent, read_consent_request};
pub use ending::{prepare_burn, prepare_withdraw};
pub use error::TransferError;
pub use evidence::Suspicion;
pub use finish::{Done, carry_out, resume};
pub use handed::collect;
pub use inbox::{Inbox, Incoming, ask};
pub use item::{Item, Standing};
pub use lease::{Active, Leasing, prepare_release};
pub(crate) use lease::{Leased, leasing, take as take_lease};
pub use look::look;
pub(crate) use look::look_once;
pub use step::{StepKind, Unfinished};
pub use swap::{Given, prepare_swap};
pub(crate) use taken::taken;
pub use verifier::ledger::Passage;

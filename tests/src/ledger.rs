//! A real `omote-world` whose items change hands under load, in as many processes as a test wants, and
//! whatever befalls them: what is asked, what is heard, and what must be true afterwards.
//!
//! ```text
//! town ─ mint ─▶ items ─▶ race: many give each item at once, one of them does
//!                       └▶ walk: items go from hand to hand while processes are killed (harm)
//! watch: every checkpoint that is shown ─▶ audit: chains, log and acknowledgements, one by one
//! ```
//!
//! Everything is counted and nothing is timed here, but for what the figures are made of. Threads and
//! blocking connections: what is under load is the world.

mod audit;
mod hand;
mod harm;
mod heard;
mod mint;
mod race;
mod town;
mod walk;
mod watch;

pub use audit::{Audited, audit};
pub use hand::{Hand, Held, Place, now};
pub use harm::{Back, Harm, Harmed, harm};
pub use heard::{Heard, Tally, send_step};
pub use mint::mint;
pub use race::{Race, race};
pub use town::{Store, Town, cpu_of};
pub use walk::{Acknowledged, Rush, Walk, Walkers, walk};
pub use watch::{Shown, watch};

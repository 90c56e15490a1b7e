//! What time it is: the one place of a world where a clock is read.
//!
//! Everything that judges or dates something takes a [`Clock`], so that a test or the guided tour
//! can live in a world whose time stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use schemas::time::Timestamp;

/// A clock. Cheap to clone; clones of a fixed clock move together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands where it was set, in seconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.unix())))
    }

    /// Moves a fixed clock. The machine's clock does not listen.
    pub fn set(&self, at: Timestamp) {
        if let Self::Fixed(seconds) = self {
            seconds.store(at.unix(), Ordering::SeqCst);
        }
    }

    /// The time, in whole seconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::from_unix(system_seconds()),
            Self::Fixed(seconds) => Timestamp::from_unix(seconds.load(Ordering::SeqCst)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where a world reads the machine's clock"
)]
fn system_seconds() -> i64 {
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        // Before 1970: then nothing is valid yet.
        Err(_) => 0,
    }
}

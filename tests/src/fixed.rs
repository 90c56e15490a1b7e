//! The time at which every test takes place.

use schemas::time::Timestamp;

/// 2026-11-21T12:00:00Z, unless a process lives now ([`surfaces::live_at`](crate::surfaces::live_at)).
#[must_use]
pub fn now() -> Timestamp {
    crate::surfaces::live().unwrap_or(Timestamp::from_unix(1_795_262_400))
}

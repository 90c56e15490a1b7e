//! The time at which every test takes place.

use schemas::time::Timestamp;

/// 2026-11-21T12:00:00Z
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_unix(1_795_262_400)
}

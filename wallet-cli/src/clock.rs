//! The one place where the machine's clock is read. The holder's machine runs it.

use std::time::{SystemTime, UNIX_EPOCH};

use schemas::time::Timestamp;

/// The time now, in whole seconds. A clock before 1970 counts as 1970; `omote doctor` says so.
pub(crate) fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock is an argument below the commands, and this is where it comes from"
    )]
    let now = SystemTime::now();
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(0))
}

//! Opening an address in the person's browser, when they say so. The holder's machine runs it.

use std::process::{Command, Stdio};

use schemas::reason::Reason;

use crate::error::Failure;

/// What opens addresses on this system.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

/// Opens a web address. It is an argument of its own, and no shell reads it.
///
/// # Errors
/// `internal_error` when the system has nothing that opens addresses.
pub(crate) fn open(address: &str) -> Result<(), Failure> {
    // Nothing else than an address can be taken for an option or for a file.
    if !address.starts_with("https://") && !address.starts_with("http://localhost:") {
        return Err(Failure::of(Reason::OfferRejected));
    }
    let mut opener = Command::new(OPENER);
    opener
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = opener.spawn();
    let failed = |error| Failure::explained(Reason::InternalError, &error);
    // It goes on by itself; nobody waits for a browser to be closed.
    started.map(drop).map_err(failed)
}

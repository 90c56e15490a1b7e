//! Waiting for the network: one thread, and a line on the screen when it takes a while. The holder's
//! machine runs it.

use std::future::Future;

use schemas::reason::Reason;

use crate::error::Failure;
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Runs a conversation with a world to its end.
///
/// # Errors
/// `internal_error` when the system gives no way to wait.
pub(crate) fn wait<T>(
    terminal: &Terminal,
    progress: &str,
    conversation: impl Future<Output = T>,
) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::explained(Reason::InternalError, &error))?;
    let _progress = Progress::start(terminal, progress);
    Ok(runtime.block_on(conversation))
}

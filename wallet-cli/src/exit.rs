//! How the process tells the shell how a command ended. The nine codes are the house's
//! ([`schemas::exit`]). The holder's machine runs it.

use std::process::ExitCode;

pub(crate) use schemas::exit::Exit;

/// The code that the shell sees.
pub(crate) fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit.number())
}

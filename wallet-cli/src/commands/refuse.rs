//! `omote refuse`: says no to what is offered, so that its holder knows. The holder's machine runs it.

use wallet_core::transfer::StepKind;

use crate::args::OfferArgs;
use crate::commands::accept;
use crate::error::Failure;
use crate::output::Answer;
use crate::terminal::Terminal;
use crate::unlock::Session;

/// Refuses an offer.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    args: &OfferArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    accept::answer(args, None, terminal, session, StepKind::Refuse)
}

//! `omote withdraw`: takes an offer back while nobody has accepted it. The holder's machine runs it.

use fetch::Client;
use wallet_core::transfer::{self, StepKind};

use crate::args::ItemArgs;
use crate::commands::transfer::{Question, Step, failure, take};
use crate::commands::{list, origin};
use crate::error::Failure;
use crate::network;
use crate::output::Answer;
use crate::sheet::Sheet;
use crate::terminal::Terminal;
use crate::unlock::{self, Session};

/// Takes an offer back.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    args: &ItemArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let mut wallet = unlock::open(terminal, session)?;
    let holding = list::named(&wallet, &args.holding)?;
    let confirmed = origin::confirm(terminal, session, &mut wallet, &holding.issuer, None)?;
    let client = Client::new(confirmed.policy());
    let preparing =
        transfer::prepare_withdraw(&client, &mut wallet, &holding, &confirmed, session.now);
    let prepared = network::wait(terminal, "progress-asking", preparing)?
        .map_err(|error| failure(error, StepKind::Withdraw))?;
    let texts = terminal.texts();
    let mut sheet = Sheet::default();
    let name = crate::sanitize::brief(prepared.name());
    sheet.heading(texts.with("withdraw-heading", &[("name", (&name).into())]));
    sheet.value(texts.text("give-ledger"), prepared.ledger().origin());
    sheet.text(texts, "withdraw-after", &[]);
    let step = Step {
        prepared,
        sheet,
        offer: None,
        consent: &args.consent,
        question: Question::Yes,
    };
    take(terminal, session, &mut wallet, &confirmed, step)
}

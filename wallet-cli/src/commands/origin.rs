//! Which world a link leads to, confirmed before anything is sent there. The holder's machine runs
//! it.

use proofs::did_document::Profile;
use schemas::world::WorldId;
use wallet_core::{Confirmed, OriginError, Wallet};

use crate::error::{Failure, Local};
use crate::prompt::{self, Answer};
use crate::sheet::Sheet;
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::Session;

/// The confirmation of the world that a link leads to: from before, in the person's words
/// (`--origin`), or asked for now. A world on this machine has to be named in words.
///
/// # Errors
/// `origin_unconfirmed` when the person named another world, or nobody can be asked.
pub(crate) fn confirm(
    terminal: &mut Terminal,
    session: &Session,
    wallet: &mut Wallet,
    world: &WorldId,
    named: Option<&WorldId>,
) -> Result<Confirmed, Failure> {
    if let Some(named) = named {
        return wallet
            .confirm_origin(world, named, session.now)
            .map_err(|error| failure(&error));
    }
    match wallet.confirmed(world) {
        Ok(confirmed) => return Ok(confirmed),
        Err(OriginError::Unconfirmed { .. }) => {}
        Err(error) => return Err(failure(&error)),
    }
    if world.is_loopback() || !terminal.is_interactive() {
        return Err(failure(&OriginError::Unconfirmed {
            world: world.clone(),
        }));
    }
    terminal.say("origin-first", &[("world", world.origin().into())]);
    if world
        .authority()
        .split('.')
        .any(|label| label.starts_with("xn--"))
    {
        terminal.mark(Mark::Careful, "origin-punycode", &[]);
    }
    match prompt::confirm(terminal, "origin-ask", &[], "--origin ORIGIN")? {
        Answer::Yes => wallet
            .confirm_origin(world, world, session.now)
            .map_err(|error| failure(&error)),
        Answer::No => Err(Local::Declined.into()),
    }
}

/// What a world calls itself: in its document, which is authenticated, and in a message, where that
/// says something else.
pub(crate) fn names_on(
    texts: &Texts,
    sheet: &mut Sheet,
    profile: Option<&Profile>,
    claimed: Option<&str>,
) {
    let in_document = profile.map(|profile| profile.name_in(texts.lang()));
    if let Some(name) = in_document {
        sheet.text(texts, "origin-name", &[("name", name.into())]);
    }
    if let Some(name) = claimed.filter(|name| Some(*name) != in_document) {
        sheet.text(texts, "claims-name", &[("name", name.into())]);
    }
}

fn failure(error: &OriginError) -> Failure {
    match error {
        OriginError::NamedOther { named, found } => Local::NamedOther {
            named: named.origin().to_owned(),
            found: found.origin().to_owned(),
        }
        .into(),
        OriginError::Store(error) => error.clone().into(),
        OriginError::Unconfirmed { world } => Failure::of(error.reason())
            .detail(&world.origin())
            .helped_by(format!("omote trust add {}", world.origin())),
        _ => Failure::explained(error.reason(), error),
    }
}

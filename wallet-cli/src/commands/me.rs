//! `omote me`: a one-time address at which somebody can give this wallet an item. The holder's machine
//! runs it.

use qr::draw::Code;
use schemas::object;
use schemas::world::WorldId;

use crate::args::MeArgs;
use crate::commands::transfer::brief;
use crate::commands::{origin, persona};
use crate::error::{Failure, Local, shown};
use crate::files;
use crate::output::Answer;
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};

/// Makes an address, remembers it and shows it.
///
/// # Errors
/// [`Failure`].
pub(crate) fn run(
    args: &MeArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    if let Some(path) = &args.qr_png
        && path.symlink_metadata().is_ok()
    {
        return Err(Local::FileExists(path.clone()).into());
    }
    let mut wallet = unlock::open(terminal, session)?;
    let persona = persona::chosen(&wallet, args.persona.as_deref())?;
    // The world is asked about it later, by whoever runs this wallet.
    if let Some(world) = &args.world {
        origin::confirm(terminal, session, &mut wallet, world, None)?;
    }
    let address = wallet.new_address(persona.index, args.world.as_ref(), session.now)?;
    let text = address.to_string();
    // An address is always short enough for a code.
    let code = Code::new(&text).ok();
    if let (Some(path), Some(code)) = (&args.qr_png, &code) {
        files::write_new(path, &code.to_png())?;
        let path = shown(path);
        terminal.mark(Mark::Good, "me-picture", &[("path", path.into())]);
    }
    if let Some(code) = code.filter(|_| args.qr) {
        terminal.draw(&code);
    }
    terminal.data(&text);
    terminal.say("me-once", &[("persona", persona.name.as_str().into())]);
    let mark = brief(&address.commitment());
    terminal.say("me-mark", &[("mark", mark.into())]);
    match &args.world {
        Some(world) => terminal.say("me-world", &[("world", world.origin().into())]),
        None if wallet.personas()?.len() > 1 => terminal.say("me-no-world", &[]),
        None => {}
    }
    Ok(Answer::done(object! {
        "address" => text,
        "commitment" => address.commitment(),
        "persona" => persona.name.as_str(),
        "world" => args.world.as_ref().map(WorldId::origin),
        "picture" => args.qr_png.as_ref().map(|path| path.display().to_string()),
    }))
}

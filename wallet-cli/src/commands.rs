//! One file a verb; here they are chosen. The holder's machine runs it.

mod accept;
mod backup;
mod burn;
mod check;
mod completions;
mod disclosure;
mod doctor;
mod evidence;
mod explain;
mod finding;
mod give;
mod held;
mod history;
mod inbox;
mod init;
mod license;
mod life;
mod list;
mod man;
mod me;
mod origin;
mod persona;
mod present;
mod provenance;
mod receive;
mod refill;
mod refusal;
mod refuse;
mod release;
mod report;
mod show;
mod status;
mod transfer;
mod trust;
mod withdraw;
mod words;

use crate::args::Command;
use crate::error::Failure;
use crate::output::Answer;
use crate::terminal::Terminal;
use crate::unlock::Session;

/// Does what the command line says.
///
/// # Errors
/// [`Failure`] with its exit code, its sentence and the command that helps.
pub(crate) fn run(
    command: Command,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    match command {
        Command::Init(args) => init::run(&args, terminal, session),
        Command::Status => status::run(terminal, session),
        Command::Doctor(args) => doctor::run(&args, terminal, session),
        Command::Persona(command) => persona::run(&command, terminal, session),
        Command::Me(args) => me::run(&args, terminal, session),
        Command::Give(args) => give::run(&args, terminal, session),
        Command::Inbox => inbox::run(terminal, session),
        Command::Accept(args) => accept::run(&args, terminal, session),
        Command::Refuse(args) => refuse::run(&args, terminal, session),
        Command::Withdraw(args) => withdraw::run(&args, terminal, session),
        Command::Burn(args) => burn::run(&args, terminal, session),
        Command::Release(args) => release::run(&args, terminal, session),
        Command::Evidence(command) => evidence::run(&command, terminal, session),
        Command::List => list::run(terminal, session),
        Command::Show(args) => show::run(&args, terminal, session),
        Command::History(args) => history::run(&args, terminal, session),
        Command::Trust(command) => trust::run(&command, terminal, session),
        Command::Backup(command) => backup::run(&command, terminal, session),
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(&args, terminal),
        Command::Completions(args) => Ok(completions::run(&args, terminal)),
        Command::Man(args) => man::run(&args, terminal),
        Command::Help(args) => man::help(&args, terminal),
        Command::Receive(args) => receive::run(&args, terminal, session),
        Command::Refill(args) => refill::run(&args, terminal, session),
        Command::Present(args) => present::run(&args, terminal, session),
        Command::Check(args) => check::run(&args, terminal, session),
        Command::Provenance(args) => provenance::run(&args, terminal, session),
    }
}

//! `omote-world`: founds a world, serves it, offers, asks, and shows what was decided. Run by the
//! people who run a world.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}

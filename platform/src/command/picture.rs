//! `--qr` and `--qr-png`: the link for the person as a picture of it.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use qr::draw::{Code, Style};
use schemas::reason::Reason;

use super::COLUMNS;
use super::arguments::Pictures;
use super::failure::Failure;
use super::output::Output;

/// Says so before a link is made that could not be written then.
pub(crate) fn check(pictures: &Pictures) -> Result<(), Failure> {
    match &pictures.qr_png {
        Some(path) if path.symlink_metadata().is_ok() => Err(exists(path)),
        _ => Ok(()),
    }
}

/// Draws the link on stderr, and writes it as PNG.
pub(crate) fn show(pictures: &Pictures, link: &str, output: &Output) -> Result<(), Failure> {
    if !pictures.qr && pictures.qr_png.is_none() {
        return Ok(());
    }
    let code = Code::new(link).map_err(|error| Failure::new(error.reason(), error.to_string()))?;
    if pictures.qr {
        if code.columns() > COLUMNS {
            output.talk(&format!(
                "The picture is {} columns wide; --qr-png FILE writes one that fits any screen.",
                code.columns()
            ));
        }
        output.drawing(&code.to_blocks(style()));
    }
    match &pictures.qr_png {
        Some(path) => write(path, &code.to_png()),
        None => Ok(()),
    }
}

/// Colors where somebody looks who did not refuse them.
fn style() -> Style {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    if io::stderr().is_terminal() && !dumb && !set("NO_COLOR") {
        Style::Colors
    } else {
        Style::Plain
    }
}

/// A link admits or gives to whoever has it, so the file is private until somebody hands it on.
fn write(path: &Path, png: &[u8]) -> Result<(), Failure> {
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::io(&format!("{} was not written", path.display()), error),
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failed(&error))?;
    file.write_all(png).map_err(|error| {
        // It is ours, and half of it shows nothing.
        let _ = std::fs::remove_file(path);
        failed(&error)
    })
}

fn exists(path: &Path) -> Failure {
    let text = format!("{} exists already; nothing is overwritten", path.display());
    Failure::new(Reason::WorldIo, text).helped("Name another file: --qr-png FILE")
}

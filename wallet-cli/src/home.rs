//! Where the wallet is: `--home`, else `OMOTE_HOME`, else `$XDG_DATA_HOME/omote`. The holder's machine
//! runs it.
//!
//! `wallet-core` makes the folder (mode 0700) and judges it each time it opens it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{Failure, Local};

const DATABASE: &str = "wallet.sqlite";

/// The folder of the wallet.
#[derive(Clone, Debug)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// Finds the folder; looks at names only, touches nothing.
    ///
    /// # Errors
    /// [`Local::NoHome`] when the environment names no folder at all.
    pub(crate) fn find(given: Option<PathBuf>) -> Result<Self, Failure> {
        given
            .or_else(|| folder("OMOTE_HOME"))
            .or_else(|| {
                folder("XDG_DATA_HOME")
                    .filter(|path| path.is_absolute())
                    .map(join)
            })
            .or_else(|| folder("HOME").map(|home| join(home.join(".local").join("share"))))
            .map(Self)
            .ok_or_else(|| Local::NoHome.into())
    }

    /// The path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Whether something stands where a wallet would be.
    pub(crate) fn has_wallet(&self) -> bool {
        self.0.join(DATABASE).symlink_metadata().is_ok()
    }
}

fn join(data: PathBuf) -> PathBuf {
    data.join("omote")
}

fn folder(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value: &OsString| !value.is_empty())
        .map(PathBuf::from)
}

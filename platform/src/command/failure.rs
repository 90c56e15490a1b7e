//! How the command fails: what happened, and the one command or setting that helps.

use std::path::Path;

use platform::{AskError, ConfigError, InitError, OfferError, OpenError, StoreError};
use schemas::json::Object;
use schemas::lang::Lang;
use schemas::reason::Reason;

/// A failure.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: u8,
    reason: Reason,
    what: String,
    help: String,
}

impl Failure {
    pub(crate) fn new(exit: u8, reason: Reason, what: impl Into<String>) -> Self {
        Self {
            exit,
            reason,
            what: what.into(),
            help: reason.remedy(Lang::En),
        }
    }

    fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) const fn exit(&self) -> u8 {
        self.exit
    }

    pub(crate) fn io(what: &str, error: &std::io::Error) -> Self {
        Self::new(
            1,
            Reason::InternalError,
            format!("{what}: {}", error.kind()),
        )
        .helped("Look at the path and its permissions, then run the same command again.")
    }

    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            1,
            Reason::NotFound,
            format!("{} was not read: {}", path.display(), error.kind()),
        )
        .helped(format!("Look at it with: ls -l {}", path.display()))
    }

    pub(crate) fn config(path: &Path, error: &ConfigError) -> Self {
        let failure = Self::new(1, error.reason(), error.to_string());
        match error {
            ConfigError::Unreadable { .. } => failure.helped(format!(
                "Found a world first, or name its file: omote-world init --dir {}",
                path.parent()
                    .filter(|parent| !parent.as_os_str().is_empty())
                    .unwrap_or(Path::new("."))
                    .display()
            )),
            _ => failure.helped(format!("Correct {} and try again.", path.display())),
        }
    }

    pub(crate) fn open(path: &Path, error: &OpenError) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).join("data");
        let failure = Self::new(1, error.reason(), error.to_string());
        if error.reason() == Reason::ConfigInsecure {
            return failure.helped(format!("chmod -R go-rwx {}", folder.display()));
        }
        failure
    }

    pub(crate) fn init(error: &InitError) -> Self {
        let exists = matches!(
            error,
            InitError::File(platform::FileError::Exists(_))
                | InitError::Keys(platform::KeysError::File(platform::FileError::Exists(_)))
        );
        let failure = Self::new(
            if exists { 8 } else { 1 },
            error.reason(),
            error.to_string(),
        );
        if exists {
            return failure.helped("Choose another folder: omote-world init --dir DIR");
        }
        failure
    }

    pub(crate) fn offer(error: &OfferError) -> Self {
        let exit = match error {
            OfferError::Provenance(_) | OfferError::License(_) => 6,
            _ => 1,
        };
        Self::new(exit, error.reason(), error.to_string())
    }

    pub(crate) fn ask(error: &AskError) -> Self {
        Self::new(1, error.reason(), error.to_string())
    }

    pub(crate) fn store(error: &StoreError) -> Self {
        Self::new(1, error.reason(), error.to_string())
    }

    pub(crate) fn lines(&self) -> [String; 2] {
        [
            format!("error: {} [{}]", self.what, self.reason),
            format!("  help: {}", self.help),
        ]
    }

    pub(crate) fn to_object(&self) -> Object {
        schemas::object! {
            "v" => 1,
            "ok" => false,
            "reason" => self.reason.code(),
            "error" => self.what.as_str(),
            "help" => self.help.as_str(),
        }
    }
}

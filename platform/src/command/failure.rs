//! How the command fails: what happened, and the one command or setting that helps.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;

use platform::{
    AskError, ConfigError, GrantError, InitError, KeysError, OfferError, OpenError, StoreError,
};
use schemas::exit::Exit;
use schemas::json::Object;
use schemas::lang::Lang;
use schemas::message::MessageError;
use schemas::reason::Reason;

/// What became of a file, in words for people.
fn said(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "there is none of this name".to_owned(),
        other => other.to_string(),
    }
}

/// A failure.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    reason: Reason,
    what: String,
    help: String,
    /// What was found out all the same, for those who asked for JSON.
    found: Object,
}

impl Failure {
    /// A failure that ends in the exit code of its reason.
    pub(crate) fn new(reason: Reason, what: impl Into<String>) -> Self {
        Self {
            exit: Exit::of(reason),
            reason,
            what: what.into(),
            help: match reason {
                // What the remedy says is for whoever calls over HTTP.
                Reason::BadRequest => "See the options with: omote-world help".to_owned(),
                _ => reason.remedy(Lang::En),
            },
            found: Object::new(),
        }
    }

    /// The same, where the command knows better than the reason how it ended.
    pub(crate) const fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same, with what was found out all the same.
    pub(crate) fn with(mut self, found: Object) -> Self {
        self.found = found;
        self
    }

    pub(crate) fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn io(what: &str, error: &std::io::Error) -> Self {
        Self::new(Reason::WorldIo, format!("{what}: {}", said(error.kind())))
            .helped("Look at the path and its permissions, then run the same command again.")
    }

    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            Reason::WorldIo,
            format!("{} was not read: {}", path.display(), said(error.kind())),
        )
        .helped(format!("Look at it with: ls -l {}", path.display()))
    }

    /// The address to listen on was not opened.
    pub(crate) fn listen(address: SocketAddr, error: &std::io::Error) -> Self {
        let text = format!("{address} was not opened: {}", error.kind());
        Self::new(Reason::WorldIo, text).helped(format!(
            "Look at what listens there with: ss -ltnp 'sport = :{}'; or choose another `listen`.",
            address.port()
        ))
    }

    pub(crate) fn config(path: &Path, error: &ConfigError) -> Self {
        match error {
            ConfigError::Unreadable { path: file, kind } => {
                let what = format!("{} was not read: {}", file.display(), said(*kind));
                Self::new(error.reason(), what).ending(Exit::Usage).helped(format!(
                    "Name the file of a world with --config, or found a world: omote-world init --dir {}",
                    path.parent()
                        .filter(|parent| !parent.as_os_str().is_empty())
                        .unwrap_or(Path::new("."))
                        .display()
                ))
            }
            _ => Self::new(error.reason(), error.to_string())
                .helped(format!("Correct {} and try again.", path.display())),
        }
    }

    pub(crate) fn open(path: &Path, error: &OpenError) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).join("data");
        let failure = Self::new(error.reason(), error.to_string());
        match error {
            OpenError::Keys(error) => Self::keys(path, error),
            // It says by itself that it is the trust policy.
            OpenError::Policy(error) => Self::new(error.reason(), error.to_string()),
            _ if error.reason() == Reason::ConfigInsecure => {
                failure.helped(format!("chmod -R go-rwx {}", folder.display()))
            }
            _ => failure,
        }
    }

    pub(crate) fn keys(path: &Path, error: &KeysError) -> Self {
        let failure = Self::new(error.reason(), error.to_string());
        let folder = path.parent().unwrap_or(Path::new("")).join("data");
        match error {
            _ if error.reason() == Reason::ConfigInsecure => {
                failure.helped(format!("chmod -R go-rwx {}", folder.display()))
            }
            KeysError::HistoryLost(_) | KeysError::History { .. } | KeysError::OtherKey { .. } => {
                failure.helped("Put the data folder back from its newest backup.")
            }
            KeysError::HistoryFull { .. } => failure.helped(
                "Keep the key, or say that it is compromised: omote-world key rotate --compromised",
            ),
            KeysError::InUse(_) => failure.helped("omote-world key rotate --compromised"),
            KeysError::Unknown(_) => failure.helped("See what there is with: omote-world key show"),
            _ => failure,
        }
    }

    pub(crate) fn init(error: &InitError) -> Self {
        let exists = matches!(
            error,
            InitError::File(platform::FileError::Exists(_))
                | InitError::Keys(KeysError::File(platform::FileError::Exists(_)))
        );
        let failure = Self::new(error.reason(), error.to_string());
        if exists {
            return failure.helped("Choose another folder: omote-world init --dir DIR");
        }
        failure
    }

    pub(crate) fn offer(path: &Path, error: &OfferError) -> Self {
        let failure = Self::new(error.reason(), error.to_string());
        match error {
            OfferError::Copies { most, .. } => failure.helped(format!("--copies 1 to {most}")),
            OfferError::Consent(_) => failure.ending(Exit::Usage).helped(
                "Leave out --creator-consent; or let the creator state in their own name where the model \
                 comes from, and offer it with --provenance: omote provenance MODEL",
            ),
            OfferError::NoLogin => failure.helped(format!(
                "Name your login page in {}, [issuing], login_uri, and start the server again; or \
                 leave out --login.",
                path.display()
            )),
            _ => failure,
        }
    }

    pub(crate) fn ask(path: &Path, error: &AskError) -> Self {
        let failure = Self::new(error.reason(), error.to_string());
        match error {
            AskError::ReturnTo => failure.ending(Exit::Usage).helped(format!(
                "Name a page of this world with --return-to, or the origin of the page in {}, \
                 [asking], return_origins.",
                path.display()
            )),
            AskError::Statement => failure
                .ending(Exit::Usage)
                .helped("Leave out --statement, or ask for it with: --format dc+sd-jwt"),
            AskError::Lease => failure
                .ending(Exit::Usage)
                .helped("Leave out --lease, or ask for an item: omote-world ask item"),
            AskError::Certificate => failure.ending(Exit::Usage).helped(format!(
                "Renew the files that `certificate` and `certificate_key` name in {}; a running \
                 server reads them by itself.",
                path.display()
            )),
            AskError::Query(error) => Self::asked(path, error),
            _ => failure,
        }
    }

    /// What was asked for is not what can be asked for: the option is named, not the member that it
    /// becomes.
    pub(crate) fn asked(path: &Path, error: &MessageError) -> Self {
        let said = error.to_string();
        let option = match error.member() {
            "by" => {
                return Self::new(error.reason(), said)
                    .ending(Exit::Usage)
                    .helped(format!("Correct the name in {}.", path.display()));
            }
            "formats" => "--format",
            "instance" => "--instance",
            "purpose" => "--purpose",
            "response_mode" => "--response-mode",
            "return_to" => "--return-to",
            "lease_minutes" => "--lease",
            "statement" => "--statement",
            _ => return Self::new(error.reason(), said).ending(Exit::Usage),
        };
        let rule = said
            .rsplit_once(error.member())
            .map_or("", |(_, rule)| rule);
        Self::new(error.reason(), format!("{option}{rule}"))
            .ending(Exit::Usage)
            .helped(format!("Give another {option}: omote-world help ask"))
    }

    pub(crate) fn grant(error: &GrantError) -> Self {
        let failure = Self::new(error.reason(), error.to_string());
        match error {
            GrantError::Unknown | GrantError::NothingToApprove => {
                failure.helped("See what there is with: omote-world grants")
            }
            GrantError::Decided => failure
                .ending(Exit::Spent)
                .helped("Take it back with: omote-world revoke GRANT"),
            _ => failure,
        }
    }

    pub(crate) fn store(error: &StoreError) -> Self {
        Self::new(error.reason(), error.to_string())
    }

    pub(crate) fn lines(&self) -> [String; 2] {
        [
            format!("error: {} [{}]", self.what, self.reason),
            format!("  help: {}", self.help),
        ]
    }

    pub(crate) fn to_object(&self) -> Object {
        let mut object = self.found.clone();
        for (name, value) in schemas::object! {
            "v" => 1,
            "ok" => false,
            "reason" => self.reason.code(),
            "error" => self.what.as_str(),
            "help" => self.help.as_str(),
        }
        .iter()
        {
            object.insert(name, value.clone());
        }
        object
    }
}

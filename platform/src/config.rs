//! The one configuration file of a world, `omote-world.toml`: read strictly, refused when it is
//! malformed or would be insecure. Its schema is `platform/omote-world.schema.json`.

mod asking;
mod error;
mod file;
mod ledger;
mod store;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proofs::did_document::Profile;
use schemas::credential::Format;
use schemas::lang::Lang;
use schemas::suite::Cryptosuite;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;
use serde::Deserialize;

pub(crate) use asking::{Asking, Certified, Client};
pub use error::ConfigError;
pub(crate) use ledger::LedgerSettings;
pub(crate) use store::{ServerAddress, StorePlace, StoreServer, server_url};

/// The name of the file in a world's folder.
pub const FILE_NAME: &str = "omote-world.toml";

/// A sound configuration. Made by reading a file, never by hand.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) origin: WorldId,
    pub(crate) names: Names,
    pub(crate) data: PathBuf,
    pub(crate) policy: PathBuf,
    pub(crate) loopback_worlds: Vec<WorldId>,
    /// The bundle of a world without a network; a world with one has none.
    pub(crate) bundle: Option<PathBuf>,
    pub(crate) issuing: Issuing,
    pub(crate) status: StatusLists,
    pub(crate) asking: Asking,
    /// `None` for a world that keeps no item ledger.
    pub(crate) ledger: Option<LedgerSettings>,
    pub(crate) store: StorePlace,
    pub(crate) retention: Duration,
    pub(crate) limits: Limits,
}

/// What a world is called, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// In English.
    pub english: String,
    /// In Japanese.
    pub japanese: Option<String>,
}

impl Names {
    /// The name in this language, or the English one.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => self.japanese.as_deref().unwrap_or(&self.english),
            Lang::En => &self.english,
        }
    }

    /// The names as the world's DID document says them.
    pub(crate) fn profile(&self) -> Option<Profile> {
        Profile::new(&self.english, self.japanese.as_deref())
    }
}

/// How credentials are issued.
#[derive(Clone, Debug)]
pub(crate) struct Issuing {
    pub(crate) validity: Duration,
    pub(crate) batch_size: u32,
    pub(crate) offer_life: Duration,
    pub(crate) token_life: Duration,
    /// How long a wallet may come back for what waits for approval.
    pub(crate) deferred_life: Duration,
    /// How long after a batch the next is given.
    pub(crate) refill_after: Duration,
    /// How long a refresh token is good that is not used; zero when there are none.
    pub(crate) refill_life: Duration,
    pub(crate) suite: Cryptosuite,
    /// For a world that has accounts.
    pub(crate) login: Option<Login>,
}

/// How people log in before something is issued to them.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The world's own page.
    pub(crate) page: WebUrl,
    /// The addresses beyond the person's machine to which codes are sent, letter by letter.
    pub(crate) redirects: Vec<String>,
}

/// How status lists are published.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatusLists {
    /// How long others may use a copy.
    pub(crate) ttl: Duration,
    /// How long a signed list is valid.
    pub(crate) validity: Duration,
}

/// What one world takes on at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) body_bytes: usize,
    pub(crate) asset_bytes: usize,
    pub(crate) connections: usize,
    pub(crate) requests: usize,
    pub(crate) verifications: usize,
    pub(crate) header: Duration,
    pub(crate) body: Duration,
    pub(crate) asset_body: Duration,
    pub(crate) idle: Duration,
    /// Logins that one client may have begun at a time.
    pub(crate) logins_per_client: usize,
    /// In which header the proxy in front says who the client is.
    pub(crate) client_header: Option<ClientHeader>,
}

/// The headers in which proxies say for whom they ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClientHeader {
    /// A list to which each proxy adds what it saw.
    XForwardedFor,
    /// One address.
    XRealIp,
}

impl ClientHeader {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::XRealIp => "x-real-ip",
        }
    }
}

impl Limits {
    /// How model files are read: their size is what the configuration says, whatever is usual.
    pub(crate) fn assets(&self) -> assets::Limits {
        assets::Limits {
            file_bytes: u64::try_from(self.asset_bytes).unwrap_or(u64::MAX),
            ..assets::Limits::default()
        }
    }
}

impl Config {
    /// How long others may use a copy of a status list of this world.
    #[must_use]
    pub const fn status_ttl(&self) -> Duration {
        self.status.ttl
    }

    /// Whether the world keeps an item ledger, by which items are passed on.
    #[must_use]
    pub const fn keeps_items(&self) -> bool {
        self.ledger.is_some()
    }

    /// The same world without a network, living by this bundle.
    #[must_use]
    pub fn offline(mut self, bundle: PathBuf) -> Self {
        self.bundle = Some(bundle);
        self
    }

    /// The bundle by which the world lives; `None` when it has a network.
    #[must_use]
    pub fn bundle(&self) -> Option<&Path> {
        self.bundle.as_deref()
    }

    /// Reads a configuration file. Relative paths in it count from the folder in which it stands.
    ///
    /// # Errors
    /// [`ConfigError`] with `config_malformed`, `config_insecure` or `world_io`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: path.to_owned(),
            kind: error.kind(),
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::from_toml(&text, folder)
    }

    /// Reads the text of a configuration file that stands in `folder`.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn from_toml(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        file::read(text, folder)
    }

    /// The address to listen on.
    #[must_use]
    pub const fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// The world that this configuration makes.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.origin
    }

    /// What the world is called.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// The folder with keys and store.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The trust policy file.
    #[must_use]
    pub fn policy(&self) -> &Path {
        &self.policy
    }

    /// The formats in which the presets ask, the most wanted first.
    #[must_use]
    pub fn formats(&self) -> &[Format] {
        &self.asking.formats
    }

    /// How long decision records are kept.
    #[must_use]
    pub const fn retention(&self) -> Duration {
        self.retention
    }

    /// An address in this world. `path` begins with a slash. The `Host` header has no say in it.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin.origin())
    }

    /// Whether a person's browser may be sent to this address with the code for an outcome.
    pub(crate) fn returns_to(&self, url: &WebUrl) -> bool {
        let to = url.world();
        *to == self.origin
            || self.asking.return_origins.contains(to)
            // A page of the same machine.
            || (self.origin.is_loopback() && to.is_loopback())
    }
}

//! The one configuration file of a world, `omote-world.toml`: read strictly, refused when it is
//! malformed or would be insecure. Its schema is `platform/omote-world.schema.json`.

mod error;
mod file;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proofs::did_document::Profile;
use schemas::lang::Lang;
use schemas::oid4vp::client_id::ClientId;
use schemas::suite::Cryptosuite;
use schemas::world::WorldId;
use verifier::OnFindings;

pub use error::ConfigError;

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Issuing {
    pub(crate) validity: Duration,
    pub(crate) batch_size: u32,
    pub(crate) offer_life: Duration,
    pub(crate) token_life: Duration,
    pub(crate) suite: Cryptosuite,
}

/// How status lists are published.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatusLists {
    /// How long others may use a copy.
    pub(crate) ttl: Duration,
    /// How long a signed list is valid.
    pub(crate) validity: Duration,
}

/// How presentations are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking {
    pub(crate) request_life: Duration,
    pub(crate) result_life: Duration,
    pub(crate) token_life: Duration,
    pub(crate) findings: OnFindings,
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

    /// How long decision records are kept.
    #[must_use]
    pub const fn retention(&self) -> Duration {
        self.retention
    }

    /// An address in this world. `path` begins with a slash. The `Host` header has no say in it.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin.origin())
    }

    /// The name of this world in requests.
    pub(crate) fn client_id(&self) -> ClientId {
        ClientId::from(&self.origin)
    }
}

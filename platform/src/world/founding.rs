//! Founding a world: its folder, configuration, trust policy and secrets. What `omote-world init`
//! does.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::json::Value;
use schemas::reason::Reason;
use schemas::world::WorldId;
use verifier::{Creators, Policy};

use crate::config::{Config, ConfigError, FILE_NAME, Names};
use crate::files::{self, FileError};
use crate::keys::{Keys, KeysError};

const NOBODY: &str = "\
# Whom this world believes. Nobody, until an issuer is named:
#
# [[issuer]]
# did = \"did:web:world.example\"
# types = [\"AvatarCredential\", \"ItemCredential\"]
# creators = \"any\"
version = 1
";

/// What a new world is to be.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Its public origin.
    pub origin: WorldId,
    /// The address on which it listens.
    pub listen: SocketAddr,
    /// What it is called.
    pub names: Names,
    /// Its trust policy (TOML); without one it believes nobody.
    pub policy: Option<String>,
    /// Other worlds on this machine to which it may talk.
    pub loopback_worlds: Vec<WorldId>,
}

/// Why a world was not founded.
#[derive(Debug)]
#[non_exhaustive]
pub enum InitError {
    /// What it was to be is no sound configuration.
    Config(ConfigError),
    /// A file or folder.
    File(FileError),
    /// Its secrets.
    Keys(KeysError),
}

impl InitError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Config(error) => error.reason(),
            Self::File(error) => error.reason(),
            Self::Keys(error) => error.reason(),
        }
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(formatter),
            Self::File(error) => error.fmt(formatter),
            Self::Keys(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for InitError {}

impl Founding {
    /// A world on this machine.
    #[must_use]
    pub fn loopback(port: u16, name: &str) -> Self {
        Self {
            origin: WorldId::loopback(port),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
            names: Names {
                english: name.to_owned(),
                japanese: None,
            },
            policy: None,
            loopback_worlds: Vec::new(),
        }
    }

    /// With a trust policy.
    #[must_use]
    pub fn trusting(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// Believing the avatars and items of other worlds, whoever made the models, and also talking to
    /// those of them that are on this machine. With none, nobody is believed.
    #[must_use]
    pub fn believing(mut self, worlds: Vec<WorldId>) -> Self {
        let mut named: Vec<WorldId> = Vec::new();
        for world in worlds {
            if !named.contains(&world) {
                named.push(world);
            }
        }
        if named.is_empty() {
            return self;
        }
        let types = [CredentialType::Avatar, CredentialType::Item];
        let policy = named.iter().fold(Policy::nobody(), |policy, world| {
            policy.with_issuer(world.did(), types.to_vec(), Creators::Any)
        });
        self.policy = Some(format!("# Whom this world believes.\n{}", policy.to_toml()));
        let here = named.into_iter().filter(WorldId::is_loopback);
        self.loopback_worlds.extend(here);
        self
    }

    /// Also talking to another world on this machine.
    #[must_use]
    pub fn knowing(mut self, world: WorldId) -> Self {
        self.loopback_worlds.push(world);
        self
    }

    /// Makes the world in a folder, which is made when it is not there. Nothing is overwritten.
    ///
    /// # Errors
    /// [`InitError`]; when the configuration would not be sound, nothing is written.
    pub fn found(&self, folder: &Path) -> Result<Config, InitError> {
        let text = self.config_text();
        let config = Config::from_toml(&text, folder).map_err(InitError::Config)?;
        files::folder(folder).map_err(InitError::File)?;
        let path = folder.join(FILE_NAME);
        if path.exists() {
            return Err(InitError::File(FileError::Exists(path)));
        }
        // The configuration comes last: where it stands, the world is whole.
        Keys::make(&config.data, &config.origin.did()).map_err(InitError::Keys)?;
        let policy = self.policy.as_deref().unwrap_or(NOBODY);
        files::write_public(&config.policy, policy.as_bytes()).map_err(InitError::File)?;
        files::write_public(&path, text.as_bytes()).map_err(InitError::File)?;
        Ok(config)
    }

    /// The file in which [`Founding::found`] left the bearer token of the administration.
    #[must_use]
    pub fn token_file(config: &Config) -> PathBuf {
        Keys::token_file(&config.data)
    }

    fn config_text(&self) -> String {
        let mut names = format!("en = {}", quoted(&self.names.english));
        if let Some(japanese) = &self.names.japanese {
            names.push_str(&format!(", ja = {}", quoted(japanese)));
        }
        let others: Vec<_> = self
            .loopback_worlds
            .iter()
            .map(|world| quoted(world.origin()))
            .collect();
        format!(
            "# A world of omote. Every setting: /schemas/omote-world of this world, when it is served.\n\
             version = 1\n\
             listen = {}\n\
             origin = {}\n\
             name = {{ {names} }}\n\
             # Keys and store; for this world alone.\n\
             data = \"data\"\n\
             # Whom this world believes.\n\
             policy = \"policy.toml\"\n\
             # Other worlds on this machine, for trying things out.\n\
             loopback_worlds = [{}]\n",
            quoted(&self.listen.to_string()),
            quoted(self.origin.origin()),
            others.join(", "),
        )
    }
}

/// A basic string of TOML: the escapes of JSON are among its escapes.
fn quoted(text: &str) -> String {
    canonical::to_text(&Value::from(text)).replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use schemas::credential::CredentialType;
    use schemas::did::Did;
    use schemas::world::WorldId;
    use verifier::trust::Decision;
    use verifier::{Evidence, Policy};

    use super::Founding;

    #[test]
    fn who_is_named_is_believed_and_talked_to_when_it_is_here() {
        let (here, away): (WorldId, WorldId) = (
            WorldId::loopback(4001),
            "https://neokyoto.example".parse().unwrap(),
        );
        let believed = vec![here.clone(), away.clone(), here.clone()];
        let founding = Founding::loopback(4002, "Arena").believing(believed);
        assert_eq!(founding.loopback_worlds, std::slice::from_ref(&here));
        let policy = Policy::from_toml(founding.policy.as_deref().unwrap()).unwrap();
        let creator: Did = "did:web:anybody.example".parse().unwrap();
        let now = schemas::time::Timestamp::from_unix(1_800_000_000);
        for world in [&here, &away] {
            for kind in [CredentialType::Avatar, CredentialType::Item] {
                let (name, nothing) = (kind.name(), Evidence::new());
                let told = policy.decide_creator(&creator, &world.did(), name, &nothing, now);
                assert!(matches!(told, Decision::Believed(_)), "{world}");
            }
            let told = policy.decide(&world.did(), "AssetProvenance", &Evidence::new(), now);
            assert_eq!(told, Decision::NotBelieved);
        }
        let told = policy.decide(&creator, "AvatarCredential", &Evidence::new(), now);
        assert_eq!(told, Decision::NotBelieved);
        let nobody = Founding::loopback(4002, "Arena").believing(Vec::new());
        assert!(nobody.policy.is_none());
    }
}

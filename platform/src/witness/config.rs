//! The folder of a witness: `witness.toml`, its key, its state.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use proofs::keys::SigningKey;
use proofs::tlog::note::{KeyKind, KeyName, NoteKey};
use schemas::ledger::log_origin;
use schemas::world::WorldId;
use serde::Deserialize;

use super::WitnessError;
use crate::files;
use crate::seed::Seed;

const FILE: &str = "witness.toml";
const KEY_FILE: &str = "witness.key";
const STATE_FILE: &str = "witness.sqlite";
const KEY_LABEL: &str = "omote-witness-key-v1:";
/// Most logs.
const MAX_LOGS: usize = 1024;

/// A witness to found.
#[derive(Clone, Debug)]
pub struct WitnessNew {
    /// Its name, a URL without a scheme such as `witness.example/w1`.
    pub name: KeyName,
    /// Where it listens.
    pub listen: SocketAddr,
}

/// The settings of a witness, and its key.
#[derive(Debug)]
pub struct WitnessConfig {
    folder: PathBuf,
    name: KeyName,
    listen: SocketAddr,
    key: SigningKey,
    pub(super) logs: Vec<LogSetting>,
}

/// A log that is cosigned.
#[derive(Clone, Debug)]
pub(super) enum LogSetting {
    /// By its keys.
    Keys { origin: String, keys: Vec<NoteKey> },
    /// The ledger of a world, whose DID document has the keys.
    World(WorldId),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    name: String,
    listen: SocketAddr,
    #[serde(default)]
    logs: Vec<LogTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogTable {
    origin: Option<String>,
    vkey: Option<String>,
    #[serde(default)]
    vkeys: Vec<String>,
    world: Option<String>,
}

impl WitnessConfig {
    /// Makes the folder of a witness, with a new key and no logs.
    ///
    /// # Errors
    /// [`WitnessError`]; nothing is overwritten.
    pub fn found(folder: &Path, new: &WitnessNew) -> Result<Self, WitnessError> {
        files::folder(folder)?;
        let key = Seed::draw()?;
        let toml = format!(
            "# A witness of logs. Each log that it cosigns is named here.\n\
             version = 1\n\
             name = {:?}\n\
             listen = \"{}\"\n\
             \n\
             # [[logs]]\n\
             # world = \"https://world.example\"   # its item ledger, with the keys of its DID document\n\
             \n\
             # [[logs]]\n\
             # vkey = \"example.com/log+…\"         # any other log, by its key\n\
             # origin = \"example.com/log\"         # when it is not the name of the key\n",
            new.name.as_str(),
            new.listen
        );
        files::write_private(&folder.join(FILE), toml.as_bytes())?;
        let text = key.text(KEY_LABEL);
        files::write_private(&folder.join(KEY_FILE), text.as_bytes())?;
        Self::read(folder)
    }

    /// Reads the folder of a witness.
    ///
    /// # Errors
    /// [`WitnessError`]
    pub fn read(folder: &Path) -> Result<Self, WitnessError> {
        let path = folder.join(FILE);
        let text = files::read_text(&path)?;
        let malformed = |what: &str| WitnessError::Config(format!("{}: {what}", path.display()));
        let file: File = toml::from_str(&text).map_err(|error| malformed(&error.to_string()))?;
        if file.version != 1 {
            return Err(malformed("version is not 1"));
        }
        if file.logs.len() > MAX_LOGS {
            return Err(malformed("logs: at most 1024"));
        }
        let name = KeyName::from_str(&file.name);
        let mut config = Self {
            folder: folder.to_owned(),
            name: name.map_err(|_| malformed("name is empty, or has a space or a plus"))?,
            listen: file.listen,
            key: Seed::read(&folder.join(KEY_FILE), KEY_LABEL)?.key(),
            logs: Vec::new(),
        };
        for (index, table) in file.logs.iter().enumerate() {
            let log = table.read();
            let log = log.map_err(|what| malformed(&format!("logs[{index}]: {what}")))?;
            if config
                .logs
                .iter()
                .any(|other| other.origin() == log.origin())
            {
                return Err(malformed(&format!(
                    "logs[{index}]: this log is there twice"
                )));
            }
            config.logs.push(log);
        }
        Ok(config)
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Where it listens.
    #[must_use]
    pub const fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// How many logs it knows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.logs.len()
    }

    /// The public half of its key, with its name.
    ///
    /// # Errors
    /// None for a configuration that was read.
    pub fn vkey(&self) -> Result<NoteKey, WitnessError> {
        let key = self.key.verifying_key();
        Ok(NoteKey::new(self.name.clone(), KeyKind::Cosignature, key)?)
    }

    pub(super) const fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(super) fn state_file(&self) -> PathBuf {
        self.folder.join(STATE_FILE)
    }
}

impl LogSetting {
    /// By which checkpoints name the log.
    pub(super) fn origin(&self) -> String {
        match self {
            Self::Keys { origin, .. } => origin.clone(),
            Self::World(world) => log_origin(world),
        }
    }
}

impl LogTable {
    fn read(&self) -> Result<LogSetting, String> {
        let keys: Vec<&String> = self.vkey.iter().chain(&self.vkeys).collect();
        match (&self.world, keys.as_slice()) {
            (Some(world), []) if self.origin.is_none() => {
                let world = match world.parse() {
                    Ok(did) => WorldId::of_did(&did),
                    Err(_) => world.parse(),
                };
                let world = world.map_err(|_| "world is no origin and no did:web of a world")?;
                Ok(LogSetting::World(world))
            }
            (None, [_, ..]) => {
                let keys = keys.into_iter().map(|key| key.parse::<NoteKey>());
                let keys = keys.collect::<Result<Vec<_>, _>>();
                let keys = keys.map_err(|error| error.to_string())?;
                if keys.iter().any(|key| key.kind() != KeyKind::Note) {
                    return Err("vkey is of a key that cosigns, and signs no log".to_owned());
                }
                let name = keys.first().map(|key| key.name().to_string());
                let origin = self.origin.clone().or(name).unwrap_or_default();
                if origin.is_empty() || origin.contains(|letter: char| letter < ' ') {
                    return Err("origin is not one line".to_owned());
                }
                Ok(LogSetting::Keys { origin, keys })
            }
            _ => Err("either world, or vkey (and origin)".to_owned()),
        }
    }
}

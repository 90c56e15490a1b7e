//! What every test begins with: a folder, a wallet in it, and a keychain made of a file.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::holding::{CopyWish, Freshness, NewCopy, NewHolding, Spent, spend};
use crate::keys::CopySeed;
use crate::{
    CopyId, Entropy, Facts, Format, Holding, HoldingError, HoldingKind, KdfParams, KeyPath,
    Keychain, KeychainError, NewWallet, OsEntropy, Passphrase, PersonaIndex, PersonaName, Seed,
    SeedOrigin, StoreError, Unlock, Wallet, WrappingKey,
};
use schemas::json::Value;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use tempfile::TempDir;

pub(crate) const PASSPHRASE: &str = "an unlikely passphrase";
pub(crate) const SEED: [u8; 32] = [42; 32];

/// What a world takes that knows one format.
pub(crate) fn ldp() -> CopyWish<'static> {
    CopyWish {
        formats: &[Format::LdpVc],
        freshness: Freshness::Known,
        now: at(0),
    }
}

/// What only tests do with a wallet from here.
impl Wallet {
    pub(crate) fn spend_copy(
        &mut self,
        id: &CopyId,
        world: &WorldId,
    ) -> Result<Spent, HoldingError> {
        self.store_mut().edit(|edit| spend(edit, id, world))
    }

    pub(crate) fn copy_seed(&self, path: &KeyPath) -> CopySeed {
        self.tree().copy_seed(path)
    }
}

/// Keeps the key in a file, so that child processes have the same keychain.
pub(crate) struct FileKeychain(PathBuf);

impl Keychain for FileKeychain {
    fn read(&self, _wallet: &str) -> Result<WrappingKey, KeychainError> {
        let bytes = std::fs::read(&self.0).map_err(|_| KeychainError::NoEntry)?;
        Ok(WrappingKey::from_bytes(
            bytes.try_into().map_err(|_| KeychainError::Damaged)?,
        ))
    }

    fn write(&self, _wallet: &str, key: &WrappingKey) -> Result<(), KeychainError> {
        std::fs::write(&self.0, key.expose()).map_err(|_| KeychainError::Unavailable)
    }

    fn remove(&self, _wallet: &str) -> Result<(), KeychainError> {
        std::fs::remove_file(&self.0).map_err(|_| KeychainError::NoEntry)
    }
}

/// A folder with room for a wallet in `home` and for what lies beside it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.file("wallet.sqlite")
    }

    pub(crate) fn keychain(&self) -> FileKeychain {
        keychain_of(&self.home())
    }

    pub(crate) fn create(&self) -> Wallet {
        self.try_create(SeedOrigin::New).unwrap()
    }

    pub(crate) fn try_create(&self, origin: SeedOrigin) -> Result<Wallet, StoreError> {
        self.try_create_with(origin, entropy())
    }

    pub(crate) fn try_create_with(
        &self,
        origin: SeedOrigin,
        entropy: Box<dyn Entropy>,
    ) -> Result<Wallet, StoreError> {
        let seed = Seed::from_bytes(SEED);
        let new = NewWallet {
            passphrase: &passphrase(PASSPHRASE),
            kdf: KdfParams::MINIMUM,
            seed: &seed,
            origin,
            first_persona: &persona("main"),
            now: at(0),
        };
        Wallet::create(&self.home(), &new, &self.keychain(), entropy)
    }

    /// Opens by the keychain, which costs no key derivation.
    pub(crate) fn open(&self) -> Result<Wallet, StoreError> {
        open_home(&self.home())
    }
}

pub(crate) fn open_home(home: &Path) -> Result<Wallet, StoreError> {
    Wallet::open(home, Unlock::Keychain(&keychain_of(home)), entropy())
}

fn keychain_of(home: &Path) -> FileKeychain {
    FileKeychain(home.with_file_name("keychain"))
}

pub(crate) fn entropy() -> Box<dyn Entropy> {
    Box::new(OsEntropy)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_790_000_000 + seconds)
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

pub(crate) fn persona(name: &str) -> PersonaName {
    name.parse().unwrap()
}

pub(crate) fn world(name: &str) -> WorldId {
    WorldId::of_url(&format!("https://{name}.example")).unwrap()
}

pub(crate) fn facts(text: &str) -> Facts {
    Facts {
        format: Format::LdpVc,
        valid_from: None,
        valid_until: Some(at(1000)),
        claims: Value::from(schemas::object! { "name" => text }),
    }
}

/// A holding of `copies` fresh copies, issued by world `a`.
pub(crate) fn add_avatar(wallet: &mut Wallet, name: &str, copies: usize) -> Holding {
    let keys = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), copies)
        .unwrap();
    let copies = keys
        .into_iter()
        .map(|key| NewCopy {
            format: Format::LdpVc,
            credential: format!("credential {name} {}", key.index).into_bytes(),
            key,
            world: None,
            valid_until: None,
        })
        .collect();
    let new = NewHolding {
        kind: HoldingKind::Avatar,
        name: name.to_owned(),
        issuer: world("a"),
        persona: PersonaIndex::FIRST,
        types: vec!["AvatarCredential".to_owned()],
        facts: facts(name),
        grant: None,
        settles: None,
        item: None,
        copies,
    };
    wallet.insert_holding(new, at(1)).unwrap()
}

/// Runs one test of this file, marked `#[ignore]`, as a process of its own on the wallet in `home`.
pub(crate) fn child(test: &str, home: &Path, name: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("OMOTE_TEST_HOME", home)
        .env("OMOTE_TEST_NAME", name)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// The folder and name that [`child`] gave, or nothing when the test was not started by it.
pub(crate) fn child_task() -> Option<(PathBuf, String)> {
    let home = std::env::var_os("OMOTE_TEST_HOME")?;
    Some((home.into(), std::env::var("OMOTE_TEST_NAME").ok()?))
}

//! What every flow begins with: a wallet in a folder, a client that may talk to the worlds of the
//! test, a model and its provenance.

use std::future::Future;
use std::path::Path;

use assets::make::{Recipe, vrm1};
use fetch::{Client, Policy};
use proofs::keys::SigningKey;
use schemas::asset::AssetFacts;
use schemas::json::Object;
use schemas::license::{Allowance, LicenseTerms};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use tempfile::TempDir;
use wallet_core::consent::KeepConsent;
use wallet_core::provenance::{Statement, Terms, sign_with};
use wallet_core::receive::{Arrived, Copies, Offer, ReceiveError, Received, Wanted};
use wallet_core::{
    Confirmed, KdfParams, Keychain, KeychainError, NewWallet, OsEntropy, Passphrase, PersonaIndex,
    Restore, Seed, SeedOrigin, Unlock, Wallet, WrappingKey, receive, restore_backup,
};

use crate::world::World;

const PASSPHRASE: &str = "an unlikely passphrase";

/// Keeps its key in a file beside the wallet.
struct FileKeychain(std::path::PathBuf);

impl Keychain for FileKeychain {
    fn read(&self, _wallet: &str) -> Result<WrappingKey, KeychainError> {
        let bytes = std::fs::read(&self.0).map_err(|_| KeychainError::NoEntry)?;
        Ok(WrappingKey::from_bytes(bytes.try_into().unwrap()))
    }

    fn write(&self, _wallet: &str, key: &WrappingKey) -> Result<(), KeychainError> {
        std::fs::write(&self.0, key.expose()).map_err(|_| KeychainError::Unavailable)
    }

    fn remove(&self, _wallet: &str) -> Result<(), KeychainError> {
        std::fs::remove_file(&self.0).map_err(|_| KeychainError::NoEntry)
    }
}

/// A person: their wallet and the folder that it lies in.
pub(crate) struct Person {
    pub(crate) wallet: Wallet,
    folder: TempDir,
}

impl Person {
    pub(crate) fn new() -> Self {
        Self::of_seed(42)
    }

    /// Another person: another wallet with other keys.
    pub(crate) fn of_seed(seed: u8) -> Self {
        let folder = TempDir::new().unwrap();
        let new = NewWallet {
            passphrase: &Passphrase::new(PASSPHRASE).unwrap(),
            kdf: KdfParams::MINIMUM,
            seed: &Seed::from_bytes([seed; 32]),
            origin: SeedOrigin::New,
            first_persona: &"main".parse().unwrap(),
            now: now(),
        };
        let keychain = FileKeychain(folder.path().join("keychain"));
        let home = folder.path().join("home");
        let wallet = Wallet::create(&home, &new, &keychain, Box::new(OsEntropy)).unwrap();
        Self { wallet, folder }
    }

    /// The wallet as another process would find it.
    pub(crate) fn reopened(&self) -> Wallet {
        open_in(self.folder())
    }

    /// The same person with a wallet that was brought back from a backup.
    pub(crate) fn restored(&self, backup: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let restore = Restore {
            backup,
            seed: &self.wallet.export_seed().unwrap(),
            home: &folder.path().join("home"),
            passphrase: &Passphrase::new(PASSPHRASE).unwrap(),
            kdf: KdfParams::MINIMUM,
            now: now(),
        };
        let keychain = FileKeychain(folder.path().join("keychain"));
        let (wallet, _) = restore_backup(&restore, &keychain, Box::new(OsEntropy)).unwrap();
        Self { wallet, folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn confirm(&mut self, world: &World) -> Confirmed {
        self.wallet
            .confirm_origin(&world.id, &world.id, now())
            .unwrap()
    }

    /// Opens and redeems an offer of a world.
    pub(crate) fn redeem(&mut self, world: &World) -> Result<Arrived, ReceiveError> {
        self.redeem_as(world, PersonaIndex::FIRST)
    }

    fn redeem_as(&mut self, world: &World, persona: PersonaIndex) -> Result<Arrived, ReceiveError> {
        let confirmed = self.confirm(world);
        let client = client(&[world]);
        let offer: Offer = receive::read_offer(&world.offer_link()).unwrap();
        let wanted = Wanted {
            persona,
            ..wanted()
        };
        run(async {
            let open = receive::open(&client, offer, &confirmed, now()).await?;
            let digest = open.digest(&wanted);
            receive::redeem(&client, &mut self.wallet, open, &digest, &wanted, now()).await
        })
    }

    /// Receives all that a world offers.
    pub(crate) fn receive(&mut self, world: &World) -> Received {
        self.receive_as(world, PersonaIndex::FIRST)
    }

    pub(crate) fn receive_as(&mut self, world: &World, persona: PersonaIndex) -> Received {
        let arrived = self.redeem_as(world, persona).unwrap();
        let consent = KeepConsent::Digest(arrived.digest());
        let client = client(&[world]);
        run(receive::keep(
            &client,
            &mut self.wallet,
            arrived,
            consent,
            now(),
        ))
        .unwrap()
    }
}

/// Opens the wallet of a person's folder.
pub(crate) fn open_in(folder: &Path) -> Wallet {
    let keychain = FileKeychain(folder.join("keychain"));
    Wallet::open(
        &folder.join("home"),
        Unlock::Keychain(&keychain),
        Box::new(OsEntropy),
    )
    .unwrap()
}

pub(crate) fn wanted() -> Wanted {
    Wanted {
        persona: PersonaIndex::FIRST,
        configurations: Vec::new(),
        format: None,
        login: None,
        tx_code: Some(schemas::message::Confidential::new("493536")),
        copies: Copies::Usual,
    }
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// A client that may talk to these worlds and to nobody else on this machine.
pub(crate) fn client(worlds: &[&World]) -> Client {
    let policy = worlds.iter().fold(Policy::public(), |policy, world| {
        policy.allow_world(&world.id).unwrap()
    });
    Client::new(policy)
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix(1_790_000_000)
}

pub(crate) fn later(seconds: i64) -> Timestamp {
    now().plus_seconds(seconds)
}

pub(crate) fn terms() -> LicenseTerms {
    LicenseTerms {
        name: Some("Mika".to_owned()),
        authors: vec!["Ren".to_owned()],
        allow_redistribution: Some(Allowance::Denied),
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        ..LicenseTerms::default()
    }
}

pub(crate) fn model() -> Vec<u8> {
    vrm1(&Recipe::new(terms()))
}

pub(crate) fn facts(model: &[u8]) -> AssetFacts {
    assets::inspect(model, &assets::Limits::default()).unwrap()
}

pub(crate) fn creator() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub(crate) fn provenance() -> Object {
    let facts = facts(&model());
    let statement = Statement {
        facts: &facts,
        name: "Mika",
        terms: Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    };
    sign_with(creator(), &statement, now().plus_seconds(-86_400)).unwrap()
}

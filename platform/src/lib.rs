//! A world's own server: it issues avatars and items, asks at the door, and admits.
//!
//! ```text
//! people who run the world ── offering ──▶ wallet ── issuing ──▶ credentials
//! the world's game servers ── asking ──▶ wallet ── admitting ──▶ receipt, token, report
//!                          ── checking: a model file against a credential
//! ```
//!
//! - To run a world: [`Founding::found`] makes its folder, [`Config::read`] reads its one
//!   configuration file, [`serve`] serves it on a socket. The command `omote-world` does the same.
//! - The same acts without HTTP: [`World::offer`], [`World::ask`], [`World::grants`],
//!   [`World::set_status`], [`World::explain`], [`World::decisions`], [`World::purge`].
//! - Time comes from a [`Clock`], so that a world can live at another time.
//!
//! Worlds and wallets meet only over HTTP: OpenID4VCI 1.0 and OpenID4VP 1.0. TLS is ended by a proxy
//! in front; without one, a world is `http://localhost:PORT` and listens on loopback only.

mod admitting;
mod asking;
mod believing;
mod bundling;
mod checking;
pub mod clock;
pub mod config;
mod decisions;
mod error;
mod explaining;
mod files;
mod issuing;
mod keys;
mod ledger;
mod monitor;
mod offering;
mod publishing;
#[cfg(test)]
mod readme;
mod seal;
mod seed;
mod server;
mod sqlite_file;
mod status;
mod store;
mod ticket;
mod witness;
mod world;

pub use asking::{AskError, AskerError, CertificateReload, ChainFault, query_for, query_in};
pub use believing::PolicyReload;
pub use bundling::held::BundleReload;
pub use bundling::{BundleMade, BundleTerms, BundlingError, Gathered, Times};
pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use explaining::{Explained, LedgerSetting, Sentences};
pub use files::FileError;
pub use keys::{KeyEnd, KeysError, WorldKey, WorldKeys};
pub use ledger::acts::{ItemAct, ItemError, ItemRecord};
pub use monitor::{HeadsAsked, Monitor, MonitorError, Observation, Pass, Stopped};
pub use offering::{OfferError, ProvenanceError};
pub use schemas::offering::{OfferTerms, Offered, Right};
pub use server::{Serving, bind, serve};
pub use status::grants::GrantError;
pub use store::StoreError;
pub use witness::{Witness, WitnessConfig, WitnessError, WitnessNew, WitnessServing};
pub use world::{Founding, InitError, KeysReload, OpenError, World};

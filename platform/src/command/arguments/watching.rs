//! The arguments of `omote-world witness` and `omote-world monitor`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use proofs::tlog::note::KeyName;
use schemas::world::WorldId;

#[derive(Debug, Subcommand)]
pub(crate) enum WitnessVerb {
    /// Found a witness: its folder, its key and its configuration
    Init(WitnessInit),
    /// Serve the witness until it is told to stop; prints its key
    Serve {
        /// The folder of the witness
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Show the key with which it cosigns, as ledgers and verifiers are told it
    Key {
        /// The folder of the witness
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(crate) struct WitnessInit {
    /// The folder of the witness
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Its name: a URL without a scheme, such as witness.example/w1
    #[arg(long)]
    pub(crate) name: KeyName,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4100")]
    pub(crate) listen: SocketAddr,
}

#[derive(Args, Debug)]
pub(crate) struct MonitorAsked {
    /// The ledger: the origin of its world, beginning with its scheme
    #[arg(value_name = "URL")]
    pub(crate) ledger: LedgerOrigin,
    /// What is kept between passes [default: monitor-HOST.sqlite]
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Where evidence is written
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) evidence: PathBuf,
    /// Compare the heads of all items in each pass, or of so many
    #[arg(long, value_name = "all|N", default_value = "256")]
    pub(crate) heads: Heads,
    /// Seconds between passes
    #[arg(long, value_name = "SECONDS", default_value = "10",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) every: u64,
    /// One pass, and then end
    #[arg(long, conflicts_with = "follow")]
    pub(crate) once: bool,
    /// Go on after evidence was written
    #[arg(long)]
    pub(crate) follow: bool,
}

/// A world whose ledger is meant, by its origin or by the address of its ledger.
#[derive(Clone, Debug)]
pub(crate) struct LedgerOrigin(pub(crate) WorldId);

impl FromStr for LedgerOrigin {
    type Err = schemas::world::WorldError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origin = text.trim_end_matches('/');
        let origin = origin.strip_suffix("/ledger").unwrap_or(origin);
        origin.parse().map(Self)
    }
}

/// Which heads are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heads {
    All,
    Some(u32),
}

impl FromStr for Heads {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            number => number.parse().map(Self::Some),
        }
    }
}

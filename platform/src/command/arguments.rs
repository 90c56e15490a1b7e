//! The arguments of `omote-world`.

mod watching;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use schemas::credential::{CredentialType, Format};
use schemas::did::Did;
use schemas::ledger::ItemTag;
use schemas::oid4vp::request::ResponseMode;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;
use verifier::ListRef;

pub(crate) use watching::{Heads, MonitorAsked, WitnessInit, WitnessVerb};

/// A world's own server: issues avatars and items, asks at the door, admits.
#[derive(Debug, Parser)]
#[command(
    name = "omote-world",
    max_term_width = 80,
    version,
    after_help = "Exit codes: 0 done, 1 error, 2 usage or configuration, 3 nothing matches, \
        4 one of your people decides, 5 the person declined, 6 not verified, \
        7 network or nobody answered in time, 8 used before.\n\
        Environment: OMOTE_WORLD_CONFIG names the configuration file, \
        OMOTE_LOG (error, warn, info, debug) how much `serve` says."
)]
pub(crate) struct Arguments {
    /// The configuration file [default: omote-world.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Found a world: its folder, configuration, trust policy, keys and administration token
    Init(Init),
    /// Serve the world
    Serve(Serve),
    /// Offer an avatar or an item; prints the link for the person
    Offer(Offer),
    /// Ask for a presentation; prints the link for the person
    Ask(Ask),
    /// Show what was offered and issued, by the name by which it is suspended or revoked
    Grants,
    /// Revoke all copies of a grant, for ever
    Revoke {
        /// As `offer` and `grants` name it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        grant: String,
    },
    /// Suspend all copies of a grant
    Suspend {
        /// As `offer` and `grants` name it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        grant: String,
    },
    /// End the suspension of all copies of a grant
    Reinstate {
        /// As `offer` and `grants` name it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        grant: String,
    },
    /// Let a deferred offer be issued
    Approve {
        /// As `offer` and `grants` name it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        grant: String,
    },
    /// Let a deferred offer never be issued
    Deny {
        /// As `offer` and `grants` name it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        grant: String,
    },
    /// The item ledger: who may use which item, by commitments and no names
    #[command(subcommand)]
    Items(Items),
    /// Say which rule of the trust policy decides about an issuer and a type
    Explain(Explain),
    /// Offline bundles: what a world without a network verifies with
    #[command(subcommand)]
    Bundle(Bundle),
    /// The key that the world signs with, and those before it
    #[command(subcommand)]
    Key(Key),
    /// A witness of logs: it cosigns their checkpoints, and has its own folder and key
    #[command(subcommand)]
    Witness(WitnessVerb),
    /// Read the log of a ledger, keep an index of it, and write evidence when it contradicts itself
    Monitor(MonitorAsked),
    /// Show what was decided, and what was deleted
    Decisions,
    /// Delete the decision records whose time is over
    Purge,
    /// Completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Items {
    /// Show the items, the newest first
    List,
    /// Show an item and every step of its chain
    Show {
        /// As `items list` names it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        item: ItemTag,
    },
    /// Stop an item for a while
    Suspend(Because),
    /// Let an item that was stopped go on
    Resume(Because),
    /// End the right to an item for a breach, for ever
    End(Because),
    /// Offer its credential to the present holder once more; prints the link
    Offer {
        /// As `items list` names it
        // One name in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        item: ItemTag,
    },
}

/// What a world does alone has a reason.
#[derive(Args, Debug)]
pub(crate) struct Because {
    /// As `items list` names it
    #[arg(allow_hyphen_values = true)]
    pub(crate) item: ItemTag,
    /// Why, in at most 200 characters; everybody reads it in the item's chain
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Args, Debug)]
pub(crate) struct Init {
    /// The folder of the world
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Its public origin
    #[arg(long, default_value = "http://localhost:4001")]
    pub(crate) origin: WorldId,
    /// What it is called
    #[arg(long, default_value = "A world")]
    pub(crate) name: String,
    /// What it is called in Japanese
    #[arg(long, value_name = "NAME")]
    pub(crate) name_ja: Option<String>,
    /// The address to listen on [default: loopback, with the port of the origin or 8080]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// A world whose avatars and items are believed; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) trust: Vec<WorldId>,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Serve without any network, by this offline bundle, whatever the configuration says
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show all keys, and what became of each
    Show,
    /// Sign with a new key from now on; what the one before signed stands
    Rotate {
        /// Somebody else may have the key that is in use: nothing that it ever signed stands any more
        #[arg(long)]
        compromised: bool,
    },
    /// Somebody else may have a key that is not in use any more: nothing that it ever signed stands
    Distrust {
        /// As `key show` names it, such as key-1
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    /// Fetch what the trust policy needs and write it into one signed file
    Make(MakeBundle),
    /// Show what is in a bundle; verifies nothing
    Show {
        /// The bundle
        file: PathBuf,
    },
    /// Verify a bundle and judge everything in it by a trust policy
    Verify {
        /// The bundle
        file: PathBuf,
        /// The trust policy [default: that of the configuration]
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct MakeBundle {
    /// Where to write it; a bundle that is there already is replaced, anything else is not
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// A status list beside those that this world has seen; may be given several times
    #[arg(long = "status-list", value_name = "URL=DID", value_parser = list)]
    pub(crate) status_lists: Vec<ListRef>,
    /// For how long you stand by it, such as 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = time)]
    pub(crate) until: Duration,
    /// Write it also when something could not be had
    #[arg(long)]
    pub(crate) partial: bool,
}

fn list(text: &str) -> Result<ListRef, String> {
    // A DID has no equals sign, an address may have.
    let (url, issuer) = text.rsplit_once('=').ok_or("URL=DID")?;
    Ok(ListRef {
        url: url.parse().map_err(|_| "the address is not https://…")?,
        issuer: issuer.parse().map_err(|_| "the issuer is no DID")?,
    })
}

/// A whole number of seconds, minutes, hours or days.
fn time(text: &str) -> Result<Duration, String> {
    const MOST: u64 = 30 * 86_400;
    let rule = "a whole number with s, m, h or d, at most 30d";
    let unit = text.chars().last().ok_or(rule)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(rule.to_owned()),
    };
    let number: u64 = text
        .strip_suffix(unit)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or(rule)?;
    let all = number.checked_mul(seconds);
    let all = all.filter(|all| (1..=MOST).contains(all)).ok_or(rule)?;
    Ok(Duration::from_secs(all))
}

/// The link as a picture.
#[derive(Args, Debug)]
pub(crate) struct Pictures {
    /// Show the link as a QR code too, in the terminal
    #[arg(long, global = true)]
    pub(crate) qr: bool,
    /// Write the link as a QR code to a new PNG file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) qr_png: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Offer {
    #[command(flatten)]
    pub(crate) pictures: Pictures,
    #[command(subcommand)]
    pub(crate) right: Right,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Right {
    /// The right to wear an avatar
    #[command(
        override_usage = "omote-world offer avatar [OPTIONS] --persona <NAME>\n       \
                          <--provenance <FILE>|--model <FILE>>"
    )]
    Avatar {
        /// How the face is called
        #[arg(long, value_name = "NAME")]
        persona: String,
        #[command(flatten)]
        grounds: Grounds,
    },
    /// The right to use an item
    #[command(
        override_usage = "omote-world offer item [OPTIONS] --class <CLASS> --serial <N>\n       \
                          <--provenance <FILE>|--model <FILE>>"
    )]
    Item {
        /// What kind of item
        #[arg(long, value_name = "CLASS")]
        class: String,
        /// Which one of its class
        #[arg(long, value_name = "N")]
        serial: u64,
        /// How often it may be passed on
        #[arg(long, value_name = "none|N|any", default_value = "any")]
        transfers: Transfers,
        /// Its creator has to agree each time that it is passed on
        #[arg(long)]
        creator_consent: bool,
        #[command(flatten)]
        grounds: Grounds,
    },
}

/// How often an item may be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfers {
    Never,
    AtMost(u64),
    Freely,
}

impl FromStr for Transfers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::Never),
            "any" => Ok(Self::Freely),
            number => match number.parse() {
                Ok(most @ 1..=MOST_TRANSFERS) => Ok(Self::AtMost(most)),
                _ => Err("none, any, or a number from 1 to 1000000"),
            },
        }
    }
}

/// More often than people would count.
const MOST_TRANSFERS: u64 = 1_000_000;

/// On what an offer stands.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("ground").required(true)))]
pub(crate) struct Grounds {
    /// The creator's signed statement about the model file (AssetProvenance)
    #[arg(long, value_name = "FILE", group = "ground")]
    pub(crate) provenance: Option<PathBuf>,
    /// The model file itself, when this world is its creator
    #[arg(long, value_name = "FILE", group = "ground")]
    pub(crate) model: Option<PathBuf>,
    /// License terms (JSON, by their names in VRM 1.0) [default: the creator's]
    #[arg(long, value_name = "FILE")]
    pub(crate) license: Option<PathBuf>,
    /// How many one-time copies in a batch [default: the most]
    #[arg(long, value_name = "N")]
    pub(crate) copies: Option<u32>,
    /// In which format; may be given twice [default: both, and the wallet chooses]
    #[arg(long = "format", value_name = "FORMAT", value_parser = format())]
    pub(crate) formats: Vec<Format>,
    /// Draw a second code, which you tell the person by another way than the link
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, default_missing_value = "numeric")]
    pub(crate) tx_code: Option<Code>,
    /// Issue only once you have said `omote-world approve`
    #[arg(long)]
    pub(crate) deferred: bool,
    /// The person logs in at your page first (issuing.login_uri)
    #[arg(long, conflicts_with = "tx_code")]
    pub(crate) login: bool,
}

/// Of which characters a second code is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Code {
    /// Six digits
    Numeric,
    /// Eight letters and digits
    Text,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Who issues
    #[arg(long, value_name = "DID", value_parser = issuer)]
    pub(crate) issuer: Did,
    /// What: a type of ours by its name, another by its whole IRI
    #[arg(long = "type", value_name = "TYPE", default_value = "AvatarCredential", value_parser = type_name)]
    pub(crate) type_name: String,
}

/// A DID; whoever writes an origin is told the DID of that world.
fn issuer(text: &str) -> Result<Did, String> {
    text.parse::<Did>()
        .map_err(|error| match text.parse::<WorldId>() {
            Ok(world) => format!("the DID of that world is {}", world.did()),
            Err(_) => error.to_string(),
        })
}

/// As a trust policy names it: a policy that names another is malformed, so no rule could be about it.
fn type_name(text: &str) -> Result<String, String> {
    if text.parse::<CredentialType>().is_ok() || text.contains("://") {
        return Ok(text.to_owned());
    }
    let ours = CredentialType::ALL.map(|one| one.name()).join(", ");
    Err(format!("one of {ours}, or a whole IRI"))
}

/// The formats by their names, which help and completions list.
fn format() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.map(Format::name));
    names.try_map(|name| Format::from_name(&name).ok_or("no format"))
}

/// The response modes by their names, likewise.
fn response_mode() -> impl TypedValueParser<Value = ResponseMode> {
    let names = PossibleValuesParser::new(ResponseMode::ALL.map(ResponseMode::name));
    names.try_map(|name| {
        let mut all = ResponseMode::ALL.into_iter();
        all.find(|mode| mode.name() == name)
            .ok_or("no response mode")
    })
}

#[derive(Args, Debug)]
pub(crate) struct Ask {
    /// What to ask for
    pub(crate) what: What,
    /// Where the person wants to enter
    #[arg(long, default_value = "lobby")]
    pub(crate) instance: String,
    /// What it is for, as the person will read it
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
    /// A format of credentials; may be given twice, the more wanted first [default: those of the
    /// configuration]
    #[arg(long = "format", value_name = "FORMAT", value_parser = format())]
    pub(crate) formats: Vec<Format>,
    /// How the answer travels; encrypted with direct_post.jwt [default: as in the configuration]
    #[arg(long, value_name = "MODE", value_parser = response_mode())]
    pub(crate) response_mode: Option<ResponseMode>,
    /// Where the browser of a person on this same device goes on; the outcome is for it alone
    #[arg(long, value_name = "URL", conflicts_with = "wait")]
    pub(crate) return_to: Option<WebUrl>,
    /// A text that the holder confirms by presenting
    #[arg(long, value_name = "TEXT")]
    pub(crate) statement: Option<String>,
    /// Mark the item that is shown as active in this world, in its ledger, for so long; at most 60
    /// [default: as in the configuration]
    #[arg(long, value_name = "MINUTES")]
    pub(crate) lease: Option<u64>,
    /// Wait for the outcome
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) pictures: Pictures,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// An avatar
    Avatar,
    /// An item
    Item,
    /// An avatar and an item
    Both,
}

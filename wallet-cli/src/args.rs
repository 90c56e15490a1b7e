//! The command line: what may be written, and its parts as types. The holder's machine runs it.
//!
//! Help texts stand here as message ids; `help` puts the language in. No argument takes a secret.

mod transfer;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::lang::Lang;
use schemas::time::Timestamp;
use schemas::world::{WorldError, WorldId};

use crate::terminal::{Color, Format};
pub(crate) use transfer::{
    AcceptArgs, EvidenceArgs, EvidenceCommand, GiveArgs, ItemArgs, KeepArgs, LedgerKeyArgs, MeArgs,
    OfferArgs, ReleaseArgs,
};

/// `omote`
#[derive(Debug, Parser)]
#[command(
    name = "omote",
    version,
    about = "about-omote",
    after_help = "after-omote",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Globals {
    #[arg(long, global = true, value_enum, help = "arg-lang")]
    pub(crate) lang: Option<Language>,
    #[arg(long, global = true, help = "arg-json")]
    pub(crate) json: bool,
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        help = "arg-color"
    )]
    pub(crate) color: Color,
    #[arg(long, global = true, value_name = "FOLDER", help = "arg-home")]
    pub(crate) home: Option<PathBuf>,
    #[arg(long, global = true, value_name = "FILE", help = "arg-passphrase-file")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[arg(short = 'h', long, global = true, action = clap::ArgAction::Help, help = "arg-help")]
    pub(crate) help: Option<bool>,
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help = "arg-version")]
    pub(crate) version: Option<bool>,
}

impl Globals {
    /// Whether people or programs read stdout.
    pub(crate) const fn format(&self) -> Format {
        if self.json {
            Format::Json
        } else {
            Format::Lines
        }
    }
}

/// A language by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// Japanese
    Ja,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Ja => Self::Ja,
        }
    }
}

/// A verb.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(about = "about-init", after_help = "example-init")]
    Init(InitArgs),
    #[command(about = "about-status", after_help = "example-status")]
    Status,
    #[command(about = "about-doctor", after_help = "example-doctor")]
    Doctor(DoctorArgs),
    #[command(about = "about-persona", after_help = "example-persona", subcommand)]
    Persona(PersonaCommand),
    #[command(about = "about-receive", after_help = "example-receive")]
    Receive(ReceiveArgs),
    #[command(about = "about-refill", after_help = "example-refill")]
    Refill(RefillArgs),
    #[command(about = "about-me", after_help = "example-me")]
    Me(MeArgs),
    #[command(about = "about-give", after_help = "example-give")]
    Give(GiveArgs),
    #[command(about = "about-inbox", after_help = "example-inbox")]
    Inbox,
    #[command(about = "about-accept", after_help = "example-accept")]
    Accept(AcceptArgs),
    #[command(about = "about-refuse", after_help = "example-refuse")]
    Refuse(OfferArgs),
    #[command(about = "about-withdraw", after_help = "example-withdraw")]
    Withdraw(ItemArgs),
    #[command(about = "about-burn", after_help = "example-burn")]
    Burn(ItemArgs),
    #[command(about = "about-release", after_help = "example-release")]
    Release(ReleaseArgs),
    #[command(about = "about-evidence", after_help = "example-evidence", subcommand)]
    Evidence(EvidenceCommand),
    #[command(about = "about-list", after_help = "example-list")]
    List,
    #[command(about = "about-show", after_help = "example-show")]
    Show(ShowArgs),
    #[command(about = "about-present", after_help = "example-present")]
    Present(PresentArgs),
    #[command(about = "about-check", after_help = "example-check")]
    Check(CheckArgs),
    #[command(about = "about-history", after_help = "example-history")]
    History(HistoryArgs),
    #[command(about = "about-trust", after_help = "example-trust", subcommand)]
    Trust(TrustCommand),
    #[command(about = "about-backup", after_help = "example-backup", subcommand)]
    Backup(BackupCommand),
    #[command(about = "about-provenance", after_help = "example-provenance")]
    Provenance(ProvenanceArgs),
    #[cfg(feature = "demo")]
    #[command(about = "about-demo", after_help = "example-demo")]
    Demo(DemoArgs),
    #[command(about = "about-completions", after_help = "example-completions")]
    Completions(CompletionsArgs),
    #[command(about = "about-man", after_help = "example-man")]
    Man(PageArgs),
    #[command(about = "about-help", after_help = "example-help")]
    Help(PageArgs),
}

impl Command {
    /// The verb, as the envelope names it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Status => "status",
            Self::Doctor(_) => "doctor",
            Self::Persona(PersonaCommand::List) => "persona list",
            Self::Persona(PersonaCommand::Add(_)) => "persona add",
            Self::Persona(PersonaCommand::Rename(_)) => "persona rename",
            Self::Persona(PersonaCommand::Default(_)) => "persona default",
            Self::Receive(_) => "receive",
            Self::Refill(_) => "refill",
            Self::Me(_) => "me",
            Self::Give(_) => "give",
            Self::Inbox => "inbox",
            Self::Accept(_) => "accept",
            Self::Refuse(_) => "refuse",
            Self::Withdraw(_) => "withdraw",
            Self::Burn(_) => "burn",
            Self::Release(_) => "release",
            Self::Evidence(EvidenceCommand::Verify(_)) => "evidence verify",
            Self::Evidence(EvidenceCommand::Keep(_)) => "evidence keep",
            Self::List => "list",
            Self::Show(_) => "show",
            Self::Present(_) => "present",
            Self::Check(_) => "check",
            Self::History(_) => "history",
            Self::Trust(TrustCommand::List) => "trust list",
            Self::Trust(TrustCommand::Add(_)) => "trust add",
            Self::Trust(TrustCommand::Remove(_)) => "trust remove",
            Self::Trust(TrustCommand::Anchor(AnchorCommand::List)) => "trust anchor list",
            Self::Trust(TrustCommand::Anchor(AnchorCommand::Add(_))) => "trust anchor add",
            Self::Trust(TrustCommand::Anchor(AnchorCommand::Remove(_))) => "trust anchor remove",
            Self::Backup(BackupCommand::Create(_)) => "backup create",
            Self::Backup(BackupCommand::Verify(_)) => "backup verify",
            Self::Backup(BackupCommand::Restore(_)) => "backup restore",
            Self::Provenance(_) => "provenance",
            #[cfg(feature = "demo")]
            Self::Demo(_) => "demo",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
            Self::Help(_) => "help",
        }
    }
}

/// `omote demo`
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[arg(long, value_name = "FILE", help = "arg-demo-avatar")]
    pub(crate) avatar: Option<PathBuf>,
    #[arg(long, value_name = "DIR", help = "arg-demo-keep")]
    pub(crate) keep: Option<PathBuf>,
}

/// `omote init`
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    #[arg(long, help = "arg-init-restore")]
    pub(crate) restore: bool,
    #[arg(
        long,
        value_name = "FILE",
        requires = "restore",
        help = "arg-words-file"
    )]
    pub(crate) words_file: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "restore",
        help = "arg-words-out"
    )]
    pub(crate) words_out: Option<PathBuf>,
    #[arg(long, value_enum, conflicts_with = "restore", help = "arg-words-lang")]
    pub(crate) words_lang: Option<Language>,
    #[arg(long, value_name = "NAME", help = "arg-init-persona")]
    pub(crate) persona: Option<String>,
    #[arg(long, help = "arg-no-keychain")]
    pub(crate) no_keychain: bool,
}

/// `omote doctor`
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[arg(long, help = "arg-accept-older-store")]
    pub(crate) accept_older_store: bool,
}

/// `omote persona …`
#[derive(Debug, Subcommand)]
pub(crate) enum PersonaCommand {
    #[command(about = "about-persona-list", after_help = "example-persona-list")]
    List,
    #[command(about = "about-persona-add", after_help = "example-persona-add")]
    Add(PersonaName),
    #[command(about = "about-persona-rename", after_help = "example-persona-rename")]
    Rename(PersonaRename),
    #[command(
        about = "about-persona-default",
        after_help = "example-persona-default"
    )]
    Default(PersonaName),
}

/// A persona by name.
#[derive(Debug, Args)]
pub(crate) struct PersonaName {
    #[arg(value_name = "NAME", help = "arg-persona-name")]
    pub(crate) name: String,
}

/// `omote persona rename`
#[derive(Debug, Args)]
pub(crate) struct PersonaRename {
    #[arg(value_name = "NAME", help = "arg-persona-name")]
    pub(crate) name: String,
    #[arg(value_name = "NEW", help = "arg-persona-new-name")]
    pub(crate) new: String,
}

/// How consent is given without a question.
#[derive(Debug, Args)]
pub(crate) struct ConsentArgs {
    #[arg(long, conflicts_with = "consent", help = "arg-dry-run")]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "DIGEST", help = "arg-consent")]
    pub(crate) consent: Option<Sha256Digest>,
}

/// `omote receive`
#[derive(Debug, Args)]
pub(crate) struct ReceiveArgs {
    #[arg(
        value_name = "LINK",
        required_unless_present_any = ["qr_image", "pending"],
        help = "arg-offer-link"
    )]
    pub(crate) link: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "link",
        help = "arg-qr-image"
    )]
    pub(crate) qr_image: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["link", "qr_image"], help = "arg-pending")]
    pub(crate) pending: bool,
    #[arg(long, value_name = "FORMAT", value_parser = format(), help = "arg-format")]
    pub(crate) format: Option<wallet_core::Format>,
    #[arg(long, value_name = "ID", help = "arg-only")]
    pub(crate) only: Vec<String>,
    #[arg(long, help = "arg-open")]
    pub(crate) open: bool,
    #[arg(long, value_name = "NAME", help = "arg-receive-persona")]
    pub(crate) persona: Option<String>,
    #[arg(long, value_parser = world, help = "arg-origin")]
    pub(crate) origin: Option<WorldId>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256), help = "arg-copies")]
    pub(crate) copies: Option<u32>,
    #[arg(long, value_name = "FILE", help = "arg-code-file")]
    pub(crate) code_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// `omote refill`
#[derive(Debug, Args)]
pub(crate) struct RefillArgs {
    #[arg(
        value_name = "ID",
        required_unless_present = "all",
        conflicts_with = "all",
        help = "arg-holding"
    )]
    pub(crate) holding: Option<String>,
    #[arg(long, help = "arg-refill-all")]
    pub(crate) all: bool,
    #[arg(long, help = "arg-refill-force")]
    pub(crate) force: bool,
}

/// `omote show`
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[arg(value_name = "ID", help = "arg-holding")]
    pub(crate) holding: String,
    #[arg(long, help = "arg-show-provenance")]
    pub(crate) provenance: bool,
}

/// `omote present`
#[derive(Debug, Args)]
pub(crate) struct PresentArgs {
    #[arg(
        value_name = "LINK",
        required_unless_present = "qr_image",
        help = "arg-request-link"
    )]
    pub(crate) link: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "link",
        help = "arg-qr-image"
    )]
    pub(crate) qr_image: Option<PathBuf>,
    #[arg(long, value_parser = world, help = "arg-origin")]
    pub(crate) origin: Option<WorldId>,
    #[arg(long, value_name = "NAME", help = "arg-present-persona")]
    pub(crate) persona: Option<String>,
    #[arg(long, value_name = "QUERY=ID", value_parser = choice, help = "arg-choose")]
    pub(crate) choose: Vec<Choice>,
    #[arg(long, help = "arg-fresh")]
    pub(crate) fresh: bool,
    #[arg(long, requires = "consent", help = "arg-again")]
    pub(crate) again: bool,
    #[arg(long, help = "arg-no-lease")]
    pub(crate) no_lease: bool,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// Which holding answers which query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The id of the query in the request.
    pub(crate) query: String,
    /// A holding, as `omote show` takes it.
    pub(crate) holding: String,
}

/// An origin as people type it: large letters mean the same.
fn world(text: &str) -> Result<WorldId, String> {
    text.trim()
        .to_ascii_lowercase()
        .parse()
        .map_err(|error: WorldError| error.to_string())
}

/// SHA-256 of a certificate in hexadecimal, with colons or without.
fn fingerprint(text: &str) -> Result<Sha256Digest, String> {
    let digits = text.trim().replace(':', "").to_ascii_lowercase();
    let bytes = schemas::encoding::hex::decode(&digits).and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(Sha256Digest::from_bytes)
        .ok_or_else(|| "64 hexadecimal digits".to_owned())
}

fn choice(text: &str) -> Result<Choice, String> {
    match text.split_once('=') {
        Some((query, holding)) if !query.is_empty() && !holding.is_empty() => Ok(Choice {
            query: query.to_owned(),
            holding: holding.to_owned(),
        }),
        _ => Err("QUERY=ID".to_owned()),
    }
}

/// The names of the formats, which shells complete and help pages list.
fn format() -> impl TypedValueParser<Value = wallet_core::Format> {
    PossibleValuesParser::new(wallet_core::Format::ALL.map(wallet_core::Format::name))
        .try_map(|text| wallet_core::Format::from_name(&text).ok_or_else(|| text.clone()))
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// `omote check`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[arg(
        value_name = "FILE",
        required_unless_present = "holdings",
        help = "arg-check-file"
    )]
    pub(crate) file: Option<PathBuf>,
    #[arg(
        long,
        conflicts_with_all = [
            "file", "policy", "model", "challenge", "request", "origin", "creator",
            "did_document", "status_list", "trust_list", "item_head", "chain",
            "bundle", "at",
        ],
        help = "arg-check-holdings"
    )]
    pub(crate) holdings: bool,
    #[arg(long, value_name = "FILE", help = "arg-policy")]
    pub(crate) policy: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = "arg-model")]
    pub(crate) model: Option<PathBuf>,
    #[arg(long, value_name = "TEXT", requires_all = ["audience", "query"], help = "arg-challenge")]
    pub(crate) challenge: Option<String>,
    #[arg(
        long,
        value_name = "CLIENT_ID",
        requires = "challenge",
        help = "arg-audience"
    )]
    pub(crate) audience: Option<String>,
    #[arg(long, value_name = "FILE", requires = "challenge", help = "arg-query")]
    pub(crate) query: Option<PathBuf>,
    #[arg(
        long,
        value_name = "TEXT",
        requires = "challenge",
        help = "arg-transaction-data"
    )]
    pub(crate) transaction_data: Vec<String>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "challenge",
        help = "arg-request"
    )]
    pub(crate) request: Option<PathBuf>,
    #[arg(long, value_parser = world, help = "arg-check-origin")]
    pub(crate) origin: Vec<WorldId>,
    #[arg(
        long,
        value_name = "DID",
        conflicts_with = "policy",
        help = "arg-creator"
    )]
    pub(crate) creator: Vec<Did>,
    #[arg(long, value_name = "FILE", help = "arg-did-document")]
    pub(crate) did_document: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = "arg-status-list")]
    pub(crate) status_list: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = "arg-trust-list")]
    pub(crate) trust_list: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = "arg-item-head")]
    pub(crate) item_head: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = "arg-chain")]
    pub(crate) chain: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "policy", help = "arg-bundle")]
    pub(crate) bundle: Vec<PathBuf>,
    #[arg(long, value_name = "TIME", value_parser = time, help = "arg-at")]
    pub(crate) at: Option<Timestamp>,
    #[arg(long, help = "arg-explain")]
    pub(crate) explain: bool,
}

/// `omote history`
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[arg(long, value_name = "ORIGIN", value_parser = world, help = "arg-history-world")]
    pub(crate) world: Option<WorldId>,
    #[arg(long, help = "arg-history-verify")]
    pub(crate) verify: bool,
    #[arg(long, value_name = "FILE", help = "arg-history-export")]
    pub(crate) export: Option<PathBuf>,
}

/// `omote trust …`
#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    #[command(about = "about-trust-list", after_help = "example-trust-list")]
    List,
    #[command(about = "about-trust-add", after_help = "example-trust-add")]
    Add(WorldArgs),
    #[command(about = "about-trust-remove", after_help = "example-trust-remove")]
    Remove(WorldArgs),
    #[command(
        about = "about-trust-anchor",
        after_help = "example-trust-anchor",
        subcommand
    )]
    Anchor(AnchorCommand),
}

/// `omote trust anchor …`
#[derive(Debug, Subcommand)]
pub(crate) enum AnchorCommand {
    #[command(
        about = "about-trust-anchor-list",
        after_help = "example-trust-anchor-list"
    )]
    List,
    #[command(
        about = "about-trust-anchor-add",
        after_help = "example-trust-anchor-add"
    )]
    Add(AnchorFile),
    #[command(
        about = "about-trust-anchor-remove",
        after_help = "example-trust-anchor-remove"
    )]
    Remove(AnchorArgs),
}

/// Certificates in a file.
#[derive(Debug, Args)]
pub(crate) struct AnchorFile {
    #[arg(value_name = "FILE", help = "arg-anchor-file")]
    pub(crate) file: PathBuf,
}

/// A certificate by its fingerprint.
#[derive(Debug, Args)]
pub(crate) struct AnchorArgs {
    #[arg(value_name = "FINGERPRINT", value_parser = fingerprint, help = "arg-anchor")]
    pub(crate) fingerprint: Sha256Digest,
}

/// A world by its origin.
#[derive(Debug, Args)]
pub(crate) struct WorldArgs {
    #[arg(value_name = "ORIGIN", value_parser = world, help = "arg-world")]
    pub(crate) world: WorldId,
}

/// `omote backup …`
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    #[command(about = "about-backup-create", after_help = "example-backup-create")]
    Create(BackupFile),
    #[command(about = "about-backup-verify", after_help = "example-backup-verify")]
    Verify(BackupWithWords),
    #[command(about = "about-backup-restore", after_help = "example-backup-restore")]
    Restore(BackupRestore),
}

/// A backup file that is made.
#[derive(Debug, Args)]
pub(crate) struct BackupFile {
    #[arg(value_name = "FILE", help = "arg-backup-new")]
    pub(crate) file: PathBuf,
}

/// A backup file that is read.
#[derive(Debug, Args)]
pub(crate) struct BackupWithWords {
    #[arg(value_name = "FILE", help = "arg-backup")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FILE", help = "arg-verify-words-file")]
    pub(crate) words_file: Option<PathBuf>,
}

/// A backup file that becomes a wallet.
#[derive(Debug, Args)]
pub(crate) struct BackupRestore {
    #[arg(value_name = "FILE", help = "arg-backup")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FILE", help = "arg-words-file")]
    pub(crate) words_file: Option<PathBuf>,
    #[arg(long, help = "arg-no-keychain")]
    pub(crate) no_keychain: bool,
}

/// `omote provenance`
#[derive(Debug, Args)]
pub(crate) struct ProvenanceArgs {
    #[arg(value_name = "MODEL", help = "arg-provenance-model")]
    pub(crate) model: PathBuf,
    #[arg(long, value_name = "FILE", help = "arg-provenance-out")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "NAME", help = "arg-provenance-name")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "FILE", help = "arg-provenance-license")]
    pub(crate) license: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = "arg-provenance-persona")]
    pub(crate) persona: Option<String>,
}

/// `omote completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    #[arg(value_name = "SHELL", help = "arg-shell")]
    pub(crate) shell: clap_complete::Shell,
}

/// `omote man`, `omote help`
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    #[arg(value_name = "COMMAND", help = "arg-page-command")]
    pub(crate) command: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::{Choice, Cli, choice};
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn choices_name_both_sides() {
        let expected = Choice {
            query: "avatar".into(),
            holding: "mika=1".into(),
        };
        assert_eq!(choice("avatar=mika=1"), Ok(expected));
        assert!(choice("avatar").is_err() && choice("=x").is_err() && choice("x=").is_err());
    }
}

//! Failures: what happened, and the one command that helps. The holder's machine runs it.
//!
//! A library's reason code brings its sentence and remedy from `schemas`; what only the command can
//! know (no terminal, a file in the way) has a code of its area `cli` and stands in
//! `i18n/{en,ja}/omote.ftl`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use schemas::reason::Reason;
use wallet_core::{
    BackupError, Format, HistoryError, HoldingError, PersonaError, Refillable, StoreError,
    WordsError,
};

use crate::exit::Exit;
use crate::terminal::{Mark, Terminal};
use crate::texts::{Texts, Value};

/// Why a command did not do what it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    why: Why,
    details: Vec<Detail>,
    command: Option<String>,
    exit: Option<Exit>,
    /// Whether the person has read it.
    told: bool,
}

#[derive(Clone, Debug)]
enum Why {
    Reason(Reason),
    Local(Local),
    /// A code of the libraries, said in words of the command, by message id.
    Said(Reason, &'static str, Values),
}

type Values = Vec<(&'static str, Value<'static>)>;

/// What stands beside a sentence.
#[derive(Clone, Debug)]
enum Detail {
    /// As a library says it, in English; or a name, which has no language.
    Plain(String),
    /// In the person's language.
    Said(&'static str, Vec<(&'static str, Value<'static>)>),
}

/// What only the command can know.
#[derive(Clone, Debug)]
pub(crate) enum Local {
    /// What a world answered while something was received is not of the right form.
    AnswerBroken {
        /// Its code.
        reason: Reason,
        /// Which answer, by message id.
        what: &'static str,
    },
    /// The person said no.
    Declined,
    /// The person did not take a step of an item.
    DeclinedStep,
    /// The person typed another name than that of the item that would go.
    NamedOtherItem {
        /// What was typed.
        typed: String,
        /// What was asked for.
        name: String,
    },
    /// The person did not sign.
    DeclinedToSign,
    /// A file that must not be overwritten.
    FileExists(PathBuf),
    /// A file of secrets that others can read.
    FileInsecure {
        /// Which one.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file that is larger than its kind may be.
    FileTooLarge {
        /// Which one.
        path: PathBuf,
        /// Bytes allowed.
        limit: u64,
    },
    /// A file that could not be read.
    FileUnreadable {
        /// Which one.
        path: PathBuf,
        /// What the system answered.
        kind: io::ErrorKind,
    },
    /// A file that could not be written.
    FileUnwritable {
        /// Which one.
        path: PathBuf,
        /// What the system answered.
        kind: io::ErrorKind,
    },
    /// The passphrase is needed, and nobody can be asked.
    Locked,
    /// An answer is needed, and nobody can be asked; the flag gives it.
    NeedsAnswer {
        /// What to give in place of the answer.
        flag: &'static str,
    },
    /// The world has nothing under a link any more.
    LinkGone,
    /// It is something that others are judged by.
    NotByItself {
        /// What it is, by message id.
        what: &'static str,
        /// The command that takes it.
        command: &'static str,
    },
    /// Nothing in the wallet answers a request.
    NothingFits,
    /// Every copy of what would answer was shown to other worlds.
    NoCopyLeft {
        /// The holding's name.
        name: String,
        /// The beginning of its id.
        id: String,
        /// Whether its issuer gives more without a new offer.
        refill: Refillable,
    },
    /// What would answer does not stand any more.
    NotStanding {
        /// Why.
        reason: Reason,
        /// The holding's name.
        name: String,
        /// The beginning of its id.
        id: String,
    },
    /// What would answer is written in another format than the world asks for.
    OtherFormat {
        /// The format that is asked for.
        asked: Format,
        /// The format of the holding.
        held: Format,
        /// The holding's name.
        name: String,
        /// The beginning of its id.
        id: String,
    },
    /// A link to an offer in the place of one to a request.
    OfferGiven,
    /// No link to a request.
    NoRequestLink,
    /// A link to a request in the place of one to an offer.
    RequestGiven,
    /// An issuer that gives no more copies of something.
    NoMoreCopies,
    /// No link to an offer, and no address of a world.
    NoOfferLink,
    /// The address of a world that gives nothing at its address.
    NoLogin {
        /// The world's origin.
        world: String,
    },
    /// Several holdings are meant by a text.
    SeveralHoldings {
        /// The text.
        name: String,
        /// How many.
        count: usize,
    },
    /// Several offers are meant by the first digits.
    SeveralOffers {
        /// The digits.
        digits: String,
        /// How many.
        count: usize,
    },
    /// An offer asks for something in return.
    SwapWanted {
        /// The holding that it asks for, when this wallet has it.
        name: Option<String>,
        /// The item's tag.
        tag: String,
    },
    /// It is no kind of thing that can be judged.
    NothingToJudge,
    /// The link leads to another world than the person named.
    NamedOther {
        /// What the person named.
        named: String,
        /// Where the link leads.
        found: String,
    },
    /// The environment names no folder.
    NoHome,
    /// No holding is meant by this text.
    NoHolding(String),
    /// No persona has this name.
    NoPersona(String),
    /// Nothing that waits for an answer has the digest that was agreed to.
    NoSuchDigest,
    /// Nobody came back from the browser.
    LoginTimeout,
    /// There is no wallet yet.
    NoWallet,
    /// What was typed twice is not the same.
    PassphraseMismatch,
    /// A new passphrase is too short.
    PassphraseShort {
        /// Characters at least.
        least: usize,
    },
    /// Stdout did not take the data.
    OutputFailed(io::ErrorKind),
    /// A presentation without the request that it answers.
    RequestMissing,
    /// The person was asked, and neither agreed nor said no.
    Unclear,
    /// The command line is not understood.
    Usage(String),
    /// The words that were asked for were not the ones shown.
    WordsUnconfirmed,
}

impl Local {
    /// Its code. The pattern is that of reason codes.
    const fn code(&self) -> &'static str {
        match self {
            Self::AnswerBroken { reason, .. } => reason.code(),
            Self::Declined
            | Self::DeclinedStep
            | Self::DeclinedToSign
            | Self::NamedOtherItem { .. } => "cli_declined",
            Self::FileExists(_) => "cli_file_exists",
            Self::FileInsecure { .. } => "cli_file_insecure",
            Self::FileTooLarge { .. } => "cli_file_too_large",
            Self::FileUnreadable { .. } => "cli_file_unreadable",
            Self::FileUnwritable { .. } => "cli_file_unwritable",
            Self::Locked => "cli_locked",
            Self::LoginTimeout => "cli_login_timeout",
            Self::NeedsAnswer { .. } | Self::Unclear => "cli_needs_answer",
            // Codes of the libraries, said in words of the command.
            Self::NamedOther { .. } => Reason::OriginUnconfirmed.code(),
            Self::NoSuchDigest => Reason::ConsentMismatch.code(),
            Self::NotByItself { .. } | Self::RequestMissing => Reason::BadRequest.code(),
            Self::NothingFits | Self::OtherFormat { .. } => Reason::VpQueryUnsatisfied.code(),
            Self::NoCopyLeft { .. } => Reason::CopyExhausted.code(),
            Self::NotStanding { reason, .. } => reason.code(),
            Self::OfferGiven
            | Self::NoRequestLink
            | Self::RequestGiven
            | Self::NoOfferLink
            | Self::SeveralHoldings { .. }
            | Self::SeveralOffers { .. }
            | Self::SwapWanted { .. } => Reason::BadRequest.code(),
            Self::NoLogin { .. } => Reason::OfferRejected.code(),
            Self::NoMoreCopies => Reason::IssuanceDenied.code(),
            Self::NothingToJudge => Reason::ParseError.code(),
            Self::LinkGone | Self::NoHolding(_) | Self::NoPersona(_) => Reason::NotFound.code(),
            Self::NoHome => "cli_no_home",
            Self::NoWallet => "cli_no_wallet",
            Self::PassphraseMismatch => "cli_passphrase_mismatch",
            Self::PassphraseShort { .. } => "cli_passphrase_short",
            Self::OutputFailed(_) => "cli_output_failed",
            Self::Usage(_) => "cli_usage",
            Self::WordsUnconfirmed => "cli_words_unconfirmed",
        }
    }

    const fn message(&self) -> &'static str {
        match self {
            Self::AnswerBroken { .. } => "err-answer-broken",
            Self::Declined => "err-declined",
            Self::DeclinedStep => "err-declined-step",
            Self::DeclinedToSign => "err-declined-to-sign",
            Self::NamedOtherItem { .. } => "err-named-other-item",
            Self::FileExists(_) => "err-file-exists",
            Self::FileInsecure { .. } => "err-file-insecure",
            Self::FileTooLarge { .. } => "err-file-too-large",
            Self::FileUnreadable { .. } => "err-file-unreadable",
            Self::FileUnwritable { .. } => "err-file-unwritable",
            Self::Locked => "err-locked",
            Self::LoginTimeout => "err-login-timeout",
            Self::NeedsAnswer { .. } => "err-needs-answer",
            Self::NoSuchDigest => "err-no-such-digest",
            Self::Unclear => "err-unclear",
            Self::LinkGone => "err-link-gone",
            Self::NotByItself { .. } => "err-not-by-itself",
            Self::NothingFits => "err-nothing-fits",
            Self::NoCopyLeft {
                refill: Refillable::Yes,
                ..
            } => "err-no-copy-left",
            Self::NoCopyLeft { .. } => "err-no-copy-left-at-all",
            Self::NotStanding {
                reason: Reason::Suspended,
                ..
            } => "err-not-standing-now",
            Self::NotStanding { .. } => "err-not-standing",
            Self::OtherFormat { .. } => "err-other-format",
            Self::OfferGiven => "err-offer-given",
            Self::NoRequestLink => "err-no-request-link",
            Self::RequestGiven => "err-request-given",
            Self::NoOfferLink => "err-no-offer-link",
            Self::NoMoreCopies => "err-no-more-copies",
            Self::NoLogin { .. } => "err-no-login",
            Self::SeveralHoldings { .. } => "err-several-holdings",
            Self::SeveralOffers { .. } => "err-several-offers",
            Self::SwapWanted { name: Some(_), .. } => "err-swap-wanted",
            Self::SwapWanted { name: None, .. } => "err-swap-not-held",
            Self::NothingToJudge => "err-nothing-to-judge",
            Self::NamedOther { .. } => "err-named-other",
            Self::NoHolding(_) => "err-no-holding",
            Self::NoPersona(_) => "err-no-persona",
            Self::NoHome => "err-no-home",
            Self::NoWallet => "err-no-wallet",
            Self::PassphraseMismatch => "err-passphrase-mismatch",
            Self::PassphraseShort { .. } => "err-passphrase-short",
            Self::OutputFailed(_) => "err-output-failed",
            Self::RequestMissing => "err-request-missing",
            Self::Usage(_) => "err-usage",
            Self::WordsUnconfirmed => "err-words-unconfirmed",
        }
    }

    const fn exit(&self) -> Exit {
        match self {
            Self::Declined
            | Self::DeclinedStep
            | Self::DeclinedToSign
            | Self::LoginTimeout
            | Self::NamedOtherItem { .. } => Exit::Declined,
            Self::Locked | Self::NeedsAnswer { .. } | Self::NoSuchDigest | Self::Unclear => {
                Exit::Locked
            }
            Self::AnswerBroken { .. } | Self::NamedOther { .. } => Exit::NotVerified,
            Self::LinkGone
            | Self::NoLogin { .. }
            | Self::NothingFits
            | Self::OtherFormat { .. }
            | Self::NoHolding(_)
            | Self::NoPersona(_) => Exit::NothingMatches,
            Self::NoMoreCopies => Exit::NotVerified,
            Self::NoCopyLeft { .. } => Exit::of(Reason::CopyExhausted),
            Self::NotStanding { reason, .. } => Exit::of(*reason),
            Self::NotByItself { .. }
            | Self::OfferGiven
            | Self::NoRequestLink
            | Self::RequestGiven
            | Self::NoOfferLink
            | Self::RequestMissing
            | Self::SeveralHoldings { .. }
            | Self::SeveralOffers { .. }
            | Self::SwapWanted { .. }
            | Self::Usage(_) => Exit::Usage,
            Self::NothingToJudge => Exit::of(Reason::ParseError),
            Self::FileExists(_)
            | Self::FileInsecure { .. }
            | Self::FileTooLarge { .. }
            | Self::FileUnreadable { .. }
            | Self::FileUnwritable { .. }
            | Self::NoHome
            | Self::NoWallet
            | Self::PassphraseMismatch
            | Self::PassphraseShort { .. }
            | Self::OutputFailed(_)
            | Self::WordsUnconfirmed => Exit::Error,
        }
    }

    fn values(&self, texts: &Texts) -> Vec<(&'static str, Value<'static>)> {
        let path = |path: &Path| Value::from(path.display().to_string());
        let kind = |kind: &io::ErrorKind| Value::from(kind_text(*kind, texts));
        match self {
            Self::AnswerBroken { what, .. } => vec![("what", texts.text(what).into())],
            Self::NoLogin { world } => vec![("world", world.clone().into())],
            Self::FileExists(file) => vec![("path", path(file))],
            Self::FileInsecure { path: file, mode } => {
                vec![("path", path(file)), ("mode", format!("{mode:04o}").into())]
            }
            Self::FileTooLarge { path: file, limit } => {
                vec![("path", path(file)), ("limit", (*limit).into())]
            }
            Self::FileUnreadable {
                path: file,
                kind: why,
            }
            | Self::FileUnwritable {
                path: file,
                kind: why,
            } => {
                vec![("path", path(file)), ("kind", kind(why))]
            }
            Self::NeedsAnswer { flag } => vec![("flag", (*flag).into())],
            Self::NamedOther { named, found } => {
                vec![
                    ("named", named.clone().into()),
                    ("found", found.clone().into()),
                ]
            }
            Self::NamedOtherItem { typed, name } => {
                vec![
                    ("typed", typed.clone().into()),
                    ("name", name.clone().into()),
                ]
            }
            Self::NoHolding(name) | Self::NoPersona(name) => vec![("name", name.clone().into())],
            Self::PassphraseShort { least } => vec![("least", (*least).into())],
            Self::OutputFailed(why) => vec![("kind", kind(why))],
            Self::Usage(text) => vec![("problem", text.clone().into())],
            Self::NotByItself { what, .. } => vec![("what", texts.text(what).into())],
            Self::NoCopyLeft { name, id, .. } => {
                vec![("name", name.clone().into()), ("id", id.clone().into())]
            }
            Self::NotStanding { reason, name, id } => vec![
                ("name", name.clone().into()),
                ("id", id.clone().into()),
                ("sentence", reason.sentence(texts.lang()).into()),
            ],
            Self::OtherFormat {
                asked,
                held,
                name,
                id,
            } => vec![
                ("asked", asked.name().into()),
                ("held", held.name().into()),
                ("name", name.clone().into()),
                ("id", id.clone().into()),
            ],
            Self::SeveralHoldings { name, count } => {
                vec![("name", name.clone().into()), ("count", (*count).into())]
            }
            Self::SwapWanted { name, tag } => vec![
                ("name", name.clone().unwrap_or_default().into()),
                ("tag", tag.clone().into()),
            ],
            Self::SeveralOffers { digits, count } => {
                vec![
                    ("digits", digits.clone().into()),
                    ("count", (*count).into()),
                ]
            }
            Self::Declined
            | Self::DeclinedStep
            | Self::DeclinedToSign
            | Self::LinkGone
            | Self::OfferGiven
            | Self::NoRequestLink
            | Self::RequestGiven
            | Self::NoMoreCopies
            | Self::NoOfferLink
            | Self::NoSuchDigest
            | Self::Unclear
            | Self::Locked
            | Self::LoginTimeout
            | Self::NothingFits
            | Self::NothingToJudge
            | Self::RequestMissing
            | Self::NoHome
            | Self::NoWallet
            | Self::PassphraseMismatch
            | Self::WordsUnconfirmed => Vec::new(),
        }
    }

    fn command(&self) -> Option<String> {
        match self {
            Self::FileInsecure { path, .. } => Some(format!("chmod 600 {}", shown(path))),
            Self::Locked => Some("omote --passphrase-file FILE …".to_owned()),
            Self::NamedOther { .. } => Some("omote trust list".to_owned()),
            Self::LinkGone => Some("omote history".to_owned()),
            Self::NothingFits | Self::NoHolding(_) => Some("omote list".to_owned()),
            Self::NoPersona(_) => Some("omote persona list".to_owned()),
            Self::NoSuchDigest => Some("omote receive --pending --dry-run".to_owned()),
            Self::Unclear => Some("omote receive --pending".to_owned()),
            Self::NoCopyLeft {
                id,
                refill: Refillable::Yes,
                ..
            } => Some(format!("omote refill {id}")),
            Self::NoCopyLeft { .. } => Some("omote receive LINK".to_owned()),
            Self::NotStanding {
                reason: Reason::Suspended,
                ..
            } => Some("omote check --holdings".to_owned()),
            Self::NotStanding { id, .. } => Some(format!("omote show {id}")),
            Self::OtherFormat { asked, .. } => {
                Some(format!("omote receive LINK --format {}", asked.name()))
            }
            Self::OfferGiven => Some("omote receive LINK".to_owned()),
            Self::NoRequestLink => Some("omote help present".to_owned()),
            Self::RequestGiven => Some("omote present LINK".to_owned()),
            Self::NoMoreCopies => Some("omote check --holdings".to_owned()),
            Self::NoOfferLink | Self::NoLogin { .. } => Some("omote help receive".to_owned()),
            Self::SeveralHoldings { .. } => Some("omote list".to_owned()),
            Self::NotByItself { command, .. } => Some((*command).to_owned()),
            Self::RequestMissing => Some("omote check FILE --request FILE".to_owned()),
            Self::NoHome => Some("omote --home FOLDER status".to_owned()),
            Self::NoWallet => Some("omote init".to_owned()),
            _ => None,
        }
    }
}

impl Failure {
    /// A refusal by reason code.
    pub(crate) const fn of(reason: Reason) -> Self {
        Self {
            why: Why::Reason(reason),
            details: Vec::new(),
            command: None,
            exit: None,
            told: false,
        }
    }

    /// A refusal by reason code, in words of the command: a message and its values.
    pub(crate) fn said(reason: Reason, id: &'static str, values: Values) -> Self {
        Self {
            why: Why::Said(reason, id, values),
            ..Self::of(reason)
        }
    }

    /// A refusal by reason code, with what the library says beside it.
    pub(crate) fn explained(reason: Reason, detail: &dyn fmt::Display) -> Self {
        Self::of(reason).detail(detail)
    }

    /// Adds what stands beside the sentence.
    pub(crate) fn detail(mut self, detail: &dyn fmt::Display) -> Self {
        self.details.push(Detail::Plain(detail.to_string()));
        self
    }

    /// Adds a text of ours that stands beside the sentence.
    pub(crate) fn beside(
        mut self,
        id: &'static str,
        values: Vec<(&'static str, Value<'static>)>,
    ) -> Self {
        self.details.push(Detail::Said(id, values));
        self
    }

    /// Names the command that helps.
    pub(crate) fn helped_by(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// Ends in another exit code than the reason's.
    pub(crate) const fn ending(mut self, exit: Exit) -> Self {
        self.exit = Some(exit);
        self
    }

    /// Of what a world sent: where it is not understood, the command line is not at fault.
    pub(crate) fn by_world(self) -> Self {
        match self.exit() {
            Exit::Usage => self.ending(Exit::NotVerified),
            _ => self,
        }
    }

    /// Was told before the command ended, and is not told again.
    pub(crate) const fn silenced(mut self) -> Self {
        self.told = true;
        self
    }

    /// Whether it is a slip in typing a new passphrase, after which it is asked for again.
    pub(crate) const fn is_slip(&self) -> bool {
        matches!(
            self.why,
            Why::Local(Local::PassphraseMismatch | Local::PassphraseShort { .. })
        )
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit.unwrap_or(match &self.why {
            Why::Reason(reason) | Why::Said(reason, ..) => Exit::of(*reason),
            Why::Local(local) => local.exit(),
        })
    }

    /// The code in reports.
    pub(crate) const fn code(&self) -> &'static str {
        match &self.why {
            Why::Reason(reason) | Why::Said(reason, ..) => reason.code(),
            Why::Local(local) => local.code(),
        }
    }

    /// What happened.
    pub(crate) fn sentence(&self, texts: &Texts) -> String {
        match &self.why {
            Why::Reason(reason) => reason.sentence(texts.lang()),
            Why::Local(local) => texts.with(local.message(), &local.values(texts)),
            Why::Said(_, id, values) => texts.with(id, values),
        }
    }

    /// What would change it.
    pub(crate) fn remedy(&self, texts: &Texts) -> String {
        match &self.why {
            Why::Reason(reason) => texts.own_remedy(*reason),
            Why::Local(local) => texts.remedy(local.message(), &local.values(texts)),
            Why::Said(_, id, values) => texts.remedy(id, values),
        }
    }

    /// What stands beside the sentence.
    pub(crate) fn details(&self, texts: &Texts) -> Vec<String> {
        let details = self.details.iter();
        details
            .map(|detail| match detail {
                Detail::Plain(text) => text.clone(),
                Detail::Said(id, values) => texts.with(id, values),
            })
            .collect()
    }

    /// The one command that helps.
    pub(crate) fn command(&self) -> Option<String> {
        self.command.clone().or_else(|| match &self.why {
            Why::Reason(reason) => helping(*reason).map(str::to_owned),
            Why::Said(..) => None,
            Why::Local(local) => local.command(),
        })
    }

    /// Tells the person, who may have read it before.
    pub(crate) fn tell(&self, terminal: &mut Terminal) {
        if self.told {
            return;
        }
        let texts = terminal.texts();
        let (label, help) = (texts.text("label-error"), texts.text("label-help"));
        let (sentence, remedy) = (self.sentence(texts), self.remedy(texts));
        let command = self.command().map(|command| {
            terminal
                .texts()
                .with("label-command", &[("command", command.into())])
        });
        let mut lines = sentence.lines();
        terminal.labelled(Mark::Bad, &label, lines.next().unwrap_or_default());
        for line in lines {
            terminal.say_text(&format!("  {line}"));
        }
        for detail in self.details(terminal.texts()) {
            terminal.say_text(&format!("  {}", crate::sanitize::brief(&detail)));
        }
        terminal.labelled(Mark::Careful, &help, &remedy);
        if let Some(command) = command {
            terminal.say_text(&format!("  {command}"));
        }
    }
}

/// What the system answered, in words.
fn kind_text(kind: io::ErrorKind, texts: &Texts) -> String {
    match kind {
        io::ErrorKind::NotFound => texts.text("io-not-found"),
        io::ErrorKind::PermissionDenied => texts.text("io-permission-denied"),
        io::ErrorKind::IsADirectory => texts.text("io-is-a-folder"),
        io::ErrorKind::NotADirectory => texts.text("io-not-a-folder"),
        io::ErrorKind::StorageFull => texts.text("io-storage-full"),
        other => other.to_string(),
    }
}

/// The command that helps most often after a refusal.
const fn helping(reason: Reason) -> Option<&'static str> {
    use Reason as R;
    match reason {
        R::ConsentMismatch => Some("omote present LINK --dry-run"),
        R::CopyExhausted => Some("omote refill HOLDING"),
        R::CredExpired => Some("omote receive LINK"),
        R::HistoryBroken | R::WalletRollback | R::WalletIo | R::WalletPermissions => {
            Some("omote doctor")
        }
        R::KeychainUnavailable => Some("omote --passphrase-file FILE status"),
        R::NotFound => Some("omote list"),
        R::OriginUnconfirmed => Some("omote trust add ORIGIN"),
        R::VpQueryUnsatisfied => Some("omote list"),
        R::WalletCorrupt => Some("omote backup restore FILE"),
        R::WalletExists => Some("omote status"),
        R::WordsMalformed => Some("omote init --restore --words-file FILE"),
        _ => None,
    }
}

/// A path as one word of a command, as far as that is simple.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if text
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-~+,=@%".contains(c))
    {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

impl From<Local> for Failure {
    fn from(local: Local) -> Self {
        Self {
            why: Why::Local(local),
            details: Vec::new(),
            command: None,
            exit: None,
            told: false,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Local::NoWallet.into(),
            // The sentence of the code says it all.
            StoreError::Exists | StoreError::WrongPassphrase => Self::of(error.reason()),
            error => Self::explained(error.reason(), &error),
        }
    }
}

impl From<PersonaError> for Failure {
    fn from(error: PersonaError) -> Self {
        match error {
            PersonaError::Store(error) => error.into(),
            error => Self::explained(error.reason(), &error).helped_by("omote persona list"),
        }
    }
}

impl From<HoldingError> for Failure {
    fn from(error: HoldingError) -> Self {
        match error {
            HoldingError::Store(error) => error.into(),
            error @ HoldingError::Ambiguous { .. } => {
                Self::explained(error.reason(), &error).helped_by("omote list")
            }
            error => Self::explained(error.reason(), &error),
        }
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Store(error) => error.into(),
            error => Self::explained(error.reason(), &error),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            error => Self::explained(error.reason(), &error),
        }
    }
}

impl From<WordsError> for Failure {
    fn from(error: WordsError) -> Self {
        Self::explained(error.reason(), &error)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{Failure, Local, shown};
    use crate::texts::Texts;
    use schemas::lang::Lang;
    use schemas::reason::Reason;
    use wallet_core::{Format, Refillable};

    fn all() -> Vec<Local> {
        let path = || "/x/y".into();
        vec![
            Local::AnswerBroken {
                reason: Reason::ImportRejected,
                what: "answer-token",
            },
            Local::Declined,
            Local::DeclinedToSign,
            Local::NamedOtherItem {
                typed: "lantern 7".into(),
                name: "lantern #7".into(),
            },
            Local::FileExists(path()),
            Local::FileInsecure {
                path: path(),
                mode: 0o644,
            },
            Local::FileTooLarge {
                path: path(),
                limit: 5,
            },
            Local::FileUnreadable {
                path: path(),
                kind: ErrorKind::NotFound,
            },
            Local::FileUnwritable {
                path: path(),
                kind: ErrorKind::StorageFull,
            },
            Local::LinkGone,
            Local::NotByItself {
                what: "aid-status-list",
                command: "omote check FILE --status-list FILE",
            },
            Local::NothingFits,
            Local::NoCopyLeft {
                name: "Mika".into(),
                id: "3f9c0000".into(),
                refill: Refillable::Yes,
            },
            Local::NoCopyLeft {
                name: "Mika".into(),
                id: "3f9c0000".into(),
                refill: Refillable::No,
            },
            Local::NotStanding {
                reason: Reason::Revoked,
                name: "Mika".into(),
                id: "3f9c0000".into(),
            },
            Local::NotStanding {
                reason: Reason::Suspended,
                name: "Mika".into(),
                id: "3f9c0000".into(),
            },
            Local::OtherFormat {
                asked: Format::LdpVc,
                held: Format::DcSdJwt,
                name: "Mika".into(),
                id: "3f9c0000".into(),
            },
            Local::OfferGiven,
            Local::NoRequestLink,
            Local::RequestGiven,
            Local::NoOfferLink,
            Local::NoMoreCopies,
            Local::NoLogin {
                world: "https://a.example".into(),
            },
            Local::SeveralHoldings {
                name: "Mika".into(),
                count: 2,
            },
            Local::NothingToJudge,
            Local::RequestMissing,
            Local::Locked,
            Local::NeedsAnswer {
                flag: "--consent DIGEST",
            },
            Local::NamedOther {
                named: "https://a.example".into(),
                found: "https://b.example".into(),
            },
            Local::NoHolding("mika".into()),
            Local::NoPersona("Night".into()),
            Local::NoSuchDigest,
            Local::Unclear,
            Local::NoHome,
            Local::NoWallet,
            Local::PassphraseMismatch,
            Local::PassphraseShort { least: 8 },
            Local::OutputFailed(ErrorKind::StorageFull),
            Local::Usage("?".into()),
            Local::WordsUnconfirmed,
        ]
    }

    #[test]
    fn every_failure_says_what_happened_and_what_helps() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            for local in all() {
                let id = local.message();
                let failure = Failure::from(local);
                for text in [failure.sentence(&texts), failure.remedy(&texts)] {
                    assert_ne!(text, id, "{lang} {id}");
                    assert!(
                        !text.contains('{'),
                        "{lang} {id}: a value is missing: {text}"
                    );
                }
            }
        }
    }

    /// Who reads a failure is the holder: nobody else has to do it for them.
    #[test]
    fn remedies_speak_to_the_person() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            for reason in Reason::ALL {
                let remedy = Failure::of(*reason).remedy(&texts);
                for other in ["The holder has to", "The present holder has to", "保有者が"] {
                    assert!(!remedy.contains(other), "{}: {remedy}", reason.code());
                }
            }
        }
    }

    #[test]
    fn paths_are_one_word() {
        assert_eq!(shown("/a/b.c".as_ref()), "/a/b.c");
        assert_eq!(shown("/a b/it's".as_ref()), "'/a b/it'\\''s'");
    }
}

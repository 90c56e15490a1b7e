//! The policy as a TOML file, read and written side by side.

use std::fmt;

use schemas::credential::{CredentialType, Validity};
use schemas::did::{Did, DidMethod};
use schemas::reason::Reason;
use schemas::terms::is_absolute_iri;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use serde::Deserialize;

use crate::evidence::MAX_TRUST_LISTS;
use crate::list::ListRef;
use crate::names::{KnownName, NameKind};
use crate::policy::ledger::LedgerFile;
use crate::policy::{Creators, Limits, NameRules, OnLookAlike, Policy, Rule, TrustListRule};

const DAY: u32 = 86_400;
/// How old what is known of the outside may be at most: a world that is offline for longer than a month
/// cannot say much.
const MONTH: u32 = 30 * DAY;
/// Most names that a policy may know.
const MAX_NAMES: usize = 10_000;
/// Longest name, in characters.
const MAX_NAME: usize = 200;

/// The limits: name, place, and what each may be at most.
type LimitField = (&'static str, fn(&mut Limits) -> &mut i64, u32);
const LIMITS: [LimitField; 5] = [
    ("clock_skew_seconds", |limits| &mut limits.clock_skew, 600),
    (
        "max_presentation_age_seconds",
        |limits| &mut limits.max_presentation_age,
        DAY,
    ),
    (
        "max_document_age_seconds",
        |limits| &mut limits.max_document_age,
        MONTH,
    ),
    (
        "max_status_age_seconds",
        |limits| &mut limits.max_status_age,
        MONTH,
    ),
    (
        "max_trust_list_age_seconds",
        |limits| &mut limits.max_trust_list_age,
        MONTH,
    ),
];

impl Policy {
    /// The policy as a file, from which [`Policy::from_toml`] reads the same policy, unless an issuer
    /// stands there twice. What has its usual value is left out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::from("version = 1\n");
        let (mut limits, mut normal) = (self.limits(), Limits::default());
        for (name, field, _) in LIMITS {
            let (seconds, normal) = (*field(&mut limits), *field(&mut normal));
            if seconds != normal {
                text.push_str(&format!("{name} = {seconds}\n"));
            }
        }
        if !self.bundle_makers().is_empty() {
            let makers = self.bundle_makers().iter().map(|did| quoted(did.as_str()));
            text.push_str(&format!("bundle_makers = {}\n", list(makers)));
        }
        for rule in self.rules() {
            let creators = match &rule.creators {
                Creators::Any => quoted("any"),
                Creators::Listed(creators) => list(creators.iter().map(|did| quoted(did.as_str()))),
            };
            text.push_str(&format!(
                "\n[[issuer]]\ndid = {}\ntypes = {}\ncreators = {creators}\n",
                quoted(rule.did.as_str()),
                list(rule.types.iter().map(|name| quoted(name))),
            ));
            for (name, time) in [("from", rule.validity.from), ("until", rule.validity.until)] {
                if let Some(time) = time {
                    text.push_str(&format!("{name} = {}\n", quoted(&time.to_string())));
                }
            }
        }
        for rule in self.trust_lists() {
            text.push_str(&format!(
                "\n[[trust_list]]\nurl = {}\nissuer = {}\ntypes = {}\n",
                quoted(rule.list.url.as_str()),
                quoted(rule.list.issuer.as_str()),
                list(rule.types.iter().map(|name| quoted(name))),
            ));
        }
        text.push_str(&self.ledger().to_toml());
        let names = self.names();
        if *names != NameRules::default() {
            text.push_str("\n[names]\n");
            if names.on_lookalike == OnLookAlike::Refuse {
                text.push_str("on_lookalike = \"refuse\"\n");
            }
            for known in &names.known {
                text.push_str(&format!(
                    "\n[[names.known]]\nname = {}\nkind = {}\n",
                    quoted(&known.name),
                    quoted(known.kind.code()),
                ));
                if let Some(did) = &known.who {
                    text.push_str(&format!("did = {}\n", quoted(did.as_str())));
                }
            }
        }
        text
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// When it is not TOML, has members or values that are not in its schema, another version, more
    /// than 64 trust lists, or an issuer or a trust list twice.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let file: File = basic_toml::from_str(text).map_err(|error| PolicyError(short(&error)))?;
        if file.version != 1 {
            return Err(PolicyError(format!("version {} is not 1", file.version)));
        }
        let mut policy = Self::nobody().with_limits(file.limits()?);
        for maker in file.bundle_makers {
            if maker.method() == DidMethod::Web {
                let text = "a maker of bundles is a did:key or did:jwk: nobody is asked offline";
                return Err(PolicyError(text.to_owned()));
            }
            policy = policy.with_bundle_maker(maker);
        }
        for issuer in file.issuer {
            if policy.rules().iter().any(|rule| rule.did == issuer.did) {
                return Err(PolicyError(format!("{} stands there twice", issuer.did)));
            }
            policy = policy.with_rule(issuer.read()?);
        }
        if file.trust_list.len() > MAX_TRUST_LISTS {
            let text =
                format!("more than {MAX_TRUST_LISTS} trust lists: no more are kept at a time");
            return Err(PolicyError(text));
        }
        for list in file.trust_list {
            let rule = list.read()?;
            let known = policy.trust_lists().iter();
            if known
                .map(|known| &known.list)
                .any(|list| *list == rule.list)
            {
                let url = rule.list.url.as_str();
                return Err(PolicyError(format!("{url} stands there twice")));
            }
            policy = policy.with_trust_list(rule);
        }
        let policy = policy.with_ledger(file.ledger.read()?);
        Ok(policy.with_names(file.names.read()?))
    }
}

/// A basic string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

pub(super) fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}

/// Where a policy file is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(String);

impl PolicyError {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::PolicyMalformed
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the trust policy is not usable: {}", self.0)
    }
}

impl std::error::Error for PolicyError {}

fn short(error: &basic_toml::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or("not TOML")
        .to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    clock_skew_seconds: Option<u32>,
    max_presentation_age_seconds: Option<u32>,
    max_document_age_seconds: Option<u32>,
    max_status_age_seconds: Option<u32>,
    max_trust_list_age_seconds: Option<u32>,
    #[serde(default)]
    bundle_makers: Vec<Did>,
    #[serde(default)]
    issuer: Vec<IssuerFile>,
    #[serde(default)]
    trust_list: Vec<TrustListFile>,
    #[serde(default)]
    ledger: LedgerFile,
    #[serde(default)]
    names: NamesFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerFile {
    did: Did,
    types: Vec<String>,
    creators: Option<CreatorsFile>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CreatorsFile {
    Word(String),
    List(Vec<Did>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustListFile {
    url: String,
    issuer: Did,
    types: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesFile {
    on_lookalike: Option<String>,
    #[serde(default)]
    known: Vec<KnownFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFile {
    name: String,
    kind: Option<String>,
    did: Option<Did>,
}

impl File {
    fn limits(&self) -> Result<Limits, PolicyError> {
        let mut limits = Limits::default();
        let stated = [
            self.clock_skew_seconds,
            self.max_presentation_age_seconds,
            self.max_document_age_seconds,
            self.max_status_age_seconds,
            self.max_trust_list_age_seconds,
        ];
        for ((name, field, most), stated) in LIMITS.into_iter().zip(stated) {
            match stated {
                None => {}
                Some(seconds) if seconds <= most => *field(&mut limits) = i64::from(seconds),
                Some(seconds) => {
                    return Err(PolicyError(format!("{name} is {seconds}, at most {most}")));
                }
            }
        }
        Ok(limits)
    }
}

impl IssuerFile {
    fn read(self) -> Result<Rule, PolicyError> {
        let creators = match self.creators {
            None => Creators::Listed(Vec::new()),
            Some(CreatorsFile::Word(word)) if word == "any" => Creators::Any,
            Some(CreatorsFile::Word(_)) => {
                let text = "creators is \"any\" or a list of DIDs";
                return Err(PolicyError(text.to_owned()));
            }
            Some(CreatorsFile::List(creators)) => Creators::Listed(creators),
        };
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until <= from
        {
            let text = format!("the rule for {} ends before it begins", self.did);
            return Err(PolicyError(text));
        }
        Ok(Rule {
            did: self.did,
            types: check_types(self.types)?,
            creators,
            validity: Validity {
                from: self.from,
                until: self.until,
            },
        })
    }
}

impl TrustListFile {
    fn read(self) -> Result<TrustListRule, PolicyError> {
        let url = self.url.parse::<WebUrl>().ok();
        let Some(url) = url.filter(|url| url.fragment().is_none()) else {
            return Err(PolicyError("a trust list has an https address".to_owned()));
        };
        let issuer = self.issuer;
        Ok(TrustListRule {
            list: ListRef { url, issuer },
            types: check_types(self.types)?,
        })
    }
}

impl NamesFile {
    fn read(self) -> Result<NameRules, PolicyError> {
        let on_lookalike = match self.on_lookalike.as_deref() {
            None | Some("note") => OnLookAlike::Note,
            Some("refuse") => OnLookAlike::Refuse,
            Some(_) => {
                let text = "on_lookalike is \"note\" or \"refuse\"";
                return Err(PolicyError(text.to_owned()));
            }
        };
        let sound = |name: &str| (1..=MAX_NAME).contains(&name.chars().count());
        if self.known.len() > MAX_NAMES || !self.known.iter().all(|known| sound(&known.name)) {
            let text = "names have 1 to 200 characters, and a policy knows at most 10000";
            return Err(PolicyError(text.to_owned()));
        }
        let known = self.known.into_iter().map(KnownFile::read);
        Ok(NameRules {
            on_lookalike,
            known: known.collect::<Result<_, _>>()?,
        })
    }
}

impl KnownFile {
    /// A name of which nothing else is said is a word that nobody may go by, or somebody's.
    fn read(self) -> Result<KnownName, PolicyError> {
        let kind = match (self.kind.as_deref(), &self.did) {
            (None, None) | (Some("reserved"), None) => NameKind::Reserved,
            (None, Some(_)) | (Some("world"), _) => NameKind::World,
            (Some("issuer"), _) => NameKind::Issuer,
            (Some("persona"), _) => NameKind::Persona,
            (Some(_), _) => {
                let text = "a known name is of the kind issuer, persona, reserved or world; \
                            one that is reserved has no did";
                return Err(PolicyError(text.to_owned()));
            }
        };
        Ok(KnownName {
            name: self.name,
            who: self.did,
            kind,
        })
    }
}

/// Types of ours by their names; another by its whole IRI, which is how a document names one that no
/// pinned context has, and an SD-JWT VC its `vct`.
fn check_types(types: Vec<String>) -> Result<Vec<String>, PolicyError> {
    let known = |name: &String| name.parse::<CredentialType>().is_ok() || is_absolute_iri(name);
    match types.iter().find(|name| !known(name)) {
        None => Ok(types),
        Some(name) => Err(PolicyError(format!(
            "{name:?} is no type: AssetProvenance, AvatarCredential, ItemCredential or a whole IRI"
        ))),
    }
}

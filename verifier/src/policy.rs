//! Whom a verifier believes for what, and how old things may be: one TOML file.
//!
//! The default believes nobody. The schema is `schemas/json/policy.schema.json`.

use std::fmt;

use schemas::credential::CredentialType;
use schemas::did::Did;
use schemas::reason::Reason;
use serde::Deserialize;

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    limits: Limits,
    rules: Vec<Rule>,
}

/// How much clocks may differ and how old things may be, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How far ahead of ours a signer's clock may be. Expiry is never stretched by it.
    pub clock_skew: i64,
    /// The age beyond which a presentation is stale.
    pub max_presentation_age: i64,
    /// The age beyond which a DID document has to be fetched again.
    pub max_document_age: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clock_skew: 120,
            max_presentation_age: 300,
            max_document_age: 300,
        }
    }
}

/// One issuer, and what it is believed for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    did: Did,
    types: Vec<CredentialType>,
    creators: Creators,
}

/// Whose provenance an issuer may embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creators {
    /// Anybody's: the issuer vouches for the creator by embedding the statement.
    Any,
    /// Only these creators'.
    Listed(Vec<Did>),
}

impl Creators {
    fn include(&self, creator: &Did) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(creators) => creators.contains(creator),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::nobody()
    }
}

impl Policy {
    /// Believes nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            limits: Limits::default(),
            rules: Vec::new(),
        }
    }

    /// Also believes an issuer for these types.
    #[must_use]
    pub fn with_issuer(mut self, did: Did, types: Vec<CredentialType>, creators: Creators) -> Self {
        self.rules.push(Rule {
            did,
            types,
            creators,
        });
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The limits.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether an issuer is believed for a type.
    #[must_use]
    pub fn trusts(&self, issuer: &Did, kind: CredentialType) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.did == *issuer && rule.types.contains(&kind))
    }

    /// Whether provenance by a creator is believed inside a credential of this issuer and type.
    #[must_use]
    pub fn trusts_creator(&self, creator: &Did, issuer: &Did, kind: CredentialType) -> bool {
        let believed = |rule: &&Rule| rule.did == *issuer && rule.types.contains(&kind);
        self.rules
            .iter()
            .filter(believed)
            .any(|rule| rule.creators.include(creator))
    }

    /// The policy as a file, from which [`Policy::from_toml`] reads the same policy, unless an issuer
    /// stands there twice. What has its usual value is left out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::from("version = 1\n");
        let (limits, normal) = (self.limits, Limits::default());
        for (name, seconds, normal) in [
            ("clock_skew", limits.clock_skew, normal.clock_skew),
            (
                "max_presentation_age",
                limits.max_presentation_age,
                normal.max_presentation_age,
            ),
            (
                "max_document_age",
                limits.max_document_age,
                normal.max_document_age,
            ),
        ] {
            if seconds != normal {
                text.push_str(&format!("{name}_seconds = {seconds}\n"));
            }
        }
        for rule in &self.rules {
            let types = rule.types.iter().map(|kind| quoted(kind.name()));
            let creators = match &rule.creators {
                Creators::Any => quoted("any"),
                Creators::Listed(creators) => list(creators.iter().map(quoted)),
            };
            text.push_str(&format!(
                "\n[[issuer]]\ndid = {}\ntypes = {}\ncreators = {creators}\n",
                quoted(&rule.did),
                list(types),
            ));
        }
        text
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// When it is not TOML, has members or values that are not in its schema, another version, or
    /// an issuer twice.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text).map_err(|error| PolicyError(short(&error)))?;
        if file.version != 1 {
            return Err(PolicyError(format!("version {} is not 1", file.version)));
        }
        let mut policy = Self::nobody();
        policy.limits = file.limits()?;
        for issuer in file.issuer {
            if policy.rules.iter().any(|rule| rule.did == issuer.did) {
                return Err(PolicyError(format!("{} stands there twice", issuer.did)));
            }
            let types = issuer.types.iter().map(|name| name.parse());
            let types: Vec<CredentialType> = types
                .collect::<Result<_, schemas::credential::UnknownType>>()
                .map_err(|error| PolicyError(error.to_string()))?;
            let creators = match issuer.creators {
                None => Creators::Listed(Vec::new()),
                Some(CreatorsFile::Word(word)) if word == "any" => Creators::Any,
                Some(CreatorsFile::Word(_)) => {
                    return Err(PolicyError(
                        "creators is \"any\" or a list of DIDs".to_owned(),
                    ));
                }
                Some(CreatorsFile::List(creators)) => Creators::Listed(creators),
            };
            policy = policy.with_issuer(issuer.did, types, creators);
        }
        Ok(policy)
    }
}

/// DIDs and names of types have no character that a basic string of TOML escapes.
fn quoted(text: impl fmt::Display) -> String {
    format!("\"{text}\"")
}

fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
}

/// Where a policy file is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(String);

impl PolicyError {
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

fn short(error: &toml::de::Error) -> String {
    error
        .message()
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
    #[serde(default)]
    issuer: Vec<IssuerFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerFile {
    did: Did,
    types: Vec<String>,
    creators: Option<CreatorsFile>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CreatorsFile {
    Word(String),
    List(Vec<Did>),
}

impl File {
    /// A day is more than any clock should be wrong, and more than a presentation should wait.
    fn limits(&self) -> Result<Limits, PolicyError> {
        let normal = Limits::default();
        let read = |name: &str, value: Option<u32>, normal: i64, max: u32| match value {
            None => Ok(normal),
            Some(seconds) if seconds <= max => Ok(i64::from(seconds)),
            Some(seconds) => Err(PolicyError(format!("{name} is {seconds}, at most {max}"))),
        };
        Ok(Limits {
            clock_skew: read(
                "clock_skew_seconds",
                self.clock_skew_seconds,
                normal.clock_skew,
                600,
            )?,
            max_presentation_age: read(
                "max_presentation_age_seconds",
                self.max_presentation_age_seconds,
                normal.max_presentation_age,
                86_400,
            )?,
            max_document_age: read(
                "max_document_age_seconds",
                self.max_document_age_seconds,
                normal.max_document_age,
                86_400,
            )?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, prop_oneof, proptest};

    use super::{Creators, Limits, Policy};
    use schemas::credential::CredentialType;
    use schemas::did::Did;

    fn did(text: &str) -> Did {
        text.parse().unwrap()
    }

    #[test]
    fn reads_a_file() {
        let policy = Policy::from_toml(
            "version = 1\nclock_skew_seconds = 5\n\
             [[issuer]]\ndid = \"did:web:a.example\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n\
             [[issuer]]\ndid = \"did:web:b.example\"\ntypes = [\"ItemCredential\"]\n",
        )
        .unwrap();
        let expected = Policy::nobody()
            .with_limits(Limits {
                clock_skew: 5,
                ..Limits::default()
            })
            .with_issuer(
                did("did:web:a.example"),
                vec![CredentialType::Avatar],
                Creators::Any,
            )
            .with_issuer(
                did("did:web:b.example"),
                vec![CredentialType::Item],
                Creators::Listed(Vec::new()),
            );
        assert_eq!(policy, expected);
    }

    #[test]
    fn a_policy_that_was_written_says_what_it_believes() {
        let policy = Policy::nobody().with_issuer(
            did("did:web:localhost%3A4001"),
            vec![CredentialType::Avatar, CredentialType::Item],
            Creators::Any,
        );
        assert_eq!(
            policy.to_toml(),
            "version = 1\n\n[[issuer]]\ndid = \"did:web:localhost%3A4001\"\n\
             types = [\"AvatarCredential\", \"ItemCredential\"]\ncreators = \"any\"\n"
        );
        assert_eq!(Policy::nobody().to_toml(), "version = 1\n");
    }

    fn any_did() -> impl Strategy<Value = Did> {
        let web = "did:web:[a-z]{1,8}\\.example(%3A[1-9][0-9]{0,3})?";
        let jwk = "did:jwk:[A-Za-z0-9_-]{4,40}";
        prop_oneof![web, jwk].prop_filter_map("a DID", |text| text.parse().ok())
    }

    fn any_rule() -> impl Strategy<Value = (Vec<CredentialType>, Creators)> {
        let types = proptest::sample::subsequence(CredentialType::ALL.to_vec(), 0..=3);
        let creators = prop_oneof![
            Just(Creators::Any),
            proptest::collection::vec(any_did(), 0..4).prop_map(Creators::Listed),
        ];
        (types, creators)
    }

    proptest! {
        #[test]
        fn policies_round_trip(
            rules in proptest::collection::btree_map(any_did(), any_rule(), 0..5),
            clock_skew in 0_i64..=600,
            max_presentation_age in 0_i64..=86_400,
            max_document_age in 0_i64..=86_400,
        ) {
            let limits = Limits { clock_skew, max_presentation_age, max_document_age };
            let policy = rules.into_iter().fold(
                Policy::nobody().with_limits(limits),
                |policy, (did, (types, creators))| policy.with_issuer(did, types, creators),
            );
            assert_eq!(Policy::from_toml(&policy.to_toml()), Ok(policy));
        }
    }

    #[test]
    fn refuses_what_is_not_in_the_schema() {
        for text in [
            "",
            "version = 2",
            "version = 1\ntrust_everybody = true",
            "version = 1\nclock_skew_seconds = 601",
            "version = 1\nclock_skew_seconds = -1",
            "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"",
            "version = 1\n[[issuer]]\ndid = \"a.example\"\ntypes = []",
            "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = [\"Guest\"]",
            "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\ncreators = \"all\"",
            "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\n\
             [[issuer]]\ndid = \"did:web:a.example\"\ntypes = []",
            "not toml",
        ] {
            assert!(Policy::from_toml(text).is_err(), "{text}");
        }
    }

    /// Truth table: issuer named or not × type named or not × creator any, listed, not listed.
    #[test]
    fn believes_exactly_what_it_names() {
        let (a, b, c) = (
            did("did:web:a.example"),
            did("did:web:b.example"),
            did("did:web:c.example"),
        );
        let avatar = CredentialType::Avatar;
        let policy = Policy::nobody()
            .with_issuer(a.clone(), vec![avatar], Creators::Any)
            .with_issuer(b.clone(), vec![avatar], Creators::Listed(vec![c.clone()]));
        for (issuer, kind, trusted) in [
            (&a, avatar, true),
            (&a, CredentialType::Item, false),
            (&a, CredentialType::AssetProvenance, false),
            (&c, avatar, false),
        ] {
            assert_eq!(policy.trusts(issuer, kind), trusted);
        }
        for (creator, issuer, kind, trusted) in [
            (&b, &a, avatar, true),
            (&b, &a, CredentialType::Item, false),
            (&c, &b, avatar, true),
            (&a, &b, avatar, false),
            (&c, &c, avatar, false),
        ] {
            assert_eq!(policy.trusts_creator(creator, issuer, kind), trusted);
        }
        assert!(!Policy::default().trusts(&a, avatar));
    }
}

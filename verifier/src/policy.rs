//! Whom a verifier believes for what, and how old things may be: one TOML file.
//!
//! The default believes nobody. The schema is `schemas/json/policy.schema.json`. What the rules say
//! of an issuer is [`Policy::decide`](crate::trust).

mod file;
mod ledger;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;

use crate::list::ListRef;
use crate::names::{KnownName, KnownNames};

pub use file::PolicyError;
pub use ledger::{ActiveElsewhere, LedgerItems, LedgerProvenance, LedgerRules};

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    limits: Limits,
    rules: Vec<Rule>,
    trust_lists: Vec<TrustListRule>,
    names: NameRules,
    bundle_makers: Vec<Did>,
    ledger: LedgerRules,
    /// What `names` knows, ready to be asked.
    known_names: Arc<KnownNames>,
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.limits == other.limits
            && self.rules == other.rules
            && self.trust_lists == other.trust_lists
            && self.names == other.names
            && self.bundle_makers == other.bundle_makers
            && self.ledger == other.ledger
    }
}

impl Eq for Policy {}

/// How much clocks may differ and how old things may be, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How far ahead of ours a signer's clock may be. Expiry is never stretched by it.
    pub clock_skew: i64,
    /// The age beyond which a presentation is stale.
    pub max_presentation_age: i64,
    /// The age beyond which a DID document has to be fetched again.
    pub max_document_age: i64,
    /// The age beyond which a status list has to be fetched again, whatever its `ttl` says.
    pub max_status_age: i64,
    /// The age beyond which a trust list has to be fetched again.
    pub max_trust_list_age: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clock_skew: 120,
            max_presentation_age: 300,
            max_document_age: 300,
            max_status_age: 300,
            max_trust_list_age: 3600,
        }
    }
}

/// One issuer, and what it is believed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The issuer.
    pub did: Did,
    /// The types beside `VerifiableCredential`, by their names. A type that is none of ours is
    /// believed only where it is named here.
    pub types: Vec<String>,
    /// Whose provenance it may embed.
    pub creators: Creators,
    /// When the rule holds.
    pub validity: Validity,
}

/// Whose provenance an issuer may embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creators {
    /// Anybody's: the issuer vouches for the creator by embedding the statement.
    Any,
    /// Only these creators'.
    Listed(Vec<Did>),
}

/// A trust list, and what it is believed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustListRule {
    /// Where it is, and who has to have signed it.
    pub list: ListRef,
    /// The types for which it may name issuers.
    pub types: Vec<String>,
}

/// Which names are known, and what happens when another looks like one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameRules {
    /// What happens.
    pub on_lookalike: OnLookAlike,
    /// Names that have to be told apart from others.
    pub known: Vec<KnownName>,
}

/// What happens when a shown name looks like a known one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLookAlike {
    /// It is a finding beside the verdict.
    #[default]
    Note,
    /// The presentation is refused.
    Refuse,
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
            trust_lists: Vec::new(),
            names: NameRules::default(),
            bundle_makers: Vec::new(),
            ledger: LedgerRules::default(),
            known_names: Arc::default(),
        }
    }

    /// Also believes an issuer for these types.
    #[must_use]
    pub fn with_issuer(self, did: Did, types: Vec<CredentialType>, creators: Creators) -> Self {
        self.with_rule(Rule {
            did,
            types: types.iter().map(|kind| kind.name().to_owned()).collect(),
            creators,
            validity: Validity {
                from: None,
                until: None,
            },
        })
    }

    /// Also with this rule.
    #[must_use]
    pub fn with_rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Also with this trust list.
    #[must_use]
    pub fn with_trust_list(mut self, rule: TrustListRule) -> Self {
        self.trust_lists.push(rule);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With other rules for names.
    #[must_use]
    pub fn with_names(mut self, names: NameRules) -> Self {
        self.known_names = Arc::new(names.known.iter().cloned().collect());
        self.names = names;
        self
    }

    /// Also believes bundles of this maker.
    #[must_use]
    pub fn with_bundle_maker(mut self, maker: Did) -> Self {
        self.bundle_makers.push(maker);
        self
    }

    /// Whose bundles are believed.
    #[must_use]
    pub fn bundle_makers(&self) -> &[Did] {
        &self.bundle_makers
    }

    /// With other rules for items that a ledger keeps.
    #[must_use]
    pub fn with_ledger(mut self, ledger: LedgerRules) -> Self {
        self.ledger = ledger;
        self
    }

    /// The rules for items that a ledger keeps.
    #[must_use]
    pub const fn ledger(&self) -> &LedgerRules {
        &self.ledger
    }

    /// The limits.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The rules that name an issuer, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The trust lists, in their order.
    #[must_use]
    pub fn trust_lists(&self) -> &[TrustListRule] {
        &self.trust_lists
    }

    /// The rules for names.
    #[must_use]
    pub const fn names(&self) -> &NameRules {
        &self.names
    }

    /// The names that the policy knows, ready to be asked.
    #[must_use]
    pub fn known_names(&self) -> &KnownNames {
        &self.known_names
    }

    /// Whether any rule is about this type. One of ours always is known; another has to be named.
    #[must_use]
    pub fn knows_type(&self, type_name: &str) -> bool {
        let named = |types: &[String]| types.iter().any(|name| name == type_name);
        type_name.parse::<CredentialType>().is_ok()
            || self.rules.iter().any(|rule| named(&rule.types))
            || self.trust_lists.iter().any(|rule| named(&rule.types))
    }
}

//! Whether an issuer is believed for a type, and which rule of the policy decided: rules that name an
//! issuer, and trust lists that somebody else keeps and signs.

use schemas::credential::Validity;
use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::trust_list::{TrustedCreators, TrustedIssuer, UnverifiedTrustList};

use crate::evidence::Evidence;
use crate::list::{self, ListFault, ListReasons, ListRef};
use crate::policy::{Creators, Policy};

const REASONS: ListReasons = ListReasons {
    invalid: Reason::TrustListInvalid,
    issuer: Reason::TrustListInvalid,
    expired: Reason::TrustListInvalid,
    too_large: Reason::TrustListInvalid,
    unavailable: Reason::TrustListUnavailable,
};

/// A trust list whose issuer, proof and dates were right when it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTrustList {
    list: ListRef,
    trusted: Vec<TrustedIssuer>,
    validity: Validity,
    at: Timestamp,
}

impl VerifiedTrustList {
    /// Which list it is.
    #[must_use]
    pub const fn list(&self) -> &ListRef {
        &self.list
    }

    /// When it was made, which grows with every change.
    #[must_use]
    pub const fn valid_from(&self) -> Option<Timestamp> {
        self.validity.from
    }

    /// When it was fetched.
    #[must_use]
    pub const fn fetched_at(&self) -> Timestamp {
        self.at
    }

    /// For whom it vouches.
    #[must_use]
    pub fn trusted(&self) -> &[TrustedIssuer] {
        &self.trusted
    }

    /// From when on nobody may use it any more, by what it says itself.
    #[must_use]
    pub const fn own_end(&self) -> Option<Timestamp> {
        self.validity.until
    }

    /// The same list, when somebody on the way had kept it for so long: it is older than its arrival.
    pub(crate) fn aged(self, seconds: i64) -> Self {
        Self {
            at: self.at.plus_seconds(seconds.max(0).saturating_neg()),
            ..self
        }
    }

    /// Whether it may still be asked: not beyond the age that policy allows, or its end.
    pub(crate) fn is_fresh(&self, now: Timestamp, max_age: i64) -> bool {
        now.seconds_since(self.at) <= max_age && self.validity.until.is_none_or(|until| until > now)
    }
}

/// Judges a trust list that was fetched at `now`: size, JSON, shape, issuer, address, proof, dates.
///
/// # Errors
/// [`ListFault`]: `trust_list_invalid` for anything that is not the list that policy names; a doubt
/// with `trust_list_unavailable` while the key of its publisher cannot be had.
pub fn verify_list(
    list: &ListRef,
    bytes: &[u8],
    policy: &Policy,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<VerifiedTrustList, ListFault> {
    let value = list::read_value(bytes, REASONS)?;
    let read = UnverifiedTrustList::parse(&value)
        .map_err(|error| ListFault::because(error.reason(), error.shape().reason()))?;
    let judged = list::judge(list, read.envelope(), REASONS, policy, evidence, now)?;
    Ok(VerifiedTrustList {
        list: list.clone(),
        trusted: read.unverified_trusted().to_vec(),
        validity: judged.validity,
        at: now,
    })
}

/// What policy says of an issuer and a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Believed, by this rule.
    Believed(RuleName),
    /// Not believed by any rule.
    NotBelieved,
    /// A trust list that might believe it is not known or too old.
    Unknown(Vec<ListRef>),
    /// A trust list that might believe it could not be had (`trust_list_unavailable`), or is not
    /// what it has to be (`trust_list_invalid`).
    Unusable(Reason),
}

/// Which rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleName {
    /// The so-manieth `[[issuer]]`, counted from 1.
    Issuer(usize),
    /// The so-manieth `[[trust_list]]`, counted from 1, and the entry in it.
    TrustList {
        /// Which list, counted from 1.
        list: usize,
        /// Which entry of the list, counted from 1; 0 for the list as a whole.
        entry: usize,
    },
}

impl std::fmt::Display for RuleName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Issuer(number) => write!(formatter, "[[issuer]] {number}"),
            Self::TrustList { list, entry: 0 } => write!(formatter, "[[trust_list]] {list}"),
            Self::TrustList { list, entry } => {
                write!(formatter, "[[trust_list]] {list}, entry {entry}")
            }
        }
    }
}

/// How one rule answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It believes the issuer for the type.
    Believes,
    /// It is about this issuer, and not about the type.
    OtherType,
    /// It does not hold yet.
    NotYet,
    /// It holds no longer.
    Over,
    /// It is a trust list, and the issuer is not on it.
    NotListed,
    /// It is a trust list, and nobody has fetched it, or too long ago.
    NotKnown,
    /// It is a trust list that could not be had or is not what it has to be.
    Unusable(Reason),
}

impl Answer {
    /// The stable name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Believes => "believes",
            Self::OtherType => "other_type",
            Self::NotYet => "not_yet",
            Self::Over => "over",
            Self::NotListed => "not_listed",
            Self::NotKnown => "not_known",
            Self::Unusable(_) => "unusable",
        }
    }
}

/// Why an issuer is believed for a type, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Where the credential is, as a JSON Pointer; empty when nothing was judged.
    pub pointer: String,
    /// Who issued.
    pub issuer: Did,
    /// What.
    pub type_name: String,
    /// What follows.
    pub decision: Decision,
    /// The rules that have something to say about this issuer, and what each says.
    pub rules: Vec<(RuleName, Answer)>,
}

impl Explanation {
    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = schemas::object! {
            "issuer" => &self.issuer,
            "type" => self.type_name.as_str(),
        };
        if !self.pointer.is_empty() {
            object.insert("at", self.pointer.as_str());
        }
        let (decision, rule) = match &self.decision {
            Decision::Believed(rule) => ("believed", Some(rule)),
            Decision::NotBelieved => ("not_believed", None),
            Decision::Unknown(_) => ("unknown", None),
            Decision::Unusable(_) => ("unusable", None),
        };
        object.insert("decision", decision);
        if let Some(rule) = rule {
            object.insert("rule", rule.to_string());
        }
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|(rule, answer)| {
                let mut object = schemas::object! {
                    "rule" => rule.to_string(),
                    "answer" => answer.id(),
                };
                if let Answer::Unusable(reason) = answer {
                    object.insert("reason", reason.code());
                }
                Value::Object(object)
            })
            .collect();
        object.insert("rules", rules);
        object
    }
}

/// A creator is asked for inside a credential that a rule believes.
pub(crate) fn includes(creators: &Creators, creator: &Did) -> bool {
    match creators {
        Creators::Any => true,
        Creators::Listed(creators) => creators.contains(creator),
    }
}

fn listed_includes(creators: &TrustedCreators, creator: &Did) -> bool {
    match creators {
        TrustedCreators::Any => true,
        TrustedCreators::Listed(creators) => creators.contains(creator),
    }
}

/// Whether a span of time holds at a moment: from its first second on, up to its last.
fn holds(validity: Validity, now: Timestamp) -> Result<(), Answer> {
    if validity.from.is_some_and(|from| from > now) {
        Err(Answer::NotYet)
    } else if validity.until.is_some_and(|until| until <= now) {
        Err(Answer::Over)
    } else {
        Ok(())
    }
}

/// What the rules are asked.
#[derive(Clone, Copy)]
struct Asked<'a> {
    issuer: &'a Did,
    type_name: &'a str,
    /// Only rules that include this creator's provenance count.
    creator: Option<&'a Did>,
}

impl Policy {
    /// Whether an issuer is believed for a type, and which rule said so.
    #[must_use]
    pub fn decide(
        &self,
        issuer: &Did,
        type_name: &str,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Decision {
        let asked = Asked {
            issuer,
            type_name,
            creator: None,
        };
        self.consult(asked, evidence, now, &mut |_, _| {})
    }

    /// The same, with what each rule says.
    #[must_use]
    pub fn explain(
        &self,
        issuer: &Did,
        type_name: &str,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Explanation {
        let mut rules = Vec::new();
        let asked = Asked {
            issuer,
            type_name,
            creator: None,
        };
        let decision = self.consult(asked, evidence, now, &mut |rule, says| {
            rules.push((rule, says));
        });
        Explanation {
            pointer: String::new(),
            issuer: issuer.clone(),
            type_name: type_name.to_owned(),
            decision,
            rules,
        }
    }

    /// Whether provenance by a creator is believed inside a credential of this issuer and type. Only
    /// rules that believe the issuer are asked.
    #[must_use]
    pub fn decide_creator(
        &self,
        creator: &Did,
        issuer: &Did,
        type_name: &str,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Decision {
        let asked = Asked {
            issuer,
            type_name,
            creator: Some(creator),
        };
        self.consult(asked, evidence, now, &mut |_, _| {})
    }

    /// Asks the rules in their order: those that name issuers first, for they need nobody else.
    fn consult(
        &self,
        asked: Asked<'_>,
        evidence: &Evidence,
        now: Timestamp,
        told: &mut dyn FnMut(RuleName, Answer),
    ) -> Decision {
        let Asked {
            issuer,
            type_name,
            creator,
        } = asked;
        let mut believed = None;
        for (index, rule) in self.rules().iter().enumerate() {
            if rule.did != *issuer {
                continue;
            }
            let name = RuleName::Issuer(index + 1);
            let answer = if !rule.types.iter().any(|name| name == type_name) {
                Answer::OtherType
            } else if let Err(answer) = holds(rule.validity, now) {
                answer
            } else {
                Answer::Believes
            };
            let vouched = creator.is_none_or(|creator| includes(&rule.creators, creator));
            if answer == Answer::Believes && vouched && believed.is_none() {
                believed = Some(name.clone());
            }
            told(name, answer);
        }
        if let Some(rule) = believed {
            return Decision::Believed(rule);
        }
        let mut unknown = Vec::new();
        let mut unusable = None;
        for (index, rule) in self.trust_lists().iter().enumerate() {
            if !rule.types.iter().any(|name| name == type_name) {
                continue;
            }
            let list = index + 1;
            let name = |entry| RuleName::TrustList { list, entry };
            let max_age = self.limits().max_trust_list_age;
            let known = match evidence.trust_list(&rule.list, now, max_age) {
                None => {
                    unknown.push(rule.list.clone());
                    told(name(0), Answer::NotKnown);
                    continue;
                }
                Some(Err(reason)) => {
                    // One that is broken says more than one that is away.
                    if unusable != Some(Reason::TrustListInvalid) {
                        unusable = Some(*reason);
                    }
                    told(name(0), Answer::Unusable(*reason));
                    continue;
                }
                Some(Ok(known)) => known,
            };
            let entry = known.trusted.iter().position(|one| one.did == *issuer);
            let Some((at, one)) = entry.and_then(|at| Some((at, known.trusted.get(at)?))) else {
                told(name(0), Answer::NotListed);
                continue;
            };
            let answer = if !one.types.iter().any(|name| name == type_name) {
                Answer::OtherType
            } else if let Err(answer) = holds(one.validity, now) {
                answer
            } else {
                Answer::Believes
            };
            told(name(at + 1), answer);
            let vouched = creator.is_none_or(|creator| listed_includes(&one.creators, creator));
            if answer == Answer::Believes && vouched && believed.is_none() {
                believed = Some(name(at + 1));
            }
        }
        match (believed, unknown.is_empty(), unusable) {
            (Some(rule), _, _) => Decision::Believed(rule),
            (None, false, _) => Decision::Unknown(unknown),
            (None, true, Some(reason)) => Decision::Unusable(reason),
            (None, true, None) => Decision::NotBelieved,
        }
    }
}

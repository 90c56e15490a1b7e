//! Which rule of the trust policy decides about an issuer and a type: `GET /policy/explain` and
//! `omote-world explain`, for the people who run the world.

mod ledger;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use schemas::credential::CredentialType;
use schemas::did::{Did, DidMethod};
use schemas::digest::Sha256Digest;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::lang::Lang;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::Missing;
use verifier::trust::{Answer, Decision, Explanation};

use crate::error::{Refusal, json_unstored};
use crate::server::body;
use crate::world::World;

pub use ledger::LedgerSetting;

/// Longer addresses are not looked at.
const MAX_QUERY: usize = 8192;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentences {
    /// English.
    pub english: String,
    /// Japanese.
    pub japanese: String,
}

impl Sentences {
    fn new(english: impl Into<String>, japanese: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            japanese: japanese.into(),
        }
    }

    fn to_object(&self) -> Object {
        schemas::object! { "en" => self.english.as_str(), "ja" => self.japanese.as_str() }
    }
}

/// Why an issuer is believed for a type, or is not, and by which policy.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What the rules say.
    pub explanation: Explanation,
    /// Of items: what the policy asks of their ledgers.
    pub ledger: Vec<LedgerSetting>,
    digest: Sha256Digest,
    loaded: Timestamp,
    refused: Option<Reason>,
}

impl Explained {
    /// What follows, for people.
    #[must_use]
    pub fn sentence(&self) -> Sentences {
        let kind = &self.explanation.type_name;
        match &self.explanation.decision {
            Decision::Believed(rule) => Sentences::new(
                format!("The issuer is believed for {kind}: {rule} says so."),
                format!("{kind} について、この発行者は信頼されています（根拠: {rule}）。"),
            ),
            Decision::NotBelieved => Sentences::new(
                format!("No rule believes the issuer for {kind}."),
                format!("{kind} について、この発行者を信頼する規則はありません。"),
            ),
            Decision::Unknown(_) => Sentences::new(
                format!(
                    "Whether the issuer is believed for {kind} is not known: a trust list is not known yet."
                ),
                format!(
                    "信頼リストが未取得のため、{kind} についてこの発行者を信頼するかどうかは不明です。"
                ),
            ),
            Decision::Unusable(reason) => Sentences::new(
                format!(
                    "The issuer is not believed for {kind} now. {}",
                    reason.sentence(Lang::En)
                ),
                format!(
                    "{kind} について、この発行者は現在信頼されません。{}",
                    reason.sentence(Lang::Ja)
                ),
            ),
        }
    }

    /// The JSON form (schema `policy-explanation`).
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = self.explanation.to_object();
        object.insert("v", 1);
        object.insert("sentence", self.sentence().to_object());
        let rules: Vec<Value> = self
            .explanation
            .rules
            .iter()
            .map(|(rule, answer)| {
                let mut told = schemas::object! {
                    "rule" => rule.to_string(),
                    "answer" => answer.id(),
                    "sentence" => sentence_of(*answer).to_object(),
                };
                if let Answer::Unusable(reason) = answer {
                    told.insert("reason", reason.code());
                }
                Value::Object(told)
            })
            .collect();
        object.insert("rules", rules);
        if !self.ledger.is_empty() {
            let settings = self.ledger.iter().map(LedgerSetting::to_object);
            object.insert("ledger", settings.collect::<Vec<_>>());
        }
        let mut policy = schemas::object! { "digest" => self.digest, "loaded_at" => self.loaded };
        if let Some(reason) = self.refused {
            policy.insert("refused", reason.code());
        }
        object.insert("policy", policy);
        object
    }

    /// The lines for people.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let rules = self.explanation.rules.iter();
        let mut lines = vec![self.sentence().english];
        lines.extend(
            rules.map(|(rule, answer)| format!("  {rule}: {}", sentence_of(*answer).english)),
        );
        lines.extend(self.ledger.iter().map(|setting| {
            let (name, said) = (setting.name, &setting.sentence.english);
            format!("  {name}: {said}")
        }));
        if let Some(reason) = self.refused {
            lines.push(format!(
                "The policy file as it is now is not used ({reason}); the one before is in force."
            ));
        }
        lines
    }
}

/// What a rule says, for people.
fn sentence_of(answer: Answer) -> Sentences {
    match answer {
        Answer::Believes => Sentences::new("It believes the issuer.", "この発行者を信頼します。"),
        Answer::OtherType => Sentences::new(
            "It is about this issuer, and not about this type.",
            "この発行者についての規則ですが、この種類は対象外です。",
        ),
        Answer::NotYet => Sentences::new("It does not hold yet.", "まだ有効期間に入っていません。"),
        Answer::Over => Sentences::new("It holds no longer.", "有効期間が終わっています。"),
        Answer::NotListed => Sentences::new(
            "The issuer is not on this list.",
            "この発行者はこのリストに載っていません。",
        ),
        Answer::NotKnown => Sentences::new(
            "The list is not known, or too old.",
            "リストが未取得か、古すぎます。",
        ),
        Answer::Unusable(reason) => {
            Sentences::new(reason.sentence(Lang::En), reason.sentence(Lang::Ja))
        }
    }
}

impl World {
    /// Says which rule of the policy decides about an issuer and a type, fetching trust lists that the
    /// policy names and this world does not know.
    pub async fn explain(self: &Arc<Self>, issuer: &Did, type_name: &str) -> Explained {
        let now = self.clock.now();
        let standing = self.believing.standing();
        let policy = &standing.policy;
        let mut rounds = self.begin(policy, now);
        let mut explanation = policy.explain(issuer, type_name, rounds.evidence(), now);
        if let Decision::Unknown(lists) = &explanation.decision {
            for list in lists {
                if list.issuer.method() == DidMethod::Web {
                    let document = Missing::DidDocument(list.issuer.clone());
                    self.learn(&mut rounds, document, policy, now).await;
                }
                let list = Missing::TrustList(list.clone());
                self.learn(&mut rounds, list, policy, now).await;
                // It may be signed by a key that is no longer in the document.
                for missing in rounds.awaited() {
                    self.learn(&mut rounds, missing, policy, now).await;
                }
            }
            explanation = policy.explain(issuer, type_name, rounds.evidence(), now);
            self.remember(rounds.evidence()).await;
        }
        let is_item = explanation.type_name == CredentialType::Item.name();
        Explained {
            ledger: match is_item {
                true => ledger::settings(policy.ledger()),
                false => Vec::new(),
            },
            explanation,
            digest: standing.digest,
            loaded: standing.loaded,
            refused: standing.refused.map(|refused| refused.reason),
        }
    }
}

/// `GET /policy/explain?issuer=…&type=…`
pub(crate) async fn explain(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    body::admin_only(&world, request.headers())?;
    let malformed = || Refusal::bad("invalid_request", Reason::BadRequest);
    let query = request.uri().query().unwrap_or_default();
    let form = Form::read(query.as_bytes(), MAX_QUERY)
        .map_err(|error| Refusal::bad("invalid_request", error.reason()).because(error))?;
    let (Some(issuer), Some(type_name), 2) =
        (form.field("issuer"), form.field("type"), form.iter().len())
    else {
        return Err(malformed().because("issuer and type, each once, and nothing else"));
    };
    let issuer: Did = issuer
        .parse()
        .map_err(|_| Refusal::bad("invalid_request", Reason::DidMalformed))?;
    if type_name.is_empty() {
        return Err(malformed().because("type is empty"));
    }
    let explained = world.explain(&issuer, type_name).await;
    Ok(json_unstored(&explained.to_object()))
}

//! Is it to be believed? The verifier that worlds build on and that wallets use on what they
//! receive.
//!
//! ```text
//! bytes ─ size, json ─▶ Value ─ shape ─▶ Unverified… ─ trust ─ key ─ proof ─ time ─▶
//!        ─ holder ─ challenge ─ audience ─ query ─ status ─ ledger ─ provenance ─ license ─ asset ─▶ Report
//! ```
//!
//! One entrance: [`verify`]. It has no clock, no network, no randomness and no state: the
//! [`Question`] says what is asked, [`Evidence`] what is known of the outside, and the [`Report`]
//! says for every check what became of it. A report that lacks something names it in
//! [`Report::missing`]; the caller fetches it and asks again, as [`Rounds`] says.
//!
//! [`guide`] is a short manual: what is promised, what is not, how to choose a policy, and how to
//! integrate.
//!
//! ```
//! use schemas::credential::CredentialType;
//! use schemas::time::Timestamp;
//! use verifier::{
//!     Asked, AssetAsked, CredentialAsked, Evidence, Holder, Policy, Question, StatusAsked,
//! };
//!
//! let asked = Asked::Credential(CredentialAsked {
//!     types: vec![CredentialType::Avatar],
//!     holder: Holder::Anyone,
//!     status: StatusAsked::Asked,
//! });
//! let question =
//!     Question { asked: &asked, asset: &AssetAsked::NotAsked, policy: &Policy::nobody() };
//! let now = Timestamp::from_unix(1_795_000_000);
//! let report = verifier::verify(&question, b"{\"a\":1,\"a\":2}", &Evidence::new(), now);
//! assert_eq!(report.reason().map(|reason| reason.code()), Some("json_duplicate_key"));
//! ```

mod admission;
mod asset;
pub mod bundle;
mod credential;
mod evidence;
mod finding;
pub mod guide;
mod key_history;
pub mod ledger;
mod list;
mod many;
pub mod names;
mod no_key;
mod policy;
mod presentation;
mod proof;
pub mod query;
mod question;
mod report;
mod rounds;
mod sd_jwt;
mod shape;
pub mod status;
mod transaction;
pub mod trust;

use std::cell::RefCell;

use proofs::data_integrity::Seen;
use schemas::check::CheckId;
use schemas::json::{Limits, Value};
use schemas::reason::Reason;
use schemas::time::Timestamp;

pub use admission::{Admission, AdmissionRules, Condition, OnFindings};
pub use credential::VerifiedCredential;
pub use evidence::{Evidence, Missing};
pub use finding::Finding;
pub use key_history::{KeyHistoryFault, KeyHistoryHead, VerifiedKeyHistory};
pub use list::{ListFault, ListRef};
#[cfg(feature = "parallel")]
pub use many::verify_many_on;
pub use many::{Submitted, verify_many};
pub use policy::{
    ActiveElsewhere, Creators, LedgerItems, LedgerProvenance, LedgerRules, Limits as PolicyLimits,
    NameRules, OnLookAlike, Policy, PolicyError, Rule, TrustListRule,
};
pub use question::{
    Asked, AssetAsked, Audience, Challenge, ChallengeError, CredentialAsked, Holder, LeaseAsked,
    PresentationAsked, Question, StatusAsked,
};
pub use report::{Accepted, Detail, Report, VERSION as REPORT_VERSION};
pub use rounds::{Fetched, Learned, MAX_ROUNDS, Rounds};

use crate::credential::Bench;
use crate::report::Recorder;

/// Judges bytes against a question.
///
/// The same question, bytes, evidence and time always give the same report.
#[must_use]
pub fn verify(
    question: &Question<'_>,
    bytes: &[u8],
    evidence: &Evidence,
    now: Timestamp,
) -> Report {
    judge(
        question,
        bytes,
        evidence,
        now,
        &RefCell::new(Seen::nothing()),
    )
}

/// The same, with the signatures that were found good just before.
fn judge(
    question: &Question<'_>,
    bytes: &[u8],
    evidence: &Evidence,
    now: Timestamp,
    seen: &RefCell<Seen>,
) -> Report {
    let mut recorder = Recorder::default();
    let asked = checks_asked(question);
    let world = match question.asked {
        Asked::Presentation(asked) => asked.audience.world(),
        Asked::Credential(_) => None,
    };
    let lease = match question.asked {
        Asked::Presentation(asked) => Some(&asked.lease),
        Asked::Credential(_) => None,
    };
    let bench = Bench {
        lease,
        policy: question.policy,
        evidence,
        now,
        documents: 1,
        status: match question.asked {
            Asked::Presentation(_) => StatusAsked::Asked,
            Asked::Credential(credential) => credential.status,
        },
        world: world.as_ref(),
        seen,
    };
    if let (Asked::Credential(credential), Some(text)) = (question.asked, sd_jwt::text_in(bytes)) {
        recorder.pass(CheckId::Size);
        recorder.pass(CheckId::Json);
        let credentials =
            sd_jwt::judge_alone(bench, credential, question.asset, text, &mut recorder);
        return recorder.report(&asked, credentials);
    }
    let Some(value) = read(bytes, &asked, &mut recorder) else {
        return recorder.report(&asked, Vec::new());
    };
    let credentials = match question.asked {
        Asked::Presentation(presentation) => {
            presentation::judge(bench, presentation, question.asset, &value, &mut recorder)
        }
        Asked::Credential(credential) => {
            credential::judge_alone(bench, credential, question.asset, &value, &mut recorder)
        }
    };
    recorder.report(&asked, credentials)
}

/// What a question asks for follows from the question alone, never from what arrived.
fn checks_asked(question: &Question<'_>) -> Vec<CheckId> {
    CheckId::ALL
        .into_iter()
        .filter(|check| match question.asked {
            Asked::Presentation(asked) => presentation::asks_for(asked, *check),
            Asked::Credential(asked) => match check {
                CheckId::Challenge | CheckId::Audience | CheckId::Query => false,
                CheckId::Holder => asked.holder != Holder::Anyone,
                CheckId::Status | CheckId::Ledger | CheckId::Hands => {
                    asked.status != StatusAsked::NotAsked
                }
                _ => true,
            },
        })
        .filter(|check| match check {
            CheckId::Hands => question.policy.ledger().provenance == LedgerProvenance::Required,
            CheckId::Ledger => question.policy.ledger().items != LedgerItems::NotAsked,
            CheckId::Asset => matches!(question.asset, AssetAsked::Given(_)),
            CheckId::Name => question.policy.names().on_lookalike == OnLookAlike::Refuse,
            _ => true,
        })
        .collect()
}

fn read(bytes: &[u8], asked: &[CheckId], recorder: &mut Recorder) -> Option<Value> {
    match schemas::json::read(bytes, &Limits::document()) {
        Ok(value) => {
            recorder.pass(CheckId::Size);
            recorder.pass(CheckId::Json);
            Some(value)
        }
        Err(error) => {
            let size = matches!(error.reason(), Reason::InputTooLarge | Reason::InputTooDeep);
            let check = if size { CheckId::Size } else { CheckId::Json };
            if !size {
                recorder.pass(CheckId::Size);
            }
            recorder.fail(check, error.reason(), format!("byte {}", error.offset()));
            let later: Vec<_> = asked
                .iter()
                .copied()
                .filter(|other| *other > check)
                .collect();
            recorder.block(&later, check);
            None
        }
    }
}

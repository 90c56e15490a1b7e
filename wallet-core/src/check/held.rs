//! Whether what the wallet holds still stands: every copy judged as of now, with the documents and
//! status lists of its issuer. The holder's side runs it, when the person asks for it and at no other
//! time.
//!
//! An issuer's world learns that somebody asks, and not about which of its credentials: it is asked
//! for whole lists.

use fetch::Client;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::time::Timestamp;
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, Question, Report, StatusAsked,
};

use crate::error::StoreError;
use crate::holding::{CopyState, Heard, Holding, HoldingError, Withdrawal, Withdrawn};
use crate::judge::{Outside, judge};
use crate::wallet::Wallet;

/// How one holding stands.
#[derive(Clone, Debug)]
pub struct Held {
    /// The holding.
    pub holding: Holding,
    /// What was found of its copies; where they differ, of the worst.
    pub report: Report,
}

/// Judges holdings as of now. Only confirmed worlds are contacted; of what others issued the report
/// stays undecided and says what is missing.
///
/// What is heard of revoked and suspended copies is kept: they are not chosen any more. Where nothing
/// could be learned, what was heard before stays. A wallet file that is older than it was is read and
/// not written.
///
/// # Errors
/// [`HoldingError`].
pub async fn judge_holdings(
    client: &Client,
    wallet: &mut Wallet,
    holdings: Vec<Holding>,
    now: Timestamp,
) -> Result<Vec<Held>, HoldingError> {
    let reachable = wallet.confirmed_worlds()?;
    // One for all, so that an issuer is asked once.
    let mut outside = Outside::default();
    let mut judged = Vec::new();
    let mut heard = Vec::new();
    for holding in holdings {
        let kind = holding.kind.credential_type();
        let policy = Policy::nobody().with_issuer(holding.issuer.did(), vec![kind], Creators::Any);
        let mut worst: Option<Report> = None;
        for copy in wallet.copies(&holding.id)? {
            if copy.state == CopyState::Retired {
                continue;
            }
            let bytes = wallet.credential(&copy.id)?;
            let asked = Asked::Credential(CredentialAsked {
                types: vec![kind],
                holder: Holder::Key(wallet.signing_key(&copy.key).did_key()),
                status: StatusAsked::Asked,
            });
            let question = Question {
                asked: &asked,
                asset: &AssetAsked::NotAsked,
                policy: &policy,
            };
            let report = judge(client, &question, &bytes, &mut outside, &reachable, now).await;
            if let Some(withdrawn) = withdrawn(&report, now) {
                heard.push(Heard {
                    holding: holding.id,
                    copy: copy.id,
                    withdrawn,
                });
            }
            if worst
                .as_ref()
                .is_none_or(|worst| badness(&report) > badness(worst))
            {
                worst = Some(report);
            }
        }
        if let Some(report) = worst {
            judged.push(Held { holding, report });
        }
    }
    match wallet.note_heard(&heard) {
        Ok(()) | Err(StoreError::RolledBack(_)) => Ok(judged),
        Err(error) => Err(error.into()),
    }
}

/// What a report says of the issuer's word; the outer `None` when it says nothing.
#[expect(
    clippy::option_option,
    reason = "the outer one is silence, the inner one that all is well"
)]
fn withdrawn(report: &Report, now: Timestamp) -> Option<Option<Withdrawn>> {
    match report.outcome(CheckId::Status) {
        Outcome::Passed => Some(None),
        Outcome::Failed(reason) => {
            let how = Withdrawal::of_reason(reason)?;
            Some(Some(Withdrawn { how, at: now }))
        }
        _ => None,
    }
}

fn badness(report: &Report) -> u8 {
    match report.verdict() {
        Verdict::Accepted => 0,
        Verdict::Indeterminate => 1,
        Verdict::Rejected => 2,
    }
}

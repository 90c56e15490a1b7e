//! Whether what the wallet holds still stands: every copy judged as of now, with the documents and
//! status lists of its issuer. The holder's side runs it, when the person asks for it and at no other
//! time.
//!
//! An issuer's world learns that somebody asks, and not about which of its credentials: it is asked
//! for whole lists.

use fetch::Client;
use schemas::check::Verdict;
use schemas::credential::CredentialType;
use schemas::time::Timestamp;
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, Question, Report, StatusAsked,
};

use crate::holding::{CopyState, Holding, HoldingError, HoldingKind};
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
/// # Errors
/// [`HoldingError`].
pub async fn judge_holdings(
    client: &Client,
    wallet: &Wallet,
    holdings: Vec<Holding>,
    now: Timestamp,
) -> Result<Vec<Held>, HoldingError> {
    let reachable = wallet.confirmed_worlds()?;
    // One for all, so that an issuer is asked once.
    let mut outside = Outside::default();
    let mut judged = Vec::new();
    for holding in holdings {
        let kind = match holding.kind {
            HoldingKind::Avatar => CredentialType::Avatar,
            HoldingKind::Item => CredentialType::Item,
        };
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
    Ok(judged)
}

fn badness(report: &Report) -> u8 {
    match report.verdict() {
        Verdict::Accepted => 0,
        Verdict::Indeterminate => 1,
        Verdict::Rejected => 2,
    }
}

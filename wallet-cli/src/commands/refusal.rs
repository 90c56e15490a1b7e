//! What a refusal of a step tells the person: what stands, and what to do. The holder's machine runs it.

use schemas::reason::Reason;
use wallet_core::transfer::{Standing, StepKind, TransferError};

use crate::commands::receive;
use crate::commands::transfer::until;
use crate::error::Failure;
use crate::exit::Exit;

/// How an item stands is why nothing can be done with it now: what that is, and what helps.
fn not_now(reason: Reason, standing: Standing) -> Failure {
    let id = match standing {
        Standing::Burned => "err-item-burned",
        Standing::Ended => "err-item-ended",
        Standing::Held => "err-item-held",
        Standing::Offered { .. } => "err-item-offered",
        Standing::PassedOn => "err-item-passed-on",
        Standing::Suspended => "err-item-suspended",
    };
    let values = match until(Some(standing)) {
        Some(until) => vec![("until", until.to_string().into())],
        None => Vec::new(),
    };
    let failure = Failure::said(reason, id, values);
    match standing {
        Standing::Held => failure.helped_by("omote inbox"),
        Standing::Offered { .. } => failure.helped_by("omote withdraw ITEM"),
        _ => failure.helped_by("omote show ITEM --provenance"),
    }
}

/// Nobody can be given anything at what stands in the place of an address.
pub(crate) fn no_address() -> Failure {
    Failure::said(Reason::ReceiverInvalid, "err-no-address", Vec::new())
        .ending(Exit::Usage)
        .helped_by("omote me")
}

/// What a refusal tells the person.
pub(crate) fn failure(error: TransferError, kind: StepKind) -> Failure {
    let goes_on = error.may_be_done() && kind != StepKind::Refuse;
    let answers = matches!(kind, StepKind::Accept | StepKind::Refuse);
    let reason = error.reason();
    let said = |id| Failure::said(reason, id, Vec::new());
    let failure = match error {
        TransferError::Holding(error) => error.into(),
        TransferError::Receive(error) => receive::failure(*error),
        TransferError::NotNow { standing } => not_now(reason, standing),
        TransferError::NotActive => said("err-item-not-active").helped_by("omote release"),
        TransferError::NothingOffered => said("err-no-offer").helped_by("omote inbox"),
        TransferError::Refused { .. }
            if answers && matches!(reason, Reason::TransferConflict | Reason::TransferExpired) =>
        {
            said("err-no-offer").helped_by("omote inbox")
        }
        TransferError::Receiver => no_address(),
        TransferError::OwnAddress => said("err-address-ours")
            .ending(Exit::Usage)
            .helped_by("omote me"),
        TransferError::WantsOwn => said("err-wants-ours").helped_by("omote show ITEM"),
        TransferError::Refused { .. } | TransferError::Unanswered { .. }
            if matches!(reason, Reason::DbUnavailable | Reason::Overloaded) =>
        {
            said("err-ledger-busy").helped_by("omote inbox")
        }
        error => {
            let failure = Failure::explained(reason, &error);
            match error {
                TransferError::Consent(_) => {
                    failure.helped_by(format!("omote {} … --dry-run", kind.name()))
                }
                TransferError::Swap { .. } | TransferError::Unfinished { .. } => {
                    failure.helped_by("omote inbox")
                }
                TransferError::Creator => {
                    failure.helped_by("omote give ITEM ADDRESS --consent-request FILE")
                }
                _ => failure,
            }
        }
    };
    match goes_on {
        true => failure.helped_by("omote inbox"),
        false => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::{Standing, StepKind, TransferError, failure};
    use crate::exit::Exit;
    use crate::texts::Texts;
    use schemas::lang::Lang;
    use schemas::reason::Reason;

    /// Nobody reads that something moved on which did not, and every refusal leads on.
    #[test]
    fn a_refusal_says_what_stands_and_what_to_do() {
        let until = "2026-11-29T18:00:00Z".parse().unwrap();
        let not_now = |standing| TransferError::NotNow { standing };
        let refused = |reason| TransferError::Refused { reason };
        let busy = TransferError::Unanswered { status: 503 };
        let all = [
            (
                not_now(Standing::Offered { until }),
                StepKind::Give,
                "is offered already until 2026",
            ),
            (
                not_now(Standing::Held),
                StepKind::Withdraw,
                "offered to nobody",
            ),
            (not_now(Standing::PassedOn), StepKind::Burn, "passed it on"),
            (not_now(Standing::Burned), StepKind::Give, "given up"),
            (not_now(Standing::Ended), StepKind::Give, "ended"),
            (not_now(Standing::Suspended), StepKind::Give, "for a while"),
            (
                TransferError::NotActive,
                StepKind::Release,
                "active nowhere",
            ),
            (
                TransferError::NothingOffered,
                StepKind::Accept,
                "not there any more",
            ),
            (
                refused(Reason::TransferConflict),
                StepKind::Refuse,
                "not there any more",
            ),
            (
                refused(Reason::TransferExpired),
                StepKind::Accept,
                "not there any more",
            ),
            (TransferError::OwnAddress, StepKind::Give, "this wallet"),
            (TransferError::Receiver, StepKind::Give, "no address"),
            (TransferError::WantsOwn, StepKind::Give, "in return"),
            (busy, StepKind::Give, "cannot answer"),
            (
                refused(Reason::DbUnavailable),
                StepKind::Accept,
                "cannot answer",
            ),
        ];
        for (error, kind, words) in all {
            let reason = error.reason();
            let failure = failure(error, kind);
            assert_eq!(failure.code(), reason.code());
            assert!(failure.command().is_some(), "{}", failure.code());
            let texts = Texts::new(Lang::En);
            let sentence = failure.sentence(&texts);
            assert!(sentence.contains(words), "{sentence}");
            for texts in [texts, Texts::new(Lang::Ja)] {
                let said = failure.sentence(&texts) + &failure.remedy(&texts);
                assert!(
                    !said.contains(['{', '}']) && !said.contains("Retry-After"),
                    "{said}"
                );
            }
        }
        assert_eq!(
            failure(TransferError::Receiver, StepKind::Give).exit(),
            Exit::Usage
        );
        assert_eq!(
            failure(TransferError::WantsOwn, StepKind::Give).exit(),
            Exit::Usage
        );
    }
}

//! The nine exit codes, and which one a reason code leads to. The holder's machine runs it.

use std::process::ExitCode;

use schemas::reason::Reason;

/// How a command ended, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or accepted.
    Done,
    /// Something went wrong that no other code names.
    Error,
    /// The command line is not understood.
    Usage,
    /// Nothing matches what was asked for.
    NothingMatches,
    /// The wallet is locked, or an answer of a person is needed.
    Locked,
    /// The person said no.
    Declined,
    /// A check failed or could not be decided.
    NotVerified,
    /// The network or the other side did not answer.
    Network,
    /// It was used, shown or transferred before.
    Spent,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Usage => 2,
            Self::NothingMatches => 3,
            Self::Locked => 4,
            Self::Declined => 5,
            Self::NotVerified => 6,
            Self::Network => 7,
            Self::Spent => 8,
        }
    }

    /// The code that a refusal with this reason ends in.
    pub(crate) const fn of(reason: Reason) -> Self {
        use Reason as R;
        match reason {
            R::ConfigMalformed | R::PolicyMalformed | R::BadRequest | R::WordsMalformed => {
                Self::Usage
            }
            R::NotFound | R::VpQueryUnsatisfied => Self::NothingMatches,
            R::WalletWrongPassphrase
            | R::KeychainUnavailable
            | R::OriginUnconfirmed
            | R::TxCodeInvalid
            | R::ConsentMismatch => Self::Locked,
            R::DidResolutionFailed
            | R::DidResolutionBlocked
            | R::FetchBlocked
            | R::Overloaded
            | R::RedirectRefused
            | R::DidRedirect
            | R::RequestUriBlocked
            | R::SlowClient
            | R::StatusFetchBlocked
            | R::StatusUnavailable
            | R::DeadlinePassed
            | R::WorldUnreachable => Self::Network,
            R::CopyExhausted
            | R::ItemExists
            | R::NonceReused
            | R::PreAuthCodeUsed
            | R::TransferConflict
            | R::TransferReplay
            | R::TxCodeLocked
            | R::VpReplay
            | R::IdempotencyConflict => Self::Spent,
            R::BackupWeak
            | R::ConfigInsecure
            | R::CiDenied
            | R::DbUnavailable
            | R::HistoryBroken
            | R::ImportRejected
            | R::InternalError
            | R::IssueSelfCheckFailed
            | R::IssueTemplateViolation
            | R::PluginName
            | R::RngFailure
            | R::Unauthorized
            | R::WalletCorrupt
            | R::WalletExists
            | R::WalletFormatVersion
            | R::WalletIo
            | R::WalletKdfParams
            | R::WalletPermissions
            | R::WalletRollback
            | R::WalletSymlink => Self::Error,
            // Everything else says what is wrong with a document, a proof, a message or a file.
            _ => Self::NotVerified,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;
    use schemas::reason::Reason;

    #[test]
    fn reasons_lead_to_their_codes() {
        for (reason, number) in [
            (Reason::WalletIo, 1),
            (Reason::BadRequest, 2),
            (Reason::VpQueryUnsatisfied, 3),
            (Reason::WalletWrongPassphrase, 4),
            (Reason::SigInvalid, 6),
            (Reason::WorldUnreachable, 7),
            (Reason::CopyExhausted, 8),
        ] {
            assert_eq!(Exit::of(reason).number(), number, "{reason}");
        }
        for reason in Reason::ALL {
            assert_ne!(
                Exit::of(*reason),
                Exit::Done,
                "{reason} would look like success"
            );
            assert_ne!(
                Exit::of(*reason),
                Exit::Declined,
                "{reason} is no answer of a person"
            );
        }
    }
}

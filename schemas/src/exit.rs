//! The nine exit codes of the house, and the one that a reason code leads to. Every command ends in
//! one of them, so that scripts read all commands alike.

use crate::reason::Reason;

/// How a command ended, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or accepted.
    Done,
    /// Something went wrong that no other code names.
    Error,
    /// The command line, or a file that steers the command, is not understood.
    Usage,
    /// Nothing matches what was asked for.
    NothingMatches,
    /// Something is locked, or an answer of a person is needed.
    Locked,
    /// The person said no.
    Declined,
    /// A check failed or could not be decided.
    NotVerified,
    /// The network or the other side did not answer, or not in time.
    Network,
    /// It was used, shown or transferred before.
    Spent,
}

impl Exit {
    /// Every code, in the order of its number.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Error,
        Self::Usage,
        Self::NothingMatches,
        Self::Locked,
        Self::Declined,
        Self::NotVerified,
        Self::Network,
        Self::Spent,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub const fn number(self) -> u8 {
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
    #[must_use]
    pub const fn of(reason: Reason) -> Self {
        use Reason as R;
        match reason {
            R::BadRequest
            | R::ConfigInsecure
            | R::ConfigMalformed
            | R::PolicyMalformed
            | R::WordsMalformed => Self::Usage,
            R::ItemUnknown | R::NotFound | R::VpQueryUnsatisfied => Self::NothingMatches,
            R::AdmissionReview
            | R::WalletWrongPassphrase
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
            | R::TrustListUnavailable
            | R::DeadlinePassed
            | R::WorldUnreachable => Self::Network,
            R::AuthCodeUsed
            | R::CopyExhausted
            | R::ItemExists
            | R::NonceReused
            | R::PreAuthCodeUsed
            | R::RefillTooEarly
            | R::TransferConflict
            | R::TransferReplay
            | R::TransferUnfinished
            | R::TxCodeLocked
            | R::VpReplay
            | R::IdempotencyConflict => Self::Spent,
            R::AuthCodeMismatch
            | R::BackupWeak
            | R::CiDenied
            | R::DbUnavailable
            | R::GrantRevoked
            | R::HistoryBroken
            | R::ImportRejected
            | R::InternalError
            | R::IssuanceDenied
            | R::IssueSelfCheckFailed
            | R::IssueTemplateViolation
            | R::PluginName
            | R::RedirectUriRefused
            | R::RngFailure
            | R::Unauthorized
            | R::WalletCorrupt
            | R::WalletExists
            | R::WalletFormatVersion
            | R::WalletIo
            | R::WalletKdfParams
            | R::WalletPermissions
            | R::WalletRollback
            | R::WalletSymlink
            | R::WorldExists
            | R::WorldIo => Self::Error,
            // Everything else says what is wrong with a document, a proof, a message or a file.
            _ => Self::NotVerified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;
    use crate::reason::Reason;

    #[test]
    fn reasons_lead_to_their_codes() {
        for (reason, number) in [
            (Reason::WalletIo, 1),
            (Reason::WorldExists, 1),
            (Reason::WorldIo, 1),
            (Reason::BadRequest, 2),
            (Reason::ConfigInsecure, 2),
            (Reason::ConfigMalformed, 2),
            (Reason::ItemUnknown, 3),
            (Reason::NotFound, 3),
            (Reason::VpQueryUnsatisfied, 3),
            (Reason::AdmissionReview, 4),
            (Reason::WalletWrongPassphrase, 4),
            (Reason::SigInvalid, 6),
            (Reason::DeadlinePassed, 7),
            (Reason::WorldUnreachable, 7),
            (Reason::IssuanceDenied, 1),
            (Reason::AuthCodeUsed, 8),
            (Reason::CopyExhausted, 8),
            (Reason::RefillTooEarly, 8),
        ] {
            assert_eq!(Exit::of(reason).number(), number, "{reason}");
        }
        for reason in Reason::ALL {
            let exit = Exit::of(*reason);
            assert_ne!(exit, Exit::Done, "{reason} would look like success");
            assert_ne!(exit, Exit::Declined, "{reason} is no answer of a person");
        }
    }

    #[test]
    fn each_code_has_a_number_of_its_own() {
        for (number, exit) in Exit::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(exit.number()), number);
        }
    }
}

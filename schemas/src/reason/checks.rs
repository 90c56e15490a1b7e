//! Which checks of a verification give which reasons. Everybody who reads reports reads it here or in
//! `REASONS.md`.
//!
//! A reason that no check gives is said elsewhere: by a wallet, a world's server, a command. Each
//! report that is made in the tests of the house is compared with this table, and some report has each
//! pair of it (`tests/tests/attacks/surfaces/reached.rs`).

use crate::check::CheckId;
use crate::check::CheckId::{
    Asset, Audience, Challenge, Hands, Holder, Json, Key, Ledger, License, Name, Proof, Provenance,
    Query, Shape, Size, Status, Time, Trust,
};
use crate::reason::Reason;

impl Reason {
    /// The checks in whose place a report may give it, in headline order.
    #[must_use]
    pub const fn checks(self) -> &'static [CheckId] {
        match self {
            // The JSON in a model is read as strictly as a document.
            Self::InputTooDeep | Self::InputTooLarge => &[Size, Asset],
            Self::JsonDuplicateKey
            | Self::JsonInvalidUtf8
            | Self::JsonLoneSurrogate
            | Self::JsonNumberOutOfRange
            | Self::ParseError => &[Json, Asset],
            Self::CredType
            | Self::CtxInline
            | Self::CtxNested
            | Self::CtxOrder
            | Self::CtxUnknown
            | Self::EnvelopeInvalid
            | Self::IdMalformed
            | Self::JwtTyp
            | Self::SdClaimCollision
            | Self::SdDigestDuplicate
            | Self::SdDisclosureDuplicate
            | Self::SdDisclosureMalformed
            | Self::SdDisclosureUnreferenced
            | Self::SdHashAlg
            | Self::SdHolderReject
            | Self::SdMalformed
            | Self::SdReservedName
            | Self::TermUndefined
            | Self::VpMalformed
            | Self::VpNestedForbidden
            | Self::VpTooMany => &[Shape],
            Self::DidMalformed | Self::DidMethodUnsupported | Self::DidPort => &[Shape, Key],
            Self::CredIssuerUntrusted => &[Trust],
            Self::TrustListInvalid | Self::TrustListUnavailable => &[Trust, Provenance],
            Self::DidDocumentInvalid
            | Self::DidIdMismatch
            | Self::DidKeyCodec
            | Self::DidRedirect
            | Self::DidResolutionBlocked
            | Self::DidResolutionFailed
            | Self::DidTooLarge
            | Self::IssuerKeyMismatch
            | Self::KeyHistoryMismatch
            | Self::KeyMalformed
            | Self::KeyWeak
            | Self::VmController
            | Self::VmMalformed
            | Self::VmNotFound
            | Self::VmRelationship => &[Key],
            Self::KeyRevoked => &[Key, Ledger, Hands],
            Self::AlgNotAllowed
            | Self::CanonWorkLimit
            | Self::JwsCritUnsupported
            | Self::JwsHeaderForbidden
            | Self::KbSdHash
            | Self::KbTyp
            | Self::ProofChainBroken
            | Self::ProofMalformed
            | Self::ProofMissing
            | Self::ProofPurpose
            | Self::ProofSetPolicy
            | Self::ProofTypeUnsupported
            | Self::SigInvalid
            | Self::SigMalformed
            | Self::UnknownSecurityMember => &[Proof],
            Self::CredExpired
            | Self::KbIat
            | Self::ProofCreatedFuture
            | Self::ProofCreatedRange
            | Self::ProofExpired
            | Self::VpStale => &[Time],
            Self::CnfUnsupported | Self::HolderBindingMissing | Self::KbMissing => &[Holder],
            Self::VpHolderMismatch => &[Key, Holder],
            Self::DateMalformed => &[Key, Time],
            Self::KeyTypeMismatch => &[Key, Proof],
            Self::JsonNumberNonCanonical => &[Json, Proof],
            Self::ClaimType | Self::CredMalformed | Self::UnknownExtension => &[Shape, Status],
            Self::LdKeywordForbidden => &[Shape, Proof],
            Self::KbAud => &[Challenge, Audience],
            Self::ProofChallenge => &[Challenge],
            Self::ProofDomain | Self::VpAudience => &[Audience],
            Self::KbTransactionData | Self::VpQueryUnsatisfied => &[Query],
            Self::Revoked
            | Self::StatusExpired
            | Self::StatusFetchBlocked
            | Self::StatusIndexRange
            | Self::StatusInvalid
            | Self::StatusIssuer
            | Self::StatusLength
            | Self::StatusPurpose
            | Self::StatusRollback
            | Self::StatusSizeUnsupported
            | Self::StatusTooLarge
            | Self::StatusType
            | Self::StatusUnavailable => &[Status],
            Self::Suspended => &[Status, Ledger],
            Self::HeadStale
            | Self::HeadUnavailable
            | Self::LedgerEntryMismatch
            | Self::LedgerEntryMissing
            | Self::RegistryEquivocation => &[Ledger, Hands],
            Self::LedgerChainBroken
            | Self::LedgerChainUnavailable
            | Self::LedgerCreatorUndisclosed => &[Hands],
            Self::HeadInvalid
            | Self::ItemActiveElsewhere
            | Self::ItemMoved
            | Self::ItemRevoked
            | Self::LogProofInvalid
            | Self::LogProofMissing
            | Self::LogWitnessesMissing
            | Self::RegistryRollback => &[Ledger],
            Self::AssetProvenanceUntrusted => &[Provenance],
            Self::ProvenanceMissing => &[Provenance, Asset],
            Self::LicenseLooser => &[License],
            Self::NameHiddenCharacters | Self::NameLookalike | Self::NameMixedScripts => &[Name],
            Self::AssetBounds
            | Self::AssetCycle
            | Self::AssetExtension
            | Self::AssetExternalUri
            | Self::AssetFormat
            | Self::AssetHashMismatch
            | Self::AssetImageBomb
            | Self::AssetMetaMismatch
            | Self::AssetTooLarge => &[Asset],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::CheckId;
    use crate::reason::Reason;

    #[test]
    fn each_check_has_reasons_and_each_list_is_in_headline_order() {
        for check in CheckId::ALL {
            let gives = |reason: &Reason| reason.checks().contains(&check);
            assert!(Reason::ALL.iter().any(gives), "{check}");
        }
        for reason in Reason::ALL {
            assert!(reason.checks().is_sorted(), "{reason}");
        }
    }
}

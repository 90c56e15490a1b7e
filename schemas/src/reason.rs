//! Reason codes: why something was refused or could not be decided, in one spelling everywhere.
//!
//! The headline of a report, its JSON, HTTP answers, the command and the documents use these codes.
//! Sentences for people stand in `i18n/{en,ja}/reasons.ftl`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lang::Lang;

mod checks;
mod sentences;

macro_rules! reasons {
    ($($variant:ident = $code:literal,)+) => {
        /// A reason code. The pattern is `area_reason`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(
                #[doc = concat!("`", $code, "`: the sentence is in `i18n/en/reasons.ftl`.")]
                $variant,
            )+
        }

        impl Reason {
            /// Every reason code, in alphabetical order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as it is written everywhere.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }

        impl FromStr for Reason {
            type Err = UnknownReason;

            fn from_str(code: &str) -> Result<Self, UnknownReason> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(UnknownReason),
                }
            }
        }
    };
}

reasons! {
    AdmissionReview = "admission_review",
    AlgNotAllowed = "alg_not_allowed",
    ApiUnrepresentable = "api_unrepresentable",
    AssetBounds = "asset_bounds",
    AssetCycle = "asset_cycle",
    AssetExtension = "asset_extension",
    AssetExternalUri = "asset_external_uri",
    AssetFormat = "asset_format",
    AssetHashMismatch = "asset_hash_mismatch",
    AssetImageBomb = "asset_image_bomb",
    AssetMetaMismatch = "asset_meta_mismatch",
    AssetProvenanceUntrusted = "asset_provenance_untrusted",
    AssetTooLarge = "asset_too_large",
    AuthCodeMismatch = "auth_code_mismatch",
    AuthCodeUsed = "auth_code_used",
    BackupWeak = "backup_weak",
    BadRequest = "bad_request",
    BodyTooLarge = "body_too_large",
    BundleExpired = "bundle_expired",
    BundleInvalid = "bundle_invalid",
    BundleUntrusted = "bundle_untrusted",
    CNonceInvalid = "c_nonce_invalid",
    CanonWorkLimit = "canon_work_limit",
    CiDenied = "ci_denied",
    ClaimType = "claim_type",
    ClientAuthFailed = "client_auth_failed",
    ClientIdPrefix = "client_id_prefix",
    CnfUnsupported = "cnf_unsupported",
    ConfigInsecure = "config_insecure",
    ConfigMalformed = "config_malformed",
    ConsentMismatch = "consent_mismatch",
    CopyExhausted = "copy_exhausted",
    CredExpired = "cred_expired",
    CredIssuerUntrusted = "cred_issuer_untrusted",
    CredMalformed = "cred_malformed",
    CredType = "cred_type",
    CredentialNotAuthorized = "credential_not_authorized",
    CtxHashMismatch = "ctx_hash_mismatch",
    CtxInline = "ctx_inline",
    CtxNested = "ctx_nested",
    CtxOrder = "ctx_order",
    CtxUnknown = "ctx_unknown",
    DateMalformed = "date_malformed",
    DbUnavailable = "db_unavailable",
    DeadlinePassed = "deadline_passed",
    DidDocumentInvalid = "did_document_invalid",
    DidIdMismatch = "did_id_mismatch",
    DidKeyCodec = "did_key_codec",
    DidMalformed = "did_malformed",
    DidMethodUnsupported = "did_method_unsupported",
    DidPort = "did_port",
    DidRedirect = "did_redirect",
    DidResolutionBlocked = "did_resolution_blocked",
    DidResolutionFailed = "did_resolution_failed",
    DidTooLarge = "did_too_large",
    DigestMismatch = "digest_mismatch",
    DpopInvalid = "dpop_invalid",
    EncRequired = "enc_required",
    EncUnsupported = "enc_unsupported",
    EnvelopeInvalid = "envelope_invalid",
    EvidenceInconclusive = "evidence_inconclusive",
    FetchBlocked = "fetch_blocked",
    GrantRevoked = "grant_revoked",
    HeadInvalid = "head_invalid",
    HeadStale = "head_stale",
    HeadUnavailable = "head_unavailable",
    HistoryBroken = "history_broken",
    HolderBindingMissing = "holder_binding_missing",
    IdMalformed = "id_malformed",
    IdempotencyConflict = "idempotency_conflict",
    ImportRejected = "import_rejected",
    InputTooDeep = "input_too_deep",
    InputTooLarge = "input_too_large",
    InternalError = "internal_error",
    InvalidProof = "invalid_proof",
    IssuanceDenied = "issuance_denied",
    IssueSelfCheckFailed = "issue_self_check_failed",
    IssueTemplateViolation = "issue_template_violation",
    IssuerKeyMismatch = "issuer_key_mismatch",
    IssuerMetadataMismatch = "issuer_metadata_mismatch",
    ItemActiveElsewhere = "item_active_elsewhere",
    ItemExists = "item_exists",
    ItemMoved = "item_moved",
    ItemRevoked = "item_revoked",
    ItemUnknown = "item_unknown",
    JsonDuplicateKey = "json_duplicate_key",
    JsonInvalidUtf8 = "json_invalid_utf8",
    JsonLoneSurrogate = "json_lone_surrogate",
    JsonNumberNonCanonical = "json_number_non_canonical",
    JsonNumberOutOfRange = "json_number_out_of_range",
    JwsCritUnsupported = "jws_crit_unsupported",
    JwsHeaderForbidden = "jws_header_forbidden",
    JwsSerialization = "jws_serialization",
    JwtTyp = "jwt_typ",
    KbAud = "kb_aud",
    KbIat = "kb_iat",
    KbMissing = "kb_missing",
    KbSdHash = "kb_sd_hash",
    KbTransactionData = "kb_transaction_data",
    KbTyp = "kb_typ",
    KeyHistoryMismatch = "key_history_mismatch",
    KeyMalformed = "key_malformed",
    KeyRevoked = "key_revoked",
    KeyTypeMismatch = "key_type_mismatch",
    KeyWeak = "key_weak",
    KeychainUnavailable = "keychain_unavailable",
    LdKeywordForbidden = "ld_keyword_forbidden",
    LedgerChainBroken = "ledger_chain_broken",
    LedgerChainFull = "ledger_chain_full",
    LedgerChainUnavailable = "ledger_chain_unavailable",
    LedgerCreatorUndisclosed = "ledger_creator_undisclosed",
    LedgerEntryMismatch = "ledger_entry_mismatch",
    LedgerEntryMissing = "ledger_entry_missing",
    LedgerMalformed = "ledger_malformed",
    LicenseLooser = "license_looser",
    LogMalformed = "log_malformed",
    LogProofInvalid = "log_proof_invalid",
    LogProofMissing = "log_proof_missing",
    LogUntrusted = "log_untrusted",
    LogWitnessesMissing = "log_witnesses_missing",
    MandatoryMissing = "mandatory_missing",
    MediaTypeUnsupported = "media_type_unsupported",
    NameHiddenCharacters = "name_hidden_characters",
    NameLookalike = "name_lookalike",
    NameMixedScripts = "name_mixed_scripts",
    NonceReused = "nonce_reused",
    NotFound = "not_found",
    OfferChanged = "offer_changed",
    OfferRejected = "offer_rejected",
    OriginUnconfirmed = "origin_unconfirmed",
    Overloaded = "overloaded",
    ParseError = "parse_error",
    PluginName = "plugin_name",
    PolicyMalformed = "policy_malformed",
    PreAuthCodeUsed = "pre_auth_code_used",
    ProofChainBroken = "proof_chain_broken",
    ProofChallenge = "proof_challenge",
    ProofCreatedFuture = "proof_created_future",
    ProofCreatedRange = "proof_created_range",
    ProofDomain = "proof_domain",
    ProofExpired = "proof_expired",
    ProofMalformed = "proof_malformed",
    ProofMissing = "proof_missing",
    ProofPurpose = "proof_purpose",
    ProofSetPolicy = "proof_set_policy",
    ProofTypeUnsupported = "proof_type_unsupported",
    ProvenanceMissing = "provenance_missing",
    QrAmbiguous = "qr_ambiguous",
    QrNotFound = "qr_not_found",
    QrPictureMalformed = "qr_picture_malformed",
    QrPictureTooLarge = "qr_picture_too_large",
    QueryInvalid = "query_invalid",
    QueryOverAsk = "query_over_ask",
    ReceiverInvalid = "receiver_invalid",
    RedirectRefused = "redirect_refused",
    RedirectUriRefused = "redirect_uri_refused",
    RefillTooEarly = "refill_too_early",
    RegistryEquivocation = "registry_equivocation",
    RegistryRollback = "registry_rollback",
    RequestUriBlocked = "request_uri_blocked",
    ResponseUriMismatch = "response_uri_mismatch",
    Revoked = "revoked",
    RngFailure = "rng_failure",
    SdClaimCollision = "sd_claim_collision",
    SdDigestDuplicate = "sd_digest_duplicate",
    SdDisclosureDuplicate = "sd_disclosure_duplicate",
    SdDisclosureMalformed = "sd_disclosure_malformed",
    SdDisclosureUnreferenced = "sd_disclosure_unreferenced",
    SdHashAlg = "sd_hash_alg",
    SdHolderReject = "sd_holder_reject",
    SdMalformed = "sd_malformed",
    SdReservedName = "sd_reserved_name",
    SessionMismatch = "session_mismatch",
    SigInvalid = "sig_invalid",
    SigMalformed = "sig_malformed",
    SlowClient = "slow_client",
    StateMismatch = "state_mismatch",
    StatusExpired = "status_expired",
    StatusFetchBlocked = "status_fetch_blocked",
    StatusIndexRange = "status_index_range",
    StatusInvalid = "status_invalid",
    StatusIssuer = "status_issuer",
    StatusLength = "status_length",
    StatusPurpose = "status_purpose",
    StatusRollback = "status_rollback",
    StatusSizeUnsupported = "status_size_unsupported",
    StatusTooLarge = "status_too_large",
    StatusType = "status_type",
    StatusUnavailable = "status_unavailable",
    Suspended = "suspended",
    TermUndefined = "term_undefined",
    TransactionDataUnsupported = "transaction_data_unsupported",
    TransferAudience = "transfer_audience",
    TransferConflict = "transfer_conflict",
    TransferExpired = "transfer_expired",
    TransferNotAllowed = "transfer_not_allowed",
    TransferNotHolder = "transfer_not_holder",
    TransferReplay = "transfer_replay",
    TransferUnfinished = "transfer_unfinished",
    TrustListInvalid = "trust_list_invalid",
    TrustListUnavailable = "trust_list_unavailable",
    TxCodeInvalid = "tx_code_invalid",
    TxCodeLocked = "tx_code_locked",
    Unauthorized = "unauthorized",
    UnknownExtension = "unknown_extension",
    UnknownSecurityMember = "unknown_security_member",
    VmController = "vm_controller",
    VmMalformed = "vm_malformed",
    VmNotFound = "vm_not_found",
    VmRelationship = "vm_relationship",
    VpAudience = "vp_audience",
    VpFormatUnsupported = "vp_format_unsupported",
    VpHolderMismatch = "vp_holder_mismatch",
    VpMalformed = "vp_malformed",
    VpMixedHolders = "vp_mixed_holders",
    VpNestedForbidden = "vp_nested_forbidden",
    VpQueryUnsatisfied = "vp_query_unsatisfied",
    VpReplay = "vp_replay",
    VpStale = "vp_stale",
    VpTooMany = "vp_too_many",
    WalletCorrupt = "wallet_corrupt",
    WalletExists = "wallet_exists",
    WalletFormatVersion = "wallet_format_version",
    WalletIo = "wallet_io",
    WalletKdfParams = "wallet_kdf_params",
    WalletPermissions = "wallet_permissions",
    WalletRollback = "wallet_rollback",
    WalletSymlink = "wallet_symlink",
    WalletWrongPassphrase = "wallet_wrong_passphrase",
    WordsMalformed = "words_malformed",
    WorldExists = "world_exists",
    WorldIo = "world_io",
    WorldUnreachable = "world_unreachable",
}

impl Reason {
    /// What happened, as a sentence for people.
    #[must_use]
    pub fn sentence(self, lang: Lang) -> String {
        sentences::of(self.code(), lang).sentence.to_owned()
    }

    /// What would change the outcome, as a sentence for people.
    #[must_use]
    pub fn remedy(self, lang: Lang) -> String {
        sentences::of(self.code(), lang).remedy.to_owned()
    }
}

/// A text that is no reason code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownReason;

impl fmt::Display for UnknownReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a reason code")
    }
}

impl std::error::Error for UnknownReason {}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use crate::lang::Lang;

    #[test]
    fn every_code_has_its_sentences() {
        for reason in Reason::ALL {
            assert_eq!(reason.code().parse(), Ok(*reason));
            for lang in [Lang::En, Lang::Ja] {
                assert!(
                    !reason.sentence(lang).is_empty(),
                    "{lang} sentence of {reason}"
                );
                assert!(!reason.remedy(lang).is_empty(), "{lang} remedy of {reason}");
            }
        }
    }

    #[test]
    fn codes_are_sorted_and_follow_the_pattern() {
        for pair in Reason::ALL.windows(2) {
            assert!(
                pair[0].code() < pair[1].code(),
                "{} before {}",
                pair[0],
                pair[1]
            );
        }
        for reason in Reason::ALL {
            let code = reason.code();
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            );
        }
    }
}

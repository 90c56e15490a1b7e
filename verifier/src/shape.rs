//! A document that does not have its shape: which check says so, and what is not done then.

use schemas::check::CheckId;
use schemas::reason::Reason;

use crate::report::{Recorder, Shaped};

/// The check that a reason belongs to, or `otherwise`: the place where it was found.
pub(crate) const fn check_of(reason: Reason, otherwise: CheckId) -> CheckId {
    match reason {
        Reason::InputTooDeep | Reason::InputTooLarge if matches!(otherwise, CheckId::Shape) => {
            CheckId::Size
        }
        Reason::JsonDuplicateKey
        | Reason::JsonInvalidUtf8
        | Reason::JsonLoneSurrogate
        | Reason::JsonNumberNonCanonical
        | Reason::JsonNumberOutOfRange
        | Reason::ParseError
            if matches!(otherwise, CheckId::Shape) =>
        {
            CheckId::Json
        }
        Reason::DateMalformed | Reason::KbIat => CheckId::Time,
        Reason::DidMethodUnsupported | Reason::DidMalformed | Reason::DidPort
            if matches!(otherwise, CheckId::Proof) =>
        {
            CheckId::Key
        }
        Reason::CnfUnsupported
        | Reason::HolderBindingMissing
        | Reason::KbMissing
        | Reason::VpHolderMismatch => CheckId::Holder,
        Reason::IssuerKeyMismatch
        | Reason::KeyMalformed
        | Reason::KeyWeak
        | Reason::VmMalformed
        | Reason::VmNotFound => CheckId::Key,
        Reason::KeyTypeMismatch if matches!(otherwise, CheckId::Shape) => CheckId::Key,
        Reason::AlgNotAllowed
        | Reason::JwsCritUnsupported
        | Reason::JwsHeaderForbidden
        | Reason::KbSdHash
        | Reason::KbTyp
        | Reason::ProofMalformed
        | Reason::ProofMissing
        | Reason::ProofSetPolicy
        | Reason::ProofTypeUnsupported
        | Reason::SigInvalid
        | Reason::SigMalformed => CheckId::Proof,
        Reason::ProvenanceMissing => CheckId::Provenance,
        Reason::StatusType => CheckId::Status,
        Reason::VpAudience => CheckId::Audience,
        Reason::VpQueryUnsatisfied => CheckId::Query,
        _ => otherwise,
    }
}

/// A shape that is not read blocks everything after it. Nothing in the document is sound.
pub(crate) fn refuse(recorder: &mut Recorder, reason: Reason, at: &str) -> Vec<Shaped> {
    let check = check_of(reason, CheckId::Shape);
    recorder.fail(check, reason, at);
    if check > CheckId::Shape {
        recorder.pass(CheckId::Shape);
    }
    let later = CheckId::ALL
        .into_iter()
        .filter(|other| *other > check.min(CheckId::Shape));
    let blocked: Vec<_> = later.filter(|other| *other != check).collect();
    recorder.block(&blocked, check);
    Vec::new()
}

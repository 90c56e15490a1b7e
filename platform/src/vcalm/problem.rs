//! What is wrong, as the W3C writes it: ProblemDetails (RFC 9457) with the types of VCDM 2.0 section
//! 7.2, VC Data Integrity 1.0 section 4.7, Bitstring Status List 1.0 section 3.5 and VCALM.

use axum::http::StatusCode;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::vcdm::Fault;

const VCDM: &str = "https://www.w3.org/TR/vc-data-model#";
const VCDM_2: &str = "https://www.w3.org/TR/vc-data-model-2.0#";
const SECURITY: &str = "https://w3id.org/security#";
const STATUS: &str = "https://www.w3.org/ns/credentials/status-list#";
const VCALM: &str = "https://www.w3.org/TR/vcalm#";

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    base: &'static str,
    title: &'static str,
    detail: String,
    reason: Reason,
}

impl Problem {
    /// A problem with the type that belongs to its reason.
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let (base, title) = type_of(reason);
        Self {
            base,
            title,
            detail: detail.into(),
            reason,
        }
    }

    /// A problem on the way to a proof that was to be made.
    pub(crate) fn generation(reason: Reason, detail: impl Into<String>) -> Self {
        let problem = Self::new(reason, detail);
        if problem.title == "PROOF_VERIFICATION_ERROR" {
            Self {
                title: "PROOF_GENERATION_ERROR",
                ..problem
            }
        } else {
            problem
        }
    }

    /// A request that is not as the interface wants it.
    pub(crate) fn request(detail: impl Into<String>) -> Self {
        Self {
            base: VCDM,
            title: "MALFORMED_VALUE_ERROR",
            detail: detail.into(),
            reason: Reason::BadRequest,
        }
    }

    /// An option that is not understood. To leave it out in silence would be to answer another
    /// question than the one that was asked.
    pub(crate) fn unknown_option(name: &str) -> Self {
        Self {
            base: VCALM,
            title: "UNKNOWN_OPTION_PROVIDED",
            detail: format!("the option \"{}\" is not understood", short(name)),
            reason: Reason::BadRequest,
        }
    }

    /// A credential whose time has not begun. The house has one reason for both ends of the time.
    pub(crate) fn not_yet_valid(detail: impl Into<String>) -> Self {
        Self {
            title: "CREDENTIAL_NOT_YET_VALID",
            ..Self::new(Reason::CredExpired, detail)
        }
    }

    /// A rule of the data model.
    pub(crate) fn of_fault(fault: &Fault) -> Self {
        Self::new(fault.reason(), fault.to_string())
    }

    /// The reason code.
    pub(crate) const fn reason(&self) -> Reason {
        self.reason
    }

    /// The same problem of something further inside.
    pub(crate) fn inside(mut self, place: &str) -> Self {
        self.detail = format!("{place}: {}", self.detail);
        self
    }

    pub(crate) fn to_object(&self) -> Object {
        object! {
            "type" => format!("{}{}", self.base, self.title),
            "title" => self.title,
            "detail" => self.detail.as_str(),
            "reason" => self.reason.code(),
        }
    }
}

/// Text of others in a sentence of ours: not too much of it.
fn short(text: &str) -> String {
    let short: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect();
    short
}

/// The type of a reason. The table is that of the design, section 1.16.
const fn type_of(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::ParseError
        | Reason::InputTooDeep
        | Reason::InputTooLarge
        | Reason::BodyTooLarge
        | Reason::JsonDuplicateKey
        | Reason::JsonInvalidUtf8
        | Reason::JsonLoneSurrogate
        | Reason::ProofMissing => (VCDM, "PARSING_ERROR"),
        Reason::JsonNumberNonCanonical | Reason::JsonNumberOutOfRange => (VCDM, "RANGE_ERROR"),
        Reason::StatusIndexRange => (STATUS, "RANGE_ERROR"),
        Reason::CredExpired => (VCDM_2, "CREDENTIAL_EXPIRED"),
        Reason::Revoked => (VCDM_2, "CREDENTIAL_REVOKED"),
        Reason::Suspended => (VCDM_2, "CREDENTIAL_SUSPENDED"),
        Reason::StatusType | Reason::StatusSizeUnsupported => (STATUS, "MALFORMED_VALUE_ERROR"),
        Reason::StatusUnavailable | Reason::StatusFetchBlocked => {
            (STATUS, "STATUS_RETRIEVAL_ERROR")
        }
        Reason::StatusLength => (STATUS, "STATUS_LIST_LENGTH_ERROR"),
        Reason::StatusInvalid
        | Reason::StatusPurpose
        | Reason::StatusIssuer
        | Reason::StatusExpired
        | Reason::StatusTooLarge
        | Reason::StatusRollback => (STATUS, "STATUS_VERIFICATION_ERROR"),
        Reason::ProofDomain => (SECURITY, "INVALID_DOMAIN_ERROR"),
        Reason::ProofChallenge => (SECURITY, "INVALID_CHALLENGE_ERROR"),
        Reason::TermUndefined => (SECURITY, "DATA_LOSS_DETECTION_ERROR"),
        Reason::CanonWorkLimit => (SECURITY, "PROOF_TRANSFORMATION_ERROR"),
        Reason::VmMalformed => (SECURITY, "INVALID_VERIFICATION_METHOD_URL"),
        Reason::VmNotFound | Reason::VmController => (SECURITY, "INVALID_VERIFICATION_METHOD"),
        Reason::VmRelationship => (SECURITY, "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"),
        Reason::ProofTypeUnsupported
        | Reason::ProofMalformed
        | Reason::ProofPurpose
        | Reason::ProofChainBroken
        | Reason::ProofSetPolicy
        | Reason::ProofExpired
        | Reason::ProofCreatedFuture
        | Reason::ProofCreatedRange
        | Reason::UnknownSecurityMember => (SECURITY, "PROOF_VERIFICATION_ERROR"),
        Reason::SigInvalid
        | Reason::SigMalformed
        | Reason::AlgNotAllowed
        | Reason::KeyMalformed
        | Reason::KeyWeak
        | Reason::KeyRevoked
        | Reason::KeyTypeMismatch
        | Reason::IssuerKeyMismatch
        | Reason::VpHolderMismatch
        | Reason::DidKeyCodec
        | Reason::DidMalformed
        | Reason::DidMethodUnsupported
        | Reason::DidResolutionFailed
        | Reason::DidDocumentInvalid
        | Reason::DigestMismatch => (VCDM, "CRYPTOGRAPHIC_SECURITY_ERROR"),
        _ => (VCDM, "MALFORMED_VALUE_ERROR"),
    }
}

/// An answer that is no success.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) problems: Vec<Problem>,
}

impl Refusal {
    pub(crate) fn bad(problem: Problem) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            problems: vec![problem],
        }
    }

    /// Every rule of the data model that a document breaks.
    pub(crate) fn of_faults(faults: &[Fault]) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            problems: faults.iter().map(Problem::of_fault).collect(),
        }
    }

    /// There is no such thing.
    pub(crate) fn not_found(reason: Reason, detail: impl Into<String>) -> Self {
        Self::with(StatusCode::NOT_FOUND, Problem::new(reason, detail))
    }

    /// Something that does not happen.
    pub(crate) fn fault() -> Self {
        let problem = Problem::new(Reason::InternalError, "a fault of this service");
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, problem)
    }

    pub(crate) fn with(status: StatusCode, problem: Problem) -> Self {
        Self {
            status,
            problems: vec![problem],
        }
    }

    /// The body: the first problem as ProblemDetails, and all of them in `problemDetails`.
    pub(crate) fn to_object(&self) -> Object {
        let mut object = self
            .problems
            .first()
            .map(Problem::to_object)
            .unwrap_or_default();
        object.insert("status", u32::from(self.status.as_u16()));
        object.insert("problemDetails", details(&self.problems));
        object
    }
}

/// Problems as a list.
pub(crate) fn details(problems: &[Problem]) -> Value {
    let details: Vec<Value> = problems
        .iter()
        .map(|problem| Value::Object(problem.to_object()))
        .collect();
    Value::Array(details)
}

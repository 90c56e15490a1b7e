//! `POST /credentials/derive`: honest about what is not there.

use axum::http::StatusCode;
use schemas::reason::Reason;

use crate::problem::{Problem, Refusal};

/// No cryptosuite of this build discloses a part of what it signs.
pub(crate) fn refuse() -> Refusal {
    Refusal::with(
        StatusCode::NOT_IMPLEMENTED,
        Problem::new(
            Reason::ProofTypeUnsupported,
            "no cryptosuite here can derive a credential: bbs-2023 and ecdsa-sd-2023 are not \
             offered",
        ),
    )
}

//! What a world's bare HTTP status says to a wallet that asked it for something. The holder's side
//! runs it.

use schemas::reason::Reason;

/// The reason that a bare status stands for.
pub(crate) const fn reason_of_status(status: u16) -> Reason {
    match status {
        404 | 410 => Reason::NotFound,
        401 | 403 => Reason::Unauthorized,
        429 | 503 => Reason::Overloaded,
        400..=499 => Reason::BadRequest,
        _ => Reason::WorldUnreachable,
    }
}

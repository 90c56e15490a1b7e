//! What a world asks of the holder of an item beside showing it: to mark it as active there for a while.
//!
//! It stands in the world's signed request (`omote_lease`), and wallets of other makers pass it over. The
//! world names no commitment: the wallet computes it from the origin that it has authenticated, so no
//! world can have an item marked as active in another.

use crate::json::Object;
use crate::ledger::Salt;
use crate::message::{Members, MessageError, Problem};

/// The longest lease that is asked for and agreed to, in seconds: an hour, as ledgers have it.
pub const MAX_LEASE: i64 = 3600;

/// `omote_lease` of a presentation request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRequest {
    /// `salt`: of which the one is made that hides the world in each lease ([`Salt::for_item`]). Fresh for
    /// each request, so that nobody else can tell which items are active in one world.
    pub salt: Salt,
    /// `seconds`: for how long, from when the holder signs; 60 to [`MAX_LEASE`].
    pub seconds: i64,
}

impl LeaseRequest {
    pub(crate) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let expected = "60 to 3600";
        let seconds = members.natural("seconds")?;
        let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
        let seconds = seconds.filter(|seconds| (60..=MAX_LEASE).contains(seconds));
        Ok(Self {
            salt: Salt::read(members, "salt")?,
            seconds: seconds.ok_or_else(|| members.fail("seconds", Problem::Value { expected }))?,
        })
    }

    pub(crate) fn to_object(self) -> Object {
        crate::object! {
            "salt" => self.salt,
            "seconds" => crate::json::Number::from_i64(self.seconds),
        }
    }
}

//! Trust before contact: an origin is spoken to only with a [`Confirmed`] in hand. The holder's side
//! runs it.

use std::fmt;

use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::trust::Confirmation;
use crate::wallet::Wallet;

/// A world whose origin the person has confirmed. Made from a pin or from the person's own words,
/// and from nothing that a world sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed(WorldId);

impl Confirmed {
    /// The world.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.0
    }

    /// Where a client may go that deals with this world only: the public internet, the world's port
    /// when it has one, or this machine when the world is on it.
    #[must_use]
    pub fn policy(&self) -> fetch::Policy {
        fetch::Policy::for_worlds(std::slice::from_ref(&self.0))
    }

    /// Refuses to go on when the world at hand is another one.
    pub(crate) fn require(&self, world: &WorldId) -> Result<(), OriginError> {
        if self.0 == *world {
            Ok(())
        } else {
            Err(OriginError::Unconfirmed {
                world: world.clone(),
            })
        }
    }
}

impl Wallet {
    /// The confirmation that a pin holds.
    ///
    /// # Errors
    /// [`OriginError::Unconfirmed`] when the person has not confirmed this world.
    pub fn confirmed(&self, world: &WorldId) -> Result<Confirmed, OriginError> {
        match self.pin(world)?.map(|pin| pin.confirmation) {
            Some(Confirmation::ByPerson { .. }) => Ok(Confirmed(world.clone())),
            Some(Confirmation::Unconfirmed) | None => Err(OriginError::Unconfirmed {
                world: world.clone(),
            }),
        }
    }

    /// Confirms the world of an offer or request, and pins it. `named` is what the person said: the
    /// origin they typed, or the one they were shown and agreed to.
    ///
    /// # Errors
    /// [`OriginError::NamedOther`] when the person named another one.
    pub fn confirm_origin(
        &mut self,
        found: &WorldId,
        named: &WorldId,
        now: Timestamp,
    ) -> Result<Confirmed, OriginError> {
        if found != named {
            return Err(OriginError::NamedOther {
                named: named.clone(),
                found: found.clone(),
            });
        }
        self.confirm_world(found, now)?;
        Ok(Confirmed(found.clone()))
    }

    /// Every world that the person has confirmed, by origin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn confirmed_worlds(&self) -> Result<Vec<WorldId>, StoreError> {
        let by_person = |pin: &crate::trust::Pin| pin.confirmation != Confirmation::Unconfirmed;
        Ok(self
            .pins()?
            .into_iter()
            .filter(by_person)
            .map(|pin| pin.world)
            .collect())
    }
}

/// Why a world is not contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginError {
    /// The person named another world than the one that is found here.
    NamedOther {
        /// What the person named.
        named: WorldId,
        /// What the offer or request says.
        found: WorldId,
    },
    /// The store did not answer.
    Store(StoreError),
    /// Nobody has confirmed this world.
    Unconfirmed {
        /// The world.
        world: WorldId,
    },
}

impl OriginError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::NamedOther { .. } | Self::Unconfirmed { .. } => Reason::OriginUnconfirmed,
            Self::Store(error) => error.reason(),
        }
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamedOther { named, found } => {
                write!(f, "expected the world {named}; found {found}")
            }
            Self::Store(error) => error.fmt(f),
            Self::Unconfirmed { world } => write!(f, "the world {world} is not confirmed"),
        }
    }
}

impl std::error::Error for OriginError {}

impl From<StoreError> for OriginError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

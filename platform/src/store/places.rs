//! Places in status lists, as the world sees them.

use schemas::encoding::base64url;
use schemas::records::GrantRecord;
use schemas::status::MIN_BITS;
use schemas::time::Timestamp;

use crate::ticket::{self, NoChance};

/// How many places of a shelf are given away before another is opened: three quarters, so that a
/// free place is found by chance.
pub(crate) const SHELF_MOST: u32 = 98_304;
/// A place is drawn from this many: those of the shortest list, which hides a credential well enough.
const PLACES: u32 = 131_072;
const _: () = assert!(PLACES as u64 == MIN_BITS && PLACES.is_power_of_two());
/// Candidates for each copy. Even on a full shelf that one copy finds none happens once in 10^15.
const CANDIDATES: u32 = 128;

/// The name of a list: unguessable, and never used for another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ListName(String);

impl ListName {
    /// A name that somebody sent; `None` when it has not the form of one.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let sound = base64url::decode(text).is_some_and(|bytes| bytes.len() == 16);
        sound.then(|| Self(text.to_owned()))
    }

    fn draw() -> Result<Self, NoChance> {
        let mut bits = [0; 16];
        ticket::draw(&mut bits)?;
        Ok(Self(base64url::encode(&bits)))
    }

    /// A name that no list has, for what is tried out and given to nobody.
    pub(crate) fn nobodys() -> Self {
        Self(base64url::encode(&[0; 16]))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is drawn for a batch before the store decides: places to try in this order, and names in case
/// that a new shelf has to be opened.
#[derive(Clone, Debug)]
pub(crate) struct Lot {
    pub(crate) candidates: Vec<u32>,
    pub(crate) names: [ListName; 2],
}

impl Lot {
    /// A lot for this many copies.
    ///
    /// # Errors
    /// [`NoChance`].
    pub(crate) fn draw(copies: u32) -> Result<Self, NoChance> {
        let count = copies.saturating_mul(CANDIDATES);
        let mut bytes = vec![0; usize::try_from(count).unwrap_or(0).saturating_mul(4)];
        ticket::draw(&mut bytes)?;
        let candidates = bytes.chunks_exact(4).filter_map(|four| {
            let four = four.first_chunk::<4>()?;
            // A power of two: every place is as likely as any other.
            Some(u32::from_be_bytes(*four) % PLACES)
        });
        Ok(Self {
            candidates: candidates.collect(),
            names: [ListName::draw()?, ListName::draw()?],
        })
    }
}

/// The place of one copy: the same in a list of revocations and in a list of suspensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) revocation: ListName,
    pub(crate) suspension: ListName,
    pub(crate) index: u32,
}

/// What became of a change of status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It has the status that was asked for, now or already.
    Done(GrantRecord),
    /// It is revoked, and stays so.
    Revoked,
    /// There is no such grant.
    Unknown,
}

/// A list as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListContent {
    /// When it changed last; grows with every change.
    pub(crate) changed: Timestamp,
    /// The bits that are set.
    pub(crate) set: Vec<u32>,
}

/// Both lists of a shelf as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenListContent {
    /// When either changed last; grows with every change.
    pub(crate) changed: Timestamp,
    /// The places that are revoked.
    pub(crate) revoked: Vec<u32>,
    /// The places that are suspended.
    pub(crate) suspended: Vec<u32>,
}

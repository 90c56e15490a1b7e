//! How far an item had come when its ledger spoke of it last: what it says next has to go on from there.

use schemas::ledger::LeafHash;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::head::VerifiedHead;

/// How far the clocks of one ledger's processes may differ, in seconds: a receipt that one of them dated
/// so much earlier is no contradiction.
const CLOCKS: i64 = 600;

/// A mark: the newest leaf of an item that was seen, and when its ledger said that it was the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadMark {
    seq: u64,
    leaf: LeafHash,
    issued: Timestamp,
}

impl HeadMark {
    /// The mark of a head.
    #[must_use]
    pub fn of(head: &VerifiedHead) -> Self {
        let receipt = head.receipt();
        Self {
            seq: receipt.seq,
            leaf: receipt.leaf,
            issued: receipt.issued,
        }
    }

    /// When its ledger spoke of it.
    pub(crate) const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// This mark after another that was seen before: `None` when it is older and says nothing new.
    ///
    /// # Errors
    /// `registry_equivocation` for another leaf in the same place, `registry_rollback` when the ledger
    /// said of an older leaf that it was the newest long after it had said so of a younger one.
    pub(crate) fn after(self, before: Option<&Self>) -> Result<Option<Self>, Reason> {
        let Some(before) = before else {
            return Ok(Some(self));
        };
        if self.seq == before.seq && self.leaf != before.leaf {
            return Err(Reason::RegistryEquivocation);
        }
        if self.seq < before.seq {
            let later = self.issued.seconds_since(before.issued);
            return match later > CLOCKS {
                true => Err(Reason::RegistryRollback),
                false => Ok(None),
            };
        }
        Ok(Some(Self {
            issued: self.issued.max(before.issued),
            ..self
        }))
    }
}

#[cfg(test)]
mod tests {
    use schemas::ledger::{ItemTag, LeafHash};
    use schemas::time::Timestamp;

    use super::HeadMark;
    use crate::Evidence;
    use crate::ledger::HeadRef;

    fn item(number: u16) -> HeadRef {
        let mut tag = [0; 32];
        tag[..2].copy_from_slice(&number.to_be_bytes());
        HeadRef {
            ledger: "https://world.example".parse().unwrap(),
            item: ItemTag::from_bytes(tag),
        }
    }

    /// A ledger that draws names which stand last in order pushes out nobody's newer mark.
    #[test]
    fn the_oldest_mark_makes_room_and_not_the_first_name() {
        let mut evidence = Evidence::default();
        let mark = |seconds: u16| HeadMark {
            seq: 1,
            leaf: LeafHash::from_bytes([1; 32]),
            issued: Timestamp::from_unix(1_795_000_000 + i64::from(seconds)),
        };
        // The first name is the newest.
        evidence.mark_item(item(0), mark(u16::MAX));
        for number in 1..=5000 {
            evidence.mark_item(item(number), mark(number));
        }
        assert!(evidence.marked(&item(0)).is_some());
        assert!(evidence.marked(&item(1)).is_none());
        assert!(evidence.marked(&item(5000)).is_some());
    }
}

//! A ledger that has changed its key: what it signed before is judged by the history of its keys, and
//! while nobody knows that history nothing is said of the ledger.

use schemas::reason::Reason;
use wallet_core::PersonaIndex;
use wallet_core::transfer::{self, Inbox, Standing, StepKind, TransferError};

use crate::fixture::{client, now, run};
use crate::transferring::Scene;
use crate::world::Lie;

impl Scene {
    fn asked(&mut self) -> Result<Inbox, TransferError> {
        let confirmed = self.taker.confirm(&self.world);
        let client = client(&[&self.world]);
        let first = PersonaIndex::FIRST;
        let asking = transfer::ask(&client, &self.taker.wallet, first, &confirmed, now());
        Ok(run(asking)?.unwrap_or_default())
    }
}

/// Offered by the first key; the second one is in use.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene.give().unwrap();
    scene.world.rotate();
    scene
}

#[track_caller]
fn undecided<T: std::fmt::Debug>(outcome: Result<T, TransferError>) {
    let failed = Reason::DidResolutionFailed;
    match outcome.unwrap_err() {
        TransferError::Document { reason } => assert_eq!(reason, failed),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_an_older_key_signed_changes_hands() {
    let mut scene = scene();
    assert_eq!(scene.offered().len(), 1);
    scene.answer(StepKind::Accept).unwrap();
    assert_eq!(scene.look().unwrap(), Standing::PassedOn);
}

#[test]
fn a_history_that_does_not_come_makes_no_lie() {
    let mut scene = scene();
    scene.world.lie(Lie::NoKeyHistory);
    undecided(scene.asked());
    undecided(scene.look());
    // It had come before, and from somebody who keeps it for long: who it is now nobody can tell.
    scene.world.lie(Lie::KeyHistoryOld);
    let inbox = scene.asked().unwrap();
    assert!(inbox.refused.is_empty(), "{:?}", inbox.refused);
    let tag = scene.tag();
    assert_eq!(inbox.unread, [(tag, Reason::DidResolutionFailed)]);
    undecided(scene.look());
    scene.world.lie(Lie::None);
    assert!(matches!(scene.look().unwrap(), Standing::Offered { .. }));
    assert_eq!(scene.asked().unwrap().offers.len(), 1);
}

//! The history.

use std::collections::BTreeSet;

use crate::history::{Completion, NewEntry};
use crate::{
    CameReceipt, EntryKind, HistoryError, Holding, HoldingError, Outcome, ReceiptStanding, What,
    verify_lines,
};
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;

use super::fixture::{Place, add_avatar, at, world};

fn presenting(holding: &Holding, to: &str) -> NewEntry {
    NewEntry {
        kind: EntryKind::Presented,
        world: Some(world(to)),
        what: What {
            holdings: vec![holding.id],
            digests: vec![Sha256Digest::of(b"presentation")],
            claims: vec!["name".to_owned()],
        },
        consent: Some(Sha256Digest::of(b"consent")),
    }
}

#[test]
fn what_is_about_to_leave_is_written_first() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 2);
    let copies = [holding.copies[0]];
    let intended = wallet
        .intend_presentation(presenting(&holding, "b"), &copies, &BTreeSet::new(), at(5))
        .unwrap();
    drop(wallet);

    // Another process, after a kill: the intention is there and waiting.
    let mut wallet = place.open().unwrap();
    assert_eq!(wallet.pending().unwrap().len(), 1);
    assert_eq!(
        wallet.copies(&holding.id).unwrap()[0].world,
        Some(world("b"))
    );
    let receipt = Some("eyJ.receipt".to_owned());
    let completion = Completion::Completed {
        receipt: receipt.clone(),
    };
    wallet.complete(intended.seq, completion, at(6)).unwrap();
    assert_eq!(wallet.pending().unwrap(), []);
    let came = CameReceipt {
        text: "eyJ.other".to_owned(),
        standing: ReceiptStanding::Unverified,
    };
    let again = Completion::Failed {
        reason: Reason::WorldUnreachable,
        receipt: Some(came.clone()),
    };
    assert_eq!(
        wallet
            .complete(intended.seq, again.clone(), at(7))
            .unwrap_err(),
        HistoryError::NotPending { seq: intended.seq }
    );

    let second = wallet
        .intend_presentation(presenting(&holding, "b"), &copies, &BTreeSet::new(), at(8))
        .unwrap();
    wallet.complete(second.seq, again, at(9)).unwrap();
    let outcomes: Vec<_> = wallet
        .history()
        .unwrap()
        .into_iter()
        .map(|e| e.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Noted,
            Outcome::Intended,
            Outcome::Completed {
                of: intended.seq,
                receipt
            },
            Outcome::Intended,
            Outcome::Failed {
                of: second.seq,
                reason: Reason::WorldUnreachable,
                receipt: Some(came)
            },
        ]
    );
    assert_eq!(wallet.verify_history().unwrap().length, 5);
}

#[test]
fn a_copy_of_another_world_stops_everything() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 2);
    wallet.spend_copy(&holding.copies[1], &world("c")).unwrap();
    let before = wallet.verify_history().unwrap();
    let refused = wallet
        .intend_presentation(
            presenting(&holding, "b"),
            &holding.copies,
            &BTreeSet::new(),
            at(5),
        )
        .unwrap_err();
    assert_eq!(refused, HoldingError::SpentElsewhere);
    assert_eq!(wallet.verify_history().unwrap(), before);
    assert_eq!(wallet.copies(&holding.id).unwrap()[0].world, None);
}

#[test]
fn an_exported_history_can_be_checked_by_anybody() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "one", 3);
    for number in 0..3 {
        let entry = presenting(&holding, "b");
        let intended = wallet
            .intend_presentation(entry, &holding.copies, &BTreeSet::new(), at(number))
            .unwrap();
        let completion = Completion::Completed {
            receipt: Some(format!("receipt {number}")),
        };
        wallet
            .complete(intended.seq, completion, at(number))
            .unwrap();
    }
    let head = wallet.verify_history().unwrap();
    let lines = wallet.export_history().unwrap();
    assert_eq!(verify_lines(&lines).unwrap(), head);
    let text = String::from_utf8(lines.clone()).unwrap();
    assert_eq!(text.lines().count(), 7);
    assert!(
        !text.contains("credential one"),
        "values never stand in the history"
    );

    // Each entry in turn: a changed byte, a missing line, two lines swapped.
    let all: Vec<&str> = text.lines().collect();
    for broken in 0..all.len() {
        let seq = u64::try_from(broken).unwrap() + 1;
        let expected = HistoryError::Broken { seq };
        let mut changed: Vec<String> = all.iter().map(ToString::to_string).collect();
        changed[broken] = changed[broken].replacen("2026-", "2025-", 1);
        assert_eq!(
            verify_lines(changed.join("\n").as_bytes()).unwrap_err(),
            expected
        );
        assert_eq!(expected.reason(), Reason::HistoryBroken);
        if broken + 1 < all.len() {
            let mut missing = all.clone();
            missing.remove(broken);
            assert_eq!(
                verify_lines(missing.join("\n").as_bytes()).unwrap_err(),
                expected
            );
            let mut swapped = all.clone();
            swapped.swap(broken, broken + 1);
            assert_eq!(
                verify_lines(swapped.join("\n").as_bytes()).unwrap_err(),
                expected
            );
        }
    }
    // An end that is cut off shows only against the wallet's head.
    let shorter = verify_lines(all[..6].join("\n").as_bytes()).unwrap();
    assert_ne!(shorter, head);
}

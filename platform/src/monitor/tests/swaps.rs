//! Swaps: both halves are there, or the ledger is told on.

use proofs::keys::SigningKey;
use proofs::ledger::{commitment, sign_step, sign_swap};
use schemas::digest::Sha256Digest;
use schemas::ledger::{
    Act, ItemTerms, LeafClaims, Salt, SentStep, SentSwap, Step, SwapLeg, SwapWanted, TransferTerms,
    UnverifiedLeaf,
};
use schemas::license::LicenseTerms;
use schemas::reason::Reason;
use verifier::ledger::{Convicted, Current, IssuerAct, LedgerLimits, apply};

use super::lying::{convicted, reasons, told};
use super::{Ledger, Line, Pass, monitor, now, pass, tag};

struct Hand(u8);

impl Hand {
    fn key(&self) -> SigningKey {
        SigningKey::from_seed(&[self.0; 32])
    }

    fn salt(&self) -> Salt {
        Salt::from_bytes([self.0; 32])
    }

    fn commitment(&self) -> schemas::ledger::Commitment {
        commitment(&self.key().verifying_key(), &self.salt()).unwrap()
    }

    fn sends(&self, step: Step) -> SentStep {
        SentStep {
            key: self.key().did_key(),
            salt: self.salt(),
            signature: sign_step(&step, &self.key()).unwrap(),
            creator: None,
            swap: None,
            step,
        }
    }
}

fn terms() -> ItemTerms {
    ItemTerms {
        class: "lantern".to_owned(),
        serial: 1,
        license: LicenseTerms::default(),
        transfer: TransferTerms::FREE,
        creator: Hand(90).key().did_key(),
        asset: Sha256Digest::of(b"model"),
    }
}

/// The next step of an item.
fn step(ledger: &Ledger, item: u8, act: Act) -> Step {
    let head = &ledger.heads[&tag(item)];
    Step {
        ledger: ledger.id.clone(),
        item: tag(item),
        seq: head.claims().seq + 1,
        previous: head.hash(),
        act,
    }
}

const fn of<'a>(head: &'a UnverifiedLeaf, terms: &'a ItemTerms) -> Current<'a> {
    Current { head, terms }
}

/// The first item offered for the second, and the two halves of what comes when that is accepted: of the
/// first, and of the second.
fn offered() -> (Ledger, [LeafClaims; 2]) {
    let (terms, mut ledger) = (terms(), Ledger::new());
    for (item, holder) in [(1, 1), (2, 2)] {
        let mut mint = ledger.minted(tag(item), 0);
        mint.holder = Hand(holder).commitment();
        mint.terms = terms.digest();
        ledger.write(&mint);
    }
    let limits = LedgerLimits::STANDARD;
    let wanted = SwapWanted {
        item: tag(2),
        holder: Hand(4).commitment(),
    };
    let offer = Hand(1).sends(step(
        &ledger,
        1,
        Act::Offer {
            to: Hand(3).commitment(),
            until: now().plus_seconds(600),
            terms: terms.digest(),
            swap: Some(wanted),
        },
    ));
    let current = |ledger: &Ledger, item| ledger.heads[&tag(item)].clone();
    let open = current(&ledger, 1);
    let open = apply(of(&open, &terms), None, &offer, now(), &limits).unwrap();
    ledger.write(&open.leaf);
    let leg = SwapLeg {
        item: tag(2),
        seq: 1,
        previous: ledger.heads[&tag(2)].hash(),
        holder: wanted.holder,
        terms: terms.digest(),
    };
    let mut accept = Hand(3).sends(step(
        &ledger,
        1,
        Act::Accept {
            holder: Hand(5).commitment(),
            terms: terms.digest(),
            swap: Some(leg),
        },
    ));
    accept.swap = Some(SentSwap {
        key: Hand(2).key().did_key(),
        salt: Hand(2).salt(),
        signature: sign_swap(&accept.step, &Hand(2).key()).unwrap(),
        creator: None,
    });
    let [first, other] = [1, 2].map(|item| current(&ledger, item));
    let (first, other) = (of(&first, &terms), of(&other, &terms));
    let done = apply(first, Some(other), &accept, now(), &limits).unwrap();
    let halves = [done.leaf, done.given.unwrap()];
    (ledger, halves)
}

/// What each of these states of one ledger is found to be, one after another.
async fn followed(states: &[&Ledger]) -> Vec<Pass> {
    let folder = tempfile::tempdir().unwrap();
    let line = Line::new(states[0].clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    let mut found = Vec::new();
    for state in states {
        line.set((*state).clone());
        found.push(pass(&mut watching).await);
    }
    found
}

#[tokio::test]
async fn both_halves_are_never_told_on() {
    let (before, [accepted, given]) = offered();
    for (first, second) in [(&accepted, &given), (&given, &accepted)] {
        let mut half = before.clone();
        half.write(first);
        // A checkpoint between the two says nothing yet.
        let mut whole = half.clone();
        whole.write(second);
        let mut after = whole.clone();
        after.act(tag(2), IssuerAct::Suspend, "a look");
        after.act(tag(1), IssuerAct::End, "a breach");
        for states in [
            vec![&before, &half, &half, &whole, &after],
            vec![&before, &whole, &after],
            vec![&after],
        ] {
            for found in followed(&states).await {
                assert!(found.findings.is_empty(), "{:?}", found.findings);
            }
        }
    }
}

#[tokio::test]
async fn half_of_a_swap_beside_another_step_convicts() {
    let (before, [accepted, given]) = offered();
    for (half, other) in [(&accepted, 2), (&given, 1)] {
        // The other item goes on as if there were no swap, before or after.
        let mut then = before.clone();
        then.write(half);
        then.act(tag(other), IssuerAct::Suspend, "a look");
        let mut first = before.clone();
        first.act(tag(other), IssuerAct::Suspend, "a look");
        first.write(half);
        for lying in [then, first] {
            let found = told(before.clone(), lying).await;
            assert_eq!(convicted(&found), Convicted::TwoLeaves);
        }
    }
}

#[tokio::test]
async fn a_half_alone_is_told_when_the_log_has_gone_on() {
    let (before, halves) = offered();
    for half in &halves {
        let mut lying = before.clone();
        lying.write(half);
        let mut later = lying.clone();
        later.mint(tag(7));
        let found = followed(&[&before, &lying, &later]).await;
        assert!(found[1].findings.is_empty(), "{:?}", found[1].findings);
        assert_eq!(reasons(&found[2]), [Reason::LogProofMissing]);
        assert!(!found[2].convicts());
    }
}

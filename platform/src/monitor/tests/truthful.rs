//! Ledgers that tell the truth are never convicted, whatever happens on the way.

use proptest::prelude::*;
use schemas::reason::Reason;
use verifier::ledger::IssuerAct;

use super::super::{HeadsAsked, Monitor};
use super::{Ledger, Line, monitor, pass, tag};

#[tokio::test]
async fn a_ledger_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut ledger = Ledger::new();
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &state).await;
    assert_eq!(pass(&mut watching).await.size, 0);
    let mut before = 0;
    for steps in [1, 2, 250, 3, 1, 300, 0, 44] {
        ledger.live(steps, u64::try_from(steps).unwrap());
        line.set(ledger.clone());
        let found = pass(&mut watching).await;
        assert_eq!(found.size, ledger.size());
        assert_eq!(found.taken, ledger.size() - before);
        assert_eq!(found.heads, u64::try_from(ledger.heads.len()).unwrap());
        assert!(found.findings.is_empty(), "{:?}", found.findings);
        before = ledger.size();
        // It goes on where it stopped.
        watching.close().await;
        watching = monitor(&line, &state).await;
    }
    assert!(before > 512);
    let other = "https://other.example".parse().unwrap();
    let opened = Monitor::open(&other, &state, crate::clock::Clock::System).await;
    assert!(opened.is_err(), "the state is of one ledger");
}

/// Few heads a pass: all of them in turn.
#[tokio::test]
async fn heads_are_compared_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new();
    for number in 0..10 {
        ledger.mint(tag(number));
    }
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    for number in 0..10 {
        // Shown and not in the log yet, at each item once.
        let claims = verifier::ledger::issue(
            &ledger.heads[&tag(number)],
            IssuerAct::Suspend,
            "a look",
            super::now(),
        );
        let leaf = ledger.sign(&claims.unwrap());
        ledger.heads.insert(tag(number), leaf);
    }
    line.set(ledger.clone());
    let mut compared = 0;
    for _ in 0..4 {
        let found = watching
            .pass(HeadsAsked::Some(3), &mut |_, _| {})
            .await
            .unwrap();
        assert!(found.findings.is_empty(), "{:?}", found.findings);
        compared += found.heads;
    }
    assert!(compared >= 10);
    // The log takes them in: they are the same.
    for number in 0..10 {
        let leaf = ledger.heads[&tag(number)].clone();
        ledger.leaves.push(leaf);
    }
    line.set(ledger);
    let found = pass(&mut watching).await;
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    assert_eq!(found.taken, 10);
}

/// A ledger with much to do is further than what was read of it by several steps of one item, and its
/// log takes them in one after the other.
#[tokio::test]
async fn a_busy_ledger_is_never_accused() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new();
    for number in 0..4 {
        ledger.mint(tag(number));
    }
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    let mut ahead = ledger.clone();
    for _ in 0..3 {
        for number in 0..4 {
            ahead.act(tag(number), IssuerAct::Suspend, "a look");
            ahead.act(tag(number), IssuerAct::Resume, "fine");
        }
    }
    // Read at once with proofs in the newest tree, and while the log has taken in some of them only.
    line.heads_of(ahead.clone());
    for size in [4, 5, 11, 20, 28] {
        ledger.leaves = ahead.leaves[..size].to_vec();
        line.set(ledger.clone());
        for heads in [HeadsAsked::Some(2), HeadsAsked::All] {
            let found = watching.pass(heads, &mut |_, _| {}).await.unwrap();
            assert!(found.findings.is_empty(), "{size}: {:?}", found.findings);
            // Those that are ahead are read again, beside those whose turn it is.
            assert!(found.heads >= 2, "{size}");
        }
    }
    assert_eq!(pass(&mut watching).await.size, ahead.size());
}

/// An older checkpoint is said, and proves nothing: somebody in between may have kept it.
#[tokio::test]
async fn an_old_answer_is_no_lie() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new();
    ledger.live(20, 1);
    let old = ledger.clone();
    ledger.live(30, 2);
    let line = Line::new(ledger);
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    line.set(old);
    let found = pass(&mut watching).await;
    assert!(!found.convicts());
    let reasons: Vec<Reason> = found
        .findings
        .iter()
        .map(|finding| finding.reason)
        .collect();
    assert_eq!(reasons.first(), Some(&Reason::RegistryRollback));
    // Items that were not there then, and those that have moved on since.
    let others = |reason: &Reason| matches!(reason, Reason::HeadStale | Reason::NotFound);
    assert!(reasons[1..].iter().all(others), "{reasons:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Random honest histories over a line that garbles: something may be unreadable, and nothing is
    /// evidence. When the line is good again, all is well.
    #[test]
    fn garbling_convicts_nobody(
        seed in any::<u64>(),
        steps in prop::collection::vec(0..100_usize, 1..4),
        garble in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let mut ledger = Ledger::new();
            ledger.live(1, seed);
            let line = Line::new(ledger.clone());
            let mut watching = monitor(&line, &folder.path().join("state")).await;
            for (round, steps) in steps.iter().enumerate() {
                ledger.live(*steps, seed.wrapping_add(u64::try_from(round).unwrap()));
                line.set(ledger.clone());
                *line.garble.lock().unwrap() = Some(garble.wrapping_add(u64::try_from(round).unwrap()));
                for _ in 0..3 {
                    if let Ok(found) = watching.pass(HeadsAsked::Some(5), &mut |_, _| {}).await {
                        assert!(!found.convicts(), "{:?}", found.findings);
                    }
                }
                *line.garble.lock().unwrap() = None;
                let found = pass(&mut watching).await;
                assert!(found.findings.is_empty(), "{:?}", found.findings);
                assert_eq!(found.size, ledger.size());
            }
        });
    }
}

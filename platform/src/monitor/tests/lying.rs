//! Ledgers that say two things are convicted by what they signed, before anybody who has their keys.

use schemas::reason::Reason;
use verifier::ledger::{Convicted, IssuerAct, issue};

use super::super::keys::Keys;
use super::super::{HeadsAsked, Monitor, Pass, Stopped};
use super::{Ledger, Line, document, judged, monitor, now, pass, tag};

/// A history, and the same with another leaf at a place and another one at its end.
fn forks(at: usize, sizes: [usize; 2]) -> [Ledger; 2] {
    let mut ledger = Ledger::new();
    let items = |number: usize| tag(u8::try_from(number).unwrap());
    for number in 0..at {
        ledger.mint(items(number));
    }
    let mut other = ledger.clone();
    for number in at..sizes[0] {
        ledger.mint(items(number));
    }
    other.write(&other.minted(items(at), 9));
    for number in at + 1..sizes[1] {
        other.mint(items(number));
    }
    [ledger, other]
}

pub(super) fn convicted(found: &Pass) -> Convicted {
    let evidence = found
        .findings
        .iter()
        .find_map(|finding| finding.evidence.as_ref());
    let evidence = evidence.unwrap_or_else(|| panic!("no evidence: {:?}", found.findings));
    assert!(found.convicts());
    judged(evidence).unwrap()
}

pub(super) async fn told(first: Ledger, second: Ledger) -> Pass {
    let folder = tempfile::tempdir().unwrap();
    let line = Line::new(first);
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    line.set(second);
    pass(&mut watching).await
}

async fn stopped(monitor: &mut Monitor<Line>) -> Box<Stopped> {
    let pass = monitor.pass(HeadsAsked::All, &mut |_, _| {}).await;
    pass.expect_err("something is not read")
}

pub(super) fn reasons(found: &Pass) -> Vec<Reason> {
    found
        .findings
        .iter()
        .map(|finding| finding.reason)
        .collect()
}

/// A ledger that goes on after two different steps of one item, both in its log.
fn two_stories() -> [Ledger; 2] {
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let first = ledger.clone();
    let head = ledger.heads[&tag(1)].clone();
    ledger.act(tag(1), IssuerAct::Suspend, "a look");
    let other = issue(&head, IssuerAct::End, "a breach", now()).unwrap();
    ledger.write(&other);
    [first, ledger]
}

/// The leaves are taken in once: what they prove is not lost when something else fails.
#[tokio::test]
async fn evidence_outlives_what_fails_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let [first, second] = two_stories();
    let line = Line::new(first);
    let mut watching = monitor(&line, &state).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    line.set(second);
    line.without(&["items/"]);
    let found = stopped(&mut watching).await;
    assert_eq!(found.error.reason(), Reason::WorldUnreachable);
    assert_eq!(found.pass.size, 3);
    assert_eq!(convicted(&found.pass), Convicted::TwoLeaves);
    // Nobody has written it to a file yet: also a monitor that begins anew has it.
    watching.close().await;
    let mut watching = monitor(&line, &state).await;
    line.without(&["ledger/checkpoint"]);
    assert_eq!(
        convicted(&stopped(&mut watching).await.pass),
        Convicted::TwoLeaves
    );
    // For those who ask for the head it is the first of the two again.
    let mut heads = line.ledger.lock().unwrap().clone();
    heads.heads.insert(tag(1), heads.leaves[1].clone());
    line.heads_of(heads);
    line.without(&[]);
    let found = pass(&mut watching).await;
    assert_eq!(convicted(&found), Convicted::TwoLeaves);
    watching.told(&found).await.unwrap();
    let found = pass(&mut watching).await;
    assert!(!found.convicts(), "{:?}", found.findings);
}

/// Whoever breaks rules everywhere does not hide by that where they told two stories.
#[tokio::test]
async fn evidence_is_not_counted_among_other_findings() {
    let mut ledger = Ledger::new();
    for number in 0..=80 {
        ledger.mint(tag(number));
    }
    let first = ledger.clone();
    for number in 1..=80 {
        let head = &ledger.heads[&tag(number)];
        let mut claims = issue(head, IssuerAct::Suspend, "a look", now()).unwrap();
        claims.seq = 2;
        ledger.write(&claims);
    }
    let head = ledger.heads[&tag(0)].clone();
    ledger.act(tag(0), IssuerAct::Suspend, "a look");
    ledger.write(&issue(&head, IssuerAct::End, "a breach", now()).unwrap());
    let found = told(first, ledger).await;
    assert_eq!(convicted(&found), Convicted::TwoLeaves);
    assert_eq!(found.findings.len(), 64 + 1);
}

/// A head with a proof in a tree of which nothing else is served.
#[tokio::test]
async fn a_fork_that_is_shown_by_one_head_alone() {
    for (at, sizes, item) in [
        // The leaf itself is another: in a smaller tree, and in a larger one.
        (3, [9, 7], 3),
        (3, [7, 9], 3),
        (6, [7, 8], 6),
        // The leaf is the same, or beyond the own tree: something beside its path is another.
        (3, [9, 6], 0),
        (3, [7, 12], 0),
        (1, [9, 10], 9),
        (40, [64, 70], 66),
        (0, [1, 2], 1),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let [ledger, fork] = forks(at, sizes);
        let mut shown = ledger.clone();
        shown
            .heads
            .insert(tag(item), fork.heads[&tag(item)].clone());
        let line = Line::new(ledger.clone());
        let mut watching = monitor(&line, &folder.path().join("state")).await;
        assert!(pass(&mut watching).await.findings.is_empty());
        // Only this item is another. It is asked for by the names that the log has, or had not yet.
        let title = format!("{at} {sizes:?} {item}");
        let mut heads = fork.clone();
        heads.heads.retain(|other, _| *other == tag(item));
        line.heads_of(heads);
        let mut write = watching.index.begin().await.unwrap();
        write
            .show_leaf(&fork.heads[&tag(item)], now())
            .await
            .unwrap();
        write.commit().await.unwrap();
        let found = pass(&mut watching).await;
        let trees = found
            .findings
            .iter()
            .filter_map(|found| found.evidence.as_ref());
        let trees = trees.filter(|evidence| evidence.kind() == "two_trees");
        let trees: Vec<_> = trees.map(|evidence| judged(evidence).unwrap()).collect();
        assert_eq!(
            trees,
            [Convicted::TwoTrees],
            "{title}: {:?}",
            found.findings
        );
    }
}

/// A checkpoint that does not fit is said also where nothing of its tree is served, and is kept: what
/// comes later may convict.
#[tokio::test]
async fn a_fork_of_which_nothing_is_served_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let [ledger, fork] = forks(3, [9, 7]);
    let mut grown = ledger.clone();
    for number in 9..12 {
        grown.mint(tag(number));
    }
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    line.set(fork);
    line.heads_of(grown.clone());
    line.without(&["ledger/tile"]);
    for _ in 0..2 {
        let found = pass(&mut watching).await;
        assert!(!found.convicts(), "{:?}", found.findings);
        assert_eq!(reasons(&found), [Reason::RegistryEquivocation]);
    }
    // The tree of that size as it was: two checkpoints of one size.
    let mut as_it_was = grown.clone();
    as_it_was.leaves.truncate(7);
    as_it_was
        .heads
        .retain(|_, leaf| as_it_was.leaves.contains(leaf));
    line.set(grown);
    line.without(&[]);
    line.heads_of(as_it_was);
    let found = pass(&mut watching).await;
    assert_eq!(convicted(&found), Convicted::TwoCheckpoints);
}

/// One that was shown before the log was that far, and was another when it was.
#[tokio::test]
async fn a_checkpoint_of_later_is_compared_when_the_tree_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new();
    for number in 0..5 {
        ledger.mint(tag(number));
    }
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    // The same as far as it was read: nothing can be said yet.
    let [mut grown, mut fork] = [ledger.clone(), ledger.clone()];
    fork.write(&fork.minted(tag(5), 9));
    fork.mint(tag(6));
    line.heads_of(fork);
    assert!(pass(&mut watching).await.findings.is_empty());
    for number in 5..9 {
        grown.mint(tag(number));
    }
    line.set(grown.clone());
    line.heads_of(grown);
    let found = pass(&mut watching).await;
    assert!(
        reasons(&found).contains(&Reason::RegistryEquivocation),
        "{:?}",
        found.findings
    );
}

/// A step that a head showed before the log had it is judged by the rules when the log has it.
#[tokio::test]
async fn what_was_shown_early_is_judged_in_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let line = Line::new(ledger.clone());
    let mut watching = monitor(&line, &folder.path().join("state")).await;
    assert!(pass(&mut watching).await.findings.is_empty());
    // Stopped, and stopped once more.
    ledger.act(tag(1), IssuerAct::Suspend, "a look");
    let head = ledger.heads[&tag(1)].clone();
    let mut claims = issue(&head, IssuerAct::Resume, "fine", now()).unwrap();
    claims.event = head.claims().event;
    claims.state = head.claims().state;
    ledger.write(&claims);
    line.heads_of(ledger.clone());
    assert!(pass(&mut watching).await.findings.is_empty());
    line.set(ledger);
    assert_eq!(
        reasons(&pass(&mut watching).await),
        [Reason::LedgerChainBroken]
    );
}

#[tokio::test]
async fn two_checkpoints_of_one_size() {
    for (at, size) in [(0, 1), (3, 7), (6, 7), (100, 128)] {
        let [first, second] = forks(at, [size, size]);
        let found = told(first, second).await;
        assert_eq!(convicted(&found), Convicted::TwoCheckpoints);
    }
}

#[tokio::test]
async fn two_trees_that_do_not_go_on_from_one_another() {
    // Grown, and gone back, from every kind of place.
    for (at, sizes) in [
        (0, [1, 2]),
        (3, [7, 9]),
        (6, [7, 8]),
        (3, [9, 7]),
        (1, [200, 130]),
        (127, [128, 200]),
        (128, [131, 140]),
    ] {
        let [first, second] = forks(at, sizes);
        let found = told(first, second).await;
        assert_eq!(convicted(&found), Convicted::TwoTrees, "{at} {sizes:?}");
    }
}

/// Whatever else a liar writes into what is read, it is evidence.
#[tokio::test]
async fn checkpoints_of_full_length_convict() {
    let [mut first, mut second] = forks(3, [7, 9]);
    for ledger in [&mut first, &mut second] {
        ledger.padding = 1;
        let rest = super::super::MAX_NOTE_BYTES - ledger.padded().len();
        ledger.padding += rest;
        assert_eq!(ledger.padded().len(), super::super::MAX_NOTE_BYTES);
    }
    let found = told(first, second).await;
    assert_eq!(convicted(&found), Convicted::TwoTrees);
}

#[tokio::test]
async fn two_leaves_for_one_place() {
    // Both in the log.
    let [first, ledger] = two_stories();
    assert_eq!(convicted(&told(first, ledger).await), Convicted::TwoLeaves);
    // One in the log, and another for those who ask for the head.
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let first = ledger.clone();
    let shown =
        ledger.sign(&issue(&ledger.heads[&tag(1)], IssuerAct::End, "a breach", now()).unwrap());
    ledger.act(tag(1), IssuerAct::Suspend, "a look");
    ledger.heads.insert(tag(1), shown);
    assert_eq!(convicted(&told(first, ledger).await), Convicted::TwoLeaves);
    // One shown before the log has it, and another in the log.
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let mut first = ledger.clone();
    let shown =
        first.sign(&issue(&first.heads[&tag(1)], IssuerAct::End, "a breach", now()).unwrap());
    first.heads.insert(tag(1), shown);
    ledger.act(tag(1), IssuerAct::Suspend, "a look");
    assert_eq!(convicted(&told(first, ledger).await), Convicted::TwoLeaves);
}

/// What a ledger may not write is found too, and is no evidence of two stories.
#[tokio::test]
async fn broken_rules_are_findings() {
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let first = ledger.clone();
    // Stopped by nobody, with a number left out, and going on from nothing.
    let mut claims = issue(&ledger.heads[&tag(1)], IssuerAct::Suspend, "a look", now()).unwrap();
    claims.seq = 2;
    ledger.write(&claims);
    let found = told(first, ledger).await;
    assert!(!found.convicts());
    assert_eq!(found.findings[0].reason, Reason::LedgerChainBroken);
    // A step back for those who ask for the head.
    let mut ledger = Ledger::new();
    ledger.mint(tag(1));
    let (first, old) = (ledger.clone(), ledger.heads[&tag(1)].clone());
    ledger.act(tag(1), IssuerAct::Suspend, "a look");
    ledger.heads.insert(tag(1), old);
    let found = told(first, ledger).await;
    assert!(!found.convicts());
    assert_eq!(found.findings[0].reason, Reason::HeadStale);
}

/// Evidence with anything of it changed convicts nobody, or says the same.
#[tokio::test]
async fn evidence_cannot_be_made_up() {
    let [first, second] = forks(3, [7, 9]);
    let found = told(first.clone(), second).await;
    let evidence = found.findings[0].evidence.clone().unwrap();
    use schemas::ledger::EvidenceFile;
    let EvidenceFile::TwoTrees {
        ledger,
        checkpoints,
        level,
        index,
        nodes,
    } = evidence
    else {
        panic!("two trees");
    };
    let build = |checkpoints: [String; 2], level, index, nodes| EvidenceFile::TwoTrees {
        ledger: ledger.clone(),
        checkpoints,
        level,
        index,
        nodes: Box::new(nodes),
    };
    let [one, other] = *nodes.clone();
    assert!(
        judged(&build(
            checkpoints.clone(),
            level,
            index,
            [one.clone(), other.clone()]
        ))
        .is_ok()
    );
    for (level, index) in [(level + 1, index), (level, index + 1), (0, 0)] {
        if (level, index) != (0, 0) || level != 0 {
            let file = build(
                checkpoints.clone(),
                level,
                index,
                [one.clone(), other.clone()],
            );
            assert!(judged(&file).is_err(), "{level} {index}");
        }
    }
    assert!(
        judged(&build(
            checkpoints.clone(),
            level,
            index,
            [one.clone(), one.clone()]
        ))
        .is_err()
    );
    assert!(
        judged(&build(
            checkpoints.clone(),
            level,
            index,
            [other.clone(), one.clone()]
        ))
        .is_err()
    );
    let mut bent = other.clone();
    bent.hash[0] ^= 1;
    assert!(
        judged(&build(
            checkpoints.clone(),
            level,
            index,
            [one.clone(), bent]
        ))
        .is_err()
    );
    let [mine, _] = checkpoints;
    let twice = build(
        [mine.clone(), mine.clone()],
        level,
        index,
        [one.clone(), one],
    );
    assert!(judged(&twice).is_err());
    let same = EvidenceFile::TwoCheckpoints {
        ledger,
        checkpoints: [mine.clone(), mine],
    };
    assert!(judged(&same).is_err());
}

/// A ledger that shows a step, never logs it and answers for its item no more hides nothing by that.
#[tokio::test]
async fn an_item_for_which_nobody_answers_hides_no_other() {
    for asked in [HeadsAsked::All, HeadsAsked::Some(8)] {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::new();
        for number in 1..=3 {
            ledger.mint(tag(number));
        }
        let line = Line::new(ledger.clone());
        let mut watching = monitor(&line, &folder.path().join("state")).await;
        pass(&mut watching).await;
        let mut shown = ledger.clone();
        shown.act(tag(1), IssuerAct::Suspend, "never logged");
        line.heads_of(shown);
        assert!(pass(&mut watching).await.findings.is_empty());
        // A while later the head of the third has gone as well.
        let later = now().plus_seconds(301);
        watching.clock.set(later);
        let evidence = verifier::Evidence::new().with_document(document(&ledger), later);
        watching.keys = Keys::known(ledger.id.clone(), evidence);
        ledger.heads.remove(&tag(3));
        line.heads_of(ledger);
        line.without(&["items/AQEB"]);
        for _ in 0..2 {
            let stopped = watching.pass(asked, &mut |_, _| {}).await.unwrap_err();
            assert_eq!(stopped.error.reason(), Reason::WorldUnreachable);
            let found = reasons(&stopped.pass);
            assert_eq!(found, [Reason::NotFound, Reason::LogProofMissing]);
            assert_eq!(stopped.pass.heads, 2);
        }
    }
}

//! Those who write at the same time share a transaction, and nothing else.

use super::{
    AdmissionState, Closing, Database, NewAdmission, Records, admission, at, decision, id,
};
use super::{named, sqlite};

/// Transactions that stand in the write-ahead log (SQLite file format, section 4.1): frames that say
/// how large the file is after them. A checkpoint would begin anew; none comes for so few pages.
fn transactions(folder: &tempfile::TempDir) -> usize {
    let log = std::fs::read(folder.path().join("world.db-wal")).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = 24 + usize::try_from(word(8)).unwrap();
    let salt = &log[16..24];
    let frames = log[32..].chunks_exact(frame);
    let living = frames.filter(|frame| frame[8..16] == *salt);
    living.filter(|frame| frame[4..8] != [0; 4]).count()
}

fn numbered(number: usize) -> NewAdmission {
    NewAdmission {
        id: id(&format!("n{number}")),
        request: named(&format!("request {number}")),
        response: named(&format!("response {number}")),
        poll: named(&format!("poll {number}")),
        ..admission()
    }
}

fn closing(name: &str) -> Closing {
    Closing {
        state: AdmissionState::Admitted,
        result: b"sealed".to_vec(),
        response_code: None,
        decision: decision(name, 5),
    }
}

async fn is_there(store: &Database, number: usize) -> bool {
    let name = id(&format!("n{number}"));
    let found = store.admission_by_id(name.as_str()).await;
    found.unwrap().is_some()
}

/// Everybody asks while somebody else writes, so that all of them wait.
#[tokio::test]
async fn those_who_wait_are_written_together_each_with_their_own_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.add_admission(&admission()).await.unwrap();
    let before = transactions(&folder);
    let writing = store.writer_for_tests().acquire().await.unwrap();
    let asked: Vec<_> = (0..30)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.add_admission(&numbered(number)).await })
        })
        .collect();
    let closed: Vec<_> = (0..10)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.close(&closing(&format!("c{number}"))).await })
        })
        .collect();
    let recorded: Vec<_> = (0..20)
        .map(|number| {
            let store = store.clone();
            let record = decision(&format!("d{number}"), 1);
            tokio::spawn(async move { store.add_decision(&record).await })
        })
        .collect();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(writing);
    for (number, asked) in asked.into_iter().enumerate() {
        asked.await.unwrap().unwrap();
        assert!(is_there(&store, number).await, "{number}");
    }
    let mut winners = 0;
    for closed in closed {
        winners += usize::from(closed.await.unwrap().unwrap());
    }
    assert_eq!(winners, 1);
    let mut kept = 0;
    for recorded in recorded {
        kept += usize::from(recorded.await.unwrap().unwrap());
    }
    // Sixteen of one admission, with the one that closed it.
    assert_eq!(kept, 15);
    assert_eq!(store.decisions(100).await.unwrap().len(), 16);
    // Sixty alone; the first may have been taken before the others came.
    let taken = transactions(&folder) - before;
    assert!((1..=3).contains(&taken), "{taken} transactions");
}

/// The fault of one is nobody else's, and does not come back with the next.
#[tokio::test]
async fn one_that_cannot_be_written_takes_nobody_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.add_admission(&numbered(7)).await.unwrap();
    let writing = store.writer_for_tests().acquire().await.unwrap();
    let asked: Vec<_> = (0..20)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.add_admission(&numbered(number)).await })
        })
        .collect();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(writing);
    for (number, asked) in asked.into_iter().enumerate() {
        assert_eq!(asked.await.unwrap().is_ok(), number != 7, "{number}");
        assert!(is_there(&store, number).await, "{number}");
    }
    assert!(store.add_admission(&numbered(7)).await.is_err());
    store.add_admission(&numbered(21)).await.unwrap();
    assert!(is_there(&store, 21).await);
}

/// A decision that cannot be recorded does not close: both or neither.
#[tokio::test]
async fn what_cannot_be_recorded_is_not_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.add_admission(&admission()).await.unwrap();
    let record = decision("same", 1);
    assert!(store.add_decision(&record).await.unwrap());
    assert!(store.close(&closing("same")).await.is_err());
    let found = store.admission_by_id(id("a1").as_str()).await.unwrap();
    assert_eq!(found.unwrap().state, AdmissionState::Open);
    assert!(store.close(&closing("other")).await.unwrap());
    // What is not there is not closed either.
    let mut nowhere = closing("nowhere");
    nowhere.decision.admission = Some(id("a2"));
    assert!(!store.close(&nowhere).await.unwrap());
}

/// What was answered is there when the file is opened again, and nobody waits for a store that is gone.
#[tokio::test]
async fn what_was_answered_stays_and_a_closed_store_answers_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let asked = (0..40).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.add_admission(&numbered(number)).await })
    });
    for asked in asked.collect::<Vec<_>>() {
        asked.await.unwrap().unwrap();
    }
    store.shut().await;
    assert!(store.add_admission(&numbered(99)).await.is_err());
    let store = sqlite(&folder).await;
    for number in 0..40 {
        assert!(is_there(&store, number).await, "{number}");
    }
    assert!(!is_there(&store, 99).await);
    let found = store.admission_by_id(id("n3").as_str()).await.unwrap();
    assert_eq!(found.unwrap().expires, at(60));
}

//! What every backend has to keep. Each test takes any [`Records`]; today there is one.

use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::{
    AdmissionState, Closing, Decision, DecisionKind, NewAdmission, NewOffer, NewToken, Records,
    Redeemed, Spending, Sqlite, StoreError, Taken,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + seconds)
}

fn named(name: &str) -> Sha256Digest {
    Sha256Digest::of(name.as_bytes())
}

async fn sqlite(folder: &tempfile::TempDir) -> Sqlite {
    let path = folder.path().join("world.db");
    if !path.exists() {
        std::fs::write(&path, "").unwrap();
    }
    Sqlite::open(&path, at(0)).await.unwrap()
}

async fn with_token(store: &impl Records) {
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        configuration: "avatar",
        template: "{}".to_owned(),
        copies: 3,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let token = NewToken {
        token: named("token"),
        expires: at(200),
    };
    let redeemed = store.redeem(named("code"), &token, at(1)).await.unwrap();
    assert_eq!(redeemed, Redeemed::Done);
}

fn spending(copies: u32, nonce: &str) -> Spending {
    Spending {
        token: named("token"),
        copies,
        nonce: named(nonce),
        nonce_expires: at(50),
        notification: named(&format!("notification {nonce}")),
    }
}

fn decision(id: &str, seconds: i64) -> Decision {
    Decision {
        id: id.to_owned(),
        admission: Some("a1".to_owned()),
        kind: DecisionKind::Admission,
        at: at(seconds),
        input: named("response"),
        verdict: "rejected".to_owned(),
        reasons: vec![Reason::CredExpired, Reason::VpStale],
        outcome: "deny".to_owned(),
        receipt: None,
    }
}

fn admission() -> NewAdmission {
    NewAdmission {
        id: "a1".to_owned(),
        request: named("request"),
        response: named("response path"),
        poll: named("poll"),
        asked: "{}".to_owned(),
        created: at(0),
        expires: at(60),
    }
}

#[tokio::test]
async fn a_code_is_redeemed_once_however_many_ask() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        configuration: "item",
        template: "{}".to_owned(),
        copies: 1,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let open = store.open_offer(named("offer"), at(1)).await.unwrap();
    assert_eq!(open.as_deref(), Some("item"));
    assert_eq!(
        store.open_offer(named("offer"), at(100)).await.unwrap(),
        None
    );
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let token = NewToken {
                    token: named(&number.to_string()),
                    expires: at(200),
                };
                store.redeem(named("code"), &token, at(1)).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Redeemed::Done => done += 1,
            other => assert_eq!(other, Redeemed::Used),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(store.open_offer(named("offer"), at(1)).await.unwrap(), None);
    let token = NewToken {
        token: named("x"),
        expires: at(9),
    };
    let unknown = store.redeem(named("other"), &token, at(1)).await.unwrap();
    assert_eq!(unknown, Redeemed::Unknown);
}

#[tokio::test]
async fn an_offer_runs_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let offer = NewOffer {
        offer: named("offer"),
        code: named("code"),
        configuration: "item",
        template: "{}".to_owned(),
        copies: 1,
        expires: at(100),
    };
    store.add_offer(&offer).await.unwrap();
    let token = NewToken {
        token: named("x"),
        expires: at(300),
    };
    let late = store.redeem(named("code"), &token, at(100)).await.unwrap();
    assert_eq!(late, Redeemed::Unknown);
}

#[tokio::test]
async fn nonce_and_copies_are_spent_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    with_token(&store).await;
    let spend = async |copies, nonce: &str, seconds| {
        store
            .spend(&spending(copies, nonce), at(seconds))
            .await
            .unwrap()
    };
    assert_eq!(spend(4, "n1", 2).await, Taken::TooMany);
    // The refusal above spent nothing: the nonce is still good.
    assert_eq!(spend(2, "n1", 2).await, Taken::Done);
    assert_eq!(spend(1, "n1", 2).await, Taken::NonceSpent);
    assert_eq!(spend(1, "n2", 200).await, Taken::TooMany);
    assert_eq!(spend(1, "n2", 2).await, Taken::Done);
    let grant = store.grant(named("token"), at(2)).await.unwrap().unwrap();
    assert_eq!((grant.configuration.as_str(), grant.copies), ("avatar", 0));
    assert!(
        store
            .grant(named("token"), at(200))
            .await
            .unwrap()
            .is_none()
    );
    let note = async |id: &str, token: &str| {
        let noted = store.note(named(id), named(token), "credential_accepted");
        noted.await.unwrap()
    };
    assert!(note("notification n1", "token").await);
    assert!(!note("notification n1", "another token").await);
    assert!(!note("notification n9", "token").await);
}

#[tokio::test]
async fn an_admission_is_closed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.add_admission(&admission()).await.unwrap();
    let found = store.admission_by_request(named("request")).await.unwrap();
    assert_eq!(found.unwrap().state, AdmissionState::Open);
    let closing = |id: &str| Closing {
        state: AdmissionState::Admitted,
        result: "{\"n\":1}".to_owned(),
        decision: decision(id, 5),
    };
    assert!(store.close(&closing("d1")).await.unwrap());
    assert!(!store.close(&closing("d2")).await.unwrap());
    // What did not close it left no record.
    let decisions = store.decisions(10).await.unwrap();
    assert_eq!(decisions, [decision("d1", 5)]);
    for found in [
        store.admission_by_poll(named("poll")).await.unwrap(),
        store
            .admission_by_response(named("response path"))
            .await
            .unwrap(),
        store.admission_by_id("a1").await.unwrap(),
    ] {
        let found = found.unwrap();
        assert_eq!(found.state, AdmissionState::Admitted);
        assert_eq!(found.result.as_deref(), Some("{\"n\":1}"));
    }
    // None of the secrets finds it in another's place.
    assert!(
        store
            .admission_by_poll(named("request"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.admission_by_id("request").await.unwrap().is_none());
    store.sweep(at(59), at(59)).await.unwrap();
    assert!(store.admission_by_id("a1").await.unwrap().is_some());
    store.sweep(at(60), at(60)).await.unwrap();
    assert!(store.admission_by_id("a1").await.unwrap().is_none());
}

#[tokio::test]
async fn a_flood_of_wrong_answers_leaves_few_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    for number in 0..40 {
        let kept = store
            .add_decision(&decision(&format!("d{number}"), 1))
            .await;
        assert_eq!(kept.unwrap(), number < 16);
    }
    assert_eq!(store.decisions(100).await.unwrap().len(), 16);
}

#[tokio::test]
async fn a_purge_deletes_what_is_old_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    for (id, seconds) in [("d1", 10), ("d2", 20), ("d3", 30)] {
        store.add_decision(&decision(id, seconds)).await.unwrap();
    }
    assert_eq!(store.oldest_decision().await.unwrap(), Some(at(10)));
    let purge = store.purge(at(30), at(99)).await.unwrap();
    assert_eq!(purge.removed, 2);
    assert_eq!(purge.window, Some((at(10), at(20))));
    let again = store.purge(at(30), at(100)).await.unwrap();
    assert_eq!((again.removed, again.window), (0, None));
    assert_eq!(store.purges(10).await.unwrap(), [again, purge]);
    assert_eq!(store.decisions(10).await.unwrap(), [decision("d3", 30)]);
}

#[tokio::test]
async fn what_is_stored_is_there_after_a_restart_and_a_newer_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    with_token(&store).await;
    store.close_file().await;
    let store = sqlite(&folder).await;
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_some());
    store.sweep(at(200), at(200)).await.unwrap();
    assert!(store.grant(named("token"), at(2)).await.unwrap().is_none());
    sqlx::query("INSERT INTO schema_versions (version, applied_at) VALUES (99, 0)")
        .execute(&store.writer_for_tests())
        .await
        .unwrap();
    store.close_file().await;
    let newer = Sqlite::open(&folder.path().join("world.db"), at(0)).await;
    assert!(matches!(
        newer,
        Err(StoreError::Newer {
            found: 99,
            known: 1
        })
    ));
}

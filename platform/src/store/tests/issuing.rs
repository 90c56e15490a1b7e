//! Codes, second codes, refills, approvals and logins, of any [`Offers`].

use schemas::offering::OfferFlow;
use schemas::oid4vci::offer::InputMode;
use schemas::records::{Approval, GrantStatus};

use super::{Home, at, id, issuance, named, offer, on_both, redeeming, spending, token};
use crate::store::offers::{
    Approved, CodeRedeemed, CodeRedeeming, Collected, Deferred, Given, KeptTxCode, MAX_WRONG,
    Naming, NewAuthorization, NewCode, NewDeferral, NewOffer, NewToken, Offers, Redeemed,
    Redeeming, Refreshed, Refreshing, Spending, Taken,
};
use crate::store::{Database, Records};

on_both! {
    what_is_taken_back_is_not_refilled,
    five_wrong_codes_end_an_offer_and_four_do_not,
    a_code_is_redeemed_once_however_many_ask,
    an_offer_runs_out,
    however_many_guess_at_a_time_five_are_looked_at,
    a_refill_is_one_batch_and_not_too_often,
    an_answer_that_was_lost_is_had_again_and_nothing_twice,
    an_older_token_ends_when_the_answer_to_it_is_used,
    a_copy_of_an_old_token_ends_its_whole_line,
    a_refresh_token_is_for_the_client_that_was_given_it,
    what_can_be_refilled_outlives_its_offer,
    what_waits_is_issued_once_somebody_approves,
    what_waits_is_collected_once_however_many_ask,
    what_is_denied_or_asks_nobody_stays_so,
    a_login_goes_step_by_step_and_each_step_once,
    what_is_granted_without_an_offer_can_be_taken_back_too,
    a_code_is_brought_back_once_however_many_bring_it,
}

fn given(redeemed: Redeemed) -> Given {
    match redeemed {
        Redeemed::Done(given) => given,
        other => panic!("{other:?}"),
    }
}

async fn a_code_is_redeemed_once_however_many_ask(home: Home) {
    let store = home.open().await;
    store.add_offer(&offer(1)).await.unwrap();
    let open = store.open_offer(named("offer"), at(1)).await.unwrap();
    let open = open.unwrap();
    assert_eq!(open.configurations, ["avatar_sd_jwt", "avatar"]);
    assert_eq!((open.flow, open.tx_code), (OfferFlow::PreAuthorized, None));
    let over = store.open_offer(named("offer"), at(100)).await.unwrap();
    assert_eq!(over, None);
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let redeeming = redeeming(&number.to_string(), None);
                store.redeem(&redeeming, at(1)).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Redeemed::Done(_) => done += 1,
            other => assert_eq!(other, Redeemed::Used),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(store.open_offer(named("offer"), at(1)).await.unwrap(), None);
    let other = Redeeming {
        code: named("other"),
        ..redeeming("x", None)
    };
    assert_eq!(
        store.redeem(&other, at(1)).await.unwrap(),
        Redeemed::Unknown
    );
}

async fn an_offer_runs_out(home: Home) {
    let store = home.open().await;
    store.add_offer(&offer(1)).await.unwrap();
    let late = store.redeem(&redeeming("x", None), at(100)).await.unwrap();
    assert_eq!(late, Redeemed::Unknown);
}

fn with_tx_code() -> NewOffer {
    NewOffer {
        tx_code: Some(KeptTxCode {
            mode: InputMode::Numeric,
            digest: named("right"),
        }),
        ..offer(1)
    }
}

/// OVI-03: one wrong code does not end an offer, five do, and the right one is no help after that.
async fn five_wrong_codes_end_an_offer_and_four_do_not(home: Home) {
    for (wrong, last) in [(4, None), (5, Some(Redeemed::CodeLocked))] {
        let home = home.another();
        let store = home.open().await;
        store.add_offer(&with_tx_code()).await.unwrap();
        let redeem = async |tx_code| {
            let redeeming = redeeming("token", tx_code);
            store.redeem(&redeeming, at(1)).await.unwrap()
        };
        // None is no try.
        for _ in 0..9 {
            assert_eq!(redeem(None).await, Redeemed::CodeMissing);
        }
        for _ in 0..wrong {
            let open = store.open_offer(named("offer"), at(1)).await.unwrap();
            assert_eq!(open.unwrap().tx_code, Some(InputMode::Numeric));
            assert_eq!(redeem(Some("wrong")).await, Redeemed::CodeWrong);
        }
        match last {
            Some(locked) => {
                assert_eq!(redeem(Some("right")).await, locked);
                assert_eq!(store.open_offer(named("offer"), at(1)).await.unwrap(), None);
            }
            None => drop(given(redeem(Some("right")).await)),
        }
    }
    let store = home.open().await;
    store.add_offer(&offer(1)).await.unwrap();
    let unexpected = store.redeem(&redeeming("t", Some("x")), at(1)).await;
    assert_eq!(unexpected.unwrap(), Redeemed::CodeUnexpected);
}

async fn however_many_guess_at_a_time_five_are_looked_at(home: Home) {
    let store = home.open().await;
    store.add_offer(&with_tx_code()).await.unwrap();
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let name = number.to_string();
                let redeeming = redeeming(&name, Some(&name));
                store.redeem(&redeeming, at(1)).await.unwrap()
            })
        })
        .collect();
    let mut looked_at = 0;
    for task in tasks {
        match task.await.unwrap() {
            Redeemed::CodeWrong => looked_at += 1,
            other => assert_eq!(other, Redeemed::CodeLocked),
        }
    }
    assert_eq!(looked_at, MAX_WRONG);
}

fn refreshing(of: &str, new: &str) -> Refreshing {
    Refreshing {
        refresh: named(of),
        token: token(&format!("token {new}"), Some(new)),
        after: 1000,
    }
}

async fn with_refill(store: &Database, offer: &NewOffer) {
    store.add_offer(offer).await.unwrap();
    let redeeming = Redeeming {
        token: token("token", Some("r1")),
        ..redeeming("token", None)
    };
    given(store.redeem(&redeeming, at(1)).await.unwrap());
}

async fn left(store: &Database, token: &str, seconds: i64) -> u32 {
    let grant = store.grant(named(token), at(seconds)).await.unwrap();
    grant.unwrap().copies
}

async fn use_all(store: &Database, name: &str, copies: u32, seconds: i64) {
    let spending = Spending {
        token: named(name),
        ..spending(copies, &format!("nonce {name}"))
    };
    let issuance = issuance(copies, &format!("note {name}"));
    let taken = store
        .spend(&spending, &issuance, at(seconds))
        .await
        .unwrap();
    assert!(matches!(taken, Taken::Done(_)));
}

async fn a_refill_is_one_batch_and_not_too_often(home: Home) {
    let store = home.open().await;
    with_refill(&store, &offer(3)).await;
    let refresh = async |of: &str, new: &str, seconds| {
        store
            .refresh(&refreshing(of, new), at(seconds))
            .await
            .unwrap()
    };
    use_all(&store, "token", 3, 2).await;
    assert_eq!(
        refresh("r1", "r2", 3).await,
        Refreshed::TooEarly { at: at(1001) }
    );
    assert_eq!(
        refresh("r1", "r2", 1000).await,
        Refreshed::TooEarly { at: at(1001) }
    );
    assert!(matches!(
        refresh("r1", "r2", 1001).await,
        Refreshed::Done(_)
    ));
    assert_eq!(refresh("nobody", "x", 1001).await, Refreshed::Unknown);
    // Nor by way of the one before.
    let store_left = store
        .grant(named("token r2"), at(100))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store_left.copies, 3);
    assert_eq!(store_left.configurations, ["avatar_sd_jwt", "avatar"]);
    use_all(&store, "token r2", 3, 100).await;
    let early = Refreshed::TooEarly { at: at(2001) };
    assert_eq!(refresh("r2", "r3", 1002).await, early);
    assert!(matches!(
        refresh("r2", "r3", 2001).await,
        Refreshed::Done(_)
    ));
    assert_eq!(refresh("r2", "r4", 5000).await, Refreshed::Unknown);
}

async fn an_answer_that_was_lost_is_had_again_and_nothing_twice(home: Home) {
    let store = home.open().await;
    with_refill(&store, &offer(3)).await;
    let refresh = async |of: &str, new: &str, seconds| {
        store
            .refresh(&refreshing(of, new), at(seconds))
            .await
            .unwrap()
    };
    // What is left of a batch moves on.
    use_all(&store, "token", 1, 2).await;
    assert!(matches!(refresh("r1", "r2", 3).await, Refreshed::Done(_)));
    assert_eq!(
        (
            left(&store, "token", 3).await,
            left(&store, "token r2", 3).await
        ),
        (0, 2)
    );
    // The answer never came: the same token again, and the other one is worth nothing.
    assert!(matches!(refresh("r1", "r3", 4).await, Refreshed::Done(_)));
    assert_eq!(left(&store, "token r2", 4).await, 0);
    assert_eq!(left(&store, "token r3", 4).await, 2);
    assert!(matches!(refresh("r3", "r4", 4).await, Refreshed::Done(_)));
    assert!(matches!(refresh("r3", "r5", 4).await, Refreshed::Done(_)));
    assert_eq!(left(&store, "token r5", 4).await, 2);
    // What the first lost answer had: two have it, and one of them is no wallet of ours.
    assert_eq!(refresh("r2", "x", 4).await, Refreshed::Unknown);
    for newest in ["r5", "r3"] {
        assert_eq!(refresh(newest, "x", 4).await, Refreshed::Unknown);
    }
    assert!(
        store
            .grant(named("token r5"), at(4))
            .await
            .unwrap()
            .is_none()
    );
}

/// Whoever uses an access token has the refresh token that came with it: an older one that turns up
/// then is a copy, and would take the next batch and lock the wallet out.
async fn an_older_token_ends_when_the_answer_to_it_is_used(home: Home) {
    let store = home.open().await;
    with_refill(&store, &offer(3)).await;
    let refresh = async |of: &str, new: &str, seconds| {
        store
            .refresh(&refreshing(of, new), at(seconds))
            .await
            .unwrap()
    };
    use_all(&store, "token", 1, 2).await;
    assert!(matches!(refresh("r1", "r2", 3).await, Refreshed::Done(_)));
    use_all(&store, "token r2", 1, 4).await;
    // What nobody was given ends nothing.
    assert_eq!(refresh("nobody", "x", 5).await, Refreshed::Unknown);
    assert_eq!(left(&store, "token r2", 5).await, 1);
    assert_eq!(refresh("r1", "x", 5).await, Refreshed::Unknown);
    assert!(
        store
            .grant(named("token r2"), at(5))
            .await
            .unwrap()
            .is_none()
    );
    for seconds in [5, 1001] {
        assert_eq!(refresh("r2", "r3", seconds).await, Refreshed::Unknown);
    }
}

/// RFC 9700 section 4.14.2: however long ago it was replaced, and after the world was swept.
async fn a_copy_of_an_old_token_ends_its_whole_line(home: Home) {
    let store = home.open().await;
    with_refill(&store, &offer(3)).await;
    let refresh = async |of: &str, new: &str, seconds| {
        store
            .refresh(&refreshing(of, new), at(seconds))
            .await
            .unwrap()
    };
    for (of, new) in [("r1", "r2"), ("r2", "r3"), ("r3", "r4")] {
        assert!(matches!(refresh(of, new, 5).await, Refreshed::Done(_)));
    }
    store.sweep(at(6), at(6)).await.unwrap();
    assert_eq!(left(&store, "token r4", 6).await, 3);
    assert_eq!(refresh("r1", "x", 6).await, Refreshed::Unknown);
    assert!(
        store
            .grant(named("token r4"), at(6))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(refresh("r4", "x", 6).await, Refreshed::Unknown);
    store.sweep(at(6), at(6)).await.unwrap();
}

/// RFC 6749 section 10.4: a token is for whoever was given it, and that stays so.
async fn a_refresh_token_is_for_the_client_that_was_given_it(home: Home) {
    for given in [None, Some("client")] {
        let home = home.another();
        let store = home.open().await;
        store.add_offer(&offer(3)).await.unwrap();
        let mut first = redeeming("token", None);
        first.token = token("token", Some("r1"));
        first.token.client = given.map(named);
        assert!(matches!(
            store.redeem(&first, at(1)).await.unwrap(),
            Redeemed::Done(_)
        ));
        let kept = store.grant(named("token"), at(2)).await.unwrap().unwrap();
        assert_eq!(kept.client, given.map(named));
        for (of, new) in [("r1", "r2"), ("r2", "r3")] {
            for client in [None, Some("client"), Some("another")] {
                let mut asking = refreshing(of, new);
                asking.token.client = client.map(named);
                if client != given {
                    let refreshed = store.refresh(&asking, at(3)).await.unwrap();
                    assert_eq!(refreshed, Refreshed::Unknown);
                }
            }
            let mut asking = refreshing(of, new);
            asking.token.client = given.map(named);
            let refreshed = store.refresh(&asking, at(3)).await.unwrap();
            assert!(matches!(refreshed, Refreshed::Done(_)));
        }
    }
}

async fn what_is_taken_back_is_not_refilled(home: Home) {
    for (status, expected) in [
        (GrantStatus::Suspended, Refreshed::Withdrawn),
        (GrantStatus::Revoked, Refreshed::Revoked),
    ] {
        let home = home.another();
        let store = home.open().await;
        with_refill(&store, &offer(3)).await;
        let grant = id("g1");
        store
            .change_grant(grant.as_str(), status, at(2))
            .await
            .unwrap();
        let refreshed = store.refresh(&refreshing("r1", "r2"), at(3)).await.unwrap();
        assert_eq!(refreshed, expected);
        let active = store
            .change_grant(grant.as_str(), GrantStatus::Active, at(4))
            .await;
        drop(active.unwrap());
        let refreshed = store.refresh(&refreshing("r1", "r2"), at(5)).await.unwrap();
        assert_eq!(
            matches!(refreshed, Refreshed::Done(_)),
            status == GrantStatus::Suspended
        );
    }
}

/// An offer can be refilled long after its own time, and no longer than its refresh token is good.
async fn what_can_be_refilled_outlives_its_offer(home: Home) {
    let store = home.open().await;
    with_refill(&store, &offer(3)).await;
    store.sweep(at(4000), at(4000)).await.unwrap();
    let done = store
        .refresh(&refreshing("r1", "r2"), at(4000))
        .await
        .unwrap();
    assert!(matches!(done, Refreshed::Done(_)));
    store.sweep(at(5000), at(5000)).await.unwrap();
    let over = store
        .refresh(&refreshing("r2", "r3"), at(5000))
        .await
        .unwrap();
    assert_eq!(over, Refreshed::Unknown);
    assert!(store.grants(9).await.unwrap().is_empty());
}

fn waiting() -> NewOffer {
    NewOffer {
        approval: Some(Approval::Pending),
        ..offer(3)
    }
}

fn deferral() -> NewDeferral {
    NewDeferral {
        transaction: named("transaction"),
        configuration: "avatar".to_owned(),
        holders: b"sealed".to_vec(),
    }
}

async fn what_waits_is_issued_once_somebody_approves(home: Home) {
    let store = home.open().await;
    store.add_offer(&waiting()).await.unwrap();
    let given = given(
        store
            .redeem(&redeeming("token", None), at(1))
            .await
            .unwrap(),
    );
    assert_eq!(given.expires, at(2000));
    // Not by the front door.
    let taken = store
        .spend(&spending(1, "n"), &issuance(1, "n"), at(2))
        .await;
    assert_eq!(taken.unwrap(), Taken::Withdrawn);
    let deferred = store.defer(&spending(2, "n"), &deferral(), at(2)).await;
    assert_eq!(deferred.unwrap(), Deferred::Waits);
    assert_eq!(left(&store, "token", 2).await, 1);
    let deferred = store.defer(&spending(1, "n"), &deferral(), at(2)).await;
    assert_eq!(deferred.unwrap(), Deferred::NonceSpent);
    let deferred = store.defer(&spending(2, "n2"), &deferral(), at(2)).await;
    assert_eq!(deferred.unwrap(), Deferred::TooMany);
    let collect = async |transaction: &str, token: &str| {
        let issuance = issuance(2, "later");
        let (transaction, token) = (named(transaction), named(token));
        let collected = store.collect(transaction, token, &issuance, at(3)).await;
        collected.unwrap()
    };
    assert_eq!(collect("transaction", "token").await, Collected::Gone);
    let found = store
        .deferral(named("transaction"), named("token"), at(3))
        .await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.copies, found.approval), (2, Some(Approval::Pending)));
    let other = store
        .deferral(named("transaction"), named("other"), at(3))
        .await;
    assert!(other.unwrap().is_none());
    let approve = async |approval| {
        let grant = id("g1");
        store.approve(grant.as_str(), approval).await.unwrap()
    };
    assert!(matches!(
        approve(Approval::Approved).await,
        Approved::Done(_)
    ));
    assert!(matches!(
        approve(Approval::Approved).await,
        Approved::Done(_)
    ));
    assert_eq!(approve(Approval::Denied).await, Approved::Otherwise);
    assert_eq!(collect("transaction", "other").await, Collected::Gone);
    assert_eq!(collect("guess", "token").await, Collected::Gone);
    assert!(
        matches!(collect("transaction", "token").await, Collected::Done(places) if places.len() == 2)
    );
    assert_eq!(collect("transaction", "token").await, Collected::Gone);
}

async fn what_waits_is_collected_once_however_many_ask(home: Home) {
    let store = home.open().await;
    store.add_offer(&waiting()).await.unwrap();
    given(
        store
            .redeem(&redeeming("token", None), at(1))
            .await
            .unwrap(),
    );
    let deferred = store.defer(&spending(2, "n"), &deferral(), at(2)).await;
    assert_eq!(deferred.unwrap(), Deferred::Waits);
    store
        .approve(id("g1").as_str(), Approval::Approved)
        .await
        .unwrap();
    let tasks: Vec<_> = (0..30)
        .map(|number: usize| {
            let store = store.clone();
            tokio::spawn(async move {
                let issuance = issuance(2, &number.to_string());
                let (transaction, token) = (named("transaction"), named("token"));
                store
                    .collect(transaction, token, &issuance, at(3))
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Collected::Done(_) => done += 1,
            other => assert_eq!(other, Collected::Gone),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(store.grants(9).await.unwrap()[0].copies, 2);
}

async fn what_is_denied_or_asks_nobody_stays_so(home: Home) {
    let store = home.open().await;
    store.add_offer(&waiting()).await.unwrap();
    given(
        store
            .redeem(&redeeming("token", None), at(1))
            .await
            .unwrap(),
    );
    let denied = store
        .approve(id("g1").as_str(), Approval::Denied)
        .await
        .unwrap();
    assert!(matches!(denied, Approved::Done(record) if record.approval == Some(Approval::Denied)));
    let deferred = store.defer(&spending(2, "n"), &deferral(), at(2)).await;
    assert_eq!(deferred.unwrap(), Deferred::Withdrawn);
    let usual = NewOffer {
        offer: named("o2"),
        code: named("c2"),
        grant: id("g2"),
        ..offer(1)
    };
    store.add_offer(&usual).await.unwrap();
    let approve = async |grant: &str| store.approve(grant, Approval::Approved).await.unwrap();
    assert_eq!(approve(id("g2").as_str()).await, Approved::NotAsked);
    assert_eq!(approve("nobody").await, Approved::Unknown);
}

fn login() -> NewOffer {
    NewOffer {
        flow: OfferFlow::Authorization,
        ..offer(3)
    }
}

fn pushed(offer: Option<&str>) -> NewAuthorization {
    NewAuthorization {
        request: named("request"),
        ticket: named("ticket"),
        client: named("client"),
        redirect: named("redirect"),
        challenge: named("challenge"),
        asked: b"sealed".to_vec(),
        offer: offer.map(named),
        naming: Naming::Configuration,
        expires: at(50),
    }
}

fn code(offer: Option<NewOffer>) -> NewCode {
    NewCode {
        ticket: named("ticket"),
        code: named("a code"),
        configurations: vec!["avatar".to_owned()],
        offer,
        expires: at(60),
    }
}

fn bringing() -> CodeRedeeming {
    CodeRedeeming {
        code: named("a code"),
        client: named("client"),
        redirect: named("redirect"),
        challenge: named("challenge"),
        token: token("token", Some("r1")),
    }
}

async fn a_login_goes_step_by_step_and_each_step_once(home: Home) {
    let store = home.open().await;
    store.add_offer(&login()).await.unwrap();
    // `issuer_state` is no code.
    let redeemed = store.redeem(&redeeming("x", None), at(1)).await.unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
    let found = store.login_offer(named("code"), at(1)).await.unwrap();
    assert_eq!(found.unwrap().grant, id("g1"));
    assert!(
        store
            .add_authorization(&pushed(Some("offer")))
            .await
            .unwrap()
    );
    assert!(!store.grant_authorization(&code(None), at(2)).await.unwrap());
    let begin = async |client: &str, until| {
        let begun = store.begin_login(named("request"), named(client), at(until), at(2));
        begun.await.unwrap()
    };
    assert!(!begin("another", 80).await);
    assert!(begin("client", 80).await);
    // Whoever loads the page again stays where they are, and has no more time than before.
    assert!(begin("client", 90).await);
    assert!(!begin("another", 90).await);
    let waits = store.authorization(named("ticket"), at(3)).await.unwrap();
    let waits = waits.unwrap();
    assert_eq!(
        (waits.offer.unwrap().grant, waits.expires),
        (id("g1"), at(80))
    );
    assert!(store.grant_authorization(&code(None), at(3)).await.unwrap());
    assert!(!store.grant_authorization(&code(None), at(3)).await.unwrap());
    assert!(!begin("client", 80).await);
    assert!(
        !store
            .refuse_authorization(named("ticket"), at(3))
            .await
            .unwrap()
    );
    assert!(
        store
            .login_offer(named("code"), at(3))
            .await
            .unwrap()
            .is_none()
    );
    let redeem = async |change: &dyn Fn(&mut CodeRedeeming), seconds| {
        let mut bringing = bringing();
        change(&mut bringing);
        store
            .redeem_authorization(&bringing, at(seconds))
            .await
            .unwrap()
    };
    let other = named("other");
    for change in [
        &(|code: &mut CodeRedeeming| code.client = other) as &dyn Fn(&mut CodeRedeeming),
        &|code| code.redirect = other,
        &|code| code.challenge = other,
    ] {
        assert_eq!(redeem(change, 4).await, CodeRedeemed::Mismatch);
    }
    assert_eq!(
        redeem(&|code| code.code = other, 4).await,
        CodeRedeemed::Unknown
    );
    let unoffered = |code: &mut CodeRedeeming| code.token.asked = vec!["item".to_owned()];
    assert_eq!(redeem(&unoffered, 4).await, CodeRedeemed::NotOffered);
    assert_eq!(redeem(&|_| {}, 60).await, CodeRedeemed::Unknown);
    let CodeRedeemed::Done(given) = redeem(&|_| {}, 4).await else {
        panic!("the code is good");
    };
    assert_eq!(given.configurations, ["avatar"]);
    assert_eq!(left(&store, "token", 5).await, 3);
    // Nobody else ends what came of it, and whoever has all of it does, after the code's time too.
    store.sweep(at(60), at(60)).await.unwrap();
    assert_eq!(
        redeem(&|code| code.challenge = other, 60).await,
        CodeRedeemed::Mismatch
    );
    assert_eq!(left(&store, "token", 60).await, 3);
    assert_eq!(redeem(&|_| {}, 60).await, CodeRedeemed::Used);
    assert!(store.grant(named("token"), at(60)).await.unwrap().is_none());
    let refreshed = store
        .refresh(&refreshing("r1", "r2"), at(61))
        .await
        .unwrap();
    assert_eq!(refreshed, Refreshed::Unknown);
    store.sweep(at(5000), at(5000)).await.unwrap();
    assert_eq!(redeem(&|_| {}, 4).await, CodeRedeemed::Unknown);
}

async fn what_is_granted_without_an_offer_can_be_taken_back_too(home: Home) {
    let store = home.open().await;
    assert!(store.add_authorization(&pushed(None)).await.unwrap());
    let begun = store.begin_login(named("request"), named("client"), at(80), at(2));
    assert!(begun.await.unwrap());
    assert!(
        store
            .grant_authorization(&code(Some(login())), at(3))
            .await
            .unwrap()
    );
    assert_eq!(store.grants(9).await.unwrap().len(), 1);
    // Nobody else takes it up.
    assert!(
        store
            .login_offer(named("code"), at(3))
            .await
            .unwrap()
            .is_none()
    );
    let redeemed = store
        .redeem_authorization(&bringing(), at(4))
        .await
        .unwrap();
    assert!(matches!(redeemed, CodeRedeemed::Done(_)));
}

async fn a_code_is_brought_back_once_however_many_bring_it(home: Home) {
    let store = home.open().await;
    assert!(store.add_authorization(&pushed(None)).await.unwrap());
    let begun = store.begin_login(named("request"), named("client"), at(80), at(2));
    assert!(begun.await.unwrap());
    assert!(
        store
            .grant_authorization(&code(Some(login())), at(3))
            .await
            .unwrap()
    );
    let tasks: Vec<_> = (0..30)
        .map(|number: usize| {
            let store = store.clone();
            tokio::spawn(async move {
                let bringing = CodeRedeeming {
                    token: NewToken {
                        refresh: None,
                        ..token(&number.to_string(), None)
                    },
                    ..bringing()
                };
                store.redeem_authorization(&bringing, at(4)).await.unwrap()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            CodeRedeemed::Done(_) => done += 1,
            other => assert_eq!(other, CodeRedeemed::Used),
        }
    }
    assert_eq!(done, 1);
}

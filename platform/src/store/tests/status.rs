//! Places in status lists and the bits there, of any [`Records`].

use std::collections::BTreeSet;

use schemas::records::GrantStatus;
use schemas::status::StatusPurpose;
use schemas::time::Timestamp;

use super::{Home, at, id, named, on_both};
use crate::store::database::statement::query;
use crate::store::offers::{
    Issuance, NewOffer, NewToken, Offers, Redeemed, Redeeming, Spending, Taken,
};
use crate::store::{Changed, ListKind, ListName, Lot, Place, Records, SeenList};

on_both! {
    no_revocation_is_lost_however_many_revoke,
    places_are_unique_and_random_and_never_given_twice,
    a_lot_without_free_places_spends_nothing,
    all_copies_of_a_grant_are_suspended_and_revoked_as_one,
    a_grant_is_forgotten_when_its_copies_ran_out,
    the_newest_date_of_a_list_is_kept,
}

/// A grant whose code was redeemed, for this many copies.
async fn granted(store: &impl Offers, name: &str, copies: u32) {
    let offer = NewOffer {
        offer: named(&format!("offer {name}")),
        code: named(&format!("code {name}")),
        grant: id(name),
        ..super::offer(copies)
    };
    store.add_offer(&offer).await.unwrap();
    let redeeming = Redeeming {
        code: offer.code,
        tx_code: None,
        token: NewToken {
            expires: at(100),
            ..super::token(&format!("token {name}"), None)
        },
    };
    let redeemed = store.redeem(&redeeming, at(1)).await.unwrap();
    assert!(matches!(redeemed, Redeemed::Done(_)));
}

fn issuance(name: &str, copies: u32, nonce: usize) -> Issuance {
    Issuance {
        notification: named(&format!("note {name} {nonce}")),
        valid_until: at(1000),
        lot: Lot::draw(copies).unwrap(),
        mint: None,
    }
}

fn spending(name: &str, copies: u32, nonce: usize) -> Spending {
    Spending {
        token: named(&format!("token {name}")),
        copies,
        nonce: named(&format!("{name} {nonce}")),
        nonce_expires: at(50),
    }
}

async fn places(store: &impl Offers, name: &str, copies: u32, nonce: usize) -> Vec<Place> {
    let (spending, issuance) = (spending(name, copies, nonce), issuance(name, copies, nonce));
    let taken = store.spend(&spending, &issuance, at(2)).await;
    match taken.unwrap() {
        Taken::Done(places) => places,
        other => panic!("{other:?}"),
    }
}

async fn bits(
    store: &impl Records,
    list: &ListName,
    purpose: StatusPurpose,
) -> (Timestamp, Vec<u32>) {
    let content = store.list_content(list, purpose).await.unwrap().unwrap();
    let version = store.list_version(list).await.unwrap().unwrap();
    assert_eq!(version, (purpose, content.changed));
    (content.changed, content.set)
}

/// Beyond one shelf: every place once, drawn by chance, and none again after a restart, although
/// nothing was ever signed for any of them.
async fn places_are_unique_and_random_and_never_given_twice(home: Home) {
    let mut store = home.open().await;
    // What a test would wait long for: most of the shelf is given away already.
    granted(&store, "first", 2000).await;
    let mut seen: BTreeSet<(ListName, u32)> = BTreeSet::new();
    let mut in_order = Vec::new();
    for nonce in 0..20 {
        for place in places(&store, "first", 100, nonce).await {
            in_order.push(place.index);
            assert!(seen.insert((place.revocation.clone(), place.index)));
        }
    }
    let rising = in_order.windows(2).filter(|two| two[0] < two[1]).count();
    // Of 1,999 pairs half rise; 6 standard deviations are 134.
    assert!((866..=1133).contains(&rising), "{rising}");
    // The machine stops before anything is signed.
    store.shut().await;
    store = home.open().await;
    granted(&store, "second", 100).await;
    for place in places(&store, "second", 100, 0).await {
        assert!(seen.insert((place.revocation.clone(), place.index)));
    }
    let first = seen.iter().next().unwrap().0.clone();
    assert!(seen.iter().all(|(list, _)| *list == first));
    // Three quarters are given away: another shelf, with other names.
    query("UPDATE status_shelves SET taken = 98300")
        .execute(&store)
        .await
        .unwrap();
    granted(&store, "third", 14).await;
    let next = places(&store, "third", 5, 0).await;
    assert!(next.iter().all(|place| place.revocation != first));
    assert_eq!(next[0].revocation, next[4].revocation);
    assert_ne!(next[0].revocation, next[0].suspension);
}

async fn a_lot_without_free_places_spends_nothing(home: Home) {
    let store = home.open().await;
    granted(&store, "g", 4).await;
    let taken = places(&store, "g", 1, 0).await;
    let (two, mut crowded) = (spending("g", 2, 1), issuance("g", 2, 1));
    crowded.lot.candidates = vec![taken[0].index, taken[0].index, 7];
    let answer = store.spend(&two, &crowded, at(2)).await.unwrap();
    assert_eq!(answer, Taken::Crowded);
    // Nonce and copies are still good.
    crowded.lot = Lot::draw(2).unwrap();
    let answer = store.spend(&two, &crowded, at(2)).await.unwrap();
    assert!(matches!(answer, Taken::Done(_)));
    assert_eq!(store.grants(9).await.unwrap()[0].copies, 3);
}

async fn all_copies_of_a_grant_are_suspended_and_revoked_as_one(home: Home) {
    let store = home.open().await;
    for name in ["g", "other"] {
        granted(&store, name, 10).await;
    }
    let mut mine = places(&store, "g", 3, 0).await;
    mine.extend(places(&store, "g", 2, 1).await);
    places(&store, "other", 5, 0).await;
    let mut expected: Vec<u32> = mine.iter().map(|place| place.index).collect();
    expected.sort_unstable();
    let (revocation, suspension) = (&mine[0].revocation, &mine[0].suspension);
    let suspended = async || bits(&store, suspension, StatusPurpose::Suspension).await;
    let revoked = async || bits(&store, revocation, StatusPurpose::Revocation).await;
    let change = async |status, seconds| {
        let grant = id("g");
        let changed = store.change_grant(grant.as_str(), status, at(seconds));
        changed.await.unwrap()
    };
    let (first, none) = suspended().await;
    assert!(none.is_empty());
    let (untouched, _) = revoked().await;
    let done = |changed, status| match changed {
        Changed::Done(record) => {
            assert_eq!((record.status, record.copies), (status, 5));
            record.changed
        }
        other => panic!("{other:?}"),
    };
    let changed = change(GrantStatus::Suspended, 5).await;
    assert_eq!(done(changed, GrantStatus::Suspended), Some(at(5)));
    let (second, mut set) = suspended().await;
    set.sort_unstable();
    assert_eq!(set, expected);
    assert!(second > first);
    assert_eq!(revoked().await, (untouched, Vec::new()));
    // Once more changes nothing, not even the date of the list.
    let changed = change(GrantStatus::Suspended, 6).await;
    assert_eq!(done(changed, GrantStatus::Suspended), Some(at(5)));
    assert_eq!(suspended().await.0, second);
    // No more copies for now.
    let more = store
        .spend(&spending("g", 1, 2), &issuance("g", 1, 2), at(6))
        .await;
    let more = more.unwrap();
    assert_eq!(more, Taken::Withdrawn);
    // A clock that was set back does not make the list older.
    let changed = change(GrantStatus::Active, -900).await;
    done(changed, GrantStatus::Active);
    let (third, set) = suspended().await;
    assert!(set.is_empty() && third > second);
    assert!(!places(&store, "g", 1, 2).await.is_empty());
    let changed = change(GrantStatus::Revoked, 7).await;
    assert!(matches!(changed, Changed::Done(record) if record.copies == 6));
    assert_eq!(revoked().await.1.len(), 6);
    for status in [GrantStatus::Active, GrantStatus::Suspended] {
        assert_eq!(change(status, 8).await, Changed::Revoked);
    }
    let changed = change(GrantStatus::Revoked, 9).await;
    assert!(matches!(changed, Changed::Done(record) if record.changed == Some(at(7))));
    assert_eq!(revoked().await.1.len(), 6);
    let unknown = store.change_grant("nobody", GrantStatus::Revoked, at(9));
    assert_eq!(unknown.await.unwrap(), Changed::Unknown);
}

/// 1,000 revocations from 32 tasks: none is lost, and each makes the list newer, also within one
/// second and after a restart with a clock that was set back.
async fn no_revocation_is_lost_however_many_revoke(home: Home) {
    const GRANTS: usize = 1000;
    let store = home.open().await;
    let mut all = BTreeSet::new();
    let mut list = None;
    for number in 0..GRANTS {
        let name = format!("g{number}");
        granted(&store, &name, 1).await;
        for place in places(&store, &name, 1, 0).await {
            all.insert(place.index);
            list = Some(place.revocation);
        }
    }
    let list = list.unwrap();
    let (before, _) = bits(&store, &list, StatusPurpose::Revocation).await;
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let (store, list) = (store.clone(), list.clone());
            tokio::spawn(async move {
                let mut seen = Vec::new();
                for number in (task..GRANTS).step_by(32) {
                    let grant = id(&format!("g{number}"));
                    let revoked = GrantStatus::Revoked;
                    let changed = store.change_grant(grant.as_str(), revoked, at(9));
                    assert!(matches!(changed.await.unwrap(), Changed::Done(_)));
                    let (version, set) = bits_of(&store, &list).await;
                    seen.push((version, set));
                }
                seen
            })
        })
        .collect();
    let mut versions: Vec<(Timestamp, usize)> = Vec::new();
    for task in tasks {
        versions.extend(task.await.unwrap());
    }
    // Whoever reads more revocations reads a later date, and the other way round.
    versions.sort();
    for two in versions.windows(2) {
        assert_eq!(two[0].0 < two[1].0, two[0].1 < two[1].1, "{two:?}");
    }
    let (after, set) = bits(&store, &list, StatusPurpose::Revocation).await;
    assert_eq!(set.into_iter().collect::<BTreeSet<_>>(), all);
    let changes = after.unix_micros() - before.unix_micros().max(at(9).unix_micros());
    assert_eq!(changes, i64::try_from(GRANTS).unwrap() - 1);

    granted(&store, "last", 1).await;
    places(&store, "last", 1, 0).await;
    store.shut().await;
    let store = home.open().await;
    let last = id("last");
    let changed = store.change_grant(last.as_str(), GrantStatus::Revoked, at(-90_000));
    changed.await.unwrap();
    let (newest, set) = bits(&store, &list, StatusPurpose::Revocation).await;
    assert!(newest > after);
    assert_eq!(set.len(), GRANTS + 1);
}

async fn bits_of(store: &impl Records, list: &ListName) -> (Timestamp, usize) {
    let content = store.list_content(list, StatusPurpose::Revocation).await;
    let content = content.unwrap().unwrap();
    (content.changed, content.set.len())
}

/// What is kept of a grant goes when its copies have run out. Its places stay given away, with their
/// bits.
async fn a_grant_is_forgotten_when_its_copies_ran_out(home: Home) {
    let store = home.open().await;
    granted(&store, "used", 2).await;
    let used = places(&store, "used", 2, 0).await;
    granted(&store, "unused", 2).await;
    let grant = id("used");
    let revoked = store.change_grant(grant.as_str(), GrantStatus::Revoked, at(3));
    revoked.await.unwrap();
    let named = async || {
        let grants = store.grants(9).await.unwrap().into_iter();
        grants.map(|grant| grant.id).collect::<Vec<_>>()
    };
    store.sweep(at(99), at(99)).await.unwrap();
    assert_eq!(named().await, [id("unused"), id("used")]);
    // Nobody took it up, and nobody can any more.
    store.sweep(at(100), at(100)).await.unwrap();
    assert_eq!(named().await, [id("used")]);
    store.sweep(at(999), at(999)).await.unwrap();
    assert_eq!(named().await, [id("used")]);
    store.sweep(at(1000), at(1000)).await.unwrap();
    assert!(named().await.is_empty());
    assert!(!home.holds(id("used").as_str()));
    let (_, set) = bits(&store, &used[0].revocation, StatusPurpose::Revocation).await;
    assert_eq!(set.len(), 2);
    granted(&store, "next", 1).await;
    let mut next = issuance("next", 1, 0);
    next.lot.candidates = vec![used[0].index, used[1].index];
    let answer = store.spend(&spending("next", 1, 0), &next, at(2)).await;
    assert_eq!(answer.unwrap(), Taken::Crowded);
}

async fn the_newest_date_of_a_list_is_kept(home: Home) {
    let store = home.open().await;
    let list = verifier::ListRef {
        url: "https://a.example/status/1".parse().unwrap(),
        issuer: "did:web:a.example".parse().unwrap(),
    };
    let newest = Timestamp::from_unix_micros(at(5).unix_micros() + 7);
    for date in [at(1), newest, at(2)] {
        let seen = SeenList {
            list: list.clone(),
            kind: ListKind::Status,
            newest: date,
        };
        store.mark_list(&seen, at(9)).await.unwrap();
    }
    store.sweep(at(9), at(9)).await.unwrap();
    store.shut().await;
    let store = home.open().await;
    let mut seen = SeenList {
        list,
        kind: ListKind::Status,
        newest,
    };
    assert_eq!(store.marked_lists().await.unwrap(), [seen.clone()]);
    // What was a trust list once stays one.
    seen.kind = ListKind::Trust;
    store.mark_list(&seen, at(9)).await.unwrap();
    let dated = SeenList {
        kind: ListKind::Status,
        ..seen.clone()
    };
    store.mark_list(&dated, at(9)).await.unwrap();
    assert_eq!(store.marked_lists().await.unwrap(), [seen]);
}

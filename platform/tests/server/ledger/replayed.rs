//! A receipt says of one moment that a leaf was the newest, and of no later one.

use super::hand::{Hand, Seen, head, minted, send_step, taken};
use crate::town::Town;

#[tokio::test]
async fn a_change_of_keys_makes_no_old_answer_new() {
    let town = Town::new().await;
    let [a, b, c] = [1, 2, 3].map(Hand::new);
    let item = minted(&town, 1, &a).await;
    let until = town.now().plus_seconds(86_400);
    let sent = a.sends(item.offer(&b, until));
    let offered = Seen::after(&send_step(&town, &sent, "give").await);
    let accept = b.sends(offered.accept(&c));
    let held = Seen::after(&send_step(&town, &accept, "take").await);
    town.pass(3600);
    assert_eq!(head(&town, item.tag()).await.leaf.hash(), held.leaf.hash());
    town.rotate(platform::KeyEnd::Retired).await;
    town.pass(60);
    // The giver asks again, an hour after the item moved on.
    let again = taken(&send_step(&town, &sent, "give").await);
    let receipt = again.receipt.claims();
    assert!(
        receipt.issued < held.leaf.claims().at || receipt.not_after <= town.now(),
        "a fresh receipt for a leaf that was the newest an hour ago"
    );
}

#[tokio::test]
async fn a_clock_that_was_ahead_leaves_no_receipt_of_tomorrow() {
    let town = Town::new().await;
    let [a, b, c] = [1, 2, 3].map(Hand::new);
    // For a moment the clock is a day ahead.
    town.pass(86_400);
    let item = minted(&town, 1, &a).await;
    town.pass(-86_400);
    let kept = head(&town, item.tag()).await;
    let until = town.now().plus_seconds(3 * 86_400);
    let sent = a.sends(item.offer(&b, until));
    let offered = Seen::after(&send_step(&town, &sent, "give").await);
    let accept = b.sends(offered.accept(&c));
    Seen::after(&send_step(&town, &accept, "take").await);
    // A day after the item has moved on.
    town.pass(86_400 + 60);
    let receipt = kept.receipt.claims();
    assert!(
        receipt.not_after <= town.now(),
        "yesterday's receipt is fresh today"
    );
}

/// Whoever asks again for what was done while a clock was ahead gets no receipt for it in all the time
/// until then.
#[tokio::test]
async fn a_clock_that_was_ahead_makes_no_old_answer_new() {
    let town = Town::new().await;
    let [a, b, c] = [1, 2, 3].map(Hand::new);
    let item = minted(&town, 1, &a).await;
    town.pass(86_400);
    let until = town.now().plus_seconds(86_400);
    let sent = a.sends(item.offer(&b, until));
    let offered = Seen::after(&send_step(&town, &sent, "give").await);
    town.pass(-86_400);
    // While nothing came after it, the answer is the same, as of now.
    let again = taken(&send_step(&town, &sent, "give").await);
    assert_eq!(again.leaf, offered.leaf);
    assert_eq!(again.receipt.claims().issued, town.now());
    let accept = b.sends(offered.accept(&c));
    let held = Seen::after(&send_step(&town, &accept, "take").await);
    town.pass(3600);
    let refused = send_step(&town, &sent, "give").await;
    refused.refuses(409, "conflict", "transfer_replay");
    // What is the newest is answered as ever.
    let again = taken(&send_step(&town, &accept, "take").await);
    assert_eq!(again.leaf, held.leaf);
}

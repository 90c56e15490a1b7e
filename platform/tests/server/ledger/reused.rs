//! Codes by which a credential is handed over: one for each item and each step, whatever else is alike.

use schemas::ledger::{About, HolderAnswer, HolderQuery};
use schemas::message::Message;

use super::hand::{Hand, Seen, code, credential, entry, minted, send_step, taken};
use super::towns;
use crate::holder::{ask_for, key, token_form};
use crate::http::{post_form, post_json};
use crate::town::Town;

/// What the code of an offer is good for.
async fn redeemed(town: &Town, code: &str, seed: u8) -> schemas::ledger::LedgerEntry {
    let token = post_form(town.port, "/token", &token_form(code)).await;
    assert_eq!(token.status, 200, "{}", token.text());
    let token = token.word("access_token");
    entry(&credential(
        &ask_for(town, &token, "item", &[key(seed)]).await,
    ))
}

/// A holder who uses one key for two items is handed the credential of each.
#[tokio::test]
async fn two_items_of_one_holder_have_codes_of_their_own() {
    for town in towns().await {
        let mika = Hand::new(1);
        let items = [minted(&town, 1, &mika).await, minted(&town, 2, &mika).await];
        let mut codes = Vec::new();
        for item in &items {
            let at = town.now();
            let holder = mika.asks(&town, About::Credential(item.tag()), at);
            let path = format!("/items/{}/credential", item.tag());
            let query = HolderQuery { at, holder }.to_object();
            let answer = post_json(town.port, &path, "", &query).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            codes.push(code(
                &HolderAnswer::read(&answer.body).unwrap().credential_offer,
            ));
        }
        for ((item, code), seed) in items.iter().zip(&codes).zip(10..) {
            assert_eq!(redeemed(&town, code, seed).await.item, item.tag());
        }
    }
}

/// An idempotency key whose answer was forgotten is as good as a new one, though the code of its first
/// step is still there.
#[tokio::test]
async fn a_key_that_was_forgotten_hands_over_another_item() {
    for town in towns().await {
        let (mika, ren, after) = (Hand::new(1), Hand::new(2), Hand::new(3));
        for serial in 1..=2 {
            let item = minted(&town, serial, &mika).await;
            let until = town.now().plus_seconds(3600);
            let given = mika.sends(item.offer(&ren, until));
            let offer = Seen::after(&send_step(&town, &given, &format!("give-{serial}")).await);
            let sent = ren.sends(offer.accept(&after));
            let answer = taken(&send_step(&town, &sent, "take").await);
            let code = code(&answer.credential_offer.unwrap());
            let seed = u8::try_from(20 + serial).unwrap();
            assert_eq!(redeemed(&town, &code, seed).await.item, item.tag());
            town.pass(8 * 86_400);
            town.world().sweep().await.unwrap();
        }
    }
}

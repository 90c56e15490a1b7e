//! Whoever holds an item asks for its credential by their key, and nobody else does.

use schemas::ledger::{About, Act, Asker, HolderAnswer, HolderQuery, ItemTag};
use schemas::message::Message;

use super::hand::{Hand, Seen, code, credential, entry, head, minted, send_step, taken};
use super::towns;
use crate::holder::{ask_for, key, token_form};
use crate::http::{Answer, post_form, post_json};
use crate::town::Town;

async fn ask(town: &Town, item: ItemTag, at: i64, holder: Asker) -> Answer {
    let at = town.now().plus_seconds(at);
    let query = HolderQuery { at, holder };
    let path = format!("/items/{item}/credential");
    post_json(town.port, &path, "", &query.to_object()).await
}

/// Signed now, or so many seconds from now.
async fn asks(town: &Town, item: ItemTag, hand: &Hand, at: i64) -> Answer {
    let about = About::Credential(item);
    let holder = hand.asks(town, about, town.now().plus_seconds(at));
    ask(town, item, at, holder).await
}

#[track_caller]
fn offered(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    code(&HolderAnswer::read(&answer.body).unwrap().credential_offer)
}

#[tokio::test]
async fn a_holder_whose_answer_was_forgotten_gets_the_credential_by_the_holders_key() {
    for town in towns().await {
        let (mika, ren, after) = (Hand::new(1), Hand::new(2), Hand::new(3));
        let item = minted(&town, 1, &mika).await;
        let until = town.now().plus_seconds(3600);
        let given = mika.sends(item.offer(&ren, until));
        let offer = Seen::after(&send_step(&town, &given, "give").await);
        let sent = ren.sends(offer.accept(&after));
        taken(&send_step(&town, &sent, "take").await);
        town.pass(8 * 86_400);
        town.world().sweep().await.unwrap();
        // The step's key is forgotten, and what stands in the leaf is known to everybody.
        let refused = send_step(&town, &sent, "take").await;
        refused.refuses(409, "conflict", "transfer_replay");
        for (hand, at, status, reason) in [
            (&mika, 0, 403, "transfer_not_holder"),
            (&ren, 0, 403, "transfer_not_holder"),
            (&after, -301, 400, "proof_expired"),
            (&after, 301, 400, "proof_created_future"),
        ] {
            let refused = asks(&town, item.tag(), hand, at).await;
            assert_eq!(
                (refused.status, refused.word("reason").as_str()),
                (status, reason)
            );
        }
        // Signed for something else, or for another moment.
        let wrong = after.asks(&town, About::Inbox, town.now());
        let refused = ask(&town, item.tag(), 0, wrong).await;
        refused.refuses(400, "invalid_request", "sig_invalid");
        let wrong = after.asks(&town, About::Credential(item.tag()), town.now());
        let refused = ask(&town, item.tag(), 1, wrong).await;
        refused.refuses(400, "invalid_request", "sig_invalid");
        let unknown = ItemTag::from_bytes([77; 32]);
        let refused = asks(&town, unknown, &after, 0).await;
        refused.refuses(404, "not_found", "item_unknown");

        // Asked twice, told the same; spent, told another.
        let first = offered(&asks(&town, item.tag(), &after, 0).await);
        assert_eq!(first, offered(&asks(&town, item.tag(), &after, 5).await));
        let token = post_form(town.port, "/token", &token_form(&first)).await;
        let token = token.word("access_token");
        let copy = credential(&ask_for(&town, &token, "item", &[key(9)]).await);
        assert_eq!(entry(&copy).holder, after.commitment());
        assert_ne!(first, offered(&asks(&town, item.tag(), &after, 0).await));

        // Once it has moved on, it is somebody else's; once it is given up, nobody's.
        let now = Seen {
            leaf: head(&town, item.tag()).await.leaf,
        };
        let until = town.now().plus_seconds(3600);
        let given = after.sends(now.offer(&Hand::new(4), until));
        let offer = Seen::after(&send_step(&town, &given, "on").await);
        let next = Hand::new(4).sends(offer.accept(&Hand::new(5)));
        let held = Seen::after(&send_step(&town, &next, "next").await);
        let refused = asks(&town, item.tag(), &after, 0).await;
        refused.refuses(403, "access_denied", "transfer_not_holder");
        let burned = Hand::new(5).sends(held.step(Act::Burn));
        taken(&send_step(&town, &burned, "burn").await);
        let refused = asks(&town, item.tag(), &Hand::new(5), 0).await;
        refused.refuses(409, "conflict", "item_revoked");
    }
}

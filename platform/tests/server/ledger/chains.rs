//! Chains: every step, once, by whoever may take it.

use proofs::keys::SigningKey;
use schemas::ledger::{Act, ChainPage, Event, InboxAnswer, Salt, State, WorldCommitment};
use schemas::message::Message;
use schemas::time::Timestamp;

use super::hand::{
    Hand, Seen, ask_inbox, code, credential, entry, head, minted, offer, request, send_body,
    send_step, send_to, taken,
};
use super::towns;
use crate::holder::{ask_for, key, token, token_form};
use crate::http::{get, post_form, post_json, send};
use crate::town::Town;

fn soon(town: &Town) -> Timestamp {
    town.now().plus_seconds(3600)
}

#[tokio::test]
async fn an_item_is_given_accepted_and_given_on() {
    for town in towns().await {
        let (mika, ren, ren_after) = (Hand::new(1), Hand::new(2), Hand::new(3));
        let item = minted(&town, 1, &mika).await;
        assert_eq!(item.leaf.claims().event, Event::Mint);

        let until = soon(&town);
        let sent = mika.sends(item.offer(&ren, until));
        let offered = Seen::after(&send_step(&town, &sent, "give").await);
        assert_eq!(offered.leaf.claims().state, State::Offered);

        // The recipient finds it, and what it is.
        let found = ask_inbox(&town, &[&ren, &ren_after]).await;
        assert_eq!(found.status, 200, "{}", found.text());
        let found = InboxAnswer::read(&found.body).unwrap();
        assert_eq!(found.offers.len(), 1);
        assert_eq!(found.offers[0].leaf, offered.leaf);
        assert_eq!(found.offers[0].terms.digest(), offered.terms());
        assert_eq!(
            (
                found.offers[0].terms.class.as_str(),
                found.offers[0].terms.serial
            ),
            ("sword", 1)
        );

        let sent = ren.sends(offered.accept(&ren_after));
        let answer = send_step(&town, &sent, "take").await;
        let accepted = taken(&answer);
        assert_eq!(accepted.leaf.claims().holder, ren_after.commitment());
        assert_eq!(accepted.leaf.claims().transfers, 1);

        // With the offer in the answer comes the credential, which says who holds it now.
        let form = token_form(&code(&accepted.credential_offer.unwrap()));
        let given = post_form(town.port, "/token", &form).await;
        let token = given.word("access_token");
        let copy = credential(&ask_for(&town, &token, "item", &[key(9)]).await);
        let entry = entry(&copy);
        assert_eq!(
            (entry.item, entry.holder),
            (item.tag(), ren_after.commitment())
        );
        let subject = copy.get("credentialSubject").unwrap();
        assert_eq!(subject.get("itemClass").unwrap().as_str(), Some("sword"));

        // And on: the hand that held it before gives nothing any more.
        let now = Seen {
            leaf: accepted.leaf,
        };
        let sent = mika.sends(now.offer(&Hand::new(4), until));
        let refused = send_step(&town, &sent, "again").await;
        refused.refuses(403, "access_denied", "transfer_not_holder");
        let sent = ren_after.sends(now.offer(&Hand::new(4), until));
        let on = Seen::after(&send_step(&town, &sent, "on").await);

        // How it came there, in order.
        let path = format!("/items/{}/chain", item.tag());
        let chain = ChainPage::read(&get(town.port, &path).await.body).unwrap();
        let events: Vec<Event> = chain
            .leaves
            .iter()
            .map(|leaf| leaf.claims().event)
            .collect();
        assert_eq!(
            events,
            [Event::Mint, Event::Offer, Event::Accept, Event::Offer]
        );
        assert_eq!(chain.next, None);
        for pair in chain.leaves.windows(2) {
            assert_eq!(pair[1].claims().previous, Some(pair[0].hash()));
        }
        assert_eq!(head(&town, item.tag()).await.leaf, on.leaf);
    }
}

/// A wallet that named nobody has an item all the same; it can be shown and not passed on.
#[tokio::test]
async fn a_wallet_that_knows_no_ledger_has_an_item_of_nobody() {
    for town in towns().await {
        let token = token(&town, &offer(&town, 7).await).await;
        let first = credential(&ask_for(&town, &token, "item", &[key(1)]).await);
        let first = entry(&first);
        let leaf = head(&town, first.item).await.leaf;
        assert_eq!((leaf.claims().seq, leaf.claims().holder), (0, first.holder));
        // What is issued later says the same.
        let again = credential(&ask_for(&town, &token, "item", &[key(2)]).await);
        assert_eq!(entry(&again), first);
    }
}

#[tokio::test]
async fn one_item_of_a_class_and_number_comes_to_be() {
    for town in towns().await {
        // Offered twice before anybody took it; taken once.
        let (a, b) = (offer(&town, 3).await, offer(&town, 3).await);
        let (a, b) = (token(&town, &a).await, token(&town, &b).await);
        credential(&ask_for(&town, &a, "item", &[key(1)]).await);
        let refused = ask_for(&town, &b, "item", &[key(2)]).await;
        assert_eq!(
            (refused.status, refused.word("reason").as_str()),
            (400, "item_exists")
        );
        // And not offered any more.
        let body = schemas::object! {
            "right" => "item",
            "class" => "sword",
            "serial" => 3,
            "provenance" => crate::town::provenance(),
        };
        let refused = post_json(town.port, "/offers", &town.token, &body).await;
        assert_eq!(refused.word("reason"), "item_exists");
    }
}

/// After a lost answer the same is said again; without the key, that it was done.
#[tokio::test]
async fn a_step_is_taken_once_and_answered_the_same() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let sent = mika.sends(item.offer(&ren, soon(&town)));
        let first = send_step(&town, &sent, "give").await;
        let again = send_step(&town, &sent, "give").await;
        assert_eq!(taken(&first), taken(&again));
        // Another key: what is asked was done, whatever the signature is.
        let replayed = send_step(&town, &sent, "other").await;
        replayed.refuses(409, "conflict", "transfer_replay");
        let mut damaged = sent.clone();
        let mut signature = *damaged.signature.as_bytes();
        signature[63] ^= 1;
        damaged.signature = schemas::ledger::LedgerSignature::from_bytes(signature);
        let replayed = send_step(&town, &damaged, "third").await;
        replayed.refuses(409, "conflict", "transfer_replay");
        // The same key for something else.
        let other = mika.sends(item.offer(&Hand::new(5), soon(&town)));
        let refused = send_step(&town, &other, "give").await;
        refused.refuses(409, "conflict", "idempotency_conflict");
        let refused = send_step(&town, &damaged, "give").await;
        refused.refuses(409, "conflict", "idempotency_conflict");
        // Something else at the same place.
        let refused = send_step(&town, &other, "fourth").await;
        refused.refuses(409, "conflict", "transfer_conflict");
        // Also after the process was replaced.
        assert_eq!(head(&town, item.tag()).await.leaf, taken(&first).leaf);
    }
}

#[tokio::test]
async fn many_who_race_give_an_item_once() {
    for town in towns().await {
        let mika = Hand::new(1);
        let mut items = Vec::new();
        for serial in 0..4 {
            items.push(minted(&town, serial, &mika).await);
        }
        let mut racing = Vec::new();
        for runner in 0_u8..16 {
            for (number, item) in items.iter().enumerate() {
                let sent = mika.sends(item.offer(&Hand::new(100 + runner), soon(&town)));
                let (port, tag) = (town.port, item.tag());
                let key = format!("race-{runner}-{number}");
                let body = sent.to_bytes();
                racing.push(tokio::spawn(async move {
                    send_to(port, tag, &body, &key).await
                }));
            }
        }
        let mut given = 0;
        for answer in racing {
            let answer = answer.await.unwrap();
            match answer.status {
                200 => given += 1,
                _ => answer.refuses(409, "conflict", "transfer_conflict"),
            }
        }
        assert_eq!(given, items.len());
        for item in items {
            assert_eq!(head(&town, item.tag()).await.leaf.claims().seq, 1);
        }
    }
}

/// A message of an earlier hand is worth nothing when the item has come back.
#[tokio::test]
async fn what_was_signed_once_is_not_good_a_second_time() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let until = soon(&town);
        let first = mika.sends(item.offer(&ren, until));
        let offered = Seen::after(&send_step(&town, &first, "a").await);
        let sent = ren.sends(offered.accept(&Hand::new(3)));
        let there = Seen::after(&send_step(&town, &sent, "b").await);
        let sent = Hand::new(3).sends(there.offer(&Hand::new(4), until));
        let back = Seen::after(&send_step(&town, &sent, "c").await);
        let sent = Hand::new(4).sends(back.accept(&Hand::new(5)));
        send_step(&town, &sent, "d").await;
        let replayed = send_step(&town, &first, "e").await;
        replayed.refuses(409, "conflict", "transfer_replay");
    }
}

#[tokio::test]
async fn a_step_for_another_ledger_is_refused() {
    let (here, there) = (Town::new().await, Town::new().await);
    let (mika, ren) = (Hand::new(1), Hand::new(2));
    let item = minted(&here, 1, &mika).await;
    let sent = mika.sends(item.offer(&ren, soon(&here)));
    let refused = send_step(&there, &sent, "a").await;
    refused.refuses(400, "invalid_request", "transfer_audience");
    // Named for the other, it knows no such item.
    let mut step = sent.step.clone();
    step.ledger = there.id();
    let refused = send_step(&there, &mika.sends(step), "b").await;
    refused.refuses(404, "not_found", "item_unknown");
}

#[tokio::test]
async fn whoever_receives_needs_a_sound_key_and_another_commitment() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let until = soon(&town);
        // One's own commitment.
        let refused = send_step(&town, &mika.sends(item.offer(&mika, until)), "a").await;
        refused.refuses(400, "invalid_request", "receiver_invalid");
        // None at all.
        let body = mika.sends(item.offer(&ren, until)).to_bytes();
        let text = String::from_utf8(body).unwrap();
        for wrong in ["", "did:web:ren.example", "AAAA"] {
            let text = text.replace(&ren.commitment().to_string(), wrong);
            let refused = send_body(&town, item.tag(), text.as_bytes(), "b").await;
            refused.refuses(400, "invalid_request", "receiver_invalid");
        }
        // A key of small order would be anybody's: it accepts nothing.
        let weak = [0_u8; 32];
        let salt = Salt::from_bytes([9; 32]);
        let to = schemas::ledger::Commitment::of(&weak, &salt);
        let step = item.step(Act::Offer {
            to,
            until,
            terms: item.terms(),
            swap: None,
        });
        let offered = Seen::after(&send_step(&town, &mika.sends(step), "c").await);
        let mut sent = ren.sends(offered.accept(&Hand::new(3)));
        let multikey = schemas::encoding::base58btc::encode(&[&[0xed, 0x01][..], &weak].concat());
        sent.key = format!("did:key:z{multikey}").parse().unwrap();
        sent.salt = salt;
        let refused = send_step(&town, &sent, "d").await;
        refused.refuses(400, "invalid_request", "receiver_invalid");
        // To whom it was given by the accept: not to the one who has it.
        let sent = mika.sends(offered.step(Act::Withdraw));
        Seen::after(&send_step(&town, &sent, "e").await);
    }
}

#[tokio::test]
async fn what_is_no_step_is_refused_with_its_reason() {
    let town = Town::new().await;
    let (mika, ren) = (Hand::new(1), Hand::new(2));
    let item = minted(&town, 1, &mika).await;
    let sent = mika.sends(item.offer(&ren, soon(&town)));
    let path = format!("/items/{}/steps", item.tag());
    let kind = ("Content-Type", "application/json");
    // Without a key, with a short one, with two.
    for headers in [
        vec![kind],
        vec![kind, ("Idempotency-Key", "short")],
        vec![kind, ("Idempotency-Key", "a key with spaces in it is none")],
        vec![
            kind,
            ("Idempotency-Key", "AAAAAAAAAAAAAAAAAAAAAA"),
            ("Idempotency-Key", "BBBBBBBBBBBBBBBBBBBBBB"),
        ],
    ] {
        let refused = send(town.port, "POST", &path, &headers, &sent.to_bytes()).await;
        refused.refuses(400, "invalid_request", "bad_request");
    }
    let refused = send_body(&town, item.tag(), b"{}", "a").await;
    refused.refuses(400, "invalid_request", "ledger_malformed");
    // Sent to another item's address.
    let other = schemas::ledger::ItemTag::from_bytes([7; 32]);
    let refused = send_body(&town, other, &sent.to_bytes(), "b").await;
    refused.refuses(400, "invalid_request", "bad_request");
    for path in [
        "/items/none/head",
        "/items/none/chain",
        &format!("/items/{other}/head"),
    ] {
        get(town.port, path)
            .await
            .refuses(404, "not_found", "item_unknown");
    }
    // A signature of somebody else, and one by the right key over something else.
    let mut wrong = sent.clone();
    wrong.signature = ren.sends(sent.step.clone()).signature;
    let refused = send_step(&town, &wrong, "c").await;
    refused.refuses(400, "invalid_request", "sig_invalid");
    assert_eq!(head(&town, item.tag()).await.leaf, item.leaf);
}

#[tokio::test]
async fn an_item_is_active_in_one_world_at_a_time() {
    for town in towns().await {
        let mika = Hand::new(1);
        let item = minted(&town, 1, &mika).await;
        let place = |origin: &str| WorldCommitment::of(origin, &Salt::from_bytes([8; 32]));
        let lease = |seen: &Seen, origin: &str, seconds| {
            let until = town.now().plus_seconds(seconds);
            let world = place(origin);
            mika.sends(seen.step(Act::Lease { world, until }))
        };
        let refused = send_step(&town, &lease(&item, "https://a.example", 3601), "a").await;
        assert_eq!(refused.status, 400);
        let here = send_step(&town, &lease(&item, "https://a.example", 600), "b").await;
        let here = Seen::after(&here);
        assert_eq!(
            here.leaf.claims().lease.unwrap().world,
            place("https://a.example")
        );
        let refused = send_step(&town, &lease(&here, "https://b.example", 600), "c").await;
        refused.refuses(409, "conflict", "item_active_elsewhere");
        // Released, or run out, it can be active elsewhere.
        let free = mika.sends(here.step(Act::Release));
        let free = Seen::after(&send_step(&town, &free, "d").await);
        assert_eq!(free.leaf.claims().lease, None);
        let there = send_step(&town, &lease(&free, "https://b.example", 600), "e").await;
        let there = Seen::after(&there);
        town.pass(601);
        let next = send_step(&town, &lease(&there, "https://c.example", 600), "f").await;
        Seen::after(&next);
    }
}

#[tokio::test]
async fn what_was_given_up_is_gone() {
    for town in towns().await {
        let mika = Hand::new(1);
        let offered = offer(&town, 1).await;
        let token = token(&town, &offered).await;
        let body = request(&town, &SigningKey::from_seed(&[9; 32]), Some(&mika)).await;
        let copy = credential(&post_json(town.port, "/credential", &token, &body).await);
        let leaf = head(&town, entry(&copy).item).await.leaf;
        let item = Seen { leaf };
        let burned = mika.sends(item.step(Act::Burn));
        let burned = Seen::after(&send_step(&town, &burned, "a").await);
        assert_eq!(burned.leaf.claims().state, State::Burned);
        let late = mika.sends(burned.offer(&Hand::new(2), soon(&town)));
        let refused = send_step(&town, &late, "b").await;
        refused.refuses(409, "conflict", "item_revoked");
        // Nothing more is issued of it.
        let refused = ask_for(&town, &token, "item", &[key(3)]).await;
        assert_eq!(
            (refused.status, refused.word("reason").as_str()),
            (400, "item_revoked")
        );
    }
}

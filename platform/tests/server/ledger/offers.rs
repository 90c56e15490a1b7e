//! Offers: taken back, refused, run out, changed; answered again after a lost answer; two at once.

use std::collections::BTreeSet;

use platform::ItemAct;
use schemas::ledger::{About, Act, Asker, Event, InboxAnswer, InboxQuery, State, SwapWanted};
use schemas::message::Message;
use schemas::time::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

use super::hand::{Hand, Seen, ask_inbox, code, credential, entry, head, minted, send_step, taken};
use super::towns;
use crate::holder::{ask_for, key, token_form};
use crate::http::{post_form, post_json};
use crate::town::Town;

async fn offered(town: &Town, item: &Seen, from: &Hand, to: &Hand) -> Seen {
    let until = town.now().plus_seconds(3600);
    let name = format!("o{}", item.leaf.claims().seq);
    Seen::after(&send_step(town, &from.sends(item.offer(to, until)), &name).await)
}

#[tokio::test]
async fn an_offer_that_was_taken_back_or_refused_is_accepted_by_nobody() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let first = offered(&town, &item, &mika, &ren).await;
        let back = mika.sends(first.step(Act::Withdraw));
        let back = Seen::after(&send_step(&town, &back, "back").await);
        assert_eq!(
            (back.leaf.claims().state, back.leaf.claims().event),
            (State::Held, Event::Withdraw)
        );
        let late = ren.sends(first.accept(&Hand::new(3)));
        let refused = send_step(&town, &late, "late").await;
        refused.refuses(409, "conflict", "offer_changed");
        // Refused by whom it was for, and by nobody else.
        let again = offered(&town, &back, &mika, &ren).await;
        let other = Hand::new(8).sends(again.step(Act::Refuse));
        let refused = send_step(&town, &other, "other").await;
        refused.refuses(403, "access_denied", "transfer_not_holder");
        let no = ren.sends(again.step(Act::Refuse));
        let no = Seen::after(&send_step(&town, &no, "no").await);
        assert_eq!(no.leaf.claims().holder, mika.commitment());
        let empty = ask_inbox(&town, &[&ren]).await;
        assert_eq!(empty.text(), r#"{"offers":[]}"#);
    }
}

#[tokio::test]
async fn other_terms_than_the_item_has_are_accepted_by_nobody() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let offer = offered(&town, &item, &mika, &ren).await;
        let mut step = offer.accept(&Hand::new(3));
        if let Act::Accept { terms, .. } = &mut step.act {
            *terms = schemas::ledger::TermsDigest::from_bytes([9; 32]);
        }
        let refused = send_step(&town, &ren.sends(step), "a").await;
        refused.refuses(409, "conflict", "offer_changed");
        assert_eq!(head(&town, item.tag()).await.leaf, offer.leaf);
    }
}

#[tokio::test]
async fn an_offer_that_nobody_took_ends_and_the_item_stays() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let first = offered(&town, &item, &mika, &ren).await;
        town.pass(3600);
        // Met by a step.
        let late = ren.sends(first.accept(&Hand::new(3)));
        let refused = send_step(&town, &late, "late").await;
        refused.refuses(409, "conflict", "transfer_expired");
        let ended = Seen {
            leaf: head(&town, item.tag()).await.leaf,
        };
        assert_eq!(ended.leaf.claims().event, Event::Expire);
        assert_eq!(ended.leaf.claims().holder, mika.commitment());
        // Met by the sweep.
        let second = offered(&town, &ended, &mika, &ren).await;
        town.world().sweep().await.unwrap();
        assert_eq!(head(&town, item.tag()).await.leaf, second.leaf);
        town.pass(3600);
        town.world().sweep().await.unwrap();
        let ended = head(&town, item.tag()).await.leaf;
        assert_eq!(
            (ended.claims().event, ended.claims().seq),
            (Event::Expire, 4)
        );
    }
}

/// An offer whose time runs out while its item is stopped ends when it goes on, though the sweep has
/// forgotten by then to whom it was made.
#[tokio::test]
async fn an_offer_that_ran_out_while_the_item_was_stopped_ends_when_it_goes_on() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        offered(&town, &item, &mika, &ren).await;
        let act = |act, why: &'static str| {
            let (world, tag) = (town.world(), item.tag());
            async move { world.act_on_item(tag, act, why).await.unwrap().head }
        };
        act(ItemAct::Suspend, "A complaint.").await;
        town.pass(3600);
        town.world().sweep().await.unwrap();
        let on = act(ItemAct::Resume, "It was withdrawn.").await;
        assert_eq!(
            (on.event, on.state, on.offer),
            (Event::Expire, State::Held, None)
        );
        let newest = head(&town, item.tag()).await.leaf;
        assert_eq!((newest.claims().seq, newest.claims()), (4, &on));
        // One that still stands goes on.
        let again = offered(&town, &Seen { leaf: newest }, &mika, &ren).await;
        act(ItemAct::Suspend, "A complaint.").await;
        let on = act(ItemAct::Resume, "It was withdrawn.").await;
        assert_eq!(
            (on.state, on.offer),
            (State::Offered, again.leaf.claims().offer)
        );
    }
}

/// Many offers are told as far as an answer has room, and that there are others; whoever asks for
/// fewer addresses at a time gets them.
#[tokio::test]
async fn an_answer_about_many_offers_is_bounded_and_says_so() {
    let town = Town::new().await;
    let (mika, addresses) = (Hand::new(1), [Hand::new(2), Hand::new(3)]);
    let mut given = BTreeSet::new();
    for serial in 0..140 {
        let item = minted(&town, serial, &mika).await;
        let address = &addresses[usize::from(serial % 2 == 0)];
        let sent = mika.sends(item.offer(address, town.now().plus_seconds(3600)));
        taken(&send_step(&town, &sent, &format!("offer-{serial}")).await);
        given.insert(item.tag());
    }
    let ask = async |addresses: &[Hand]| {
        let hands: Vec<&Hand> = addresses.iter().collect();
        let answer = ask_inbox(&town, &hands).await;
        assert!(answer.body.len() < 256 * 1024);
        InboxAnswer::read(&answer.body).unwrap()
    };
    let both = ask(&addresses).await;
    assert!(
        both.more && both.offers.len() < 140,
        "{}",
        both.offers.len()
    );
    let mut found = BTreeSet::new();
    for address in addresses {
        let one = ask(&[address]).await;
        assert!(!one.more, "{}", one.offers.len());
        found.extend(one.offers.iter().map(|offer| offer.leaf.claims().item));
    }
    assert_eq!(found, given);
}

/// A chain longer than what is read in one go ends in its newest leaf.
#[tokio::test]
async fn a_long_chain_is_shown_to_its_end() {
    let town = Town::new().await;
    let item = minted(&town, 1, &Hand::new(1)).await;
    let path = town.folder.path().join("world/data/world.db");
    let options = SqliteConnectOptions::new().filename(path);
    let mut file = options.connect().await.unwrap();
    file.execute(
        "INSERT INTO item_leaves (item_tag, seq, leaf) \
         WITH RECURSIVE more (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM more LIMIT 2500) \
         SELECT item_tag, more.seq, leaf FROM item_leaves, more",
    )
    .await
    .unwrap();
    let (_, leaves) = town.world().item(item.tag()).await.unwrap();
    assert_eq!(leaves.len(), 2501);
}

/// Whoever accepted and lost the answer, or the credential, is handed it again; nobody else is.
#[tokio::test]
async fn a_lost_answer_is_given_again_with_an_offer_that_is_good() {
    for town in towns().await {
        let (mika, ren, after) = (Hand::new(1), Hand::new(2), Hand::new(3));
        let item = minted(&town, 1, &mika).await;
        let offer = offered(&town, &item, &mika, &ren).await;
        let sent = ren.sends(offer.accept(&after));
        let first = taken(&send_step(&town, &sent, "take").await);
        let again = taken(&send_step(&town, &sent, "take").await);
        assert_eq!(first, again);
        let first = code(&first.credential_offer.unwrap());
        // It ran out.
        town.pass(3601);
        let late = taken(&send_step(&town, &sent, "take").await);
        let second = code(&late.credential_offer.unwrap());
        assert_ne!(first, second);
        let gone = post_form(town.port, "/token", &token_form(&first)).await;
        assert_eq!(gone.status, 400);
        // It was redeemed, and what came of it was lost.
        let token = post_form(town.port, "/token", &token_form(&second)).await;
        assert_eq!(token.status, 200);
        let once_more = taken(&send_step(&town, &sent, "take").await);
        let third = code(&once_more.credential_offer.unwrap());
        assert_ne!(second, third);
        let token = post_form(town.port, "/token", &token_form(&third)).await;
        let token = token.word("access_token");
        let copy = credential(&ask_for(&town, &token, "item", &[key(9)]).await);
        assert_eq!(entry(&copy).holder, after.commitment());
        // Once it has moved on, nothing is handed over any more.
        let now = Seen {
            leaf: head(&town, item.tag()).await.leaf,
        };
        let next = offered(&town, &now, &after, &Hand::new(4)).await;
        let next = Hand::new(4).sends(next.accept(&Hand::new(5)));
        taken(&send_step(&town, &next, "next").await);
        let gone = taken(&send_step(&town, &sent, "take").await);
        assert_eq!(gone.credential_offer, None);
        assert_eq!(gone.leaf, again.leaf);
        let refused = ask_for(&town, &token, "item", &[key(8)]).await;
        assert_eq!(
            (refused.status, refused.word("reason").as_str()),
            (400, "item_moved")
        );
    }
}

#[tokio::test]
async fn two_items_change_hands_in_one_moment_or_not_at_all() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let sword = minted(&town, 1, &mika).await;
        let shield = minted(&town, 2, &ren).await;
        let until = town.now().plus_seconds(3600);
        let address = Hand::new(3);
        let (mika_after, ren_after) = (Hand::new(4), Hand::new(5));
        let wanted = SwapWanted {
            item: shield.tag(),
            holder: mika_after.commitment(),
        };
        let offer = sword.step(Act::Offer {
            to: address.commitment(),
            until,
            terms: sword.terms(),
            swap: Some(wanted),
        });
        let given = mika.sends(offer);
        let offer = Seen::after(&send_step(&town, &given, "give").await);
        let step = offer.step(Act::Accept {
            holder: ren_after.commitment(),
            terms: offer.terms(),
            swap: Some(shield.leg(&mika_after)),
        });
        // By whoever holds what is given in return.
        let mut sent = address.sends(step.clone());
        sent.swap = Some(mika.gives(&step));
        let refused = send_step(&town, &sent, "wrong").await;
        refused.refuses(403, "access_denied", "transfer_not_holder");
        assert_eq!(head(&town, shield.tag()).await.leaf, shield.leaf);
        assert_eq!(head(&town, sword.tag()).await.leaf, offer.leaf);

        sent.swap = Some(ren.gives(&step));
        let swapped = taken(&send_step(&town, &sent, "swap").await);
        assert_eq!(swapped.leaf.claims().holder, ren_after.commitment());
        let other = head(&town, shield.tag()).await.leaf;
        assert_eq!((other.claims().event, other.claims().seq), (Event::Swap, 1));
        assert_eq!(other.claims().holder, mika_after.commitment());

        // Both are handed what they hold now: the giver by asking once more about the offer.
        let form = token_form(&code(&swapped.credential_offer.unwrap()));
        let token = post_form(town.port, "/token", &form)
            .await
            .word("access_token");
        let copy = credential(&ask_for(&town, &token, "item", &[key(8)]).await);
        assert_eq!(entry(&copy).item, sword.tag());
        let again = taken(&send_step(&town, &given, "give").await);
        assert_eq!(again.leaf, offer.leaf);
        let form = token_form(&code(&again.credential_offer.unwrap()));
        let token = post_form(town.port, "/token", &form)
            .await
            .word("access_token");
        let copy = credential(&ask_for(&town, &token, "item", &[key(9)]).await);
        let entry = entry(&copy);
        assert_eq!(
            (entry.item, entry.holder),
            (shield.tag(), mika_after.commitment())
        );
        // The same step once more.
        let replayed = send_step(&town, &sent, "more").await;
        replayed.refuses(409, "conflict", "transfer_replay");
    }
}

/// What an offer asks for in return is handed over when it was given, and not because it was named.
#[tokio::test]
async fn what_somebody_asks_for_in_return_is_not_theirs() {
    for town in towns().await {
        let (thief, victim, address) = (Hand::new(1), Hand::new(2), Hand::new(3));
        let pebble = minted(&town, 1, &thief).await;
        let crown = minted(&town, 2, &victim).await;
        for holder in [victim.commitment(), Hand::new(4).commitment()] {
            let pebble = Seen {
                leaf: head(&town, pebble.tag()).await.leaf,
            };
            let offer = pebble.step(Act::Offer {
                to: address.commitment(),
                until: town.now().plus_seconds(3600),
                terms: pebble.terms(),
                swap: Some(SwapWanted {
                    item: crown.tag(),
                    holder,
                }),
            });
            let sent = thief.sends(offer);
            let name = format!("g{}", pebble.leaf.claims().seq);
            let given = taken(&send_step(&town, &sent, &name).await);
            assert_eq!(given.credential_offer, None);
            let again = taken(&send_step(&town, &sent, &name).await);
            assert_eq!(again.leaf, given.leaf);
            assert_eq!(again.credential_offer, None);
            // Nor when the offer came to another end.
            let end = Seen { leaf: given.leaf }.step(Act::Withdraw);
            taken(&send_step(&town, &thief.sends(end), &format!("{name}w")).await);
            let again = taken(&send_step(&town, &sent, &name).await);
            assert_eq!(again.credential_offer, None);
        }
    }
}

/// The address stands in the leaf of the offer for everybody, and whoever offers was told its key.
#[tokio::test]
async fn what_is_offered_is_shown_to_whoever_has_the_key_of_the_address() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        offered(&town, &item, &mika, &ren).await;
        let ask = async |at: Timestamp, addresses: Vec<Asker>| {
            let query = InboxQuery { at, addresses };
            post_json(town.port, "/items/inbox", "", &query.to_object()).await
        };
        let now = town.now();
        let shown = ask(now, vec![ren.asks(&town, About::Inbox, now)]).await;
        assert!(shown.text().contains("sword"), "{}", shown.text());
        let bare = schemas::object! { "addresses" => vec![ren.commitment()] };
        let refused = post_json(town.port, "/items/inbox", "", &bare).await;
        refused.refuses(400, "invalid_request", "ledger_malformed");
        // By whoever knows key and salt, and cannot sign; signed for another moment or another thing.
        let by_giver = Asker {
            signature: mika.asks(&town, About::Inbox, now).signature,
            ..ren.asks(&town, About::Inbox, now)
        };
        let later = ren.asks(&town, About::Inbox, now.plus_seconds(1));
        let other = ren.asks(&town, About::Credential(item.tag()), now);
        for asker in [by_giver, later, other] {
            let good = Hand::new(3).asks(&town, About::Inbox, now);
            let refused = ask(now, vec![good, asker]).await;
            refused.refuses(400, "invalid_request", "sig_invalid");
        }
        let before = now.plus_seconds(-301);
        let old = ask(before, vec![ren.asks(&town, About::Inbox, before)]).await;
        old.refuses(400, "invalid_request", "proof_expired");
    }
}

#[tokio::test]
async fn a_question_about_too_many_addresses_is_refused() {
    let town = Town::new().await;
    let hands: Vec<Hand> = (0..65).map(Hand::new).collect();
    let hands: Vec<&Hand> = hands.iter().collect();
    let refused = ask_inbox(&town, &hands).await;
    assert_eq!(refused.status, 400);
    let fine = ask_inbox(&town, &hands[..64]).await;
    assert_eq!(fine.status, 200, "{}", fine.text());
}

//! What the terms of an item allow, and what its world does with it alone.

use platform::ItemAct;
use proofs::keys::SigningKey;
use proofs::ledger;
use schemas::ledger::{Act, Event, State, TransferTerms};
use schemas::message::Message;
use schemas::reason::Reason;

use super::hand::{Hand, Seen, credential, entry, head, minted, minted_by, send_step, taken};
use super::towns;
use crate::holder::{ask_for, key, token};
use crate::http::{path_of, post_json};
use crate::town::{Town, model};

const NEVER: TransferTerms = TransferTerms::NEVER;

#[tokio::test]
async fn the_terms_say_whether_and_how_often_an_item_is_passed_on() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let until = town.now().plus_seconds(600);
        let fixed = minted_by(&town, 1, &mika, |terms| terms.transfer = NEVER).await;
        let refused = send_step(&town, &mika.sends(fixed.offer(&ren, until)), "a").await;
        refused.refuses(409, "conflict", "transfer_not_allowed");

        let once = TransferTerms {
            most: Some(1),
            ..TransferTerms::FREE
        };
        let item = minted_by(&town, 2, &mika, |terms| terms.transfer = once).await;
        let offer = Seen::after(&send_step(&town, &mika.sends(item.offer(&ren, until)), "b").await);
        let sent = ren.sends(offer.accept(&Hand::new(3)));
        let taken = Seen {
            leaf: taken(&send_step(&town, &sent, "c").await).leaf,
        };
        let sent = Hand::new(3).sends(taken.offer(&Hand::new(4), until));
        let refused = send_step(&town, &sent, "d").await;
        refused.refuses(409, "conflict", "transfer_not_allowed");
    }
}

#[tokio::test]
async fn a_creator_who_is_to_agree_is_asked_each_time() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let until = town.now().plus_seconds(600);
        let agreed = TransferTerms {
            creator: true,
            ..TransferTerms::FREE
        };
        let item = minted_by(&town, 1, &mika, |terms| terms.transfer = agreed).await;
        let mut sent = mika.sends(item.offer(&ren, until));
        let refused = send_step(&town, &sent, "a").await;
        refused.refuses(409, "conflict", "transfer_not_allowed");
        // The creator of the statement in the town, and nobody else.
        let creator = SigningKey::from_seed(&[200; 32]);
        sent.creator = Some(ledger::sign_consent(&sent.step, &mika.key()).unwrap());
        let refused = send_step(&town, &sent, "b").await;
        refused.refuses(400, "invalid_request", "sig_invalid");
        sent.creator = Some(ledger::sign_consent(&sent.step, &creator).unwrap());
        taken(&send_step(&town, &sent, "c").await);
    }
}

/// A world is a did:web, and consent is signed by a did:key: nobody could ever pass such an item on.
#[tokio::test]
async fn a_creator_who_could_never_agree_is_not_asked_to() {
    let town = Town::new().await;
    let statement = town.world().state_provenance(&model(), "sword").unwrap();
    let class = "sword".to_owned();
    let right = platform::Right::Item { class, serial: 42 };
    let mut terms = platform::OfferTerms::new(right, statement);
    terms.transfer.creator = true;
    let refused = town.world().offer(&terms).await.unwrap_err();
    assert_eq!(refused.reason(), Reason::BadRequest);
    let answer = post_json(town.port, "/offers", &town.token, &terms.to_object()).await;
    answer.refuses(400, "invalid_request", "bad_request");
    assert!(answer.text().contains("did:key"), "{}", answer.text());
    terms.transfer.creator = false;
    town.world().offer(&terms).await.unwrap();
}

#[tokio::test]
async fn what_a_world_does_alone_has_a_reason_that_everybody_reads() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let until = town.now().plus_seconds(600);
        let offer = Seen::after(&send_step(&town, &mika.sends(item.offer(&ren, until)), "a").await);
        let world = town.world();
        let act = |act, why: &'static str| world.act_on_item(item.tag(), act, why);
        let stopped = act(ItemAct::Suspend, "A complaint is looked at.")
            .await
            .unwrap();
        assert_eq!(stopped.head.state, State::Suspended);
        assert!(act(ItemAct::Suspend, "again").await.is_err());
        assert!(act(ItemAct::Resume, "").await.is_err());
        let late = send_step(&town, &ren.sends(offer.accept(&Hand::new(3))), "b").await;
        late.refuses(409, "conflict", "item_revoked");
        // It goes on where it stopped.
        let on = act(ItemAct::Resume, "The complaint was withdrawn.")
            .await
            .unwrap();
        assert_eq!(
            (on.head.state, on.head.offer.unwrap().to),
            (State::Offered, ren.commitment())
        );
        let now = Seen {
            leaf: head(&town, item.tag()).await.leaf,
        };
        let sent = ren.sends(now.accept(&Hand::new(3)));
        taken(&send_step(&town, &sent, "c").await);
        let ended = act(ItemAct::End, "It was used against the license.")
            .await
            .unwrap();
        assert_eq!(
            (ended.head.event, ended.head.state),
            (Event::End, State::Ended)
        );
        let leaf = head(&town, item.tag()).await.leaf;
        assert_eq!(
            leaf.claims().reason.as_deref(),
            Some("It was used against the license.")
        );
        assert!(act(ItemAct::Resume, "No way back.").await.is_err());
        let gone = Seen { leaf };
        let late = Hand::new(3).sends(gone.step(Act::Burn));
        let late = send_step(&town, &late, "d").await;
        late.refuses(409, "conflict", "item_revoked");
        let listed = world.items().await.unwrap();
        assert_eq!(
            listed
                .iter()
                .filter(|one| one.head.item == item.tag())
                .count(),
            1
        );
        let (_, chain) = world.item(item.tag()).await.unwrap();
        assert_eq!(chain.len(), 6);
    }
}

/// Someone whose copies got lost is offered others, for the item as it is held now.
#[tokio::test]
async fn copies_that_got_lost_are_offered_again_to_the_holder_of_the_item() {
    for town in towns().await {
        let mika = Hand::new(1);
        let item = minted(&town, 1, &mika).await;
        let offered = town.world().offer_item_again(item.tag()).await.unwrap();
        let link = schemas::form::Form::of_link(&offered.link.to_link()).unwrap();
        let path = path_of(link.field("credential_offer_uri").unwrap()).to_owned();
        let token = token(&town, &path).await;
        let copy = credential(&ask_for(&town, &token, "item", &[key(7)]).await);
        let entry = entry(&copy);
        assert_eq!((entry.item, entry.holder), (item.tag(), mika.commitment()));
        assert_eq!(head(&town, item.tag()).await.leaf, item.leaf);
        let world = town.world();
        let ended = world
            .act_on_item(item.tag(), ItemAct::End, "A breach.")
            .await;
        assert_eq!(ended.unwrap().head.state, State::Ended);
        let error = world.offer_item_again(item.tag()).await.unwrap_err();
        assert_eq!(error.reason().code(), "item_revoked");
    }
}

//! Two ends of one offer in the same moment: the item comes to one of them, and whoever was too late is
//! told which.

use platform::ItemError;
use schemas::ledger::{Act, Event, UnverifiedLeaf};
use schemas::message::Message;

use super::hand::{Hand, Seen, head, minted, send_step, send_to, taken};
use super::towns;
use crate::town::Town;

const ITEMS: u64 = 12;

async fn offered(town: &Town, serial: u64, from: &Hand, to: &Hand) -> Seen {
    let item = minted(town, serial, from).await;
    let until = town.now().plus_seconds(3600);
    let sent = from.sends(item.offer(to, until));
    Seen::after(&send_step(town, &sent, &format!("offer-{serial}")).await)
}

async fn chain(town: &Town, item: &Seen) -> Result<Vec<UnverifiedLeaf>, ItemError> {
    let (_, leaves) = town.world().item(item.tag()).await?;
    Ok(leaves)
}

/// REG-17: the giver takes the offer back while the recipient accepts it.
#[tokio::test]
async fn an_offer_that_is_taken_back_while_it_is_accepted_comes_to_one_end() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        for serial in 0..ITEMS {
            let offer = offered(&town, serial, &mika, &ren).await;
            let back = mika.sends(offer.step(Act::Withdraw));
            let take = ren.sends(offer.accept(&Hand::new(3)));
            let names = [format!("back-{serial}"), format!("take-{serial}")];
            let (back, take) = if serial % 2 == 0 {
                tokio::join!(
                    send_step(&town, &back, &names[0]),
                    send_step(&town, &take, &names[1])
                )
            } else {
                let (take, back) = tokio::join!(
                    send_step(&town, &take, &names[1]),
                    send_step(&town, &back, &names[0])
                );
                (back, take)
            };
            let end = match (back.status, take.status) {
                (200, _) => {
                    take.refuses(409, "conflict", "offer_changed");
                    Event::Withdraw
                }
                (_, 200) => {
                    back.refuses(409, "conflict", "transfer_conflict");
                    Event::Accept
                }
                _ => panic!("{} and {}", back.text(), take.text()),
            };
            let leaves = chain(&town, &offer).await.unwrap();
            let events: Vec<_> = leaves.iter().map(|leaf| leaf.claims().event).collect();
            assert_eq!(events, [Event::Mint, Event::Offer, end]);
        }
    }
}

/// REG-24: the recipient accepts in the moment in which the time is over and the sweep ends the offer.
#[tokio::test]
async fn an_offer_that_is_accepted_while_its_time_ends_comes_to_one_end() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let mut offers = Vec::new();
        for serial in 0..ITEMS {
            offers.push(offered(&town, serial, &mika, &ren).await);
        }
        town.pass(3599);
        let accept = |number: usize| {
            let (port, item) = (town.port, offers[number].tag());
            let body = ren.sends(offers[number].accept(&Hand::new(3))).to_bytes();
            async move { send_to(port, item, &body, &format!("take-{number}")).await }
        };
        let last = offers.len() - 1;
        let mut answers = vec![accept(0).await];
        let racing: Vec<_> = (1..last)
            .map(|number| tokio::spawn(accept(number)))
            .collect();
        tokio::task::yield_now().await;
        town.pass(1);
        town.world().sweep().await.unwrap();
        for answer in racing {
            answers.push(answer.await.unwrap());
        }
        answers.push(accept(last).await);
        town.world().sweep().await.unwrap();
        for (offer, answer) in offers.iter().zip(&answers) {
            let end = match answer.status {
                200 => {
                    taken(answer);
                    Event::Accept
                }
                _ => {
                    answer.refuses(409, "conflict", "transfer_expired");
                    Event::Expire
                }
            };
            let leaves = chain(&town, offer).await.unwrap();
            let events: Vec<_> = leaves.iter().map(|leaf| leaf.claims().event).collect();
            assert_eq!(events, [Event::Mint, Event::Offer, end]);
            let newest = head(&town, offer.tag()).await.leaf;
            assert_eq!(Some(&newest), leaves.last());
        }
        // Those before the end of the time were taken, those after it were not.
        assert_eq!(answers[0].status, 200, "{}", answers[0].text());
        assert_eq!(answers[last].status, 409);
    }
}

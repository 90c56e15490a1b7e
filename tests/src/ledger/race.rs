//! Many who give the same items at the same time, each to somebody else.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use schemas::ledger::Event;

use super::audit::chain;
use super::hand::{Hand, Held};
use super::heard::{Heard, Tally, send_step};
use super::town::Town;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Race {
    /// How often what was heard.
    pub tally: Tally,
    /// From the first step to the last answer.
    pub elapsed: Duration,
}

/// Each client holds a copy of each hand and gives each item, all of them in the same order, so that
/// they meet at each. Clients are spread over the processes.
///
/// # Panics
/// When an item was given to nobody or twice, or its chain says something else than the answer did.
#[must_use]
pub fn race(town: &Town, items: &[Held], clients: usize) -> Race {
    let ready = Barrier::new(clients + 1);
    let client = |number: usize| {
        let (mut tally, mut given) = (Tally::default(), Vec::new());
        let to = Hand::new(&format!("racer {number}"));
        let mut connection = town.connection(number);
        ready.wait();
        for held in items {
            let sent = held.offer(&to);
            let heard = send_step(&mut connection, &sent);
            tally.note(&heard);
            if let Heard::Taken(answer) = heard {
                assert_eq!(answer.leaf.claims().item, held.tag());
                given.push(answer.leaf);
            }
        }
        (tally, given)
    };
    let client = &client;
    let (mut tally, mut given, mut elapsed) = (Tally::default(), Vec::new(), Duration::ZERO);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|number| scope.spawn(move || client(number)))
            .collect();
        ready.wait();
        let start = Instant::now();
        for client in clients {
            let (heard, taken) = client.join().expect("a client");
            tally.add(&heard);
            given.extend(taken);
        }
        elapsed = start.elapsed();
    });
    for held in items {
        let of_item: Vec<_> = given
            .iter()
            .filter(|leaf| leaf.claims().item == held.tag())
            .collect();
        let [leaf] = of_item.as_slice() else {
            panic!("{} was given {} times", held.tag(), of_item.len());
        };
        let chain = chain(town, held.tag());
        let [mint, offer] = chain.as_slice() else {
            panic!("{} has {} leaves", held.tag(), chain.len());
        };
        assert_eq!((mint, offer), (&held.leaf, *leaf));
        assert_eq!(offer.claims().event, Event::Offer);
    }
    Race { tally, elapsed }
}

//! Clocks that go back, jump ahead, or differ: the times of a chain keep the order of its steps.

use schemas::ledger::{ChainPage, HeadDocument};
use schemas::message::Message;
use schemas::time::Timestamp;

use super::hand::{Hand, Seen, head, minted, send_step};
use super::towns;
use crate::http::get;
use crate::town::{NOON, Town};

/// A clock that goes back takes no chain with it.
#[tokio::test]
async fn the_times_of_a_chain_never_go_back() {
    for town in towns().await {
        let (mika, ren) = (Hand::new(1), Hand::new(2));
        let item = minted(&town, 1, &mika).await;
        let began = item.leaf.claims().at;
        town.pass(-86_400);
        let until = began.plus_seconds(600);
        let offer = Seen::after(&send_step(&town, &mika.sends(item.offer(&ren, until)), "a").await);
        assert_eq!(offer.leaf.claims().at, began);
        let receipt = head(&town, item.tag()).await.receipt;
        // A receipt is of its own moment: of a later one nobody can say anything yet.
        assert_eq!(receipt.claims().issued, town.now());
        town.pass(2 * 86_400);
        let late = send_step(&town, &ren.sends(offer.accept(&Hand::new(3))), "b").await;
        late.refuses(409, "conflict", "transfer_expired");
    }
}

/// How far the processes of one world are apart, in seconds.
const APART: i64 = 300;

#[tokio::test]
async fn processes_whose_clocks_differ_keep_one_order() {
    let Some(cluster) = test_postgres::shared() else {
        return;
    };
    for apart in [-APART, APART] {
        let (town, second) = Town::sharing_apart(&cluster.database()).await;
        let until = Timestamp::from_unix(NOON + 7200);
        let mut items = Vec::new();
        for serial in 0..2 {
            items.push(minted(&town, serial, &Hand::new(1)).await);
        }
        second.set(town.now().plus_seconds(apart));
        // The processes take turns; the second item comes to the other one at each step.
        for (serial, mut item) in items.into_iter().enumerate() {
            if serial == 1 {
                get(town.port, "/healthz").await;
            }
            for turn in 1..6 {
                let (from, to) = (Hand::new(2 * turn - 1), Hand::new(2 * turn));
                let holder = Hand::new(2 * turn + 1);
                let key = |what| format!("{what}-{serial}-{turn}");
                let given = from.sends(item.offer(&to, until));
                item = Seen::after(&send_step(&town, &given, &key("give")).await);
                let taken = to.sends(item.accept(&holder));
                item = Seen::after(&send_step(&town, &taken, &key("take")).await);
                match turn {
                    // A second is told twice, as where one is put in between (POSIX.1, section 4.19).
                    2 => town.pass(1),
                    3 => town.pass(-1),
                    // The machine of one is set right in the middle.
                    4 => town.pass(-30),
                    _ => {}
                }
            }
            let chain = get(town.port, &format!("/items/{}/chain", item.tag())).await;
            let leaves = ChainPage::read(&chain.body).unwrap().leaves;
            let seqs: Vec<u64> = leaves.iter().map(|leaf| leaf.claims().seq).collect();
            assert_eq!(seqs, Vec::from_iter(0..11));
            assert!(leaves.iter().map(|leaf| leaf.claims().at).is_sorted());
            let HeadDocument { leaf, receipt, .. } = head(&town, item.tag()).await;
            assert_eq!(leaf, item.leaf);
            assert!(receipt.claims().speaks_of(&leaf));
        }
    }
}

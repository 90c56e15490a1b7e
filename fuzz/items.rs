//! Documents of the item ledger, from which fuzzing begins: each event that a chain may have.

use schemas::ledger::{Act, EvidenceFile, WorldCommitment};
use schemas::message::Message as _;
use tests::fixed::now;
use tests::items::{Hand, Items, salt};
use tests::scene::Scene;
use verifier::ledger::IssuerAct;

/// The documents.
pub fn documents(scene: &Scene) -> Vec<Vec<u8>> {
    let Some(items) = Items::of(scene) else {
        return Vec::new();
    };
    let [mika, sora, address] = ["mika", "sora", "an address"].map(Hand::new);
    let mint = items.mint(&mika);
    let offer = items.offer(&mint, &mika, &address);
    let open = items.take(&mint, &offer);
    let accept = items.accept(&open, &address, &sora);
    let held = items.take(&open, &accept);
    let lease = Act::Lease {
        world: WorldCommitment::of("https://b.example", &salt("lease")),
        until: now().plus_seconds(60),
    };
    let lease = items.step(&held, lease, &sora);
    let leased = items.take(&held, &lease);
    let stopped = items.alone(&leased, IssuerAct::Suspend);
    let mut documents: Vec<Vec<u8>> = [&offer, &accept, &lease]
        .into_iter()
        .flat_map(|sent| [sent.to_bytes(), sent.step.to_bytes()])
        .collect();
    for leaf in [&mint, &open, &held, &leased, &stopped] {
        documents.push(leaf.bytes().to_vec());
        documents.push(items.head(leaf).to_bytes());
    }
    let evidence = EvidenceFile::TwoLeaves {
        ledger: items.ledger.clone(),
        leaves: Box::new([open, held]),
    };
    documents.extend([
        evidence.to_bytes(),
        items.terms.to_bytes(),
        items.entry(&mika).to_bytes(),
        items.receipt(&mint, now()).to_bytes(),
    ]);
    documents
}

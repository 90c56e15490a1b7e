//! What a small log and its witness sign.

use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Plan, leaf_hash};
use proofs::tlog::note::{KeyKind, KeyName, NoteSigner};
use proofs::tlog::proof::UnverifiedTlogProof;
use proofs::tlog::request::AddCheckpoint;
use proofs::tlog::tile::Tiles;
use tests::scene::Scene;

/// A checkpoint, cosigned; a proof; a request; a key; addresses of tiles.
pub fn texts(scene: &Scene) -> Vec<String> {
    let (mut edge, mut full) = (Edge::new(), Vec::new());
    for entry in 0..11_u8 {
        edge.append(leaf_hash(&[entry]), &mut full).expect("a small tree");
    }
    let tiles: Tiles = edge.open_tiles().into_iter().collect();
    let origin: KeyName = "a.example/ledger".parse().expect("a name");
    let secret = scene.a.key();
    let log = NoteSigner::new(origin.clone(), KeyKind::Note, &secret).expect("a key");
    let signed = Checkpoint::new(&origin, edge.head()).sign(&log).expect("a checkpoint");
    let mut signed = signed.verify(origin.as_str(), &[log.public().clone()]).expect("its own");
    let witness = scene.b.key();
    let name: KeyName = "w.example/1".parse().expect("a name");
    let witness = NoteSigner::new(name, KeyKind::Cosignature, &witness).expect("a key");
    let line = signed.cosign(scene.now, &witness).expect("a time").to_string();
    signed.add_cosignatures(&line, witness.public()).expect("its own line");
    let inclusion = Plan::inclusion(5, 11).and_then(|plan| plan.make(&tiles)).expect("a path");
    let consistency = Plan::consistency(7, 11).and_then(|plan| plan.make(&tiles)).expect("a path");
    vec![
        signed.to_string(),
        line,
        UnverifiedTlogProof::new(5, inclusion, &signed).to_string(),
        AddCheckpoint::new(7, consistency, &signed).to_string(),
        log.public().to_string(),
        witness.public().to_string(),
        "tile/0/x001/x234/067.p/8".to_owned(),
        "tile/entries/000.p/11".to_owned(),
    ]
}

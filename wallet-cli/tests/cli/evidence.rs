//! Evidence of somebody else is judged, and kept by the wallet when it convicts: from then on it is
//! warned of.

use std::fs;
use std::path::PathBuf;

use proofs::keys::SigningKey;
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::merkle::TreeHead;
use proofs::tlog::note::{KeyKind, NoteSigner};
use schemas::digest::Sha256Digest;
use schemas::ledger::{EvidenceFile, log_origin};
use schemas::message::Message as _;
use schemas::world::WorldId;
use serde_json::{Value, json};

use crate::envelope::Judge;
use crate::runner::Machine;

const ORIGIN: &str = "https://neo-kyoto.example";

/// A file with checkpoints of one size, of trees with these only leaves, in the name of the ledger of a
/// world. And the key by which it is judged.
pub(crate) fn file(
    machine: &Machine,
    origin: &str,
    name: &str,
    leaves: [&[u8]; 2],
) -> (PathBuf, String) {
    let ledger: WorldId = origin.parse().unwrap();
    let secret = SigningKey::from_seed(&[9; 32]);
    let log = log_origin(&ledger).parse().unwrap();
    let signer = NoteSigner::new(log, KeyKind::Note, &secret).unwrap();
    let checkpoints = leaves.map(|leaf| {
        let root = Sha256Digest::of(leaf);
        let checkpoint = Checkpoint::new(signer.public().name(), TreeHead { size: 1, root });
        checkpoint.sign(&signer).unwrap().to_string()
    });
    let evidence = EvidenceFile::TwoCheckpoints {
        ledger,
        checkpoints,
    };
    let path = machine.path().join(name);
    fs::write(&path, schemas::canonical::to_bytes(&evidence.to_value())).unwrap();
    (path, signer.public().to_string())
}

fn warnings(judge: &mut Judge, machine: &Machine, command: &str) -> Vec<Value> {
    let run = machine.open(&[command, "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let said = judge.take(&run);
    said["data"]["warnings"].as_array().unwrap().clone()
}

#[test]
fn what_convicts_is_kept_and_warned_of() {
    let mut judge = Judge::new();
    let machine = Machine::with_wallet();
    let (lie, key) = file(&machine, ORIGIN, "lie.json", [b"one", b"another"]);
    let (truth, _) = file(&machine, ORIGIN, "truth.json", [b"one", b"one"]);
    let (lie, truth) = (lie.to_str().unwrap(), truth.to_str().unwrap());

    // Without keys nobody is asked who was not confirmed before.
    let run = machine.open(&["evidence", "keep", lie, "--json"]);
    let said = judge.take(&run);
    assert_eq!(said["error"]["reason"], "origin_unconfirmed");
    // What proves nothing is not kept, and does not keep back what does.
    let run = machine.open(&["evidence", "keep", truth, lie, "--key", &key, "--json"]);
    let said = judge.take(&run);
    assert_eq!(run.code, 6, "{said}");
    let told = said["data"]["files"].as_array().unwrap();
    let told: Vec<[&Value; 4]> = told
        .iter()
        .map(|one| ["convicted", "kept", "ledger", "reason"].map(|name| &one[name]))
        .collect();
    let (no, yes, ledger) = (json!(false), json!(true), json!(ORIGIN));
    let reasons = [
        json!("evidence_inconclusive"),
        json!("registry_equivocation"),
    ];
    assert_eq!(
        told,
        [
            [&no, &no, &ledger, &reasons[0]],
            [&yes, &yes, &ledger, &reasons[1]],
        ]
    );

    for command in ["inbox", "history"] {
        let found = warnings(&mut judge, &machine, command);
        let [warning] = found.as_slice() else {
            panic!("{command}: {found:?}");
        };
        assert_eq!(warning["ledger"], ORIGIN);
        assert_eq!(warning["item"], Value::Null);
        // The file is in the wallet's folder now, for anybody to judge.
        let written = warning["file"].as_str().unwrap();
        assert!(written.starts_with(machine.home().to_str().unwrap()));
        let run = machine.run(&["evidence", "verify", written, "--key", &key, "--json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(judge.take(&run)["data"]["convicted"], true);
        let said = machine.open(&[command]).stderr;
        assert!(
            said.contains("The ledger of https://neo-kyoto.example"),
            "{said}"
        );
    }
    let entries = judge.take(&machine.open(&["history", "--json"]));
    let entries = entries["data"]["entries"].as_array().unwrap();
    let warned = entries
        .iter()
        .filter(|entry| entry["kind"] == "ledger_warned");
    assert_eq!(warned.count(), 1, "{entries:?}");

    // Once is enough.
    let run = machine.open(&["evidence", "keep", lie, "--key", &key, "--json"]);
    let said = judge.take(&run);
    assert_eq!(run.code, 0, "{said}");
    assert_eq!(said["data"]["files"][0]["kept"], false);
    assert_eq!(warnings(&mut judge, &machine, "inbox").len(), 1);
    assert!(machine.open(&["history", "--verify"]).code == 0);
}

#[test]
fn keys_of_somebody_else_convict_nobody() {
    let mut judge = Judge::new();
    let machine = Machine::with_wallet();
    let (lie, _) = file(&machine, ORIGIN, "lie.json", [b"one", b"another"]);
    let stranger = SigningKey::from_seed(&[8; 32]);
    let name = log_origin(&ORIGIN.parse().unwrap()).parse().unwrap();
    let stranger = NoteSigner::new(name, KeyKind::Note, &stranger).unwrap();
    let key = stranger.public().to_string();
    let lie = lie.to_str().unwrap();
    let run = machine.open(&["evidence", "keep", lie, "--key", &key, "--json"]);
    let said = judge.take(&run);
    assert_eq!(run.code, 6, "{said}");
    assert_eq!(said["data"]["files"][0]["kept"], false);
    // The very key that signed, as that of another ledger.
    let signer = SigningKey::from_seed(&[9; 32]);
    let elsewhere = log_origin(&"https://elsewhere.example".parse().unwrap());
    let elsewhere = elsewhere.parse().unwrap();
    let elsewhere = NoteSigner::new(elsewhere, KeyKind::Note, &signer).unwrap();
    let elsewhere = elsewhere.public().to_string();
    let args = ["evidence", "keep", lie, "--key", &elsewhere, "--json"];
    assert_eq!(machine.open(&args).code, 6);
    assert!(warnings(&mut judge, &machine, "history").is_empty());
}

//! A ledger that lies is convicted, a truthful one never is.

use proofs::keys::{SigningKey, VerifyingKey};
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::edge::Edge;
use proofs::tlog::merkle::{Node, Nodes, Plan, TreeHead, leaf_hash};
use proofs::tlog::note::{KeyKind, NoteSigner};
use schemas::did::DidUrl;
use schemas::digest::Sha256Digest;
use schemas::ledger::{
    Act, EvidenceFile, Inclusion, ItemTag, LeafClaims, LeafHash, SwapLeg, UnverifiedLeaf,
    log_origin,
};
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::LIMITS;
use super::town::{Hand, Town, now};
use crate::ledger::{
    Convicted, Current, IssuerAct, LedgerKeys, NotProven, apply, issue, judge_evidence,
    judge_evidence_with,
};

fn judge(town: &Town, file: &EvidenceFile) -> Result<Convicted, NotProven> {
    let key = town.key.verifying_key();
    let at = |_: &DidUrl, _: Timestamp| Ok(key.clone());
    let all = [key.clone()];
    judge_evidence(file, LedgerKeys { at: &at, all: &all })
}

fn two(ledger: &WorldId, one: &UnverifiedLeaf, other: &UnverifiedLeaf) -> EvidenceFile {
    EvidenceFile::TwoLeaves {
        ledger: ledger.clone(),
        leaves: Box::new([one.clone(), other.clone()]),
    }
}

#[test]
fn two_leaves_for_one_place_convict() {
    let town = Town::new();
    let a = Hand::new(1);
    let mint = town.mint(&a);
    let [to_b, to_c] = [2, 3].map(|to| {
        let offer = town.offer(&mint, &a, &Hand::new(to));
        town.take(&mint, &offer, now(1)).unwrap()
    });
    let ledger = &town.ledger;
    assert_eq!(
        judge(&town, &two(ledger, &to_b, &to_c)),
        Ok(Convicted::TwoLeaves)
    );
    assert_eq!(Convicted::TwoLeaves.reason(), Reason::RegistryEquivocation);
    // Another beginning of the same item.
    let again = town.mint(&Hand::new(9));
    assert_eq!(
        judge(&town, &two(ledger, &mint, &again)),
        Ok(Convicted::TwoLeaves)
    );
    // Two numbers, and one leaf before.
    let skipped = LeafClaims {
        seq: 2,
        ..to_c.claims().clone()
    };
    let skipped = town.write(&skipped);
    assert_eq!(
        judge(&town, &two(ledger, &to_b, &skipped)),
        Ok(Convicted::TwoLeaves)
    );

    let compatible = Err(NotProven::Compatible);
    assert_eq!(judge(&town, &two(ledger, &to_b, &to_b)), compatible);
    assert_eq!(judge(&town, &two(ledger, &mint, &to_b)), compatible);
    let elsewhere = town.mint_as(2, &a);
    assert_eq!(judge(&town, &two(ledger, &mint, &elsewhere)), compatible);
    // The same leaf, signed by a newer key as well.
    let kid: DidUrl = "did:web:world.example#key-2".parse().unwrap();
    let resigned = proofs::ledger::sign_leaf(to_b.claims(), &kid, &town.key).unwrap();
    assert_eq!(
        judge(&town, &two(ledger, &to_b, resigned.leaf())),
        compatible
    );
}

/// The chains of two items that were swapped, and what a liar would write instead of a half.
#[test]
fn one_half_of_a_swap_beside_something_else_convicts() {
    let town = Town::new();
    let swap = town.swap();
    let current = |head| Current {
        head,
        terms: &town.terms,
    };
    let (open, other) = (current(&swap.open), current(&swap.other));
    let done = apply(open, Some(other), &swap.accept, now(3), &LIMITS).unwrap();
    let (taken, given) = (town.write(&done.leaf), town.write(&done.given.unwrap()));
    let end = |head| town.write(&issue(head, IssuerAct::End, "breach", now(9)).unwrap());
    let suspend = |head| town.write(&issue(head, IssuerAct::Suspend, "look", now(9)).unwrap());

    // Whatever a truthful ledger has signed stands beside all else, in any order.
    let (after_taken, after_given) = (end(&taken), end(&given));
    let truthful = [
        &swap.first,
        &swap.open,
        &taken,
        &after_taken,
        &swap.other,
        &given,
        &after_given,
    ];
    for one in truthful {
        for beside in truthful {
            let judged = judge(&town, &two(&town.ledger, one, beside));
            assert_eq!(judged, Err(NotProven::Compatible));
        }
    }

    let convicts = |one: &UnverifiedLeaf, beside: &UnverifiedLeaf| {
        for [one, beside] in [[one, beside], [beside, one]] {
            let judged = judge(&town, &two(&town.ledger, one, beside));
            assert_eq!(judged, Ok(Convicted::TwoLeaves));
        }
    };
    // One half was written, and the other item went on otherwise.
    let kept = suspend(&swap.other);
    convicts(&taken, &kept);
    let refused = town.sent(town.step(&swap.open, Act::Refuse), &swap.b);
    let refused = town.take(&swap.open, &refused, now(4)).unwrap();
    convicts(&given, &refused);
    // The other half is of another swap of the same items.
    let again = swap.accepted_by(&town, &Hand::new(50));
    let again = apply(open, Some(other), &again, now(3), &LIMITS).unwrap();
    convicts(&taken, &town.write(&again.given.unwrap()));
    // The half names a place that is none: another number after the leaf, or another item.
    let misplaced = |change: fn(&mut SwapLeg)| {
        let mut claims = taken.claims().clone();
        claims.swap.as_mut().map(change).unwrap();
        town.write(&claims)
    };
    convicts(&misplaced(|leg| leg.seq += 4), &swap.other);
    convicts(&misplaced(|leg| leg.seq += 4), &given);
    let elsewhere = misplaced(|leg| leg.item = ItemTag::from_bytes([9; 32]));
    convicts(&elsewhere, &swap.other);
    convicts(
        &misplaced(|leg| leg.previous = LeafHash::from_bytes([9; 32])),
        &given,
    );
}

/// Keys that were given go together: what the ledger signed before and after it changed its key is
/// judged with both, whatever their names are.
#[test]
fn keys_that_were_given_go_together() {
    let town = Town::new();
    let newer = SigningKey::from_seed(&[78; 32]);
    let (old, new) = (town.key.verifying_key(), newer.verifying_key());
    let a = Hand::new(1);
    let mint = town.mint(&a);
    let again = town.mint(&Hand::new(9));
    let again = proofs::ledger::sign_leaf(again.claims(), &town.kid, &newer).unwrap();
    let leaves = two(&town.ledger, &mint, again.leaf());
    let mut lying = HONEST;
    lying[2] = "x";
    let checkpoints = EvidenceFile::TwoCheckpoints {
        ledger: town.ledger.clone(),
        checkpoints: [
            Tree::of(&HONEST).signed(&town, &town.key),
            Tree::of(&lying).signed(&town, &newer),
        ],
    };
    for (file, convicted) in [
        (leaves, Convicted::TwoLeaves),
        (checkpoints, Convicted::TwoCheckpoints),
    ] {
        for keys in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            assert_eq!(judge_evidence_with(&file, &keys), Ok(convicted));
        }
        for keys in [vec![old.clone()], vec![new.clone()]] {
            let judged = judge_evidence_with(&file, &keys);
            assert!(matches!(judged, Err(NotProven::NotSigned(_))), "{judged:?}");
        }
        let nobody = judge_evidence_with(&file, &[]);
        assert_eq!(nobody, Err(NotProven::NoKey(Reason::VmNotFound)));
    }
}

#[test]
fn what_the_ledger_did_not_sign_convicts_nobody() {
    let town = Town::new();
    let a = Hand::new(1);
    let mint = town.mint(&a);
    let offer = town.offer(&mint, &a, &Hand::new(2));
    let real = town.take(&mint, &offer, now(1)).unwrap();
    let stranger = SigningKey::from_seed(&[77; 32]);
    let other = LeafClaims {
        at: now(2),
        ..real.claims().clone()
    };
    let forged = proofs::ledger::sign_leaf(&other, &town.kid, &stranger).unwrap();
    let not_signed = Err(NotProven::NotSigned(Reason::SigInvalid));
    for (one, other) in [(&real, forged.leaf()), (forged.leaf(), &real)] {
        assert_eq!(judge(&town, &two(&town.ledger, one, other)), not_signed);
    }
    // A signature that was moved to another leaf.
    let moved = UnverifiedLeaf::new(&other, &town.kid, real.signature()).unwrap();
    assert_eq!(judge(&town, &two(&town.ledger, &real, &moved)), not_signed);
    // Another ledger's leaves are nothing to this one.
    let another: WorldId = "https://other.example".parse().unwrap();
    let accused = judge(&town, &two(&another, &real, &real));
    assert_eq!(accused, Err(NotProven::OtherLedger));
    // A key that was stolen proves nothing.
    let revoked = |_: &DidUrl, _: Timestamp| Err(Reason::KeyRevoked);
    let keys = LedgerKeys {
        at: &revoked,
        all: &[],
    };
    let again = town.write(&other);
    let judged = judge_evidence(&two(&town.ledger, &real, &again), keys);
    assert_eq!(judged, Err(NotProven::NoKey(Reason::KeyRevoked)));
}

/// A tree that keeps every hash.
struct Tree(Vec<Vec<Sha256Digest>>, TreeHead);

impl Tree {
    fn of(entries: &[&str]) -> Self {
        let mut levels = vec![Vec::new()];
        let (mut edge, mut full) = (Edge::new(), Vec::new());
        for entry in entries {
            let hash = leaf_hash(entry.as_bytes());
            levels[0].push(hash);
            edge.append(hash, &mut full).unwrap();
        }
        while levels.last().unwrap().len() > 1 {
            let below = levels.last().unwrap();
            let pairs = below.chunks_exact(2);
            let above = pairs
                .map(|pair| proofs::tlog::merkle::node_hash(&pair[0], &pair[1]))
                .collect();
            levels.push(above);
        }
        Self(levels, edge.head())
    }

    fn node(&self, level: u8, index: u64) -> Inclusion {
        let node = Node::new(u32::from(level), index).unwrap();
        let path = Plan::subtree(node, self.1.size)
            .unwrap()
            .make(self)
            .unwrap();
        Inclusion {
            hash: *Nodes::node(self, node).unwrap().as_bytes(),
            path: path.iter().map(|hash| *hash.as_bytes()).collect(),
        }
    }

    fn signed(&self, town: &Town, by: &SigningKey) -> String {
        let name = log_origin(&town.ledger).parse().unwrap();
        let signer = NoteSigner::new(name, KeyKind::Note, by).unwrap();
        let checkpoint = Checkpoint::new(signer.public().name(), self.1);
        checkpoint.sign(&signer).unwrap().note().to_string()
    }
}

impl Nodes for Tree {
    type Error = ();

    fn node(&self, node: Node) -> Result<Sha256Digest, ()> {
        let level = usize::try_from(node.level()).unwrap();
        let index = usize::try_from(node.index()).unwrap();
        self.0
            .get(level)
            .and_then(|level| level.get(index))
            .copied()
            .ok_or(())
    }
}

const HONEST: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

#[test]
fn two_roots_of_one_size_convict() {
    let town = Town::new();
    let stranger = SigningKey::from_seed(&[77; 32]);
    let real = Tree::of(&HONEST[..5]);
    let lie = Tree::of(&["a", "b", "x", "d", "e"]);
    let longer = Tree::of(&HONEST[..7]);
    let file = |one: String, other: String| EvidenceFile::TwoCheckpoints {
        ledger: town.ledger.clone(),
        checkpoints: [one, other],
    };
    let sign = |tree: &Tree| tree.signed(&town, &town.key);
    let judged = |one, other| judge(&town, &file(one, other));
    assert_eq!(
        judged(sign(&real), sign(&lie)),
        Ok(Convicted::TwoCheckpoints)
    );
    assert_eq!(judged(sign(&real), sign(&real)), Err(NotProven::Compatible));
    assert_eq!(
        judged(sign(&real), sign(&longer)),
        Err(NotProven::Compatible)
    );
    let untrusted = Err(NotProven::NotSigned(Reason::LogUntrusted));
    let forged = judged(sign(&real), lie.signed(&town, &stranger));
    assert_eq!(forged, untrusted);
    let of_another = judged(sign(&real), sign(&lie).replace("/ledger", "/ledgeR"));
    assert_eq!(of_another, untrusted);
    let no_note = judged(sign(&real), "no note".to_owned());
    assert_eq!(no_note, Err(NotProven::NotSigned(Reason::LogMalformed)));
    let nobody: [VerifyingKey; 0] = [];
    let at = |_: &DidUrl, _: Timestamp| Err(Reason::VmNotFound);
    let keys = LedgerKeys {
        at: &at,
        all: &nobody,
    };
    let judged = judge_evidence(&file(sign(&real), sign(&lie)), keys);
    assert_eq!(judged, Err(NotProven::NoKey(Reason::VmNotFound)));
}

#[test]
fn two_trees_convict_by_a_node_that_differs() {
    let town = Town::new();
    let short = Tree::of(&HONEST[..5]);
    let honest = Tree::of(&HONEST);
    let mut lying = HONEST;
    lying[2] = "x";
    let lying = Tree::of(&lying);
    let file = |one: &Tree, other: &Tree, level, index| EvidenceFile::TwoTrees {
        ledger: town.ledger.clone(),
        checkpoints: [one.signed(&town, &town.key), other.signed(&town, &town.key)],
        level,
        index,
        nodes: Box::new([one.node(level, index), other.node(level, index)]),
    };
    for (level, index) in [(0, 2), (1, 1), (2, 0)] {
        let judged = judge(&town, &file(&short, &lying, level, index));
        assert_eq!(judged, Ok(Convicted::TwoTrees), "{level} {index}");
        let truth = judge(&town, &file(&short, &honest, level, index));
        assert_eq!(truth, Err(NotProven::Compatible), "{level} {index}");
    }
    // Where the two agree nothing is proven, and a made-up node is in no tree.
    let same = judge(&town, &file(&short, &lying, 0, 0));
    assert_eq!(same, Err(NotProven::Compatible));
    let EvidenceFile::TwoTrees {
        ledger,
        checkpoints,
        level,
        index,
        mut nodes,
    } = file(&short, &honest, 0, 2)
    else {
        panic!("two trees");
    };
    for damage in [
        (|node: &mut Inclusion| node.hash = [0; 32]) as fn(&mut Inclusion),
        |node| node.path.clear(),
        |node| node.path.push([0; 32]),
        |node| node.path.reverse(),
    ] {
        let kept = nodes.clone();
        damage(&mut nodes[0]);
        let file = EvidenceFile::TwoTrees {
            ledger: ledger.clone(),
            checkpoints: checkpoints.clone(),
            level,
            index,
            nodes: nodes.clone(),
        };
        let judged = judge(&town, &file);
        assert!(matches!(judged, Err(NotProven::Inclusion(_))), "{judged:?}");
        nodes = kept;
    }
}

#[test]
fn a_line_in_the_name_of_another_key_frees_nobody() {
    use proofs::tlog::checkpoint::UnverifiedCheckpoint;
    use proofs::tlog::note::NoteKey;
    let town = Town::new();
    let retired = SigningKey::from_seed(&[78; 32]);
    let honest = Tree::of(&HONEST[..5]).signed(&town, &town.key);
    let lie = Tree::of(&["a", "b", "x", "d", "e"]);
    // A genuine signature of the retired key over something else.
    let other = Tree::of(&HONEST[..3]).signed(&town, &retired);
    let line = other.trim_end().rsplit('\n').next().unwrap().to_owned();
    let lie = format!("{}{line}\n", lie.signed(&town, &town.key));
    let origin = log_origin(&town.ledger);
    // What a verifier does (head.rs): the keys of the document alone.
    let current = NoteKey::of_log(&origin, [town.key.verifying_key()]).unwrap();
    let read = UnverifiedCheckpoint::read(&lie).unwrap();
    assert!(
        read.verify(&origin, &current).is_ok(),
        "the verifier believes it"
    );
    let file = EvidenceFile::TwoCheckpoints {
        ledger: town.ledger.clone(),
        checkpoints: [honest, lie],
    };
    let all = [town.key.verifying_key(), retired.verifying_key()];
    let at = |_: &DidUrl, _: Timestamp| Ok(town.key.verifying_key());
    let judged = judge_evidence(&file, LedgerKeys { at: &at, all: &all });
    assert_eq!(judged, Ok(Convicted::TwoCheckpoints));
}

#[test]
fn the_longest_checkpoint_that_is_read_makes_evidence() {
    use proofs::tlog::checkpoint::UnverifiedCheckpoint;
    use proofs::tlog::note::NoteKey;
    use schemas::message::Message as _;
    let town = Town::new();
    let origin = log_origin(&town.ledger);
    let key = NoteKey::of_log(&origin, [town.key.verifying_key()]).unwrap();
    let vkey = key[0].to_string();
    let id = schemas::encoding::hex::decode(vkey.split('+').nth(1).unwrap()).unwrap();
    let long = |tree: &Tree, pad: usize| {
        let root = schemas::encoding::base64::encode(tree.1.root.as_bytes());
        let text = format!("{origin}\n{}\n{root}\n{}\n", tree.1.size, "x".repeat(pad));
        let signature = town.key.sign(text.as_bytes()).to_bytes();
        let line = schemas::encoding::base64::encode(&[&id[..], &signature[..]].concat());
        format!("{text}\n\u{2014} {origin} {line}\n")
    };
    let served = long(&Tree::of(&HONEST[..5]), 261_000);
    let told = long(&Tree::of(&["a", "b", "x", "d", "e"]), 10);
    for note in [&served, &told] {
        let read = UnverifiedCheckpoint::read(note).unwrap();
        assert!(
            read.verify(&origin, &key).is_ok(),
            "monitor and verifier believe it"
        );
    }
    let file = EvidenceFile::TwoCheckpoints {
        ledger: town.ledger.clone(),
        checkpoints: [served, told],
    };
    assert_eq!(judge(&town, &file), Ok(Convicted::TwoCheckpoints));
    let bytes = schemas::canonical::to_bytes(&file.to_value());
    let value = schemas::json::read(&bytes, &EvidenceFile::LIMITS).unwrap();
    assert_eq!(EvidenceFile::from_value(&value), Ok(file));
}

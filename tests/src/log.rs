//! A log of any size, made of one leaf and its like: for measuring what a proof in a large log costs,
//! without making the log.

use std::convert::Infallible;

use proofs::keys::SigningKey;
use proofs::tlog::checkpoint::Checkpoint;
use proofs::tlog::merkle::{Node, Nodes, Plan, TreeHead, leaf_hash, node_hash};
use proofs::tlog::note::{KeyKind, KeyName, NoteKey, NoteSigner};
use proofs::tlog::proof::UnverifiedTlogProof;
use schemas::digest::Sha256Digest;
use schemas::time::Timestamp;

/// A tree in which every leaf but one is the same, so that subtrees of a height are too.
#[derive(Debug)]
pub struct LargeLog {
    size: u64,
    index: u64,
    leaf: Sha256Digest,
    others: Vec<Sha256Digest>,
}

impl LargeLog {
    /// The tree of so many leaves with this entry at an index below.
    #[must_use]
    pub fn new(size: u64, index: u64, entry: &[u8]) -> Self {
        assert!(index < size, "a leaf of the tree");
        let mut others = vec![leaf_hash(b"another entry")];
        while let Some(last) = others.last()
            && others.len() < 63
        {
            others.push(node_hash(last, last));
        }
        Self {
            size,
            index,
            leaf: leaf_hash(entry),
            others,
        }
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let root = Plan::root(self.size).make(self);
        let root = match root {
            Ok(root) => root.first().copied(),
            Err(never) => match never {},
        };
        TreeHead {
            size: self.size,
            root: root.expect("a tree with a leaf"),
        }
    }

    /// The proof of the entry as a wallet carries it, under a checkpoint that the log signed and each
    /// witness cosigned.
    #[must_use]
    pub fn proof(
        &self,
        origin: &KeyName,
        log: &SigningKey,
        witnesses: &[(KeyName, SigningKey)],
    ) -> String {
        let signer = NoteSigner::new(origin.clone(), KeyKind::Note, log).expect("an Ed25519 key");
        let signed = Checkpoint::new(origin, self.head())
            .sign(&signer)
            .expect("a key for notes");
        let keys = [signer.public().clone()];
        let mut signed = signed
            .verify(origin.as_str(), &keys)
            .expect("its own checkpoint");
        for (name, key) in witnesses {
            let witness = NoteSigner::new(name.clone(), KeyKind::Cosignature, key);
            let witness = witness.expect("an Ed25519 key");
            let line = signed.cosign(Timestamp::from_unix(1_795_262_400), &witness);
            let line = line.expect("a time after 1970").to_string();
            signed
                .add_cosignatures(&line, witness.public())
                .expect("its own line");
        }
        let plan = Plan::inclusion(self.index, self.size).expect("a leaf of the tree");
        let path = match plan.make(self) {
            Ok(path) => path,
            Err(never) => match never {},
        };
        UnverifiedTlogProof::new(self.index, path, &signed).to_string()
    }
}

impl Nodes for LargeLog {
    type Error = Infallible;

    fn node(&self, node: Node) -> Result<Sha256Digest, Infallible> {
        let level = usize::try_from(node.level()).expect("a level");
        let mut hash = if (node.start()..node.end()).contains(&self.index) {
            self.leaf
        } else {
            return Ok(*self.others.get(level).expect("a level of the log"));
        };
        for (level, other) in self.others.iter().enumerate().take(level) {
            hash = match self.index >> level & 1 {
                0 => node_hash(&hash, other),
                _ => node_hash(other, &hash),
            };
        }
        Ok(hash)
    }
}

/// The public halves, as a verifier keeps them.
#[must_use]
pub fn public(origin: &KeyName, log: &SigningKey, kind: KeyKind) -> NoteKey {
    let key = NoteKey::new(origin.clone(), kind, log.verifying_key());
    key.expect("an Ed25519 key").kept()
}

#[cfg(test)]
mod tests {
    use proofs::keys::SigningKey;
    use proofs::tlog::merkle::leaf_hash;
    use proofs::tlog::note::KeyKind;
    use proofs::tlog::proof::UnverifiedTlogProof;

    use super::{LargeLog, public};

    #[test]
    fn a_proof_in_a_log_of_ten_million() {
        let (log, witness) = (
            SigningKey::from_seed(&[1; 32]),
            SigningKey::from_seed(&[2; 32]),
        );
        let origin = "world.example/ledger".parse().unwrap();
        let name: proofs::tlog::note::KeyName = "witness.example/1".parse().unwrap();
        let witnesses = [(name.clone(), witness)];
        for index in [0, 1, 7_654_321, 9_999_999] {
            let text =
                LargeLog::new(10_000_000, index, b"an entry").proof(&origin, &log, &witnesses);
            let keys = [public(&origin, &log, KeyKind::Note)];
            let read = UnverifiedTlogProof::read(&text).unwrap();
            let proven = read
                .verify(&leaf_hash(b"an entry"), origin.as_str(), &keys)
                .unwrap();
            assert_eq!(
                (proven.index(), proven.checkpoint().head().size),
                (index, 10_000_000)
            );
            let witness = public(&name, &witnesses[0].1, KeyKind::Cosignature);
            assert_eq!(
                proven.checkpoint().cosignatures(&[witness]).unwrap().len(),
                1
            );
        }
    }
}

//! Cosignatures are over the time and the whole text, by witnesses and nobody else.

use schemas::time::Timestamp;

use super::super::TlogError;
use super::super::checkpoint::tests::checkpoint;
use super::super::checkpoint::{UnverifiedCheckpoint, VerifiedCheckpoint};
use super::super::merkle::{TreeHead, leaf_hash};
use super::super::note::tests::name;
use super::super::note::{KeyKind, NoteKey, NoteSigner};
use crate::keys::SigningKey;

fn tree() -> VerifiedCheckpoint {
    checkpoint(
        1,
        TreeHead {
            size: 9,
            root: leaf_hash(b"root"),
        },
    )
}

fn witness(seed: u8) -> (SigningKey, String) {
    (
        SigningKey::from_seed(&[seed; 32]),
        format!("witness.example/{seed}"),
    )
}

fn public(seed: u8) -> NoteKey {
    let (key, text) = witness(seed);
    NoteSigner::new(name(&text), KeyKind::Cosignature, &key)
        .unwrap()
        .public()
        .clone()
}

fn line(tree: &VerifiedCheckpoint, seed: u8, at: i64) -> String {
    let (key, text) = witness(seed);
    let signer = NoteSigner::new(name(&text), KeyKind::Cosignature, &key).unwrap();
    tree.cosign(Timestamp::from_unix(at), &signer)
        .unwrap()
        .to_string()
}

/// What is signed, letter by letter.
#[test]
fn the_message_is_that_of_the_specification() {
    assert_eq!(
        super::message(1_679_315_147, "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"),
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    );
}

#[test]
fn witnesses_are_counted_once_each() {
    let mut tree = tree();
    let witnesses = [public(5), public(6), public(7)];
    for (seed, at) in [(6, 100), (5, 200), (6, 300), (6, 250)] {
        let line = line(&tree, seed, at);
        tree.add_cosignatures(&line, &public(seed)).unwrap();
        tree.add_cosignatures(&line, &public(seed)).unwrap();
    }
    // The log's, and the newest of each.
    assert_eq!(tree.note().signatures().len(), 3);
    let read = UnverifiedCheckpoint::read(&tree.to_string()).unwrap();
    let found = tree.cosignatures(&witnesses).unwrap();
    let found: Vec<(usize, i64)> = found
        .iter()
        .map(|one| (one.witness(), one.at().unix()))
        .collect();
    assert_eq!(found, [(0, 200), (1, 300)]);
    assert_eq!(read, tree.clone().into_unverified());
    assert!(tree.cosignatures(&[]).unwrap().is_empty());
    // The log's own line is no witness's, and neither is a key for notes.
    let key = SigningKey::from_seed(&[5; 32]);
    let note = NoteSigner::new(name("witness.example/5"), KeyKind::Note, &key).unwrap();
    assert!(
        tree.cosignatures(&[note.public().clone()])
            .unwrap()
            .is_empty()
    );
    assert!(tree.cosign(Timestamp::from_unix(1), &note).is_err());
}

#[test]
fn any_flipped_bit_is_refused() {
    let tree = tree();
    let line = line(&tree, 5, 1_795_262_400);
    for at in 0..line.len() {
        for bit in 0..8 {
            let mut bytes = line.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(
                tree.clone().add_cosignatures(&text, &public(5)).is_err(),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_wrong_line_of_a_known_witness_spoils_the_note() {
    let other = checkpoint(
        1,
        TreeHead {
            size: 10,
            root: leaf_hash(b"root"),
        },
    );
    let invalid = TlogError::SignatureInvalid {
        name: "witness.example/5".to_owned(),
    };
    let strays = [
        line(&other, 5, 100),
        public(5).line(vec![0; 7]).to_string(),
        public(5).line(vec![0; 8]).to_string(),
        public(5).line(vec![0; 71]).to_string(),
        public(5).line(vec![0; 73]).to_string(),
        // A time from 2^63 on, with a signature over it.
        {
            let (key, text) = witness(5);
            let signer = NoteSigner::new(name(&text), KeyKind::Cosignature, &key).unwrap();
            let seconds = 1_u64 << 63;
            let signature = signer.sign_bytes(&super::message(seconds, tree().text()));
            let bytes = [&seconds.to_be_bytes()[..], &signature.to_bytes()].concat();
            signer.public().line(bytes).to_string()
        },
    ];
    for stray in strays {
        let tree = tree();
        assert_eq!(
            tree.clone().add_cosignatures(&stray, &public(5)),
            Err(invalid.clone())
        );
        let text = format!("{tree}{stray}");
        let read = UnverifiedCheckpoint::read(&text).unwrap();
        let key = SigningKey::from_seed(&[1; 32]);
        let log = NoteSigner::new(name(tree.origin()), KeyKind::Note, &key).unwrap();
        let read = read.verify(tree.origin(), &[log.public().clone()]).unwrap();
        assert_eq!(read.cosignatures(&[public(5)]), Err(invalid.clone()));
        // Whoever does not know this witness passes its line over.
        assert_eq!(read.cosignatures(&[public(6)]), Ok(Vec::new()));
    }
}

#[test]
fn answers_that_say_nothing() {
    let mut tree = tree();
    let foreign = line(&tree, 6, 100);
    assert_eq!(
        tree.add_cosignatures(&foreign, &public(5)),
        Err(TlogError::Unsigned)
    );
    for text in ["", "\n", "9\n", "— a\n"] {
        assert!(
            matches!(
                tree.add_cosignatures(text, &public(5)),
                Err(TlogError::Note(_))
            ),
            "{text}"
        );
    }
    let mixed = format!("{foreign}{}", line(&tree, 5, 100));
    tree.add_cosignatures(&mixed, &public(5)).unwrap();
    // Only the line of the witness that was asked is taken.
    assert_eq!(tree.note().signatures().len(), 2);
}

/// However much a witness says, a note with it can be read again.
#[test]
fn of_one_witness_the_newest_line_is_kept() {
    let mut tree = tree();
    let said: String = (0..64).map(|at| line(&tree, 5, 1000 - at)).collect();
    tree.add_cosignatures(&said, &public(5)).unwrap();
    assert_eq!(tree.note().signatures().len(), 2);
    let read = UnverifiedCheckpoint::read(&tree.to_string()).unwrap();
    assert_eq!(read.note().signatures().len(), 2);
    // An older one is no news, and one that was never good makes room.
    tree.add_cosignatures(&line(&tree, 5, 7), &public(5))
        .unwrap();
    let found = tree.cosignatures(&[public(5)]).unwrap();
    assert_eq!(found[0].at(), Timestamp::from_unix(1000));
    let stray = format!("{}{}", super::tests::tree(), public(5).line(vec![0; 72]));
    let read = UnverifiedCheckpoint::read(&stray).unwrap();
    let key = SigningKey::from_seed(&[1; 32]);
    let log = NoteSigner::new(name(tree.origin()), KeyKind::Note, &key).unwrap();
    let mut read = read.verify(tree.origin(), &[log.public().clone()]).unwrap();
    read.add_cosignatures(&line(&tree, 5, 7), &public(5))
        .unwrap();
    assert_eq!(read.cosignatures(&[public(5)]).unwrap().len(), 1);
    // A note that is full takes no more.
    for seed in 10..72 {
        tree.add_cosignatures(&line(&tree, seed, 7), &public(seed))
            .unwrap();
    }
    assert_eq!(tree.note().signatures().len(), 64);
    let over = tree.add_cosignatures(&line(&tree, 72, 7), &public(72));
    assert!(matches!(over, Err(TlogError::Note(_))));
    tree.add_cosignatures(&line(&tree, 71, 9), &public(71))
        .unwrap();
    assert!(UnverifiedCheckpoint::read(&tree.to_string()).is_ok());
}

//! Proofs as wallets carry them.

use proptest::prelude::*;
use schemas::digest::Sha256Digest;

use super::super::TlogError;
use super::super::checkpoint::tests::{ORIGIN, checkpoint};
use super::super::merkle::tests::Plain;
use super::super::merkle::{MAX_SIZE, Plan, leaf_hash};
use super::super::note::tests::name;
use super::super::note::{KeyKind, NoteKey, NoteSigner};
use super::{MAX_EXTRA, MAX_PROOF_BYTES, UnverifiedTlogProof};
use crate::keys::SigningKey;

fn log() -> NoteKey {
    let key = SigningKey::from_seed(&[1; 32]);
    NoteSigner::new(name(ORIGIN), KeyKind::Note, &key)
        .unwrap()
        .public()
        .clone()
}

fn proof(plain: &Plain, index: u64, size: u64) -> UnverifiedTlogProof {
    let path = Plan::inclusion(index, size).unwrap().make(plain).unwrap();
    UnverifiedTlogProof::new(index, path, &checkpoint(1, plain.head(size)))
}

fn verified(text: &str, leaf: &Sha256Digest) -> Result<u64, TlogError> {
    let read = UnverifiedTlogProof::read(text)?;
    Ok(read.verify(leaf, ORIGIN, &[log()])?.index())
}

#[test]
fn a_proof_is_of_one_leaf_at_one_place() {
    let plain = Plain::of(13);
    for size in [1, 2, 12, 13] {
        for index in 0..size {
            let text = proof(&plain, index, size).to_string();
            assert_eq!(UnverifiedTlogProof::read(&text).unwrap().to_string(), text);
            for other in 0..13 {
                let leaf = leaf_hash(&plain.0[usize::try_from(other).unwrap()]);
                let expected = if other == index {
                    Ok(index)
                } else {
                    Err(TlogError::Inclusion)
                };
                assert_eq!(verified(&text, &leaf), expected);
            }
        }
    }
    let read = proof(&plain, 3, 13);
    let leaf = leaf_hash(&plain.0[3]);
    assert_eq!(read.unverified_index(), 3);
    assert_eq!(read.unverified_checkpoint().unverified().head().size, 13);
    assert!(matches!(
        read.clone().verify(&leaf, "b.example", &[log()]),
        Err(TlogError::Origin { .. })
    ));
    assert_eq!(
        read.clone().verify(&leaf, ORIGIN, &[]),
        Err(TlogError::Unsigned)
    );
    let proven = read.verify(&leaf, ORIGIN, &[log()]).unwrap();
    assert_eq!((proven.index(), proven.checkpoint().head().size), (3, 13));
}

#[test]
fn any_flipped_bit_is_refused() {
    let plain = Plain::of(13);
    let (text, leaf) = (proof(&plain, 3, 13).to_string(), leaf_hash(&plain.0[3]));
    assert_eq!(verified(&text, &leaf), Ok(3));
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(verified(&text, &leaf).is_err(), "{text}");
        }
    }
}

#[test]
fn what_is_no_proof() {
    let plain = Plain::of(13);
    let text = proof(&plain, 3, 13).to_string();
    let (front, rest) = text.split_once("index 3\n").unwrap();
    let (path, checkpoint) = rest.split_once("\n\n").unwrap();
    let with = |index: &str, path: &str| format!("{front}{index}{path}\n\n{checkpoint}");
    for text in [
        String::new(),
        "c2sp.org/tlog-proof@v1".to_owned(),
        "c2sp.org/tlog-proof@v1\n".to_owned(),
        format!("c2sp.org/tlog-proof@v2\n{rest}"),
        format!("\n{text}"),
        format!("{front}index 3\n{path}\n{checkpoint}"),
        format!("{front}index 3\n{path}\n\n\n{checkpoint}"),
        with("", path),
        with("index 03\n", path),
        with("index -3\n", path),
        with("index 3 \n", path),
        with("index  3\n", path),
        with("Index 3\n", path),
        with("index\n", path),
        with("index 3\nindex 3\n", path),
        with("extra\nindex 3\n", path),
        with("extra AA\nindex 3\n", path),
        with("extra AA==\nextra AA==\nindex 3\n", path),
        with("index 3\nextra AA==\n", path),
        with("index 3\r\n", path),
        with("index 3\n", &path.replacen('\n', "\n\n", 1)),
        with("index 3\n", &path.replacen('=', "", 1)),
        with("index 3\n", &format!("{path} ")),
        with(
            "index 3\n",
            &format!("{}\n{path}", super::write_hash(&leaf_hash(b"")).repeat(2)),
        ),
        with("index 3\n", &[path; 16].join("\n")),
        with(
            &format!(
                "extra {}\nindex 3\n",
                schemas::encoding::base64::encode(&vec![0; MAX_EXTRA + 1])
            ),
            path,
        ),
    ] {
        let refused = UnverifiedTlogProof::read(&text);
        let malformed = matches!(
            refused,
            Err(TlogError::Proof(_) | TlogError::Note(_) | TlogError::Checkpoint(_))
        );
        assert!(malformed, "{text}");
    }
    let large = format!("{text}{}", "a".repeat(MAX_PROOF_BYTES));
    assert!(matches!(
        UnverifiedTlogProof::read(&large),
        Err(TlogError::TooLarge { .. })
    ));
    // Extra data is carried and believed in nothing; empty data is data.
    for extra in [
        "",
        "AA==",
        &schemas::encoding::base64::encode(&vec![7; MAX_EXTRA]),
    ] {
        let text = with(&format!("extra {extra}\nindex 3\n"), path);
        let read = UnverifiedTlogProof::read(&text).unwrap();
        assert_eq!(
            schemas::encoding::base64::encode(read.extra().unwrap()),
            extra
        );
        assert_eq!(read.to_string(), text);
        assert_eq!(verified(&text, &leaf_hash(&plain.0[3])), Ok(3));
    }
    let beyond = with(&format!("index {}\n", MAX_SIZE + 1), path);
    assert!(matches!(
        verified(&beyond, &leaf_hash(b"")),
        Err(TlogError::OutsideTree { .. })
    ));
}

proptest! {
    #[test]
    fn what_is_read_is_written(index in "[0-9]{1,20}", hashes in prop::collection::vec("[A-D]{43}=?", 0..3), extra in "(extra [A-D]{0,8}={0,2}\n)?") {
        let path: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        let checkpoint = checkpoint(1, Plain::of(2).head(2));
        let text = format!("c2sp.org/tlog-proof@v1\n{extra}index {index}\n{path}\n{checkpoint}");
        if let Ok(proof) = UnverifiedTlogProof::read(&text) {
            prop_assert_eq!(proof.to_string(), text);
        }
    }
}

//! What is a checkpoint, whose it is, and a second implementation.

use proptest::prelude::*;

use super::super::TlogError;
use super::super::merkle::{MAX_SIZE, TreeHead, empty_root, leaf_hash};
use super::super::note::tests::name;
use super::super::note::{KeyKind, NoteSigner};
use super::{Checkpoint, UnverifiedCheckpoint, VerifiedCheckpoint};
use crate::keys::SigningKey;

pub(crate) const ORIGIN: &str = "world.example/ledger";

/// A checkpoint that the log of a seed signed.
pub(crate) fn checkpoint(seed: u8, head: TreeHead) -> VerifiedCheckpoint {
    let key = SigningKey::from_seed(&[seed; 32]);
    let signer = NoteSigner::new(name(ORIGIN), KeyKind::Note, &key).unwrap();
    let signed = Checkpoint::new(&name(ORIGIN), head).sign(&signer).unwrap();
    signed.verify(ORIGIN, &[signer.public().clone()]).unwrap()
}

fn head(size: u64) -> TreeHead {
    TreeHead {
        size,
        root: leaf_hash(&size.to_be_bytes()),
    }
}

#[test]
fn the_example_of_the_specification_is_read() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let checkpoint = UnverifiedCheckpoint::read(text).unwrap();
    assert_eq!(checkpoint.to_string(), text);
    let said = checkpoint.unverified();
    assert_eq!(
        (said.origin(), said.head().size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    assert!(said.extensions().is_empty());
    assert_eq!(checkpoint.note().signatures().len(), 2);
}

#[test]
fn whose_it_is() {
    let signed = checkpoint(1, head(5));
    let read = UnverifiedCheckpoint::read(&signed.to_string()).unwrap();
    let keys = [1, 2].map(|seed| {
        let key = SigningKey::from_seed(&[seed; 32]);
        NoteSigner::new(name(ORIGIN), KeyKind::Note, &key)
            .unwrap()
            .public()
            .clone()
    });
    assert_eq!(read.clone().verify(ORIGIN, &keys).unwrap(), signed);
    assert_eq!(signed.clone().into_unverified(), read);
    assert_eq!((signed.origin(), signed.head()), (ORIGIN, &head(5)));
    assert_eq!(
        read.clone().verify(ORIGIN, &keys[1..]),
        Err(TlogError::Unsigned)
    );
    let other = TlogError::Origin {
        expected: "other.example/ledger".to_owned(),
        found: ORIGIN.to_owned(),
    };
    assert_eq!(read.verify("other.example/ledger", &keys), Err(other));
    // A key that cosigns signs no checkpoint.
    let key = SigningKey::from_seed(&[1; 32]);
    let witness = NoteSigner::new(name(ORIGIN), KeyKind::Cosignature, &key).unwrap();
    assert!(
        Checkpoint::new(&name(ORIGIN), head(5))
            .sign(&witness)
            .is_err()
    );
}

#[test]
fn any_flipped_bit_is_refused() {
    let signed = checkpoint(1, head(5));
    let key = SigningKey::from_seed(&[1; 32]);
    let key = NoteSigner::new(name(ORIGIN), KeyKind::Note, &key)
        .unwrap()
        .public()
        .clone();
    let text = signed.to_string();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let verified = UnverifiedCheckpoint::read(&text)
                .and_then(|read| read.verify(ORIGIN, std::slice::from_ref(&key)));
            assert!(verified.is_err(), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_checkpoint() {
    let root = super::write_hash(&empty_root());
    let read = |text: &str| UnverifiedCheckpoint::read(&format!("{text}\n\u{2014} a AAAAAAA=\n"));
    for text in [
        "\n".to_owned(),
        "a\n".to_owned(),
        "a\n1\n".to_owned(),
        format!("\n1\n{root}\n"),
        format!("a\n\n{root}\n"),
        format!("a\n-1\n{root}\n"),
        format!("a\n+1\n{root}\n"),
        format!("a\n01\n{root}\n"),
        format!("a\n00\n{root}\n"),
        format!("a\n 1\n{root}\n"),
        format!("a\n1 \n{root}\n"),
        format!("a\n１\n{root}\n"),
        format!("a\n1.0\n{root}\n"),
        format!("a\n0x1\n{root}\n"),
        format!("a\n{}\n{root}\n", MAX_SIZE + 1),
        format!("a\n{}\n{root}\n", u128::MAX),
        format!("a\n1\n{root} \n"),
        format!("a\n1\n{}\n", root.trim_end_matches('=')),
        format!("a\n1\n{}\n", &root[4..]),
        format!(
            "a\n1\n{}\n",
            root.replace("UWx4=", "UWx5=").replace("uFU=", "uFV=")
        ),
        format!("a\n1\nAAAA{root}\n"),
        format!("a\n1\n{root}\nx\n\ny\n"),
    ] {
        assert!(
            matches!(read(&text), Err(TlogError::Checkpoint(_))),
            "{text:?}"
        );
    }
    for text in [
        format!("a\n0\n{root}\n"),
        format!("a b\n{MAX_SIZE}\n{root}\nx\ny z\n"),
    ] {
        let checkpoint = read(&text).unwrap();
        assert_eq!(checkpoint.unverified().to_string(), text);
    }
}

proptest! {
    /// What is read here, `tlog_tiles` reads as well, and as the same.
    #[test]
    fn as_another_implementation(origin in "[a-z/. ]{0,6}", size in "[0-9]{1,20}|-?0[0-9]", root in any::<[u8; 32]>(), extension in "([a-z ]{0,3}\n){0,2}") {
        let root = schemas::encoding::base64::encode(&root);
        let text = format!("{origin}\n{size}\n{root}\n{extension}");
        let ours = Checkpoint::read(&text);
        let theirs = tlog_tiles::checkpoint::Checkpoint::from_bytes(text.as_bytes());
        if let Ok(ours) = ours {
            prop_assert_eq!(ours.to_string(), text);
            let theirs = theirs.unwrap();
            prop_assert_eq!(theirs.size(), ours.head().size);
            prop_assert_eq!(theirs.origin(), ours.origin());
            prop_assert_eq!(&theirs.hash().0, ours.head().root.as_bytes());
        } else if let Ok(theirs) = theirs {
            // Theirs counts further.
            prop_assert!(theirs.size() > MAX_SIZE);
        }
    }
}

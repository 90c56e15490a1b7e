//! Any text as a note, a checkpoint, a proof, a request to a witness, a key, an address of a tile; any
//! bytes as a bundle. What is read is written again as it was, and no key of ours has signed it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use proofs::tlog::checkpoint::UnverifiedCheckpoint;
use proofs::tlog::merkle::leaf_hash;
use proofs::tlog::note::{KeyKind, NoteKey, NoteSignature, UnverifiedNote};
use proofs::tlog::proof::UnverifiedTlogProof;
use proofs::tlog::request::AddCheckpoint;
use proofs::tlog::tile::{TileKind, TilePath, read_bundle, write_bundle};
use tests::actors::key;

static STRANGERS: LazyLock<[NoteKey; 2]> = LazyLock::new(|| {
    [KeyKind::Note, KeyKind::Cosignature].map(|kind| {
        let name = "a.example/ledger".parse().expect("a name");
        NoteKey::new(name, kind, key("a key that signs nothing").verifying_key()).expect("a key")
    })
});

fuzz_target!(|bytes: &[u8]| {
    let width = bytes.first().map_or(1, |first| u64::from(*first) + 1);
    let path = TilePath::of_tree(TileKind::Entries, 0, width).expect("a bundle");
    if let Ok(entries) = read_bundle(path, bytes) {
        assert_eq!(write_bundle(&entries).expect("entries"), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(note) = UnverifiedNote::read(text) {
        assert_eq!(note.to_string(), text);
    }
    if let Ok(lines) = NoteSignature::read_lines(text) {
        let written: String = lines.iter().map(ToString::to_string).collect();
        assert_eq!(written, text);
    }
    if let Ok(checkpoint) = UnverifiedCheckpoint::read(text) {
        assert_eq!(checkpoint.to_string(), text);
        let origin = checkpoint.unverified().origin().to_owned();
        assert!(checkpoint.verify(&origin, STRANGERS.as_slice()).is_err());
    }
    if let Ok(proof) = UnverifiedTlogProof::read(text) {
        assert_eq!(proof.to_string(), text);
        let origin = proof.unverified_checkpoint().unverified().origin().to_owned();
        let leaf = leaf_hash(b"a leaf");
        assert!(proof.verify(&leaf, &origin, STRANGERS.as_slice()).is_err());
    }
    if let Ok(request) = AddCheckpoint::read(text) {
        assert_eq!(request.to_string(), text);
    }
    if let Ok(key) = text.parse::<NoteKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text);
    }
});

//! Each kind of signature is its own, and no other.

use schemas::did::DidUrl;
use schemas::json::Value;
use schemas::ledger::{
    About, Act, Address, Asker, Commitment, Event, HeadReceiptClaims, ItemTag, LeafClaims,
    LeafHash, LedgerSignature, Question, Salt, State, Step, TermsDigest, UnverifiedLeaf,
};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use super::{
    Kind, LedgerError, address, commitment, open, require_sound, sign_consent, sign_leaf,
    sign_question, sign_receipt, sign_step, sign_swap, verify_consent, verify_leaf,
    verify_question, verify_receipt, verify_step, verify_swap,
};
use crate::keys::SigningKey;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn ledger() -> WorldId {
    "https://world.example".parse().unwrap()
}

fn kid() -> DidUrl {
    "did:web:world.example#key-1".parse().unwrap()
}

fn step() -> Step {
    Step {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 1,
        previous: LeafHash::from_bytes([2; 32]),
        act: Act::Burn,
    }
}

fn leaf() -> LeafClaims {
    LeafClaims {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 0,
        previous: None,
        event: Event::Mint,
        state: State::Held,
        holder: Commitment::from_bytes([3; 32]),
        terms: TermsDigest::from_bytes([4; 32]),
        transfers: 0,
        at: Timestamp::from_unix(1_795_000_000),
        offer: None,
        lease: None,
        reason: None,
        swap: None,
        by: None,
    }
}

fn receipt() -> HeadReceiptClaims {
    HeadReceiptClaims {
        ledger: ledger(),
        item: ItemTag::from_bytes([1; 32]),
        seq: 0,
        leaf: LeafHash::from_bytes([2; 32]),
        issued: Timestamp::from_unix(1_795_000_000),
        not_after: Timestamp::from_unix(1_795_000_600),
    }
}

#[test]
fn what_was_signed_is_checked_and_nothing_else_is() {
    let (mine, theirs) = (key(1), key(2));
    let public = mine.verifying_key();
    let invalid = Err(LedgerError::SignatureInvalid);

    let signed = sign_leaf(&leaf(), &kid(), &mine).unwrap();
    assert_eq!(verify_leaf(signed.leaf().clone(), &public).unwrap(), signed);
    let other = verify_leaf(signed.leaf().clone(), &theirs.verifying_key());
    assert_eq!(other.map(|_| ()), invalid);
    let later = LeafClaims {
        at: Timestamp::from_unix(1_795_000_001),
        ..leaf()
    };
    let moved = UnverifiedLeaf::new(&later, &kid(), signed.leaf().signature()).unwrap();
    assert_eq!(verify_leaf(moved, &public).map(|_| ()), invalid);
    let renamed: DidUrl = "did:web:world.example#key-2".parse().unwrap();
    let moved = UnverifiedLeaf::new(&leaf(), &renamed, signed.leaf().signature()).unwrap();
    assert_eq!(verify_leaf(moved, &public).map(|_| ()), invalid);

    let signed = sign_receipt(&receipt(), &kid(), &mine).unwrap();
    let arrived = signed.receipt().clone();
    assert_eq!(verify_receipt(arrived.clone(), &public).unwrap(), signed);
    let other = verify_receipt(arrived, &theirs.verifying_key());
    assert_eq!(other.map(|_| ()), invalid);

    let signature = sign_step(&step(), &mine).unwrap();
    assert_eq!(verify_step(&step(), &public, signature), Ok(step().id()));
    let next = Step { seq: 2, ..step() };
    assert_eq!(verify_step(&next, &public, signature).map(|_| ()), invalid);
    let consent = sign_consent(&step(), &mine).unwrap();
    assert_eq!(verify_consent(&step(), &mine.did_key(), consent), Ok(()));
    assert_eq!(verify_consent(&step(), &theirs.did_key(), consent), invalid);
    assert_eq!(verify_consent(&next, &mine.did_key(), consent), invalid);
}

/// Every kind against every other, over the very same bytes.
#[test]
fn no_signature_of_one_kind_passes_as_another() {
    let key = key(1);
    let public = key.verifying_key();
    let kinds = [
        Kind::Leaf,
        Kind::Step,
        Kind::Swap,
        Kind::Consent,
        Kind::Receipt,
    ];
    for made in kinds {
        let signature = made.sign(b"{}", &key).unwrap();
        for read in kinds {
            let verified = read.verify(b"{}", &public, signature);
            assert_eq!(verified.is_ok(), made == read, "{made:?} as {read:?}");
        }
        // Nor is a line part of what is signed without one.
        let bare = key.sign(b"{}").to_bytes();
        let bare = LedgerSignature::from_bytes(bare);
        assert!(made.verify(b"{}", &public, bare).is_err(), "{made:?}");
        // No line is the beginning of another.
        let longer = kinds.into_iter().filter(|other| *other != made);
        assert!(
            longer
                .into_iter()
                .all(|other| !other.line().starts_with(made.line()))
        );
    }
    let step = step();
    let (by, swap) = (
        sign_step(&step, &key).unwrap(),
        sign_swap(&step, &key).unwrap(),
    );
    assert_eq!(verify_swap(&step, &public, swap), Ok(step.id()));
    assert!(verify_swap(&step, &public, by).is_err());
    assert!(verify_step(&step, &public, swap).is_err());
    assert!(verify_consent(&step, &key.did_key(), by).is_err());
}

/// A JWS signs base64url, a dot and base64url; Data Integrity two digests of 32 bytes; nothing of
/// either has a slash before a line's end, and 64 bytes are shorter than the shortest document.
#[test]
fn none_is_the_signature_of_a_token_or_of_a_document() {
    for kind in [
        Kind::Leaf,
        Kind::Step,
        Kind::Swap,
        Kind::Consent,
        Kind::Receipt,
    ] {
        let line = kind.line();
        assert!(line.contains(&b'/') && line.ends_with(b"\n"));
    }
    for document in [
        step().canonical(),
        leaf().to_sign(&kid()),
        receipt().to_sign(&kid()),
    ] {
        assert!(document.len() > 64);
    }
}

#[test]
fn a_commitment_opens_with_its_key_and_its_salt_only() {
    let (mine, theirs) = (key(1), key(2));
    let salt = Salt::from_bytes([9; 32]);
    let held = commitment(&mine.verifying_key(), &salt).unwrap();
    assert_eq!(open(held, &mine.did_key(), &salt), Ok(mine.verifying_key()));
    for (key, salt) in [
        (theirs.did_key(), salt),
        (mine.did_key(), Salt::from_bytes([8; 32])),
    ] {
        assert_eq!(open(held, &key, &salt), Err(LedgerError::NotOpened));
    }
    assert_eq!(LedgerError::NotOpened.reason(), Reason::TransferNotHolder);
    let p256 = SigningKey::from_p256_scalar(&[1; 32]).unwrap();
    let other_type = open(held, &p256.did_key(), &salt);
    assert_eq!(
        other_type.map_err(|error| error.reason()),
        Err(Reason::KeyTypeMismatch)
    );
    assert!(commitment(&p256.verifying_key(), &salt).is_err());
    assert!(sign_step(&step(), &p256).is_err());
}

/// REG-09: small order, no point.
#[test]
fn an_address_with_a_weak_key_is_no_receiver() {
    let salt = Salt::from_bytes([9; 32]);
    let sound = address(&key(1).verifying_key(), salt).unwrap();
    assert_eq!(require_sound(&sound), Ok(()));
    assert_eq!(
        sound.commitment(),
        commitment(&key(1).verifying_key(), &salt).unwrap()
    );
    let mut identity = [0; 32];
    identity[0] = 1;
    for key in [[0; 32], identity, [0xff; 32], [2; 32]] {
        let weak = require_sound(&Address::new(key, salt));
        let reason = weak.map_err(|error| error.reason());
        assert_eq!(reason, Err(Reason::ReceiverInvalid), "{key:?}");
    }
}

#[test]
fn what_nobody_would_read_is_not_signed() {
    let broken = LeafClaims { seq: 1, ..leaf() };
    let signed = sign_leaf(&broken, &kid(), &key(1));
    assert!(matches!(signed, Err(LedgerError::Malformed(_))));
    let foreign: DidUrl = "did:web:other.example#key-1".parse().unwrap();
    assert!(sign_leaf(&leaf(), &foreign, &key(1)).is_err());
    let never = HeadReceiptClaims {
        not_after: receipt().issued,
        ..receipt()
    };
    assert!(sign_receipt(&never, &kid(), &key(1)).is_err());
}

/// A signature stands for the document and not for the way it was sent.
#[test]
fn a_leaf_is_checked_as_it_arrives() {
    let signed = sign_leaf(&leaf(), &kid(), &key(1)).unwrap();
    let entry = signed.leaf().bytes().to_vec();
    let read = UnverifiedLeaf::of_entry(&entry).unwrap();
    assert_eq!(read.hash(), signed.hash());
    let spaced = [b" ", &entry[..]].concat();
    assert!(UnverifiedLeaf::of_entry(&spaced).is_err());
    let arrived = UnverifiedLeaf::read(&spaced).unwrap();
    assert_eq!(arrived, *signed.leaf());
    let mut value: Value = schemas::json::read(&entry, &schemas::json::Limits::message()).unwrap();
    let object = value.as_object_mut().unwrap();
    object.insert("more", true);
    assert!(UnverifiedLeaf::from_value(&value).is_err());
}

/// Only the key that a commitment is to asks in its name, and only what it signed.
#[test]
fn a_question_is_of_whoever_opens_the_commitment_and_signs() {
    let (mine, theirs) = (key(1), key(2));
    let salt = Salt::from_bytes([9; 32]);
    let question = Question {
        ledger: ledger(),
        about: About::Inbox,
        who: commitment(&mine.verifying_key(), &salt).unwrap(),
        at: Timestamp::from_unix(1_795_000_000),
    };
    let asker = |key: &SigningKey, by: &SigningKey| Asker {
        key: key.did_key(),
        salt,
        signature: sign_question(&question, by).unwrap(),
    };
    let good = asker(&mine, &mine);
    assert_eq!(verify_question(&question, &good), Ok(()));
    let invalid = Err(LedgerError::SignatureInvalid);
    assert_eq!(verify_question(&question, &asker(&mine, &theirs)), invalid);
    let not_opened = Err(LedgerError::NotOpened);
    assert_eq!(
        verify_question(&question, &asker(&theirs, &theirs)),
        not_opened
    );
    let others = [
        Question {
            about: About::Credential(ItemTag::from_bytes([1; 32])),
            ..question.clone()
        },
        Question {
            at: question.at.plus_seconds(1),
            ..question.clone()
        },
        Question {
            ledger: "https://other.example".parse().unwrap(),
            ..question.clone()
        },
    ];
    for other in others {
        assert_eq!(verify_question(&other, &good), invalid);
    }
    // A step is no question, and the other way round.
    let step = sign_step(&step(), &mine).unwrap();
    let stepped = Asker {
        signature: step,
        ..good
    };
    assert_eq!(verify_question(&question, &stepped), invalid);
    for (plus, fresh) in [(300, true), (-300, true), (301, false), (-301, false)] {
        let now = question.at.plus_seconds(plus);
        assert_eq!(question.require_fresh(now).is_ok(), fresh, "{plus}");
    }
}

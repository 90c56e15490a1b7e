//! The example of the specification, what is refused, and a second implementation.

use proptest::prelude::*;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

use super::{
    KeyKind, KeyName, MAX_NOTE_BYTES, MAX_SIGNATURES, NoteKey, NoteSignature, NoteSigner,
    UnverifiedNote,
};
use crate::keys::SigningKey;
use crate::tlog::TlogError;

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

pub(crate) fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn signed(text: &str, signers: &[&NoteSigner<'_>]) -> UnverifiedNote {
    let mut note = UnverifiedNote::unsigned(text.to_owned());
    for signer in signers {
        note.sign(signer);
    }
    note
}

#[test]
fn the_example_of_the_specification() {
    let key: NoteKey = VKEY.parse().unwrap();
    assert_eq!(key.to_string(), VKEY);
    assert_eq!(
        (key.name().as_str(), key.kind()),
        ("example.com/foo", KeyKind::Note)
    );
    let note = UnverifiedNote::read(NOTE).unwrap();
    assert_eq!(note.unverified_text(), "This is an example message.\n");
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(()));
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(note.verify(&[]), Err(TlogError::Unsigned));
    let other = NoteKey::new(name("example.com/bar"), KeyKind::Note, key.key().clone()).unwrap();
    assert_eq!(note.verify(&[other]), Err(TlogError::Unsigned));
    // The same key for cosignatures has another ID, and signs no notes.
    let other = NoteKey::new(key.name().clone(), KeyKind::Cosignature, key.key().clone()).unwrap();
    assert_eq!(note.verify(&[other]), Err(TlogError::Unsigned));
}

/// Each bit of a note: it is not read, or nobody known signed it, or the signature is wrong.
#[test]
fn any_flipped_bit_is_refused() {
    let key: NoteKey = VKEY.parse().unwrap();
    for at in 0..NOTE.len() {
        for bit in 0..8 {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let verified = UnverifiedNote::read(&text)
                .and_then(|note| note.verify(std::slice::from_ref(&key)));
            assert!(verified.is_err(), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_note() {
    let line = NOTE.split_once("\n\n").unwrap().1;
    let end = line.trim_end();
    for text in [
        String::new(),
        "\n".to_owned(),
        "a\n".to_owned(),
        "a\n\n".to_owned(),
        "a\n\n\n".to_owned(),
        format!("a\n{line}"),
        format!("a{line}"),
        format!("a\n\n{end}"),
        format!("a\n\n{line}\n"),
        format!("a\n\n{line} "),
        format!("a\n\n {line}"),
        format!("a\n\n{line}b\n"),
        format!("a\r\n\r\n{line}"),
        format!("a\tb\n\n{line}"),
        format!("a\0b\n\n{line}"),
        format!("a\n\n{}", line.replace('\n', "\r\n")),
        format!("a\n\n{}", line.replacen('\u{2014}', "-", 1)),
        format!("a\n\n{}", line.replacen('\u{2014}', "\u{2013}", 1)),
        format!("a\n\n{}", line.replacen("foo ", "foo  ", 1)),
        format!("a\n\n{}", line.replacen("foo ", "foo\u{a0}x ", 1)),
        format!("a\n\n{}", line.replacen("foo ", "f+o ", 1)),
        format!("a\n\n{}", line.replacen("example.com/foo ", "", 1)),
        format!("a\n\n{}", line.replacen("example.com/foo", "", 1)),
        // Without padding, with other last bits, in the other alphabet, of four bytes only.
        format!("a\n\n{}", line.replacen("aQM=", "aQM", 1)),
        format!("a\n\n{}", line.replacen("aQM=", "aQN=", 1)),
        format!("a\n\n{}", line.replacen("aQM=", "a-M=", 1)),
        "a\n\n\u{2014} example.com/foo AAAAAA==\n".to_owned(),
        "a\n\n\u{2014} example.com/foo \n".to_owned(),
        "a\n\n\u{2014} example.com/foo\n".to_owned(),
    ] {
        assert!(
            matches!(UnverifiedNote::read(&text), Err(TlogError::Note(_))),
            "{text:?}"
        );
    }
    // Empty lines belong to the text, except the last of them; so may the text be one.
    for text in [
        format!("a\n\nb\n\n\n{line}"),
        format!("\n\n{line}"),
        format!("\u{7f}\u{85}\n\n{line}"),
    ] {
        let note = UnverifiedNote::read(&text).unwrap();
        assert_eq!(note.to_string(), text);
    }
}

#[test]
fn there_are_limits() {
    let line = NOTE.split_once("\n\n").unwrap().1;
    let many = |count: usize| format!("a\n\n{}", line.repeat(count));
    assert!(UnverifiedNote::read(&many(MAX_SIGNATURES)).is_ok());
    assert!(matches!(
        UnverifiedNote::read(&many(MAX_SIGNATURES + 1)),
        Err(TlogError::Note(_))
    ));
    // Sixteen signatures of the largest kind that notes have.
    let large = NoteSignature {
        name: name("a"),
        id: [0; 4],
        bytes: vec![7; 5000],
    };
    let text = format!("a\n\n{}", large.to_string().repeat(16));
    assert!(UnverifiedNote::read(&text).is_ok());
    let text = format!("{}\n\n{line}", "a".repeat(MAX_NOTE_BYTES));
    let found = text.len();
    assert_eq!(
        UnverifiedNote::read(&text),
        Err(TlogError::TooLarge {
            limit: MAX_NOTE_BYTES,
            found
        })
    );
}

#[test]
fn unknown_keys_are_passed_over_and_known_ones_never() {
    let (one, two) = (
        SigningKey::from_seed(&[1; 32]),
        SigningKey::from_seed(&[2; 32]),
    );
    let one = NoteSigner::new(name("a.example"), KeyKind::Note, &one).unwrap();
    let two = NoteSigner::new(name("a.example"), KeyKind::Note, &two).unwrap();
    let (first, second) = (one.public().clone(), two.public().clone());
    let both = signed("text\n", &[&one, &two]);
    assert_eq!(both.verify(std::slice::from_ref(&first)), Ok(()));
    assert_eq!(both.verify(std::slice::from_ref(&second)), Ok(()));
    assert_eq!(both.verify(&[first.clone(), second.clone()]), Ok(()));
    // A line in the name of the one with the signature of the other.
    let stray = second.line(both.signatures()[0].bytes().to_vec());
    let mut spoilt = both.clone();
    spoilt.signatures.push(stray);
    let invalid = TlogError::SignatureInvalid {
        name: "a.example".to_owned(),
    };
    assert_eq!(
        spoilt.verify(std::slice::from_ref(&second)),
        Err(invalid.clone())
    );
    assert_eq!(
        spoilt.verify(&[first.clone(), second.clone()]),
        Err(invalid.clone())
    );
    assert_eq!(spoilt.verify(std::slice::from_ref(&first)), Ok(()));
    // Too short, too long, and once more: the same line twice says nothing new.
    for bytes in [vec![0], vec![0; 63], vec![0; 65]] {
        let mut spoilt = both.clone();
        spoilt.signatures.push(first.line(bytes));
        assert_eq!(
            spoilt.verify(std::slice::from_ref(&first)),
            Err(invalid.clone())
        );
    }
    let mut twice = both.clone();
    twice.signatures.push(both.signatures()[0].clone());
    let read = UnverifiedNote::read(&twice.to_string()).unwrap();
    assert_eq!(read.verify(&[first]), Ok(()));
}

#[test]
fn verifier_keys_have_one_spelling() {
    let key: NoteKey = VKEY.parse().unwrap();
    for text in [
        "",
        "+",
        "++",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d90+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fo0+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com /foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
        "example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        " example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ] {
        assert!(text.parse::<NoteKey>().is_err(), "{text}");
    }
    // A point of small order would confirm anything; the key of a P-256 signer has no such text.
    let weak = [&[1_u8][..], &[0; 32]].concat();
    let text = format!("a+00000000+{}", schemas::encoding::base64::encode(&weak));
    assert!(matches!(text.parse::<NoteKey>(), Err(TlogError::Key(_))));
    let curve = SigningKey::from_p256_scalar(&[7; 32]).unwrap();
    for kind in [KeyKind::Note, KeyKind::Cosignature] {
        assert!(NoteKey::new(name("a"), kind, curve.verifying_key()).is_err());
        assert!(NoteSigner::new(name("a"), kind, &curve).is_err());
        let kept = NoteKey::new(name("a"), kind, key.key().clone())
            .unwrap()
            .kept();
        assert_eq!(kept.to_string().parse(), Ok(kept));
    }
    for text in [
        "",
        " ",
        "a b",
        "a+b",
        "a\u{3000}b",
        "a\nb",
        "a\tb",
        "a\u{85}",
    ] {
        assert!(text.parse::<KeyName>().is_err(), "{text:?}");
    }
    assert_eq!(
        name("例え.example/\u{7f}").to_string(),
        "例え.example/\u{7f}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Notes and keys of `signed_note` are ours, and ours are theirs.
    #[test]
    fn as_another_implementation(seed in any::<[u8; 32]>(), text in "([ -~あ—]{0,20}\n){1,5}", key_name in "[a-z./é]{1,20}") {
        let secret = SigningKey::from_seed(&seed);
        let signer = NoteSigner::new(name(&key_name), KeyKind::Note, &secret).unwrap();
        let public = signer.public();
        let note = signed(&text, &[&signer]);
        let verifier = StandardVerifier::new(&public.to_string()).unwrap();
        let theirs = Note::from_bytes(note.to_string().as_bytes()).unwrap();
        let known = VerifierList::new(vec![Box::new(verifier)]);
        let (verified, _) = theirs.verify(&known).unwrap();
        prop_assert_eq!(verified.len(), 1);
        // Their secret keys are texts; the note that one signs is the same, byte by byte.
        let secret = [&[1][..], &seed].concat();
        let id = schemas::encoding::hex::encode(&public.id);
        let text_of_key = format!("PRIVATE+KEY+{key_name}+{id}+{}", schemas::encoding::base64::encode(&secret));
        let theirs = StandardSigner::new(&text_of_key).unwrap();
        let mut unsigned = Note::new(text.as_bytes(), &[]).unwrap();
        unsigned.add_sigs(&[&theirs]).unwrap();
        let bytes = unsigned.to_bytes();
        prop_assert_eq!(std::str::from_utf8(&bytes).unwrap(), note.to_string());
        let read = UnverifiedNote::read(&note.to_string()).unwrap();
        prop_assert_eq!(&read, &note);
        prop_assert_eq!(read.verify(std::slice::from_ref(public)), Ok(()));
    }

    /// Whatever is read here is written again as it was, and read there too.
    #[test]
    fn what_is_read_is_written(text in "([a\n— .=A]{0,9}\n){0,4}\n?(— [a +]{0,3} [A-D+/]{4,12}={0,2}\n?){0,3}") {
        if let Ok(note) = UnverifiedNote::read(&text) {
            prop_assert_eq!(note.to_string(), text.clone());
            prop_assert!(Note::from_bytes(text.as_bytes()).is_ok());
        }
    }
}

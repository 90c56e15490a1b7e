//! Status lists: what one writes the other reads, bit for bit.

use mock_world::party::Purpose;
use mock_world::{contexts, status};
use schemas::canonical;
use schemas::credential::Validity;
use schemas::status::{Bits, MIN_BITS, StatusListCredential, StatusPurpose};
use schemas::web_url::WebUrl;
use ssi::status::bitstring_status_list::{
    BitstringStatusListCredential, StatusPurpose as Purposes, StatusSize,
};
use verifier::ListRef;

use crate::ours::{Judge, Ours, now, random, tomorrow, yesterday};
use crate::theirs::Theirs;

/// Lists that are compared.
const ROUNDS: usize = 20;

/// Some random indices below a length.
fn indices(length: u64) -> Vec<u64> {
    let count = usize::from(u16::from_le_bytes(random())) % 400;
    (0..count)
        .map(|_| u64::from_le_bytes(random()) % length)
        .collect()
}

/// A length of at least the smallest one, in whole bytes.
fn length(round: usize) -> u64 {
    match round {
        0 => MIN_BITS,
        _ => MIN_BITS + 8 * u64::from(u16::from_le_bytes(random())),
    }
}

#[test]
fn ours_are_read_by_theirs() {
    for round in 0..ROUNDS {
        let length = length(round);
        let mut bits = Bits::unset(length);
        let set = indices(length);
        for index in &set {
            assert!(bits.set(*index, true));
        }
        let text = bits.encode();
        assert_eq!(status::decode(&text).unwrap().len() as u64 * 8, bits.len());
        for index in set.iter().copied().chain(indices(length)) {
            let theirs = status::entry(&text, 1, index as usize).unwrap();
            assert_eq!(theirs, Some(u8::from(set.contains(&index))), "{index}");
            assert_eq!(bits.get(index), Some(set.contains(&index)), "{index}");
        }
        let beyond = status::entry(&text, 1, bits.len() as usize).unwrap();
        assert_eq!((beyond, bits.get(bits.len())), (None, None));
    }
}

#[test]
fn theirs_are_read_by_ours() {
    for round in 0..ROUNDS {
        let length = length(round);
        let set = indices(length);
        let places: Vec<usize> = set.iter().map(|index| *index as usize).collect();
        let text = status::encode(length as usize, &places).unwrap();
        let bits = Bits::decode(&text).unwrap();
        assert_eq!(bits.len(), length);
        for index in set.iter().copied().chain(indices(length)) {
            assert_eq!(bits.get(index), Some(set.contains(&index)), "{index}");
        }
    }
}

/// Lists of random bits, which no compression makes small, over HTTP and back.
#[tokio::test]
async fn random_bits_go_round() {
    let theirs = Theirs::open().await;
    for _ in 0..3 {
        let bytes = random::<{ MIN_BITS as usize / 8 }>();
        let (_, text) = theirs.post("/lists/encode", bytes).await;
        let mut bits = Bits::decode(std::str::from_utf8(&text).unwrap()).unwrap();
        for (at, byte) in bytes.iter().enumerate() {
            for bit in 0..8 {
                let index = (at * 8 + bit) as u64;
                assert_eq!(bits.get(index), Some(byte >> (7 - bit) & 1 == 1), "{index}");
            }
        }
        let (_, back) = theirs.post("/lists/decode", bits.encode()).await;
        assert_eq!(back, bytes);
        assert!(bits.set(17, bits.get(17) == Some(false)));
        let (_, back) = theirs.post("/lists/decode", bits.encode()).await;
        assert_ne!(back, bytes);
    }
}

/// The credential that carries a list: signed by ours, verified and read by theirs.
#[tokio::test]
async fn our_list_credential_is_read_by_theirs() {
    let (theirs, ours) = (Theirs::open().await, Ours::open().await);
    theirs.believe(ours.did()).await;
    let mut bits = Bits::unset(MIN_BITS);
    assert!(bits.set(94_567, true));
    let url: WebUrl = "https://ours.example/status/1".parse().unwrap();
    let list = StatusListCredential {
        url,
        issuer: ours.did().clone(),
        validity: Validity::between(yesterday(), tomorrow()),
        purpose: StatusPurpose::Revocation,
        bits,
        ttl_seconds: 60,
    };
    let bytes = canonical::object_to_bytes(&ours.issue(&list.unsigned()));
    assert_eq!(theirs.refuses("/credentials", &bytes).await, None);
    let read: BitstringStatusListCredential = serde_json::from_slice(&bytes).unwrap();
    let subject = &read.credential_subject;
    assert_eq!(subject.status_purpose, Purposes::Revocation);
    assert_eq!(subject.ttl.map(|ttl| ttl.0), Some(60_000));
    let entries = read.decode_status_list().unwrap();
    for (index, value) in [(94_567, Some(1)), (94_566, Some(0)), (131_072, None)] {
        assert_eq!(entries.get(StatusSize::DEFAULT, index), value, "{index}");
    }
}

/// And the other way: a list that `ssi` wrote and signed is believed by `verifier`.
#[tokio::test]
async fn their_list_credential_is_believed_by_ours() {
    let theirs = Theirs::open().await;
    let judge = Judge::of(&theirs).await;
    let url = format!("{}/status/1", theirs.origin);
    let text = status::encode(131_072, &[94_567]).unwrap();
    let document = serde_json::json!({
        "@context": [contexts::NAMES[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": theirs.world.party.did(),
        "validFrom": yesterday().to_string(),
        "validUntil": tomorrow().to_string(),
        "credentialSubject": {
            "id": format!("{url}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": text,
        },
    });
    let signed = theirs.world.party.sign(&document, Purpose::Assertion).await;
    let mut signed = signed.unwrap();
    let list = ListRef {
        url: url.parse().unwrap(),
        issuer: theirs.did(),
    };
    let judged = judge.list(&list, signed.to_string().as_bytes());
    assert!(judged.is_ok(), "{judged:?} at {}", now());
    signed["credentialSubject"]["encodedList"] = status::encode(131_072, &[]).unwrap().into();
    let judged = judge.list(&list, signed.to_string().as_bytes());
    assert_eq!(judged.unwrap_err().reason().code(), "status_invalid");
}

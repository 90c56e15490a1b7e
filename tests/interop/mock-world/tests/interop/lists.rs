//! Status lists: what one writes the other reads, bit for bit.

use mock_world::status;
use schemas::status::{Bits, MIN_BITS};

use crate::ours::random;
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
        bits.set(17, bits.get(17) == Some(false));
        let (_, back) = theirs.post("/lists/decode", bits.encode()).await;
        assert_ne!(back, bytes);
    }
}

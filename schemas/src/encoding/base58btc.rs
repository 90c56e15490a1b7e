//! base58 with the Bitcoin alphabet, as multibase `z` has it: keys and signatures are written so.
//! Whoever reads or writes documents runs it. Source: the Multibase data format, section "base58btc".

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Longest text that is read, in letters: decoding takes quadratic time.
pub const MAX_TEXT: usize = 1024;
/// Letters that are taken in one step: as many as make a number of 32 bits.
const STEP: usize = 5;
/// 58 to the power of [`STEP`].
const STEP_VALUE: u64 = 656_356_768;

/// The text, without a multibase prefix.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let number = bytes.get(zeros..).unwrap_or_default();
    // Groups of four bytes, the highest first.
    let mut limbs: Vec<u32> = number
        .rchunks(4)
        .rev()
        .map(|group| {
            group
                .iter()
                .fold(0, |limb, byte| (limb << 8) | u32::from(*byte))
        })
        .collect();
    let mut letters = Vec::with_capacity(zeros + number.len() * 7 / 5 + STEP);
    let mut from = 0;
    while let Some(rest) = limbs.get_mut(from..).filter(|rest| !rest.is_empty()) {
        let mut remainder = 0_u64;
        for limb in rest {
            let value = (remainder << 32) | u64::from(*limb);
            *limb = u32::try_from(value / STEP_VALUE).unwrap_or_default();
            remainder = value % STEP_VALUE;
        }
        for _ in 0..STEP {
            letters.push(letter(remainder % 58));
            remainder /= 58;
        }
        while limbs.get(from) == Some(&0) {
            from += 1;
        }
    }
    // The highest step may begin with digits that are none.
    while letters.last() == Some(&'1') {
        letters.pop();
    }
    letters.extend(std::iter::repeat_n('1', zeros));
    letters.iter().rev().collect()
}

/// The bytes of a text without multibase prefix; `None` for other letters or more than [`MAX_TEXT`].
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    let number = text.as_bytes().get(zeros..)?;
    // Groups of 32 bits, the lowest first.
    let mut limbs: Vec<u32> = Vec::with_capacity(number.len() / STEP + 1);
    for letters in number.chunks(STEP) {
        let (mut factor, mut carry) = (1, 0);
        for letter in letters {
            factor *= 58;
            carry = carry * 58 + digit(*letter)?;
        }
        for limb in &mut limbs {
            let value = u64::from(*limb) * factor + carry;
            let [a, b, c, d, high @ ..] = value.to_le_bytes();
            *limb = u32::from_le_bytes([a, b, c, d]);
            carry = u64::from(u32::from_le_bytes(high));
        }
        if carry > 0 {
            limbs.push(u32::try_from(carry).ok()?);
        }
    }
    let digits = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    let mut bytes = Vec::with_capacity(zeros + limbs.len() * 4);
    bytes.resize(zeros, 0);
    bytes.extend(digits.skip_while(|byte| *byte == 0));
    Some(bytes)
}

fn letter(digit: u64) -> char {
    let letter = usize::try_from(digit)
        .ok()
        .and_then(|digit| ALPHABET.get(digit));
    letter.copied().map_or('1', char::from)
}

/// What is no letter of the alphabet.
const NONE: u8 = 0xff;

/// The value of every byte, so that no letter is searched for.
const DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut rest: &[u8] = ALPHABET;
    let mut digit = 0;
    while let [letter, behind @ ..] = rest {
        let mut table: &mut [u8] = &mut digits;
        let mut at = 0;
        while let [entry, after @ ..] = table {
            if at == *letter {
                *entry = digit;
                break;
            }
            at += 1;
            table = after;
        }
        digit += 1;
        rest = behind;
    }
    digits
};

fn digit(letter: u8) -> Option<u64> {
    let digit = *DIGITS.get(usize::from(letter))?;
    (digit != NONE).then_some(u64::from(digit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{ALPHABET, MAX_TEXT, STEP, STEP_VALUE, decode, encode};

    #[test]
    fn published_examples() {
        assert_eq!(STEP_VALUE, 58_u64.pow(STEP.try_into().unwrap()));
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\0", "1"),
            (b"\0\0\0", "111"),
            (b"a", "2g"),
            (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
            (
                b"The quick brown fox jumps over the lazy dog.",
                "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            ),
            (&[0, 0, 0x28, 0x7f, 0xb4, 0xcd], "11233QC4"),
            (&[0xff; 8], "jpXCZedGfVQ"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text}");
        }
    }

    #[test]
    fn every_letter_and_no_other() {
        for letter in 0..=0x7f_u8 {
            let text = char::from(letter).to_string();
            let place = ALPHABET.iter().position(|other| *other == letter);
            let expected = place.map(|place| vec![u8::try_from(place).unwrap()]);
            assert_eq!(decode(&text), expected, "{text:?}");
            let last = decode(&format!("2222{letter}22", letter = char::from(letter)));
            assert_eq!(last.is_some(), place.is_some());
        }
        assert_eq!(decode("é"), None);
        assert!(decode(&"z".repeat(MAX_TEXT)).is_some());
        assert_eq!(decode(&"z".repeat(MAX_TEXT + 1)), None);
    }

    proptest! {
        /// The same as the usual library makes and reads.
        #[test]
        fn agrees_with_the_library(
            zeros in 0..4_usize,
            bytes in prop::collection::vec(any::<u8>(), 0..140),
            text in "[1-9A-HJ-NP-Za-km-z]{0,140}",
        ) {
            let bytes = [vec![0; zeros], bytes].concat();
            let encoded = encode(&bytes);
            assert_eq!(encoded, bs58::encode(&bytes).into_string());
            assert_eq!(decode(&encoded), Some(bytes));
            let decoded = decode(&text).unwrap();
            assert_eq!(decoded, bs58::decode(&text).into_vec().unwrap());
            assert_eq!(encode(&decoded), text);
        }

        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,40}") {
            assert_eq!(decode(&text), bs58::decode(&text).into_vec().ok());
        }
    }
}

//! The canonical form is the one that others compute (RFC 8785), for very many random documents, and
//! reading is its inverse.

use schemas::canonical;
use schemas::json::{Limits, Number, Object, Value, read};

/// Documents in each of the tests below; together 100,000.
const SHARE: u64 = 25_000;

#[test]
fn others_compute_the_same_1() {
    compare(1);
}

#[test]
fn others_compute_the_same_2() {
    compare(2);
}

#[test]
fn others_compute_the_same_3() {
    compare(3);
}

#[test]
fn others_compute_the_same_4() {
    compare(4);
}

fn compare(seed: u64) {
    let mut random = Random(seed << 40);
    let mut bytes = 0;
    for number in 0..SHARE {
        let (ours, theirs) = random.object(3);
        let written = canonical::to_bytes(&ours);
        let expected = serde_json_canonicalizer::to_vec(&theirs).unwrap();
        assert_eq!(written, expected, "document {number} of {seed}");
        let again = read(&written, &Limits::document());
        let again = again.unwrap_or_else(|error| panic!("{error}: {ours}"));
        // Members of an object have no order.
        assert_eq!(again, ours, "document {number} of {seed}");
        assert_eq!(canonical::to_bytes(&again), written);
        bytes += written.len();
    }
    assert!(bytes > 60 * 25_000, "small documents: {bytes} bytes");
}

/// Numbers by themselves, against the shortest digits that the standard library finds, laid out as
/// ECMAScript has it: the other implementation shares our table of digits.
#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    let mut random = Random(5);
    for _ in 0..100_000 {
        let number = random.number();
        let value = Value::from(Number::from_f64(number).unwrap());
        let written = String::from_utf8(canonical::to_bytes(&value)).unwrap();
        assert_eq!(written, ecmascript(number), "{number:e}");
    }
}

/// ECMA-262 `Number::toString`, radix 10.
fn ecmascript(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let scientific = format!("{:e}", number.abs());
    let (digits, exponent) = scientific.split_once('e').unwrap();
    let digits = digits.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap();
    let count = i32::try_from(digits.len()).unwrap();
    // The position of the point, counted from the first digit: `n` of the standard.
    let point = exponent + 1;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap());
    let text = if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, rest) = digits.split_at(usize::try_from(point).unwrap());
        format!("{whole}.{rest}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let mark = if exponent < 0 { '-' } else { '+' };
        let power = exponent.abs();
        match digits.split_at(1) {
            (first, "") => format!("{first}e{mark}{power}"),
            (first, rest) => format!("{first}.{rest}e{mark}{power}"),
        }
    };
    format!("{sign}{text}")
}

/// SplitMix64: fast, and the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// The same value for us and for the other implementation.
    fn value(&mut self, depth: u64) -> (Value, serde_json::Value) {
        match self.below(if depth == 0 { 8 } else { 12 }) {
            0 => (Value::Null, serde_json::Value::Null),
            1 => {
                let truth = self.below(2) == 0;
                (truth.into(), truth.into())
            }
            2..=4 => {
                let number = self.number();
                (Number::from_f64(number).unwrap().into(), number.into())
            }
            5..=7 => {
                let text = self.text();
                (text.as_str().into(), text.into())
            }
            8 | 9 => {
                let count = self.below(5);
                let (ours, theirs): (Vec<_>, Vec<_>) =
                    (0..count).map(|_| self.value(depth - 1)).unzip();
                (Value::Array(ours), theirs.into())
            }
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: u64) -> (Value, serde_json::Value) {
        let (mut ours, mut theirs) = (Object::new(), serde_json::Map::new());
        for _ in 0..self.below(5) + u64::from(depth == 3) * 2 {
            let name = self.text();
            let (our, their) = self.value(depth);
            ours.insert(name.as_str(), our);
            theirs.insert(name, their);
        }
        (ours.into(), theirs.into())
    }

    /// Finite, and no integer that doubles cannot tell apart.
    fn number(&mut self) -> f64 {
        let number = match self.below(6) {
            0 => f64::from_bits(self.next()),
            // Around the places where the notation changes.
            1 => {
                let digits = self.below(100_000);
                let power = i64::try_from(self.below(60)).unwrap() - 30;
                format!("{digits}e{power}").parse().unwrap()
            }
            2 => {
                let (whole, rest) = (self.below(1000), self.below(1_000_000));
                format!("-{whole}.{rest}").parse().unwrap()
            }
            3 => f64::from(u32::try_from(self.below(1 << 32)).unwrap()),
            4 => -f64::from(u32::try_from(self.below(1000)).unwrap()),
            _ => 9_007_199_254_740_991.0 - f64::from(u32::try_from(self.below(1000)).unwrap()),
        };
        let unsafe_integer = number.fract() == 0.0 && number.abs() > 9_007_199_254_740_991.0;
        if number.is_finite() && !unsafe_integer {
            number
        } else {
            0.5
        }
    }

    /// Letters of every length in UTF-8 and UTF-16, what has to be escaped, and what must not be.
    fn text(&mut self) -> String {
        let count = self.below(9);
        (0..count)
            .map(|_| {
                let (first, count): (u32, u32) = match self.below(9) {
                    0 => (0, 0x20),
                    1 => (u32::from('"'), 1),
                    2 => (u32::from('\\'), 1),
                    3 => (0x7F, 0x80),
                    4 => (0x2028, 2),
                    // Sorted before the next line in UTF-8, behind it in UTF-16.
                    5 => (0xE000, 0x1FFE),
                    6 => (0x1_0000, 0xF_FFFE),
                    _ => (u32::from(' '), 0x5F),
                };
                let letter = first + u32::try_from(self.below(u64::from(count))).unwrap();
                char::from_u32(letter).unwrap_or('\u{FFFD}')
            })
            .collect()
    }
}

//! The strict check of an Ed25519 signature (RFC 8032 section 5.1.7, the equation without cofactor).
//!
//! The answers are those of `verify_strict` of `ed25519-dalek`, and the arithmetic is that of
//! `curve25519-dalek`; two things are done in another order. `R` is computed and its bytes compared, so
//! that it need not be decompressed first. And a key that is [kept](Key::kept) and met again has a table
//! of its multiples, with which nothing is doubled 256 times. All that is read here is public: nothing
//! runs in constant time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use sha2::{Digest as _, Sha512};

use super::{KeyError, SIGNATURE_BYTES, SignatureInvalid};

/// Bytes of a public key.
pub(super) const BYTES: usize = 32;
/// With how many checks a kept key earns its table: making one costs about as much as three checks.
const EARNED: u32 = 8;

/// A public key, judged when it was loaded.
#[derive(Clone)]
pub(super) struct Key {
    key: ed25519_dalek::VerifyingKey,
    kept: Option<Arc<Kept>>,
}

/// What a kept key gathers. It changes how long an answer takes, and no answer.
#[derive(Default)]
struct Kept {
    checks: AtomicU32,
    table: OnceLock<Multiples>,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Key {}

impl From<ed25519_dalek::VerifyingKey> for Key {
    fn from(key: ed25519_dalek::VerifyingKey) -> Self {
        Self { key, kept: None }
    }
}

impl Key {
    pub(super) fn from_bytes(bytes: &[u8; BYTES]) -> Result<Self, KeyError> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        // First of all, so that a small-order point is called weak in whatever spelling it comes.
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        // Decompression reduces coordinates and forgives a sign on x = 0: one point, many spellings.
        // Points with x = 0 are weak, so it is the coordinate alone that may be misspelt.
        if !is_reduced(bytes) {
            return Err(KeyError::NonCanonical);
        }
        Ok(key.into())
    }

    pub(super) fn as_bytes(&self) -> &[u8; BYTES] {
        self.key.as_bytes()
    }

    /// The same key, for somebody who keeps it and meets its signatures again and again.
    pub(super) fn kept(mut self) -> Self {
        self.kept.get_or_insert_default();
        self
    }

    pub(super) fn verify(
        &self,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), SignatureInvalid> {
        let (r, s) = signature.split_at(SIGNATURE_BYTES / 2);
        let s: [u8; 32] = s.try_into().map_err(|_| SignatureInvalid)?;
        // `s` has one spelling only.
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)).ok_or(SignatureInvalid)?;
        let hash = Sha512::new().chain_update(r).chain_update(self.as_bytes());
        let k = Scalar::from_bytes_mod_order_wide(&hash.chain_update(message).finalize().into());
        let expected = self.commitment(&k, &s);
        // A compressed point is canonical, so an `R` that is not never equals one.
        if expected.compress().as_bytes() != r || expected.is_small_order() {
            return Err(SignatureInvalid);
        }
        Ok(())
    }

    /// The one `R` that satisfies the equation: `sB - kA`.
    fn commitment(&self, k: &Scalar, s: &Scalar) -> EdwardsPoint {
        let minus = -self.key.to_edwards();
        match self.kept.as_deref().and_then(|kept| kept.table(&minus)) {
            Some(table) => table.times(k) + BASE.times(s),
            None => EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &minus, s),
        }
    }
}

impl Kept {
    fn table(&self, point: &EdwardsPoint) -> Option<&Multiples> {
        if let Some(table) = self.table.get() {
            return Some(table);
        }
        // Two at once may both count, or one make what the other waits for: nothing depends on it.
        if self.checks.fetch_add(1, Ordering::Relaxed) < EARNED {
            return None;
        }
        Some(
            self.table
                .get_or_init(|| Multiples::of(point, STRIDE_OF_KEY)),
        )
    }
}

/// Bits of a digit of a scalar.
const WIDTH: usize = 6;
/// Digits of a scalar, which is below 2^253.
const DIGITS: usize = 43;
/// Multiples of a point for one digit: the greatest value of it.
const MOST: usize = 1 << (WIDTH - 1);

/// All digits of the base point are at hand, 215 KB; of a kept key every other one, 110 KB.
const STRIDE_OF_BASE: usize = 1;
const STRIDE_OF_KEY: usize = 2;

static BASE: LazyLock<Multiples> =
    LazyLock::new(|| Multiples::of(&ED25519_BASEPOINT_POINT, STRIDE_OF_BASE));

/// The points that the multiples of one are put together from: `m * 2^(6 stride c) * P`, with `m` from 1
/// to 32, column by column. The digits between two columns are reached by doubling.
struct Multiples {
    points: Vec<EdwardsPoint>,
    stride: usize,
}

impl Multiples {
    fn of(point: &EdwardsPoint, stride: usize) -> Self {
        let columns = DIGITS.div_ceil(stride);
        let mut points = Vec::with_capacity(columns * MOST);
        let mut first = *point;
        for _ in 0..columns {
            let mut multiple = first;
            for _ in 0..MOST {
                points.push(multiple);
                multiple += first;
            }
            for _ in 0..stride {
                first = shifted(&first);
            }
        }
        Self { points, stride }
    }

    /// A scalar times the point.
    fn times(&self, scalar: &Scalar) -> EdwardsPoint {
        let digits = digits(scalar);
        let mut sum = EdwardsPoint::identity();
        for step in (0..self.stride).rev() {
            if step + 1 < self.stride {
                sum = shifted(&sum);
            }
            let column = digits.iter().skip(step).step_by(self.stride);
            for (digit, multiples) in column.zip(self.points.chunks_exact(MOST)) {
                let Some(index) = usize::from(digit.unsigned_abs()).checked_sub(1) else {
                    continue;
                };
                match multiples.get(index) {
                    Some(point) if *digit < 0 => sum -= point,
                    Some(point) => sum += point,
                    None => {}
                }
            }
        }
        sum
    }
}

/// Times 2^6.
fn shifted(point: &EdwardsPoint) -> EdwardsPoint {
    const { assert!(WIDTH == 6, "a cofactor is 2^3") };
    point.mul_by_cofactor().mul_by_cofactor()
}

/// A scalar as `d[0] + 2^6 d[1] + 2^12 d[2] …`, each digit from -32 to 31.
fn digits(scalar: &Scalar) -> [i8; DIGITS] {
    let bytes = scalar.as_bytes();
    let mut carry = 0;
    std::array::from_fn(|index| {
        let (byte, bit) = (index * WIDTH / 8, index * WIDTH % 8);
        let at = |byte: usize| u16::from(bytes.get(byte).copied().unwrap_or(0));
        let bits = ((at(byte) | at(byte + 1) << 8) >> bit) & ((1 << WIDTH) - 1);
        // At most 2^6: it fits.
        let digit = i8::try_from(bits).unwrap_or_default() + carry;
        carry = i8::from(digit >= 1 << (WIDTH - 1));
        digit - (carry << WIDTH)
    })
}

/// Whether the `y` of a point is below `p = 2^255 - 19`.
fn is_reduced(bytes: &[u8; BYTES]) -> bool {
    let [lowest, middle @ .., highest] = bytes;
    *lowest < 0xed || *highest & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

#[cfg(test)]
mod tests;

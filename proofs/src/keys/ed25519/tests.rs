//! The same answers as `verify_strict`, for keys met once and for keys met often.

use curve25519_dalek::constants::EIGHT_TORSION;
use proptest::prelude::{any, prop, proptest};
use sha2::Sha512;

use super::*;

/// What the library says.
fn strictly(key: &Key, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.key.verify_strict(message, &signature).is_ok()
}

/// A key that has its table.
fn with_table(key: &Key) -> Key {
    let key = key.clone().kept();
    for _ in 0..=EARNED {
        assert!(key.verify(b"nothing", &[1; SIGNATURE_BYTES]).is_err());
    }
    let table = key.kept.as_ref().and_then(|kept| kept.table.get());
    assert!(table.is_some(), "no table was made");
    key
}

/// One answer, whoever gives it.
fn agreed(key: &Key, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
    let answer = strictly(key, message, signature);
    assert_eq!(key.verify(message, signature).is_ok(), answer, "met once");
    let kept = with_table(key);
    assert_eq!(kept.verify(message, signature).is_ok(), answer, "kept");
    answer
}

fn scalar(seed: &[u8]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(seed).into())
}

/// A signature by the equation, with any point as `A` and as a part of `R`.
fn forged(secret: &Scalar, key: &Key, r: &Scalar, added: &EdwardsPoint, message: &[u8]) -> Vec<u8> {
    let commitment = (EdwardsPoint::mul_base(r) + added).compress();
    let hash = Sha512::new()
        .chain_update(commitment.as_bytes())
        .chain_update(key.as_bytes())
        .chain_update(message);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let s = r + k * secret;
    [&commitment.as_bytes()[..], s.as_bytes()].concat()
}

/// Keys and commitments with a part of small order: the equation without cofactor holds for some
/// messages and not for others, and every way of checking says for which.
#[test]
fn parts_of_small_order_are_judged_alike() {
    let secret = scalar(b"secret");
    let (mut held, mut failed) = (0, 0);
    for in_key in EIGHT_TORSION {
        let point = EdwardsPoint::mul_base(&secret) + in_key;
        let key = Key::from_bytes(point.compress().as_bytes()).unwrap();
        for in_commitment in EIGHT_TORSION {
            for number in 0..8_u8 {
                let r = scalar(&[number]);
                let signature = forged(&secret, &key, &r, &in_commitment, &[number]);
                match agreed(&key, &[number], &signature.try_into().unwrap()) {
                    true => held += 1,
                    false => failed += 1,
                }
            }
        }
    }
    assert!(held >= 8 && failed >= 8, "{held} and {failed}");
}

/// A commitment that is of small order itself, with an `s` that satisfies the equation.
#[test]
fn a_commitment_of_small_order_is_refused_though_the_equation_holds() {
    let secret = scalar(b"secret");
    let key = Key::from_bytes(EdwardsPoint::mul_base(&secret).compress().as_bytes()).unwrap();
    let zero = Scalar::ZERO;
    let identity = EdwardsPoint::identity();
    let signature = forged(&secret, &key, &zero, &identity, b"message");
    let signature = signature.try_into().unwrap();
    let lax = ed25519_dalek::Signature::from_bytes(&signature);
    assert!(
        ed25519_dalek::Verifier::verify(&key.key, b"message", &lax).is_ok(),
        "the equation does not hold"
    );
    assert!(!agreed(&key, b"message", &signature));
}

#[test]
fn scalars_are_sums_of_their_digits() {
    let order_less_one = -Scalar::ONE;
    let some = (0..64_u8).map(|number| scalar(&[number]));
    for scalar in some.chain([Scalar::ZERO, Scalar::ONE, order_less_one]) {
        let base = Scalar::from(1_u64 << WIDTH);
        let sum = digits(&scalar)
            .iter()
            .rev()
            .fold(Scalar::ZERO, |sum, digit| {
                let size = Scalar::from(digit.unsigned_abs());
                sum * base + if *digit < 0 { -size } else { size }
            });
        assert_eq!(sum, scalar);
    }
}

#[test]
fn clones_of_a_kept_key_share_what_it_gathers() {
    let key = Key::from(ed25519_dalek::SigningKey::from_bytes(&[3; 32]).verifying_key()).kept();
    let clone = key.clone().kept();
    let kept = with_table(&key);
    assert!(kept == clone);
    assert!(clone.kept.unwrap().table.get().is_some());
}

proptest! {
    /// Sound signatures, and ones in which a bit of the signature or of the key is another.
    #[test]
    fn answers_are_those_of_the_library(
        seed: [u8; 32],
        message in prop::collection::vec(any::<u8>(), 0..200),
        flipped in prop::option::of(0_usize..512),
        other in prop::option::of(0_usize..256),
        larger: bool,
    ) {
        use ed25519_dalek::Signer as _;
        let signer = ed25519_dalek::SigningKey::from_bytes(&seed);
        let mut signature = signer.sign(&message).to_bytes();
        if let Some(bit) = flipped {
            signature[bit / 8] ^= 1 << (bit % 8);
        }
        if larger {
            // The same number once more, with the order of the group added.
            let order = (-Scalar::ONE).to_bytes();
            let mut carry = 1_u16;
            for (byte, more) in signature[32..].iter_mut().zip(order) {
                let sum = u16::from(*byte) + u16::from(more) + carry;
                *byte = (sum & 0xff) as u8;
                carry = sum >> 8;
            }
        }
        let mut public = signer.verifying_key().to_bytes();
        if let Some(bit) = other {
            public[bit / 8] ^= 1 << (bit % 8);
        }
        if let Ok(key) = Key::from_bytes(&public) {
            let sound = flipped.is_none() && other.is_none() && !larger;
            assert_eq!(agreed(&key, &message, &signature), sound);
        }
    }
}

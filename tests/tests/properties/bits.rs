//! Bytes that differ from a golden document in one bit, or in a stretch.

use std::thread;

use schemas::canonical;
use schemas::json::{Limits, read};

use crate::golden::{Golden, for_each_golden};

/// Every bit, one after the other. What is accepted all the same says the same in other bytes:
/// another spelling of an escape, or white space.
fn refuses_every_changed_bit(golden: &Golden) {
    let stride = golden.stride;
    let bits = (golden.bytes.len() * 8).div_ceil(stride);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let refused: usize = thread::scope(|scope| {
        let shares: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    let mut refused = 0;
                    for bit in (first..bits).step_by(threads).map(|turn| turn * stride) {
                        let mut changed = golden.bytes.clone();
                        changed[bit / 8] ^= 1 << (bit % 8);
                        match golden.judge(&changed) {
                            Err(_) => refused += 1,
                            Ok(()) => {
                                let value = read(&changed, &Limits::document()).unwrap();
                                let same = canonical::to_bytes(&value) == golden.bytes;
                                assert!(same, "{}: bit {bit}", golden.title);
                            }
                        }
                    }
                    refused
                })
            })
            .collect();
        shares.into_iter().map(|share| share.join().unwrap()).sum()
    });
    // Canonical bytes have no white space and no needless escape.
    assert_eq!(refused, bits, "{}", golden.title);
}

/// The same for bytes that are cut, doubled or swapped.
fn refuses_every_changed_stretch(golden: &Golden) {
    let good = &golden.bytes;
    let half = good.len() / 2;
    for at in (0..good.len()).step_by(61) {
        let end = (at + 7).min(good.len());
        let cut = [&good[..at], &good[end..]].concat();
        let doubled = [&good[..end], &good[at..]].concat();
        let mut swapped = good.clone();
        swapped.swap(at, half);
        for changed in [good[..at].to_vec(), cut, doubled, swapped] {
            let refused = golden.judge(&changed).is_err();
            assert!(changed == *good || refused, "{}: at {at}", golden.title);
        }
    }
}

mod a_changed_bit_is_refused {
    super::for_each_golden!(super::refuses_every_changed_bit);
    super::for_each_golden!(super::refuses_every_changed_bit: sd_jwt sd_jwt_presentation);
}

mod a_changed_stretch_is_refused {
    super::for_each_golden!(super::refuses_every_changed_stretch);
    super::for_each_golden!(super::refuses_every_changed_stretch: sd_jwt sd_jwt_presentation);
}

//! The values of a Token Status List and their compressed text: zlib in base64url.
//! Source: draft-ietf-oauth-status-list section 4; RFC 1950; RFC 4648.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::bufread::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::encoding::base64url;
use crate::status::bits::{BitsError, MAX_BITS, inflate};

/// The longest compressed text that is looked at, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// How many bits a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueSize {
    /// Valid or not.
    One,
    /// Also suspended, and one value of the issuer's own.
    Two,
    /// Sixteen values.
    Four,
    /// All values.
    Eight,
}

impl ValueSize {
    /// Every size.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Four, Self::Eight];

    /// The number of bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The size of so many bits; there are no others.
    #[must_use]
    pub fn of_bits(bits: u64) -> Option<Self> {
        let fits = |size: &Self| u64::from(size.bits()) == bits;
        Self::ALL.into_iter().find(fits)
    }

    const fn mask(self) -> u8 {
        u8::MAX >> (8 - self.bits())
    }
}

/// The values of a list. Value 0 stands in the lowest bits of the first byte. Clones share them.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusValues {
    size: ValueSize,
    bytes: Arc<Vec<u8>>,
}

impl StatusValues {
    /// Values that are all zero, rounded up to whole bytes, of at most [`MAX_BITS`] bits.
    #[must_use]
    pub fn zero(count: u64, size: ValueSize) -> Self {
        let bits = count.saturating_mul(u64::from(size.bits())).min(MAX_BITS);
        let bytes = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
        Self {
            size,
            bytes: Arc::new(vec![0; bytes]),
        }
    }

    /// How many bits a value has.
    #[must_use]
    pub const fn size(&self) -> ValueSize {
        self.size
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        let bytes = u64::try_from(self.bytes.len()).unwrap_or(0);
        bytes.saturating_mul(8) / u64::from(self.size.bits())
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Where a value stands: its byte, and how far up in it.
    fn place(&self, index: u64) -> Option<(usize, u8)> {
        let bits = u64::from(self.size.bits());
        let at = index.checked_mul(bits)?;
        let shift = u8::try_from(at % 8).ok()?;
        Some((usize::try_from(at / 8).ok()?, shift))
    }

    /// One value; `None` beyond the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<u8> {
        let (byte, shift) = self.place(index)?;
        Some((self.bytes.get(byte)? >> shift) & self.size.mask())
    }

    /// Sets one value. False beyond the end and for a value of more bits, where nothing is changed.
    #[must_use]
    pub fn set(&mut self, index: u64, value: u8) -> bool {
        let mask = self.size.mask();
        let Some((byte, shift)) = self.place(index).filter(|_| value <= mask) else {
            return false;
        };
        let Some(byte) = Arc::make_mut(&mut self.bytes).get_mut(byte) else {
            return false;
        };
        *byte = *byte & !(mask << shift) | value << shift;
        true
    }

    /// The value of `lst`. Equal values give equal text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail.
        let compressed = zlib
            .write_all(&self.bytes)
            .and_then(|()| zlib.finish())
            .unwrap_or_default();
        base64url::encode(&compressed)
    }

    /// Reads `lst`. What is compressed is bounded before, and what comes out while it is inflated.
    ///
    /// # Errors
    /// [`BitsError::Encoding`] for anything but one zlib stream in base64url, [`BitsError::TooLarge`]
    /// for more than [`MAX_BITS`] bits; nothing is cut off or filled up.
    pub fn decode(text: &str, size: ValueSize) -> Result<Self, BitsError> {
        if text.len() > MAX_TEXT {
            return Err(BitsError::TooLarge);
        }
        let compressed = base64url::decode(text).ok_or(BitsError::Encoding)?;
        let mut decoder = ZlibDecoder::new(compressed.as_slice());
        let bytes = inflate(&mut decoder)?;
        // Anything behind the stream would be read by some and not by others.
        if !decoder.into_inner().is_empty() {
            return Err(BitsError::Encoding);
        }
        let bytes = Arc::new(bytes);
        Ok(Self { size, bytes })
    }
}

impl fmt::Debug for StatusValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "StatusValues({} of {} bits)",
            self.len(),
            self.size.bits()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    use super::{StatusValues, ValueSize};
    use crate::encoding::base64url;
    use crate::status::BitsError;

    fn listed(size: ValueSize, values: &[u8]) -> StatusValues {
        let mut list = StatusValues::zero(u64::try_from(values.len()).unwrap(), size);
        for (index, value) in (0..).zip(values) {
            assert!(list.set(index, *value));
        }
        list
    }

    /// The examples of section 4.1 and 4.2.
    #[test]
    fn reads_and_writes_the_examples_of_the_draft() {
        let one = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
        let two = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
        for (size, values, text) in [
            (ValueSize::One, &one[..], "eNrbuRgAAhcBXQ"),
            (ValueSize::Two, &two[..], "eNo76fITAAPfAgc"),
        ] {
            let list = listed(size, values);
            assert_eq!(list.encode(), text);
            let read = StatusValues::decode(text, size).unwrap();
            assert_eq!(read, list);
            assert_eq!(read.len(), u64::try_from(values.len()).unwrap());
            assert_eq!(read.get(read.len()), None);
            assert_eq!(read.get(u64::MAX), None);
        }
    }

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(bytes).unwrap();
        zlib.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_not_inflated_and_nothing_stands_behind_the_stream() {
        let read = |bytes: &[u8]| {
            let text = base64url::encode(bytes);
            StatusValues::decode(&text, ValueSize::Two).map(|list| list.len())
        };
        let most = 4 << 20;
        assert_eq!(read(&compressed(&vec![0; most])), Ok(16 << 20));
        let bomb = compressed(&vec![0; most + 1]);
        assert_eq!(read(&bomb), Err(BitsError::TooLarge));
        let mut two = compressed(&[1; 64]);
        two.extend(compressed(&[2; 64]));
        assert_eq!(read(&two), Err(BitsError::Encoding));
        let mut junk = compressed(&[1; 64]);
        junk.push(0);
        assert_eq!(read(&junk), Err(BitsError::Encoding));
        let mut cut = compressed(&[1; 64]);
        cut.pop();
        assert_eq!(read(&cut), Err(BitsError::Encoding));
        for text in [
            "",
            "uAA",
            "eNrbuRgAAhcBXQ=",
            "eNrbuRgAAhcBXQ\n",
            "eNrbuRgAAhcBXg",
        ] {
            let read = StatusValues::decode(text, ValueSize::One);
            assert_eq!(read, Err(BitsError::Encoding), "{text}");
        }
        let long = "A".repeat((1 << 20) + 1);
        let read = StatusValues::decode(&long, ValueSize::One);
        assert_eq!(read, Err(BitsError::TooLarge));
    }

    #[test]
    fn no_size_but_four() {
        let read: Vec<u64> = (0..20)
            .filter(|bits| ValueSize::of_bits(*bits).is_some())
            .collect();
        assert_eq!(read, [1, 2, 4, 8]);
        assert_eq!(ValueSize::of_bits(u64::MAX), None);
    }

    proptest! {
        #[test]
        fn values_round_trip_and_touch_no_others(values in vec(any::<u8>(), 1..200), size in 0_usize..4) {
            let size = ValueSize::ALL[size];
            let mask = u8::MAX >> (8 - size.bits());
            let values: Vec<u8> = values.into_iter().map(|value| value & mask).collect();
            let list = listed(size, &values);
            let read = StatusValues::decode(&list.encode(), size).unwrap();
            for (index, value) in (0..).zip(&values) {
                assert_eq!(read.get(index), Some(*value));
            }
            let mut other = read.clone();
            assert!(mask == u8::MAX || !other.set(0, mask + 1));
            assert!(!other.set(other.len(), 0));
            assert_eq!(other, read);
        }
    }
}

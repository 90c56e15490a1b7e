//! The bits of a list and their compressed text: gzip in base64url behind the letter `u`.
//! Source: Bitstring Status List v1.0 sections 3.3 and 3.4; RFC 1952; RFC 4648.

use std::fmt;
use std::io::{Read, Write as _};
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};

use crate::encoding::base64url;
use crate::reason::Reason;

/// The fewest bits of a list, so that one credential is hidden among many (section 3.3).
pub const MIN_BITS: u64 = 131_072;
/// The most bits that are read: 4 MiB when inflated.
pub const MAX_BITS: u64 = 1 << 25;
/// The longest compressed text that is looked at, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// Flags of a gzip header that are read: text, a sum of the header, a file name. An extra field or a
/// remark is room for what nobody looks at, and the others are reserved (RFC 1952 section 2.3.1).
const FLAGS: u8 = 0b0000_1011;
/// How much is inflated at a time.
const STEP: usize = 16 * 1024;

/// The bits of a list. Bit 0 is the left-most of the first byte. Clones share the bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Bits(Arc<Vec<u8>>);

/// Why a compressed list is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitsError {
    /// Not `u` and base64url, not one gzip member, or something behind it.
    Encoding,
    /// More than [`MAX_BITS`], or a longer text than such a list ever needs.
    TooLarge,
    /// Fewer than [`MIN_BITS`].
    TooShort,
}

impl BitsError {
    /// The reason code.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Encoding => Reason::StatusInvalid,
            Self::TooLarge => Reason::StatusTooLarge,
            Self::TooShort => Reason::StatusLength,
        }
    }
}

impl fmt::Display for BitsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => formatter.write_str("not one gzip member in base64url behind \"u\""),
            Self::TooLarge => write!(formatter, "more than {MAX_BITS} bits"),
            Self::TooShort => write!(formatter, "fewer than {MIN_BITS} bits"),
        }
    }
}

impl std::error::Error for BitsError {}

impl Bits {
    /// All bits unset; rounded up to whole bytes and to [`MIN_BITS`], at most [`MAX_BITS`].
    #[must_use]
    pub fn unset(bits: u64) -> Self {
        let bytes = bits.clamp(MIN_BITS, MAX_BITS).div_ceil(8);
        Self(Arc::new(vec![0; usize::try_from(bytes).unwrap_or(0)]))
    }

    /// How many bits there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::try_from(self.0.len()).map_or(0, |bytes| bytes.saturating_mul(8))
    }

    /// Never true: a list has at least [`MIN_BITS`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One bit; `None` beyond the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<bool> {
        let byte = self.0.get(usize::try_from(index / 8).ok()?)?;
        Some(byte & (0b1000_0000 >> (index % 8)) != 0)
    }

    /// Sets or clears one bit. False beyond the end, where nothing is changed.
    #[must_use]
    pub fn set(&mut self, index: u64, value: bool) -> bool {
        let bytes = Arc::make_mut(&mut self.0);
        let at = usize::try_from(index / 8).ok();
        let Some(byte) = at.and_then(|at| bytes.get_mut(at)) else {
            return false;
        };
        let bit = 0b1000_0000 >> (index % 8);
        if value {
            *byte |= bit;
        } else {
            *byte &= !bit;
        }
        true
    }

    /// The value of `encodedList`. Equal bits give equal text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut gzip = GzBuilder::new().write(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let compressed = gzip
            .write_all(&self.0)
            .and_then(|()| gzip.finish())
            .unwrap_or_default();
        format!("u{}", base64url::encode(&compressed))
    }

    /// Reads `encodedList`. What is compressed is bounded before, and what comes out while it is
    /// inflated.
    ///
    /// # Errors
    /// [`BitsError`]; nothing is cut off or filled up.
    pub fn decode(text: &str) -> Result<Self, BitsError> {
        if text.len() > MAX_TEXT {
            return Err(BitsError::TooLarge);
        }
        let text = text.strip_prefix('u').ok_or(BitsError::Encoding)?;
        let compressed = base64url::decode(text).ok_or(BitsError::Encoding)?;
        if compressed.get(3).is_none_or(|flags| flags & !FLAGS != 0) {
            return Err(BitsError::Encoding);
        }
        let mut decoder = GzDecoder::new(compressed.as_slice());
        let bytes = inflate(&mut decoder)?;
        // A second member or anything else behind the first would be read by some and not by others.
        if !decoder.into_inner().is_empty() {
            return Err(BitsError::Encoding);
        }
        let bits = Self(Arc::new(bytes));
        if bits.len() < MIN_BITS {
            return Err(BitsError::TooShort);
        }
        Ok(bits)
    }
}

/// What comes out of a stream of one list, or of the other: no more than the longest list has.
pub(super) fn inflate(stream: &mut impl Read) -> Result<Vec<u8>, BitsError> {
    let most = usize::try_from(MAX_BITS / 8).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    let mut step = [0; STEP];
    loop {
        let read = stream.read(&mut step).map_err(|_| BitsError::Encoding)?;
        let Some(part) = step.get(..read).filter(|part| !part.is_empty()) else {
            return Ok(bytes);
        };
        if bytes.len() + part.len() > most {
            return Err(BitsError::TooLarge);
        }
        bytes.extend_from_slice(part);
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Bits({})", self.len())
    }
}

//! What a person types to open the wallet: one normal form, bounded. The holder's side runs it.
//!
//! The text is brought to Unicode NFKC once, here, so that the same passphrase typed with another
//! keyboard or system opens the same wallet. One line ending at the end is dropped, since pipes and
//! files bring it along.

use std::fmt;

use schemas::reason::Reason;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The longest passphrase, in bytes, before and after normalising.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// A passphrase in its one form. Wiped when dropped; never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes bytes as they came from a terminal, a pipe or a file.
    ///
    /// # Errors
    /// [`PassphraseError`] when empty, too long, not UTF-8, or holding control characters.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PassphraseError> {
        // Two bytes more for the line ending that is dropped below.
        if bytes.len() > MAX_PASSPHRASE_BYTES + 2 {
            return Err(too_long(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PassphraseError::NotUtf8)?;
        Self::new(text)
    }

    /// Takes text and brings it to its one form.
    ///
    /// # Errors
    /// [`PassphraseError`] when empty, too long, or holding control characters.
    pub fn new(text: &str) -> Result<Self, PassphraseError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if text.len() > MAX_PASSPHRASE_BYTES {
            return Err(too_long(text.len()));
        }
        // NFKC makes one character into eighteen at most; the string never moves while it grows.
        let mut normal = Zeroizing::new(String::with_capacity(MAX_PASSPHRASE_BYTES * 18));
        normal.extend(text.nfkc());
        if normal.len() > MAX_PASSPHRASE_BYTES {
            return Err(too_long(normal.len()));
        }
        if normal.chars().any(char::is_control) {
            return Err(PassphraseError::Control);
        }
        Ok(Self(normal))
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passphrase").finish_non_exhaustive()
    }
}

/// Why a passphrase was not accepted as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It has characters that cannot be typed again, such as NUL.
    Control,
    /// There is nothing in it.
    Empty,
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than allowed.
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

impl PassphraseError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::WalletWrongPassphrase
    }
}

impl fmt::Display for PassphraseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control => f.write_str("the passphrase has control characters"),
            Self::Empty => f.write_str("the passphrase is empty"),
            Self::NotUtf8 => f.write_str("the passphrase is not UTF-8"),
            Self::TooLong { bytes, limit } => {
                write!(f, "the passphrase has {bytes} bytes, the limit is {limit}")
            }
        }
    }
}

impl std::error::Error for PassphraseError {}

const fn too_long(bytes: usize) -> PassphraseError {
    PassphraseError::TooLong {
        bytes,
        limit: MAX_PASSPHRASE_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_all_keyboards() {
        let composed = Passphrase::new("p\u{e4}ss\u{ff11}").unwrap();
        let decomposed = Passphrase::from_bytes("pa\u{308}ss1\r\n".as_bytes()).unwrap();
        assert_eq!(composed.expose(), decomposed.expose());
    }

    #[test]
    fn edges_are_refused() {
        assert_eq!(Passphrase::new("").unwrap_err(), PassphraseError::Empty);
        assert_eq!(Passphrase::new("\n").unwrap_err(), PassphraseError::Empty);
        assert_eq!(
            Passphrase::new("a\0b").unwrap_err(),
            PassphraseError::Control
        );
        assert_eq!(
            Passphrase::from_bytes(&[0xff]).unwrap_err(),
            PassphraseError::NotUtf8
        );
        assert_eq!(
            Passphrase::from_bytes(&vec![b'a'; 1 << 20]).unwrap_err(),
            PassphraseError::TooLong {
                bytes: 1 << 20,
                limit: 1024
            }
        );
        assert!(matches!(
            Passphrase::new(&"\u{fdfa}".repeat(300)).unwrap_err(),
            PassphraseError::TooLong { .. }
        ));
        assert!(Passphrase::new(&"a".repeat(1024)).is_ok());
        assert_eq!(
            PassphraseError::Empty.reason(),
            Reason::WalletWrongPassphrase
        );
    }
}

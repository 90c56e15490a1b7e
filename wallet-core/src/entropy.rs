//! Where random bytes come from: an argument of every act that needs them. The holder's side runs it.
//!
//! The commands pass [`OsEntropy`]; tests pass bytes they chose. A source that fails or that answers
//! with nothing but zeros stops the act (`rng_failure`): a wallet never goes on with weak keys.

use std::fmt;

use schemas::reason::Reason;

/// A source of bytes that nobody can guess.
///
/// Implement it only for a test or for a hardware generator; an implementation must fill the whole
/// slice or fail.
pub trait Entropy: Send {
    /// Fills `out` with fresh random bytes.
    ///
    /// # Errors
    /// [`RngError`] when the source did not deliver.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RngError>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RngError> {
        getrandom::fill(out).map_err(|_| RngError::Unavailable)
    }
}

/// Draws `N` bytes and refuses an answer that is all zeros.
///
/// # Errors
/// [`RngError`] when the source failed or gave zeros only.
pub fn draw<const N: usize>(entropy: &mut dyn Entropy) -> Result<[u8; N], RngError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    if N >= 16 && bytes.iter().all(|byte| *byte == 0) {
        return Err(RngError::AllZero);
    }
    Ok(bytes)
}

/// Why no random bytes were to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RngError {
    /// The source answered, but with zeros only.
    AllZero,
    /// The source did not answer.
    Unavailable,
}

impl RngError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::RngFailure
    }
}

impl fmt::Display for RngError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AllZero => "the random generator answered with zeros only",
            Self::Unavailable => "the random generator did not answer",
        })
    }
}

impl std::error::Error for RngError {}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), RngError> {
            out.fill(0);
            Ok(())
        }
    }

    #[test]
    fn zeros_are_refused() {
        assert_eq!(draw::<32>(&mut Zeros), Err(RngError::AllZero));
        assert_eq!(RngError::AllZero.reason(), Reason::RngFailure);
    }

    #[test]
    fn the_system_answers_differently_each_time() {
        let first = draw::<32>(&mut OsEntropy).unwrap();
        assert_ne!(first, draw::<32>(&mut OsEntropy).unwrap());
    }
}

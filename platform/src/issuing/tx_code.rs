//! Transaction codes (section 3.5): a second code, told to the person by another way than the offer, so
//! that nobody who only saw the link takes it up.
//!
//! The world keeps what is left of it under the first code, which it does not keep: whoever reads the
//! store has nothing to try short codes against. How many may be tried is counted in the store.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use schemas::digest::Sha256Digest;
use schemas::message::Confidential;
use schemas::oid4vci::offer::{InputMode, TxCode};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::store::offers::KeptTxCode;
use crate::ticket::{self, NoChance, Ticket};

/// Digits in a code of digits.
const DIGITS: usize = 6;
/// Letters in a code of letters and digits.
const LETTERS: usize = 8;
/// None of which looks like another, in print or by hand.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A transaction code that was drawn, for the one answer that tells it.
pub(crate) struct DrawnTxCode {
    mode: InputMode,
    text: Zeroizing<String>,
}

impl fmt::Debug for DrawnTxCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DrawnTxCode")
            .finish_non_exhaustive()
    }
}

impl DrawnTxCode {
    /// Draws one; each is as likely as any other.
    ///
    /// # Errors
    /// [`NoChance`].
    pub(crate) fn draw(mode: InputMode) -> Result<Self, NoChance> {
        let (length, letters): (usize, &[u8]) = match mode {
            InputMode::Numeric => (DIGITS, b"0123456789"),
            InputMode::Text => (LETTERS, ALPHABET),
        };
        let mut text = Zeroizing::new(String::with_capacity(length));
        let mut bytes = Zeroizing::new([0; 32]);
        while text.len() < length {
            ticket::draw(bytes.as_mut())?;
            for byte in bytes.iter() {
                // The bytes beyond the last whole run of letters would favour the first letters.
                let whole = 256 - 256 % letters.len();
                if usize::from(*byte) < whole
                    && text.len() < length
                    && let Some(letter) = letters.get(usize::from(*byte) % letters.len())
                {
                    text.push(char::from(*letter));
                }
            }
        }
        Ok(Self { mode, text })
    }

    /// The text, for the world's people.
    pub(crate) fn told(&self) -> Confidential {
        Confidential::new(self.text.as_str())
    }

    /// What the store keeps of it.
    pub(crate) fn kept(&self, code: &Ticket) -> KeptTxCode {
        KeptTxCode {
            mode: self.mode,
            digest: under(code, &self.text),
        }
    }
}

/// What an offer says about its code.
pub(crate) const fn description(mode: InputMode) -> TxCode {
    let length = match mode {
        InputMode::Numeric => DIGITS,
        InputMode::Text => LETTERS,
    };
    TxCode {
        input_mode: mode,
        length: Some(length as u64),
        description: None,
    }
}

/// A transaction code under the code of its offer. It is read aloud, and drawn in capitals: how
/// large its letters are typed says nothing.
pub(crate) fn under(code: &Ticket, tx_code: &str) -> Sha256Digest {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(code.expose().as_bytes())
        .expect("a key of some bytes");
    mac.update(b"omote/tx-code/v1\0");
    let typed = Zeroizing::new(tx_code.to_ascii_uppercase());
    mac.update(typed.as_bytes());
    Sha256Digest::from_bytes(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::oid4vci::offer::InputMode;

    use super::{DrawnTxCode, description, under};
    use crate::ticket::Ticket;

    #[test]
    fn codes_are_drawn_in_their_form_and_do_not_print() {
        for mode in [InputMode::Numeric, InputMode::Text] {
            let drawn: BTreeSet<String> = (0..100)
                .map(|_| {
                    let drawn = DrawnTxCode::draw(mode).unwrap();
                    assert!(!format!("{drawn:?}").contains(&*drawn.text));
                    drawn.told().reveal().to_owned()
                })
                .collect();
            assert!(drawn.len() > 95);
            assert!(drawn.iter().all(|code| description(mode).admits(code)));
        }
    }

    #[test]
    fn what_is_kept_depends_on_both_codes() {
        let (one, other) = (Ticket::for_link().unwrap(), Ticket::for_link().unwrap());
        let drawn = DrawnTxCode::draw(InputMode::Numeric).unwrap();
        let kept = drawn.kept(&one).digest;
        assert_eq!(under(&one, drawn.told().reveal()), kept);
        assert_ne!(under(&other, drawn.told().reveal()), kept);
        assert_ne!(under(&one, "000000x"), kept);
        let drawn = DrawnTxCode::draw(InputMode::Text).unwrap();
        let kept = drawn.kept(&one).digest;
        let typed = drawn.told().reveal().to_ascii_lowercase();
        assert_eq!(under(&one, &typed), kept);
        assert_ne!(under(&one, &format!("{typed}a")), kept);
    }
}

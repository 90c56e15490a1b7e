//! The root secret and its 24 words (BIP-39, English and Japanese lists). The holder's side runs it.
//!
//! The words *are* the 32 bytes with a checksum: no passphrase is mixed in, so that paper alone
//! brings every key back.

use std::fmt;

use bip39::{Language, Mnemonic};
use schemas::reason::Reason;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::kdf::Key32;

const WORDS: usize = 24;
const MAX_BYTES: usize = 4096;

/// The 32-byte root of all keys of one wallet. Wiped when dropped; never printed.
#[derive(Clone)]
pub struct Seed(Key32);

impl Seed {
    /// The root made of bytes that the caller drew.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 24 words of either list, in any Unicode form, separated by plain or ideographic spaces.
    ///
    /// # Errors
    /// [`WordsError`] says what is wrong and where, never which word was written.
    pub fn from_words(text: &str) -> Result<Self, WordsError> {
        if text.len() > MAX_BYTES {
            return Err(WordsError::TooLong {
                bytes: text.len(),
                limit: MAX_BYTES,
            });
        }
        // Capacity first: a string that grows leaves pieces of the words behind in memory.
        let mut plain = Zeroizing::new(String::with_capacity(MAX_BYTES * 4));
        plain.extend(text.nfkd().flat_map(char::to_lowercase));
        let count = plain.split_whitespace().count();
        if count != WORDS {
            return Err(WordsError::Count {
                found: count,
                expected: WORDS,
            });
        }
        let list = likely_list(&plain);
        for (at, word) in plain.split_whitespace().enumerate() {
            if list.language().find_word(word).is_none() {
                return Err(WordsError::UnknownWord {
                    position: at.saturating_add(1),
                    list,
                });
            }
        }
        let mnemonic = Mnemonic::parse_in_normalized(list.language(), &plain)
            .map_err(|_| WordsError::Checksum { list })?;
        let (entropy, length) = mnemonic.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        entropy
            .get(..length)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Self::from_bytes)
            .ok_or(WordsError::Checksum { list })
    }

    /// The 24 words, separated as the list's language does it.
    ///
    /// # Errors
    /// [`WordsError`] only when the word list itself refuses 32 bytes, which is a fault of this
    /// program.
    pub fn to_words(&self, list: WordList) -> Result<Zeroizing<String>, WordsError> {
        let mnemonic = Mnemonic::from_entropy_in(list.language(), &*self.0)
            .map_err(|_| WordsError::Checksum { list })?;
        let mut words = Zeroizing::new(String::with_capacity(MAX_BYTES));
        for (at, word) in mnemonic.words().enumerate() {
            if at > 0 {
                words.push(list.separator());
            }
            words.extend(word.nfc());
        }
        Ok(words)
    }

    /// The bytes themselves, for deriving and for sealing only.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed").finish_non_exhaustive()
    }
}

/// The two lists that people may write their words with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordList {
    /// English, separated by spaces.
    English,
    /// Japanese (hiragana), separated by ideographic spaces.
    Japanese,
}

impl WordList {
    const fn language(self) -> Language {
        match self {
            Self::English => Language::English,
            Self::Japanese => Language::Japanese,
        }
    }

    const fn separator(self) -> char {
        match self {
            Self::English => ' ',
            Self::Japanese => '\u{3000}',
        }
    }
}

impl fmt::Display for WordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::English => "English",
            Self::Japanese => "Japanese",
        })
    }
}

/// Why words were not accepted. Holds positions, never words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    /// All words are known, but they do not fit together: one is wrong or two are swapped.
    Checksum {
        /// The list the words are from.
        list: WordList,
    },
    /// Not 24 words.
    Count {
        /// Words given.
        found: usize,
        /// Words needed.
        expected: usize,
    },
    /// More text than 24 words can have.
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A word that is not on the list.
    UnknownWord {
        /// Its place, counted from 1.
        position: usize,
        /// The list that most of the words are from.
        list: WordList,
    },
}

impl WordsError {
    /// The code of this refusal.
    #[must_use]
    pub const fn reason(self) -> Reason {
        Reason::WordsMalformed
    }
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checksum { list } => write!(
                f,
                "all words are on the {list} list, but they do not fit together: one of them is \
                 wrong, or two are swapped"
            ),
            Self::Count { found, expected } => {
                write!(f, "{expected} words are needed and {found} were given")
            }
            Self::TooLong { bytes, limit } => {
                write!(f, "{bytes} bytes are more than 24 words can have ({limit})")
            }
            Self::UnknownWord { position, list } => {
                write!(f, "word {position} is not on the {list} list")
            }
        }
    }
}

impl std::error::Error for WordsError {}

/// The list that more of the words are from; a single wrong word must not turn the language over.
fn likely_list(plain: &str) -> WordList {
    let known = |list: WordList| {
        plain
            .split_whitespace()
            .filter(|word| list.language().find_word(word).is_some())
            .count()
    };
    if known(WordList::Japanese) > known(WordList::English) {
        WordList::Japanese
    } else {
        WordList::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, proptest};

    const ENGLISH: &str = "hamster diagram private dutch cause delay private meat slide toddler \
        razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length";
    // Trezor's published vector for the words above.
    const ENTROPY: &str = "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c";

    #[test]
    fn official_vector() {
        let seed = Seed::from_words(ENGLISH).unwrap();
        assert_eq!(schemas::encoding::hex::encode(seed.expose()), ENTROPY);
        let spaced = ENGLISH.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(*seed.to_words(WordList::English).unwrap(), spaced);
    }

    #[test]
    fn case_and_space_do_not_matter() {
        let odd = format!("  {}\n", ENGLISH.to_uppercase().replace(' ', "\u{3000} \t"));
        assert_eq!(
            Seed::from_words(&odd).unwrap().expose(),
            Seed::from_words(ENGLISH).unwrap().expose()
        );
    }

    #[test]
    fn japanese_in_every_unicode_form() {
        let seed = Seed::from_words(ENGLISH).unwrap();
        let words = seed.to_words(WordList::Japanese).unwrap();
        assert_eq!(words.matches('\u{3000}').count(), 23);
        let forms = [
            words.to_string(),
            words.nfkd().collect::<String>(),
            words.nfc().collect::<String>().replace('\u{3000}', " "),
        ];
        for form in forms {
            assert_eq!(Seed::from_words(&form).unwrap().expose(), seed.expose());
        }
    }

    #[test]
    fn refusals_name_the_place_and_not_the_word() {
        let wrong = ENGLISH.replace("toddler", "zzcanary");
        let error = Seed::from_words(&wrong).unwrap_err();
        assert_eq!(
            error,
            WordsError::UnknownWord {
                position: 10,
                list: WordList::English
            }
        );
        assert!(!format!("{error} {error:?}").contains("zzcanary"));
        assert_eq!(error.reason(), Reason::WordsMalformed);

        let swapped = ENGLISH.replacen("hamster diagram", "diagram hamster", 1);
        assert_eq!(
            Seed::from_words(&swapped).unwrap_err(),
            WordsError::Checksum {
                list: WordList::English
            }
        );
        assert_eq!(
            Seed::from_words("hamster diagram").unwrap_err(),
            WordsError::Count {
                found: 2,
                expected: 24
            }
        );
        assert!(matches!(
            Seed::from_words(&"a".repeat(5000)).unwrap_err(),
            WordsError::TooLong { .. }
        ));
        let words = Seed::from_words(ENGLISH)
            .unwrap()
            .to_words(WordList::Japanese)
            .unwrap();
        let mut list: Vec<&str> = words.split('\u{3000}').collect();
        list[23] = "zoo";
        assert_eq!(
            Seed::from_words(&list.join(" ")).unwrap_err(),
            WordsError::UnknownWord {
                position: 24,
                list: WordList::Japanese
            }
        );
    }

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", Seed::from_bytes([7; 32])), "Seed { .. }");
    }

    proptest! {
        #[test]
        fn words_bring_the_bytes_back(bytes in any::<[u8; 32]>()) {
            let seed = Seed::from_bytes(bytes);
            for list in [WordList::English, WordList::Japanese] {
                let words = seed.to_words(list).unwrap();
                assert_eq!(Seed::from_words(&words).unwrap().expose(), &bytes);
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,300}") {
            let _ = Seed::from_words(&text);
        }
    }
}

//! Reads the text of a code from a PNG or JPEG picture: one that was drawn, a picture of a screen, or a
//! photograph. The holder's machine runs it.
//!
//! ```text
//! bytes ─ picture ─▶ grey ─ bits ─▶ dark or light ─ finders ─▶ three corners ─ grid ─▶ modules ─▶ text
//! ```
//!
//! Where the code is found is ours: every step is bounded by the size of the picture and by the numbers
//! at the head of each file. The published readers search without one. What a grid of modules says is
//! [`rqrr`]'s.

use std::collections::BTreeSet;
use std::fmt;

use schemas::reason::Reason;

use bits::{Bits, Shade};

mod bits;
mod finders;
mod grid;
mod picture;

use picture::Grey;
pub use picture::{MAX_PIXELS, MAX_SIDE};

/// Larger pictures are looked at in smaller copies as well; they are halved at most as often.
const HALVINGS: usize = 3;

/// Why no text was read from a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// There are several codes that say different things.
    Ambiguous {
        /// How many were read.
        codes: usize,
    },
    /// It says what it is and does not keep to that.
    Damaged,
    /// No code is seen, or none that can be read.
    NotFound,
    /// Neither PNG nor JPEG.
    Other,
    /// More pixels than are looked at.
    TooLarge {
        /// Its width.
        width: usize,
        /// Its height.
        height: usize,
    },
}

impl ReadError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Ambiguous { .. } => Reason::QrAmbiguous,
            Self::Damaged | Self::Other => Reason::QrPictureMalformed,
            Self::NotFound => Reason::QrNotFound,
            Self::TooLarge { .. } => Reason::QrPictureTooLarge,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous { codes } => {
                write!(formatter, "{codes} codes that say different things")
            }
            Self::Damaged => formatter.write_str("the picture is damaged"),
            Self::NotFound => formatter.write_str("no code that can be read"),
            Self::Other => formatter.write_str("neither PNG nor JPEG"),
            Self::TooLarge { width, height } => write!(
                formatter,
                "{width} × {height} pixels; at most {MAX_PIXELS}, and {MAX_SIDE} a side"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// The text of the one code in a picture. A code that is there several times is one.
///
/// # Errors
/// [`ReadError`]
pub fn text(file: &[u8]) -> Result<String, ReadError> {
    look(picture::decode(file)?)
}

/// The same of a picture that is at hand as shades of grey, row after row.
///
/// # Errors
/// [`ReadError`]
pub fn text_of_grey(width: usize, pixels: &[u8]) -> Result<String, ReadError> {
    look(Grey::of_rows(width, pixels)?)
}

fn look(mut grey: Grey) -> Result<String, ReadError> {
    for _ in 0..=HALVINGS {
        for shade in Shade::ALL {
            let found = texts(&Bits::new(&grey, shade));
            let codes = found.len();
            let mut found = found.into_iter();
            match (found.next(), found.next()) {
                (Some(text), None) => return Ok(text),
                (Some(_), Some(_)) => return Err(ReadError::Ambiguous { codes }),
                (None, _) => {}
            }
        }
        let Some(half) = grey.halved() else { break };
        grey = half;
    }
    Err(ReadError::NotFound)
}

/// The texts of all codes that are found in one way of looking.
fn texts(bits: &Bits) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    let finders = finders::find(bits);
    let mut used = BTreeSet::new();
    for corners in finders::corners(&finders) {
        if corners.finders.iter().any(|one| used.contains(one)) {
            continue;
        }
        if let Some(text) = grid::read(bits, &corners) {
            used.extend(corners.finders);
            texts.insert(text);
        }
    }
    texts
}

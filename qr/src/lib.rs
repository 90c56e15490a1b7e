//! A link as a QR code: drawn for a terminal or as PNG by the party that asks or offers, and read from
//! a picture by the holder's machine. ISO/IEC 18004.
//!
//! ```text
//! link ── draw::Code ─▶ half blocks │ PNG        PNG │ JPEG ── read::text ─▶ link
//! ```
//!
//! Pure functions of their arguments. A picture is outside data: its size is looked at before anything
//! is decoded, and the search has a bound on everything it tries.

#[cfg(feature = "draw")]
pub mod draw;
#[cfg(feature = "read")]
pub mod read;

#[cfg(all(test, feature = "draw", feature = "read"))]
mod tests;

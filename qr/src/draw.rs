//! Draws a code: with half blocks for a terminal, or as PNG. The party that asks or offers runs it.

use std::fmt;

use qrcode::{Color, EcLevel, QrCode, Version};
use schemas::reason::Reason;

/// Light modules around a code, on each side (ISO/IEC 18004, section 9.1).
const QUIET: usize = 4;
/// How many columns a terminal has at least.
const COLUMNS: usize = 80;
/// Pixels of a module in a PNG.
const PIXELS: usize = 8;

/// A text as a QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// With the quiet zone.
    width: usize,
    /// Row after row; true is dark.
    modules: Vec<bool>,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Black on white, said with colors: right on dark and on light terminals.
    Colors,
    /// Without colors: light modules are drawn, so the background has to be dark.
    Plain,
}

/// More than a QR code holds (about 2900 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The bytes of the text.
    pub bytes: usize,
}

impl TooLong {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::InputTooLarge
    }
}

impl fmt::Display for TooLong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a text of {} bytes does not fit in a QR code",
            self.bytes
        )
    }
}

impl std::error::Error for TooLong {}

impl fmt::Debug for Code {
    // What is in it may be an offer, which is for one person.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Code").finish_non_exhaustive()
    }
}

impl Code {
    /// A text as a code: with middling error correction, or with less where only that fits a terminal.
    ///
    /// # Errors
    /// [`TooLong`]
    pub fn new(text: &str) -> Result<Self, TooLong> {
        let made = |level| QrCode::with_error_correction_level(text, level);
        let fits = |code: &QrCode| code.width() + 2 * QUIET <= COLUMNS;
        let code = match made(EcLevel::M) {
            Ok(code) if fits(&code) => code,
            _ => made(EcLevel::L).map_err(|_| TooLong { bytes: text.len() })?,
        };
        debug_assert!(!matches!(code.version(), Version::Micro(_)));
        let inner = code.width();
        let width = inner + 2 * QUIET;
        let mut modules = vec![false; width * width];
        for (at, color) in code.into_colors().into_iter().enumerate() {
            let (row, column) = (at / inner + QUIET, at % inner + QUIET);
            if let Some(module) = modules.get_mut(row * width + column) {
                *module = color == Color::Dark;
            }
        }
        Ok(Self { width, modules })
    }

    /// How many columns of a terminal it takes.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.width
    }

    fn dark(&self, row: usize, column: usize) -> bool {
        let at = row * self.width + column;
        self.modules.get(at).copied().unwrap_or(false)
    }

    /// Two modules a letter, one above the other; every line ends with a line end.
    #[must_use]
    pub fn to_blocks(&self, style: Style) -> String {
        // Colors of the table of 256, which no theme changes.
        const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
        const RESET: &str = "\u{1b}[0m";
        let mut text = String::new();
        for row in (0..self.width).step_by(2) {
            if style == Style::Colors {
                text.push_str(BLACK_ON_WHITE);
            }
            for column in 0..self.width {
                let drawn = |row| match style {
                    Style::Colors => self.dark(row, column),
                    // A row below the last one is not drawn.
                    Style::Plain => row < self.width && !self.dark(row, column),
                };
                text.push(match (drawn(row), drawn(row + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            if style == Style::Colors {
                text.push_str(RESET);
            }
            text.push('\n');
        }
        text
    }

    /// A PNG file, eight pixels a module, one bit a pixel.
    ///
    /// # Panics
    /// Never: the picture is as large as its header says, and memory takes what is written.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the encoder is given what it was told")]
    pub fn to_png(&self) -> Vec<u8> {
        let side = self.width * PIXELS;
        let mut rows = Vec::with_capacity(side * side / 8);
        for row in 0..self.width {
            // Eight pixels of a module are one byte; light is 1.
            let line: Vec<u8> = (0..self.width)
                .map(|column| if self.dark(row, column) { 0 } else { 0xff })
                .collect();
            for _ in 0..PIXELS {
                rows.extend_from_slice(&line);
            }
        }
        let side = u32::try_from(side).expect("a code has at most 185 modules a side");
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().expect("a header in memory");
        writer.write_image_data(&rows).expect("rows in memory");
        writer.finish().expect("an end in memory");
        file
    }
}

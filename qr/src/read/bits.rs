//! Which pixels are dark.

use super::picture::Grey;

/// A neighborhood is as wide as this part of the picture.
const NEIGHBORHOOD: usize = 8;
/// Dark in a neighborhood is what has less than this many hundredths of its mean.
const DARKER: u32 = 93;

/// How dark is told from light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// One limit for the whole picture.
    Whole,
    /// As `Whole`, with light and dark exchanged.
    WholeInverted,
    /// Against the mean of the neighborhood: for pictures with shadows.
    Near,
    /// As `Near`, with light and dark exchanged.
    NearInverted,
}

impl Shade {
    pub(super) const ALL: [Self; 4] = [
        Self::Whole,
        Self::Near,
        Self::WholeInverted,
        Self::NearInverted,
    ];
}

/// A picture of dark and light.
pub(super) struct Bits {
    pub(super) width: usize,
    pub(super) height: usize,
    dark: Vec<bool>,
}

impl Bits {
    pub(super) fn new(grey: &Grey, shade: Shade) -> Self {
        let dark = match shade {
            Shade::Whole => whole(&grey.pixels, |pixel| pixel),
            Shade::WholeInverted => whole(&grey.pixels, |pixel| !pixel),
            Shade::Near => near(grey, |pixel| pixel),
            Shade::NearInverted => near(grey, |pixel| !pixel),
        };
        Self {
            width: grey.width,
            height: grey.height,
            dark,
        }
    }

    /// Row after row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width.max(1))
    }

    /// Whether a pixel is dark; what lies outside is light.
    pub(super) fn at(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x) == Some(&true)
    }

    /// Whether the pixel under a point is dark; what lies outside is light.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "looked at before; a cast of what is no number is zero"
    )]
    pub(super) fn under(&self, (x, y): (f64, f64)) -> bool {
        x >= 0.0 && y >= 0.0 && self.at(x as usize, y as usize)
    }
}

/// The limit between the two groups of shades that differ most (Otsu).
fn whole(pixels: &[u8], seen: impl Fn(u8) -> u8) -> Vec<bool> {
    let mut counts = [0_u64; 256];
    for pixel in pixels {
        if let Some(count) = counts.get_mut(usize::from(seen(*pixel))) {
            *count += 1;
        }
    }
    let weighed = || (0_u64..).zip(counts);
    let all: u64 = counts.iter().sum();
    let sum: u64 = weighed().map(|(shade, count)| shade * count).sum();
    let (mut dark, mut dark_sum, mut best, mut limit) = (0_u64, 0_u64, 0.0, 0_u64);
    for (shade, count) in weighed() {
        dark += count;
        dark_sum += shade * count;
        let light = all - dark;
        if dark == 0 || light == 0 {
            continue;
        }
        let apart = mean(sum - dark_sum, light) - mean(dark_sum, dark);
        let score = apart * apart * real(dark) * real(light);
        if score > best {
            (best, limit) = (score, shade);
        }
    }
    pixels
        .iter()
        .map(|pixel| u64::from(seen(*pixel)) <= limit)
        .collect()
}

#[allow(clippy::cast_precision_loss, reason = "sums of 16 million bytes")]
const fn real(number: u64) -> f64 {
    number as f64
}

fn mean(sum: u64, count: u64) -> f64 {
    real(sum) / real(count)
}

/// Each pixel against the mean around it. Sums of columns move down, and their sum moves along.
fn near(grey: &Grey, seen: impl Fn(u8) -> u8) -> Vec<bool> {
    let (width, height) = (grey.width, grey.height);
    let reach = (width.max(height) / NEIGHBORHOOD / 2).max(2);
    let pixel = |x: usize, y: usize| {
        let found = grey.pixels.get(y * width + x);
        found.map_or(0, |shade| u64::from(seen(*shade)))
    };
    let mut columns: Vec<u64> = (0..width)
        .map(|x| (0..reach.min(height)).map(|y| pixel(x, y)).sum())
        .collect();
    let mut dark = Vec::with_capacity(width * height);
    for y in 0..height {
        for (x, column) in columns.iter_mut().enumerate() {
            if y + reach < height {
                *column += pixel(x, y + reach);
            }
            if y > reach {
                *column -= pixel(x, y - reach - 1);
            }
        }
        let high = span(y, reach, height);
        let mut sum: u64 = columns.iter().take(reach).sum();
        for x in 0..width {
            sum += columns.get(x + reach).copied().unwrap_or(0);
            if x > reach {
                sum -= columns.get(x - reach - 1).copied().unwrap_or(0);
            }
            let count = span(x, reach, width) * high;
            dark.push(pixel(x, y) * count * 100 < sum * u64::from(DARKER));
        }
    }
    dark
}

/// How much of a neighborhood lies inside.
fn span(at: usize, reach: usize, end: usize) -> u64 {
    let (first, last) = (at.saturating_sub(reach), (at + reach + 1).min(end));
    u64::try_from(last - first).unwrap_or(u64::MAX)
}

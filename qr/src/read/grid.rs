//! From three corners to the modules between them, and what they say.

use super::bits::Bits;
use super::finders::{Corners, Finder, length};

/// Of how many modules a code is, from version 1 to 40.
const VERSIONS: std::ops::RangeInclusive<usize> = 1..=40;
/// How many of the 25 modules of the small square have to be right.
const ALIGNED: usize = 21;

type Point = (f64, f64);

/// The text of the code with these corners.
pub(super) fn read(bits: &Bits, corners: &Corners) -> Option<String> {
    let corner = center(&corners.top_left);
    let along = Leg::new(bits, corner, center(&corners.top_right))?;
    let down = Leg::new(bits, corner, center(&corners.bottom_left))?;
    versions(f64::midpoint(along.modules, down.modules))
        .into_iter()
        .find_map(|version| read_version(bits, &along, &down, 17 + 4 * version))
}

fn center(finder: &Finder) -> Point {
    (finder.x, finder.y)
}

fn distance((ax, ay): Point, (bx, by): Point) -> f64 {
    (ax - bx).hypot(ay - by)
}

/// The line from the middle of one square to that of another.
struct Leg {
    from: Point,
    to: Point,
    /// How many modules it has, roughly.
    modules: f64,
    /// How much farther from the eye its end is than its beginning: 1.2 is a fifth.
    farther: f64,
}

impl Leg {
    /// Along a line in perspective, a module looks smaller with the square of its distance.
    fn new(bits: &Bits, from: Point, to: Point) -> Option<Self> {
        let first = reach(bits, from, to)? / 3.5;
        let last = reach(bits, to, from)? / 3.5;
        Some(Self {
            from,
            to,
            modules: distance(from, to) / (first * last).sqrt(),
            farther: (first / last).sqrt(),
        })
    }
}

/// The versions that it may be: the nearest, and each a little larger or smaller.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates, and what is too large is no version"
)]
fn versions(modules: f64) -> Vec<usize> {
    let nearest = ((modules - 10.0) / 4.0).round().max(0.0) as usize;
    [0_isize, -1, 1, -2, 2]
        .into_iter()
        .filter_map(|step| nearest.checked_add_signed(step))
        .filter(|version| VERSIONS.contains(version))
        .collect()
}

/// How far a square reaches from its middle towards another: dark, light, dark.
fn reach(bits: &Bits, from: Point, to: Point) -> Option<f64> {
    const STEP: f64 = 0.25;
    let far = distance(from, to);
    let mut changes = 0;
    let mut shade = true;
    let mut gone = 0.0;
    while gone < far {
        let part = gone / far;
        let at = (
            from.0 + (to.0 - from.0) * part,
            from.1 + (to.1 - from.1) * part,
        );
        if bits.under(at) != shade {
            shade = !shade;
            changes += 1;
            if changes == 3 {
                return Some(gone);
            }
        }
        gone += STEP;
    }
    None
}

fn read_version(bits: &Bits, along: &Leg, down: &Leg, side: usize) -> Option<String> {
    let size = length(side);
    let known = [
        ((3.5, 3.5), along.from),
        ((size - 3.5, 3.5), along.to),
        ((3.5, size - 3.5), down.to),
    ];
    // As the sizes of the squares say, and as if it were seen from straight ahead.
    [(along.farther, down.farther), (1.0, 1.0)]
        .into_iter()
        .find_map(|(right, below)| {
            let depth = right + below - 1.0;
            let fourth =
                |one: f64, other: f64, corner: f64| (one * right + other * below - corner) / depth;
            let fourth = (
                fourth(along.to.0, down.to.0, along.from.0),
                fourth(along.to.1, down.to.1, along.from.1),
            );
            let guess = Projection::new(known, ((size - 3.5, size - 3.5), fourth))?;
            if !alternates(bits, &guess, side) {
                return None;
            }
            let small = (side > 21).then(|| align(bits, &guess, size)).flatten();
            let seen = small.and_then(|at| Projection::new(known, ((size - 6.5, size - 6.5), at)));
            [seen, Some(guess)]
                .into_iter()
                .flatten()
                .find_map(|projection| decode(bits, &projection, side))
        })
}

/// Whether the lines between the squares are dark and light by turns, mostly.
fn alternates(bits: &Bits, guess: &Projection, side: usize) -> bool {
    let right = |line: &dyn Fn(f64) -> Point| {
        let good = (8..side - 8)
            .filter(|at| bits.under(guess.map(line(length(*at) + 0.5))) == (at % 2 == 0))
            .count();
        // Half of them are right where there is no such line.
        good * 10 >= (side - 16) * 6
    };
    right(&|at| (at, 6.5)) || right(&|at| (6.5, at))
}

/// The middle of the small square near the fourth corner, where it is clearly seen.
fn align(bits: &Bits, guess: &Projection, size: f64) -> Option<Point> {
    const STEP: f64 = 0.34;
    let far = 2.0 + size / 12.0;
    let mut best: Option<(usize, f64, Point)> = None;
    let mut dy = -far;
    while dy <= far {
        let mut dx = -far;
        while dx <= far {
            let good = ring(bits, guess, (size - 6.5 + dx, size - 6.5 + dy));
            let off = dx.hypot(dy);
            let better =
                best.is_none_or(|(most, least, _)| good > most || good == most && off < least);
            if good >= ALIGNED && better {
                best = Some((good, off, (size - 6.5 + dx, size - 6.5 + dy)));
            }
            dx += STEP;
        }
        dy += STEP;
    }
    let (most, _, (x, y)) = best?;
    // The middle of the places around it that are as good.
    let (mut sum, mut count) = ((0.0, 0.0), 0.0);
    for step_y in -4..=4 {
        for step_x in -4..=4 {
            let at = (x + f64::from(step_x) * 0.15, y + f64::from(step_y) * 0.15);
            if ring(bits, guess, at) >= most {
                sum = (sum.0 + at.0, sum.1 + at.1);
                count += 1.0;
            }
        }
    }
    let middle = if count > 0.0 {
        (sum.0 / count, sum.1 / count)
    } else {
        (x, y)
    };
    Some(guess.map(middle))
}

/// How many of 25 modules around a place are as in the small square.
fn ring(bits: &Bits, guess: &Projection, (x, y): Point) -> usize {
    let modules = (-2..=2_i32).flat_map(|dy| (-2..=2_i32).map(move |dx| (dx, dy)));
    modules
        .filter(|(dx, dy)| {
            let dark = matches!(dx.abs().max(dy.abs()), 0 | 2);
            bits.under(guess.map((x + f64::from(*dx), y + f64::from(*dy)))) == dark
        })
        .count()
}

fn decode(bits: &Bits, projection: &Projection, side: usize) -> Option<String> {
    let modules = rqrr::SimpleGrid::from_func(side, |x, y| {
        bits.under(projection.map((length(x) + 0.5, length(y) + 0.5)))
    });
    let (_, text) = rqrr::Grid::new(modules).decode().ok()?;
    (!text.is_empty()).then_some(text)
}

/// A plane seen in perspective: from modules to pixels.
struct Projection([f64; 9]);

impl Projection {
    /// By four pairs of a place in modules and one in pixels. Nothing when three lie on one line.
    fn new(known: [(Point, Point); 3], fourth: (Point, Point)) -> Option<Self> {
        let [a, b, c] = known;
        let pairs = [a, b, c, fourth];
        let from = basis(pairs.map(|(module, _)| module))?;
        let to = basis(pairs.map(|(_, pixel)| pixel))?;
        let matrix = product(&to, &adjugate(&from));
        matrix
            .iter()
            .all(|entry| entry.is_finite())
            .then_some(Self(matrix))
    }

    fn map(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let w = g * x + h * y + i;
        ((a * x + b * y + c) / w, (d * x + e * y + f) / w)
    }
}

/// The matrix that takes the unit points to three points and (1, 1, 1) to the fourth.
fn basis([a, b, c, d]: [Point; 4]) -> Option<[f64; 9]> {
    let columns = [a.0, b.0, c.0, a.1, b.1, c.1, 1.0, 1.0, 1.0];
    let inverse = adjugate(&columns);
    let weights = [0, 3, 6].map(|row| {
        let entry = |at: usize| inverse.get(row + at).copied().unwrap_or(0.0);
        entry(0) * d.0 + entry(1) * d.1 + entry(2)
    });
    if weights
        .iter()
        .any(|weight| weight.abs() < 1e-9 || !weight.is_finite())
    {
        return None;
    }
    let [u, v, w] = weights;
    let [p, q, r, s, t, x, ..] = columns;
    Some([p * u, q * v, r * w, s * u, t * v, x * w, u, v, w])
}

fn adjugate(matrix: &[f64; 9]) -> [f64; 9] {
    let [a, b, c, d, e, f, g, h, i] = *matrix;
    [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ]
}

fn product(left: &[f64; 9], right: &[f64; 9]) -> [f64; 9] {
    let [a, b, c, d, e, f, g, h, i] = *right;
    let mut result = [0.0; 9];
    let rows = left.chunks_exact(3).zip(result.chunks_exact_mut(3));
    for (row, out) in rows {
        if let ([x, y, z], [p, q, r]) = (row, out) {
            *p = x * a + y * d + z * g;
            *q = x * b + y * e + z * h;
            *r = x * c + y * f + z * i;
        }
    }
    result
}

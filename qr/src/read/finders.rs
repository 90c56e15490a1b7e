//! The three large squares of a code: dark, light, three dark, light, dark, along every line through
//! the middle.

use std::cmp::Ordering;

use super::bits::Bits;

/// How many places are looked at closely.
const MAX_HITS: usize = 50_000;
/// How many squares are kept.
const MAX_FINDERS: usize = 256;
/// Of how many squares, those that were met most often, threes are made.
const MAX_PAIRED: usize = 24;
/// How many threes are tried.
const MAX_CORNERS: usize = 64;

/// One square.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub(super) x: f64,
    pub(super) y: f64,
    /// The length of a module along the row, roughly.
    module: f64,
    /// In how many rows it was met.
    hits: u32,
}

/// Three squares that may be the corners of one code, in the order of reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corners {
    pub(super) top_left: Finder,
    pub(super) top_right: Finder,
    pub(super) bottom_left: Finder,
    /// Which squares these are.
    pub(super) finders: [usize; 3],
}

/// The squares of a picture, those first that were met most often.
pub(super) fn find(bits: &Bits) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    let mut hits = 0;
    for (y, row) in bits.rows().enumerate() {
        // The last five runs of one shade, and where the last of them ended.
        let mut runs = [0_usize; 5];
        let mut run = 0;
        let mut shade = false;
        let ends = row.iter().copied().chain([false]).enumerate();
        for (x, dark) in ends {
            let end = x == row.len();
            if dark == shade && !end {
                run += 1;
                continue;
            }
            runs.rotate_left(1);
            runs[4] = run;
            let was_dark = shade;
            (shade, run) = (dark, 1);
            if !was_dark || module(&runs).is_none() {
                continue;
            }
            hits += 1;
            if hits > MAX_HITS {
                return sorted(found);
            }
            if let Some(finder) = look_closely(bits, x, y, &runs) {
                keep(&mut found, finder);
            }
        }
    }
    sorted(found)
}

fn sorted(mut found: Vec<Finder>) -> Vec<Finder> {
    found.sort_by_key(|finder| std::cmp::Reverse(finder.hits));
    found
}

/// The length of a module, when five runs are as 1, 1, 3, 1, 1.
fn module(runs: &[usize; 5]) -> Option<f64> {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return None;
    }
    let module = length(total) / 7.0;
    let near = |run: usize, modules: f64| {
        (length(run) - module * modules).abs() < module * modules * 0.5 + 0.3
    };
    let [a, b, c, d, e] = *runs;
    (near(a, 1.0) && near(b, 1.0) && near(c, 3.0) && near(d, 1.0) && near(e, 1.0)).then_some(module)
}

#[allow(clippy::cast_precision_loss, reason = "sides have five digits")]
pub(super) const fn length(pixels: usize) -> f64 {
    pixels as f64
}

/// A square whose row of runs ends before `x`: looked at downwards through its middle, and across again.
fn look_closely(bits: &Bits, x: usize, y: usize, runs: &[usize; 5]) -> Option<Finder> {
    let total: usize = runs.iter().sum();
    let middle = x - runs[4] - runs[3] - runs[2].div_ceil(2);
    let (upper, lower) = across(
        total,
        |step| {
            let y = y.checked_sub(step)?;
            Some(bits.at(middle, y))
        },
        |step| {
            Some(y + step)
                .filter(|y| *y < bits.height)
                .map(|y| bits.at(middle, y))
        },
    )?;
    let down = joined(upper, lower);
    module(&down)?;
    let tall: usize = down.iter().sum();
    if tall * 3 < total || total * 3 < tall {
        return None;
    }
    let center_y = length(y) + 0.5 + (length(lower[0]) - length(upper[0])) / 2.0;
    let row = y + lower[0] / 2 - upper[0].div_ceil(2).min(y + lower[0] / 2);
    let (left, right) = across(
        total,
        |step| {
            let x = middle.checked_sub(step)?;
            Some(bits.at(x, row))
        },
        |step| {
            Some(middle + step)
                .filter(|x| *x < bits.width)
                .map(|x| bits.at(x, row))
        },
    )?;
    let along = joined(left, right);
    let module = module(&along)?;
    Some(Finder {
        x: length(middle) + 0.5 + (length(right[0]) - length(left[0])) / 2.0,
        y: center_y,
        module,
        hits: 1,
    })
}

/// The three runs to each side of a dark pixel, without it; none may be longer than the whole is.
fn across(
    longest: usize,
    before: impl Fn(usize) -> Option<bool>,
    after: impl Fn(usize) -> Option<bool>,
) -> Option<([usize; 3], [usize; 3])> {
    (before(0)? && after(0)?).then_some(())?;
    Some((side(longest, before)?, side(longest, after)?))
}

fn side(longest: usize, at: impl Fn(usize) -> Option<bool>) -> Option<[usize; 3]> {
    let mut runs = [0; 3];
    let mut step = 1;
    for (run, dark) in runs.iter_mut().zip([true, false, true]) {
        while at(step) == Some(dark) {
            (*run, step) = (*run + 1, step + 1);
            if *run > longest {
                return None;
            }
        }
    }
    Some(runs)
}

const fn joined(before: [usize; 3], after: [usize; 3]) -> [usize; 5] {
    [
        before[2],
        before[1],
        before[0] + 1 + after[0],
        after[1],
        after[2],
    ]
}

/// Adds a square, or one more sight of one.
fn keep(found: &mut Vec<Finder>, new: Finder) {
    let full = found.len() >= MAX_FINDERS;
    let same = found.iter_mut().find(|one| {
        let near = one.module.max(new.module) * 1.5;
        (one.x - new.x).abs() < near && (one.y - new.y).abs() < near
    });
    match same {
        Some(one) => {
            let weight = f64::from(one.hits);
            let mean = |old: f64, new: f64| (old * weight + new) / (weight + 1.0);
            *one = Finder {
                x: mean(one.x, new.x),
                y: mean(one.y, new.y),
                module: mean(one.module, new.module),
                hits: one.hits + 1,
            };
        }
        None if full => {}
        None => found.push(new),
    }
}

/// The threes that look most like the corners of a square, best first.
pub(super) fn corners(finders: &[Finder]) -> Vec<Corners> {
    let finders = finders
        .get(..MAX_PAIRED.min(finders.len()))
        .unwrap_or_default();
    let mut found: Vec<(f64, Corners)> = Vec::new();
    for (i, first) in finders.iter().enumerate() {
        for (j, second) in finders.iter().enumerate().skip(i + 1) {
            for (k, third) in finders.iter().enumerate().skip(j + 1) {
                // The one at the right angle is across from the longest side.
                let orders = [
                    ([i, j, k], [first, second, third]),
                    ([j, i, k], [second, first, third]),
                    ([k, i, j], [third, first, second]),
                ];
                let best = orders
                    .into_iter()
                    .filter_map(|(names, [corner, one, other])| {
                        let badness = badness(corner, one, other)?;
                        Some((badness, in_order(names, corner, one, other)))
                    });
                found.extend(best.min_by(|a, b| order(a.0, b.0)));
            }
        }
    }
    found.sort_by(|a, b| order(a.0, b.0));
    found.truncate(MAX_CORNERS);
    found.into_iter().map(|(_, corners)| corners).collect()
}

fn order(a: f64, b: f64) -> Ordering {
    a.total_cmp(&b)
}

/// How far three squares are from a right angle with equal legs and equal modules; nothing when too far.
fn badness(corner: &Finder, one: &Finder, other: &Finder) -> Option<f64> {
    let leg = |to: &Finder| (to.x - corner.x, to.y - corner.y);
    let ((ax, ay), (bx, by)) = (leg(one), leg(other));
    let (a, b) = (ax.hypot(ay), bx.hypot(by));
    let modules = [corner.module, one.module, other.module];
    let least = modules.into_iter().fold(f64::INFINITY, f64::min);
    let most = modules.into_iter().fold(0.0, f64::max);
    // The smallest code has 14 modules between its squares; seen askew, a module looks longer.
    if a < least * 8.0 || b < least * 8.0 || most > least * 2.0 {
        return None;
    }
    let uneven = (a / b).ln().abs();
    let askew = ((ax * bx + ay * by) / (a * b)).abs();
    (uneven < 0.6 && askew < 0.5).then_some(uneven + askew + (most / least).ln())
}

fn in_order(finders: [usize; 3], corner: &Finder, one: &Finder, other: &Finder) -> Corners {
    let turn =
        (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x);
    let (right, below) = if turn > 0.0 {
        (one, other)
    } else {
        (other, one)
    };
    Corners {
        top_left: *corner,
        top_right: *right,
        bottom_left: *below,
        finders,
    }
}

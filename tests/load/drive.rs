//! The open loop.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tests::http::Connection;

/// How arrivals come.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// So many a second, evenly, whatever becomes of them.
    Every(u32),
    /// The next when one is done: what the machine can do at most.
    AsFastAsItGoes,
}

/// One measurement.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) port: u16,
    /// Connections, and so the most that is in flight.
    pub(crate) in_flight: usize,
    /// For how long there are arrivals.
    pub(crate) time: Duration,
    pub(crate) pace: Pace,
}

impl Plan {
    /// How many there are at this rate.
    pub(crate) fn arrivals(&self, rate: u32) -> usize {
        let all = u128::from(rate) * self.time.as_millis() / 1000;
        usize::try_from(all).unwrap_or(usize::MAX)
    }
}

/// What one arrival took, step by step.
pub(crate) type Steps = Vec<Duration>;

/// What came of a measurement.
pub(crate) struct Run {
    pub(crate) name: &'static str,
    pub(crate) pace: Pace,
    pub(crate) steps: &'static [&'static str],
    /// From the moment at which each was due to its end.
    pub(crate) whole: Vec<Duration>,
    /// For each step, from its own beginning.
    pub(crate) each: Vec<Vec<Duration>>,
    pub(crate) failed: usize,
    /// What was still not begun when the time was over.
    pub(crate) left: usize,
    pub(crate) elapsed: Duration,
    /// What the world's process spent on processors for one, in user and system.
    pub(crate) world: (Duration, Duration),
    /// The same for this process.
    pub(crate) wallets: (Duration, Duration),
}

impl Run {
    pub(crate) fn sustained(&self) -> f64 {
        self.whole.len() as f64 / self.elapsed.as_secs_f64()
    }
}

struct Seen {
    whole: Duration,
    steps: Steps,
}

/// Runs a plan: `most` arrivals at most, each by `act`, which is given its number.
pub(crate) fn drive(
    name: &'static str,
    steps: &'static [&'static str],
    plan: &Plan,
    most: usize,
    act: impl Fn(&mut Connection, usize) -> Option<Steps> + Sync,
) -> Run {
    let count = match plan.pace {
        Pace::Every(rate) => most.min(plan.arrivals(rate)),
        Pace::AsFastAsItGoes => most,
    };
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let start = Instant::now();
    // Late arrivals are waited for, but not for ever.
    let end = start + plan.time + plan.time / 2;
    let worker = || {
        let mut connection = Connection::to(plan.port);
        let mut seen = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return seen;
            }
            let now = Instant::now();
            let due = match plan.pace {
                Pace::Every(rate) => {
                    let number = u32::try_from(number).unwrap_or(u32::MAX);
                    start + Duration::from_secs(1) * number / rate
                }
                Pace::AsFastAsItGoes if now > start + plan.time => return seen,
                Pace::AsFastAsItGoes => now,
            };
            if now > end {
                return seen;
            }
            thread::sleep(due.saturating_duration_since(now));
            match act(&mut connection, number) {
                Some(steps) => seen.push(Seen {
                    whole: due.elapsed(),
                    steps,
                }),
                None => {
                    failed.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    };
    let seen: Vec<Seen> = thread::scope(|scope| {
        let workers: Vec<_> = (0..plan.in_flight).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker"))
            .collect()
    });
    let elapsed = start.elapsed();
    let failed = failed.into_inner();
    let left = match plan.pace {
        Pace::Every(_) => count - seen.len() - failed,
        Pace::AsFastAsItGoes => 0,
    };
    let each = (0..steps.len())
        .map(|step| {
            let times = seen.iter().filter_map(|seen| seen.steps.get(step));
            times.copied().collect()
        })
        .collect();
    Run {
        name,
        pace: plan.pace,
        steps,
        whole: seen.iter().map(|seen| seen.whole).collect(),
        each,
        failed,
        left,
        elapsed,
        world: (Duration::ZERO, Duration::ZERO),
        wallets: (Duration::ZERO, Duration::ZERO),
    }
}

/// The time that so many of a hundred stay within; zero of none.
pub(crate) fn quantile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = times.len().saturating_sub(1) * percent / 100;
    times.get(at).copied().unwrap_or_default()
}

//! What a ledger counts, for the world's own people.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The numbers of one process.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    steps: AtomicU64,
    rounds: AtomicU64,
    logged: AtomicU64,
    size: AtomicU64,
    failed: AtomicU64,
    written: Mutex<Option<Instant>>,
}

impl Numbers {
    /// The log was written as far as there is something, by this process or, as it found, by another.
    pub(super) fn written(&self) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether the log was written that short a time ago.
    pub(crate) fn was_written(&self, within: Duration) -> bool {
        let written = self.written.lock();
        let written = *written.unwrap_or_else(PoisonError::into_inner);
        written.is_some_and(|written| written.elapsed() < within)
    }

    /// Steps were taken in one transaction.
    pub(super) fn round(&self, steps: usize) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
        add(&self.steps, steps);
    }

    /// The log took leaves in.
    pub(super) fn logged(&self, leaves: usize) {
        add(&self.logged, leaves);
    }

    /// A checkpoint of so many leaves is shown.
    pub(super) fn shown(&self, size: u64) {
        self.size.fetch_max(size, Ordering::Relaxed);
    }

    /// The log could not be written.
    pub(super) fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    /// In the text form of Prometheus.
    pub(crate) fn write(&self, out: &mut String) {
        let counts = [
            (
                "omote_ledger_steps_total",
                "counter",
                "Steps of items that were taken.",
                &self.steps,
            ),
            (
                "omote_ledger_transactions_total",
                "counter",
                "Transactions in which they were written.",
                &self.rounds,
            ),
            (
                "omote_ledger_logged_total",
                "counter",
                "Leaves that this process took into the log.",
                &self.logged,
            ),
            (
                "omote_ledger_log_size",
                "gauge",
                "Leaves of the newest checkpoint that this process has shown.",
                &self.size,
            ),
            (
                "omote_ledger_log_failed_total",
                "counter",
                "Times that the log could not be written.",
                &self.failed,
            ),
        ];
        for (name, kind, help, count) in counts {
            let count = count.load(Ordering::Relaxed);
            let _ = writeln!(
                out,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {count}"
            );
        }
    }
}

fn add(count: &AtomicU64, more: usize) {
    let more = u64::try_from(more).unwrap_or(u64::MAX);
    count.fetch_add(more, Ordering::Relaxed);
}

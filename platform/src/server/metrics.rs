//! Numbers for Prometheus: no claims, no DIDs, and labels that nobody outside can choose.
//!
//! Kept by the world itself, so that two worlds in one process do not mix theirs, and with a fixed
//! place for every label, so that no flood makes them grow.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use schemas::reason::Reason;

use crate::asking::CertificateReload;
use crate::believing::PolicyReload;
use crate::ledger::Numbers;

/// Upper bounds of the histogram, in milliseconds.
const BOUNDS: [u64; 11] = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000, 15_000];
/// More pairs of route and status than there are.
const MAX_ROUTES: usize = 512;

/// The numbers of one world.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    in_flight: AtomicI64,
    shed: AtomicU64,
    accepted: AtomicU64,
    verdicts: Counts,
    refusals: Counts,
    routes: Mutex<Vec<Route>>,
    times: Histogram,
    verifying: Histogram,
    policies: AtomicU64,
    policy_refused: AtomicU64,
    /// Of the item ledger.
    pub(crate) ledger: Numbers,
    certificate_refused: AtomicU64,
}

#[derive(Debug)]
struct Route {
    path: String,
    status: u16,
    count: u64,
}

/// One counter for each reason code.
#[derive(Debug)]
struct Counts(Vec<AtomicU64>);

impl Default for Counts {
    fn default() -> Self {
        Self(Reason::ALL.iter().map(|_| AtomicU64::new(0)).collect())
    }
}

impl Counts {
    fn add(&self, reason: Reason) {
        let place = Reason::ALL.iter().position(|known| *known == reason);
        if let Some(count) = place.and_then(|place| self.0.get(place)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn seen(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL
            .iter()
            .zip(&self.0)
            .map(|(reason, count)| (*reason, count.load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
    }
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    sum_micros: AtomicU64,
}

impl Histogram {
    fn add(&self, time: Duration) {
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            if time <= Duration::from_millis(bound) {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn write(&self, name: &str, help: &str, out: &mut String) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            let (count, whole, rest) = (bucket.load(Ordering::Relaxed), bound / 1000, bound % 1000);
            let _ = writeln!(out, "{name}_bucket{{le=\"{whole}.{rest:03}\"}} {count}");
        }
        let count = self.count.load(Ordering::Relaxed);
        let micros = self.sum_micros.load(Ordering::Relaxed);
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let (whole, rest) = (micros / 1_000_000, micros % 1_000_000);
        let _ = writeln!(out, "{name}_sum {whole}.{rest:06}\n{name}_count {count}");
    }
}

/// While it lives, a request is under way.
#[derive(Debug)]
pub(crate) struct UnderWay<'a>(&'a AtomicI64);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// A request begins.
    pub(crate) fn under_way(&self) -> UnderWay<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.in_flight)
    }

    /// A request was refused for want of a place.
    pub(crate) fn shed(&self) {
        self.shed.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, status: StatusCode, time: Duration) {
        self.times.add(time);
        let Ok(mut routes) = self.routes.lock() else {
            return;
        };
        let known = routes
            .iter_mut()
            .find(|known| known.path == route && known.status == status.as_u16());
        if let Some(known) = known {
            known.count += 1;
        } else if routes.len() < MAX_ROUTES {
            routes.push(Route {
                path: route.to_owned(),
                status: status.as_u16(),
                count: 1,
            });
        }
    }

    /// A request was answered with a reason code.
    pub(crate) fn refused(&self, reason: Reason) {
        self.refusals.add(reason);
    }

    /// Something was judged; without a reason it was accepted.
    pub(crate) fn judged(&self, reason: Option<Reason>, time: Duration) {
        self.verifying.add(time);
        match reason {
            Some(reason) => self.verdicts.add(reason),
            None => {
                self.accepted.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The file of the trust policy was looked at.
    pub(crate) fn policy_looked_at(&self, found: &PolicyReload) {
        if *found == PolicyReload::Replaced {
            self.policies.fetch_add(1, Ordering::Relaxed);
        }
        let refused = matches!(found, PolicyReload::Refused(_));
        self.policy_refused
            .store(u64::from(refused), Ordering::Relaxed);
    }

    /// The certificate by which the world asks was looked at.
    pub(crate) fn certificate_looked_at(&self, found: &CertificateReload) {
        let refused = matches!(
            found,
            CertificateReload::Refused(_) | CertificateReload::NotNow
        );
        self.certificate_refused
            .store(u64::from(refused), Ordering::Relaxed);
    }

    /// The text form of Prometheus.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| {
            let _ = out.write_fmt(text);
            out.push('\n');
        };
        line(format_args!(
            "# HELP omote_verdict_total What was judged, by reason."
        ));
        line(format_args!("# TYPE omote_verdict_total counter"));
        let accepted = self.accepted.load(Ordering::Relaxed);
        line(format_args!(
            "omote_verdict_total{{reason=\"accepted\"}} {accepted}"
        ));
        for (reason, count) in self.verdicts.seen() {
            line(format_args!(
                "omote_verdict_total{{reason=\"{reason}\"}} {count}"
            ));
        }
        line(format_args!(
            "# HELP omote_refused_total Requests refused, by reason."
        ));
        line(format_args!("# TYPE omote_refused_total counter"));
        for (reason, count) in self.refusals.seen() {
            line(format_args!(
                "omote_refused_total{{reason=\"{reason}\"}} {count}"
            ));
        }
        line(format_args!(
            "# HELP omote_requests_total Requests answered."
        ));
        line(format_args!("# TYPE omote_requests_total counter"));
        if let Ok(routes) = self.routes.lock() {
            for Route {
                path,
                status,
                count,
            } in routes.iter()
            {
                line(format_args!(
                    "omote_requests_total{{route=\"{path}\",status=\"{status}\"}} {count}"
                ));
            }
        }
        line(format_args!(
            "# HELP omote_requests_in_flight Requests under way."
        ));
        line(format_args!("# TYPE omote_requests_in_flight gauge"));
        let in_flight = self.in_flight.load(Ordering::Relaxed);
        line(format_args!("omote_requests_in_flight {in_flight}"));
        line(format_args!(
            "# HELP omote_shed_total Requests refused for want of a place."
        ));
        line(format_args!("# TYPE omote_shed_total counter"));
        let shed = self.shed.load(Ordering::Relaxed);
        line(format_args!("omote_shed_total {shed}"));
        line(format_args!(
            "# HELP omote_policy_replaced_total Policies that came into force after the start."
        ));
        line(format_args!("# TYPE omote_policy_replaced_total counter"));
        let policies = self.policies.load(Ordering::Relaxed);
        line(format_args!("omote_policy_replaced_total {policies}"));
        line(format_args!(
            "# HELP omote_policy_refused Whether the policy file cannot be used and an older one is in force."
        ));
        line(format_args!("# TYPE omote_policy_refused gauge"));
        let refused = self.policy_refused.load(Ordering::Relaxed);
        line(format_args!("omote_policy_refused {refused}"));
        line(format_args!(
            "# HELP omote_certificate_refused Whether the certificate is not valid now, or a changed one cannot be used."
        ));
        line(format_args!("# TYPE omote_certificate_refused gauge"));
        let refused = self.certificate_refused.load(Ordering::Relaxed);
        line(format_args!("omote_certificate_refused {refused}"));
        self.ledger.write(&mut out);
        self.times
            .write("omote_request_seconds", "Time to an answer.", &mut out);
        self.verifying
            .write("omote_verify_seconds", "Time of a verification.", &mut out);
        out
    }
}

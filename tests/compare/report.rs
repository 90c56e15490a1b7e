//! The table, for eyes and for machines.

use std::io::{self, Write as _};
use std::path::PathBuf;

/// One comparison.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) median_ns: f64,
    pub(crate) peer: String,
    pub(crate) peer_median_ns: f64,
    pub(crate) bar: Option<Bar>,
}

/// What the ratio has to be.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    /// Ours takes at most this many times as long as the other.
    AtMost(f64),
    /// The other takes at least this many times as long as ours.
    TimesFaster(f64),
}

impl Row {
    fn ratio(&self) -> f64 {
        self.median_ns / self.peer_median_ns
    }

    /// The bar, as an upper bound of the ratio.
    fn most(&self) -> Option<f64> {
        self.bar.map(|bar| match bar {
            Bar::AtMost(most) => most,
            Bar::TimesFaster(times) => 1.0 / times,
        })
    }

    fn pass(&self) -> bool {
        self.most().is_none_or(|most| self.ratio() <= most)
    }
}

/// Prints a line. The bench is read on a terminal.
pub(crate) fn line(text: &str) {
    // Nothing can be done where nobody reads.
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    for row in rows {
        let bar = match row.bar {
            None => String::new(),
            Some(Bar::AtMost(most)) => format!("bar <= {most:.2}"),
            Some(Bar::TimesFaster(times)) => format!("bar >= {times:.0} x faster"),
        };
        let said = match (row.bar.is_some(), row.pass()) {
            (false, _) => "",
            (true, true) => "ok",
            (true, false) => "MISSED",
        };
        let ratio = match row.bar {
            Some(Bar::TimesFaster(_)) => format!("{:>6.2} x faster", 1.0 / row.ratio()),
            _ => format!("{:>6.3}", row.ratio()),
        };
        line(&format!(
            "{:width$}  {:>12} ns  against {:>12} ns ({})  {ratio}  {bar}  {said}",
            row.name,
            row.median_ns.round(),
            row.peer_median_ns.round(),
            row.peer,
        ));
    }
}

/// Writes `target/compare.json`.
pub(crate) fn write(rows: &[Row]) -> io::Result<PathBuf> {
    let rows: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "name": row.name,
                "median_ns": row.median_ns,
                "peer": row.peer,
                "peer_median_ns": row.peer_median_ns,
                "ratio": row.ratio(),
                "bar": row.most(),
                "pass": row.pass(),
            })
        })
        .collect();
    let path = root().join("target/compare.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&rows)?)?;
    Ok(path)
}

/// The top of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

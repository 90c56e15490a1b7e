//! Test vectors that stand outside the project. Tests run it; without them they say so and pass.

use std::io::Write as _;
use std::path::PathBuf;

use schemas::json::{self, Limits, Numbers, Object, Value};

/// The folder of shared files: `OMOTE_SHARED`, or `../shared` beside the workspace.
fn folder() -> PathBuf {
    std::env::var_os("OMOTE_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    )
}

/// The text of a shared file; `None`, with a word about it, when it is not there.
pub(crate) fn text(path: &str) -> Option<String> {
    let path = folder().join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            // Not `println!`, which a test that passes swallows.
            let line = format!("skipped: {} ({error})\n", path.display());
            let _ = std::io::stderr().write_all(line.as_bytes());
            None
        }
    }
}

/// A shared JSON file.
pub(crate) fn value(path: &str) -> Option<Value> {
    let limits = Limits {
        max_bytes: 8 << 20,
        max_values: 1_000_000,
        numbers: Numbers::AnyFinite,
        ..Limits::document()
    };
    Some(json::read(text(path)?.as_bytes(), &limits).unwrap())
}

/// A shared JSON file that holds an object.
pub(crate) fn object(path: &str) -> Option<Object> {
    value(path)?.as_object().cloned()
}

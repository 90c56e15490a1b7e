//! Official vectors and real models. They are not part of the project: a clone elsewhere does not
//! have them, and the tests that need them say that they were skipped.

use std::path::PathBuf;

/// The folder of shared files, or one below it: `OMOTE_SHARED`, else `../shared` beside the
/// project. Says so and gives `None` when it is not there.
#[must_use]
pub fn shared(below: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let root = std::env::var_os("OMOTE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = root.join(below);
    if folder.exists() {
        return Some(folder);
    }
    crate::say_skipped(&format!("shared/{below} is not here (set OMOTE_SHARED)"));
    None
}

/// The files of a folder with this ending, in order of their names.
#[must_use]
pub fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == ending)
        })
        .collect();
    files.sort();
    files
}

//! The binaries of the project, where cargo has built them. Tests that need them say that they were
//! skipped, or fail where `OMOTE_MUST_RUN` names them.

use std::path::{Path, PathBuf};

/// The folder where cargo leaves the binaries. Says so and gives `None` when one is not there.
///
/// # Panics
/// When one is not there and `OMOTE_MUST_RUN` has this word.
#[must_use]
pub fn binaries(word: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().expect("this program");
    let folder = test.parent().and_then(Path::parent).expect("its folder");
    if ["omote", "omote-world"]
        .iter()
        .all(|name| folder.join(name).is_file())
    {
        return Some(folder.to_owned());
    }
    let must = std::env::var("OMOTE_MUST_RUN").unwrap_or_default();
    assert!(
        !must.split_whitespace().any(|named| named == word),
        "omote and omote-world are not in {}",
        folder.display()
    );
    crate::say_skipped("build the binaries with cargo build --bins");
    None
}

//! `REASONS.md` says what the code says: every reason code, its checks and its sentences.
//!
//! With `OMOTE_WRITE_REASONS=1` it is written anew, to be read in the difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemas::check::CheckId;
use schemas::lang::Lang;
use schemas::reason::Reason;

const HEAD: &str = "\
# Reasons

Why something was refused, or could not be decided: every code that reports, HTTP answers and commands may carry, in English and Japanese.

This file is written from the code, and a test compares them. After a change of `schemas/src/reason.rs`, `schemas/src/reason/checks.rs` or `schemas/i18n/{en,ja}/reasons.ftl`:

```sh
OMOTE_WRITE_REASONS=1 cargo test -p tests --test reason_table
```

A code with a check stands in reports of a verification, under that check; the first check that did not pass gives a report its headline, in the order of the first table. A code without one is said by a wallet, a world's server or a command. Codes that nothing gives yet are named, with the part that they wait for, in `tests/tests/reasons.rs`.

";

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("## Checks\n\n| check | reasons |\n|---|---|\n");
    for check in CheckId::ALL {
        let reasons: Vec<String> = Reason::ALL
            .iter()
            .filter(|reason| reason.checks().contains(&check))
            .map(|reason| format!("`{reason}`"))
            .collect();
        writeln!(page, "| `{check}` | {} |", reasons.join(" ")).unwrap();
    }
    page.push_str("\n## Codes\n\n| code | check | what happened | what would change it |\n|---|---|---|---|\n");
    for reason in Reason::ALL {
        let checks: Vec<String> = reason
            .checks()
            .iter()
            .map(|check| format!("`{check}`"))
            .collect();
        let both = |text: &dyn Fn(Lang) -> String| {
            let text = format!("{}<br>{}", text(Lang::En), text(Lang::Ja));
            assert!(!text.contains(['|', '\n']), "{reason}: no cell of a table");
            text
        };
        let sentence = both(&|lang| reason.sentence(lang));
        let remedy = both(&|lang| reason.remedy(lang));
        writeln!(
            page,
            "| `{reason}` | {} | {sentence} | {remedy} |",
            checks.join(" ")
        )
        .unwrap();
    }
    page
}

#[test]
fn the_page_says_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../REASONS.md");
    let page = page();
    if std::env::var_os("OMOTE_WRITE_REASONS").is_some() {
        fs::write(path, page).unwrap();
        return;
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    let difference = written
        .lines()
        .zip(page.lines())
        .find(|(written, expected)| written != expected);
    assert!(
        written == page,
        "REASONS.md is of another state, first at {difference:?}: write it anew with \
         OMOTE_WRITE_REASONS=1 cargo test -p tests --test reason_table"
    );
}

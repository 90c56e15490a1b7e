//! The tour as `README.md` writes it: who types which lines, in order.

use std::path::PathBuf;

/// Who types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    /// Whoever runs the two worlds.
    World,
    /// A person with a wallet.
    Person,
    /// The login page of a world, while the person's wallet waits for it.
    Page,
}

/// A line of the tour, and who types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) party: Party,
    pub(crate) text: String,
}

/// The README of the project.
pub(crate) fn read() -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
    std::fs::read_to_string(path).unwrap()
}

/// The lines of the blocks that follow a `<!-- tour: … -->`.
pub(crate) fn lines(readme: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut rest = readme.lines();
    while let Some(line) = rest.next() {
        let party = match line.trim() {
            "<!-- tour: world -->" => Party::World,
            "<!-- tour: person -->" => Party::Person,
            "<!-- tour: page -->" => Party::Page,
            other => {
                assert!(
                    !other.starts_with("<!-- tour"),
                    "whose line is this? {other}"
                );
                continue;
            }
        };
        assert_eq!(rest.next(), Some("```sh"), "a block follows {line}");
        found.extend(
            rest.by_ref()
                .take_while(|line| *line != "```")
                .map(|text| Line {
                    party,
                    text: text.to_owned(),
                }),
        );
    }
    found
}

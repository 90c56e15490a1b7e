//! What a person sees: the bytes of a terminal of 80 columns, as rows.

use std::iter::Peekable;
use std::str::Chars;

const COLUMNS: usize = 80;

/// Everything that was ever written, without what steers the terminal.
pub(crate) fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut letters = text.chars().peekable();
    let mut said = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => drop(sequence(&mut letters)),
            '\r' => {}
            letter => said.push(letter),
        }
    }
    said
}

/// The rows that are still there, the last one being that of the cursor. Nothing scrolls away.
pub(crate) fn rows(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut letters = text.chars().peekable();
    let mut rows: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0usize, 0usize);
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => column = 0,
            '\n' => row += 1,
            '\u{1b}' => match sequence(&mut letters) {
                (count, 'A') => row = row.saturating_sub(count.max(1)),
                (_, 'J') => {
                    rows[row].truncate(column);
                    rows.truncate(row + 1);
                }
                (_, 'K') => rows[row].truncate(column),
                (_, 'm') => {}
                (count, other) => panic!("the terminal of this test knows no CSI {count} {other}"),
            },
            letter => {
                if column == COLUMNS {
                    (row, column) = (row + 1, 0);
                }
                rows.resize(rows.len().max(row + 1), Vec::new());
                let cells = &mut rows[row];
                cells.resize(cells.len().max(column + 1), ' ');
                cells[column] = letter;
                column += 1;
            }
        }
        rows.resize(rows.len().max(row + 1), Vec::new());
    }
    rows.truncate(row + 1);
    rows.into_iter().map(String::from_iter).collect()
}

/// The number and the letter of a control sequence.
fn sequence(letters: &mut Peekable<Chars<'_>>) -> (usize, char) {
    assert_eq!(letters.next(), Some('['), "another escape than CSI");
    let mut number = String::new();
    for letter in letters {
        if letter.is_ascii_alphabetic() {
            return (number.parse().unwrap_or(0), letter);
        }
        number.push(letter);
    }
    // The rest has not arrived yet.
    (0, 'm')
}

/// The 24 words with their numbers, wherever they stood, in order.
pub(crate) fn words(bytes: &[u8]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for line in said(bytes).lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let pairs: Vec<(usize, String)> = cells
            .chunks(2)
            .filter_map(|pair| Some((pair.first()?.parse().ok()?, (*pair.get(1)?).to_owned())))
            .collect();
        if !pairs.is_empty() && pairs.len() * 2 == cells.len() {
            found.extend(pairs);
        }
    }
    found.sort();
    let numbers: Vec<usize> = found.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=24).collect::<Vec<_>>(), "{}", said(bytes));
    found.into_iter().map(|(_, word)| word).collect()
}

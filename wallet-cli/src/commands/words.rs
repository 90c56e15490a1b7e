//! The 24 words on the screen, once, and the proof that they were written down. The holder's machine
//! runs it.

use wallet_core::{Entropy as _, OsEntropy, RngError};

use crate::error::{Failure, Local};
use crate::prompt;
use crate::terminal::{Mark, Terminal, pad, width};

const ROWS: usize = 6;
const ASKED: usize = 3;
const TRIES: usize = 3;

/// Shows the words, takes them off the screen, and asks for three of them.
///
/// # Errors
/// [`Local::WordsUnconfirmed`] after three wrong rounds; nothing was made then.
pub(crate) fn show_and_confirm(terminal: &mut Terminal, words: &str) -> Result<(), Failure> {
    let words: Vec<&str> = words.split_whitespace().collect();
    for round in 0..TRIES {
        if round > 0 {
            terminal.mark(Mark::Careful, "init-words-wrong", &[]);
        }
        show(terminal, &words)?;
        if confirm(terminal, &words)? == prompt::Answer::Yes {
            return Ok(());
        }
    }
    Err(Local::WordsUnconfirmed.into())
}

fn show(terminal: &mut Terminal, words: &[&str]) -> Result<(), Failure> {
    let heading = terminal.texts().text("init-words");
    let mut lines = 0usize;
    for line in heading.lines() {
        terminal.say_text(line);
        lines = lines.saturating_add(1);
    }
    let widest = words.iter().map(|word| width(word)).max().unwrap_or(0);
    for row in 0..ROWS {
        let cells: Vec<String> = words
            .iter()
            .enumerate()
            .skip(row)
            .step_by(ROWS)
            .map(|(at, word)| format!("{:>2} {}", at.saturating_add(1), pad(word, widest)))
            .collect();
        terminal.say_text(&format!("    {}", cells.join("   ")));
        lines = lines.saturating_add(1);
    }
    prompt::line(terminal, "init-words-written", &[], "--words-out FILE")?;
    // The question and the line end that answered it stand on one more line.
    terminal.erase(lines.saturating_add(1));
    Ok(())
}

fn confirm(terminal: &mut Terminal, words: &[&str]) -> Result<prompt::Answer, Failure> {
    for at in draw(words.len())? {
        let number = at.saturating_add(1);
        let given = prompt::line(
            terminal,
            "init-words-ask",
            &[("number", number.into())],
            "--words-out FILE",
        )?;
        // What was typed leaves the screen too.
        terminal.erase(1);
        if words
            .get(at)
            .is_none_or(|word| !word.eq_ignore_ascii_case(given.trim()))
        {
            return Ok(prompt::Answer::No);
        }
    }
    Ok(prompt::Answer::Yes)
}

/// Three different places, in order.
fn draw(count: usize) -> Result<Vec<usize>, Failure> {
    let mut drawn: Vec<usize> = Vec::with_capacity(ASKED);
    while drawn.len() < ASKED.min(count) {
        let mut byte = [0u8];
        OsEntropy
            .fill(&mut byte)
            .map_err(|error: RngError| Failure::explained(error.reason(), &error))?;
        let at = usize::from(byte.first().copied().unwrap_or(0) % 32);
        if at < count && !drawn.contains(&at) {
            drawn.push(at);
        }
    }
    drawn.sort_unstable();
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn three_different_places() {
        let drawn = draw(24).unwrap();
        assert_eq!(drawn.len(), 3);
        assert!(drawn[0] < drawn[1] && drawn[1] < drawn[2] && drawn[2] < 24);
    }
}

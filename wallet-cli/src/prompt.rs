//! Asking the person: passphrases without echo, yes or no, a line. The holder's machine runs it.
//!
//! Nothing is asked without a terminal: the failure names the flag that gives the answer.

use std::io;

use zeroize::Zeroizing;

use crate::error::{Failure, Local};
use crate::terminal::Terminal;
use crate::texts::Values;

/// How consent is given without a question.
pub(crate) const CONSENT_FLAG: &str = "--consent DIGEST (--dry-run)";

/// How often a question is put that gets something else than an answer: a slip must not decline,
/// for that cannot be taken back.
const TRIES: usize = 3;

/// An answer to yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Yes, said in one of the words for it.
    Yes,
    /// Anything else.
    No,
}

/// An answer to yes, no or details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Yes, said in one of the words for it.
    Yes,
    /// To see more first.
    Details,
    /// Anything else.
    No,
}

/// Refuses when nobody can be asked.
///
/// # Errors
/// [`Local::NeedsAnswer`] with the flag to use.
pub(crate) fn needs(terminal: &Terminal, flag: &'static str) -> Result<(), Failure> {
    if terminal.is_interactive() {
        Ok(())
    } else {
        Err(Local::NeedsAnswer { flag }.into())
    }
}

/// Asks for yes or no; only a clear yes is one.
///
/// # Errors
/// [`Local::NeedsAnswer`] without a terminal.
pub(crate) fn confirm(
    terminal: &mut Terminal,
    id: &str,
    values: Values<'_, '_>,
    flag: &'static str,
) -> Result<Answer, Failure> {
    let answer = decide(terminal, id, values, flag)?;
    Ok(answer.unwrap_or(Answer::No))
}

/// Asks for yes or no, and tells no from answers that were neither: `None`.
///
/// # Errors
/// As [`confirm`].
pub(crate) fn decide(
    terminal: &mut Terminal,
    id: &str,
    values: Values<'_, '_>,
    flag: &'static str,
) -> Result<Option<Answer>, Failure> {
    needs(terminal, flag)?;
    let question = terminal.texts().with(id, values);
    for _ in 0..TRIES {
        terminal.question(&format!("{question} [y/N]"));
        let answer = read_line()?;
        if means_yes(&answer) {
            return Ok(Some(Answer::Yes));
        }
        if means_no(&answer) {
            return Ok(Some(Answer::No));
        }
    }
    Ok(None)
}

/// Asks for yes or no, or whether to show more first.
///
/// # Errors
/// [`Local::NeedsAnswer`] without a terminal.
pub(crate) fn choose(
    terminal: &mut Terminal,
    id: &str,
    values: Values<'_, '_>,
    flag: &'static str,
) -> Result<Choice, Failure> {
    needs(terminal, flag)?;
    let question = terminal.texts().with(id, values);
    let details = terminal.texts().text("prompt-details");
    for _ in 0..TRIES {
        terminal.question(&format!("{question} [y/N/{details}]"));
        let answer = read_line()?;
        if means_yes(&answer) {
            return Ok(Choice::Yes);
        }
        if matches!(plain(&answer).as_str(), "d" | "details" | "詳細") {
            return Ok(Choice::Details);
        }
        if means_no(&answer) {
            break;
        }
    }
    Ok(Choice::No)
}

/// Asks for a line that may be seen.
///
/// # Errors
/// [`Local::NeedsAnswer`] without a terminal.
pub(crate) fn line(
    terminal: &mut Terminal,
    id: &str,
    values: Values<'_, '_>,
    flag: &'static str,
) -> Result<String, Failure> {
    needs(terminal, flag)?;
    let question = terminal.texts().with(id, values);
    terminal.question(&question);
    read_line()
}

/// Asks for something that must not be seen.
///
/// # Errors
/// [`Local::Locked`] without a terminal, or when the terminal goes away.
pub(crate) fn hidden(terminal: &mut Terminal, id: &str) -> Result<Zeroizing<String>, Failure> {
    if !terminal.is_interactive() {
        return Err(Local::Locked.into());
    }
    let question = terminal.texts().text(id);
    terminal.question(&question);
    rpassword::read_password()
        .map(Zeroizing::new)
        .map_err(|_| Local::Locked.into())
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        // The end of input is no answer.
        Ok(0) | Err(_) => Err(Local::Declined.into()),
        Ok(_) => Ok(line.trim().to_owned()),
    }
}

/// The words for yes in both languages, also as typed with a Japanese keyboard.
fn means_yes(answer: &str) -> bool {
    matches!(plain(answer).as_str(), "y" | "yes" | "はい" | "ハイ")
}

/// No, or nothing at all.
fn means_no(answer: &str) -> bool {
    matches!(plain(answer).as_str(), "" | "n" | "no" | "いいえ")
}

/// Small letters of plain width.
fn plain(answer: &str) -> String {
    answer
        .trim()
        .chars()
        .map(|c| match c {
            // Full-width letters stand at a fixed distance from the plain ones.
            '！'..='～' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::means_yes;

    #[test]
    fn yes_in_both_languages_and_nothing_else() {
        for yes in [
            "y",
            "Y",
            "yes",
            " YES ",
            "ｙ",
            "Ｙ",
            "ｙｅｓ",
            "はい",
            "はい\n",
        ] {
            assert!(means_yes(yes), "{yes}");
        }
        for no in [
            "",
            "n",
            "no",
            "yy",
            "yes please",
            "いいえ",
            "ok",
            "はいはい",
            "1",
            "true",
        ] {
            assert!(!means_yes(no), "{no}");
        }
    }
}

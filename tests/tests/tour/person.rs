//! A person at a terminal: types a line of the tour, reads what is asked, and answers.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::screen;

/// The longest that anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const PASSPHRASE: &str = "four words make one";

/// What the person says when they are asked to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mind {
    /// `y`
    Yes,
    /// `n`
    No,
    /// Ctrl-D
    Leave,
}

/// What the person has beside the terminal.
pub(crate) struct Beside<'a> {
    /// The second code that a world told them.
    pub(crate) code: &'a str,
    /// Where they open what the terminal tells them to; called with everything that was said, again
    /// and again until it has found something.
    pub(crate) browser: &'a mut dyn FnMut(&str) -> bool,
}

/// A line that was typed, and what came of it.
pub(crate) struct Typed {
    pub(crate) code: i32,
    /// Everything that was said.
    pub(crate) said: String,
    /// What is on the screen at the end.
    pub(crate) screen: String,
    /// The questions that were answered, as they stood on the screen.
    pub(crate) asked: Vec<String>,
}

/// A running command with its terminal; ended when it is dropped.
struct Session {
    child: Child,
    terminal: OwnedFd,
    arriving: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    /// How much had been written when the last answer was typed.
    answered: usize,
    /// Whether the browser has found what it was to open.
    browsed: bool,
}

/// Types the line in a shell with a terminal of its own.
pub(crate) fn types(shell: &mut Command, line: &str, mind: Mind, beside: &mut Beside<'_>) -> Typed {
    let mut session = Session::start(shell, line);
    let mut asked = Vec::new();
    let mut words = Vec::new();
    while let Some(question) = session.question(line, beside.browser) {
        if question.starts_with("Press Enter") {
            words = screen::words(&session.bytes);
        }
        session.answer(&question, &words, mind, beside.code);
        asked.push(question);
    }
    let code = session.ended(line).code().unwrap_or(-1);
    let rows = screen::rows(&session.bytes).join("\n");
    let said = screen::said(&session.bytes);
    assert!(!said.contains(PASSPHRASE), "a passphrase is seen: {said}");
    // Some of the words are short and may stand in a sentence; two in a row do not.
    let seen = words.windows(2).any(|pair| rows.contains(&pair.join(" ")));
    let numbered = words.iter().enumerate().filter(|(at, word)| {
        let cell = format!("{:>2} {word}", at + 1);
        rows.contains(&cell)
    });
    assert!(!seen && numbered.count() == 0, "words are left: {rows}");
    Typed {
        code,
        said,
        screen: rows,
        asked,
    }
}

impl Session {
    fn start(shell: &mut Command, line: &str) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC);
        let terminal = terminal.unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let size = Winsize {
            ws_row: 40,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&terminal, size).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let side = || {
            let mut options = File::options();
            options.read(true).write(true);
            options.open(name.to_str().unwrap()).unwrap()
        };
        let child = shell
            .args(["-c", "sh", "-c", line])
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        // The other ends that this process holds; while they are open, nothing ends.
        *shell = Command::new("true");
        let mut reader = File::from(terminal.try_clone().unwrap());
        let (sender, arriving) = mpsc::channel();
        thread::spawn(move || {
            let mut room = [0; 4096];
            // A terminal that nobody has open any more answers with an error.
            while let Ok(count) = reader.read(&mut room) {
                if count == 0 || sender.send(room[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            terminal,
            arriving,
            bytes: Vec::new(),
            answered: 0,
            browsed: false,
        }
    }

    /// Waits for the next question; `None` when the command has ended without one.
    fn question(&mut self, line: &str, browser: &mut dyn FnMut(&str) -> bool) -> Option<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            if !self.browsed {
                self.browsed = browser(&screen::said(&self.bytes));
            }
            if let Some(question) = self.open_question() {
                return Some(question);
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.arriving.recv_timeout(left) {
                Ok(bytes) => self.bytes.extend(bytes),
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    panic!(
                        "no question and no end: {line}\n{}",
                        screen::said(&self.bytes)
                    )
                }
            }
        }
    }

    /// The question in the row of the cursor, if it is one that a person knows how to answer.
    fn open_question(&self) -> Option<String> {
        let fresh = self.bytes.get(self.answered..).unwrap_or_default();
        if fresh.iter().all(|byte| *byte == b'\r') {
            return None;
        }
        let row = screen::rows(&self.bytes).pop()?;
        let known = [
            "Passphrase: ",
            "New passphrase",
            "The same again: ",
            "Word number ",
        ]
        .iter()
        .any(|start| row.starts_with(start) && row.ends_with(": "))
            || row == "Code: "
            || row.starts_with("Press Enter") && row.ends_with(". ")
            || row.contains(" [y/N") && row.ends_with("] ");
        known.then_some(row)
    }

    fn answer(&mut self, question: &str, words: &[String], mind: Mind, code: &str) {
        let answer = if question.ends_with("] ") {
            match mind {
                Mind::Yes => "y\r",
                Mind::No => "n\r",
                Mind::Leave => "\u{4}",
            }
            .to_owned()
        } else if let Some(number) = question.strip_prefix("Word number ") {
            let number: usize = number.trim_end_matches(": ").parse().unwrap();
            format!("{}\r", words[number - 1])
        } else if question.starts_with("Press Enter") {
            "\r".to_owned()
        } else if question == "Code: " {
            format!("{code}\r")
        } else {
            self.until_hidden();
            format!("{PASSPHRASE}\r")
        };
        self.answered = self.bytes.len();
        File::from(self.terminal.try_clone().unwrap())
            .write_all(answer.as_bytes())
            .unwrap();
    }

    /// Nobody types a passphrase into a terminal that shows it.
    fn until_hidden(&self) {
        let until = Instant::now() + PATIENCE;
        let shows = || {
            let modes = tcgetattr(&self.terminal).unwrap().local_modes;
            modes.contains(LocalModes::ECHO)
        };
        while shows() {
            assert!(Instant::now() < until, "the passphrase would be seen");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn ended(&mut self, line: &str) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < until,
                "closed its terminal and goes on: {line}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! A line that says what is going on, only on a screen and only when it takes a while. The holder's
//! machine runs it.

use std::io::{self, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::sanitize;
use crate::terminal::Terminal;

const PATIENCE: Duration = Duration::from_millis(300);
const STEP: Duration = Duration::from_millis(120);
const WHEEL: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇', '⠏', '⠹'];

/// Turns until it is dropped; then its line is gone.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to wait; the line shows after 300 ms.
    pub(crate) fn start(terminal: &Terminal, id: &str) -> Self {
        if !terminal.is_screen() {
            return Self {
                stop: None,
                thread: None,
            };
        }
        let text = sanitize::visible(&terminal.texts().text(id)).into_owned();
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            for sign in WHEEL.iter().cycle() {
                write(&format!("\r{sign} {text}\u{1b}[K"));
                if stopped.recv_timeout(STEP) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            write("\r\u{1b}[K");
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A wheel that broke is no reason to break the command.
            let _ = thread.join();
        }
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

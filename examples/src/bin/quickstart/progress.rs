//! How far it is, on standard error: one line that is written over on a terminal, a line every so often elsewhere.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Says how far a piece of work is.
pub(crate) struct Progress {
    acks: Acks,
    terminal: bool,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    pub(crate) fn new(acks: bool) -> Self {
        Self { acks: Acks(acks), terminal: std::io::stderr().is_terminal(), last: Mutex::default() }
    }

    /// So many of so many.
    pub(crate) fn at(&self, what: &str, done: usize, all: usize) {
        let mut last = self.last.lock().unwrap_or_else(|e| e.into_inner());
        let pause = Duration::from_millis(if self.terminal { 50 } else { 1_000 });
        let due = last.is_none_or(|at| at.elapsed() >= pause) || done == all;
        if all == 0 || !due {
            return;
        }
        *last = Some(Instant::now());
        let full = done * 40 / all;
        let (start, end) = match self.terminal {
            true => ("\r", if done == all { "\n" } else { "" }),
            false => ("", "\n"),
        };
        say(&format!("{start}   {what:<10} [{}{}] {done} of {all}{end}", "=".repeat(full), " ".repeat(40 - full)));
    }

    /// Where to say what was acknowledged.
    pub(crate) fn acks(&self) -> Acks {
        self.acks
    }
}

/// Says what was acknowledged, and must be there whatever happens next, if anybody wants to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acks(bool);

impl Acks {
    pub(crate) fn say(self, what: &str, name: impl fmt::Display, id: impl fmt::Display) {
        if self.0 {
            say(&format!("ack {what} {name} {id}\n"));
        }
    }
}

/// A reader that has gone away is no reason to stop building.
fn say(text: &str) {
    let _gone = std::io::stderr().lock().write_all(text.as_bytes());
}

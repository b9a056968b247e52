//! The serial line of a guest: one command goes in, what it said and its outcome come back.

use crate::failure::{Failure, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{Instant, timeout_at};

/// The most that one command may say.
const MOST: usize = 1 << 20;
/// How long the outcome of a command may take.
const ANSWER: Duration = Duration::from_secs(15);
/// How long a guest that has not answered yet is left alone before it is asked again.
const AGAIN: Duration = Duration::from_millis(400);

/// What a command in a guest came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Its exit status.
    pub(crate) status: i32,
    /// What it said, without the ends of lines around.
    pub(crate) said: String,
}

/// A guest that listens on its line.
#[derive(Debug)]
pub(crate) struct Line {
    socket: PathBuf,
    stream: UnixStream,
    read: Vec<u8>,
}

/// How many commands this process has sent to guests.
static ASKED: AtomicU64 = AtomicU64::new(0);

impl Line {
    /// Connects, and waits until the guest does as it is told.
    ///
    /// # Errors
    /// If it does not before `deadline`.
    pub(crate) async fn open(socket: &Path, deadline: Instant) -> Result<Self> {
        let late = || Failure::new(format!("{}: the guest does not answer on its line", socket.display()));
        loop {
            match UnixStream::connect(socket).await {
                Ok(stream) => {
                    let mut line = Self { socket: socket.to_owned(), stream, read: Vec::new() };
                    line.awake(deadline).await?;
                    return Ok(line);
                }
                Err(_) if Instant::now() + AGAIN < deadline => tokio::time::sleep(AGAIN).await,
                Err(error) => return Err(late().remedy(error)),
            }
        }
    }

    async fn awake(&mut self, deadline: Instant) -> Result<()> {
        loop {
            let soon = (Instant::now() + AGAIN).min(deadline);
            match self.ask("true", soon).await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() >= deadline => return Err(error),
                Err(_) => {}
            }
        }
    }

    /// Has the guest run a command of its shell, one line.
    ///
    /// # Errors
    /// If the line breaks or nothing comes back in time. A command that fails is an outcome.
    pub(crate) async fn run(&mut self, command: &str) -> Result<Outcome> {
        self.ask(command, Instant::now() + ANSWER).await
    }

    async fn ask(&mut self, command: &str, deadline: Instant) -> Result<Outcome> {
        // No word comes twice: an answer to who was connected before is not taken for one's own.
        let word = format!("{}-{}", std::process::id(), ASKED.fetch_add(1, Ordering::Relaxed));
        let broken = Failure::at(self.socket.display());
        let line = format!("{word} {}\n", command.replace('\n', " "));
        self.stream.write_all(line.as_bytes()).await.map_err(broken)?;
        let mut buffer = [0; 4096];
        loop {
            if let Some((outcome, used)) = answer(&self.read, &word) {
                self.read.drain(..used);
                return Ok(outcome);
            }
            if self.read.len() > MOST {
                return Err(Failure::new(format!("{}: `{command}` said too much", self.socket.display())));
            }
            let got = timeout_at(deadline, self.stream.read(&mut buffer)).await;
            match got {
                Ok(Ok(0)) => return Err(Failure::new(format!("{}: the line was closed", self.socket.display()))),
                Ok(Ok(n)) => self.read.extend_from_slice(&buffer[..n]),
                Ok(Err(error)) => return Err(Failure::at(self.socket.display())(error)),
                Err(_) => return Err(Failure::new(format!("{}: no answer to `{command}`", self.socket.display()))),
            }
        }
    }
}

/// The answer with this word in what a guest has said so far, and where it ends.
fn answer(said: &[u8], word: &str) -> Option<(Outcome, usize)> {
    let begin = format!("<<{word}\n");
    let end = format!("\n>>{word} ");
    let from = position(said, begin.as_bytes())? + begin.len();
    let to = from + position(&said[from..], end.as_bytes())?;
    let rest = to + end.len();
    let line = position(&said[rest..], b"\n")?;
    let status = std::str::from_utf8(&said[rest..rest + line]).ok()?.trim().parse().ok()?;
    let text = String::from_utf8_lossy(&said[from..to]).replace('\r', "");
    Some((Outcome { status, said: text.trim_matches('\n').to_owned() }, rest + line + 1))
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_out_of_whatever_is_said() {
        let said = b"booting...\n<<7\nold\n\n>>7 0\nnoise\n<<8\none\r\ntwo\n\n>>8 3\nmore";
        let (outcome, used) = answer(said, "8").expect("it is there");
        assert_eq!(outcome, Outcome { status: 3, said: "one\ntwo".into() });
        assert_eq!(&said[used..], b"more");
    }

    #[test]
    fn half_an_answer_is_none() {
        for said in
            ["", "<<1", "<<1\n", "<<1\nx\n>>1", "<<1\nx\n>>1 ", "<<1\nx\n>>1 0", "<<1\nx\n>>1 many\n", "<<2\n\n>>2 0\n"]
        {
            assert_eq!(answer(said.as_bytes(), "1"), None, "{said:?}");
        }
    }

    #[test]
    fn silence_is_an_answer() {
        let wanted = Outcome { status: 0, said: String::new() };
        assert_eq!(answer(b"\n<<1\n\n>>1 0\n", "1").map(|(outcome, _)| outcome), Some(wanted));
    }
}

//! A client of the QEMU Machine Protocol, over the UNIX socket of a guest.

pub mod wire;

use serde_json::Value;
use std::{collections::VecDeque, future::Future, io, path::Path, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    time::{Instant, timeout_at},
};
use wire::{BadLine, Event, Lines, Message};

/// A guest was not reached, or said no.
#[derive(Debug, thiserror::Error)]
pub enum QmpError {
    /// Nobody listens at the socket: the guest does not run.
    #[error("nobody listens")]
    Absent,
    /// The connection broke off: the guest ended.
    #[error("the connection ended")]
    Ended,
    /// No answer came in time. The command may have been carried out.
    #[error("no answer to `{0}` in time")]
    Late(String),
    /// It does not speak the protocol.
    #[error("it does not speak the protocol: {0}")]
    Bad(#[from] BadLine),
    /// The command was refused.
    #[error("`{command}` was refused: {text}")]
    Refused {
        /// The command.
        command: String,
        /// The class of the error.
        class: String,
        /// What was said.
        text: String,
    },
    /// The socket failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Events that are kept for whoever waits for one; older ones are forgotten.
const EVENTS: usize = 256;

/// A connection to one guest. QEMU serves one connection of a socket at a time; the next one waits for it to end.
///
/// ```no_run
/// use cloudstack_drivers::qemu::qmp::Qmp;
/// use serde_json::json;
/// use std::{path::Path, time::Duration};
///
/// # async fn sample() -> Result<(), cloudstack_drivers::qemu::qmp::QmpError> {
/// let mut guest = Qmp::connect(Path::new("/run/cloud/kvm1/guests/i-2-3-VM/qmp.sock"), Duration::from_secs(5)).await?;
/// println!("{}", guest.ask("query-status", json!(null)).await?["status"]);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Qmp {
    stream: UnixStream,
    lines: Lines,
    events: VecDeque<Event>,
    last: u64,
    patience: Duration,
}

impl Qmp {
    /// Connects, and gets as far as commands are taken. Each answer is waited for as long as `patience`.
    ///
    /// # Errors
    /// [`QmpError::Absent`] if nobody listens; others if whoever listens does not answer as it should.
    pub async fn connect(socket: &Path, patience: Duration) -> Result<Self, QmpError> {
        let stream = within(Instant::now() + patience, "connect", async {
            UnixStream::connect(socket).await.map_err(|e| match e.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => QmpError::Absent,
                _ => QmpError::Io(e),
            })
        })
        .await?;
        let mut qmp = Self { stream, lines: Lines::default(), events: VecDeque::new(), last: 0, patience };
        let until = Instant::now() + patience;
        while within(until, "greeting", qmp.receive()).await? != Message::Greeting {}
        qmp.ask("qmp_capabilities", Value::Null).await?;
        Ok(qmp)
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// [`QmpError::Refused`] with what the guest said; others if no answer came.
    pub async fn ask(&mut self, command: &str, arguments: Value) -> Result<Value, QmpError> {
        self.last += 1;
        let (own, until) = (self.last, Instant::now() + self.patience);
        let line = wire::command(own, command, &arguments);
        within(until, command, async { Ok(self.stream.write_all(line.as_bytes()).await?) }).await?;
        loop {
            match within(until, command, self.receive()).await? {
                Message::Return { id, value } if id == Some(own) => return Ok(value),
                Message::Error { id, class, text } if id == Some(own) => {
                    return Err(QmpError::Refused { command: command.to_owned(), class, text });
                }
                Message::Event(event) => self.keep(event),
                // The late answer to a command that nobody waits for any more.
                Message::Return { .. } | Message::Error { .. } | Message::Greeting => {}
            }
        }
    }

    /// Waits for an event, among those since the connection began.
    ///
    /// # Errors
    /// [`QmpError::Late`] if it does not happen in time.
    pub async fn event(&mut self, patience: Duration, is: impl Fn(&Event) -> bool) -> Result<Event, QmpError> {
        let until = Instant::now() + patience;
        loop {
            if let Some(at) = self.events.iter().position(&is) {
                return self.events.remove(at).ok_or(QmpError::Ended);
            }
            if let Message::Event(event) = within(until, "event", self.receive()).await? {
                self.keep(event);
            }
        }
    }

    /// Waits for the other end to be gone: the guest has ended.
    ///
    /// # Errors
    /// [`QmpError::Late`] if it does not.
    pub async fn ended(&mut self, patience: Duration) -> Result<(), QmpError> {
        match self.event(patience, |_| false).await {
            Err(QmpError::Ended | QmpError::Io(_)) => Ok(()),
            Err(e) => Err(e),
            Ok(_) => Ok(()),
        }
    }

    fn keep(&mut self, event: Event) {
        if self.events.len() == EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    async fn receive(&mut self) -> Result<Message, QmpError> {
        loop {
            if let Some(message) = self.lines.take()? {
                return Ok(message);
            }
            let mut chunk = [0; 8_192];
            match self.stream.read(&mut chunk).await {
                Ok(0) => return Err(QmpError::Ended),
                Ok(n) => self.lines.push(&chunk[..n]),
                // A process that was killed resets its connections.
                Err(e) if e.kind() == io::ErrorKind::ConnectionReset => return Err(QmpError::Ended),
                Err(e) => return Err(e.into()),
            }
        }
    }
}

async fn within<T>(until: Instant, what: &str, work: impl Future<Output = Result<T, QmpError>>) -> Result<T, QmpError> {
    timeout_at(until, work).await.unwrap_or_else(|_| Err(QmpError::Late(what.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::net::UnixListener;

    /// A guest that says these lines, one for each line it is told, the first at once.
    async fn guest(lines: &'static [&'static str]) -> (tempfile::TempDir, Result<Qmp, QmpError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for line in lines {
                stream.write_all(line.as_bytes()).await.unwrap();
                let mut told = [0; 1_024];
                if stream.read(&mut told).await.unwrap_or(0) == 0 {
                    return;
                }
            }
        });
        let qmp = Qmp::connect(&path, Duration::from_millis(200)).await;
        (folder, qmp)
    }

    const HELLO: &str = "{\"QMP\": {}}\n";

    #[tokio::test]
    async fn answers_are_told_from_events_and_from_late_answers() {
        let second = "{\"event\": \"RESET\"}\n{\"return\": 7, \"id\": 99}\n{\"return\": 8, \"id\": 2}\n";
        let lines = [HELLO, "{\"return\": {}, \"id\": 1}\n", second];
        let (_folder, qmp) = guest(Box::leak(Box::new(lines))).await;
        let mut qmp = qmp.unwrap();
        assert_eq!(qmp.ask("query-x", Value::Null).await.unwrap(), json!(8));
        assert_eq!(qmp.event(Duration::from_secs(1), |e| e.name == "RESET").await.unwrap().name, "RESET");
    }

    #[tokio::test]
    async fn refusals_silence_and_rubbish_are_told_apart() {
        let refusal = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such device\"}, \"id\": 2}\n";
        let (_folder, qmp) = guest(Box::leak(Box::new([HELLO, "{\"return\": {}, \"id\": 1}\n", refusal]))).await;
        let mut qmp = qmp.unwrap();
        let refused = qmp.ask("device_del", json!({"id": "x"})).await.unwrap_err();
        assert_eq!(refused.to_string(), "`device_del` was refused: no such device");
        assert!(matches!(qmp.ask("query-x", Value::Null).await.unwrap_err(), QmpError::Ended | QmpError::Late(_)));

        let (_folder, qmp) = guest(&["SSH-2.0-OpenSSH\r\n"]).await;
        assert!(matches!(qmp.unwrap_err(), QmpError::Bad(BadLine::NoObject(_))));
        let (_folder, qmp) = guest(&[""]).await;
        assert!(matches!(qmp.unwrap_err(), QmpError::Late(_)));
        let absent = Qmp::connect(Path::new("/nonexistent/socket"), Duration::from_secs(1)).await;
        assert!(matches!(absent.unwrap_err(), QmpError::Absent));
    }
}

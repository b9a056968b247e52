//! A management server of its own for a test: on a free port, in a folder that goes with it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A server that runs, until this is dropped.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    data: PathBuf,
    /// What it said on standard output before it was ready.
    pub(crate) said: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The program with its folder, and options.
pub(crate) fn command(data: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_management-server"));
    command.args(["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0", "--log", "json"]);
    command.args(options).env_remove("CLOUDSTACK_ADMIN_PASSWORD");
    command
}

impl Server {
    /// Starts it, and waits until it is in good health.
    pub(crate) fn start(data: &Path, options: &[&str]) -> Self {
        let server = Self::spawn(data, options);
        assert_eq!(server.get("/healthz").status, 200);
        server
    }

    /// Starts it, and waits until it says that it is ready.
    pub(crate) fn spawn(data: &Path, options: &[&str]) -> Self {
        let log = File::options().create(true).append(true).open(data.with_extension("log")).unwrap();
        let mut command = command(data, options);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("what is answered:") {
            if out.read_line(&mut said).unwrap() == 0 {
                panic!(
                    "it ended before it was ready: {said}{}",
                    std::fs::read_to_string(data.with_extension("log")).unwrap()
                );
            }
        }
        Self { child, out, data: data.to_owned(), said }
    }

    /// What follows one of the labels on standard output.
    pub(crate) fn told(&self, label: &str) -> Option<&str> {
        self.said.lines().find_map(|line| line.strip_prefix(label)).map(str::trim)
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.told("endpoint:").unwrap()
    }

    /// The address and port, as in a URL.
    pub(crate) fn at(&self) -> &str {
        self.endpoint().split('/').nth(2).unwrap()
    }

    pub(crate) fn ini(&self) -> PathBuf {
        self.data.join("cloudstack.ini")
    }

    /// A value of the file that clients read.
    pub(crate) fn setting(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.ini()).unwrap();
        text.lines().find_map(|line| line.strip_prefix(&format!("{name} = "))).unwrap().to_owned()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http(self.at(), &format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.at()))
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the end that was asked for.
    pub(crate) fn ended(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Sends some bytes, and reads to the end.
pub(crate) fn http(at: &str, request: &str) -> Answer {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let whole = String::from_utf8(bytes).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap_or((&whole, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, body: body.to_owned() }
}

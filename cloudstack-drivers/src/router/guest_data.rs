//! What tells guests about themselves: a small program in a router's namespace that lives on without the orchestrator.
//!
//! Port 80 of the gateway has `latest/user-data` and `latest/meta-data/…`, port 8080 hands a new password over. Whoever asks is
//! known by its address; nobody is told about anybody else. The program `cloudstack-guest-data` is [`run`] and nothing more, so
//! an embedder's own program can do its work too.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What the guests of a network are told, by the address they ask from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guests {
    /// The guests.
    pub guests: BTreeMap<IpAddr, Guest>,
}

/// What one guest is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Data of its owner, as base64.
    pub user_data: Option<String>,
    /// Facts about it, by name: `local-hostname`, `public-keys`.
    pub facts: BTreeMap<String, String>,
}

impl Guests {
    /// The answer to who asks for a path, without the slash before it; none if there is nothing.
    ///
    /// ```
    /// use cloudstack_drivers::router::guest_data::{Guest, Guests};
    ///
    /// let facts = [("local-hostname".to_owned(), "web-1".to_owned())].into();
    /// let guests = Guests { guests: [("10.1.1.5".parse()?, Guest { user_data: Some("aGk=".into()), facts })].into() };
    /// let ask = |from: &str, path| guests.answer(from.parse().ok()?, path);
    /// assert_eq!(ask("10.1.1.5", "latest/user-data").as_deref(), Some(&b"hi"[..]));
    /// assert_eq!(ask("10.1.1.5", "latest/meta-data/local-hostname").as_deref(), Some(&b"web-1"[..]));
    /// assert_eq!(ask("10.1.1.6", "latest/user-data"), None);
    /// # Ok::<_, std::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub fn answer(&self, from: IpAddr, path: &str) -> Option<Vec<u8>> {
        let guest = self.guests.get(&from)?;
        let rest = path.strip_prefix("latest")?;
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        match rest.strip_prefix("meta-data").map_or(rest, |name| name.strip_prefix('/').unwrap_or(name)) {
            "user-data" => Some(decoded(guest.user_data.as_deref().unwrap_or_default())),
            "" if rest.is_empty() => Some(b"meta-data/\nuser-data\n".to_vec()),
            "" => Some(guest.facts.keys().flat_map(|name| [name.as_bytes(), b"\n"].concat()).collect()),
            name => guest.facts.get(name).map(|value| value.clone().into_bytes()),
        }
    }
}

/// Data as its owner gave it; what is no base64 is handed on as it is.
fn decoded(text: &str) -> Vec<u8> {
    let bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(bare).unwrap_or_else(|_| text.as_bytes().to_vec())
}

/// What the program is told when it is started.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Options {
    listen: IpAddr,
    folder: PathBuf,
}

/// How it is called.
pub const USAGE: &str = "usage: cloudstack-guest-data ADDRESS FOLDER\n\
    Serves the guests of FOLDER/guests.json at port 80 of ADDRESS, and passwords of FOLDER/passwords at port 8080.";

/// Connections at a time; more are closed at once, and a guest asks again.
const MOST: usize = 64;
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST: u64 = 8_192;

/// Serves guests until the process ends. `arguments` are the address to listen on and the folder to serve, where
/// `guest-data.ready` appears once both ports are open.
///
/// # Errors
/// If the arguments are wrong or a port cannot be had.
pub fn run(arguments: impl IntoIterator<Item = String>) -> io::Result<()> {
    let arguments: Vec<String> = arguments.into_iter().collect();
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, USAGE);
    let [listen, folder] = &arguments[..] else { return Err(wrong()) };
    let options = Options { listen: listen.parse().map_err(|_| wrong())?, folder: folder.into() };
    let data = TcpListener::bind((options.listen, 80))?;
    let passwords = TcpListener::bind((options.listen, 8_080))?;
    std::fs::write(options.folder.join("guest-data.ready"), "")?;
    let server = Arc::new(Server::new(options.folder));
    let second = Arc::clone(&server);
    std::thread::Builder::new().spawn(move || second.accept(&passwords, Server::password))?;
    server.accept(&data, Server::data);
    Ok(())
}

/// A request as far as it matters.
#[derive(Debug, Default)]
struct Request {
    method: String,
    path: String,
    /// What a guest asks the password server.
    wish: String,
}

enum Answer {
    Found(Vec<u8>),
    Missing,
    Wrong,
}

struct Server {
    folder: PathBuf,
    /// What was read last, and of which version of the file.
    guests: Mutex<(Option<Version>, Arc<Guests>)>,
    busy: AtomicUsize,
}

type Version = (u64, Option<SystemTime>);

fn version(of: &Metadata) -> Version {
    (of.len(), of.modified().ok())
}

impl Server {
    fn new(folder: PathBuf) -> Self {
        Self { folder, guests: Mutex::default(), busy: AtomicUsize::new(0) }
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener, answer: fn(&Self, IpAddr, &Request) -> Answer) {
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                // Out of descriptors, most likely: let others finish.
                std::thread::sleep(Duration::from_millis(10));
                continue;
            };
            if self.busy.fetch_add(1, Ordering::Relaxed) >= MOST {
                self.busy.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let server = Arc::clone(self);
            let spawned = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
                // A client that went away is its own affair.
                let _ = server.serve(stream, answer);
                server.busy.fetch_sub(1, Ordering::Relaxed);
            });
            if spawned.is_err() {
                self.busy.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    fn serve(&self, mut stream: TcpStream, answer: fn(&Self, IpAddr, &Request) -> Answer) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let from = stream.peer_addr()?.ip();
        let request = read(&stream)?;
        let (status, body) = match answer(self, from, &request) {
            Answer::Found(body) => ("200 OK", body),
            Answer::Missing => ("404 Not Found", b"not found\n".to_vec()),
            Answer::Wrong => ("400 Bad Request", b"bad_request".to_vec()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        if request.method != "HEAD" {
            stream.write_all(&body)?;
        }
        stream.flush()
    }

    fn data(&self, from: IpAddr, request: &Request) -> Answer {
        match request.method.as_str() {
            "GET" | "HEAD" => self.guests().answer(from, &request.path).map_or(Answer::Missing, Answer::Found),
            _ => Answer::Wrong,
        }
    }

    /// Hands a password over until the guest says that it has it.
    fn password(&self, from: IpAddr, request: &Request) -> Answer {
        let file = password_file(&self.folder, from);
        match request.wish.as_str() {
            "send_my_password" => Answer::Found(std::fs::read(file).unwrap_or_else(|_| b"saved_password".to_vec())),
            "saved_password" => {
                // One that is gone is saved already.
                let _ = std::fs::remove_file(file);
                Answer::Found(b"saved_password".to_vec())
            }
            _ => Answer::Wrong,
        }
    }

    /// What the file says now. One that cannot be read leaves what was read before.
    fn guests(&self) -> Arc<Guests> {
        let path = self.folder.join("guests.json");
        let mut last = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let now = std::fs::metadata(&path).ok().map(|m| version(&m));
        if now.is_some() && now != last.0 {
            let read = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            if let Some(guests) = read {
                *last = (now, Arc::new(guests));
            }
        }
        Arc::clone(&last.1)
    }
}

/// Where a guest's new password waits.
pub(super) fn password_file(folder: &Path, guest: IpAddr) -> PathBuf {
    folder.join("passwords").join(guest.to_string())
}

fn read(stream: &TcpStream) -> io::Result<Request> {
    let mut lines = BufReader::new(stream.take(LONGEST));
    let mut request = Request::default();
    let mut line = String::new();
    lines.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    request.method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default();
    request.path = path.split('?').next().unwrap_or_default().trim_start_matches('/').to_owned();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 || line.trim().is_empty() {
            return Ok(request);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("DomU_Request")
        {
            request.wish = value.trim().to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(name: &str) -> Guest {
        let facts = [("local-hostname", name), ("public-keys", "ssh-ed25519 AAAA a\n")];
        let facts = facts.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        Guest { user_data: Some("IyEvYmluL3No\n".into()), facts }
    }

    fn address(n: u8) -> IpAddr {
        [10, 1, 1, n].into()
    }

    #[test]
    fn a_guest_is_told_about_itself_and_nobody_else() {
        let guests = Guests { guests: [(address(5), guest("a")), (address(6), guest("b"))].into() };
        let ask = |n, path| guests.answer(address(n), path).map(|body| String::from_utf8(body).unwrap());
        let table = [
            (5, "latest/user-data", Some("#!/bin/sh")),
            (5, "latest/meta-data/local-hostname", Some("a")),
            (6, "latest/meta-data/local-hostname", Some("b")),
            (6, "latest/local-hostname", Some("b")),
            (5, "latest/meta-data/", Some("local-hostname\npublic-keys\n")),
            (5, "latest/meta-data", Some("local-hostname\npublic-keys\n")),
            (5, "latest/", Some("meta-data/\nuser-data\n")),
            (5, "latest/meta-data/nothing", None),
            (5, "latest/../../etc/passwd", None),
            (5, "", None),
            (7, "latest/user-data", None),
        ];
        for (n, path, wanted) in table {
            assert_eq!(ask(n, path).as_deref(), wanted, "{n} {path}");
        }
    }

    #[test]
    fn a_password_waits_until_it_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("passwords")).unwrap();
        std::fs::write(password_file(folder.path(), address(5)), "swordfish").unwrap();
        let server = Server::new(folder.path().to_owned());
        let ask =
            |n, wish: &str| match server.password(address(n), &Request { wish: wish.into(), ..Request::default() }) {
                Answer::Found(body) => String::from_utf8(body).unwrap(),
                Answer::Missing | Answer::Wrong => "wrong".to_owned(),
            };
        assert_eq!(ask(6, "send_my_password"), "saved_password", "somebody else");
        assert_eq!(ask(5, "send_my_password"), "swordfish");
        assert_eq!(ask(5, "send_my_password"), "swordfish", "the answer was lost on its way");
        assert_eq!(ask(5, "saved_password"), "saved_password");
        assert_eq!(ask(5, "send_my_password"), "saved_password");
        assert_eq!(ask(5, "give me all"), "wrong");
    }

    #[test]
    fn a_change_of_the_file_is_seen_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::new(folder.path().to_owned());
        assert_eq!(*server.guests(), Guests::default());
        let write = |text: &str| std::fs::write(folder.path().join("guests.json"), text).unwrap();
        let one = Guests { guests: [(address(5), guest("a"))].into() };
        write(&serde_json::to_string(&one).unwrap());
        assert_eq!(*server.guests(), one);
        write("{");
        assert_eq!(*server.guests(), one);
    }
}

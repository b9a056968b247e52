//! The load generator: threads with some connections each, one request under way on every connection.

use crate::Outcome;
use crate::server::Process;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const THREADS: usize = 4;
const EACH: usize = 16;
/// Connections of all threads.
pub(crate) const CONNECTIONS: usize = THREADS * EACH;
/// Nothing that is measured takes this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is asked for, again and again.
pub(crate) struct Target<'a> {
    pub(crate) name: &'static str,
    server: &'a Process,
    request: Vec<u8>,
}

impl<'a> Target<'a> {
    pub(crate) fn new(name: &'static str, server: &'a Process, path: String) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.at).into_bytes();
        Self { name, server, request }
    }
}

struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    fn open(at: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 1 << 20] })
    }

    /// Reads one answer, which must be a success, and answers its body.
    fn read(&mut self) -> Outcome<&[u8]> {
        let (mut have, mut need) = (0, None);
        while need.is_none_or(|(_, end)| have < end) {
            let read = self.stream.read(&mut self.buffer[have..])?;
            if read == 0 {
                return Err("the connection was closed".into());
            }
            have += read;
            need = need.or_else(|| extent(&self.buffer[..have]));
        }
        let (body, end) = need.ok_or("no answer")?;
        if !self.buffer.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(&self.buffer[..end]).into_owned().into());
        }
        Ok(&self.buffer[body..end])
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(bytes: &[u8]) -> Option<(usize, usize)> {
    let body = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..body]).ok()?;
    let length = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    Some((body, body + length))
}

/// One answer's body.
pub(crate) fn once(target: &Target<'_>) -> Outcome<String> {
    let mut line = Line::open(&target.server.at)?;
    line.stream.write_all(&target.request)?;
    Ok(String::from_utf8(line.read()?.to_vec())?)
}

/// One answer's body.
pub(crate) fn get(at: &str, path: &str) -> Outcome<String> {
    let mut line = Line::open(at)?;
    line.stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {at}\r\n\r\n").as_bytes())?;
    Ok(String::from_utf8(line.read()?.to_vec())?)
}

/// Sends the request on all connections while `more` says so, and counts the answers.
fn storm(target: &Target<'_>, more: impl Fn() -> bool + Sync) -> Outcome<usize> {
    let work = || -> Outcome<usize> {
        let mut lines = (0..EACH).map(|_| Line::open(&target.server.at)).collect::<Outcome<Vec<_>>>()?;
        let mut done = 0;
        loop {
            let mut under_way = 0;
            for line in &mut lines {
                if !more() {
                    break;
                }
                line.stream.write_all(&target.request)?;
                under_way += 1;
            }
            if under_way == 0 {
                return Ok(done);
            }
            for line in &mut lines[..under_way] {
                line.read()?;
            }
            done += under_way;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|t| t.join().unwrap_or_else(|_| Err("a thread broke down".into()))).sum()
    })
}

/// Reads for a while: answers per CPU second of the server, and per second by the clock.
pub(crate) fn read_for(target: &Target<'_>, time: Duration) -> Outcome<(f64, f64)> {
    let (cpu, began) = (target.server.cpu()?, Instant::now());
    let done = storm(target, || began.elapsed() < time)? as f64;
    let (took, used) = (began.elapsed(), target.server.cpu()?.saturating_sub(cpu));
    Ok((done / used.as_secs_f64(), done / took.as_secs_f64()))
}

/// What some deployments took.
pub(crate) struct Deployed {
    /// Answered per second: the machine is durable then, and its job under way.
    pub(crate) answered: f64,
    /// Per second from the first request until the last machine ran.
    pub(crate) running: f64,
    /// The server's CPU time for each, until it ran.
    pub(crate) cpu_micros: f64,
}

/// Deploys so many machines, and waits until they run.
pub(crate) fn deploy(cloud: &Process, path: &str, count: usize) -> Outcome<Deployed> {
    let target = Target::new("deploy", cloud, path.to_owned());
    let before = running(cloud)?;
    let (cpu, began, left) = (cloud.cpu()?, Instant::now(), AtomicUsize::new(count));
    let more = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok();
    let done = storm(&target, more)?;
    let answered = began.elapsed();
    while running(cloud)? < before + done {
        if began.elapsed() > PATIENCE {
            return Err(format!("{} of {done} machines run", running(cloud)? - before).into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (took, used) = (began.elapsed(), cloud.cpu()?.saturating_sub(cpu));
    let count = done as f64;
    Ok(Deployed {
        answered: count / answered.as_secs_f64(),
        running: count / took.as_secs_f64(),
        cpu_micros: used.as_secs_f64() * 1e6 / count,
    })
}

/// How many machines run, as the server's figures say.
fn running(cloud: &Process) -> Outcome<usize> {
    let figures = get(&cloud.at, "/metrics")?;
    let name = "cloudstack_virtual_machines{state=\"Running\"} ";
    let line = figures.lines().find_map(|line| line.strip_prefix(name)).ok_or("no figure of machines")?;
    Ok(line.parse()?)
}

//! The least of HTTP: a site in the world that says who asks, and a client that asks from any namespace.

use crate::failure::{Failure, Result};
use crate::space;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// The longest answer that is read.
const MOST: u64 = 1 << 20;

/// Answers in a namespace, on a thread of its own, for as long as the process lives: the address of who asks.
pub(crate) fn serve(namespace: &str, at: SocketAddr) -> Result<()> {
    let listener = space::on(namespace, move || TcpListener::bind(at))?;
    let listener = listener.map_err(Failure::at(format!("listening on {at}")))?;
    std::thread::spawn(move || {
        // Who does not speak, or goes away, is not waited for long; the next is served then.
        for mut guest in listener.incoming().flatten() {
            let _unanswered = answer(&mut guest);
        }
    });
    Ok(())
}

fn answer(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let _request = stream.read(&mut [0; 4096])?;
    let body = format!("you are {}\n", stream.peer_addr()?.ip());
    let head = format!("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes())
}

/// What a client in a namespace is answered, without the head. Blocks for at most about twice `patience`.
///
/// # Errors
/// If nobody answers in time, or with another status than 200.
pub(crate) fn get(namespace: &str, to: SocketAddr, path: &str, patience: Duration) -> Result<String> {
    let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", to.ip());
    let answered = space::on(namespace, move || fetch(to, &request, patience))?;
    body(&answered.map_err(Failure::at(format!("http://{to}{path}")))?)
}

fn fetch(to: SocketAddr, request: &str, patience: Duration) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&to, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.take(MOST).read_to_string(&mut text)?;
    Ok(text)
}

/// The body of a good answer.
fn body(text: &str) -> Result<String> {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split_whitespace().nth(1).unwrap_or("none");
    if status == "200" { Ok(body.to_owned()) } else { Err(Failure::new(format!("status {status}: {}", body.trim()))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_good_answer_has_a_body() {
        assert_eq!(body("HTTP/1.0 200 OK\r\nA: b\r\n\r\nhello\n").map_err(|f| f.to_string()), Ok("hello\n".into()));
        for (bad, said) in [("HTTP/1.0 404 Not Found\r\n\r\nno such", "status 404: no such"), ("", "status none: ")] {
            assert_eq!(body(bad).map_err(|f| f.to_string()), Err(said.to_owned()), "{bad}");
        }
    }
}

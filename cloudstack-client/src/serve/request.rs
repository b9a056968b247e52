//! What comes in and what goes out, without a socket: whoever embeds the server brings the transport.

use std::net::IpAddr;

/// A request as it was received.
///
/// ```
/// use cloudstack_client::serve::{Method, Request};
///
/// let request = Request { query: "command=listZones&response=json", ..Request::new(Method::Get) };
/// assert_eq!(request.path, "/client/api");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// How it was sent.
    pub method: Method,
    /// Where to, without the query: `/client/api`.
    pub path: &'a str,
    /// The query string as sent, without `?`.
    pub query: &'a str,
    /// The form that was sent as the body; empty if there was none.
    pub body: &'a [u8],
    /// The `Cookie` header; empty if there was none.
    pub cookies: &'a str,
    /// Who sent it, as far as is known.
    pub peer: Option<IpAddr>,
    /// It came in by the integration port: nobody signs there, and everything is done as the cloud itself. Let only
    /// trusted programs reach that port.
    pub integration: bool,
    /// It came over an encrypted connection; cookies are then marked `Secure`.
    pub secure: bool,
}

impl Request<'_> {
    /// An empty request to the usual path.
    #[must_use]
    pub const fn new(method: Method) -> Self {
        let (path, query, body, cookies) = ("/client/api", "", b"".as_slice(), "");
        Self { method, path, query, body, cookies, peer: None, integration: false, secure: false }
    }
}

/// How a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the query.
    Get,
    /// Parameters in the query, in the body, or in both.
    Post,
    /// Anything else, which is refused.
    Other,
}

/// What is to be sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; the error code if it is a refusal.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// Further headers, as name and value. The values have no line breaks.
    pub headers: Vec<(&'static str, String)>,
    /// The body, always one complete envelope.
    pub body: String,
}

/// The value of a cookie in a `Cookie` header; the first if it is there twice.
pub(crate) fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    let mut of_name = pairs.filter(|(n, _)| n.trim() == name).map(|(_, value)| value.trim().trim_matches('"'));
    of_name.next()
}

/// A text as the value of a header: one line, printable ASCII, not endless.
pub(crate) fn header_value(text: &str) -> String {
    text.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).take(512).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_name() {
        let header = "a=1; JSESSIONID=abc ;sessionkey=\"x=y\"; JSESSIONID=late";
        assert_eq!(cookie(header, "JSESSIONID"), Some("abc"));
        assert_eq!(cookie(header, "sessionkey"), Some("x=y"));
        assert_eq!(cookie(header, "jsessionid"), None);
        assert_eq!(cookie("", "a"), None);
    }

    #[test]
    fn no_text_breaks_out_of_its_header() {
        assert_eq!(header_value("a\r\nSet-Cookie: b=ü"), "a??Set-Cookie: b=?");
    }
}

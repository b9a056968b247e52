//! What a client needs from outside: somebody who carries one HTTP request, and a clock.

use crate::sign::UnixSeconds;
use async_trait::async_trait;
use std::fmt;
use std::time::Duration;

/// How a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// In the query of the URL.
    #[default]
    Get,
    /// As a form in the body.
    Post,
}

/// One HTTP request.
///
/// Debug shows neither query, nor body, nor headers: signatures, passwords and cookies are in them.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// GET or POST.
    pub method: Method,
    /// The whole URL, with its query if it is a GET.
    pub url: String,
    /// Names and values, checked to hold no line break.
    pub headers: Vec<(String, String)>,
    /// The form, if it is a POST: `application/x-www-form-urlencoded`, which the headers say.
    pub body: Option<String>,
    /// How long all of it may take, until the last byte of the answer.
    pub timeout: Duration,
    /// The longest body that is read, in bytes.
    pub max_body: usize,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest").field("method", &self.method).field("url", &url).finish_non_exhaustive()
    }
}

/// One HTTP answer.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HttpReply {
    /// The status.
    pub status: u16,
    /// Names and values as they came; `Set-Cookie` may come several times.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpReply")
            .field("status", &self.status)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A request or an answer that got lost.
#[derive(Debug, thiserror::Error)]
#[error("{fault}{}", if *.may_have_arrived { "; the request may have arrived" } else { "; nothing was sent" })]
pub struct TransportError {
    /// True unless it is sure that no byte of the request left. Say true when in doubt: a request that may have arrived is
    /// repeated only if it changes nothing.
    pub may_have_arrived: bool,
    /// What happened.
    pub fault: TransportFault,
}

/// What happened to a request or an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportFault {
    /// It took too long.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// The body is longer than the bound.
    #[error("the answer is longer than {0} bytes; ask for smaller pages or raise `max_body`")]
    TooLong(usize),
    /// Anything else, in the words of whoever carried it; without the URL, which holds a signature.
    #[error("{0}")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Carries one request: the place for a program's own HTTP client.
///
/// Keep to four rules: do not follow redirects, do not repeat a request, read no more than `max_body`, and give up after
/// `timeout`. Cookies are the client's business; keep none.
///
/// ```
/// use async_trait::async_trait;
/// use cloudstack_client::send::{HttpReply, HttpRequest, Transport, TransportError};
///
/// /// Answers everything with an empty list, for a test.
/// struct Empty;
///
/// #[async_trait]
/// impl Transport for Empty {
///     async fn carry(&self, _: HttpRequest) -> Result<HttpReply, TransportError> {
///         Ok(HttpReply { status: 200, body: br#"{"listzonesresponse":{}}"#.to_vec(), ..HttpReply::default() })
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// [`TransportError`] says what got lost, and whether the request may have arrived.
    async fn carry(&self, request: HttpRequest) -> Result<HttpReply, TransportError>;
}

/// The time: for the expiry of signatures, for deadlines and for pauses between polls.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> UnixSeconds;

    /// Time since some fixed point; never goes back.
    fn uptime(&self) -> Duration;

    /// Waits.
    async fn sleep(&self, pause: Duration);
}

//! Logging in as a browser does: a password once, then cookies and a session key.

use super::transport::HttpReply;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Who logs in.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) username: String,
    pub(crate) password: SecretString,
    pub(crate) domain: String,
}

impl Credentials {
    /// A user of the ROOT domain.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self { username: username.into(), password: password.into(), domain: "/".to_owned() }
    }

    /// Of this domain, as a path: `Comp1/hr`.
    #[must_use]
    pub fn domain(self, path: impl Into<String>) -> Self {
        Self { domain: path.into(), ..self }
    }

    pub(crate) fn params(&self) -> [(&'static str, &str); 3] {
        [("username", &self.username), ("password", self.password.expose_secret()), ("domain", &self.domain)]
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

/// What a login gave.
pub(crate) struct Opening {
    /// For the header `Cookie`.
    pub(crate) cookies: String,
    /// For the parameter `sessionkey`.
    pub(crate) key: String,
}

/// The session of a client. Its clones share it.
pub(crate) struct Session {
    pub(crate) credentials: Credentials,
    /// Log in again when the session has ended.
    pub(crate) renew: bool,
    open: Mutex<Option<Arc<Opening>>>,
}

impl Session {
    pub(crate) fn new(credentials: Credentials, renew: bool) -> Self {
        Self { credentials, renew, open: Mutex::new(None) }
    }

    pub(crate) fn current(&self) -> Option<Arc<Opening>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn begin(&self, opening: Opening) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(opening));
    }

    /// Forgets this session; one that somebody else has begun meanwhile stays.
    pub(crate) fn end(&self, ended: &Arc<Opening>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_some_and(|open| Arc::ptr_eq(open, ended)) {
            *open = None;
        }
    }
}

/// More cookies than this, or longer ones, no CloudStack sets.
const MAX_COOKIES: usize = 32;
const MAX_COOKIE: usize = 4096;

/// The cookies an answer sets, as the header that gives them back. All of them belong to the one endpoint a client has. A
/// cookie with a character that could end a header or a cookie is left out.
pub(crate) fn cookies(reply: &HttpReply) -> String {
    let sane = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',');
    let mut cookies: Vec<(&str, &str)> = Vec::new();
    for (_, cookie) in reply.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
        let pair = cookie.split(';').next().unwrap_or_default().trim();
        let Some((name, value)) = pair.split_once('=') else { continue };
        if name.is_empty() || pair.len() > MAX_COOKIE || !pair.bytes().all(sane) {
            continue;
        }
        cookies.retain(|(held, _)| *held != name);
        // An empty value takes a cookie back.
        if !value.is_empty() && cookies.len() < MAX_COOKIES {
            cookies.push((name, value));
        }
    }
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_given_back_and_poisoned_ones_are_not() {
        let set = |values: &[&str]| {
            let headers = values.iter().map(|value| ("Set-Cookie".to_owned(), (*value).to_owned())).collect();
            cookies(&HttpReply { headers, ..HttpReply::default() })
        };
        assert_eq!(
            set(&["JSESSIONID=a1; Path=/client; HttpOnly", "sessionkey=k%2B=; Secure"]),
            "JSESSIONID=a1; sessionkey=k%2B="
        );
        assert_eq!(set(&["JSESSIONID=a1", "JSESSIONID=b2"]), "JSESSIONID=b2");
        assert_eq!(set(&["x=1", "x=; Max-Age=0"]), "");
        assert_eq!(set(&["a=1\r\nX-Evil: 1", "b=2 3", "=4", "c", "d=\u{e9}"]), "");
    }

    #[test]
    fn a_password_is_not_printed() {
        let shown = format!("{:?}", Credentials::new("admin", "hunter2").domain("Comp1/hr"));
        assert!(shown.contains("Comp1/hr") && !shown.contains("hunter2"), "{shown}");
    }
}

//! The client itself: one endpoint, one identity, and how requests travel between.

use super::error::Error;
use super::job::Job;
use super::reply::{Format, Opened, Raw, open};
use super::session::{Credentials, Opening, Session, cookies};
use super::transport::{Clock, HttpReply, HttpRequest, Method, Transport};
use crate::sign::{Scratch, Signer, UnixSeconds, unsigned};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Calls one cloud as one identity. Clones are cheap and share the session.
///
/// Every call is bounded: by `timeout` in time, by `max_body` in size, and jobs by `job_deadline`. A call is repeated after a
/// fault only if that cannot do harm: a read (`list…`, `queryAsyncJobResult`), or a request that surely was not sent.
/// Redirects are never followed.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint: String,
    login: Login,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    options: Options,
}

/// As whom.
enum Login {
    /// As nobody: for an integration port.
    Nobody,
    Keys(Signer),
    Session(Session),
}

#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) method: Method,
    pub(crate) timeout: Duration,
    /// For how long a signature is good.
    pub(crate) expiration: Option<Duration>,
    pub(crate) retries: u32,
    pub(crate) backoff: Duration,
    /// The first pause between two looks at a job; each is half as long again as the one before.
    pub(crate) first_poll: Duration,
    pub(crate) poll: Duration,
    pub(crate) job_deadline: Duration,
    pub(crate) max_body: usize,
    pub(crate) headers: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::Json,
            method: Method::Get,
            timeout: Duration::from_secs(10),
            expiration: Some(Duration::from_secs(600)),
            retries: 2,
            backoff: Duration::from_millis(500),
            first_poll: Duration::from_millis(100),
            poll: Duration::from_secs(2),
            job_deadline: Duration::from_secs(3600),
            max_body: 16 << 20,
            headers: Vec::new(),
        }
    }
}

/// The longest pause before a repetition.
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// From this length on a query travels in the body: servers bound the length of a URL, mostly at 8 KiB.
const MAX_QUERY: usize = 6_000;

/// Something a client cannot be built with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{option} {value:?} cannot be used: {why}")]
pub struct BadOption {
    /// Which option.
    pub option: &'static str,
    /// What was given.
    pub value: String,
    /// What would be accepted.
    pub why: &'static str,
}

/// Builds a [`Client`]. Everything but the endpoint has a default.
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    endpoint: String,
    keys: Option<(String, SecretString)>,
    session: Option<Session>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    options: Options,
}

impl ClientBuilder {
    pub(crate) fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            keys: None,
            session: None,
            transport: None,
            clock: None,
            options: Options::default(),
        }
    }

    /// Signs every request with this pair of keys.
    pub fn keys(mut self, api_key: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        self.keys = Some((api_key.into(), secret.into()));
        self
    }

    /// Logs in before the first call, and again when the session has ended.
    pub fn session(mut self, credentials: Credentials) -> Self {
        self.session = Some(Session::new(credentials, true));
        self
    }

    /// Logs in with [`Client::login`] only; calls without a session answer [`Error::NoSession`].
    pub fn session_by_hand(mut self, credentials: Credentials) -> Self {
        self.session = Some(Session::new(credentials, false));
        self
    }

    /// In which format answers are asked for. JSON unless said otherwise; every answer is read by how it begins.
    pub fn format(mut self, format: Format) -> Self {
        self.options.format = format;
        self
    }

    /// GET unless said otherwise. Requests too long for a URL, and logins, are sent by POST in any case.
    pub fn method(mut self, method: Method) -> Self {
        self.options.method = method;
        self
    }

    /// How long one request may take with its answer; 10 s unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// For how long a signature is good, by the clock of the server; 10 min unless said otherwise, `None` for ever.
    pub fn expiration(mut self, expiration: Option<Duration>) -> Self {
        self.options.expiration = expiration;
        self
    }

    /// How often what may be repeated is repeated; 2 unless said otherwise. The first pause is `backoff`, each later one
    /// twice as long, 30 s at most.
    pub fn retries(mut self, retries: u32, backoff: Duration) -> Self {
        (self.options.retries, self.options.backoff) = (retries, backoff);
        self
    }

    /// The pauses between two looks at a job: from `first` on growing to `most`; 100 ms and 2 s unless said otherwise.
    pub fn poll(mut self, first: Duration, most: Duration) -> Self {
        (self.options.first_poll, self.options.poll) = (first.min(most), most);
        self
    }

    /// How long a job is waited for; an hour unless said otherwise.
    pub fn job_deadline(mut self, deadline: Duration) -> Self {
        self.options.job_deadline = deadline;
        self
    }

    /// The longest answer that is read, in bytes; 16 MiB unless said otherwise.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.options.max_body = bytes;
        self
    }

    /// A header to send with every request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Who carries requests. Needed without the feature `http`.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Whose time it is. Needed without the feature `http`.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`BadOption`] names what cannot be used.
    pub fn build(self) -> Result<Client, BadOption> {
        let endpoint = endpoint(&self.endpoint)?;
        for (name, value) in &self.options.headers {
            check_header(name, value)?;
        }
        let login = match (self.keys, self.session) {
            (Some((key, secret)), _) => Login::Keys(Signer::new(key, secret.expose_secret())),
            (None, Some(session)) => Login::Session(session),
            (None, None) => Login::Nobody,
        };
        let (transport, clock) = outside(self.transport, self.clock, &endpoint)?;
        Ok(Client { inner: Arc::new(Inner { endpoint, login, transport, clock, options: self.options }) })
    }
}

type Outside = (Arc<dyn Transport>, Arc<dyn Clock>);

#[cfg(feature = "http")]
fn outside(
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    endpoint: &str,
) -> Result<Outside, BadOption> {
    let transport = match transport {
        Some(transport) => transport,
        None => Arc::new(super::http::Http::new(endpoint, &super::http::Tls::default())?),
    };
    Ok((transport, clock.unwrap_or_else(|| Arc::new(super::http::SystemClock::default()))))
}

#[cfg(not(feature = "http"))]
fn outside(
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    _: &str,
) -> Result<Outside, BadOption> {
    let missing = |option| BadOption { option, value: String::new(), why: "give one, or turn the feature `http` on" };
    Ok((transport.ok_or_else(|| missing("transport"))?, clock.ok_or_else(|| missing("clock"))?))
}

/// The endpoint as it is used: a bare host gets the usual path.
fn endpoint(given: &str) -> Result<String, BadOption> {
    let bad = |why| BadOption { option: "endpoint", value: given.to_owned(), why };
    let trimmed = given.trim();
    let rest = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    let rest = rest.ok_or_else(|| bad("it must begin with `https://` or `http://`"))?;
    if !trimmed.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("it must be a URL of ASCII letters without blanks"));
    }
    if trimmed.contains(['?', '#']) {
        return Err(bad("it must end with its path, as in `https://cloud.example/client/api`"));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() || host.contains('@') {
        return Err(bad("it needs a host, and keys are given elsewhere"));
    }
    let base = trimmed.trim_end_matches('/');
    Ok(match path.trim_matches('/') {
        "" => format!("{base}/client/api"),
        "client" => format!("{base}/api"),
        _ => trimmed.to_owned(),
    })
}

fn check_header(name: &str, value: &str) -> Result<(), BadOption> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(BadOption {
            option: "header",
            value: name.to_owned(),
            why: "a name has letters, digits and dashes",
        });
    }
    if value.bytes().any(|byte| byte < b' ' && byte != b'\t' || byte == 0x7f) {
        let why = "its value has a line break or another control character";
        return Err(BadOption { option: "header", value: name.to_owned(), why });
    }
    Ok(())
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match &self.inner.login {
            Login::Nobody => "nobody".to_owned(),
            Login::Keys(signer) => format!("key {}", signer.api_key()),
            Login::Session(session) => format!("user {}", session.credentials.username),
        };
        f.debug_struct("Client").field("endpoint", &self.inner.endpoint).field("as", &who).finish_non_exhaustive()
    }
}

/// True for commands that change nothing, so that asking again does no harm.
fn is_read(command: &str) -> bool {
    // This one changes who is logged in, whatever it is called.
    command == "queryAsyncJobResult" || command.starts_with("list") && command != "listAndSwitchSamlAccount"
}

impl Client {
    /// A client of the cloud at `endpoint`: a URL such as `https://cloud.example/client/api`; a bare host gets that path.
    pub fn builder(endpoint: &str) -> ClientBuilder {
        ClientBuilder::new(endpoint)
    }

    /// Where it calls.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    /// Calls any command, known or not, and answers what came.
    ///
    /// # Errors
    /// [`Error`]; a refusal of the cloud is [`Error::Refused`].
    pub async fn call(&self, command: &str, params: &[(&str, &str)]) -> Result<Raw, Error> {
        self.exchange(command, params, None, |opened| Ok(opened.raw())).await
    }

    /// The job of this id, to be awaited as any type; for jobs begun elsewhere or by [`call`](Self::call).
    pub fn job<T>(&self, id: impl Into<String>) -> Job<T> {
        Job::new(self.clone(), "queryAsyncJobResult", "", id.into(), None)
    }

    /// Logs in, if this client has a session; else nothing happens. A session that is open already is left behind.
    ///
    /// # Errors
    /// [`Error::Refused`] with 531 if the password is wrong.
    pub async fn login(&self) -> Result<(), Error> {
        let Login::Session(session) = &self.inner.login else { return Ok(()) };
        let params = session.credentials.params();
        let query = self.unsigned("login", &params, &[])?;
        let mut attempt = 0;
        let reply = loop {
            match self.carry("login", &query, Method::Post, None, self.inner.options.timeout).await {
                Err(fault) if fault.was_not_done() && self.pause(&mut attempt).await => {}
                other => break other?,
            }
        };
        let opening = open("login", &reply, |opened| {
            let key = opened.content.text_of("sessionkey").filter(|key| !key.is_empty());
            // Some versions wrap the answer once more.
            let key = key.or_else(|| opened.content.get("login").and_then(|login| login.text_of("sessionkey")));
            let key = key.ok_or_else(|| Error::Unread {
                command: "login".to_owned(),
                path: "sessionkey".to_owned(),
                fault: "it is missing".to_owned(),
            })?;
            Ok(Opening { cookies: cookies(&reply), key })
        })?;
        session.begin(opening);
        Ok(())
    }

    /// Logs out, if there is a session. Calls after it log in again, or answer [`Error::NoSession`] if that is by hand.
    ///
    /// # Errors
    /// [`Error`] if the cloud could not be told; the session is forgotten here in any case.
    pub async fn logout(&self) -> Result<(), Error> {
        let Login::Session(session) = &self.inner.login else { return Ok(()) };
        let Some(opening) = session.current() else { return Ok(()) };
        session.end(&opening);
        self.once("logout", &[], Some(&opening), self.inner.options.timeout, |_| Ok(())).await
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Calls a command, within `limit` if there is one, and repeats the call where that is safe.
    pub(crate) async fn exchange<T: Send>(
        &self,
        command: &str,
        params: &[(&str, &str)],
        limit: Option<Duration>,
        read: impl Fn(Opened<'_>) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let timeout = limit.map_or(self.inner.options.timeout, |limit| limit.min(self.inner.options.timeout));
        let (mut attempt, mut renewed) = (0, false);
        loop {
            let session = self.current_session(command).await?;
            let fault = match self.once(command, params, session.as_deref(), timeout, &read).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let unauthorised = matches!(&fault, Error::Refused(refusal) if refusal.code == 401);
            if let (Login::Session(held), Some(ended), true) = (&self.inner.login, &session, unauthorised) {
                held.end(ended);
                // A call that was not believed was not done, so it may be made again whatever it is.
                if held.renew && !renewed {
                    renewed = true;
                    continue;
                }
                return Err(Error::NoSession { command: command.to_owned() });
            }
            let never_sent = matches!(&fault, Error::Transport { .. }) && fault.was_not_done();
            let again = never_sent || is_read(command) && fault.may_pass();
            if !again || !self.pause(&mut attempt).await {
                return Err(fault);
            }
        }
    }

    /// Waits before another attempt; false if there are none left.
    async fn pause(&self, attempt: &mut u32) -> bool {
        if *attempt >= self.inner.options.retries {
            return false;
        }
        let pause = self.inner.options.backoff.saturating_mul(1_u32.checked_shl(*attempt).unwrap_or(u32::MAX));
        *attempt += 1;
        self.inner.clock.sleep(pause.min(MAX_BACKOFF)).await;
        true
    }

    /// The session to call in; none if this client has another identity.
    async fn current_session(&self, command: &str) -> Result<Option<Arc<Opening>>, Error> {
        let Login::Session(session) = &self.inner.login else { return Ok(None) };
        if session.current().is_none() && session.renew {
            self.login().await?;
        }
        session.current().map(Some).ok_or_else(|| Error::NoSession { command: command.to_owned() })
    }

    /// One request, one answer.
    async fn once<T>(
        &self,
        command: &str,
        params: &[(&str, &str)],
        session: Option<&Opening>,
        timeout: Duration,
        read: impl Fn(Opened<'_>) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let options = &self.inner.options;
        let query = match (&self.inner.login, session) {
            (Login::Keys(signer), _) => {
                let mut query = String::new();
                let expires = options.expiration.map(|life| UnixSeconds(self.inner.clock.now().0 + life.as_secs()));
                let all = self.all_params(command, params, &[]);
                signer.sign_into(&all, expires, &mut Scratch::default(), &mut query)?;
                query
            }
            (_, Some(session)) => self.unsigned(command, params, &[("sessionkey", &session.key)])?,
            (_, None) => self.unsigned(command, params, &[])?,
        };
        let method = if query.len() > MAX_QUERY { Method::Post } else { options.method };
        let cookies = session.map(|session| session.cookies.as_str());
        let reply = self.carry(command, &query, method, cookies, timeout).await?;
        open(command, &reply, read)
    }

    fn unsigned(&self, command: &str, params: &[(&str, &str)], own: &[(&str, &str)]) -> Result<String, Error> {
        Ok(unsigned(&self.all_params(command, params, own))?)
    }

    fn all_params<'a>(
        &'a self,
        command: &'a str,
        params: &[(&'a str, &'a str)],
        own: &[(&'a str, &'a str)],
    ) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![("command", command), ("response", self.inner.options.format.wire())];
        all.extend_from_slice(own);
        all.extend_from_slice(params);
        all
    }

    async fn carry(
        &self,
        command: &str,
        query: &str,
        method: Method,
        cookies: Option<&str>,
        timeout: Duration,
    ) -> Result<HttpReply, Error> {
        let Inner { endpoint, options, transport, .. } = &*self.inner;
        let mut headers = options.headers.clone();
        headers.extend(cookies.filter(|set| !set.is_empty()).map(|set| ("Cookie".to_owned(), set.to_owned())));
        let (url, body) = match method {
            Method::Get => (format!("{endpoint}?{query}"), None),
            Method::Post => {
                headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
                (endpoint.clone(), Some(query.to_owned()))
            }
        };
        let request = HttpRequest { method, url, headers, body, timeout, max_body: options.max_body };
        let reply = transport.carry(request).await;
        reply.map_err(|fault| Error::Transport { command: command.to_owned(), fault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_completed_or_refused() {
        for (given, used) in [
            ("https://cloud.example", "https://cloud.example/client/api"),
            (" http://127.0.0.1:8080/ ", "http://127.0.0.1:8080/client/api"),
            ("http://[::1]:8080/client/", "http://[::1]:8080/client/api"),
            ("http://h/client/api", "http://h/client/api"),
            ("http://h/client/api/", "http://h/client/api/"),
            ("https://h/x/y", "https://h/x/y"),
        ] {
            assert_eq!(endpoint(given).as_deref(), Ok(used), "{given}");
        }
        for given in [
            "",
            "cloud.example",
            "ftp://h",
            "https://",
            "http:///x",
            "https://h?a=b",
            "https://u:p@h",
            "https://h/a b",
            "http://h/\r\nx",
        ] {
            assert!(endpoint(given).is_err(), "{given}");
        }
    }

    #[test]
    fn headers_that_would_smuggle_are_refused() {
        assert!(check_header("X-Tenant", "a b\tc é").is_ok());
        for (name, value) in [
            ("X\r\nEvil", "1"),
            ("", "1"),
            ("X Y", "1"),
            ("X:", "1"),
            ("X", "1\r\nEvil: 1"),
            ("X", "\0"),
            ("X", "\u{7f}"),
        ] {
            assert!(check_header(name, value).is_err(), "{name:?} {value:?}");
        }
    }

    #[test]
    fn only_reads_are_reads() {
        for read in ["listZones", "queryAsyncJobResult", "listApis"] {
            assert!(is_read(read), "{read}");
        }
        for other in ["deployVirtualMachine", "listAndSwitchSamlAccount", "getVMPassword", "login", "", "Listzones"] {
            assert!(!is_read(other), "{other}");
        }
    }
}

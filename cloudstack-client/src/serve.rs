//! Answers the CloudStack protocol for a cloud that a program embeds: [`Api::handle`] turns a request into a response,
//! without a socket.
//!
//! # What happens to a request
//! 1. The query and the form in the body are read; where both have a parameter, the query's counts. What is too long, has
//!    too many parameters or cannot be decoded in one way is refused.
//! 2. The command is looked up by its exact name. One that nothing answers here is refused (432), and is not in `listApis`.
//! 3. The caller is found: by signature, by session, or because the request came in by the integration port.
//! 4. The caller's role must allow the command, and its account must not have used up its requests.
//! 5. Parameters are read by the command's row in the [`catalogue`](mod@crate::catalogue); ids must be of things that are there
//!    and that the caller may name.
//! 6. The command's binding reads rows or runs a verb; the answer is written in the form that was asked for.
//!
//! Signatures are judged before roles, so that only who holds a key learns what it may do.

mod args;
mod ask;
mod bind;
mod entity;
mod fault;
mod keys;
mod login;
mod request;
mod scope;
mod session;
mod throttle;
mod write;

pub use request::{Method, Request, Response};

use crate::catalogue::{self, Answer, Command, Shape};
use crate::sign::{Received, Scratch, UnixSeconds};
use args::Args;
use ask::{Ask, Bind, Done, Look, Reply, Run, Shown};
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{ApiKeyId, EntityId, UserId};
use cloudstack_core::base::{Caller, RoleType, Span, Timestamp};
use cloudstack_core::flow::org::role;
use cloudstack_core::flow::setting;
use cloudstack_core::ledger::View;
use cloudstack_core::model::org::Permission;
use fault::Fault;
use keys::Holder;
use session::Sessions;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use throttle::Throttle;
use write::{Format, Out};

/// The version that answers name where the protocol wants one.
pub const VERSION: &str = "4.23.0.0";

/// The longest query, in bytes.
const LONGEST_QUERY: usize = 1 << 16;
/// The longest form, in bytes: userdata alone may have a million.
const LONGEST_BODY: usize = 4 << 20;
/// The most parameters of one request.
const MOST_PARAMS: usize = 1_000;
/// How long a session lives that is not used.
const SESSION: Span = Span::mins(30);

/// The server's side of the protocol, for one cloud.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use cloudstack_client::serve::{Api, Method, Request};
/// use cloudstack_client::sign::Signer;
/// use cloudstack_core::Cloud;
/// use std::sync::Arc;
///
/// let cloud = Arc::new(Cloud::in_memory().start().await?);
/// let api = Api::new(Arc::clone(&cloud));
/// api.give_keys("my-key", "my-secret", cloud.root_caller().user);
///
/// let query = Signer::new("my-key", "my-secret").sign(&[("command", "listZones"), ("response", "json")])?;
/// let response = api.handle(Request { query: &query, ..Request::new(Method::Get) }).await;
/// assert_eq!((response.status, response.body.as_str()), (200, r#"{"listzonesresponse":{}}"#));
///
/// let unsigned = Request { query: "command=listZones&response=json", ..Request::new(Method::Get) };
/// assert_eq!(api.handle(unsigned).await.status, 401);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct Api {
    cloud: Arc<Cloud>,
    keys: keys::Keys,
    sessions: Sessions,
    throttle: Throttle,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Api {
    /// The server of this cloud.
    #[must_use]
    pub fn new(cloud: Arc<Cloud>) -> Self {
        let (keys, sessions, throttle) = (keys::Keys::default(), Sessions::new(), Throttle::default());
        Self { cloud, keys, sessions, throttle }
    }

    /// Lets a user sign with this pair of keys as long as the server lives. It is in no row: nobody else sees it.
    pub fn give_keys(&self, key: &str, secret: &str, user: UserId) {
        self.keys.give(key, secret, user);
    }

    /// Ends every session of a user, as when its password was changed.
    pub fn end_sessions(&self, user: UserId) {
        self.sessions.close_all(user);
    }

    /// The cloud that is served.
    #[must_use]
    pub fn cloud(&self) -> &Arc<Cloud> {
        &self.cloud
    }

    /// The commands that are answered, in the order of their names.
    pub fn commands() -> impl Iterator<Item = &'static Command> {
        bind::all().filter_map(|bind| catalogue::find(bind.name))
    }

    /// Answers a request. Never fails: a refusal is a response too, and a mistake of the program is a refusal (530) that
    /// concerns this request alone.
    pub async fn handle(&self, request: Request<'_>) -> Response {
        let mut received = Received::default();
        // What is left half read is not looked at again, but for the names of the form and of the command.
        let read = catch_unwind(AssertUnwindSafe(|| read(&request, &mut received)));
        let format = Format::asked(received.get("response"));
        let command = received.get("command").unwrap_or("");
        let answer = match read.unwrap_or_else(|_| Err(Fault::broken())) {
            Ok(()) => survived(self.answer(&request, &received, command, format)).await,
            Err(fault) => Err(fault),
        };
        answer.unwrap_or_else(|fault| {
            let root = catalogue::find(command).map_or("errorresponse", |row| row.envelope);
            fault.response(format, root)
        })
    }

    async fn answer(
        &self,
        request: &Request<'_>,
        received: &Received,
        command: &str,
        format: Format,
    ) -> Result<Response, Fault> {
        match command {
            "" => return Err(Fault::unknown_command("")),
            "login" => return self.login(request, received, format).await,
            "logout" => return self.logout(request, received, format),
            _ => {}
        }
        let unknown = || Fault::unknown_command(command);
        let (row, bind) = catalogue::find(command).zip(bind::find(command)).ok_or_else(unknown)?;
        let (view, now) = (self.cloud.view(), self.cloud.now());
        let (caller, pair) = self.caller(request, received, &view, now)?;
        if !allowed(&view, &caller, row) || !keys::opens(&view, pair, row.name) {
            return Err(unknown());
        }
        self.throttled(&caller, &view, now)?;
        args::check(received)?;
        let args = Args::read(row, received, &caller, &view)?;
        let ask = Ask::new(self, &caller, row, args, view);
        self.perform(&ask, bind, format).await
    }

    /// Who asks, and with which pair of keys.
    fn caller(
        &self,
        request: &Request<'_>,
        received: &Received,
        view: &View,
        now: Timestamp,
    ) -> Result<(Caller, Option<ApiKeyId>), Fault> {
        if request.integration {
            return Ok((Caller { role: RoleType::System, ..self.cloud.root_caller() }, None));
        }
        let Some(key) = received.api_key() else {
            let caller = self.session(request, received, view, now);
            return caller.map(|caller| (caller, None)).ok_or_else(Fault::unauthorized);
        };
        let Holder { caller, verifier, pair } =
            self.keys.holder(&self.cloud, view, key, now).ok_or_else(Fault::unauthorized)?;
        let now = UnixSeconds(now.as_micros() / 1_000_000);
        let judged = SCRATCH.with_borrow_mut(|scratch| verifier.verify(received, now, scratch));
        judged.map(|()| (caller, pair)).map_err(|_| Fault::unauthorized())
    }

    /// Counts the request, if requests are counted.
    fn throttled(&self, caller: &Caller, view: &View, now: Timestamp) -> Result<(), Fault> {
        if caller.is_root() || !setting::is(view, "api.throttling.enabled") {
            return Ok(());
        }
        let (most, interval) = throttling(view);
        self.throttle.count(caller.account, now, most, interval)
    }

    /// Runs a bound command and writes its answer.
    async fn perform(&self, ask: &Ask<'_>, bind: &Bind, format: Format) -> Result<Response, Fault> {
        let mut out = Out::open(format, ask.row.envelope, Some(VERSION), args::role_of(ask.caller));
        match bind.run {
            Run::Read(read) => read(ask, &mut Reply { out: &mut out, row: ask.row })?,
            Run::Act(act, shown) => {
                let done = act(ask).await?;
                if ask.row.answer.is_async() {
                    begun(ask.row, done, &mut out);
                } else {
                    let view = self.cloud.view();
                    let look = Look { api: self, view: &view, caller: ask.caller };
                    ended(ask.row, done, shown, look, &mut out);
                }
            }
        }
        Ok(Response { status: 200, content_type: format.content_type(), headers: Vec::new(), body: out.finish() })
    }
}

/// An answer, or the refusal that stands for a panic. What the panic said was told by the program's panic hook.
async fn survived<T>(answer: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let mut answer = pin!(answer);
    // After a panic the answer is dropped and never polled again; what is shared lies behind locks that are taken over
    // from who broke down holding them, and every change of rows is whole or not there.
    let polled = |cx: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
        Ok(polled) => polled,
        Err(_told) => Poll::Ready(Err(Fault::broken())),
    };
    std::future::poll_fn(polled).await
}

/// The job of a command that goes on, and the id of what it makes if the command says it at once.
fn begun(row: &Command, done: Done, out: &mut Out) {
    out.fields(None, |o| {
        if ask::names_what_it_makes(row) {
            o.put("id", done.id.map(|id| write::Shown(cloudstack_core::base::id::JobId::from_u128(id))));
        }
        o.put("jobid", done.job.map(write::Shown));
    });
}

/// What a command made or changed, or that it succeeded.
fn ended(row: &'static Command, done: Done, shown: Option<Shown>, look: Look<'_>, out: &mut Out) {
    match (done.tell, shown, done.id) {
        (tell, ..) if !tell.is_empty() => {
            written(row, row.reply, out, tell.into_iter().map(|t| move |o: &mut write::Object<'_>| t(look, o)))
        }
        (_, Some(shown), Some(id)) => {
            let write = |o: &mut write::Object<'_>| {
                (shown.show)(look, id, o);
            };
            written(row, shown.shape(row), out, [write]);
        }
        _ => out.fields(None, |o| o.bare("success", true)),
    }
}

/// Objects as the command's answer: all of them if it answers with a list, or the only one.
fn written<W: FnOnce(&mut write::Object<'_>)>(
    row: &'static Command,
    shape: &'static Shape,
    out: &mut Out,
    writes: impl IntoIterator<Item = W>,
) {
    let mut writes: Vec<W> = writes.into_iter().collect();
    match (row.answer, row.object) {
        (Answer::List, name) => out.list(name, shape, writes.len(), writes, |o, write| write(o)),
        (_, name) => {
            let Some(write) = writes.pop() else { return };
            if name.is_empty() { out.fields(Some(shape), write) } else { out.object(name, shape, write) }
        }
    }
}

/// Reads the parameters of a request.
fn read(request: &Request<'_>, received: &mut Received) -> Result<(), Fault> {
    if request.method == Method::Other {
        return Err(Fault::method("requests are sent by GET or POST"));
    }
    if request.query.len() > LONGEST_QUERY || request.body.len() > LONGEST_BODY {
        return Err(Fault::unreadable(format!("the query may have {LONGEST_QUERY} bytes and the body {LONGEST_BODY}")));
    }
    // Counted before anything is kept: every parameter that is read takes far more room than it has bytes.
    let form = if request.method == Method::Post { request.body } else { b"" };
    let pieces = [request.query.as_bytes(), form].into_iter().flat_map(|text| text.split(|byte| *byte == b'&'));
    if pieces.filter(|piece| !piece.is_empty()).count() > MOST_PARAMS {
        return Err(Fault::unreadable(format!("a request may have {MOST_PARAMS} parameters")));
    }
    let unreadable = |e: crate::sign::BadQuery| Fault::unreadable(e.to_string());
    received.parse(request.query).map_err(unreadable)?;
    if !form.is_empty() {
        let body = std::str::from_utf8(form).map_err(|_| Fault::unreadable("the body is not a form"))?;
        received.append(body.trim_end_matches(['\r', '\n'])).map_err(unreadable)?;
    }
    Ok(())
}

/// True if the caller's role opens the command: by its rules, or by its kind where no rule says anything.
fn allowed(view: &View, caller: &Caller, row: &Command) -> bool {
    if caller.role == RoleType::System {
        return true;
    }
    match role::verdict(view, caller, row.name) {
        Some(Permission::Allow) => true,
        Some(Permission::Deny) => false,
        None => caller.is_root() || row.roles.allows(args::role_of(caller)),
    }
}

/// How many requests an account may make, and in which time.
fn throttling(view: &View) -> (u64, Span) {
    let most = setting::int(view, "api.throttling.max").max(0).unsigned_abs();
    let interval = setting::int(view, "api.throttling.interval").max(1).unsigned_abs();
    (most, Span::secs(interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A handler with a mistake in it is refused in its own form; the next request is answered.
    #[test]
    fn a_panic_is_a_refusal() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let quick = survived::<()>(async { panic!("at once") }).await.unwrap_err();
            let slow = survived::<()>(async {
                tokio::task::yield_now().await;
                panic!("when it goes on");
            });
            for fault in [quick, slow.await.unwrap_err()] {
                assert_eq!((fault.code, fault.kind), (530, 4250));
                assert!(!fault.text.contains("at once") && !fault.text.contains("goes on"), "{}", fault.text);
                let told = fault.response(Format::Json, "listzonesresponse");
                assert!(told.status == 530 && told.body.starts_with(r#"{"listzonesresponse":{"#), "{}", told.body);
            }
            assert_eq!(survived(async { Ok::<_, Fault>(1) }).await, Ok(1));
        });
    }
}

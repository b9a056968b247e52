//! `login` and `logout`.

use super::fault::Fault;
use super::request::{Request, Response, cookie};
use super::write::{Format, Out};
use super::{Api, SESSION, VERSION};
use crate::catalogue::{self, Roles, Shape};
use crate::sign::Received;
use cloudstack_core::base::id::{DomainId, EntityId, UserId};
use cloudstack_core::base::{Caller, ErrorKind, Timestamp};
use cloudstack_core::flow::org::caller_of;
use cloudstack_core::flow::org::domain::at_path;
use cloudstack_core::ledger::View;

/// The cookie of the session.
const COOKIE: &str = "JSESSIONID";
/// The cookie, and the parameter, of the session's key.
const KEY: &str = "sessionkey";

impl Api {
    /// The caller of a request with a session: the id in its cookie, the key as a parameter.
    ///
    /// The key must be a parameter: a page of another site can make a browser send cookies, but does not know the key.
    pub(super) fn session(
        &self,
        request: &Request<'_>,
        received: &Received,
        view: &View,
        now: Timestamp,
    ) -> Option<Caller> {
        let (id, key) = (cookie(request.cookies, COOKIE)?, received.get(KEY).unwrap_or(""));
        let user = self.sessions.user(id, key, now, SESSION)?;
        let caller = caller_of(view, user);
        if caller.is_none() {
            self.sessions.close(id, key);
        }
        caller
    }

    pub(super) async fn login(
        &self,
        request: &Request<'_>,
        received: &Received,
        format: Format,
    ) -> Result<Response, Fault> {
        super::args::check(received)?;
        // A password in a query ends up in logs and histories; the protocol has always taken it there, and clients of
        // the first versions send it so.
        let name = received.get("username").filter(|n| !n.is_empty()).ok_or_else(|| Fault::missing("username"))?;
        let password = received.get("password").filter(|p| !p.is_empty()).ok_or_else(|| Fault::missing("password"))?;
        let view = self.cloud.view();
        let domain = domain(&view, received).ok_or_else(Fault::login)?;
        let known = self.keys.by_password(&self.cloud, domain, name, password).await;
        let caller = known.map_err(|e| match e.kind() {
            ErrorKind::Unavailable => Fault::busy(),
            _ => Fault::login(),
        })?;
        let (view, now, user) = (self.cloud.view(), self.cloud.now(), caller.user);
        let opened = self.sessions.open(user, cookie(request.cookies, COOKIE), now)?;

        let mut out = Out::open(format, "loginresponse", Some(VERSION), Roles::ROOT_ADMIN);
        out.fields(shape("login"), |o| greet(&view, &caller, user, &opened.key, o));
        let secure = if request.secure { "; Secure" } else { "" };
        let set = |name: &str, value: &str| {
            ("Set-Cookie", format!("{name}={value}; Path=/client; HttpOnly; SameSite=Lax{secure}"))
        };
        let headers = vec![set(COOKIE, &opened.id), set(KEY, &opened.key)];
        Ok(Response { status: 200, content_type: format.content_type(), headers, body: out.finish() })
    }

    pub(super) fn logout(&self, request: &Request<'_>, received: &Received, format: Format) -> Result<Response, Fault> {
        let id = cookie(request.cookies, COOKIE).unwrap_or("");
        if !self.sessions.close(id, received.get(KEY).unwrap_or("")) {
            return Err(Fault::unauthorized());
        }
        let mut out = Out::open(format, "logoutresponse", Some(VERSION), Roles::ROOT_ADMIN);
        out.fields(shape("logout"), |o| o.put("description", "success"));
        let forget = |name: &str| ("Set-Cookie", format!("{name}=; Path=/client; HttpOnly; SameSite=Lax; Max-Age=0"));
        let headers = vec![forget(COOKIE), forget(KEY)];
        Ok(Response { status: 200, content_type: format.content_type(), headers, body: out.finish() })
    }
}

/// The shape of a command's answer.
fn shape(command: &str) -> Option<&'static Shape> {
    catalogue::find(command).map(|row| row.reply)
}

/// What a person who logged in is told. All values are texts, as clients expect.
fn greet(view: &View, caller: &Caller, user: UserId, key: &str, o: &mut super::write::Object<'_>) {
    let row = view.user(user);
    o.put("timeout", (SESSION.as_micros() / 1_000_000).to_string());
    o.put("username", row.map(|u| u.name.as_str()));
    o.id("userid", user);
    o.put("firstname", row.map(|u| &u.first_name));
    o.put("lastname", row.map(|u| &u.last_name));
    o.put("account", view.account(caller.account).map(|a| a.name.as_str()));
    o.id("domainid", caller.domain);
    o.put("type", view.account(caller.account).map(|a| a.kind.number().to_string()));
    o.put("timezone", row.and_then(|u| u.timezone.as_deref()).unwrap_or("UTC"));
    o.put("timezoneoffset", "0.0");
    o.put("registered", "false");
    o.put(KEY, key);
}

/// The domain that a login names: by id, by path, or the root.
fn domain(view: &View, received: &Received) -> Option<DomainId> {
    if let Some(id) = received.get("domainid").filter(|id| !id.is_empty()) {
        return super::entity::parse(id).map(DomainId::from_u128).filter(|id| view.domain(*id).is_some());
    }
    let path = received.get("domain").unwrap_or("").trim_matches('/');
    let path = match path {
        "" | "ROOT" => "ROOT".to_owned(),
        path if path.starts_with("ROOT/") => path.to_owned(),
        path => format!("ROOT/{path}"),
    };
    at_path(view, &path).map(|domain| domain.id)
}

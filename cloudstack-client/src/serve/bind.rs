//! Which commands are answered, and by what: one table, one file per area.
//!
//! A binding is small: it turns parameters into a verb, or rows into an answer. What a caller may do is decided before
//! (role, ids) and below (the verb), never here.

mod account;
mod address;
pub(super) mod balancer;
mod capacity;
mod dedication;
mod detail;
mod event;
mod host;
mod job;
mod limit;
mod network;
mod nothing;
mod offering;
mod os;
mod physical;
mod place;
mod project;
mod role;
mod rule;
mod security_group;
mod setting;
mod ssh_key;
mod storage;
mod system;
mod tag;
mod template;
mod usage;
mod user;
mod user_data;
mod vm;
mod volume;

use super::ask::{Ask, Bind, Look, binds};
use super::fault::Fault;
use super::write::Object;
use cloudstack_core::base::Name;
use cloudstack_core::base::id::{AccountId, EntityId, JobId};
use cloudstack_core::flow::resource;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Every area.
const AREAS: &[&[Bind]] = &[
    account::BINDS,
    address::BINDS,
    balancer::BINDS,
    capacity::BINDS,
    dedication::BINDS,
    detail::BINDS,
    event::BINDS,
    host::BINDS,
    job::BINDS,
    limit::BINDS,
    network::BINDS,
    nothing::BINDS,
    offering::BINDS,
    os::BINDS,
    physical::BINDS,
    place::BINDS,
    project::BINDS,
    role::BINDS,
    rule::BINDS,
    security_group::BINDS,
    setting::BINDS,
    ssh_key::BINDS,
    storage::BINDS,
    system::BINDS,
    tag::BINDS,
    template::BINDS,
    usage::BINDS,
    user::BINDS,
    user_data::BINDS,
    vm::BINDS,
    volume::BINDS,
];

/// All bindings, in the order of their names.
static TABLE: LazyLock<Vec<Bind>> = LazyLock::new(|| {
    let mut all: Vec<Bind> = AREAS.iter().copied().flatten().copied().collect();
    all.sort_by_key(|bind| bind.name);
    all
});

/// The binding of a command, by its exact name.
pub(crate) fn find(name: &str) -> Option<&'static Bind> {
    TABLE.binary_search_by(|bind| bind.name.cmp(name)).ok().map(|at| &TABLE[at])
}

/// Every binding, in the order of their names.
pub(crate) fn all() -> impl Iterator<Item = &'static Bind> {
    TABLE.iter()
}

/// Refuses parameters that would change what is asked for, and that nothing here heeds.
fn refuse(ask: &Ask<'_>, names: &[&str]) -> Result<(), Fault> {
    match names.iter().find(|name| ask.args.has(name)) {
        Some(name) => Err(Fault::refused(format!("parameter `{name}` is not supported here; leave it out"))),
        None => Ok(()),
    }
}

/// A text as a name.
fn name(param: &str, text: &str) -> Result<Name, Fault> {
    Name::new(text).map_err(|e| Fault::invalid(param, text, e.why))
}

/// A name that must be given.
fn need_name(ask: &Ask<'_>, param: &str) -> Result<Name, Fault> {
    name(param, ask.args.need_text(param)?)
}

/// A parameter as an address.
fn address(ask: &Ask<'_>, param: &str) -> Result<Option<IpAddr>, Fault> {
    let read = |text: &str| text.parse().map_err(|_| Fault::invalid(param, text, "give an IP address"));
    ask.args.text(param).map(read).transpose()
}

/// True if `text` holds `part`, whatever the case of its letters.
fn holds(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    part.is_empty() || text.windows(part.len().max(1)).any(|window| window.eq_ignore_ascii_case(part))
}

/// True if no such parameter was given, or it says this.
fn says(ask: &Ask<'_>, param: &str, value: &str) -> bool {
    ask.args.text(param).is_none_or(|text| text.eq_ignore_ascii_case(value))
}

/// True if no keyword was given, or the text holds it.
fn has_keyword(ask: &Ask<'_>, text: &str) -> bool {
    ask.args.text("keyword").is_none_or(|keyword| holds(text, keyword))
}

/// Writes who owns a thing: account and domain, or project and domain.
fn owner(look: Look<'_>, account: AccountId, o: &mut Object<'_>) {
    let Some(account) = look.view.account(account) else { return };
    match cloudstack_core::flow::access::project_of(look.view, account) {
        Some(project) => {
            o.id("projectid", project.id);
            o.put("project", project.name.as_str());
        }
        None => o.put("account", account.name.as_str()),
    }
    o.id("domainid", account.domain);
    let domain = look.view.domain(account.domain);
    o.put("domain", domain.map(|d| d.name.as_str()));
    o.put("domainpath", domain.map(|d| d.path.as_str()));
}

/// Writes the job that is changing a thing.
fn busy(job: Option<JobId>, o: &mut Object<'_>) {
    if let Some(job) = job {
        o.id("jobid", job);
        o.put("jobstatus", 0_u32);
    }
}

/// Writes the tags of a thing.
fn tags(look: Look<'_>, id: impl EntityId, o: &mut Object<'_>) {
    o.each("tags", look.view.tags().by("resource", id), |o, row| tag::tag_fields(look, row, o));
}

/// True if a thing has all tags that are asked for.
fn tagged(ask: &Ask<'_>, id: impl EntityId) -> bool {
    let has = || resource::tag::has_all(ask.view(), id.to_u128(), ask.args.pairs("tags").into_iter());
    !ask.args.has("tags") || has()
}

/// Tags of a thing that cannot have any.
fn no_tags(o: &mut Object<'_>) {
    o.each("tags", std::iter::empty::<()>(), |_, ()| {});
}

/// A share as people read it: `12.5%`.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0%".to_owned();
    }
    let hundredths = u128::from(part) * 10_000 / u128::from(whole);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    /// A binding of a command that no row describes could never be called.
    #[test]
    fn every_binding_has_a_row_and_every_name_one_binding() {
        let names: Vec<&str> = all().map(|bind| bind.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        for name in names {
            assert!(catalogue::find(name).is_some(), "{name} is in no row of the catalogue");
        }
    }

    #[test]
    fn keywords_are_found_whatever_their_case() {
        assert!(holds("Web-Server", "server") && holds("a", "") && holds("", ""));
        assert!(!holds("web", "webs") && !holds("", "a"));
    }
}

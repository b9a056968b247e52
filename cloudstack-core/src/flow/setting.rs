//! Settings: reading them from rows, and changing them (CONF-01).

use super::access;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::{DomainId, JobId};
use crate::base::{Caller, Error, Result, Secret, Span};
use crate::ledger::{Keys, View};
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::infra::{Cluster, ImageStore, Pool, Zone};
use crate::model::org::{Account, Domain};
use crate::model::setting::{self, Scope, Setting, SettingSpec};

fn spec(name: &str) -> &'static SettingSpec {
    setting::find(name).unwrap_or_else(|| panic!("there is no setting `{name}`"))
}

/// The value of a setting for the whole cloud: as changed, or its default.
///
/// # Panics
/// If there is no such setting: a mistake in the program.
#[must_use]
pub fn text<'a>(view: &'a View, name: &str) -> &'a str {
    value(view, Scope::Global, name).unwrap_or_else(|| spec(name).default)
}

/// What was set there, if anything was.
fn value<'a>(view: &'a View, scope: Scope, name: &str) -> Option<&'a str> {
    row(view, scope, name).map(|row| row.value.as_str())
}

fn row<'a>(view: &'a View, scope: Scope, name: &str) -> Option<&'a Setting> {
    view.settings().find(0, &[Value::Id(scope.place()), Value::text(name)])
}

/// The value of a setting that counts somewhere. The first that was set counts:
///
/// | for | is looked for in |
/// |---|---|
/// | a cluster, pool or image store | itself, its zone, the cloud |
/// | a zone | itself, the cloud |
/// | an account | itself; with `enable.account.settings.for.domain` its domain, as below; the cloud |
/// | a domain | itself; with `enable.domain.settings.for.child.domain` the domains above, nearest first; the cloud |
///
/// and if nothing was set, it is the default.
///
/// # Panics
/// If there is no such setting: a mistake in the program.
#[must_use]
pub fn text_at<'a>(view: &'a View, scope: Scope, name: &str) -> &'a str {
    let set = places(view, scope).into_iter().find_map(|place| value(view, place, name));
    set.unwrap_or_else(|| spec(name).default)
}

/// The value of a setting that is a whole number, see [`text_at`].
#[must_use]
pub fn int_at(view: &View, scope: Scope, name: &str) -> i64 {
    let read = |text: &str| text.parse().ok();
    read(text_at(view, scope, name)).or_else(|| read(spec(name).default)).unwrap_or(0)
}

/// The secret that was set for the whole cloud, if one was.
///
/// # Errors
/// [`Denied`](crate::base::ErrorKind::Denied) if the cloud's key does not open it.
pub fn secret(keys: &Keys, name: &str) -> Result<Option<Secret>> {
    let Some(row) = row(&keys.view, Scope::Global, name) else { return Ok(None) };
    row.sealed.as_ref().map(|sealed| keys.open::<Setting>(row.id, "sealed", sealed)).transpose()
}

/// Where a value for this scope may come from, nearest first.
fn places(view: &View, scope: Scope) -> Vec<Scope> {
    let mut places = vec![scope];
    let zone = match scope {
        Scope::Global => return places,
        Scope::Zone(_) => None,
        Scope::Cluster(id) => view.cluster(id).map(|row| row.zone),
        Scope::Pool(id) => view.pool(id).map(|row| row.zone),
        Scope::ImageStore(id) => view.image_store(id).and_then(|row| row.zone),
        Scope::Account(id) => {
            let domain = view.account(id).map(|row| row.domain);
            let domain = domain.filter(|_| is(view, "enable.account.settings.for.domain"));
            places.extend(domain.into_iter().flat_map(|id| domains(view, id)));
            None
        }
        Scope::Domain(id) => {
            places.extend(domains(view, id).skip(1));
            None
        }
    };
    places.extend(zone.map(Scope::Zone));
    places.push(Scope::Global);
    places
}

/// A domain, and those above it if they count.
fn domains(view: &View, domain: DomainId) -> impl Iterator<Item = Scope> {
    let above = is(view, "enable.domain.settings.for.child.domain");
    let up = move |id: &DomainId| view.domain(*id).and_then(|row| row.parent).filter(|_| above);
    std::iter::successors(Some(domain), up).map(Scope::Domain)
}

/// A setting, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What is known of it.
    pub spec: &'static SettingSpec,
    /// The scope that was asked for.
    pub scope: Scope,
    /// The value that counts there. Of a secret only whether there is one.
    pub value: String,
    /// It was set in this scope, not inherited.
    pub set: bool,
}

/// The settings that can be set in a scope, by name; those whose name contains `keyword`, if one is given. Root
/// administrators only.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, .. }| {
/// # use cloudstack_core::flow::setting::{self, SetSettingAt};
/// # use cloudstack_core::model::setting::Scope;
/// let (scope, name) = (Scope::Cluster(cluster), "cpu.overprovisioning.factor");
/// cloud.run(&admin, SetSettingAt { scope, name: name.into(), value: Some("3.0".into()) }).await?.done().await?;
///
/// let shown = setting::list(&cloud.view(), &admin, scope, Some("overprovisioning"))?;
/// let factor = shown.iter().find(|shown| shown.spec.name == name).ok_or("clusters have it")?;
/// assert!(factor.set && factor.value == "3.0" && factor.spec.read);
/// // The cloud as a whole is not changed.
/// assert_eq!(setting::text(&cloud.view(), name), "1.0");
/// # Ok(()) }); }
/// ```
///
/// # Errors
/// [`Denied`](crate::base::ErrorKind::Denied); [`NotFound`](crate::base::ErrorKind::NotFound) if the scope names nothing.
pub fn list(view: &View, caller: &Caller, scope: Scope, keyword: Option<&str>) -> Result<Vec<Shown>> {
    access::root(caller)?;
    exists(view, scope)?;
    let wanted = |spec: &&SettingSpec| {
        spec.scopes.allow(scope.kind()) && keyword.is_none_or(|keyword| spec.name.contains(keyword))
    };
    let show = |spec: &'static SettingSpec| {
        let set = row(view, scope, spec.name);
        let value = if spec.is_secret() {
            if set.is_some() { "********" } else { "" }
        } else {
            text_at(view, scope, spec.name)
        };
        Shown { spec, scope, value: value.to_owned(), set: set.is_some() }
    };
    Ok(setting::all().values().filter(wanted).map(show).collect())
}

/// The scope names something that is there.
fn exists(view: &View, scope: Scope) -> Result<()> {
    match scope {
        Scope::Global => Ok(()),
        Scope::Zone(id) => view.need::<Zone>(id).map(drop),
        Scope::Cluster(id) => view.need::<Cluster>(id).map(drop),
        Scope::Pool(id) => view.need::<Pool>(id).map(drop),
        Scope::ImageStore(id) => view.need::<ImageStore>(id).map(drop),
        Scope::Domain(id) => view.need::<Domain>(id).map(drop),
        Scope::Account(id) => view.need::<Account>(id).map(drop),
    }
}

/// The value of a setting that is a whole number.
#[must_use]
pub fn int(view: &View, name: &str) -> i64 {
    let read = |text: &str| text.parse().ok();
    read(text(view, name)).or_else(|| read(spec(name).default)).unwrap_or(0)
}

/// Whether a setting that is true or false is true for the whole cloud.
#[must_use]
pub fn is(view: &View, name: &str) -> bool {
    text(view, name) == "true"
}

/// Whether a setting that is true or false is true somewhere, see [`text_at`].
#[must_use]
pub fn is_at(view: &View, scope: Scope, name: &str) -> bool {
    text_at(view, scope, name) == "true"
}

/// The value of a setting that is a number of seconds.
#[must_use]
pub fn seconds(view: &View, name: &str) -> Span {
    Span::secs(int(view, name).unsigned_abs())
}

/// A request to change a setting for the whole cloud; without a value it goes back to its default.
///
/// May be repeated. Takes effect at once, without a restart.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::setting::{self, SetSetting};
/// let set = |value: Option<&str>| SetSetting { name: "start.retry".into(), value: value.map(Into::into) };
/// cloud.settings().set(&admin, set(Some("3"))).await?.done().await?;
/// assert_eq!(setting::int(&cloud.view(), "start.retry"), 3);
///
/// // Back to the default; and what is not a number is refused.
/// cloud.settings().set(&admin, set(None)).await?.done().await?;
/// assert_eq!(setting::int(&cloud.view(), "start.retry"), 10);
/// cloud.settings().set(&admin, set(Some("often"))).await.map(drop).unwrap_err();
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSetting {
    /// Its name, as in the [catalogue](setting::CATALOGUE).
    pub name: String,
    /// Its new value.
    pub value: Option<String>,
}

impl Verb for SetSetting {
    type Answer = ();
    const NAME: &'static str = "setting.set";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        set(caller, desk, Scope::Global, &self.name, self.value.as_deref())
    }
}

/// A request to change a setting for a zone, cluster, pool, image store, domain or account; without a value, it counts
/// there what counts above, see [`text_at`].
///
/// May be repeated. [`list`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSettingAt {
    /// Where it shall count.
    pub scope: Scope,
    /// Its name, as in the [catalogue](setting::all).
    pub name: String,
    /// Its new value.
    pub value: Option<String>,
}

impl Verb for SetSettingAt {
    type Answer = ();
    const NAME: &'static str = "setting.set_at";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        set(caller, desk, self.scope, &self.name, self.value.as_deref())
    }
}

fn set(caller: &Caller, desk: &mut Desk<'_>, scope: Scope, name: &str, value: Option<&str>) -> Result<Decision<()>> {
    access::root(caller)?;
    let spec = setting::find(name).ok_or_else(|| Error::not_found("setting", name))?;
    exists(desk.view(), scope)?;
    if !spec.scopes.allow(scope.kind()) {
        let there: Vec<_> = spec.scopes.iter().map(setting::ScopeKind::as_str).collect();
        let accepted = format!("{name} can be set for the whole cloud, {}", there.join(", "));
        return Err(Error::invalid("scope", scope.kind().as_str(), accepted.trim_end_matches(", ")));
    }
    let now = row(desk.view(), scope, name).cloned();
    let Some(value) = value else {
        now.map_or(Ok(()), |row| desk.remove::<Setting>(row.id))?;
        return said(desk, spec, scope, spec.default);
    };
    if !spec.accepts(value) {
        // What was meant to be a secret is not said again.
        let shown = if spec.is_secret() { "…" } else { value };
        return Err(Error::invalid(spec.name, shown, spec.domain));
    }
    let fresh = now.is_none();
    let mut row = now.unwrap_or_else(|| Setting {
        id: desk.id(),
        scope,
        name: name.to_owned(),
        value: String::new(),
        sealed: None,
    });
    if spec.is_secret() {
        row.sealed = Some(desk.seal::<Setting>(row.id, "sealed", &Secret::new(value))?);
    } else {
        value.clone_into(&mut row.value);
    }
    if fresh { desk.insert(row) } else { desk.update(row) }?;
    said(desk, spec, scope, value)
}

fn said(desk: &mut Desk<'_>, spec: &SettingSpec, scope: Scope, value: &str) -> Result<Decision<()>> {
    let value = if spec.is_secret() { "…" } else { value };
    let text = match scope {
        Scope::Global => format!("{} = {value}", spec.name),
        _ => format!("{} = {value} for {}", spec.name, scope.kind().as_str()),
    };
    desk.event("CONFIGURATION.VALUE.EDIT", EventLevel::Info, None, spec.name.to_owned(), text);
    Ok(Decision::done(()))
}

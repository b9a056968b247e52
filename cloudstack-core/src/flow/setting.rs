//! Global settings: reading them from rows, and changing them (CONF-01).

use super::access;
use super::step::Desk;
use super::verb::{Decision, Verb};
use crate::base::id::JobId;
use crate::base::{Caller, Error, Result, Span};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::setting::{self, Setting, SettingSpec};

/// The value of a setting: as changed, or its default.
///
/// # Panics
/// If the catalogue has no such setting: a mistake in the program.
#[must_use]
pub fn text<'a>(view: &'a View, name: &str) -> &'a str {
    let changed = view.settings().find(0, &[Value::text(name)]);
    changed.map_or_else(|| spec(name).default, |s| s.value.as_str())
}

fn spec(name: &str) -> &'static SettingSpec {
    setting::find(name).unwrap_or_else(|| panic!("the catalogue of settings has no `{name}`"))
}

/// The value of a setting that is a whole number.
#[must_use]
pub fn int(view: &View, name: &str) -> i64 {
    let read = |text: &str| text.parse().ok();
    read(text(view, name)).or_else(|| read(spec(name).default)).unwrap_or(0)
}

/// The value of a setting that is a number of seconds.
#[must_use]
pub fn seconds(view: &View, name: &str) -> Span {
    Span::secs(int(view, name).unsigned_abs())
}

/// A request to change a setting; without a value it goes back to its default.
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
        access::root(caller)?;
        let spec = setting::find(&self.name).ok_or_else(|| Error::not_found("setting", &self.name))?;
        let now = desk.view().settings().find(0, &[Value::text(&self.name)]).cloned();
        match (&self.value, now) {
            (Some(value), _) if !spec.accepts(value) => {
                return Err(Error::invalid(spec.name, value, format!("{:?} is accepted", spec.domain)));
            }
            (Some(value), Some(row)) => desk.update(Setting { value: value.clone(), ..row })?,
            (Some(value), None) => {
                let id = desk.id();
                desk.insert(Setting { id, name: self.name.clone(), value: value.clone() })?;
            }
            (None, Some(row)) => desk.remove::<Setting>(row.id)?,
            (None, None) => {}
        }
        let text = format!("{} = {}", self.name, self.value.as_deref().unwrap_or(spec.default));
        desk.event("CONFIGURATION.VALUE.EDIT", EventLevel::Info, None, self.name.clone(), text);
        Ok(Decision::done(()))
    }
}

//! addResourceDetail, removeResourceDetail: what steers a thing beyond its own fields.

use super::{bounded, check, may_change};
use crate::base::id::{DetailId, EntityId, JobId};
use crate::base::{Caller, Error, Result};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::Value;
use crate::model::resource::{Detail, Resource};
use std::collections::{BTreeMap, BTreeSet};

/// The value of a detail of a thing.
#[must_use]
pub fn value<'a>(view: &'a View, of: u128, key: &str) -> Option<&'a str> {
    row(view, of, key).map(|detail| detail.value.as_str())
}

fn row<'a>(view: &'a View, of: u128, key: &str) -> Option<&'a Detail> {
    view.details().find(0, &[Value::Id(of), Value::text(key)])
}

/// The details of a thing. Those that are not to be displayed are for administrators.
pub fn of(view: &View, id: u128) -> impl Iterator<Item = &Detail> {
    view.details().by("resource", DetailId::from_u128(id))
}

/// The details of a thing that a caller may see.
///
/// # Errors
/// [`ErrorKind::NotFound`](crate::base::ErrorKind::NotFound) if it is not the caller's.
pub fn list<'a>(view: &'a View, caller: &Caller, of_thing: Resource) -> Result<Vec<&'a Detail>> {
    may_change(view, caller, of_thing)?;
    Ok(of(view, of_thing.id).filter(|detail| detail.display || caller.is_root()).collect())
}

/// Sets details of a thing; others stay.
pub(crate) fn put(
    desk: &mut Desk<'_>,
    resource: Resource,
    details: &BTreeMap<String, String>,
    display: bool,
) -> Result<()> {
    for (key, value) in details {
        check("key", key)?;
        if value.chars().count() > 5_120 {
            return Err(Error::invalid("value", format!("{} bytes", value.len()), "give up to 5,120 characters"));
        }
        let (value, known) = (value.clone(), row(desk.view(), resource.id, key).cloned());
        match known {
            Some(row) => desk.update(Detail { value, display, ..row })?,
            None => {
                let (id, key) = (desk.id(), key.clone());
                desk.insert(Detail { id, resource, key, value, display })?;
            }
        }
    }
    Ok(())
}

/// Takes away the details of a thing that are displayed.
pub(crate) fn clear(desk: &mut Desk<'_>, resource: Resource) -> Result<()> {
    let shown: Vec<DetailId> = of(desk.view(), resource.id).filter(|d| d.display).map(|d| d.id).collect();
    shown.into_iter().try_for_each(|id| desk.remove::<Detail>(id))
}

/// Takes away all details of a thing.
pub(super) fn forget(desk: &mut Desk<'_>, id: u128) -> Result<()> {
    let all: Vec<DetailId> = of(desk.view(), id).map(|detail| detail.id).collect();
    all.into_iter().try_for_each(|id| desk.remove::<Detail>(id))
}

/// A request to set details of a thing. A key that it has gets the new value.
///
/// May be repeated.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{base::id::EntityId, model::resource::{Resource, ResourceKind}};
/// # use cloudstack_core::flow::resource::detail::{self, AddDetails, RemoveDetails};
/// let resource = Resource::new(ResourceKind::Vm, vm);
/// let details = [("rack".to_owned(), "7".to_owned())].into();
/// cloud.run(&admin, AddDetails { resource, details, display: true }).await?.done().await?;
/// assert_eq!(detail::value(&cloud.view(), vm.to_u128(), "rack"), Some("7"));
/// cloud.run(&admin, RemoveDetails { resource, keys: ["rack".into()].into() }).await?.done().await?;
/// assert_eq!(detail::value(&cloud.view(), vm.to_u128(), "rack"), None);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddDetails {
    /// The thing.
    pub resource: Resource,
    /// Keys and values.
    pub details: BTreeMap<String, String>,
    /// Whether users see them.
    pub display: bool,
}

impl Verb for AddDetails {
    type Answer = ();
    const NAME: &'static str = "detail.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        bounded("details", self.details.len())?;
        may_change(desk.view(), caller, self.resource)?;
        let hidden = self.details.keys().filter_map(|key| row(desk.view(), self.resource.id, key)).any(|d| !d.display);
        if hidden || !self.display {
            crate::flow::access::root(caller)?;
        }
        put(desk, self.resource, &self.details, self.display)?;
        Ok(Decision::done(()))
    }
}

/// A request to take details away; all that the caller may see if no key is named. [`AddDetails`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveDetails {
    /// The thing.
    pub resource: Resource,
    /// Their keys.
    pub keys: BTreeSet<String>,
}

/// Answers how many went.
impl Verb for RemoveDetails {
    type Answer = usize;
    const NAME: &'static str = "detail.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<usize>> {
        let seen = list(desk.view(), caller, self.resource)?;
        let named = |detail: &&&Detail| self.keys.is_empty() || self.keys.contains(&detail.key);
        let gone: Vec<DetailId> = seen.iter().filter(named).map(|detail| detail.id).collect();
        if gone.is_empty() {
            let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
            return Err(Error::not_found(DetailId::NOUN, keys.join(", ")));
        }
        let count = gone.len();
        gone.into_iter().try_for_each(|id| desk.remove::<Detail>(id))?;
        Ok(Decision::done(count))
    }
}

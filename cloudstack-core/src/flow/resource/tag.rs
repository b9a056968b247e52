//! createTags, deleteTags, listTags: things are found by what people call them.

use super::{bounded, check, may_change};
use crate::base::id::{EntityId, JobId, TagId};
use crate::base::{Caller, Error, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::org::Account;
use crate::model::resource::{Resource, ResourceKind, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// The value of a tag of a thing.
#[must_use]
pub fn value<'a>(view: &'a View, of: u128, key: &str) -> Option<&'a str> {
    view.tags().find(0, &[Value::Id(of), Value::text(key)]).map(|tag| tag.value.as_str())
}

/// The tags of a thing, in the order in which they were made.
pub fn of(view: &View, id: u128) -> impl Iterator<Item = &Tag> {
    view.tags().by("resource", TagId::from_u128(id))
}

/// Whether a thing has all of these tags: what filters lists.
#[must_use]
pub fn has_all<'t>(view: &View, id: u128, mut tags: impl Iterator<Item = (&'t str, &'t str)>) -> bool {
    tags.all(|(key, wanted)| value(view, id, key) == Some(wanted))
}

/// Which tags are wanted. The default is all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagQuery {
    /// Only of this thing.
    pub resource: Option<u128>,
    /// Only of things of this kind.
    pub kind: Option<ResourceKind>,
    /// Only with this key.
    pub key: Option<String>,
    /// Only with this value.
    pub value: Option<String>,
    /// Only for this customer.
    pub customer: Option<String>,
}

/// The tags a caller may see.
pub fn list<'a>(view: &'a View, caller: &'a Caller, query: &'a TagQuery) -> impl Iterator<Item = &'a Tag> {
    let fits = move |tag: &&Tag| {
        query.resource.is_none_or(|id| id == tag.resource.id)
            && query.kind.is_none_or(|kind| kind == tag.resource.kind)
            && query.key.as_ref().is_none_or(|key| *key == tag.key)
            && query.value.as_ref().is_none_or(|value| *value == tag.value)
            && query.customer.as_ref().is_none_or(|customer| Some(customer) == tag.customer.as_ref())
    };
    let sees = move |tag: &&Tag| match tag.account {
        Some(account) => access::owned(view, caller, account, TagId::NOUN, tag.id).is_ok(),
        None => caller.is_root(),
    };
    view.tags().iter().filter(fits).filter(sees)
}

/// A request to tag things, all of them or none. A key that a thing has already is refused.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::{base::{ErrorKind, id::EntityId}, model::resource::{Resource, ResourceKind}};
/// # use cloudstack_core::flow::resource::tag::{self, AddTags, RemoveTags};
/// let add = AddTags::new([Resource::new(ResourceKind::Vm, vm)], [("tier", "web")]);
/// cloud.run(&admin, add.clone()).await?.done().await?;
/// assert_eq!(tag::value(&cloud.view(), vm.to_u128(), "tier"), Some("web"));
/// assert_eq!(cloud.run(&admin, add.clone()).await.map(drop).unwrap_err().kind(), ErrorKind::Taken);
///
/// let remove = RemoveTags { resources: add.resources, tags: [("tier".into(), None)].into() };
/// assert_eq!(cloud.run(&admin, remove).await?.done().await?, 1);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddTags {
    /// The things.
    pub resources: BTreeSet<Resource>,
    /// Keys and values.
    pub tags: BTreeMap<String, String>,
    /// A word of whom the tags are for.
    pub customer: Option<String>,
}

impl AddTags {
    /// These tags for these things.
    pub fn new<'t>(
        resources: impl IntoIterator<Item = Resource>,
        tags: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Self {
        let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Self { resources: resources.into_iter().collect(), tags, customer: None }
    }
}

impl Verb for AddTags {
    type Answer = ();
    const NAME: &'static str = "tag.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        bounded("resources", self.resources.len())?;
        bounded("tags", self.resources.len().saturating_mul(self.tags.len()))?;
        for (key, value) in &self.tags {
            check("key", key)?;
            check("value", value)?;
        }
        self.customer.as_deref().map_or(Ok(()), |text| check("customer", text))?;
        for &resource in &self.resources {
            let account = may_change(desk.view(), caller, resource)?;
            let domain = account.map(|id| desk.view().need::<Account>(id).map(|row| row.domain)).transpose()?;
            for (key, value) in &self.tags {
                let (id, key, value, customer) = (desk.id(), key.clone(), value.clone(), self.customer.clone());
                desk.insert(Tag { id, resource, account, domain, key, value, customer })?;
            }
            let id = uuid::Uuid::from_u128(resource.id).to_string();
            desk.event("CREATE_TAGS", EventLevel::Info, account, id, format!("tags of {resource}"));
        }
        Ok(Decision::done(()))
    }
}

/// A request to take tags away. [`AddTags`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveTags {
    /// The things.
    pub resources: BTreeSet<Resource>,
    /// Keys, each with the value it must have if one is given; all tags if empty.
    pub tags: BTreeMap<String, Option<String>>,
}

/// Answers how many went.
impl Verb for RemoveTags {
    type Answer = usize;
    const NAME: &'static str = "tag.remove";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<usize>> {
        bounded("resources", self.resources.len())?;
        let mut gone = Vec::new();
        for &resource in &self.resources {
            let account = may_change(desk.view(), caller, resource)?;
            let named = |tag: &&Tag| match self.tags.get(&tag.key) {
                Some(value) => value.as_ref().is_none_or(|value| *value == tag.value),
                None => self.tags.is_empty(),
            };
            let found: Vec<TagId> = of(desk.view(), resource.id).filter(named).map(|tag| tag.id).collect();
            if !found.is_empty() {
                let id = uuid::Uuid::from_u128(resource.id).to_string();
                desk.event("DELETE_TAGS", EventLevel::Info, account, id, format!("tags of {resource}"));
            }
            gone.extend(found);
        }
        if gone.is_empty() {
            let keys: Vec<&str> = self.tags.keys().map(String::as_str).collect();
            return Err(Error::not_found(TagId::NOUN, keys.join(", ")));
        }
        let count = gone.len();
        gone.into_iter().try_for_each(|id| desk.remove::<Tag>(id))?;
        Ok(Decision::done(count))
    }
}

/// Takes away all tags of a thing.
pub(super) fn clear(desk: &mut Desk<'_>, id: u128) -> Result<()> {
    let all: Vec<TagId> = of(desk.view(), id).map(|tag| tag.id).collect();
    all.into_iter().try_for_each(|id| desk.remove::<Tag>(id))
}

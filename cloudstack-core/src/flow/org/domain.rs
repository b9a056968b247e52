//! createDomain: a place for accounts, below another domain.

use crate::base::id::{DomainId, JobId};
use crate::base::{Caller, Error, Name, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::org::Domain;

/// A request for a domain.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::AddDomain;
/// let domain = cloud.accounts().add_domain(&admin, AddDomain { parent: None, name: "sales".parse()? }).await?.done().await?;
/// assert_eq!(cloud.view().domain(domain).map(|domain| domain.path.as_str()), Some("ROOT/sales"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddDomain {
    /// The domain above; the caller's if none is given.
    pub parent: Option<DomainId>,
    /// Its name, unique below its parent, without `/`.
    pub name: Name,
}

impl Verb for AddDomain {
    type Answer = DomainId;
    const NAME: &'static str = "domain.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<DomainId>> {
        let parent = desk.view().need::<Domain>(self.parent.unwrap_or(caller.domain))?.clone();
        access::administer(desk.view(), caller, parent.id)?;
        if self.name.as_str().contains('/') {
            return Err(Error::invalid(
                "name",
                &self.name,
                "a domain's path is divided by `/`; give a name without it",
            ));
        }
        let id = desk.id::<DomainId>();
        let path = format!("{}/{}", parent.path, self.name);
        desk.insert(Domain { id, parent: Some(parent.id), name: self.name.clone(), path: path.clone() })?;
        desk.event("DOMAIN.CREATE", EventLevel::Info, None, id.to_string(), path);
        Ok(Decision::done(id))
    }
}

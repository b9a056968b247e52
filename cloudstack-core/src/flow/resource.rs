//! Things of any kind: who owns them, and what people add to them.

pub mod detail;
pub mod tag;

use super::access;
use crate::base::id::*;
use crate::base::{Caller, Error, Result};
use crate::ledger::View;
use crate::model::network::{FirewallRule, LoadBalancer, Nic, PortForward, PublicIp, SecurityGroup};
use crate::model::org::{Account, Domain};
use crate::model::resource::{Resource, ResourceKind};
use crate::model::vm::Vm;
use crate::model::volume::Volume;
use crate::model::{image::Template, infra, network::Network, offering};

/// The most things, and the most pairs, that one request names.
const MOST: usize = 1_000;
/// The longest key and the longest value, in characters.
const LONGEST: usize = 255;

/// Who owns a thing; none if it belongs to the cloud.
///
/// # Errors
/// [`ErrorKind::NotFound`](crate::base::ErrorKind::NotFound) in the words of the thing.
pub fn owner(view: &View, of: Resource) -> Result<Option<AccountId>> {
    fn id<I: EntityId>(of: Resource) -> I {
        I::from_u128(of.id)
    }
    Ok(match of.kind {
        ResourceKind::Vm => Some(view.need::<Vm>(id(of))?.account),
        ResourceKind::Volume => Some(view.need::<Volume>(id(of))?.account),
        ResourceKind::Template => Some(view.need::<Template>(id(of))?.account),
        ResourceKind::Network => view.need::<Network>(id(of))?.account,
        ResourceKind::Nic => view.vm(view.need::<Nic>(id(of))?.vm).map(|vm| vm.account),
        ResourceKind::SecurityGroup => Some(view.need::<SecurityGroup>(id(of))?.account),
        ResourceKind::PublicIp => Some(view.need::<PublicIp>(id(of))?.account),
        ResourceKind::FirewallRule => Some(view.need::<FirewallRule>(id(of))?.account),
        ResourceKind::PortForward => Some(view.need::<PortForward>(id(of))?.account),
        ResourceKind::LoadBalancer => Some(view.need::<LoadBalancer>(id(of))?.account),
        ResourceKind::Account => Some(view.need::<Account>(id(of))?.id),
        ResourceKind::Domain => view.need::<Domain>(id(of)).map(|_| None)?,
        ResourceKind::Zone => view.need::<infra::Zone>(id(of)).map(|_| None)?,
        ResourceKind::Pod => view.need::<infra::Pod>(id(of)).map(|_| None)?,
        ResourceKind::Cluster => view.need::<infra::Cluster>(id(of)).map(|_| None)?,
        ResourceKind::Host => view.need::<infra::Host>(id(of)).map(|_| None)?,
        ResourceKind::Pool => view.need::<infra::Pool>(id(of)).map(|_| None)?,
        ResourceKind::ImageStore => view.need::<infra::ImageStore>(id(of)).map(|_| None)?,
        ResourceKind::ComputeOffering => view.need::<offering::ComputeOffering>(id(of)).map(|_| None)?,
        ResourceKind::DiskOffering => view.need::<offering::DiskOffering>(id(of)).map(|_| None)?,
        ResourceKind::NetworkOffering => view.need::<offering::NetworkOffering>(id(of)).map(|_| None)?,
    })
}

/// The caller may change what was added to a thing. Answers who owns it.
fn may_change(view: &View, caller: &Caller, of: Resource) -> Result<Option<AccountId>> {
    let owner = owner(view, of)?;
    match owner {
        Some(account) => access::owned(view, caller, account, of.kind.as_str(), uuid::Uuid::from_u128(of.id))?,
        None if of.kind == ResourceKind::Domain => {
            access::administer(view, caller, DomainId::from_u128(of.id))?;
        }
        None => access::root(caller)?,
    }
    Ok(owner)
}

/// A key or value of the length that clients may rely on.
fn check(field: &str, text: &str) -> Result<()> {
    let length = text.chars().count();
    if (1..=LONGEST).contains(&length) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let shown: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
    Err(Error::invalid(field, shown, "give 1 to 255 characters, no control characters"))
}

/// Refuses requests that name nothing, or too much.
fn bounded(field: &str, count: usize) -> Result<()> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    Err(Error::invalid(field, count, format!("give 1 to {MOST}")))
}

/// Takes away all that was added to a thing, which goes itself.
pub(crate) fn forget(desk: &mut super::step::Desk<'_>, id: u128) -> Result<()> {
    tag::clear(desk, id)?;
    detail::forget(desk, id)
}

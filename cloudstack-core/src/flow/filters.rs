//! What each host's filter shall be, and what it was last told.

use super::outside::{Outside, host_target};
use super::step::Peek;
use super::told::Told;
use crate::base::id::{EntityId, HostId, NicId, SecurityGroupId};
use crate::base::{Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::ledger::View;
use crate::model::infra::Host;
use crate::model::network::{Network, NicState};
use crate::model::vm::Vm;
use crate::port::driver::FilterUpdate;
use crate::rules::diff::diff;
use crate::rules::ir::{Ir, Tap};
use crate::rules::security_group::{Member, SecurityGroupPolicy, compile};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What each host's filter was last told.
pub(crate) type Filters = Told<HostId, Ir>;

/// The name of an interface's port on its host: 15 characters, which is all that a kernel takes.
///
/// # Errors
/// Never for ids; the name is always one a port may have.
pub fn tap(nic: NicId) -> Result<Tap> {
    let name = format!("v{:014x}", nic.to_u128() & 0xff_ffff_ffff_ffff);
    name.parse().map_err(|e: crate::rules::ir::BadTap| Error::new(ErrorKind::Invalid, e.to_string()))
}

/// The machines whose interfaces a host filters: those that run there, and those that move there.
pub(crate) fn machines_on(view: &View, host: HostId) -> impl Iterator<Item = &Vm> {
    view.vms().by("host", host).chain(view.vms().by("moving_to", host))
}

/// The intent for one host: its own machines' interfaces, the rules of their groups, and everybody those rules name.
///
/// # Errors
/// If rows it hangs on are missing.
pub fn policy(
    view: &View,
    host: HostId,
    members_of: impl Fn(SecurityGroupId) -> Vec<Vm>,
) -> Result<SecurityGroupPolicy> {
    let mut policy = SecurityGroupPolicy::default();
    let mut groups = BTreeSet::new();
    for vm in machines_on(view, host).filter(|vm| !vm.groups.is_empty()) {
        add(&mut policy, view, vm, true)?;
        groups.extend(&vm.groups);
    }
    let mut named = BTreeSet::new();
    for group in groups.iter().filter_map(|id| view.security_group(*id)) {
        for rule in &group.rules {
            policy.add_rule(group.id, rule);
        }
        named.extend(super::room::groups_named(group));
    }
    for group in named {
        for vm in members_of(group).iter().filter(|vm| vm.hosts().all(|at| at != host)) {
            add(&mut policy, view, vm, false)?;
        }
    }
    Ok(policy)
}

fn add(policy: &mut SecurityGroupPolicy, view: &View, vm: &Vm, here: bool) -> Result<()> {
    for nic in view.nics().by("vm", vm.id) {
        // One that is being taken away is filtered no more.
        let leaves = nic.state == NicState::Releasing;
        if leaves || !view.network(nic.network).is_some_and(|n: &Network| n.security_groups) {
            continue;
        }
        let tap = if here { Some(tap(nic.id)?) } else { None };
        let addresses = nic.ip4.map(Into::into).into_iter().chain(nic.ip6.map(Into::into)).collect();
        let (nic, mac, secondary, groups) = (nic.id, nic.mac, Vec::new(), vm.groups.clone());
        policy
            .put_member(Member { nic, mac, tap, addresses, secondary, groups })
            .map_err(|e| Error::new(ErrorKind::Conflict, e.to_string()).source(e))?;
    }
    Ok(())
}

/// The compiled filter that a host shall have, by the newest rows.
///
/// # Errors
/// If rows it hangs on are missing.
pub fn wanted(peek: &dyn Peek, host: HostId) -> Result<(Arc<View>, Ir)> {
    let (view, members) = peek.groups_for(host);
    let members_of = |group| {
        let ids = members.get(&group).into_iter().flatten();
        ids.filter_map(|id| view.vm(*id)).cloned().collect::<Vec<Vm>>()
    };
    let policy = policy(&view, host, members_of)?;
    let ir = compile(&policy);
    Ok((view, ir))
}

/// The host filters as the newest rows want it. Says nothing to a host that was told so already.
///
/// # Errors
/// What the host's filter says; a kind of hypervisor without one is refused, lest guests run unguarded.
pub(crate) async fn ensure(outside: &Outside, peek: &dyn Peek, host: HostId) -> Result<(), StepError> {
    let told = outside.told.of(host);
    let mut known = told.lock().await;
    let (view, wanted) = wanted(peek, host)?;
    let row = view.need::<Host>(host)?;
    let delta = known.as_ref().map(|known| diff(known, &wanted));
    if delta.as_ref().is_some_and(crate::rules::diff::Delta::is_empty) {
        return Ok(());
    }
    let filter = outside.filter(&row.hypervisor)?;
    // What the host has is not known while it is being told, nor after it failed.
    *known = None;
    let update = FilterUpdate { whole: &wanted, delta: delta.as_ref() };
    filter.ensure_filter(&host_target(&view, host)?, &update).await?;
    *known = Some(wanted);
    Ok(())
}

/// Forgets what a host was told: it may have lost it. Never waits, even while the host is being told.
pub(crate) fn distrust(outside: &Outside, host: HostId) {
    outside.told.distrust(host);
}

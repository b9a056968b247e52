//! Interfaces of a machine: one more, one fewer, another default.

use super::{Ask, Done, Fault, VmId, refuse};
use cloudstack_core::base::id::NicId;
use cloudstack_core::flow::vm::{AddNic, RemoveNic, SetDefaultNic};
use std::net::IpAddr;

pub(super) async fn add(ask: &Ask<'_>) -> Result<Done, Fault> {
    refuse(ask, &["macaddress", "dhcpoptions"])?;
    let address = match super::super::address(ask, "ipaddress")? {
        None => None,
        Some(IpAddr::V4(address)) => Some(address),
        Some(other) => return Err(Fault::invalid("ipaddress", &other.to_string(), "give an IPv4 address")),
    };
    let vm = ask.args.need::<VmId>("virtualmachineid")?;
    ask.act(AddNic { vm, network: ask.args.need("networkid")?, address }, vm).await
}

/// The machine and its interface that a request names.
fn named(ask: &Ask<'_>) -> Result<(VmId, NicId), Fault> {
    let (vm, nic) = (ask.args.need::<VmId>("virtualmachineid")?, ask.args.need::<NicId>("nicid")?);
    let own = ask.view().nic(nic).is_some_and(|row| row.vm == vm);
    let wrong = || Fault::invalid("nicid", &nic.to_string(), "give the id of an interface of the machine");
    own.then_some((vm, nic)).ok_or_else(wrong)
}

pub(super) async fn remove(ask: &Ask<'_>) -> Result<Done, Fault> {
    let (vm, nic) = named(ask)?;
    ask.act(RemoveNic { nic }, vm).await
}

pub(super) async fn set_default(ask: &Ask<'_>) -> Result<Done, Fault> {
    let (vm, nic) = named(ask)?;
    ask.act(SetDefaultNic { nic }, vm).await
}

//! enableStaticNat and disableStaticNat: a public address stands for one machine.

use super::ground::{self, Ground};
use super::router::TellRouters;
use super::rule;
use crate::base::id::{JobId, NetworkId, PublicIpId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::step::{Act, Desk};
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::network::PublicIp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request that an address stand for a machine: what comes for the one goes to the other, what the machine sends to the world
/// comes from the address (FWNAT-10). The firewall of the address says what gets in.
///
/// Repeating it changes nothing.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/routed.rs"));
/// # fn main() { routed(async |Routed { cloud, admin, vm, ip, .. }| {
/// # use cloudstack_core::flow::network::{DisableStaticNat, EnableStaticNat};
/// cloud.addresses().enable_static_nat(&admin, EnableStaticNat { ip, vm, network: None }).await?.done().await?;
/// let nic = cloud.view().nics().by("vm", vm).next().map(|nic| nic.id);
/// assert_eq!(cloud.view().public_ip(ip).and_then(|ip| ip.static_nat), nic);
/// cloud.addresses().disable_static_nat(&admin, DisableStaticNat { ip }).await?.done().await?;
/// assert_eq!(cloud.view().public_ip(ip).and_then(|ip| ip.static_nat), None);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnableStaticNat {
    /// The address.
    pub ip: PublicIpId,
    /// The machine.
    pub vm: VmId,
    /// The network by which the machine is meant, for an address that serves none yet.
    pub network: Option<NetworkId>,
}

impl Verb for EnableStaticNat {
    type Answer = ();
    const NAME: &'static str = "static_nat.enable";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let ground = Ground::of(desk, caller, self.ip, self.network, "StaticNat")?;
        if ground.ip.source_nat {
            let why = "the address hides its network's machines";
            return Err(Error::new(ErrorKind::Conflict, why).on(ground.ip.address).remedy("acquire another address"));
        }
        let nic = ground::target(desk.view(), caller, &ground, self.vm)?;
        ground.free(desk.view(), &ground.of_static_nat(nic.id))?;
        let other = desk.view().public_ips().by("static_nat", nic.id).next();
        if let Some(other) = other.filter(|other| other.id != self.ip) {
            let why = format!("address {} stands for the machine", other.address);
            return Err(Error::new(ErrorKind::Conflict, why).on(self.vm).remedy("end that static NAT first"));
        }
        if ground.ip.static_nat == Some(nic.id) {
            return Ok(Decision::done(()));
        }
        let text = format!("address {} stands for {}", ground.ip.address, self.vm);
        let (account, network) = (ground.ip.account, ground.network.id);
        desk.update(PublicIp { static_nat: Some(nic.id), ..ground.ip })?;
        desk.event("STATICNAT.ENABLE", EventLevel::Info, Some(account), self.ip.to_string(), text);
        let steps = vec![OpenStaticNat { ip: self.ip }.into(), TellRouters::of(network).into()];
        Ok(Decision::then((), self.ip, steps))
    }
}

/// An address stands for a machine since the decision. Undone: it does not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenStaticNat {
    pub(crate) ip: PublicIpId,
}

#[async_trait]
impl Act for OpenStaticNat {
    const NAME: &'static str = "open static NAT";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        match desk.view().public_ip(self.ip) {
            Some(_) => rule::end_static_nat(desk, self.ip),
            None => Ok(()),
        }
    }
}

/// A request that an address stand for no machine any more. What its firewall let in was meant for that machine, and goes.
///
/// If a device does not answer, it is told until it has. [`EnableStaticNat`] has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisableStaticNat {
    /// The address.
    pub ip: PublicIpId,
}

impl Verb for DisableStaticNat {
    type Answer = ();
    const NAME: &'static str = "static_nat.disable";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let ip = ground::taken(desk.view(), caller, self.ip)?;
        let (Some(_), Some(network)) = (ip.static_nat, ip.network) else {
            return Err(Error::new(ErrorKind::Conflict, "the address stands for no machine").on(ip.address));
        };
        rule::end_static_nat(desk, ip.id)?;
        let text = format!("address {} stands for nobody", ip.address);
        desk.event("STATICNAT.DISABLE", EventLevel::Info, Some(ip.account), ip.id.to_string(), text);
        Ok(Decision::then((), ip.id, vec![TellRouters::of(network).into()]))
    }
}

//! What calls do to the world, as data: to be done when the caller has gone, or again when the process has.

use super::state::State;
use cloudstack_core::{
    base::id::{NetworkId, NicId},
    port::driver::{
        BroadcastDomain, DriverResult, GuestSpec, HostTarget, NetworkSpec, PoolTarget, PortSpec, RouterSpec,
        StoreTarget, TemplateSpec, VolumeSpec,
    },
    rules::ir::{Ir, Tap},
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One call that changes the world. Doing it twice is doing it once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Deed {
    Start(HostTarget, GuestSpec),
    Stop(HostTarget, String),
    Reboot(HostTarget, String, u128),
    Migrate(HostTarget, HostTarget, GuestSpec),
    Reshape(HostTarget, GuestSpec),
    Connect(PoolTarget, Vec<HostTarget>),
    MakeVolume(PoolTarget, VolumeSpec),
    RemoveVolume(PoolTarget, String),
    KeepTemplate(StoreTarget, TemplateSpec),
    DropTemplate(StoreTarget, String),
    DropBase(PoolTarget, String),
    Snap(PoolTarget, String, String),
    DropSnap(PoolTarget, String, String),
    Revert(PoolTarget, String, String, u128),
    Carry(NetworkSpec),
    RemoveNetwork(NetworkId),
    Plug(IpAddr, NetworkSpec, PortSpec),
    Unplug(NetworkId, NicId),
    Join(HostTarget, BroadcastDomain, Tap),
    Part(HostTarget, Tap),
    /// Never written down: whoever starts an orchestrator anew distrusts filters and says them again.
    #[serde(skip)]
    SetFilter(HostTarget, Ir),
    /// Neither; routers are told again, too.
    #[serde(skip)]
    Route(Box<RouterSpec>),
}

impl Deed {
    pub(super) const fn is_kept(&self) -> bool {
        !matches!(self, Self::SetFilter(..) | Self::Route(..))
    }
}

impl State {
    /// Does it.
    pub(super) fn redo(&mut self, deed: &Deed) -> DriverResult<()> {
        match deed {
            Deed::Start(host, guest) => self.start(host, guest),
            Deed::Stop(host, guest) => self.stop(host, guest),
            Deed::Reboot(host, guest, token) => self.reboot(host, guest, *token),
            Deed::Migrate(from, to, guest) => self.migrate(from, to, guest),
            Deed::Reshape(host, guest) => self.reshape(host, guest),
            Deed::Connect(pool, hosts) => self.connect(pool, hosts).map(drop),
            Deed::MakeVolume(pool, volume) => self.make_volume(pool, volume),
            Deed::RemoveVolume(pool, volume) => self.remove_volume(pool, volume),
            Deed::KeepTemplate(store, template) => {
                self.keep_template(store, template);
                Ok(())
            }
            Deed::DropTemplate(store, template) => {
                self.drop_template(store, template);
                Ok(())
            }
            Deed::DropBase(pool, template) => self.drop_base(pool, template),
            Deed::Snap(pool, volume, name) => self.snap(pool, volume, name),
            Deed::DropSnap(pool, volume, name) => self.drop_snap(pool, volume, name),
            Deed::Revert(pool, volume, name, token) => self.revert(pool, volume, name, *token),
            Deed::Carry(network) => self.carry(network),
            Deed::RemoveNetwork(network) => self.remove_network(*network),
            Deed::Plug(host, network, port) => self.plug(*host, network, port),
            Deed::Unplug(network, nic) => self.unplug(*network, *nic),
            Deed::Route(router) => self.route(router),
            Deed::Join(host, domain, tap) => self.join(host, domain, *tap),
            Deed::Part(host, tap) => self.part(host, *tap),
            Deed::SetFilter(host, whole) => self.set_filter(host, whole, None),
        }
    }
}

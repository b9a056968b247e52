//! updateVirtualMachine: what people call a machine, what runs in it, what its guest is told.

use super::{Vm, metadata, take, tell};
use crate::base::id::{JobId, OsTypeId, UserDataId, VmId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::resource::detail;
use crate::flow::step::Desk;
use crate::flow::user_data;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::os;
use crate::model::resource::{Resource, ResourceKind};
use crate::model::user_data::Base64;
use crate::model::vm::VmState;
use std::collections::BTreeMap;

/// A request to change what is known of a machine. What is not given stays as it is.
///
/// Its name and what runs in it can be changed while it is stopped. What its guest is told, the guest hears when it starts.
/// May be repeated.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::vm::UpdateVm;
/// let update = UpdateVm {
///     display_name: Some("the shop's front".into()),
///     user_data: Some("I2Nsb3VkLWNvbmZpZwo=".parse()?),
///     ..UpdateVm::new(vm)
/// };
/// cloud.run(&admin, update).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).and_then(|vm| vm.display_name.clone()), Some("the shop's front".into()));
///
/// let refused = UpdateVm { name: Some("web-2".parse()?), ..UpdateVm::new(vm) };
/// assert_eq!(cloud.run(&admin, refused).await.map(drop).unwrap_err().advice(), Some("stop it first"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateVm {
    /// The machine.
    pub vm: VmId,
    /// Its name, unique in the account.
    pub name: Option<Name>,
    /// The name people see; empty for none of its own.
    pub display_name: Option<String>,
    /// What runs in it.
    pub os_type: Option<OsTypeId>,
    /// Restart it elsewhere when its host dies.
    pub ha: Option<bool>,
    /// Data for its guest.
    pub user_data: Option<Base64>,
    /// Registered data for its guest, in the place of any other.
    pub registered: Option<UserDataId>,
    /// Details to set; others stay.
    pub details: BTreeMap<String, String>,
    /// Takes all details away before.
    pub clear_details: bool,
}

impl UpdateVm {
    /// A request that changes nothing yet.
    #[must_use]
    pub fn new(vm: VmId) -> Self {
        Self {
            vm,
            name: None,
            display_name: None,
            os_type: None,
            ha: None,
            user_data: None,
            registered: None,
            details: BTreeMap::new(),
            clear_details: false,
        }
    }

    fn check(&self, view: &View, vm: &Vm) -> Result<()> {
        metadata::display_name(self.display_name.as_deref())?;
        let quiet = self.name.as_ref().is_none_or(|name| *name == vm.name) && self.os_type.is_none();
        if !quiet && vm.state != VmState::Stopped {
            return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}", vm.state))
                .on(vm.id)
                .remedy("stop it first"));
        }
        if let Some(os) = self.os_type.filter(|os| os::find(*os).is_none()) {
            return Err(Error::not_found("os type", os));
        }
        if let Some(data) = &self.user_data {
            user_data::fits(view, data)?;
        }
        self.registered.map_or(Ok(()), |id| user_data::of(view, vm.account, id).map(drop))
    }
}

impl Verb for UpdateVm {
    type Answer = VmId;
    const NAME: &'static str = "vm.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let mut vm = take(desk.view(), caller, self.vm)?;
        self.check(desk.view(), &vm)?;
        if let Some(name) = &self.name {
            vm.name = name.clone();
        }
        if let Some(name) = &self.display_name {
            vm.display_name = Some(name.clone()).filter(|name| !name.is_empty());
        }
        vm.os_type = self.os_type.or(vm.os_type);
        vm.ha = self.ha.unwrap_or(vm.ha);
        if let Some(data) = &self.user_data {
            vm.metadata.user_data = Some(data.clone());
        }
        if let Some(id) = self.registered {
            vm.metadata.registered = Some(id);
            vm.metadata.user_data = self.user_data.clone();
        }
        tell(desk, &vm, "VM.UPDATE", EventLevel::Info, format!("{} is changed", vm.name));
        desk.update(vm)?;
        let resource = Resource::new(ResourceKind::Vm, self.vm);
        if self.clear_details {
            detail::clear(desk, resource)?;
        }
        detail::put(desk, resource, &self.details, true)?;
        Ok(Decision::done(self.vm))
    }
}

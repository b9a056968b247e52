//! resetSSHKeyForVirtualMachine: other keys for a machine whose own were lost.

use super::{Vm, take, tell};
use crate::base::id::{JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::ssh_key;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::model::event::EventLevel;
use crate::model::vm::{VmMetadata, VmState};

/// A request to let the owners of other key pairs into a stopped machine, and nobody else (AUTH-06). Its guest hears of it
/// when it starts.
///
/// May be repeated.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, vm, .. }| {
/// # use cloudstack_core::flow::{ssh_key::RegisterSshKeyPair, vm::{ResetSshKey, StopVm}};
/// let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C ada";
/// let key = RegisterSshKeyPair { account: None, name: "laptop".parse()?, public_key: line.parse()? };
/// cloud.run(&admin, key).await?.done().await?;
/// let reset = ResetSshKey { vm, ssh_keys: vec!["laptop".parse()?] };
/// let refused = cloud.run(&admin, reset.clone()).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("stop it first"));
///
/// cloud.vms().stop(&admin, StopVm { vm, forced: false }).await?.done().await?;
/// cloud.run(&admin, reset).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).map(|vm| vm.metadata.ssh_keys.len()), Some(1));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetSshKey {
    /// The machine.
    pub vm: VmId,
    /// Key pairs of its owner, by name; at least one.
    pub ssh_keys: Vec<Name>,
}

impl Verb for ResetSshKey {
    type Answer = VmId;
    const NAME: &'static str = "vm.reset_ssh_key";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<VmId>> {
        let vm = take(desk.view(), caller, self.vm)?;
        if vm.state != VmState::Stopped {
            return Err(Error::new(ErrorKind::Conflict, format!("the machine is {}", vm.state))
                .on(vm.id)
                .remedy("stop it first"));
        }
        if self.ssh_keys.is_empty() {
            return Err(Error::invalid("ssh_keys", "", "name at least one key pair"));
        }
        let keys = self.ssh_keys.iter().map(|name| ssh_key::named(desk.view(), vm.account, name));
        let ssh_keys =
            keys.map(|row| row.map(|row| (row.name.clone(), row.public_key.clone()))).collect::<Result<_>>()?;
        let metadata = VmMetadata { ssh_keys, ..vm.metadata.clone() };
        tell(desk, &vm, "VM.RESETSSHKEY", EventLevel::Info, format!("other keys open {} when it starts", vm.name));
        desk.update(Vm { metadata, ..vm })?;
        Ok(Decision::done(self.vm))
    }
}

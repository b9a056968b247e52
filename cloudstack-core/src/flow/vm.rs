//! The verbs of virtual machines, and the steps they share.

pub mod absorb;
pub mod deploy;
pub mod destroy;
pub mod devices;
pub mod expunge;
pub mod metadata;
pub mod migrate;
pub mod nic;
pub mod place;
pub mod ports;
pub mod reboot;
pub mod recover;
pub mod reset_ssh_key;
pub mod start;
pub mod stop;
pub mod update;
pub mod volumes;

pub use absorb::AbsorbPower;
pub use deploy::DeployVm;
pub use destroy::DestroyVm;
pub use expunge::ExpungeVm;
pub use metadata::Told;
pub use migrate::MigrateVm;
pub use nic::{AddNic, RemoveNic, SetDefaultNic};
pub use reboot::RebootVm;
pub use recover::RecoverVm;
pub use reset_ssh_key::ResetSshKey;
pub use start::StartVm;
pub use stop::StopVm;
pub use update::UpdateVm;

use super::access;
use super::infra::switch;
use super::step::Desk;
use crate::base::id::{AccountId, DomainId, EntityId, JobId, VmId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::job::Job;
use crate::model::vm::{Vm, VmEvent};

/// The machine, if the caller may act on it, no job is changing it, and its host may be told so.
pub(crate) fn take(view: &View, caller: &Caller, id: VmId) -> Result<Vm> {
    let vm = view.need::<Vm>(id)?;
    access::owned(view, caller, vm.account, VmId::NOUN, id)?;
    if let Some(job) = vm.job {
        let verb = view.job(job).map_or("a job", |j| j.verb.as_str());
        return Err(Error::new(ErrorKind::Conflict, format!("{verb} is changing the machine"))
            .on(id)
            .remedy(format!("wait for job {job} to end"))
            .retryable());
    }
    if let Some(host) = vm.host.and_then(|host| view.host(host)) {
        switch::managed(view, host.cluster)?;
    }
    Ok(vm.clone())
}

/// Frees the machines a job held, in its last commit: the one it is about, or those of the account or domain it is about.
pub(crate) fn release(desk: &mut Desk<'_>, job: &Job) -> Result<()> {
    let Some(entity) = job.entity else { return Ok(()) };
    let view = desk.view();
    let inside = access::subtree(view, DomainId::from_u128(entity)).into_iter();
    let accounts = inside.flat_map(|domain| view.accounts().by("domain", domain.id)).map(|account| account.id);
    let of_accounts = accounts.chain([AccountId::from_u128(entity)]).flat_map(|id| view.vms().by("account", id));
    let held = view.vm(VmId::from_u128(entity)).into_iter().chain(of_accounts).filter(|vm| vm.job == Some(job.id));
    let held: Vec<Vm> = held.cloned().collect();
    held.into_iter().try_for_each(|vm| desk.update(Vm { job: None, ..vm }))
}

/// The machine's own row; a step must not outlive it.
pub(crate) fn row(desk: &Desk<'_>, id: VmId) -> Result<Vm> {
    desk.view().need::<Vm>(id).cloned()
}

/// Moves a machine by an event of its table, with an edit, and writes it down.
pub(crate) fn shift(desk: &mut Desk<'_>, id: VmId, event: VmEvent, edit: impl FnOnce(&mut Vm)) -> Result<()> {
    let mut vm = row(desk, id)?.moved(event, desk.now())?;
    edit(&mut vm);
    desk.update(vm)
}

/// Says what happened to a machine.
pub(crate) fn tell(desk: &mut Desk<'_>, vm: &Vm, kind: &str, level: EventLevel, text: String) {
    desk.event(kind, level, Some(vm.account), vm.id.to_string(), text);
}

/// Marks a machine as being changed by this job.
pub(crate) fn claim(vm: Vm, job: JobId) -> Vm {
    Vm { job: Some(job), ..vm }
}

//! Taking away all that an account owns, in a few steps that each do many machines: for accounts, projects and domains
//! that are deleted.
//!
//! The decision makes it durable that there is no way back, and who owns things on their way out makes nothing new. Each
//! step works on what the rows say is left, so it may be repeated, and so may the whole.

use super::user;
use crate::base::id::{AccountId, DomainId, EntityId, JobId, NetworkId, TemplateId, UserId, VmId, VolumeId};
use crate::base::{Error, ErrorKind, Result};
use crate::engine::StepError;
use crate::flow::infra::switch;
use crate::flow::outside::host_target;
use crate::flow::step::{Act, Cx, Desk, Found};
use crate::flow::{Steps, access, network, resource, vm};
use crate::ledger::{Table, View};
use crate::model::dedication::Dedication;
use crate::model::event::EventLevel;
use crate::model::image::{LaunchPermission, Template};
use crate::model::infra::IpRange;
use crate::model::network::{
    Network, NetworkEvent, NetworkState, NicState, PublicIp, SecurityGroup, security_rule::Peer,
};
use crate::model::org::{
    ACCOUNT, Account, AccountEvent, Domain, Invitation, Limit, LimitOwner, PROJECT, Project, ProjectEvent,
    ProjectMember,
};
use crate::model::resource::Tag;
use crate::model::setting::Setting;
use crate::model::ssh_key::SshKeyPair;
use crate::model::user_data::UserData;
use crate::model::vm::{Vm, VmEvent, VmState};
use crate::model::volume::Volume;
use crate::port::driver::StopMode;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Machines that one step works on: its outcome is one commit, and the job's row stays small.
const MANY: usize = 32;

/// No job is at work on this account, project or domain.
///
/// # Errors
/// [`ErrorKind::Conflict`], which a later try may not meet.
pub(super) fn idle<I: EntityId>(view: &View, id: I) -> Result<()> {
    match view.jobs().by("entity", id).find(|job| job.finished.is_none()) {
        Some(job) => Err(Error::new(ErrorKind::Conflict, format!("{} is changing the {}", job.verb, I::NOUN))
            .on(id)
            .remedy(format!("wait for job {} to end", job.id))
            .retryable()),
        None => Ok(()),
    }
}

/// A machine that another job is changing stands in the way.
pub(super) fn busy(vm: &Vm) -> Error {
    Error::new(ErrorKind::Conflict, format!("machine {} is being changed", vm.name))
        .on(vm.id)
        .remedy("try again when its job has ended")
        .retryable()
}

/// An account that owns a project stays as long as it does.
///
/// # Errors
/// [`ErrorKind::Conflict`] with the project's name.
pub(super) fn owns_no_project(view: &View, account: &Account) -> Result<()> {
    let owned = view.project_members().by("account", account.id).find(|member| member.owner);
    match owned.and_then(|member| view.project(member.project)) {
        Some(project) => Err(Error::new(ErrorKind::Conflict, format!("the account owns project {}", project.name))
            .on(&account.name)
            .remedy("give the project another owner, or delete it first")),
        None => Ok(()),
    }
}

/// Begins to take away what an account owns. Nothing is made for it from now on.
///
/// # Errors
/// [`ErrorKind::Conflict`] while another job works on something of it.
pub(super) fn begin(desk: &mut Desk<'_>, job: JobId, account: &Account) -> Result<Vec<Steps>> {
    let state = ACCOUNT.step(account.state, AccountEvent::Delete)?;
    desk.update(Account { state, ..account.clone() })?;
    let view = desk.view();
    for network in view.networks().by("account", account.id) {
        idle(view, network.id)?;
    }
    for template in view.templates().by("account", account.id) {
        idle(view, template.id)?;
    }
    for volume in view.volumes().by("account", account.id) {
        idle(view, volume.id)?;
    }
    let owned: Vec<Vm> = view.vms().by("account", account.id).cloned().collect();
    let mut vms = Vec::with_capacity(owned.len());
    for machine in owned {
        if machine.job.is_some() {
            return Err(busy(&machine));
        }
        if let Some(host) = machine.host.and_then(|host| desk.view().host(host)) {
            switch::managed(desk.view(), host.cluster)?;
        }
        vms.push(machine.id);
        let stopping = match machine.state {
            VmState::Running => machine.moved(VmEvent::StopRequested, desk.now())?,
            _ => machine,
        };
        desk.update(vm::claim(stopping, job))?;
    }
    let mut steps: Vec<Steps> = Vec::new();
    for some in vms.chunks(MANY) {
        let vms = some.to_vec();
        steps.push(StopMany { vms: vms.clone() }.into());
        steps.push(GiveUpMany { vms: vms.clone() }.into());
        steps.push(ForgetMany { vms }.into());
    }
    steps.push(RetireNetworks { account: account.id }.into());
    steps.push(EraseNetworks { account: account.id }.into());
    Ok(steps)
}

/// Begins to take away what a domain holds, less the domains below it.
///
/// # Errors
/// As [`begin`].
pub(super) fn of_domain(desk: &mut Desk<'_>, job: JobId, domain: DomainId) -> Result<Vec<Steps>> {
    let mut accounts: Vec<Account> = desk.view().accounts().by("domain", domain).cloned().collect();
    // What members share goes before the members.
    accounts.sort_by_key(|account| !account.is_project());
    let mut steps = Vec::new();
    for account in accounts {
        idle(desk.view(), account.id)?;
        if let Some(project) = access::project_of(desk.view(), &account).cloned() {
            let state = PROJECT.step(project.state, ProjectEvent::Delete)?;
            desk.update(Project { state, ..project })?;
        }
        steps.extend(begin(desk, job, &account)?);
        steps.push(EraseAccount { account: account.id }.into());
    }
    Ok(steps)
}

/// The machines of a list that are still there.
fn left<'a>(view: &'a View, vms: &'a [VmId]) -> impl Iterator<Item = &'a Vm> {
    vms.iter().filter_map(|id| view.vm(*id))
}

/// No guest of these machines runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StopMany {
    vms: Vec<VmId>,
}

#[async_trait]
impl Act for StopMany {
    const NAME: &'static str = "stop guests";
    /// Ports stay open until it is durable that the guests are off.
    const ALONE: bool = true;
    /// They are `Stopping` since the decision: those whose turn never came are running again.
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for machine in left(&cx.view, &self.vms) {
            let Some(host) = machine.host.filter(|_| machine.state == VmState::Stopping) else { continue };
            let (host, hypervisor) = (host_target(&cx.view, host)?, cx.outside.hypervisor(&machine.hypervisor)?);
            hypervisor.ensure_stopped(&host, &machine.instance_name(), StopMode::Forced).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        for (id, host) in stopping(desk.view(), &self.vms) {
            vm::stop::stopped(desk, id, host, VmEvent::OperationSucceeded)?;
        }
        Ok(())
    }
    /// A guest that may not have been stopped is taken to be alive; what hosts report puts right the others.
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        for (id, _) in stopping(desk.view(), &self.vms) {
            vm::shift(desk, id, VmEvent::OperationFailed, |_| {})?;
        }
        Ok(())
    }
}

fn stopping(view: &View, vms: &[VmId]) -> Vec<(VmId, crate::base::id::HostId)> {
    let still = left(view, vms).filter(|machine| machine.state == VmState::Stopping);
    still.filter_map(|machine| Some((machine.id, machine.host?))).collect()
}

/// The devices have forgotten these machines, and they are on their way out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveUpMany {
    vms: Vec<VmId>,
}

#[async_trait]
impl Act for GiveUpMany {
    const NAME: &'static str = "give up machines";
    const TRIES: u32 = 20;
    /// Nothing is deleted before it is durable that there is no way back.
    const ALONE: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for machine in left(&cx.view, &self.vms) {
            let known = cx.view.nics().by("vm", machine.id).any(|nic| nic.state != NicState::Allocated);
            if let Some(host) = machine.last_host.filter(|_| known && machine.host.is_none()) {
                vm::ports::close(cx, machine, &host_target(&cx.view, host)?).await?;
            }
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        for &id in &self.vms {
            let Some(machine) = desk.view().vm(id).filter(|machine| machine.host.is_none()) else { continue };
            let state = machine.state;
            network::closed(desk, id)?;
            network::rule::forsake_all(desk, id)?;
            if state == VmState::Stopped {
                vm::shift(desk, id, VmEvent::DestroyRequested, |vm| vm.reserved_on = None)?;
            }
            if state != VmState::Expunging {
                vm::shift(desk, id, VmEvent::ExpungeOperation, |vm| vm.reserved_on = None)?;
            }
        }
        Ok(())
    }
}

/// Neither volumes nor rows are left of these machines, and their addresses are free.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetMany {
    vms: Vec<VmId>,
}

#[async_trait]
impl Act for ForgetMany {
    const NAME: &'static str = "forget machines";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for volume in left(&cx.view, &self.vms).flat_map(|machine| cx.view.volumes().by("vm", machine.id)) {
            vm::volumes::remove(cx, volume).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        for &id in &self.vms {
            let Some(machine) = desk.view().vm(id).cloned() else { continue };
            if machine.state != VmState::Expunging {
                let why = format!("machine {} is {}", machine.name, machine.state);
                return Err(Error::new(ErrorKind::Conflict, why).on(id));
            }
            vm::volumes::forget(desk, id)?;
            network::leave_all(desk, id)?;
            resource::forget(desk, id.to_u128())?;
            let text = format!("{} is expunged", machine.name);
            desk.event("VM.EXPUNGE", EventLevel::Info, Some(machine.account), id.to_string(), text);
            desk.remove::<Vm>(id)?;
        }
        Ok(())
    }
}

/// The networks of an account are on their way out: no machine is on them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetireNetworks {
    account: AccountId,
}

#[async_trait]
impl Act for RetireNetworks {
    const NAME: &'static str = "retire networks";
    /// No device is told before it is durable that there is no way back.
    const ALONE: bool = true;

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let owned: Vec<Network> = desk.view().networks().by("account", self.account).cloned().collect();
        for row in owned {
            if let Some(nic) = desk.view().nics().by("network", row.id).next() {
                let why = format!("machine {} is on network {}", nic.vm, row.name);
                return Err(Error::new(ErrorKind::Conflict, why).on(row.id).remedy("expunge it first"));
            }
            let event = match row.state {
                NetworkState::Shutdown | NetworkState::Destroy => continue,
                NetworkState::Implementing => NetworkEvent::OperationFailed,
                _ => NetworkEvent::DestroyNetwork,
            };
            desk.update(row.moved(event)?)?;
        }
        Ok(())
    }
}

/// No device carries a network of the account, and none has a row; volumes that no machine has are gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseNetworks {
    account: AccountId,
}

#[async_trait]
impl Act for EraseNetworks {
    const NAME: &'static str = "erase networks";
    const TRIES: u32 = 20;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        for row in cx.view.networks().by("account", self.account) {
            network::close_devices(cx, row.id).await?;
        }
        for volume in cx.view.volumes().by("account", self.account).filter(|volume| volume.vm.is_none()) {
            vm::volumes::remove(cx, volume).await?;
        }
        Ok(Found::Nothing)
    }
    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let networks: Vec<NetworkId> = ids::<Network>(desk.view(), "account", self.account, |row| row.id);
        for id in networks {
            let row = desk.view().need::<Network>(id)?.clone();
            network::delete::erase(desk, &row)?;
        }
        let lone = desk.view().volumes().by("account", self.account).filter(|volume| volume.vm.is_none());
        let lone: Vec<VolumeId> = lone.map(|volume| volume.id).collect();
        lone.into_iter().try_for_each(|id| gone::<Volume>(desk, id))
    }
}

fn ids<R: Table>(view: &View, link: &str, to: impl EntityId, id: impl Fn(&R) -> R::Id) -> Vec<R::Id> {
    R::rows(view).by(link, to).map(id).collect()
}

fn clear<R: Table>(desk: &mut Desk<'_>, link: &str, to: impl EntityId) -> Result<()> {
    ids::<R>(desk.view(), link, to, R::id).into_iter().try_for_each(|id| desk.remove::<R>(id))
}

/// Takes a thing away, with what people added to it.
fn gone<R: Table>(desk: &mut Desk<'_>, id: R::Id) -> Result<()> {
    resource::forget(desk, id.to_u128())?;
    desk.remove::<R>(id)
}

/// The account has no row, nor has anything that it owned.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseAccount {
    pub(super) account: AccountId,
}

#[async_trait]
impl Act for EraseAccount {
    const NAME: &'static str = "erase account";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let id = self.account;
        let Some(account) = desk.view().account(id).cloned() else { return Ok(()) };
        groups(desk, id)?;
        templates(desk, &account)?;
        clear::<PublicIp>(desk, "account", id)?;
        clear::<LaunchPermission>(desk, "account", id)?;
        clear::<Dedication>(desk, "account", id)?;
        clear::<SshKeyPair>(desk, "account", id)?;
        clear::<UserData>(desk, "account", id)?;
        clear::<Tag>(desk, "account", id)?;
        ranges(desk, id)?;
        if let Some(project) = access::project_of(desk.view(), &account).cloned() {
            forget_project(desk, &project)?;
        }
        clear::<ProjectMember>(desk, "account", id)?;
        clear::<Invitation>(desk, "account", id)?;
        let users: Vec<UserId> = desk.view().users().by("account", id).map(|user| user.id).collect();
        users.into_iter().try_for_each(|user| user::erase(desk, user))?;
        limits(desk, LimitOwner::Account(id))?;
        clear::<Setting>(desk, "place", id)?;
        gone::<Account>(desk, id)?;
        if !account.is_project() {
            let text = format!("account {}", account.name);
            desk.event("ACCOUNT.DELETE", EventLevel::Info, Some(id), id.to_string(), text);
        }
        Ok(())
    }
}

/// Security groups go, and the rules of others that name them.
fn groups(desk: &mut Desk<'_>, account: AccountId) -> Result<()> {
    for id in ids::<SecurityGroup>(desk.view(), "account", account, |group| group.id) {
        let naming: Vec<_> = desk.derived().groups.named_by(id).collect();
        for other in naming {
            let mut group = desk.view().need::<SecurityGroup>(other)?.clone();
            group.rules.retain(|rule| rule.peer != Peer::Group(id));
            desk.update(group)?;
        }
        gone::<SecurityGroup>(desk, id)?;
    }
    Ok(())
}

/// Templates go, but those that machines of others began as pass to the first administrator.
fn templates(desk: &mut Desk<'_>, account: &Account) -> Result<()> {
    let owned: BTreeSet<TemplateId> = desk.view().templates().by("account", account.id).map(|t| t.id).collect();
    if owned.is_empty() {
        return Ok(());
    }
    let used: BTreeSet<TemplateId> = desk.view().vms().iter().map(|vm| vm.template).collect();
    let heir = super::root_caller(desk.view())?.account;
    for id in owned {
        if used.contains(&id) {
            let template = desk.view().need::<Template>(id)?.clone();
            desk.update(Template { account: heir, ..template })?;
        } else {
            clear::<LaunchPermission>(desk, "template", id)?;
            gone::<Template>(desk, id)?;
        }
    }
    Ok(())
}

/// Ranges that served the account alone serve everybody.
fn ranges(desk: &mut Desk<'_>, account: AccountId) -> Result<()> {
    let owned: Vec<IpRange> =
        desk.view().ip_ranges().iter().filter(|range| range.account == Some(account)).cloned().collect();
    owned.into_iter().try_for_each(|range| desk.update(IpRange { account: None, ..range }))
}

fn limits(desk: &mut Desk<'_>, owner: LimitOwner) -> Result<()> {
    match owner {
        LimitOwner::Account(id) => clear::<Limit>(desk, "owner", id),
        LimitOwner::Domain(id) => clear::<Limit>(desk, "owner", id),
    }
}

fn forget_project(desk: &mut Desk<'_>, project: &Project) -> Result<()> {
    clear::<ProjectMember>(desk, "project", project.id)?;
    clear::<Invitation>(desk, "project", project.id)?;
    desk.remove::<Project>(project.id)?;
    let text = format!("project {}", project.name);
    desk.event("PROJECT.DELETE", EventLevel::Info, Some(project.account), project.id.to_string(), text);
    Ok(())
}

/// The domain has no row, nor has any below it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseDomain {
    pub(super) domain: DomainId,
}

#[async_trait]
impl Act for EraseDomain {
    const NAME: &'static str = "erase domain";

    fn settle(&self, desk: &mut Desk<'_>, _: &Found) -> Result<()> {
        let below: Vec<DomainId> = access::subtree(desk.view(), self.domain).into_iter().map(|d| d.id).collect();
        below.into_iter().rev().try_for_each(|id| erase_domain(desk, id))
    }
}

/// Takes away an empty domain.
pub(super) fn erase_domain(desk: &mut Desk<'_>, id: DomainId) -> Result<()> {
    clear::<Dedication>(desk, "domain", id)?;
    limits(desk, LimitOwner::Domain(id))?;
    clear::<Setting>(desk, "place", id)?;
    gone::<Domain>(desk, id)
}

//! createProject, updateProject, suspendProject, activateProject and deleteProject (AUTH-03).

pub mod invitation;
pub mod member;

pub use invitation::{AnswerInvitation, DeleteInvitation};
pub use member::{AddMember, RemoveMember};

use super::{account, limit, purge};
use crate::base::id::{AccountId, EntityId, JobId, ProjectId, ProjectMemberId};
use crate::base::{Caller, Error, ErrorKind, Name, Result, RoleType};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::ledger::View;
use crate::model::Value;
use crate::model::event::EventLevel;
use crate::model::org::{
    Account, AccountType, PROJECT, Project, ProjectEvent, ProjectMember, ProjectRole, ProjectState, ResourceType,
};

fn tell(desk: &mut Desk<'_>, kind: &str, project: &Project, text: String) {
    desk.event(kind, EventLevel::Info, Some(project.account), project.id.to_string(), text);
}

/// The member that owns a project.
///
/// # Errors
/// None that are expected: a project always has an owner.
pub fn owner_of(view: &View, project: ProjectId) -> Result<&ProjectMember> {
    let owner = view.project_members().by("project", project).find(|member| member.owner);
    owner.ok_or_else(|| Error::new(ErrorKind::NotFound, "the project has no owner").on(project))
}

/// A request for a project. Its owner becomes its first admin, and it counts against the owner's limit of projects.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, AddMember, AddProject, DeleteProject};
/// # use cloudstack_core::flow::vm::StopVm;
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let bob = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "bob".parse()?)).await?.done().await?;
/// let project = cloud.projects().add(&ada, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let member = AddMember::account(project, bob.account);
/// cloud.projects().add_member(&ada, member).await?.done().await?;
///
/// // What is made for the project's account is every member's to work with.
/// let account = cloud.view().project(project).map(|project| project.account);
/// let vm = DeployVm { account, ..DeployVm::new(zone, offering, template) };
/// let vm = cloud.vms().deploy(&ada, vm).await?.done().await?;
/// cloud.vms().stop(&bob, StopVm { vm, forced: true }).await?.done().await?;
///
/// cloud.projects().delete(&ada, DeleteProject { project, cleanup: true }).await?.done().await?;
/// assert!(cloud.view().vm(vm).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddProject {
    /// Its name, unique in the domain.
    pub name: Name,
    /// What it is called where people read.
    pub display_text: String,
    /// Who shall own it; the caller's account if none is given. It belongs to the owner's domain.
    pub account: Option<AccountId>,
}

impl AddProject {
    /// A project of the caller.
    #[must_use]
    pub fn new(name: Name) -> Self {
        Self { display_text: name.to_string(), name, account: None }
    }
}

impl Verb for AddProject {
    type Answer = ProjectId;
    const NAME: &'static str = "project.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<ProjectId>> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?.clone();
        let user = caller.role == RoleType::User;
        if user && !setting::is(desk.view(), "allow.user.create.projects") {
            return Err(Error::new(ErrorKind::Denied, "users make no projects in this cloud")
                .remedy("ask an administrator of the domain to make it"));
        }
        if owner.is_project() {
            return Err(Error::invalid(
                "account",
                &owner.name,
                "a project owns no projects; give an account of people",
            ));
        }
        limit::check(desk, &owner, &[(ResourceType::Project, 1)])?;
        if let Some(taken) =
            desk.view().projects().find(0, &[Value::link(owner.domain), Value::text(self.name.as_str())])
        {
            return Err(Error::new(ErrorKind::Taken, "the domain has a project of that name").on(&taken.name));
        }
        let (id, account, created) = (desk.id::<ProjectId>(), desk.id::<AccountId>(), desk.now());
        // Nobody logs in to it, so its name need not be pretty, but it must be free.
        let name: String = self.name.as_str().chars().take(200).collect();
        let name = Name::new(&format!("PrjAcct-{name}-{id}"))?;
        desk.insert(Account::new(account, owner.domain, name, AccountType::Project, created))?;
        let (domain, state, display_text) = (owner.domain, ProjectState::Active, self.display_text.clone());
        let project = Project { id, name: self.name.clone(), display_text, domain, account, state, created };
        desk.insert(project.clone())?;
        let member: ProjectMemberId = desk.id();
        let (role, account) = (ProjectRole::Admin, owner.id);
        desk.insert(ProjectMember { id: member, project: id, account, user: None, role, owner: true, created })?;
        tell(desk, "PROJECT.CREATE", &project, format!("project {}", project.name));
        Ok(Decision::done(id))
    }
}

/// A request to change a project. What is not given stays as it is.
///
/// A new owner must be a member, with all its users, and may have one more project. The old one stays, as an admin or a
/// regular member.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, AddMember, AddProject, UpdateProject};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// cloud.projects().add_member(&admin, AddMember::account(project, ada.account)).await?.done().await?;
/// let hand_over = UpdateProject { owner: Some(ada.account), ..UpdateProject::of(project) };
/// cloud.projects().update(&admin, hand_over).await?.done().await?;
/// let owner = cloud.view().project_members().by("project", project).find(|m| m.owner).map(|m| m.account);
/// assert_eq!(owner, Some(ada.account));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateProject {
    /// The project.
    pub project: ProjectId,
    /// Its new name.
    pub name: Option<Name>,
    /// What it is called where people read.
    pub display_text: Option<String>,
    /// The account that shall own it.
    pub owner: Option<AccountId>,
    /// A member, and what it may do from now on. The owner stays an admin.
    pub member: Option<(ProjectMemberId, ProjectRole)>,
}

impl UpdateProject {
    /// A change of nothing.
    #[must_use]
    pub const fn of(project: ProjectId) -> Self {
        Self { project, name: None, display_text: None, owner: None, member: None }
    }
}

impl Verb for UpdateProject {
    type Answer = ();
    const NAME: &'static str = "project.update";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let project = active(access::manage(desk.view(), caller, self.project)?)?.clone();
        let name = self.name.clone().unwrap_or_else(|| project.name.clone());
        let display_text = self.display_text.clone().unwrap_or_else(|| project.display_text.clone());
        tell(desk, "PROJECT.UPDATE", &project, format!("project {}", project.name));
        desk.update(Project { name, display_text, ..project.clone() })?;
        if let Some(owner) = self.owner {
            hand_over(desk, &project, owner)?;
        }
        if let Some((id, role)) = self.member {
            let member = desk.view().need::<ProjectMember>(id)?.clone();
            if member.project != project.id {
                return Err(Error::not_found(ProjectMemberId::NOUN, id));
            }
            if member.owner && role != ProjectRole::Admin {
                return Err(Error::new(ErrorKind::Conflict, "the owner of a project is one of its admins")
                    .on(&project.name)
                    .remedy("give the project another owner first"));
            }
            desk.update(ProjectMember { role, ..member })?;
        }
        Ok(Decision::done(()))
    }
}

/// A project that is not on its way out.
fn active(project: &Project) -> Result<&Project> {
    if project.state == ProjectState::Disabled {
        return Err(Error::new(ErrorKind::Conflict, "the project is being deleted").on(&project.name));
    }
    Ok(project)
}

fn hand_over(desk: &mut Desk<'_>, project: &Project, to: AccountId) -> Result<()> {
    let old = owner_of(desk.view(), project.id)?.clone();
    let key = [Value::link(project.id), Value::link(to)];
    let new = desk.view().project_members().find(0, &key).cloned();
    let new = new.ok_or_else(|| Error::invalid("owner", to, "give an account that is a member of the project"))?;
    if new.id == old.id {
        return Ok(());
    }
    let account = desk.view().need::<Account>(to)?.clone();
    limit::check(desk, &account, &[(ResourceType::Project, 1)])?;
    desk.update(ProjectMember { owner: false, ..old })?;
    desk.update(ProjectMember { owner: true, role: ProjectRole::Admin, ..new })
}

/// A request to suspend a project: its machines stop, and nothing new is made in it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, offering, template, .. }| {
/// # use cloudstack_core::flow::org::{ActivateProject, AddProject, SuspendProject};
/// # use cloudstack_core::model::vm::VmState;
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let account = cloud.view().project(project).map(|project| project.account);
/// let wish = DeployVm { account, ..DeployVm::new(zone, offering, template) };
/// let vm = cloud.vms().deploy(&admin, wish.clone()).await?.done().await?;
///
/// cloud.projects().suspend(&admin, SuspendProject { project }).await?.done().await?;
/// assert_eq!(cloud.view().vm(vm).map(|vm| vm.state), Some(VmState::Stopped));
/// cloud.vms().deploy(&admin, wish).await.map(drop).unwrap_err();
///
/// cloud.projects().activate(&admin, ActivateProject { project }).await?.done().await?;
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendProject {
    /// The project.
    pub project: ProjectId,
}

impl Verb for SuspendProject {
    type Answer = ();
    const NAME: &'static str = "project.suspend";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let project = access::manage(desk.view(), caller, self.project)?.clone();
        let state = PROJECT.step(project.state, ProjectEvent::Suspend)?;
        tell(desk, "PROJECT.SUSPEND", &project, format!("project {} is {state}", project.name));
        let account = project.account;
        desk.update(Project { state, ..project })?;
        let steps = account::stop_all(desk, account, job)?;
        // Its machines are found again by their account.
        Ok(Decision { answer: (), entity: Some(account.to_u128()), steps })
    }
}

/// A request to let a suspended project go on. Its machines stay stopped until they are started.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{ActivateProject, AddProject};
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// // May be repeated.
/// cloud.projects().activate(&admin, ActivateProject { project }).await?.done().await?;
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivateProject {
    /// The project.
    pub project: ProjectId,
}

impl Verb for ActivateProject {
    type Answer = ();
    const NAME: &'static str = "project.activate";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let project = access::manage(desk.view(), caller, self.project)?.clone();
        let state = PROJECT.step(project.state, ProjectEvent::Activate)?;
        tell(desk, "PROJECT.ACTIVATE", &project, format!("project {} is {state}", project.name));
        desk.update(Project { state, ..project })?;
        Ok(Decision::done(()))
    }
}

/// A request to delete a project with all that it owns. There is no way back once it has begun: if something cannot be
/// taken away, the project stays `Disabled`; ask again, or leave it to the loop that does.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddProject, DeleteProject};
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// cloud.projects().delete(&admin, DeleteProject { project, cleanup: false }).await?.done().await?;
/// assert!(cloud.view().project(project).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteProject {
    /// The project.
    pub project: ProjectId,
    /// Take away what it owns; without that only an empty one is deleted.
    pub cleanup: bool,
}

impl Verb for DeleteProject {
    type Answer = ();
    const NAME: &'static str = "project.delete";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let project = access::manage(desk.view(), caller, self.project)?.clone();
        purge::idle(desk.view(), project.account)?;
        if !self.cleanup && project.state != ProjectState::Disabled {
            empty(desk.view(), &project)?;
        }
        let state = PROJECT.step(project.state, ProjectEvent::Delete)?;
        let account = desk.view().need::<Account>(project.account)?.clone();
        desk.update(Project { state, ..project })?;
        let mut steps = purge::begin(desk, job, &account)?;
        steps.push(purge::EraseAccount { account: account.id }.into());
        Ok(Decision::then((), account.id, steps))
    }
}

fn empty(view: &View, project: &Project) -> Result<()> {
    let held = [
        ("machines", view.vms().by("account", project.account).count()),
        ("volumes", view.volumes().by("account", project.account).count()),
        ("networks", view.networks().by("account", project.account).count()),
        ("templates", view.templates().by("account", project.account).count()),
    ];
    match held.into_iter().find(|(_, count)| *count > 0) {
        Some((what, count)) => Err(Error::new(ErrorKind::Conflict, format!("the project has {count} {what}"))
            .on(&project.name)
            .remedy("take them away first, or ask for a clean-up")),
        None => Ok(()),
    }
}

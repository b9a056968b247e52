//! addAccountToProject, addUserToProject, and taking members out again.

use super::tell;
use crate::base::id::{AccountId, EntityId, JobId, ProjectId, ProjectMemberId, UserId};
use crate::base::{Caller, Error, ErrorKind, Result, Secret};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::ledger::View;
use crate::model::Value;
use crate::model::org::{Account, Invitation, InvitationState, Project, ProjectMember, ProjectRole, User};

/// Who shall be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// An account, with all its users.
    Account(AccountId),
    /// One user.
    User(UserId),
    /// Whoever says the token that is mailed there. It is made by who asks and mails it, from good random numbers.
    Mail {
        /// The address.
        email: String,
        /// The token: 16 characters at least.
        token: Secret,
    },
}

/// What came of a wish for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// It is a member now.
    Member(ProjectMemberId),
    /// It was invited, and is a member once it accepts.
    Invited(crate::base::id::InvitationId),
}

/// A request for one more member of a project. Where `project.invite.required` says so, and for who is known by mail
/// only, it is an invitation.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddAccount, AddMember, AddProject, project::member::Joined};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let joined = cloud.projects().add_member(&admin, AddMember::account(project, ada.account)).await?.done().await?;
/// assert!(matches!(joined, Joined::Member(_)));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMember {
    /// The project.
    pub project: ProjectId,
    /// Who.
    pub whom: Whom,
    /// What it may do.
    pub role: ProjectRole,
}

impl AddMember {
    /// An account, as a regular member.
    #[must_use]
    pub const fn account(project: ProjectId, account: AccountId) -> Self {
        Self { project, whom: Whom::Account(account), role: ProjectRole::Regular }
    }
}

impl Verb for AddMember {
    type Answer = Joined;
    const NAME: &'static str = "project.add_member";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<Joined>> {
        let project = super::active(access::manage(desk.view(), caller, self.project)?)?.clone();
        let (account, user) = match &self.whom {
            Whom::Account(account) => (*account, None),
            Whom::User(user) => (desk.view().need::<User>(*user)?.account, Some(*user)),
            Whom::Mail { email, token } => return self.mail(desk, &project, email, token),
        };
        check(desk.view(), &project, account, user)?;
        let must_ask = setting::is(desk.view(), "project.invite.required");
        if must_ask && !caller.is_root() {
            return invite(desk, &project, (Some(account), user), None, self.role);
        }
        let id = join(desk, &project, account, user, self.role)?;
        Ok(Decision::done(Joined::Member(id)))
    }
}

impl AddMember {
    fn mail(&self, desk: &mut Desk<'_>, project: &Project, email: &str, token: &Secret) -> Result<Decision<Joined>> {
        if !(3..=255).contains(&email.len()) || !email.contains('@') {
            return Err(Error::invalid("email", email, "give an address with an @"));
        }
        if !(16..=255).contains(&token.reveal().len()) {
            return Err(Error::invalid("token", "…", "give 16 to 255 characters"));
        }
        invite(desk, project, (None, None), Some((email, token)), self.role)
    }
}

/// Whoever joins is of the project's domain, and not in it yet.
fn check(view: &View, project: &Project, account: AccountId, user: Option<UserId>) -> Result<()> {
    let row = view.need::<Account>(account)?;
    if row.domain != project.domain || row.is_project() {
        // It is not said whether it exists elsewhere.
        return Err(match user {
            Some(user) => Error::not_found(UserId::NOUN, user),
            None => Error::not_found(AccountId::NOUN, account),
        });
    }
    let find = |set, id: Value<'_>| view.project_members().find(set, &[Value::link(project.id), id]);
    let whole = find(0, Value::link(account));
    if let Some(known) = whole.or_else(|| user.and_then(|user| find(1, Value::link(user)))) {
        return Err(Error::new(ErrorKind::Taken, "it is a member of the project").on(known.account));
    }
    Ok(())
}

fn invite(
    desk: &mut Desk<'_>,
    project: &Project,
    (account, user): (Option<AccountId>, Option<UserId>),
    mailed: Option<(&str, &Secret)>,
    role: ProjectRole,
) -> Result<Decision<Joined>> {
    let (now, wait) = (desk.now(), setting::seconds(desk.view(), "project.invite.timeout"));
    let waits = |i: &&Invitation| i.state == InvitationState::Pending && now.since(i.created) < wait;
    let email = mailed.map(|(email, _)| email.to_owned());
    let same = |i: &&Invitation| (i.account, i.user, &i.email) == (account, user, &email);
    if let Some(known) = desk.view().invitations().by("project", project.id).filter(waits).find(same) {
        return Err(Error::new(ErrorKind::Taken, "it is invited already").on(known.id));
    }
    let (id, state) = (desk.id(), InvitationState::Pending);
    let token = mailed.map(|(_, token)| desk.seal::<Invitation>(id, "token", token)).transpose()?;
    let invitation = Invitation { id, project: project.id, account, user, email, token, role, state, created: now };
    desk.insert(invitation)?;
    tell(desk, "PROJECT.INVITATION.UPDATE", project, format!("invitation to project {}", project.name));
    Ok(Decision::done(Joined::Invited(id)))
}

/// Makes an account, or one of its users, a member.
pub(super) fn join(
    desk: &mut Desk<'_>,
    project: &Project,
    account: AccountId,
    user: Option<UserId>,
    role: ProjectRole,
) -> Result<ProjectMemberId> {
    check(desk.view(), project, account, user)?;
    if user.is_none() {
        // Its users are members with it from now on.
        let single = desk.view().project_members().by("account", account).filter(|m| m.project == project.id);
        let single: Vec<ProjectMemberId> = single.map(|member| member.id).collect();
        single.into_iter().try_for_each(|id| desk.remove::<ProjectMember>(id))?;
    }
    let (id, created) = (desk.id(), desk.now());
    desk.insert(ProjectMember { id, project: project.id, account, user, role, owner: false, created })?;
    let kind = if user.is_some() { "PROJECT.USER.ADD" } else { "PROJECT.ACCOUNT.ADD" };
    tell(desk, kind, project, format!("one more member of project {}", project.name));
    Ok(id)
}

/// A request to take a member out of a project. A member may take itself out; the owner stays.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::flow::org::{AddProject, RemoveMember};
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let owner = cloud.view().project_members().by("project", project).next().map(|m| m.id).ok_or("the owner")?;
/// let refused = cloud.projects().remove_member(&admin, RemoveMember { member: owner }).await.map(drop).unwrap_err();
/// assert_eq!(refused.advice(), Some("give the project another owner first"));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveMember {
    /// The member.
    pub member: ProjectMemberId,
}

impl Verb for RemoveMember {
    type Answer = ();
    const NAME: &'static str = "project.remove_member";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let member = desk.view().need::<ProjectMember>(self.member)?.clone();
        let hide = |e: Error| match e.kind() {
            ErrorKind::NotFound => Error::not_found(ProjectMemberId::NOUN, self.member),
            _ => e,
        };
        let own = access::membership(desk.view(), caller, member.project).is_some_and(|own| own.id == member.id);
        let project = match own {
            true => access::project(desk.view(), caller, member.project),
            false => access::manage(desk.view(), caller, member.project),
        };
        let project = project.map_err(hide)?.clone();
        if member.owner {
            return Err(Error::new(ErrorKind::Conflict, "the owner of a project is a member of it")
                .on(&project.name)
                .remedy("give the project another owner first"));
        }
        desk.remove::<ProjectMember>(member.id)?;
        let kind = if member.user.is_some() { "PROJECT.USER.REMOVE" } else { "PROJECT.ACCOUNT.REMOVE" };
        tell(desk, kind, &project, format!("one member less of project {}", project.name));
        Ok(Decision::done(()))
    }
}

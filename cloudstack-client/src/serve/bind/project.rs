//! Projects, their members, and who is invited.

use super::limit::{Ceilings, figures};
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, no_tags, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use crate::serve::write::Shown;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudstack_core::base::Secret;
use cloudstack_core::base::id::{AccountId, DomainId, EntityId, InvitationId, ProjectId, UserId};
use cloudstack_core::flow::access;
use cloudstack_core::flow::org::project::invitation::may_see;
use cloudstack_core::flow::org::project::member::Whom;
use cloudstack_core::flow::org::{
    ActivateProject, AddMember, AddProject, AnswerInvitation, DeleteInvitation, DeleteProject, RemoveMember,
    SuspendProject, UpdateProject,
};
use cloudstack_core::model::Value;
use cloudstack_core::model::org::{Invitation, InvitationState, LimitOwner, Project, ProjectMember, ProjectRole};

binds! {
    "listProjects" read list_projects;
    "createProject" act create, show_project;
    "updateProject" act update, show_project;
    "suspendProject" act suspend, show_project;
    "activateProject" act activate, show_project;
    "deleteProject" act delete;
    "addAccountToProject" act add_member;
    "deleteAccountFromProject" act remove_member;
    "listProjectAccounts" read list_members;
    "listProjectInvitations" read list_invitations;
    "updateProjectInvitation" act answer;
    "deleteProjectInvitation" act delete_invitation;
}

fn list_projects(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.id::<ProjectId>("id");
    let (view, caller) = (ask.view(), ask.caller);
    // Whose account is named, or whose domain, must be the caller's to see; what it is in is what it sees.
    Scope::of(ask)?;
    let domain = args.id::<DomainId>("domainid");
    let account =
        args.text("account").map(|text| scope::account(ask, domain.unwrap_or(caller.domain), text)).transpose()?;
    let all = args.is("listall") || id.is_some();
    let recursive = args.is("isrecursive");
    let has = |project: &Project, account: AccountId| {
        view.project_members().by("project", project.id).any(|m| m.account == account)
    };
    let rows = view.projects().iter().filter(|project| {
        let member = access::membership(view, caller, project.id).is_some();
        (member || all && access::project(view, caller, project.id).is_ok())
            && id.is_none_or(|id| id == project.id)
            && domain.is_none_or(|d| {
                account.is_some() || d == project.domain || recursive && access::below(view, project.domain, d)
            })
            && account.is_none_or(|account| has(project, account))
            && says(ask, "name", project.name.as_str())
            && says(ask, "displaytext", &project.display_text)
            && says(ask, "state", project.state.as_str())
            && !args.has("tags")
            && has_keyword(ask, project.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, project| project_fields(look, project, o));
    Ok(())
}

fn show_project(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.project(ProjectId::from_u128(id)).map(|project| project_fields(look, project, o)).is_some()
}

fn project_fields(look: Look<'_>, project: &Project, o: &mut Object<'_>) {
    let view = look.view;
    o.id("id", project.id);
    o.put("name", project.name.as_str());
    o.put("displaytext", &project.display_text);
    o.id("domainid", project.domain);
    o.put("domain", view.domain(project.domain).map(|d| d.name.as_str()));
    let owner = view.project_members().by("project", project.id).find(|member| member.owner);
    let owner = owner.and_then(|member| view.account(member.account));
    o.each("owner", owner, |o, account| {
        o.put("account", account.name.as_str());
        o.put("accountid", super::super::write::Shown(account.id));
    });
    o.put("projectaccountname", view.account(project.account).map(|a| a.name.as_str()));
    o.put("state", project.state.as_str());
    no_tags(o);
    figures(look, LimitOwner::Account(project.account), Ceilings::All, o);
    o.put("created", project.created);
}

/// The account that an account's name and a domain stand for.
fn account(ask: &Ask<'_>) -> Result<Option<AccountId>, Fault> {
    let Some(text) = ask.args.text("account") else { return Ok(None) };
    let domain = if ask.args.knows("domainid") { ask.args.id::<DomainId>("domainid") } else { None };
    scope::account(ask, domain.unwrap_or(ask.caller.domain), text).map(Some)
}

async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["userid"])?;
    let account = match args.id::<AccountId>("accountid") {
        Some(id) => Some(id),
        None => account(ask)?,
    };
    let wish = AddProject {
        display_text: args.text("displaytext").unwrap_or("").to_owned(),
        account,
        ..AddProject::new(need_name(ask, "name")?)
    };
    ask.make(wish).await
}

fn role(ask: &Ask<'_>) -> Result<Option<ProjectRole>, Fault> {
    match ask.args.text("roletype") {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("admin") => Ok(Some(ProjectRole::Admin)),
        Some(text) if text.eq_ignore_ascii_case("regular") => Ok(Some(ProjectRole::Regular)),
        Some(text) => Err(Fault::invalid("roletype", text, "give Admin or Regular")),
    }
}

/// The account as a member of a project, if it is one. Members are in their project's domain.
fn member<'v>(ask: &'v Ask<'_>, project: ProjectId, text: &str) -> Result<&'v ProjectMember, Fault> {
    let view = ask.view();
    access::project(view, ask.caller, project).map_err(|e| ask.fault(&e))?;
    let named = |m: &&ProjectMember| view.account(m.account).is_some_and(|a| a.name.as_str() == text);
    let found = view.project_members().by("project", project).find(named);
    found.ok_or_else(|| Fault::invalid("account", text, "give the name of an account of the project"))
}

async fn update(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["userid"])?;
    let project = args.need::<ProjectId>("id")?;
    let found = args.text("account").map(|text| member(ask, project, text)).transpose()?;
    let role = role(ask)?;
    // A name alone makes its bearer the owner; with a role, it gets that role.
    let swap = found.is_some() && role.is_none() && args.flag("swapowner") != Some(false);
    let wish = UpdateProject {
        name: args.text("name").map(|text| name("name", text)).transpose()?,
        display_text: args.text("displaytext").map(str::to_owned),
        owner: found.filter(|_| swap).map(|m| m.account),
        member: found.zip(role).map(|(m, role)| (m.id, role)),
        ..UpdateProject::of(project)
    };
    ask.act(wish, project).await
}

async fn suspend(ask: &Ask<'_>) -> Result<Done, Fault> {
    let project = ask.args.need("id")?;
    ask.act(SuspendProject { project }, project).await
}

async fn activate(ask: &Ask<'_>) -> Result<Done, Fault> {
    let project = ask.args.need("id")?;
    ask.act(ActivateProject { project }, project).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let project = ask.args.need("id")?;
    ask.act(DeleteProject { project, cleanup: ask.args.is("cleanup") }, project).await
}

async fn add_member(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["projectroleid"])?;
    let project = args.need::<ProjectId>("projectid")?;
    let domain = access::project(ask.view(), ask.caller, project).map_err(|e| ask.fault(&e))?.domain;
    let whom = match (args.text("account"), args.text("email")) {
        (Some(text), _) => {
            // Accounts of the project's domain can be asked in by name, whoever they are.
            let found = ask.view().accounts().find(0, &[Value::link(domain), Value::text(text)]);
            let none = || Fault::invalid("account", text, "give the name of an account of the project's domain");
            Whom::Account(found.filter(|a| !a.is_project()).ok_or_else(none)?.id)
        }
        (None, Some(email)) => {
            let mut bytes = [0; 24];
            ask.cloud().fill_secret(&mut bytes);
            Whom::Mail { email: email.to_owned(), token: Secret::new(URL_SAFE_NO_PAD.encode(bytes)) }
        }
        (None, None) => return Err(Fault::missing("account")),
    };
    ask.act(AddMember { project, whom, role: role(ask)?.unwrap_or(ProjectRole::Regular) }, project).await
}

async fn remove_member(ask: &Ask<'_>) -> Result<Done, Fault> {
    let project = ask.args.need::<ProjectId>("projectid")?;
    let member = member(ask, project, ask.args.need_text("account")?)?.id;
    ask.act(RemoveMember { member }, project).await
}

fn list_members(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let id = args.need::<ProjectId>("projectid")?;
    let project = access::project(ask.view(), ask.caller, id).map_err(|e| ask.fault(&e))?;
    let user = args.id::<UserId>("userid");
    let named = |m: &ProjectMember| ask.view().account(m.account).map_or("", |a| a.name.as_str());
    let rows = ask.view().project_members().by("project", id).filter(|member| {
        says(ask, "account", named(member))
            && says(ask, "role", member.role.as_str())
            && user.is_none_or(|user| member.user == Some(user))
            && !args.has("projectroleid")
            && has_keyword(ask, named(member))
    });
    reply.list(Page::of(ask, None, rows)?, |o, member| {
        o.id("projectid", project.id);
        o.put("project", project.name.as_str());
        o.id("accountid", member.account);
        o.put("account", named(member));
        o.put("accounttype", ask.view().account(member.account).map(|account| account.kind.number()));
        o.put("userid", member.user.map(Shown));
        o.put("role", member.role.as_str());
        o.id("domainid", project.domain);
        o.put("domain", ask.view().domain(project.domain).map(|d| d.name.as_str()));
    });
    Ok(())
}

fn list_invitations(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, project) = (args.id::<InvitationId>("id"), args.id::<ProjectId>("projectid"));
    let user = args.id::<UserId>("userid");
    let account = account(ask)?;
    let view = ask.view();
    let rows = view.invitations().iter().filter(|invitation| {
        may_see(view, ask.caller, invitation)
            && id.is_none_or(|id| id == invitation.id)
            && project.is_none_or(|project| project == invitation.project)
            && user.is_none_or(|user| invitation.user == Some(user))
            && account.is_none_or(|account| invitation.account == Some(account))
            && (!args.is("activeonly") || invitation.state == InvitationState::Pending)
            && says(ask, "state", invitation.state.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, invitation| invitation_fields(look, invitation, o));
    Ok(())
}

fn invitation_fields(look: Look<'_>, invitation: &Invitation, o: &mut Object<'_>) {
    let project = look.view.project(invitation.project);
    o.id("id", invitation.id);
    o.id("projectid", invitation.project);
    o.put("project", project.map(|p| p.name.as_str()));
    o.maybe("domainid", project.map(|p| p.domain));
    o.maybe("userid", invitation.user);
    let domain = project.and_then(|p| look.view.domain(p.domain));
    o.put("domain", domain.map(|d| d.name.as_str()));
    o.put("domainpath", domain.map(|d| d.path.as_str()));
    let account = invitation.account.and_then(|id| look.view.account(id));
    o.put("account", account.map(|a| a.name.as_str()));
    o.put("email", invitation.email.as_ref());
    o.put("state", invitation.state.as_str());
}

async fn answer(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    // Nobody answers for another.
    refuse(ask, &["userid"])?;
    if account(ask)?.is_some_and(|account| account != ask.caller.account) {
        return Err(Fault::denied("parameter `account`: an invitation is answered by who was invited"));
    }
    let project = args.need::<ProjectId>("projectid")?;
    let token = args.text("token").map(Secret::new);
    ask.act(AnswerInvitation { project, token, accept: args.flag("accept") != Some(false) }, project).await
}

async fn delete_invitation(ask: &Ask<'_>) -> Result<Done, Fault> {
    let invitation = ask.args.need("id")?;
    ask.act(DeleteInvitation { invitation }, invitation).await
}

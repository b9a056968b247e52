//! The verbs of domains, accounts, users, roles, projects and limits.

use super::lab::{Lab, name};
use super::{Covered, On};
use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, RoleType, Secret};
use cloudstack_core::flow::image::{ShareTemplate, share::Sharing};
use cloudstack_core::flow::infra::{Dedicate, Release};
use cloudstack_core::flow::org::project::member::{Joined, Whom};
use cloudstack_core::flow::org::role::{NewRule, RoleOrigin};
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::vm::DeployVm;
use cloudstack_core::model::dedication::Ground;
use cloudstack_core::model::org::{LimitOwner, Permission, ProjectRole, ResourceType, UserEvent};
use std::collections::BTreeMap;

const TOKEN: &str = "a-token-of-good-random-numbers";

pub(crate) async fn cover(covered: &mut Covered) {
    domains(covered).await;
    accounts(covered).await;
    users(covered).await;
    keys(covered).await;
    roles(covered).await;
    projects(covered).await;
    members(covered).await;
    limits(covered).await;
    shared(covered).await;
}

async fn domain(lab: &Lab) -> DomainId {
    lab.run(AddDomain::new(lab.admin.domain, name("Comp1"))).await.unwrap()
}

async fn domains(covered: &mut Covered) {
    covered
        .verb(On::Empty, async |lab| {
            let domain = domain(lab).await;
            lab.run(AddDomain::new(domain, name("hr"))).await.unwrap();
            let network_domain = Some("comp.example".to_owned());
            UpdateDomain { name: Some(name("Comp2")), network_domain, ..UpdateDomain::of(domain) }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let domain = domain(lab).await;
            let below = lab.run(AddDomain::new(domain, name("hr"))).await.unwrap();
            let ann = lab.run(AddAccount::new(below, name("ann"))).await.unwrap();
            lab.run_as(&ann, AddProject::new(name("apollo"))).await.unwrap();
            lab.run_as(&ann, lab.small_vm()).await.unwrap();
            DeleteDomain { domain, cleanup: true }
        })
        .await;
}

async fn accounts(covered: &mut Covered) {
    covered
        .verb(On::Empty, async |lab| {
            let account = lab.user("ann").await.account;
            let details = Some(BTreeMap::from([("cost centre".to_owned(), "7".to_owned())]));
            UpdateAccount { name: Some(name("anna")), details, ..UpdateAccount::of(account) }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| SetDefaultZone { account: lab.user("ann").await.account, zone: Some(lab.zone()) })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let user = lab.user("ann").await;
            lab.run_as(&user, lab.small_vm()).await.unwrap();
            lab.run_as(&user, lab.small_vm()).await.unwrap();
            DeleteAccount { account: user.account }
        })
        .await;
}

async fn users(covered: &mut Covered) {
    let add = |account| AddUser { account, name: name("bea"), profile: Profile::default() };
    let added = async |lab: &Lab| lab.run(add(lab.admin.account)).await.unwrap();
    covered.verb(On::Empty, async |lab| add(lab.admin.account)).await;
    covered
        .verb(On::Empty, async |lab| {
            let user = added(lab).await;
            UpdateUser { first_name: Some("Bea".into()), ..UpdateUser::of(user) }
        })
        .await;
    covered.verb(On::Empty, async |lab| SetUserState { user: added(lab).await, event: UserEvent::Disable }).await;
    covered.verb(On::Empty, async |lab| RecordLogin { user: added(lab).await, right: false }).await;
    covered
        .verb(On::Empty, async |lab| {
            let account = lab.user("ann").await.account;
            MoveUser { user: added(lab).await, account }
        })
        .await;
    covered.verb(On::Empty, async |lab| DeleteUser { user: added(lab).await }).await;
}

fn pair(user: UserId) -> RegisterKeys {
    RegisterKeys::new(user, "plgWJfZK4gyS3mlZLYq_u38z".into(), Secret::new("VDaACYb0LV9eNjTetIOElcVQ"))
}

async fn keys(covered: &mut Covered) {
    covered.verb(On::Empty, async |lab| pair(lab.admin.user)).await;
    covered.verb(On::Empty, async |lab| DeleteKeys { pair: lab.run(pair(lab.admin.user)).await.unwrap() }).await;
}

fn rule(pattern: &str, permission: Permission) -> NewRule {
    NewRule { pattern: pattern.into(), permission, description: String::new() }
}

async fn role(lab: &Lab) -> RoleId {
    lab.run(AddRole::new(name("auditor"), RoleOrigin::Type(RoleType::User))).await.unwrap()
}

async fn ruled(lab: &Lab) -> (RoleId, Vec<RoleRuleId>) {
    let role = role(lab).await;
    let first = lab.run(AddRoleRule { role, rule: rule("list*", Permission::Allow) }).await.unwrap();
    let second = lab.run(AddRoleRule { role, rule: rule("*", Permission::Deny) }).await.unwrap();
    (role, vec![first, second])
}

async fn roles(covered: &mut Covered) {
    covered.verb(On::Empty, async |_| AddRole::new(name("auditor"), RoleOrigin::Type(RoleType::User))).await;
    let rules = vec![rule("list*", Permission::Allow)];
    let (kind, description, public, forced) = (RoleType::User, String::new(), true, true);
    let import = ImportRole { name: name("auditor"), kind, description, public, rules, forced };
    covered.verb(On::Empty, async |_| import.clone()).await;
    covered.verb(On::Empty, async |lab| UpdateRole { enabled: Some(false), ..UpdateRole::of(role(lab).await) }).await;
    covered.verb(On::Empty, async |lab| DeleteRole { role: role(lab).await }).await;
    covered.verb(On::Empty, async |lab| AddRoleRule { role: role(lab).await, rule: rule("*", Permission::Deny) }).await;
    covered
        .verb(On::Empty, async |lab| {
            let (role, rules) = ruled(lab).await;
            UpdateRoleRule { role, rule: rules[0], permission: Permission::Deny }
        })
        .await;
    covered
        .verb(On::Empty, async |lab| {
            let (role, mut rules) = ruled(lab).await;
            rules.reverse();
            OrderRoleRules { role, rules }
        })
        .await;
    covered
        .verb(On::Empty, async |lab| {
            let (role, rules) = ruled(lab).await;
            DeleteRoleRule { role, rule: rules[0] }
        })
        .await;
}

async fn project(lab: &Lab) -> ProjectId {
    lab.run(AddProject::new(name("apollo"))).await.unwrap()
}

/// With a machine that runs.
async fn busy(lab: &Lab) -> ProjectId {
    let project = project(lab).await;
    let account = lab.view().project(project).map(|project| project.account);
    lab.run(DeployVm { account, ..lab.small_vm() }).await.unwrap();
    project
}

async fn projects(covered: &mut Covered) {
    covered.verb(On::Empty, async |_| AddProject::new(name("apollo"))).await;
    covered
        .verb(On::Empty, async |lab| {
            let project = project(lab).await;
            UpdateProject { display_text: Some("to the moon".into()), ..UpdateProject::of(project) }
        })
        .await;
    covered.verb(On::Basic, async |lab| SuspendProject { project: busy(lab).await }).await;
    covered
        .verb(On::Empty, async |lab| {
            let project = project(lab).await;
            lab.run(SuspendProject { project }).await.unwrap();
            ActivateProject { project }
        })
        .await;
    covered.verb(On::Basic, async |lab| DeleteProject { project: busy(lab).await, cleanup: true }).await;
}

/// An invitation by mail to a project of somebody else.
async fn invited(lab: &Lab) -> (ProjectId, InvitationId) {
    let ann: Caller = lab.user("ann").await;
    let project = lab.run_as(&ann, AddProject::new(name("apollo"))).await.unwrap();
    let whom = Whom::Mail { email: "root@example.org".into(), token: Secret::new(TOKEN) };
    let joined = lab.run_as(&ann, AddMember { project, whom, role: ProjectRole::Regular }).await.unwrap();
    match joined {
        Joined::Invited(invitation) => (project, invitation),
        Joined::Member(member) => panic!("{member:?} was not asked"),
    }
}

async fn members(covered: &mut Covered) {
    covered
        .verb(On::Empty, async |lab| {
            let ann = lab.user("ann").await;
            AddMember::account(project(lab).await, ann.account)
        })
        .await;
    covered
        .verb(On::Empty, async |lab| {
            let ann = lab.user("ann").await;
            match lab.run(AddMember::account(project(lab).await, ann.account)).await.unwrap() {
                Joined::Member(member) => RemoveMember { member },
                Joined::Invited(invitation) => panic!("{invitation:?} was not wanted"),
            }
        })
        .await;
    covered
        .verb(On::Empty, async |lab| {
            let (project, _) = invited(lab).await;
            AnswerInvitation { project, token: Some(Secret::new(TOKEN)), accept: true }
        })
        .await;
    covered.verb(On::Empty, async |lab| DeleteInvitation { invitation: invited(lab).await.1 }).await;
}

async fn limits(covered: &mut Covered) {
    let owner = async |lab: &Lab| LimitOwner::Account(lab.user("ann").await.account);
    covered
        .verb(On::Empty, async |lab| UpdateLimit {
            owner: owner(lab).await,
            resource: ResourceType::UserVm,
            max: Some(7),
        })
        .await;
    covered.look(On::Basic, async |lab| Recount { owner: owner(lab).await, resource: None }).await;
}

async fn shared(covered: &mut Covered) {
    let whole = |lab: &Lab| Ground::Zone(lab.zone());
    covered
        .verb(On::Basic, async |lab| Dedicate { ground: whole(lab), domain: domain(lab).await, account: None })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let (ground, domain) = (whole(lab), domain(lab).await);
            lab.run(Dedicate { ground, domain, account: None }).await.unwrap();
            Release { ground }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let sharing = Some(Sharing::Add([lab.user("ann").await.account].into()));
            ShareTemplate { sharing, featured: Some(true), ..ShareTemplate::of(lab.template()) }
        })
        .await;
}

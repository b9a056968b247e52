//! Who sees and does what: callers, owners and what is asked for, as tables.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, ErrorKind, RoleType};
use cloudstack_core::flow::access::{self, Asked, Scope, WhichProject};
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::security_group::{AddSecurityGroup, DeleteSecurityGroup};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::network::SecurityGroup;
use cloudstack_core::model::org::ProjectRole;
use cloudstack_core::model::vm::Vm;
use lab::{Lab, name};
use std::collections::{BTreeMap, BTreeSet};

/// A tree of domains with somebody in each, who owns one group named like him.
///
/// `root` in ROOT; `boss` and `ann` in ROOT/top, `low` and `bob` below it in ROOT/top/below, `rival` and `eve` in
/// ROOT/other. `ann` owns project `apollo`, whose account owns group `apollo`; `bob` cannot be in it, `amy` of ROOT/top is.
struct Cast {
    lab: Lab,
    who: BTreeMap<&'static str, Caller>,
    top: DomainId,
    below: DomainId,
    other: DomainId,
    project: ProjectId,
    groups: BTreeMap<SecurityGroupId, &'static str>,
}

impl Cast {
    async fn new(lab: Lab) -> Self {
        let root = lab.admin.domain;
        let top = lab.run(AddDomain::new(root, name("top"))).await.unwrap();
        let below = lab.run(AddDomain::new(top, name("below"))).await.unwrap();
        let other = lab.run(AddDomain::new(root, name("other"))).await.unwrap();
        let mut who = BTreeMap::from([("root", lab.admin.clone())]);
        for (called, domain, role_type) in [
            ("boss", top, RoleType::DomainAdmin),
            ("ann", top, RoleType::User),
            ("amy", top, RoleType::User),
            ("low", below, RoleType::ResourceAdmin),
            ("bob", below, RoleType::User),
            ("rival", other, RoleType::DomainAdmin),
            ("eve", other, RoleType::User),
        ] {
            let caller = AddAccount { role_type, ..AddAccount::new(domain, name(called)) };
            who.insert(called, lab.run(caller).await.unwrap());
        }
        let project = lab.run_as(&who["ann"], AddProject::new(name("apollo"))).await.unwrap();
        lab.run_as(&who["ann"], AddMember::account(project, who["amy"].account)).await.unwrap();
        let shared = lab.view().project(project).unwrap().account;
        let mut groups = BTreeMap::new();
        let owners = who.iter().map(|(called, caller)| (*called, caller.account)).chain([("apollo", shared)]);
        for (called, account) in owners.collect::<Vec<_>>() {
            let group = AddSecurityGroup { name: name(called), description: String::new(), account: Some(account) };
            groups.insert(lab.run(group).await.unwrap(), called);
        }
        Self { lab, who, top, below, other, project, groups }
    }

    /// The owners whose rows are shown, or why none are.
    fn sees(&self, caller: &str, asked: Asked<'_>) -> Result<String, ErrorKind> {
        let view = self.lab.view();
        let scope = Scope::of(&view, &self.who[caller], asked).map_err(|e| e.kind())?;
        let shown: BTreeSet<SecurityGroupId> = scope.rows::<SecurityGroup>(&view).map(|row| row.id).collect();
        // What is shown is what is admitted, row by row.
        for group in view.security_groups().iter() {
            let owner = view.account(group.account).unwrap();
            assert_eq!(scope.admits(owner), shown.contains(&group.id), "{caller} {asked:?} {}", group.name);
        }
        let names: BTreeSet<&str> = shown.iter().map(|id| self.groups[id]).collect();
        Ok(names.into_iter().collect::<Vec<_>>().join(" "))
    }
}

const ALL: &str = "amy ann bob boss eve low rival root";

/// Proves: AUTH-02, AUTH-03
#[tokio::test(start_paused = true)]
async fn lists_show_what_the_caller_may_see_of_what_it_asked_for() {
    let cast = Cast::new(Lab::empty().await).await;
    let plain = Asked::default();
    let all = Asked { list_all: true, ..plain };
    let by_id = Asked { by_id: true, ..plain };
    let within = |domain, recursive| Asked { domain: Some(domain), recursive, ..plain };
    let of = |domain, account| Asked { domain: Some(domain), account: Some(account), ..plain };
    let own = |account| Asked { account: Some(account), ..plain };
    let every_project = Asked { project: Some(WhichProject::All), ..plain };
    let apollo = Asked { project: Some(WhichProject::One(cast.project)), ..plain };
    let (top, below, other) = (cast.top, cast.below, cast.other);
    let missing = Err(ErrorKind::NotFound);
    let cases: &[(&str, Asked<'_>, Result<&str, ErrorKind>)] = &[
        ("root", plain, Ok("root")),
        ("root", all, Ok(ALL)),
        ("root", by_id, Ok("amy ann apollo bob boss eve low rival root")),
        ("root", within(top, false), Ok("amy ann boss")),
        ("root", within(top, true), Ok("amy ann bob boss low")),
        ("root", of(other, "eve"), Ok("eve")),
        ("root", own("eve"), missing),
        ("root", every_project, Ok("apollo")),
        ("root", apollo, Ok("apollo")),
        ("boss", plain, Ok("boss")),
        ("boss", all, Ok("amy ann bob boss low")),
        ("boss", by_id, Ok("amy ann apollo bob boss low")),
        ("boss", within(top, false), Ok("amy ann boss")),
        ("boss", within(below, false), Ok("bob low")),
        ("boss", within(other, true), missing),
        ("boss", of(below, "bob"), Ok("bob")),
        ("boss", of(other, "eve"), missing),
        ("boss", every_project, Ok("apollo")),
        ("boss", apollo, Ok("apollo")),
        ("low", all, Ok("bob low")),
        ("low", by_id, Ok("bob low")),
        ("low", within(top, true), missing),
        ("low", every_project, Ok("")),
        ("low", apollo, missing),
        ("ann", plain, Ok("ann")),
        ("ann", all, Ok("ann")),
        ("ann", by_id, Ok("ann apollo")),
        ("ann", within(top, true), Ok("ann")),
        ("ann", within(below, false), missing),
        ("ann", own("ann"), Ok("ann")),
        ("ann", own("amy"), missing),
        ("ann", every_project, Ok("apollo")),
        ("ann", apollo, Ok("apollo")),
        ("amy", all, Ok("amy")),
        ("amy", by_id, Ok("amy apollo")),
        ("amy", every_project, Ok("apollo")),
        ("bob", all, Ok("bob")),
        ("bob", by_id, Ok("bob")),
        ("bob", every_project, Ok("")),
        ("bob", apollo, missing),
        ("rival", all, Ok("eve rival")),
        ("rival", by_id, Ok("eve rival")),
        ("rival", within(top, false), missing),
        ("rival", apollo, missing),
        ("eve", by_id, Ok("eve")),
    ];
    for (caller, asked, expected) in cases {
        let seen = cast.sees(caller, *asked);
        assert_eq!(seen.as_deref(), expected.as_ref().map(|seen| *seen), "{caller} asks {asked:?}");
    }
    let both = Asked { account: Some("ann"), ..apollo };
    assert_eq!(cast.sees("ann", both), Err(ErrorKind::Invalid));
}

/// Proves: AUTH-02
#[tokio::test(start_paused = true)]
async fn who_may_act_on_whose_things() {
    let cast = Cast::new(Lab::empty().await).await;
    let callers = ["root", "boss", "ann", "amy", "low", "bob", "rival", "eve"];
    // Columns: root boss ann amy low bob rival eve apollo.
    let owners = ["root", "boss", "ann", "amy", "low", "bob", "rival", "eve", "apollo"];
    let table =
        ["xxxxxxxxx", ".xxxxx..x", "..x.....x", "...x....x", "....xx...", ".....x...", "......xx.", ".......x."];
    let view = cast.lab.view();
    for (caller, row) in callers.iter().zip(table) {
        for (owner, may) in owners.iter().zip(row.chars().map(|c| c == 'x')) {
            let (group, _) = cast.groups.iter().find(|(_, called)| *called == owner).unwrap();
            let account = view.account(view.security_group(*group).unwrap().account).unwrap();
            let who = &cast.who[caller];
            assert_eq!(access::may_see(&view, who, account), may, "{caller} sees what {owner} has");
            assert_eq!(access::may_act(&view, who, account), may, "{caller} acts for {owner}");
            // A verb says the same, and in words that do not tell whether there is such a thing.
            let planned = cast.lab.cloud.plan(who, DeleteSecurityGroup { group: *group });
            match planned {
                Ok(_) => assert!(may, "{caller} deletes what {owner} has"),
                Err(refused) => {
                    assert!(!may, "{caller} {owner}: {refused:?}");
                    let nothing = DeleteSecurityGroup { group: SecurityGroupId::from_u128(9) };
                    let nothing = cast.lab.cloud.plan(who, nothing).unwrap_err();
                    let bare = |text: &str, id: String| text.replace(&id, "");
                    assert_eq!(
                        (refused.kind(), bare(refused.public(), group.to_string())),
                        (nothing.kind(), bare(nothing.public(), SecurityGroupId::from_u128(9).to_string()))
                    );
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_domain_admin_of_the_root_domain_is_no_root_admin() {
    let lab = Lab::basic(1).await;
    let vice = AddAccount { role_type: RoleType::DomainAdmin, ..AddAccount::new(lab.admin.domain, name("vice")) };
    let vice = lab.run(vice).await.unwrap();
    let vm = lab.deploy().await;
    assert_eq!(lab.run_as(&vice, StopVm { vm, forced: true }).await.unwrap_err().kind(), ErrorKind::NotFound);
    let delete = DeleteAccount { account: lab.admin.account };
    assert_eq!(lab.run_as(&vice, delete).await.unwrap_err().kind(), ErrorKind::NotFound);
    let view = lab.view();
    let all = Asked { list_all: true, ..Asked::default() };
    let scope = Scope::of(&view, &vice, all).unwrap();
    assert_eq!(scope.rows::<Vm>(&view).count(), 0, "not even in lists");
}

/// Proves: AUTH-03
#[tokio::test(start_paused = true)]
async fn members_share_what_a_project_owns_and_nobody_else_does() {
    let cast = Cast::new(Lab::basic(2).await).await;
    let (lab, who) = (&cast.lab, &cast.who);
    let account = lab.view().project(cast.project).map(|project| project.account);
    let wish = || DeployVm { account, ..lab.small_vm() };
    let vm = lab.run_as(&who["amy"], wish()).await.unwrap();
    assert_eq!(lab.vm(vm).account, account.unwrap());
    for outsider in ["bob", "eve", "rival", "low"] {
        assert_eq!(lab.run_as(&who[outsider], wish()).await.unwrap_err().kind(), ErrorKind::NotFound, "{outsider}");
        let stop = StopVm { vm, forced: true };
        assert_eq!(lab.run_as(&who[outsider], stop).await.unwrap_err().kind(), ErrorKind::NotFound, "{outsider}");
    }
    lab.run_as(&who["ann"], StopVm { vm, forced: true }).await.unwrap();
    // A member works with things, an admin with members.
    let project = cast.project;
    let add = |caller: &str| AddMember::account(project, who[caller].account);
    assert_eq!(lab.run_as(&who["amy"], add("boss")).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(lab.run_as(&who["eve"], add("eve")).await.unwrap_err().kind(), ErrorKind::NotFound);
    // Only who is of the domain can join.
    assert_eq!(lab.run_as(&who["ann"], add("bob")).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(lab.run_as(&who["ann"], add("amy")).await.unwrap_err().kind(), ErrorKind::Taken);
    lab.run_as(&who["ann"], SuspendProject { project }).await.unwrap();
    assert_eq!(lab.run_as(&who["amy"], wish()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(lab.run_as(&who["amy"], StartVm { vm }).await.unwrap_err().kind(), ErrorKind::Conflict);
    lab.run_as(&who["ann"], ActivateProject { project }).await.unwrap();
    lab.run_as(&who["amy"], StartVm { vm }).await.unwrap();
    // Out again, and nothing is left to see.
    let view = lab.view();
    let amy = view.project_members().by("account", who["amy"].account).next().unwrap().id;
    lab.run_as(&who["amy"], RemoveMember { member: amy }).await.unwrap();
    assert_eq!(lab.run_as(&who["amy"], RebootVm { vm }).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run_as(&who["boss"], DeleteProject { project, cleanup: true }).await.unwrap();
    assert!(lab.view().vms().is_empty() && lab.view().account(account.unwrap()).is_none());
    lab.check();
}

/// Proves: AUTH-03
#[tokio::test(start_paused = true)]
async fn where_it_is_wanted_members_are_asked_first() {
    use cloudstack_core::base::Span;
    use cloudstack_core::flow::org::project::member::{Joined, Whom};
    use cloudstack_core::model::org::InvitationState::{Completed, Declined, Expired};
    let cast = Cast::new(Lab::empty().await).await;
    let (lab, who, project) = (&cast.lab, &cast.who, cast.project);
    lab.set("project.invite.required", "true").await;
    lab.set("project.invite.timeout", "60").await;
    let user = who["boss"].user;
    let invite = || AddMember { project, whom: Whom::User(user), role: ProjectRole::Admin };
    let answer = |accept| AnswerInvitation { project, token: None, accept };
    let joined = lab.run_as(&who["ann"], invite()).await.unwrap();
    assert!(matches!(joined, Joined::Invited(_)));
    assert_eq!(lab.run_as(&who["ann"], invite()).await.unwrap_err().kind(), ErrorKind::Taken, "once is enough");
    let others = lab.run_as(&who["eve"], answer(true)).await.unwrap_err();
    assert_eq!(others.kind(), ErrorKind::NotFound, "it is not theirs");
    assert_eq!(lab.run_as(&who["boss"], answer(false)).await.unwrap(), Declined);
    assert_eq!(lab.run_as(&who["boss"], answer(true)).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run_as(&who["ann"], invite()).await.unwrap();
    lab.pass(Span::secs(61)).await;
    assert_eq!(lab.run_as(&who["boss"], answer(true)).await.unwrap(), Expired);
    lab.run_as(&who["ann"], invite()).await.unwrap();
    assert_eq!(lab.run_as(&who["boss"], answer(true)).await.unwrap(), Completed);
    let view = lab.view();
    let boss = view.project_members().by("user", user).next().unwrap();
    assert_eq!((boss.project, boss.role, boss.owner), (project, ProjectRole::Admin, false));
    // The owner hands over, and may go then; not before.
    let members = |account| view.project_members().by("account", account).next().map(|m| m.id).unwrap();
    let ann = members(who["ann"].account);
    assert_eq!(lab.run_as(&who["ann"], RemoveMember { member: ann }).await.unwrap_err().kind(), ErrorKind::Conflict);
    let owner = |account| UpdateProject { owner: Some(account), ..UpdateProject::of(project) };
    let outsider = lab.run_as(&who["ann"], owner(who["boss"].account)).await.unwrap_err();
    assert_eq!(outsider.kind(), ErrorKind::Invalid, "one user of it is a member, the account is not");
    lab.run_as(&who["ann"], owner(who["amy"].account)).await.unwrap();
    lab.run_as(&who["ann"], RemoveMember { member: ann }).await.unwrap();
    assert_eq!(lab.run_as(&who["ann"], owner(who["ann"].account)).await.unwrap_err().kind(), ErrorKind::NotFound);
}

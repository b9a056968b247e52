//! Domains, accounts, users, keys and roles: how they come, change and go.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, ErrorKind, PasswordHash, RoleType, Secret, Span, Timestamp};
use cloudstack_core::flow::network::AddNetwork;
use cloudstack_core::flow::org::role::{NewRule, RoleOrigin};
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::security_group::{AddSecurityGroup, Authorize};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Service};
use cloudstack_core::model::org::{AccountState, AccountType, DomainState, Permission, UserEvent, UserState};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::Platform;
use cloudstack_core::port::driver::DriverErrorKind::Refused;
use cloudstack_drivers::sim::Method;
use lab::{Lab, name};

async fn account(lab: &Lab, domain: DomainId, called: &str, role_type: RoleType) -> Caller {
    lab.run(AddAccount { role_type, ..AddAccount::new(domain, name(called)) }).await.unwrap()
}

/// Proves: AUTH-01
#[tokio::test(start_paused = true)]
async fn domains_are_found_by_path_and_renamed_with_all_below() {
    let lab = Lab::empty().await;
    let root = lab.admin.domain;
    let comp = lab.run(AddDomain::new(root, name("Comp1"))).await.unwrap();
    let hr = lab.run(AddDomain::new(comp, name("hr"))).await.unwrap();
    let west = lab.run(AddDomain::new(hr, name("west"))).await.unwrap();
    let view = lab.view();
    let at = |path: &str| domain::at_path(&view, path).map(|d| d.id);
    let cases = [
        ("", Some(root)),
        ("/", Some(root)),
        ("ROOT", Some(root)),
        ("Comp1", Some(comp)),
        ("Comp1/hr", Some(hr)),
        ("/Comp1/hr/", Some(hr)),
        ("ROOT/Comp1/hr/west", Some(west)),
        ("hr", None),
        ("comp1", None),
    ];
    for (path, expected) in cases {
        assert_eq!(at(path), expected, "`{path}`");
    }
    lab.run(UpdateDomain { name: Some(name("Comp2")), ..UpdateDomain::of(comp) }).await.unwrap();
    let paths: Vec<_> = [comp, hr, west].map(|id| lab.view().domain(id).unwrap().path.clone()).into();
    assert_eq!(paths, ["ROOT/Comp2", "ROOT/Comp2/hr", "ROOT/Comp2/hr/west"]);
    lab.run(AddDomain::new(root, name("Comp1"))).await.unwrap();
    let taken = UpdateDomain { name: Some(name("Comp1")), ..UpdateDomain::of(comp) };
    assert_eq!(lab.refused(taken).await.kind(), ErrorKind::Taken);
    let long = UpdateDomain { name: Some(name(&"x".repeat(250))), ..UpdateDomain::of(comp) };
    assert_eq!(lab.refused(long).await.kind(), ErrorKind::Invalid);
    let root_stays = UpdateDomain { name: Some(name("TOP")), ..UpdateDomain::of(root) };
    assert_eq!(lab.refused(root_stays).await.kind(), ErrorKind::Invalid);
    for (suffix, fits) in [("a.example", true), ("-a.example", false), ("a..b", false), ("a b", false), ("", true)] {
        let set = UpdateDomain { network_domain: Some(suffix.into()), ..UpdateDomain::of(comp) };
        assert_eq!(lab.run(set).await.is_ok(), fits, "`{suffix}`");
    }
}

#[tokio::test(start_paused = true)]
async fn a_domain_goes_empty_or_with_all_it_holds() {
    let lab = Lab::basic(2).await;
    let top = lab.run(AddDomain::new(lab.admin.domain, name("top"))).await.unwrap();
    let below = lab.run(AddDomain::new(top, name("below"))).await.unwrap();
    let ann = account(&lab, below, "ann", RoleType::User).await;
    let boss = account(&lab, top, "boss", RoleType::DomainAdmin).await;
    let project = lab.run_as(&ann, AddProject::new(name("apollo"))).await.unwrap();
    let shared = lab.view().project(project).map(|p| p.account);
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.run_as(&ann, DeployVm { account: shared, ..lab.small_vm() }).await.unwrap();
    let delete = |domain, cleanup| DeleteDomain { domain, cleanup };
    assert_eq!(lab.refused(delete(top, false)).await.kind(), ErrorKind::Conflict);
    assert_eq!(lab.refused(delete(lab.admin.domain, true)).await.kind(), ErrorKind::Denied);
    assert_eq!(lab.run_as(&boss, delete(top, true)).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(lab.run_as(&ann, delete(below, true)).await.unwrap_err().kind(), ErrorKind::Denied);
    // A guest that does not stop keeps its account and its domain, visibly on their way out.
    lab.fail(Method::EnsureStopped, Refused, None);
    assert_eq!(lab.run_as(&boss, delete(below, true)).await.unwrap_err().kind(), ErrorKind::Device);
    let view = lab.view();
    assert_eq!(view.domain(below).unwrap().state, DomainState::Inactive);
    assert_eq!(view.account(ann.account).unwrap().state, AccountState::Removing);
    assert!(view.vms().iter().all(|vm| vm.job.is_none()), "no job holds what it does not work on");
    let more = AddAccount::new(below, name("late"));
    assert_eq!(lab.refused(more).await.kind(), ErrorKind::Conflict, "nothing grows in it");
    assert!(caller_of(&view, ann.user).is_none(), "nobody acts from it");
    lab.world.clear();
    lab.run_as(&boss, delete(below, true)).await.unwrap();
    let view = lab.view();
    assert!(view.domain(below).is_none() && view.vms().is_empty() && view.projects().is_empty());
    assert!(view.project_members().is_empty() && view.account(ann.account).is_none());
    lab.run(delete(top, true)).await.unwrap();
    assert_eq!((lab.view().domains().len(), lab.view().accounts().len(), lab.view().users().len()), (1, 1, 1));
    lab.check();
}

/// Proves: HIER-12
#[tokio::test(start_paused = true)]
async fn a_domain_with_a_zone_of_its_own_stays() {
    use cloudstack_core::flow::infra::AddZone;
    use cloudstack_core::model::infra::ZoneKind;
    let lab = Lab::empty().await;
    let top = lab.run(AddDomain::new(lab.admin.domain, name("top"))).await.unwrap();
    lab.run(AddZone { private_to: Some(top), ..AddZone::new(name("z1"), ZoneKind::Basic) }).await.unwrap();
    let refused = lab.refused(DeleteDomain { domain: top, cleanup: true }).await;
    assert_eq!((refused.kind(), refused.advice()), (ErrorKind::Conflict, Some("remove the zone first")));
    let inside = account(&lab, top, "in", RoleType::User).await;
    let outside = lab.user("out").await;
    let (view, zone) = (lab.view(), lab.view().zones().iter().next().unwrap().clone());
    let seen = [&inside, &outside, &lab.admin].map(|who| cloudstack_core::flow::access::see_zone(&view, who, &zone));
    assert_eq!(seen, [true, false, true]);
}

#[tokio::test(start_paused = true)]
async fn an_account_goes_with_all_it_owns_and_others_keep_what_they_use() {
    let lab = Lab::advanced(2).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let network = lab.run_as(&ann, AddNetwork::isolated(lab.zone(), name("n1"), offering)).await.unwrap();
    lab.run_as(&ann, AddNetwork::isolated(lab.zone(), name("n2"), offering)).await.unwrap();
    let template = lab.run_as(&ann, lab.image("shared", "Simulator")).await.unwrap();
    let alone = lab.run_as(&ann, lab.image("alone", "Simulator")).await.unwrap();
    for _ in 0..3 {
        lab.run_as(&ann, lab.small_vm().on_networks([network])).await.unwrap();
    }
    let stopped = lab.view().vms().iter().next().unwrap().id;
    lab.run_as(&ann, StopVm { vm: stopped, forced: true }).await.unwrap();
    let theirs = lab.run_as(&bob, AddNetwork::isolated(lab.zone(), name("n3"), offering)).await.unwrap();
    let wish = DeployVm { template, ..lab.small_vm().on_networks([theirs]) };
    let kept = lab.run_as(&bob, wish).await.unwrap();
    let group = |called: &str| AddSecurityGroup { name: name(called), description: String::new(), account: None };
    let (own, other) = (lab.run_as(&ann, group("a")).await.unwrap(), lab.run_as(&bob, group("b")).await.unwrap());
    let (direction, service, peers) = (Direction::Ingress, Service::All, vec![Peer::Group(own)]);
    lab.run_as(&bob, Authorize { group: other, direction, service, peers }).await.unwrap();
    let key = RegisterKeys::new(ann.user, "plgWJfZK4gyS3mlZLYq_u38z".into(), Secret::new("VDaACYb0LV9eNjTetIOE"));
    lab.run_as(&ann, key).await.unwrap();
    let project = lab.run_as(&ann, AddProject::new(name("apollo"))).await.unwrap();
    let delete = DeleteAccount { account: ann.account };
    let refused = lab.refused(delete.clone()).await;
    assert_eq!(refused.advice(), Some("give the project another owner, or delete it first"));
    lab.run_as(&ann, DeleteProject { project, cleanup: true }).await.unwrap();
    assert_eq!(lab.run_as(&ann, delete.clone()).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(lab.run_as(&bob, delete.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run(delete).await.unwrap();

    let view = lab.view();
    assert_eq!(view.vms().iter().map(|vm| vm.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(view.networks().iter().map(|n| n.id).collect::<Vec<_>>(), [theirs]);
    assert_eq!((view.public_ips().len(), view.vlans().len(), view.api_keys().len()), (1, 1, 0));
    assert!(view.user(ann.user).is_none() && view.security_group(own).is_none() && view.template(alone).is_none());
    assert!(view.security_group(other).unwrap().rules.is_empty(), "no rule names a group that is gone");
    assert_eq!(view.template(template).unwrap().account, lab.admin.account, "what others began as passes on");
    lab.run_as(&bob, StopVm { vm: kept, forced: true }).await.unwrap();
    lab.run_as(&bob, StartVm { vm: kept }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_being_changed_stands_in_the_way_of_a_deletion() {
    let lab = Lab::basic(1).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let stopping = lab.cloud.run(&ann, StopVm { vm, forced: true }).await.unwrap();
    let refused = lab.refused(DeleteAccount { account: ann.account }).await;
    assert!(refused.kind() == ErrorKind::Conflict && refused.may_retry(), "{refused:?}");
    stopping.done().await.unwrap();
    assert_eq!(lab.vm(vm).state, VmState::Stopped);
    lab.run(DeleteAccount { account: ann.account }).await.unwrap();
}

/// A loop takes away what an earlier deletion had to leave.
#[tokio::test(start_paused = true)]
async fn what_a_deletion_had_to_leave_is_taken_away_later() {
    let lab = Lab::live(&lab::basic(1)).await;
    let ann = lab.user("ann").await;
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.fail(Method::EnsureNoVolume, Refused, None);
    lab.refused(DeleteAccount { account: ann.account }).await;
    assert_eq!(lab.view().account(ann.account).unwrap().state, AccountState::Removing);
    lab.world.clear();
    // On the first day another loop is at work on the machine.
    lab.pass(Span::mins(48 * 60)).await;
    lab.until("the account is gone", |lab| lab.view().account(ann.account).is_none()).await;
    assert!(lab.view().vms().is_empty() && lab.view().volumes().is_empty());
    lab.check();
}

/// Proves: AUTH-01
#[tokio::test(start_paused = true)]
async fn wrong_passwords_are_counted_and_lock_users_but_not_the_first_one() {
    let lab = Lab::empty().await;
    let ann = lab.user("ann").await;
    let wrong = |user| RecordLogin { user, right: false };
    for tries in 1..=4 {
        assert_eq!(lab.run(wrong(ann.user)).await.unwrap(), UserState::Enabled, "{tries}");
    }
    let right = RecordLogin { user: ann.user, right: true };
    assert_eq!(lab.run(right.clone()).await.unwrap_err().kind(), ErrorKind::Denied, "it must wait");
    lab.pass(Span::secs(8)).await;
    assert_eq!(lab.run(right).await.unwrap(), UserState::Enabled);
    let row = |user| lab.view().user(user).unwrap().clone();
    assert_eq!((row(ann.user).failed_logins, row(ann.user).next_login()), (0, Timestamp::default()));
    for _ in 1..=4 {
        lab.run(wrong(ann.user)).await.unwrap();
    }
    assert!(row(ann.user).next_login() > lab.platform.now(), "the next try must wait");
    assert_eq!(lab.run(wrong(ann.user)).await.unwrap(), UserState::Locked);
    assert!(caller_of(&lab.view(), ann.user).is_none());
    let refused = lab.run_as(&ann, AddProject::new(name("p"))).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied, "a session that is open does not help");
    let enable = SetUserState { user: ann.user, event: UserEvent::Enable };
    assert_eq!(lab.run(enable).await.unwrap(), UserState::Enabled);
    assert_eq!(row(ann.user).failed_logins, 0);
    for _ in 0..50 {
        assert_eq!(lab.run(wrong(lab.admin.user)).await.unwrap(), UserState::Enabled);
    }
    assert_eq!(row(lab.admin.user).next_login(), lab.platform.now().after(Span::secs(60)));
    assert_eq!(lab.run_as(&ann, wrong(lab.admin.user)).await.unwrap_err().kind(), ErrorKind::Denied);
    lab.set("incorrect.login.attempts.allowed", "0").await;
    for _ in 0..9 {
        assert_eq!(lab.run(wrong(ann.user)).await.unwrap(), UserState::Enabled);
    }
}

#[tokio::test(start_paused = true)]
async fn users_change_themselves_and_nobody_above_them() {
    let lab = Lab::empty().await;
    let top = lab.run(AddDomain::new(lab.admin.domain, name("top"))).await.unwrap();
    let boss = account(&lab, top, "boss", RoleType::DomainAdmin).await;
    let ann = account(&lab, top, "ann", RoleType::User).await;
    let eve = lab.user("eve").await;
    let hash = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo").unwrap();
    let password = |user| UpdateUser { password: Some(hash.clone()), ..UpdateUser::of(user) };
    let cases = [
        (&ann, ann.user, Ok(())),
        (&ann, boss.user, Err(ErrorKind::NotFound)),
        (&ann, eve.user, Err(ErrorKind::NotFound)),
        (&boss, ann.user, Ok(())),
        (&boss, eve.user, Err(ErrorKind::NotFound)),
        (&boss, lab.admin.user, Err(ErrorKind::NotFound)),
        (&lab.admin, boss.user, Ok(())),
    ];
    for (caller, user, expected) in cases {
        let done = lab.run_as(caller, password(user)).await.map_err(|e| e.kind());
        assert_eq!(done, expected, "{:?} changes {user}", caller.role);
    }
    assert!(!format!("{:?}", lab.view().user(ann.user)).contains("argon2"), "a hash is not shown");
    // Two users of one name in one domain there are not; in two there may be.
    let add = |account, called| AddUser { account, name: name(called), profile: Profile::default() };
    assert_eq!(lab.run(add(ann.account, "boss")).await.unwrap_err().kind(), ErrorKind::Taken);
    let second = lab.run_as(&boss, add(ann.account, "eve")).await.unwrap();
    assert_eq!(lab.run_as(&ann, add(ann.account, "x")).await.unwrap_err().kind(), ErrorKind::Denied);
    let caller = caller_of(&lab.view(), second).unwrap();
    assert_eq!((caller.account, caller.role), (ann.account, RoleType::User));
    let away = MoveUser { user: second, account: eve.account };
    assert_eq!(lab.run(away).await.unwrap_err().kind(), ErrorKind::Invalid, "not to another domain");
    lab.run_as(&boss, DeleteUser { user: second }).await.unwrap();
    let gone = lab.run_as(&caller, AddProject::new(name("p"))).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Denied, "who is gone does nothing any more");
    assert_eq!(lab.run(DeleteUser { user: lab.admin.user }).await.unwrap_err().kind(), ErrorKind::Denied);
}

#[tokio::test(start_paused = true)]
async fn keys_are_sealed_rotate_expire_and_go_with_their_user() {
    let lab = Lab::empty().await;
    let (ann, eve) = (lab.user("ann").await, lab.user("eve").await);
    let pair = |user, key: &str| RegisterKeys::new(user, key.into(), Secret::new("the-secret-of-this-pair"));
    let first = lab.run_as(&ann, pair(ann.user, "first-key-of-ann-000")).await.unwrap();
    let stored: String = lab.view().listing().map(|(.., body)| body).collect();
    assert!(!stored.contains("the-secret-of-this-pair"), "it lies sealed");
    let now = lab.platform.now();
    let who = |key: &str| find_key(&lab.view(), key, now).map(|(_, caller)| caller);
    assert_eq!(who("first-key-of-ann-000"), Some(ann.clone()));
    lab.run_as(&ann, pair(ann.user, "second-key-of-ann-00")).await.unwrap();
    assert!(who("first-key-of-ann-000").is_none() && lab.view().api_key(first).is_none(), "rotated");
    let short = Span::secs(60);
    let passing =
        RegisterKeys { replace: false, ends: Some(now.after(short)), ..pair(ann.user, "a-key-for-a-minute-0") };
    lab.run_as(&ann, passing).await.unwrap();
    let later = now.after(short);
    assert!(find_key(&lab.view(), "a-key-for-a-minute-0", now).is_some());
    assert!(find_key(&lab.view(), "a-key-for-a-minute-0", later).is_none());
    let taken = lab.run_as(&eve, pair(eve.user, "second-key-of-ann-00")).await.unwrap_err();
    assert!(taken.kind() == ErrorKind::Taken && !format!("{taken}").contains("ann"), "{taken}");
    let foreign = lab.run_as(&eve, pair(ann.user, "a-key-for-ann-by-eve")).await.unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::NotFound);
    for bad in ["short", "with blanks in the key", &"x".repeat(256)] {
        let refused = lab.run_as(&ann, pair(ann.user, bad)).await.unwrap_err();
        assert!(refused.kind() == ErrorKind::Invalid && !refused.to_string().contains(bad), "{refused}");
    }
    let own = lab.view().api_keys().by("user", ann.user).next().unwrap().id;
    let rule = |pattern: &str, permission| NewRule { pattern: pattern.into(), permission, description: String::new() };
    let rules = vec![rule("listHosts", Permission::Deny), rule("list*", Permission::Allow)];
    let narrow = RegisterKeys { replace: false, rules, ..pair(ann.user, "a-key-that-only-lists") };
    let narrow = lab.run_as(&ann, narrow).await.unwrap();
    let permits = ["listZones", "listHosts", "destroy"].map(|op| lab.view().api_key(narrow).unwrap().permits(op));
    assert_eq!((permits, lab.view().api_key(own).unwrap().permits("destroy")), ([true, false, false], true));
    assert_eq!(lab.run_as(&eve, DeleteKeys { pair: own }).await.unwrap_err().kind(), ErrorKind::NotFound);
    lab.run(SetUserState { user: ann.user, event: UserEvent::Disable }).await.unwrap();
    assert!(who("second-key-of-ann-00").is_none(), "a disabled user's keys are no good");
    lab.run(DeleteUser { user: ann.user }).await.unwrap();
    assert!(lab.view().api_keys().is_empty());
}

/// Proves: AUTH-02
#[tokio::test(start_paused = true)]
async fn roles_are_given_by_those_who_may_as_much() {
    let lab = Lab::empty().await;
    let top = lab.run(AddDomain::new(lab.admin.domain, name("top"))).await.unwrap();
    let boss = account(&lab, top, "boss", RoleType::DomainAdmin).await;
    let (view, kinds) = (lab.view(), [RoleType::Admin, RoleType::ResourceAdmin, RoleType::DomainAdmin, RoleType::User]);
    let may = kinds.map(|kind| {
        let add = AddAccount { role_type: kind, ..AddAccount::new(top, name("x")) };
        lab.cloud.plan(&boss, add).is_ok()
    });
    assert_eq!(may, [false, false, true, true]);
    assert_eq!(view.roles().iter().filter(|role| role.builtin).count(), 4);
    let rule = |pattern: &str, permission| NewRule { pattern: pattern.into(), permission, description: String::new() };
    let add = async |called: &str, kind, rules: &[(&str, Permission)]| {
        let role = lab.run(AddRole::new(name(called), RoleOrigin::Type(kind))).await.unwrap();
        for (pattern, permission) in rules {
            lab.run(AddRoleRule { role, rule: rule(pattern, *permission) }).await.unwrap();
        }
        role
    };
    use Permission::{Allow, Deny};
    let narrow = add("narrow", RoleType::DomainAdmin, &[("list*", Allow), ("create*", Allow), ("*", Deny)]).await;
    let reader = add("reader", RoleType::User, &[("list*", Allow), ("*", Deny)]).await;
    let wide = add("wide", RoleType::User, &[("*", Allow)]).await;
    let with = |role| AddAccount { role: Some(role), ..AddAccount::new(top, name("someone")) };
    let clerk = AddAccount { role: Some(narrow), ..AddAccount::new(top, name("clerk")) };
    let clerk = lab.run_as(&boss, clerk).await.unwrap();
    assert_eq!((clerk.role, role::verdict(&lab.view(), &clerk, "listZones")), (RoleType::DomainAdmin, Some(Allow)));
    assert!(lab.cloud.plan(&clerk, with(reader)).is_ok());
    assert_eq!(lab.cloud.plan(&clerk, with(wide)).unwrap_err().kind(), ErrorKind::Denied, "more than its own");
    let plain = AddAccount::new(top, name("someone"));
    assert_eq!(lab.cloud.plan(&clerk, plain).unwrap_err().kind(), ErrorKind::Denied, "what its role denies");
    let mine = lab.run_as(&clerk, AddRole::new(name("mine"), RoleOrigin::Copy(wide))).await.unwrap_err();
    assert_eq!(mine.kind(), ErrorKind::Denied);
    lab.run(UpdateRole { public: Some(false), ..UpdateRole::of(reader) }).await.unwrap();
    assert_eq!(lab.cloud.plan(&boss, with(reader)).unwrap_err().kind(), ErrorKind::NotFound, "not shown to it");
    assert_eq!(lab.refused(DeleteRole { role: narrow }).await.kind(), ErrorKind::Conflict, "in use");
    let kind = UpdateRole { kind: Some(RoleType::User), ..UpdateRole::of(narrow) };
    assert_eq!(lab.refused(kind).await.kind(), ErrorKind::Conflict);
    lab.run(UpdateRole { enabled: Some(false), ..UpdateRole::of(narrow) }).await.unwrap();
    assert_eq!(role::verdict(&lab.view(), &clerk, "listZones"), Some(Deny));
    let builtin = lab.view().roles().iter().find(|role| role.builtin).unwrap().id;
    assert_eq!(lab.refused(DeleteRole { role: builtin }).await.kind(), ErrorKind::Denied);
    let promote = UpdateAccount { role: Some(builtin), ..UpdateAccount::of(clerk.account) };
    assert_eq!(lab.refused(promote).await.kind(), ErrorKind::Invalid, "root admins belong to the root domain");
    lab.run(UpdateAccount { role: Some(wide), ..UpdateAccount::of(clerk.account) }).await.unwrap();
    assert_eq!(lab.view().account(clerk.account).unwrap().kind, AccountType::User);
    let stale = lab.run_as(&clerk, AddDomain::new(top, name("y"))).await.unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Denied, "who was given a lesser role does not go on in the old one");
}

//! Places that serve some alone, templates that are shared, and passwords.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Caller, ErrorKind, RoleType};
use cloudstack_core::flow::access;
use cloudstack_core::flow::image::{ShareTemplate, share::Sharing};
use cloudstack_core::flow::infra::{Dedicate, Release, RemoveHost};
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::dedication::Ground;
use lab::{Lab, name};

struct Two {
    lab: Lab,
    top: DomainId,
    below: DomainId,
    ann: Caller,
    bob: Caller,
    eve: Caller,
}

/// Two hosts; `ann` in ROOT/top, `bob` in ROOT/top/below, `eve` in ROOT.
async fn two() -> Two {
    let lab = Lab::basic(2).await;
    let top = lab.run(AddDomain::new(lab.admin.domain, name("top"))).await.unwrap();
    let below = lab.run(AddDomain::new(top, name("below"))).await.unwrap();
    let ann = lab.run(AddAccount::new(top, name("ann"))).await.unwrap();
    let bob = lab.run(AddAccount::new(below, name("bob"))).await.unwrap();
    let eve = lab.user("eve").await;
    Two { lab, top, below, ann, bob, eve }
}

#[tokio::test(start_paused = true)]
async fn a_dedicated_host_takes_nobody_elses_machines() {
    let Two { lab, top, ann, bob, eve, .. } = two().await;
    let [first, second] = lab.hosts()[..] else { panic!("two hosts") };
    let ground = Ground::Host(first);
    lab.run(Dedicate { ground, domain: top, account: None }).await.unwrap();
    for _ in 0..4 {
        let vm = lab.run_as(&eve, lab.small_vm()).await.unwrap();
        assert_eq!(lab.vm(vm).host, Some(second));
    }
    let on = |caller, host| {
        let (lab, caller): (&Lab, &Caller) = (&lab, caller);
        async move { lab.cloud.plan(caller, DeployVm { host: Some(host), ..lab.small_vm() }).map(drop) }
    };
    // A root administrator who names the host is told no as well: it is not his.
    assert_eq!(on(&lab.admin, first).await.unwrap_err().kind(), ErrorKind::NoCapacity);
    lab.set("vm.allocation.algorithm", "firstfit").await;
    for caller in [&ann, &bob] {
        let vm = lab.run_as(caller, lab.small_vm()).await.unwrap();
        assert_eq!(lab.vm(vm).host, Some(first), "it serves the domain and those below");
    }
    let busy = Dedicate { ground: Ground::Host(second), domain: top, account: None };
    assert_eq!(lab.refused(busy).await.kind(), ErrorKind::Conflict, "eve's machines are there");
    lab.run(Release { ground }).await.unwrap();
    assert_eq!(lab.refused(Release { ground }).await.kind(), ErrorKind::NotFound);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn what_lies_in_a_dedicated_place_serves_the_same_or_some_of_them() {
    let Two { lab, top, below, ann, bob, .. } = two().await;
    let (host, cluster, pod, zone) = (
        Ground::Host(lab.hosts()[0]),
        Ground::Cluster(lab.cluster()),
        Ground::Pod(lab.pod()),
        Ground::Zone(lab.zone()),
    );
    let dedicate = async |ground, domain, account| {
        lab.run(Dedicate { ground, domain, account }).await.map(drop).map_err(|e| e.kind())
    };
    let conflict = Err(ErrorKind::Conflict);
    assert_eq!(dedicate(pod, top, None).await, Ok(()));
    assert_eq!(dedicate(pod, top, None).await, conflict, "once");
    assert_eq!(dedicate(host, lab.admin.domain, None).await, conflict, "its pod does not serve all of them");
    assert_eq!(dedicate(host, below, Some(bob.account)).await, Ok(()));
    assert_eq!(dedicate(cluster, top, Some(ann.account)).await, conflict, "a host in it serves another");
    assert_eq!(dedicate(cluster, below, None).await, Ok(()));
    assert_eq!(dedicate(zone, below, None).await, conflict);
    assert_eq!(dedicate(zone, top, None).await, Ok(()));
    assert_eq!(dedicate(host, top, Some(bob.account)).await, Err(ErrorKind::Invalid), "it is of another domain");
    let denied = lab.run_as(&ann, Dedicate { ground: zone, domain: top, account: None }).await.unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Denied);
    let Ground::Host(id) = host else { panic!("a host") };
    lab.run(RemoveHost { host: id }).await.unwrap();
    assert_eq!(lab.view().dedications().len(), 3, "it goes with its host");
    lab.run(DeleteDomain { domain: below, cleanup: true }).await.unwrap();
    assert_eq!(lab.view().dedications().len(), 2, "and with its domain");
}

#[tokio::test(start_paused = true)]
async fn a_dedicated_zone_is_others_neither_to_see_nor_to_use() {
    let Two { lab, top, ann, eve, .. } = two().await;
    lab.run(Dedicate { ground: Ground::Zone(lab.zone()), domain: top, account: Some(ann.account) }).await.unwrap();
    let refused = lab.run_as(&eve, lab.small_vm()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Denied, Some("z1")));
    let (view, zone) = (lab.view(), lab.view().zones().iter().next().unwrap().clone());
    let sees = [&ann, &eve, &lab.admin].map(|who| access::see_zone(&view, who, &zone));
    assert_eq!(sees, [true, false, true]);
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.deploy().await;
}

#[tokio::test(start_paused = true)]
async fn a_template_is_used_by_whom_its_owner_lets() {
    let Two { lab, ann, bob, eve, .. } = two().await;
    let boss = AddAccount { role_type: RoleType::DomainAdmin, ..AddAccount::new(ann.domain, name("boss")) };
    let boss = lab.run(boss).await.unwrap();
    let amy = lab.run(AddAccount::new(ann.domain, name("amy"))).await.unwrap();
    let project = lab.run_as(&amy, AddProject::new(name("apollo"))).await.unwrap();
    let shared = lab.view().project(project).unwrap().account;
    let private = cloudstack_core::flow::image::RegisterTemplate { public: false, ..lab.image("own", "Simulator") };
    let template = lab.run_as(&ann, private).await.unwrap();
    let may = |who: &Caller| {
        let view = lab.view();
        let sees = access::see_template(&view, who, view.template(template).unwrap());
        let uses = lab.cloud.plan(who, DeployVm { template, ..lab.small_vm() }).is_ok();
        assert_eq!(sees, uses, "what is seen can be used");
        sees
    };
    let all = || [&ann, &boss, &amy, &bob, &eve].map(may);
    let share = |sharing| ShareTemplate { sharing: Some(sharing), ..ShareTemplate::of(template) };
    assert_eq!(all(), [true, true, false, false, false]);
    lab.run_as(&ann, share(Sharing::Add([shared].into()))).await.unwrap();
    assert_eq!(all(), [true, true, true, false, false], "shared with a project of amy's");
    let using = lab.run_as(&amy, share(Sharing::Reset)).await.unwrap_err();
    assert_eq!(using.kind(), ErrorKind::NotFound, "to use is not to own");
    let abroad = lab.run_as(&ann, share(Sharing::Add([eve.account].into()))).await.unwrap_err();
    assert_eq!(abroad.kind(), ErrorKind::Invalid, "nobody of another domain");
    lab.run(share(Sharing::Add([eve.account].into()))).await.unwrap();
    lab.run_as(&ann, share(Sharing::Remove([shared].into()))).await.unwrap();
    assert_eq!(all(), [true, true, false, false, true]);
    let public = |public| ShareTemplate { public: Some(public), ..ShareTemplate::of(template) };
    lab.run_as(&ann, public(true)).await.unwrap();
    assert_eq!(all(), [true; 5]);
    lab.run_as(&ann, share(Sharing::Reset)).await.unwrap();
    assert_eq!(all(), [true, true, false, false, false]);
    let featured = ShareTemplate { featured: Some(true), ..ShareTemplate::of(template) };
    assert_eq!(lab.run_as(&ann, featured.clone()).await.unwrap_err().kind(), ErrorKind::Denied);
    lab.run_as(&boss, featured).await.unwrap();
    lab.set("allow.public.user.templates", "false").await;
    assert_eq!(lab.run_as(&ann, public(true)).await.unwrap_err().kind(), ErrorKind::Denied);
}

#[cfg(feature = "password")]
mod passwords {
    use super::*;
    use cloudstack_core::base::Span;
    use cloudstack_core::model::org::UserState;

    const RIGHT: &str = "correct horse battery staple";

    /// Proves: AUTH-01
    #[tokio::test(start_paused = true)]
    async fn a_login_needs_the_right_password_and_says_nothing_else() {
        let lab = Lab::empty().await;
        let ann = lab.user("ann").await;
        let password = Some(lab.cloud.hash_password(RIGHT).unwrap());
        let again = Some(lab.cloud.hash_password(RIGHT).unwrap());
        assert_ne!(password, again, "each has its own salt");
        lab.run(UpdateUser { password, ..UpdateUser::of(ann.user) }).await.unwrap();
        let try_ = async |called: &str, password: &str| {
            let done = lab.cloud.log_in(lab.admin.domain, called, password).await;
            lab.pass(Span::secs(60)).await;
            done.map_err(|e| (e.kind(), e.public().to_owned()))
        };
        assert_eq!(try_("ann", RIGHT).await, Ok(ann.clone()));
        let wrong = try_("ann", "hunter2").await.unwrap_err();
        assert_eq!(wrong.0, ErrorKind::Denied);
        let long = "x".repeat(2_000);
        // Nobody of that name, nothing, too much, no password at all: the same words.
        for (called, password) in [("nobody", RIGHT), ("ann", ""), ("ann", &long), ("admin", RIGHT), ("admin", "x")] {
            assert_eq!(try_(called, password).await.unwrap_err(), wrong, "{called}");
        }
        assert_eq!(try_("ann", RIGHT).await, Ok(ann.clone()));
        assert_eq!(lab.cloud.hash_password("").unwrap_err().kind(), ErrorKind::Invalid);
    }

    #[tokio::test(start_paused = true)]
    async fn guessing_is_slowed_down_and_then_stopped() {
        let lab = Lab::empty().await;
        let ann = lab.user("ann").await;
        let password = Some(lab.cloud.hash_password(RIGHT).unwrap());
        lab.run(UpdateUser { password, ..UpdateUser::of(ann.user) }).await.unwrap();
        let domain = lab.admin.domain;
        // Two at once: the wrong one is counted, and the right one must wait like any other.
        let (wrong, right) =
            (lab.cloud.begin_login(domain, "ann").unwrap(), lab.cloud.begin_login(domain, "ann").unwrap());
        assert!(!wrong.check("hunter2") && right.check(RIGHT));
        lab.cloud.end_login(wrong, false).await.unwrap_err();
        assert_eq!(lab.cloud.end_login(right, true).await.unwrap_err().kind(), ErrorKind::Denied);
        assert!(lab.cloud.begin_login(domain, "ann").is_err(), "too soon");
        for _ in 0..4 {
            lab.pass(Span::secs(60)).await;
            lab.cloud.log_in(domain, "ann", "hunter2").await.unwrap_err();
        }
        assert_eq!(lab.view().user(ann.user).unwrap().state, UserState::Locked);
        lab.pass(Span::mins(60)).await;
        assert_eq!(lab.cloud.log_in(domain, "ann", RIGHT).await.unwrap_err().kind(), ErrorKind::Denied);
    }
}

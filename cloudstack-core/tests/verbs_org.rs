//! Domains, accounts, what each may do, limits and settings.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Caller, ErrorKind, Mib, RoleType};
use cloudstack_core::flow::infra::*;
use cloudstack_core::flow::network::AddNetwork;
use cloudstack_core::flow::offering::AddComputeOffering;
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::security_group::AddSecurityGroup;
use cloudstack_core::flow::setting::{SetSetting, text};
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::infra::ZoneKind;
use cloudstack_core::model::org::{AccountEvent, AccountState};
use cloudstack_core::model::setting::CATALOGUE;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::driver::DriverErrorKind::Refused;
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_drivers::sim::Method;
use lab::{Lab, name};

async fn domain(lab: &Lab, parent: Option<DomainId>, called: &str) -> DomainId {
    lab.run(AddDomain { parent, name: name(called), network_domain: None }).await.unwrap()
}

async fn account(lab: &Lab, domain: DomainId, called: &str, role_type: RoleType) -> Caller {
    lab.run(AddAccount { role_type, ..AddAccount::new(domain, name(called)) }).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn domains_form_a_tree_with_paths() {
    let lab = Lab::empty().await;
    let comp = domain(&lab, None, "Comp1").await;
    let hr = domain(&lab, Some(comp), "hr").await;
    assert_eq!(lab.view().domain(hr).unwrap().path, "ROOT/Comp1/hr");
    let again = AddDomain { parent: Some(comp), name: name("hr"), network_domain: None };
    assert_eq!(lab.refused(again).await.kind(), ErrorKind::Taken);
    domain(&lab, None, "hr").await;
    let slash = lab.refused(AddDomain { parent: None, name: name("a/b"), network_domain: None }).await;
    assert_eq!((slash.kind(), slash.entity()), (ErrorKind::Invalid, Some("name")));
    let nowhere = AddDomain { parent: Some(DomainId::from_u128(9)), name: name("x"), network_domain: None };
    assert_eq!(lab.refused(nowhere).await.kind(), ErrorKind::NotFound);
    let ann = account(&lab, hr, "ann", RoleType::User).await;
    assert_eq!(lab.view().user(ann.user).unwrap().name.as_str(), "ann");
    assert_eq!(lab.refused(AddAccount::new(hr, name("ann"))).await.kind(), ErrorKind::Taken);
    account(&lab, comp, "ann", RoleType::User).await;
}

#[tokio::test(start_paused = true)]
async fn each_role_may_do_its_part() {
    let lab = Lab::basic(1).await;
    let (left, right) = (domain(&lab, None, "left").await, domain(&lab, None, "right").await);
    let below = domain(&lab, Some(left), "below").await;
    let boss = account(&lab, left, "boss", RoleType::DomainAdmin).await;
    let user = account(&lab, left, "user", RoleType::User).await;
    let under = account(&lab, below, "under", RoleType::User).await;
    let other = account(&lab, right, "other", RoleType::User).await;
    let may = async |caller: &Caller, owner: &Caller| {
        let request = DeployVm { account: Some(owner.account), ..lab.small_vm() };
        lab.run_as(caller, request).await.is_ok()
    };
    // Columns: boss, user, under, other, root.
    let everybody = [&boss, &user, &under, &other, &lab.admin];
    let matrix = [
        (&boss, [true, true, true, false, false]),
        (&user, [false, true, false, false, false]),
        (&under, [false, false, true, false, false]),
        (&other, [false, false, false, true, false]),
        (&lab.admin, [true, true, true, true, true]),
    ];
    for (caller, allowed) in matrix {
        for (owner, allowed) in everybody.into_iter().zip(allowed) {
            assert_eq!(may(caller, owner).await, allowed, "{:?} for {:?}", caller.role, owner.account);
        }
    }
    for caller in [&boss, &user] {
        let zone = AddZone::new(name("mine"), ZoneKind::Basic);
        assert_eq!(lab.run_as(caller, zone).await.unwrap_err().kind(), ErrorKind::Denied);
        let size = AddComputeOffering::new(name("mine"), 1, cloudstack_core::base::Mhz(1), Mib(64));
        assert_eq!(lab.run_as(caller, size).await.unwrap_err().kind(), ErrorKind::Denied);
        let setting = SetSetting { name: "wait".into(), value: None };
        assert_eq!(lab.run_as(caller, setting).await.unwrap_err().kind(), ErrorKind::Denied);
    }
    lab.run_as(&boss, AddAccount::new(below, name("new"))).await.unwrap();
    lab.run_as(&boss, AddDomain { parent: None, name: name("team"), network_domain: None }).await.unwrap();
    for (caller, domain, role_type) in [
        (&boss, right, RoleType::User),
        (&boss, lab.admin.domain, RoleType::User),
        (&user, left, RoleType::User),
        (&boss, left, RoleType::Admin),
        (&boss, left, RoleType::System),
    ] {
        let refused =
            lab.run_as(caller, AddAccount { role_type, ..AddAccount::new(domain, name("x")) }).await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Denied | ErrorKind::Invalid | ErrorKind::NotFound), "{refused:?}");
    }
    let second = AddAccount { role_type: RoleType::Admin, ..AddAccount::new(lab.admin.domain, name("second")) };
    let second = lab.run(second).await.unwrap();
    lab.run_as(&second, AddZone::new(name("theirs"), ZoneKind::Basic)).await.unwrap();
}

/// Proves: HIER-12
#[tokio::test(start_paused = true)]
async fn a_private_zone_serves_its_domain_and_those_below() {
    let lab = Lab::empty().await;
    let (inside, outside) = (domain(&lab, None, "inside").await, domain(&lab, None, "outside").await);
    let below = domain(&lab, Some(inside), "below").await;
    let private = AddZone { private_to: Some(inside), ..AddZone::new(name("z1"), ZoneKind::Basic) };
    lab.run(private).await.unwrap();
    lab.run(ApplySite { plan: cloudstack_core::plan::site::SitePlan::from_toml(&lab::basic(1)).unwrap() })
        .await
        .unwrap();
    for (domain, called, allowed) in [(inside, "a", true), (below, "b", true), (outside, "c", false)] {
        let caller = account(&lab, domain, called, RoleType::User).await;
        match lab.run_as(&caller, lab.small_vm()).await {
            Ok(_) => assert!(allowed, "{called}"),
            Err(refused) => {
                assert!(!allowed, "{called}: {refused:?}");
                assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Denied, Some("z1")));
            }
        }
    }
    lab.deploy().await;
    let nowhere = AddZone { private_to: Some(DomainId::from_u128(9)), ..AddZone::new(name("z9"), ZoneKind::Basic) };
    assert_eq!(lab.refused(nowhere).await.kind(), ErrorKind::NotFound);
}

/// Proves: OFFR-10
#[tokio::test(start_paused = true)]
async fn accounts_have_limits_and_root_has_none() {
    let lab = Lab::basic(3).await;
    let user = lab.user("ann").await;
    lab.set("allow.user.expunge.recover.vm", "true").await;
    lab.set("max.account.user.vms", "2").await;
    let first = lab.run_as(&user, lab.small_vm()).await.unwrap();
    lab.run_as(&user, lab.small_vm()).await.unwrap();
    let refused = lab.run_as(&user, lab.small_vm()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit);
    let words = refused.to_string();
    assert!(words.contains("ann has 2") && words.contains("max.account.user.vms allows 2"), "{words}");
    lab.run_as(&user, DestroyVm { vm: first, expunge: false }).await.unwrap();
    let third = lab.run_as(&user, lab.small_vm()).await.unwrap();
    let refused = lab.run_as(&user, RecoverVm { vm: first }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit, "what was given up counts again when it is taken back");
    lab.run_as(&user, DestroyVm { vm: third, expunge: true }).await.unwrap();
    lab.run_as(&user, RecoverVm { vm: first }).await.unwrap();
    for _ in 0..3 {
        lab.deploy().await;
    }
    lab.set("max.account.user.vms", "-1").await;
    lab.set("max.account.volumes", "3").await;
    let custom = lab.view().disk_offerings().iter().find(|o| o.size.is_none()).unwrap().id;
    let two = DeployVm { disk: Some((custom, Some(Bytes::gib(1)))), ..lab.small_vm() };
    let refused = lab.run_as(&user, two).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit, "it has two and would have four: {refused:?}");
    lab.run_as(&user, lab.small_vm()).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn networks_are_limited_too() {
    let lab = Lab::advanced(1).await;
    let user = lab.user("ann").await;
    lab.set("max.account.networks", "1").await;
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    lab.run_as(&user, AddNetwork::isolated(lab.zone(), name("n1"), offering)).await.unwrap();
    let refused = lab.run_as(&user, AddNetwork::isolated(lab.zone(), name("n2"), offering)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit);
}

#[tokio::test(start_paused = true)]
async fn public_addresses_are_limited_too() {
    let lab = Lab::advanced(1).await;
    let user = lab.user("ann").await;
    lab.set("max.account.public.ips", "0").await;
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let network = lab.run_as(&user, AddNetwork::isolated(lab.zone(), name("n1"), offering)).await.unwrap();
    let refused = lab.run_as(&user, lab.small_vm().on_networks([network])).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Limit, "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_locked_account_does_nothing_and_a_disabled_one_runs_nothing() {
    let lab = Lab::basic(2).await;
    let user = lab.user("ann").await;
    let set = async |event| lab.run(SetAccountState { account: user.account, event }).await;
    let vms = [lab.run_as(&user, lab.small_vm()).await.unwrap(), lab.run_as(&user, lab.small_vm()).await.unwrap()];
    assert_eq!(set(AccountEvent::Lock).await.unwrap(), AccountState::Locked);
    let refused = lab.run_as(&user, StopVm { vm: vms[0], forced: true }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied, "{refused:?}");
    let group = AddSecurityGroup { name: name("g"), description: String::new(), account: None };
    assert_eq!(lab.run_as(&user, group).await.unwrap_err().kind(), ErrorKind::Denied);
    assert!(vms.iter().all(|vm| lab.vm(*vm).state == VmState::Running), "its machines run on");
    assert_eq!(set(AccountEvent::Disable).await.unwrap(), AccountState::Disabled);
    assert!(vms.iter().all(|vm| lab.vm(*vm).state == VmState::Stopped && lab.vm(*vm).job.is_none()));
    lab.check();
    assert_eq!(lab.refused(StartVm { vm: vms[0] }).await.kind(), ErrorKind::Conflict, "not even by an administrator");
    let theirs = DeployVm { account: Some(user.account), ..lab.small_vm() };
    assert_eq!(lab.refused(theirs).await.kind(), ErrorKind::Conflict);
    lab.run(DestroyVm { vm: vms[1], expunge: true }).await.unwrap();
    assert_eq!(set(AccountEvent::Lock).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(set(AccountEvent::Enable).await.unwrap(), AccountState::Enabled);
    lab.run_as(&user, StartVm { vm: vms[0] }).await.unwrap();
    let own = SetAccountState { account: lab.admin.account, event: AccountEvent::Lock };
    assert_eq!(lab.refused(own).await.kind(), ErrorKind::Denied, "nobody locks himself out");
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_does_not_stop_is_not_called_stopped_when_its_account_is_disabled() {
    let lab = Lab::basic(1).await;
    let user = lab.user("ann").await;
    let vm = lab.run_as(&user, lab.small_vm()).await.unwrap();
    lab.fail(Method::EnsureStopped, Refused, None);
    let disable = SetAccountState { account: user.account, event: AccountEvent::Disable };
    assert_eq!(lab.refused(disable).await.kind(), ErrorKind::Device);
    assert_eq!((lab.vm(vm).state, lab.vm(vm).job), (VmState::Running, None));
    assert_eq!(lab.view().account(user.account).unwrap().state, AccountState::Disabled);
    lab.world.clear();
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.check();
}

/// Proves: CONF-01
#[tokio::test(start_paused = true)]
async fn settings_are_listed_checked_changed_and_taken_back() {
    let lab = Lab::empty().await;
    for spec in CATALOGUE {
        assert_eq!(text(&lab.view(), spec.name), spec.default);
        lab.set(spec.name, spec.default).await;
    }
    let set = |called: &str, value: Option<&str>| SetSetting { name: called.into(), value: value.map(Into::into) };
    for (called, value) in [
        ("expunge.delay", "0"),
        ("expunge.delay", "soon"),
        ("use.local.storage", "yes"),
        ("vm.allocation.algorithm", "best"),
        ("ping.timeout", "NaN"),
        ("cluster.cpu.allocated.capacity.disablethreshold", "1.1"),
    ] {
        let refused = lab.refused(set(called, Some(value))).await;
        assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some(called)), "{value}");
    }
    assert_eq!(lab.refused(set("no.such.setting", None)).await.kind(), ErrorKind::NotFound);
    lab.run(set("expunge.delay", Some("60"))).await.unwrap();
    assert_eq!(text(&lab.view(), "expunge.delay"), "60", "in force at once");
    lab.run(set("expunge.delay", None)).await.unwrap();
    assert_eq!(text(&lab.view(), "expunge.delay"), "86400");
}

#[tokio::test(start_paused = true)]
async fn settings_decide_what_new_clusters_and_full_ones_do() {
    let lab = Lab::basic(1).await;
    lab.set("cpu.overprovisioning.factor", "2.5").await;
    let cluster = |called: &str, ratio| AddCluster {
        pod: lab.pod(),
        name: name(called),
        hypervisor: "Simulator".into(),
        cpu_overcommit: ratio,
        ram_overcommit: None,
    };
    let id = lab.run(cluster("c2", None)).await.unwrap();
    let row = lab.view().cluster(id).unwrap().clone();
    assert_eq!((row.cpu_overcommit, row.ram_overcommit), (2_500, 1_000));
    let refused = lab.refused(cluster("c3", Some(99))).await;
    assert_eq!((refused.kind(), refused.entity()), (ErrorKind::Invalid, Some("cpu_overcommit")));
    // Four machines of one core fill four cores; 85 % admits three, all of it four.
    let offering = lab.size("one core", 1, Mib(512)).await;
    let wanted = || DeployVm { offering, ..lab.small_vm() };
    for _ in 0..3 {
        lab.run(wanted()).await.unwrap();
    }
    assert_eq!(lab.refused(wanted()).await.kind(), ErrorKind::NoCapacity);
    lab.set("cluster.cpu.allocated.capacity.disablethreshold", "1").await;
    lab.run(wanted()).await.unwrap();
    assert_eq!(lab.refused(wanted()).await.kind(), ErrorKind::NoCapacity);
}

#[tokio::test(start_paused = true)]
async fn the_history_says_who_did_what() {
    let lab = Lab::basic(1).await;
    let user = lab.user("ann").await;
    let vm = lab.run_as(&user, lab.small_vm()).await.unwrap();
    let query = HistoryQuery { after: 0, entity: Some(vm.to_u128()), limit: 100 };
    let commits = lab.cloud.history(&query).unwrap();
    assert!(!commits.is_empty());
    assert!(commits.iter().all(|c| c.actor == user.user.to_string() && c.verb == "vm.deploy"));
    let kinds: Vec<&str> = commits.iter().flat_map(|c| &c.events).map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["VM.CREATE", "VM.START"]);
    assert!(commits.windows(2).all(|pair| pair[0].number < pair[1].number));
}

//! Virtual machines: their whole life, and what is left when any part of it fails.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, Caller, ErrorKind, Mhz, Mib, Span};
use cloudstack_core::flow::infra::{SetHostResource, SetManaged};
use cloudstack_core::flow::security_group::AddSecurityGroup;
use cloudstack_core::flow::vm::*;
use cloudstack_core::model::infra::Allocation;
use cloudstack_core::model::job::JobState;
use cloudstack_core::model::network::NicState;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::model::volume::VolumeState;
use cloudstack_core::port::driver::DriverErrorKind::{self, Failed, Refused, Unreachable};
use cloudstack_drivers::sim::{Effect, FaultRule, Method};
use lab::{Lab, name};
use std::collections::BTreeSet;

/// Nothing runs and no room is taken or kept anywhere.
#[track_caller]
fn idle(lab: &Lab) {
    assert_eq!(lab.world.running(), 0);
    for host in lab.hosts() {
        let taken = lab.cloud.peek(|_, room| room.fleet.usage(host).unwrap());
        assert_eq!((taken.used.cpu, taken.used.ram), (Mhz(0), Mib(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_gets_all_that_was_asked_for() {
    let lab = Lab::basic(2).await;
    let add = AddSecurityGroup { name: name("web"), description: String::new(), account: None };
    let group = lab.run(add).await.unwrap();
    let custom = lab.view().disk_offerings().iter().find(|o| o.size.is_none()).unwrap().id;
    let wanted = DeployVm { disk: Some((custom, Some(Bytes::gib(10)))), ..lab.small_vm() };
    let vm = lab.run(wanted.named(name("www")).in_groups([group]).on_networks([lab.guest_network()])).await.unwrap();
    let row = lab.vm(vm);
    assert_eq!((row.name.as_str(), row.state, row.groups), ("www", VmState::Running, [group].into()));
    assert_eq!((row.cores, row.speed, row.ram), (1, Mhz(500), Mib(512)));
    let view = lab.view();
    let volumes: Vec<_> = view.volumes().by("vm", vm).map(|v| (v.device, v.size, v.state)).collect();
    let ready = VolumeState::Ready;
    assert_eq!(volumes, [(0, Bytes::gib(2), ready), (1, Bytes::gib(10), ready)]);
    let nic = view.nics().by("vm", vm).next().unwrap();
    assert!(nic.default && nic.state == NicState::Reserved && nic.network == lab.guest_network());
    let guest = lab.world.guest(lab.address(row.host.unwrap()), &lab.vm(vm).instance_name()).unwrap();
    let spec = guest.spec.unwrap();
    assert_eq!((spec.cores, spec.ram, spec.disks.len(), spec.interfaces.len()), (1, Mib(512), 2, 1));
    assert_eq!(spec.interfaces[0].mac, nic.mac);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_whole_life_leaves_nothing_behind() {
    let lab = Lab::basic(3).await;
    let before = lab.rows().len();
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    lab.check();
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    let row = lab.vm(vm);
    assert_eq!((row.state, row.host, row.last_host, row.reserved_on), (VmState::Stopped, None, Some(host), Some(host)));
    lab.check();
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.run(StartVm { vm }).await.unwrap();
    assert_eq!((lab.vm(vm).host, lab.vm(vm).reserved_on), (Some(host), None), "it comes back to where it was");
    lab.run(RebootVm { vm }).await.unwrap();
    assert_eq!(lab.world.guest(lab.address(host), &lab.vm(vm).instance_name()).unwrap().boots, 2);
    lab.check();
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    assert_eq!((lab.vm(vm).state, lab.vm(vm).reserved_on), (VmState::Destroyed, None));
    lab.check();
    lab.run(RecoverVm { vm }).await.unwrap();
    assert_eq!(lab.vm(vm).state, VmState::Stopped);
    lab.run(StartVm { vm }).await.unwrap();
    lab.check();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    assert!(lab.view().vm(vm).is_none());
    assert_eq!(lab.rows().len(), before + 1, "only the account's default group is new");
    lab.check();
    idle(&lab);
    assert!(lab.cloud.is_quiet());
}

#[tokio::test(start_paused = true)]
async fn what_the_state_does_not_allow_is_refused() {
    let lab = Lab::basic(1).await;
    let conflict = async |what: &str, refused: Result<VmId, cloudstack_core::base::Error>| {
        let refused = refused.expect_err(what);
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{what}: {refused:?}");
    };
    let vm = lab.deploy().await;
    conflict("start running", lab.run(StartVm { vm }).await).await;
    conflict("recover running", lab.run(RecoverVm { vm }).await).await;
    conflict("expunge running", lab.run(ExpungeVm { vm }).await).await;
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    conflict("reboot stopped", lab.run(RebootVm { vm }).await).await;
    conflict("expunge stopped", lab.run(ExpungeVm { vm }).await).await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    conflict("start destroyed", lab.run(StartVm { vm }).await).await;
    conflict("stop destroyed", lab.run(StopVm { vm, forced: true }).await).await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    lab.run(ExpungeVm { vm }).await.unwrap();
    assert_eq!(lab.refused(StartVm { vm }).await.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_named() {
    let lab = Lab::basic(1).await;
    let good = lab.small_vm();
    let bad = [
        (DeployVm { zone: ZoneId::from_u128(9), ..good.clone() }, "zone"),
        (DeployVm { offering: ComputeOfferingId::from_u128(9), ..good.clone() }, "compute offering"),
        (DeployVm { template: TemplateId::from_u128(9), ..good.clone() }, "template"),
        (DeployVm { account: Some(AccountId::from_u128(9)), ..good.clone() }, "account"),
        (good.clone().on_networks([NetworkId::from_u128(9)]), "network"),
        (good.clone().in_groups([SecurityGroupId::from_u128(9)]), "security group"),
        (DeployVm { disk: Some((DiskOfferingId::from_u128(9), None)), ..good.clone() }, "disk offering"),
    ];
    for (request, noun) in bad {
        let refused = lab.refused(request).await;
        assert_eq!(refused.kind(), ErrorKind::NotFound, "{noun}");
        assert!(refused.to_string().starts_with(&format!("no {noun} `")), "{refused}");
    }
    lab.run(good.clone().named(name("www"))).await.unwrap();
    assert_eq!(lab.refused(good.named(name("www"))).await.kind(), ErrorKind::Taken);
}

#[tokio::test(start_paused = true)]
async fn a_machine_is_changed_by_one_job_at_a_time() {
    let lab = Lab::basic(1).await;
    let slow = FaultRule { delay: Span::secs(30), ..FaultRule::new(Effect::Obey) };
    lab.world.inject(FaultRule { method: Some(Method::EnsureRunning), ..slow });
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    let (vm, job) = (begun.answer, begun.job.unwrap());
    lab.pass(Span::secs(1)).await;
    assert_eq!(lab.vm(vm).state, VmState::Starting);
    let refused = lab.refused(StopVm { vm, forced: true }).await;
    assert!(refused.kind() == ErrorKind::Conflict && refused.may_retry());
    assert!(refused.to_string().contains("vm.deploy") && refused.to_string().contains(&job.to_string()), "{refused}");
    begun.done().await.unwrap();
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.check();
}

/// Proves: SEC2-08
#[tokio::test(start_paused = true)]
async fn a_template_that_is_still_being_fetched_cannot_be_used() {
    let lab = Lab::basic(1).await;
    let slow = FaultRule { delay: Span::mins(5), ..FaultRule::new(Effect::Obey) };
    lab.world.inject(FaultRule { method: Some(Method::EnsureTemplate), ..slow });
    let begun = lab.cloud.templates().register(&lab.admin, lab.image("big", "Simulator")).await.unwrap();
    let wanted = DeployVm { template: begun.answer, ..lab.small_vm() };
    let refused = lab.refused(wanted.clone()).await;
    assert!(refused.kind() == ErrorKind::Conflict && refused.may_retry(), "{refused:?}");
    begun.done().await.unwrap();
    lab.run(wanted).await.unwrap();
}

/// The steps of a deploy, by the driver method each calls.
const OF_DEPLOY: [Method; 4] = [Method::EnsureVolume, Method::EnsurePort, Method::EnsureFilter, Method::EnsureRunning];

#[tokio::test(start_paused = true)]
async fn a_deploy_that_fails_at_any_step_leaves_a_machine_in_error_that_holds_nothing() {
    for method in OF_DEPLOY {
        for kind in [Refused, Failed, Unreachable] {
            let lab = Lab::basic(2).await;
            lab.fail(method, kind, None);
            let failed = lab.refused(lab.small_vm().named(name("www"))).await;
            assert_eq!(failed.kind(), ErrorKind::Device, "{method:?} {kind:?}: {failed:?}");
            assert!(failed.admin_detail().is_some(), "it says which device said what");
            let row = lab.view().vms().iter().next().unwrap().clone();
            let held = (row.state, row.host, row.reserved_on, row.job);
            assert_eq!(held, (VmState::Error, None, None, None), "{method:?} {kind:?}");
            assert_eq!((lab.view().volumes().len(), lab.view().nics().len()), (0, 0), "{method:?}");
            idle(&lab);
            lab.check();
            lab.world.clear();
            lab.run(DestroyVm { vm: row.id, expunge: false }).await.unwrap();
            assert_eq!(lab.view().vms().len(), 0, "a machine that was never made goes at once");
            lab.run(lab.small_vm().named(name("www"))).await.unwrap();
            lab.check();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_that_fails_a_few_times_or_loses_its_answer_is_asked_again() {
    for method in OF_DEPLOY {
        for effect in [Effect::Fail(Failed), Effect::Fail(Unreachable), Effect::LoseAnswer] {
            let lab = Lab::basic(1).await;
            lab.world.inject(FaultRule { method: Some(method), count: Some(2), ..FaultRule::new(effect) });
            let vm = lab.deploy().await;
            assert_eq!(lab.vm(vm).state, VmState::Running, "{method:?} {effect:?}");
            lab.check();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_host_is_tried_once_the_first_has_surely_let_go() {
    for effect in [Effect::Fail(Refused), Effect::Fail(DriverErrorKind::NoCapacity), Effect::LoseAnswer] {
        let lab = Lab::basic(3).await;
        let once = FaultRule { count: Some(3), ..FaultRule::new(effect) };
        lab.set("vm.allocation.algorithm", "firstfit").await;
        let first = lab.deploy().await;
        let first = lab.view().host(lab.vm(first).host.unwrap()).unwrap().name.to_string();
        lab.world.inject(FaultRule { method: Some(Method::EnsureRunning), object: Some(first.clone()), ..once });
        let vm = lab.deploy().await;
        let row = lab.vm(vm);
        assert_eq!(row.state, VmState::Running, "{effect:?}");
        let host = lab.view().host(row.host.unwrap()).unwrap().name.to_string();
        assert_ne!(host, first, "{effect:?}");
        assert_eq!(lab.really(vm).len(), 1);
        let ports = lab.world.snapshot().networks.values().map(|n| n.ports.len()).sum::<usize>();
        assert_eq!(ports, 2, "the first host has forgotten its port");
        lab.check();
    }
}

#[tokio::test(start_paused = true)]
async fn when_every_host_has_failed_it_is_undone() {
    let lab = Lab::basic(3).await;
    lab.fail(Method::EnsureRunning, Refused, None);
    let failed = lab.refused(lab.small_vm()).await;
    assert_eq!(failed.kind(), ErrorKind::Device, "why it failed, not that hosts are to be avoided: {failed:?}");
    assert_eq!(lab.world.calls(Method::EnsureRunning), 3, "each host once");
    idle(&lab);
    lab.check();
    lab.set("start.retry", "1").await;
    lab.refused(lab.small_vm()).await;
    assert_eq!(lab.world.calls(Method::EnsureRunning), 4, "only as many hosts as the setting allows");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_leaves_a_stopped_machine_that_can_be_started() {
    for method in [Method::EnsurePort, Method::EnsureRunning] {
        let lab = Lab::basic(1).await;
        let vm = lab.deploy().await;
        lab.run(StopVm { vm, forced: false }).await.unwrap();
        lab.fail(method, Refused, None);
        lab.refused(StartVm { vm }).await;
        let row = lab.vm(vm);
        assert_eq!((row.state, row.host, row.job), (VmState::Stopped, None, None), "{method:?}");
        assert_eq!(lab.view().volumes().by("vm", vm).count(), 1, "its volume is its own");
        idle(&lab);
        lab.check();
        lab.world.clear();
        lab.run(StartVm { vm }).await.unwrap();
        lab.check();
    }
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_cannot_be_stopped_is_taken_to_be_alive() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.fail(Method::EnsureStopped, Refused, None);
    assert_eq!(lab.refused(StopVm { vm, forced: true }).await.kind(), ErrorKind::Device);
    assert_eq!(lab.vm(vm).state, VmState::Running);
    lab.check();
    assert_eq!(lab.refused(DestroyVm { vm, expunge: true }).await.kind(), ErrorKind::Device);
    assert_eq!((lab.vm(vm).state, lab.view().volumes().len()), (VmState::Running, 1));
    lab.check();
    lab.world.clear();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn ports_that_cannot_be_closed_are_closed_later() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.fail(Method::EnsureNoPort, Unreachable, Some(40));
    let stopped = lab.cloud.vms().stop(&lab.admin, StopVm { vm, forced: true }).await.unwrap().done().await;
    assert_eq!(lab.vm(vm).state, VmState::Stopped, "{stopped:?}");
    assert!(lab.cloud.is_quiet());
    idle(&lab);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_fails_changes_nothing() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.fail(Method::EnsureRebooted, Refused, None);
    assert_eq!(lab.refused(RebootVm { vm }).await.kind(), ErrorKind::Device);
    assert_eq!((lab.vm(vm).state, lab.vm(vm).job), (VmState::Running, None));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn an_expunge_that_fails_is_tried_again() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    lab.fail(Method::EnsureNoVolume, Refused, Some(1));
    assert_eq!(lab.refused(ExpungeVm { vm }).await.kind(), ErrorKind::Device);
    assert_eq!((lab.vm(vm).state, lab.vm(vm).job), (VmState::Expunging, None));
    assert_eq!(lab.refused(RecoverVm { vm }).await.kind(), ErrorKind::Conflict, "there is no way back");
    lab.check();
    lab.run(ExpungeVm { vm }).await.unwrap();
    assert_eq!((lab.view().vms().len(), lab.view().volumes().len(), lab.view().nics().len()), (0, 0, 0));
    lab.check();
}

/// Four machines of one core fill a host, once clusters may be filled to the last.
async fn full(lab: &Lab) -> (ComputeOfferingId, Vec<VmId>) {
    let offering = lab.size("one core", 1, Mib(512)).await;
    for what in ["cpu", "memory"] {
        lab.set(&format!("cluster.{what}.allocated.capacity.disablethreshold"), "1").await;
    }
    let mut vms = Vec::new();
    for _ in 0..4 * lab.hosts().len() {
        vms.push(lab.run(DeployVm { offering, ..lab.small_vm() }).await.unwrap());
    }
    (offering, vms)
}

#[tokio::test(start_paused = true)]
async fn room_of_a_stopped_machine_is_kept_for_it() {
    let lab = Lab::basic(1).await;
    let (offering, vms) = full(&lab).await;
    lab.run(StopVm { vm: vms[0], forced: false }).await.unwrap();
    let another = DeployVm { offering, ..lab.small_vm() };
    assert_eq!(lab.refused(another.clone()).await.kind(), ErrorKind::NoCapacity);
    lab.run(StartVm { vm: vms[0] }).await.unwrap();
    lab.run(DestroyVm { vm: vms[1], expunge: false }).await.unwrap();
    lab.run(another).await.unwrap();
    lab.run(RecoverVm { vm: vms[1] }).await.unwrap();
    let refused = lab.refused(StartVm { vm: vms[1] }).await;
    assert_eq!(refused.kind(), ErrorKind::NoCapacity, "a destroyed machine kept none: {refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_comes_back_to_its_last_host_or_goes_where_there_is_room() {
    let lab = Lab::basic(6).await;
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    for _ in 0..20 {
        lab.run(StopVm { vm, forced: false }).await.unwrap();
        lab.run(StartVm { vm }).await.unwrap();
        assert_eq!(lab.vm(vm).host, Some(host));
    }
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    let user = lab.user("ann").await;
    lab.run(SetHostResource { host, allocation: Allocation::Disabled }).await.unwrap();
    let theirs = lab.run_as(&user, lab.small_vm()).await.unwrap();
    assert_ne!(lab.vm(theirs).host, Some(host));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn one_host_can_be_named_by_administrators_only() {
    let lab = Lab::basic(3).await;
    for host in lab.hosts() {
        let vm = lab.run(DeployVm { host: Some(host), ..lab.small_vm() }).await.unwrap();
        assert_eq!(lab.vm(vm).host, Some(host));
    }
    let user = lab.user("ann").await;
    let there = DeployVm { host: Some(lab.hosts()[0]), ..lab.small_vm() };
    assert_eq!(lab.run_as(&user, there).await.unwrap_err().kind(), ErrorKind::Denied);
}

#[tokio::test(start_paused = true)]
async fn every_algorithm_places_and_the_dispersing_one_spreads() {
    for algorithm in
        ["random", "firstfit", "userdispersing", "userconcentratedpod_random", "userconcentratedpod_firstfit"]
    {
        let lab = Lab::basic(3).await;
        lab.set("vm.allocation.algorithm", algorithm).await;
        let mut hosts = BTreeSet::new();
        for _ in 0..3 {
            let vm = lab.deploy().await;
            hosts.insert(lab.vm(vm).host);
        }
        match algorithm {
            "userdispersing" => assert_eq!(hosts.len(), 3, "{algorithm}"),
            "firstfit" => assert_eq!(hosts.len(), 1, "{algorithm}"),
            _ => {}
        }
        lab.check();
    }
}

/// Proves: HIER-29
#[tokio::test(start_paused = true)]
async fn hosts_of_an_unmanaged_cluster_get_no_command() {
    let lab = Lab::basic(2).await;
    let (cluster, vm) = (lab.cluster(), lab.deploy().await);
    let host = lab.vm(vm).host.unwrap();
    lab.run(SetManaged { cluster, managed: false }).await.unwrap();
    let calls = lab.calls();
    let named = async |what: &str, refused: cloudstack_core::base::Error| {
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{what}: {refused:?}");
        assert_eq!(refused.entity(), Some("c1"), "{what}");
    };
    named("stop", lab.refused(StopVm { vm, forced: true }).await).await;
    named("reboot", lab.refused(RebootVm { vm }).await).await;
    named("destroy", lab.refused(DestroyVm { vm, expunge: true }).await).await;
    named("host", lab.refused(lab.host("h9", "192.168.1.60")).await).await;
    assert_eq!(lab.refused(lab.small_vm()).await.kind(), ErrorKind::NoCapacity, "not even an administrator's");
    let there = DeployVm { host: Some(host), ..lab.small_vm() };
    assert_eq!(lab.refused(there).await.kind(), ErrorKind::NoCapacity);
    assert_eq!(lab.calls(), calls);
    lab.run(SetManaged { cluster, managed: true }).await.unwrap();
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.deploy().await;
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_cluster_at_work_stays_managed_until_the_work_is_done() {
    let lab = Lab::basic(1).await;
    let slow = FaultRule { delay: Span::secs(30), ..FaultRule::new(Effect::Obey) };
    lab.world.inject(FaultRule { method: Some(Method::EnsureRunning), ..slow });
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    lab.pass(Span::secs(1)).await;
    let refused = lab.refused(SetManaged { cluster: lab.cluster(), managed: false }).await;
    assert!(refused.kind() == ErrorKind::Conflict && refused.to_string().contains("vm.deploy"), "{refused}");
    begun.done().await.unwrap();
    lab.run(SetManaged { cluster: lab.cluster(), managed: false }).await.unwrap();
}

/// What was given up is taken back, or away for good, by administrators; by users where a setting lets them.
#[tokio::test(start_paused = true)]
async fn users_end_machines_for_good_only_where_they_may() {
    let lab = Lab::basic(1).await;
    let ann = lab.user("ann").await;
    let destroyed = async || {
        let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
        lab.run_as(&ann, DestroyVm { vm, expunge: false }).await.unwrap();
        vm
    };
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let denied = |e: cloudstack_core::base::Error| assert_eq!(e.kind(), ErrorKind::Denied, "{e:?}");
    denied(lab.run_as(&ann, DestroyVm { vm, expunge: true }).await.unwrap_err());
    assert_eq!(lab.vm(vm).state, VmState::Running, "not even half of it was done");
    let vm = destroyed().await;
    denied(lab.run_as(&ann, RecoverVm { vm }).await.unwrap_err());
    denied(lab.run_as(&ann, ExpungeVm { vm }).await.unwrap_err());
    lab.run(RecoverVm { vm }).await.unwrap();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.set("allow.user.expunge.recover.vm", "true").await;
    let vm = destroyed().await;
    lab.run_as(&ann, RecoverVm { vm }).await.unwrap();
    lab.run_as(&ann, DestroyVm { vm, expunge: true }).await.unwrap();
    lab.run_as(&ann, ExpungeVm { vm: destroyed().await }).await.unwrap();
    lab.set("allow.user.expunge.recover.vm", "false").await;
    let vm = destroyed().await;
    lab.run(ExpungeVm { vm }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn nobody_touches_what_belongs_to_others() {
    let lab = Lab::basic(1).await;
    let (ann, bob): (Caller, Caller) = (lab.user("ann").await, lab.user("bob").await);
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    for refused in [
        lab.run_as(&bob, StopVm { vm, forced: true }).await.unwrap_err(),
        lab.run_as(&bob, DestroyVm { vm, expunge: true }).await.unwrap_err(),
        lab.run_as(&bob, RebootVm { vm }).await.unwrap_err(),
    ] {
        assert_eq!(refused.to_string(), format!("no vm `{vm}`"), "as if it were not there");
    }
    lab.run_as(&ann, RebootVm { vm }).await.unwrap();
    lab.run(StopVm { vm, forced: false }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn jobs_say_how_they_ended() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::EnsureRunning, Refused, None);
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    let job = begun.job.unwrap();
    begun.done().await.unwrap_err();
    let row = lab.view().job(job).unwrap().clone();
    assert_eq!((row.state, row.verb.as_str()), (JobState::Failed, "vm.deploy"));
    assert!(row.error.is_some() && row.finished.is_some());
    assert_eq!(lab.cloud.wait(job).await.unwrap_err().kind(), row.error.unwrap().kind);
    lab.world.clear();
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    lab.cloud.wait(begun.job.unwrap()).await.unwrap();
}

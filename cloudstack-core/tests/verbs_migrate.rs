//! Moving machines while they run.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::{HostId, VmId};
use cloudstack_core::base::{ErrorKind, Mib, Span};
use cloudstack_core::flow::filters::tap;
use cloudstack_core::flow::infra::AddCluster;
use cloudstack_core::flow::vm::{DeployVm, MigrateVm, StopVm};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::driver::DriverErrorKind::{Refused, Unreachable};
use cloudstack_drivers::sim::{Effect, FaultRule, Method};
use lab::{Lab, name};
use std::collections::BTreeSet;

/// The machine, the host it runs on, and the other one.
async fn on_one_of_two(lab: &Lab) -> (VmId, HostId, HostId) {
    let vm = lab.deploy().await;
    let from = lab.vm(vm).host.unwrap();
    let to = lab.hosts().into_iter().find(|host| *host != from).unwrap();
    (vm, from, to)
}

/// Which of these hosts filter the machine's interface.
fn filtered_on(lab: &Lab, vm: VmId) -> BTreeSet<HostId> {
    let nic = lab.view().nics().by("vm", vm).next().unwrap().id;
    let tap = tap(nic).unwrap();
    let has = |host: &HostId| lab.world.filter(lab.address(*host)).is_some_and(|ir| ir.ports.contains_key(&tap));
    lab.hosts().into_iter().filter(has).collect()
}

#[tokio::test(start_paused = true)]
async fn a_machine_moves_without_stopping() {
    let lab = Lab::live(&lab::basic(2)).await;
    let (vm, from, to) = on_one_of_two(&lab).await;
    lab.run(MigrateVm { vm, host: Some(to) }).await.unwrap();
    let row = lab.vm(vm);
    assert_eq!((row.state, row.host, row.last_host, row.moving_to), (VmState::Running, Some(to), Some(from), None));
    assert_eq!(lab.really(vm), [lab.address(to)].into());
    let guest = lab.world.guest(lab.address(to), &row.instance_name()).unwrap();
    assert_eq!(guest.boots, 1, "it was not started again");
    lab.until("the source has no filter for it", |lab| filtered_on(lab, vm) == [to].into()).await;
    let joined: BTreeSet<_> = lab.world.joined().into_keys().map(|(host, _)| host).collect();
    assert_eq!(joined, [lab.address(to)].into());
    lab.check();
    lab.run(MigrateVm { vm, host: Some(to) }).await.unwrap();
    assert_eq!(lab.vm(vm).host, Some(to), "it is there already");
    lab.run(MigrateVm { vm, host: None }).await.unwrap();
    assert_eq!(lab.vm(vm).host, Some(from), "the planner found the only other host");
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn the_target_filters_before_the_guest_runs_there() {
    let lab = Lab::live(&lab::basic(2)).await;
    let (vm, from, to) = on_one_of_two(&lab).await;
    let rule = FaultRule { method: Some(Method::EnsureMigrated), ..FaultRule::new(Effect::Fail(Unreachable)) };
    lab.world.inject(rule);
    let job = lab.cloud.run(&lab.admin, MigrateVm { vm, host: None }).await.unwrap();
    lab.pass(Span::millis(500)).await;
    assert_eq!((lab.vm(vm).state, lab.vm(vm).moving_to), (VmState::Migrating, Some(to)));
    assert_eq!(lab.really(vm), [lab.address(from)].into());
    assert_eq!(filtered_on(&lab, vm), [from, to].into());
    lab.world.clear();
    job.done().await.unwrap();
    assert_eq!(lab.really(vm), [lab.address(to)].into());
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_cannot_be_moved_goes_on_where_it_was() {
    let lab = Lab::live(&lab::basic(2)).await;
    let (vm, from, to) = on_one_of_two(&lab).await;
    lab.fail(Method::EnsureMigrated, Refused, Some(1));
    assert_eq!(lab.refused(MigrateVm { vm, host: Some(to) }).await.kind(), ErrorKind::Device);
    let row = lab.vm(vm);
    assert_eq!((row.state, row.host, row.moving_to, row.job), (VmState::Running, Some(from), None, None));
    assert_eq!(lab.really(vm), [lab.address(from)].into());
    lab.until("the target forgets it", |lab| filtered_on(lab, vm) == [from].into()).await;
    assert!(lab.cloud.peek(|_, room| room.fleet.usage(to).unwrap().used.ram == Mib(0)));
    lab.check();
}

/// Proves: HIER-17
#[tokio::test(start_paused = true)]
async fn machines_move_inside_their_cluster_only() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let no_room = lab.refused(MigrateVm { vm, host: None }).await;
    assert_eq!(no_room.kind(), ErrorKind::NoCapacity, "there is no other host: {no_room}");
    let view = lab.view();
    let model = view.cluster(lab.cluster()).unwrap();
    let (pod, hypervisor) = (model.pod, model.hypervisor.clone());
    let cluster = AddCluster { pod, name: name("other"), hypervisor, cpu_overcommit: None, ram_overcommit: None };
    let cluster = lab.run(cluster).await.unwrap();
    let wish = cloudstack_core::flow::infra::AddHost { cluster, ..lab.host("stranger", "192.168.1.200") };
    let stranger = lab.run(wish).await.unwrap();
    let refused = lab.refused(MigrateVm { vm, host: Some(stranger) }).await;
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("stranger"), "{refused}");
    assert_eq!(lab.refused(MigrateVm { vm, host: None }).await.kind(), ErrorKind::NoCapacity);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn only_running_machines_move_and_only_administrators_move_them() {
    let lab = Lab::basic(2).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let refused = lab.run_as(&ann, MigrateVm { vm, host: None }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied);
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    let refused = lab.refused(MigrateVm { vm, host: None }).await;
    assert_eq!((refused.kind(), refused.advice().is_some()), (ErrorKind::Conflict, true));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_move_needs_room_on_the_target() {
    let lab = Lab::basic(2).await;
    let (vm, _, to) = on_one_of_two(&lab).await;
    let big = lab.size("big", 1, Mib(7_000)).await;
    lab.set("cluster.memory.allocated.capacity.disablethreshold", "1").await;
    let filler = DeployVm { offering: big, host: Some(to), ..lab.small_vm() };
    lab.run(filler).await.unwrap();
    let fits = lab.size("rest", 1, Mib(1_000)).await;
    lab.run(DeployVm { offering: fits, host: Some(to), ..lab.small_vm() }).await.unwrap();
    assert_eq!(lab.refused(MigrateVm { vm, host: Some(to) }).await.kind(), ErrorKind::NoCapacity);
    lab.check();
}

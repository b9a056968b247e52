//! The loops that keep hosts and rows in step, and what the cloud says of work under way.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{ErrorKind, Mib, Span};
use cloudstack_core::cloud::Explanation;
use cloudstack_core::flow::infra::SetManaged;
use cloudstack_core::flow::vm::*;
use cloudstack_core::ledger::Writing;
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::model::event::EventLevel;
use cloudstack_core::model::infra::HostStatus;
use cloudstack_core::model::job::JobState;
use cloudstack_core::model::network::NetworkState;
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::Platform;
use cloudstack_core::port::driver::DriverErrorKind::{Failed, Refused, Unreachable};
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_drivers::sim::{Effect, FaultRule, Method};
use lab::{Lab, advanced, basic};

const MINUTE: Span = Span::mins(1);

fn status(lab: &Lab, host: HostId) -> HostStatus {
    lab.view().host(host).unwrap().status
}

fn warned(lab: &Lab, words: &str) -> bool {
    let all = HistoryQuery { after: 0, entity: None, limit: usize::MAX };
    let history = lab.cloud.history(&all).unwrap();
    history.iter().flat_map(|c| &c.events).any(|e| e.level != EventLevel::Info && e.text.contains(words))
}

#[tokio::test(start_paused = true)]
async fn a_silent_host_is_in_alert_and_comes_back() {
    let lab = Lab::live(&basic(2)).await;
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    lab.pass(MINUTE.times(10)).await;
    assert!(lab.hosts().into_iter().all(|h| status(&lab, h) == HostStatus::Up));
    let filters = lab.world.calls(Method::EnsureFilter);
    lab.world.isolate_host(lab.address(host));
    lab.pass(MINUTE.times(2)).await;
    assert_eq!(status(&lab, host), HostStatus::Up, "2.5 intervals of a minute are its due");
    lab.pass(MINUTE.times(3)).await;
    assert_eq!(status(&lab, host), HostStatus::Alert);
    assert!(warned(&lab, "is Alert"));
    assert_eq!(lab.vm(vm).state, VmState::Running, "nobody knows that its guests are gone");
    let another = lab.deploy().await;
    assert_ne!(lab.vm(another).host, Some(host), "it takes no new machines");
    lab.world.restore_host(lab.address(host));
    lab.pass(MINUTE.times(2)).await;
    assert_eq!(status(&lab, host), HostStatus::Up);
    assert!(lab.world.calls(Method::EnsureFilter) > filters, "it may have forgotten its filter");
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_host_that_hangs_is_asked_once_and_is_in_alert_too() {
    let lab = Lab::live(&basic(2)).await;
    let host = lab.hosts()[0];
    let name = lab.view().host(host).unwrap().name.to_string();
    let until = lab.platform.now().after(Span::mins(60));
    let rule = FaultRule { method: Some(Method::Ping), object: Some(name), ..FaultRule::new(Effect::Hang(until)) };
    lab.world.inject(rule);
    lab.until("it is in alert", |lab| status(lab, host) == HostStatus::Alert).await;
    assert_eq!(status(&lab, lab.hosts()[1]), HostStatus::Up, "it holds up nobody");
    lab.pass(Span::mins(62)).await;
    assert_eq!(status(&lab, host), HostStatus::Up);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_went_off_by_itself_is_stopped_in_the_rows() {
    let lab = Lab::live(&basic(1)).await;
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    assert!(lab.world.power_off(lab.address(host), &lab.vm(vm).instance_name()));
    lab.pass(Span::secs(90)).await;
    assert_eq!(lab.vm(vm).state, VmState::Running, "one report alone may have crossed a change");
    lab.pass(MINUTE.times(4)).await;
    assert_eq!((lab.vm(vm).state, lab.vm(vm).host, lab.vm(vm).job), (VmState::Stopped, None, None));
    assert!(warned(&lab, "went off by itself"));
    lab.check();
    lab.run(StartVm { vm }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn guests_of_a_host_that_crashed_and_restarted_are_stopped_in_the_rows() {
    let lab = Lab::live(&basic(1)).await;
    let vms = [lab.deploy().await, lab.deploy().await];
    let address = lab.address(lab.hosts()[0]);
    lab.world.crash_host(address);
    lab.pass(MINUTE.times(5)).await;
    lab.world.restore_host(address);
    lab.pass(MINUTE.times(5)).await;
    for vm in vms {
        assert_eq!(lab.vm(vm).state, VmState::Stopped);
        lab.run(StartVm { vm }).await.unwrap();
    }
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_came_on_by_itself_runs_in_the_rows() {
    let lab = Lab::live(&basic(2)).await;
    let vm = lab.deploy().await;
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    let host = lab.hosts()[1];
    assert!(lab.world.plant_guest(lab.address(host), &lab.vm(vm).instance_name()));
    lab.pass(MINUTE.times(5)).await;
    // It is the machine's, where it is, and nobody has touched it.
    assert_eq!((lab.vm(vm).state, lab.vm(vm).host, lab.vm(vm).job), (VmState::Running, Some(host), None));
    assert_eq!(lab.world.guest(lab.address(host), &lab.vm(vm).instance_name()).unwrap().boots, 1);
    lab.check();
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    lab.run(StartVm { vm }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_was_moved_by_hand_is_found_where_it_is() {
    let lab = Lab::live(&basic(2)).await;
    let vm = lab.deploy().await;
    let (host, name) = (lab.vm(vm).host.unwrap(), lab.vm(vm).instance_name());
    let other = lab.hosts().into_iter().find(|h| *h != host).unwrap();
    lab.pass(MINUTE).await;
    assert!(lab.world.power_off(lab.address(host), &name));
    assert!(lab.world.plant_guest(lab.address(other), &name));
    lab.pass(MINUTE.times(10)).await;
    assert_eq!((lab.vm(vm).state, lab.vm(vm).host), (VmState::Running, Some(other)));
    assert_eq!(lab.world.guest(lab.address(other), &name).unwrap().boots, 1, "it was never stopped");
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_second_guest_of_a_machine_is_taken_away_and_strangers_are_left_alone() {
    let lab = Lab::live(&basic(2)).await;
    let vm = lab.deploy().await;
    let host = lab.vm(vm).host.unwrap();
    let other = lab.hosts().into_iter().find(|h| *h != host).unwrap();
    lab.world.plant_guest(lab.address(other), &lab.vm(vm).instance_name());
    lab.world.plant_guest(lab.address(other), "somebody-elses");
    assert_eq!(lab.really(vm).len(), 2);
    lab.pass(MINUTE.times(5)).await;
    assert_eq!(lab.really(vm), [lab.address(host)].into());
    assert_eq!((lab.vm(vm).state, lab.vm(vm).host), (VmState::Running, Some(host)));
    assert!(lab.world.guest(lab.address(other), "somebody-elses").is_some());
    assert!(warned(&lab, "runs on a host it should not be on"));
}

#[tokio::test(start_paused = true)]
async fn destroyed_machines_are_expunged_when_their_time_has_come() {
    let lab = Lab::live(&basic(1)).await;
    let vm = lab.deploy().await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap();
    lab.pass(Span::mins(60 * 20)).await;
    assert_eq!(lab.vm(vm).state, VmState::Destroyed);
    lab.fail(Method::EnsureNoVolume, Refused, Some(1));
    lab.pass(Span::mins(60 * 6)).await;
    assert_eq!(lab.vm(vm).state, VmState::Expunging, "the first try failed");
    lab.pass(Span::mins(60 * 24)).await;
    assert_eq!((lab.view().vms().len(), lab.view().volumes().len(), lab.view().nics().len()), (0, 0, 0));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn idle_networks_are_collected() {
    let lab = Lab::live(&advanced(1)).await;
    let network = lab.isolated("n1").await;
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    let state = |lab: &Lab| lab.view().network(network).unwrap().state;
    lab.pass(Span::mins(60)).await;
    assert_eq!(state(&lab), NetworkState::Implemented, "it has a machine");
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    lab.pass(Span::mins(25)).await;
    assert_eq!(state(&lab), NetworkState::Allocated, "and then only stopped ones");
    assert_eq!(
        (lab.view().vlans().len(), lab.view().public_ips().len(), lab.world.snapshot().networks.len()),
        (0, 1, 0),
        "its public address stays its own"
    );
    lab.run(StartVm { vm }).await.unwrap();
    assert_eq!(state(&lab), NetworkState::Implemented);
    lab.check();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.fail(Method::EnsureNoNetwork, Unreachable, Some(8));
    lab.pass(Span::mins(60)).await;
    assert_eq!((state(&lab), lab.view().vlans().len()), (NetworkState::Allocated, 0));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn room_kept_for_stopped_machines_is_given_back_in_time() {
    let lab = Lab::live(&basic(1)).await;
    let offering = lab.size("half", 2, Mib(512)).await;
    let vm = lab.run(DeployVm { offering, ..lab.small_vm() }).await.unwrap();
    lab.run(StopVm { vm, forced: false }).await.unwrap();
    let host = lab.hosts()[0];
    let kept = |lab: &Lab| lab.cloud.peek(|_, room| room.fleet.usage(host).unwrap().reserved.ram);
    lab.pass(Span::mins(50)).await;
    assert_eq!((kept(&lab), lab.vm(vm).reserved_on), (Mib(512), Some(host)));
    lab.pass(Span::mins(20)).await;
    assert_eq!((kept(&lab), lab.vm(vm).reserved_on), (Mib(0), None));
    lab.run(StartVm { vm }).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn finished_jobs_are_forgotten_and_live_ones_are_not() {
    let lab = Lab::live(&basic(1)).await;
    lab.set("job.expire.minutes", "30").await;
    lab.deploy().await;
    assert!(!lab.view().jobs().is_empty());
    lab.pass(Span::mins(60)).await;
    assert!(lab.view().jobs().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_unmanaged_cluster_is_left_in_peace_and_caught_up_with_later() {
    let lab = Lab::live(&basic(1)).await;
    let vm = lab.deploy().await;
    lab.pass(MINUTE).await;
    lab.run(SetManaged { cluster: lab.cluster(), managed: false }).await.unwrap();
    lab.pass(MINUTE).await;
    // Routers are no hosts.
    let of_hosts = |lab: &Lab| {
        let of_host = |(method, _): &(&Method, u64)| **method != Method::EnsureRouter;
        Method::ALL.iter().zip(lab.calls()).filter(of_host).map(|(_, calls)| calls).collect::<Vec<u64>>()
    };
    let (calls, hosts) = (lab.calls(), of_hosts(&lab));
    let address = lab.address(lab.hosts()[0]);
    lab.world.power_off(address, &lab.vm(vm).instance_name());
    lab.pass(MINUTE.times(30)).await;
    assert_eq!(of_hosts(&lab), hosts, "not even a ping");
    assert_eq!(lab.vm(vm).state, VmState::Running);
    lab.run(SetManaged { cluster: lab.cluster(), managed: true }).await.unwrap();
    lab.pass(MINUTE.times(5)).await;
    assert_eq!(lab.vm(vm).state, VmState::Stopped);
    let filter = Method::ALL.iter().position(|m| *m == Method::EnsureFilter).unwrap();
    assert!(lab.calls()[filter] > calls[filter], "its filter is told anew");
    lab.check();
}

/// Proves: HIER-25
#[tokio::test(start_paused = true)]
async fn guests_run_on_while_the_cloud_is_closed_and_are_taken_up_again() {
    let disk = MemoryDisk::new();
    let lab = Lab::empty().await;
    let open = async || {
        let store = Box::new(disk.open().unwrap());
        let builder = cloudstack_core::Cloud::with_store(store, Writing::Inline)
            .platform(lab.platform.clone())
            .hypervisor("Simulator", lab.world.hypervisor())
            .port_filter("Simulator", lab.world.port_filter())
            .primary_storage("NetworkFilesystem", lab.world.storage())
            .image_storage("NFS", lab.world.images())
            .network_device("VirtualRouter", lab.world.router());
        let cloud = builder.start().await.unwrap();
        Lab { admin: cloud.root_caller(), cloud, world: lab.world.clone(), platform: lab.platform.clone() }
    };
    let first = open().await;
    let plan = cloudstack_core::plan::site::SitePlan::from_toml(&basic(2)).unwrap();
    first.run(cloudstack_core::flow::infra::ApplySite { plan }).await.unwrap();
    let vms = [first.deploy().await, first.deploy().await];
    let rows = first.rows();
    drop(first);
    lab.pass(Span::mins(60)).await;
    assert_eq!(lab.world.running(), 2);
    let second = open().await;
    assert_eq!(second.rows(), rows);
    second.pass(MINUTE.times(10)).await;
    for vm in vms {
        assert_eq!(
            second
                .world
                .guest(second.address(second.vm(vm).host.unwrap()), &second.vm(vm).instance_name())
                .unwrap()
                .boots,
            1
        );
        second.run(StopVm { vm, forced: false }).await.unwrap();
    }
    second.check();
}

fn explain(lab: &Lab, id: u128) -> Explanation {
    lab.cloud.explain(id).unwrap()
}

#[tokio::test(start_paused = true)]
async fn work_that_is_tried_again_says_so() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::EnsureRunning, Unreachable, Some(2));
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    let (vm, job) = (begun.answer, begun.job.unwrap());
    lab.pass(Span::millis(200)).await;
    let said = explain(&lab, vm.to_u128());
    assert_eq!((said.noun, said.state.as_str(), said.job), ("vm", "Starting", Some(job)));
    let waiting = said.waiting.unwrap();
    assert!(waiting.contains("start guest") && waiting.contains("try 2 follows"), "{waiting}");
    assert!(said.next.starts_with("step 5 of 5 of vm.deploy in "), "{}", said.next);
    assert_eq!(explain(&lab, job.to_u128()).state, "InProgress");
    begun.done().await.unwrap();
    let said = explain(&lab, vm.to_u128());
    assert_eq!((said.state.as_str(), said.job, said.waiting), ("Running", None, None));
    assert_eq!(said.next, "nothing is under way");
    assert_eq!(explain(&lab, job.to_u128()).next, "it is done");
    assert_eq!(lab.cloud.explain(12_345), None);
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_cannot_be_done_is_repaired_in_sight_of_everybody() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::EnsureRunning, Refused, None);
    lab.fail(Method::EnsureNoVolume, Failed, None);
    let begun = lab.cloud.vms().deploy(&lab.admin, lab.small_vm()).await.unwrap();
    let (vm, job) = (begun.answer, begun.job.unwrap());
    lab.pass(MINUTE).await;
    let said = explain(&lab, job.to_u128());
    assert_eq!((said.noun, said.state.as_str()), ("job", "Unwinding"));
    assert!(said.waiting.unwrap().starts_with("undo of make volumes"));
    assert!(said.next.starts_with("undo of step 2 of 5 of vm.deploy"), "{}", said.next);
    lab.pass(MINUTE.times(15)).await;
    let said = explain(&lab, vm.to_u128());
    assert_eq!(lab.view().job(job).unwrap().state, JobState::Repairing);
    assert!(said.job == Some(job) && said.next.contains("is tried again"), "{said:?}");
    assert_eq!(lab.refused(DestroyVm { vm, expunge: true }).await.kind(), ErrorKind::Conflict, "it is still at work");
    lab.world.clear();
    let failed = begun.done().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Device);
    let said = explain(&lab, vm.to_u128());
    assert_eq!((said.state.as_str(), said.job), ("Error", None));
    assert!(said.waiting.unwrap().starts_with("vm.deploy: "), "it says what it ran into");
    lab.check();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    assert_eq!(lab.view().vms().len(), 0);
}

/// Proves: SEC2-07
#[tokio::test(start_paused = true)]
async fn a_template_that_does_not_get_ready_says_why() {
    let lab = Lab::basic(1).await;
    lab.fail(Method::EnsureTemplate, Unreachable, Some(3));
    let begun = lab.cloud.templates().register(&lab.admin, lab.image("big", "Simulator")).await.unwrap();
    lab.pass(Span::millis(200)).await;
    let said = explain(&lab, begun.answer.to_u128());
    assert_eq!((said.noun, said.state.as_str()), ("template", "not ready"));
    let waiting = said.waiting.unwrap();
    assert!(waiting.contains("fetch template") && waiting.contains("images"), "{waiting}");
    let template = begun.done().await.unwrap();
    assert_eq!(explain(&lab, template.to_u128()).state, "ready");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_hangs_is_given_up_in_time() {
    let lab = Lab::basic(1).await;
    lab.set("wait", "120").await;
    let until = lab.platform.now().after(Span::mins(600));
    lab.world.inject(FaultRule { method: Some(Method::EnsureVolume), ..FaultRule::new(Effect::Hang(until)) });
    let began = lab.platform.now();
    let failed = lab.refused(lab.small_vm()).await;
    assert_eq!(failed.kind(), ErrorKind::Unavailable, "{failed:?}");
    assert!(lab.platform.now().since(began) < Span::mins(3));
    assert_eq!(lab.view().vms().iter().next().unwrap().state, VmState::Error);
    lab.world.clear();
    lab.check();
}

//! Data volumes: made, attached, parted, grown, deleted, and what is left when any of that fails.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::{VmId, VolumeId};
use cloudstack_core::base::{Bytes, ErrorKind};
use cloudstack_core::flow::vm::{DestroyVm, StartVm, StopVm};
use cloudstack_core::flow::volume::{AddVolume, AttachVolume, DeleteVolume, DetachVolume, ResizeVolume};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::model::volume::{Volume, VolumeState};
use cloudstack_core::port::driver::DriverErrorKind::Refused;
use cloudstack_drivers::sim::Method;
use lab::{Lab, name};

fn volume(lab: &Lab, id: VolumeId) -> Volume {
    lab.view().volume(id).unwrap().clone()
}

/// The places of the disks that the machine's guest really has.
fn disks(lab: &Lab, vm: VmId) -> Vec<u32> {
    let row = lab.vm(vm);
    let guest = lab.world.guest(lab.address(row.host.unwrap()), &row.instance_name()).unwrap();
    guest.spec.unwrap().disks.iter().map(|disk| disk.device).collect()
}

/// How many volumes really lie on pools.
fn made(lab: &Lab) -> usize {
    lab.world.snapshot().pools.values().map(|pool| pool.volumes.len()).sum()
}

fn attach(volume: VolumeId, vm: VmId) -> AttachVolume {
    AttachVolume { volume, vm, device: None }
}

#[tokio::test(start_paused = true)]
async fn a_volume_goes_from_machine_to_machine_while_they_run() {
    let lab = Lab::basic(2).await;
    let (first, second) = (lab.deploy().await, lab.deploy().await);
    let id = lab.run(lab.disk("logs")).await.unwrap();
    assert_eq!((volume(&lab, id).state, made(&lab)), (VolumeState::Allocated, 2), "it has no bytes yet");
    lab.run(attach(id, first)).await.unwrap();
    let row = volume(&lab, id);
    assert_eq!((row.state, row.vm, row.device, row.pool.is_some()), (VolumeState::Ready, Some(first), 1, true));
    assert_eq!((disks(&lab, first), made(&lab)), (vec![0, 1], 3));
    lab.check();
    let taken = lab.refused(attach(id, second)).await;
    assert!(taken.kind() == ErrorKind::Conflict && taken.advice() == Some("detach it there first"), "{taken}");
    lab.run(DetachVolume { volume: id }).await.unwrap();
    assert_eq!((disks(&lab, first), volume(&lab, id).vm), (vec![0], None));
    lab.run(attach(id, second)).await.unwrap();
    assert_eq!(disks(&lab, second), [0, 1]);
    lab.check();
    lab.run(DetachVolume { volume: id }).await.unwrap();
    lab.run(DeleteVolume { volume: id }).await.unwrap();
    assert_eq!((lab.view().volume(id).is_none(), made(&lab)), (true, 2));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_volume_of_a_stopped_machine_is_made_when_it_starts() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    let id = lab.run(lab.disk("logs")).await.unwrap();
    lab.run(attach(id, vm)).await.unwrap();
    assert_eq!((volume(&lab, id).state, volume(&lab, id).vm), (VolumeState::Allocated, Some(vm)));
    lab.run(StartVm { vm }).await.unwrap();
    assert_eq!((volume(&lab, id).state, disks(&lab, vm)), (VolumeState::Ready, vec![0, 1]));
    lab.check();
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.run(DetachVolume { volume: id }).await.unwrap();
    lab.run(StartVm { vm }).await.unwrap();
    assert_eq!(disks(&lab, vm), [0]);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn data_outlives_its_machine() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let id = lab.attached(vm).await;
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    let row = volume(&lab, id);
    assert_eq!((row.state, row.vm, made(&lab)), (VolumeState::Ready, None, 1));
    lab.check();
    let next = lab.deploy().await;
    lab.run(attach(id, next)).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_does_not_take_a_volume_leaves_it_free() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let id = lab.run(lab.disk("logs")).await.unwrap();
    lab.fail(Method::EnsureDevices, Refused, Some(1));
    assert_eq!(lab.refused(attach(id, vm)).await.kind(), ErrorKind::Device);
    let row = volume(&lab, id);
    assert_eq!((row.state, row.vm, row.pool, made(&lab)), (VolumeState::Allocated, None, None, 1));
    assert_eq!((lab.vm(vm).state, lab.vm(vm).job, disks(&lab, vm)), (VmState::Running, None, vec![0]));
    lab.check();
    lab.run(attach(id, vm)).await.unwrap();
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_does_not_let_go_keeps_its_volume() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let id = lab.attached(vm).await;
    lab.fail(Method::EnsureDevices, Refused, Some(1));
    assert_eq!(lab.refused(DetachVolume { volume: id }).await.kind(), ErrorKind::Device);
    let row = volume(&lab, id);
    assert_eq!((row.state, row.vm, disks(&lab, vm)), (VolumeState::Ready, Some(vm), vec![0, 1]));
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn places_are_those_of_disks() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    for device in [0, 3, 16] {
        let id = lab.run(lab.disk("odd")).await.unwrap();
        let refused = lab.refused(AttachVolume { volume: id, vm, device: Some(device) }).await;
        assert!(refused.to_string().contains(&device.to_string()), "{refused}");
    }
    let mut places = Vec::new();
    for _ in 0..14 {
        let id = lab.attached(vm).await;
        places.push(volume(&lab, id).device);
    }
    assert_eq!(places, [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let id = lab.run(lab.disk("one more")).await.unwrap();
    assert_eq!(lab.refused(attach(id, vm)).await.kind(), ErrorKind::Conflict);
    let taken = lab.refused(AttachVolume { volume: id, vm, device: Some(2) }).await;
    assert_eq!(taken.kind(), ErrorKind::Taken);
    lab.check();
}

#[tokio::test(start_paused = true)]
async fn volumes_grow_and_never_shrink() {
    let lab = Lab::basic(1).await;
    let vm = lab.deploy().await;
    let id = lab.attached(vm).await;
    let grow = |gib| ResizeVolume { volume: id, size: Some(Bytes::gib(gib)), offering: None };
    let runs = lab.refused(grow(4)).await;
    assert!(runs.kind() == ErrorKind::Conflict && runs.advice().is_some(), "{runs}");
    lab.run(StopVm { vm, forced: true }).await.unwrap();
    lab.run(grow(4)).await.unwrap();
    assert_eq!((volume(&lab, id).size, volume(&lab, id).state), (Bytes::gib(4), VolumeState::Ready));
    lab.check();
    assert_eq!(lab.refused(grow(3)).await.kind(), ErrorKind::Invalid);
    lab.fail(Method::EnsureVolume, Refused, Some(1));
    assert_eq!(lab.refused(grow(8)).await.kind(), ErrorKind::Device);
    assert_eq!((volume(&lab, id).size, volume(&lab, id).state), (Bytes::gib(4), VolumeState::Ready));
    lab.check();
    assert_eq!(lab.refused(grow(1_900)).await.kind(), ErrorKind::NoCapacity, "the pool has 1 TiB");
}

#[tokio::test(start_paused = true)]
async fn volumes_are_their_accounts() {
    let lab = Lab::basic(1).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    let id = lab.run_as(&ann, lab.disk("logs")).await.unwrap();
    let foreign = [
        lab.run_as(&bob, attach(id, vm)).await.map(drop),
        lab.run_as(&bob, DetachVolume { volume: id }).await.map(drop),
        lab.run_as(&bob, ResizeVolume { volume: id, size: Some(Bytes::gib(9)), offering: None }).await.map(drop),
        lab.run_as(&bob, DeleteVolume { volume: id }).await,
    ];
    assert!(foreign.iter().all(|answer| answer.as_ref().unwrap_err().kind() == ErrorKind::NotFound), "{foreign:?}");
    let bobs = lab.run_as(&bob, lab.disk("mine")).await.unwrap();
    let mixed = lab.refused(attach(bobs, vm)).await;
    assert_eq!(mixed.kind(), ErrorKind::Invalid, "not even an administrator mixes accounts: {mixed}");
    let root = lab.view().volumes().by("vm", vm).next().unwrap().id;
    assert_eq!(lab.run_as(&ann, DetachVolume { volume: root }).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(lab.run_as(&ann, DeleteVolume { volume: root }).await.unwrap_err().kind(), ErrorKind::Invalid);
    let small = AddVolume { size: Some(Bytes(1)), name: name("tiny"), ..lab.disk("tiny") };
    assert_eq!(lab.run_as(&ann, small).await.unwrap_err().kind(), ErrorKind::Invalid);
    lab.check();
}

use super::super::config::Kernel;
use super::*;
use cloudstack_core::base::id::{EntityId, NetworkId, VmId};
use cloudstack_core::base::{Bytes, Mac, Mhz, Mib};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::port::driver::{BroadcastDomain, GuestMetadata};

fn volume(device: u32, name: &str) -> DiskSpec {
    DiskSpec {
        pool_kind: "SharedMountPoint".into(),
        pool_url: "SharedMountPoint://localhost/mnt/primary".into(),
        volume: name.into(),
        device,
        size: Bytes::gib(1),
    }
}

fn interface(device: u32) -> InterfaceSpec {
    let network = NetworkId::from_u128(1);
    InterfaceSpec {
        tap: format!("vnet{device}").parse().unwrap(),
        mac: Mac::new([2, 0, 0, 0, 0, 9]),
        domain: BroadcastDomain { network, isolation: Isolation::Vxlan, tag: Some(5_001), label: None },
        device,
    }
}

fn guest() -> GuestSpec {
    GuestSpec {
        vm: VmId::from_u128(7),
        name: "i-2-7-VM".into(),
        cores: 2,
        speed: Mhz(500),
        ram: Mib(512),
        disks: vec![volume(0, "v-7")],
        interfaces: vec![interface(0)],
        metadata: GuestMetadata::default(),
    }
}

fn words(guest: &GuestSpec, config: &QemuConfig) -> Result<String, BadGuest> {
    let paths = Paths::new("/run/kvm1/guests/i-2-7-VM".into());
    arguments(Start { guest, paths: &paths, kvm: false, incoming: false }, config).map(|words| words.join(" "))
}

#[test]
fn a_guest_is_told_whole() {
    let kernel = Kernel {
        image: "/srv/vmlinuz".into(),
        initrd: Some("/srv/initrd.gz".into()),
        arguments: "console=ttyS0 no_timer_check".into(),
    };
    let config = QemuConfig { kernel: Some(kernel), screen: false, ..QemuConfig::default() };
    let told = words(&guest(), &config).unwrap();
    for part in [
        "-name guest=i-2-7-VM",
        "-accel tcg,tb-size=32",
        "-smp 2 -m 512M -uuid 00000000-0000-0000-0000-000000000007",
        "-pidfile /run/kvm1/guests/i-2-7-VM/pid",
        "-chardev socket,id=control,path=/run/kvm1/guests/i-2-7-VM/qmp.sock,server=on,wait=off -mon chardev=control,mode=control",
        "-kernel /srv/vmlinuz -initrd /srv/initrd.gz -append console=ttyS0 no_timer_check",
        r#""filename":"/mnt/primary/v-7.qcow2""#,
        r#""driver":"qcow2""#,
        r#"{"addr":"03.0","bootindex":1,"drive":"disk0","driver":"virtio-blk-pci","id":"disk0","serial":"v7"}"#,
        r#""ifname":"vnet0""#,
        r#"{"addr":"13.0","driver":"virtio-net-pci","id":"nic0","mac":"02:00:00:00:00:09","netdev":"nic0","romfile":""}"#,
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
    assert!(!told.contains("-vnc") && !told.contains("-incoming"), "{told}");
}

#[test]
fn every_device_keeps_its_place() {
    let all = GuestSpec {
        disks: (0..16).map(|n| volume(n, &format!("v-{n}"))).collect(),
        interfaces: (0..13).map(interface).collect(),
        ..guest()
    };
    let config = QemuConfig::default();
    let devices = devices(&all, &config).unwrap();
    let places: std::collections::BTreeSet<String> =
        devices.iter().map(|device| device.front["addr"].as_str().unwrap().to_owned()).collect();
    assert_eq!(places.len(), 29, "no two at one place");
    assert!(!places.contains("02.0"), "the screen's");
    assert!(places.iter().all(|place| u8::from_str_radix(&place[..2], 16).unwrap() < 32));
    // A device is told the same beside any others: what is plugged later is as if it had been there.
    assert_eq!(disk(&volume(5, "v-5"), &config).unwrap(), *devices.iter().find(|d| d.id == "disk5").unwrap());
}

#[test]
fn what_cannot_be_told_is_refused_by_name() {
    let config = QemuConfig::default();
    let table = [
        (GuestSpec { name: "a,b".into(), ..guest() }, "`a,b` cannot name a guest"),
        (GuestSpec { name: "../x".into(), ..guest() }, "`../x` cannot name a guest"),
        (GuestSpec { cores: 0, ..guest() }, "0 processors"),
        (GuestSpec { ram: Mib(0), ..guest() }, "0 MiB"),
        (GuestSpec { disks: vec![volume(16, "v")], ..guest() }, "disk 16 has no place"),
        (
            GuestSpec { disks: vec![volume(1, "v"), volume(1, "w")], ..guest() },
            "two devices of the guest have place disk1",
        ),
        (GuestSpec { disks: vec![volume(0, "../../etc/shadow")], ..guest() }, "lies on pool"),
        (GuestSpec { interfaces: vec![interface(13)], ..guest() }, "interface 13 has no place"),
    ];
    for (guest, due) in table {
        let refusal = words(&guest, &config).unwrap_err().to_string();
        assert!(refusal.contains(due), "{refusal}");
    }
    let nfs = DiskSpec { pool_url: "nfs://192.0.2.50/p".into(), ..volume(0, "v") };
    assert!(matches!(disk(&nfs, &config), Err(BadGuest::Pool { .. })));
    let deep = Paths::new(PathBuf::from("/").join("x".repeat(100)));
    let start = Start { guest: &guest(), paths: &deep, kvm: false, incoming: false };
    assert!(matches!(arguments(start, &config), Err(BadGuest::Path(_))));
}

//! Descriptions against the letter, and against a reader of XML.

use super::{compile::*, storage::BadPool, xml::Element, *};
use cloudstack_core::base::{
    Bytes, Mac, Mhz, Mib,
    id::{EntityId as _, NetworkId, VmId},
};
use cloudstack_core::model::infra::Isolation;
use cloudstack_core::port::driver::{
    BroadcastDomain, GuestMetadata, GuestSpec,
    hypervisor::{DiskSpec, InterfaceSpec},
};
use proptest::prelude::*;

fn disk_at(device: u32, volume: &str) -> DiskSpec {
    DiskSpec {
        pool_kind: "Filesystem".into(),
        pool_url: "file:///var/pool".into(),
        volume: volume.into(),
        device,
        size: Bytes::gib(1),
    }
}

fn nic(label: Option<&str>) -> InterfaceSpec {
    InterfaceSpec {
        tap: "vnet7".parse().unwrap(),
        mac: Mac::new([2, 0, 0, 0, 0xab, 1]),
        domain: BroadcastDomain {
            network: NetworkId::from_u128(1),
            isolation: Isolation::Vlan,
            tag: Some(100),
            label: label.map(str::to_owned),
        },
        device: 0,
    }
}

fn guest() -> GuestSpec {
    GuestSpec {
        vm: VmId::from_u128(0x018f_3a5e_7c00_7000_8000_0000_0000_0001),
        name: "i-2-7-VM".into(),
        cores: 2,
        speed: Mhz(1_000),
        ram: Mib(512),
        disks: vec![disk_at(0, "root"), disk_at(1, "data")],
        interfaces: vec![nic(None)],
        metadata: GuestMetadata::default(),
    }
}

fn text(config: &Config, engine: Engine) -> String {
    domain(config, engine, &guest()).unwrap().to_text().unwrap()
}

#[test]
fn a_machine_to_the_letter() {
    let due = "\
<domain type='kvm'>
  <name>i-2-7-VM</name>
  <uuid>018f3a5e-7c00-7000-8000-000000000001</uuid>
  <description>1000 MHz × 2</description>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  <cputune>
    <shares>2000</shares>
  </cputune>
  <os>
    <type arch='x86_64'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='/var/pool/root.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='/var/pool/data.qcow2'/>
      <target dev='vdb' bus='virtio'/>
    </disk>
    <interface type='ethernet'>
      <mac address='02:00:00:00:ab:01'/>
      <target dev='vnet7' managed='no'/>
      <model type='virtio'/>
    </interface>
    <serial type='pty'>
      <target port='0'/>
    </serial>
    <console type='pty'>
      <target type='serial' port='0'/>
    </console>
    <graphics type='vnc' port='-1' autoport='yes' listen='0.0.0.0'>
      <listen type='address' address='0.0.0.0'/>
    </graphics>
    <video>
      <model type='cirrus'/>
    </video>
    <memballoon model='virtio'/>
  </devices>
</domain>
";
    assert_eq!(text(&Config::new(Kind::Kvm), Engine::Native), due);
    let emulated = due.replacen("type='kvm'", "type='qemu'", 1);
    assert_eq!(text(&Config::new(Kind::Kvm), Engine::Emulated), emulated);
}

/// Proves: KVM-05
#[test]
fn each_processor_mode_to_the_letter() {
    let cpu = |mode| {
        let config = Config { cpu: mode, ..Config::new(Kind::Kvm) };
        let all = domain(&config, Engine::Native, &guest()).unwrap();
        all.find(&["cpu"]).map(|cpu| cpu.to_text().unwrap())
    };
    assert_eq!(cpu(CpuMode::Generic), None);
    let custom = "<cpu mode='custom' match='exact'>\n  <model fallback='allow'>SandyBridge</model>\n</cpu>\n";
    assert_eq!(cpu(CpuMode::Custom("SandyBridge".into())).as_deref(), Some(custom));
    let model = "<cpu mode='host-model'>\n  <model fallback='allow'/>\n</cpu>\n";
    assert_eq!(cpu(CpuMode::HostModel).as_deref(), Some(model));
    assert_eq!(cpu(CpuMode::HostPassthrough).as_deref(), Some("<cpu mode='host-passthrough'/>\n"));
}

/// Proves: LXC-04
#[test]
fn interfaces_are_joined_as_configured() {
    let joined = |attachment, label| {
        let config = Config { attachment, ..Config::new(Kind::Lxc) };
        interface(&config, &nic(label)).to_text().unwrap()
    };
    let mac = "  <mac address='02:00:00:00:ab:01'/>\n";
    let direct = Attachment::Direct { device: "eth0".into(), mode: "private".into() };
    let due = format!("<interface type='direct'>\n{mac}  <source dev='eth0' mode='private'/>\n</interface>\n");
    assert_eq!(joined(direct, None), due);
    for (label, bridge) in [(Some("cloudbr1"), "cloudbr1"), (None, "cloudbr0")] {
        let due = format!(
            "<interface type='bridge'>\n{mac}  <source bridge='{bridge}'/>\n  <target dev='vnet7'/>\n</interface>\n"
        );
        assert_eq!(joined(Attachment::Bridge("cloudbr0".into()), label), due);
    }
}

#[test]
fn a_container_has_a_root_and_a_first_program() {
    let mut config = Config::new(Kind::Lxc);
    config.container.init = vec!["/bin/sh".into(), "-c".into(), "sleep 1 && exec sh".into()];
    let mut wish = guest();
    wish.disks.truncate(1);
    let all = domain(&config, Engine::Native, &wish).unwrap();
    let os = "<os>\n  <type>exe</type>\n  <init>/bin/sh</init>\n  <initarg>-c</initarg>\n  \
              <initarg>sleep 1 &amp;&amp; exec sh</initarg>\n</os>\n";
    assert_eq!(all.find(&["os"]).unwrap().to_text().unwrap(), os);
    let dir = |all: &Element| all.find(&["devices", "filesystem", "source"])?.attribute("dir").map(str::to_owned);
    assert_eq!(dir(&all).as_deref(), Some("/var/pool/root"));
    wish.disks.clear();
    assert_eq!(dir(&domain(&config, Engine::Native, &wish).unwrap()).as_deref(), Some("/"));
    wish.disks = vec![disk_at(1, "data")];
    assert_eq!(domain(&config, Engine::Native, &wish), Err(BadGuest::Place(1)));
}

#[test]
fn what_cannot_be_described_is_refused_by_name() {
    let config = Config::new(Kind::Kvm);
    let refusal = |change: &dyn Fn(&mut GuestSpec)| {
        let mut wish = guest();
        change(&mut wish);
        domain(&config, Engine::Native, &wish).unwrap_err()
    };
    for bad in ["", "a/b", ".hidden", "a\nb", &"x".repeat(201)] {
        assert_eq!(refusal(&|g| g.name = bad.to_owned()), BadGuest::Name(bad.to_owned()));
    }
    assert_eq!(refusal(&|g| g.cores = 0), BadGuest::Cores(0));
    assert_eq!(refusal(&|g| g.disks[1].device = 0), BadGuest::Twice(0));
    assert_eq!(refusal(&|g| g.disks[1].device = 676), BadGuest::Place(676));
    assert_eq!(refusal(&|g| g.disks[0].pool_kind = "RBD".into()), BadGuest::Pool(BadPool::Kind("RBD".into())));
    assert_eq!(refusal(&|g| g.disks[0].volume = "../x".into()), BadGuest::Pool(BadPool::Volume("../x".into())));
}

#[test]
fn places_have_names_and_names_places() {
    for (place, name) in [(0, "vda"), (25, "vdz"), (26, "vdaa"), (27, "vdab"), (51, "vdaz"), (52, "vdba")] {
        assert_eq!(place_name(place).unwrap(), name);
    }
    for place in 0..676 {
        assert_eq!(place_of(&place_name(place).unwrap()), Some(place));
    }
    assert!(place_name(676).is_err() && place_name(u32::MAX).is_err());
    assert_eq!((place_of("hda"), place_of("vd"), place_of("vdA"), place_of("vdabc")), (None, None, None, None));
}

#[test]
fn restarts_are_noted_once_and_the_oldest_forgotten() {
    let read = |note: &Element| {
        let named = note.clone().with("xmlns:cloudstack", NOTES);
        restarts(&Element::new("domain").holding([Element::new("metadata").holding([named])]))
    };
    assert_eq!(read(&noted(&[], 5)), [5]);
    assert_eq!(read(&noted(&[5, u128::MAX], 5)), [u128::MAX, 5]);
    let many: Vec<u128> = (0..100).collect();
    let kept = read(&noted(&many, 100));
    assert_eq!((kept.len(), kept.first(), kept.last()), (64, Some(&37), Some(&100)));
    assert!(restarts(&Element::new("domain")).is_empty());
}

proptest! {
    /// Whatever names and paths are, the description is read back with them, and has no element that they made.
    #[test]
    fn no_text_breaks_out_of_a_description(name in "[^/.\\p{C}][^/\\p{C}]{0,20}", volume in "[^/.\\p{C}][^/\\p{C}]{0,20}", line in "\\PC{0,30}") {
        let boot = Boot::Kernel { kernel: "/k".into(), initrd: "/i".into(), command_line: line.clone() };
        let config = Config { boot, ..Config::new(Kind::Kvm) };
        let mut wish = guest();
        wish.name = name.clone();
        wish.disks[0].volume = volume.clone();
        let written = domain(&config, Engine::Native, &wish).unwrap();
        let read = Element::parse(&written.to_text().unwrap()).unwrap();
        let file = read.find(&["devices", "disk", "source"]).and_then(|s| s.attribute("file")).map(str::to_owned);
        prop_assert_eq!(file, Some(format!("/var/pool/{volume}.qcow2")));
        prop_assert_eq!(read.find(&["devices"]).unwrap().children.len(), written.find(&["devices"]).unwrap().children.len());
        if !name.trim().is_empty() {
            prop_assert_eq!(&read.find(&["name"]).unwrap().text, &name);
        }
        if !line.trim().is_empty() {
            prop_assert_eq!(&read.find(&["os", "cmdline"]).unwrap().text, &line);
        }
    }
}

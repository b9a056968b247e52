//! From a guest to what QEMU is told, at its start and while it runs. Pure.

use super::config::QemuConfig;
use cloudstack_core::port::driver::{
    GuestSpec,
    hypervisor::{DiskSpec, InterfaceSpec},
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where the first disk sits on the guest's bus. Each device has a place of its own, so that a guest whose devices came and went
/// while it ran looks the same as one that was started with them: only such two can change places.
const FIRST_DISK: u32 = 3;
/// As many disks as CloudStack numbers.
const DISKS: u32 = 16;
/// Where the first interface sits.
const FIRST_NIC: u32 = FIRST_DISK + DISKS;
/// Up to the end of the bus.
const NICS: u32 = 32 - FIRST_NIC;

/// A guest that cannot be told to QEMU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadGuest {
    #[error("`{0}` cannot name a guest; give 1 to 100 of A-Z a-z 0-9 _ . -, beginning with a letter, digit or _")]
    Name(String),
    #[error("disk {0} has no place: they are numbered 0 to {max}", max = DISKS - 1)]
    Disk(u32),
    #[error("interface {0} has no place: they are numbered 0 to {max}", max = NICS - 1)]
    Nic(u32),
    #[error("two devices of the guest have place {0}")]
    Twice(String),
    #[error("volume `{volume}` lies on pool `{pool}`, which is no folder that is known here")]
    Pool { volume: String, pool: String },
    #[error("a guest of {cores} processors and {ram} MiB cannot run")]
    Shape { cores: u32, ram: u64 },
    #[error("`{0}` is too long a path for a socket: give hosts a shorter folder")]
    Path(PathBuf),
    #[error("path `{0}` cannot be said to QEMU: it has a comma or is not text")]
    Comma(PathBuf),
}

/// A device of a guest: what stands behind it on the host, and what the guest sees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Device {
    /// Its name in the guest's process, and that of what stands behind it.
    pub(super) id: String,
    /// What stands behind it.
    pub(super) back: Back,
    /// What the guest sees: arguments of `device_add`.
    pub(super) front: Value,
}

/// What stands behind a device.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Back {
    /// Arguments of `blockdev-add`, and the file.
    Disk { node: Value, file: PathBuf },
    /// Arguments of `netdev_add`.
    Nic { net: Value },
}

/// Where a guest's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paths(PathBuf);

impl Paths {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }
    /// For commands; one at a time.
    pub(super) fn control(&self) -> PathBuf {
        self.0.join("qmp.sock")
    }
    /// For looking, also while a command takes long.
    pub(super) fn look(&self) -> PathBuf {
        self.0.join("look.sock")
    }
    pub(super) fn serial(&self) -> PathBuf {
        self.0.join("serial.sock")
    }
    pub(super) fn screen(&self) -> PathBuf {
        self.0.join("vnc.sock")
    }
    /// All that the guest said on its serial line.
    pub(super) fn serial_log(&self) -> PathBuf {
        self.0.join("serial.log")
    }
    pub(super) fn process(&self) -> PathBuf {
        self.0.join("pid")
    }
    pub(super) fn record(&self) -> PathBuf {
        self.0.join("guest.json")
    }
    /// Where a guest that comes from another host, or from a file, is received.
    pub(super) fn incoming(&self) -> PathBuf {
        self.0.join("in.sock")
    }
}

/// A disk, as a device.
pub(super) fn disk(disk: &DiskSpec, config: &QemuConfig) -> Result<Device, BadGuest> {
    if disk.device >= DISKS {
        return Err(BadGuest::Disk(disk.device));
    }
    let none = || BadGuest::Pool { volume: disk.volume.clone(), pool: disk.pool_url.clone() };
    let file = config.pools.volume(&disk.pool_url, &disk.volume).ok_or_else(none)?;
    let id = format!("disk{}", disk.device);
    let node = json!({
        "driver": "qcow2",
        "node-name": id,
        "discard": "unmap",
        "file": { "driver": "file", "filename": text(&file)? },
    });
    let serial: String = disk.volume.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let front = json!({
        "driver": "virtio-blk-pci",
        "id": id,
        "drive": id,
        "serial": serial,
        "bootindex": disk.device + 1,
        "addr": format!("{:02x}.0", FIRST_DISK + disk.device),
    });
    Ok(Device { id, back: Back::Disk { node, file }, front })
}

/// An interface, as a device.
pub(super) fn nic(nic: &InterfaceSpec, config: &QemuConfig) -> Result<Device, BadGuest> {
    if nic.device >= NICS {
        return Err(BadGuest::Nic(nic.device));
    }
    let id = format!("nic{}", nic.device);
    let mut net = json!({
        "type": "tap",
        "id": id,
        "ifname": nic.tap.as_str(),
        "script": "no",
        "downscript": "no",
        "vhost": false,
    });
    if !config.offload {
        net["vnet_hdr"] = json!(false);
    }
    let front = json!({
        "driver": "virtio-net-pci",
        "id": id,
        "netdev": id,
        "mac": nic.mac.to_string(),
        // Guests start from disks or kernels; without the card's own program nothing is searched on the network first.
        "romfile": "",
        "addr": format!("{:02x}.0", FIRST_NIC + nic.device),
    });
    Ok(Device { id, back: Back::Nic { net }, front })
}

/// Every device of a guest, disks first.
pub(super) fn devices(guest: &GuestSpec, config: &QemuConfig) -> Result<Vec<Device>, BadGuest> {
    let disks = guest.disks.iter().map(|spec| disk(spec, config));
    let mut devices: Vec<Device> =
        disks.chain(guest.interfaces.iter().map(|spec| nic(spec, config))).collect::<Result<_, _>>()?;
    devices.sort_by(|a, b| a.id.cmp(&b.id));
    match devices.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => Err(BadGuest::Twice(pair[0].id.clone())),
        None => Ok(devices),
    }
}

/// A path as text that QEMU's options can carry.
fn text(path: &Path) -> Result<&str, BadGuest> {
    path.to_str().filter(|text| !text.contains(',')).ok_or_else(|| BadGuest::Comma(path.to_owned()))
}

/// What a guest is started with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) guest: &'a GuestSpec,
    pub(super) paths: &'a Paths,
    /// Whether the hardware's virtualisation is used.
    pub(super) kvm: bool,
    /// It is received from elsewhere, rather than started.
    pub(super) incoming: bool,
}

/// The arguments of a guest's process.
pub(super) fn arguments(start: Start<'_>, config: &QemuConfig) -> Result<Vec<String>, BadGuest> {
    let Start { guest, paths, .. } = start;
    if !crate::hosts::plain_name(&guest.name) {
        return Err(BadGuest::Name(guest.name.clone()));
    }
    if guest.cores == 0 || guest.cores > 255 || guest.ram.0 == 0 {
        return Err(BadGuest::Shape { cores: guest.cores, ram: guest.ram.0 });
    }
    // The longest of its sockets must fit into the address of a socket.
    let longest = paths.serial();
    if longest.as_os_str().len() > 107 {
        return Err(BadGuest::Path(longest));
    }
    text(paths.folder())?;
    let mut words = Vec::new();
    let mut say = |name: &str, value: String| words.extend([format!("-{name}"), value]);
    let accelerator = match start.kvm {
        true => "kvm".to_owned(),
        false => format!("tcg,tb-size={}", config.translation.0),
    };
    say("name", format!("guest={}", guest.name));
    say("machine", "pc,usb=off,vmport=off".into());
    say("accel", accelerator);
    if let Some(cpu) = &config.cpu {
        say("cpu", cpu.clone());
    }
    say("smp", guest.cores.to_string());
    say("m", format!("{}M", guest.ram.0));
    say("uuid", guest.vm.to_string());
    say("pidfile", paths.process().display().to_string());
    say("rtc", "base=utc,driftfix=slew".into());
    say("display", "none".into());
    if config.sandbox {
        // The stricter kinds forbid becoming a daemon, too.
        say("sandbox", "on,obsolete=deny,resourcecontrol=deny".into());
    }
    for (id, path) in [("control", paths.control()), ("look", paths.look())] {
        say("chardev", format!("socket,id={id},path={},server=on,wait=off", path.display()));
        say("mon", format!("chardev={id},mode=control"));
    }
    // What is said is kept, whether somebody listens or not.
    let (serial, log) = (paths.serial(), paths.serial_log());
    let (serial, log) = (serial.display(), log.display());
    say("chardev", format!("socket,id=serial,path={serial},server=on,wait=off,logfile={log},logappend=on"));
    say("serial", "chardev:serial".into());
    if config.screen {
        say("vnc", format!("unix:{}", paths.screen().display()));
        say("device", json!({ "driver": "VGA", "addr": "02.0", "vgamem_mb": 16 }).to_string());
    }
    if let Some(kernel) = &config.kernel {
        say("kernel", text(&kernel.image)?.to_owned());
        if let Some(initrd) = &kernel.initrd {
            say("initrd", text(initrd)?.to_owned());
        }
        say("append", kernel.arguments.clone());
    }
    for device in devices(guest, config)? {
        match &device.back {
            Back::Disk { node, .. } => say("blockdev", node.to_string()),
            Back::Nic { net } => say("netdev", net.to_string()),
        }
        say("device", device.front.to_string());
    }
    if start.incoming {
        say("incoming", "defer".into());
    }
    words.extend(["-daemonize", "-nodefaults", "-no-user-config"].map(str::to_owned));
    Ok(words)
}

#[cfg(test)]
mod tests;

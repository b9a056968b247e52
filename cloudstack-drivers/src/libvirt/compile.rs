//! From a specification to a guest's description. Nothing here asks a host.

use super::{
    config::{Accelerator, Attachment, Boot, Config, Kind},
    cpu::CpuMode,
    storage::{self, BadPool},
    xml::{BadXml, Element},
};
use cloudstack_core::base::id::EntityId as _;
use cloudstack_core::port::driver::{
    GuestSpec,
    hypervisor::{DiskSpec, InterfaceSpec},
};
use std::collections::BTreeSet;

/// The space of names of what the driver notes in a description.
pub const NOTES: &str = "urn:cloudstack:guest:1";
/// The short form of that name.
pub const NOTES_PREFIX: &str = "cloudstack";
/// Restarts that are remembered, at most; the oldest are forgotten.
const REMEMBERED: usize = 64;
/// Letters of a name, at most: daemons make file names of it.
const LONGEST_NAME: usize = 200;

/// A specification that no description can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadGuest {
    /// A name that cannot be a file's.
    #[error(
        "the guest name `{0}` is not accepted: give 1 to {LONGEST_NAME} letters without `/`, control characters or a leading `.`"
    )]
    Name(String),
    /// A disk at a place that no board has.
    #[error("a disk at place {0}; 0 to 675 are accepted")]
    Place(u32),
    /// Two disks at one place.
    #[error("two disks at place {0}")]
    Twice(u32),
    /// A pool that cannot be reached through a file.
    #[error(transparent)]
    Pool(#[from] BadPool),
    /// A text that cannot be written.
    #[error(transparent)]
    Xml(#[from] BadXml),
    /// A number of processors that no guest can have.
    #[error("a guest of {0} processors; at least 1 is needed")]
    Cores(u32),
}

/// What a machine runs on, once it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The host's processor.
    Native,
    /// Emulation.
    Emulated,
}

impl Accelerator {
    /// What it says without asking a host.
    #[must_use]
    pub const fn known(self) -> Option<Engine> {
        match self {
            Self::Probe => None,
            Self::Native => Some(Engine::Native),
            Self::Emulated => Some(Engine::Emulated),
        }
    }
}

/// The description of a guest: what is given to `define`.
///
/// ```
/// # use cloudstack_core::base::{Mhz, Mib, id::{EntityId, VmId}};
/// # use cloudstack_core::port::driver::{GuestMetadata, GuestSpec};
/// use cloudstack_drivers::libvirt::{Config, Kind, compile::{Engine, domain}};
/// # let (vm, name) = (VmId::from_u128(1), "i-2-7-VM".to_owned());
/// # let (disks, interfaces, metadata) = (vec![], vec![], GuestMetadata::default());
/// let guest = GuestSpec { vm, name, cores: 2, speed: Mhz(1000), ram: Mib(512), disks, interfaces, metadata };
/// let text = domain(&Config::new(Kind::Kvm), Engine::Native, &guest)?.to_text()?;
/// assert!(text.starts_with("<domain type='kvm'>\n  <name>i-2-7-VM</name>\n"));
/// # Ok::<(), cloudstack_drivers::libvirt::compile::BadGuest>(())
/// ```
///
/// # Errors
/// [`BadGuest`].
pub fn domain(config: &Config, engine: Engine, guest: &GuestSpec) -> Result<Element, BadGuest> {
    checked(guest)?;
    let leaf = Element::new;
    let kind = match (config.kind, engine) {
        (Kind::Kvm, Engine::Native) => "kvm",
        (Kind::Kvm, Engine::Emulated) => "qemu",
        (Kind::Lxc, _) => "lxc",
        (Kind::Test, _) => "test",
    };
    // A share of processor time in proportion to what is promised: CloudStack's `cores × speed`, in the range that hosts accept.
    let shares = (u64::from(guest.cores) * guest.speed.0).clamp(2, 262_144);
    let mut out = leaf("domain").with("type", kind).holding([
        leaf("name").text(&guest.name),
        leaf("uuid").text(uuid::hyphenated(guest.vm.to_u128())),
        leaf("description").text(format!("{} MHz × {}", guest.speed.0, guest.cores)),
        leaf("memory").with("unit", "MiB").text(guest.ram.0),
        leaf("vcpu").text(guest.cores),
    ]);
    if config.kind != Kind::Test {
        out.children.push(leaf("cputune").holding([leaf("shares").text(shares)]));
    }
    out.children.push(system(config));
    if config.kind == Kind::Kvm {
        out.children.push(leaf("features").holding(["acpi", "apic"].map(leaf)));
        out.children.extend(cpu(&config.cpu));
        out.children.push(leaf("clock").with("offset", "utc"));
    }
    // A guest that restarts itself goes on; one that ends or breaks is found off, and the cloud decides.
    let ends = [("on_poweroff", "destroy"), ("on_reboot", "restart"), ("on_crash", "destroy")];
    out.children.extend(ends.map(|(name, action)| leaf(name).text(action)));
    out.children.push(devices(config, guest)?);
    Ok(out)
}

fn checked(guest: &GuestSpec) -> Result<(), BadGuest> {
    let name = &guest.name;
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && !name.starts_with('.');
    if !fits || name.contains('/') || name.chars().any(char::is_control) {
        return Err(BadGuest::Name(name.clone()));
    }
    if guest.cores == 0 {
        return Err(BadGuest::Cores(0));
    }
    let mut places = BTreeSet::new();
    for disk in &guest.disks {
        if !places.insert(disk.device) {
            return Err(BadGuest::Twice(disk.device));
        }
    }
    Ok(())
}

fn system(config: &Config) -> Element {
    let leaf = Element::new;
    match config.kind {
        Kind::Lxc => {
            let (first, rest) =
                config.container.init.split_first().map_or(("/sbin/init", &[][..]), |(f, r)| (f.as_str(), r));
            leaf("os")
                .holding([leaf("type").text("exe"), leaf("init").text(first)])
                .holding(rest.iter().map(|word| leaf("initarg").text(word)))
        }
        Kind::Test => leaf("os").holding([leaf("type").text("hvm")]),
        Kind::Kvm => {
            let mut hvm = leaf("type").with("arch", "x86_64");
            if let Some(machine) = &config.machine {
                hvm = hvm.with("machine", machine);
            }
            let os = leaf("os").holding([hvm.text("hvm")]);
            match &config.boot {
                Boot::Disk => os.holding([leaf("boot").with("dev", "hd")]),
                Boot::Kernel { kernel, initrd, command_line } => os.holding([
                    leaf("kernel").text(kernel.display()),
                    leaf("initrd").text(initrd.display()),
                    leaf("cmdline").text(command_line),
                ]),
            }
        }
    }
}

fn cpu(mode: &CpuMode) -> Option<Element> {
    let leaf = Element::new;
    match mode {
        CpuMode::Generic => None,
        CpuMode::Custom(model) => Some(
            leaf("cpu")
                .with("mode", "custom")
                .with("match", "exact")
                .holding([leaf("model").with("fallback", "allow").text(model)]),
        ),
        CpuMode::HostModel => {
            Some(leaf("cpu").with("mode", "host-model").holding([leaf("model").with("fallback", "allow")]))
        }
        CpuMode::HostPassthrough => Some(leaf("cpu").with("mode", "host-passthrough")),
    }
}

fn devices(config: &Config, guest: &GuestSpec) -> Result<Element, BadGuest> {
    let leaf = Element::new;
    let mut out = leaf("devices");
    for each in &guest.disks {
        out.children.push(disk(config, each)?);
    }
    if config.kind == Kind::Lxc && guest.disks.is_empty() {
        out.children.push(root(&config.container.root.display().to_string()));
    }
    out.children.extend(guest.interfaces.iter().map(|each| interface(config, each)));
    match config.kind {
        Kind::Kvm => {
            let listen = leaf("listen").with("type", "address").with("address", config.consoles);
            let screen = leaf("graphics").with("type", "vnc").with("port", -1).with("autoport", "yes");
            out.children.extend([
                leaf("serial").with("type", "pty").holding([leaf("target").with("port", 0)]),
                leaf("console").with("type", "pty").holding([leaf("target").with("type", "serial").with("port", 0)]),
                screen.with("listen", config.consoles).holding([listen]),
                leaf("video").holding([leaf("model").with("type", "cirrus")]),
                leaf("memballoon").with("model", "virtio"),
            ]);
        }
        Kind::Lxc => out.children.push(leaf("console").with("type", "pty")),
        Kind::Test => {}
    }
    Ok(out)
}

fn root(folder: &str) -> Element {
    let leaf = Element::new;
    leaf("filesystem")
        .with("type", "mount")
        .holding([leaf("source").with("dir", folder), leaf("target").with("dir", "/")])
}

/// One disk. Its format is stated and never looked for in the image: an image could lie about it.
///
/// # Errors
/// [`BadGuest`].
pub fn disk(config: &Config, disk: &DiskSpec) -> Result<Element, BadGuest> {
    let leaf = Element::new;
    if config.kind == Kind::Lxc {
        return match disk.device {
            0 => Ok(root(&storage::root_of(config, &disk.pool_kind, &disk.pool_url, &disk.volume)?)),
            place => Err(BadGuest::Place(place)),
        };
    }
    let path = storage::path_of(config, &disk.pool_kind, &disk.pool_url, &disk.volume)?;
    let driver = leaf("driver").with("name", "qemu").with("type", "qcow2").with("cache", config.cache.name());
    Ok(leaf("disk").with("type", "file").with("device", "disk").holding([
        driver,
        leaf("source").with("file", path),
        leaf("target").with("dev", place_name(disk.device)?).with("bus", "virtio"),
    ]))
}

/// What a place is called: 0 is `vda`, 25 `vdz`, 26 `vdaa`.
///
/// # Errors
/// [`BadGuest::Place`] above 675.
pub fn place_name(place: u32) -> Result<String, BadGuest> {
    let letter = |n: u32| u8::try_from(n).ok().filter(|n| *n < 26).map(|n| char::from(b'a' + n));
    let first = (place / 26).checked_sub(1).map(letter);
    match (first, letter(place % 26)) {
        (None, Some(last)) => Ok(format!("vd{last}")),
        (Some(Some(first)), Some(last)) if place < 676 => Ok(format!("vd{first}{last}")),
        _ => Err(BadGuest::Place(place)),
    }
}

/// The place that a name is for.
#[must_use]
pub fn place_of(name: &str) -> Option<u32> {
    let letters = name.strip_prefix("vd").filter(|rest| (1..=2).contains(&rest.len()))?;
    let digits = letters.bytes().map(|b| b.is_ascii_lowercase().then(|| u32::from(b - b'a')));
    let digits: Option<Vec<u32>> = digits.collect();
    match *digits? {
        [last] => Some(last),
        [first, last] => Some((first + 1) * 26 + last),
        _ => None,
    }
}

/// One interface.
#[must_use]
pub fn interface(config: &Config, spec: &InterfaceSpec) -> Element {
    let leaf = Element::new;
    let mac = leaf("mac").with("address", spec.mac.to_string().to_lowercase());
    let target = leaf("target").with("dev", spec.tap);
    let model = (config.kind == Kind::Kvm).then(|| leaf("model").with("type", "virtio"));
    let out = match &config.attachment {
        // Made by a switch and left by the daemon: it neither makes it nor takes it away.
        Attachment::Tap => leaf("interface").with("type", "ethernet").holding([mac, target.with("managed", "no")]),
        Attachment::Bridge(bridge) => {
            let bridge = spec.domain.label.as_ref().unwrap_or(bridge);
            leaf("interface").with("type", "bridge").holding([mac, leaf("source").with("bridge", bridge), target])
        }
        Attachment::Direct { device, mode } => {
            let source = leaf("source").with("dev", device).with("mode", mode);
            leaf("interface").with("type", "direct").holding([mac, source])
        }
    };
    out.holding(model)
}

/// Restarts that a guest has had, oldest first, as its description remembers them.
#[must_use]
pub fn restarts(description: &Element) -> Vec<u128> {
    let Some(metadata) = description.find(&["metadata"]) else { return Vec::new() };
    let notes = metadata.children.iter().filter(|c| c.attributes.iter().any(|(_, value)| value == NOTES));
    let restarts = notes.flat_map(|notes| &notes.children).filter(|c| c.name.ends_with("restart"));
    restarts.filter_map(|restart| u128::from_str_radix(restart.attribute("token")?, 16).ok()).collect()
}

/// The note that remembers these restarts and one more.
#[must_use]
pub fn noted(before: &[u128], token: u128) -> Element {
    let kept = before.iter().filter(|known| **known != token).copied();
    let mut all: Vec<u128> = kept.chain([token]).collect();
    all.drain(..all.len().saturating_sub(REMEMBERED));
    let restart = |token: u128| Element::new("restart").with("token", format!("{token:x}"));
    Element::new("guest").holding(all.into_iter().map(restart))
}

pub(super) mod uuid {
    /// A number in the form of a UUID.
    pub(in super::super) fn hyphenated(number: u128) -> String {
        let hex = format!("{number:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

//! What an operator says about hosts that are driven through libvirt.

use super::cpu::CpuMode;
use super::rpc::{Endpoint, Timing};
use cloudstack_core::base::Mhz;
use cloudstack_core::port::driver::HostTarget;
use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, time::Duration};

/// What kind of guests a driver's hosts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Machines, by QEMU: on the host's processor, or emulated where the host cannot.
    Kvm,
    /// Containers.
    Lxc,
    /// The daemon's own pretence, for tests: guests that exist in its memory.
    Test,
}

impl Kind {
    /// Its name as clusters have it in `hypervisor`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Kvm => "KVM",
            Self::Lxc => "LXC",
            Self::Test => "Libvirt test",
        }
    }

    /// The part of the daemon that runs it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Kvm => "qemu:///system",
            Self::Lxc => "lxc:///system",
            Self::Test => "test:///default",
        }
    }
}

/// What guests of [`Kind::Kvm`] run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accelerator {
    /// The host's processor if a machine really gets through its firmware on it, about as fast as emulated at least; emulation
    /// otherwise. What a host says that it has is not believed.
    Probe,
    /// The host's processor.
    Native,
    /// Emulation.
    Emulated,
}

/// How interfaces of guests are joined to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// By the interface of the name in the specification, which a switch has made and joined before.
    Tap,
    /// Into the bridge that the network's label names, or this one where it has no label. Containers need this or
    /// [`Attachment::Direct`]: their end of a pair cannot be made beforehand.
    Bridge(String),
    /// Directly onto an interface of the host (`DirectVifDriver`).
    Direct {
        /// The host's interface, such as `eth0`.
        device: String,
        /// How guests of one host reach each other: `private`, `vepa`, `bridge`, `passthrough`.
        mode: String,
    },
}

/// What a machine starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boot {
    /// Its root disk.
    Disk,
    /// A kernel of the host.
    Kernel {
        /// The kernel's file.
        kernel: PathBuf,
        /// Its first file system.
        initrd: PathBuf,
        /// Its command line.
        command_line: String,
    },
}

/// How the image of a disk is cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Not on the host: what a guest writes is on the disk, and live migration is safe.
    None,
    /// By the host. For pools that cannot be opened without its cache, such as those in memory.
    Writeback,
}

impl Cache {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Writeback => "writeback",
        }
    }
}

/// What a container consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its root where it has no disk of its own; a disk is a folder of its pool.
    pub root: PathBuf,
    /// Its first program and what it is told.
    pub init: Vec<String>,
}

/// All of it.
///
/// ```
/// use cloudstack_drivers::libvirt::{Config, Kind, rpc::Endpoint};
/// let mut config = Config::new(Kind::Kvm);
/// // Every other host is asked at its management address, TCP 16509.
/// config.endpoints.insert("kvm1".into(), "ssh://root@kvm1".parse::<Endpoint>()?);
/// # Ok::<(), cloudstack_drivers::libvirt::rpc::BadEndpoint>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// What the hosts run.
    pub kind: Kind,
    /// The part of the daemon to open, where it is not the usual one.
    pub uri: Option<String>,
    /// Daemons by their host's name; those that are not named are asked at the host's address, by plain TCP.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What machines run on.
    pub accelerator: Accelerator,
    /// The processor that machines see.
    pub cpu: CpuMode,
    /// The board of machines, such as `q35`; the hypervisor's choice by default.
    pub machine: Option<String>,
    /// What machines start from.
    pub boot: Boot,
    /// How disks are cached.
    pub cache: Cache,
    /// Where a host listens for consoles (LXC-05). Its ports are found by the daemon, from 5900.
    pub consoles: IpAddr,
    /// How interfaces are joined.
    pub attachment: Attachment,
    /// What containers consist of.
    pub container: Container,
    /// Where pools that a host has to mount are mounted, each in a folder of its own.
    pub mounts: PathBuf,
    /// A folder of the host's for the disk that [`Accelerator::Probe`] needs, made by the daemon.
    pub scratch: PathBuf,
    /// The speed of a processor where a host does not know it.
    pub speed: Mhz,
    /// How long a guest may take to shut down before its plug is pulled.
    pub grace: Duration,
    /// How long a migration may take.
    pub migration: Duration,
    /// Waits of the connections.
    pub timing: Timing,
}

impl Config {
    /// The usual.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            uri: None,
            endpoints: BTreeMap::new(),
            accelerator: Accelerator::Probe,
            cpu: CpuMode::Generic,
            machine: None,
            boot: Boot::Disk,
            cache: Cache::None,
            consoles: IpAddr::from([0, 0, 0, 0]),
            attachment: Attachment::Tap,
            container: Container { root: "/".into(), init: vec!["/sbin/init".to_owned()] },
            mounts: "/mnt".into(),
            scratch: "/var/lib/libvirt/cloudstack-probe".into(),
            speed: Mhz(1_000),
            grace: Duration::from_secs(30),
            migration: Duration::from_secs(1_800),
            timing: Timing::default(),
        }
    }

    pub(super) fn endpoint(&self, host: &HostTarget) -> Endpoint {
        self.endpoints.get(&host.name).cloned().unwrap_or_else(|| Endpoint::tcp(host.address))
    }

    pub(super) fn opened(&self) -> &str {
        self.uri.as_deref().unwrap_or_else(|| self.kind.uri())
    }
}

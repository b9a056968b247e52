//! What an operator says about guests.

use crate::hosts::PoolFolders;
use cloudstack_core::base::Mib;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// What guests' processors are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accelerator {
    /// The hardware's virtualisation where a guest really gets to run with it, and translation where not. Found out once for each
    /// host, by starting something.
    #[default]
    Probe,
    /// The hardware's virtualisation.
    Kvm,
    /// Translation: slow, and everywhere.
    Tcg,
}

/// A kernel that is started instead of what lies on the root disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// The kernel.
    pub image: PathBuf,
    /// Its first file system.
    pub initrd: Option<PathBuf>,
    /// Its command line. `no_timer_check` keeps a kernel from giving up where processors are translated and busy.
    pub arguments: String,
}

/// How guests move between hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Migration {
    /// By a socket in the folder of the target: for hosts of one machine.
    Socket,
    /// By TCP to the target's address, to the first of these ports that is free.
    Tcp {
        /// The lowest.
        first: u16,
        /// How many.
        count: u16,
    },
}

/// What of a machine is one host's, where several are on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Processors.
    pub cores: u32,
    /// Memory for guests.
    pub ram: Mib,
}

/// How guests are run.
///
/// ```
/// use cloudstack_drivers::qemu::{Accelerator, Kernel, QemuConfig};
///
/// let kernel = Kernel {
///     image: "/srv/guest/vmlinuz".into(),
///     initrd: Some("/srv/guest/initrd.gz".into()),
///     arguments: "console=ttyS0 no_timer_check".into(),
/// };
/// let config = QemuConfig { kernel: Some(kernel), accelerator: Accelerator::Tcg, ..QemuConfig::default() };
/// assert_eq!(config.program, "qemu-system-x86_64");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QemuConfig {
    /// The program.
    pub program: String,
    /// What guests' processors are made of.
    pub accelerator: Accelerator,
    /// The model of processor that guests see; QEMU's generic one if not said.
    pub cpu: Option<String>,
    /// A kernel for every guest; guests start from their root disks if not said.
    pub kernel: Option<Kernel>,
    /// Interfaces leave checksums and segmenting to the host. Off where frames are switched in user space.
    pub offload: bool,
    /// Guests have a screen, reached by VNC.
    pub screen: bool,
    /// A guest's process may use no calls of the kernel that no guest has need for (seccomp).
    pub sandbox: bool,
    /// Memory for translated code, for each guest.
    pub translation: Mib,
    /// How long a guest that is asked to shut down has for it.
    pub grace: Duration,
    /// How long a guest has to let go of a disk or an interface.
    pub unplug: Duration,
    /// How guests move.
    pub migration: Migration,
    /// How long moving may take; then the guest stays.
    pub migration_time: Duration,
    /// How long a moving guest may stand still.
    pub downtime: Duration,
    /// Hosts that are parts of a machine, by name. Others are taken to be machines.
    pub shares: BTreeMap<String, Share>,
    /// Where volumes are.
    pub pools: PoolFolders,
}

impl Default for QemuConfig {
    fn default() -> Self {
        Self {
            program: "qemu-system-x86_64".into(),
            accelerator: Accelerator::Probe,
            cpu: None,
            kernel: None,
            offload: true,
            screen: true,
            sandbox: true,
            translation: Mib(32),
            grace: Duration::from_secs(20),
            unplug: Duration::from_secs(20),
            migration: Migration::Socket,
            migration_time: Duration::from_secs(300),
            downtime: Duration::from_millis(300),
            shares: BTreeMap::new(),
            pools: PoolFolders::default(),
        }
    }
}

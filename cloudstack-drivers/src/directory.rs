#![doc = include_str!("directory/docs.md")]

mod config;
mod files;
mod header;
mod image;
mod pool;

pub use config::DirectoryConfig;

use crate::hosts::{Hosts, Turn, Turns};
use cloudstack_core::port::driver::Capabilities;
use std::{path::Path, sync::Arc};

/// Keeps volumes and templates as files of directories.
///
/// ```
/// use cloudstack_drivers::{directory::{Directory, DirectoryConfig}, hosts::LocalHosts};
/// use std::sync::Arc;
///
/// let hosts = Arc::new(LocalHosts::new("/run/cloud").with("kvm1", []));
/// let storage = Arc::new(Directory::new(hosts, DirectoryConfig::default()));
/// // let cloud = Cloud::open("cloud.db")
/// //     .primary_storage("SharedMountPoint", storage.clone())
/// //     .image_storage("File", storage) …
/// # drop(storage);
/// ```
pub struct Directory {
    hosts: Arc<dyn Hosts>,
    config: DirectoryConfig,
    sheet: Capabilities,
    turns: Turns,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Directory {
    /// For these hosts.
    #[must_use]
    pub fn new(hosts: Arc<dyn Hosts>, config: DirectoryConfig) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let sheet = Capabilities {
            title: "Directory".into(),
            image_formats: words(&["QCOW2", "RAW"]),
            pool_kinds: words(&["Filesystem", "NetworkFilesystem", "SharedMountPoint"]),
            overprovisioning: true,
            ..Capabilities::default()
        };
        Self { hosts, config, sheet, turns: Turns::default() }
    }

    /// The lock of a file: one change of it at a time.
    fn turn(&self, file: &Path) -> Arc<Turn> {
        self.turns.named("", &file.display().to_string())
    }
}

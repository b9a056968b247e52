//! What an operator says about directories.

use crate::hosts::PoolFolders;
use cloudstack_core::base::Bytes;
use std::{collections::BTreeMap, path::PathBuf};

/// How volumes and templates are kept in directories.
///
/// ```
/// use cloudstack_drivers::directory::DirectoryConfig;
///
/// let config = DirectoryConfig { sources: vec!["/srv/images".into()], ..DirectoryConfig::default() };
/// assert!(!config.copy);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryConfig {
    /// Which folders pools and stores are.
    pub folders: PoolFolders,
    /// Folders below which `file://` addresses of templates may lie. None by default.
    pub sources: Vec<PathBuf>,
    /// How much of its file system a pool may have, by the pool's address, where it is not all: what is in use is then counted by
    /// the pool's own files, whatever else fills the file system.
    pub rooms: BTreeMap<String, Bytes>,
    /// Volumes are copies of their templates instead of leaning on one copy on the pool.
    pub copy: bool,
    /// The largest size of an unpacked template.
    pub largest: Bytes,
}

impl Default for DirectoryConfig {
    fn default() -> Self {
        let (folders, rooms) = (PoolFolders::default(), BTreeMap::new());
        Self { folders, sources: Vec::new(), rooms, copy: false, largest: Bytes::gib(1 << 10) }
    }
}

//! What an operator says about directories.

use crate::hosts::PoolFolders;
use cloudstack_core::base::Bytes;
use std::path::PathBuf;

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
    /// Volumes are copies of their templates instead of leaning on one copy on the pool.
    pub copy: bool,
    /// The largest size of an unpacked template.
    pub largest: Bytes,
}

impl Default for DirectoryConfig {
    fn default() -> Self {
        Self { folders: PoolFolders::default(), sources: Vec::new(), copy: false, largest: Bytes::gib(1 << 10) }
    }
}

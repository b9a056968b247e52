//! Where the files of pools and image stores are.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

/// Which folder a pool or an image store is, by its address.
///
/// `file:///srv/images`, `SharedMountPoint://localhost/mnt/primary` and a plain `/mnt/primary` name their folder. What is mounted, such
/// as `nfs://…`, is named here with the folder it is mounted at. The folder is the same on every host that uses it, and seen from
/// here: mounting is not these drivers' work.
///
/// ```
/// use cloudstack_drivers::hosts::PoolFolders;
/// use std::path::Path;
///
/// let folders = PoolFolders::default().with("nfs://192.0.2.50/export/primary", "/mnt/primary");
/// assert_eq!(folders.folder("nfs://192.0.2.50/export/primary").as_deref(), Some(Path::new("/mnt/primary")));
/// assert_eq!(folders.folder("file:///srv/images").as_deref(), Some(Path::new("/srv/images")));
/// assert_eq!(folders.folder("nfs://192.0.2.50/export/other"), None);
/// assert_eq!(folders.folder("file:///srv/../etc"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolFolders {
    mounts: BTreeMap<String, PathBuf>,
}

/// Schemes whose path is the folder.
const PLAIN: [&str; 3] = ["file", "filesystem", "sharedmountpoint"];

impl PoolFolders {
    /// With something mounted at this folder.
    #[must_use]
    pub fn with(mut self, url: &str, folder: impl Into<PathBuf>) -> Self {
        self.mounts.insert(url.to_owned(), folder.into());
        self
    }

    /// The folder of this address, if it has one.
    #[must_use]
    pub fn folder(&self, url: &str) -> Option<PathBuf> {
        if let Some(folder) = self.mounts.get(url) {
            return Some(folder.clone());
        }
        let path = match url.split_once("://") {
            None => url,
            Some((scheme, rest)) if PLAIN.contains(&scheme.to_ascii_lowercase().as_str()) => {
                rest.find('/').map(|at| &rest[at..])?
            }
            Some(_) => return None,
        };
        let path = Path::new(path);
        let plain = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
        (path.is_absolute() && path.components().all(plain)).then(|| path.to_owned())
    }

    /// The file of a volume: qcow2, whatever it began as. None if the address has no folder, or the name cannot be a file's.
    #[must_use]
    pub fn volume(&self, url: &str, volume: &str) -> Option<PathBuf> {
        plain_name(volume).then(|| self.folder(url).map(|folder| folder.join(format!("{volume}.qcow2")))).flatten()
    }
}

/// True for 1 to 100 of `A-Z a-z 0-9 _ . -`, not beginning with `.` or `-`: what may name files, and stand in any tool's arguments.
pub(crate) fn plain_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    (1..=100).contains(&name.len()) && !name.starts_with(['.', '-']) && name.bytes().all(fits)
}

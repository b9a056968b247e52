//! The guest: a kernel that is on this machine or comes from its package archive, and a first file system in memory made of one
//! busybox and a few scripts.

mod cpio;

use crate::failure::{Failure, Result};
use crate::needs;
use cpio::Archive;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of a guest in its folder.
pub(crate) const FILES: [&str; 2] = ["vmlinuz", "initrd"];
/// The package that depends on the newest kernel for guests.
const KERNEL_PACKAGE: &str = "linux-image-cloud-amd64";
/// What a guest's devices need, in the order in which they are loaded. What the kernel has built in is not there as a file.
const MODULES: [&str; 9] = [
    "virtio_ring",
    "virtio",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "failover",
    "net_failover",
    "virtio_net",
    "virtio_blk",
];
const SCRIPTS: [(&str, &str); 5] = [
    ("init", include_str!("image/init.sh")),
    ("etc/dhcp.sh", include_str!("image/dhcp.sh")),
    ("etc/who.sh", include_str!("image/who.sh")),
    ("bin/metadata", include_str!("image/metadata.sh")),
    ("bin/fetch", include_str!("image/fetch.sh")),
];

/// A guest that can be booted.
#[derive(Debug)]
pub(crate) struct Guest {
    /// Has [`FILES`].
    pub(crate) folder: PathBuf,
}

/// Where the kernel is kept from one run to the next.
///
/// # Errors
/// If the user has no home.
pub(crate) fn usual_cache() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    let base = base.ok_or_else(|| Failure::new("neither XDG_CACHE_HOME nor HOME is set").remedy("give --cache DIR"))?;
    Ok(base.join("cloudstack-local"))
}

/// Makes the guest's files, or finds them. A kernel is fetched once.
///
/// # Errors
/// If no kernel can be had, or the folder cannot be written.
pub(crate) fn prepare(cache: &Path, note: &mut dyn FnMut(&str)) -> Result<Guest> {
    std::fs::create_dir_all(cache).map_err(Failure::at(cache.display()))?;
    let kernel = match kept(cache).or_else(installed) {
        Some(kernel) => kernel,
        None => fetched(cache, note)?,
    };
    let busybox = needs::find("busybox").ok_or_else(|| Failure::new("busybox is missing"))?;
    let busybox = std::fs::read(&busybox).map_err(Failure::at(busybox.display()))?;
    write(&cache.join("initrd"), &initrd(&busybox, &kernel.modules()?))?;
    if kernel.image != cache.join("vmlinuz") {
        write(&cache.join("vmlinuz"), &std::fs::read(&kernel.image).map_err(Failure::at(kernel.image.display()))?)?;
    }
    Ok(Guest { folder: cache.to_owned() })
}

/// A kernel and the folder of its modules.
#[derive(Debug)]
struct Kernel {
    image: PathBuf,
    modules: PathBuf,
}

impl Kernel {
    /// The modules a guest needs, each with its bytes.
    fn modules(&self) -> Result<BTreeMap<&'static str, Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.modules.join("kernel")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(Failure::at(folder.display()))?.flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if let Some(name) = wanted(&path) {
                    found.insert(name, module(&path)?);
                }
            }
        }
        Ok(found)
    }
}

/// The module that a file is, if guests need it.
fn wanted(path: &Path) -> Option<&'static str> {
    let (stem, rest) = path.file_name()?.to_str()?.split_once('.')?;
    let stem = stem.replace('-', "_");
    MODULES.into_iter().find(|name| rest.starts_with("ko") && *name == stem)
}

fn module(path: &Path) -> Result<Vec<u8>> {
    let unpacked_by = match path.extension().and_then(|e| e.to_str()) {
        Some("xz") => "xz",
        Some("zst") => "zstd",
        Some("gz") => "gzip",
        _ => return std::fs::read(path).map_err(Failure::at(path.display())),
    };
    let unpacked = Command::new(unpacked_by).arg("-dc").arg(path).stdin(Stdio::null()).output();
    let unpacked = unpacked.map_err(Failure::at(unpacked_by))?;
    if unpacked.status.success() {
        Ok(unpacked.stdout)
    } else {
        Err(Failure::new(format!("{unpacked_by} cannot unpack {}", path.display())))
    }
}

/// The kernel of an earlier run.
fn kept(cache: &Path) -> Option<Kernel> {
    let modules = newest(&cache.join("lib/modules"), "")?;
    let image = cache.join("vmlinuz");
    image.is_file().then_some(Kernel { image, modules })
}

/// A kernel that this machine could boot itself, if its file may be read.
fn installed() -> Option<Kernel> {
    let image = newest(Path::new("/boot"), "vmlinuz-")?;
    std::fs::File::open(&image).ok()?;
    let version = image.file_name()?.to_str()?.strip_prefix("vmlinuz-")?.to_owned();
    let modules = Path::new("/lib/modules").join(version);
    modules.join("kernel").is_dir().then_some(Kernel { image, modules })
}

fn newest(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let named = entries.filter(|e| e.file_name().to_str().is_some_and(|name| name.starts_with(prefix)));
    named.map(|entry| entry.path()).max()
}

/// Downloads the kernel's package, as any user may, and takes out what a guest needs.
fn fetched(cache: &Path, note: &mut dyn FnMut(&str)) -> Result<Kernel> {
    let remedy =
        format!("sudo apt-get update; or put a kernel's vmlinuz and lib/modules/VERSION into {}", cache.display());
    let depends = tool(cache, "apt-cache", &["depends", KERNEL_PACKAGE]).map_err(|e| e.remedy(&remedy))?;
    let package = depends.lines().find_map(|line| line.trim().strip_prefix("Depends:")).map(str::trim);
    let package = package
        .filter(|name| name.starts_with("linux-image-"))
        .ok_or_else(|| Failure::new(format!("the archive has no {KERNEL_PACKAGE}")).remedy(&remedy))?;
    note(&format!("fetching the guests' kernel, {package}, once"));
    let work = cache.join(format!("fetching-{}", std::process::id()));
    std::fs::create_dir_all(&work).map_err(Failure::at(work.display()))?;
    let got = unpacked(cache, &work, package).map_err(|e| e.remedy(&remedy));
    let _gone = std::fs::remove_dir_all(&work);
    got?;
    kept(cache).ok_or_else(|| Failure::new(format!("{package} has no kernel where one is expected")))
}

fn unpacked(cache: &Path, work: &Path, package: &str) -> Result<()> {
    tool(work, "apt-get", &["download", "-qq", package])?;
    let file = newest(work, "linux-image-").ok_or_else(|| Failure::new(format!("{package} was not downloaded")))?;
    tool(work, "dpkg-deb", &["-x", &file.to_string_lossy(), "tree"])?;
    let tree = work.join("tree");
    let image =
        newest(&tree.join("boot"), "vmlinuz-").ok_or_else(|| Failure::new(format!("{package} has no kernel")))?;
    let rename = |from: PathBuf, to: PathBuf| std::fs::rename(&from, &to).map_err(Failure::at(to.display()));
    std::fs::create_dir_all(cache.join("lib")).map_err(Failure::at(cache.display()))?;
    rename(tree.join("lib/modules"), cache.join("lib/modules"))?;
    rename(image, cache.join("vmlinuz"))
}

fn tool(folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").env("PATH", needs::path()).stdin(Stdio::null());
    let ended = command.output().map_err(Failure::at(program))?;
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(Failure::new(format!("`{program} {}`: {}", arguments.join(" "), said.trim())))
}

/// The first file system, uncompressed: a megabyte more to read, and nothing to unpack under emulation.
fn initrd(busybox: &[u8], modules: &BTreeMap<&'static str, Vec<u8>>) -> Vec<u8> {
    let mut archive = Archive::default();
    for folder in ["bin", "dev", "etc", "modules", "proc", "sys", "tmp", "www"] {
        archive.folder(folder);
    }
    archive.character_device("dev/console", (5, 1));
    archive.file("bin/busybox", 0o755, busybox);
    for (name, text) in SCRIPTS {
        archive.file(name, 0o755, text.as_bytes());
    }
    let order: String = MODULES.iter().map(|name| format!("{name}\n")).collect();
    archive.file("modules/order", 0o644, order.as_bytes());
    for (name, bytes) in modules {
        archive.file(&format!("modules/{name}.ko"), 0o644, bytes);
    }
    archive.finish()
}

/// Writes a file that is never seen in part.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        let _gone = std::fs::remove_file(&part);
        Failure::at(path.display())(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_known_however_they_are_packed() {
        for (file, name) in [
            ("a/virtio_net.ko", Some("virtio_net")),
            ("a/virtio-blk.ko.xz", Some("virtio_blk")),
            ("a/virtio_pci.ko.zst", Some("virtio_pci")),
            ("a/virtio_net.txt", None),
            ("a/e1000.ko", None),
            ("a/virtio_net", None),
        ] {
            assert_eq!(wanted(Path::new(file)), name, "{file}");
        }
    }

    #[test]
    fn a_guest_has_its_program_its_modules_and_their_order() {
        let image = initrd(b"BUSYBOX", &[("virtio_net", b"MODULE".to_vec())].into());
        let has = |part: &[u8]| image.windows(part.len()).any(|w| w == part);
        for part in ["BUSYBOX", "MODULE", "modules/virtio_net.ko", "virtio_pci\nfailover\n", "TRAILER!!!"] {
            assert!(has(part.as_bytes()), "{part}");
        }
    }
}

//! The smallest guest that does something: Debian's kernel for clouds, as its package has it, and a first file system with busybox.
//!
//! Its address is told by its hardware address: `10.9.0.N` for `..:N`. What is written to its serial line is run by a shell.

use cloudstack_drivers::qemu::Kernel;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const MODULES: [&str; 8] = [
    "drivers/virtio/virtio_ring",
    "drivers/virtio/virtio",
    "drivers/virtio/virtio_pci_modern_dev",
    "drivers/virtio/virtio_pci_legacy_dev",
    "drivers/virtio/virtio_pci",
    "net/core/failover",
    "drivers/net/net_failover",
    "drivers/net/virtio_net",
];

const INIT: &str = r#"#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
for m in /mod/*.ko; do insmod $m; done
ip link set lo up
mac=$(cat /sys/class/net/eth0/address 2>/dev/null)
[ -n "$mac" ] && ip link set eth0 up && ip addr add 10.9.0.$((0x${mac##*:}))/24 dev eth0
echo "READY"
exec setsid cttyhack sh
"#;

/// The kernel and its first file system, built once for each build folder.
pub(crate) fn kernel() -> Kernel {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("guest");
        if !folder.join("initrd.gz").exists() {
            build(&folder);
        }
        folder
    });
    let (image, initrd) = (folder.join("vmlinuz"), Some(folder.join("initrd.gz")));
    Kernel { image, initrd, arguments: "console=ttyS0 quiet panic=-1 no_timer_check".into() }
}

fn sh(folder: &Path, script: &str) -> String {
    let output = Command::new("sh").args(["-ec", script]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Builds beside and renames, so that what is there is whole; two that build at a time do not meet.
fn build(folder: &Path) {
    let work = folder.with_extension(std::process::id().to_string());
    fs::create_dir_all(work.join("root")).unwrap();
    // Fetched without being installed: only its kernel and a few modules are of use.
    let package = "apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1";
    sh(&work, &format!("apt-get download -q $({package}) && dpkg-deb -x linux-image-*.deb unpacked"));
    sh(
        &work,
        "cp unpacked/boot/vmlinuz-* vmlinuz && cd root && mkdir -p bin dev proc sys mod tmp && cp /bin/busybox bin/",
    );
    for (n, module) in MODULES.iter().enumerate() {
        let name = module.rsplit('/').next().unwrap();
        // A module that is part of the kernel itself has no file.
        sh(
            &work,
            &format!(
                "f=$(echo unpacked/lib/modules/*/kernel/{module}.ko); test ! -f $f || cp $f root/mod/{n}-{name}.ko"
            ),
        );
    }
    let block = "drivers/block/virtio_blk";
    sh(
        &work,
        &format!("f=$(echo unpacked/lib/modules/*/kernel/{block}.ko); test ! -f $f || cp $f root/mod/9-virtio_blk.ko"),
    );
    fs::write(work.join("root/init"), INIT).unwrap();
    sh(&work, "chmod +x root/init && cd root && find . | cpio --quiet -o -H newc | gzip > ../initrd.gz");
    sh(&work, "rm -rf unpacked root linux-image-*.deb");
    if fs::rename(&work, folder).is_err() {
        // Another one was quicker.
        fs::remove_dir_all(&work).unwrap();
    }
}

/// Waits until the guest in this folder has said something this often.
pub(crate) async fn said(folder: &Path, what: &str, times: usize) -> Duration {
    let began = Instant::now();
    let log = folder.join("serial.log");
    loop {
        let told = fs::read(&log).unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        if told.matches(what).count() >= times {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(120), "the guest never said {what} {times} times:\n{told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Has the shell of the guest in this folder run a line, and waits until it has said what it then should.
pub(crate) async fn tell(folder: &Path, line: &str, answer: &str) {
    use tokio::io::AsyncWriteExt as _;
    let mut serial = tokio::net::UnixStream::connect(folder.join("serial.sock")).await.unwrap();
    serial.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    // A serial line takes a few bytes at a time, and what is still on its way when the connection ends is lost.
    said(folder, answer, 1).await;
}

//! A guest that counts aloud: a Debian kernel and a busybox, put together once per build folder.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

const SCRIPT: &str = r#"
set -eu
cd "$1"
[ -e vmlinuz ] && [ -e initrd ] && exit 0
package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: *//p' | head -n 1)
[ -n "$(find . -name '*.deb')" ] || apt-get -q download "$package"
rm -rf kernel root
dpkg-deb -x ./*.deb kernel
mkdir -p root/bin root/dev root/proc
cp "$(command -v busybox)" root/bin/busybox
cat >root/init <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
n=0
while :; do
    echo "tick $n"
    n=$((n + 1))
    /bin/busybox usleep 100000
done
INIT
chmod +x root/init
(cd root && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >initrd.new
mv initrd.new initrd
cp kernel/boot/vmlinuz-* vmlinuz.new
mv vmlinuz.new vmlinuz
"#;

/// The kernel and its first file system.
pub(crate) fn ticking() -> (PathBuf, PathBuf) {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ticking");
        std::fs::create_dir_all(&folder).unwrap();
        let made =
            Command::new("sh").arg("-c").arg(SCRIPT).arg("sh").arg(&folder).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "a guest needs apt-get, dpkg-deb, busybox-static and a Debian mirror: {said}");
        folder
    });
    (folder.join("vmlinuz"), folder.join("initrd"))
}

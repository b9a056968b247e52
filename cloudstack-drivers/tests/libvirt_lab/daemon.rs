//! Hosts: each a libvirt daemon in namespaces of its own, with its own folders. All of it ends with the value, also after a panic.

use cloudstack_core::base::id::{EntityId as _, HostId};
use cloudstack_core::port::driver::HostTarget;
use cloudstack_drivers::libvirt::rpc::Endpoint;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

/// Ports that a host takes: for migrations, then for its doors.
const PORTS: u16 = 40;

pub(crate) struct Host {
    folder: tempfile::TempDir,
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    ports: u16,
    pub(crate) target: HostTarget,
}

/// What a host is to be like.
#[derive(Default)]
pub(crate) struct Shape {
    /// Only the older control groups are seen, which containers need on a machine that has both.
    pub(crate) old_groups: bool,
    /// It listens beyond its socket: the settings that say where.
    pub(crate) doors: Option<String>,
}

impl Host {
    pub(crate) fn new(name: &str) -> Self {
        Self::shaped(name, &Shape::default())
    }

    pub(crate) fn shaped(name: &str, shape: &Shape) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let base = 20_000 + (std::process::id() % 400) as u16 * 64;
        let ports = base + number % 8 * PORTS;
        let folder = tempfile::Builder::new().prefix("cs-lv").tempdir().unwrap();
        let doors = shape.doors.as_deref().unwrap_or("listen_tls = 0\n");
        std::fs::write(folder.path().join("doors.conf"), doors).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libvirt_lab/host.sh");
        let uuid = format!("aaaaaaaa-0000-4000-8000-{:08x}{number:04x}", std::process::id());
        let mut child = Command::new("unshare")
            .args(["-m", "-u", "-p", "--fork", "--kill-child", "sh"])
            .args([script.as_path(), folder.path()])
            .args([name, &uuid, &ports.to_string()])
            .arg(if shape.old_groups { "v1" } else { "" })
            .args(shape.doors.as_ref().map(|_| "--listen"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`unshare` (util-linux), root");
        let (orders, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let id = HostId::from_u128(u128::from(number) + 1);
        let target = HostTarget { id, name: name.to_owned(), address: [127, 0, 0, 1].into() };
        let mut host = Self { folder, child, orders, answers, ports, target };
        host.start();
        host
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder().join("run/libvirt-sock")
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.socket())
    }

    /// Its door for plain TCP.
    pub(crate) fn tcp_port(&self) -> u16 {
        self.ports + 30
    }

    fn order(&mut self, word: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{word}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let errors = std::fs::read_to_string(self.folder().join("host.err")).unwrap_or_default();
        assert_eq!(answer, "done\n", "{errors}");
    }

    /// Starts the daemon, and waits until it listens.
    pub(crate) fn start(&mut self) {
        let old = std::fs::remove_file(self.socket());
        drop(old);
        self.order("start");
        let until = Instant::now() + Duration::from_secs(30);
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            let errors = std::fs::read_to_string(self.folder().join("libvirtd.err")).unwrap_or_default();
            assert!(Instant::now() < until, "libvirtd (libvirt-daemon) does not listen: {errors}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the daemon as a crash would. Its guests stay.
    pub(crate) fn kill(&mut self) {
        self.order("kill");
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // The first process ends with its input; the others of its namespace end with it.
        drop(self.orders.take());
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

//! Two hosts that are network namespaces, joined by a cable, and namespaces that play guests. All is taken away on drop, also after a
//! panic.

use cloudstack_core::base::id::{EntityId, HostId};
use cloudstack_core::port::driver::HostTarget;
use cloudstack_drivers::hosts::LocalHosts;
use cloudstack_drivers::runner::{Local, Runner, ToolFailed};
use std::path::{Path, PathBuf};

pub(crate) struct Pair {
    name: String,
    folder: tempfile::TempDir,
    guests: Vec<String>,
}

impl Pair {
    /// Builds it. `mark` tells the labs of one process apart.
    pub(crate) fn new(mark: &str) -> Self {
        let name = format!("cs{}{mark}", std::process::id());
        let pair = Self { name, folder: tempfile::tempdir().unwrap(), guests: Vec::new() };
        for n in 1..=2 {
            pair.ip(&format!("netns add {}", pair.space(n)));
            pair.ip(&format!("-n {} link set lo up", pair.space(n)));
        }
        pair.cable("under");
        for n in 1..=2 {
            pair.ip(&format!("-n {} addr add 192.0.2.{n}/24 dev under{n}", pair.space(n)));
        }
        pair
    }

    /// One more cable between the hosts: its ends are called `NAME1` and `NAME2`.
    pub(crate) fn cable(&self, name: &str) {
        let (one, two) = (self.space(1), self.space(2));
        self.ip(&format!("link add {name}1 netns {one} type veth peer name {name}2 netns {two}"));
        self.ip(&format!("-n {one} link set {name}1 up"));
        self.ip(&format!("-n {two} link set {name}2 up"));
    }

    /// The namespace of a host.
    pub(crate) fn space(&self, n: u8) -> String {
        format!("{}h{n}", self.name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[allow(dead_code, reason = "not every lab that shares this module names its hosts")]
    pub(crate) fn host(&self, n: u8) -> HostTarget {
        HostTarget { id: HostId::from_u128(n.into()), name: format!("kvm{n}"), address: [192, 0, 2, n].into() }
    }

    /// The host's own files.
    #[allow(dead_code, reason = "not every lab that shares this module looks there")]
    pub(crate) fn host_folder(&self, n: u8) -> PathBuf {
        self.folder().join(format!("kvm{n}"))
    }

    pub(crate) fn hosts(&self) -> LocalHosts {
        let (one, two) = (self.space(1), self.space(2));
        LocalHosts::new(self.folder())
            .with("kvm1", ["ip", "netns", "exec", &one])
            .with("kvm2", ["ip", "netns", "exec", &two])
    }

    /// A namespace with one interface, whose other end is called `tap` on the host.
    pub(crate) fn guest(&mut self, host: u8, tap: &str, address: &str) -> String {
        let guest = format!("{}{tap}", self.name);
        self.ip(&format!("netns add {guest}"));
        self.guests.push(guest.clone());
        self.ip(&format!("link add {tap} netns {} type veth peer name eth0 netns {guest}", self.space(host)));
        self.ip(&format!("-n {guest} addr add {address} dev eth0"));
        self.ip(&format!("-n {guest} link set lo up"));
        self.ip(&format!("-n {guest} link set eth0 up"));
        guest
    }

    /// Runs a program in a namespace.
    pub(crate) fn inside(&self, space: &str, program: &str, words: &str) -> Result<String, ToolFailed> {
        let by = ["ip", "netns", "exec", space].map(str::to_owned).to_vec();
        Local { by }.run(program, &words.split(' ').collect::<Vec<_>>(), "")
    }

    /// Names of the links of a host.
    #[allow(dead_code, reason = "not every lab that shares this module looks there")]
    pub(crate) fn links(&self, n: u8) -> Vec<String> {
        let told = self.inside(&self.space(n), "ip", "-brief link show").unwrap();
        told.lines().filter_map(|line| line.split([' ', '@']).next()).map(str::to_owned).collect()
    }

    /// True if one guest reaches an address within five seconds.
    pub(crate) fn reaches(&self, guest: &str, address: &str) -> bool {
        self.inside(guest, "ping", &format!("-c 1 -i 0.2 -w 5 {address}")).is_ok()
    }

    pub(crate) fn ip(&self, words: &str) {
        Local::default().run("ip", &words.split(' ').collect::<Vec<_>>(), "").unwrap();
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let root = Local::default();
        let spaces = [self.space(1), self.space(2)];
        for space in self.guests.iter().chain(&spaces) {
            // Links go with their namespaces; one that is not there was never made.
            let _gone = root.run("ip", &["netns", "del", space], "");
        }
    }
}

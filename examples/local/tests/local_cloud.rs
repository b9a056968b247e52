//! The program as its users have it: what it says to a machine that lacks something, and, with the feature `lab`, the whole of
//! it as an unprivileged user, and what it leaves when it is stopped.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_local-cloud");

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_machine_that_lacks_programs_is_told_how_to_get_them() {
    let ended = Command::new(PROGRAM).env("PATH", "/nowhere").output().unwrap();
    let said = text(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.starts_with("local-cloud: this machine lacks unshare, nsenter, "), "{said}");
    let remedy = said.lines().find(|line| line.trim().starts_with("remedy: sudo apt-get install "));
    assert!(remedy.is_some_and(|line| line.contains("util-linux")), "{said}");
    assert!(ended.stdout.is_empty());
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_made() {
    let ended = Command::new(PROGRAM).arg("--kep").output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(text(&ended.stderr).contains("--keep"), "it says what was meant: {}", text(&ended.stderr));
}

#[cfg(feature = "lab")]
mod lab {
    use super::{PROGRAM, text};
    use serde_json::Value;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::Mutex;
    use std::time::{Duration, Instant};

    /// One at a time: each takes the whole machine.
    static TURN: Mutex<()> = Mutex::new(());

    /// Somebody without any right, with a home of their own. Gone at the end, with all their processes and files.
    struct User {
        name: String,
        home: PathBuf,
        before: BTreeSet<String>,
    }

    impl User {
        fn new() -> Self {
            let name = format!("cslocal{}", std::process::id());
            must(Command::new("useradd").args(["--create-home", "--shell", "/bin/sh", &name]));
            let home = PathBuf::from("/home").join(&name);
            let program = home.join("local-cloud");
            // Where the program was built may be closed to others.
            fs::copy(PROGRAM, &program).unwrap();
            must(Command::new("chown").arg(&name).arg(&program));
            Self { name, home, before: namespaces() }
        }

        /// The program, as this user, in the user's home.
        fn command(&self, arguments: &[&str]) -> Command {
            let mut command = Command::new("runuser");
            command.args(["-u", &self.name, "--", "env", "-i"]);
            command.arg(format!("HOME={}", self.home.display())).args(["PATH=/usr/bin:/bin", "./local-cloud"]);
            command.args(arguments).current_dir(&self.home).stdin(Stdio::null());
            command
        }

        fn processes(&self) -> String {
            text(&Command::new("ps").args(["-u", &self.name, "-o", "pid=,args="]).output().unwrap().stdout)
        }

        /// Nothing runs, nothing is mounted or named, and there are no files but those that shall stay.
        fn nothing_is_left(&self, files: &[&str]) {
            let soon = Instant::now() + Duration::from_secs(10);
            while !self.processes().is_empty() && Instant::now() < soon {
                std::thread::yield_now();
            }
            assert_eq!(self.processes(), "");
            assert_eq!(namespaces(), self.before);
            assert!(!Path::new("/run/local-cloud").exists());
            let known = [".bash_logout", ".bashrc", ".profile", ".cache", "local-cloud"];
            let there =
                fs::read_dir(&self.home).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let new: BTreeSet<String> = there.filter(|name| !known.contains(&name.as_str())).collect();
            assert_eq!(new, files.iter().map(|name| (*name).to_owned()).collect());
            let cache: BTreeSet<String> = fs::read_dir(self.home.join(".cache/cloudstack-local"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert!(cache.iter().all(|name| ["initrd", "lib", "vmlinuz"].contains(&name.as_str())), "{cache:?}");
        }
    }

    impl Drop for User {
        fn drop(&mut self) {
            for line in self.processes().lines() {
                let pid = line.split_whitespace().next().unwrap_or_default();
                let _gone = Command::new("kill").args(["-9", pid]).status();
            }
            let _gone = Command::new("userdel").args(["--remove", "--force", &self.name]).output();
        }
    }

    fn must(command: &mut Command) {
        let ended = command.output().unwrap();
        assert!(ended.status.success(), "{command:?}: {}", text(&ended.stderr));
    }

    /// Named network namespaces, and links, of the machine itself.
    fn namespaces() -> BTreeSet<String> {
        let said = |arguments: &[&str]| text(&Command::new("ip").args(arguments).output().unwrap().stdout);
        let links = said(&["-o", "link"]);
        let links = links.lines().filter_map(|line| line.split(": ").nth(1).map(str::to_owned));
        links.chain(said(&["netns", "list"]).lines().map(str::to_owned)).collect()
    }

    #[test]
    fn an_unprivileged_user_sees_every_check_pass_in_two_minutes_and_nothing_is_left() {
        let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
        let user = User::new();
        let began = Instant::now();
        let ended = user.command(&["--json", "--svg", "cloud.svg"]).output().unwrap();
        let took = began.elapsed();
        let said = text(&ended.stderr);
        let told: Value = serde_json::from_slice(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
        let checks = told["checks"].as_array().unwrap();
        let failed: Vec<&Value> = checks.iter().filter(|check| check["passed"] != true).collect();
        assert!(failed.is_empty(), "{failed:#?}\n{said}");
        assert!(ended.status.success(), "{said}");
        let parts: BTreeSet<&str> = checks.iter().filter_map(|check| check["part"].as_str()).collect();
        #[rustfmt::skip]
        let wanted = [
            "cloud", "guests", "DHCP", "DNS", "user data", "metadata", "SSH key", "hosts", "egress", "source NAT", "firewall",
            "port forward", "oracle", "static NAT", "load balancer", "tenants", "security group", "SIGKILL", "migration",
        ];
        assert_eq!(parts, wanted.into());
        assert!(checks.len() >= 40, "{} checks", checks.len());
        assert!(took < Duration::from_secs(120), "{took:?}");
        for first in ["seconds_to_first_ping", "seconds_to_first_http"] {
            assert!(told[first].as_f64().is_some_and(|seconds| seconds < 60.0), "{told}");
        }
        let picture = fs::read_to_string(user.home.join("cloud.svg")).unwrap();
        for part in ["kvm1", "kvm2", "web-1", "web-2", "front", "back", "spy", "class=\"path\"", "let in by firewall"] {
            assert!(picture.contains(part), "{part}");
        }
        user.nothing_is_left(&["cloud.svg"]);
    }

    /// Waits until guests run, stops the program by a signal, and gives its exit status.
    fn stopped_by(user: &User, signal: &str) -> Option<i32> {
        let mut child =
            user.command(&["--svg", "cloud.svg"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let late = Instant::now() + Duration::from_secs(60);
        while !user.processes().contains("qemu-system-x86_64 ") {
            assert!(Instant::now() < late && child.try_wait().unwrap().is_none(), "no guest was started");
        }
        // What `runuser` has started: the outermost process of the program.
        let outermost = |line: &&str| line.trim_end().ends_with("./local-cloud --svg cloud.svg");
        let processes = user.processes();
        let line = processes.lines().find(outermost).unwrap_or_else(|| panic!("{processes}"));
        let pid = line.split_whitespace().next().unwrap();
        must(Command::new("kill").args([signal, pid]));
        ended(&mut child)
    }

    fn ended(child: &mut Child) -> Option<i32> {
        child.wait().unwrap().code()
    }

    #[test]
    fn whoever_stops_it_finds_nothing_left() {
        let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
        let user = User::new();
        for signal in ["-INT", "-TERM", "-HUP"] {
            assert_eq!(stopped_by(&user, signal), Some(130), "{signal}");
            user.nothing_is_left(&[]);
        }
        // This signal asks nobody; what it leaves behind notices by itself.
        assert_ne!(stopped_by(&user, "-KILL"), Some(0));
        user.nothing_is_left(&[]);
    }
}

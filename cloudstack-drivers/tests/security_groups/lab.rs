//! Four namespaces joined by a bridge in a fifth. Everything is taken away on drop, also after a panic.

use cloudstack_core::rules::ir::{Mac, Tap};
use cloudstack_drivers::runner::{Local, Runner};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(700);
const PORTS: [u16; 4] = [22, 53, 80, 81];

pub(crate) fn mac(n: u8) -> Mac {
    Mac([2, 0, 0, 0, 0, n])
}

pub(crate) fn tap(n: u8) -> Tap {
    if n == 4 { "uplink".parse().unwrap() } else { format!("vnet{n}").parse().unwrap() }
}

pub(crate) fn v4(n: u8) -> IpAddr {
    IpAddr::from([10, 5, 0, n])
}

pub(crate) fn v6(n: u8) -> IpAddr {
    format!("2001:db8:5::{n}").parse().unwrap()
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Tcp(u16),
    Udp(u16),
    Ping,
}

/// One attempt to reach somebody.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) from: u8,
    pub(crate) to: IpAddr,
    pub(crate) kind: Kind,
}

pub(crate) struct Lab {
    name: String,
    servers: Vec<Child>,
}

impl Lab {
    /// Builds it. `mark` tells the labs of one process apart.
    pub(crate) fn new(mark: &str) -> Self {
        let mut lab = Self { name: format!("cs{}{mark}", std::process::id()), servers: Vec::new() };
        let root = Local::default();
        let ip = |arguments: String| {
            root.run("ip", &arguments.split(' ').collect::<Vec<_>>(), "").unwrap();
        };
        let host = lab.namespace("h");
        ip(format!("netns add {host}"));
        ip(format!("-n {host} link set lo up"));
        ip(format!("-n {host} link add br0 type bridge"));
        ip(format!("-n {host} link set br0 up"));
        for switch in ["iptables", "ip6tables"] {
            let setting = format!("net.bridge.bridge-nf-call-{switch}=1");
            lab.host().run("sysctl", &["-qw", &setting], "").unwrap();
        }
        for n in 1..=4 {
            let (guest, tap) = (lab.namespace(&n.to_string()), tap(n));
            ip(format!("netns add {guest}"));
            ip(format!("link add {tap} netns {host} type veth peer name eth0 netns {guest}"));
            ip(format!("-n {host} link set {tap} master br0 up"));
            ip(format!("-n {guest} link set eth0 address {}", mac(n)));
            ip(format!("-n {guest} link set lo up"));
            ip(format!("-n {guest} link set eth0 up"));
            ip(format!("-n {guest} addr add {}/24 dev eth0", v4(n)));
            ip(format!("-n {guest} addr add {}/64 dev eth0 nodad", v6(n)));
            let server = lab.child(n, "serve");
            lab.servers.push(server);
        }
        for server in &mut lab.servers {
            // It says so when it listens.
            let mut line = [0; 1];
            let mut said = String::new();
            let out = server.stdout.as_mut().unwrap();
            while !said.contains("READY") {
                assert_eq!(out.read(&mut line).unwrap(), 1, "a server ended: {said}");
                said.push(char::from(line[0]));
            }
        }
        lab
    }

    /// The name of a namespace; of all of them the beginning, if no part is given.
    pub(crate) fn namespace(&self, part: &str) -> String {
        format!("{}{part}", self.name)
    }

    /// Runs tools where the bridge is.
    pub(crate) fn host(&self) -> Local {
        self.at("h")
    }

    /// Runs tools where a guest is.
    pub(crate) fn guest(&self, n: u8) -> Local {
        self.at(&n.to_string())
    }

    fn at(&self, part: &str) -> Local {
        Local { by: ["ip", "netns", "exec"].map(str::to_owned).into_iter().chain([self.namespace(part)]).collect() }
    }

    /// This program, started in a guest's namespace.
    fn child(&self, n: u8, work: &str) -> Child {
        let exe = std::env::current_exe().unwrap();
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace(&n.to_string())]).arg(exe);
        command.args(["--exact", "inside", "--nocapture", "--test-threads=1"]).env("SECURITY_GROUPS_LAB", work);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
    }

    /// Makes all attempts, those from one guest at the same time, and says which reached somebody.
    pub(crate) fn try_all(&self, probes: &[Probe]) -> Vec<bool> {
        let mut found = vec![false; probes.len()];
        let children: Vec<(Vec<usize>, Child)> = (1..=4)
            .filter_map(|n| {
                let mine: Vec<usize> = (0..probes.len()).filter(|at| probes[*at].from == n).collect();
                let work: Vec<String> = mine.iter().map(|at| probes[*at].text()).collect();
                (!mine.is_empty()).then(|| (mine, self.child(n, &work.join(" "))))
            })
            .collect();
        for (mine, child) in children {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let answer = text.lines().find_map(|l| l.split_once("ANSWER ")).map(|(_, a)| a.to_owned());
            let answer = answer.unwrap_or_else(|| panic!("no answer: {text}"));
            assert_eq!(answer.len(), mine.len());
            for (at, one) in mine.into_iter().zip(answer.bytes()) {
                found[at] = one == b'1';
            }
        }
        found
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for server in &mut self.servers {
            // Best effort: what is gone is gone.
            let _ = server.kill();
            let _ = server.wait();
        }
        for part in ["h", "1", "2", "3", "4"] {
            let _ = Command::new("ip").args(["netns", "del", &self.namespace(part)]).stderr(Stdio::null()).status();
        }
    }
}

impl Probe {
    fn text(&self) -> String {
        match self.kind {
            Kind::Tcp(port) => format!("tcp,{},{port}", self.to),
            Kind::Udp(port) => format!("udp,{},{port}", self.to),
            Kind::Ping => format!("ping,{},0", self.to),
        }
    }
}

/// What a child does; nothing, if this is not one.
pub(crate) fn inside() {
    let Ok(work) = std::env::var("SECURITY_GROUPS_LAB") else { return };
    if work == "serve" {
        return serve();
    }
    let probes: Vec<std::thread::JoinHandle<bool>> = work
        .split(' ')
        .map(|probe| {
            let probe = probe.to_owned();
            std::thread::spawn(move || reaches(&probe))
        })
        .collect();
    let answer: String = probes.into_iter().map(|p| if p.join().unwrap() { '1' } else { '0' }).collect();
    println!("\nANSWER {answer}");
}

fn serve() {
    let any: IpAddr = "::".parse().unwrap();
    for port in PORTS {
        let tcp = TcpListener::bind((any, port)).unwrap();
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                let _ = stream.and_then(|mut s| s.write_all(b"hello"));
            }
        });
        let udp = UdpSocket::bind((any, port)).unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 16];
            while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                let _ = udp.send_to(&buffer[..length], from);
            }
        });
    }
    println!("\nREADY");
    // Until killed, or until the parent is gone and with it the pipe.
    let _ = std::io::stdin().read(&mut [0]);
}

fn reaches(probe: &str) -> bool {
    let parts: Vec<&str> = probe.split(',').collect();
    let to = SocketAddr::new(parts[1].parse().unwrap(), parts[2].parse().unwrap());
    match parts[0] {
        "tcp" => TcpStream::connect_timeout(&to, PATIENCE).is_ok_and(|mut stream| {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            stream.read(&mut [0; 8]).is_ok_and(|n| n > 0)
        }),
        "udp" => {
            let any: IpAddr = if to.is_ipv4() { [0, 0, 0, 0].into() } else { "::".parse().unwrap() };
            let socket = UdpSocket::bind((any, 0)).unwrap();
            let _ = socket.set_read_timeout(Some(PATIENCE));
            socket.send_to(b"hello", to).is_ok() && socket.recv_from(&mut [0; 8]).is_ok()
        }
        _ => {
            let address = to.ip().to_string();
            let ping = Command::new("ping").args(["-c", "1", "-W", "1", &address]).stdout(Stdio::null()).status();
            ping.unwrap().success()
        }
    }
}

//! A world, a gateway host and guests, each a namespace. Everything is taken away on drop, also after a panic.

use async_trait::async_trait;
use cloudstack_core::base::id::{EntityId, HostId, NetworkId};
use cloudstack_core::port::driver::{
    BroadcastDomain, Capabilities, DriverResult, HostTarget, NetworkDevice, VirtualSwitch,
};
use cloudstack_core::rules::ir::Tap;
use cloudstack_drivers::hosts::{LocalHosts, run};
use cloudstack_drivers::router::{Config, VirtualRouter};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Guests' bridge and the world's, on the host.
const GUESTS: &str = "guests";
const WORLD: &str = "world";

/// Joins what it is told to join to one bridge.
struct OneBridge {
    hosts: LocalHosts,
    sheet: Capabilities,
}

#[async_trait]
impl VirtualSwitch for OneBridge {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_joined(&self, host: &HostTarget, _: &BroadcastDomain, tap: Tap) -> DriverResult<()> {
        let words = ["link", "set", "dev", tap.as_str(), "master", GUESTS, "up"];
        run(&self.hosts, host, "ip", &words, "").await.map(drop)
    }

    async fn ensure_parted(&self, host: &HostTarget, tap: Tap) -> DriverResult<()> {
        match run(&self.hosts, host, "ip", &["link", "del", "dev", tap.as_str()], "").await {
            Err(e) if e.message.contains("Cannot find device") => Ok(()),
            answer => answer.map(drop),
        }
    }
}

pub(crate) struct Lab {
    pub(crate) name: String,
    pub(crate) folder: tempfile::TempDir,
    servers: Vec<Child>,
    networks: std::sync::Mutex<BTreeSet<NetworkId>>,
}

/// Runs a shell here; what it printed.
pub(crate) fn sh(script: &str) -> String {
    let output = Command::new("sh").args(["-c", script]).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Lab {
    /// A world `w`, a host `h`, guests `1` to `3`. `mark` tells the labs of one process apart.
    pub(crate) fn new(mark: &str) -> Self {
        let name = format!("cr{}{mark}", std::process::id());
        let folder = tempfile::tempdir().unwrap();
        let mut lab = Self { name, folder, servers: Vec::new(), networks: std::sync::Mutex::default() };
        let host = lab.ns("h");
        let mut script = format!(
            "ip netns add {host}\nip -n {host} link set lo up\n\
             for b in {GUESTS} {WORLD}; do ip -n {host} link add $b type bridge; ip -n {host} link set $b up; done\n"
        );
        for part in ["w", "1", "2", "3"] {
            let (ns, bridge) = (lab.ns(part), if part == "w" { WORLD } else { GUESTS });
            script += &format!(
                "ip netns add {ns}\nip link add to-{part} netns {host} type veth peer name eth0 netns {ns}\n\
                 ip -n {host} link set to-{part} master {bridge} up\nip -n {ns} link set lo up\n"
            );
            match part.parse::<u8>() {
                Ok(n) => {
                    script += &format!(
                        "ip -n {ns} link set eth0 address 02:00:00:00:00:0{n} up\n\
                         ip -n {ns} addr add 10.1.1.1{n}/24 dev eth0\nip -n {ns} route add default via 10.1.1.1\n"
                    );
                }
                Err(_) => {
                    script += &format!(
                        "ip -n {ns} link set eth0 up\nip -n {ns} addr add 203.0.113.1/24 dev eth0\n\
                         ip -n {ns} addr add 192.0.2.9/32 dev lo\nip -n {ns} addr add 198.51.100.9/32 dev lo\n\
                         ip -n {ns} route replace 203.0.113.0/24 dev eth0 proto kernel scope link src 192.0.2.9\n\
                         ip -n {ns} route add 10.1.1.0/24 via 203.0.113.2 src 192.0.2.9\n"
                    );
                }
            }
        }
        sh(&format!("set -e\n{script}"));
        for (part, addresses) in
            [("w", "192.0.2.9 198.51.100.9"), ("1", "10.1.1.11"), ("2", "10.1.1.12"), ("3", "10.1.1.13")]
        {
            let server = lab.child(part, &format!("serve {part} {addresses}"));
            lab.servers.push(server);
        }
        for server in &mut lab.servers {
            let (mut said, mut byte) = (String::new(), [0]);
            while !said.contains("READY") {
                assert_eq!(server.stdout.as_mut().unwrap().read(&mut byte).unwrap(), 1, "a server ended: {said}");
                said.push(char::from(byte[0]));
            }
        }
        lab
    }

    pub(crate) fn ns(&self, part: &str) -> String {
        format!("{}{part}", self.name)
    }

    pub(crate) fn host(&self) -> HostTarget {
        HostTarget { id: HostId::from_u128(1), name: "gw".into(), address: [192, 0, 2, 1].into() }
    }

    /// A driver that knows nothing yet, as after a restart.
    pub(crate) fn driver(&self) -> VirtualRouter {
        let ns = self.ns("h");
        let words = ["nsenter", &format!("--net=/run/netns/{ns}"), "--"].map(str::to_owned);
        let hosts = LocalHosts::new(self.folder.path()).with("gw", words.iter().map(String::as_str));
        let mut config = Config::new(self.host(), WORLD);
        config.guest_data = vec![env!("CARGO_BIN_EXE_cloudstack-guest-data").to_owned()];
        let switch = OneBridge { hosts: hosts.clone(), sheet: Capabilities::default() };
        VirtualRouter::new(config, Arc::new(hosts), Arc::new(switch))
    }

    /// The folder of a network's router.
    pub(crate) fn place(&self, network: NetworkId) -> String {
        self.networks.lock().unwrap().insert(network);
        format!("{}/gw/router/vr-{:012x}", self.folder.path().display(), network.to_u128())
    }

    /// Runs a shell in a namespace.
    pub(crate) fn at(&self, part: &str, script: &str) -> String {
        sh(&format!("ip netns exec {} sh -c '{script}'", self.ns(part)))
    }

    /// This program, started in a namespace.
    fn child(&self, part: &str, work: &str) -> Child {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.ns(part)]).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "inside", "--nocapture", "--test-threads=1"]).env("ROUTER_LAB", work);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
    }

    /// Makes all attempts, those of one namespace at the same time, and gives the answers; an empty one for none.
    pub(crate) fn try_all(&self, probes: &[Probe]) -> Vec<String> {
        let mut found = vec![String::new(); probes.len()];
        let mut children = Vec::new();
        for part in ["w", "1", "2", "3"] {
            let mine: Vec<usize> = (0..probes.len()).filter(|at| probes[*at].from == part).collect();
            let work: Vec<String> = mine.iter().map(|at| probes[*at].text()).collect();
            if !mine.is_empty() {
                children.push((mine, self.child(part, &format!("try {}", work.join(" ")))));
            }
        }
        for (mine, child) in children {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let answer = text.lines().find_map(|l| l.split_once("ANSWER ")).map(|(_, a)| a.to_owned());
            let answer = answer.unwrap_or_else(|| panic!("no answer: {text}"));
            for (at, one) in mine.into_iter().zip(answer.split('|')) {
                found[at] = one.to_owned();
            }
        }
        found
    }

    pub(crate) fn try_one(&self, probe: Probe) -> String {
        self.try_all(&[probe]).remove(0)
    }

    /// Starts a flow that goes on for so long.
    pub(crate) fn flow(&self, from: &str, to: IpAddr, port: u16, time: Duration) -> Child {
        self.child(from, &format!("flow {to} {port} {}", time.as_millis()))
    }
}

/// Datagrams that a flow sent, and answers that it got.
pub(crate) fn ended(flow: Child) -> (u64, u64) {
    let output = flow.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, answer) = text.lines().find_map(|l| l.split_once("ANSWER ")).unwrap();
    let (sent, got) = answer.split_once(' ').unwrap();
    (sent.parse().unwrap(), got.parse().unwrap())
}

impl Drop for Lab {
    fn drop(&mut self) {
        for server in &mut self.servers {
            // Best effort: what is gone is gone.
            let _ = server.kill();
            let _ = server.wait();
        }
        let driver = self.driver();
        let networks = std::mem::take(&mut *self.networks.lock().unwrap());
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            for network in networks {
                let _ = runtime.block_on(driver.ensure_no_network(network));
            }
        });
        let _ = ended.join();
        for part in ["h", "w", "1", "2", "3"] {
            let _ = Command::new("ip").args(["netns", "del", &self.ns(part)]).stderr(Stdio::null()).status();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tcp(u16),
    Udp(u16),
    Ping,
}

/// One attempt to reach somebody, from a namespace and one of its addresses.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) from: &'static str,
    pub(crate) by: IpAddr,
    pub(crate) to: IpAddr,
    pub(crate) kind: Kind,
    /// Sent along by HTTP, if not empty.
    pub(crate) cookie: String,
    pub(crate) patience: u64,
}

impl Probe {
    pub(crate) fn new(from: &'static str, by: IpAddr, to: IpAddr, kind: Kind) -> Self {
        Self { from, by, to, kind, cookie: String::new(), patience: 700 }
    }

    fn text(&self) -> String {
        let (kind, port) = match self.kind {
            Kind::Tcp(port) => ("tcp", port),
            Kind::Udp(port) => ("udp", port),
            Kind::Ping => ("ping", 0),
        };
        format!("{kind},{},{},{port},{},{}", self.by, self.to, self.patience, self.cookie)
    }
}

/// What a child does; nothing, if this is not one.
pub(crate) fn inside() {
    let Ok(work) = std::env::var("ROUTER_LAB") else { return };
    let words: Vec<String> = work.split(' ').map(str::to_owned).collect();
    match words[0].as_str() {
        "serve" => serve(&words[1], &words[2..]),
        "flow" => flow(&words[1..]),
        _ => {
            let attempt = |probe: &String| {
                let probe = probe.clone();
                std::thread::spawn(move || attempt(&probe).unwrap_or_default())
            };
            let probes: Vec<_> = words[1..].iter().map(attempt).collect();
            let answers: Vec<String> = probes.into_iter().map(|p| p.join().unwrap()).collect();
            println!("\nANSWER {}", answers.join("|"));
        }
    }
}

fn serve(name: &str, addresses: &[String]) {
    for (address, port) in addresses.iter().flat_map(|a| super::random::PORTS.map(|port| (a.clone(), port))) {
        let tcp = TcpListener::bind((address.as_str(), port)).unwrap();
        let own = name.to_owned();
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                let _ = stream.and_then(|stream| answer(stream, &own, port));
            }
        });
        let udp = UdpSocket::bind((address.as_str(), port)).unwrap();
        let own = name.to_owned();
        std::thread::spawn(move || {
            let mut buffer = [0; 16];
            while let Ok((_, from)) = udp.recv_from(&mut buffer) {
                let _ = udp.send_to(format!("{own} {} {port}", from.ip()).as_bytes(), from);
            }
        });
    }
    println!("\nREADY");
    // Until killed, or until the parent is gone and with it the pipe.
    let _ = std::io::stdin().read(&mut [0]);
}

fn answer(mut stream: TcpStream, name: &str, port: u16) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        said.push(byte[0]);
    }
    let body = format!("{name} {} {port}", stream.peer_addr()?.ip());
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes())
}

fn attempt(probe: &str) -> Option<String> {
    let parts: Vec<&str> = probe.split(',').collect();
    let (by, to): (IpAddr, SocketAddr) =
        (parts[1].parse().unwrap(), SocketAddr::new(parts[2].parse().unwrap(), parts[3].parse().unwrap()));
    let patience = Duration::from_millis(parts[4].parse().unwrap());
    match parts[0] {
        "tcp" => {
            let mut stream = TcpStream::connect_timeout(&to, patience).ok()?;
            stream.set_read_timeout(Some(patience * 3)).unwrap();
            let cookie = if parts[5].is_empty() { String::new() } else { format!("Cookie: {}\r\n", parts[5]) };
            stream
                .write_all(format!("GET /latest/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{cookie}\r\n").as_bytes())
                .ok()?;
            let mut text = String::new();
            stream.read_to_string(&mut text).ok()?;
            let (head, body) = text.split_once("\r\n\r\n")?;
            let cookie =
                head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("set-cookie: ").map(str::to_owned));
            Some(
                format!("{} {}", body.replace('\n', ","), cookie.unwrap_or_default().split(';').next().unwrap())
                    .trim()
                    .into(),
            )
        }
        "udp" => {
            let socket = UdpSocket::bind((by, 0)).unwrap();
            socket.connect(to).ok()?;
            socket.set_read_timeout(Some(patience)).unwrap();
            let mut buffer = [0; 64];
            socket.send(b"?").ok()?;
            let length = socket.recv(&mut buffer).ok()?;
            Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
        }
        _ => {
            let words = ["-c", "1", "-W", "1", "-I", parts[1], parts[2]];
            let ping = Command::new("ping").args(words).stdout(Stdio::null()).stderr(Stdio::null()).status();
            ping.unwrap().success().then(|| "pong".to_owned())
        }
    }
}

/// Keeps some datagrams under way until the time is over, then waits for the last answers.
fn flow(words: &[String]) {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.connect((words[0].as_str(), words[1].parse::<u16>().unwrap())).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let until = Instant::now() + Duration::from_millis(words[2].parse().unwrap());
    let (mut sent, mut got, mut buffer) = (0_u64, 0_u64, [0; 64]);
    while Instant::now() < until {
        while sent - got < 16 {
            socket.send(b"?").unwrap();
            sent += 1;
        }
        match socket.recv(&mut buffer) {
            Ok(_) => got += 1,
            // What was under way is lost; it stays counted as sent.
            Err(_) => break,
        }
    }
    while got < sent && socket.recv(&mut buffer).is_ok() {
        got += 1;
    }
    println!("\nANSWER {sent} {got}");
}

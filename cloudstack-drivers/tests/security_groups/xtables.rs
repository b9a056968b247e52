//! Reads the subset of ipset, iptables, ip6tables and ebtables scripts that the driver writes, as their manuals describe it,
//! and says what becomes of a packet. It shares nothing with the driver.

use cloudstack_core::rules::ir::Mac;
use cloudstack_core::rules::packet::{Arp, Frame, IpPacket, Packet, Payload, Tracked};
use cloudstack_drivers::iptables::Scripts;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Source(IpNet),
    Protocol(u8),
    From(u16, u16),
    To(u16, u16),
    Icmp(u8, Option<u8>),
    State(Vec<Tracked>),
    Set { name: String, source: bool, inside: bool },
    In(String),
    Out(String),
    // ebtables
    NotMac(Mac),
    Ether(u16),
    ArpOperation(u16),
    ArpSenderIp(std::net::Ipv4Addr),
    ArpSenderMac(Mac),
    ArpTargetIp(std::net::Ipv4Addr),
    ArpTargetMac(Mac),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    text: String,
    tests: Vec<Test>,
    target: String,
}

type Chains = BTreeMap<String, Vec<Rule>>;

/// The state of the kernel as far as these tools set it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Xtables {
    sets: BTreeMap<String, (bool, BTreeSet<IpNet>)>,
    v4: Chains,
    v6: Chains,
    ether: Chains,
}

fn mac(text: &str) -> Mac {
    let bytes: Vec<u8> = text.split(':').map(|b| u8::from_str_radix(b, 16).unwrap()).collect();
    Mac(bytes.try_into().unwrap())
}

fn range(text: &str) -> (u16, u16) {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    (first.parse().unwrap(), last.parse().unwrap())
}

fn rule(text: &str) -> Rule {
    let (mut tests, mut target) = (Vec::new(), String::new());
    let mut words = text.split(' ').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_else(|| panic!("{text}"));
        tests.push(match word {
            "-j" => {
                target = next().to_owned();
                continue;
            }
            "-m" => match (next(), "") {
                ("tcp" | "udp" | "icmp" | "icmp6" | "conntrack" | "physdev" | "set", _) => continue,
                other => panic!("{other:?}"),
            },
            "!" => {
                assert_eq!(next(), "--match-set");
                Test::Set { name: next().to_owned(), source: next() == "src", inside: false }
            }
            "--match-set" => Test::Set { name: next().to_owned(), source: next() == "src", inside: true },
            "-s" => match next() {
                "!" => Test::NotMac(mac(next())),
                net => Test::Source(net.parse().unwrap()),
            },
            "-p" => match next() {
                "0x0800" => Test::Ether(0x0800),
                "0x86dd" => Test::Ether(0x86dd),
                "0x0806" => Test::Ether(0x0806),
                number => Test::Protocol(number.parse().unwrap()),
            },
            "--sport" => {
                let (first, last) = range(next());
                Test::From(first, last)
            }
            "--dport" => {
                let (first, last) = range(next());
                Test::To(first, last)
            }
            "--icmp-type" | "--icmpv6-type" => {
                let v = next();
                match v.split_once('/') {
                    Some((kind, code)) => Test::Icmp(kind.parse().unwrap(), Some(code.parse().unwrap())),
                    None => Test::Icmp(v.parse().unwrap(), None),
                }
            }
            "--ctstate" => Test::State(next().split(',').map(state).collect()),
            "--physdev-is-bridged" => continue,
            "--physdev-in" | "-i" => Test::In(next().to_owned()),
            "--physdev-out" | "-o" => Test::Out(next().to_owned()),
            "--arp-op" => Test::ArpOperation(if next() == "Request" { 1 } else { 2 }),
            "--arp-ip-src" => Test::ArpSenderIp(next().parse().unwrap()),
            "--arp-ip-dst" => Test::ArpTargetIp(next().parse().unwrap()),
            "--arp-mac-src" => Test::ArpSenderMac(mac(next())),
            "--arp-mac-dst" => Test::ArpTargetMac(mac(next())),
            other => panic!("{other} in {text}"),
        });
    }
    assert!(!target.is_empty(), "{text}");
    Rule { text: text.to_owned(), tests, target }
}

fn state(word: &str) -> Tracked {
    match word {
        "RELATED" => Tracked::Related,
        "ESTABLISHED" => Tracked::Established,
        "INVALID" => Tracked::Invalid,
        other => panic!("{other}"),
    }
}

fn restore(chains: &mut Chains, script: &str, flushes: bool) {
    if script.is_empty() {
        return;
    }
    let lines: Vec<&str> = script.lines().collect();
    assert_eq!((lines[0], lines[lines.len() - 1]), ("*filter", "COMMIT"));
    for line in &lines[1..lines.len() - 1] {
        if let Some(declared) = line.strip_prefix(':') {
            let chain = chains.entry(declared.split(' ').next().unwrap().to_owned()).or_default();
            if flushes {
                chain.clear();
            }
            continue;
        }
        let mut parts = line.splitn(3, ' ');
        let (verb, name, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or_default());
        let named = chains.values().flatten().any(|rule| rule.target == name);
        let chain = chains.get_mut(name).unwrap_or_else(|| panic!("no chain for {line}"));
        match verb {
            "-A" => chain.push(rule(rest)),
            "-D" => {
                let at =
                    chain.iter().position(|r| r.text == rest).unwrap_or_else(|| panic!("nothing to delete: {line}"));
                chain.remove(at);
            }
            "-F" => chain.clear(),
            "-X" => {
                assert!(chain.is_empty() && !named, "{line}");
                chains.remove(name);
            }
            other => panic!("{other}"),
        }
    }
    for rule in chains.values().flatten() {
        let known = ["ACCEPT", "DROP", "RETURN"].contains(&rule.target.as_str()) || chains.contains_key(&rule.target);
        assert!(known, "{rule:?}");
    }
}

impl Xtables {
    /// Runs all scripts in their order.
    pub(crate) fn run(&mut self, scripts: &Scripts) {
        self.ipset(&scripts.sets);
        restore(&mut self.v4, &scripts.v4, true);
        restore(&mut self.v6, &scripts.v6, true);
        restore(&mut self.ether, &scripts.ether, false);
        self.ipset(&scripts.gone);
        for rule in self.v4.values().chain(self.v6.values()).flatten() {
            for test in &rule.tests {
                if let Test::Set { name, .. } = test {
                    assert!(self.sets.contains_key(name), "{name} is named and gone");
                }
            }
        }
    }

    fn ipset(&mut self, script: &str) {
        for line in script.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let name = words[1].to_owned();
            match words[0] {
                "create" => {
                    assert_eq!((words[2], words[3], words[5], words[7]), ("hash:net", "family", "maxelem", "-exist"));
                    let v4 = words[4] == "inet";
                    let made = self.sets.entry(name).or_insert((v4, BTreeSet::new()));
                    assert_eq!(made.0, v4);
                }
                "flush" => self.sets.get_mut(&name).expect("a set").1.clear(),
                "destroy" => drop(self.sets.remove(&name).expect("a set")),
                "swap" => {
                    let (a, b) = (self.sets.remove(&name).unwrap(), self.sets.remove(words[2]).unwrap());
                    assert_eq!(a.0, b.0);
                    self.sets.insert(name, b);
                    self.sets.insert(words[2].to_owned(), a);
                }
                verb @ ("add" | "del") => {
                    assert_eq!(words[3], "-exist");
                    let net: IpNet =
                        words[2].parse().unwrap_or_else(|_| IpNet::from(words[2].parse::<std::net::IpAddr>().unwrap()));
                    assert_eq!(net, net.trunc());
                    let set = self.sets.get_mut(&name).unwrap_or_else(|| panic!("{line}"));
                    assert_eq!(net.addr().is_ipv4(), set.0);
                    if verb == "add" {
                        set.1.insert(net)
                    } else {
                        set.1.remove(&net)
                    };
                }
                other => panic!("{other}"),
            }
        }
    }

    /// True if the packet passes.
    pub(crate) fn passes(&self, packet: &Packet) -> bool {
        let ip = match &packet.frame {
            Frame::Ip(ip) if ip.src.is_ipv4() => self.chain(&self.v4, "cs-forward", packet),
            Frame::Ip(_) => self.chain(&self.v6, "cs-forward", packet),
            _ => Some(true),
        };
        // What falls off the end goes back to the host's own chain, which accepts here.
        ip.unwrap_or(true) && self.chain(&self.ether, "cs-forward", packet).unwrap_or(true)
    }

    fn chain(&self, chains: &Chains, name: &str, packet: &Packet) -> Option<bool> {
        for rule in &chains[name] {
            if !rule.tests.iter().all(|t| self.holds(t, packet)) {
                continue;
            }
            match rule.target.as_str() {
                "ACCEPT" => return Some(true),
                "DROP" => return Some(false),
                "RETURN" => return None,
                chain => {
                    if let Some(verdict) = self.chain(chains, chain, packet) {
                        return Some(verdict);
                    }
                }
            }
        }
        None
    }

    fn holds(&self, test: &Test, packet: &Packet) -> bool {
        match (test, &packet.frame) {
            (Test::In(name), _) => packet.from.as_str() == name,
            (Test::Out(name), _) => packet.to.as_str() == name,
            (Test::NotMac(mac), _) => packet.mac != *mac,
            (Test::Ether(kind), frame) => *kind == ether(frame),
            (test, Frame::Arp(arp)) => arp_holds(test, arp),
            (test, Frame::Ip(ip)) => self.ip_holds(test, ip),
            (_, Frame::Other(_)) => false,
        }
    }

    fn ip_holds(&self, test: &Test, ip: &IpPacket) -> bool {
        match (test, ip.payload) {
            (Test::Source(net), _) => net.contains(&ip.src),
            // The tools take protocol 0 for any.
            (Test::Protocol(number), _) => *number == 0 || *number == ip.protocol(),
            (Test::From(first, last), Payload::Tcp { from, .. } | Payload::Udp { from, .. }) => {
                (*first..=*last).contains(&from)
            }
            (Test::To(first, last), Payload::Tcp { to, .. } | Payload::Udp { to, .. }) => {
                (*first..=*last).contains(&to)
            }
            // The kernel takes IPv4 type 255 for any.
            (Test::Icmp(255, _), Payload::Icmp(_)) if ip.src.is_ipv4() => true,
            (Test::Icmp(kind, code), Payload::Icmp(icmp)) => {
                icmp.kind == *kind && code.is_none_or(|code| icmp.code == code)
            }
            (Test::State(states), _) => states.contains(&ip.tracked),
            (Test::Set { name, source, inside }, _) => {
                let (v4, nets) = &self.sets[name];
                let address = if *source { ip.src } else { ip.dst };
                assert_eq!(*v4, address.is_ipv4());
                nets.iter().any(|net| net.contains(&address)) == *inside
            }
            _ => false,
        }
    }

    /// Chains and sets without what is an accident of history: the order of lines of groups' chains and of dispatch.
    pub(crate) fn normal(mut self) -> Self {
        for chains in [&mut self.v4, &mut self.v6, &mut self.ether] {
            for (name, rules) in chains.iter_mut() {
                if name.len() == 25 || name == "cs-leave" || name == "cs-enter" {
                    rules.sort_by(|a, b| a.text.cmp(&b.text));
                }
            }
        }
        self
    }
}

fn ether(frame: &Frame) -> u16 {
    match frame {
        Frame::Ip(ip) if ip.src.is_ipv4() => 0x0800,
        Frame::Ip(_) => 0x86dd,
        Frame::Arp(_) => 0x0806,
        Frame::Other(kind) => *kind,
    }
}

fn arp_holds(test: &Test, arp: &Arp) -> bool {
    match test {
        Test::ArpOperation(operation) => arp.operation == *operation,
        Test::ArpSenderIp(ip) => arp.sender_ip == *ip,
        Test::ArpSenderMac(mac) => arp.sender_mac == *mac,
        Test::ArpTargetIp(ip) => arp.target_ip == *ip,
        Test::ArpTargetMac(mac) => arp.target_mac == *mac,
        other => panic!("{other:?} of an ARP frame"),
    }
}

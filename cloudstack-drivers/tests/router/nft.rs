//! Reads the subset of nftables that routers are written in, as its manual describes it, and says what becomes of a datagram.
//! It shares nothing with the driver.

use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

type Span = (u64, u64);
type Key = Vec<Span>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Set {
    elements: BTreeMap<Key, String>,
    map: bool,
    /// Elements may be ranges.
    ranged: bool,
}

/// The tables of one namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Nft {
    sets: BTreeMap<(String, String), Set>,
    chains: BTreeMap<(String, String), Vec<Vec<String>>>,
}

/// What became of a datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Dropped,
    /// It reaches the router itself.
    Local,
    /// It leaves for one of these, from this address.
    Sent {
        to: BTreeSet<IpAddr>,
        port: Option<u16>,
        from: IpAddr,
    },
}

fn number(text: &str) -> u64 {
    match text {
        "tcp" => return 6,
        "udp" => return 17,
        _ => {}
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return address.to_bits().into();
    }
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

fn span(text: &str) -> Span {
    if let Some((address, prefix)) = text.split_once('/') {
        let (first, bits) = (number(address), 32 - number(prefix));
        return (first, first + (1 << bits) - 1);
    }
    match text.split_once('-') {
        Some((first, last)) => (number(first), number(last)),
        None => (number(text), number(text)),
    }
}

fn meet(a: &Key, b: &Key) -> bool {
    a.iter().zip(b).all(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
}

impl Nft {
    /// Runs a script of `nft -f`.
    pub(crate) fn run(&mut self, script: &str) {
        let mut lines = script.lines();
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words[2], "ip", "{line}");
            let name = || (words[3].to_owned(), words[4].to_owned());
            match (words[0], words[1]) {
                ("add", "table") => {}
                ("delete", "table") => {
                    self.sets.retain(|(table, _), _| table != words[3]);
                    self.chains.retain(|(table, _), _| table != words[3]);
                }
                ("add", "set" | "map") => {
                    let ranged = line.contains("flags interval");
                    let set = Set { map: words[1] == "map", ranged, ..Set::default() };
                    self.sets.entry(name()).or_insert(set);
                }
                ("add", "chain") => drop(self.chains.entry(name()).or_default()),
                ("flush", "chain") => self.chains.get_mut(&name()).expect("a chain").clear(),
                ("delete", "chain") => {
                    assert_eq!(self.chains.remove(&name()), Some(vec![]), "a full chain: {line}");
                    let goto = format!("goto {}", words[4]);
                    let used = self.sets.values().any(|set| set.elements.values().any(|value| *value == goto));
                    assert!(!used, "a chain in use: {line}");
                }
                ("add", "rule") => {
                    let rule = words[5..].iter().map(|word| (*word).to_owned()).collect();
                    self.chains.get_mut(&name()).expect("a chain").push(rule);
                }
                ("add" | "delete", "element") => {
                    let list = lines.by_ref().take_while(|line| *line != "}");
                    let add = words[0] == "add";
                    let (set, table) = (self.sets.get_mut(&name()).expect("a set"), words[3]);
                    list.for_each(|element| set.element(add, element.trim_end_matches(','), table));
                }
                _ => panic!("{line}"),
            }
        }
    }

    /// What becomes of a datagram that comes in by an interface, for a router with this subnet and gateway.
    pub(crate) fn outcome(&self, by: &str, packet: &IpPacket, subnet: &ipnet::IpNet, gateway: IpAddr) -> Outcome {
        let mut at = Packet { by, out: "", packet: *packet, dnat: false };
        if self.hook("arrive", &at) == Verdict::Drop {
            return Outcome::Dropped;
        }
        let mut targets = BTreeSet::from([packet.dst]);
        let mut port = port(packet).map(|(_, to)| to);
        if let Verdict::Nat(to, new) = self.hook("lead", &at) {
            targets = to;
            port = new.or(port);
            at.dnat = true;
        }
        let first = *targets.first().expect("a target");
        at.packet.dst = first;
        let own = first == gateway || first == Ipv4Addr::BROADCAST;
        if own || self.set("public").holds(&[addressed(first)]) {
            let verdict = self.hook("inward", &at);
            return if verdict == Verdict::Drop { Outcome::Dropped } else { Outcome::Local };
        }
        at.out = if subnet.contains(&first) { "eth0" } else { "eth2" };
        if self.hook("through", &at) == Verdict::Drop {
            return Outcome::Dropped;
        }
        if let Verdict::Nat(from, _) = self.hook("leave", &at) {
            at.packet.src = *from.first().expect("a source");
        }
        match self.hook("keep", &at) {
            Verdict::Drop => Outcome::Dropped,
            _ => Outcome::Sent { to: targets, port, from: at.packet.src },
        }
    }

    /// True if it gets past the judgement on arrival.
    pub(crate) fn arrives(&self, by: &str, packet: &IpPacket) -> bool {
        self.hook("arrive", &Packet { by, out: "", packet: *packet, dnat: false }) != Verdict::Drop
    }

    fn set(&self, name: &str) -> &Set {
        &self.sets[&("cloudstack".to_owned(), name.trim_start_matches('@').to_owned())]
    }

    /// A base chain, which accepts what no rule is about.
    fn hook(&self, chain: &str, packet: &Packet<'_>) -> Verdict {
        self.chain(chain, packet).unwrap_or(Verdict::Accept)
    }

    fn chain(&self, chain: &str, packet: &Packet<'_>) -> Option<Verdict> {
        for rule in &self.chains[&("cloudstack".to_owned(), chain.to_owned())] {
            let words: Vec<&str> = rule.iter().map(String::as_str).collect();
            match self.rule(&words, packet) {
                Some(Verdict::Goto(to)) => return self.chain(&to, packet),
                Some(verdict) => return Some(verdict),
                None => {}
            }
        }
        None
    }

    /// The verdict, if every condition holds.
    fn rule<'w>(&self, mut words: &'w [&'w str], packet: &Packet<'_>) -> Option<Verdict> {
        loop {
            match words {
                ["accept"] => return Some(Verdict::Accept),
                ["drop"] => return Some(Verdict::Drop),
                ["goto", chain] => return Some(Verdict::Goto((*chain).to_owned())),
                [.., "mark", "set", _] | [.., "mark", "set", _, _] | [.., "mark", "set", _, _, _, _] => return None,
                ["dnat" | "snat", "to", rest @ ..] | ["dnat", "ip", "to", rest @ ..] => return self.nat(rest, packet),
                ["iifname", name, rest @ ..] if named(name, packet.by) => words = rest,
                ["oifname", name, rest @ ..] if named(name, packet.out) => words = rest,
                ["iifname" | "oifname", ..] => return None,
                ["ct", "status", "dnat", rest @ ..] if packet.dnat => words = rest,
                ["ct", "status", ..] => return None,
                ["ct", "state", states, rest @ ..] if states.split(',').any(|s| s == packet.state()) => words = rest,
                ["ct", "state", ..] => return None,
                _ => {
                    let (values, rest) = packet.fields(words)?;
                    match rest {
                        ["vmap", map, ..] => {
                            let value = self.set(map).value(&values)?;
                            return Some(Verdict::Goto(value.strip_prefix("goto ").expect("a verdict").to_owned()));
                        }
                        ["!=", against, rest @ ..] if !self.is(&values, against) => words = rest,
                        ["!=", ..] => return None,
                        [against, rest @ ..] if self.is(&values, against) => words = rest,
                        _ => return None,
                    }
                }
            }
        }
    }

    fn is(&self, values: &[u64], against: &str) -> bool {
        match against.strip_prefix('@') {
            Some(set) => self.set(set).holds(values),
            None => {
                let (first, last) = span(against);
                first <= values[0] && values[0] <= last
            }
        }
    }

    fn nat(&self, words: &[&str], packet: &Packet<'_>) -> Option<Verdict> {
        if let ["numgen", "inc", "mod", _, "map", rest @ ..] | ["jhash", "ip", "saddr", "mod", _, "map", rest @ ..] =
            words
        {
            let text = rest.join(" ");
            let (list, port) = text.strip_prefix("{ ").and_then(|t| t.split_once(" } : ")).expect("a list and a port");
            let member = |item: &str| item.split_once(" : ").expect("a member").1.parse().expect("an address");
            return Some(Verdict::Nat(list.split(", ").map(member).collect(), port.parse().ok()));
        }
        if let [target] = words {
            return Some(translated(target, ':'));
        }
        let (values, rest) = packet.fields(words)?;
        let ["map", map] = rest else { panic!("{words:?}") };
        self.set(map).value(&values).map(|value| translated(&value.replace(" . ", "|"), '|'))
    }
}

fn translated(text: &str, between: char) -> Verdict {
    let (address, port) = text.split_once(between).map_or((text, None), |(a, p)| (a, p.parse().ok()));
    Verdict::Nat([address.parse().expect("an address")].into(), port)
}

fn named(pattern: &str, name: &str) -> bool {
    let pattern = pattern.trim_matches('"');
    pattern.strip_suffix('*').map_or(pattern == name, |begin| name.starts_with(begin))
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Accept,
    Drop,
    Goto(String),
    Nat(BTreeSet<IpAddr>, Option<u16>),
}

struct Packet<'a> {
    by: &'a str,
    out: &'a str,
    packet: IpPacket,
    dnat: bool,
}

fn port(packet: &IpPacket) -> Option<(u16, u16)> {
    match packet.payload {
        Payload::Tcp { from, to } | Payload::Udp { from, to } => Some((from, to)),
        _ => None,
    }
}

fn addressed(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(_) => panic!("IPv6"),
    }
}

impl Packet<'_> {
    const fn state(&self) -> &'static str {
        match self.packet.tracked {
            Tracked::New => "new",
            Tracked::Established => "established",
            Tracked::Related => "related",
            Tracked::Invalid => "invalid",
        }
    }

    /// The values of joined fields, and what follows them; none if the datagram lacks one.
    fn fields<'w>(&self, mut words: &'w [&'w str]) -> Option<(Vec<u64>, &'w [&'w str])> {
        let mut values = Vec::new();
        loop {
            values.push(self.field(words[0], words[1])?);
            words = &words[2..];
            match words {
                [".", rest @ ..] => words = rest,
                rest => return Some((values, rest)),
            }
        }
    }

    fn field(&self, header: &str, field: &str) -> Option<u64> {
        let packet = &self.packet;
        match (header, field, packet.payload) {
            ("ip", "saddr", _) => Some(addressed(packet.src)),
            ("ip", "daddr", _) => Some(addressed(packet.dst)),
            ("meta", "l4proto", _) => Some(packet.protocol().into()),
            ("th" | "tcp", "dport", Payload::Tcp { to, .. }) | ("th" | "udp", "dport", Payload::Udp { to, .. }) => {
                Some(to.into())
            }
            ("udp", "sport", Payload::Udp { from, .. }) => Some(from.into()),
            // Whatever lies where a port would.
            ("th", "dport", _) => Some(0xdead),
            ("icmp", "type", Payload::Icmp(icmp)) => Some(icmp.kind.into()),
            ("icmp", "code", Payload::Icmp(icmp)) => Some(icmp.code.into()),
            ("tcp" | "udp" | "icmp", ..) => None,
            _ => panic!("{header} {field}"),
        }
    }
}

impl Set {
    fn element(&mut self, add: bool, text: &str, table: &str) {
        // Where a value follows, deleting names the key alone.
        let (key, value) = match (self.map && add).then(|| text.split_once(" : ")).flatten() {
            Some((key, value)) => (key, value),
            None => (text, ""),
        };
        let key: Key = key.split(" . ").map(span).collect();
        if !add {
            assert!(self.elements.remove(&key).is_some(), "not there: {text}");
            return;
        }
        // The kernel refuses what overlaps; counters take an address again.
        let overlaps = |other: &Key| meet(other, &key);
        assert!(!self.ranged || !self.elements.keys().any(overlaps), "{text} overlaps");
        let single = key.iter().all(|span| span.0 == span.1);
        assert!(self.ranged || single, "{text} is a range");
        let old = self.elements.insert(key, value.to_owned());
        assert!(table == "cloudstack-usage" || old.is_none(), "{text} is there");
    }

    fn value(&self, values: &[u64]) -> Option<String> {
        if !self.ranged {
            return self.elements.get(&values.iter().map(|v| (*v, *v)).collect::<Key>()).cloned();
        }
        let holds = |key: &Key| {
            assert_eq!(key.len(), values.len());
            key.iter().zip(values).all(|(span, value)| span.0 <= *value && *value <= span.1)
        };
        self.elements.iter().find(|(key, _)| holds(key)).map(|(_, value)| value.clone())
    }

    fn holds(&self, values: &[u64]) -> bool {
        self.value(values).is_some()
    }
}

//! The sets and maps that hold all rules of a router, as `nft` writes their elements. Rules of the ruleset itself are few and the
//! same for every router: ten thousand rules are elements, found by hash or in one walk over bits.

use super::cells::{ALL, Cell, Cells, Span};
use super::{Unfit, v4};
use cloudstack_core::base::id::{EntityId, LoadBalancerId};
use cloudstack_core::model::network::security_rule::{IcmpKind, Ports, Service};
use cloudstack_core::rules::router::{Algorithm, Balancer, Forward, Router, Transport};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr};

/// Every set and map: what it is, its name, its declaration.
pub(super) const SETS: &[(&str, &str, &str)] = &[
    ("set", "public", "type ipv4_addr;"),
    ("set", "open", "type ipv4_addr . inet_proto . inet_service;"),
    ("set", "open-part", "type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval;"),
    ("set", "open-icmp", "type ipv4_addr . icmp_type . icmp_code . ipv4_addr; flags interval;"),
    ("set", "open-proto", "type ipv4_addr . inet_proto . ipv4_addr; flags interval;"),
    ("set", "egress-port", "type inet_proto . inet_service . ipv4_addr . ipv4_addr; flags interval;"),
    ("set", "egress-icmp", "type icmp_type . icmp_code . ipv4_addr . ipv4_addr; flags interval;"),
    ("set", "egress-proto", "type inet_proto . ipv4_addr . ipv4_addr; flags interval;"),
    ("set", "balanced", "type ipv4_addr . inet_service . ipv4_addr; flags interval;"),
    ("map", "static-in", "type ipv4_addr : ipv4_addr;"),
    ("map", "static-out", "type ipv4_addr : ipv4_addr;"),
    ("map", "ways", "type ipv4_addr : mark;"),
    ("map", "forward-tcp", "type ipv4_addr . inet_service : ipv4_addr . inet_service;"),
    (
        "map",
        "forward-tcp-part",
        "type ipv4_addr . inet_service . ipv4_addr : ipv4_addr . inet_service; flags interval;",
    ),
    ("map", "forward-udp", "type ipv4_addr . inet_service : ipv4_addr . inet_service;"),
    (
        "map",
        "forward-udp-part",
        "type ipv4_addr . inet_service . ipv4_addr : ipv4_addr . inet_service; flags interval;",
    ),
    ("map", "forward-range", "type ipv4_addr . inet_proto . inet_service . ipv4_addr : ipv4_addr; flags interval;"),
    ("map", "spread", "type ipv4_addr . inet_service . ipv4_addr : verdict; flags interval;"),
];

/// What the sets and maps hold, and the chains that spread UDP over members.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Elements {
    /// By the name of the set; each rising, none twice. A map's are `key : value`.
    pub(super) sets: BTreeMap<&'static str, Vec<String>>,
    /// By the chain's name, its one rule.
    pub(super) chains: BTreeMap<String, String>,
}

/// Which parts of a router are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Whole,
    /// What belongs to public addresses, one by one.
    Addresses,
    Egress,
    /// What is said of guests that have an address of their own.
    Guests,
}

pub(super) fn elements(router: &Router, part: Part) -> Result<Elements, Unfit> {
    let mut out = Elements::default();
    if matches!(part, Part::Whole | Part::Addresses) {
        addresses(router, &mut out)?;
        forwards(router, &mut out)?;
        balancers(router, &mut out)?;
    }
    if matches!(part, Part::Whole | Part::Egress) {
        egress(router, &mut out);
    }
    if matches!(part, Part::Whole | Part::Guests) {
        guests(router, &mut out)?;
    }
    for set in out.sets.values_mut() {
        set.sort_unstable();
        set.dedup();
    }
    Ok(out)
}

impl Elements {
    fn push(&mut self, set: &'static str, element: fmt::Arguments<'_>) {
        let mut text = String::with_capacity(48);
        // Writing to a text cannot fail.
        let _ = text.write_fmt(element);
        self.sets.entry(set).or_default().push(text);
    }
}

/// A span of numbers or of addresses, as `nft` reads it.
struct Numbers(Span);
struct Addresses(Span);

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            (first, last) if first == last => write!(f, "{first}"),
            (first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv4Addr::from_bits;
        match self.0 {
            ALL => f.write_str("0.0.0.0/0"),
            (first, last) if first == last => write!(f, "{}", address(first)),
            (first, last) => write!(f, "{}-{}", address(first), address(last)),
        }
    }
}

fn spans(nets: &BTreeSet<IpNet>) -> impl Iterator<Item = Span> {
    nets.iter().filter_map(|net| match net {
        IpNet::V4(net) => Some((net.network().to_bits(), net.broadcast().to_bits())),
        // A rule about IPv6 is about nothing that is translated.
        IpNet::V6(_) => None,
    })
}

/// The same, where none means everywhere.
fn spans_or_all(nets: &BTreeSet<IpNet>) -> Vec<Span> {
    if nets.is_empty() { vec![ALL] } else { spans(nets).collect() }
}

const fn ports(ports: Ports) -> Span {
    (ports.first as u32, ports.last as u32)
}

const fn single(span: Span) -> Option<u32> {
    if span.0 == span.1 { Some(span.0) } else { None }
}

const BYTE: Span = (0, 255);

fn icmp(kind: Option<IcmpKind>) -> [Span; 2] {
    kind.map_or([BYTE, BYTE], |is| [(is.kind.into(), is.kind.into()), (is.code.into(), is.code.into())])
}

fn proto(service: Service) -> Span {
    match service {
        Service::Protocol(number) => (number.into(), number.into()),
        _ => BYTE,
    }
}

fn addresses(router: &Router, out: &mut Elements) -> Result<(), Unfit> {
    for (address, public) in &router.public {
        let address = v4("public address", *address)?;
        out.push("public", format_args!("{address}"));
        if let Some(guest) = public.static_nat {
            let guest = v4("static NAT", guest)?;
            out.push("static-in", format_args!("{address} : {guest}"));
        }
        let (mut tcp, mut udp) = (Cells::new(), Cells::new());
        let (mut echoes, mut protos) = (Cells::new(), Cells::new());
        for opening in public.firewall.values() {
            for from in spans(&opening.from) {
                match opening.service {
                    Service::Tcp(p) => tcp.add([ports(p), from], ()),
                    Service::Udp(p) => udp.add([ports(p), from], ()),
                    Service::Icmp(kind) => {
                        let [kind, code] = icmp(kind);
                        echoes.add([kind, code, from], ());
                    }
                    service => protos.add([proto(service), from], ()),
                }
            }
        }
        opened(address, "tcp", &tcp, out);
        opened(address, "udp", &udp, out);
        for ([kind, code, from], ()) in echoes.iter() {
            let (kind, code, from) = (Numbers(*kind), Numbers(*code), Addresses(*from));
            out.push("open-icmp", format_args!("{address} . {kind} . {code} . {from}"));
        }
        for ([proto, from], ()) in protos.iter() {
            out.push("open-proto", format_args!("{address} . {} . {}", Numbers(*proto), Addresses(*from)));
        }
    }
    Ok(())
}

fn opened(address: Ipv4Addr, transport: &str, cells: &Cells<2, ()>, out: &mut Elements) {
    for ([ports, from], ()) in cells.iter() {
        match single(*ports) {
            Some(port) if *from == ALL => out.push("open", format_args!("{address} . {transport} . {port}")),
            _ => {
                let (ports, from) = (Numbers(*ports), Addresses(*from));
                out.push("open-part", format_args!("{address} . {transport} . {ports} . {from}"));
            }
        }
    }
}

const fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    }
}

/// True if rules about this public address lead anywhere: it is there, and does not stand for a guest.
fn leads(router: &Router, address: IpAddr) -> bool {
    router.public.get(&address).is_some_and(|public| public.static_nat.is_none())
}

fn forwards(router: &Router, out: &mut Elements) -> Result<(), Unfit> {
    let mut by: BTreeMap<(IpAddr, Transport), Cells<2, &Forward>> = BTreeMap::new();
    for forward in router.forwards.values().filter(|f| leads(router, f.public)) {
        let cells = by.entry((forward.public, forward.transport)).or_insert_with(Cells::new);
        for from in spans_or_all(&forward.from) {
            cells.add([ports(forward.ports), from], forward);
        }
    }
    for ((public, transport), cells) in &by {
        let public = v4("public address", *public)?;
        for (cell, forward) in cells.iter() {
            led(public, *transport, cell, forward, out)?;
        }
    }
    Ok(())
}

fn led(at: Ipv4Addr, by: Transport, cell: &Cell<2>, forward: &Forward, out: &mut Elements) -> Result<(), Unfit> {
    let [(first, last), from] = *cell;
    let to = v4("port forwarding to", forward.to)?;
    if first != last && forward.to_first == forward.ports.first {
        let (ports, from) = (Numbers((first, last)), Addresses(from));
        out.push("forward-range", format_args!("{at} . {} . {ports} . {from} : {to}", word(by)));
        return Ok(());
    }
    let (whole, part) = match by {
        Transport::Tcp => ("forward-tcp", "forward-tcp-part"),
        Transport::Udp => ("forward-udp", "forward-udp-part"),
    };
    // The kernel moves no range of ports to another, so each is one of its own.
    for port in first..=last {
        let guest = forward.port(port as u16);
        match from {
            ALL => out.push(whole, format_args!("{at} . {port} : {to} . {guest}")),
            _ => out.push(part, format_args!("{at} . {port} . {} : {to} . {guest}", Addresses(from))),
        }
    }
    Ok(())
}

/// The balancers that listen: of those at one port the first, if it has members.
pub(super) fn listening(router: &Router) -> impl Iterator<Item = (LoadBalancerId, &Balancer)> {
    let mut taken = BTreeSet::new();
    let first = move |(_, b): &(&LoadBalancerId, &Balancer)| taken.insert((b.public, b.port, b.transport));
    let at_public = router.balancers.iter().filter(|(_, b)| leads(router, b.public));
    at_public.filter(first).filter(|(_, b)| !b.members.is_empty()).map(|(id, balancer)| (*id, balancer))
}

fn balancers(router: &Router, out: &mut Elements) -> Result<(), Unfit> {
    for (id, balancer) in listening(router) {
        let (public, port) = (v4("public address", balancer.public)?, balancer.port);
        let mut cells = Cells::new();
        spans_or_all(&balancer.from).into_iter().for_each(|from| cells.add([from], ()));
        let chain = format!("spread-{:032x}", id.to_u128());
        for ([from], ()) in cells.iter() {
            let from = Addresses(*from);
            match balancer.transport {
                Transport::Tcp => out.push("balanced", format_args!("{public} . {port} . {from}")),
                Transport::Udp => out.push("spread", format_args!("{public} . {port} . {from} : goto {chain}")),
            }
        }
        if balancer.transport == Transport::Udp {
            let rule = spread(balancer)?;
            out.chains.insert(chain, rule);
        }
    }
    Ok(())
}

/// UDP has no connections that a program could count, so the kernel chooses the member: in turns, or by the client.
fn spread(balancer: &Balancer) -> Result<String, Unfit> {
    let members = balancer.members.iter().map(|member| v4("load balancer member", *member));
    let members = members.collect::<Result<Vec<_>, _>>()?;
    if let [member] = members[..] {
        return Ok(format!("meta l4proto udp dnat to {member}:{}", balancer.to));
    }
    let by_client = balancer.algorithm == Algorithm::Source || balancer.stickiness.is_some();
    let by = if by_client { "jhash ip saddr" } else { "numgen inc" };
    let list: Vec<String> = members.iter().enumerate().map(|(at, member)| format!("{at} : {member}")).collect();
    Ok(format!("meta l4proto udp dnat to {by} mod {} map {{ {} }} : {}", members.len(), list.join(", "), balancer.to))
}

fn egress(router: &Router, out: &mut Elements) {
    let (mut tcp, mut udp) = (Cells::new(), Cells::new());
    let (mut echoes, mut protos) = (Cells::new(), Cells::new());
    for rule in router.egress.rules.values() {
        let targets = spans_or_all(&rule.to);
        for (from, to) in spans(&rule.from).flat_map(|from| targets.iter().map(move |to| (from, *to))) {
            match rule.service {
                Service::Tcp(p) => tcp.add([ports(p), from, to], ()),
                Service::Udp(p) => udp.add([ports(p), from, to], ()),
                Service::Icmp(kind) => {
                    let [kind, code] = icmp(kind);
                    echoes.add([kind, code, from, to], ());
                }
                service => protos.add([proto(service), from, to], ()),
            }
        }
    }
    for (transport, cells) in [("tcp", &tcp), ("udp", &udp)] {
        for ([ports, from, to], ()) in cells.iter() {
            let (ports, from, to) = (Numbers(*ports), Addresses(*from), Addresses(*to));
            out.push("egress-port", format_args!("{transport} . {ports} . {from} . {to}"));
        }
    }
    for ([kind, code, from, to], ()) in echoes.iter() {
        let (kind, code, from, to) = (Numbers(*kind), Numbers(*code), Addresses(*from), Addresses(*to));
        out.push("egress-icmp", format_args!("{kind} . {code} . {from} . {to}"));
    }
    for ([proto, from, to], ()) in protos.iter() {
        let (proto, from, to) = (Numbers(*proto), Addresses(*from), Addresses(*to));
        out.push("egress-proto", format_args!("{proto} . {from} . {to}"));
    }
}

fn guests(router: &Router, out: &mut Elements) -> Result<(), Unfit> {
    let main = super::links::main_vlan(router);
    let mut known = BTreeSet::new();
    for (address, public) in &router.public {
        let Some(guest) = public.static_nat.filter(|guest| known.insert(*guest)) else { continue };
        let (address, guest) = (v4("public address", *address)?, v4("static NAT", guest)?);
        out.push("static-out", format_args!("{guest} : {address}"));
        if public.vlan != main {
            out.push("ways", format_args!("{guest} : {}", super::links::mark(public.vlan)));
        }
    }
    Ok(())
}

//! From the device-neutral form to commands. Pure.

use super::script::{Act, Chain, Command, Element, Field, Script, Set, Term, Value};
use cloudstack_core::base::id::SecurityGroupId;
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Ports, Service};
use cloudstack_core::rules::diff::{Change, Delta};
use cloudstack_core::rules::ir::{Entry, Family, Far, Ir, Port, SetKey};
use std::{collections::BTreeSet, net::IpAddr};

const PORTS: &str = "ports";
const PORTS_SET: Value<'_> = Value::Word("@ports");
const MAC: &str = "mac";
const OWN4: &str = "own4";
const OWN6: &str = "own6";
const LEAVE: &str = "leave";
const ENTER: &str = "enter";
/// Where a frame goes on once it may leave.
const ONWARD: Act<'_> = Act::Goto(Chain::Fixed("onward"));

/// Writes a script that replaces whatever the table held, in one transaction.
pub(super) fn full(ir: &Ir, script: &mut impl Script) {
    script.command(Command::AddTable);
    script.command(Command::DeleteTable);
    script.command(Command::AddTable);
    for (key, elements) in &ir.sets {
        add_set(script, *key, elements.iter().copied());
    }
    for (name, second) in [(MAC, "ether_addr"), (OWN4, "ipv4_addr"), (OWN6, "ipv6_addr")] {
        script.command(Command::AddSet(Set::Fixed(name), &["ifname", second]));
    }
    script.command(Command::AddSet(Set::Fixed(PORTS), &["ifname"]));
    script.command(Command::AddMap(LEAVE));
    script.command(Command::AddMap(ENTER));
    guard(script);
    for (group, chains) in &ir.groups {
        add_group(script, *group);
        for direction in Direction::ALL {
            chains.of(direction).iter().for_each(|e| add_entry(script, *group, direction, e));
        }
        if !chains.egress.is_empty() {
            script.command(Command::AddRule(Chain::End(*group), &[], Act::Drop));
        }
    }
    let ports = || ir.ports.values();
    for port in ports() {
        add_chains(script, port);
        judge(script, port);
    }
    script.elements(Set::Fixed(MAC), ports().map(|p| Element::Mac(p.tap, p.mac)));
    script.elements(Set::Fixed(OWN4), ports().flat_map(|p| p.v4.iter().map(|a| Element::Own(p.tap, (*a).into()))));
    script.elements(Set::Fixed(OWN6), ports().flat_map(|p| p.v6.iter().map(|a| Element::Own(p.tap, (*a).into()))));
    script.elements(Set::Fixed(LEAVE), ports().map(|p| Element::Port(p.tap, Direction::Egress)));
    script.elements(Set::Fixed(ENTER), ports().map(|p| Element::Port(p.tap, Direction::Ingress)));
    script.elements(Set::Fixed(PORTS), ports().map(|p| Element::Device(p.tap)));
}

/// Writes a script of the difference, one transaction. `after` is the state it leads to.
pub(super) fn delta(after: &Ir, delta: &Delta, script: &mut impl Script) {
    let mut written = BTreeSet::new();
    for change in delta.changes() {
        match change {
            Change::AddSet(key, elements) => add_set(script, *key, elements.iter().copied()),
            Change::AddElement(key, address) => {
                script.elements(Set::Key(*key), std::iter::once(Element::Address(*address)));
            }
            Change::RemoveElement(key, address) => {
                script.command(Command::DeleteElement(Set::Key(*key), Element::Address(*address)));
            }
            Change::RemoveSet(key) => script.command(Command::DeleteSet(Set::Key(*key))),
            Change::AddGroup(group) => add_group(script, *group),
            Change::RemoveGroup(group) => remove_chains(script, &group_chains(*group)),
            Change::AddEntry(group, direction, entry) => add_entry(script, *group, *direction, entry),
            // A rule is deleted by a number that only the kernel knows, so the chain is written anew, once.
            Change::RemoveEntry(group, direction, _) if written.insert((*group, *direction)) => {
                script.command(Command::Flush(Chain::Group(*group, *direction)));
                let chains = after.groups.get(group).into_iter();
                chains.flat_map(|c| c.of(*direction)).for_each(|e| add_entry(script, *group, *direction, e));
            }
            Change::RemoveEntry(..) => {}
            Change::CloseEgress(group, close) => {
                script.command(Command::Flush(Chain::End(*group)));
                if *close {
                    script.command(Command::AddRule(Chain::End(*group), &[], Act::Drop));
                }
            }
            Change::AddPort(port) => add_port(script, port),
            Change::RemovePort(port) => remove_port(script, port),
            Change::ChangePort { before, after } => change_port(script, before, after),
        }
    }
}

fn add_set(script: &mut impl Script, key: SetKey, elements: impl Iterator<Item = IpAddr>) {
    let kind = match key.family() {
        Family::V4 => "ipv4_addr",
        Family::V6 => "ipv6_addr",
    };
    script.command(Command::AddSet(Set::Key(key), &[kind]));
    script.elements(Set::Key(key), elements.map(Element::Address));
}

const fn group_chains(group: SecurityGroupId) -> [Chain<'static>; 3] {
    [Chain::Group(group, Direction::Ingress), Chain::Group(group, Direction::Egress), Chain::End(group)]
}

const fn port_chains(port: &Port) -> [Chain<'static>; 2] {
    [Chain::Port(port.tap, Direction::Ingress), Chain::Port(port.tap, Direction::Egress)]
}

fn add_group(script: &mut impl Script, group: SecurityGroupId) {
    group_chains(group).into_iter().for_each(|chain| script.command(Command::AddChain(chain)));
}

fn remove_chains(script: &mut impl Script, chains: &[Chain<'_>]) {
    // All are emptied first: they may name each other.
    chains.iter().for_each(|chain| script.command(Command::Flush(*chain)));
    chains.iter().for_each(|chain| script.command(Command::DeleteChain(*chain)));
}

fn add_entry(script: &mut impl Script, group: SecurityGroupId, direction: Direction, entry: &Entry) {
    let family = entry.far.family();
    let (field, act) = match direction {
        Direction::Ingress => (Field::Source(family), Act::Accept),
        Direction::Egress => (Field::Target(family), ONWARD),
    };
    let far = match (entry.far, family) {
        (Far::Set(key), _) => Term::In(field, key),
        (Far::Any(_), Family::V4) => Term::Is(Field::EtherType, Value::Word("ip")),
        (Far::Any(_), Family::V6) => Term::Is(Field::EtherType, Value::Word("ip6")),
    };
    let chain = Chain::Group(group, direction);
    let ports = |field, Ports { first, last }| {
        Term::Is(field, if first == last { Value::Number(first) } else { Value::Range(first, last) })
    };
    let protocol = |number: u8| Term::Is(Field::Protocol, Value::Number(number.into()));
    let mut rule = |terms: &[Term<'_>]| script.command(Command::AddRule(chain, terms, act));
    match whole_protocol(entry.service) {
        Service::All => rule(&[far]),
        Service::Tcp(range) => rule(&[far, ports(Field::TcpTo, range)]),
        Service::Udp(range) => rule(&[far, ports(Field::UdpTo, range)]),
        Service::Icmp(None) => rule(&[far, protocol(if family == Family::V4 { 1 } else { 58 })]),
        Service::Icmp(Some(IcmpKind { kind, code })) => rule(&[
            far,
            Term::Is(Field::IcmpKind(family), Value::Number(kind.into())),
            Term::Is(Field::IcmpCode(family), Value::Number(code.into())),
        ]),
        Service::Protocol(number) => rule(&[far, protocol(number)]),
    }
}

/// Every port of a protocol is the protocol; it needs no look at the ports.
fn whole_protocol(service: Service) -> Service {
    match service {
        Service::Tcp(Ports::ALL) => Service::Protocol(6),
        Service::Udp(Ports::ALL) => Service::Protocol(17),
        other => other,
    }
}

fn add_chains(script: &mut impl Script, port: &Port) {
    port_chains(port).into_iter().for_each(|chain| script.command(Command::AddChain(chain)));
}

/// The groups that judge a port, then what is left.
fn judge(script: &mut impl Script, port: &Port) {
    let [enter, leave] = port_chains(port);
    let mut jump = |from, to| script.command(Command::AddRule(from, &[], Act::Jump(to)));
    port.groups.iter().for_each(|g| jump(enter, Chain::Group(*g, Direction::Ingress)));
    port.groups.iter().for_each(|g| jump(leave, Chain::Group(*g, Direction::Egress)));
    port.groups.iter().for_each(|g| jump(leave, Chain::End(*g)));
    script.command(Command::AddRule(enter, &[], Act::Drop));
    script.command(Command::AddRule(leave, &[], ONWARD));
}

fn add_port(script: &mut impl Script, port: &Port) {
    add_chains(script, port);
    judge(script, port);
    script.elements(Set::Fixed(MAC), std::iter::once(Element::Mac(port.tap, port.mac)));
    script.elements(Set::Fixed(OWN4), port.v4.iter().map(|a| Element::Own(port.tap, (*a).into())));
    script.elements(Set::Fixed(OWN6), port.v6.iter().map(|a| Element::Own(port.tap, (*a).into())));
    script.elements(Set::Fixed(LEAVE), std::iter::once(Element::Port(port.tap, Direction::Egress)));
    script.elements(Set::Fixed(ENTER), std::iter::once(Element::Port(port.tap, Direction::Ingress)));
    script.elements(Set::Fixed(PORTS), std::iter::once(Element::Device(port.tap)));
}

fn remove_port(script: &mut impl Script, port: &Port) {
    let mut delete = |set, element| script.command(Command::DeleteElement(Set::Fixed(set), element));
    delete(PORTS, Element::Device(port.tap));
    delete(LEAVE, Element::Port(port.tap, Direction::Egress));
    delete(ENTER, Element::Port(port.tap, Direction::Ingress));
    delete(MAC, Element::Mac(port.tap, port.mac));
    port.v4.iter().for_each(|a| delete(OWN4, Element::Own(port.tap, (*a).into())));
    port.v6.iter().for_each(|a| delete(OWN6, Element::Own(port.tap, (*a).into())));
    remove_chains(script, &port_chains(port));
}

fn change_port(script: &mut impl Script, before: &Port, after: &Port) {
    let tap = after.tap;
    let mut delete = |set, element| script.command(Command::DeleteElement(Set::Fixed(set), element));
    if before.mac != after.mac {
        delete(MAC, Element::Mac(tap, before.mac));
    }
    before.v4.iter().filter(|a| !after.v4.contains(a)).for_each(|a| delete(OWN4, Element::Own(tap, (*a).into())));
    before.v6.iter().filter(|a| !after.v6.contains(a)).for_each(|a| delete(OWN6, Element::Own(tap, (*a).into())));
    if before.mac != after.mac {
        script.elements(Set::Fixed(MAC), std::iter::once(Element::Mac(tap, after.mac)));
    }
    let fresh = after.v4.iter().filter(|a| !before.v4.contains(a));
    script.elements(Set::Fixed(OWN4), fresh.map(|a| Element::Own(tap, (*a).into())));
    let fresh = after.v6.iter().filter(|a| !before.v6.contains(a));
    script.elements(Set::Fixed(OWN6), fresh.map(|a| Element::Own(tap, (*a).into())));
    if before.groups != after.groups {
        port_chains(after).into_iter().for_each(|chain| script.command(Command::Flush(chain)));
        judge(script, after);
    }
}

/// The part that is the same for every port: it holds a port to its own addresses, keeps open what a guest cannot live
/// without, and asks the port's chain about the rest.
fn guard(script: &mut impl Script) {
    for chain in ["onward", "leaving", "leaving-arp", "leaving-ip", "leaving-ip6"] {
        script.command(Command::AddChain(Chain::Fixed(chain)));
    }
    for chain in ["entering", "entering-arp", "entering-ip", "entering-ip6"] {
        script.command(Command::AddChain(Chain::Fixed(chain)));
    }
    script.command(Command::AddHook("forward"));
    chain(script, "forward", &[(&[Term::Is(Field::In, PORTS_SET)], to("leaving")), (&[], ONWARD)]);
    chain(script, "onward", &[(&[Term::Is(Field::Out, PORTS_SET)], to("entering")), (&[], Act::Accept)]);
    leaving(script);
    leaving_ip(script);
    leaving_ip6(script);
    entering(script);
    entering_ip(script);
}

type Line<'a> = (&'a [Term<'a>], Act<'a>);

fn chain(script: &mut impl Script, name: &str, lines: &[Line<'_>]) {
    for (terms, act) in lines {
        script.command(Command::AddRule(Chain::Fixed(name), terms, *act));
    }
}

const fn to(chain: &str) -> Act<'_> {
    Act::Goto(Chain::Fixed(chain))
}

const fn is(field: Field, number: u16) -> Term<'static> {
    Term::Is(field, Value::Number(number))
}

const fn ether(kind: &str) -> Term<'_> {
    Term::Is(Field::EtherType, Value::Word(kind))
}

const REPLY: Term<'_> = Term::Is(Field::Tracked, Value::Flags(&["established", "related"]));
const INVALID: Term<'_> = Term::Is(Field::Tracked, Value::Word("invalid"));

const fn icmp6<'a>(kinds: &'a [u16]) -> Term<'a> {
    Term::Is(Field::IcmpKind(Family::V6), Value::OneOf(kinds))
}

#[rustfmt::skip]
fn leaving(script: &mut impl Script) {
    use Act::Drop;
    use Field::{ArpOperation, ArpSenderIp, ArpSenderMac, EtherSource, In};
    chain(script, "leaving", &[
        (&[Term::PairNotIn(In, EtherSource, MAC)], Drop),
        (&[ether("arp")], to("leaving-arp")),
        (&[ether("ip")], to("leaving-ip")),
        (&[ether("ip6")], to("leaving-ip6")),
        (&[], Drop),
    ]);
    chain(script, "leaving-arp", &[
        (&[Term::PairNotIn(In, ArpSenderMac, MAC)], Drop),
        (&[Term::PairNotIn(In, ArpSenderIp, OWN4)], Drop),
        (&[Term::Is(ArpOperation, Value::OneOf(&[1, 2]))], ONWARD),
        (&[], Drop),
    ]);
}

#[rustfmt::skip]
fn leaving_ip(script: &mut impl Script) {
    use Act::Drop;
    use Field::{In, UdpFrom, UdpTo};
    let source = Field::Source(Family::V4);
    chain(script, "leaving-ip", &[
        (&[is(UdpFrom, 67)], Drop),
        (&[Term::Is(source, Value::Word("0.0.0.0")), is(UdpFrom, 68), is(UdpTo, 67)], ONWARD),
        (&[Term::PairNotIn(In, source, OWN4)], Drop),
        (&[is(UdpFrom, 68), is(UdpTo, 67)], ONWARD),
    ]);
    ask_leaving(script, "leaving-ip");
}

/// ICMPv6 by number: 1 to 4 are errors, 130 and 143 ask for and report multicast listeners, 133 to 136 solicit and advertise
/// routers and neighbours, 137 redirects.
#[rustfmt::skip]
fn leaving_ip6(script: &mut impl Script) {
    use Act::Drop;
    use Field::{In, UdpFrom, UdpTo};
    let source = Field::Source(Family::V6);
    chain(script, "leaving-ip6", &[
        (&[is(UdpFrom, 547)], Drop),
        (&[icmp6(&[134, 137])], Drop),
        (&[Term::Is(source, Value::Word("::")), icmp6(&[133, 135, 143])], ONWARD),
        (&[Term::PairNotIn(In, source, OWN6)], Drop),
        (&[is(UdpFrom, 546), is(UdpTo, 547)], ONWARD),
        (&[icmp6(&[1, 2, 3, 4, 133, 135, 136, 143])], ONWARD),
    ]);
    ask_leaving(script, "leaving-ip6");
}

#[rustfmt::skip]
fn entering(script: &mut impl Script) {
    use Act::{Accept, Drop};
    use Field::{ArpOperation, ArpTargetIp, ArpTargetMac, Out};
    chain(script, "entering", &[
        (&[ether("arp")], to("entering-arp")),
        (&[ether("ip")], to("entering-ip")),
        (&[ether("ip6")], to("entering-ip6")),
        (&[], Drop),
    ]);
    chain(script, "entering-arp", &[
        (&[Term::PairNotIn(Out, ArpTargetIp, OWN4)], Drop),
        (&[is(ArpOperation, 1)], Accept),
        (&[Term::PairNotIn(Out, ArpTargetMac, MAC)], Drop),
        (&[is(ArpOperation, 2)], Accept),
        (&[], Drop),
    ]);
}

#[rustfmt::skip]
fn entering_ip(script: &mut impl Script) {
    use Act::{Accept, Drop};
    use Field::{Out, UdpFrom, UdpTo};
    chain(script, "entering-ip", &[
        (&[is(UdpFrom, 67), is(UdpTo, 68)], Accept),
        (&[Term::PairNotIn(Out, Field::Target(Family::V4), OWN4)], Drop),
    ]);
    ask_entering(script, "entering-ip");
    chain(script, "entering-ip6", &[
        (&[is(UdpFrom, 547), is(UdpTo, 546)], Accept),
        (&[icmp6(&[1, 2, 3, 4, 130, 134, 135, 136])], Accept),
        (&[Term::PairNotIn(Out, Field::Target(Family::V6), OWN6)], Drop),
    ]);
    ask_entering(script, "entering-ip6");
}

/// How a chain of frames that leave ends, whatever their family: replies go on, names may be asked for, and for the rest the
/// port's own chain is asked.
#[rustfmt::skip]
fn ask_leaving(script: &mut impl Script, name: &str) {
    use Act::{Drop, Look};
    chain(script, name, &[
        (&[REPLY], ONWARD),
        (&[INVALID], Drop),
        (&[is(Field::UdpTo, 53)], ONWARD),
        (&[is(Field::TcpTo, 53)], ONWARD),
        (&[], Look(Field::In, LEAVE)),
        (&[], Drop),
    ]);
}

/// How a chain of frames that enter ends.
#[rustfmt::skip]
fn ask_entering(script: &mut impl Script, name: &str) {
    use Act::{Accept, Drop, Look};
    chain(script, name, &[
        (&[REPLY], Accept),
        (&[INVALID], Drop),
        (&[], Look(Field::Out, ENTER)),
        (&[], Drop),
    ]);
}

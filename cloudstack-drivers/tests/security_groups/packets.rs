//! Packets that aim at the edges of a policy.

use crate::random::{NETS, PORTS, mac, pick};
use cloudstack_core::base::Seed;
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Peer, Ports, RuleKey, Service};
use cloudstack_core::rules::ir::{Mac, Tap};
use cloudstack_core::rules::packet::{Arp, Frame, IpPacket, Packet, Payload, Tracked};
use cloudstack_core::rules::security_group::{Member, SecurityGroupPolicy};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// Addresses on and beside the edges of everything the policy mentions.
fn addresses(seed: &mut Seed, policy: &SecurityGroupPolicy, v4: bool) -> IpAddr {
    let members: Vec<&Member> = policy.members().collect();
    if !members.is_empty() && seed.chance(2, 3) {
        let member = pick(seed, &members);
        let mut own: Vec<IpAddr> = member.addresses.iter().chain(&member.secondary).copied().collect();
        own.push(member.mac.link_local().into());
        own.retain(|a| a.is_ipv4() == v4);
        return pick(seed, &own);
    }
    let net: IpNet = pick(seed, &NETS).parse().unwrap();
    let net = if net.addr().is_ipv4() == v4 {
        net
    } else {
        IpNet::from(if v4 { IpAddr::from([10, 0, 0, 4]) } else { "2001:db8::4".parse().unwrap() })
    };
    let step = |a: IpAddr, by: i8| match a {
        IpAddr::V4(a) => IpAddr::from(Ipv4Addr::from_bits(a.to_bits().wrapping_add_signed(by.into()))),
        IpAddr::V6(a) => IpAddr::from(std::net::Ipv6Addr::from_bits(a.to_bits().wrapping_add_signed(by.into()))),
    };
    let (first, last) = (net.network(), net.broadcast());
    pick(seed, &[first, last, step(first, -1), step(last, 1)])
}

fn payload(seed: &mut Seed, v4: bool) -> Payload {
    let port = |seed: &mut Seed| {
        let port = pick(seed, &PORTS);
        pick(seed, &[port, port, port.wrapping_add(1), port.wrapping_sub(1)])
    };
    match seed.below(8) {
        0..3 => Payload::Tcp { from: port(seed), to: port(seed) },
        3 | 4 => match seed.below(4) {
            0 => pick(seed, &[(68, 67), (67, 68), (546, 547), (547, 546)].map(|(from, to)| Payload::Udp { from, to })),
            _ => Payload::Udp { from: port(seed), to: port(seed) },
        },
        5 | 6 => {
            let kind =
                if v4 || seed.chance(1, 2) { pick(seed, &[0, 3, 8, 128, 255]) } else { 127 + seed.below(18) as u8 };
            let kind = if !v4 && seed.chance(1, 8) { 1 + seed.below(5) as u8 } else { kind };
            Payload::Icmp(IcmpKind { kind, code: pick(seed, &[0, 1, 255]) })
        }
        _ => Payload::Other(pick(seed, &[2, 47, 50, 132, 255])),
    }
}

pub(crate) fn packet(seed: &mut Seed, policy: &SecurityGroupPolicy) -> Packet {
    let members: Vec<&Member> = policy.members().collect();
    let outside: Tap = "eth0".parse().unwrap();
    let v4 = seed.chance(3, 5);
    let own = |seed: &mut Seed, member: &Member| {
        let own: Vec<IpAddr> =
            member.addresses.iter().chain(&member.secondary).copied().filter(|a| a.is_ipv4() == v4).collect();
        if own.is_empty() { member.mac.link_local().into() } else { pick(seed, &own) }
    };
    // One end is a member most of the time, and mostly behaves.
    let (mut from, mut to, mut mac_of) = (outside, outside, mac(99));
    let (mut src, mut dst) = (addresses(seed, policy, v4), addresses(seed, policy, v4));
    if !members.is_empty() && seed.chance(3, 4) {
        let member = pick(seed, &members);
        (from, mac_of) = (member.tap.unwrap_or(outside), member.mac);
        if seed.chance(7, 8) {
            src = own(seed, member);
        }
    }
    if !members.is_empty() && seed.chance(2, 3) {
        let member = pick(seed, &members);
        to = member.tap.unwrap_or(outside);
        if seed.chance(7, 8) {
            dst = own(seed, member);
        }
    }
    let mut body = payload(seed, v4);
    if seed.chance(1, 2)
        && let Some(aimed) = aim(seed, policy, &members, (from, to))
    {
        // The far end is who has the address, or outside.
        let owner = members.iter().find(|m| m.addresses.contains(&aimed.1));
        let port = owner.and_then(|m| m.tap).unwrap_or(outside);
        match aimed.0 {
            Direction::Egress => (dst, to) = (aimed.1, port),
            Direction::Ingress => (src, from, mac_of) = (aimed.1, port, owner.map_or(mac(99), |m| m.mac)),
        }
        body = aimed.2;
        if src.is_ipv4() != dst.is_ipv4() {
            (src, dst) = (aimed.1, aimed.1);
        }
    }
    if v4 == src.is_ipv4() && seed.chance(1, 16) {
        src = if v4 { Ipv4Addr::UNSPECIFIED.into() } else { std::net::Ipv6Addr::UNSPECIFIED.into() };
    }
    if seed.chance(1, 16) {
        mac_of = mac(seed.below(8));
    }
    let frame = match seed.below(16) {
        0 => Frame::Other(pick(seed, &[0x8100, 0x88a8, 0x0800 + 1, 0x8863])),
        1 | 2 => Frame::Arp(arp(seed, policy, mac_of)),
        _ => {
            let tracked = match seed.below(8) {
                0 => Tracked::Established,
                1 => Tracked::Related,
                2 => Tracked::Invalid,
                _ => Tracked::New,
            };
            Frame::Ip(IpPacket { src, dst, payload: body, tracked })
        }
    };
    Packet { from, to, mac: mac_of, frame }
}

/// The far end and payload of a packet at or beside the edges of a rule that judges one of the ports.
fn aim(
    seed: &mut Seed,
    policy: &SecurityGroupPolicy,
    members: &[&Member],
    (from, to): (Tap, Tap),
) -> Option<(Direction, IpAddr, Payload)> {
    let direction = pick(seed, &Direction::ALL);
    let tap = if direction == Direction::Egress { from } else { to };
    let member = members.iter().find(|m| m.tap == Some(tap))?;
    let rules: Vec<RuleKey> = member.groups.iter().flat_map(|g| policy.rules_of(*g)).map(|(key, _)| *key).collect();
    let rules: Vec<RuleKey> = rules.into_iter().filter(|key| key.direction == direction).collect();
    if rules.is_empty() {
        return None;
    }
    let rule = pick(seed, &rules);
    let far = match rule.peer {
        Peer::Cidr(net) => pick(seed, &[net.network(), net.broadcast()]),
        Peer::Group(group) => {
            let inside: Vec<&&Member> = members.iter().filter(|m| m.groups.contains(&group)).collect();
            if inside.is_empty() {
                return None;
            }
            let member = pick(seed, &inside);
            pick(seed, &member.addresses)
        }
    };
    let edge = |seed: &mut Seed, Ports { first, last }: Ports| {
        pick(seed, &[first, first.wrapping_sub(1), last, last.wrapping_add(1)])
    };
    let payload = match rule.service {
        Service::Tcp(ports) => Payload::Tcp { from: 40_000, to: edge(seed, ports) },
        Service::Udp(ports) => Payload::Udp { from: 40_000, to: edge(seed, ports) },
        Service::Icmp(Some(kind)) => Payload::Icmp(kind),
        Service::Icmp(None) => Payload::Icmp(IcmpKind { kind: 13, code: 0 }),
        Service::Protocol(number) => Payload::Other(number),
        Service::All => Payload::Tcp { from: 40_000, to: 9 },
    };
    Some((direction, far, payload))
}

fn arp(seed: &mut Seed, policy: &SecurityGroupPolicy, sender: Mac) -> Arp {
    let v4 = |seed: &mut Seed| match addresses(seed, policy, true) {
        IpAddr::V4(a) => a,
        IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
    };
    let other = mac(seed.below(7));
    let own = (sender.0[5] as usize).clamp(1, 6) as u8;
    Arp {
        operation: pick(seed, &[1, 1, 2, 2, 0, 3, 0x100]),
        sender_mac: if seed.chance(7, 8) { sender } else { other },
        sender_ip: if seed.chance(3, 4) { Ipv4Addr::new(10, 0, 0, own) } else { v4(seed) },
        target_mac: mac(1 + seed.below(6)),
        target_ip: v4(seed),
    }
}

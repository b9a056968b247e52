//! Names and single lines of the four tools' languages.
//!
//! A chain name holds at most 28 characters and a set name 31, while an id has 32 digits. So ids are packed, six bits to a
//! character. No two things get one name: a fixed chain has a word after `cs-`, a port's has `cs-i-` or `cs-o-` and the
//! device, a group's has a capital after `cs` and 22 characters; sets of ports have `cs4-` or `cs6-` and the device, sets of
//! members 26 characters, sets of blocks 31.

use crate::render::{Out, address, decimal, packed};
use cloudstack_core::base::id::{EntityId, SecurityGroupId};
use cloudstack_core::model::network::security_rule::{Direction, IcmpKind, Ports, Service};
use cloudstack_core::rules::ir::{Entry, Family, Far, SetKey, Tap};
use std::net::IpAddr;

/// The end of a group's chain: what becomes of the rest when it has egress rules.
pub(super) fn end_chain(out: &mut Out, group: SecurityGroupId) {
    out.push_str("csE");
    packed(out, group.to_u128(), 0, 0);
}

pub(super) fn group_chain(out: &mut Out, group: SecurityGroupId, direction: Direction) {
    out.push_str(match direction {
        Direction::Ingress => "csI",
        Direction::Egress => "csO",
    });
    packed(out, group.to_u128(), 0, 0);
}

pub(super) fn port_chain(out: &mut Out, tap: Tap, direction: Direction) {
    out.push_str(match direction {
        Direction::Ingress => "cs-i-",
        Direction::Egress => "cs-o-",
    });
    out.push_str(tap.as_str());
}

pub(super) fn own_set(out: &mut Out, tap: Tap, family: Family) {
    out.push_str(match family {
        Family::V4 => "cs4-",
        Family::V6 => "cs6-",
    });
    out.push_str(tap.as_str());
}

pub(super) fn set_name(out: &mut Out, key: SetKey) {
    match key {
        SetKey::Members { group, family } => {
            out.push_str(if family == Family::V4 { "csm4" } else { "csm6" });
            packed(out, group.to_u128(), 0, 0);
        }
        SetKey::Blocks { group, direction, service, family, prefix } => {
            out.push_str("cs");
            let direction = u64::from(direction == Direction::Egress);
            // 0 to 32 and, above them, 33 to 161.
            let prefix = u64::from(prefix) + if family == Family::V6 { 33 } else { 0 };
            packed(out, group.to_u128(), (service_number(service) << 9) | (direction << 8) | prefix, 43);
        }
    }
}

/// A number below 2³⁴ for each service.
fn service_number(service: Service) -> u64 {
    let range = |Ports { first, last }| (u64::from(first) << 16) | u64::from(last);
    match service {
        Service::Tcp(ports) => range(ports),
        Service::Udp(ports) => (1 << 32) | range(ports),
        Service::All => 2 << 32,
        Service::Icmp(None) => (2 << 32) | 1,
        Service::Protocol(number) => (2 << 32) | 0x100 | u64::from(number),
        Service::Icmp(Some(IcmpKind { kind, code })) => (2 << 32) | 0x1_0000 | (u64::from(kind) << 8) | u64::from(code),
    }
}

/// True for an entry that these tools cannot say; it is left out, so that nothing is opened.
///
/// The kernel's match takes IPv4 ICMP type 255, which is reserved, for any type, and `-p 0` for any protocol.
pub(super) fn unsayable(entry: &Entry) -> bool {
    match entry.service {
        Service::Icmp(Some(IcmpKind { kind: 255, .. })) => entry.far.family() == Family::V4,
        Service::Protocol(0) => true,
        _ => false,
    }
}

/// The conditions and target of an entry, after the chain's name.
pub(super) fn entry(out: &mut Out, direction: Direction, entry: &Entry) {
    service(out, entry.service, entry.far.family());
    if let Far::Set(key) = entry.far {
        out.push_str(" -m set --match-set ");
        set_name(out, key);
        out.push_str(if direction == Direction::Ingress { " src" } else { " dst" });
    }
    out.push_str(match direction {
        Direction::Ingress => " -j ACCEPT\n",
        Direction::Egress => " -j cs-onward\n",
    });
}

fn service(out: &mut Out, service: Service, family: Family) {
    let icmp: u16 = if family == Family::V4 { 1 } else { 58 };
    let number = match service {
        Service::All => return,
        Service::Tcp(_) => 6,
        Service::Udp(_) => 17,
        Service::Icmp(_) => icmp,
        Service::Protocol(number) => number.into(),
    };
    out.push_str(" -p ");
    decimal(out, number);
    match service {
        Service::Tcp(ports) if ports != Ports::ALL => range(out, " -m tcp --dport ", ports),
        Service::Udp(ports) if ports != Ports::ALL => range(out, " -m udp --dport ", ports),
        Service::Icmp(Some(IcmpKind { kind, code })) => {
            out.push_str(match family {
                Family::V4 => " -m icmp --icmp-type ",
                Family::V6 => " -m icmp6 --icmpv6-type ",
            });
            decimal(out, kind.into());
            out.push(b'/');
            decimal(out, code.into());
        }
        _ => {}
    }
}

fn range(out: &mut Out, words: &str, ports: Ports) {
    out.push_str(words);
    decimal(out, ports.first);
    if ports.first != ports.last {
        out.push(b':');
        decimal(out, ports.last);
    }
}

/// Makes a set if it is not there. All sets are of one type, so that any can be swapped for any of its family.
pub(super) fn create(out: &mut Out, family: Family, name: impl FnOnce(&mut Out)) {
    out.push_str("create ");
    name(out);
    out.push_str(match family {
        Family::V4 => " hash:net family inet maxelem 4194304 -exist\n",
        Family::V6 => " hash:net family inet6 maxelem 4194304 -exist\n",
    });
}

pub(super) fn element(out: &mut Out, verb: &str, name: impl FnOnce(&mut Out), a: IpAddr, prefix: u8) {
    out.push_str(verb);
    name(out);
    out.push(b' ');
    address(out, a);
    if prefix < Family::of(a).host_prefix() {
        out.push(b'/');
        decimal(out, prefix.into());
    }
    out.push_str(" -exist\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn named(write: impl FnOnce(&mut Out)) -> String {
        let mut out = Out::default();
        write(&mut out);
        out.finish()
    }

    #[test]
    fn what_the_tools_would_take_for_any_is_left_out() {
        let any = |service, family| Entry { service, far: Far::Any(family) };
        let reserved = Service::Icmp(Some(IcmpKind { kind: 255, code: 0 }));
        assert!(unsayable(&any(reserved, Family::V4)) && unsayable(&any(Service::Protocol(0), Family::V6)));
        for service in [Service::All, Service::Icmp(None), Service::Protocol(1)] {
            assert!(!unsayable(&any(service, Family::V4)), "{service}");
        }
        assert!(!unsayable(&any(reserved, Family::V6)));
    }

    #[test]
    fn names_fit_and_never_collide() {
        let mut names = BTreeSet::new();
        let mut made = 0;
        let mut see = |name: String, limit: usize| {
            assert!(name.len() <= limit, "{name}");
            names.insert(name);
            made += 1;
        };
        let ids =
            [0, 1, 2, 3, 4, u128::MAX, u128::MAX - 1, 1 << 127, 1 << 64, 0x0190_5a8e_7000_7000_8000_0000_0000_0001];
        let ports = |first, last| Ports { first, last };
        let icmp = |kind, code| Service::Icmp(Some(IcmpKind { kind, code }));
        let services = [
            Service::All,
            Service::Icmp(None),
            icmp(0, 0),
            icmp(1, 0),
            icmp(0, 1),
            icmp(255, 255),
            Service::Tcp(ports(0, 0)),
            Service::Tcp(Ports::ALL),
            Service::Tcp(ports(1, 0x100)),
            Service::Udp(ports(0, 0)),
            Service::Udp(Ports::ALL),
            Service::Protocol(1),
            Service::Protocol(0),
            Service::Protocol(255),
        ];
        for group in ids.map(SecurityGroupId::from_u128) {
            see(named(|out| end_chain(out, group)), 28);
            for direction in Direction::ALL {
                see(named(|out| group_chain(out, group, direction)), 28);
            }
            for family in Family::ALL {
                see(named(|out| set_name(out, SetKey::Members { group, family })), 31);
                for direction in Direction::ALL {
                    for service in services {
                        for prefix in 1..=family.host_prefix() {
                            let key = SetKey::Blocks { group, direction, service, family, prefix };
                            see(named(|out| set_name(out, key)), 31);
                        }
                    }
                }
            }
        }
        for tap in ["v", "vnet1", "onward", "m4", "123456789012345"].map(|t| t.parse().unwrap()) {
            for direction in Direction::ALL {
                see(named(|out| port_chain(out, tap, direction)), 28);
            }
            for family in Family::ALL {
                see(named(|out| own_set(out, tap, family)), 31);
            }
        }
        assert_eq!(names.len(), made);
    }
}

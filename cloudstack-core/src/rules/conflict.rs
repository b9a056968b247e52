//! Which rules stand in each other's way, on one public address and among what guests may reach. One table, read by one
//! function.

use crate::base::id::{NetworkId, NicId};
use crate::model::network::security_rule::{Ports, Service};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// What a rule makes of a public address (IPAM-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Something may reach it.
    Firewall,
    /// Ports of it lead to a machine.
    PortForwarding,
    /// A port of it leads to one of several machines.
    LoadBalancing,
    /// Clients come into the network through it.
    Vpn,
    /// It stands for one machine.
    StaticNat,
}

impl Purpose {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Firewall, Self::PortForwarding, Self::LoadBalancing, Self::Vpn, Self::StaticNat];

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Firewall => "a firewall rule",
            Self::PortForwarding => "port forwarding",
            Self::LoadBalancing => "load balancing",
            Self::Vpn => "remote access",
            Self::StaticNat => "static NAT",
        }
    }
}

/// What a rule claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// What it makes of the address.
    pub purpose: Purpose,
    /// The network it names.
    pub network: NetworkId,
    /// The traffic: of static NAT all.
    pub service: Service,
    /// Where it may come from, and for egress rules go to; everywhere if empty.
    pub from: &'a BTreeSet<IpNet>,
    /// For egress rules, where it goes; everywhere if empty.
    pub to: &'a BTreeSet<IpNet>,
    /// The one interface that static NAT stands for.
    pub target: Option<NicId>,
}

/// Why two rules cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// The network's addresses serve one purpose each, and this one has another.
    OtherPurpose,
    /// The same kind of message from the same sources.
    SameMessage,
    /// Both are for the same ports, and from the same sources where that matters.
    Ports,
    /// One of them takes the whole address.
    Whole,
    /// The address stands for another machine.
    OtherTarget,
    /// They name different networks.
    OtherNetwork,
}

impl Conflict {
    /// True if another rule is in the way; if not, the request could never have been meant.
    #[must_use]
    pub const fn is_between_rules(self) -> bool {
        !matches!(self, Self::OtherPurpose | Self::SameMessage)
    }
}

/// How two rules are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    /// Not at all.
    Never,
    /// Same protocol, common ports, common sources.
    Sources,
    /// Same protocol and common ports, whatever the sources.
    Ports,
    /// Common ports, whatever the protocol.
    AnyProtocol,
    /// Both cannot be.
    Always,
    /// Both cannot be, unless for the same interface.
    Target,
}

/// The rule that is there, the new one, and how they are held against each other. Every pair is listed.
#[rustfmt::skip]
const TESTS: &[(Purpose, Purpose, Test)] = {
    use {Purpose::{Firewall, LoadBalancing, PortForwarding, StaticNat, Vpn}, Test::*};
    &[
        (Firewall,       Firewall,       Sources),
        (Firewall,       PortForwarding, Never),
        (Firewall,       LoadBalancing,  Never),
        (Firewall,       Vpn,            Never),
        (Firewall,       StaticNat,      Never),
        (PortForwarding, Firewall,       Never),
        (PortForwarding, PortForwarding, Ports),
        (PortForwarding, LoadBalancing,  AnyProtocol),
        (PortForwarding, Vpn,            Ports),
        (PortForwarding, StaticNat,      Always),
        (LoadBalancing,  Firewall,       Never),
        (LoadBalancing,  PortForwarding, AnyProtocol),
        (LoadBalancing,  LoadBalancing,  AnyProtocol),
        (LoadBalancing,  Vpn,            Ports),
        (LoadBalancing,  StaticNat,      Always),
        (Vpn,            Firewall,       Never),
        (Vpn,            PortForwarding, Ports),
        (Vpn,            LoadBalancing,  AnyProtocol),
        (Vpn,            Vpn,            Always),
        (Vpn,            StaticNat,      Always),
        (StaticNat,      Firewall,       Never),
        (StaticNat,      PortForwarding, Always),
        (StaticNat,      LoadBalancing,  Always),
        (StaticNat,      Vpn,            Always),
        (StaticNat,      StaticNat,      Target),
    ]
};

/// Whether a new rule on a public address can be beside one that is there. `conserve` is the mode of the network's offering:
/// without it an address serves one purpose, beside which only the firewall may be.
///
/// # Errors
/// The [`Conflict`].
pub fn beside(there: &Claim<'_>, new: &Claim<'_>, conserve: bool) -> Result<(), Conflict> {
    let firewall = |claim: &Claim<'_>| claim.purpose == Purpose::Firewall;
    if there.network != new.network {
        return Err(Conflict::OtherNetwork);
    }
    let test = TESTS.iter().find(|(a, b, _)| (*a, *b) == (there.purpose, new.purpose)).map_or(Test::Always, |t| t.2);
    let found = held(test, there, new);
    if found.is_ok() && !conserve && !firewall(there) && !firewall(new) && there.purpose != new.purpose {
        return Err(Conflict::OtherPurpose);
    }
    found
}

/// Whether two egress rules of one network can be beside each other.
///
/// # Errors
/// The [`Conflict`].
pub fn egress_beside(there: &Claim<'_>, new: &Claim<'_>) -> Result<(), Conflict> {
    if meet(there.to, new.to) { held(Test::Sources, there, new) } else { Ok(()) }
}

fn held(test: Test, there: &Claim<'_>, new: &Claim<'_>) -> Result<(), Conflict> {
    let fine = |fine: bool, or: Conflict| if fine { Ok(()) } else { Err(or) };
    match test {
        Test::Never => Ok(()),
        Test::Always => Err(Conflict::Whole),
        Test::Target => fine(there.target == new.target, Conflict::OtherTarget),
        Test::Ports => fine(!common_ports(there.service, new.service, true), Conflict::Ports),
        Test::AnyProtocol => fine(!common_ports(there.service, new.service, false), Conflict::Ports),
        Test::Sources if !meet(there.from, new.from) => Ok(()),
        Test::Sources => match (there.service, new.service) {
            (Service::Icmp(a), Service::Icmp(b)) => fine(a != b, Conflict::SameMessage),
            (Service::All, Service::All) => Err(Conflict::Ports),
            (Service::Protocol(a), Service::Protocol(b)) => fine(a != b, Conflict::Ports),
            (a, b) => fine(!common_ports(a, b, true), Conflict::Ports),
        },
    }
}

fn ports(service: Service) -> Option<Ports> {
    match service {
        Service::Tcp(ports) | Service::Udp(ports) => Some(ports),
        _ => None,
    }
}

fn common_ports(a: Service, b: Service, same_protocol: bool) -> bool {
    if same_protocol && std::mem::discriminant(&a) != std::mem::discriminant(&b) {
        return false;
    }
    ports(a).zip(ports(b)).is_some_and(|(a, b)| a.first <= b.last && b.first <= a.last)
}

/// True if an address is in both; in an empty one is every address.
fn meet(a: &BTreeSet<IpNet>, b: &BTreeSet<IpNet>) -> bool {
    let common = |x: &IpNet| b.iter().any(|y| x.contains(y) || y.contains(x));
    a.is_empty() || b.is_empty() || a.iter().any(common)
}

#[cfg(test)]
mod tests {
    use super::Purpose::*;
    use super::*;
    use crate::base::id::EntityId;
    use crate::model::network::security_rule::IcmpKind;

    static EVERYWHERE: BTreeSet<IpNet> = BTreeSet::new();

    fn claim(purpose: Purpose, service: Service) -> Claim<'static> {
        let (network, target) = (NetworkId::from_u128(1), None);
        Claim { purpose, network, service, from: &EVERYWHERE, to: &EVERYWHERE, target }
    }
    fn tcp(first: u16, last: u16) -> Service {
        Service::Tcp(Ports { first, last })
    }
    fn udp(first: u16, last: u16) -> Service {
        Service::Udp(Ports { first, last })
    }

    /// Every pair of purposes: with common ports and protocol, with common ports of another protocol, with other ports.
    ///
    /// Proves: IPAM-13, FWNAT-08, FWNAT-10
    #[test]
    fn every_pair_of_purposes_is_decided() {
        const O: Result<(), Conflict> = Ok(());
        const P: Result<(), Conflict> = Err(Conflict::Ports);
        const W: Result<(), Conflict> = Err(Conflict::Whole);
        #[rustfmt::skip]
        let wanted = [
            (Firewall,       Firewall,       [P, O, O]),
            (Firewall,       PortForwarding, [O, O, O]),
            (Firewall,       LoadBalancing,  [O, O, O]),
            (Firewall,       Vpn,            [O, O, O]),
            (Firewall,       StaticNat,      [O, O, O]),
            (PortForwarding, Firewall,       [O, O, O]),
            (PortForwarding, PortForwarding, [P, O, O]),
            (PortForwarding, LoadBalancing,  [P, P, O]),
            (PortForwarding, Vpn,            [P, O, O]),
            (PortForwarding, StaticNat,      [W, W, W]),
            (LoadBalancing,  Firewall,       [O, O, O]),
            (LoadBalancing,  PortForwarding, [P, P, O]),
            (LoadBalancing,  LoadBalancing,  [P, P, O]),
            (LoadBalancing,  Vpn,            [P, O, O]),
            (LoadBalancing,  StaticNat,      [W, W, W]),
            (Vpn,            Firewall,       [O, O, O]),
            (Vpn,            PortForwarding, [P, O, O]),
            (Vpn,            LoadBalancing,  [P, P, O]),
            (Vpn,            Vpn,            [W, W, W]),
            (Vpn,            StaticNat,      [W, W, W]),
            (StaticNat,      Firewall,       [O, O, O]),
            (StaticNat,      PortForwarding, [W, W, W]),
            (StaticNat,      LoadBalancing,  [W, W, W]),
            (StaticNat,      Vpn,            [W, W, W]),
        ];
        for (there, new, wanted) in wanted {
            let old = claim(there, tcp(80, 90));
            let got = [tcp(90, 99), udp(85, 85), tcp(91, 99)].map(|service| beside(&old, &claim(new, service), true));
            assert_eq!(got, wanted, "{there:?} and then {new:?}");
        }
        assert_eq!(wanted.len() + 1, Purpose::ALL.len() * Purpose::ALL.len(), "static NAT twice has a test of its own");
    }

    /// Proves: FWNAT-10
    #[test]
    fn an_address_stands_for_one_interface() {
        let nat = |nic| Claim { target: Some(NicId::from_u128(nic)), ..claim(StaticNat, Service::All) };
        assert_eq!(beside(&nat(1), &nat(1), true), Ok(()));
        assert_eq!(beside(&nat(1), &nat(2), true), Err(Conflict::OtherTarget));
    }

    /// Proves: IPAM-13
    #[test]
    fn without_conserve_mode_an_address_serves_one_purpose_beside_its_firewall() {
        let pairs = [
            (PortForwarding, LoadBalancing, Err(Conflict::OtherPurpose)),
            (LoadBalancing, PortForwarding, Err(Conflict::OtherPurpose)),
            (Vpn, PortForwarding, Err(Conflict::OtherPurpose)),
            (PortForwarding, PortForwarding, Ok(())),
            (Firewall, LoadBalancing, Ok(())),
            (PortForwarding, Firewall, Ok(())),
        ];
        for (there, new, wanted) in pairs {
            let (old, fresh) = (claim(there, tcp(1, 1)), claim(new, tcp(2, 2)));
            assert_eq!(beside(&old, &fresh, false), wanted, "{there:?} and then {new:?}");
            assert_eq!(beside(&old, &fresh, true), Ok(()), "{there:?} and then {new:?} in conserve mode");
        }
    }

    #[test]
    fn rules_of_one_address_name_one_network() {
        let other = Claim { network: NetworkId::from_u128(2), ..claim(Firewall, tcp(1, 1)) };
        for purpose in Purpose::ALL {
            assert_eq!(beside(&claim(purpose, tcp(9, 9)), &other, true), Err(Conflict::OtherNetwork));
        }
    }

    /// Proves: FWNAT-04
    #[test]
    fn the_firewall_looks_at_sources_and_messages() {
        let nets = |text: &str| text.split(' ').map(|net| net.parse().unwrap()).collect::<BTreeSet<IpNet>>();
        let (ten, inner, other) = (nets("10.0.0.0/8"), nets("192.0.2.0/24 10.1.0.0/16"), nets("192.0.2.0/24"));
        let echo = Service::Icmp(Some(IcmpKind { kind: 8, code: 0 }));
        let table = [
            (tcp(1, 9), &ten, tcp(9, 20), &inner, Err(Conflict::Ports)),
            (tcp(1, 9), &ten, tcp(9, 20), &other, Ok(())),
            (tcp(1, 9), &EVERYWHERE, tcp(9, 20), &other, Err(Conflict::Ports)),
            (tcp(1, 9), &ten, udp(1, 9), &ten, Ok(())),
            (echo, &ten, echo, &inner, Err(Conflict::SameMessage)),
            (echo, &ten, Service::Icmp(None), &ten, Ok(())),
            (echo, &ten, echo, &other, Ok(())),
            (Service::All, &ten, Service::All, &inner, Err(Conflict::Ports)),
            (Service::All, &ten, tcp(1, 1), &ten, Ok(())),
        ];
        for (there, from, new, sources, wanted) in table {
            let old = Claim { from, ..claim(Firewall, there) };
            let fresh = Claim { from: sources, ..claim(Firewall, new) };
            assert_eq!(beside(&old, &fresh, true), wanted, "{there:?} {from:?} and then {new:?} {sources:?}");
            assert_eq!(egress_beside(&old, &fresh), wanted, "egress");
            let elsewhere = (Claim { to: &ten, ..old }, Claim { to: &other, ..fresh });
            assert_eq!(egress_beside(&elsewhere.0, &elsewhere.1), Ok(()), "to different places");
        }
    }
}

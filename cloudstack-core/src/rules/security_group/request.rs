//! What a caller may ask for when it authorizes traffic, and what is refused.

use crate::base::Error;
use crate::model::network::security_rule::{IcmpKind, Peer, Ports, Service};
use ipnet::IpNet;
use std::net::IpAddr;

/// The fields of an authorization as they were given; absent is `None` or empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct RuleInput<'a> {
    /// `tcp`, `udp`, `icmp`, `all` in any case, or a protocol number; absent means `all`.
    pub protocol: Option<&'a str>,
    /// The first port.
    pub start_port: Option<i64>,
    /// The last port.
    pub end_port: Option<i64>,
    /// The ICMP type, −1 for any.
    pub icmp_type: Option<i64>,
    /// The ICMP code, −1 for any.
    pub icmp_code: Option<i64>,
    /// Address blocks; a plain address is a block of one.
    pub cidrs: &'a [&'a str],
    /// Groups as (account, group), each absent if it was not given.
    pub groups: &'a [(Option<&'a str>, Option<&'a str>)],
}

/// A checked authorization: one rule for each peer and each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRequest {
    /// The traffic.
    pub service: Service,
    /// The address blocks, without repeats, host bits cleared.
    pub peers: Vec<Peer>,
    /// Groups by (account, group) name, without repeats; who they are is looked up by the caller.
    pub groups: Vec<(String, String)>,
}

/// A field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: `{value}` is not accepted; {accepted}")]
pub struct BadRule {
    /// The field, as the API spells it.
    pub field: &'static str,
    /// What was given; empty if nothing was.
    pub value: String,
    /// What would be accepted.
    pub accepted: &'static str,
}

impl From<BadRule> for Error {
    fn from(e: BadRule) -> Self {
        Self::invalid(e.field, &e.value, e.accepted).source(e)
    }
}

fn bad(field: &'static str, value: impl ToString, accepted: &'static str) -> BadRule {
    BadRule { field, value: value.to_string(), accepted }
}

fn given(value: Option<i64>) -> String {
    value.map_or_else(String::new, |v| v.to_string())
}

/// Checks what a caller gave for one authorization, ingress or egress (SG-07).
///
/// ```
/// use cloudstack_core::rules::security_group::{RuleInput, parse_rule};
/// let input = RuleInput { protocol: Some("TCP"), start_port: Some(22), end_port: Some(22), cidrs: &["192.168.0.0/22"], ..Default::default() };
/// assert_eq!(parse_rule(&input)?.service.to_string(), "tcp 22-22");
/// let error = parse_rule(&RuleInput { end_port: None, ..input }).unwrap_err();
/// assert_eq!(error.to_string(), "endport: `` is not accepted; give a port from 0 to 65535");
/// # Ok::<_, cloudstack_core::rules::security_group::BadRule>(())
/// ```
///
/// # Errors
/// [`BadRule`] names the first field that cannot be taken and what would be.
pub fn parse_rule(input: &RuleInput<'_>) -> Result<RuleRequest, BadRule> {
    let service = service(input)?;
    if input.cidrs.is_empty() && input.groups.is_empty() {
        return Err(bad("cidrlist", "", "give cidrlist, usersecuritygrouplist or both"));
    }
    let mut peers = Vec::new();
    for text in input.cidrs {
        let peer = cidr(text)?;
        if !peers.contains(&peer) {
            peers.push(peer);
        }
    }
    let mut groups = Vec::new();
    for pair in input.groups {
        let (account, group) = match *pair {
            (Some(account), Some(group)) if !account.is_empty() && !group.is_empty() => (account, group),
            (account, group) => {
                let value = format!("{}/{}", account.unwrap_or_default(), group.unwrap_or_default());
                return Err(bad("usersecuritygrouplist", value, "each item needs an account and a group"));
            }
        };
        let pair = (account.to_owned(), group.to_owned());
        if !groups.contains(&pair) {
            groups.push(pair);
        }
    }
    Ok(RuleRequest { service, peers, groups })
}

fn cidr(text: &str) -> Result<Peer, BadRule> {
    let address = || text.parse::<IpAddr>().map(Peer::host);
    text.parse::<IpNet>()
        .map(Peer::cidr)
        .or_else(|_| address())
        .map_err(|_| bad("cidrlist", text, "give blocks such as 192.168.0.0/22 or 2001:db8::/32"))
}

fn service(input: &RuleInput<'_>) -> Result<Service, BadRule> {
    const NAMES: &str = "give tcp, udp, icmp, all or a protocol number from 1 to 255";
    let name = input.protocol.unwrap_or("all").to_ascii_lowercase();
    let number = match name.as_str() {
        "all" => None,
        "icmp" => Some(1),
        "tcp" => Some(6),
        "udp" => Some(17),
        // No sign and no leading zeros: what is accepted is what is shown. Devices take 0 for any.
        digits => match digits.parse::<u8>() {
            Ok(number) if number > 0 && number.to_string() == digits => Some(number),
            _ => return Err(bad("protocol", input.protocol.unwrap_or_default(), NAMES)),
        },
    };
    match number {
        Some(6) => no_icmp(input).and_then(|()| ports(input)).map(Service::Tcp),
        Some(17) => no_icmp(input).and_then(|()| ports(input)).map(Service::Udp),
        Some(1) => no_ports(input).and_then(|()| icmp(input)).map(Service::Icmp),
        Some(number) => no_ports(input).and_then(|()| no_icmp(input)).map(|()| Service::Protocol(number)),
        None => no_ports(input).and_then(|()| no_icmp(input)).map(|()| Service::All),
    }
}

fn no_ports(input: &RuleInput<'_>) -> Result<(), BadRule> {
    for (field, value) in [("startport", input.start_port), ("endport", input.end_port)] {
        if value.is_some() {
            return Err(bad(field, given(value), "ports go with protocols tcp and udp only"));
        }
    }
    Ok(())
}

fn no_icmp(input: &RuleInput<'_>) -> Result<(), BadRule> {
    for (field, value) in [("icmptype", input.icmp_type), ("icmpcode", input.icmp_code)] {
        if value.is_some() {
            return Err(bad(field, given(value), "type and code go with protocol icmp only"));
        }
    }
    Ok(())
}

fn ports(input: &RuleInput<'_>) -> Result<Ports, BadRule> {
    let port = |field, value: Option<i64>| {
        let number = value.and_then(|v| u16::try_from(v).ok());
        number.ok_or_else(|| bad(field, given(value), "give a port from 0 to 65535"))
    };
    let (first, last) = (port("startport", input.start_port)?, port("endport", input.end_port)?);
    match (first, last) {
        (0, 0) => Ok(Ports::ALL),
        _ if first > last => Err(bad("startport", first, "the first port may not be above endport")),
        _ => Ok(Ports { first, last }),
    }
}

fn icmp(input: &RuleInput<'_>) -> Result<Option<IcmpKind>, BadRule> {
    const RANGE: &str = "give −1 to 255, and −1 for both icmptype and icmpcode or for neither";
    let number = |field, value: Option<i64>| match value {
        Some(-1) => Ok(None),
        _ => value.and_then(|v| u8::try_from(v).ok()).map(Some).ok_or_else(|| bad(field, given(value), RANGE)),
    };
    match (number("icmptype", input.icmp_type)?, number("icmpcode", input.icmp_code)?) {
        (None, None) => Ok(None),
        (Some(kind), Some(code)) => Ok(Some(IcmpKind { kind, code })),
        (None, Some(_)) => Err(bad("icmptype", -1, RANGE)),
        (Some(_), None) => Err(bad("icmpcode", -1, RANGE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CIDR: RuleInput<'_> = RuleInput {
        protocol: None,
        start_port: None,
        end_port: None,
        icmp_type: None,
        icmp_code: None,
        cidrs: &["0.0.0.0/0"],
        groups: &[],
    };

    fn of(protocol: &'static str, a: Option<i64>, b: Option<i64>) -> Result<Service, BadRule> {
        let input = RuleInput { protocol: Some(protocol), ..CIDR };
        let input = match protocol {
            "icmp" | "1" => RuleInput { icmp_type: a, icmp_code: b, ..input },
            _ => RuleInput { start_port: a, end_port: b, ..input },
        };
        parse_rule(&input).map(|request| request.service)
    }

    /// Proves: SG-07
    #[test]
    fn each_protocol_takes_its_own_fields() {
        let ports = |first, last| Ports { first, last };
        let icmp = |kind, code| Service::Icmp(Some(IcmpKind { kind, code }));
        for (protocol, a, b, wanted) in [
            ("tcp", Some(22), Some(80), Service::Tcp(ports(22, 80))),
            ("Udp", Some(0), Some(65_535), Service::Udp(Ports::ALL)),
            ("TCP", Some(0), Some(0), Service::Tcp(Ports::ALL)),
            ("6", Some(7), Some(7), Service::Tcp(Ports::one(7))),
            ("17", Some(7), Some(7), Service::Udp(Ports::one(7))),
            ("icmp", Some(-1), Some(-1), Service::Icmp(None)),
            ("icmp", Some(8), Some(0), icmp(8, 0)),
            ("1", Some(255), Some(255), icmp(255, 255)),
            ("all", None, None, Service::All),
            ("47", None, None, Service::Protocol(47)),
        ] {
            assert_eq!(of(protocol, a, b), Ok(wanted), "{protocol} {a:?} {b:?}");
        }
        assert_eq!(parse_rule(&CIDR).unwrap().service, Service::All, "no protocol means all");
    }

    /// Proves: SG-07
    #[test]
    fn what_does_not_fit_names_the_field() {
        for (protocol, a, b, field) in [
            ("tcp", None, Some(80), "startport"),
            ("tcp", Some(80), None, "endport"),
            ("tcp", Some(80), Some(22), "startport"),
            ("udp", Some(-1), Some(-1), "startport"),
            ("udp", Some(1), Some(65_536), "endport"),
            ("icmp", None, Some(0), "icmptype"),
            ("icmp", Some(8), None, "icmpcode"),
            ("icmp", Some(-1), Some(0), "icmptype"),
            ("icmp", Some(8), Some(-1), "icmpcode"),
            ("icmp", Some(256), Some(0), "icmptype"),
            ("icmp", Some(-2), Some(-2), "icmptype"),
            ("all", Some(0), None, "startport"),
            ("all", None, Some(0), "endport"),
            ("47", Some(1), Some(2), "startport"),
            ("sctp", None, None, "protocol"),
            ("256", None, None, "protocol"),
            ("0", None, None, "protocol"),
            ("+6", Some(1), Some(1), "protocol"),
            ("", None, None, "protocol"),
        ] {
            assert_eq!(of(protocol, a, b).map_err(|e| e.field), Err(field), "{protocol} {a:?} {b:?}");
        }
        let mixed = RuleInput { protocol: Some("tcp"), icmp_type: Some(8), ..CIDR };
        assert_eq!(parse_rule(&mixed).unwrap_err().field, "icmptype");
    }

    /// Proves: SG-07
    #[test]
    fn peers_are_checked_and_repeats_dropped() {
        let peers = |cidrs: &[&str]| parse_rule(&RuleInput { cidrs, ..CIDR }).map(|r| r.peers).map_err(|e| e.value);
        let net = |text: &str| Peer::Cidr(text.parse().unwrap());
        assert_eq!(peers(&["192.168.1.1/22", "192.168.0.0/22"]), Ok(vec![net("192.168.0.0/22")]));
        assert_eq!(peers(&["10.0.0.1", "::/0"]), Ok(vec![net("10.0.0.1/32"), net("::/0")]));
        for bad in ["10.0.0.0/33", "10.0.0/8", "", "x", "2001:db8::/129", "10.0.0.0/-1"] {
            assert_eq!(peers(&[bad]), Err(bad.to_owned()));
        }
        let groups = |groups: &[_]| parse_rule(&RuleInput { cidrs: &[], groups, ..CIDR });
        assert_eq!(groups(&[]).unwrap_err().field, "cidrlist");
        assert_eq!(groups(&[(Some("a"), None)]).unwrap_err().field, "usersecuritygrouplist");
        assert_eq!(groups(&[(None, Some("g"))]).unwrap_err().field, "usersecuritygrouplist");
        let pair = (Some("a"), Some("g"));
        assert_eq!(groups(&[pair, pair]).unwrap().groups, vec![("a".to_owned(), "g".to_owned())]);
    }
}

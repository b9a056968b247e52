//! Random datagrams that meet random routers.

use super::random::{GATEWAY, PORTS, WORLD, guest, pick, public};
use cloudstack_core::base::Seed;
use cloudstack_core::model::network::security_rule::IcmpKind;
use cloudstack_core::rules::packet::{IpPacket, Payload, Tracked};
use cloudstack_core::rules::router::oracle::Side;
use std::net::IpAddr;

pub(crate) fn packet(seed: &mut Seed) -> (Side, IpPacket) {
    let side = pick(seed, &[Side::World, Side::Guests]);
    let anybody = |seed: &mut Seed| -> IpAddr {
        match seed.below(5) {
            0 => GATEWAY.into(),
            1 => guest(1 + seed.below(4) as u8),
            2 => public(2 + seed.below(6) as u8),
            _ => pick(seed, &WORLD).into(),
        }
    };
    let src = match (seed.chance(1, 8), side) {
        (true, _) => anybody(seed),
        (false, Side::World) => pick(seed, &WORLD).into(),
        (false, Side::Guests) => guest(1 + seed.below(3) as u8),
    };
    let dst = if seed.chance(1, 2) { public(2 + seed.below(6) as u8) } else { anybody(seed) };
    let to = if seed.chance(1, 6) { pick(seed, &[53, 67, 7, 40, 65_535]) } else { pick(seed, &PORTS) };
    let payload = match seed.below(9) {
        0..=3 => Payload::Tcp { from: 40_000, to },
        4..=6 => Payload::Udp { from: 40_000, to },
        7 => Payload::Icmp(IcmpKind { kind: pick(seed, &[8, 8, 13]), code: pick(seed, &[0, 0, 1]) }),
        _ => Payload::Other(pick(seed, &[47, 50])),
    };
    if seed.chance(1, 40) {
        let payload = Payload::Udp { from: 68, to: 67 };
        let packet = IpPacket { src: [0, 0, 0, 0].into(), dst: [255; 4].into(), payload, tracked: Tracked::New };
        return (Side::Guests, packet);
    }
    let tracked = match seed.below(12) {
        0 => Tracked::Established,
        1 => Tracked::Invalid,
        _ => Tracked::New,
    };
    (side, IpPacket { src, dst, payload, tracked })
}

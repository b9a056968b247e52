//! Networks and ports.

use super::*;
use crate::sim::Violation;
use cloudstack_core::{
    base::{
        Mac,
        id::{NetworkId, NicId},
    },
    port::driver::{GuestMetadata, NetworkSpec, PortSpec},
};

fn network() -> NetworkSpec {
    NetworkSpec {
        isolation: cloudstack_core::model::infra::Isolation::Vlan,
        id: NetworkId::from_u128(1),
        vlan: Some(100),
        cidr: "10.1.1.0/24".parse().unwrap(),
        gateway: [10, 1, 1, 1].into(),
        dns: Vec::new(),
        domain_name: None,
    }
}

fn port(nic: u8, last: u8) -> PortSpec {
    PortSpec {
        nic: NicId::from_u128(nic.into()),
        mac: Mac::new([2, 0, 0, 0, 0, nic]),
        ip4: Some([10, 1, 1, last].into()),
        ip6: None,
        hostname: format!("g{nic}"),
        default: true,
        metadata: GuestMetadata::default(),
    }
}

fn plug(world: &SimWorld, on: u8, port: &PortSpec) {
    now(world.router().ensure_port(&host(on), &network(), port)).unwrap();
}

fn unplug(world: &SimWorld, nic: u8) {
    now(world.router().ensure_no_port(&host(1), network().id, NicId::from_u128(nic.into()))).unwrap();
}

#[test]
fn a_port_moves_with_its_guest_and_takes_changes() {
    let world = world();
    plug(&world, 1, &port(1, 10));
    plug(&world, 2, &port(1, 11));
    let changed = NetworkSpec { vlan: Some(200), ..network() };
    now(world.router().ensure_network(&changed)).unwrap();
    let networks = world.snapshot().networks;
    let state = &networks[&network().id];
    assert_eq!(state.spec, changed);
    assert_eq!(state.ports.len(), 1);
    let seen = &state.ports[&NicId::from_u128(1)];
    assert_eq!((seen.host, &seen.spec), (host(2).address, &port(1, 11)));
    plug(&world, 1, &port(2, 10));
    assert_eq!(world.violations(), [], "an address that was left may be taken");
}

#[test]
fn two_ports_with_one_address_are_noticed() {
    let world = world();
    plug(&world, 1, &port(1, 10));
    plug(&world, 1, &port(1, 10));
    plug(&world, 2, &port(2, 10));
    let nics = [1, 2].map(NicId::from_u128);
    let clash = Violation::AddressClash { network: network().id, ip: [10, 1, 1, 10].into(), nics };
    assert_eq!(world.violations(), std::slice::from_ref(&clash));
    // The later port still has the address when the earlier one goes.
    unplug(&world, 1);
    plug(&world, 1, &port(3, 10));
    assert_eq!(world.violations().len(), 2);
    unplug(&world, 2);
    unplug(&world, 3);
    plug(&world, 1, &port(4, 10));
    assert_eq!(world.violations().len(), 2, "nobody else has it now");
}

#[test]
fn a_network_that_goes_with_ports_is_noticed_and_an_empty_one_is_not() {
    let world = world();
    for (leave, due) in [(false, 0), (true, 1)] {
        plug(&world, 1, &port(1, 10));
        if !leave {
            unplug(&world, 1);
        }
        now(world.router().ensure_no_network(network().id)).unwrap();
        assert!(world.snapshot().networks.is_empty());
        assert_eq!(world.violations().len(), due);
    }
    assert_eq!(world.violations(), [Violation::NetworkRemovedInUse { network: network().id, ports: 1 }]);
}

//! What guests are told about themselves, by address.

use crate::router::guest_data::{Guest, Guests};
use cloudstack_core::base::id::{EntityId, NicId};
use cloudstack_core::port::driver::{PortSpec, RouterSpec};
use std::net::IpAddr;

/// All that guests of this network are told.
pub(in crate::router) fn guests(spec: &RouterSpec) -> Guests {
    let told =
        |(nic, port): (&NicId, &PortSpec)| port.ip4.map(|address| (IpAddr::V4(address), guest(spec, *nic, port)));
    Guests { guests: spec.ports.iter().filter_map(told).collect() }
}

fn guest(spec: &RouterSpec, nic: NicId, port: &PortSpec) -> Guest {
    let address = port.ip4.map(|a| a.to_string()).unwrap_or_default();
    let public = port.ip4.and_then(|a| spec.rules.world_address(a.into())).map(|a| a.to_string()).unwrap_or_default();
    let keys: String = port.metadata.ssh_keys.iter().map(|key| format!("{key}\n")).collect();
    let facts = [
        ("local-ipv4", address),
        ("local-hostname", port.hostname.clone()),
        ("public-hostname", public.clone()),
        ("public-ipv4", public),
        ("public-keys", keys),
        ("instance-id", uuid(nic)),
        ("vm-id", uuid(nic)),
        ("availability-zone", String::new()),
        ("service-offering", String::new()),
        ("cloud-identifier", String::new()),
    ];
    let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Guest { user_data: port.metadata.user_data.clone(), facts }
}

/// The interface is all that a router knows of whose it is; it lives as long as the machine is on the network.
fn uuid(nic: NicId) -> String {
    let hex = format!("{:032x}", nic.to_u128());
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

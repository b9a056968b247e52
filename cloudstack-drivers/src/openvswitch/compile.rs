//! From a domain to the words of one transaction. Pure.

use super::config::OpenvSwitchConfig;
use cloudstack_core::{model::infra::Isolation, port::driver::BroadcastDomain, rules::ir::Tap};

/// The bridge that carries a domain, and the VLAN of its access ports.
///
/// None if it is isolated by something else than VLANs.
pub(super) fn access(domain: &BroadcastDomain, config: &OpenvSwitchConfig) -> Option<(String, u32)> {
    let bridge = domain.label.clone().unwrap_or_else(|| config.bridge.clone());
    match (domain.tag, domain.isolation) {
        // A port without a tag would be a trunk of all VLANs.
        (None, _) => Some((bridge, 0)),
        (Some(tag), Isolation::Vlan) => Some((bridge, tag)),
        (Some(_), Isolation::Vxlan) => None,
    }
}

/// One transaction after which the port is on this bridge, in this VLAN. `on` is the bridge it is on now.
pub(super) fn join(
    config: &OpenvSwitchConfig,
    (bridge, tag): (&str, u32),
    network: &str,
    tap: Tap,
    on: Option<&str>,
) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |text: &str| {
        if !words.is_empty() {
            words.push("--".to_owned());
        }
        words.extend(text.split(' ').map(str::to_owned));
    };
    if let Some(datapath) = &config.datapath {
        say(&format!("set bridge {bridge} datapath_type={datapath}"));
    }
    if on.is_some_and(|on| on != bridge) {
        say(&format!("--if-exists del-port {tap}"));
    }
    say(&format!("--may-exist add-port {bridge} {tap}"));
    say(&format!("set port {tap} vlan_mode=access tag={tag} external_ids:network={network}"));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::{EntityId, NetworkId};

    #[test]
    fn domains_become_access_ports() {
        let domain = |isolation, tag, label: Option<&str>| BroadcastDomain {
            network: NetworkId::from_u128(7),
            isolation,
            tag,
            label: label.map(str::to_owned),
        };
        let config = OpenvSwitchConfig::default();
        let table = [
            (domain(Isolation::Vlan, Some(100), Some("br-guest")), Some(("br-guest".to_owned(), 100))),
            (domain(Isolation::Vlan, None, None), Some(("cloudbr0".to_owned(), 0))),
            (domain(Isolation::Vxlan, None, Some("br-shared")), Some(("br-shared".to_owned(), 0))),
            (domain(Isolation::Vxlan, Some(5_001), None), None),
        ];
        for (domain, due) in table {
            assert_eq!(access(&domain, &config), due, "{domain:?}");
        }
    }

    #[test]
    fn one_transaction_says_all() {
        let config = OpenvSwitchConfig { datapath: Some("netdev".into()), ..OpenvSwitchConfig::default() };
        let words = join(&config, ("br-guest", 100), "n7", "vnet0".parse().unwrap(), Some("br-old"));
        assert_eq!(
            words.join(" "),
            "set bridge br-guest datapath_type=netdev -- --if-exists del-port vnet0 -- --may-exist add-port br-guest vnet0 \
             -- set port vnet0 vlan_mode=access tag=100 external_ids:network=n7"
        );
        let same = join(&OpenvSwitchConfig::default(), ("br", 0), "n7", "vnet0".parse().unwrap(), Some("br"));
        assert_eq!(
            same.join(" "),
            "--may-exist add-port br vnet0 -- set port vnet0 vlan_mode=access tag=0 external_ids:network=n7"
        );
    }
}

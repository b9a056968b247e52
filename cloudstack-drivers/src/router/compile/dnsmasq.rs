//! Leases and names, as dnsmasq reads them: one file that needs a restart when it changes, and three that it reads again when
//! it is told to.

use super::links::GUESTS;
use super::{Unfit, plain, v4};
use cloudstack_core::port::driver::{PortSpec, RouterSpec};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// What dnsmasq is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::router) struct Dnsmasq {
    /// Its configuration.
    pub(in crate::router) config: String,
    /// Who gets which address.
    pub(in crate::router) hosts: String,
    /// Which name has which address.
    pub(in crate::router) names: String,
    /// Each address with its owner's hardware address, to find leases that somebody else still holds.
    pub(in crate::router) owners: String,
}

/// How long an address is leased. A guest keeps it for as long as its interface lives; this is how soon it hears of changes.
const LEASE: &str = "12h";

/// None if the network has neither service from this router.
pub(in crate::router) fn dnsmasq(spec: &RouterSpec, folder: &str, mtu: Option<u16>) -> Result<Option<Dnsmasq>, Unfit> {
    let (leases, names) = (spec.services.contains("Dhcp"), spec.services.contains("Dns"));
    if !leases && !names {
        return Ok(None);
    }
    let mut files = Dnsmasq {
        config: config(spec, folder, mtu)?,
        hosts: String::new(),
        names: String::new(),
        owners: String::new(),
    };
    let gateway = v4("gateway", spec.network.gateway)?;
    if names {
        // By this name a guest finds who tells it about itself.
        let _ = writeln!(files.names, "{gateway} data-server");
    }
    for port in spec.ports.values() {
        let Some(address) = port.ip4 else { continue };
        let name = plain("host name", &port.hostname)?;
        if names {
            let _ = writeln!(files.names, "{address} {name}");
        }
        if leases {
            leased(port, address, name, &mut files);
        }
    }
    Ok(Some(files))
}

fn leased(port: &PortSpec, address: Ipv4Addr, name: &str, files: &mut Dnsmasq) {
    let aside = if port.default { "" } else { "set:aside," };
    let _ = writeln!(files.hosts, "{},{aside}{address},{name},{LEASE}", port.mac);
    let _ = writeln!(files.owners, "{address} {}", port.mac);
}

fn config(spec: &RouterSpec, folder: &str, mtu: Option<u16>) -> Result<String, Unfit> {
    let network = &spec.network;
    let gateway = v4("gateway", network.gateway)?;
    let (leases, names) = (spec.services.contains("Dhcp"), spec.services.contains("Dns"));
    // It stays who it is: in a user namespace there may be nobody else.
    let mut out = format!(
        "user=\ngroup=\npid-file={folder}/dnsmasq.pid\nlog-facility={folder}/dnsmasq.log\n\
         interface={GUESTS}\nexcept-interface=lo\nbind-interfaces\nno-resolv\nno-hosts\n"
    );
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "{text}");
    };
    let domain = network.domain_name.as_deref().map(|name| plain("network domain", name)).transpose()?;
    if names {
        line(format_args!("addn-hosts={folder}/names\ndomain-needed\nbogus-priv\ncache-size=1000"));
        for server in &network.dns {
            line(format_args!("server={}", v4("name server", *server)?));
        }
        if let Some(domain) = domain {
            line(format_args!("expand-hosts\nlocal=/{domain}/"));
        }
    } else {
        line(format_args!("port=0"));
    }
    if let Some(domain) = domain {
        line(format_args!("domain={domain}"));
    }
    if leases {
        let subnet = network.cidr.trunc();
        line(format_args!("dhcp-range={},static,{},{LEASE}", subnet.addr(), subnet.netmask()));
        line(format_args!(
            "dhcp-hostsfile={folder}/hosts\ndhcp-leasefile={folder}/leases\ndhcp-authoritative\nno-ping"
        ));
        // Room for every address of the network.
        let most = 1_u64 << (32 - u32::from(subnet.prefix_len().min(32)));
        line(format_args!("dhcp-lease-max={}", most.min(65_536)));
        line(format_args!("dhcp-option=option:router,{gateway}"));
        // A guest has one default route: by an interface that is not the default one it is told of none.
        line(format_args!("dhcp-option=tag:aside,option:router"));
        let servers: Vec<String> = match names {
            true => vec![gateway.to_string()],
            false => network.dns.iter().map(ToString::to_string).collect(),
        };
        if !servers.is_empty() {
            line(format_args!("dhcp-option=option:dns-server,{}", servers.join(",")));
        }
        if let Some(mtu) = mtu {
            line(format_args!("dhcp-option=option:mtu,{mtu}"));
        }
    }
    Ok(out)
}

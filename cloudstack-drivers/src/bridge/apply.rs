//! Reads a host's links and sends what is missing.

use super::{
    Bridge,
    compile::{self, Carrier, Link, NoDomain},
};
use crate::hosts::run;
use async_trait::async_trait;
use cloudstack_core::{
    port::driver::{
        BroadcastDomain, Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, VirtualSwitch,
    },
    rules::ir::Tap,
};
use std::{collections::BTreeSet, net::IpAddr};

#[async_trait]
impl VirtualSwitch for Bridge {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_joined(&self, host: &HostTarget, domain: &BroadcastDomain, tap: Tap) -> DriverResult<()> {
        // One change of a host at a time: the last interface out must not take what another just came for.
        let turn = self.turns.of(host);
        let _turn = turn.lock().await;
        let links = self.links(host).await?;
        let refused = |why: NoDomain| DriverError::new(DriverErrorKind::Refused, &host.name, why.to_string());
        let carrier = compile::carrier(&links, domain, &self.config).map_err(refused)?;
        let reached = self.reached(host, &links, &carrier).await?;
        let lines = compile::join(&links, &carrier, tap, host.address, &reached, &self.config);
        self.send(host, "ip", &lines.make).await.map_err(|e| explained(e, &carrier))?;
        self.send(host, "bridge", &lines.peers).await?;
        self.send(host, "ip", &lines.join).await
    }

    async fn ensure_parted(&self, host: &HostTarget, tap: Tap) -> DriverResult<()> {
        let turn = self.turns.of(host);
        let _turn = turn.lock().await;
        let links = self.links(host).await?;
        self.send(host, "ip", &compile::part(&links, tap)).await
    }
}

/// A kernel without VLAN interfaces says only that it does not know the type.
fn explained(error: DriverError, carrier: &Carrier) -> DriverError {
    match carrier {
        Carrier::Vlan { .. } if error.message.contains("Unknown device type") => {
            let message = "this kernel has no VLAN interfaces (8021q): use Open vSwitch, or isolate networks by VXLAN";
            DriverError::new(DriverErrorKind::Unsupported, error.device, message)
        }
        _ => error,
    }
}

impl Bridge {
    async fn links(&self, host: &HostTarget) -> DriverResult<Vec<Link>> {
        let text = run(&*self.hosts, host, "ip", &["-json", "-details", "link", "show"], "").await?;
        read(host, &text)
    }

    /// Where the VXLAN of this carrier floods to.
    async fn reached(&self, host: &HostTarget, links: &[Link], carrier: &Carrier) -> DriverResult<BTreeSet<IpAddr>> {
        let Carrier::Vxlan { device, .. } = carrier else { return Ok(BTreeSet::new()) };
        if !links.iter().any(|link| link.ifname == *device) {
            return Ok(BTreeSet::new());
        }
        let text = run(&*self.hosts, host, "bridge", &["-json", "fdb", "show", "dev", device], "").await?;
        let entries: Vec<Entry> = read(host, &text)?;
        let floods = entries.into_iter().filter(|entry| entry.mac == "00:00:00:00:00:00");
        Ok(floods.filter_map(|entry| entry.dst).collect())
    }

    async fn send(&self, host: &HostTarget, program: &str, lines: &[String]) -> DriverResult<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let batch = lines.join("\n") + "\n";
        run(&*self.hosts, host, program, &["-batch", "-"], &batch).await.map(drop)
    }
}

/// One entry of a forwarding table.
#[derive(serde::Deserialize)]
struct Entry {
    mac: String,
    #[serde(default)]
    dst: Option<IpAddr>,
}

/// Reads a tool's JSON; nothing at all is an empty list.
fn read<T: serde::de::DeserializeOwned>(host: &HostTarget, text: &str) -> DriverResult<Vec<T>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|e| {
        DriverError::new(DriverErrorKind::Failed, &host.name, format!("the links of the host cannot be read: {e}"))
    })
}

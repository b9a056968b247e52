//! Sends transactions to a host's database.

use super::{OpenvSwitch, compile};
use crate::hosts::run;
use async_trait::async_trait;
use cloudstack_core::{
    port::driver::{
        BroadcastDomain, Capabilities, DriverError, DriverErrorKind, DriverResult, HostTarget, VirtualSwitch,
    },
    rules::ir::Tap,
};

#[async_trait]
impl VirtualSwitch for OpenvSwitch {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_joined(&self, host: &HostTarget, domain: &BroadcastDomain, tap: Tap) -> DriverResult<()> {
        let turn = self.turns.of(host);
        let _turn = turn.lock().await;
        let Some((bridge, tag)) = compile::access(domain, &self.config) else {
            let message = "networks isolated by VXLAN are not carried by this driver, only VLANs are";
            return Err(DriverError::new(DriverErrorKind::Unsupported, &host.name, message));
        };
        let bridges = self.ask(host, &["list-br"]).await?;
        if !bridges.lines().any(|known| known == bridge) {
            let known = bridges.lines().collect::<Vec<_>>().join(", ");
            let message = format!("there is no bridge `{bridge}`; there are: {known}");
            return Err(DriverError::new(DriverErrorKind::Refused, &host.name, message));
        }
        if run(&*self.hosts, host, "ip", &["link", "show", "dev", tap.as_str()], "").await.is_err() {
            run(&*self.hosts, host, "ip", &["tuntap", "add", "dev", tap.as_str(), "mode", "tap"], "").await?;
        }
        // Asking for the bridge of a port that is on none is an error.
        let on = self.ask(host, &["port-to-br", tap.as_str()]).await.ok();
        let on = on.as_deref().map(str::trim);
        let words = compile::join(&self.config, (&bridge, tag), &domain.network.to_string(), tap, on);
        self.ask(host, &words.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        run(&*self.hosts, host, "ip", &["link", "set", "dev", tap.as_str(), "up"], "").await.map(drop)
    }

    async fn ensure_parted(&self, host: &HostTarget, tap: Tap) -> DriverResult<()> {
        let turn = self.turns.of(host);
        let _turn = turn.lock().await;
        self.ask(host, &["--if-exists", "del-port", tap.as_str()]).await?;
        if run(&*self.hosts, host, "ip", &["link", "show", "dev", tap.as_str()], "").await.is_ok() {
            run(&*self.hosts, host, "ip", &["link", "del", "dev", tap.as_str()], "").await?;
        }
        Ok(())
    }
}

impl OpenvSwitch {
    async fn ask(&self, host: &HostTarget, words: &[&str]) -> DriverResult<String> {
        let database = self.config.databases.get(&host.name).unwrap_or(&self.config.database);
        let database = format!("--db=unix:{}", database.display());
        let words: Vec<&str> = [database.as_str(), "--timeout=20"].into_iter().chain(words.iter().copied()).collect();
        run(&*self.hosts, host, "ovs-vsctl", &words, "").await
    }
}

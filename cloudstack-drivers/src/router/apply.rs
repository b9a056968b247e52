//! Makes a host's router be as it was written down, and finds again what lives there.
//!
//! Each step is one shell on the host, told what to do by its input, so that a host behind SSH costs a round trip a step. All
//! of them may be repeated, and each looks before it does.

mod script;

use super::compile::{data, dnsmasq, haproxy, links, nft};
use super::config::Uplink;
use super::{Unfit, VirtualRouter};
use crate::hosts::run;
use cloudstack_core::base::{Bytes, id::NetworkId};
use cloudstack_core::port::driver::{BroadcastDomain, DriverError, DriverErrorKind, DriverResult, RouterSpec};
use cloudstack_core::rules::ir::Tap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;

impl From<Unfit> for DriverError {
    fn from(unfit: Unfit) -> Self {
        Self::new(DriverErrorKind::Refused, "virtual router", unfit.to_string())
    }
}

/// A word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn tap(name: &str) -> DriverResult<Tap> {
    name.parse().map_err(|e| DriverError::new(DriverErrorKind::Refused, "virtual router", format!("{e}")))
}

impl VirtualRouter {
    /// The folder of a network's router on its host.
    fn place(&self, network: NetworkId) -> DriverResult<String> {
        let folder = self.hosts.folder(&self.config.gateway)?.join("router").join(links::folder(network));
        Ok(folder.to_string_lossy().into_owned())
    }

    /// Runs these commands where a network's router lives; what they print.
    async fn shell(&self, network: NetworkId, commands: &str) -> DriverResult<String> {
        let folder = quoted(&self.place(network)?);
        // Read to its end before anything is done, so that no command eats what follows it.
        let script = format!("{{\nD={folder}\n{}{commands}\n}} </dev/null\nexit 0\n", script::PRELUDE);
        run(&*self.hosts, &self.config.gateway, "sh", &["-s"], &script).await
    }

    /// Sends a transaction to the router's kernel, which takes all of it or nothing.
    async fn nft(&self, network: NetworkId, transaction: &str) -> DriverResult<()> {
        let commands = format!("{}ns nft -f - <<'{END}'\n{transaction}{END}\n", script::THERE);
        self.shell(network, &commands).await.map(drop)
    }

    /// All of it, whatever is there.
    pub(super) async fn build(&self, spec: &RouterSpec) -> DriverResult<()> {
        let network = spec.network.id;
        // Nothing is touched for what cannot be written down.
        let (ruleset, links) = (nft::full(spec)?, self.guest_links(spec)?);
        let (world, served) = (self.world_links(spec)?, self.served(spec, None)?);
        self.shell(network, script::NAMESPACE).await?;
        // Filtered before anything can come in.
        self.nft(network, &ruleset).await?;
        self.shell(network, &format!("{}{links}{world}", script::THERE)).await?;
        self.join(spec).await?;
        self.shell(network, &format!("{}{served}", script::THERE)).await.map(drop)
    }

    /// Only what changed since the host took `before`. False if that cannot be said in parts.
    pub(super) async fn change(&self, before: &RouterSpec, after: &RouterSpec) -> DriverResult<bool> {
        let network = after.network.id;
        let Some(transaction) = nft::delta(before, after)? else { return Ok(false) };
        let served = self.served(after, Some(before))?;
        let places = links::vlans(&before.rules) != links::vlans(&after.rules)
            || before.rules.public.keys().ne(after.rules.public.keys())
            || before.rate != after.rate;
        if !transaction.is_empty() {
            self.nft(network, &transaction).await?;
        }
        let links = if places { self.world_links(after)? } else { String::new() };
        self.shell(network, &format!("{}{links}{served}", script::THERE)).await?;
        Ok(true)
    }

    /// True if the router's namespace is there.
    pub(super) async fn stands(&self, network: NetworkId) -> DriverResult<bool> {
        self.shell(network, "if held; then echo yes; fi").await.map(|said| said.trim() == "yes")
    }

    /// Its interfaces and what serves guests, leaving rules alone.
    pub(super) async fn mend(&self, spec: &RouterSpec) -> DriverResult<()> {
        let network = spec.network.id;
        let (links, served) = (self.guest_links(spec)?, self.serving(spec, None)?);
        self.shell(network, &format!("{}{links}", script::THERE)).await?;
        self.switch
            .ensure_joined(&self.config.gateway, &self.guest_domain(spec), tap(&links::guest_tap(network))?)
            .await?;
        self.shell(network, &format!("{}{served}", script::THERE)).await.map(drop)
    }

    /// Nothing of it is left.
    pub(super) async fn remove(&self, network: NetworkId) -> DriverResult<()> {
        let commands = format!("T={}\n{}", links::world_taps(network), script::REMOVE);
        self.shell(network, &commands).await?;
        self.switch.ensure_parted(&self.config.gateway, tap(&links::guest_tap(network))?).await
    }

    fn guest_links(&self, spec: &RouterSpec) -> DriverResult<String> {
        Ok(links::guests(spec, self.config.guest_mtu, self.config.checksum_offload)?)
    }

    fn world_links(&self, spec: &RouterSpec) -> DriverResult<String> {
        let mut bridges = BTreeMap::new();
        for vlan in links::vlans(&spec.rules) {
            match self.uplink(vlan)? {
                Uplink::Bridge(name) => drop(bridges.insert(vlan, name.as_str())),
                Uplink::Domain { .. } => {}
            }
        }
        Ok(links::world(spec, &bridges, self.config.checksum_offload)?)
    }

    fn uplink(&self, vlan: Option<u32>) -> DriverResult<&Uplink> {
        self.config.uplinks.get(&vlan).ok_or_else(|| {
            let what = vlan.map_or_else(|| "untagged public addresses".to_owned(), |v| format!("public VLAN {v}"));
            DriverError::new(DriverErrorKind::Refused, &self.config.gateway.name, format!("no uplink for {what}"))
        })
    }

    fn guest_domain(&self, spec: &RouterSpec) -> BroadcastDomain {
        let network = &spec.network;
        let label = self.config.guest_label.clone();
        BroadcastDomain { network: network.id, isolation: network.isolation, tag: network.vlan, label }
    }

    /// Joins the router's interfaces to their networks.
    async fn join(&self, spec: &RouterSpec) -> DriverResult<()> {
        let (host, network) = (&self.config.gateway, spec.network.id);
        self.switch.ensure_joined(host, &self.guest_domain(spec), tap(&links::guest_tap(network))?).await?;
        for vlan in links::vlans(&spec.rules) {
            if let Uplink::Domain { isolation, tag, label } = self.uplink(vlan)?.clone() {
                let domain = BroadcastDomain { network, isolation, tag, label };
                self.switch.ensure_joined(host, &domain, tap(&links::world_tap(network, vlan))?).await?;
            }
        }
        Ok(())
    }

    /// The files of the programs that serve guests and balance, and the programs themselves. Files that `known` has alike are
    /// not sent again.
    fn served(&self, spec: &RouterSpec, known: Option<&RouterSpec>) -> DriverResult<String> {
        let mut out = self.serving(spec, known)?;
        let folder = self.place(spec.network.id)?;
        let balanced = haproxy::haproxy(&spec.rules, &folder)?;
        let before = known.map(|known| haproxy::haproxy(&known.rules, &folder)).transpose()?;
        match &balanced {
            Some(config) => {
                out.push_str("C=\n");
                if before.as_ref() != Some(&balanced) {
                    put(&mut out, "haproxy.cfg", config, "C=1");
                }
                out.push_str("balance \"$C\"\n");
            }
            None => out.push_str("stop haproxy\n"),
        }
        Ok(out)
    }

    /// The same for what serves guests alone.
    fn serving(&self, spec: &RouterSpec, known: Option<&RouterSpec>) -> DriverResult<String> {
        let mut out = String::new();
        let folder = self.place(spec.network.id)?;
        let compiled = |spec: &RouterSpec| dnsmasq::dnsmasq(spec, &folder, self.config.guest_mtu);
        let (files, before) = (compiled(spec)?, known.map(compiled).transpose()?);
        let fresh = known.is_none() || before != Some(files.clone());
        match &files {
            Some(files) => {
                out.push_str("C= H=\n");
                if fresh {
                    put(&mut out, "dnsmasq.conf", &files.config, "C=1");
                    put(&mut out, "hosts", &files.hosts, "H=1");
                    put(&mut out, "names", &files.names, "H=1");
                    put(&mut out, "owners", &files.owners, "H=1");
                }
                out.push_str("lease \"$C\" \"$H\"\n");
            }
            None => out.push_str("stop dnsmasq\n"),
        }
        if spec.services.contains("UserData") {
            let (told, before) = (data::guests(spec), known.map(data::guests));
            if before.as_ref() != Some(&told) {
                put(&mut out, "guests.json", &json(&told)?, ":");
            }
            let words: Vec<String> = self.config.guest_data.iter().map(|word| quoted(word)).collect();
            let _ = writeln!(out, "tell {} {}", spec.network.gateway, words.join(" "));
        } else {
            out.push_str("stop guest-data\n");
        }
        let bare = |spec: &RouterSpec| RouterSpec { rules: Default::default(), ..spec.clone() };
        if known.map(bare).as_ref() != Some(&bare(spec)) {
            put(&mut out, "network.json", &json(&bare(spec))?, ":");
        }
        Ok(out)
    }

    /// What the host was told of a network but its rules; none if it was told nothing.
    pub(super) async fn found(&self, network: NetworkId) -> DriverResult<Option<RouterSpec>> {
        let text = self.shell(network, "cat \"$D/network.json\" 2>/dev/null || :").await?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let broken = |e: serde_json::Error| {
            DriverError::new(DriverErrorKind::Failed, &self.config.gateway.name, format!("network.json: {e}"))
        };
        serde_json::from_str(&text).map(Some).map_err(broken)
    }

    pub(super) async fn counted(&self, network: NetworkId) -> DriverResult<BTreeMap<IpAddr, (Bytes, Bytes)>> {
        let commands = format!("if held; then ns nft -j list table {} 2>/dev/null || :; fi", nft::USAGE);
        let text = self.shell(network, &commands).await?;
        Ok(counters(&text))
    }

    /// Leaves one line in a file that nobody else may read.
    pub(super) async fn leave_file(&self, network: NetworkId, file: &str, text: &str) -> DriverResult<()> {
        let mut commands = String::from("umask 077\nmkdir -p \"$D/passwords\"\n");
        put(&mut commands, file, text, ":");
        // A file's last line has no end of its own here: guests take what they are sent as it is.
        let _ = writeln!(
            commands,
            "printf %s \"$(cat \"$D/{file}\")\" >\"$D/{file}.bare\"; mv \"$D/{file}.bare\" \"$D/{file}\""
        );
        self.shell(network, &commands).await.map(drop)
    }
}

fn json(value: &impl serde::Serialize) -> DriverResult<String> {
    serde_json::to_string(value)
        .map_err(|e| DriverError::new(DriverErrorKind::Refused, "virtual router", format!("cannot be written: {e}")))
}

/// Ends a text in a script. No line of ours looks like it, and names and data of others stand in a line with something before them.
const END: &str = "~~~~~~~~~~~~~~~~";

/// Sends a file; `then` is done if that changed it.
fn put(out: &mut String, name: &str, text: &str, then: &str) {
    let gap = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "if put {name} <<'{END}'\n{text}{gap}{END}\nthen {then}; fi");
}

#[derive(Deserialize)]
struct Listing {
    nftables: Vec<Object>,
}

#[derive(Deserialize)]
struct Object {
    set: Option<Set>,
}

#[derive(Deserialize)]
struct Set {
    name: String,
    #[serde(default)]
    elem: Vec<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    elem: Element,
}

#[derive(Deserialize)]
struct Element {
    val: IpAddr,
    counter: Counter,
}

#[derive(Deserialize)]
struct Counter {
    bytes: u64,
}

/// What the kernel counted; nothing, if it says nothing that can be read.
fn counters(text: &str) -> BTreeMap<IpAddr, (Bytes, Bytes)> {
    let mut found: BTreeMap<IpAddr, (Bytes, Bytes)> = BTreeMap::new();
    let Ok(listing) = serde_json::from_str::<Listing>(text) else { return found };
    for set in listing.nftables.into_iter().filter_map(|object| object.set) {
        for Counted { elem: Element { val, counter } } in set.elem {
            let (received, sent) = found.entry(val).or_default();
            match set.name.as_str() {
                "received" => *received = Bytes(counter.bytes),
                _ => *sent = Bytes(counter.bytes),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_as_nft_lists_them() {
        let text = r#"{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "ip", "name": "x", "handle": 1}},
            {"set": {"family": "ip", "name": "received", "table": "x", "type": "ipv4_addr", "handle": 1,
             "elem": [{"elem": {"val": "1.2.3.4", "counter": {"packets": 1, "bytes": 84}}}], "stmt": [{"counter": null}]}},
            {"set": {"family": "ip", "name": "sent", "table": "x", "type": "ipv4_addr", "handle": 2}}]}"#;
        assert_eq!(counters(text), [([1, 2, 3, 4].into(), (Bytes(84), Bytes(0)))].into());
        assert_eq!(counters(""), BTreeMap::new());
    }

    #[test]
    fn words_of_a_shell_keep_what_is_in_them() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's; rm"), "'it'\\''s; rm'");
    }
}

//! What a router does to packets, as `nft -f` reads it.
//!
//! One table holds it all and is replaced in one transaction. Its chains at the kernel's hooks accept by default and end with a
//! `drop`: while the kernel swaps tables, a chain that has lost its rules already must not drop what the new one lets through.
//! Bytes are counted in a second table, which a replacement leaves alone.

use super::links::{self, GUESTS, WORLD};
use super::sets::{Elements, Part, SETS, elements};
use super::{Unfit, v4};
use cloudstack_core::port::driver::RouterSpec;
use cloudstack_core::rules::router::{Router, Transport, diff::touched};
use std::fmt::Write;

/// The table of rules, and the one that counts.
const TABLE: &str = "ip cloudstack";
pub(in crate::router) const USAGE: &str = "ip cloudstack-usage";

/// The whole state: one transaction that replaces whatever was there.
pub(in crate::router) fn full(spec: &RouterSpec) -> Result<String, Unfit> {
    let held = elements(&spec.rules, Part::Whole)?;
    let size: usize = held.sets.values().flatten().map(|element| element.len() + 2).sum();
    let mut out = String::with_capacity(4_096 + 2 * spec.rules.public.len() * 18 + size);
    line(&mut out, format_args!("add table {TABLE}"));
    line(&mut out, format_args!("delete table {TABLE}"));
    line(&mut out, format_args!("add table {TABLE}"));
    for (what, name, declaration) in SETS {
        line(&mut out, format_args!("add {what} {TABLE} {name} {{ {declaration} }}"));
    }
    for (name, hook) in HOOKS {
        line(&mut out, format_args!("add chain {TABLE} {name} {{ type {hook}; policy accept; }}"));
    }
    for name in CHAINS {
        line(&mut out, format_args!("add chain {TABLE} {name}"));
    }
    chains(&held, &mut out);
    for (chain, rule) in rules(spec)? {
        line(&mut out, format_args!("add rule {TABLE} {chain} {rule}"));
    }
    for (set, list) in &held.sets {
        listed(&mut out, "add", TABLE, set, list.iter().map(String::as_str));
    }
    usage(&spec.rules, &mut out)?;
    Ok(out)
}

/// The difference alone, as one transaction; empty if there is none. `None` if it cannot be made in parts.
pub(in crate::router) fn delta(before: &RouterSpec, after: &RouterSpec) -> Result<Option<String>, Unfit> {
    let (old, new) = (&before.rules, &after.rules);
    let touched = touched(old, new);
    let same = before.network == after.network
        && before.services == after.services
        && !touched.source_nat
        && old.egress.open == new.egress.open
        && links::vlans(old) == links::vlans(new)
        && links::main_vlan(old) == links::main_vlan(new);
    if !same {
        return Ok(None);
    }
    let mut out = String::new();
    let mut parts = Vec::new();
    if !touched.addresses.is_empty() {
        let about = |router: &Router| elements(&router.about(&touched.addresses), Part::Addresses);
        let (left, right) = (about(old)?, about(new)?);
        if touched.places {
            let (gone, come) = differing(left.sets.get("public"), right.sets.get("public"));
            for set in ["received", "sent"] {
                listed(&mut out, "delete", USAGE, set, gone.iter().copied());
                listed(&mut out, "add", USAGE, set, come.iter().copied());
            }
        }
        parts.push((left, right));
        parts.push((elements(old, Part::Guests)?, elements(new, Part::Guests)?));
    }
    if touched.egress {
        parts.push((elements(old, Part::Egress)?, elements(new, Part::Egress)?));
    }
    for (left, right) in &parts {
        changes(left, right, &mut out);
    }
    Ok(Some(out))
}

/// Elements go before others come, since a map's key may get another value; chains come before elements name them.
fn changes(left: &Elements, right: &Elements, out: &mut String) {
    let mut come = Vec::new();
    for (_, set, _) in SETS {
        let (gone, new) = differing(left.sets.get(set), right.sets.get(set));
        let keys = gone.iter().map(|element| element.split_once(" : ").map_or(*element, |(key, _)| key));
        listed(out, "delete", TABLE, set, keys);
        come.push((set, new));
    }
    for chain in left.chains.keys().filter(|chain| !right.chains.contains_key(*chain)) {
        line(out, format_args!("flush chain {TABLE} {chain}"));
        line(out, format_args!("delete chain {TABLE} {chain}"));
    }
    let changed = |(chain, rule): &(&String, &String)| left.chains.get(*chain) != Some(rule);
    let fresh = right.chains.iter().filter(changed).map(|(chain, rule)| (chain.clone(), rule.clone())).collect();
    chains(&Elements { chains: fresh, ..Elements::default() }, out);
    for (set, new) in come {
        listed(out, "add", TABLE, set, new.iter().copied());
    }
}

fn chains(held: &Elements, out: &mut String) {
    for (chain, rule) in &held.chains {
        line(out, format_args!("add chain {TABLE} {chain}"));
        line(out, format_args!("flush chain {TABLE} {chain}"));
        line(out, format_args!("add rule {TABLE} {chain} {rule}"));
    }
}

/// What one rising list has and the other has not, both ways.
fn differing<'a>(left: Option<&'a Vec<String>>, right: Option<&'a Vec<String>>) -> (Vec<&'a str>, Vec<&'a str>) {
    let (left, right) = (left.map_or(&[][..], |l| l), right.map_or(&[][..], |r| r));
    let only = |of: &'a [String], other: &[String]| -> Vec<&'a str> {
        of.iter().filter(|element| other.binary_search(element).is_err()).map(String::as_str).collect()
    };
    (only(left, right), only(right, left))
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

fn listed<'a>(out: &mut String, verb: &str, table: &str, set: &str, list: impl Iterator<Item = &'a str>) {
    let mut list = list.peekable();
    if list.peek().is_none() {
        return;
    }
    line(out, format_args!("{verb} element {table} {set} {{"));
    for element in list {
        out.push_str(element);
        out.push_str(",\n");
    }
    out.push_str("}\n");
}

/// Chains at the kernel's hooks: judged on arrival, before anything is rewritten.
const HOOKS: &[(&str, &str)] = &[
    ("arrive", "filter hook prerouting priority -150"),
    ("lead", "nat hook prerouting priority -100"),
    ("inward", "filter hook input priority 0"),
    ("through", "filter hook forward priority 0"),
    ("answer", "route hook output priority -150"),
    ("leave", "nat hook postrouting priority 100"),
    ("keep", "filter hook postrouting priority 110"),
];

const CHAINS: &[&str] = &["world", "guests", "served", "firewall", "egress"];

const ECHO: &str = "icmp type 8 icmp code 0 accept";

type Rule = (&'static str, String);

/// The rules, with their chains. Their number does not depend on how many rules a network has.
fn rules(spec: &RouterSpec) -> Result<Vec<Rule>, Unfit> {
    let mut rules: Vec<Rule> = marks(&spec.rules);
    let mut rule = |chain, text: String| rules.push((chain, text));
    let (inside, gateway) = (spec.inside(), v4("gateway", spec.network.gateway)?);
    let subnet = inside.subnet;
    v4("guest network", subnet.addr())?;
    rule("arrive", "iifname \"lo\" accept".into());
    rule("arrive", "ct state established,related accept".into());
    rule("arrive", "ct state invalid drop".into());
    rule("arrive", format!("iifname \"{WORLD}*\" goto world"));
    rule("arrive", format!("iifname \"{GUESTS}\" goto guests"));
    rule("arrive", "drop".into());
    for text in [format!("ip saddr {subnet} drop"), format!("ip saddr {gateway} drop")] {
        rule("world", text);
    }
    rule("world", "ip saddr @public drop".into());
    rule("world", "ip daddr != @public drop".into());
    rule("world", "goto firewall".into());
    if inside.serves.contains(&(Transport::Udp, 67)) {
        rule("guests", "ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept".into());
    }
    rule("guests", format!("ip saddr {gateway} drop"));
    rule("guests", "ip saddr @public drop".into());
    rule("guests", format!("ip saddr != {subnet} drop"));
    rule("guests", format!("ip daddr {gateway} goto served"));
    rule("guests", "ip daddr @public goto firewall".into());
    rule("guests", format!("ip daddr {subnet} drop"));
    rule("guests", "goto egress".into());
    for (transport, port) in &inside.serves {
        let word = if *transport == Transport::Tcp { "tcp" } else { "udp" };
        rule("served", format!("{word} dport {port} accept"));
    }
    rule("served", ECHO.into());
    rule("served", "drop".into());
    for key in FIREWALL {
        rule("firewall", format!("{key} accept"));
    }
    rule("firewall", "drop".into());
    let (listed, others) = if spec.rules.egress.open { ("drop", "accept") } else { ("accept", "drop") };
    for key in EGRESS {
        rule("egress", format!("{key} {listed}"));
    }
    rule("egress", others.into());
    passing(spec, gateway, &mut rules);
    Ok(rules)
}

const FIREWALL: [&str; 4] = [
    "ip daddr . meta l4proto . th dport @open",
    "ip daddr . meta l4proto . th dport . ip saddr @open-part",
    "ip daddr . icmp type . icmp code . ip saddr @open-icmp",
    "ip daddr . meta l4proto . ip saddr @open-proto",
];

const EGRESS: [&str; 3] = [
    "meta l4proto . th dport . ip saddr . ip daddr @egress-port",
    "icmp type . icmp code . ip saddr . ip daddr @egress-icmp",
    "meta l4proto . ip saddr . ip daddr @egress-proto",
];

const LEAD: [&str; 7] = [
    "dnat to ip daddr map @static-in",
    "dnat ip to ip daddr . tcp dport map @forward-tcp",
    "dnat ip to ip daddr . tcp dport . ip saddr map @forward-tcp-part",
    "dnat ip to ip daddr . udp dport map @forward-udp",
    "dnat ip to ip daddr . udp dport . ip saddr map @forward-udp-part",
    "dnat to ip daddr . meta l4proto . th dport . ip saddr map @forward-range",
    "ip daddr . udp dport . ip saddr vmap @spread",
];

/// What becomes of packets that were let in.
fn passing(spec: &RouterSpec, gateway: std::net::Ipv4Addr, rules: &mut Vec<Rule>) {
    let subnet = spec.network.cidr.trunc();
    let mut rule = |chain, text: String| rules.push((chain, text));
    for text in LEAD {
        rule("lead", text.into());
    }
    rule("inward", "iifname \"lo\" accept".into());
    rule("inward", "ct state established,related accept".into());
    rule("inward", format!("iifname \"{GUESTS}\" ip daddr != @public accept"));
    rule("inward", "ip daddr . tcp dport . ip saddr @balanced accept".into());
    rule("inward", ECHO.into());
    rule("inward", "drop".into());
    rule("through", "ct state established,related accept".into());
    rule("through", "ct status dnat accept".into());
    rule("through", format!("iifname \"{GUESTS}\" oifname \"{WORLD}*\" accept"));
    rule("through", "drop".into());
    rule("leave", format!("oifname \"{WORLD}*\" snat to ip saddr map @static-out"));
    if let Some(address) = spec.rules.source_nat {
        rule("leave", format!("oifname \"{WORLD}*\" ip saddr {subnet} snat to {address}"));
    }
    // The answer has to come back the same way.
    rule("leave", format!("oifname \"{GUESTS}\" ct status dnat ip saddr {subnet} snat to {gateway}"));
    rule("keep", format!("oifname \"{WORLD}*\" ip saddr {subnet} drop"));
}

/// Where public addresses live on several VLANs, a connection keeps to the one it came by or its guest's address lives on.
fn marks(router: &Router) -> Vec<Rule> {
    let others: Vec<_> = links::vlans(router).into_iter().filter(|v| *v != links::main_vlan(router)).collect();
    let by = |vlan: &Option<u32>| {
        ("arrive", format!("iifname \"{}\" ct state new ct mark set {}", links::device(*vlan), links::mark(*vlan)))
    };
    let mut rules: Vec<Rule> = others.iter().map(by).collect();
    if !rules.is_empty() {
        rules.push(("arrive", format!("iifname \"{GUESTS}\" ct state new ct mark set ip saddr map @ways")));
        rules.push(("arrive", format!("iifname \"{GUESTS}\" meta mark set ct mark")));
        rules.push(("answer", "meta mark set ct mark".into()));
    }
    rules
}

/// Counts what was let in and what left, by public address. Made once; addresses that are counted go on being counted.
fn usage(router: &Router, out: &mut String) -> Result<(), Unfit> {
    line(out, format_args!("add table {USAGE}"));
    for set in ["received", "sent"] {
        line(out, format_args!("add set {USAGE} {set} {{ type ipv4_addr; counter; }}"));
    }
    let chains = [
        ("in", "prerouting priority -149", format!("iifname \"{WORLD}*\" ip daddr @received")),
        ("out", "postrouting priority 111", format!("oifname \"{WORLD}*\" ip saddr @sent")),
    ];
    for (name, hook, rule) in chains {
        line(out, format_args!("add chain {USAGE} {name} {{ type filter hook {hook}; policy accept; }}"));
        line(out, format_args!("flush chain {USAGE} {name}"));
        line(out, format_args!("add rule {USAGE} {name} {rule}"));
    }
    let addresses = router.public.keys().map(|a| v4("public address", *a).map(|a| a.to_string()));
    let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
    for set in ["received", "sent"] {
        listed(out, "add", USAGE, set, addresses.iter().map(String::as_str));
    }
    Ok(())
}

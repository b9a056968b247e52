//! Who may know whom: import arrows, purity, and vendors' words.

use super::Violation;
use super::source::{Source, paths};

/// The rooms of the core, bottom up. Rooms of one row do not know each other.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["model"],
    &["alloc", "plan", "rules"],
    &["port"],
    &["ledger"],
    // Its log is part of the commits it makes.
    &["engine"],
    &["flow"],
    &["cloud"],
    // A world to test in, and chapters to read: both may show everything.
    &["testkit", "docs"],
];

/// Rooms that only compute.
const PURE: &[&str] = &["base", "model", "alloc", "plan", "rules"];

/// Words that no pure room needs.
const IMPURE: &[&str] = &["async", "await", "tokio", "Instant", "SystemTime", "rand"];

/// What of `std::net` is plain data.
const ADDRESSES: &[&str] = &["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr", "AddrParseError"];

/// Names of products, in lower case, each with the driver folders that may say it besides one that bears the name.
const VENDORS: &[(&str, &[&str])] = &[
    ("ceph", &["host_doctor", "rbd"]),
    ("dnsmasq", &["router"]),
    ("ebtables", &["iptables"]),
    ("esxi", &["vmware"]),
    ("haproxy", &["router"]),
    ("hyper-v", &["hyperv"]),
    ("hyperv", &[]),
    ("ip6tables", &["iptables"]),
    ("ipset", &["iptables"]),
    ("iptables", &["host_doctor"]),
    ("keepalived", &[]),
    ("kvm", &["host_doctor", "libvirt", "qemu"]),
    ("libvirt", &["host_doctor", "kvm"]),
    ("netscaler", &[]),
    ("nftables", &["router"]),
    ("openvswitch", &["host_doctor"]),
    ("qemu", &["directory", "host_doctor", "kvm", "libvirt"]),
    ("vcenter", &["vmware"]),
    ("vmware", &[]),
    ("vsphere", &["vmware"]),
    ("xenserver", &["xen"]),
];

/// Files of the core that hold vendors' names as data, and why they may.
const DATA: &[(&str, &str)] = &[
    ("plan/lint", "the site linter quotes what a plan may name: file names, settings, their known misspellings"),
    ("plan/site", "a site plan says which protocol and which hypervisor fit together, by the names in the plan"),
    ("plan/capacity", "cluster sizes are published per hypervisor name"),
];

pub(crate) fn check(source: &Source<'_>, found: &mut Vec<Violation>) {
    let mut tell = |at: usize, rule, text: String| {
        found.push(Violation { path: source.path.to_owned(), line: source.line(at), rule, text });
    };
    if let Some(inside) = source.path.strip_prefix("cloudstack-core/src/") {
        arrows(source, inside, &mut tell);
        purity(source, inside, &mut tell);
        if !DATA.iter().any(|(start, _)| inside.starts_with(start)) {
            vendors(source, |_| false, &mut tell);
        }
    }
    if let Some(inside) = source.path.strip_prefix("cloudstack-drivers/src/").filter(|inside| *inside != "lib.rs") {
        let home = |word: &(&str, &[&str])| inside.contains(word.0) || word.1.iter().any(|name| room(inside) == *name);
        vendors(source, home, &mut tell);
    }
}

/// The first part of a path below `src`: a file or the folder beside it.
fn room(inside: &str) -> &str {
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

fn arrows(source: &Source<'_>, inside: &str, tell: &mut impl FnMut(usize, &'static str, String)) {
    let here = room(inside);
    if here == "lib" {
        return;
    }
    let Some(own) = floor(here) else {
        return tell(0, "arrow", format!("`{here}` is not a room of the house"));
    };
    let depth = inside.split('/').count();
    let tokens = source.tokens();
    for (at, parts) in paths(&tokens) {
        let ups = parts.iter().take_while(|part| **part == "super").count();
        let named = match parts[..] {
            ["crate", named, ..] => named,
            // As many steps up as the file is deep lead to the root. A module inside the file adds to its depth, so
            // what does not name a room is a neighbour.
            _ if ups >= depth => match parts.get(ups) {
                Some(named) if floor(named).is_some() => named,
                _ => continue,
            },
            _ => continue,
        };
        let is_macro = source.code[at..].trim_start_matches("crate::").trim_start_matches(named).starts_with('!');
        let allowed = match floor(named) {
            Some(other) => named == here || other < own || own == floor("testkit").unwrap_or(0),
            None => is_macro || own >= floor("cloud").unwrap_or(0),
        };
        let for_a_test = named == "testkit" && source.is_test(at);
        if !allowed && !for_a_test {
            let why = if floor(named).is_some() { "is not below it" } else { "is not a room; name the room it is in" };
            tell(at, "arrow", format!("`{here}` uses `{named}`, which {why}"));
        }
    }
}

fn purity(source: &Source<'_>, inside: &str, tell: &mut impl FnMut(usize, &'static str, String)) {
    if !PURE.contains(&room(inside)) {
        return;
    }
    let tokens = source.tokens();
    for token in tokens.iter().filter(|token| IMPURE.contains(&token.text) && !source.is_test(token.at)) {
        tell(token.at, "purity", format!("`{}` in a room that only computes", token.text));
    }
    for (at, parts) in paths(&tokens) {
        let refused = match parts[..] {
            ["std", "fs" | "thread" | "process" | "env", ..] => true,
            ["std", "net", named, ..] => !ADDRESSES.contains(&named),
            ["std", "net"] => true,
            _ => false,
        };
        if refused && !source.is_test(at) {
            tell(at, "purity", format!("`{}` in a room that only computes", parts.join("::")));
        }
    }
}

/// Looks at names and at texts, not at comments: prose may name products.
fn vendors(
    source: &Source<'_>,
    at_home: impl Fn(&(&str, &[&str])) -> bool,
    tell: &mut impl FnMut(usize, &'static str, String),
) {
    let spoken = source.spoken.to_ascii_lowercase();
    for vendor in VENDORS.iter().filter(|vendor| !at_home(vendor)) {
        for (at, word) in spoken.match_indices(vendor.0).filter(|(at, _)| !source.is_test(*at)) {
            // A feature bears its driver's name, so conditions on features do too.
            let line = &spoken[spoken[..at].rfind('\n').map_or(0, |end| end + 1)..at];
            if !spoken[at..].starts_with("hypervisor") && !line.trim_start().starts_with("#[cfg(") {
                tell(at, "vendor", format!("`{word}` is a vendor's word; it belongs into that driver's folder"));
            }
        }
    }
}

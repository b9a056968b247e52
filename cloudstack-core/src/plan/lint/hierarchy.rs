//! Zones, pods, clusters, hosts, management servers: what contains what, how many, and how alike.

use std::collections::BTreeMap;

use super::{Finding, Fix, Found, Rule, Subject};
use crate::{
    base::{Bytes, Name},
    plan::site::{AddressRange, HostGroup, Ram, numbered},
};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "HIER-01", title: "a zone has a pod, a pod a cluster, a cluster a host", check: nothing_empty },
    Rule { id: "SITE-01", title: "names can be given, and are unique where they are looked up", check: unique_names },
    Rule { id: "HIER-15", title: "the hosts of a cluster have one processor model", check: one_processor_model },
    Rule {
        id: "HIER-16",
        title: "the hosts of a cluster are of one size, or the plan says otherwise",
        check: one_size,
    },
    Rule { id: "HIER-19", title: "a cluster is no larger than its hypervisor allows", check: cluster_size },
    Rule {
        id: "HIER-23",
        title: "management servers have fully qualified names and addresses of their own",
        check: server_names,
    },
    Rule { id: "MGMT-03", title: "a management server has 4 GiB of memory and 250 GB of disk", check: server_size },
    Rule { id: "PLAN-10", title: "a management server that is also the NFS server has 16 GiB", check: server_with_nfs },
    Rule { id: "PORT-13", title: "several management servers stand behind one address", check: balanced_servers },
    Rule { id: "SITE-02", title: "the hypervisor of a cluster is one that is known", check: known_hypervisor },
];

fn nothing_empty(s: &Subject<'_>, found: &mut Found<'_>) {
    if s.plan.zones.is_empty() {
        found.error("zones", "there is no zone").suggest("add a zone");
    }
    for z in s.zones().filter(|z| z.it.pods.is_empty()) {
        found.error(z.place, format!("zone `{}` has no pod", z.it.name)).suggest("add a pod");
    }
    for p in s.pods().into_iter().filter(|p| p.it.clusters.is_empty()) {
        found.error(p.place, format!("pod `{}` has no cluster", p.it.name)).suggest("add a cluster, even for one host");
    }
    for (c, _) in s.clusters().into_iter().filter(|(c, _)| c.it.host_count() == 0) {
        found.error(c.place, format!("cluster `{}` has no host", c.it.name)).suggest("add a host group");
    }
}

fn unique_names(s: &Subject<'_>, found: &mut Found<'_>) {
    let plan = s.plan;
    let mut named: Vec<(&str, String, String)> = Vec::new();
    let mut note = |kind, place: String, name: &str| named.push((kind, place, name.to_owned()));
    s.zones().for_each(|z| note("zone", z.place, &z.it.name));
    s.pods().into_iter().for_each(|p| note("pod", p.place, &p.it.name));
    s.clusters().into_iter().for_each(|(c, _)| note("cluster", c.place, &c.it.name));
    s.host_groups().into_iter().for_each(|(h, _)| note("host", h.place, &h.it.name));
    s.pools().into_iter().for_each(|(p, _)| note("primary storage", p.place, &p.it.name));
    let lists: [(&str, &str, Vec<&String>); 6] = [
        ("compute offering", "compute_offerings", plan.compute_offerings.iter().map(|o| &o.name).collect()),
        ("disk offering", "disk_offerings", plan.disk_offerings.iter().map(|o| &o.name).collect()),
        ("network offering", "network_offerings", plan.network_offerings.iter().map(|o| &o.name).collect()),
        ("template", "templates", plan.templates.iter().map(|t| &t.name).collect()),
        ("security group", "security_groups", plan.security_groups.iter().map(|g| &g.name).collect()),
        ("machine", "vm_groups", plan.vm_groups.iter().map(|g| &g.name).collect()),
    ];
    for (kind, list, names) in lists {
        names.into_iter().enumerate().for_each(|(n, name)| note(kind, format!("{list}[{n}]"), name));
    }
    broken_names(s, &named, found);
    let mut first: BTreeMap<(&str, String), String> = BTreeMap::new();
    for (kind, place, name) in named {
        if let Some(other) = first.insert((kind, name.clone()), place.clone()) {
            let fix = Fix::set(format!("{place}.name"), format!("{name}-2"));
            let message = format!("the {kind} name `{name}` is also used at {other}");
            found.error(place, message).suggest(format!("call one `{name}-2`")).fix(fix);
        }
    }
    uncounted_names(s, found);
}

/// Names that nothing can have: too long, or with characters nobody sees.
fn broken_names(s: &Subject<'_>, named: &[(&str, String, String)], found: &mut Found<'_>) {
    let stores = s.zones().flat_map(|z| {
        let of = |field: &str, n: usize| format!("{}.{field}[{n}].name", z.place);
        let secondary = z.it.secondary_storage.iter().enumerate();
        let physical = z.it.physical_networks.iter().enumerate();
        let guest = z.it.guest_networks.iter().enumerate();
        let secondary = secondary.map(|(n, store)| (of("secondary_storage", n), store.name.clone()));
        let physical = physical.map(|(n, network)| (of("physical_networks", n), network.name.clone()));
        let guest = guest.map(|(n, network)| (of("guest_networks", n), network.name.clone()));
        secondary.chain(physical).chain(guest).collect::<Vec<_>>()
    });
    let plan = [("name".to_owned(), s.plan.name.clone())];
    let named = named.iter().map(|(_, place, name)| (format!("{place}.name"), name.clone()));
    for (place, name) in plan.into_iter().chain(named).chain(stores) {
        // Seven digits are more than any count has.
        if let Err(bad) = Name::new(&numbered(&name, 1_000_000)) {
            found.error(place, bad.to_string()).suggest("give it another name");
        }
    }
}

/// Groups of several whose name has no place for the number.
fn uncounted_names(s: &Subject<'_>, found: &mut Found<'_>) {
    let hosts = s.host_groups().into_iter().map(|(h, _)| (h.place, h.it.name.clone(), h.it.count));
    let vms = s.plan.vm_groups.iter().enumerate().map(|(n, g)| (format!("vm_groups[{n}]"), g.name.clone(), g.count));
    for (place, name, count) in hosts.chain(vms).filter(|(_, _, count)| *count > 1) {
        if numbered(&name, 1) == numbered(&name, 2) {
            let signs = "#".repeat(count.to_string().len().max(2));
            let fix = Fix::set(format!("{place}.name"), format!("{name}-{signs}"));
            let text = format!("write `{name}-{signs}`: `#` signs stand for the number");
            found.error(place, format!("all {count} would be called `{name}`")).suggest(text).fix(fix);
        }
    }
}

fn one_processor_model(s: &Subject<'_>, found: &mut Found<'_>) {
    for (c, _) in s.clusters() {
        let mut models = c.it.hosts.iter().enumerate().filter_map(|(n, h)| Some((n, h.cpu_model.as_deref()?)));
        let Some((_, first)) = models.next() else { continue };
        for (n, other) in models.filter(|(_, model)| *model != first) {
            let message = format!("processor `{other}` beside `{first}`: machines could not move between them alive");
            found
                .error(format!("{}.hosts[{n}].cpu_model", c.place), message)
                .suggest("give these hosts a cluster of their own");
        }
    }
}

fn one_size(s: &Subject<'_>, found: &mut Found<'_>) {
    let size = |h: &HostGroup| (h.cores, h.threads_per_core, h.speed, h.ram);
    for (c, _) in s.clusters().into_iter().filter(|(c, _)| !c.it.mixed_hardware) {
        let Some(first) = c.it.hosts.first() else { continue };
        let Some(n) = c.it.hosts.iter().position(|h| size(h) != size(first)) else { continue };
        let other = &c.it.hosts[n];
        let shown = |h: &HostGroup| format!("{} × {} and {}", h.cores, h.speed, h.ram);
        let message = format!("`{}` has {}, `{}` has {}", other.name, shown(other), first.name, shown(first));
        let fix = Fix::set(format!("{}.mixed_hardware", c.place), true);
        let text = "give them a cluster of their own, or say `mixed_hardware = true`";
        found.warning(format!("{}.hosts[{n}]", c.place), message).suggest(text).fix(fix);
    }
}

fn cluster_size(s: &Subject<'_>, found: &mut Found<'_>) {
    for (c, _) in s.clusters() {
        let Some(most) = s.sheet(c.it).map(|sheet| u64::from(sheet.max_hosts)) else { continue };
        let (hosts, addresses) = (c.it.host_count(), c.it.hosts.iter().map(HostGroup::address_count).sum::<u64>());
        let kind = &c.it.hypervisor;
        if hosts > most {
            let message = format!("{hosts} hosts; a {kind} cluster takes {most}");
            found.error(c.place, message).suggest(format!("make {} clusters of it", hosts.div_ceil(most)));
        } else if addresses > most {
            let message = format!("{addresses} host addresses for {hosts} hosts; a {kind} cluster takes {most}");
            let text = format!("put the hosts after number {most} into a second cluster");
            found.advice(c.place, message).suggest(text);
        }
    }
}

fn server_names(s: &Subject<'_>, found: &mut Found<'_>) {
    let servers = &s.plan.management_servers;
    for (n, server) in servers.iter().enumerate() {
        let place = format!("management_servers[{n}]");
        if !server.name.contains('.') {
            let message = format!("`{}` is not a fully qualified name", server.name);
            found
                .warning(format!("{place}.name"), message)
                .suggest("give host name and domain, such as `cs40.example.org`");
        }
        if servers[..n].iter().any(|other| other.address == server.address) {
            let message = format!("{} is the address of another management server", server.address);
            found.error(format!("{place}.address"), message).suggest("give each server an address of its own");
        }
    }
}

fn disk_space(disks: &[crate::plan::site::Disk]) -> Bytes {
    disks.iter().map(|disk| disk.0).sum()
}

fn server_size(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, server) in s.plan.management_servers.iter().enumerate() {
        let place = format!("management_servers[{n}]");
        let least = Ram(crate::base::Mib::gib(4));
        if server.ram < least {
            let fix = Fix::set(format!("{place}.ram"), least);
            found
                .error(format!("{place}.ram"), format!("{} of memory", server.ram))
                .suggest("give it 4 GiB or more")
                .fix(fix);
        }
        if disk_space(&server.disks) < Bytes(250_000_000_000) {
            let message = format!("{} GB of disk", disk_space(&server.disks).0 / 1_000_000_000);
            found.warning(format!("{place}.disks"), message).suggest("give it 250 GB, better 500 GB");
        }
    }
}

fn server_with_nfs(s: &Subject<'_>, found: &mut Found<'_>) {
    let enough = Ram(crate::base::Mib::gib(16));
    for (n, server) in
        s.plan.management_servers.iter().enumerate().filter(|(_, server)| server.nfs && server.ram < enough)
    {
        let message = format!("{} for management and NFS together: 4 GiB has worked for a test, no more", server.ram);
        let text = "give it 16 GiB, or let another server export the storage";
        found.advice(format!("management_servers[{n}].ram"), message).suggest(text);
    }
}

fn balanced_servers(s: &Subject<'_>, found: &mut Found<'_>) {
    if s.plan.management_servers.len() > 1 && s.plan.balancer.is_none() {
        let message = format!(
            "{} management servers: hosts and system machines know one address",
            s.plan.management_servers.len()
        );
        let text =
            "put them behind a balancer (8080 and 8250, sticky), name it in the plan, and set `host` to its address";
        found.advice("management_servers", message).suggest(text);
    }
}

fn known_hypervisor(s: &Subject<'_>, found: &mut Found<'_>) {
    for (c, _) in s.clusters().into_iter().filter(|(c, _)| s.sheet(c.it).is_none()) {
        let place = format!("{}.hypervisor", c.place);
        let known: Vec<&str> = s.sheets.0.keys().map(String::as_str).collect();
        let message = format!("`{}` is none of {}: its limits are not checked", c.it.hypervisor, known.join(", "));
        near(found.warning(&place, message), &c.it.hypervisor, &known, &place);
    }
}

/// Suggests the known name that is nearest to a mistyped one, if one is near.
pub(super) fn near(finding: &mut Finding, given: &str, known: &[&str], place: &str) {
    let nearest = known.iter().map(|name| (distance(given, name), *name)).min();
    match nearest {
        Some((edits, name)) if edits <= 2 && edits < name.len() => {
            finding.suggest(format!("write `{name}`")).fix(Fix::set(place, name));
        }
        _ if known.is_empty() => drop(finding.suggest("the plan has none; add it")),
        _ => drop(finding.suggest(format!("name one of: {}", known.join(", ")))),
    }
}

/// How many letters have to be put in, left out or changed to make one word of the other; case does not count.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.to_lowercase().chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

/// Shows ranges the way a plan file writes them.
pub(super) fn shown(ranges: &[AddressRange]) -> String {
    ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

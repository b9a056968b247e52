//! Primary and secondary storage.

use std::collections::BTreeSet;

use super::{Fix, Found, Rule, Subject};
use crate::{
    base::Bytes,
    plan::site::{Disk, PrimaryStorage, Ratio},
};

pub(super) const RULES: &[Rule] = &[
    Rule { id: "STOR-01", title: "every cluster has primary storage", check: every_cluster },
    Rule { id: "STOR-02", title: "primary storage comes after the first host", check: host_first },
    Rule { id: "STOR-04", title: "the hypervisor can use the protocol", check: protocol },
    Rule { id: "STOR-05", title: "server and path have the form of the protocol", check: form },
    Rule { id: "STOR-07", title: "space is sold once where disks are not thin", check: overprovisioning },
    Rule { id: "STOR-08", title: "the storage tags that offerings ask for are carried by a pool", check: tags },
    Rule { id: "STOR-09", title: "all clusters of a zone carry the same storage tags", check: uniform_tags },
    Rule { id: "STOR-11", title: "offerings on local storage have a zone that allows it", check: local },
    Rule { id: "STOR-14", title: "a management server exports less than 16 TB", check: nfs_on_server },
    Rule { id: "STOR-19", title: "an NFS server has several disks behind hardware RAID", check: raid },
    Rule { id: "SEC2-01", title: "every zone has secondary storage of 100 GB or more", check: secondary },
    Rule { id: "SITE-19", title: "no two stores share a path", check: paths },
    Rule { id: "PLAN-09", title: "builds that read and write hard all day want Fibre Channel", check: heavy_io },
];

fn every_cluster(s: &Subject<'_>, found: &mut Found<'_>) {
    for (c, _) in s.clusters() {
        if c.it.primary_storage.is_empty() && c.zone.primary_storage.is_empty() && !c.zone.local_storage {
            let message = format!("cluster `{}` has no primary storage", c.it.name);
            found.error(c.place, message).suggest("add a pool to the cluster or the zone, or allow local storage");
        }
    }
}

fn host_first(s: &Subject<'_>, found: &mut Found<'_>) {
    for (c, _) in s.clusters().into_iter().filter(|(c, _)| c.it.host_count() == 0 && !c.it.primary_storage.is_empty()) {
        let message = "primary storage cannot be added while the cluster has no host";
        found.error(format!("{}.primary_storage", c.place), message).suggest("add a host first");
    }
}

fn protocol(s: &Subject<'_>, found: &mut Found<'_>) {
    for (p, kinds) in s.pools() {
        for (kind, sheet) in
            kinds.into_iter().collect::<BTreeSet<_>>().into_iter().filter_map(|k| Some((k, s.sheets.get(k)?)))
        {
            if !sheet.protocols.contains(&p.it.protocol) {
                let place = format!("{}.protocol", p.place);
                let known: Vec<&str> = sheet.protocols.iter().map(String::as_str).collect();
                let finding = found.error(&place, format!("{kind} cannot use `{}`", p.it.protocol));
                super::hierarchy::near(finding, &p.it.protocol, &known, &place);
            }
        }
    }
}

/// What is wrong with a pool's server or path, if anything: the field, the fault, what would do.
fn malformed(pool: &PrimaryStorage) -> Option<(&'static str, String, &'static str)> {
    let path = pool.path.as_str();
    let wrong = |what| Some(("path", format!("`{path}` is no {what}"), what));
    let needs_server =
        matches!(pool.protocol.as_str(), "NetworkFilesystem" | "IscsiLUN" | "PreSetup" | "VMFS" | "SMB" | "RBD");
    if needs_server && pool.server.as_deref().is_none_or(|server| server.trim().is_empty()) {
        return Some((
            "server",
            format!("`{}` storage without a server", pool.protocol),
            "the name or address of a server",
        ));
    }
    match pool.protocol.as_str() {
        "NetworkFilesystem" | "SharedMountPoint" if !path.starts_with('/') || path == "/" => {
            wrong("path such as /export/primary")
        }
        "IscsiLUN" if !iscsi(path) => wrong("target and LUN such as /iqn.1986-03.com.sun:02:abc/1"),
        "VMFS" if path.split('/').filter(|part| !part.is_empty()).count() != 2 => wrong("/datacenter/datastore"),
        _ if path.is_empty() => wrong("path or label"),
        _ => None,
    }
}

fn iscsi(path: &str) -> bool {
    let parts = path.trim_start_matches('/').rsplit_once('/');
    parts.is_some_and(|(target, lun)| target.starts_with("iqn.") && lun.parse::<u16>().is_ok())
}

fn form(s: &Subject<'_>, found: &mut Found<'_>) {
    for (p, _) in s.pools() {
        if let Some((field, fault, want)) = malformed(p.it) {
            found.error(format!("{}.{field}", p.place), fault).suggest(format!("give {want}"));
        }
    }
}

fn overprovisioning(s: &Subject<'_>, found: &mut Found<'_>) {
    for (p, kinds) in s.pools().into_iter().filter(|(p, _)| p.it.overprovisioning > Ratio::ONE) {
        let thick =
            kinds.into_iter().find(|kind| s.sheets.get(kind).is_some_and(|sheet| !sheet.thin.contains(&p.it.protocol)));
        if let Some(kind) = thick {
            let place = format!("{}.overprovisioning", p.place);
            let message = format!("disks on `{}` take all their space at once with {kind}", p.it.protocol);
            found.error(&place, message).suggest("write 1.0").fix(Fix::set(place, Ratio::ONE));
        }
    }
}

fn tags(s: &Subject<'_>, found: &mut Found<'_>) {
    let compute = s.plan.compute_offerings.iter().enumerate().filter(|(_, o)| !o.local_storage);
    let compute = compute.map(|(n, o)| (format!("compute_offerings[{n}]"), &o.name, &o.storage_tags));
    let disk = s
        .plan
        .disk_offerings
        .iter()
        .enumerate()
        .map(|(n, o)| (format!("disk_offerings[{n}]"), &o.name, &o.storage_tags));
    let pools = s.pools();
    for (place, name, wanted) in compute.chain(disk).filter(|(_, _, tags)| !tags.is_empty()) {
        if !pools.iter().any(|(p, _)| wanted.iter().all(|tag| p.it.tags.contains(tag))) {
            let message = format!("no primary storage carries `{}`, which `{name}` asks for", wanted.join(", "));
            found.error(format!("{place}.storage_tags"), message).suggest("tag a pool so, or ask for other tags");
        }
    }
}

fn uniform_tags(s: &Subject<'_>, found: &mut Found<'_>) {
    for z in s.zones() {
        let clusters: Vec<_> = s.clusters().into_iter().filter(|(c, _)| c.zone_at == z.zone_at).collect();
        let tags = |pools: &[PrimaryStorage]| pools.iter().flat_map(|p| p.tags.clone()).collect::<BTreeSet<String>>();
        let all: BTreeSet<String> = clusters.iter().flat_map(|(c, _)| tags(&c.it.primary_storage)).collect();
        for (c, _) in clusters {
            let missing: Vec<String> = all.difference(&tags(&c.it.primary_storage)).cloned().collect();
            if !missing.is_empty() {
                let message = format!(
                    "cluster `{}` has no storage tagged `{}`, others of the zone have",
                    c.it.name,
                    missing.join(", ")
                );
                found.warning(format!("{}.primary_storage", c.place), message).suggest("tag its storage alike");
            }
        }
    }
}

fn local(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, group) in s.plan.vm_groups.iter().enumerate() {
        let wants = s.plan.compute_offering(&group.offering).is_some_and(|o| o.local_storage);
        if let Some(z) = s.zones().find(|z| wants && z.it.name == group.zone && !z.it.local_storage) {
            let message =
                format!("`{}` puts root disks on the hosts, zone `{}` does not allow it", group.offering, group.zone);
            let fix = Fix::set(format!("{}.local_storage", z.place), true);
            found
                .error(format!("vm_groups[{n}].offering"), message)
                .suggest("allow local storage in the zone")
                .fix(fix);
        }
    }
}

fn nfs_on_server(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, server) in s.plan.management_servers.iter().enumerate() {
        let own =
            |at: &Option<String>| at.as_deref().is_some_and(|a| a == server.name || a == server.address.to_string());
        let primary = s.pools().into_iter().filter(|(p, _)| own(&p.it.server)).map(|(p, _)| p.it.capacity.0);
        let secondary = s
            .zones()
            .flat_map(|z| &z.it.secondary_storage)
            .filter(|store| own(&store.server))
            .map(|store| store.capacity.0);
        let exported: Bytes = primary.chain(secondary).sum();
        if exported >= Bytes(16_000_000_000_000) {
            let message = format!("{} exported by the management server; less than 16 TB is assumed", Disk(exported));
            found.warning(format!("management_servers[{n}]"), message).suggest("give the storage a server of its own");
        }
        let disks: Bytes = server.disks.iter().map(|disk| disk.0).sum();
        if exported > disks {
            let message = format!("{} exported by a server with {} of disk", Disk(exported), Disk(disks));
            found.error(format!("management_servers[{n}].disks"), message).suggest("export less, or add disks");
        }
    }
}

fn raid(s: &Subject<'_>, found: &mut Found<'_>) {
    for (n, _) in
        s.plan.management_servers.iter().enumerate().filter(|(_, server)| server.nfs && server.disks.len() < 2)
    {
        let message = "all machines depend on one disk";
        let text = "use two or more fast disks behind a hardware RAID";
        found.advice(format!("management_servers[{n}].disks"), message).suggest(text);
    }
}

fn secondary(s: &Subject<'_>, found: &mut Found<'_>) {
    let least = Disk(Bytes(100_000_000_000));
    for z in s.zones() {
        if z.it.secondary_storage.is_empty() {
            let message = "no secondary storage for templates, ISO images and snapshots";
            found
                .error(format!("{}.secondary_storage", z.place), message)
                .suggest("add one that all hosts of the zone reach");
        }
        for (n, store) in z.it.secondary_storage.iter().enumerate().filter(|(_, store)| store.capacity < least) {
            let place = format!("{}.secondary_storage[{n}].capacity", z.place);
            let message = format!("{} of secondary storage", store.capacity);
            found.warning(&place, message).suggest("give it 100 GB or more").fix(Fix::set(place, least));
        }
    }
}

fn paths(s: &Subject<'_>, found: &mut Found<'_>) {
    let primary = s.pools().into_iter().map(|(p, _)| (p.place, p.it.server.clone(), p.it.path.clone()));
    let secondary = s.zones().flat_map(|z| {
        let stores = z.it.secondary_storage.iter().enumerate();
        stores.map(move |(n, t)| (format!("{}.secondary_storage[{n}]", z.place), t.server.clone(), t.path.clone()))
    });
    let all: Vec<_> = primary.chain(secondary).filter(|(_, server, _)| server.is_some()).collect();
    for (n, (place, server, path)) in all.iter().enumerate() {
        if let Some((other, ..)) = all[..n].iter().find(|(_, s, p)| s == server && p == path) {
            let message =
                format!("`{path}` on `{}` is also the store at {other}", server.as_deref().unwrap_or_default());
            found
                .error(format!("{place}.path"), message)
                .suggest("adding a store clears it: give each a path of its own");
        }
    }
}

fn heavy_io(s: &Subject<'_>, found: &mut Found<'_>) {
    let heavy = s.plan.workload.as_ref().is_some_and(|w| w.heavy_disk_io);
    let slow = |protocol: &str| !["FiberChannel", "VMFS", "PreSetup"].contains(&protocol);
    let pools: Vec<_> = s.pools().into_iter().filter(|(p, _)| heavy && slow(&p.it.protocol)).collect();
    if let Some((first, _)) = pools.first() {
        let message = format!("`{}` at {} for builds that read and write hard all day", first.it.protocol, first.place);
        found.advice("workload.heavy_disk_io", message).suggest("use Fibre Channel; NFS or iSCSI will do otherwise");
    }
}

//! Primary pools and image stores.

use super::place::in_zone;
use super::{Ask, Fault, Look, Object, binds, has_keyword, name, need_name, refuse, says};
use crate::serve::ask::{Done, Page, Reply};
use cloudstack_core::base::Bytes;
use cloudstack_core::base::id::{ClusterId, EntityId, ImageStoreId, PodId, PoolId, ZoneId};
use cloudstack_core::flow::infra::{AddImageStore, AddPool, RemovePool};
use cloudstack_core::model::infra::{ImageStore, Pool};

binds! {
    "listStoragePools" read list_pools;
    "createStoragePool" act create_pool, show_pool;
    "deleteStoragePool" act delete_pool;
    "listImageStores" read list_stores;
    "addImageStore" act add_store, show_store;
    "addSecondaryStorage" act add_store, show_store;
    "listStorageProviders" read list_providers;
}

/// Schemes of URLs, and the kinds of storage they stand for. What is not here is a kind itself.
const SCHEMES: &[(&str, &str)] = &[
    ("nfs", "NetworkFilesystem"),
    ("networkfilesystem", "NetworkFilesystem"),
    ("sharedmountpoint", "SharedMountPoint"),
    ("presetup", "PreSetup"),
    ("iscsi", "IscsiLUN"),
    ("rbd", "RBD"),
    ("clvm", "CLVM"),
    ("file", "Filesystem"),
];

fn scope(pool: &Pool) -> &'static str {
    match (pool.host, pool.cluster) {
        (Some(_), _) => "HOST",
        (None, Some(_)) => "CLUSTER",
        (None, None) => "ZONE",
    }
}

fn list_pools(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, zone) = (args.id::<PoolId>("id"), args.id::<ZoneId>("zoneid"));
    let (pod, cluster) = (args.id::<PodId>("podid"), args.id::<ClusterId>("clusterid"));
    let rows = ask.view().pools().iter().filter(|pool| {
        id.is_none_or(|id| id == pool.id)
            && zone.is_none_or(|zone| zone == pool.zone)
            && pod.is_none_or(|pod| pool.pod == Some(pod))
            && cluster.is_none_or(|cluster| pool.cluster == Some(cluster))
            && says(ask, "name", pool.name.as_str())
            && says(ask, "path", &pool.url)
            && says(ask, "scope", scope(pool))
            && says(ask, "status", pool.state.as_str())
            && has_keyword(ask, pool.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, pool| pool_fields(look, pool, o));
    Ok(())
}

fn show_pool(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.pool(PoolId::from_u128(id)).map(|pool| pool_fields(look, pool, o)).is_some()
}

fn pool_fields(look: Look<'_>, pool: &Pool, o: &mut Object<'_>) {
    let allocated = look.api.cloud().peek(|_, room| room.fleet.pool(pool.id).map(|p| p.allocated));
    let place = pool.url.split_once("://").map_or(pool.url.as_str(), |(_, rest)| rest);
    let (server, path) = place.find('/').map_or((place, "/"), |at| place.split_at(at));
    o.id("id", pool.id);
    o.id("zoneid", pool.zone);
    o.put("zonename", look.view.zone(pool.zone).map(|z| z.name.as_str()));
    o.maybe("podid", pool.pod);
    o.put("podname", pool.pod.and_then(|pod| look.view.pod(pod)).map(|p| p.name.as_str()));
    o.put("name", pool.name.as_str());
    o.put("ipaddress", server);
    o.put("path", path);
    o.put("type", &pool.kind);
    o.maybe("clusterid", pool.cluster);
    let cluster = pool.cluster.and_then(|cluster| look.view.cluster(cluster));
    o.put("clustername", cluster.map(|c| c.name.as_str()));
    o.put("disksizetotal", pool.capacity);
    o.put("disksizeallocated", allocated.unwrap_or_default());
    o.put("disksizeused", pool.used);
    let tags = pool.tags.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    o.put("tags", if tags.is_empty() { None } else { Some(tags) });
    o.put("state", pool.state.as_str());
    o.put("scope", scope(pool));
    o.put("overprovisionfactor", format!("{}.{}", pool.overprovisioning / 1_000, pool.overprovisioning % 1_000 / 100));
    o.put("hypervisor", cluster.map(|c| c.hypervisor.as_str()));
}

async fn create_pool(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, &["managed", "capacityiops", "storageaccessgroups", "istagarule"])?;
    let zone = args.need::<ZoneId>("zoneid")?;
    let cluster = args.id::<ClusterId>("clusterid");
    let zone_wide = args.text("scope").is_some_and(|scope| scope.eq_ignore_ascii_case("zone"));
    if cluster.is_none() && !zone_wide {
        return Err(Fault::missing("clusterid"));
    }
    in_zone(ask, cluster.and_then(|id| ask.view().cluster(id)).map(|c| c.zone))?;
    let url = args.need_text("url")?;
    let wrong = || Fault::invalid("url", url, "give kind://server/path, as in nfs://192.0.2.2/export");
    let (scheme, place) = url.split_once("://").ok_or_else(wrong)?;
    let kind = SCHEMES.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name)).map_or(scheme, |(_, kind)| kind);
    let expected = Bytes(args.count("capacitybytes")?.unwrap_or(0));
    let wish = AddPool {
        zone,
        cluster: if zone_wide { None } else { cluster },
        host: None,
        name: need_name(ask, "name")?,
        kind: kind.to_owned(),
        url: format!("{}://{place}", kind.to_lowercase()),
        tags: args
            .text("tags")
            .unwrap_or("")
            .split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(Into::into)
            .collect(),
        overprovisioning: None,
        expected,
    };
    ask.make(wish).await
}

async fn delete_pool(ask: &Ask<'_>) -> Result<Done, Fault> {
    let pool = ask.args.need("id")?;
    ask.act(RemovePool { pool }, pool).await
}

fn list_stores(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (id, zone) = (ask.args.id::<ImageStoreId>("id"), ask.args.id::<ZoneId>("zoneid"));
    let rows = ask.view().image_stores().iter().filter(|store| {
        id.is_none_or(|id| id == store.id)
            && zone.is_none_or(|zone| store.zone == Some(zone))
            && says(ask, "name", store.name.as_str())
            && says(ask, "protocol", &store.kind)
            && says(ask, "provider", &store.kind)
            && has_keyword(ask, store.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, store| store_fields(look, store, o));
    Ok(())
}

fn show_store(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.image_store(ImageStoreId::from_u128(id)).map(|store| store_fields(look, store, o)).is_some()
}

fn store_fields(look: Look<'_>, store: &ImageStore, o: &mut Object<'_>) {
    o.id("id", store.id);
    o.maybe("zoneid", store.zone);
    o.put("zonename", store.zone.and_then(|zone| look.view.zone(zone)).map(|z| z.name.as_str()));
    o.put("name", store.name.as_str());
    o.put("url", &store.url);
    o.put("protocol", store.kind.to_lowercase());
    o.put("providername", &store.kind);
    o.put("scope", if store.zone.is_some() { "ZONE" } else { "REGION" });
    o.put("readonly", false);
}

async fn add_store(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    let url = args.need_text("url")?;
    let given = if args.knows("provider") { args.text("provider") } else { None };
    let scheme = url.split_once("://").map_or("NFS", |(scheme, _)| scheme);
    let kind = given.map_or_else(|| scheme.to_uppercase(), str::to_owned);
    // A store that nobody named is called by its place.
    let called = if args.knows("name") { args.text("name") } else { None };
    let wish = AddImageStore {
        zone: args.id::<ZoneId>("zoneid"),
        name: name("name", called.unwrap_or(url))?,
        kind,
        url: url.to_owned(),
    };
    ask.make(wish).await
}

fn list_providers(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let kind = ask.args.need_text("type")?;
    let rows = match kind.to_ascii_lowercase().as_str() {
        "primary" => vec!["DefaultPrimary"],
        "image" => vec!["NFS"],
        "imagecache" | "object" => Vec::new(),
        _ => return Err(Fault::invalid("type", kind, "give primary, image, imagecache or object")),
    };
    reply.all(rows, |o, provider| {
        o.put("name", provider);
        o.put("type", kind);
    });
    Ok(())
}

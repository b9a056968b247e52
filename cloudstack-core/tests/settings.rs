//! Settings by scope: what is inherited from where, what is refused, and what is really read.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::ErrorKind;
use cloudstack_core::base::id::{EntityId, ZoneId};
use cloudstack_core::flow::org::AddDomain;
use cloudstack_core::flow::setting::{self, SetSettingAt, text_at};
use cloudstack_core::model::org::ResourceType;
use cloudstack_core::model::setting::{READ, Scope, ScopeKind, all, find};
use lab::{Lab, name};
use std::collections::BTreeSet;
use std::path::Path;

async fn set(lab: &Lab, scope: Scope, called: &str, value: Option<&str>) {
    lab.run(SetSettingAt { scope, name: called.into(), value: value.map(Into::into) }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_nearest_value_counts() {
    let lab = Lab::basic(1).await;
    let view = lab.view();
    let (zone, cluster) = (Scope::Zone(lab.zone()), Scope::Cluster(lab.cluster()));
    let pool = Scope::Pool(view.pools().iter().next().unwrap().id);
    let both = "pool.storage.capacity.disablethreshold";
    assert!([ScopeKind::Zone, ScopeKind::Pool].iter().all(|kind| find(both).unwrap().scopes.allow(*kind)));
    let now = |scope: Scope| text_at(&lab.view(), scope, both).to_owned();
    for (scope, value, wanted) in [
        (Scope::Global, Some("0.5"), ["0.5", "0.5", "0.5"]),
        (zone, Some("0.6"), ["0.5", "0.6", "0.6"]),
        (pool, Some("0.7"), ["0.5", "0.6", "0.7"]),
        (zone, None, ["0.5", "0.5", "0.7"]),
        (pool, None, ["0.5", "0.5", "0.5"]),
        (Scope::Global, None, ["0.85", "0.85", "0.85"]),
    ] {
        set(&lab, scope, both, value).await;
        assert_eq!([Scope::Global, zone, pool].map(now), wanted, "{scope:?} = {value:?}");
        lab.check();
    }
    set(&lab, cluster, "cluster.cpu.allocated.capacity.disablethreshold", Some("0")).await;
    assert_eq!(lab.refused(lab.small_vm()).await.kind(), ErrorKind::NoCapacity, "the cluster's own value is in force");
    set(&lab, cluster, "cluster.cpu.allocated.capacity.disablethreshold", None).await;
    lab.deploy().await;
}

#[tokio::test(start_paused = true)]
async fn accounts_ask_their_domain_and_domains_those_above_if_that_is_wanted() {
    let lab = Lab::empty().await;
    let upper = lab.run(AddDomain { parent: None, name: name("upper"), network_domain: None }).await.unwrap();
    let lower = lab.run(AddDomain { parent: Some(upper), name: name("lower"), network_domain: None }).await.unwrap();
    let user = lab.run(cloudstack_core::flow::org::AddAccount::new(lower, name("ann"))).await.unwrap();
    let (account, low, up) = (Scope::Account(user.account), Scope::Domain(lower), Scope::Domain(upper));
    let both = all().values().find(|s| s.scopes.iter().any(|kind| kind == ScopeKind::Account) && s.default == "false");
    let called = both.unwrap().name;
    let now = |scope: Scope| text_at(&lab.view(), scope, called).to_owned();
    set(&lab, up, called, Some("true")).await;
    assert_eq!([account, low, up].map(now), ["false", "false", "true"], "by default each stands alone");
    lab.set("enable.domain.settings.for.child.domain", "true").await;
    assert_eq!([account, low, up].map(now), ["false", "true", "true"]);
    lab.set("enable.account.settings.for.domain", "true").await;
    assert_eq!([account, low, up].map(now), ["true", "true", "true"]);
    set(&lab, low, called, Some("false")).await;
    assert_eq!([account, low, up].map(now), ["false", "false", "true"], "the nearest");
    set(&lab, account, called, Some("true")).await;
    assert_eq!([account, low, up].map(now), ["true", "false", "true"]);
}

/// Proves: CONF-02
#[tokio::test(start_paused = true)]
async fn a_setting_is_known_with_type_default_scope_and_range() {
    for called in [
        "management.network.cidr",
        "xen.setup.multipath",
        "secstorage.allowed.internal.sites",
        "use.local.storage",
        "host",
        "default.page.size",
        "ha.tag",
        "swift.enable",
        "guest.vlan.bits",
        "endpoint.url",
        "enable.ec2.api",
        "enable.s3.api",
        "firewall.rule.ui.enabled",
        "remote.access.vpn.client.iprange",
        "remote.access.vpn.psk.length",
        "remote.access.vpn.user.limit",
        "max.account.vpcs",
        "vpc.max.networks",
        "external.network.stats.interval",
        "direct.network.stats.interval",
        "system.vm.local.storage.required",
        "system.vm.use.local.storage",
        "storage.overprovisioning.factor",
        "vmware.use.nexus.vswitch",
        "vmware.use.dvswitch",
        "vmware.guest.vswitch",
        "vmware.create.full.clone",
    ] {
        assert!(find(called).is_some(), "{called}");
    }
    let lab = Lab::basic(1).await;
    let at = |scope, called: &str, value: &str| SetSettingAt { scope, name: called.into(), value: Some(value.into()) };
    let (zone, cluster) = (Scope::Zone(lab.zone()), Scope::Cluster(lab.cluster()));
    let nowhere = Scope::Zone(ZoneId::from_u128(9));
    for (request, kind, about) in [
        (at(zone, "expunge.delay", "60"), ErrorKind::Invalid, "scope"),
        (at(zone, "cpu.overprovisioning.factor", "2"), ErrorKind::Invalid, "scope"),
        (at(cluster, "cpu.overprovisioning.factor", "many"), ErrorKind::Invalid, "cpu.overprovisioning.factor"),
        (at(nowhere, "guest.domain.suffix", "x"), ErrorKind::NotFound, &nowhere_id()),
        (at(Scope::Global, "no.such", "x"), ErrorKind::NotFound, "no.such"),
    ] {
        let refused = lab.refused(request.clone()).await;
        assert_eq!((refused.kind(), refused.entity()), (kind, Some(about)), "{request:?}");
    }
    let page = lab.refused(at(Scope::Global, "default.page.size", "0")).await;
    assert!(page.public().contains("give a whole number from 1 to 10000"), "{page:?}");
    let user = lab.user("ann").await;
    assert_eq!(setting::list(&lab.view(), &user, Scope::Global, None).unwrap_err().kind(), ErrorKind::Denied);
}

fn nowhere_id() -> String {
    ZoneId::from_u128(9).to_string()
}

#[tokio::test(start_paused = true)]
async fn secrets_are_never_listed_or_said() {
    let lab = Lab::empty().await;
    lab.set("alert.smtp.password", "hunter2").await;
    let view = lab.view();
    let shown = setting::list(&view, &lab.admin, Scope::Global, Some("smtp")).unwrap();
    let password = shown.iter().find(|s| s.spec.name == "alert.smtp.password").unwrap();
    assert!(password.set && password.value == "********");
    let events = lab.cloud.events(&lab.admin, &Default::default()).unwrap();
    assert!(events.events.iter().any(|e| e.text.contains("alert.smtp.password")));
    assert!(!format!("{view:?}{events:?}").contains("hunter2"));
}

/// Names of settings in the sources that read them.
fn read_in(dir: &Path, found: &mut BTreeSet<&'static str>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_in(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        found.extend(all().keys().filter(|called| code.contains(&format!("\"{called}\""))));
    }
}

#[test]
fn what_is_said_to_be_read_is_read() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    read_in(&src.join("flow"), &mut found);
    read_in(&src.join("cloud"), &mut found);
    read_in(&src.join("model/org"), &mut found);
    // Limits have a setting for each type of resource, named by its end.
    let ends =
        ResourceType::ALL.iter().flat_map(|kind| ["account", "domain", "project"].map(|of| (of, kind.setting())));
    let limits: BTreeSet<String> = ends.map(|(of, end)| format!("max.{of}.{end}")).collect();
    found.extend(all().keys().filter(|called| limits.contains(**called)));
    // Words of the language of machines and networks, too.
    found.remove("host");
    found.remove("port");
    let said: BTreeSet<&str> = READ.iter().copied().collect();
    assert_eq!(said, found, "left: said to be read; right: named in the sources");
}

//! The rows of the cloud: a zone with two hosts, two tenants, three networks, five guests.

use super::drivers::{IMAGES, KIND, POOL};
use super::{Lab, name};
use crate::failure::{Failure, Result};
use crate::space::{FOLDER, HOSTS, SHARED_TAG, WORLD_GATEWAY};
use cloudstack_core::base::id::{
    AccountId, ComputeOfferingId, HostId, NetworkId, SecurityGroupId, TemplateId, VmId, ZoneId,
};
use cloudstack_core::base::{Bytes, Mhz, Mib};
use cloudstack_core::flow::image::RegisterTemplate;
use cloudstack_core::flow::infra::{
    AddCluster, AddHost, AddImageStore, AddIpRange, AddPhysicalNetwork, AddPod, AddPool, AddVlanRange, AddZone,
};
use cloudstack_core::flow::network::AddNetwork;
use cloudstack_core::flow::offering::AddComputeOffering;
use cloudstack_core::flow::org::AddAccount;
use cloudstack_core::flow::security_group::AddSecurityGroup;
use cloudstack_core::flow::ssh_key::RegisterSshKeyPair;
use cloudstack_core::flow::vm::{DeployVm, Told};
use cloudstack_core::model::infra::{Isolation, Purpose, Traffic, TrafficKind, ZoneKind};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::process::Command;

/// A guest: its name, its network, the number of its host, its security group if it is on the shared network.
pub(crate) type Planned = (&'static str, &'static str, usize, Option<&'static str>);
/// Two web servers of a tenant on different hosts, two machines of it on the shared network, and somebody else's.
pub(crate) const GUESTS: [Planned; 5] = [
    ("web-1", "app", 0, None),
    ("web-2", "app", 1, None),
    ("front", "shared", 0, Some("clients")),
    ("back", "shared", 1, Some("servers")),
    ("spy", "rival", 0, None),
];
/// What `web-1` is told.
pub(crate) const USER_DATA: (&str, &str) = ("hello from the outside", "aGVsbG8gZnJvbSB0aGUgb3V0c2lkZQ==");
/// Whoever has the other half of it may log in to the tenant's guests.
pub(crate) const SSH_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C laptop";
/// Memory of a guest.
const RAM: Mib = Mib(128);
/// Nothing is on a guest's disk.
const DISK: Bytes = Bytes(16 << 20);

/// Makes every row up to the networks.
pub(crate) async fn build(lab: &Lab) -> Result<()> {
    let zone = zone(lab).await?;
    hosts(lab, zone).await?;
    template(lab, zone).await?;
    let size = AddComputeOffering::new(name("tiny")?, 1, Mhz(500), RAM);
    lab.cloud.offerings().add_compute(&lab.admin, size).await?.done().await?;
    tenants(lab, zone).await
}

async fn zone(lab: &Lab) -> Result<ZoneId> {
    let (cloud, admin) = (&lab.cloud, &lab.admin);
    let zone = AddZone {
        security_groups: true,
        dns: vec![WORLD_GATEWAY.into()],
        domain_name: Some("local.internal".into()),
        ..AddZone::new(name("local")?, ZoneKind::Advanced)
    };
    let zone = cloud.zones().add(admin, zone).await?.done().await?;
    let carries = |kind| Traffic { kind, labels: Default::default() };
    let lan = AddPhysicalNetwork {
        zone,
        name: name("lan")?,
        traffic: [TrafficKind::Management, TrafficKind::Guest, TrafficKind::Public].map(carries).into(),
        isolation: Isolation::Vxlan,
    };
    let physical_network = cloud.zones().add_physical_network(admin, lan).await?.done().await?;
    let tags = AddVlanRange { physical_network, first: 5001, last: 5020 };
    cloud.zones().add_vlan_range(admin, tags).await?.done().await?;
    let public = AddIpRange {
        zone,
        pod: None,
        purpose: Purpose::Public,
        vlan: None,
        subnet: net("203.0.113.0/24")?,
        gateway: WORLD_GATEWAY.into(),
        first: IpAddr::from([203, 0, 113, 10]),
        last: IpAddr::from([203, 0, 113, 40]),
    };
    cloud.zones().add_ip_range(admin, public).await?.done().await?;
    Ok(zone)
}

async fn hosts(lab: &Lab, zone: ZoneId) -> Result<()> {
    let (cloud, admin) = (&lab.cloud, &lab.admin);
    let (subnet, gateway) = (net("172.31.0.0/24")?, crate::space::DESK.into());
    let pod = AddPod { zone, name: name("desk")?, subnet, gateway };
    let pod = cloud.zones().add_pod(admin, pod).await?.done().await?;
    let (cpu_overcommit, ram_overcommit) = (None, None);
    let cluster = AddCluster { pod, name: name("pair")?, hypervisor: KIND.into(), cpu_overcommit, ram_overcommit };
    let cluster = cloud.zones().add_cluster(admin, cluster).await?.done().await?;
    for (host, address) in HOSTS {
        let host = AddHost::new(cluster, name(host)?, address.into());
        cloud.hosts().add(admin, host).await?.done().await?;
    }
    for folder in ["primary", "images"] {
        let folder = format!("{FOLDER}/{folder}");
        std::fs::create_dir(&folder).map_err(Failure::at(&folder))?;
    }
    let pool = AddPool {
        zone,
        cluster: Some(cluster),
        host: None,
        name: name("primary")?,
        kind: POOL.0.into(),
        url: POOL.1.into(),
        tags: BTreeSet::new(),
        overprovisioning: None,
        expected: Bytes::gib(1),
    };
    cloud.pools().add(admin, pool).await?.done().await?;
    Ok(())
}

/// An empty disk; what a guest is lies in its first file system.
async fn template(lab: &Lab, zone: ZoneId) -> Result<()> {
    let (cloud, admin) = (&lab.cloud, &lab.admin);
    let (kind, url) = (IMAGES.0.into(), IMAGES.1.into());
    let store = AddImageStore { zone: Some(zone), name: name("images")?, kind, url };
    cloud.pools().add_image_store(admin, store).await?.done().await?;
    let file = format!("{FOLDER}/guest/disk.qcow2");
    let made = Command::new("qemu-img").args(["create", "-q", "-f", "qcow2", &file, &DISK.0.to_string()]).output();
    let made = made.map_err(Failure::at("qemu-img"))?;
    if !made.status.success() {
        return Err(Failure::new(format!("qemu-img: {}", String::from_utf8_lossy(&made.stderr).trim())));
    }
    let template = RegisterTemplate {
        zone,
        name: name("busybox")?,
        hypervisor: KIND.into(),
        format: "QCOW2".into(),
        size: DISK,
        os: "Other Linux (64-bit)".into(),
        url: format!("file://{file}"),
        checksum: None,
        public: true,
    };
    cloud.templates().register(admin, template).await?.done().await?;
    Ok(())
}

async fn tenants(lab: &Lab, zone: ZoneId) -> Result<()> {
    let (cloud, admin) = (&lab.cloud, &lab.admin);
    let offering = |wanted: &str| {
        let view = cloud.view();
        let found = view.network_offerings().iter().find(|o| o.name.as_str() == wanted).map(|o| o.id);
        found.ok_or_else(|| Failure::new(format!("there is no network offering {wanted}")))
    };
    let isolated = offering("DefaultIsolatedNetworkOfferingWithSourceNatService")?;
    for (tenant, network, cidr) in [("acme", "app", "10.1.1.0/24"), ("rival", "rival", "10.2.2.0/24")] {
        let account = AddAccount::new(admin.domain, name(tenant)?);
        let account = cloud.accounts().add(admin, account).await?.done().await?.account;
        let wish = AddNetwork {
            account: Some(account),
            cidr: Some(net(cidr)?),
            ..AddNetwork::isolated(zone, name(network)?, isolated)
        };
        cloud.networks().add(admin, wish).await?.done().await?;
    }
    let owner = Some(lab.account("acme")?);
    let shared = AddNetwork {
        cidr: Some(net("10.77.0.0/24")?),
        gateway: Some(IpAddr::from([10, 77, 0, 1])),
        vlan: Some(SHARED_TAG),
        range: Some((IpAddr::from([10, 77, 0, 10]), IpAddr::from([10, 77, 0, 99]))),
        ..AddNetwork::isolated(zone, name("shared")?, offering("DefaultSharedNetworkOfferingWithSGService")?)
    };
    cloud.networks().add(admin, shared).await?.done().await?;
    for group in GUESTS.iter().filter_map(|(_, _, _, group)| *group) {
        let wish = AddSecurityGroup { name: name(group)?, description: group.into(), account: owner };
        cloud.security_groups().add(admin, wish).await?.done().await?;
    }
    let key = RegisterSshKeyPair {
        account: owner,
        name: name("laptop")?,
        public_key: SSH_KEY.parse().map_err(Failure::at("the SSH key"))?,
    };
    cloud.ssh_keys().register(admin, key).await?.done().await?;
    Ok(())
}

fn net(text: &str) -> Result<ipnet::IpNet> {
    text.parse().map_err(Failure::at(text))
}

/// Deploys a guest; answers when its driver says that it runs.
pub(crate) async fn deploy(lab: &Lab, (guest, network, host, group): Planned) -> Result<VmId> {
    let view = lab.cloud.view();
    let account = lab.account(if network == "rival" { "rival" } else { "acme" })?;
    let told = match guest {
        "web-1" => Told {
            ssh_keys: vec![name("laptop")?],
            user_data: Some(USER_DATA.1.parse().map_err(Failure::at("user data"))?),
            ..Told::default()
        },
        _ => Told::default(),
    };
    let lacks = |what| Failure::new(format!("the cloud has no {what}"));
    let zone: ZoneId = view.zones().iter().next().ok_or_else(|| lacks("zone"))?.id;
    let size = view.compute_offerings().iter().find(|o| o.name.as_str() == "tiny");
    let size: ComputeOfferingId = size.ok_or_else(|| lacks("offering"))?.id;
    let template: TemplateId = view.templates().iter().next().ok_or_else(|| lacks("template"))?.id;
    let groups = group.map(|group| lab.group(group)).transpose()?;
    let wish = DeployVm {
        account: Some(account),
        host: Some(lab.host(HOSTS[host].0)?),
        ..DeployVm::new(zone, size, template)
            .named(name(guest)?)
            .on_networks([lab.network(network)?])
            .in_groups(groups)
            .telling(told)
    };
    Ok(lab.cloud.vms().deploy(&lab.admin, wish).await?.done().await?)
}

impl Lab {
    /// The account of this name.
    pub(crate) fn account(&self, wanted: &str) -> Result<AccountId> {
        let view = self.cloud.view();
        let found = view.accounts().iter().find(|row| row.name.as_str() == wanted).map(|row| row.id);
        found.ok_or_else(|| Failure::new(format!("no account {wanted}")))
    }
    /// The host of this name.
    pub(crate) fn host(&self, wanted: &str) -> Result<HostId> {
        let view = self.cloud.view();
        let found = view.hosts().iter().find(|row| row.name.as_str() == wanted).map(|row| row.id);
        found.ok_or_else(|| Failure::new(format!("no host {wanted}")))
    }
    /// The network of this name.
    pub(crate) fn network(&self, wanted: &str) -> Result<NetworkId> {
        let view = self.cloud.view();
        let found = view.networks().iter().find(|row| row.name.as_str() == wanted).map(|row| row.id);
        found.ok_or_else(|| Failure::new(format!("no network {wanted}")))
    }
    /// The security group of this name.
    pub(crate) fn group(&self, wanted: &str) -> Result<SecurityGroupId> {
        let view = self.cloud.view();
        let found = view.security_groups().iter().find(|row| row.name.as_str() == wanted).map(|row| row.id);
        found.ok_or_else(|| Failure::new(format!("no security group {wanted}")))
    }
}

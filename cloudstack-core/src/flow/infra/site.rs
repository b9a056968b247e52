//! A whole site from its plan: what is missing is added, what is there is left alone, so that applying a plan twice
//! changes nothing the second time.

use super::host::{AddHost, Expected, ProbeHosts};
use super::place::{AddCluster, AddPod, AddZone};
use super::pool::{AddImageStore, AddPool, AttachPool};
use super::range::{AddIpRange, AddPhysicalNetwork, AddVlanRange};
use crate::base::id::{
    ClusterId, EntityId, HostId, JobId, NetworkId, PodId, PoolId, SecurityGroupId, TemplateId, ZoneId,
};
use crate::base::{Caller, Error, ErrorKind, Name, Result};
use crate::flow::image::{self, RegisterTemplate};
use crate::flow::network::AddNetwork;
use crate::flow::offering::{AddComputeOffering, AddDiskOffering};
use crate::flow::security_group::{self, AddSecurityGroup, Authorize};
use crate::flow::step::{Act, Desk};
use crate::flow::verb::{Decision, Verb};
use crate::flow::{Steps, access};
use crate::model::Value;
use crate::model::infra::{Isolation, Purpose, Traffic, TrafficKind, ZoneKind};
use crate::model::network::security_rule::{Direction, IcmpKind, Peer, Ports, Service};
use crate::plan::site::{self, SitePlan, range::AddressRange};
use async_trait::async_trait;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A request to build a site as planned. The zones are public and enabled.
///
/// May be repeated, with a plan that has grown too: what is there, by name, is left as it is.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/clouds/tiny.toml"));
/// // The sample cloud was built from this plan: applied again, it adds nothing.
/// let again = ApplySite { plan: SitePlan::from_toml(text)? };
/// let built = cloud.sites().apply(&admin, again).await?.done().await?;
/// assert_eq!(built.added, 0);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ApplySite {
    /// The plan. [Lint](crate::plan::lint) it first: what a plan gets wrong is refused here one thing at a time.
    pub plan: SitePlan,
}

/// What applying a site came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteBuilt {
    /// The zones, in the order of the plan.
    pub zones: Vec<ZoneId>,
    /// How many rows were added; none if everything was there.
    pub added: usize,
}

impl Verb for ApplySite {
    type Answer = SiteBuilt;
    const NAME: &'static str = "site.apply";

    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<SiteBuilt>> {
        access::root(caller)?;
        let mut build = Build { caller, job, desk, hosts: Vec::new(), later: Vec::new() };
        build.offerings(&self.plan)?;
        let zones = self.plan.zones.iter().map(|zone| build.zone(&self.plan, zone)).collect::<Result<Vec<ZoneId>>>()?;
        build.security_groups(&self.plan)?;
        let Build { hosts, later, .. } = build;
        let mut steps: Vec<Steps> = Vec::new();
        if !hosts.is_empty() || !later.is_empty() {
            steps.push(OpenSite::of(&hosts, &later).into());
        }
        if !hosts.is_empty() {
            steps.push(ProbeHosts { hosts }.into());
        }
        steps.extend(later);
        let added = desk.change().rows().count();
        let answer = SiteBuilt { zones, added };
        Ok(match answer.zones.first() {
            Some(first) if !steps.is_empty() => Decision { entity: Some(first.to_u128()), answer, steps },
            _ => Decision::done(answer),
        })
    }
}

/// The site's rows are there. Undone: hosts, pools and templates that were not ready by then have none; what was stays, and
/// applying the plan again adds the rest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenSite {
    hosts: Vec<HostId>,
    pools: Vec<PoolId>,
    templates: Vec<TemplateId>,
}

impl OpenSite {
    fn of(hosts: &[HostId], later: &[Steps]) -> Self {
        let mut open = Self { hosts: hosts.to_vec(), pools: Vec::new(), templates: Vec::new() };
        for step in later {
            match step {
                Steps::AttachPool(step) => open.pools.push(step.pool),
                Steps::FetchTemplate(step) => open.templates.push(step.template),
                _ => {}
            }
        }
        open
    }
}

#[async_trait]
impl Act for OpenSite {
    const NAME: &'static str = "open site";

    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        super::host::forget(desk, &self.hosts)?;
        self.pools.iter().try_for_each(|id| super::pool::forget(desk, *id))?;
        self.templates.iter().try_for_each(|id| image::forget(desk, *id))
    }
}

/// A site being built on a desk.
struct Build<'a, 'd> {
    caller: &'a Caller,
    job: JobId,
    desk: &'a mut Desk<'d>,
    hosts: Vec<HostId>,
    later: Vec<Steps>,
}

fn name(text: &str) -> Result<Name> {
    Ok(Name::new(text)?)
}

fn ip(v4: std::net::Ipv4Addr) -> IpAddr {
    IpAddr::V4(v4)
}

impl Build<'_, '_> {
    /// Decides a verb as part of this one.
    fn run<V: Verb>(&mut self, verb: &V) -> Result<V::Answer> {
        verb.decide(self.caller, self.job, self.desk).map(|d| d.answer)
    }

    fn offerings(&mut self, plan: &SitePlan) -> Result<()> {
        for o in &plan.compute_offerings {
            if self.desk.view().compute_offerings().find(0, &[Value::text(&o.name)]).is_none() {
                let add = AddComputeOffering {
                    host_tags: o.host_tags.iter().cloned().collect(),
                    storage_tags: o.storage_tags.iter().cloned().collect(),
                    ha: o.ha,
                    local_storage: o.local_storage,
                    ..AddComputeOffering::new(name(&o.name)?, o.cores, o.speed.0, o.ram.0)
                };
                self.run(&add)?;
            }
        }
        for o in &plan.disk_offerings {
            if self.desk.view().disk_offerings().find(0, &[Value::text(&o.name)]).is_none() {
                let tags = o.storage_tags.iter().cloned().collect();
                self.run(&AddDiskOffering { name: name(&o.name)?, size: Some(o.size.0), tags })?;
            }
        }
        Ok(())
    }

    fn zone(&mut self, plan: &SitePlan, zone: &site::Zone) -> Result<ZoneId> {
        let wanted = new_zone(zone)?;
        let id = match self.desk.view().zones().find(0, &[Value::text(&zone.name)]) {
            Some(known) if (known.kind, known.security_groups) != (wanted.kind, wanted.security_groups) => {
                let groups = if known.security_groups { "with" } else { "without" };
                let text = format!("zone {} is {} {groups} security groups, for life", zone.name, known.kind);
                return Err(Error::new(ErrorKind::Conflict, text).on(ZoneId::NOUN).remedy("add another zone"));
            }
            Some(known) => known.id,
            None => self.run(&wanted)?,
        };
        self.physical_networks(id, zone)?;
        for range in &zone.public {
            for span in &range.addresses {
                let subnet = IpNet::V4(range.subnet.0);
                self.range(id, None, Purpose::Public, range.vlan, subnet, ip(range.gateway), span)?;
            }
        }
        for pod in &zone.pods {
            self.pod(id, pod)?;
        }
        self.guest_networks(id, zone)?;
        for pool in &zone.primary_storage {
            self.pool(id, None, pool)?;
        }
        self.images(plan, id, zone)?;
        Ok(id)
    }

    fn physical_networks(&mut self, zone: ZoneId, plan: &site::Zone) -> Result<()> {
        let hypervisors: std::collections::BTreeSet<&String> =
            plan.pods.iter().flat_map(|p| &p.clusters).map(|c| &c.hypervisor).collect();
        for network in &plan.physical_networks {
            let known = self.desk.view().physical_networks();
            if known.find(0, &[Value::link(zone), Value::text(&network.name)]).is_some() {
                continue;
            }
            let traffic = |t: &site::Traffic| Traffic {
                kind: traffic_kind(t.kind),
                labels: t.label.iter().flat_map(|l| hypervisors.iter().map(|h| ((*h).clone(), l.clone()))).collect(),
            };
            let traffic = network.traffic.iter().map(traffic).collect();
            let (name, isolation) = (name(&network.name)?, Isolation::Vlan);
            let id = self.run(&AddPhysicalNetwork { zone, name, traffic, isolation })?;
            for vlans in &network.vlans {
                let (first, last) = (u32::from(vlans.first), u32::from(vlans.last));
                self.run(&AddVlanRange { physical_network: id, first, last })?;
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a range, once")]
    fn range(
        &mut self,
        zone: ZoneId,
        pod: Option<PodId>,
        purpose: Purpose,
        vlan: Option<u16>,
        subnet: IpNet,
        gateway: IpAddr,
        span: &AddressRange,
    ) -> Result<()> {
        let (first, last, vlan) = (ip(span.first), ip(span.last), vlan.map(u32::from));
        let key = [Value::link(zone), Value::text(purpose.as_str()), Value::shown(Some(first))];
        if self.desk.view().ip_ranges().find(0, &key).is_some() {
            return Ok(());
        }
        self.run(&AddIpRange { zone, pod, purpose, vlan, subnet, gateway, first, last }).map(drop)
    }

    fn pod(&mut self, zone: ZoneId, plan: &site::Pod) -> Result<()> {
        let known = self.desk.view().pods().find(0, &[Value::link(zone), Value::text(&plan.name)]).map(|p| p.id);
        let (subnet, gateway) = (IpNet::V4(plan.subnet.0), ip(plan.gateway));
        let id = match known {
            Some(id) => id,
            None => self.run(&AddPod { zone, name: name(&plan.name)?, subnet, gateway })?,
        };
        for span in &plan.system {
            self.range(zone, Some(id), Purpose::System, plan.vlan, subnet, gateway, span)?;
        }
        if let Some(storage) = &plan.storage {
            let subnet = storage.subnet.map_or(subnet, |s| IpNet::V4(s.0));
            let gateway = storage.gateway.map_or(gateway, ip);
            for span in &storage.addresses {
                self.range(zone, Some(id), Purpose::Storage, storage.vlan, subnet, gateway, span)?;
            }
        }
        plan.clusters.iter().try_for_each(|cluster| self.cluster(zone, id, cluster))
    }

    fn cluster(&mut self, zone: ZoneId, pod: PodId, plan: &site::Cluster) -> Result<()> {
        let known = self.desk.view().clusters().find(0, &[Value::link(pod), Value::text(&plan.name)]).map(|c| c.id);
        let id: ClusterId = match known {
            Some(id) => id,
            None => self.run(&AddCluster {
                pod,
                name: name(&plan.name)?,
                hypervisor: plan.hypervisor.clone(),
                cpu_overcommit: Some(plan.cpu_overcommit.0),
                ram_overcommit: Some(plan.memory_overcommit.0),
            })?,
        };
        for planned in plan.all_hosts() {
            if self.desk.view().hosts().find(0, &[Value::text(&planned.name())]).is_some() {
                continue;
            }
            let group = planned.group;
            let address = planned.address.ok_or_else(|| {
                Error::invalid("addresses", planned.name(), "the host group has fewer addresses than hosts")
            })?;
            let expected = Expected { cores: group.processors(), speed: group.speed.0, ram: group.ram.0 };
            let tags = group.tags.iter().cloned().collect();
            let wanted = AddHost { tags, expected, ..AddHost::new(id, name(&planned.name())?, ip(address)) };
            self.hosts.push(super::host::insert(self.desk, &wanted)?);
        }
        plan.primary_storage.iter().try_for_each(|pool| self.pool(zone, Some(id), pool))
    }

    fn pool(&mut self, zone: ZoneId, cluster: Option<ClusterId>, plan: &site::PrimaryStorage) -> Result<()> {
        if self.desk.view().pools().find(0, &[Value::link(zone), Value::text(&plan.name)]).is_some() {
            return Ok(());
        }
        let wanted = AddPool {
            zone,
            cluster,
            host: None,
            name: name(&plan.name)?,
            kind: plan.protocol.clone(),
            url: plan.url(),
            tags: plan.tags.iter().cloned().collect(),
            overprovisioning: Some(plan.overprovisioning.0),
            expected: plan.capacity.0,
        };
        let pool = super::pool::insert(self.desk, &wanted)?;
        self.later.push(AttachPool { pool }.into());
        Ok(())
    }

    fn guest_networks(&mut self, zone: ZoneId, plan: &site::Zone) -> Result<()> {
        for network in &plan.guest_networks {
            let (subnet, gateway) = (IpNet::V4(network.subnet.0), ip(network.gateway));
            let id = self.shared_network(zone, &network.name, &network.offering, subnet, gateway, network.vlan)?;
            for span in &network.addresses {
                self.guest_range(id, None, subnet, gateway, span)?;
            }
        }
        for pod in &plan.pods {
            let Some(guest) = &pod.guest else { continue };
            let subnet = IpNet::V4(guest.subnet.unwrap_or(pod.subnet).0);
            let gateway = ip(guest.gateway.unwrap_or(pod.gateway));
            let offering = plan.network_offering.as_deref().unwrap_or("DefaultSharedNetworkOfferingWithSGService");
            let id = self.shared_network(zone, "guest", offering, subnet, gateway, guest.vlan)?;
            let found = self.desk.view().pods().find(0, &[Value::link(zone), Value::text(&pod.name)]).map(|p| p.id);
            for span in &guest.addresses {
                self.guest_range(id, found, subnet, gateway, span)?;
            }
        }
        Ok(())
    }

    fn shared_network(
        &mut self,
        zone: ZoneId,
        called: &str,
        offering: &str,
        subnet: IpNet,
        gateway: IpAddr,
        vlan: Option<u16>,
    ) -> Result<NetworkId> {
        let view = self.desk.view();
        if let Some(known) = view.networks().find(0, &[Value::link(zone), Value::text(called)]) {
            return Ok(known.id);
        }
        let found = view.network_offerings().find(0, &[Value::text(offering)]).map(|o| o.id);
        let offering = found.ok_or_else(|| {
            let known = view.network_offerings().iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ");
            Error::invalid("network_offering", offering, format!("known offerings are {known}"))
        })?;
        self.run(&AddNetwork {
            cidr: Some(subnet),
            gateway: Some(gateway),
            vlan: vlan.map(u32::from),
            ..AddNetwork::isolated(zone, name(called)?, offering)
        })
    }

    fn guest_range(
        &mut self,
        network: NetworkId,
        pod: Option<PodId>,
        subnet: IpNet,
        gateway: IpAddr,
        span: &AddressRange,
    ) -> Result<()> {
        let (first, last) = (ip(span.first), ip(span.last));
        if self.desk.view().ip_ranges().by("network", network).any(|r| r.first == first) {
            return Ok(());
        }
        crate::flow::network::create::add_range(self.desk, network, pod, (subnet, gateway), (first, last)).map(drop)
    }

    fn images(&mut self, plan: &SitePlan, zone: ZoneId, site: &site::Zone) -> Result<()> {
        for store in &site.secondary_storage {
            if self.desk.view().image_stores().find(0, &[Value::text(&store.name)]).is_none() {
                let (name, kind, url) = (name(&store.name)?, store.provider.clone(), store.url());
                self.run(&AddImageStore { zone: Some(zone), name, kind, url })?;
            }
        }
        let kinds: Vec<&String> = site.pods.iter().flat_map(|p| &p.clusters).map(|c| &c.hypervisor).collect();
        for template in plan.templates.iter().filter(|t| kinds.contains(&&t.hypervisor)) {
            let known = self.desk.view().templates().find(0, &[Value::link(zone), Value::text(&template.name)]);
            if known.is_some() {
                continue;
            }
            let wanted = RegisterTemplate {
                zone,
                name: name(&template.name)?,
                hypervisor: template.hypervisor.clone(),
                format: template.format.clone(),
                size: template.size.0,
                os: template.os.clone(),
                url: template.url.clone().unwrap_or_default(),
                public: true,
                checksum: None,
            };
            let (_, fetch) = image::insert(self.desk, &wanted, self.caller.account)?;
            self.later.push(fetch.into());
        }
        Ok(())
    }

    fn security_groups(&mut self, plan: &SitePlan) -> Result<()> {
        for group in &plan.security_groups {
            if self.group(&group.name).is_none() {
                let (name, description) = (name(&group.name)?, group.description.clone());
                self.run(&AddSecurityGroup { name, description, account: None })?;
            }
        }
        for planned in &plan.security_groups {
            let Some(group) = self.group(&planned.name) else { continue };
            for rule in &planned.rules {
                let mut peers: Vec<Peer> = rule.cidrs.iter().map(|c| Peer::cidr(IpNet::V4(c.0))).collect();
                for named in &rule.groups {
                    let found = self.group(named);
                    peers.push(Peer::Group(found.ok_or_else(|| Error::not_found(SecurityGroupId::NOUN, named))?));
                }
                self.run(&Authorize { group, direction: direction(rule.direction), service: service(rule), peers })?;
            }
        }
        Ok(())
    }

    fn group(&self, name: &str) -> Option<SecurityGroupId> {
        security_group::named(self.desk.view(), self.caller.account, name).map(|g| g.id)
    }
}

fn new_zone(plan: &site::Zone) -> Result<AddZone> {
    let kind = match plan.kind {
        site::ZoneKind::Basic => ZoneKind::Basic,
        site::ZoneKind::Advanced => ZoneKind::Advanced,
    };
    Ok(AddZone {
        security_groups: plan.security_groups,
        dns: plan.dns1.into_iter().chain(plan.dns2).map(ip).collect(),
        internal_dns: plan.internal_dns1.into_iter().chain(plan.internal_dns2).map(ip).collect(),
        guest_cidr: plan.guest_cidr.map(|c| c.0),
        domain_name: plan.network_domain.clone(),
        ..AddZone::new(name(&plan.name)?, kind)
    })
}

fn traffic_kind(kind: site::TrafficKind) -> TrafficKind {
    match kind {
        site::TrafficKind::Guest => TrafficKind::Guest,
        site::TrafficKind::Management => TrafficKind::Management,
        site::TrafficKind::Public => TrafficKind::Public,
        site::TrafficKind::Storage => TrafficKind::Storage,
    }
}

fn direction(planned: site::Direction) -> Direction {
    match planned {
        site::Direction::Ingress => Direction::Ingress,
        site::Direction::Egress => Direction::Egress,
    }
}

/// A type without a code means code 0, which is the only one of the types people name.
fn service(rule: &site::SecurityRule) -> Service {
    let ports = rule.ports.map_or(Ports::ALL, |p| Ports { first: p.first, last: p.last });
    let icmp = rule.icmp_type.map(|kind| IcmpKind { kind, code: rule.icmp_code.unwrap_or(0) });
    match rule.protocol {
        site::RuleProtocol::Tcp => Service::Tcp(ports),
        site::RuleProtocol::Udp => Service::Udp(ports),
        site::RuleProtocol::Icmp => Service::Icmp(icmp),
        site::RuleProtocol::All => Service::All,
    }
}

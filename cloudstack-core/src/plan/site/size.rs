//! From people and machines to hosts, clusters, pods, addresses and VLANs.

use serde::Serialize;

use super::{layout::pack, *};
use crate::base::{Bytes, Mhz, Mib};

/// What a site is sized for.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeRequest {
    /// Name of the plan and its zone.
    pub name: String,
    /// Basic or Advanced.
    pub kind: ZoneKind,
    /// People.
    pub people: u32,
    /// Machines of each.
    pub vms_per_person: u32,
    /// One machine.
    pub vm: VmShape,
    /// One server.
    pub host: HostShape,
    /// The hypervisor's kind.
    pub hypervisor: String,
    /// Most hosts of a cluster; 0 sets no limit (HIER-19).
    pub hosts_per_cluster: u32,
    /// Fewest system-reserved addresses of a pod; 255 where system machines are not reached over link-local ones (IPAM-07).
    pub least_system: u32,
    /// The format that templates have there.
    pub template_format: String,
    /// How many times each core is sold.
    pub cpu_overcommit: Ratio,
    /// How many times each MiB is sold.
    pub memory_overcommit: Ratio,
    /// How full a host may be; allocators refuse machines above 0.85.
    pub fill: Ratio,
    /// Hosts beyond those that the machines need, so that one may fail.
    pub spare_hosts: u32,
    /// Servers there are; as many as needed when absent.
    pub hosts: Option<u32>,
    /// Subnet of the first pod; further pods take the subnets after it.
    pub subnet: Subnet,
    /// Public subnet of an Advanced zone.
    pub public: Option<Subnet>,
}

/// One machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VmShape {
    /// Virtual cores, each as fast as a host's.
    pub cores: u32,
    /// Memory.
    pub ram: Ram,
    /// Root disk.
    pub disk: Disk,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostShape {
    /// Physical cores.
    pub cores: u32,
    /// Threads of a core.
    pub threads_per_core: u32,
    /// Threads count as processors.
    pub count_threads: bool,
    /// Speed of a core.
    pub speed: Speed,
    /// Memory.
    pub ram: Ram,
    /// Disks.
    pub disks: Vec<Disk>,
}

/// A site's figures, and the plan that follows from them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sizing {
    /// Machines.
    pub vms: u64,
    /// Cores they ask for.
    pub vm_cores: u64,
    /// Memory they ask for.
    pub vm_ram: Ram,
    /// Machines a host holds at the ratios and fill asked for.
    pub vms_per_host: u64,
    /// Hosts that the machines need, without spare.
    pub hosts_needed: u32,
    /// Hosts of the plan.
    pub hosts: u32,
    /// Their physical cores.
    pub host_cores: u64,
    /// Their threads.
    pub host_threads: u64,
    /// Their memory.
    pub host_ram: Ram,
    /// Cores asked for per physical core.
    pub cpu_ratio: Ratio,
    /// Memory asked for, in percent of what there is.
    pub memory_percent: u64,
    /// Clusters.
    pub clusters: u32,
    /// Pods.
    pub pods: u32,
    /// What the figures mean, one sentence each.
    pub verdicts: Vec<String>,
    /// The VLAN plan.
    pub vlans: Vec<layout::VlanClass>,
    /// The whole plan.
    pub plan: SitePlan,
}

/// A site that cannot be sized.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// A number that has to be positive is zero, or too large.
    #[error("{field} = {value}: expected {accepted}")]
    Field {
        /// Which.
        field: &'static str,
        /// Its value.
        value: String,
        /// What would be accepted.
        accepted: &'static str,
    },
    /// One machine is larger than a host.
    #[error(
        "vm = {vm}: no host of {host} holds one; take larger hosts, smaller machines or a higher over-commit ratio"
    )]
    TooLarge {
        /// The machine.
        vm: String,
        /// The host.
        host: String,
    },
    /// Even one host with its machines does not fit into the subnet, or there are too few subnets after it.
    #[error(
        "subnet = {subnet}: the smallest pod tried needs {needed} addresses; take a larger subnet, with room after it"
    )]
    SmallSubnet {
        /// The subnet.
        subnet: Subnet,
        /// Addresses that such a pod needs, network and broadcast included.
        needed: u64,
    },
}

impl SizeRequest {
    /// A request with the usual ratios: cores sold 2.5 times, memory once, hosts filled to 85 %, one spare host.
    #[must_use]
    pub fn new(name: &str, people: u32, vms_per_person: u32, vm: VmShape, host: HostShape) -> Self {
        Self {
            name: name.to_owned(),
            kind: ZoneKind::Basic,
            people,
            vms_per_person,
            vm,
            host,
            hypervisor: "Simulator".to_owned(),
            hosts_per_cluster: 0,
            least_system: 0,
            template_format: "RAW".to_owned(),
            cpu_overcommit: Ratio(2_500),
            memory_overcommit: Ratio::ONE,
            fill: Ratio(850),
            spare_hosts: 1,
            hosts: None,
            subnet: Subnet(ipnet::Ipv4Net::new([192, 168, 168, 0].into(), 24).expect("24 is a prefix length")),
            public: None,
        }
    }

    fn vms(&self) -> u64 {
        u64::from(self.people) * u64::from(self.vms_per_person)
    }

    fn processors(&self) -> u32 {
        if self.host.count_threads { self.threads() } else { self.host.cores }
    }

    fn threads(&self) -> u32 {
        self.host.cores.saturating_mul(self.host.threads_per_core)
    }

    fn check(&self) -> Result<(), SizeError> {
        let positive = [
            ("people", u64::from(self.people)),
            ("vms_per_person", self.vms_per_person.into()),
            ("vm.cores", self.vm.cores.into()),
            ("vm.ram", self.vm.ram.0.0),
            ("host.cores", self.host.cores.into()),
            ("host.threads_per_core", self.host.threads_per_core.into()),
            ("host.speed", self.host.speed.0.0),
            ("host.ram", self.host.ram.0.0),
            ("fill", self.fill.0.into()),
            ("hosts", self.hosts.unwrap_or(1).into()),
        ];
        for (field, value) in positive {
            if value == 0 {
                return Err(SizeError::Field { field, value: "0".to_owned(), accepted: "a number above 0" });
            }
        }
        if self.fill > Ratio::ONE {
            return Err(SizeError::Field { field: "fill", value: self.fill.to_string(), accepted: "at most 1.0" });
        }
        match self.vms() > MOST_VMS {
            true => Err(SizeError::Field {
                field: "people",
                value: self.vms().to_string(),
                accepted: "at most 1,000,000 machines",
            }),
            false => Ok(()),
        }
    }

    /// Machines that one host holds: whole ones, by processors and by memory.
    fn vms_per_host(&self) -> u64 {
        let cpu = Mhz(self.processors().into()).times(1_000).scaled(self.cpu_overcommit.0).scaled(self.fill.0);
        let ram = self.host.ram.0.scaled(self.memory_overcommit.0).scaled(self.fill.0);
        (cpu.0 / (u64::from(self.vm.cores) * 1_000)).min(ram.0 / self.vm.ram.0.0)
    }
}

/// More machines than one plan describes.
const MOST_VMS: u64 = 1_000_000;
/// What one host group of a plan file may count.
const MOST_IN_GROUP: u32 = 10_000;
/// More servers than one plan describes.
const MOST_HOSTS: u32 = 100_000;

/// Sizes a site and writes its plan.
///
/// The same request always gives the same plan. Hosts are filled with whole machines, first by what processors and
/// memory hold, then `spare_hosts` are added; pods are as many as the subnet's size asks for.
///
/// # Errors
/// [`SizeError`] names the field that stands in the way.
pub fn size(request: &SizeRequest) -> Result<Sizing, SizeError> {
    request.check()?;
    let (vms, vms_per_host) = (request.vms(), request.vms_per_host());
    if vms_per_host == 0 {
        let (vm, host) = (request.vm, &request.host);
        return Err(SizeError::TooLarge {
            vm: format!("{} cores and {}", vm.cores, vm.ram),
            host: format!("{} cores and {}", request.processors(), host.ram),
        });
    }
    let hosts_needed = u32::try_from(vms.div_ceil(vms_per_host)).unwrap_or(u32::MAX);
    let hosts = request.hosts.unwrap_or(hosts_needed.saturating_add(request.spare_hosts));
    if hosts > MOST_HOSTS {
        return Err(SizeError::Field { field: "hosts", value: hosts.to_string(), accepted: "at most 100,000" });
    }
    let pods = pods(request, hosts)?;
    let clusters = pods.iter().map(|pod| pod.clusters(request)).sum();
    let plan = plan(request, &pods)?;
    let times = |each: u32| u64::from(hosts) * u64::from(each);
    let (vm_ram, host_ram) = (Ram(request.vm.ram.0.times(vms)), Ram(request.host.ram.0.times(hosts.into())));
    let vm_cores = vms * u64::from(request.vm.cores);
    let mut sizing = Sizing {
        vms,
        vm_cores,
        vm_ram,
        vms_per_host,
        hosts_needed,
        hosts,
        host_cores: times(request.host.cores),
        host_threads: times(request.threads()),
        host_ram,
        cpu_ratio: Ratio::covering(vm_cores, times(request.host.cores)),
        memory_percent: (vm_ram.0.0 * 100 + host_ram.0.0 / 2) / host_ram.0.0.max(1),
        clusters,
        pods: u32::try_from(pods.len()).unwrap_or(u32::MAX),
        verdicts: Vec::new(),
        vlans: layout::VLAN_PLAN.to_vec(),
        plan,
    };
    sizing.verdicts = verdicts(request, &sizing);
    Ok(sizing)
}

fn verdicts(request: &SizeRequest, s: &Sizing) -> Vec<String> {
    let mut said = Vec::new();
    let spare = i64::from(s.hosts) - i64::from(s.hosts_needed);
    said.push(match spare {
        ..0 => format!("{} hosts are {} too few: {} machines need {}", s.hosts, -spare, s.vms, s.hosts_needed),
        0 => format!("{} hosts hold the machines, {} on each; none may fail", s.hosts, s.vms_per_host),
        1.. => format!("{} hosts hold the machines, {} on each; {spare} more may fail", s.hosts_needed, s.vms_per_host),
    });
    let ratio = s.cpu_ratio;
    said.push(if ratio <= Ratio::ONE {
        format!("{} cores for {} planned: every core is sold once", s.host_cores, s.vm_cores)
    } else {
        let threads = match s.host_threads >= s.vm_cores && s.host_threads > s.host_cores {
            true => format!(", or with hyper-threading ({} threads)", s.host_threads),
            false => String::new(),
        };
        format!(
            "{} cores for {} planned: fits only at {ratio} : 1{threads}; sold {} : 1 here",
            s.host_cores, s.vm_cores, request.cpu_overcommit
        )
    });
    said.push(format!("{} of {} memory: {} %", s.vm_ram, s.host_ram, s.memory_percent));
    said
}

/// One pod of a sized site.
struct SizedPod {
    hosts: u32,
    subnet: Subnet,
    ranges: Vec<(&'static str, AddressRange)>,
}

impl SizedPod {
    fn clusters(&self, request: &SizeRequest) -> u32 {
        self.hosts.div_ceil(request.most_in_cluster())
    }

    fn range(&self, purpose: &str) -> Vec<AddressRange> {
        self.ranges.iter().filter(|(name, _)| *name == purpose).map(|(_, range)| *range).collect()
    }
}

impl SizeRequest {
    const fn most_in_cluster(&self) -> u32 {
        if self.hosts_per_cluster == 0 { MOST_IN_GROUP } else { self.hosts_per_cluster }
    }

    /// What a pod with so many hosts needs addresses for; guests of a Basic zone take what is left.
    fn purposes(&self, first: bool, hosts: u32, system: u32) -> Vec<(&'static str, Option<u32>)> {
        let one = Some(u32::from(first));
        let mut wanted =
            vec![("management", one), ("storage server", one), ("hosts", Some(hosts)), ("system", Some(system))];
        wanted.push(("storage", Some(4)));
        if self.kind == ZoneKind::Basic {
            wanted.push(("guest", None));
        }
        wanted
    }
}

/// The fewest pods, hosts spread evenly, whose addresses fit into subnets of the size given.
fn pods(request: &SizeRequest, hosts: u32) -> Result<Vec<SizedPod>, SizeError> {
    let mut needed = u64::MAX;
    for count in 1..=hosts {
        // The address space may end before so many subnets.
        if nth_subnet(&request.subnet, count - 1).is_none() {
            break;
        }
        let made: Result<Vec<SizedPod>, u64> = (0..count).map(|n| sized_pod(request, hosts, count, n)).collect();
        match made {
            Ok(pods) => return Ok(pods),
            Err(wanted) => needed = needed.min(wanted),
        }
    }
    Err(SizeError::SmallSubnet { subnet: request.subnet, needed })
}

/// The `n`th of `count` pods; the addresses it needs, if its subnet has fewer.
fn sized_pod(request: &SizeRequest, hosts: u32, count: u32, n: u32) -> Result<SizedPod, u64> {
    let basic = request.kind == ZoneKind::Basic;
    let here = hosts / count + u32::from(n < hosts % count);
    let system = if basic { here } else { here.saturating_add(request.people.div_ceil(count)).saturating_add(10) };
    let system = system.max(request.least_system);
    // One more for the router.
    let guests = if basic { (request.vms() * u64::from(here)).div_ceil(hosts.into()) + 1 } else { 0 };
    let purposes = request.purposes(n == 0, here, system);
    let fixed: u64 = purposes.iter().filter_map(|(_, count)| *count).map(u64::from).sum();
    // Network, gateway and broadcast.
    let needed = fixed + guests + 3;
    let subnet = nth_subnet(&request.subnet, n).ok_or(needed)?;
    let ranges = pack(&subnet, subnet.nth(1), &purposes).ok_or(needed)?;
    let room = ranges.iter().find(|(name, _)| *name == "guest").map_or(0, |(_, range)| range.count());
    if room < guests { Err(needed) } else { Ok(SizedPod { hosts: here, subnet, ranges }) }
}

/// The `n`th subnet of the same size after one; nothing at the end of the address space.
fn nth_subnet(first: &Subnet, n: u32) -> Option<Subnet> {
    let length = first.0.prefix_len();
    let step = 1_u64 << (32 - u32::from(length));
    let network = u64::from(u32::from(first.network())) + step * u64::from(n);
    ipnet::Ipv4Net::new(u32::try_from(network).ok()?.into(), length).ok().map(Subnet)
}

fn plan(request: &SizeRequest, pods: &[SizedPod]) -> Result<SitePlan, SizeError> {
    let first = pods.first().ok_or(SizeError::SmallSubnet { subnet: request.subnet, needed: 0 })?;
    let one = |purpose: &str| first.range(purpose).first().map_or(first.subnet.nth(2), |range| range.first);
    let (vms, name) = (request.vms(), request.name.clone());
    let vm_per_person = |n: u32| n.saturating_mul(request.vms_per_person);
    let digits = "#".repeat(vms.to_string().len());
    Ok(SitePlan {
        name: name.clone(),
        region: Region::default(),
        workload: Some(Workload {
            people: request.people,
            vms_per_person: request.vms_per_person,
            cores_per_person: vm_per_person(request.vm.cores),
            ram_per_person: Ram(request.vm.ram.0.times(request.vms_per_person.into())),
            heavy_disk_io: false,
        }),
        management_servers: vec![ManagementServer {
            name: format!("cloud.{name}.internal"),
            address: one("management"),
            cores: 8,
            ram: Ram(Mib::gib(16)),
            disks: vec![Disk(Bytes(500_000_000_000)); 2],
            nfs: false,
        }],
        balancer: None,
        zones: vec![zone(request, pods, &one("storage server").to_string())],
        compute_offerings: vec![ComputeOffering {
            name: "standard".to_owned(),
            cores: request.vm.cores,
            speed: request.host.speed,
            ram: request.vm.ram,
            host_tags: vec![],
            storage_tags: vec![],
            ha: false,
            local_storage: false,
        }],
        disk_offerings: vec![],
        network_offerings: vec![],
        templates: vec![Template {
            name: "default".to_owned(),
            os: "Linux (64-bit)".to_owned(),
            format: request.template_format.clone(),
            hypervisor: request.hypervisor.clone(),
            size: request.vm.disk,
            url: None,
        }],
        security_groups: if request.kind == ZoneKind::Basic { vec![members(first.subnet)] } else { vec![] },
        vm_groups: vec![VmGroup {
            name: format!("vm-{digits}"),
            count: u32::try_from(vms).unwrap_or(u32::MAX),
            zone: name,
            offering: "standard".to_owned(),
            template: "default".to_owned(),
            disk_offering: None,
            networks: vec![],
            security_groups: if request.kind == ZoneKind::Basic { vec!["members".to_owned()] } else { vec![] },
        }],
    })
}

/// Log in from the site's own addresses, talk among each other.
fn members(office: Subnet) -> SecurityGroup {
    let rule = |protocol, ports, cidrs, groups| SecurityRule {
        direction: Direction::Ingress,
        protocol,
        ports,
        icmp_type: None,
        icmp_code: None,
        cidrs,
        groups,
    };
    let ssh = PortRange { first: 22, last: 22 };
    SecurityGroup {
        name: "members".to_owned(),
        description: "log in and ping from the site, talk among each other".to_owned(),
        rules: vec![
            rule(RuleProtocol::Tcp, Some(ssh), vec![office], vec![]),
            rule(RuleProtocol::Icmp, None, vec![office], vec![]),
            rule(RuleProtocol::All, None, vec![], vec!["members".to_owned()]),
        ],
    }
}

const HUNDRED_GB: u64 = 100_000_000_000;

fn zone(request: &SizeRequest, pods: &[SizedPod], storage: &str) -> Zone {
    let basic = request.kind == ZoneKind::Basic;
    let gateway = pods.first().map(|pod| pod.subnet.nth(1));
    let kinds = [TrafficKind::Management, TrafficKind::Guest, TrafficKind::Storage, TrafficKind::Public];
    let carried = kinds.into_iter().filter(|kind| !basic || *kind != TrafficKind::Public);
    let disks = request.vm.disk.0.times(request.vms());
    let public = |subnet: Subnet| {
        let addresses = pack(&subnet, subnet.nth(1), &[("public", None)]).unwrap_or_default();
        let addresses = addresses.into_iter().map(|(_, range)| range).collect();
        NetworkRange { subnet, gateway: subnet.nth(1), vlan: Some(500), addresses }
    };
    Zone {
        name: request.name.clone(),
        kind: request.kind,
        security_groups: basic,
        dns1: gateway,
        dns2: None,
        internal_dns1: gateway,
        internal_dns2: None,
        network_domain: Some(format!("{}.internal", request.name)),
        guest_cidr: (!basic)
            .then(|| Subnet(ipnet::Ipv4Net::new([10, 1, 1, 0].into(), 24).expect("24 is a prefix length"))),
        private_to: None,
        local_storage: false,
        network_offering: basic.then(|| "DefaultSharedNetworkOfferingWithSGService".to_owned()),
        customers: if basic { 0 } else { request.people },
        guest_vlan_bits: None,
        core_switches: None,
        physical_networks: vec![PhysicalNetwork {
            name: "physical-1".to_owned(),
            traffic: carried.map(|kind| Traffic { kind, label: None }).collect(),
            vlans: if basic { vec![] } else { vec![VlanRange { first: 600, last: 799 }] },
        }],
        public: request.public.filter(|_| !basic).map(public).into_iter().collect(),
        guest_networks: vec![],
        primary_storage: vec![PrimaryStorage {
            name: "primary".to_owned(),
            protocol: "NetworkFilesystem".to_owned(),
            server: Some(storage.to_owned()),
            path: "/export/primary".to_owned(),
            // Room for the machines below the mark where allocators stop, in whole 100 GB.
            capacity: Disk(Bytes(
                (disks.0 / 85).saturating_mul(100).div_ceil(HUNDRED_GB).max(1).saturating_mul(HUNDRED_GB),
            )),
            overprovisioning: Ratio::ONE,
            tags: vec![],
        }],
        secondary_storage: vec![SecondaryStorage {
            name: "secondary".to_owned(),
            provider: "NFS".to_owned(),
            server: Some(storage.to_owned()),
            path: "/export/secondary".to_owned(),
            capacity: Disk(Bytes(500_000_000_000)),
        }],
        pods: pods.iter().enumerate().map(|(n, sized)| pod(request, n, sized)).collect(),
    }
}

fn pod(request: &SizeRequest, n: usize, sized: &SizedPod) -> Pod {
    let basic = request.kind == ZoneKind::Basic;
    let number = n + 1;
    let vlan = |base: u16| (!basic).then(|| base.saturating_add(u16::try_from(n % 99).unwrap_or(0)));
    let server = sized.range("storage server");
    let reserve = match server.is_empty() {
        true => vec![],
        false => vec![Reserve { purpose: "storage server".to_owned(), addresses: server }],
    };
    let range = |purpose: &str| PodRange { subnet: None, gateway: None, vlan: None, addresses: sized.range(purpose) };
    Pod {
        name: format!("pod-{number}"),
        subnet: sized.subnet,
        gateway: sized.subnet.nth(1),
        vlan: vlan(100),
        system: sized.range("system"),
        storage: Some(range("storage")),
        storage_networks: vec![],
        access: None,
        guest: basic.then(|| range("guest")),
        reserve,
        outside_dhcp: vec![],
        clusters: clusters(request, number, sized),
    }
}

/// The hosts of a pod in clusters of even size, each with its part of the host addresses.
fn clusters(request: &SizeRequest, pod: usize, sized: &SizedPod) -> Vec<Cluster> {
    let count = sized.clusters(request).max(1);
    let mut next = sized.range("hosts").first().map_or(0, |range| u32::from(range.first));
    let made = (0..count).map(|n| {
        let hosts = sized.hosts / count + u32::from(n < sized.hosts % count);
        let addresses = vec![AddressRange::new(next.into(), (next + hosts.max(1) - 1).into())];
        next += hosts;
        let number = n + 1;
        Cluster {
            name: format!("cluster-{pod}-{number}"),
            hypervisor: request.hypervisor.clone(),
            cpu_overcommit: request.cpu_overcommit,
            memory_overcommit: request.memory_overcommit,
            mixed_hardware: false,
            hosts: vec![HostGroup {
                name: format!("host-{pod}-{number}-##"),
                count: hosts,
                addresses,
                netmask: None,
                cores: request.host.cores,
                threads_per_core: request.host.threads_per_core,
                count_threads: request.host.count_threads,
                speed: request.host.speed,
                ram: request.host.ram,
                disks: request.host.disks.clone(),
                nics: None,
                cpu_model: None,
                tags: vec![],
            }],
            primary_storage: vec![],
        }
    });
    made.collect()
}

//! Every verb can be asked what it would change: the plan calls no driver and changes nothing, the difference it foresees
//! is the real one, and a plan that no longer fits is refused.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not there")]

#[path = "common/lab.rs"]
mod lab;
#[path = "verbs_plan/routers.rs"]
mod routers;
#[path = "verbs_plan/tenants.rs"]
mod tenants;

use cloudstack_core::base::id::*;
use cloudstack_core::base::{Bytes, ErrorKind, Mhz, Mib, RoleType};
use cloudstack_core::flow::alert::{AlertQuery, ArchiveAlerts, DeleteAlerts, GenerateAlert};
use cloudstack_core::flow::event::CutEvents;
use cloudstack_core::flow::infra::place::Place;
use cloudstack_core::flow::infra::*;
use cloudstack_core::flow::network::*;
use cloudstack_core::flow::offering::*;
use cloudstack_core::flow::org::*;
use cloudstack_core::flow::resource::detail::{AddDetails, RemoveDetails};
use cloudstack_core::flow::resource::tag::{AddTags, RemoveTags};
use cloudstack_core::flow::security_group::*;
use cloudstack_core::flow::setting::{SetSetting, SetSettingAt};
use cloudstack_core::flow::ssh_key::{DeleteSshKeyPair, RegisterSshKeyPair};
use cloudstack_core::flow::user_data::{DeleteUserData, RegisterUserData};
use cloudstack_core::flow::verb::Verb;
use cloudstack_core::flow::vm::*;
use cloudstack_core::flow::volume::{AttachVolume, DeleteVolume, DetachVolume, ResizeVolume};
use cloudstack_core::model::infra::*;
use cloudstack_core::model::network::GuestType;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Service};
use cloudstack_core::model::org::AccountEvent;
use cloudstack_core::model::resource::{Resource, ResourceKind};
use cloudstack_core::model::setting::Scope;
use cloudstack_core::model::user_data::Base64;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::driver::GuestPower;
use cloudstack_core::port::store::HistoryQuery;
use lab::{Lab, basic, ip, name, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a case begins on.
#[derive(Clone, Copy)]
enum On {
    Empty,
    Basic,
    Advanced,
}

impl On {
    async fn lab(self) -> Lab {
        match self {
            Self::Empty => Lab::empty().await,
            Self::Basic => Lab::basic(2).await,
            Self::Advanced => Lab::advanced(2).await,
        }
    }
}

/// The names of the verbs that were put to the test.
#[derive(Default)]
struct Covered(BTreeSet<&'static str>);

impl Covered {
    /// Puts a verb to the test, on two clouds that are alike: `make` prepares each, and says the request.
    async fn verb<V: Verb>(&mut self, on: On, make: impl AsyncFn(&Lab) -> V) {
        let lab = on.lab().await;
        let verb = make(&lab).await;
        foreseen(&lab, verb).await;
        let lab = on.lab().await;
        let verb = make(&lab).await;
        stale(&lab, verb).await;
        self.0.insert(V::NAME);
    }

    /// As [`Covered::verb`], for one that changes nothing that it stands on itself, so that doing it makes no plan of it stale.
    async fn look<V: Verb>(&mut self, on: On, make: impl AsyncFn(&Lab) -> V) {
        let lab = on.lab().await;
        let verb = make(&lab).await;
        foreseen(&lab, verb).await;
        self.0.insert(V::NAME);
    }
}

/// Planning is free, and what is planned is what happens.
async fn foreseen<V: Verb>(lab: &Lab, verb: V) {
    let what = V::NAME;
    let (before, calls, view) = (lab.rows(), lab.calls(), lab.view());
    let plan = lab.cloud.plan(&lab.admin, verb).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(lab.calls(), calls, "{what}: a plan calls no driver");
    assert_eq!((lab.rows(), lab.view().number()), (before, view.number()), "{what}: a plan changes nothing");
    let wanted = rows(&view.apply(plan.difference()).unwrap());
    let said = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    let events: Vec<_> = plan.difference().events().iter().map(|e| said(&e.kind, &e.text)).collect();
    let answer = format!("{:?}", plan.answer());
    let done = lab.cloud.execute(plan).await.unwrap_or_else(|e| panic!("{what}: {e}"));
    let real = done.done().await.unwrap_or_else(|e| panic!("{what}: {e:?}"));
    assert_eq!(format!("{real:?}"), answer, "{what}: the answer");
    let after = lab.rows();
    let (missing, extra): (Vec<_>, Vec<_>) = (wanted.difference(&after).collect(), after.difference(&wanted).collect());
    assert!(missing.is_empty() && extra.is_empty(), "{what}: planned {missing:#?}, real {extra:#?}");
    let since = HistoryQuery { after: view.number(), entity: None, limit: 1_000 };
    let history = lab.cloud.history(&since).unwrap();
    let real: Vec<_> = history.iter().flat_map(|c| &c.events).map(|e| said(&e.kind, &e.text)).collect();
    assert_eq!(real, events, "{what}: the events");
    lab.check();
}

/// Once the same has been done by somebody else, the plan is refused, and nothing happens.
async fn stale<V: Verb>(lab: &Lab, verb: V) {
    let what = V::NAME;
    let plan = lab.cloud.plan(&lab.admin, verb.clone()).unwrap();
    lab.run(verb).await.unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let (before, calls, number) = (lab.rows(), lab.calls(), lab.view().number());
    let refused = lab.cloud.execute(plan).await.expect_err(what);
    assert_eq!(refused.kind(), ErrorKind::Stale, "{what}: {refused:?}");
    assert_eq!(refused.advice(), Some("plan again"), "{what}: {refused:?}");
    assert_eq!((lab.rows(), lab.calls(), lab.view().number()), (before, calls, number), "{what}: nothing happens");
}

async fn places(covered: &mut Covered) {
    let add_zone = || AddZone::new(name("z9"), ZoneKind::Advanced);
    let add_pod = async |lab: &Lab| AddPod {
        zone: lab.zone(),
        name: name("p9"),
        subnet: "192.168.9.0/24".parse().unwrap(),
        gateway: ip("192.168.9.1"),
    };
    let add_cluster = async |lab: &Lab| AddCluster {
        pod: lab.pod(),
        name: name("c9"),
        hypervisor: "Simulator".into(),
        cpu_overcommit: None,
        ram_overcommit: Some(1_500),
    };
    covered.verb(On::Empty, async |_| add_zone()).await;
    covered.verb(On::Basic, add_pod).await;
    covered.verb(On::Basic, add_cluster).await;
    let disabled = Allocation::Disabled;
    covered.verb(On::Basic, async |lab| SetAllocation { place: Place::Pod(lab.pod()), allocation: disabled }).await;
    covered.verb(On::Basic, async |lab| SetHostResource { host: lab.hosts()[0], allocation: disabled }).await;
    covered.verb(On::Basic, async |lab| SetManaged { cluster: lab.cluster(), managed: false }).await;
    covered.verb(On::Basic, async |lab| RemoveHost { host: lab.hosts()[0] }).await;
    covered.verb(On::Basic, async |lab| RemovePool { pool: lab.view().pools().iter().next().unwrap().id }).await;
    covered
        .verb(On::Basic, async |lab| RemoveCluster { cluster: lab.run(add_cluster(lab).await).await.unwrap() })
        .await;
    covered.verb(On::Basic, async |lab| RemovePod { pod: lab.run(add_pod(lab).await).await.unwrap() }).await;
    covered.verb(On::Empty, async |lab| RemoveZone { zone: lab.run(add_zone()).await.unwrap() }).await;
}

async fn hardware(covered: &mut Covered) {
    covered.verb(On::Basic, async |lab| lab.host("h9", "192.168.1.9")).await;
    covered
        .verb(On::Basic, async |lab| AddHosts {
            hosts: vec![lab.host("h8", "192.168.1.8"), lab.host("h9", "192.168.1.9")],
        })
        .await;
    covered.verb(On::Basic, async |lab| lab.pool("zone-wide", &["fast"])).await;
    covered
        .verb(On::Basic, async |lab| AddImageStore {
            zone: Some(lab.zone()),
            name: name("more"),
            kind: "NFS".into(),
            url: "nfs://192.168.1.3/more".into(),
        })
        .await;
    covered.verb(On::Basic, async |lab| lab.image("bsd", "Other")).await;
    covered.verb(On::Empty, async |_| ApplySite { plan: SitePlan::from_toml(&basic(3)).unwrap() }).await;
}

async fn networks(covered: &mut Covered) {
    let physical = async |lab: &Lab| AddPhysicalNetwork {
        zone: lab.zone(),
        name: name("second"),
        traffic: vec![Traffic { kind: TrafficKind::Storage, labels: BTreeMap::new() }],
        isolation: Isolation::Vxlan,
    };
    covered.verb(On::Advanced, physical).await;
    covered
        .verb(On::Advanced, async |lab| {
            let physical_network = lab.run(physical(lab).await).await.unwrap();
            AddVlanRange { physical_network, first: 5_000, last: 5_999 }
        })
        .await;
    covered
        .verb(On::Advanced, async |lab| AddIpRange {
            zone: lab.zone(),
            pod: None,
            purpose: Purpose::Public,
            vlan: Some(501),
            subnet: "10.9.1.0/24".parse().unwrap(),
            gateway: ip("10.9.1.1"),
            first: ip("10.9.1.10"),
            last: ip("10.9.1.19"),
        })
        .await;
    let isolated = "DefaultIsolatedNetworkOfferingWithSourceNatService";
    covered
        .verb(On::Advanced, async |lab| AddNetwork::isolated(lab.zone(), name("n1"), lab.network_offering(isolated)))
        .await;
    covered
        .verb(On::Advanced, async |lab| {
            let offering = lab.run(persistent()).await.unwrap();
            AddNetwork::isolated(lab.zone(), name("n2"), offering)
        })
        .await;
    covered
        .verb(On::Basic, async |lab| AddGuestRange {
            network: lab.guest_network(),
            pod: Some(lab.pod()),
            subnet: None,
            gateway: None,
            first: ip("192.168.1.200"),
            last: ip("192.168.1.209"),
        })
        .await;
    covered.verb(On::Advanced, async |lab| CollectNetwork { network: idle_network(lab).await }).await;
    covered.verb(On::Advanced, async |lab| DeleteNetwork { network: idle_network(lab).await }).await;
}

fn persistent() -> AddNetworkOffering {
    let services = ["Dhcp", "Dns", "SourceNat"].map(|s| (s.to_owned(), "VirtualRouter".to_owned()));
    let plain = AddNetworkOffering::new(name("persistent"), GuestType::Isolated);
    AddNetworkOffering { services: services.into(), persistent: true, ..plain }
}

/// An isolated network that has carried a machine, and has none any more.
async fn idle_network(lab: &Lab) -> NetworkId {
    let network = lab.isolated("n1").await;
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.set("network.gc.wait", "0").await;
    network
}

async fn offerings_and_settings(covered: &mut Covered) {
    let size = AddComputeOffering::new(name("Large"), 4, Mhz(1_000), Mib(2_048));
    covered.verb(On::Empty, async |_| size.clone()).await;
    let disk = AddDiskOffering { name: name("Huge"), size: Some(Bytes::gib(500)), tags: BTreeSet::new() };
    covered.verb(On::Empty, async |_| disk.clone()).await;
    covered.verb(On::Empty, async |_| persistent()).await;
    let setting = SetSetting { name: "expunge.delay".into(), value: Some("60".into()) };
    covered.verb(On::Empty, async |_| setting.clone()).await;
}

async fn accounts(covered: &mut Covered) {
    covered.verb(On::Empty, async |_| AddDomain { parent: None, name: name("Comp1"), network_domain: None }).await;
    covered
        .verb(On::Empty, async |lab| AddAccount {
            role_type: RoleType::DomainAdmin,
            ..AddAccount::new(lab.admin.domain, name("ann"))
        })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let user = lab.user("ann").await;
            lab.run_as(&user, lab.small_vm()).await.unwrap();
            lab.run_as(&user, lab.small_vm()).await.unwrap();
            SetAccountState { account: user.account, event: AccountEvent::Disable }
        })
        .await;
}

fn open(group: SecurityGroupId) -> Authorize {
    let peers = vec![Peer::cidr("0.0.0.0/0".parse().unwrap())];
    Authorize { group, direction: Direction::Ingress, service: Service::All, peers }
}

async fn group(lab: &Lab) -> SecurityGroupId {
    lab.run(AddSecurityGroup { name: name("web"), description: String::new(), account: None }).await.unwrap()
}

async fn security_groups(covered: &mut Covered) {
    let add = AddSecurityGroup { name: name("web"), description: "front".into(), account: None };
    covered.verb(On::Empty, async |_| add.clone()).await;
    covered.verb(On::Empty, async |lab| open(group(lab).await)).await;
    covered
        .verb(On::Empty, async |lab| {
            let group = group(lab).await;
            Revoke { group, rules: lab.run(open(group)).await.unwrap().into_iter().collect() }
        })
        .await;
    covered.verb(On::Empty, async |lab| DeleteSecurityGroup { group: group(lab).await }).await;
}

async fn machines(covered: &mut Covered) {
    covered.verb(On::Basic, async |lab| lab.small_vm().named(name("web"))).await;
    covered.verb(On::Advanced, async |lab| lab.small_vm().on_networks([lab.isolated("n1").await])).await;
    covered.verb(On::Basic, async |lab| StopVm { vm: lab.deploy().await, forced: false }).await;
    covered.verb(On::Basic, async |lab| StartVm { vm: stopped(lab).await }).await;
    covered.verb(On::Basic, async |lab| RebootVm { vm: lab.deploy().await }).await;
    covered.verb(On::Basic, async |lab| MigrateVm { vm: lab.deploy().await, host: None }).await;
    covered.look(On::Basic, async |lab| lab.disk("data")).await;
    covered
        .verb(On::Basic, async |lab| {
            let vm = lab.deploy().await;
            AttachVolume { volume: lab.run(lab.disk("data")).await.unwrap(), vm, device: None }
        })
        .await;
    covered.verb(On::Basic, async |lab| DetachVolume { volume: lab.attached(lab.deploy().await).await }).await;
    covered
        .verb(On::Basic, async |lab| {
            let volume = lab.attached(lab.deploy().await).await;
            lab.run(DetachVolume { volume }).await.unwrap();
            ResizeVolume { volume, size: Some(Bytes::gib(3)), offering: None }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            let volume = lab.attached(lab.deploy().await).await;
            lab.run(DetachVolume { volume }).await.unwrap();
            DeleteVolume { volume }
        })
        .await;
    covered.verb(On::Basic, async |lab| DestroyVm { vm: lab.deploy().await, expunge: false }).await;
    covered.verb(On::Basic, async |lab| DestroyVm { vm: lab.deploy().await, expunge: true }).await;
    covered.verb(On::Basic, async |lab| RecoverVm { vm: destroyed(lab).await }).await;
    covered.verb(On::Basic, async |lab| ExpungeVm { vm: destroyed(lab).await }).await;
    covered
        .verb(On::Basic, async |lab| {
            let vm = lab.deploy().await;
            let row = lab.vm(vm);
            let host = row.host.unwrap();
            lab.world.power_off(lab.address(host), &row.instance_name());
            lab.pass(cloudstack_core::base::Span::secs(1)).await;
            let asked = cloudstack_core::port::Platform::now(&*lab.platform);
            AbsorbPower { vm, host, power: GuestPower::Off, asked }
        })
        .await;
}

async fn stopped(lab: &Lab) -> VmId {
    let vm = lab.deploy().await;
    lab.run(StopVm { vm, forced: true }).await.unwrap()
}

async fn destroyed(lab: &Lab) -> VmId {
    let vm = lab.deploy().await;
    lab.run(DestroyVm { vm, expunge: false }).await.unwrap()
}

/// Settings in scopes, events, alerts, and what people add to things.
async fn extras(covered: &mut Covered) {
    covered
        .verb(On::Basic, async |lab| SetSettingAt {
            scope: Scope::Cluster(lab.cluster()),
            name: "cpu.overprovisioning.factor".into(),
            value: Some("3".into()),
        })
        .await;
    let cut = CutEvents { kind: Some("VM.CREATE".into()), ..CutEvents::archive([]) };
    covered.verb(On::Basic, async |_| cut.clone()).await;
    let alarm = || GenerateAlert::new("SYNC", "out of step");
    let raised = async |lab: &Lab| AlertQuery { ids: [lab.run(alarm()).await.unwrap()].into(), ..Default::default() };
    covered.verb(On::Empty, async |_| alarm()).await;
    covered.verb(On::Empty, async |lab| ArchiveAlerts(raised(lab).await)).await;
    covered.verb(On::Empty, async |lab| DeleteAlerts(raised(lab).await)).await;

    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF46YMeN/h3w6kFmFnVbPeZ7u1yB5h0tKPu2HkLH4a0C ada";
    let key = || RegisterSshKeyPair { account: None, name: name("laptop"), public_key: line.parse().unwrap() };
    covered.verb(On::Empty, async |_| key()).await;
    covered
        .verb(On::Empty, async |lab| {
            lab.run(key()).await.unwrap();
            DeleteSshKeyPair { account: None, name: name("laptop") }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| {
            lab.run(key()).await.unwrap();
            ResetSshKey { vm: stopped(lab).await, ssh_keys: vec![name("laptop")] }
        })
        .await;
    covered
        .verb(On::Basic, async |lab| UpdateVm {
            display_name: Some("front".into()),
            details: [("rack".to_owned(), "7".to_owned())].into(),
            ..UpdateVm::new(lab.deploy().await)
        })
        .await;
    let data = "I2Nsb3VkLWNvbmZpZwo=".parse::<Base64>().unwrap();
    let register =
        || RegisterUserData { account: None, name: name("web"), data: data.clone(), params: BTreeSet::new() };
    covered.verb(On::Empty, async |_| register()).await;
    covered.verb(On::Empty, async |lab| DeleteUserData { user_data: lab.run(register()).await.unwrap() }).await;
}

async fn tags_and_details(covered: &mut Covered) {
    let zone = |lab: &Lab| Resource::new(ResourceKind::Zone, lab.zone());
    covered.verb(On::Basic, async |lab| AddTags::new([zone(lab)], [("a", "1"), ("b", "2")])).await;
    covered
        .verb(On::Basic, async |lab| {
            lab.run(AddTags::new([zone(lab)], [("a", "1"), ("b", "2")])).await.unwrap();
            RemoveTags { resources: [zone(lab)].into(), tags: [("a".into(), None)].into() }
        })
        .await;
    let details = |lab: &Lab| AddDetails {
        resource: zone(lab),
        details: [("rack".to_owned(), "7".to_owned())].into(),
        display: true,
    };
    covered.verb(On::Basic, async |lab| details(lab)).await;
    covered
        .verb(On::Basic, async |lab| {
            lab.run(details(lab)).await.unwrap();
            RemoveDetails { resource: zone(lab), keys: BTreeSet::new() }
        })
        .await;
}

/// The names of all verbs there are, as the sources have them.
fn all_verbs() -> BTreeSet<String> {
    fn walk(dir: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for block in text.split("\nimpl Verb for ").skip(1) {
                let named = block.split_once("const NAME: &'static str = \"").expect("a verb has a name").1;
                found.insert(named.split('"').next().unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/flow"), &mut found);
    found
}

#[tokio::test(start_paused = true)]
async fn every_verb_does_what_its_plan_says_or_refuses_it_as_stale() {
    let mut covered = Covered::default();
    places(&mut covered).await;
    hardware(&mut covered).await;
    networks(&mut covered).await;
    routers::cover(&mut covered).await;
    offerings_and_settings(&mut covered).await;
    accounts(&mut covered).await;
    tenants::cover(&mut covered).await;
    security_groups(&mut covered).await;
    extras(&mut covered).await;
    tags_and_details(&mut covered).await;
    machines(&mut covered).await;
    let covered: BTreeSet<String> = covered.0.into_iter().map(str::to_owned).collect();
    assert_eq!(covered, all_verbs(), "left: put to the test; right: in the sources");
}

#[tokio::test(start_paused = true)]
async fn a_plan_stays_good_while_only_other_things_change() {
    let lab = Lab::basic(2).await;
    let vm = stopped(&lab).await;
    let plan = lab.cloud.vms().plan_start(&lab.admin, StartVm { vm }).unwrap();
    lab.set("expunge.delay", "60").await;
    lab.user("ann").await;
    lab.cloud.execute(plan).await.unwrap().done().await.unwrap();
    assert_eq!(lab.really(vm).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_refused_when_planned_too() {
    let lab = Lab::basic(1).await;
    let taken = AddZone::new(name("z1"), ZoneKind::Basic);
    let (planned, run) = (lab.cloud.plan(&lab.admin, taken.clone()).unwrap_err(), lab.refused(taken).await);
    assert_eq!((planned.kind(), planned.to_string()), (ErrorKind::Taken, run.to_string()));
    let user = lab.user("ann").await;
    let denied = lab.cloud.plan(&user, RemoveZone { zone: lab.zone() }).unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Denied);
}

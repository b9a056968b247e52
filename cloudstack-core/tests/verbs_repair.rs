//! What goes wrong beside a verb, and must not go wrong in it: a store that hiccups, hosts that hang, pools and hosts that
//! come at the same time, filters that somebody changed by hand.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;

use cloudstack_core::base::id::{EntityId, HostId};
use cloudstack_core::base::{ErrorKind, Span};
use cloudstack_core::flow::infra::{AddPool, ApplySite};
use cloudstack_core::flow::security_group::Authorize;
use cloudstack_core::ledger::Writing;
use cloudstack_core::ledger::memory::MemoryStore;
use cloudstack_core::model::infra::HostStatus;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, Service};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::plan::site::SitePlan;
use cloudstack_core::port::driver::DriverErrorKind::Unreachable;
use cloudstack_core::port::driver::{FilterUpdate, HostTarget};
use cloudstack_core::port::store::{CommitRecord, GroupOutcome, HistoryQuery, StoreError, StoredRow, TableSpec, Write};
use cloudstack_core::port::{Platform, Store};
use cloudstack_core::rules::ir::Ir;
use cloudstack_drivers::sim::{Effect, FaultRule, Method};
use lab::{Lab, basic};

const MINUTE: Span = Span::mins(1);

/// A store that once does not take what a job notes about itself.
struct Picky {
    inner: MemoryStore,
    refused: u32,
}

impl Store for Picky {
    fn prepare(&mut self, tables: &[TableSpec]) -> Result<(), StoreError> {
        self.inner.prepare(tables)
    }
    fn load(
        &mut self,
        each: &mut dyn FnMut(&'static str, StoredRow) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        self.inner.load(each)
    }
    fn commit(&mut self, group: &[CommitRecord]) -> GroupOutcome {
        let notes = |write: &Write| matches!(write, Write::Update { row, .. } if row.body.contains("try 2 follows"));
        if self.refused == 0 && group.iter().flat_map(|commit| &commit.writes).any(notes) {
            self.refused += 1;
            let error = StoreError::Full { path: "picky".into(), detail: "for a moment".into() };
            return GroupOutcome { applied: 0, error: Some(error) };
        }
        self.inner.commit(group)
    }
    fn history(&mut self, query: &HistoryQuery) -> Result<Vec<CommitRecord>, StoreError> {
        self.inner.history(query)
    }
    fn exclusive(&self) -> bool {
        self.inner.exclusive()
    }
}

#[tokio::test(start_paused = true)]
async fn a_note_that_the_store_does_not_take_fails_no_job() {
    let lab = Lab::empty().await;
    let store = Picky { inner: MemoryStore::new(), refused: 0 };
    let cloud = cloudstack_core::Cloud::with_store(Box::new(store), Writing::Inline)
        .platform(lab.platform.clone())
        .hypervisor("Simulator", lab.world.hypervisor())
        .port_filter("Simulator", lab.world.port_filter())
        .primary_storage("NetworkFilesystem", lab.world.storage())
        .image_storage("NFS", lab.world.images())
        .network_device("VirtualRouter", lab.world.router())
        .without_loops();
    let cloud = cloud.start().await.unwrap();
    let lab = Lab { admin: cloud.root_caller(), cloud, world: lab.world.clone(), platform: lab.platform.clone() };
    lab.run(ApplySite { plan: SitePlan::from_toml(&basic(1)).unwrap() }).await.unwrap();
    lab.fail(Method::EnsureVolume, Unreachable, Some(1));
    let vm = lab.deploy().await;
    assert_eq!(lab.vm(vm).state, VmState::Running, "the device was away for one call, and the store for one note");
    lab.check();
}

fn slow(method: Method, object: Option<String>, delay: Span) -> FaultRule {
    FaultRule { method: Some(method), object, count: Some(1), delay, ..FaultRule::new(Effect::Obey) }
}

fn reaches(lab: &Lab, pool: &str, host: HostId) -> bool {
    let (pools, address) = (lab.world.snapshot().pools, lab.address(host));
    pools.iter().any(|(url, state)| url.contains(pool) && state.hosts.contains(&address))
}

#[tokio::test(start_paused = true)]
async fn a_host_and_a_pool_that_come_together_find_each_other() {
    let lab = Lab::basic(1).await;
    lab.world.inject(slow(Method::Probe, None, Span::secs(20)));
    let host = lab.cloud.hosts().add(&lab.admin, lab.host("late", "192.168.1.60")).await.unwrap();
    lab.pass(Span::secs(5)).await;
    assert_eq!(lab.view().host(host.answer).unwrap().status, HostStatus::Connecting);
    lab.run(lab.pool("second", &[])).await.unwrap();
    let host = host.done().await.unwrap();
    assert_eq!(lab.view().host(host).unwrap().status, HostStatus::Up);
    assert!(reaches(&lab, "second", host), "the pool came while the host was asked");
    assert!(reaches(&lab, "second", lab.hosts()[0]));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_was_away_reaches_the_pools_that_came_meanwhile() {
    let lab = Lab::live(&basic(2)).await;
    let host = lab.hosts()[0];
    lab.world.isolate_host(lab.address(host));
    lab.until("it is in alert", |lab| lab.view().host(host).unwrap().status == HostStatus::Alert).await;
    lab.run(lab.pool("second", &[])).await.unwrap();
    assert!(!reaches(&lab, "second", host));
    lab.fail(Method::EnsurePool, Unreachable, Some(1));
    lab.world.restore_host(lab.address(host));
    lab.until("it is back", |lab| lab.view().host(host).unwrap().status == HostStatus::Up).await;
    assert!(reaches(&lab, "second", host), "before it is up it reaches its pools");
}

#[tokio::test(start_paused = true)]
async fn a_pool_of_one_host_is_attached_to_that_host_alone() {
    let lab = Lab::basic(2).await;
    let [host, other] = lab.hosts()[..] else { panic!("two hosts") };
    lab.run(AddPool { host: Some(host), cluster: Some(lab.cluster()), ..lab.pool("disk", &[]) }).await.unwrap();
    assert!(reaches(&lab, "disk", host) && !reaches(&lab, "disk", other));
    let nobody = AddPool { host: Some(HostId::from_u128(7)), ..lab.pool("none", &[]) };
    let refused = lab.refused(nobody).await;
    assert!(matches!(refused.kind(), ErrorKind::NotFound | ErrorKind::Conflict), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_ping_that_never_comes_back_is_not_the_last() {
    let lab = Lab::live(&basic(1)).await;
    let host = lab.hosts()[0];
    let until = lab.platform.now().after(MINUTE.times(60 * 24));
    lab.world.inject(FaultRule { method: Some(Method::Ping), count: Some(1), ..FaultRule::new(Effect::Hang(until)) });
    lab.pass(MINUTE.times(15)).await;
    assert_eq!(lab.view().host(host).unwrap().status, HostStatus::Up, "it has been able to answer all the time");
    assert!(lab.world.calls(Method::Ping) > 8, "it is asked again");
}

fn web(lab: &Lab) -> Authorize {
    let group = lab.view().security_groups().iter().next().unwrap().id;
    let (direction, service) = (Direction::Ingress, Service::Tcp(Ports::one(443)));
    Authorize { group, direction, service, peers: vec![Peer::Cidr("192.0.2.0/24".parse().unwrap())] }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_hangs_holds_up_no_other_hosts_filter() {
    let lab = Lab::live(&basic(2)).await;
    lab.set("vm.allocation.algorithm", "userdispersing").await;
    lab.deploy().await;
    lab.deploy().await;
    lab.pass(MINUTE).await;
    let [first, second] = lab.hosts()[..] else { panic!("two hosts") };
    let (name, until) = (lab.view().host(first).unwrap().name.to_string(), lab.platform.now().after(MINUTE.times(600)));
    let rule =
        FaultRule { method: Some(Method::EnsureFilter), object: Some(name), ..FaultRule::new(Effect::Hang(until)) };
    lab.world.inject(rule);
    let filter = |host| lab.world.filter(lab.address(host)).unwrap();
    let before = (filter(first), filter(second));
    lab.run(web(&lab)).await.unwrap();
    lab.pass(Span::secs(5)).await;
    assert_eq!(filter(first), before.0, "it hangs");
    assert_ne!(filter(second), before.1, "and the other has been told");
    lab.world.clear();
    lab.pass(MINUTE.times(40)).await;
    assert_ne!(filter(first), before.0, "once it can be told it is, without another commit");
    assert!(lab.cloud.is_quiet());
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_somebody_changed_is_put_right() {
    let lab = Lab::live(&basic(1)).await;
    lab.deploy().await;
    lab.pass(MINUTE).await;
    let host = lab.hosts()[0];
    let (address, name) = (lab.address(host), lab.view().host(host).unwrap().name.to_string());
    let wanted = lab.world.filter(address).unwrap();
    let nothing = FilterUpdate { whole: &Ir::default(), delta: None };
    lab.world.port_filter().ensure_filter(&HostTarget { id: host, name, address }, &nothing).await.unwrap();
    assert_ne!(lab.world.filter(address), Some(wanted.clone()));
    lab.pass(MINUTE.times(16)).await;
    assert_eq!(lab.world.filter(address), Some(wanted));
}

#[tokio::test(start_paused = true)]
async fn the_history_is_kept_for_as_long_as_the_setting_says() {
    let lab = Lab::live(&basic(1)).await;
    let oldest = |lab: &Lab| {
        let query = HistoryQuery { limit: 1, ..HistoryQuery::default() };
        lab.cloud.history(&query).unwrap()[0].number
    };
    let day = MINUTE.times(60 * 24);
    lab.pass(day.times(3)).await;
    assert_eq!(oldest(&lab), 1, "for ever, unless somebody says otherwise");
    let rows = lab.rows();
    lab.set("history.retention.days", "2").await;
    let set = lab.view().number();
    lab.pass(MINUTE.times(90)).await;
    assert!((2..set).contains(&oldest(&lab)) || oldest(&lab) == set, "{}", oldest(&lab));
    lab.deploy().await;
    lab.check();
    assert!(rows.is_subset(&lab.rows()) || lab.rows().len() > rows.len(), "rows stay");
}

#[tokio::test(start_paused = true)]
async fn a_loop_whose_period_is_zero_does_not_spin() {
    let lab = Lab::live(&basic(1)).await;
    lab.set("event.purge.interval", "0").await;
    lab.pass(MINUTE.times(60 * 48)).await;
    lab.deploy().await;
    lab.check();
}

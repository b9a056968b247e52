//! Usage: what is counted, that it is counted once, and what an independent count says.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "common/lab.rs"]
mod lab;
#[path = "usage/random.rs"]
mod random;

use cloudstack_core::base::id::EntityId;
use cloudstack_core::base::{Caller, ErrorKind, Span, Timestamp};
use cloudstack_core::flow::network::*;
use cloudstack_core::flow::setting::SetSetting;
use cloudstack_core::flow::usage::{UsageFound, UsageQuery};
use cloudstack_core::flow::vm::*;
use cloudstack_core::ledger::Writing;
use cloudstack_core::ledger::memory::MemoryDisk;
use cloudstack_core::model::network::rule::Transport;
use cloudstack_core::model::network::security_rule::Ports;
use cloudstack_core::model::usage::*;
use cloudstack_core::port::Platform;
use cloudstack_core::port::store::HistoryQuery;
use cloudstack_core::{Cloud, CloudBuilder};
use lab::{Lab, Paused, name};
use std::collections::BTreeMap;
use std::sync::Arc;

fn all() -> UsageQuery {
    let ever = UsageQuery::between(Timestamp::default(), Timestamp::from_micros(u64::MAX));
    UsageQuery { limit: usize::MAX, ..ever }
}

fn found(lab: &Lab, caller: &Caller, query: &UsageQuery) -> Vec<UsageFound> {
    lab.cloud.usage(caller, query).unwrap().records
}

/// Hours by kind of usage.
fn hours(records: &[UsageFound]) -> BTreeMap<u16, String> {
    let mut millis: BTreeMap<u16, UsageLine> = BTreeMap::new();
    for record in records {
        let line = UsageLine { millis: 0, ..record.line.clone() };
        millis.entry(record.line.meter.kind).or_insert(line).millis += record.line.millis;
    }
    millis.into_iter().map(|(kind, line)| (kind, line.text())).collect()
}

/// Proves: USAGE-02
#[tokio::test(start_paused = true)]
async fn each_kind_is_counted_for_as_long_as_it_was_so() {
    let lab = Lab::basic(2).await;
    let ann = lab.user("ann").await;
    let vm = lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.pass(Span::mins(120)).await;
    lab.run_as(&ann, StopVm { vm, forced: false }).await.unwrap();
    lab.pass(Span::mins(60)).await;
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.pass(Span::mins(60)).await;
    lab.cloud.generate_usage(&lab.admin, None).await.unwrap().unwrap();
    let records = found(&lab, &ann, &all());
    // Two hours running and three allocated; both ends count, which is a millisecond more and not seen here.
    let golden = [
        (RUNNING_VM, "2 Hrs"),
        (ALLOCATED_VM, "3 Hrs"),
        (VOLUME, "3 Hrs"),
        (SECURITY_GROUP, "3 Hrs"),
        (NETWORK_OFFERING, "3 Hrs"),
    ];
    assert_eq!(hours(&records), golden.map(|(kind, text)| (kind, text.to_owned())).into());
    for record in &records {
        assert_eq!(record.line.millis % 3_600_000, 1, "{record:?}");
        assert_eq!((record.account, record.domain), (ann.account, Some(ann.domain)));
    }
    let meter = &records.iter().find(|r| r.line.meter.kind == RUNNING_VM).unwrap().line.meter;
    assert_eq!((meter.resource, meter.offering), (vm.to_u128(), Some(lab.small().to_u128())));
    assert_eq!((meter.template, meter.zone), (Some(lab.template().to_u128()), Some(lab.zone())));
    let volume = records.iter().find(|r| r.line.meter.kind == VOLUME).unwrap();
    assert_eq!(volume.line.meter.size, Some(cloudstack_core::base::Bytes::gib(2)));
    // The template is the administrator's.
    let admin = UsageQuery { account: Some(lab.admin.account), ..all() };
    assert_eq!(hours(&found(&lab, &lab.admin, &admin)).keys().collect::<Vec<_>>(), [&TEMPLATE]);
}

#[tokio::test(start_paused = true)]
async fn a_network_and_its_public_address_are_counted() {
    let lab = Lab::advanced(2).await;
    let ann = lab.user("ann").await;
    let offering = lab.network_offering("DefaultIsolatedNetworkOfferingWithSourceNatService");
    let network = lab.run_as(&ann, AddNetwork::isolated(lab.zone(), name("n"), offering)).await.unwrap();
    let vm = lab.run_as(&ann, lab.small_vm().on_networks([network])).await.unwrap();
    lab.pass(Span::mins(90)).await;
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.run_as(&ann, DeleteNetwork { network }).await.unwrap();
    lab.cloud.generate_usage(&lab.admin, None).await.unwrap().unwrap();
    let records = found(&lab, &ann, &all());
    let counted = hours(&records);
    assert_eq!((&*counted[&NETWORK], &*counted[&NETWORK_OFFERING]), ("1.5 Hrs", "1.5 Hrs"));
    let of = |kind| records.iter().find(|r| r.line.meter.kind == kind).map(|r| r.line.meter.clone());
    let interface = of(NETWORK_OFFERING).unwrap();
    assert_eq!((interface.offering, interface.resource), (Some(offering.to_u128()), vm.to_u128()));
    let address = of(IP_ADDRESS).unwrap();
    assert!(address.special, "it hides the network: {address:?}");
}

#[tokio::test(start_paused = true)]
async fn rules_are_counted_until_they_are_withdrawn() {
    let lab = Lab::advanced(1).await;
    let network = lab.isolated("n").await;
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    let ip = lab.run(AcquireAddress::of(network)).await.unwrap();
    let ports = Ports::one(80);
    let forward = lab.run(AddPortForward::new(ip, Transport::Tcp, ports, vm, ports)).await.unwrap();
    let balancer = lab.run(AddLoadBalancer::new(ip, name("web"), 81, 80)).await.unwrap();
    lab.pass(Span::mins(60)).await;
    lab.run(DeletePortForward { rule: forward }).await.unwrap();
    lab.pass(Span::mins(30)).await;
    // What changes of a rule does not count.
    lab.run(AssignMembers { rule: balancer, vms: [vm].into() }).await.unwrap();
    lab.pass(Span::mins(30)).await;
    lab.run(DestroyVm { vm, expunge: true }).await.unwrap();
    lab.run(DeleteNetwork { network }).await.unwrap();
    lab.pass(Span::mins(30)).await;
    lab.cloud.generate_usage(&lab.admin, None).await.unwrap().unwrap();
    let records = found(&lab, &lab.admin, &all());
    let counted = hours(&records);
    assert_eq!((&*counted[&PORT_FORWARDING_RULE], &*counted[&LOAD_BALANCER_POLICY]), ("1 Hrs", "2 Hrs"));
    assert!(records.iter().filter(|r| r.line.meter.kind == PORT_FORWARDING_RULE).all(|r| r.line.meter.zone.is_some()));
}

#[tokio::test(start_paused = true)]
async fn the_loop_counts_whole_days_and_a_full_day_is_24_hours() {
    let lab = Lab::live(&lab::basic(1)).await;
    lab.deploy().await;
    lab.pass(Span::mins(4 * 24 * 60)).await;
    let running = UsageQuery { kind: Some(RUNNING_VM), ..all() };
    let days = found(&lab, &lab.admin, &running);
    assert!(days.len() >= 3, "{days:?}");
    assert!(days[1..].iter().all(|day| day.line.text() == "24 Hrs" && day.line.millis == 86_400_000));
    assert!(days[1..].iter().all(|day| day.from % 86_400_000 == 0 && day.until == day.from + 86_399_999));
    assert!(days.windows(2).all(|pair| pair[0].until + 1 == pair[1].from));
    // A day is counted at a quarter past twelve, not before.
    let last = days.last().unwrap().until;
    assert!(lab.platform.now().as_micros() / 1_000 > last + 15 * 60_000);
    lab.set("enable.usage.server", "false").await;
    lab.pass(Span::mins(3 * 24 * 60)).await;
    assert_eq!(found(&lab, &lab.admin, &running).len(), days.len());
    lab.set("enable.usage.server", "true").await;
    lab.pass(Span::mins(24 * 60)).await;
    let caught_up = found(&lab, &lab.admin, &running);
    assert!(caught_up.len() >= days.len() + 3, "what was not counted meanwhile is counted now");
    assert!(caught_up.windows(2).all(|pair| pair[0].until + 1 == pair[1].from));
}

#[tokio::test(start_paused = true)]
async fn records_are_the_accounts_own_and_never_made_twice() {
    let lab = Lab::basic(2).await;
    let (ann, bob) = (lab.user("ann").await, lab.user("bob").await);
    lab.run_as(&ann, lab.small_vm()).await.unwrap();
    lab.run_as(&bob, lab.small_vm()).await.unwrap();
    lab.pass(Span::mins(30)).await;
    assert_eq!(lab.cloud.generate_usage(&ann, None).await.unwrap_err().kind(), ErrorKind::Denied);
    let (_, until) = lab.cloud.generate_usage(&lab.admin, None).await.unwrap().unwrap();
    assert_eq!(lab.cloud.generate_usage(&lab.admin, None).await.unwrap(), None, "nothing is left");
    for caller in [&ann, &bob] {
        let records = found(&lab, caller, &all());
        assert!(!records.is_empty() && records.iter().all(|r| r.account == caller.account));
    }
    let theirs = UsageQuery { account: Some(bob.account), ..all() };
    assert_eq!(lab.cloud.usage(&ann, &theirs).unwrap_err().kind(), ErrorKind::NotFound);
    lab.pass(Span::mins(10)).await;
    let (from, _) = lab.cloud.generate_usage(&lab.admin, None).await.unwrap().unwrap();
    assert_eq!(from, until + 1);
    let later = UsageQuery::between(Timestamp::from_micros(from * 1_000), Timestamp::from_micros(u64::MAX));
    let page = lab.cloud.usage(&ann, &UsageQuery { limit: 2, offset: 1, ..later }).unwrap();
    assert_eq!(page.records.len(), 2);
    assert!(page.total > 2 && page.records.iter().all(|r| r.from == from));
}

fn node(disk: &MemoryDisk, platform: &Arc<Paused>) -> CloudBuilder {
    Cloud::with_store(Box::new(disk.open_shared()), Writing::Inline).platform(platform.clone()).without_loops()
}

/// Proves: USAGE-01
#[tokio::test(start_paused = true)]
async fn of_two_nodes_that_count_one_counts() {
    let (disk, platform) = (MemoryDisk::new(), Paused::new());
    let one = node(&disk, &platform).start().await.unwrap();
    random::play(&one, 3, 200).await;
    let two = node(&disk, &platform).start().await.unwrap();
    let admin = one.root_caller();
    tokio::time::sleep(std::time::Duration::from_secs(3_600)).await;
    let (first, second) = (one.generate_usage(&admin, None).await, two.generate_usage(&admin, None).await);
    assert!(first.unwrap().is_some());
    assert_eq!(second.unwrap(), None, "the other has counted it");
    assert_eq!(one.usage(&admin, &all()).unwrap(), two.usage(&admin, &all()).unwrap());
    assert!(one.usage(&admin, &all()).unwrap().total > 0);
}

#[tokio::test(start_paused = true)]
async fn history_is_forgotten_only_when_it_is_old_and_counted() {
    // A store with a writer of its own would let the paused clock jump.
    let (disk, platform) = (MemoryDisk::new(), Paused::new());
    let open = || Cloud::with_store(Box::new(disk.open().unwrap()), Writing::Inline).platform(platform.clone());
    let cloud = open().start().await.unwrap();
    let admin = cloud.root_caller();
    let set = async |called: &str, value: &str| {
        let verb = SetSetting { name: called.into(), value: Some(value.into()) };
        cloud.run(&admin, verb).await.unwrap().done().await.unwrap();
    };
    let first = || cloud.history(&HistoryQuery { limit: 1, ..HistoryQuery::default() }).unwrap()[0].number;
    // Nothing is counted for a year, so nothing may go.
    set("usage.stats.job.aggregation.range", "525600").await;
    random::play(&cloud, 5, 300).await;
    set("history.retention.days", "1").await;
    tokio::time::sleep(std::time::Duration::from_secs(5 * 86_400)).await;
    let number = cloud.view().number();
    let upto = cloud.view().usage_runs().iter().next().map_or(0, |run| run.upto);
    assert!(first() <= upto + 1 && upto < 100, "what is not counted is there: {upto}");
    cloud.generate_usage(&admin, None).await.unwrap().unwrap();
    let before = cloud.usage(&admin, &all()).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2 * 86_400)).await;
    assert!(first() > 50 && first() <= number + 10, "what is counted and old is not: {}", first());
    assert_eq!(cloud.usage(&admin, &all()).unwrap(), before);
    drop(cloud);
    let again = open().without_loops().start().await.unwrap();
    again.generate_usage(&admin, None).await.unwrap().unwrap();
    assert!(again.usage(&admin, &all()).unwrap().total > before.total, "counting goes on from the books");
}

#[tokio::test(start_paused = true)]
async fn usage_of_random_lives_with_crashes_is_what_a_plain_count_says() {
    // 100,000 deeds take a minute and a half without optimisation.
    random::campaign(11, if cfg!(debug_assertions) { 20_000 } else { 100_000 }).await;
}

//! What must be so when the storm is over.

use crate::callers::{Books, Guild, call};
use crate::world::{Life, World};
use cloudstack_core::base::Timestamp;
use cloudstack_core::base::id::{AccountId, SecurityGroupId, VmId};
use cloudstack_core::flow::usage::UsageQuery;
use cloudstack_core::ledger::View;
use cloudstack_core::model::usage::{ALLOCATED_VM, RUNNING_VM};
use cloudstack_core::model::vm::VmState;
use cloudstack_core::port::store::{HistoryQuery, Write};
use cloudstack_core::testkit::checks;
use cloudstack_core::testkit::reality::Reality;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Waits until nothing is under way: for half a day at most, since who asks after a job a day later is told nothing.
pub(crate) async fn rest(life: &Life, world: &World) {
    let unrest = || checks::settled(&life.cloud.view(), &world.devices.facts());
    for _ in 0..12 * 60 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        if life.cloud.is_quiet() && unrest().is_empty() {
            return;
        }
    }
    panic!("seed {}: it does not come to rest: {:#?}", world.seed, unrest());
}

/// Everything that must hold.
pub(crate) async fn all(life: &Life, world: &World, guild: &Guild, books: &Books) {
    let (seed, view) = (world.seed, life.cloud.view());
    let mut wrong = checks::settled(&view, &world.devices.facts());
    wrong.extend(checks::always(&view));
    wrong.extend(life.cloud.peek(|view, room| checks::derived(view, room)));
    wrong.extend(checks::same_rows(&view, &*world.read().await));
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    let failed = jobs(life, guild, books, seed).await;
    things(&view, books, &failed, seed);
    counts(life, guild, seed).await;
    usage(life, seed).await;
}

/// Every job that anybody was told of has ended, and says so to who asked for it. Answers those that failed.
async fn jobs(life: &Life, guild: &Guild, books: &Books, seed: u64) -> BTreeSet<String> {
    let mut failed = BTreeSet::new();
    for (job, (who, command)) in &books.jobs {
        let asked = call(life, &guild.people()[*who], "queryAsyncJobResult", &[("jobid", job)], "json").await;
        let (status, Some(told)) = asked else { panic!("seed {seed}: {job} of {command}") };
        assert_eq!(status, 200, "seed {seed}: {job} of {command}: {told}");
        assert_eq!((told["jobid"].as_str(), told["cmd"].as_str()), (Some(&**job), Some(*command)), "seed {seed}");
        match told["jobstatus"].as_u64() {
            Some(1) => {}
            Some(2) => drop(failed.insert(job.clone())),
            other => panic!("seed {seed}: {job} of {command} is {other:?}: {told}"),
        }
    }
    failed
}

/// What was promised and never given up is there, with its owner and its name; and nothing is there that nobody asked for.
fn things(view: &View, books: &Books, failed: &BTreeSet<String>, seed: u64) {
    for (id, made) in &books.made {
        if books.doomed.contains(id) || books.doomed.contains(&made.name) {
            continue;
        }
        if made.job.as_ref().is_some_and(|job| failed.contains(job)) {
            continue;
        }
        let name = match made.kind {
            "vm" => view.vm(id.parse::<VmId>().unwrap()).map(|vm| vm.name.to_string()),
            "group" => view.security_group(id.parse::<SecurityGroupId>().unwrap()).map(|group| group.name.to_string()),
            _ => view.ssh_key_pairs().iter().find(|key| key.name.as_str() == made.name).map(|key| key.name.to_string()),
        };
        assert_eq!(name.as_deref(), Some(&*made.name), "seed {seed}: {id} is lost: {made:?}");
    }
    let mut seen = BTreeSet::new();
    for vm in view.vms().iter() {
        let name = vm.name.to_string();
        assert!(books.names.contains(&name), "seed {seed}: nobody asked for {name}");
        assert!(seen.insert(name), "seed {seed}: {} is there twice", vm.name);
    }
}

/// What an account holds, counted from rows: machines, volumes, processors, memory, primary storage.
fn held(view: &View, of: impl Fn(AccountId) -> bool) -> BTreeMap<u64, u64> {
    let gone = [VmState::Destroyed, VmState::Expunging, VmState::Error];
    let vms = || view.vms().iter().filter(|vm| of(vm.account) && !gone.contains(&vm.state));
    let volumes = || view.volumes().iter().filter(|volume| of(volume.account));
    [
        (0, vms().count() as u64),
        (2, volumes().count() as u64),
        (8, vms().map(|vm| u64::from(vm.cores)).sum()),
        (9, vms().map(|vm| vm.ram.0).sum()),
        (10, volumes().map(|volume| volume.size.0).sum::<u64>().div_ceil(1 << 30)),
    ]
    .into()
}

/// What accounts and domains are told to hold is what rows say.
async fn counts(life: &Life, guild: &Guild, seed: u64) {
    let (view, admin) = (life.cloud.view(), &guild.people()[0]);
    let mut total = 0;
    for person in guild.people() {
        let domain = person.caller.domain.to_string();
        let of = [("account", &*person.name), ("domainid", &*domain)];
        let (_, told) = call(life, admin, "updateResourceCount", &of, "json").await;
        let told = told.unwrap()["resourcecount"].as_array().unwrap().clone();
        // The number of a type is told as a text.
        let of_kind = |kind: u64| told.iter().find(|c| c["resourcetype"] == *kind.to_string());
        let count = |kind: u64| of_kind(kind).and_then(|c| c["resourcecount"].as_u64());
        let wanted = held(&view, |account| account == person.caller.account);
        for (kind, held) in &wanted {
            assert_eq!(count(*kind), Some(*held), "seed {seed}: {} of {}: {told:?}", kind, person.name);
        }
        let account = person.caller.account.to_string();
        let (_, told) = call(life, admin, "listAccounts", &[("id", &account)], "json").await;
        let told = told.unwrap()["account"][0].clone();
        for (field, kind) in [("vmtotal", 0), ("volumetotal", 2), ("cputotal", 8), ("memorytotal", 9)] {
            assert_eq!(told[field].as_u64(), Some(wanted[&kind]), "seed {seed}: {field} of {}", person.name);
        }
        total += wanted[&0];
    }
    assert!(total > 0, "seed {seed}: no machine is left");
    for domain in view.domains().iter() {
        let id = domain.id.to_string();
        let (_, told) =
            call(life, admin, "updateResourceCount", &[("domainid", &id), ("resourcetype", "0")], "json").await;
        let below = |account: AccountId| {
            let of = view.account(account).and_then(|account| view.domain(account.domain));
            of.is_some_and(|of| of.id == domain.id || of.path.starts_with(&format!("{}/", domain.path)))
        };
        let told = told.unwrap()["resourcecount"][0]["resourcecount"].as_u64();
        assert_eq!(told, Some(held(&view, below)[&0]), "seed {seed}: machines of {}", domain.path);
    }
}

/// A span of a machine, in milliseconds, both ends included; open while it has no end.
type Lasted = (u64, Option<u64>);

/// Usage of machines, counted window by window while everything failed, is what the whole history says.
async fn usage(life: &Life, seed: u64) {
    let cloud = &life.cloud;
    let admin = cloud.root_caller();
    cloud.generate_usage(&admin, None).await.unwrap();
    let ever = UsageQuery::between(Timestamp::default(), Timestamp::from_micros(u64::MAX));
    let records = cloud.usage(&admin, &UsageQuery { limit: usize::MAX, ..ever }).unwrap().records;
    let mut counted: BTreeMap<(u16, u128), u64> = BTreeMap::new();
    for record in records.iter().filter(|r| [RUNNING_VM, ALLOCATED_VM].contains(&r.line.meter.kind)) {
        *counted.entry((record.line.meter.kind, record.line.meter.resource)).or_default() += record.line.millis;
    }
    let until = records.iter().map(|record| record.until).max().unwrap();
    let mut spans: BTreeMap<(u16, u128), Vec<Lasted>> = BTreeMap::new();
    let query = HistoryQuery { limit: usize::MAX, ..HistoryQuery::default() };
    for commit in cloud.history(&query).unwrap() {
        let at = commit.at.as_micros() / 1_000;
        for write in commit.writes.iter().filter(|write| write.table() == "vm") {
            let state = match write {
                Write::Insert { row, .. } | Write::Update { row, .. } => {
                    let row: serde_json::Value = serde_json::from_str(&row.body).unwrap();
                    row["state"].as_str().unwrap().to_owned()
                }
                _ => String::new(),
            };
            let allocated = !["", "Destroyed", "Expunging", "Error"].contains(&&*state);
            let running = ["Running", "Stopping", "Migrating"].contains(&&*state);
            for (kind, on) in [(ALLOCATED_VM, allocated), (RUNNING_VM, running)] {
                let spans = spans.entry((kind, write.id())).or_default();
                match (spans.last_mut().filter(|span| span.1.is_none()), on) {
                    (None, true) => spans.push((at, None)),
                    (Some(span), false) => span.1 = Some(at),
                    _ => {}
                }
            }
        }
    }
    let part = |(from, to): &Lasted| (to.unwrap_or(u64::MAX).min(until) + 1).saturating_sub(*from);
    let sums = spans.iter().map(|(what, spans)| (*what, spans.iter().map(part).sum::<u64>()));
    let plain: BTreeMap<(u16, u128), u64> = sums.filter(|(_, sum)| *sum > 0).collect();
    assert!(plain.len() > 100, "seed {seed}: {}", plain.len());
    for (what, millis) in &plain {
        assert_eq!(counted.get(what), Some(millis), "seed {seed}: {what:?}: {:?}", spans[what]);
    }
    assert_eq!(counted.len(), plain.len(), "seed {seed}");
}

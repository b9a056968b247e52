//! Many callers at once, over a cloud whose devices and store fail and whose process dies: what they were told must be what
//! is there in the end.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "storm/callers.rs"]
mod callers;
#[path = "storm/judge.rs"]
mod judge;
#[path = "storm/world.rs"]
mod world;

use callers::{Books, Guild, Person};
use cloudstack_core::base::{Seed, Span};
use cloudstack_core::testkit::fault_store::FaultPlan;
use cloudstack_core::testkit::reality::Reality;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use world::{Life, World};

/// What the store does to groups of commits during a storm.
const WEATHER: FaultPlan =
    FaultPlan { seed: 0, fail_permille: 30, torn_permille: 30, lost_ack_permille: 15, crash_after: None };
/// How often the process dies.
const DEATHS: u64 = 2;
/// How many ask for the same person at once.
const AT_ONCE: usize = 4;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Devices fail and recover, hosts are cut off and come back, usage is counted at odd moments.
async fn weather(life: Arc<Life>, world: Arc<World>, mut dice: Seed) {
    loop {
        tokio::time::sleep(Duration::from_secs(5 + dice.below(40))).await;
        match dice.below(8) {
            0..=2 => drop(world.devices.disturb(&mut dice)),
            3 => {
                let hosts: Vec<_> = life.cloud.view().hosts().iter().map(|host| host.address).collect();
                world.devices.cut(hosts[dice.below(hosts.len() as u64) as usize], dice.chance(1, 2));
            }
            4 => drop(life.cloud.generate_usage(&life.cloud.root_caller(), None).await),
            _ => world.devices.heal(),
        }
    }
}

/// One life of the process: so many calls, then it dies or comes to rest.
fn live(world: &Arc<World>, guild: &mut Option<Arc<Guild>>, books: &Arc<Mutex<Books>>, calls: u64, dies: bool) {
    let runtime = runtime();
    runtime.block_on(async {
        let life = Arc::new(world.start().await);
        let guild = Arc::clone(guild.get_or_insert_with(|| Arc::new(Guild::default())));
        if guild.people().is_empty() {
            guild.settle(&life).await;
        }
        guild.people().iter().for_each(|person: &Person| life.api.give_keys(&person.key, "secret", person.caller.user));
        life.faults.plan(WEATHER);
        let mut dice = world.dice();
        let storm = tokio::spawn(weather(Arc::clone(&life), Arc::clone(world), dice.fork()));
        let tasks = guild.people().len() * AT_ONCE;
        let mut asking = tokio::task::JoinSet::new();
        for task in 0..tasks {
            let share = calls / tasks as u64 + u64::from((task as u64) < calls % tasks as u64);
            let (life, guild, books) = (Arc::clone(&life), Arc::clone(&guild), Arc::clone(books));
            asking.spawn(callers::ask(life, guild, books, task / AT_ONCE, share, dice.fork()));
        }
        if dies {
            // In the middle of what the last of them ask for.
            while asking.len() > tasks / 2 {
                asking.join_next().await.unwrap().unwrap();
            }
            life.faults.crash();
            // Whoever has an answer coming gets it; the others' connections break.
            let _late = tokio::time::timeout(Duration::from_secs(30), async {
                while let Some(done) = asking.join_next().await {
                    done.unwrap();
                }
            })
            .await;
            asking.shutdown().await;
            storm.abort();
        } else {
            while let Some(done) = asking.join_next().await {
                done.unwrap();
            }
            storm.abort();
            life.faults.plan(FaultPlan::default());
            world.devices.heal();
            judge::rest(&life, world).await;
            // Nobody writes in them any more.
            let written = std::mem::take(&mut *books.lock().unwrap());
            judge::all(&life, world, &guild, &written).await;
            *books.lock().unwrap() = written;
        }
        world.leave(&life);
    });
    drop(runtime);
    world.disk.crash();
}

fn storm(seed: u64, calls: u64) {
    println!("storm {seed}: {calls} calls");
    let world = Arc::new(World::new(seed));
    let (mut guild, books) = (None, Arc::new(Mutex::new(Books::default())));
    for death in 0..=DEATHS {
        live(&world, &mut guild, &books, calls / (DEATHS + 1), death < DEATHS);
    }
    let books = books.lock().unwrap();
    let minutes = world.now().since(world::DAWN).as_micros() / Span::mins(1).as_micros();
    println!("storm {seed}: {} in {minutes} minutes of the cloud", books.told());
    let (store, devices) = (world.store_faults.load(Ordering::Relaxed), world.devices.facts().faults);
    println!("storm {seed}: {store} faults of the store, {devices} of devices, {DEATHS} deaths");
    assert!(store > calls / 1_000 && devices > calls / 1_000, "seed {seed}: it was too quiet");
    let most = (guild.unwrap().people().len() * AT_ONCE) as u64 * DEATHS;
    assert!(books.broken() <= most, "seed {seed}: {} calls were not answered", books.broken());
    // A storm in which nothing succeeds shows nothing.
    assert!(books.share_done() > 0.4, "seed {seed}: {}", books.told());
}

/// Proves: API-05
#[test]
fn what_callers_were_told_is_what_is_there() {
    // 100,000 calls take too long without optimisation.
    let usual = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let told = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (seed, calls) = (told("STORM_SEED").unwrap_or(5), told("STORM_CALLS").unwrap_or(usual));
    storm(seed, calls);
}

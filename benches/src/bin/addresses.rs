//! Which number is free: pairs of give and take per CPU second, beside two plain ways to do it.
//!
//! A pair gives one number back, drawn at random from the taken ones, and takes a free one. All columns see the same
//! numbers, and drawing them is in the time of each. Run with `cargo run --release --bin addresses`.
//!
//! Peers: `BTreeSet` of the free numbers; `scan`, a byte per number looked through from the start.

use cloudstack_benches::rate;
use cloudstack_core::{
    alloc::{AddressPool, FreeSet, Subnet},
    base::Seed,
};
use std::{collections::BTreeSet, net::IpAddr, net::Ipv4Addr};

const RUNS: usize = 5;
/// Pairs between two looks at the clock.
const ROUND: u64 = 1_000;

/// A way to keep numbers.
trait Keeper {
    fn give(&mut self, id: u64) -> bool;
    fn take(&mut self) -> bool;
}

struct Lowest(FreeSet);
impl Keeper for Lowest {
    fn give(&mut self, id: u64) -> bool {
        self.0.give(id)
    }
    fn take(&mut self) -> bool {
        self.0.take_lowest().is_some()
    }
}

struct Random(FreeSet, Seed);
impl Keeper for Random {
    fn give(&mut self, id: u64) -> bool {
        self.0.give(id)
    }
    fn take(&mut self) -> bool {
        self.0.take_random(&mut self.1).is_some()
    }
}

struct Addresses(AddressPool);
impl Keeper for Addresses {
    fn give(&mut self, id: u64) -> bool {
        self.0.give(IpAddr::V4(Ipv4Addr::from_bits(10 << 24 | id as u32)))
    }
    fn take(&mut self) -> bool {
        self.0.take_lowest().is_ok()
    }
}

struct Ordered(BTreeSet<u64>);
impl Keeper for Ordered {
    fn give(&mut self, id: u64) -> bool {
        self.0.insert(id)
    }
    fn take(&mut self) -> bool {
        self.0.pop_first().is_some()
    }
}

struct Scan(Vec<bool>);
impl Keeper for Scan {
    fn give(&mut self, id: u64) -> bool {
        std::mem::take(&mut self.0[id as usize])
    }
    fn take(&mut self) -> bool {
        self.0.iter_mut().find(|taken| !**taken).map(|taken| *taken = true).is_some()
    }
}

/// The numbers that are free at the start: so many in a hundred.
fn some_free(len: u64, percent: u64) -> BTreeSet<u64> {
    let (mut seed, mut free) = (Seed::new(1), BTreeSet::new());
    while (free.len() as u64) < len * percent / 100 {
        free.insert(1 + seed.below(len - 2));
    }
    free
}

fn set(len: u64, free: &BTreeSet<u64>) -> FreeSet {
    let mut set = FreeSet::new(len);
    assert!((0..len).all(|id| free.contains(&id) || set.take(id)));
    set
}

fn pool(prefix: u8, free: &BTreeSet<u64>) -> AddressPool {
    let net = format!("10.0.0.0/{prefix}").parse().expect("a subnet");
    let mut pool = AddressPool::new(Subnet::new(net)).expect("a subnet that holds together");
    while pool.take_lowest().is_ok() {}
    let mut keeper = Addresses(pool);
    assert!(free.iter().all(|id| keeper.give(*id)));
    keeper.0
}

/// Pairs per CPU second, in millions.
fn pairs(len: u64, mut keeper: impl Keeper) -> f64 {
    let mut seed = Seed::new(2);
    let pairs = rate(RUNS, || {
        for _ in 0..ROUND {
            // A number that is free already cannot be given; then another one is tried.
            while !keeper.give(1 + seed.below(len - 2)) {}
            assert!(keeper.take(), "as many are taken as given");
        }
        ROUND
    });
    pairs / 1e6
}

fn main() {
    println!("million pairs of give and take per CPU second, median of {RUNS} runs of 0.2 s, one thread");
    println!("lowest, random: FreeSet; address: AddressPool, lowest; MiB: FreeSet, all of it touched\n");
    println!("      numbers  full   lowest   random  address | BTreeSet     scan |     MiB");
    for (prefix, percent) in [(24_u8, 1_u64), (20, 1), (16, 1), (12, 1), (8, 1), (8, 50)] {
        let len = 1_u64 << (32 - prefix);
        let free = some_free(len, percent);
        let dense = set(len, &free);
        let mib = dense.heap_bytes() as f64 / 1_048_576.0;
        let scan = (0..len).map(|id| !free.contains(&id)).collect();
        println!(
            "/{prefix:<2} {len:>9} {:>4}% {:>8.1} {:>8.1} {:>8.1} | {:>8.1} {:>8.3} | {mib:>7.4}",
            100 - percent,
            pairs(len, Lowest(dense.clone())),
            pairs(len, Random(dense, Seed::new(3))),
            pairs(len, Addresses(pool(prefix, &free))),
            pairs(len, Ordered(free)),
            pairs(len, Scan(scan)),
        );
    }
}

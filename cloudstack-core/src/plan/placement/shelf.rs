//! Hosts on a shelf, sorted by the room they have, so that the tightest one that fits is found without looking at the rest.

/// What a host can still take: the lesser of its own free capacity and what its cluster may take below its thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Room {
    pub(super) cpu: u64,
    pub(super) ram: u64,
}

impl Room {
    pub(super) const fn holds(self, need: Self) -> bool {
        self.cpu >= need.cpu && self.ram >= need.ram
    }

    pub(super) fn least(self, other: Self) -> Self {
        Self { cpu: self.cpu.min(other.cpu), ram: self.ram.min(other.ram) }
    }
}

/// A host by its position in the order of hosts.
pub(super) type Slot = u32;

/// Most hosts of a chunk, and most chunks of a block. Small enough to shift cheaply, large enough that there are few; tiny
/// in tests, so that few hosts make many of them.
const MOST: usize = if cfg!(test) { 6 } else { 64 };

/// A host's place on the shelf, as one number that sorts by processor, then memory, then the order of hosts.
///
/// Amounts above 2⁴⁸ − 1 MHz or MiB, some thousand times the largest cloud, count as that.
type Place = u128;

const AMOUNT: u64 = (1 << 48) - 1;

fn place(room: Room, slot: Slot) -> Place {
    u128::from(room.cpu.min(AMOUNT)) << 80 | u128::from(room.ram.min(AMOUNT)) << 32 | u128::from(slot)
}

const fn ram(place: Place) -> u64 {
    (place >> 32) as u64 & AMOUNT
}

const fn at_place(place: Place) -> (Room, Slot) {
    (Room { cpu: (place >> 80) as u64, ram: ram(place) }, place as Slot)
}

/// Hosts of one kind, in order of room: least processor first, then least memory, then the order of hosts.
///
/// A sorted list in blocks of chunks. Each chunk and each block knows its first place and the most memory any of its hosts
/// has, so those whose hosts have processor left but no memory are passed over at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    firsts: Vec<Place>,
    tops: Vec<u64>,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Default)]
struct Block {
    firsts: Vec<Place>,
    tops: Vec<u64>,
    chunks: Vec<Vec<Place>>,
}

impl Shelf {
    /// Puts a host on the shelf.
    pub(super) fn insert(&mut self, room: Room, slot: Slot) {
        let new = place(room, slot);
        if self.blocks.is_empty() {
            self.firsts.push(new);
            self.tops.push(ram(new));
            self.blocks.push(Block { firsts: vec![new], tops: vec![ram(new)], chunks: vec![vec![new]] });
            return;
        }
        let at = position(&self.firsts, new);
        let block = &mut self.blocks[at];
        block.insert(new);
        self.firsts[at] = block.firsts[0];
        self.tops[at] = self.tops[at].max(ram(new));
        if block.chunks.len() > MOST {
            let later = block.split_off(block.chunks.len() / 2);
            self.tops[at] = most(&block.tops);
            self.firsts.insert(at + 1, later.firsts[0]);
            self.tops.insert(at + 1, most(&later.tops));
            self.blocks.insert(at + 1, later);
        }
    }

    /// Takes a host off the shelf; it must be there, with this room.
    pub(super) fn remove(&mut self, room: Room, slot: Slot) {
        let old = place(room, slot);
        let at = position(&self.firsts, old);
        let block = &mut self.blocks[at];
        block.remove(old);
        let Some(first) = block.firsts.first() else {
            self.firsts.remove(at);
            self.tops.remove(at);
            self.blocks.remove(at);
            return;
        };
        self.firsts[at] = *first;
        if ram(old) == self.tops[at] {
            self.tops[at] = most(&block.tops);
        }
        let small = block.chunks.len() < MOST / 4;
        if small && self.blocks.get(at + 1).is_some_and(|later| later.chunks.len() <= MOST / 2) {
            self.firsts.remove(at + 1);
            self.tops[at] = self.tops[at].max(self.tops.remove(at + 1));
            let later = self.blocks.remove(at + 1);
            self.blocks[at].append(later);
        }
    }

    /// The hosts that hold `need`, tightest first.
    pub(super) fn fitting(&self, need: Room) -> impl Iterator<Item = (Room, Slot)> {
        let start = place(need, 0);
        let first = position(&self.firsts, start);
        let blocks = self.tops.iter().zip(&self.blocks).skip(first).filter(move |(top, _)| **top >= need.ram);
        let chunks = blocks.flat_map(|(_, block)| block.tops.iter().zip(&block.chunks));
        chunks
            .filter(move |(top, _)| **top >= need.ram)
            .flat_map(|(_, chunk)| chunk)
            .filter(move |place| **place >= start && ram(**place) >= need.ram)
            .map(|place| at_place(*place))
    }

    /// The tightest host that holds `need`, if it comes before `bound`.
    pub(super) fn tightest(&self, need: Room, bound: (Room, Slot)) -> Option<(Room, Slot)> {
        let (start, bound) = (place(need, 0), place(bound.0, bound.1));
        let at = position(&self.firsts, start);
        let here = self.blocks.get(at).filter(|_| self.tops[at] >= need.ram);
        let found = here.and_then(|block| block.tightest(start, need.ram, bound)).or_else(|| {
            let at = next(&self.tops, at + 1, need.ram)?;
            if self.firsts[at] < bound { self.blocks[at].tightest(start, need.ram, bound) } else { None }
        });
        found.filter(|found| *found < bound).map(at_place)
    }
}

impl Block {
    fn insert(&mut self, new: Place) {
        let at = position(&self.firsts, new);
        let chunk = &mut self.chunks[at];
        let nth = chunk.partition_point(|other| *other < new);
        chunk.insert(nth, new);
        self.firsts[at] = chunk[0];
        self.tops[at] = self.tops[at].max(ram(new));
        if chunk.len() > MOST {
            let later = chunk.split_off(chunk.len() / 2);
            self.tops[at] = top(chunk);
            self.firsts.insert(at + 1, later[0]);
            self.tops.insert(at + 1, top(&later));
            self.chunks.insert(at + 1, later);
        }
    }

    fn remove(&mut self, old: Place) {
        let at = position(&self.firsts, old);
        let chunk = &mut self.chunks[at];
        let nth = chunk.binary_search(&old).expect("a shelved host stands in the place of its room");
        chunk.remove(nth);
        let Some(first) = chunk.first() else {
            self.firsts.remove(at);
            self.tops.remove(at);
            self.chunks.remove(at);
            return;
        };
        self.firsts[at] = *first;
        // Mostly another host of the chunk has as much, and then not all have to be looked at.
        if ram(old) == self.tops[at] && !chunk.iter().any(|place| ram(*place) == ram(old)) {
            self.tops[at] = top(chunk);
        }
        let small = chunk.len() < MOST / 4;
        if small && self.chunks.get(at + 1).is_some_and(|later| later.len() <= MOST / 2) {
            self.firsts.remove(at + 1);
            self.tops[at] = self.tops[at].max(self.tops.remove(at + 1));
            let mut later = self.chunks.remove(at + 1);
            self.chunks[at].append(&mut later);
        }
    }

    /// The first place from `start` on with this much memory; places from `bound` on may be left out.
    fn tightest(&self, start: Place, least: u64, bound: Place) -> Option<Place> {
        let at = position(&self.firsts, start);
        let enough = |place: &&Place| ram(**place) >= least;
        if self.tops[at] >= least {
            let chunk = &self.chunks[at];
            let from = chunk.partition_point(|place| *place < start);
            if let Some(found) = chunk[from..].iter().find(enough) {
                return Some(*found);
            }
        }
        let at = next(&self.tops, at + 1, least)?;
        // An answer that is too late ends the search as well as a good one.
        if self.firsts[at] >= bound { Some(self.firsts[at]) } else { self.chunks[at].iter().find(enough).copied() }
    }

    fn split_off(&mut self, at: usize) -> Self {
        Self { firsts: self.firsts.split_off(at), tops: self.tops.split_off(at), chunks: self.chunks.split_off(at) }
    }

    fn append(&mut self, mut later: Self) {
        self.firsts.append(&mut later.firsts);
        self.tops.append(&mut later.tops);
        self.chunks.append(&mut later.chunks);
    }
}

/// Which of the parts that begin with these a place belongs to.
fn position(firsts: &[Place], place: Place) -> usize {
    firsts.partition_point(|first| *first <= place).saturating_sub(1)
}

/// The first part from `from` on with this much memory.
fn next(tops: &[u64], from: usize, least: u64) -> Option<usize> {
    Some(from + tops.get(from..)?.iter().position(|top| *top >= least)?)
}

fn most(tops: &[u64]) -> u64 {
    tops.iter().copied().max().unwrap_or(0)
}

fn top(chunk: &[Place]) -> u64 {
    chunk.iter().map(|place| ram(*place)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::Seed;

    const NO_BOUND: (Room, Slot) = (Room { cpu: u64::MAX, ram: u64::MAX }, Slot::MAX);

    #[test]
    fn a_shelf_finds_what_a_scan_finds_through_any_history() {
        for seed in 0..40 {
            let mut seed = Seed::new(seed);
            let (mut shelf, mut plain) = (Shelf::default(), BTreeSet::new());
            let spread = 1 + seed.below(40);
            for step in 0..1_500 {
                let entry = (Room { cpu: seed.below(spread), ram: seed.below(spread) }, seed.below(200) as Slot);
                if plain.remove(&entry) {
                    shelf.remove(entry.0, entry.1);
                } else {
                    plain.insert(entry);
                    shelf.insert(entry.0, entry.1);
                }
                let need = Room { cpu: seed.below(spread + 2), ram: seed.below(spread + 2) };
                let wanted: Vec<_> = plain.iter().copied().filter(|(room, _)| room.holds(need)).collect();
                assert_eq!(shelf.tightest(need, NO_BOUND), wanted.first().copied(), "step {step}");
                if step % 50 == 0 {
                    assert!(shelf.fitting(need).eq(wanted.iter().copied()), "step {step}");
                }
            }
        }
    }
}

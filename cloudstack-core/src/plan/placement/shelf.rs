//! Hosts on a shelf, sorted by the room they have, so that the tightest one that fits is found without looking at the rest.

use std::collections::BTreeSet;

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

const NO_SLOT: Slot = Slot::MAX;
/// Most cells of a chunk. Small enough to shift cheaply, large enough that chunks are few.
const CHUNK: usize = 64;

/// Hosts with exactly the same room. The least is kept outside the tree: it is what is asked for, and often the only one.
#[derive(Debug, Clone)]
struct Slots {
    least: Slot,
    rest: BTreeSet<Slot>,
}

impl Slots {
    const fn one(slot: Slot) -> Self {
        Self { least: slot, rest: BTreeSet::new() }
    }

    fn insert(&mut self, slot: Slot) {
        let later = self.least.max(slot);
        self.least = self.least.min(slot);
        self.rest.insert(later);
    }

    /// Takes `slot` out; true when nothing is left.
    fn remove(&mut self, slot: Slot) -> bool {
        if slot == self.least {
            self.least = self.rest.pop_first().unwrap_or(NO_SLOT);
        } else {
            self.rest.remove(&slot);
        }
        self.least == NO_SLOT
    }

    fn iter(&self) -> impl Iterator<Item = Slot> {
        std::iter::once(self.least).chain(self.rest.iter().copied())
    }
}

#[derive(Debug, Clone, Default)]
struct Chunk {
    rooms: Vec<Room>,
    slots: Vec<Slots>,
}

impl Chunk {
    fn top(&self) -> u64 {
        self.rooms.iter().map(|room| room.ram).max().unwrap_or(0)
    }
}

/// Hosts of one kind, in order of room: least processor first, then least memory, then the order of hosts.
///
/// Cells of equal room stand in a two-level sorted list; each chunk of the list knows the most memory any of its cells has,
/// so chunks of hosts that have processor left but no memory are passed over at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    /// The first room of each chunk.
    firsts: Vec<Room>,
    /// The most memory in each chunk.
    tops: Vec<u64>,
    chunks: Vec<Chunk>,
}

impl Shelf {
    /// Puts a host on the shelf.
    pub(super) fn insert(&mut self, room: Room, slot: Slot) {
        if self.chunks.is_empty() {
            self.firsts.push(room);
            self.tops.push(room.ram);
            self.chunks.push(Chunk { rooms: vec![room], slots: vec![Slots::one(slot)] });
            return;
        }
        let at = self.chunk_of(room);
        let chunk = &mut self.chunks[at];
        match chunk.rooms.binary_search(&room) {
            Ok(cell) => chunk.slots[cell].insert(slot),
            Err(cell) => {
                chunk.rooms.insert(cell, room);
                chunk.slots.insert(cell, Slots::one(slot));
                self.firsts[at] = chunk.rooms[0];
                self.tops[at] = self.tops[at].max(room.ram);
                if chunk.rooms.len() > CHUNK {
                    self.split(at);
                }
            }
        }
    }

    /// Takes a host off the shelf; it must be there, with this room.
    pub(super) fn remove(&mut self, room: Room, slot: Slot) {
        let at = self.chunk_of(room);
        let chunk = &mut self.chunks[at];
        let cell = chunk.rooms.binary_search(&room).expect("a shelved host is in the cell of its room");
        if !chunk.slots[cell].remove(slot) {
            return;
        }
        chunk.rooms.remove(cell);
        chunk.slots.remove(cell);
        if chunk.rooms.is_empty() {
            self.firsts.remove(at);
            self.tops.remove(at);
            self.chunks.remove(at);
            return;
        }
        self.firsts[at] = chunk.rooms[0];
        if room.ram == self.tops[at] {
            self.tops[at] = chunk.top();
        }
        self.merge(at);
    }

    /// The hosts that hold `need`, tightest first, at most as roomy as `bound`.
    pub(super) fn fitting(&self, need: Room, bound: Room) -> impl Iterator<Item = (Room, Slot)> {
        let first = if self.chunks.is_empty() { 0 } else { self.chunk_of(need) };
        let start = self.chunks.get(first).map_or(0, |chunk| chunk.rooms.partition_point(|room| *room < need));
        self.tops[first..]
            .iter()
            .zip(&self.firsts[first..])
            .zip(&self.chunks[first..])
            .enumerate()
            .take_while(move |(_, ((_, least), _))| **least <= bound)
            .filter(move |(_, ((top, _), _))| **top >= need.ram)
            .flat_map(move |(nth, (_, chunk))| {
                let from = if nth == 0 { start } else { 0 };
                chunk.rooms[from..].iter().zip(&chunk.slots[from..])
            })
            .take_while(move |(room, _)| **room <= bound)
            .filter(move |(room, _)| room.holds(need))
            .flat_map(|(room, slots)| slots.iter().map(|slot| (*room, slot)))
    }

    /// The tightest host that holds `need`, if it is tighter than `bound` or as tight and earlier in the order of hosts.
    pub(super) fn tightest(&self, need: Room, bound: (Room, Slot)) -> Option<(Room, Slot)> {
        if self.chunks.is_empty() {
            return None;
        }
        let mut at = self.chunk_of(need);
        let mut from = self.chunks[at].rooms.partition_point(|room| *room < need);
        loop {
            if self.tops[at] >= need.ram {
                let chunk = &self.chunks[at];
                let hit = chunk.rooms[from..].iter().position(|room| room.ram >= need.ram && room.cpu >= need.cpu);
                if let Some(cell) = hit {
                    let found = (chunk.rooms[from + cell], chunk.slots[from + cell].least);
                    return (found < bound).then_some(found);
                }
            }
            at += 1;
            at += self.tops.get(at..)?.iter().position(|top| *top >= need.ram)?;
            if self.firsts[at] > bound.0 {
                return None;
            }
            from = 0;
        }
    }

    /// The chunk a room belongs to.
    fn chunk_of(&self, room: Room) -> usize {
        self.firsts.partition_point(|first| *first <= room).saturating_sub(1)
    }

    fn split(&mut self, at: usize) {
        let chunk = &mut self.chunks[at];
        let half = chunk.rooms.len() / 2;
        let later = Chunk { rooms: chunk.rooms.split_off(half), slots: chunk.slots.split_off(half) };
        self.tops[at] = chunk.top();
        self.firsts.insert(at + 1, later.rooms[0]);
        self.tops.insert(at + 1, later.top());
        self.chunks.insert(at + 1, later);
    }

    /// Joins a chunk that has become small with the one after it, so that chunks stay few.
    fn merge(&mut self, at: usize) {
        let small = |at: usize| self.chunks.get(at).is_some_and(|chunk| chunk.rooms.len() < CHUNK / 4);
        if !(small(at) && small(at + 1)) {
            return;
        }
        let mut later = self.chunks.remove(at + 1);
        self.firsts.remove(at + 1);
        let top = self.tops.remove(at + 1);
        self.tops[at] = self.tops[at].max(top);
        self.chunks[at].rooms.append(&mut later.rooms);
        self.chunks[at].slots.append(&mut later.slots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    const NO_BOUND: (Room, Slot) = (Room { cpu: u64::MAX, ram: u64::MAX }, NO_SLOT);

    #[test]
    fn a_shelf_finds_what_a_scan_finds_through_any_history() {
        for seed in 0..40 {
            let mut seed = Seed::new(seed);
            let (mut shelf, mut plain) = (Shelf::default(), BTreeSet::new());
            let spread = 1 + seed.below(40);
            for step in 0..1_500 {
                let entry = (Room { cpu: seed.below(spread), ram: seed.below(spread) }, seed.below(60) as Slot);
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
                    assert!(shelf.fitting(need, NO_BOUND.0).eq(wanted.iter().copied()), "step {step}");
                }
            }
        }
    }
}

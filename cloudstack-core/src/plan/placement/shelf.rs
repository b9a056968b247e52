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

/// Most hosts of a chunk. Small enough to shift cheaply, large enough that chunks are few.
const CHUNK: usize = 64;

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
/// A two-level sorted list; each chunk knows the most memory any of its hosts has, so chunks of hosts that have processor
/// left but no memory are passed over at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    /// The first place of each chunk.
    firsts: Vec<Place>,
    /// The most memory in each chunk.
    tops: Vec<u64>,
    chunks: Vec<Vec<Place>>,
}

impl Shelf {
    /// Puts a host on the shelf.
    pub(super) fn insert(&mut self, room: Room, slot: Slot) {
        let new = place(room, slot);
        if self.chunks.is_empty() {
            self.firsts.push(new);
            self.tops.push(ram(new));
            self.chunks.push(vec![new]);
            return;
        }
        let at = self.chunk_of(new);
        let chunk = &mut self.chunks[at];
        let nth = chunk.partition_point(|other| *other < new);
        chunk.insert(nth, new);
        self.firsts[at] = chunk[0];
        self.tops[at] = self.tops[at].max(ram(new));
        if chunk.len() > CHUNK {
            self.split(at);
        }
    }

    /// Takes a host off the shelf; it must be there, with this room.
    pub(super) fn remove(&mut self, room: Room, slot: Slot) {
        let old = place(room, slot);
        let at = self.chunk_of(old);
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
        if ram(old) == self.tops[at] {
            self.tops[at] = top(chunk);
        }
        if chunk.len() < CHUNK / 4 {
            self.merge(at);
        }
    }

    /// The hosts that hold `need`, tightest first.
    pub(super) fn fitting(&self, need: Room) -> impl Iterator<Item = (Room, Slot)> {
        let start = place(need, 0);
        let first = if self.chunks.is_empty() { 0 } else { self.chunk_of(start) };
        let chunks = self.tops[first..].iter().zip(&self.chunks[first..]);
        chunks
            .filter(move |(top, _)| **top >= need.ram)
            .flat_map(|(_, chunk)| chunk)
            .filter(move |place| **place >= start && ram(**place) >= need.ram)
            .map(|place| at_place(*place))
    }

    /// The tightest host that holds `need`, if it comes before `bound`.
    pub(super) fn tightest(&self, need: Room, bound: (Room, Slot)) -> Option<(Room, Slot)> {
        let (start, bound) = (place(need, 0), place(bound.0, bound.1));
        let mut at = if self.chunks.is_empty() { return None } else { self.chunk_of(start) };
        if self.tops[at] >= need.ram {
            let chunk = &self.chunks[at];
            let from = chunk.partition_point(|place| *place < start);
            if let Some(found) = chunk[from..].iter().find(|place| ram(**place) >= need.ram) {
                return (*found < bound).then(|| at_place(*found));
            }
        }
        at += 1;
        at += self.tops.get(at..)?.iter().position(|top| *top >= need.ram)?;
        if self.firsts[at] >= bound {
            return None;
        }
        let found = self.chunks[at].iter().find(|place| ram(**place) >= need.ram)?;
        (*found < bound).then(|| at_place(*found))
    }

    /// The chunk a place belongs to.
    fn chunk_of(&self, place: Place) -> usize {
        self.firsts.partition_point(|first| *first <= place).saturating_sub(1)
    }

    fn split(&mut self, at: usize) {
        let chunk = &mut self.chunks[at];
        let later = chunk.split_off(chunk.len() / 2);
        self.tops[at] = top(chunk);
        self.firsts.insert(at + 1, later[0]);
        self.tops.insert(at + 1, top(&later));
        self.chunks.insert(at + 1, later);
    }

    /// Joins a chunk that has become small with the one after it, if that is small too, so that chunks stay few.
    fn merge(&mut self, at: usize) {
        if self.chunks.get(at + 1).is_none_or(|later| later.len() > CHUNK / 2) {
            return;
        }
        let mut later = self.chunks.remove(at + 1);
        self.firsts.remove(at + 1);
        let top = self.tops.remove(at + 1);
        self.tops[at] = self.tops[at].max(top);
        self.chunks[at].append(&mut later);
    }
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
                    assert!(shelf.fitting(need).eq(wanted.iter().copied()), "step {step}");
                }
            }
        }
    }
}

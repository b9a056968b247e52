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

/// A host's place on the shelf, as one number that sorts by processor, then memory, then the order of hosts; last comes its
/// column.
///
/// Amounts above 2⁴⁸ − 1 MHz or 2³² − 1 MiB, some thousand times the largest host, count as that.
type Place = u128;

const MOST_CPU: u64 = (1 << 48) - 1;

fn place(room: Room, slot: Slot, column: u32) -> Place {
    let (cpu, ram) = (room.cpu.min(MOST_CPU), least_ram(room));
    u128::from(cpu) << 70 | u128::from(ram) << 38 | u128::from(slot) << 6 | u128::from(column)
}

const fn ram(place: Place) -> u32 {
    (place >> 38) as u32
}

const fn slot(place: Place) -> Slot {
    (place >> 6) as Slot
}

const fn column(place: Place) -> usize {
    (place % COLUMNS as u128) as usize
}

fn least_ram(room: Room) -> u32 {
    u32::try_from(room.ram).unwrap_or(u32::MAX)
}

/// The first column stands for hosts of every kind, the others for one kind each; beyond that several kinds share a column,
/// and more hosts must be looked at.
const COLUMNS: usize = 64;
const EVERY_KIND: usize = 0;

/// Some of the columns, one bit each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Columns(u64);

impl Columns {
    /// The column that hosts of this kind are in.
    pub(super) const fn of(kind: u32) -> u32 {
        1 + kind % (COLUMNS as u32 - 1)
    }

    pub(super) const fn with(self, kind: u32) -> Self {
        Self(self.0 | 1 << Self::of(kind))
    }

    const fn has(self, column: usize) -> bool {
        self.0 >> column & 1 == 1
    }
}

/// The most memory that any host of each column has.
#[derive(Debug, Clone)]
struct Tops([u32; COLUMNS]);

impl Tops {
    fn of(places: &[Place]) -> Self {
        let mut tops = Self([0; COLUMNS]);
        places.iter().for_each(|place| tops.raise(*place));
        tops
    }

    fn most(all: &[Self]) -> Self {
        let mut tops = Self([0; COLUMNS]);
        all.iter().for_each(|other| tops.join(other));
        tops
    }

    fn raise(&mut self, place: Place) {
        for column in [EVERY_KIND, column(place)] {
            self.0[column] = self.0[column].max(ram(place));
        }
    }

    /// Works out anew what depended on a place that is gone, given the most memory of what is left of a column. Whether
    /// anything fell.
    fn lower(&mut self, gone: Place, most: impl Fn(usize) -> Option<u32>) -> bool {
        let mut fell = false;
        for column in [EVERY_KIND, column(gone)] {
            if self.0[column] == ram(gone) {
                self.0[column] = most(column).unwrap_or(0);
                fell |= self.0[column] < ram(gone);
            }
        }
        fell
    }

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(top, other)| *top = *other.max(top));
    }

    /// Whether some host of these columns has this much.
    fn reach(&self, least: u32, columns: Columns) -> bool {
        let mut left = if self.0[EVERY_KIND] >= least { columns.0 } else { 0 };
        while left != 0 {
            if self.0[left.trailing_zeros() as usize] >= least {
                return true;
            }
            left &= left - 1;
        }
        false
    }
}

/// Hosts in order of room: least processor first, then least memory, then the order of hosts.
///
/// A sorted list in blocks of chunks. Each chunk and each block knows its first place and, for each kind of hosts, the most
/// memory any of them has, so those whose hosts have processor left but no memory, or are of other kinds, are passed over at
/// once.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    firsts: Vec<Place>,
    tops: Vec<Tops>,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Default)]
struct Block {
    firsts: Vec<Place>,
    tops: Vec<Tops>,
    chunks: Vec<Vec<Place>>,
}

impl Shelf {
    /// Puts a host on the shelf.
    pub(super) fn insert(&mut self, room: Room, slot: Slot, kind: u32) {
        let new = place(room, slot, Columns::of(kind));
        if self.blocks.is_empty() {
            self.firsts.push(new);
            self.tops.push(Tops::of(&[new]));
            self.blocks.push(Block { firsts: vec![new], tops: vec![Tops::of(&[new])], chunks: vec![vec![new]] });
            return;
        }
        let at = position(&self.firsts, new);
        let block = &mut self.blocks[at];
        block.insert(new);
        self.firsts[at] = block.firsts[0];
        self.tops[at].raise(new);
        if block.chunks.len() > MOST {
            let later = block.split_off(block.chunks.len() / 2);
            self.tops[at] = Tops::most(&block.tops);
            self.firsts.insert(at + 1, later.firsts[0]);
            self.tops.insert(at + 1, Tops::most(&later.tops));
            self.blocks.insert(at + 1, later);
        }
    }

    /// Takes a host off the shelf; it must be there, with this room and kind.
    pub(super) fn remove(&mut self, room: Room, slot: Slot, kind: u32) {
        let old = place(room, slot, Columns::of(kind));
        let at = position(&self.firsts, old);
        let block = &mut self.blocks[at];
        let fell = block.remove(old);
        let Some(first) = block.firsts.first() else {
            self.firsts.remove(at);
            self.tops.remove(at);
            self.blocks.remove(at);
            return;
        };
        self.firsts[at] = *first;
        if fell {
            self.tops[at].lower(old, |column| block.tops.iter().map(|tops| tops.0[column]).max());
        }
        let small = block.chunks.len() < MOST / 4;
        if small && self.blocks.get(at + 1).is_some_and(|later| later.chunks.len() <= MOST / 2) {
            self.firsts.remove(at + 1);
            let tops = self.tops.remove(at + 1);
            self.tops[at].join(&tops);
            let later = self.blocks.remove(at + 1);
            self.blocks[at].append(later);
        }
    }

    /// The hosts in these columns that hold `need`, tightest first.
    pub(super) fn fitting(&self, need: Room, columns: Columns) -> impl Iterator<Item = Slot> {
        let (start, least) = (place(need, 0, 0), least_ram(need));
        let blocks = self.tops.iter().zip(&self.blocks).skip(position(&self.firsts, start));
        let chunks = blocks
            .filter(move |(tops, _)| tops.reach(least, columns))
            .flat_map(move |(_, block)| block.tops.iter().zip(&block.chunks).skip(position(&block.firsts, start)));
        chunks
            .filter(move |(tops, _)| tops.reach(least, columns))
            .flat_map(move |(_, chunk)| &chunk[chunk.partition_point(|place| *place < start)..])
            .filter(move |place| ram(**place) >= least && columns.has(column(**place)))
            .map(|place| slot(*place))
    }
}

impl Block {
    fn insert(&mut self, new: Place) {
        let at = position(&self.firsts, new);
        let chunk = &mut self.chunks[at];
        let nth = chunk.partition_point(|other| *other < new);
        chunk.insert(nth, new);
        self.firsts[at] = chunk[0];
        self.tops[at].raise(new);
        if chunk.len() > MOST {
            let later = chunk.split_off(chunk.len() / 2);
            self.tops[at] = Tops::of(chunk);
            self.firsts.insert(at + 1, later[0]);
            self.tops.insert(at + 1, Tops::of(&later));
            self.chunks.insert(at + 1, later);
        }
    }

    /// Whether the most memory of its chunk fell.
    fn remove(&mut self, old: Place) -> bool {
        let at = position(&self.firsts, old);
        let chunk = &mut self.chunks[at];
        let nth = chunk.binary_search(&old).expect("a shelved host stands in the place of its room");
        chunk.remove(nth);
        let Some(first) = chunk.first() else {
            self.firsts.remove(at);
            self.tops.remove(at);
            self.chunks.remove(at);
            return true;
        };
        self.firsts[at] = *first;
        let fell = self.tops[at].lower(old, |column| {
            let beside = chunk.iter().filter(|place| column == EVERY_KIND || self::column(**place) == column);
            beside.map(|place| ram(*place)).max()
        });
        let small = chunk.len() < MOST / 4;
        if small && self.chunks.get(at + 1).is_some_and(|later| later.len() <= MOST / 2) {
            self.firsts.remove(at + 1);
            let tops = self.tops.remove(at + 1);
            self.tops[at].join(&tops);
            let mut later = self.chunks.remove(at + 1);
            self.chunks[at].append(&mut later);
        }
        fell
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::Seed;

    #[test]
    fn a_shelf_finds_what_a_scan_finds_through_any_history() {
        for seed in 0..40 {
            let mut seed = Seed::new(seed);
            let (mut shelf, mut plain) = (Shelf::default(), BTreeSet::new());
            let spread = 1 + seed.below(40);
            for step in 0..1_500 {
                let slot = seed.below(200) as Slot;
                // Kinds 63 apart share a column; every third kind is asked for, so that those that share are alike.
                let kind = slot % 90;
                let room = Room { cpu: seed.below(spread), ram: seed.below(spread) };
                if plain.remove(&(room, slot)) {
                    shelf.remove(room, slot, kind);
                } else {
                    plain.insert((room, slot));
                    shelf.insert(room, slot, kind);
                }
                let need = Room { cpu: seed.below(spread + 2), ram: seed.below(spread + 2) };
                let third = seed.below(3) as u32;
                let columns = (0..90).filter(|kind| kind % 3 == third).fold(Columns::default(), Columns::with);
                let wanted = plain.iter().filter(|(room, slot)| room.holds(need) && slot % 90 % 3 == third);
                let wanted: Vec<_> = wanted.map(|(_, slot)| *slot).collect();
                assert_eq!(shelf.fitting(need, columns).next(), wanted.first().copied(), "step {step}");
                if step % 50 == 0 {
                    assert!(shelf.fitting(need, columns).eq(wanted), "step {step}");
                }
            }
        }
    }

    #[test]
    fn places_sort_as_rooms_do_and_amounts_beyond_measure_count_as_the_most() {
        let at = |cpu, ram, slot| place(Room { cpu, ram }, slot, 63);
        let rising =
            [at(1, 2, 3), at(1, 2, 4), at(1, 3, 0), at(2, 0, 0), at(1 << 40, 0, 0), at(u64::MAX, 5, Slot::MAX)];
        assert!(rising.is_sorted());
        assert_eq!((ram(rising[5]), slot(rising[5]), column(rising[5])), (5, Slot::MAX, 63));
        assert_eq!(ram(at(0, u64::MAX, 0)), u32::MAX);
        assert_eq!(at(MOST_CPU, 0, 0), at(u64::MAX, 0, 0));
    }
}

//! The tags that keep guest networks on one wire apart: VLAN ids and VXLAN network identifiers.

use super::range::{BadRanges, RangePool, first_overlap};
use crate::base::Seed;
use crate::model::infra::Isolation;
use std::fmt;

/// Tags from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagRange {
    kind: Isolation,
    first: u32,
    last: u32,
}

/// Tags that cannot be used as told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTags {
    /// The text is no range.
    #[error("`{text}` is not a range of {} ids; 500 or 600-799 is expected", .kind.word())]
    Text {
        /// The text.
        text: String,
        /// What was expected.
        kind: Isolation,
    },
    /// The range ends before it begins.
    #[error("{} range {first}-{last} ends before it begins", .kind.word())]
    Backwards {
        /// The kind.
        kind: Isolation,
        /// The number given first.
        first: u32,
        /// The number given last.
        last: u32,
    },
    /// A number is no tag. Releases of CloudStack up to 4.1 took VLANs 0 to 4096, which no switch carries.
    #[error("{id} is not a {} id; {} to {} are", .kind.word(), .kind.lowest(), .kind.highest())]
    NoTag {
        /// The kind.
        kind: Isolation,
        /// The number.
        id: u32,
    },
    /// Two ranges share tags, or are of two kinds.
    #[error("{first} and {second} cannot be in one pool: they overlap, or are of two kinds")]
    Overlap {
        /// The one given first.
        first: TagRange,
        /// The other.
        second: TagRange,
    },
    /// A range in use was to be made smaller; it may only grow.
    #[error("{} id {id} is in use, so it has to stay in the ranges", .kind.word())]
    InUse {
        /// The kind.
        kind: Isolation,
        /// The lowest tag in use that would be left out.
        id: u32,
    },
}

impl TagRange {
    /// The tags from `first` to `last`.
    ///
    /// # Errors
    /// [`BadTags`] if the range is backwards or a number is no tag.
    pub const fn new(kind: Isolation, first: u32, last: u32) -> Result<Self, BadTags> {
        if first > last {
            return Err(BadTags::Backwards { kind, first, last });
        }
        if first < kind.lowest() {
            return Err(BadTags::NoTag { kind, id: first });
        }
        if last > kind.highest() {
            return Err(BadTags::NoTag { kind, id: last });
        }
        Ok(Self { kind, first, last })
    }

    /// Reads `600-799`, or `500` for one tag.
    ///
    /// # Errors
    /// [`BadTags`] says what is wrong with the text or the numbers.
    pub fn parse(kind: Isolation, text: &str) -> Result<Self, BadTags> {
        let read = |end: &str| {
            let digits = end.trim();
            let number = digits.parse().ok().filter(|_| !digits.starts_with('+'));
            number.ok_or_else(|| BadTags::Text { text: text.to_owned(), kind })
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Self::new(kind, read(first)?, read(last)?)
    }

    /// Reads ranges with `,` between them: `1,140-147,196-203`.
    ///
    /// # Errors
    /// [`BadTags`] of the first range that is wrong.
    pub fn parse_list(kind: Isolation, text: &str) -> Result<Vec<Self>, BadTags> {
        text.split(',').map(|range| Self::parse(kind, range)).collect()
    }

    /// The kind of its tags.
    #[must_use]
    pub const fn kind(&self) -> Isolation {
        self.kind
    }

    /// The lowest tag.
    #[must_use]
    pub const fn first(&self) -> u32 {
        self.first
    }

    /// The highest tag.
    #[must_use]
    pub const fn last(&self) -> u32 {
        self.last
    }

    /// True if `id` is one of them.
    #[must_use]
    pub const fn contains(&self, id: u32) -> bool {
        self.first <= id && id <= self.last
    }

    /// True if a tag is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.kind == other.kind && self.first <= other.last && other.first <= self.last
    }
}

impl fmt::Display for TagRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// Two uses of one physical network that share tags.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{first_use} {first} and {second_use} {second} overlap; each kind of traffic needs ids of its own")]
pub struct NotSeparate {
    /// What the one is for.
    pub first_use: String,
    /// The one given first.
    pub first: TagRange,
    /// What the other is for.
    pub second_use: String,
    /// The other.
    pub second: TagRange,
}

/// Checks that the uses of one physical network, each named, have ranges of their own (PHYS-08).
///
/// # Errors
/// [`NotSeparate`] names two that share tags.
pub fn separate(uses: &[(&str, TagRange)]) -> Result<(), NotSeparate> {
    let bounds = uses.iter().map(|(_, range)| ((range.kind, range.first), (range.kind, range.last)));
    let Some((a, b)) = first_overlap(bounds) else { return Ok(()) };
    let ((first_use, first), (second_use, second)) = (uses[a], uses[b]);
    Err(NotSeparate { first_use: first_use.to_owned(), first, second_use: second_use.to_owned(), second })
}

/// No tag is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no free {} id: all {taken} are taken", .kind.word())]
pub struct NoFreeTag {
    /// The kind.
    pub kind: Isolation,
    /// How many there are, all of them taken.
    pub taken: u64,
}

/// Which tags of a physical network are free.
///
/// A guest network takes one when it is implemented for its first machine and gives it back when it is shut down after
/// its last (VLAN-02). CloudStack picks at random, so that a tag just given back is seldom the next one used.
///
/// ```
/// use cloudstack_core::{alloc::{TagPool, TagRange}, base::Seed, model::infra::Isolation};
/// let mut pool = TagPool::new(Isolation::Vlan, &TagRange::parse_list(Isolation::Vlan, "600-799,850")?)?;
/// let id = pool.take_random(&mut Seed::new(1))?;
/// assert!(pool.give(id));
/// assert_eq!((pool.take_lowest()?, pool.take(850), pool.free()), (600, true, 199));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TagPool {
    kind: Isolation,
    ranges: Vec<TagRange>,
    pool: RangePool,
}

impl TagPool {
    /// A pool in which every tag of `ranges` is free.
    ///
    /// # Errors
    /// [`BadTags`] if two ranges overlap or one is of another kind.
    pub fn new(kind: Isolation, ranges: &[TagRange]) -> Result<Self, BadTags> {
        if let Some(other) = ranges.iter().find(|range| range.kind != kind) {
            return Err(BadTags::Overlap { first: ranges[0], second: *other });
        }
        let spans: Vec<_> = ranges.iter().map(|range| (range.first.into(), range.last.into())).collect();
        match RangePool::new(&spans) {
            Ok(pool) => Ok(Self { kind, ranges: ranges.to_vec(), pool }),
            Err(BadRanges::Overlap(a, b)) => Err(BadTags::Overlap { first: ranges[a], second: ranges[b] }),
            Err(BadRanges::TooMany) => unreachable!("tags have 24 bits and no two ranges share one"),
        }
    }

    /// The same tags taken, in other ranges: what a change of a physical network's ranges comes to.
    ///
    /// # Errors
    /// [`BadTags::InUse`] if a tag in use would be left out; else as [`TagPool::new`].
    pub fn reshaped(&self, ranges: &[TagRange]) -> Result<Self, BadTags> {
        let mut pool = Self::new(self.kind, ranges)?;
        let mut ours = self.ranges.clone();
        ours.sort_unstable();
        for id in ours.iter().flat_map(|range| range.first..=range.last) {
            if !self.is_free(id) && !pool.take(id) {
                return Err(BadTags::InUse { kind: self.kind, id });
            }
        }
        Ok(pool)
    }

    /// The ranges, in the order given.
    #[must_use]
    pub fn ranges(&self) -> &[TagRange] {
        &self.ranges
    }

    /// How many tags are free.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.pool.ids().free()
    }

    /// How many tags are taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.pool.ids().taken()
    }

    /// True if `id` is in the ranges and free.
    #[must_use]
    pub fn is_free(&self, id: u32) -> bool {
        self.pool.is_free(id.into())
    }

    /// Takes tag `id`. False, and nothing changes, if it is taken or not in the ranges.
    #[must_use = "false means that somebody else has it"]
    pub fn take(&mut self, id: u32) -> bool {
        self.pool.take(id.into())
    }

    /// Takes the lowest free tag.
    ///
    /// # Errors
    /// [`NoFreeTag`] if there is none.
    pub fn take_lowest(&mut self) -> Result<u32, NoFreeTag> {
        // Numbers of the pool come from ranges of 32-bit tags, so they fit.
        self.pool.take_lowest().map(|id| id as u32).ok_or_else(|| self.none())
    }

    /// Takes a free tag, each with the same chance.
    ///
    /// # Errors
    /// [`NoFreeTag`] if there is none.
    pub fn take_random(&mut self, seed: &mut Seed) -> Result<u32, NoFreeTag> {
        self.pool.take_random(seed).map(|id| id as u32).ok_or_else(|| self.none())
    }

    /// Gives tag `id` back. False, and nothing changes, if it was not taken from here.
    #[must_use = "false means that it was given back twice, or never taken"]
    pub fn give(&mut self, id: u32) -> bool {
        self.pool.give(id.into())
    }

    fn none(&self) -> NoFreeTag {
        NoFreeTag { kind: self.kind, taken: self.taken() }
    }
}

/// What a VLAN is for in the example plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VlanUse {
    /// Management traffic: the cloud, hypervisors and system machines can reach it.
    Management,
    /// Public traffic of accounts.
    Public,
    /// Guest traffic of one account; the cloud picks the VLAN.
    GuestPicked,
    /// Guest traffic of one account; an administrator assigns the VLAN.
    GuestAssigned,
    /// Guest traffic of a project, a domain or all accounts.
    GuestShared,
    /// Kept for later use.
    Reserved,
}

/// The example VLAN plan, lowest first, every tag in one row (VLAN-01).
///
/// The plan as published ends one row at 999 and begins the next above 1000; 1000 is counted as reserved, since no use
/// is named for it.
#[rustfmt::skip]
pub const EXAMPLE_PLAN: [(u32, u32, VlanUse); 6] = [
    (1,     499,   VlanUse::Management),
    (500,   599,   VlanUse::Public),
    (600,   799,   VlanUse::GuestPicked),
    (800,   899,   VlanUse::GuestAssigned),
    (900,   999,   VlanUse::GuestShared),
    (1_000, 4_094, VlanUse::Reserved),
];

/// What VLAN `id` is for in [`EXAMPLE_PLAN`]; nothing if it is no VLAN.
#[must_use]
pub fn example_use(id: u32) -> Option<VlanUse> {
    EXAMPLE_PLAN.iter().find(|(first, last, _)| (*first..=*last).contains(&id)).map(|(_, _, use_)| *use_)
}

#[cfg(test)]
mod tests;

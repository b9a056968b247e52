//! Several ranges of numbers, given out as one.

use super::FreeSet;
use crate::base::Seed;

/// Inclusive: first and last number.
type Span = (u128, u128);

/// Disjoint inclusive ranges of numbers, laid end to end on one [`FreeSet`].
#[derive(Debug, Clone)]
pub(in crate::alloc) struct RangePool {
    /// Rising, disjoint, none empty.
    segments: Vec<Segment>,
    ids: FreeSet,
}

/// The numbers from `first` have the ids from `base`.
#[derive(Debug, Clone, Copy)]
struct Segment {
    first: u128,
    last: u128,
    base: u64,
}

/// Ranges that cannot be given out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::alloc) enum BadRanges {
    /// These two, by their place in the list, share numbers.
    Overlap(usize, usize),
    /// There are 2⁶⁴ numbers or more.
    TooMany,
}

impl RangePool {
    /// All numbers of `ranges`, in any order, are free.
    pub(in crate::alloc) fn new(ranges: &[Span]) -> Result<Self, BadRanges> {
        if let Some((a, b)) = first_overlap(ranges.iter().copied()) {
            return Err(BadRanges::Overlap(a, b));
        }
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable();
        let (mut segments, mut base) = (Vec::with_capacity(sorted.len()), 0_u64);
        for (first, last) in sorted {
            segments.push(Segment { first, last, base });
            let size = u64::try_from(last - first).ok().and_then(|steps| steps.checked_add(1));
            base = size.and_then(|size| base.checked_add(size)).ok_or(BadRanges::TooMany)?;
        }
        Ok(Self { segments, ids: FreeSet::new(base) })
    }

    pub(in crate::alloc) fn ids(&self) -> &FreeSet {
        &self.ids
    }

    pub(in crate::alloc) fn contains(&self, number: u128) -> bool {
        self.id(number).is_some()
    }

    pub(in crate::alloc) fn is_free(&self, number: u128) -> bool {
        self.id(number).is_some_and(|id| self.ids.is_free(id))
    }

    /// False if it is taken or not in the ranges.
    pub(in crate::alloc) fn take(&mut self, number: u128) -> bool {
        self.id(number).is_some_and(|id| self.ids.take(id))
    }

    pub(in crate::alloc) fn take_lowest(&mut self) -> Option<u128> {
        self.ids.take_lowest().map(|id| self.number(id))
    }

    pub(in crate::alloc) fn take_random(&mut self, seed: &mut Seed) -> Option<u128> {
        self.ids.take_random(seed).map(|id| self.number(id))
    }

    /// False if it was not taken.
    pub(in crate::alloc) fn give(&mut self, number: u128) -> bool {
        self.id(number).is_some_and(|id| self.ids.give(id))
    }

    fn id(&self, number: u128) -> Option<u64> {
        let after = self.segments.partition_point(|segment| segment.first <= number);
        let segment = self.segments[..after].last().filter(|segment| number <= segment.last)?;
        Some(segment.base + (number - segment.first) as u64)
    }

    /// The number with this id, which is in the set.
    fn number(&self, id: u64) -> u128 {
        let after = self.segments.partition_point(|segment| segment.base <= id);
        let segment = self.segments[after - 1];
        segment.first + u128::from(id - segment.base)
    }
}

/// Two of `ranges`, by their places, that share a number; the lower place first.
pub(in crate::alloc) fn first_overlap<T: Ord + Copy>(
    ranges: impl IntoIterator<Item = (T, T)>,
) -> Option<(usize, usize)> {
    let mut sorted: Vec<_> =
        ranges.into_iter().enumerate().map(|(place, (first, last))| (first, last, place)).collect();
    sorted.sort_unstable();
    // Among ranges sorted by their start, if any two overlap then two neighbours do.
    let (a, b) = sorted.windows(2).find(|pair| pair[1].0 <= pair[0].1).map(|pair| (pair[0].2, pair[1].2))?;
    Some((a.min(b), a.max(b)))
}

/// What is left of `ranges` without the numbers of `barred`.
pub(in crate::alloc) fn without(ranges: &[Span], barred: &[Span]) -> Vec<Span> {
    let mut left = ranges.to_vec();
    for (from, to) in barred {
        let cut = |(first, last): Span| {
            let below = (first < *from).then(|| (first, last.min(from - 1)));
            let above = (last > *to).then(|| (first.max(to + 1), last));
            below.into_iter().chain(above)
        };
        left = left.into_iter().flat_map(cut).collect();
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cutting_leaves_exactly_the_numbers_that_are_not_barred(
            ranges in proptest::collection::vec((0..60_u128, 0..20_u128), 0..4),
            barred in proptest::collection::vec((0..60_u128, 0..10_u128), 0..6),
        ) {
            let span = |list: Vec<Span>| list.into_iter().map(|(first, more)| (first, first + more)).collect::<Vec<_>>();
            let (ranges, barred) = (span(ranges), span(barred));
            let left = without(&ranges, &barred);
            let within = |list: &[Span], n| list.iter().filter(|(first, last)| (*first..=*last).contains(&n)).count();
            for n in 0..90 {
                let expected = if within(&barred, n) > 0 { 0 } else { within(&ranges, n) };
                prop_assert_eq!(within(&left, n), expected, "{}", n);
            }
        }

        #[test]
        fn an_overlap_is_found_exactly_if_there_is_one(list in proptest::collection::vec((0..100_u32, 0..12_u32), 0..8)) {
            let list: Vec<_> = list.into_iter().map(|(first, more)| (first, first + more)).collect();
            let meet = |a: (u32, u32), b: (u32, u32)| a.0 <= b.1 && b.0 <= a.1;
            let any = (0..list.len()).any(|a| (0..a).any(|b| meet(list[a], list[b])));
            match first_overlap(list.iter().copied()) {
                Some((a, b)) => prop_assert!(a < b && meet(list[a], list[b])),
                None => prop_assert!(!any),
            }
        }

        #[test]
        fn ids_and_numbers_are_one_to_one(gaps in proptest::collection::vec((1..9_u128, 0..9_u128), 1..6)) {
            let mut next = 0;
            let ranges: Vec<Span> = gaps.iter().map(|(gap, more)| {
                let span = (next + gap, next + gap + more);
                next = span.1 + 1;
                span
            }).collect();
            let mut pool = RangePool::new(&ranges).unwrap();
            let all: Vec<u128> = ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
            let given: Vec<u128> = std::iter::from_fn(|| pool.take_lowest()).collect();
            prop_assert_eq!(&given, &all);
            prop_assert!(all.iter().all(|n| pool.contains(*n) && pool.give(*n) && !pool.give(*n)));
        }
    }

    #[test]
    fn two_to_the_64_numbers_are_too_many() {
        assert_eq!(RangePool::new(&[(0, u128::from(u64::MAX))]).unwrap_err(), BadRanges::TooMany);
        assert_eq!(RangePool::new(&[(1, u128::from(u64::MAX))]).unwrap().ids().len(), u64::MAX);
        assert_eq!(RangePool::new(&[(5, 6), (0, 1), (1, 2)]).unwrap_err(), BadRanges::Overlap(1, 2));
    }
}

//! The one engine: which number of `0..len` is free?

mod bitmap;
mod pool;
mod spans;

use crate::base::Seed;
use bitmap::Bitmap;
pub(super) use pool::{BadRanges, RangePool, first_overlap, without};
use spans::Spans;

/// The numbers `0..len`, each free or taken.
///
/// Up to [`FreeSet::DENSE`] numbers are kept as one bit each under three levels of summary, so that every operation
/// touches at most four words whatever the fill, and 2²⁴ numbers need 2.04 MiB, of which the system maps only what was
/// touched. More numbers than that (an IPv6 subnet) are kept as the spans that are free: 2⁶⁴−1 numbers cost nothing
/// until they are taken apart. Both forms answer alike.
///
/// ```
/// use cloudstack_core::alloc::FreeSet;
/// let mut ids = FreeSet::new(1 << 24);
/// assert_eq!((ids.take_lowest(), ids.take_lowest()), (Some(0), Some(1)));
/// assert!(ids.give(0));
/// assert!(!ids.give(0), "given back twice");
/// assert_eq!(ids.take_lowest(), Some(0));
/// assert_eq!(ids.taken(), 2);
/// ```
#[derive(Debug, Clone)]
pub struct FreeSet(Form);

#[derive(Debug, Clone)]
enum Form {
    Dense(Bitmap),
    Sparse(Spans),
}

/// Runs the same expression on either form.
macro_rules! either {
    ($set:expr, $form:ident => $body:expr) => {
        match $set {
            Form::Dense($form) => $body,
            Form::Sparse($form) => $body,
        }
    };
}

impl FreeSet {
    /// The longest set that is kept as one bit per number: a /8 of IPv4, or every VXLAN network identifier.
    pub const DENSE: u64 = 1 << 24;

    /// A set in which all of `0..len` is free.
    #[must_use]
    pub fn new(len: u64) -> Self {
        match u32::try_from(len) {
            Ok(short) if len <= Self::DENSE => Self(Form::Dense(Bitmap::new(short))),
            _ => Self(Form::Sparse(Spans::new(len))),
        }
    }

    /// How many numbers there are, free or taken.
    #[must_use]
    pub fn len(&self) -> u64 {
        either!(&self.0, form => form.len())
    }

    /// True if there are no numbers at all, neither free nor taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many are free.
    #[must_use]
    pub fn free(&self) -> u64 {
        either!(&self.0, form => form.free())
    }

    /// How many are taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.len() - self.free()
    }

    /// True if `id` is in the set and free.
    #[must_use]
    pub fn is_free(&self, id: u64) -> bool {
        either!(&self.0, form => form.is_free(id))
    }

    /// The lowest free number that is `from` or more.
    #[must_use]
    pub fn next_free(&self, from: u64) -> Option<u64> {
        either!(&self.0, form => form.next_free(from))
    }

    /// Takes `id`. False, and nothing changes, if it is taken or beyond the end.
    #[must_use = "false means that somebody else has it"]
    pub fn take(&mut self, id: u64) -> bool {
        either!(&mut self.0, form => form.take(id))
    }

    /// Takes the lowest free number; nothing if all are taken.
    pub fn take_lowest(&mut self) -> Option<u64> {
        either!(&mut self.0, form => form.take_lowest())
    }

    /// Takes a free number, each with the same chance; nothing if all are taken.
    ///
    /// Numbers are drawn until a free one comes up, while so many are free that this is soon; else one of the few free
    /// ones is drawn by its rank. So the work grows with the root of the length at most: some 10 µs in the worst /8.
    pub fn take_random(&mut self, seed: &mut Seed) -> Option<u64> {
        let (len, free) = (self.len(), self.free());
        if u128::from(free) * u128::from(free) >= u128::from(len) && free > 0 {
            // The chance that all of these draws miss is below e⁻³².
            for _ in 0..32 * (len / free + 1) {
                let id = seed.below(len);
                if self.take(id) {
                    return Some(id);
                }
            }
        }
        let id = self.nth_free(seed.below(free))?;
        self.take(id).then_some(id)
    }

    /// Gives `id` back. False, and nothing changes, if it was not taken.
    #[must_use = "false means that it was given back twice, or never taken"]
    pub fn give(&mut self, id: u64) -> bool {
        either!(&mut self.0, form => form.give(id))
    }

    /// Bytes on the heap. Of a dense set the system maps only the pages that were touched.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        either!(&self.0, form => form.heap_bytes())
    }

    fn nth_free(&self, rank: u64) -> Option<u64> {
        either!(&self.0, form => form.nth_free(rank))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[derive(Debug, Clone)]
    enum Op {
        Lowest,
        Take(u64),
        Random(u64),
        Give(u64),
        Next(u64),
    }

    fn ops(len: u64) -> impl Strategy<Value = Vec<Op>> {
        // A few beyond the end, and crowded near the start so that ids meet.
        let id = prop_oneof![0..len.min(70) + 2, 0..len + 2];
        let op = prop_oneof![
            4 => Just(Op::Lowest),
            2 => id.clone().prop_map(Op::Take),
            1 => any::<u64>().prop_map(Op::Random),
            3 => id.clone().prop_map(Op::Give),
            1 => id.prop_map(Op::Next),
        ];
        proptest::collection::vec(op, 0..300)
    }

    /// Runs `ops` on `set` and on a plain ordered set of the free numbers, from the same start.
    fn agree(mut set: FreeSet, mut free: BTreeSet<u64>, ops: Vec<Op>) -> Result<(), TestCaseError> {
        let len = set.len();
        for op in ops {
            match op {
                Op::Lowest => prop_assert_eq!(set.take_lowest(), free.pop_first()),
                Op::Take(id) => prop_assert_eq!(set.take(id), free.remove(&id)),
                Op::Give(id) => prop_assert_eq!(set.give(id), id < len && free.insert(id)),
                Op::Next(id) => prop_assert_eq!(set.next_free(id), free.range(id..).next().copied()),
                Op::Random(seed) => match set.take_random(&mut Seed::new(seed)) {
                    Some(id) => prop_assert!(free.remove(&id), "{id} was not free"),
                    None => prop_assert!(free.is_empty()),
                },
            }
            prop_assert_eq!(set.free(), free.len() as u64);
        }
        for id in 0..len + 2 {
            prop_assert_eq!(set.is_free(id), free.contains(&id), "{}", id);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn both_forms_do_what_an_ordered_set_does(
            (len, ops) in prop_oneof![0..200_u64, 4_090..4_100_u64, 8_000..9_000_u64].prop_flat_map(|len| (Just(len), ops(len))),
            full in any::<bool>(),
        ) {
            let mut dense = FreeSet(Form::Dense(Bitmap::new(len as u32)));
            let mut sparse = FreeSet(Form::Sparse(Spans::new(len)));
            let mut free: BTreeSet<u64> = (0..len).collect();
            // Nearly full sets are where summaries and merging matter.
            while full && free.len() > 3 {
                let id = free.pop_last().unwrap();
                prop_assert!(dense.take(id) && sparse.take(id));
            }
            agree(dense, free.clone(), ops.clone())?;
            agree(sparse, free, ops)?;
        }
    }

    #[test]
    fn a_slash_8_fills_to_the_last_one_and_fits_in_two_mebibytes() {
        let mut set = FreeSet::new(FreeSet::DENSE);
        assert!(set.heap_bytes() as f64 <= 2.1 * 1_048_576.0, "{}", set.heap_bytes());
        for expected in 0..FreeSet::DENSE {
            assert_eq!(set.take_lowest(), Some(expected));
        }
        assert_eq!((set.take_lowest(), set.free(), set.next_free(0)), (None, 0, None));
        assert_eq!(set.take_random(&mut Seed::new(1)), None);
        // And on from there, all four levels, beside an ordered set.
        let (mut seed, mut free) = (Seed::new(8), BTreeSet::new());
        for step in 0..100_000 {
            let id = seed.below(FreeSet::DENSE);
            // Now and then a crowd of neighbours, so that words and their summaries empty and fill again.
            let crowd = if step % 1_000 == 0 { id..(id + 5_000).min(FreeSet::DENSE) } else { id..id + 1 };
            crowd.for_each(|id| assert_eq!(set.give(id), free.insert(id)));
            assert_eq!(set.next_free(id / 2), free.range(id / 2..).next().copied());
            for _ in 0..seed.below(12) {
                assert_eq!(set.take_lowest(), free.pop_first());
            }
            assert_eq!(set.free(), free.len() as u64);
        }
    }

    #[test]
    fn a_subnet_of_two_to_the_64_costs_nothing_until_used() {
        let mut set = FreeSet::new(u64::MAX);
        assert_eq!(set.heap_bytes(), 0);
        assert!(set.take(u64::MAX - 1) && !set.take(u64::MAX), "the end is exclusive");
        assert_eq!((set.take_lowest(), set.take_lowest()), (Some(0), Some(1)));
        assert!(set.give(0) && set.give(u64::MAX - 1));
        assert_eq!((set.taken(), set.next_free(1)), (1, Some(2)));
    }

    /// A pick among the free ones: every one comes up about as often as the others, whichever way it is drawn.
    #[test]
    fn random_picks_are_uniform_over_the_free_ones() {
        // 5 free of 1,000 are drawn by rank; 50 free of 1,000 by trial.
        for few in [5_u64, 50] {
            let mut set = FreeSet::new(1_000);
            for id in 0..1_000 {
                assert!(id % (1_000 / few) == 3 || set.take(id));
            }
            let (mut seed, mut drawn) = (Seed::new(11), std::collections::BTreeMap::<u64, u32>::new());
            for _ in 0..few * 400 {
                let id = set.take_random(&mut seed).unwrap();
                assert!(set.give(id));
                *drawn.entry(id).or_default() += 1;
            }
            assert_eq!(drawn.len() as u64, few, "all of the free ones, and no other");
            // 400 expected, standard deviation 20: five of them either way.
            assert!(drawn.values().all(|n| (300..500).contains(n)), "{drawn:?}");
        }
    }
}

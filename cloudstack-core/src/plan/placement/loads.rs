//! Clusters of a zone in order of load, kept as a tournament: a change touches one path, and only as much of the order is
//! worked out as is looked at.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Loads by position; a position without a load is never given out.
#[derive(Debug, Clone, Default)]
pub(super) struct Loads {
    /// A complete binary tree: the root at 1, leaves from `width` on, each node the least of its two below.
    least: Vec<u64>,
    width: usize,
}

/// Not in the order at all; real loads are below, see [`Loads::set`].
const NONE: u64 = u64::MAX;

impl Loads {
    /// Sets the load of a position, `None` to take it out.
    pub(super) fn set(&mut self, position: usize, load: Option<u64>) {
        while position >= self.width {
            self.grow();
        }
        let mut node = self.width + position;
        self.least[node] = load.map_or(NONE, |load| load.min(NONE - 1));
        while node > 1 {
            node /= 2;
            let least = self.least[2 * node].min(self.least[2 * node + 1]);
            if self.least[node] == least {
                return;
            }
            self.least[node] = least;
        }
    }

    /// Positions, least loaded first, equally loaded ones by position.
    pub(super) fn ascending(&self) -> impl Iterator<Item = usize> {
        let mut open = BinaryHeap::new();
        if self.width > 0 && self.least[1] != NONE {
            open.push(Reverse((self.least[1], 0, 1)));
        }
        std::iter::from_fn(move || {
            while let Some(Reverse((_, first, node))) = open.pop() {
                if node >= self.width {
                    return Some(node - self.width);
                }
                let half = (self.width >> node.ilog2()) / 2;
                for (below, first) in [(2 * node, first), (2 * node + 1, first + half)] {
                    if self.least[below] != NONE {
                        // The first position below a node stands for it among equals, so that positions come in order.
                        open.push(Reverse((self.least[below], first, below)));
                    }
                }
            }
            None
        })
    }

    fn grow(&mut self) {
        let width = (self.width * 2).max(1);
        let mut least = vec![NONE; 2 * width];
        let leaves = self.least.get(self.width..).unwrap_or(&[]);
        least[width..width + leaves.len()].copy_from_slice(leaves);
        for node in (1..width).rev() {
            least[node] = least[2 * node].min(least[2 * node + 1]);
        }
        (self.least, self.width) = (least, width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    #[test]
    fn the_order_is_the_sorted_one_through_any_history() {
        for seed in 0..60 {
            let mut seed = Seed::new(seed);
            let (mut loads, mut plain) = (Loads::default(), std::collections::BTreeMap::new());
            for _ in 0..200 {
                let (position, load) = (seed.below(40) as usize, seed.below(9));
                let load = seed.chance(4, 5).then_some(load);
                loads.set(position, load);
                match load {
                    Some(load) => plain.insert(position, load),
                    None => plain.remove(&position),
                };
                let mut wanted: Vec<_> = plain.iter().map(|(position, load)| (*load, *position)).collect();
                wanted.sort_unstable();
                assert!(loads.ascending().eq(wanted.iter().map(|(_, position)| *position)));
            }
        }
    }
}

//! The dense form: one bit per number, and a bit above each full word.

/// Levels of 64-bit words that 2²⁴ numbers need.
const LEVELS: usize = 4;
const FULL: u64 = u64::MAX;

/// A 64-ary tree of "taken" bits without pointers.
///
/// In the lowest level a set bit is a taken number. In every level above, a set bit is a word below that is full; the
/// highest level is one word. A number is taken with one write, and with one more for each word that fills.
///
/// Invariant: a bit above the lowest level is set exactly if the word it stands for is [`FULL`]; bits beyond the end of
/// a level are set, so that they are never found.
///
/// "Taken" is 1 because new zeroed memory is then a free set, and the system maps such memory only when it is touched.
#[derive(Debug, Clone)]
pub(super) struct Bitmap {
    /// Every level, the lowest first.
    words: Vec<u64>,
    /// Where each level begins in `words`.
    starts: [u32; LEVELS],
    depth: u8,
    len: u32,
    free: u32,
}

impl Bitmap {
    /// All of `0..len` is free; `len` is at most 2²⁴.
    pub(super) fn new(len: u32) -> Self {
        debug_assert!(len <= 1 << (6 * LEVELS), "a longer set is kept as spans");
        let (mut starts, mut depth, mut total) = ([0; LEVELS], 0, 0_u32);
        let mut tails = [(0, 0); LEVELS];
        let mut bits = len;
        loop {
            let size = bits.div_ceil(64).max(1);
            let beyond = FULL.checked_shl(bits - (size - 1) * 64).unwrap_or(0);
            starts[depth] = total;
            total += size;
            tails[depth] = (total as usize - 1, beyond);
            depth += 1;
            if size == 1 {
                break;
            }
            bits = size;
        }
        let mut words = vec![0; total as usize];
        for (last, beyond) in &tails[..depth] {
            words[*last] = *beyond;
        }
        Self { words, starts, depth: depth as u8, len, free: len }
    }

    pub(super) fn len(&self) -> u64 {
        u64::from(self.len)
    }

    pub(super) fn free(&self) -> u64 {
        u64::from(self.free)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }

    pub(super) fn is_free(&self, id: u64) -> bool {
        id < self.len() && self.words[id as usize / 64] >> (id % 64) & 1 == 0
    }

    pub(super) fn take(&mut self, id: u64) -> bool {
        let free = self.is_free(id);
        if free {
            self.mark(id as usize);
        }
        free
    }

    pub(super) fn take_lowest(&mut self) -> Option<u64> {
        if self.free == 0 {
            return None;
        }
        let id = self.lowest_under(usize::from(self.depth), 0);
        self.mark(id);
        Some(id as u64)
    }

    pub(super) fn give(&mut self, id: u64) -> bool {
        if id >= self.len() || self.is_free(id) {
            return false;
        }
        self.free += 1;
        // Nothing above a free number is full, so no level needs looking at.
        let mut index = id as usize;
        for start in &self.starts[..usize::from(self.depth)] {
            self.words[*start as usize + index / 64] &= !(1 << (index % 64));
            index /= 64;
        }
        true
    }

    pub(super) fn next_free(&self, from: u64) -> Option<u64> {
        if from >= self.len() {
            return None;
        }
        // Up, looking right in each word, until something is not full; then down its left edge.
        let mut index = from as usize;
        for (level, start) in self.starts[..usize::from(self.depth)].iter().enumerate() {
            if level > 0 && index.is_multiple_of(64) {
                // A whole word, and the level above knows whether it is full.
                index /= 64;
                continue;
            }
            let open = !self.words[*start as usize + index / 64] & (FULL << (index % 64));
            if open != 0 {
                let found = index / 64 * 64 + open.trailing_zeros() as usize;
                return Some(self.lowest_under(level, found) as u64);
            }
            index = index / 64 + 1;
        }
        None
    }

    pub(super) fn nth_free(&self, rank: u64) -> Option<u64> {
        let first = self.next_free(0);
        std::iter::successors(first, |id| self.next_free(id + 1)).nth(usize::try_from(rank).ok()?)
    }

    /// Takes a number that is free.
    fn mark(&mut self, id: usize) {
        self.free -= 1;
        let mut index = id;
        for start in &self.starts[..usize::from(self.depth)] {
            let word = &mut self.words[*start as usize + index / 64];
            *word |= 1 << (index % 64);
            if *word != FULL {
                break;
            }
            index /= 64;
        }
    }

    /// The lowest free number below bit `index` of level `level`, which is not full. At level 0 that is `index` itself.
    fn lowest_under(&self, level: usize, mut index: usize) -> usize {
        for start in self.starts[..level].iter().rev() {
            index = index * 64 + self.words[*start as usize + index].trailing_ones() as usize;
        }
        index
    }
}

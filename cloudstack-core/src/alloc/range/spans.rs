//! The sparse form: the spans that are free.

use std::collections::BTreeMap;

/// Free spans, keyed by their first number, valued by their last. No two touch.
#[derive(Debug, Clone)]
pub(super) struct Spans {
    spans: BTreeMap<u64, u64>,
    len: u64,
    free: u64,
}

impl Spans {
    /// All of `0..len` is free.
    pub(super) fn new(len: u64) -> Self {
        let spans = len.checked_sub(1).map(|last| (0, last)).into_iter().collect();
        Self { spans, len, free: len }
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn free(&self) -> u64 {
        self.free
    }

    /// About what the map needs beyond its first span: two numbers for each.
    pub(super) fn heap_bytes(&self) -> usize {
        self.spans.len().saturating_sub(1) * 2 * size_of::<u64>()
    }

    pub(super) fn is_free(&self, id: u64) -> bool {
        self.around(id).is_some()
    }

    pub(super) fn take(&mut self, id: u64) -> bool {
        let Some((first, last)) = self.around(id) else { return false };
        self.free -= 1;
        self.spans.remove(&first);
        if first < id {
            self.spans.insert(first, id - 1);
        }
        if id < last {
            self.spans.insert(id + 1, last);
        }
        true
    }

    pub(super) fn take_lowest(&mut self) -> Option<u64> {
        let lowest = *self.spans.first_key_value()?.0;
        self.take(lowest).then_some(lowest)
    }

    pub(super) fn give(&mut self, id: u64) -> bool {
        if id >= self.len || self.is_free(id) {
            return false;
        }
        self.free += 1;
        let first = match self.spans.range(..id).next_back() {
            Some((first, last)) if last + 1 == id => *first,
            _ => id,
        };
        // `id + 1` is at most `len`, so it does not overflow.
        let last = self.spans.remove(&(id + 1)).unwrap_or(id);
        self.spans.insert(first, last);
        true
    }

    pub(super) fn next_free(&self, from: u64) -> Option<u64> {
        if self.is_free(from) {
            return Some(from);
        }
        self.spans.range(from..).next().map(|(first, _)| *first)
    }

    pub(super) fn nth_free(&self, mut rank: u64) -> Option<u64> {
        for (first, last) in &self.spans {
            let size = last - first + 1;
            if rank < size {
                return Some(first + rank);
            }
            rank -= size;
        }
        None
    }

    /// The free span that holds `id`.
    fn around(&self, id: u64) -> Option<(u64, u64)> {
        self.spans.range(..=id).next_back().map(|(first, last)| (*first, *last)).filter(|(_, last)| id <= *last)
    }
}

//! Ranges in several dimensions that do not overlap. The kernel's sets of ranges take no others, and intent may overlap as it
//! likes: the first cell keeps what it has, a later one gets what is left.

/// An inclusive range.
pub(super) type Span = (u32, u32);

/// Every value of 32 bits, for instance every IPv4 address.
pub(super) const ALL: Span = (0, u32::MAX);

/// A range in each dimension.
pub(super) type Cell<const D: usize> = [Span; D];

/// Cells with values, no two of which overlap.
#[derive(Debug)]
pub(super) struct Cells<const D: usize, V> {
    cells: Vec<(Cell<D>, V)>,
    /// The cells by the upper bits of their first dimension, so that of many narrow ones few are looked at.
    near: Vec<Vec<u32>>,
    /// Those that would be in too many.
    wide: Vec<u32>,
}

/// Values of the first dimension that share a list: ports have 16 bits, and 256 lists.
const SHIFT: u32 = 8;
const LISTS: usize = 256;
const WIDE: usize = 16;

fn meet<const D: usize>(a: &Cell<D>, b: &Cell<D>) -> bool {
    a.iter().zip(b).all(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
}

/// The parts of `cell` that are not in `taken`, which meets it; at most two for each dimension.
fn without<const D: usize>(mut cell: Cell<D>, taken: &Cell<D>, out: &mut Vec<Cell<D>>) {
    for at in 0..D {
        let (span, hole) = (cell[at], taken[at]);
        if span.0 < hole.0 {
            let mut part = cell;
            part[at] = (span.0, hole.0 - 1);
            out.push(part);
        }
        if span.1 > hole.1 {
            let mut part = cell;
            part[at] = (hole.1 + 1, span.1);
            out.push(part);
        }
        cell[at] = (span.0.max(hole.0), span.1.min(hole.1));
    }
}

impl<const D: usize, V: Copy> Cells<D, V> {
    pub(super) fn new() -> Self {
        Self { cells: Vec::new(), near: Vec::new(), wide: Vec::new() }
    }

    /// Adds what of this cell no earlier one has.
    pub(super) fn add(&mut self, cell: Cell<D>, value: V) {
        let mut parts = vec![cell];
        let lists = Self::lists(&cell);
        match lists.size_hint().0 > WIDE {
            true => {
                for at in 0..self.cells.len() {
                    self.cut(at as u32, &mut parts);
                }
            }
            false => {
                for at in 0..self.wide.len() {
                    self.cut(self.wide[at], &mut parts);
                }
                for list in lists.filter(|list| *list < self.near.len()) {
                    for at in 0..self.near[list].len() {
                        self.cut(self.near[list][at], &mut parts);
                    }
                }
            }
        }
        for part in parts {
            self.place(part, value);
        }
    }

    fn lists(cell: &Cell<D>) -> std::ops::RangeInclusive<usize> {
        let list = |value: u32| ((value >> SHIFT) as usize).min(LISTS - 1);
        list(cell[0].0)..=list(cell[0].1)
    }

    fn cut(&self, at: u32, parts: &mut Vec<Cell<D>>) {
        let taken = &self.cells[at as usize].0;
        if !parts.iter().any(|part| meet(part, taken)) {
            return;
        }
        let mut left = Vec::with_capacity(parts.len() + 2);
        for part in parts.drain(..) {
            match meet(&part, taken) {
                true => without(part, taken, &mut left),
                false => left.push(part),
            }
        }
        *parts = left;
    }

    fn place(&mut self, cell: Cell<D>, value: V) {
        let at = self.cells.len() as u32;
        self.cells.push((cell, value));
        let lists = Self::lists(&cell);
        if lists.size_hint().0 > WIDE {
            self.wide.push(at);
            return;
        }
        if self.near.is_empty() {
            self.near.resize_with(LISTS, Vec::new);
        }
        for list in lists {
            self.near[list].push(at);
        }
    }

    /// The cells, in the order they came in.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Cell<D>, V)> {
        self.cells.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::Seed;

    #[test]
    fn every_point_belongs_to_the_first_cell_that_holds_it_and_to_no_other() {
        for run in 0..200 {
            let mut seed = Seed::new(run);
            let mut span = |limit: u64| {
                let (a, b) = (seed.below(limit) as u32, seed.below(limit) as u32);
                (a.min(b), a.max(b))
            };
            let given: Vec<Cell<2>> = (0..12).map(|_| [span(40_000), span(12)]).collect();
            let mut cells = Cells::new();
            for (at, cell) in given.iter().enumerate() {
                cells.add(*cell, at);
            }
            let mut seed = Seed::new(run + 1_000);
            for _ in 0..300 {
                let point = [seed.below(40_000) as u32, seed.below(12) as u32];
                let holds = |cell: &Cell<2>| cell.iter().zip(point).all(|(span, p)| span.0 <= p && p <= span.1);
                let wanted = given.iter().position(holds);
                let found: Vec<usize> = cells.iter().filter(|(cell, _)| holds(cell)).map(|(_, at)| *at).collect();
                assert_eq!(found, Vec::from_iter(wanted), "{point:?} among {given:?}");
            }
        }
    }

    #[test]
    fn a_cell_that_is_there_adds_nothing() {
        let mut cells = Cells::new();
        cells.add([(80, 90), ALL], ());
        cells.add([(82, 85), (1, 2)], ());
        assert_eq!(cells.iter().count(), 1);
        cells.add([(70, 95), ALL], ());
        let rest: Vec<_> = cells.iter().skip(1).map(|(cell, ())| cell[0]).collect();
        assert_eq!(rest, [(70, 79), (91, 95)]);
    }
}

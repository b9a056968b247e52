//! Where the fields of a shape stand, by name: a table that is made when the program is compiled, so that a name is found by
//! comparing it once or twice, in whatever order fields are written.

use super::Field;

/// As many places as a table has: a power of two, and more than twice as many as any shape has fields.
const PLACES: usize = 256;
/// Nothing stands here.
const FREE: u8 = u8::MAX;

/// The numbers of fields, each at the place its name leads to, or at the next that was free.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Places([u8; PLACES]);

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Places")
    }
}

/// The place a name leads to: by its length and four of its letters, which tells most names of a shape apart.
const fn place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let length = bytes.len();
    if length == 0 {
        return 0;
    }
    let (first, last) = (bytes[0] as u32, bytes[length - 1] as u32);
    let (middle, early) = (bytes[length / 2] as u32, bytes[length / 3] as u32);
    let letters = (first | last << 8 | middle << 16 | early << 24) ^ (length as u32).wrapping_mul(0x85eb_ca6b);
    (letters.wrapping_mul(0x9e37_79b1) >> 24) as usize % PLACES
}

impl Places {
    /// The table of these fields.
    pub(super) const fn of(fields: &[Field]) -> Self {
        assert!(fields.len() < PLACES / 2, "a shape has too many fields for its table");
        let mut places = [FREE; PLACES];
        let mut number = 0;
        while number < fields.len() {
            let mut at = place(fields[number].name);
            while places[at] != FREE {
                at = (at + 1) % PLACES;
            }
            places[at] = number as u8;
            number += 1;
        }
        Self(places)
    }

    /// The number of the field of this name.
    pub(super) fn find(&self, fields: &[Field], name: &str) -> Option<usize> {
        let mut at = place(name);
        loop {
            match self.0[at] {
                FREE => return None,
                number if fields[usize::from(number)].name == name => return Some(usize::from(number)),
                _ => at = (at + 1) % PLACES,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{COMMANDS, Shape};
    use std::collections::BTreeMap;

    fn gather(shape: &'static Shape, found: &mut BTreeMap<&'static str, &'static Shape>) {
        if found.insert(shape.name, shape).is_none() {
            shape.fields.iter().filter_map(|field| field.shape).for_each(|shape| gather(shape, found));
        }
    }

    /// Every field of every shape is found, no other is, and few comparisons are needed.
    #[test]
    fn every_field_is_found_by_its_name() {
        let mut shapes = BTreeMap::new();
        COMMANDS.iter().for_each(|row| gather(row.reply, &mut shapes));
        let (mut fields, mut steps) = (0, 0);
        for shape in shapes.values() {
            for (number, field) in shape.fields.iter().enumerate() {
                let first = shape.fields.iter().position(|f| f.name == field.name);
                assert_eq!(shape.places.find(shape.fields, field.name), first, "{} {}", shape.name, field.name);
                let stands = shape.places.0.iter().position(|n| usize::from(*n) == number).unwrap();
                fields += 1;
                steps += (stands + PLACES - place(field.name)) % PLACES;
            }
            for other in ["", "x", "colour", "virtualmachine", "名"] {
                assert_eq!(shape.field(other).is_some(), shape.fields.iter().any(|f| f.name == other));
            }
        }
        assert!(fields > 1_000 && steps < fields, "{steps} steps aside for {fields} fields");
    }
}

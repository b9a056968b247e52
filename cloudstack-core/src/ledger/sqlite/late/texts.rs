//! Rows as bytes, in pieces that are let go as a whole: a row costs a copy, and no allocation of its own.

use crate::model::Value;
use crate::port::store::StoredRow;
use std::{borrow::Cow, collections::VecDeque};

/// Bytes of a piece; a row that is longer has one to itself.
const PIECE: usize = 1024 * 1024;

/// Where a row lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    piece: usize,
    start: usize,
    pub(super) length: usize,
}

#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    /// How many rows in it are still wanted.
    live: usize,
}

/// The rows.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pieces: VecDeque<Piece>,
    /// The number of the first piece.
    first: usize,
}

impl Texts {
    /// Keeps the promoted values and the body of a row.
    pub(super) fn put(&mut self, row: &StoredRow) -> Place {
        let most = row.body.len() + row.columns.iter().map(room).sum::<usize>();
        if self.pieces.back().is_none_or(|last| last.bytes.capacity() - last.bytes.len() < most) {
            self.pieces.push_back(Piece { bytes: Vec::with_capacity(most.max(PIECE)), live: 0 });
        }
        let piece = self.first + self.pieces.len() - 1;
        let last = self.pieces.back_mut().expect("there is one by now");
        let start = last.bytes.len();
        row.columns.iter().for_each(|value| write(&mut last.bytes, value));
        last.bytes.extend_from_slice(row.body.as_bytes());
        last.live += 1;
        Place { piece, start, length: last.bytes.len() - start }
    }

    /// Lets go of a row.
    pub(super) fn drop(&mut self, place: Place) {
        self.pieces[place.piece - self.first].live -= 1;
        while self.pieces.len() > 1 && self.pieces[0].live == 0 {
            self.pieces.pop_front();
            self.first += 1;
        }
    }

    /// The promoted values of a row, so many, and its body.
    pub(super) fn get(&self, place: Place, columns: usize) -> (Vec<Value<'_>>, &str) {
        let bytes = &self.pieces[place.piece - self.first].bytes;
        let mut rest = &bytes[place.start..place.start + place.length];
        let values = (0..columns).map(|_| read(&mut rest)).collect();
        (values, text(rest))
    }
}

/// The most bytes a value takes.
fn room(value: &Value<'_>) -> usize {
    if let Value::Text(text) = value { 5 + text.len() } else { 17 }
}

fn write(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.push(0),
        Value::Int(n) => {
            out.push(1);
            out.extend_from_slice(&n.to_ne_bytes());
        }
        Value::Id(id) => {
            out.push(2);
            out.extend_from_slice(&id.to_ne_bytes());
        }
        Value::Text(text) => {
            out.push(3);
            let length = u32::try_from(text.len()).expect("a promoted text is short");
            out.extend_from_slice(&length.to_ne_bytes());
            out.extend_from_slice(text.as_bytes());
        }
    }
}

fn read<'a>(from: &mut &'a [u8]) -> Value<'a> {
    let [kind] = take::<1>(from);
    match kind {
        0 => Value::Null,
        1 => Value::Int(i64::from_ne_bytes(take(from))),
        2 => Value::Id(u128::from_ne_bytes(take(from))),
        _ => {
            let length = u32::from_ne_bytes(take(from)) as usize;
            let (this, rest) = from.split_at(length);
            *from = rest;
            Value::Text(Cow::Borrowed(text(this)))
        }
    }
}

fn take<const N: usize>(from: &mut &[u8]) -> [u8; N] {
    let (this, rest) = from.split_first_chunk().expect("it was written so");
    *from = rest;
    *this
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it was a text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_and_pieces_go_with_their_last_row() {
        let row = |n: usize| StoredRow {
            id: 0,
            generation: 1,
            columns: vec![
                Value::Null,
                Value::Int(-(n as i64)),
                Value::Text(Cow::Owned("ä".repeat(n))),
                Value::Id(u128::MAX - n as u128),
                Value::Text(Cow::Borrowed("")),
            ],
            body: "b".repeat(n * 1_000),
        };
        let mut texts = Texts::default();
        let sizes = [1, 700, 400, 0, 2_000, 3, 600];
        let places = sizes.map(|n| texts.put(&row(n)));
        for (n, place) in sizes.into_iter().zip(places) {
            let (values, body) = texts.get(place, 5);
            assert_eq!((values, body.to_owned()), (row(n).columns, row(n).body));
        }
        let pieces = texts.pieces.len();
        assert!(pieces > 2, "{pieces}");
        places.into_iter().rev().for_each(|place| texts.drop(place));
        assert_eq!(texts.pieces.len(), 1, "the last piece is kept for what comes");
        let again = texts.put(&row(5));
        assert_eq!(texts.get(again, 5).1.len(), 5_000);
    }
}

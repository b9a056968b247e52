//! The tables, rows and commits that the checks use.

use crate::base::{
    Timestamp,
    id::{EntityId, EventId, JobId},
};
use crate::model::{
    Column, ColumnKind, Value,
    event::{Event, EventLevel},
};
use crate::port::store::{CommitRecord, Store, StoredRow, TableSpec, Write};
use std::{borrow::Cow, collections::BTreeMap};

/// The tables of the suite. One is called `user`, since that is a word of SQL.
pub const TABLES: &[TableSpec] = &[
    TableSpec { name: "thing", columns: &[Column { name: "name", kind: ColumnKind::Text }], unique: &[&[0]], promote },
    TableSpec {
        name: "user",
        columns: &[
            Column { name: "name", kind: ColumnKind::Text },
            Column { name: "owner", kind: ColumnKind::Link },
            Column { name: "order", kind: ColumnKind::Int },
        ],
        unique: &[&[1, 0]],
        promote,
    },
];

/// The bodies of the suite do not hold what is promoted; no check asks for it.
fn promote(_body: &str) -> Result<Vec<Value<'static>>, String> {
    Err("the tables of the suite do not change".to_owned())
}

/// A disk under test.
pub(super) struct Disk(pub(super) super::Disk);

impl Disk {
    /// Opens it and makes the tables.
    pub(super) fn open(&self) -> Box<dyn Store> {
        let mut store = (self.0)();
        store.prepare(TABLES).expect("tables can be made");
        store
    }
}

/// The number of the last commit, and every row.
pub(super) type Content = (u64, BTreeMap<(&'static str, u128), StoredRow>);

/// Everything in a store; no row may be handed over twice.
pub(super) fn content(store: &mut dyn Store) -> Content {
    let mut rows = BTreeMap::new();
    let last = store.load(&mut |table, row| {
        assert!(rows.insert((table, row.id), row).is_none(), "a row was loaded twice");
        Ok(())
    });
    (last.expect("rows can be loaded"), rows)
}

fn text(text: &str) -> Value<'static> {
    Value::Text(Cow::Owned(text.to_owned()))
}

/// A row of `thing`.
pub(super) fn row(id: u128, generation: u64, name: &str) -> StoredRow {
    let body = serde_json::json!({ "name": name, "generation": generation }).to_string();
    StoredRow { id, generation, columns: vec![text(name)], body }
}

/// A row of `user`, whose body mentions its owner.
pub(super) fn user(id: u128, name: Option<&str>, owner: Option<u128>) -> StoredRow {
    let body = serde_json::json!({ "owner": owner.map(|id| JobId::from_u128(id).to_string()) }).to_string();
    let columns = vec![name.map_or(Value::Null, text), owner.map_or(Value::Null, Value::Id), Value::Null];
    StoredRow { id, generation: 1, columns, body }
}

impl StoredRow {
    /// The same row at another generation.
    pub(super) fn at(self, generation: u64) -> Self {
        Self { generation, ..self }
    }
}

const ODD_TEXTS: &[&str] = &[
    "",
    " ",
    "plain",
    "it's \"quoted\" \\ and /",
    "zwölf Boxkämpfer, 日本語, 🦀, e\u{301}",
    "line\nbreak\ttab\r",
    "null \u{0} inside",
    "\u{7f}\u{1f}\u{2028}",
    "1e400",
    "null",
];

/// Rows of `user` with every kind of value at its edges.
pub(super) fn odd_rows() -> Vec<StoredRow> {
    let texts = ODD_TEXTS.iter().map(|t| vec![text(t), Value::Id(7), Value::Int(0)]);
    let numbers = [i64::MIN, -1, 0, 1, i64::MAX].map(|n| vec![Value::Null, Value::Null, Value::Int(n)]);
    let ids = [0, 1, u128::MAX, 1 << 127].map(|id| vec![Value::Null, Value::Id(id), Value::Null]);
    let nested = r#"{"id":"018f3a5e-7c00-7000-8000-000000000001","list":[1,-2.5,true,null,{"deep":"ü\u0000"}],"n":18446744073709551615}"#;
    let ids_of_rows = [u128::MAX, 0, 1 << 64].into_iter().chain(1_000..);
    let rows = ids_of_rows.zip(texts.chain(numbers).chain(ids));
    rows.map(|(id, columns)| StoredRow { id, generation: 1, columns, body: nested.to_owned() }).collect()
}

/// A commit with these writes.
pub(super) fn commit(number: u64, writes: Vec<Write>) -> CommitRecord {
    CommitRecord {
        number,
        at: Timestamp::from_micros(1_700_000_000_000_000 + number),
        actor: "018f3a5e-7c00-7000-8000-00000000000a".to_owned(),
        job: Some("018f3a5e-7c00-7000-8000-00000000000b".to_owned()),
        verb: "thing.change".to_owned(),
        writes,
        events: Vec::new(),
    }
}

/// Events with everything and with nothing in them.
pub(super) fn odd_events() -> Vec<Event> {
    let levels = [EventLevel::Info, EventLevel::Warn, EventLevel::Error];
    let texts = ODD_TEXTS.iter().zip(levels.into_iter().cycle()).zip(0_u128..);
    texts
        .map(|((text, level), n)| Event {
            id: EventId::from_u128(n),
            at: Timestamp::from_micros(n as u64),
            kind: "THING.CHANGE".to_owned(),
            level,
            account: (n % 2 == 0).then(|| EntityId::from_u128(n)),
            entity: (n % 3 == 0).then(|| (*text).to_owned()),
            job: (n % 5 == 0).then(|| JobId::from_u128(u128::MAX)),
            text: (*text).to_owned(),
        })
        .collect()
}

//! What a row promises to the ledger.

use crate::base::{Sealed, id::EntityId};
use serde::{Serialize, de::DeserializeOwned};
use std::borrow::Cow;

/// How a promoted field is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text, shown in the table.
    Text,
    /// A number, shown in the table.
    Int,
    /// The id of another row; the view finds rows by it.
    Link,
}

/// A promoted field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the column is called in the store.
    pub name: &'static str,
    /// How it is kept.
    pub kind: ColumnKind,
}

/// The value of a promoted field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<'a> {
    /// Nothing; never indexed, never a duplicate.
    Null,
    /// A number.
    Int(i64),
    /// An id.
    Id(u128),
    /// A text.
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// A text.
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
    /// An id.
    pub fn link<I: EntityId>(id: I) -> Self {
        Self::Id(id.to_u128())
    }
    /// An id, if there is one.
    pub fn maybe<I: EntityId>(id: Option<I>) -> Self {
        id.map_or(Self::Null, Self::link)
    }
    /// The text form of a value, if there is one.
    pub fn shown<T: std::fmt::Display>(value: Option<T>) -> Self {
        value.map_or(Self::Null, |v| Self::Text(Cow::Owned(v.to_string())))
    }
    /// A number.
    pub fn int(n: impl Into<i64>) -> Self {
        Self::Int(n.into())
    }
    /// The same value, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(n) => Value::Int(n),
            Value::Id(id) => Value::Id(id),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        }
    }
}

/// A row of one noun.
pub trait Record: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its id type.
    type Id: EntityId;
    /// The table it is stored in.
    const TABLE: &'static str;
    /// The promoted fields.
    const COLUMNS: &'static [Column];
    /// Sets of columns (by position) whose values together occur once. A set with a null value is not checked.
    const UNIQUE: &'static [&'static [usize]];
    /// Its id.
    fn id(&self) -> Self::Id;
    /// The value of the promoted field at this position of [`Record::COLUMNS`].
    fn column(&self, index: usize) -> Value<'_>;
    /// True if rows of this noun may hold sealed values.
    const SEALS: bool = false;
    /// The sealed values it holds, by field.
    fn sealed(&mut self) -> Vec<(&'static str, &mut Sealed)> {
        Vec::new()
    }
}

/// The position of a column; for use in constants.
pub(crate) const fn position(columns: &[Column], name: &str) -> usize {
    let mut at = 0;
    while at < columns.len() {
        if same(columns[at].name.as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("a unique set names a column that is not promoted")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Implements [`Record`]: the table, then each promoted column with its kind and how to read it, then the unique sets,
/// then the fields that hold sealed values, if any.
macro_rules! record {
    ($row:ident: $id:ident in $table:literal { $($column:ident: $kind:ident = $read:expr,)* }
     unique { $($([$($part:ident),+])+)? } $(sealed { $($secret:ident),+ })?) => {
        impl $crate::model::Record for $row {
            type Id = $id;
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [$crate::model::Column] = &[$($crate::model::Column {
                name: stringify!($column), kind: $crate::model::ColumnKind::$kind,
            },)*];
            const UNIQUE: &'static [&'static [usize]] = &[$($(&[
                $($crate::model::record::position(Self::COLUMNS, stringify!($part)),)+
            ],)+)?];
            fn id(&self) -> $id { self.id }
            fn column(&self, index: usize) -> $crate::model::Value<'_> {
                #[allow(non_camel_case_types, reason = "one marker per column, named like it")]
                enum At { $($column,)* }
                $(const _: () = { let _ = At::$column; };)*
                $(if index == At::$column as usize {
                    let read: for<'a> fn(&'a $row) -> $crate::model::Value<'a> = $read;
                    return read(self);
                })*
                $crate::model::Value::Null
            }
            $(
                const SEALS: bool = true;
                fn sealed(&mut self) -> Vec<(&'static str, &mut $crate::base::Sealed)> {
                    use $crate::base::secret::seal::SealedField;
                    let mut found = Vec::new();
                    $(found.extend(self.$secret.sealed_mut().map(|value| (stringify!($secret), value)));)+
                    found
                }
            )?
        }
    };
}
pub(crate) use record;

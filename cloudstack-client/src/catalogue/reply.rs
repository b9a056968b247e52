//! A reply struct per shape. Every field may be missing; what is not known is skipped; a value of another type than was
//! promised is read for what it says where that can be (a number or truth written as text, one object for a list of one),
//! and left out where it cannot: an answer is never refused for one odd field.
//!
//! The structs read JSON and XML alike: repeated elements become a list.

use super::{Field, Shape};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use std::collections::BTreeMap;
use std::{fmt, iter, marker::PhantomData, slice};

pub use super::shapes::all::*;

/// An answered list.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    /// How many there are on all pages together; an empty list is answered without.
    pub count: u64,
    /// Those of this page.
    pub items: Vec<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { count: 0, items: Vec::new() }
    }
}

/// A struct that reads one shape.
pub(super) trait Shaped: Default {
    /// The shape it reads.
    const SHAPE: &'static Shape;

    /// Reads the value of `key` if there is a field for it.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A, depth: u32) -> Result<bool, A::Error>;
}

/// Where a value is put. An XML list comes one element at a time, so a slot may be filled more than once.
pub(super) trait Slot: fmt::Debug {
    /// Reads the next value of `map` into it.
    fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error>;

    /// True if nothing is in it.
    fn is_empty(&self) -> bool;
}

/// Shows the fields that are there, and hides secrets.
pub(super) struct Shown<'a, 'f> {
    fields: slice::Iter<'static, Field>,
    out: fmt::DebugStruct<'a, 'f>,
}

impl<'a, 'f> Shown<'a, 'f> {
    pub(super) fn new(shape: &'static Shape, f: &'a mut fmt::Formatter<'f>) -> Self {
        Self { fields: shape.fields.iter(), out: f.debug_struct(shape.name) }
    }

    /// Shows the next field of the shape.
    pub(super) fn field(&mut self, value: &impl Slot) {
        let Some(field) = self.fields.next() else { return };
        if !value.is_empty() {
            self.out.field(field.name, if field.secret { &"***" } else { value });
        }
    }

    pub(super) fn finish(&mut self) -> fmt::Result {
        self.out.finish_non_exhaustive()
    }
}

/// Reads one object.
pub(super) fn object<'de, T: Shaped + Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_any(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Shaped + Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of the shape {}", T::SHAPE.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        fields(map, 0)
    }

    // One object where a list came: the first.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let first = seq.next_element()?.unwrap_or_default();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        Ok(T::default())
    }

    // An empty XML element.
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        if text.trim().is_empty() { Ok(T::default()) } else { Err(E::invalid_type(de::Unexpected::Str(text), &self)) }
    }
}

/// Reads the fields of an object.
fn fields<'de, T: Shaped, A: MapAccess<'de>>(mut map: A, depth: u32) -> Result<T, A::Error> {
    let mut object = T::default();
    while let Some(key) = map.next_key::<Name>()? {
        if !object.take(&key.0, &mut map, depth)? {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(object)
}

/// Objects and lists inside each other that are read; a deeper answer is refused, for it could exhaust the stack.
const DEEPEST: u32 = 32;

fn deeper<E: de::Error>(depth: u32) -> Result<u32, E> {
    if depth < DEEPEST { Ok(depth + 1) } else { Err(E::custom(format_args!("nested deeper than {DEEPEST}"))) }
}

/// A key, however the format hands it over.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self)
    }
}

impl<'de, T: Element> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Element> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a count and a list")
    }

    // What the list is called differs between commands and versions, so all but the count and XML attributes is the list.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
        let mut list = List::default();
        let mut count = None::<i64>;
        while let Some(key) = map.next_key::<Name>()? {
            match key.0.as_str() {
                "count" => count.fill(&mut map, 0)?,
                key if key.starts_with('@') || key == "$text" => drop(map.next_value::<IgnoredAny>()?),
                _ => list.items.fill(&mut map, 0)?,
            }
        }
        let seen = list.items.len() as u64;
        list.count = count.and_then(|count| u64::try_from(count).ok()).unwrap_or(seen);
        Ok(list)
    }

    fn visit_unit<E: de::Error>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<List<T>, E> {
        if text.trim().is_empty() {
            Ok(List::default())
        } else {
            Err(E::invalid_type(de::Unexpected::Str(text), &self))
        }
    }
}

/// A value as it came, before anybody said what it should be.
enum Came<T> {
    Nothing,
    Text(String),
    One(T),
    Many(Vec<Came<T>>),
}

impl<T> Came<T> {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Many(many) => {
                let texts: Vec<_> = many.into_iter().filter_map(Self::text).collect();
                (!texts.is_empty()).then(|| texts.join(","))
            }
            Self::Nothing | Self::One(_) => None,
        }
    }

    fn flat(self) -> Box<dyn Iterator<Item = Self>>
    where
        T: 'static,
    {
        match self {
            Self::Many(many) => Box::new(many.into_iter().flat_map(Self::flat)),
            one => Box::new(iter::once(one)),
        }
    }
}

/// What can be read from the inside of an object.
trait Inside: Sized {
    /// Reads it, together with the text that stands in an XML element.
    fn read<'de, A: MapAccess<'de>>(map: A, depth: u32) -> Result<(Option<Self>, Option<String>), A::Error>;
}

/// For places where no object is looked for.
struct NoObject;

impl Inside for NoObject {
    fn read<'de, A: MapAccess<'de>>(mut map: A, depth: u32) -> Result<(Option<Self>, Option<String>), A::Error> {
        let mut text = None;
        while let Some(key) = map.next_key::<Name>()? {
            if key.0 == "$text" || key.0 == "$value" {
                text = map.next_value_seed(CameSeed::<Self>::new(depth))?.text();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((None, text))
    }
}

/// An object of texts.
#[derive(Default)]
struct Texts(BTreeMap<String, String>);

impl Inside for Texts {
    fn read<'de, A: MapAccess<'de>>(mut map: A, depth: u32) -> Result<(Option<Self>, Option<String>), A::Error> {
        let mut texts = Self::default();
        while let Some(key) = map.next_key::<Name>()? {
            if let Some(text) = map.next_value_seed(CameSeed::<NoObject>::new(depth))?.text() {
                texts.0.insert(key.0, text);
            }
        }
        Ok((Some(texts), None))
    }
}

impl<T: Shaped> Inside for T {
    fn read<'de, A: MapAccess<'de>>(map: A, depth: u32) -> Result<(Option<Self>, Option<String>), A::Error> {
        Ok((Some(fields(map, depth)?), None))
    }
}

struct CameSeed<T> {
    depth: u32,
    what: PhantomData<T>,
}

impl<T> CameSeed<T> {
    /// For a value inside an object that is `depth` objects deep.
    const fn new(depth: u32) -> Self {
        Self { depth, what: PhantomData }
    }
}

impl<'de, T: Inside> DeserializeSeed<'de> for CameSeed<T> {
    type Value = Came<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Came<T>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Inside> Visitor<'de> for CameSeed<T> {
    type Value = Came<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Came<T>, E> {
        Ok(Came::Nothing)
    }

    fn visit_none<E>(self) -> Result<Came<T>, E> {
        Ok(Came::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Came<T>, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Came<T>, E> {
        Ok(Came::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Came<T>, E> {
        Ok(Came::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Came<T>, E> {
        Ok(Came::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Came<T>, E> {
        Ok(Came::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Came<T>, E> {
        Ok(Came::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Came<T>, E> {
        Ok(Came::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Came<T>, A::Error> {
        let depth = deeper(self.depth)?;
        let mut many = Vec::new();
        while let Some(next) = seq.next_element_seed(CameSeed::new(depth))? {
            many.push(next);
        }
        Ok(Came::Many(many))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Came<T>, A::Error> {
        Ok(match T::read(map, deeper(self.depth)?)? {
            (_, Some(text)) => Came::Text(text),
            (Some(object), None) => Came::One(object),
            (None, None) => Came::Nothing,
        })
    }
}

/// For values of no known shape. An XML element with nothing but text is a string, elements that come again are an array.
struct AnySeed {
    depth: u32,
}

impl<'de> DeserializeSeed<'de> for AnySeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnySeed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = deeper(self.depth)?;
        let mut many = Vec::new();
        while let Some(next) = seq.next_element_seed(Self { depth })? {
            many.push(next);
        }
        Ok(Value::Array(many))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let depth = deeper(self.depth)?;
        let mut object = serde_json::Map::new();
        while let Some(key) = map.next_key::<Name>()? {
            let value = map.next_value_seed(Self { depth })?;
            match object.get_mut(&key.0) {
                None => drop(object.insert(key.0, value)),
                Some(Value::Array(many)) => many.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
        let only_text = object.len() == 1 && object.contains_key("$text");
        Ok(if only_text { object.remove("$text").unwrap_or_default() } else { Value::Object(object) })
    }
}

/// What a list is made of.
pub(super) trait Element: Sized + fmt::Debug {
    /// Reads one or more of them onto the end of `items`.
    fn append<'de, A: MapAccess<'de>>(items: &mut Vec<Self>, map: &mut A, depth: u32) -> Result<(), A::Error>;
}

impl Element for String {
    fn append<'de, A: MapAccess<'de>>(items: &mut Vec<Self>, map: &mut A, depth: u32) -> Result<(), A::Error> {
        let came = map.next_value_seed(CameSeed::<NoObject>::new(depth))?;
        items.extend(came.flat().filter_map(Came::text));
        Ok(())
    }
}

impl Element for Value {
    fn append<'de, A: MapAccess<'de>>(items: &mut Vec<Self>, map: &mut A, depth: u32) -> Result<(), A::Error> {
        match map.next_value_seed(AnySeed { depth })? {
            Self::Array(many) => items.extend(many),
            Self::Null => {}
            one => items.push(one),
        }
        Ok(())
    }
}

impl<T: Shaped + fmt::Debug + 'static> Element for T {
    fn append<'de, A: MapAccess<'de>>(items: &mut Vec<Self>, map: &mut A, depth: u32) -> Result<(), A::Error> {
        let came = map.next_value_seed(CameSeed::<T>::new(depth))?;
        items.extend(came.flat().filter_map(|one| if let Came::One(object) = one { Some(object) } else { None }));
        Ok(())
    }
}

impl<T: Element> Slot for Vec<T> {
    fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error> {
        T::append(self, map, depth)
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Shaped + fmt::Debug + 'static> Slot for Option<Box<T>> {
    fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error> {
        let mut items = Vec::<T>::new();
        T::append(&mut items, map, depth)?;
        if let Some(first) = items.into_iter().next() {
            *self = Some(Box::new(first));
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl Slot for Option<Value> {
    fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error> {
        *self = Some(map.next_value_seed(AnySeed { depth })?).filter(|value| !value.is_null());
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl Slot for BTreeMap<String, String> {
    fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error> {
        for one in map.next_value_seed(CameSeed::<Texts>::new(depth))?.flat() {
            if let Came::One(texts) = one {
                self.extend(texts.0);
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// Slots for one value that is read from its text.
macro_rules! scalars {
    ($($kind:ty => $read:expr;)*) => { $(
        impl Slot for Option<$kind> {
            fn fill<'de, A: MapAccess<'de>>(&mut self, map: &mut A, depth: u32) -> Result<(), A::Error> {
                let came = map.next_value_seed(CameSeed::<NoObject>::new(depth))?;
                *self = came.text().and_then($read);
                Ok(())
            }

            fn is_empty(&self) -> bool {
                self.is_none()
            }
        }
    )* };
}

scalars! {
    String => Some;
    bool => truth;
    i64 => whole;
    f64 => |text: String| text.trim().parse().ok();
}

fn truth(text: String) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A whole number, also when it came with a fraction of nothing (`5.0`).
fn whole(text: String) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let (whole, fraction) = text.split_once('.')?;
        fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
    })
}

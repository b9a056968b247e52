//! Reads a [`Node`] into any type, generously: what says the same is taken, whatever its type on the wire.
//!
//! A number may come as text and a text as a number, `true` as `"true"` or `1`, one object as a list of one and the other
//! way round, an empty element as an object without fields. Fields nobody asked for are passed over. What says something
//! else is refused with the path to it.

use super::node::Node;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A value that cannot be read, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// From the inside out.
    path: Vec<String>,
    fault: String,
}

impl Unread {
    fn within(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    /// Where it stands: `virtualmachine[3].cpunumber`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        path
    }

    /// What was expected, and what came.
    pub(crate) fn fault(&self) -> &str {
        &self.fault
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.fault)
    }
}

impl std::error::Error for Unread {}

impl Error for Unread {
    fn custom<T: fmt::Display>(fault: T) -> Self {
        Self { path: Vec::new(), fault: fault.to_string() }
    }
}

/// Reads a tree that is borrowed from for as long as the tree lives.
#[derive(Clone, Copy)]
pub(crate) struct Lenient<'de>(pub(crate) &'de Node<'de>);

impl<'de> Lenient<'de> {
    /// The value itself, or the only one of a list.
    fn single(self) -> &'de Node<'de> {
        match self.0 {
            Node::List(list) if list.len() == 1 => Self(&list[0]).single(),
            node => node,
        }
    }

    fn whole(self, expected: &dyn de::Expected) -> Result<i128, Unread> {
        let node = self.single();
        let read = match node {
            Node::Whole(value) => Some(*value),
            Node::Bool(value) => Some((*value).into()),
            Node::Decimal(value) => decimal_to_whole(*value),
            Node::Text(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().and_then(decimal_to_whole))
            }
            Node::Null | Node::List(_) | Node::Fields(_) => None,
        };
        read.ok_or_else(|| refuse(node, expected))
    }

    fn scalar(self) -> Option<Cow<'de, str>> {
        self.single().text()
    }
}

/// A decimal without a fraction, if it is exact.
fn decimal_to_whole(value: f64) -> Option<i128> {
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i128)
}

fn refuse(node: &Node<'_>, expected: &dyn de::Expected) -> Unread {
    Unread::custom(format_args!("expected {expected}, came {}", node.kind()))
}

macro_rules! whole {
    ($($method:ident $visit:ident $kind:ty;)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
            let whole = self.whole(&visitor)?;
            match <$kind>::try_from(whole) {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Unread::custom(format_args!("expected {}, came {whole}", stringify!($kind)))),
            }
        }
    )* };
}

impl<'de> Deserializer<'de> for Lenient<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Whole(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => visitor.visit_i64(value),
                (_, Ok(value)) => visitor.visit_u64(value),
                _ => visitor.visit_i128(*value),
            },
            Node::Decimal(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(list) => visitor.visit_seq(Items { rest: list.iter(), at: 0 }),
            Node::Fields(fields) => visitor.visit_map(Pairs { rest: fields.iter(), value: None }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let text = self.scalar().unwrap_or_default();
        match text.trim() {
            "1" => visitor.visit_bool(true),
            "0" => visitor.visit_bool(false),
            text if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            text if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            _ => Err(refuse(self.0, &visitor)),
        }
    }

    whole! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.scalar().and_then(|text| text.trim().parse().ok()) {
            Some(value) => visitor.visit_f64(value),
            None => Err(refuse(self.0, &visitor)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.scalar() {
            Some(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Some(Cow::Owned(text)) => visitor.visit_string(text),
            None => Err(refuse(self.0, &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let items = match self.0 {
            Node::List(list) => &list[..],
            Node::Null => &[],
            // An empty element.
            Node::Text(text) if text.trim().is_empty() => &[],
            one => std::slice::from_ref(one),
        };
        visitor.visit_seq(Items { rest: items.iter(), at: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let fields = match self.single() {
            Node::Fields(fields) => &fields[..],
            Node::Null => &[],
            // An empty element.
            Node::Text(text) if text.trim().is_empty() => &[],
            node => return Err(refuse(node, &visitor)),
        };
        visitor.visit_map(Pairs { rest: fields.iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        match self.scalar() {
            Some(text) => visitor.visit_enum(<Cow<'de, str> as IntoDeserializer<'de, Unread>>::into_deserializer(text)),
            None => Err(refuse(self.0, &visitor)),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_unit()
    }
}

struct Items<'de> {
    rest: std::slice::Iter<'de, Node<'de>>,
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unread> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(Lenient(node)).map(Some).map_err(|fault| fault.within(format!("[{at}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Pairs<'de> {
    rest: std::slice::Iter<'de, (Cow<'de, str>, Node<'de>)>,
    value: Option<&'de (Cow<'de, str>, Node<'de>)>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unread> {
        self.value = self.rest.next();
        match self.value {
            Some((name, _)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Unread> {
        match self.value.take() {
            Some((name, node)) => seed.deserialize(Lenient(node)).map_err(|fault| fault.within(name.as_ref())),
            None => seed.deserialize(StrDeserializer::new("")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::from_json;
    use super::super::xml::from_xml;
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq, Default)]
    #[serde(default)]
    struct Machine {
        name: String,
        cpunumber: Option<u32>,
        haenable: Option<bool>,
        load: Option<f64>,
        nic: Vec<Nic>,
        tags: Vec<String>,
        state: Option<State>,
    }

    #[derive(Debug, Deserialize, PartialEq, Default)]
    #[serde(default)]
    struct Nic {
        ipaddress: Option<String>,
        isdefault: bool,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum State {
        Running,
    }

    fn machine() -> Machine {
        Machine {
            name: "7".into(),
            cpunumber: Some(2),
            haenable: Some(true),
            load: Some(0.5),
            nic: vec![Nic { ipaddress: Some("10.1.1.9".into()), isdefault: true }],
            tags: vec!["a".into()],
            state: Some(State::Running),
        }
    }

    fn json(text: &str) -> Result<Machine, Unread> {
        Machine::deserialize(Lenient(&from_json(text).unwrap()))
    }

    #[test]
    fn both_formats_and_every_odd_type_give_the_same_struct() {
        for text in [
            r#"{"name":"7","cpunumber":2,"haenable":true,"load":0.5,"nic":[{"ipaddress":"10.1.1.9","isdefault":true}],"tags":["a"],"state":"Running","new":{"x":[1]}}"#,
            r#"{"name":7,"cpunumber":"2","haenable":"TRUE","load":"0.5","nic":{"ipaddress":"10.1.1.9","isdefault":1},"tags":"a","state":["Running"]}"#,
            r#"{"name":["7"],"cpunumber":2.0,"haenable":1,"load":"5e-1","nic":[[{"ipaddress":"10.1.1.9","isdefault":"true"}]],"tags":"a","state":"Running"}"#,
        ] {
            assert_eq!(json(text), Ok(machine()), "{text}");
        }
        let text = "<r><name>7</name><cpunumber>2</cpunumber><haenable>true</haenable><load>0.5</load><nic><ipaddress>10.1.1.9</ipaddress>\
            <isdefault>true</isdefault></nic><tags>a</tags><state>Running</state><new><x>1</x></new></r>";
        assert_eq!(Machine::deserialize(Lenient(&from_xml(text).unwrap().1)), Ok(machine()));
        let two = "<r><nic><ipaddress>1</ipaddress></nic><name/><nic><ipaddress>2</ipaddress></nic><tags/></r>";
        let two = from_xml(two).unwrap().1;
        let read = Machine::deserialize(Lenient(&two)).unwrap();
        assert_eq!((read.nic.len(), read.tags.len(), read.name.as_str()), (2, 0, ""));
    }

    #[test]
    fn what_says_something_else_is_refused_with_its_path() {
        let fault = json(r#"{"nic":[{"isdefault":true},{"isdefault":"perhaps"}]}"#).unwrap_err();
        assert_eq!(fault.path(), "nic[1].isdefault");
        assert!(fault.fault().contains("perhaps"), "{fault}");
        let fault = json(r#"{"cpunumber":-1}"#).unwrap_err();
        assert_eq!((fault.path().as_str(), fault.fault()), ("cpunumber", "expected u32, came -1"));
        assert_eq!(json(r#"{"nic":"x"}"#).unwrap_err().path(), "nic[0]");
        assert_eq!(json(r#"{"cpunumber":1.5}"#).unwrap_err().path(), "cpunumber");
    }
}

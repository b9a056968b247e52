//! An answer as a tree, the same for JSON and XML, so that one reading of it serves both.
//!
//! XML says a list by repeating an element; such elements are gathered here into one [`Node::List`], which is why an answer
//! in XML never takes the way over a JSON value, where the last of them would win.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// A value of an answer. Texts are borrowed from the body where they stand there as they are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Whole(i128),
    Decimal(f64),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// No name comes twice.
    Fields(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// The field of this name, whatever its case; none if there is none or this has no fields.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Fields(fields) = self else { return None };
        fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// What it says, if that is one value.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Bool(value) => Some(Cow::Owned(value.to_string())),
            Self::Whole(value) => Some(Cow::Owned(value.to_string())),
            Self::Decimal(value) => Some(Cow::Owned(value.to_string())),
            Self::Null | Self::List(_) | Self::Fields(_) => None,
        }
    }

    /// The text of a field.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Self::text).map(Cow::into_owned)
    }

    /// The whole number of a field, also if it came as text.
    pub(crate) fn whole_of(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Self::text)?.trim().parse().ok()
    }

    /// What kind of thing it is, for errors.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Whole(value) => format!("`{value}`"),
            Self::Decimal(value) => format!("`{value}`"),
            Self::Text(text) => format!("the text {:?}", super::error::beginning(text)),
            Self::List(list) => format!("a list of {}", list.len()),
            Self::Fields(fields) => format!("an object of {} fields", fields.len()),
        }
    }

    /// The same as a JSON value.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Whole(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => value.into(),
                (_, Ok(value)) => value.into(),
                _ => Value::String(value.to_string()),
            },
            Self::Decimal(value) => (*value).into(),
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::List(list) => list.iter().map(Node::to_json).collect(),
            Self::Fields(fields) => {
                Value::Object(fields.iter().map(|(name, node)| (name.clone().into_owned(), node.to_json())).collect())
            }
        }
    }
}

/// Gathers fields. Those of one name become a list, wherever they stand.
#[derive(Default)]
pub(crate) struct Gather<'a> {
    fields: Vec<(Cow<'a, str>, Node<'a>)>,
    /// Where the names are, once there are many.
    places: HashMap<Cow<'a, str>, usize>,
    /// The fields whose list was made here: a list that came as one is an element of it.
    made: Vec<bool>,
}

/// From so many fields on, a name is looked up and not searched.
const MANY: usize = 32;

impl<'a> Gather<'a> {
    pub(crate) fn push(&mut self, name: Cow<'a, str>, node: Node<'a>) {
        match self.find(&name) {
            Some(at) => {
                let held = &mut self.fields[at].1;
                match held {
                    Node::List(list) if self.made[at] => list.push(node),
                    _ => *held = Node::List(vec![std::mem::replace(held, Node::Null), node]),
                }
                self.made[at] = true;
            }
            None => {
                if self.fields.len() == MANY {
                    self.places = self.fields.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
                }
                if self.fields.len() >= MANY {
                    self.places.insert(name.clone(), self.fields.len());
                }
                self.fields.push((name, node));
                self.made.push(false);
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        // The elements of a list mostly follow each other.
        if self.fields.last().is_some_and(|(last, _)| last == name) {
            return Some(self.fields.len() - 1);
        }
        if self.fields.len() > MANY {
            return self.places.get(name).copied();
        }
        self.fields.iter().position(|(field, _)| field == name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn finish(self) -> Node<'a> {
        Node::Fields(self.fields)
    }
}

/// Reads JSON.
pub(crate) fn from_json(text: &str) -> Result<Node<'_>, serde_json::Error> {
    serde_json::from_str(text)
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Whole(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Whole(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Decimal(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut fields = Gather::default();
        while let Some(name) = map.next_key_seed(Name)? {
            fields.push(name, map.next_value()?);
        }
        Ok(fields.finish())
    }
}

/// A name, borrowed where it stands as it is.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Cow<'de, str>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_is_a_list_wherever_it_stands() {
        let node = from_json(r#"{"a":1,"b":[2],"a":3,"b":[4],"c":null,"a":5}"#).unwrap();
        assert_eq!(node.to_json(), serde_json::json!({"a": [1, 3, 5], "b": [[2], [4]], "c": null}));
        let mut many = Gather::default();
        for at in 0..500 {
            many.push(Cow::Owned(format!("n{}", at % 100)), Node::Whole(at));
        }
        let node = many.finish();
        let Node::Fields(fields) = &node else { panic!("{node:?}") };
        assert_eq!(fields.len(), 100);
        let seventh = [7, 107, 207, 307, 407].map(Node::Whole).to_vec();
        assert_eq!(node.get("N7"), Some(&Node::List(seventh)));
    }

    #[test]
    fn plain_texts_are_borrowed() {
        let node = from_json(r#"{"a":"plain","b":"\u0041"}"#).unwrap();
        assert!(matches!(node.get("a"), Some(Node::Text(Cow::Borrowed("plain")))));
        assert_eq!(node.text_of("b").as_deref(), Some("A"));
    }
}

//! How a row is written down: what is said of it is set, the rest has its usual value. [`commands!`] and [`shapes!`] make
//! the row and its typed struct from the same lines, so that the two cannot differ.

use super::{Command, Field, Kind, Param, Roles, Shape};

/// The length that is accepted if a row names none, in characters.
const USUAL_LEN: u32 = 255;

impl Command {
    pub(super) const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }

    pub(super) const fn envelope(mut self, key: &'static str) -> Self {
        self.envelope = key;
        self
    }

    pub(super) const fn event(mut self, kind: &'static str) -> Self {
        self.event = kind;
        self
    }

    pub(super) const fn of(mut self, entity: &'static str) -> Self {
        self.entity = entity;
        self
    }
}

impl Param {
    /// A parameter of which nothing unusual is known.
    pub(super) const fn new(ident: &'static str, kind: Kind, doc: &'static str, required: bool) -> Self {
        let name = plain(ident);
        Self {
            name,
            doc,
            kind,
            required,
            max_len: USUAL_LEN,
            since: "",
            entity: "",
            roles: Roles::ANYONE,
            secret: false,
        }
    }

    pub(super) const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }

    pub(super) const fn len(mut self, characters: u32) -> Self {
        self.max_len = characters;
        self
    }

    pub(super) const fn of(mut self, entity: &'static str) -> Self {
        self.entity = entity;
        self
    }

    pub(super) const fn roles(mut self, roles: Roles) -> Self {
        self.roles = roles;
        self
    }

    pub(super) const fn secret(mut self, secret: bool) -> Self {
        self.secret = secret;
        self
    }
}

impl Field {
    /// A field of which nothing unusual is known.
    pub(super) const fn new(ident: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name: plain(ident), doc, kind, shape: None, since: "", roles: Roles::ANYONE, secret: false }
    }

    /// For names with capitals in them.
    pub(super) const fn wire(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    pub(super) const fn shape(mut self, shape: &'static Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    pub(super) const fn since(mut self, version: &'static str) -> Self {
        self.since = version;
        self
    }

    pub(super) const fn roles(mut self, roles: Roles) -> Self {
        self.roles = roles;
        self
    }

    pub(super) const fn secret(mut self, secret: bool) -> Self {
        self.secret = secret;
        self
    }
}

/// An identifier as it is on the wire, where no word is reserved.
pub(super) const fn plain(ident: &'static str) -> &'static str {
    match ident.as_bytes() {
        [b'r', b'#', ..] => ident.split_at(2).1,
        _ => ident,
    }
}

/// What a usual envelope ends with.
const ENDING: &[u8] = b"response";

/// The bytes of a usual envelope: the command in lower case, and `response`. `N` is the length of both.
pub(super) const fn envelope_bytes<const N: usize>(command: &str) -> [u8; N] {
    let command = command.as_bytes();
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = if at < command.len() { command[at].to_ascii_lowercase() } else { ENDING[at - command.len()] };
        at += 1;
    }
    bytes
}

/// Rows of commands, each with its request struct. In braces first what must be given, then what may be.
macro_rules! commands {
    ($rows:ident: $($name:ident($wire:literal): $answer:ident<$reply:ident> in $object:literal for $roles:ident, $doc:literal
        $(, $set:ident: $value:expr)*;
        need { $($np:ident: $nk:ident, $nd:literal $(, $ns:ident: $nv:expr)*;)* }
        may { $($mp:ident: $mk:ident, $md:literal $(, $ms:ident: $mv:expr)*;)* })*) => {
        /// The rows of this area, in the order of their names.
        pub(in crate::catalogue) static $rows: &[&crate::catalogue::Command] = &[$($name::ROW),*];
        $(
            #[doc = $doc]
            #[derive(Clone)]
            pub struct $name {
                given: crate::catalogue::request::Given,
            }

            impl $name {
                /// The row it is made from.
                pub const ROW: &'static crate::catalogue::Command = {
                    use crate::catalogue::*;
                    const BYTES: [u8; $wire.len() + 8] = row::envelope_bytes($wire);
                    const ENVELOPE: &str = match str::from_utf8(&BYTES) {
                        Ok(text) => text,
                        Err(_) => panic!("command names are ASCII"),
                    };
                    &Command {
                        name: $wire,
                        doc: $doc,
                        since: "",
                        roles: Roles::$roles,
                        answer: Answer::$answer,
                        params: &[
                            $(Param::new(stringify!($np), Kind::$nk, $nd, true)$(.$ns($nv))*,)*
                            $(Param::new(stringify!($mp), Kind::$mk, $md, false)$(.$ms($mv))*,)*
                        ],
                        object: $object,
                        reply: &reply::$reply,
                        envelope: ENVELOPE,
                        event: "",
                        entity: "",
                    }
                    $(.$set($value))*
                };

                $(
                    #[doc = $md]
                    #[must_use]
                    pub fn $mp(mut self, value: given!($mk)) -> Self {
                        crate::catalogue::request::Wire::put(wired!($mk value), const { crate::catalogue::row::plain(stringify!($mp)) }, &mut self.given);
                        self
                    }
                )*
            }

            constructor!($name { $($np: $nk, $nd;)* });

            impl crate::catalogue::request::Request for $name {
                type Reply = answered!($answer $reply);

                fn command(&self) -> &'static crate::catalogue::Command {
                    Self::ROW
                }

                fn params(&self, out: &mut Vec<(std::borrow::Cow<'static, str>, String)>) {
                    self.given.append_to(out);
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.given.show(Self::ROW, f)
                }
            }
        )*
    };
}

/// How a request is begun: with what must be given.
macro_rules! constructor {
    ($name:ident {}) => {
        impl $name {
            /// A request that gives nothing yet; all may be left out.
            #[must_use]
            pub fn new() -> Self {
                Self { given: crate::catalogue::request::Given::default() }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident { $($param:ident: $kind:ident, $doc:literal;)+ }) => {
        impl $name {
            /// A request with all that must be given:
            ///
            $(#[doc = concat!("* `", stringify!($param), "`: ", $doc)])+
            #[must_use]
            #[allow(clippy::too_many_arguments, reason = "the protocol demands as many")]
            pub fn new($($param: given!($kind)),+) -> Self {
                let mut given = crate::catalogue::request::Given::default();
                $(crate::catalogue::request::Wire::put(wired!($kind $param), const { crate::catalogue::row::plain(stringify!($param)) }, &mut given);)+
                Self { given }
            }
        }
    };
}

/// What a caller hands in for a parameter of a kind.
macro_rules! given {
    (Boolean) => { bool };
    (Integer) => { i32 };
    (Long) => { i64 };
    (Decimal) => { f64 };
    (TextList) => { impl Into<crate::catalogue::request::Items> };
    (UuidList) => { impl Into<crate::catalogue::request::Items> };
    (Map) => { impl Into<crate::catalogue::request::Groups> };
    ($text:ident) => { impl Into<crate::catalogue::request::Text> };
}

/// What was handed in, as it is written.
macro_rules! wired {
    (Boolean $value:ident) => {
        $value
    };
    (Integer $value:ident) => {
        $value
    };
    (Long $value:ident) => {
        $value
    };
    (Decimal $value:ident) => {
        $value
    };
    (TextList $value:ident) => {
        Into::<crate::catalogue::request::Items>::into($value)
    };
    (UuidList $value:ident) => {
        Into::<crate::catalogue::request::Items>::into($value)
    };
    (Map $value:ident) => {
        Into::<crate::catalogue::request::Groups>::into($value)
    };
    ($text:ident $value:ident) => {
        Into::<crate::catalogue::request::Text>::into($value)
    };
}

/// What an answer holds.
macro_rules! answered {
    (List $reply:ident) => { crate::catalogue::request::List<crate::catalogue::reply::$reply> };
    ($answer:ident $reply:ident) => { crate::catalogue::reply::$reply };
}

/// Shapes of answers, each with its reply struct.
macro_rules! shapes {
    ($($name:ident, $doc:literal {
        $($field:ident: $kind:ident $(<$shape:ident>)?, $fd:literal $(, $set:ident: $value:expr)*;)*
    })*) => {
        $(
            #[doc = $doc]
            #[derive(Clone, Default, PartialEq)]
            #[non_exhaustive]
            pub struct $name {
                $(#[doc = $fd] pub $field: held!($kind $($shape)?),)*
            }

            #[allow(non_upper_case_globals, reason = "the row of a struct is called like the struct")]
            pub(in crate::catalogue) static $name: crate::catalogue::Shape = {
                use crate::catalogue::{Field, Kind, Shape};
                Shape::new(stringify!($name), $doc, &[
                    $(Field::new(stringify!($field), Kind::$kind, $fd)
                        $(.shape(&crate::catalogue::reply::$shape))?
                        $(.$set($value))*,)*
                ])
            };

            const _: () = {
                use crate::catalogue::{Shape, reply, row};

                impl reply::Shaped for $name {
                    const SHAPE: &'static Shape = &reply::$name;

                    fn take<'de, A: serde::de::MapAccess<'de>>(&mut self, key: &str, map: &mut A, depth: u32) -> Result<bool, A::Error> {
                        $(if key.eq_ignore_ascii_case(const { row::plain(stringify!($field)) }) {
                            reply::Slot::fill(&mut self.$field, map, depth)?;
                            return Ok(true);
                        })*
                        Ok(false)
                    }
                }

                impl<'de> serde::Deserialize<'de> for $name {
                    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                        reply::object(from)
                    }
                }

                impl std::fmt::Debug for $name {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        let mut shown = reply::Shown::new(&reply::$name, f);
                        $(shown.field(&self.$field);)*
                        shown.finish()
                    }
                }
            };
        )*
    };
}

/// What a reply struct holds for a field of a kind.
macro_rules! held {
    (Boolean) => { Option<bool> };
    (Integer) => { Option<i64> };
    (Long) => { Option<i64> };
    (Decimal) => { Option<f64> };
    (TextList) => { Vec<String> };
    (UuidList) => { Vec<String> };
    (Map) => { std::collections::BTreeMap<String, String> };
    (Object $shape:ident) => { Option<Box<crate::catalogue::reply::$shape>> };
    (Objects $shape:ident) => { Vec<crate::catalogue::reply::$shape> };
    (Object) => { Option<serde_json::Value> };
    (Objects) => { Vec<serde_json::Value> };
    ($text:ident) => { Option<String> };
}

//! What `listApis` answers, from the rows: command-line clients and web pages are driven by it.

use super::{Answer, Command, Field, Kind, Param, Roles, Shape};
use serde::Serialize;
use std::collections::BTreeMap;

/// One command as `listApis` describes it. All texts but `related` are the row's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiDoc {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// The first version that has it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub since: &'static str,
    /// True if it is answered by a job.
    pub isasync: bool,
    /// The other commands that answer the same shape, with commas between them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub related: String,
    /// What may be given, what must be first.
    pub params: Vec<ParamDoc>,
    /// What one answered object holds.
    pub response: Vec<FieldDoc>,
}

/// One parameter as `listApis` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParamDoc {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// How its text is read; see [`Kind::word`].
    pub r#type: &'static str,
    /// The longest text that is accepted, in characters.
    pub length: u32,
    /// True if the command is refused without it.
    pub required: bool,
    /// The first version that has it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub since: &'static str,
    /// The commands that answer what an id in it names, with commas between them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub related: String,
}

/// One answered field as `listApis` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDoc {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// How its value is written; see [`Kind::word`].
    pub r#type: &'static str,
    /// What the objects in it hold; empty if it holds none. A shape that is inside itself is told once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response: Vec<FieldDoc>,
}

impl Kind {
    /// CloudStack's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Decimal => "float",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Text => "string",
            Self::Uuid => "uuid",
            Self::TextList | Self::UuidList | Self::Objects => "list",
            Self::Map => "map",
            Self::Object => "object",
        }
    }
}

/// Describes the commands that `offered` holds, in the order of their names, to a caller of the given roles.
///
/// Parameters and fields that are not for the caller are left out, and `related` names no command that is not offered. A
/// bound command that the caller may not use should not be offered; the roles here do not decide that, for a role of a
/// caller's own may allow other commands than its type.
///
/// ```
/// use cloudstack_client::catalogue::{COMMANDS, Roles, apis};
///
/// let zones: Vec<_> = COMMANDS.iter().copied().filter(|row| row.name == "listZones").collect();
/// let told = apis(&zones, Roles::USER);
/// assert_eq!(told.len(), 1);
/// assert!(told[0].params.iter().all(|param| !param.required));
/// ```
#[must_use]
pub fn apis(offered: &[&'static Command], caller: Roles) -> Vec<ApiDoc> {
    let mut rows = offered.to_vec();
    rows.sort_unstable_by_key(|row| row.name);
    rows.dedup_by_key(|row| row.name);
    let mut answering = BTreeMap::<&str, Vec<&str>>::new();
    for row in rows.iter().filter(|row| row.reply.name != "Success") {
        answering.entry(row.reply.name).or_default().push(row.name);
    }
    rows.into_iter().map(|row| command(row, caller, &answering)).collect()
}

/// The whole answer of `listApis` on one line of JSON, with its envelope.
///
/// # Errors
/// None that can happen: it writes texts, numbers and booleans into memory.
pub fn apis_json(offered: &[&'static Command], caller: Roles) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Listed {
        count: usize,
        api: Vec<ApiDoc>,
    }
    #[derive(Serialize)]
    struct Envelope {
        listapisresponse: Listed,
    }
    let api = apis(offered, caller);
    serde_json::to_string(&Envelope { listapisresponse: Listed { count: api.len(), api } })
}

fn command(row: &'static Command, caller: Roles, answering: &BTreeMap<&str, Vec<&str>>) -> ApiDoc {
    let mut params: Vec<_> = row.params.iter().filter(|param| param.roles.meets(caller)).collect();
    params.sort_by_key(|param| !param.required);
    ApiDoc {
        name: row.name,
        description: row.doc,
        since: row.since,
        isasync: row.answer.is_async(),
        related: others(answering, row.reply.name, row.name),
        params: params.into_iter().map(|given| param(given, answering)).collect(),
        response: fields(row.reply, caller, &mut Vec::new()),
    }
}

fn param(row: &Param, answering: &BTreeMap<&str, Vec<&str>>) -> ParamDoc {
    ParamDoc {
        name: row.name,
        description: row.doc,
        r#type: row.kind.word(),
        length: row.max_len,
        required: row.required,
        since: row.since,
        related: others(answering, row.entity, ""),
    }
}

/// Commands that answer a shape, without the one that is asking.
fn others(answering: &BTreeMap<&str, Vec<&str>>, shape: &str, but: &str) -> String {
    let names = answering.get(shape).map_or(&[][..], Vec::as_slice);
    names.iter().copied().filter(|name| *name != but).collect::<Vec<_>>().join(",")
}

fn fields(shape: &'static Shape, caller: Roles, inside: &mut Vec<&'static str>) -> Vec<FieldDoc> {
    inside.push(shape.name);
    let told =
        shape.fields.iter().filter(|row| row.roles.meets(caller)).map(|row| field(row, caller, inside)).collect();
    inside.pop();
    told
}

fn field(row: &'static Field, caller: Roles, inside: &mut Vec<&'static str>) -> FieldDoc {
    let shape = row.shape.filter(|shape| !inside.contains(&shape.name));
    FieldDoc {
        name: row.name,
        description: row.doc,
        r#type: row.kind.word(),
        response: shape.map_or_else(Vec::new, |shape| fields(shape, caller, inside)),
    }
}

impl Command {
    /// True if its answer is a list, and so comes with a count.
    #[must_use]
    pub const fn lists(&self) -> bool {
        matches!(self.answer, Answer::List)
    }
}

//! The reference: rows as a page to read, in HTML and in Markdown.

mod text;

use super::{AREAS, Answer, Area, COMMANDS, Command, Kind, Roles};

pub use text::{areas_markdown, html, markdown};

/// A code that a command can be refused with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The code, which is also the HTTP status.
    pub code: u16,
    /// What it means.
    pub doc: &'static str,
}

const BAD_CALLER: Refusal = Refusal { code: 401, doc: "The caller could not be verified." };
const TOO_MANY: Refusal = Refusal { code: 429, doc: "The account calls too often." };
const MALFORMED: Refusal = Refusal { code: 430, doc: "The brackets of a map are malformed." };
const PARAMETER: Refusal =
    Refusal { code: 431, doc: "A parameter is missing, too long, or names nothing that is there." };
const UNSUPPORTED: Refusal =
    Refusal { code: 432, doc: "The command is unknown here, or not open to the caller's role." };
const INTERNAL: Refusal = Refusal { code: 530, doc: "It failed inside." };
const DENIED: Refusal = Refusal { code: 531, doc: "What is named belongs to somebody else." };
const NO_ROOM: Refusal = Refusal { code: 533, doc: "No host, storage or network has room." };
const UNAVAILABLE: Refusal = Refusal { code: 534, doc: "A host, storage or network could not be reached." };
const LIMIT: Refusal = Refusal { code: 535, doc: "The account, its domain or its project has reached a limit." };
const IN_USE: Refusal = Refusal { code: 536, doc: "It is in use." };
const RULE: Refusal = Refusal { code: 537, doc: "It conflicts with a rule that is there." };

/// The codes a command can be refused with, in their order. A job that fails carries one of them in its result.
///
/// ```
/// use cloudstack_client::catalogue::{find, refusals};
///
/// let codes: Vec<u16> = find("listZones").into_iter().flat_map(refusals).map(|refusal| refusal.code).collect();
/// assert!(codes.contains(&431) && !codes.contains(&535));
/// ```
#[must_use]
pub fn refusals(row: &Command) -> Vec<Refusal> {
    let begins = |words: &[&str]| words.iter().any(|word| row.name.starts_with(word));
    let has = |words: &[&str]| words.iter().any(|word| row.name.contains(word));
    let params = !row.params.is_empty();
    let owned = row.params.iter().any(|param| !param.entity.is_empty() || param.name == "account");
    let counted = [
        "VirtualMachine",
        "PublicIpAddress",
        "Volume",
        "Snapshot",
        "Template",
        "Project",
        "Network",
        "Vpc",
        "VmSnapshot",
        "Backup",
    ];
    let makes = begins(&[
        "create",
        "deploy",
        "register",
        "upload",
        "associate",
        "copy",
        "assign",
        "recover",
        "scale",
        "resize",
    ]);
    let places = row.answer.is_async()
        && begins(&[
            "deploy",
            "start",
            "migrate",
            "scale",
            "create",
            "attach",
            "restore",
            "resize",
            "associate",
            "add",
        ]);
    let rules = begins(&["create", "enable", "update", "authorize"])
        && has(&["Rule", "StaticNat", "ACL", "Vpn", "Network", "SecurityGroup"]);
    [
        (row.name != "logout", BAD_CALLER),
        (true, TOO_MANY),
        (row.params.iter().any(|param| matches!(param.kind, Kind::Map)), MALFORMED),
        (params, PARAMETER),
        (true, UNSUPPORTED),
        (true, INTERNAL),
        (owned || row.name == "login", DENIED),
        (places, NO_ROOM),
        (row.answer.is_async(), UNAVAILABLE),
        (makes && counted.contains(&row.reply.name), LIMIT),
        (begins(&["delete", "disassociate", "release", "remove"]), IN_USE),
        (rules, RULE),
    ]
    .into_iter()
    .filter_map(|(can, refusal)| can.then_some(refusal))
    .collect()
}

/// How a command is answered, in words.
const fn answered(row: &Command) -> &'static str {
    match row.answer {
        Answer::Sync => "at once",
        Answer::List => "at once, with a list and a count",
        Answer::Async => "with a job",
        Answer::AsyncCreate => "with a job and the id of what it makes",
    }
}

/// Whom something is open to, in words.
fn open_to(roles: Roles) -> String {
    if roles == Roles::ANYONE {
        return "everybody".to_owned();
    }
    let names = [
        (Roles::ROOT_ADMIN, "root administrators"),
        (Roles::RESOURCE_ADMIN, "resource administrators"),
        (Roles::DOMAIN_ADMIN, "domain administrators"),
        (Roles::USER, "users"),
    ];
    names.into_iter().filter(|(role, _)| roles.allows(*role)).map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

/// A call of the command with all that must be given, unsigned.
fn example(row: &Command) -> String {
    let mut url = format!("/client/api?command={}", row.name);
    for param in row.params.iter().filter(|param| param.required) {
        let value = match param.kind {
            Kind::Boolean => "true",
            Kind::Integer | Kind::Long | Kind::Decimal => "1",
            Kind::Date => "2026-01-31",
            Kind::Uuid | Kind::UuidList => "8a2c7f1e-5b0d-4c69-9f3a-2d1e4b6c8a90",
            _ => "text",
        };
        match param.kind {
            Kind::Map => url.push_str(&format!("&{0}[0].key=text&{0}[0].value=text", param.name)),
            _ => url.push_str(&format!("&{}={value}", param.name)),
        }
    }
    if row.name != "login" {
        url.push_str("&response=json&apiKey=…&signature=…");
    }
    url
}

/// A table cell: how many of an area's commands are bound.
fn bound_in(area: &Area, bound: &dyn Fn(&Command) -> bool) -> usize {
    area.rows.iter().filter(|row| bound(row)).count()
}

//! Commands as data: one row per command, from which a typed client, a server's decoder, its access rules and its
//! `listApis` answer are all derived.
//!
//! * [`COMMANDS`] are the rows, [`AREAS`] the same rows by subject, [`find`] one of them.
//! * [`request`] has a struct per command, made from its row, and [`reply`] one per [`Shape`].
//!
//! A row says what a command is, not that anybody answers it: which commands are bound is the business of whoever serves
//! them, and is handed to the functions here that need to know.

#[macro_use]
mod row;
mod apis;
mod openapi;
mod page;
mod places;
pub mod reply;
pub mod request;
mod rows;
mod shapes;

pub use apis::{ApiDoc, FieldDoc, ParamDoc, apis, apis_json};
pub use openapi::openapi;
pub use page::{Refusal, areas_markdown, html, markdown, refusals};
pub use rows::{AREAS, Area, COMMANDS};

use places::Places;

/// One command of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The name as it is spelt on the wire; case counts.
    pub name: &'static str,
    /// What it does, for `listApis` and the reference page.
    pub doc: &'static str,
    /// The first CloudStack version that has it; empty if it is older than that was recorded.
    pub since: &'static str,
    /// Whom it is open to unless a role's own rules say otherwise.
    pub roles: Roles,
    /// How it is answered.
    pub answer: Answer,
    /// What may be given.
    pub params: &'static [Param],
    /// The element name of one answered object; empty if the answer has none (success, jobs).
    pub object: &'static str,
    /// What comes back.
    pub reply: &'static Shape,
    /// The top-level key of the answer. Mostly the lower-case name with `response` at its end, but not always.
    pub envelope: &'static str,
    /// The kind of event it leaves, such as `VM.CREATE`; empty if none.
    pub event: &'static str,
    /// What kind of thing it works on, such as `VirtualMachine`; empty if that was not recorded.
    pub entity: &'static str,
}

/// How a command is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// With its result.
    Sync,
    /// With objects and how many there are in all.
    List,
    /// With a job to ask after.
    Async,
    /// With a job and the id of what the job makes.
    AsyncCreate,
}

impl Answer {
    /// True if the answer is a job to ask after.
    #[must_use]
    pub const fn is_async(self) -> bool {
        matches!(self, Self::Async | Self::AsyncCreate)
    }
}

/// One parameter of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The name in lower case; on the wire any case is read.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// How its text is read.
    pub kind: Kind,
    /// True if the command is refused without it.
    pub required: bool,
    /// The longest text that is accepted, in characters.
    pub max_len: u32,
    /// The first version that has it; empty if it is as old as the command.
    pub since: &'static str,
    /// The [`Shape`] of what an id in it names, such as `Zone`; empty if it is no id.
    pub entity: &'static str,
    /// Who may give it; callers of other roles are refused.
    pub roles: Roles,
    /// True if no log may show its value.
    pub secret: bool,
}

/// What one answered object looks like. Many commands answer the same shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its name in the typed client: `VirtualMachine`.
    pub name: &'static str,
    /// What it stands for.
    pub doc: &'static str,
    /// Its fields, in the order they are written.
    pub fields: &'static [Field],
    /// Where each of them stands.
    places: Places,
}

impl Shape {
    /// A shape with these fields.
    pub(crate) const fn new(name: &'static str, doc: &'static str, fields: &'static [Field]) -> Self {
        Self { name, doc, fields, places: Places::of(fields) }
    }

    /// The field of this name.
    ///
    /// ```
    /// use cloudstack_client::catalogue::find;
    ///
    /// let zone = find("listZones").map(|row| row.reply);
    /// assert!(zone.and_then(|zone| zone.field("networktype")).is_some());
    /// assert!(zone.and_then(|zone| zone.field("colour")).is_none());
    /// ```
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.places.find(self.fields, name).map(|at| &self.fields[at])
    }
}

/// One field of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// How its value is written.
    pub kind: Kind,
    /// What the objects in it look like, if it holds objects of a known shape.
    pub shape: Option<&'static Shape>,
    /// The first version that has it; empty if that is as old as the shape, or was not recorded.
    pub since: &'static str,
    /// Who gets to see it; it is left out for callers of other roles.
    pub roles: Roles,
    /// True if no log may show its value.
    pub secret: bool,
}

/// How a value is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` in any case is true, all else false.
    Boolean,
    /// `yyyy-MM-dd` with or without a time of day.
    Date,
    /// A number with a fraction.
    Decimal,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// Free text.
    Text,
    /// The id of an entity.
    Uuid,
    /// Texts with commas between them.
    TextList,
    /// Ids with commas between them.
    UuidList,
    /// `name[0].key=value` groups; in an answer, an object of texts.
    Map,
    /// In an answer: one object.
    Object,
    /// In an answer: objects.
    Objects,
}

/// A set of roles, as the bits that CloudStack gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// Administrators of the whole cloud.
    pub const ROOT_ADMIN: Self = Self(1);
    /// Administrators of a domain's resources.
    pub const RESOURCE_ADMIN: Self = Self(2);
    /// Administrators of a domain and the domains below it.
    pub const DOMAIN_ADMIN: Self = Self(4);
    /// Everybody with an account.
    pub const USER: Self = Self(8);
    /// All of them.
    pub const ANYONE: Self = Self(15);
    /// Administrators of the whole cloud or of a domain's resources.
    pub const RESOURCE_ADMINS: Self = Self(3);
    /// Administrators of the whole cloud or of a domain and those below it.
    pub const DOMAIN_ADMINS: Self = Self(5);
    /// All but users.
    pub const ADMINS: Self = Self(7);

    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if every role of `other` is in this set.
    #[must_use]
    pub const fn allows(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// True if the sets share a role.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The row of a command. Command names are case-sensitive on the wire.
///
/// ```
/// use cloudstack_client::catalogue::find;
///
/// assert!(find("deployVirtualMachine").is_some_and(|row| row.answer.is_async()));
/// assert!(find("deployvirtualmachine").is_none());
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.binary_search_by(|row| row.name.cmp(name)).ok().map(|at| COMMANDS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_sets() {
        let staff = Roles::ROOT_ADMIN.or(Roles::DOMAIN_ADMIN);
        assert!(staff.allows(Roles::DOMAIN_ADMIN) && !staff.allows(Roles::USER));
        assert!(!Roles::ROOT_ADMIN.allows(staff));
    }
}

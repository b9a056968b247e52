//! Commands as data: one row per command, from which a typed client, a server's decoder, its access rules and its
//! `listApis` answer can all be derived.
//!
//! A command is in the table once it is bound to something that answers it, so [`COMMANDS`] is empty today: this version
//! signs and verifies requests and leaves their meaning to the caller.

/// One command of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The name as it is spelt on the wire; case counts.
    pub name: &'static str,
    /// What it does, for `listApis` and the reference page.
    pub doc: &'static str,
    /// The first CloudStack version that has it.
    pub since: &'static str,
    /// Whom it is open to.
    pub roles: Roles,
    /// True if the answer is a job to ask after; false if it is the result.
    pub is_async: bool,
    /// What may be given.
    pub params: &'static [Param],
    /// What comes back.
    pub reply: &'static [Field],
    /// The top-level key of the answer. Mostly the lower-case name with `response` at its end, but not always.
    pub envelope: &'static str,
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
}

/// How a value is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` in any case is true, all else false.
    Boolean,
    /// `yyyy-MM-dd` with or without a time of day.
    Date,
    /// A whole number.
    Integer,
    /// Values with commas between them.
    List,
    /// `name[0].key=value` groups.
    Map,
    /// Free text.
    Text,
    /// The id of an entity.
    Uuid,
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
}

/// Every command, in the order of their names.
pub const COMMANDS: &[Command] = &[];

/// The row of a command. Command names are case-sensitive on the wire.
///
/// ```
/// assert!(cloudstack_client::catalogue::find("noSuchCommand").is_none());
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.binary_search_by(|row| row.name.cmp(name)).ok().map(|at| &COMMANDS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_it_can_be_searched() {
        assert!(COMMANDS.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn roles_are_sets() {
        let staff = Roles::ROOT_ADMIN.or(Roles::DOMAIN_ADMIN);
        assert!(staff.allows(Roles::DOMAIN_ADMIN) && !staff.allows(Roles::USER));
        assert!(!Roles::ROOT_ADMIN.allows(staff));
    }
}

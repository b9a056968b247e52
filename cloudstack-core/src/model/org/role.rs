//! Roles: what kind of caller, and which operations are allowed or denied by name.
//!
//! The core does not know what operations are called. A rule is a pattern of names, and whoever has operations asks with
//! the name of one.

use crate::base::{
    Name, RoleType, Timestamp,
    id::{RoleId, RoleRuleId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};

closed! {
    /// What a rule says of the operations it names.
    Permission {
        Allow "They may be called.",
        Deny "They may not be called.",
    }
}

/// One rule of a role: a pattern of operation names, where `*` stands for any number of characters. Case does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRule {
    /// Its id.
    pub id: RoleRuleId,
    /// The pattern: 1 to 255 letters, digits, `_` and `*`.
    pub pattern: String,
    /// What it says of them.
    pub permission: Permission,
    /// What it is for.
    pub description: String,
}

/// A role of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in the cloud.
    pub name: Name,
    /// What kind of caller it makes; decides what no rule names.
    pub kind: RoleType,
    /// What it is for.
    pub description: String,
    /// Its rules, in order: the first that names an operation decides (AUTH-02).
    pub rules: Vec<RoleRule>,
    /// It came with the cloud: it has no rules, and stays as it is.
    pub builtin: bool,
    /// Administrators of domains may see it and give it.
    pub public: bool,
    /// New accounts may get it, and the users of those that have it may call.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
}
record! { Role: RoleId in "role" {
    name: Text = |r| Value::text(r.name.as_str()),
    builtin: Int = |r| if r.builtin { Value::Int(1) } else { Value::Null },
} unique { [name] } }

/// The roles a cloud begins with.
pub const DEFAULT_ROLES: &[(&str, RoleType, &str)] = &[
    ("Root Admin", RoleType::Admin, "Administers the whole cloud"),
    ("Resource Admin", RoleType::ResourceAdmin, "Administers a domain and the places that serve it"),
    ("Domain Admin", RoleType::DomainAdmin, "Administers a domain and those below"),
    ("User", RoleType::User, "Acts on what its account owns"),
];

/// Whether a text can be the pattern of a rule.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'*';
    (1..=255).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether a pattern names this operation. Linear in both for patterns with one star, never worse than their product.
#[must_use]
pub fn names(pattern: &str, operation: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), operation.as_bytes());
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[seen]) => {
                at += 1;
                seen += 1;
            }
            // What the last star stands for takes in one character more.
            _ => match star {
                Some((mark, taken)) => {
                    star = Some((mark, taken + 1));
                    at = mark + 1;
                    seen = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether some name fits both patterns.
#[must_use]
pub fn meet(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    // One row per byte of `left`: which ends of `right` can be reached so far.
    let mut row = vec![false; right.len() + 1];
    for i in (0..=left.len()).rev() {
        let below = row.clone();
        for j in (0..=right.len()).rev() {
            let (l, r) = (left.get(i), right.get(j));
            row[j] = match (l, r) {
                (None, None) => true,
                (Some(b'*'), Some(_)) => below[j] || row[j + 1],
                (Some(_), Some(b'*')) => row[j + 1] || below[j],
                (Some(b'*'), None) => below[j],
                (None, Some(b'*')) => row[j + 1],
                (Some(l), Some(r)) => l.eq_ignore_ascii_case(r) && below[j + 1],
                _ => false,
            };
        }
    }
    row[0]
}

/// What rules say of an operation: the first that names it decides; nothing if none does.
#[must_use]
pub fn verdict(rules: &[RoleRule], operation: &str) -> Option<Permission> {
    rules.iter().find(|rule| names(&rule.pattern, operation)).map(|rule| rule.permission)
}

impl Role {
    /// What the role says of an operation; nothing if its [kind](Role::kind) decides. A root administrator's own role
    /// always allows.
    #[must_use]
    pub fn verdict(&self, operation: &str) -> Option<Permission> {
        if self.builtin && self.kind == RoleType::Admin {
            return Some(Permission::Allow);
        }
        verdict(&self.rules, operation)
    }

    /// Whether a caller of this role may hand out the other, that is, may do all that one of the other may. Errs on the
    /// side of no: nobody gets more than his own by it. A role without rules is what its kind is, and may hand out what is
    /// of that kind or a lesser one: whoever makes such a role public says so.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if self.builtin && self.kind == RoleType::Admin {
            return true;
        }
        if self.kind > other.kind || self.rules.is_empty() {
            return self.kind <= other.kind;
        }
        // What no rule of the other names is its kind's, which this kind has as well unless a rule denies it.
        let denies = self.rules.iter().any(|rule| rule.permission == Permission::Deny);
        let closed = other.rules.iter().any(|rule| rule.pattern == "*");
        let allowed = |rule: &&RoleRule| rule.permission == Permission::Allow;
        (closed || !denies) && other.rules.iter().filter(allowed).all(|rule| self.allows_all(&rule.pattern))
    }

    /// Whether everything that a pattern names is allowed, by one rule that no denial comes before.
    fn allows_all(&self, pattern: &str) -> bool {
        for rule in &self.rules {
            match rule.permission {
                // A star is a character that only a star takes in.
                Permission::Allow if names(&rule.pattern, pattern) => return true,
                Permission::Deny if meet(&rule.pattern, pattern) => return false,
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::EntityId;
    use proptest::prelude::*;

    fn rules(list: &[(&str, Permission)]) -> Vec<RoleRule> {
        let rule = |&(pattern, permission): &(&str, Permission)| RoleRule {
            id: RoleRuleId::from_u128(1),
            pattern: pattern.into(),
            permission,
            description: String::new(),
        };
        list.iter().map(rule).collect()
    }

    fn role(kind: RoleType, list: &[(&str, Permission)]) -> Role {
        Role {
            id: RoleId::from_u128(1),
            name: "r".parse().unwrap(),
            kind,
            description: String::new(),
            rules: rules(list),
            builtin: false,
            public: true,
            enabled: true,
            created: Timestamp::default(),
        }
    }

    /// Proves: AUTH-02
    #[test]
    fn the_first_rule_that_names_an_operation_decides() {
        use Permission::{Allow, Deny};
        let cases: &[(&str, &str, bool)] = &[
            ("*", "x", true),
            ("list*", "listHosts", true),
            ("LIST*", "listhosts", true),
            ("list*", "enlistHosts", false),
            ("*hosts", "listHosts", true),
            ("l*t*s", "listHosts", true),
            ("l*t*x", "listHosts", false),
            ("listHosts", "listHost", false),
            ("listHost", "listHosts", false),
            ("**", "anything", true),
            ("a*b*c", "abbbc", true),
        ];
        for &(pattern, operation, fits) in cases {
            assert_eq!(names(pattern, operation), fits, "{pattern} {operation}");
        }
        let list = rules(&[("listHosts", Deny), ("list*", Allow), ("*", Deny)]);
        let said = ["listHosts", "listZones", "deploy"].map(|name| verdict(&list, name));
        assert_eq!(said, [Some(Deny), Some(Allow), Some(Deny)]);
        assert_eq!(verdict(&rules(&[("x", Allow)]), "y"), None);
        let root = Role { builtin: true, ..role(RoleType::Admin, &[("*", Deny)]) };
        assert_eq!(root.verdict("anything"), Some(Allow));
    }

    #[test]
    fn nobody_hands_out_more_than_his_own() {
        use Permission::{Allow, Deny};
        use RoleType::{DomainAdmin, User};
        let own = role(DomainAdmin, &[("listHosts", Deny), ("list*", Allow), ("deploy*", Allow), ("*", Deny)]);
        type Rules = &'static [(&'static str, Permission)];
        let cases: &[(RoleType, Rules, bool)] = &[
            (User, &[("listZones", Allow), ("*", Deny)], true),
            (User, &[("deploy*", Allow), ("*", Deny)], true),
            (User, &[("list*", Allow), ("*", Deny)], false),
            (User, &[("*Hosts", Allow), ("*", Deny)], false),
            (User, &[("destroy", Allow), ("*", Deny)], false),
            // What it does not name is its kind's, and more than the giver has.
            (User, &[("listZones", Allow)], false),
            (RoleType::Admin, &[("listZones", Allow), ("*", Deny)], false),
        ];
        for &(kind, list, fits) in cases {
            assert_eq!(own.covers(&role(kind, list)), fits, "{kind:?} {list:?}");
        }
        assert!(role(DomainAdmin, &[]).covers(&role(User, &[])));
        assert!(!role(User, &[]).covers(&role(DomainAdmin, &[])));
    }

    proptest! {
        /// Against every short name there is.
        #[test]
        fn patterns_meet_if_some_name_fits_both(left in "[ab*]{1,5}", right in "[ab*]{1,5}") {
            let mut words = vec![String::new()];
            for from in 0.. {
                if words[from].len() == 8 { break; }
                for letter in ['a', 'b'] { let word = format!("{}{letter}", words[from]); words.push(word); }
            }
            let found = words.iter().any(|w| names(&left, w) && names(&right, w));
            prop_assert_eq!(meet(&left, &right), found);
        }

        #[test]
        fn what_is_covered_is_allowed(
            own in prop::collection::vec(("[ab*]{1,3}", any::<bool>()), 0..4),
            other in prop::collection::vec(("[ab*]{1,3}", any::<bool>()), 0..4),
            word in "[ab]{1,4}",
        ) {
            let list = |rules: &[(String, bool)]| -> Vec<(String, Permission)> {
                let of = |allow| if allow { Permission::Allow } else { Permission::Deny };
                rules.iter().map(|(p, allow)| (p.clone(), of(*allow))).collect()
            };
            let of = |rules: &[(String, Permission)]| {
                let borrowed: Vec<(&str, Permission)> = rules.iter().map(|(p, x)| (p.as_str(), *x)).collect();
                role(RoleType::User, &borrowed)
            };
            let (own, other) = (of(&list(&own)), of(&list(&other)));
            // Both kinds are the same: what no rule names is either allowed to both or to neither.
            for default in [Permission::Allow, Permission::Deny] {
                let says = |role: &Role| role.verdict(&word).unwrap_or(default) == Permission::Allow;
                if !own.rules.is_empty() && own.covers(&other) && says(&other) {
                    prop_assert!(says(&own), "{word}");
                }
            }
        }
    }
}

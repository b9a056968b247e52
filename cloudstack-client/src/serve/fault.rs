//! Why a request is refused, as the protocol says it: a code that is the HTTP status too, a second code for the kind of
//! exception, and a text.

use cloudstack_core::base::{Caller, Error, ErrorKind};

/// The second code of a refusal that belongs to no kind of exception.
pub(crate) const PLAIN: u16 = 9999;
/// What callers read in place of what only administrators may know.
const GENERIC: &str = "an internal error occurred; ask your administrator, who can see why";

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// `errorcode`, and the HTTP status.
    pub(crate) code: u16,
    /// `cserrorcode`.
    pub(crate) kind: u16,
    /// `errortext`.
    pub(crate) text: String,
}

/// Both codes of every kind of error the core knows.
const CODES: &[(ErrorKind, u16, u16)] = &[
    // InvalidParameterValue
    (ErrorKind::Invalid, 431, 4350),
    (ErrorKind::NotFound, 431, 4350),
    (ErrorKind::Taken, 431, 4350),
    (ErrorKind::Conflict, 431, 4350),
    // NetworkRuleConflict
    (ErrorKind::RuleConflict, 537, 4360),
    // PermissionDenied
    (ErrorKind::Denied, 531, 4365),
    // InsufficientServerCapacity
    (ErrorKind::NoCapacity, 533, 4335),
    // ResourceAllocation
    (ErrorKind::Limit, 535, 4370),
    // ConcurrentOperation
    (ErrorKind::Stale, 530, 4300),
    // ResourceUnavailable
    (ErrorKind::Device, 534, 4380),
    // CloudRuntime
    (ErrorKind::Store, 530, 4250),
    // OperationTimedout
    (ErrorKind::Unavailable, 530, 4560),
];

/// The codes of an error of the core.
pub(crate) fn codes(kind: ErrorKind) -> (u16, u16) {
    CODES.iter().find(|(k, ..)| *k == kind).map_or((530, PLAIN), |&(_, code, kind)| (code, kind))
}

/// True if the text behind this code is for root administrators only.
fn is_internal(code: u16) -> bool {
    matches!(code, 530 | 533 | 534 | 535)
}

/// The text of an outcome with this code, as `caller` may read it.
pub(crate) fn readable(caller: &Caller, code: u16, public: &str, detail: Option<&str>) -> String {
    match detail {
        _ if is_internal(code) && !caller.is_root() => GENERIC.to_owned(),
        Some(detail) if caller.is_root() => format!("{public} ({detail})"),
        _ => public.to_owned(),
    }
}

impl Fault {
    fn new(code: u16, kind: u16, text: impl Into<String>) -> Self {
        Self { code, kind, text: text.into() }
    }

    /// 400: a request that cannot be read.
    pub(crate) fn unreadable(why: impl Into<String>) -> Self {
        Self::new(400, PLAIN, why)
    }
    /// 401: one sentence for every reason, so that nobody learns which keys exist.
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, PLAIN, "unable to verify user credentials and/or request signature")
    }
    /// 405.
    pub(crate) fn method(why: &str) -> Self {
        Self::new(405, PLAIN, why)
    }
    /// 429.
    pub(crate) fn throttled(text: impl Into<String>) -> Self {
        Self::new(429, 4545, text)
    }
    /// 430: a name in brackets that cannot be read.
    pub(crate) fn malformed(name: &str, why: &str) -> Self {
        Self::new(430, PLAIN, format!("parameter `{}` is malformed: {why}", shortened(name)))
    }
    /// 431: a parameter is missing.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(431, PLAIN, format!("parameter `{name}` is missing"))
    }
    /// 431: a parameter's value is not accepted.
    pub(crate) fn invalid(name: &str, value: &str, accepted: &str) -> Self {
        Self::new(431, 4350, format!("parameter `{name}`: `{}` is not accepted; {accepted}", shortened(value)))
    }
    /// 431: parameters that do not go together, or a thing that is in a state that does not allow it.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::new(431, 4350, text)
    }
    /// 432: no such command, or none for this caller.
    pub(crate) fn unknown_command(name: &str) -> Self {
        Self::new(432, PLAIN, format!("the command `{}` does not exist, or is not open to you", shortened(name)))
    }
    /// 531: not this caller.
    pub(crate) fn denied(text: impl Into<String>) -> Self {
        Self::new(531, 4365, text)
    }
    /// 531: a thing that is another's, or is not there at all. The words are the same for both, so that nobody can find
    /// out which ids are in use.
    pub(crate) fn foreign(name: &str, value: &str) -> Self {
        Self::denied(format!("parameter `{name}`: you have nothing of the id `{}`", shortened(value)))
    }
    /// 531: a login that failed.
    pub(crate) fn login() -> Self {
        Self::new(531, 4290, "failed to authenticate user or check credentials")
    }
    /// 530: too many log in at one time.
    pub(crate) fn busy() -> Self {
        Self::new(530, 4560, "too many log in at one time; try again in a moment")
    }
    /// 530: the server made a mistake, and told its own log about it.
    pub(crate) fn broken() -> Self {
        Self::new(530, 4250, GENERIC)
    }
    /// 536: something else still uses it.
    pub(crate) fn in_use(text: impl Into<String>) -> Self {
        Self::new(536, 4375, text)
    }

    /// What an error of the core is to this caller.
    pub(crate) fn of(error: &Error, caller: &Caller) -> Self {
        let (code, kind) = match error.kind() {
            // Somebody else is at it: the same request may succeed in a moment.
            ErrorKind::Conflict if error.may_retry() => (530, 4300),
            kind => codes(kind),
        };
        let text = readable(caller, code, &error.to_string(), error.admin_detail());
        Self { code, kind, text }
    }

    /// The same refusal as 536, if it is one for a state of things.
    pub(crate) fn or_in_use(self) -> Self {
        if self.code == 431 { Self::in_use(self.text) } else { self }
    }
}

/// What a caller sent, fit to be shown: no control characters, not endless.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::RoleType;
    use cloudstack_core::base::id::{AccountId, DomainId, EntityId, UserId};

    fn caller(role: RoleType) -> Caller {
        let (user, account, domain) = (UserId::from_u128(1), AccountId::from_u128(2), DomainId::from_u128(3));
        Caller { user, account, domain, role }
    }

    /// Every kind of error, its codes, and whether users read the text.
    #[test]
    fn kinds_of_errors_have_documented_codes() {
        for (kind, code, second, read) in [
            (ErrorKind::Invalid, 431, 4350, true),
            (ErrorKind::NotFound, 431, 4350, true),
            (ErrorKind::Denied, 531, 4365, true),
            (ErrorKind::Conflict, 431, 4350, true),
            (ErrorKind::Taken, 431, 4350, true),
            (ErrorKind::RuleConflict, 537, 4360, true),
            (ErrorKind::NoCapacity, 533, 4335, false),
            (ErrorKind::Limit, 535, 4370, false),
            (ErrorKind::Stale, 530, 4300, false),
            (ErrorKind::Device, 534, 4380, false),
            (ErrorKind::Store, 530, 4250, false),
            (ErrorKind::Unavailable, 530, 4560, false),
        ] {
            let error = Error::new(kind, "words").detail("more words");
            let root = Fault::of(&error, &caller(RoleType::Admin));
            assert_eq!((root.code, root.kind, root.text.as_str()), (code, second, "words (more words)"), "{kind:?}");
            for role in [RoleType::User, RoleType::DomainAdmin] {
                let user = Fault::of(&error, &caller(role));
                assert_eq!((user.code, user.kind), (code, second), "{kind:?}");
                assert_eq!(user.text, if read { "words" } else { GENERIC }, "{kind:?}");
            }
        }
        let busy = Error::new(ErrorKind::Conflict, "a job is at it").retryable();
        assert_eq!(Fault::of(&busy, &caller(RoleType::Admin)).kind, 4300);
    }

    #[test]
    fn what_was_sent_is_shown_short_and_without_control_characters() {
        assert_eq!(shortened("a\r\nb"), "ab");
        assert_eq!(shortened(&"x".repeat(1000)).len(), 64);
    }
}

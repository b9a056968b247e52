//! Parameters, read by the row of their command.
//!
//! Names are read in any case; a name given twice counts once, the first time. What a row does not declare is ignored,
//! as is what it does not open to the caller's role. Everything else is read by its type before the command sees it, so a
//! command never meets a text that is not what it should be.

use super::entity::{self, Found};
use super::fault::Fault;
use crate::catalogue::{Command, Kind, Param, Roles};
use crate::sign::{Received, UnixSeconds};
use cloudstack_core::base::id::EntityId;
use cloudstack_core::base::{Caller, Timestamp};
use cloudstack_core::ledger::View;

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Flag(bool),
    Whole(i64),
    Decimal(f64),
    Text(&'a str),
    Date(Timestamp),
    /// None for `-1`, by which some commands mean "all".
    Id(Option<u128>),
    Ids(Vec<u128>),
    Texts(Vec<&'a str>),
    Groups(Vec<Group<'a>>),
}

/// One `name[0].…` group: its fields, in the order given. The names of fields keep their case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group<'a> {
    index: i32,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Group<'a> {
    /// The value of a field, whatever the case of its name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|&(_, value)| value)
    }

    /// The fields, in the order given.
    pub(crate) fn fields(&self) -> &[(&'a str, &'a str)] {
        &self.fields
    }
}

/// The parameters of a request to one command.
#[derive(Debug)]
pub(crate) struct Args<'a> {
    given: Vec<(&'static str, Value<'a>)>,
    row: &'static Command,
}

/// Whom a caller is to the catalogue.
pub(crate) fn role_of(caller: &Caller) -> Roles {
    use cloudstack_core::base::RoleType;
    match caller.role {
        RoleType::Admin | RoleType::System => Roles::ROOT_ADMIN,
        RoleType::ResourceAdmin => Roles::RESOURCE_ADMIN,
        RoleType::DomainAdmin => Roles::DOMAIN_ADMIN,
        RoleType::User => Roles::USER,
    }
}

/// Checks names and values that no command may see, whichever it is: names in brackets that cannot be read or that a
/// signature does not tell from others, and control characters other than line ends.
///
/// # Errors
/// 430 or 431 with the name of the parameter.
pub(crate) fn check(received: &Received) -> Result<(), Fault> {
    for (name, value) in received.pairs() {
        // The signed text is in small letters, and the Kelvin sign's small letter is a plain `k`: without this, whoever sees
        // a signed request could send it once more with a parameter that nobody knows in place of the one that was signed.
        if name.contains('\u{212a}') {
            return Err(Fault::malformed(name, "the Kelvin sign is no letter of a name"));
        }
        if name.contains(['[', ']']) {
            bracketed(name)?;
        }
        let control = |b: u8| b.is_ascii_control() && b != b'\n' && b != b'\r';
        if value.bytes().any(control) {
            return Err(Fault::invalid(name, value, "control characters cannot be in it"));
        }
    }
    Ok(())
}

/// Reads `name[0].field`: the name, the number, the field.
fn bracketed(name: &str) -> Result<(&str, i32, &str), Fault> {
    let fault = |why| Fault::malformed(name, why);
    let shape = "one number in brackets, a dot and the name of a field are expected, as in details[0].key";
    let (base, rest) = name.split_once('[').ok_or_else(|| fault(shape))?;
    let (index, field) = rest.split_once(']').ok_or_else(|| fault(shape))?;
    let field = field.strip_prefix('.').ok_or_else(|| fault(shape))?;
    if base.is_empty() || field.is_empty() || [base, field, index].iter().any(|part| part.contains(['[', ']'])) {
        return Err(fault(shape));
    }
    let index = index.parse().map_err(|_| fault("the index in the brackets must be a whole number"))?;
    Ok((base, index, field))
}

impl<'a> Args<'a> {
    /// Reads what the row declares.
    ///
    /// # Errors
    /// 431 with the name of the first parameter, in the order of the row, that is missing or cannot be read; 531 for an
    /// id of a thing that this caller must not touch.
    pub(crate) fn read(
        row: &'static Command,
        received: &'a Received,
        caller: &Caller,
        view: &View,
    ) -> Result<Self, Fault> {
        let role = role_of(caller);
        let mut given = Vec::with_capacity(8);
        for param in row.params.iter().filter(|p| caller.is_root() || p.roles.allows(role)) {
            let value = if param.kind == Kind::Map {
                groups(param.name, received)?.map(Value::Groups)
            } else {
                match received.get(param.name) {
                    Some(text) => read(param, text, caller, view)?,
                    None => None,
                }
            };
            match value {
                Some(value) => given.push((param.name, value)),
                None if param.required => return Err(Fault::missing(param.name)),
                None => {}
            }
        }
        Ok(Self { given, row })
    }

    fn find(&self, name: &str) -> Option<&Value<'a>> {
        debug_assert!(self.knows(name), "{} has no parameter `{name}`", self.row.name);
        self.given.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// True if it was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// True if nothing but these was given.
    pub(crate) fn all_in(&self, names: &[&str]) -> bool {
        self.given.iter().all(|(name, _)| names.contains(name))
    }

    /// True if the command has such a parameter at all.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.row.params.iter().any(|p| p.name == name)
    }

    /// A text that was given and is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        match self.find(name)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A text that was given, also an empty one.
    pub(crate) fn any_text(&self, name: &str) -> Option<&'a str> {
        match self.find(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.find(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// True if it was given and is true.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.flag(name) == Some(true)
    }

    /// A whole number.
    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        match self.find(name)? {
            Value::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>, Fault> {
        let read = |n: i64| u64::try_from(n).map_err(|_| Fault::invalid(name, &n.to_string(), "give 0 or more"));
        self.whole(name).map(read).transpose()
    }

    /// A point in time.
    pub(crate) fn date(&self, name: &str) -> Option<Timestamp> {
        match self.find(name)? {
            Value::Date(at) => Some(*at),
            _ => None,
        }
    }

    /// An id; none if it was not given, or is `-1`.
    pub(crate) fn id<I: EntityId>(&self, name: &str) -> Option<I> {
        match self.find(name)? {
            Value::Id(id) => id.map(I::from_u128),
            _ => None,
        }
    }

    /// An id that was not to be left out.
    ///
    /// # Errors
    /// 431 if there is none.
    pub(crate) fn need<I: EntityId>(&self, name: &str) -> Result<I, Fault> {
        self.id(name).ok_or_else(|| Fault::missing(name))
    }

    /// A text that was not to be left out.
    ///
    /// # Errors
    /// 431 if there is none.
    pub(crate) fn need_text(&self, name: &str) -> Result<&'a str, Fault> {
        self.text(name).ok_or_else(|| Fault::missing(name))
    }

    /// Ids; none if none were given.
    pub(crate) fn ids<I: EntityId>(&self, name: &str) -> Vec<I> {
        match self.find(name) {
            Some(Value::Ids(ids)) => ids.iter().copied().map(I::from_u128).collect(),
            _ => Vec::new(),
        }
    }

    /// Texts; none if none were given.
    pub(crate) fn texts(&self, name: &str) -> &[&'a str] {
        match self.find(name) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Groups; none if none were given.
    pub(crate) fn groups(&self, name: &str) -> &[Group<'a>] {
        match self.find(name) {
            Some(Value::Groups(groups)) => groups,
            _ => &[],
        }
    }

    /// Groups as pairs: `[0].key=a` with `[0].value=b`, or `[0].a=b`.
    pub(crate) fn pairs(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let mut pairs = Vec::new();
        for group in self.groups(name) {
            match (group.get("key"), group.get("value")) {
                (Some(key), value) => pairs.push((key, value.unwrap_or(""))),
                (None, _) => pairs.extend_from_slice(group.fields()),
            }
        }
        pairs
    }
}

/// All groups of a parameter, in the order of their numbers.
fn groups<'a>(name: &str, received: &'a Received) -> Result<Option<Vec<Group<'a>>>, Fault> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (full, value) in received.pairs() {
        // Cheap to tell: most names have no bracket.
        let of_name = full.len() > name.len()
            && full.as_bytes()[name.len()] == b'['
            && full.as_bytes()[..name.len()].eq_ignore_ascii_case(name.as_bytes());
        if !of_name {
            continue;
        }
        let (_, index, field) = bracketed(full)?;
        match groups.iter_mut().find(|g| g.index == index) {
            Some(group) if group.fields.iter().any(|(n, _)| *n == field) => {}
            Some(group) => group.fields.push((field, value)),
            None => groups.push(Group { index, fields: vec![(field, value)] }),
        }
    }
    groups.sort_by_key(|g| g.index);
    Ok(if groups.is_empty() { None } else { Some(groups) })
}

fn read<'a>(param: &Param, text: &'a str, caller: &Caller, view: &View) -> Result<Option<Value<'a>>, Fault> {
    let name = param.name;
    let value = match param.kind {
        Kind::Boolean => Value::Flag(text.eq_ignore_ascii_case("true")),
        Kind::Integer => {
            let number = text.parse::<i32>();
            Value::Whole(number.map_err(|_| Fault::invalid(name, text, "give a whole number of 32 bits"))?.into())
        }
        Kind::Long => {
            Value::Whole(text.parse().map_err(|_| Fault::invalid(name, text, "give a whole number of 64 bits"))?)
        }
        Kind::Decimal => {
            let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
            Value::Decimal(number.ok_or_else(|| Fault::invalid(name, text, "give a number"))?)
        }
        Kind::Date => Value::Date(date(name, text)?),
        Kind::Uuid if text.is_empty() => return Ok(None),
        Kind::Uuid if text == "-1" => Value::Id(None),
        Kind::Uuid => Value::Id(Some(known(param, text, caller, view)?)),
        Kind::UuidList => {
            let ids = pieces(text).map(|piece| known(param, piece, caller, view)).collect::<Result<Vec<_>, _>>()?;
            if ids.is_empty() {
                return Ok(None);
            }
            Value::Ids(ids)
        }
        Kind::TextList => {
            let texts = pieces(text).map(|piece| fits(param, piece)).collect::<Result<Vec<_>, _>>()?;
            if texts.is_empty() {
                return Ok(None);
            }
            Value::Texts(texts)
        }
        _ if text.is_empty() && param.required => return Ok(None),
        _ => Value::Text(fits(param, text)?),
    };
    Ok(Some(value))
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|piece| !piece.is_empty())
}

fn fits<'a>(param: &Param, text: &'a str) -> Result<&'a str, Fault> {
    let most = param.max_len as usize;
    // A text has no more characters than bytes.
    if text.len() > most && text.chars().count() > most {
        return Err(Fault::invalid(param.name, text, &format!("it may have {most} characters")));
    }
    Ok(text)
}

/// An id that is there, and that this caller may name.
fn known(param: &Param, text: &str, caller: &Caller, view: &View) -> Result<u128, Fault> {
    let unknown = || Fault::invalid(param.name, text, "give the id of a thing that exists");
    let id = entity::parse(text).ok_or_else(unknown)?;
    match entity::find(view, caller, param.entity, id) {
        Found::There => Ok(id),
        Found::Nowhere => Err(unknown()),
        Found::NotYours => Err(Fault::foreign(param.name, text)),
    }
}

/// `yyyy-MM-dd`, `yyyy-MM-dd HH:mm:ss` or `yyyy-MM-ddTHH:mm:ss±hhmm`. A day without a time begins at midnight, or ends a
/// second before the next if it is an end.
fn date(name: &str, text: &str) -> Result<Timestamp, Fault> {
    let whole = match (text.len(), text.as_bytes().get(10)) {
        (10, _) if name.starts_with("end") => format!("{text}T23:59:59Z"),
        (10, _) => format!("{text}T00:00:00Z"),
        (19, Some(b' ' | b'T')) if text.is_char_boundary(10) && text.is_char_boundary(11) => {
            format!("{}T{}Z", &text[..10], &text[11..])
        }
        _ => text.to_owned(),
    };
    let seconds = UnixSeconds::read(&whole);
    let seconds = seconds.ok_or_else(|| Fault::invalid(name, text, "give yyyy-MM-dd or yyyy-MM-dd HH:mm:ss"))?;
    Ok(Timestamp::from_micros(seconds.0.saturating_mul(1_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Answer, Shape};
    use cloudstack_core::base::RoleType;
    use cloudstack_core::base::id::{AccountId, DomainId, UserId, ZoneId};

    const fn param(name: &'static str, kind: Kind) -> Param {
        let roles = Roles::ROOT_ADMIN.or(Roles::USER);
        Param { name, doc: "", kind, required: false, max_len: 5, since: "", entity: "", roles, secret: false }
    }
    static NOTHING: Shape = Shape::new("Nothing", "", &[]);
    static ROW: Command = Command {
        name: "testThing",
        doc: "",
        since: "",
        roles: Roles::USER,
        answer: Answer::Sync,
        params: &[
            Param { required: true, ..param("first", Kind::Text) },
            Param { required: true, ..param("second", Kind::Integer) },
            param("on", Kind::Boolean),
            param("long", Kind::Long),
            param("ratio", Kind::Decimal),
            param("startdate", Kind::Date),
            param("enddate", Kind::Date),
            param("words", Kind::TextList),
            param("details", Kind::Map),
            param("id", Kind::Uuid),
            param("ids", Kind::UuidList),
            Param { roles: Roles::ROOT_ADMIN, ..param("secret", Kind::Integer) },
        ],
        object: "",
        reply: &NOTHING,
        envelope: "testthingresponse",
        event: "",
        entity: "",
    };

    fn caller(role: RoleType) -> Caller {
        let (user, account, domain) = (UserId::from_u128(1), AccountId::from_u128(2), DomainId::from_u128(3));
        Caller { user, account, domain, role }
    }

    fn with<T>(query: &str, look: impl FnOnce(Result<&Args<'_>, &Fault>) -> T) -> T {
        let mut received = Received::default();
        received.parse(query).unwrap();
        let read =
            check(&received).and_then(|()| Args::read(&ROW, &received, &caller(RoleType::User), &View::default()));
        look(read.as_ref())
    }

    /// What is refused, with the code and the name of the parameter.
    #[test]
    fn a_parameter_that_cannot_be_read_is_named() {
        for (query, code, name) in [
            ("", 431, "first"),
            ("first=", 431, "first"),
            ("first=a", 431, "second"),
            ("second=1", 431, "first"),
            ("first=a&second=", 431, "second"),
            ("first=a&second=1.5", 431, "second"),
            ("first=a&second=2147483648", 431, "second"),
            ("first=abcdef&second=1", 431, "first"),
            ("first=%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9&second=x", 431, "second"),
            ("first=a%00&second=1", 431, "first"),
            ("first=a%09&second=1", 431, "first"),
            ("first=a&second=1&unheard=%1F", 431, "unheard"),
            ("first=a&second=1&long=9223372036854775808", 431, "long"),
            ("first=a&second=1&ratio=NaN", 431, "ratio"),
            ("first=a&second=1&startdate=2024-02-30", 431, "startdate"),
            ("first=a&second=1&startdate=2024-02-01x10:00:00", 431, "startdate"),
            ("first=a&second=1&startdate=2024-02-0%C3%A910:00:00", 431, "startdate"),
            ("first=a&second=1&words=ok,toolong", 431, "words"),
            ("first=a&second=1&id=17", 431, "id"),
            ("first=a&second=1&id=-2", 431, "id"),
            ("first=a&second=1&id=not-an-id", 431, "id"),
            ("first=a&second=1&ids=-1", 431, "ids"),
            ("first=a&second=1&details[0]=v", 430, "details[0]"),
            ("first=a&second=1&details[0]key=v", 430, "details[0]key"),
            ("first=a&second=1&details[x].key=v", 430, "details[x].key"),
            ("first=a&second=1&details[].key=v", 430, "details[].key"),
            ("first=a&second=1&details[0][1].key=v", 430, "details[0][1].key"),
            ("first=a&second=1&details]0[.key=v", 430, "details]0[.key"),
            ("first=a&second=1&details[0].=v", 430, "details[0]."),
            ("first=a&second=1&[0].key=v", 430, "[0].key"),
            ("first=a&second=1&%E2%84%AAeyword=v", 430, "\u{212a}eyword"),
            ("first=a&second=1&other[99999999999].key=v", 430, "other[99999999999].key"),
        ] {
            with(query, |read| {
                let fault = read.expect_err(query);
                assert_eq!(fault.code, code, "{query}: {}", fault.text);
                assert!(fault.text.starts_with(&format!("parameter `{name}`")), "{query}: {}", fault.text);
            });
        }
    }

    #[test]
    fn what_can_be_read_is_read_by_its_type() {
        let query = concat!(
            "FIRST=a%0Ab&Second=-7&ON=TRUE&on=false&long=-5&ratio=0.5&startdate=2024-02-29&enddate=2024-02-29",
            "&words=a,,%20b%20&Details[1].key=K&details[0].cpuNumber=4&details[1].value=V&id=-1&secret=x&unheard=1",
        );
        with(query, |read| {
            let args = read.unwrap();
            assert_eq!((args.text("first"), args.whole("second")), (Some("a\nb"), Some(-7)));
            assert_eq!((args.flag("on"), args.whole("long")), (Some(true), Some(-5)));
            assert_eq!(args.date("startdate"), Some(Timestamp::from_micros(1_709_164_800_000_000)));
            assert_eq!(args.date("enddate"), Some(Timestamp::from_micros(1_709_251_199_000_000)));
            assert_eq!(args.texts("words"), ["a", "b"]);
            assert_eq!(args.pairs("details"), [("cpuNumber", "4"), ("K", "V")]);
            assert!(args.has("id") && args.id::<ZoneId>("id").is_none());
            // Not open to this caller: as if nobody knew it.
            assert!(!args.has("secret"));
        });
        with("first=a&second=1&startdate=2024-02-29+10:11:12&on=yes&id=&ids=,", |read| {
            let args = read.unwrap();
            assert_eq!(args.date("startdate"), Some(Timestamp::from_micros(1_709_201_472_000_000)));
            assert_eq!((args.flag("on"), args.has("id"), args.has("ids")), (Some(false), false, false));
        });
    }
}

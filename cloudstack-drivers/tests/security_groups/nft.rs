//! Reads the subset of nftables that the driver writes, text or JSON, as its manual describes it, and says what becomes of a
//! packet. It shares nothing with the driver.

use cloudstack_core::rules::ir::Mac;
use cloudstack_core::rules::packet::{Frame, Packet, Payload, Tracked};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(u64),
    Address(IpAddr),
    Mac(Mac),
    Name(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Accept,
    Drop,
    Goto(String),
    Jump(String),
    Look(String, String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Against {
    Set(String),
    Values(Vec<Value>),
    Range(u64, u64),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    fields: Vec<String>,
    mask: Option<IpAddr>,
    negate: bool,
    against: Against,
}

type Rule = (Vec<Term>, Act);

/// The state of the one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Nft {
    exists: bool,
    types: BTreeMap<String, Vec<String>>,
    sets: BTreeMap<String, BTreeSet<Vec<Value>>>,
    maps: BTreeMap<String, BTreeMap<Value, Act>>,
    chains: BTreeMap<String, Vec<Rule>>,
    hook: Option<String>,
}

fn value(text: &str) -> Value {
    let word = |n| Value::Number(n);
    match text {
        "ip" => return word(0x0800),
        "arp" => return word(0x0806),
        "ip6" => return word(0x86dd),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Value::Number(number);
    }
    if let Ok(address) = text.parse() {
        return Value::Address(address);
    }
    let bytes: Vec<u8> = text.split(':').filter_map(|b| u8::from_str_radix(b, 16).ok()).collect();
    match <[u8; 6]>::try_from(bytes) {
        Ok(bytes) if text.len() == 17 => Value::Mac(Mac(bytes)),
        _ => Value::Name(text.trim_matches('"').to_owned()),
    }
}

/// The words of a statement.
struct Words<'a>(std::iter::Peekable<std::vec::IntoIter<&'a str>>);

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        self.0.next().expect("the statement goes on")
    }
    fn peek(&mut self) -> Option<&'a str> {
        self.0.peek().copied()
    }
    fn expect(&mut self, word: &str) {
        assert_eq!(self.next(), word);
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let mut rest = chunk;
        while let Some(at) = rest.find([',', ';']) {
            words.extend([&rest[..at], &rest[at..=at]].into_iter().filter(|w| !w.is_empty()));
            rest = &rest[at + 1..];
        }
        words.extend(Some(rest).filter(|w| !w.is_empty()));
    }
    words
}

impl Nft {
    /// Runs a script of `nft -f`.
    pub(crate) fn run(&mut self, script: &str) {
        let mut statement = String::new();
        for line in script.lines() {
            statement.push_str(line);
            statement.push(' ');
            if statement.matches('{').count() == statement.matches('}').count() {
                self.statement(&statement);
                statement.clear();
            }
        }
        assert!(statement.is_empty(), "an open brace: {statement}");
    }

    fn statement(&mut self, text: &str) {
        let mut w = Words(words(text).into_iter().peekable());
        let (verb, noun) = (w.next(), w.next());
        w.expect("bridge");
        w.expect("cloudstack");
        match (verb, noun) {
            ("add", "table") => self.exists = true,
            ("delete", "table") => {
                assert!(self.exists);
                *self = Self::default();
            }
            ("add", "chain") => {
                let name = w.next();
                if w.peek() == Some("{") {
                    let rest: Vec<&str> = w.0.by_ref().collect();
                    assert_eq!(rest.join(" "), "{ type filter hook forward priority 0 ; policy accept ; }");
                    self.hook = Some(name.to_owned());
                }
                self.add_chain(name);
            }
            ("flush", "chain") => self.chains.get_mut(w.next()).expect("a chain").clear(),
            ("delete", "chain") => self.delete_chain(w.next()),
            ("add", "set") => {
                let name = w.next();
                w.expect("{");
                w.expect("type");
                let types: Vec<String> =
                    w.0.by_ref().take_while(|t| *t != ";").filter(|t| *t != ".").map(str::to_owned).collect();
                self.add_set(name, types);
                w.expect("}");
            }
            ("add", "map") => {
                let rest: Vec<&str> = w.0.by_ref().collect();
                assert_eq!(rest[1..].join(" "), "{ type ifname : verdict ; }");
                assert!(self.maps.insert(rest[0].to_owned(), BTreeMap::new()).is_none());
            }
            ("delete", "set") => drop(self.sets.remove(w.next()).expect("a set")),
            ("add" | "delete", "element") => {
                let name = w.next();
                w.expect("{");
                let inside: Vec<&str> = w.0.by_ref().collect();
                let (last, items) = inside.split_last().expect("a brace");
                assert_eq!(*last, "}");
                for item in items.split(|t| *t == ",").filter(|item| !item.is_empty()) {
                    self.element_text(verb == "add", name, item);
                }
            }
            ("add", "rule") => {
                let chain = w.next();
                let rule = rule(&mut w);
                self.add_rule(chain, rule);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(w.peek(), None, "{text}");
    }

    fn element_text(&mut self, add: bool, name: &str, item: &[&str]) {
        if let Some(map) = self.maps.get(name) {
            assert!(map.len() < usize::MAX);
            let goto = match item {
                [_] => None,
                [_, ":", "goto", chain] => Some(Act::Goto((*chain).to_owned())),
                other => panic!("{other:?}"),
            };
            return self.map_element(add, name, value(item[0]), goto);
        }
        let parts = item.iter().enumerate().filter(|(at, part)| {
            assert!(at % 2 == 0 || **part == ".", "{item:?}");
            at % 2 == 0
        });
        let element = parts.map(|(_, part)| value(part)).collect();
        self.set_element(add, name, element);
    }

    fn add_chain(&mut self, name: &str) {
        assert!(self.exists);
        self.chains.entry(name.to_owned()).or_default();
    }

    fn delete_chain(&mut self, name: &str) {
        assert_eq!(self.chains.remove(name), Some(vec![]), "{name} is there and empty");
        let names = |act: &Act| matches!(act, Act::Goto(to) | Act::Jump(to) if to == name);
        assert!(!self.chains.values().flatten().any(|(_, act)| names(act)), "{name} is still named by a rule");
        assert!(!self.maps.values().flat_map(BTreeMap::values).any(names), "{name} is still named by a map");
    }

    fn add_set(&mut self, name: &str, types: Vec<String>) {
        assert!(self.sets.insert(name.to_owned(), BTreeSet::new()).is_none(), "{name} is new");
        self.types.insert(name.to_owned(), types);
    }

    fn set_element(&mut self, add: bool, name: &str, element: Vec<Value>) {
        for (kind, value) in self.types[name].iter().zip(&element) {
            let fits = match (kind.as_str(), value) {
                ("ipv4_addr", Value::Address(a)) => a.is_ipv4(),
                ("ipv6_addr", Value::Address(a)) => a.is_ipv6(),
                ("ether_addr", Value::Mac(_)) | ("ifname", Value::Name(_)) => true,
                _ => false,
            };
            assert!(fits, "{name} holds {kind}, not {value:?}");
        }
        let set = self.sets.get_mut(name).expect("a set");
        let changed = if add { set.insert(element.clone()) } else { set.remove(&element) };
        assert!(changed, "{element:?} of {name}, add {add}");
    }

    fn map_element(&mut self, add: bool, name: &str, key: Value, act: Option<Act>) {
        if let (true, Some(Act::Goto(chain))) = (add, &act) {
            assert!(self.chains.contains_key(chain), "{chain}");
        }
        let map = self.maps.get_mut(name).expect("a map");
        if add {
            assert!(map.insert(key, act.expect("a verdict")).is_none());
        } else {
            map.remove(&key).expect("the element");
        }
    }

    fn add_rule(&mut self, chain: &str, rule: Rule) {
        for term in &rule.0 {
            if let Against::Set(set) = &term.against {
                assert!(self.sets.contains_key(set), "{set}");
            }
        }
        if let Act::Goto(to) | Act::Jump(to) = &rule.1 {
            assert!(self.chains.contains_key(to), "{to}");
        }
        self.chains.get_mut(chain).unwrap_or_else(|| panic!("no chain {chain}")).push(rule);
    }

    /// The state with the rules of each chain of a group in one order: they all do the same.
    pub(crate) fn normal(mut self) -> Self {
        for (name, rules) in &mut self.chains {
            if name.len() > 32 {
                rules.sort();
            }
        }
        self.types.retain(|name, _| self.sets.contains_key(name));
        self
    }
}

const FIELDS: [&str; 19] = [
    "iifname",
    "oifname",
    "ether type",
    "ether saddr",
    "arp operation",
    "arp saddr ether",
    "arp saddr ip",
    "arp daddr ether",
    "arp daddr ip",
    "ip saddr",
    "ip daddr",
    "ip6 saddr",
    "ip6 daddr",
    "meta l4proto",
    "tcp dport",
    "udp sport",
    "udp dport",
    "ct state",
    "icmp type",
];
const MORE_FIELDS: [&str; 3] = ["icmp code", "icmpv6 type", "icmpv6 code"];

fn field(w: &mut Words<'_>) -> String {
    let mut name = String::new();
    loop {
        name.push_str(w.next());
        if FIELDS.contains(&name.as_str()) || MORE_FIELDS.contains(&name.as_str()) {
            return name;
        }
        assert!(name.len() < 20, "no such field: {name}");
        name.push(' ');
    }
}

fn rule(w: &mut Words<'_>) -> Rule {
    let mut terms = Vec::new();
    loop {
        match w.peek() {
            Some("accept") => {
                w.next();
                return (terms, Act::Accept);
            }
            Some("drop") => {
                w.next();
                return (terms, Act::Drop);
            }
            Some(verb @ ("goto" | "jump")) => {
                w.next();
                let chain = w.next().to_owned();
                return (terms, if verb == "goto" { Act::Goto(chain) } else { Act::Jump(chain) });
            }
            _ => {}
        }
        let mut fields = vec![field(w)];
        if w.peek() == Some("vmap") {
            w.next();
            return (terms, Act::Look(fields.remove(0), w.next().trim_start_matches('@').to_owned()));
        }
        while w.peek() == Some(".") {
            w.next();
            fields.push(field(w));
        }
        let mask = (w.peek() == Some("&")).then(|| {
            w.next();
            w.next().parse().expect("a mask")
        });
        let negate = w.peek() == Some("!=");
        if negate {
            w.next();
        }
        terms.push(Term { fields, mask, negate, against: against(w) });
    }
}

fn against(w: &mut Words<'_>) -> Against {
    let word = w.next();
    if let Some(set) = word.strip_prefix('@') {
        return Against::Set(set.to_owned());
    }
    if word == "{" {
        return Against::Values(w.0.by_ref().take_while(|t| *t != "}").filter(|t| *t != ",").map(value).collect());
    }
    if let Some((first, last)) = word.split_once('-')
        && let (Ok(first), Ok(last)) = (first.parse(), last.parse())
    {
        return Against::Range(first, last);
    }
    let mut values = vec![value(word)];
    while w.peek() == Some(",") {
        w.next();
        values.push(value(w.next()));
    }
    Against::Values(values)
}

impl Nft {
    /// Runs a script of `nft -j -f`.
    pub(crate) fn run_json(&mut self, script: &Json) {
        for command in script["nftables"].as_array().expect("commands") {
            let (verb, object) = only(command);
            let (noun, object) = only(object);
            assert_eq!(object["family"], "bridge");
            let text = |key: &str| object[key].as_str().unwrap_or_else(|| panic!("{key} in {object}"));
            match (verb, noun) {
                ("add", "table") => self.exists = true,
                ("delete", "table") => *self = Self::default(),
                ("add", "chain") => {
                    if object["hook"] == "forward" {
                        assert_eq!((text("type"), text("policy")), ("filter", "accept"));
                        self.hook = Some(text("name").to_owned());
                    }
                    self.add_chain(text("name"));
                }
                ("flush", "chain") => self.chains.get_mut(text("name")).expect("a chain").clear(),
                ("delete", "chain") => self.delete_chain(text("name")),
                ("add", "set") => {
                    let types = match &object["type"] {
                        Json::String(one) => vec![one.clone()],
                        many => many.as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect(),
                    };
                    self.add_set(text("name"), types);
                }
                ("add", "map") => {
                    assert_eq!((text("type"), text("map")), ("ifname", "verdict"));
                    assert!(self.maps.insert(text("name").to_owned(), BTreeMap::new()).is_none());
                }
                ("delete", "set") => drop(self.sets.remove(text("name")).expect("a set")),
                ("add" | "delete", "element") => {
                    for element in object["elem"].as_array().expect("elements") {
                        self.element_json(verb == "add", text("name"), element);
                    }
                }
                ("add", "rule") => self.add_rule(text("chain"), rule_json(&object["expr"])),
                other => panic!("{other:?}"),
            }
        }
    }

    fn element_json(&mut self, add: bool, name: &str, element: &Json) {
        if self.maps.contains_key(name) {
            let pair = element.as_array().expect("a pair");
            let chain = pair[1]["goto"]["target"].as_str().expect("a chain").to_owned();
            return self.map_element(add, name, value(pair[0].as_str().unwrap()), Some(Act::Goto(chain)));
        }
        let values = match element {
            Json::String(one) => vec![value(one)],
            pair => pair["concat"].as_array().unwrap().iter().map(|v| value(v.as_str().unwrap())).collect(),
        };
        self.set_element(add, name, values);
    }
}

fn only(object: &Json) -> (&str, &Json) {
    let object = object.as_object().expect("an object");
    assert_eq!(object.len(), 1);
    object.iter().map(|(key, value)| (key.as_str(), value)).next().unwrap()
}

fn rule_json(expr: &Json) -> Rule {
    let mut terms = Vec::new();
    for statement in expr.as_array().expect("statements") {
        let (kind, body) = only(statement);
        let target = || body["target"].as_str().unwrap().to_owned();
        match kind {
            "accept" => return (terms, Act::Accept),
            "drop" => return (terms, Act::Drop),
            "goto" => return (terms, Act::Goto(target())),
            "jump" => return (terms, Act::Jump(target())),
            "vmap" => {
                let map = body["data"].as_str().unwrap().trim_start_matches('@').to_owned();
                return (terms, Act::Look(field_json(&body["key"]), map));
            }
            "match" => terms.push(match_json(body)),
            other => panic!("{other}"),
        }
    }
    panic!("a rule without a verdict: {expr}");
}

fn match_json(body: &Json) -> Term {
    let left = &body["left"];
    let (mask, fields) = match left.as_object().unwrap().keys().next().unwrap().as_str() {
        "&" => (Some(left["&"][1].as_str().unwrap().parse().unwrap()), vec![field_json(&left["&"][0])]),
        "concat" => (None, left["concat"].as_array().unwrap().iter().map(field_json).collect()),
        _ => (None, vec![field_json(left)]),
    };
    let one = |v: &Json| v.as_u64().map_or_else(|| value(v.as_str().unwrap()), Value::Number);
    let many = |v: &Json| Against::Values(v.as_array().unwrap().iter().map(one).collect());
    let right = &body["right"];
    let against = match right {
        Json::String(text) if text.starts_with('@') => Against::Set(text[1..].to_owned()),
        Json::Array(_) => many(right),
        Json::Object(o) if o.contains_key("set") => many(&right["set"]),
        Json::Object(_) => Against::Range(right["range"][0].as_u64().unwrap(), right["range"][1].as_u64().unwrap()),
        single => Against::Values(vec![one(single)]),
    };
    let negate = match body["op"].as_str().unwrap() {
        "==" | "in" => false,
        "!=" => true,
        other => panic!("{other}"),
    };
    Term { fields, mask, negate, against }
}

fn field_json(field: &Json) -> String {
    let (kind, body) = only(field);
    let text = |key: &str| body[key].as_str().unwrap();
    match (kind, body["key"].as_str()) {
        ("meta", Some("l4proto")) => "meta l4proto".to_owned(),
        ("meta", Some(key)) => key.to_owned(),
        ("ct", Some("state")) => "ct state".to_owned(),
        ("payload", None) => format!("{} {}", text("protocol"), text("field")),
        other => panic!("{other:?}"),
    }
}

fn read(field: &str, packet: &Packet) -> Option<Value> {
    let number = |n: u64| Some(Value::Number(n));
    let name = |text: &str| Some(Value::Name(text.to_owned()));
    match field {
        "iifname" => return name(packet.from.as_str()),
        "oifname" => return name(packet.to.as_str()),
        "ether saddr" => return Some(Value::Mac(packet.mac)),
        _ => {}
    }
    let ip = match &packet.frame {
        Frame::Other(kind) => return if field == "ether type" { number(u64::from(*kind)) } else { None },
        Frame::Arp(arp) => {
            return match field {
                "ether type" => number(0x0806),
                "arp operation" => number(arp.operation.into()),
                "arp saddr ether" => Some(Value::Mac(arp.sender_mac)),
                "arp saddr ip" => Some(Value::Address(arp.sender_ip.into())),
                "arp daddr ether" => Some(Value::Mac(arp.target_mac)),
                "arp daddr ip" => Some(Value::Address(arp.target_ip.into())),
                _ => None,
            };
        }
        Frame::Ip(ip) => ip,
    };
    let v4 = ip.src.is_ipv4();
    match (field, ip.payload) {
        ("ether type", _) => number(if v4 { 0x0800 } else { 0x86dd }),
        ("ip saddr", _) => v4.then_some(Value::Address(ip.src)),
        ("ip daddr", _) => v4.then_some(Value::Address(ip.dst)),
        ("ip6 saddr", _) => (!v4).then_some(Value::Address(ip.src)),
        ("ip6 daddr", _) => (!v4).then_some(Value::Address(ip.dst)),
        ("meta l4proto", _) => number(ip.protocol().into()),
        ("tcp dport", Payload::Tcp { to, .. }) | ("udp dport", Payload::Udp { to, .. }) => number(to.into()),
        ("udp sport", Payload::Udp { from, .. }) => number(from.into()),
        ("icmp type", Payload::Icmp(icmp)) if v4 => number(icmp.kind.into()),
        ("icmp code", Payload::Icmp(icmp)) if v4 => number(icmp.code.into()),
        ("icmpv6 type", Payload::Icmp(icmp)) if !v4 => number(icmp.kind.into()),
        ("icmpv6 code", Payload::Icmp(icmp)) if !v4 => number(icmp.code.into()),
        ("ct state", _) => name(match ip.tracked {
            Tracked::New => "new",
            Tracked::Established => "established",
            Tracked::Related => "related",
            Tracked::Invalid => "invalid",
        }),
        _ => None,
    }
}

fn masked(value: Value, mask: Option<IpAddr>) -> Value {
    match (value, mask) {
        (Value::Address(IpAddr::V4(a)), Some(IpAddr::V4(m))) => Value::Address((a & m).into()),
        (Value::Address(IpAddr::V6(a)), Some(IpAddr::V6(m))) => Value::Address((a & m).into()),
        (value, _) => value,
    }
}

impl Nft {
    /// True if the packet passes.
    pub(crate) fn passes(&self, packet: &Packet) -> bool {
        let hook = self.hook.as_deref().expect("a chain at the hook");
        // The hook's policy is to accept.
        self.chain(hook, packet).unwrap_or(true)
    }

    fn chain(&self, name: &str, packet: &Packet) -> Option<bool> {
        for (terms, act) in &self.chains[name] {
            if !terms.iter().all(|t| self.holds(t, packet)) {
                continue;
            }
            let looked = match act {
                Act::Look(field, map) => read(field, packet).and_then(|key| self.maps[map].get(&key)),
                act => Some(act),
            };
            match looked {
                None => {}
                Some(Act::Accept) => return Some(true),
                Some(Act::Drop) => return Some(false),
                Some(Act::Goto(to)) => return self.chain(to, packet),
                Some(Act::Jump(to)) => {
                    if let Some(verdict) = self.chain(to, packet) {
                        return Some(verdict);
                    }
                }
                Some(Act::Look(..)) => unreachable!("maps hold verdicts"),
            }
        }
        None
    }

    fn holds(&self, term: &Term, packet: &Packet) -> bool {
        let Some(values) = term.fields.iter().map(|f| read(f, packet)).collect::<Option<Vec<_>>>() else {
            // A field the packet does not have makes the rule not match, whatever it compares.
            return false;
        };
        let values: Vec<Value> = values.into_iter().map(|v| masked(v, term.mask)).collect();
        let found = match &term.against {
            Against::Set(set) => self.sets[set].contains(&values),
            Against::Values(list) => list.contains(&values[0]),
            Against::Range(first, last) => matches!(values[0], Value::Number(n) if (*first..=*last).contains(&n)),
        };
        found != term.negate
    }
}

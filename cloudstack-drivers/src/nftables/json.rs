//! The language as `nft -j -f` reads it.

use super::script::{Act, Chain, Command, Element, Field, Script, Set, Term, Value};
use super::text::netmask;
use crate::render::Out;
use cloudstack_core::rules::ir::Family;
use serde_json::{Value as Json, json};

/// A script being written.
#[derive(Debug)]
pub(super) struct Document<'a> {
    table: &'a str,
    commands: Vec<Json>,
}

impl<'a> Document<'a> {
    pub(super) const fn new(table: &'a str) -> Self {
        Self { table, commands: Vec::new() }
    }

    pub(super) fn finish(self) -> Json {
        json!({ "nftables": self.commands })
    }

    fn put(&mut self, verb: &str, kind: &str, mut object: Json) {
        object["family"] = "bridge".into();
        object["table"] = self.table.into();
        self.commands.push(json!({ verb: { kind: object } }));
    }
}

fn name_of(write: impl FnOnce(&mut Out)) -> String {
    let mut out = Out::default();
    write(&mut out);
    out.finish()
}

fn chain_name(chain: Chain<'_>) -> String {
    name_of(|out| chain.name(out))
}

fn set_name(set: Set<'_>) -> String {
    name_of(|out| set.name(out))
}

impl Script for Document<'_> {
    fn command(&mut self, command: Command<'_>) {
        match command {
            Command::AddTable | Command::DeleteTable => {
                let verb = if matches!(command, Command::AddTable) { "add" } else { "delete" };
                self.commands.push(json!({ verb: { "table": { "family": "bridge", "name": self.table } } }));
            }
            Command::AddChain(chain) => self.put("add", "chain", json!({ "name": chain_name(chain) })),
            Command::AddHook(name) => {
                let hook = json!({ "name": name, "type": "filter", "hook": "forward", "prio": 0, "policy": "accept" });
                self.put("add", "chain", hook);
            }
            Command::Flush(chain) => self.put("flush", "chain", json!({ "name": chain_name(chain) })),
            Command::DeleteChain(chain) => self.put("delete", "chain", json!({ "name": chain_name(chain) })),
            Command::AddSet(set, [one]) => self.put("add", "set", json!({ "name": set_name(set), "type": one })),
            Command::AddSet(set, types) => self.put("add", "set", json!({ "name": set_name(set), "type": types })),
            Command::AddMap(name) => {
                self.put("add", "map", json!({ "name": name, "type": "ifname", "map": "verdict" }));
            }
            Command::DeleteSet(set) => self.put("delete", "set", json!({ "name": set_name(set) })),
            Command::AddRule(chain, terms, act) => {
                let expr: Vec<Json> = terms.iter().map(|t| term(*t)).chain([action(act)]).collect();
                self.put("add", "rule", json!({ "chain": chain_name(chain), "expr": expr }));
            }
            Command::DeleteElement(set, gone) => {
                // A map's element is named by its key, yet the parser wants to see a value of the map's type.
                self.put("delete", "element", json!({ "name": set_name(set), "elem": [element(gone)] }));
            }
        }
    }

    fn elements(&mut self, set: Set<'_>, elements: impl Iterator<Item = Element>) {
        let elements: Vec<Json> = elements.map(element).collect();
        if !elements.is_empty() {
            self.put("add", "element", json!({ "name": set_name(set), "elem": elements }));
        }
    }
}

fn element(element: Element) -> Json {
    match element {
        Element::Address(address) => address.to_string().into(),
        Element::Device(tap) => tap.as_str().into(),
        Element::Mac(tap, own) => json!({ "concat": [tap.as_str(), own.to_string()] }),
        Element::Own(tap, own) => json!({ "concat": [tap.as_str(), own.to_string()] }),
        Element::Port(tap, direction) => {
            json!([tap.as_str(), { "goto": { "target": chain_name(Chain::Port(tap, direction)) } }])
        }
    }
}

fn field(field: Field) -> Json {
    use Family::{V4, V6};
    let payload = |protocol: &str, field: &str| json!({ "payload": { "protocol": protocol, "field": field } });
    match field {
        Field::In => json!({ "meta": { "key": "iifname" } }),
        Field::Out => json!({ "meta": { "key": "oifname" } }),
        Field::Protocol => json!({ "meta": { "key": "l4proto" } }),
        Field::Tracked => json!({ "ct": { "key": "state" } }),
        Field::EtherType => payload("ether", "type"),
        Field::EtherSource => payload("ether", "saddr"),
        Field::ArpOperation => payload("arp", "operation"),
        Field::ArpSenderMac => payload("arp", "saddr ether"),
        Field::ArpSenderIp => payload("arp", "saddr ip"),
        Field::ArpTargetMac => payload("arp", "daddr ether"),
        Field::ArpTargetIp => payload("arp", "daddr ip"),
        Field::Source(V4) => payload("ip", "saddr"),
        Field::Source(V6) => payload("ip6", "saddr"),
        Field::Target(V4) => payload("ip", "daddr"),
        Field::Target(V6) => payload("ip6", "daddr"),
        Field::TcpTo => payload("tcp", "dport"),
        Field::UdpFrom => payload("udp", "sport"),
        Field::UdpTo => payload("udp", "dport"),
        Field::IcmpKind(V4) => payload("icmp", "type"),
        Field::IcmpKind(V6) => payload("icmpv6", "type"),
        Field::IcmpCode(V4) => payload("icmp", "code"),
        Field::IcmpCode(V6) => payload("icmpv6", "code"),
    }
}

fn term(term: Term<'_>) -> Json {
    let matching = |op: &str, left: Json, right: Json| json!({ "match": { "op": op, "left": left, "right": right } });
    match term {
        Term::Is(what, Value::Flags(words)) => matching("in", field(what), json!(words)),
        Term::Is(what, is) => matching("==", field(what), value(is)),
        Term::PairNotIn(device, second, set) => {
            matching("!=", json!({ "concat": [field(device), field(second)] }), format!("@{set}").into())
        }
        Term::In(what, key) => {
            let right = format!("@{}", set_name(Set::Key(key)));
            let left = if key.prefix() < key.family().host_prefix() {
                json!({ "&": [field(what), netmask(key.family(), key.prefix()).to_string()] })
            } else {
                field(what)
            };
            matching("==", left, right.into())
        }
    }
}

fn value(value: Value<'_>) -> Json {
    match value {
        Value::Number(number) => number.into(),
        Value::Range(first, last) => json!({ "range": [first, last] }),
        Value::OneOf(numbers) => json!({ "set": numbers }),
        Value::Word(word) => word.into(),
        Value::Flags(words) => json!(words),
    }
}

fn action(act: Act<'_>) -> Json {
    match act {
        Act::Accept => json!({ "accept": null }),
        Act::Drop => json!({ "drop": null }),
        Act::Goto(chain) => json!({ "goto": { "target": chain_name(chain) } }),
        Act::Jump(chain) => json!({ "jump": { "target": chain_name(chain) } }),
        Act::Look(what, map) => json!({ "vmap": { "key": field(what), "data": format!("@{map}") } }),
    }
}

//! The language as `nft -f` reads it.

use super::script::{Act, Command, Element, Field, Script, Set, Term, Value};
use crate::render::{Out, address, decimal, mac};
use cloudstack_core::rules::ir::{Family, mask};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A script being written.
#[derive(Debug)]
pub(super) struct Text {
    /// ` bridge ` and the table.
    place: String,
    out: Out,
}

impl Text {
    /// A script about this table, of about `bytes` bytes.
    pub(super) fn new(table: &str, bytes: usize) -> Self {
        Self { place: format!(" bridge {table}"), out: Out::with_capacity(bytes) }
    }

    pub(super) fn finish(self) -> String {
        self.out.finish()
    }

    fn head(&mut self, verb: &str) {
        self.out.push_str(verb);
        self.out.push_str(&self.place);
    }

    fn named(&mut self, verb: &str, name: impl FnOnce(&mut Out)) {
        self.head(verb);
        self.out.push(b' ');
        name(&mut self.out);
    }
}

impl Script for Text {
    fn command(&mut self, command: Command<'_>) {
        match command {
            Command::AddTable => self.head("add table"),
            Command::DeleteTable => self.head("delete table"),
            Command::AddChain(chain) => self.named("add chain", |out| chain.name(out)),
            Command::AddHook(chain) => {
                self.named("add chain", |out| out.push_str(chain));
                self.out.push_str(" { type filter hook forward priority 0; policy accept; }");
            }
            Command::Flush(chain) => self.named("flush chain", |out| chain.name(out)),
            Command::DeleteChain(chain) => self.named("delete chain", |out| chain.name(out)),
            Command::AddSet(set, types) => {
                self.named("add set", |out| set.name(out));
                self.out.push_str(" { type ");
                self.out.push_str(&types.join(" . "));
                self.out.push_str("; }");
            }
            Command::AddMap(map) => {
                self.named("add map", |out| out.push_str(map));
                self.out.push_str(" { type ifname : verdict; }");
            }
            Command::DeleteSet(set) => self.named("delete set", |out| set.name(out)),
            Command::AddRule(chain, terms, act) => {
                self.named("add rule", |out| chain.name(out));
                terms.iter().for_each(|t| term(&mut self.out, *t));
                act_text(&mut self.out, act);
            }
            Command::DeleteElement(set, element) => {
                self.named("delete element", |out| set.name(out));
                self.out.push_str(" { ");
                // A map's element is named by its key.
                match element {
                    Element::Port(tap, _) => quoted(&mut self.out, tap.as_str()),
                    _ => element_text(&mut self.out, element),
                }
                self.out.push_str(" }");
            }
        }
        self.out.push(b'\n');
    }

    fn elements(&mut self, set: Set<'_>, elements: impl Iterator<Item = Element>) {
        let mut elements = elements.peekable();
        if elements.peek().is_none() {
            return;
        }
        self.named("add element", |out| set.name(out));
        self.out.push_str(" {\n");
        for element in elements {
            element_text(&mut self.out, element);
            self.out.push_str(",\n");
        }
        self.out.push_str("}\n");
    }
}

fn quoted(out: &mut Out, text: &str) {
    out.push(b'"');
    out.push_str(text);
    out.push(b'"');
}

fn element_text(out: &mut Out, element: Element) {
    match element {
        Element::Address(a) => address(out, a),
        Element::Device(tap) => quoted(out, tap.as_str()),
        Element::Mac(tap, own) => {
            quoted(out, tap.as_str());
            out.push_str(" . ");
            mac(out, own);
        }
        Element::Own(tap, own) => {
            quoted(out, tap.as_str());
            out.push_str(" . ");
            address(out, own);
        }
        Element::Port(tap, direction) => {
            quoted(out, tap.as_str());
            out.push_str(" : goto ");
            super::script::Chain::Port(tap, direction).name(out);
        }
    }
}

const fn field(field: Field) -> &'static str {
    use Family::{V4, V6};
    match field {
        Field::In => "iifname",
        Field::Out => "oifname",
        Field::EtherType => "ether type",
        Field::EtherSource => "ether saddr",
        Field::ArpOperation => "arp operation",
        Field::ArpSenderMac => "arp saddr ether",
        Field::ArpSenderIp => "arp saddr ip",
        Field::ArpTargetMac => "arp daddr ether",
        Field::ArpTargetIp => "arp daddr ip",
        Field::Source(V4) => "ip saddr",
        Field::Source(V6) => "ip6 saddr",
        Field::Target(V4) => "ip daddr",
        Field::Target(V6) => "ip6 daddr",
        Field::Protocol => "meta l4proto",
        Field::TcpTo => "tcp dport",
        Field::UdpFrom => "udp sport",
        Field::UdpTo => "udp dport",
        Field::IcmpKind(V4) => "icmp type",
        Field::IcmpKind(V6) => "icmpv6 type",
        Field::IcmpCode(V4) => "icmp code",
        Field::IcmpCode(V6) => "icmpv6 code",
        Field::Tracked => "ct state",
    }
}

fn term(out: &mut Out, term: Term<'_>) {
    out.push(b' ');
    match term {
        Term::Is(what, is) => {
            out.push_str(field(what));
            out.push(b' ');
            value(out, is);
        }
        Term::PairNotIn(device, second, set) => {
            out.push_str(field(device));
            out.push_str(" . ");
            out.push_str(field(second));
            out.push_str(" != @");
            out.push_str(set);
        }
        Term::In(what, key) => {
            out.push_str(field(what));
            if key.prefix() < key.family().host_prefix() {
                out.push_str(" & ");
                address(out, netmask(key.family(), key.prefix()));
            }
            out.push_str(" @");
            Set::Key(key).name(out);
        }
    }
}

/// The mask of a prefix length, as an address.
pub(super) fn netmask(family: Family, prefix: u8) -> IpAddr {
    let ones = match family {
        Family::V4 => Ipv4Addr::BROADCAST.into(),
        Family::V6 => Ipv6Addr::from_bits(u128::MAX).into(),
    };
    mask(ones, prefix)
}

fn value(out: &mut Out, value: Value<'_>) {
    match value {
        Value::Number(number) => decimal(out, number),
        Value::Range(first, last) => {
            decimal(out, first);
            out.push(b'-');
            decimal(out, last);
        }
        Value::OneOf(numbers) => {
            out.push_str("{ ");
            for (at, number) in numbers.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                decimal(out, *number);
            }
            out.push_str(" }");
        }
        Value::Word(word) => out.push_str(word),
        Value::Flags(words) => out.push_str(&words.join(",")),
    }
}

fn act_text(out: &mut Out, act: Act<'_>) {
    match act {
        Act::Accept => out.push_str(" accept"),
        Act::Drop => out.push_str(" drop"),
        Act::Goto(chain) => {
            out.push_str(" goto ");
            chain.name(out);
        }
        Act::Jump(chain) => {
            out.push_str(" jump ");
            chain.name(out);
        }
        Act::Look(what, map) => {
            out.push(b' ');
            out.push_str(field(what));
            out.push_str(" vmap @");
            out.push_str(map);
        }
    }
}

//! From the device-neutral form to the tools' languages. Pure.

use super::Scripts;
use super::lines::{create, element, end_chain, entry, group_chain, own_set, port_chain, set_name, unsayable};
use crate::render::{self, Out};
use cloudstack_core::base::id::SecurityGroupId;
use cloudstack_core::model::network::security_rule::Direction;
use cloudstack_core::rules::diff::{Change, Delta};
use cloudstack_core::rules::ir::{Entry, Family, Ir, Port, SetKey, Tap};
use std::net::IpAddr;

/// The chains that are there however many ports are: first their names, then their lines.
const FIXED: &str = ":cs-forward - [0:0]\n:cs-leave - [0:0]\n:cs-enter - [0:0]\n:cs-onward - [0:0]\n\
    :cs-leave-any - [0:0]\n:cs-leave-own - [0:0]\n:cs-enter-any - [0:0]\n:cs-enter-own - [0:0]\n";
/// A frame that may leave goes on to where it enters. One of no guest's port is left to what else the host filters.
const FIXED_BOTH: &str = "-A cs-forward -j cs-leave\n-A cs-forward -j cs-enter\n\
    -A cs-onward -j cs-enter\n-A cs-onward -j ACCEPT\n";
const REPLIES: &str = "-A cs-leave-own -m conntrack --ctstate RELATED,ESTABLISHED -j cs-onward\n\
    -A cs-leave-own -m conntrack --ctstate INVALID -j DROP\n\
    -A cs-leave-own -p 17 -m udp --dport 53 -j cs-onward\n\
    -A cs-leave-own -p 6 -m tcp --dport 53 -j cs-onward\n\
    -A cs-enter-own -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n\
    -A cs-enter-own -m conntrack --ctstate INVALID -j DROP\n";
const DHCP: &str = "-A cs-leave-any -p 17 -m udp --sport 67 -j DROP\n\
    -A cs-leave-any -s 0.0.0.0/32 -p 17 -m udp --sport 68 --dport 67 -j cs-onward\n\
    -A cs-leave-own -p 17 -m udp --sport 68 --dport 67 -j cs-onward\n\
    -A cs-enter-any -p 17 -m udp --sport 67 --dport 68 -j ACCEPT\n";
const DHCP6: &str = "-A cs-leave-any -p 17 -m udp --sport 547 -j DROP\n\
    -A cs-leave-own -p 17 -m udp --sport 546 --dport 547 -j cs-onward\n\
    -A cs-enter-any -p 17 -m udp --sport 547 --dport 546 -j ACCEPT\n";
/// ICMPv6: where it is asked, what else must hold, which types, what becomes of them. Types 1 to 4 are errors, 130 and 143
/// ask for and report multicast listeners, 133 to 136 solicit and advertise routers and neighbours, 137 redirects.
const ICMP6: [(&str, &str, &[u16], &str); 4] = [
    ("cs-leave-any", "", &[134, 137], "DROP"),
    ("cs-leave-any", " -s ::/128", &[133, 135, 143], "cs-onward"),
    ("cs-leave-own", "", &[1, 2, 3, 4, 133, 135, 136, 143], "cs-onward"),
    ("cs-enter-any", "", &[1, 2, 3, 4, 130, 134, 135, 136], "ACCEPT"),
];
const FIXED_ETHER: &str = ":cs-forward RETURN\n:cs-leave RETURN\n:cs-enter RETURN\n";
const FIXED_ETHER_LINES: &str = "-F cs-forward\n-F cs-leave\n-F cs-enter\n\
    -A cs-forward -j cs-leave\n-A cs-forward -j cs-enter\n";

/// One tool's table: chains are declared before lines are added to them.
#[derive(Default)]
struct Table {
    chains: Out,
    lines: Out,
}

impl Table {
    /// Makes a chain, or empties it.
    fn chain(&mut self, name: impl FnOnce(&mut Out)) {
        self.chains.push(b':');
        name(&mut self.chains);
        self.chains.push_str(" - [0:0]\n");
    }

    fn line(&mut self, verb: &str, name: impl FnOnce(&mut Out), rest: &str) {
        self.lines.push_str(verb);
        name(&mut self.lines);
        self.lines.push_str(rest);
    }

    fn finish(self) -> String {
        if self.chains.is_empty() && self.lines.is_empty() {
            return String::new();
        }
        let mut out = Out::default();
        out.push_str("*filter\n");
        out.append(&self.chains);
        out.append(&self.lines);
        out.push_str("COMMIT\n");
        out.finish()
    }
}

#[derive(Default)]
struct Draft {
    sets: Out,
    ip: [Table; 2],
    ether: Table,
    gone: Out,
}

pub(super) fn full(ir: &Ir) -> Scripts {
    let mut draft = Draft::default();
    draft.fixed();
    for key in ir.sets.keys() {
        create(&mut draft.sets, key.family(), |out| set_name(out, *key));
    }
    for family in Family::ALL {
        create(&mut draft.sets, family, |out| out.push_str(spare(family)));
    }
    for (key, elements) in &ir.sets {
        let family = key.family();
        draft.replace(family, |out| set_name(out, *key), elements.iter().copied(), key.prefix());
    }
    for (group, chains) in &ir.groups {
        draft.add_group(*group);
        for direction in Direction::ALL {
            chains.of(direction).iter().for_each(|e| draft.entry("-A ", *group, direction, e));
        }
        if !chains.egress.is_empty() {
            draft.close(*group);
        }
    }
    for port in ir.ports.values() {
        for family in Family::ALL {
            create(&mut draft.sets, family, |out| own_set(out, port.tap, family));
            let own = addresses(port).filter(|a| Family::of(*a) == family);
            draft.replace(family, |out| own_set(out, port.tap, family), own, family.host_prefix());
        }
        draft.lead_to(port);
    }
    for family in Family::ALL {
        draft.sets.push_str("destroy ");
        draft.sets.push_str(spare(family));
        draft.sets.push(b'\n');
    }
    draft.finish()
}

pub(super) fn delta(delta: &Delta) -> Scripts {
    let mut draft = Draft::default();
    for change in delta.changes() {
        match change {
            Change::AddSet(key, elements) => {
                create(&mut draft.sets, key.family(), |out| set_name(out, *key));
                elements.iter().for_each(|a| draft.add_element(*key, *a));
            }
            Change::AddElement(key, address) => draft.add_element(*key, *address),
            Change::RemoveElement(key, address) => {
                element(&mut draft.gone, "del ", |out| set_name(out, *key), *address, key.prefix());
            }
            Change::RemoveSet(key) => draft.destroy(|out| set_name(out, *key)),
            Change::AddGroup(group) => draft.add_group(*group),
            Change::RemoveGroup(group) => draft.remove_group(*group),
            Change::AddEntry(group, direction, entry) => draft.entry("-A ", *group, *direction, entry),
            Change::RemoveEntry(group, direction, entry) => draft.entry("-D ", *group, *direction, entry),
            Change::CloseEgress(group, close) => {
                for table in &mut draft.ip {
                    table.line("-F ", |out| end_chain(out, *group), "\n");
                }
                if *close {
                    draft.close(*group);
                }
            }
            Change::AddPort(port) => draft.add_port(port),
            Change::RemovePort(port) => draft.remove_port(port),
            Change::ChangePort { before, after } => draft.change_port(before, after),
        }
    }
    draft.finish()
}

/// A set that is filled and then swapped in.
const fn spare(family: Family) -> &'static str {
    match family {
        Family::V4 => "cs4-",
        Family::V6 => "cs6-",
    }
}

impl Draft {
    fn dispatch(&mut self, verb: &str, tap: Tap) {
        let (leave, enter) =
            ("cs-leave -m physdev --physdev-in ", "cs-enter -m physdev --physdev-is-bridged --physdev-out ");
        for table in &mut self.ip {
            dispatch(&mut table.lines, verb, tap, leave, enter);
        }
        dispatch(&mut self.ether.lines, verb, tap, "cs-leave -i ", "cs-enter -o ");
    }

    fn finish(self) -> Scripts {
        let [v4, v6] = self.ip;
        let (sets, gone) = (self.sets.finish(), self.gone.finish());
        Scripts { sets, v4: v4.finish(), v6: v6.finish(), ether: self.ether.finish(), gone }
    }

    fn fixed(&mut self) {
        let [v4, v6] = &mut self.ip;
        for table in [&mut *v4, v6] {
            table.chains.push_str(FIXED);
            table.lines.push_str(FIXED_BOTH);
        }
        v4.lines.push_str(DHCP);
        v4.lines.push_str(REPLIES);
        v6.lines.push_str(DHCP6);
        for (chain, also, kinds, target) in ICMP6 {
            for kind in kinds {
                for part in ["-A ", chain, also, " -p 58 -m icmp6 --icmpv6-type "] {
                    v6.lines.push_str(part);
                }
                render::decimal(&mut v6.lines, *kind);
                v6.lines.push_str(" -j ");
                v6.lines.push_str(target);
                v6.lines.push(b'\n');
            }
        }
        v6.lines.push_str(REPLIES);
        self.ether.chains.push_str(FIXED_ETHER);
        self.ether.lines.push_str(FIXED_ETHER_LINES);
    }

    /// Fills a set aside and swaps it in, so that it is never half full.
    fn replace(&mut self, family: Family, name: impl Fn(&mut Out), elements: impl Iterator<Item = IpAddr>, prefix: u8) {
        let out = &mut self.sets;
        out.push_str("flush ");
        out.push_str(spare(family));
        out.push(b'\n');
        elements.for_each(|a| element(out, "add ", |out| out.push_str(spare(family)), a, prefix));
        out.push_str("swap ");
        out.push_str(spare(family));
        out.push(b' ');
        name(out);
        out.push(b'\n');
    }

    fn add_element(&mut self, key: SetKey, address: IpAddr) {
        element(&mut self.sets, "add ", |out| set_name(out, key), address, key.prefix());
    }

    fn destroy(&mut self, name: impl FnOnce(&mut Out)) {
        self.gone.push_str("destroy ");
        name(&mut self.gone);
        self.gone.push(b'\n');
    }

    fn add_group(&mut self, group: SecurityGroupId) {
        for table in &mut self.ip {
            for direction in Direction::ALL {
                table.chain(|out| group_chain(out, group, direction));
            }
            table.chain(|out| end_chain(out, group));
        }
    }

    fn remove_group(&mut self, group: SecurityGroupId) {
        for table in &mut self.ip {
            for verb in ["-F ", "-X "] {
                for direction in Direction::ALL {
                    table.line(verb, |out| group_chain(out, group, direction), "\n");
                }
                table.line(verb, |out| end_chain(out, group), "\n");
            }
        }
    }

    fn close(&mut self, group: SecurityGroupId) {
        for table in &mut self.ip {
            table.line("-A ", |out| end_chain(out, group), " -j DROP\n");
        }
    }

    fn entry(&mut self, verb: &str, group: SecurityGroupId, direction: Direction, what: &Entry) {
        if unsayable(what) {
            return;
        }
        let table = &mut self.ip[what.far.family() as usize];
        table.line(verb, |out| group_chain(out, group, direction), "");
        entry(&mut table.lines, direction, what);
    }

    fn own(&mut self, verb: &str, tap: Tap, addresses: impl Iterator<Item = IpAddr>) {
        let out = if verb == "add " { &mut self.sets } else { &mut self.gone };
        for address in addresses {
            let family = Family::of(address);
            element(out, verb, |out| own_set(out, tap, family), address, family.host_prefix());
        }
    }

    fn add_port(&mut self, port: &Port) {
        for family in Family::ALL {
            create(&mut self.sets, family, |out| own_set(out, port.tap, family));
            // It may be left over from a guest before.
            self.sets.push_str("flush ");
            own_set(&mut self.sets, port.tap, family);
            self.sets.push(b'\n');
        }
        self.own("add ", port.tap, addresses(port));
        self.lead_to(port);
    }

    fn lead_to(&mut self, port: &Port) {
        self.dispatch("-A ", port.tap);
        self.judge(port);
        self.judge_ether(port);
    }

    fn remove_port(&mut self, port: &Port) {
        self.dispatch("-D ", port.tap);
        for verb in ["-F ", "-X "] {
            for direction in Direction::ALL {
                for table in self.ip.iter_mut().chain([&mut self.ether]) {
                    table.line(verb, |out| port_chain(out, port.tap, direction), "\n");
                }
            }
        }
        for family in Family::ALL {
            self.destroy(|out| own_set(out, port.tap, family));
        }
    }

    fn change_port(&mut self, before: &Port, after: &Port) {
        self.own("add ", after.tap, addresses(after).filter(|a| !before.owns(*a)));
        self.own("del ", after.tap, addresses(before).filter(|a| !after.owns(*a)));
        if before.groups != after.groups {
            self.judge(after);
        }
        if before.mac != after.mac || before.v4 != after.v4 {
            self.judge_ether(after);
        }
    }

    /// The chains of a port: its own addresses, then its groups, then what is left.
    fn judge(&mut self, port: &Port) {
        for (family, table) in Family::ALL.into_iter().zip(&mut self.ip) {
            for (direction, side, any, own) in [
                (Direction::Ingress, " dst -j DROP\n", " -j cs-enter-any\n", " -j cs-enter-own\n"),
                (Direction::Egress, " src -j DROP\n", " -j cs-leave-any\n", " -j cs-leave-own\n"),
            ] {
                let name = |out: &mut Out| port_chain(out, port.tap, direction);
                table.chain(name);
                table.line("-A ", name, any);
                table.line("-A ", name, " -m set ! --match-set ");
                own_set(&mut table.lines, port.tap, family);
                table.lines.push_str(side);
                table.line("-A ", name, own);
                for group in &port.groups {
                    table.line("-A ", name, " -j ");
                    group_chain(&mut table.lines, *group, direction);
                    table.lines.push(b'\n');
                }
            }
            let leave = |out: &mut Out| port_chain(out, port.tap, Direction::Egress);
            for group in &port.groups {
                table.line("-A ", leave, " -j ");
                end_chain(&mut table.lines, *group);
                table.lines.push(b'\n');
            }
            table.line("-A ", leave, " -j cs-onward\n");
            table.line("-A ", |out| port_chain(out, port.tap, Direction::Ingress), " -j DROP\n");
        }
    }

    /// The chains of a port for what iptables does not see. A frame that may go on returns.
    fn judge_ether(&mut self, port: &Port) {
        let mac = port.mac;
        // Types by number: their names are in a file that a small host may lack.
        for direction in Direction::ALL {
            let leaving = direction == Direction::Egress;
            let name = |out: &mut Out| port_chain(out, port.tap, direction);
            self.ether.chains.push(b':');
            name(&mut self.ether.chains);
            self.ether.chains.push_str(" RETURN\n");
            self.ether.line("-F ", name, "\n");
            if leaving {
                self.ether.line("-A ", name, &format!(" -s ! {mac} -j DROP\n"));
            }
            for protocol in [" -p 0x0800 -j RETURN\n", " -p 0x86dd -j RETURN\n"] {
                self.ether.line("-A ", name, protocol);
            }
            for address in &port.v4 {
                for operation in ["Request", "Reply"] {
                    let rest = match (leaving, operation) {
                        (true, _) => format!("--arp-ip-src {address} --arp-mac-src {mac}"),
                        (false, "Reply") => format!("--arp-ip-dst {address} --arp-mac-dst {mac}"),
                        (false, _) => format!("--arp-ip-dst {address}"),
                    };
                    self.ether.line("-A ", name, &format!(" -p 0x0806 --arp-op {operation} {rest} -j RETURN\n"));
                }
            }
            self.ether.line("-A ", name, " -j DROP\n");
        }
    }
}

/// Every address a port may use.
fn addresses(port: &Port) -> impl Iterator<Item = IpAddr> {
    let v4 = port.v4.iter().map(|a| IpAddr::from(*a));
    v4.chain(port.v6.iter().map(|a| IpAddr::from(*a)))
}

/// Adds (`-A `) or deletes (`-D `) the lines that lead to a port's chains.
fn dispatch(out: &mut Out, verb: &str, tap: Tap, leave: &str, enter: &str) {
    for (chain, direction) in [(leave, Direction::Egress), (enter, Direction::Ingress)] {
        out.push_str(verb);
        out.push_str(chain);
        out.push_str(tap.as_str());
        out.push_str(" -j ");
        port_chain(out, tap, direction);
        out.push(b'\n');
    }
}

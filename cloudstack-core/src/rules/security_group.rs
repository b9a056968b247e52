//! Security groups: what is wanted, and how it becomes an [`Ir`].
//!
//! A group is a set of rules and, by the interfaces that join it, a set of members. An interface may be in any number of
//! groups and is allowed what any of them allows (SG-02). The policy of a host holds all members of the groups its guests
//! are in and of the groups those groups' rules name; members elsewhere only lend their addresses.

mod compiled;
mod request;

pub use compiled::{Compiled, Event};
pub use request::{BadRule, RuleInput, RuleRequest, parse_rule};

use super::ir::{self, Chains, Family, Far, Ir, Mac, Port, SetKey, Tap};
use super::keyed::Keyed;
use super::packet::{IpPacket, Reading, Reason, serves};
use crate::base::id::{NicId, RuleId, SecurityGroupId};
use crate::model::network::security_rule::{Direction, Peer, RuleKey, SecurityRule};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    net::IpAddr,
};

/// An interface of a running guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The interface.
    pub nic: NicId,
    /// Its Ethernet address.
    pub mac: Mac,
    /// Its port, if the guest runs on this host.
    pub tap: Option<Tap>,
    /// Its primary addresses: it may use them, and rules that name one of its groups mean them.
    pub addresses: Vec<IpAddr>,
    /// Further addresses it may use. Rules that name its groups do not mean these.
    pub secondary: Vec<IpAddr>,
    /// Its groups.
    pub groups: BTreeSet<SecurityGroupId>,
}

impl Member {
    /// The port on this host, with every address the guest may use.
    #[must_use]
    pub fn port(&self) -> Option<Port> {
        let tap = self.tap?;
        let (mut v4, mut v6) = (Vec::with_capacity(1), Vec::with_capacity(2));
        v6.push(self.mac.link_local());
        for address in self.addresses.iter().chain(&self.secondary) {
            match address {
                IpAddr::V4(a) => v4.push(*a),
                IpAddr::V6(a) => v6.push(*a),
            }
        }
        v4.sort_unstable();
        v4.dedup();
        v6.sort_unstable();
        v6.dedup();
        let groups = self.groups.iter().copied().collect();
        Some(Port { tap, nic: self.nic, mac: self.mac, v4, v6, groups })
    }
}

/// Two interfaces cannot be behind one port.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("port {tap} belongs to {holder:?} already, {refused:?} cannot have it")]
pub struct TapTaken {
    /// The port.
    pub tap: Tap,
    /// Who has it.
    pub holder: NicId,
    /// Who was refused.
    pub refused: NicId,
}

/// What is wanted: the rules of groups, and who is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityGroupPolicy {
    rules: Keyed<SecurityGroupId, BTreeMap<RuleKey, RuleId>>,
    members: BTreeMap<NicId, Member>,
    taps: BTreeMap<Tap, NicId>,
}

impl SecurityGroupPolicy {
    /// Adds a rule to a group. False, and nothing changes, if the group has the same rule already under any id.
    pub fn add_rule(&mut self, group: SecurityGroupId, rule: &SecurityRule) -> bool {
        match self.rules.or_default(group).entry(rule.key()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(rule.id);
                true
            }
        }
    }

    /// Takes a rule from a group. False, and nothing changes, if the group has no such rule under this id.
    pub fn remove_rule(&mut self, group: SecurityGroupId, rule: &SecurityRule) -> bool {
        let Some(rules) = self.rules.get_mut(&group) else { return false };
        let known = rules.get(&rule.key()) == Some(&rule.id);
        if known {
            rules.remove(&rule.key());
            if rules.is_empty() {
                self.rules.remove(&group);
            }
        }
        known
    }

    /// Adds a member, or changes it to this. Returns what it was.
    ///
    /// # Errors
    /// [`TapTaken`] if its port belongs to another member; nothing changes then.
    pub fn put_member(&mut self, member: Member) -> Result<Option<Member>, TapTaken> {
        if let Some(tap) = member.tap
            && let Some(&holder) = self.taps.get(&tap)
            && holder != member.nic
        {
            return Err(TapTaken { tap, holder, refused: member.nic });
        }
        let before = self.remove_member(member.nic);
        if let Some(tap) = member.tap {
            self.taps.insert(tap, member.nic);
        }
        self.members.insert(member.nic, member);
        Ok(before)
    }

    /// Removes a member: it was stopped, or is gone. Returns it.
    pub fn remove_member(&mut self, nic: NicId) -> Option<Member> {
        let member = self.members.remove(&nic)?;
        if let Some(tap) = member.tap {
            self.taps.remove(&tap);
        }
        Some(member)
    }

    /// The members, by rising id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// The rules of a group in a fixed order, each with its id.
    pub fn rules_of(&self, group: SecurityGroupId) -> impl Iterator<Item = (&RuleKey, RuleId)> {
        self.rules.get(&group).into_iter().flatten().map(|(key, id)| (key, *id))
    }

    /// The rule that lets `packet` through at this port, the first by group and order of rules.
    #[must_use]
    pub fn deciding_rule(
        &self,
        port: &Port,
        direction: Direction,
        packet: &IpPacket,
    ) -> Option<(SecurityGroupId, RuleId)> {
        let far = if direction == Direction::Ingress { packet.src } else { packet.dst };
        let allows =
            |key: &RuleKey| key.direction == direction && serves(key.service, packet) && self.is(key.peer, far);
        let first = |group| self.rules_of(group).find(|(key, _)| allows(key)).map(|(_, id)| (group, id));
        port.groups.iter().find_map(|group| first(*group))
    }

    /// True if `address` is the far end that `peer` means.
    fn is(&self, peer: Peer, address: IpAddr) -> bool {
        match peer {
            Peer::Cidr(net) => net.contains(&address),
            Peer::Group(group) => {
                self.members.values().any(|m| m.groups.contains(&group) && m.addresses.contains(&address))
            }
        }
    }
}

impl Reading for SecurityGroupPolicy {
    fn port(&self, tap: Tap) -> Option<Cow<'_, Port>> {
        self.members.get(self.taps.get(&tap)?)?.port().map(Cow::Owned)
    }

    fn rules(&self, port: &Port, direction: Direction, packet: &IpPacket) -> Reason {
        if let Some((group, _)) = self.deciding_rule(port, direction, packet) {
            return Reason::Rule(group);
        }
        let egress = |group| self.rules_of(group).any(|(key, _)| key.direction == Direction::Egress);
        match direction {
            Direction::Egress if !port.groups.iter().any(|group| egress(*group)) => Reason::OpenEgress,
            _ => Reason::NoRule,
        }
    }
}

/// The sets and entries one rule takes part in: for each entry, the element the rule adds to the entry's set.
///
/// Ingress and egress, blocks and groups all come through here, so that the whole and the step cannot differ.
fn parts(group: SecurityGroupId, rule: &RuleKey) -> impl Iterator<Item = (ir::Entry, Option<IpAddr>)> {
    let RuleKey { direction, service, peer } = *rule;
    let families: &[Family] = match peer {
        Peer::Cidr(net) if net.addr().is_ipv4() => &[Family::V4],
        Peer::Cidr(_) => &[Family::V6],
        Peer::Group(_) => &Family::ALL,
    };
    families.iter().map(move |&family| match peer {
        Peer::Cidr(net) if net.prefix_len() == 0 => (ir::Entry { service, far: Far::Any(family) }, None),
        Peer::Cidr(net) => {
            let key = SetKey::Blocks { group, direction, service, family, prefix: net.prefix_len() };
            (ir::Entry { service, far: Far::Set(key) }, Some(net.network()))
        }
        Peer::Group(named) => (ir::Entry { service, far: Far::Set(SetKey::Members { group: named, family }) }, None),
    })
}

/// Compiles a policy. The same policy gives the same [`Ir`], whatever the order in which it came about.
///
/// Groups without a port on this host get no chains, and groups that no chain names get no set.
#[must_use]
pub fn compile(policy: &SecurityGroupPolicy) -> Ir {
    // Maps are built from sorted runs: several times as fast as key by key.
    let ports: Vec<(Tap, Port)> =
        policy.members.values().filter_map(Member::port).map(|port| (port.tap, port)).collect();
    let mut live: Vec<SecurityGroupId> = ports.iter().flat_map(|(_, port)| &port.groups).copied().collect();
    live.sort_unstable();
    live.dedup();
    let (mut groups, mut elements) = (Vec::with_capacity(live.len()), Vec::new());
    for group in live {
        groups.push((group, chains(policy, group, &mut elements)));
    }
    let mut sets: Keyed<SetKey, BTreeSet<IpAddr>> = members(policy, &groups).collect();
    elements.sort_unstable();
    let blocks = elements.chunk_by(|a, b| a.0 == b.0);
    sets.extend(blocks.map(|run| (run[0].0, run.iter().map(|(_, a)| *a).collect())));
    Ir { ports: ports.into_iter().collect(), groups: groups.into_iter().collect(), sets }
}

/// The chains of a group; the blocks they name go into `elements`.
fn chains(policy: &SecurityGroupPolicy, group: SecurityGroupId, elements: &mut Vec<(SetKey, IpAddr)>) -> Chains {
    let (mut ingress, mut egress) = (Vec::new(), Vec::new());
    for (rule, _) in policy.rules_of(group) {
        for (entry, element) in parts(group, rule) {
            match rule.direction {
                Direction::Ingress => ingress.push(entry),
                Direction::Egress => egress.push(entry),
            }
            if let (Far::Set(key), Some(address)) = (entry.far, element) {
                elements.push((key, address));
            }
        }
    }
    Chains { ingress: ingress.into_iter().collect(), egress: egress.into_iter().collect() }
}

/// The sets of members that some chain names.
fn members(
    policy: &SecurityGroupPolicy,
    chains: &[(SecurityGroupId, Chains)],
) -> impl Iterator<Item = (SetKey, BTreeSet<IpAddr>)> {
    let entries = chains.iter().flat_map(|(_, chains)| chains.ingress.iter().chain(&chains.egress));
    let mut named: Vec<SecurityGroupId> = entries
        .filter_map(|entry| match entry.far {
            Far::Set(SetKey::Members { group, .. }) => Some(group),
            _ => None,
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    let mut found = vec![[Vec::new(), Vec::new()]; named.len()];
    for member in policy.members.values() {
        for group in &member.groups {
            if let Ok(at) = named.binary_search(group) {
                for address in &member.addresses {
                    found[at][Family::of(*address) as usize].push(*address);
                }
            }
        }
    }
    named.into_iter().zip(found).flat_map(|(group, addresses)| {
        let sets = Family::ALL.into_iter().zip(addresses);
        sets.map(move |(family, addresses)| (SetKey::Members { group, family }, addresses.into_iter().collect()))
    })
}

#[cfg(test)]
mod tests;

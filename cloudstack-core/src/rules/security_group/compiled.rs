//! A compiled policy that follows events, each at a cost of its own size and not of the policy's.

use super::{Member, SecurityGroupPolicy, TapTaken, compile, parts};
use crate::base::id::{NicId, SecurityGroupId};
use crate::model::network::security_rule::{Direction, Peer, RuleKey, SecurityRule};
use crate::rules::diff::{Change, Delta};
use crate::rules::ir::{Family, Far, Ir, SetKey};
use crate::rules::keyed::Keyed;
use std::{collections::BTreeMap, net::IpAddr};

/// What may happen to a policy. Every event may be repeated: the second time it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A member joined, or is from now on like this.
    Member(Member),
    /// A member left.
    MemberLeft(NicId),
    /// A rule was added to a group.
    RuleAdded(SecurityGroupId, SecurityRule),
    /// A rule was taken from a group.
    RuleRemoved(SecurityGroupId, SecurityRule),
}

/// What must be counted to know, without looking around, when chains and sets come and go.
#[derive(Debug, Clone, Default)]
struct Counts {
    /// How many members have each address.
    addresses: BTreeMap<IpAddr, u32>,
    /// How many ports of this host are in the group.
    ports: u32,
    /// How many rules of groups with chains name the group.
    named: u32,
}

/// A policy with its [`Ir`], and what is needed to keep both in step with events.
///
/// ```
/// use cloudstack_core::base::id::{EntityId, NicId, SecurityGroupId};
/// use cloudstack_core::rules::{diff::Change, ir::Mac, security_group::*};
///
/// let mut compiled = Compiled::new(SecurityGroupPolicy::default());
/// let member = Member {
///     nic: NicId::from_u128(1),
///     mac: Mac([2, 0, 0, 0, 0, 1]),
///     tap: Some("vnet0".parse()?),
///     addresses: vec!["10.1.1.5".parse()?],
///     secondary: vec![],
///     groups: [SecurityGroupId::from_u128(1)].into(),
/// };
/// let delta = compiled.apply(Event::Member(member.clone()))?;
/// assert!(matches!(delta.changes(), [Change::AddGroup(_), Change::AddPort(_)]));
/// assert!(compiled.apply(Event::Member(member))?.is_empty(), "it may be repeated");
/// assert_eq!(compiled.ir(), &compile(compiled.policy()));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    policy: SecurityGroupPolicy,
    counts: Keyed<SecurityGroupId, Counts>,
    ir: Ir,
}

impl Compiled {
    /// Compiles a policy.
    #[must_use]
    pub fn new(policy: SecurityGroupPolicy) -> Self {
        let ir = compile(&policy);
        let mut counts: Keyed<SecurityGroupId, Counts> = Keyed::default();
        for member in policy.members.values() {
            for group in &member.groups {
                let counts = counts.or_default(*group);
                counts.ports += u32::from(member.tap.is_some());
                for address in &member.addresses {
                    *counts.addresses.entry(*address).or_default() += 1;
                }
            }
        }
        for group in ir.groups.keys() {
            for (rule, _) in policy.rules_of(*group) {
                if let Some(named) = named_group(rule) {
                    counts.or_default(named).named += 1;
                }
            }
        }
        Self { policy, counts, ir }
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &SecurityGroupPolicy {
        &self.policy
    }

    /// Its compiled form: always equal to [`compile`] of [`policy`](Self::policy).
    #[must_use]
    pub const fn ir(&self) -> &Ir {
        &self.ir
    }

    /// Follows an event and says what changed in the compiled form.
    ///
    /// # Errors
    /// [`TapTaken`] if a member claims the port of another; nothing changes then.
    pub fn apply(&mut self, event: Event) -> Result<Delta, TapTaken> {
        let mut changes = Vec::new();
        match event {
            Event::Member(member) => {
                let nic = member.nic;
                let before = self.policy.put_member(member)?;
                let after = self.policy.members.get(&nic).cloned();
                self.moved(before.as_ref(), after.as_ref(), &mut changes);
            }
            Event::MemberLeft(nic) => {
                let before = self.policy.remove_member(nic);
                self.moved(before.as_ref(), None, &mut changes);
            }
            Event::RuleAdded(group, rule) => {
                if self.policy.add_rule(group, &rule) && self.ir.groups.contains_key(&group) {
                    self.add_rule(group, &rule.key(), &mut changes);
                }
            }
            Event::RuleRemoved(group, rule) => {
                if self.policy.remove_rule(group, &rule) && self.ir.groups.contains_key(&group) {
                    self.remove_rule(group, &rule.key(), &mut changes);
                }
            }
        }
        let delta = Delta::new(changes);
        Ok(delta)
    }

    /// Records a change and makes it.
    fn change(&mut self, change: Change, out: &mut Vec<Change>) {
        self.ir.change(&change);
        out.push(change);
    }

    fn moved(&mut self, before: Option<&Member>, after: Option<&Member>, out: &mut Vec<Change>) {
        if before == after {
            return;
        }
        // Counted up before counted down, so that what stays is not taken away and made again.
        if let Some(member) = after {
            self.count_up(member, out);
        }
        let (old, new) = (before.and_then(Member::port), after.and_then(Member::port));
        match (old, new) {
            (Some(before), Some(after)) if before == after => {}
            (Some(before), Some(after)) if before.tap == after.tap => {
                self.change(Change::ChangePort { before, after }, out);
            }
            (old, new) => {
                old.into_iter().for_each(|port| self.change(Change::RemovePort(port), out));
                new.into_iter().for_each(|port| self.change(Change::AddPort(port), out));
            }
        }
        if let Some(member) = before {
            self.count_down(member, out);
        }
    }

    fn count_up(&mut self, member: &Member, out: &mut Vec<Change>) {
        for group in &member.groups {
            let counts = self.counts.or_default(*group);
            counts.ports += u32::from(member.tap.is_some());
            let mut fresh = Vec::new();
            for address in &member.addresses {
                let count = counts.addresses.entry(*address).or_default();
                *count += 1;
                if *count == 1 && counts.named > 0 {
                    fresh.push(*address);
                }
            }
            for address in fresh {
                let key = SetKey::Members { group: *group, family: Family::of(address) };
                self.change(Change::AddElement(key, address), out);
            }
        }
        for group in &member.groups {
            if member.tap.is_some() && !self.ir.groups.contains_key(group) {
                self.open(*group, out);
            }
        }
    }

    fn count_down(&mut self, member: &Member, out: &mut Vec<Change>) {
        for group in &member.groups {
            let Some(counts) = self.counts.get_mut(group) else { continue };
            counts.ports -= u32::from(member.tap.is_some());
            let mut gone = Vec::new();
            for address in &member.addresses {
                let Some(count) = counts.addresses.get_mut(address) else { continue };
                *count -= 1;
                if *count == 0 {
                    counts.addresses.remove(address);
                    if counts.named > 0 {
                        gone.push(*address);
                    }
                }
            }
            let empty = counts.ports == 0;
            for address in gone {
                let key = SetKey::Members { group: *group, family: Family::of(address) };
                self.change(Change::RemoveElement(key, address), out);
            }
            if empty && self.ir.groups.contains_key(group) {
                self.close(*group, out);
            }
            self.forget(*group);
        }
    }

    /// A group got its first port here: its chains are made, and the sets they name.
    fn open(&mut self, group: SecurityGroupId, out: &mut Vec<Change>) {
        self.change(Change::AddGroup(group), out);
        let rules: Vec<RuleKey> = self.policy.rules_of(group).map(|(key, _)| *key).collect();
        for rule in &rules {
            self.add_rule(group, rule, out);
        }
    }

    /// A group lost its last port here.
    fn close(&mut self, group: SecurityGroupId, out: &mut Vec<Change>) {
        self.change(Change::RemoveGroup(group), out);
        let rules: Vec<RuleKey> = self.policy.rules_of(group).map(|(key, _)| *key).collect();
        for rule in &rules {
            for (entry, _) in parts(group, rule) {
                // Blocks of several rules may share a set: it goes once.
                if let Far::Set(key @ SetKey::Blocks { .. }) = entry.far
                    && self.ir.sets.contains_key(&key)
                {
                    self.change(Change::RemoveSet(key), out);
                }
            }
            self.unname(rule, out);
        }
    }

    fn add_rule(&mut self, group: SecurityGroupId, rule: &RuleKey, out: &mut Vec<Change>) {
        self.name(rule, out);
        let closed = self.ir.groups.get(&group).is_some_and(|chains| !chains.egress.is_empty());
        for (entry, element) in parts(group, rule) {
            match (entry.far, element) {
                (Far::Set(key), Some(element)) if self.ir.sets.contains_key(&key) => {
                    self.change(Change::AddElement(key, element), out);
                    continue;
                }
                (Far::Set(key), Some(element)) => self.change(Change::AddSet(key, vec![element]), out),
                _ => {}
            }
            self.change(Change::AddEntry(group, rule.direction, entry), out);
        }
        if rule.direction == Direction::Egress && !closed {
            self.change(Change::CloseEgress(group, true), out);
        }
    }

    fn remove_rule(&mut self, group: SecurityGroupId, rule: &RuleKey, out: &mut Vec<Change>) {
        for (entry, element) in parts(group, rule) {
            if let (Far::Set(key), Some(element)) = (entry.far, element) {
                if self.ir.sets.get(&key).is_some_and(|set| set.len() > 1) {
                    self.change(Change::RemoveElement(key, element), out);
                    continue;
                }
                self.change(Change::RemoveSet(key), out);
            }
            self.change(Change::RemoveEntry(group, rule.direction, entry), out);
        }
        let open = self.ir.groups.get(&group).is_some_and(|chains| chains.egress.is_empty());
        if rule.direction == Direction::Egress && open {
            self.change(Change::CloseEgress(group, false), out);
        }
        self.unname(rule, out);
    }

    /// A chain's rule names a group: the first makes the sets of its members.
    fn name(&mut self, rule: &RuleKey, out: &mut Vec<Change>) {
        let Some(group) = named_group(rule) else { return };
        let counts = self.counts.or_default(group);
        counts.named += 1;
        if counts.named > 1 {
            return;
        }
        let (v4, v6) = counts.addresses.keys().partition(|a| a.is_ipv4());
        for (family, elements) in Family::ALL.into_iter().zip([v4, v6]) {
            self.change(Change::AddSet(SetKey::Members { group, family }, elements), out);
        }
    }

    fn unname(&mut self, rule: &RuleKey, out: &mut Vec<Change>) {
        let Some(group) = named_group(rule) else { return };
        let Some(counts) = self.counts.get_mut(&group) else { return };
        counts.named -= 1;
        if counts.named == 0 {
            for family in Family::ALL {
                self.change(Change::RemoveSet(SetKey::Members { group, family }), out);
            }
            self.forget(group);
        }
    }

    /// Drops the counts of a group that nothing is known of any more.
    fn forget(&mut self, group: SecurityGroupId) {
        if self.counts.get(&group).is_some_and(|c| c.ports == 0 && c.named == 0 && c.addresses.is_empty()) {
            self.counts.remove(&group);
        }
    }
}

const fn named_group(rule: &RuleKey) -> Option<SecurityGroupId> {
    match rule.peer {
        Peer::Group(group) => Some(group),
        Peer::Cidr(_) => None,
    }
}

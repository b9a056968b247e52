//! How much of each thing accounts and domains hold, and what they may hold: counted from rows as they change.

use crate::base::id::{AccountId, DomainId};
use crate::ledger::Row;
use crate::model::org::{Account, AccountType, Domain, Limit, LimitOwner, ResourceType};
use crate::model::setting::{Scope, Setting};
use crate::model::vm::{Vm, VmState};
use crate::model::volume::VolumeState;
use std::collections::BTreeMap;

/// Machines, processors and memory are counted twice: all, and those in use.
const RUNNING: [ResourceType; 3] = [ResourceType::UserVm, ResourceType::Cpu, ResourceType::Memory];
const KINDS: usize = ResourceType::COUNT + RUNNING.len();

/// One number per kind: those of [`ResourceType`], then those of machines in use.
type Tally = [u64; KINDS];

/// What an account holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Holder {
    /// None while its row is not there.
    known: Option<(DomainId, AccountType)>,
    tally: Tally,
}

/// What the accounts of a domain hold, and of those below.
#[derive(Debug, Default, PartialEq, Eq)]
struct Node {
    parent: Option<DomainId>,
    tally: Tally,
}

/// What limits there are, for each type.
type Limits = [Option<i64>; ResourceType::COUNT];

/// A limit would be passed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} holds {held} of {}, wants {more} more, and may hold {max}", owner_word(.owner), .resource.word())]
pub struct LimitReached {
    /// Whose limit it is.
    pub owner: LimitOwner,
    /// Of what.
    pub resource: ResourceType,
    /// How much it may hold, as counted: bytes rather than GiB.
    pub max: u64,
    /// How much it holds.
    pub held: u64,
    /// How much more was wanted.
    pub more: u64,
}

fn owner_word(owner: &LimitOwner) -> String {
    match owner {
        LimitOwner::Account(id) => format!("account {id}"),
        LimitOwner::Domain(id) => format!("domain {id}"),
    }
}

/// What is held and what may be held, of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// How much is held, as counted: bytes rather than GiB.
    pub held: u64,
    /// The limit in the unit of the type: GiB rather than bytes. None: there is none.
    pub max: Option<u64>,
}

/// Counts and limits, derived from rows. Each change costs O(depth of the domain), each question O(log n).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    accounts: BTreeMap<AccountId, Holder>,
    domains: BTreeMap<DomainId, Node>,
    limits: BTreeMap<LimitOwner, Limits>,
    /// Defaults that the settings change: of accounts, projects, domains.
    defaults: [Limits; 3],
    /// Only machines in use count as machines, processors and memory.
    running_only: bool,
}

/// What one row counts for whom.
type Share = (AccountId, [(usize, u64); 6]);

/// The place of a type in a tally.
const fn at(kind: ResourceType) -> usize {
    kind.number()
}

/// Whether a machine counts among those of its account: it was not given up.
const fn counts(vm: &Vm) -> bool {
    !matches!(vm.state, VmState::Destroyed | VmState::Expunging | VmState::Error)
}

fn of_vm(vm: &Vm) -> Share {
    let all = u64::from(counts(vm));
    let used = u64::from(counts(vm) && vm.state != VmState::Stopped);
    let (cores, ram) = (u64::from(vm.cores), vm.ram.0);
    let [count, cpu, memory] = RUNNING.map(at);
    let first = ResourceType::COUNT;
    let shares = [
        (count, all),
        (cpu, all * cores),
        (memory, all * ram),
        (first, used),
        (first + 1, used * cores),
        (first + 2, used * ram),
    ];
    (vm.account, shares)
}

fn share(row: &Row) -> Option<Share> {
    let none = (0, 0);
    let one = |account, kind| Some((account, [(at(kind), 1), none, none, none, none, none]));
    let two = |account, kind, more, n| Some((account, [(at(kind), 1), (at(more), n), none, none, none, none]));
    match row {
        Row::Vm(vm) => Some(of_vm(vm)),
        Row::Volume(v) if matches!(v.state, VolumeState::Destroy | VolumeState::Expunging | VolumeState::Expunged) => {
            None
        }
        Row::Volume(v) => two(v.account, ResourceType::Volume, ResourceType::PrimaryStorage, v.size.0),
        Row::Template(t) => two(t.account, ResourceType::Template, ResourceType::SecondaryStorage, t.size.0),
        Row::Network(n) => one(n.account?, ResourceType::Network),
        Row::PublicIp(ip) => one(ip.account, ResourceType::PublicIp),
        // A project counts for the account that owns it.
        Row::ProjectMember(m) if m.owner => one(m.account, ResourceType::Project),
        _ => None,
    }
}

impl Counts {
    pub(super) fn follow(&mut self, before: Option<&Row>, after: Option<&Row>) {
        match (before, after) {
            (Some(Row::Account(_)), _) | (_, Some(Row::Account(_))) => {
                self.follow_account(account(before), account(after));
            }
            (Some(Row::Domain(_)), _) | (_, Some(Row::Domain(_))) => self.follow_domain(domain(before), domain(after)),
            (Some(Row::Limit(_)), _) | (_, Some(Row::Limit(_))) => {
                self.follow_limit(limit(before), limit(after));
            }
            (Some(Row::Setting(_)), _) | (_, Some(Row::Setting(_))) => {
                self.follow_setting(setting(before), setting(after));
            }
            _ => {
                let (old, new) = (before.and_then(share), after.and_then(share));
                if old != new {
                    old.into_iter().for_each(|share| self.add(&share, true));
                    new.into_iter().for_each(|share| self.add(&share, false));
                }
            }
        }
    }

    fn add(&mut self, (account, parts): &Share, back: bool) {
        let holder = self.accounts.entry(*account).or_default();
        for &(kind, n) in parts {
            change(&mut holder.tally[kind], n, back);
        }
        let (domain, gone) =
            (holder.known.map(|(domain, _)| domain), holder.known.is_none() && holder.tally == [0; KINDS]);
        if gone {
            self.accounts.remove(account);
        }
        self.upward(domain, |tally| parts.iter().for_each(|&(kind, n)| change(&mut tally[kind], n, back)));
    }

    /// Does the same to a domain and each above it.
    fn upward(&mut self, from: Option<DomainId>, mut edit: impl FnMut(&mut Tally)) {
        let mut next = from;
        while let Some(id) = next {
            let node = self.domains.entry(id).or_default();
            edit(&mut node.tally);
            next = node.parent;
        }
    }

    fn move_tally(&mut self, tally: &Tally, from: Option<DomainId>, to: Option<DomainId>) {
        for (domain, back) in [(from, true), (to, false)] {
            self.upward(domain, |sum| sum.iter_mut().zip(tally).for_each(|(sum, n)| change(sum, *n, back)));
        }
    }

    fn follow_account(&mut self, before: Option<&Account>, after: Option<&Account>) {
        let Some(id) = before.or(after).map(|row| row.id) else { return };
        let known = |row: Option<&Account>| row.map(|row| (row.domain, row.kind));
        if known(before) == known(after) {
            return;
        }
        let holder = self.accounts.entry(id).or_default();
        holder.known = known(after);
        let tally = holder.tally;
        if after.is_none() && tally == [0; KINDS] {
            self.accounts.remove(&id);
        }
        self.move_tally(&tally, before.map(|row| row.domain), after.map(|row| row.domain));
    }

    fn follow_domain(&mut self, before: Option<&Domain>, after: Option<&Domain>) {
        let Some(id) = before.or(after).map(|row| row.id) else { return };
        let parent = |row: Option<&Domain>| row.and_then(|row| row.parent);
        if before.is_some() && after.is_some() && parent(before) == parent(after) {
            return;
        }
        let node = self.domains.entry(id).or_default();
        node.parent = parent(after);
        let tally = node.tally;
        if after.is_none() && tally == [0; KINDS] {
            self.domains.remove(&id);
        }
        self.move_tally(&tally, parent(before), parent(after));
    }

    fn follow_limit(&mut self, before: Option<&Limit>, after: Option<&Limit>) {
        if let Some(row) = before {
            let limits = self.limits.entry(row.owner).or_default();
            limits[at(row.resource)] = None;
            if limits.iter().all(Option::is_none) {
                self.limits.remove(&row.owner);
            }
        }
        if let Some(row) = after {
            self.limits.entry(row.owner).or_default()[at(row.resource)] = Some(row.max);
        }
    }

    fn follow_setting(&mut self, before: Option<&Setting>, after: Option<&Setting>) {
        // Limits of one domain or account have rows of their own.
        let everywhere = |row: &&Setting| row.scope == Scope::Global;
        let (before, after) = (before.filter(everywhere), after.filter(everywhere));
        let Some(name) = before.or(after).map(|row| row.name.as_str()) else { return };
        let value = after.map(|row| row.value.as_str());
        if name == "resource.count.running.vms.only" {
            self.running_only = value == Some("true");
        }
        for (of, start) in ["max.account.", "max.project.", "max.domain."].into_iter().enumerate() {
            let end = name.strip_prefix(start);
            if let Some(kind) = end.and_then(|end| ResourceType::ALL.iter().find(|kind| kind.setting() == end)) {
                self.defaults[of][at(*kind)] = value.and_then(|value| value.parse().ok());
            }
        }
    }

    fn held_of(&self, tally: &Tally, kind: ResourceType) -> u64 {
        let used = RUNNING.iter().position(|k| *k == kind).filter(|_| self.running_only);
        tally[used.map_or(at(kind), |used| ResourceType::COUNT + used)]
    }

    /// How much an account or a domain holds of a type, as counted: bytes rather than GiB.
    #[must_use]
    pub fn held(&self, owner: LimitOwner, kind: ResourceType) -> u64 {
        let tally = match owner {
            LimitOwner::Account(id) => self.accounts.get(&id).map(|holder| &holder.tally),
            LimitOwner::Domain(id) => self.domains.get(&id).map(|node| &node.tally),
        };
        tally.map_or(0, |tally| self.held_of(tally, kind))
    }

    /// The limit of an account or a domain, in the unit of the type. None: there is none, as for root administrators and
    /// the root domain.
    #[must_use]
    pub fn max(&self, owner: LimitOwner, kind: ResourceType) -> Option<u64> {
        let (of, default) = match owner {
            LimitOwner::Account(id) => match self.accounts.get(&id)?.known?.1 {
                AccountType::Admin => return None,
                AccountType::Project => (1, kind.defaults().0),
                _ => (0, kind.defaults().0),
            },
            LimitOwner::Domain(id) => {
                self.domains.get(&id)?.parent?;
                (2, kind.defaults().1)
            }
        };
        let changed = self.limits.get(&owner).and_then(|limits| limits[at(kind)]);
        u64::try_from(changed.or(self.defaults[of][at(kind)]).unwrap_or(default)).ok()
    }

    /// What an account or a domain holds and may hold of a type.
    #[must_use]
    pub fn figure(&self, owner: LimitOwner, kind: ResourceType) -> Figure {
        Figure { held: self.held(owner, kind), max: self.max(owner, kind) }
    }

    /// Whether the account may hold so much more: its own limit, then that of each domain upwards.
    ///
    /// # Errors
    /// [`LimitReached`] for the first that is in the way.
    pub fn allow(&self, account: AccountId, kind: ResourceType, more: u64) -> Result<(), LimitReached> {
        let domain = self.accounts.get(&account).and_then(|holder| holder.known);
        if more == 0 || domain.is_some_and(|(_, kind)| kind == AccountType::Admin) {
            return Ok(());
        }
        let parent = |id: &DomainId| self.domains.get(id)?.parent;
        let upward = std::iter::successors(domain.map(|(domain, _)| domain), parent).map(LimitOwner::Domain);
        for owner in std::iter::once(LimitOwner::Account(account)).chain(upward) {
            let Figure { held, max } = self.figure(owner, kind);
            let max = max.map(|max| max.saturating_mul(kind.unit()));
            if let Some(max) = max.filter(|max| held.saturating_add(more) > *max) {
                return Err(LimitReached { owner, resource: kind, max, held, more });
            }
        }
        Ok(())
    }

    /// What some rows come to, counted one by one, in the order of [`ResourceType::ALL`].
    #[must_use]
    pub fn recounted(&self, rows: impl Iterator<Item = Row>) -> [u64; ResourceType::COUNT] {
        let mut sum: Tally = [0; KINDS];
        for (_, parts) in rows.filter_map(|row| share(&row)) {
            parts.iter().for_each(|&(kind, n)| change(&mut sum[kind], n, false));
        }
        std::array::from_fn(|kind| self.held_of(&sum, ResourceType::ALL[kind]))
    }

    /// Whether only machines in use count.
    #[must_use]
    pub const fn running_only(&self) -> bool {
        self.running_only
    }
}

fn change(sum: &mut u64, n: u64, back: bool) {
    *sum = if back { sum.wrapping_sub(n) } else { sum.wrapping_add(n) };
}

fn account(row: Option<&Row>) -> Option<&Account> {
    if let Some(Row::Account(row)) = row { Some(row) } else { None }
}
fn domain(row: Option<&Row>) -> Option<&Domain> {
    if let Some(Row::Domain(row)) = row { Some(row) } else { None }
}
fn limit(row: Option<&Row>) -> Option<&Limit> {
    if let Some(Row::Limit(row)) = row { Some(row) } else { None }
}
fn setting(row: Option<&Row>) -> Option<&Setting> {
    if let Some(Row::Setting(row)) = row { Some(row) } else { None }
}

//! What each account holds, counted as rows come and go: a decision asks for a number and walks over nothing.

use crate::base::id::{AccountId, HostId};
use crate::ledger::Row;
use crate::model::vm::{Vm, VmState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What accounts hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Owned(BTreeMap<AccountId, Held>);

/// What one account holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Held {
    vms: usize,
    volumes: usize,
    /// How many of its machines each host carries.
    hosts: Arc<BTreeMap<HostId, u32>>,
}

/// True if a machine counts against its account's limit.
const fn counts(vm: &Vm) -> bool {
    !matches!(vm.state, VmState::Destroyed | VmState::Expunging | VmState::Error)
}

impl Owned {
    /// The machines that count against the account's limit.
    #[must_use]
    pub fn vms(&self, account: AccountId) -> usize {
        self.0.get(&account).map_or(0, |held| held.vms)
    }

    /// The account's volumes.
    #[must_use]
    pub fn volumes(&self, account: AccountId) -> usize {
        self.0.get(&account).map_or(0, |held| held.volumes)
    }

    /// How many of the account's machines each host carries; hosts without one are not in it.
    #[must_use]
    pub fn hosts(&self, account: AccountId) -> Arc<BTreeMap<HostId, u32>> {
        self.0.get(&account).map(|held| Arc::clone(&held.hosts)).unwrap_or_default()
    }

    pub(super) fn follow_vm(&mut self, before: Option<&Vm>, after: Option<&Vm>) {
        let told = |vm: Option<&Vm>| vm.map(|v| (v.account, v.host, counts(v)));
        if told(before) == told(after) {
            return;
        }
        for (vm, back) in [(before, true), (after, false)] {
            let Some(vm) = vm else { continue };
            self.edit(vm.account, |held| {
                step(&mut held.vms, usize::from(counts(vm)), back);
                let Some(host) = vm.host else { return };
                let hosts = Arc::make_mut(&mut held.hosts);
                let here = hosts.entry(host).or_default();
                *here = if back { here.saturating_sub(1) } else { *here + 1 };
                if *here == 0 {
                    hosts.remove(&host);
                }
            });
        }
    }

    pub(super) fn follow_volume(&mut self, before: Option<&Row>, after: Option<&Row>) {
        for (side, back) in [(before, true), (after, false)] {
            let Some(Row::Volume(volume)) = side else { continue };
            self.edit(volume.account, |held| step(&mut held.volumes, 1, back));
        }
    }

    fn edit(&mut self, account: AccountId, edit: impl FnOnce(&mut Held)) {
        let held = self.0.entry(account).or_default();
        edit(held);
        if *held == Held::default() {
            self.0.remove(&account);
        }
    }
}

fn step(count: &mut usize, by: usize, back: bool) {
    *count = if back { count.saturating_sub(by) } else { *count + by };
}

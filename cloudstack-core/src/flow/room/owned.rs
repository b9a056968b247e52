//! Where each account's machines are, counted as rows come and go: a decision asks and walks over nothing.

use crate::base::id::{AccountId, HostId};
use crate::model::vm::Vm;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many machines of an account each host carries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Owned(BTreeMap<AccountId, Arc<BTreeMap<HostId, u32>>>);

impl Owned {
    /// How many of the account's machines each host carries; hosts without one are not in it.
    #[must_use]
    pub fn hosts(&self, account: AccountId) -> Arc<BTreeMap<HostId, u32>> {
        self.0.get(&account).cloned().unwrap_or_default()
    }

    pub(super) fn follow_vm(&mut self, before: Option<&Vm>, after: Option<&Vm>) {
        let told = |vm: Option<&Vm>| vm.map(|v| (v.account, v.host));
        if told(before) == told(after) {
            return;
        }
        for (vm, back) in [(before, true), (after, false)] {
            let Some((account, host)) = vm.and_then(|vm| Some((vm.account, vm.host?))) else { continue };
            let held = self.0.entry(account).or_default();
            let hosts = Arc::make_mut(held);
            let here = hosts.entry(host).or_default();
            *here = if back { here.saturating_sub(1) } else { *here + 1 };
            if *here == 0 {
                hosts.remove(&host);
            }
            if hosts.is_empty() {
                self.0.remove(&account);
            }
        }
    }
}

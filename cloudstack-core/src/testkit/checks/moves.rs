//! Every move between two commits is a way through the state tables.

use super::{Findings, Violation};
use crate::base::fsm::Machine;
use crate::ledger::{Row, RowChange};
use crate::model::infra::{HOST_RESOURCE, HOST_STATUS, POOL};
use crate::model::job::JOB;
use crate::model::network::rule::RULE;
use crate::model::network::{NETWORK, NIC, PUBLIC_IP};
use crate::model::vm::VM;
use crate::model::volume::VOLUME;
use std::fmt::Debug;

/// Steps that were quick share a commit, so one commit may hold several moves; more than this many are not one job's.
const LONGEST: usize = 4;

/// Judges one row's change: from its state before, or the beginning of its life, to its state after.
#[must_use]
pub fn moves(change: &RowChange) -> Vec<Violation> {
    let mut found = Findings::default();
    let before = change.before.as_ref().map(|(row, _)| row);
    let Some((after, _)) = &change.after else { return found.0 };
    macro_rules! judge {
        ($($kind:ident $field:ident $machine:expr;)*) => {$(
            if let Row::$kind(after) = after {
                let from = match before { Some(Row::$kind(before)) => Some(before.$field), _ => None };
                way(&$machine, from, after.$field, &format!("{:?}", after.id), &mut found);
            }
        )*};
    }
    judge! {
        Vm state VM;
        Volume state VOLUME;
        Nic state NIC;
        Network state NETWORK;
        PublicIp state PUBLIC_IP;
        FirewallRule state RULE;
        PortForward state RULE;
        LoadBalancer state RULE;
        Host status HOST_STATUS;
        Host resource HOST_RESOURCE;
        Pool state POOL;
        Job state JOB;
    }
    found.0
}

fn way<S: Copy + PartialEq + Debug, E: Copy + PartialEq>(
    machine: &Machine<'_, S, E>,
    from: Option<S>,
    to: S,
    who: &str,
    found: &mut Findings,
) {
    let mut reached: Vec<S> = from.map_or_else(|| machine.initial.to_vec(), |state| vec![state]);
    for _ in 0..LONGEST {
        if reached.contains(&to) {
            return;
        }
        let next = machine.moves.iter().filter(|(s, _, _)| reached.contains(s)).map(|(_, _, to)| *to);
        let next: Vec<S> = next.collect();
        reached.extend(next);
    }
    found.unless(reached.contains(&to), "legal states", || format!("{who} went from {from:?} to {to:?}"));
}

//! Trouble that tests make for steps, whatever the steps do: failing before or after they act, acting twice.

use crate::engine::StepError;
use crate::port::driver::{DriverError, DriverErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a step is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It acts.
    Act,
    /// It takes back what it did, or may have done.
    Undo,
}

/// What happens to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    /// It does its work once more each time.
    Twice,
    /// The first time it does nothing, and fails as if its device were away.
    FailOnce,
    /// The first time it does its work, and then fails as if the answer were lost.
    LoseOnce,
    /// It does nothing, and its device refuses.
    FailAlways,
    /// It does its work each time, and then fails as if its device refused.
    LoseAlways,
}

impl Mishap {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Twice, Self::FailOnce, Self::LoseOnce, Self::FailAlways, Self::LoseAlways];

    /// True if a step that meets it can still succeed.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::Twice | Self::FailOnce | Self::LoseOnce)
    }
}

/// The trouble of one world, and what its steps were seen to do. A clone is the same.
#[derive(Debug, Clone, Default)]
pub struct Trouble(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    rules: Vec<(&'static str, Phase, Mishap)>,
    seen: Vec<(&'static str, Phase)>,
}

impl Trouble {
    /// From now on this happens to the steps of this name.
    pub fn make(&self, step: &'static str, phase: Phase, mishap: Mishap) {
        self.plan().rules.push((step, phase, mishap));
    }

    /// Nothing happens from now on.
    pub fn end(&self) {
        self.plan().rules.clear();
    }

    /// What steps have begun to do since this was last asked, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<(&'static str, Phase)> {
        std::mem::take(&mut self.plan().seen)
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins: how often it does its work beyond the once.
    pub(super) fn before(&self, step: &'static str, phase: Phase) -> Result<u32, StepError> {
        let mut plan = self.plan();
        plan.seen.push((step, phase));
        if plan.takes(step, phase, Mishap::FailOnce) {
            return Err(failed(step, DriverErrorKind::Unreachable));
        }
        if plan.has(step, phase, Mishap::FailAlways) {
            return Err(failed(step, DriverErrorKind::Refused));
        }
        Ok(u32::from(plan.has(step, phase, Mishap::Twice)))
    }

    /// A step has done its work.
    pub(super) fn after(&self, step: &'static str, phase: Phase) -> Result<(), StepError> {
        let mut plan = self.plan();
        if plan.takes(step, phase, Mishap::LoseOnce) {
            return Err(failed(step, DriverErrorKind::Unreachable));
        }
        if plan.has(step, phase, Mishap::LoseAlways) { Err(failed(step, DriverErrorKind::Refused)) } else { Ok(()) }
    }
}

impl Plan {
    fn has(&self, step: &'static str, phase: Phase, mishap: Mishap) -> bool {
        self.rules.contains(&(step, phase, mishap))
    }

    fn takes(&mut self, step: &'static str, phase: Phase, mishap: Mishap) -> bool {
        let found = self.rules.iter().position(|rule| *rule == (step, phase, mishap));
        found.map(|at| self.rules.remove(at)).is_some()
    }
}

fn failed(step: &str, kind: DriverErrorKind) -> StepError {
    DriverError::new(kind, "trouble", format!("{step} was made to fail")).into()
}

//! Rules that make calls slow, fail, lose their answer, hang or lie.

use super::call::{Call, Method};
use cloudstack_core::{
    base::{Seed, Span, Timestamp},
    port::driver::DriverErrorKind,
};

/// What happens to a call that a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It does what was asked: for a rule that only delays, or that shields a call from the rules after it.
    Obey,
    /// It does nothing and fails with this kind.
    Fail(DriverErrorKind),
    /// It does what was asked, but its answer is lost: the caller is told
    /// [`Unreachable`](DriverErrorKind::Unreachable).
    LoseAnswer,
    /// The caller is told [`Unreachable`](DriverErrorKind::Unreachable) at once, and this much later, when nobody waits for
    /// it any more, what was asked is done.
    Late(Span),
    /// Nothing happens before this time; then it does what was asked. A caller that gives up earlier has done nothing.
    Hang(Timestamp),
    /// It does nothing and says that it did. A ping answers that no guest is there.
    Lie,
}

/// Which calls go wrong, how often, and in what way.
///
/// A call is offered to the rules in the order they were injected, and the first that takes it decides alone. A rule takes
/// a call if `method` and `object` match, `skip` matching calls have gone by, `count` is not used up, and the draw of
/// `permille` succeeds. Draws come from the world's seed: the same calls in the same order meet the same fate.
///
/// ```
/// use cloudstack_core::{base::Span, port::driver::DriverErrorKind::NoCapacity};
/// use cloudstack_drivers::sim::{Effect, FaultRule, Method};
///
/// // The second and third start of any guest called `web…` fail, half a second late.
/// let rule = FaultRule {
///     method: Some(Method::EnsureRunning),
///     object: Some("web".into()),
///     skip: 1,
///     count: Some(2),
///     delay: Span::millis(500),
///     ..FaultRule::new(Effect::Fail(NoCapacity))
/// };
/// assert_eq!(rule.permille, 1_000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// Only calls of this method.
    pub method: Option<Method>,
    /// Only calls whose device (host, pool, store) or object (guest, volume, template, network id, host name of a port)
    /// has this in its name.
    pub object: Option<String>,
    /// How many matching calls go by first.
    pub skip: u32,
    /// How many calls it takes; all without.
    pub count: Option<u32>,
    /// In how many of 1000 cases it takes a call.
    pub permille: u32,
    /// How long the call waits before anything else.
    pub delay: Span,
    /// What then happens.
    pub effect: Effect,
}

impl FaultRule {
    /// A rule that takes every call, at once.
    #[must_use]
    pub const fn new(effect: Effect) -> Self {
        Self { method: None, object: None, skip: 0, count: None, permille: 1_000, delay: Span::millis(0), effect }
    }

    fn matches(&self, call: &Call<'_>) -> bool {
        self.method.is_none_or(|method| method == call.method)
            && self.object.as_ref().is_none_or(|part| call.is_about(part))
    }
}

/// Names an injected rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u32);

/// How often a rule was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleUses {
    /// Calls offered to it that its method and object matched.
    pub matched: u64,
    /// Calls it took.
    pub taken: u64,
}

/// What a rule does to the call it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) delay: Span,
    pub(super) effect: Effect,
}

/// All rules of a world, in their order.
#[derive(Debug)]
pub(super) struct Faults {
    seed: Seed,
    rules: Vec<Injected>,
    injected: u32,
}

#[derive(Debug)]
struct Injected {
    id: RuleId,
    rule: FaultRule,
    /// Its own stream, so that no rule disturbs another's draws.
    seed: Seed,
    uses: RuleUses,
}

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed: Seed::new(seed), rules: Vec::new(), injected: 0 }
    }

    pub(super) fn inject(&mut self, rule: FaultRule) -> RuleId {
        let id = RuleId(self.injected);
        self.injected += 1;
        self.rules.push(Injected { id, rule, seed: self.seed.fork(), uses: RuleUses::default() });
        id
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(super) fn remove(&mut self, id: RuleId) -> Option<RuleUses> {
        let at = self.rules.iter().position(|injected| injected.id == id)?;
        Some(self.rules.remove(at).uses)
    }

    pub(super) fn uses(&self, id: RuleId) -> Option<RuleUses> {
        self.rules.iter().find(|injected| injected.id == id).map(|injected| injected.uses)
    }

    pub(super) fn verdict(&mut self, call: &Call<'_>) -> Option<Verdict> {
        self.rules.iter_mut().find_map(|injected| injected.judge(call))
    }
}

impl Injected {
    fn judge(&mut self, call: &Call<'_>) -> Option<Verdict> {
        let rule = &self.rule;
        if !rule.matches(call) {
            return None;
        }
        self.uses.matched += 1;
        let passes = self.uses.matched <= u64::from(rule.skip)
            || rule.count.is_some_and(|count| self.uses.taken >= u64::from(count))
            || !self.seed.chance(u64::from(rule.permille), 1_000);
        if passes {
            return None;
        }
        self.uses.taken += 1;
        Some(Verdict { delay: rule.delay, effect: rule.effect })
    }
}

//! What a verb is: a pure decision, and the steps that make it real.

use super::{Room, Steps, step::Desk};
use crate::base::{Caller, Result, id::EntityId, id::JobId};
use crate::engine;
use crate::ledger::{Cause, Change, Dry};

/// A verb: a request as plain data, with the decision it asks for.
///
/// Every verb can be planned: the same decision is made on the newest rows, the same steps settle what they expect to
/// find, and nothing of it is kept.
///
/// Any crate may bring verbs that only decide; the chapter [`howto_verb`](crate::docs::howto_verb) has a whole one.
pub trait Verb: Clone + std::fmt::Debug + Send + Sync + 'static {
    /// What is answered at once.
    type Answer: Clone + std::fmt::Debug + Send + Sync + 'static;
    /// Its name, for jobs, events and the history.
    const NAME: &'static str;
    /// Decides. Pure: reads the desk and the request, writes to the desk, and names the steps that follow.
    ///
    /// # Errors
    /// Why it cannot be done.
    fn decide(&self, caller: &Caller, job: JobId, desk: &mut Desk<'_>) -> Result<Decision<Self::Answer>>;
}

/// What a verb decided.
#[derive(Debug, Clone)]
pub struct Decision<T> {
    /// The answer.
    pub answer: T,
    /// The thing that is worked on.
    pub entity: Option<u128>,
    /// What must be done outside, in order. None: the decision is all there is to do.
    pub steps: Vec<Steps>,
}

impl<T> Decision<T> {
    /// A decision with nothing to do outside.
    pub fn done(answer: T) -> Self {
        Self { answer, entity: None, steps: Vec::new() }
    }

    /// A decision with these steps to follow.
    pub fn then<I: EntityId>(answer: T, entity: I, steps: Vec<Steps>) -> Self {
        Self { answer, entity: Some(entity.to_u128()), steps }
    }
}

/// A verb's answer, and the job that makes it real, if there is anything to do outside.
#[derive(Debug, Clone)]
pub struct Begun<T> {
    /// The answer.
    pub answer: T,
    /// The job.
    pub job: Option<JobId>,
}

/// What a job is asked after by: the name of the request, and what its answer is about.
pub(crate) type Receipt<'a, T> = (&'a str, &'a (dyn Fn(&T) -> Option<u128> + Send + Sync));

/// Decides a verb on a desk and puts its job there.
pub(crate) fn begin<V: Verb>(verb: &V, caller: &Caller, desk: &mut Desk<'_>) -> Result<(Begun<V::Answer>, Vec<Steps>)> {
    begin_for(verb, caller, None, desk)
}

/// As [`begin`]; with a receipt there is always a job.
pub(crate) fn begin_for<V: Verb>(
    verb: &V,
    caller: &Caller,
    receipt: Option<Receipt<'_, V::Answer>>,
    desk: &mut Desk<'_>,
) -> Result<(Begun<V::Answer>, Vec<Steps>)> {
    let job: JobId = desk.id();
    let decision = verb.decide(caller, job, desk)?;
    if decision.steps.is_empty() && receipt.is_none() {
        return Ok((Begun { answer: decision.answer, job: None }, decision.steps));
    }
    let request = receipt.map(|(request, about)| (request, about(&decision.answer)));
    let entity = decision.entity.or_else(|| request.and_then(|(_, about)| about));
    engine::begin(desk, job, V::NAME, caller, request, entity, &decision.steps)?;
    Ok((Begun { answer: decision.answer, job: Some(job) }, decision.steps))
}

/// Why a verb's change is made.
pub(crate) fn cause<V: Verb>(caller: &Caller) -> Cause {
    Cause { actor: Some(caller.user), job: None, verb: V::NAME.to_owned() }
}

/// What a verb would do, decided on the newest rows and not done.
///
/// [`Plan::difference`] is all that would change once every step has succeeded; [`Cloud::execute`](crate::Cloud::execute)
/// does it, unless the rows it relies on have changed meanwhile in a way that changes the outcome.
#[derive(Debug, Clone)]
pub struct Plan<V: Verb> {
    pub(crate) verb: V,
    pub(crate) caller: Caller,
    pub(crate) dry: Dry<Begun<V::Answer>>,
    pub(crate) difference: Change,
}

impl<V: Verb> Plan<V> {
    /// What would be answered.
    #[must_use]
    pub fn answer(&self) -> &V::Answer {
        &self.dry.answer.answer
    }

    /// Every row that would be different in the end, and the events. The job itself is among them.
    #[must_use]
    pub fn difference(&self) -> &Change {
        &self.difference
    }
}

/// Follows a decision to its end as if every step succeeded.
pub(crate) fn foresee(desk: &mut Desk<'_>, job: Option<JobId>, steps: &[Steps]) -> Result<()> {
    use crate::engine::Step;
    let Some(id) = job else { return Ok(()) };
    for step in steps {
        let found = step.foresee(desk.view());
        step.settle(desk, &found)?;
    }
    engine::finish_dry::<Steps>(desk, id)
}

const _: fn() -> Room = Room::default;

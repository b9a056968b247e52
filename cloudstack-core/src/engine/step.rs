//! What a step is.

use crate::base::{Error, Result, id::JobId};
use crate::ledger::{Derived, Draft, Ledger, View};
use crate::model::job::Job;
use crate::port::{
    Platform,
    driver::{DriverError, DriverErrorKind},
};
use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// All that a step sees while it acts.
#[derive(Debug)]
pub struct Context<'a, D: Derived, O> {
    /// The job it belongs to.
    pub job: JobId,
    /// The newest durable rows.
    pub view: Arc<View>,
    /// The drivers.
    pub outside: &'a O,
    /// The ledger, for what only its derived part knows.
    pub ledger: &'a Ledger<D>,
    /// Time.
    pub platform: &'a dyn Platform,
}

impl std::fmt::Debug for dyn Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}

/// Why a step could not act.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StepError {
    /// A driver failed.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The rows do not allow it, or what came of it cannot be settled.
    #[error(transparent)]
    Refused(#[from] Error),
    /// It took longer than it may.
    #[error("it took longer than it may")]
    TooLong,
}

impl StepError {
    /// True if doing the same again may work.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Driver(e) => e.may_retry(),
            Self::Refused(e) => e.may_retry(),
            Self::TooLong => false,
        }
    }

    /// True if what a driver was asked about is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Driver(e) if e.kind == DriverErrorKind::NotFound)
    }

    /// As the error of a verb.
    #[must_use]
    pub fn to_error(&self) -> Error {
        match self {
            Self::Driver(e) => e.clone().into(),
            Self::Refused(e) => e.clone(),
            Self::TooLong => {
                Error::new(crate::base::ErrorKind::Unavailable, "a step took longer than it may").retryable()
            }
        }
    }
}

/// What to do about a step that failed for good.
#[derive(Debug)]
pub enum OnFail<S> {
    /// Undo what was done, and fail.
    Unwind,
    /// Do these steps in place of this one and all that follow.
    Instead(Vec<S>),
}

/// One step of a job: plain data that can act, settle, and be undone.
///
/// Implemented once, by the flow layer, as an enum of all steps there are.
#[async_trait]
pub trait Step: Serialize + DeserializeOwned + std::fmt::Debug + Clone + Send + Sync + 'static {
    /// What the ledger derives beside its rows.
    type Derived: Derived;
    /// The drivers.
    type Outside: Send + Sync + 'static;
    /// What acting brings to light, such as the facts of a host.
    type Found: Send + Sync + 'static;

    /// Its name, for people.
    fn name(&self) -> &'static str;

    /// The steps after it need what it settles: it does not share a commit with them.
    fn settles_alone(&self) -> bool;

    /// What it makes has rows since the decision: they are taken back even if the step was never begun.
    fn decided(&self) -> bool;

    /// How often it may be tried before it has failed for good; its time may be up sooner.
    fn tries(&self) -> u32;

    /// Makes the outside as the rows say. May be repeated, after a crash too.
    async fn act(&self, context: &Context<'_, Self::Derived, Self::Outside>) -> Result<Self::Found, StepError>;

    /// What acting would find if all went well: for plans, without any call to a driver.
    fn foresee(&self, view: &View) -> Self::Found;

    /// Writes down what came of acting. Pure.
    ///
    /// # Errors
    /// A refusal fails the step: what was found cannot be accepted.
    fn settle(&self, draft: &mut Draft<'_, Self::Derived>, found: &Self::Found) -> Result<()>;

    /// Takes back on the outside what acting did, or may have done. May be repeated.
    async fn undo(&self, context: &Context<'_, Self::Derived, Self::Outside>) -> Result<(), StepError>;

    /// Writes down that it was undone. Pure. Called for the step that failed as well.
    ///
    /// # Errors
    /// None that are expected: an undo that cannot be written down leaves the job `Repairing`.
    fn settle_undo(&self, draft: &mut Draft<'_, Self::Derived>) -> Result<()>;

    /// Decides what to do when the step has failed for good. Pure.
    ///
    /// # Errors
    /// A refusal means [`OnFail::Unwind`], with this reason.
    fn failed(&self, draft: &mut Draft<'_, Self::Derived>, job: &Job, error: &StepError) -> Result<OnFail<Self>>;

    /// Writes down that the whole job is done or has failed: frees what it held. Pure. Called once, in the last commit.
    ///
    /// # Errors
    /// None that are expected.
    fn release(draft: &mut Draft<'_, Self::Derived>, job: &Job) -> Result<()>;
}

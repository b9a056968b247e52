//! Jobs: what a cloud goes on doing after it has answered.

use super::client::Client;
use super::error::{Error, Refusal};
use super::node::Node;
use super::reply::{Opened, object, refusal};
use serde::de::DeserializeOwned;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

/// A job of the cloud. Await it for what it makes.
///
/// Awaiting looks at the job again and again, with growing pauses, until it is done, has failed, or its deadline has passed.
/// Dropping the job, or the future it became, ends the looking and nothing else: **the cloud goes on**, for the protocol has no
/// way to call a job back. [`Client::job`] finds it again by its id, for as long as the cloud keeps jobs (a day unless set
/// otherwise).
#[must_use = "a job is looked at only while it is awaited"]
pub struct Job<T> {
    target: Target,
    entity: Option<String>,
    deadline: Duration,
    watch: Option<Watch>,
    made: PhantomData<fn() -> T>,
}

/// What is looked at.
struct Target {
    client: Client,
    command: String,
    object: &'static str,
    id: String,
}

type Watch = Box<dyn FnMut(&Progress) + Send>;

/// How far the waiting for a job is. The protocol says nothing of how far the job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Since the waiting began.
    pub waited: Duration,
    /// How often the job was looked at and was not done.
    pub looks: u32,
}

/// So many looks in a row may fail before the waiting gives up.
const MAX_FAULTS: u32 = 10;

impl<T> Job<T> {
    pub(crate) fn new(client: Client, command: &str, object: &'static str, id: String, entity: Option<String>) -> Self {
        let deadline = client.options().job_deadline;
        let target = Target { client, command: command.to_owned(), object, id };
        Self { target, entity, deadline, watch: None, made: PhantomData }
    }

    /// The id of the job.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.target.id
    }

    /// The id of what it makes, if the command says so at once.
    #[must_use]
    pub fn entity(&self) -> Option<&str> {
        self.entity.as_deref()
    }

    /// Waits this long and no longer, in place of the client's `job_deadline`.
    pub fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Is told after each look that did not find the job done.
    pub fn watch(self, watch: impl FnMut(&Progress) + Send + 'static) -> Self {
        Self { watch: Some(Box::new(watch)), ..self }
    }
}

impl<T: DeserializeOwned + Send> Job<T> {
    /// Looks once: what the job made, or none if it is not done.
    ///
    /// # Errors
    /// [`Error::JobFailed`] with the job's own reason, or why it could not be looked at.
    pub fn look(&self) -> impl Future<Output = Result<Option<T>, Error>> + Send {
        self.target.look(None)
    }

    async fn wait(mut self) -> Result<T, Error> {
        let Target { client, .. } = &self.target;
        let (clock, options) = (client.clock(), client.options());
        let begun = clock.uptime();
        let (mut pause, mut looks, mut faults) = (options.first_poll, 0, 0);
        loop {
            let waited = clock.uptime().saturating_sub(begun);
            let left = self.deadline.saturating_sub(waited);
            if left.is_zero() {
                let Target { command, id, .. } = self.target;
                return Err(Error::JobLate { command, job: id, waited });
            }
            match self.target.look(Some(left)).await {
                Ok(Some(made)) => return Ok(made),
                Ok(None) => {
                    (faults, looks) = (0, looks + 1);
                    if let Some(watch) = &mut self.watch {
                        watch(&Progress { waited: clock.uptime().saturating_sub(begun), looks });
                    }
                }
                Err(fault) if fault.may_pass() && faults < MAX_FAULTS => faults += 1,
                Err(fault) => return Err(fault),
            }
            let left = self.deadline.saturating_sub(clock.uptime().saturating_sub(begun));
            clock.sleep(pause.min(left)).await;
            pause = (pause * 3 / 2).min(options.poll);
        }
    }
}

impl Target {
    async fn look<T: DeserializeOwned + Send>(&self, limit: Option<Duration>) -> Result<Option<T>, Error> {
        let Self { client, command, object, id } = self;
        let params = [("jobid", id.as_str())];
        client.exchange("queryAsyncJobResult", &params, limit, |opened| read(command, object, id, &opened)).await
    }
}

/// What a look at a job of `command` says: done, not done, failed.
fn read<T: DeserializeOwned>(command: &str, name: &str, job: &str, opened: &Opened<'_>) -> Result<Option<T>, Error> {
    let content = &opened.content;
    let result = content.get("jobresult").unwrap_or(&Node::Null);
    match content.whole_of("jobstatus") {
        Some(0) => Ok(None),
        Some(1) => object(command, name, result).map(Some),
        Some(2) => {
            let refusal = refusal(command, 200, result).unwrap_or_else(|| Refusal {
                command: command.to_owned(),
                status: 200,
                code: content.whole_of("jobresultcode").unwrap_or(530),
                cs_code: None,
                text: result.text().or_else(|| result.get("errortext")?.text()).unwrap_or_default().into_owned(),
                entities: Vec::new(),
            });
            Err(Error::JobFailed { job: job.to_owned(), refusal: Box::new(refusal) })
        }
        other => Err(Error::Unread {
            command: opened.command.to_owned(),
            path: "jobstatus".to_owned(),
            fault: format!("expected 0, 1 or 2, came {other:?}"),
        }),
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Job<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.target.id)
            .field("command", &self.target.command)
            .field("entity", &self.entity)
            .finish_non_exhaustive()
    }
}

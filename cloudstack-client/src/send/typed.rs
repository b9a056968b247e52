//! Calls with a struct per command and an answer of its type.

use super::client::Client;
use super::error::Error;
use super::job::Job;
use super::pages::Pages;
use super::reply::Opened;
use crate::catalogue::request::{List, Request};
use crate::catalogue::{Answer, Command};
use serde::de::DeserializeOwned;

/// What a command answered at once.
enum Now<T> {
    Done(T),
    Job(String, Option<String>),
}

fn read<T: DeserializeOwned>(row: &Command, opened: &Opened<'_>) -> Result<Now<T>, Error> {
    if row.answer == Answer::List {
        return opened.whole().map(Now::Done);
    }
    match opened.content.text_of("jobid") {
        Some(job) if row.answer.is_async() => Ok(Now::Job(job, opened.content.text_of("id"))),
        _ => opened.object(row.object).map(Now::Done),
    }
}

impl Client {
    /// Sends a request and answers what it asks for. A command that makes a job is waited for, as long as the client's
    /// `job_deadline` says; to see the job, [`start`](Self::start) it.
    ///
    /// # Errors
    /// [`Error`]; a refusal of the cloud is [`Error::Refused`], of a job [`Error::JobFailed`].
    pub async fn send<R>(&self, request: &R) -> Result<R::Reply, Error>
    where
        R: Request + Sync,
        R::Reply: Send + 'static,
    {
        match self.ask(request).await? {
            Now::Done(reply) => Ok(reply),
            Now::Job(id, entity) => {
                let row = request.command();
                Job::new(self.clone(), row.name, row.object, id, entity).await
            }
        }
    }

    /// Sends a request that makes a job, and answers the job as soon as the cloud has taken it on.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Unread`] if the command makes no job.
    pub async fn start<R>(&self, request: &R) -> Result<Job<R::Reply>, Error>
    where
        R: Request + Sync,
        R::Reply: Send,
    {
        let row = request.command();
        match self.ask(request).await? {
            Now::Job(id, entity) => Ok(Job::new(self.clone(), row.name, row.object, id, entity)),
            Now::Done(_) => Err(Error::Unread {
                command: row.name.to_owned(),
                path: "jobid".to_owned(),
                fault: "it is missing: the command was done at once; use `send`".to_owned(),
            }),
        }
    }

    /// Everything a list command finds, page by page, `size` rows each. Nothing is sent before the first is asked for.
    pub fn pages<T, R>(&self, request: &R, size: u32) -> Pages<T>
    where
        R: Request<Reply = List<T>>,
        List<T>: DeserializeOwned,
    {
        let mut params = Vec::new();
        request.params(&mut params);
        Pages::new(self.clone(), request.command().name, params, size)
    }

    /// As [`pages`](Self::pages), for any list command by its name; its rows as JSON values.
    #[must_use]
    pub fn pages_of(&self, command: &str, params: &[(&str, &str)], size: u32) -> Pages<serde_json::Value> {
        let params = params.iter().map(|(name, value)| ((*name).to_owned().into(), (*value).to_owned()));
        Pages::new(self.clone(), command, params.collect(), size)
    }

    async fn ask<R>(&self, request: &R) -> Result<Now<R::Reply>, Error>
    where
        R: Request + Sync,
        R::Reply: Send,
    {
        let row = request.command();
        let mut params = Vec::new();
        request.params(&mut params);
        let params: Vec<_> = params.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        self.exchange(row.name, &params, None, |opened| read(row, &opened)).await
    }
}

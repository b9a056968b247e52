//! Long lists, a page at a time.

use super::client::Client;
use super::error::Error;
use super::reply::Opened;
use crate::catalogue::request::List;
use futures_core::Stream;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

type Params = Vec<(Cow<'static, str>, String)>;
/// A page, and how many rows there are in all if the cloud says so.
type Page<T> = (List<T>, Option<u64>);
type Fetch<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

/// The rows of a list, fetched a page at a time as they are asked for. After an error there are no more.
///
/// The cloud numbers its pages anew for every call: what is made or removed meanwhile may be seen twice or not at all.
pub struct Pages<T> {
    client: Client,
    command: String,
    params: Params,
    size: u32,
    page: u32,
    seen: u64,
    rows: VecDeque<T>,
    fetch: Option<Fetch<T>>,
    done: bool,
}

impl<T> Pages<T> {
    pub(crate) fn new(client: Client, command: &str, mut params: Params, size: u32) -> Self {
        params.retain(|(name, _)| !name.eq_ignore_ascii_case("page") && !name.eq_ignore_ascii_case("pagesize"));
        let size = size.max(1);
        let command = command.to_owned();
        Self { client, command, params, size, page: 1, seen: 0, rows: VecDeque::new(), fetch: None, done: false }
    }
}

impl<T> Pages<T>
where
    T: Send + 'static,
    List<T>: DeserializeOwned,
{
    /// The next row; none after the last one or an error.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn next(&mut self) -> Option<Result<T, Error>>
    where
        T: Unpin,
    {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All rows that are left, but not more than `most`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn collect(mut self, most: usize) -> Result<Vec<T>, Error>
    where
        T: Unpin,
    {
        let mut rows = Vec::new();
        while rows.len() < most
            && let Some(row) = self.next().await
        {
            rows.push(row?);
        }
        Ok(rows)
    }

    fn fetch(&self) -> Fetch<T> {
        let (client, command, params) = (self.client.clone(), self.command.clone(), self.params.clone());
        let (page, size) = (self.page.to_string(), self.size.to_string());
        Box::pin(async move {
            let mut all: Vec<_> = params.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
            all.extend([("page", page.as_str()), ("pagesize", size.as_str())]);
            let count = |opened: &Opened<'_>| opened.content.whole_of("count").and_then(|count| count.try_into().ok());
            client.exchange(&command, &all, None, |opened| Ok((opened.whole()?, count(&opened)))).await
        })
    }

    fn take(&mut self, (list, count): Page<T>) {
        let rows = list.items.len() as u64;
        self.seen += rows;
        self.page += 1;
        // An empty page is the last one, whatever the count says; without a count, so is one that is not full.
        self.done = rows == 0 || count.map_or(rows < u64::from(self.size), |count| self.seen >= count);
        self.rows.extend(list.items);
    }
}

impl<T> Stream for Pages<T>
where
    T: Send + Unpin + 'static,
    List<T>: DeserializeOwned,
{
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            if self.done {
                return Poll::Ready(None);
            }
            let mut fetch = self.fetch.take().unwrap_or_else(|| self.fetch());
            let Poll::Ready(fetched) = fetch.as_mut().poll(context) else {
                self.fetch = Some(fetch);
                return Poll::Pending;
            };
            match fetched {
                Ok(page) => self.take(page),
                Err(fault) => {
                    self.done = true;
                    return Poll::Ready(Some(Err(fault)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("command", &self.command).field("page", &self.page).finish_non_exhaustive()
    }
}

//! Counting a range, in one commit; and forgetting the history that is counted.

use super::count::{Count, Ended, book};
use super::window::{self, MINUTE, Zoneless};
use crate::base::id::AccountId;
use crate::base::{Caller, Error, ErrorKind, Result, Timestamp};
use crate::flow::running::Running;
use crate::flow::step::Desk;
use crate::flow::{Room, access, setting};
use crate::ledger::{Cause, Ledger, View};
use crate::model::usage::{Usage, UsageBook, UsageLine, UsageRun};
use crate::port::store::HistoryQuery;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Commits read from the store at once; others wait for the store meanwhile.
const BATCH: usize = 500;
/// Lines of one row of usage.
const LINES: usize = 1_000;
/// How often counting begins anew because another process was faster.
const TRIES: u32 = 5;

fn run(view: &View) -> Option<&UsageRun> {
    view.usage_runs().iter().next()
}

/// The last commit that is in the books; all, if usage is not counted at all.
pub(crate) fn counted(view: &View) -> u64 {
    match run(view) {
        _ if !setting::is(view, "enable.usage.server") => u64::MAX,
        Some(run) => run.upto,
        None => 0,
    }
}

fn minutes(view: &View) -> u64 {
    setting::int(view, "usage.stats.job.aggregation.range").unsigned_abs()
}

fn zone(view: &View) -> Zoneless {
    let text = setting::text(view, "usage.aggregation.timezone");
    Zoneless::parse(text).unwrap_or_else(|| {
        tracing::warn!(zone = text, "usage follows GMT: only fixed distances from it are known");
        Zoneless::parse("GMT").expect("GMT is known")
    })
}

/// Counts what is due, if anything is.
pub(crate) async fn tick(cloud: Arc<Running>) {
    let (view, now) = (cloud.ledger.view(), cloud.platform.now().as_micros() / 1_000);
    if !setting::is(&view, "enable.usage.server") {
        return;
    }
    let minutes = minutes(&view);
    let until = window::last(now, minutes, zone(&view));
    let from = run(&view).map_or(0, |run| run.until + 1);
    // Between two runs a whole range passes; a day is not counted before its hour has come.
    let early = minutes == 1_440 && zone(&view).of_day(now) < time_of_day(&view);
    if early || until < from || run(&view).is_some() && until + 1 - from < minutes * MINUTE {
        return;
    }
    if let Err(error) = generate(&cloud.ledger, &Cause::system("usage.generate"), until).await {
        tracing::warn!(%error, "usage could not be counted; it will be tried again");
    }
}

/// The time of day at which a day is counted, in milliseconds.
fn time_of_day(view: &View) -> u64 {
    let text = setting::text(view, "usage.stats.job.exec.time");
    let parts = text.split_once(':').and_then(|(hours, minutes)| Some((hours.parse().ok()?, minutes.parse().ok()?)));
    let (hours, minutes): (u64, u64) = parts.unwrap_or((0, 15));
    (hours.min(23) * 60 + minutes.min(59)) * MINUTE
}

/// Counts everything that is not counted yet, up to this millisecond. Answers the range that was counted, if any was.
///
/// # Errors
/// If the store cannot be read, or does not take the records.
pub(crate) async fn generate(ledger: &Ledger<Room>, cause: &Cause, until: u64) -> Result<Option<(u64, u64)>> {
    for _ in 0..TRIES {
        let Some(range) = Range::read(ledger, until)? else { return Ok(None) };
        match ledger.transact(cause, |desk| range.write(desk)).await {
            Err(error) if error.kind() == ErrorKind::Stale => {}
            done => return done.map(|()| Some((range.from, range.until))),
        }
    }
    Err(Error::new(ErrorKind::Unavailable, "other processes keep counting usage; try again").retryable())
}

/// The first and the last millisecond of a window.
type Window = (u64, u64);
/// What was counted, by account.
type Lines = BTreeMap<AccountId, Vec<UsageLine>>;

/// A range that was counted and is not written down.
struct Range {
    /// What the run's row was when counting began.
    before: Option<UsageRun>,
    upto: u64,
    from: u64,
    until: u64,
    windows: Vec<(Window, Lines)>,
    count: Count,
}

impl Range {
    fn read(ledger: &Ledger<Room>, until: u64) -> Result<Option<Self>> {
        let view = ledger.view();
        let before = run(&view).cloned();
        let next = before.as_ref().map_or(0, |run| run.until + 1);
        if next > until {
            return Ok(None);
        }
        let (mut count, mut upto) = begin(ledger, &view, before.as_ref())?;
        let mut oldest = None;
        'reading: while upto < view.number() {
            let commits = ledger.history(&HistoryQuery { after: upto, entity: None, limit: BATCH })?;
            if commits.is_empty() {
                break;
            }
            for commit in commits.iter().take_while(|commit| commit.number <= view.number()) {
                let at = commit.at.as_micros() / 1_000;
                if at > until {
                    break 'reading;
                }
                oldest = oldest.or(Some(at));
                count.follow(commit, &view)?;
                upto = commit.number;
            }
            if commits.last().is_some_and(|last| last.number > view.number()) {
                break;
            }
        }
        // The first range begins with the first thing that happened.
        let first = || count.spans(until).map(|span| span.since).min().or(oldest);
        let from = if before.is_some() { next } else { first().unwrap_or(until).min(until) };
        let spans: Vec<Ended> = count.spans(until).collect();
        let windows = window::windows(from, until, minutes(&view));
        let windows = windows.into_iter().map(|window| (window, window::lines(&spans, window))).collect();
        Ok(Some(Self { before, upto, from, until, windows, count }))
    }

    fn write(&self, desk: &mut Desk<'_>) -> Result<()> {
        if run(desk.view()) != self.before.as_ref() {
            return Err(Error::new(ErrorKind::Stale, "usage was counted by another"));
        }
        for (window, accounts) in &self.windows {
            for (account, lines) in accounts {
                let domain = self.count.domain(desk.view(), *account);
                for (part, lines) in (0..).zip(lines.chunks(LINES)) {
                    let (id, (from, until), lines) = (desk.id(), *window, lines.to_vec());
                    desk.insert(Usage { id, account: *account, domain, from, until, part, lines })?;
                }
            }
        }
        for (account, open) in self.count.books() {
            let domain = self.count.domain(desk.view(), account);
            match book(desk.view(), account).cloned() {
                Some(row) if open.is_empty() => desk.remove::<UsageBook>(row.id)?,
                Some(row) => desk.update(UsageBook { open, domain, ..row })?,
                None if open.is_empty() => {}
                None => {
                    let id = desk.id();
                    desk.insert(UsageBook { id, account, domain, open })?;
                }
            }
        }
        let (upto, until, ran) = (self.upto, self.until, desk.now());
        match self.before.clone() {
            Some(row) => desk.update(UsageRun { upto, until, ran, ..row }),
            None => {
                let id = desk.id();
                desk.insert(UsageRun { id, number: 1, upto, until, ran })
            }
        }
    }
}

/// Where counting goes on: from the books; at first from the first commit, or, if that is gone, from the rows.
fn begin(ledger: &Ledger<Room>, view: &View, before: Option<&UsageRun>) -> Result<(Count, u64)> {
    let after = before.map_or(0, |run| run.upto);
    let first = ledger.history(&HistoryQuery { after, entity: None, limit: 1 })?;
    let whole = first.first().is_none_or(|commit| commit.number == after + 1);
    match before {
        Some(run) if whole => Ok((Count::of_books(view), run.upto)),
        None if whole => Ok((Count::default(), 0)),
        // The history was cut while usage was not counted: what is there now is counted from now on.
        _ => Ok((Count::of_rows(view), view.number())),
    }
}

/// See [`Cloud::generate_usage`](crate::Cloud::generate_usage).
pub(crate) async fn asked(cloud: &Running, caller: &Caller, until: Option<Timestamp>) -> Result<Option<(u64, u64)>> {
    access::root(caller)?;
    let now = cloud.platform.now().as_micros() / 1_000;
    let until = until.map_or(now, |until| now.min(until.as_micros() / 1_000));
    let cause = Cause { actor: Some(caller.user), job: None, verb: "usage.generate".to_owned() };
    generate(&cloud.ledger, &cause, until).await
}

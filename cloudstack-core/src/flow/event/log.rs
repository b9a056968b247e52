//! Listing events: the newest lie ready in memory, older ones are read from the store.

use super::derive::entries;
use crate::base::id::{AccountId, DomainId, EventId};
use crate::base::{Caller, Result, Span, Timestamp};
use crate::flow::step::Desk;
use crate::flow::{Room, access, setting};
use crate::ledger::{Ledger, View};
use crate::model::event::{EventCutAction, EventEntry, EventLevel, EventReach, EventState};
use crate::port::store::HistoryQuery;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// So many events lie ready.
const READY: usize = 100_000;
/// So many commits are looked through for the first list.
const TAIL: u64 = 20_000;
/// Commits read from the store at once; others wait for the store meanwhile.
const WINDOW: u64 = 500;
/// So many older commits are looked through for one list.
const OLDER: u64 = 10_000;

/// Which events are wanted. The default is all that the caller may see, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Only of these ids.
    pub ids: BTreeSet<EventId>,
    /// Only of this kind, such as `VM.START`.
    pub kind: Option<String>,
    /// Only of this level.
    pub level: Option<EventLevel>,
    /// Only in this state.
    pub state: Option<EventState>,
    /// Only from then on.
    pub from: Option<Timestamp>,
    /// Only until then.
    pub until: Option<Timestamp>,
    /// Only those that belong to what began with this event.
    pub start: Option<EventId>,
    /// Only about this thing.
    pub entity: Option<String>,
    /// Only about things of this table.
    pub noun: Option<String>,
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only of accounts in this domain, or below it.
    pub domain: Option<DomainId>,
    /// Only those whose kind or words have this in them.
    pub keyword: Option<String>,
    /// Only what began at most the first time ago and at least the second, and is not completed: what hangs.
    pub pending: Option<(Span, Span)>,
    /// Those that were archived, instead of those that were not.
    pub archived: bool,
    /// So many are left out first.
    pub offset: usize,
    /// At most so many are answered.
    pub limit: usize,
}

impl Default for EventQuery {
    fn default() -> Self {
        Self {
            ids: BTreeSet::new(),
            kind: None,
            level: None,
            state: None,
            from: None,
            until: None,
            start: None,
            entity: None,
            noun: None,
            account: None,
            domain: None,
            keyword: None,
            pending: None,
            archived: false,
            offset: 0,
            limit: 500,
        }
    }
}

/// A page of events, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<EventEntry>,
    /// How many there are on all pages, as far as was looked.
    pub total: usize,
    /// It was looked back to the oldest that there is. If not, narrow the query: give dates.
    pub complete: bool,
}

/// The newest events, in memory.
#[derive(Debug, Default)]
struct Ready {
    /// Events of commits after this one are here.
    after: u64,
    /// … up to this one.
    upto: u64,
    begun: bool,
    events: VecDeque<EventEntry>,
}

/// The events of a cloud. Filled when somebody asks: nobody pays for events that nobody reads.
#[derive(Debug, Default)]
pub(crate) struct EventLog(Mutex<Ready>);

impl EventLog {
    /// Lists what the caller may see.
    ///
    /// # Errors
    /// If the store cannot be read, or the caller may not see what is asked for.
    pub(crate) fn list(&self, ledger: &Ledger<Room>, caller: &Caller, query: &EventQuery) -> Result<EventPage> {
        let (view, now) = (ledger.view(), ledger.now());
        let mut sieve = Sieve::new(&view, caller, query, now)?;
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.follow(ledger, view.number())?;
        if query.pending.is_some() {
            sieve.over =
                ready.events.iter().filter(|e| e.state == EventState::Completed).filter_map(|e| e.start).collect();
        }
        let mut page = EventPage { events: Vec::new(), total: 0, complete: true };
        for event in ready.events.iter().rev() {
            sieve.take(event, &mut page);
        }
        let mut before = ready.after;
        drop(ready);
        let mut looked = 0;
        // Older ones are only read if the page is not full, or one is looked for by name.
        while before > 0 && page.events.len() < query.limit && sieve.reaches(before) {
            if looked >= OLDER {
                page.complete = false;
                break;
            }
            let after = before.saturating_sub(WINDOW);
            let window = HistoryQuery { after, entity: None, limit: usize::try_from(before - after).unwrap_or(0) };
            let commits = ledger.history(&window)?;
            let Some(first) = commits.first() else { break };
            sieve.oldest = Some(first.at);
            for commit in commits.iter().rev().filter(|commit| commit.number <= before) {
                entries(commit).iter().rev().for_each(|event| sieve.take(event, &mut page));
            }
            looked += before - after;
            before = after;
        }
        page.complete = page.complete && (before == 0 || !sieve.reaches(before) || page.events.len() < query.limit);
        Ok(page)
    }
}

impl Ready {
    /// Takes in what was committed since.
    fn follow(&mut self, ledger: &Ledger<Room>, number: u64) -> Result<()> {
        if !self.begun {
            self.begun = true;
            self.after = number.saturating_sub(TAIL);
            self.upto = self.after;
        }
        loop {
            let limit = usize::try_from(WINDOW).unwrap_or(usize::MAX);
            let commits = ledger.history(&HistoryQuery { after: self.upto, entity: None, limit })?;
            let Some(last) = commits.last() else { return Ok(()) };
            self.upto = last.number;
            for commit in &commits {
                self.events.extend(entries(commit));
            }
            while self.events.len() > READY {
                let gone = self.events.pop_front().map_or(0, |event| event.commit);
                while self.events.front().is_some_and(|event| event.commit == gone) {
                    self.events.pop_front();
                }
                self.after = gone;
            }
        }
    }
}

/// What lets events through.
struct Sieve<'a> {
    view: &'a View,
    caller: &'a Caller,
    query: &'a EventQuery,
    /// Nothing older is shown.
    horizon: Timestamp,
    now: Timestamp,
    /// Accounts that were asked for before, and whether they pass.
    accounts: BTreeMap<AccountId, bool>,
    /// What is completed, by the event it began with.
    over: BTreeSet<EventId>,
    /// The oldest commit that was read.
    oldest: Option<Timestamp>,
}

impl<'a> Sieve<'a> {
    fn new(view: &'a View, caller: &'a Caller, query: &'a EventQuery, now: Timestamp) -> Result<Self> {
        if let Some(account) = query.account {
            access::owned(view, caller, account, "account", account)?;
        }
        if let Some(domain) = query.domain {
            access::administer(view, caller, domain)?;
        }
        let days = setting::int(view, "event.purge.delay").unsigned_abs();
        let kept = Span::mins(days.saturating_mul(24 * 60)).as_micros();
        let horizon = if days == 0 { 0 } else { now.as_micros().saturating_sub(kept) };
        let horizon = Timestamp::from_micros(horizon);
        let (accounts, over) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { view, caller, query, horizon, now, accounts, over, oldest: None })
    }

    /// Whether commits before this one may hold anything that passes.
    fn reaches(&self, _: u64) -> bool {
        let from = self.query.from.unwrap_or_default().max(self.horizon);
        self.oldest.is_none_or(|oldest| oldest >= from)
    }

    fn take(&mut self, event: &EventEntry, page: &mut EventPage) {
        if !(self.fits(event) && self.may_see(event))
            || self.cut(event) != self.query.archived.then_some(EventCutAction::Archive)
        {
            return;
        }
        page.total += 1;
        if page.total > self.query.offset && page.events.len() < self.query.limit {
            page.events.push(event.clone());
        }
    }

    fn fits(&self, event: &EventEntry) -> bool {
        let q = self.query;
        let word = |word: &String| event.kind.contains(word) || event.text.contains(word);
        event.at >= self.horizon
            && (q.ids.is_empty() || q.ids.contains(&event.id))
            && q.kind.as_ref().is_none_or(|kind| *kind == event.kind)
            && q.level.is_none_or(|level| level == event.level)
            && q.state.is_none_or(|state| state == event.state)
            && q.from.is_none_or(|from| event.at >= from)
            && q.until.is_none_or(|until| event.at <= until)
            && q.start.is_none_or(|start| event.start == Some(start) || event.id == start)
            && q.entity.as_ref().is_none_or(|entity| event.entity.as_ref() == Some(entity))
            && q.noun.as_deref().is_none_or(|noun| event.noun == Some(noun))
            && q.keyword.as_ref().is_none_or(word)
            && q.pending.is_none_or(|pending| self.hangs(event, pending))
    }

    fn hangs(&self, event: &EventEntry, (entry, duration): (Span, Span)) -> bool {
        let age = self.now.since(event.at);
        let open = event.start.is_some_and(|start| !self.over.contains(&start));
        event.state == EventState::Started && open && age <= entry && age >= duration
    }

    fn may_see(&mut self, event: &EventEntry) -> bool {
        let Some(account) = event.account else {
            return self.caller.is_root() && self.query.account.is_none() && self.query.domain.is_none();
        };
        let (view, caller, query) = (self.view, self.caller, self.query);
        *self.accounts.entry(account).or_insert_with(|| {
            let asked = query.account.is_none_or(|asked| asked == account);
            let within = |domain| view.account(account).is_some_and(|row| access::below(view, row.domain, domain));
            // Of an account that is gone only the root administrator hears.
            asked
                && query.domain.is_none_or(within)
                && (caller.is_root() || access::owned(view, caller, account, "account", account).is_ok())
        })
    }

    /// What was done to an event since it happened.
    fn cut(&self, event: &EventEntry) -> Option<EventCutAction> {
        let covers = |reach: EventReach| match reach {
            EventReach::All => true,
            EventReach::Account(id) => event.account == Some(id),
            EventReach::Domain(id) => event
                .account
                .and_then(|account| self.view.account(account))
                .is_some_and(|account| access::below(self.view, account.domain, id)),
        };
        let cuts = self.view.event_cuts().iter().filter(|cut| cut.fits(event) && covers(cut.reach));
        cuts.map(|cut| cut.action).max()
    }
}

/// Forgets cuts of events that are too old to be listed anyway. Answers how many.
pub(crate) fn forget_cuts(desk: &mut Desk<'_>) -> Result<()> {
    let days = setting::int(desk.view(), "event.purge.delay").unsigned_abs();
    if days == 0 {
        return Ok(());
    }
    let (now, kept) = (desk.now(), Span::mins(days.saturating_mul(24 * 60)));
    let old = desk.view().event_cuts().iter().filter(|cut| now.since(cut.until) > kept).map(|cut| cut.id);
    let old: Vec<_> = old.take(1_000).collect();
    old.into_iter().try_for_each(|id| desk.remove::<crate::model::event::EventCut>(id))
}

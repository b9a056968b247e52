//! Counting: a fold over rows as they change.

use super::facts;
use crate::base::id::{AccountId, DomainId, EntityId};
use crate::base::{Error, ErrorKind, Result};
use crate::ledger::{Row, View};
use crate::model::usage::{Meter, Open, UsageBook};
use crate::port::store::{CommitRecord, Write};
use std::collections::{BTreeMap, BTreeSet};

/// A thing that was counted from one millisecond to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) account: AccountId,
    pub(super) meter: Meter,
    pub(super) since: u64,
    pub(super) until: u64,
}

/// What is being counted, and what was.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// By row: what it is counted for, and since when.
    open: BTreeMap<u128, Vec<(AccountId, Meter, u64)>>,
    pub(super) ended: Vec<Ended>,
    /// Domains of accounts, as the history or the books say.
    pub(super) domains: BTreeMap<AccountId, DomainId>,
    /// Accounts whose book is not what it was.
    pub(super) changed: BTreeSet<AccountId>,
    /// The newest time seen: clocks may be set back, counting does not go back.
    now: u64,
}

impl Count {
    /// What the books say.
    pub(super) fn of_books(view: &View) -> Self {
        let mut count = Self::default();
        for book in view.usage_books().iter() {
            count.domains.extend(book.domain.map(|domain| (book.account, domain)));
            for open in &book.open {
                count.open.entry(open.row).or_default().push((book.account, open.meter.clone(), open.since));
            }
        }
        count
    }

    /// As if everything in the view had begun at its time: for a cloud whose first history is gone.
    pub(super) fn of_rows(view: &View) -> Self {
        let mut count = Self { now: view.at().as_micros() / 1_000, ..Self::default() };
        // Interfaces last: they are counted for what the others say.
        let mut last = Vec::new();
        view.each_row(&mut |row| match row {
            Row::Nic(_) => last.push(row),
            _ => count.see(&row, view),
        });
        last.iter().for_each(|row| count.see(row, view));
        count
    }

    pub(super) fn owner(&self, row: u128) -> Option<AccountId> {
        self.open.get(&row)?.first().map(|(account, ..)| *account)
    }

    pub(super) fn meter(&self, row: u128) -> Option<&Meter> {
        self.open.get(&row)?.first().map(|(_, meter, _)| meter)
    }

    /// Takes in one commit.
    pub(super) fn follow(&mut self, commit: &CommitRecord, view: &View) -> Result<()> {
        self.now = self.now.max(commit.at.as_micros() / 1_000);
        for write in &commit.writes {
            match write {
                Write::Insert { table, row } | Write::Update { table, row } => {
                    let damaged = |e: crate::port::store::StoreError| {
                        Error::new(ErrorKind::Store, "a row of the history cannot be read").detail(e.to_string())
                    };
                    if let Some(row) = Row::decode(table, row).map_err(damaged)? {
                        self.see(&row, view);
                    }
                }
                Write::Remove { id, .. } => self.put(*id, Vec::new()),
                Write::Guard { .. } => {}
            }
        }
        Ok(())
    }

    fn see(&mut self, row: &Row, view: &View) {
        if let Row::Account(account) = row {
            self.domains.insert(account.id, account.domain);
        }
        let meters = facts::of(row, self, view);
        if !meters.is_empty() || self.open.contains_key(&row.raw_id()) {
            self.put(row.raw_id(), meters);
        }
    }

    /// From now on the row is counted for these.
    fn put(&mut self, row: u128, meters: Vec<(AccountId, Meter)>) {
        let before = self.open.remove(&row).unwrap_or_default();
        let mut after = Vec::with_capacity(meters.len());
        for (account, meter, since) in before {
            if meters.iter().any(|new| new.0 == account && new.1 == meter) {
                after.push((account, meter, since));
            } else {
                self.changed.insert(account);
                self.ended.push(Ended { account, meter, since, until: self.now });
            }
        }
        for (account, meter) in meters {
            if !after.iter().any(|old| old.0 == account && old.1 == meter) {
                self.changed.insert(account);
                after.push((account, meter, self.now));
            }
        }
        if !after.is_empty() {
            self.open.insert(row, after);
        }
    }

    /// Everything that was counted, and what still is, as if it ended at `until`.
    pub(super) fn spans(&self, until: u64) -> impl Iterator<Item = Ended> {
        let open = self.open.values().flatten().map(move |(account, meter, since)| Ended {
            account: *account,
            meter: meter.clone(),
            since: *since,
            until,
        });
        self.ended.iter().cloned().chain(open)
    }

    /// The books of the accounts that changed.
    pub(super) fn books(&self) -> BTreeMap<AccountId, Vec<Open>> {
        let mut books: BTreeMap<AccountId, Vec<Open>> = self.changed.iter().map(|id| (*id, Vec::new())).collect();
        for (row, (account, meter, since)) in
            self.open.iter().flat_map(|(row, all)| all.iter().map(move |one| (row, one)))
        {
            if let Some(book) = books.get_mut(account) {
                book.push(Open { row: *row, meter: meter.clone(), since: *since });
            }
        }
        books
    }

    /// The domain of an account; the view knows it best.
    pub(super) fn domain(&self, view: &View, account: AccountId) -> Option<DomainId> {
        view.account(account).map(|row| row.domain).or_else(|| self.domains.get(&account).copied())
    }
}

/// The book of an account, if it has one.
pub(super) fn book(view: &View, account: AccountId) -> Option<&UsageBook> {
    view.usage_books().find(0, &[crate::model::Value::Id(account.to_u128())])
}

//! Listing usage records.

use crate::base::id::{AccountId, DomainId};
use crate::base::{Caller, Result, Timestamp};
use crate::flow::access;
use crate::ledger::View;
use crate::model::usage::{SECURITY_GROUP, Usage, UsageLine};
use std::collections::BTreeMap;

/// Which usage records are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageQuery {
    /// Only windows that begin then or later.
    pub from: Timestamp,
    /// Only windows that end then or earlier.
    pub until: Timestamp,
    /// Only of this kind, by number.
    pub kind: Option<u16>,
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only of accounts that were in this domain.
    pub domain: Option<DomainId>,
    /// With a domain: of those below it too, as they are now.
    pub below: bool,
    /// Only of this thing; a machine in a security group is found by the group as well.
    pub resource: Option<u128>,
    /// So many are left out first.
    pub offset: usize,
    /// At most so many are answered.
    pub limit: usize,
}

impl UsageQuery {
    /// All records of windows in a time, the first 500.
    #[must_use]
    pub fn between(from: Timestamp, until: Timestamp) -> Self {
        let (kind, account, domain, resource) = (None, None, None, None);
        Self { from, until, kind, account, domain, below: false, resource, offset: 0, limit: 500 }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageFound {
    /// The account.
    pub account: AccountId,
    /// The domain the account was in.
    pub domain: Option<DomainId>,
    /// The first millisecond of the window.
    pub from: u64,
    /// The last millisecond of the window.
    pub until: u64,
    /// What was counted.
    pub line: UsageLine,
}

/// A page of usage records, oldest window first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsagePage {
    /// The records.
    pub records: Vec<UsageFound>,
    /// How many there are on all pages.
    pub total: usize,
}

pub(crate) fn list(view: &View, caller: &Caller, query: &UsageQuery) -> Result<UsagePage> {
    if let Some(account) = query.account.filter(|_| !caller.is_root()) {
        access::owned(view, caller, account, "account", account)?;
    }
    let mut sees: BTreeMap<AccountId, bool> = BTreeMap::new();
    let mut may = |row: &Usage| {
        let own = |account| caller.is_root() || access::owned(view, caller, account, "account", account).is_ok();
        *sees.entry(row.account).or_insert_with(|| own(row.account))
    };
    let (from, until) = (query.from.as_micros().div_ceil(1_000), query.until.as_micros() / 1_000);
    let mut page = UsagePage { records: Vec::new(), total: 0 };
    let fits = |row: &&Usage| {
        row.from >= from
            && row.until <= until
            && query.account.is_none_or(|account| account == row.account)
            && query.domain.is_none_or(|domain| {
                let within = |of| domain == of || query.below && access::below(view, of, domain);
                row.domain.is_some_and(within)
            })
    };
    for row in view.usages().iter().filter(fits) {
        if !may(row) {
            continue;
        }
        let wanted = |line: &&UsageLine| {
            query.kind.is_none_or(|kind| kind == line.meter.kind)
                && query.resource.is_none_or(|id| {
                    id == line.meter.resource || line.meter.kind == SECURITY_GROUP && line.meter.offering == Some(id)
                })
        };
        for line in row.lines.iter().filter(wanted) {
            page.total += 1;
            if page.total > query.offset && page.records.len() < query.limit {
                let (account, domain, from, until) = (row.account, row.domain, row.from, row.until);
                page.records.push(UsageFound { account, domain, from, until, line: line.clone() });
            }
        }
    }
    Ok(page)
}

//! What the disk holds, followed commit by commit.

use crate::base::id::JobId;
use crate::ledger::memory::{MemoryDisk, MemoryStore};
use crate::ledger::{Row, RowChange, View};
use crate::model::job::JobState;
use crate::port::Store;
use crate::port::store::{HistoryQuery, Write};
use crate::testkit::checks::{self, Violation};
use crate::testkit::trace::Trace;
use std::collections::BTreeMap;

/// The rows on the disk, as its history tells them, and how every job stood last.
pub(super) struct Books {
    pub(super) view: View,
    store: MemoryStore,
    jobs: BTreeMap<JobId, JobState>,
}

impl Books {
    pub(super) fn of(disk: &MemoryDisk) -> Self {
        Self { view: View::default(), store: disk.open_shared(), jobs: BTreeMap::new() }
    }

    /// After a crash of the disk's stores.
    pub(super) fn reopen(&mut self, disk: &MemoryDisk) {
        self.store = disk.open_shared();
    }

    /// How a job stood last, even if its row has gone since.
    pub(super) fn job(&self, id: JobId) -> Option<JobState> {
        self.jobs.get(&id).copied()
    }

    /// Reads the commits that are new, and judges each.
    pub(super) fn read(&mut self, trace: &mut Trace, found: &mut Vec<Violation>) {
        let query = HistoryQuery { after: self.view.number(), entity: None, limit: usize::MAX };
        let records = self.store.history(&query).unwrap_or_default();
        for record in &records {
            if record.number != self.view.number() + 1 {
                let detail = format!("{} after {}", record.number, self.view.number());
                found.push(Violation { law: "history in order", detail });
            }
            let mut line = format!("{} #{} {}", record.at.as_micros(), record.number, record.verb);
            for write in &record.writes {
                let change = self.change(write);
                found.extend(checks::moves(&change));
                self.follow(write, &change, &mut line, trace, found);
            }
            self.view.stamp(record.number, record.at);
            trace.line(line);
            found.extend(checks::always(&self.view));
        }
    }

    fn change(&self, write: &Write) -> RowChange {
        let before = self.view.row_at(write.table(), write.id());
        let after = match write {
            Write::Insert { table, row } | Write::Update { table, row } => {
                Row::decode(table, row).ok().flatten().map(|decoded| (decoded, row.generation))
            }
            Write::Remove { .. } => None,
            Write::Guard { .. } => before.clone(),
        };
        RowChange { before, after }
    }

    fn follow(
        &mut self,
        write: &Write,
        change: &RowChange,
        line: &mut String,
        trace: &mut Trace,
        found: &mut Vec<Violation>,
    ) {
        use std::fmt::Write as _;
        if let Some((Row::Job(job), _)) = &change.after {
            self.jobs.insert(job.id, job.state);
        }
        let sign = match write {
            Write::Insert { row, .. } | Write::Update { row, .. } => {
                trace.mix(row.body.as_bytes());
                if change.before.is_some() { '=' } else { '+' }
            }
            Write::Remove { .. } => '-',
            Write::Guard { .. } => return,
        };
        let _never = write!(line, " {sign}{}:{:x}", write.table(), write.id() & 0xffff_ffff);
        if let Err(clash) = self.view.write(change) {
            found.push(Violation { law: "history fits rows", detail: clash.to_string() });
        }
    }

    /// What a process that starts now would read must be what the history says.
    pub(super) fn as_loaded(&mut self, disk: &MemoryDisk) -> Vec<Violation> {
        let mut loaded = View::default();
        let mut store = disk.open_shared();
        match store.load(&mut |table, row| loaded.load(table, &row)) {
            Ok(number) => loaded.stamp(number, self.view.at()),
            Err(error) => return vec![Violation { law: "the store loads", detail: error.to_string() }],
        }
        checks::same_rows(&self.view, &loaded)
    }
}

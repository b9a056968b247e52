//! Usage: counted from the history, each millisecond once (USAGE-02).
//!
//! What is counted of a row follows from the row alone: a machine that runs, a volume that lies on a pool. So usage is a
//! fold over the history: a thing is counted from the commit in which it came to be so until the commit in which it
//! ceased. What is still open when a window is counted is kept in a book per account, with the number of the commit up
//! to which the books are true. Records, books and that number change in one commit, so a crash counts nothing twice and
//! loses nothing, and of two processes that count at the same time one is refused.

mod count;
mod facts;
mod list;
mod run;
mod window;

pub(crate) use list::list;
pub use list::{UsageFound, UsagePage, UsageQuery};
pub(crate) use run::{asked, counted, tick};
pub use window::{Zoneless, windows};

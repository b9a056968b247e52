//! Events as people see them: derived from the history, listed, archived, deleted; and the alerts among them.
//!
//! A verb without steps leaves one event: that it is over. One with steps leaves those of its job: it is scheduled, has
//! started, is completed, with a level that says how it ended, and all name the event it began with. None of that is stored
//! a second time: the history has the job's row. So events cost a deployment nothing.

mod cut;
mod derive;
mod kinds;
mod log;

pub use cut::CutEvents;
pub use derive::entries;
pub use kinds::{KINDS, kind_of};
pub(crate) use log::{EventLog, forget_cuts};
pub use log::{EventPage, EventQuery};

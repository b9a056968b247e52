//! Events: what happened, for people.

use crate::base::{
    Timestamp,
    id::{AccountId, EventId, JobId},
};
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventLevel {
    /// As it should be.
    Info,
    /// Worth a look.
    Warn,
    /// Something failed.
    Error,
}

/// Something that happened. Events are appended, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in CloudStack's spelling: `VM.START`.
    pub kind: String,
    /// How bad it is.
    pub level: EventLevel,
    /// Whose account it concerns.
    pub account: Option<AccountId>,
    /// The thing it happened to, as its id.
    pub entity: Option<String>,
    /// The job it belongs to.
    pub job: Option<JobId>,
    /// The words.
    pub text: String,
}

//! Why a call did not give what was asked for.

use super::transport::TransportError;
use crate::sign::BadParam;
use std::fmt;
use std::time::Duration;

/// Why a call did not give what was asked for. No text in it holds a key, a password or a signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter cannot be sent; nothing was.
    #[error(transparent)]
    Param(#[from] BadParam),
    /// The cloud said no, in its own words.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The job was taken on and failed; this is its own reason.
    #[error("job {job} failed: {refusal}")]
    JobFailed {
        /// The job.
        job: String,
        /// Why it failed.
        refusal: Box<Refusal>,
    },
    /// The job was not done in time. It goes on in the cloud: ask again with [`Client::job`](super::Client::job).
    #[error("job {job} of `{command}` was not done after {} s; it goes on in the cloud", .waited.as_secs())]
    JobLate {
        /// The command that began it.
        command: String,
        /// The job.
        job: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// There is no session any more (or there never was one); the call was not done. Log in and repeat it.
    #[error("no session: `{command}` was not done, log in and repeat it")]
    NoSession {
        /// The command that was not done.
        command: String,
    },
    /// The request or the answer got lost.
    #[error("`{command}`: {fault}")]
    Transport {
        /// The command.
        command: String,
        /// What happened, and whether the request may have arrived.
        #[source]
        fault: TransportError,
    },
    /// The server points elsewhere. It was not followed: keys belong to the endpoint they were given for.
    #[error("`{command}`: the server answers {status} and points to {to:?}; give that as the endpoint if it is right")]
    Redirected {
        /// The command.
        command: String,
        /// The status.
        status: u16,
        /// Where to, without a query.
        to: String,
    },
    /// What came back is not an answer of CloudStack.
    #[error("`{command}`: HTTP {status}, which is no answer of CloudStack ({fault}); it begins {start:?}")]
    NoAnswer {
        /// The command.
        command: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        fault: String,
        /// How it begins.
        start: String,
    },
    /// The answer lacks something or says it in a way that cannot be read.
    #[error("`{command}`: cannot read `{path}` of the answer: {fault}")]
    Unread {
        /// The command.
        command: String,
        /// The field.
        path: String,
        /// What was expected and what came.
        fault: String,
    },
}

impl Error {
    /// What the cloud said, if it said no, at once or through a job.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) | Self::JobFailed { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// True if the request surely did not have an effect: it was refused, or never sent.
    #[must_use]
    pub fn was_not_done(&self) -> bool {
        match self {
            Self::Param(_) | Self::Refused(_) | Self::NoSession { .. } | Self::Redirected { .. } => true,
            Self::Transport { fault, .. } => !fault.may_have_arrived,
            _ => false,
        }
    }

    /// True if the same read may well succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Transport { .. } => true,
            // Too many calls, or a server that is not ready.
            Self::Refused(refusal) => matches!(refusal.status, 429 | 502 | 503 | 504),
            Self::NoAnswer { status, .. } => matches!(status, 429 | 502 | 503 | 504),
            _ => false,
        }
    }
}

/// A no of the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The command that was refused.
    pub command: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// `errorcode`: 401, 430–432, 530–537 and some more.
    pub code: i64,
    /// `cserrorcode`: the kind of failure within CloudStack; 9999 if it is nothing special.
    pub cs_code: Option<i64>,
    /// `errortext`, as it came. Clouds write for their administrators here: think before showing it to others.
    pub text: String,
    /// `uuidList`: what it is about.
    pub entities: Vec<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was refused with {}", self.command, self.code)?;
        if let Some(code) = self.cs_code {
            write!(f, " ({code})")?;
        }
        write!(f, ": {}", self.text)
    }
}

impl std::error::Error for Refusal {}

/// The beginning of a text that may be long.
pub(crate) fn beginning(text: &str) -> &str {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

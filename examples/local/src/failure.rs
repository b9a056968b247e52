//! Why it ends early, and what would help.

use std::fmt;

/// What went wrong, and what the reader can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    what: String,
    remedy: Option<String>,
}

/// With a failure as the reason.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// It failed like this.
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), remedy: None }
    }

    /// And this would help.
    pub(crate) fn remedy(self, remedy: impl fmt::Display) -> Self {
        Self { remedy: Some(remedy.to_string()), ..self }
    }

    /// Says what was being done when an error came.
    pub(crate) fn at<E: fmt::Display>(doing: impl fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self::new(format!("{doing}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  remedy: {remedy}"),
            None => Ok(()),
        }
    }
}

impl From<cloudstack_core::base::Error> for Failure {
    fn from(error: cloudstack_core::base::Error) -> Self {
        let detail = error.admin_detail().map(|d| format!(" ({d})")).unwrap_or_default();
        let failure = Self::new(format!("{error}{detail}"));
        match error.advice() {
            Some(remedy) => failure.remedy(remedy),
            None => failure,
        }
    }
}

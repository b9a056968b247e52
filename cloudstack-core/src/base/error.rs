//! The error of every verb: what kind, what may be shown to whom, which entity, whether to try again.

use std::{error::Error as StdError, fmt, sync::Arc};

/// The result of a verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, coarsely enough to decide on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is wrong in itself: a field, its value, what would be accepted.
    Invalid,
    /// No such thing, or none the caller may see.
    NotFound,
    /// The caller may not do this.
    Denied,
    /// The state of a thing does not allow it, or another thing stands in the way.
    Conflict,
    /// A name, address or id is taken.
    Taken,
    /// Another rule of the same public address or network stands in the way.
    RuleConflict,
    /// Nowhere has room: hosts, pools, addresses, VLANs.
    NoCapacity,
    /// A limit of an account or domain is reached.
    Limit,
    /// A plan was made on a view that has changed since.
    Stale,
    /// A driver or the device behind it failed.
    Device,
    /// The store failed: disk full, damaged, newer, in use by another.
    Store,
    /// A deadline passed, or the cloud is shutting down.
    Unavailable,
}

/// An error with two faces: `public` may reach any user, `detail` only an administrator and the log.
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    public: String,
    detail: Option<String>,
    entity: Option<String>,
    remedy: Option<String>,
    retry: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind with the text that anybody may see.
    pub fn new(kind: ErrorKind, public: impl Into<String>) -> Self {
        let inner =
            Inner { kind, public: public.into(), detail: None, entity: None, remedy: None, retry: false, source: None };
        Self { inner: Arc::new(inner) }
    }

    /// A bad input: the field, the value given, and what would be accepted.
    pub fn invalid(field: &str, value: impl fmt::Display, accepted: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Invalid, format!("{field}: `{value}` is not accepted; {accepted}")).on(field)
    }

    /// Nothing of this noun with this id or name.
    pub fn not_found(noun: &str, which: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, format!("no {noun} `{which}`")).on(which)
    }

    fn edit(mut self, f: impl FnOnce(&mut Inner)) -> Self {
        f(Arc::make_mut(&mut self.inner));
        self
    }

    /// Adds what only an administrator and the log may see.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.edit(|e| e.detail = Some(detail.into()))
    }

    /// Names the entity or field it is about.
    #[must_use]
    pub fn on(self, entity: impl fmt::Display) -> Self {
        self.edit(|e| e.entity = Some(entity.to_string()))
    }

    /// Says what to do about it.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        self.edit(|e| e.remedy = Some(remedy.into()))
    }

    /// The same request may succeed later.
    #[must_use]
    pub fn retryable(self) -> Self {
        self.edit(|e| e.retry = true)
    }

    /// Adds the cause.
    #[must_use]
    pub fn source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.edit(|e| e.source = Some(Arc::new(source)))
    }

    /// What went wrong, coarsely.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }
    /// The text that any user may see.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.inner.public
    }
    /// The text for administrators and the log.
    #[must_use]
    pub fn admin_detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }
    /// The entity or field it is about.
    #[must_use]
    pub fn entity(&self) -> Option<&str> {
        self.inner.entity.as_deref()
    }
    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.inner.remedy.as_deref()
    }
    /// True if the same request may succeed later.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        self.inner.retry
    }
    /// The cause, if it is of type `T`: how a caller gets at a planner's full refusal.
    #[must_use]
    pub fn cause<T: StdError + 'static>(&self) -> Option<&T> {
        self.inner.source.as_deref().and_then(|s| (s as &(dyn StdError + 'static)).downcast_ref())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.public)?;
        match &self.inner.remedy {
            Some(remedy) => write!(f, " — {remedy}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, public, detail, entity, remedy, retry, source } = &*self.inner;
        let mut s = f.debug_struct("Error");
        s.field("kind", kind).field("public", public);
        s.field("detail", detail).field("entity", entity).field("remedy", remedy).field("retry", retry);
        s.field("source", &source.as_ref().map(ToString::to_string)).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|s| s as &(dyn StdError + 'static))
    }
}

impl From<super::fsm::Illegal> for Error {
    fn from(e: super::fsm::Illegal) -> Self {
        Self::new(ErrorKind::Conflict, e.to_string()).source(e)
    }
}

impl From<super::name::BadName> for Error {
    fn from(e: super::name::BadName) -> Self {
        Self::new(ErrorKind::Invalid, e.to_string()).on("name").source(e)
    }
}

impl From<super::id::BadId> for Error {
    fn from(e: super::id::BadId) -> Self {
        Self::new(ErrorKind::Invalid, e.to_string()).on("id").source(e)
    }
}

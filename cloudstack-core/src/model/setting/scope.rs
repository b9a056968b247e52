//! Where the value of a setting counts.

use crate::base::id::{AccountId, ClusterId, DomainId, EntityId, ImageStoreId, PoolId, ZoneId};
use serde::{Deserialize, Serialize};

/// Where a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Scope {
    /// Everywhere, unless another value counts there.
    #[default]
    Global,
    /// In a zone.
    Zone(ZoneId),
    /// In a cluster.
    Cluster(ClusterId),
    /// On a primary pool.
    Pool(PoolId),
    /// On an image store.
    ImageStore(ImageStoreId),
    /// For a domain.
    Domain(DomainId),
    /// For an account.
    Account(AccountId),
}

/// What a scope is, without saying which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named like the variant of `Scope` it belongs to")]
pub enum ScopeKind {
    Global,
    Zone,
    Cluster,
    Pool,
    ImageStore,
    Domain,
    Account,
}

impl ScopeKind {
    /// Every kind, with the letter that stands for it in data.
    const LETTERS: &'static [(Self, char)] = &[
        (Self::Zone, 'Z'),
        (Self::Cluster, 'C'),
        (Self::Pool, 'P'),
        (Self::ImageStore, 'I'),
        (Self::Domain, 'D'),
        (Self::Account, 'A'),
    ];

    /// Its name, in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Global => "the whole cloud",
            Self::Zone => "a zone",
            Self::Cluster => "a cluster",
            Self::Pool => "a storage pool",
            Self::ImageStore => "an image store",
            Self::Domain => "a domain",
            Self::Account => "an account",
        }
    }
}

impl Scope {
    /// What it is.
    #[must_use]
    pub const fn kind(self) -> ScopeKind {
        match self {
            Self::Global => ScopeKind::Global,
            Self::Zone(_) => ScopeKind::Zone,
            Self::Cluster(_) => ScopeKind::Cluster,
            Self::Pool(_) => ScopeKind::Pool,
            Self::ImageStore(_) => ScopeKind::ImageStore,
            Self::Domain(_) => ScopeKind::Domain,
            Self::Account(_) => ScopeKind::Account,
        }
    }

    /// The id of the row it names; 0 for the whole cloud.
    #[must_use]
    pub fn place(self) -> u128 {
        match self {
            Self::Global => 0,
            Self::Zone(id) => id.to_u128(),
            Self::Cluster(id) => id.to_u128(),
            Self::Pool(id) => id.to_u128(),
            Self::ImageStore(id) => id.to_u128(),
            Self::Domain(id) => id.to_u128(),
            Self::Account(id) => id.to_u128(),
        }
    }
}

/// A set of kinds of scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing but the whole cloud.
    pub const NONE: Self = Self(0);

    pub(super) fn parse(letters: &str) -> Self {
        let bits = ScopeKind::LETTERS.iter().filter(|(_, letter)| letters.contains(*letter));
        Self(bits.fold(0, |bits, (kind, _)| bits | 1 << *kind as u8))
    }

    /// Whether a value may be set there. For the whole cloud it always may; for a domain also where it may for an account.
    #[must_use]
    pub fn allow(self, kind: ScopeKind) -> bool {
        let has = |kind: ScopeKind| self.0 & 1 << kind as u8 != 0;
        kind == ScopeKind::Global || has(kind) || kind == ScopeKind::Domain && has(ScopeKind::Account)
    }

    /// The kinds in it.
    pub fn iter(self) -> impl Iterator<Item = ScopeKind> {
        ScopeKind::LETTERS.iter().map(|(kind, _)| *kind).filter(move |kind| self.0 & 1 << *kind as u8 != 0)
    }
}

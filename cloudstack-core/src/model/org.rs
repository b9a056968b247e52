//! Who owns what, and who may do what: domains, accounts, users, roles, projects, limits.

pub mod account;
pub mod domain;
pub mod limit;
pub mod project;
pub mod role;
pub mod user;

pub use account::{ACCOUNT, ACCOUNT_MOVES, Account, AccountEvent, AccountState, AccountType};
pub use domain::{DOMAIN, DOMAIN_MOVES, Domain, DomainEvent, DomainState};
pub use limit::{Limit, LimitOwner, ResourceType};
pub use project::{
    INVITATION, Invitation, InvitationEvent, InvitationState, PROJECT, Project, ProjectEvent, ProjectMember,
    ProjectRole, ProjectState,
};
pub use role::{DEFAULT_ROLES, Permission, Role, RoleRule};
pub use user::{ApiKey, USER, USER_MOVES, User, UserEvent, UserState};

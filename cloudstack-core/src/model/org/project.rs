//! Projects: accounts of nobody, shared by members (AUTH-03).

use crate::base::{
    Name, Sealed, Timestamp,
    fsm::{Machine, Move},
    id::{AccountId, DomainId, InvitationId, ProjectId, ProjectMemberId, UserId},
};
use crate::model::{Value, closed, record::record};
use serde::{Deserialize, Serialize};

closed! {
    /// The life of a project.
    ProjectState {
        Active "Its members work in it.",
        Suspended "Its machines are stopped and nothing new is made.",
        Disabled "It is being deleted: what it owns is being taken away.",
    }
}
closed! {
    /// What may happen to a project. It ends by the row's removal.
    ProjectEvent {
        Suspend "One of its admins suspends it.",
        Activate "One of its admins lets it go on.",
        Delete "One of its admins deletes it.",
    }
}

/// Every legal move of a project.
#[rustfmt::skip]
pub const PROJECT_MOVES: &[Move<ProjectState, ProjectEvent>] = {
    use {ProjectEvent::*, ProjectState::*};
    &[
        (Active,    Suspend,  Suspended),
        (Suspended, Activate, Active),
        // What is so already is left so.
        (Suspended, Suspend,  Suspended),
        (Active,    Activate, Active),
        (Active,    Delete,   Disabled),
        (Suspended, Delete,   Disabled),
        // An earlier try got this far.
        (Disabled,  Delete,   Disabled),
    ]
};

/// The machine of a project.
pub const PROJECT: Machine<'static, ProjectState, ProjectEvent> = Machine {
    noun: "project",
    moves: PROJECT_MOVES,
    initial: &[ProjectState::Active],
    finals: &[ProjectState::Disabled],
    transitional: &[],
};

closed! {
    /// What a member of a project may do.
    ProjectRole {
        Admin "Manages members and the project itself.",
        Regular "Works with what the project owns.",
    }
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its name, unique in the domain.
    pub name: Name,
    /// What it is called where people read.
    pub display_text: String,
    /// The domain it belongs to.
    pub domain: DomainId,
    /// The account that owns what its members share.
    pub account: AccountId,
    /// Where in its life it is.
    pub state: ProjectState,
    /// When it was made.
    pub created: Timestamp,
}
record! { Project: ProjectId in "project" {
    name: Text = |r| Value::text(r.name.as_str()),
    domain: Link = |r| Value::link(r.domain),
    account: Link = |r| Value::link(r.account),
    state: Text = |r| Value::text(r.state.as_str()),
} unique { [domain, name] } }

/// A member of a project: every user of an account, or one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectMember {
    /// Its id.
    pub id: ProjectMemberId,
    /// The project.
    pub project: ProjectId,
    /// The account.
    pub account: AccountId,
    /// The one user of it, if not all of them are members.
    pub user: Option<UserId>,
    /// What it may do.
    pub role: ProjectRole,
    /// It is the one whose limits the project counts against; there is exactly one, an account.
    pub owner: bool,
    /// Since when it is a member.
    pub created: Timestamp,
}
record! { ProjectMember: ProjectMemberId in "project_member" {
    project: Link = |r| Value::link(r.project),
    account: Link = |r| Value::link(r.account),
    whole: Link = |r| Value::maybe(r.user.is_none().then_some(r.account)),
    user: Link = |r| Value::maybe(r.user),
} unique { [project, whole] [project, user] } }

closed! {
    /// The life of an invitation.
    InvitationState {
        Pending "It waits for an answer.",
        Completed "It was accepted.",
        Declined "It was declined.",
        Expired "Nobody answered in time.",
    }
}
closed! {
    /// What may happen to an invitation.
    InvitationEvent {
        Accept "Who was invited says yes.",
        Decline "Who was invited says no.",
        Expire "Its time is up.",
    }
}

/// The machine of an invitation.
#[rustfmt::skip]
pub const INVITATION: Machine<'static, InvitationState, InvitationEvent> = {
    use {InvitationEvent::*, InvitationState::*};
    Machine {
        noun: "invitation",
        moves: &[
            (Pending, Accept,  Completed),
            (Pending, Decline, Declined),
            (Pending, Expire,  Expired),
        ],
        initial: &[Pending],
        finals: &[Completed, Declined, Expired],
        transitional: &[Pending],
    }
};

/// An invitation to a project: of an account, of a user, or of whoever has the token that was mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The project.
    pub project: ProjectId,
    /// The account that is invited.
    pub account: Option<AccountId>,
    /// The one user of it that is invited.
    pub user: Option<UserId>,
    /// Where the token was mailed to.
    pub email: Option<String>,
    /// What must be said to accept it, if it was mailed.
    pub token: Option<Sealed>,
    /// What the member may do.
    pub role: ProjectRole,
    /// Where in its life it is.
    pub state: InvitationState,
    /// When it was made.
    pub created: Timestamp,
}
record! { Invitation: InvitationId in "project_invitation" {
    project: Link = |r| Value::link(r.project),
    account: Link = |r| Value::maybe(r.account),
    user: Link = |r| Value::maybe(r.user),
    state: Text = |r| Value::text(r.state.as_str()),
} unique {} sealed { token } }

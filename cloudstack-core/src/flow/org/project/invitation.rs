//! updateProjectInvitation and deleteProjectInvitation.

use super::{member::join, tell};
use crate::base::id::{EntityId, InvitationId, JobId, ProjectId};
use crate::base::{Caller, Error, ErrorKind, Result, Secret};
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::flow::{access, setting};
use crate::ledger::View;
use crate::model::org::{INVITATION, Invitation, InvitationEvent, InvitationState, Project};

/// A request to accept or decline an invitation: the caller's, its account's, or the one with a token.
///
/// The answer may be `Expired`: then nobody has joined.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::Secret;
/// # use cloudstack_core::flow::org::{AddAccount, AddMember, AddProject, AnswerInvitation, project::member::Whom};
/// # use cloudstack_core::model::org::{InvitationState, ProjectRole};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let token = Secret::new("a-token-of-good-random-numbers");
/// let whom = Whom::Mail { email: "ada@example.org".into(), token: token.clone() };
/// let wish = AddMember { project, whom, role: ProjectRole::Regular };
/// cloud.projects().add_member(&admin, wish).await?.done().await?;
///
/// let accept = AnswerInvitation { project, token: Some(token), accept: true };
/// let state = cloud.projects().answer_invitation(&ada, accept).await?.done().await?;
/// assert_eq!(state, InvitationState::Completed);
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerInvitation {
    /// The project.
    pub project: ProjectId,
    /// The token that was mailed; without one the invitation is the caller's or its account's.
    pub token: Option<Secret>,
    /// Yes, or no.
    pub accept: bool,
}

impl Verb for AnswerInvitation {
    type Answer = InvitationState;
    const NAME: &'static str = "project.answer_invitation";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<InvitationState>> {
        access::owned(desk.view(), caller, caller.account, "account", caller.account)?;
        let found =
            desk.view().invitations().by("project", self.project).find(|i| self.means(desk, caller, i)).cloned();
        // Who is not invited does not learn that there is such a project.
        let invitation = found.ok_or_else(|| Error::not_found(InvitationId::NOUN, self.project))?;
        let project = desk.view().need::<Project>(self.project)?.clone();
        let event = match expired(desk, &invitation) {
            true => InvitationEvent::Expire,
            false if self.accept => InvitationEvent::Accept,
            false => InvitationEvent::Decline,
        };
        let state = INVITATION.step(invitation.state, event)?;
        if state == InvitationState::Completed {
            super::active(&project)?;
            let account = invitation.account.unwrap_or(caller.account);
            join(desk, &project, account, invitation.user, invitation.role)?;
        }
        desk.update(Invitation { state, token: None, ..invitation })?;
        tell(desk, "PROJECT.INVITATION.UPDATE", &project, format!("invitation to project {} {state}", project.name));
        Ok(Decision::done(state))
    }
}

impl AnswerInvitation {
    fn means(&self, desk: &Desk<'_>, caller: &Caller, invitation: &Invitation) -> bool {
        let asked = match (&self.token, &invitation.token) {
            (Some(given), Some(token)) => {
                let token = desk.open::<Invitation>(invitation.id, "token", token);
                token.is_ok_and(|token| same(given.reveal(), token.reveal()))
            }
            (None, None) => match invitation.user {
                Some(user) => user == caller.user,
                None => invitation.account == Some(caller.account),
            },
            _ => false,
        };
        asked && invitation.state == InvitationState::Pending
    }
}

/// Compares in a time that does not depend on where two texts part.
fn same(left: &str, right: &str) -> bool {
    let differ = left.bytes().zip(right.bytes()).fold(0, |sum, (l, r)| sum | (l ^ r));
    left.len() == right.len() && differ == 0
}

/// Whether nobody answered in time.
fn expired(desk: &Desk<'_>, invitation: &Invitation) -> bool {
    desk.now().since(invitation.created) >= setting::seconds(desk.view(), "project.invite.timeout")
}

/// The invitations that nobody answered in time, for the loop that says so.
pub(crate) fn overdue(desk: &Desk<'_>) -> Vec<Invitation> {
    let due = |i: &&Invitation| i.state == InvitationState::Pending && expired(desk, i);
    desk.view().invitations().iter().filter(due).cloned().collect()
}

/// Whether an invitation concerns the caller: it was made to it, or by a project it manages.
#[must_use]
pub fn may_see(view: &View, caller: &Caller, invitation: &Invitation) -> bool {
    invitation.user.map_or(invitation.account == Some(caller.account), |user| user == caller.user)
        || access::manage(view, caller, invitation.project).is_ok()
}

/// A request to take an invitation back.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, .. }| {
/// # use cloudstack_core::base::Secret;
/// # use cloudstack_core::flow::org::{AddMember, AddProject, DeleteInvitation, project::member::{Joined, Whom}};
/// # use cloudstack_core::model::org::ProjectRole;
/// let project = cloud.projects().add(&admin, AddProject::new("apollo".parse()?)).await?.done().await?;
/// let token = Secret::new("a-token-of-good-random-numbers");
/// let whom = Whom::Mail { email: "ada@example.org".into(), token };
/// let wish = AddMember { project, whom, role: ProjectRole::Regular };
/// let Joined::Invited(invitation) = cloud.projects().add_member(&admin, wish).await?.done().await? else { return Ok(()) };
/// cloud.projects().delete_invitation(&admin, DeleteInvitation { invitation }).await?.done().await?;
/// assert!(cloud.view().invitation(invitation).is_none());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteInvitation {
    /// The invitation.
    pub invitation: InvitationId,
}

impl Verb for DeleteInvitation {
    type Answer = ();
    const NAME: &'static str = "project.delete_invitation";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        let invitation = desk.view().need::<Invitation>(self.invitation)?.clone();
        let hide = |e: Error| match e.kind() {
            ErrorKind::NotFound => Error::not_found(InvitationId::NOUN, self.invitation),
            _ => e,
        };
        let project = access::manage(desk.view(), caller, invitation.project).map_err(hide)?.clone();
        desk.remove::<Invitation>(invitation.id)?;
        tell(desk, "PROJECT.INVITATION.REMOVE", &project, format!("invitation to project {}", project.name));
        Ok(Decision::done(()))
    }
}

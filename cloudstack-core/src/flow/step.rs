//! Every step there is, and what each must say of itself.

use super::filters;
use super::room::groups_named;
#[cfg(feature = "testkit")]
use super::trouble::Phase;
use super::{Outside, Room};
use crate::base::Result;
use crate::base::id::{HostId, PoolId, SecurityGroupId, VmId};
use crate::engine::{Context, OnFail, Step, StepError};
use crate::ledger::{Draft, Ledger, View};
use crate::model::job::Job;
use crate::port::driver::{HostFacts, PoolFacts, TemplateFacts};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a step sees while it acts.
pub type Cx<'a> = Context<'a, Room, Outside>;
/// A decision under way, with the room derived from rows.
pub type Desk<'a> = Draft<'a, Room>;

/// What the ledger knows beyond durable rows.
pub trait Peek: Send + Sync {
    /// The newest rows, and who is in each group that the filter of this host depends on.
    fn groups_for(&self, host: HostId) -> (Arc<View>, BTreeMap<SecurityGroupId, Vec<VmId>>);
}

impl Peek for Ledger<Room> {
    fn groups_for(&self, host: HostId) -> (Arc<View>, BTreeMap<SecurityGroupId, Vec<VmId>>) {
        self.peek(|view, room| {
            let on = |vm: &crate::model::vm::Vm| vm.groups.clone();
            let here: BTreeSet<_> = filters::machines_on(view, host).flat_map(on).collect();
            let rules = here.iter().filter_map(|id| view.security_group(*id));
            let named: BTreeSet<_> = rules.flat_map(groups_named).collect();
            let members = named.into_iter().map(|group| (group, room.groups.members(group).collect())).collect();
            (Arc::new(view.clone()), members)
        })
    }
}

/// What acting brought to light.
#[derive(Debug)]
pub enum Found {
    /// Nothing that was not known.
    Nothing,
    /// What hosts said, in the order of the step's list, and the pools that each reaches.
    Hosts(Vec<HostFacts>, Vec<BTreeSet<PoolId>>),
    /// What a pool said.
    Pool(PoolFacts),
    /// What is known of a template.
    Template(TemplateFacts),
    /// What is final since the devices of networks were told.
    Heard(super::network::router::Heard),
}

/// One step, in the file of its verb. The defaults are those of a step that reaches nothing outside and leaves nothing
/// to undo.
#[async_trait]
pub(crate) trait Act: Send + Sync {
    /// Its name, for people.
    const NAME: &'static str;
    /// The steps after it need what it settles.
    const ALONE: bool = false;
    /// What it makes has rows since the decision, which go if the job fails before it.
    const DECIDED: bool = false;
    /// How often it may be tried.
    const TRIES: u32 = 5;

    async fn act(&self, _: &Cx<'_>) -> Result<Found, StepError> {
        Ok(Found::Nothing)
    }
    fn foresee(&self, _: &View) -> Found {
        Found::Nothing
    }
    fn settle(&self, _: &mut Desk<'_>, _: &Found) -> Result<()> {
        Ok(())
    }
    async fn undo(&self, _: &Cx<'_>) -> Result<(), StepError> {
        Ok(())
    }
    fn settle_undo(&self, _: &mut Desk<'_>) -> Result<()> {
        Ok(())
    }
    fn failed(&self, _: &mut Desk<'_>, _: &Job, _: &StepError) -> Result<OnFail<Steps>> {
        Ok(OnFail::Unwind)
    }
}

macro_rules! steps {
    ($($name:ident: $kind:path,)*) => {
        /// Every step there is, as kept in jobs.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is documented in the file of its verb")]
        pub enum Steps { $($name($kind),)* }

        $(impl From<$kind> for Steps { fn from(step: $kind) -> Self { Self::$name(step) } })*

        impl Steps {
            /// The name of every step there is.
            pub const NAMES: &'static [&'static str] = &[$(<$kind as Act>::NAME,)*];

            async fn act_once(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
                match self { $(Self::$name(step) => step.act(cx).await,)* }
            }
            async fn undo_once(&self, cx: &Cx<'_>) -> Result<(), StepError> {
                match self { $(Self::$name(step) => step.undo(cx).await,)* }
            }
        }

        #[async_trait]
        impl Step for Steps {
            type Derived = Room;
            type Outside = Outside;
            type Found = Found;

            fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$kind as Act>::NAME,)* }
            }
            fn settles_alone(&self) -> bool {
                match self { $(Self::$name(_) => <$kind as Act>::ALONE,)* }
            }
            fn decided(&self) -> bool {
                match self { $(Self::$name(_) => <$kind as Act>::DECIDED,)* }
            }
            fn tries(&self) -> u32 {
                match self { $(Self::$name(_) => <$kind as Act>::TRIES,)* }
            }
            async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
                #[cfg(feature = "testkit")]
                for _ in 0..cx.outside.trouble.before(self.name(), Phase::Act)? {
                    drop(self.act_once(cx).await);
                }
                let found = self.act_once(cx).await?;
                #[cfg(feature = "testkit")]
                cx.outside.trouble.after(self.name(), Phase::Act)?;
                Ok(found)
            }
            fn foresee(&self, view: &View) -> Found {
                match self { $(Self::$name(step) => step.foresee(view),)* }
            }
            fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
                match self { $(Self::$name(step) => step.settle(desk, found),)* }
            }
            async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
                #[cfg(feature = "testkit")]
                for _ in 0..cx.outside.trouble.before(self.name(), Phase::Undo)? {
                    drop(self.undo_once(cx).await);
                }
                self.undo_once(cx).await?;
                #[cfg(feature = "testkit")]
                cx.outside.trouble.after(self.name(), Phase::Undo)?;
                Ok(())
            }
            fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
                match self { $(Self::$name(step) => step.settle_undo(desk),)* }
            }
            fn failed(&self, desk: &mut Desk<'_>, job: &Job, error: &StepError) -> Result<OnFail<Self>> {
                match self { $(Self::$name(step) => step.failed(desk, job, error),)* }
            }
            fn release(desk: &mut Desk<'_>, job: &Job) -> Result<()> {
                super::vm::release(desk, job)
            }
        }
    };
}

steps! {
    OpenSite: super::infra::site::OpenSite,
    ProbeHosts: super::infra::host::ProbeHosts,
    AttachPool: super::infra::pool::AttachPool,
    FetchTemplate: super::image::FetchTemplate,
    OpenVm: super::vm::deploy::OpenVm,
    ClaimRoom: super::vm::start::ClaimRoom,
    PlaceAgain: super::vm::place::PlaceAgain,
    Withdraw: super::vm::place::Withdraw,
    MakeVolumes: super::vm::volumes::MakeVolumes,
    DropVolumes: super::vm::volumes::DropVolumes,
    FirstVolumes: super::vm::volumes::FirstVolumes,
    OpenPorts: super::vm::ports::OpenPorts,
    ClosePorts: super::vm::ports::ClosePorts,
    FilterHost: super::vm::ports::FilterHost,
    JoinNic: super::vm::nic::JoinNic,
    KeepNic: super::vm::nic::KeepNic,
    UnplugNic: super::vm::nic::UnplugNic,
    ForgetNic: super::vm::nic::ForgetNic,
    LeadNic: super::vm::nic::LeadNic,
    RunGuest: super::vm::start::RunGuest,
    OpenTarget: super::vm::migrate::OpenTarget,
    MoveGuest: super::vm::migrate::MoveGuest,
    LeaveSource: super::vm::migrate::LeaveSource,
    TakeVolume: super::volume::attach::TakeVolume,
    MakeVolume: super::volume::attach::MakeVolume,
    KeepDevices: super::vm::devices::KeepDevices,
    JoinVolume: super::volume::attach::JoinVolume,
    SetDevices: super::vm::devices::SetDevices,
    PartVolume: super::volume::detach::PartVolume,
    FreeVolume: super::volume::detach::FreeVolume,
    GrowVolume: super::volume::resize::GrowVolume,
    EraseVolume: super::volume::delete::EraseVolume,
    AdoptGuest: super::vm::absorb::AdoptGuest,
    StopGuest: super::vm::stop::StopGuest,
    RebootGuest: super::vm::reboot::RebootGuest,
    MarkDestroyed: super::vm::destroy::MarkDestroyed,
    BeginExpunge: super::vm::expunge::BeginExpunge,
    ForsakeRules: super::vm::expunge::ForsakeRules,
    Forget: super::vm::expunge::Forget,
    OpenRules: super::network::router::OpenRules,
    TellRouters: super::network::router::TellRouters,
    OpenStaticNat: super::network::static_nat::OpenStaticNat,
    OpenNetwork: super::network::create::OpenNetwork,
    CloseNetwork: super::network::collect::CloseNetwork,
    EraseNetwork: super::network::delete::EraseNetwork,
    StopMany: super::org::purge::StopMany,
    GiveUpMany: super::org::purge::GiveUpMany,
    ForgetMany: super::org::purge::ForgetMany,
    RetireNetworks: super::org::purge::RetireNetworks,
    EraseNetworks: super::org::purge::EraseNetworks,
    EraseAccount: super::org::purge::EraseAccount,
    EraseDomain: super::org::purge::EraseDomain,
}

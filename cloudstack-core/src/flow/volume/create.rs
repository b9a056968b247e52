//! createVolume: a data disk that no machine has yet.

use super::tell;
use crate::base::id::{AccountId, DiskOfferingId, JobId, VolumeId, ZoneId};
use crate::base::{Bytes, Caller, Error, Name, Result};
use crate::flow::access;
use crate::flow::org::limit;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::infra::Zone;
use crate::model::offering::DiskOffering;
use crate::model::org::ResourceType;
use crate::model::volume::{Volume, VolumeKind, VolumeState};

/// A request for a data volume. It has a size and no bytes until it is attached: then a pool is chosen that the machine reaches.
///
/// Repeating it makes another volume.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::{flow::volume::AddVolume, model::volume::VolumeState};
/// let offering = cloud.view().disk_offerings().iter().find(|o| o.size.is_some()).map(|o| o.id).ok_or("a default one")?;
/// let wish = AddVolume { zone, name: "logs".parse()?, offering, size: None, account: None };
/// let volume = cloud.volumes().add(&admin, wish).await?.done().await?;
/// let view = cloud.view();
/// let row = view.volume(volume).ok_or("it was added")?;
/// assert_eq!((row.state, row.pool, row.vm), (VolumeState::Allocated, None, None));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddVolume {
    /// Where it shall live.
    pub zone: ZoneId,
    /// Its name.
    pub name: Name,
    /// Its kind.
    pub offering: DiskOfferingId,
    /// Its size, where the offering leaves it open: 1 GiB to 2,000 GiB.
    pub size: Option<Bytes>,
    /// Who shall own it; the caller's account if none is given.
    pub account: Option<AccountId>,
}

impl Verb for AddVolume {
    type Answer = VolumeId;
    const NAME: &'static str = "volume.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<VolumeId>> {
        let owner = access::act_for(desk.view(), caller, self.account.unwrap_or(caller.account))?.clone();
        let zone = desk.view().need::<Zone>(self.zone)?.clone();
        access::use_zone(desk.view(), caller, &owner, &zone)?;
        let (offering, size) = sized(desk.view(), self.offering, self.size)?;
        limit::check(desk, &owner, &[(ResourceType::Volume, 1), (ResourceType::PrimaryStorage, size.0)])?;
        let id = desk.id::<VolumeId>();
        let volume = Volume {
            id,
            name: self.name.clone(),
            account: owner.id,
            zone: zone.id,
            vm: None,
            pool: None,
            kind: VolumeKind::Data,
            device: 0,
            size,
            template: None,
            offering: Some(offering.id),
            tags: offering.tags,
            state: VolumeState::Allocated,
        };
        desk.insert(volume.clone())?;
        tell(desk, &volume, "VOLUME.CREATE", EventLevel::Info, format!("volume {}", volume.name));
        Ok(Decision::done(id))
    }
}

/// The offering, and the size of a disk made from it.
pub(crate) fn sized(view: &View, id: DiskOfferingId, size: Option<Bytes>) -> Result<(DiskOffering, Bytes)> {
    let offering = view.need::<DiskOffering>(id)?.clone();
    match (offering.size, size) {
        (Some(fixed), None) => Ok((offering, fixed)),
        (None, Some(size)) if size >= Bytes::gib(1) && size <= Bytes::gib(2_000) => Ok((offering, size)),
        (Some(fixed), Some(size)) => Err(Error::invalid("size", size, format!("the offering fixes it at {fixed}"))),
        (None, size) => Err(Error::invalid("size", size.unwrap_or_default(), "give 1 GiB to 2,000 GiB")),
    }
}

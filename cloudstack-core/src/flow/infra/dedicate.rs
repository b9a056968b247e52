//! dedicateZone, dedicatePod, dedicateCluster, dedicateHost, and taking that back: places that serve one domain or account
//! alone.

use crate::base::id::{AccountId, ClusterId, DedicationId, DomainId, EntityId, HostId, JobId, ZoneId};
use crate::base::{Caller, Error, ErrorKind, Result};
use crate::flow::access;
use crate::flow::step::Desk;
use crate::flow::verb::{Decision, Verb};
use crate::ledger::View;
use crate::model::dedication::{Dedication, Ground};
use crate::model::event::EventLevel;
use crate::model::infra::{Cluster, Host, Pod, Zone};
use crate::model::org::{Account, Domain};

/// A request to let a place serve a domain with those below, or one account of it, alone. Root administrators only.
///
/// Nobody else's machines may be in it, and what it lies in or holds may not be dedicated to others. From then on machines
/// of others are placed elsewhere; those it serves may be placed there and elsewhere.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, host, offering, template, vm, .. }| {
/// # use cloudstack_core::flow::{infra::{Dedicate, Release}, org::AddAccount, vm::DestroyVm};
/// # use cloudstack_core::{base::ErrorKind, model::dedication::Ground};
/// let ada = cloud.accounts().add(&admin, AddAccount::new(admin.domain, "ada".parse()?)).await?.done().await?;
/// let wish = Dedicate { ground: Ground::Host(host), domain: admin.domain, account: Some(ada.account) };
/// let refused = cloud.zones().dedicate(&admin, wish.clone()).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::Conflict, "a machine of another account is there");
/// cloud.vms().destroy(&admin, DestroyVm { vm, expunge: true }).await?.done().await?;
/// cloud.zones().dedicate(&admin, wish).await?.done().await?;
///
/// // There is no other host.
/// let small = DeployVm::new(zone, offering, template);
/// let refused = cloud.vms().deploy(&admin, small.clone()).await.map(drop).unwrap_err();
/// assert_eq!(refused.kind(), ErrorKind::NoCapacity);
/// cloud.vms().deploy(&ada, small).await?.done().await?;
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dedicate {
    /// The place.
    pub ground: Ground,
    /// The domain it shall serve.
    pub domain: DomainId,
    /// The one account of it, if not all.
    pub account: Option<AccountId>,
}

impl Verb for Dedicate {
    type Answer = DedicationId;
    const NAME: &'static str = "dedication.add";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<DedicationId>> {
        access::root(caller)?;
        let view = desk.view();
        let (zone, name) = find(view, self.ground)?;
        view.need::<Domain>(self.domain)?;
        if let Some(id) = self.account {
            let account = view.need::<Account>(id)?;
            if account.domain != self.domain {
                return Err(Error::invalid("account", &account.name, "give an account of the domain"));
            }
        }
        let wanted =
            Dedication { id: desk.id(), ground: self.ground, zone, domain: self.domain, account: self.account };
        alone(desk.view(), &wanted, &name)?;
        let (id, text) =
            (wanted.id, format!("{name} serves one {}", if self.account.is_some() { "account" } else { "domain" }));
        desk.insert(wanted)?;
        desk.event("DEDICATE.RESOURCE", EventLevel::Info, self.account, place(self.ground), text);
        Ok(Decision::done(id))
    }
}

fn place(ground: Ground) -> String {
    match ground {
        Ground::Zone(id) => id.to_string(),
        Ground::Pod(id) => id.to_string(),
        Ground::Cluster(id) => id.to_string(),
        Ground::Host(id) => id.to_string(),
    }
}

/// The zone of a place, and what the place is called.
fn find(view: &View, ground: Ground) -> Result<(ZoneId, String)> {
    Ok(match ground {
        Ground::Zone(id) => (id, view.need::<Zone>(id)?.name.to_string()),
        Ground::Pod(id) => view.need::<Pod>(id).map(|pod| (pod.zone, pod.name.to_string()))?,
        Ground::Cluster(id) => view.need::<Cluster>(id).map(|cluster| (cluster.zone, cluster.name.to_string()))?,
        Ground::Host(id) => view.need::<Host>(id).map(|host| (host.zone, host.name.to_string()))?,
    })
}

/// The place with those around it: host, cluster, pod, zone.
fn around(view: &View, ground: Ground) -> Vec<Ground> {
    let (host, cluster) = match ground {
        Ground::Host(id) => (view.host(id), view.host(id).map(|host| host.cluster)),
        Ground::Cluster(id) => (None, Some(id)),
        Ground::Pod(_) | Ground::Zone(_) => (None, None),
    };
    let cluster = cluster.and_then(|id| view.cluster(id));
    let pod = match ground {
        Ground::Pod(id) => view.pod(id),
        _ => cluster.and_then(|cluster| view.pod(cluster.pod)),
    };
    let zone = if let Ground::Zone(id) = ground { Some(id) } else { pod.map(|pod| pod.zone) };
    let found = [
        host.map(|host| Ground::Host(host.id)),
        cluster.map(|cluster| Ground::Cluster(cluster.id)),
        pod.map(|pod| Ground::Pod(pod.id)),
        zone.map(Ground::Zone),
    ];
    found.into_iter().flatten().collect()
}

/// Nobody whom the place would not serve is in it, and what it lies in or holds serves nobody else.
fn alone(view: &View, wanted: &Dedication, name: &str) -> Result<()> {
    let outer = around(view, wanted.ground);
    for other in view.dedications().by("zone", wanted.zone) {
        let same = other.ground == wanted.ground;
        let fits = if outer.contains(&other.ground) {
            within(view, wanted, other)
        } else {
            !around(view, other.ground).contains(&wanted.ground) || within(view, other, wanted)
        };
        if same || !fits {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("{} is dedicated already", find(view, other.ground)?.1),
            )
            .on(name)
            .remedy("release that first"));
        }
    }
    let inside = |host: &&Host| around(view, Ground::Host(host.id)).contains(&wanted.ground);
    for host in view.hosts().iter().filter(inside) {
        let stranger = |vm: &&crate::model::vm::Vm| {
            view.account(vm.account).is_none_or(|owner| !access::shared::serves(view, wanted, owner))
        };
        if let Some(vm) = view.vms().by("host", host.id).find(stranger) {
            return Err(Error::new(ErrorKind::Conflict, format!("machine {} of another account is in it", vm.name))
                .on(name)
                .remedy("stop it, or move it elsewhere first"));
        }
    }
    Ok(())
}

/// Whether all that the inner place serves are served by the outer one.
fn within(view: &View, inner: &Dedication, outer: &Dedication) -> bool {
    match outer.account {
        Some(account) => inner.account == Some(account),
        None => access::below(view, inner.domain, outer.domain),
    }
}

/// A request to let a place serve everybody again. Machines that are there stay.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, cluster, .. }| {
/// # use cloudstack_core::flow::infra::{Dedicate, Release};
/// # use cloudstack_core::model::dedication::Ground;
/// let ground = Ground::Cluster(cluster);
/// let wish = Dedicate { ground, domain: admin.domain, account: None };
/// cloud.zones().dedicate(&admin, wish).await?.done().await?;
/// cloud.zones().release(&admin, Release { ground }).await?.done().await?;
/// assert!(cloud.view().dedications().is_empty());
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The place.
    pub ground: Ground,
}

impl Verb for Release {
    type Answer = ();
    const NAME: &'static str = "dedication.release";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<()>> {
        access::root(caller)?;
        let (_, name) = find(desk.view(), self.ground)?;
        if !forget(desk, self.ground)? {
            return Err(Error::not_found(DedicationId::NOUN, name));
        }
        let text = format!("{name} serves everybody");
        desk.event("DEDICATE.RESOURCE.RELEASE", EventLevel::Info, None, place(self.ground), text);
        Ok(Decision::done(()))
    }
}

/// Takes the dedication of a place away, if it has one.
pub(super) fn forget(desk: &mut Desk<'_>, ground: Ground) -> Result<bool> {
    let known = match ground {
        Ground::Zone(id) => of::<ZoneId>(desk.view(), id),
        Ground::Pod(id) => of(desk.view(), id),
        Ground::Cluster(id) => of::<ClusterId>(desk.view(), id),
        Ground::Host(id) => of::<HostId>(desk.view(), id),
    };
    known.map_or(Ok(false), |id| desk.remove::<Dedication>(id).map(|()| true))
}

fn of<I: EntityId>(view: &View, id: I) -> Option<DedicationId> {
    view.dedications().by("ground", id).next().map(|row| row.id)
}

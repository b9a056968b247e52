//! Places that serve one domain or one account alone.

use super::{Ask, Fault, Look, Object, binds, has_keyword};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope;
use cloudstack_core::base::id::{ClusterId, DedicationId, DomainId, EntityId, HostId, PodId, ZoneId};
use cloudstack_core::flow::infra::{Dedicate, Release};
use cloudstack_core::ledger::View;
use cloudstack_core::model::dedication::{Dedication, Ground};

binds! {
    "dedicateZone" act dedicate::<ZoneId>, show;
    "dedicatePod" act dedicate::<PodId>, show;
    "dedicateCluster" act dedicate::<ClusterId>, show;
    "dedicateHost" act dedicate::<HostId>, show;
    "listDedicatedZones" read list::<ZoneId>;
    "listDedicatedPods" read list::<PodId>;
    "listDedicatedClusters" read list::<ClusterId>;
    "listDedicatedHosts" read list::<HostId>;
    "releaseDedicatedZone" act release::<ZoneId>;
    "releaseDedicatedPod" act release::<PodId>;
    "releaseDedicatedCluster" act release::<ClusterId>;
    "releaseDedicatedHost" act release::<HostId>;
}

/// A kind of place, by its ids.
trait Placed: EntityId {
    /// The parameter that names one.
    const PARAM: &'static str;
    /// The place.
    fn ground(self) -> Ground;
    /// True for places of this kind.
    fn is(ground: Ground) -> bool;
}

macro_rules! placed {
    ($($id:ident $variant:ident $param:literal;)*) => {$(
        impl Placed for $id {
            const PARAM: &'static str = $param;
            fn ground(self) -> Ground {
                Ground::$variant(self)
            }
            fn is(ground: Ground) -> bool {
                matches!(ground, Ground::$variant(_))
            }
        }
    )*};
}

placed! {
    ZoneId Zone "zoneid";
    PodId Pod "podid";
    ClusterId Cluster "clusterid";
    HostId Host "hostid";
}

async fn dedicate<I: Placed>(ask: &Ask<'_>) -> Result<Done, Fault> {
    let ground = ask.args.need::<I>(I::PARAM)?.ground();
    ask.make(Dedicate { ground, domain: ask.args.need("domainid")?, account: scope::owner(ask)? }).await
}

async fn release<I: Placed>(ask: &Ask<'_>) -> Result<Done, Fault> {
    let ground = ask.args.need::<I>(I::PARAM)?.ground();
    ask.run(Release { ground }, |()| None).await.map(|(_, done)| done)
}

fn list<I: Placed>(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let ground = args.id::<I>(I::PARAM).map(Placed::ground);
    let (domain, account) = (args.id::<DomainId>("domainid"), scope::owner(ask)?);
    // Machines are led there without groups.
    let grouped = args.has("affinitygroupid");
    let rows = ask.view().dedications().iter().filter(|row| {
        I::is(row.ground)
            && !grouped
            && ground.is_none_or(|ground| ground == row.ground)
            && domain.is_none_or(|domain| domain == row.domain)
            && account.is_none_or(|account| Some(account) == row.account)
            && has_keyword(ask, name_of(ask.view(), row.ground).unwrap_or(""))
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, row| fields(look, row, o));
    Ok(())
}

fn show(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.dedication(DedicationId::from_u128(id)).map(|row| fields(look, row, o)).is_some()
}

/// What a place is called.
fn name_of(view: &View, ground: Ground) -> Option<&str> {
    match ground {
        Ground::Zone(id) => view.zone(id).map(|row| row.name.as_str()),
        Ground::Pod(id) => view.pod(id).map(|row| row.name.as_str()),
        Ground::Cluster(id) => view.cluster(id).map(|row| row.name.as_str()),
        Ground::Host(id) => view.host(id).map(|row| row.name.as_str()),
    }
}

fn fields(look: Look<'_>, row: &Dedication, o: &mut Object<'_>) {
    o.id("id", row.id);
    let name = match row.ground {
        Ground::Zone(id) => {
            o.id("zoneid", id);
            "zonename"
        }
        Ground::Pod(id) => {
            o.id("podid", id);
            "podname"
        }
        Ground::Cluster(id) => {
            o.id("clusterid", id);
            "clustername"
        }
        Ground::Host(id) => {
            o.id("hostid", id);
            "hostname"
        }
    };
    o.put(name, name_of(look.view, row.ground));
    o.id("domainid", row.domain);
    o.maybe("accountid", row.account);
}

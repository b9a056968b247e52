//! What is checked, in order, each with real packets of real guests.

mod basics;
mod groups;
mod migration;
mod router;
mod survival;

use crate::cloud::guests::{http, inside, until};
use crate::cloud::{Lab, Story, site};
use crate::failure::{Failure, Result};
use crate::space::{OFFICE, OFFICE_ADDRESS};
use crate::table::Table;
use cloudstack_core::base::id::{RuleId, SecurityGroupId};
use cloudstack_core::flow::security_group::Authorize;
use cloudstack_core::model::network::security_rule::{Direction, Peer, Ports, Service};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;

/// Guests that boot at the same time: translated boots on few processors only stand in each other's way.
const AT_ONCE: usize = 3;
/// How long a change that was made may take until packets feel it.
const SOON: Duration = Duration::from_secs(10);

/// The way of one packet: stations, and what decided at each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Path {
    /// What kind of packet it is.
    pub(crate) packet: String,
    /// Where it comes by, in order.
    pub(crate) stations: Vec<String>,
    /// The rule that let it in.
    pub(crate) rule: String,
}

/// Everything up to the end of the process that does it.
pub(crate) async fn first_act(lab: &Lab, story: &mut Story, began: SystemTime) -> Result<()> {
    let table = &mut story.table;
    let built = async { site::build(lab).await.map(|()| "a zone, 2 hosts, 2 tenants, 3 networks".into()) };
    if !table.check("cloud", "hosts, pool and template are taken by their drivers", built).await {
        return Err(Failure::new("without a cloud there is nothing to check"));
    }
    greet(lab).await?;
    let (ping, http) = boot(lab, table, began).await;
    (story.first_ping, story.first_http) = (ping, http);
    if !story.table.rows.iter().any(|row| row.part == "guests" && row.passed) {
        return Err(Failure::new("no guest runs: there is nothing more to check"));
    }
    let table = &mut story.table;
    basics::check(lab, table).await;
    story.path = router::check(lab, table).await;
    basics::tenants(lab, table).await;
    groups::check(lab, table).await;
    story.guests = survival::guests();
    Ok(())
}

/// Everything after it was killed and started again.
pub(crate) async fn second_act(lab: &Lab, story: &mut Story) -> Result<()> {
    survival::check(lab, &mut story.table, &story.guests).await;
    migration::check(lab, &mut story.table).await;
    Ok(())
}

/// The office may look whether the guest `front` is there.
async fn greet(lab: &Lab) -> Result<()> {
    let group = lab.group("clients")?;
    let office = Peer::Cidr(IpAddr::from(OFFICE_ADDRESS).into());
    allow(lab, group, Service::Icmp(None), office).await?;
    allow(lab, group, Service::Tcp(Ports::one(80)), office).await?;
    Ok(())
}

/// Lets traffic of this kind in to the members of a group.
async fn allow(lab: &Lab, group: SecurityGroupId, service: Service, peer: Peer) -> Result<Vec<RuleId>> {
    let wish = Authorize { group, direction: Direction::Ingress, service, peers: vec![peer] };
    Ok(lab.cloud.security_groups().authorize(&lab.admin, wish).await?.done().await?)
}

/// Starts every guest, and notes when the first answered from outside.
async fn boot(lab: &Lab, table: &mut Table, began: SystemTime) -> (Option<f64>, Option<f64>) {
    let turns = Semaphore::new(AT_ONCE);
    let one = async |n: usize| {
        let guest = site::GUESTS[n];
        let _turn = turns.acquire().await.map_err(Failure::new)?;
        site::deploy(lab, guest).await?;
        lab.line(guest.0).await.map(drop)?;
        let waiting = || async { lab.tell(guest.0, "cat /lease").await };
        until(Duration::from_secs(30), waiting).await.map(drop)
    };
    let boots = async { tokio::join!(one(2), one(0), one(1), one(3), one(4)) };
    let since = || began.elapsed().map(|e| (e.as_secs_f64() * 10.0).round() / 10.0).ok();
    let first = async {
        let address = until(Duration::from_secs(60), || async { lab.address("front") }).await?;
        let ping = format!("busybox ping -c 1 -W 1 {address}");
        until(Duration::from_secs(60), || inside(OFFICE, &ping)).await?;
        let ping = since();
        until(Duration::from_secs(60), || http(OFFICE, address, 80, "/")).await?;
        Ok::<_, Failure>((ping, since()))
    };
    let ((front, web1, web2, back, spy), first) = tokio::join!(boots, first);
    for (n, done) in [(0, web1), (1, web2), (2, front), (3, back), (4, spy)] {
        let (guest, network, host, _) = site::GUESTS[n];
        let what = format!("{guest} boots on {} and has a lease in {network}", crate::space::HOSTS[host].0);
        table.check("guests", &what, async { done.and_then(|()| Ok(lab.address(guest)?.to_string())) }).await;
    }
    first.unwrap_or((None, None))
}

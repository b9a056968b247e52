//! Security groups on the shared network: what they keep out, let in, follow, and do not let pretend.

use super::{SOON, allow};
use crate::cloud::Lab;
use crate::cloud::guests::{http, inside, refused, until};
use crate::failure::{Failure, Result};
use crate::space::{OFFICE, OFFICE_ADDRESS};
use crate::table::Table;
use cloudstack_core::flow::security_group::Revoke;
use cloudstack_core::flow::vm::{StartVm, StopVm};
use cloudstack_core::model::network::security_rule::{Peer, Ports, Service};
use std::net::{IpAddr, Ipv4Addr};

/// An address of the shared network that no guest has.
const NOBODY: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 200);

/// From nothing to members that come and go.
pub(super) async fn check(lab: &Lab, table: &mut Table) {
    by_address(lab, table).await;
    by_member(lab, table).await;
    table.check("security group", "a guest that takes another address is not heard", spoofed(lab)).await;
}

/// What the office is answered by `back`.
async fn office(lab: &Lab) -> Result<Result<String>> {
    let back = lab.address("back")?;
    Ok(http(OFFICE, back, 80, "/").await)
}

async fn by_address(lab: &Lab, table: &mut Table) {
    table.check("security group", "nothing is let in by itself", refused(office(lab))).await;
    let mut rules = Vec::new();
    let named = async {
        let peer = Peer::Cidr(IpAddr::from(OFFICE_ADDRESS).into());
        rules = allow(lab, lab.group("servers")?, Service::Tcp(Ports::one(80)), peer).await?;
        until(SOON, || async { office(lab).await? }).await.map(|_| String::new())
    };
    table.check("security group", "a rule lets in whom it names", named).await;
    let revoked = async {
        let wish = Revoke { group: lab.group("servers")?, rules: rules.iter().copied().collect() };
        lab.cloud.security_groups().revoke(&lab.admin, wish).await?.done().await?;
        until(SOON, || refused(office(lab))).await
    };
    table.check("security group", "taken back, it is closed again", revoked).await;
}

async fn by_member(lab: &Lab, table: &mut Table) {
    let from_front = || async {
        let back = lab.address("back")?;
        lab.tell("front", &format!("fetch {back} 80 index.html")).await
    };
    let member = async {
        let peer = Peer::Group(lab.group("clients")?);
        allow(lab, lab.group("servers")?, Service::Tcp(Ports::one(80)), peer).await?;
        until(SOON, from_front).await.map(|_| String::new())
    };
    table.check("security group", "a rule for a group lets its member in, from the other host", member).await;
    let left = async {
        let (vm, address) = (lab.vm("front")?, lab.address("front")?);
        lab.cloud.vms().stop(&lab.admin, StopVm { vm: vm.id, forced: true }).await?.done().await?;
        inside(OFFICE, &format!("ip addr add {address}/24 dev lan0")).await?;
        inside(OFFICE, &format!("ip route add {}/32 dev lan0 src {address}", lab.address("back")?)).await?;
        let kept_out = until(SOON, || refused(office(lab))).await;
        inside(OFFICE, &format!("ip route del {}/32 dev lan0", lab.address("back")?)).await?;
        inside(OFFICE, &format!("ip addr del {address}/24 dev lan0")).await?;
        kept_out
    };
    table.check("security group", "a member that has stopped is none: its address opens nothing", left).await;
    let back_again = async {
        let vm = lab.vm("front")?;
        lab.cloud.vms().start(&lab.admin, StartVm { vm: vm.id }).await?.done().await?;
        until(std::time::Duration::from_secs(40), from_front).await.map(|_| String::new())
    };
    table.check("security group", "started again, it is let in again", back_again).await;
}

/// Counts at the office what comes under a guest's own address, and under one it took.
async fn spoofed(lab: &Lab) -> Result<String> {
    let own = lab.address("back")?;
    inside(OFFICE, "nft add table ip seen").await?;
    inside(OFFICE, "nft add chain ip seen in { type filter hook prerouting priority -300 ; }").await?;
    for from in [own, NOBODY] {
        inside(OFFICE, &format!("nft add rule ip seen in ip saddr {from} counter")).await?;
    }
    let ping = |from| format!("ping -c 2 -W 1 -I {from} {OFFICE_ADDRESS} >/dev/null");
    let tried =
        format!("ip addr add {NOBODY}/24 dev eth0; {}; {}; ip addr del {NOBODY}/24 dev eth0", ping(own), ping(NOBODY));
    lab.tell("back", &tried).await?;
    let counted = inside(OFFICE, "nft list table ip seen").await?;
    inside(OFFICE, "nft delete table ip seen").await?;
    let packets = |from: Ipv4Addr| -> Option<u64> {
        let line = counted.lines().find(|line| line.contains(&format!("saddr {from} ")))?;
        line.split("packets ").nth(1)?.split(' ').next()?.parse().ok()
    };
    match (packets(own), packets(NOBODY)) {
        (Some(own), Some(0)) if own > 0 => Ok(format!("{own} packets of its own, 0 others")),
        (own, other) => Err(Failure::new(format!("of its own {own:?}, of the other {other:?}"))),
    }
}

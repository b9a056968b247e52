//! What a guest finds when it wakes up: an address, names, what it was told; and whom it reaches.

use super::SOON;
use crate::cloud::guests::{PATIENCE, refused, until};
use crate::cloud::{Lab, site};
use crate::failure::{Failure, Result};
use crate::space::WORLD_GATEWAY;
use crate::table::Table;
use cloudstack_core::flow::network::OpenEgress;
use cloudstack_core::model::network::security_rule::Service;

/// Leases, names, metadata, and the way from one host to the other.
pub(super) async fn check(lab: &Lab, table: &mut Table) {
    table.check("DHCP", "web-1 got by DHCP what its row says, and its name", lease(lab)).await;
    table.check("DNS", "web-1 finds web-2 by its name", names(lab)).await;
    let data = says(lab, "metadata latest/user-data", site::USER_DATA.0);
    table.check("user data", "web-1 reads its user data", data).await;
    let vm = lab.vm("web-1").map(|vm| vm.name.to_string());
    let wanted = vm.unwrap_or_default();
    table
        .check("metadata", "web-1 reads its name", says(lab, "metadata latest/meta-data/local-hostname", &wanted))
        .await;
    let key = says(lab, "metadata latest/meta-data/public-keys", site::SSH_KEY);
    table.check("SSH key", "web-1 reads the key that its owner registered", key).await;
    let across = async {
        let far = lab.address("web-2")?;
        lab.tell("web-1", &format!("ping -c 3 -W 2 {far} | tail -n 2")).await.and_then(|said| none_lost(&said))
    };
    table.check("hosts", "web-1 on kvm1 pings web-2 on kvm2, through the tunnel", across).await;
}

async fn lease(lab: &Lab) -> Result<String> {
    let (said, address) = (lab.tell("web-1", "cat /lease").await?, lab.address("web-1")?);
    let has = |line: &str| said.lines().any(|l| l == line);
    if has(&format!("ip={address}")) && has("name=web-1") {
        return Ok(address.to_string());
    }
    Err(Failure::new(format!("the row says {address}, the lease: {}", said.replace('\n', " "))))
}

async fn names(lab: &Lab) -> Result<String> {
    let address = lab.address("web-2")?.to_string();
    let said = lab.tell("web-1", ". /lease; nslookup -type=a web-2.$domain ${dns%% *}").await?;
    if said.contains(&address) { Ok(address) } else { Err(Failure::new(said)) }
}

async fn says(lab: &Lab, command: &str, wanted: &str) -> Result<String> {
    let said = lab.tell("web-1", command).await?;
    if said.contains(wanted) { Ok(String::new()) } else { Err(Failure::new(format!("it reads: {said}"))) }
}

fn none_lost(said: &str) -> Result<String> {
    if said.contains(" 0% packet loss") { Ok(String::new()) } else { Err(Failure::new(said)) }
}

/// What one tenant has, another does not reach: not by a route, and not by pretending to be in the other's network.
pub(super) async fn tenants(lab: &Lab, table: &mut Table) {
    let wait = PATIENCE.as_secs();
    let reach = async |from: &str, to: &str| {
        let to = lab.address(to)?;
        lab.ask(from, &format!("ping -c 1 -W {wait} {to}")).await
    };
    let own = async {
        for network in ["app", "rival"] {
            let ping = OpenEgress::new(lab.network(network)?, Service::Icmp(None));
            lab.cloud.rules().open_egress(&lab.admin, ping).await?.done().await?;
        }
        let out = || async { lab.tell("spy", &format!("ping -c 1 -W 2 {WORLD_GATEWAY}")).await };
        none_lost(&until(SOON, out).await?)
    };
    table.check("tenants", "another tenant's guest pings the world", own).await;
    table.check("tenants", "it does not reach web-1, on the same host", refused(reach("spy", "web-1"))).await;
    table.check("tenants", "web-1 does not reach it", refused(reach("web-1", "spy"))).await;
    let pretend = async {
        let victim = lab.address("web-1")?;
        let own = std::net::Ipv4Addr::from(u32::from(victim) ^ 0x80);
        let dressed = format!("ip addr add {own}/24 dev eth0; ping -c 1 -W {wait} -I {own} {victim}");
        let reached = lab.ask("spy", &dressed).await?;
        lab.tell("spy", &format!("ip addr del {own}/24 dev eth0")).await?;
        Ok(reached)
    };
    table.check("tenants", "nor does it with an address of web-1's network", refused(pretend)).await;
}

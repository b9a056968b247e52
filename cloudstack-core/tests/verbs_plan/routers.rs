//! The verbs of public addresses, of routers' rules and of interfaces.

use super::lab::{Lab, name};
use super::{Covered, On};
use cloudstack_core::base::id::*;
use cloudstack_core::flow::network::*;
use cloudstack_core::flow::vm::{AddNic, RemoveNic, SetDefaultNic};
use cloudstack_core::model::network::rule::{Algorithm, Transport};
use cloudstack_core::model::network::security_rule::{Ports, Service};
use std::collections::BTreeSet;

/// An isolated network with a machine that runs, and an address for it.
async fn ground(lab: &Lab) -> (NetworkId, VmId, PublicIpId) {
    let network = lab.isolated("n1").await;
    let vm = lab.run(lab.small_vm().on_networks([network])).await.unwrap();
    (network, vm, lab.run(AcquireAddress::of(network)).await.unwrap())
}

fn forward(ip: PublicIpId, vm: VmId) -> AddPortForward {
    AddPortForward::new(ip, Transport::Tcp, Ports::one(2222), vm, Ports::one(22))
}

fn balancer(ip: PublicIpId) -> AddLoadBalancer {
    AddLoadBalancer::new(ip, name("web"), 80, 8080)
}

fn sticky(rule: LoadBalancerId) -> AddStickiness {
    let (description, method) = (String::new(), "LbCookie".to_owned());
    let parameters = [("mode".to_owned(), "insert".to_owned())].into();
    AddStickiness { rule, name: name("sticky"), description, method, parameters }
}

/// A machine that runs on two networks: the second interface.
async fn second(lab: &Lab) -> NicId {
    let (_, vm, _) = ground(lab).await;
    let network = lab.isolated("n2").await;
    lab.run(AddNic { vm, network, address: None }).await.unwrap()
}

pub(crate) async fn cover(covered: &mut Covered) {
    addresses(covered).await;
    rules(covered).await;
    balancers(covered).await;
    interfaces(covered).await;
}

async fn addresses(covered: &mut Covered) {
    let on = On::Advanced;
    covered.verb(on, async |lab| AcquireAddress::of(ground(lab).await.0)).await;
    covered
        .verb(on, async |lab| {
            let (_, vm, ip) = ground(lab).await;
            lab.run(forward(ip, vm)).await.unwrap();
            ReleaseAddress { ip }
        })
        .await;
    let enable = async |lab: &Lab| {
        let (_, vm, ip) = ground(lab).await;
        EnableStaticNat { ip, vm, network: None }
    };
    covered.verb(on, enable).await;
    covered
        .verb(on, async |lab| {
            let enable = enable(lab).await;
            lab.run(enable.clone()).await.unwrap();
            DisableStaticNat { ip: enable.ip }
        })
        .await;
}

async fn rules(covered: &mut Covered) {
    let on = On::Advanced;
    let open = async |lab: &Lab| {
        let service = Service::Tcp(Ports::one(443));
        OpenFirewall { ip: ground(lab).await.2, service, from: BTreeSet::new() }
    };
    covered.verb(on, open).await;
    covered.verb(on, async |lab| CloseFirewall { rule: lab.run(open(lab).await).await.unwrap() }).await;
    let egress = async |lab: &Lab| OpenEgress::new(ground(lab).await.0, Service::All);
    covered.verb(on, egress).await;
    covered.verb(on, async |lab| CloseEgress { rule: lab.run(egress(lab).await).await.unwrap() }).await;
    let add = async |lab: &Lab| {
        let (_, vm, ip) = ground(lab).await;
        forward(ip, vm)
    };
    covered.verb(on, add).await;
    covered.verb(on, async |lab| DeletePortForward { rule: lab.run(add(lab).await).await.unwrap() }).await;
}

async fn balancers(covered: &mut Covered) {
    let on = On::Advanced;
    let there = async |lab: &Lab| {
        let (_, vm, ip) = ground(lab).await;
        (lab.run(balancer(ip)).await.unwrap(), BTreeSet::from([vm]))
    };
    covered.verb(on, async |lab| balancer(ground(lab).await.2)).await;
    covered
        .verb(on, async |lab| {
            let algorithm = Some(Algorithm::LeastConn);
            UpdateLoadBalancer { algorithm, ..UpdateLoadBalancer::of(there(lab).await.0) }
        })
        .await;
    covered
        .verb(on, async |lab| {
            let (rule, vms) = there(lab).await;
            AssignMembers { rule, vms }
        })
        .await;
    covered
        .verb(on, async |lab| {
            let (rule, vms) = there(lab).await;
            lab.run(AssignMembers { rule, vms: vms.clone() }).await.unwrap();
            RemoveMembers { rule, vms }
        })
        .await;
    covered.verb(on, async |lab| sticky(there(lab).await.0)).await;
    covered
        .verb(on, async |lab| {
            let rule = there(lab).await.0;
            DeleteStickiness { rule, policy: lab.run(sticky(rule)).await.unwrap() }
        })
        .await;
    covered.verb(on, async |lab| DeleteLoadBalancer { rule: there(lab).await.0 }).await;
}

async fn interfaces(covered: &mut Covered) {
    let on = On::Advanced;
    covered
        .verb(on, async |lab| {
            let (_, vm, _) = ground(lab).await;
            AddNic { vm, network: lab.isolated("n2").await, address: None }
        })
        .await;
    covered.verb(on, async |lab| RemoveNic { nic: second(lab).await }).await;
    covered.verb(on, async |lab| SetDefaultNic { nic: second(lab).await }).await;
}

//! A world that stands in for a whole site on paper.

use super::{HostShape, PoolShape, SimHost, SimWorld};
use cloudstack_core::{CloudBuilder, plan::site::SitePlan};
use std::collections::BTreeSet;

impl SimWorld {
    /// Puts every host and every pool of a plan there, with the sizes it gives.
    pub fn furnish(&self, plan: &SitePlan) {
        for zone in &plan.zones {
            let clusters = || zone.pods.iter().flat_map(|pod| &pod.clusters);
            for host in clusters().flat_map(|cluster| cluster.all_hosts()) {
                let Some(address) = host.address else { continue };
                let (cores, speed, ram) = (host.group.processors(), host.group.speed.0, host.group.ram.0);
                let shape = HostShape { cores, speed, ram, ..HostShape::default() };
                self.add_host(SimHost { address: address.into(), shape });
            }
            for pool in clusters().flat_map(|cluster| &cluster.primary_storage).chain(&zone.primary_storage) {
                self.add_pool(&pool.url(), PoolShape { capacity: pool.capacity.0, ..PoolShape::default() });
            }
        }
    }

    /// Gives a cloud the drivers of this world for every kind that a plan names, whatever it is called there.
    pub fn drive(&self, mut cloud: CloudBuilder, plan: &SitePlan) -> CloudBuilder {
        let mut hypervisors = BTreeSet::new();
        for zone in &plan.zones {
            let clusters = zone.pods.iter().flat_map(|pod| &pod.clusters);
            hypervisors.extend(clusters.clone().map(|cluster| cluster.hypervisor.as_str()));
            for pool in clusters.flat_map(|cluster| &cluster.primary_storage).chain(&zone.primary_storage) {
                cloud = cloud.primary_storage(&pool.protocol, self.storage());
            }
            for store in &zone.secondary_storage {
                cloud = cloud.image_storage(&store.provider, self.images());
            }
        }
        for kind in hypervisors {
            cloud = cloud.hypervisor(kind, self.hypervisor()).port_filter(kind, self.port_filter());
            cloud = cloud.virtual_switch(kind, self.virtual_switch());
        }
        cloud.network_device("VirtualRouter", self.router())
    }
}

//! Verbs by noun: `cloud.vms().deploy(…)`, and `plan_deploy(…)` for what it would change.

use super::{Cloud, Handle};
use crate::base::{Caller, Result};
use crate::flow::image::RegisterTemplate;
use crate::flow::infra::*;
use crate::flow::network::{AddGuestRange, AddNetwork, CollectNetwork, DeleteNetwork};
use crate::flow::offering::{AddComputeOffering, AddDiskOffering, AddNetworkOffering};
use crate::flow::org::{AddAccount, AddDomain, SetAccountState};
use crate::flow::security_group::{AddSecurityGroup, Authorize, DeleteSecurityGroup, Revoke};
use crate::flow::setting::SetSetting;
use crate::flow::verb::{Plan, Verb};
use crate::flow::vm::*;

macro_rules! nouns {
    ($($(#[$doc:meta])* $noun:ident $called:ident { $($verb:ident $plan:ident $request:ident $what:literal;)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $noun<'a> { cloud: &'a Cloud }

            impl $noun<'_> {
                $(
                    #[doc = concat!($what, " See [`", stringify!($request), "`] for an example.")]
                    ///
                    /// # Errors
                    /// Why it cannot be done; nothing has changed then.
                    pub async fn $verb(&self, caller: &Caller, request: $request)
                        -> Result<Handle<<$request as Verb>::Answer>> {
                        self.cloud.run(caller, request).await
                    }
                    #[doc = concat!("What [`", stringify!($verb), "`](Self::", stringify!($verb), ") would change.")]
                    ///
                    /// # Errors
                    /// Why it cannot be done.
                    pub fn $plan(&self, caller: &Caller, request: $request) -> Result<Plan<$request>> {
                        self.cloud.plan(caller, request)
                    }
                )*
            }
        )*
        impl Cloud {
            $($(#[$doc])* #[must_use] pub fn $called(&self) -> $noun<'_> { $noun { cloud: self } })*
        }
    };
}

nouns! {
    /// Verbs of whole sites.
    Sites sites {
        apply plan_apply ApplySite "Builds what a site plan says and the cloud does not have yet.";
    }
    /// Verbs of zones, pods and clusters.
    Zones zones {
        add plan_add AddZone "Adds a zone.";
        add_pod plan_add_pod AddPod "Adds a pod.";
        add_cluster plan_add_cluster AddCluster "Adds a cluster.";
        set_allocation plan_set_allocation SetAllocation "Lets a place take new machines, or not.";
        add_physical_network plan_add_physical_network AddPhysicalNetwork "Adds a physical network.";
        add_ip_range plan_add_ip_range AddIpRange "Adds a range of addresses.";
        add_vlan_range plan_add_vlan_range AddVlanRange "Adds a range of VLAN ids.";
        set_managed plan_set_managed SetManaged "Takes a cluster under management, or out of it.";
        remove_cluster plan_remove_cluster RemoveCluster "Removes a cluster without hosts and pools.";
        remove_pod plan_remove_pod RemovePod "Removes a pod without clusters.";
        remove plan_remove RemoveZone "Removes a zone without pods, networks and machines.";
    }
    /// Verbs of hosts.
    Hosts hosts {
        add plan_add AddHost "Adds a host.";
        add_many plan_add_many AddHosts "Adds hosts, all of them or none.";
        set_resource plan_set_resource SetHostResource "Lets a host take new machines, or not.";
        remove plan_remove RemoveHost "Removes a host that nothing is on.";
    }
    /// Verbs of primary pools and image stores.
    Pools pools {
        add plan_add AddPool "Adds a primary pool.";
        remove plan_remove RemovePool "Removes a pool without volumes.";
        add_image_store plan_add_image_store AddImageStore "Adds an image store.";
    }
    /// Verbs of templates.
    Templates templates {
        register plan_register RegisterTemplate "Fetches a template into a zone.";
    }
    /// Verbs of offerings.
    Offerings offerings {
        add_compute plan_add_compute AddComputeOffering "Adds a size of machine.";
        add_disk plan_add_disk AddDiskOffering "Adds a size of data disk.";
        add_network plan_add_network AddNetworkOffering "Adds a kind of network.";
    }
    /// Verbs of guest networks.
    Networks networks {
        add plan_add AddNetwork "Adds a guest network.";
        add_range plan_add_range AddGuestRange "Adds addresses to a shared network.";
        delete plan_delete DeleteNetwork "Deletes a network nobody is on.";
        collect plan_collect CollectNetwork "Gives back what an idle network holds.";
    }
    /// Verbs of security groups.
    SecurityGroups security_groups {
        add plan_add AddSecurityGroup "Adds a security group.";
        authorize plan_authorize Authorize "Lets traffic pass the members of a group.";
        revoke plan_revoke Revoke "Takes rules back.";
        delete plan_delete DeleteSecurityGroup "Deletes a group nobody uses.";
    }
    /// Verbs of virtual machines.
    Vms vms {
        deploy plan_deploy DeployVm "Makes a machine and starts it.";
        start plan_start StartVm "Starts a stopped machine.";
        stop plan_stop StopVm "Stops a running machine.";
        reboot plan_reboot RebootVm "Restarts a machine's guest.";
        destroy plan_destroy DestroyVm "Gives a machine up.";
        recover plan_recover RecoverVm "Takes a destroyed machine back.";
        expunge plan_expunge ExpungeVm "Gives back all that a destroyed machine holds.";
    }
    /// Verbs of domains and accounts.
    Accounts accounts {
        add_domain plan_add_domain AddDomain "Adds a domain.";
        add plan_add AddAccount "Adds an account with its first user.";
        set_state plan_set_state SetAccountState "Locks, disables or enables an account.";
    }
    /// Verbs of global settings.
    Settings settings {
        set plan_set SetSetting "Changes a setting.";
    }
}

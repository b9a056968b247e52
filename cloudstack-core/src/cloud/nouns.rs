//! Verbs by noun: `cloud.vms().deploy(…)`, and `plan_deploy(…)` for what it would change.

use super::{Cloud, Handle};
use crate::base::{Caller, Result};
use crate::flow::alert::{ArchiveAlerts, DeleteAlerts, GenerateAlert};
use crate::flow::image::{RegisterTemplate, ShareTemplate};
use crate::flow::infra::*;
use crate::flow::network::*;
use crate::flow::offering::{AddComputeOffering, AddDiskOffering, AddNetworkOffering};
use crate::flow::org::*;
use crate::flow::resource::detail::{AddDetails, RemoveDetails};
use crate::flow::resource::tag::{AddTags, RemoveTags};
use crate::flow::security_group::{AddSecurityGroup, Authorize, DeleteSecurityGroup, Revoke};
use crate::flow::setting::{SetSetting, SetSettingAt};
use crate::flow::ssh_key::{DeleteSshKeyPair, RegisterSshKeyPair};
use crate::flow::user_data::{DeleteUserData, RegisterUserData};
use crate::flow::verb::{Plan, Verb};
use crate::flow::vm::*;
use crate::flow::volume::{AddVolume, AttachVolume, DeleteVolume, DetachVolume, ResizeVolume};

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
        dedicate plan_dedicate Dedicate "Lets a place serve one domain or account alone.";
        release plan_release Release "Lets a place serve everybody again.";
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
        share plan_share ShareTemplate "Changes who may use a template.";
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
    /// Verbs of public addresses.
    Addresses addresses {
        acquire plan_acquire AcquireAddress "Takes a public address.";
        release plan_release ReleaseAddress "Gives a public address back, with every rule on it.";
        enable_static_nat plan_enable_static_nat EnableStaticNat "Lets an address stand for a machine.";
        disable_static_nat plan_disable_static_nat DisableStaticNat "Lets an address stand for nobody.";
    }
    /// Verbs of firewall and port forwarding rules.
    Rules rules {
        open_firewall plan_open_firewall OpenFirewall "Lets something reach a public address.";
        close_firewall plan_close_firewall CloseFirewall "Withdraws such a rule.";
        open_egress plan_open_egress OpenEgress "Makes an exception among what guests may reach.";
        close_egress plan_close_egress CloseEgress "Withdraws such a rule.";
        add_port_forward plan_add_port_forward AddPortForward "Leads public ports to a machine.";
        delete_port_forward plan_delete_port_forward DeletePortForward "Withdraws such a rule.";
    }
    /// Verbs of load balancers.
    Balancers balancers {
        add plan_add AddLoadBalancer "Leads a public port to one of several machines.";
        update plan_update UpdateLoadBalancer "Changes a load balancer rule.";
        delete plan_delete DeleteLoadBalancer "Withdraws a load balancer rule.";
        assign plan_assign AssignMembers "Adds members.";
        remove plan_remove RemoveMembers "Takes members out.";
        add_stickiness plan_add_stickiness AddStickiness "Lets clients come back to the same member.";
        delete_stickiness plan_delete_stickiness DeleteStickiness "Lets clients go anywhere again.";
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
        migrate plan_migrate MigrateVm "Moves a running machine to another host.";
        destroy plan_destroy DestroyVm "Gives a machine up.";
        update plan_update UpdateVm "Changes what is known of a machine.";
        reset_ssh_key plan_reset_ssh_key ResetSshKey "Lets the owners of other keys into a machine.";
        add_nic plan_add_nic AddNic "Gives a machine one more interface.";
        remove_nic plan_remove_nic RemoveNic "Takes an interface from a machine.";
        set_default_nic plan_set_default_nic SetDefaultNic "Leads a machine's default route through another interface.";
        recover plan_recover RecoverVm "Takes a destroyed machine back.";
        expunge plan_expunge ExpungeVm "Gives back all that a destroyed machine holds.";
    }
    /// Verbs of data volumes.
    Volumes volumes {
        add plan_add AddVolume "Makes a data volume.";
        attach plan_attach AttachVolume "Gives a machine a volume.";
        detach plan_detach DetachVolume "Takes a volume from its machine.";
        resize plan_resize ResizeVolume "Makes a volume larger.";
        delete plan_delete DeleteVolume "Deletes a volume that no machine has.";
    }
    /// Verbs of domains and accounts.
    Accounts accounts {
        add_domain plan_add_domain AddDomain "Adds a domain.";
        update_domain plan_update_domain UpdateDomain "Changes a domain.";
        delete_domain plan_delete_domain DeleteDomain "Deletes a domain.";
        add plan_add AddAccount "Adds an account with its first user.";
        update plan_update UpdateAccount "Changes an account.";
        set_default_zone plan_set_default_zone SetDefaultZone "Names the zone an account works in.";
        set_state plan_set_state SetAccountState "Locks, disables or enables an account.";
        delete plan_delete DeleteAccount "Deletes an account with all that it owns.";
    }
    /// Verbs of users and their keys.
    Users users {
        add plan_add AddUser "Adds a user to an account.";
        update plan_update UpdateUser "Changes a user.";
        set_state plan_set_state SetUserState "Locks, disables or enables a user.";
        relocate plan_relocate MoveUser "Lets a user act for another account.";
        delete plan_delete DeleteUser "Deletes a user.";
        register_keys plan_register_keys RegisterKeys "Gives a user a pair of keys.";
        delete_keys plan_delete_keys DeleteKeys "Takes a pair of keys away.";
        record_login plan_record_login RecordLogin "Notes whether a password was right.";
    }
    /// Verbs of roles.
    Roles roles {
        add plan_add AddRole "Adds a role.";
        import plan_import ImportRole "Adds a role with its rules, or makes one be so.";
        update plan_update UpdateRole "Changes a role.";
        delete plan_delete DeleteRole "Deletes a role nobody has.";
        add_rule plan_add_rule AddRoleRule "Adds a rule to a role.";
        update_rule plan_update_rule UpdateRoleRule "Lets a rule allow, or deny.";
        order_rules plan_order_rules OrderRoleRules "Puts rules into another order.";
        delete_rule plan_delete_rule DeleteRoleRule "Takes a rule away.";
    }
    /// Verbs of projects.
    Projects projects {
        add plan_add AddProject "Adds a project.";
        update plan_update UpdateProject "Changes a project.";
        suspend plan_suspend SuspendProject "Stops a project.";
        activate plan_activate ActivateProject "Lets a project go on.";
        delete plan_delete DeleteProject "Deletes a project.";
        add_member plan_add_member AddMember "Adds a member, or invites it.";
        remove_member plan_remove_member RemoveMember "Takes a member out.";
        answer_invitation plan_answer_invitation AnswerInvitation "Accepts or declines an invitation.";
        delete_invitation plan_delete_invitation DeleteInvitation "Takes an invitation back.";
    }
    /// Verbs of limits.
    Limits limits {
        update plan_update UpdateLimit "Changes a limit.";
        recount plan_recount Recount "Counts what is held anew.";
    }
    /// Verbs of global settings.
    Settings settings {
        set plan_set SetSetting "Changes a setting for the whole cloud.";
        set_at plan_set_at SetSettingAt "Changes a setting somewhere.";
    }
    /// Verbs of SSH key pairs.
    SshKeys ssh_keys {
        register plan_register RegisterSshKeyPair "Keeps a public key under a name.";
        delete plan_delete DeleteSshKeyPair "Forgets a key pair.";
    }
    /// Verbs of registered user data.
    UserDatas user_data {
        register plan_register RegisterUserData "Keeps user data under a name.";
        delete plan_delete DeleteUserData "Forgets registered user data.";
    }
    /// Verbs of tags.
    Tags tags {
        add plan_add AddTags "Tags things.";
        remove plan_remove RemoveTags "Takes tags away.";
    }
    /// Verbs of details.
    Details details {
        add plan_add AddDetails "Sets details of a thing.";
        remove plan_remove RemoveDetails "Takes details away.";
    }
    /// Verbs of alerts.
    Alerts alerts {
        generate plan_generate GenerateAlert "Raises an alert.";
        archive plan_archive ArchiveAlerts "Puts alerts away.";
        delete plan_delete DeleteAlerts "Deletes alerts.";
    }
}

//! What CloudStack calls the events of verbs.

use std::borrow::Cow;

/// Verbs, each with the kind of its events.
#[rustfmt::skip]
pub const KINDS: &[(&str, &str)] = &[
    ("account.add", "ACCOUNT.CREATE"),
    ("account.delete", "ACCOUNT.DELETE"),
    ("account.set_default_zone", "ACCOUNT.MARK.DEFAULT.ZONE"),
    ("account.set_state", "ACCOUNT.UPDATE"),
    ("account.update", "ACCOUNT.UPDATE"),
    ("alert.archive", "ALERT.ARCHIVE"),
    ("alert.delete", "ALERT.DELETE"),
    ("alert.generate", "ALERT.GENERATE"),
    ("cluster.add", "CLUSTER.CREATE"),
    ("cluster.remove", "CLUSTER.DELETE"),
    ("cluster.set_managed", "CLUSTER.EDIT"),
    ("compute_offering.add", "SERVICE.OFFERING.CREATE"),
    ("dedication.add", "DEDICATE.RESOURCE"),
    ("dedication.release", "DEDICATE.RESOURCE.RELEASE"),
    ("detail.add", "DETAIL.ADD"),
    ("detail.remove", "DETAIL.REMOVE"),
    ("disk_offering.add", "DISK.OFFERING.CREATE"),
    ("domain.add", "DOMAIN.CREATE"),
    ("domain.delete", "DOMAIN.DELETE"),
    ("domain.update", "DOMAIN.UPDATE"),
    ("event.cut", "EVENT.CUT"),
    ("host.add", "HOST.ADD"),
    ("host.remove", "HOST.DELETE"),
    ("host.set_resource", "HOST.EDIT"),
    ("hosts.add", "HOST.ADD"),
    ("image_store.add", "IMAGE.STORE.ADD"),
    ("ip_range.add", "VLAN.IP.RANGE.CREATE"),
    ("limit.recount", "RESOURCE.COUNT.UPDATE"),
    ("limit.update", "RESOURCE.LIMIT.UPDATE"),
    ("network.add", "NETWORK.CREATE"),
    ("network.add_range", "VLAN.IP.RANGE.CREATE"),
    ("network.collect", "NETWORK.UPDATE"),
    ("network.delete", "NETWORK.DELETE"),
    ("network_offering.add", "NETWORK.OFFERING.CREATE"),
    ("physical_network.add", "PHYSICAL.NETWORK.CREATE"),
    ("place.set_allocation", "ZONE.EDIT"),
    ("pod.add", "POD.CREATE"),
    ("pod.remove", "POD.DELETE"),
    ("pool.add", "STORAGE.POOL.ADD"),
    ("pool.remove", "STORAGE.POOL.DELETE"),
    ("project.activate", "PROJECT.ACTIVATE"),
    ("project.add", "PROJECT.CREATE"),
    ("project.add_member", "PROJECT.ACCOUNT.ADD"),
    ("project.answer_invitation", "PROJECT.INVITATION.UPDATE"),
    ("project.delete", "PROJECT.DELETE"),
    ("project.delete_invitation", "PROJECT.INVITATION.REMOVE"),
    ("project.remove_member", "PROJECT.ACCOUNT.REMOVE"),
    ("project.suspend", "PROJECT.SUSPEND"),
    ("project.update", "PROJECT.UPDATE"),
    ("role.add", "ROLE.CREATE"),
    ("role.add_rule", "ROLE.PERMISSION.CREATE"),
    ("role.delete", "ROLE.DELETE"),
    ("role.delete_rule", "ROLE.PERMISSION.DELETE"),
    ("role.import", "ROLE.IMPORT"),
    ("role.order_rules", "ROLE.PERMISSION.UPDATE"),
    ("role.update", "ROLE.UPDATE"),
    ("role.update_rule", "ROLE.PERMISSION.UPDATE"),
    ("security_group.add", "SG.CREATE"),
    ("security_group.authorize", "SG.AUTH.INGRESS"),
    ("security_group.delete", "SG.DELETE"),
    ("security_group.revoke", "SG.REVOKE.INGRESS"),
    ("setting.set", "CONFIGURATION.VALUE.EDIT"),
    ("setting.set_at", "CONFIGURATION.VALUE.EDIT"),
    ("ssh_key_pair.delete", "DELETE.SSH.KEYPAIR"),
    ("ssh_key_pair.register", "REGISTER.SSH.KEYPAIR"),
    ("tag.add", "CREATE_TAGS"),
    ("tag.remove", "DELETE_TAGS"),
    ("template.register", "TEMPLATE.CREATE"),
    ("template.share", "TEMPLATE.UPDATE"),
    ("user.add", "USER.CREATE"),
    ("user.delete", "USER.DELETE"),
    ("user.delete_keys", "REGISTER.USER.KEY"),
    ("user.move", "USER.MOVE"),
    ("user.record_login", "USER.LOGIN"),
    ("user.register_keys", "REGISTER.USER.KEY"),
    ("user.set_state", "USER.UPDATE"),
    ("user.update", "USER.UPDATE"),
    ("user_data.delete", "DELETE.USER.DATA"),
    ("user_data.register", "REGISTER.USER.DATA"),
    ("vlan_range.add", "PHYSICAL.NETWORK.UPDATE"),
    ("vm.deploy", "VM.CREATE"),
    ("vm.destroy", "VM.DESTROY"),
    ("vm.expunge", "VM.EXPUNGE"),
    ("vm.reboot", "VM.REBOOT"),
    ("vm.recover", "VM.RECOVER"),
    ("vm.reset_ssh_key", "VM.RESETSSHKEY"),
    ("vm.start", "VM.START"),
    ("vm.stop", "VM.STOP"),
    ("vm.update", "VM.UPDATE"),
    ("volume.add", "VOLUME.CREATE"),
    ("zone.add", "ZONE.CREATE"),
    ("zone.remove", "ZONE.DELETE"),
];

/// The kind of a verb's events. One that CloudStack has no name for is called like the verb, in its spelling.
#[must_use]
pub fn kind_of(verb: &str) -> Cow<'static, str> {
    match KINDS.binary_search_by_key(&verb, |(verb, _)| verb) {
        Ok(at) => Cow::Borrowed(KINDS[at].1),
        Err(_) => Cow::Owned(verb.replace('_', ".").to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_in_order_and_others_are_spelt_alike() {
        assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!((kind_of("vm.deploy"), kind_of("vpn_user.add")), ("VM.CREATE".into(), "VPN.USER.ADD".into()));
    }
}

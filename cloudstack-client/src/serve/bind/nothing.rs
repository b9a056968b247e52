//! Lists of what this cloud has none of: clients ask for them when they begin, and an empty list is the truth.

use super::{Ask, Fault, binds};
use crate::serve::ask::{Paging, Reply};
use crate::serve::scope::Scope;

binds! {
    "listAffinityGroups" read nothing;
    "listGuiThemes" read nothing;
    "listIdps" read nothing;
    "listInstanceGroups" read nothing;
    "listIpForwardingRules" read nothing;
    "listIsos" read nothing;
    "listLdapConfigurations" read nothing;
    "listOauthProvider" read nothing;
    "listRouters" read nothing;
    "listSnapshots" read nothing;
    "listSystemVms" read nothing;
    "listVPCOfferings" read nothing;
    "listVPCs" read nothing;
    "listVpnGateways" read nothing;
    "listVpnCustomerGateways" read nothing;
    "listVpnConnections" read nothing;
    "listNetworkACLLists" read nothing;
}

/// Refuses what does not go together, as for a list that has something.
fn nothing(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    Scope::of(ask)?;
    Paging::of(ask)?;
    reply.none();
    Ok(())
}

//! What people call a machine, and what its guest is told.

use super::{Ask, Done, EntityId, Fault, Look, Object, UserDataId, Vm, VmId, refuse};
use crate::serve::bind::{name, os, user_data};
use crate::serve::scope;
use cloudstack_core::base::Name;
use cloudstack_core::flow::resource::detail;
use cloudstack_core::flow::vm::{ResetSshKey, Told, UpdateVm};
use std::collections::BTreeMap;

/// Details that a request gives.
pub(super) fn details(ask: &Ask<'_>) -> BTreeMap<String, String> {
    ask.args.pairs("details").into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The name a new machine gets, and the one that is shown if that is another. What is shown is its name as well, if it was
/// given no other and a host can be called so.
pub(super) fn names<'a>(ask: &'a Ask<'_>) -> (Option<&'a str>, Option<String>) {
    let shown = ask.args.text("displayname");
    let name = ask.args.text("name").or_else(|| shown.filter(|text| Name::new(text).is_ok()));
    (name, shown.filter(|shown| Some(*shown) != name).map(str::to_owned))
}

/// The key pairs that a request names.
fn ssh_keys(ask: &Ask<'_>) -> Result<Vec<Name>, Fault> {
    let (one, many) = (ask.args.text("keypair"), ask.args.texts("keypairs"));
    if one.is_some() && !many.is_empty() {
        return Err(Fault::refused("parameters `keypair` and `keypairs` exclude each other"));
    }
    let one = one.map(|text| name("keypair", text));
    one.into_iter().chain(many.iter().map(|text| name("keypairs", text))).collect()
}

/// The data that a request gives: its own, or registered data.
fn data_of<'a>(ask: &'a Ask<'_>) -> Result<(Option<&'a str>, Option<UserDataId>), Fault> {
    let (own, registered) = (ask.args.any_text("userdata"), ask.args.id::<UserDataId>("userdataid"));
    if own.is_some() && registered.is_some() {
        return Err(Fault::refused("parameters `userdata` and `userdataid` exclude each other"));
    }
    Ok((own, registered))
}

/// What the guest of a new machine shall be told.
pub(super) fn told(ask: &Ask<'_>) -> Result<Told, Fault> {
    let (own, registered) = data_of(ask)?;
    let own = own.filter(|text| !text.is_empty());
    Ok(Told { ssh_keys: ssh_keys(ask)?, user_data: own.map(user_data::data).transpose()?, registered })
}

/// Writes it.
pub(super) fn fields(look: Look<'_>, vm: &Vm, with_data: bool, o: &mut Object<'_>) {
    os::runs(vm.os_type, o);
    let told = &vm.metadata;
    if !told.ssh_keys.is_empty() {
        let names: Vec<&str> = told.ssh_keys.iter().map(|(name, _)| name.as_str()).collect();
        o.put("keypairs", names.join(","));
        o.put("keypair", names[0]);
    }
    if let Some(row) = told.registered.and_then(|id| look.view.user_data(id)) {
        o.id("userdataid", row.id);
        o.put("userdataname", row.name.as_str());
    }
    if with_data {
        o.put("userdata", told.user_data.as_ref().map(cloudstack_core::model::user_data::Base64::as_str));
    }
    let shown = |row: &&cloudstack_core::model::resource::Detail| row.display || look.caller.is_root();
    let mut details = detail::of(look.view, vm.id.to_u128()).filter(shown).peekable();
    if details.peek().is_some() {
        o.map("details", details.map(|row| (row.key.as_str(), row.value.as_str())));
    }
}

/// What a machine cannot be changed to here.
const NO_UPDATE: &[&str] = &[
    "customid",
    "group",
    "userdatadetails",
    "instancename",
    "securitygroupids",
    "securitygroupnames",
    "dhcpoptionsnetworklist",
    "extraconfig",
    "leaseduration",
    "leaseexpiryaction",
    "cleanupextraconfig",
];

pub(super) async fn update(ask: &Ask<'_>) -> Result<Done, Fault> {
    let args = &ask.args;
    refuse(ask, NO_UPDATE)?;
    // Forms give these each time; what they mostly say is so anyway.
    for (param, always) in [("displayvm", true), ("isdynamicallyscalable", false), ("deleteprotection", false)] {
        if args.flag(param) == Some(!always) {
            return Err(Fault::invalid(param, &(!always).to_string(), &format!("it is always {always} here")));
        }
    }
    let (own, registered) = data_of(ask)?;
    let wish = UpdateVm {
        name: args.text("name").map(|text| name("name", text)).transpose()?,
        display_name: args.any_text("displayname").map(str::to_owned),
        os_type: args.id("ostypeid"),
        ha: args.flag("haenable"),
        user_data: own.map(user_data::data).transpose()?,
        registered,
        details: details(ask),
        clear_details: args.is("cleanupdetails"),
        ..UpdateVm::new(args.need("id")?)
    };
    ask.make(wish).await
}

pub(super) async fn reset_ssh_key(ask: &Ask<'_>) -> Result<Done, Fault> {
    let vm = ask.args.need::<VmId>("id")?;
    let owner = ask.view().vm(vm).map(|vm| vm.account);
    if scope::owner(ask)?.is_some_and(|named| owner != Some(named)) {
        return Err(Fault::invalid("id", &vm.to_string(), "give the id of a machine that is the owner's"));
    }
    let ssh_keys = ssh_keys(ask)?;
    if ssh_keys.is_empty() {
        return Err(Fault::missing("keypair"));
    }
    ask.act(ResetSshKey { vm, ssh_keys }, vm).await
}

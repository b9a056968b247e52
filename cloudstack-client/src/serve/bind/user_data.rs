//! User data that was registered, and what one machine is told.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, owner, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use cloudstack_core::base::id::{UserDataId, VmId};
use cloudstack_core::flow::user_data::{DeleteUserData, RegisterUserData};
use cloudstack_core::model::user_data::{Base64, UserData};

binds! {
    "registerUserData" act register;
    "listUserData" read list;
    "deleteUserData" act delete;
    "getVirtualMachineUserData" read get;
}

/// Data from its text. What it says is nobody's business, least of all an error's.
pub(super) fn data(text: &str) -> Result<Base64, Fault> {
    let accepted = "give base64, with padding and without line breaks";
    text.parse().map_err(|_| Fault::invalid("userdata", "…", accepted))
}

async fn register(ask: &Ask<'_>) -> Result<Done, Fault> {
    let params = ask.args.text("params").unwrap_or("").split(',').map(str::trim).filter(|name| !name.is_empty());
    let wish = RegisterUserData {
        account: scope::owner(ask)?,
        name: need_name(ask, "name")?,
        data: data(ask.args.need_text("userdata")?)?,
        params: params.map(str::to_owned).collect(),
    };
    ask.also(wish).await?;
    Ok(Done::default())
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let scope = Scope::of(ask)?;
    let id = ask.args.id::<UserDataId>("id");
    let rows = ask.view().user_datas().iter().filter(|row| {
        scope.holds(ask.view(), row.account)
            && id.is_none_or(|id| id == row.id)
            && says(ask, "name", row.name.as_str())
            && has_keyword(ask, row.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, row| fields(look, row, o));
    Ok(())
}

fn fields(look: Look<'_>, row: &UserData, o: &mut Object<'_>) {
    o.id("id", row.id);
    o.put("name", row.name.as_str());
    o.id("accountid", row.account);
    owner(look, row.account, o);
    o.put("userdata", row.data.as_str());
    let params: Vec<&str> = row.params.iter().map(String::as_str).collect();
    o.put("params", Some(params.join(",")).filter(|names| !names.is_empty()));
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let user_data = ask.args.need::<UserDataId>("id")?;
    let owner = ask.view().user_data(user_data).map(|row| row.account);
    if scope::owner(ask)?.is_some_and(|named| owner != Some(named)) {
        return Err(Fault::invalid("id", &user_data.to_string(), "give the id of user data that is the owner's"));
    }
    ask.also(DeleteUserData { user_data }).await?;
    Ok(Done::default())
}

fn get(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.need::<VmId>("virtualmachineid")?;
    let told = ask.view().vm(id).map(|vm| &vm.metadata);
    let registered = told.and_then(|told| told.registered).and_then(|id| ask.view().user_data(id));
    let own = told.and_then(|told| told.user_data.as_ref());
    reply.one(|o| {
        o.id("virtualmachineid", id);
        o.put("userdata", own.or(registered.map(|row| &row.data)).map(Base64::as_str));
    });
    Ok(())
}

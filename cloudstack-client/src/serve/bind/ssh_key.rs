//! SSH keys that were registered.

use super::{Ask, Fault, Look, Object, binds, has_keyword, need_name, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::{self, Scope};
use cloudstack_core::base::id::{EntityId, SshKeyPairId};
use cloudstack_core::flow::ssh_key::{DeleteSshKeyPair, RegisterSshKeyPair};
use cloudstack_core::model::ssh_key::SshKeyPair;

binds! {
    "listSSHKeyPairs" read list;
    "createSSHKeyPair" act create;
    "registerSSHKeyPair" act register, show;
    "deleteSSHKeyPair" act delete;
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let scope = Scope::of(ask)?;
    let id = ask.args.id::<SshKeyPairId>("id");
    let rows = ask.view().ssh_key_pairs().iter().filter(|pair| {
        scope.holds(ask.view(), pair.account)
            && id.is_none_or(|id| id == pair.id)
            && says(ask, "name", pair.name.as_str())
            && says(ask, "fingerprint", &pair.fingerprint)
            && has_keyword(ask, pair.name.as_str())
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, pair| fields(look, pair, o));
    Ok(())
}

fn show(look: Look<'_>, id: u128, o: &mut Object<'_>) -> bool {
    look.view.ssh_key_pair(SshKeyPairId::from_u128(id)).map(|pair| fields(look, pair, o)).is_some()
}

fn fields(look: Look<'_>, pair: &SshKeyPair, o: &mut Object<'_>) {
    o.id("id", pair.id);
    o.put("name", pair.name.as_str());
    let account = look.view.account(pair.account);
    match account.and_then(|a| cloudstack_core::flow::access::project_of(look.view, a)) {
        Some(project) => {
            o.id("projectid", project.id);
            o.put("project", project.name.as_str());
        }
        None => o.put("account", account.map(|a| a.name.as_str())),
    }
    o.id("domainid", pair.domain);
    o.put("domain", look.view.domain(pair.domain).map(|d| d.name.as_str()));
    o.put("fingerprint", &pair.fingerprint);
}

/// Makes a pair. Its private half is told once, and kept nowhere.
async fn create(ask: &Ask<'_>) -> Result<Done, Fault> {
    let (account, name) = (scope::owner(ask)?, need_name(ask, "name")?);
    let made = ask.cloud().make_ssh_key_pair(ask.caller, account, name).await;
    let (id, private_key) = made.map_err(|e| ask.fault(&e))?;
    Ok(Done::told(move |look, o| {
        show(look, id.to_u128(), o);
        // This answer is the one place where its owner can read it.
        o.put("privatekey", private_key.reveal());
    }))
}

async fn register(ask: &Ask<'_>) -> Result<Done, Fault> {
    let text = ask.args.need_text("publickey")?.trim();
    let wrong = |e: cloudstack_core::model::ssh_key::BadPublicKey| Fault::invalid("publickey", "…", e.why);
    let public_key = text.parse().map_err(wrong)?;
    ask.make(RegisterSshKeyPair { account: scope::owner(ask)?, name: need_name(ask, "name")?, public_key }).await
}

async fn delete(ask: &Ask<'_>) -> Result<Done, Fault> {
    let wish = DeleteSshKeyPair { account: scope::owner(ask)?, name: need_name(ask, "name")? };
    ask.also(wish).await?;
    Ok(Done::default())
}

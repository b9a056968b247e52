//! Details of things.

use super::tag::{kind, kind_word, thing};
use super::{Ask, Fault, Look, Object, binds, has_keyword, owner, says};
use crate::serve::ask::{Done, Page, Reply};
use crate::serve::scope::Scope;
use crate::serve::write::Shown;
use cloudstack_core::base::id::{EntityId, VmId};
use cloudstack_core::flow::resource::detail::{self, AddDetails, RemoveDetails};
use cloudstack_core::model::resource::{Detail, Resource};

binds! {
    "addResourceDetail" act add;
    "listResourceDetails" read list;
    "removeResourceDetail" act remove;
}

/// The thing that a request names.
fn resource(ask: &Ask<'_>) -> Result<Resource, Fault> {
    let kind = kind(ask.args.need_text("resourcetype")?)?;
    Ok(Resource { kind, id: thing(ask.args.need_text("resourceid")?)? })
}

async fn add(ask: &Ask<'_>) -> Result<Done, Fault> {
    let details = ask.args.pairs("details").into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let display = ask.args.flag("fordisplay") != Some(false);
    let wish = AddDetails { resource: resource(ask)?, details: details.collect(), display };
    ask.run(wish, |()| None).await.map(|(_, done)| done)
}

async fn remove(ask: &Ask<'_>) -> Result<Done, Fault> {
    let keys = ask.args.text("key").map(str::to_owned).into_iter().collect();
    ask.run(RemoveDetails { resource: resource(ask)?, keys }, |_| None).await.map(|(_, done)| done)
}

fn list(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let (args, view) = (&ask.args, ask.view());
    let scope = Scope::of(ask)?;
    let kind = kind(args.need_text("resourcetype")?)?;
    let id = args.text("resourceid").map(thing).transpose()?;
    let display = args.flag("fordisplay");
    let candidates: Box<dyn Iterator<Item = &Detail>> = match id {
        Some(id) => Box::new(detail::of(view, id)),
        None => Box::new(view.details().iter()),
    };
    let rows = candidates.filter(|row| {
        let mine = |account| id.is_some() || scope.holds(view, account);
        row.resource.kind == kind
            && (row.display || ask.caller.is_root())
            && display.is_none_or(|display| display == row.display)
            && says(ask, "key", &row.key)
            && args.text("value").is_none_or(|value| value == row.value)
            && (has_keyword(ask, &row.key) || has_keyword(ask, &row.value))
            && cloudstack_core::flow::resource::owner(view, row.resource).is_ok_and(|owner| owner.is_none_or(mine))
            && detail::list(view, ask.caller, row.resource).is_ok()
    });
    let look = ask.look();
    reply.list(Page::of(ask, None, rows)?, |o, row| fields(look, row, o));
    Ok(())
}

fn fields(look: Look<'_>, row: &Detail, o: &mut Object<'_>) {
    o.put("key", &row.key);
    o.put("value", &row.value);
    o.put("resourcetype", kind_word(row.resource.kind));
    // Every id shows itself alike.
    o.put("resourceid", Shown(VmId::from_u128(row.resource.id)));
    if let Ok(Some(account)) = cloudstack_core::flow::resource::owner(look.view, row.resource) {
        owner(look, account, o);
    }
}

//! Kinds of guest operating systems, the same in every cloud.

use super::{Ask, Fault, Object, binds, has_keyword, says};
use crate::serve::ask::{Page, Reply};
use cloudstack_core::base::id::{OsCategoryId, OsTypeId};
use cloudstack_core::model::os::{self, OsCategory, OsType};

binds! {
    "listOsTypes" read list_types;
    "listOsCategories" read list_categories;
}

fn list_types(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let args = &ask.args;
    let (id, ids) = (args.id::<OsTypeId>("id"), args.ids::<OsTypeId>("ids"));
    if id.is_some() && !ids.is_empty() {
        return Err(Fault::refused("parameters `id` and `ids` exclude each other"));
    }
    let family = args.id::<OsCategoryId>("oscategoryid");
    // None of them is hidden.
    let shown = args.flag("fordisplay") != Some(false);
    let fits = |os: &OsType| {
        shown
            && id.is_none_or(|id| id == os.id)
            && (ids.is_empty() || ids.contains(&os.id))
            && family.is_none_or(|family| family == os.category)
            && says(ask, "description", os.description)
            && has_keyword(ask, os.description)
    };
    let rows: Vec<OsType> = os::types().filter(fits).collect();
    reply.list(Page::of(ask, Some(rows.len()), rows.iter())?, type_fields);
    Ok(())
}

fn type_fields(o: &mut Object<'_>, os: &OsType) {
    o.id("id", os.id);
    o.id("oscategoryid", os.category);
    o.put("oscategoryname", family_of(os).map(|family| family.name));
    o.put("name", os.description);
    o.put("description", os.description);
    o.put("isuserdefined", false);
    o.put("fordisplay", true);
}

/// The family of a kind.
fn family_of(os: &OsType) -> Option<OsCategory> {
    os::categories().find(|family| family.id == os.category)
}

/// Writes what runs in a machine, if that is known.
pub(super) fn runs(id: Option<OsTypeId>, o: &mut Object<'_>) {
    if let Some(os) = id.and_then(os::find) {
        o.id("guestosid", os.id);
        o.id("ostypeid", os.id);
        o.put("osdisplayname", os.description);
    }
}

fn list_categories(ask: &Ask<'_>, reply: &mut Reply<'_>) -> Result<(), Fault> {
    let id = ask.args.id::<OsCategoryId>("id");
    // No family is featured, none is of network appliances, and none depends on the zone.
    let none = ["isfeatured", "isiso", "isvnf"].iter().any(|param| ask.args.is(param));
    let fits = |family: &OsCategory| {
        !none && id.is_none_or(|id| id == family.id) && says(ask, "name", family.name) && has_keyword(ask, family.name)
    };
    let rows: Vec<OsCategory> = os::categories().filter(fits).collect();
    reply.list(Page::of(ask, Some(rows.len()), rows.iter())?, |o, family| {
        o.id("id", family.id);
        o.put("name", family.name);
        o.put("isfeatured", false);
    });
    Ok(())
}

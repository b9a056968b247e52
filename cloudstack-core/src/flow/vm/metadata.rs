//! What a machine's guest shall be told, as a request says it.

use crate::base::id::UserDataId;
use crate::base::{Error, Name, Result};
use crate::flow::{ssh_key, user_data};
use crate::ledger::View;
use crate::model::org::Account;
use crate::model::user_data::Base64;
use crate::model::vm::VmMetadata;

/// What a guest shall be told when it starts.
///
/// Key pairs and registered data must be its owner's: nobody lets others in by their names (AUTH-07).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Key pairs of the owner, by name. Each of them may log in.
    pub ssh_keys: Vec<Name>,
    /// Data, as base64.
    pub user_data: Option<Base64>,
    /// Data that the owner has registered; it counts if there is no other.
    pub registered: Option<UserDataId>,
}

impl Told {
    /// Finds and checks what it names.
    pub(super) fn check(&self, view: &View, owner: &Account) -> Result<VmMetadata> {
        let keys = self.ssh_keys.iter().map(|name| ssh_key::named(view, owner.id, name));
        let ssh_keys =
            keys.map(|row| row.map(|row| (row.name.clone(), row.public_key.clone()))).collect::<Result<_>>()?;
        if let Some(data) = &self.user_data {
            user_data::fits(view, data)?;
        }
        self.registered.map_or(Ok(()), |id| user_data::of(view, owner.id, id).map(drop))?;
        Ok(VmMetadata { ssh_keys, user_data: self.user_data.clone(), registered: self.registered })
    }
}

/// Refuses a name that people cannot read.
pub(super) fn display_name(name: Option<&str>) -> Result<()> {
    let bad = |name: &&str| name.chars().count() > 255 || name.chars().any(char::is_control);
    match name.filter(bad) {
        Some(name) => {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            Err(Error::invalid("display_name", shown, "give up to 255 characters, no control characters"))
        }
        None => Ok(()),
    }
}

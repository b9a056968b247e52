//! Security groups.

use super::security_rule::SecurityRule;
use crate::base::{
    Name,
    id::{AccountId, SecurityGroupId},
};
use crate::model::{Value, record::record};
use serde::{Deserialize, Serialize};

/// The name of the group that every account has and cannot delete (SG-01).
pub const DEFAULT_GROUP: &str = "default";

/// A security group: rules for all the machines that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// Its id.
    pub id: SecurityGroupId,
    /// Who owns it.
    pub account: AccountId,
    /// Its name, unique in the account.
    pub name: Name,
    /// What it is for.
    pub description: String,
    /// What it lets through.
    pub rules: Vec<SecurityRule>,
}
record! { SecurityGroup: SecurityGroupId in "security_group" {
    name: Text = |r| Value::text(r.name.as_str()),
    account: Link = |r| Value::link(r.account),
} unique { [account, name] } }

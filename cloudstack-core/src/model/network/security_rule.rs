//! placeholder: replaced by the rules branch
use crate::base::id::{RuleId, SecurityGroupId};
use serde::{Deserialize, Serialize};
/// x
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityRule {
    /// x
    pub id: RuleId,
    /// x
    pub peer: SecurityGroupId,
}

//! The keys that seal what rows hold, themselves sealed with the operator's key.

use super::{Value, record::record};
use crate::base::secret::{Place, Sealed};
use crate::base::{Timestamp, id::DataKeyId};
use serde::{Deserialize, Serialize};

/// A data key. The one with the highest number seals; the others only open what is not sealed anew yet (CRYPT-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataKey {
    /// Its id.
    pub id: DataKeyId,
    /// Its number; sealed values name it.
    pub number: u32,
    /// The key, sealed with the operator's key.
    pub wrapped: Sealed,
    /// When it was made.
    pub created: Timestamp,
}
record! { DataKey: DataKeyId in "data_key" {
    number: Int = |r| Value::int(r.number),
} unique { [number] } }

impl DataKey {
    /// What the operator's key seals a data key for: its number, which is known before its row is.
    #[must_use]
    pub fn place(number: u32) -> Place {
        Place { table: "data_key", id: u128::from(number), field: "wrapped" }
    }
}

//! How many requests an account may make: so many in an interval, counted in memory.

use super::fault::Fault;
use cloudstack_core::base::id::AccountId;
use cloudstack_core::base::{Span, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most accounts that are counted at one time.
const MOST: usize = 50_000;

/// What was counted of an account.
#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u64,
}

/// The counts of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    table: Mutex<HashMap<AccountId, Window>>,
}

impl Throttle {
    fn table(&self) -> MutexGuard<'_, HashMap<AccountId, Window>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 if the account has made `most` in this interval already.
    pub(crate) fn count(&self, who: AccountId, now: Timestamp, most: u64, interval: Span) -> Result<(), Fault> {
        let mut table = self.table();
        if table.len() >= MOST && !table.contains_key(&who) {
            table.retain(|_, window| now.since(window.began) < interval);
            if table.len() >= MOST {
                table.clear();
            }
        }
        let window = table.entry(who).or_insert(Window { began: now, count: 0 });
        if now.since(window.began) >= interval || now < window.began {
            *window = Window { began: now, count: 0 };
        }
        if window.count >= most {
            let left = interval.as_micros().saturating_sub(now.since(window.began).as_micros()).div_ceil(1_000);
            return Err(Fault::throttled(format!("{most} requests were made; try again in {left} ms")));
        }
        window.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloudstack_core::base::id::EntityId;

    #[test]
    fn so_many_and_no_more_until_the_interval_ends() {
        let (throttle, ada, bob) = (Throttle::default(), AccountId::from_u128(1), AccountId::from_u128(2));
        let at = |ms: u64| Timestamp::from_micros(1_000_000 + ms * 1_000);
        let count = |who, ms| throttle.count(who, at(ms), 2, Span::secs(1));
        assert!(count(ada, 0).is_ok() && count(ada, 1).is_ok());
        assert_eq!(count(ada, 400).unwrap_err().code, 429);
        assert!(count(bob, 400).is_ok());
        assert!(count(ada, 1_000).is_ok() && count(ada, 1_001).is_ok() && count(ada, 1_002).is_err());
        // A clock that went back does not shut anybody out.
        assert!(throttle.count(ada, Timestamp::default(), 2, Span::secs(1)).is_ok());
    }
}

//! Windows: which time is counted together, and how much of a span lies in it. Pure.

use super::count::Ended;
use crate::base::id::AccountId;
use crate::model::usage::{Meter, UsageLine};
use std::collections::BTreeMap;

/// Milliseconds of a minute.
pub(super) const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// A time zone that is a fixed distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zoneless(i64);

impl Zoneless {
    /// Reads `GMT`, `UTC`, `+02:00`, `-0330`, `GMT+1`. Zones whose clocks are changed twice a year have no name here.
    ///
    /// ```
    /// use cloudstack_core::flow::usage::Zoneless;
    /// assert_eq!(Zoneless::parse("+02:00"), Zoneless::parse("GMT+2"));
    /// assert_eq!(Zoneless::parse("Europe/Berlin"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")).unwrap_or(text);
        let sign = match rest.chars().next() {
            None => return Some(Self(0)),
            Some('+') => 1,
            Some('-') => -1,
            Some(_) => return None,
        };
        let digits: String = rest[1..].chars().filter(|c| *c != ':').collect();
        let (hours, minutes) = if digits.len() > 2 { digits.split_at(digits.len() - 2) } else { (&*digits, "0") };
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        ((0..=18).contains(&hours) && (0..60).contains(&minutes))
            .then_some(Self(sign * (hours * 60 + minutes) * 60_000))
    }

    /// The first millisecond of the unit of time that `at` lies in, as clocks of the zone show it.
    fn floor(self, at: u64, unit: u64) -> u64 {
        let local = i128::from(at) + i128::from(self.0);
        let floored = local - local.rem_euclid(i128::from(unit)) - i128::from(self.0);
        u64::try_from(floored).unwrap_or(0)
    }

    /// Milliseconds since midnight, as clocks of the zone show it.
    pub(super) fn of_day(self, at: u64) -> u64 {
        at.saturating_sub(self.floor(at, DAY))
    }
}

/// The last millisecond that can be counted at `now`: of the day before, of the hour before, or now, depending on how many
/// minutes a window has.
pub(super) fn last(now: u64, minutes: u64, zone: Zoneless) -> u64 {
    match minutes {
        1_440 => zone.floor(now, DAY).saturating_sub(1),
        60 => zone.floor(now, 60 * MINUTE).saturating_sub(1),
        _ => now,
    }
}

/// The windows of so many minutes that `from..=until` falls into, oldest first. They end where it ends, so the first may
/// be shorter.
///
/// ```
/// let windows = cloudstack_core::flow::usage::windows(0, 179_999, 1);
/// assert_eq!(windows, [(0, 59_999), (60_000, 119_999), (120_000, 179_999)]);
/// assert_eq!(cloudstack_core::flow::usage::windows(50_000, 119_999, 1), [(50_000, 59_999), (60_000, 119_999)]);
/// ```
#[must_use]
pub fn windows(from: u64, until: u64, minutes: u64) -> Vec<(u64, u64)> {
    let length = minutes.max(1).saturating_mul(MINUTE);
    let mut found = Vec::new();
    let mut end = until;
    while end >= from {
        let start = (end + 1).saturating_sub(length).max(from);
        found.push((start, end));
        let Some(before) = start.checked_sub(1) else { break };
        end = before;
    }
    found.reverse();
    found
}

/// How long each thing was there in a window: by account, in the order of meters.
pub(super) fn lines(spans: &[Ended], (from, until): (u64, u64)) -> BTreeMap<AccountId, Vec<UsageLine>> {
    let mut sums: BTreeMap<(AccountId, &Meter), u64> = BTreeMap::new();
    for span in spans.iter().filter(|span| span.meter.kind != 0) {
        let (first, last) = (span.since.max(from), span.until.min(until));
        // Both ends count.
        if first <= last {
            *sums.entry((span.account, &span.meter)).or_default() += last - first + 1;
        }
    }
    let mut lines: BTreeMap<AccountId, Vec<UsageLine>> = BTreeMap::new();
    for ((account, meter), millis) in sums {
        lines.entry(account).or_default().push(UsageLine { meter: meter.clone(), millis });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_where_the_zone_says() {
        let noon = 1_700_049_600_000 / DAY * DAY + 12 * 60 * MINUTE;
        let midnight = noon - 12 * 60 * MINUTE;
        for (zone, ends) in [
            ("GMT", midnight - 1),
            ("+02:00", midnight - 2 * 60 * MINUTE - 1),
            ("-13:00", midnight - 11 * 60 * MINUTE - 1),
        ] {
            let zone = Zoneless::parse(zone).unwrap();
            assert_eq!(last(noon, 1_440, zone), ends);
        }
        let zone = Zoneless::parse("GMT").unwrap();
        assert_eq!(last(noon + 5, 60, zone), noon - 1);
        assert_eq!(last(noon + 5, 10, zone), noon + 5);
        assert_eq!(zone.of_day(noon), 12 * 60 * MINUTE);
        assert_eq!(["Berlin", "+", "+99", "1"].map(Zoneless::parse), [None; 4]);
    }

    #[test]
    fn windows_cover_all_and_nothing_twice() {
        let mut seed = crate::base::Seed::new(4);
        for _ in 0..2_000 {
            let from = seed.below(10_000_000);
            let (until, minutes) = (from + seed.below(10_000_000), 1 + seed.below(90));
            let found = windows(from, until, minutes);
            assert_eq!((found[0].0, found[found.len() - 1].1), (from, until));
            assert!(found.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
            assert!(found.iter().skip(1).all(|(a, b)| b - a + 1 == minutes * MINUTE));
        }
        assert_eq!(windows(5, 4, 1), []);
    }
}

//! `expires`: a point in time as the protocol writes and reads it.

/// Seconds since 1970-01-01T00:00:00Z. The crate has no clock: the caller says what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(pub u64);

/// The last second of the year 9999: later ones do not fit the four digits of the format.
const LAST: u64 = 253_402_300_799;
const DAY: i64 = 86_400;

/// A written point in time, without an allocation.
pub(super) struct Stamp([u8; 24]);

impl Stamp {
    pub(super) fn as_str(&self) -> &str {
        // A broken invariant, not an input: the template is ASCII and only digits are put into it.
        std::str::from_utf8(&self.0).expect("a stamp is ASCII")
    }
}

impl UnixSeconds {
    /// `2030-01-01T00:00:00+0000`; times after the year 9999 are written as its last second.
    pub(super) fn stamp(self) -> Stamp {
        let seconds = self.0.min(LAST);
        let (year, month, day) = civil(seconds / 86_400);
        let clock = seconds % 86_400;
        let mut out = *b"0000-00-00T00:00:00+0000";
        for (at, width, number) in [
            (0, 4, year),
            (5, 2, month),
            (8, 2, day),
            (11, 2, clock / 3_600),
            (14, 2, clock / 60 % 60),
            (17, 2, clock % 60),
        ] {
            let mut rest = number;
            for digit in out[at..at + width].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
        }
        Stamp(out)
    }

    /// Writes the time behind `text`, in the form in which answers carry times.
    #[cfg(feature = "serve")]
    pub(crate) fn write_stamp(self, text: &mut String) {
        text.push_str(self.stamp().as_str());
    }

    /// Reads `yyyy-MM-ddTHH:mm:ss` with `Z` or `±hhmm` behind it. Times before 1970 are read as 1970: long past either way.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (date, zone) = bytes.split_at_checked(19)?;
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if marks.iter().any(|&(at, mark)| date[at] != mark) {
            return None;
        }
        let year = number(&date[0..4], 0, 9999)?;
        let month = number(&date[5..7], 1, 12)?;
        let day = number(&date[8..10], 1, month_length(year, month))?;
        let clock =
            number(&date[11..13], 0, 23)? * 3_600 + number(&date[14..16], 0, 59)? * 60 + number(&date[17..19], 0, 59)?;
        let offset = match zone {
            b"Z" => 0,
            [sign @ (b'+' | b'-'), hhmm @ ..] if hhmm.len() == 4 => {
                let offset = number(&hhmm[..2], 0, 23)? * 3_600 + number(&hhmm[2..], 0, 59)? * 60;
                if *sign == b'+' { offset } else { -offset }
            }
            _ => return None,
        };
        let seconds = days(year, month, day) * DAY + clock - offset;
        Some(Self(u64::try_from(seconds).unwrap_or(0)))
    }
}

fn number(digits: &[u8], least: i64, most: i64) -> Option<i64> {
    let mut sum = 0;
    for digit in digits {
        sum = sum * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    (least..=most).contains(&sum).then_some(sum)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date. Years are counted from March so that the leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // From March on, months of 31 and 30 days alternate in groups of five that hold 153 days.
    year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The date of a day number: year, month, day. The first guess at the year is at most one too high.
fn civil(day_number: u64) -> (u64, u64, u64) {
    let wanted = i64::try_from(day_number).unwrap_or(i64::MAX);
    let mut year = 1970 + wanted / 365;
    while days(year, 1, 1) > wanted {
        year -= 1;
    }
    let mut month = 1;
    while month < 12 && days(year, month + 1, 1) <= wanted {
        month += 1;
    }
    let day = wanted - days(year, month, 1) + 1;
    (year.unsigned_abs(), month.unsigned_abs(), day.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_points_in_time_are_written() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00+0000"),
            (951_782_400, "2000-02-29T00:00:00+0000"),
            (1_893_456_000, "2030-01-01T00:00:00+0000"),
            (4_107_542_399, "2100-02-28T23:59:59+0000"),
            (4_107_542_400, "2100-03-01T00:00:00+0000"),
            (u64::MAX, "9999-12-31T23:59:59+0000"),
        ] {
            assert_eq!(UnixSeconds(seconds).stamp().as_str(), text);
        }
    }

    #[test]
    fn zones_are_read_and_nonsense_is_not() {
        let at = |text| UnixSeconds::read(text).map(|t| t.0);
        assert_eq!(at("2030-01-01T00:00:00Z"), Some(1_893_456_000));
        assert_eq!(at("2030-01-01T05:30:00+0530"), Some(1_893_456_000));
        assert_eq!(at("2029-12-31T16:00:00-0800"), Some(1_893_456_000));
        assert_eq!(at("1969-12-31T23:59:59Z"), Some(0));
        for bad in [
            "",
            "2030-01-01",
            "2030-01-01T00:00:00",
            "2030-01-01 00:00:00Z",
            "2030-02-29T00:00:00Z",
            "2030-13-01T00:00:00Z",
            "2030-01-01T24:00:00Z",
            "2030-01-01T00:00:00+05:30",
            "2030-01-01T00:00:00Zx",
            "+030-01-01T00:00:00Z",
            "2030-01-01T00:00:0éZ",
        ] {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0..=LAST) {
            prop_assert_eq!(UnixSeconds::read(UnixSeconds(seconds).stamp().as_str()), Some(UnixSeconds(seconds)));
        }
    }
}
